//! The locale, and the encodings that follow from it.

use super::{environment, list_bytes, set_default};
use pyrite_abi::*;
use pyrite_runtime::tstate::_PyRuntime;
use std::ffi::{CStr, CString};

fn current_ctype() -> Vec<u8> {
    // SAFETY: asks only; the result is a string or null.
    unsafe {
        let p = libc::setlocale(libc::LC_CTYPE, std::ptr::null());
        if p.is_null() {
            Vec::new()
        } else {
            CStr::from_ptr(p).to_bytes().to_vec()
        }
    }
}

fn set_ctype(name: &str) -> bool {
    let name = CString::new(name).unwrap_or_default();
    // SAFETY: a NUL-terminated string; called at start, before other threads.
    unsafe { !libc::setlocale(libc::LC_CTYPE, name.as_ptr()).is_null() }
}

/// Takes the user's LC_CTYPE. Where that is the C locale, a UTF-8 one takes its place (PEP 538), for child processes too.
pub fn configure() {
    set_ctype("");
    if current_ctype() != b"C" {
        return;
    }
    let wanted = std::env::var_os("PYTHONCOERCECLOCALE").is_none_or(|v| v != "0");
    let forced = std::env::var_os("LC_ALL").is_some_and(|v| !v.is_empty());
    if !wanted || forced {
        return;
    }
    for target in ["C.UTF-8", "C.utf8", "UTF-8"] {
        if set_ctype(target) {
            let (name, value) = (c"LC_CTYPE", CString::new(target).unwrap_or_default());
            // SAFETY: NUL-terminated strings; called at start, before other threads.
            unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) };
            set_ctype("");
            return;
        }
    }
}

fn codeset() -> String {
    // SAFETY: returns a string that lives until the locale changes.
    let name = unsafe { CStr::from_ptr(libc::nl_langinfo(libc::CODESET)) }
        .to_string_lossy()
        .into_owned();
    match name.as_str() {
        "ANSI_X3.4-1968" | "US-ASCII" | "646" => "ascii".to_owned(),
        "UTF-8" | "utf8" | "UTF8" => "utf-8".to_owned(),
        "" => "utf-8".to_owned(),
        _ => name,
    }
}

/// Decides the encodings of file names and of the standard streams.
pub fn read(c: &PyConfig) {
    let ctype = current_ctype();
    let is_c = ctype == b"C" || ctype == b"POSIX";
    let utf8 = environment::utf8_mode(c, &list_bytes(&c.xoptions)).unwrap_or(is_c);
    _PyRuntime.preconfig.utf8_mode.set(i32::from(utf8));
    super::flags::Py_UTF8Mode.0.set(i32::from(utf8));
    let encoding = if utf8 { "utf-8".to_owned() } else { codeset() };
    set_default(&c.filesystem_encoding, encoding.as_bytes());
    set_default(&c.filesystem_errors, b"surrogateescape");
    if let Some(v) = environment::variable(c, "PYTHONIOENCODING") {
        let mut parts = v.splitn(2, |&b| b == b':');
        let (name, errors) = (parts.next().unwrap_or_default(), parts.next());
        if !name.is_empty() {
            set_default(&c.stdio_encoding, name);
        }
        match errors.filter(|e| !e.is_empty()) {
            Some(e) => set_default(&c.stdio_errors, e),
            // An encoding alone means strict.
            None if !name.is_empty() => set_default(&c.stdio_errors, b"strict"),
            None => {}
        }
    }
    set_default(&c.stdio_encoding, encoding.as_bytes());
    let lenient = utf8 || is_c || matches!(ctype.as_slice(), b"C.UTF-8" | b"C.utf8" | b"UTF-8");
    set_default(
        &c.stdio_errors,
        if lenient {
            b"surrogateescape"
        } else {
            b"strict"
        },
    );
}
