//! The generations, and when a collection starts.

use crate::prelude::*;
use crate::tstate::_PyRuntime;

/// Links the generations to themselves and sets the thresholds (700, 10, 10). Done once, before the first object.
pub fn init() {
    let gc = &_PyRuntime.gc;
    for (generation, threshold) in gc.generations.iter().zip([700, 10, 10]) {
        init_list(&generation.head);
        generation.threshold.set(threshold);
        generation.count.set(0);
    }
    init_list(&gc.permanent_generation.head);
    gc.generation0
        .set((&raw const gc.generations[0].head).cast_mut());
    gc.enabled.set(1);
}

fn init_list(head: &PyGC_Head) {
    let own = std::ptr::from_ref(head) as usize;
    head._gc_next.set(own);
    head._gc_prev.set(own);
}

/// The list of the youngest generation.
#[inline(always)]
pub fn generation0() -> *mut PyGC_Head {
    (&raw const _PyRuntime.gc.generations[0].head).cast_mut()
}

/// Notes an allocation; may start a collection.
#[inline]
pub fn count_allocation() {
    let young = &_PyRuntime.gc.generations[0];
    young.count.set(young.count.get().wrapping_add(1));
}

/// Notes a deallocation.
#[inline]
pub fn count_deallocation() {
    let young = &_PyRuntime.gc.generations[0];
    if young.count.get() > 0 {
        young.count.set(young.count.get() - 1);
    }
}
