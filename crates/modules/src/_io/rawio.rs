//! `_RawIOBase`, `_BufferedIOBase` and `_TextIOBase`: what the three kinds of stream add.

use super::base::{BaseObject, PyIOBase_Type};
use super::{DEFAULT_BUFFER_SIZE, method, size_arg, unsupported};
use pyrite_macros::pytype;
use pyrite_runtime::args::WritableBuffer;
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytearray, bytes, codecs, err, long};

/// `_RawIOBase`.
pub struct RawIoBase;

#[pytype(name = "_io._RawIOBase", c_name = PyRawIOBase_Type, layout = BaseObject, base = PyIOBase_Type,
         flags = [BASETYPE, HAVE_GC], dictoffset = dict, weaklistoffset = weakreflist, free = gc_del, no_class)]
impl RawIoBase {
    #[method]
    fn read(slf: &PyObject, size: Option<isize>) -> PyResult<Owned> {
        let Ok(n) = usize::try_from(size.unwrap_or(-1)) else {
            return method(slf, id!("readall"), &[]);
        };
        let buffer = bytearray::from_slice(&bytes::shared::zeroed(n)?)?;
        let got = method(slf, id!("readinto"), &[buffer.as_object()])?;
        if got.is_none() {
            return Ok(got);
        }
        let got = pyrite_runtime::number::as_ssize_t(
            &got,
            Some(pyrite_runtime::exceptions::exc::ValueError.get()),
        )?;
        let read = bytearray::hold(&buffer);
        let got = usize::try_from(got).unwrap_or(0).min(read.len());
        Ok(bytes::from_slice(&read[..got])?.upcast())
    }
    #[method(args)]
    fn readinto(_slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        Err(err::set_none(exc::NotImplementedError.get()))
    }
    #[method(args)]
    fn write(_slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        Err(err::set_none(exc::NotImplementedError.get()))
    }
    #[method]
    fn readall(slf: &PyObject) -> PyResult<Owned> {
        let mut all = Vec::new();
        let size = long::from_usize(DEFAULT_BUFFER_SIZE)?;
        loop {
            let piece = method(slf, id!("read"), &[size.as_object()])?;
            if piece.is_none() {
                if all.is_empty() {
                    return Ok(piece);
                }
                break;
            }
            let Some(piece) = piece.downcast::<PyBytesObject>() else {
                return Err(raise!(TypeError, "read() should return bytes"));
            };
            if bytes::len(piece) == 0 {
                break;
            }
            codecs::extend(&mut all, bytes::as_slice(piece))?;
        }
        Ok(bytes::from_slice(&all)?.upcast())
    }
}

/// `_BufferedIOBase`.
pub struct BufferedIoBase;

/// `readinto` by way of a method that returns bytes.
fn read_into(o: &PyObject, buffer: &WritableBuffer, name: &str) -> PyResult<usize> {
    let n = long::from_usize(buffer.0.len())?;
    let data = super::method_named(o, name, &[n.as_object()])?;
    let Some(data) = data.downcast::<PyBytesObject>() else {
        return Err(raise!(TypeError, "read() should return bytes"));
    };
    let data = bytes::as_slice(data);
    if data.len() > buffer.0.len() {
        return Err(raise!(
            ValueError,
            "read() returned too much data: {} bytes requested, {} returned",
            buffer.0.len(),
            data.len()
        ));
    }
    store(&buffer.0, data);
    Ok(data.len())
}

/// Copies bytes to the start of a writable buffer.
pub(crate) fn store(buffer: &pyrite_runtime::buffer::Buffer, data: &[u8]) {
    if let Some(cells) = buffer.as_cells() {
        cells.iter().zip(data).for_each(|(c, &b)| c.set(b));
    }
}

#[pytype(name = "_io._BufferedIOBase", c_name = PyBufferedIOBase_Type, layout = BaseObject, base = PyIOBase_Type,
         flags = [BASETYPE, HAVE_GC], dictoffset = dict, weaklistoffset = weakreflist, free = gc_del, no_class)]
impl BufferedIoBase {
    #[method]
    fn detach(_slf: &PyObject) -> PyResult<Owned> {
        Err(unsupported("detach"))
    }
    #[method(args)]
    fn read(_slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        Err(unsupported("read"))
    }
    #[method(args)]
    fn read1(_slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        Err(unsupported("read1"))
    }
    #[method]
    fn readinto(slf: &PyObject, buffer: WritableBuffer) -> PyResult<usize> {
        read_into(slf, &buffer, "read")
    }
    #[method]
    fn readinto1(slf: &PyObject, buffer: WritableBuffer) -> PyResult<usize> {
        read_into(slf, &buffer, "read1")
    }
    #[method(args)]
    fn write(_slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        Err(unsupported("write"))
    }
}

/// `_TextIOBase`.
pub struct TextIoBase;

#[pytype(name = "_io._TextIOBase", c_name = PyTextIOBase_Type, layout = BaseObject, base = PyIOBase_Type,
         flags = [BASETYPE, HAVE_GC], dictoffset = dict, weaklistoffset = weakreflist, free = gc_del, no_class)]
impl TextIoBase {
    #[method]
    fn detach(_slf: &PyObject) -> PyResult<Owned> {
        Err(unsupported("detach"))
    }
    #[method(args)]
    fn read(_slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        Err(unsupported("read"))
    }
    #[method(args)]
    fn readline(_slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        Err(unsupported("readline"))
    }
    #[method(args)]
    fn write(_slf: &PyObject, _args: &[&PyObject]) -> PyResult<Owned> {
        Err(unsupported("write"))
    }
    #[getter]
    fn encoding(_slf: &PyObject) -> Option<Owned> {
        None
    }
    #[getter]
    fn newlines(_slf: &PyObject) -> Option<Owned> {
        None
    }
    #[getter]
    fn errors(_slf: &PyObject) -> Option<Owned> {
        None
    }
}

/// Fails with the message of a stream that was taken apart or never set up.
pub(crate) fn unusable(detached: bool) -> Raised {
    if detached {
        raise!(ValueError, "raw stream has been detached")
    } else {
        raise!(ValueError, "I/O operation on uninitialized object")
    }
}

/// The size argument of `read`.
pub(crate) fn read_size(o: Option<&PyObject>) -> PyResult<isize> {
    let n = size_arg(o)?;
    if n < -1 {
        Err(raise!(ValueError, "read length must be non-negative or -1"))
    } else {
        Ok(n)
    }
}

/// An OSError's BlockingIOError: how much was written before it would have blocked.
pub(crate) fn would_block(written: usize) -> Raised {
    let made = || -> PyResult<Owned> {
        let (errno, n) = (
            long::from_i64(i64::from(libc::EAGAIN))?,
            long::from_usize(written)?,
        );
        let text = pyrite_runtime::unicode::from_str("write could not complete without blocking")?;
        pyrite_runtime::call::call(
            pyrite_runtime::exceptions::exc::BlockingIOError.get(),
            &[errno.as_object(), text.as_object(), n.as_object()],
        )
    };
    match made() {
        Ok(exc) => err::set_instance(&exc),
        Err(raised) => raised,
    }
}
