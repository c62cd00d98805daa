//! Small helpers over `str` objects whose type is not known statically.

use crate::prelude::*;
use pyrite_runtime::args::{Arg, FromArg};

/// `PyUnicode_FromFormat`, as a plain object.
pub fn format(message: std::fmt::Arguments<'_>) -> PyResult<Owned> {
    err::format(message).map(Owned::upcast)
}

/// The object as a `str`, which it must be.
pub fn expect(o: &PyObject) -> PyResult<&PyUnicodeObject> {
    match o.downcast::<PyUnicodeObject>() {
        Some(s) => Ok(s),
        None => Err(raise!(
            TypeError,
            "expected str, got {}",
            err::short(&o.type_name(), 200)
        )),
    }
}

/// The UTF-8 of an object that must be a `str`.
pub fn as_utf8(o: &PyObject) -> PyResult<&str> {
    unicode::as_utf8(expect(o)?)
}

/// The text of an object that should be a `str`, with replacements for what is not UTF-8.
pub fn lossy(o: &PyObject) -> String {
    o.downcast::<PyUnicodeObject>()
        .map(|s| unicode::to_string_lossy(s).into_owned())
        .unwrap_or_default()
}

/// Are both the same text?
pub fn eq(a: &PyObject, b: &PyObject) -> bool {
    match (
        a.downcast::<PyUnicodeObject>(),
        b.downcast::<PyUnicodeObject>(),
    ) {
        (Some(a), Some(b)) => a.is(b) || unicode::eq(a, b),
        _ => false,
    }
}

/// A `str` field of an object, for a message.
pub fn field(f: &Cell<*mut PyObject>) -> err::Str<'_> {
    err::Str(f.borrow().unwrap_or(none()))
}

/// Where a character first occurs.
pub fn find_char(s: &PyUnicodeObject, c: u32) -> Option<usize> {
    unicode::chars(s).find_char(c)
}

/// Where a character last occurs before `end`.
pub fn rfind_char(s: &PyUnicodeObject, c: u32, end: usize) -> Option<usize> {
    let text = unicode::chars(s);
    (0..end.min(text.len())).rev().find(|&i| text.at(i) == c)
}

/// The first character of a `str`.
pub fn first_char(o: &PyObject) -> Option<u32> {
    o.downcast::<PyUnicodeObject>()
        .and_then(|s| unicode::chars(s).get(0))
}

/// A path as an argument, which [`fs_decoder`] converts.
pub struct FsDecoded(pub Owned<PyUnicodeObject>);

impl<'a> FromArg<'a> for FsDecoded {
    fn from_arg(o: &'a PyObject, _: Arg) -> PyResult<Self> {
        fs_decoder(o).map(FsDecoded)
    }
}

/// `PyUnicode_FSDecoder`: a path as `str`.
pub fn fs_decoder(o: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
    let path = match (
        o.downcast::<PyUnicodeObject>(),
        o.downcast::<PyBytesObject>(),
    ) {
        (Some(s), _) => s.own_typed(),
        (_, Some(b)) => unicode::fs::decode_default(bytes::as_slice(b))?,
        _ => match object::lookup_special(o, id!("__fspath__").as_object())? {
            Some(method) => return fs_decoder(&*call::call0(&method)?),
            None => match pyrite_runtime::buffer::get_simple(o) {
                Ok(b) => {
                    let ty = o.type_name();
                    let msg = format!(
                        "path should be string, bytes, or os.PathLike, not {}",
                        err::short(&ty, 200)
                    );
                    err::warn_ex(exc::DeprecationWarning.get(), &msg, 1)?;
                    unicode::fs::decode_default(b.as_slice())?
                }
                Err(_) => {
                    err::clear();
                    return Err(raise!(
                        TypeError,
                        "expected str, bytes or os.PathLike object, not {}",
                        err::short(&o.type_name(), 200)
                    ));
                }
            },
        },
    };
    if find_char(&path, 0).is_some() {
        return Err(raise!(ValueError, "embedded null character"));
    }
    Ok(path)
}

/// The file system's bytes as a message shows them: what is no UTF-8 as the lone surrogates that stand for it.
pub fn escaped(bytes: &[u8]) -> String {
    let mut out = String::new();
    for chunk in bytes.utf8_chunks() {
        out.push_str(chunk.valid());
        for byte in chunk.invalid() {
            out.push_str(&format!("\\udc{byte:02x}"));
        }
    }
    out
}

/// An `int` as C's `int`.
pub fn as_c_int(o: &PyObject) -> PyResult<c_int> {
    c_int::try_from(long::as_i64(o)?)
        .map_err(|_| raise!(OverflowError, "Python int too large to convert to C int"))
}

/// `o.name(*args)`.
pub fn call_method(o: &PyObject, name: &str, args: &[&PyObject]) -> PyResult<Owned> {
    call::method(o, unicode::intern_str(name)?.as_object(), args)
}
