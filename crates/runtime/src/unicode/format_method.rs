//! `str.format` and `str.format_map`, and the iterators that `string.Formatter` builds on.

use super::layout::{Chars, chars};
use super::{Writer, from_chars, tables};
use crate::format;
use crate::prelude::*;
use crate::{dict, err, exceptions, long, object, sequence, tuple, unicode};
use pyrite_macros::pytype;

fn fail<T>(message: &str) -> PyResult<T> {
    Err(raise!(ValueError, "{message}"))
}

fn is(ch: Option<u32>, c: char) -> bool {
    ch == Some(c as u32)
}

/// One replacement field of a format: ranges of the format text.
struct Field {
    name: (usize, usize),
    spec: (usize, usize),
    conversion: Option<u32>,
    nested: bool,
}

/// A literal and the field behind it, if there is one.
struct Markup {
    literal: (usize, usize),
    field: Option<Field>,
}

/// Reads the next piece of a format from `pos` on; None at the end.
fn next_markup(text: Chars<'_>, pos: &mut usize) -> PyResult<Option<Markup>> {
    let start = *pos;
    if start >= text.len() {
        return Ok(None);
    }
    let brace = (start..text.len()).find(|&i| is(text.get(i), '{') || is(text.get(i), '}'));
    let Some(brace) = brace else {
        *pos = text.len();
        return Ok(Some(Markup {
            literal: (start, text.len()),
            field: None,
        }));
    };
    let doubled = text.get(brace + 1) == text.get(brace);
    if doubled {
        *pos = brace + 2;
        return Ok(Some(Markup {
            literal: (start, brace + 1),
            field: None,
        }));
    }
    if is(text.get(brace), '}') {
        return fail("Single '}' encountered in format string");
    }
    if brace + 1 == text.len() {
        return fail("Single '{' encountered in format string");
    }
    *pos = brace + 1;
    let field = parse_field(text, pos)?;
    Ok(Some(Markup {
        literal: (start, brace),
        field: Some(field),
    }))
}

/// Reads a field from behind its opening brace to behind its closing one.
fn parse_field(text: Chars<'_>, pos: &mut usize) -> PyResult<Field> {
    let start = *pos;
    let end = loop {
        let Some(ch) = text.get(*pos) else {
            return fail("expected '}' before end of string");
        };
        *pos += 1;
        match char::from_u32(ch) {
            Some('{') => return fail("unexpected '{' in field name"),
            Some('[') => {
                while *pos < text.len() && !is(text.get(*pos), ']') {
                    *pos += 1;
                }
            }
            Some('}' | ':' | '!') => break *pos - 1,
            _ => {}
        }
    };
    let mut field = Field {
        name: (start, end),
        spec: (end, end),
        conversion: None,
        nested: false,
    };
    match char::from_u32(text.at(end)) {
        Some('}') => return Ok(field),
        Some('!') => {
            field.conversion = text.get(*pos);
            if field.conversion.is_none() {
                return fail("end of string while looking for conversion specifier");
            }
            *pos += 1;
            match text.get(*pos) {
                None => {}
                Some(c) if c == u32::from(b'}') => {
                    *pos += 1;
                    return Ok(field);
                }
                Some(c) if c == u32::from(b':') => *pos += 1,
                Some(_) => return fail("expected ':' after conversion specifier"),
            }
        }
        _ => {}
    }
    let spec_start = *pos;
    let mut depth = 1;
    while let Some(ch) = text.get(*pos) {
        *pos += 1;
        if ch == u32::from(b'{') {
            field.nested = true;
            depth += 1;
        } else if ch == u32::from(b'}') {
            depth -= 1;
            if depth == 0 {
                field.spec = (spec_start, *pos - 1);
                return Ok(field);
            }
        }
    }
    fail("unmatched '{' in format spec")
}

/// The number that a name is, if it is one.
fn integer(text: Chars<'_>) -> PyResult<Option<isize>> {
    let mut value = 0isize;
    if text.is_empty() {
        return Ok(None);
    }
    for ch in text.iter() {
        let Some(digit) = tables::to_decimal(ch) else {
            return Ok(None);
        };
        match value
            .checked_mul(10)
            .and_then(|v| v.checked_add(digit as isize))
        {
            Some(v) => value = v,
            None => return fail("Too many decimal digits in format string"),
        }
    }
    Ok(Some(value))
}

