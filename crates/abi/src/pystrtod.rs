//! `pystrtod.h`: flags and results of float conversion.

use core::ffi::c_int;

pub const Py_DTSF_SIGN: c_int = 0x1;
pub const Py_DTSF_ADD_DOT_0: c_int = 0x2;
pub const Py_DTSF_ALT: c_int = 0x4;
pub const Py_DTST_FINITE: c_int = 0;
pub const Py_DTST_INFINITE: c_int = 1;
pub const Py_DTST_NAN: c_int = 2;
