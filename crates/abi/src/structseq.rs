//! `structseq.h`: descriptions of named tuples made in C.

use crate::PyTupleObject;
use core::ffi::{c_char, c_int};

/// A field of a named tuple.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyStructSequence_Field {
    pub name: *const c_char,
    pub doc: *const c_char,
}

/// A named tuple to be made.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyStructSequence_Desc {
    pub name: *const c_char,
    pub doc: *const c_char,
    pub fields: *mut PyStructSequence_Field,
    pub n_in_sequence: c_int,
}

pub type PyStructSequence = PyTupleObject;

layouts!(PyStructSequence_Field, PyStructSequence_Desc);
