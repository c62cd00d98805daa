//! Functions over iterables and numbers: `min`, `max`, `sum`, `sorted`, `round` and their like.

use crate::prelude::*;

/// Do all items have the truth value `wanted`? (`any` is "not all false".)
pub fn every(iterable: &PyObject, wanted: bool) -> PyResult<bool> {
    let it = object::get_iter(iterable)?;
    while let Some(v) = iter::next_usual(&it)? {
        if object::is_true(&v)? != wanted {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `min` and `max`: `op` says when an item replaces the best so far.
pub fn extreme(args: Args<'_>, name: &str, op: c_int) -> PyResult<Owned> {
    if args.positional().is_empty() {
        return Err(raise!(TypeError, "{name} expected 1 argument, got 0"));
    }
    let (mut key, mut default) = (None, None);
    pyrite_runtime::args::check_keyword_count(name, args.keywords().count(), 2)?;
    for (k, v) in args.keywords() {
        match text::as_utf8(k)? {
            "key" => key = Some(v).filter(|v| !v.is_none()),
            "default" => default = Some(v),
            other => {
                return Err(raise!(
                    TypeError,
                    "'{other}' is an invalid keyword argument for {name}()"
                ));
            }
        }
    }
    let positional = args.positional();
    let it = match positional {
        [one] => object::get_iter(one)?,
        _ if default.is_some() => {
            return Err(raise!(
                TypeError,
                "Cannot specify a default for {name}() with multiple positional arguments"
            ));
        }
        many => object::get_iter(tuple::from_slice(many)?.as_object())?,
    };
    let mut best: Option<(Owned, Owned)> = None;
    while let Some(item) = iter::next_usual(&it)? {
        let rank = match key {
            Some(f) => call::call1(f, &item)?,
            None => item.clone(),
        };
        let better = match &best {
            None => true,
            Some((b, _)) => object::rich_compare_bool(&rank, b, op)?,
        };
        if better {
            best = Some((rank, item));
        }
    }
    match (best, default) {
        (Some((_, item)), _) => Ok(item),
        (None, Some(d)) => Ok(d.own()),
        (None, None) => Err(raise!(ValueError, "{name}() arg is an empty sequence")),
    }
}

/// `next(it[, default])`.
pub fn next(it: &PyObject, default: Option<&PyObject>) -> PyResult<Owned> {
    if !iter::check(it) {
        return Err(raise!(
            TypeError,
            "'{}' object is not an iterator",
            err::short(&it.type_name(), 200)
        ));
    }
    let Some(step) = it.ty().tp_iternext.get() else {
        return Err(raise!(
            TypeError,
            "'{}' object is not an iterator",
            err::short(&it.type_name(), 200)
        ));
    };
    // SAFETY: the slot's contract: an owned item, or null with or without an exception.
    if let Some(v) = unsafe { Owned::from_owned_ptr_or_null(step(it.as_ptr())) } {
        return Ok(v);
    }
    match default {
        Some(d) => {
            if err::occurred().is_some() {
                if !err::matches(exc::StopIteration.get()) {
                    return Err(Raised::already_set());
                }
                err::clear();
            }
            Ok(d.own())
        }
        None if err::occurred().is_some() => Err(Raised::already_set()),
        None => Err(err::set_none(exc::StopIteration.get())),
    }
}

/// `ord(c)`.
pub fn ord(c: &PyObject) -> PyResult<u32> {
    let n = if let Some(b) = c.downcast::<PyBytesObject>() {
        match bytes::as_slice(b) {
            [one] => return Ok(u32::from(*one)),
            all => all.len(),
        }
    } else if let Some(s) = c.downcast::<PyUnicodeObject>() {
        match (unicode::length(s), text::first_char(c)) {
            (1, Some(ch)) => return Ok(ch),
            (n, _) => n,
        }
    } else if c.isinstance_of(&PyByteArray_Type) {
        let n = object::size(c)?;
        if n == 1 {
            let zero = long::from_i64(0)?;
            return Ok(long::as_i64(&*object::get_item(c, zero.as_object())?)? as u32);
        }
        n as usize
    } else {
        return Err(raise!(
            TypeError,
            "ord() expected string of length 1, but {} found",
            err::short(&c.type_name(), 200)
        ));
    };
    Err(raise!(
        TypeError,
        "ord() expected a character, but string of length {n} found"
    ))
}

/// `round(number[, ndigits])`.
pub fn round(number: &PyObject, ndigits: Option<&PyObject>) -> PyResult<Owned> {
    let Some(method) = object::lookup_special(number, id!("__round__").as_object())? else {
        return Err(raise!(
            TypeError,
            "type {} doesn't define __round__ method",
            err::short(&number.type_name(), 100)
        ));
    };
    match ndigits.filter(|n| !n.is_none()) {
        None => call::call0(&method),
        Some(n) => call::call1(&method, n),
    }
}

/// `sorted(iterable, *, key, reverse)`.
pub fn sorted(args: Args<'_>) -> PyResult<Owned> {
    let [iterable] = args.positional() else {
        return Err(raise!(
            TypeError,
            "sorted expected 1 argument, got {}",
            args.positional().len()
        ));
    };
    let l = sequence::list(iterable)?;
    let sort = object::get_attr(l.as_object(), id!("sort").as_object())?;
    let values: Vec<&PyObject> = args.keywords().map(|(_, v)| v).collect();
    call::call_kw(&sort, &values, args.kwnames())?;
    Ok(l.upcast())
}

/// `sum(iterable, start)`.
pub fn sum(iterable: &PyObject, start: Option<&PyObject>) -> PyResult<Owned> {
    let it = object::get_iter(iterable)?;
    let mut total = match start {
        None => long::from_i64(0)?.upcast(),
        Some(s) => {
            let complaint = if s.downcast::<PyUnicodeObject>().is_some() {
                Some("sum() can't sum strings [use ''.join(seq) instead]")
            } else if s.downcast::<PyBytesObject>().is_some() {
                Some("sum() can't sum bytes [use b''.join(seq) instead]")
            } else if s.isinstance_of(&PyByteArray_Type) {
                Some("sum() can't sum bytearray [use b''.join(seq) instead]")
            } else {
                None
            };
            if let Some(text) = complaint {
                return Err(raise!(TypeError, "{text}"));
            }
            s.own()
        }
    };
    // Machine integers and floats first, as long as the items are such.
    let mut pending = None;
    if total.isinstance_exact(&PyLong_Type) {
        pending = sum_ints(&it, &mut total)?;
        if let Some(v) = &pending {
            total = number::add(&total, v)?;
        } else {
            return Ok(total);
        }
    }
    if total.isinstance_exact(&PyFloat_Type) {
        pending = sum_floats(&it, &mut total)?;
        match &pending {
            Some(v) => total = number::add(&total, v)?,
            None => return Ok(total),
        }
    }
    drop(pending);
    while let Some(v) = iter::next_usual(&it)? {
        total = number::add(&total, &v)?;
    }
    Ok(total)
}

/// Adds ints until the end (`None`) or an item that is none, or does not fit; that item is returned.
fn sum_ints(it: &PyObject, total: &mut Owned) -> PyResult<Option<Owned>> {
    let Some(mut acc) = small(total) else {
        return iter::next_usual(it);
    };
    loop {
        let item = iter::next_usual(it)?;
        let sum = item
            .as_ref()
            .and_then(|v| small(v))
            .and_then(|v| acc.checked_add(v));
        match (item, sum) {
            (Some(_), Some(sum)) => acc = sum,
            (item, _) => {
                *total = long::from_i64(acc)?.upcast();
                return Ok(item);
            }
        }
    }
}

/// An exact int of a machine word.
fn small(o: &PyObject) -> Option<i64> {
    if !o.isinstance_exact(&PyLong_Type) {
        return None;
    }
    // SAFETY: just checked.
    let l: &PyLongObject = unsafe { o.cast_ref() };
    let size = l.ob_base.ob_size.get();
    // SAFETY: an int has that many digits.
    let digits = unsafe {
        std::slice::from_raw_parts((&raw const l.ob_digit).cast::<u32>(), size.unsigned_abs())
    };
    if digits.len() > 2 {
        return None;
    }
    let v = digits
        .iter()
        .rev()
        .fold(0i64, |v, &d| v << 30 | i64::from(d));
    Some(if size < 0 { -v } else { v })
}

/// As [`sum_ints`], for floats and small ints among them.
fn sum_floats(it: &PyObject, total: &mut Owned) -> PyResult<Option<Owned>> {
    let mut acc = float::as_f64(total)?;
    loop {
        let item = iter::next_usual(it)?;
        let value = item
            .as_ref()
            .and_then(|v| match v.downcast_exact::<PyFloatObject>() {
                Some(f) => Some(f.ob_fval.get()),
                None => small(v).map(|i| i as f64),
            });
        match (item, value) {
            (Some(_), Some(v)) => acc += v,
            (item, _) => {
                *total = float::from_f64(acc)?.upcast();
                return Ok(item);
            }
        }
    }
}
