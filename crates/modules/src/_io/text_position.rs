//! Positions in text: a cookie says where in the bytes to start, in which state of the decoder, how many bytes to
//! feed it from there, and how many of the characters that come out to skip.

use super::text::{TextObject, decoder_state, flush, open_buffer};
use super::{method, newline, unsupported};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, err, long, number, object, tuple, unicode};

/// A cookie, taken apart. As an integer: 64 bits of position, 32 of flags, 32 of bytes, 32 of characters, 8 of
/// whether the end was seen.
#[derive(Default, Clone, Copy)]
struct Cookie {
    start: u64,
    flags: u32,
    feed: u32,
    skip: u32,
    end: bool,
}

impl Cookie {
    fn pack(self) -> PyResult<Owned> {
        let mut value = long::from_u64(self.start)?.upcast();
        let parts = [
            (u64::from(self.flags), 64),
            (u64::from(self.feed), 96),
            (u64::from(self.skip), 128),
        ];
        for (part, shift) in parts.into_iter().chain([(u64::from(self.end), 160)]) {
            if part != 0 {
                let (part, shift) = (long::from_u64(part)?, long::from_u64(shift)?);
                let part = number::lshift(part.as_object(), shift.as_object())?;
                value = number::or(&value, &part)?;
            }
        }
        Ok(value)
    }

    fn unpack(cookie: &PyObject) -> PyResult<Cookie> {
        let bits = |shift: u64, mask: u64| -> PyResult<u64> {
            let (shift, mask) = (long::from_u64(shift)?, long::from_u64(mask)?);
            let part = number::rshift(cookie, shift.as_object())?;
            long::as_u64(&*number::and(&part, mask.as_object())?)
        };
        Ok(Cookie {
            start: bits(0, u64::MAX)?,
            flags: bits(64, 0xffff_ffff)? as u32,
            feed: bits(96, 0xffff_ffff)? as u32,
            skip: bits(128, 0xffff_ffff)? as u32,
            end: bits(160, 0xff)? != 0,
        })
    }
}

fn set_state(decoder: &PyObject, held: &[u8], flags: &PyObject) -> PyResult<()> {
    let state = tuple::from_owned(vec![bytes::from_slice(held)?.upcast(), flags.own()])?;
    method(decoder, id!("setstate"), &[state.as_object()]).map(drop)
}

/// `TextIOWrapper.tell`
pub fn tell(slf: &TextObject) -> PyResult<Owned> {
    let buffer = open_buffer(slf)?;
    {
        let s = slf.state()?;
        if !s.seekable {
            return Err(unsupported("underlying stream is not seekable"));
        }
        if !s.telling {
            return Err(raise!(OSError, "telling position disabled by next() call"));
        }
    }
    super::text::write_pending(slf)?;
    method(slf.as_object(), id!("flush"), &[])?;
    let at = method(&buffer, id!("tell"), &[])?;
    let (decoder, snapshot, used) = {
        let s = slf.state()?;
        (s.decoder.clone(), s.snapshot.clone(), s.used)
    };
    let (Some(decoder), Some((flags, input))) = (decoder, snapshot) else {
        return Ok(at);
    };
    let start = long::as_u64(&at)?.saturating_sub(input.len() as u64);
    if used == 0 {
        return Cookie {
            start,
            flags: long::as_u64(&flags)? as u32,
            ..Cookie::default()
        }
        .pack();
    }
    let (held, now) = decoder_state(&decoder)?;
    let found = find(&decoder, start, &flags, &input, used);
    err::finally(found, || set_state(&decoder, &held, &now))?
        .0
        .pack()
}

/// Decodes the input again, byte by byte, up to the characters that are used: the last point where the decoder held
/// nothing back is the one to start from.
fn find(
    decoder: &PyObject,
    start: u64,
    flags: &PyObject,
    input: &[u8],
    used: usize,
) -> PyResult<Cookie> {
    set_state(decoder, b"", flags)?;
    let mut safe = Cookie {
        start,
        flags: long::as_u64(flags)? as u32,
        ..Cookie::default()
    };
    let (mut fed, mut out, mut safe_out) = (0usize, 0usize, 0usize);
    let mut safe_fed = 0;
    // ASCII before the place goes in one piece.
    let plain = input
        .iter()
        .take(used.saturating_sub(1))
        .take_while(|&&b| b.is_ascii() && b != b'\r')
        .count();
    if plain > 0 {
        let piece = bytes::from_slice(&input[..plain])?;
        let made = unicode::length(&*newline::run(decoder, piece.as_object(), false)?);
        let (held, now) = decoder_state(decoder)?;
        if made <= used && held.is_empty() {
            (fed, out) = (plain, made);
            safe.start = start + fed as u64;
            safe.flags = long::as_u64(&now)? as u32;
            (safe_fed, safe_out) = (fed, out);
        } else {
            set_state(decoder, b"", flags)?;
        }
    }
    while out < used {
        let Some(&b) = input.get(fed) else {
            let last = newline::run(decoder, bytes::empty()?.as_object(), true)?;
            out += unicode::length(&last);
            safe.end = true;
            if out < used {
                return Err(raise!(OSError, "can't reconstruct logical file position"));
            }
            break;
        };
        let piece = bytes::from_slice(&[b])?;
        out += unicode::length(&*newline::run(decoder, piece.as_object(), false)?);
        fed += 1;
        let (held, now) = decoder_state(decoder)?;
        if held.is_empty() && out <= used {
            safe.start = start + fed as u64;
            safe.flags = long::as_u64(&now)? as u32;
            (safe_fed, safe_out) = (fed, out);
        }
    }
    safe.skip = (used - safe_out) as u32;
    safe.feed = if safe.skip > 0 || safe.end {
        (fed - safe_fed) as u32
    } else {
        0
    };
    Ok(safe)
}

