//! One thread at a time in a buffered stream.
//!
//! A stream gives up the interpreter while it reads and writes; meanwhile other threads must find neither half-filled
//! buffers nor bytes out of order. Who holds a stream is a field of it, guarded by the GIL; who finds it held waits, with the
//! GIL released, for any stream to be given back, and looks again.

use super::buffered::BufferedObject;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{err, object};
use pyrite_vm::ceval::allow_threads;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};

static WAITERS: AtomicUsize = AtomicUsize::new(0);
/// How often a stream was given back while somebody waited.
static RETURNS: Mutex<u64> = Mutex::new(0);
static RETURNED: Condvar = Condvar::new();

/// The right to use a stream, until it is dropped.
pub(super) struct Busy<'a>(&'a BufferedObject);

fn me() -> usize {
    // SAFETY: asks for the thread's own id.
    unsafe { libc::pthread_self() as usize }
}

/// Waits until no other thread is inside the stream. From inside a call of the same thread (a signal handler, a destructor)
/// that would take forever: RuntimeError.
pub(super) fn enter(slf: &BufferedObject) -> PyResult<Busy<'_>> {
    loop {
        {
            let mut s = slf.state()?;
            match s.owner {
                0 => {
                    s.owner = me();
                    return Ok(Busy(slf));
                }
                owner if owner == me() => break,
                _ => {}
            }
        }
        wait();
    }
    let shown = object::repr(slf.as_object())?;
    Err(raise!(
        RuntimeError,
        "reentrant call inside {}",
        err::Str(&shown)
    ))
}

fn wait() {
    WAITERS.fetch_add(1, Ordering::Relaxed);
    // Read while the GIL is held, so that no return can fall between this and the waiting.
    let before = *RETURNS.lock().unwrap_or_else(PoisonError::into_inner);
    allow_threads(|| {
        let mut now = RETURNS.lock().unwrap_or_else(PoisonError::into_inner);
        while *now == before {
            now = RETURNED.wait(now).unwrap_or_else(PoisonError::into_inner);
        }
    });
    WAITERS.fetch_sub(1, Ordering::Relaxed);
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        if let Ok(mut s) = self.0.state() {
            s.owner = 0;
        }
        if WAITERS.load(Ordering::Relaxed) > 0 {
            *RETURNS.lock().unwrap_or_else(PoisonError::into_inner) += 1;
            RETURNED.notify_all();
        }
    }
}
