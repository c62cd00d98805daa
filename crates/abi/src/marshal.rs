//! `marshal.h`: the version of the format.

use core::ffi::c_int;

pub const Py_MARSHAL_VERSION: c_int = 4;
