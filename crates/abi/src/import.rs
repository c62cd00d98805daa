//! `import.h`: tables of built-in and frozen modules.

use crate::PyObject;
use core::ffi::{c_char, c_int, c_uchar};

/// An entry of the table of built-in modules.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _inittab {
    pub name: *const c_char,
    pub initfunc: Option<unsafe extern "C" fn() -> *mut PyObject>,
}

/// An entry of the table of frozen modules.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _frozen {
    pub name: *const c_char,
    pub code: *const c_uchar,
    pub size: c_int,
}

layouts!(_inittab, _frozen);
