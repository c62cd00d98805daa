//! The iterator over the integers of a bytearray.

use super::{hold, len};
use crate::prelude::*;
use crate::{gc, long, tuple};
use pyrite_macros::pytype;

/// The iterator's layout: the bytes until they are used up, and the place in them.
#[repr(C)]
pub struct ByteArrayIterObject {
    ob_base: PyObject,
    seq: Cell<*mut PyByteArrayObject>,
    index: Cell<Py_ssize_t>,
}

// SAFETY: begins with the object head; the other fields are cells.
unsafe impl Layout for ByteArrayIterObject {}

/// `bytearray_iterator`.
pub struct ByteArrayIter;

#[pytype(name = "bytearray_iterator", c_name = PyByteArrayIter_Type, layout = ByteArrayIterObject, flags = [HAVE_GC], free = gc_del)]
impl ByteArrayIter {
    fn tp_dealloc(slf: *mut ByteArrayIterObject) {
        // SAFETY: the object's last reference is gone.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).seq.set_ref(None);
            gc::del(slf.cast());
        }
    }
    fn tp_traverse(slf: &ByteArrayIterObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.seq.get())
    }
    const tp_iter: getiterfunc = Some(crate::object::self_iter);
    fn tp_iternext(slf: &ByteArrayIterObject) -> PyResult<Option<Owned>> {
        let Some(b) = slf.seq.borrow() else {
            return Ok(None);
        };
        // The bytes are let go before the bytearray may be.
        let byte = hold(b).get(slf.index.get() as usize).copied();
        match byte {
            Some(byte) => {
                slf.index.set(slf.index.get() + 1);
                Ok(Some(long::from_i64(i64::from(byte))?.upcast()))
            }
            None => {
                slf.seq.set_ref(None);
                Ok(None)
            }
        }
    }
    #[method]
    fn __length_hint__(slf: &ByteArrayIterObject) -> isize {
        slf.seq
            .borrow()
            .map_or(0, |b| (len(b) as isize - slf.index.get()).max(0))
    }
    #[method]
    fn __reduce__(slf: &ByteArrayIterObject) -> PyResult<Owned> {
        let iter = crate::unicode::iter::builtin_iter()?;
        let items = match slf.seq.load() {
            Some(b) => {
                let args = tuple::from_slice(&[b.as_object()])?;
                vec![
                    iter,
                    args.upcast(),
                    long::from_ssize_t(slf.index.get())?.upcast(),
                ]
            }
            None => {
                let args = tuple::from_slice(&[tuple::empty()?.as_object()])?;
                vec![iter, args.upcast()]
            }
        };
        Ok(tuple::from_owned(items)?.upcast())
    }
    #[method]
    fn __setstate__(slf: &ByteArrayIterObject, state: &PyObject) -> PyResult<()> {
        let state = crate::long::as_ssize_t(state)?;
        if let Some(b) = slf.seq.borrow() {
            slf.index.set(state.clamp(0, len(b) as isize));
        }
        Ok(())
    }
}

pub fn new(b: &PyByteArrayObject) -> PyResult<Owned> {
    let it: Owned<ByteArrayIterObject> = gc::new_object(&PyByteArrayIter_Type)?;
    it.seq.set_ref(Some(b.own_typed()));
    // SAFETY: the object is complete.
    unsafe { gc::track(it.as_ptr()) };
    Ok(it.upcast())
}
