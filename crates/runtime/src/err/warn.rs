//! Warnings, and exceptions that nobody can catch. The machinery for both is the interpreter's; it is reached by hooks.

use super::*;
use crate::hooks;

/// `PyErr_WarnEx`: fails if the filters turn the warning into an exception.
pub fn warn_ex(category: &PyObject, message: &str, stack_level: Py_ssize_t) -> PyResult<()> {
    warn_format(category, stack_level, format_args!("{message}"))
}

/// `PyErr_WarnFormat`.
#[cold]
pub fn warn_format(
    category: &PyObject,
    stack_level: Py_ssize_t,
    message: fmt::Arguments<'_>,
) -> PyResult<()> {
    let text = format(message)?;
    hooks::warn(category, text.as_object(), stack_level)
}

/// `PyErr_ResourceWarning`: something was not closed. `source` is what `tracemalloc` could say more about.
#[cold]
pub fn resource_warning(
    source: Option<&PyObject>,
    stack_level: Py_ssize_t,
    message: fmt::Arguments<'_>,
) -> PyResult<()> {
    let text = format(message)?;
    hooks::warn_about(
        exc::ResourceWarning.get(),
        text.as_object(),
        stack_level,
        source,
    )
}

/// `PyErr_WriteUnraisable`: hands the exception being raised to `sys.unraisablehook`.
#[cold]
pub fn write_unraisable(object: Option<&PyObject>) {
    if occurred().is_some() {
        hooks::unraisable(object);
    }
}
