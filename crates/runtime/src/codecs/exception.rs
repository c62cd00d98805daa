//! The Unicode exceptions as codecs use them: made, updated and read through their fields.

use crate::prelude::*;
use crate::{bytes, call, err, exceptions, long, object, tuple, unicode};

fn fields(exception: &PyObject) -> PyResult<&PyUnicodeErrorObject> {
    let base: &PyObject = exceptions::exc::UnicodeError.get();
    // SAFETY: `UnicodeError` is a type object.
    let ty: &PyTypeObject = unsafe { base.cast_ref() };
    if !exception.isinstance_of(ty) {
        return Err(raise!(TypeError, "codec must pass exception instance"));
    }
    // SAFETY: every instance of UnicodeError has its layout.
    Ok(unsafe { exception.cast_ref() })
}

/// A new exception; only `UnicodeTranslateError` has no encoding.
pub fn new(
    class: &PyObject,
    encoding: Option<&str>,
    object: &PyObject,
    start: usize,
    end: usize,
    reason: &str,
) -> PyResult<Owned> {
    let (start, end) = (long::from_usize(start)?, long::from_usize(end)?);
    let reason = unicode::from_str(reason)?;
    let rest = [
        object,
        start.as_object(),
        end.as_object(),
        reason.as_object(),
    ];
    match encoding {
        Some(encoding) => {
            let encoding = unicode::from_str(encoding)?;
            let mut all = vec![encoding.as_object()];
            all.extend(rest);
            call::call(class, &all)
        }
        None => call::call(class, &rest),
    }
}

/// Sets the range and the reason of an exception that is used again.
pub fn update(exception: &PyObject, start: usize, end: usize, reason: &str) -> PyResult<()> {
    let f = fields(exception)?;
    f.start.set(start as Py_ssize_t);
    f.end.set(end as Py_ssize_t);
    f.reason.set_ref(Some(unicode::from_str(reason)?.upcast()));
    Ok(())
}

/// `PyUnicode...Error_GetObject`.
pub fn object(exception: &PyObject) -> PyResult<Owned> {
    fields(exception)?
        .object
        .load()
        .ok_or_else(|| raise!(TypeError, "object attribute not set"))
}

/// `PyUnicode...Error_GetEncoding`.
pub fn encoding(exception: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
    let found = fields(exception)?
        .encoding
        .load()
        .ok_or_else(|| raise!(TypeError, "encoding attribute not set"))?;
    found
        .downcast_owned::<PyUnicodeObject>()
        .map_err(|_| raise!(TypeError, "encoding attribute must be unicode"))
}

/// The range of the problem, put within the object's bounds as the C API's getters do.
pub fn range(exception: &PyObject) -> PyResult<(usize, usize)> {
    let f = fields(exception)?;
    let object = object(exception)?;
    let len = match (
        object.downcast::<PyUnicodeObject>(),
        object.downcast::<PyBytesObject>(),
    ) {
        (Some(s), _) => unicode::length(s),
        (_, Some(b)) => bytes::len(b),
        _ => 0,
    } as isize;
    let start = f.start.get().min(len - 1).max(0);
    let end = f.end.get().max(1).min(len).max(start);
    Ok((start as usize, end as usize))
}

/// Is the object an instance of an exception class?
pub fn is_exception(o: &PyObject) -> bool {
    o.ty().tp_flags.get() & Py_TPFLAGS_BASE_EXC_SUBCLASS != 0
}

/// `_PyErr_TrySetFromCause`: raises an exception of the same type with more of a message, caused by the one that is
/// set; if the type is too special to be made from a message, the exception stays as it is.
pub fn explain(raised: Raised, prefix: &str) -> Raised {
    let cause = err::fetch();
    match explanation(&cause, prefix) {
        Ok(Some(made)) => err::set_object(made.ty().as_object(), &made),
        Ok(None) => {
            err::restore(cause);
            raised
        }
        Err(other) => other,
    }
}

/// Has the class no fields beyond those of `BaseException` and a list of weak references?
fn has_basic_layout(ty: &PyTypeObject, base: &PyTypeObject) -> bool {
    let word = size_of::<*mut PyObject>() as Py_ssize_t;
    let more = ty.tp_basicsize.get() - base.tp_basicsize.get();
    more == 0 || (more == word && ty.tp_weaklistoffset.get() > 0)
}

fn explanation(cause: &err::Fetched, prefix: &str) -> PyResult<Option<Owned>> {
    let base: &PyObject = exceptions::exc::BaseException.get();
    // SAFETY: `BaseException` is a type object.
    let base: &PyTypeObject = unsafe { base.cast_ref() };
    let Some(class) = cause.ty.as_deref() else {
        return Ok(None);
    };
    let Some(ty) = class.downcast::<PyTypeObject>() else {
        return Ok(None);
    };
    let plain = ty.tp_new.get().map(|f| f as usize) == base.tp_new.get().map(|f| f as usize)
        && ty.tp_init.get().map(|f| f as usize) == base.tp_init.get().map(|f| f as usize)
        && has_basic_layout(ty, base);
    if !plain {
        return Ok(None);
    }
    let value = match cause.value.as_deref() {
        Some(v) if is_exception(v) => v.own(),
        Some(v) => call::call1(class, v)?,
        None => call::call0(class)?,
    };
    // SAFETY: an instance of an exception class has BaseException's layout in front.
    let fields: &PyBaseExceptionObject = unsafe { value.cast_ref() };
    let args = fields.args.load();
    let simple = match args
        .as_deref()
        .and_then(|a| a.downcast::<PyTupleObject>())
        .map(tuple::as_slice)
    {
        None | Some([]) => true,
        Some([one]) => one.downcast_exact::<PyUnicodeObject>().is_some(),
        Some(_) => false,
    };
    let has_attributes = fields.dict.load().is_some_and(|d| {
        d.downcast::<PyDictObject>()
            .is_some_and(|d| d.ma_used.get() > 0)
    });
    if !simple || has_attributes {
        return Ok(None);
    }
    let mut w = unicode::Writer::new();
    w.push_str(prefix)?;
    w.push_str(&format!(" ({}: ", crate::owned::type_name_of(ty)))?;
    w.push_unicode(&*unicode::str_of(&value)?)?;
    w.push_str(")")?;
    let made = call::call1(class, w.finish()?.as_object())?;
    if let Some(traceback) = &cause.traceback {
        object::set_attr(&value, id!("__traceback__").as_object(), traceback)?;
    }
    object::set_attr(&made, id!("__cause__").as_object(), &value)?;
    Ok(Some(made))
}
