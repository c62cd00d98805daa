//! Where a string's units lie, and how a new one is made.

use super::{PyUnicode_Type, legacy};
use crate::prelude::*;
use crate::strlib::{self, Unit};
use crate::{err, mem};
use std::ptr;

const STATE_COMPACT: u32 = 1 << 5;
const STATE_ASCII: u32 = 1 << 6;
const STATE_READY: u32 = 1 << 7;
const KIND_SHIFT: u32 = 2;

/// The bit-field of `PyASCIIObject`, taken apart.
#[derive(Clone, Copy)]
pub struct State(u32);

impl State {
    #[inline]
    pub fn new(kind: u32, compact: bool, ascii: bool, ready: bool) -> State {
        State(
            (kind << KIND_SHIFT)
                | (u32::from(compact) * STATE_COMPACT)
                | (u32::from(ascii) * STATE_ASCII)
                | (u32::from(ready) * STATE_READY),
        )
    }
    #[inline]
    pub fn bits(self) -> u32 {
        self.0
    }
    #[inline]
    pub fn interned(self) -> u32 {
        self.0 & 3
    }
    #[inline]
    pub fn with_interned(self, how: u32) -> State {
        State((self.0 & !3) | how)
    }
    /// 0 for a string that is not ready.
    #[inline]
    pub fn kind(self) -> u32 {
        self.0 >> KIND_SHIFT & 7
    }
    #[inline]
    pub fn compact(self) -> bool {
        self.0 & STATE_COMPACT != 0
    }
    #[inline]
    pub fn ascii(self) -> bool {
        self.0 & STATE_ASCII != 0
    }
    #[inline]
    pub fn ready(self) -> bool {
        self.0 & STATE_READY != 0
    }
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    One = 1,
    Two = 2,
    Four = 4,
}

impl Kind {
    #[inline]
    pub fn of(max_char: u32) -> Kind {
        match max_char {
            0..=0xff => Kind::One,
            0x100..=0xffff => Kind::Two,
            _ => Kind::Four,
        }
    }
}

/// A string's code units.
#[derive(Clone, Copy)]
pub enum Chars<'a> {
    One(&'a [u8]),
    Two(&'a [u16]),
    Four(&'a [u32]),
}

/// Evaluates an expression with `$c` bound to the slice, whatever its width.
#[macro_export]
macro_rules! on_chars {
    ($chars:expr, $c:ident => $body:expr) => {
        match $chars {
            $crate::unicode::Chars::One($c) => $body,
            $crate::unicode::Chars::Two($c) => $body,
            $crate::unicode::Chars::Four($c) => $body,
        }
    };
}

impl<'a> Chars<'a> {
    #[inline]
    pub fn len(self) -> usize {
        on_chars!(self, c => c.len())
    }
    #[inline]
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
    #[inline]
    pub fn kind(self) -> Kind {
        match self {
            Chars::One(_) => Kind::One,
            Chars::Two(_) => Kind::Two,
            Chars::Four(_) => Kind::Four,
        }
    }
    #[inline]
    pub fn get(self, at: usize) -> Option<u32> {
        on_chars!(self, c => c.get(at).map(|&u| u.code()))
    }
    /// The code point at `at`, which is in range; 0 otherwise.
    #[inline]
    pub fn at(self, at: usize) -> u32 {
        self.get(at).unwrap_or(0)
    }
    /// The part from `start` to `end`, clipped to what there is.
    #[inline]
    pub fn slice(self, start: usize, end: usize) -> Chars<'a> {
        let end = end.min(self.len());
        let start = start.min(end);
        match self {
            Chars::One(c) => Chars::One(&c[start..end]),
            Chars::Two(c) => Chars::Two(&c[start..end]),
            Chars::Four(c) => Chars::Four(&c[start..end]),
        }
    }
    #[inline]
    pub fn iter(self) -> impl DoubleEndedIterator<Item = u32> + Clone + 'a {
        (0..self.len()).map(move |i| self.at(i))
    }
    /// The bound of the code points in the steps of the kinds.
    pub fn max_char(self) -> u32 {
        on_chars!(self, c => strlib::max_char(c))
    }
    pub fn is_ascii(self) -> bool {
        matches!(self, Chars::One(c) if c.is_ascii())
    }
    /// The units as memory.
    #[inline]
    pub fn bytes(self) -> &'a [u8] {
        on_chars!(self, c => strlib::as_bytes(c))
    }
    pub fn find_char(self, ch: u32) -> Option<usize> {
        match self {
            Chars::One(c) if ch <= 0xff => strlib::find_char(c, ch as u8),
            Chars::Two(c) if ch <= 0xffff => strlib::find_char(c, ch as u16),
            Chars::Four(c) => strlib::find_char(c, ch),
            _ => None,
        }
    }
    /// The units widened (or, where the caller knows that they fit, cut) to `T`.
    pub fn to_vec<T: Unit>(self) -> Vec<T> {
        on_chars!(self, c => c.iter().map(|&u| T::cut(u.code())).collect())
    }
}

