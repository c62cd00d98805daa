//! A code object in the making.

use crate::constant::Const;
use crate::opcode;
use pyrite_syntax::ast::{Symbol, Text};
use pyrite_syntax::symtable::{BlockId, SymbolHasher};
use std::collections::HashMap;

/// What a unit is the code of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnitKind {
    Module,
    Class,
    Function,
    AsyncFunction,
    Lambda,
    Comprehension,
}

/// A place in the code that jumps can name before it is known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Label(pub u32);

impl Label {
    /// The "target" of instructions that do not jump.
    pub const NONE: Label = Label(u32::MAX);
}

#[derive(Clone, Copy, Debug)]
pub struct Instr {
    pub op: u8,
    pub arg: u32,
    pub target: Label,
    /// Set on the first instruction of a line, else 0.
    pub lineno: i32,
}

/// Something that a `break`, `continue` or `return` must undo on its way out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FBlockKind {
    WhileLoop,
    ForLoop,
    Except,
    FinallyTry,
    /// A `try` whose `finally` may itself leave: a placeholder for the return value lies on the stack.
    FinallyTry2,
    FinallyEnd,
    With,
    AsyncWith,
    HandlerCleanup,
}

#[derive(Clone, Copy, Debug)]
pub struct FBlock {
    pub kind: FBlockKind,
    pub block: Label,
    pub exit: Option<Label>,
}

/// Names with their numbers, in order of first use.
#[derive(Clone, Debug, Default)]
pub struct NameTable {
    pub list: Vec<Symbol>,
    index: HashMap<Symbol, u32, SymbolHasher>,
}

impl NameTable {
    const FEW: usize = 12;

    pub fn from_list(list: Vec<Symbol>) -> Self {
        let mut table = Self::default();
        for name in list {
            table.add(name);
        }
        table
    }

    pub fn find(&self, name: Symbol) -> Option<u32> {
        if self.list.len() <= Self::FEW {
            let at = self.list.iter().position(|known| *known == name);
            at.map(|at| at as u32)
        } else {
            self.index.get(&name).copied()
        }
    }

    pub fn add(&mut self, name: Symbol) -> u32 {
        if let Some(at) = self.find(name) {
            return at;
        }
        let at = self.list.len();
        self.list.push(name);
        if at == Self::FEW {
            self.index.extend(self.list.iter().copied().zip(0..));
        } else if at > Self::FEW {
            self.index.insert(name, at as u32);
        }
        at as u32
    }
}

/// `co_consts` with their numbers.
#[derive(Default)]
pub struct ConstTable {
    pub list: Vec<Const>,
    index: HashMap<Const, u32>,
}

impl ConstTable {
    const FEW: usize = 8;

    pub fn add(&mut self, value: Const) -> u32 {
        let at = self.list.len();
        if at <= Self::FEW {
            if let Some(found) = self.list.iter().position(|known| *known == value) {
                return found as u32;
            }
            if at == Self::FEW {
                self.index.extend(self.list.iter().cloned().zip(0..));
            }
        } else if let Some(found) = self.index.get(&value) {
            return *found;
        }
        if at >= Self::FEW {
            self.index.insert(value.clone(), at as u32);
        }
        self.list.push(value);
        at as u32
    }
}

/// Instructions in the order in which they were emitted, and the order in which they shall stand: `finally` clauses are
/// compiled before the `try` they belong to.
pub struct Unit {
    pub block: BlockId,
    pub kind: UnitKind,
    pub name: Symbol,
    pub qualname: Text,
    /// The class whose private names are mangled here.
    pub private: Option<Symbol>,
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub firstlineno: i32,
    pub consts: ConstTable,
    pub names: NameTable,
    pub varnames: NameTable,
    pub cellvars: NameTable,
    pub freevars: NameTable,
    pub instrs: Vec<Instr>,
    /// Finished stretches of `instrs`, in their final order.
    layout: Vec<std::ops::Range<u32>>,
    /// Where the current stretch began.
    stretch: u32,
    /// Where each label is, as an index of `instrs`.
    pub labels: Vec<u32>,
    /// Labels at the end of `instrs`.
    fresh: Vec<Label>,
    pub fblocks: Vec<FBlock>,
    pub lineno: i32,
    pub col_offset: i32,
    pub lineno_set: bool,
    /// The current basic block has a RETURN_VALUE, so it does not fall off the end.
    pub block_returns: bool,
    /// The first basic block has no instruction.
    pub entry_empty: bool,
}

