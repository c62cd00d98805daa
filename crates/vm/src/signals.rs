//! Signals: a C handler notes them, and the main thread runs their Python functions between two instructions.
//!
//! The C handler may interrupt anything, so it touches atomics only: it marks the signal, raises the evaluation breaker and writes the
//! signal's number to the wake-up descriptor. [`run_handlers`] comes later, in the main thread, with the GIL; what it
//! calls is in a table of objects that only holders of the GIL read or write.

use crate::prelude::*;
use crate::{ceval, errors, eval_api, threads};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

/// One more than the greatest signal number.
pub const NSIG: usize = 65;

struct Functions([Cell<*mut PyObject>; NSIG]);
// SAFETY: read and written by the holder of the GIL only.
unsafe impl Sync for Functions {}

/// What each signal's disposition is, as Python sees it: 0 and 1 (`SIG_DFL`, `SIG_IGN`), a callable, or None for a handler that is not
/// Python's. Null before the module `_signal` is made.
static FUNCTIONS: Functions = Functions([const { Cell::new(std::ptr::null_mut()) }; NSIG]);

static TRIPPED: [AtomicBool; NSIG] = [const { AtomicBool::new(false) }; NSIG];
/// Some element of [`TRIPPED`] is set.
static ANY_TRIPPED: AtomicBool = AtomicBool::new(false);

static WAKEUP_FD: AtomicI32 = AtomicI32::new(-1);
static WARN_ON_FULL_BUFFER: AtomicBool = AtomicBool::new(true);
/// The error of a write to the wake-up descriptor that has not been reported; 0 for none.
static WAKEUP_ERRNO: AtomicI32 = AtomicI32::new(0);
/// The process that the handlers belong to: a child between fork and exec must not write to its parent's wake-up descriptor.
static PROCESS: AtomicI32 = AtomicI32::new(0);

/// `SIG_DFL` as Python sees it.
pub fn default_handler() -> PyResult<Owned> {
    long::from_i64(0).map(Owned::upcast)
}

/// `SIG_IGN` as Python sees it.
pub fn ignore_handler() -> PyResult<Owned> {
    long::from_i64(1).map(Owned::upcast)
}

/// Is it a callable that Python runs, rather than a disposition of the system or a foreign handler?
fn is_python(f: &PyObject) -> bool {
    let dispositions = [default_handler(), ignore_handler()];
    !f.is_none() && !dispositions.iter().flatten().any(|d| d.is(f))
}

extern "C" fn note(signal: c_int) {
    // SAFETY: errno is the thread's own; getpid may be called anywhere.
    unsafe {
        let saved = *libc::__errno_location();
        if libc::getpid() == PROCESS.load(Ordering::Relaxed) {
            trip(signal);
        }
        *libc::__errno_location() = saved;
    }
}

/// A signal has come in (or C says so): safe to call anywhere.
fn trip(signal: c_int) {
    let Some(tripped) = TRIPPED.get(signal as usize) else {
        return;
    };
    tripped.store(true, Ordering::SeqCst);
    ANY_TRIPPED.store(true, Ordering::SeqCst);
    // Before the descriptor, so that whoever wakes up by it finds the signal.
    ceval::signal_received();
    let fd = WAKEUP_FD.load(Ordering::SeqCst);
    if fd == -1 {
        return;
    }
    let byte = signal as u8;
    loop {
        // SAFETY: one byte that lives for the call.
        if unsafe { libc::write(fd, (&raw const byte).cast(), 1) } >= 0 {
            return;
        }
        // SAFETY: errno is the thread's own.
        match unsafe { *libc::__errno_location() } {
            libc::EINTR => {}
            libc::EAGAIN if !WARN_ON_FULL_BUFFER.load(Ordering::Relaxed) => return,
            errno => {
                WAKEUP_ERRNO.store(errno, Ordering::SeqCst);
                return ceval::call_wanted();
            }
        }
    }
}

/// Sets the disposition of a signal, like `signal(2)`, to a handler address. The old one, or the error.
pub fn set_disposition(signal: c_int, handler: usize) -> Result<usize, std::io::Error> {
    // SAFETY: the action is filled in; handlers that this process gives are functions of a signal number, or SIG_DFL and SIG_IGN.
    unsafe {
        let mut new: libc::sigaction = std::mem::zeroed();
        let mut old: libc::sigaction = std::mem::zeroed();
        new.sa_sigaction = handler;
        libc::sigemptyset(&mut new.sa_mask);
        match libc::sigaction(signal, &new, &mut old) {
            -1 => Err(std::io::Error::last_os_error()),
            _ => Ok(old.sa_sigaction),
        }
    }
}

/// The handler address that a signal has now.
pub fn disposition(signal: c_int) -> Result<usize, std::io::Error> {
    // SAFETY: asks for the action without changing it.
    unsafe {
        let mut old: libc::sigaction = std::mem::zeroed();
        match libc::sigaction(signal, std::ptr::null(), &mut old) {
            -1 => Err(std::io::Error::last_os_error()),
            _ => Ok(old.sa_sigaction),
        }
    }
}

/// The address of the C handler that notes signals for Python functions.
pub fn noting_handler() -> usize {
    note as extern "C" fn(c_int) as usize
}

/// A signal's place in the table; `signal` must be within 1 and [`NSIG`].
fn slot(signal: c_int) -> PyResult<&'static Cell<*mut PyObject>> {
    match usize::try_from(signal).ok().filter(|&n| n > 0) {
        Some(n) => FUNCTIONS.0.get(n),
        None => None,
    }
    .ok_or_else(|| raise!(ValueError, "signal number out of range"))
}

