//! The trashcan: deallocation of deeply nested containers without deep recursion.
//!
//! The deallocator of every type with a collector's head runs its body through [`guard`]: `#[pytype]` sees to it. (3.8
//! does so for its containers alone, and overflows the C stack on long chains of others.) Past a nesting of fifty the
//! object is only put on the thread's list (linked through the collector's head, since the object is untracked by then),
//! and the outermost deallocator empties that list when its own body is done.

use crate::prelude::*;
use crate::tstate;

const UNWIND_LEVEL: c_int = 50;

/// Runs `body` to take `op` apart, or keeps `op` for the outermost deallocator.
///
/// `own` is the deallocator that asks. Objects of a type with another one are subclass instances whose own deallocator
/// has already passed through here: they are always taken apart at once.
///
/// # Safety
/// `op` is an object with a collector's head and a count of 0; `body` takes it apart and frees it, whether it is
/// tracked or not.
#[inline]
pub unsafe fn guard<T: Layout>(
    op: *mut T,
    own: unsafe extern "C" fn(*mut PyObject),
    body: impl FnOnce(*mut T),
) {
    // SAFETY: the object is alive until `body` has run.
    let ty = unsafe { &*(*op.cast::<PyObject>()).ob_type.get() };
    if ty.tp_dealloc.get().map(|f| f as usize) != Some(own as usize) {
        return body(op);
    }
    // SAFETY: by the contract.
    unsafe { guard_any(op, body) }
}

/// As [`guard`], whatever the object's type: for the deallocator of classes.
///
/// # Safety
/// As [`guard`].
#[inline]
pub unsafe fn guard_any<T: Layout>(op: *mut T, body: impl FnOnce(*mut T)) {
    // A thread state that is being deleted is no longer current, and gives back what it holds.
    // SAFETY: the current thread state, if there is one, is the holder's of the GIL.
    let Some(ts) = (unsafe { tstate::current_ptr().as_ref() }) else {
        return body(op);
    };
    if ts.trash_delete_nesting.get() >= UNWIND_LEVEL {
        // SAFETY: with a head, by the contract.
        return unsafe { deposit(op.cast()) };
    }
    ts.trash_delete_nesting
        .set(ts.trash_delete_nesting.get() + 1);
    body(op);
    ts.trash_delete_nesting
        .set(ts.trash_delete_nesting.get() - 1);
    if !ts.trash_delete_later.get().is_null() && ts.trash_delete_nesting.get() <= 0 {
        destroy_chain();
    }
}

/// `_PyTrash_thread_deposit_object`: keeps an object to be deallocated later.
///
/// # Safety
/// `op` is an object with a collector's head and a count of 0.
#[cold]
pub unsafe fn deposit(op: *mut PyObject) {
    let ts = tstate::current();
    // SAFETY: by the contract.
    unsafe { crate::gc::untrack_if_tracked(op) };
    // SAFETY: the head lies before the object and nothing else uses it while the object is untracked.
    let head = unsafe { &*op.cast::<PyGC_Head>().sub(1) };
    let flags = head._gc_prev.get() & _PyGC_PREV_MASK_FINALIZED;
    head._gc_prev
        .set(ts.trash_delete_later.get() as usize | flags);
    ts.trash_delete_later.set(op);
}

/// `_PyTrash_thread_destroy_chain`: deallocates what was kept.
#[cold]
pub fn destroy_chain() {
    let ts = tstate::current();
    // The deallocators below may deposit again: they must not start a loop of their own.
    ts.trash_delete_nesting
        .set(ts.trash_delete_nesting.get() + 1);
    while let Some(op) = std::ptr::NonNull::new(ts.trash_delete_later.get()) {
        let op = op.as_ptr();
        // SAFETY: the list holds untracked objects with a head and a count of 0.
        unsafe {
            let head = &*op.cast::<PyGC_Head>().sub(1);
            let next =
                head._gc_prev.get() & !(_PyGC_PREV_MASK_FINALIZED | _PyGC_PREV_MASK_COLLECTING);
            head._gc_prev
                .set(head._gc_prev.get() & _PyGC_PREV_MASK_FINALIZED);
            ts.trash_delete_later.set(next as *mut PyObject);
            crate::owned::dealloc(op);
        }
    }
    ts.trash_delete_nesting
        .set(ts.trash_delete_nesting.get() - 1);
}
