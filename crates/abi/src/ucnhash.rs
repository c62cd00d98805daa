//! `ucnhash.h`: what `unicodedata` exports for names.

use crate::{Py_UCS4, PyObject};
use core::ffi::{c_char, c_int};

/// Functions between names and characters.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyUnicode_Name_CAPI {
    pub size: c_int,
    pub getname:
        Option<unsafe extern "C" fn(*mut PyObject, Py_UCS4, *mut c_char, c_int, c_int) -> c_int>,
    pub getcode: Option<
        unsafe extern "C" fn(*mut PyObject, *const c_char, c_int, *mut Py_UCS4, c_int) -> c_int,
    >,
}

layouts!(_PyUnicode_Name_CAPI);
