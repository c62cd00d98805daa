//! `funcobject.h`: Python functions.

use crate::{PyObject, vectorcallfunc};
use core::cell::Cell;

/// A Python function.
#[repr(C)]
pub struct PyFunctionObject {
    pub ob_base: PyObject,
    pub func_code: Cell<*mut PyObject>,
    pub func_globals: Cell<*mut PyObject>,
    pub func_defaults: Cell<*mut PyObject>,
    pub func_kwdefaults: Cell<*mut PyObject>,
    pub func_closure: Cell<*mut PyObject>,
    pub func_doc: Cell<*mut PyObject>,
    pub func_name: Cell<*mut PyObject>,
    pub func_dict: Cell<*mut PyObject>,
    pub func_weakreflist: Cell<*mut PyObject>,
    pub func_module: Cell<*mut PyObject>,
    pub func_annotations: Cell<*mut PyObject>,
    pub func_qualname: Cell<*mut PyObject>,
    pub vectorcall: Cell<vectorcallfunc>,
}

layouts!(PyFunctionObject);
