//! `code.h`: code objects and their flags.

use crate::{_PyOpcache, Py_ssize_t, PyObject};
use core::cell::Cell;
use core::ffi::{c_int, c_uchar, c_void};

pub const CO_OPTIMIZED: c_int = 0x1;
pub const CO_NEWLOCALS: c_int = 0x2;
pub const CO_VARARGS: c_int = 0x4;
pub const CO_VARKEYWORDS: c_int = 0x8;
pub const CO_NESTED: c_int = 0x10;
pub const CO_GENERATOR: c_int = 0x20;
pub const CO_NOFREE: c_int = 0x40;
pub const CO_COROUTINE: c_int = 0x80;
pub const CO_ITERABLE_COROUTINE: c_int = 0x100;
pub const CO_ASYNC_GENERATOR: c_int = 0x200;
pub const CO_FUTURE_DIVISION: c_int = 0x20000;
pub const CO_FUTURE_ABSOLUTE_IMPORT: c_int = 0x40000;
pub const CO_FUTURE_WITH_STATEMENT: c_int = 0x80000;
pub const CO_FUTURE_PRINT_FUNCTION: c_int = 0x100000;
pub const CO_FUTURE_UNICODE_LITERALS: c_int = 0x200000;
pub const CO_FUTURE_BARRY_AS_BDFL: c_int = 0x400000;
pub const CO_FUTURE_GENERATOR_STOP: c_int = 0x800000;
pub const CO_FUTURE_ANNOTATIONS: c_int = 0x1000000;
pub const CO_CELL_NOT_AN_ARG: c_int = -1;
pub const CO_MAXBLOCKS: c_int = 20;

pub type _Py_CODEUNIT = u16;

/// A compiled block.
#[repr(C)]
pub struct PyCodeObject {
    pub ob_base: PyObject,
    pub co_argcount: Cell<c_int>,
    pub co_posonlyargcount: Cell<c_int>,
    pub co_kwonlyargcount: Cell<c_int>,
    pub co_nlocals: Cell<c_int>,
    pub co_stacksize: Cell<c_int>,
    pub co_flags: Cell<c_int>,
    pub co_firstlineno: Cell<c_int>,
    pub co_code: Cell<*mut PyObject>,
    pub co_consts: Cell<*mut PyObject>,
    pub co_names: Cell<*mut PyObject>,
    pub co_varnames: Cell<*mut PyObject>,
    pub co_freevars: Cell<*mut PyObject>,
    pub co_cellvars: Cell<*mut PyObject>,
    pub co_cell2arg: Cell<*mut Py_ssize_t>,
    pub co_filename: Cell<*mut PyObject>,
    pub co_name: Cell<*mut PyObject>,
    pub co_lnotab: Cell<*mut PyObject>,
    pub co_zombieframe: Cell<*mut c_void>,
    pub co_weakreflist: Cell<*mut PyObject>,
    pub co_extra: Cell<*mut c_void>,
    pub co_opcache_map: Cell<*mut c_uchar>,
    pub co_opcache: Cell<*mut _PyOpcache>,
    pub co_opcache_flag: Cell<c_int>,
    pub co_opcache_size: Cell<c_uchar>,
}

/// The range of instructions of one line.
#[repr(C)]
pub struct PyAddrPair {
    pub ap_lower: Cell<c_int>,
    pub ap_upper: Cell<c_int>,
}

layouts!(PyCodeObject, PyAddrPair);
