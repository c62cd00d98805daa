//! `str.translate` and `str.maketrans`.

use super::layout::{self, Chars, chars};
use super::{Writer, from_ascii};
use crate::prelude::*;
use crate::{codecs, dict, err, long, object};

/// What a table says of a character.
enum Mapped {
    Same,
    Gone,
    Char(u32),
    Text(Owned<PyUnicodeObject>),
}

fn lookup(table: &PyObject, ch: u32) -> PyResult<Mapped> {
    let key = long::from_i64(i64::from(ch))?;
    let found = match object::get_item(table, key.as_object()) {
        Ok(found) => found,
        Err(raised) => {
            if !err::matches(crate::exceptions::exc::LookupError.get()) {
                return Err(raised);
            }
            err::clear();
            return Ok(Mapped::Same);
        }
    };
    if found.is_none() {
        return Ok(Mapped::Gone);
    }
    if found.downcast::<PyLongObject>().is_some() {
        return match long::as_i64(&found) {
            Ok(value @ 0..=0x10_ffff) => Ok(Mapped::Char(value as u32)),
            other => {
                if other.is_err() {
                    err::clear();
                }
                Err(raise!(
                    ValueError,
                    "character mapping must be in range(0x110000)"
                ))
            }
        };
    }
    match found.downcast_owned::<PyUnicodeObject>() {
        Ok(s) => Ok(Mapped::Text(s)),
        Err(_) => Err(raise!(
            TypeError,
            "character mapping must return integer, None or str"
        )),
    }
}

/// ASCII text whose characters map to ASCII ones or to nothing needs each lookup once.
fn translate_ascii(text: &[u8], table: &PyObject) -> PyResult<Option<Owned<PyUnicodeObject>>> {
    const UNKNOWN: u8 = 0xff;
    const GONE: u8 = 0xfe;
    let mut cache = [UNKNOWN; 128];
    let mut out = Vec::new();
    if out.try_reserve(text.len()).is_err() {
        return Err(err::no_memory());
    }
    for &b in text {
        let slot = usize::from(b & 0x7f);
        if cache[slot] == UNKNOWN {
            cache[slot] = match lookup(table, u32::from(b))? {
                Mapped::Same => b,
                Mapped::Gone => GONE,
                Mapped::Char(c @ 0..=0x7f) => c as u8,
                Mapped::Text(s) if layout::length(&s) == 1 && layout::is_ascii(&s) => {
                    chars(&s).at(0) as u8
                }
                _ => return Ok(None),
            };
        }
        if cache[slot] != GONE {
            out.push(cache[slot]);
        }
    }
    from_ascii(&out).map(Some)
}

/// `PyUnicode_Translate` without an error handler of its own.
pub fn translate(s: &PyUnicodeObject, table: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
    translate_with(s, table, Some("ignore"))
}

/// `PyUnicode_Translate`. Characters that map to None go to the error handler, which ignores them by default.
pub fn translate_with(
    s: &PyUnicodeObject,
    table: &PyObject,
    errors: Option<&str>,
) -> PyResult<Owned<PyUnicodeObject>> {
    let text = chars(s);
    let ignore = errors == Some("ignore");
    if let (Chars::One(c), true, true) = (text, layout::is_ascii(s), ignore)
        && let Some(done) = translate_ascii(c, table)?
    {
        return Ok(done);
    }
    let mut w = Writer::new();
    let mut handler = codecs::TranslateErrors::new(s, errors);
    let mut i = 0;
    while i < text.len() {
        let ch = text.at(i);
        match lookup(table, ch)? {
            Mapped::Same => w.push(ch)?,
            Mapped::Char(c) => w.push(c)?,
            Mapped::Text(s) => w.push_chars(chars(&s))?,
            Mapped::Gone if ignore => {}
            Mapped::Gone => {
                let mut end = i + 1;
                while end < text.len() && matches!(lookup(table, text.at(end))?, Mapped::Gone) {
                    end += 1;
                }
                i = handler.handle("character maps to <undefined>", i, end, &mut w)?;
                continue;
            }
        }
        i += 1;
    }
    w.finish()
}

/// `str.maketrans`.
pub fn make_table(
    x: &PyObject,
    y: Option<&PyUnicodeObject>,
    z: Option<&PyUnicodeObject>,
) -> PyResult<Owned> {
    let table = dict::new()?;
    let Some(y) = y else {
        return from_dict(x, table);
    };
    let Some(x) = x.downcast::<PyUnicodeObject>() else {
        return Err(raise!(
            TypeError,
            "first maketrans argument must be a string if there is a second argument"
        ));
    };
    let (from, to) = (chars(x), chars(y));
    if from.len() != to.len() {
        return Err(raise!(
            ValueError,
            "the first two maketrans arguments must have equal length"
        ));
    }
    for (a, b) in from.iter().zip(to.iter()) {
        let (key, value) = (long::from_i64(i64::from(a))?, long::from_i64(i64::from(b))?);
        dict::set_item(&table, key.as_object(), value.as_object())?;
    }
    for ch in z.map_or(Chars::One(b""), chars).iter() {
        dict::set_item(&table, long::from_i64(i64::from(ch))?.as_object(), none())?;
    }
    Ok(table.upcast())
}

fn from_dict(x: &PyObject, table: Owned<PyDictObject>) -> PyResult<Owned> {
    let Some(source) = x.downcast_exact::<PyDictObject>() else {
        return Err(raise!(
            TypeError,
            "if you give only one argument to maketrans it must be a dict"
        ));
    };
    let mut pos = 0;
    while let Some((key, value)) = dict::next(source, &mut pos) {
        if let Some(s) = key.downcast::<PyUnicodeObject>() {
            if layout::length(s) != 1 {
                return Err(raise!(
                    ValueError,
                    "string keys in translate table must be of length 1"
                ));
            }
            let code = long::from_i64(i64::from(chars(s).at(0)))?;
            dict::set_item(&table, code.as_object(), &value)?;
        } else if key.downcast::<PyLongObject>().is_some() {
            dict::set_item(&table, &key, &value)?;
        } else {
            return Err(raise!(
                TypeError,
                "keys in translate table must be strings or integers"
            ));
        }
    }
    Ok(table.upcast())
}
