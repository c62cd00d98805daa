//! `list.sort`: what surrounds the algorithm.
//!
//! While it runs the list is empty and `allocated` is -1, so that anybody who changes it is found out, and nobody can free
//! what is being compared. The keys are surveyed first: if they are all of one type, comparison skips what the general
//! one must find out each time, and for short integers, Latin-1 strings and floats no object is called at all.

use super::timsort;
use crate::prelude::*;
use crate::{call, float, long, object, tuple, unicode};

/// `PyList_Sort`.
pub fn sort(l: &PyListObject) -> PyResult<()> {
    sort_by(l, None, false)
}

/// `list.sort(key=.., reverse=..)`.
pub fn sort_by(l: &PyListObject, key: Option<&PyObject>, reverse: bool) -> PyResult<()> {
    let n = super::len(l);
    let allocated = l.allocated.replace(-1);
    let block = l.ob_item.replace(std::ptr::null_mut());
    l.ob_base.ob_size.set(0);
    let items: &mut [*mut PyObject] = if n == 0 {
        &mut []
    } else {
        // SAFETY: the block was taken out of the list, so it is ours alone until it is put back.
        unsafe { std::slice::from_raw_parts_mut(block, n) }
    };

    let mut outcome = match key {
        None => sort_items(items, reverse),
        Some(key) => sort_with_keys(items, key, reverse),
    };
    if l.allocated.get() != -1 && outcome.is_ok() {
        outcome = Err(raise!(ValueError, "list modified during sort"));
    }
    // Whatever was put into the list meanwhile is thrown away, after the true items are back.
    let stray_size = l.ob_base.ob_size.replace(n as Py_ssize_t);
    let stray_block = l.ob_item.replace(block);
    l.allocated.set(allocated);
    // SAFETY: the block and its references were the list's own and are dropped here, once.
    unsafe {
        for i in (0..stray_size).rev() {
            crate::owned::xdecref(*stray_block.offset(i));
        }
        crate::mem::free(crate::mem::Domain::Mem, stray_block.cast());
    }
    outcome
}

/// An element to be sorted: the object itself, or a key with the object that it stands for.
trait Element: Copy {
    fn key(self) -> *mut PyObject;
}

impl Element for *mut PyObject {
    #[inline(always)]
    fn key(self) -> *mut PyObject {
        self
    }
}

#[derive(Clone, Copy)]
struct Keyed {
    key: *mut PyObject,
    value: *mut PyObject,
}

impl Element for Keyed {
    #[inline(always)]
    fn key(self) -> *mut PyObject {
        self.key
    }
}

fn sort_with_keys(items: &mut [*mut PyObject], key: &PyObject, reverse: bool) -> PyResult<()> {
    let mut keyed: Vec<Keyed> = crate::mem::room::for_items(items.len())?;
    let mut outcome = Ok(());
    for &value in items.iter() {
        // SAFETY: the items' counts are ours while the list is empty.
        match call::call1(key, unsafe { &*value }) {
            Ok(key) => keyed.push(Keyed {
                key: key.into_ptr(),
                value,
            }),
            Err(raised) => {
                outcome = Err(raised);
                break;
            }
        }
    }
    if outcome.is_ok() {
        outcome = sort_items(&mut keyed, reverse);
        for (item, k) in items.iter_mut().zip(&keyed) {
            *item = k.value;
        }
    }
    for k in keyed {
        // SAFETY: each key came from the call above with a count of its own.
        drop(unsafe { Owned::from_owned_ptr(k.key) });
    }
    outcome
}

/// Sorts; equal elements keep their order, in reverse too.
fn sort_items<T: Element>(items: &mut [T], reverse: bool) -> PyResult<()> {
    if items.len() < 2 {
        return Ok(());
    }
    if reverse {
        items.reverse();
    }
    let survey = survey(items);
    let outcome = match (survey.in_tuples, survey.kind) {
        (true, kind) => timsort::sort(items, |a, b| tuple_less(a.key(), b.key(), kind)),
        (false, Kind::ShortInt) => timsort::sort(items, |a, b| Ok(int(a.key()) < int(b.key()))),
        (false, Kind::Float) => timsort::sort(items, |a, b| Ok(real(a.key()) < real(b.key()))),
        (false, Kind::Latin1) => timsort::sort(items, |a, b| Ok(text(a.key()) < text(b.key()))),
        (false, kind) => timsort::sort(items, |a, b| kind.less(a.key(), b.key())),
    };
    if reverse {
        items.reverse();
    }
    outcome
}

