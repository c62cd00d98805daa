//! Items and parts of views: reading, writing, slicing, copying out.

use super::{Shown, check_released, dimensions, new_view, pack, shape, strides, suboffsets};
use crate::prelude::*;
use crate::{buffer, bytes, err, exceptions, list, number, tuple};
use std::ptr;

/// The address of the item at an index of one dimension, from `p` on.
fn step(v: &PyMemoryViewObject, p: *mut u8, dimension: usize, index: isize) -> PyResult<*mut u8> {
    let n = super::number_of(v, v.view.shape.get(), dimension).unwrap_or(0);
    let at = if index < 0 {
        index.wrapping_add(n)
    } else {
        index
    };
    if !(0..n).contains(&at) {
        return Err(raise!(
            IndexError,
            "index out of bounds on dimension {}",
            dimension + 1
        ));
    }
    let stride = super::number_of(v, v.view.strides.get(), dimension).unwrap_or(0);
    // SAFETY: the index is within the shape, so the exporter has an item (or a pointer to a row) there.
    unsafe {
        let p = p.offset(stride * at);
        match super::number_of(v, v.view.suboffsets.get(), dimension) {
            Some(sub) if sub >= 0 => Ok(p.cast::<*mut u8>().read_unaligned().offset(sub)),
            _ => Ok(p),
        }
    }
}

fn start(v: &PyMemoryViewObject) -> *mut u8 {
    v.view.buf.get().cast()
}

fn letter(v: &PyMemoryViewObject) -> PyResult<u8> {
    pack::expect_letter(buffer::format_of(&v.view))
}

/// `v[index]`.
pub fn item(v: &PyMemoryViewObject, index: isize) -> PyResult<Owned> {
    check_released(v)?;
    let letter = letter(v)?;
    match dimensions(v) {
        0 => Err(raise!(TypeError, "invalid indexing of 0-dim memory")),
        1 => {
            let p = step(v, start(v), 0, index)?;
            // SAFETY: an item of the format's size lies at the address.
            unsafe { pack::unpack(p, letter) }
        }
        _ => Err(raise!(
            NotImplementedError,
            "multi-dimensional sub-views are not implemented"
        )),
    }
}

/// The items of a key that is a tuple, if all of them pass.
fn tuple_of(key: &PyObject, test: impl Fn(&PyObject) -> bool) -> Option<Vec<Owned>> {
    let items = tuple::as_slice(key.downcast::<PyTupleObject>()?);
    (!items.is_empty() && items.iter().all(|o| test(o)))
        .then(|| items.iter().map(|o| o.own()).collect())
}

/// The items of a key that is a tuple of indices; the empty one is.
fn indices_of(key: &PyObject) -> Option<Vec<Owned>> {
    let empty = key
        .downcast::<PyTupleObject>()
        .is_some_and(|t| tuple::as_slice(t).is_empty());
    if empty {
        Some(Vec::new())
    } else {
        tuple_of(key, number::index_check)
    }
}

fn is_slice(o: &PyObject) -> bool {
    o.downcast::<PySliceObject>().is_some()
}

/// The address that a tuple of indices leads to.
fn address(v: &PyMemoryViewObject, indices: &[Owned]) -> PyResult<*mut u8> {
    let n = dimensions(v);
    if indices.len() > n {
        return Err(raise!(
            TypeError,
            "cannot index {n}-dimension view with {}-element tuple",
            indices.len()
        ));
    }
    let mut p = start(v);
    for (dimension, index) in indices.iter().enumerate() {
        let index = number::as_ssize_t(index, Some(exceptions::exc::IndexError.get()))?;
        check_released(v)?;
        p = step(v, p, dimension, index)?;
    }
    Ok(p)
}

pub fn subscript(v: &PyMemoryViewObject, key: &PyObject) -> PyResult<Owned> {
    check_released(v)?;
    if dimensions(v) == 0 {
        if key
            .downcast::<PyTupleObject>()
            .is_some_and(|t| tuple::as_slice(t).is_empty())
        {
            let letter = letter(v)?;
            // SAFETY: the one item lies at the start.
            return unsafe { pack::unpack(start(v), letter) };
        }
        return match key.is(ellipsis()) {
            true => Ok(v.own()),
            false => Err(raise!(TypeError, "invalid indexing of 0-dim memory")),
        };
    }
    if number::index_check(key) {
        return item(
            v,
            number::as_ssize_t(key, Some(exceptions::exc::IndexError.get()))?,
        );
    }
    if is_slice(key) {
        return Ok(slice(v, key)?.upcast());
    }
    if let Some(indices) = indices_of(key) {
        if indices.len() < dimensions(v) {
            return Err(raise!(NotImplementedError, "sub-views are not implemented"));
        }
        let letter = letter(v)?;
        let p = address(v, &indices)?;
        // SAFETY: the address of an item.
        return unsafe { pack::unpack(p, letter) };
    }
    if tuple_of(key, is_slice).is_some() {
        return Err(raise!(
            NotImplementedError,
            "multi-dimensional slicing is not implemented"
        ));
    }
    Err(raise!(TypeError, "memoryview: invalid slice key"))
}

