//! `cpython/tupleobject.h`.

use crate::{PyObject, PyVarObject};
use core::cell::Cell;

#[repr(C)]
pub struct PyTupleObject {
    pub ob_base: PyVarObject,
    pub ob_item: [Cell<*mut PyObject>; 1],
}

layouts!(PyTupleObject);
