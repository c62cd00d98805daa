//! The escapes of bytes literals.

use super::repr::hex_escape;
use crate::codecs::extend;
use crate::prelude::*;
use crate::{err, exceptions};

/// `_PyBytes_DecodeEscape`: the bytes, and where the first unknown escape is (behind its backslash).
pub fn decode_noting(
    s: &[u8],
    errors: Option<&str>,
) -> PyResult<(Owned<PyBytesObject>, Option<usize>)> {
    let mut out = Vec::new();
    let mut unknown = None;
    let mut i = 0;
    while let Some(&b) = s.get(i) {
        i += 1;
        if b != b'\\' {
            extend(&mut out, &[b])?;
            continue;
        }
        let Some(&kind) = s.get(i) else {
            return Err(raise!(ValueError, "Trailing \\ in string"));
        };
        i += 1;
        let byte = match kind {
            b'\n' => continue,
            b'\\' | b'\'' | b'"' => kind,
            b'b' => 8,
            b'f' => 12,
            b't' => 9,
            b'n' => 10,
            b'r' => 13,
            b'v' => 11,
            b'a' => 7,
            b'0'..=b'7' => {
                let mut value = u32::from(kind - b'0');
                for _ in 0..2 {
                    match s.get(i) {
                        Some(d @ b'0'..=b'7') => value = value * 8 + u32::from(d - b'0'),
                        _ => break,
                    }
                    i += 1;
                }
                (value & 0xff) as u8
            }
            b'x' => {
                let digit = |at: usize| s.get(at).and_then(|&b| char::from(b).to_digit(16));
                match (digit(i), digit(i + 1)) {
                    (Some(high), Some(low)) => {
                        i += 2;
                        (high << 4 | low) as u8
                    }
                    (first, _) => {
                        bad_hex(&mut out, i - 2, errors)?;
                        i += usize::from(first.is_some());
                        continue;
                    }
                }
            }
            _ => {
                unknown.get_or_insert(i - 1);
                extend(&mut out, &[b'\\', kind])?;
                continue;
            }
        };
        extend(&mut out, &[byte])?;
    }
    Ok((super::from_slice(&out)?, unknown))
}

fn bad_hex(out: &mut Vec<u8>, at: usize, errors: Option<&str>) -> PyResult<()> {
    match errors.unwrap_or("strict") {
        "strict" => Err(raise!(ValueError, "invalid \\x escape at position {at}")),
        "replace" => extend(out, b"?"),
        "ignore" => Ok(()),
        other => {
            let other = err::short(other, 400);
            Err(raise!(
                ValueError,
                "decoding error; unknown error handling code: {other}"
            ))
        }
    }
}

/// `PyBytes_DecodeEscape`: warns of escapes that mean nothing.
pub fn decode(s: &[u8], errors: Option<&str>) -> PyResult<Owned<PyBytesObject>> {
    let (made, unknown) = decode_noting(s, errors)?;
    if let Some(&b) = unknown.and_then(|at| s.get(at)) {
        let shown = char::from(b);
        err::warn_format(
            exceptions::exc::DeprecationWarning.get(),
            1,
            format_args!("invalid escape sequence '\\{shown}'"),
        )?;
    }
    Ok(made)
}

/// What `_codecs.escape_encode` makes: the inside of a literal in single quotes.
pub fn encode(s: &[u8]) -> PyResult<Owned<PyBytesObject>> {
    let mut out = Vec::new();
    for &b in s {
        match b {
            b'\t' => extend(&mut out, b"\\t")?,
            b'\n' => extend(&mut out, b"\\n")?,
            b'\r' => extend(&mut out, b"\\r")?,
            b'\'' | b'\\' => extend(&mut out, &[b'\\', b])?,
            b' '..=b'~' => extend(&mut out, &[b])?,
            _ => extend(&mut out, &hex_escape(b))?,
        }
    }
    super::from_slice(&out)
}
