//! Thread states and interpreters: made, linked, found again, and freed.
//!
//! Every thread that runs Python code has a state, in the list of its interpreter. `PyGILState_Ensure` finds the
//! calling thread's state in a thread-local cell or makes one; everything else goes by the current-state pointer, which the holder
//! of the GIL owns.

use crate::ceval;
use crate::prelude::*;
use pyrite_runtime::tstate::_PyRuntime;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard};

thread_local! {
    /// The state that `PyGILState_Ensure` finds.
    static OWN_STATE: Cell<*mut PyThreadState> = const { Cell::new(std::ptr::null_mut()) };
}

/// Guards the lists of interpreters and thread states, which are also changed without the GIL.
static LISTS: Mutex<()> = Mutex::new(());
static MAIN_THREAD: AtomicU64 = AtomicU64::new(0);
/// The thread state that finalises, as a number.
static FINALIZING: AtomicUsize = AtomicUsize::new(0);

fn lists() -> MutexGuard<'static, ()> {
    LISTS
        .lock()
        .unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The calling thread as `threading.get_ident` numbers it.
pub fn ident() -> u64 {
    // SAFETY: always succeeds.
    unsafe { libc::pthread_self() }
}

/// The calling thread is the one that counts as the main one.
pub fn set_main_thread() {
    MAIN_THREAD.store(ident(), Ordering::Relaxed);
    _PyRuntime.main_thread.set(ident());
}

pub fn is_main_thread() -> bool {
    MAIN_THREAD.load(Ordering::Relaxed) == ident()
}

/// Does the current thread state belong to the first interpreter?
pub fn is_main_interpreter() -> bool {
    // SAFETY: the current state lives.
    let interp = unsafe { tstate::current_ptr().as_ref() }.map(|ts| ts.interp.get());
    interp == Some(_PyRuntime.interpreters.main.get())
}

/// Makes `ts` the current thread state, here and where C looks for it.
pub fn set_current(ts: *mut PyThreadState) {
    tstate::set_current(ts);
    _PyRuntime
        .gilstate
        .tstate_current
        ._value
        .store(ts as usize, Ordering::Relaxed);
}

/// A thread that gets the GIL while the interpreter is going away must not touch it: it never runs again.
pub fn hang_if_finalizing(ts: *mut PyThreadState) {
    let finalizing = FINALIZING.load(Ordering::Acquire);
    if finalizing != 0 && finalizing != ts as usize {
        ceval::drop_gil(std::ptr::null_mut());
        loop {
            // SAFETY: waits for a signal.
            unsafe { libc::pause() };
        }
    }
}

pub fn set_finalizing(ts: *mut PyThreadState) {
    FINALIZING.store(ts as usize, Ordering::Release);
    _PyRuntime.finalizing.set(ts);
}

/// `_Py_IsFinalizing`.
pub fn is_finalizing() -> bool {
    FINALIZING.load(Ordering::Acquire) != 0
}

/// Makes an interpreter state and links it.
pub fn new_interpreter() -> *mut PyInterpreterState {
    let interp: *mut PyInterpreterState = Box::into_raw(Box::new(PyInterpreterState::ZEROED));
    // SAFETY: fresh memory.
    let i = unsafe { &*interp };
    i.id_refcount.set(-1);
    i.check_interval.set(100);
    i.dlopenflags.set(libc::RTLD_NOW);
    i.int_max_str_digits.set(4300);
    let list = &_PyRuntime.interpreters;
    let _guard = lists();
    if list.main.get().is_null() {
        list.main.set(interp);
        list.next_id.set(0);
    }
    i.id.set(list.next_id.get());
    list.next_id.set(list.next_id.get() + 1);
    i.next.set(list.head.get());
    list.head.set(interp);
    interp
}

/// Unlinks and frees an interpreter state, whose thread states are gone.
pub fn delete_interpreter(interp: *mut PyInterpreterState) {
    let list = &_PyRuntime.interpreters;
    {
        let _guard = lists();
        let mut at = &list.head;
        // SAFETY: the list's members live until they are unlinked under the lock.
        unsafe {
            while !at.get().is_null() && at.get() != interp {
                at = &(*at.get()).next;
            }
            if at.get() == interp {
                at.set((*interp).next.get());
            }
        }
        if list.main.get() == interp {
            list.main.set(std::ptr::null_mut());
        }
    }
    // SAFETY: made by `new_interpreter`, and unlinked.
    drop(unsafe { Box::from_raw(interp) });
}

/// `PyThreadState_New` for the calling thread; may be called without the GIL.
pub fn new_state(interp: *mut PyInterpreterState) -> *mut PyThreadState {
    let ts = prealloc(interp);
    init_state(ts);
    ts
}

