//! `unicodeobject.h`, `cpython/unicodeobject.h`: str and the writer that builds it.

use crate::{Py_hash_t, Py_ssize_t, PyObject};
use core::cell::Cell;
use core::ffi::{c_char, c_int, c_uchar, c_uint, c_void};
use libc::wchar_t;

pub const Py_UNICODE_SIZE: c_int = 4;
pub const Py_UNICODE_REPLACEMENT_CHARACTER: c_uint = 0xfffd;
pub const SSTATE_NOT_INTERNED: c_int = 0;
pub const SSTATE_INTERNED_MORTAL: c_int = 1;
pub const SSTATE_INTERNED_IMMORTAL: c_int = 2;

pub type Py_UCS4 = u32;

pub type Py_UCS2 = u16;

pub type Py_UCS1 = u8;

pub type Py_UNICODE = wchar_t;

/// `str` of ASCII alone; the characters follow.
#[repr(C)]
pub struct PyASCIIObject {
    pub ob_base: PyObject,
    pub length: Cell<Py_ssize_t>,
    pub hash: Cell<Py_hash_t>,
    pub state: Cell<u32>,
    pub wstr: Cell<*mut wchar_t>,
}

/// Masks and shifts of [`PyASCIIObject`]'s word of bit-fields.
impl PyASCIIObject {
    pub const INTERNED_SHIFT: u32 = 0;
    pub const INTERNED_MASK: u32 = 0x3;
    pub const KIND_SHIFT: u32 = 2;
    pub const KIND_MASK: u32 = 0x1c;
    pub const COMPACT_SHIFT: u32 = 5;
    pub const COMPACT_MASK: u32 = 0x20;
    pub const ASCII_SHIFT: u32 = 6;
    pub const ASCII_MASK: u32 = 0x40;
    pub const READY_SHIFT: u32 = 7;
    pub const READY_MASK: u32 = 0x80;
}

/// `str` whose characters follow this head.
#[repr(C)]
pub struct PyCompactUnicodeObject {
    pub _base: PyASCIIObject,
    pub utf8_length: Cell<Py_ssize_t>,
    pub utf8: Cell<*mut c_char>,
    pub wstr_length: Cell<Py_ssize_t>,
}

/// `str` whose characters lie elsewhere.
#[repr(C)]
pub struct PyUnicodeObject {
    pub _base: PyCompactUnicodeObject,
    pub data: Cell<*mut c_void>,
}

pub type PyUnicode_Kind = c_uint;
pub const PyUnicode_WCHAR_KIND: PyUnicode_Kind = 0;
pub const PyUnicode_1BYTE_KIND: PyUnicode_Kind = 1;
pub const PyUnicode_2BYTE_KIND: PyUnicode_Kind = 2;
pub const PyUnicode_4BYTE_KIND: PyUnicode_Kind = 4;

/// Builds a str in the narrowest form that holds it.
#[repr(C)]
pub struct _PyUnicodeWriter {
    pub buffer: Cell<*mut PyObject>,
    pub data: Cell<*mut c_void>,
    pub kind: Cell<PyUnicode_Kind>,
    pub maxchar: Cell<Py_UCS4>,
    pub size: Cell<Py_ssize_t>,
    pub pos: Cell<Py_ssize_t>,
    pub min_length: Cell<Py_ssize_t>,
    pub min_char: Cell<Py_UCS4>,
    pub overallocate: Cell<c_uchar>,
    pub readonly: Cell<c_uchar>,
}

layouts!(
    PyASCIIObject,
    PyCompactUnicodeObject,
    PyUnicodeObject,
    _PyUnicodeWriter
);
