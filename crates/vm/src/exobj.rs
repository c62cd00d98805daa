//! Exceptions as objects whose type is not known statically.

use crate::prelude::*;

/// Is it an instance of an exception class?
pub fn is_exception(o: &PyObject) -> bool {
    err::as_exception(o).is_some()
}

pub fn traceback_of(o: &PyObject) -> Option<Owned> {
    err::as_exception(o).and_then(exceptions::get_traceback)
}

/// `PyException_SetTraceback`; None empties.
pub fn set_traceback_of(o: &PyObject, tb: &PyObject) -> PyResult<()> {
    match err::as_exception(o) {
        Some(e) => exceptions::set_traceback(e, Some(tb)),
        None => Ok(()),
    }
}

pub fn cause_of(o: &PyObject) -> Option<Owned> {
    err::as_exception(o).and_then(exceptions::get_cause)
}

pub fn set_cause(o: &PyObject, cause: Option<Owned>) {
    if let Some(e) = err::as_exception(o) {
        exceptions::set_cause(e, cause);
    }
}

pub fn context_of(o: &PyObject) -> Option<Owned> {
    err::as_exception(o).and_then(exceptions::get_context)
}

/// Was the exception raised `from` something, which hides its context?
pub fn suppresses_context(o: &PyObject) -> bool {
    err::as_exception(o).is_some_and(|e| e.suppress_context.get() != 0)
}

/// Adds the frame to the traceback of the exception being raised.
pub fn traceback_here(f: &PyFrameObject) {
    // A failure to add the entry replaces the exception by its own.
    let _ = traceback::here(f, f.f_lasti.get(), crate::frame::line_number(f));
}
