//! What is searched: a str, or the bytes of anything that shows them.

use pyrite_runtime::buffer::{self, Buffer};
use pyrite_runtime::prelude::*;
use pyrite_runtime::unicode::{self, Chars};
use pyrite_runtime::{bytes, err};

/// An object with the right to read it.
pub struct Subject {
    object: Owned,
    /// None for a str.
    buffer: Option<Buffer>,
}

impl Subject {
    pub fn new(object: &PyObject) -> PyResult<Subject> {
        let buffer = match object.downcast::<PyUnicodeObject>() {
            Some(_) => None,
            None => match buffer::get(object, PyBUF_SIMPLE) {
                Ok(buffer) => Some(buffer),
                Err(_) => {
                    err::clear();
                    return Err(raise!(TypeError, "expected string or bytes-like object"));
                }
            },
        };
        Ok(Subject {
            object: object.own(),
            buffer,
        })
    }

    pub fn object(&self) -> &PyObject {
        &self.object
    }

    pub fn is_bytes(&self) -> bool {
        self.buffer.is_some()
    }

    pub fn chars(&self) -> Chars<'_> {
        match (&self.buffer, self.object.downcast::<PyUnicodeObject>()) {
            (Some(buffer), _) => Chars::One(buffer.as_slice()),
            (None, Some(s)) => unicode::chars(s),
            (None, None) => Chars::One(&[]),
        }
    }

    pub fn len(&self) -> usize {
        self.chars().len()
    }

    /// A part, as str or bytes.
    pub fn slice(&self, start: usize, end: usize) -> PyResult<Owned> {
        if let Some(s) = self.object.downcast::<PyUnicodeObject>() {
            return Ok(unicode::substring(s, start, end.max(start))?.upcast());
        }
        if let Some(b) = self.object.downcast_exact::<PyBytesObject>()
            && start == 0
            && end >= bytes::len(b)
        {
            return Ok(self.object.clone());
        }
        let all = self.buffer.as_ref().map_or(&[][..], Buffer::as_slice);
        let end = end.min(all.len());
        Ok(bytes::from_slice(all.get(start..end).unwrap_or_default())?.upcast())
    }
}
