//! `sys.stdin`, `sys.stdout`, `sys.stderr`, and the codecs that they and file names need.

use super::text;
use crate::config;
use crate::import::{self, interp};
use crate::prelude::*;
use crate::sys;

/// A stderr that needs no modules: writes straight to the descriptor.
#[repr(C)]
pub struct StdPrinterObject {
    pub ob_base: PyObject,
    pub fd: Cell<c_int>,
}
// SAFETY: begins with the head, all other fields are cells.
unsafe impl Layout for StdPrinterObject {}

pub struct StdPrinter;

#[pytype(name = "stderrprinter", c_name = PyStdPrinter_Type, layout = StdPrinterObject)]
impl StdPrinter {
    const tp_getattro: getattrofunc = Some(pyrite_runtime::object::generic_get_attr_slot);
    fn tp_repr(slf: &StdPrinterObject) -> PyResult<Owned> {
        text::format(format_args!(
            "<stdprinter(fd={}) object at 0x{:x}>",
            slf.fd.get(),
            slf.as_ptr() as usize
        ))
    }
    #[method]
    #[sig("($self, s, /)")]
    fn write(slf: &StdPrinterObject, s: &PyUnicodeObject) -> PyResult<usize> {
        let b = unicode::encode::utf8(s, Some("backslashreplace"))?;
        let data = bytes::as_slice(&b);
        // SAFETY: the buffer lives during the call.
        unsafe { libc::write(slf.fd.get(), data.as_ptr().cast(), data.len()) };
        Ok(data.len())
    }
    #[method]
    #[sig("($self, /)")]
    fn flush(_slf: &StdPrinterObject) {}
    #[method]
    #[sig("($self, /)")]
    fn close(_slf: &StdPrinterObject) {}
    #[method]
    #[sig("($self, /)")]
    fn fileno(slf: &StdPrinterObject) -> c_int {
        slf.fd.get()
    }
    #[method]
    #[sig("($self, /)")]
    fn isatty(slf: &StdPrinterObject) -> bool {
        // SAFETY: asks about a descriptor.
        unsafe { libc::isatty(slf.fd.get()) != 0 }
    }
    #[getter]
    fn closed(_slf: &StdPrinterObject) -> bool {
        false
    }
    #[getter]
    fn encoding(_slf: &StdPrinterObject) -> &'static str {
        "utf-8"
    }
    #[getter]
    fn mode(_slf: &StdPrinterObject) -> &'static str {
        "w"
    }
}

/// `PyFile_NewStdPrinter`.
pub fn new_std_printer(fd: c_int) -> PyResult<Owned> {
    let p = object::new_object::<StdPrinterObject>(&PyStdPrinter_Type)?;
    p.fd.set(fd);
    Ok(p.upcast())
}

/// What `sys.stderr` is until the real one is there.
pub fn preliminary_stderr() -> PyResult<Owned> {
    typeobject::ready(&PyStdPrinter_Type)?;
    new_std_printer(2)
}

/// Imports `encodings` and checks that the file system's codec is there; its own name for itself is kept.
pub fn init_encodings() -> PyResult<()> {
    let c = &interp().config;
    let name = config::string(&c.filesystem_encoding).unwrap_or_else(|| "utf-8".to_owned());
    import::import_module("encodings")?;
    let info = pyrite_runtime::codecs::lookup(&name)?;
    let own = object::get_attr(info.as_object(), id!("name").as_object())?;
    let own = text::as_utf8(&own)?;
    config::set(&c.filesystem_encoding, Some(own.as_bytes()));
    let errors =
        config::string(&c.filesystem_errors).unwrap_or_else(|| "surrogateescape".to_owned());
    unicode::fs::set_encoding(own, &errors);
    config::flags::publish(c);
    Ok(())
}

/// Replaces the name of the streams' codec by the codec's own.
pub fn init_stdio_encoding() -> PyResult<()> {
    let c = &interp().config;
    let name = config::bytes(&c.stdio_encoding).unwrap_or_else(|| b"utf-8".to_vec());
    let name = String::from_utf8(name)
        .map_err(|_| raise!(RuntimeWarning, "cannot decode stdio_encoding"))?;
    let info = pyrite_runtime::codecs::lookup(&name)?;
    let own = object::get_attr(info.as_object(), id!("name").as_object())?;
    config::set(&c.stdio_encoding, Some(text::as_utf8(&own)?.as_bytes()));
    Ok(())
}

