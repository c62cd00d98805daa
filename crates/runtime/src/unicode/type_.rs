//! The type str.

use super::layout::{self, chars, state};
use super::search::{self, Side};
use super::{case, format_method, intern, iter, legacy, ops, repr, tables, translate};
use crate::format::percent;
use crate::prelude::*;
use crate::strlib;
use crate::{codecs, err, format, mem, on_chars};
use pyrite_macros::pytype;

/// `str`.
pub struct Str;

type Text = Owned<PyUnicodeObject>;

#[pytype(name = "str", c_name = PyUnicode_Type, layout = PyUnicodeObject,
         flags = [BASETYPE, UNICODE_SUBCLASS])]
impl Str {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    #[sig("(object='', encoding='utf-8', errors='strict')", parse_tuple)]
    fn tp_new(
        ty: &PyTypeObject,
        object: Option<&PyObject>,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Owned> {
        new(ty, object, encoding, errors)
    }

    fn tp_dealloc(slf: *mut PyUnicodeObject) {
        // SAFETY: the object's last reference is gone, and its parts are released before its memory.
        unsafe {
            let s = &*slf;
            if state(s).interned() != 0 {
                intern::forget(s);
            }
            legacy::drop_parts(s);
            if ops::is_exact(s) {
                mem::object_free(slf.cast());
            } else {
                mem::free_by_type(slf.cast());
            }
        }
    }

    fn tp_repr(slf: &PyUnicodeObject) -> PyResult<Text> {
        repr(slf)
    }

    fn tp_str(slf: &PyUnicodeObject) -> PyResult<Text> {
        ops::exact(slf)
    }

    fn tp_hash(slf: &PyUnicodeObject) -> PyResult<Py_hash_t> {
        Ok(ops::hash(slf))
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let (Some(a), Some(b)) = (
            slf.downcast::<PyUnicodeObject>(),
            other.downcast::<PyUnicodeObject>(),
        ) else {
            return Ok(not_implemented().own());
        };
        Ok(bool_from(Str::order_holds(a, b, op)))
    }

    fn tp_iter(slf: &PyUnicodeObject) -> PyResult<Owned> {
        iter::new(slf)
    }

    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        match a.downcast::<PyUnicodeObject>() {
            Some(format) => Ok(percent::format(format, b)?.upcast()),
            None => Ok(not_implemented().own()),
        }
    }

    fn sq_length(slf: &PyUnicodeObject) -> PyResult<Py_ssize_t> {
        Ok(layout::length(slf) as Py_ssize_t)
    }

    fn sq_concat(slf: &PyUnicodeObject, other: &PyObject) -> PyResult<Text> {
        match other.downcast::<PyUnicodeObject>() {
            Some(other) => ops::concat(slf, other),
            None => Err(raise!(
                TypeError,
                "can only concatenate str (not \"{}\") to str",
                err::short(&other.type_name(), 200)
            )),
        }
    }

    fn sq_repeat(slf: &PyUnicodeObject, times: Py_ssize_t) -> PyResult<Text> {
        ops::repeat(slf, times)
    }

    fn sq_item(slf: &PyUnicodeObject, i: Py_ssize_t) -> PyResult<Owned> {
        search::item(slf, i)
    }

    fn sq_contains(slf: &PyUnicodeObject, sub: &PyObject) -> PyResult<bool> {
        search::contains(slf, sub)
    }

    fn mp_length(slf: &PyUnicodeObject) -> PyResult<Py_ssize_t> {
        Ok(layout::length(slf) as Py_ssize_t)
    }

    fn mp_subscript(slf: &PyUnicodeObject, index: &PyObject) -> PyResult<Owned> {
        search::subscript(slf, index)
    }

    #[method]
    fn encode(
        slf: &PyUnicodeObject,
        encoding: Option<&str>,
        errors: Option<&str>,
    ) -> PyResult<Owned> {
        codecs::encode_text(slf, encoding, errors)
    }

    #[method]
    fn replace(
        slf: &PyUnicodeObject,
        old: &PyUnicodeObject,
        new: &PyUnicodeObject,
        count: Option<isize>,
    ) -> PyResult<Text> {
        search::replace(slf, old, new, count.unwrap_or(-1))
    }

