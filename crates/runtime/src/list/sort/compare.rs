//! What keys have in common, and the cheapest comparison that this allows.
//!
//! CPython promises no more than that `<` is asked; of exact integers, floats and strings it can be told without asking.

use super::timsort;
use crate::prelude::*;
use crate::{boolean, float, long, object, tuple, unicode};
use std::cmp::Ordering;

/// What the keys, or the first items of the tuples that are the keys, have in common.
#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// Exact integers of at most two digits, or booleans.
    Int,
    Float,
    /// Exact strings of one byte a character.
    Latin1,
    /// Exact strings.
    Text,
    /// Some other single type.
    SameType,
    Mixed,
}

#[derive(Clone, Copy)]
pub struct Survey {
    pub in_tuples: bool,
    pub kind: Kind,
}

impl Survey {
    pub fn of(keys: &[*mut PyObject]) -> Survey {
        // SAFETY: the keys are alive while they are sorted.
        let keys = || keys.iter().map(|key| unsafe { &**key });
        fn first(key: &PyObject) -> Option<&PyObject> {
            let t = key.downcast_exact::<PyTupleObject>()?;
            tuple::as_slice(t).first().copied()
        }
        let in_tuples = keys().all(|k| first(k).is_some());
        let kind = if in_tuples {
            kind_of(keys().filter_map(first))
        } else {
            kind_of(keys())
        };
        // Tuples within tuples compare in the general way.
        Survey { in_tuples, kind }
    }

    /// The key, or the first item of it, that the kind speaks of.
    #[inline(always)]
    pub fn key(self, key: *mut PyObject) -> *mut PyObject {
        match self.in_tuples {
            true => first(key),
            false => key,
        }
    }

    /// Sorts items that stand for keys.
    pub fn sort<T: Copy>(self, items: &mut [T], key: impl Fn(T) -> *mut PyObject) -> PyResult<()> {
        match (self.in_tuples, self.kind) {
            (true, _) => timsort::sort(items, |a, b| tuple_less(key(a), key(b), 0)),
            (false, Kind::Int) => timsort::sort(items, |a, b| Ok(int(key(a)) < int(key(b)))),
            (false, Kind::Float) => timsort::sort(items, |a, b| Ok(real(key(a)) < real(key(b)))),
            (false, Kind::Latin1) => {
                timsort::sort(items, |a, b| Ok(latin1(key(a)) < latin1(key(b))))
            }
            (false, kind) => timsort::sort(items, |a, b| kind.less(key(a), key(b))),
        }
    }
}

fn kind_of<'a>(mut keys: impl Iterator<Item = &'a PyObject> + Clone) -> Kind {
    let Some(ty) = keys.clone().next().map(ObjectExt::ty) else {
        return Kind::Mixed;
    };
    let of_type = |k: &PyObject| std::ptr::eq(k.ty(), ty);
    if std::ptr::eq(ty, &long::PyLong_Type) || std::ptr::eq(ty, &boolean::PyBool_Type) {
        if keys.clone().all(|k| of_type(k) && long_size(k).abs() <= 2) {
            return Kind::Int;
        }
    } else if std::ptr::eq(ty, &unicode::PyUnicode_Type) {
        // SAFETY: only asked about exact strings.
        let is_latin1 = |k: &PyObject| unicode::kind(unsafe { k.cast_ref() }) == unicode::Kind::One;
        if keys.clone().all(|k| of_type(k) && is_latin1(k)) {
            return Kind::Latin1;
        }
    }
    if !keys.all(of_type) {
        Kind::Mixed
    } else if std::ptr::eq(ty, &float::PyFloat_Type) {
        Kind::Float
    } else if std::ptr::eq(ty, &unicode::PyUnicode_Type) {
        Kind::Text
    } else {
        Kind::SameType
    }
}

fn long_size(o: &PyObject) -> Py_ssize_t {
    // SAFETY: only asked about exact integers and booleans.
    unsafe { o.cast_ref::<PyVarObject>() }.ob_size.get()
}

/// The value of a key of kind `Int`.
#[inline(always)]
pub fn int(o: *mut PyObject) -> i64 {
    // SAFETY: the survey found exact integers or booleans. An integer always has room for one digit.
    let n = unsafe { &*o.cast::<PyLongObject>() };
    let size = n.ob_base.ob_size.get() as i64;
    match long::digits_of(n) {
        [low, high] => size.signum() * (i64::from(*low) | i64::from(*high) << 30),
        _ => size * i64::from(n.ob_digit[0].get()),
    }
}

