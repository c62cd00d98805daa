//! The wchar_t interface from before PEP 393: strings that are filled through a wchar_t buffer and
//! get their final form at the first look, and wchar_t copies of strings that C code asks for.
//! A wchar_t holds a whole code point on this platform.

use super::layout::{self, Chars, State, chars, compact_head, head, set_state, state};
use super::{Kind, PyUnicode_Type, from_units};
use crate::prelude::*;
use crate::strlib;
use crate::{err, mem, on_chars};
use std::ptr;

const WCHAR: usize = size_of::<libc::wchar_t>();

/// `PyUnicode_FromUnicode(NULL, size)`: a string whose `size` wchar_t units the caller still writes.
pub fn new_legacy(size: usize) -> PyResult<Owned<PyUnicodeObject>> {
    let o: Owned<PyUnicodeObject> = mem::new_object(&PyUnicode_Type)?;
    head(&o).hash.set(-1);
    set_state(&o, State::new(0, false, false, false));
    let buffer = alloc_units(size)?;
    // SAFETY: the buffer has `size + 1` units; all of them are zeroed.
    unsafe { buffer.write_bytes(0, size + 1) };
    head(&o).wstr.set(buffer.cast());
    if let Some(c) = compact_head(&o) {
        c.wstr_length.set(size as Py_ssize_t);
    }
    Ok(o)
}

fn alloc_units(size: usize) -> PyResult<*mut u32> {
    let bytes = size.checked_add(1).and_then(|n| n.checked_mul(WCHAR));
    let p = bytes
        .filter(|&n| n <= isize::MAX as usize)
        .map_or(ptr::null_mut(), mem::object_alloc);
    if p.is_null() {
        Err(err::no_memory())
    } else {
        Ok(p.cast())
    }
}

/// `_PyUnicode_Ready`.
pub fn ready(o: &PyUnicodeObject) -> PyResult<()> {
    let (Some(c), false) = (compact_head(o), state(o).ready()) else {
        return Ok(());
    };
    let wide = head(o).wstr.get().cast::<u32>();
    let n = c.wstr_length.get() as usize;
    // SAFETY: a string that is not ready has `wstr_length` units at `wstr`.
    let units = unsafe { std::slice::from_raw_parts(wide, n) };
    let largest = units.iter().copied().max().unwrap_or(0);
    if largest > 0x10_ffff {
        return Err(raise!(
            ValueError,
            "character U+{largest:x} is not in range [U+0000; U+10ffff]"
        ));
    }
    let kind = Kind::of(largest);
    let ascii = largest < 0x80;
    if kind == Kind::Four {
        o.data.set(wide.cast());
    } else {
        let width = kind as usize;
        let data = mem::object_alloc((n + 1) * width);
        if data.is_null() {
            return Err(err::no_memory());
        }
        // SAFETY: `data` has room for `n + 1` units of this width.
        unsafe {
            match kind {
                Kind::One => layout::copy_units(units, data),
                _ => layout::copy_units(units, data.cast::<u16>()),
            }
            data.add(n * width).write_bytes(0, width);
        }
        o.data.set(data.cast());
        head(o).wstr.set(ptr::null_mut());
        c.wstr_length.set(0);
        if ascii {
            c.utf8.set(data.cast());
            c.utf8_length.set(n as Py_ssize_t);
        }
        // SAFETY: the block came from `alloc_units` or the C API's allocation of the same domain.
        unsafe { mem::object_free(wide.cast()) };
    }
    head(o).length.set(n as Py_ssize_t);
    set_state(o, State::new(kind as u32, false, ascii, true));
    Ok(())
}

/// `ready` for readers, which cannot fail.
#[cold]
#[inline(never)]
pub(super) fn ready_or_abort(o: &PyUnicodeObject) -> State {
    if ready(o).is_err() {
        err::fatal("a string of the wchar_t interface cannot be converted");
    }
    state(o)
}

/// `PyUnicode_AsUnicodeAndSize`: the wchar_t form, kept in the object, and its length.
pub fn as_wchar(o: &PyUnicodeObject) -> PyResult<(*mut libc::wchar_t, usize)> {
    let h = head(o);
    if h.wstr.get().is_null() {
        let text = chars(o);
        let buffer = alloc_units(text.len())?;
        // SAFETY: the buffer has room for the units and a zero.
        unsafe {
            on_chars!(text, c => layout::copy_units(c, buffer));
            buffer.add(text.len()).write(0);
        }
        h.wstr.set(buffer.cast());
        if let Some(c) = compact_head(o) {
            c.wstr_length.set(text.len() as Py_ssize_t);
        }
    }
    let n = match compact_head(o) {
        Some(c) => c.wstr_length.get(),
        None => h.length.get(),
    };
    Ok((h.wstr.get().cast(), n as usize))
}

