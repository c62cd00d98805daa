//! `cellobject.h`: the cell of a closure variable.

use crate::PyObject;
use core::cell::Cell;

/// The cell of a closure variable.
#[repr(C)]
pub struct PyCellObject {
    pub ob_base: PyObject,
    pub ob_ref: Cell<*mut PyObject>,
}

layouts!(PyCellObject);
