//! The interpreter: how a frame runs.
//!
//! [`eval_frame`] starts a chain of handlers (see [`machine`]) on a frame. A call of a Python function from Python code
//! pushes a frame and goes on in the same chain; `RETURN_VALUE` pops it. So Rust recursion happens only where C code
//! stands between two Python frames. A frame that was started from Rust carries a mark ([`frame::is_entry`]); leaving it
//! ends the chain.
//!
//! A suspended caller keeps what it needs in itself: `f_lasti` says where, and [`frame::saved_depth`] how much of its stack is in
//! use; the topmost entry is the callee, which the result replaces.
//!
//! - `slots`: code made ready to run; `machine`: the registers; `ops`: the instructions by family
//! - `cache`: what instructions remember of look-ups
//! - `trace`: events for tracers and profilers; `call`: functions and their arguments
//! - `exceptions`: the block stack and the exception being handled

pub mod cache;
pub mod call;
pub mod exceptions;
pub mod machine;
pub mod opcode;
pub mod ops;
pub mod slots;
pub mod trace;

use crate::frame;
use crate::prelude::*;
use machine::{M, Step, op};
use slots::Slot;
use std::sync::atomic::{AtomicI32, Ordering};

/// Non-zero when something wants the interpreter's attention: a signal, a pending call, a thread that waits for the
/// GIL, an asynchronous exception.
pub static EVAL_BREAKER: AtomicI32 = AtomicI32::new(0);

/// `PyEval_EvalFrameEx`: runs a frame, through the hook of PEP 523 if one is set.
pub fn eval_frame(f: &PyFrameObject, throw: bool) -> PyResult<Owned> {
    let hook = eval_frame_hook(tstate::current());
    match hook {
        None => eval_frame_default(f, throw),
        Some(hook) => {
            // SAFETY: the hook has 3.8's contract: a new reference, or NULL with an exception set.
            unsafe {
                Owned::from_result_ptr(hook(std::ptr::from_ref(f).cast_mut(), c_int::from(throw)))
            }
        }
    }
}

/// The hook of PEP 523, unless it is the default.
#[inline(always)]
pub fn eval_frame_hook(ts: &PyThreadState) -> _PyFrameEvalFunction {
    // SAFETY: a thread state belongs to a live interpreter.
    unsafe { (*ts.interp.get()).eval_frame.get() }
}

/// `_PyEval_EvalFrameDefault`.
pub fn eval_frame_default(f: &PyFrameObject, throw: bool) -> PyResult<Owned> {
    let ts = tstate::current();
    recursion::check_stack()?;
    enter_level(ts)?;
    let fp = std::ptr::from_ref(f).cast_mut();
    frame::set_entry(f, true);
    f.f_executing.set(1);
    ts.frame.set(fp);
    let started = start(ts, f);
    let base = match started {
        Ok(base) => base,
        Err(raised) => {
            leave_frame(ts, f);
            return Err(raised);
        }
    };
    // SAFETY: the frame is set up: f_lasti is an index into the slots, f_stacktop the top of its stack.
    let result = unsafe {
        let sp = f.f_stacktop.replace(std::ptr::null_mut());
        let ip = base.add(((f.f_lasti.get() + 2) / 2) as usize);
        let m = M::new(fp, ip, sp, std::ptr::from_ref(ts).cast_mut(), base, 0);
        if throw {
            m.go(unwind)
        } else {
            m.next_checked()
        }
    };
    // SAFETY: a chain returns an owned result, or null with an exception set.
    unsafe { Owned::from_result_ptr(result) }
}

/// Counts a level of recursion.
#[inline(always)]
fn enter_level(ts: &PyThreadState) -> PyResult<()> {
    let depth = ts.recursion_depth.get() + 1;
    ts.recursion_depth.set(depth);
    if depth > recursion::LIMIT.load(Ordering::Relaxed) {
        recursion::check("")?;
    }
    Ok(())
}

/// What happens when a frame begins or resumes: the `call` event, and the slots.
#[inline(always)]
fn start(ts: &PyThreadState, f: &PyFrameObject) -> PyResult<*const Slot> {
    if ts.use_tracing.get() != 0 {
        trace::call_event(ts, f)?;
    }
    // SAFETY: a frame holds its code.
    let code = unsafe { &*f.f_code.get() };
    let side = slots::side(code)?;
    if side.traced.get() || ts.use_tracing.get() != 0 {
        trace::adjust(ts, code, side);
    }
    Ok(side.base())
}

/// The frame stops running: it gives back its level and its place.
#[inline(always)]
fn leave_frame(ts: &PyThreadState, f: &PyFrameObject) {
    recursion_leave(ts);
    f.f_executing.set(0);
    ts.frame.set(f.f_back.get());
}

