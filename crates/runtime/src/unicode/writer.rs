//! Text that grows piece by piece and widens when it must.

use super::{Builder, Chars, Kind, chars, from_units};
use crate::err;
use crate::prelude::*;
use crate::strlib::Unit;
use std::mem::MaybeUninit;

/// Collects text; `finish` makes the string. A piece that is the whole text is not copied.
#[derive(Default)]
pub struct Writer {
    buf: Buf,
    /// The only piece so far, when it is an exact str or the last piece.
    only: Option<Owned<PyUnicodeObject>>,
}

enum Buf {
    One(Bytes),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Default for Buf {
    fn default() -> Buf {
        Buf::One(Bytes::default())
    }
}

/// Most texts that are put together are short: their bytes stand in the writer itself.
const SHORT: usize = 104;

/// A vector of bytes whose first ones need no allocation.
struct Bytes {
    /// How many of `short` are in use; all is in `long` once that has room.
    used: usize,
    short: [MaybeUninit<u8>; SHORT],
    long: Vec<u8>,
}

impl Default for Bytes {
    #[inline]
    fn default() -> Bytes {
        Bytes {
            used: 0,
            short: [const { MaybeUninit::uninit() }; SHORT],
            long: Vec::new(),
        }
    }
}

impl Bytes {
    #[inline]
    fn is_short(&self) -> bool {
        self.long.capacity() == 0
    }

    #[inline]
    fn len(&self) -> usize {
        if self.is_short() {
            self.used
        } else {
            self.long.len()
        }
    }

    #[inline]
    fn as_slice(&self) -> &[u8] {
        if self.is_short() {
            // SAFETY: the first `used` bytes have been written.
            unsafe { std::slice::from_raw_parts(self.short.as_ptr().cast(), self.used) }
        } else {
            &self.long
        }
    }

    /// Makes room in `long`.
    #[cold]
    #[inline(never)]
    fn reserve_long(&mut self, more: usize) -> PyResult<()> {
        if !self.is_short() {
            return self.long.try_reserve(more).map_err(|_| err::no_memory());
        }
        let mut long = Vec::new();
        let room = self.used.saturating_add(more).max(4 * SHORT);
        long.try_reserve(room).map_err(|_| err::no_memory())?;
        long.extend_from_slice(self.as_slice());
        self.long = long;
        Ok(())
    }

    #[inline]
    fn extend(&mut self, text: &[u8]) -> PyResult<()> {
        if self.is_short() && text.len() <= SHORT - self.used {
            // SAFETY: there is room for the text behind the bytes in use.
            unsafe {
                let to = self.short.as_mut_ptr().add(self.used).cast::<u8>();
                std::ptr::copy_nonoverlapping(text.as_ptr(), to, text.len());
            }
            self.used += text.len();
            return Ok(());
        }
        if self.is_short() || self.long.capacity() - self.long.len() < text.len() {
            self.reserve_long(text.len())?;
        }
        self.long.extend_from_slice(text);
        Ok(())
    }

    fn fill(&mut self, b: u8, times: usize) -> PyResult<()> {
        if self.is_short() && times <= SHORT - self.used {
            self.short[self.used..self.used + times].fill(MaybeUninit::new(b));
            self.used += times;
            return Ok(());
        }
        self.reserve_long(times)?;
        self.long.resize(self.long.len() + times, b);
        Ok(())
    }

    fn truncate(&mut self, len: usize) {
        self.used = self.used.min(len);
        self.long.truncate(len);
    }
}

macro_rules! on_buf {
    ($buf:expr, $v:ident => $body:expr) => {
        match $buf {
            Buf::One($v) => $body,
            Buf::Two($v) => $body,
            Buf::Four($v) => $body,
        }
    };
}

#[inline]
fn reserve<T>(v: &mut Vec<T>, more: usize) -> PyResult<()> {
    if v.capacity() - v.len() >= more {
        return Ok(());
    }
    v.try_reserve(more).map_err(|_| err::no_memory())
}

fn extend<T: Unit>(v: &mut Vec<T>, text: Chars<'_>) -> PyResult<()> {
    reserve(v, text.len())?;
    crate::on_chars!(text, c => v.extend(c.iter().map(|&u| T::cut(u.code()))));
    Ok(())
}

impl Writer {
    #[inline]
    pub fn new() -> Writer {
        Writer::default()
    }

    /// With room for `n` narrow characters.
    pub fn with_capacity(n: usize) -> PyResult<Writer> {
        let mut w = Writer::default();
        if let Buf::One(v) = &mut w.buf
            && n > SHORT
        {
            v.reserve_long(n)?;
        }
        Ok(w)
    }

    #[inline]
    pub fn len(&self) -> usize {
        match &self.only {
            Some(s) => super::length(s),
            None => on_buf!(&self.buf, v => v.len()),
        }
    }

    #[inline]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The text so far.
    pub fn text(&self) -> Chars<'_> {
        match (&self.only, &self.buf) {
            (Some(s), _) => chars(s),
            (None, Buf::One(v)) => Chars::One(v.as_slice()),
            (None, Buf::Two(v)) => Chars::Two(v),
            (None, Buf::Four(v)) => Chars::Four(v),
        }
    }

