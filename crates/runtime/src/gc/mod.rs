//! Memory of objects that can be part of a cycle, and the lists that they are on.
//!
//! Each such object is preceded by a `PyGC_Head`: two words that link it into its generation. The words' low bits
//! carry the flags that the headers show, and C code inlines tracking and untracking over them, so the lists are the
//! ones in `_PyRuntime.gc`. Who is garbage is decided by the collector, a module of its own.

pub mod collector;
pub(crate) mod lists;

use crate::hostile;
use crate::mem;
use crate::prelude::*;

/// What `tp_traverse` hands each reference to.
#[derive(Clone, Copy)]
pub struct Visitor {
    visit: unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int,
    arg: *mut c_void,
}

impl Visitor {
    /// # Safety
    /// `visit` may be called with `arg` and any live object.
    #[inline]
    pub unsafe fn new(
        visit: unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int,
        arg: *mut c_void,
    ) -> Visitor {
        Visitor { visit, arg }
    }

    /// Visits what a field holds (`Py_VISIT`). Not 0: traversal stops and the value is returned.
    #[inline]
    pub fn visit<T>(&self, field: *mut T) -> c_int {
        if field.is_null() {
            return 0;
        }
        // SAFETY: a traversed object's fields hold live objects; the visitor was given by its contract.
        unsafe { (self.visit)(field.cast(), self.arg) }
    }

    /// Lets another traversal of the same object visit its part.
    ///
    /// # Safety
    /// `traverse` is a traversal for objects of the layout of `o`, which is being traversed.
    #[inline]
    pub unsafe fn delegate(
        &self,
        traverse: unsafe extern "C" fn(*mut PyObject, visitproc, *mut c_void) -> c_int,
        o: *mut PyObject,
    ) -> c_int {
        // SAFETY: the visitor and its argument belong together; the object is being traversed.
        unsafe { traverse(o, Some(self.visit), self.arg) }
    }

    /// Visits several fields, stopping at the first that says so.
    #[inline]
    pub fn visit_all(&self, fields: impl IntoIterator<Item = *mut PyObject>) -> c_int {
        for f in fields {
            let r = self.visit(f);
            if r != 0 {
                return r;
            }
        }
        0
    }
}

/// Does the type's layout carry a GC head?
#[inline]
pub fn is_gc_type(ty: &PyTypeObject) -> bool {
    ty.tp_flags.get() & Py_TPFLAGS_HAVE_GC != 0
}

/// The head in front of an object.
///
/// # Safety
/// `o` was allocated with a head.
#[inline]
pub unsafe fn head(o: *mut PyObject) -> *mut PyGC_Head {
    // SAFETY: by the contract.
    unsafe { o.cast::<PyGC_Head>().sub(1) }
}

/// The object behind a head.
///
/// # Safety
/// `head` belongs to an object.
#[inline]
pub unsafe fn object_of(head: *mut PyGC_Head) -> *mut PyObject {
    // SAFETY: by the contract.
    unsafe { head.add(1).cast() }
}

/// `_PyObject_GC_IS_TRACKED`.
///
/// # Safety
/// `o` was allocated with a head.
#[inline]
pub unsafe fn is_tracked(o: *mut PyObject) -> bool {
    // SAFETY: by the contract.
    unsafe { (*head(o))._gc_next.get() != 0 }
}

/// `_PyObject_GC_TRACK`: puts the object into the youngest generation.
///
/// # Safety
/// `o` was allocated with a head, is not tracked, and its fields are valid to traverse.
#[inline]
pub unsafe fn track(o: *mut PyObject) {
    // SAFETY: by the contract.
    unsafe {
        hostile::check_trackable(o, is_tracked(o));
        track_unready(o)
    }
}

/// As [`track`], for foreign code, which may fill in the last fields after it as long as it allocates nothing before.
///
/// # Safety
/// As [`track`], at the latest when the next object is allocated.
#[inline]
pub unsafe fn track_unready(o: *mut PyObject) {
    // SAFETY: the youngest generation is a circular list of live heads.
    unsafe {
        let g = head(o);
        debug_assert!((*g)._gc_next.get() == 0, "object is tracked already");
        let young = collector::generation0();
        let last = (*young)._gc_prev.get() as *mut PyGC_Head;
        (*last)._gc_next.set(g as usize);
        let flags = (*g)._gc_prev.get() & !_PyGC_PREV_MASK;
        (*g)._gc_prev.set(last as usize | flags);
        (*g)._gc_next.set(young as usize);
        (*young)._gc_prev.set(g as usize);
    }
}