#[inline(always)]
fn recursion_leave(ts: &PyThreadState) {
    if ts.overflowed.get() != 0 {
        recursion::leave();
    } else {
        ts.recursion_depth.set(ts.recursion_depth.get() - 1);
    }
}

/// Puts a fresh frame on top of the caller's: the callee is the top of the caller's stack.
#[inline(always)]
pub fn push_frame(m: M, callee: Owned<PyFrameObject>) -> Step {
    let ts = m.ts();
    frame::saved_depth(m.frame()).set(m.depth() as u32);
    if enter_level(ts).is_err() {
        frame::release(callee);
        return m.error();
    }
    let f = callee.into_typed_ptr();
    // SAFETY: the new frame lives until it is popped.
    let new = unsafe { &*f };
    frame::set_entry(new, false);
    new.f_executing.set(1);
    ts.frame.set(f);
    match start(ts, new) {
        Ok(_) => {
            new.f_stacktop.set(std::ptr::null_mut());
            Step::switch(new.f_valuestack.get())
        }
        Err(_) => Step::leave_raised(),
    }
}

/// Runs a Python function whose arguments are the `n` topmost entries, above the callee, without leaving registers. `None`
/// (and nothing has happened) unless everything is as it mostly is: the function takes just these arguments, its code has
/// run before and has a frame to spare, nobody traces, and there is room for another level.
#[inline(always)]
pub fn enter_simple(m: M, function: &PyFunctionObject, n: usize) -> Option<M> {
    let (ts, caller) = (m.ts(), m.frame());
    let code = crate::function::function_code(function);
    let side = slots::side_of(code)?;
    let zombie = code.co_zombieframe.get().cast::<PyFrameObject>();
    let globals = function.func_globals.get();
    let depth = ts.recursion_depth.get() + 1;
    let closure = function.func_closure.get().cast::<PyTupleObject>();
    if side.frees != 0
        // SAFETY: a function's closure is null or a tuple.
        && (closure.is_null() || unsafe { (*closure).ob_base.ob_size.get() } as usize != side.frees)
    {
        return None;
    }
    if side.simple_args as usize != n
        || zombie.is_null()
        || side.traced.get()
        || ts.use_tracing.get() != 0
        || eval_frame_hook(ts).is_some()
        || depth > recursion::LIMIT.load(Ordering::Relaxed)
    {
        return None;
    }
    let builtins = if globals == caller.f_globals.get() {
        caller.f_builtins.get()
    } else {
        frame::known_builtins(side, globals)?
    };
    // SAFETY: n arguments lie on the stack, and the frame has room for as many; all objects are live, and the frame takes
    // a count of each. The frame is the code's own, with everything empty.
    unsafe {
        let args = m.sp.sub(n);
        let f = &*zombie;
        let locals = frame::locals_ptr(f);
        for i in 0..n {
            *locals.add(i) = *args.add(i);
        }
        if side.frees != 0 {
            let cells = (&raw const (*closure).ob_item).cast::<*mut PyObject>();
            let place = locals.add(side.variables - side.frees);
            for i in 0..side.frees {
                let cell = *cells.add(i);
                incref(cell);
                *place.add(i) = cell;
            }
        }
        code.co_zombieframe.set(std::ptr::null_mut());
        (*zombie.cast::<PyObject>()).ob_refcnt.set(1);
        incref(code.as_ptr());
        incref(globals);
        incref(builtins);
        incref(m.f.cast());
        f.f_code.set(std::ptr::from_ref(code).cast_mut());
        f.f_builtins.set(builtins);
        f.f_globals.set(globals);
        f.f_back.set(m.f);
        f.f_stacktop.set(std::ptr::null_mut());
        f.f_lasti.set(-1);
        f.f_lineno.set(code.co_firstlineno.get());
        frame::set_entry(f, false);
        f.f_executing.set(1);
        frame::saved_depth(caller).set(args.offset_from(caller.f_valuestack.get()) as u32);
        ts.recursion_depth.set(depth);
        ts.frame.set(zombie);
        let base = side.base();
        Some(M::new(zombie, base, f.f_valuestack.get(), m.ts, base, 0))
    }
}

