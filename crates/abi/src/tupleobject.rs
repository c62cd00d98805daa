//! `cpython/tupleobject.h`: tuple.

use crate::{PyObject, PyVarObject};
use core::cell::Cell;

/// `tuple`; items follow from `ob_item`.
#[repr(C)]
pub struct PyTupleObject {
    pub ob_base: PyVarObject,
    pub ob_item: [Cell<*mut PyObject>; 1],
}

layouts!(PyTupleObject);
