//! `PyUnicode_FromFormat`, `PyBytes_FromFormat` and what formats messages with them.

use crate::prelude::*;
use crate::support::bytes_at;
use unicode::Writer;

/// How wide an integer argument is.
#[derive(Clone, Copy, PartialEq)]
enum Size {
    Int,
    Long,
    Ssize,
}

/// One conversion: flags, width, precision, size and the letter.
struct Conversion {
    zero: bool,
    width: usize,
    precision: Option<usize>,
    size: Size,
    letter: u8,
}

/// Reads a conversion after its `%`, and how long it is. `None` where a width is out of range.
fn conversion(format: &[u8]) -> PyResult<(Conversion, usize)> {
    let mut at = 0;
    let byte = |at: usize| format.get(at).copied().unwrap_or(0);
    let number = |at: &mut usize, what: &str| {
        let mut n = 0usize;
        while byte(*at).is_ascii_digit() {
            n = n * 10 + usize::from(byte(*at) - b'0');
            if n > isize::MAX as usize / 10 {
                return Err(raise!(ValueError, "{what} too big"));
            }
            *at += 1;
        }
        Ok(n)
    };
    let zero = byte(at) == b'0';
    let width = number(&mut at, "width")?;
    let mut precision = None;
    if byte(at) == b'.' {
        at += 1;
        precision = Some(number(&mut at, "precision")?);
    }
    let mut size = Size::Int;
    match byte(at) {
        b'l' => {
            size = Size::Long;
            at += if byte(at + 1) == b'l' { 2 } else { 1 };
        }
        b'z' => {
            size = Size::Ssize;
            at += 1;
        }
        _ => {}
    }
    // A size goes with decimal numbers alone.
    let known = match byte(at) {
        b'd' | b'i' | b'u' => true,
        // A percent sign has no precision.
        b'%' => size == Size::Int && precision.is_none(),
        _ => size == Size::Int,
    };
    let letter = if known { byte(at) } else { 0 };
    Ok((
        Conversion {
            zero,
            width,
            precision,
            size,
            letter,
        },
        at + 1,
    ))
}

/// The digits of an integer argument.
fn integer(c: &Conversion, list: VaList) -> String {
    match (c.letter, c.size) {
        (b'x', _) => format!("{:x}", list.uint()),
        (b'u', Size::Int) => list.uint().to_string(),
        (b'u', _) => list.ulong().to_string(),
        (_, Size::Int) => list.int().to_string(),
        (_, _) => list.long().to_string(),
    }
}

/// `%p`: always with `0x`.
fn pointer(list: VaList) -> String {
    match list.pointer::<c_void>() as usize {
        0 => "0x(nil)".to_owned(),
        address => format!("{address:#x}"),
    }
}

/// A C string up to its NUL or to `precision` bytes.
fn c_string<'a>(text: *const c_char, precision: Option<usize>) -> &'a [u8] {
    // SAFETY: the caller's argument is a string that ends in NUL, or one as long as the precision says.
    unsafe {
        let length = precision.map_or_else(|| libc::strlen(text), |n| libc::strnlen(text, n));
        bytes_at(text, length as Py_ssize_t)
    }
}

fn padded(
    out: &mut Writer,
    width: usize,
    text: &PyUnicodeObject,
    precision: Option<usize>,
) -> PyResult<()> {
    let chars = unicode::chars(text);
    let length = precision.map_or(chars.len(), |n| n.min(chars.len()));
    out.fill(u32::from(b' '), width.saturating_sub(length))?;
    out.push_chars(chars.slice(0, length))
}

/// Zeros go in front of the sign.
fn number(out: &mut Writer, c: &Conversion, digits: &str) -> PyResult<()> {
    let zeros = c.precision.unwrap_or(0).saturating_sub(digits.len());
    let pad = c.width.saturating_sub(zeros + digits.len());
    out.fill(u32::from(if c.zero { b'0' } else { b' ' }), pad)?;
    out.fill(u32::from(b'0'), zeros)?;
    out.push_str(digits)
}

