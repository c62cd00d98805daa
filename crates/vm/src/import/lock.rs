//! The import lock: recursive, held by a thread across the making of a module.

use crate::ceval;
use crate::threads;
use std::sync::{Condvar, Mutex, MutexGuard};

/// The lock of the lock's own state.
pub struct Guard(#[allow(dead_code)] MutexGuard<'static, Lock>);

/// Keeps everybody out of the state, for a fork.
pub fn guard() -> Guard {
    Guard(lock())
}

struct Lock {
    holder: u64,
    level: usize,
    /// How many threads wait for `FREED`: to wake nobody is a system call, too.
    waiting: u32,
}

static LOCK: Mutex<Lock> = Mutex::new(Lock {
    holder: 0,
    level: 0,
    waiting: 0,
});
static FREED: Condvar = Condvar::new();

fn lock() -> MutexGuard<'static, Lock> {
    LOCK.lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn try_acquire(me: u64) -> bool {
    let mut l = lock();
    if l.level == 0 || l.holder == me {
        l.holder = me;
        l.level += 1;
        return true;
    }
    false
}

/// `_PyImport_AcquireLock`. Waits without the GIL.
pub fn acquire() {
    let me = threads::ident();
    if try_acquire(me) {
        return;
    }
    ceval::allow_threads(|| {
        let mut l = lock();
        while l.level != 0 {
            l.waiting += 1;
            l = FREED
                .wait(l)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            l.waiting -= 1;
        }
        l.holder = me;
        l.level = 1;
    });
}

/// `_PyImport_ReleaseLock`. False: the calling thread does not hold it.
pub fn release() -> bool {
    let mut l = lock();
    if l.level == 0 || l.holder != threads::ident() {
        return false;
    }
    l.level -= 1;
    if l.level == 0 && l.waiting > 0 {
        FREED.notify_one();
    }
    true
}

pub fn is_held() -> bool {
    lock().level != 0
}

/// The child of a fork: only a fork in the middle of an import keeps the lock.
pub fn after_fork_child() {
    let mut l = lock();
    l.waiting = 0;
    if l.level > 0 {
        l.level = l.level.saturating_sub(1);
        l.holder = threads::ident();
    }
}
