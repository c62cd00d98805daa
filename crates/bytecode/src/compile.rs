//! From tree to code.
//!
//! The tree is optimised in place, its symbol table is made, and then it is walked once: every statement and expression emits the
//! instructions that CPython 3.8 emits for it, into the [`Unit`] of the innermost function, class or module. A finished
//! unit is assembled ([`crate::assemble`]) and becomes a constant of the unit around it.

mod comprehension;
mod expr;
mod function;
mod stmt;
mod target;
mod try_stmt;
mod unit;
mod warn;

pub use unit::{ConstTable, FBlock, FBlockKind, Instr, Label, NameTable, Unit, UnitKind};

use crate::code::{self, Code};
use crate::constant::Const;
use crate::future::{self, Future};
use crate::opcode::*;
use crate::{assemble, optimize};
use pyrite_syntax::ast::*;
use pyrite_syntax::error::ErrorKind;
use pyrite_syntax::symtable::{
    self, BlockId, BlockKey, BlockType, DEF_FREE_CLASS, Recursion, Scope, SymbolTable,
};
use pyrite_syntax::{SyntaxError, Warning, WarningCategory};
use std::rc::Rc;

pub type CompileError = Box<SyntaxError>;
pub(crate) type Res<T = ()> = Result<T, CompileError>;

/// Compile with `await` allowed at the top level.
pub const PYCF_ALLOW_TOP_LEVEL_AWAIT: i32 = 0x2000;

/// What the receiver of a warning decided.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Go on.
    Issued,
    /// The filters turn it into an error: a SyntaxError with the warning's text.
    Error,
    /// Some other exception was raised.
    Raised,
}

/// How to compile.
pub struct Options<'a> {
    pub filename: Text,
    /// `CO_FUTURE_` and `PyCF_` flags.
    pub flags: i32,
    /// 0, 1 or 2.
    pub optimize: u8,
    pub recursion: Recursion,
    pub warn: &'a mut dyn FnMut(&Warning) -> Verdict,
}

/// Compiles a tree, which is changed by that. What kind of code it gives is decided by the tree's root.
pub fn compile(ast: &mut Ast, options: Options<'_>) -> Res<Rc<Code>> {
    let future = future::parse(ast)?;
    let flags = options.flags | future.features;
    optimize::optimize(ast, options.optimize)?;
    let table = symtable::build(ast, options.recursion)?;
    let mut compiler = Compiler {
        ast,
        table,
        texts: Vec::new(),
        units: Vec::new(),
        future,
        flags,
        optimize: options.optimize,
        filename: options.filename,
        interactive: false,
        silent: 0,
        nest: 0,
        warn: options.warn,
    };
    compiler.module()
}

/// The symbol table that `_symtable.symtable` shows.
pub fn symbol_table(ast: &mut Ast, recursion: Recursion) -> Res<SymbolTable> {
    symtable::build(ast, recursion)
}

pub(crate) struct Compiler<'a> {
    pub ast: &'a mut Ast,
    pub table: SymbolTable,
    /// Text of each name that was needed, by symbol.
    texts: Vec<Option<Text>>,
    /// From the module to the innermost unit.
    pub units: Vec<Unit>,
    pub future: Future,
    pub flags: i32,
    pub optimize: u8,
    pub filename: Text,
    pub interactive: bool,
    /// Inside code that cannot run, which is compiled for its errors only, when not zero.
    pub silent: u32,
    /// Units around the current place; the module is the first.
    pub nest: u32,
    pub warn: &'a mut dyn FnMut(&Warning) -> Verdict,
}

