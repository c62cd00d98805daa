//! `internal/pycore_code.h`: the cache of LOAD_GLOBAL.

use crate::PyObject;
use core::cell::Cell;
use core::ffi::c_char;

/// What a LOAD_GLOBAL found.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyOpcache_LoadGlobal {
    pub ptr: *mut PyObject,
    pub globals_ver: u64,
    pub builtins_ver: u64,
}

/// The cache of one instruction.
#[repr(C)]
pub struct _PyOpcache {
    pub u: _PyOpcache_u,
    pub optimized: Cell<c_char>,
}

/// The kinds of cache.
#[repr(C)]
#[derive(Clone, Copy)]
pub union _PyOpcache_u {
    pub lg: _PyOpcache_LoadGlobal,
}

layouts!(_PyOpcache_LoadGlobal, _PyOpcache, _PyOpcache_u);
