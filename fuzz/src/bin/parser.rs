//! The parser, by all of its entries: bytes, text, a file, a prompt.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pyrite_fuzz::{bounded, case};
use pyrite_syntax::{parse_bytes, parse_file, parse_prompt, parse_str};

fuzz_target!(|data: &[u8]| {
    let Some(case) = case(data) else { return };
    let (source, options) = (case.source, case.options);
    let mut decode = |encoding: &str, bytes: &[u8]| match encoding {
        "broken" => Err("broken".to_string()),
        _ => Ok(String::from_utf8_lossy(bytes).into_owned().into_bytes()),
    };
    let mut warnings = Vec::new();
    bounded(source, 512, || match case.entry {
        0 => drop(parse_file(
            source,
            "<fuzz>",
            options,
            &mut decode,
            &mut warnings,
        )),
        1 => {
            let mut lines = source.split_inclusive(|byte| *byte == b'\n');
            let mut read = |_| Ok(lines.next().map(<[u8]>::to_vec));
            while let Ok(Some(_)) = parse_prompt(&mut read, options, &mut warnings) {}
        }
        2..=8 => drop(parse_bytes(source, options, &mut decode, &mut warnings)),
        _ => drop(parse_str(source, options, &mut warnings)),
    });
});
