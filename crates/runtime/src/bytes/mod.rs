//! bytes, and what it shares with bytearray.
//!
//! Both types are runs of bytes; their methods are one text, written over slices in `shared`, which each type wraps
//! with its own constructor (`ByteString`). bytes is immutable, so a slice of one is good for as long as the object
//! lives; a bytearray can shrink whenever foreign code runs, so its bytes are either read after the last such call or
//! held through an export.

pub mod escape;
mod iter;
mod repr;
pub mod shared;
mod type_;

use crate::prelude::*;
use crate::strlib;
use crate::{buffer, err, hash, mem, number, object, sequence};
use std::ptr;

pub use iter::PyBytesIter_Type;
pub use repr::{repr, repr_into};
pub use type_::{BYTES_WARNING, Bytes, PyBytes_Type, bytes_warning};

/// Where the bytes begin: at the last field of the layout, not behind the padded struct.
const DATA: usize = std::mem::offset_of!(PyBytesObject, ob_sval);

struct Cache([Cell<*mut PyBytesObject>; 257]);

// SAFETY: only touched by the holder of the GIL.
unsafe impl Sync for Cache {}

static CACHE: Cache = Cache([const { Cell::new(ptr::null_mut()) }; 257]);

#[inline]
fn data(o: &PyBytesObject) -> *mut u8 {
    ptr::from_ref(o).cast_mut().cast::<u8>().wrapping_add(DATA)
}

/// The bytes.
#[inline]
pub fn as_slice(o: &PyBytesObject) -> &[u8] {
    // SAFETY: `ob_size` bytes lie at the end of the object and never change once it is shared.
    unsafe { std::slice::from_raw_parts(data(o), o.ob_base.ob_size.get() as usize) }
}

/// The pointer that C gets, to bytes that end in a zero.
#[inline]
pub fn as_ptr(o: &PyBytesObject) -> *mut c_char {
    data(o).cast()
}

#[inline]
pub fn len(o: &PyBytesObject) -> usize {
    o.ob_base.ob_size.get() as usize
}

fn block_size(n: usize) -> Option<usize> {
    n.checked_add(DATA + 1)
        .filter(|&size| size <= isize::MAX as usize)
}

/// A bytes object of `n` bytes that nobody has written yet.
///
/// # Safety
/// The caller writes all bytes before anyone reads them.
pub unsafe fn new_uninit(n: usize) -> PyResult<Owned<PyBytesObject>> {
    // SAFETY: the block is as large as asked for.
    unsafe { new_in(n, mem::object_alloc) }
}

/// A bytes object of `n` zeros. A large block of them comes from the system as it is.
pub fn zeroed(n: usize) -> PyResult<Owned<PyBytesObject>> {
    if n == 0 {
        return empty();
    }
    // SAFETY: as above; all bytes are zero.
    unsafe { new_in(n, |size| mem::calloc(mem::Domain::Object, 1, size).cast()) }
}

/// `s`, `times` over.
pub fn repeat(s: &[u8], times: isize) -> PyResult<Owned> {
    let times = times.max(0) as usize;
    let Some(n) = s
        .len()
        .checked_mul(times)
        .filter(|&n| n <= isize::MAX as usize - 64)
    else {
        return Err(err::no_memory());
    };
    // SAFETY: all bytes are written below.
    let o = unsafe { new_uninit(n)? };
    // SAFETY: the new object has room for this many copies, and is apart from the original.
    unsafe {
        match *s {
            [] => {}
            [b] => data(&o).write_bytes(b, n),
            _ => {
                for i in 0..times {
                    let to = data(&o).add(i * s.len());
                    ptr::copy_nonoverlapping(s.as_ptr(), to, s.len());
                }
            }
        }
    }
    Ok(o.upcast())
}

/// A bytes object in a block that `alloc` gives.
///
/// # Safety
/// `alloc` gives a block of the size it is asked for, or null. The caller writes all bytes before anyone reads them.
unsafe fn new_in(n: usize, alloc: impl FnOnce(usize) -> *mut u8) -> PyResult<Owned<PyBytesObject>> {
    let Some(size) = block_size(n) else {
        return Err(raise!(OverflowError, "byte string is too large"));
    };
    let p = alloc(size.max(size_of::<PyBytesObject>()));
    if p.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: the block holds the head, `n` bytes and a zero.
    unsafe {
        let o = p.cast::<PyBytesObject>();
        mem::init_head(o.cast(), &PyBytes_Type);
        (&raw mut (*o).ob_base.ob_size).write(Cell::new(n as Py_ssize_t));
        (&raw mut (*o).ob_shash).write(Cell::new(-1));
        p.add(DATA + n).write(0);
        Ok(Owned::from_owned_ptr(o))
    }
}

