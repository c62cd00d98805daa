//! Locks that any thread may release, as `threading.Lock` and `PyThread_acquire_lock` are.
//!
//! A lock is a semaphore of the system with room for one. Waiting is bounded by a time-out in microseconds and can be
//! interrupted by a signal, so that Ctrl-C reaches a program that waits.

use std::cell::UnsafeCell;

/// How waiting ended (`PyLockStatus`).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Acquired {
    No,
    Yes,
    Interrupted,
}

/// The longest time-out, in microseconds.
pub const TIMEOUT_MAX_MICROSECONDS: i64 = i64::MAX / 1000;

/// A lock, not held at first. It must not move once it is used.
pub struct Lock(UnsafeCell<libc::sem_t>);
// SAFETY: a semaphore is made to be used by several threads.
unsafe impl Sync for Lock {}
// SAFETY: as above.
unsafe impl Send for Lock {}

impl Lock {
    /// A lock at an address of its own; `None` if the system has none to give.
    pub fn new() -> Option<Box<Lock>> {
        // SAFETY: a semaphore's memory may be zero before it is initialised in place.
        let lock = Box::new(Lock(UnsafeCell::new(unsafe { std::mem::zeroed() })));
        // SAFETY: the box does not move.
        let r = unsafe { libc::sem_init(lock.0.get(), 0, 1) };
        (r == 0).then_some(lock)
    }

    /// Waits at most `microseconds`: 0 tries once, a negative number waits for ever. With `interruptible` a signal ends the
    /// wait.
    pub fn acquire(&self, microseconds: i64, interruptible: bool) -> Acquired {
        let deadline = (microseconds > 0).then(|| deadline(microseconds));
        loop {
            // SAFETY: the semaphore was initialised; the time is valid.
            let r = unsafe {
                match (&deadline, microseconds) {
                    (Some(at), _) => libc::sem_timedwait(self.0.get(), at),
                    (None, 0) => libc::sem_trywait(self.0.get()),
                    (None, _) => libc::sem_wait(self.0.get()),
                }
            };
            if r == 0 {
                return Acquired::Yes;
            }
            let interrupted = std::io::Error::last_os_error().raw_os_error() == Some(libc::EINTR);
            match (interrupted, interruptible) {
                (true, true) => return Acquired::Interrupted,
                (true, false) => {}
                (false, _) => return Acquired::No,
            }
        }
    }

    /// Lets go. Releasing a lock that is not held is the caller's mistake; it is checked where Python can make it.
    pub fn release(&self) {
        // SAFETY: the semaphore was initialised.
        unsafe { libc::sem_post(self.0.get()) };
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        // SAFETY: nobody waits for a lock that nobody refers to.
        unsafe { libc::sem_destroy(self.0.get()) };
    }
}

/// Now and that many microseconds, by the clock that `sem_timedwait` reads.
fn deadline(microseconds: i64) -> libc::timespec {
    // SAFETY: the struct is filled by the call.
    let mut now = unsafe { std::mem::zeroed::<libc::timespec>() };
    // SAFETY: the pointer is valid.
    unsafe { libc::clock_gettime(libc::CLOCK_REALTIME, &mut now) };
    let nanoseconds = now.tv_nsec + microseconds % 1_000_000 * 1000;
    libc::timespec {
        tv_sec: now
            .tv_sec
            .saturating_add(microseconds / 1_000_000)
            .saturating_add(nanoseconds / 1_000_000_000),
        tv_nsec: nanoseconds % 1_000_000_000,
    }
}
