//! `UnicodeEncodeError`, `UnicodeDecodeError`, `UnicodeTranslateError`: what could not be converted, and where.

use super::_PyExc_UnicodeError;
use super::base::{self, init_args, own_fields};
use crate::args::{self, FromArg};
use crate::prelude::*;
use crate::{bytes, err, object, tuple, unicode};
use pyrite_macros::pytype;

own_fields!(PyUnicodeErrorObject: encoding, object, reason);

/// Positions, text and codec as they are when a message or a handler asks for them.
pub struct Span {
    pub start: Py_ssize_t,
    pub end: Py_ssize_t,
}

fn attribute(field: &Cell<*mut PyObject>, name: &str) -> PyResult<Owned> {
    field
        .load()
        .ok_or_else(|| raise!(TypeError, "{name} attribute not set"))
}

fn text_attribute(field: &Cell<*mut PyObject>, name: &str) -> PyResult<Owned<PyUnicodeObject>> {
    attribute(field, name)?
        .downcast_owned()
        .map_err(|_| raise!(TypeError, "{name} attribute must be unicode"))
}

/// `PyUnicodeEncodeError_GetEncoding` and its like.
pub fn get_encoding(exc: &PyUnicodeErrorObject) -> PyResult<Owned<PyUnicodeObject>> {
    text_attribute(&exc.encoding, "encoding")
}

/// `PyUnicodeEncodeError_GetReason` and its like.
pub fn get_reason(exc: &PyUnicodeErrorObject) -> PyResult<Owned<PyUnicodeObject>> {
    text_attribute(&exc.reason, "reason")
}

/// `PyUnicodeEncodeError_GetObject`, `PyUnicodeTranslateError_GetObject`.
pub fn get_text(exc: &PyUnicodeErrorObject) -> PyResult<Owned<PyUnicodeObject>> {
    text_attribute(&exc.object, "object")
}

/// `PyUnicodeDecodeError_GetObject`.
pub fn get_bytes(exc: &PyUnicodeErrorObject) -> PyResult<Owned<PyBytesObject>> {
    attribute(&exc.object, "object")?
        .downcast_owned()
        .map_err(|_| raise!(TypeError, "object attribute must be bytes"))
}

/// `PyUnicodeEncodeError_GetStart` and its like: within the object, which is `len` long.
pub fn get_start(exc: &PyUnicodeErrorObject, len: usize) -> Py_ssize_t {
    let last = (len as Py_ssize_t).saturating_sub(1);
    exc.start.get().max(0).min(last)
}

/// `PyUnicodeEncodeError_GetEnd` and its like: at least 1, at most `len`.
pub fn get_end(exc: &PyUnicodeErrorObject, len: usize) -> Py_ssize_t {
    exc.end.get().max(1).min(len as Py_ssize_t)
}

/// `PyUnicodeEncodeError_SetReason` and its like.
pub fn set_reason(exc: &PyUnicodeErrorObject, reason: &str) -> PyResult<()> {
    exc.reason
        .set_ref(Some(unicode::from_str(reason)?.upcast()));
    Ok(())
}

/// The arguments of these constructors are read by the old parser, which gives no function name.
fn arity(args: &PyTupleObject, n: usize) -> PyResult<&[&PyObject]> {
    let items = tuple::as_slice(args);
    if items.len() == n {
        return Ok(items);
    }
    Err(raise!(
        TypeError,
        "function takes exactly {n} arguments ({} given)",
        items.len()
    ))
}

fn at(n: usize) -> args::Arg {
    args::Arg {
        fname: "",
        place: args::Place::Position(n),
    }
}

fn text_arg<'a>(items: &[&'a PyObject], i: usize) -> PyResult<&'a PyObject> {
    let text: &PyUnicodeObject = args::from_arg(items[i], at(i + 1))?;
    Ok(text.as_object())
}

struct Fields<'a> {
    encoding: Option<&'a PyObject>,
    object: Owned,
    start: isize,
    end: isize,
    reason: &'a PyObject,
}

impl Fields<'_> {
    fn store(self, slf: &PyUnicodeErrorObject) {
        slf.encoding.set_ref(self.encoding.map(ObjectExt::own));
        slf.object.set_ref(Some(self.object));
        slf.start.set(self.start);
        slf.end.set(self.end);
        slf.reason.set_ref(Some(self.reason.own()));
    }
}