impl PartialEq for Chars<'_> {
    fn eq(&self, other: &Self) -> bool {
        if self.kind() == other.kind() {
            return self.bytes() == other.bytes();
        }
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

/// A slice of units as `Chars`.
pub trait ToChars: Unit {
    fn chars(s: &[Self]) -> Chars<'_>;
}
impl ToChars for u8 {
    #[inline]
    fn chars(s: &[u8]) -> Chars<'_> {
        Chars::One(s)
    }
}
impl ToChars for u16 {
    #[inline]
    fn chars(s: &[u16]) -> Chars<'_> {
        Chars::Two(s)
    }
}
impl ToChars for u32 {
    #[inline]
    fn chars(s: &[u32]) -> Chars<'_> {
        Chars::Four(s)
    }
}

/// The head that every form of string begins with.
#[inline]
pub(super) fn head(o: &PyUnicodeObject) -> &PyASCIIObject {
    // SAFETY: all three layouts begin with PyASCIIObject.
    unsafe { &*ptr::from_ref(o).cast() }
}

/// The head of every form but compact ASCII.
#[inline]
pub(super) fn compact_head(o: &PyUnicodeObject) -> Option<&PyCompactUnicodeObject> {
    let state = state(o);
    if state.compact() && state.ascii() {
        return None;
    }
    // SAFETY: all layouts but compact ASCII begin with PyCompactUnicodeObject.
    Some(unsafe { &*ptr::from_ref(o).cast() })
}

#[inline]
pub fn state(o: &PyUnicodeObject) -> State {
    State(head(o).state.get())
}

#[inline]
pub(super) fn set_state(o: &PyUnicodeObject, state: State) {
    head(o).state.set(state.0);
}

/// Makes sure that the string has its final form. Running out of memory here ends the process: a
/// reader of text has no way to fail.
#[inline]
fn ensure_ready(o: &PyUnicodeObject) -> State {
    let st = state(o);
    if st.ready() {
        st
    } else {
        legacy::ready_or_abort(o)
    }
}

#[inline]
pub(super) fn data_ptr(o: &PyUnicodeObject, st: State) -> *mut u8 {
    let base = ptr::from_ref(o).cast_mut().cast::<u8>();
    if st.compact() {
        let head = if st.ascii() {
            size_of::<PyASCIIObject>()
        } else {
            size_of::<PyCompactUnicodeObject>()
        };
        base.wrapping_add(head)
    } else {
        o.data.get().cast()
    }
}

/// The text.
#[inline]
pub fn chars(o: &PyUnicodeObject) -> Chars<'_> {
    let st = ensure_ready(o);
    let (p, len) = (data_ptr(o, st), head(o).length.get() as usize);
    // SAFETY: a ready string has `length` initialised units of its kind at its data pointer, which
    // is aligned for them and not null; they do not change while somebody can read them.
    unsafe {
        match st.kind() {
            1 => Chars::One(std::slice::from_raw_parts(p, len)),
            2 => Chars::Two(std::slice::from_raw_parts(p.cast(), len)),
            _ => Chars::Four(std::slice::from_raw_parts(p.cast(), len)),
        }
    }
}

/// What contradicts itself in the head of a string, if anything.
pub fn check_form(o: &PyUnicodeObject) -> Result<(), &'static str> {
    let st = state(o);
    let expect = |holds: bool, what| if holds { Ok(()) } else { Err(what) };
    if !st.ready() {
        return expect(
            st.kind() == 0 && !st.compact() && !head(o).wstr.get().is_null(),
            "wide characters in a str that is not ready",
        );
    }
    expect(matches!(st.kind(), 1 | 2 | 4), "a kind of 1, 2 or 4 bytes")?;
    expect(
        !st.ascii() || st.kind() == 1,
        "one byte for each character of ASCII",
    )?;
    expect(head(o).length.get() >= 0, "a length that is not negative")?;
    expect(
        !data_ptr(o, st).is_null(),
        "characters in a str that is ready",
    )
}

