//! PickleBuffer (PEP 574): an object's buffer, handed to a pickler out of band.

use crate::prelude::*;
use crate::{buffer, gc, memoryview, weakref};
use pyrite_macros::pytype;
use std::ptr;

/// The layout, which no header shows.
#[repr(C)]
pub struct PyPickleBufferObject {
    ob_base: PyObject,
    view: Py_buffer,
    weakreflist: Cell<*mut PyObject>,
}

// SAFETY: begins with the object head; the other fields are cells.
unsafe impl Layout for PyPickleBufferObject {}

/// `PickleBuffer`.
pub struct PickleBuffer;

#[pytype(name = "pickle.PickleBuffer", c_name = PyPickleBuffer_Type,
         layout = PyPickleBufferObject, flags = [HAVE_GC], weaklistoffset = weakreflist, free = gc_del)]
impl PickleBuffer {
    #[sig("(object)", parse_tuple)]
    fn tp_new(_ty: &PyTypeObject, object: &PyObject) -> PyResult<Owned> {
        Ok(from_object(object)?.upcast())
    }

    fn tp_dealloc(slf: *mut PyPickleBufferObject) {
        // SAFETY: the object's last reference is gone.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            if !(*slf).weakreflist.get().is_null() {
                weakref::clear_weakrefs((*slf).as_object());
            }
            release(&*slf);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyPickleBufferObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.view.obj.get())
    }

    fn tp_clear(slf: &PyPickleBufferObject) {
        release(slf);
    }

    fn bf_getbuffer(
        slf: &PyPickleBufferObject,
        view: *mut Py_buffer,
        flags: c_int,
    ) -> PyResult<()> {
        let Some(o) = slf.view.obj.load() else {
            return Err(released());
        };
        // SAFETY: the caller lends the struct.
        unsafe { buffer::get_into(&o, view, flags) }
    }

    fn bf_releasebuffer(_slf: &PyPickleBufferObject, _view: *mut Py_buffer) {
        // The request went to the wrapped object, which releases it itself.
    }

    #[method]
    #[doc_key("PickleBuffer.raw")]
    fn raw(slf: &PyPickleBufferObject) -> PyResult<Owned<PyMemoryViewObject>> {
        raw(slf)
    }

    #[method(name = "release")]
    #[doc_key("PickleBuffer.release")]
    fn release_method(slf: &PyPickleBufferObject) {
        release(slf);
    }
}

fn released() -> Raised {
    raise!(
        ValueError,
        "operation forbidden on released PickleBuffer object"
    )
}

/// `PyPickleBuffer_FromObject`.
pub fn from_object(o: &PyObject) -> PyResult<Owned<PyPickleBufferObject>> {
    let b: Owned<PyPickleBufferObject> = gc::new_object(&PyPickleBuffer_Type)?;
    let view = ptr::from_ref(&b.view).cast_mut();
    // SAFETY: the struct lies in the object and stays there.
    if let Err(raised) = unsafe { buffer::get_into(o, view, PyBUF_FULL_RO) } {
        b.view.obj.set(ptr::null_mut());
        return Err(raised);
    }
    // SAFETY: the object is complete.
    unsafe { gc::track(b.as_ptr()) };
    Ok(b)
}

/// `PyPickleBuffer_GetBuffer`.
pub fn get_buffer(o: &PyObject) -> PyResult<*const Py_buffer> {
    let Some(b) = o.downcast_exact::<PyPickleBufferObject>() else {
        return Err(raise!(
            TypeError,
            "expected PickleBuffer, {} found",
            o.type_name()
        ));
    };
    if b.view.obj.get().is_null() {
        return Err(released());
    }
    Ok(ptr::from_ref(&b.view))
}

/// `PyPickleBuffer_Release`.
pub fn release(b: &PyPickleBufferObject) {
    // SAFETY: filled when the object was made; without an object the call does nothing.
    unsafe { buffer::release(ptr::from_ref(&b.view).cast_mut()) }
}

/// The memory as a flat view of bytes.
fn raw(b: &PyPickleBufferObject) -> PyResult<Owned<PyMemoryViewObject>> {
    if b.view.obj.get().is_null() {
        return Err(released());
    }
    if !buffer::is_contiguous(&b.view, b'A') {
        return Err(raise!(
            BufferError,
            "cannot extract raw buffer from non-contiguous buffer"
        ));
    }
    memoryview::flat_bytes(b.as_object(), &b.view)
}
