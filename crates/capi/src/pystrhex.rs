//! `pystrhex.h`, `pystrcmp.h`, `pyerrors.h` (`PyOS_snprintf`), `pyhash.h`, `pyctype.h`: small things on plain memory.

use crate::prelude::*;
use crate::support::bytes_at;

unsafe extern "C" {
    fn vsnprintf(
        buffer: *mut c_char,
        size: usize,
        format: *const c_char,
        list: *mut va_list_tag,
    ) -> c_int;
}

/// `snprintf` that always ends the buffer with NUL.
unsafe extern "C" fn print(
    buffer: *mut c_char,
    size: usize,
    format: *const c_char,
    list: *mut va_list_tag,
) -> c_int {
    if size > c_int::MAX as usize {
        // SAFETY: C passes a buffer of that size.
        unsafe { buffer.add(size - 1).write(0) };
        return -666;
    }
    // SAFETY: C passes a buffer of that size, a format, and arguments that belong to it.
    unsafe {
        let length = vsnprintf(buffer, size, format, list);
        if size > 0 {
            buffer.add(size - 1).write(0);
        }
        length
    }
}

variadic! {
    fn PyOS_snprintf(buffer, size, format; ...) = print;
}

fn lower(byte: c_char) -> c_int {
    c_int::from((byte as u8).to_ascii_lowercase())
}

capi! {
    fn PyOS_vsnprintf(buffer: *mut c_char, size: usize, format: *const c_char, list: *mut va_list_tag) -> c_int {
        // SAFETY: as in C.
        unsafe { print(buffer, size, format, list) }
    }

    fn PyOS_mystricmp(a: *const c_char, b: *const c_char) -> c_int {
        // SAFETY: C passes strings that end in NUL.
        unsafe {
            let mut i = 0;
            while *a.add(i) != 0 && lower(*a.add(i)) == lower(*b.add(i)) {
                i += 1;
            }
            lower(*a.add(i)) - lower(*b.add(i))
        }
    }

    fn PyOS_mystrnicmp(a: *const c_char, b: *const c_char, size: Py_ssize_t) -> c_int {
        // SAFETY: C passes strings that end in NUL.
        unsafe {
            for i in 0..size.max(0) as usize {
                let difference = lower(*a.add(i)) - lower(*b.add(i));
                if difference != 0 || *a.add(i) == 0 {
                    return difference;
                }
            }
        }
        0
    }

    fn _Py_strhex(data: *const c_char, size: Py_ssize_t) -> PyResult<Owned> { Ok(unicode::from_ascii(&hex(data, size))?.upcast()) }
    fn _Py_strhex_bytes(data: *const c_char, size: Py_ssize_t) -> PyResult<Owned> { Ok(bytes::from_slice(&hex(data, size))?.upcast()) }

    fn _Py_strhex_with_sep(data: *const c_char, size: Py_ssize_t, separator: Option<&PyObject>, every: c_int) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        Ok(bytes::shared::hex(unsafe { bytes_at(data, size) }, separator, every as isize)?.upcast())
    }

    fn _Py_strhex_bytes_with_sep(data: *const c_char, size: Py_ssize_t, separator: Option<&PyObject>, every: c_int) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        let text = bytes::shared::hex(unsafe { bytes_at(data, size) }, separator, every as isize)?;
        Ok(bytes::from_slice(unicode::as_utf8(&text)?.as_bytes())?.upcast())
    }

    fn _Py_HashBytes(data: *const c_void, size: Py_ssize_t) -> Py_hash_t {
        // SAFETY: C passes as many bytes.
        hash::bytes(unsafe { bytes_at(data.cast(), size) })
    }

    fn _Py_HashDouble(value: f64) -> Py_hash_t { hash::double(value) }
    fn _Py_HashPointer(pointer: *mut c_void) -> Py_hash_t { hash::pointer(pointer) }
}

fn hex(data: *const c_char, size: Py_ssize_t) -> Vec<u8> {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    // SAFETY: C passes as many bytes.
    let data = unsafe { bytes_at(data, size) };
    data.iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)], DIGITS[usize::from(b & 15)]])
        .collect()
}