/// Whether the form of a string is the one that its characters ask for, with a zero behind them.
pub fn is_narrowest(o: &PyUnicodeObject) -> bool {
    let text = chars(o);
    let found = text.max_char();
    let end = data_ptr(o, state(o)).wrapping_add(text.bytes().len());
    // SAFETY: a string has a unit behind its last one, which is zero.
    found == max_char_bound(o)
        && (0..text.kind() as usize).all(|i| unsafe { *end.wrapping_add(i) } == 0)
}

/// The number of code points.
#[inline]
pub fn length(o: &PyUnicodeObject) -> usize {
    ensure_ready(o);
    head(o).length.get() as usize
}

#[inline]
pub fn is_ascii(o: &PyUnicodeObject) -> bool {
    ensure_ready(o).ascii()
}

#[inline]
pub fn kind(o: &PyUnicodeObject) -> Kind {
    match ensure_ready(o).kind() {
        1 => Kind::One,
        2 => Kind::Two,
        _ => Kind::Four,
    }
}

/// A bound for the code points that depends on the form alone.
#[inline]
pub fn max_char_bound(o: &PyUnicodeObject) -> u32 {
    let st = ensure_ready(o);
    match st.kind() {
        1 if st.ascii() => 0x7f,
        1 => 0xff,
        2 => 0xffff,
        _ => 0x10_ffff,
    }
}

/// The size of the memory of a compact string.
pub(super) fn compact_size(len: usize, max_char: u32) -> Option<usize> {
    let head = if max_char < 0x80 {
        size_of::<PyASCIIObject>()
    } else {
        size_of::<PyCompactUnicodeObject>()
    };
    let bytes = len
        .checked_add(1)?
        .checked_mul(Kind::of(max_char) as usize)?;
    bytes
        .checked_add(head)
        .filter(|&n| n <= isize::MAX as usize)
}

/// Fills in what every form of a string begins with.
///
/// # Safety
/// Fresh memory of a string's size.
#[inline(always)]
unsafe fn write_head(head: *mut PyASCIIObject, len: usize, state: State) {
    // SAFETY: by the contract.
    unsafe {
        mem::init_head(head.cast(), &PyUnicode_Type);
        (&raw mut (*head).length).write(Cell::new(len as Py_ssize_t));
        (&raw mut (*head).hash).write(Cell::new(-1));
        (&raw mut (*head).state).write(Cell::new(state.0));
        (&raw mut (*head).wstr).write(Cell::new(ptr::null_mut()));
    }
}

/// `PyUnicode_New`: a string of `len` units that are not written yet, but for the final zero.
pub fn new(len: usize, max_char: u32) -> PyResult<Owned<PyUnicodeObject>> {
    let Some(size) = compact_size(len, max_char) else {
        return Err(err::no_memory());
    };
    let kind = Kind::of(max_char);
    let ascii = max_char < 0x80;
    let p = mem::object_alloc(size).cast::<PyUnicodeObject>();
    if p.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: `p` is fresh memory of `size` bytes, which holds the head of the chosen form, `len`
    // units and one more; all head fields of that form are written before anybody reads them.
    unsafe {
        let head = p.cast::<PyASCIIObject>();
        write_head(head, len, State::new(kind as u32, true, ascii, true));
        if !ascii {
            let c = p.cast::<PyCompactUnicodeObject>();
            (&raw mut (*c).utf8_length).write(Cell::new(0));
            (&raw mut (*c).utf8).write(Cell::new(ptr::null_mut()));
            (&raw mut (*c).wstr_length).write(Cell::new(0));
            if kind == Kind::Four {
                // The units serve as the wchar_t form as well.
                let units = p.cast::<u8>().add(size_of::<PyCompactUnicodeObject>());
                (*head).wstr.set(units.cast());
                (*c).wstr_length.set(len as Py_ssize_t);
            }
        }
        p.cast::<u8>()
            .add(size - kind as usize)
            .write_bytes(0, kind as usize);
        Ok(Owned::from_owned_ptr(p))
    }
}

/// A string of some texts in a row, all of which are ASCII: the most frequent of all, made without a question.
pub(super) fn new_ascii<const N: usize>(parts: [&[u8]; N]) -> PyResult<Owned<PyUnicodeObject>> {
    // No slice is longer than half of the address space.
    let length = parts
        .iter()
        .fold(0usize, |length, part| length.saturating_add(part.len()));
    let size = length.saturating_add(size_of::<PyASCIIObject>() + 1);
    if size > isize::MAX as usize {
        return Err(err::no_memory());
    }
    let p = mem::object_alloc(size).cast::<PyUnicodeObject>();
    if p.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: fresh memory for the head, the text and a zero behind it; all fields of the form are written.
    unsafe {
        write_head(p.cast(), length, State::new(1, true, true, true));
        let mut data = p.cast::<u8>().add(size_of::<PyASCIIObject>());
        for part in parts {
            ptr::copy_nonoverlapping(part.as_ptr(), data, part.len());
            data = data.add(part.len());
        }
        data.write(0);
        Ok(Owned::from_owned_ptr(p))
    }
}

