//! `sys.settrace` and `sys.setprofile`: Python functions as tracers.

use crate::ceval;
use crate::frame;
use crate::prelude::*;
use crate::sys;

const EVENTS: [&str; 8] = [
    "call",
    "exception",
    "line",
    "return",
    "c_call",
    "c_exception",
    "c_return",
    "opcode",
];

/// Calls a tracer or profiler with frame, event and argument.
fn call_trampoline(
    callback: &PyObject,
    f: &PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> PyResult<Owned> {
    frame::fast_to_locals(f)?;
    let event = EVENTS.get(what as usize).copied().unwrap_or("line");
    let event = unicode::intern(unicode::from_str(event)?);
    // SAFETY: null or a live object that the event is about.
    let arg = unsafe { arg.as_ref() }.unwrap_or(none());
    let result = call::call(callback, &[f.as_object(), event.as_object(), arg]);
    frame::locals_to_fast(f, true);
    if result.is_err() {
        exobj::traceback_here(f);
    }
    result
}

/// # Safety
/// Called by the interpreter with the tracer's object, a live frame, an event and its argument.
unsafe extern "C" fn trace_trampoline(
    slf: *mut PyObject,
    f: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: by the contract.
    let (slf, f) = unsafe { (&*slf, &*f) };
    let callback = if what == PyTrace_CALL {
        Some(slf.own())
    } else {
        f.f_trace.load()
    };
    let Some(callback) = callback else { return 0 };
    match call_trampoline(&callback, f, what, arg) {
        Ok(local) => {
            if !local.is_none() {
                f.f_trace.set_ref(Some(local));
            }
            0
        }
        Err(_) => {
            ceval::set_trace(None, None);
            f.f_trace.set_ref(None);
            -1
        }
    }
}

/// # Safety
/// As [`trace_trampoline`].
unsafe extern "C" fn profile_trampoline(
    slf: *mut PyObject,
    f: *mut PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> c_int {
    // SAFETY: by the contract.
    let (slf, f) = unsafe { (&*slf, &*f) };
    let slf = slf.own();
    match call_trampoline(&slf, f, what, arg) {
        Ok(_) => 0,
        Err(_) => {
            ceval::set_profile(None, None);
            -1
        }
    }
}

/// `sys.settrace`.
pub fn set_trace(function: &PyObject) -> PyResult<()> {
    sys::audit("sys.settrace", &[])?;
    if function.is_none() {
        ceval::set_trace(None, None);
    } else {
        ceval::set_trace(Some(trace_trampoline), Some(function));
    }
    Ok(())
}

/// `sys.setprofile`.
pub fn set_profile(function: &PyObject) -> PyResult<()> {
    sys::audit("sys.setprofile", &[])?;
    if function.is_none() {
        ceval::set_profile(None, None);
    } else {
        ceval::set_profile(Some(profile_trampoline), Some(function));
    }
    Ok(())
}

/// `sys.call_tracing`: calls with tracing on, from within a tracer.
pub fn call_tracing(func: &PyObject, args: &PyTupleObject) -> PyResult<Owned> {
    let ts = tstate::current();
    let (tracing, use_tracing) = (ts.tracing.replace(0), ts.use_tracing.get());
    ts.use_tracing.set(c_int::from(
        ts.c_tracefunc.get().is_some() || ts.c_profilefunc.get().is_some(),
    ));
    let r = call::call_dict(func, args, None);
    ts.tracing.set(tracing);
    ts.use_tracing.set(use_tracing);
    r
}
