//! `_collections`: `deque`, `defaultdict`, and helpers of `Counter` and `namedtuple`.

mod defaultdict;
mod deque;
mod tuplegetter;

use pyrite_macros::pymodule;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, dict, iter, long, number, object, odict, typeobject, unicode};

/// `_collections`.
pub struct Collections;

#[pymodule(name = "_collections")]
impl Collections {
    #[function]
    fn _count_elements(
        _module: &PyObject,
        mapping: &PyObject,
        iterable: &PyObject,
    ) -> PyResult<()> {
        count_elements(mapping, iterable)
    }

    fn exec(module: &PyObject) -> PyResult<()> {
        let types: [(&str, &PyTypeObject); 6] = [
            ("deque", &deque::DEQUE),
            ("defaultdict", &defaultdict::DEFAULTDICT),
            ("OrderedDict", &odict::PyODict_Type),
            ("_deque_iterator", &deque::DEQUE_ITER),
            ("_deque_reverse_iterator", &deque::DEQUE_REV_ITER),
            ("_tuplegetter", &tuplegetter::TUPLEGETTER),
        ];
        for (name, ty) in types {
            typeobject::ready(ty)?;
            object::set_attr(
                module,
                unicode::intern_str(name)?.as_object(),
                ty.as_object(),
            )?;
        }
        Ok(())
    }
}

/// `mapping[x] = mapping.get(x, 0) + 1` for every element.
fn count_elements(mapping: &PyObject, iterable: &PyObject) -> PyResult<()> {
    let it = object::get_iter(iterable)?;
    let one = long::from_ssize_t(1)?;
    let one = one.as_object();
    if let Some(d) = plain_dict(mapping)? {
        while let Some(key) = iter::next(&it)? {
            let hash = dict::hash_of(&key)?;
            let new = match dict::get_item_known_hash(d, &key, hash)? {
                None => one.own(),
                Some(old) => number::add(&old, one)?,
            };
            dict::set_item_known_hash(d, &key, &new, hash)?;
        }
        return Ok(());
    }
    let get = object::get_attr(mapping, id!("get").as_object())?;
    let zero = long::from_ssize_t(0)?;
    while let Some(key) = iter::next(&it)? {
        let old = call::call(&get, &[&key, zero.as_object()])?;
        object::set_item(mapping, &key, &*number::add(&old, one)?)?;
    }
    Ok(())
}

/// The mapping as a dict, if its class has dict's own `get` and `__setitem__`.
fn plain_dict(mapping: &PyObject) -> PyResult<Option<&PyDictObject>> {
    let Some(d) = mapping.downcast::<PyDictObject>() else {
        return Ok(None);
    };
    for name in [id!("get"), id!("__setitem__")] {
        let own = typeobject::lookup(mapping.ty(), name.as_object());
        let base = typeobject::lookup(&dict::PyDict_Type, name.as_object());
        match (own, base) {
            (Some(own), Some(base)) if own.is(&*base) => {}
            _ => return Ok(None),
        }
    }
    Ok(Some(d))
}
