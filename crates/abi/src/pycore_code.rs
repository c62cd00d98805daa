//! `internal/pycore_code.h`.

use crate::PyObject;
use core::cell::Cell;
use core::ffi::c_char;

#[repr(C)]
#[derive(Clone, Copy)]
pub struct _PyOpcache_LoadGlobal {
    pub ptr: *mut PyObject,
    pub globals_ver: u64,
    pub builtins_ver: u64,
}

#[repr(C)]
pub struct _PyOpcache {
    pub u: _PyOpcache_u,
    pub optimized: Cell<c_char>,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub union _PyOpcache_u {
    pub lg: _PyOpcache_LoadGlobal,
}

layouts!(_PyOpcache_LoadGlobal, _PyOpcache, _PyOpcache_u);
