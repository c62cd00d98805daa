//! `cpython/sysmodule.h`: audit hooks.

use crate::PyObject;
use core::ffi::{c_char, c_int, c_void};

pub type Py_AuditHookFunction =
    Option<unsafe extern "C" fn(*const c_char, *mut PyObject, *mut c_void) -> c_int>;
