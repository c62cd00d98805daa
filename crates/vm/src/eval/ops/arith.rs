//! Unary, binary and in-place operators, and subscripts.

use crate::eval::machine::opx;
use crate::prelude::*;

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
    UNARY_NEGATIVE => number::negative,
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

binary! {
    BINARY_POWER => power,
    BINARY_MULTIPLY => number::multiply,
    BINARY_MATRIX_MULTIPLY => number::matrix_multiply,
    BINARY_TRUE_DIVIDE => number::true_divide,
    BINARY_FLOOR_DIVIDE => number::floor_divide,
    BINARY_MODULO => modulo,
    BINARY_SUBTRACT => number::subtract,
    BINARY_SUBSCR => object::get_item,
    BINARY_LSHIFT => number::lshift,
    BINARY_RSHIFT => number::rshift,
    BINARY_AND => number::and,
    BINARY_XOR => number::xor,
    BINARY_OR => number::or,
    INPLACE_POWER => inplace_power,
    INPLACE_MULTIPLY => number::inplace_multiply,
    INPLACE_MATRIX_MULTIPLY => number::inplace_matrix_multiply,
    INPLACE_TRUE_DIVIDE => number::inplace_true_divide,
    INPLACE_FLOOR_DIVIDE => number::inplace_floor_divide,
    INPLACE_MODULO => number::inplace_remainder,
    INPLACE_SUBTRACT => number::inplace_subtract,
    INPLACE_LSHIFT => number::inplace_lshift,
    INPLACE_RSHIFT => number::inplace_rshift,
    INPLACE_AND => number::inplace_and,
    INPLACE_XOR => number::inplace_xor,
    INPLACE_OR => number::inplace_or,
    BINARY_ADD => number::add,
    INPLACE_ADD => number::inplace_add,
}

opx! {
    fn UNARY_NOT(m) {
        let r = { let v = m.pop(); object::is_true(&v) };
        m.result(r.map(|b| bool_from(!b)))
    }

    fn STORE_SUBSCR(m) {
        let r = {
            let key = m.pop();
            let container = m.pop();
            let value = m.pop();
            object::set_item(&container, &key, &value)
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
