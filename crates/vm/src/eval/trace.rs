//! Events for tracers and profilers.
//!
//! Tracing costs nothing where it is off: a code object that runs while a tracer is set has every slot pointed at the
//! tracing shim, and gets its plain instructions back when it runs without one. Profilers need no line events, but their
//! `c_call` events are made by the plain instructions only, so they run on the plain path too.

use super::slots::{self, Side};
use crate::prelude::*;
use crate::{ceval, code};

/// Makes the slots fit whether somebody traces.
#[cold]
#[inline(never)]
pub fn adjust(ts: &PyThreadState, code: &PyCodeObject, side: &Side) {
    if ts.use_tracing.get() != 0 {
        side.start_tracing(code);
    } else if ceval::tracing_threads() == 0 {
        side.stop_tracing(code);
    }
}

/// A tracer or profiler has been set: code that is on the stack goes on in the shim.
pub fn switch_running_frames(ts: &PyThreadState) {
    let mut f = ts.frame.get();
    // SAFETY: frames on the thread's stack live, and hold their code and the frame below.
    while let Some(frame) = unsafe { f.as_ref() } {
        let code = unsafe_code(frame);
        if let Some(side) = slots::side_of(code) {
            side.start_tracing(code);
        }
        f = frame.f_back.get();
    }
}

fn unsafe_code(f: &PyFrameObject) -> &PyCodeObject {
    // SAFETY: a frame holds its code.
    unsafe { &*f.f_code.get() }
}

/// A tracer or profiler, held while it is called: it may replace itself and the other.
struct Hook {
    func: Py_tracefunc,
    obj: Option<Owned>,
}

fn tracer(ts: &PyThreadState) -> Hook {
    Hook {
        func: ts.c_tracefunc.get(),
        obj: ts.c_traceobj.load(),
    }
}

fn profiler(ts: &PyThreadState) -> Hook {
    Hook {
        func: ts.c_profilefunc.get(),
        obj: ts.c_profileobj.load(),
    }
}

/// Calls a trace function; events that it causes itself are not reported.
fn call_trace(
    ts: &PyThreadState,
    hook: &Hook,
    f: &PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> PyResult<()> {
    let Some(func) = hook.func else { return Ok(()) };
    if ts.tracing.get() != 0 {
        return Ok(());
    }
    ts.tracing.set(ts.tracing.get() + 1);
    ts.use_tracing.set(0);
    let obj = hook
        .obj
        .as_ref()
        .map_or(std::ptr::null_mut(), |o| o.as_ptr());
    // SAFETY: a trace function has 3.8's contract; the caller holds the object it was set with.
    let result = unsafe { func(obj, std::ptr::from_ref(f).cast_mut(), what, arg) };
    let on = ts.c_tracefunc.get().is_some() || ts.c_profilefunc.get().is_some();
    ts.use_tracing.set(c_int::from(on));
    ts.tracing.set(ts.tracing.get() - 1);
    if result == 0 {
        Ok(())
    } else {
        Err(Raised::already_set())
    }
}

/// As [`call_trace`], keeping an exception that is set unless the trace function raises its own.
fn call_trace_protected(
    ts: &PyThreadState,
    hook: &Hook,
    f: &PyFrameObject,
    what: c_int,
    arg: *mut PyObject,
) -> PyResult<()> {
    let saved = err::fetch();
    call_trace(ts, hook, f, what, arg)?;
    if saved.ty.is_some() {
        err::restore(saved);
    }
    Ok(())
}

/// The `call` event, to the tracer and to the profiler.
#[cold]
#[inline(never)]
pub fn call_event(ts: &PyThreadState, f: &PyFrameObject) -> PyResult<()> {
    let arg = none().as_ptr();
    call_trace_protected(ts, &tracer(ts), f, PyTrace_CALL, arg)?;
    call_trace_protected(ts, &profiler(ts), f, PyTrace_CALL, arg)
}

/// The `return` event. Returns whether a result that there was survives.
#[cold]
#[inline(never)]
pub fn return_event(ts: &PyThreadState, f: &PyFrameObject, result: Option<&PyObject>) -> bool {
    let arg = result.map_or(std::ptr::null_mut(), ObjectExt::as_ptr);
    let mut survives = true;
    for hook in [tracer, profiler] {
        let arg = if survives { arg } else { std::ptr::null_mut() };
        survives &= call_trace_protected(ts, &hook(ts), f, PyTrace_RETURN, arg).is_ok();
    }
    survives
}

/// The `exception` event, for the exception that is set.
#[cold]
#[inline(never)]
pub fn exception_event(ts: &PyThreadState, f: &PyFrameObject) {
    let mut exc = err::fetch();
    if exc.value.is_none() {
        exc.value = Some(none().own());
    }
    let exc = err::normalized(exc);
    let part = |o: &Option<Owned>| o.as_ref().map_or_else(|| none().own(), Owned::clone);
    let parts = [part(&exc.ty), part(&exc.value), part(&exc.traceback)];
    let refs: Vec<&PyObject> = parts.iter().map(|o| &**o).collect();
    let Ok(arg) = tuple::from_slice(&refs) else {
        err::restore(exc);
        return;
    };
    if call_trace(ts, &tracer(ts), f, PyTrace_EXCEPTION, arg.as_ptr()).is_ok() {
        err::restore(exc);
    }
}

/// The `line` and `opcode` events before an instruction. `previous` is the instruction that ran before it.
pub fn line_event(ts: &PyThreadState, f: &PyFrameObject, previous: c_int) -> PyResult<()> {
    let here = f.f_lasti.get();
    let (line, lower, _) = code::line_range(unsafe_code(f), here);
    // Who is told of the line is told of the instruction.
    let hook = tracer(ts);
    // A line begins, or a jump backwards repeats one.
    if here == lower || here < previous {
        f.f_lineno.set(line);
        if f.f_trace_lines.get() != 0 {
            call_trace(ts, &hook, f, PyTrace_LINE, none().as_ptr())?;
        }
    }
    if f.f_trace_opcodes.get() != 0 {
        call_trace(ts, &hook, f, PyTrace_OPCODE, none().as_ptr())?;
    }
    Ok(())
}

/// Calls a C function with the profiler's `c_call` events around it.
pub fn profiled_call(
    ts: &PyThreadState,
    func: &PyObject,
    call: impl FnOnce() -> PyResult<Owned>,
) -> PyResult<Owned> {
    // SAFETY: the frame that runs the call instruction is the current one.
    let frame = unsafe { ts.frame.get().as_ref() };
    let (Some(f), true) = (frame, ts.c_profilefunc.get().is_some()) else {
        return call();
    };
    call_trace(ts, &profiler(ts), f, PyTrace_C_CALL, func.as_ptr())?;
    let result = call();
    if ts.c_profilefunc.get().is_some() {
        let what = match result {
            Ok(_) => PyTrace_C_RETURN,
            Err(_) => PyTrace_C_EXCEPTION,
        };
        call_trace_protected(ts, &profiler(ts), f, what, func.as_ptr())?;
    }
    result
}
