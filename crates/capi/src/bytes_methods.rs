//! `bytes_methods.h`: what the methods of bytes and bytearray share, for C that works on plain memory.

use crate::prelude::*;
use crate::support::bytes_at;
use pyrite_runtime::bytes::shared;

/// The bytes that C passes, for as long as the pointer to them is held.
fn view(data: &*const c_char, size: Py_ssize_t) -> &[u8] {
    // SAFETY: C passes as many bytes, which live for the call.
    unsafe { bytes_at(*data, size) }
}

/// Writes a text of the argument's length.
fn write(result: *mut c_char, text: &[u8]) {
    // SAFETY: C passes room for as many bytes as the argument has; the result is a copy, so they may overlap.
    unsafe { result.cast::<u8>().copy_from(text.as_ptr(), text.len()) };
}

capi! {
    fn _Py_bytes_isspace(data: *const c_char, size: Py_ssize_t) -> Owned {
        let b = view(&data, size);
        bool_from(shared::all(b, |c| shared::is_space(*c)))
    }

    fn _Py_bytes_isalpha(data: *const c_char, size: Py_ssize_t) -> Owned {
        let b = view(&data, size);
        bool_from(shared::all(b, u8::is_ascii_alphabetic))
    }

    fn _Py_bytes_isalnum(data: *const c_char, size: Py_ssize_t) -> Owned {
        let b = view(&data, size);
        bool_from(shared::all(b, u8::is_ascii_alphanumeric))
    }

    fn _Py_bytes_isascii(data: *const c_char, size: Py_ssize_t) -> Owned {
        let b = view(&data, size);
        bool_from(b.is_ascii())
    }

    fn _Py_bytes_isdigit(data: *const c_char, size: Py_ssize_t) -> Owned {
        let b = view(&data, size);
        bool_from(shared::all(b, u8::is_ascii_digit))
    }

    fn _Py_bytes_islower(data: *const c_char, size: Py_ssize_t) -> Owned {
        let b = view(&data, size);
        bool_from(shared::is_lower(b))
    }

    fn _Py_bytes_isupper(data: *const c_char, size: Py_ssize_t) -> Owned {
        let b = view(&data, size);
        bool_from(shared::is_upper(b))
    }

    fn _Py_bytes_istitle(data: *const c_char, size: Py_ssize_t) -> Owned {
        let b = view(&data, size);
        bool_from(shared::is_title(b))
    }

    fn _Py_bytes_lower(result: *mut c_char, data: *const c_char, size: Py_ssize_t) {
        let b = view(&data, size);
        write(result, &b.to_ascii_lowercase());
    }

    fn _Py_bytes_upper(result: *mut c_char, data: *const c_char, size: Py_ssize_t) {
        let b = view(&data, size);
        write(result, &b.to_ascii_uppercase());
    }

    fn _Py_bytes_title(result: *mut c_char, data: *const c_char, size: Py_ssize_t) {
        let b = view(&data, size);
        write(result, &shared::title(b));
    }

    fn _Py_bytes_capitalize(result: *mut c_char, data: *const c_char, size: Py_ssize_t) {
        let b = view(&data, size);
        write(result, &shared::capitalize(b));
    }

    fn _Py_bytes_swapcase(result: *mut c_char, data: *const c_char, size: Py_ssize_t) {
        let b = view(&data, size);
        write(result, &shared::swapcase(b));
    }

    fn _Py_bytes_find(data: *const c_char, size: Py_ssize_t, args: Is<'_, PyTupleObject>) -> PyResult<Owned> {
        let found = shared::find(view(&data, size), "find", tuple::as_slice(&args))?;
        Ok(long::from_ssize_t(found.map_or(-1, |at| at as Py_ssize_t))?.upcast())
    }

    fn _Py_bytes_rfind(data: *const c_char, size: Py_ssize_t, args: Is<'_, PyTupleObject>) -> PyResult<Owned> {
        let found = shared::find(view(&data, size), "rfind", tuple::as_slice(&args))?;
        Ok(long::from_ssize_t(found.map_or(-1, |at| at as Py_ssize_t))?.upcast())
    }

    fn _Py_bytes_index(data: *const c_char, size: Py_ssize_t, args: Is<'_, PyTupleObject>) -> PyResult<Owned> {
        Ok(long::from_usize(shared::index(view(&data, size), "index", tuple::as_slice(&args))?)?.upcast())
    }

    fn _Py_bytes_rindex(data: *const c_char, size: Py_ssize_t, args: Is<'_, PyTupleObject>) -> PyResult<Owned> {
        Ok(long::from_usize(shared::index(view(&data, size), "rindex", tuple::as_slice(&args))?)?.upcast())
    }

    fn _Py_bytes_startswith(data: *const c_char, size: Py_ssize_t, args: Is<'_, PyTupleObject>) -> PyResult<Owned> {
        Ok(bool_from(shared::tail(view(&data, size), "startswith", tuple::as_slice(&args))?))
    }

    fn _Py_bytes_endswith(data: *const c_char, size: Py_ssize_t, args: Is<'_, PyTupleObject>) -> PyResult<Owned> {
        Ok(bool_from(shared::tail(view(&data, size), "endswith", tuple::as_slice(&args))?))
    }

    fn _Py_bytes_count(data: *const c_char, size: Py_ssize_t, args: Is<'_, PyTupleObject>) -> PyResult<Owned> {
        Ok(long::from_usize(shared::count(view(&data, size), tuple::as_slice(&args))?)?.upcast())
    }

    fn _Py_bytes_contains(data: *const c_char, size: Py_ssize_t, o: &PyObject) -> PyResult<bool> { shared::contains(view(&data, size), o) }

    fn _Py_bytes_maketrans(from: &Py_buffer, to: &Py_buffer) -> PyResult<Owned> {
        // SAFETY: C passes filled buffers of contiguous bytes.
        let (from, to) = unsafe { (buffer::slice_of(from), buffer::slice_of(to)) };
        shared::make_trans_of(from, to)
    }
}

