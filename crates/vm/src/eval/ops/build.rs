//! Displays, unpacking, comprehension steps and f-strings.

use crate::eval::machine::{M, op, opx};
use crate::prelude::*;
use pyrite_runtime::words;

/// How a callable is named in messages about its arguments: `f()`, or `type object`.
fn callee_text(callee: &PyObject) -> String {
    let named = |name: Option<Owned>| name.map(|n| text::lossy(&n)).unwrap_or_default();
    if let Some(f) = callee.downcast::<PyMethodObject>() {
        return f.im_func.borrow().map(callee_text).unwrap_or_default();
    }
    if let Some(f) = callee.downcast::<PyFunctionObject>() {
        return named(f.func_name.load()) + "()";
    }
    if let Some(f) = callee.downcast::<PyCFunctionObject>() {
        return c_function_name(f) + "()";
    }
    format!("{} object", err::short(&callee.type_name(), 200))
}

fn c_function_name(f: &PyCFunctionObject) -> String {
    // SAFETY: a built-in function's definition is live, and its name is a C string.
    unsafe { std::ffi::CStr::from_ptr((*f.m_ml.get()).ml_name) }
        .to_string_lossy()
        .into_owned()
}

/// The thing after `*` in a call must be iterable.
pub fn check_iterable(callee: &PyObject, args: &PyObject) -> PyResult<()> {
    if args.ty().tp_iter.get().is_none() && !sequence::check(args) {
        return Err(raise!(
            TypeError,
            "{} argument after * must be an iterable, not {}",
            callee_text(callee),
            err::short(&args.type_name(), 200)
        ));
    }
    Ok(())
}

/// The thing after `**` in a call is no mapping, or repeats a keyword: the exception that says so.
pub fn kwargs_error(raised: Raised, callee: &PyObject, kwargs: &PyObject) -> Raised {
    if err::matches(exc::AttributeError.get()) {
        return raise!(
            TypeError,
            "{} argument after ** must be a mapping, not {}",
            callee_text(callee),
            err::short(&kwargs.type_name(), 200)
        );
    }
    if err::matches(exc::KeyError.get()) {
        let e = err::fetch_normalized();
        let args = e
            .value
            .as_deref()
            .and_then(|v| object::get_attr(v, id!("args").as_object()).ok());
        let key = args
            .as_deref()
            .and_then(|a| a.downcast::<PyTupleObject>())
            .filter(|t| tuple::len(t) == 1);
        let Some(key) = key.map(|t| tuple::get(t, 0).own()) else {
            err::restore(e);
            return raised;
        };
        if key.downcast::<PyUnicodeObject>().is_none() {
            return raise!(
                TypeError,
                "{} keywords must be strings",
                callee_text(callee)
            );
        }
        return raise!(
            TypeError,
            "{} got multiple values for keyword argument '{}'",
            callee_text(callee),
            err::Str(&key)
        );
    }
    raised
}

op! {
    fn LIST_APPEND(m) {
        let n = m.oparg();
        let (v, l) = (m.peek_ptr(1), m.peek_ptr(n + 1));
        // SAFETY: the compiler keeps the list under construction there.
        if !unsafe { words::append(l, v) } {
            return m.go(LIST_APPEND_ANY);
        }
        m.pop_ptr();
        m.next()
    }

    fn UNPACK_SEQUENCE(m) {
        let n = m.oparg();
        let o = m.peek_ptr(1);
        // SAFETY: the stack owns its entries and has room for n more; items of a sequence are live objects.
        unsafe {
            let items = words::items_if(o, n);
            if items.is_null() {
                return m.go(UNPACK_SEQUENCE_ANY);
            }
            m.sp = m.sp.sub(1);
            for i in (0..n).rev() {
                let v = *items.add(i);
                incref(v);
                m.push_ptr(v);
            }
            let left = count_down(o);
            if left == 0 {
                m.arg = o as u64;
                return m.go(super::stack::dealloc_and_next);
            }
        }
        m.next()
    }
}

