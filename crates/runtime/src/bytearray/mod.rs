//! bytearray: bytes that change.
//!
//! The bytes lie in a block of their own, `ob_start` somewhere in it, so that taking some off the front is cheap.
//! While anybody holds a buffer (`ob_exports`), the size is fixed. Code here that reads the bytes while foreign code may
//! run holds an export itself (`hold`), so that the block stays where it is.

mod edit;
mod iter;
mod type_;

use crate::prelude::*;
use crate::{err, mem};
use std::ops::Deref;
use std::ptr;

pub use edit::{assign, concat, extend, resize};
pub use iter::PyByteArrayIter_Type;
pub use type_::{ByteArray, PyByteArray_Type};

struct Empty([Cell<u8>; 1]);

// SAFETY: never written.
unsafe impl Sync for Empty {}

/// What C sees as the bytes of an empty bytearray.
#[unsafe(no_mangle)]
static _PyByteArray_empty_string: Empty = Empty([Cell::new(0)]);

#[inline]
pub fn len(o: &PyByteArrayObject) -> usize {
    o.ob_base.ob_size.get() as usize
}

/// `PyByteArray_AsString`: the bytes, which end in a zero.
pub fn as_ptr(o: &PyByteArrayObject) -> *mut u8 {
    if len(o) == 0 || o.ob_start.get().is_null() {
        return _PyByteArray_empty_string.0.as_ptr().cast_mut().cast();
    }
    o.ob_start.get().cast()
}

/// The bytes, kept in place until this is dropped.
pub struct Held<'a>(&'a PyByteArrayObject);

/// Keeps the bytes in place while they are read.
pub fn hold(o: &PyByteArrayObject) -> Held<'_> {
    o.ob_exports.set(o.ob_exports.get() + 1);
    Held(o)
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.ob_exports.set(self.0.ob_exports.get() - 1);
    }
}

impl Deref for Held<'_> {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        // SAFETY: `ob_size` bytes lie at the pointer, and the export keeps the block from being moved.
        unsafe { std::slice::from_raw_parts(as_ptr(self.0), len(self.0)) }
    }
}

/// A copy of the bytes.
pub fn to_vec(o: &PyByteArrayObject) -> PyResult<Vec<u8>> {
    let mut v = Vec::new();
    crate::codecs::extend(&mut v, &hold(o))?;
    Ok(v)
}

/// `PyByteArray_FromStringAndSize`.
pub fn from_slice(bytes: &[u8]) -> PyResult<Owned<PyByteArrayObject>> {
    let o: Owned<PyByteArrayObject> = mem::new_object(&PyByteArray_Type)?;
    if bytes.is_empty() {
        return Ok(o);
    }
    let block = mem::object_alloc(bytes.len() + 1);
    if block.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: the block has room for the bytes and a zero.
    unsafe {
        ptr::copy_nonoverlapping(bytes.as_ptr(), block, bytes.len());
        block.add(bytes.len()).write(0);
    }
    o.ob_bytes.set(block.cast());
    o.ob_start.set(block.cast());
    o.ob_alloc.set(bytes.len() as Py_ssize_t + 1);
    o.ob_base.ob_size.set(bytes.len() as Py_ssize_t);
    Ok(o)
}

/// `PyByteArray_FromObject`.
pub fn from_object(o: &PyObject) -> PyResult<Owned> {
    crate::call::call1(PyByteArray_Type.as_object(), o)
}
