//! memoryview: typed, shaped views of memory that other objects own.
//!
//! One request to the exporter is held by a managed buffer; any number of views share it, each with its own shape,
//! strides and format (in the tail of the view object). A view can be released early; it may hand its own buffer on, and
//! is then not releasable until that comes back.

mod access;
mod cast;
mod compare;
mod managed;
mod pack;
mod type_;

use crate::prelude::*;
use crate::{buffer, err, gc};
use std::ptr;

pub use managed::_PyManagedBuffer_Type;
pub use pack::item_size;
pub use type_::{MemoryView, PyMemoryView_Type};

/// The largest number of dimensions. (`PyBUF_MAX_NDIM`)
pub const MAX_DIMENSIONS: usize = 64;

/// Fails if the view, or the buffer that it shares, is released.
pub(super) fn check_released(v: &PyMemoryViewObject) -> PyResult<()> {
    let shared = v
        .mbuf
        .borrow()
        .is_some_and(|m| m.flags.get() & _Py_MANAGED_BUFFER_RELEASED != 0);
    if v.flags.get() & _Py_MEMORYVIEW_RELEASED != 0 || shared {
        return Err(raise!(
            ValueError,
            "operation forbidden on released memoryview object"
        ));
    }
    Ok(())
}

pub(super) fn dimensions(v: &PyMemoryViewObject) -> usize {
    v.view.ndim.get().max(0) as usize
}

fn numbers(p: *mut Py_ssize_t, n: usize) -> Option<Vec<isize>> {
    // SAFETY: the pointer is NULL or has one number for each dimension, as long as the view lives.
    (!p.is_null()).then(|| (0..n).map(|i| unsafe { *p.add(i) }).collect())
}

/// The number of one dimension in an array of as many as the view has; `None` where there is no array.
#[inline]
pub(super) fn number_of(
    v: &PyMemoryViewObject,
    array: *mut Py_ssize_t,
    dimension: usize,
) -> Option<isize> {
    let there = !array.is_null() && dimension < dimensions(v);
    // SAFETY: the array has a number for each dimension.
    there.then(|| unsafe { array.add(dimension).read() })
}

pub(super) fn shape(v: &PyMemoryViewObject) -> Vec<isize> {
    numbers(v.view.shape.get(), dimensions(v)).unwrap_or_default()
}

pub(super) fn strides(v: &PyMemoryViewObject) -> Vec<isize> {
    numbers(v.view.strides.get(), dimensions(v)).unwrap_or_default()
}

pub(super) fn suboffsets(v: &PyMemoryViewObject) -> Option<Vec<isize>> {
    numbers(v.view.suboffsets.get(), dimensions(v))
}

/// Sets the shape of a view that has room for as many dimensions.
fn set_numbers(v: &PyMemoryViewObject, which: usize, values: &[isize]) -> *mut Py_ssize_t {
    let room = dimensions(v);
    // A scalar has neither shape nor strides.
    if values.is_empty() {
        return ptr::null_mut();
    }
    let start = v.ob_array.as_ptr().wrapping_add(which * room).cast_mut();
    for (i, &n) in values.iter().enumerate().take(room) {
        // SAFETY: the tail of the object holds three numbers for each dimension.
        unsafe { (*start.add(i)).set(n) };
    }
    start.cast()
}

/// What a new view shows.
pub(super) struct Shown {
    pub shape: Vec<isize>,
    pub strides: Vec<isize>,
    pub suboffsets: Option<Vec<isize>>,
}

impl Shown {
    /// The shape and strides of any buffer, filled in where the exporter left them out.
    fn of(view: &Py_buffer) -> Shown {
        let n = view.ndim.get().max(0) as usize;
        let item = view.itemsize.get();
        let shape = numbers(view.shape.get(), n).unwrap_or_else(|| {
            if n == 0 {
                vec![]
            } else {
                vec![view.len.get() / item.max(1); n.min(1)]
            }
        });
        let strides =
            numbers(view.strides.get(), n).unwrap_or_else(|| contiguous_strides(&shape, item));
        Shown {
            shape,
            strides,
            suboffsets: numbers(view.suboffsets.get(), n),
        }
    }
}

