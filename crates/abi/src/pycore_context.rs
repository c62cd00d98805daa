//! `internal/pycore_context.h`: contexts and context variables.

use crate::{Py_hash_t, PyHamtObject, PyObject};
use core::cell::Cell;
use core::ffi::c_int;

/// A context: a mapping of variables to values.
#[repr(C)]
pub struct PyContext {
    pub ob_base: PyObject,
    pub ctx_prev: Cell<*mut PyContext>,
    pub ctx_vars: Cell<*mut PyHamtObject>,
    pub ctx_weakreflist: Cell<*mut PyObject>,
    pub ctx_entered: Cell<c_int>,
}

/// A context variable and the last value seen.
#[repr(C)]
pub struct PyContextVar {
    pub ob_base: PyObject,
    pub var_name: Cell<*mut PyObject>,
    pub var_default: Cell<*mut PyObject>,
    pub var_cached: Cell<*mut PyObject>,
    pub var_cached_tsid: Cell<u64>,
    pub var_cached_tsver: Cell<u64>,
    pub var_hash: Cell<Py_hash_t>,
}

/// What undoes one `ContextVar.set`.
#[repr(C)]
pub struct PyContextToken {
    pub ob_base: PyObject,
    pub tok_ctx: Cell<*mut PyContext>,
    pub tok_var: Cell<*mut PyContextVar>,
    pub tok_oldval: Cell<*mut PyObject>,
    pub tok_used: Cell<c_int>,
}

layouts!(PyContext, PyContextVar, PyContextToken);