/// How many characters of a field's name are the name proper, before the first `.` or `[`.
fn first_len(name: Chars<'_>) -> usize {
    name.iter()
        .position(|c| c == u32::from(b'.') || c == u32::from(b'['))
        .unwrap_or(name.len())
}

/// A step from an object to one of its parts.
struct Accessor {
    attribute: bool,
    name: (usize, usize),
    index: Option<isize>,
}

/// Reads the next `.name` or `[key]`; None at the end.
fn next_accessor(name: Chars<'_>, pos: &mut usize) -> PyResult<Option<Accessor>> {
    let Some(ch) = name.get(*pos) else {
        return Ok(None);
    };
    *pos += 1;
    let start = *pos;
    let accessor = match char::from_u32(ch) {
        Some('.') => {
            *pos += first_len(name.slice(start, name.len()));
            Accessor {
                attribute: true,
                name: (start, *pos),
                index: None,
            }
        }
        Some('[') => {
            let rest = name.slice(start, name.len());
            let Some(n) = rest.find_char(u32::from(b']')) else {
                return fail("Missing ']' in format string");
            };
            *pos = start + n + 1;
            Accessor {
                attribute: false,
                name: (start, start + n),
                index: integer(rest.slice(0, n))?,
            }
        }
        _ => return fail("Only '.' or '[' may follow ']' in format field specifier"),
    };
    if accessor.name.0 == accessor.name.1 {
        return fail("Empty attribute in format string");
    }
    Ok(Some(accessor))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Numbering {
    Unknown,
    Automatic,
    Manual,
}

/// The arguments of one call of `format`, and how its fields are numbered.
struct Call<'a> {
    args: Option<&'a PyTupleObject>,
    kwargs: Option<&'a PyObject>,
    numbering: Numbering,
    next: isize,
}

/// `format(*args, **kwargs)`; without a tuple, `format_map(kwargs)`.
pub fn format(
    s: &PyUnicodeObject,
    args: Option<&PyTupleObject>,
    kwargs: Option<&PyObject>,
) -> PyResult<Owned<PyUnicodeObject>> {
    let mut call = Call {
        args,
        kwargs,
        numbering: Numbering::Unknown,
        next: 0,
    };
    let mut w = Writer::new();
    call.expand(chars(s), Some(s), &mut w, 2)?;
    w.finish()
}

