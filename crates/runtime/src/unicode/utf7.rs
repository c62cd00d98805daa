//! UTF-7 (RFC 2152): ASCII with runs of base64 that hold UTF-16.

use super::{Writer, chars};
use crate::bytes;
use crate::codecs::errors::{self, Step};
use crate::codecs::extend;
use crate::prelude::*;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

fn base64_value(b: u8) -> Option<u32> {
    let v = match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    };
    Some(u32::from(v))
}

/// A run of base64 that is being read.
#[derive(Clone, Copy)]
struct Shift {
    /// Where the `+` is, and how much text there was before it.
    start: usize,
    text_len: usize,
    bits: u32,
    count: u32,
    /// A high surrogate that waits for its partner.
    high: Option<u32>,
    empty: bool,
}

impl Shift {
    fn put(&mut self, value: u32, w: &mut Writer) -> PyResult<()> {
        self.empty = false;
        self.bits = self.bits << 6 | value;
        self.count += 6;
        if self.count < 16 {
            return Ok(());
        }
        self.count -= 16;
        let unit = self.bits >> self.count & 0xffff;
        self.bits &= (1 << self.count) - 1;
        if let Some(high) = self.high.take() {
            if matches!(unit, 0xdc00..=0xdfff) {
                return w.push(0x1_0000 + ((high & 0x3ff) << 10) + (unit & 0x3ff));
            }
            w.push(high)?;
        }
        if matches!(unit, 0xd800..=0xdbff) {
            self.high = Some(unit);
            return Ok(());
        }
        w.push(unit)
    }

    fn problem(&self) -> Option<&'static str> {
        if self.count >= 6 {
            return Some("partial character in shift sequence");
        }
        (self.bits != 0).then_some("non-zero padding bits in shift sequence")
    }
}

/// `PyUnicode_DecodeUTF7Stateful`.
pub fn decode(
    input: &[u8],
    errors: Option<&str>,
    whole: bool,
) -> PyResult<(Owned<PyUnicodeObject>, usize)> {
    errors::decode("utf7", errors, input, |s, pos, w| {
        let mut i = pos;
        while let Some(&b) = s.get(i) {
            match b {
                b'+' => match shifted(s, i, w, whole)? {
                    Ok(next) => i = next,
                    Err(step) => return Ok(step),
                },
                0..=0x7f => {
                    w.push(u32::from(b))?;
                    i += 1;
                }
                _ => {
                    return Ok(Step::Bad {
                        start: i,
                        end: i + 1,
                        reason: "unexpected special character",
                    });
                }
            }
        }
        Ok(Step::Done(s.len()))
    })
}

/// Reads the run that begins with the `+` at `start`: where it ends, or the problem.
fn shifted(s: &[u8], start: usize, w: &mut Writer, whole: bool) -> PyResult<Result<usize, Step>> {
    let mut shift = Shift {
        start,
        text_len: w.len(),
        bits: 0,
        count: 0,
        high: None,
        empty: true,
    };
    let mut i = start + 1;
    match s.get(i) {
        Some(b'-') => {
            w.push(u32::from(b'+'))?;
            return Ok(Ok(i + 1));
        }
        Some(&b) if base64_value(b).is_none() => {
            return Ok(Err(Step::Bad {
                start,
                end: i + 1,
                reason: "ill-formed sequence",
            }));
        }
        _ => {}
    }
    while let Some(&b) = s.get(i) {
        if let Some(value) = base64_value(b) {
            shift.put(value, w)?;
            i += 1;
            continue;
        }
        if let Some(reason) = shift.problem() {
            return Ok(Err(Step::Bad {
                start,
                end: i + 1,
                reason,
            }));
        }
        if let Some(high) = shift.high
            && b.is_ascii()
        {
            w.push(high)?;
        }
        return Ok(Ok(if b == b'-' { i + 1 } else { i }));
    }
    if !whole {
        w.truncate(shift.text_len)?;
        return Ok(Err(Step::Done(shift.start)));
    }
    if shift.high.is_some() || shift.problem().is_some() {
        return Ok(Err(Step::Bad {
            start,
            end: s.len(),
            reason: "unterminated shift sequence",
        }));
    }
    Ok(Ok(s.len()))
}

fn is_direct(ch: u32, set_o: bool, space: bool) -> bool {
    let Ok(b) = u8::try_from(ch) else {
        return false;
    };
    match b {
        b'\t' | b'\n' | b'\r' | b' ' => !space,
        b'!'
        | b'"'
        | b'#'
        | b'$'
        | b'%'
        | b'&'
        | b'*'
        | b';'
        | b'<'..=b'>'
        | b'@'
        | b'['
        | b']'..=b'`'
        | b'{'..=b'}' => !set_o,
        b'+' | b'~' | b'\\' => false,
        0x21..=0x7e => true,
        _ => false,
    }
}

/// `_PyUnicode_EncodeUTF7`: the flags ask for base64 where plain characters would do.
pub fn encode(s: &PyUnicodeObject, set_o: bool, space: bool) -> PyResult<Owned<PyBytesObject>> {
    let mut out = Vec::new();
    let (mut bits, mut count, mut in_shift) = (0u32, 0u32, false);
    for ch in chars(s).iter() {
        let direct = is_direct(ch, set_o, space);
        if in_shift && direct {
            if count > 0 {
                extend(&mut out, &[ALPHABET[(bits << (6 - count) & 63) as usize]])?;
            }
            (bits, count, in_shift) = (0, 0, false);
            if base64_value(ch as u8).is_some() || ch == u32::from(b'-') {
                extend(&mut out, b"-")?;
            }
        } else if !in_shift && ch == u32::from(b'+') {
            extend(&mut out, b"+-")?;
            continue;
        }
        if direct {
            extend(&mut out, &[ch as u8])?;
            continue;
        }
        if !in_shift {
            extend(&mut out, b"+")?;
            in_shift = true;
        }
        let mut units = [0u16; 2];
        let units: &[u16] = match char::from_u32(ch) {
            Some(c) => c.encode_utf16(&mut units),
            None => {
                units[0] = ch as u16;
                &units[..1]
            }
        };
        for &unit in units {
            bits = bits << 16 | u32::from(unit);
            count += 16;
            while count >= 6 {
                count -= 6;
                extend(&mut out, &[ALPHABET[(bits >> count & 63) as usize]])?;
            }
            bits &= (1 << count) - 1;
        }
    }
    if in_shift {
        if count > 0 {
            extend(&mut out, &[ALPHABET[(bits << (6 - count) & 63) as usize]])?;
        }
        extend(&mut out, b"-")?;
    }
    bytes::from_slice(&out)
}
