//! `fileutils.h`, `internal/pycore_fileutils.h`: text of the system and wide strings, with every error handler that C names; files
//! by wide names.

use crate::prelude::*;
use crate::support::bytes_at;
use libc::wchar_t;
use mem::Domain;

/// Why text cannot be coded: at which place, and the words for it.
type Bad = (usize, &'static CStr);

/// What C's status numbers stand for.
const OK: c_int = 0;
const NO_MEMORY: c_int = -1;
const INVALID: c_int = -2;
const UNKNOWN_HANDLER: c_int = -3;

/// Copies text into memory of a domain, with a NUL.
fn copy<T: Copy + Default>(domain: Domain, text: &[T]) -> *mut T {
    let block = mem::malloc(domain, (text.len() + 1) * size_of::<T>()).cast::<T>();
    if !block.is_null() {
        // SAFETY: the block has room for the text and a NUL.
        unsafe {
            block.copy_from_nonoverlapping(text.as_ptr(), text.len());
            block.add(text.len()).write(T::default());
        }
    }
    block
}

/// The two bytes behind the first of a surrogate that is written as UTF-8 does not allow.
fn surrogate_at(input: &[u8]) -> Option<wchar_t> {
    match *input.get(..3)? {
        [0xED, b @ 0xA0..=0xBF, c @ 0x80..=0xBF] => {
            Some(0xD000 | wchar_t::from(b & 0x3F) << 6 | wchar_t::from(c & 0x3F))
        }
        _ => None,
    }
}

/// Why the bytes from `at` on are no UTF-8.
fn utf8_flaw(input: &[u8], at: usize) -> Bad {
    let rest = input.get(at..).unwrap_or(&[]);
    let why = match (std::str::from_utf8(rest), rest.first()) {
        (_, Some(0x80..=0xC1 | 0xF5..=0xFF)) => c"invalid start byte",
        (Err(e), _) if e.error_len().is_none() => c"unexpected end of data",
        _ => c"invalid continuation byte",
    };
    (at, why)
}

/// UTF-8 to wide characters.
fn decode_utf8(input: &[u8], errors: _Py_error_handler) -> Result<Vec<wchar_t>, Bad> {
    let mut out = Vec::with_capacity(input.len());
    let mut at = 0;
    for chunk in input.utf8_chunks() {
        out.extend(chunk.valid().chars().map(|c| c as wchar_t));
        at += chunk.valid().len();
        let mut rest = chunk.invalid();
        while let Some((&byte, tail)) = rest.split_first() {
            match errors {
                _Py_ERROR_SURROGATEESCAPE => out.push(0xDC00 + wchar_t::from(byte)),
                _Py_ERROR_SURROGATEPASS => {
                    // Chunks end inside a surrogate: its bytes come one by one.
                    let start = at;
                    match surrogate_at(&input[start..]) {
                        Some(ch) => out.push(ch),
                        None if (0x80..0xC0).contains(&byte)
                            && at >= 1
                            && surrogate_before(input, at) => {}
                        None => return Err(utf8_flaw(input, at)),
                    }
                }
                _ => return Err(utf8_flaw(input, at)),
            }
            at += 1;
            rest = tail;
        }
    }
    Ok(out)
}

/// Is the byte the second or third of a surrogate?
fn surrogate_before(input: &[u8], at: usize) -> bool {
    (1..=2).any(|n| at >= n && surrogate_at(&input[at - n..]).is_some())
}

/// Wide characters to UTF-8.
fn encode_utf8(text: &[wchar_t], errors: _Py_error_handler) -> Result<Vec<u8>, Bad> {
    let mut out = Vec::with_capacity(text.len());
    for (at, ch) in text.iter().enumerate() {
        let value = *ch as u32;
        match (char::from_u32(value), errors) {
            (Some(c), _) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            (None, _Py_ERROR_SURROGATEESCAPE) if (0xDC80..=0xDCFF).contains(&value) => {
                out.push((value - 0xDC00) as u8)
            }
            (None, _Py_ERROR_SURROGATEPASS) if (0xD800..=0xDFFF).contains(&value) => out
                .extend_from_slice(&[
                    0xED,
                    0x80 | (value >> 6 & 0x3F) as u8,
                    0x80 | (value & 0x3F) as u8,
                ]),
            _ => return Err((at, c"encoding error")),
        }
    }
    Ok(out)
}

fn known(errors: _Py_error_handler) -> bool {
    matches!(errors, _Py_ERROR_STRICT | _Py_ERROR_SURROGATEESCAPE)
}

/// The locale's encoding to wide characters, by the C library.
fn decode_locale(input: &CStr, errors: _Py_error_handler) -> Result<Vec<wchar_t>, Bad> {
    unsafe extern "C" {
        fn mbrtowc(to: *mut wchar_t, from: *const c_char, n: usize, state: *mut [u64; 2]) -> usize;
    }
    let bytes = input.to_bytes();
    let mut state = [0u64; 2];
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        let mut ch: wchar_t = 0;
        // SAFETY: the rest of the string, and a conversion state (of at most 16 bytes) that starts as zeros.
        let n = unsafe {
            mbrtowc(
                &mut ch,
                bytes[at..].as_ptr().cast(),
                bytes.len() - at,
                &mut state,
            )
        };
        if n == 0 {
            break;
        }
        if n >= usize::MAX - 1 || (0xD800..=0xDFFF).contains(&ch) {
            if errors == _Py_ERROR_STRICT {
                return Err((at, c"decoding error"));
            }
            // An invalid byte, or the rest of the string is no whole character.
            out.push(0xDC00 + wchar_t::from(bytes[at]));
            state = [0; 2];
            at += 1;
        } else {
            out.push(ch);
            at += n;
        }
    }
    Ok(out)
}

