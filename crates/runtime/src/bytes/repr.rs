//! `repr` of bytes and bytearray.

use super::as_slice;
use crate::codecs::extend;
use crate::prelude::*;
use crate::unicode;

/// Writes the literal `b'..'`.
pub fn repr_into(out: &mut Vec<u8>, s: &[u8]) -> PyResult<()> {
    let quote = if s.contains(&b'\'') && !s.contains(&b'"') {
        b'"'
    } else {
        b'\''
    };
    extend(out, &[b'b', quote])?;
    for &b in s {
        match b {
            b'\t' => extend(out, b"\\t")?,
            b'\n' => extend(out, b"\\n")?,
            b'\r' => extend(out, b"\\r")?,
            b'\\' => extend(out, b"\\\\")?,
            _ if b == quote => extend(out, &[b'\\', b])?,
            b' '..=b'~' => extend(out, &[b])?,
            _ => extend(out, &hex_escape(b))?,
        }
    }
    extend(out, &[quote])
}

/// `\xNN`
pub fn hex_escape(b: u8) -> [u8; 4] {
    let digit = |d: u8| b"0123456789abcdef"[usize::from(d)];
    [b'\\', b'x', digit(b >> 4), digit(b & 15)]
}

/// `PyBytes_Repr`.
pub fn repr(o: &PyBytesObject) -> PyResult<Owned<PyUnicodeObject>> {
    let mut out = Vec::new();
    repr_into(&mut out, as_slice(o))?;
    unicode::from_ascii(&out)
}
