//! `PyArg_Parse` and its relatives: the format language that C functions read their arguments with.
//!
//! A format is walked once. Each unit converts one object into C variables that the variadic arguments point to, or,
//! for an optional argument that was not given, passes over them. What was acquired for units that came before a
//! failure (buffers, memory, converters' results) is given back.

use crate::prelude::*;
use crate::support::lossy;
use libc::wchar_t;
use std::borrow::Cow;

/// Why a unit did not convert.
pub enum Failure {
    /// An exception is set.
    Raised,
    /// "must be X, not Y", to be put behind which argument it was.
    Message(String),
}

impl From<Raised> for Failure {
    fn from(_: Raised) -> Failure {
        Failure::Raised
    }
}

type Converted = Result<(), Failure>;

/// What must be undone when a later unit fails.
enum Cleanup {
    Memory(*mut *mut c_void),
    Buffer(*mut Py_buffer),
    Converter(Converter, *mut c_void),
}

type Converter = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int;

/// The walk through a format and the C variables that belong to it.
pub struct Units<'a> {
    format: &'a [u8],
    list: VaList,
    /// Lengths are `Py_ssize_t` (`PY_SSIZE_T_CLEAN`), not `int`.
    wide: bool,
    cleanups: Vec<Cleanup>,
    /// Places in nested sequences, of the unit that failed.
    levels: Vec<usize>,
}

/// A failed conversion's message.
fn bad(expected: &str, given: &PyObject) -> Failure {
    if expected.starts_with('(') {
        return Failure::Message(err::short(expected, 100).to_owned());
    }
    let name = given.type_name();
    let given = if given.is_none() {
        "None"
    } else {
        err::short(&name, 50)
    };
    Failure::Message(format!("must be {}, not {given}", err::short(expected, 50)))
}

fn not_float(arg: &PyObject) -> Converted {
    if PyFloatObject::check(arg) {
        return Err(raise!(TypeError, "integer argument expected, got float").into());
    }
    Ok(())
}

/// The only byte.
fn one(bytes: &[u8]) -> Option<u8> {
    if let [byte] = bytes {
        Some(*byte)
    } else {
        None
    }
}

/// A value that must lie in a C type's range.
fn in_range<T: TryFrom<i64>>(value: i64, kind: &str) -> Result<T, Failure> {
    T::try_from(value).map_err(|_| {
        let side = if value < 0 {
            "less than minimum"
        } else {
            "greater than maximum"
        };
        raise!(OverflowError, "{kind} is {side}").into()
    })
}

impl<'a> Units<'a> {
    pub fn new(format: &'a [u8], list: VaList, wide: bool) -> Units<'a> {
        Units {
            format,
            list,
            wide,
            cleanups: Vec::new(),
            levels: Vec::new(),
        }
    }

    pub fn peek(&self) -> u8 {
        self.format.first().copied().unwrap_or(0)
    }

    pub fn rest(&self) -> &'a [u8] {
        self.format
    }

    pub fn advance(&mut self) -> u8 {
        let byte = self.peek();
        self.format = self.format.get(1..).unwrap_or(&[]);
        byte
    }

