//! `pyctype.h`.

use core::ffi::c_int;

pub const PY_CTF_LOWER: c_int = 0x1;
pub const PY_CTF_UPPER: c_int = 0x2;
pub const PY_CTF_ALPHA: c_int = 0x3;
pub const PY_CTF_DIGIT: c_int = 0x4;
pub const PY_CTF_ALNUM: c_int = 0x7;
pub const PY_CTF_SPACE: c_int = 0x8;
pub const PY_CTF_XDIGIT: c_int = 0x10;
