//! Parses damaged programs and looks for panics and for sources that take long: `fuzz FOLDER SECONDS [SEED]`.
//!
//! A panic ends the process; the source that caused it is in the file named at the start.

#[path = "support/dump.rs"]
#[allow(dead_code)]
mod dump;
#[path = "support/mod.rs"]
#[allow(dead_code)]
mod support;

use pyrite_syntax::{Mode, Options, parse_bytes, parse_file, parse_prompt, parse_str};
use std::path::Path;
use std::time::{Duration, Instant};

const PIECES: &[&[u8]] = &[
    b"\"\"\"",
    b"'",
    b"f'{",
    b"}",
    b"{",
    b"(",
    b")",
    b"[",
    b"]",
    b"\\",
    b"\\\n",
    b"\n",
    b"\r",
    b"\t",
    b"\x0c",
    b":",
    b":=",
    b"=",
    b"!",
    b"#",
    b"# type: ignore",
    b"# type: int",
    b"lambda ",
    b"async ",
    b"await ",
    b"yield ",
    b"*",
    b"**",
    b"\\N{",
    b"\\x",
    b"\\U",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xe2\x82\xac",
    b"0x",
    b"1_",
    b"1e",
    b"not ",
    b" if ",
    b" else ",
    b" for x in ",
    b"-",
    b",",
    b";",
    b"@",
    b"->",
    b"...",
    b"class ",
    b"def ",
    b"print ",
    b"\0",
    b"b'",
    b"rb'",
    b"# coding: latin-1\n",
    b"global ",
    b"import ",
    b"from . import ",
    b"try:\n",
    b"except ",
    b"  ",
    b"        ",
];

struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % n.max(1)
    }
}

fn collect(path: &Path, sources: &mut Vec<Vec<u8>>) {
    if let Ok(entries) = std::fs::read_dir(path) {
        for entry in entries.flatten() {
            collect(&entry.path(), sources);
        }
    } else if path.extension().is_some_and(|e| e == "py")
        && let Ok(source) = std::fs::read(path)
    {
        sources.push(source);
    }
}

/// A piece of one of the sources with a few things broken.
fn damaged(sources: &[Vec<u8>], random: &mut Random) -> Vec<u8> {
    let source = &sources[random.below(sources.len())];
    let start = random.below(source.len());
    let len = 1 + random.below(2000);
    let mut src: Vec<u8> = source.iter().skip(start).take(len).copied().collect();
    for _ in 0..1 + random.below(6) {
        let i = random.below(src.len() + 1);
        match random.below(6) {
            0 if i < src.len() => {
                src.remove(i);
            }
            1 if i < src.len() => src[i] = random.below(256) as u8,
            2 => {
                let j = (i + random.below(40)).min(src.len());
                src.drain(i..j);
            }
            3 => {
                let j = (i + random.below(60)).min(src.len());
                let again = src[i..j].repeat(1 + random.below(4));
                src.splice(i..i, again);
            }
            4 => {
                let piece = PIECES[random.below(PIECES.len())];
                let many = if random.below(20) == 0 {
                    1 + random.below(400)
                } else {
                    1
                };
                src.splice(i..i, piece.repeat(many));
            }
            _ => {
                let piece = PIECES[random.below(PIECES.len())];
                src.splice(i..i, piece.iter().copied());
            }
        }
    }
    src
}

fn parse(src: &[u8], random: &mut Random) {
    let modes = [
        Mode::Module,
        Mode::Module,
        Mode::Expression,
        Mode::Interactive,
        Mode::FunctionType,
    ];
    let options = Options {
        mode: modes[random.below(modes.len())],
        type_comments: random.below(3) == 0,
        feature_version: if random.below(4) == 0 { 4 } else { 8 },
        dont_imply_dedent: random.below(4) == 0,
        barry_as_flufl: random.below(8) == 0,
        names: Some(&support::lookup_name),
        ..Options::default()
    };
    let mut warnings = Vec::new();
    let decode = &mut support::decode;
    match random.below(6) {
        0 => drop(parse_str(src, options, &mut warnings)),
        1 => drop(parse_file(src, "<fuzz>", options, decode, &mut warnings)),
        2 => {
            let mut lines = src.split_inclusive(|b| *b == b'\n');
            let mut read_line = |_| Ok(lines.next().map(<[u8]>::to_vec));
            while let Ok(Some(_)) | Err(_) = parse_prompt(&mut read_line, options, &mut warnings) {
                if warnings.len() > 1000 || random.below(50) == 0 {
                    break;
                }
            }
        }
        _ => drop(parse_bytes(src, options, decode, &mut warnings)),
    }
}

fn main() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().unwrap_or_else(|| ".".into());
    let seconds: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(10);
    let seed: u64 = args.next().and_then(|n| n.parse().ok()).unwrap_or(1);
    let mut sources = Vec::new();
    collect(Path::new(&folder), &mut sources);
    let mut random = Random(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1);
    let current = std::env::temp_dir().join("pyrite-fuzz-current");
    println!("the source under test is in {}", current.display());
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut count = 0u64;
    while Instant::now() < end {
        let src = damaged(&sources, &mut random);
        std::fs::write(&current, &src)?;
        let start = Instant::now();
        parse(&src, &mut random);
        if start.elapsed() > Duration::from_millis(500) {
            println!(
                "{:?} for {:?}",
                start.elapsed(),
                String::from_utf8_lossy(&src)
            );
        }
        count += 1;
    }
    println!("{count} sources");
    Ok(())
}
