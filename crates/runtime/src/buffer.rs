//! The buffer protocol (PEP 3118): asking an object for its memory, and walking memory of any shape.
//!
//! `Buffer` owns a request: it releases it when dropped. Its `Py_buffer` lies in a box, since exporters keep the
//! address of the struct they filled, or point into it.

use crate::object;
use crate::prelude::*;
use crate::{err, mem};
use std::ffi::CStr;
use std::ptr;

/// Does the object's type export buffers?
#[inline]
pub fn check(o: &PyObject) -> bool {
    procs(o).is_some_and(|p| p.bf_getbuffer.get().is_some())
}

fn procs(o: &PyObject) -> Option<&PyBufferProcs> {
    // SAFETY: a type keeps its tables.
    unsafe { o.ty().tp_as_buffer.get().as_ref() }
}

/// `PyObject_GetBuffer`.
///
/// # Safety
/// `view` points to a `Py_buffer` that stays where it is until it is released.
pub unsafe fn get_into(o: &PyObject, view: *mut Py_buffer, flags: c_int) -> PyResult<()> {
    // SAFETY: by the contract.
    unsafe { get_with_status(o, view, flags) }.map(drop)
}

/// As [`get_into`]; the result is the slot's own. Only a negative one is a failure: there are extensions that return 1.
///
/// # Safety
/// As for [`get_into`].
pub unsafe fn get_with_status(o: &PyObject, view: *mut Py_buffer, flags: c_int) -> PyResult<c_int> {
    let Some(get) = procs(o).and_then(|p| p.bf_getbuffer.get()) else {
        return Err(raise!(
            TypeError,
            "a bytes-like object is required, not '{}'",
            err::short(&o.type_name(), 100)
        ));
    };
    // SAFETY: the slot gets an instance of its type and a struct that the caller owns.
    object::slot_status(unsafe { get(o.as_ptr(), view, flags) })
}

/// `PyBuffer_Release`.
///
/// # Safety
/// `view` was filled by `get_into` (or `fill_info`), or has no object.
pub unsafe fn release(view: *mut Py_buffer) {
    // SAFETY: the view holds a reference to its exporter until here.
    unsafe {
        let Some(o) = Owned::from_owned_ptr_or_null((*view).obj.get()) else {
            return;
        };
        if let Some(f) = procs(&o).and_then(|p| p.bf_releasebuffer.get()) {
            f(o.as_ptr(), view);
        }
        (*view).obj.set(ptr::null_mut());
        drop(o);
    }
}

/// A buffer that was asked for, until it is dropped.
pub struct Buffer(Box<Py_buffer>);

impl Drop for Buffer {
    fn drop(&mut self) {
        // SAFETY: filled by `get`, and given back once.
        unsafe { release(&mut *self.0) }
    }
}

/// `PyObject_GetBuffer` with the result owned.
pub fn get(o: &PyObject, flags: c_int) -> PyResult<Buffer> {
    let mut view = Box::new(Py_buffer::ZEROED);
    // SAFETY: the box does not move; where the call fails there is nothing to release.
    match unsafe { get_into(o, &mut *view, flags) } {
        Ok(()) => Ok(Buffer(view)),
        Err(raised) => {
            view.obj.set(ptr::null_mut());
            Err(raised)
        }
    }
}

/// Contiguous memory of any bytes-like object (`y*`).
pub fn get_simple(o: &PyObject) -> PyResult<Buffer> {
    let view = get(o, PyBUF_SIMPLE)?;
    if !is_contiguous(&view.0, b'C') {
        return Err(raise!(
            TypeError,
            "a bytes-like object is required, not '{}'",
            err::short(&o.type_name(), 100)
        ));
    }
    Ok(view)
}

impl Buffer {
    /// The request's struct.
    pub fn view(&self) -> &Py_buffer {
        &self.0
    }