opx! {
    fn BUILD_TUPLE(m) {
        let n = m.arg as usize;
        // SAFETY: the stack owns n entries; their counts move.
        let r = unsafe { tuple::take_over(m.sp.sub(n).cast_const(), n) };
        if r.is_ok() {
            // SAFETY: the entries are the tuple's now.
            m.sp = unsafe { m.sp.sub(n) };
        }
        m.result(r.map(Owned::upcast))
    }

    fn BUILD_LIST(m) {
        let n = m.arg as usize;
        // SAFETY: the stack owns n entries; their counts move.
        let r = unsafe { list::take_over(m.sp.sub(n).cast_const(), n) };
        if r.is_ok() {
            // SAFETY: the entries are the list's now.
            m.sp = unsafe { m.sp.sub(n) };
        }
        m.result(r.map(Owned::upcast))
    }

    fn BUILD_SET(m) {
        let n = m.arg as usize;
        let r = build_set(m, n);
        m.drop_n(n);
        m.result(r)
    }

    fn BUILD_MAP(m) {
        let n = m.arg as usize;
        let r = build_map(m, n);
        m.drop_n(2 * n);
        m.result(r)
    }

    fn BUILD_CONST_KEY_MAP(m) {
        let n = m.arg as usize;
        let r = build_const_key_map(m, n);
        m.drop_n(n + 1);
        m.result(r)
    }

    fn BUILD_STRING(m) {
        let n = m.arg as usize;
        let r = unicode::join_array(None, m.args(n));
        m.drop_n(n);
        m.result(r.map(Owned::upcast))
    }

    fn BUILD_SLICE(m) {
        let r = {
            let step = (m.arg == 3).then(|| m.pop());
            let stop = m.pop();
            let start = m.pop();
            slice::new(Some(&*start), Some(&*stop), step.as_deref()).map(Owned::upcast)
        };
        m.result(r)
    }

    fn BUILD_TUPLE_UNPACK(m) {
        let n = m.arg as usize;
        let r = concatenate(m, n, false).and_then(|l| list::as_tuple(&l)).map(Owned::upcast);
        m.drop_n(n);
        m.result(r)
    }

    fn BUILD_TUPLE_UNPACK_WITH_CALL(m) {
        let n = m.arg as usize;
        let r = concatenate(m, n, true).and_then(|l| list::as_tuple(&l)).map(Owned::upcast);
        m.drop_n(n);
        m.result(r)
    }

    fn BUILD_LIST_UNPACK(m) {
        let n = m.arg as usize;
        let r = concatenate(m, n, false).map(Owned::upcast);
        m.drop_n(n);
        m.result(r)
    }

    fn BUILD_SET_UNPACK(m) {
        let n = m.arg as usize;
        let r = unite(m, n);
        m.drop_n(n);
        m.result(r)
    }

    fn BUILD_MAP_UNPACK(m) {
        let n = m.arg as usize;
        let r = merge(m, n);
        m.drop_n(n);
        m.result(r)
    }

    fn BUILD_MAP_UNPACK_WITH_CALL(m) {
        let n = m.arg as usize;
        let r = merge_keywords(m, n);
        m.drop_n(n);
        m.result(r)
    }

    fn LIST_APPEND_ANY(m) {
        let v = m.pop();
        let n = m.arg as usize;
        // SAFETY: the compiler keeps the list under construction there.
        let r = list::append(unsafe { m.peek(n).cast_ref() }, &v);
        drop(v);
        m.done(r)
    }

    fn SET_ADD(m) {
        let r = {
            let v = m.pop();
            // SAFETY: the compiler keeps the set under construction there.
            set::add(unsafe { m.peek(m.arg as usize).cast_ref() }, &v)
        };
        m.done(r)
    }

    fn MAP_ADD(m) {
        let r = {
            let v = m.pop();
            let k = m.pop();
            // SAFETY: the compiler keeps the dict under construction there.
            dict::set_item(unsafe { m.peek(m.arg as usize).cast_ref() }, &k, &v)
        };
        m.done(r)
    }

    fn UNPACK_SEQUENCE_ANY(m) {
        let n = m.arg as usize;
        let sp = m.sp;
        match unpack(m, n, None) {
            Ok(()) => {
                // SAFETY: unpacking replaced the top by n entries.
                m.sp = unsafe { sp.add(n).sub(1) };
                m.step()
            }
            Err(_) => {
                drop(m.pop());
                m.error()
            }
        }
    }

    fn UNPACK_EX(m) {
        let (before, after) = ((m.arg & 0xff) as usize, (m.arg >> 8) as usize);
        let sp = m.sp;
        match unpack(m, before, Some(after)) {
            Ok(()) => {
                // SAFETY: unpacking replaced the top by that many entries and a list.
                m.sp = unsafe { sp.add(before + after) };
                m.step()
            }
            Err(_) => {
                drop(m.pop());
                m.error()
            }
        }
    }

    fn FORMAT_VALUE(m) {
        let r = {
            let spec = (m.arg & FVS_MASK as u64 == FVS_HAVE_SPEC as u64).then(|| m.pop());
            let v = m.pop();
            format_value(v, spec, m.arg as c_int & FVC_MASK)
        };
        m.result(r)
    }
}

