//! `cpython/objimpl.h`.

use core::cell::Cell;
use core::ffi::c_void;

pub const _PyGC_PREV_MASK_FINALIZED: usize = 1;
pub const _PyGC_PREV_MASK_COLLECTING: usize = 2;
pub const _PyGC_PREV_SHIFT: usize = 2;
pub const _PyGC_PREV_MASK: usize = usize::MAX << _PyGC_PREV_SHIFT;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyObjectArenaAllocator {
    pub ctx: *mut c_void,
    pub alloc: Option<unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void>,
    pub free: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, usize)>,
}

#[repr(C)]
pub struct PyGC_Head {
    pub _gc_next: Cell<usize>,
    pub _gc_prev: Cell<usize>,
}

layouts!(PyObjectArenaAllocator, PyGC_Head);