/// `_PyObject_GC_UNTRACK`.
///
/// # Safety
/// `o` was allocated with a head and is tracked.
#[inline]
pub unsafe fn untrack(o: *mut PyObject) {
    // SAFETY: neighbours of a tracked head are heads.
    unsafe {
        let g = head(o);
        let prev = ((*g)._gc_prev.get() & _PyGC_PREV_MASK) as *mut PyGC_Head;
        let next = (*g)._gc_next.get() as *mut PyGC_Head;
        (*prev)._gc_next.set(next as usize);
        let flags = (*next)._gc_prev.get() & !_PyGC_PREV_MASK;
        (*next)._gc_prev.set(prev as usize | flags);
        (*g)._gc_next.set(0);
        (*g)._gc_prev
            .set((*g)._gc_prev.get() & _PyGC_PREV_MASK_FINALIZED);
    }
}

/// `PyObject_GC_UnTrack`: untracks unless that is done already.
///
/// # Safety
/// `o` was allocated with a head.
#[inline]
pub unsafe fn untrack_if_tracked(o: *mut PyObject) {
    // SAFETY: by the contract.
    unsafe {
        if is_tracked(o) {
            untrack(o);
        }
    }
}

/// `_PyObject_GC_Alloc`: memory for an object of `size` bytes behind a fresh head. May collect.
pub fn alloc(size: usize, zeroed: bool) -> PyResult<*mut PyObject> {
    let Some(total) = size.checked_add(size_of::<PyGC_Head>()) else {
        return Err(crate::err::no_memory());
    };
    let block = mem::object_alloc(total);
    if block.is_null() {
        return Err(crate::err::no_memory());
    }
    let g = block.cast::<PyGC_Head>();
    // SAFETY: the block has room for the head and the object.
    unsafe {
        if zeroed {
            block.write_bytes(0, total);
        }
        (*g)._gc_next.set(0);
        (*g)._gc_prev.set(0);
        collector::count_allocation();
        Ok(object_of(g))
    }
}

/// `PyObject_GC_Del`: gives back the memory of an object that was allocated with a head.
///
/// # Safety
/// `o` was allocated with a head, its fields are released, and it is not used afterwards.
#[unsafe(export_name = "PyObject_GC_Del")]
pub unsafe extern "C" fn del_slot(o: *mut c_void) {
    // SAFETY: by the contract.
    unsafe { del(o) }
}

/// [`del_slot`], without a detour for those who call it.
///
/// # Safety
/// The same.
pub unsafe fn del(o: *mut c_void) {
    let o = o.cast::<PyObject>();
    // SAFETY: by the contract.
    unsafe {
        untrack_if_tracked(o);
        collector::count_deallocation();
        mem::object_free(head(o).cast());
    }
}

/// A new instance of `ty` with layout `T`: head set, other fields zero, not tracked yet.
#[inline]
pub fn new_object<T: Layout>(ty: &PyTypeObject) -> PyResult<Owned<T>> {
    debug_assert!(size_of::<T>() <= ty.tp_basicsize.get() as usize);
    let o = alloc(ty.tp_basicsize.get() as usize, true)?;
    // SAFETY: fresh memory of the type's size, which is at least that of `T`.
    unsafe {
        crate::mem::init_head(o, ty);
        Ok(Owned::from_owned_ptr(o.cast()))
    }
}

/// As [`new_object`] for a type with `n` items behind the fixed part; `ob_size` is set to `n`.
pub fn new_var<T: Layout>(ty: &PyTypeObject, n: usize) -> PyResult<Owned<T>> {
    let o = alloc(crate::mem::var_size(ty, n)?, true)?;
    // SAFETY: as above; a type with items has `ob_size`.
    unsafe {
        crate::mem::init_head(o, ty);
        (*o.cast::<PyVarObject>()).ob_size.set(n as Py_ssize_t);
        Ok(Owned::from_owned_ptr(o.cast()))
    }
}

/// Puts a fresh object, whose fields are filled in, on the collector's list.
#[inline]
pub fn publish<T: Layout>(o: Owned<T>) -> Owned<T> {
    debug_assert!(is_gc_type(o.ty()));
    // SAFETY: fresh objects of a type with a head are not tracked yet.
    unsafe { track(o.as_ptr()) };
    o
}

/// `PyObject_IS_GC`: does this object have a head?
#[inline]
pub fn is_gc(o: &PyObject) -> bool {
    let ty = o.ty();
    if !is_gc_type(ty) {
        return false;
    }
    match ty.tp_is_gc.get() {
        None => true,
        // SAFETY: the type's own slot.
        Some(f) => unsafe { f(o.as_ptr()) != 0 },
    }
}

/// `_PyObject_GC_MAY_BE_TRACKED`: could the object be part of a cycle, now or later?
#[inline]
pub fn may_be_tracked(o: &PyObject) -> bool {
    // SAFETY: a tuple has a head.
    is_gc(o) && (!o.is_exactly(&crate::tuple::PyTuple_Type) || unsafe { is_tracked(o.as_ptr()) })
}

/// Tracks a container that the collector may have stopped tracking for what it held before.
#[inline]
pub fn track_again(o: &PyObject) {
    debug_assert!(is_gc_type(o.ty()));
    // SAFETY: an object of a type with a head.
    unsafe {
        if !is_tracked(o.as_ptr()) {
            track(o.as_ptr());
        }
    }
}
