//! `_signal`: what a program does about signals, timers that send them, and waiting for them.
//!
//! How a signal becomes a call of a Python function is in `pyrite_vm::signals`; here are the functions and constants.

use crate::time::{Round, from_seconds};
use pyrite_macros::{pymodule, raw_doc};
use pyrite_runtime::args::Truth;
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{
    err, float, hooks, iter, long, module, object, set, structseq, tuple, unicode,
};
use pyrite_vm::ceval::{allow_threads, check_signals};
use pyrite_vm::signals::{self, NSIG};
use std::ffi::CStr;
use std::io::Error;
use std::mem::MaybeUninit;

struct Kept(Cell<*mut PyObject>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for Kept {}
static ITIMER_ERROR: Kept = Kept(Cell::new(std::ptr::null_mut()));
static STRUCT_SIGINFO: Kept = Kept(Cell::new(std::ptr::null_mut()));

const BILLION: i64 = 1_000_000_000;

/// What the kernel tells about a signal that was waited for (`siginfo_t`), with the members for processes.
#[repr(C, align(8))]
struct SigInfo {
    signo: c_int,
    errno: c_int,
    code: c_int,
    padding: c_int,
    pid: u32,
    uid: u32,
    status: c_int,
    rest: [c_int; 25],
}

impl SigInfo {
    /// The member for SIGPOLL, which shares its place with process and user.
    fn band(&self) -> i64 {
        (i64::from(self.uid) << 32) | i64::from(self.pid)
    }
}

fn last_errno() -> c_int {
    Error::last_os_error().raw_os_error().unwrap_or(0)
}

fn os_error() -> Raised {
    err::set_from_errno(exc::OSError.get())
}

fn os_error_of(errno: c_int) -> Raised {
    err::set_from(exc::OSError.get(), errno, None, None)
}

fn check_range(signal: c_int) -> PyResult<()> {
    match (1..NSIG as c_int).contains(&signal) {
        true => Ok(()),
        false => Err(raise!(ValueError, "signal number out of range")),
    }
}

/// The signals that an iterable names.
pub fn to_sigset(iterable: &PyObject) -> PyResult<libc::sigset_t> {
    let mut mask = MaybeUninit::<libc::sigset_t>::uninit();
    // SAFETY: makes the set.
    let mut mask = unsafe {
        libc::sigemptyset(mask.as_mut_ptr());
        mask.assume_init()
    };
    let it = object::get_iter(iterable)?;
    while let Some(item) = iter::next(&it)? {
        let int = long::from_nb_index_or_nb_int(&item)?;
        let number = match pyrite_runtime::args::int_value(int.as_object()) {
            Some(n) => i64::try_from(n).unwrap_or(-1),
            None => -1,
        };
        let signal = c_int::try_from(number).unwrap_or(0);
        if !(1..NSIG as c_int).contains(&signal) {
            return Err(raise!(ValueError, "signal number {number} out of range"));
        }
        // SAFETY: the set was made above.
        if unsafe { libc::sigaddset(&mut mask, signal) } != 0 {
            if last_errno() != libc::EINVAL {
                return Err(os_error());
            }
            // Within the range, but the C library keeps it for itself.
            let text = format!("invalid signal number {signal}, please use valid_signals()");
            err::warn_ex(exc::RuntimeWarning.get(), &text, 1)?;
        }
    }
    Ok(mask)
}

/// The numbers in a set of signals, as a Python set.
fn from_sigset(mask: &libc::sigset_t) -> PyResult<Owned> {
    let all = set::new(None)?;
    for signal in 1..NSIG as c_int {
        // SAFETY: asks about a set that was made.
        if unsafe { libc::sigismember(mask, signal) } == 1 {
            set::add(&all, long::from_i64(i64::from(signal))?.as_object())?;
        }
    }
    Ok(all.upcast())
}

fn empty_sigset() -> libc::sigset_t {
    // SAFETY: bits, of which none is set.
    unsafe { std::mem::zeroed() }
}

fn timeval(seconds: &PyObject) -> PyResult<libc::timeval> {
    let ns = from_seconds(seconds, Round::Ceiling)?;
    let us = ns.div_euclid(1000) + i64::from(ns.rem_euclid(1000) != 0);
    Ok(libc::timeval {
        tv_sec: us.div_euclid(1_000_000),
        tv_usec: us.rem_euclid(1_000_000),
    })
}

/// The pair (time until next signal, interval).
fn timer_values(timer: &libc::itimerval) -> PyResult<Owned> {
    let seconds = |t: libc::timeval| float::from_f64(t.tv_sec as f64 + t.tv_usec as f64 / 1e6);
    let (value, interval) = (seconds(timer.it_value)?, seconds(timer.it_interval)?);
    Ok(tuple::pack([value.upcast(), interval.upcast()])?.upcast())
}

fn zero_timer() -> libc::itimerval {
    // SAFETY: numbers.
    unsafe { std::mem::zeroed() }
}

fn itimer_error() -> Raised {
    match ITIMER_ERROR.0.load() {
        Some(class) => err::set_from_errno(&class),
        None => os_error(),
    }
}

/// `struct_siginfo` of what was waited for.
fn siginfo(info: &SigInfo) -> PyResult<Owned> {
    let Some(ty) = STRUCT_SIGINFO.0.load() else {
        return Err(err::bad_internal_call());
    };
    let Some(ty) = ty.downcast::<PyTypeObject>() else {
        return Err(err::bad_internal_call());
    };
    let uid = if info.uid == u32::MAX {
        -1
    } else {
        i64::from(info.uid)
    };
    let values = [
        i64::from(info.signo),
        i64::from(info.code),
        i64::from(info.errno),
        i64::from(info.pid as c_int),
        uid,
        i64::from(info.status),
        info.band(),
    ];
    let values: PyResult<Vec<Owned>> = values
        .into_iter()
        .map(|v| long::from_i64(v).map(Owned::upcast))
        .collect();
    structseq::from_values(ty, values?)
}

/// Waits for one of the signals at most `timeout` nanoseconds; nothing when none came.
fn timed_wait(mask: &libc::sigset_t, timeout: Option<i64>) -> PyResult<Option<Owned>> {
    let start = std::time::Instant::now();
    loop {
        let mut info = MaybeUninit::<SigInfo>::zeroed();
        let at = info.as_mut_ptr() as usize;
        let left = timeout.map(|t| {
            let passed = i64::try_from(start.elapsed().as_nanos()).unwrap_or(i64::MAX);
            let left = t.saturating_sub(passed).max(0);
            libc::timespec {
                tv_sec: left / BILLION,
                tv_nsec: left % BILLION,
            }
        });
        let r = allow_threads(|| {
            let left = left.as_ref().map_or(std::ptr::null(), std::ptr::from_ref);
            // SAFETY: set and time live for the call; there is room for the answer. No time waits for ever.
            unsafe { libc::sigtimedwait(mask, at as *mut libc::siginfo_t, left) }
        });
        if r != -1 {
            // SAFETY: filled by the system, and zeroed before.
            return siginfo(unsafe { info.assume_init_ref() }).map(Some);
        }
        match last_errno() {
            libc::EINTR => check_signals()?,
            libc::EAGAIN => return Ok(None),
            errno => return Err(os_error_of(errno)),
        }
    }
}

/// A descriptor for the wake-up byte must be open and must not block.
fn check_wakeup_fd(fd: c_int) -> PyResult<()> {
    let mut st = MaybeUninit::<libc::stat>::zeroed();
    // SAFETY: room for the answer.
    if unsafe { libc::fstat(fd, st.as_mut_ptr()) } != 0 {
        return Err(os_error());
    }
    // SAFETY: asks for flags.
    let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
    if flags < 0 {
        return Err(os_error());
    }
    if flags & libc::O_NONBLOCK == 0 {
        return Err(raise!(
            ValueError,
            "the fd {fd} must be in non-blocking mode"
        ));
    }
    Ok(())
}

/// `_signal`.
pub struct Signal;

#[pymodule(name = "_signal")]
impl Signal {
    #[function(args)]
    fn default_int_handler(_m: &PyObject, _args: &[&PyObject]) -> PyResult<()> {
        Err(err::set_none(exc::KeyboardInterrupt.get()))
    }

    #[function]
    fn alarm(_m: &PyObject, seconds: c_int) -> u32 {
        // SAFETY: (so below) the call takes numbers alone, and no pointer.
        unsafe { libc::alarm(seconds as u32) }
    }

    #[function]
    fn pause(_m: &PyObject) -> PyResult<()> {
        // SAFETY: takes nothing.
        allow_threads(|| unsafe { libc::pause() });
        check_signals()
    }

    #[function]
    fn raise_signal(_m: &PyObject, signalnum: c_int) -> PyResult<()> {
        // SAFETY: as above.
        match unsafe { libc::raise(signalnum) } {
            0 => Ok(()),
            _ => Err(os_error()),
        }
    }

    #[function]
    fn signal(_m: &PyObject, signalnum: c_int, handler: &PyObject) -> PyResult<Owned> {
        if !signals::is_main() {
            return Err(raise!(ValueError, "signal only works in main thread"));
        }
        check_range(signalnum)?;
        let disposition = if handler.is(&*signals::ignore_handler()?) {
            libc::SIG_IGN
        } else if handler.is(&*signals::default_handler()?) {
            libc::SIG_DFL
        } else if object::is_callable(handler) {
            signals::noting_handler()
        } else {
            return Err(raise!(
                TypeError,
                "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object"
            ));
        };
        // What has come in is the old handler's.
        check_signals()?;
        if let Err(e) = signals::set_disposition(signalnum, disposition) {
            return Err(os_error_of(e.raw_os_error().unwrap_or(0)));
        }
        let old = signals::function(signalnum)?;
        signals::set_function(signalnum, handler.own())?;
        Ok(old.unwrap_or_else(|| none().own()))
    }

    #[function]
    fn getsignal(_m: &PyObject, signalnum: c_int) -> PyResult<Owned> {
        check_range(signalnum)?;
        Ok(signals::function(signalnum)?.unwrap_or_else(|| none().own()))
    }

    #[function]
    fn strsignal(_m: &PyObject, signalnum: c_int) -> PyResult<Owned> {
        check_range(signalnum)?;
        // SAFETY: the text belongs to the C library and is copied under the GIL.
        let text = unsafe { libc::strsignal(signalnum).as_ref() }
            .map(|t| unsafe { CStr::from_ptr(t) }.to_bytes());
        match text {
            Some(text) if !text.starts_with(b"Unknown signal") => {
                unicode::fs::decode_default(text).map(Owned::upcast)
            }
            _ => Ok(none().own()),
        }
    }

    #[function]
    fn siginterrupt(_m: &PyObject, signalnum: c_int, flag: c_int) -> PyResult<()> {
        check_range(signalnum)?;
        // SAFETY: the action is the one that the signal has, with one flag changed.
        unsafe {
            let mut action: libc::sigaction = std::mem::zeroed();
            if libc::sigaction(signalnum, std::ptr::null(), &mut action) != 0 {
                return Err(os_error());
            }
            if flag != 0 {
                action.sa_flags &= !libc::SA_RESTART;
            } else {
                action.sa_flags |= libc::SA_RESTART;
            }
            if libc::sigaction(signalnum, &action, std::ptr::null_mut()) != 0 {
                return Err(os_error());
            }
        }
        Ok(())
    }

    #[function]
    #[sig("($module, fd, /, *, warn_on_full_buffer=True)", parse_tuple)]
    fn set_wakeup_fd(_m: &PyObject, fd: c_int, warn_on_full_buffer: Truth) -> PyResult<c_int> {
        if !signals::is_main() {
            return Err(raise!(
                ValueError,
                "set_wakeup_fd only works in main thread"
            ));
        }
        if fd != -1 {
            check_wakeup_fd(fd)?;
        }
        Ok(signals::set_wakeup_fd(fd, warn_on_full_buffer.0))
    }

    #[function]
    fn setitimer(
        _m: &PyObject,
        which: c_int,
        seconds: &PyObject,
        interval: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let mut new = zero_timer();
        new.it_value = timeval(seconds)?;
        if let Some(interval) = interval {
            new.it_interval = timeval(interval)?;
        }
        let mut old = zero_timer();
        // SAFETY: both live for the call.
        if unsafe { libc::syscall(libc::SYS_setitimer, which, &raw const new, &raw mut old) } != 0 {
            return Err(itimer_error());
        }
        timer_values(&old)
    }

    #[function]
    fn getitimer(_m: &PyObject, which: c_int) -> PyResult<Owned> {
        let mut now = zero_timer();
        // SAFETY: room for the answer.
        if unsafe { libc::syscall(libc::SYS_getitimer, which, &raw mut now) } != 0 {
            return Err(itimer_error());
        }
        timer_values(&now)
    }

    #[function]
    fn pthread_kill(_m: &PyObject, thread_id: &PyLongObject, signalnum: c_int) -> PyResult<()> {
        let id = long::as_u64_mask(thread_id.as_object())?;
        hooks::audit(
            "signal.pthread_kill",
            &[
                long::from_u64(id)?.as_object(),
                long::from_i64(i64::from(signalnum))?.as_object(),
            ],
        )?;
        // SAFETY: the thread is the caller's to name.
        let errno = unsafe { libc::pthread_kill(id, signalnum) };
        if errno != 0 {
            return Err(os_error_of(errno));
        }
        // The signal may have been for this thread.
        check_signals()
    }

    #[function]
    fn pthread_sigmask(_m: &PyObject, how: c_int, mask: &PyObject) -> PyResult<Owned> {
        let mask = to_sigset(mask)?;
        let mut old = empty_sigset();
        // SAFETY: both live for the call.
        let errno = unsafe { libc::pthread_sigmask(how, &mask, &mut old) };
        if errno != 0 {
            return Err(os_error_of(errno));
        }
        // Signals that were blocked may have come in.
        check_signals()?;
        from_sigset(&old)
    }

    #[function]
    fn sigpending(_m: &PyObject) -> PyResult<Owned> {
        let mut mask = empty_sigset();
        // SAFETY: room for the answer.
        match unsafe { libc::sigpending(&mut mask) } {
            0 => from_sigset(&mask),
            _ => Err(os_error()),
        }
    }

    #[function]
    fn sigwait(_m: &PyObject, sigset: &PyObject) -> PyResult<c_int> {
        let mask = to_sigset(sigset)?;
        let mut signal = 0;
        // SAFETY: both live for the call.
        let errno = allow_threads(|| unsafe { libc::sigwait(&mask, &mut signal) });
        match errno {
            0 => Ok(signal),
            _ => Err(os_error_of(errno)),
        }
    }

    #[function]
    fn sigwaitinfo(_m: &PyObject, sigset: &PyObject) -> PyResult<Owned> {
        let mask = to_sigset(sigset)?;
        Ok(timed_wait(&mask, None)?.unwrap_or_else(|| none().own()))
    }

    #[function]
    fn sigtimedwait(_m: &PyObject, sigset: &PyObject, timeout: &PyObject) -> PyResult<Owned> {
        let timeout = from_seconds(timeout, Round::Ceiling)?;
        if timeout < 0 {
            return Err(raise!(ValueError, "timeout must be non-negative"));
        }
        let mask = to_sigset(sigset)?;
        Ok(timed_wait(&mask, Some(timeout))?.unwrap_or_else(|| none().own()))
    }

    #[function]
    fn valid_signals(_m: &PyObject) -> PyResult<Owned> {
        let mut mask = empty_sigset();
        // SAFETY: fills the set.
        match unsafe { libc::sigfillset(&mut mask) } {
            0 => from_sigset(&mask),
            _ => Err(os_error()),
        }
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        for (name, value) in constants() {
            module::add_int_constant(m, name, value)?;
        }
        module::add_object(m, "SIG_DFL", &*signals::default_handler()?)?;
        module::add_object(m, "SIG_IGN", &*signals::ignore_handler()?)?;
        let error = err::new_exception("signal.ItimerError", Some(exc::OSError.get()), None)?;
        module::add_object(m, "ItimerError", &error)?;
        ITIMER_ERROR.0.set_ref(Some(error));
        let fields = [
            ("si_signo", "signal number"),
            ("si_code", "signal code"),
            ("si_errno", "errno associated with this signal"),
            ("si_pid", "sending process ID"),
            ("si_uid", "real user ID of sending process"),
            ("si_status", "exit value or signal"),
            ("si_band", "band event for SIGPOLL"),
        ];
        let doc = raw_doc!("signal.struct_siginfo");
        let ty = structseq::new_type("signal.struct_siginfo", doc, &fields, fields.len())?;
        module::add_object(m, "struct_siginfo", ty.as_object())?;
        STRUCT_SIGINFO.0.set_ref(Some(ty.upcast()));
        let name = unicode::from_str("default_int_handler")?;
        signals::init(&*object::get_attr(m, name.as_object())?)
    }
}

/// The numbers in the order in which the module has them.
fn constants() -> impl Iterator<Item = (&'static str, i64)> {
    let numbers: [(&str, c_int); 42] = [
        ("NSIG", NSIG as c_int),
        ("SIG_BLOCK", libc::SIG_BLOCK),
        ("SIG_UNBLOCK", libc::SIG_UNBLOCK),
        ("SIG_SETMASK", libc::SIG_SETMASK),
        ("SIGHUP", libc::SIGHUP),
        ("SIGINT", libc::SIGINT),
        ("SIGQUIT", libc::SIGQUIT),
        ("SIGILL", libc::SIGILL),
        ("SIGTRAP", libc::SIGTRAP),
        ("SIGIOT", libc::SIGIOT),
        ("SIGABRT", libc::SIGABRT),
        ("SIGFPE", libc::SIGFPE),
        ("SIGKILL", libc::SIGKILL),
        ("SIGBUS", libc::SIGBUS),
        ("SIGSEGV", libc::SIGSEGV),
        ("SIGSYS", libc::SIGSYS),
        ("SIGPIPE", libc::SIGPIPE),
        ("SIGALRM", libc::SIGALRM),
        ("SIGTERM", libc::SIGTERM),
        ("SIGUSR1", libc::SIGUSR1),
        ("SIGUSR2", libc::SIGUSR2),
        ("SIGCLD", libc::SIGCHLD),
        ("SIGCHLD", libc::SIGCHLD),
        ("SIGPWR", libc::SIGPWR),
        ("SIGIO", libc::SIGIO),
        ("SIGURG", libc::SIGURG),
        ("SIGWINCH", libc::SIGWINCH),
        ("SIGPOLL", libc::SIGPOLL),
        ("SIGSTOP", libc::SIGSTOP),
        ("SIGTSTP", libc::SIGTSTP),
        ("SIGCONT", libc::SIGCONT),
        ("SIGTTIN", libc::SIGTTIN),
        ("SIGTTOU", libc::SIGTTOU),
        ("SIGVTALRM", libc::SIGVTALRM),
        ("SIGPROF", libc::SIGPROF),
        ("SIGXCPU", libc::SIGXCPU),
        ("SIGXFSZ", libc::SIGXFSZ),
        ("SIGRTMIN", libc::SIGRTMIN()),
        ("SIGRTMAX", libc::SIGRTMAX()),
        ("ITIMER_REAL", libc::ITIMER_REAL as c_int),
        ("ITIMER_VIRTUAL", libc::ITIMER_VIRTUAL as c_int),
        ("ITIMER_PROF", libc::ITIMER_PROF as c_int),
    ];
    numbers
        .into_iter()
        .map(|(name, value)| (name, i64::from(value)))
}
