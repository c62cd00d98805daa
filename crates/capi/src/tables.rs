//! Exported tables: `pyctype.h`, `codecs.h`, `longobject.h`, `token.h` and others.

use crate::prelude::*;

/// The class of each ASCII byte.
const fn class(byte: u8) -> c_uint {
    let bits = match byte {
        b'a'..=b'f' => PY_CTF_LOWER | PY_CTF_XDIGIT,
        b'A'..=b'F' => PY_CTF_UPPER | PY_CTF_XDIGIT,
        b'g'..=b'z' => PY_CTF_LOWER,
        b'G'..=b'Z' => PY_CTF_UPPER,
        b'0'..=b'9' => PY_CTF_DIGIT | PY_CTF_XDIGIT,
        9..=13 | b' ' => PY_CTF_SPACE,
        _ => 0,
    };
    bits as c_uint
}

const fn lower(byte: u8) -> u8 {
    byte.to_ascii_lowercase()
}

const fn upper(byte: u8) -> u8 {
    byte.to_ascii_uppercase()
}

/// What a byte is as a digit of bases up to 36; 37 for none.
const fn digit(byte: u8) -> u8 {
    match byte {
        b'0'..=b'9' => byte - b'0',
        b'a'..=b'z' => byte - b'a' + 10,
        b'A'..=b'Z' => byte - b'A' + 10,
        _ => 37,
    }
}

/// What `str.split` takes for white space.
const fn white(byte: u8) -> u8 {
    matches!(byte, 9..=13 | 28..=32) as u8
}

/// A table of `N` bytes by one of the functions above.
macro_rules! table {
    ($ty:ty, $n:literal, $of:ident) => {{
        let mut table = [0 as $ty; $n];
        let mut i = 0;
        while i < $n {
            table[i] = $of(i as u8);
            i += 1;
        }
        table
    }};
}

#[unsafe(no_mangle)]
pub static _Py_ctype_table: [c_uint; 256] = table!(c_uint, 256, class);
#[unsafe(no_mangle)]
pub static _Py_ctype_tolower: [u8; 256] = table!(u8, 256, lower);
#[unsafe(no_mangle)]
pub static _Py_ctype_toupper: [u8; 256] = table!(u8, 256, upper);
#[unsafe(no_mangle)]
pub static _Py_ascii_whitespace: [u8; 128] = table!(u8, 128, white);
#[unsafe(no_mangle)]
pub static _PyLong_DigitValue: Global<[u8; 256]> = Global::new(table!(u8, 256, digit));
#[unsafe(no_mangle)]
pub static Py_hexdigits: Global<*const c_char> = Global::new(c"0123456789abcdef".as_ptr());
#[unsafe(no_mangle)]
pub static _Py_SwappedOp: Global<[c_int; 6]> =
    Global::new([Py_GT, Py_GE, Py_EQ, Py_NE, Py_LT, Py_LE]);
#[unsafe(no_mangle)]
pub static _PySys_ImplName: Global<*const c_char> = Global::new(c"cpython".as_ptr());
#[unsafe(no_mangle)]
pub static _PySys_ImplCacheTag: Global<*const c_char> = Global::new(c"cpython-38".as_ptr());
#[unsafe(no_mangle)]
pub static _Py_open_cloexec_works: Global<c_int> = Global::new(1);
/// CPython's linker finds these functions by tables that nobody reads.
#[unsafe(no_mangle)]
pub static _PyOS_mystrnicmp_hack: Table<
    unsafe extern "C" fn(*const c_char, *const c_char, Py_ssize_t) -> c_int,
> = Table(crate::pystrhex::PyOS_mystrnicmp);
#[unsafe(no_mangle)]
pub static _Py_abstract_hack: Table<unsafe extern "C" fn(*mut PyObject) -> Py_ssize_t> =
    Table(crate::abstract_::PyObject_Size);
