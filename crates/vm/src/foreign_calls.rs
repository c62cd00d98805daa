//! Pending calls that extensions put into `_PyRuntime` by their own hands.
//!
//! `Py_AddPendingCall` has no variant for a thread without a thread state that ends, and so greenlet (for each thread that
//! switched, when it ends) does in 3.8 what that function would do: it takes the lock in `_PyRuntime.ceval.pending`, writes into the ring
//! there and lets go of the lock. Our own queue lies elsewhere; the release of that lock is how we learn of the call.

use crate::prelude::*;
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::atomic::Ordering;

/// A lock as `PyThread_allocate_lock` makes them.
struct Lock(UnsafeCell<MaybeUninit<libc::sem_t>>);
// SAFETY: semaphores are made for use by several threads.
unsafe impl Sync for Lock {}
static LOCK: Lock = Lock(UnsafeCell::new(MaybeUninit::uninit()));

fn ring() -> &'static _pending_calls {
    &tstate::_PyRuntime.ceval.pending
}

/// Opens the ring, when the interpreter starts.
pub fn open() {
    if ring().lock.get().is_null() {
        let lock: *mut libc::sem_t = LOCK.0.get().cast();
        // SAFETY: the memory is ours for ever, and nobody has seen the lock.
        if unsafe { libc::sem_init(lock, 0, 1) } == 0 {
            ring().lock.set(lock.cast());
        }
    }
    ring().finishing.set(0);
}

/// Asks extensions to add nothing more: nobody would make the calls.
pub fn close() {
    ring().finishing.set(1);
}

/// Is this the ring's lock? Only extensions let go of it by the exported function.
#[inline]
pub fn is_lock(lock: *mut c_void) -> bool {
    !lock.is_null() && lock == ring().lock.get()
}

/// The ring's lock, held.
pub struct Guard(*mut libc::sem_t);

impl Drop for Guard {
    fn drop(&mut self) {
        // SAFETY: the semaphore lives for ever; this thread holds it.
        unsafe { libc::sem_post(self.0) };
    }
}

/// Takes the ring's lock, if the ring is open.
pub fn guard() -> Option<Guard> {
    let lock = ring().lock.get().cast::<libc::sem_t>();
    if lock.is_null() {
        return None;
    }
    // SAFETY: made by `open`; a wait fails only when a signal comes.
    while unsafe { libc::sem_wait(lock) } != 0 {}
    Some(Guard(lock))
}

/// Takes the oldest call out of the ring.
pub fn next() -> Option<(unsafe extern "C" fn(*mut c_void) -> c_int, *mut c_void)> {
    let ring = ring();
    let _guard = guard()?;
    let first = ring.first.get();
    if first == ring.last.get() {
        ring.calls_to_do._value.store(0, Ordering::Relaxed);
        return None;
    }
    ring.first.set((first + 1) % NPENDINGCALLS);
    let call = ring.calls.get(usize::try_from(first).ok()?)?;
    Some((call.func.get()?, call.arg.get()))
}
