//! `internal/pycore_accu.h`: a text accumulator.

use crate::PyObject;
use core::cell::Cell;

/// Strings that will be joined.
#[repr(C)]
pub struct _PyAccu {
    pub large: Cell<*mut PyObject>,
    pub small: Cell<*mut PyObject>,
}

layouts!(_PyAccu);