    /// Consumes the next byte if it is `byte`.
    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == byte;
        if there {
            self.advance();
        }
        there
    }

    /// At the end, or at the function's name or message.
    pub fn at_end(&self) -> bool {
        matches!(self.peek(), 0 | b':' | b';')
    }

    fn place<T>(&self) -> *mut T {
        self.list.pointer()
    }

    /// Stores into the next C variable.
    fn store<T>(&self, value: T) -> Converted {
        let place = self.place::<T>();
        // SAFETY: the format says that the argument points to a variable of this type.
        unsafe { place.write(value) };
        Ok(())
    }

    /// Stores a length into the next C variable.
    fn store_length(&self, length: usize) -> Converted {
        if self.wide {
            return self.store(length as Py_ssize_t);
        }
        match c_int::try_from(length) {
            Ok(length) => self.store(length),
            Err(_) => Err(raise!(OverflowError, "size does not fit in an int").into()),
        }
    }

    /// Lengths as `int` are going away.
    fn warn_narrow(&self) -> Converted {
        if !self.wide {
            let category = exceptions::exc::DeprecationWarning.get();
            err::warn_format(
                category,
                1,
                format_args!("PY_SSIZE_T_CLEAN will be required for '#' formats"),
            )?;
        }
        Ok(())
    }

    /// Gives back what was acquired.
    pub fn undo(&mut self) {
        for cleanup in self.cleanups.drain(..) {
            // SAFETY: each place still holds what was stored there.
            unsafe {
                match cleanup {
                    Cleanup::Memory(place) => {
                        mem::free(mem::Domain::Mem, place.read());
                        place.write(std::ptr::null_mut());
                    }
                    Cleanup::Buffer(buffer) => buffer::release(buffer),
                    Cleanup::Converter(converter, place) => {
                        converter(std::ptr::null_mut(), place);
                    }
                }
            }
        }
    }

    /// Converts `arg` by the next unit.
    pub fn convert(&mut self, arg: &PyObject) -> Converted {
        if self.take(b'(') {
            self.convert_sequence(arg)
        } else {
            self.convert_one(arg)
        }
    }

    fn convert_sequence(&mut self, arg: &PyObject) -> Converted {
        let count = units_in_group(self.format);
        if !sequence::check(arg) || PyBytesObject::check(arg) {
            let name = arg.type_name();
            let given = if arg.is_none() {
                "None"
            } else {
                err::short(&name, 50)
            };
            return Err(Failure::Message(format!(
                "must be {count}-item sequence, not {given}"
            )));
        }
        let length = sequence::size(arg)?;
        if usize::try_from(length) != Ok(count) {
            return Err(Failure::Message(format!(
                "must be sequence of length {count}, not {length}"
            )));
        }
        for i in 0..count {
            let item = match sequence::get_item(arg, i as Py_ssize_t) {
                Ok(item) => item,
                Err(_) => {
                    err::clear();
                    self.levels.push(i);
                    return Err(Failure::Message("is not retrievable".to_owned()));
                }
            };
            // The sequence holds the item on; conversions may borrow from it.
            if let Err(failure) = self.convert(&item) {
                self.levels.push(i);
                return Err(failure);
            }
        }
        self.take(b')');
        Ok(())
    }

    fn convert_one(&mut self, arg: &PyObject) -> Converted {
        match self.advance() {
            letter @ (b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'k' | b'L' | b'K'
            | b'n') => self.integer(letter, arg),
            b'f' => self.store(float::as_f64(arg)? as f32),
            b'd' => self.store(float::as_f64(arg)?),
            b'D' => self.store(complex::as_c_complex(arg)?),
            b'p' => self.store(c_int::from(object::is_true(arg)?)),
            b'c' => self.byte(arg),
            b'C' => self.character(arg),
            letter @ (b's' | b'z') => self.text(letter, arg),
            b'y' => self.bytes(arg),
            b'w' => self.writable(arg),
            letter @ (b'u' | b'Z') => self.wide_text(letter, arg),
            b'e' => self.encoded(arg),
            b'S' => self.object_of(PyBytesObject::check(arg), "bytes", arg),
            b'Y' => self.object_of(PyByteArrayObject::check(arg), "bytearray", arg),
            b'U' => self.object_of(PyUnicodeObject::check(arg), "str", arg),
            b'O' => self.object(arg),
            _ => Err(bad("(impossible<bad format char>)", arg)),
        }
    }

    fn integer(&mut self, letter: u8, arg: &PyObject) -> Converted {
        if matches!(letter, b'k' | b'K') {
            if !PyLongObject::check(arg) {
                return Err(bad("int", arg));
            }
            return self.store(long::as_u64_mask(arg)?);
        }
        not_float(arg)?;
        match letter {
            b'b' => self.store(in_range::<u8>(long::as_i64(arg)?, "unsigned byte integer")?),
            b'B' => self.store(long::as_u64_mask(arg)? as u8),
            b'h' => self.store(in_range::<i16>(long::as_i64(arg)?, "signed short integer")?),
            b'H' => self.store(long::as_u64_mask(arg)? as u16),
            b'i' => self.store(in_range::<i32>(long::as_i64(arg)?, "signed integer")?),
            b'I' => self.store(long::as_u64_mask(arg)? as u32),
            b'L' => self.store(long::as_long_long(arg)?),
            b'n' => self.store(long::as_ssize_t(&*number::index(arg)?)?),
            _ => self.store(long::as_i64(arg)?),
        }
    }

    fn byte(&mut self, arg: &PyObject) -> Converted {
        let byte = match (
            arg.downcast::<PyBytesObject>(),
            arg.downcast::<PyByteArrayObject>(),
        ) {
            (Some(bytes), _) => one(bytes::as_slice(bytes)),
            (_, Some(array)) => one(&bytearray::to_vec(array)?),
            _ => None,
        };
        match byte {
            Some(byte) => self.store(byte),
            None => Err(bad("a byte string of length 1", arg)),
        }
    }

    fn character(&mut self, arg: &PyObject) -> Converted {
        let expected = "a unicode character";
        let text = arg
            .downcast::<PyUnicodeObject>()
            .ok_or_else(|| bad(expected, arg))?;
        unicode::ready(text)?;
        let chars = unicode::chars(text);
        match (chars.len(), chars.get(0)) {
            (1, Some(ch)) => self.store(ch as c_int),
            _ => Err(bad(expected, arg)),
        }
    }

    /// `s`, `z`, with `*` or `#` or nothing behind.
    fn text(&mut self, letter: u8, arg: &PyObject) -> Converted {
        let null = letter == b'z' && arg.is_none();
        if self.take(b'*') {
            return self.text_buffer(null, arg);
        }
        if self.take(b'#') {
            self.warn_narrow()?;
            if null {
                self.store(std::ptr::null::<c_char>())?;
                return self.store_length(0);
            }
            let data = match arg.downcast::<PyUnicodeObject>() {
                Some(text) => unicode::as_utf8(text)?.as_bytes(),
                None => self.borrowed_bytes(arg)?,
            };
            self.store(data.as_ptr())?;
            return self.store_length(data.len());
        }
        if null {
            return self.store(std::ptr::null::<c_char>());
        }
        let expected = if letter == b'z' { "str or None" } else { "str" };
        let text = arg
            .downcast::<PyUnicodeObject>()
            .ok_or_else(|| bad(expected, arg))?;
        let text = unicode::as_utf8(text)?;
        if text.as_bytes().contains(&0) {
            return Err(raise!(ValueError, "embedded null character").into());
        }
        self.store(text.as_ptr())
    }

    fn text_buffer(&mut self, null: bool, arg: &PyObject) -> Converted {
        let place = self.place::<Py_buffer>();
        if null {
            self.fill(place, None, &[])?;
        } else if let Some(text) = arg.downcast::<PyUnicodeObject>() {
            self.fill(place, Some(arg), unicode::as_utf8(text)?.as_bytes())?;
        } else {
            self.contiguous(arg, place, PyBUF_SIMPLE)?;
        }
        self.cleanups.push(Cleanup::Buffer(place));
        Ok(())
    }

    /// A view of bytes that `o` keeps.
    fn fill(&self, view: *mut Py_buffer, o: Option<&PyObject>, data: &[u8]) -> Converted {
        let start = if o.is_none() {
            std::ptr::null_mut()
        } else {
            data.as_ptr().cast_mut()
        };
        // SAFETY: the format says that the argument points to a Py_buffer; the object keeps the bytes.
        unsafe { buffer::fill_info(view, o, start, data.len(), true, 0) }?;
        Ok(())
    }

    fn contiguous(&self, arg: &PyObject, view: *mut Py_buffer, flags: c_int) -> Converted {
        // SAFETY: the callers pass a view that stays where it is until it is released.
        unsafe {
            buffer::get_into(arg, view, flags)?;
            if !buffer::is_contiguous(&*view, b'C') {
                buffer::release(view);
                return Err(bad("contiguous buffer", arg));
            }
        }
        Ok(())
    }

    /// The bytes of an object that keeps them in place without being told.
    fn borrowed_bytes<'o>(&self, arg: &'o PyObject) -> Result<&'o [u8], Failure> {
        // SAFETY: a type's buffer table lives as long as the type.
        let procs = unsafe { arg.ty().tp_as_buffer.get().as_ref() };
        if procs.is_some_and(|p| p.bf_releasebuffer.get().is_some()) {
            return Err(bad("read-only bytes-like object", arg));
        }
        let view = Py_buffer::ZEROED;
        let place = (&raw const view).cast_mut();
        self.contiguous(arg, place, PyBUF_SIMPLE)?;
        // SAFETY: the object keeps the bytes in place for as long as it lives, since it has nothing to release.
        unsafe {
            let data = crate::support::bytes_at(view.buf.get().cast(), view.len.get());
            buffer::release(place);
            Ok(data)
        }
    }

    /// `y`, `y*`, `y#`.
    fn bytes(&mut self, arg: &PyObject) -> Converted {
        if self.take(b'*') {
            let place = self.place::<Py_buffer>();
            self.contiguous(arg, place, PyBUF_SIMPLE)?;
            self.cleanups.push(Cleanup::Buffer(place));
            return Ok(());
        }
        let data = self.borrowed_bytes(arg)?;
        if self.take(b'#') {
            self.warn_narrow()?;
            self.store(data.as_ptr())?;
            return self.store_length(data.len());
        }
        if data.contains(&0) {
            return Err(raise!(ValueError, "embedded null byte").into());
        }
        self.store(data.as_ptr())
    }

    fn writable(&mut self, arg: &PyObject) -> Converted {
        if !self.take(b'*') {
            return Err(bad("(invalid use of 'w' format character)", arg));
        }
        let place = self.place::<Py_buffer>();
        if let Err(failure) = self.contiguous(arg, place, PyBUF_WRITABLE) {
            err::clear();
            return Err(match failure {
                Failure::Raised => bad("read-write bytes-like object", arg),
                message => message,
            });
        }
        self.cleanups.push(Cleanup::Buffer(place));
        Ok(())
    }

    /// `u`, `Z`, with `#` or nothing behind.
    fn wide_text(&mut self, letter: u8, arg: &PyObject) -> Converted {
        let sized = self.take(b'#');
        if letter == b'Z' && arg.is_none() {
            self.store(std::ptr::null::<wchar_t>())?;
            return if sized { self.store_length(0) } else { Ok(()) };
        }
        let expected = if letter == b'Z' { "str or None" } else { "str" };
        let text = arg
            .downcast::<PyUnicodeObject>()
            .ok_or_else(|| bad(expected, arg))?;
        let (data, length) = unicode::as_wchar(text)?;
        if sized {
            self.warn_narrow()?;
            self.store(data)?;
            return self.store_length(length);
        }
        // SAFETY: `length` characters and a NUL are there.
        if unsafe { libc::wcslen(data) } != length {
            return Err(raise!(ValueError, "embedded null character").into());
        }
        self.store(data)
    }

    /// `es`, `et`, with `#` or nothing behind.
    fn encoded(&mut self, arg: &PyObject) -> Converted {
        let encoding = self.list.string();
        let accept_bytes = match self.advance() {
            b's' => false,
            b't' => true,
            _ => return Err(bad("(unknown parser marker combination)", arg)),
        };
        let place = self.place::<*mut c_void>();
        let length_place = if self.take(b'#') {
            Some(self.place::<c_void>())
        } else {
            None
        };
        if place.is_null() {
            return Err(bad("(buffer is NULL)", arg));
        }
        let encoded: Owned;
        let copied: Vec<u8>;
        let data = if accept_bytes && PyBytesObject::check(arg) {
            arg.downcast::<PyBytesObject>()
                .map_or(&[][..], bytes::as_slice)
        } else if let Some(array) = arg.downcast::<PyByteArrayObject>().filter(|_| accept_bytes) {
            copied = bytearray::to_vec(array)?;
            &copied
        } else if let Some(text) = arg.downcast::<PyUnicodeObject>() {
            let name = if encoding.is_null() {
                c"utf-8"
            } else {
                // SAFETY: not NULL, so an encoding's name.
                unsafe { CStr::from_ptr(encoding) }
            };
            encoded = codecs::encode_text(text, Some(&lossy(name)), None)?;
            match encoded.downcast::<PyBytesObject>() {
                Some(bytes) => bytes::as_slice(bytes),
                None => return Err(bad("(encoder failed to return bytes)", arg)),
            }
        } else {
            return Err(bad(
                if accept_bytes {
                    "str, bytes or bytearray"
                } else {
                    "str"
                },
                arg,
            ));
        };
        match length_place {
            Some(length) => self.store_encoded_sized(place, length, data),
            None if data.contains(&0) => Err(bad("encoded string without null bytes", arg)),
            None => self.store_encoded(place, data),
        }
    }

    /// Allocates a copy of `data` with a NUL behind it.
    fn store_encoded(&mut self, place: *mut *mut c_void, data: &[u8]) -> Converted {
        let copy = mem::malloc(mem::Domain::Mem, data.len() + 1).cast::<u8>();
        if copy.is_null() {
            return Err(err::no_memory().into());
        }
        // SAFETY: the block has room for the data and a NUL, and `place` is C's variable.
        unsafe {
            copy.copy_from_nonoverlapping(data.as_ptr(), data.len());
            copy.add(data.len()).write(0);
            place.write(copy.cast());
        }
        self.cleanups.push(Cleanup::Memory(place));
        Ok(())
    }

    /// Into C's own buffer if it gave one, else as [`Units::store_encoded`]; then the length.
    fn store_encoded_sized(
        &mut self,
        place: *mut *mut c_void,
        length: *mut c_void,
        data: &[u8],
    ) -> Converted {
        self.warn_narrow()?;
        // SAFETY: `place` and `length` are C's variables; the buffer has the size that `length` says.
        unsafe {
            let buffer = place.read().cast::<u8>();
            if buffer.is_null() {
                self.store_encoded(place, data)?;
            } else {
                let room = if self.wide {
                    length.cast::<Py_ssize_t>().read()
                } else {
                    length.cast::<c_int>().read() as Py_ssize_t
                };
                if data.len() as Py_ssize_t + 1 > room {
                    return Err(raise!(
                        ValueError,
                        "encoded string too long ({}, maximum length {})",
                        data.len(),
                        room - 1
                    )
                    .into());
                }
                buffer.copy_from_nonoverlapping(data.as_ptr(), data.len());
                buffer.add(data.len()).write(0);
            }
            if self.wide {
                length.cast::<Py_ssize_t>().write(data.len() as Py_ssize_t);
            } else {
                length.cast::<c_int>().write(data.len() as c_int);
            }
        }
        Ok(())
    }

    fn object_of(&mut self, right: bool, expected: &str, arg: &PyObject) -> Converted {
        if right {
            self.store(arg.as_ptr())
        } else {
            Err(bad(expected, arg))
        }
    }

    /// `O`, `O!`, `O&`.
    fn object(&mut self, arg: &PyObject) -> Converted {
        if self.take(b'!') {
            // SAFETY: the format says that the argument is a type object.
            let ty = unsafe { &*self.place::<PyTypeObject>() };
            return self.object_of(arg.isinstance_of(ty), &owned::type_name_of(ty), arg);
        }
        if self.take(b'&') {
            // SAFETY: the format says that the argument is a converter.
            let converter = unsafe {
                std::mem::transmute::<*mut c_void, Option<Converter>>(self.list.function())
            };
            let place = self.place::<c_void>();
            // SAFETY: the converter gets a live object and the place that the caller made for it.
            let status = converter.map_or(0, |f| unsafe { f(arg.as_ptr(), place) });
            return match (status, converter) {
                (Py_CLEANUP_SUPPORTED, Some(converter)) => {
                    self.cleanups.push(Cleanup::Converter(converter, place));
                    Ok(())
                }
                (0, _) => Err(bad("(unspecified)", arg)),
                _ => Ok(()),
            };
        }
        self.store(arg.as_ptr())
    }

    /// Passes over a unit whose argument was not given, and its C variables.
    pub fn skip(&mut self) -> Result<(), &'static str> {
        let letter = self.advance();
        match letter {
            b'b' | b'B' | b'h' | b'H' | b'i' | b'I' | b'l' | b'k' | b'L' | b'K' | b'n' | b'f'
            | b'd' | b'D' | b'c' | b'C' | b'p' | b'S' | b'Y' | b'U' => {
                self.place::<c_void>();
            }
            b'e' => {
                self.place::<c_void>();
                if !matches!(self.advance(), b's' | b't') {
                    return Err("impossible<bad format char>");
                }
                self.skip_text(false);
            }
            b's' | b'z' | b'y' | b'w' => self.skip_text(true),
            b'u' | b'Z' => self.skip_text(false),
            b'O' => {
                self.place::<c_void>();
                if self.take(b'!') || self.take(b'&') {
                    self.place::<c_void>();
                }
            }
            b'(' => {
                while self.peek() != b')' {
                    if self.at_end() {
                        return Err("Unmatched left paren in format string");
                    }
                    self.skip()?;
                }
                self.advance();
            }
            b')' => return Err("Unmatched right paren in format string"),
            _ => return Err("impossible<bad format char>"),
        }
        Ok(())
    }

    fn skip_text(&mut self, buffers: bool) {
        self.place::<c_void>();
        if self.take(b'#') {
            self.place::<c_void>();
        } else if buffers {
            self.take(b'*');
        }
    }

    /// Raises what a failed unit reported, about argument `n` (0 where there is one only).
    pub fn report(&mut self, failure: Failure, n: usize, name: &FunctionName<'_>) -> Raised {
        self.undo();
        let Failure::Message(text) = failure else {
            return Raised::already_set();
        };
        if err::occurred().is_some() {
            return Raised::already_set();
        }
        let system = text.starts_with('(');
        let message = match name.message() {
            Some(message) => message.into_owned(),
            None => {
                let mut message = name
                    .name()
                    .map_or(String::new(), |n| format!("{}() ", err::short(&n, 200)));
                message.push_str("argument");
                if n != 0 {
                    message.push_str(&format!(" {n}"));
                }
                for level in self.levels.iter().rev() {
                    message.push_str(&format!(", item {level}"));
                }
                message + " " + err::short(&text, 256)
            }
        };
        if system {
            raise!(SystemError, "{message}")
        } else {
            raise!(TypeError, "{message}")
        }
    }
}