    pub fn len(&self) -> usize {
        self.0.len.get().max(0) as usize
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The memory of a contiguous buffer. It may change whenever other code runs.
    pub fn as_slice(&self) -> &[u8] {
        // SAFETY: the exporter keeps `len` bytes at `buf` until the release.
        unsafe { slice_of(&self.0) }
    }

    /// The memory of a writable contiguous buffer; None if it is read-only.
    pub fn as_cells(&self) -> Option<&[Cell<u8>]> {
        if self.0.readonly.get() != 0 {
            return None;
        }
        if self.is_empty() {
            return Some(&[]);
        }
        // SAFETY: the exporter keeps `len` writable bytes at `buf` until the release.
        Some(unsafe { std::slice::from_raw_parts(self.0.buf.get().cast::<Cell<u8>>(), self.len()) })
    }

    /// `PyBuffer_ToContiguous`: all items in the given order, `self.len()` bytes.
    pub fn copy_to(&self, to: &mut [u8], order: u8) -> PyResult<()> {
        to_contiguous(to, &self.0, order)
    }
}

impl std::ops::Deref for Buffer {
    type Target = [u8];
    fn deref(&self) -> &[u8] {
        self.as_slice()
    }
}

/// # Safety
/// The view is contiguous and not released.
pub unsafe fn slice_of(view: &Py_buffer) -> &[u8] {
    let n = view.len.get().max(0) as usize;
    if n == 0 {
        return &[];
    }
    // SAFETY: by the contract.
    unsafe { std::slice::from_raw_parts(view.buf.get().cast(), n) }
}

/// The dimensions, strides and suboffsets of a view, read through its pointers.
pub struct Shape<'a> {
    pub shape: &'a [Cell<Py_ssize_t>],
    pub strides: Option<&'a [Cell<Py_ssize_t>]>,
    pub suboffsets: Option<&'a [Cell<Py_ssize_t>]>,
}

/// What the view says of its shape; a view without a shape has no slices.
pub fn shape_of(view: &Py_buffer) -> Shape<'_> {
    let n = view.ndim.get().max(0) as usize;
    let part = |p: *mut Py_ssize_t| {
        // SAFETY: each of these pointers is NULL or has `ndim` numbers that live as long as the view.
        (!p.is_null() && n > 0)
            .then(|| unsafe { std::slice::from_raw_parts(p.cast::<Cell<Py_ssize_t>>(), n) })
    };
    Shape {
        shape: part(view.shape.get()).unwrap_or(&[]),
        strides: part(view.strides.get()),
        suboffsets: part(view.suboffsets.get()),
    }
}

/// `PyBuffer_IsContiguous`; order is `C`, `F` or `A`.
pub fn is_contiguous(view: &Py_buffer, order: u8) -> bool {
    if !view.suboffsets.get().is_null() {
        return false;
    }
    match order {
        b'C' => is_order(view, false),
        b'F' => is_order(view, true),
        b'A' => is_order(view, false) || is_order(view, true),
        _ => false,
    }
}

fn is_order(view: &Py_buffer, fortran: bool) -> bool {
    if view.len.get() == 0 {
        return true;
    }
    let s = shape_of(view);
    let Some(strides) = s.strides else {
        // Without strides the memory is in C's order, which is Fortran's too while only one dimension counts.
        return !fortran
            || view.ndim.get() <= 1
            || s.shape.iter().filter(|n| n.get() > 1).count() <= 1;
    };
    let mut expected = view.itemsize.get();
    let mut fits = |i: usize| {
        let dim = s.shape[i].get();
        let ok = dim <= 1 || strides[i].get() == expected;
        expected = expected.wrapping_mul(dim);
        ok
    };
    if fortran {
        (0..s.shape.len()).all(&mut fits)
    } else {
        (0..s.shape.len()).rev().all(&mut fits)
    }
}

