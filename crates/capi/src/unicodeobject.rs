//! `unicodeobject.h`, `cpython/unicodeobject.h`: strings.

use crate::prelude::*;
use crate::support::{bytes_at, identifier, lossy, slice_at, stolen};
use libc::wchar_t;

type Str<'a> = Is<'a, PyUnicodeObject>;

/// An optional C string as text.
macro_rules! optional {
    ($s:expr) => {
        $s.map(lossy).as_deref()
    };
}

/// The string that a function of text works on.
fn str_of(o: &PyObject) -> PyResult<&PyUnicodeObject> {
    let s = o.downcast::<PyUnicodeObject>().ok_or_else(|| {
        raise!(
            TypeError,
            "must be str, not {}",
            err::short(&o.type_name(), 100)
        )
    })?;
    unicode::ready(s)?;
    Ok(s)
}

/// The string that an encoder or copying function takes.
fn source(o: &PyObject) -> PyResult<&PyUnicodeObject> {
    let s = o
        .downcast::<PyUnicodeObject>()
        .ok_or_else(err::bad_argument)?;
    unicode::ready(s)?;
    Ok(s)
}

/// Replaces the string that C holds at `place`; the old reference is given away, and NULL left where this fails.
///
/// # Safety
/// `place` is NULL, or holds NULL or a live object that C gives away.
unsafe fn replace(
    place: *mut *mut PyObject,
    new: impl FnOnce(Owned) -> PyResult<Owned>,
) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe {
        if place.is_null() {
            return Err(err::bad_internal_call());
        }
        let Some(old) = stolen(place.replace(std::ptr::null_mut())) else {
            return Err(err::bad_internal_call());
        };
        place.write(new(old)?.into_ptr());
    }
    Ok(())
}

/// Copies out code units of C's width into memory of the `mem` domain, with a zero behind.
fn units<T: Copy + Default>(text: impl Iterator<Item = T>, length: usize) -> PyResult<*mut T> {
    let block = mem::malloc(mem::Domain::Mem, (length + 1) * size_of::<T>()).cast::<T>();
    if block.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: the block has room for the units and the zero.
    unsafe {
        for (i, unit) in text.take(length).enumerate() {
            block.add(i).write(unit);
        }
        block.add(length).write(T::default());
    }
    Ok(block)
}

/// The range of characters that C names, clipped to the string.
fn clip(length: usize, start: Py_ssize_t, end: Py_ssize_t) -> (usize, usize) {
    let bound = |i: Py_ssize_t| {
        let i = if i < 0 {
            i.saturating_add(length as Py_ssize_t)
        } else {
            i
        };
        i.clamp(0, length as Py_ssize_t) as usize
    };
    let (start, end) = (bound(start), bound(end));
    (start, end.max(start))
}

/// Writes a code point into a string's data.
///
/// # Safety
/// `data` has a unit of that kind at `i`, and the code point fits it.
pub unsafe fn write_unit(data: *mut c_void, kind: c_uint, i: usize, ch: Py_UCS4) {
    // SAFETY: by the contract.
    unsafe {
        match kind {
            PyUnicode_1BYTE_KIND => data.cast::<u8>().add(i).write(ch as u8),
            PyUnicode_2BYTE_KIND => data.cast::<u16>().add(i).write(ch as u16),
            _ => data.cast::<u32>().add(i).write(ch),
        }
    }
}

/// Where a string's units are, and how wide.
pub fn data_of(s: &PyUnicodeObject) -> (*mut c_void, c_uint) {
    let chars = unicode::chars(s);
    (
        chars.bytes().as_ptr().cast_mut().cast(),
        chars.kind() as c_uint,
    )
}

fn fill(s: &PyUnicodeObject, start: usize, count: usize, ch: Py_UCS4) {
    let (data, kind) = data_of(s);
    for i in start..start + count {
        // SAFETY: the callers have checked range and width.
        unsafe { write_unit(data, kind, i, ch) };
    }
}

fn copy_into(to: &PyUnicodeObject, at: usize, text: unicode::Chars<'_>) {
    let (data, kind) = data_of(to);
    for (i, ch) in text.iter().enumerate() {
        // SAFETY: the callers have checked range and width.
        unsafe { write_unit(data, kind, at + i, ch) };
    }
}

/// May C still change this string?
fn writable(s: &PyUnicodeObject) -> PyResult<()> {
    if unicode::is_growable(s) {
        Ok(())
    } else {
        Err(raise!(SystemError, "Cannot modify a string currently used"))
    }
}

fn wide<'a>(text: *const wchar_t, size: Py_ssize_t) -> &'a [wchar_t] {
    // SAFETY: C passes as many units, or a negative size and a string that ends in NUL.
    unsafe {
        if size < 0 && !text.is_null() {
            slice_at(text, libc::wcslen(text) as Py_ssize_t)
        } else {
            slice_at(text, size)
        }
    }
}

/// Text from wide characters, for the encoders that take them.
pub fn from_unicode(text: *const wchar_t, size: Py_ssize_t) -> PyResult<Owned<PyUnicodeObject>> {
    unicode::from_wide(wide(text, size))
}

