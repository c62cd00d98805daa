//! Bytes to text: UTF-8, UTF-16, UTF-32, Latin-1, ASCII, and tables of characters.
//!
//! Each decoder is a step function for `codecs::errors::decode`: it writes what it understands and says where and
//! why it stopped. Those that are called for a stream return how many bytes they used.

use super::{Writer, chars, from_ascii, from_latin1, from_str};
use crate::codecs::errors::{self, Step};
use crate::prelude::*;
use crate::{err, exceptions, long, object};

type Decoded = PyResult<(Owned<PyUnicodeObject>, usize)>;

/// `PyUnicode_DecodeUTF8`.
pub fn utf8(input: &[u8], errors: Option<&str>) -> PyResult<Owned<PyUnicodeObject>> {
    match std::str::from_utf8(input) {
        Ok(text) => from_str(text),
        Err(_) => Ok(utf8_stateful(input, errors, true)?.0),
    }
}

/// `PyUnicode_DecodeUTF8Stateful`: unless `whole`, an incomplete character at the end is left.
pub fn utf8_stateful(input: &[u8], errors: Option<&str>, whole: bool) -> Decoded {
    if let Ok(text) = std::str::from_utf8(input) {
        return Ok((from_str(text)?, input.len()));
    }
    errors::decode("utf-8", errors, input, |input, pos, w| {
        let rest = input.get(pos..).unwrap_or(&[]);
        let problem = match std::str::from_utf8(rest) {
            Ok(text) => {
                w.push_str(text)?;
                return Ok(Step::Done(input.len()));
            }
            Err(e) => e,
        };
        let good = problem.valid_up_to();
        if let Ok(text) = std::str::from_utf8(&rest[..good]) {
            w.push_str(text)?;
        }
        let start = pos + good;
        // The beginning of a surrogate may go on, and only then does an error handler decide about it.
        if !whole && matches!(rest[good..], [0xed, 0xa0..=0xbf]) {
            return Ok(Step::Done(start));
        }
        Ok(match problem.error_len() {
            Some(n) => {
                let reason = match rest[good] {
                    0x80..=0xc1 | 0xf5.. => "invalid start byte",
                    _ => "invalid continuation byte",
                };
                Step::Bad {
                    start,
                    end: start + n,
                    reason,
                }
            }
            None if whole => Step::Bad {
                start,
                end: input.len(),
                reason: "unexpected end of data",
            },
            None => Step::Done(start),
        })
    })
}

/// `PyUnicode_DecodeASCII`.
pub fn ascii(input: &[u8], errors: Option<&str>) -> PyResult<Owned<PyUnicodeObject>> {
    if input.is_ascii() {
        return from_ascii(input);
    }
    let decoded = errors::decode("ascii", errors, input, |input, pos, w| {
        let rest = input.get(pos..).unwrap_or(&[]);
        let good = rest
            .iter()
            .position(|b| !b.is_ascii())
            .unwrap_or(rest.len());
        w.push_latin1(&rest[..good])?;
        let start = pos + good;
        Ok(match start < input.len() {
            true => Step::Bad {
                start,
                end: start + 1,
                reason: "ordinal not in range(128)",
            },
            false => Step::Done(start),
        })
    })?;
    Ok(decoded.0)
}

/// `PyUnicode_DecodeLatin1`.
pub fn latin1(input: &[u8]) -> PyResult<Owned<PyUnicodeObject>> {
    from_latin1(input)
}

/// The byte order of an encoding form: -1 little, 1 big, 0 as the mark or the machine says. A mark is skipped and
/// its order remembered.
struct ByteOrder {
    big: bool,
    marked: i32,
    skip: usize,
}

fn byte_order(input: &[u8], order: i32, little_mark: &[u8]) -> ByteOrder {
    let native = cfg!(target_endian = "big");
    if order != 0 {
        return ByteOrder {
            big: order > 0,
            marked: order,
            skip: 0,
        };
    }
    let n = little_mark.len();
    match input.get(..n) {
        Some(head) if head == little_mark => ByteOrder {
            big: false,
            marked: -1,
            skip: n,
        },
        Some(head) if head.iter().rev().eq(little_mark) => ByteOrder {
            big: true,
            marked: 1,
            skip: n,
        },
        _ => ByteOrder {
            big: native,
            marked: 0,
            skip: 0,
        },
    }
}

/// The name under which an encoding form reports its problems.
/// `PyUnicode_DecodeUTF16Stateful`: the text, the bytes used, and the byte order found.
pub fn utf16(
    input: &[u8],
    errors: Option<&str>,
    order: i32,
    whole: bool,
) -> PyResult<(Owned<PyUnicodeObject>, usize, i32)> {
    let ByteOrder { big, marked, skip } = byte_order(input, order, &[0xff, 0xfe]);
    let name = if big { "utf-16-be" } else { "utf-16-le" };
    let mut first = true;
    let (text, used) = errors::decode(name, errors, input, |input, pos, w| {
        let start = if std::mem::take(&mut first) {
            pos.max(skip)
        } else {
            pos
        };
        utf16_step(input, start, w, big, whole)
    })?;
    Ok((text, used, marked))
}

