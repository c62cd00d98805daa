//! Comparisons and the jumps that follow them.

use crate::eval::machine::{Handler, M, R, op, opx};
use crate::prelude::*;
use pyrite_runtime::words;

/// The handler of `COMPARE_OP` for its operand.
pub fn handler_for(op: u32) -> Handler {
    match op {
        PyCmp_IS | PyCmp_IS_NOT => COMPARE_OP_IS,
        0..6 => COMPARE_OP_ORDER,
        _ => COMPARE_OP,
    }
}

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

/// What each operator says of less, equal, greater and unordered, as bits.
const OUTCOMES: [u8; 6] = [0b0001, 0b0011, 0b0010, 0b1101, 0b0100, 0b0110];

#[inline(always)]
fn outcome<T: PartialOrd>(op: usize, x: T, y: T) -> bool {
    let bit = match x.partial_cmp(&y) {
        Some(order) => order as i8 as i32 + 1,
        None => 3,
    };
    OUTCOMES[op] >> bit & 1 != 0
}

/// Goes on with a truth value: a conditional jump that follows is done at once.
#[inline(always)]
fn decide(mut m: M, truth: bool) -> R {
    // SAFETY: `ip` is a slot of the code.
    let (handler, target) = unsafe {
        (
            (*m.ip).handler.get() as usize,
            (*m.ip).arg.get() as u32 as usize,
        )
    };
    let jump_if = if handler == POP_JUMP_IF_FALSE as *const () as usize {
        false
    } else if handler == POP_JUMP_IF_TRUE as *const () as usize {
        true
    } else {
        let v = if truth { py_true() } else { py_false() }.as_ptr();
        // SAFETY: a static object.
        unsafe { incref(v) };
        m.push_ptr(v);
        return m.next();
    };
    // SAFETY: a slot follows every slot.
    m.ip = unsafe { m.ip.add(1) };
    if truth == jump_if {
        return m.jump_checked(target);
    }
    m.next()
}

op! {
    /// `is` and `is not`.
    fn COMPARE_OP_IS(m) {
        let (b, a) = (m.peek_ptr(1), m.peek_ptr(2));
        // SAFETY: the stack owns its entries.
        unsafe {
            if (*a).ob_refcnt.get() == 1 || (*b).ob_refcnt.get() <= 1 + isize::from(a == b) {
                return m.go(COMPARE_OP);
            }
            count_down(a);
            count_down(b);
            m.sp = m.sp.sub(2);
        }
        let negated = m.oparg() == PyCmp_IS_NOT as usize;
        decide(m, (a == b) != negated)
    }

    /// The six orders, of small ints, floats and text.
    fn COMPARE_OP_ORDER(m) {
        let (b, a) = (m.peek_ptr(1), m.peek_ptr(2));
        let op = m.oparg();
        // SAFETY: the stack owns its entries; the types are checked first.
        unsafe {
            if words::is(a, &PyLong_Type) && words::is(b, &PyLong_Type) {
                let (Some(x), Some(y)) = (words::compact(a), words::compact(b)) else {
                    return m.go(COMPARE_OP);
                };
                let truth = outcome(op, x, y);
                words::drop_int(a);
                words::drop_int(b);
                m.sp = m.sp.sub(2);
                return decide(m, truth);
            }
            if words::is(a, &PyFloat_Type) && words::is(b, &PyFloat_Type) {
                let truth = outcome(op, words::float_value(a), words::float_value(b));
                words::drop_float(a);
                words::drop_float(b);
                m.sp = m.sp.sub(2);
                return decide(m, truth);
            }
            if words::is(a, &PyUnicode_Type)
                && words::is(b, &PyUnicode_Type)
                && (op == Py_EQ as usize || op == Py_NE as usize)
                && (*a).ob_refcnt.get() > 1
                && (*b).ob_refcnt.get() > 1 + isize::from(a == b)
            {
                let equal = a == b || words::text_eq(a, b);
                count_down(a);
                count_down(b);
                m.sp = m.sp.sub(2);
                return decide(m, equal == (op == Py_EQ as usize));
            }
        }
        m.go(COMPARE_OP)
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
    fn JUMP_IF_FALSE_OR_POP(m) {
        let v = m.peek_ptr(1);
        if v == py_true().as_ptr() {
            m.pop_ptr();
            // SAFETY: the stack owned it; True never dies.
            unsafe { decref_immortal(v) };
            return m.next();
        }
        if v == py_false().as_ptr() {
            let target = m.oparg();
            m.jump_to(target);
            return m.next();
        }
        m.go(JUMP_IF_FALSE_OR_POP_ANY)
    }

    fn JUMP_IF_TRUE_OR_POP(m) {
        let v = m.peek_ptr(1);
        if v == py_false().as_ptr() {
            m.pop_ptr();
            // SAFETY: the stack owned it; False never dies.
            unsafe { decref_immortal(v) };
            return m.next();
        }
        if v == py_true().as_ptr() {
            let target = m.oparg();
            m.jump_to(target);
            return m.next();
        }
        m.go(JUMP_IF_TRUE_OR_POP_ANY)
    }

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
    unsafe { count_down(o) };
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

    fn JUMP_IF_FALSE_OR_POP_ANY(m) {
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

    fn JUMP_IF_TRUE_OR_POP_ANY(m) {
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
