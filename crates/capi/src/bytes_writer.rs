//! `_PyBytesWriter`: bytes built piece by piece, by C that looks into the struct and keeps a pointer of its own.

use crate::prelude::*;
use crate::support::stolen;

/// Where the bytes start.
fn start(writer: &_PyBytesWriter) -> *mut u8 {
    if writer.use_small_buffer.get() != 0 {
        return writer.small_buffer.as_ptr().cast_mut().cast();
    }
    // SAFETY: the writer holds a bytes or bytearray object of its own.
    unsafe {
        match writer.buffer.get().as_ref() {
            None => std::ptr::null_mut(),
            Some(o) if writer.use_bytearray.get() != 0 => (*o.as_ptr().cast::<PyByteArrayObject>())
                .ob_start
                .get()
                .cast(),
            Some(o) => (*o.as_ptr().cast::<PyBytesObject>())
                .ob_sval
                .as_ptr()
                .cast_mut()
                .cast(),
        }
    }
}

/// Gives the writer room for `size` bytes and moves what is there; the new place of `at`.
fn resize(writer: &_PyBytesWriter, at: *mut u8, size: usize) -> PyResult<*mut u8> {
    let used = (at as usize).wrapping_sub(start(writer) as usize);
    if size <= writer.allocated.get() as usize {
        return Ok(at);
    }
    let spare = if writer.overallocate.get() != 0 {
        size / 4
    } else {
        0
    };
    let room = size
        .checked_add(spare)
        .filter(|n| *n <= isize::MAX as usize)
        .ok_or_else(err::no_memory)?;
    let old = start(writer);
    let new: Owned = if writer.use_bytearray.get() != 0 {
        bytearray::from_slice(&vec![0; room])?.upcast()
    } else {
        bytes::from_slice(&vec![0; room])?.upcast()
    };
    // SAFETY: the writer gives its object up.
    let previous = unsafe { stolen(writer.buffer.replace(new.into_ptr())) };
    writer.use_small_buffer.set(0);
    writer.allocated.set(room as Py_ssize_t);
    let moved = start(writer);
    // SAFETY: the new place is larger, and the old one alive.
    unsafe {
        if !old.is_null() {
            moved.copy_from_nonoverlapping(old, used);
        }
        drop(previous);
        Ok(moved.add(if old.is_null() { 0 } else { used }))
    }
}

/// Room for `size` more bytes.
fn prepare(writer: &_PyBytesWriter, at: *mut u8, size: usize) -> PyResult<*mut u8> {
    let needed = (writer.min_size.get() as usize)
        .checked_add(size)
        .filter(|n| *n <= isize::MAX as usize);
    let needed = needed.ok_or_else(err::no_memory)?;
    writer.min_size.set(needed as Py_ssize_t);
    resize(writer, at, needed)
}

/// Appends bytes; the new place behind them.
pub fn push(writer: &_PyBytesWriter, at: *mut u8, data: &[u8]) -> PyResult<*mut u8> {
    let at = prepare(writer, at, data.len())?;
    // SAFETY: room was made.
    unsafe {
        at.copy_from(data.as_ptr(), data.len());
        Ok(at.add(data.len()))
    }
}

capi! {
    fn _PyBytesWriter_Init(writer: &_PyBytesWriter) {
        // The buffer inside is left as it is: it is large, and written before it is read.
        writer.buffer.set(std::ptr::null_mut());
        writer.allocated.set(0);
        writer.min_size.set(0);
        writer.use_bytearray.set(0);
        writer.overallocate.set(0);
        writer.use_small_buffer.set(0);
    }

    fn _PyBytesWriter_Alloc(writer: &_PyBytesWriter, size: Py_ssize_t) -> PyResult<*mut c_void> {
        writer.use_small_buffer.set(1);
        writer.allocated.set(writer.small_buffer.len() as Py_ssize_t);
        Ok(prepare(writer, start(writer), size.max(0) as usize)?.cast())
    }

    fn _PyBytesWriter_Prepare(writer: &_PyBytesWriter, at: *mut c_void, size: Py_ssize_t) -> PyResult<*mut c_void> {
        Ok(prepare(writer, at.cast(), size.max(0) as usize)?.cast())
    }

    fn _PyBytesWriter_Resize(writer: &_PyBytesWriter, at: *mut c_void, size: Py_ssize_t) -> PyResult<*mut c_void> {
        Ok(resize(writer, at.cast(), size.max(0) as usize)?.cast())
    }

    fn _PyBytesWriter_WriteBytes(writer: &_PyBytesWriter, at: *mut c_void, data: *const c_void, size: Py_ssize_t) -> PyResult<*mut c_void> {
        // SAFETY: C passes as many bytes.
        let data = unsafe { crate::support::bytes_at(data.cast(), size) };
        Ok(push(writer, at.cast(), data)?.cast())
    }

    fn _PyBytesWriter_Finish(writer: &_PyBytesWriter, at: *mut c_void) -> PyResult<Owned> {
        let from = start(writer);
        let size = (at as usize).wrapping_sub(from as usize);
        // SAFETY: as many bytes were written.
        let written = unsafe { crate::support::bytes_at(from.cast(), size as Py_ssize_t) };
        let result = if writer.use_bytearray.get() != 0 {
            bytearray::from_slice(written)?.upcast()
        } else {
            bytes::from_slice(written)?.upcast()
        };
        writer.buffer.set_ref(None);
        Ok(result)
    }

    fn _PyBytesWriter_Dealloc(writer: &_PyBytesWriter) { writer.buffer.set_ref(None) }
}
