//! `open`: a raw file with the buffer and the text layer that the mode asks for.

use super::buffered::{PyBufferedRandom_Type, PyBufferedReader_Type, PyBufferedWriter_Type};
use super::fileio::{PyFileIO_Type, fs_path};
use super::text::PyTextIOWrapper_Type;
use super::{DEFAULT_BUFFER_SIZE, attr, method};
use pyrite_runtime::args::Truth;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, err, exceptions, long, number, object, unicode};

/// The arguments of `open`.
pub struct Request<'a> {
    pub file: &'a PyObject,
    pub mode: &'a str,
    pub buffering: i32,
    pub encoding: Option<&'a str>,
    pub errors: Option<&'a str>,
    pub newline: Option<&'a str>,
    pub closefd: Truth,
    pub opener: Option<&'a PyObject>,
}

/// The letters of a mode.
#[derive(Default)]
struct Mode {
    creating: bool,
    reading: bool,
    writing: bool,
    appending: bool,
    updating: bool,
    text: bool,
    binary: bool,
    universal: bool,
}

fn parse(mode: &str) -> PyResult<Mode> {
    let mut m = Mode::default();
    for c in mode.chars() {
        let flag = match c {
            'x' => &mut m.creating,
            'r' => &mut m.reading,
            'w' => &mut m.writing,
            'a' => &mut m.appending,
            '+' => &mut m.updating,
            't' => &mut m.text,
            'b' => &mut m.binary,
            'U' => &mut m.universal,
            _ => return Err(invalid(mode)),
        };
        if std::mem::replace(flag, true) {
            return Err(invalid(mode));
        }
    }
    if m.universal {
        if m.creating || m.writing || m.appending || m.updating {
            return Err(raise!(
                ValueError,
                "mode U cannot be combined with 'x', 'w', 'a', or '+'"
            ));
        }
        err::warn_format(
            exceptions::exc::DeprecationWarning.get(),
            1,
            format_args!("'U' mode is deprecated"),
        )?;
        m.reading = true;
    }
    Ok(m)
}

fn invalid(mode: &str) -> Raised {
    raise!(ValueError, "invalid mode: '{mode}'")
}

fn check(r: &Request<'_>, m: &Mode) -> PyResult<()> {
    let fail = |message: &str| Err(raise!(ValueError, "{message}"));
    if m.text && m.binary {
        return fail("can't have text and binary mode at once");
    }
    if [m.creating, m.reading, m.writing, m.appending]
        .iter()
        .filter(|&&on| on)
        .count()
        != 1
    {
        return fail("must have exactly one of create/read/write/append mode");
    }
    if m.binary && r.encoding.is_some() {
        return fail("binary mode doesn't take an encoding argument");
    }
    if m.binary && r.errors.is_some() {
        return fail("binary mode doesn't take an errors argument");
    }
    if m.binary && r.newline.is_some() {
        return fail("binary mode doesn't take a newline argument");
    }
    if m.binary && r.buffering == 1 {
        err::warn_format(
            exceptions::exc::RuntimeWarning.get(),
            1,
            format_args!(
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used"
            ),
        )?;
    }
    Ok(())
}

pub fn open(r: &Request<'_>) -> PyResult<Owned> {
    let path = if r.file.downcast::<PyLongObject>().is_some() || number::check(r.file) {
        r.file.own()
    } else {
        fs_path(r.file).map_err(|raised| {
            if !err::matches(exceptions::exc::TypeError.get()) || has_fspath(r.file) {
                return raised;
            }
            err::clear();
            match unicode::repr_of(r.file) {
                Ok(shown) => raise!(
                    TypeError,
                    "invalid file: {}",
                    unicode::to_string_lossy(&shown)
                ),
                Err(raised) => raised,
            }
        })?
    };
    let m = parse(r.mode)?;
    check(r, &m)?;
    let raw_mode: String = [
        (m.creating, 'x'),
        (m.reading, 'r'),
        (m.writing, 'w'),
        (m.appending, 'a'),
        (m.updating, '+'),
    ]
    .iter()
    .filter(|(on, _)| *on)
    .map(|(_, c)| *c)
    .collect();
    let raw_mode = unicode::from_str(&raw_mode)?;
    let closefd = bool_from(r.closefd.0);
    let opener = r.opener.map_or_else(|| none().own(), |o| o.own());
    let raw = call::call(
        PyFileIO_Type.as_object(),
        &[&path, raw_mode.as_object(), &closefd, &opener],
    )?;
    layers(r, &m, &raw).inspect_err(|_| close_after_error(&raw))
}