/// Wide characters to the locale's encoding, by the C library.
fn encode_locale(text: &[wchar_t], errors: _Py_error_handler) -> Result<Vec<u8>, Bad> {
    unsafe extern "C" {
        fn wcrtomb(to: *mut c_char, ch: wchar_t, state: *mut [u64; 2]) -> usize;
    }
    let mut state = [0u64; 2];
    let mut out = Vec::new();
    for (at, &ch) in text.iter().enumerate() {
        if errors == _Py_ERROR_SURROGATEESCAPE && (0xDC80..=0xDCFF).contains(&ch) {
            out.push((ch - 0xDC00) as u8);
            continue;
        }
        let mut buffer = [0u8; 16];
        // SAFETY: no locale's characters are longer; the state starts as zeros.
        let n = unsafe { wcrtomb(buffer.as_mut_ptr().cast(), ch, &mut state) };
        if n == usize::MAX {
            return Err((at, c"encoding error"));
        }
        out.extend_from_slice(&buffer[..n]);
    }
    Ok(out)
}

/// Does the interpreter take text of the system for UTF-8, whatever the locale?
fn utf8(current_locale: c_int) -> bool {
    current_locale == 0 && config::flags::Py_UTF8Mode.0.get() > 0
}

fn decoded(
    result: Result<Vec<wchar_t>, Bad>,
    wide: &Out<*mut wchar_t>,
    length: &Out<usize>,
    reason: &Out<*const c_char>,
) -> c_int {
    match result {
        Ok(text) => {
            let block = copy(Domain::Raw, &text);
            if block.is_null() {
                return NO_MEMORY;
            }
            wide.set(block);
            length.set(text.len());
            OK
        }
        Err((at, why)) => {
            length.set(at);
            reason.set(why.as_ptr());
            INVALID
        }
    }
}

fn encoded(
    result: Result<Vec<u8>, Bad>,
    domain: Domain,
    text: &Out<*mut c_char>,
    place: &Out<usize>,
    reason: &Out<*const c_char>,
) -> c_int {
    match result {
        Ok(bytes) => {
            let block = copy(domain, &bytes);
            if block.is_null() {
                return NO_MEMORY;
            }
            text.set(block.cast());
            OK
        }
        Err((at, why)) => {
            place.set(at);
            reason.set(why.as_ptr());
            INVALID
        }
    }
}

fn wide_of<'a>(text: *const wchar_t) -> &'a [wchar_t] {
    // SAFETY: C passes a string that ends in NUL.
    unsafe { config::wide_slice(text) }.unwrap_or(&[])
}

/// A wide name as the system takes it.
fn system(name: *const wchar_t) -> std::ffi::CString {
    config::c_string(&config::encode(wide_of(name)))
}

/// Puts a text where C has room for `size` characters; null if it does not fit.
fn place(text: &[u8], buffer: *mut wchar_t, size: usize) -> Option<usize> {
    let wide = config::decode(text);
    if wide.len() >= size {
        // SAFETY: errno is the thread's own.
        unsafe { *libc::__errno_location() = libc::EINVAL };
        return None;
    }
    // SAFETY: C has room for as many characters.
    unsafe {
        buffer.copy_from_nonoverlapping(wide.as_ptr(), wide.len());
        buffer.add(wide.len()).write(0);
    }
    Some(wide.len())
}