/// Frees the wchar_t form unless the units themselves serve as one.
pub(super) fn drop_wstr(o: &PyUnicodeObject) {
    let st = state(o);
    let wide = head(o).wstr.get();
    if wide.is_null() {
        return;
    }
    if st.ready() && layout::data_ptr(o, st).cast() == wide {
        return;
    }
    head(o).wstr.set(ptr::null_mut());
    if let Some(c) = compact_head(o) {
        c.wstr_length.set(0);
    }
    // SAFETY: a wchar_t form that is not the data is a block of its own.
    unsafe { mem::object_free(wide.cast()) };
}

/// Frees the blocks that hang off a dying string.
pub(super) fn drop_parts(o: &PyUnicodeObject) {
    drop_wstr(o);
    let Some(c) = compact_head(o) else {
        return;
    };
    let st = state(o);
    let data = if st.compact() {
        ptr::null_mut()
    } else {
        o.data.get().cast::<u8>()
    };
    let utf8 = c.utf8.get().cast::<u8>();
    // SAFETY: the UTF-8 form is a block of its own unless it is the data of an ASCII string; the data of a string that
    // is not compact is a block of its own.
    unsafe {
        if !utf8.is_null() && utf8 != data {
            mem::object_free(utf8);
        }
        if !data.is_null() {
            mem::object_free(data);
        }
    }
}

/// `PyUnicode_FromWideChar`: code points from wchar_t, which must be in range.
pub fn from_wide(text: &[libc::wchar_t]) -> PyResult<Owned<PyUnicodeObject>> {
    // SAFETY: wchar_t is a 32-bit integer here.
    let units = unsafe { std::slice::from_raw_parts(text.as_ptr().cast::<u32>(), text.len()) };
    if let Some(bad) = units.iter().find(|&&c| c > 0x10_ffff) {
        return Err(raise!(
            ValueError,
            "character U+{bad:x} is not in range [U+0000; U+10ffff]"
        ));
    }
    debug_assert!(strlib::max_char(units) <= 0x10_ffff);
    from_units(units)
}

/// A zero-terminated wchar_t string.
///
/// # Safety
/// `text` points to a zero-terminated string.
pub unsafe fn from_wchar(text: *const libc::wchar_t) -> PyResult<Owned<PyUnicodeObject>> {
    // SAFETY: zero-terminated by the contract, so all units before the zero may be read.
    unsafe { from_wide(std::slice::from_raw_parts(text, libc::wcslen(text))) }
}

/// `PyUnicode_AsWideCharString`: the text as wchar_t units with a final zero, and whether it has others.
pub fn to_wide(o: &PyUnicodeObject) -> (Vec<libc::wchar_t>, bool) {
    let text: Chars<'_> = chars(o);
    let mut v: Vec<libc::wchar_t> = text.iter().map(|c| c as libc::wchar_t).collect();
    let zeros = v.contains(&0);
    v.push(0);
    (v, zeros)
}

/// Makes an instance of a subclass of str with the text of `from`: the form whose data is a block of its own.
pub(super) fn new_subtype(ty: &PyTypeObject, from: &PyUnicodeObject) -> PyResult<Owned> {
    let text = chars(from);
    let (width, ascii) = (text.kind() as usize, state(from).ascii());
    let alloc = mem::alloc_by_type(ty, 0)?;
    let Some(bytes) = text.len().checked_add(1).and_then(|n| n.checked_mul(width)) else {
        return Err(err::no_memory());
    };
    // SAFETY: an instance of a subclass of str has str's layout in front.
    let o = unsafe { alloc.cast_ref::<PyUnicodeObject>() };
    set_state(o, State::new(width as u32, false, ascii, true));
    let data = mem::object_alloc(bytes);
    if data.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: `data` has room for the units and a final zero one.
    unsafe {
        ptr::copy_nonoverlapping(text.bytes().as_ptr(), data, bytes - width);
        data.add(bytes - width).write_bytes(0, width);
    }
    o.data.set(data.cast());
    head(o).length.set(text.len() as Py_ssize_t);
    head(o).hash.set(head(from).hash.get());
    if let Some(c) = compact_head(o) {
        if ascii {
            c.utf8.set(data.cast());
            c.utf8_length.set(text.len() as Py_ssize_t);
        }
        if width == WCHAR {
            head(o).wstr.set(data.cast());
            c.wstr_length.set(text.len() as Py_ssize_t);
        }
    }
    Ok(alloc)
}
