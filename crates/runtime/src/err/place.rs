//! Where a syntax error is: `PyErr_SyntaxLocationObject` and the line of source text that goes with it.

use super::*;
use crate::{long, object, unicode};
use std::io::{BufRead, BufReader};
use std::os::unix::ffi::OsStrExt;

/// `PyErr_SyntaxLocationObject`: adds the place to the syntax error that is being raised.
pub fn syntax_location(filename: Option<&PyObject>, lineno: c_int, col_offset: c_int) {
    let e = fetch_normalized();
    if let Some(value) = &e.value {
        // Attributes that cannot be set are left out; the error itself matters more.
        if add_place(e.ty.as_deref(), value, filename, lineno, col_offset).is_err() {
            clear();
        }
    }
    restore(e);
}

fn add_place(
    ty: Option<&PyObject>,
    value: &PyObject,
    filename: Option<&PyObject>,
    lineno: c_int,
    col_offset: c_int,
) -> PyResult<()> {
    let line = long::from_i64(i64::from(lineno))?;
    object::set_attr(value, id!("lineno").as_object(), line.as_object())?;
    let offset = match col_offset {
        ..0 => none().own(),
        column => long::from_i64(i64::from(column))?.upcast(),
    };
    object::set_attr(value, id!("offset").as_object(), &offset)?;
    if let Some(filename) = filename {
        object::set_attr(value, id!("filename").as_object(), filename)?;
        if let Some(text) = program_text(filename, lineno)? {
            object::set_attr(value, id!("text").as_object(), &text)?;
        }
    }
    if ty.is_some_and(|ty| !ty.is(exc::SyntaxError.get())) {
        if object::lookup_attr(value, id!("msg").as_object())?.is_none() {
            let msg = object::str(value)?;
            object::set_attr(value, id!("msg").as_object(), &msg)?;
        }
        let key = id!("print_file_and_line").as_object();
        if object::lookup_attr(value, key)?.is_none() {
            object::set_attr(value, key, none())?;
        }
    }
    Ok(())
}

/// `PyErr_ProgramTextObject`: a line of a source file, or nothing if it cannot be read.
pub fn program_text(filename: &PyObject, lineno: c_int) -> PyResult<Option<Owned>> {
    let Some(name) = filename.downcast::<PyUnicodeObject>() else {
        return Ok(None);
    };
    let Ok(lineno) = usize::try_from(lineno) else {
        return Ok(None);
    };
    let path = unicode::fs::to_os_bytes(name);
    let Ok(file) = std::fs::File::open(std::ffi::OsStr::from_bytes(&path)) else {
        return Ok(None);
    };
    let mut reader = BufReader::new(file);
    let mut line = Vec::new();
    for _ in 0..lineno {
        line.clear();
        match reader.read_until(b'\n', &mut line) {
            Ok(0) | Err(_) => return Ok(None),
            Ok(_) => {}
        }
    }
    if line.is_empty() {
        return Ok(None);
    }
    // A line in another encoding is not shown.
    match std::str::from_utf8(&line) {
        Ok(line) => Ok(Some(unicode::from_str(line)?.upcast())),
        Err(_) => Ok(None),
    }
}
