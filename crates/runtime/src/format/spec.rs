//! `[[fill]align][sign][#][0][width][grouping][.precision][type]`

use crate::err;
use crate::prelude::*;
use crate::unicode::{Chars, tables};

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Thousands {
    None,
    Comma,
    Underscore,
}

/// A format specification, taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Spec {
    pub fill: u32,
    /// `<`, `>`, `^` or `=`.
    pub align: char,
    /// `+`, `-` or a blank, if given.
    pub sign: Option<char>,
    pub alternate: bool,
    pub width: Option<usize>,
    pub thousands: Thousands,
    pub precision: Option<usize>,
    /// The type's letter, or the default.
    pub ty: u32,
}

fn align_of(ch: Option<u32>) -> Option<char> {
    ch.and_then(char::from_u32)
        .filter(|c| matches!(c, '<' | '>' | '=' | '^'))
}

/// Reads a number of decimal digits of any script; None if there is none.
fn number(text: Chars<'_>, pos: &mut usize) -> PyResult<Option<usize>> {
    let start = *pos;
    let mut value = 0isize;
    while let Some(digit) = text.get(*pos).and_then(tables::to_decimal) {
        let next = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(isize::from(i8::try_from(digit).unwrap_or(0))));
        let Some(next) = next else {
            return Err(raise!(
                ValueError,
                "Too many decimal digits in format string"
            ));
        };
        value = next;
        *pos += 1;
    }
    Ok((*pos > start).then_some(value as usize))
}

impl Spec {
    pub fn parse(text: Chars<'_>, default_type: char, default_align: char) -> PyResult<Spec> {
        let mut f = Spec {
            fill: u32::from(b' '),
            align: default_align,
            sign: None,
            alternate: false,
            width: None,
            thousands: Thousands::None,
            precision: None,
            ty: default_type as u32,
        };
        let mut pos = 0;
        let is = |pos: usize, ch: char| text.get(pos) == Some(ch as u32);
        let (mut has_fill, mut has_align) = (false, true);
        if let Some(align) = align_of(text.get(1)) {
            (f.align, f.fill, has_fill, pos) = (align, text.at(0), true, 2);
        } else if let Some(align) = align_of(text.get(0)) {
            (f.align, pos) = (align, 1);
        } else {
            has_align = false;
        }
        if let Some(sign) = ['+', '-', ' '].into_iter().find(|&c| is(pos, c)) {
            f.sign = Some(sign);
            pos += 1;
        }
        if is(pos, '#') {
            f.alternate = true;
            pos += 1;
        }
        if !has_fill && is(pos, '0') {
            f.fill = u32::from(b'0');
            if !has_align {
                f.align = '=';
            }
            pos += 1;
        }
        f.width = number(text, &mut pos)?;
        f.parse_grouping(text, &mut pos)?;
        if is(pos, '.') {
            pos += 1;
            f.precision = number(text, &mut pos)?;
            if f.precision.is_none() {
                return Err(raise!(ValueError, "Format specifier missing precision"));
            }
        }
        match text.len() - pos {
            0 => {}
            1 => f.ty = text.at(pos),
            _ => return Err(raise!(ValueError, "Invalid format specifier")),
        }
        f.check_grouping()?;
        Ok(f)
    }

    fn parse_grouping(&mut self, text: Chars<'_>, pos: &mut usize) -> PyResult<()> {
        let is = |pos: usize, ch: char| text.get(pos) == Some(ch as u32);
        let both = |a: bool| match a {
            true => Err(raise!(ValueError, "Cannot specify both ',' and '_'.")),
            false => Ok(()),
        };
        if is(*pos, ',') {
            self.thousands = Thousands::Comma;
            *pos += 1;
            if is(*pos, ',') {
                return both(true);
            }
        }
        if is(*pos, '_') {
            both(self.thousands == Thousands::Comma)?;
            self.thousands = Thousands::Underscore;
            *pos += 1;
        }
        both(is(*pos, ',') && self.thousands == Thousands::Underscore)
    }

    fn check_grouping(&self) -> PyResult<()> {
        let mark = match self.thousands {
            Thousands::None => return Ok(()),
            Thousands::Comma => ',',
            Thousands::Underscore => '_',
        };
        match char::from_u32(self.ty) {
            Some('d' | 'e' | 'f' | 'g' | 'E' | 'G' | '%' | 'F' | '\0') => Ok(()),
            Some('b' | 'o' | 'x' | 'X') if mark == '_' => Ok(()),
            Some(c @ '!'..='\x7f') => {
                Err(raise!(ValueError, "Cannot specify '{mark}' with '{c}'."))
            }
            _ => Err(raise!(
                ValueError,
                "Cannot specify '{mark}' with '\\x{:x}'.",
                self.ty
            )),
        }
    }

    /// The blanks left and right of a text of this length.
    pub fn padding(&self, len: usize) -> (usize, usize) {
        let pad = self.width.unwrap_or(0).saturating_sub(len);
        match self.align {
            '>' => (pad, 0),
            '^' => (pad / 2, pad - pad / 2),
            _ => (0, pad),
        }
    }
}

/// The error for a type letter that the value does not know.
pub fn unknown_type(ty: u32, value: &PyObject) -> Raised {
    let name = value.type_name();
    let name = err::short(&name, 200);
    match char::from_u32(ty) {
        Some(c @ '!'..='\x7f') => raise!(
            ValueError,
            "Unknown format code '{c}' for object of type '{name}'"
        ),
        _ => raise!(
            ValueError,
            "Unknown format code '\\x{ty:x}' for object of type '{name}'"
        ),
    }
}
