//! Rich comparison (data model, "rich comparison" methods).

use super::{is_true, slot_result};
use crate::prelude::*;
use crate::{err, recursion, typeobject};

/// The operators, as text, in the order of `Py_LT` to `Py_GE`.
pub const OPERATORS: [&str; 6] = ["<", "<=", "==", "!=", ">", ">="];
/// The operator with its operands exchanged.
pub const SWAPPED: [c_int; 6] = [Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE];

/// `PyObject_RichCompare`.
pub fn rich_compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<Owned> {
    let _guard = recursion::enter(" in comparison")?;
    compare(a, b, op)
}

fn call_slot(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<Option<Owned>> {
    let Some(f) = a.ty().tp_richcompare.get() else {
        return Ok(None);
    };
    // SAFETY: the slot takes the two objects.
    let r = unsafe { slot_result(f(a.as_ptr(), b.as_ptr(), op)) }?;
    Ok(if r.is(not_implemented()) {
        None
    } else {
        Some(r)
    })
}

fn compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<Owned> {
    let swapped = SWAPPED[op as usize % 6];
    let mut tried_b = false;
    if !std::ptr::eq(a.ty(), b.ty())
        && typeobject::is_subtype(b.ty(), a.ty())
        && b.ty().tp_richcompare.get().is_some()
    {
        tried_b = true;
        if let Some(r) = call_slot(b, a, swapped)? {
            return Ok(r);
        }
    }
    if let Some(r) = call_slot(a, b, op)? {
        return Ok(r);
    }
    if !tried_b && let Some(r) = call_slot(b, a, swapped)? {
        return Ok(r);
    }
    match op {
        Py_EQ => Ok(bool_from(a.is(b))),
        Py_NE => Ok(bool_from(!a.is(b))),
        _ => Err(raise!(
            TypeError,
            "'{}' not supported between instances of '{}' and '{}'",
            OPERATORS[op as usize % 6],
            err::short(&a.type_name(), 100),
            err::short(&b.type_name(), 100)
        )),
    }
}

/// `PyObject_RichCompareBool`: identical objects are equal without being asked.
#[inline]
pub fn rich_compare_bool(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<bool> {
    if a.is(b) {
        if op == Py_EQ {
            return Ok(true);
        }
        if op == Py_NE {
            return Ok(false);
        }
    }
    let r = rich_compare(a, b, op)?;
    if r.is(py_true()) {
        return Ok(true);
    }
    if r.is(py_false()) {
        return Ok(false);
    }
    is_true(&r)
}

/// `rich_compare_bool` for equality, with what is compared most often first.
#[inline(always)]
pub fn items_equal(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    match plain_equal(a, b) {
        Some(equal) => Ok(equal),
        None => rich_compare_bool(a, b, Py_EQ),
    }
}

/// Are two exact strings, or two small ints, equal? `None` for all else, which only a comparison that may run code can tell.
#[inline(always)]
pub fn plain_equal(a: &PyObject, b: &PyObject) -> Option<bool> {
    if let (Some(a), Some(b)) = (
        a.downcast_exact::<PyUnicodeObject>(),
        b.downcast_exact::<PyUnicodeObject>(),
    ) {
        return Some(crate::unicode::eq(a, b));
    }
    Some(crate::dict::compact_int(a)? == crate::dict::compact_int(b)?)
}

/// The result of comparing two ordered Rust values, as `Py_RETURN_RICHCOMPARE` gives it.
#[inline]
pub fn richcompare_of<T: PartialOrd>(a: T, b: T, op: c_int) -> Owned {
    bool_from(match op {
        Py_LT => a < b,
        Py_LE => a <= b,
        Py_EQ => a == b,
        Py_NE => a != b,
        Py_GT => a > b,
        _ => a >= b,
    })
}
