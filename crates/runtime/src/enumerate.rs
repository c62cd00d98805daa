//! `enumerate` and `reversed`.

use crate::prelude::*;
use crate::{args, call, err, gc, iter, mem, number, object, sequence, tuple};
use pyrite_macros::pytype;

/// A pair that an iterator gave out last, used again when nobody else holds it: else a new one.
pub(crate) fn reuse_pair(spare: &Cell<*mut PyTupleObject>, a: Owned, b: Owned) -> PyResult<Owned> {
    // SAFETY: the iterator holds a count of its pair.
    match unsafe { spare.get().as_ref() } {
        Some(pair) if pair.refcount() == 1 && tuple::len(pair) == 2 => {
            let fields = tuple::fields(pair);
            let old = [
                fields[0].replace(a.into_ptr()),
                fields[1].replace(b.into_ptr()),
            ];
            let pair = pair.own();
            gc::track_again(&pair);
            for item in old {
                // SAFETY: the old items' counts were the tuple's.
                unsafe { crate::owned::xdecref(item) };
            }
            Ok(pair)
        }
        _ => Ok(tuple::pack([a, b])?.upcast()),
    }
}

#[repr(C)]
pub struct PyEnumObject {
    ob_base: PyObject,
    /// The count, while it fits.
    en_index: Cell<Py_ssize_t>,
    en_sit: Cell<*mut PyObject>,
    en_result: Cell<*mut PyTupleObject>,
    /// The count once it no longer fits; null before.
    en_longindex: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyEnumObject {}

impl PyEnumObject {
    /// The present count; the next one is stored.
    fn count(&self) -> PyResult<Owned> {
        let i = self.en_index.get();
        if i < Py_ssize_t::MAX {
            self.en_index.set(i + 1);
            return Ok(crate::long::from_ssize_t(i)?.upcast());
        }
        let now = match self.en_longindex.load() {
            Some(now) => now,
            None => crate::long::from_ssize_t(i)?.upcast(),
        };
        let one = crate::long::from_ssize_t(1)?;
        self.en_longindex
            .set_ref(Some(number::add(&now, one.as_object())?));
        Ok(now)
    }
}

pub struct Enumerate;
#[pytype(name = "enumerate", c_name = PyEnum_Type, layout = PyEnumObject, flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl Enumerate {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    #[sig("(iterable, start=0)")]
    fn tp_new(ty: &PyTypeObject, iterable: &PyObject, start: Option<&PyObject>) -> PyResult<Owned> {
        // SAFETY: a subtype of enumerate has its layout.
        let it: Owned<PyEnumObject> = unsafe { mem::alloc_by_type(ty, 0)?.cast_unchecked() };
        if let Some(start) = start {
            let start = number::index(start)?;
            match crate::range::small(start.as_object()) {
                Some(i) => it.en_index.set(i as Py_ssize_t),
                None => {
                    it.en_index.set(Py_ssize_t::MAX);
                    it.en_longindex.set_ref(Some(start.upcast()));
                }
            }
        }
        it.en_sit.set_ref(Some(object::get_iter(iterable)?));
        it.en_result
            .set_ref(Some(tuple::pack([none().own(), none().own()])?));
        Ok(it.upcast())
    }

    fn tp_dealloc(slf: *mut PyEnumObject) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).en_sit.set_ref(None);
            (*slf).en_result.set_ref(None);
            (*slf).en_longindex.set_ref(None);
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyEnumObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([
            slf.en_sit.get(),
            slf.en_result.get().cast(),
            slf.en_longindex.get(),
        ])
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PyEnumObject) -> PyResult<Option<Owned>> {
        let Some(it) = slf.en_sit.load() else {
            return Ok(None);
        };
        let Some(item) = iter::next_usual(&it)? else {
            return Ok(None);
        };
        reuse_pair(&slf.en_result, slf.count()?, item).map(Some)
    }

    #[method]
    fn __reduce__(slf: &PyEnumObject) -> PyResult<Owned> {
        let it = slf.en_sit.load().unwrap_or_else(|| none().own());
        let count = match slf.en_longindex.load() {
            Some(count) => count,
            None => crate::long::from_ssize_t(slf.en_index.get())?.upcast(),
        };
        let args = tuple::pack([it, count])?.upcast();
        Ok(tuple::pack([slf.ty().own(), args])?.upcast())
    }
}

