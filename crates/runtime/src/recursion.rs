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
/// How long that margin is: what lies beyond a small stack may be another stack in use.
static MARGIN_LENGTH: AtomicUsize = AtomicUsize::new(0);
/// Where that stack begins.
static TOP: AtomicUsize = AtomicUsize::new(0);

thread_local! {
    /// Where the margin of this thread's stack begins, how long it is, and where the stack begins; 0 until it is asked for.
    static OWN: Cell<(usize, usize, usize)> = const { Cell::new((0, 0, 0)) };
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
    stack_pointer().wrapping_sub(MARGIN_START.load(Ordering::Relaxed))
        < MARGIN_LENGTH.load(Ordering::Relaxed)
}

/// How much of the running thread's C stack is left above its margin; `None` on stacks that the thread library does not know.
pub fn stack_left() -> Option<usize> {
    let sp = stack_pointer();
    let start = MARGIN_START
        .load(Ordering::Relaxed)
        .checked_add(MARGIN_LENGTH.load(Ordering::Relaxed))?;
    (start..TOP.load(Ordering::Relaxed))
        .contains(&sp)
        .then(|| sp - start)
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
    let (start, length, top) = OWN.with(|own| {
        if own.get().0 == 0 {
            own.set(margin_and_top());
        }
        own.get()
    });
    MARGIN_START.store(start, Ordering::Relaxed);
    MARGIN_LENGTH.store(length, Ordering::Relaxed);
    TOP.store(top, Ordering::Relaxed);
}

/// Where the margin of this thread's stack begins, how long it is (a quarter of a small stack), and where the stack begins.
fn margin_and_top() -> (usize, usize, usize) {
    let Some((low, size)) = main_stack().or_else(thread_stack) else {
        return (usize::MAX, 0, 0);
    };
    (low, MARGIN.min(size / 4), low + size)
}

/// Lowest address and size of the main thread's stack as the system lets it grow, when this is the main thread. The thread library would
/// read the list of all mappings for that.
fn main_stack() -> Option<(usize, usize)> {
    // The kernel keeps at least this much room below a main stack, if its limit is not larger.
    const ROOM: u64 = 64 << 20;
    // SAFETY: questions about the process and its main thread; the limit is filled by the call. The name that the program was started
    // by is a text at the very top of the main stack.
    unsafe {
        if libc::syscall(libc::SYS_gettid) != libc::c_long::from(libc::getpid()) {
            return None;
        }
        let name = libc::getauxval(libc::AT_EXECFN) as *const c_char;
        let mut limit: libc::rlimit = std::mem::zeroed();
        if name.is_null()
            || libc::getrlimit(libc::RLIMIT_STACK, &mut limit) != 0
            || limit.rlim_cur > ROOM
        {
            return None;
        }
        let size = limit.rlim_cur as usize;
        let top = (name as usize + libc::strlen(name)).next_multiple_of(4096);
        let here = (&raw const limit) as usize;
        (here < top && top - here < size).then(|| (top - size, size))
    }
}

/// Lowest address and size of this thread's stack by the thread library.
fn thread_stack() -> Option<(usize, usize)> {
    // SAFETY: the attributes are initialised by the first call and read by the second, and destroyed after it.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        if libc::pthread_getattr_np(libc::pthread_self(), &mut attributes) != 0 {
            return None;
        }
        let (mut low, mut size) = (std::ptr::null_mut(), 0);
        let status = libc::pthread_attr_getstack(&attributes, &mut low, &mut size);
        libc::pthread_attr_destroy(&mut attributes);
        (status == 0).then_some((low as usize, size))
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
