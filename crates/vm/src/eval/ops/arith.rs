//! Unary, binary and in-place operators, and subscripts.
//!
//! What nearly every program does most is done in registers: small ints, floats, and items of lists and tuples by
//! number. A temporary that only the stack holds becomes the result in place. Everything else goes to the `_ANY` handler.

use crate::eval::machine::{M, R, Step, op, opx};
use crate::eval::opcode;
use crate::eval::slots;
use crate::prelude::*;
use pyrite_runtime::words;

/// Two exact operands of one type, as far as the handlers know them.
#[derive(Clone, Copy)]
enum Pair {
    Ints(i64, i64),
    Floats(f64, f64),
    Other,
}

#[inline(always)]
fn pair(m: M) -> Pair {
    let (b, a) = (m.peek_ptr(1), m.peek_ptr(2));
    // SAFETY: the stack owns its entries; the types are checked first.
    unsafe {
        if words::is(a, &PyLong_Type) && words::is(b, &PyLong_Type) {
            if let (Some(x), Some(y)) = (words::compact(a), words::compact(b)) {
                return Pair::Ints(x, y);
            }
        } else if words::is(a, &PyFloat_Type) && words::is(b, &PyFloat_Type) {
            return Pair::Floats(words::float_value(a), words::float_value(b));
        }
    }
    Pair::Other
}

/// The int `n` replaces the two ints on top.
#[inline(always)]
fn give_int(mut m: M, n: i64, any: crate::eval::machine::Handler) -> R {
    let (b, a) = (m.peek_ptr(1), m.peek_ptr(2));
    // SAFETY: exact ints, as `pair` found.
    unsafe {
        let r = words::int_instead(a, n);
        if r.is_null() {
            return m.go(any);
        }
        words::drop_int(b);
        m.sp = m.sp.sub(1);
        m.poke(1, r);
    }
    m.next()
}

/// The float `v` replaces the two floats on top.
#[inline(always)]
fn give_float(mut m: M, v: f64, any: crate::eval::machine::Handler) -> R {
    let (b, a) = (m.peek_ptr(1), m.peek_ptr(2));
    // SAFETY: exact floats, as `pair` found.
    unsafe {
        let r = words::float_instead(a, b, v);
        if r.is_null() {
            return m.go(any);
        }
        m.sp = m.sp.sub(1);
        m.poke(1, r);
    }
    m.next()
}

macro_rules! numeric {
    ($($name:ident $any:ident $int:expr, $float:expr;)*) => { op! { $(
        fn $name(m) {
            let int: fn(i64, i64) -> Option<i64> = $int;
            let float: fn(f64, f64) -> Option<f64> = $float;
            match pair(m) {
                Pair::Ints(x, y) => if let Some(n) = int(x, y) {
                    return give_int(m, n, $any);
                },
                Pair::Floats(x, y) => if let Some(v) = float(x, y) {
                    return give_float(m, v, $any);
                },
                Pair::Other => {}
            }
            m.go($any)
        }
    )* } };
}

#[inline(always)]
fn floor_divide(x: i64, y: i64) -> Option<i64> {
    if y == 0 {
        return None;
    }
    let q = x / y;
    Some(if (x % y != 0) && ((x < 0) != (y < 0)) {
        q - 1
    } else {
        q
    })
}

#[inline(always)]
fn remainder(x: i64, y: i64) -> Option<i64> {
    if y == 0 {
        return None;
    }
    let r = x % y;
    Some(if r != 0 && ((r < 0) != (y < 0)) {
        r + y
    } else {
        r
    })
}

