//! The methods that bytes and bytearray have in common, over slices.

use super::as_slice;
use crate::args::{Arg, Place, from_arg};
use crate::buffer::{self, Buffer};
use crate::mem::room;
use crate::prelude::*;
use crate::strlib;
use crate::{codecs, err, list, number, sequence, tuple, unicode};
use std::ops::Deref;

/// The type of a result: bytes or bytearray.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Make {
    Bytes,
    ByteArray,
}

impl Make {
    pub fn of(self, bytes: &[u8]) -> PyResult<Owned> {
        Ok(match self {
            Make::Bytes => super::from_slice(bytes)?.upcast(),
            Make::ByteArray => crate::bytearray::from_slice(bytes)?.upcast(),
        })
    }
}

/// A vector of zeros, or MemoryError. Much of it comes untouched from the system.
pub fn zeroed(n: usize) -> PyResult<Vec<u8>> {
    room::zeroed(n)
}

/// The bytes of an argument.
pub enum View<'a> {
    Slice(&'a [u8]),
    Buffer(Buffer),
}

impl Deref for View<'_> {
    type Target = [u8];
    #[inline]
    fn deref(&self) -> &[u8] {
        match self {
            View::Slice(s) => s,
            View::Buffer(b) => b.as_slice(),
        }
    }
}

/// The bytes of anything bytes-like.
pub fn view(o: &PyObject) -> PyResult<View<'_>> {
    match o.downcast::<PyBytesObject>() {
        Some(b) => Ok(View::Slice(as_slice(b))),
        None => buffer::get_simple(o).map(View::Buffer),
    }
}

/// What is searched for: bytes, or an integer that stands for one.
enum Needle<'a> {
    Byte([u8; 1]),
    View(View<'a>),
}

impl Deref for Needle<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        match self {
            Needle::Byte(b) => b,
            Needle::View(v) => v,
        }
    }
}

const BYTE_RANGE: &str = "byte must be in range(0, 256)";

fn needle(o: &PyObject) -> PyResult<Needle<'_>> {
    if buffer::check(o) {
        return view(o).map(Needle::View);
    }
    if number::index_check(o) {
        return super::byte_of(o, BYTE_RANGE).map(|b| Needle::Byte([b]));
    }
    let got = o.type_name();
    Err(raise!(
        TypeError,
        "argument should be integer or bytes-like object, not '{}'",
        err::short(&got, 200)
    ))
}

fn window(s: &[u8], start: isize, end: isize) -> Option<(&[u8], usize)> {
    let (start, end) = strlib::clip(start, end, s.len());
    (start <= end).then(|| (&s[start as usize..end as usize], start as usize))
}

/// `find` and `rfind`.
pub fn find(s: &[u8], name: &str, args: &[&PyObject]) -> PyResult<Option<usize>> {
    let (sub, start, end) = unicode::search::find_args(name, args)?;
    let sub = needle(sub)?;
    let Some((hay, from)) = window(s, start, end) else {
        return Ok(None);
    };
    let at = if name.starts_with('r') {
        strlib::rfind(hay, &sub)
    } else {
        strlib::find(hay, &sub)
    };
    Ok(at.map(|at| at + from))
}

pub fn index(s: &[u8], name: &str, args: &[&PyObject]) -> PyResult<usize> {
    find(s, name, args)?.ok_or_else(|| raise!(ValueError, "subsection not found"))
}

pub fn count(s: &[u8], args: &[&PyObject]) -> PyResult<usize> {
    let (sub, start, end) = unicode::search::find_args("count", args)?;
    let sub = needle(sub)?;
    Ok(window(s, start, end).map_or(0, |(hay, _)| strlib::count(hay, &sub, usize::MAX)))
}

/// `in`.
pub fn contains(s: &[u8], o: &PyObject) -> PyResult<bool> {
    if number::index_check(o) {
        let b = super::byte_of(o, BYTE_RANGE)?;
        return Ok(memchr::memchr(b, s).is_some());
    }
    let sub = view(o)?;
    Ok(strlib::find(s, &sub).is_some())
}

