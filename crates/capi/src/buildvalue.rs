//! `Py_BuildValue`: objects from C variables by a format.

use crate::prelude::*;
use crate::support::{bytes_at, slice_at};
use libc::wchar_t;

/// The walk through a format.
pub struct Builder<'a> {
    format: &'a [u8],
    list: VaList,
    /// Lengths are `Py_ssize_t` (`PY_SSIZE_T_CLEAN`), not `int`.
    wide: bool,
}

/// How many objects the format makes up to `end`.
pub fn count(format: &[u8], end: u8) -> PyResult<usize> {
    let (mut count, mut depth) = (0, 0usize);
    for byte in format {
        match byte {
            b if depth == 0 && *b == end => return Ok(count),
            b'(' | b'[' | b'{' => {
                count += usize::from(depth == 0);
                depth += 1;
            }
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            b'#' | b'&' | b',' | b':' | b' ' | b'\t' => {}
            _ => count += usize::from(depth == 0),
        }
    }
    if end == 0 {
        Ok(count)
    } else {
        Err(raise!(SystemError, "unmatched paren in format"))
    }
}

impl<'a> Builder<'a> {
    pub fn new(format: &'a CStr, list: VaList, wide: bool) -> Builder<'a> {
        Builder {
            format: format.to_bytes(),
            list,
            wide,
        }
    }

    pub fn format(&self) -> &'a [u8] {
        self.format
    }

    fn advance(&mut self) -> u8 {
        let byte = self.format.first().copied().unwrap_or(0);
        self.format = self.format.get(1..).unwrap_or(&[]);
        byte
    }

    /// `n` values. All are made even after a failure, so that references that the caller gives away are released.
    pub fn values(&mut self, n: usize) -> PyResult<Vec<Owned>> {
        let mut values = Vec::with_capacity(n);
        let mut failure = None;
        for _ in 0..n {
            let value = match failure {
                None => self.value(),
                Some(_) => {
                    let raised = err::fetch();
                    let value = self.value();
                    err::restore(raised);
                    value
                }
            };
            match value {
                Ok(value) => values.push(value),
                Err(raised) => failure = failure.or(Some(raised)),
            }
        }
        failure.map_or(Ok(values), Err)
    }

    /// The values of a group, and its closing bracket.
    fn group(&mut self, end: u8) -> PyResult<Vec<Owned>> {
        let n = count(self.format, end)?;
        let values = self.values(n)?;
        match self.advance() {
            byte if byte == end => Ok(values),
            _ => Err(raise!(SystemError, "Unmatched paren in format")),
        }
    }

    fn dict(&mut self) -> PyResult<Owned> {
        let n = count(self.format, b'}')?;
        if n % 2 != 0 {
            return Err(raise!(SystemError, "Bad dict format"));
        }
        let dict = dict::new()?;
        for pair in self.group(b'}')?.chunks(2) {
            dict::set_item(&dict, &pair[0], &pair[1])?;
        }
        Ok(dict.upcast())
    }

    /// What follows in the format.
    fn value(&mut self) -> PyResult<Owned> {
        loop {
            let byte = self.advance();
            return match byte {
                b'(' => Ok(tuple::from_owned(self.group(b')')?)?.upcast()),
                b'[' => Ok(list::from_owned(self.group(b']')?)?.upcast()),
                b'{' => self.dict(),
                b',' | b':' | b' ' | b'\t' => continue,
                b's' | b'z' | b'U' => self.text(),
                b'y' => self.bytes(),
                b'u' => self.wide_text(),
                b'O' | b'N' | b'S' => self.object(byte),
                _ => self.number(byte),
            };
        }
    }

    fn number(&mut self, letter: u8) -> PyResult<Owned> {
        let list = self.list;
        let value = match letter {
            b'b' | b'B' | b'h' | b'i' => long::from_i64(i64::from(list.int()))?,
            b'H' | b'I' => long::from_u64(u64::from(list.uint()))?,
            b'n' | b'l' | b'L' => long::from_i64(list.long())?,
            b'k' | b'K' => long::from_u64(list.ulong())?,
            b'f' | b'd' => return Ok(float::from_f64(list.double())?.upcast()),
            b'D' => {
                // SAFETY: the format says that the argument points to a complex number.
                let value = unsafe { list.pointer::<Py_complex>().read() };
                return Ok(complex::from_c_complex(value)?.upcast());
            }
            b'c' => return Ok(bytes::from_slice(&[list.int() as u8])?.upcast()),
            b'C' => {
                return match u32::try_from(list.int()) {
                    Ok(ch) if ch <= 0x10FFFF => Ok(unicode::from_ordinal(ch)?.upcast()),
                    _ => Err(raise!(ValueError, "chr() arg not in range(0x110000)")),
                };
            }
            _ => {
                return Err(raise!(
                    SystemError,
                    "bad format char passed to Py_BuildValue"
                ));
            }
        };
        Ok(value.upcast())
    }

