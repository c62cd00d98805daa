//! The symbol table of a file.

use pyrite_syntax::SyntaxError;
use pyrite_syntax::ast::Ast;
use pyrite_syntax::symtable::{self, BlockId, Recursion, Scope, SymbolTable};

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

pub fn run(source: &[u8]) -> Result<(), Box<SyntaxError>> {
    let mut ast = super::parse(source)?;
    let table = symtable::build(&mut ast, Recursion::default())?;
    show(&table, &ast, BlockId::TOP, 0);
    Ok(())
}