/// The strides of memory in C's order.
pub(super) fn contiguous_strides(shape: &[isize], item: isize) -> Vec<isize> {
    let mut strides = vec![item; shape.len()];
    for i in (0..shape.len().saturating_sub(1)).rev() {
        strides[i] = strides[i + 1].wrapping_mul(shape[i + 1]);
    }
    strides
}

/// A new view on a managed buffer, like `like` in all but what `shown` says.
pub(super) fn new_view(
    managed: &_PyManagedBufferObject,
    like: &Py_buffer,
    shown: &Shown,
) -> PyResult<Owned<PyMemoryViewObject>> {
    if managed.flags.get() & _Py_MANAGED_BUFFER_RELEASED != 0 {
        return Err(raise!(
            ValueError,
            "operation forbidden on released memoryview object"
        ));
    }
    let n = shown.shape.len();
    if n > MAX_DIMENSIONS {
        return Err(raise!(
            ValueError,
            "memoryview: number of dimensions must not exceed {MAX_DIMENSIONS}"
        ));
    }
    let v: Owned<PyMemoryViewObject> = gc::new_var(&PyMemoryView_Type, 3 * n)?;
    v.hash.set(-1);
    let to = &v.view;
    to.buf.set(like.buf.get());
    to.obj.set(like.obj.get());
    to.len.set(like.len.get());
    to.itemsize.set(like.itemsize.get());
    to.readonly.set(like.readonly.get());
    to.format.set(if like.format.get().is_null() {
        c"B".as_ptr().cast_mut()
    } else {
        like.format.get()
    });
    to.ndim.set(n as c_int);
    set_shown(&v, shown);
    v.mbuf.set_ref(Some(managed.own_typed()));
    managed.exports.set(managed.exports.get() + 1);
    // SAFETY: the object is complete.
    unsafe { gc::track(v.as_ptr()) };
    Ok(v)
}

/// Writes shape, strides and suboffsets, and what follows from them: the length and the flags.
pub(super) fn set_shown(v: &PyMemoryViewObject, shown: &Shown) {
    let view = &v.view;
    view.shape.set(set_numbers(v, 0, &shown.shape));
    view.strides.set(set_numbers(v, 1, &shown.strides));
    view.suboffsets.set(match &shown.suboffsets {
        Some(s) => set_numbers(v, 2, s),
        None => ptr::null_mut(),
    });
    let items = shown.shape.iter().fold(1isize, |n, &d| n.wrapping_mul(d));
    view.len.set(items.wrapping_mul(view.itemsize.get()));
    let released = v.flags.get() & _Py_MEMORYVIEW_RELEASED;
    v.flags.set(released | layout_flags(view));
}

fn layout_flags(view: &Py_buffer) -> c_int {
    if view.ndim.get() == 0 {
        return _Py_MEMORYVIEW_SCALAR | _Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN;
    }
    if !view.suboffsets.get().is_null() {
        return _Py_MEMORYVIEW_PIL;
    }
    let mut flags = 0;
    if buffer::is_contiguous(view, b'C') {
        flags |= _Py_MEMORYVIEW_C;
    }
    if buffer::is_contiguous(view, b'F') {
        flags |= _Py_MEMORYVIEW_FORTRAN;
    }
    flags
}

/// `PyMemoryView_FromObject`.
pub fn from_object(o: &PyObject) -> PyResult<Owned<PyMemoryViewObject>> {
    if let Some(v) = o.downcast_exact::<PyMemoryViewObject>() {
        check_released(v)?;
        let Some(managed) = v.mbuf.load() else {
            return Err(err::bad_internal_call());
        };
        return new_view(&managed, &v.view, &Shown::of(&v.view));
    }
    if buffer::check(o) {
        let managed = managed::from_object(o)?;
        return new_view(&managed, &managed.master, &Shown::of(&managed.master));
    }
    let got = o.type_name();
    Err(raise!(
        TypeError,
        "memoryview: a bytes-like object is required, not '{}'",
        err::short(&got, 200)
    ))
}