/// "'\\x63' in position 1" or "s in position 1-2", for the middle of a message.
fn character_escape(ch: u32) -> String {
    match ch {
        0..=0xff => format!("\\x{ch:02x}"),
        0x100..=0xffff => format!("\\u{ch:04x}"),
        _ => format!("\\U{ch:08x}"),
    }
}

/// The character at `start`, if the error is about that one alone.
fn single(slf: &PyUnicodeErrorObject, text: &Owned<PyUnicodeObject>) -> Option<u32> {
    let (start, end) = (slf.start.get(), slf.end.get());
    let start = usize::try_from(start).ok()?;
    if end != slf.start.get() + 1 {
        return None;
    }
    unicode::chars(text).get(start)
}

fn shown(field: &Cell<*mut PyObject>) -> PyResult<Owned> {
    object::str(&field.load().unwrap_or_else(|| none().own()))
}

macro_rules! unicode_error {
    ($marker:ident $name:tt $ty:ident { $($slots:tt)* }) => {
        pub struct $marker;
        #[pytype(name = $name, c_name = $ty, layout = PyUnicodeErrorObject, base = _PyExc_UnicodeError,
                 flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
        impl $marker {
            const tp_new: newfunc = Some(base::new);
            const tp_dealloc: destructor = Some(base::dealloc::<PyUnicodeErrorObject>);
            const tp_traverse: traverseproc = Some(base::traverse::<PyUnicodeErrorObject>);
            const tp_clear: inquiry = Some(base::clear::<PyUnicodeErrorObject>);

            $($slots)*

            #[members]
            const MEMBERS: &[Member] = members![
                ("encoding", T_OBJECT, encoding, 0),
                ("object", T_OBJECT, object, 0),
                ("start", T_PYSSIZET, start, 0),
                ("end", T_PYSSIZET, end, 0),
                ("reason", T_OBJECT, reason, 0),
            ];
        }
    };
}

unicode_error! { UnicodeEncodeError "UnicodeEncodeError" _PyExc_UnicodeEncodeError {
    fn tp_init(
        slf: &PyUnicodeErrorObject, args: &PyTupleObject, kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        init_args(base::common(slf), args.as_object(), kw.map(ObjectExt::as_object))?;
        let items = arity(args, 5)?;
        let fields = Fields {
            encoding: Some(text_arg(items, 0)?),
            object: text_arg(items, 1)?.own(),
            start: isize::from_arg(items[2], at(3))?,
            end: isize::from_arg(items[3], at(4))?,
            reason: text_arg(items, 4)?,
        };
        fields.store(slf);
        Ok(())
    }

    fn tp_str(slf: &PyUnicodeErrorObject) -> PyResult<Owned> {
        if slf.object.get().is_null() {
            return Ok(unicode::empty()?.upcast());
        }
        let (reason, encoding) = (shown(&slf.reason)?, shown(&slf.encoding)?);
        let (reason, encoding) = (err::Str(&reason), err::Str(&encoding));
        let text = get_text(slf)?;
        let (start, end) = (slf.start.get(), slf.end.get());
        let message = match single(slf, &text) {
            Some(ch) => {
                let ch = character_escape(ch);
                unicode::from_args(format_args!(
                    "'{encoding}' codec can't encode character '{ch}' in position {start}: {reason}"
                ))?
            }
            None => {
                let last = end.wrapping_sub(1);
                unicode::from_args(format_args!(
                    "'{encoding}' codec can't encode characters in position {start}-{last}: {reason}"
                ))?
            }
        };
        Ok(message.upcast())
    }
}}

