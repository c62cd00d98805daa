//! `pytime.h`: timestamps and clocks.

use core::ffi::{c_char, c_int, c_long, c_uint};

pub const _PyTime_MIN: c_long = -9223372036854775808;
pub const _PyTime_MAX: c_long = c_long::MAX;

pub type _PyTime_t = i64;

pub type _PyTime_round_t = c_uint;
pub const _PyTime_ROUND_FLOOR: _PyTime_round_t = 0;
pub const _PyTime_ROUND_CEILING: _PyTime_round_t = 1;
pub const _PyTime_ROUND_HALF_EVEN: _PyTime_round_t = 2;
pub const _PyTime_ROUND_UP: _PyTime_round_t = 3;
pub const _PyTime_ROUND_TIMEOUT: _PyTime_round_t = 3;

/// What `time.get_clock_info` reports.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _Py_clock_info_t {
    pub implementation: *const c_char,
    pub monotonic: c_int,
    pub adjustable: c_int,
    pub resolution: f64,
}

layouts!(_Py_clock_info_t);
