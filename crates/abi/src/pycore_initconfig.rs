//! `internal/pycore_initconfig.h`: intermediate states of configuration.

use crate::{Py_ssize_t, PyWideStringList};
use core::cell::Cell;
use core::ffi::{c_char, c_int, c_uint};
use libc::wchar_t;

/// Arguments, as bytes or wide strings.
#[repr(C)]
pub struct _PyArgv {
    pub argc: Cell<Py_ssize_t>,
    pub use_bytes_argv: Cell<c_int>,
    pub bytes_argv: Cell<*const *mut c_char>,
    pub wchar_argv: Cell<*const *mut wchar_t>,
}

/// What the command line says before configuration.
#[repr(C)]
pub struct _PyPreCmdline {
    pub argv: PyWideStringList,
    pub xoptions: PyWideStringList,
    pub isolated: Cell<c_int>,
    pub use_environment: Cell<c_int>,
    pub dev_mode: Cell<c_int>,
}

pub type _PyConfigInitEnum = c_uint;
pub const _PyConfig_INIT_COMPAT: _PyConfigInitEnum = 1;
pub const _PyConfig_INIT_PYTHON: _PyConfigInitEnum = 2;
pub const _PyConfig_INIT_ISOLATED: _PyConfigInitEnum = 3;

layouts!(_PyArgv, _PyPreCmdline);
