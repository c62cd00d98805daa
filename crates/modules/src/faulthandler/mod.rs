//! `faulthandler`: tracebacks of a program that crashes, hangs, or is asked by a signal.
//!
//! Everything that runs inside a signal handler reads atomics and writes with `pyrite_vm::dump`; the functions that Python
//! calls set the atomics up under the GIL, the last step being the one that lets the handler run. What was there before a handler is kept
//! beside it and put back.

mod fatal;
mod later;
mod user;

use pyrite_macros::pymodule;
use pyrite_runtime::args::int_value;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, call, err, hooks, tstate, unicode};
use pyrite_vm::{dump, lifecycle, threads};
use std::sync::atomic::{AtomicPtr, Ordering};

/// The interpreter whose threads are shown when the thread that a signal came to has no state.
static INTERP: AtomicPtr<PyInterpreterState> = AtomicPtr::new(std::ptr::null_mut());

fn remember_interpreter() {
    INTERP.store(tstate::current().interp.get(), Ordering::Relaxed);
}

/// Where to write: a descriptor, and the file object that keeps it open.
struct Target {
    fd: c_int,
    file: Option<Owned>,
}

/// The `file` argument: a descriptor, an object with `fileno()`, or, if absent or None, `sys.stderr`.
fn target(file: Option<&PyObject>) -> PyResult<Target> {
    let file = match file.filter(|f| !f.is_none()) {
        Some(file) => file.own(),
        None => match hooks::sys_get("stderr") {
            None => return Err(raise!(RuntimeError, "unable to get sys.stderr")),
            Some(file) if file.is_none() => return Err(raise!(RuntimeError, "sys.stderr is None")),
            Some(file) => file,
        },
    };
    if let Some(n) = int_value(&file) {
        return match c_int::try_from(n) {
            Ok(fd) if fd >= 0 => Ok(Target { fd, file: None }),
            Ok(_) => Err(raise!(ValueError, "file is not a valid file descripter")),
            Err(_) => Err(raise!(
                OverflowError,
                "Python int too large to convert to C int"
            )),
        };
    }
    let number = call::method(&file, unicode::from_str("fileno")?.as_object(), &[])?;
    let fd = int_value(&number)
        .and_then(|n| c_int::try_from(n).ok())
        .filter(|&fd| fd >= 0);
    let Some(fd) = fd else {
        return Err(raise!(
            RuntimeError,
            "file.fileno() is not a valid file descriptor"
        ));
    };
    if call::method(&file, unicode::from_str("flush")?.as_object(), &[]).is_err() {
        err::clear();
    }
    Ok(Target {
        fd,
        file: Some(file),
    })
}

/// Shows the calling thread's frames or those of all threads: for signal handlers.
fn show(fd: c_int, all_threads: bool) {
    let ts = threads::own_state();
    if all_threads {
        let _ = dump::all_threads(fd, INTERP.load(Ordering::Relaxed), ts);
    // SAFETY: the thread's own state lives as long as the thread runs Python code.
    } else if let Some(ts) = unsafe { ts.as_ref() } {
        dump::traceback(fd, ts);
    }
}

fn errno() -> c_int {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Runs the body of a signal handler so that the interrupted code does not see a changed `errno`.
fn keeping_errno(f: impl FnOnce()) {
    // SAFETY: errno is the thread's own.
    unsafe {
        let saved = *libc::__errno_location();
        f();
        *libc::__errno_location() = saved;
    }
}

/// A crash that was asked for need not leave a core file.
fn suppress_core_file() {
    // SAFETY: the limits live for the calls.
    unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        if libc::getrlimit(libc::RLIMIT_CORE, &mut limit) == 0 {
            limit.rlim_cur = 0;
            libc::setrlimit(libc::RLIMIT_CORE, &limit);
        }
    }
}

/// Runs `f`, without the GIL if that is asked for.
fn crash(release_gil: c_int, f: impl FnOnce()) {
    suppress_core_file();
    match release_gil {
        0 => f(),
        _ => pyrite_vm::ceval::allow_threads(f),
    }
}

/// `_PyFaulthandler_Init`: has the stack for handlers ready, and enables the module if that is asked for.
pub fn init(enable: bool) -> PyResult<()> {
    fatal::prepare_stack();
    if enable {
        let module = pyrite_vm::import::import_module("faulthandler")?;
        call::method_str(&module, "enable", &[])?;
    }
    Ok(())
}

/// `_PyFaulthandler_Fini`: the watchdog ends, and every signal's action is again what it was.
pub fn end() {
    fini(true);
    fatal::release_stack();
}

/// At the end of the interpreter everything goes back to what it was.
fn fini(objects: bool) {
    let mut files = vec![later::cancel(), fatal::disable().1];
    files.extend(user::unregister_all());
    if !objects {
        // They are left to the process, which ends.
        std::mem::forget(files);
    }
}

/// `faulthandler`.
pub struct Faulthandler;

#[pymodule(name = "faulthandler")]
impl Faulthandler {
    #[function]
    #[sig("($module, file=None, all_threads=True)", parse_tuple)]
    fn enable(_m: &PyObject, file: Option<&PyObject>, all_threads: c_int) -> PyResult<()> {
        let target = target(file)?;
        remember_interpreter();
        fatal::enable(target, all_threads != 0)
    }

    #[function]
    #[sig("($module, /)")]
    fn disable(_m: &PyObject) -> bool {
        fatal::disable().0
    }

