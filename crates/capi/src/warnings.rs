//! `warnings.h`: warnings from C.

use crate::fromformat::unicode_from_format;
use crate::prelude::*;
use crate::support::text;

/// A warning with a formatted message.
fn warn_format(
    category: *mut PyObject,
    level: Py_ssize_t,
    format: *const c_char,
    list: *mut va_list_tag,
    source: Option<&PyObject>,
) -> c_int {
    let warn = || {
        // SAFETY: C passes a format that ends in NUL, arguments that belong to it, and a live category or NULL.
        let (message, category) = unsafe {
            (
                unicode_from_format(CStr::from_ptr(format), VaList::new(list))?,
                category.as_ref(),
            )
        };
        let category = category.unwrap_or_else(|| exceptions::exc::RuntimeWarning.get());
        match source {
            Some(source) => warnings::resource(source, &unicode::to_string_lossy(&message), level),
            None => warnings::warn(category, message.as_object(), level),
        }
    };
    if warn().is_ok() { 0 } else { -1 }
}

unsafe extern "C" fn warn_format_v(
    category: *mut PyObject,
    level: Py_ssize_t,
    format: *const c_char,
    list: *mut va_list_tag,
) -> c_int {
    warn_format(category, level, format, list, None)
}

unsafe extern "C" fn resource_warning_v(
    source: *mut PyObject,
    level: Py_ssize_t,
    format: *const c_char,
    list: *mut va_list_tag,
) -> c_int {
    let category = exceptions::exc::ResourceWarning.get();
    // SAFETY: C passes NULL or a live object.
    warn_format(category.as_ptr(), level, format, list, unsafe {
        source.as_ref()
    })
}

variadic! {
    fn PyErr_WarnFormat(category, level, format; ...) = warn_format_v;
    fn PyErr_ResourceWarning(source, level, format; ...) = resource_warning_v;
}

capi! {
    fn PyErr_WarnEx(category: Option<&PyObject>, message: &CStr, level: Py_ssize_t) -> PyResult<()> {
        let category = category.unwrap_or_else(|| exceptions::exc::RuntimeWarning.get());
        warnings::warn(category, &*text(message)?, level)
    }

    fn PyErr_Warn(category: Option<&PyObject>, message: &CStr) -> PyResult<()> {
        let category = category.unwrap_or_else(|| exceptions::exc::RuntimeWarning.get());
        warnings::warn(category, &*text(message)?, 1)
    }
}