/// Leaves the frame with a result without leaving registers, if everything is as it mostly is: the caller is in this chain,
/// nobody else holds the frame, and nobody has looked into it. `None`: nothing has happened.
#[inline(always)]
pub fn leave_simple(m: M, result: *mut PyObject) -> Option<M> {
    let (ts, f) = (m.ts(), m.frame());
    let code = m.code();
    if frame::is_entry(f)
        || ts.use_tracing.get() != 0
        || ts.overflowed.get() != 0
        || f.as_object().ob_refcnt.get() != 1
        || !f.f_trace.get().is_null()
        || !f.f_locals.get().is_null()
        || gc::is_tracked(f.as_object())
    {
        return None;
    }
    // SAFETY: the slots are the code's, so they follow its header.
    let variables = unsafe { slots::Side::of(m.base) }.variables;
    ts.recursion_depth.set(ts.recursion_depth.get() - 1);
    f.f_executing.set(0);
    let back = f.f_back.get();
    ts.frame.set(back);
    // SAFETY: the frame owns its variables, and they leave it before they die. The caller's frame is kept by the count
    // that this frame holds, which it gives up when nothing else can run any more.
    unsafe {
        let locals = frame::locals_ptr(f);
        for i in 0..variables {
            let place = locals.add(i);
            let v = *place;
            if !v.is_null() {
                *place = std::ptr::null_mut();
                release(v);
            }
        }
        release(f.f_builtins.get());
        release(f.f_globals.get());
        f.f_builtins.set(std::ptr::null_mut());
        f.f_globals.set(std::ptr::null_mut());
        f.f_back.set(std::ptr::null_mut());
        f.f_iblock.set(0);
        f.f_trace_opcodes.set(0);
        f.f_trace_lines.set(1);
        f.f_gen.set(std::ptr::null_mut());
        let caller = &*back;
        (*back.cast::<PyObject>())
            .ob_refcnt
            .set((*back.cast::<PyObject>()).ob_refcnt.get() - 1);
        f.as_object().ob_refcnt.set(0);
        if code.co_zombieframe.get().is_null() {
            code.co_zombieframe.set(m.f.cast());
        } else {
            free_frame(m.f);
        }
        release(code.as_ptr());
        let top = caller
            .f_valuestack
            .get()
            .add(frame::saved_depth(caller).get() as usize)
            .sub(1);
        let callee = top.replace(result);
        if !callee.is_null() {
            release(callee);
        }
        Some(current_frame(m.ts, top.add(1)))
    }
}

/// Gives up a count; the last one deallocates, out of line.
///
/// # Safety
/// `o` is a live object of which the caller holds a count.
#[inline(always)]
pub unsafe fn release(o: *mut PyObject) {
    // SAFETY: by the contract.
    unsafe {
        let left = count_down(o);
        if left == 0 && !pyrite_runtime::words::free_simple(o) {
            deallocate(o);
        }
    }
}

/// Deallocates an object whose count is 0.
#[inline(never)]
extern "C" fn deallocate(o: *mut PyObject) {
    // SAFETY: the caller has just given up the last count.
    unsafe { dealloc(o) }
}

/// Frees the memory of a frame that holds nothing.
#[cold]
#[inline(never)]
extern "C" fn free_frame(f: *mut PyFrameObject) {
    // SAFETY: the frame is untracked and empty, and nobody refers to it.
    unsafe { crate::gc::free(f.cast()) }
}

/// Leaves the frame with a result.
#[inline(always)]
pub fn pop_frame(m: M, result: *mut PyObject) -> Step {
    let (ts, f) = (m.ts(), m.frame());
    leave_frame(ts, f);
    if frame::is_entry(f) {
        return Step::returning(result);
    }
    let back = f.f_back.get();
    // SAFETY: the caller waits in its frame, which this frame kept alive and which owns itself while it runs; the callee
    // is on top of its stack, and the result replaces it.
    unsafe {
        let caller = &*back;
        let top = caller
            .f_valuestack
            .get()
            .add(frame::saved_depth(caller).get() as usize)
            .sub(1);
        frame::release(Owned::from_owned_ptr(m.f));
        let callee = top.replace(result);
        xdecref(callee);
        Step::switch(top.add(1))
    }
}

/// The registers for the thread's current frame, which goes on behind its last instruction.
///
/// # Safety
/// The frame runs, `sp` is the top of its stack, and its code has slots.
#[inline(always)]
unsafe fn current_frame(ts: *mut PyThreadState, sp: *mut *mut PyObject) -> M {
    // SAFETY: by the contract.
    unsafe {
        let f = (*ts).frame.get();
        let base = slots::side_of(&*(*f).f_code.get()).map_or(std::ptr::null(), slots::Side::base);
        let ip = base.add(((*f).f_lasti.get() + 2) as usize / 2);
        M::new(f, ip, sp, ts, base, 0)
    }
}

/// Takes a frame that ends with an exception off the stack of frames. Returns the top of the caller's stack, or null if the
/// caller is not in this chain.
#[inline(never)]
extern "C" fn abandon_frame(f: *mut PyFrameObject, ts: *mut PyThreadState) -> *mut *mut PyObject {
    // SAFETY: the frame and the thread state are those of a handler.
    let (ts, frame) = unsafe { (&*ts, &*f) };
    leave_frame(ts, frame);
    if frame::is_entry(frame) {
        return std::ptr::null_mut();
    }
    // SAFETY: as in `pop_frame`.
    unsafe {
        let caller = &*frame.f_back.get();
        let sp = caller
            .f_valuestack
            .get()
            .add(frame::saved_depth(caller).get() as usize);
        frame::release(Owned::from_owned_ptr(f));
        sp
    }
}

