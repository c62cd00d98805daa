//! str: text in one of three widths, with the layouts that the headers show (PEP 393).
//!
//! A string is immutable to everyone but the code that is still making it, and to `append`, which
//! may grow a string that nobody else holds. What a reader sees is `Chars`: a slice of 1-, 2- or
//! 4-byte code units, and algorithms are written once over `strlib::Unit` and compiled for each.
//! The width is always the smallest that holds the text, so strings of different widths differ.
//! Strings of the old wchar_t interface turn into one of these forms at the first look (`ready`).

mod intern;
mod layout;
mod legacy;
pub mod ops;
pub mod tables;
pub mod writer;

use crate::prelude::*;

pub use intern::{Id, intern, intern_immortal, intern_str, interned_count};
pub use layout::{
    Builder, Chars, Kind, ToChars, chars, is_ascii, kind, length, max_char_bound, new, state,
};
pub use legacy::{as_wchar, from_wchar, from_wide, new_legacy, ready, to_wide};
pub use ops::*;
pub use writer::Writer;

#[unsafe(no_mangle)]
pub static PyUnicode_Type: PyTypeObject = PyTypeObject::ZEROED;
impl PyClass for PyUnicodeObject {
    fn type_object() -> &'static PyTypeObject {
        &PyUnicode_Type
    }
}
pub struct Str;
