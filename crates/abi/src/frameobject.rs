//! `frameobject.h`: frames.

use crate::{PyCodeObject, PyObject, PyVarObject};
use core::cell::Cell;
use core::ffi::{c_char, c_int};

/// An entry of a frame's block stack.
#[repr(C)]
pub struct PyTryBlock {
    pub b_type: Cell<c_int>,
    pub b_handler: Cell<c_int>,
    pub b_level: Cell<c_int>,
}

/// A frame; its variables, cells and value stack follow from `f_localsplus`.
#[repr(C)]
pub struct PyFrameObject {
    pub ob_base: PyVarObject,
    pub f_back: Cell<*mut PyFrameObject>,
    pub f_code: Cell<*mut PyCodeObject>,
    pub f_builtins: Cell<*mut PyObject>,
    pub f_globals: Cell<*mut PyObject>,
    pub f_locals: Cell<*mut PyObject>,
    pub f_valuestack: Cell<*mut *mut PyObject>,
    pub f_stacktop: Cell<*mut *mut PyObject>,
    pub f_trace: Cell<*mut PyObject>,
    pub f_trace_lines: Cell<c_char>,
    pub f_trace_opcodes: Cell<c_char>,
    pub f_gen: Cell<*mut PyObject>,
    pub f_lasti: Cell<c_int>,
    pub f_lineno: Cell<c_int>,
    pub f_iblock: Cell<c_int>,
    pub f_executing: Cell<c_char>,
    pub f_blockstack: [PyTryBlock; 20],
    pub f_localsplus: [Cell<*mut PyObject>; 1],
}

layouts!(PyTryBlock, PyFrameObject);