/// `startswith` and `endswith`.
pub fn tail(s: &[u8], name: &str, args: &[&PyObject]) -> PyResult<bool> {
    let (what, start, end) = unicode::search::find_args(name, args)?;
    let matches = |o: &PyObject| -> PyResult<bool> {
        let sub = view(o)?;
        let text = window(s, start, end).map(|(text, _)| text);
        Ok(text.is_some_and(|t| {
            if name == "endswith" {
                t.ends_with(&sub)
            } else {
                t.starts_with(&sub)
            }
        }))
    };
    if let Some(options) = what.downcast::<PyTupleObject>() {
        for option in tuple::as_slice(options) {
            if matches(option)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    matches(what).map_err(|raised| {
        if !err::matches(crate::exceptions::exc::TypeError.get()) {
            return raised;
        }
        err::clear();
        let got = what.type_name();
        raise!(
            TypeError,
            "{name} first arg must be bytes or a tuple of bytes, not {}",
            err::short(&got, 100)
        )
    })
}

/// A list of the pieces; `whole` stands for the one that is everything.
fn pieces(
    s: &[u8],
    ranges: Vec<(usize, usize)>,
    make: Make,
    whole: Option<&PyObject>,
) -> PyResult<Owned> {
    let mut items = Vec::new();
    if items.try_reserve_exact(ranges.len()).is_err() {
        return Err(err::no_memory());
    }
    for (start, end) in ranges {
        items.push(match whole {
            Some(whole) if (start, end) == (0, s.len()) => whole.own(),
            _ => make.of(&s[start..end])?,
        });
    }
    Ok(list::from_owned(items)?.upcast())
}

#[inline]
pub fn is_space(b: u8) -> bool {
    matches!(b, 9..=13 | 32)
}

pub fn split(
    s: &[u8],
    sep: Option<&PyObject>,
    max: isize,
    from_right: bool,
    make: Make,
    whole: Option<&PyObject>,
) -> PyResult<Owned> {
    let max = if max < 0 { usize::MAX } else { max as usize };
    let mut ranges = Vec::new();
    let push = |start, end| room::push(&mut ranges, (start, end));
    match sep {
        Some(sep) if !sep.is_none() => {
            let sep = view(sep)?;
            if sep.is_empty() {
                return Err(raise!(ValueError, "empty separator"));
            }
            if from_right {
                ranges = strlib::rsplit(s, &sep, max)?;
            } else {
                strlib::split(s, &sep, max, push)?;
            }
        }
        _ if from_right => ranges = strlib::rsplit_space(s, max, is_space)?,
        _ => strlib::split_space(s, max, is_space, push)?,
    }
    pieces(s, ranges, make, whole)
}

pub fn split_lines(s: &[u8], keep: bool, make: Make, whole: Option<&PyObject>) -> PyResult<Owned> {
    pieces(
        s,
        strlib::split_lines(s, keep, |b| matches!(b, b'\n' | b'\r'))?,
        make,
        whole,
    )
}

/// `partition` and `rpartition`; a bytes separator is given back as it came.
pub fn partition(
    s: &[u8],
    sep: &PyObject,
    from_right: bool,
    make: Make,
    whole: Option<&PyObject>,
) -> PyResult<Owned> {
    let p = view(sep)?;
    if p.is_empty() {
        return Err(raise!(ValueError, "empty separator"));
    }
    let at = if from_right {
        strlib::rfind(s, &p)
    } else {
        strlib::find(s, &p)
    };
    let parts = match at {
        Some(at) => {
            let middle = if make == Make::Bytes {
                sep.own()
            } else {
                make.of(&p)?
            };
            vec![make.of(&s[..at])?, middle, make.of(&s[at + p.len()..])?]
        }
        None => {
            let all = match whole {
                Some(whole) => whole.own(),
                None => make.of(s)?,
            };
            let (a, b) = (make.of(b"")?, make.of(b"")?);
            if from_right {
                vec![a, b, all]
            } else {
                vec![all, a, b]
            }
        }
    };
    Ok(tuple::from_owned(parts)?.upcast())
}

/// The range that is left after `strip` (both sides), `lstrip` or `rstrip`.
pub fn strip(
    s: &[u8],
    set: Option<&PyObject>,
    left: bool,
    right: bool,
) -> PyResult<(usize, usize)> {
    let ends = |drop: &dyn Fn(u8) -> bool| {
        let end = if right {
            strlib::trim_end(s, drop)
        } else {
            s.len()
        };
        let start = if left {
            strlib::trim_start(&s[..end], drop)
        } else {
            0
        };
        (start, end)
    };
    match set {
        Some(set) if !set.is_none() => {
            let set = view(set)?;
            Ok(ends(&|b| memchr::memchr(b, &set).is_some()))
        }
        _ => Ok(ends(&is_space)),
    }
}

/// `replace`; None where nothing changes.
pub fn replace(
    s: &[u8],
    old: &PyObject,
    new: &PyObject,
    count: Option<&PyObject>,
) -> PyResult<Option<Vec<u8>>> {
    // In this order: a wrong buffer is noticed before a wrong count.
    let (old, new) = (view(old)?, view(new)?);
    let place = Arg {
        fname: "replace",
        place: Place::Position(3),
    };
    let count = match count {
        Some(count) => from_arg::<isize>(count, place)?,
        None => -1,
    };
    let limit = usize::try_from(count).unwrap_or(usize::MAX);
    if limit == 0 || old.len() > s.len() || *old == *new {
        return Ok(None);
    }
    let places: Vec<usize> = if old.is_empty() {
        room::collect((0..=s.len()).take(limit))?
    } else {
        room::collect(strlib::places(s, &old, limit))?
    };
    if places.is_empty() {
        return Ok(None);
    }
    let kept = s.len() - old.len() * places.len();
    let total = new
        .len()
        .checked_mul(places.len())
        .and_then(|n| n.checked_add(kept));
    let Some(total) = total.filter(|&n| n <= isize::MAX as usize) else {
        return Err(raise!(OverflowError, "replace bytes is too long"));
    };
    let mut out = Vec::new();
    if out.try_reserve_exact(total).is_err() {
        return Err(err::no_memory());
    }
    let mut from = 0;
    for at in places {
        out.extend_from_slice(&s[from..at]);
        out.extend_from_slice(&new);
        from = at + old.len();
    }
    out.extend_from_slice(&s[from..]);
    Ok(Some(out))
}

/// `join` over the items of a fast sequence.
pub fn join(sep: &[u8], items: &[Owned]) -> PyResult<Vec<u8>> {
    let mut views = Vec::new();
    if views.try_reserve_exact(items.len()).is_err() {
        return Err(err::no_memory());
    }
    let mut total = sep.len().checked_mul(items.len().saturating_sub(1));
    for (i, item) in items.iter().enumerate() {
        let v = view(item).map_err(|_| {
            err::clear();
            let got = item.type_name();
            raise!(
                TypeError,
                "sequence item {i}: expected a bytes-like object, {} found",
                err::short(&got, 80)
            )
        })?;
        total = total.and_then(|t| t.checked_add(v.len()));
        views.push(v);
    }
    let Some(total) = total.filter(|&n| n <= isize::MAX as usize) else {
        return Err(raise!(OverflowError, "join() result is too long"));
    };
    let mut out = Vec::new();
    if out.try_reserve_exact(total).is_err() {
        return Err(err::no_memory());
    }
    for (i, v) in views.iter().enumerate() {
        if i != 0 {
            out.extend_from_slice(sep);
        }
        out.extend_from_slice(v);
    }
    Ok(out)
}

/// `join` of any iterable.
pub fn join_iterable(sep: &[u8], iterable: &PyObject) -> PyResult<Vec<u8>> {
    join(
        sep,
        &sequence::fast(iterable, "can only join an iterable")?.to_vec(),
    )
}

/// A fill character: a byte string of length 1.
pub fn fill_byte(o: Option<&PyObject>, name: &str) -> PyResult<u8> {
    let Some(o) = o else { return Ok(b' ') };
    let bytes = match (
        o.downcast::<PyBytesObject>(),
        o.downcast::<PyByteArrayObject>(),
    ) {
        (Some(b), _) => as_slice(b).to_vec(),
        (_, Some(b)) => crate::bytearray::to_vec(b)?,
        _ => Vec::new(),
    };
    match bytes[..] {
        [b] => Ok(b),
        _ => {
            let got = if o.is_none() {
                "None".into()
            } else {
                o.type_name()
            };
            Err(raise!(
                TypeError,
                "{name}() argument 2 must be a byte string of length 1, not {}",
                err::short(&got, 50)
            ))
        }
    }
}

/// The text with padding: `left` bytes of it in front, up to `width` in all.
pub fn pad(s: &[u8], width: usize, left: usize, fill: u8) -> PyResult<Vec<u8>> {
    let mut out = zeroed(width.max(s.len()))?;
    out.fill(fill);
    let left = left.min(out.len() - s.len());
    out[left..left + s.len()].copy_from_slice(s);
    Ok(out)
}

/// `ljust`, `rjust` and `center`.
pub fn justify(s: &[u8], width: isize, fill: Option<&PyObject>, name: &str) -> PyResult<Vec<u8>> {
    let fill = fill_byte(fill, name)?;
    let width = width.max(0) as usize;
    let left = match width.checked_sub(s.len()) {
        Some(n) if name == "rjust" => n,
        Some(n) if n > 0 && name == "center" => strlib::center_left(s.len(), width),
        _ => 0,
    };
    pad(s, width, left, fill)
}

pub fn zfill(s: &[u8], width: isize) -> PyResult<Vec<u8>> {
    let width = width.max(0) as usize;
    let zeros = width.saturating_sub(s.len());
    let mut out = pad(s, width, zeros, b'0')?;
    if zeros > 0 && matches!(out.get(zeros), Some(b'+' | b'-')) {
        out.swap(0, zeros);
    }
    Ok(out)
}

pub fn expand_tabs(s: &[u8], tabsize: usize) -> PyResult<Vec<u8>> {
    let Some(n) = strlib::expanded_len(s, tabsize) else {
        return Err(raise!(OverflowError, "result too long"));
    };
    let mut out = zeroed(n)?;
    let mut at = 0;
    strlib::expand_tabs(s, tabsize, |b, times| {
        out[at..at + times].fill(b);
        at += times;
    });
    Ok(out)
}

/// `translate`: by a table of 256 bytes (none changes nothing), without the bytes of `delete`.
pub fn translate(s: &[u8], table: &PyObject, delete: Option<&PyObject>) -> PyResult<Vec<u8>> {
    let table = if table.is_none() {
        None
    } else {
        Some(view(table)?)
    };
    if table.as_ref().is_some_and(|t| t.len() != 256) {
        return Err(raise!(
            ValueError,
            "translation table must be 256 characters long"
        ));
    }
    let mut gone = [false; 256];
    if let Some(delete) = delete {
        view(delete)?
            .iter()
            .for_each(|&b| gone[usize::from(b)] = true);
    }
    let mut out = Vec::new();
    if out.try_reserve(s.len()).is_err() {
        return Err(err::no_memory());
    }
    for &b in s.iter().filter(|&&b| !gone[usize::from(b)]) {
        out.push(
            table
                .as_ref()
                .and_then(|t| t.get(usize::from(b)).copied())
                .unwrap_or(b),
        );
    }
    Ok(out)
}

pub fn make_trans(from: &PyObject, to: &PyObject) -> PyResult<Owned> {
    make_trans_of(&view(from)?, &view(to)?)
}

/// `maketrans`, of bytes that are at hand.
pub fn make_trans_of(from: &[u8], to: &[u8]) -> PyResult<Owned> {
    if from.len() != to.len() {
        return Err(raise!(
            ValueError,
            "maketrans arguments must have same length"
        ));
    }
    let mut table: Vec<u8> = (0..=255).collect();
    for (&a, &b) in from.iter().zip(to.iter()) {
        table[usize::from(a)] = b;
    }
    Make::Bytes.of(&table)
}

/// `fromhex`.
pub fn from_hex(text: &PyUnicodeObject) -> PyResult<Vec<u8>> {
    let text = unicode::chars(text);
    let digit = |i: usize| {
        text.get(i)
            .and_then(char::from_u32)
            .and_then(|c| c.to_digit(16))
    };
    let mut out = Vec::new();
    let mut i = 0;
    while i < text.len() {
        if text
            .get(i)
            .is_some_and(|c| u8::try_from(c).is_ok_and(is_space))
        {
            i += 1;
            continue;
        }
        let bad = |at: usize| {
            raise!(
                ValueError,
                "non-hexadecimal number found in fromhex() arg at position {at}"
            )
        };
        let high = digit(i).ok_or_else(|| bad(i))?;
        let low = digit(i + 1).ok_or_else(|| bad(i + 1))?;
        codecs::extend(&mut out, &[(high << 4 | low) as u8])?;
        i += 2;
    }
    Ok(out)
}

/// `hex`: with a separator every so many bytes, counted from the right, or (negative) from the left.
pub fn hex(s: &[u8], sep: Option<&PyObject>, every: isize) -> PyResult<Owned<PyUnicodeObject>> {
    let text = hex_bytes(s, sep, every)?;
    unicode::from_ascii(&text)
}

fn hex_bytes(s: &[u8], sep: Option<&PyObject>, every: isize) -> PyResult<Vec<u8>> {
    let sep = sep.map(hex_separator).transpose()?;
    let every = if sep.is_none() { 0 } else { every };
    let group = every.unsigned_abs();
    let breaks = if group == 0 || s.is_empty() {
        0
    } else {
        (s.len() - 1) / group
    };
    let mut out = Vec::new();
    let total = s.len().checked_mul(2).and_then(|n| n.checked_add(breaks));
    if total.is_none_or(|n| n > isize::MAX as usize || out.try_reserve_exact(n).is_err()) {
        return Err(err::no_memory());
    }
    for (i, b) in s.iter().enumerate() {
        let boundary = if every < 0 { i } else { s.len() - i };
        if let Some(sep) = sep
            && group != 0
            && i != 0
            && boundary % group == 0
        {
            out.push(sep);
        }
        out.push(b"0123456789abcdef"[usize::from(b >> 4)]);
        out.push(b"0123456789abcdef"[usize::from(b & 15)]);
    }
    Ok(out)
}

fn hex_separator(o: &PyObject) -> PyResult<u8> {
    let (len, first) = match (
        o.downcast::<PyUnicodeObject>(),
        o.downcast::<PyBytesObject>(),
    ) {
        (Some(s), _) => (unicode::length(s), unicode::chars(s).get(0)),
        (_, Some(b)) => (super::len(b), as_slice(b).first().map(|&b| u32::from(b))),
        _ => {
            return Err(match crate::object::size(o)? {
                1 => raise!(TypeError, "sep must be str or bytes."),
                _ => raise!(ValueError, "sep must be length 1."),
            });
        }
    };
    match first {
        _ if len != 1 => Err(raise!(ValueError, "sep must be length 1.")),
        Some(c @ 0..=0x7f) => Ok(c as u8),
        Some(_) if o.downcast::<PyUnicodeObject>().is_some() => {
            Err(raise!(ValueError, "sep must be ASCII."))
        }
        Some(_) => Err(raise!(ValueError, "sep must be ASCII.")),
        None => Err(raise!(ValueError, "sep must be length 1.")),
    }
}

pub fn title(s: &[u8]) -> Vec<u8> {
    let mut in_word = false;
    let map = |b: &u8| {
        let c = if in_word {
            b.to_ascii_lowercase()
        } else {
            b.to_ascii_uppercase()
        };
        in_word = b.is_ascii_alphabetic();
        c
    };
    s.iter().map(map).collect()
}

pub fn capitalize(s: &[u8]) -> Vec<u8> {
    let mut v = s.to_ascii_lowercase();
    if let Some(first) = v.first_mut() {
        first.make_ascii_uppercase();
    }
    v
}

pub fn swapcase(s: &[u8]) -> Vec<u8> {
    s.iter()
        .map(|&b| if b.is_ascii_alphabetic() { b ^ 0x20 } else { b })
        .collect()
}

/// Has the text bytes, all of which pass?
pub fn all(s: &[u8], test: impl Fn(&u8) -> bool) -> bool {
    !s.is_empty() && s.iter().all(test)
}

pub fn is_lower(s: &[u8]) -> bool {
    s.iter().any(u8::is_ascii_lowercase) && !s.iter().any(u8::is_ascii_uppercase)
}

pub fn is_upper(s: &[u8]) -> bool {
    s.iter().any(u8::is_ascii_uppercase) && !s.iter().any(u8::is_ascii_lowercase)
}

pub fn is_title(s: &[u8]) -> bool {
    let (mut cased, mut in_word) = (false, false);
    for b in s {
        match b {
            b'A'..=b'Z' if in_word => return false,
            b'a'..=b'z' if !in_word => return false,
            _ => {}
        }
        in_word = b.is_ascii_alphabetic();
        cased |= in_word;
    }
    cased
}

/// The bytes that a slice selects.
pub fn pick(s: &[u8], start: isize, step: isize, count: usize) -> Vec<u8> {
    let at = |i: usize| (start + step * i as isize) as usize;
    (0..count).filter_map(|i| s.get(at(i)).copied()).collect()
}

/// Compares bytes with anything bytes-like; None if it is not.
pub fn compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<Option<bool>> {
    let usable = |o: &PyObject| o.downcast::<PyBytesObject>().is_some() || buffer::check(o);
    if !usable(a) || !usable(b) {
        return Ok(None);
    }
    let (Ok(x), Ok(y)) = (view(a), view(b)) else {
        err::clear();
        return Ok(None);
    };
    let (x, y): (&[u8], &[u8]) = (&x, &y);
    Ok(Some(match op {
        Py_EQ => x == y,
        Py_NE => x != y,
        Py_LT => x < y,
        Py_LE => x <= y,
        Py_GT => x > y,
        _ => x >= y,
    }))
}

/// The bytes `times` over.
pub fn repeat(s: &[u8], times: isize) -> PyResult<Vec<u8>> {
    let times = times.max(0) as usize;
    let Some(total) = s
        .len()
        .checked_mul(times)
        .filter(|&n| n <= isize::MAX as usize - 64)
    else {
        return Err(err::no_memory());
    };
    let mut out = Vec::new();
    if out.try_reserve_exact(total).is_err() {
        return Err(err::no_memory());
    }
    if s.len() == 1 {
        out.resize(total, s[0]);
        return Ok(out);
    }
    for _ in 0..times {
        out.extend_from_slice(s);
    }
    Ok(out)
}