/// The value of a key of kind `Float`.
#[inline(always)]
pub fn real(o: *mut PyObject) -> f64 {
    // SAFETY: the survey found exact floats.
    unsafe { (*o.cast::<PyFloatObject>()).ob_fval.get() }
}

/// A key of kind `Latin1` or `Text`.
#[inline(always)]
pub fn text<'a>(o: *mut PyObject) -> &'a PyUnicodeObject {
    // SAFETY: the survey found exact strings, which are alive while they are sorted.
    unsafe { (*o).cast_ref() }
}

/// The bytes of a key of kind `Latin1`.
#[inline(always)]
pub fn latin1<'a>(o: *mut PyObject) -> &'a [u8] {
    unicode::chars(text(o)).bytes()
}

impl Kind {
    #[inline(always)]
    fn less(self, a: *mut PyObject, b: *mut PyObject) -> PyResult<bool> {
        if let Some(less) = self.order_less(a, b) {
            return Ok(less);
        }
        // SAFETY: the keys are alive while they are sorted.
        let (x, y) = unsafe { (&*a, &*b) };
        match self {
            Kind::SameType => less_by_slot(x, y),
            _ => object::rich_compare_bool(x, y, Py_LT),
        }
    }

    /// `a < b` where it can be told without asking the objects.
    #[inline(always)]
    pub fn order_less(self, a: *mut PyObject, b: *mut PyObject) -> Option<bool> {
        match self {
            Kind::Int => Some(int(a) < int(b)),
            Kind::Float => Some(real(a) < real(b)),
            Kind::Latin1 => Some(latin1(a) < latin1(b)),
            Kind::Text => Some(unicode::compare(text(a), text(b)) == Ordering::Less),
            Kind::SameType | Kind::Mixed => None,
        }
    }
}

/// The first item of a key that is a tuple.
#[inline(always)]
fn first(key: *mut PyObject) -> *mut PyObject {
    // SAFETY: the survey found exact tuples with at least one item, alive while they are sorted.
    unsafe { tuple::as_slice(&*key.cast())[0].as_ptr() }
}

/// Tuples: the first pair that differs decides. Of the first `known` pairs it is known that they are equal.
pub fn tuple_less(a: *mut PyObject, b: *mut PyObject, known: usize) -> PyResult<bool> {
    // SAFETY: the survey found exact tuples with at least one item, alive while they are sorted.
    let (xs, ys) = unsafe { (tuple::as_slice(&*a.cast()), tuple::as_slice(&*b.cast())) };
    for (x, y) in xs.iter().zip(ys).skip(known) {
        match plain_order(x, y) {
            Some(Ordering::Equal) => {}
            Some(order) => return Ok(order == Ordering::Less),
            None if object::rich_compare_bool(x, y, Py_EQ)? => {}
            None => return object::rich_compare_bool(x, y, Py_LT),
        }
    }
    Ok(xs.len() < ys.len())
}

/// The order of two objects if they are one, or of one simple type, and have one.
#[inline]
fn plain_order(x: &PyObject, y: &PyObject) -> Option<Ordering> {
    if std::ptr::eq(x, y) {
        return Some(Ordering::Equal);
    }
    let ty = x.ty();
    if !std::ptr::eq(ty, y.ty()) {
        return None;
    }
    let (a, b) = (x.as_ptr(), y.as_ptr());
    if std::ptr::eq(ty, &unicode::PyUnicode_Type) {
        Some(unicode::compare(text(a), text(b)))
    } else if std::ptr::eq(ty, &long::PyLong_Type) {
        let short = long_size(x).abs() <= 2 && long_size(y).abs() <= 2;
        short.then(|| int(a).cmp(&int(b)))
    } else if std::ptr::eq(ty, &float::PyFloat_Type) {
        real(a).partial_cmp(&real(b))
    } else {
        None
    }
}

/// `x < y` for objects of one type: its comparison is asked at once, without looking for a better one.
fn less_by_slot(x: &PyObject, y: &PyObject) -> PyResult<bool> {
    if let Some(f) = x
        .ty()
        .tp_richcompare
        .get()
        .filter(|_| std::ptr::eq(x.ty(), y.ty()))
    {
        // SAFETY: the type's own slot: it returns a new reference or null.
        let result = unsafe { Owned::from_owned_ptr_or_null(f(x.as_ptr(), y.as_ptr(), Py_LT)) };
        let result = result.ok_or_else(Raised::already_set)?;
        if !result.is(not_implemented()) {
            return object::is_true(&result);
        }
    }
    object::rich_compare_bool(x, y, Py_LT)
}