impl Call<'_> {
    /// Expands a format, which is the text of `whole` if that is given.
    fn expand(
        &mut self,
        text: Chars<'_>,
        whole: Option<&PyUnicodeObject>,
        w: &mut Writer,
        depth: u32,
    ) -> PyResult<()> {
        if depth == 0 {
            return fail("Max string recursion exceeded");
        }
        let mut pos = 0;
        while let Some(markup) = next_markup(text, &mut pos)? {
            if let Some(whole) = whole
                && markup.literal == (0, text.len())
            {
                return w.push_last(whole.own_typed());
            }
            w.push_chars(text.slice(markup.literal.0, markup.literal.1))?;
            if let Some(field) = markup.field {
                let value = self.field(text, &field, depth)?;
                if pos == text.len() {
                    w.push_last(value)?;
                } else {
                    w.push_unicode(&value)?;
                }
            }
        }
        Ok(())
    }

    fn field(
        &mut self,
        text: Chars<'_>,
        field: &Field,
        depth: u32,
    ) -> PyResult<Owned<PyUnicodeObject>> {
        let mut value = self.value(text.slice(field.name.0, field.name.1))?;
        if let Some(conversion) = field.conversion {
            value = convert(&value, conversion)?;
        }
        let spec = text.slice(field.spec.0, field.spec.1);
        let spec = if field.nested {
            let mut inner = Writer::new();
            self.expand(spec, None, &mut inner, depth - 1)?;
            inner.finish()?
        } else {
            from_chars(spec)?
        };
        format_value(&value, &spec)
    }

    /// The object that a field's name stands for.
    fn value(&mut self, name: Chars<'_>) -> PyResult<Owned> {
        let first = name.slice(0, first_len(name));
        let mut index = integer(first)?;
        if first.is_empty() || index.is_some() {
            let empty = first.is_empty();
            match (self.numbering, empty) {
                (Numbering::Unknown, true) => self.numbering = Numbering::Automatic,
                (Numbering::Unknown, false) => self.numbering = Numbering::Manual,
                (Numbering::Automatic, false) => {
                    return fail(
                        "cannot switch from automatic field numbering to manual field specification",
                    );
                }
                (Numbering::Manual, true) => {
                    return fail(
                        "cannot switch from manual field specification to automatic field numbering",
                    );
                }
                _ => {}
            }
            if empty {
                index = Some(self.next);
                self.next += 1;
            }
        }
        let mut value = match index {
            Some(index) => self.positional(index)?,
            None => self.keyword(first)?,
        };
        let mut pos = first.len();
        while let Some(accessor) = next_accessor(name, &mut pos)? {
            value = access(&value, name, &accessor)?;
        }
        Ok(value)
    }

    fn positional(&self, index: isize) -> PyResult<Owned> {
        let Some(args) = self.args else {
            return fail("Format string contains positional fields");
        };
        match usize::try_from(index)
            .ok()
            .and_then(|i| tuple::as_slice(args).get(i).copied())
        {
            Some(value) => Ok(value.own()),
            None => Err(raise!(
                IndexError,
                "Replacement index {index} out of range for positional args tuple"
            )),
        }
    }

    fn keyword(&self, name: Chars<'_>) -> PyResult<Owned> {
        let key = from_chars(name)?;
        let missing = |key: &PyObject| err::set_object(exceptions::exc::KeyError.get(), key);
        match self.kwargs {
            None => Err(missing(key.as_object())),
            Some(kwargs) => match kwargs.downcast_exact::<PyDictObject>() {
                Some(d) => {
                    dict::get_item(d, key.as_object())?.ok_or_else(|| missing(key.as_object()))
                }
                None => object::get_item(kwargs, key.as_object()),
            },
        }
    }
}

fn access(value: &PyObject, name: Chars<'_>, accessor: &Accessor) -> PyResult<Owned> {
    let part = || from_chars(name.slice(accessor.name.0, accessor.name.1));
    match accessor.index {
        _ if accessor.attribute => object::get_attr(value, part()?.as_object()),
        Some(index) if sequence::check(value) => sequence::get_item(value, index),
        Some(index) => object::get_item(value, long::from_ssize_t(index)?.as_object()),
        None => object::get_item(value, part()?.as_object()),
    }
}

/// Applies `!r`, `!s` or `!a`.
fn convert(value: &PyObject, conversion: u32) -> PyResult<Owned> {
    Ok(match char::from_u32(conversion) {
        Some('r') => unicode::repr_of(value)?.upcast(),
        Some('s') => unicode::str_of(value)?.upcast(),
        Some('a') => unicode::ascii_of(value)?.upcast(),
        Some(c @ '!'..'\u{7f}') => {
            return Err(raise!(ValueError, "Unknown conversion specifier {c}"));
        }
        _ => {
            return Err(raise!(
                ValueError,
                "Unknown conversion specifier \\x{conversion:x}"
            ));
        }
    })
}