    #[method]
    fn split(
        slf: &PyUnicodeObject,
        sep: Option<&PyObject>,
        maxsplit: Option<isize>,
    ) -> PyResult<Owned> {
        search::split_method(slf, sep, maxsplit.unwrap_or(-1), false)
    }

    #[method]
    fn rsplit(
        slf: &PyUnicodeObject,
        sep: Option<&PyObject>,
        maxsplit: Option<isize>,
    ) -> PyResult<Owned> {
        search::split_method(slf, sep, maxsplit.unwrap_or(-1), true)
    }

    #[method]
    fn join(slf: &PyUnicodeObject, iterable: &PyObject) -> PyResult<Text> {
        ops::join(slf, iterable)
    }

    #[method]
    fn capitalize(slf: &PyUnicodeObject) -> PyResult<Text> {
        case::capitalize(slf)
    }

    #[method]
    fn casefold(slf: &PyUnicodeObject) -> PyResult<Text> {
        case::casefold(slf)
    }

    #[method]
    fn title(slf: &PyUnicodeObject) -> PyResult<Text> {
        case::title(slf)
    }

    #[method]
    fn lower(slf: &PyUnicodeObject) -> PyResult<Text> {
        case::lower(slf)
    }

    #[method]
    fn upper(slf: &PyUnicodeObject) -> PyResult<Text> {
        case::upper(slf)
    }

    #[method]
    fn swapcase(slf: &PyUnicodeObject) -> PyResult<Text> {
        case::swapcase(slf)
    }

    #[method]
    fn center(slf: &PyUnicodeObject, width: isize, fillchar: Option<&PyObject>) -> PyResult<Text> {
        let total = width.max(0) as usize;
        let len = layout::length(slf);
        let left = if total > len {
            strlib::center_left(len, total)
        } else {
            0
        };
        pad(slf, total, left, fillchar)
    }

    #[method]
    fn ljust(slf: &PyUnicodeObject, width: isize, fillchar: Option<&PyObject>) -> PyResult<Text> {
        pad(slf, width.max(0) as usize, 0, fillchar)
    }

    #[method]
    fn rjust(slf: &PyUnicodeObject, width: isize, fillchar: Option<&PyObject>) -> PyResult<Text> {
        let width = width.max(0) as usize;
        pad(
            slf,
            width,
            width.saturating_sub(layout::length(slf)),
            fillchar,
        )
    }

    #[method(args)]
    fn count(slf: &PyUnicodeObject, args: &[&PyObject]) -> PyResult<usize> {
        search::count_method(slf, args)
    }

    #[method]
    fn expandtabs(slf: &PyUnicodeObject, tabsize: Option<i32>) -> PyResult<Text> {
        expand_tabs(slf, tabsize.unwrap_or(8).max(0) as usize)
    }

    #[method(args)]
    fn find(slf: &PyUnicodeObject, args: &[&PyObject]) -> PyResult<isize> {
        Ok(search::find_method(slf, "find", args)?.map_or(-1, |at| at as isize))
    }

    #[method(args)]
    fn rfind(slf: &PyUnicodeObject, args: &[&PyObject]) -> PyResult<isize> {
        Ok(search::find_method(slf, "rfind", args)?.map_or(-1, |at| at as isize))
    }

    #[method(args)]
    fn index(slf: &PyUnicodeObject, args: &[&PyObject]) -> PyResult<usize> {
        search::index_method(slf, "index", args)
    }

    #[method(args)]
    fn rindex(slf: &PyUnicodeObject, args: &[&PyObject]) -> PyResult<usize> {
        search::index_method(slf, "rindex", args)
    }

    #[method]
    fn partition(slf: &PyUnicodeObject, sep: &PyObject) -> PyResult<Owned> {
        search::partition_method(slf, sep, false)
    }

    #[method]
    fn rpartition(slf: &PyUnicodeObject, sep: &PyObject) -> PyResult<Owned> {
        search::partition_method(slf, sep, true)
    }

    #[method]
    fn splitlines(slf: &PyUnicodeObject, keepends: Option<i32>) -> PyResult<Owned> {
        search::split_lines(slf, keepends.unwrap_or(0) != 0)
    }

