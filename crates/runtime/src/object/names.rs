//! Names of attributes and types, as objects that are known to be str.
//!
//! A name reaches these functions as a plain object that was checked already; what is no str reads as `?`.

use crate::prelude::*;
use crate::unicode;
use std::borrow::Cow;

/// The text, lone surrogates replaced.
pub fn text(o: &PyObject) -> Cow<'_, str> {
    o.downcast::<PyUnicodeObject>()
        .map_or("?".into(), unicode::to_string_lossy)
}

/// Is it this text?
#[inline]
pub fn is(o: &PyObject, text: &str) -> bool {
    o.downcast::<PyUnicodeObject>()
        .is_some_and(|s| unicode::eq_str(s, text))
}

/// Interns a str; anything else is left as it is.
#[inline]
pub fn intern(o: Owned) -> Owned {
    match o.downcast_owned::<PyUnicodeObject>() {
        Ok(s) => unicode::intern(s).upcast(),
        Err(o) => o,
    }
}

/// The UTF-8 form, which the str keeps.
pub fn utf8(o: &PyObject) -> PyResult<&str> {
    match o.downcast::<PyUnicodeObject>() {
        Some(s) => unicode::as_utf8(s),
        None => Err(raise!(
            TypeError,
            "bad argument type for built-in operation"
        )),
    }
}

/// The same, NUL-terminated: the pointer lives as long as the str.
pub fn c_str(o: &PyObject) -> PyResult<*const c_char> {
    utf8(o).map(|s| s.as_ptr().cast())
}