/// What was opened is closed again before it is dropped, which would warn.
fn close_after_error(o: &PyObject) {
    let saved = err::fetch();
    let _ = method(o, id!("close"), &[]);
    err::chain_exceptions(saved);
}

fn has_fspath(o: &PyObject) -> bool {
    let found = pyrite_runtime::typeobject::lookup_special(o, id!("__fspath__").as_object());
    matches!(found, Ok(Some(_)))
}

fn layers(r: &Request<'_>, m: &Mode, raw: &Owned) -> PyResult<Owned> {
    let tty = attr_is_true_call(raw, "isatty")?;
    let mut line_buffering = r.buffering == 1 && !m.binary;
    let mut size = isize::try_from(r.buffering).unwrap_or(-1);
    if size == 1 || (size < 0 && tty) {
        size = -1;
        line_buffering = line_buffering || !m.binary;
    }
    if size < 0 {
        let block = attr(raw, id!("_blksize"))?;
        size = number::as_ssize_t(&block, None).unwrap_or(DEFAULT_BUFFER_SIZE as isize);
    }
    if r.buffering < -1 {
        return Err(raise!(ValueError, "invalid buffering size"));
    }
    if size == 0 {
        return match m.binary {
            true => Ok(raw.clone()),
            false => Err(raise!(ValueError, "can't have unbuffered text I/O")),
        };
    }
    let class: &PyTypeObject = if m.updating {
        &PyBufferedRandom_Type
    } else if m.reading {
        &PyBufferedReader_Type
    } else {
        &PyBufferedWriter_Type
    };
    let size = long::from_i64(size as i64)?;
    let buffer = call::call(class.as_object(), &[raw, size.as_object()])?;
    if m.binary {
        return Ok(buffer);
    }
    wrap(r, &buffer, line_buffering).inspect_err(|_| close_after_error(&buffer))
}

/// The text stream over a buffer.
fn wrap(r: &Request<'_>, buffer: &Owned, line_buffering: bool) -> PyResult<Owned> {
    let text = |t: Option<&str>| -> PyResult<Owned> {
        match t {
            Some(t) => Ok(unicode::from_str(t)?.upcast()),
            None => Ok(none().own()),
        }
    };
    let line = bool_from(line_buffering);
    let args = [
        buffer.clone(),
        text(r.encoding)?,
        text(r.errors)?,
        text(r.newline)?,
        line,
    ];
    let args: Vec<&PyObject> = args.iter().map(|o| &**o).collect();
    let wrapper = call::call(PyTextIOWrapper_Type.as_object(), &args)?;
    object::set_attr(
        &wrapper,
        id!("mode").as_object(),
        unicode::from_str(r.mode)?.as_object(),
    )?;
    Ok(wrapper)
}

/// The truth of what a method returns.
fn attr_is_true_call(o: &PyObject, name: &str) -> PyResult<bool> {
    object::is_true(&*super::method_named(o, name, &[])?)
}

/// `open_code`: a file that will be run.
pub fn open_code(path: &PyUnicodeObject) -> PyResult<Owned> {
    if pyrite_runtime::tstate::_PyRuntime
        .open_code_hook
        .get()
        .is_some()
    {
        return pyrite_vm::sys::hooks::open_code(path.as_object());
    }
    open(&Request {
        file: path.as_object(),
        mode: "rb",
        buffering: -1,
        encoding: None,
        errors: None,
        newline: None,
        closefd: Truth(true),
        opener: None,
    })
}
