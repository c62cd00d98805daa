//! Finding, replacing and splitting in strings of any two widths.

use super::layout::{self, Builder, Chars, ToChars, chars};
use super::{exact, from_chars, from_ordinal, ops};
use crate::mem::room;
use crate::prelude::*;
use crate::strlib::{self, Unit};
use crate::unicode::tables;
use crate::{list, number, on_chars, tuple};

/// Evaluates `$body` with `$h` and `$n` bound to the two texts as slices of one width, the one of
/// `$hay`; `$miss` where the needle is wider, so that it cannot occur.
macro_rules! on_pair {
    ($hay:expr, $needle:expr, ($h:ident, $n:ident) => $body:expr, else $miss:expr) => {
        match ($hay, $needle) {
            (Chars::One($h), Chars::One($n)) => $body,
            (Chars::Two($h), Chars::Two($n)) => $body,
            (Chars::Four($h), Chars::Four($n)) => $body,
            (hay, needle) if needle.kind() > hay.kind() => $miss,
            (Chars::Two($h), needle) => {
                let widened = needle.to_vec::<u16>();
                let $n = &widened[..];
                $body
            }
            (Chars::Four($h), needle) => {
                let widened = needle.to_vec::<u32>();
                let $n = &widened[..];
                $body
            }
            (Chars::One(_), _) => $miss,
        }
    };
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Left,
    Right,
    Both,
}

/// The bounds that `find` and its kin take: None and absent are the whole text.
pub fn bound(o: Option<&PyObject>, default: isize) -> PyResult<isize> {
    match o {
        Some(o) if !o.is_none() => {
            if !number::index_check(o) {
                return Err(raise!(
                    TypeError,
                    "slice indices must be integers or None or have an __index__ method"
                ));
            }
            number::as_ssize_t(o, None)
        }
        _ => Ok(default),
    }
}

/// One argument and up to two bounds, as `find(sub[, start[, end]])` takes them.
pub fn find_args<'a>(name: &str, args: &[&'a PyObject]) -> PyResult<(&'a PyObject, isize, isize)> {
    let (Some(first), true) = (args.first(), args.len() <= 3) else {
        let (how, limit, s) = if args.is_empty() {
            ("least", 1, "")
        } else {
            ("most", 3, "s")
        };
        return Err(raise!(
            TypeError,
            "{name}() takes at {how} {limit} argument{s} ({} given)",
            args.len()
        ));
    };
    let start = bound(args.get(1).copied(), 0)?;
    let end = bound(args.get(2).copied(), isize::MAX)?;
    Ok((first, start, end))
}

fn needle(o: &PyObject) -> PyResult<&PyUnicodeObject> {
    ops::expect(o, "must be str")
}

pub fn find_in(hay: Chars<'_>, needle: Chars<'_>) -> Option<usize> {
    on_pair!(hay, needle, (h, n) => strlib::find(h, n), else None)
}

fn rfind_in(hay: Chars<'_>, needle: Chars<'_>) -> Option<usize> {
    on_pair!(hay, needle, (h, n) => strlib::rfind(h, n), else None)
}

fn count_in(hay: Chars<'_>, needle: Chars<'_>) -> usize {
    on_pair!(hay, needle, (h, n) => strlib::count(h, n, usize::MAX), else 0)
}

/// The text between two bounds, and where it starts; None where the bounds cross.
fn window(text: Chars<'_>, start: isize, end: isize) -> Option<(Chars<'_>, usize)> {
    let (start, end) = strlib::clip(start, end, text.len());
    (start <= end).then(|| (text.slice(start as usize, end as usize), start as usize))
}

/// `PyUnicode_Find`: direction 1 is from the left, -1 from the right.
pub fn find(
    s: &PyUnicodeObject,
    sub: &PyUnicodeObject,
    start: isize,
    end: isize,
    direction: i32,
) -> Option<usize> {
    let (hay, from) = window(chars(s), start, end)?;
    let sub = chars(sub);
    let at = if direction >= 0 {
        find_in(hay, sub)
    } else {
        rfind_in(hay, sub)
    };
    at.map(|at| at + from)
}

pub(super) fn find_method(
    s: &PyUnicodeObject,
    name: &str,
    args: &[&PyObject],
) -> PyResult<Option<usize>> {
    let (sub, start, end) = find_args(name, args)?;
    let direction = if name.starts_with('r') { -1 } else { 1 };
    Ok(find(s, needle(sub)?, start, end, direction))
}

