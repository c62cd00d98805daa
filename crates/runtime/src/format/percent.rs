//! printf-style formatting with `%`, for str and for bytes.
//!
//! One engine reads the directives, picks the arguments and lays out numbers, which are ASCII in both cases. What a
//! finished piece goes to, and what `%s`, `%r`, `%a`, `%b` and `%c` take, is the target's business.

use crate::args::{Arg, Place, from_arg};
use crate::prelude::*;
use crate::unicode::{self, Chars, Writer, chars};
use crate::{buffer, bytes, codecs, err, exceptions, float, long, number, object, pystrtod, tuple};

const LEFT: u8 = 1;
const SIGN: u8 = 2;
const BLANK: u8 = 4;
const ALTERNATE: u8 = 8;
const ZERO: u8 = 16;

/// One conversion.
struct Directive {
    flags: u8,
    width: usize,
    precision: Option<usize>,
    ch: u32,
    /// Where the conversion's letter is.
    at: usize,
}

impl Directive {
    fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }
}

/// Text that is padded as a string, or as a number.
trait Target {
    const IS_BYTES: bool;
    fn literal(&mut self, text: Chars<'_>) -> PyResult<()>;
    fn fill(&mut self, ch: u8, times: usize) -> PyResult<()>;
    /// The conversions that are not numbers; false if the letter is not one of them.
    fn convert(&mut self, d: &Directive, arg: &PyObject) -> PyResult<bool>;

    /// A piece of text in its field.
    fn field(&mut self, d: &Directive, text: Chars<'_>, cut: bool) -> PyResult<()> {
        let text = match d.precision {
            Some(p) if cut => text.slice(0, p),
            _ => text,
        };
        let pad = d.width.saturating_sub(text.len());
        if pad == 0 {
            return self.literal(text);
        }
        let left = if d.has(LEFT) { 0 } else { pad };
        self.fill(b' ', left)?;
        self.literal(text)?;
        self.fill(b' ', pad - left)
    }

    /// A number in its field: sign, prefix, zeros and digits.
    fn number(&mut self, d: &Directive, text: &str, has_prefix: bool) -> PyResult<()> {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => ("-", rest),
            None if d.has(SIGN) => ("+", text),
            None if d.has(BLANK) => (" ", text),
            None => ("", text),
        };
        let (prefix, digits) = rest
            .split_at_checked(if has_prefix { 2 } else { 0 })
            .unwrap_or(("", rest));
        let pad = d.width.saturating_sub(sign.len() + rest.len());
        let zeros = d.has(ZERO) && !d.has(LEFT);
        if !zeros && !d.has(LEFT) {
            self.fill(b' ', pad)?;
        }
        self.literal(Chars::One(sign.as_bytes()))?;
        self.literal(Chars::One(prefix.as_bytes()))?;
        if zeros {
            self.fill(b'0', pad)?;
        }
        self.literal(Chars::One(digits.as_bytes()))?;
        if d.has(LEFT) {
            self.fill(b' ', pad)
        } else {
            Ok(())
        }
    }
}

/// Where the arguments come from.
struct Arguments<'a> {
    all: &'a PyObject,
    tuple: Option<&'a PyTupleObject>,
    mapping: Option<&'a PyObject>,
    next: usize,
    /// The value that a key named, for one conversion.
    keyed: Option<Owned>,
    used_keys: bool,
}

impl<'a> Arguments<'a> {
    fn of(all: &'a PyObject, is_bytes: bool) -> Self {
        let tuple = all.downcast::<PyTupleObject>();
        // What the format itself is made of is one value, though it has items.
        let is_text = match is_bytes {
            false => unicode::check(all),
            true => {
                unicode::check(all)
                    || all.downcast::<PyBytesObject>().is_some()
                    || all.downcast::<PyByteArrayObject>().is_some()
            }
        };
        let mapping = (tuple.is_none() && !is_text && is_mapping(all)).then_some(all);
        Arguments {
            all,
            tuple,
            mapping,
            next: 0,
            keyed: None,
            used_keys: false,
        }
    }

