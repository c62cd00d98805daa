//! The type `dict`: slots and methods.

use super::*;
use crate::{repr_guard, sequence};
use pyrite_macros::pytype;

pub struct Dict;
#[pytype(name = "dict", c_name = PyDict_Type, layout = PyDictObject,
         flags = [BASETYPE, DICT_SUBCLASS, HAVE_GC], free = gc_del)]
impl Dict {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    const tp_hash: hashfunc = Some(crate::object::hash_not_implemented_slot);
    fn tp_new(ty: &PyTypeObject, _args: &PyObject, _kw: Option<&PyObject>) -> PyResult<Owned> {
        let d: Owned<PyDictObject> = if std::ptr::eq(ty, &PyDict_Type) {
            with_table(Keys::new(MIN_SIZE, Kind::Text)?)?
        } else {
            // SAFETY: a subtype of dict has its layout.
            let d: Owned<PyDictObject> =
                unsafe { crate::mem::alloc_by_type(ty, 0)?.cast_unchecked() };
            d.ma_keys.set(Keys::new(MIN_SIZE, Kind::Text)?.cast());
            touch(&d);
            d
        };
        Ok(d.upcast())
    }

    fn tp_init(
        slf: &PyDictObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        merge::update_from_args(slf, "dict", args, kw)
    }

    fn tp_dealloc(slf: *mut PyDictObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            free(slf);
        }
    }

    fn tp_traverse(slf: &PyDictObject, visit: gc::Visitor) -> c_int {
        traverse(slf, visit)
    }

    fn tp_clear(slf: &PyDictObject) {
        clear(slf);
    }

    fn tp_repr(slf: &PyDictObject) -> PyResult<Owned> {
        repr(slf)
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let (Some(a), Some(b)) = (
            slf.downcast::<PyDictObject>(),
            other.downcast::<PyDictObject>(),
        ) else {
            return Ok(not_implemented().own());
        };
        match op {
            Py_EQ => Ok(bool_from(equal(a, b)?)),
            Py_NE => Ok(bool_from(!equal(a, b)?)),
            _ => Ok(not_implemented().own()),
        }
    }

    fn tp_iter(slf: &PyDictObject) -> PyResult<Owned> {
        iterators::iter_keys(slf)
    }

    fn sq_contains(slf: &PyDictObject, key: &PyObject) -> PyResult<bool> {
        contains(slf, key)
    }

    fn mp_length(slf: &PyDictObject) -> PyResult<Py_ssize_t> {
        Ok(slf.ma_used.get())
    }

    fn mp_subscript(slf: &PyDictObject, key: &PyObject) -> PyResult<Owned> {
        subscript(slf, key)
    }

    fn mp_ass_subscript(
        slf: &PyDictObject,
        key: &PyObject,
        value: Option<&PyObject>,
    ) -> PyResult<()> {
        match value {
            Some(value) => set_item(slf, key, value),
            None => del_item(slf, key),
        }
    }

    #[method(coexist)]
    fn __contains__(slf: &PyDictObject, key: &PyObject) -> PyResult<bool> {
        contains(slf, key)
    }

    #[method(coexist)]
    fn __getitem__(slf: &PyDictObject, key: &PyObject) -> PyResult<Owned> {
        subscript(slf, key)
    }

    #[method]
    fn __sizeof__(slf: &PyDictObject) -> Py_ssize_t {
        size_of_dict(slf)
    }

    #[method]
    fn __reversed__(slf: &PyDictObject) -> PyResult<Owned> {
        iterators::reversed_keys(slf)
    }

    #[method]
    fn get(slf: &PyDictObject, key: &PyObject, default: Option<&PyObject>) -> PyResult<Owned> {
        Ok(get_item(slf, key)?.unwrap_or_else(|| default.unwrap_or(none()).own()))
    }

    #[method]
    fn setdefault(
        slf: &PyDictObject,
        key: &PyObject,
        default: Option<&PyObject>,
    ) -> PyResult<Owned> {
        set_default(slf, key, default.unwrap_or(none()))
    }

    #[method]
    #[sig("($self, key, default=None, /)")]
    fn pop(slf: &PyDictObject, key: &PyObject, default: Option<&PyObject>) -> PyResult<Owned> {
        match (pop(slf, key)?, default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.own()),
            (None, None) => Err(err::set_key_error(key)),
        }
    }

    #[method]
    fn popitem(slf: &PyDictObject) -> PyResult<Owned> {
        match pop_item(slf)? {
            Some((key, value)) => Ok(tuple::pack([key, value])?.upcast()),
            None => Err(raise!(KeyError, "popitem(): dictionary is empty")),
        }
    }

    #[method]
    fn keys(slf: &PyDictObject) -> PyResult<Owned> {
        views::new_keys(slf)
    }

    #[method]
    fn items(slf: &PyDictObject) -> PyResult<Owned> {
        views::new_items(slf)
    }

    #[method]
    fn values(slf: &PyDictObject) -> PyResult<Owned> {
        views::new_values(slf)
    }

    #[method(varargs_kw)]
    fn update(slf: &PyDictObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<()> {
        merge::update_from_args(slf, "update", args, kw)
    }

    #[method(class)]
    fn fromkeys(cls: &PyObject, iterable: &PyObject, value: Option<&PyObject>) -> PyResult<Owned> {
        from_keys(cls, iterable, value.unwrap_or(none()))
    }

    #[method]
    fn clear(slf: &PyDictObject) {
        clear(slf);
    }

    #[method]
    fn copy(slf: &PyDictObject) -> PyResult<Owned> {
        Ok(copy(slf)?.upcast())
    }
}