/// How many units stand before the group's closing parenthesis.
fn units_in_group(format: &[u8]) -> usize {
    let (mut count, mut depth) = (0, 0usize);
    for byte in format {
        match byte {
            b'(' => {
                count += usize::from(depth == 0);
                depth += 1;
            }
            b')' if depth == 0 => break,
            b')' => depth -= 1,
            b':' | b';' => break,
            b'e' => {}
            letter if letter.is_ascii_alphabetic() => count += usize::from(depth == 0),
            _ => {}
        }
    }
    count
}

/// What messages call the function; looked for only when there is a message.
#[derive(Clone, Copy)]
pub struct FunctionName<'a> {
    format: &'a [u8],
    /// What a prepared parser says instead, or NULL.
    name: *const c_char,
    message: *const c_char,
}

impl<'a> FunctionName<'a> {
    /// After `:` stands the name, after `;` the message.
    pub fn of_format(format: &'a [u8]) -> FunctionName<'a> {
        Self::of_parser(format, std::ptr::null(), std::ptr::null())
    }

    /// As a prepared parser has them, or else its format.
    pub fn of_parser(format: &'a [u8], name: *const c_char, message: *const c_char) -> Self {
        FunctionName {
            format,
            name,
            message,
        }
    }

    fn text(&self, given: *const c_char, mark: u8) -> Option<Cow<'a, str>> {
        if !given.is_null() {
            // SAFETY: a parser's fields are NULL or static strings.
            return Some(unsafe { lossy(CStr::from_ptr(given)) });
        }
        let at = self.format.iter().position(|b| matches!(b, b':' | b';'))?;
        let text = self.format[at] == mark;
        text.then(|| String::from_utf8_lossy(&self.format[at + 1..]))
    }