op! {
    /// What a body's step means that names no slot.
    #[inline(never)]
    fn special(m) {
        match m.arg as usize {
            // SAFETY: the body that said so has set the frame up.
            Step::SWITCH => unsafe { current_frame(m.ts, m.sp) }.next_checked(),
            Step::RETURN => m.sp.cast(),
            Step::ERROR => m.go(unwind),
            Step::ERROR_AGAIN => m.go(unwind_again),
            _ => {
                m.f = m.ts().frame.get();
                m.go(leave_raised)
            }
        }
    }

    /// Leaves the frame with an exception set; the stack is empty.
    fn leave_raised(m) {
        let sp = abandon_frame(m.f, m.ts);
        if sp.is_null() {
            return std::ptr::null_mut();
        }
        // SAFETY: the caller's frame is the current one again.
        unsafe { current_frame(m.ts, sp) }.go(unwind)
    }

    /// An exception is set: adds the traceback entry and goes to the handler, or leaves the frame.
    #[cold]
    #[inline(never)]
    fn unwind(m) {
        exceptions::record(m.ts(), m.frame());
        m.go(unwind_again)
    }

    /// As [`unwind`], for an exception that already has its traceback entry for this frame.
    #[cold]
    #[inline(never)]
    fn unwind_again(m) {
        let (target, sp) = exceptions::find_handler(m.ts(), m.frame(), m.sp);
        m.sp = sp;
        if target >= 0 {
            m.jump_to(target as usize);
            return m.next_checked();
        }
        if m.ts().use_tracing.get() != 0 {
            trace::return_event(m.ts(), m.frame(), None);
        }
        m.go(leave_raised)
    }

    /// Somebody wants attention.
    #[cold]
    #[inline(never)]
    fn breaker(m) {
        let next = slots::units(m.code()).get(m.index().wrapping_add(1) * 2).copied().unwrap_or(opcode::NOP);
        // A `with` or `try` that is about to begin must get the chance to clean up.
        if matches!(next, opcode::SETUP_FINALLY | opcode::SETUP_WITH | opcode::BEFORE_ASYNC_WITH | opcode::YIELD_FROM) {
            return m.next();
        }
        if attend(m.ts) {
            return m.next();
        }
        m.go(unwind)
    }

    /// An opcode that does not exist, or an operand outside what it indexes.
    #[cold]
    #[inline(never)]
    fn unknown_opcode(m) {
        m.save();
        raise_unknown_opcode();
        m.go(unwind)
    }

    /// Every slot's handler while the code is traced: tells the tracer, then runs the plain instruction.
    #[cold]
    #[inline(never)]
    fn trace_shim(m) {
        let ts = m.ts();
        if ts.use_tracing.get() == 0 || ts.c_tracefunc.get().is_none() || ts.tracing.get() != 0 {
            let handler = slots::plain_handler(m.code(), m.index());
            return m.go(handler);
        }
        let previous = m.frame().f_lasti.get();
        m.save();
        m.frame().f_stacktop.set(m.sp);
        let told = tell_line(m.ts, m.f, previous);
        // The tracer may have set f_lineno, which moves f_lasti and the stack.
        m.sp = m.frame().f_stacktop.replace(std::ptr::null_mut());
        m.jump_to((m.frame().f_lasti.get() + 2) as usize);
        if !told {
            return m.go(unwind);
        }
        m.arg = m.slot().arg.get();
        let handler = slots::plain_handler(m.code(), m.index());
        m.go(handler)
    }
}

// What the handlers above call: out of line, with plain words, so that their own calls in tail position become jumps.

/// Does what is wanted; false if that raised.
#[inline(never)]
extern "C" fn attend(ts: *mut PyThreadState) -> bool {
    // SAFETY: a handler's thread state.
    crate::ceval::attend(unsafe { &*ts }).is_ok()
}

#[inline(never)]
extern "C" fn raise_unknown_opcode() {
    let _ = raise!(SystemError, "unknown opcode");
}

/// Tells the tracer of a line; false if it raised.
#[inline(never)]
extern "C" fn tell_line(ts: *mut PyThreadState, f: *mut PyFrameObject, previous: c_int) -> bool {
    // SAFETY: a handler's thread state and frame.
    let (ts, f) = unsafe { (&*ts, &*f) };
    trace::line_event(ts, f, previous).is_ok()
}