/// `PyBuffer_GetPointer`: the address of an item.
///
/// # Safety
/// `indices` has `ndim` numbers within the shape.
pub unsafe fn pointer(view: &Py_buffer, indices: &[Py_ssize_t]) -> *mut u8 {
    let s = shape_of(view);
    let mut p = view.buf.get().cast::<u8>();
    // Without strides the items lie in C's order: one step is all that the dimensions behind hold.
    let behind = |i: usize| {
        let inner = s.shape.get(i + 1..).unwrap_or(&[]);
        inner
            .iter()
            .fold(view.itemsize.get(), |n, d| n.wrapping_mul(d.get()))
    };
    for (i, &at) in indices.iter().enumerate() {
        // SAFETY: the strides and suboffsets are the exporter's word for where its items are.
        unsafe {
            let stride = s
                .strides
                .and_then(|s| s.get(i))
                .map_or_else(|| behind(i), Cell::get);
            p = p.offset(stride.wrapping_mul(at));
            if let Some(sub) = s.suboffsets.and_then(|s| s.get(i)).map(Cell::get)
                && sub >= 0
            {
                p = p.cast::<*mut u8>().read_unaligned().offset(sub);
            }
        }
    }
    p
}

/// Counts through all index tuples of a shape, the last (or, for Fortran, the first) dimension fastest.
pub struct Odometer {
    shape: Vec<Py_ssize_t>,
    pub at: Vec<Py_ssize_t>,
    fortran: bool,
    done: bool,
}

impl Odometer {
    pub fn new(shape: Vec<Py_ssize_t>, fortran: bool) -> Odometer {
        let done = shape.iter().any(|&n| n <= 0);
        Odometer {
            at: vec![0; shape.len()],
            shape,
            fortran,
            done,
        }
    }

    /// The current index tuple, until all have been seen.
    pub fn current(&self) -> Option<&[Py_ssize_t]> {
        (!self.done).then_some(&self.at)
    }

    pub fn advance(&mut self) {
        let n = self.shape.len();
        for k in 0..n {
            let i = if self.fortran { k } else { n - 1 - k };
            self.at[i] += 1;
            if self.at[i] < self.shape[i] {
                return;
            }
            self.at[i] = 0;
        }
        self.done = true;
    }
}

fn dims(view: &Py_buffer) -> Vec<Py_ssize_t> {
    let s = shape_of(view);
    if s.shape.is_empty() && view.ndim.get() > 0 {
        return vec![view.len.get() / view.itemsize.get().max(1)];
    }
    s.shape.iter().map(Cell::get).collect()
}

/// `PyBuffer_ToContiguous`.
pub fn to_contiguous(to: &mut [u8], view: &Py_buffer, order: u8) -> PyResult<()> {
    if to.len() != view.len.get().max(0) as usize {
        return Err(raise!(
            ValueError,
            "PyBuffer_ToContiguous: len != view->len"
        ));
    }
    if is_contiguous(view, order) {
        // SAFETY: contiguous, so `len` bytes lie at `buf`.
        to.copy_from_slice(unsafe { slice_of(view) });
        return Ok(());
    }
    // 'A' keeps what is contiguous as it is, and orders anything else as C does.
    let fortran = order == b'F';
    let item = view.itemsize.get().max(1) as usize;
    let mut index = Odometer::new(dims(view), fortran);
    for chunk in to.chunks_exact_mut(item) {
        let Some(at) = index.current() else { break };
        // SAFETY: the index is within the shape, where an item of this size lies.
        unsafe { ptr::copy_nonoverlapping(pointer(view, at), chunk.as_mut_ptr(), item) };
        index.advance();
    }
    Ok(())
}

/// `PyBuffer_FromContiguous`: writes contiguous bytes into the view's items.
pub fn from_contiguous(view: &Py_buffer, from: &[u8], order: u8) -> PyResult<()> {
    let from = &from[..from.len().min(view.len.get().max(0) as usize)];
    if is_contiguous(view, order) {
        // SAFETY: contiguous, so at least `from.len()` bytes lie at `buf`; the ranges may overlap.
        unsafe { ptr::copy(from.as_ptr(), view.buf.get().cast(), from.len()) };
        return Ok(());
    }
    let item = view.itemsize.get().max(1) as usize;
    let mut index = Odometer::new(dims(view), order == b'F');
    for chunk in from.chunks_exact(item) {
        let Some(at) = index.current() else { break };
        // SAFETY: the index is within the shape, where an item of this size lies.
        unsafe { ptr::copy(chunk.as_ptr(), pointer(view, at), item) };
        index.advance();
    }
    Ok(())
}

