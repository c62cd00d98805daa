//! Changing the size and the contents.

use super::{as_ptr, hold, len, to_vec};
use crate::bytes::shared;
use crate::prelude::*;
use crate::{buffer, err, mem};
use std::ptr;

fn exported() -> Raised {
    raise!(
        BufferError,
        "Existing exports of data: object cannot be re-sized"
    )
}

/// `PyByteArray_Resize`: bytes that are new are not written.
pub fn resize(o: &PyByteArrayObject, n: usize) -> PyResult<()> {
    if n == len(o) {
        return Ok(());
    }
    if o.ob_exports.get() > 0 {
        return Err(exported());
    }
    let alloc = o.ob_alloc.get() as usize;
    let offset = o.ob_start.get() as usize - o.ob_bytes.get() as usize;
    if n > isize::MAX as usize - 16 {
        return Err(err::no_memory());
    }
    let wanted = if n + offset < alloc {
        if n >= alloc / 2 {
            // Small changes stay in place.
            set_len(o, n);
            return Ok(());
        }
        n + 1
    } else if n <= alloc + alloc / 8 {
        n + (n >> 3) + if n < 9 { 3 } else { 6 }
    } else {
        n + 1
    };
    move_to(o, n, wanted)
}

/// Sets the size within the block, and the zero behind the bytes.
fn set_len(o: &PyByteArrayObject, n: usize) {
    o.ob_base.ob_size.set(n as Py_ssize_t);
    if !o.ob_start.get().is_null() {
        // SAFETY: the block has more than `n` bytes behind its start.
        unsafe { o.ob_start.get().cast::<u8>().add(n).write(0) };
    }
}

/// Moves the bytes to the start of a block of `size` bytes.
fn move_to(o: &PyByteArrayObject, n: usize, size: usize) -> PyResult<()> {
    let old = o.ob_bytes.get().cast::<u8>();
    let kept = len(o).min(n);
    // SAFETY: the old block (if there is one) came from the object allocator and holds `len` bytes at `ob_start`; the
    // new one holds at least `n + 1`.
    unsafe {
        let block = if o.ob_start.get() == o.ob_bytes.get() && !old.is_null() {
            mem::object_realloc(old, size)
        } else {
            let block = mem::object_alloc(size);
            if !block.is_null() && !old.is_null() {
                ptr::copy_nonoverlapping(o.ob_start.get().cast::<u8>(), block, kept);
                mem::object_free(old);
            }
            block
        };
        if block.is_null() {
            return Err(err::no_memory());
        }
        o.ob_bytes.set(block.cast());
        o.ob_start.set(block.cast());
        o.ob_alloc.set(size as Py_ssize_t);
    }
    set_len(o, n);
    Ok(())
}

/// Sets one byte that is in range.
pub(super) fn put(o: &PyByteArrayObject, at: usize, byte: u8) {
    if at < len(o) {
        // SAFETY: the byte is within the object's size.
        unsafe { as_ptr(o).add(at).write(byte) };
    }
}

/// Copies bytes into the object at a place where they fit.
fn write(o: &PyByteArrayObject, at: usize, bytes: &[u8]) {
    debug_assert!(at + bytes.len() <= len(o));
    // SAFETY: the callers made room; the source may be a part of the object itself.
    unsafe { ptr::copy(bytes.as_ptr(), as_ptr(o).add(at), bytes.len()) };
}

