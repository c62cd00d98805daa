//! `floatobject.h`.

use crate::PyObject;
use core::cell::Cell;

#[repr(C)]
pub struct PyFloatObject {
    pub ob_base: PyObject,
    pub ob_fval: Cell<f64>,
}

layouts!(PyFloatObject);