    fn take(&mut self) -> PyResult<Owned> {
        if let Some(value) = self.keyed.take() {
            return Ok(value);
        }
        let at = self.next;
        let found = match self.tuple {
            Some(t) => tuple::as_slice(t).get(at).map(|o| o.own()),
            None => (at == 0 && !self.used_keys).then(|| self.all.own()),
        };
        self.next += 1;
        found.ok_or_else(|| raise!(TypeError, "not enough arguments for format string"))
    }

    /// Are there arguments that nothing asked for? A mapping may have as many as it likes.
    fn left_over(&self) -> bool {
        match self.tuple {
            Some(t) => self.next < tuple::as_slice(t).len(),
            None => self.mapping.is_none() && self.next == 0,
        }
    }
}

/// `PyMapping_Check`
fn is_mapping(o: &PyObject) -> bool {
    // SAFETY: a type keeps its tables.
    unsafe { o.ty().tp_as_mapping.get().as_ref() }.is_some_and(|t| t.mp_subscript.get().is_some())
}

/// The engine: a format, the place in it, and the arguments.
struct Engine<'a, T: Target> {
    format: Chars<'a>,
    pos: usize,
    args: Arguments<'a>,
    out: T,
}

impl<'a, T: Target> Engine<'a, T> {
    fn run(mut self) -> PyResult<T> {
        let percent = u32::from(b'%');
        while self.pos < self.format.len() {
            let rest = self.format.slice(self.pos, self.format.len());
            let literal = rest.find_char(percent).unwrap_or(rest.len());
            self.out.literal(rest.slice(0, literal))?;
            self.pos += literal + 1;
            if literal == rest.len() {
                break;
            }
            if self.format.get(self.pos) == Some(percent) {
                self.out.fill(b'%', 1)?;
                self.pos += 1;
                continue;
            }
            self.directive()?;
        }
        if self.args.left_over() {
            let what = if T::IS_BYTES { "bytes" } else { "string" };
            return Err(raise!(
                TypeError,
                "not all arguments converted during {what} formatting"
            ));
        }
        Ok(self.out)
    }

    fn peek(&self) -> Option<char> {
        self.format.get(self.pos).and_then(char::from_u32)
    }

    fn directive(&mut self) -> PyResult<()> {
        if self.peek() == Some('(') {
            self.key()?;
        }
        let mut d = Directive {
            flags: 0,
            width: 0,
            precision: None,
            ch: 0,
            at: 0,
        };
        while let Some(c) = self.peek() {
            d.flags |= match c {
                '-' => LEFT,
                '+' => SIGN,
                ' ' => BLANK,
                '#' => ALTERNATE,
                '0' => ZERO,
                _ => break,
            };
            self.pos += 1;
        }
        if self.peek() == Some('*') {
            let width = self.star(false)?;
            if width < 0 {
                d.flags |= LEFT;
            }
            d.width = width.unsigned_abs();
        } else {
            d.width = self.digits(isize::MAX as usize, "width too big")?;
        }
        if self.peek() == Some('.') {
            self.pos += 1;
            d.precision = Some(match self.peek() {
                Some('*') => self.star(true)?.max(0) as usize,
                _ => {
                    let message = if T::IS_BYTES {
                        "prec too big"
                    } else {
                        "precision too big"
                    };
                    self.digits(i32::MAX as usize, message)?
                }
            });
        }
        if matches!(self.peek(), Some('h' | 'l' | 'L')) {
            self.pos += 1;
        }
        d.at = self.pos;
        d.ch = match self.format.get(self.pos) {
            Some(ch) => ch,
            None => return Err(raise!(ValueError, "incomplete format")),
        };
        self.pos += 1;
        let arg = self.args.take()?;
        self.convert(&d, &arg)
    }

