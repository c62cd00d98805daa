//! The private functions by which built-in types format themselves into a `_PyUnicodeWriter` (`unicodeobject.h`,
//! `longobject.h`, `floatobject.h`, `complexobject.h`), and number punctuation.

use crate::prelude::*;
use crate::support::text;
use crate::unicode_writer::push_string;
use pyrite_runtime::format::locale::Punctuation;
use pyrite_runtime::format::{format_complex, format_float, format_long, format_str, percent};

/// Writes a value by the part of a specification that C names; an empty one asks for `str()`.
fn advanced(
    writer: &_PyUnicodeWriter,
    o: &PyObject,
    spec: &PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
    format: impl FnOnce(&PyUnicodeObject) -> PyResult<Owned<PyUnicodeObject>>,
) -> PyResult<()> {
    let spec = unicode::expect(spec, "expected str, got {}")?;
    let end = (end.max(0) as usize).min(unicode::length(spec));
    let start = (start.max(0) as usize).min(end);
    let formatted = if start == end {
        unicode::str_of(o)?
    } else {
        format(&*unicode::substring(spec, start, end)?)?
    };
    push_string(writer, &formatted)
}

/// The digits of an int in a base; with the base's prefix if that is asked for.
fn long_text(o: &PyObject, base: c_int, alternate: c_int) -> PyResult<String> {
    let n = long::expect(o)?;
    let digits = long::to_text(n, base as u32)?;
    let prefix = match (alternate, base) {
        (0, _) => "",
        (_, 2) => "0b",
        (_, 8) => "0o",
        (_, 16) => "0x",
        _ => "",
    };
    Ok(match digits.strip_prefix('-') {
        Some(rest) => format!("-{prefix}{rest}"),
        None => format!("{prefix}{digits}"),
    })
}