// Vectors stay out of the handlers: a local with a destructor makes the call in tail position an ordinary one.
fn build_set(m: M, n: usize) -> PyResult<Owned> {
    let s = set::new(None)?;
    for v in m.args(n) {
        set::add(&s, v)?;
    }
    Ok(s.upcast())
}

fn build_map(m: M, n: usize) -> PyResult<Owned> {
    let d = dict::new_presized(n)?;
    for pair in m.args(2 * n).chunks_exact(2) {
        dict::set_item(&d, pair[0], pair[1])?;
    }
    Ok(d.upcast())
}

fn build_const_key_map(m: M, n: usize) -> PyResult<Owned> {
    let Some(keys) = m
        .top()
        .downcast_exact::<PyTupleObject>()
        .filter(|t| tuple::len(t) == n)
    else {
        return Err(raise!(SystemError, "bad BUILD_CONST_KEY_MAP keys argument"));
    };
    let d = dict::new_presized(n)?;
    let values = &m.args(n + 1)[..n];
    for (i, v) in values.iter().enumerate() {
        dict::set_item(&d, tuple::get(keys, i), v)?;
    }
    Ok(d.upcast())
}

/// One list of all items of n iterables. In a call, the callee lies below them.
fn concatenate(m: M, n: usize, in_call: bool) -> PyResult<Owned<PyListObject>> {
    let sum = list::new(0)?;
    for part in m.args(n) {
        if let Err(raised) = list::extend(&sum, part) {
            if in_call && err::matches(exc::TypeError.get()) {
                let saved = err::fetch();
                check_iterable(m.peek(n + 1), part)?;
                err::restore(saved);
            }
            return Err(raised);
        }
    }
    Ok(sum)
}

fn unite(m: M, n: usize) -> PyResult<Owned> {
    let sum = set::new(None)?;
    for part in m.args(n) {
        set::update(&sum, part)?;
    }
    Ok(sum.upcast())
}

fn merge(m: M, n: usize) -> PyResult<Owned> {
    let sum = dict::new()?;
    for part in m.args(n) {
        if let Err(raised) = dict::update(&sum, *part) {
            if err::matches(exc::AttributeError.get()) {
                return Err(raise!(
                    TypeError,
                    "'{}' object is not a mapping",
                    err::short(&part.type_name(), 200)
                ));
            }
            return Err(raised);
        }
    }
    Ok(sum.upcast())
}

/// The keyword arguments of a call from several mappings; a repeated name is an error.
fn merge_keywords(m: M, n: usize) -> PyResult<Owned> {
    let sum = dict::new()?;
    for part in m.args(n) {
        // Below the mappings lie the positional arguments and the callee.
        dict::merge(&sum, *part, dict::Conflict::Raise)
            .map_err(|raised| kwargs_error(raised, m.peek(n + 2), part))?;
    }
    Ok(sum.upcast())
}

/// Replaces the top by its items, first item topmost. With `after`: the rest between as a list.
#[inline(never)]
fn unpack(m: M, before: usize, after: Option<usize>) -> PyResult<()> {
    let whole = m.top().own();
    if let Some(after) = after
        && unpack_star(m, &whole, before, after)?
    {
        return Ok(());
    }
    let total = before + after.map_or(0, |a| a + 1);
    let items: Vec<Owned> = match (
        whole.downcast_exact::<PyTupleObject>(),
        whole.downcast_exact::<PyListObject>(),
    ) {
        (Some(t), _) if after.is_none() && tuple::len(t) == before => {
            (0..before).map(|i| tuple::get(t, i).own()).collect()
        }
        (_, Some(l)) if after.is_none() && list::len(l) == before => (0..before)
            .map(|i| list::get_item(l, i as Py_ssize_t))
            .collect::<PyResult<_>>()?,
        _ => collect(&whole, before, after)?,
    };
    debug_assert_eq!(items.len(), total);
    drop(whole);
    // SAFETY: the top entry is replaced by `total` entries, for which the compiler has counted room.
    unsafe {
        let base = m.sp.sub(1);
        let old = *base;
        for (i, v) in items.into_iter().rev().enumerate() {
            *base.add(i) = v.into_ptr();
        }
        decref(old);
    }
    Ok(())
}

