//! The error handlers that are always there: strict, ignore, replace, xmlcharrefreplace, backslashreplace,
//! namereplace, surrogateescape, surrogatepass.
//!
//! Each is one rule from a problem to a replacement. Codecs apply the rule directly; the functions that
//! `codecs.lookup_error` hands out apply it to an exception object.

use super::exception;
use crate::prelude::*;
use crate::unicode::{self, Chars, Writer, chars};
use crate::{bytes, cfunction, err, exceptions, long, tuple};
use std::ptr;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Strict,
    Ignore,
    Replace,
    XmlCharRefReplace,
    BackslashReplace,
    NameReplace,
    SurrogateEscape,
    SurrogatePass,
    /// Registered by somebody.
    Other,
}

impl Kind {
    pub fn of(name: &str) -> Kind {
        match name {
            "strict" => Kind::Strict,
            "ignore" => Kind::Ignore,
            "replace" => Kind::Replace,
            "xmlcharrefreplace" => Kind::XmlCharRefReplace,
            "backslashreplace" => Kind::BackslashReplace,
            "surrogateescape" => Kind::SurrogateEscape,
            "surrogatepass" => Kind::SurrogatePass,
            _ => Kind::Other,
        }
    }
}

/// What was being worked on.
#[derive(Clone, Copy)]
pub enum Source<'a> {
    Text(Chars<'a>),
    Bytes(&'a [u8]),
    Translated(Chars<'a>),
}

#[derive(Clone, Copy)]
pub struct Problem<'a> {
    pub encoding: &'a str,
    pub source: Source<'a>,
    pub start: usize,
    pub end: usize,
}

/// A replacement.
pub enum Outcome {
    Text(Owned<PyUnicodeObject>),
    Bytes(Vec<u8>),
}

type Answer = PyResult<(Outcome, usize)>;

fn text(w: Writer, next: usize) -> Answer {
    Ok((Outcome::Text(w.finish()?), next))
}

/// Applies a rule. None: the rule does not cover the problem, which is to be raised.
pub fn native(kind: Kind, p: &Problem<'_>) -> Option<Answer> {
    let write = |put: &mut dyn FnMut(&mut Writer, u32) -> PyResult<()>| -> Answer {
        let mut w = Writer::new();
        match p.source {
            Source::Text(c) | Source::Translated(c) => {
                c.slice(p.start, p.end)
                    .iter()
                    .try_for_each(|ch| put(&mut w, ch))?;
            }
            Source::Bytes(b) => {
                part(b, p)
                    .iter()
                    .try_for_each(|&ch| put(&mut w, u32::from(ch)))?;
            }
        }
        text(w, p.end)
    };
    match (kind, p.source) {
        (Kind::Ignore, _) => Some(write(&mut |_, _| Ok(()))),
        (Kind::Replace, Source::Text(_)) => Some(write(&mut |w, _| w.push(u32::from(b'?')))),
        (Kind::Replace, Source::Translated(_)) => Some(write(&mut |w, _| w.push(0xfffd))),
        (Kind::Replace, Source::Bytes(_)) => {
            Some(unicode::from_ordinal(0xfffd).map(|t| (Outcome::Text(t), p.end)))
        }
        (Kind::XmlCharRefReplace, Source::Text(_)) => {
            Some(write(&mut |w, ch| w.push_str(&format!("&#{ch};"))))
        }
        (Kind::BackslashReplace, _) => Some(write(&mut |w, ch| push_escape(w, ch))),
        (Kind::NameReplace, Source::Text(_)) => {
            Some(write(&mut |w, ch| match unicode::escape::name_of(ch)? {
                Some(name) => w.push_str(&format!("\\N{{{name}}}")),
                None => push_escape(w, ch),
            }))
        }
        (Kind::SurrogateEscape, _) => surrogate_escape(p),
        (Kind::SurrogatePass, _) => surrogate_pass(p),
        _ => None,
    }
}

fn part<'a>(b: &'a [u8], p: &Problem<'_>) -> &'a [u8] {
    let end = p.end.min(b.len());
    &b[p.start.min(end)..end]
}

fn push_escape(w: &mut Writer, ch: u32) -> PyResult<()> {
    w.push_str(&match ch {
        0..=0xff => format!("\\x{ch:02x}"),
        0x100..=0xffff => format!("\\u{ch:04x}"),
        _ => format!("\\U{ch:08x}"),
    })
}

/// Bytes that do not decode become U+DC80..U+DCFF, and those become bytes again.
fn surrogate_escape(p: &Problem<'_>) -> Option<Answer> {
    match p.source {
        Source::Text(c) => {
            let out: Option<Vec<u8>> = c
                .slice(p.start, p.end)
                .iter()
                .map(|ch| matches!(ch, 0xdc80..=0xdcff).then(|| (ch & 0xff) as u8))
                .collect();
            out.map(|b| Ok((Outcome::Bytes(b), p.end)))
        }
        Source::Bytes(b) => {
            // At most four bytes at a time, and never ASCII.
            let taken: Vec<u16> = part(b, p)
                .iter()
                .take(4)
                .take_while(|b| !b.is_ascii())
                .map(|&b| 0xdc00 + u16::from(b))
                .collect();
            if taken.is_empty() {
                return None;
            }
            Some(unicode::from_units(&taken).map(|t| (Outcome::Text(t), p.start + taken.len())))
        }
        Source::Translated(_) => None,
    }
}

/// The form of a UTF encoding: the size of its units and whether they are big-endian.
fn utf_form(encoding: &str) -> Option<(usize, bool)> {
    let name = encoding.to_ascii_lowercase().replace('_', "-");
    let rest = name.strip_prefix("utf")?.trim_start_matches('-').to_owned();
    let (unit, rest) = match rest.get(..2) {
        Some("16") => (2, &rest[2..]),
        Some("32") => (4, &rest[2..]),
        _ if rest == "8" => return Some((1, false)),
        _ => return None,
    };
    match rest.trim_start_matches('-') {
        "" => Some((unit, cfg!(target_endian = "big"))),
        "le" => Some((unit, false)),
        "be" => Some((unit, true)),
        _ => None,
    }
}

/// Surrogates are coded as if they were characters.
fn surrogate_pass(p: &Problem<'_>) -> Option<Answer> {
    let (unit, big) = utf_form(p.encoding)?;
    match p.source {
        Source::Text(c) => {
            let mut out = Vec::new();
            for ch in c.slice(p.start, p.end).iter() {
                if !matches!(ch, 0xd800..=0xdfff) {
                    return None;
                }
                match unit {
                    1 => out.extend([
                        0xe0 | (ch >> 12) as u8,
                        0x80 | (ch >> 6 & 63) as u8,
                        0x80 | (ch & 63) as u8,
                    ]),
                    2 if big => out.extend((ch as u16).to_be_bytes()),
                    2 => out.extend((ch as u16).to_le_bytes()),
                    _ if big => out.extend(ch.to_be_bytes()),
                    _ => out.extend(ch.to_le_bytes()),
                }
            }
            Some(Ok((Outcome::Bytes(out), p.end)))
        }
        Source::Bytes(b) => {
            let rest = b.get(p.start..)?;
            let (ch, used) = match unit {
                1 => {
                    let &[a, b, c] = rest.first_chunk::<3>()?;
                    if a & 0xf0 != 0xe0 || b & 0xc0 != 0x80 || c & 0xc0 != 0x80 {
                        return None;
                    }
                    (
                        u32::from(a & 15) << 12 | u32::from(b & 63) << 6 | u32::from(c & 63),
                        3,
                    )
                }
                2 => {
                    let pair = *rest.first_chunk::<2>()?;
                    (
                        u32::from(if big {
                            u16::from_be_bytes(pair)
                        } else {
                            u16::from_le_bytes(pair)
                        }),
                        2,
                    )
                }
                _ => {
                    let four = *rest.first_chunk::<4>()?;
                    (
                        if big {
                            u32::from_be_bytes(four)
                        } else {
                            u32::from_le_bytes(four)
                        },
                        4,
                    )
                }
            };
            if !matches!(ch, 0xd800..=0xdfff) {
                return None;
            }
            Some(unicode::from_ordinal(ch).map(|t| (Outcome::Text(t), p.start + used)))
        }
        Source::Translated(_) => None,
    }
}

/// Applies a rule to an exception object, as the handler functions do.
pub fn apply(kind: Kind, exc: &PyObject) -> PyResult<Owned> {
    let is = |class: &exceptions::ExcPtr| {
        class
            .get()
            .downcast::<PyTypeObject>()
            .is_some_and(|t| exc.isinstance_of(t))
    };
    let (encode, decode, translate) = (
        is(&exceptions::PyExc_UnicodeEncodeError),
        is(&exceptions::PyExc_UnicodeDecodeError),
        is(&exceptions::PyExc_UnicodeTranslateError),
    );
    if kind == Kind::Strict {
        if !exception::is_exception(exc) {
            return Err(raise!(TypeError, "codec must pass exception instance"));
        }
        return Err(err::set_object(exc.ty().as_object(), exc));
    }
    let fits = match kind {
        Kind::XmlCharRefReplace | Kind::NameReplace => encode,
        Kind::SurrogateEscape | Kind::SurrogatePass => encode || decode,
        _ => encode || decode || translate,
    };
    if !fits {
        let name = exc.type_name();
        return Err(raise!(
            TypeError,
            "don't know how to handle {} in error callback",
            err::short(&name, 200)
        ));
    }
    let object = exception::object(exc)?;
    let (start, end) = exception::range(exc)?;
    let encoding = if translate {
        None
    } else {
        Some(exception::encoding(exc)?)
    };
    let encoding = encoding
        .as_deref()
        .map(unicode::as_utf8)
        .transpose()?
        .unwrap_or("");
    let wrong = |what: &str| raise!(TypeError, "exception attribute object must be {what}");
    let source = if decode {
        Source::Bytes(
            object
                .downcast::<PyBytesObject>()
                .map(bytes::as_slice)
                .ok_or_else(|| wrong("bytes"))?,
        )
    } else {
        let c = object
            .downcast::<PyUnicodeObject>()
            .map(chars)
            .ok_or_else(|| wrong("unicode"))?;
        if translate {
            Source::Translated(c)
        } else {
            Source::Text(c)
        }
    };
    match native(
        kind,
        &Problem {
            encoding,
            source,
            start,
            end,
        },
    ) {
        Some(answer) => {
            let (outcome, next) = answer?;
            let replacement = match outcome {
                Outcome::Text(t) => t.upcast(),
                Outcome::Bytes(b) => bytes::from_slice(&b)?.upcast(),
            };
            Ok(tuple::from_owned(vec![replacement, long::from_usize(next)?.upcast()])?.upcast())
        }
        None => Err(err::set_object(exc.ty().as_object(), exc)),
    }
}

macro_rules! handler_functions {
    ($($name:ident $text:literal $kind:ident $doc:literal;)*) => {
        $(
            unsafe extern "C" fn $name(_: *mut PyObject, exception: *mut PyObject) -> *mut PyObject {
                // SAFETY: a METH_O function is called with a live object.
                let exception = unsafe { &*exception };
                apply(Kind::$kind, exception).map_or(ptr::null_mut(), Owned::into_ptr)
            }
        )*
        struct Defs([PyMethodDef; [$(stringify!($name)),*].len()]);
        // SAFETY: never changed.
        unsafe impl Sync for Defs {}
        static DEFS: Defs = Defs([$(
            PyMethodDef {
                ml_name: concat!(stringify!($name), "\0").as_ptr().cast(),
                ml_meth: Some($name),
                ml_flags: METH_O,
                ml_doc: concat!($doc, "\0").as_ptr().cast(),
            }
        ),*]);
        const NAMES: &[&str] = &[$($text),*];
    };
}

handler_functions! {
    strict_errors "strict" Strict
        "Implements the 'strict' error handling, which raises a UnicodeError on coding errors.";
    ignore_errors "ignore" Ignore
        "Implements the 'ignore' error handling, which ignores malformed data and continues.";
    replace_errors "replace" Replace
        "Implements the 'replace' error handling, which replaces malformed data with a replacement marker.";
    xmlcharrefreplace_errors "xmlcharrefreplace" XmlCharRefReplace
        "Implements the 'xmlcharrefreplace' error handling, which replaces an unencodable character with the appropriate XML character reference.";
    backslashreplace_errors "backslashreplace" BackslashReplace
        "Implements the 'backslashreplace' error handling, which replaces malformed data with a backslashed escape sequence.";
    namereplace_errors "namereplace" NameReplace
        "Implements the 'namereplace' error handling, which replaces an unencodable character with a \\N{...} escape sequence.";
    surrogatepass "surrogatepass" SurrogatePass "";
    surrogateescape "surrogateescape" SurrogateEscape "";
}

/// The built-in handler functions by their registered names.
pub fn functions() -> impl Iterator<Item = PyResult<(&'static str, Owned)>> {
    NAMES
        .iter()
        .zip(&DEFS.0)
        .map(|(&name, def)| Ok((name, cfunction::new(def, None, None)?.upcast())))
}
