//! `cpython/dictobject.h`: dict and its views.

use crate::{Py_ssize_t, PyObject};
use core::cell::Cell;

/// The keys of a dict; their layout is the library's own.
#[repr(C)]
pub struct PyDictKeysObject {
    _opaque: [u8; 0],
}

/// `dict`; outsiders read `ma_used` and `ma_version_tag`.
#[repr(C)]
pub struct PyDictObject {
    pub ob_base: PyObject,
    pub ma_used: Cell<Py_ssize_t>,
    pub ma_version_tag: Cell<u64>,
    pub ma_keys: Cell<*mut PyDictKeysObject>,
    pub ma_values: Cell<*mut *mut PyObject>,
}

/// `dict_keys`, `dict_values`, `dict_items`.
#[repr(C)]
pub struct _PyDictViewObject {
    pub ob_base: PyObject,
    pub dv_dict: Cell<*mut PyDictObject>,
}

layouts!(PyDictKeysObject, PyDictObject, _PyDictViewObject);
