//! `Py_ReprEnter` and `Py_ReprLeave`: containers that contain themselves.

use crate::prelude::*;
use crate::tstate;
use std::cell::RefCell;

/// The objects whose `repr` is being made, with the thread that makes it.
struct Active(RefCell<Vec<(*mut PyThreadState, *mut PyObject)>>);

// SAFETY: only the holder of the GIL touches it, and no borrow outlives the functions below, which run no other code.
unsafe impl Sync for Active {}

static ACTIVE: Active = Active(RefCell::new(Vec::new()));

/// Leaves when dropped.
pub struct ReprGuard(*mut PyObject);

/// Enters `o`; `None` when its `repr` is already being made by this thread.
pub fn enter(o: &impl ObjectExt) -> Option<ReprGuard> {
    enter_raw(o.as_ptr()).then(|| ReprGuard(o.as_ptr()))
}

/// `Py_ReprEnter` for C: true when entered.
pub fn enter_raw(o: *mut PyObject) -> bool {
    let key = (tstate::current_ptr(), o);
    let mut active = ACTIVE.0.borrow_mut();
    let fresh = !active.contains(&key);
    if fresh {
        active.push(key);
    }
    fresh
}

/// `Py_ReprLeave`.
pub fn leave_raw(o: *mut PyObject) {
    let key = (tstate::current_ptr(), o);
    let mut active = ACTIVE.0.borrow_mut();
    if let Some(at) = active.iter().rposition(|k| *k == key) {
        active.remove(at);
    }
}

impl Drop for ReprGuard {
    fn drop(&mut self) {
        leave_raw(self.0);
    }
}
