//! Text to bytes: UTF-8, UTF-16, UTF-32, Latin-1, ASCII, and tables of characters.

use super::as_utf8;
use super::encoding_map::EncodingMapObject;
use super::layout::{Chars, chars, is_ascii, length};
use crate::codecs::errors::{self, Step};
use crate::codecs::extend;
use crate::prelude::*;
use crate::strlib::Unit;
use crate::{bytes, err, exceptions, long, object, on_chars};

type Encoded = PyResult<Owned<PyBytesObject>>;

const SURROGATES: &str = "surrogates not allowed";

fn is_surrogate(ch: u32) -> bool {
    matches!(ch, 0xd800..=0xdfff)
}

/// The range of characters from `pos` on that `bad` holds for.
fn bad_run(text: Chars<'_>, pos: usize, reason: &'static str, bad: impl Fn(u32) -> bool) -> Step {
    let n = (pos..text.len()).take_while(|&i| bad(text.at(i))).count();
    Step::Bad {
        start: pos,
        end: pos + n,
        reason,
    }
}

/// UTF-16 and UTF-32 report surrogates one at a time; UTF-8 reports the run.
fn lone_surrogate(pos: usize) -> Step {
    Step::Bad {
        start: pos,
        end: pos + 1,
        reason: SURROGATES,
    }
}

/// `PyUnicode_AsUTF8String` with an error handler.
pub fn utf8(s: &PyUnicodeObject, errors: Option<&str>) -> Encoded {
    if is_ascii(s) {
        return bytes::from_slice(as_utf8(s)?.as_bytes());
    }
    if let Some(size) = utf8_size(chars(s)) {
        // SAFETY: all bytes are written before anybody sees them.
        unsafe {
            let made = bytes::new_uninit(size)?;
            let first = made.ob_sval.as_ptr().cast::<u8>().cast_mut();
            first.write_bytes(0, size);
            write_utf8(chars(s), std::slice::from_raw_parts_mut(first, size));
            return Ok(made);
        }
    }
    bytes::from_slice(&errors::encode("utf-8", errors, s, 1, utf8_step)?)
}

/// How many bytes the UTF-8 form has; `None` where a surrogate has none.
fn utf8_size(text: Chars<'_>) -> Option<usize> {
    fn of<T: Unit>(units: &[T]) -> Option<usize> {
        let (mut size, mut surrogate) = (units.len(), false);
        for c in units {
            let c: u32 = (*c).into();
            size += usize::from(c >= 0x80) + usize::from(c >= 0x800) + usize::from(c >= 0x10000);
            surrogate |= c & !0x7ff == 0xd800;
        }
        (!surrogate).then_some(size)
    }
    on_chars!(text, c => of(c))
}

/// Writes the UTF-8 form of text without surrogates into a place of its size.
fn write_utf8(text: Chars<'_>, out: &mut [u8]) {
    fn write<T: Unit>(units: &[T], mut out: &mut [u8]) {
        for c in units {
            let c = char::from_u32((*c).into()).unwrap_or(char::REPLACEMENT_CHARACTER);
            if out.len() < c.len_utf8() {
                return;
            }
            let n = c.encode_utf8(out).len();
            out = &mut out[n..];
        }
    }
    on_chars!(text, c => write(c, out));
}

/// The UTF-8 form for the object's cache.
pub(super) fn utf8_strict(s: &PyUnicodeObject) -> PyResult<Vec<u8>> {
    let Some(size) = utf8_size(chars(s)) else {
        return errors::encode("utf-8", None, s, 1, utf8_step);
    };
    let mut out = Vec::new();
    if out.try_reserve_exact(size + 1).is_err() {
        return Err(err::no_memory());
    }
    out.resize(size, 0);
    write_utf8(chars(s), &mut out);
    Ok(out)
}

fn utf8_step(text: Chars<'_>, pos: usize, out: &mut Vec<u8>) -> PyResult<Step> {
    let rest = text.len().saturating_sub(pos);
    if out.try_reserve(rest.saturating_mul(2)).is_err() {
        return Err(err::no_memory());
    }
    for i in pos..text.len() {
        let ch = text.at(i);
        if ch < 0x80 {
            extend(out, &[ch as u8])?;
            continue;
        }
        match char::from_u32(ch) {
            Some(c) => extend(out, c.encode_utf8(&mut [0; 4]).as_bytes())?,
            None => return Ok(bad_run(text, i, SURROGATES, is_surrogate)),
        }
    }
    Ok(Step::Done(text.len()))
}

fn narrow_step(
    limit: u32,
    reason: &'static str,
) -> impl FnMut(Chars<'_>, usize, &mut Vec<u8>) -> PyResult<Step> {
    move |text, pos, out| {
        for i in pos..text.len() {
            match text.at(i) {
                ch if ch < limit => extend(out, &[ch as u8])?,
                _ => return Ok(bad_run(text, i, reason, |ch| ch >= limit)),
            }
        }
        Ok(Step::Done(text.len()))
    }
}

pub fn latin1(s: &PyUnicodeObject, errors: Option<&str>) -> Encoded {
    if let Chars::One(c) = chars(s) {
        return bytes::from_slice(c);
    }
    let step = narrow_step(256, "ordinal not in range(256)");
    bytes::from_slice(&errors::encode("latin-1", errors, s, 1, step)?)
}