/// A path as bytes of the file system's encoding, without NUL.
pub fn fs_bytes(o: &PyObject) -> PyResult<Owned> {
    let path = fs_path(o)?;
    let encoded = match path.downcast::<PyUnicodeObject>() {
        Some(text) => unicode::fs::encode_default(text)?,
        None => path,
    };
    let contents = encoded
        .downcast::<PyBytesObject>()
        .map_or(&[][..], bytes::as_slice);
    if contents.contains(&0) {
        return Err(raise!(ValueError, "embedded null byte"));
    }
    Ok(encoded)
}

/// `os.fspath`.
pub fn fs_path(o: &PyObject) -> PyResult<Owned> {
    if PyUnicodeObject::check(o) || PyBytesObject::check(o) {
        return Ok(o.own());
    }
    let name = o.type_name();
    let Some(method) = typeobject::lookup_special(o, id!("__fspath__").as_object())? else {
        let name = err::short(&name, 200);
        return Err(raise!(
            TypeError,
            "expected str, bytes or os.PathLike object, not {name}"
        ));
    };
    let path = call::call0(&method)?;
    if PyUnicodeObject::check(&path) || PyBytesObject::check(&path) {
        return Ok(path);
    }
    let (name, given) = (err::short(&name, 200), path.type_name());
    Err(raise!(
        TypeError,
        "expected {name}.__fspath__() to return str or bytes, not {}",
        err::short(&given, 200)
    ))
}

/// Bytes from C.
fn data<'a>(text: *const c_char, size: Py_ssize_t) -> PyResult<&'a [u8]> {
    if size < 0 {
        return Err(raise!(SystemError, "Negative size passed to PyUnicode_New"));
    }
    // SAFETY: C passes as many bytes.
    Ok(unsafe { bytes_at(text, size) })
}

/// What C joins with: without a separator, a blank.
fn separator_of(separator: Option<&PyObject>) -> PyResult<Owned<PyUnicodeObject>> {
    match separator {
        Some(s) => Ok(str_of(s)?.own_typed()),
        None => unicode::from_str(" "),
    }
}

/// Without a place for the number of bytes used, input must be complete.
fn used(consumed: &Out<Py_ssize_t>, n: usize) {
    consumed.set(n as Py_ssize_t);
}