/// `d[key]`, with `__missing__` for subclasses.
#[inline]
pub fn subscript(d: &PyDictObject, key: &PyObject) -> PyResult<Owned> {
    if let Some(value) = get_item(d, key)? {
        return Ok(value);
    }
    match call_missing(d, key)? {
        Some(value) => Ok(value),
        None => Err(err::set_key_error(key)),
    }
}

/// `dict.__repr__`.
pub fn repr(d: &PyDictObject) -> PyResult<Owned> {
    let Some(_guard) = repr_guard::enter(d) else {
        return Ok(unicode::from_str("{...}")?.upcast());
    };
    let mut w = unicode::Writer::new();
    w.push_str("{")?;
    let mut pos = 0;
    let mut first = true;
    while let Some((key, value)) = next(d, &mut pos) {
        if !first {
            w.push_str(", ")?;
        }
        first = false;
        sequence::write_repr(&mut w, &key)?;
        w.push_str(": ")?;
        sequence::write_repr(&mut w, &value)?;
    }
    w.push_str("}")?;
    Ok(w.finish()?.upcast())
}

/// Equal keys with equal values.
fn equal(a: &PyDictObject, b: &PyDictObject) -> PyResult<bool> {
    if len(a) != len(b) {
        return Ok(false);
    }
    let mut pos = 0;
    while let Some((key, value, hash)) = next_entry(a, &mut pos) {
        // SAFETY: just found in the dict, which holds them.
        let (key, value) = unsafe { (key.as_ref().own(), value.as_ref().own()) };
        let Some(other) = get_item_known_hash(b, &key, hash)? else {
            return Ok(false);
        };
        if !object::rich_compare_bool(&value, &other, Py_EQ)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Visits keys and values.
pub fn traverse(d: &PyDictObject, visit: gc::Visitor) -> c_int {
    if d.ma_keys.get().is_null() {
        return 0;
    }
    // Exact strings are no containers.
    let text = keys_of(d).kind.get() != Kind::General;
    if text && !is_split(d) {
        // Visitors change no object.
        return keys_of(d)
            .entries()
            .iter()
            .map(|entry| visit.visit(entry.value.get()))
            .find(|r| *r != 0)
            .unwrap_or(0);
    }
    let mut pos = 0;
    while let Some((key, value, _)) = next_entry(d, &mut pos) {
        let mut r = visit.visit(value.as_ptr());
        if r == 0 && !text {
            r = visit.visit(key.as_ptr());
        }
        if r != 0 {
            return r;
        }
    }
    0
}