    /// A length behind `#`, if there is one.
    fn length(&mut self) -> PyResult<Option<Py_ssize_t>> {
        if self.format.first() != Some(&b'#') {
            return Ok(None);
        }
        self.advance();
        if self.wide {
            return Ok(Some(self.list.ssize()));
        }
        let length = self.list.int() as Py_ssize_t;
        // No warning can be issued while an exception is under way: it is what the caller gets.
        if err::occurred().is_some() {
            return Err(Raised::already_set());
        }
        let category = exceptions::exc::DeprecationWarning.get();
        err::warn_format(
            category,
            1,
            format_args!("PY_SSIZE_T_CLEAN will be required for '#' formats"),
        )?;
        Ok(Some(length))
    }

    /// The bytes of a C string, by its length or its NUL. `None` for NULL.
    fn c_string(&mut self) -> PyResult<Option<&'a [u8]>> {
        let text = self.list.string();
        let length = self.length()?;
        if text.is_null() {
            return Ok(None);
        }
        // SAFETY: the argument is a string of that length, or one that ends in NUL.
        Ok(Some(unsafe {
            match length {
                Some(length) if length >= 0 => bytes_at(text, length),
                _ => CStr::from_ptr(text).to_bytes(),
            }
        }))
    }

    fn text(&mut self) -> PyResult<Owned> {
        match self.c_string()? {
            None => Ok(none().own()),
            Some(text) => Ok(unicode::decode::utf8(text, None)?.upcast()),
        }
    }

    fn bytes(&mut self) -> PyResult<Owned> {
        match self.c_string()? {
            None => Ok(none().own()),
            Some(text) => Ok(bytes::from_slice(text)?.upcast()),
        }
    }

    fn wide_text(&mut self) -> PyResult<Owned> {
        let text = self.list.pointer::<wchar_t>();
        let length = self.length()?;
        if text.is_null() {
            return Ok(none().own());
        }
        // SAFETY: the argument is a string of that length, or one that ends in NUL.
        let text = unsafe {
            match length {
                Some(length) if length >= 0 => slice_at(text, length),
                _ => slice_at(text, libc::wcslen(text) as Py_ssize_t),
            }
        };
        Ok(unicode::from_wide(text)?.upcast())
    }

    /// `O`, `S`: a new reference; `N`: the caller's; `O&`: what a converter makes.
    fn object(&mut self, letter: u8) -> PyResult<Owned> {
        if self.format.first() == Some(&b'&') {
            self.advance();
            type Maker = unsafe extern "C" fn(*mut c_void) -> *mut PyObject;
            // SAFETY: the format says that the arguments are a function that makes an object, and its argument.
            unsafe {
                let maker = std::mem::transmute::<*mut c_void, Option<Maker>>(self.list.function());
                let argument = self.list.pointer::<c_void>();
                return match maker {
                    Some(maker) => Owned::from_result_ptr(maker(argument)),
                    None => Err(err::bad_internal_call()),
                };
            }
        }
        let object = self.list.pointer::<PyObject>();
        // SAFETY: the argument is NULL or a live object; with `N` the caller gives its reference away.
        let object = unsafe {
            if letter == b'N' {
                Owned::from_owned_ptr_or_null(object)
            } else {
                object.as_ref().map(|o| o.own())
            }
        };
        match object {
            Some(object) => Ok(object),
            // NULL may be what a failed call gave, and then its exception stands.
            None if err::occurred().is_some() => Err(Raised::already_set()),
            None => Err(raise!(SystemError, "NULL object passed to Py_BuildValue")),
        }
    }
}

/// `Py_VaBuildValue`: nothing gives None, one value itself, more a tuple.
pub fn build(format: &CStr, list: VaList, wide: bool) -> PyResult<Owned> {
    let mut builder = Builder::new(format, list, wide);
    match count(builder.format(), 0)? {
        0 => Ok(none().own()),
        1 => builder.value(),
        // What is left of the format must be its end.
        _ => Ok(tuple::from_owned(builder.group(0)?)?.upcast()),
    }
}

/// The arguments of a call: a tuple alone stands for its items.
pub fn build_arguments(format: Option<&CStr>, list: VaList, wide: bool) -> PyResult<Vec<Owned>> {
    let Some(format) = format.filter(|f| !f.is_empty()) else {
        return Ok(Vec::new());
    };
    let mut builder = Builder::new(format, list, wide);
    let n = count(builder.format(), 0)?;
    let mut values = builder.values(n)?;
    if let [only] = values.as_slice()
        && let Some(tuple) = only.downcast::<PyTupleObject>()
    {
        values = tuple::as_slice(tuple)
            .iter()
            .map(|item| item.own())
            .collect();
    }
    Ok(values)
}