    /// `(key)`: the value that the mapping has for it is the argument.
    fn key(&mut self) -> PyResult<()> {
        let Some(mapping) = self.args.mapping else {
            return Err(raise!(TypeError, "format requires a mapping"));
        };
        let start = self.pos + 1;
        let mut depth = 1;
        self.pos = start;
        while depth > 0 {
            match self.peek() {
                Some('(') => depth += 1,
                Some(')') => depth -= 1,
                None if self.pos >= self.format.len() => {
                    return Err(raise!(ValueError, "incomplete format key"));
                }
                _ => {}
            }
            self.pos += 1;
        }
        let key = self.format.slice(start, self.pos - 1);
        let key = match key {
            Chars::One(k) if T::IS_BYTES => bytes::from_slice(k)?.upcast(),
            k => unicode::from_chars(k)?.upcast(),
        };
        self.args.keyed = Some(object::get_item(mapping, &key)?);
        self.args.used_keys = true;
        Ok(())
    }

    /// `*`: an integer from the arguments.
    fn star(&mut self, small: bool) -> PyResult<isize> {
        self.pos += 1;
        let arg = self.args.take()?;
        if arg.downcast::<PyLongObject>().is_none() {
            return Err(raise!(TypeError, "* wants int"));
        }
        if small {
            let place = Arg {
                fname: "",
                place: Place::Only,
            };
            return from_arg::<i32>(&arg, place).map(|value| value as isize);
        }
        long::as_ssize_t(&arg)
    }

    fn digits(&mut self, limit: usize, message: &str) -> PyResult<usize> {
        let mut value = 0usize;
        while let Some(d) = self.peek().and_then(|c| c.to_digit(10)) {
            value = match value
                .checked_mul(10)
                .and_then(|v| v.checked_add(d as usize))
            {
                Some(v) if v <= limit => v,
                _ => return Err(raise!(ValueError, "{message}")),
            };
            self.pos += 1;
        }
        Ok(value)
    }

    fn convert(&mut self, d: &Directive, arg: &PyObject) -> PyResult<()> {
        match char::from_u32(d.ch) {
            Some('d' | 'i' | 'u')
                if d.precision.is_none()
                    && let Some(word) = arg.downcast().and_then(long::to_i64) =>
            {
                let mut buffer = [0; long::LONGEST];
                self.out.number(d, long::decimal(word, &mut buffer), false)
            }
            Some(c @ ('d' | 'i' | 'u' | 'o' | 'x' | 'X')) => {
                let text = integer_text(d, c, arg, T::IS_BYTES)?;
                self.out
                    .number(d, &text, d.has(ALTERNATE) && matches!(c, 'o' | 'x' | 'X'))
            }
            Some(c @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G')) => {
                let value = float::as_f64(arg).map_err(|raised| {
                    if T::IS_BYTES && err::matches(exceptions::exc::TypeError.get()) {
                        let got = arg.type_name();
                        return raise!(
                            TypeError,
                            "float argument required, not {}",
                            err::short(&got, 200)
                        );
                    }
                    raised
                })?;
                let precision = d.precision.map_or(6, |p| p as i32);
                let flags = if d.has(ALTERNATE) { Py_DTSF_ALT } else { 0 };
                let text = pystrtod::double_to_string(value, c, precision, flags)?;
                self.out.number(d, &text, false)
            }
            _ if self.out.convert(d, arg)? => Ok(()),
            c => {
                let shown = match c {
                    Some(c @ '\u{1f}'..='\u{7f}') => c,
                    Some(c) if T::IS_BYTES => c,
                    _ => '?',
                };
                Err(raise!(
                    ValueError,
                    "unsupported format character '{shown}' (0x{:x}) at index {}",
                    d.ch,
                    d.at
                ))
            }
        }
    }
}

/// The digits of `%d` and its kin, with sign and (if asked for) prefix, with at least as many digits as the precision says.
fn integer_text(d: &Directive, c: char, arg: &PyObject, is_bytes: bool) -> PyResult<String> {
    let decimal = matches!(c, 'd' | 'i' | 'u');
    let wrong = || {
        let what = if decimal { "a number" } else { "an integer" };
        let got = arg.type_name();
        let shown = if is_bytes && c == 'i' { 'd' } else { c };
        raise!(
            TypeError,
            "%{shown} format: {what} is required, not {}",
            err::short(&got, 200)
        )
    };
    let value = match arg.downcast::<PyLongObject>() {
        Some(_) => arg.own(),
        None if !number::check(arg) => return Err(wrong()),
        None => {
            let made = if decimal {
                number::long(arg)
            } else {
                number::index(arg)
            };
            match made {
                Ok(value) => value.upcast(),
                Err(_) if err::matches(exceptions::exc::TypeError.get()) => {
                    err::clear();
                    return Err(wrong());
                }
                Err(raised) => return Err(raised),
            }
        }
    };
    format_long(&value, d.has(ALTERNATE), d.precision, c)
}

