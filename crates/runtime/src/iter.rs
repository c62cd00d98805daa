//! `PyIter_*`: going through an iterator, and what iterators of built-in types share.

pub use crate::iterobject::{call_iter_new, seq_iter_new};
use crate::mem::room;
use crate::prelude::*;
use crate::{err, object, tuple};

/// `PyIter_Check`.
pub fn check(o: &PyObject) -> bool {
    match o.ty().tp_iternext.get() {
        Some(f) => f as usize != object::next_not_implemented_slot as *const () as usize,
        None => false,
    }
}

/// `PyIter_Next`: `None` when there is no more; `StopIteration` is taken to mean that too.
#[inline]
pub fn next(it: &PyObject) -> PyResult<Option<Owned>> {
    let Some(f) = it.ty().tp_iternext.get() else {
        return Err(raise!(
            TypeError,
            "'{}' object is not an iterator",
            err::short(&it.type_name(), 200)
        ));
    };
    // SAFETY: the type's own slot: it returns a new reference or null.
    match unsafe { Owned::from_owned_ptr_or_null(f(it.as_ptr())) } {
        Some(item) => Ok(Some(item)),
        None => ended().map(|()| None),
    }
}

/// As [`next`], looking first whether the iterator is one over a list, a tuple or a range.
#[inline(always)]
pub fn next_usual(it: &PyObject) -> PyResult<Option<Owned>> {
    // SAFETY: a live object; what is there has a count for us.
    let item = unsafe { Owned::from_owned_ptr_or_null(crate::words::next_item(it.as_ptr())) };
    if item.is_some() {
        return Ok(item);
    }
    next(it)
}

/// The iterator has given nothing: at its end, or because of an error?
#[inline]
pub fn ended() -> PyResult<()> {
    if err::occurred().is_some() {
        stopped()
    } else {
        Ok(())
    }
}

#[cold]
fn stopped() -> PyResult<()> {
    if err::matches(exc::StopIteration.get()) {
        err::clear();
        return Ok(());
    }
    Err(Raised::already_set())
}

/// Do two types iterate by the same function?
pub fn same_iter(a: &PyTypeObject, b: &PyTypeObject) -> bool {
    a.tp_iter.get().map(|f| f as usize) == b.tp_iter.get().map(|f| f as usize)
}

/// What is left of an iterator.
pub fn drain(it: &PyObject) -> PyResult<Vec<Owned>> {
    let mut items = Vec::new();
    while let Some(item) = next(it)? {
        items.push(item);
    }
    Ok(items)
}

/// The items of an iterable.
pub fn collect(o: &PyObject) -> PyResult<Vec<Owned>> {
    let it = object::get_iter(o)?;
    let hint = object::length_hint(o, 10)?;
    let mut items = Vec::new();
    // As in 3.8, what could not hold as many items as are promised fails at once.
    items.try_reserve(hint as usize).map_err(room::raised)?;
    while let Some(item) = next(&it)? {
        room::push(&mut items, item)?;
    }
    Ok(items)
}

/// What an iterator's `__reduce__` gives: `(iter, (over,))` or `(iter, (over,), index)`, with the named built-in function.
pub fn reduce(function: &str, over: Owned, index: Option<Py_ssize_t>) -> PyResult<Owned> {
    let function = object::builtin(function)?;
    let args = tuple::pack([over])?.upcast();
    let result = match index {
        Some(i) => tuple::pack([function, args, crate::long::from_ssize_t(i)?.upcast()]),
        None => tuple::pack([function, args]),
    };
    Ok(result?.upcast())
}
