//! Jumps, loops, and leaving the frame.

use crate::eval::machine::{M, Step, op, opx};
use crate::eval::{leave_simple, pop_frame, trace};
use crate::prelude::*;
use pyrite_runtime::words;

op! {
    fn JUMP_FORWARD(m) {
        let delta = m.arg as usize;
        m.jump_by(delta);
        m.next()
    }

    fn JUMP_ABSOLUTE(m) {
        let target = m.arg as usize;
        m.jump_checked(target)
    }

    fn RETURN_VALUE(m) {
        m.save();
        if let Some(m) = leave_simple(m, m.peek_ptr(1)) {
            return m.next_checked();
        }
        if m.ts().use_tracing.get() != 0 {
            return m.go(return_traced);
        }
        let v = m.pop_ptr();
        let step = leave_with(m.f, m.ts, v);
        m.follow(step)
    }
}

/// Leaves the frame with a result.
#[inline(never)]
extern "C" fn leave_with(f: *mut PyFrameObject, ts: *mut PyThreadState, v: *mut PyObject) -> Step {
    // SAFETY: a handler's frame and thread state; the other registers do not matter to a frame that ends.
    let m = unsafe {
        M::new(
            f,
            std::ptr::null(),
            std::ptr::null_mut(),
            ts,
            std::ptr::null(),
            0,
        )
    };
    pop_frame(m, v)
}

op! {
    fn FOR_ITER(m) {
        // SAFETY: the stack owns the iterator.
        let v = unsafe { words::next_item(m.peek_ptr(1)) };
        if v.is_null() {
            return m.go(FOR_ITER_CALL);
        }
        m.push_ptr(v);
        m.next()
    }

    /// Asks the iterator's type. Apart from the rest, which needs to save no registers.
    #[inline(never)]
    fn FOR_ITER_CALL(m) {
        m.save();
        let it = m.peek_ptr(1);
        // SAFETY: the stack owns the iterator.
        let Some(next) = (unsafe { (*(*it).ob_type.get()).tp_iternext.get() }) else {
            return m.go(FOR_ITER_END);
        };
        // SAFETY: the slot's contract: an owned item, or null with or without an exception.
        let v = unsafe { next(it) };
        if v.is_null() {
            m.arg = u64::from(m.slot().arg.get() as u32);
            return m.go(FOR_ITER_END);
        }
        m.push_ptr(v);
        m.next()
    }
}

opx! {
    /// Returns after telling the tracer.
    #[cold]
    fn return_traced(m) {
        let v = m.pop_ptr();
        // SAFETY: the result is owned by this instruction.
        let survives = trace::return_event(m.ts(), m.frame(), unsafe { v.as_ref() });
        if survives {
            return pop_frame(m, v);
        }
        // SAFETY: as above.
        unsafe { decref(v) };
        Step::leave_raised()
    }

    fn GET_ITER(m) {
        let r = { let v = m.pop(); object::get_iter(&v) };
        m.result(r)
    }

    /// The iterator gave no item.
    fn FOR_ITER_END(m) {
        let it = m.top();
        // What GET_ITER left is an iterator.
        if it.ty().tp_iternext.get().is_none() {
            let _ = raise!(TypeError, "'{}' object is not an iterator", it.type_name());
            return m.error();
        }
        // The loop ends, or an exception goes on.
        if err::occurred().is_some() {
            if !err::matches(exc::StopIteration.get()) {
                return m.error();
            }
            if m.ts().c_tracefunc.get().is_some() {
                trace::exception_event(m.ts(), m.frame());
            }
            err::clear();
        }
        drop(m.pop());
        let delta = m.arg as u32 as usize;
        m.jump_by(delta);
        m.step()
    }

    fn PRINT_EXPR(m) {
        let r = { let v = m.pop(); print_expr(&v) };
        m.done(r)
    }
}

fn print_expr(v: &PyObject) -> PyResult<()> {
    let Some(hook) = crate::sys::get_object("displayhook")? else {
        return Err(raise!(RuntimeError, "lost sys.displayhook"));
    };
    call::call1(&hook, v).map(drop)
}