    #[method]
    fn strip(slf: &PyUnicodeObject, chars: Option<&PyObject>) -> PyResult<Text> {
        search::strip_method(slf, chars, Side::Both, "strip")
    }

    #[method]
    fn lstrip(slf: &PyUnicodeObject, chars: Option<&PyObject>) -> PyResult<Text> {
        search::strip_method(slf, chars, Side::Left, "lstrip")
    }

    #[method]
    fn rstrip(slf: &PyUnicodeObject, chars: Option<&PyObject>) -> PyResult<Text> {
        search::strip_method(slf, chars, Side::Right, "rstrip")
    }

    #[method]
    fn translate(slf: &PyUnicodeObject, table: &PyObject) -> PyResult<Text> {
        translate::translate(slf, table)
    }

    #[method(staticmethod)]
    fn maketrans(
        x: &PyObject,
        y: Option<&PyUnicodeObject>,
        z: Option<&PyUnicodeObject>,
    ) -> PyResult<Owned> {
        translate::make_table(x, y, z)
    }

    #[method(args)]
    fn startswith(slf: &PyUnicodeObject, args: &[&PyObject]) -> PyResult<bool> {
        search::tail_method(slf, "startswith", args)
    }

    #[method(args)]
    fn endswith(slf: &PyUnicodeObject, args: &[&PyObject]) -> PyResult<bool> {
        search::tail_method(slf, "endswith", args)
    }

    #[method]
    fn isascii(slf: &PyUnicodeObject) -> bool {
        layout::is_ascii(slf)
    }

    #[method]
    fn islower(slf: &PyUnicodeObject) -> bool {
        case::is_lower(slf)
    }

    #[method]
    fn isupper(slf: &PyUnicodeObject) -> bool {
        case::is_upper(slf)
    }

    #[method]
    fn istitle(slf: &PyUnicodeObject) -> bool {
        case::is_title(slf)
    }

    #[method]
    fn isspace(slf: &PyUnicodeObject) -> bool {
        case::all(slf, search::is_space)
    }

    #[method]
    fn isdecimal(slf: &PyUnicodeObject) -> bool {
        case::all(slf, tables::is_decimal)
    }

    #[method]
    fn isdigit(slf: &PyUnicodeObject) -> bool {
        case::all(slf, tables::is_digit)
    }

    #[method]
    fn isnumeric(slf: &PyUnicodeObject) -> bool {
        case::all(slf, tables::is_numeric)
    }

    #[method]
    fn isalpha(slf: &PyUnicodeObject) -> bool {
        case::all(slf, tables::is_alpha)
    }

    #[method]
    fn isalnum(slf: &PyUnicodeObject) -> bool {
        case::all(slf, tables::is_alnum)
    }

    #[method]
    fn isidentifier(slf: &PyUnicodeObject) -> bool {
        case::is_identifier(slf)
    }

    #[method]
    fn isprintable(slf: &PyUnicodeObject) -> bool {
        chars(slf).iter().all(tables::is_printable)
    }

    #[method]
    fn zfill(slf: &PyUnicodeObject, width: isize) -> PyResult<Text> {
        let (text, width) = (chars(slf), width.max(0) as usize);
        let Some(zeros) = width.checked_sub(text.len()).filter(|&n| n > 0) else {
            return ops::exact(slf);
        };
        let sign = usize::from(matches!(text.get(0), Some(43 | 45)));
        let mut b = layout::Builder::new(width, layout::max_char_bound(slf))?;
        b.extend(text.slice(0, sign));
        b.fill(u32::from(b'0'), zeros);
        b.extend(text.slice(sign, text.len()));
        Ok(b.finish())
    }