    pub fn name(&self) -> Option<Cow<'a, str>> {
        self.text(self.name, b':')
    }

    /// Replaces messages about the number and types of arguments.
    pub fn message(&self) -> Option<Cow<'a, str>> {
        self.text(self.message, b';')
    }

    /// `f()`, or `without` if there is no name.
    pub fn called(&self, without: &str) -> String {
        self.name()
            .map_or(without.to_owned(), |n| format!("{}()", err::short(&n, 200)))
    }
}

/// The numbers of required and of all arguments of a positional format.
fn bounds(format: &[u8]) -> (usize, usize) {
    let (mut min, mut max, mut depth) = (None, 0usize, 0usize);
    for byte in format {
        match byte {
            b'(' => {
                max += usize::from(depth == 0);
                depth += 1;
            }
            b')' if depth == 0 => err::fatal("excess ')' in getargs format"),
            b')' => depth -= 1,
            b':' | b';' => break,
            b'|' if depth == 0 => min = Some(max),
            b'e' => {}
            letter if letter.is_ascii_alphabetic() => max += usize::from(depth == 0),
            _ => {}
        }
    }
    if depth != 0 {
        err::fatal("missing ')' in getargs format");
    }
    (min.unwrap_or(max), max)
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// `PyArg_ParseTuple` over the arguments themselves.
pub fn parse_positional(
    args: &[&PyObject],
    format: &CStr,
    list: VaList,
    wide: bool,
) -> PyResult<()> {
    let format = format.to_bytes();
    let name = FunctionName::of_format(format);
    let (min, max) = bounds(format);
    if args.len() < min || args.len() > max {
        if let Some(message) = name.message() {
            return Err(raise!(TypeError, "{message}"));
        }
        let (how, n) = match () {
            () if min == max => ("exactly", max),
            () if args.len() < min => ("at least", min),
            () => ("at most", max),
        };
        let called = name.called("function");
        return Err(raise!(
            TypeError,
            "{called} takes {how} {n} argument{} ({} given)",
            plural(n),
            args.len()
        ));
    }
    let mut units = Units::new(format, list, wide);
    for (i, arg) in args.iter().enumerate() {
        while matches!(units.peek(), b'|' | b'$') {
            units.advance();
        }
        if let Err(failure) = units.convert(arg) {
            return Err(units.report(failure, i + 1, &name));
        }
    }
    let next = units.peek();
    if !units.at_end() && !next.is_ascii_alphabetic() && !matches!(next, b'(' | b'|' | b'$') {
        units.undo();
        return Err(raise!(
            SystemError,
            "bad format string: {}",
            String::from_utf8_lossy(format)
        ));
    }
    Ok(())
}

/// `PyArg_Parse`: one object, not a tuple of arguments.
pub fn parse_one(arg: Option<&PyObject>, format: &CStr, list: VaList, wide: bool) -> PyResult<()> {
    let format = format.to_bytes();
    let name = FunctionName::of_format(format);
    let (min, max) = bounds(format);
    if max == 0 {
        return match arg {
            None => Ok(()),
            Some(_) => Err(raise!(
                TypeError,
                "{} takes no arguments",
                name.called("function")
            )),
        };
    }
    if min != 1 || max != 1 {
        return Err(raise!(
            SystemError,
            "old style getargs format uses new features"
        ));
    }
    let Some(arg) = arg else {
        return Err(raise!(
            TypeError,
            "{} takes at least one argument",
            name.called("function")
        ));
    };
    let mut units = Units::new(format, list, wide);
    units
        .convert(arg)
        .map_err(|failure| units.report(failure, 0, &name))
}
