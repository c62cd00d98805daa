//! Instances of classes: how they are allocated, traversed, cleared and freed.
//!
//! A class adds to its base's layout a dict, a list of weak references and its `__slots__`. These functions look after
//! what the classes added, from the instance's class up to the nearest built-in type, and leave the rest to that one.

use super::{base_of, is_heap_type};
use crate::prelude::*;
use crate::{gc, mem, object, owned, trashcan, weakref};
use std::ptr::null_mut;

/// `PyType_GenericAlloc`: zeroed memory for an instance with `n` items, tracked if the type has a GC head.
pub fn generic_alloc(ty: &PyTypeObject, n: Py_ssize_t) -> PyResult<Owned> {
    // One item more than asked for, as classes expect of the storage that follows a type object.
    let size = mem::var_size(
        ty,
        n.max(0) as usize + usize::from(ty.tp_itemsize.get() != 0),
    )?;
    let o = if gc::is_gc_type(ty) {
        gc::alloc(size, true)?
    } else {
        let o = mem::object_alloc(size);
        if o.is_null() {
            return Err(crate::err::no_memory());
        }
        // SAFETY: fresh memory of that size.
        unsafe { o.write_bytes(0, size) };
        o.cast()
    };
    // SAFETY: fresh memory that begins with an object head; a type with items has `ob_size`.
    unsafe {
        mem::init_head(o, ty);
        if ty.tp_itemsize.get() != 0 {
            (*o.cast::<PyVarObject>()).ob_size.set(n);
        }
        if gc::is_gc_type(ty) {
            gc::track(o);
        }
        Ok(Owned::from_owned_ptr(o))
    }
}

/// [`generic_alloc`] as a slot.
///
/// # Safety
/// `ty` points to a type.
#[unsafe(export_name = "PyType_GenericAlloc")]
pub unsafe extern "C" fn generic_alloc_slot(ty: *mut PyTypeObject, n: Py_ssize_t) -> *mut PyObject {
    // SAFETY: by the contract.
    generic_alloc(unsafe { &*ty }, n).map_or(null_mut(), Owned::into_ptr)
}

/// Allocates by the type's `tp_alloc`.
pub fn alloc(ty: &PyTypeObject) -> PyResult<Owned> {
    match ty.tp_alloc.get() {
        // SAFETY: the slot takes the type and a number of items.
        Some(f) => unsafe { object::slot_result(f(ty.as_ptr().cast(), 0)) },
        None => generic_alloc(ty, 0),
    }
}

/// `PyObject_Free`: the `tp_free` of types without a GC head.
///
/// # Safety
/// `o` came from the object domain and is not used afterwards.
#[unsafe(export_name = "PyObject_Free")]
pub unsafe extern "C" fn free(o: *mut c_void) {
    // SAFETY: by the contract.
    unsafe { mem::object_free(o.cast()) }
}

/// Calls the type's `tp_free`.
///
/// # Safety
/// The instance's fields are released; it is not used afterwards.
pub unsafe fn free_instance(ty: &PyTypeObject, o: *mut PyObject) {
    if let Some(f) = ty.tp_free.get() {
        // SAFETY: by the contract.
        unsafe { f(o.cast()) }
    }
}

/// The nearest type up the chain of bases that has a slot other than ours: the built-in type beneath the classes.
macro_rules! base_with_other {
    ($ty:expr, $slot:ident, $own:path) => {{
        let mut at = $ty;
        loop {
            if at.$slot.get().map(|f| f as usize) != Some($own as *const () as usize) {
                break Some(at);
            }
            match base_of(at) {
                Some(b) => at = b,
                None => break None,
            }
        }
    }};
}