    #[function]
    #[sig("($module, /)")]
    fn is_enabled(_m: &PyObject) -> bool {
        fatal::is_enabled()
    }

    #[function]
    #[sig("($module, file=None, all_threads=True)", parse_tuple)]
    fn dump_traceback(_m: &PyObject, file: Option<&PyObject>, all_threads: c_int) -> PyResult<()> {
        let target = target(file)?;
        let ts = tstate::current();
        if all_threads == 0 {
            dump::traceback(target.fd, ts);
            return Ok(());
        }
        let current = std::ptr::from_ref(ts).cast_mut();
        dump::all_threads(target.fd, ts.interp.get(), current)
            .map_err(|text| raise!(RuntimeError, "{}", text.to_string_lossy()))
    }

    #[function]
    #[sig("($module, timeout, repeat=False, file=None, exit=False)", parse_tuple)]
    fn dump_traceback_later(
        _m: &PyObject,
        timeout: &PyObject,
        repeat: c_int,
        file: Option<&PyObject>,
        exit: c_int,
    ) -> PyResult<()> {
        let microseconds = later::microseconds(timeout)?;
        let target = target(file)?;
        remember_interpreter();
        later::start(microseconds, repeat != 0, target, exit != 0)
    }

    #[function]
    #[sig("($module, /)")]
    fn cancel_dump_traceback_later(_m: &PyObject) {
        drop(later::cancel());
    }

    #[function]
    #[sig(
        "($module, signum, file=None, all_threads=True, chain=False)",
        parse_tuple
    )]
    fn register(
        _m: &PyObject,
        signum: c_int,
        file: Option<&PyObject>,
        all_threads: c_int,
        chain: c_int,
    ) -> PyResult<()> {
        user::check(signum)?;
        let target = target(file)?;
        remember_interpreter();
        user::register(signum, target, all_threads != 0, chain != 0)
    }

    #[function(parse_tuple)]
    #[sig("($module, signum, /)", parse_tuple)]
    fn unregister(_m: &PyObject, signum: c_int) -> PyResult<bool> {
        user::check(signum)?;
        Ok(user::unregister(signum).0)
    }

    #[function(parse_tuple)]
    #[sig("($module, /)", parse_tuple)]
    fn _read_null(_m: &PyObject) {
        crash(0, || {
            let nowhere = std::hint::black_box(std::ptr::null::<c_int>());
            // SAFETY: none: the function exists to be killed for this.
            unsafe { std::ptr::read_volatile(nowhere) };
        });
    }

    #[function(parse_tuple)]
    #[sig("($module, release_gil=False, /)", parse_tuple)]
    fn _sigsegv(_m: &PyObject, release_gil: c_int) {
        // SAFETY: (so below) a signal to the process itself.
        crash(release_gil, || unsafe {
            libc::raise(libc::SIGSEGV);
        });
    }

    #[function(parse_tuple)]
    #[sig("($module, /)", parse_tuple)]
    fn _sigabrt(_m: &PyObject) {
        // SAFETY: as above.
        crash(0, || unsafe { libc::abort() });
    }

    #[function(parse_tuple)]
    #[sig("($module, /)", parse_tuple)]
    fn _sigfpe(_m: &PyObject) {
        // SAFETY: as above.
        crash(0, || unsafe {
            libc::raise(libc::SIGFPE);
        });
    }

    #[function(parse_tuple)]
    #[sig("($module, message, release_gil=False, /)", parse_tuple)]
    fn _fatal_error(_m: &PyObject, message: &PyObject, release_gil: c_int) -> PyResult<()> {
        let Some(message) = message.downcast::<PyBytesObject>() else {
            let ty = message.type_name();
            return Err(raise!(
                TypeError,
                "a bytes-like object is required, not '{ty}'"
            ));
        };
        let text = bytes::as_slice(message).to_vec();
        if text.contains(&0) {
            return Err(raise!(ValueError, "embedded null byte"));
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        crash(release_gil, || err::fatal(&text));
        Ok(())
    }

    #[function(parse_tuple)]
    #[sig("($module, /)", parse_tuple)]
    fn _fatal_error_c_thread(_m: &PyObject) -> PyResult<()> {
        suppress_core_file();
        let started = std::thread::Builder::new().spawn(|| err::fatal("in new thread"));
        match started {
            // The thread ends the process.
            Ok(thread) => drop(thread.join()),
            Err(_) => return Err(raise!(RuntimeError, "unable to start the thread")),
        }
        Ok(())
    }

    #[function(parse_tuple)]
    #[sig("($module, /)", parse_tuple)]
    fn _stack_overflow(_m: &PyObject) -> PyResult<()> {
        suppress_core_file();
        let depth = overflow(0);
        Err(raise!(
            RuntimeError,
            "unable to raise a stack overflow (recursed {depth} times)"
        ))
    }

    fn exec(_m: &PyObject) -> PyResult<()> {
        fatal::prepare_stack();
        lifecycle::at_fini(fini);
        Ok(())
    }
}

/// Uses up the machine's stack: a page and more in each call.
#[inline(never)]
fn overflow(depth: usize) -> usize {
    let page = std::hint::black_box([depth as u8; 8192]);
    if depth > 1 << 20 {
        return depth;
    }
    let reached = overflow(depth + 1);
    std::hint::black_box(&page);
    reached
}