/// `TextIOWrapper.seek`
pub fn seek(slf: &TextObject, cookie: &PyObject, whence: i32) -> PyResult<Owned> {
    let buffer = open_buffer(slf)?;
    if !slf.state()?.seekable {
        return Err(unsupported("underlying stream is not seekable"));
    }
    let zero = !object::is_true(cookie)?;
    let cookie = match whence {
        0 => cookie.own(),
        1 if !zero => return Err(unsupported("can't do nonzero cur-relative seeks")),
        1 => method(slf.as_object(), id!("tell"), &[])?,
        2 if !zero => return Err(unsupported("can't do nonzero end-relative seeks")),
        2 => return seek_end(slf, &buffer),
        _ => {
            return Err(raise!(
                ValueError,
                "invalid whence ({whence}, should be 0, 1 or 2)"
            ));
        }
    };
    let nothing = long::from_i64(0)?;
    if object::rich_compare_bool(&cookie, nothing.as_object(), Py_LT)? {
        let shown = unicode::repr_of(&cookie)?;
        return Err(raise!(
            ValueError,
            "negative seek position {}",
            unicode::to_string_lossy(&shown)
        ));
    }
    flush(slf)?;
    let c = Cookie::unpack(&cookie)?;
    method(
        &buffer,
        id!("seek"),
        &[long::from_u64(c.start)?.as_object()],
    )?;
    let decoder = {
        let mut s = slf.state()?;
        s.forget_decoded();
        s.snapshot = None;
        s.decoder.clone()
    };
    let flags = long::from_u64(u64::from(c.flags))?.upcast();
    if let Some(decoder) = &decoder {
        if c.start == 0 && c.flags == 0 {
            method(decoder, id!("reset"), &[])?;
        } else {
            set_state(decoder, b"", &flags)?;
        }
        slf.state()?.snapshot = Some((flags.clone(), Vec::new()));
    }
    if let (Some(decoder), true) = (&decoder, c.skip > 0) {
        let input = method(
            &buffer,
            id!("read"),
            &[long::from_u64(u64::from(c.feed))?.as_object()],
        )?;
        let data = bytes::as_slice(bytes::expect(&input)?).to_vec();
        let text = newline::run(decoder, &input, c.end)?;
        if unicode::length(&text) < c.skip as usize {
            return Err(raise!(OSError, "can't restore logical file position"));
        }
        let mut s = slf.state()?;
        s.snapshot = Some((flags, data));
        s.decoded = Some(text);
        s.used = c.skip as usize;
    }
    reset_encoder(slf, c.start == 0 && c.flags == 0)?;
    Ok(cookie)
}

fn seek_end(slf: &TextObject, buffer: &PyObject) -> PyResult<Owned> {
    flush(slf)?;
    let decoder = {
        let mut s = slf.state()?;
        s.forget_decoded();
        s.snapshot = None;
        s.decoder.clone()
    };
    if let Some(decoder) = decoder {
        method(&decoder, id!("reset"), &[])?;
    }
    let (zero, two) = (long::from_i64(0)?, long::from_i64(2)?);
    let at = method(buffer, id!("seek"), &[zero.as_object(), two.as_object()])?;
    reset_encoder(slf, !object::is_true(&at)?)?;
    Ok(at)
}

/// Tells the encoder whether it stands at the start of the file.
fn reset_encoder(slf: &TextObject, at_start: bool) -> PyResult<()> {
    let encoder = slf.state()?.encoder.clone();
    match encoder {
        Some(encoder) if at_start => method(&encoder, id!("reset"), &[]).map(drop),
        Some(encoder) => {
            method(&encoder, id!("setstate"), &[long::from_i64(0)?.as_object()]).map(drop)
        }
        None => Ok(()),
    }
}
