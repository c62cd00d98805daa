//! Numbers under a format specification.

use super::locale::Punctuation;
use super::spec::{Spec, Thousands, unknown_type};
use crate::prelude::*;
use crate::unicode::{self, Chars, Writer, chars};
use crate::{complex, float, long, number, pystrtod};

/// A number's plain text, taken apart.
struct Parts<'a> {
    negative: bool,
    prefix: &'a str,
    digits: &'a [u8],
    point: bool,
    rest: &'a [u8],
}

/// Where everything goes.
struct Layout {
    left: usize,
    sign: Option<char>,
    inner: usize,
    grouped: Vec<u32>,
    right: usize,
}

impl Layout {
    fn of(f: &Spec, parts: &Parts<'_>, p: &Punctuation) -> Layout {
        let sign = match f.sign {
            _ if parts.negative => Some('-'),
            Some(c @ ('+' | ' ')) => Some(c),
            _ => None,
        };
        let point = if parts.point { p.point.len() } else { 0 };
        let fixed = usize::from(sign.is_some()) + parts.prefix.len() + point + parts.rest.len();
        let width = f.width.unwrap_or(0);
        let zeros = f.fill == u32::from(b'0') && f.align == '=';
        let min = if zeros {
            width.saturating_sub(fixed)
        } else {
            0
        };
        let grouped = if parts.digits.is_empty() {
            Vec::new()
        } else {
            p.apply(parts.digits, min)
        };
        let pad = width.saturating_sub(fixed + grouped.len());
        let (left, inner, right) = match f.align {
            '<' => (0, 0, pad),
            '^' => (pad / 2, 0, pad - pad / 2),
            '=' => (0, pad, 0),
            _ => (pad, 0, 0),
        };
        Layout {
            left,
            sign,
            inner,
            grouped,
            right,
        }
    }

    fn write(&self, w: &mut Writer, f: &Spec, parts: &Parts<'_>, p: &Punctuation) -> PyResult<()> {
        let upper = f.ty == u32::from(b'X');
        w.fill(f.fill, self.left)?;
        if let Some(sign) = self.sign {
            w.push(sign as u32)?;
        }
        match upper {
            true => w.push_str(&parts.prefix.to_ascii_uppercase())?,
            false => w.push_str(parts.prefix)?,
        }
        w.fill(f.fill, self.inner)?;
        for &ch in &self.grouped {
            w.push(if upper && ch < 0x80 {
                u32::from((ch as u8).to_ascii_uppercase())
            } else {
                ch
            })?;
        }
        if parts.point {
            w.push_chars(Chars::Four(&p.point))?;
        }
        w.push_latin1(parts.rest)?;
        w.fill(f.fill, self.right)
    }
}

fn put(w: &mut Writer, f: &Spec, parts: &Parts<'_>, p: &Punctuation) -> PyResult<()> {
    Layout::of(f, parts, p).write(w, f, parts, p)
}

/// As [`put`], for the usual case: digits are not grouped, and the point is a point.
fn put_plain(w: &mut Writer, f: &Spec, parts: &Parts<'_>) -> PyResult<()> {
    let sign = match f.sign {
        _ if parts.negative => "-",
        Some('+') => "+",
        Some(' ') => " ",
        _ => "",
    };
    let point = if parts.point { "." } else { "" };
    let len = sign.len() + parts.prefix.len() + parts.digits.len() + point.len() + parts.rest.len();
    let pad = f.width.unwrap_or(0).saturating_sub(len);
    let (left, inner, right) = match f.align {
        '<' => (0, 0, pad),
        '^' => (pad / 2, 0, pad - pad / 2),
        '=' => (0, pad, 0),
        _ => (pad, 0, 0),
    };
    w.fill(f.fill, left)?;
    w.push_latin1(sign.as_bytes())?;
    if f.ty == u32::from(b'X') {
        w.push_latin1(parts.prefix.to_ascii_uppercase().as_bytes())?;
        w.fill(f.fill, inner)?;
        w.push_latin1(&parts.digits.to_ascii_uppercase())?;
    } else {
        w.push_latin1(parts.prefix.as_bytes())?;
        w.fill(f.fill, inner)?;
        w.push_latin1(parts.digits)?;
    }
    w.push_latin1(point.as_bytes())?;
    w.push_latin1(parts.rest)?;
    w.fill(f.fill, right)
}

