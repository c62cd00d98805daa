//! Algorithms on runs of code units, one text for bytes and for the three widths of str.
//!
//! Everything here is a pure function of slices: no objects, no errors, no allocation but of the
//! positions it returns. `Unit` is a code unit; each function is compiled once per width.

use crate::mem::room;
use crate::prelude::*;
use memchr::memmem;

/// A code unit: the element of bytes, or of a string of one of the three kinds.
pub trait Unit: Copy + Eq + Ord + Into<u32> + Default + 'static {
    /// The largest code point that fits.
    const MAX: u32;
    /// Cuts `c` down to this width; the caller knows that it fits.
    fn cut(c: u32) -> Self;
    /// The code point.
    #[inline]
    fn code(self) -> u32 {
        self.into()
    }
}

impl Unit for u8 {
    const MAX: u32 = 0xff;
    #[inline]
    fn cut(c: u32) -> u8 {
        c as u8
    }
}

impl Unit for u16 {
    const MAX: u32 = 0xffff;
    #[inline]
    fn cut(c: u32) -> u16 {
        c as u16
    }
}

impl Unit for u32 {
    const MAX: u32 = 0x10_ffff;
    #[inline]
    fn cut(c: u32) -> u32 {
        c
    }
}

/// The memory of a run of units.
#[inline]
pub fn as_bytes<T: Unit>(s: &[T]) -> &[u8] {
    // SAFETY: units are integers without padding, so each of their bytes may be read as u8.
    unsafe { std::slice::from_raw_parts(s.as_ptr().cast(), size_of_val(s)) }
}

/// An upper bound for the code points of `s` that is exact in the steps 0x7f, 0xff, 0xffff and
/// 0x10ffff, which is what the choice of a string's kind needs.
#[inline]
pub fn max_char<T: Unit>(s: &[T]) -> u32 {
    if T::MAX == 0xff {
        return if as_bytes(s).is_ascii() { 0x7f } else { 0xff };
    }
    let mut all = 0u32;
    for chunk in s.chunks(64) {
        all = chunk.iter().fold(all, |a, &c| a | c.into());
        if all > 0xffff || (T::MAX == 0xffff && all > 0xff) {
            break;
        }
    }
    match all {
        0..=0x7f => 0x7f,
        0x80..=0xff => 0xff,
        0x100..=0xffff => 0xffff,
        _ => 0x10_ffff,
    }
}

#[inline]
pub fn find_char<T: Unit>(s: &[T], c: T) -> Option<usize> {
    if size_of::<T>() == 1 {
        memchr::memchr(c.into() as u8, as_bytes(s))
    } else {
        s.iter().position(|&u| u == c)
    }
}

#[inline]
pub fn rfind_char<T: Unit>(s: &[T], c: T) -> Option<usize> {
    if size_of::<T>() == 1 {
        memchr::memrchr(c.into() as u8, as_bytes(s))
    } else {
        s.iter().rposition(|&u| u == c)
    }
}

pub fn count_char<T: Unit>(s: &[T], c: T) -> usize {
    s.iter().filter(|&&u| u == c).count()
}

/// A needle that is searched for from left to right, several times.
pub struct Finder<'n, T: Unit> {
    needle: &'n [T],
    inner: Option<memmem::Finder<'n>>,
}

/// Below this many bytes a search is over sooner than a searcher is made.
const SHORT: usize = 512;

fn is_short<T: Unit>(hay: &[T]) -> bool {
    size_of_val(hay) <= SHORT
}

/// Looks for the first unit and compares: for short texts. The needle has at least two units.
fn find_short<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let starts = hay.get(..(hay.len() + 1).checked_sub(needle.len())?)?;
    let mut from = 0;
    loop {
        let at = from + find_char(starts.get(from..)?, *first)?;
        if hay.get(at + 1..at + needle.len()) == Some(rest) {
            return Some(at);
        }
        from = at + 1;
    }
}

fn rfind_short<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    let (first, rest) = needle.split_first()?;
    let mut starts = hay.get(..(hay.len() + 1).checked_sub(needle.len())?)?;
    loop {
        let at = rfind_char(starts, *first)?;
        if hay.get(at + 1..at + needle.len()) == Some(rest) {
            return Some(at);
        }
        starts = starts.get(..at)?;
    }
}

impl<'n, T: Unit> Finder<'n, T> {
    /// `needle` is not empty; it is to be looked for in `hay`.
    pub fn new(needle: &'n [T], hay: &[T]) -> Self {
        let inner =
            (needle.len() > 1 && !is_short(hay)).then(|| memmem::Finder::new(as_bytes(needle)));
        Finder { needle, inner }
    }

