//! `cpython/fileobject.h`: hooks for opening files.

use crate::PyObject;
use core::ffi::c_void;

pub type Py_OpenCodeHookFunction =
    Option<unsafe extern "C" fn(*mut PyObject, *mut c_void) -> *mut PyObject>;
