//! `cellobject.h`.

use crate::PyObject;
use core::cell::Cell;

#[repr(C)]
pub struct PyCellObject {
    pub ob_base: PyObject,
    pub ob_ref: Cell<*mut PyObject>,
}

layouts!(PyCellObject);
