//! `classobject.h`: bound methods.

use crate::{PyObject, vectorcallfunc};
use core::cell::Cell;

/// A function bound to an instance.
#[repr(C)]
pub struct PyMethodObject {
    pub ob_base: PyObject,
    pub im_func: Cell<*mut PyObject>,
    pub im_self: Cell<*mut PyObject>,
    pub im_weakreflist: Cell<*mut PyObject>,
    pub vectorcall: Cell<vectorcallfunc>,
}

/// Makes a callable bind like a function.
#[repr(C)]
pub struct PyInstanceMethodObject {
    pub ob_base: PyObject,
    pub func: Cell<*mut PyObject>,
}

layouts!(PyMethodObject, PyInstanceMethodObject);
