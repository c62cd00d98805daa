//! The iterator over a set.

use super::*;
use crate::list;
use pyrite_macros::pytype;

#[repr(C)]
pub struct PySetIterObject {
    ob_base: PyObject,
    /// Null when exhausted.
    set: Cell<*mut PySetObject>,
    /// The set's size at the start; -1 once it was found changed.
    used: Cell<Py_ssize_t>,
    pos: Cell<Py_ssize_t>,
    left: Cell<Py_ssize_t>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PySetIterObject {}

pub(super) fn over(s: &PySetObject) -> PyResult<Owned> {
    let it = gc::new_object::<PySetIterObject>(&PySetIter_Type)?;
    it.set.set_ref(Some(s.own_typed()));
    it.used.set(s.used.get());
    it.left.set(s.used.get());
    Ok(gc::publish(it).upcast())
}

fn next(it: &PySetIterObject) -> PyResult<Option<Owned>> {
    let Some(s) = it.set.borrow() else {
        return Ok(None);
    };
    if it.used.get() != s.used.get() {
        // Stays so: every later call fails too.
        it.used.set(-1);
        return Err(raise!(RuntimeError, "Set changed size during iteration"));
    }
    let mut pos = it.pos.get() as usize;
    let found = next_entry(s, &mut pos);
    it.pos.set(pos as Py_ssize_t);
    match found {
        Some((key, _)) => {
            it.left.set(it.left.get() - 1);
            Ok(Some(key))
        }
        None => {
            it.set.set_ref(None);
            Ok(None)
        }
    }
}

pub struct SetIter;
#[pytype(name = "set_iterator", c_name = PySetIter_Type, layout = PySetIterObject, flags = [HAVE_GC], free = gc_del)]
impl SetIter {
    fn tp_dealloc(slf: *mut PySetIterObject) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).set.set_ref(None);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PySetIterObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.set.get())
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PySetIterObject) -> PyResult<Option<Owned>> {
        next(slf)
    }

    #[method]
    fn __length_hint__(slf: &PySetIterObject) -> Py_ssize_t {
        match slf.set.borrow() {
            Some(s) if s.used.get() == slf.used.get() => slf.left.get(),
            _ => 0,
        }
    }

    #[method]
    fn __reduce__(slf: &PySetIterObject) -> PyResult<Owned> {
        let copy = gc::new_object::<PySetIterObject>(&PySetIter_Type)?;
        copy.set.set_ref(slf.set.load());
        copy.used.set(slf.used.get());
        copy.pos.set(slf.pos.get());
        copy.left.set(slf.left.get());
        let mut rest = Vec::new();
        while let Some(item) = next(&copy)? {
            rest.push(item);
        }
        iter::reduce("iter", list::from_owned(rest)?.upcast(), None)
    }
}
