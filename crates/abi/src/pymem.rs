//! `pymem.h`, `cpython/pymem.h`: allocators and their domains.

use core::cell::Cell;
use core::ffi::{c_int, c_uint, c_void};

/// How `tracemalloc` is set.
#[repr(C)]
pub struct _PyTraceMalloc_Config {
    pub initialized: Cell<c_uint>,
    pub tracing: Cell<c_int>,
    pub max_nframe: Cell<c_int>,
    pub use_domain: Cell<c_int>,
}

pub const TRACEMALLOC_NOT_INITIALIZED: c_uint = 0;
pub const TRACEMALLOC_INITIALIZED: c_uint = 1;
pub const TRACEMALLOC_FINALIZED: c_uint = 2;

pub type PyMemAllocatorDomain = c_uint;
pub const PYMEM_DOMAIN_RAW: PyMemAllocatorDomain = 0;
pub const PYMEM_DOMAIN_MEM: PyMemAllocatorDomain = 1;
pub const PYMEM_DOMAIN_OBJ: PyMemAllocatorDomain = 2;

pub type PyMemAllocatorName = c_uint;
pub const PYMEM_ALLOCATOR_NOT_SET: PyMemAllocatorName = 0;
pub const PYMEM_ALLOCATOR_DEFAULT: PyMemAllocatorName = 1;
pub const PYMEM_ALLOCATOR_DEBUG: PyMemAllocatorName = 2;
pub const PYMEM_ALLOCATOR_MALLOC: PyMemAllocatorName = 3;
pub const PYMEM_ALLOCATOR_MALLOC_DEBUG: PyMemAllocatorName = 4;
pub const PYMEM_ALLOCATOR_PYMALLOC: PyMemAllocatorName = 5;
pub const PYMEM_ALLOCATOR_PYMALLOC_DEBUG: PyMemAllocatorName = 6;

/// The functions of one memory domain.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyMemAllocatorEx {
    pub ctx: *mut c_void,
    pub malloc: Option<unsafe extern "C" fn(*mut c_void, usize) -> *mut c_void>,
    pub calloc: Option<unsafe extern "C" fn(*mut c_void, usize, usize) -> *mut c_void>,
    pub realloc: Option<unsafe extern "C" fn(*mut c_void, *mut c_void, usize) -> *mut c_void>,
    pub free: Option<unsafe extern "C" fn(*mut c_void, *mut c_void)>,
}

layouts!(_PyTraceMalloc_Config, PyMemAllocatorEx);