numeric! {
    BINARY_ADD BINARY_ADD_ANY |x, y| Some(x + y), |x, y| Some(x + y);
    INPLACE_ADD INPLACE_ADD_ANY |x, y| Some(x + y), |x, y| Some(x + y);
    BINARY_SUBTRACT BINARY_SUBTRACT_ANY |x, y| Some(x - y), |x, y| Some(x - y);
    INPLACE_SUBTRACT INPLACE_SUBTRACT_ANY |x, y| Some(x - y), |x, y| Some(x - y);
    BINARY_MULTIPLY BINARY_MULTIPLY_ANY |x, y| Some(x * y), |x, y| Some(x * y);
    INPLACE_MULTIPLY INPLACE_MULTIPLY_ANY |x, y| Some(x * y), |x, y| Some(x * y);
    BINARY_FLOOR_DIVIDE BINARY_FLOOR_DIVIDE_ANY floor_divide, |_, _| None;
    INPLACE_FLOOR_DIVIDE INPLACE_FLOOR_DIVIDE_ANY floor_divide, |_, _| None;
    BINARY_MODULO BINARY_MODULO_ANY remainder, |_, _| None;
    INPLACE_MODULO INPLACE_MODULO_ANY remainder, |_, _| None;
    BINARY_AND BINARY_AND_ANY |x, y| Some(x & y), |_, _| None;
    INPLACE_AND INPLACE_AND_ANY |x, y| Some(x & y), |_, _| None;
    BINARY_OR BINARY_OR_ANY |x, y| Some(x | y), |_, _| None;
    INPLACE_OR INPLACE_OR_ANY |x, y| Some(x | y), |_, _| None;
    BINARY_XOR BINARY_XOR_ANY |x, y| Some(x ^ y), |_, _| None;
    INPLACE_XOR INPLACE_XOR_ANY |x, y| Some(x ^ y), |_, _| None;
    BINARY_LSHIFT BINARY_LSHIFT_ANY |x, y| ((0..28).contains(&y)).then(|| x << y), |_, _| None;
    INPLACE_LSHIFT INPLACE_LSHIFT_ANY |x, y| ((0..28).contains(&y)).then(|| x << y), |_, _| None;
    BINARY_RSHIFT BINARY_RSHIFT_ANY |x, y| (y >= 0).then(|| x >> y.min(63)), |_, _| None;
    INPLACE_RSHIFT INPLACE_RSHIFT_ANY |x, y| (y >= 0).then(|| x >> y.min(63)), |_, _| None;
}

macro_rules! true_divide {
    ($($name:ident $any:ident)*) => { op! { $(
        fn $name(m) {
            match pair(m) {
                Pair::Floats(x, y) if y != 0.0 => give_float(m, x / y, $any),
                Pair::Ints(x, y) if y != 0 => {
                    // Ints of one digit are exact as floats, so that the quotient is the nearest one.
                    let r = pyrite_runtime::float::new_word(x as f64 / y as f64);
                    if r.is_null() {
                        return m.go($any);
                    }
                    let (b, a) = (m.pop_ptr(), m.pop_ptr());
                    m.push_ptr(r);
                    // SAFETY: exact ints that have left the stack.
                    unsafe {
                        words::drop_int(a);
                        words::drop_int(b);
                    }
                    m.next()
                }
                _ => m.go($any),
            }
        }
    )* } };
}
true_divide! { BINARY_TRUE_DIVIDE BINARY_TRUE_DIVIDE_ANY INPLACE_TRUE_DIVIDE INPLACE_TRUE_DIVIDE_ANY }

