//! `bytesobject.h`: bytes, and the writer that builds them.

use crate::{Py_hash_t, Py_ssize_t, PyObject, PyVarObject};
use core::cell::Cell;
use core::ffi::{c_char, c_int};

pub const F_LJUST: c_int = 1;
pub const F_SIGN: c_int = 1 << 1;
pub const F_BLANK: c_int = 1 << 2;
pub const F_ALT: c_int = 1 << 3;
pub const F_ZERO: c_int = 1 << 4;

/// `bytes`; the data and a NUL follow `ob_sval`.
#[repr(C)]
pub struct PyBytesObject {
    pub ob_base: PyVarObject,
    pub ob_shash: Cell<Py_hash_t>,
    pub ob_sval: [Cell<c_char>; 1],
}

/// Builds bytes, at first in a buffer of its own.
#[repr(C)]
pub struct _PyBytesWriter {
    pub buffer: Cell<*mut PyObject>,
    pub allocated: Cell<Py_ssize_t>,
    pub min_size: Cell<Py_ssize_t>,
    pub use_bytearray: Cell<c_int>,
    pub overallocate: Cell<c_int>,
    pub use_small_buffer: Cell<c_int>,
    pub small_buffer: [Cell<c_char>; 512],
}

layouts!(PyBytesObject, _PyBytesWriter);