/// `_PyThreadState_Prealloc`: a state that its thread will take for its own.
pub fn prealloc(interp: *mut PyInterpreterState) -> *mut PyThreadState {
    let ts: *mut PyThreadState = Box::into_raw(Box::new(PyThreadState::ZEROED));
    // SAFETY: fresh memory; the interpreter lives.
    let (t, i) = unsafe { (&*ts, &*interp) };
    t.interp.set(interp);
    t.thread_id.set(ident());
    t.exc_info.set((&raw const t.exc_state).cast_mut());
    let _guard = lists();
    i.tstate_next_unique_id
        .set(i.tstate_next_unique_id.get() + 1);
    t.id.set(i.tstate_next_unique_id.get());
    t.next.set(i.tstate_head.get());
    // SAFETY: the head lives while it is in the list.
    if let Some(head) = unsafe { i.tstate_head.get().as_ref() } {
        head.prev.set(ts);
    }
    i.tstate_head.set(ts);
    ts
}

/// `_PyThreadState_Init`: the calling thread's own state, unless it has one.
pub fn init_state(ts: *mut PyThreadState) {
    OWN_STATE.with(|own| {
        if own.get().is_null() {
            own.set(ts);
        }
    });
    // SAFETY: the caller's live state.
    unsafe { (*ts).gilstate_counter.set(1) };
}

/// `PyThreadState_Clear`: drops everything that the state holds.
pub fn clear(ts: &PyThreadState) {
    for field in [
        &ts.dict,
        &ts.async_exc,
        &ts.curexc_type,
        &ts.curexc_value,
        &ts.curexc_traceback,
        &ts.exc_state.exc_type,
        &ts.exc_state.exc_value,
        &ts.exc_state.exc_traceback,
    ] {
        field.set_ref(None);
    }
    ts.exc_info.set((&raw const ts.exc_state).cast_mut());
    if ts.c_tracefunc.replace(None).is_some() {
        ceval::set_trace_off();
    }
    if ts.c_profilefunc.replace(None).is_some() {
        ceval::set_trace_off();
    }
    ts.use_tracing.set(0);
    for field in [
        &ts.c_profileobj,
        &ts.c_traceobj,
        &ts.async_gen_firstiter,
        &ts.async_gen_finalizer,
        &ts.context,
    ] {
        field.set_ref(None);
    }
}

/// Unlinks and frees a state.
fn unlink_and_free(ts: *mut PyThreadState) {
    unlink(ts);
    // SAFETY: nobody finds the state any more.
    unsafe { drop(Box::from_raw(ts)) };
}

/// Takes a state off its interpreter's list, and tells whoever waits for its end.
fn unlink(ts: *mut PyThreadState) {
    // SAFETY: the state lives; the list is changed under its lock.
    unsafe {
        let t = &*ts;
        {
            let _guard = lists();
            match t.prev.get().as_ref() {
                Some(prev) => prev.next.set(t.next.get()),
                None => (*t.interp.get()).tstate_head.set(t.next.get()),
            }
            if let Some(next) = t.next.get().as_ref() {
                next.prev.set(t.prev.get());
            }
        }
        if let Some(f) = t.on_delete.get() {
            f(t.on_delete_data.get());
        }
    }
}

/// `PyThreadState_Delete`: of a state that is not the current one.
pub fn delete(ts: *mut PyThreadState) {
    OWN_STATE.with(|own| {
        if own.get() == ts {
            own.set(std::ptr::null_mut());
        }
    });
    unlink_and_free(ts);
}

/// `PyThreadState_DeleteCurrent`: also gives up the GIL.
pub fn delete_current() {
    let ts = tstate::current_ptr();
    // What waits for the end is released by a thread that still has a state.
    unlink(ts);
    OWN_STATE.with(|own| {
        if own.get() == ts {
            own.set(std::ptr::null_mut());
        }
    });
    set_current(std::ptr::null_mut());
    // SAFETY: nobody finds the state any more.
    unsafe { drop(Box::from_raw(ts)) };
    ceval::drop_gil(std::ptr::null_mut());
}

/// Frees the states of all other threads: those of a fork's parent, or those left at the end.
pub fn delete_others(ts: *mut PyThreadState) {
    // SAFETY: the caller's state and its interpreter live; the others belong to threads that never run again.
    unsafe {
        let interp = &*(*ts).interp.get();
        let mut at = interp.tstate_head.get();
        while let Some(t) = at.as_ref() {
            let next = t.next.get();
            if at != ts {
                clear(t);
                t.on_delete.set(None);
                unlink_and_free(at);
            }
            at = next;
        }
    }
}

/// The locks that any thread may hold for a moment, even without the GIL.
type ShortLocks = (
    MutexGuard<'static, ()>,
    ceval::PendingGuard,
    crate::import::lock::Guard,
    crate::tracemalloc::Guard,
);