pub fn ascii(s: &PyUnicodeObject, errors: Option<&str>) -> Encoded {
    if is_ascii(s) {
        return bytes::from_slice(as_utf8(s)?.as_bytes());
    }
    let step = narrow_step(128, "ordinal not in range(128)");
    bytes::from_slice(&errors::encode("ascii", errors, s, 1, step)?)
}

/// `_PyUnicode_EncodeUTF16`: order -1 little, 1 big, 0 the machine's with a mark in front.
pub fn utf16(s: &PyUnicodeObject, errors: Option<&str>, order: i32) -> Encoded {
    let big = order > 0 || (order == 0 && cfg!(target_endian = "big"));
    let name = ["utf-16-le", "utf-16", "utf-16-be"][(order.signum() + 1) as usize];
    let put = move |out: &mut Vec<u8>, unit: u16| {
        extend(
            out,
            &if big {
                unit.to_be_bytes()
            } else {
                unit.to_le_bytes()
            },
        )
    };
    let mut mark = order == 0;
    let out = errors::encode(name, errors, s, 2, |text, pos, out| {
        if std::mem::take(&mut mark) {
            put(out, 0xfeff)?;
        }
        for i in pos..text.len() {
            let ch = text.at(i);
            match ch {
                0xd800..=0xdfff => return Ok(lone_surrogate(i)),
                0x1_0000.. => {
                    let ch = ch - 0x1_0000;
                    put(out, 0xd800 | (ch >> 10) as u16)?;
                    put(out, 0xdc00 | (ch & 0x3ff) as u16)?;
                }
                _ => put(out, ch as u16)?,
            }
        }
        Ok(Step::Done(text.len()))
    })?;
    bytes::from_slice(&out)
}

/// `_PyUnicode_EncodeUTF32`.
pub fn utf32(s: &PyUnicodeObject, errors: Option<&str>, order: i32) -> Encoded {
    let big = order > 0 || (order == 0 && cfg!(target_endian = "big"));
    let name = ["utf-32-le", "utf-32", "utf-32-be"][(order.signum() + 1) as usize];
    let put = move |out: &mut Vec<u8>, ch: u32| {
        extend(
            out,
            &if big {
                ch.to_be_bytes()
            } else {
                ch.to_le_bytes()
            },
        )
    };
    let mut mark = order == 0;
    let out = errors::encode(name, errors, s, 4, |text, pos, out| {
        if std::mem::take(&mut mark) {
            put(out, 0xfeff)?;
        }
        for i in pos..text.len() {
            match text.at(i) {
                0xd800..=0xdfff => return Ok(lone_surrogate(i)),
                ch => put(out, ch)?,
            }
        }
        Ok(Step::Done(text.len()))
    })?;
    bytes::from_slice(&out)
}

/// `_PyUnicode_EncodeCharmap`: by a mapping from code points to bytes or small integers; none is Latin-1.
pub fn charmap(s: &PyUnicodeObject, mapping: Option<&PyObject>, errors: Option<&str>) -> Encoded {
    const UNDEFINED: &str = "character maps to <undefined>";
    let Some(mapping) = mapping else {
        return latin1(s, errors);
    };
    debug_assert!(length(s) <= isize::MAX as usize);
    let table = mapping.downcast_exact::<EncodingMapObject>();
    let put = |ch: u32, out: &mut Vec<u8>| match table {
        None => charmap_put(mapping, ch, out),
        Some(table) => match table.get(ch) {
            Some(byte) => extend(out, &[byte]).map(|()| true),
            None => Ok(false),
        },
    };
    let out = errors::encode("charmap", errors, s, 1, |text, pos, out| {
        for i in pos..text.len() {
            if !put(text.at(i), out)? {
                let mut end = i + 1;
                let mut ignored = Vec::new();
                while end < text.len() && !put(text.at(end), &mut ignored)? {
                    end += 1;
                }
                return Ok(Step::Bad {
                    start: i,
                    end,
                    reason: UNDEFINED,
                });
            }
        }
        Ok(Step::Done(text.len()))
    })?;
    bytes::from_slice(&out)
}

/// Writes what a mapping has for a character; false if it has nothing.
fn charmap_put(mapping: &PyObject, ch: u32, out: &mut Vec<u8>) -> PyResult<bool> {
    let key = long::from_i64(i64::from(ch))?;
    let found = match object::get_item(mapping, key.as_object()) {
        Ok(found) => found,
        Err(raised) => {
            if !err::matches(exceptions::exc::LookupError.get()) {
                return Err(raised);
            }
            err::clear();
            return Ok(false);
        }
    };
    if found.is_none() {
        return Ok(false);
    }
    if found.downcast::<PyLongObject>().is_some() {
        return match long::as_i64(&found) {
            Ok(value @ 0..=255) => {
                extend(out, &[value as u8])?;
                Ok(true)
            }
            other => {
                if other.is_err() {
                    err::clear();
                }
                Err(raise!(TypeError, "character mapping must be in range(256)"))
            }
        };
    }
    match found.downcast::<PyBytesObject>() {
        Some(b) => {
            extend(out, bytes::as_slice(b))?;
            Ok(true)
        }
        None => {
            let got = found.type_name();
            Err(raise!(
                TypeError,
                "character mapping must return integer, bytes or None, not {}",
                err::short(&got, 400)
            ))
        }
    }
}
