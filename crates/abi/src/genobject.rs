//! `genobject.h`: generators, coroutines, asynchronous generators.

use crate::{_PyErr_StackItem, PyFrameObject, PyObject};
use core::cell::Cell;
use core::ffi::{c_char, c_int};

/// A generator.
#[repr(C)]
pub struct PyGenObject {
    pub ob_base: PyObject,
    pub gi_frame: Cell<*mut PyFrameObject>,
    pub gi_running: Cell<c_char>,
    pub gi_code: Cell<*mut PyObject>,
    pub gi_weakreflist: Cell<*mut PyObject>,
    pub gi_name: Cell<*mut PyObject>,
    pub gi_qualname: Cell<*mut PyObject>,
    pub gi_exc_state: _PyErr_StackItem,
}

/// A coroutine.
#[repr(C)]
pub struct PyCoroObject {
    pub ob_base: PyObject,
    pub cr_frame: Cell<*mut PyFrameObject>,
    pub cr_running: Cell<c_char>,
    pub cr_code: Cell<*mut PyObject>,
    pub cr_weakreflist: Cell<*mut PyObject>,
    pub cr_name: Cell<*mut PyObject>,
    pub cr_qualname: Cell<*mut PyObject>,
    pub cr_exc_state: _PyErr_StackItem,
    pub cr_origin: Cell<*mut PyObject>,
}

/// An asynchronous generator.
#[repr(C)]
pub struct PyAsyncGenObject {
    pub ob_base: PyObject,
    pub ag_frame: Cell<*mut PyFrameObject>,
    pub ag_running: Cell<c_char>,
    pub ag_code: Cell<*mut PyObject>,
    pub ag_weakreflist: Cell<*mut PyObject>,
    pub ag_name: Cell<*mut PyObject>,
    pub ag_qualname: Cell<*mut PyObject>,
    pub ag_exc_state: _PyErr_StackItem,
    pub ag_finalizer: Cell<*mut PyObject>,
    pub ag_hooks_inited: Cell<c_int>,
    pub ag_closed: Cell<c_int>,
    pub ag_running_async: Cell<c_int>,
}

layouts!(PyGenObject, PyCoroObject, PyAsyncGenObject);
