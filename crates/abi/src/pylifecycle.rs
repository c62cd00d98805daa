//! `pylifecycle.h`: signal handlers.

use core::ffi::c_int;

pub type PyOS_sighandler_t = Option<unsafe extern "C" fn(c_int)>;
