//! The symbol table: which scope every name belongs to.
//!
//! Two passes. The first ([`build`]) walks the tree and notes in each block what is done to each name. The second
//! ([`resolve`]) decides, for every name of every block, whether it is local, a cell, free or global: a name that is only used is
//! looked for in the enclosing blocks, and where it is found in a function, all blocks between carry it along.
//!
//! Flags and numbers are those that `_symtable` shows.

mod build;
mod resolve;

use crate::ast::{Ast, ExprId, StmtId, Symbol};
use crate::error::SyntaxError;
use std::collections::HashMap;

pub const DEF_GLOBAL: u32 = 1;
pub const DEF_LOCAL: u32 = 2;
pub const DEF_PARAM: u32 = 4;
pub const DEF_NONLOCAL: u32 = 8;
pub const USE: u32 = 16;
pub const DEF_FREE: u32 = 32;
pub const DEF_FREE_CLASS: u32 = 64;
pub const DEF_IMPORT: u32 = 128;
pub const DEF_ANNOT: u32 = 256;
pub const DEF_COMP_ITER: u32 = 512;
pub const DEF_BOUND: u32 = DEF_LOCAL | DEF_PARAM | DEF_IMPORT;
pub const SCOPE_OFFSET: u32 = 11;
pub const SCOPE_MASK: u32 = DEF_GLOBAL | DEF_LOCAL | DEF_PARAM | DEF_NONLOCAL;

/// Where a name of a block lives.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u32)]
pub enum Scope {
    Unknown = 0,
    Local = 1,
    GlobalExplicit = 2,
    GlobalImplicit = 3,
    Free = 4,
    Cell = 5,
}

impl Scope {
    pub fn of(flags: u32) -> Scope {
        match flags >> SCOPE_OFFSET & SCOPE_MASK {
            1 => Scope::Local,
            2 => Scope::GlobalExplicit,
            3 => Scope::GlobalImplicit,
            4 => Scope::Free,
            5 => Scope::Cell,
            _ => Scope::Unknown,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum BlockType {
    Function = 0,
    Class = 1,
    Module = 2,
}

/// Which comprehension a block belongs to, if it does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ComprehensionKind {
    List,
    Set,
    Dict,
    Generator,
}

/// Index of a block in [`SymbolTable::blocks`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct BlockId(u32);

impl BlockId {
    /// The block of the whole program.
    pub const TOP: BlockId = BlockId(0);

    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The node that opens a block.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BlockKey {
    Stmt(StmtId),
    Expr(ExprId),
}

/// Names of a block and their flags, in order of first mention.
#[derive(Clone, Debug, Default)]
pub struct Symbols {
    entries: Vec<(Symbol, u32)>,
    /// Filled once there are more than a few entries.
    index: HashMap<Symbol, u32, SymbolHasher>,
}

/// Symbols are small consecutive numbers: spreading the bits is enough.
#[derive(Clone, Copy, Default, Debug)]
pub struct SymbolHasher(u64);

impl std::hash::BuildHasher for SymbolHasher {
    type Hasher = SymbolHasher;
    fn build_hasher(&self) -> SymbolHasher {
        SymbolHasher(0)
    }
}

impl std::hash::Hasher for SymbolHasher {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u32(u32::from(*byte));
        }
    }
    fn write_u32(&mut self, value: u32) {
        self.0 = (self.0.rotate_left(5) ^ u64::from(value)).wrapping_mul(0x517c_c1b7_2722_0a95);
    }
    fn write_isize(&mut self, value: isize) {
        self.write_u32(value as u32);
    }
}

const FEW: usize = 8;

impl Symbols {
    pub fn position(&self, name: Symbol) -> Option<usize> {
        if self.entries.len() <= FEW {
            self.entries.iter().position(|(known, _)| *known == name)
        } else {
            self.index.get(&name).map(|at| *at as usize)
        }
    }

    pub fn get(&self, name: Symbol) -> Option<u32> {
        self.position(name).map(|at| self.entries[at].1)
    }

    /// The flags of a name, zero for an unknown one.
    pub fn flags(&self, name: Symbol) -> u32 {
        self.get(name).unwrap_or(0)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Symbol, u32)> + '_ {
        self.entries.iter().copied()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    fn at(&self, position: usize) -> (Symbol, u32) {
        self.entries[position]
    }

