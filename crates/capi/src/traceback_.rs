//! `traceback.h`, `internal/pycore_traceback.h`: tracebacks written without an interpreter's help.

use crate::prelude::*;

capi! {
    fn _Py_DumpTraceback(fd: c_int, state: *mut PyThreadState) {
        // SAFETY: C passes a live state.
        if let Some(state) = unsafe { state.as_ref() } {
            dump::traceback(fd, state);
        }
    }
    fn _Py_DumpTracebackThreads(fd: c_int, interp: *mut PyInterpreterState, current: *mut PyThreadState) -> *const c_char {
        dump::all_threads(fd, interp, current).map_or_else(CStr::as_ptr, |()| std::ptr::null())
    }
    fn _Py_DumpASCII(fd: c_int, text: &PyObject) { dump::ascii(fd, text) }
    fn _Py_DumpDecimal(fd: c_int, value: c_ulong) { dump::decimal(fd, value) }
    fn _Py_DumpHexadecimal(fd: c_int, value: c_ulong, width: Py_ssize_t) {
        dump::hexadecimal(fd, value, usize::try_from(width).unwrap_or(0));
    }
}