capi! {
    fn PyUnicode_New(n: Py_ssize_t, max: Py_UCS4) -> PyResult<Owned<PyUnicodeObject>> {
        if n == 0 {
            return unicode::empty();
        }
        if max > 0x10FFFF {
            return Err(raise!(SystemError, "invalid maximum character passed to PyUnicode_New"));
        }
        match usize::try_from(n) {
            Ok(n) => unicode::new(n, max),
            Err(_) => Err(raise!(SystemError, "Negative size passed to PyUnicode_New")),
        }
    }

    fn _PyUnicode_Ready(s: &PyObject) -> PyResult<()> { s.downcast().map_or_else(|| Err(err::bad_internal_call()), unicode::ready) }
    fn PyUnicode_FromString(text: &CStr) -> PyResult<Owned<PyUnicodeObject>> { unicode::from_utf8(text.to_bytes()) }

    fn PyUnicode_FromStringAndSize(text: *const c_char, size: Py_ssize_t) -> PyResult<Owned<PyUnicodeObject>> {
        let size = usize::try_from(size).map_err(|_| raise!(SystemError, "Negative size passed to PyUnicode_FromStringAndSize"))?;
        if text.is_null() { unicode::new_legacy(size) } else { unicode::from_utf8(data(text, size as Py_ssize_t)?) }
    }

    fn PyUnicode_FromUnicode(text: *const wchar_t, size: Py_ssize_t) -> PyResult<Owned<PyUnicodeObject>> {
        let n = usize::try_from(size).map_err(|_| err::bad_internal_call())?;
        if text.is_null() { unicode::new_legacy(n) } else { from_unicode(text, size) }
    }

    fn PyUnicode_FromWideChar(text: *const wchar_t, size: Py_ssize_t) -> PyResult<Owned<PyUnicodeObject>> {
        if text.is_null() && size != 0 {
            return Err(err::bad_internal_call());
        }
        from_unicode(text, size)
    }

    fn PyUnicode_FromKindAndData(kind: c_int, text: *const c_void, size: Py_ssize_t) -> PyResult<Owned<PyUnicodeObject>> {
        if size < 0 {
            return Err(raise!(ValueError, "size must be positive"));
        }
        // SAFETY: C passes as many units of that kind.
        unsafe {
            match kind as c_uint {
                PyUnicode_1BYTE_KIND => unicode::from_units(slice_at(text.cast::<u8>(), size)),
                PyUnicode_2BYTE_KIND => unicode::from_units(slice_at(text.cast::<u16>(), size)),
                PyUnicode_4BYTE_KIND => unicode::from_units(slice_at(text.cast::<u32>(), size)),
                _ => Err(raise!(SystemError, "invalid kind")),
            }
        }
    }

    fn _PyUnicode_FromASCII(text: *const c_char, size: Py_ssize_t) -> PyResult<Owned<PyUnicodeObject>> { unicode::from_ascii(data(text, size)?) }

    fn PyUnicode_FromOrdinal(ch: c_int) -> PyResult<Owned<PyUnicodeObject>> {
        match u32::try_from(ch) {
            Ok(ch) if ch <= 0x10FFFF => unicode::from_ordinal(ch),
            _ => Err(raise!(ValueError, "chr() arg not in range(0x110000)")),
        }
    }

    fn PyUnicode_FromObject(o: &PyObject) -> PyResult<Owned<PyUnicodeObject>> { unicode::from_object(o) }
    fn _PyUnicode_Copy(s: Str<'_>) -> PyResult<Owned<PyUnicodeObject>> { unicode::copy(&s) }
    fn _PyUnicode_FromId(id: &_Py_Identifier) -> PyResult<Borrowed> { Ok(Borrowed::from(identifier(id)?)) }
    fn _PyUnicode_ClearStaticStrings() {}
    fn PyUnicode_InternFromString(text: &CStr) -> PyResult<Owned<PyUnicodeObject>> { Ok(unicode::intern(unicode::from_utf8(text.to_bytes())?)) }

    fn PyUnicode_InternInPlace(place: *mut *mut PyObject) {
        // SAFETY: C holds a string there, and takes the interned one from there.
        unsafe {
            if let Some(s) = (*place).as_ref().and_then(|o| o.downcast_exact::<PyUnicodeObject>()) {
                place.write(unicode::intern(Owned::from_owned_ptr(std::ptr::from_ref(s).cast_mut())).into_ptr());
            }
        }
    }

    fn PyUnicode_InternImmortal(place: *mut *mut PyObject) {
        // SAFETY: C holds a string there, and takes the interned one from there.
        unsafe {
            if let Some(s) = (*place).as_ref().and_then(|o| o.downcast_exact::<PyUnicodeObject>()) {
                place.write(unicode::intern_immortal(Owned::from_owned_ptr(std::ptr::from_ref(s).cast_mut())).into_ptr());
            }
        }
    }

    fn PyUnicode_GetLength(s: &PyObject) -> PyResult<Py_ssize_t> {
        let s = s.downcast::<PyUnicodeObject>().ok_or_else(err::bad_argument)?;
        unicode::ready(s)?;
        Ok(unicode::length(s) as Py_ssize_t)
    }

    fn PyUnicode_GetSize(s: &PyObject) -> PyResult<Py_ssize_t> {
        let s = s.downcast::<PyUnicodeObject>().ok_or_else(err::bad_argument)?;
        Ok(unicode::as_wchar(s)?.1 as Py_ssize_t)
    }

    fn PyUnicode_GetMax() -> wchar_t { 0x10FFFF }
    fn PyUnicode_GetDefaultEncoding() -> *const c_char { c"utf-8".as_ptr() }

    fn PyUnicode_ReadChar(s: &PyObject, i: Py_ssize_t) -> PyResult<Py_UCS4> {
        let s = s.downcast::<PyUnicodeObject>().ok_or_else(err::bad_argument)?;
        unicode::ready(s)?;
        let ch = usize::try_from(i).ok().and_then(|i| unicode::chars(s).get(i));
        ch.ok_or_else(|| raise!(IndexError, "string index out of range"))
    }

    fn PyUnicode_WriteChar(s: &PyObject, i: Py_ssize_t, ch: Py_UCS4) -> PyResult<()> {
        let s = s.downcast::<PyUnicodeObject>().ok_or_else(err::bad_argument)?;
        let i = usize::try_from(i).ok().filter(|i| *i < unicode::length(s));
        let i = i.ok_or_else(|| raise!(IndexError, "string index out of range"))?;
        writable(s)?;
        if ch > unicode::max_char_bound(s) {
            return Err(raise!(ValueError, "character out of range"));
        }
        fill(s, i, 1, ch);
        Ok(())
    }

    fn PyUnicode_Fill(s: Str<'_>, start: Py_ssize_t, length: Py_ssize_t, ch: Py_UCS4) -> PyResult<Py_ssize_t> {
        writable(&s)?;
        if ch > unicode::max_char_bound(&s) {
            return Err(raise!(ValueError, "fill character is bigger than the string maximum character"));
        }
        let start = usize::try_from(start).map_err(|_| raise!(IndexError, "string index out of range"))?;
        let count = unicode::length(&s).saturating_sub(start).min(length.max(0) as usize);
        fill(&s, start, count, ch);
        Ok(count as Py_ssize_t)
    }

    fn _PyUnicode_FastFill(s: Str<'_>, start: Py_ssize_t, length: Py_ssize_t, ch: Py_UCS4) { fill(&s, start as usize, length.max(0) as usize, ch) }

    fn PyUnicode_CopyCharacters(to: Str<'_>, to_start: Py_ssize_t, from: Str<'_>, from_start: Py_ssize_t, count: Py_ssize_t) -> PyResult<Py_ssize_t> {
        let range = |s: &PyUnicodeObject, i: Py_ssize_t| usize::try_from(i).ok().filter(|i| *i <= unicode::length(s));
        let (Some(to_start), Some(from_start)) = (range(&to, to_start), range(&from, from_start)) else {
            return Err(raise!(IndexError, "string index out of range"));
        };
        let Ok(count) = usize::try_from(count) else { return Err(raise!(SystemError, "how_many cannot be negative")) };
        let count = count.min(unicode::length(&from) - from_start);
        if count > unicode::length(&to) - to_start {
            let room = unicode::length(&to) - to_start;
            return Err(raise!(SystemError, "Cannot write {count} characters at {to_start} in a string of {room} characters"));
        }
        if count == 0 {
            return Ok(0);
        }
        writable(&to)?;
        let text = unicode::chars(&from).slice(from_start, from_start + count);
        if text.max_char() > unicode::max_char_bound(&to) {
            return Err(raise!(SystemError, "Cannot copy a string with larger characters into this one"));
        }
        copy_into(&to, to_start, text);
        Ok(count as Py_ssize_t)
    }

    fn _PyUnicode_FastCopyCharacters(to: Str<'_>, to_start: Py_ssize_t, from: Str<'_>, from_start: Py_ssize_t, count: Py_ssize_t) {
        let (start, count) = (from_start as usize, count.max(0) as usize);
        copy_into(&to, to_start as usize, unicode::chars(&from).slice(start, start + count));
    }

    fn _PyUnicode_FindMaxChar(s: Str<'_>, start: Py_ssize_t, end: Py_ssize_t) -> Py_UCS4 {
        let (start, end) = clip(unicode::length(&s), start, end);
        unicode::chars(&s).slice(start, end).max_char()
    }

    fn PyUnicode_Resize(place: *mut *mut PyObject, n: Py_ssize_t) -> PyResult<()> {
        let n = usize::try_from(n).map_err(|_| err::bad_internal_call())?;
        // SAFETY: C holds a string there, if anything, and takes the new one from there; it keeps the old one where this fails.
        unsafe {
            let held = place.as_ref().and_then(|held| held.as_ref());
            let text = held.and_then(|o| o.downcast::<PyUnicodeObject>()).ok_or_else(err::bad_internal_call)?;
            unicode::ready(text)?;
            let chars = unicode::chars(text);
            if chars.len() != n {
                let new = unicode::new(n, unicode::max_char_bound(text))?;
                copy_into(&new, 0, chars.slice(0, n.min(chars.len())));
                drop(stolen(place.replace(new.into_ptr().cast())));
            }
        }
        Ok(())
    }

    fn PyUnicode_Append(place: *mut *mut PyObject, right: Option<&PyObject>) {
        // SAFETY: C holds a string there, and takes the new one from there.
        let _ = unsafe {
            replace(place, |left| {
                let left = left.downcast_owned::<PyUnicodeObject>().map_err(|_| err::bad_internal_call())?;
                let right = right.and_then(|r| r.downcast::<PyUnicodeObject>()).ok_or_else(err::bad_internal_call)?;
                Ok(unicode::append(left, right)?.upcast())
            })
        };
    }

    fn PyUnicode_AppendAndDel(place: *mut *mut PyObject, right: *mut PyObject) {
        // SAFETY: C holds a string there, takes the new one from there, and gives the right one away.
        let _ = unsafe {
            let right = stolen(right);
            replace(place, |left| {
                let left = left.downcast_owned::<PyUnicodeObject>().map_err(|_| err::bad_internal_call())?;
                let right = right.as_deref().and_then(|r| r.downcast::<PyUnicodeObject>()).ok_or_else(err::bad_internal_call)?;
                Ok(unicode::append(left, right)?.upcast())
            })
        };
    }

    fn PyUnicode_Concat(a: &PyObject, b: &PyObject) -> PyResult<Owned<PyUnicodeObject>> {
        let a = str_of(a)?;
        match b.downcast() {
            Some(b) => unicode::concat(a, b),
            None => Err(raise!(TypeError, "can only concatenate str (not \"{}\") to str", err::short(&b.type_name(), 200))),
        }
    }

    fn PyUnicode_Compare(a: &PyObject, b: &PyObject) -> PyResult<c_int> {
        match (a.downcast::<PyUnicodeObject>(), b.downcast::<PyUnicodeObject>()) {
            (Some(a), Some(b)) => Ok(unicode::compare(a, b) as c_int),
            _ => Err(raise!(TypeError, "Can't compare {} and {}", a.type_name(), b.type_name())),
        }
    }

    fn PyUnicode_CompareWithASCIIString(s: Str<'_>, text: &CStr) -> c_int { unicode::chars(&s).iter().cmp(text.to_bytes().iter().map(|b| u32::from(*b))) as c_int }
    fn _PyUnicode_EqualToASCIIString(s: Str<'_>, text: &CStr) -> bool { unicode::chars(&s).iter().eq(text.to_bytes().iter().map(|b| u32::from(*b))) }

    fn _PyUnicode_EqualToASCIIId(s: Str<'_>, id: &_Py_Identifier) -> bool {
        let id = identifier(id).ok().and_then(|id| id.downcast::<PyUnicodeObject>());
        id.is_some_and(|id| unicode::eq(&s, id))
    }

    fn _PyUnicode_EQ(a: Str<'_>, b: Str<'_>) -> bool { unicode::eq(&a, &b) }

    fn PyUnicode_RichCompare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<Owned> {
        match (a.downcast::<PyUnicodeObject>(), b.downcast::<PyUnicodeObject>()) {
            (Some(a), Some(b)) => Ok(bool_from(unicode::Str::order_holds(a, b, op))),
            _ => Ok(not_implemented().own()),
        }
    }

    fn PyUnicode_Substring(s: &PyObject, start: Py_ssize_t, end: Py_ssize_t) -> PyResult<Owned<PyUnicodeObject>> {
        let s = str_of(s)?;
        if start < 0 || end < 0 {
            return Err(raise!(IndexError, "string index out of range"));
        }
        unicode::substring(s, start as usize, end as usize)
    }

    fn PyUnicode_FindChar(s: Str<'_>, ch: Py_UCS4, start: Py_ssize_t, end: Py_ssize_t, direction: c_int) -> Py_ssize_t {
        let (start, end) = clip(unicode::length(&s), start, end);
        let text = unicode::chars(&s).slice(start, end);
        let found = if direction > 0 { text.find_char(ch) } else { text.iter().collect::<Vec<_>>().iter().rposition(|c| *c == ch) };
        found.map_or(-1, |i| (start + i) as Py_ssize_t)
    }

    fn PyUnicode_AsUTF8(s: &PyObject) -> PyResult<*const c_char> {
        let s = s.downcast::<PyUnicodeObject>().ok_or_else(err::bad_argument)?;
        Ok(unicode::as_utf8(s)?.as_ptr().cast())
    }

    fn PyUnicode_AsUTF8AndSize(s: &PyObject, size: Out<Py_ssize_t>) -> PyResult<*const c_char> {
        let s = s.downcast::<PyUnicodeObject>().ok_or_else(err::bad_argument)?;
        let text = unicode::as_utf8(s)?;
        size.set(text.len() as Py_ssize_t);
        Ok(text.as_ptr().cast())
    }

    fn PyUnicode_AsUnicode(s: &PyObject) -> PyResult<*mut wchar_t> {
        let s = s.downcast::<PyUnicodeObject>().ok_or_else(err::bad_argument)?;
        Ok(unicode::as_wchar(s)?.0)
    }

    fn PyUnicode_AsUnicodeAndSize(s: &PyObject, size: Out<Py_ssize_t>) -> PyResult<*mut wchar_t> {
        let s = s.downcast::<PyUnicodeObject>().ok_or_else(err::bad_argument)?;
        let (text, length) = unicode::as_wchar(s)?;
        size.set(length as Py_ssize_t);
        Ok(text)
    }

    fn _PyUnicode_AsUnicode(s: Str<'_>) -> PyResult<*const wchar_t> {
        let (text, length) = unicode::as_wchar(&s)?;
        if wide(text, length as Py_ssize_t).contains(&0) {
            return Err(raise!(ValueError, "embedded null character"));
        }
        Ok(text.cast_const())
    }

    fn PyUnicode_AsUnicodeCopy(s: Str<'_>) -> PyResult<*mut wchar_t> {
        let chars = unicode::chars(&s);
        units(chars.iter().map(|c| c as wchar_t), chars.len())
    }

    fn PyUnicode_AsWideChar(s: &PyObject, buffer: *mut wchar_t, size: Py_ssize_t) -> PyResult<Py_ssize_t> {
        let chars = unicode::chars(source(s)?);
        if buffer.is_null() {
            return Ok(chars.len() as Py_ssize_t + 1);
        }
        let n = chars.len().min(size.max(0) as usize);
        // SAFETY: C passes room for `size` units; there is a NUL if it fits.
        unsafe {
            for (i, ch) in chars.iter().take(n).enumerate() {
                buffer.add(i).write(ch as wchar_t);
            }
            if (n as Py_ssize_t) < size {
                buffer.add(n).write(0);
            }
        }
        Ok(n as Py_ssize_t)
    }

    fn PyUnicode_AsWideCharString(s: &PyObject, size: Out<Py_ssize_t>) -> PyResult<*mut wchar_t> {
        let chars = unicode::chars(source(s)?);
        if !size.wanted() && chars.find_char(0).is_some() {
            return Err(raise!(ValueError, "embedded null character"));
        }
        size.set(chars.len() as Py_ssize_t);
        units(chars.iter().map(|c| c as wchar_t), chars.len())
    }

    fn PyUnicode_AsUCS4(s: &PyObject, buffer: *mut Py_UCS4, size: Py_ssize_t, with_null: c_int) -> PyResult<*mut Py_UCS4> {
        let chars = unicode::chars(source(s)?);
        if buffer.is_null() || size < 0 {
            return Err(err::bad_internal_call());
        }
        let room = size as usize;
        if chars.len() + usize::from(with_null != 0) > room {
            return Err(raise!(SystemError, "string is longer than the buffer"));
        }
        // SAFETY: C passes room for `size` units.
        unsafe {
            for (i, ch) in chars.iter().enumerate() {
                buffer.add(i).write(ch);
            }
            if with_null != 0 {
                buffer.add(chars.len()).write(0);
            }
        }
        Ok(buffer)
    }

    fn PyUnicode_AsUCS4Copy(s: &PyObject) -> PyResult<*mut Py_UCS4> {
        let chars = unicode::chars(source(s)?);
        units(chars.iter(), chars.len())
    }

    fn PyUnicode_ClearFreeList() -> c_int { 0 }

    fn PyUnicode_Decode(text: *const c_char, size: Py_ssize_t, encoding: Option<&CStr>, errors: Option<&CStr>) -> PyResult<Owned> {
        Ok(codecs::decode_text(data(text, size)?, optional!(encoding), optional!(errors))?.upcast())
    }

    fn PyUnicode_AsEncodedString(s: Str<'_>, encoding: Option<&CStr>, errors: Option<&CStr>) -> PyResult<Owned> {
        codecs::encode_text(&s, optional!(encoding), optional!(errors))
    }

    fn PyUnicode_FromEncodedObject(o: &PyObject, encoding: Option<&CStr>, errors: Option<&CStr>) -> PyResult<Owned> {
        Ok(codecs::decode_object(o, optional!(encoding), optional!(errors))?.upcast())
    }

    fn PyUnicode_AsEncodedObject(s: Str<'_>, encoding: Option<&CStr>, errors: Option<&CStr>) -> PyResult<Owned> {
        codecs::encode(s.as_object(), encoding.map_or("utf-8".into(), lossy).as_ref(), optional!(errors))
    }

    fn PyUnicode_AsDecodedObject(s: Str<'_>, encoding: Option<&CStr>, errors: Option<&CStr>) -> PyResult<Owned> {
        codecs::decode(s.as_object(), encoding.map_or("utf-8".into(), lossy).as_ref(), optional!(errors))
    }

    fn PyUnicode_DecodeUTF8(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::decode::utf8(data(text, size)?, optional!(errors))?.upcast()) }

    fn PyUnicode_DecodeUTF8Stateful(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>, consumed: Out<Py_ssize_t>) -> PyResult<Owned> {
        let (s, n) = unicode::decode::utf8_stateful(data(text, size)?, optional!(errors), !consumed.wanted())?;
        used(&consumed, n);
        Ok(s.upcast())
    }

    fn PyUnicode_AsUTF8String(s: &PyObject) -> PyResult<Owned> { Ok(unicode::encode::utf8(source(s)?, None)?.upcast()) }
    fn _PyUnicode_AsUTF8String(s: &PyObject, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::encode::utf8(source(s)?, optional!(errors))?.upcast()) }
    fn PyUnicode_EncodeUTF8(text: *const wchar_t, size: Py_ssize_t, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::encode::utf8(&*from_unicode(text, size)?, optional!(errors))?.upcast()) }
    fn PyUnicode_DecodeASCII(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::decode::ascii(data(text, size)?, optional!(errors))?.upcast()) }
    fn PyUnicode_AsASCIIString(s: &PyObject) -> PyResult<Owned> { Ok(unicode::encode::ascii(source(s)?, None)?.upcast()) }
    fn _PyUnicode_AsASCIIString(s: &PyObject, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::encode::ascii(source(s)?, optional!(errors))?.upcast()) }
    fn PyUnicode_EncodeASCII(text: *const wchar_t, size: Py_ssize_t, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::encode::ascii(&*from_unicode(text, size)?, optional!(errors))?.upcast()) }
    fn PyUnicode_DecodeLatin1(text: *const c_char, size: Py_ssize_t, _errors: Option<&CStr>) -> PyResult<Owned<PyUnicodeObject>> { unicode::from_latin1(data(text, size)?) }
    fn PyUnicode_AsLatin1String(s: &PyObject) -> PyResult<Owned> { Ok(unicode::encode::latin1(source(s)?, None)?.upcast()) }
    fn _PyUnicode_AsLatin1String(s: &PyObject, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::encode::latin1(source(s)?, optional!(errors))?.upcast()) }
    fn PyUnicode_EncodeLatin1(text: *const wchar_t, size: Py_ssize_t, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::encode::latin1(&*from_unicode(text, size)?, optional!(errors))?.upcast()) }

    fn PyUnicode_DecodeUTF16(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>, order: Out<c_int>) -> PyResult<Owned> {
        let byte_order = order.get().unwrap_or(0);
        let (s, _, found) = unicode::decode::utf16(data(text, size)?, optional!(errors), byte_order, true)?;
        order.set(found);
        Ok(s.upcast())
    }

    fn PyUnicode_DecodeUTF16Stateful(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>, order: Out<c_int>, consumed: Out<Py_ssize_t>) -> PyResult<Owned> {
        let byte_order = order.get().unwrap_or(0);
        let (s, n, found) = unicode::decode::utf16(data(text, size)?, optional!(errors), byte_order, !consumed.wanted())?;
        order.set(found);
        used(&consumed, n);
        Ok(s.upcast())
    }

    fn PyUnicode_AsUTF16String(s: &PyObject) -> PyResult<Owned> { Ok(unicode::encode::utf16(source(s)?, None, 0)?.upcast()) }
    fn _PyUnicode_EncodeUTF16(s: &PyObject, errors: Option<&CStr>, order: c_int) -> PyResult<Owned> { Ok(unicode::encode::utf16(source(s)?, optional!(errors), order)?.upcast()) }
    fn PyUnicode_EncodeUTF16(text: *const wchar_t, size: Py_ssize_t, errors: Option<&CStr>, order: c_int) -> PyResult<Owned> { Ok(unicode::encode::utf16(&*from_unicode(text, size)?, optional!(errors), order)?.upcast()) }

    fn PyUnicode_DecodeUTF32(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>, order: Out<c_int>) -> PyResult<Owned> {
        let byte_order = order.get().unwrap_or(0);
        let (s, _, found) = unicode::decode::utf32(data(text, size)?, optional!(errors), byte_order, true)?;
        order.set(found);
        Ok(s.upcast())
    }

    fn PyUnicode_DecodeUTF32Stateful(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>, order: Out<c_int>, consumed: Out<Py_ssize_t>) -> PyResult<Owned> {
        let byte_order = order.get().unwrap_or(0);
        let (s, n, found) = unicode::decode::utf32(data(text, size)?, optional!(errors), byte_order, !consumed.wanted())?;
        order.set(found);
        used(&consumed, n);
        Ok(s.upcast())
    }

    fn PyUnicode_AsUTF32String(s: &PyObject) -> PyResult<Owned> { Ok(unicode::encode::utf32(source(s)?, None, 0)?.upcast()) }
    fn _PyUnicode_EncodeUTF32(s: &PyObject, errors: Option<&CStr>, order: c_int) -> PyResult<Owned> { Ok(unicode::encode::utf32(source(s)?, optional!(errors), order)?.upcast()) }
    fn PyUnicode_EncodeUTF32(text: *const wchar_t, size: Py_ssize_t, errors: Option<&CStr>, order: c_int) -> PyResult<Owned> { Ok(unicode::encode::utf32(&*from_unicode(text, size)?, optional!(errors), order)?.upcast()) }
    fn PyUnicode_DecodeUTF7(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::utf7::decode(data(text, size)?, optional!(errors), true)?.0.upcast()) }

    fn PyUnicode_DecodeUTF7Stateful(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>, consumed: Out<Py_ssize_t>) -> PyResult<Owned> {
        let (s, n) = unicode::utf7::decode(data(text, size)?, optional!(errors), !consumed.wanted())?;
        used(&consumed, n);
        Ok(s.upcast())
    }

    fn _PyUnicode_EncodeUTF7(s: &PyObject, set_o: c_int, white_space: c_int, _errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::utf7::encode(source(s)?, set_o != 0, white_space != 0)?.upcast()) }
    fn PyUnicode_EncodeUTF7(text: *const wchar_t, size: Py_ssize_t, set_o: c_int, white_space: c_int, _errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::utf7::encode(&*from_unicode(text, size)?, set_o != 0, white_space != 0)?.upcast()) }
    fn PyUnicode_DecodeUnicodeEscape(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::escape::decode(data(text, size)?, optional!(errors))?.upcast()) }
    fn PyUnicode_AsUnicodeEscapeString(s: &PyObject) -> PyResult<Owned> { Ok(unicode::escape::encode(source(s)?)?.upcast()) }
    fn PyUnicode_EncodeUnicodeEscape(text: *const wchar_t, size: Py_ssize_t) -> PyResult<Owned> { Ok(unicode::escape::encode(&*from_unicode(text, size)?)?.upcast()) }
    fn PyUnicode_DecodeRawUnicodeEscape(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::escape::decode_raw(data(text, size)?, optional!(errors))?.upcast()) }
    fn PyUnicode_AsRawUnicodeEscapeString(s: &PyObject) -> PyResult<Owned> { Ok(unicode::escape::encode_raw(source(s)?)?.upcast()) }
    fn PyUnicode_EncodeRawUnicodeEscape(text: *const wchar_t, size: Py_ssize_t) -> PyResult<Owned> { Ok(unicode::escape::encode_raw(&*from_unicode(text, size)?)?.upcast()) }
    fn PyUnicode_DecodeCharmap(text: *const c_char, size: Py_ssize_t, mapping: Option<&PyObject>, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::decode::charmap(data(text, size)?, mapping, optional!(errors))?.upcast()) }
    fn PyUnicode_AsCharmapString(s: &PyObject, mapping: &PyObject) -> PyResult<Owned> { Ok(unicode::encode::charmap(source(s)?, Some(mapping), None)?.upcast()) }
    fn _PyUnicode_EncodeCharmap(s: &PyObject, mapping: Option<&PyObject>, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::encode::charmap(source(s)?, mapping, optional!(errors))?.upcast()) }
    fn PyUnicode_EncodeCharmap(text: *const wchar_t, size: Py_ssize_t, mapping: Option<&PyObject>, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::encode::charmap(&*from_unicode(text, size)?, mapping, optional!(errors))?.upcast()) }
    fn PyUnicode_BuildEncodingMap(s: &PyObject) -> PyResult<Owned> { unicode::encoding_map::build(source(s)?) }
    fn PyUnicode_DecodeFSDefault(text: &CStr) -> PyResult<Owned> { Ok(unicode::fs::decode_default(text.to_bytes())?.upcast()) }
    fn PyUnicode_DecodeFSDefaultAndSize(text: *const c_char, size: Py_ssize_t) -> PyResult<Owned> { Ok(unicode::fs::decode_default(data(text, size)?)?.upcast()) }
    fn PyUnicode_EncodeFSDefault(s: Str<'_>) -> PyResult<Owned> { unicode::fs::encode_default(&s) }
    fn PyUnicode_DecodeLocale(text: &CStr, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::fs::decode_locale(text.to_bytes(), optional!(errors))?.upcast()) }
    fn PyUnicode_DecodeLocaleAndSize(text: *const c_char, size: Py_ssize_t, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::fs::decode_locale(data(text, size)?, optional!(errors))?.upcast()) }
    fn PyUnicode_EncodeLocale(s: Str<'_>, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::fs::encode_locale(&s, optional!(errors))?.upcast()) }

    fn PyUnicode_FSConverter(o: *mut PyObject, place: *mut c_void) -> c_int {
        let place = place.cast::<*mut PyObject>();
        // SAFETY: C passes a place for a bytes object; a NULL argument asks to release what is there.
        unsafe {
            let Some(o) = o.as_ref() else {
                drop(stolen(place.replace(std::ptr::null_mut())));
                return 1;
            };
            match fs_bytes(o) {
                Ok(path) => {
                    place.write(path.into_ptr());
                    Py_CLEANUP_SUPPORTED
                }
                Err(_) => 0,
            }
        }
    }

    fn PyUnicode_FSDecoder(o: *mut PyObject, place: *mut c_void) -> c_int {
        let place = place.cast::<*mut PyObject>();
        // SAFETY: C passes a place for a str object; a NULL argument asks to release what is there.
        unsafe {
            let Some(o) = o.as_ref() else {
                drop(stolen(place.replace(std::ptr::null_mut())));
                return 1;
            };
            match vm_text::fs_decoder(o) {
                Ok(path) => {
                    place.write(path.into_ptr());
                    Py_CLEANUP_SUPPORTED
                }
                Err(_) => 0,
            }
        }
    }

    fn PyUnicode_Split(s: &PyObject, separator: Option<&PyObject>, max: Py_ssize_t) -> PyResult<Owned> { unicode::search::split(str_of(s)?, separator.map(str_of).transpose()?, max, false) }
    fn PyUnicode_RSplit(s: &PyObject, separator: Option<&PyObject>, max: Py_ssize_t) -> PyResult<Owned> { unicode::search::split(str_of(s)?, separator.map(str_of).transpose()?, max, true) }
    fn PyUnicode_Splitlines(s: &PyObject, keep: c_int) -> PyResult<Owned> { unicode::search::split_lines(str_of(s)?, keep != 0) }
    fn PyUnicode_Partition(s: &PyObject, separator: &PyObject) -> PyResult<Owned> { unicode::search::partition(str_of(s)?, str_of(separator)?, false) }
    fn PyUnicode_RPartition(s: &PyObject, separator: &PyObject) -> PyResult<Owned> { unicode::search::partition(str_of(s)?, str_of(separator)?, true) }
    fn PyUnicode_Join(separator: Option<&PyObject>, items: &PyObject) -> PyResult<Owned> { Ok(unicode::join(&*separator_of(separator)?, items)?.upcast()) }

    fn _PyUnicode_JoinArray(separator: Option<&PyObject>, items: *const *mut PyObject, n: Py_ssize_t) -> PyResult<Owned> {
        // SAFETY: C passes as many objects.
        let items = unsafe { crate::support::objects_at(items, n.max(0) as usize) };
        Ok(unicode::join_array(Some(&*separator_of(separator)?), items)?.upcast())
    }

    fn PyUnicode_Count(s: &PyObject, part: &PyObject, start: Py_ssize_t, end: Py_ssize_t) -> PyResult<Py_ssize_t> { Ok(unicode::search::count(str_of(s)?, str_of(part)?, start, end) as Py_ssize_t) }

    fn PyUnicode_Find(s: &PyObject, part: &PyObject, start: Py_ssize_t, end: Py_ssize_t, direction: c_int) -> Py_ssize_t {
        // -2 tells of an error, -1 of nothing found.
        let find = || PyResult::Ok(unicode::search::find(str_of(s)?, str_of(part)?, start, end, direction).map_or(-1, |i| i as Py_ssize_t));
        find().unwrap_or(-2)
    }

    fn PyUnicode_Tailmatch(s: &PyObject, part: &PyObject, start: Py_ssize_t, end: Py_ssize_t, direction: c_int) -> PyResult<Py_ssize_t> {
        Ok(Py_ssize_t::from(unicode::search::tail_match(str_of(s)?, str_of(part)?, start, end, direction > 0)))
    }

    fn PyUnicode_Contains(s: &PyObject, part: &PyObject) -> PyResult<bool> {
        // The part is looked at first.
        let empty;
        let s = if PyUnicodeObject::check(part) { str_of(s)? } else { empty = unicode::empty()?; &*empty };
        unicode::search::contains(s, part)
    }
    fn PyUnicode_Replace(s: &PyObject, from: &PyObject, to: &PyObject, max: Py_ssize_t) -> PyResult<Owned> { Ok(unicode::search::replace(str_of(s)?, str_of(from)?, str_of(to)?, max)?.upcast()) }
    fn PyUnicode_Translate(s: &PyObject, table: &PyObject, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::translate::translate_with(str_of(s)?, table, optional!(errors))?.upcast()) }
    fn PyUnicode_TranslateCharmap(text: *const wchar_t, size: Py_ssize_t, table: &PyObject, errors: Option<&CStr>) -> PyResult<Owned> { Ok(unicode::translate::translate_with(&*from_unicode(text, size)?, table, optional!(errors))?.upcast()) }
    fn PyUnicode_Format(format: &PyObject, args: &PyObject) -> PyResult<Owned> { Ok(format::percent::format(str_of(format)?, args)?.upcast()) }
    fn PyUnicode_IsIdentifier(s: Str<'_>) -> bool { unicode::case::is_identifier(&s) }

    fn PyUnicode_TransformDecimalToASCII(text: *mut wchar_t, size: Py_ssize_t) -> PyResult<Owned<PyUnicodeObject>> {
        let digits: Vec<wchar_t> = wide(text, size)
            .iter()
            .map(|c| unicode::tables::to_decimal(*c as u32).map_or(*c, |d| wchar_t::from(b'0' + d)))
            .collect();
        unicode::from_wide(&digits)
    }
}