capi! {
    fn _PyUnicode_FormatAdvancedWriter(writer: &_PyUnicodeWriter, o: &PyObject, spec: &PyObject, start: Py_ssize_t, end: Py_ssize_t) -> PyResult<()> {
        advanced(writer, o, spec, start, end, |spec| format_str(unicode::expect(o, "expected str, got {}")?, spec))
    }

    fn _PyLong_FormatAdvancedWriter(writer: &_PyUnicodeWriter, o: &PyObject, spec: &PyObject, start: Py_ssize_t, end: Py_ssize_t) -> PyResult<()> {
        advanced(writer, o, spec, start, end, |spec| format_long(o, spec))
    }

    fn _PyFloat_FormatAdvancedWriter(writer: &_PyUnicodeWriter, o: &PyObject, spec: &PyObject, start: Py_ssize_t, end: Py_ssize_t) -> PyResult<()> {
        advanced(writer, o, spec, start, end, |spec| format_float(o, spec))
    }

    fn _PyComplex_FormatAdvancedWriter(writer: &_PyUnicodeWriter, o: &PyObject, spec: &PyObject, start: Py_ssize_t, end: Py_ssize_t) -> PyResult<()> {
        advanced(writer, o, spec, start, end, |spec| format_complex(o, spec))
    }

    fn _PyLong_FormatWriter(writer: &_PyUnicodeWriter, o: &PyObject, base: c_int, alternate: c_int) -> PyResult<()> {
        push_string(writer, &*unicode::from_str(&long_text(o, base, alternate)?)?)
    }

    fn _PyLong_FormatBytesWriter(writer: &_PyBytesWriter, at: *mut c_char, o: &PyObject, base: c_int, alternate: c_int) -> PyResult<*mut c_char> {
        let digits = long_text(o, base, alternate)?;
        Ok(crate::bytes_writer::push(writer, at.cast(), digits.as_bytes())?.cast())
    }

    fn _PyUnicode_FormatLong(o: &PyObject, alternate: c_int, precision: c_int, ty: c_int) -> PyResult<Owned<PyUnicodeObject>> {
        let ty = char::from(ty as u8);
        if !matches!(ty, 'd' | 'i' | 'u' | 'o' | 'x' | 'X') {
            return Err(err::bad_internal_call());
        }
        unicode::from_str(&percent::format_long(o, alternate != 0, usize::try_from(precision).ok(), ty)?)
    }

    /// Without a writer it counts the characters; with one it puts them at the writer's place, which has room for them.
    fn _PyUnicode_InsertThousandsGrouping(writer: Option<&_PyUnicodeWriter>, count: Py_ssize_t, digits: Option<&PyObject>, at: Py_ssize_t, digit_count: Py_ssize_t, min_width: Py_ssize_t, grouping: &CStr, separator: &PyObject, max: Out<Py_UCS4>) -> PyResult<Py_ssize_t> {
        let separator = unicode::expect(separator, "expected str, got {}")?;
        let digit_count = digit_count.max(0) as usize;
        let digits: Vec<u32> = match digits.and_then(|d| d.downcast::<PyUnicodeObject>()) {
            Some(d) => unicode::chars(d).iter().skip(at.max(0) as usize).take(digit_count).collect(),
            None => vec![u32::from(b'0'); digit_count],
        };
        let ascii: Vec<u8> = digits.iter().map(|c| *c as u8).collect();
        let grouping = grouping.to_bytes();
        let rules = Punctuation {
            point: Vec::new(),
            separator: unicode::chars(separator).iter().collect(),
            grouping: if grouping.is_empty() { vec![127] } else { grouping.to_vec() },
        };
        let grouped = rules.apply(&ascii, min_width.max(0) as usize);
        match writer {
            Some(writer) => {
                for (i, ch) in grouped.iter().enumerate().take(count.max(0) as usize) {
                    // SAFETY: C has made room for the characters at the writer's place.
                    unsafe { crate::unicodeobject::write_unit(writer.data.get(), writer.kind.get(), writer.pos.get() as usize + i, *ch) };
                }
                writer.pos.set(writer.pos.get() + grouped.len() as Py_ssize_t);
            }
            None => max.set(grouped.iter().copied().max().unwrap_or(0).max(127)),
        }
        Ok(grouped.len() as Py_ssize_t)
    }

    fn _Py_GetLocaleconvNumeric(conv: *mut libc::lconv, point: Out<*mut PyObject>, separator: Out<*mut PyObject>) -> PyResult<()> {
        // SAFETY: C passes what localeconv returned: strings that end in NUL.
        let (dot, sep) = unsafe { (CStr::from_ptr((*conv).decimal_point), CStr::from_ptr((*conv).thousands_sep)) };
        let dot = unicode::fs::decode_locale(dot.to_bytes(), Some("surrogateescape"))?;
        point.give(Some(dot.upcast()));
        separator.give(Some(unicode::fs::decode_locale(sep.to_bytes(), Some("surrogateescape"))?.upcast()));
        Ok(())
    }

    fn PyUnicode_Encode(text: *const libc::wchar_t, size: Py_ssize_t, encoding: Option<&CStr>, errors: Option<&CStr>) -> PyResult<Owned> {
        let text = crate::unicodeobject::from_unicode(text, size)?;
        codecs::encode_text(&text, encoding.map(crate::support::lossy).as_deref(), errors.map(crate::support::lossy).as_deref())
    }

    fn PyUnicode_AsEncodedUnicode(s: &PyObject, encoding: Option<&CStr>, errors: Option<&CStr>) -> PyResult<Owned> {
        let s = unicode::expect(s, "bad argument type for built-in operation")?;
        recode(s, encoding, errors, true)
    }

    fn PyUnicode_AsDecodedUnicode(s: &PyObject, encoding: Option<&CStr>, errors: Option<&CStr>) -> PyResult<Owned> {
        let s = unicode::expect(s, "bad argument type for built-in operation")?;
        recode(s, encoding, errors, false)
    }

    fn _PyUnicode_AsKind(s: Is<'_, PyUnicodeObject>, kind: c_uint) -> PyResult<*mut c_void> {
        unicode::ready(&s)?;
        let chars = unicode::chars(&s);
        let have = unicode::kind(&s) as c_uint;
        if kind <= have {
            return Err(raise!(SystemError, "invalid widening attempt"));
        }
        let block = mem::malloc(mem::Domain::Mem, (chars.len() + 1) * kind as usize);
        if block.is_null() {
            return Err(err::no_memory());
        }
        for (i, ch) in chars.iter().enumerate() {
            // SAFETY: the block has room for the characters in this width.
            unsafe { crate::unicodeobject::write_unit(block, kind, i, ch) };
        }
        Ok(block)
    }

    fn _PyUnicode_DecodeUnicodeEscape(data: *const c_char, size: Py_ssize_t, errors: Option<&CStr>, unknown: Out<*const c_char>) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        let input = unsafe { crate::support::bytes_at(data, size) };
        let (text, at) = unicode::escape::decode_noting(input, errors.map(crate::support::lossy).as_deref())?;
        // SAFETY: the place is inside the data.
        unknown.set(at.map_or(std::ptr::null(), |at| unsafe { data.add(at) }));
        Ok(text.upcast())
    }

    fn _PyUnicode_TransformDecimalAndSpaceToASCII(s: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
        let s = s.downcast::<PyUnicodeObject>().ok_or_else(err::bad_internal_call)?;
        unicode::ready(s)?;
        if unicode::is_ascii(s) {
            return Ok(s.own_typed());
        }
        to_ascii(unicode::chars(s).iter())
    }

    /// Whatever the handler of errors, what does not fit into Latin-1 is refused.
    fn PyUnicode_EncodeDecimal(text: *mut libc::wchar_t, size: Py_ssize_t, output: *mut u8, _errors: Option<&CStr>) -> PyResult<()> {
        let text = crate::unicodeobject::from_unicode(text, size)?;
        for (i, c) in unicode::chars(&text).iter().enumerate() {
            let byte = match (unicode::tables::to_decimal(c), u8::try_from(c)) {
                _ if unicode::tables::is_space(c) => b' ',
                (Some(d), _) => b'0' + d,
                (None, Ok(byte)) if byte != 0 => byte,
                _ => {
                    let (start, end) = (long::from_usize(i)?, long::from_usize(i + 1)?);
                    let encoding = unicode::from_str("decimal")?;
                    let reason = unicode::from_str("invalid decimal Unicode string")?;
                    let exc = exceptions::exc::UnicodeEncodeError.get();
                    let value = call::call(exc, &[encoding.as_object(), text.as_object(), start.as_object(), end.as_object(), reason.as_object()])?;
                    return Err(err::set_object(exc, &value));
                }
            };
            // SAFETY: C has room for as many bytes as the text has characters, and a NUL.
            unsafe { output.add(i).write(byte) };
        }
        // SAFETY: as above.
        unsafe { output.add(unicode::length(&text)).write(0) };
        Ok(())
    }

    fn _PyUnicode_XStrip(s: &PyObject, side: c_int, set: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
        use unicode::search::Side;
        let side = match side {
            0 => Side::Left,
            1 => Side::Right,
            _ => Side::Both,
        };
        let (s, set) = (unicode::expect(s, "expected str, got {}")?, unicode::expect(set, "expected str, got {}")?);
        unicode::search::strip(s, Some(set), side)
    }

    fn PyUnicodeEncodeError_Create(encoding: &CStr, data: *const libc::wchar_t, size: Py_ssize_t, start: Py_ssize_t, end: Py_ssize_t, reason: &CStr) -> PyResult<Owned> {
        let object = crate::unicodeobject::from_unicode(data, size)?;
        let (encoding, reason) = (text(encoding)?, text(reason)?);
        let (start, end) = (long::from_ssize_t(start)?, long::from_ssize_t(end)?);
        call::call(exceptions::exc::UnicodeEncodeError.get(), &[&encoding, object.as_object(), start.as_object(), end.as_object(), &reason])
    }

    fn PyUnicodeTranslateError_Create(data: *const libc::wchar_t, size: Py_ssize_t, start: Py_ssize_t, end: Py_ssize_t, reason: &CStr) -> PyResult<Owned> {
        translate_error(crate::unicodeobject::from_unicode(data, size)?.as_object(), start, end, reason)
    }

    fn _PyUnicodeTranslateError_Create(object: &PyObject, start: Py_ssize_t, end: Py_ssize_t, reason: &CStr) -> PyResult<Owned> {
        translate_error(object, start, end, reason)
    }
}

