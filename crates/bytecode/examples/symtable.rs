//! Prints the symbol table of a file: `symtable FILE`.

use pyrite_syntax::ast::Ast;
use pyrite_syntax::symtable::{self, BlockId, Recursion, Scope, SymbolTable};
use pyrite_syntax::{Options, SyntaxError, parse_str};

fn show(table: &SymbolTable, ast: &Ast, id: BlockId, depth: usize) {
    let block = &table[id];
    let indent = "    ".repeat(depth);
    println!(
        "{indent}{} {:?}, line {}{}",
        ast.names.display(block.name),
        block.kind,
        block.lineno,
        if block.nested { ", nested" } else { "" }
    );
    for (name, flags) in block.symbols.iter() {
        let name = ast.names.display(name);
        println!(
            "{indent}  {name}: {:?} {:#x}",
            Scope::of(flags),
            flags & 0x7ff
        );
    }
    for child in &block.children {
        show(table, ast, *child, depth + 1);
    }
}

fn run(source: &[u8]) -> Result<(), Box<SyntaxError>> {
    let mut ast = parse_str(source, Options::default(), &mut Vec::new()).map_err(Box::new)?;
    let table = symtable::build(&mut ast, Recursion::default())?;
    show(&table, &ast, BlockId::TOP, 0);
    Ok(())
}

fn main() -> std::io::Result<()> {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: symtable FILE");
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
