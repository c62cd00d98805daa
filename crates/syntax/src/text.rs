//! Text of a string constant: UTF-8 in which lone surrogates may occur (WTF-8).
//!
//! Python strings are sequences of code points, and `'\ud800'` is one of them. Encoding every code point as UTF-8 would, surrogates
//! included and never joined to pairs, keeps them apart without a second representation for ordinary text.

use std::fmt;
use std::rc::Rc;

/// An immutable string of code points, cheap to clone.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Text(Rc<[u8]>);

impl Text {
    /// The caller vouches that `bytes` are well-formed, surrogates in three bytes allowed.
    pub fn from_wtf8(bytes: &[u8]) -> Text {
        Text(Rc::from(bytes))
    }

    pub fn as_wtf8(&self) -> &[u8] {
        &self.0
    }

    /// The text as `str`, unless it has a surrogate.
    pub fn as_str(&self) -> Option<&str> {
        std::str::from_utf8(&self.0).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Number of code points.
    pub fn char_count(&self) -> usize {
        char_count(&self.0)
    }

    pub fn chars(&self) -> CodePoints<'_> {
        code_points(&self.0)
    }
}

impl From<&str> for Text {
    fn from(s: &str) -> Text {
        Text(Rc::from(s.as_bytes()))
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", String::from_utf8_lossy(&self.0))
    }
}

/// Number of code points in WTF-8.
pub fn char_count(wtf8: &[u8]) -> usize {
    wtf8.iter().filter(|b| **b & 0xC0 != 0x80).count()
}

/// The code points of WTF-8 text.
pub fn code_points(wtf8: &[u8]) -> CodePoints<'_> {
    CodePoints { rest: wtf8.iter() }
}

pub struct CodePoints<'a> {
    rest: std::slice::Iter<'a, u8>,
}

impl Iterator for CodePoints<'_> {
    type Item = u32;

    fn next(&mut self) -> Option<u32> {
        let first = u32::from(*self.rest.next()?);
        let (mut value, more) = match first {
            0..0xC0 => (first, 0),
            0xC0..0xE0 => (first & 0x1F, 1),
            0xE0..0xF0 => (first & 0x0F, 2),
            _ => (first & 0x07, 3),
        };
        for _ in 0..more {
            value = value << 6 | self.rest.next().map_or(0, |b| u32::from(*b & 0x3F));
        }
        Some(value)
    }
}

/// Appends a code point, which may be a surrogate, to WTF-8 text.
pub fn push_code_point(out: &mut Vec<u8>, c: u32) {
    let tail = |shift: u32| 0x80 | (c >> shift & 0x3F) as u8;
    match c {
        0..0x80 => out.push(c as u8),
        0x80..0x800 => out.extend([0xC0 | (c >> 6) as u8, tail(0)]),
        0x800..0x1_0000 => out.extend([0xE0 | (c >> 12) as u8, tail(6), tail(0)]),
        _ => out.extend([0xF0 | (c >> 18 & 7) as u8, tail(12), tail(6), tail(0)]),
    }
}

/// Bytes that should be UTF-8, as text: what cannot be decoded is replaced.
pub(crate) fn lossy(bytes: &[u8]) -> Text {
    Text::from(&*String::from_utf8_lossy(bytes))
}
