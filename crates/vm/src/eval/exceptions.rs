//! The block stack, and the exception that is being handled.
//!
//! `SETUP_FINALLY` pushes a block that names a handler and a stack level. When an exception comes by, the block turns into
//! one of kind `EXCEPT_HANDLER`: the stack gets the three parts of the exception that was being handled before, and
//! above them those of the new one, which becomes `exc_info`. Whatever ends the handler restores the three lower ones.

use super::opcode::{EXCEPT_HANDLER, SETUP_FINALLY};
use super::trace;
use crate::prelude::*;

/// Adds the frame to the traceback of the exception, and tells the tracer.
#[inline(never)]
pub fn record(ts: &PyThreadState, f: &PyFrameObject) {
    // Functions and slots written in C do that.
    if err::occurred().is_none() {
        let _ = raise!(SystemError, "error return without exception set");
    }
    // A failure to add the entry replaces the exception by its own.
    exobj::traceback_here(f);
    if ts.c_tracefunc.get().is_some() {
        trace::exception_event(ts, f);
    }
}

/// `PyFrame_BlockSetup`.
#[inline(always)]
pub fn block_setup(f: &PyFrameObject, kind: c_int, handler: c_int, level: c_int) -> PyResult<()> {
    let i = f.f_iblock.get();
    let Some(block) = f.f_blockstack.get(i as usize) else {
        return Err(raise!(SystemError, "block stack overflow"));
    };
    block.b_type.set(kind);
    block.b_handler.set(handler);
    block.b_level.set(level);
    f.f_iblock.set(i + 1);
    Ok(())
}

/// `PyFrame_BlockPop`: (kind, handler, level).
#[inline(always)]
pub fn block_pop(f: &PyFrameObject) -> PyResult<(c_int, c_int, c_int)> {
    let i = f.f_iblock.get().wrapping_sub(1);
    let Some(block) = f.f_blockstack.get(i as usize) else {
        return Err(raise!(SystemError, "block stack underflow"));
    };
    f.f_iblock.set(i);
    Ok((
        block.b_type.get(),
        block.b_handler.get(),
        block.b_level.get(),
    ))
}

/// The thread's topmost record of an exception being handled.
#[inline(always)]
pub fn exc_info(ts: &PyThreadState) -> &_PyErr_StackItem {
    // SAFETY: exc_info always points to the thread state's own record or to that of a running generator.
    unsafe { &*ts.exc_info.get() }
}

/// Drops entries down to `level`. Returns the new stack pointer.
fn cut(f: &PyFrameObject, mut sp: *mut *mut PyObject, level: c_int) -> *mut *mut PyObject {
    // SAFETY: the level lies within the frame's stack, whose entries are owned or NULL.
    unsafe {
        let floor = f.f_valuestack.get().offset(level as isize);
        while sp > floor {
            sp = sp.sub(1);
            xdecref(*sp);
        }
    }
    sp
}

/// Ends an exception handler: drops what it left on the stack and makes the previous exception the handled one again.
pub fn unwind_except_handler(
    ts: &PyThreadState,
    f: &PyFrameObject,
    sp: *mut *mut PyObject,
    level: c_int,
) -> *mut *mut PyObject {
    let sp = cut(f, sp, level + 3);
    restore_handled(ts, sp)
}

/// Pops type, value and traceback of the previously handled exception and puts them back in force.
pub fn restore_handled(ts: &PyThreadState, sp: *mut *mut PyObject) -> *mut *mut PyObject {
    // SAFETY: the three entries lie on the stack where the handler's beginning put them.
    let (ty, value, tb) = unsafe { (*sp.sub(1), *sp.sub(2), *sp.sub(3)) };
    set_handled(exc_info(ts), ty, value, tb);
    // SAFETY: as above; they have left the stack.
    unsafe { sp.sub(3) }
}

/// Replaces a record of a handled exception; takes the counts of the new parts.
fn set_handled(
    info: &_PyErr_StackItem,
    ty: *mut PyObject,
    value: *mut PyObject,
    tb: *mut PyObject,
) {
    let old = [
        info.exc_type.replace(ty),
        info.exc_value.replace(value),
        info.exc_traceback.replace(tb),
    ];
    for o in old {
        // SAFETY: the record owned its parts.
        unsafe { xdecref(o) }
    }
}

/// Unwinds the block stack for the exception that is set. Returns the handler's byte offset, or -1 when the frame has
/// none (then its stack is empty), and the new stack pointer.
#[inline(never)]
pub fn find_handler(
    ts: &PyThreadState,
    f: &PyFrameObject,
    sp: *mut *mut PyObject,
) -> (isize, *mut *mut PyObject) {
    let mut sp = sp;
    while f.f_iblock.get() > 0 {
        let Ok((kind, handler, level)) = block_pop(f) else {
            break;
        };
        if kind == EXCEPT_HANDLER {
            sp = unwind_except_handler(ts, f, sp, level);
            continue;
        }
        sp = cut(f, sp, level);
        if kind == c_int::from(SETUP_FINALLY) {
            return (handler as isize, enter_handler(ts, f, sp));
        }
    }
    (-1, cut(f, sp, 0))
}

/// Pushes the six values that a handler starts with.
fn enter_handler(
    ts: &PyThreadState,
    f: &PyFrameObject,
    sp: *mut *mut PyObject,
) -> *mut *mut PyObject {
    // SAFETY: both point into the frame's stack.
    let level = unsafe { sp.offset_from(f.f_valuestack.get()) };
    // The slot just left by the popped block is free.
    let _ = block_setup(f, EXCEPT_HANDLER, -1, level as c_int);
    let exc = err::fetch_normalized();
    if let (Some(value), tb) = (&exc.value, exc.traceback.as_deref()) {
        let _ = exobj::set_traceback_of(value, tb.unwrap_or(none()));
    }
    let info = exc_info(ts);
    let old = [
        info.exc_traceback
            .take_ref()
            .map_or(std::ptr::null_mut(), Owned::into_ptr),
        info.exc_value
            .take_ref()
            .map_or(std::ptr::null_mut(), Owned::into_ptr),
        info.exc_type
            .take_ref()
            .unwrap_or_else(|| none().own())
            .into_ptr(),
    ];
    let or_none = |o: Option<Owned>| o.unwrap_or_else(|| none().own());
    let (ty, value, tb) = (or_none(exc.ty), or_none(exc.value), or_none(exc.traceback));
    info.exc_type.set(ty.clone().into_ptr());
    info.exc_value.set(value.clone().into_ptr());
    info.exc_traceback.set(tb.clone().into_ptr());
    let new = [tb.into_ptr(), value.into_ptr(), ty.into_ptr()];
    // SAFETY: the compiler counts six entries of stack for every handler.
    unsafe {
        for (i, v) in old.into_iter().chain(new).enumerate() {
            *sp.add(i) = v;
        }
        sp.add(6)
    }
}
