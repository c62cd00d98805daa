//! `_IOBase`: what every stream can do, by way of what its class defines.

use super::{Stream, attr, attr_is_true, dealloc, generic_new, method, unsupported};
use pyrite_macros::pytype;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, err, gc, iter, list, long, object};

/// `_IOBase` instances have attributes and nothing else.
pub type BaseObject = Stream<()>;

/// `_IOBase`.
pub struct IoBase;

/// Is the stream closed, by its own `closed`?
pub(crate) fn is_closed(o: &PyObject) -> PyResult<bool> {
    let plain = match super::buffered::exact(o) {
        Some(b) => super::buffered::plainly_closed(b),
        None => super::fileio::plainly_closed(o),
    };
    match plain {
        Some(closed) => Ok(closed),
        None => attr_is_true(o, id!("closed")),
    }
}

pub(crate) fn closed_error() -> Raised {
    raise!(ValueError, "I/O operation on closed file.")
}

/// Fails if the stream is closed.
pub(crate) fn check_closed(o: &PyObject) -> PyResult<()> {
    if is_closed(o)? {
        Err(closed_error())
    } else {
        Ok(())
    }
}

/// Fails unless `o.<ability>()` is true.
pub(crate) fn check_ability(o: &PyObject, ability: &str, message: &str) -> PyResult<Owned> {
    let answer = super::method_named(o, ability, &[])?;
    if answer.is(py_true()) {
        Ok(answer)
    } else {
        Err(unsupported(message))
    }
}

/// Closes a stream that is going away; what goes wrong is nobody's business.
pub(crate) fn finalize(o: &PyObject) {
    let saved = err::fetch();
    let closed = match object::lookup_attr(o, id!("closed").as_object()) {
        Ok(Some(closed)) => object::is_true(&closed).unwrap_or(true),
        _ => true,
    };
    err::clear();
    if !closed {
        if object::set_attr(o, id!("_finalizing").as_object(), py_true()).is_err() {
            err::clear();
        }
        if method(o, id!("close"), &[]).is_err() {
            if pyrite_vm::import::interp().config.dev_mode.get() != 0 {
                err::write_unraisable(Some(o));
            } else {
                err::clear();
            }
        }
    }
    err::restore(saved);
}

const CLOSED: &str = "__IOBase_closed";

#[pytype(name = "_io._IOBase", c_name = PyIOBase_Type, layout = BaseObject, flags = [BASETYPE, HAVE_GC],
         dictoffset = dict, weaklistoffset = weakreflist, free = gc_del, no_class)]
impl IoBase {
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        generic_new(ty)
    }
    fn tp_dealloc(slf: *mut BaseObject) {
        // SAFETY: the last reference is gone.
        unsafe { dealloc(slf) }
    }
    fn tp_finalize(slf: &PyObject) {
        finalize(slf);
    }
    fn tp_traverse(slf: &BaseObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.dict.get())
    }
    fn tp_clear(slf: &BaseObject) {
        slf.dict.set_ref(None);
    }
    fn tp_iter(slf: &PyObject) -> PyResult<Owned> {
        check_closed(slf)?;
        Ok(slf.own())
    }
    #[getter]
    fn __dict__(slf: &PyObject) -> PyResult<Owned> {
        object::generic_get_dict(slf)
    }
    fn tp_iternext(slf: &PyObject) -> PyResult<Option<Owned>> {
        let line = method(slf, id!("readline"), &[])?;
        Ok((object::size(&line)? > 0).then_some(line))
    }

    #[method(args)]
    fn seek(_slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        Err(unsupported("seek"))
    }
    #[method]
    fn tell(slf: &PyObject) -> PyResult<Owned> {
        let (zero, one) = (long::from_i64(0)?, long::from_i64(1)?);
        method(slf, id!("seek"), &[zero.as_object(), one.as_object()])
    }
    #[method(args)]
    fn truncate(_slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        Err(unsupported("truncate"))
    }
    #[method]
    fn fileno(_slf: &PyObject) -> PyResult<Owned> {
        Err(unsupported("fileno"))
    }
    #[method]
    fn isatty(slf: &PyObject) -> PyResult<bool> {
        check_closed(slf)?;
        Ok(false)
    }
    #[method]
    fn flush(slf: &PyObject) -> PyResult<()> {
        // A closed stream of this class is one that was marked so.
        if object::has_attr(slf, id!(CLOSED).as_object())? {
            Err(closed_error())
        } else {
            Ok(())
        }
    }
    #[method]
    fn close(slf: &PyObject) -> PyResult<()> {
        close_base(slf)
    }
    #[method]
    fn seekable(_slf: &PyObject) -> bool {
        false
    }
    #[method]
    fn readable(_slf: &PyObject) -> bool {
        false
    }
    #[method]
    fn writable(_slf: &PyObject) -> bool {
        false
    }
    #[method]
    fn _checkClosed(slf: &PyObject) -> PyResult<()> {
        check_closed(slf)
    }
    #[method]
    fn _checkSeekable(slf: &PyObject) -> PyResult<Owned> {
        check_ability(slf, "seekable", "File or stream is not seekable.")
    }
    #[method]
    fn _checkReadable(slf: &PyObject) -> PyResult<Owned> {
        check_ability(slf, "readable", "File or stream is not readable.")
    }
    #[method]
    fn _checkWritable(slf: &PyObject) -> PyResult<Owned> {
        check_ability(slf, "writable", "File or stream is not writable.")
    }
    #[method]
    fn __enter__(slf: &PyObject) -> PyResult<Owned> {
        check_closed(slf)?;
        Ok(slf.own())
    }
    #[method(args)]
    fn __exit__(slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        method(slf, id!("close"), &[])
    }
    #[method]
    fn readline(slf: &PyObject, size: Option<&PyObject>) -> PyResult<Owned> {
        read_line(slf, super::size_arg(size)?)
    }
    #[method]
    fn readlines(slf: &PyObject, hint: Option<&PyObject>) -> PyResult<Owned> {
        read_lines(slf, super::size_arg(hint)?)
    }
    #[method]
    fn writelines(slf: &PyObject, lines: &PyObject) -> PyResult<()> {
        check_closed(slf)?;
        let lines = object::get_iter(lines)?;
        while let Some(line) = iter::next(&lines)? {
            method(slf, id!("write"), &[&line])?;
        }
        Ok(())
    }
    #[getter]
    fn closed(slf: &PyObject) -> PyResult<bool> {
        object::has_attr(slf, id!(CLOSED).as_object())
    }
}

