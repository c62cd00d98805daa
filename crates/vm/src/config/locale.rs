//! The locale, and the encodings that follow from it.

use super::{environment, set_default};
use libc::wchar_t;
use pyrite_abi::*;
use pyrite_runtime::tstate::_PyRuntime;
use std::ffi::{CStr, CString, c_char};
use std::sync::atomic::{AtomicU8, Ordering};

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

/// Takes the LC_CTYPE that the environment names.
pub fn take_user_ctype() {
    set_ctype("");
}

/// Is LC_CTYPE the C locale?
pub fn is_c() -> bool {
    matches!(current_ctype().as_slice(), b"C" | b"POSIX")
}

/// Puts a UTF-8 locale in the place of C's (PEP 538), for child processes too. `LC_ALL` forbids it.
pub fn coerce(warn: bool) {
    if std::env::var_os("LC_ALL").is_some_and(|v| !v.is_empty()) {
        return;
    }
    for target in ["C.UTF-8", "C.utf8", "UTF-8"] {
        if set_ctype(target) {
            let (name, value) = (c"LC_CTYPE", CString::new(target).unwrap_or_default());
            // SAFETY: NUL-terminated strings; called at start, before other threads.
            unsafe { libc::setenv(name.as_ptr(), value.as_ptr(), 1) };
            if warn {
                pyrite_runtime::tell!(
                    "Python detected LC_CTYPE=C: LC_CTYPE coerced to {target} (set another locale or PYTHONCOERCECLOCALE=0 \
                     to disable this locale coercion behavior)."
                );
            }
            set_ctype("");
            return;
        }
    }
}

/// Says that the C locale stayed, if `PYTHONCOERCECLOCALE=warn` asks for it.
pub fn warn_of_c() {
    if _PyRuntime.preconfig.coerce_c_locale_warn.get() > 0 && is_c() {
        crate::errors::sys_write_stderr(
            "Python runtime initialized with LC_CTYPE=C (a locale with default ASCII encoding), which may cause Unicode \
             compatibility problems. Using C.UTF-8, C.utf8, or UTF-8 (if available) as alternative Unicode-compatible \
             locales is recommended.\n",
        );
    }
}

/// How bytes of the system become the wide strings of a configuration.
#[derive(Clone, Copy, PartialEq)]
pub enum Decoding {
    Utf8,
    Ascii,
    Locale,
}

static DECODING: AtomicU8 = AtomicU8::new(0);

pub fn decoding() -> Decoding {
    match DECODING.load(Ordering::Relaxed) {
        1 => Decoding::Ascii,
        2 => Decoding::Locale,
        _ => Decoding::Utf8,
    }
}

/// Chooses the decoding once the locale is settled.
pub fn choose_decoding(utf8_mode: bool) {
    let n = match codeset().as_str() {
        _ if utf8_mode => 0,
        "utf-8" => 0,
        "ascii" => 1,
        _ => 2,
    };
    DECODING.store(n, Ordering::Relaxed);
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
    let is_c = is_c();
    let utf8 = _PyRuntime.preconfig.utf8_mode.get() > 0;
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

unsafe extern "C" {
    fn mbrtowc(out: *mut wchar_t, s: *const c_char, n: usize, state: *mut libc::c_void) -> usize;
    fn wcrtomb(out: *mut c_char, c: wchar_t, state: *mut libc::c_void) -> usize;
}

/// Room for C's `mbstate_t`; all zero is the initial state.
type ShiftState = [u64; 4];

/// Decodes bytes by the locale; each byte that does not fit becomes a surrogate.
pub fn decode(bytes: &[u8]) -> Vec<wchar_t> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut state: ShiftState = [0; 4];
    let mut rest = bytes;
    while let Some((&first, tail)) = rest.split_first() {
        let mut c: wchar_t = 0;
        // SAFETY: the pointers are valid for the length and the state that go with them.
        let n = unsafe {
            mbrtowc(
                &raw mut c,
                rest.as_ptr().cast(),
                rest.len(),
                state.as_mut_ptr().cast(),
            )
        };
        // 0 is the null character; more than the length is one of C's two error values.
        if n > rest.len() || (0xd800..=0xdfff).contains(&c) {
            out.push(0xdc00 + wchar_t::from(first));
            state = [0; 4];
            rest = tail;
        } else {
            out.push(c);
            rest = rest.get(n.max(1)..).unwrap_or_default();
        }
    }
    out
}

/// The opposite of [`decode`].
pub fn encode(wide: &[wchar_t]) -> Vec<u8> {
    let mut out = Vec::with_capacity(wide.len());
    let mut state: ShiftState = [0; 4];
    for &c in wide {
        if (0xdc80..=0xdcff).contains(&c) {
            out.push((c - 0xdc00) as u8);
            continue;
        }
        let mut buffer = [0u8; 16];
        // SAFETY: the buffer has room for MB_CUR_MAX bytes of any locale.
        let n = unsafe { wcrtomb(buffer.as_mut_ptr().cast(), c, state.as_mut_ptr().cast()) };
        match buffer.get(..n) {
            Some(b) => out.extend_from_slice(b),
            None => out.push(b'?'),
        }
    }
    out
}
