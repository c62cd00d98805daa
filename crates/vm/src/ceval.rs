//! The GIL, and what makes the interpreter pause between instructions.
//!
//! One thread at a time runs Python code: the one that holds the GIL owns the current-thread-state pointer. Another that wants it waits
//! for the switching interval and then asks; the holder sees the request at its next check, drops the GIL and
//! waits until somebody else has had it. Signals, pending calls and asynchronous exceptions are announced through the same
//! flag, [`EVAL_BREAKER`].

use crate::eval::EVAL_BREAKER;
use crate::prelude::*;
use crate::{foreign_calls, signals, threads};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU64, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::Duration;

/// Who has the GIL.
#[derive(Default)]
struct State {
    locked: bool,
    /// The thread state that holds it or held it last, as a number.
    last_holder: usize,
    switches: u64,
    /// How many threads wait for `released`, and for `switched`. Waking nobody is a system call too, and every blocking
    /// call lets go of the GIL and takes it again.
    waiting: u32,
    yielding: u32,
}

#[derive(Default)]
struct Gil {
    state: Mutex<State>,
    released: Condvar,
    switched: Condvar,
}

/// A mutex stays as it was in the child of a fork, so the child makes a new one.
static GIL: AtomicPtr<Gil> = AtomicPtr::new(std::ptr::null_mut());
static INTERVAL_MICROSECONDS: AtomicU64 = AtomicU64::new(5000);

static GIL_DROP_REQUEST: AtomicBool = AtomicBool::new(false);
static SIGNALS_PENDING: AtomicBool = AtomicBool::new(false);
static CALLS_TO_DO: AtomicBool = AtomicBool::new(false);
static ASYNC_EXC: AtomicBool = AtomicBool::new(false);
static TRACING_THREADS: AtomicI32 = AtomicI32::new(0);

/// Calls that C has asked the main thread to make.
static PENDING: Mutex<std::collections::VecDeque<PendingCall>> =
    Mutex::new(std::collections::VecDeque::new());
static BUSY: AtomicBool = AtomicBool::new(false);

struct PendingCall {
    func: unsafe extern "C" fn(*mut c_void) -> c_int,
    arg: *mut c_void,
}
// SAFETY: the argument is handed back to the function that it came with, and not otherwise used.
unsafe impl Send for PendingCall {}

/// The locks of the calls' queues.
pub struct PendingGuard(
    #[allow(dead_code)] MutexGuard<'static, std::collections::VecDeque<PendingCall>>,
    #[allow(dead_code)] Option<foreign_calls::Guard>,
);

/// Keeps everybody out of the queues, for a fork.
pub fn pending_guard() -> PendingGuard {
    PendingGuard(lock(&PENDING), foreign_calls::guard())
}

fn lock<T>(m: &Mutex<T>) -> MutexGuard<'_, T> {
    m.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn gil() -> &'static Gil {
    let mut p = GIL.load(Ordering::Acquire);
    if p.is_null() {
        let new = Box::into_raw(Box::<Gil>::default());
        p = match GIL.compare_exchange(
            std::ptr::null_mut(),
            new,
            Ordering::AcqRel,
            Ordering::Acquire,
        ) {
            Ok(_) => new,
            Err(other) => {
                // SAFETY: nobody else has seen the box.
                drop(unsafe { Box::from_raw(new) });
                other
            }
        };
    }
    // SAFETY: made above and never freed.
    unsafe { &*p }
}

/// Sets the breaker if anything is wanted of the calling thread. It is lowered first, so that what is announced meanwhile
/// (by a signal handler, or a thread that waits) raises it again or is seen here.
fn recompute() {
    EVAL_BREAKER.store(0, Ordering::SeqCst);
    let wanted = GIL_DROP_REQUEST.load(Ordering::SeqCst)
        || ASYNC_EXC.load(Ordering::SeqCst)
        || (threads::is_main_thread()
            && (SIGNALS_PENDING.load(Ordering::SeqCst) || CALLS_TO_DO.load(Ordering::SeqCst)));
    if wanted {
        EVAL_BREAKER.store(1, Ordering::SeqCst);
    }
}

/// Is any of the things pending that the breaker announces, whoever is to see to it?
fn announce(flag: &AtomicBool) {
    flag.store(true, Ordering::SeqCst);
    EVAL_BREAKER.store(1, Ordering::SeqCst);
}