/// `_PyUnicode_FormatLong`.
pub fn format_long(
    value: &PyObject,
    alternate: bool,
    precision: Option<usize>,
    ty: char,
) -> PyResult<String> {
    let base = match ty {
        'o' => 8,
        'x' | 'X' => 16,
        _ => 10,
    };
    let text = long::format(value, base)?;
    let text = unicode::as_utf8(&text)?;
    let (sign, rest) = if let Some(rest) = text.strip_prefix('-') {
        ("-", rest)
    } else {
        ("", text)
    };
    let (prefix, digits) = rest
        .split_at_checked(if base == 10 { 0 } else { 2 })
        .unwrap_or(("", rest));
    let prefix = if alternate { prefix } else { "" };
    let zeros = precision.unwrap_or(0).saturating_sub(digits.len());
    let mut out = String::new();
    if precision.unwrap_or(0) > i32::MAX as usize - 3 {
        return Err(raise!(OverflowError, "precision too large"));
    }
    if out.try_reserve(zeros + text.len()).is_err() {
        return Err(crate::err::no_memory());
    }
    out.push_str(sign);
    out.push_str(prefix);
    out.extend(std::iter::repeat_n('0', zeros));
    out.push_str(digits);
    if ty == 'X' {
        out.make_ascii_uppercase();
    }
    Ok(out)
}

impl Target for Writer {
    const IS_BYTES: bool = false;

    fn literal(&mut self, text: Chars<'_>) -> PyResult<()> {
        self.push_chars(text)
    }

    fn fill(&mut self, ch: u8, times: usize) -> PyResult<()> {
        Writer::fill(self, u32::from(ch), times)
    }

