//! `cpython/abstract.h`: bits of the calling protocol and sequence searches.

use core::ffi::c_int;

pub const _PY_FASTCALL_SMALL_STACK: c_int = 5;
pub const PY_VECTORCALL_ARGUMENTS_OFFSET: usize = 1 << 63;
pub const PY_ITERSEARCH_COUNT: c_int = 1;
pub const PY_ITERSEARCH_INDEX: c_int = 2;
pub const PY_ITERSEARCH_CONTAINS: c_int = 3;
