//! The encodings of Python's own literals: unicode-escape and raw-unicode-escape, and names of characters.

use super::layout::chars;
use super::{Writer, repr};
use crate::codecs::errors::{self, Step};
use crate::codecs::extend;
use crate::prelude::*;
use crate::{bytes, capsule, err, exceptions};
use std::ffi::CStr;

/// `_PyUnicode_Name_CAPI`, which `unicodedata` offers in a capsule.
#[repr(C)]
struct NameApi {
    size: c_int,
    get_name: Option<unsafe extern "C" fn(*mut PyObject, u32, *mut c_char, c_int, c_int) -> c_int>,
    get_code:
        Option<unsafe extern "C" fn(*mut PyObject, *const c_char, c_int, *mut u32, c_int) -> c_int>,
}

const NO_NAMES: &str = "\\N escapes not supported (can't load unicodedata module)";

fn name_api() -> Option<&'static NameApi> {
    let api = capsule::import(c"unicodedata.ucnhash_CAPI", true).ok()?;
    // SAFETY: the capsule of that name holds this table for as long as the process runs.
    unsafe { api.cast::<NameApi>().as_ref() }
}

/// The Unicode name of a character, if it has one.
pub fn name_of(ch: u32) -> PyResult<Option<String>> {
    let Some(get) = name_api().and_then(|api| api.get_name) else {
        return Err(Raised::already_set());
    };
    let mut buffer = [0u8; 257];
    // SAFETY: the function writes a zero-terminated name into the buffer, whose size it is told.
    let found = unsafe { get(std::ptr::null_mut(), ch, buffer.as_mut_ptr().cast(), 256, 1) };
    if found == 0 {
        return Ok(None);
    }
    Ok(CStr::from_bytes_until_nul(&buffer)
        .ok()
        .map(|name| name.to_string_lossy().into_owned()))
}

/// The character of a name, if there is one.
///
/// # Errors
/// Those of importing `unicodedata`, which has the names.
pub fn code_of(name: &[u8]) -> PyResult<Option<u32>> {
    let Some(get) = name_api().and_then(|api| api.get_code) else {
        return Err(Raised::already_set());
    };
    let mut code = 0;
    let Ok(n) = c_int::try_from(name.len()) else {
        return Ok(None);
    };
    // SAFETY: the function reads `n` bytes and writes one number.
    let found = unsafe { get(std::ptr::null_mut(), name.as_ptr().cast(), n, &mut code, 0) };
    Ok((found != 0).then_some(code))
}

/// Reads `digits` hexadecimal digits; how many there were, and their value.
fn hex_value(s: &[u8], digits: usize) -> (usize, u32) {
    let (mut n, mut value) = (0, 0u32);
    for &b in s.iter().take(digits) {
        let Some(d) = char::from(b).to_digit(16) else {
            break;
        };
        value = value.wrapping_mul(16).wrapping_add(d);
        n += 1;
    }
    (n, value)
}

/// `_PyUnicode_DecodeUnicodeEscape`: the text, and where the first unknown escape is (behind its backslash).
pub fn decode_noting(
    input: &[u8],
    errors: Option<&str>,
) -> PyResult<(Owned<PyUnicodeObject>, Option<usize>)> {
    let mut unknown = None;
    let (text, _) = errors::decode("unicodeescape", errors, input, |s, pos, w| {
        let mut i = pos;
        while let Some(&b) = s.get(i) {
            if b != b'\\' {
                let run = s[i..]
                    .iter()
                    .position(|&b| b == b'\\')
                    .unwrap_or(s.len() - i);
                w.push_latin1(&s[i..i + run])?;
                i += run;
                continue;
            }
            let Some(&kind) = s.get(i + 1) else {
                return Ok(Step::Bad {
                    start: i,
                    end: i + 1,
                    reason: "\\ at end of string",
                });
            };
            match escape(s, i, kind, w, &mut unknown)? {
                Ok(next) => i = next,
                Err(step) => return Ok(step),
            }
        }
        Ok(Step::Done(s.len()))
    })?;
    Ok((text, unknown))
}

/// Decodes the escape sequence at `i`; where the next character is, or the problem.
fn escape(
    s: &[u8],
    i: usize,
    kind: u8,
    w: &mut Writer,
    unknown: &mut Option<usize>,
) -> PyResult<Result<usize, Step>> {
    let simple = match kind {
        b'\n' => return Ok(Ok(i + 2)),
        b'\\' | b'\'' | b'"' => kind,
        b'b' => 8,
        b'f' => 12,
        b't' => 9,
        b'n' => 10,
        b'r' => 13,
        b'v' => 11,
        b'a' => 7,
        b'0'..=b'7' => {
            let digits = s[i + 1..]
                .iter()
                .take(3)
                .take_while(|b| matches!(b, b'0'..=b'7'));
            let (mut n, mut value) = (0, 0);
            for d in digits {
                value = value * 8 + u32::from(d - b'0');
                n += 1;
            }
            w.push(value)?;
            return Ok(Ok(i + 1 + n));
        }
        b'x' => return numeric(s, i, 2, "truncated \\xXX escape", w),
        b'u' => return numeric(s, i, 4, "truncated \\uXXXX escape", w),
        b'U' => return numeric(s, i, 8, "truncated \\UXXXXXXXX escape", w),
        b'N' => return named(s, i, w),
        _ => {
            unknown.get_or_insert(i + 1);
            w.push(u32::from(b'\\'))?;
            kind
        }
    };
    w.push(u32::from(simple))?;
    Ok(Ok(i + 2))
}

