//! `complexobject.h`: complex.

use crate::PyObject;
use core::cell::Cell;

/// A complex number as C passes it.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Py_complex {
    pub real: f64,
    pub imag: f64,
}

/// `complex`.
#[repr(C)]
pub struct PyComplexObject {
    pub ob_base: PyObject,
    pub cval: Cell<Py_complex>,
}

layouts!(Py_complex, PyComplexObject);
