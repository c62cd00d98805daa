//! `try`, `with`, `raise`, and the ends of their blocks.

use crate::eval::exceptions::{
    block_pop, block_setup, exc_info, restore_handled, unwind_except_handler,
};
use crate::eval::machine::{M, opx};
use crate::eval::opcode::{EXCEPT_HANDLER, SETUP_FINALLY as FINALLY_BLOCK};
use crate::prelude::*;

/// Pushes a block whose handler is `delta` code units behind the current instruction.
fn setup(m: M, level: usize) -> PyResult<()> {
    let handler = (m.index() + 1) * 2 + m.arg as usize;
    block_setup(
        m.frame(),
        c_int::from(FINALLY_BLOCK),
        handler as c_int,
        level as c_int,
    )
}

/// Is the entry an exception's type, as opposed to NULL or a return address?
fn is_exception(o: *mut PyObject) -> bool {
    // SAFETY: an entry of the stack: owned or null.
    unsafe { o.as_ref() }.is_some_and(|o| !o.isinstance_exact(&PyLong_Type))
}

opx! {
    fn SETUP_FINALLY(m) {
        let r = setup(m, m.depth());
        m.done(r)
    }

    fn POP_BLOCK(m) {
        let r = block_pop(m.frame()).map(drop);
        m.done(r)
    }

    fn POP_EXCEPT(m) {
        match block_pop(m.frame()) {
            Ok((EXCEPT_HANDLER, _, _)) => {
                m.sp = restore_handled(m.ts(), m.sp);
                m.step()
            }
            Ok(_) => {
                let _ = raise!(SystemError, "popped block is not an except handler");
                m.error()
            }
            Err(_) => m.error(),
        }
    }

    fn BEGIN_FINALLY(m) {
        m.push_ptr(std::ptr::null_mut());
        m.step()
    }

    fn CALL_FINALLY(m) {
        let back = (m.index() + 1) * 2;
        match long::from_usize(back) {
            Ok(address) => {
                m.push(address.upcast());
                let delta = m.arg as usize;
                m.jump_by(delta);
                m.step()
            }
            Err(_) => m.error(),
        }
    }

    fn END_FINALLY(m) {
        let top = m.pop_opt();
        let Some(top) = top else { return m.step() };
        if top.isinstance_exact(&PyLong_Type) {
            let target = long::as_ssize_t(&top).unwrap_or(0) as usize;
            drop(top);
            m.jump_to(target);
            return m.step();
        }
        let (value, tb) = (m.pop(), m.pop());
        err::restore(err::Fetched {
            ty: Some(top),
            value: Some(value),
            traceback: (!tb.is_none()).then_some(tb),
        });
        m.error_again()
    }

    fn POP_FINALLY(m) {
        let result = (m.arg != 0).then(|| m.pop());
        let top = m.pop_ptr();
        if is_exception(top) {
            m.push_ptr(top);
            m.drop_n(3);
            match block_pop(m.frame()) {
                Ok((EXCEPT_HANDLER, _, _)) => m.sp = restore_handled(m.ts(), m.sp),
                Ok(_) => {
                    drop(result);
                    let _ = raise!(SystemError, "popped block is not an except handler");
                    return m.error();
                }
                Err(_) => {
                    drop(result);
                    return m.error();
                }
            }
        } else {
            // SAFETY: the entry has left the stack; it is owned or null.
            unsafe { xdecref(top) };
        }
        if let Some(v) = result {
            m.push(v);
        }
        m.step()
    }

    fn SETUP_WITH(m) {
        let entered = enter(m, id!("__enter__").as_object(), id!("__exit__").as_object(), false);
        match entered {
            Ok((exit, result)) => {
                m.set_top(exit);
                match setup(m, m.depth()) {
                    Ok(()) => {
                        m.push(result);
                        m.step()
                    }
                    Err(_) => {
                        drop(result);
                        m.error()
                    }
                }
            }
            Err(_) => m.error(),
        }
    }

    fn BEFORE_ASYNC_WITH(m) {
        match enter(m, id!("__aenter__").as_object(), id!("__aexit__").as_object(), true) {
            Ok((exit, result)) => {
                m.set_top(exit);
                m.push(result);
                m.step()
            }
            Err(_) => m.error(),
        }
    }

    fn SETUP_ASYNC_WITH(m) {
        // The result of the awaited __aenter__ stays above the block.
        let r = setup(m, m.depth() - 1);
        m.done(r)
    }

    fn WITH_CLEANUP_START(m) {
        let raised = is_exception(m.peek_ptr(1));
        let r = call_exit(m, raised);
        match r {
            Ok((exit, result, exception)) => {
                if raised {
                    // The place of __exit__ below the old exception's parts goes: they move down, a NULL fills the gap.
                    let f = m.frame();
                    for n in (5..=7).rev() {
                        let v = m.peek_ptr(n - 1);
                        m.poke(n, v);
                    }
                    m.poke(4, std::ptr::null_mut());
                    let block = &f.f_blockstack[(f.f_iblock.get() - 1).max(0) as usize];
                    block.b_level.set(block.b_level.get() - 1);
                } else {
                    let top = m.pop_ptr();
                    m.pop_ptr();
                    m.push_ptr(top);
                }
                drop(exit);
                m.push(exception);
                m.push(result);
                m.step()
            }
            Err(_) => m.error(),
        }
    }

    fn WITH_CLEANUP_FINISH(m) {
        let swallow = {
            let result = m.pop();
            let exception = m.pop();
            if exception.is_none() { Ok(false) } else { object::is_true(&result) }
        };
        match swallow {
            Err(_) => m.error(),
            Ok(false) => m.step(),
            Ok(true) => match block_pop(m.frame()) {
                Ok((_, _, level)) => {
                    m.sp = unwind_except_handler(m.ts(), m.frame(), m.sp, level);
                    m.push_ptr(std::ptr::null_mut());
                    m.step()
                }
                Err(_) => m.error(),
            },
        }
    }

    fn END_ASYNC_FOR(m) {
        if !err::given_exception_matches(m.top(), exc::StopAsyncIteration.get()) {
            let (ty, value, tb) = (m.pop(), m.pop(), m.pop());
            let traceback = (!tb.is_none()).then_some(tb);
            err::restore(err::Fetched { ty: Some(ty), value: Some(value), traceback });
            return m.error_again();
        }
        match block_pop(m.frame()) {
            Ok((_, _, level)) => {
                m.drop_n(3);
                m.sp = unwind_except_handler(m.ts(), m.frame(), m.sp, level);
                drop(m.pop());
                m.step()
            }
            Err(_) => m.error(),
        }
    }

    fn RAISE_VARARGS(m) {
        let cause = (m.arg == 2).then(|| m.pop());
        let exception = (m.arg >= 1).then(|| m.pop());
        let again = do_raise(m, exception, cause);
        if again {
            return m.error_again();
        }
        m.error()
    }
}

