//! str: text in one of three widths, with the layouts that the headers show (PEP 393).
//!
//! A string is immutable to everyone but the code that is still making it, and to `append`, which
//! may grow a string that nobody else holds. What a reader sees is `Chars`: a slice of 1-, 2- or
//! 4-byte code units, and algorithms are written once over `strlib::Unit` and compiled for each.
//! The width is always the smallest that holds the text, so strings of different widths differ.
//! Strings of the old wchar_t interface turn into one of these forms at the first look (`ready`).

pub mod case;
pub mod decode;
pub mod encode;
pub mod encoding_map;
pub mod escape;
pub mod format_method;
pub mod fs;
mod intern;
pub mod iter;
mod layout;
mod legacy;
pub mod ops;
pub(crate) mod repr;
pub mod search;
pub mod tables;
pub mod translate;
mod type_;
pub mod utf7;
pub mod writer;

pub use intern::{
    Id, intern, intern_c, intern_immortal, intern_latin1, intern_str, interned_count,
};
pub use iter::PyUnicodeIter_Type;
pub use layout::{
    Builder, Chars, Kind, State, ToChars, chars, check_form, is_ascii, is_narrowest, kind, length,
    max_char_bound, new, state,
};
pub use legacy::{as_wchar, from_wchar, from_wide, new_legacy, ready, to_wide};
pub use ops::*;
pub use repr::repr;
pub use type_::{PyUnicode_Type, Str, check};
pub use writer::Writer;
