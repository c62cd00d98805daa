//! The mini-language of `format()` and f-strings: the specification, and what it does to text and numbers.
//!
//! A number is first written plainly; `number` takes that text apart (sign, prefix, digits, the rest) and puts it
//! together again with padding and grouping. int, float, complex and str share the parser and its error texts.

pub mod locale;
pub mod number;
pub mod percent;
mod spec;

use crate::prelude::*;
use crate::unicode::{self, Writer, chars};

pub use number::{format_complex, format_float, format_long};
pub use spec::{Spec, Thousands, unknown_type};

/// `str.__format__`.
pub fn format_str(s: &PyUnicodeObject, spec: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    if unicode::length(spec) == 0 {
        return unicode::exact(s);
    }
    let f = Spec::parse(chars(spec), 's', '<')?;
    if f.ty != u32::from(b's') {
        return Err(unknown_type(f.ty, s.as_object()));
    }
    if f.sign.is_some() {
        return Err(raise!(
            ValueError,
            "Sign not allowed in string format specifier"
        ));
    }
    if f.alternate {
        return Err(raise!(
            ValueError,
            "Alternate form (#) not allowed in string format specifier"
        ));
    }
    if f.align == '=' {
        return Err(raise!(
            ValueError,
            "'=' alignment not allowed in string format specifier"
        ));
    }
    let text = chars(s);
    let text = text.slice(0, f.precision.unwrap_or(text.len()));
    let (left, right) = f.padding(text.len());
    if left == 0 && right == 0 && text.len() == unicode::length(s) {
        return if text.is_empty() {
            unicode::empty()
        } else {
            Ok(s.own_typed())
        };
    }
    let mut w = Writer::new();
    w.fill(f.fill, left)?;
    w.push_chars(text)?;
    w.fill(f.fill, right)?;
    w.finish()
}