op! {
    fn UNARY_NEGATIVE(m) {
        let v = m.peek_ptr(1);
        // SAFETY: the stack owns its entries; the types are checked first.
        unsafe {
            let r = if words::is(v, &PyFloat_Type) {
                words::float_instead_of(v, -words::float_value(v))
            } else if words::is(v, &PyLong_Type) {
                match words::compact(v) {
                    Some(n) => words::int_instead(v, -n),
                    None => std::ptr::null_mut(),
                }
            } else {
                std::ptr::null_mut()
            };
            if r.is_null() {
                return m.go(UNARY_NEGATIVE_ANY);
            }
            m.poke(1, r);
        }
        m.next()
    }

    fn UNARY_NOT(m) {
        let v = m.peek_ptr(1);
        let other = if v == py_true().as_ptr() {
            py_false().as_ptr()
        } else if v == py_false().as_ptr() {
            py_true().as_ptr()
        } else {
            return m.go(UNARY_NOT_ANY);
        };
        // SAFETY: static objects; one count moves.
        unsafe {
            count_down(v);
            incref(other);
        }
        m.poke(1, other);
        m.next()
    }

    fn BINARY_SUBSCR(m) {
        let (key, o) = (m.peek_ptr(1), m.peek_ptr(2));
        // SAFETY: the stack owns its entries; the types are checked first.
        unsafe {
            if !words::is(key, &PyLong_Type) {
                return m.go(BINARY_SUBSCR_ANY);
            }
            let Some(i) = words::compact(key) else { return m.go(BINARY_SUBSCR_ANY) };
            let place = words::item_place(o, i);
            if place.is_null() {
                return m.go(BINARY_SUBSCR_ANY);
            }
            let v = *place;
            incref(v);
            words::drop_int(key);
            m.sp = m.sp.sub(1);
            m.poke(1, v);
            let left = count_down(o);
            if left == 0 {
                m.arg = o as u64;
                return m.go(super::stack::dealloc_and_next);
            }
        }
        m.next()
    }

    fn STORE_SUBSCR(m) {
        let (key, o, v) = (m.peek_ptr(1), m.peek_ptr(2), m.peek_ptr(3));
        // SAFETY: the stack owns its entries; the types are checked first.
        unsafe {
            if !words::is(key, &PyLong_Type) || !words::is(o, &PyList_Type) || (*o).ob_refcnt.get() == 1 {
                return m.go(STORE_SUBSCR_ANY);
            }
            let Some(i) = words::compact(key) else { return m.go(STORE_SUBSCR_ANY) };
            let place = words::item_place(o, i);
            if place.is_null() {
                return m.go(STORE_SUBSCR_ANY);
            }
            let old = place.replace(v);
            words::drop_int(key);
            count_down(o);
            m.sp = m.sp.sub(3);
            let left = count_down(old);
            if left == 0 {
                m.arg = old as u64;
                return m.go(super::stack::dealloc_and_next);
            }
        }
        m.next()
    }
}

macro_rules! unary {
    ($($name:ident => $f:path),* $(,)?) => { opx! { $(
        fn $name(m) {
            let r = { let v = m.pop(); $f(&v) };
            m.result(r)
        }
    )* } };
}

macro_rules! binary {
    ($($name:ident => $f:path),* $(,)?) => { opx! { $(
        fn $name(m) {
            let r = {
                let right = m.pop();
                let left = m.pop();
                $f(&left, &right)
            };
            m.result(r)
        }
    )* } };
}

unary! {
    UNARY_POSITIVE => number::positive,
    UNARY_NEGATIVE_ANY => number::negative,
    UNARY_INVERT => number::invert,
}

fn power(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    number::power(a, b, none())
}

fn inplace_power(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    number::inplace_power(a, b, none())
}

/// `%`, which formats when the left side is a `str` and the right side does not override it.
fn modulo(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    if a.isinstance_exact(&PyUnicode_Type)
        && (b.downcast::<PyUnicodeObject>().is_none() || b.isinstance_exact(&PyUnicode_Type))
    {
        return pyrite_runtime::format::percent::format(text::expect(a)?, b).map(Owned::upcast);
    }
    number::remainder(a, b)
}

fn subscript(o: &PyObject, key: &PyObject) -> PyResult<Owned> {
    if let Some(d) = o.downcast_exact::<PyDictObject>()
        && let Some(v) = dict::get_item(d, key)?
    {
        return Ok(v);
    }
    object::get_item(o, key)
}

/// `+`. Text that grows in a variable grows in place: the variable, which the next instruction sets anyway, lets go of it.
fn add(mut m: M, any: fn(&PyObject, &PyObject) -> PyResult<Owned>) -> Step {
    let (right, left) = (m.pop(), m.pop());
    if left.isinstance_exact(&PyUnicode_Type) && right.isinstance_exact(&PyUnicode_Type) {
        if left.refcount() == 2 {
            forget_target(m, &left);
        }
        // SAFETY: both are exact strings.
        let r = unsafe { unicode::append(left.cast_unchecked(), right.cast_ref()) };
        return m.result(r.map(Owned::upcast));
    }
    let r = any(&left, &right);
    drop((right, left));
    m.result(r)
}