unicode_error! { UnicodeDecodeError "UnicodeDecodeError" _PyExc_UnicodeDecodeError {
    fn tp_init(
        slf: &PyUnicodeErrorObject, args: &PyTupleObject, kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        init_args(base::common(slf), args.as_object(), kw.map(ObjectExt::as_object))?;
        let items = arity(args, 5)?;
        let encoding = text_arg(items, 0)?;
        let start = isize::from_arg(items[2], at(3))?;
        let end = isize::from_arg(items[3], at(4))?;
        let reason = text_arg(items, 4)?;
        let object = match items[1].downcast::<PyBytesObject>() {
            Some(bytes) => bytes.own(),
            None => crate::bytes::from_slice(crate::buffer::get_simple(items[1])?.as_slice())?.upcast(),
        };
        Fields { encoding: Some(encoding), object, start, end, reason }.store(slf);
        Ok(())
    }

    fn tp_str(slf: &PyUnicodeErrorObject) -> PyResult<Owned> {
        if slf.object.get().is_null() {
            return Ok(unicode::empty()?.upcast());
        }
        let (reason, encoding) = (shown(&slf.reason)?, shown(&slf.encoding)?);
        let (reason, encoding) = (err::Str(&reason), err::Str(&encoding));
        let data = get_bytes(slf)?;
        let (start, end) = (slf.start.get(), slf.end.get());
        let byte = usize::try_from(start)
            .ok()
            .filter(|_| end == start + 1)
            .and_then(|at| bytes::as_slice(&data).get(at).copied());
        let message = match byte {
            Some(byte) => unicode::from_args(format_args!(
                "'{encoding}' codec can't decode byte 0x{byte:02x} in position {start}: {reason}"
            ))?,
            None => {
                let last = end.wrapping_sub(1);
                unicode::from_args(format_args!(
                    "'{encoding}' codec can't decode bytes in position {start}-{last}: {reason}"
                ))?
            }
        };
        Ok(message.upcast())
    }
}}

unicode_error! { UnicodeTranslateError "UnicodeTranslateError" _PyExc_UnicodeTranslateError {
    fn tp_init(
        slf: &PyUnicodeErrorObject, args: &PyTupleObject, kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        init_args(base::common(slf), args.as_object(), kw.map(ObjectExt::as_object))?;
        let items = arity(args, 4)?;
        let fields = Fields {
            encoding: None,
            object: text_arg(items, 0)?.own(),
            start: isize::from_arg(items[1], at(2))?,
            end: isize::from_arg(items[2], at(3))?,
            reason: text_arg(items, 3)?,
        };
        fields.store(slf);
        Ok(())
    }

    fn tp_str(slf: &PyUnicodeErrorObject) -> PyResult<Owned> {
        if slf.object.get().is_null() {
            return Ok(unicode::empty()?.upcast());
        }
        let reason = shown(&slf.reason)?;
        let reason = err::Str(&reason);
        let text = get_text(slf)?;
        let (start, end) = (slf.start.get(), slf.end.get());
        let message = match single(slf, &text) {
            Some(ch) => {
                let ch = character_escape(ch);
                unicode::from_args(format_args!(
                    "can't translate character '{ch}' in position {start}: {reason}"
                ))?
            }
            None => {
                let last = end.wrapping_sub(1);
                unicode::from_args(format_args!(
                    "can't translate characters in position {start}-{last}: {reason}"
                ))?
            }
        };
        Ok(message.upcast())
    }
}}

fn instance(ty: &'static PyTypeObject, args: Vec<Owned>) -> PyResult<Owned> {
    let args = tuple::from_owned(args)?;
    crate::call::call_dict(ty.as_object(), &args, None)
}

/// A `UnicodeEncodeError` about a part of `text`.
pub fn new_encode_error(
    encoding: &str,
    text: &PyUnicodeObject,
    span: Span,
    reason: &str,
) -> PyResult<Owned> {
    instance(
        &_PyExc_UnicodeEncodeError,
        vec![
            unicode::from_str(encoding)?.upcast(),
            text.own(),
            crate::long::from_i64(span.start as i64)?.upcast(),
            crate::long::from_i64(span.end as i64)?.upcast(),
            unicode::from_str(reason)?.upcast(),
        ],
    )
}

/// A `UnicodeDecodeError` about a part of `data` (`PyUnicodeDecodeError_Create`).
pub fn new_decode_error(encoding: &str, data: &[u8], span: Span, reason: &str) -> PyResult<Owned> {
    instance(
        &_PyExc_UnicodeDecodeError,
        vec![
            unicode::from_str(encoding)?.upcast(),
            bytes::from_slice(data)?.upcast(),
            crate::long::from_i64(span.start as i64)?.upcast(),
            crate::long::from_i64(span.end as i64)?.upcast(),
            unicode::from_str(reason)?.upcast(),
        ],
    )
}

/// A `UnicodeTranslateError` about a part of `text` (`_PyUnicodeTranslateError_Create`).
pub fn new_translate_error(text: &PyUnicodeObject, span: Span, reason: &str) -> PyResult<Owned> {
    instance(
        &_PyExc_UnicodeTranslateError,
        vec![
            text.own(),
            crate::long::from_i64(span.start as i64)?.upcast(),
            crate::long::from_i64(span.end as i64)?.upcast(),
            unicode::from_str(reason)?.upcast(),
        ],
    )
}
