//! `internal/pycore_atomic.h`: numbers that other threads read.

use core::ffi::c_uint;
use core::sync::atomic::{AtomicI32, AtomicUsize};

pub type _Py_memory_order = c_uint;
pub const _Py_memory_order_relaxed: _Py_memory_order = 0;
pub const _Py_memory_order_acquire: _Py_memory_order = 2;
pub const _Py_memory_order_release: _Py_memory_order = 3;
pub const _Py_memory_order_acq_rel: _Py_memory_order = 4;
pub const _Py_memory_order_seq_cst: _Py_memory_order = 5;

/// A pointer that other threads read.
#[repr(C)]
pub struct _Py_atomic_address {
    pub _value: AtomicUsize,
}

/// A number that other threads read.
#[repr(C)]
pub struct _Py_atomic_int {
    pub _value: AtomicI32,
}

layouts!(_Py_atomic_address, _Py_atomic_int);
