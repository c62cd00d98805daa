//! Code objects, as plain data.

use crate::constant::Const;
use pyrite_syntax::ast::Text;

pub const CO_OPTIMIZED: i32 = 0x0001;
pub const CO_NEWLOCALS: i32 = 0x0002;
pub const CO_VARARGS: i32 = 0x0004;
pub const CO_VARKEYWORDS: i32 = 0x0008;
pub const CO_NESTED: i32 = 0x0010;
pub const CO_GENERATOR: i32 = 0x0020;
pub const CO_NOFREE: i32 = 0x0040;
pub const CO_COROUTINE: i32 = 0x0080;
pub const CO_ITERABLE_COROUTINE: i32 = 0x0100;
pub const CO_ASYNC_GENERATOR: i32 = 0x0200;
pub const CO_FUTURE_DIVISION: i32 = 0x20000;
pub const CO_FUTURE_ABSOLUTE_IMPORT: i32 = 0x40000;
pub const CO_FUTURE_WITH_STATEMENT: i32 = 0x80000;
pub const CO_FUTURE_PRINT_FUNCTION: i32 = 0x100000;
pub const CO_FUTURE_UNICODE_LITERALS: i32 = 0x200000;
pub const CO_FUTURE_BARRY_AS_BDFL: i32 = 0x400000;
pub const CO_FUTURE_GENERATOR_STOP: i32 = 0x800000;
pub const CO_FUTURE_ANNOTATIONS: i32 = 0x1000000;

/// The flags of `compile()` that code objects inherit.
pub const PYCF_MASK: i32 = CO_FUTURE_DIVISION
    | CO_FUTURE_ABSOLUTE_IMPORT
    | CO_FUTURE_WITH_STATEMENT
    | CO_FUTURE_PRINT_FUNCTION
    | CO_FUTURE_UNICODE_LITERALS
    | CO_FUTURE_BARRY_AS_BDFL
    | CO_FUTURE_GENERATOR_STOP
    | CO_FUTURE_ANNOTATIONS;

/// A code object. Names are shared between all code objects of one compilation.
#[derive(Clone, Debug)]
pub struct Code {
    pub argcount: i32,
    pub posonlyargcount: i32,
    pub kwonlyargcount: i32,
    pub nlocals: i32,
    pub stacksize: i32,
    pub flags: i32,
    pub firstlineno: i32,
    pub code: Vec<u8>,
    pub consts: Vec<Const>,
    /// How many of the last constants the peephole optimiser made. It does not look for equal ones.
    pub folded: usize,
    pub names: Vec<Text>,
    pub varnames: Vec<Text>,
    pub freevars: Vec<Text>,
    pub cellvars: Vec<Text>,
    pub filename: Text,
    pub name: Text,
    pub lnotab: Vec<u8>,
}

/// As code objects compare in 3.8: file, stack size and line table do not count.
impl PartialEq for Code {
    fn eq(&self, other: &Code) -> bool {
        self.name == other.name
            && self.argcount == other.argcount
            && self.posonlyargcount == other.posonlyargcount
            && self.kwonlyargcount == other.kwonlyargcount
            && self.nlocals == other.nlocals
            && self.flags == other.flags
            && self.firstlineno == other.firstlineno
            && self.code == other.code
            && self.consts == other.consts
            && self.names == other.names
            && self.varnames == other.varnames
            && self.freevars == other.freevars
            && self.cellvars == other.cellvars
    }
}

impl Eq for Code {}