fn translate_error(
    object: &PyObject,
    start: Py_ssize_t,
    end: Py_ssize_t,
    reason: &CStr,
) -> PyResult<Owned> {
    let reason = text(reason)?;
    let (start, end) = (long::from_ssize_t(start)?, long::from_ssize_t(end)?);
    call::call(
        exceptions::exc::UnicodeTranslateError.get(),
        &[object, start.as_object(), end.as_object(), &reason],
    )
}

/// Codes text by a codec from text to text.
fn recode(
    s: &PyUnicodeObject,
    encoding: Option<&CStr>,
    errors: Option<&CStr>,
    encode: bool,
) -> PyResult<Owned> {
    let encoding = encoding.map_or("utf-8".into(), crate::support::lossy);
    let errors = errors.map(crate::support::lossy);
    let coded = if encode {
        codecs::encode(s.as_object(), &encoding, errors.as_deref())?
    } else {
        codecs::decode(s.as_object(), &encoding, errors.as_deref())?
    };
    if PyUnicodeObject::check(&coded) {
        return Ok(coded);
    }
    let what = if encode { "encoder" } else { "decoder" };
    Err(raise!(
        TypeError,
        "'{}' {what} returned '{}' instead of 'str'; use codecs.{}() to {} to arbitrary types",
        err::short(&encoding, 400),
        err::short(&coded.type_name(), 400),
        if encode { "encode" } else { "decode" },
        if encode { "encode" } else { "decode" },
    ))
}

/// Decimal digits and white space as ASCII has them; a question mark ends the text where neither fits.
fn to_ascii(chars: impl Iterator<Item = u32>) -> PyResult<Owned<PyUnicodeObject>> {
    let mut plain = Vec::new();
    for c in chars {
        if c < 127 {
            plain.push(c as u8);
        } else if unicode::tables::is_space(c) {
            plain.push(b' ');
        } else if let Some(d) = unicode::tables::to_decimal(c) {
            plain.push(b'0' + d);
        } else {
            plain.push(b'?');
            break;
        }
    }
    unicode::from_ascii(&plain)
}
