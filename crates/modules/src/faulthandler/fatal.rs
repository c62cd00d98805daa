//! The signals of a crash.

use super::{Target, keeping_errno, show};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{err, exceptions::exc};
use pyrite_vm::dump;
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, Ordering};

/// A signal that ends programs.
struct Fatal {
    signal: c_int,
    name: &'static [u8],
    enabled: AtomicBool,
    /// What the program did about the signal before. Written before `enabled` is set.
    previous: UnsafeCell<MaybeUninit<libc::sigaction>>,
}
// SAFETY: `previous` is written by the holder of the GIL while the handler is not installed, and read afterwards.
unsafe impl Sync for Fatal {}

const fn fatal(signal: c_int, name: &'static [u8]) -> Fatal {
    Fatal {
        signal,
        name,
        enabled: AtomicBool::new(false),
        previous: UnsafeCell::new(MaybeUninit::uninit()),
    }
}

static FATAL: [Fatal; 5] = [
    fatal(libc::SIGBUS, b"Bus error"),
    fatal(libc::SIGILL, b"Illegal instruction"),
    fatal(libc::SIGFPE, b"Floating point exception"),
    fatal(libc::SIGABRT, b"Aborted"),
    // Last, so that a crash while the others are set up is still seen.
    fatal(libc::SIGSEGV, b"Segmentation fault"),
];

static ENABLED: AtomicBool = AtomicBool::new(false);
static FD: AtomicI32 = AtomicI32::new(-1);
static ALL_THREADS: AtomicBool = AtomicBool::new(true);

struct File(Cell<*mut PyObject>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for File {}
/// Keeps the descriptor open.
static FILE: File = File(Cell::new(std::ptr::null_mut()));

/// The stack for handlers: that of a thread that overflowed is no use.
static STACK: AtomicPtr<u8> = AtomicPtr::new(std::ptr::null_mut());
const STACK_SIZE: usize = 1 << 16;

pub fn is_fatal(signal: c_int) -> bool {
    FATAL.iter().any(|f| f.signal == signal)
}

/// Gives the calling thread a stack for its handlers, unless it has one.
pub fn prepare_stack() {
    if !STACK.load(Ordering::Relaxed).is_null() {
        return;
    }
    let memory = Box::leak(vec![0u8; STACK_SIZE].into_boxed_slice()).as_mut_ptr();
    let stack = libc::stack_t {
        ss_sp: memory.cast(),
        ss_flags: 0,
        ss_size: STACK_SIZE,
    };
    // SAFETY: the memory is kept for the process.
    if unsafe { libc::sigaltstack(&stack, std::ptr::null_mut()) } == 0 {
        STACK.store(memory, Ordering::Relaxed);
    }
}

/// Takes the calling thread's stack for handlers away, once no handler runs on it.
pub fn release_stack() {
    let memory = STACK.swap(std::ptr::null_mut(), Ordering::Relaxed);
    if memory.is_null() {
        return;
    }
    // SAFETY: both live for the calls.
    unsafe {
        let mut now: libc::stack_t = std::mem::zeroed();
        if libc::sigaltstack(std::ptr::null(), &mut now) != 0 || now.ss_sp != memory.cast() {
            // Another thread's, which may still use it.
            return;
        }
        let off = libc::stack_t {
            ss_sp: std::ptr::null_mut(),
            ss_flags: libc::SS_DISABLE,
            ss_size: STACK_SIZE,
        };
        if libc::sigaltstack(&off, std::ptr::null_mut()) == 0 {
            drop(Box::from_raw(std::ptr::slice_from_raw_parts_mut(
                memory, STACK_SIZE,
            )));
        }
    }
}

/// The flag for handlers that run on the stack of [`prepare_stack`].
pub fn stack_flag() -> c_int {
    match STACK.load(Ordering::Relaxed).is_null() {
        true => 0,
        false => libc::SA_ONSTACK,
    }
}

impl Fatal {
    fn restore(&self) {
        if self.enabled.swap(false, Ordering::SeqCst) {
            // SAFETY: written when the handler was installed.
            unsafe {
                libc::sigaction(
                    self.signal,
                    (*self.previous.get()).as_ptr(),
                    std::ptr::null_mut(),
                )
            };
        }
    }
}

extern "C" fn handle(signal: c_int) {
    if !ENABLED.load(Ordering::SeqCst) {
        return;
    }
    keeping_errno(|| {
        let fd = FD.load(Ordering::SeqCst);
        // A crash in here is the previous handler's.
        if let Some(fatal) = FATAL.iter().find(|f| f.signal == signal) {
            fatal.restore();
            dump::puts(fd, b"Fatal Python error: ");
            dump::puts(fd, fatal.name);
        } else {
            dump::puts(fd, b"Fatal Python error from unexpected signum: ");
            dump::decimal(fd, signal as u64);
        }
        dump::puts(fd, b"\n\n");
        // Once: a second signal would show the first handler at work.
        if !REENTERED.swap(true, Ordering::SeqCst) {
            show(fd, ALL_THREADS.load(Ordering::SeqCst));
        }
    });
    // SAFETY: calls the previous handler at once.
    unsafe { libc::raise(signal) };
}

static REENTERED: AtomicBool = AtomicBool::new(false);

pub fn enable(target: Target, all_threads: bool) -> PyResult<()> {
    let old = FILE.0.take_ref();
    FILE.0.set_ref(target.file);
    drop(old);
    FD.store(target.fd, Ordering::SeqCst);
    ALL_THREADS.store(all_threads, Ordering::SeqCst);
    if ENABLED.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    for fatal in &FATAL {
        // SAFETY: the action is filled in; the old one goes to its place before the handler can run.
        let r = unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            action.sa_sigaction = handle as extern "C" fn(c_int) as usize;
            libc::sigemptyset(&mut action.sa_mask);
            // The handler raises the signal again.
            action.sa_flags = libc::SA_NODEFER | stack_flag();
            let previous = fatal.previous.get().cast();
            libc::sigaction(fatal.signal, std::ptr::null(), previous);
            libc::sigaction(fatal.signal, &action, std::ptr::null_mut())
        };
        if r != 0 {
            return Err(err::set_from_errno(exc::RuntimeError.get()));
        }
        fatal.enabled.store(true, Ordering::SeqCst);
    }
    Ok(())
}

/// Puts back what was there. Was it enabled? And the file, for the caller to drop.
pub fn disable() -> (bool, Option<Owned>) {
    let was = ENABLED.swap(false, Ordering::SeqCst);
    if was {
        for fatal in &FATAL {
            fatal.restore();
        }
    }
    (was, FILE.0.take_ref())
}

pub fn is_enabled() -> bool {
    ENABLED.load(Ordering::SeqCst)
}
