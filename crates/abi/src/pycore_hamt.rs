//! `internal/pycore_hamt.h`: the persistent mapping below a context.

use crate::{Py_ssize_t, PyObject, binaryfunc};
use core::cell::Cell;
use core::ffi::c_int;

pub const _Py_HAMT_MAX_TREE_DEPTH: c_int = 8;

/// A node of the tree.
#[repr(C)]
pub struct PyHamtNode {
    pub ob_base: PyObject,
}

/// A persistent hash tree.
#[repr(C)]
pub struct PyHamtObject {
    pub ob_base: PyObject,
    pub h_root: Cell<*mut PyHamtNode>,
    pub h_weakreflist: Cell<*mut PyObject>,
    pub h_count: Cell<Py_ssize_t>,
}

/// The path to the current entry.
#[repr(C)]
pub struct PyHamtIteratorState {
    pub i_nodes: [Cell<*mut PyHamtNode>; 8],
    pub i_pos: [Cell<Py_ssize_t>; 8],
    pub i_level: Cell<i8>,
}

/// An iterator over keys, values or items.
#[repr(C)]
pub struct PyHamtIterator {
    pub ob_base: PyObject,
    pub hi_obj: Cell<*mut PyHamtObject>,
    pub hi_iter: PyHamtIteratorState,
    pub hi_yield: Cell<binaryfunc>,
}

layouts!(
    PyHamtNode,
    PyHamtObject,
    PyHamtIteratorState,
    PyHamtIterator
);