/// `PyBytes_FromStringAndSize`.
pub fn from_slice(bytes: &[u8]) -> PyResult<Owned<PyBytesObject>> {
    let slot = match bytes {
        [] => &CACHE.0[256],
        [b] => &CACHE.0[usize::from(*b)],
        _ => return copy(bytes),
    };
    if let Some(o) = slot.load() {
        return Ok(o);
    }
    let o = copy(bytes)?;
    slot.set(o.clone().into_typed_ptr());
    Ok(o)
}

fn copy(bytes: &[u8]) -> PyResult<Owned<PyBytesObject>> {
    // SAFETY: all bytes are written below.
    let o = unsafe { new_uninit(bytes.len())? };
    // SAFETY: the new object has room for these bytes, and is apart from them.
    unsafe { ptr::copy_nonoverlapping(bytes.as_ptr(), data(&o), bytes.len()) };
    Ok(o)
}

pub fn empty() -> PyResult<Owned<PyBytesObject>> {
    from_slice(b"")
}

/// A bytes object of `n` bytes that `fill` writes; they are zero before.
pub fn build(n: usize, fill: impl FnOnce(&mut [u8])) -> PyResult<Owned<PyBytesObject>> {
    // SAFETY: zeroed below.
    let o = unsafe { new_uninit(n)? };
    // SAFETY: the new object has `n` bytes, which nobody else can reach yet.
    fill(unsafe {
        data(&o).write_bytes(0, n);
        std::slice::from_raw_parts_mut(data(&o), n)
    });
    Ok(o)
}

/// The pieces one after the other.
pub fn from_pieces(pieces: &[&[u8]]) -> PyResult<Owned<PyBytesObject>> {
    let total = pieces
        .iter()
        .try_fold(0usize, |n, p| n.checked_add(p.len()));
    let Some(total) = total.filter(|&n| block_size(n).is_some()) else {
        return Err(err::no_memory());
    };
    // SAFETY: the pieces fill all `total` bytes.
    let o = unsafe { new_uninit(total)? };
    let mut at = data(&o);
    for p in pieces {
        // SAFETY: the pieces add up to the object's size, and lie apart from it.
        unsafe {
            ptr::copy_nonoverlapping(p.as_ptr(), at, p.len());
            at = at.add(p.len());
        }
    }
    Ok(o)
}

/// `_PyBytes_Resize` for an object that nobody else holds.
pub fn resize(o: Owned<PyBytesObject>, n: usize) -> PyResult<Owned<PyBytesObject>> {
    let old = len(&o);
    if old == n {
        return Ok(o);
    }
    if n == 0 {
        return empty();
    }
    let (true, Some(size)) = (o.refcount() == 1 && is_exact(&o), block_size(n)) else {
        return Err(raise!(SystemError, "bad argument to internal function"));
    };
    let p = o.into_typed_ptr();
    // SAFETY: `p` is one block of the object allocator and this is the only reference to it; the bytes that are new are zeroed.
    unsafe {
        let q = mem::object_realloc(p.cast(), size.max(size_of::<PyBytesObject>()))
            .cast::<PyBytesObject>();
        if q.is_null() {
            drop(Owned::from_owned_ptr(p));
            return Err(err::no_memory());
        }
        (*q).ob_base.ob_size.set(n as Py_ssize_t);
        (*q).ob_shash.set(-1);
        let bytes = q.cast::<u8>().add(DATA);
        if n > old {
            bytes.add(old).write_bytes(0, n - old);
        }
        bytes.add(n).write(0);
        Ok(Owned::from_owned_ptr(q))
    }
}

#[inline]
pub fn is_exact(o: &PyBytesObject) -> bool {
    ptr::eq(o.ty(), &PyBytes_Type)
}

/// The hash, kept in the object.
#[inline]
pub fn hash(o: &PyBytesObject) -> Py_hash_t {
    let known = o.ob_shash.get();
    if known != -1 {
        return known;
    }
    let h = hash::bytes(as_slice(o));
    o.ob_shash.set(h);
    h
}

