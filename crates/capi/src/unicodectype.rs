//! `cpython/unicodeobject.h`: the classes and cases of characters.

use crate::prelude::*;
use libc::wchar_t;
use unicode::tables;

/// Stores an expansion of at most three characters; how many.
fn expand(expansion: fn(u32, &mut [u32; 3]) -> usize, ch: u32, out: *mut Py_UCS4) -> c_int {
    let mut chars = [0; 3];
    let n = expansion(ch, &mut chars).min(3);
    // SAFETY: C passes room for three characters.
    unsafe { out.copy_from_nonoverlapping(chars.as_ptr(), n) };
    n as c_int
}

capi! {
    fn _PyUnicode_IsAlpha(ch: Py_UCS4) -> bool { tables::is_alpha(ch) }
    fn _PyUnicode_IsCased(ch: Py_UCS4) -> bool { tables::is_cased(ch) }
    fn _PyUnicode_IsCaseIgnorable(ch: Py_UCS4) -> bool { tables::is_case_ignorable(ch) }
    fn _PyUnicode_IsDecimalDigit(ch: Py_UCS4) -> bool { tables::is_decimal(ch) }
    fn _PyUnicode_IsDigit(ch: Py_UCS4) -> bool { tables::is_digit(ch) }
    fn _PyUnicode_IsLinebreak(ch: Py_UCS4) -> bool { tables::is_linebreak(ch) }
    fn _PyUnicode_IsLowercase(ch: Py_UCS4) -> bool { tables::is_lower(ch) }
    fn _PyUnicode_IsNumeric(ch: Py_UCS4) -> bool { tables::is_numeric(ch) }
    fn _PyUnicode_IsPrintable(ch: Py_UCS4) -> bool { tables::is_printable(ch) }
    fn _PyUnicode_IsTitlecase(ch: Py_UCS4) -> bool { tables::is_title(ch) }
    fn _PyUnicode_IsUppercase(ch: Py_UCS4) -> bool { tables::is_upper(ch) }
    fn _PyUnicode_IsWhitespace(ch: Py_UCS4) -> bool { tables::is_space(ch) }
    fn _PyUnicode_IsXidContinue(ch: Py_UCS4) -> bool { tables::is_xid_continue(ch) }
    fn _PyUnicode_IsXidStart(ch: Py_UCS4) -> bool { tables::is_xid_start(ch) }
    fn _PyUnicode_ToDecimalDigit(ch: Py_UCS4) -> c_int { tables::to_decimal(ch).map_or(-1, c_int::from) }
    fn _PyUnicode_ToDigit(ch: Py_UCS4) -> c_int { tables::to_digit(ch).map_or(-1, c_int::from) }
    fn _PyUnicode_ToNumeric(ch: Py_UCS4) -> f64 { tables::to_numeric(ch).unwrap_or(-1.0) }
    fn _PyUnicode_ToLowercase(ch: Py_UCS4) -> Py_UCS4 { tables::to_lower(ch) }
    fn _PyUnicode_ToUppercase(ch: Py_UCS4) -> Py_UCS4 { tables::to_upper(ch) }
    fn _PyUnicode_ToTitlecase(ch: Py_UCS4) -> Py_UCS4 { tables::to_title(ch) }
    fn _PyUnicode_ToFoldedFull(ch: Py_UCS4, out: *mut Py_UCS4) -> c_int { expand(tables::fold_full, ch, out) }
    fn _PyUnicode_ToLowerFull(ch: Py_UCS4, out: *mut Py_UCS4) -> c_int { expand(tables::lower_full, ch, out) }
    fn _PyUnicode_ToTitleFull(ch: Py_UCS4, out: *mut Py_UCS4) -> c_int { expand(tables::title_full, ch, out) }
    fn _PyUnicode_ToUpperFull(ch: Py_UCS4, out: *mut Py_UCS4) -> c_int { expand(tables::upper_full, ch, out) }

    fn Py_UNICODE_strlen(s: *const wchar_t) -> usize {
        // SAFETY: C passes a string that ends in NUL.
        unsafe { libc::wcslen(s) }
    }

    fn Py_UNICODE_strcpy(to: *mut wchar_t, from: *const wchar_t) -> *mut wchar_t {
        // SAFETY: C passes a string that ends in NUL, and room for it.
        unsafe { to.copy_from(from, libc::wcslen(from) + 1) };
        to
    }

    fn Py_UNICODE_strcat(to: *mut wchar_t, from: *const wchar_t) -> *mut wchar_t {
        // SAFETY: C passes strings that end in NUL, and room for both.
        unsafe { to.add(libc::wcslen(to)).copy_from(from, libc::wcslen(from) + 1) };
        to
    }

    fn Py_UNICODE_strncpy(to: *mut wchar_t, from: *const wchar_t, n: usize) -> *mut wchar_t {
        // SAFETY: C passes a string that ends in NUL, and room for `n` characters.
        unsafe {
            let length = libc::wcslen(from).min(n);
            to.copy_from(from, length);
            to.add(length).write_bytes(0, n - length);
        }
        to
    }

    fn Py_UNICODE_strcmp(a: *const wchar_t, b: *const wchar_t) -> c_int { compare(a, b, usize::MAX) }
    fn Py_UNICODE_strncmp(a: *const wchar_t, b: *const wchar_t, n: usize) -> c_int { compare(a, b, n) }

    fn Py_UNICODE_strchr(s: *const wchar_t, ch: wchar_t) -> *mut wchar_t {
        find(s, |text| text.iter().position(|c| *c == ch))
    }

    fn Py_UNICODE_strrchr(s: *const wchar_t, ch: wchar_t) -> *mut wchar_t {
        find(s, |text| text.iter().rposition(|c| *c == ch))
    }
}

/// The characters of a wide string, with its NUL.
fn text<'a>(s: *const wchar_t) -> &'a [wchar_t] {
    // SAFETY: C passes a string that ends in NUL.
    unsafe { std::slice::from_raw_parts(s, libc::wcslen(s) + 1) }
}

fn compare(a: *const wchar_t, b: *const wchar_t, n: usize) -> c_int {
    let (a, b) = (text(a), text(b));
    a[..n.min(a.len())].cmp(&b[..n.min(b.len())]) as c_int
}

fn find(s: *const wchar_t, search: impl FnOnce(&[wchar_t]) -> Option<usize>) -> *mut wchar_t {
    let text = text(s);
    let found = search(&text[..text.len() - 1]);
    found.map_or(std::ptr::null_mut(), |i| s.cast_mut().wrapping_add(i))
}