/// Looks up and calls the entering method of the context manager on top. Returns the exit method and the result.
/// `async with` misses the exit method first.
#[inline(never)]
fn enter(m: M, enter: &PyObject, exit: &PyObject, exit_first: bool) -> PyResult<(Owned, Owned)> {
    let manager = m.top();
    let special = |name: &PyObject| match object::lookup_special(manager, name)? {
        Some(method) => Ok(method),
        None => Err(err::set_object(exc::AttributeError.get(), name)),
    };
    let (enter, exit) = if exit_first {
        let exit = special(exit)?;
        (special(enter)?, exit)
    } else {
        (special(enter)?, special(exit)?)
    };
    let result = call::call0(&enter)?;
    Ok((exit, result))
}

/// Calls the exit method. Returns it, its result, and the exception's type or None.
#[inline(never)]
fn call_exit(m: M, raised: bool) -> PyResult<(Owned, Owned, Owned)> {
    if raised {
        let (ty, value, tb) = (m.peek(1), m.peek(2), m.peek(3));
        let exit = m.peek(7);
        let result = call::call(exit, &[ty, value, tb])?;
        // The stack's entry of __exit__ is overwritten by the instruction: its count moves to us.
        // SAFETY: the entry's owner gives it up.
        let exit = unsafe { Owned::from_owned_ptr(exit.as_ptr()) };
        return Ok((exit, result, ty.own()));
    }
    let exit = m.peek(2);
    let result = call::call(exit, &[none(), none(), none()])?;
    // SAFETY: as above.
    let exit = unsafe { Owned::from_owned_ptr(exit.as_ptr()) };
    Ok((exit, result, none().own()))
}

/// `raise`. Sets the exception; true if it is an old one that keeps its traceback as it is.
#[inline(never)]
fn do_raise(m: M, exception: Option<Owned>, cause: Option<Owned>) -> bool {
    let Some(exception) = exception else {
        return reraise(m);
    };
    match raised_value(&exception) {
        Err(_) => {}
        Ok((ty, value)) => {
            if attach_cause(&value, cause).is_ok() {
                let _ = err::set_object(&ty, &value);
            }
        }
    }
    false
}

/// `raise` without an operand.
fn reraise(m: M) -> bool {
    let ts = m.ts();
    let mut info = exc_info(ts);
    while info.exc_type.borrow().is_none_or(ObjectExt::is_none) {
        // SAFETY: the records of suspended generators lie below in a list that ends with the thread's own.
        match unsafe { info.previous_item.get().as_ref() } {
            Some(previous) => info = previous,
            None => break,
        }
    }
    match info.exc_type.load().filter(|t| !t.is_none()) {
        None => {
            let _ = raise!(RuntimeError, "No active exception to reraise");
            false
        }
        Some(ty) => {
            let traceback = info.exc_traceback.load().filter(|t| !t.is_none());
            err::restore(err::Fetched {
                ty: Some(ty),
                value: info.exc_value.load(),
                traceback,
            });
            true
        }
    }
}

/// The type and instance that `raise x` means.
fn raised_value(x: &PyObject) -> PyResult<(Owned, Owned)> {
    if err::is_exception_class(x) {
        let value = call::call0(x)?;
        if !exobj::is_exception(&value) {
            let (class, ty) = (object::repr(x)?, object::repr(value.ty().as_object())?);
            return Err(raise!(
                TypeError,
                "calling {} should have returned an instance of BaseException, not {}",
                err::Str(&class),
                err::Str(&ty)
            ));
        }
        return Ok((x.own(), value));
    }
    if exobj::is_exception(x) {
        return Ok((x.ty().as_object().own(), x.own()));
    }
    Err(raise!(
        TypeError,
        "exceptions must derive from BaseException"
    ))
}

/// `raise .. from cause`.
fn attach_cause(value: &PyObject, cause: Option<Owned>) -> PyResult<()> {
    let Some(cause) = cause else { return Ok(()) };
    let cause = if err::is_exception_class(&cause) {
        Some(call::call0(&cause)?)
    } else if exobj::is_exception(&cause) {
        Some(cause)
    } else if cause.is_none() {
        None
    } else {
        return Err(raise!(
            TypeError,
            "exception causes must derive from BaseException"
        ));
    };
    exobj::set_cause(value, cause);
    Ok(())
}