/// `_IOBase.close`: flushes, and marks the stream as closed.
pub(crate) fn close_base(slf: &PyObject) -> PyResult<()> {
    if object::has_attr(slf, id!(CLOSED).as_object())? {
        return Ok(());
    }
    let flushed = method(slf, id!("flush"), &[]);
    err::finally(flushed, || {
        object::set_attr(slf, id!(CLOSED).as_object(), py_true())
    })
    .map(drop)
}

/// A line by way of `peek` (if there is one) and `read`.
fn read_line(o: &PyObject, limit: isize) -> PyResult<Owned> {
    let peek = object::lookup_attr(o, id!("peek").as_object())?;
    let mut line = Vec::new();
    while limit < 0 || (line.len() as isize) < limit {
        let mut n = 1;
        if let Some(peek) = &peek {
            let ahead = pyrite_runtime::call::call1(peek, long::from_i64(1)?.as_object())?;
            let Some(ahead) = ahead.downcast::<PyBytesObject>() else {
                let got = ahead.type_name();
                return Err(raise!(
                    OSError,
                    "peek() should have returned a bytes object, not '{}'",
                    err::short(&got, 200)
                ));
            };
            let ahead = bytes::as_slice(ahead);
            if !ahead.is_empty() {
                n = ahead
                    .iter()
                    .position(|&b| b == b'\n')
                    .map_or(ahead.len(), |at| at + 1);
            }
            if limit >= 0 {
                n = n.min(limit as usize - line.len());
            }
        }
        let piece = method(o, id!("read"), &[long::from_usize(n)?.as_object()])?;
        let Some(piece) = piece.downcast::<PyBytesObject>() else {
            let got = piece.type_name();
            return Err(raise!(
                OSError,
                "read() should have returned a bytes object, not '{}'",
                err::short(&got, 200)
            ));
        };
        let piece = bytes::as_slice(piece);
        if piece.is_empty() {
            break;
        }
        pyrite_runtime::codecs::extend(&mut line, piece)?;
        if line.last() == Some(&b'\n') {
            break;
        }
    }
    Ok(bytes::from_slice(&line)?.upcast())
}

/// All lines, or those up to `hint` bytes or characters.
pub(crate) fn read_lines(o: &PyObject, hint: isize) -> PyResult<Owned> {
    let lines = list::new(0)?;
    let items = object::get_iter(o)?;
    let mut total = 0;
    while let Some(line) = iter::next(&items)? {
        let n = object::size(&line)?;
        list::append(&lines, &line)?;
        total += n;
        if hint > 0 && total > hint {
            break;
        }
    }
    Ok(lines.upcast())
}

/// The name of a stream for its `repr`, if it has one.
pub(crate) fn name_of(o: &PyObject) -> PyResult<Option<Owned>> {
    match attr(o, id!("name")) {
        Ok(name) => Ok(Some(name)),
        Err(_) => {
            err::clear();
            Ok(None)
        }
    }
}
