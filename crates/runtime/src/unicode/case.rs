//! Changing case, and what `str.is...` tells of a text.

use super::Writer;
use super::layout::{Chars, chars};
use super::tables;
use crate::prelude::*;

/// Text that is ASCII maps byte by byte, into the new string itself.
#[inline(always)]
fn ascii(s: &PyUnicodeObject, map: impl Fn(u8) -> u8) -> Option<PyResult<Owned<PyUnicodeObject>>> {
    match chars(s) {
        Chars::One(text) if super::is_ascii(s) => Some(super::from_map(text, 0x7f, map)),
        _ => None,
    }
}

type FullMap = fn(u32, &mut [u32; 3]) -> usize;

fn push_mapped(w: &mut Writer, ch: u32, map: FullMap) -> PyResult<()> {
    let mut into = [0; 3];
    let n = map(ch, &mut into).min(3);
    into[..n].iter().try_for_each(|&c| w.push(c))
}

fn map_all(text: Chars<'_>, map: FullMap) -> PyResult<Owned<PyUnicodeObject>> {
    let mut w = Writer::new();
    for ch in text.iter() {
        push_mapped(&mut w, ch, map)?;
    }
    w.finish()
}

/// Lower case of the character at `i`: a capital sigma at the end of a word has a form of its own.
fn push_lower(w: &mut Writer, text: Chars<'_>, i: usize) -> PyResult<()> {
    const CAPITAL_SIGMA: u32 = 0x3a3;
    let ch = text.at(i);
    if ch == CAPITAL_SIGMA {
        let before = (0..i)
            .rev()
            .map(|k| text.at(k))
            .find(|&c| !tables::is_case_ignorable(c));
        let after = (i + 1..text.len())
            .map(|k| text.at(k))
            .find(|&c| !tables::is_case_ignorable(c));
        let last = before.is_some_and(tables::is_cased) && !after.is_some_and(tables::is_cased);
        return w.push(if last { 0x3c2 } else { 0x3c3 });
    }
    push_mapped(w, ch, tables::lower_full)
}

pub fn lower(s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    if let Some(done) = ascii(s, |c| c.to_ascii_lowercase()) {
        return done;
    }
    let (text, mut w) = (chars(s), Writer::new());
    for i in 0..text.len() {
        push_lower(&mut w, text, i)?;
    }
    w.finish()
}

pub fn upper(s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    ascii(s, |c| c.to_ascii_uppercase()).unwrap_or_else(|| map_all(chars(s), tables::upper_full))
}

pub fn casefold(s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    ascii(s, |c| c.to_ascii_lowercase()).unwrap_or_else(|| map_all(chars(s), tables::fold_full))
}

pub fn swapcase(s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    let flip = |c: u8| {
        if c.is_ascii_alphabetic() { c ^ 0x20 } else { c }
    };
    if let Some(done) = ascii(s, flip) {
        return done;
    }
    let (text, mut w) = (chars(s), Writer::new());
    for (i, ch) in text.iter().enumerate() {
        if tables::is_upper(ch) {
            push_lower(&mut w, text, i)?;
        } else if tables::is_lower(ch) {
            push_mapped(&mut w, ch, tables::upper_full)?;
        } else {
            w.push(ch)?;
        }
    }
    w.finish()
}

/// The first letter large, the others small; then the same again after each byte that `restart` accepts.
fn ascii_words(
    s: &PyUnicodeObject,
    restart: impl Fn(u8) -> bool,
) -> Option<PyResult<Owned<PyUnicodeObject>>> {
    let first = std::cell::Cell::new(true);
    ascii(s, |c| {
        if first.replace(restart(c)) {
            c.to_ascii_uppercase()
        } else {
            c.to_ascii_lowercase()
        }
    })
}

pub fn capitalize(s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    if let Some(done) = ascii_words(s, |_| false) {
        return done;
    }
    let (text, mut w) = (chars(s), Writer::new());
    for (i, ch) in text.iter().enumerate() {
        match i {
            0 => push_mapped(&mut w, ch, tables::title_full)?,
            _ => push_lower(&mut w, text, i)?,
        }
    }
    w.finish()
}

pub fn title(s: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    if let Some(done) = ascii_words(s, |c| !c.is_ascii_alphabetic()) {
        return done;
    }
    let (text, mut w) = (chars(s), Writer::new());
    let mut in_word = false;
    for (i, ch) in text.iter().enumerate() {
        if in_word {
            push_lower(&mut w, text, i)?;
        } else {
            push_mapped(&mut w, ch, tables::title_full)?;
        }
        in_word = tables::is_cased(ch);
    }
    w.finish()
}

/// Has the text characters, all of which pass?
pub fn all(s: &PyUnicodeObject, test: impl Fn(u32) -> bool) -> bool {
    let text = chars(s);
    !text.is_empty() && text.iter().all(test)
}

pub fn is_lower(s: &PyUnicodeObject) -> bool {
    let text = chars(s);
    !text
        .iter()
        .any(|c| tables::is_upper(c) || tables::is_title(c))
        && text.iter().any(tables::is_lower)
}

pub fn is_upper(s: &PyUnicodeObject) -> bool {
    let text = chars(s);
    !text
        .iter()
        .any(|c| tables::is_lower(c) || tables::is_title(c))
        && text.iter().any(tables::is_upper)
}

pub fn is_title(s: &PyUnicodeObject) -> bool {
    let (mut cased, mut in_word) = (false, false);
    for ch in chars(s).iter() {
        if tables::is_upper(ch) || tables::is_title(ch) {
            if in_word {
                return false;
            }
            (cased, in_word) = (true, true);
        } else if tables::is_lower(ch) {
            if !in_word {
                return false;
            }
            (cased, in_word) = (true, true);
        } else {
            in_word = false;
        }
    }
    cased
}

/// `PyUnicode_IsIdentifier`.
pub fn is_identifier(s: &PyUnicodeObject) -> bool {
    let mut units = chars(s).iter();
    let start = |c: u32| c == u32::from(b'_') || tables::is_xid_start(c);
    units.next().is_some_and(start) && units.all(tables::is_xid_continue)
}
