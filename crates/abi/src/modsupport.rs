//! `modsupport.h`: argument parsers and API versions.

use crate::PyObject;
use core::cell::Cell;
use core::ffi::{c_char, c_int};

pub const Py_CLEANUP_SUPPORTED: c_int = 0x20000;
pub const PYTHON_API_VERSION: c_int = 1013;
pub const PYTHON_ABI_VERSION: c_int = 3;

/// A format with its keywords, prepared at its first use.
#[repr(C)]
pub struct _PyArg_Parser {
    pub format: Cell<*const c_char>,
    pub keywords: Cell<*const *const c_char>,
    pub fname: Cell<*const c_char>,
    pub custom_msg: Cell<*const c_char>,
    pub pos: Cell<c_int>,
    pub min: Cell<c_int>,
    pub max: Cell<c_int>,
    pub kwtuple: Cell<*mut PyObject>,
    pub next: Cell<*mut _PyArg_Parser>,
}

layouts!(_PyArg_Parser);
