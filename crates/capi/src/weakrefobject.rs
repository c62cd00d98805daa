//! `weakrefobject.h`, `memoryobject.h`.

use crate::prelude::*;

capi! {
    fn PyWeakref_NewRef(o: &PyObject, callback: Option<&PyObject>) -> PyResult<Owned> { weakref::new_ref(o, callback.filter(|c| !c.is_none())) }
    fn PyWeakref_NewProxy(o: &PyObject, callback: Option<&PyObject>) -> PyResult<Owned> { weakref::new_proxy(o, callback.filter(|c| !c.is_none())) }

    fn PyWeakref_GetObject(reference: &PyObject) -> PyResult<Borrowed> {
        if !weakref::check(reference) {
            return Err(err::bad_internal_call());
        }
        Ok(weakref::get_object(reference).map_or_else(|| Borrowed::from(none()), |o| Borrowed::of(Some(o))))
    }

    fn _PyWeakref_ClearRef(reference: &PyWeakReference) { weakref::clear_ref(reference) }

    fn _PyWeakref_GetWeakrefCount(head: *mut PyWeakReference) -> Py_ssize_t {
        let mut count = 0;
        let mut at = head;
        // SAFETY: C passes the head of an object's list of references.
        while let Some(reference) = unsafe { at.as_ref() } {
            count += 1;
            at = reference.wr_next.get();
        }
        count
    }

    fn PyMemoryView_FromObject(o: &PyObject) -> PyResult<Owned> { Ok(memoryview::from_object(o)?.upcast()) }

    fn PyMemoryView_FromMemory(data: *mut c_char, size: Py_ssize_t, flags: c_int) -> PyResult<Owned> {
        // SAFETY: C passes memory that outlives the view.
        Ok(unsafe { memoryview::from_memory(data.cast(), size.max(0) as usize, flags & PyBUF_WRITE != PyBUF_WRITE)? }.upcast())
    }

    fn PyMemoryView_FromBuffer(view: &Py_buffer) -> PyResult<Owned> {
        if view.buf.get().is_null() {
            return Err(raise!(ValueError, "PyMemoryView_FromBuffer(): info->buf must not be NULL"));
        }
        Ok(memoryview::from_buffer(view)?.upcast())
    }

    fn PyMemoryView_GetContiguous(o: &PyObject, kind: c_int, order: c_char) -> PyResult<Owned> { Ok(memoryview::get_contiguous(o, kind == PyBUF_WRITE, order as u8)?.upcast()) }
}