/// Waits for the GIL and makes `ts` the current thread state.
pub fn take_gil(ts: *mut PyThreadState) {
    // Callers look at errno after blocking calls.
    // SAFETY: errno is the thread's own.
    let saved_errno = unsafe { *libc::__errno_location() };
    let gil = gil();
    let mut state = lock(&gil.state);
    while state.locked {
        let before = state.switches;
        let interval = Duration::from_micros(INTERVAL_MICROSECONDS.load(Ordering::Relaxed).max(1));
        state.waiting += 1;
        let (s, timeout) = gil
            .released
            .wait_timeout(state, interval)
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        state = s;
        state.waiting -= 1;
        if timeout.timed_out() && state.locked && state.switches == before {
            announce(&GIL_DROP_REQUEST);
        }
    }
    state.locked = true;
    if state.last_holder != ts as usize {
        state.last_holder = ts as usize;
        state.switches += 1;
    }
    if state.yielding > 0 {
        gil.switched.notify_all();
    }
    drop(state);
    GIL_DROP_REQUEST.store(false, Ordering::Relaxed);
    // SAFETY: the caller's thread state lives; its exception field is read by the holder of the GIL.
    if unsafe { ts.as_ref() }.is_some_and(|t| !t.async_exc.get().is_null()) {
        ASYNC_EXC.store(true, Ordering::Relaxed);
    }
    threads::set_current(ts);
    recompute();
    threads::hang_if_finalizing(ts);
    // SAFETY: errno is the thread's own.
    unsafe { *libc::__errno_location() = saved_errno };
}

/// Lets go of the GIL. If another thread asked for it, waits until that one has had it.
pub fn drop_gil(ts: *mut PyThreadState) {
    let gil = gil();
    threads::set_current(std::ptr::null_mut());
    let mut state = lock(&gil.state);
    state.locked = false;
    if state.waiting > 0 {
        gil.released.notify_one();
    }
    if GIL_DROP_REQUEST.load(Ordering::Relaxed) && !ts.is_null() {
        while state.last_holder == ts as usize && GIL_DROP_REQUEST.load(Ordering::Relaxed) {
            let wait = Duration::from_millis(100);
            state.yielding += 1;
            let (s, timeout) = gil
                .switched
                .wait_timeout(state, wait)
                .unwrap_or_else(std::sync::PoisonError::into_inner);
            state = s;
            state.yielding -= 1;
            if timeout.timed_out() {
                break;
            }
        }
    }
}

/// Does anybody hold the GIL?
pub fn gil_is_held() -> bool {
    lock(&gil().state).locked
}

/// The child of a fork has only the forking thread, which holds the GIL.
pub fn after_fork_child() {
    let ts = tstate::current_ptr();
    let new = Gil {
        state: Mutex::new(State {
            locked: true,
            last_holder: ts as usize,
            ..State::default()
        }),
        ..Gil::default()
    };
    GIL.store(Box::into_raw(Box::new(new)), Ordering::Release);
    GIL_DROP_REQUEST.store(false, Ordering::Relaxed);
    recompute();
}

/// Runs something that may block, without the GIL. Its `errno` is there afterwards.
pub fn allow_threads<T>(f: impl FnOnce() -> T) -> T {
    let ts = save_thread();
    let r = f();
    // SAFETY: the thread's own errno.
    let errno = unsafe { *libc::__errno_location() };
    take_gil(ts);
    // SAFETY: as above.
    unsafe { *libc::__errno_location() = errno };
    r
}

/// `PyEval_SaveThread`.
pub fn save_thread() -> *mut PyThreadState {
    let ts = tstate::current_ptr();
    drop_gil(ts);
    ts
}

/// `PyEval_RestoreThread`.
pub fn restore_thread(ts: *mut PyThreadState) {
    take_gil(ts);
}

/// `sys.setswitchinterval`, in seconds.
pub fn set_switch_interval(seconds: f64) {
    INTERVAL_MICROSECONDS.store((seconds * 1e6) as u64, Ordering::Relaxed);
}

pub fn switch_interval() -> f64 {
    INTERVAL_MICROSECONDS.load(Ordering::Relaxed) as f64 / 1e6
}

/// `_PyEval_SignalReceived`: to be called from the C signal handler.
pub fn signal_received() {
    announce(&SIGNALS_PENDING);
}

/// `PyErr_CheckSignals`: runs the handlers of signals that have come in, in the main thread.
pub fn check_signals() -> PyResult<()> {
    if !threads::is_main_thread() {
        return Ok(());
    }
    SIGNALS_PENDING.store(false, Ordering::SeqCst);
    signals::run_handlers()
}

