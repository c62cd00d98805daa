//! The end of a process that cannot go on (`Py_FatalError`).

use crate::lifecycle::{self, streams};
use crate::prelude::*;
use crate::{dump, errors, threads};
use pyrite_runtime::tstate::_PyRuntime;
use std::sync::atomic::{AtomicBool, Ordering};

const STDERR: c_int = 2;
/// A fatal error is being reported.
static REPORTING: AtomicBool = AtomicBool::new(false);

/// `Fatal Python error: message`, what state the runtime is in, and where the program was; then the process aborts.
pub fn fatal_error(message: &str) -> ! {
    if !REPORTING.swap(true, Ordering::SeqCst) {
        report(message);
    }
    std::process::abort()
}

fn report(message: &str) {
    dump::puts(STDERR, b"Fatal Python error: ");
    dump::puts(STDERR, message.as_bytes());
    dump::puts(STDERR, b"\n");
    runtime_state();
    let own = threads::own_state();
    let has_gil = !own.is_null() && own == tstate::current_ptr();
    if !(has_gil && show_exception()) {
        dump::puts(STDERR, b"\n");
        let _ = dump::all_threads(STDERR, std::ptr::null_mut(), own);
    }
    lifecycle::call_fini_functions(false);
    if has_gil {
        streams::flush();
    }
}

/// `Python runtime state: ..`, unless nothing has begun.
fn runtime_state() {
    let state: &[u8] = if !_PyRuntime.finalizing.get().is_null() {
        b"finalizing"
    } else if _PyRuntime.initialized.get() != 0 {
        b"initialized"
    } else if _PyRuntime.core_initialized.get() != 0 {
        b"core initialized"
    } else if _PyRuntime.preinitialized.get() != 0 {
        b"preinitialized"
    } else {
        return;
    };
    dump::puts(STDERR, b"Python runtime state: ");
    dump::puts(STDERR, state);
    dump::puts(STDERR, b"\n");
}

/// Shows the exception that is set, if one is and it has a traceback to show.
fn show_exception() -> bool {
    let e = err::fetch_normalized();
    let (Some(ty), Some(value)) = (&e.ty, &e.value) else {
        return false;
    };
    let traceback = e.traceback.as_deref().unwrap_or(none());
    if !traceback.is_none() && exobj::set_traceback_of(value, traceback).is_err() {
        err::clear();
    }
    errors::display(ty, value, traceback);
    !traceback.is_none()
}
