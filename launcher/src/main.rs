//! `python3.8`: everything is in the library, so this calls it.
//!
//! Without Rust's standard library it is a few kilobytes, and starts as fast as C's.

#![no_std]
#![no_main]

use core::ffi::{c_char, c_int};

unsafe extern "C" {
    fn Py_BytesMain(argc: c_int, argv: *mut *mut c_char) -> c_int;
}

/// The C runtime's entry.
///
/// # Safety
/// Called once, by the C runtime, with the process's arguments.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn main(argc: c_int, argv: *mut *mut c_char) -> c_int {
    // SAFETY: the arguments are passed on as they came.
    unsafe { Py_BytesMain(argc, argv) }
}

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}
