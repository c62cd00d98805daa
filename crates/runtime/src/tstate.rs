//! The current thread state.
//!
//! One process-wide pointer, owned by the holder of the GIL (invariant 8): reading it needs neither thread-local
//! storage nor an atomic read-modify-write. It is private, so that reading it is one load from a known address; the
//! mirror that C reads lives in `_PyRuntime` and is kept by [`set_current`].

use crate::prelude::*;
use std::sync::atomic::{AtomicPtr, Ordering};

/// The runtime state, laid out as in the internal headers: debuggers, profilers and greenlet read it.
#[unsafe(no_mangle)]
pub static _PyRuntime: _PyRuntimeState = _PyRuntimeState::ZEROED;

static CURRENT: AtomicPtr<PyThreadState> = AtomicPtr::new(std::ptr::null_mut());

/// The current thread state, or null when nobody holds the GIL.
#[inline(always)]
pub fn current_ptr() -> *mut PyThreadState {
    CURRENT.load(Ordering::Relaxed)
}

/// The current thread state. Only to be called by the holder of the GIL.
#[inline(always)]
pub fn current() -> &'static PyThreadState {
    let ts = current_ptr();
    debug_assert!(!ts.is_null(), "the GIL is not held");
    // SAFETY: object code runs only while its thread holds the GIL, which keeps the pointer valid.
    unsafe { &*ts }
}

/// Installs `ts` as the current thread state and returns the previous one (`PyThreadState_Swap`).
pub fn set_current(ts: *mut PyThreadState) -> *mut PyThreadState {
    if !ts.is_null() {
        crate::recursion::note_stack();
    }
    CURRENT.swap(ts, Ordering::Relaxed)
}
