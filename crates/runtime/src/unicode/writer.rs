//! Text that grows piece by piece and widens when it must.

use super::{Builder, Chars, Kind, chars, from_units};
use crate::err;
use crate::prelude::*;
use crate::strlib::Unit;

/// Collects text; `finish` makes the string. A piece that is the whole text is not copied.
#[derive(Default)]
pub struct Writer {
    buf: Buf,
    /// The only piece so far, when it is an exact str or the last piece.
    only: Option<Owned<PyUnicodeObject>>,
}

enum Buf {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

impl Default for Buf {
    fn default() -> Buf {
        Buf::One(Vec::new())
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
        if let Buf::One(v) = &mut w.buf {
            reserve(v, n)?;
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
            (None, Buf::One(v)) => Chars::One(v),
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
            Buf::One(v) => Chars::One(v),
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
            (Buf::One(v), Chars::One(c)) => {
                reserve(v, c.len())?;
                v.extend_from_slice(c);
                Ok(())
            }
            (buf, text) => on_buf!(buf, v => extend(v, text)),
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
            reserve(v, 1)?;
            v.push(ch as u8);
            return Ok(());
        }
        self.push_wide(ch)
    }

    fn push_wide(&mut self, ch: u32) -> PyResult<()> {
        self.spill()?;
        self.widen(Kind::of(ch))?;
        on_buf!(&mut self.buf, v => {
            reserve(v, 1)?;
            v.push(Unit::cut(ch));
        });
        Ok(())
    }

    pub fn fill(&mut self, ch: u32, times: usize) -> PyResult<()> {
        if times == 0 {
            return Ok(());
        }
        self.spill()?;
        self.widen(Kind::of(ch))?;
        on_buf!(&mut self.buf, v => {
            reserve(v, times)?;
            v.resize(v.len() + times, Unit::cut(ch));
        });
        Ok(())
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
            Buf::One(v) => from_units(v),
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