/// The `__slots__` that one class added: those of its members that hold an object.
fn slot_cells(ty: &PyTypeObject, o: *mut PyObject) -> impl Iterator<Item = &Cell<*mut PyObject>> {
    let n = if is_heap_type(ty) {
        ty.ob_base.ob_size.get()
    } else {
        0
    };
    // SAFETY: a class's members lie behind its struct, as many as its size says.
    let members = unsafe { ty.as_ptr().cast::<PyHeapTypeObject>().add(1) }.cast::<PyMemberDef>();
    (0..n).filter_map(move |i| {
        // SAFETY: as above; a member's offset lies within the instance.
        unsafe {
            let m = &*members.offset(i);
            (m.r#type == T_OBJECT_EX && m.flags & READONLY == 0).then(|| {
                &*o.cast::<u8>()
                    .offset(m.offset)
                    .cast::<Cell<*mut PyObject>>()
            })
        }
    })
}

/// `tp_traverse` of classes.
///
/// # Safety
/// A slot: called by the collector.
pub unsafe extern "C" fn traverse(o: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let Some(f) = visit else { return 0 };
    // SAFETY: the collector's function and its argument belong together; the object is live.
    let (visitor, slf) = unsafe { (gc::Visitor::new(f, arg), &*o) };
    let ty = slf.ty();
    let Some(base) = base_with_other!(ty, tp_traverse, traverse) else {
        return if is_heap_type(ty) {
            visitor.visit(ty.as_ptr())
        } else {
            0
        };
    };
    let mut at = ty;
    while !std::ptr::eq(at, base) {
        let r = visitor.visit_all(slot_cells(at, o).map(Cell::get));
        if r != 0 {
            return r;
        }
        match base_of(at) {
            Some(b) => at = b,
            None => break,
        }
    }
    if ty.tp_dictoffset.get() != base.tp_dictoffset.get()
        && let Some(d) = object::dict_cell(slf)
    {
        let r = visitor.visit(d.get());
        if r != 0 {
            return r;
        }
    }
    // Each instance counts as a reference to its class.
    if is_heap_type(ty) {
        let r = visitor.visit(ty.as_ptr());
        if r != 0 {
            return r;
        }
    }
    match base.tp_traverse.get() {
        // SAFETY: the base's own traversal of the same object.
        Some(f) => unsafe { f(o, visit, arg) },
        None => 0,
    }
}

/// `tp_clear` of classes.
///
/// # Safety
/// A slot: called by the collector.
pub unsafe extern "C" fn clear(o: *mut PyObject) -> c_int {
    // SAFETY: the object is live.
    let slf = unsafe { &*o };
    let ty = slf.ty();
    let Some(base) = base_with_other!(ty, tp_clear, clear) else {
        return 0;
    };
    let mut at = ty;
    while !std::ptr::eq(at, base) {
        slot_cells(at, o).for_each(|c| c.set_ref(None));
        match base_of(at) {
            Some(b) => at = b,
            None => break,
        }
    }
    if ty.tp_dictoffset.get() != base.tp_dictoffset.get()
        && let Some(d) = object::dict_cell(slf)
    {
        d.set_ref(None);
    }
    match base.tp_clear.get() {
        // SAFETY: the base's own clearing of the same object.
        Some(f) => unsafe { f(o) },
        None => 0,
    }
}

/// `tp_dealloc` of classes: finalizer, weak references, slots and dict, then the built-in base's deallocator.
///
/// # Safety
/// A slot: called when the count has reached 0.
pub unsafe extern "C" fn dealloc(o: *mut PyObject) {
    // SAFETY: the object's memory is intact until the base frees it, and it holds a count of its type.
    unsafe {
        if !gc::is_gc_type(&*(*o).ob_type.get()) {
            dealloc_atomic(o);
            return;
        }
        gc::untrack_if_tracked(o);
        trashcan::guard_any(o, |o| dealloc_tracked(o));
    }
}

/// Runs the old-style `tp_del` and the finalizer. True if the object lives on.
unsafe fn finalize(o: *mut PyObject) -> bool {
    // SAFETY: the object is being deallocated and intact; the finalizer may give it another type.
    unsafe {
        let ty = &*(*o).ob_type.get();
        if ty.tp_finalize.get().is_some() && object::call_finalizer_from_dealloc(o) {
            return true;
        }
        if let Some(del) = (*(*o).ob_type.get()).tp_del.get() {
            del(o);
            return (*o).ob_refcnt.get() > 0;
        }
        false
    }
}