    /// Moves a piece that was only held into the buffer.
    fn spill(&mut self) -> PyResult<()> {
        match self.only.take() {
            Some(s) => self.put(chars(&s)),
            None => Ok(()),
        }
    }

    fn widen(&mut self, kind: Kind) -> PyResult<()> {
        let current = match self.buf {
            Buf::One(_) => Kind::One,
            Buf::Two(_) => Kind::Two,
            Buf::Four(_) => Kind::Four,
        };
        if kind <= current {
            return Ok(());
        }
        let old = std::mem::take(&mut self.buf);
        let text = match &old {
            Buf::One(v) => Chars::One(v.as_slice()),
            Buf::Two(v) => Chars::Two(v),
            Buf::Four(v) => Chars::Four(v),
        };
        if kind == Kind::Two {
            let mut v = Vec::new();
            extend(&mut v, text)?;
            self.buf = Buf::Two(v);
        } else {
            let mut v = Vec::new();
            extend(&mut v, text)?;
            self.buf = Buf::Four(v);
        }
        Ok(())
    }

    fn put(&mut self, text: Chars<'_>) -> PyResult<()> {
        if text.kind() > Kind::One {
            self.widen(Kind::of(text.max_char()))?;
        }
        match (&mut self.buf, text) {
            (Buf::One(v), Chars::One(c)) => v.extend(c),
            // Wider units that all fit a byte.
            (Buf::One(v), text) => v.extend(&text.to_vec::<u8>()),
            (Buf::Two(v), text) => extend(v, text),
            (Buf::Four(v), text) => extend(v, text),
        }
    }

    #[inline]
    pub fn push_chars(&mut self, text: Chars<'_>) -> PyResult<()> {
        if self.only.is_some() {
            self.spill()?;
        }
        self.put(text)
    }

    /// Appends a string.
    pub fn push_unicode(&mut self, s: &PyUnicodeObject) -> PyResult<()> {
        if self.is_empty() && super::is_exact(s) {
            self.only = Some(s.own_typed());
            return Ok(());
        }
        self.push_chars(chars(s))
    }

    /// Appends a string that nothing follows: if it is the whole text, it is the result, whatever class it has.
    pub fn push_last(&mut self, s: Owned<PyUnicodeObject>) -> PyResult<()> {
        if self.is_empty() && super::length(&s) > 0 {
            self.only = Some(s);
            return Ok(());
        }
        self.push_unicode(&s)
    }

    #[inline]
    pub fn push_str(&mut self, text: &str) -> PyResult<()> {
        if text.is_ascii() {
            return self.push_chars(Chars::One(text.as_bytes()));
        }
        text.chars().try_for_each(|c| self.push(c as u32))
    }

    /// Appends bytes, one character each.
    #[inline]
    pub fn push_latin1(&mut self, text: &[u8]) -> PyResult<()> {
        self.push_chars(Chars::One(text))
    }

    #[inline]
    pub fn push(&mut self, ch: u32) -> PyResult<()> {
        if self.only.is_none()
            && ch <= 0xff
            && let Buf::One(v) = &mut self.buf
        {
            return v.extend(&[ch as u8]);
        }
        self.push_wide(ch)
    }

    fn push_wide(&mut self, ch: u32) -> PyResult<()> {
        self.spill()?;
        self.widen(Kind::of(ch))?;
        self.put_times(ch, 1)
    }

    pub fn fill(&mut self, ch: u32, times: usize) -> PyResult<()> {
        if times == 0 {
            return Ok(());
        }
        self.spill()?;
        self.widen(Kind::of(ch))?;
        self.put_times(ch, times)
    }

    /// Appends a character that fits the buffer's width.
    fn put_times(&mut self, ch: u32, times: usize) -> PyResult<()> {
        match &mut self.buf {
            Buf::One(v) => v.fill(ch as u8, times),
            Buf::Two(v) => {
                reserve(v, times)?;
                v.resize(v.len() + times, ch as u16);
                Ok(())
            }
            Buf::Four(v) => {
                reserve(v, times)?;
                v.resize(v.len() + times, ch);
                Ok(())
            }
        }
    }

    /// Cuts the text down to its first `len` characters.
    pub fn truncate(&mut self, len: usize) -> PyResult<()> {
        self.spill()?;
        on_buf!(&mut self.buf, v => v.truncate(len));
        Ok(())
    }

    pub fn finish(self) -> PyResult<Owned<PyUnicodeObject>> {
        if let Some(s) = self.only {
            return Ok(s);
        }
        match &self.buf {
            Buf::One(v) => from_units(v.as_slice()),
            Buf::Two(v) => from_units(v),
            Buf::Four(v) => from_units(v),
        }
    }
}

/// A string of known size whose pieces are given one after the other.
pub fn build(
    len: usize,
    max_char: u32,
    fill: impl FnOnce(&mut Builder),
) -> PyResult<Owned<PyUnicodeObject>> {
    let mut b = Builder::new(len, max_char)?;
    fill(&mut b);
    Ok(b.finish())
}

/// Rust's formatting appends to a writer. An error is in the thread's indicator.
impl std::fmt::Write for Writer {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        self.push_str(s).map_err(|_| std::fmt::Error)
    }
}
