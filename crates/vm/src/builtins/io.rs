//! `print` and `input`.

use crate::prelude::*;
use crate::{readline, sys};
use std::os::fd::RawFd;

fn write(file: &PyObject, o: &PyObject) -> PyResult<()> {
    let text = if o.isinstance_exact(&PyUnicode_Type) {
        o.own()
    } else {
        object::str(o)?
    };
    call::method(file, id!("write").as_object(), &[&text]).map(drop)
}

/// `print(*args, sep, end, file, flush)`.
pub fn print(args: Args<'_>) -> PyResult<()> {
    let (mut sep, mut end, mut file, mut flush) = (None, None, None, None);
    pyrite_runtime::args::check_keyword_count("print", args.keywords().count(), 4)?;
    for (k, v) in args.keywords() {
        let given = Some(v);
        match text::as_utf8(k)? {
            "sep" => sep = given,
            "end" => end = given,
            "file" => file = given,
            "flush" => flush = given,
            other => {
                return Err(raise!(
                    TypeError,
                    "'{other}' is an invalid keyword argument for print()"
                ));
            }
        }
    }
    let string = |v: Option<&'_ PyObject>, what: &str| match v.filter(|v| !v.is_none()) {
        Some(v) if v.downcast::<PyUnicodeObject>().is_none() => Err(raise!(
            TypeError,
            "{what} must be None or a string, not {}",
            err::short(&v.type_name(), 200)
        )),
        other => Ok(other.map(ObjectExt::own)),
    };
    let file = match file.filter(|f| !f.is_none()) {
        Some(f) => f.own(),
        None => match sys::get_object("stdout")? {
            None => return Err(raise!(RuntimeError, "lost sys.stdout")),
            // A process without a stdout prints nothing.
            Some(f) if f.is_none() => return Ok(()),
            Some(f) => f,
        },
    };
    let (sep, end) = (string(sep, "sep")?, string(end, "end")?);
    for (i, o) in args.positional().iter().enumerate() {
        if i > 0 {
            match &sep {
                Some(s) => write(&file, s)?,
                None => write(&file, id!(" ").as_object())?,
            }
        }
        write(&file, o)?;
    }
    match &end {
        Some(e) => write(&file, e)?,
        None => write(&file, id!("\n").as_object())?,
    }
    if let Some(f) = flush
        && object::is_true(f)?
    {
        call::method(&file, id!("flush").as_object(), &[])?;
    }
    Ok(())
}

fn stream(name: &str) -> PyResult<Owned> {
    match sys::get_object(name)?.filter(|f| !f.is_none()) {
        Some(f) => Ok(f),
        None => Err(raise!(RuntimeError, "input(): lost sys.{name}")),
    }
}

/// Is the stream the process's own terminal?
fn is_terminal(file: &PyObject, expected: RawFd) -> PyResult<bool> {
    let fd = match call::method(file, id!("fileno").as_object(), &[]) {
        Ok(fd) => long::as_i64(&fd)?,
        Err(_) => {
            err::clear();
            return Ok(false);
        }
    };
    // SAFETY: asks about a descriptor by number.
    Ok(fd == i64::from(expected) && unsafe { libc::isatty(expected) } != 0)
}

/// `input([prompt])`.
pub fn input(prompt: Option<&PyObject>) -> PyResult<Owned> {
    let (fin, fout, ferr) = (stream("stdin")?, stream("stdout")?, stream("stderr")?);
    sys::audit("builtins.input", &[prompt.unwrap_or(none())])?;
    if call::method(&ferr, id!("flush").as_object(), &[]).is_err() {
        err::clear();
    }
    let line = if is_terminal(&fin, 0)? && is_terminal(&fout, 1)? {
        from_terminal(prompt, &fin, &fout)?
    } else {
        if let Some(p) = prompt {
            write(&fout, p)?;
        }
        if call::method(&fout, id!("flush").as_object(), &[]).is_err() {
            err::clear();
        }
        pyrite_runtime::file::get_line(&fin, -1)?
    };
    sys::audit("builtins.input/result", &[&line])?;
    Ok(line)
}

fn text_attr(file: &PyObject, name: &str) -> PyResult<Owned> {
    object::get_attr(file, unicode::from_str(name)?.as_object())
}

/// Reads with the line editor.
fn from_terminal(prompt: Option<&PyObject>, fin: &PyObject, fout: &PyObject) -> PyResult<Owned> {
    let shown = match prompt {
        None => Vec::new(),
        Some(p) => {
            let text = object::str(p)?;
            let (encoding, errors) = (text_attr(fout, "encoding")?, text_attr(fout, "errors")?);
            let encoded = call::method(&text, id!("encode").as_object(), &[&encoding, &errors])?;
            encoded
                .downcast::<PyBytesObject>()
                .map(|b| bytes::as_slice(b).to_vec())
                .unwrap_or_default()
        }
    };
    if call::method(fout, id!("flush").as_object(), &[]).is_err() {
        err::clear();
    }
    if shown.contains(&0) {
        return Err(raise!(
            ValueError,
            "input: prompt string cannot contain null characters"
        ));
    }
    match readline::read_line(&shown)? {
        None => Err(err::set_none(exc::KeyboardInterrupt.get())),
        Some(line) if line.is_empty() => Err(err::set_none(exc::EOFError.get())),
        Some(line) => {
            let line = line.strip_suffix(b"\n").unwrap_or(&line);
            let (encoding, errors) = (text_attr(fin, "encoding")?, text_attr(fin, "errors")?);
            let raw = bytes::from_slice(line)?;
            call::method(
                raw.as_object(),
                id!("decode").as_object(),
                &[&encoding, &errors],
            )
        }
    }
}
