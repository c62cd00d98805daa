//! Issuing warnings from inside.
//!
//! The machinery is that of the `_warnings` module, which is above this crate and installs itself here.

use crate::prelude::*;
use std::sync::OnceLock;

/// What `_warnings` installs.
#[derive(Clone, Copy)]
pub struct Machinery {
    /// Category, message, stack level, source.
    pub warn: fn(&PyObject, &PyObject, Py_ssize_t, Option<&PyObject>) -> PyResult<()>,
    /// Category, message, file name, line, module, registry.
    pub warn_explicit: fn(
        &PyObject,
        &PyObject,
        &PyObject,
        c_int,
        Option<&PyObject>,
        Option<&PyObject>,
    ) -> PyResult<()>,
}

static MACHINERY: OnceLock<Machinery> = OnceLock::new();

pub fn install(m: Machinery) {
    let _ = MACHINERY.set(m);
}

/// `PyErr_WarnEx`.
pub fn warn(category: &PyObject, message: &PyObject, stack_level: Py_ssize_t) -> PyResult<()> {
    warn_with_source(category, message, stack_level, None)
}

/// A warning about an object, whose origin `tracemalloc` may know.
pub fn warn_with_source(
    category: &PyObject,
    message: &PyObject,
    stack_level: Py_ssize_t,
    source: Option<&PyObject>,
) -> PyResult<()> {
    match MACHINERY.get() {
        Some(m) => (m.warn)(category, message, stack_level, source),
        None => Ok(()),
    }
}

pub fn warn_str(category: &PyObject, message: &str, stack_level: Py_ssize_t) -> PyResult<()> {
    warn(
        category,
        unicode::from_str(message)?.as_object(),
        stack_level,
    )
}

/// `PyErr_ResourceWarning`.
pub fn resource(source: &PyObject, message: &str, stack_level: Py_ssize_t) -> PyResult<()> {
    let message = unicode::from_str(message)?;
    match MACHINERY.get() {
        Some(m) => (m.warn)(
            exc::ResourceWarning.get(),
            message.as_object(),
            stack_level,
            Some(source),
        ),
        None => Ok(()),
    }
}

/// `PyErr_WarnExplicitObject`, without module and registry.
pub fn warn_explicit(
    category: &PyObject,
    message: &PyObject,
    filename: &PyObject,
    line: c_int,
) -> PyResult<()> {
    warn_explicit_in(category, message, filename, line, None, None)
}

/// `PyErr_WarnExplicitObject`.
pub fn warn_explicit_in(
    category: &PyObject,
    message: &PyObject,
    filename: &PyObject,
    line: c_int,
    module: Option<&PyObject>,
    registry: Option<&PyObject>,
) -> PyResult<()> {
    match MACHINERY.get() {
        Some(m) => (m.warn_explicit)(category, message, filename, line, module, registry),
        None => Ok(()),
    }
}