    /// The first place at or after `from`. Wider units are searched as bytes, which is fast, and a
    /// hit between two units is passed over.
    pub fn find(&self, hay: &[T], from: usize) -> Option<usize> {
        let hay = hay.get(from..)?;
        let Some(inner) = &self.inner else {
            let at = match self.needle {
                [c] => find_char(hay, *c),
                needle => find_short(hay, needle),
            };
            return at.map(|at| at + from);
        };
        let (width, bytes) = (size_of::<T>(), as_bytes(hay));
        let mut start = 0;
        loop {
            let at = start + inner.find(bytes.get(start..)?)?;
            if at % width == 0 {
                return Some(at / width + from);
            }
            start = at + 1;
        }
    }
}

/// The first place of `needle`; the empty one is found at 0.
pub fn find<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(0),
        _ if needle.len() > hay.len() => None,
        [c] => find_char(hay, *c),
        _ if is_short(hay) => find_short(hay, needle),
        _ if size_of::<T>() == 1 => memmem::find(as_bytes(hay), as_bytes(needle)),
        _ => Finder::new(needle, hay).find(hay, 0),
    }
}

/// The last place of `needle`; the empty one is found at the end.
pub fn rfind<T: Unit>(hay: &[T], needle: &[T]) -> Option<usize> {
    match needle {
        [] => Some(hay.len()),
        _ if needle.len() > hay.len() => None,
        [c] => rfind_char(hay, *c),
        _ if is_short(hay) => rfind_short(hay, needle),
        _ => {
            let finder = memmem::FinderRev::new(as_bytes(needle));
            let (width, mut bytes) = (size_of::<T>(), as_bytes(hay));
            loop {
                let at = finder.rfind(bytes)?;
                if at % width == 0 {
                    return Some(at / width);
                }
                bytes = bytes.get(..at + as_bytes(needle).len() - 1)?;
            }
        }
    }
}

/// How many times `needle` occurs without overlap, at most `limit`. The empty one occurs between all units.
pub fn count<T: Unit>(hay: &[T], needle: &[T], limit: usize) -> usize {
    match needle {
        [] => (hay.len() + 1).min(limit),
        [c] => count_char(hay, *c).min(limit),
        _ => places(hay, needle, limit).count(),
    }
}

/// The places of a needle that is not empty, from left to right without overlap, at most `limit`.
pub fn places<'a, T: Unit>(
    hay: &'a [T],
    needle: &'a [T],
    limit: usize,
) -> impl Iterator<Item = usize> + 'a {
    let finder = Finder::new(needle, hay);
    let mut from = 0;
    std::iter::from_fn(move || {
        let at = finder.find(hay, from)?;
        from = at + needle.len();
        Some(at)
    })
    .take(limit)
}

/// `s[start:end]` with the clipping of slices, for the optional bounds of `find` and its kin.
#[inline]
pub fn clip(start: isize, end: isize, len: usize) -> (isize, isize) {
    let len = len as isize;
    let end = match end {
        e if e > len => len,
        e if e < 0 => (e + len).max(0),
        e => e,
    };
    let start = if start < 0 {
        (start + len).max(0)
    } else {
        start
    };
    (start, end)
}

/// Pieces of `s` between separators, as ranges, at most `max` splits, from the left.
pub fn split<T: Unit, E>(
    s: &[T],
    sep: &[T],
    max: usize,
    mut piece: impl FnMut(usize, usize) -> Result<(), E>,
) -> Result<(), E> {
    let mut from = 0;
    if let ([c], true) = (sep, size_of::<T>() == 1) {
        for at in memchr::memchr_iter((*c).into() as u8, as_bytes(s)).take(max) {
            piece(from, at)?;
            from = at + 1;
        }
    } else {
        for at in places(s, sep, max) {
            piece(from, at)?;
            from = at + sep.len();
        }
    }
    piece(from, s.len())
}

/// Pieces of `s` between separators, as ranges, at most `max` splits, from the right.
pub fn rsplit<T: Unit>(s: &[T], sep: &[T], max: usize) -> PyResult<Vec<(usize, usize)>> {
    let mut pieces = Vec::new();
    let mut end = s.len();
    while pieces.len() < max {
        let Some(at) = rfind(&s[..end], sep) else {
            break;
        };
        room::push(&mut pieces, (at + sep.len(), end))?;
        end = at;
    }
    room::push(&mut pieces, (0, end))?;
    pieces.reverse();
    Ok(pieces)
}

/// Pieces between runs of white space; after `max` splits the rest stays as it is.
pub fn split_space<T: Unit, E>(
    s: &[T],
    max: usize,
    space: impl Fn(T) -> bool,
    mut piece: impl FnMut(usize, usize) -> Result<(), E>,
) -> Result<(), E> {
    let n = s.len();
    let (mut i, mut found) = (0, 0);
    loop {
        while i < n && space(s[i]) {
            i += 1;
        }
        if i == n {
            return Ok(());
        }
        if found == max {
            return piece(i, n);
        }
        let start = i;
        while i < n && !space(s[i]) {
            i += 1;
        }
        piece(start, i)?;
        found += 1;
    }
}

