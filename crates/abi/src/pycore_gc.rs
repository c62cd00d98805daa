//! `internal/pycore_pymem.h`: state of the collector.

use crate::{Py_ssize_t, PyGC_Head, PyObject};
use core::cell::Cell;
use core::ffi::c_int;

pub const NUM_GENERATIONS: c_int = 3;
pub const PYMEM_CLEANBYTE: c_int = 0xcd;
pub const PYMEM_DEADBYTE: c_int = 0xdd;
pub const PYMEM_FORBIDDENBYTE: c_int = 0xfd;

/// A generation: its list, and when to collect it.
#[repr(C)]
pub struct gc_generation {
    pub head: PyGC_Head,
    pub threshold: Cell<c_int>,
    pub count: Cell<c_int>,
}

/// What the collections of a generation did.
#[repr(C)]
pub struct gc_generation_stats {
    pub collections: Cell<Py_ssize_t>,
    pub collected: Cell<Py_ssize_t>,
    pub uncollectable: Cell<Py_ssize_t>,
}

/// The collector.
#[repr(C)]
pub struct _gc_runtime_state {
    pub trash_delete_later: Cell<*mut PyObject>,
    pub trash_delete_nesting: Cell<c_int>,
    pub enabled: Cell<c_int>,
    pub debug: Cell<c_int>,
    pub generations: [gc_generation; 3],
    pub generation0: Cell<*mut PyGC_Head>,
    pub permanent_generation: gc_generation,
    pub generation_stats: [gc_generation_stats; 3],
    pub collecting: Cell<c_int>,
    pub garbage: Cell<*mut PyObject>,
    pub callbacks: Cell<*mut PyObject>,
    pub long_lived_total: Cell<Py_ssize_t>,
    pub long_lived_pending: Cell<Py_ssize_t>,
}

layouts!(gc_generation, gc_generation_stats, _gc_runtime_state);
