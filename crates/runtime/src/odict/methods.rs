//! The type `OrderedDict`.

use super::*;
use crate::args::Truth;
use crate::{call, gc, iter, list, object, repr_guard, sequence, tuple, unicode, weakref};
use pyrite_macros::pytype;

/// Stores pairs by way of the type, so that a subclass's `__setitem__` is called.
fn add_pairs(slf: &PyObject, pairs: &PyObject) -> PyResult<()> {
    let it = object::get_iter(pairs)?;
    while let Some(pair) = iter::next(&it)? {
        let parts = object::get_iter(&pair)?;
        let need = |n: usize| {
            let s = if n == 1 { "" } else { "s" };
            raise!(ValueError, "need more than {n} value{s} to unpack")
        };
        let key = iter::next(&parts)?.ok_or_else(|| need(0))?;
        let value = iter::next(&parts)?.ok_or_else(|| need(1))?;
        if iter::next(&parts)?.is_some() {
            return Err(raise!(ValueError, "too many values to unpack (expected 2)"));
        }
        object::set_item(slf, &key, &value)?;
    }
    Ok(())
}

/// `MutableMapping.update`.
fn update(slf: &PyObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<()> {
    let n = tuple::len(args);
    if n > 1 {
        return Err(raise!(
            TypeError,
            "update() takes at most 1 positional argument ({n} given)"
        ));
    }
    if let Some(other) = tuple::as_slice(args).first() {
        if let Some(d) = other.downcast_exact::<PyDictObject>() {
            add_pairs(slf, dict::items_list(d)?.as_object())?;
        } else if let Some(keys) = object::lookup_attr(other, id!("keys").as_object())? {
            let keys = call::call0(&keys)?;
            let it = object::get_iter(&keys)?;
            while let Some(key) = iter::next(&it)? {
                object::set_item(slf, &key, &*object::get_item(other, &key)?)?;
            }
        } else if let Some(items) = object::lookup_attr(other, id!("items").as_object())? {
            add_pairs(slf, &*call::call0(&items)?)?;
        } else {
            add_pairs(slf, other)?;
        }
    }
    match kw {
        Some(kw) if dict::len(kw) > 0 => {
            if !dict::has_only_string_keys(kw) {
                return Err(raise!(TypeError, "keywords must be strings"));
            }
            add_pairs(slf, dict::items_list(kw)?.as_object())
        }
        _ => Ok(()),
    }
}

/// Removes a key and returns its value.
fn pop_key(od: &ODictObject, key: &PyObject, hash: Option<Py_hash_t>) -> PyResult<Option<Owned>> {
    let exact = od.is_exactly(&PyODict_Type);
    if !exact {
        // A subclass may have methods of its own.
        if !sequence::contains(od.as_object(), key)? {
            return Ok(None);
        }
        let value = object::get_item(od.as_object(), key)?;
        object::del_item(od.as_object(), key)?;
        return Ok(Some(value));
    }
    let hash = hash.map_or_else(|| dict::hash_of(key), Ok)?;
    remove_key(od, key, hash)?;
    removing(od, || dict::pop_known_hash(&od.od_dict, key, hash))
}

/// The same keys in the same order?
fn same_order(a: &ODictObject, b: &ODictObject) -> PyResult<bool> {
    let (xs, ys) = (keys_in_order(a), keys_in_order(b));
    if xs.len() != ys.len() {
        return Ok(false);
    }
    for ((x, _), (y, _)) in xs.iter().zip(&ys) {
        if !object::rich_compare_bool(x, y, Py_EQ)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn equal(a: &ODictObject, b: &PyObject) -> PyResult<bool> {
    let Some(compare) = dict::PyDict_Type.tp_richcompare.get() else {
        return Err(err::bad_internal_call());
    };
    // SAFETY: both are dicts.
    let result = unsafe { Owned::from_owned_ptr_or_null(compare(a.as_ptr(), b.as_ptr(), Py_EQ)) };
    if !object::is_true(&*result.ok_or_else(Raised::already_set)?)? {
        return Ok(false);
    }
    match b.downcast::<ODictObject>() {
        Some(b) => same_order(a, b),
        None => Ok(true),
    }
}

fn pairs_for_repr(od: &ODictObject) -> PyResult<Owned> {
    if !od.is_exactly(&PyODict_Type) {
        let items = call::method(od.as_object(), id!("items").as_object(), &[])?;
        return Ok(sequence::list(&items)?.upcast());
    }
    let mut pairs = Vec::new();
    for (key, _) in keys_in_order(od) {
        let value = dict::get_item(&od.od_dict, &key)?;
        let value = value.ok_or_else(|| err::set_key_error(&key))?;
        pairs.push(tuple::pack([key, value])?.upcast());
    }
    Ok(list::from_owned(pairs)?.upcast())
}

pub struct ODict;
#[pytype(name = "collections.OrderedDict", c_name = PyODict_Type, layout = ODictObject, base = dict::PyDict_Type,
         dictoffset = od_inst_dict, weaklistoffset = od_weakreflist,
         flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl ODict {
    const tp_hash: hashfunc = Some(object::hash_not_implemented_slot);
    fn tp_init(slf: &PyObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<()> {
        let n = tuple::len(args);
        if n > 1 {
            return Err(raise!(TypeError, "expected at most 1 arguments, got {n}"));
        }
        update(slf, args, kw)
    }

    fn tp_dealloc(slf: *mut ODictObject) {
        // SAFETY: the count is 0: the object is ours to take apart; dict's part is left to dict.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).od_inst_dict.set_ref(None);
            if !(*slf).od_weakreflist.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            clear_nodes(&*slf);
            if let Some(f) = dict::PyDict_Type.tp_dealloc.get() {
                f(slf.cast());
            }
        }
    }

    fn tp_traverse(slf: &ODictObject, visit: gc::Visitor) -> c_int {
        let r = visit.visit(slf.od_inst_dict.get());
        if r != 0 {
            return r;
        }
        let r = visit.visit_all(nodes(slf).map(|n| n.key.get()));
        if r != 0 {
            return r;
        }
        dict::traverse(&slf.od_dict, visit)
    }

    fn tp_clear(slf: &ODictObject) {
        slf.od_inst_dict.set_ref(None);
        clear_nodes(slf);
        dict::clear(&slf.od_dict);
    }

    fn tp_repr(slf: &ODictObject) -> PyResult<Owned> {
        let name = slf.type_name();
        let name = name.rsplit('.').next().unwrap_or_default();
        if dict::len(&slf.od_dict) == 0 {
            return Ok(unicode::from_str(&format!("{name}()"))?.upcast());
        }
        let Some(_guard) = repr_guard::enter(slf) else {
            return Ok(unicode::from_str("...")?.upcast());
        };
        let pairs = pairs_for_repr(slf)?;
        let mut w = unicode::Writer::new();
        w.push_str(name)?;
        w.push_str("(")?;
        sequence::write_repr(&mut w, &pairs)?;
        w.push_str(")")?;
        Ok(w.finish()?.upcast())
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let is_dict = other.downcast::<PyDictObject>().is_some();
        match slf.downcast::<ODictObject>() {
            Some(od) if is_dict && op == Py_EQ => Ok(bool_from(equal(od, other)?)),
            Some(od) if is_dict && op == Py_NE => Ok(bool_from(!equal(od, other)?)),
            _ => Ok(not_implemented().own()),
        }
    }

    fn tp_iter(slf: &ODictObject) -> PyResult<Owned> {
        iterator::over(slf, iterator::KEYS, false)
    }

    fn mp_ass_subscript(
        slf: &ODictObject,
        key: &PyObject,
        value: Option<&PyObject>,
    ) -> PyResult<()> {
        match value {
            Some(value) => set_item(slf, key, value),
            None => del_item(slf, key),
        }
    }

    #[method(class)]
    #[sig("($type, /, iterable, value=None)")]
    fn fromkeys(cls: &PyObject, iterable: &PyObject, value: Option<&PyObject>) -> PyResult<Owned> {
        dict::from_keys(cls, iterable, value.unwrap_or(none()))
    }

    #[method]
    fn __sizeof__(slf: &ODictObject) -> Py_ssize_t {
        let row = slf.nodes_len.get() * size_of::<*mut Node>();
        let nodes = dict::len(&slf.od_dict) * size_of::<Node>();
        dict::size_of_dict(&slf.od_dict) + (row + nodes) as Py_ssize_t
    }

    #[method]
    fn __reduce__(slf: &PyObject) -> PyResult<Owned> {
        let state = object::lookup_attr(slf, id!("__dict__").as_object())?;
        let state = match state {
            Some(d) if object::size(&d)? > 0 => d,
            _ => none().own(),
        };
        let items = call::method(slf, id!("items").as_object(), &[])?;
        let items = object::get_iter(&items)?;
        let args = tuple::empty()?.upcast();
        Ok(tuple::pack([slf.ty().own(), args, state, none().own(), items])?.upcast())
    }

    #[method]
    #[sig("($self, /, key, default=None)")]
    fn setdefault(
        slf: &ODictObject,
        key: &PyObject,
        default: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let default = default.unwrap_or(none());
        if slf.is_exactly(&PyODict_Type) {
            if let Some(value) = dict::get_item(&slf.od_dict, key)? {
                return Ok(value);
            }
            set_item(slf, key, default)?;
            return Ok(default.own());
        }
        if sequence::contains(slf.as_object(), key)? {
            return object::get_item(slf.as_object(), key);
        }
        object::set_item(slf.as_object(), key, default)?;
        Ok(default.own())
    }

    #[method]
    #[sig("($self, /, key, default=None)")]
    fn pop(slf: &ODictObject, key: &PyObject, default: Option<&PyObject>) -> PyResult<Owned> {
        match (pop_key(slf, key, None)?, default) {
            (Some(value), _) => Ok(value),
            (None, Some(default)) => Ok(default.own()),
            (None, None) => Err(err::set_object(crate::exceptions::exc::KeyError.get(), key)),
        }
    }

    #[method]
    #[sig("($self, /, last=True)")]
    fn popitem(slf: &ODictObject, last: Option<Truth>) -> PyResult<Owned> {
        let last = last.is_none_or(|l| l.0);
        let end = node(if last {
            slf.last.get()
        } else {
            slf.first.get()
        });
        let Some((key, hash)) = end.and_then(|n| Some((n.key.load()?, n.hash.get()))) else {
            return Err(raise!(KeyError, "dictionary is empty"));
        };
        let value = pop_key(slf, &key, Some(hash))?.ok_or_else(|| err::set_key_error(&key))?;
        Ok(tuple::pack([key, value])?.upcast())
    }

    #[method]
    fn keys(slf: &PyObject) -> PyResult<Owned> {
        dict::view_new(slf, &PyODictKeys_Type)
    }

    #[method]
    fn values(slf: &PyObject) -> PyResult<Owned> {
        dict::view_new(slf, &PyODictValues_Type)
    }

    #[method]
    fn items(slf: &PyObject) -> PyResult<Owned> {
        dict::view_new(slf, &PyODictItems_Type)
    }

    #[method(varargs_kw)]
    fn update(slf: &PyObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<()> {
        update(slf, args, kw)
    }

    #[method]
    fn clear(slf: &ODictObject) -> PyResult<()> {
        clear(slf)
    }

    #[method]
    fn copy(slf: &ODictObject) -> PyResult<Owned> {
        if slf.is_exactly(&PyODict_Type) {
            let copy = new()?;
            for (key, hash) in keys_in_order(slf) {
                let value = dict::get_item(&slf.od_dict, &key)?;
                let value = value.ok_or_else(|| err::set_key_error(&key))?;
                set_item_known_hash(&copy, &key, &value, hash)?;
            }
            return Ok(copy.upcast());
        }
        let copy = call::call0(slf.ty().as_object())?;
        for (key, _) in keys_in_order(slf) {
            let value = object::get_item(slf.as_object(), &key)?;
            object::set_item(&copy, &key, &value)?;
        }
        Ok(copy)
    }

    #[method]
    fn __reversed__(slf: &ODictObject) -> PyResult<Owned> {
        iterator::over(slf, iterator::KEYS, true)
    }

    #[method]
    #[sig("($self, /, key, last=True)")]
    fn move_to_end(slf: &ODictObject, key: &PyObject, last: Option<Truth>) -> PyResult<()> {
        let last = last.is_none_or(|l| l.0);
        let Some(p) = find_node(slf, key, dict::hash_of(key)?)? else {
            return Err(err::set_object(crate::exceptions::exc::KeyError.get(), key));
        };
        if p != (if last {
            slf.last.get()
        } else {
            slf.first.get()
        }) {
            unlink(slf, p);
            link(slf, p, last);
        }
        Ok(())
    }

    #[getter]
    fn __dict__(slf: &PyObject) -> PyResult<Owned> {
        object::generic_get_dict(slf)
    }

    #[setter(__dict__)]
    fn set___dict__(slf: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        object::generic_set_dict(slf, value)
    }
}
