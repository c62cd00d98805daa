//! `pylifecycle.h`, its part from `Modules`: the program's entry.

use pyrite_vm::{config, main};
use std::ffi::{c_char, c_int};

/// `Py_BytesMain`.
///
/// # Safety
/// `argv` has `argc` strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_BytesMain(argc: c_int, argv: *mut *mut c_char) -> c_int {
    // SAFETY: by the contract.
    unsafe { main::bytes_main(argc, argv) }
}

/// `Py_Main`.
///
/// # Safety
/// `argv` has `argc` wide strings.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn Py_Main(argc: c_int, argv: *mut *mut libc::wchar_t) -> c_int {
    let n = usize::try_from(argc).unwrap_or(0);
    // SAFETY: by the contract.
    let args: Vec<Vec<u8>> = (0..n)
        .filter_map(|i| unsafe { config::wide_slice(*argv.add(i)) })
        .map(config::encode)
        .collect();
    main::run_with(&args)
}

/// `Py_RunMain`.
#[unsafe(no_mangle)]
pub extern "C" fn Py_RunMain() -> c_int {
    main::run_main()
}