/// `format(value, spec)`, directly for the types whose `__format__` is known.
fn format_value(value: &PyObject, spec: &PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>> {
    if let Some(s) = value.downcast_exact::<PyUnicodeObject>() {
        return format::format_str(s, spec);
    }
    if value.downcast_exact::<PyLongObject>().is_some() {
        return format::format_long(value, spec);
    }
    if value.downcast_exact::<PyFloatObject>().is_some() {
        return format::format_float(value, spec);
    }
    let made = object::format(value, Some(spec.as_object()))?;
    made.downcast_owned().map_err(|_| err::bad_internal_call())
}

/// Both iterators: a string, and the place in it.
#[repr(C)]
pub struct PartsIter {
    ob_base: PyObject,
    text: Cell<*mut PyUnicodeObject>,
    pos: Cell<usize>,
}

// SAFETY: begins with the object head; the other fields are cells.
unsafe impl Layout for PartsIter {}

fn new_iter(ty: &PyTypeObject, text: &PyUnicodeObject, pos: usize) -> PyResult<Owned> {
    let it: Owned<PartsIter> = crate::mem::new_object(ty)?;
    it.text.set_ref(Some(text.own_typed()));
    it.pos.set(pos);
    Ok(it.upcast())
}

fn drop_iter(slf: *mut PartsIter) {
    // SAFETY: the object's last reference is gone.
    unsafe {
        (*slf).text.set_ref(None);
        crate::mem::free_by_type(slf.cast());
    }
}

/// What `_string.formatter_parser` returns.
pub struct FormatterIter;

#[pytype(name = "formatteriterator", c_name = PyFormatterIter_Type, layout = PartsIter, export = false, no_class = true)]
impl FormatterIter {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PartsIter) {
        drop_iter(slf);
    }
    const tp_iter: getiterfunc = Some(crate::object::self_iter);
    fn tp_iternext(slf: &PartsIter) -> PyResult<Option<Owned>> {
        let Some(s) = slf.text.borrow() else {
            return Ok(None);
        };
        let (text, mut pos) = (chars(s), slf.pos.get());
        let markup = next_markup(text, &mut pos)?;
        slf.pos.set(pos);
        let Some(markup) = markup else {
            return Ok(None);
        };
        let part =
            |range: (usize, usize)| from_chars(text.slice(range.0, range.1)).map(Owned::upcast);
        let literal = part(markup.literal)?;
        let nothing = || none().own();
        let items = match markup.field {
            Some(f) => {
                let conversion = match f.conversion {
                    Some(c) => unicode::from_ordinal(c)?.upcast(),
                    None => nothing(),
                };
                vec![literal, part(f.name)?, part(f.spec)?, conversion]
            }
            None => vec![literal, nothing(), nothing(), nothing()],
        };
        Ok(Some(tuple::from_owned(items)?.upcast()))
    }
}

/// The second part of what `_string.formatter_field_name_split` returns.
pub struct FieldNameIter;

#[pytype(name = "fieldnameiterator", c_name = PyFieldNameIter_Type, layout = PartsIter, export = false, no_class = true)]
impl FieldNameIter {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PartsIter) {
        drop_iter(slf);
    }
    const tp_iter: getiterfunc = Some(crate::object::self_iter);
    fn tp_iternext(slf: &PartsIter) -> PyResult<Option<Owned>> {
        let Some(s) = slf.text.borrow() else {
            return Ok(None);
        };
        let (text, mut pos) = (chars(s), slf.pos.get());
        let accessor = next_accessor(text, &mut pos)?;
        slf.pos.set(pos);
        let Some(a) = accessor else { return Ok(None) };
        let name = match a.index {
            Some(index) => long::from_ssize_t(index)?.upcast(),
            None => from_chars(text.slice(a.name.0, a.name.1))?.upcast(),
        };
        Ok(Some(
            tuple::from_owned(vec![bool_from(a.attribute), name])?.upcast(),
        ))
    }
}

/// `_string.formatter_parser`.
pub fn parser(text: &PyObject) -> PyResult<Owned> {
    new_iter(&PyFormatterIter_Type, expect_str(text)?, 0)
}

/// `_string.formatter_field_name_split`.
pub fn field_name_split(text: &PyObject) -> PyResult<Owned> {
    let s = expect_str(text)?;
    let text = chars(s);
    let n = first_len(text);
    let first = text.slice(0, n);
    let first = match integer(first)? {
        Some(index) => long::from_ssize_t(index)?.upcast(),
        None => from_chars(first)?.upcast(),
    };
    let rest = new_iter(&PyFieldNameIter_Type, s, n)?;
    Ok(tuple::from_owned(vec![first, rest])?.upcast())
}

fn expect_str(o: &PyObject) -> PyResult<&PyUnicodeObject> {
    match o.downcast::<PyUnicodeObject>() {
        Some(s) => Ok(s),
        None => Err(raise!(
            TypeError,
            "expected str, got {}",
            err::short(&o.type_name(), 80)
        )),
    }
}
