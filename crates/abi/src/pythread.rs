//! `pythread.h`: locks and thread-specific storage.

use core::cell::Cell;
use core::ffi::{c_int, c_longlong, c_uint, c_ulong, c_void};
use libc::pthread_key_t;

pub const PYTHREAD_INVALID_THREAD_ID: c_ulong = 18446744073709551615;
pub const WAIT_LOCK: c_int = 1;
pub const NOWAIT_LOCK: c_int = 0;
pub const PY_TIMEOUT_MAX: c_longlong = 9223372036854775;

pub type PyThread_type_lock = *mut c_void;

pub type PyThread_type_sema = *mut c_void;

pub type PyLockStatus = c_uint;
pub const PY_LOCK_FAILURE: PyLockStatus = 0;
pub const PY_LOCK_ACQUIRED: PyLockStatus = 1;
pub const PY_LOCK_INTR: PyLockStatus = 2;

/// A key of thread-specific storage.
#[repr(C)]
pub struct Py_tss_t {
    pub _is_initialized: Cell<c_int>,
    pub _key: Cell<pthread_key_t>,
}

layouts!(Py_tss_t);
