//! Bounded recursion: `Py_EnterRecursiveCall` and its guard.
//!
//! Depth is counted in the thread state as 3.8 does, against the limit that `sys.setrecursionlimit` sets. After an
//! overflow fifty more levels are allowed so that the error can be handled; going past them ends the process.

use crate::prelude::*;
use crate::tstate;
use std::sync::atomic::{AtomicI32, Ordering};

/// The limit (`sys.getrecursionlimit`); 1,000 unless it was set. C code compares with it inline.
#[unsafe(no_mangle)]
pub static _Py_CheckRecursionLimit: AtomicI32 = AtomicI32::new(1000);
pub use _Py_CheckRecursionLimit as LIMIT;

/// How far below the limit the depth must fall before an overflow counts as handled.
fn low_water_mark(limit: c_int) -> c_int {
    if limit > 200 {
        limit - 50
    } else {
        3 * (limit >> 2)
    }
}

/// Leaves the level when dropped.
pub struct Guard(());

impl Drop for Guard {
    #[inline]
    fn drop(&mut self) {
        leave();
    }
}

/// Enters a level. `place` ends the message: `" while calling a Python object"`.
#[inline]
pub fn enter(place: &str) -> PyResult<Guard> {
    let ts = tstate::current();
    let depth = ts.recursion_depth.get() + 1;
    ts.recursion_depth.set(depth);
    if depth > LIMIT.load(Ordering::Relaxed) {
        check(place)?;
    }
    Ok(Guard(()))
}

/// Leaves a level that was entered without a guard.
#[inline]
pub fn leave() {
    let ts = tstate::current();
    let depth = ts.recursion_depth.get() - 1;
    ts.recursion_depth.set(depth);
    if ts.overflowed.get() != 0 && depth < low_water_mark(LIMIT.load(Ordering::Relaxed)) {
        ts.overflowed.set(0);
    }
}

/// `_Py_CheckRecursiveCall`: the depth has passed the limit. On an error the level has been left again.
#[cold]
#[inline(never)]
pub fn check(place: &str) -> PyResult<()> {
    let ts = tstate::current();
    let limit = LIMIT.load(Ordering::Relaxed);
    if ts.recursion_critical.get() != 0 {
        return Ok(());
    }
    if ts.overflowed.get() != 0 {
        if ts.recursion_depth.get() > limit + 50 {
            crate::err::fatal("Cannot recover from stack overflow.");
        }
        return Ok(());
    }
    if ts.recursion_depth.get() > limit {
        ts.recursion_depth.set(ts.recursion_depth.get() - 1);
        ts.overflowed.set(1);
        return Err(raise!(
            RecursionError,
            "maximum recursion depth exceeded{place}"
        ));
    }
    Ok(())
}