/// `PyBytes_Concat` for a bytes object and anything bytes-like.
pub fn concat(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    let (Ok(x), Ok(y)) = (shared::view(a), shared::view(b)) else {
        err::clear();
        return Err(raise!(
            TypeError,
            "can't concat {} to {}",
            err::short(&b.type_name(), 100),
            err::short(&a.type_name(), 100)
        ));
    };
    if let (true, Some(s)) = (y.is_empty(), a.downcast_exact::<PyBytesObject>()) {
        return Ok(s.own());
    }
    if let (true, Some(s)) = (x.is_empty(), b.downcast_exact::<PyBytesObject>()) {
        return Ok(s.own());
    }
    Ok(from_pieces(&[&x, &y])?.upcast())
}

/// `PyBytes_FromObject`: from a buffer, or from an iterable of integers.
pub fn from_object(o: &PyObject) -> PyResult<Owned<PyBytesObject>> {
    if let Some(b) = o.downcast_exact::<PyBytesObject>() {
        return Ok(b.own_typed());
    }
    if buffer::check(o) {
        let view = buffer::get(o, PyBUF_FULL_RO)?;
        let mut v = shared::zeroed(view.len())?;
        view.copy_to(&mut v, b'C')?;
        return from_slice(&v);
    }
    if o.downcast::<PyUnicodeObject>().is_none()
        && let Some(v) = from_iterable(o, "bytes must be in range(0, 256)")?
    {
        return from_slice(&v);
    }
    Err(raise!(
        TypeError,
        "cannot convert '{}' object to bytes",
        err::short(&o.type_name(), 200)
    ))
}

/// The integers of an iterable as bytes; None if it is not iterable.
pub fn from_iterable(o: &PyObject, range: &str) -> PyResult<Option<Vec<u8>>> {
    let exact_list = o.downcast_exact::<PyListObject>().is_some()
        || o.downcast_exact::<PyTupleObject>().is_some();
    let iter = match object::get_iter(o) {
        Ok(iter) => iter,
        Err(raised) if exact_list || !err::matches(exc_type_error()) => return Err(raised),
        Err(_) => {
            err::clear();
            return Ok(None);
        }
    };
    let hint = object::length_hint(o, 64)?;
    let mut v: Vec<u8> = Vec::new();
    if v.try_reserve(hint.max(0) as usize).is_err() {
        return Err(err::no_memory());
    }
    while let Some(item) = crate::iter::next(&iter)? {
        let byte = byte_of(&item, range)?;
        if v.try_reserve(1).is_err() {
            return Err(err::no_memory());
        }
        v.push(byte);
    }
    Ok(Some(v))
}

fn exc_type_error() -> &'static PyObject {
    crate::exceptions::exc::TypeError.get()
}

/// An integer in range(256).
pub fn byte_of(o: &PyObject, range: &str) -> PyResult<u8> {
    // An integer that does not even fit a word is out of range all the same.
    let value = number::as_ssize_t(o, None)?;
    u8::try_from(value).map_err(|_| raise!(ValueError, "{}", range))
}

/// `_PyBytes_Join`.
pub fn join(sep: &PyBytesObject, iterable: &PyObject) -> PyResult<Owned<PyBytesObject>> {
    let items = sequence::fast(iterable, "can only join an iterable")?.to_vec();
    if let [one] = &items[..]
        && let Some(b) = one.downcast_exact::<PyBytesObject>()
    {
        return Ok(b.own_typed());
    }
    from_slice(&shared::join(as_slice(sep), &items)?)
}

/// `PyBytes_AsStringAndSize` for code that wants the bytes of exactly a bytes object.
pub fn expect(o: &PyObject) -> PyResult<&PyBytesObject> {
    match o.downcast::<PyBytesObject>() {
        Some(b) => Ok(b),
        None => Err(raise!(
            TypeError,
            "expected bytes, {} found",
            err::short(&o.type_name(), 200)
        )),
    }
}

/// The bytes of a position range as a new object.
pub fn slice(o: &PyBytesObject, start: usize, end: usize) -> PyResult<Owned<PyBytesObject>> {
    let all = as_slice(o);
    if start == 0 && end >= all.len() && is_exact(o) {
        return Ok(o.own_typed());
    }
    let end = end.min(all.len());
    from_slice(&all[start.min(end)..end])
}

/// Is the needle in the bytes?
pub fn contains(hay: &[u8], needle: &[u8]) -> bool {
    strlib::find(hay, needle).is_some()
}