/// Writes a number's parts as the specification says.
fn put_by_spec(w: &mut Writer, f: &Spec, parts: &Parts<'_>) -> PyResult<()> {
    if f.thousands == Thousands::None && f.ty != u32::from(b'n') {
        return put_plain(w, f, parts);
    }
    put(w, f, parts, &punctuation(f)?)
}

fn punctuation(f: &Spec) -> PyResult<Punctuation> {
    match char::from_u32(f.ty) {
        Some('n') => Punctuation::current(),
        ty => Ok(Punctuation::fixed(
            f.thousands,
            matches!(ty, Some('b' | 'o' | 'x' | 'X')),
        )),
    }
}

/// `int.__format__`.
pub fn format_long(value: &PyObject, spec: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    if unicode::length(spec) == 0 {
        return unicode::str_of(value);
    }
    let f = Spec::parse(chars(spec), 'd', '>')?;
    match char::from_u32(f.ty) {
        Some('b' | 'c' | 'd' | 'o' | 'x' | 'X' | 'n') => integer(value, &f),
        Some('e' | 'E' | 'f' | 'F' | 'g' | 'G' | '%') => {
            let value = number::float(value)?;
            let mut w = Writer::new();
            real(&mut w, float::as_f64(value.as_object())?, &f)?;
            w.finish()
        }
        _ => Err(unknown_type(f.ty, value)),
    }
}

fn integer(value: &PyObject, f: &Spec) -> PyResult<Owned<PyUnicodeObject>> {
    if f.precision.is_some() {
        return Err(raise!(
            ValueError,
            "Precision not allowed in integer format specifier"
        ));
    }
    let mut w = Writer::new();
    if f.ty == u32::from(b'c') {
        character(&mut w, value, f)?;
        return w.finish();
    }
    let (base, skip) = match char::from_u32(f.ty) {
        Some('b') => (2, 2),
        Some('o') => (8, 2),
        Some('x' | 'X') => (16, 2),
        _ => (10, 0),
    };
    let mut buffer = [0; long::LONGEST];
    let made;
    let text = match value.downcast().and_then(long::to_i64) {
        Some(word) if base == 10 => long::decimal(word, &mut buffer),
        _ => {
            made = long::format(value, base)?;
            unicode::as_utf8(&made)?
        }
    };
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (prefix, digits) = text.split_at_checked(skip).unwrap_or(("", text));
    let prefix = if f.alternate { prefix } else { "" };
    let parts = Parts {
        negative,
        prefix,
        digits: digits.as_bytes(),
        point: false,
        rest: b"",
    };
    put_by_spec(&mut w, f, &parts)?;
    w.finish()
}

fn character(w: &mut Writer, value: &PyObject, f: &Spec) -> PyResult<()> {
    if f.sign.is_some() {
        return Err(raise!(
            ValueError,
            "Sign not allowed with integer format specifier 'c'"
        ));
    }
    if f.alternate {
        return Err(raise!(
            ValueError,
            "Alternate form (#) not allowed with integer format specifier 'c'"
        ));
    }
    let Ok(ch @ 0..=0x10_ffff) = u32::try_from(long::as_i64(value)?) else {
        return Err(raise!(OverflowError, "%c arg not in range(0x110000)"));
    };
    let pad = f.width.unwrap_or(0).saturating_sub(1);
    let (left, right) = match f.align {
        '<' => (0, pad),
        '^' => (pad / 2, pad - pad / 2),
        _ => (pad, 0),
    };
    w.fill(f.fill, left)?;
    w.push(ch)?;
    w.fill(f.fill, right)
}

/// How a float's type letter is written plainly: the code, the precision and the flags of `double_to_string`.
fn real_text(
    value: f64,
    f: &Spec,
    ty: char,
    default_precision: i32,
    mut flags: c_int,
) -> PyResult<String> {
    let precision = match f.precision {
        None => default_precision,
        Some(p) => i32::try_from(p).map_err(|_| raise!(ValueError, "precision too big"))?,
    };
    let code = if f.precision.is_some() && ty == 'r' {
        'g'
    } else {
        ty
    };
    if f.alternate {
        flags |= Py_DTSF_ALT;
    }
    pystrtod::double_to_string(value, code, precision, flags)
}

