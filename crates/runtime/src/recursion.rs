//! Bounded recursion: `Py_EnterRecursiveCall` and its guard.
//!
//! Depth is counted in the thread state as 3.8 does, against the limit that `sys.setrecursionlimit` sets. After an
//! overflow fifty more levels are allowed so that the error can be handled; going past them ends the process.
//!
//! Not everything that nests is counted (`next` on a chain of iterators, `len` of proxies of proxies), and a program
//! may set a limit that the C stack does not bear. So the end of the running thread's stack is known as well, and whatever
//! can nest without being counted asks [`stack_is_low`] before it goes on: one comparison. Where 3.8 would crash
//! there is a `RecursionError`.

use crate::prelude::*;
use crate::tstate;
use std::sync::atomic::{AtomicI32, AtomicUsize, Ordering};

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

/// The part of a stack that is kept for raising the error and for what C code does unasked.
const MARGIN: usize = 128 << 10;

/// The lowest address of the margin of the running thread's stack; the holder of the GIL sets it.
static MARGIN_START: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Where the margin of this thread's stack begins; 0 until it is asked for.
    static OWN_MARGIN_START: Cell<usize> = const { Cell::new(0) };
}

/// Where the stack ends now. The register itself: a local whose address is taken is written to memory, and what a function pops
/// soon after from the same word waits for that.
#[cfg(target_arch = "x86_64")]
#[inline(always)]
fn stack_pointer() -> usize {
    let sp: usize;
    // SAFETY: copies a register.
    unsafe {
        std::arch::asm!("mov {}, rsp", out(reg) sp, options(nomem, nostack, preserves_flags))
    };
    sp
}

#[cfg(not(target_arch = "x86_64"))]
#[inline(always)]
fn stack_pointer() -> usize {
    let here = 0usize;
    (&raw const here) as usize
}

/// Whether the C stack of the running thread is nearly used up.
///
/// False on stacks that the thread library does not know, which coroutine libraries allocate.
#[inline(always)]
pub fn stack_is_low() -> bool {
    stack_pointer().wrapping_sub(MARGIN_START.load(Ordering::Relaxed)) < MARGIN
}

/// Raises the error for a stack that is nearly used up.
#[cold]
#[inline(never)]
pub fn stack_overflow() -> Raised {
    raise!(RecursionError, "maximum recursion depth exceeded")
}

/// Fails when the C stack is nearly used up.
#[inline(always)]
pub fn check_stack() -> PyResult<()> {
    if stack_is_low() {
        return Err(stack_overflow());
    }
    Ok(())
}

/// Notes the stack of this thread, which has just taken the GIL.
pub fn note_stack() {
    let start = OWN_MARGIN_START.with(|own| {
        if own.get() == 0 {
            own.set(margin_start());
        }
        own.get()
    });
    MARGIN_START.store(start, Ordering::Relaxed);
}

/// Asks the thread library where this thread's stack ends. Small stacks have a smaller margin, a quarter of them.
fn margin_start() -> usize {
    // SAFETY: the attributes are initialised by the first call and read by the second, and destroyed after it.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return usize::MAX - MARGIN;
        }
        let (mut low, mut size) = (std::ptr::null_mut(), 0);
        let status = libc::pthread_attr_getstack(&attributes, &mut low, &mut size);
        libc::pthread_attr_destroy(&mut attributes);
        if status != 0 {
            return usize::MAX - MARGIN;
        }
        (low as usize + MARGIN.min(size / 4))
            .saturating_sub(MARGIN)
            .max(1)
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
    let guard = Guard(());
    if stack_is_low() {
        return Err(raise!(
            RecursionError,
            "maximum recursion depth exceeded{place}"
        ));
    }
    Ok(guard)
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