/// What kind of file a descriptor is of (`S_IFMT` of its mode); `None` if it is not open.
fn kind(fd: c_int) -> Option<libc::mode_t> {
    // SAFETY: asks about a descriptor; the buffer is a whole stat.
    unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        (libc::fstat(fd, &raw mut st) == 0).then_some(st.st_mode & libc::S_IFMT)
    }
}

/// Nobody can read a program from a directory.
pub fn stdin_is_directory() -> bool {
    kind(0) == Some(libc::S_IFDIR)
}

/// A text stream on a descriptor; `None` if it is not open.
fn open(
    io: &PyObject,
    fd: c_int,
    name: &str,
    write: bool,
    encoding: &PyObject,
    errors: &PyObject,
) -> PyResult<Owned> {
    if kind(fd).is_none() {
        return Ok(none().own());
    }
    let c = &interp().config;
    let buffered = c.buffered_stdio.get() != 0;
    let text_of = |s: &str| unicode::from_str(s).map(Owned::upcast);
    let number = |n: i64| long::from_i64(n).map(Owned::upcast);
    let buffering = if !buffered && write { 0 } else { -1 };
    let mode = text_of(if write { "wb" } else { "rb" })?;
    let binary = text::call_method(
        io,
        "open",
        &[
            &*number(i64::from(fd))?,
            &mode,
            &*number(buffering)?,
            none(),
            none(),
            none(),
            py_false(),
        ],
    )?;
    let raw = if buffering == 0 {
        binary.clone()
    } else {
        object::get_attr(&binary, unicode::from_str("raw")?.as_object())?
    };
    let shown = text_of(name)?;
    object::set_attr(&raw, id!("name").as_object(), &shown)?;
    let tty = text::call_method(&raw, "isatty", &[])?;
    let tty = object::is_true(&tty)?;
    let write_through = bool_from(!buffered);
    let line_buffering = bool_from(buffered && (tty || c.interactive.get() != 0));
    let newline = text_of("\n")?;
    let stream = text::call_method(
        io,
        "TextIOWrapper",
        &[
            &binary,
            encoding,
            errors,
            &newline,
            &line_buffering,
            &write_through,
        ],
    )?;
    object::set_attr(
        &stream,
        id!("mode").as_object(),
        &*text_of(if write { "w" } else { "r" })?,
    )?;
    Ok(stream)
}

/// Makes the three streams.
pub fn init() -> PyResult<()> {
    let c = &interp().config;
    // The codec that comes to help when the others cannot be imported any more.
    pyrite_runtime::codecs::lookup("latin-1")?;
    let io = import::import_module("io")?;
    let builtins = import::import_module("builtins")?;
    let opener = object::get_attr(&io, unicode::from_str("open")?.as_object())?;
    object::set_attr(&builtins, unicode::from_str("open")?.as_object(), &opener)?;
    let encoding = text(&config::bytes(&c.stdio_encoding).unwrap_or_else(|| b"utf-8".to_vec()))?;
    let errors = text(&config::bytes(&c.stdio_errors).unwrap_or_else(|| b"strict".to_vec()))?;
    let backslash = text(b"backslashreplace")?;
    for (name, fd, write, errors) in [
        ("stdin", 0, false, &errors),
        ("stdout", 1, true, &errors),
        ("stderr", 2, true, &backslash),
    ] {
        let stream = open(&io, fd, &format!("<{name}>"), write, &encoding, errors)?;
        sys::set_object(&format!("__{name}__"), Some(&stream))?;
        sys::set_object(name, Some(&stream))?;
    }
    Ok(())
}

/// Flushes the output streams. False: something could not be written.
pub fn flush() -> bool {
    let mut ok = true;
    for name in ["stdout", "stderr"] {
        let Ok(Some(f)) = sys::get_object(name) else {
            continue;
        };
        if f.is_none() || is_closed(&f) {
            continue;
        }
        if call::method(&f, id!("flush").as_object(), &[]).is_err() {
            ok = false;
            if name == "stdout" {
                err::write_unraisable(Some(&f));
            } else {
                err::clear();
            }
        }
    }
    ok
}

fn is_closed(f: &PyObject) -> bool {
    let closed = object::lookup_attr(f, id!("closed").as_object())
        .and_then(|c| c.map_or(Ok(false), |c| object::is_true(&c)));
    closed.unwrap_or_else(|_| {
        err::clear();
        false
    })
}
