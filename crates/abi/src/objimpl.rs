//! `cpython/objimpl.h`: what the collector keeps in front of an object.

use core::cell::Cell;
use core::ffi::c_void;

pub const _PyGC_PREV_MASK_FINALIZED: usize = 1;
pub const _PyGC_PREV_MASK_COLLECTING: usize = 2;
pub const _PyGC_PREV_SHIFT: usize = 2;
pub const _PyGC_PREV_MASK: usize = usize::MAX << _PyGC_PREV_SHIFT;

/// Where the object allocator gets its arenas.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyObjectArenaAllocator {
    pub ctx: *mut c_void,
    pub alloc: Option<unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void>,
    pub free: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, usize)>,
}

/// Two words in front of every collectable object: its links, and flags in their low bits.
#[repr(C)]
pub struct PyGC_Head {
    pub _gc_next: Cell<usize>,
    pub _gc_prev: Cell<usize>,
}

layouts!(PyObjectArenaAllocator, PyGC_Head);
