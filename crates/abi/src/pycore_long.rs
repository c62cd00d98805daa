//! `internal/pycore_long.h`: limits on digits in conversions.

use core::ffi::c_int;

pub const _PY_LONG_DEFAULT_MAX_STR_DIGITS: c_int = 4300;
pub const _PY_LONG_MAX_STR_DIGITS_THRESHOLD: c_int = 640;