pub(super) fn index_method(s: &PyUnicodeObject, name: &str, args: &[&PyObject]) -> PyResult<usize> {
    find_method(s, name, args)?.ok_or_else(|| raise!(ValueError, "substring not found"))
}

/// `PyUnicode_Count`.
pub fn count(s: &PyUnicodeObject, sub: &PyUnicodeObject, start: isize, end: isize) -> usize {
    window(chars(s), start, end).map_or(0, |(hay, _)| count_in(hay, chars(sub)))
}

pub(super) fn count_method(s: &PyUnicodeObject, args: &[&PyObject]) -> PyResult<usize> {
    let (sub, start, end) = find_args("count", args)?;
    Ok(count(s, needle(sub)?, start, end))
}

/// `PyUnicode_Contains`.
pub fn contains(s: &PyUnicodeObject, sub: &PyObject) -> PyResult<bool> {
    let sub = match sub.downcast::<PyUnicodeObject>() {
        Some(sub) => sub,
        None => {
            let got = sub.type_name();
            return Err(raise!(
                TypeError,
                "'in <string>' requires string as left operand, not {}",
                crate::err::short(&got, 100)
            ));
        }
    };
    let (hay, sub) = (chars(s), chars(sub));
    Ok(match sub.len() {
        1 => hay.find_char(sub.at(0)).is_some(),
        _ => find_in(hay, sub).is_some(),
    })
}

/// `PyUnicode_Tailmatch`.
pub fn tail_match(
    s: &PyUnicodeObject,
    sub: &PyUnicodeObject,
    start: isize,
    end: isize,
    at_end: bool,
) -> bool {
    let Some((text, _)) = window(chars(s), start, end) else {
        return false;
    };
    let sub = chars(sub);
    let Some(rest) = text.len().checked_sub(sub.len()) else {
        return false;
    };
    let from = if at_end { rest } else { 0 };
    text.slice(from, from + sub.len()) == sub
}

