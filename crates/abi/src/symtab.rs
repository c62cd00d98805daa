//! `symtable.h`: the symbol table.

use crate::{PyFutureFeatures, PyObject};
use core::cell::Cell;
use core::ffi::{c_int, c_uint};

pub const DEF_GLOBAL: c_int = 1;
pub const DEF_LOCAL: c_int = 2;
pub const DEF_PARAM: c_int = 1 << 2;
pub const DEF_NONLOCAL: c_int = 1 << 3;
pub const USE: c_int = 1 << 4;
pub const DEF_FREE: c_int = 1 << 5;
pub const DEF_FREE_CLASS: c_int = 1 << 6;
pub const DEF_IMPORT: c_int = 1 << 7;
pub const DEF_ANNOT: c_int = 1 << 8;
pub const DEF_COMP_ITER: c_int = 1 << 9;
pub const DEF_BOUND: c_int = 0x86;
pub const SCOPE_OFFSET: c_int = 11;
pub const SCOPE_MASK: c_int = 0xf;
pub const LOCAL: c_int = 1;
pub const GLOBAL_EXPLICIT: c_int = 2;
pub const GLOBAL_IMPLICIT: c_int = 3;
pub const FREE: c_int = 4;
pub const CELL: c_int = 5;
pub const GENERATOR: c_int = 1;
pub const GENERATOR_EXPRESSION: c_int = 2;

pub type _Py_block_ty = c_uint;
pub const FunctionBlock: _Py_block_ty = 0;
pub const ClassBlock: _Py_block_ty = 1;
pub const ModuleBlock: _Py_block_ty = 2;

/// The symbol table of a compilation.
#[repr(C)]
pub struct symtable {
    pub st_filename: Cell<*mut PyObject>,
    pub st_cur: Cell<*mut PySTEntryObject>,
    pub st_top: Cell<*mut PySTEntryObject>,
    pub st_blocks: Cell<*mut PyObject>,
    pub st_stack: Cell<*mut PyObject>,
    pub st_global: Cell<*mut PyObject>,
    pub st_nblocks: Cell<c_int>,
    pub st_private: Cell<*mut PyObject>,
    pub st_future: Cell<*mut PyFutureFeatures>,
    pub recursion_depth: Cell<c_int>,
    pub recursion_limit: Cell<c_int>,
}

/// The symbols of one block.
#[repr(C)]
pub struct PySTEntryObject {
    pub ob_base: PyObject,
    pub ste_id: Cell<*mut PyObject>,
    pub ste_symbols: Cell<*mut PyObject>,
    pub ste_name: Cell<*mut PyObject>,
    pub ste_varnames: Cell<*mut PyObject>,
    pub ste_children: Cell<*mut PyObject>,
    pub ste_directives: Cell<*mut PyObject>,
    pub ste_type: Cell<_Py_block_ty>,
    pub ste_nested: Cell<c_int>,
    pub ste_bits: Cell<u32>,
    pub ste_comp_iter_expr: Cell<c_int>,
    pub ste_lineno: Cell<c_int>,
    pub ste_col_offset: Cell<c_int>,
    pub ste_opt_lineno: Cell<c_int>,
    pub ste_opt_col_offset: Cell<c_int>,
    pub ste_table: Cell<*mut symtable>,
}

/// Masks of the bit-fields in `ste_bits`.
impl PySTEntryObject {
    pub const STE_FREE_MASK: u32 = 0x1;
    pub const STE_CHILD_FREE_MASK: u32 = 0x2;
    pub const STE_GENERATOR_MASK: u32 = 0x4;
    pub const STE_COROUTINE_MASK: u32 = 0x8;
    pub const STE_COMPREHENSION_MASK: u32 = 0x10;
    pub const STE_VARARGS_MASK: u32 = 0x20;
    pub const STE_VARKEYWORDS_MASK: u32 = 0x40;
    pub const STE_RETURNS_VALUE_MASK: u32 = 0x80;
    pub const STE_NEEDS_CLASS_CLOSURE_MASK: u32 = 0x100;
    pub const STE_COMP_ITER_TARGET_MASK: u32 = 0x200;
}

layouts!(symtable, PySTEntryObject);