/// The part of the first dimension that a slice selects, as a view.
fn slice(v: &PyMemoryViewObject, key: &PyObject) -> PyResult<Owned<PyMemoryViewObject>> {
    let bounds = crate::slice::unpack(key)?;
    check_released(v)?;
    let (mut shape, mut strides) = (shape(v), strides(v));
    let Some(managed) = v.mbuf.load() else {
        return Err(err::bad_internal_call());
    };
    let picked = bounds.adjust(shape[0]);
    let like = Py_buffer::ZEROED;
    super::managed::copy_view(&like, &v.view);
    let offset = strides[0].wrapping_mul(picked.start);
    let subs = suboffsets(v);
    like.buf.set(start(v).wrapping_offset(offset).cast());
    shape[0] = picked.count;
    strides[0] = strides[0].wrapping_mul(picked.step);
    new_view(
        &managed,
        &like,
        &Shown {
            shape,
            strides,
            suboffsets: subs,
        },
    )
}

/// Writes an item.
fn put(
    v: &PyMemoryViewObject,
    value: &PyObject,
    place: impl FnOnce() -> PyResult<*mut u8>,
) -> PyResult<()> {
    let (bytes, n) = pack::pack(value, letter(v)?)?;
    // Making the bytes may have run code that released the view.
    check_released(v)?;
    let p = place()?;
    // SAFETY: an item of that size lies at the address, in writable memory.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), p, n) };
    Ok(())
}

pub fn assign(v: &PyMemoryViewObject, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    check_released(v)?;
    letter(v)?;
    if v.view.readonly.get() != 0 {
        return Err(raise!(TypeError, "cannot modify read-only memory"));
    }
    let Some(value) = value else {
        return Err(raise!(TypeError, "cannot delete memory"));
    };
    let n = dimensions(v);
    if n == 0 {
        let empty = key
            .downcast::<PyTupleObject>()
            .is_some_and(|t| tuple::as_slice(t).is_empty());
        if !empty && !key.is(ellipsis()) {
            return Err(raise!(TypeError, "invalid indexing of 0-dim memory"));
        }
        return put(v, value, || Ok(start(v)));
    }
    if number::index_check(key) {
        if n > 1 {
            return Err(raise!(NotImplementedError, "sub-views are not implemented"));
        }
        let index = number::as_ssize_t(key, Some(exceptions::exc::IndexError.get()))?;
        check_released(v)?;
        step(v, start(v), 0, index)?;
        return put(v, value, || step(v, start(v), 0, index));
    }
    if is_slice(key) && n == 1 {
        return assign_slice(v, key, value);
    }
    if let Some(indices) = indices_of(key) {
        if indices.len() < n {
            return Err(raise!(NotImplementedError, "sub-views are not implemented"));
        }
        address(v, &indices)?;
        return put(v, value, || address(v, &indices));
    }
    if is_slice(key) || tuple_of(key, is_slice).is_some() {
        return Err(raise!(
            NotImplementedError,
            "memoryview slice assignments are currently restricted to ndim = 1"
        ));
    }
    Err(raise!(TypeError, "memoryview: invalid slice key"))
}

fn assign_slice(v: &PyMemoryViewObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
    let from = buffer::get(value, PyBUF_FULL_RO)?;
    let to = slice(v, key)?;
    let format = |b: &Py_buffer| {
        let f = buffer::format_of(b).to_bytes();
        f.strip_prefix(b"@").unwrap_or(f).to_vec()
    };
    let n = |b: &Py_buffer| {
        let s = buffer::shape_of(b);
        s.shape
            .first()
            .map_or(b.len.get() / b.itemsize.get().max(1), Cell::get)
    };
    let same = format(from.view()) == format(&to.view)
        && from.view().itemsize.get() == to.view.itemsize.get()
        && from.view().ndim.get() == 1
        && n(from.view()) == n(&to.view);
    if !same {
        return Err(raise!(
            ValueError,
            "memoryview assignment: lvalue and rvalue have different structures"
        ));
    }
    // Through a copy, since both may be parts of the same memory.
    let mut items = bytes::shared::zeroed(from.len())?;
    from.copy_to(&mut items, b'C')?;
    buffer::from_contiguous(&to.view, &items, b'C')
}

/// All items as nested lists.
pub fn to_list(v: &PyMemoryViewObject) -> PyResult<Owned> {
    check_released(v)?;
    let letter = letter(v)?;
    if dimensions(v) == 0 {
        // SAFETY: the one item lies at the start.
        return unsafe { pack::unpack(start(v), letter) };
    }
    let n = shape(v).first().copied().unwrap_or(0);
    level(v, start(v), 0, n, letter)
}

fn level(
    v: &PyMemoryViewObject,
    p: *mut u8,
    dimension: usize,
    n: isize,
    letter: u8,
) -> PyResult<Owned> {
    let mut items = Vec::new();
    if items.try_reserve_exact(n.max(0) as usize).is_err() {
        return Err(err::no_memory());
    }
    for i in 0..n {
        let at = step(v, p, dimension, i)?;
        items.push(match shape(v).get(dimension + 1) {
            Some(&inner) => level(v, at, dimension + 1, inner, letter)?,
            // SAFETY: the address of an item.
            None => unsafe { pack::unpack(at, letter)? },
        });
    }
    Ok(list::from_owned(items)?.upcast())
}

/// All items' bytes in the given order.
pub fn to_bytes(v: &PyMemoryViewObject, order: u8) -> PyResult<Vec<u8>> {
    check_released(v)?;
    let mut out = bytes::shared::zeroed(v.view.len.get().max(0) as usize)?;
    buffer::to_contiguous(&mut out, &v.view, order)?;
    Ok(out)
}
