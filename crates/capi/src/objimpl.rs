//! `objimpl.h`, `cpython/objimpl.h`: the memory of objects, and what the collector sees.

use crate::prelude::*;

/// The size of an instance with `n` items, or an exception.
fn instance_size(ty: &PyTypeObject, n: Py_ssize_t) -> PyResult<usize> {
    match usize::try_from(n) {
        Ok(n) => mem::var_size(ty, n),
        Err(_) => Err(err::bad_internal_call()),
    }
}

/// A block for an instance with its head filled in, as C wants it: not zeroed.
fn instance(ty: &PyTypeObject, n: Py_ssize_t, collected: bool) -> PyResult<*mut PyVarObject> {
    let size = instance_size(ty, n)?;
    let o = if collected {
        gc::alloc(size, false)?
    } else {
        mem::malloc(mem::Domain::Object, size).cast()
    };
    if o.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: a new block of the instance's size.
    unsafe { mem::init_head(o, ty) };
    Ok(o.cast())
}

fn var_instance(ty: &PyTypeObject, n: Py_ssize_t, collected: bool) -> PyResult<*mut PyVarObject> {
    let o = instance(ty, n, collected)?;
    // SAFETY: a new block with a head.
    unsafe { (*o).ob_size.set(n) };
    Ok(o)
}

capi! {
    fn PyObject_Init(o: *mut PyObject, ty: &PyTypeObject) -> *mut PyObject {
        if o.is_null() {
            let _ = err::no_memory();
            return o;
        }
        // SAFETY: C passes a block for an instance of the type.
        unsafe { mem::init_head(o, ty) };
        o
    }

    fn PyObject_InitVar(o: *mut PyVarObject, ty: &PyTypeObject, size: Py_ssize_t) -> *mut PyVarObject {
        if o.is_null() {
            let _ = err::no_memory();
            return o;
        }
        // SAFETY: C passes a block for an instance of the type.
        unsafe {
            mem::init_head(o.cast(), ty);
            (*o).ob_size.set(size);
        }
        o
    }

    fn _PyObject_New(ty: &PyTypeObject) -> PyResult<*mut PyObject> { Ok(instance(ty, 0, false)?.cast()) }
    fn _PyObject_NewVar(ty: &PyTypeObject, n: Py_ssize_t) -> PyResult<*mut PyVarObject> { var_instance(ty, n, false) }
    fn _PyObject_GC_New(ty: &PyTypeObject) -> PyResult<*mut PyObject> { Ok(instance(ty, 0, true)?.cast()) }
    fn _PyObject_GC_NewVar(ty: &PyTypeObject, n: Py_ssize_t) -> PyResult<*mut PyVarObject> { var_instance(ty, n, true) }
    fn _PyObject_GC_Malloc(size: usize) -> PyResult<*mut PyObject> { gc::alloc(size, false) }
    fn _PyObject_GC_Calloc(size: usize) -> PyResult<*mut PyObject> { gc::alloc(size, true) }

    fn PyObject_GC_Track(o: *mut c_void) {
        // SAFETY: C passes an object of a collected type, with its fields filled in.
        unsafe {
            if gc::is_tracked(o.cast()) {
                err::fatal("object already tracked by the garbage collector");
            }
            gc::track_unready(o.cast());
        }
    }

    fn PyObject_GC_UnTrack(o: *mut c_void) {
        // SAFETY: C passes an object of a collected type.
        unsafe { gc::untrack_if_tracked(o.cast()) }
    }

    fn PyGC_Collect() -> Py_ssize_t { gc::collector::collect_all() as Py_ssize_t }
    fn _PyGC_CollectNoFail() -> Py_ssize_t { gc::collector::collect_no_fail() as Py_ssize_t }
    fn _PyGC_CollectIfEnabled() -> Py_ssize_t { if gc::collector::is_enabled() { gc::collector::collect_all() as Py_ssize_t } else { 0 } }
}