/// `a, *b, c = whole` for a list or tuple with enough items; false for all else.
fn unpack_star(m: M, whole: &PyObject, before: usize, after: usize) -> PyResult<bool> {
    let list = whole.downcast_exact::<PyListObject>();
    let tuple = whole.downcast_exact::<PyTupleObject>();
    let len = || match (list, tuple) {
        (Some(l), _) => list::len(l),
        (_, Some(t)) => tuple::len(t),
        _ => 0,
    };
    let n = len();
    if n == 0 || n < before + after {
        return Ok(false);
    }
    let rest = match (list, tuple) {
        (Some(l), _) => {
            list::get_slice(l, before as Py_ssize_t, (n - after) as Py_ssize_t)?.upcast()
        }
        (_, Some(t)) => list::from_slice(&tuple::as_slice(t)[before..n - after])?.upcast(),
        _ => return Ok(false),
    };
    // Making a list can run code, which can change this one.
    if len() != n {
        return Ok(false);
    }
    let item = |i: usize| match (list, tuple) {
        (Some(l), _) => list::get_item(l, i as Py_ssize_t),
        (_, Some(t)) => Ok(tuple::get(t, i).own()),
        _ => Ok(none().own()),
    };
    // SAFETY: the top entry is replaced by `before + 1 + after` entries, for which the compiler has counted room.
    unsafe {
        let base = m.sp.sub(1);
        let old = *base;
        for i in 0..after {
            *base.add(i) = item(n - 1 - i)?.into_ptr();
        }
        *base.add(after) = rest.into_ptr();
        for i in 0..before {
            *base.add(after + 1 + i) = item(before - 1 - i)?.into_ptr();
        }
        decref(old);
    }
    Ok(true)
}

/// The items of an iterable for unpacking, exactly as many as wanted.
fn collect(whole: &PyObject, before: usize, after: Option<usize>) -> PyResult<Vec<Owned>> {
    let it = object::get_iter(whole).map_err(|raised| {
        if err::matches(exc::TypeError.get())
            && whole.ty().tp_iter.get().is_none()
            && !sequence::check(whole)
        {
            return raise!(
                TypeError,
                "cannot unpack non-iterable {} object",
                err::short(&whole.type_name(), 200)
            );
        }
        raised
    })?;
    let mut items = Vec::with_capacity(before);
    for i in 0..before {
        match iter::next(&it)? {
            Some(v) => items.push(v),
            None => {
                let (least, want) = match after {
                    None => ("", before),
                    Some(a) => ("at least ", before + a),
                };
                return Err(raise!(
                    ValueError,
                    "not enough values to unpack (expected {least}{want}, got {i})"
                ));
            }
        }
    }
    let Some(after) = after else {
        return match iter::next(&it)? {
            None => Ok(items),
            Some(_) => Err(raise!(
                ValueError,
                "too many values to unpack (expected {before})"
            )),
        };
    };
    let rest = sequence::list(&it)?;
    let n = list::len(&rest);
    if n < after {
        return Err(raise!(
            ValueError,
            "not enough values to unpack (expected at least {}, got {})",
            before + after,
            before + n
        ));
    }
    let tail: Vec<Owned> = (n - after..n)
        .map(|i| list::get_item(&rest, i as Py_ssize_t))
        .collect::<PyResult<_>>()?;
    list::set_slice(&rest, (n - after) as Py_ssize_t, n as Py_ssize_t, None)?;
    items.push(rest.upcast());
    items.extend(tail);
    Ok(items)
}

fn format_value(v: Owned, spec: Option<Owned>, conversion: c_int) -> PyResult<Owned> {
    let v = match conversion {
        FVC_STR => object::str(&v)?,
        FVC_REPR => object::repr(&v)?,
        FVC_ASCII => object::ascii(&v)?,
        _ => v,
    };
    if v.isinstance_exact(&PyUnicode_Type) && spec.is_none() {
        return Ok(v);
    }
    object::format(&v, spec.as_deref())
}
