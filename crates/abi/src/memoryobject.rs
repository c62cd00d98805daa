//! `memoryobject.h`: memoryview and the buffer it shares.

use crate::{Py_buffer, Py_hash_t, Py_ssize_t, PyObject, PyVarObject};
use core::cell::Cell;
use core::ffi::c_int;

pub const _Py_MANAGED_BUFFER_RELEASED: c_int = 0x1;
pub const _Py_MANAGED_BUFFER_FREE_FORMAT: c_int = 0x2;
pub const _Py_MEMORYVIEW_RELEASED: c_int = 0x1;
pub const _Py_MEMORYVIEW_C: c_int = 0x2;
pub const _Py_MEMORYVIEW_FORTRAN: c_int = 0x4;
pub const _Py_MEMORYVIEW_SCALAR: c_int = 0x8;
pub const _Py_MEMORYVIEW_PIL: c_int = 0x10;

/// A buffer shared by the memoryviews made from it.
#[repr(C)]
pub struct _PyManagedBufferObject {
    pub ob_base: PyObject,
    pub flags: Cell<c_int>,
    pub exports: Cell<Py_ssize_t>,
    pub master: Py_buffer,
}

/// `memoryview`; shape, strides and suboffsets follow `ob_array`.
#[repr(C)]
pub struct PyMemoryViewObject {
    pub ob_base: PyVarObject,
    pub mbuf: Cell<*mut _PyManagedBufferObject>,
    pub hash: Cell<Py_hash_t>,
    pub flags: Cell<c_int>,
    pub exports: Cell<Py_ssize_t>,
    pub view: Py_buffer,
    pub weakreflist: Cell<*mut PyObject>,
    pub ob_array: [Cell<Py_ssize_t>; 1],
}

layouts!(_PyManagedBufferObject, PyMemoryViewObject);
