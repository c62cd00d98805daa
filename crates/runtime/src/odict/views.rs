//! The views of an ordered dict: dict's, but for the order in which they iterate.

use super::iterator::{ITEMS, KEYS, VALUES, over};
use super::*;
use crate::dict::{PyDictItems_Type, PyDictKeys_Type, PyDictValues_Type};
use pyrite_macros::pytype;

fn iterate(v: &_PyDictViewObject, kind: c_int, reversed: bool) -> PyResult<Owned> {
    match v.dv_dict.load() {
        // SAFETY: these views are made of ordered dicts only.
        Some(d) => over(unsafe { d.cast_ref() }, kind, reversed),
        None => Ok(none().own()),
    }
}

macro_rules! view {
    ($marker:ident, $type:ident, $name:tt, $base:ident, $kind:expr) => {
        pub struct $marker;
        #[pytype(name = $name, c_name = $type, layout = _PyDictViewObject, no_class, base = $base)]
        impl $marker {
            fn tp_iter(slf: &_PyDictViewObject) -> PyResult<Owned> {
                iterate(slf, $kind, false)
            }
            #[method]
            fn __reversed__(slf: &_PyDictViewObject) -> PyResult<Owned> {
                iterate(slf, $kind, true)
            }
        }
    };
}

view!(
    OdictKeys,
    PyODictKeys_Type,
    "odict_keys",
    PyDictKeys_Type,
    KEYS
);
view!(
    OdictItems,
    PyODictItems_Type,
    "odict_items",
    PyDictItems_Type,
    ITEMS
);
view!(
    OdictValues,
    PyODictValues_Type,
    "odict_values",
    PyDictValues_Type,
    VALUES
);
