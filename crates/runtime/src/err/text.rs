//! Messages: Rust's formatting, with Python's text in it.

use crate::prelude::*;
use crate::unicode;
use std::fmt;

/// A str object in a message, lone surrogates included. Other objects show as nothing: pass what `str` or `repr` gave.
pub struct Str<'a>(pub &'a PyObject);

/// Rust's text has no lone surrogates. While a message is built they stand as these private characters, and
/// [`format`] puts them back; `SEEN` says that it has to look.
const STAND_IN: u32 = 0x10f800;
const SURROGATE: u32 = 0xd800;
const SURROGATES: u32 = 0x800;

struct Seen(Cell<bool>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for Seen {}
static SEEN: Seen = Seen(Cell::new(false));

impl fmt::Display for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.ty().tp_flags.get() & Py_TPFLAGS_UNICODE_SUBCLASS == 0 {
            return Ok(());
        }
        // SAFETY: the flag says that it has a str's layout.
        let text = unsafe { self.0.cast_ref::<PyUnicodeObject>() };
        let chars = unicode::chars(text);
        let shown = |ch: u32| match char::from_u32(ch) {
            Some(ch) => ch,
            None => {
                SEEN.0.set(true);
                char::from_u32(STAND_IN + ch.wrapping_sub(SURROGATE) % SURROGATES).unwrap_or('?')
            }
        };
        match f.precision() {
            None => chars
                .iter()
                .try_for_each(|ch| fmt::Write::write_char(f, shown(ch))),
            Some(n) => chars
                .iter()
                .take(n)
                .try_for_each(|ch| fmt::Write::write_char(f, shown(ch))),
        }
    }
}

/// A str from a format and its arguments.
pub fn format(message: fmt::Arguments<'_>) -> PyResult<Owned<PyUnicodeObject>> {
    if let Some(text) = message.as_str() {
        return unicode::from_str(text);
    }
    let outer = SEEN.0.replace(false);
    let text = fmt::format(message);
    if !SEEN.0.replace(outer) {
        return unicode::from_str(&text);
    }
    let chars: Vec<u32> = text
        .chars()
        .map(|ch| match u32::from(ch).checked_sub(STAND_IN) {
            Some(n) if n < SURROGATES => SURROGATE + n,
            _ => u32::from(ch),
        })
        .collect();
    unicode::from_units(&chars)
}

/// `%.Ns` of a message: at most `n` bytes of `text`, cut at a character.
pub fn short(text: &str, n: usize) -> &str {
    &text[..text.floor_char_boundary(n)]
}
