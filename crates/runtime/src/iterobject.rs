//! The two iterators that anything can have: over `__getitem__`, and over the calls of a function.

use crate::prelude::*;
use crate::{call, err, gc, iter, object, sequence, tuple};
use pyrite_macros::pytype;

/// `iter(o)` for an object that only has `__getitem__`.
#[repr(C)]
pub struct PySeqIterObject {
    ob_base: PyObject,
    it_index: Cell<Py_ssize_t>,
    /// Null when exhausted.
    it_seq: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PySeqIterObject {}

/// `PySeqIter_New`.
pub fn seq_iter_new(o: &PyObject) -> PyResult<Owned> {
    if !sequence::check(o) {
        return Err(err::bad_internal_call());
    }
    let it = gc::new_object::<PySeqIterObject>(&PySeqIter_Type)?;
    it.it_seq.set_ref(Some(o.own()));
    Ok(gc::publish(it).upcast())
}

pub struct SeqIter;
#[pytype(name = "iterator", c_name = PySeqIter_Type, layout = PySeqIterObject, flags = [HAVE_GC], free = gc_del)]
impl SeqIter {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PySeqIterObject) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).it_seq.set_ref(None);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PySeqIterObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.it_seq.get())
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PySeqIterObject) -> PyResult<Option<Owned>> {
        let Some(seq) = slf.it_seq.load() else {
            return Ok(None);
        };
        let i = slf.it_index.get();
        if i == Py_ssize_t::MAX {
            return Err(raise!(OverflowError, "iter index too large"));
        }
        match sequence::get_item(&seq, i) {
            Ok(item) => {
                slf.it_index.set(i + 1);
                Ok(Some(item))
            }
            Err(raised) => {
                if !err::matches(exc::IndexError.get()) && !err::matches(exc::StopIteration.get()) {
                    return Err(raised);
                }
                err::clear();
                slf.it_seq.set_ref(None);
                Ok(None)
            }
        }
    }

    #[method]
    fn __length_hint__(slf: &PySeqIterObject) -> PyResult<Owned> {
        let zero = || Ok(crate::long::from_ssize_t(0)?.upcast());
        let Some(seq) = slf.it_seq.load() else {
            return zero();
        };
        if !object::has_len(&seq) {
            return Ok(not_implemented().own());
        }
        let left = sequence::size(&seq)? - slf.it_index.get();
        if left < 0 {
            zero()
        } else {
            Ok(crate::long::from_ssize_t(left)?.upcast())
        }
    }

    #[method]
    fn __reduce__(slf: &PySeqIterObject) -> PyResult<Owned> {
        match slf.it_seq.load() {
            Some(seq) => iter::reduce("iter", seq, Some(slf.it_index.get())),
            None => iter::reduce("iter", tuple::empty()?.upcast(), None),
        }
    }

    #[method]
    fn __setstate__(slf: &PySeqIterObject, state: &PyObject) -> PyResult<()> {
        let index = crate::long::as_ssize_t(state)?;
        if !slf.it_seq.get().is_null() {
            slf.it_index.set(index.max(0));
        }
        Ok(())
    }
}

/// `iter(callable, sentinel)`.
#[repr(C)]
pub struct PyCallIterObject {
    ob_base: PyObject,
    /// Both null when exhausted.
    it_callable: Cell<*mut PyObject>,
    it_sentinel: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyCallIterObject {}

/// `PyCallIter_New`.
pub fn call_iter_new(callable: &PyObject, sentinel: &PyObject) -> PyResult<Owned> {
    let it = gc::new_object::<PyCallIterObject>(&PyCallIter_Type)?;
    it.it_callable.set_ref(Some(callable.own()));
    it.it_sentinel.set_ref(Some(sentinel.own()));
    Ok(gc::publish(it).upcast())
}

fn exhaust(it: &PyCallIterObject) {
    it.it_callable.set_ref(None);
    it.it_sentinel.set_ref(None);
}

pub struct CallIter;
#[pytype(name = "callable_iterator", c_name = PyCallIter_Type, layout = PyCallIterObject, flags = [HAVE_GC], free = gc_del)]
impl CallIter {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyCallIterObject) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            exhaust(&*slf);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyCallIterObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.it_callable.get(), slf.it_sentinel.get()])
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PyCallIterObject) -> PyResult<Option<Owned>> {
        let Some(callable) = slf.it_callable.load() else {
            return Ok(None);
        };
        match call::call0(&callable) {
            Ok(result) => {
                // The call may have exhausted this very iterator.
                let Some(sentinel) = slf.it_sentinel.load() else {
                    return Ok(None);
                };
                if !object::rich_compare_bool(&sentinel, &result, Py_EQ)? {
                    return Ok(Some(result));
                }
                exhaust(slf);
                Ok(None)
            }
            Err(raised) => {
                if !err::matches(exc::StopIteration.get()) {
                    return Err(raised);
                }
                err::clear();
                exhaust(slf);
                Ok(None)
            }
        }
    }

    #[method]
    fn __reduce__(slf: &PyCallIterObject) -> PyResult<Owned> {
        match (slf.it_callable.load(), slf.it_sentinel.load()) {
            (Some(callable), Some(sentinel)) => {
                let args = tuple::pack([callable, sentinel])?.upcast();
                Ok(tuple::pack([object::builtin("iter")?, args])?.upcast())
            }
            _ => iter::reduce("iter", tuple::empty()?.upcast(), None),
        }
    }
}
