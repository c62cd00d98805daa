//! `internal/pycore_accu.h`.

use crate::PyObject;
use core::cell::Cell;

#[repr(C)]
pub struct _PyAccu {
    pub large: Cell<*mut PyObject>,
    pub small: Cell<*mut PyObject>,
}

layouts!(_PyAccu);
