//! The collector, for the objects of this crate: safe functions over references.

use crate::prelude::*;
pub use pyrite_runtime::gc::{Visitor, is_gc, new_object, new_var};

/// Tells the collector of an object that has a head.
pub fn track(o: &PyObject) {
    // SAFETY: objects of this crate's types are allocated with a head; tracking twice is avoided here.
    unsafe {
        if !pyrite_runtime::gc::is_tracked(o.as_ptr()) {
            pyrite_runtime::gc::track(o.as_ptr());
        }
    }
}

/// Makes the collector forget an object.
pub fn untrack(o: &PyObject) {
    // SAFETY: as in `track`.
    unsafe { pyrite_runtime::gc::untrack_if_tracked(o.as_ptr()) };
}

pub fn is_tracked(o: &PyObject) -> bool {
    // SAFETY: as in `track`.
    unsafe { pyrite_runtime::gc::is_tracked(o.as_ptr()) }
}

/// Frees the memory of an object that has a head.
///
/// # Safety
/// The object is untracked, nothing in it is needed any more, and nobody refers to it.
pub unsafe fn free(o: *mut c_void) {
    // SAFETY: by the contract.
    unsafe { pyrite_runtime::gc::del(o) };
}

/// Finalizes an object whose count has reached 0. True: it lives on.
pub fn call_finalizer_from_dealloc(o: &PyObject) -> bool {
    // SAFETY: called by deallocators only, with the object that they are called for.
    unsafe { object::call_finalizer_from_dealloc(o.as_ptr()) }
}

/// `PyGC_Collect`.
pub fn collect() {
    pyrite_runtime::gc::collector::collect_all();
}
