//! `floatobject.h`: float.

use crate::PyObject;
use core::cell::Cell;

/// `float`.
#[repr(C)]
pub struct PyFloatObject {
    pub ob_base: PyObject,
    pub ob_fval: Cell<f64>,
}

layouts!(PyFloatObject);
