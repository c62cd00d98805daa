//! `traceback.h`, `cpython/traceback.h`: tracebacks.

use crate::{PyFrameObject, PyObject};
use core::cell::Cell;
use core::ffi::c_int;

/// One entry of a traceback.
#[repr(C)]
pub struct PyTracebackObject {
    pub ob_base: PyObject,
    pub tb_next: Cell<*mut PyTracebackObject>,
    pub tb_frame: Cell<*mut PyFrameObject>,
    pub tb_lasti: Cell<c_int>,
    pub tb_lineno: Cell<c_int>,
}

layouts!(PyTracebackObject);