/// Empties the variable that the next instruction stores to, if it holds `o`.
fn forget_target(m: M, o: &PyObject) {
    let next = m.index() + 1;
    let place = match slots::units(m.code()).get(next * 2) {
        // SAFETY: `next` is within the code, so it has a slot.
        Some(&opcode::STORE_FAST) => m.local(unsafe { (*m.ip).arg.get() } as usize),
        Some(&opcode::STORE_DEREF) => {
            // SAFETY: as above.
            super::name::cell_at(m, unsafe { (*m.ip).arg.get() } as usize)
                .ob_ref
                .as_ptr()
        }
        Some(&opcode::STORE_NAME) => {
            // SAFETY: as above; a valid operand is an index of co_names.
            let name = m.name(unsafe { (*m.ip).arg.get() } as u32 as usize);
            if let Some(locals) = m.frame().f_locals.borrow()
                && let Some(d) = locals.downcast_exact::<PyDictObject>()
                && let Ok(Some(held)) = dict::find(d, name)
                && std::ptr::eq(held.as_ptr(), o)
                && dict::del_item(d, name).is_err()
            {
                err::clear();
            }
            return;
        }
        _ => return,
    };
    // SAFETY: a variable or a cell's content: owned or null. `o` has another count.
    unsafe {
        if std::ptr::eq(*place, o) {
            *place = std::ptr::null_mut();
            decref(o.as_ptr());
        }
    }
}

binary! {
    BINARY_POWER => power,
    BINARY_MULTIPLY_ANY => number::multiply,
    BINARY_MATRIX_MULTIPLY => number::matrix_multiply,
    BINARY_TRUE_DIVIDE_ANY => number::true_divide,
    BINARY_FLOOR_DIVIDE_ANY => number::floor_divide,
    BINARY_MODULO_ANY => modulo,
    BINARY_SUBTRACT_ANY => number::subtract,
    BINARY_SUBSCR_ANY => subscript,
    BINARY_LSHIFT_ANY => number::lshift,
    BINARY_RSHIFT_ANY => number::rshift,
    BINARY_AND_ANY => number::and,
    BINARY_XOR_ANY => number::xor,
    BINARY_OR_ANY => number::or,
    INPLACE_POWER => inplace_power,
    INPLACE_MULTIPLY_ANY => number::inplace_multiply,
    INPLACE_MATRIX_MULTIPLY => number::inplace_matrix_multiply,
    INPLACE_TRUE_DIVIDE_ANY => number::inplace_true_divide,
    INPLACE_FLOOR_DIVIDE_ANY => number::inplace_floor_divide,
    INPLACE_MODULO_ANY => number::inplace_remainder,
    INPLACE_SUBTRACT_ANY => number::inplace_subtract,
    INPLACE_LSHIFT_ANY => number::inplace_lshift,
    INPLACE_RSHIFT_ANY => number::inplace_rshift,
    INPLACE_AND_ANY => number::inplace_and,
    INPLACE_XOR_ANY => number::inplace_xor,
    INPLACE_OR_ANY => number::inplace_or,
}

opx! {
    fn UNARY_NOT_ANY(m) {
        let r = { let v = m.pop(); object::is_true(&v) };
        m.result(r.map(|b| bool_from(!b)))
    }

    fn BINARY_ADD_ANY(m) {
        add(m, number::add)
    }

    fn INPLACE_ADD_ANY(m) {
        add(m, number::inplace_add)
    }

    fn STORE_SUBSCR_ANY(m) {
        let r = {
            let key = m.pop();
            let container = m.pop();
            let value = m.pop();
            match container.downcast_exact::<PyDictObject>() {
                Some(d) => dict::set_item(d, &key, &value),
                None => object::set_item(&container, &key, &value),
            }
        };
        m.done(r)
    }

    fn DELETE_SUBSCR(m) {
        let r = {
            let key = m.pop();
            let container = m.pop();
            object::del_item(&container, &key)
        };
        m.done(r)
    }
}
