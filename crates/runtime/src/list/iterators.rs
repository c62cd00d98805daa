//! Iterators over lists, in both directions.

use super::*;
use pyrite_macros::pytype;

/// An iterator over a list, forwards or backwards.
#[repr(C)]
pub struct PyListIterObject {
    ob_base: PyObject,
    pub(crate) it_index: Cell<Py_ssize_t>,
    /// Null when exhausted.
    pub(crate) it_seq: Cell<*mut PyListObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyListIterObject {}

/// The same fields for the reverse iterator, which is a type of its own.
#[repr(C)]
pub struct PyListRevIterObject(PyListIterObject);
// SAFETY: as above.
unsafe impl Layout for PyListRevIterObject {}

pub(super) fn forward(l: &PyListObject) -> PyResult<Owned> {
    let it = gc::new_object::<PyListIterObject>(&PyListIter_Type)?;
    it.it_seq.set_ref(Some(l.own_typed()));
    Ok(gc::publish(it).upcast())
}

pub(super) fn backward(l: &PyListObject) -> PyResult<Owned> {
    let it = gc::new_object::<PyListRevIterObject>(&PyListRevIter_Type)?;
    it.0.it_index.set(len(l) as Py_ssize_t - 1);
    it.0.it_seq.set_ref(Some(l.own_typed()));
    Ok(gc::publish(it).upcast())
}

/// The next item of a list's iterator.
#[inline]
pub fn iter_next(it: &PyListIterObject) -> Option<Owned> {
    let l = it.it_seq.borrow()?;
    let i = it.it_index.get();
    if let Some(item) = get(l, i as usize) {
        it.it_index.set(i + 1);
        return Some(item);
    }
    it.it_seq.set_ref(None);
    None
}

/// # Safety
/// `it` is dead.
unsafe fn free_iter(it: *mut PyListIterObject) {
    // SAFETY: the object is alive until it is freed.
    unsafe {
        gc::untrack_if_tracked(it.cast());
        (*it).it_seq.set_ref(None);
        gc::del(it.cast());
    }
}

pub struct ListIter;
#[pytype(name = "list_iterator", c_name = PyListIter_Type, layout = PyListIterObject, flags = [HAVE_GC], free = gc_del)]
impl ListIter {
    fn tp_dealloc(slf: *mut PyListIterObject) {
        // SAFETY: the count is 0.
        unsafe { free_iter(slf) }
    }

    fn tp_traverse(slf: &PyListIterObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.it_seq.get())
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PyListIterObject) -> PyResult<Option<Owned>> {
        Ok(iter_next(slf))
    }

    #[method]
    fn __length_hint__(slf: &PyListIterObject) -> Py_ssize_t {
        slf.it_seq
            .borrow()
            .map_or(0, |l| (len(l) as Py_ssize_t - slf.it_index.get()).max(0))
    }

    #[method]
    fn __reduce__(slf: &PyListIterObject) -> PyResult<Owned> {
        reduce(slf, "iter")
    }

    #[method]
    fn __setstate__(slf: &PyListIterObject, state: &PyObject) -> PyResult<()> {
        let index = crate::long::as_ssize_t(state)?;
        if let Some(l) = slf.it_seq.borrow() {
            slf.it_index.set(index.clamp(0, len(l) as Py_ssize_t));
        }
        Ok(())
    }
}

pub struct ListRevIter;
#[pytype(name = "list_reverseiterator", c_name = PyListRevIter_Type, layout = PyListRevIterObject, flags = [HAVE_GC], free = gc_del)]
impl ListRevIter {
    fn tp_dealloc(slf: *mut PyListRevIterObject) {
        // SAFETY: the count is 0.
        unsafe { free_iter(slf.cast()) }
    }

    fn tp_traverse(slf: &PyListRevIterObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.0.it_seq.get())
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PyListRevIterObject) -> PyResult<Option<Owned>> {
        let it = &slf.0;
        let Some(l) = it.it_seq.borrow() else {
            return Ok(None);
        };
        let i = it.it_index.get();
        if i >= 0
            && let Some(item) = get(l, i as usize)
        {
            it.it_index.set(i - 1);
            return Ok(Some(item));
        }
        it.it_index.set(-1);
        it.it_seq.set_ref(None);
        Ok(None)
    }

    #[method]
    fn __length_hint__(slf: &PyListRevIterObject) -> Py_ssize_t {
        let left = slf.0.it_index.get() + 1;
        match slf.0.it_seq.borrow() {
            Some(l) if len(l) as Py_ssize_t >= left => left,
            _ => 0,
        }
    }

    #[method]
    fn __reduce__(slf: &PyListRevIterObject) -> PyResult<Owned> {
        reduce(&slf.0, "reversed")
    }

    #[method]
    fn __setstate__(slf: &PyListRevIterObject, state: &PyObject) -> PyResult<()> {
        let index = crate::long::as_ssize_t(state)?;
        if let Some(l) = slf.0.it_seq.borrow() {
            slf.0
                .it_index
                .set(index.clamp(-1, len(l) as Py_ssize_t - 1));
        }
        Ok(())
    }
}

fn reduce(it: &PyListIterObject, function: &str) -> PyResult<Owned> {
    match it.it_seq.load() {
        Some(l) => iter::reduce(function, l.upcast(), Some(it.it_index.get())),
        // An exhausted iterator restores as one over nothing.
        _ => iter::reduce("iter", new(0)?.upcast(), None),
    }
}
