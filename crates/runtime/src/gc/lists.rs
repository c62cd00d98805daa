//! The circular lists that heads are on.
//!
//! `_gc_next` is a plain pointer but while the collector is deciding; `_gc_prev` carries two flags in its low bits.

use super::*;

const PREV_FLAGS: usize = !_PyGC_PREV_MASK;

/// Makes a head an empty list.
pub fn init(head: &PyGC_Head) {
    let own = std::ptr::from_ref(head) as usize;
    head._gc_next.set(own);
    head._gc_prev.set(own);
}

#[inline(always)]
pub fn next(g: *mut PyGC_Head) -> *mut PyGC_Head {
    // SAFETY: heads on a list are alive.
    unsafe { (*g)._gc_next.get() as *mut PyGC_Head }
}

#[inline(always)]
pub fn prev(g: *mut PyGC_Head) -> *mut PyGC_Head {
    // SAFETY: heads on a list are alive.
    unsafe { ((*g)._gc_prev.get() & !PREV_FLAGS) as *mut PyGC_Head }
}

/// Sets the pointer and keeps the flags.
#[inline(always)]
pub fn set_prev(g: *mut PyGC_Head, prev: *mut PyGC_Head) {
    // SAFETY: heads on a list are alive.
    let field = unsafe { &(*g)._gc_prev };
    field.set(prev as usize | (field.get() & PREV_FLAGS));
}

/// Puts a head that is on no list at the end of one.
pub fn append_raw(list: *mut PyGC_Head, g: *mut PyGC_Head) {
    let last = prev(list);
    // SAFETY: heads on a list are alive.
    unsafe {
        (*last)._gc_next.set(g as usize);
        (*g)._gc_next.set(list as usize);
    }
    set_prev(g, last);
    set_prev(list, g);
}

/// Moves a head from its list to the end of another.
pub fn move_to(g: *mut PyGC_Head, list: *mut PyGC_Head) {
    let (before, after) = (prev(g), next(g));
    // SAFETY: heads on a list are alive.
    unsafe { (*before)._gc_next.set(after as usize) };
    set_prev(after, before);
    append_raw(list, g);
}

/// Moves everything on `from` to the end of `to`.
pub fn merge(from: *mut PyGC_Head, to: *mut PyGC_Head) {
    let (first, last) = (next(from), prev(from));
    if first != from {
        let end = prev(to);
        // SAFETY: heads on a list are alive.
        unsafe {
            (*end)._gc_next.set(first as usize);
            (*last)._gc_next.set(to as usize);
        }
        set_prev(first, end);
        set_prev(to, last);
    }
    // SAFETY: as above.
    init(unsafe { &*from });
}

/// The heads on a list. The one given out last may be taken off it.
pub fn iter(list: *mut PyGC_Head) -> impl Iterator<Item = *mut PyGC_Head> {
    let mut at = next(list);
    std::iter::from_fn(move || {
        if at == list {
            return None;
        }
        let now = at;
        at = next(now);
        Some(now)
    })
}

pub fn len(list: *mut PyGC_Head) -> usize {
    iter(list).count()
}
