//! `internal/pycore_gil.h`: state of the interpreter lock.

use crate::{_Py_atomic_address, _Py_atomic_int};
use core::cell::{Cell, UnsafeCell};
use core::ffi::c_ulong;
use libc::{pthread_cond_t, pthread_mutex_t};

/// The interpreter lock.
#[repr(C)]
pub struct _gil_runtime_state {
    pub interval: Cell<c_ulong>,
    pub last_holder: _Py_atomic_address,
    pub locked: _Py_atomic_int,
    pub switch_number: Cell<c_ulong>,
    pub cond: UnsafeCell<pthread_cond_t>,
    pub mutex: UnsafeCell<pthread_mutex_t>,
    pub switch_cond: UnsafeCell<pthread_cond_t>,
    pub switch_mutex: UnsafeCell<pthread_mutex_t>,
}

layouts!(_gil_runtime_state);
