//! The compiler, and the way of its code through marshal and back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pyrite_bytecode::compile::{self, Verdict};
use pyrite_bytecode::marshal;
use pyrite_fuzz::{bounded, case};
use pyrite_syntax::ast::Text;
use pyrite_syntax::parse_str;
use pyrite_syntax::symtable::Recursion;

fuzz_target!(|data: &[u8]| {
    let Some(case) = case(data) else { return };
    let Ok(mut ast) = parse_str(case.source, case.options, &mut Vec::new()) else {
        return;
    };
    let mut warn = |_: &pyrite_syntax::Warning| Verdict::Issued;
    let options = compile::Options {
        filename: Text::from("<fuzz>"),
        flags: case.flags,
        optimize: case.optimize.min(2),
        recursion: Recursion::default(),
        warn: &mut warn,
    };
    let Ok(code) = bounded(case.source, 4096, || compile::compile(&mut ast, options)) else {
        return;
    };
    let Ok(stored) = marshal::dump_code(&code) else {
        return;
    };
    let read = marshal::load_code(&stored).expect("what was written can be read");
    assert_eq!(marshal::dump_code(&read).ok(), Some(stored));
});
