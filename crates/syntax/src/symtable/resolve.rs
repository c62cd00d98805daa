//! The second pass: scopes of names.

use super::*;
use crate::ast::sym;
use crate::names::Names;

/// What the blocks around a block say about a name.
enum Outer {
    /// A function binds it.
    Bound,
    /// It was declared global.
    Global,
    Nothing,
}

pub(super) fn resolve(table: &mut SymbolTable, names: &Names) -> Result<(), Box<SyntaxError>> {
    // Blocks were numbered in the order in which they were entered, so outer ones come first; errors are
    // found in the order of a walk, which is the same.
    for index in 0..table.blocks.len() {
        resolve_block(table, BlockId(index as u32), names)?;
    }
    for index in 0..table.blocks.len() {
        carry_free_names(table, BlockId(index as u32));
    }
    Ok(())
}

fn resolve_block(
    table: &mut SymbolTable,
    id: BlockId,
    names: &Names,
) -> Result<(), Box<SyntaxError>> {
    for position in 0..table[id].symbols.len() {
        let (name, flags) = table[id].symbols.at(position);
        let scope = scope_of(table, id, name, flags, names)?;
        table[id].symbols.entries[position].1 |= (scope as u32) << SCOPE_OFFSET;
    }
    Ok(())
}

fn scope_of(
    table: &SymbolTable,
    id: BlockId,
    name: Symbol,
    flags: u32,
    names: &Names,
) -> Result<Scope, Box<SyntaxError>> {
    let block = &table[id];
    if flags & DEF_GLOBAL != 0 {
        if flags & DEF_NONLOCAL != 0 {
            let msg = format!("name '{}' is nonlocal and global", names.display(name));
            return Err(at_directive(block, name, msg));
        }
        return Ok(Scope::GlobalExplicit);
    }
    if flags & DEF_NONLOCAL != 0 {
        if block.parent.is_none() {
            let msg = "nonlocal declaration not allowed at module level";
            return Err(at_directive(block, name, msg.to_string()));
        }
        if !matches!(outer(table, id, name), Outer::Bound) {
            let msg = format!("no binding for nonlocal '{}' found", names.display(name));
            return Err(at_directive(block, name, msg));
        }
        return Ok(Scope::Free);
    }
    if flags & DEF_BOUND != 0 {
        return Ok(Scope::Local);
    }
    Ok(match outer(table, id, name) {
        Outer::Bound => Scope::Free,
        Outer::Global | Outer::Nothing => Scope::GlobalImplicit,
    })
}

fn at_directive(block: &Block, name: Symbol, msg: String) -> Box<SyntaxError> {
    let found = block.directives.iter().find(|(known, ..)| *known == name);
    let (_, lineno, col_offset) = found.copied().unwrap_or((name, 0, 0));
    Box::new(SyntaxError::at(msg, lineno, col_offset))
}

/// Looks for `name` in the blocks around `id`.
fn outer(table: &SymbolTable, id: BlockId, name: Symbol) -> Outer {
    let mut next = table[id].parent;
    while let Some(id) = next {
        let block = &table[id];
        let flags = block.symbols.flags(name);
        match block.kind {
            BlockType::Function => {
                if flags & DEF_GLOBAL != 0 {
                    return Outer::Global;
                }
                if flags & DEF_NONLOCAL == 0 && flags & DEF_BOUND != 0 {
                    return Outer::Bound;
                }
            }
            BlockType::Class if name == sym::class => return Outer::Bound,
            BlockType::Class => {}
            BlockType::Module if flags & DEF_GLOBAL != 0 => return Outer::Global,
            BlockType::Module => {}
        }
        next = block.parent;
    }
    Outer::Nothing
}

/// Makes the binding of each free name of a block a cell, and the name free in the blocks between.
fn carry_free_names(table: &mut SymbolTable, id: BlockId) {
    for position in 0..table[id].symbols.len() {
        let (name, flags) = table[id].symbols.at(position);
        if Scope::of(flags) == Scope::Free {
            carry(table, table[id].parent, name);
        }
    }
}

fn carry(table: &mut SymbolTable, mut next: Option<BlockId>, name: Symbol) {
    const FREE: u32 = (Scope::Free as u32) << SCOPE_OFFSET;
    while let Some(id) = next {
        let block = &mut table[id];
        next = block.parent;
        if block.kind == BlockType::Class && name == sym::class {
            block.needs_class_closure = true;
            return;
        }
        let Some(known) = block.symbols.get(name) else {
            *block.symbols.flags_mut(name) = FREE;
            continue;
        };
        match (block.kind, Scope::of(known)) {
            (BlockType::Function, Scope::Local | Scope::Cell) => {
                let flags = block.symbols.flags_mut(name);
                *flags &= !(SCOPE_MASK << SCOPE_OFFSET);
                *flags |= (Scope::Cell as u32) << SCOPE_OFFSET;
                return;
            }
            (BlockType::Class, _) if known & (DEF_BOUND | DEF_GLOBAL) != 0 => {
                *block.symbols.flags_mut(name) |= DEF_FREE_CLASS;
            }
            // Free here too: its own turn carries it further.
            (_, Scope::Free) => return,
            _ => {}
        }
    }
}
