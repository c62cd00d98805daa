//! Parses every `.py` file below a folder and prints how long that took: `speed FOLDER [ROUNDS]`.

#[path = "support/dump.rs"]
#[allow(dead_code)]
mod dump;
#[path = "support/mod.rs"]
#[allow(dead_code)]
mod support;

use pyrite_syntax::{Options, parse_bytes};
use std::path::Path;
use std::time::Instant;

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

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = args.next().unwrap_or_else(|| ".".into());
    let rounds: u32 = args.next().and_then(|n| n.parse().ok()).unwrap_or(3);
    let mut sources = Vec::new();
    collect(Path::new(&folder), &mut sources);
    let bytes: usize = sources.iter().map(Vec::len).sum();
    let options = Options {
        names: Some(&support::lookup_name),
        ..Options::default()
    };
    let mut best = f64::INFINITY;
    for _ in 0..rounds {
        let start = Instant::now();
        let mut nodes = 0;
        let mut refused = 0;
        for source in &sources {
            match parse_bytes(source, options, &mut support::decode, &mut Vec::new()) {
                Ok(ast) => nodes += ast.expr_count() + ast.stmt_count(),
                Err(_) => refused += 1,
            }
        }
        let seconds = start.elapsed().as_secs_f64();
        best = best.min(seconds);
        println!(
            "{} files, {refused} refused, {nodes} nodes, {seconds:.3} s",
            sources.len()
        );
    }
    println!("{:.1} MB/s", bytes as f64 / best / 1e6);
}