/// `PyObject_CopyData`: all items of one object's buffer into another's.
pub fn copy_data(dest: &PyObject, src: &PyObject) -> PyResult<()> {
    if !check(dest) || !check(src) {
        return Err(raise!(
            TypeError,
            "both destination and source must be bytes-like objects"
        ));
    }
    let to = get(dest, PyBUF_FULL)?;
    let from = get(src, PyBUF_FULL_RO)?;
    if to.len() < from.len() {
        return Err(raise!(
            BufferError,
            "destination is too small to receive data from source"
        ));
    }
    let mut bytes = crate::bytes::shared::zeroed(from.len())?;
    from.copy_to(&mut bytes, b'C')?;
    from_contiguous(to.view(), &bytes, b'C')
}

/// `PyBuffer_FillContiguousStrides`.
pub fn fill_contiguous_strides(
    shape: &[Py_ssize_t],
    strides: &[Cell<Py_ssize_t>],
    item: Py_ssize_t,
    fortran: bool,
) {
    let mut step = item;
    let n = shape.len().min(strides.len());
    for k in 0..n {
        let i = if fortran { k } else { n - 1 - k };
        strides[i].set(step);
        step = step.wrapping_mul(shape[i]);
    }
}

/// `PyBuffer_FillInfo`: a view of plain memory.
///
/// # Safety
/// `buf` has `len` bytes that `o` (if there is one) keeps until the release, and `view` may be written.
pub unsafe fn fill_info(
    view: *mut Py_buffer,
    o: Option<&PyObject>,
    buf: *mut u8,
    len: usize,
    readonly: bool,
    flags: c_int,
) -> PyResult<()> {
    if view.is_null() {
        return Err(raise!(
            BufferError,
            "PyBuffer_FillInfo: view==NULL argument is obsolete"
        ));
    }
    if flags & PyBUF_WRITABLE == PyBUF_WRITABLE && readonly {
        return Err(raise!(BufferError, "Object is not writable."));
    }
    // SAFETY: the caller lends the struct.
    let v = unsafe { &*view };
    v.obj.set(o.map_or(ptr::null_mut(), |o| o.own().into_ptr()));
    v.buf.set(buf.cast());
    v.len.set(len as Py_ssize_t);
    v.readonly.set(c_int::from(readonly));
    v.itemsize.set(1);
    v.format.set(if flags & PyBUF_FORMAT == PyBUF_FORMAT {
        c"B".as_ptr().cast_mut()
    } else {
        ptr::null_mut()
    });
    v.ndim.set(1);
    v.shape.set(if flags & PyBUF_ND == PyBUF_ND {
        v.len.as_ptr()
    } else {
        ptr::null_mut()
    });
    let strided = flags & PyBUF_STRIDES == PyBUF_STRIDES;
    v.strides.set(if strided {
        v.itemsize.as_ptr()
    } else {
        ptr::null_mut()
    });
    v.suboffsets.set(ptr::null_mut());
    v.internal.set(ptr::null_mut());
    Ok(())
}

/// The struct format of a view; none means unsigned bytes.
pub fn format_of(view: &Py_buffer) -> &CStr {
    let p = view.format.get();
    if p.is_null() {
        return c"B";
    }
    // SAFETY: a format is a zero-terminated string that lives as long as the view.
    unsafe { CStr::from_ptr(p) }
}

/// `PyBuffer_SizeFromFormat` for the formats that are one item of the struct module.
pub fn size_from_format(format: &CStr) -> PyResult<usize> {
    match crate::memoryview::item_size(format) {
        Some(n) => Ok(n),
        None => Err(raise!(
            ValueError,
            "unsupported format {}",
            format.to_string_lossy()
        )),
    }
}

/// Copies bytes into a block of the memory domain that C frees with `PyMem_Free`.
pub fn to_mem_block(bytes: &[u8]) -> PyResult<*mut u8> {
    let p = mem::malloc(mem::Domain::Mem, bytes.len().max(1)).cast::<u8>();
    if p.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: the block is that large and fresh.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), p, bytes.len()) };
    Ok(p)
}