/// Replaces the bytes from `low` to `high`.
pub(super) fn splice(o: &PyByteArrayObject, low: usize, high: usize, new: &[u8]) -> PyResult<()> {
    let old = len(o);
    let (low, high) = (low.min(old), high.max(low).min(old));
    let n = old - (high - low);
    let Some(n) = n.checked_add(new.len()) else {
        return Err(err::no_memory());
    };
    if n == old {
        write(o, low, new);
        return Ok(());
    }
    if o.ob_exports.get() > 0 {
        return Err(exported());
    }
    if n < old {
        if low == 0 {
            // Taken off the front: the start moves.
            let shift = old - n;
            // SAFETY: `shift` is less than the number of bytes in the block.
            o.ob_start.set(unsafe { o.ob_start.get().add(shift) });
            o.ob_base.ob_size.set(n as Py_ssize_t);
        } else {
            // SAFETY: both ranges are within the bytes.
            unsafe {
                ptr::copy(
                    as_ptr(o).add(high),
                    as_ptr(o).add(low + new.len()),
                    old - high,
                )
            };
        }
        if low == 0 {
            shrink_after_front(o, n)?;
        } else {
            resize(o, n)?;
        }
    } else {
        resize(o, n)?;
        // SAFETY: the object now has `n` bytes; the tail moves to its end.
        unsafe {
            ptr::copy(
                as_ptr(o).add(high),
                as_ptr(o).add(low + new.len()),
                old - high,
            )
        };
    }
    write(o, low, new);
    Ok(())
}

/// Gives memory back when most of the block lies before the start.
fn shrink_after_front(o: &PyByteArrayObject, n: usize) -> PyResult<()> {
    let alloc = o.ob_alloc.get() as usize;
    if n < alloc / 2 {
        return move_to(o, n, n + 1);
    }
    Ok(())
}

/// Appends bytes; they may be the object's own.
pub fn extend(o: &PyByteArrayObject, bytes: &[u8]) -> PyResult<()> {
    let old = len(o);
    let Some(n) = old.checked_add(bytes.len()) else {
        return Err(err::no_memory());
    };
    resize(o, n)?;
    write(o, old, bytes);
    Ok(())
}

/// The bytes of a value that is being put in: a copy if it is the object itself.
pub(super) fn value_bytes(o: &PyByteArrayObject, value: &PyObject) -> PyResult<Vec<u8>> {
    if value.is(o) {
        return to_vec(o);
    }
    let view = buffer::get_simple(value)?;
    let mut v = Vec::new();
    crate::codecs::extend(&mut v, &view)?;
    Ok(v)
}

/// `o[low:high] = value`.
pub fn assign(
    o: &PyByteArrayObject,
    low: usize,
    high: usize,
    value: Option<&PyObject>,
) -> PyResult<()> {
    let bytes = match value {
        Some(value) => value_bytes(o, value)?,
        None => Vec::new(),
    };
    splice(o, low, high, &bytes)
}

/// `PyByteArray_Concat`.
pub fn concat(a: &PyObject, b: &PyObject) -> PyResult<Owned<PyByteArrayObject>> {
    let (Ok(x), Ok(y)) = (shared::view(a), shared::view(b)) else {
        err::clear();
        let (x, y) = (b.type_name(), a.type_name());
        return Err(raise!(
            TypeError,
            "can't concat {} to {}",
            err::short(&x, 100),
            err::short(&y, 100)
        ));
    };
    let mut v = Vec::new();
    crate::codecs::extend(&mut v, &x)?;
    crate::codecs::extend(&mut v, &y)?;
    super::from_slice(&v)
}

/// Removes the byte at `at` and returns it.
pub(super) fn remove_at(o: &PyByteArrayObject, at: usize) -> PyResult<u8> {
    if o.ob_exports.get() > 0 {
        return Err(exported());
    }
    let Some(&byte) = hold(o).get(at) else {
        return Err(raise!(IndexError, "pop index out of range"));
    };
    let n = len(o);
    // SAFETY: both ranges are within the bytes.
    unsafe { ptr::copy(as_ptr(o).add(at + 1), as_ptr(o).add(at), n - at - 1) };
    resize(o, n - 1)?;
    Ok(byte)
}

/// Reverses the bytes in place.
pub(super) fn reverse(o: &PyByteArrayObject) {
    let n = len(o);
    // SAFETY: the bytes are the object's own and no reference to them is alive.
    unsafe { std::slice::from_raw_parts_mut(as_ptr(o), n).reverse() };
}
