//! `internal/pycore_getopt.h`: options of the command line.

use core::cell::Cell;
use core::ffi::c_int;
use libc::wchar_t;

/// A long command-line option.
#[repr(C)]
pub struct _PyOS_LongOption {
    pub name: Cell<*const wchar_t>,
    pub has_arg: Cell<c_int>,
    pub val: Cell<c_int>,
}

layouts!(_PyOS_LongOption);
