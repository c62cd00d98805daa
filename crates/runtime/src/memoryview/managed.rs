//! The one request to an exporter that several views share.

use super::AsMutView;
use crate::prelude::*;
use crate::{buffer, err, gc, mem};
use pyrite_macros::pytype;
use std::ffi::CStr;
use std::ptr;

/// `managedbuffer`.
pub struct ManagedBuffer;

#[pytype(name = "managedbuffer", c_name = _PyManagedBuffer_Type, layout = _PyManagedBufferObject,
         flags = [HAVE_GC], free = gc_del)]
impl ManagedBuffer {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut _PyManagedBufferObject) {
        // SAFETY: the object's last reference is gone.
        unsafe {
            release(&*slf);
            gc::untrack_if_tracked(slf.cast());
            if (*slf).flags.get() & _Py_MANAGED_BUFFER_FREE_FORMAT != 0 {
                mem::free(mem::Domain::Mem, (*slf).master.format.get().cast());
            }
            gc::del(slf.cast());
        }
    }
    fn tp_traverse(slf: &_PyManagedBufferObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.master.obj.get())
    }
    fn tp_clear(slf: &_PyManagedBufferObject) {
        if slf.exports.get() == 0 {
            release(slf);
        }
    }
}

/// Gives the buffer back to its exporter.
pub(super) fn release(m: &_PyManagedBufferObject) {
    if m.flags.get() & _Py_MANAGED_BUFFER_RELEASED != 0 {
        return;
    }
    m.flags.set(m.flags.get() | _Py_MANAGED_BUFFER_RELEASED);
    // SAFETY: the object is a collected one, and the buffer was filled when it was made.
    unsafe {
        gc::untrack_if_tracked(m.as_ptr());
        buffer::release(m.master.as_mut_view());
    }
}

pub(super) fn new() -> PyResult<Owned<_PyManagedBufferObject>> {
    let m: Owned<_PyManagedBufferObject> = gc::new_object(&_PyManagedBuffer_Type)?;
    // SAFETY: all fields are zero, which is a state that the collector can look at.
    unsafe { gc::track(m.as_ptr()) };
    Ok(m)
}

/// Asks an exporter for everything that it can give.
pub(super) fn from_object(o: &PyObject) -> PyResult<Owned<_PyManagedBufferObject>> {
    let m = new()?;
    // SAFETY: the struct lies in the object and stays there.
    if let Err(raised) = unsafe { buffer::get_into(o, m.master.as_mut_view(), PyBUF_FULL_RO) } {
        m.master.obj.set(ptr::null_mut());
        return Err(raised);
    }
    Ok(m)
}

/// Copies all fields.
pub(super) fn copy_view(to: &Py_buffer, from: &Py_buffer) {
    to.buf.set(from.buf.get());
    to.obj.set(from.obj.get());
    to.len.set(from.len.get());
    to.itemsize.set(from.itemsize.get());
    to.readonly.set(from.readonly.get());
    to.ndim.set(from.ndim.get());
    to.format.set(from.format.get());
    to.shape.set(from.shape.get());
    to.strides.set(from.strides.get());
    to.suboffsets.set(from.suboffsets.get());
    to.internal.set(from.internal.get());
}

/// Gives the managed buffer a format text of its own.
pub(super) fn keep_format(m: &_PyManagedBufferObject, format: &CStr) -> PyResult<()> {
    let bytes = format.to_bytes_with_nul();
    let p = buffer::to_mem_block(bytes)?;
    if p.is_null() {
        return Err(err::no_memory());
    }
    m.master.format.set(p.cast());
    m.flags.set(m.flags.get() | _Py_MANAGED_BUFFER_FREE_FORMAT);
    Ok(())
}
