//! `longintrepr.h`: digits of int.

use crate::PyVarObject;
use core::cell::Cell;
use core::ffi::{c_int, c_uint};

pub const PyLong_SHIFT: c_int = 30;
pub const _PyLong_DECIMAL_SHIFT: c_int = 9;
pub const _PyLong_DECIMAL_BASE: c_uint = 1000000000;
pub const PyLong_BASE: c_uint = 1 << 30;
pub const PyLong_MASK: c_uint = 1073741823;

pub type digit = u32;

pub type sdigit = i32;

pub type twodigits = u64;

pub type stwodigits = i64;

/// `int`: the sign and number of digits in `ob_size`, digits from the lowest.
#[repr(C)]
pub struct PyLongObject {
    pub ob_base: PyVarObject,
    pub ob_digit: [Cell<digit>; 1],
}

layouts!(PyLongObject);