/// What the keys, or the first items of the tuples that are the keys, have in common.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// Exact integers of at most one digit.
    ShortInt,
    Float,
    /// Exact strings of one byte a character.
    Latin1,
    /// Some other single type.
    SameType,
    Mixed,
}

struct Survey {
    in_tuples: bool,
    kind: Kind,
}

fn survey<T: Element>(items: &[T]) -> Survey {
    // SAFETY: the keys are alive while they are sorted.
    let keys = || items.iter().map(|item| unsafe { &*item.key() });
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

fn kind_of<'a>(mut keys: impl Iterator<Item = &'a PyObject> + Clone) -> Kind {
    let Some(ty) = keys.clone().next().map(ObjectExt::ty) else {
        return Kind::Mixed;
    };
    if !keys.clone().all(|k| std::ptr::eq(k.ty(), ty)) {
        return Kind::Mixed;
    }
    if std::ptr::eq(ty, &long::PyLong_Type) && keys.clone().all(|k| long_size(k).abs() <= 1) {
        Kind::ShortInt
    } else if std::ptr::eq(ty, &float::PyFloat_Type) {
        Kind::Float
    } else if std::ptr::eq(ty, &unicode::PyUnicode_Type) && keys.all(is_latin1) {
        Kind::Latin1
    } else {
        Kind::SameType
    }
}

fn is_latin1(o: &PyObject) -> bool {
    // SAFETY: only asked about exact strings.
    unicode::kind(unsafe { o.cast_ref() }) == unicode::Kind::One
}

fn long_size(o: &PyObject) -> Py_ssize_t {
    // SAFETY: only asked about exact integers.
    unsafe { o.cast_ref::<PyVarObject>() }.ob_size.get()
}

/// The value of an integer of at most one digit.
#[inline(always)]
fn int(o: *mut PyObject) -> i64 {
    // SAFETY: the survey found exact integers of at most one digit. An integer always has room for one.
    unsafe {
        let o = &*o.cast::<PyLongObject>();
        o.ob_base.ob_size.get() as i64 * i64::from(o.ob_digit[0].get())
    }
}

#[inline(always)]
fn real(o: *mut PyObject) -> f64 {
    // SAFETY: the survey found exact floats.
    unsafe { (*o.cast::<PyFloatObject>()).ob_fval.get() }
}

#[inline(always)]
fn text<'a>(o: *mut PyObject) -> &'a [u8] {
    // SAFETY: the survey found exact strings of one byte a character, which are alive while they are sorted.
    unsafe { unicode::chars((*o).cast_ref()).bytes() }
}

impl Kind {
    fn less(self, a: *mut PyObject, b: *mut PyObject) -> PyResult<bool> {
        // SAFETY: the keys are alive while they are sorted.
        let (x, y) = unsafe { (&*a, &*b) };
        match self {
            Kind::ShortInt => Ok(int(a) < int(b)),
            Kind::Float => Ok(real(a) < real(b)),
            Kind::Latin1 => Ok(text(a) < text(b)),
            Kind::SameType => less_by_slot(x, y),
            Kind::Mixed => object::rich_compare_bool(x, y, Py_LT),
        }
    }

    /// Equality as `rich_compare_bool` sees it: identical objects are equal.
    fn equal(self, a: *mut PyObject, b: *mut PyObject) -> PyResult<bool> {
        if a == b {
            return Ok(true);
        }
        match self {
            Kind::ShortInt => Ok(int(a) == int(b)),
            Kind::Float => Ok(real(a) == real(b)),
            Kind::Latin1 => Ok(text(a) == text(b)),
            // SAFETY: the keys are alive while they are sorted.
            _ => unsafe { object::rich_compare_bool(&*a, &*b, Py_EQ) },
        }
    }
}

/// Tuples: the first pair that differs decides. `kind` is what the first items have in common.
fn tuple_less(a: *mut PyObject, b: *mut PyObject, kind: Kind) -> PyResult<bool> {
    // SAFETY: the survey found exact tuples with at least one item, alive while they are sorted.
    let (xs, ys) = unsafe { (tuple::as_slice(&*a.cast()), tuple::as_slice(&*b.cast())) };
    let (x, y) = (xs[0].as_ptr(), ys[0].as_ptr());
    if !kind.equal(x, y)? {
        return kind.less(x, y);
    }
    for (x, y) in xs.iter().zip(ys).skip(1) {
        if !object::rich_compare_bool(x, y, Py_EQ)? {
            return object::rich_compare_bool(x, y, Py_LT);
        }
    }
    Ok(xs.len() < ys.len())
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
