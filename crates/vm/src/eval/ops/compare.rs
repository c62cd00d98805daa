//! Comparisons and the jumps that follow them.

use crate::eval::machine::{op, opx};
use crate::prelude::*;

/// Does the exception being handled match what the `except` clause names?
fn exception_match(left: &PyObject, right: &PyObject) -> PyResult<bool> {
    const COMPLAINT: &str =
        "catching classes that do not inherit from BaseException is not allowed";
    if let Some(t) = right.downcast::<PyTupleObject>() {
        for i in 0..tuple::len(t) {
            if !err::is_exception_class(tuple::get(t, i)) {
                return Err(raise!(TypeError, "{COMPLAINT}"));
            }
        }
    } else if !err::is_exception_class(right) {
        return Err(raise!(TypeError, "{COMPLAINT}"));
    }
    Ok(err::given_exception_matches(left, right))
}

fn compare(op: u32, left: &PyObject, right: &PyObject) -> PyResult<Owned> {
    match op {
        PyCmp_IS => Ok(bool_from(left.is(right))),
        PyCmp_IS_NOT => Ok(bool_from(!left.is(right))),
        PyCmp_IN => sequence::contains(right, left).map(bool_from),
        PyCmp_NOT_IN => sequence::contains(right, left).map(|b| bool_from(!b)),
        PyCmp_EXC_MATCH => exception_match(left, right).map(bool_from),
        _ => object::rich_compare(left, right, op as c_int),
    }
}

opx! {
    fn COMPARE_OP(m) {
        let r = {
            let right = m.pop();
            let left = m.pop();
            compare(m.arg as u32, &left, &right)
        };
        m.result(r)
    }
}

op! {
    fn POP_JUMP_IF_FALSE(m) {
        let v = m.pop_ptr();
        if v == py_true().as_ptr() {
            // SAFETY: the stack owned it; True never dies.
            unsafe { decref_immortal(v) };
            return m.next();
        }
        if v == py_false().as_ptr() {
            // SAFETY: the stack owned it; False never dies.
            unsafe { decref_immortal(v) };
            let target = m.oparg();
            m.jump_to(target);
            return m.next();
        }
        m.push_ptr(v);
        m.go(pop_jump_slow)
    }

    fn POP_JUMP_IF_TRUE(m) {
        let v = m.pop_ptr();
        if v == py_false().as_ptr() {
            // SAFETY: the stack owned it; False never dies.
            unsafe { decref_immortal(v) };
            return m.next();
        }
        if v == py_true().as_ptr() {
            // SAFETY: the stack owned it; True never dies.
            unsafe { decref_immortal(v) };
            let target = m.oparg();
            m.jump_to(target);
            return m.next();
        }
        m.push_ptr(v);
        m.go(pop_jump_slow_true)
    }
}

/// Gives back a count of an object that static data keeps alive.
///
/// # Safety
/// `o` is such an object.
#[inline(always)]
unsafe fn decref_immortal(o: *mut PyObject) {
    // SAFETY: by the contract.
    let count = unsafe { &(*o).ob_refcnt };
    count.set(count.get() - 1);
}

opx! {
    fn pop_jump_slow(m) {
        let r = { let v = m.pop(); object::is_true(&v) };
        match r {
            Ok(true) => m.step(),
            Ok(false) => {
                let target = m.oparg();
                m.jump_to(target);
                m.step()
            }
            Err(_) => m.error(),
        }
    }

    fn pop_jump_slow_true(m) {
        let r = { let v = m.pop(); object::is_true(&v) };
        match r {
            Ok(false) => m.step(),
            Ok(true) => {
                let target = m.oparg();
                m.jump_to(target);
                m.step()
            }
            Err(_) => m.error(),
        }
    }

    fn JUMP_IF_FALSE_OR_POP(m) {
        match object::is_true(m.top()) {
            Ok(false) => {
                let target = m.oparg();
                m.jump_to(target);
                m.step()
            }
            Ok(true) => {
                drop(m.pop());
                m.step()
            }
            Err(_) => m.error(),
        }
    }

    fn JUMP_IF_TRUE_OR_POP(m) {
        match object::is_true(m.top()) {
            Ok(true) => {
                let target = m.oparg();
                m.jump_to(target);
                m.step()
            }
            Ok(false) => {
                drop(m.pop());
                m.step()
            }
            Err(_) => m.error(),
        }
    }
}