pub(super) fn tail_method(s: &PyUnicodeObject, name: &str, args: &[&PyObject]) -> PyResult<bool> {
    let (what, start, end) = find_args(name, args)?;
    let at_end = name == "endswith";
    if let Some(options) = what.downcast::<PyTupleObject>() {
        for option in tuple::as_slice(options) {
            let Some(option) = option.downcast::<PyUnicodeObject>() else {
                let got = option.type_name();
                return Err(raise!(
                    TypeError,
                    "tuple for {name} must only contain str, not {}",
                    crate::err::short(&got, 100)
                ));
            };
            if tail_match(s, option, start, end, at_end) {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    match what.downcast::<PyUnicodeObject>() {
        Some(sub) => Ok(tail_match(s, sub, start, end, at_end)),
        None => {
            let got = what.type_name();
            Err(raise!(
                TypeError,
                "{name} first arg must be str or a tuple of str, not {}",
                crate::err::short(&got, 100)
            ))
        }
    }
}

/// `PyUnicode_Replace`; a negative count replaces all.
pub fn replace(
    s: &PyUnicodeObject,
    old: &PyUnicodeObject,
    new: &PyUnicodeObject,
    count: isize,
) -> PyResult<Owned<PyUnicodeObject>> {
    let limit = if count < 0 {
        usize::MAX
    } else {
        count as usize
    };
    let (text, o, n) = (chars(s), chars(old), chars(new));
    if limit == 0 || o.len() > text.len() || o == n {
        return exact(s);
    }
    if let (1, 1, usize::MAX) = (o.len(), n.len(), limit) {
        return replace_char(s, o.at(0), n.at(0));
    }
    let places: Vec<usize> = if o.is_empty() {
        room::collect((0..=text.len()).take(limit))?
    } else {
        on_pair!(text, o, (t, o) => {
            let mut places = Vec::new();
            for at in strlib::places(t, o, limit) {
                if places.is_empty() {
                    // Usually enough, and no more than can be.
                    places.reserve(16.min(t.len() / o.len()));
                }
                room::push(&mut places, at)?;
            }
            places
        }, else Vec::new())
    };
    if places.is_empty() {
        return exact(s);
    }
    let kept = text.len() - o.len() * places.len();
    let total = n
        .len()
        .checked_mul(places.len())
        .and_then(|added| added.checked_add(kept));
    let Some(total) = total.filter(|&t| t <= isize::MAX as usize) else {
        return Err(raise!(OverflowError, "replace string is too long"));
    };
    if total == 0 {
        return super::empty();
    }
    let (bound_s, bound_new) = (layout::max_char_bound(s), layout::max_char_bound(new));
    let bound = bound_s.max(bound_new);
    let mut b = Builder::new(total, bound)?;
    let mut from = 0;
    for at in places {
        b.extend(text.slice(from, at));
        b.extend(n);
        from = at + o.len();
    }
    b.extend(text.slice(from, text.len()));
    let result = b.finish();
    // The replaced text may have held the only wide characters.
    if bound_new < bound
        && layout::max_char_bound(old) == bound
        && chars(&result).max_char() < bound
    {
        return from_chars(chars(&result));
    }
    Ok(result)
}

/// One character for another, wherever it is.
fn replace_char(s: &PyUnicodeObject, old: u32, new: u32) -> PyResult<Owned<PyUnicodeObject>> {
    let text = chars(s);
    if text.find_char(old).is_none() {
        return exact(s);
    }
    let swap = |c: u32| if c == old { new } else { c };
    let bound = layout::max_char_bound(s);
    if let (Chars::One(units), true) = (text, new <= bound && (old < 0x80 || bound < 0x80)) {
        return super::from_map(units, bound, |c| swap(c.into()) as u8);
    }
    let mut w = super::Writer::new();
    text.iter().try_for_each(|c| w.push(swap(c)))?;
    w.finish()
}

/// Collects pieces of a text.
struct Pieces<'a> {
    s: &'a PyUnicodeObject,
    whole: usize,
    list: Owned<PyListObject>,
}

impl<'a> Pieces<'a> {
    /// With room for `room` pieces at once.
    fn of(s: &'a PyUnicodeObject, room: usize) -> PyResult<Self> {
        Ok(Pieces {
            s,
            whole: layout::length(s),
            list: list::with_room(room)?,
        })
    }

    #[inline]
    fn add(&mut self, start: usize, end: usize) -> PyResult<()> {
        let piece = if (start, end) == (0, self.whole) {
            exact(self.s)?
        } else {
            ops::part(self.s, start, end)?
        };
        list::append_owned(&self.list, piece.upcast())
    }

    fn add_all(&mut self, ranges: Vec<(usize, usize)>) -> PyResult<()> {
        ranges
            .into_iter()
            .try_for_each(|(start, end)| self.add(start, end))
    }

    fn list(self) -> PyResult<Owned> {
        Ok(self.list.upcast())
    }
}

#[inline]
pub(super) fn is_space<T: Unit>(c: T) -> bool {
    let c: u32 = c.into();
    if c < 0x80 {
        matches!(c, 9..=13 | 28..=32)
    } else {
        tables::is_space(c)
    }
}

#[inline]
pub(super) fn is_line_break<T: Unit>(c: T) -> bool {
    let c: u32 = c.into();
    if c < 0x80 {
        matches!(c, 10..=13 | 28..=30)
    } else {
        tables::is_linebreak(c)
    }
}

/// `PyUnicode_Split` and `PyUnicode_RSplit`; no separator is white space, a negative maximum none.
pub fn split(
    s: &PyUnicodeObject,
    sep: Option<&PyUnicodeObject>,
    max: isize,
    from_right: bool,
) -> PyResult<Owned> {
    let max = if max < 0 { usize::MAX } else { max as usize };
    let text = chars(s);
    // As 3.8 does, which `sys.getsizeof` shows.
    let mut pieces = Pieces::of(s, max.saturating_add(1).min(12))?;
    let Some(sep) = sep else {
        on_chars!(text, c => if from_right {
            pieces.add_all(strlib::rsplit_space(c, max, is_space)?)
        } else {
            strlib::split_space(c, max, is_space, |start, end| pieces.add(start, end))
        })?;
        return pieces.list();
    };
    if layout::length(sep) == 0 {
        return Err(raise!(ValueError, "empty separator"));
    }
    if layout::length(sep) > text.len() {
        return Ok(list::from_owned(vec![s.own()])?.upcast());
    }
    on_pair!(text, chars(sep), (t, p) => if from_right {
        pieces.add_all(strlib::rsplit(t, p, max)?)
    } else {
        strlib::split(t, p, max, |start, end| pieces.add(start, end))
    }, else pieces.add(0, text.len()))?;
    pieces.list()
}

pub(super) fn split_method(
    s: &PyUnicodeObject,
    sep: Option<&PyObject>,
    max: isize,
    from_right: bool,
) -> PyResult<Owned> {
    let sep = match sep {
        Some(sep) if !sep.is_none() => Some(ops::expect(sep, "must be str or None")?),
        _ => None,
    };
    split(s, sep, max, from_right)
}

/// `PyUnicode_Splitlines`.
pub fn split_lines(s: &PyUnicodeObject, keep: bool) -> PyResult<Owned> {
    let mut pieces = Pieces::of(s, 0)?;
    pieces.add_all(on_chars!(chars(s), c => strlib::split_lines(c, keep, is_line_break)?))?;
    pieces.list()
}

/// `PyUnicode_Partition` and `PyUnicode_RPartition`.
pub fn partition(s: &PyUnicodeObject, sep: &PyUnicodeObject, from_right: bool) -> PyResult<Owned> {
    let (text, p) = (chars(s), chars(sep));
    if p.is_empty() {
        return Err(raise!(ValueError, "empty separator"));
    }
    let at = if from_right {
        rfind_in(text, p)
    } else {
        find_in(text, p)
    };
    let parts = match at {
        Some(at) => [
            ops::part(s, 0, at)?.upcast(),
            sep.own(),
            ops::part(s, at + p.len(), text.len())?.upcast(),
        ],
        None => {
            let (whole, none) = (s.own(), super::empty()?.upcast());
            if from_right {
                [none.clone(), none, whole]
            } else {
                [whole, none.clone(), none]
            }
        }
    };
    Ok(tuple::from_owned(parts.into())?.upcast())
}

pub(super) fn partition_method(
    s: &PyUnicodeObject,
    sep: &PyObject,
    from_right: bool,
) -> PyResult<Owned> {
    partition(s, needle(sep)?, from_right)
}

/// `_PyUnicode_XStrip`: without the characters of a set (white space, if none) at its ends.
pub fn strip(
    s: &PyUnicodeObject,
    set: Option<&PyUnicodeObject>,
    side: Side,
) -> PyResult<Owned<PyUnicodeObject>> {
    let text = chars(s);
    let (start, end) = match set {
        None => on_chars!(text, c => ends(c, side, is_space)),
        Some(set) => {
            let set = chars(set);
            on_chars!(text, c => ends(c, side, |u| set.find_char(u.code()).is_some()))
        }
    };
    super::substring(s, start, end)
}

fn ends<T: Unit + ToChars>(s: &[T], side: Side, drop: impl Fn(T) -> bool) -> (usize, usize) {
    let end = if side == Side::Left {
        s.len()
    } else {
        strlib::trim_end(s, &drop)
    };
    let start = if side == Side::Right {
        0
    } else {
        strlib::trim_start(&s[..end], &drop)
    };
    (start, end)
}

pub(super) fn strip_method(
    s: &PyUnicodeObject,
    set: Option<&PyObject>,
    side: Side,
    name: &str,
) -> PyResult<Owned<PyUnicodeObject>> {
    let set = match set {
        Some(set) if !set.is_none() => match set.downcast::<PyUnicodeObject>() {
            Some(set) => Some(set),
            None => return Err(raise!(TypeError, "{name} arg must be None or str")),
        },
        _ => None,
    };
    strip(s, set, side)
}

/// The character at an index, or the part that a slice names.
pub(super) fn subscript(s: &PyUnicodeObject, index: &PyObject) -> PyResult<Owned> {
    if number::index_check(index) {
        let i = number::as_ssize_t(index, Some(crate::exceptions::exc::IndexError.get()))?;
        let len = layout::length(s) as isize;
        return item(s, if i < 0 { i + len } else { i });
    }
    if index.downcast::<PySliceObject>().is_none() {
        return Err(raise!(TypeError, "string indices must be integers"));
    }
    let picked = crate::slice::unpack(index)?.adjust(layout::length(s) as isize);
    let text = chars(s);
    let (start, n) = (picked.start, picked.count.max(0) as usize);
    if n == 0 {
        return Ok(super::empty()?.upcast());
    }
    if picked.step == 1 {
        return Ok(super::substring(s, start as usize, start as usize + n)?.upcast());
    }
    let at = |i: usize| (start + picked.step * i as isize) as usize;
    Ok(on_chars!(text, c => {
        let units: Vec<_> = (0..n).filter_map(|i| c.get(at(i)).copied()).collect();
        super::from_units(&units)?
    })
    .upcast())
}

/// The character at a position that must be in range.
pub(super) fn item(s: &PyUnicodeObject, i: isize) -> PyResult<Owned> {
    match usize::try_from(i).ok().and_then(|i| chars(s).get(i)) {
        Some(ch) => Ok(from_ordinal(ch)?.upcast()),
        None => Err(raise!(IndexError, "string index out of range")),
    }
}