impl Unit {
    pub fn new(block: BlockId, kind: UnitKind, name: Symbol, firstlineno: i32) -> Self {
        Self {
            block,
            kind,
            name,
            qualname: Text::from(""),
            private: None,
            argcount: 0,
            posonlyargcount: 0,
            kwonlyargcount: 0,
            firstlineno,
            consts: ConstTable::default(),
            names: NameTable::default(),
            varnames: NameTable::default(),
            cellvars: NameTable::default(),
            freevars: NameTable::default(),
            instrs: Vec::with_capacity(32),
            layout: Vec::new(),
            stretch: 0,
            labels: Vec::new(),
            fresh: Vec::new(),
            fblocks: Vec::new(),
            lineno: 0,
            col_offset: 0,
            lineno_set: false,
            block_returns: false,
            entry_empty: false,
        }
    }

    pub fn emit(&mut self, op: u8, arg: u32, target: Label) {
        let lineno = if self.lineno_set { 0 } else { self.lineno };
        self.lineno_set = true;
        self.block_returns |= op == opcode::RETURN_VALUE;
        self.fresh.clear();
        self.instrs.push(Instr {
            op,
            arg,
            target,
            lineno,
        });
    }

    pub fn new_label(&mut self) -> Label {
        self.labels.push(u32::MAX);
        Label(self.labels.len() as u32 - 1)
    }

    /// Begins a basic block at `label`.
    pub fn place(&mut self, label: Label) {
        self.bind(label);
        self.next_block();
    }

    fn bind(&mut self, label: Label) {
        let here = self.instrs.len() as u32;
        if let Some(at) = self.labels.get_mut(label.0 as usize) {
            *at = here;
        }
        self.fresh.push(label);
    }

    pub fn next_block(&mut self) {
        self.block_returns = false;
        self.entry_empty |= self.instrs.is_empty();
    }

    /// Ends the current stretch of instructions; what follows may be put elsewhere.
    fn cut(&mut self) {
        let here = self.instrs.len() as u32;
        self.layout.push(self.stretch..here);
        self.stretch = here;
    }

    /// Code emitted from now on belongs elsewhere, until the detour is closed.
    pub fn open_detour(&mut self) -> MainLine {
        self.cut();
        MainLine {
            layout: std::mem::take(&mut self.layout),
            fresh: std::mem::take(&mut self.fresh),
            entry_empty: self.entry_empty,
        }
    }

    /// Goes back to the main line, with the code of the detour in hand.
    pub fn close_detour(&mut self, main: MainLine) -> Detour {
        self.cut();
        let layout = std::mem::replace(&mut self.layout, main.layout);
        self.entry_empty = main.entry_empty;
        self.fresh.clear();
        for label in main.fresh {
            self.bind(label);
        }
        Detour {
            layout,
            returns: self.block_returns,
        }
    }

    /// Puts a detour behind what has been emitted.
    pub fn append_detour(&mut self, detour: Detour) {
        self.cut();
        self.layout.extend(detour.layout);
        self.block_returns = detour.returns;
    }

    /// The instructions in their final order, and the index at which each label stands.
    pub fn in_order(&mut self) -> (Vec<Instr>, Vec<u32>) {
        let labels = std::mem::take(&mut self.labels);
        if self.layout.is_empty() {
            return (std::mem::take(&mut self.instrs), labels);
        }
        self.cut();
        let mut instrs = Vec::with_capacity(self.instrs.len());
        let mut moved = vec![u32::MAX; self.instrs.len()];
        for stretch in &self.layout {
            for index in stretch.start as usize..stretch.end as usize {
                moved[index] = instrs.len() as u32;
                instrs.push(self.instrs[index]);
            }
        }
        let end = instrs.len() as u32;
        let labels = labels
            .into_iter()
            .map(|at| moved.get(at as usize).copied().unwrap_or(end))
            .collect();
        (instrs, labels)
    }
}

/// A unit's main line of code, while a detour is open.
pub struct MainLine {
    layout: Vec<std::ops::Range<u32>>,
    /// Labels at its end, which must not go with the detour.
    fresh: Vec<Label>,
    entry_empty: bool,
}

/// Code that was emitted ahead of its place.
pub struct Detour {
    layout: Vec<std::ops::Range<u32>>,
    /// Its last block does not fall off the end.
    returns: bool,
}
