//! `repr`, `str`, `ascii` and `bytes` of an object, and the guard against containers that contain themselves.

use super::slot_result;
use crate::prelude::*;
use crate::{call, dict, err, recursion, tstate, typeobject, unicode};

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
    unicode::ascii_of(o).map(Owned::upcast)
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
    crate::bytes::from_object(o).map(Owned::upcast)
}

/// `PyThreadState_GetDict`: the thread's own dict, made on first use.
pub fn thread_dict() -> PyResult<Option<Owned<PyDictObject>>> {
    let ts = tstate::current();
    if ts.dict.get().is_null() {
        ts.dict.set_ref(Some(dict::new()?.upcast()));
    }
    Ok(ts
        .dict
        .load()
        .and_then(|d| d.downcast_owned::<PyDictObject>().ok()))
}