/// An instance without a GC head: no dict and no slots that it could have are its own.
unsafe fn dealloc_atomic(o: *mut PyObject) {
    // SAFETY: as in `dealloc`.
    unsafe {
        if finalize(o) {
            return;
        }
        let ty = &*(*o).ob_type.get();
        let Some(base) = base_with_other!(ty, tp_dealloc, dealloc) else {
            return;
        };
        release_added(o, ty, base);
        finish(o, base);
    }
}

unsafe fn dealloc_tracked(o: *mut PyObject) {
    // SAFETY: as in `dealloc`. The finalizer may run arbitrary code, so the object is tracked meanwhile; it may give the
    // object another type, and then the old one may be gone.
    unsafe {
        if (*(*o).ob_type.get()).tp_finalize.get().is_some() {
            gc::track(o);
            if object::call_finalizer_from_dealloc(o) {
                return;
            }
            gc::untrack_if_tracked(o);
        }
        let ty = &*(*o).ob_type.get();
        if let Some(del) = ty.tp_del.get() {
            // Whoever looks at the object from now on gets it back alive or not at all.
            if let Some(base) = base_with_other!(ty, tp_dealloc, dealloc) {
                clear_added_refs(o, ty, base);
            }
            gc::track(o);
            del(o);
            if (*o).ob_refcnt.get() > 0 {
                return;
            }
            gc::untrack_if_tracked(o);
        }
        let ty = &*(*o).ob_type.get();
        let Some(base) = base_with_other!(ty, tp_dealloc, dealloc) else {
            return;
        };
        release_added(o, ty, base);
        // A base that expects a tracked object gets one.
        if gc::is_gc_type(base) {
            gc::track(o);
        }
        finish(o, base);
    }
}

/// The weak references of an instance whose classes made room for them.
unsafe fn clear_added_refs(o: *mut PyObject, ty: &PyTypeObject, base: &PyTypeObject) {
    if ty.tp_weaklistoffset.get() != 0 && base.tp_weaklistoffset.get() == 0 {
        // SAFETY: the object is being deallocated and intact.
        unsafe { weakref::clear_refs(o) };
    }
}

/// Weak references, slots and dict, as far as the classes above `base` added them.
unsafe fn release_added(o: *mut PyObject, ty: &PyTypeObject, base: &PyTypeObject) {
    // SAFETY: as in `dealloc`.
    let slf = unsafe { &*o };
    // SAFETY: as in `dealloc`.
    unsafe { clear_added_refs(o, ty, base) };
    let mut at = ty;
    while !std::ptr::eq(at, base) {
        slot_cells(at, o).for_each(|c| c.set_ref(None));
        match base_of(at) {
            Some(b) => at = b,
            None => break,
        }
    }
    if ty.tp_dictoffset.get() != 0
        && base.tp_dictoffset.get() == 0
        && let Some(d) = object::dict_cell(slf)
    {
        d.set_ref(None);
    }
}

/// The base's deallocator, and then the count of the type that the instance held.
unsafe fn finish(o: *mut PyObject, base: &PyTypeObject) {
    // SAFETY: the type is read before the object is freed; a class's instance holds a count of it.
    unsafe {
        let ty = (*o).ob_type.get();
        let gives_back = is_heap_type(&*ty) && !is_heap_type(base);
        if let Some(f) = base.tp_dealloc.get() {
            f(o);
        }
        if gives_back {
            owned::decref(ty.cast());
        }
    }
}

/// `tp_dealloc` of `object` itself.
///
/// # Safety
/// A slot: called when the count has reached 0.
pub unsafe extern "C" fn object_dealloc(o: *mut PyObject) {
    // SAFETY: the type outlives the call: its count is given back by the caller.
    unsafe { free_instance(&*(*o).ob_type.get(), o) }
}
