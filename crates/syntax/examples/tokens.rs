//! Prints the tokens of a file, one a line: position, kind, text.

#[path = "support/dump.rs"]
#[allow(dead_code)]
mod dump;
#[path = "support/mod.rs"]
#[allow(dead_code)]
mod support;

use pyrite_syntax::{Options, tokenize};

fn main() -> std::io::Result<()> {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: tokens FILE");
        return Ok(());
    };
    let src = std::fs::read(file)?;
    let done = tokenize(&src, Options::default(), &mut |token, text| {
        let text = String::from_utf8_lossy(text);
        let place = format!(
            "{},{}-{},{}:",
            token.lineno, token.col, token.end_lineno, token.end_col
        );
        println!("{place:20}{:15}{text:?}", format!("{:?}", token.kind));
    });
    if let Err(error) = done {
        println!("{}", support::describe(&error));
    }
    Ok(())
}