#[repr(C)]
pub struct PyReversedObject {
    ob_base: PyObject,
    index: Cell<Py_ssize_t>,
    /// Null when exhausted.
    seq: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyReversedObject {}

/// `reversed(o)`, as an instance of `ty` where `o` does not make its own.
fn new_reversed(ty: &PyTypeObject, o: &PyObject) -> PyResult<Owned> {
    let not_reversible = || {
        raise!(
            TypeError,
            "'{}' object is not reversible",
            err::short(&o.type_name(), 200)
        )
    };
    if let Some(method) = object::lookup_special(o, id!("__reversed__").as_object())? {
        return if method.is_none() {
            Err(not_reversible())
        } else {
            call::call0(&method)
        };
    }
    if !sequence::check(o) {
        return Err(not_reversible());
    }
    let n = sequence::size(o)?;
    // SAFETY: a subtype of reversed has its layout.
    let it: Owned<PyReversedObject> = unsafe { mem::alloc_by_type(ty, 0)?.cast_unchecked() };
    it.index.set(n - 1);
    it.seq.set_ref(Some(o.own()));
    Ok(it.upcast())
}

pub struct Reversed;
#[pytype(name = "reversed", c_name = PyReversed_Type, layout = PyReversedObject, flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl Reversed {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
        if std::ptr::eq(ty, &PyReversed_Type) {
            args::no_keywords("reversed", kw)?;
        }
        let args = tuple::as_slice(args);
        args::check_positional("reversed", args.len(), 1, 1)?;
        new_reversed(ty, args[0])
    }

    fn tp_dealloc(slf: *mut PyReversedObject) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).seq.set_ref(None);
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyReversedObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.seq.get())
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PyReversedObject) -> PyResult<Option<Owned>> {
        let i = slf.index.get();
        if i >= 0 {
            let Some(seq) = slf.seq.load() else {
                return Ok(None);
            };
            match sequence::get_item(&seq, i) {
                Ok(item) => {
                    slf.index.set(i - 1);
                    return Ok(Some(item));
                }
                Err(_)
                    if err::matches(exc::IndexError.get())
                        || err::matches(exc::StopIteration.get()) =>
                {
                    err::clear();
                }
                Err(raised) => return Err(raised),
            }
        }
        slf.index.set(-1);
        slf.seq.set_ref(None);
        Ok(None)
    }

    #[method]
    fn __length_hint__(slf: &PyReversedObject) -> PyResult<Py_ssize_t> {
        let Some(seq) = slf.seq.load() else {
            return Ok(0);
        };
        let left = slf.index.get() + 1;
        Ok(if sequence::size(&seq)? < left {
            0
        } else {
            left
        })
    }

    #[method]
    fn __reduce__(slf: &PyReversedObject) -> PyResult<Owned> {
        let ty = slf.ty().own();
        let parts = match slf.seq.load() {
            Some(seq) => {
                let index = crate::long::from_ssize_t(slf.index.get())?.upcast();
                tuple::pack([ty, tuple::pack([seq])?.upcast(), index])
            }
            None => tuple::pack([ty, tuple::pack([tuple::empty()?.upcast()])?.upcast()]),
        };
        Ok(parts?.upcast())
    }

    #[method]
    fn __setstate__(slf: &PyReversedObject, state: &PyObject) -> PyResult<()> {
        let index = crate::long::as_ssize_t(state)?;
        if let Some(seq) = slf.seq.load() {
            let n = sequence::size(&seq)?;
            slf.index.set(index.clamp(-1, (n - 1).max(-1)));
        }
        Ok(())
    }
}