fn numeric(
    s: &[u8],
    i: usize,
    digits: usize,
    reason: &'static str,
    w: &mut Writer,
) -> PyResult<Result<usize, Step>> {
    let (n, value) = hex_value(&s[i + 2..], digits);
    let end = i + 2 + n;
    if n < digits {
        return Ok(Err(Step::Bad {
            start: i,
            end,
            reason,
        }));
    }
    if value > 0x10_ffff {
        return Ok(Err(Step::Bad {
            start: i,
            end,
            reason: "illegal Unicode character",
        }));
    }
    w.push(value)?;
    Ok(Ok(end))
}

fn named(s: &[u8], i: usize, w: &mut Writer) -> PyResult<Result<usize, Step>> {
    if name_api().is_none() {
        err::clear();
        return Err(raise!(UnicodeError, "{NO_NAMES}"));
    }
    let mut end = i + 2;
    if s.get(end) == Some(&b'{') {
        let name_from = end + 1;
        end = s[name_from..]
            .iter()
            .position(|&b| b == b'}')
            .map_or(s.len(), |n| name_from + n);
        if end < s.len() && end > name_from {
            let found = code_of(&s[name_from..end])?;
            end += 1;
            return Ok(match found {
                Some(ch) => {
                    w.push(ch)?;
                    Ok(end)
                }
                None => Err(Step::Bad {
                    start: i,
                    end,
                    reason: "unknown Unicode character name",
                }),
            });
        }
        // An empty name, or one that has no end.
        end = if end == name_from && end < s.len() {
            end + 1
        } else {
            end
        };
    }
    Ok(Err(Step::Bad {
        start: i,
        end,
        reason: "malformed \\N character escape",
    }))
}

/// `PyUnicode_DecodeUnicodeEscape`: warns of escapes that mean nothing.
pub fn decode(input: &[u8], errors: Option<&str>) -> PyResult<Owned<PyUnicodeObject>> {
    let (text, unknown) = decode_noting(input, errors)?;
    if let Some(&b) = unknown.and_then(|at| input.get(at)) {
        let message = format_args!("invalid escape sequence '\\{}'", char::from(b)).to_string();
        err::warn_format(
            exceptions::exc::DeprecationWarning.get(),
            1,
            format_args!("{message}"),
        )?;
    }
    Ok(text)
}

/// `PyUnicode_AsUnicodeEscapeString`.
pub fn encode(s: &PyUnicodeObject) -> PyResult<Owned<PyBytesObject>> {
    let mut out = Vec::new();
    for ch in chars(s).iter() {
        match ch {
            0x20..0x7f if ch != 0x5c => extend(&mut out, &[ch as u8])?,
            _ => {
                let mut w = Writer::new();
                repr::escape(&mut w, ch)?;
                extend(&mut out, w.text().bytes())?;
            }
        }
    }
    bytes::from_slice(&out)
}

/// `PyUnicode_DecodeRawUnicodeEscape`: only `\u` and `\U` behind an odd number of backslashes are escapes.
pub fn decode_raw(input: &[u8], errors: Option<&str>) -> PyResult<Owned<PyUnicodeObject>> {
    let decoded = errors::decode("rawunicodeescape", errors, input, |s, pos, w| {
        let mut i = pos;
        while let Some(&b) = s.get(i) {
            w.push(u32::from(b))?;
            i += 1;
            if b != b'\\' {
                continue;
            }
            let Some(&kind) = s.get(i) else { break };
            let (digits, reason) = match kind {
                b'u' => (4, "truncated \\uXXXX escape"),
                b'U' => (8, "truncated \\UXXXXXXXX escape"),
                _ => {
                    w.push(u32::from(kind))?;
                    i += 1;
                    continue;
                }
            };
            w.truncate(w.len() - 1)?;
            let start = i - 1;
            let (n, value) = hex_value(&s[i + 1..], digits);
            let end = i + 1 + n;
            if n < digits {
                return Ok(Step::Bad { start, end, reason });
            }
            if value > 0x10_ffff {
                return Ok(Step::Bad {
                    start,
                    end,
                    reason: "\\Uxxxxxxxx out of range",
                });
            }
            w.push(value)?;
            i = end;
        }
        Ok(Step::Done(s.len()))
    })?;
    Ok(decoded.0)
}

/// `PyUnicode_AsRawUnicodeEscapeString`.
pub fn encode_raw(s: &PyUnicodeObject) -> PyResult<Owned<PyBytesObject>> {
    let mut out = Vec::new();
    for ch in chars(s).iter() {
        match ch {
            0..=0xff => extend(&mut out, &[ch as u8])?,
            0x100..=0xffff => extend(&mut out, format!("\\u{ch:04x}").as_bytes())?,
            _ => extend(&mut out, format!("\\U{ch:08x}").as_bytes())?,
        }
    }
    bytes::from_slice(&out)
}
