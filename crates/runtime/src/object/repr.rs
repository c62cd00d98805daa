//! `repr`, `str`, `ascii` and `bytes` of an object, and the guard against containers that contain themselves.

use super::slot_result;
use crate::prelude::*;
use crate::{call, dict, err, list, recursion, tstate, typeobject, unicode};

/// `PyObject_Repr`.
pub fn repr(o: &PyObject) -> PyResult<Owned> {
    let Some(f) = o.ty().tp_repr.get() else {
        let text = std::format!("<{} object at {:p}>", o.type_name(), o.as_ptr());
        return unicode::from_str(&text).map(Owned::upcast);
    };
    let _guard = recursion::enter(" while getting the repr of an object")?;
    // SAFETY: the slot takes the object.
    let r = unsafe { slot_result(f(o.as_ptr())) }?;
    check_text(r, "__repr__")
}

/// `PyObject_Str`.
pub fn str(o: &PyObject) -> PyResult<Owned> {
    if std::ptr::eq(o.ty(), PyUnicodeObject::type_object()) {
        return Ok(o.own());
    }
    let Some(f) = o.ty().tp_str.get() else {
        return repr(o);
    };
    let _guard = recursion::enter(" while getting the str of an object")?;
    // SAFETY: the slot takes the object.
    let r = unsafe { slot_result(f(o.as_ptr())) }?;
    check_text(r, "__str__")
}

fn check_text(r: Owned, method: &str) -> PyResult<Owned> {
    if r.downcast::<PyUnicodeObject>().is_none() {
        let name = r.type_name();
        return Err(raise!(
            TypeError,
            "{method} returned non-string (type {})",
            err::short(&name, 200)
        ));
    }
    Ok(r)
}

/// `PyObject_ASCII`: the repr with everything but ASCII escaped.
pub fn ascii(o: &PyObject) -> PyResult<Owned> {
    unicode::escape_to_ascii(&repr(o)?)
}

/// `PyObject_Bytes`: `__bytes__`, or what `bytes` makes of the object.
pub fn bytes(o: &PyObject) -> PyResult<Owned> {
    if std::ptr::eq(o.ty(), PyBytesObject::type_object()) {
        return Ok(o.own());
    }
    if let Some(f) = typeobject::lookup_special(o, id!("__bytes__").as_object())? {
        let r = call::call0(&f)?;
        if r.downcast::<PyBytesObject>().is_none() {
            return Err(raise!(
                TypeError,
                "__bytes__ returned non-bytes (type {})",
                err::short(&r.type_name(), 200)
            ));
        }
        return Ok(r);
    }
    crate::bytes::from_object(o)
}

/// `Py_ReprEnter`: true if the repr of `o` is being made further up already. False must be paired with [`repr_leave`].
pub fn repr_enter(o: &PyObject) -> PyResult<bool> {
    let Some(state) = thread_dict()? else { return Ok(false) };
    let key = id!("Py_Repr").as_object();
    let active = match dict::get_item(&state, key)? {
        Some(l) => l,
        None => {
            let l = list::new(0)?.upcast();
            dict::set_item(&state, key, &l)?;
            l
        }
    };
    let Some(active) = active.downcast::<PyListObject>() else { return Ok(false) };
    for i in 0..active.ob_base.ob_size.get() {
        if list::get_item(active, i)?.is(o) {
            return Ok(true);
        }
    }
    list::append(active, o)?;
    Ok(false)
}

/// `Py_ReprLeave`. Keeps an exception that is set.
pub fn repr_leave(o: &PyObject) {
    let saved = err::fetch();
    if leave(o).is_err() {
        err::clear();
    }
    err::restore(saved);
}

fn leave(o: &PyObject) -> PyResult<()> {
    let Some(state) = thread_dict()? else { return Ok(()) };
    let Some(l) = dict::get_item(&state, id!("Py_Repr").as_object())? else { return Ok(()) };
    let Some(active) = l.downcast::<PyListObject>() else { return Ok(()) };
    for i in (0..active.ob_base.ob_size.get()).rev() {
        if list::get_item(active, i)?.is(o) {
            list::set_slice(active, i, i + 1, None)?;
            break;
        }
    }
    Ok(())
}

/// `PyThreadState_GetDict`: the thread's own dict, made on first use.
pub fn thread_dict() -> PyResult<Option<Owned<PyDictObject>>> {
    let ts = tstate::current();
    if ts.dict.get().is_null() {
        ts.dict.set_ref(Some(dict::new()?.upcast()));
    }
    Ok(ts.dict.load().and_then(|d| d.downcast_owned::<PyDictObject>().ok()))
}

/// Runs `body` unless the repr of `o` is being made already; then the text is `placeholder`.
pub fn repr_guarded(
    o: &PyObject,
    placeholder: &str,
    body: impl FnOnce() -> PyResult<Owned>,
) -> PyResult<Owned> {
    if repr_enter(o)? {
        return unicode::from_str(placeholder).map(Owned::upcast);
    }
    let r = body();
    repr_leave(o);
    r
}
