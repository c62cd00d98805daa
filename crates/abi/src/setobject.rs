//! `setobject.h`: set and frozenset.

use crate::{Py_hash_t, Py_ssize_t, PyObject};
use core::cell::Cell;
use core::ffi::c_int;

pub const PySet_MINSIZE: c_int = 8;

/// An entry of a set's table.
#[repr(C)]
pub struct setentry {
    pub key: Cell<*mut PyObject>,
    pub hash: Cell<Py_hash_t>,
}

/// `set` and `frozenset`.
#[repr(C)]
pub struct PySetObject {
    pub ob_base: PyObject,
    pub fill: Cell<Py_ssize_t>,
    pub used: Cell<Py_ssize_t>,
    pub mask: Cell<Py_ssize_t>,
    pub table: Cell<*mut setentry>,
    pub hash: Cell<Py_hash_t>,
    pub finger: Cell<Py_ssize_t>,
    pub smalltable: [setentry; 8],
    pub weakreflist: Cell<*mut PyObject>,
}

layouts!(setentry, PySetObject);