/// The argument of an object conversion, as text.
fn object_text(letter: u8, o: &PyObject) -> PyResult<Owned> {
    match letter {
        b'S' => object::str(o),
        b'R' => object::repr(o),
        b'A' => Ok(unicode::ascii_of(o)?.upcast()),
        _ => Ok(o.own()),
    }
}

/// An object argument, which must not be NULL.
fn object_argument<'a>(list: VaList) -> PyResult<&'a PyObject> {
    // SAFETY: the caller's argument is a live object.
    unsafe { list.pointer::<PyObject>().as_ref() }.ok_or_else(err::bad_internal_call)
}

fn push_object(out: &mut Writer, c: &Conversion, o: &PyObject) -> PyResult<()> {
    let text = object_text(c.letter, o)?;
    let text = text
        .downcast::<PyUnicodeObject>()
        .ok_or_else(err::bad_internal_call)?;
    padded(out, c.width, text, c.precision)
}

fn push_c_string(out: &mut Writer, c: &Conversion, text: *const c_char) -> PyResult<()> {
    let text = unicode::decode::utf8(c_string(text, c.precision), Some("replace"))?;
    padded(out, c.width, &text, None)
}

fn push(out: &mut Writer, c: &Conversion, list: VaList) -> PyResult<bool> {
    match c.letter {
        b'%' => out.push(u32::from(b'%'))?,
        b'c' => match u32::try_from(list.int()) {
            Ok(ch) if ch <= 0x10FFFF => out.push(ch)?,
            _ => {
                return Err(raise!(
                    OverflowError,
                    "character argument not in range(0x110000)"
                ));
            }
        },
        b'd' | b'i' | b'u' | b'x' => number(out, c, &integer(c, list))?,
        b'p' => out.push_str(&pointer(list))?,
        b's' => push_c_string(out, c, list.string())?,
        b'U' | b'S' | b'R' | b'A' => push_object(out, c, object_argument(list)?)?,
        b'V' => {
            let o = list.pointer::<PyObject>();
            let text = list.string();
            // SAFETY: the caller's argument is NULL or a live object.
            match unsafe { o.as_ref() } {
                Some(o) => push_object(out, c, o)?,
                None => push_c_string(out, c, text)?,
            }
        }
        _ => return Ok(false),
    }
    Ok(true)
}

/// `PyUnicode_FromFormatV`.
pub fn unicode_from_format(format: &CStr, list: VaList) -> PyResult<Owned<PyUnicodeObject>> {
    let format = format.to_bytes();
    let mut out = Writer::new();
    let mut at = 0;
    while at < format.len() {
        if format[at] == b'%' {
            let (conversion, length) = conversion(&format[at + 1..])?;
            if !push(&mut out, &conversion, list)? {
                // An unknown conversion ends the formatting: the rest is copied.
                out.push_latin1(&format[at..])?;
                break;
            }
            at += 1 + length;
            continue;
        }
        let rest = &format[at..];
        let text = &rest[..rest.iter().position(|b| *b == b'%').unwrap_or(rest.len())];
        if !text.is_ascii() {
            let bad = text.iter().find(|b| !b.is_ascii()).copied().unwrap_or(0);
            return Err(raise!(
                ValueError,
                "PyUnicode_FromFormatV() expects an ASCII-encoded format string, got a non-ASCII byte: 0x{bad:02x}"
            ));
        }
        out.push_latin1(text)?;
        at += text.len();
    }
    out.finish()
}

/// `PyBytes_FromFormatV`: the conversions of bytes, without width; a precision cuts `%s`.
pub fn bytes_from_format(format: &CStr, list: VaList) -> PyResult<Owned<PyBytesObject>> {
    let format = format.to_bytes();
    let mut out: Vec<u8> = Vec::with_capacity(format.len());
    let mut at = 0;
    while at < format.len() {
        if format[at] != b'%' {
            out.push(format[at]);
            at += 1;
            continue;
        }
        let (conversion, length) = conversion(&format[at + 1..])?;
        match conversion.letter {
            b'%' => out.push(b'%'),
            b'c' => match u8::try_from(list.int()) {
                Ok(byte) => out.push(byte),
                Err(_) => {
                    return Err(raise!(
                        OverflowError,
                        "PyBytes_FromFormatV(): %c format expects an integer in range [0; 255]"
                    ));
                }
            },
            b'd' | b'i' | b'u' | b'x' => {
                out.extend_from_slice(integer(&conversion, list).as_bytes())
            }
            b's' => out.extend_from_slice(c_string(list.string(), conversion.precision)),
            b'p' => out.extend_from_slice(pointer(list).as_bytes()),
            _ => {
                out.extend_from_slice(&format[at..]);
                break;
            }
        }
        at += 1 + length;
    }
    bytes::from_slice(&out)
}

