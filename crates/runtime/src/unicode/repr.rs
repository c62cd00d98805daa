//! `repr` of str.

use super::layout::chars;
use super::{Writer, tables};
use crate::prelude::*;

/// The text as a literal: quotes and what does not print are escaped.
pub fn repr(s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    let mut w = Writer::with_capacity(super::length(s) + 2)?;
    repr_into(s, &mut w, false)?;
    w.finish()
}

/// Writes the literal; `ascii` escapes all that is not ASCII, as `ascii()` does.
pub fn repr_into(s: &PyUnicodeObject, w: &mut Writer, ascii: bool) -> PyResult<()> {
    let text = chars(s);
    let (single, double) = (u32::from(b'\''), u32::from(b'"'));
    let quote = match (text.find_char(single), text.find_char(double)) {
        (Some(_), None) => double,
        _ => single,
    };
    w.push(quote)?;
    let mut plain_from = 0;
    for (i, ch) in text.iter().enumerate() {
        let plain = match ch {
            0x20..0x7f => ch != quote && ch != u32::from(b'\\'),
            0..=0x7f => false,
            _ => !ascii && tables::is_printable(ch),
        };
        if plain {
            continue;
        }
        w.push_chars(text.slice(plain_from, i))?;
        plain_from = i + 1;
        escape(w, ch)?;
    }
    w.push_chars(text.slice(plain_from, text.len()))?;
    w.push(quote)
}

/// Writes one character as an escape sequence.
pub(crate) fn escape(w: &mut Writer, ch: u32) -> PyResult<()> {
    let short = match ch {
        9 => "\\t",
        10 => "\\n",
        13 => "\\r",
        39 => "\\'",
        34 => "\\\"",
        92 => "\\\\",
        _ => "",
    };
    if !short.is_empty() {
        return w.push_str(short);
    }
    let (kind, digits) = match ch {
        0..=0xff => ('x', 2),
        0x100..=0xffff => ('u', 4),
        _ => ('U', 8),
    };
    w.push(92)?;
    w.push(kind as u32)?;
    hex(w, ch, digits)
}

/// Writes lower-case hexadecimal digits.
pub(crate) fn hex(w: &mut Writer, value: u32, digits: u32) -> PyResult<()> {
    (0..digits).rev().try_for_each(|d| {
        w.push(u32::from(
            b"0123456789abcdef"[(value >> (4 * d) & 15) as usize],
        ))
    })
}
