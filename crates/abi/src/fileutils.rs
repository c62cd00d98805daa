//! `fileutils.h`: error handlers of the locale's codec.

use core::ffi::{c_long, c_uint};

pub const _PY_READ_MAX: c_long = c_long::MAX;
pub const _PY_WRITE_MAX: c_long = c_long::MAX;

pub type _Py_error_handler = c_uint;
pub const _Py_ERROR_UNKNOWN: _Py_error_handler = 0;
pub const _Py_ERROR_STRICT: _Py_error_handler = 1;
pub const _Py_ERROR_SURROGATEESCAPE: _Py_error_handler = 2;
pub const _Py_ERROR_REPLACE: _Py_error_handler = 3;
pub const _Py_ERROR_IGNORE: _Py_error_handler = 4;
pub const _Py_ERROR_BACKSLASHREPLACE: _Py_error_handler = 5;
pub const _Py_ERROR_SURROGATEPASS: _Py_error_handler = 6;
pub const _Py_ERROR_XMLCHARREFREPLACE: _Py_error_handler = 7;
pub const _Py_ERROR_OTHER: _Py_error_handler = 8;