/// A format that C may not pass as NULL.
fn format_of<'a>(format: *const c_char) -> PyResult<&'a CStr> {
    if format.is_null() {
        return Err(err::bad_internal_call());
    }
    // SAFETY: not NULL, so a string that ends in NUL.
    Ok(unsafe { CStr::from_ptr(format) })
}

/// The arguments behind a `va_list` parameter.
fn arguments(list: *mut va_list_tag) -> VaList {
    // SAFETY: C passes a valid list whose arguments are those of the format.
    unsafe { VaList::new(list) }
}

unsafe extern "C" fn unicode_from_format_v(
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    let text = format_of(format).and_then(|f| unicode_from_format(f, arguments(list)));
    text.map_or(std::ptr::null_mut(), Owned::into_ptr)
}

unsafe extern "C" fn bytes_from_format_v(
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    let text = format_of(format).and_then(|f| bytes_from_format(f, arguments(list)));
    text.map_or(std::ptr::null_mut(), Owned::into_ptr)
}

/// Raises `exc` with the formatted message.
fn raise_format(exc: *mut PyObject, format: *const c_char, list: *mut va_list_tag) {
    // Objects in the message may be anything, so their text is made before the new exception is set.
    err::clear();
    let Ok(text) = format_of(format).and_then(|f| unicode_from_format(f, arguments(list))) else {
        return;
    };
    // SAFETY: C passes a live exception, or NULL.
    match unsafe { exc.as_ref() } {
        Some(exc) => {
            let _ = err::set_object(exc, text.as_object());
        }
        None => {
            let _ = raise!(SystemError, "exception NULL not a BaseException subclass");
        }
    }
}

unsafe extern "C" fn err_format_v(
    exc: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    raise_format(exc, format, list);
    std::ptr::null_mut()
}

unsafe extern "C" fn state_err_format_v(
    _state: *mut PyThreadState,
    exc: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    raise_format(exc, format, list);
    std::ptr::null_mut()
}

/// `_PyErr_FormatFromCause`: the exception being raised becomes cause and context of the new one.
unsafe extern "C" fn format_from_cause_v(
    exc: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    let cause = err::take_instance();
    raise_format(exc, format, list);
    if let Some(raised) = err::take_instance() {
        if let (Some(new), Some(cause)) = (err::as_exception(&raised), cause) {
            new.context.set_ref(Some(cause.clone()));
            new.cause.set_ref(Some(cause));
            new.suppress_context.set(1);
        }
        let _ = err::set_instance(&raised);
    }
    std::ptr::null_mut()
}

variadic! {
    fn PyUnicode_FromFormat(format; ...) = unicode_from_format_v;
    fn PyBytes_FromFormat(format; ...) = bytes_from_format_v;
    fn PyErr_Format(exc, format; ...) = err_format_v;
    fn _PyErr_Format(state, exc, format; ...) = state_err_format_v;
    fn _PyErr_FormatFromCause(exc, format; ...) = format_from_cause_v;
}

capi! {
    fn PyUnicode_FromFormatV(format: &CStr, list: *mut va_list_tag) -> PyResult<Owned<PyUnicodeObject>> {
        unicode_from_format(format, arguments(list))
    }

    fn PyBytes_FromFormatV(format: &CStr, list: *mut va_list_tag) -> PyResult<Owned<PyBytesObject>> {
        bytes_from_format(format, arguments(list))
    }

    fn PyErr_FormatV(exc: *mut PyObject, format: *const c_char, list: *mut va_list_tag) -> *mut PyObject {
        raise_format(exc, format, list);
        std::ptr::null_mut()
    }
}