/// `PyMemoryView_FromMemory`.
///
/// # Safety
/// `memory` has `size` bytes for as long as the view is used, writable unless `readonly`.
pub unsafe fn from_memory(
    memory: *mut u8,
    size: usize,
    readonly: bool,
) -> PyResult<Owned<PyMemoryViewObject>> {
    let managed = managed::new()?;
    // SAFETY: by the contract.
    unsafe {
        buffer::fill_info(
            managed.master.as_mut_view(),
            None,
            memory,
            size,
            readonly,
            PyBUF_FULL_RO,
        )?
    };
    new_view(&managed, &managed.master, &Shown::of(&managed.master))
}

/// `PyMemoryView_FromBuffer`: a view on a buffer that somebody filled; its object is not held.
pub fn from_buffer(info: &Py_buffer) -> PyResult<Owned<PyMemoryViewObject>> {
    if info.buf.get().is_null() {
        return Err(raise!(
            ValueError,
            "PyMemoryView_FromBuffer(): info->buf must not be NULL"
        ));
    }
    let managed = managed::new()?;
    managed::copy_view(&managed.master, info);
    managed.master.obj.set(ptr::null_mut());
    new_view(&managed, &managed.master, &Shown::of(&managed.master))
}

/// `PyMemoryView_GetContiguous`: a view of contiguous memory, of a copy if need be and may be.
pub fn get_contiguous(
    o: &PyObject,
    writable: bool,
    order: u8,
) -> PyResult<Owned<PyMemoryViewObject>> {
    let v = from_object(o)?;
    if writable && v.view.readonly.get() != 0 {
        return Err(raise!(BufferError, "underlying buffer is not writable"));
    }
    if buffer::is_contiguous(&v.view, order) {
        return Ok(v);
    }
    if writable {
        return Err(raise!(
            BufferError,
            "writable contiguous buffer requested for a non-contiguous object."
        ));
    }
    let mut copied = crate::bytes::shared::zeroed(v.view.len.get().max(0) as usize)?;
    buffer::to_contiguous(&mut copied, &v.view, order)?;
    let owner = crate::bytes::from_slice(&copied)?;
    let managed = managed::from_object(owner.as_object())?;
    let like = Py_buffer::ZEROED;
    managed::copy_view(&like, &v.view);
    like.buf.set(managed.master.buf.get());
    like.obj.set(managed.master.obj.get());
    like.readonly.set(1);
    let mut shown = Shown::of(&v.view);
    shown.strides = contiguous_strides(&shown.shape, like.itemsize.get());
    if order == b'F' {
        let mut step = like.itemsize.get();
        for (s, &n) in shown.strides.iter_mut().zip(&shown.shape) {
            *s = step;
            step = step.wrapping_mul(n);
        }
    }
    shown.suboffsets = None;
    // The format's text belongs to the first view's exporter.
    if !v.view.format.get().is_null() {
        managed::keep_format(&managed, buffer::format_of(&v.view))?;
        like.format.set(managed.master.format.get());
    }
    new_view(&managed, &like, &shown)
}

/// A way to hand the embedded struct to code that fills it.
trait AsMutView {
    fn as_mut_view(&self) -> *mut Py_buffer;
}

impl AsMutView for Py_buffer {
    fn as_mut_view(&self) -> *mut Py_buffer {
        ptr::from_ref(self).cast_mut()
    }
}

/// A view of an exporter's contiguous memory as plain bytes.
pub fn flat_bytes(o: &PyObject, memory: &Py_buffer) -> PyResult<Owned<PyMemoryViewObject>> {
    let managed = managed::from_object(o)?;
    let like = Py_buffer::ZEROED;
    managed::copy_view(&like, &managed.master);
    like.format.set(c"B".as_ptr().cast_mut());
    like.itemsize.set(1);
    let shown = Shown {
        shape: vec![memory.len.get()],
        strides: vec![1],
        suboffsets: None,
    };
    new_view(&managed, &like, &shown)
}
