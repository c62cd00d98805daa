//! Exceptions from `errno`, and import errors.

use super::*;
use crate::{call, dict, long, tuple, unicode};
use std::ffi::CStr;

/// The system's text for an error number.
pub fn strerror(errno: c_int) -> String {
    if errno == 0 {
        return "Error".to_owned();
    }
    // SAFETY: the text is copied at once, while the GIL is held.
    let text = unsafe { CStr::from_ptr(libc::strerror(errno)) };
    text.to_string_lossy().into_owned()
}

/// `PyErr_SetFromErrno` for the thread's current `errno`.
#[cold]
pub fn set_from_errno(exc: &PyObject) -> Raised {
    set_from_errno_with_filenames(exc, None, None)
}

/// `PyErr_SetFromErrnoWithFilenameObject`.
#[cold]
pub fn set_from_errno_with_filename(exc: &PyObject, filename: Option<&PyObject>) -> Raised {
    set_from_errno_with_filenames(exc, filename, None)
}

/// `PyErr_SetFromErrnoWithFilenameObjects`.
#[cold]
pub fn set_from_errno_with_filenames(
    exc: &PyObject,
    filename: Option<&PyObject>,
    filename2: Option<&PyObject>,
) -> Raised {
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    set_from(exc, errno, filename, filename2)
}

/// An exception for a given error number.
#[cold]
pub fn set_from(
    exc: &PyObject,
    errno: c_int,
    filename: Option<&PyObject>,
    filename2: Option<&PyObject>,
) -> Raised {
    if errno == libc::EINTR
        && let Err(raised) = crate::hooks::check_signals()
    {
        return raised;
    }
    match from_errno(exc, errno, filename, filename2) {
        Ok(made) => set_instance(&made),
        Err(raised) => raised,
    }
}

fn from_errno(
    exc: &PyObject,
    errno: c_int,
    filename: Option<&PyObject>,
    filename2: Option<&PyObject>,
) -> PyResult<Owned> {
    let mut args = vec![
        long::from_i64(i64::from(errno))?.upcast(),
        unicode::from_str(&strerror(errno))?.upcast(),
    ];
    if let Some(filename) = filename {
        args.push(filename.own());
        if let Some(filename2) = filename2 {
            args.push(long::from_i64(0)?.upcast());
            args.push(filename2.own());
        }
    }
    let made = call::call_dict(exc, &*tuple::from_owned(args)?, None)?;
    match as_exception(&made) {
        Some(_) => Ok(made),
        None => Err(raise!(
            TypeError,
            "exceptions must derive from BaseException"
        )),
    }
}

/// `PyErr_SetImportErrorSubclass`.
#[cold]
pub fn set_import_error(
    class: &PyObject,
    message: Option<&PyObject>,
    name: Option<&PyObject>,
    path: Option<&PyObject>,
) -> Raised {
    match import_error(class, message, name, path) {
        Ok(made) => set_instance(&made),
        Err(raised) => raised,
    }
}

fn import_error(
    class: &PyObject,
    message: Option<&PyObject>,
    name: Option<&PyObject>,
    path: Option<&PyObject>,
) -> PyResult<Owned> {
    if !crate::object::is_subclass(class, exc::ImportError.get())? {
        return Err(raise!(TypeError, "expected a subclass of ImportError"));
    }
    let Some(message) = message else {
        return Err(raise!(TypeError, "expected a message argument"));
    };
    let kwargs = dict::new()?;
    dict::set_item(&kwargs, id!("name").as_object(), name.unwrap_or(none()))?;
    dict::set_item(&kwargs, id!("path").as_object(), path.unwrap_or(none()))?;
    call::call_dict(class, &*tuple::from_slice(&[message])?, Some(&kwargs))
}
