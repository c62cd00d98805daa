//! Text of the operating system: file names, arguments, environment (PEP 383).
//!
//! The file system's encoding is UTF-8 unless the interpreter was told otherwise; what does not decode becomes lone
//! surrogates and turns back into the same bytes.

use super::layout::{Chars, chars};
use super::{decode, encode, from_latin1};
use crate::codecs;
use crate::prelude::*;
use std::cell::RefCell;

struct Settings(RefCell<(Option<String>, Option<String>)>);

// SAFETY: only touched by the holder of the GIL.
unsafe impl Sync for Settings {}

static SETTINGS: Settings = Settings(RefCell::new((None, None)));

/// Tells how file names are encoded, once the interpreter's configuration says so.
pub fn set_encoding(encoding: &str, errors: &str) {
    if let Ok(mut s) = SETTINGS.0.try_borrow_mut() {
        *s = (Some(encoding.to_owned()), Some(errors.to_owned()));
    }
}

fn settings() -> (String, String) {
    let known = SETTINGS
        .0
        .try_borrow()
        .map(|s| s.clone())
        .unwrap_or_default();
    (
        known.0.unwrap_or_else(|| "utf-8".to_owned()),
        known.1.unwrap_or_else(|| "surrogateescape".to_owned()),
    )
}

/// `PyUnicode_DecodeFSDefaultAndSize`.
pub fn decode_default(input: &[u8]) -> PyResult<Owned<PyUnicodeObject>> {
    let (encoding, errors) = settings();
    codecs::decode_text(input, Some(&encoding), Some(&errors))
}

/// `PyUnicode_EncodeFSDefault`.
pub fn encode_default(s: &PyUnicodeObject) -> PyResult<Owned> {
    let (encoding, errors) = settings();
    codecs::encode_text(s, Some(&encoding), Some(&errors))
}

/// The encoding that the locale names, with a handler: UTF-8, ASCII or Latin-1.
pub fn decode_locale(input: &[u8], errors: Option<&str>) -> PyResult<Owned<PyUnicodeObject>> {
    match locale_encoding() {
        Locale::Utf8 => decode::utf8(input, errors),
        Locale::Ascii => decode::ascii(input, errors),
        Locale::Latin1 => from_latin1(input),
    }
}

/// `PyUnicode_EncodeLocale`.
pub fn encode_locale(s: &PyUnicodeObject, errors: Option<&str>) -> PyResult<Owned<PyBytesObject>> {
    match locale_encoding() {
        Locale::Utf8 => encode::utf8(s, errors),
        Locale::Ascii => encode::ascii(s, errors),
        Locale::Latin1 => encode::latin1(s, errors),
    }
}

enum Locale {
    Utf8,
    Ascii,
    Latin1,
}

fn locale_encoding() -> Locale {
    // SAFETY: nl_langinfo returns a string that stays until the locale changes.
    let name = unsafe { std::ffi::CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) };
    match name.to_bytes() {
        b"UTF-8" | b"utf8" => Locale::Utf8,
        b"ISO-8859-1" => Locale::Latin1,
        _ => Locale::Ascii,
    }
}

/// Text as the operating system's bytes, without a Python object on the way: for code that runs before or after the
/// interpreter proper. Characters that cannot be coded become question marks.
pub fn to_os_bytes(s: &PyUnicodeObject) -> Vec<u8> {
    let mut out = Vec::new();
    let text: Chars<'_> = chars(s);
    for ch in text.iter() {
        match (ch, char::from_u32(ch)) {
            (0xdc80..=0xdcff, _) => out.push((ch & 0xff) as u8),
            (_, Some(c)) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            _ => out.push(b'?'),
        }
    }
    out
}