pub fn rsplit_space<T: Unit>(
    s: &[T],
    max: usize,
    space: impl Fn(T) -> bool,
) -> PyResult<Vec<(usize, usize)>> {
    let mut pieces = Vec::new();
    let mut i = s.len();
    loop {
        while i > 0 && space(s[i - 1]) {
            i -= 1;
        }
        if i == 0 {
            break;
        }
        if pieces.len() == max {
            room::push(&mut pieces, (0, i))?;
            break;
        }
        let end = i;
        while i > 0 && !space(s[i - 1]) {
            i -= 1;
        }
        room::push(&mut pieces, (i, end))?;
    }
    pieces.reverse();
    Ok(pieces)
}

/// Where `s` begins once units that `drop` accepts are gone from its start.
#[inline]
pub fn trim_start<T: Unit>(s: &[T], drop: impl Fn(T) -> bool) -> usize {
    s.iter().position(|&c| !drop(c)).unwrap_or(s.len())
}

#[inline]
pub fn trim_end<T: Unit>(s: &[T], drop: impl Fn(T) -> bool) -> usize {
    s.iter().rposition(|&c| !drop(c)).map_or(0, |at| at + 1)
}

/// Lines as ranges; CR LF counts as one line end. `keep` leaves the ends on.
pub fn split_lines<T: Unit>(
    s: &[T],
    keep: bool,
    line_break: impl Fn(T) -> bool,
) -> PyResult<Vec<(usize, usize)>> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < s.len() {
        let end = s[start..]
            .iter()
            .position(|&c| line_break(c))
            .map_or(s.len(), |n| n + start);
        let mut next = end;
        if end < s.len() {
            let crlf = s[end].into() == 13 && s.get(end + 1).is_some_and(|&c| c.into() == 10);
            next += if crlf { 2 } else { 1 };
        }
        room::push(&mut lines, (start, if keep { next } else { end }))?;
        start = next;
    }
    Ok(lines)
}

/// How long `expandtabs` makes the text, or None when that does not fit.
pub fn expanded_len<T: Unit>(s: &[T], tabsize: usize) -> Option<usize> {
    let (mut total, mut column) = (0usize, 0usize);
    for &c in s {
        match c.into() {
            9 => {
                if tabsize > 0 {
                    let step = tabsize - column % tabsize;
                    column = column.checked_add(step)?;
                    total = total.checked_add(step)?;
                }
            }
            other => {
                column = if matches!(other, 10 | 13) {
                    0
                } else {
                    column + 1
                };
                total = total.checked_add(1)?;
            }
        }
    }
    (total <= isize::MAX as usize).then_some(total)
}

/// Calls `put` with each unit of the expanded text; tabs come as a count of spaces.
pub fn expand_tabs<T: Unit>(s: &[T], tabsize: usize, mut put: impl FnMut(T, usize)) {
    let mut column = 0;
    for &c in s {
        match c.into() {
            9 => {
                if tabsize > 0 {
                    let step = tabsize - column % tabsize;
                    column += step;
                    put(T::cut(32), step);
                }
            }
            other => {
                column = if matches!(other, 10 | 13) {
                    0
                } else {
                    column + 1
                };
                put(c, 1);
            }
        }
    }
}

/// The blanks left of a centred text: the odd one goes where CPython puts it.
pub fn center_left(len: usize, width: usize) -> usize {
    let pad = width - len;
    pad / 2 + (pad & width & 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_search_skips_hits_between_units() {
        let hay = [0x0101u16, 0x0201, 0x0102, 0x0101];
        assert_eq!(find(&hay, &[0x0102, 0x0101]), Some(2));
        assert_eq!(rfind(&hay, &[0x0101, 0x0201]), Some(0));
        assert_eq!(find(&hay, &[0x0202, 0x0101]), None);
    }

    /// The pieces that a function reports one by one.
    fn pieces(
        split: impl FnOnce(&mut dyn FnMut(usize, usize) -> Result<(), ()>) -> Result<(), ()>,
    ) -> Vec<(usize, usize)> {
        let mut found = Vec::new();
        let done = split(&mut |from, to| {
            found.push((from, to));
            Ok(())
        });
        assert_eq!(done, Ok(()));
        found
    }

    #[test]
    fn space_splitting_keeps_inner_space_of_the_last() {
        let s = b"  a b  c ";
        let sp = |c: u8| c == b' ';
        assert_eq!(pieces(|each| split_space(s, 1, sp, each)), [(2, 3), (4, 9)]);
        assert_eq!(rsplit_space(s, 1, sp).unwrap_or_default(), [(0, 5), (7, 8)]);
        assert_eq!(
            pieces(|each| split(b"a,,b", b",", 9, each)),
            [(0, 1), (2, 2), (3, 4)]
        );
    }
}
