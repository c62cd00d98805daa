//! `_functools`: `reduce`, `partial`, `cmp_to_key` and the cache behind `lru_cache`.

mod cache;
mod key;
mod partial;

use pyrite_macros::pymodule;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, err, iter, object, typeobject, unicode};

/// `_functools`.
pub struct Functools;

#[pymodule(name = "_functools")]
impl Functools {
    #[function]
    #[sig("($module, function, sequence, initial=None, /)")]
    fn reduce(
        _module: &PyObject,
        function: &PyObject,
        sequence: &PyObject,
        initial: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let it = object::get_iter(sequence).map_err(|raised| {
            if !err::matches(exc::TypeError.get()) {
                return raised;
            }
            raise!(TypeError, "reduce() arg 2 must support iteration")
        })?;
        let mut result = initial.map(ObjectExt::own);
        while let Some(item) = iter::next(&it)? {
            result = Some(match result {
                None => item,
                Some(so_far) => call::call(function, &[&so_far, &item])?,
            });
        }
        result.ok_or_else(|| {
            raise!(
                TypeError,
                "reduce() of empty sequence with no initial value"
            )
        })
    }

    #[function]
    #[sig("($module, /, mycmp)")]
    fn cmp_to_key(_module: &PyObject, mycmp: &PyObject) -> PyResult<Owned> {
        key::cmp_to_key(mycmp)
    }

    fn exec(module: &PyObject) -> PyResult<()> {
        typeobject::ready(&key::KEY_WRAPPER)?;
        let types: [(&str, &PyTypeObject); 2] = [
            ("partial", &partial::PARTIAL),
            ("_lru_cache_wrapper", &cache::LRU_CACHE),
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
