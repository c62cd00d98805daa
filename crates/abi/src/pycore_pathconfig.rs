//! `internal/pycore_pathconfig.h`.

use core::cell::Cell;
use libc::wchar_t;

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