    fn flags_mut(&mut self, name: Symbol) -> &mut u32 {
        let at = match self.position(name) {
            Some(at) => at,
            None => self.push(name),
        };
        &mut self.entries[at].1
    }

    fn push(&mut self, name: Symbol) -> usize {
        let at = self.entries.len();
        self.entries.push((name, 0));
        if at == FEW {
            let numbered = self.entries.iter().zip(0..);
            self.index
                .extend(numbered.map(|((name, _), at)| (*name, at)));
        } else if at > FEW {
            self.index.insert(name, at as u32);
        }
        at
    }
}

/// A module, class body, function body, lambda or comprehension.
#[derive(Clone, Debug)]
pub struct Block {
    pub name: Symbol,
    pub kind: BlockType,
    pub symbols: Symbols,
    /// Parameters.
    pub varnames: Vec<Symbol>,
    pub children: Vec<BlockId>,
    pub parent: Option<BlockId>,
    /// Whether a function lies around it.
    pub nested: bool,
    pub generator: bool,
    pub coroutine: bool,
    pub comprehension: bool,
    pub varargs: bool,
    pub varkeywords: bool,
    pub returns_value: bool,
    /// A method needs `__class__`.
    pub needs_class_closure: bool,
    pub lineno: i32,
    pub col_offset: i32,
    /// Depth of iterable expressions of comprehensions around the current place; no named expression may stand there.
    comp_iter_expr: u32,
    /// The target of a comprehension's `for` is being visited.
    comp_iter_target: bool,
    /// Where names were declared global or nonlocal.
    directives: Vec<(Symbol, i32, i32)>,
}

impl Block {
    pub fn scope(&self, name: Symbol) -> Scope {
        Scope::of(self.symbols.flags(name))
    }
}

/// All blocks of a program.
#[derive(Clone, Debug, Default)]
pub struct SymbolTable {
    pub blocks: Vec<Block>,
    by_node: HashMap<BlockKey, BlockId, SymbolHasher>,
}

impl SymbolTable {
    pub fn find(&self, key: BlockKey) -> Option<BlockId> {
        self.by_node.get(&key).copied()
    }

    pub fn top(&self) -> Option<&Block> {
        self.blocks.first()
    }
}

impl std::ops::Index<BlockId> for SymbolTable {
    type Output = Block;
    fn index(&self, id: BlockId) -> &Block {
        &self.blocks[id.index()]
    }
}

impl std::ops::IndexMut<BlockId> for SymbolTable {
    fn index_mut(&mut self, id: BlockId) -> &mut Block {
        &mut self.blocks[id.index()]
    }
}

/// How deep a tree may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Recursion {
    /// Calls that the program has active already.
    pub depth: u32,
    /// `sys.getrecursionlimit()`.
    pub limit: u32,
}

impl Default for Recursion {
    fn default() -> Self {
        Self {
            depth: 0,
            limit: 1000,
        }
    }
}

impl Recursion {
    /// Levels of a tree for each call that the interpreter would allow.
    const SCALE: u32 = 3;
    /// What the native stack holds in any case, whatever limit the program has set.
    const NATIVE: u32 = 6_000;

    /// Depth of the root and greatest depth of any node.
    pub fn scaled(self) -> (u32, u32) {
        let depth = self.depth.saturating_mul(Self::SCALE);
        let limit = self.limit.saturating_mul(Self::SCALE);
        (depth, limit.min(depth.saturating_add(Self::NATIVE)))
    }
}

/// Makes the symbol table of a tree. Mangled names are added to the tree's names.
pub fn build(ast: &mut Ast, recursion: Recursion) -> Result<SymbolTable, Box<SyntaxError>> {
    let mut table = build::build(ast, recursion)?;
    resolve::resolve(&mut table, &ast.names)?;
    Ok(table)
}

/// The name that `name` has inside class `private`: `__spam` becomes `_Class__spam`.
pub fn mangle(ast: &mut Ast, private: Option<Symbol>, name: Symbol) -> Symbol {
    let Some(private) = private else { return name };
    let text = ast.names.get(name);
    if !text.starts_with(b"__") || text.ends_with(b"__") || text.contains(&b'.') {
        return name;
    }
    let class = ast.names.get(private);
    let stripped = class.iter().position(|byte| *byte != b'_');
    // A class with a name of underscores only does not mangle.
    let Some(start) = stripped else { return name };
    let mangled = [b"_", &class[start..], text].concat();
    ast.names.intern(&mangled)
}