fn utf16_step(
    input: &[u8],
    mut pos: usize,
    w: &mut Writer,
    big: bool,
    whole: bool,
) -> PyResult<Step> {
    let unit = |at: usize| -> Option<u32> {
        let pair = *input.get(at..)?.first_chunk::<2>()?;
        Some(u32::from(if big {
            u16::from_be_bytes(pair)
        } else {
            u16::from_le_bytes(pair)
        }))
    };
    let bad = |start, end, reason| Ok(Step::Bad { start, end, reason });
    loop {
        let Some(ch) = unit(pos) else {
            return match pos < input.len() && whole {
                true => bad(pos, input.len(), "truncated data"),
                false => Ok(Step::Done(pos)),
            };
        };
        match ch {
            0xd800..=0xdbff => match unit(pos + 2) {
                Some(low @ 0xdc00..=0xdfff) => {
                    w.push(0x10000 + ((ch & 0x3ff) << 10) + (low & 0x3ff))?;
                    pos += 4;
                }
                Some(_) => return bad(pos, pos + 2, "illegal UTF-16 surrogate"),
                None if whole => return bad(pos, input.len(), "unexpected end of data"),
                None => return Ok(Step::Done(pos)),
            },
            0xdc00..=0xdfff => return bad(pos, pos + 2, "illegal encoding"),
            _ => {
                w.push(ch)?;
                pos += 2;
            }
        }
    }
}

/// `PyUnicode_DecodeUTF32Stateful`.
pub fn utf32(
    input: &[u8],
    errors: Option<&str>,
    order: i32,
    whole: bool,
) -> PyResult<(Owned<PyUnicodeObject>, usize, i32)> {
    let ByteOrder { big, marked, skip } = byte_order(input, order, &[0xff, 0xfe, 0, 0]);
    let name = if big { "utf-32-be" } else { "utf-32-le" };
    let mut first = true;
    let (text, used) = errors::decode(name, errors, input, |input, pos, w| {
        let mut pos = if std::mem::take(&mut first) {
            pos.max(skip)
        } else {
            pos
        };
        loop {
            let Some(&four) = input.get(pos..).and_then(|rest| rest.first_chunk::<4>()) else {
                return Ok(match pos < input.len() && whole {
                    true => Step::Bad {
                        start: pos,
                        end: input.len(),
                        reason: "truncated data",
                    },
                    false => Step::Done(pos),
                });
            };
            let ch = if big {
                u32::from_be_bytes(four)
            } else {
                u32::from_le_bytes(four)
            };
            let reason = match ch {
                0xd800..=0xdfff => "code point in surrogate code point range(0xd800, 0xe000)",
                0x11_0000.. => "code point not in range(0x110000)",
                _ => {
                    w.push(ch)?;
                    pos += 4;
                    continue;
                }
            };
            return Ok(Step::Bad {
                start: pos,
                end: pos + 4,
                reason,
            });
        }
    })?;
    Ok((text, used, marked))
}

/// `PyUnicode_DecodeCharmap`: by a string of 256 characters, or by a mapping from bytes; none is Latin-1.
pub fn charmap(
    input: &[u8],
    mapping: Option<&PyObject>,
    errors: Option<&str>,
) -> PyResult<Owned<PyUnicodeObject>> {
    const UNDEFINED: &str = "character maps to <undefined>";
    let Some(mapping) = mapping else {
        return from_latin1(input);
    };
    let table = mapping.downcast_exact::<PyUnicodeObject>();
    let decoded = errors::decode("charmap", errors, input, |input, pos, w| {
        for (i, &b) in input.iter().enumerate().skip(pos) {
            let known = match table {
                Some(table) => match chars(table).get(usize::from(b)) {
                    Some(ch) if ch != 0xfffe => {
                        w.push(ch)?;
                        true
                    }
                    _ => false,
                },
                None => charmap_lookup(mapping, b, w)?,
            };
            if !known {
                return Ok(Step::Bad {
                    start: i,
                    end: i + 1,
                    reason: UNDEFINED,
                });
            }
        }
        Ok(Step::Done(input.len()))
    })?;
    Ok(decoded.0)
}

/// Writes what a mapping has for a byte; false if it has nothing.
fn charmap_lookup(mapping: &PyObject, byte: u8, w: &mut Writer) -> PyResult<bool> {
    let key = long::from_i64(i64::from(byte))?;
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
        let value = long::as_i64(&found).or_else(|raised| {
            if err::matches(exceptions::exc::OverflowError.get()) {
                err::clear();
                return Ok(-1);
            }
            Err(raised)
        })?;
        if value == 0xfffe {
            return Ok(false);
        }
        if !(0..=0x10_ffff).contains(&value) {
            return Err(raise!(
                TypeError,
                "character mapping must be in range(0x110000)"
            ));
        }
        w.push(value as u32)?;
        return Ok(true);
    }
    match found.downcast::<PyUnicodeObject>().map(chars) {
        Some(text) if text.len() == 1 && text.at(0) == 0xfffe => Ok(false),
        Some(text) => {
            w.push_chars(text)?;
            Ok(true)
        }
        None => Err(raise!(
            TypeError,
            "character mapping must return integer, None or str"
        )),
    }
}
