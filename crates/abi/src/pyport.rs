//! `pyport.h`: sizes and limits of basic types.

use core::ffi::{c_int, c_longlong, c_uint, c_ulonglong};

pub const PY_LLONG_MIN: c_longlong = c_longlong::MIN;
pub const PY_LLONG_MAX: c_longlong = c_longlong::MAX;
pub const PY_ULLONG_MAX: c_ulonglong = c_ulonglong::MAX;
pub const PYLONG_BITS_IN_DIGIT: c_int = 30;
pub const PY_SIZE_MAX: usize = usize::MAX;
pub const PY_SSIZE_T_MAX: isize = isize::MAX;
pub const PY_SSIZE_T_MIN: isize = isize::MIN;
pub const PY_BIG_ENDIAN: c_int = 0;
pub const PY_LITTLE_ENDIAN: c_int = 1;
pub const PY_DWORD_MAX: c_uint = 4294967295;

pub type Py_uintptr_t = usize;

pub type Py_intptr_t = isize;

pub type Py_ssize_t = isize;

pub type Py_hash_t = Py_ssize_t;

pub type Py_uhash_t = usize;

pub type Py_ssize_clean_t = Py_ssize_t;