/// Takes the text of a float apart.
fn real_parts(text: &str) -> Parts<'_> {
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest.as_bytes()),
        None => (false, text.as_bytes()),
    };
    let n = text
        .iter()
        .position(|b| !b.is_ascii_digit())
        .unwrap_or(text.len());
    let point = text.get(n) == Some(&b'.');
    Parts {
        negative,
        prefix: "",
        digits: &text[..n],
        point,
        rest: &text[n + usize::from(point)..],
    }
}

fn real(w: &mut Writer, value: f64, f: &Spec) -> PyResult<()> {
    let (mut value, mut percent) = (value, false);
    let (ty, precision, flags) = match char::from_u32(f.ty) {
        Some('\0') => ('r', 0, Py_DTSF_ADD_DOT_0),
        Some('n') => ('g', 6, 0),
        Some('%') => {
            value *= 100.0;
            percent = true;
            ('f', 6, 0)
        }
        ty => (ty.unwrap_or('g'), 6, 0),
    };
    let mut text = real_text(value, f, ty, precision, flags)?;
    if percent {
        text.push('%');
    }
    put_by_spec(w, f, &real_parts(&text))
}

/// `float.__format__`.
pub fn format_float(value: &PyObject, spec: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    if unicode::length(spec) == 0 {
        return unicode::str_of(value);
    }
    let f = Spec::parse(chars(spec), '\0', '>')?;
    match char::from_u32(f.ty) {
        Some('\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n' | '%') => {
            let mut w = Writer::new();
            real(&mut w, float::as_f64(value)?, &f)?;
            w.finish()
        }
        _ => Err(unknown_type(f.ty, value)),
    }
}

/// `complex.__format__`.
pub fn format_complex(
    value: &PyObject,
    spec: &PyUnicodeObject,
) -> PyResult<Owned<PyUnicodeObject>> {
    if unicode::length(spec) == 0 {
        return unicode::str_of(value);
    }
    let f = Spec::parse(chars(spec), '\0', '>')?;
    match char::from_u32(f.ty) {
        Some('\0' | 'e' | 'E' | 'f' | 'F' | 'g' | 'G' | 'n') => {}
        _ => return Err(unknown_type(f.ty, value)),
    }
    if f.fill == u32::from(b'0') {
        return Err(raise!(
            ValueError,
            "Zero padding is not allowed in complex format specifier"
        ));
    }
    if f.align == '=' {
        return Err(raise!(
            ValueError,
            "'=' alignment flag is not allowed in complex format specifier"
        ));
    }
    let (re, im) = complex::as_complex(value)?;
    let (ty, precision) = match char::from_u32(f.ty) {
        Some('\0') => ('r', 0),
        Some('n') => ('g', 6),
        ty => (ty.unwrap_or('g'), 6),
    };
    let plain = f.ty == 0;
    let skip_real = plain && re == 0.0 && re.is_sign_positive();
    let parens = plain && !skip_real;
    let p = punctuation(&f)?;
    let part = Spec {
        fill: 32,
        align: '<',
        width: None,
        thousands: f.thousands,
        ..f
    };
    let mut w = Writer::new();
    if parens {
        w.push(u32::from(b'('))?;
    }
    if !skip_real {
        put(
            &mut w,
            &part,
            &real_parts(&real_text(re, &f, ty, precision, 0)?),
            &p,
        )?;
    }
    let im_spec = if skip_real {
        part
    } else {
        Spec {
            sign: Some('+'),
            ..part
        }
    };
    put(
        &mut w,
        &im_spec,
        &real_parts(&real_text(im, &f, ty, precision, 0)?),
        &p,
    )?;
    w.push_str(if parens { "j)" } else { "j" })?;
    let (left, right) = f.padding(w.len());
    let text = w.finish()?;
    let mut w = Writer::new();
    w.fill(f.fill, left)?;
    w.push_unicode(&text)?;
    w.fill(f.fill, right)?;
    w.finish()
}