struct Held(Cell<Option<ShortLocks>>);
// SAFETY: used by the thread that forks, which holds the GIL.
unsafe impl Sync for Held {}
static HELD: Held = Held(Cell::new(None));

/// Before a fork: no other thread may be inside one of the short locks when the process is copied, since the copy would
/// stay locked in the child for ever.
pub fn hold_short_locks() {
    let held = (
        lists(),
        ceval::pending_guard(),
        crate::import::lock::guard(),
        crate::tracemalloc::guard(),
    );
    HELD.0.set(Some(held));
}

/// After a fork, in the parent and in the child.
pub fn release_short_locks() {
    HELD.0.set(None);
}

/// After a fork: locks are fresh, and only the calling thread is left.
pub fn after_fork_child() {
    set_main_thread();
    crate::signals::after_fork_child();
    ceval::after_fork_child();
    let ts = tstate::current_ptr();
    // SAFETY: the current thread state lives.
    unsafe { (*ts).thread_id.set(ident()) };
    delete_others(ts);
}

/// Number of thread states of the current interpreter, for `threading` and diagnosis.
pub fn all_states() -> Vec<&'static PyThreadState> {
    let ts = tstate::current();
    let _guard = lists();
    let mut out = Vec::new();
    // SAFETY: linked states live while the lock is held; callers hold the GIL, without which no other thread can be freed.
    unsafe {
        let mut at = (*ts.interp.get()).tstate_head.get();
        while let Some(t) = at.as_ref() {
            out.push(t);
            at = t.next.get();
        }
    }
    out
}

/// The smallest stack that a thread may be given.
const STACK_MIN: usize = 0x8000;

/// The stack of new threads; 0 is the system's own size (`PyThread_get_stacksize`).
pub fn stack_size() -> usize {
    crate::import::interp().pythread_stacksize.get()
}

/// `PyThread_set_stacksize`. False: too small.
pub fn set_stack_size(size: usize) -> bool {
    if size != 0 && size < STACK_MIN {
        return false;
    }
    crate::import::interp().pythread_stacksize.set(size);
    true
}

/// `PyGILState_GetThisThreadState`.
pub fn own_state() -> *mut PyThreadState {
    OWN_STATE.with(Cell::get)
}

/// `PyGILState_Ensure`.
pub fn gilstate_ensure() -> PyGILState_STATE {
    let mut ts = own_state();
    if ts.is_null() {
        let interp = _PyRuntime.gilstate.autoInterpreterState.get();
        if interp.is_null() {
            err::fatal("PyGILState_Ensure: the interpreter is not initialized");
        }
        ts = new_state(interp);
        // SAFETY: fresh; its counter counts calls of this function only.
        unsafe { (*ts).gilstate_counter.set(0) };
    }
    let had = tstate::current_ptr() == ts;
    if !had {
        ceval::take_gil(ts);
    }
    // SAFETY: the calling thread's own state.
    let counter = unsafe { &(*ts).gilstate_counter };
    counter.set(counter.get() + 1);
    if had {
        PyGILState_LOCKED
    } else {
        PyGILState_UNLOCKED
    }
}

/// `PyGILState_Release`.
pub fn gilstate_release(old: PyGILState_STATE) {
    let ts = own_state();
    if ts.is_null() || tstate::current_ptr() != ts {
        err::fatal("thread state must be current when releasing");
    }
    // SAFETY: the calling thread's own state, which is current.
    let t = unsafe { &*ts };
    t.gilstate_counter.set(t.gilstate_counter.get() - 1);
    if t.gilstate_counter.get() == 0 {
        clear(t);
        delete_current();
    } else if old == PyGILState_UNLOCKED {
        ceval::save_thread();
    }
}

/// `PyGILState_Check`. True also where nobody can tell: before there is an interpreter, and once there are several.
pub fn gilstate_check() -> bool {
    let state = &_PyRuntime.gilstate;
    if state.check_enabled.get() == 0 || state.autoInterpreterState.get().is_null() {
        return true;
    }
    let ts = tstate::current_ptr();
    !ts.is_null() && ts == own_state()
}

/// Forgets the calling thread's state, at the end of an interpreter's life.
pub fn forget_own_state() {
    OWN_STATE.with(|own| own.set(std::ptr::null_mut()));
}

/// `PyThreadState_SetAsyncExc`: raises `exc` (or nothing any more) in the thread `id`. How many threads were found.
pub fn set_async_exc(id: u64, exc: Option<&PyObject>) -> c_int {
    for t in all_states() {
        if t.thread_id.get() == id {
            t.async_exc.set_ref(exc.map(ObjectExt::own));
            ceval::signal_async_exc();
            return 1;
        }
    }
    0
}
