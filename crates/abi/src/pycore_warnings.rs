//! `internal/pycore_warnings.h`: state of the warning filters.

use crate::PyObject;
use core::cell::Cell;
use core::ffi::c_long;

/// The warning filters of an interpreter.
#[repr(C)]
pub struct _warnings_runtime_state {
    pub filters: Cell<*mut PyObject>,
    pub once_registry: Cell<*mut PyObject>,
    pub default_action: Cell<*mut PyObject>,
    pub filters_version: Cell<c_long>,
}

layouts!(_warnings_runtime_state);
