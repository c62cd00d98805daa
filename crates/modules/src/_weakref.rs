//! `_weakref`: weak references, for the module `weakref`.

use pyrite_macros::pymodule;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{dict, err, list, unicode, weakref};

/// `_weakref`.
pub struct WeakRef;

#[pymodule(name = "_weakref")]
impl WeakRef {
    #[function]
    fn getweakrefcount(_module: &PyObject, object: &PyObject) -> usize {
        weakref::count(object)
    }

    #[function]
    fn getweakrefs(_module: &PyObject, object: &PyObject) -> PyResult<Owned> {
        Ok(list::from_owned(weakref::all(object))?.upcast())
    }

    #[function]
    fn proxy(
        _module: &PyObject,
        object: &PyObject,
        callback: Option<&PyObject>,
    ) -> PyResult<Owned> {
        weakref::new_proxy(object, callback)
    }

    #[function]
    fn _remove_dead_weakref(
        _module: &PyObject,
        dct: &PyDictObject,
        key: &PyObject,
    ) -> PyResult<()> {
        let removed = dict::del_item_if(dct, key, |value| {
            if !weakref::check(value) {
                return Err(raise!(TypeError, "not a weakref"));
            }
            Ok(weakref::get_object(value).is_none())
        });
        match removed {
            // Somebody else was faster.
            Err(_) if err::matches(exc::KeyError.get()) => {
                err::clear();
                Ok(())
            }
            outcome => outcome,
        }
    }

    fn exec(module: &PyObject) -> PyResult<()> {
        let types: [(&str, &PyTypeObject); 4] = [
            ("ref", &weakref::_PyWeakref_RefType),
            ("ReferenceType", &weakref::_PyWeakref_RefType),
            ("ProxyType", &weakref::_PyWeakref_ProxyType),
            ("CallableProxyType", &weakref::_PyWeakref_CallableProxyType),
        ];
        for (name, ty) in types {
            let name = unicode::intern_str(name)?;
            pyrite_runtime::object::set_attr(module, name.as_object(), ty.as_object())?;
        }
        Ok(())
    }
}
