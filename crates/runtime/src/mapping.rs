//! `PyMapping_*`: what every mapping answers to.

use crate::prelude::*;
use crate::{call, dict, err, iter, list, object};

fn table(o: &PyObject) -> Option<&PyMappingMethods> {
    // SAFETY: a type's table lives as long as the type.
    unsafe { o.ty().tp_as_mapping.get().as_ref() }
}

/// `PyMapping_Check`.
pub fn check(o: &PyObject) -> bool {
    table(o).is_some_and(|t| t.mp_subscript.get().is_some())
}

/// `PyMapping_Size`.
pub fn size(o: &PyObject) -> PyResult<Py_ssize_t> {
    if let Some(f) = table(o).and_then(|t| t.mp_length.get()) {
        // SAFETY: the type's own slot.
        let n = unsafe { f(o.as_ptr()) };
        return if n < 0 {
            Err(Raised::reported())
        } else {
            Ok(n)
        };
    }
    let name = o.type_name();
    let name = err::short(&name, 200);
    // SAFETY: a type's table lives as long as the type.
    let sequence = unsafe { o.ty().tp_as_sequence.get().as_ref() };
    if sequence.is_some_and(|t| t.sq_length.get().is_some()) {
        return Err(raise!(TypeError, "{name} is not a mapping"));
    }
    Err(raise!(TypeError, "object of type '{name}' has no len()"))
}

/// `PyMapping_GetItemString`.
pub fn get_item_str(o: &PyObject, key: &str) -> PyResult<Owned> {
    object::get_item(o, crate::unicode::from_str(key)?.as_object())
}

/// `PyMapping_SetItemString`.
pub fn set_item_str(o: &PyObject, key: &str, value: &PyObject) -> PyResult<()> {
    object::set_item(o, crate::unicode::from_str(key)?.as_object(), value)
}

/// `PyMapping_HasKey`: an error counts as no.
pub fn has_key(o: &PyObject, key: &PyObject) -> bool {
    let has = object::get_item(o, key).is_ok();
    if !has {
        err::clear();
    }
    has
}

/// The list of what a method returns.
fn listed(o: &PyObject, method: &'static PyUnicodeObject) -> PyResult<Owned<PyListObject>> {
    let result = call::method(o, method.as_object(), &[])?;
    if result.is_exactly(&list::PyList_Type) {
        // SAFETY: an exact list.
        return Ok(unsafe { result.cast_unchecked() });
    }
    let it = object::get_iter(&result).map_err(|raised| {
        if !err::matches(exc::TypeError.get()) {
            return raised;
        }
        let (owner, name) = (o.type_name(), result.type_name());
        let method = crate::unicode::to_string_lossy(method);
        raise!(
            TypeError,
            "{}.{method}() returned a non-iterable (type {})",
            err::short(&owner, 200),
            err::short(&name, 200)
        )
    })?;
    list::from_owned(iter::drain(&it)?)
}

/// `PyMapping_Keys`.
pub fn keys(o: &PyObject) -> PyResult<Owned<PyListObject>> {
    match o.downcast_exact::<PyDictObject>() {
        Some(d) => dict::keys_list(d),
        None => listed(o, id!("keys")),
    }
}

/// `PyMapping_Values`.
pub fn values(o: &PyObject) -> PyResult<Owned<PyListObject>> {
    match o.downcast_exact::<PyDictObject>() {
        Some(d) => dict::values_list(d),
        None => listed(o, id!("values")),
    }
}

/// `PyMapping_Items`.
pub fn items(o: &PyObject) -> PyResult<Owned<PyListObject>> {
    match o.downcast_exact::<PyDictObject>() {
        Some(d) => dict::items_list(d),
        None => listed(o, id!("items")),
    }
}