    fn convert(&mut self, d: &Directive, arg: &PyObject) -> PyResult<bool> {
        match char::from_u32(d.ch) {
            Some(c @ ('s' | 'r' | 'a')) => {
                let text = match c {
                    's' => unicode::str_of(arg)?,
                    'r' => unicode::repr_of(arg)?,
                    _ => unicode::ascii_of(arg)?,
                };
                let len = unicode::length(&text);
                if d.width <= len && d.precision.is_none_or(|p| p >= len) {
                    self.push_unicode(&text)?;
                } else {
                    self.field(d, chars(&text), true)?;
                }
            }
            Some('c') => {
                let wrong = || raise!(TypeError, "%c requires int or char");
                let ch = match arg.downcast::<PyUnicodeObject>().map(chars) {
                    Some(text) if text.len() == 1 => text.at(0),
                    Some(_) => return Err(wrong()),
                    None => {
                        if arg.downcast::<PyLongObject>().is_none()
                            && arg.downcast::<PyFloatObject>().is_some()
                        {
                            return Err(wrong());
                        }
                        let value = number::index(arg).and_then(|v| long::as_i64(v.as_object()));
                        match value.map(u32::try_from) {
                            Ok(Ok(ch @ 0..=0x10_ffff)) => ch,
                            Ok(_) => {
                                return Err(raise!(OverflowError, "%c arg not in range(0x110000)"));
                            }
                            Err(_) => {
                                err::clear();
                                return Err(wrong());
                            }
                        }
                    }
                };
                self.field(d, Chars::Four(&[ch]), false)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

struct ByteTarget(Vec<u8>);

impl Target for ByteTarget {
    const IS_BYTES: bool = true;

    fn literal(&mut self, text: Chars<'_>) -> PyResult<()> {
        codecs::extend(&mut self.0, text.bytes())
    }

    fn fill(&mut self, ch: u8, times: usize) -> PyResult<()> {
        if self.0.try_reserve(times).is_err() {
            return Err(err::no_memory());
        }
        self.0.resize(self.0.len() + times, ch);
        Ok(())
    }

    fn convert(&mut self, d: &Directive, arg: &PyObject) -> PyResult<bool> {
        match char::from_u32(d.ch) {
            Some('r' | 'a') => {
                let text = unicode::ascii_of(arg)?;
                self.field(d, chars(&text), true)?;
            }
            Some('s' | 'b') => {
                let piece = as_bytes(arg)?;
                self.field(d, Chars::One(&piece), true)?;
            }
            Some('c') => {
                let b = byte(arg)?;
                self.field(d, Chars::One(&[b]), false)?;
            }
            _ => return Ok(false),
        }
        Ok(true)
    }
}

/// What `%b` inserts: a buffer's bytes, or what `__bytes__` gives.
fn as_bytes(arg: &PyObject) -> PyResult<Vec<u8>> {
    if let Some(b) = arg.downcast_exact::<PyBytesObject>() {
        return Ok(bytes::as_slice(b).to_vec());
    }
    if let Some(f) = crate::typeobject::lookup_special(arg, id!("__bytes__").as_object())? {
        let made = crate::call::call0(&f)?;
        return match made.downcast::<PyBytesObject>() {
            Some(b) => Ok(bytes::as_slice(b).to_vec()),
            None => {
                let got = made.type_name();
                Err(raise!(
                    TypeError,
                    "__bytes__ returned non-bytes (type {})",
                    err::short(&got, 200)
                ))
            }
        };
    }
    if buffer::check(arg) {
        let view = buffer::get(arg, PyBUF_FULL_RO)?;
        let mut v = bytes::shared::zeroed(view.len())?;
        view.copy_to(&mut v, b'C')?;
        return Ok(v);
    }
    let got = arg.type_name();
    Err(raise!(
        TypeError,
        "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
        err::short(&got, 100)
    ))
}

fn byte(arg: &PyObject) -> PyResult<u8> {
    let wrong = || {
        raise!(
            TypeError,
            "%c requires an integer in range(256) or a single byte"
        )
    };
    if let Some(b) = arg.downcast::<PyBytesObject>() {
        return <[u8; 1]>::try_from(bytes::as_slice(b))
            .map(|[b]| b)
            .map_err(|_| wrong());
    }
    if let Some(b) = arg.downcast::<PyByteArrayObject>() {
        let v = crate::bytearray::to_vec(b)?;
        return <[u8; 1]>::try_from(&v[..])
            .map(|[b]| b)
            .map_err(|_| wrong());
    }
    if arg.downcast::<PyFloatObject>().is_some() || !number::index_check(arg) {
        return Err(wrong());
    }
    let value = number::index(arg)?;
    match long::as_i64(value.as_object()) {
        Ok(v @ 0..=255) => Ok(v as u8),
        other => {
            if other.is_err() {
                err::clear();
            }
            Err(raise!(OverflowError, "%c arg not in range(256)"))
        }
    }
}

/// `PyUnicode_Format`: `format % args` for str.
pub fn format(format: &PyUnicodeObject, args: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
    let engine = Engine {
        format: chars(format),
        pos: 0,
        args: Arguments::of(args, false),
        out: Writer::new(),
    };
    let made = engine.run()?.finish()?;
    // A format without directives is its own result.
    let plain = unicode::length(&made) == unicode::length(format)
        && !chars(format).iter().any(|c| c == u32::from(b'%'));
    if plain && unicode::length(format) > 0 {
        Ok(format.own_typed())
    } else {
        Ok(made)
    }
}

/// `_PyBytes_FormatEx`: the bytes of `format % args`.
pub fn format_bytes(format: &[u8], args: &PyObject) -> PyResult<Vec<u8>> {
    let engine = Engine {
        format: Chars::One(format),
        pos: 0,
        args: Arguments::of(args, true),
        out: ByteTarget(Vec::new()),
    };
    Ok(engine.run()?.0)
}
