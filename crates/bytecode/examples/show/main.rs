//! Shows what becomes of a file: `show tokens|tree|symtable|dis FILE`.

mod dis;
#[path = "../../../syntax/examples/support/dump.rs"]
#[allow(dead_code)]
mod dump;
mod symtable;
mod tokens;

use pyrite_syntax::ast::Ast;
use pyrite_syntax::{Options, SyntaxError, parse_str};

fn character(name: &[u8]) -> Result<Option<u32>, pyrite_syntax::NoNames> {
    let name = std::str::from_utf8(name).unwrap_or_default();
    Ok(unicode_names2::character(name).map(u32::from))
}

fn options() -> Options<'static> {
    Options {
        names: Some(&character),
        ..Options::default()
    }
}

fn parse(source: &[u8]) -> Result<Ast, Box<SyntaxError>> {
    parse_str(source, options(), &mut Vec::new()).map_err(Box::new)
}

fn tree(source: &[u8]) -> Result<(), Box<SyntaxError>> {
    println!("{}", dump::dump(&parse(source)?));
    Ok(())
}

fn show() -> std::io::Result<()> {
    let mut args = std::env::args().skip(1);
    let (what, file) = (args.next().unwrap_or_default(), args.next());
    let run = match what.as_str() {
        "tokens" => tokens::run,
        "tree" => tree,
        "symtable" => symtable::run,
        "dis" => dis::run,
        _ => {
            eprintln!("usage: show tokens|tree|symtable|dis FILE");
            return Ok(());
        }
    };
    let Some(file) = file else {
        eprintln!("which file?");
        return Ok(());
    };
    if let Err(error) = run(&std::fs::read(file)?) {
        eprintln!(
            "line {}, column {}: {}",
            error.lineno, error.offset, error.msg
        );
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    // Writing a deep tree recurses, unlike making one.
    let thread = std::thread::Builder::new()
        .stack_size(1 << 28)
        .spawn(show)?;
    thread.join().unwrap_or(Ok(()))
}