/// A string that is being written, from left to right, with its size and kind known beforehand.
pub struct Builder {
    object: Owned<PyUnicodeObject>,
    data: *mut u8,
    kind: Kind,
    pos: usize,
    len: usize,
}

impl Builder {
    /// All code points must be at most `max_char`, which must be the result's `max_char` step.
    #[inline]
    pub fn new(len: usize, max_char: u32) -> PyResult<Self> {
        let object = new(len, max_char)?;
        let data = data_ptr(&object, state(&object));
        Ok(Builder {
            object,
            data,
            kind: Kind::of(max_char),
            pos: 0,
            len,
        })
    }

    /// Appends units of another string; those beyond the promised length are dropped.
    #[inline]
    pub fn extend(&mut self, text: Chars<'_>) {
        let room = self.len - self.pos;
        let text = if text.len() > room {
            text.slice(0, room)
        } else {
            text
        };
        match self.kind {
            Kind::One => self.extend_as::<u8>(text),
            Kind::Two => self.extend_as::<u16>(text),
            Kind::Four => self.extend_as::<u32>(text),
        }
    }

    /// Appends characters of one byte to a string of such; what is beyond the promised length is dropped.
    #[inline]
    pub fn extend_bytes(&mut self, text: &[u8]) {
        if self.kind != Kind::One || text.len() > self.len - self.pos {
            return self.extend(Chars::One(text));
        }
        // SAFETY: there is room for the text behind `pos`, in memory that is this builder's alone.
        unsafe {
            let to = self.data.add(self.pos);
            match text {
                [c] => to.write(*c),
                _ => ptr::copy_nonoverlapping(text.as_ptr(), to, text.len()),
            }
        }
        self.pos += text.len();
    }

    #[inline]
    fn extend_as<T: Unit>(&mut self, text: Chars<'_>) {
        // SAFETY: `extend` left no more units than there is room for behind `pos`.
        let to = unsafe { self.data.cast::<T>().add(self.pos) };
        on_chars!(text, c => {
            // SAFETY: as above; the target is this builder's alone, so it cannot overlap.
            unsafe { copy_units(c, to) }
        });
        self.pos += text.len();
    }

    #[inline]
    pub fn push(&mut self, ch: u32) {
        self.fill(ch, 1);
    }

    pub fn fill(&mut self, ch: u32, times: usize) {
        let times = times.min(self.len - self.pos);
        for i in self.pos..self.pos + times {
            // SAFETY: `i` is below `len`, the number of units behind `data`.
            unsafe {
                match self.kind {
                    Kind::One => self.data.add(i).write(ch as u8),
                    Kind::Two => self.data.cast::<u16>().add(i).write(ch as u16),
                    Kind::Four => self.data.cast::<u32>().add(i).write(ch),
                }
            }
        }
        self.pos += times;
    }

    /// Repeats what is written so far until the string is full.
    pub fn repeat_to_end(&mut self) {
        if self.pos == 0 {
            return;
        }
        let width = self.kind as usize;
        let total = self.len * width;
        let mut done = self.pos * width;
        while done < total {
            let n = done.min(total - done);
            // SAFETY: `done + n <= total`, the bytes behind `data`; source and target do not overlap.
            unsafe { ptr::copy_nonoverlapping(self.data, self.data.add(done), n) };
            done += n;
        }
        self.pos = self.len;
    }

    #[inline]
    pub fn remaining(&self) -> usize {
        self.len - self.pos
    }

    /// The finished string; units that were promised and never came are blanks.
    #[inline]
    pub fn finish(mut self) -> Owned<PyUnicodeObject> {
        if self.pos < self.len {
            self.fill(32, self.len - self.pos);
        }
        self.object
    }
}

/// # Safety
/// `to` has room for `from.len()` units, apart from `from`.
#[inline]
pub(super) unsafe fn copy_units<S: Unit, T: Unit>(from: &[S], to: *mut T) {
    if size_of::<S>() == size_of::<T>() {
        // SAFETY: the widths are equal, and the caller promises the room.
        unsafe { ptr::copy_nonoverlapping(from.as_ptr().cast::<T>(), to, from.len()) };
    } else {
        for (i, &c) in from.iter().enumerate() {
            // SAFETY: `i` is below `from.len()`, for which the caller promises room.
            unsafe { to.add(i).write(T::cut(c.into())) };
        }
    }
}