capi! {
    fn _Py_DecodeLocaleEx(input: &CStr, wide: Out<*mut wchar_t>, length: Out<usize>, reason: Out<*const c_char>, current_locale: c_int, errors: _Py_error_handler) -> c_int {
        if utf8(current_locale) {
            if !known(errors) && errors != _Py_ERROR_SURROGATEPASS {
                return UNKNOWN_HANDLER;
            }
            return decoded(decode_utf8(input.to_bytes(), errors), &wide, &length, &reason);
        }
        if !known(errors) {
            return UNKNOWN_HANDLER;
        }
        decoded(decode_locale(input, errors), &wide, &length, &reason)
    }

    fn _Py_EncodeLocaleEx(wide: *const wchar_t, text: Out<*mut c_char>, at: Out<usize>, reason: Out<*const c_char>, current_locale: c_int, errors: _Py_error_handler) -> c_int {
        if utf8(current_locale) {
            if !known(errors) && errors != _Py_ERROR_SURROGATEPASS {
                return UNKNOWN_HANDLER;
            }
            return encoded(encode_utf8(wide_of(wide), errors), Domain::Raw, &text, &at, &reason);
        }
        if !known(errors) {
            return UNKNOWN_HANDLER;
        }
        encoded(encode_locale(wide_of(wide), errors), Domain::Raw, &text, &at, &reason)
    }

    fn _Py_DecodeUTF8Ex(input: *const c_char, size: Py_ssize_t, wide: Out<*mut wchar_t>, length: Out<usize>, reason: Out<*const c_char>, errors: _Py_error_handler) -> c_int {
        if !known(errors) && errors != _Py_ERROR_SURROGATEPASS {
            return UNKNOWN_HANDLER;
        }
        // SAFETY: C passes as many bytes.
        decoded(decode_utf8(unsafe { bytes_at(input, size) }, errors), &wide, &length, &reason)
    }

    fn _Py_EncodeUTF8Ex(wide: *const wchar_t, text: Out<*mut c_char>, at: Out<usize>, reason: Out<*const c_char>, raw: c_int, errors: _Py_error_handler) -> c_int {
        if !known(errors) && errors != _Py_ERROR_SURROGATEPASS {
            return UNKNOWN_HANDLER;
        }
        let domain = if raw != 0 { Domain::Raw } else { Domain::Mem };
        encoded(encode_utf8(wide_of(wide), errors), domain, &text, &at, &reason)
    }

    fn _Py_DecodeUTF8_surrogateescape(input: *const c_char, size: Py_ssize_t, length: Out<usize>) -> *mut wchar_t {
        // SAFETY: C passes as many bytes.
        match decode_utf8(unsafe { bytes_at(input, size) }, _Py_ERROR_SURROGATEESCAPE) {
            Ok(text) => {
                length.set(text.len());
                copy(Domain::Raw, &text)
            }
            Err(_) => std::ptr::null_mut(),
        }
    }

    fn _Py_GetForceASCII() -> c_int { 0 }
    fn _Py_ResetForceASCII() {}

    fn _Py_stat(path: &PyObject, place: *mut libc::stat) -> c_int {
        let Ok(name) = crate::unicodeobject::fs_bytes(path) else { return -2 };
        let Some(name) = name.downcast::<PyBytesObject>() else { return -2 };
        // SAFETY: the bytes end in NUL; C passes a place for the result.
        unsafe { libc::stat(bytes::as_ptr(name), place) }
    }

    fn _Py_wfopen(path: *const wchar_t, mode: *const wchar_t) -> *mut libc::FILE {
        let (path, mode) = (system(path), system(mode));
        // SAFETY: both end in NUL.
        let file = unsafe { libc::fopen(path.as_ptr(), mode.as_ptr()) };
        if !file.is_null() {
            // SAFETY: just opened.
            unsafe { libc::fcntl(libc::fileno(file), libc::F_SETFD, libc::FD_CLOEXEC) };
        }
        file
    }

    fn _Py_wgetcwd(buffer: *mut wchar_t, size: usize) -> *mut wchar_t {
        use std::os::unix::ffi::OsStrExt;
        let Ok(here) = std::env::current_dir() else { return std::ptr::null_mut() };
        place(here.as_os_str().as_bytes(), buffer, size).map_or(std::ptr::null_mut(), |_| buffer)
    }

    fn _Py_wreadlink(path: *const wchar_t, buffer: *mut wchar_t, size: usize) -> c_int {
        let mut target = vec![0u8; libc::PATH_MAX as usize];
        // SAFETY: the path ends in NUL, and the buffer has that size.
        let n = unsafe { libc::readlink(system(path).as_ptr(), target.as_mut_ptr().cast(), target.len()) };
        let Ok(n) = usize::try_from(n) else { return -1 };
        place(&target[..n], buffer, size).map_or(-1, |n| n as c_int)
    }

    fn _Py_wrealpath(path: *const wchar_t, buffer: *mut wchar_t, size: usize) -> *mut wchar_t {
        let mut target = vec![0u8; libc::PATH_MAX as usize];
        // SAFETY: the path ends in NUL, and the buffer has the size that realpath asks for.
        let found = unsafe { libc::realpath(system(path).as_ptr(), target.as_mut_ptr().cast()) };
        if found.is_null() {
            return std::ptr::null_mut();
        }
        let n = target.iter().position(|b| *b == 0).unwrap_or(target.len());
        place(&target[..n], buffer, size).map_or(std::ptr::null_mut(), |_| buffer)
    }
}