/// A call is wanted of the main thread that was not put in the queue; may be called from a C signal handler.
pub fn call_wanted() {
    announce(&CALLS_TO_DO);
}

/// `Py_AddPendingCall`. False: too many wait already.
pub fn add_pending_call(
    func: unsafe extern "C" fn(*mut c_void) -> c_int,
    arg: *mut c_void,
) -> bool {
    let mut calls = lock(&PENDING);
    if calls.len() >= NPENDINGCALLS as usize - 1 {
        return false;
    }
    calls.push_back(PendingCall { func, arg });
    announce(&CALLS_TO_DO);
    true
}

/// `Py_MakePendingCalls`, without signals.
pub fn make_pending_calls() -> PyResult<()> {
    if !threads::is_main_thread() || BUSY.swap(true, Ordering::SeqCst) {
        return Ok(());
    }
    CALLS_TO_DO.store(false, Ordering::SeqCst);
    signals::report_wakeup_error();
    let mut result = Ok(());
    for _ in 0..NPENDINGCALLS {
        let own = lock(&PENDING).pop_front().map(|c| (c.func, c.arg));
        let Some((func, arg)) = own.or_else(foreign_calls::next) else {
            break;
        };
        // SAFETY: the function takes what it was registered with.
        if unsafe { func(arg) } != 0 {
            result = Err(Raised::already_set());
            announce(&CALLS_TO_DO);
            break;
        }
    }
    BUSY.store(false, Ordering::SeqCst);
    result
}

/// An asynchronous exception waits in some thread state.
pub fn signal_async_exc() {
    announce(&ASYNC_EXC);
}

/// Somebody wants attention: sees to it, between two instructions.
pub fn attend(ts: &PyThreadState) -> PyResult<()> {
    let main = threads::is_main_thread();
    if main && SIGNALS_PENDING.load(Ordering::Relaxed) {
        check_signals()?;
    }
    if main && CALLS_TO_DO.load(Ordering::Relaxed) {
        make_pending_calls()?;
    }
    if GIL_DROP_REQUEST.load(Ordering::Relaxed) {
        let p = std::ptr::from_ref(ts).cast_mut();
        drop_gil(p);
        take_gil(p);
    }
    ASYNC_EXC.store(false, Ordering::Relaxed);
    recompute();
    match ts.async_exc.take_ref() {
        Some(e) => Err(err::set_none(&e)),
        None => Ok(()),
    }
}

/// How many threads have a tracer.
pub fn tracing_threads() -> c_int {
    TRACING_THREADS.load(Ordering::Relaxed)
}

/// Sets a thread's tracer or profiler. The old object is dropped last, since that can run code.
fn set_hook(
    ts: &PyThreadState,
    func_field: &Cell<Py_tracefunc>,
    obj_field: &Cell<*mut PyObject>,
    func: Py_tracefunc,
    obj: Option<&PyObject>,
) {
    let before = c_int::from(func_field.get().is_some());
    let old = obj_field.take_ref();
    func_field.set(None);
    ts.use_tracing.set(c_int::from(
        ts.c_tracefunc.get().is_some() || ts.c_profilefunc.get().is_some(),
    ));
    drop(old);
    obj_field.set_ref(obj.map(ObjectExt::own));
    func_field.set(func);
    TRACING_THREADS.fetch_add(c_int::from(func.is_some()) - before, Ordering::Relaxed);
    let on = ts.c_tracefunc.get().is_some() || ts.c_profilefunc.get().is_some();
    ts.use_tracing.set(c_int::from(on));
    if on {
        crate::eval::trace::switch_running_frames(ts);
    }
}

/// `PyEval_SetTrace`.
pub fn set_trace(func: Py_tracefunc, obj: Option<&PyObject>) {
    let ts = tstate::current();
    set_hook(ts, &ts.c_tracefunc, &ts.c_traceobj, func, obj);
}

/// `PyEval_SetProfile`.
pub fn set_profile(func: Py_tracefunc, obj: Option<&PyObject>) {
    let ts = tstate::current();
    set_hook(ts, &ts.c_profilefunc, &ts.c_profileobj, func, obj);
}

/// A thread state with a tracer or profiler goes away.
pub fn set_trace_off() {
    TRACING_THREADS.fetch_sub(1, Ordering::Relaxed);
}
