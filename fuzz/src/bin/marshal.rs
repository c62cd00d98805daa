//! The reader of marshal data: anything may come.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pyrite_bytecode::marshal::{self, ConstantBuilder, Reader, SliceSource};
use pyrite_fuzz::bounded;

fuzz_target!(|data: &[u8]| {
    bounded(data, 512, || {
        let _ = Reader::new(&mut ConstantBuilder, SliceSource::new(data)).read();
        if let Ok(code) = marshal::load_code(data) {
            let _ = marshal::dump_code(&code);
        }
    });
});
