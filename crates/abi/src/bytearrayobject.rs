//! `bytearrayobject.h`: bytearray.

use crate::{Py_ssize_t, PyVarObject};
use core::cell::Cell;
use core::ffi::{c_char, c_int};

/// `bytearray`.
#[repr(C)]
pub struct PyByteArrayObject {
    pub ob_base: PyVarObject,
    pub ob_alloc: Cell<Py_ssize_t>,
    pub ob_bytes: Cell<*mut c_char>,
    pub ob_start: Cell<*mut c_char>,
    pub ob_exports: Cell<c_int>,
}

layouts!(PyByteArrayObject);
