//! Writing to and reading from file objects by their methods (`fileobject.h`).

use crate::prelude::*;
use crate::{bytes, call, long, object, unicode};

/// `PyFile_WriteObject`: `f.write(str(o))`, or of `repr(o)` unless `raw`.
pub fn write_object(o: &PyObject, f: &PyObject, raw: bool) -> PyResult<()> {
    let write = object::get_attr(f, id!("write").as_object())?;
    let text = if raw {
        object::str(o)?
    } else {
        object::repr(o)?
    };
    call::call1(&write, &text).map(drop)
}

/// Writes a str object.
pub fn write_string(text: &PyObject, f: &PyObject) -> PyResult<()> {
    write_object(text, f, true)
}

/// `PyFile_WriteString`.
pub fn write_str(text: &str, f: &PyObject) -> PyResult<()> {
    write_string(unicode::from_str(text)?.as_object(), f)
}

/// `PyFile_GetLine`: a line with its end if `n` is 0; at most `n` characters if positive; without its end, and
/// EOFError when there is none, if negative.
pub fn get_line(f: &PyObject, n: c_int) -> PyResult<Owned> {
    let readline = id!("readline").as_object();
    let line = if n <= 0 {
        call::method(f, readline, &[])?
    } else {
        let n = long::from_i64(i64::from(n))?;
        call::method(f, readline, &[n.as_object()])?
    };
    if let Some(data) = line.downcast::<PyBytesObject>() {
        let data = bytes::as_slice(data);
        return match data {
            _ if n >= 0 => Ok(line),
            [] => Err(raise!(EOFError, "EOF when reading a line")),
            [start @ .., b'\n'] => Ok(bytes::from_slice(start)?.upcast()),
            _ => Ok(line),
        };
    }
    let Some(text) = line.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "object.readline() returned non-string"));
    };
    let len = unicode::length(text);
    if n < 0 {
        if len == 0 {
            return Err(raise!(EOFError, "EOF when reading a line"));
        }
        if unicode::chars(text).get(len - 1) == Some(u32::from('\n')) {
            return Ok(unicode::substring(text, 0, len - 1)?.upcast());
        }
    }
    Ok(line)
}

/// `PyObject_AsFileDescriptor`: an int, or what `fileno()` gives.
pub fn as_file_descriptor(o: &PyObject) -> PyResult<c_int> {
    use crate::args::{Arg, FromArg, Place, is_int};
    let at = Arg {
        fname: "",
        place: Place::Only,
    };
    let fd = if is_int(o) {
        c_int::from_arg(o, at)?
    } else {
        let Some(fileno) = object::lookup_attr(o, id!("fileno").as_object())? else {
            let text = "argument must be an int, or have a fileno() method.";
            return Err(raise!(TypeError, "{text}"));
        };
        let fd = call::call0(&fileno)?;
        if !is_int(&fd) {
            return Err(raise!(TypeError, "fileno() returned a non-integer"));
        }
        c_int::from_arg(&fd, at)?
    };
    if fd < 0 {
        return Err(raise!(
            ValueError,
            "file descriptor cannot be a negative integer ({fd})"
        ));
    }
    Ok(fd)
}
