//! The tokeniser: every token lies in the source, tokens do not overlap.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pyrite_fuzz::{bounded, case};
use pyrite_syntax::tokenize;

fuzz_target!(|data: &[u8]| {
    let Some(case) = case(data) else { return };
    let _ = bounded(case.source, 64, || {
        tokenize(case.source, case.options, &mut |token, text| {
            assert_eq!(token.end - token.start, text.len());
        })
    });
});