#[unsafe(no_mangle)]
pub static _Py_capitalize__doc__: [u8; 124] = *b"B.capitalize() -> copy of B\n\nReturn a copy of B with only its first character capitalized (ASCII)\nand the rest lower-cased.\0";
#[unsafe(no_mangle)]
pub static _Py_count__doc__: [u8; 199] = *b"B.count(sub[, start[, end]]) -> int\n\nReturn the number of non-overlapping occurrences of subsection sub in\nbytes B[start:end].  Optional arguments start and end are interpreted\nas in slice notation.\0";
#[unsafe(no_mangle)]
pub static _Py_endswith__doc__: [u8; 264] = *b"B.endswith(suffix[, start[, end]]) -> bool\n\nReturn True if B ends with the specified suffix, False otherwise.\nWith optional start, test B beginning at that position.\nWith optional end, stop comparing B at that position.\nsuffix can also be a tuple of bytes to try.\0";
#[unsafe(no_mangle)]
pub static _Py_find__doc__: [u8; 239] = *b"B.find(sub[, start[, end]]) -> int\n\nReturn the lowest index in B where subsection sub is found,\nsuch that sub is contained within B[start,end].  Optional\narguments start and end are interpreted as in slice notation.\n\nReturn -1 on failure.\0";
#[unsafe(no_mangle)]
pub static _Py_index__doc__: [u8; 270] = *b"B.index(sub[, start[, end]]) -> int\n\nReturn the lowest index in B where subsection sub is found,\nsuch that sub is contained within B[start,end].  Optional\narguments start and end are interpreted as in slice notation.\n\nRaises ValueError when the subsection is not found.\0";
#[unsafe(no_mangle)]
pub static _Py_isalnum__doc__: [u8; 132] = *b"B.isalnum() -> bool\n\nReturn True if all characters in B are alphanumeric\nand there is at least one character in B, False otherwise.\0";
#[unsafe(no_mangle)]
pub static _Py_isalpha__doc__: [u8; 130] = *b"B.isalpha() -> bool\n\nReturn True if all characters in B are alphabetic\nand there is at least one character in B, False otherwise.\0";
#[unsafe(no_mangle)]
pub static _Py_isascii__doc__: [u8; 98] = *b"B.isascii() -> bool\n\nReturn True if B is empty or all characters in B are ASCII,\nFalse otherwise.\0";
#[unsafe(no_mangle)]
pub static _Py_isdigit__doc__: [u8; 126] = *b"B.isdigit() -> bool\n\nReturn True if all characters in B are digits\nand there is at least one character in B, False otherwise.\0";
#[unsafe(no_mangle)]
pub static _Py_islower__doc__: [u8; 141] = *b"B.islower() -> bool\n\nReturn True if all cased characters in B are lowercase and there is\nat least one cased character in B, False otherwise.\0";
#[unsafe(no_mangle)]
pub static _Py_isspace__doc__: [u8; 130] = *b"B.isspace() -> bool\n\nReturn True if all characters in B are whitespace\nand there is at least one character in B, False otherwise.\0";
#[unsafe(no_mangle)]
pub static _Py_istitle__doc__: [u8; 230] = *b"B.istitle() -> bool\n\nReturn True if B is a titlecased string and there is at least one\ncharacter in B, i.e. uppercase characters may only follow uncased\ncharacters and lowercase characters only cased ones. Return False\notherwise.\0";
#[unsafe(no_mangle)]
pub static _Py_isupper__doc__: [u8; 141] = *b"B.isupper() -> bool\n\nReturn True if all cased characters in B are uppercase and there is\nat least one cased character in B, False otherwise.\0";
#[unsafe(no_mangle)]
pub static _Py_lower__doc__: [u8; 93] = *b"B.lower() -> copy of B\n\nReturn a copy of B with all ASCII characters converted to lowercase.\0";
#[unsafe(no_mangle)]
pub static _Py_maketrans__doc__: [u8; 291] = *b"B.maketrans(frm, to) -> translation table\n\nReturn a translation table (a bytes object of length 256) suitable\nfor use in the bytes or bytearray translate method where each byte\nin frm is mapped to the byte at the same position in to.\nThe bytes objects frm and to must be of the same length.\0";
#[unsafe(no_mangle)]
pub static _Py_rfind__doc__: [u8; 241] = *b"B.rfind(sub[, start[, end]]) -> int\n\nReturn the highest index in B where subsection sub is found,\nsuch that sub is contained within B[start,end].  Optional\narguments start and end are interpreted as in slice notation.\n\nReturn -1 on failure.\0";
#[unsafe(no_mangle)]
pub static _Py_rindex__doc__: [u8; 271] = *b"B.rindex(sub[, start[, end]]) -> int\n\nReturn the highest index in B where subsection sub is found,\nsuch that sub is contained within B[start,end].  Optional\narguments start and end are interpreted as in slice notation.\n\nRaise ValueError when the subsection is not found.\0";
#[unsafe(no_mangle)]
pub static _Py_startswith__doc__: [u8; 268] = *b"B.startswith(prefix[, start[, end]]) -> bool\n\nReturn True if B starts with the specified prefix, False otherwise.\nWith optional start, test B beginning at that position.\nWith optional end, stop comparing B at that position.\nprefix can also be a tuple of bytes to try.\0";
#[unsafe(no_mangle)]
pub static _Py_swapcase__doc__: [u8; 123] = *b"B.swapcase() -> copy of B\n\nReturn a copy of B with uppercase ASCII characters converted\nto lowercase ASCII and vice versa.\0";
#[unsafe(no_mangle)]
pub static _Py_title__doc__: [u8; 155] = *b"B.title() -> copy of B\n\nReturn a titlecased version of B, i.e. ASCII words start with uppercase\ncharacters, all remaining cased characters have lowercase.\0";
#[unsafe(no_mangle)]
pub static _Py_upper__doc__: [u8; 93] = *b"B.upper() -> copy of B\n\nReturn a copy of B with all ASCII characters converted to uppercase.\0";
