//! `cpython/initconfig.h`: how an interpreter is to be configured.

use crate::Py_ssize_t;
use core::cell::Cell;
use core::ffi::{c_char, c_int, c_uint, c_ulong};
use libc::wchar_t;

/// How a step of initialisation ended.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyStatus {
    pub _type: c_uint,
    pub func: *const c_char,
    pub err_msg: *const c_char,
    pub exitcode: c_int,
}

pub const _PyStatus_TYPE_OK: c_uint = 0;
pub const _PyStatus_TYPE_ERROR: c_uint = 1;
pub const _PyStatus_TYPE_EXIT: c_uint = 2;

/// An array of wide strings.
#[repr(C)]
pub struct PyWideStringList {
    pub length: Cell<Py_ssize_t>,
    pub items: Cell<*mut *mut wchar_t>,
}

/// What is decided before memory and text encodings are set up.
#[repr(C)]
pub struct PyPreConfig {
    pub _config_init: Cell<c_int>,
    pub parse_argv: Cell<c_int>,
    pub isolated: Cell<c_int>,
    pub use_environment: Cell<c_int>,
    pub configure_locale: Cell<c_int>,
    pub coerce_c_locale: Cell<c_int>,
    pub coerce_c_locale_warn: Cell<c_int>,
    pub utf8_mode: Cell<c_int>,
    pub dev_mode: Cell<c_int>,
    pub allocator: Cell<c_int>,
}

/// How an interpreter is to run.
#[repr(C)]
pub struct PyConfig {
    pub _config_init: Cell<c_int>,
    pub isolated: Cell<c_int>,
    pub use_environment: Cell<c_int>,
    pub dev_mode: Cell<c_int>,
    pub install_signal_handlers: Cell<c_int>,
    pub use_hash_seed: Cell<c_int>,
    pub hash_seed: Cell<c_ulong>,
    pub faulthandler: Cell<c_int>,
    pub tracemalloc: Cell<c_int>,
    pub import_time: Cell<c_int>,
    pub show_ref_count: Cell<c_int>,
    pub show_alloc_count: Cell<c_int>,
    pub dump_refs: Cell<c_int>,
    pub malloc_stats: Cell<c_int>,
    pub filesystem_encoding: Cell<*mut wchar_t>,
    pub filesystem_errors: Cell<*mut wchar_t>,
    pub pycache_prefix: Cell<*mut wchar_t>,
    pub parse_argv: Cell<c_int>,
    pub argv: PyWideStringList,
    pub program_name: Cell<*mut wchar_t>,
    pub xoptions: PyWideStringList,
    pub warnoptions: PyWideStringList,
    pub site_import: Cell<c_int>,
    pub bytes_warning: Cell<c_int>,
    pub inspect: Cell<c_int>,
    pub interactive: Cell<c_int>,
    pub optimization_level: Cell<c_int>,
    pub parser_debug: Cell<c_int>,
    pub write_bytecode: Cell<c_int>,
    pub verbose: Cell<c_int>,
    pub quiet: Cell<c_int>,
    pub user_site_directory: Cell<c_int>,
    pub configure_c_stdio: Cell<c_int>,
    pub buffered_stdio: Cell<c_int>,
    pub stdio_encoding: Cell<*mut wchar_t>,
    pub stdio_errors: Cell<*mut wchar_t>,
    pub check_hash_pycs_mode: Cell<*mut wchar_t>,
    pub pathconfig_warnings: Cell<c_int>,
    pub pythonpath_env: Cell<*mut wchar_t>,
    pub home: Cell<*mut wchar_t>,
    pub module_search_paths_set: Cell<c_int>,
    pub module_search_paths: PyWideStringList,
    pub executable: Cell<*mut wchar_t>,
    pub base_executable: Cell<*mut wchar_t>,
    pub prefix: Cell<*mut wchar_t>,
    pub base_prefix: Cell<*mut wchar_t>,
    pub exec_prefix: Cell<*mut wchar_t>,
    pub base_exec_prefix: Cell<*mut wchar_t>,
    pub skip_source_first_line: Cell<c_int>,
    pub run_command: Cell<*mut wchar_t>,
    pub run_module: Cell<*mut wchar_t>,
    pub run_filename: Cell<*mut wchar_t>,
    pub _install_importlib: Cell<c_int>,
    pub _init_main: Cell<c_int>,
}

layouts!(PyStatus, PyWideStringList, PyPreConfig, PyConfig);
