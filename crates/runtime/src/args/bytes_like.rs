//! Bytes-like objects and single characters as arguments.

use super::{Arg, FromArg};
use crate::buffer::{self, Buffer};
use crate::prelude::*;
use crate::{bytes, unicode};

/// Contiguous bytes to read (`y*`); given back when dropped.
impl<'a> FromArg<'a> for Buffer {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        let view = buffer::get_simple(o)?;
        if buffer::is_contiguous(view.view(), b'C') {
            Ok(view)
        } else {
            Err(at.bad("contiguous buffer", o))
        }
    }
}

/// Contiguous bytes to write (`w*`).
pub struct WritableBuffer(pub Buffer);

impl<'a> FromArg<'a> for WritableBuffer {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        let Ok(view) = buffer::get(o, PyBUF_WRITABLE) else {
            crate::err::clear();
            return Err(at.bad("read-write bytes-like object", o));
        };
        if buffer::is_contiguous(view.view(), b'C') {
            Ok(WritableBuffer(view))
        } else {
            Err(at.bad("contiguous buffer", o))
        }
    }
}

/// A str, taken as UTF-8, or bytes (`s*`).
pub enum StrOrBuffer<'a> {
    Str(&'a str),
    Buffer(Buffer),
}

impl StrOrBuffer<'_> {
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            StrOrBuffer::Str(text) => text.as_bytes(),
            StrOrBuffer::Buffer(buffer) => buffer.as_slice(),
        }
    }
}

impl<'a> FromArg<'a> for StrOrBuffer<'a> {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        match o.downcast::<PyUnicodeObject>() {
            Some(text) => unicode::as_utf8(text).map(StrOrBuffer::Str),
            None => Buffer::from_arg(o, at).map(StrOrBuffer::Buffer),
        }
    }
}

/// A str of one character (`C`).
pub struct Char(pub u32);

impl<'a> FromArg<'a> for Char {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        let text = o.downcast::<PyUnicodeObject>().map(unicode::chars);
        match text {
            Some(text) if text.len() == 1 => Ok(Char(text.at(0))),
            _ => Err(at.bad("a unicode character", o)),
        }
    }
}

/// Bytes of length 1 (`c`).
pub struct ByteChar(pub u8);

impl<'a> FromArg<'a> for ByteChar {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        let data = match (
            o.downcast::<PyBytesObject>(),
            o.downcast::<PyByteArrayObject>(),
        ) {
            (Some(o), _) => bytes::as_slice(o).to_vec(),
            (_, Some(o)) => crate::bytearray::to_vec(o)?,
            _ => Vec::new(),
        };
        match data.as_slice() {
            [byte] => Ok(ByteChar(*byte)),
            _ => Err(at.bad("a byte string of length 1", o)),
        }
    }
}