impl Compiler<'_> {
    fn module(&mut self) -> Res<Rc<Code>> {
        self.enter_unit(BlockId::TOP, UnitKind::Module, sym::module_name, 0);
        let mut add_none = true;
        match self.ast.root {
            Mod::Module { body, .. } => self.body(body)?,
            Mod::Interactive { body } => {
                if self.has_annotations(body) {
                    self.op(SETUP_ANNOTATIONS);
                }
                self.interactive = true;
                self.stmts(body)?;
            }
            Mod::Expression { body } => {
                self.expr(body)?;
                add_none = false;
            }
            Mod::Suite { .. } | Mod::FunctionType { .. } => {
                let msg = "module kind should not be possible";
                return Err(Box::new(SyntaxError::other(ErrorKind::SystemError, msg)));
            }
        }
        self.leave_unit(add_none)
    }

    #[inline]
    pub fn unit(&mut self) -> &mut Unit {
        // A unit is entered before anything is compiled and left after everything is.
        let last = self.units.len() - 1;
        &mut self.units[last]
    }

    pub fn block_type(&self) -> BlockType {
        self.units
            .last()
            .map_or(BlockType::Module, |unit| self.table[unit.block].kind)
    }

    pub fn unit_kind(&self) -> UnitKind {
        self.units.last().map_or(UnitKind::Module, |unit| unit.kind)
    }

    /// Whether this place is outside all functions and classes, and `await` is allowed there.
    pub fn is_top_level_await(&self) -> bool {
        self.flags & PYCF_ALLOW_TOP_LEVEL_AWAIT != 0 && self.block_type() == BlockType::Module
    }

    pub fn enter_unit(&mut self, block: BlockId, kind: UnitKind, name: Symbol, firstlineno: i32) {
        let mut unit = Unit::new(block, kind, name, firstlineno);
        let scope = &self.table[block];
        unit.varnames = NameTable::from_list(scope.varnames.clone());
        let (mut cells, mut free) = (Vec::new(), Vec::new());
        for (name, flags) in scope.symbols.iter() {
            match Scope::of(flags) {
                Scope::Cell => cells.push(name),
                Scope::Free => free.push(name),
                _ if flags & DEF_FREE_CLASS != 0 => free.push(name),
                _ => {}
            }
        }
        let names = &self.ast.names;
        cells.sort_by_key(|name| names.get(*name));
        free.sort_by_key(|name| names.get(*name));
        if scope.needs_class_closure {
            cells.push(sym::class);
        }
        unit.cellvars = NameTable::from_list(cells);
        unit.freevars = NameTable::from_list(free);
        unit.private = self.units.last().and_then(|outer| outer.private);
        self.units.push(unit);
        self.nest += 1;
        if kind != UnitKind::Module {
            self.set_qualname();
        }
    }

    fn set_qualname(&mut self) {
        let Some((unit, outer)) = self.units.split_last() else {
            return;
        };
        let (name, kind) = (unit.name, unit.kind);
        let mut base = None;
        // The module adds nothing to the names of what it holds.
        if let [_, .., parent] = outer {
            let mut global = false;
            if matches!(
                kind,
                UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Class
            ) {
                let mangled = symtable::mangle(self.ast, parent.private, name);
                global = self.table[parent.block].scope(mangled) == Scope::GlobalExplicit;
            }
            if !global {
                let local = matches!(
                    parent.kind,
                    UnitKind::Function | UnitKind::AsyncFunction | UnitKind::Lambda
                );
                base = Some((parent.qualname.clone(), local));
            }
        }
        let name = self.text(name);
        let qualname = match base {
            None => name,
            Some((base, local)) => {
                let dot: &[u8] = if local { b".<locals>." } else { b"." };
                Text::from_wtf8(&[base.as_wtf8(), dot, name.as_wtf8()].concat())
            }
        };
        self.unit().qualname = qualname;
    }

    /// Finishes the innermost unit.
    pub fn leave_unit(&mut self, add_none: bool) -> Res<Rc<Code>> {
        if !self.unit().block_returns {
            self.unit().next_block();
            if add_none {
                self.load_none();
            }
            self.op(RETURN_VALUE);
        }
        self.nest -= 1;
        let Some(unit) = self.units.pop() else {
            let msg = "no unit to leave";
            return Err(Box::new(SyntaxError::other(ErrorKind::SystemError, msg)));
        };
        let flags = self.code_flags(&unit);
        let code = assemble::assemble(self, unit, flags)?;
        Ok(Rc::new(code))
    }

    fn code_flags(&self, unit: &Unit) -> i32 {
        let block = &self.table[unit.block];
        let mut flags = 0;
        if block.kind == BlockType::Function {
            flags |= code::CO_NEWLOCALS | code::CO_OPTIMIZED;
            if block.nested {
                flags |= code::CO_NESTED;
            }
            flags |= match (block.generator, block.coroutine) {
                (true, false) => code::CO_GENERATOR,
                (false, true) => code::CO_COROUTINE,
                (true, true) => code::CO_ASYNC_GENERATOR,
                (false, false) => 0,
            };
            if block.varargs {
                flags |= code::CO_VARARGS;
            }
            if block.varkeywords {
                flags |= code::CO_VARKEYWORDS;
            }
        }
        flags |= self.flags & code::PYCF_MASK;
        let top_level_await = self.flags & PYCF_ALLOW_TOP_LEVEL_AWAIT != 0;
        let awaits = block.coroutine && !block.generator;
        if top_level_await && block.kind == BlockType::Module && awaits {
            flags |= code::CO_COROUTINE;
        }
        if unit.cellvars.list.is_empty() && unit.freevars.list.is_empty() {
            flags |= code::CO_NOFREE;
        }
        flags
    }

    /// The text of a name; the same one each time.
    pub fn text(&mut self, name: Symbol) -> Text {
        let index = name.index();
        if self.texts.len() <= index {
            self.texts.resize(self.ast.names.len(), None);
        }
        if let Some(Some(text)) = self.texts.get(index) {
            return text.clone();
        }
        let text = Text::from_wtf8(self.ast.names.get(name));
        if let Some(entry) = self.texts.get_mut(index) {
            *entry = Some(text.clone());
        }
        text
    }

    pub fn texts(&mut self, names: &[Symbol]) -> Vec<Text> {
        names.iter().map(|name| self.text(*name)).collect()
    }

    pub fn mangled(&mut self, name: Symbol) -> Symbol {
        let private = self.unit().private;
        symtable::mangle(self.ast, private, name)
    }

    pub fn find_block(&self, key: BlockKey) -> Res<BlockId> {
        self.table.find(key).ok_or_else(|| {
            let msg = "unknown symbol table entry";
            Box::new(SyntaxError::other(ErrorKind::SystemError, msg))
        })
    }

    // --- emitting ---

    #[inline]
    pub fn op(&mut self, op: u8) {
        self.op_arg(op, 0);
    }

    #[inline]
    pub fn op_arg(&mut self, op: u8, arg: u32) {
        if self.silent == 0 {
            self.unit().emit(op, arg, Label::NONE);
        }
    }

    pub fn jump(&mut self, op: u8, target: Label) {
        if self.silent == 0 {
            self.unit().emit(op, 0, target);
        }
    }

    pub fn new_label(&mut self) -> Label {
        self.unit().new_label()
    }

    /// Begins a basic block at `label`.
    pub fn place(&mut self, label: Label) {
        self.unit().place(label);
    }

    pub fn next_block(&mut self) {
        self.unit().next_block();
    }

    pub fn load_const(&mut self, value: impl Into<Const>) {
        if self.silent == 0 {
            let index = self.unit().consts.add(value.into());
            self.op_arg(LOAD_CONST, index);
        }
    }

    pub fn load_none(&mut self) {
        self.load_const(Constant::None);
    }

    pub fn load_str(&mut self, name: Symbol) {
        let text = self.text(name);
        self.load_const(Constant::Str(text));
    }

    /// An instruction with a name that is looked up at run time.
    pub fn op_name(&mut self, op: u8, name: Symbol) {
        if self.silent > 0 {
            return;
        }
        let mangled = self.mangled(name);
        self.op_raw_name(op, mangled);
    }

    pub fn op_raw_name(&mut self, op: u8, name: Symbol) {
        if self.silent > 0 {
            return;
        }
        let index = self.unit().names.add(name);
        self.op_arg(op, index);
    }

    /// Reads, writes or deletes a variable.
    pub fn name_op(&mut self, name: Symbol, ctx: ExprContext) {
        let mangled = self.mangled(name);
        let last = self.units.len() - 1;
        let unit = &mut self.units[last];
        let block = &self.table[unit.block];
        let function = block.kind == BlockType::Function;
        let verb = match ctx {
            ExprContext::Store | ExprContext::AugStore => 1,
            ExprContext::Del => 2,
            _ => 0,
        };
        let (ops, arg) = match block.scope(mangled) {
            scope @ (Scope::Free | Scope::Cell) => {
                let load = if block.kind == BlockType::Class {
                    LOAD_CLASSDEREF
                } else {
                    LOAD_DEREF
                };
                let ops = [load, STORE_DEREF, DELETE_DEREF];
                (ops, deref_index(unit, mangled, scope))
            }
            Scope::Local if function => {
                if self.silent > 0 {
                    return;
                }
                let ops = [LOAD_FAST, STORE_FAST, DELETE_FAST];
                (ops, unit.varnames.add(mangled))
            }
            Scope::GlobalImplicit if function => {
                let ops = [LOAD_GLOBAL, STORE_GLOBAL, DELETE_GLOBAL];
                (ops, unit.names.add(mangled))
            }
            Scope::GlobalExplicit => {
                let ops = [LOAD_GLOBAL, STORE_GLOBAL, DELETE_GLOBAL];
                (ops, unit.names.add(mangled))
            }
            _ => {
                let ops = [LOAD_NAME, STORE_NAME, DELETE_NAME];
                (ops, unit.names.add(mangled))
            }
        };
        self.op_arg(ops[verb], arg);
    }

    // --- errors ---

    /// An error at the current statement or expression.
    pub fn error<T>(&mut self, msg: impl Into<String>) -> Res<T> {
        let unit = self.unit();
        let (lineno, col_offset) = (unit.lineno, unit.col_offset);
        Err(Box::new(SyntaxError::at(msg, lineno, col_offset)))
    }

    pub fn warning(&mut self, msg: String) -> Res {
        let unit = self.unit();
        let warning = Warning {
            category: WarningCategory::SyntaxWarning,
            msg,
            lineno: unit.lineno,
            offset: unit.col_offset.saturating_add(1),
        };
        match (self.warn)(&warning) {
            Verdict::Issued => Ok(()),
            Verdict::Error => self.error(warning.msg),
            Verdict::Raised => Err(Box::new(SyntaxError::other(ErrorKind::Raised, ""))),
        }
    }

    pub fn push_fblock(&mut self, kind: FBlockKind, block: Label, exit: Option<Label>) -> Res {
        const CO_MAXBLOCKS: usize = 20;
        if self.unit().fblocks.len() >= CO_MAXBLOCKS {
            return Err(Box::new(SyntaxError::other(
                ErrorKind::PlainSyntaxError,
                "too many statically nested blocks",
            )));
        }
        self.unit().fblocks.push(FBlock { kind, block, exit });
        Ok(())
    }

    pub fn pop_fblock(&mut self) -> Option<FBlock> {
        self.unit().fblocks.pop()
    }
}

/// Number of a cell or free variable: cells come first.
fn deref_index(unit: &Unit, name: Symbol, scope: Scope) -> u32 {
    let cells = unit.cellvars.list.len() as u32;
    let index = match scope {
        Scope::Cell => unit.cellvars.find(name),
        _ => unit.freevars.find(name).map(|index| cells + index),
    };
    index.unwrap_or(0)
}