/// What Python sees as the signal's handler; nothing before `_signal` is made.
pub fn function(signal: c_int) -> PyResult<Option<Owned>> {
    Ok(slot(signal)?.load())
}

/// Replaces what Python sees as the signal's handler.
pub fn set_function(signal: c_int, f: Owned) -> PyResult<()> {
    slot(signal)?.set_ref(Some(f));
    Ok(())
}

/// Is the calling thread the main one, of the main interpreter? Only that one handles signals.
pub fn is_main() -> bool {
    threads::is_main_thread() && threads::is_main_interpreter()
}

/// `PySignal_SetWakeupFd`: the old descriptor.
pub fn set_wakeup_fd(fd: c_int, warn_on_full_buffer: bool) -> c_int {
    WARN_ON_FULL_BUFFER.store(warn_on_full_buffer, Ordering::Relaxed);
    WAKEUP_FD.swap(fd.max(-1), Ordering::SeqCst)
}

/// Calls the functions of the signals that have come in. If one raises, the others wait for the next call.
pub fn run_handlers() -> PyResult<()> {
    if !is_main() || !ANY_TRIPPED.swap(false, Ordering::SeqCst) {
        return Ok(());
    }
    let frame = match eval_api::get_frame() {
        Some(f) => f.as_object().own(),
        None => none().own(),
    };
    for (n, tripped) in TRIPPED.iter().enumerate() {
        if !tripped.swap(false, Ordering::SeqCst) {
            continue;
        }
        let called = run_handler(n as c_int, &frame);
        if let Err(raised) = called {
            ANY_TRIPPED.store(true, Ordering::SeqCst);
            ceval::signal_received();
            return Err(raised);
        }
    }
    Ok(())
}

fn run_handler(signal: c_int, frame: &PyObject) -> PyResult<()> {
    match function(signal)?.filter(|f| is_python(f)) {
        Some(f) => {
            let number = long::from_i64(i64::from(signal))?;
            call::call(&f, &[number.as_object(), frame]).map(drop)
        }
        None => {
            // The disposition was changed after the signal had come in.
            let _ = raise!(OSError, "Signal {signal} ignored due to race condition");
            err::write_unraisable(Some(none()));
            Ok(())
        }
    }
}

/// Reports a write to the wake-up descriptor that failed.
pub fn report_wakeup_error() {
    let errno = WAKEUP_ERRNO.swap(0, Ordering::SeqCst);
    if errno == 0 {
        return;
    }
    let saved = err::fetch();
    let _ = err::set_from(exc::OSError.get(), errno, None, None);
    errors::write_unraisable_message(Some("when trying to write to the signal wakeup fd"), None);
    err::restore(saved);
}

/// `PyErr_SetInterrupt`: as if SIGINT had come in, unless the program does not handle it.
pub fn set_interrupt() {
    let handler = FUNCTIONS.0[libc::SIGINT as usize].load();
    if handler.is_some_and(|h| is_python(&h)) {
        trip(libc::SIGINT);
    }
}

/// `PyOS_InterruptOccurred`: has SIGINT come in? The question takes it back.
pub fn interrupt_occurred() -> bool {
    is_main() && TRIPPED[libc::SIGINT as usize].swap(false, Ordering::SeqCst)
}

/// `_PySignal_AfterFork`: what came in for the parent is not the child's.
pub fn after_fork_child() {
    ANY_TRIPPED.store(false, Ordering::SeqCst);
    for tripped in &TRIPPED {
        tripped.store(false, Ordering::SeqCst);
    }
    note_process();
}

fn note_process() {
    // SAFETY: `getpid` takes no arguments and cannot fail.
    PROCESS.store(unsafe { libc::getpid() }, Ordering::Relaxed);
}

/// The dispositions of a program that is the interpreter: a write to a closed pipe or beyond the limit of a file's size is an error of the
/// write, not the end of the process; the module `_signal` installs the handler of SIGINT.
pub fn install() -> PyResult<()> {
    for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
        // One that cannot be ignored stays as it was.
        let _ = set_disposition(signal, libc::SIG_IGN);
    }
    crate::import::import_module("_signal").map(drop)
}

/// Fills the table from the dispositions that the process has, and lets SIGINT raise `KeyboardInterrupt` (`int_handler`)
/// unless it is handled or ignored.
pub fn init(int_handler: &PyObject) -> PyResult<()> {
    note_process();
    for signal in 1..NSIG as c_int {
        let f = match disposition(signal) {
            Ok(libc::SIG_DFL) => default_handler()?,
            Ok(libc::SIG_IGN) => ignore_handler()?,
            _ => none().own(),
        };
        set_function(signal, f)?;
    }
    let sigint = function(libc::SIGINT)?;
    let default = default_handler()?;
    if sigint.is_some_and(|f| f.is(&*default)) {
        set_function(libc::SIGINT, int_handler.own())?;
        // A process that cannot have its SIGINT handled goes on without.
        let _ = set_disposition(libc::SIGINT, noting_handler());
    }
    Ok(())
}

/// `PyOS_FiniInterrupts`: forgets the Python functions, whose signals get the system's disposition.
pub fn fini() {
    for (n, slot) in FUNCTIONS.0.iter().enumerate() {
        TRIPPED[n].store(false, Ordering::SeqCst);
        let Some(f) = slot.take_ref() else { continue };
        if is_python(&f) {
            let _ = set_disposition(n as c_int, libc::SIG_DFL);
        }
    }
}