    #[method(varargs_kw)]
    fn format(
        slf: &PyUnicodeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Text> {
        format_method::format(slf, Some(args), kw.map(ObjectExt::as_object))
    }

    #[method]
    #[sig("($self, mapping, /)")]
    fn format_map(slf: &PyUnicodeObject, mapping: &PyObject) -> PyResult<Text> {
        format_method::format(slf, None, Some(mapping))
    }

    #[method]
    fn __format__(slf: &PyUnicodeObject, format_spec: &PyUnicodeObject) -> PyResult<Text> {
        if layout::length(format_spec) == 0 {
            let text = super::str_of(slf.as_object())?;
            return if layout::length(&text) == 0 {
                super::empty()
            } else {
                Ok(text)
            };
        }
        format::format_str(slf, format_spec)
    }

    #[method]
    fn __sizeof__(slf: &PyUnicodeObject) -> usize {
        size_of_text(slf)
    }

    #[method]
    fn __getnewargs__(slf: &PyUnicodeObject) -> PyResult<Owned> {
        let copy = ops::copy(slf)?;
        Ok(crate::tuple::from_slice(&[copy.as_object()])?.upcast())
    }
}

/// Is the object a str?
#[inline]
pub fn check(o: &PyObject) -> bool {
    o.ty().tp_flags.get() & Py_TPFLAGS_UNICODE_SUBCLASS != 0
}

fn new(
    ty: &PyTypeObject,
    object: Option<&PyObject>,
    encoding: Option<&str>,
    errors: Option<&str>,
) -> PyResult<Owned> {
    let made = match object {
        None => ops::empty()?,
        Some(o) if encoding.is_none() && errors.is_none() => ops::str_of(o)?,
        Some(o) => codecs::decode_object(o, encoding, errors)?,
    };
    if std::ptr::eq(ty, &PyUnicode_Type) {
        return Ok(made.upcast());
    }
    legacy::new_subtype(ty, &made)
}

fn fill_char(o: Option<&PyObject>) -> PyResult<u32> {
    let Some(o) = o else { return Ok(32) };
    let Some(s) = o.downcast::<PyUnicodeObject>() else {
        let got = o.type_name();
        return Err(raise!(
            TypeError,
            "The fill character must be a unicode character, not {}",
            err::short(&got, 100)
        ));
    };
    match (chars(s).len(), chars(s).get(0)) {
        (1, Some(ch)) => Ok(ch),
        _ => Err(raise!(
            TypeError,
            "The fill character must be exactly one character long"
        )),
    }
}

fn pad(s: &PyUnicodeObject, width: usize, left: usize, fill: Option<&PyObject>) -> PyResult<Text> {
    let fill = fill_char(fill)?;
    let text = chars(s);
    if width <= text.len() {
        return ops::exact(s);
    }
    let mut b = layout::Builder::new(width, layout::max_char_bound(s).max(fill))?;
    b.fill(fill, left);
    b.extend(text);
    b.fill(fill, width - left - text.len());
    Ok(b.finish())
}

fn expand_tabs(s: &PyUnicodeObject, tabsize: usize) -> PyResult<Text> {
    let text = chars(s);
    if text.find_char(9).is_none() {
        return ops::exact(s);
    }
    let Some(len) = on_chars!(text, c => strlib::expanded_len(c, tabsize)) else {
        return Err(raise!(OverflowError, "new string is too long"));
    };
    let mut b = layout::Builder::new(len, layout::max_char_bound(s))?;
    on_chars!(text, c => strlib::expand_tabs(c, tabsize, |ch, n| b.fill(strlib::Unit::code(ch), n)));
    Ok(b.finish())
}

/// The memory of the string and of the forms derived from it.
fn size_of_text(s: &PyUnicodeObject) -> usize {
    let st = state(s);
    let units = (layout::length(s) + 1) * st.kind() as usize;
    let mut size = if !st.compact() {
        size_of::<PyUnicodeObject>() + units
    } else if st.ascii() {
        size_of::<PyASCIIObject>() + units
    } else {
        size_of::<PyCompactUnicodeObject>() + units
    };
    let data = layout::data_ptr(s, st);
    let wide = layout::head(s).wstr.get().cast::<u8>();
    if let Some(c) = layout::compact_head(s) {
        if !wide.is_null() && wide != data {
            size += (c.wstr_length.get() as usize + 1) * 4;
        }
        let utf8 = c.utf8.get().cast::<u8>();
        if !utf8.is_null() && utf8 != data {
            size += c.utf8_length.get() as usize + 1;
        }
    } else if !wide.is_null() {
        size += units * 4;
    }
    size
}
