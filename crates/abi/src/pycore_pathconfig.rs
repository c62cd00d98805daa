//! `internal/pycore_pathconfig.h`: the computed module search path.

use core::cell::Cell;
use libc::wchar_t;

/// The computed paths.
#[repr(C)]
pub struct _PyPathConfig {
    pub program_full_path: Cell<*mut wchar_t>,
    pub prefix: Cell<*mut wchar_t>,
    pub exec_prefix: Cell<*mut wchar_t>,
    pub module_search_path: Cell<*mut wchar_t>,
    pub program_name: Cell<*mut wchar_t>,
    pub home: Cell<*mut wchar_t>,
}

layouts!(_PyPathConfig);
