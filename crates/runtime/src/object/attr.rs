//! Attribute access: `PyObject_GetAttr` and its relatives, and the generic look-up along the type and the instance dict.
//!
//! The order is the data model's: a data descriptor of the type, then the instance's dict, then whatever else the type
//! has (bound, if it is a descriptor).

use super::{slot_result, slot_status};
use crate::object::names;
use crate::prelude::*;
use crate::{dict, err, exceptions::exc, typeobject, unicode};

/// `PyObject_GetAttr`.
#[inline]
pub fn get_attr(o: &PyObject, name: &PyObject) -> PyResult<Owned> {
    let ty = o.ty();
    let Some(f) = ty.tp_getattro.get() else {
        return get_attr_by_old_slot(o, name);
    };
    if !is_str(name) {
        return Err(bad_name(name));
    }
    // SAFETY: the slot takes the object and a str.
    unsafe { slot_result(f(o.as_ptr(), name.as_ptr())) }
}

#[inline]
fn is_str(name: &PyObject) -> bool {
    name.ty().tp_flags.get() & Py_TPFLAGS_UNICODE_SUBCLASS != 0
}

#[cold]
fn bad_name(name: &PyObject) -> Raised {
    let ty = name.type_name();
    raise!(
        TypeError,
        "attribute name must be string, not '{}'",
        err::short(&ty, 200)
    )
}

/// The name as a NUL-terminated UTF-8 string, for the slots that take `char *`.
fn c_name(name: &PyObject) -> PyResult<std::ffi::CString> {
    std::ffi::CString::new(names::utf8(name)?)
        .map_err(|_| raise!(ValueError, "embedded null character"))
}

#[cold]
fn get_attr_by_old_slot(o: &PyObject, name: &PyObject) -> PyResult<Owned> {
    if !is_str(name) {
        return Err(bad_name(name));
    }
    let Some(f) = o.ty().tp_getattr.get() else {
        return Err(no_attribute(o.ty(), name));
    };
    let name = c_name(name)?;
    // SAFETY: the slot takes the object and a C string, which it does not change.
    unsafe { slot_result(f(o.as_ptr(), name.as_ptr().cast_mut())) }
}

#[cold]
#[inline(never)]
fn no_attribute(ty: &PyTypeObject, name: &PyObject) -> Raised {
    let ty = crate::owned::type_name_of(ty);
    raise!(
        AttributeError,
        "'{}' object has no attribute '{}'",
        err::short(&ty, 50),
        err::Str(name)
    )
}

/// `PyObject_GetAttrString`.
pub fn get_attr_str(o: &PyObject, name: &str) -> PyResult<Owned> {
    get_attr(o, unicode::from_str(name)?.as_object())
}

/// `_PyObject_LookupAttr`: an AttributeError becomes `None`, and is not even raised where the generic look-up serves.
pub fn lookup_attr(o: &PyObject, name: &PyObject) -> PyResult<Option<Owned>> {
    if !is_str(name) {
        return Err(bad_name(name));
    }
    let slot = o.ty().tp_getattro.get().map(|f| f as usize);
    let found = if slot == Some(generic_get_attr_slot as *const () as usize) {
        generic_lookup(o, name, None)
    } else {
        get_attr(o, name).map(Some)
    };
    // A descriptor's `__get__` may raise the error as well.
    match found {
        Ok(v) => Ok(v),
        Err(_) if err::matches(exc::AttributeError.get()) => {
            err::clear();
            Ok(None)
        }
        // A getter written in C that returns NULL and sets nothing: no attribute either.
        Err(_) if err::occurred().is_none() => Ok(None),
        found => found,
    }
}

/// `PyObject_HasAttr`, with errors other than AttributeError passed on (as the built-in `hasattr` does).
pub fn has_attr(o: &PyObject, name: &PyObject) -> PyResult<bool> {
    lookup_attr(o, name).map(|v| v.is_some())
}

/// `PyObject_SetAttr`.
#[inline]
pub fn set_attr(o: &PyObject, name: &PyObject, value: &PyObject) -> PyResult<()> {
    assign_attr(o, name, Some(value))
}

/// `PyObject_DelAttr`.
pub fn del_attr(o: &PyObject, name: &PyObject) -> PyResult<()> {
    assign_attr(o, name, None)
}

/// `PyObject_SetAttrString`.
pub fn set_attr_str(o: &PyObject, name: &str, value: &PyObject) -> PyResult<()> {
    set_attr(o, unicode::from_str(name)?.as_object(), value)
}

fn assign_attr(o: &PyObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    if !is_str(name) {
        return Err(bad_name(name));
    }
    let name = names::intern(name.own());
    let v = value.map_or(std::ptr::null_mut(), ObjectExt::as_ptr);
    let ty = o.ty();
    if let Some(f) = ty.tp_setattro.get() {
        // SAFETY: the slot takes the object, a str and a value or null.
        return slot_status(unsafe { f(o.as_ptr(), name.as_ptr(), v) }).map(drop);
    }
    if let Some(f) = ty.tp_setattr.get() {
        let name = c_name(&name)?;
        // SAFETY: as above, with a C string that the slot does not change.
        return slot_status(unsafe { f(o.as_ptr(), name.as_ptr().cast_mut(), v) }).map(drop);
    }
    let readable = ty.tp_getattro.get().is_some() || ty.tp_getattr.get().is_some();
    let some = if readable { "only read-only" } else { "no" };
    let verb = if value.is_some() { "assign to" } else { "del" };
    Err(raise!(
        TypeError,
        "'{}' object has {some} attributes ({verb} .{})",
        err::short(&o.type_name(), 100),
        err::Str(&name)
    ))
}

/// `_PyObject_GetDictPtr`: where the instance keeps its dict, if its type has a place for one.
pub fn dict_cell(o: &PyObject) -> Option<&Cell<*mut PyObject>> {
    let ty = o.ty();
    let mut offset = ty.tp_dictoffset.get();
    if offset == 0 {
        return None;
    }
    if offset < 0 {
        // Counted from the end of an object of variable size; an int's sign is in its size.
        // SAFETY: a type with items has `ob_size`.
        let n = unsafe { o.cast_ref::<PyVarObject>() }
            .ob_size
            .get()
            .unsigned_abs();
        let size = ty.tp_basicsize.get() as usize + n * ty.tp_itemsize.get() as usize;
        offset += size.next_multiple_of(size_of::<usize>()) as Py_ssize_t;
    }
    // SAFETY: the type says that a pointer to a dict, or null, lies there.
    Some(unsafe {
        &*o.as_ptr()
            .cast::<u8>()
            .offset(offset)
            .cast::<Cell<*mut PyObject>>()
    })
}

/// The instance's dict, if it has one by now.
#[inline]
fn instance_dict(o: &PyObject) -> Option<Owned<PyDictObject>> {
    let d = dict_cell(o)?.load()?;
    // SAFETY: what `tp_dictoffset` leads to is a dict.
    Some(unsafe { d.cast_unchecked() })
}

/// `PyObject_GenericGetAttr`.
#[inline]
pub fn generic_get_attr(o: &PyObject, name: &PyObject) -> PyResult<Owned> {
    match generic_lookup(o, name, None)? {
        Some(v) => Ok(v),
        None => Err(no_attribute(o.ty(), name)),
    }
}

/// `PyObject_GenericGetAttr` as a slot.
///
/// # Safety
/// Both point to live objects.
#[unsafe(export_name = "PyObject_GenericGetAttr")]
pub unsafe extern "C" fn generic_get_attr_slot(
    o: *mut PyObject,
    name: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: by the contract.
    match generic_get_attr(unsafe { &*o }, unsafe { &*name }) {
        Ok(v) => v.into_ptr(),
        Err(_) => std::ptr::null_mut(),
    }
}

/// `PyObject_GenericSetAttr` as a slot; a null value deletes.
///
/// # Safety
/// `o` and `name` point to live objects, `value` to one or is null.
#[unsafe(export_name = "PyObject_GenericSetAttr")]
pub unsafe extern "C" fn generic_set_attr_slot(
    o: *mut PyObject,
    name: *mut PyObject,
    value: *mut PyObject,
) -> c_int {
    // SAFETY: by the contract.
    match unsafe { generic_set_attr(&*o, &*name, value.as_ref()) } {
        Ok(()) => 0,
        Err(_) => -1,
    }
}

/// The generic look-up; `None` if there is no such attribute. `dict` replaces the instance's own.
pub fn generic_lookup(
    o: &PyObject,
    name: &PyObject,
    dict: Option<&PyDictObject>,
) -> PyResult<Option<Owned>> {
    if !is_str(name) {
        return Err(bad_name(name));
    }
    let ty = o.ty();
    if ty.tp_dict.get().is_null() {
        typeobject::ready(ty)?;
    }
    let descr = typeobject::lookup(ty, name);
    let getter = descr.as_ref().and_then(|d| d.ty().tp_descr_get.get());
    if let (Some(d), Some(get)) = (&descr, getter)
        && d.ty().tp_descr_set.get().is_some()
    {
        // SAFETY: the slot takes the descriptor, the object and its type.
        return unsafe { slot_result(get(d.as_ptr(), o.as_ptr(), ty.as_ptr())) }.map(Some);
    }
    let found = match dict {
        Some(d) => dict::get_item(d, name)?,
        None => match instance_dict(o) {
            Some(d) => dict::get_item(&d, name)?,
            None => None,
        },
    };
    if found.is_some() {
        return Ok(found);
    }
    if let (Some(d), Some(get)) = (&descr, getter) {
        // SAFETY: as above.
        return match unsafe { slot_result(get(d.as_ptr(), o.as_ptr(), ty.as_ptr())) } {
            Ok(v) => Ok(Some(v)),
            Err(e) => Err(e),
        };
    }
    Ok(descr)
}

/// `PyObject_GenericSetAttr`; `None` deletes.
pub fn generic_set_attr(o: &PyObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    generic_assign(o, name, value, None)
}

/// `_PyObject_GenericSetAttrWithDict`: `dict` replaces the instance's own.
pub fn generic_assign(
    o: &PyObject,
    name: &PyObject,
    value: Option<&PyObject>,
    dict: Option<&PyDictObject>,
) -> PyResult<()> {
    if !is_str(name) {
        return Err(bad_name(name));
    }
    let ty = o.ty();
    if ty.tp_dict.get().is_null() {
        typeobject::ready(ty)?;
    }
    let descr = typeobject::lookup(ty, name);
    if let Some(d) = &descr
        && let Some(set) = d.ty().tp_descr_set.get()
    {
        let v = value.map_or(std::ptr::null_mut(), ObjectExt::as_ptr);
        // SAFETY: the slot takes the descriptor, the object and a value or null.
        return slot_status(unsafe { set(d.as_ptr(), o.as_ptr(), v) }).map(drop);
    }
    let result = match (dict, value) {
        (Some(d), Some(v)) => dict::set_item(d, name, v),
        (Some(d), None) => dict::del_item(d, name),
        (None, _) => match dict_cell(o) {
            Some(cell) => dict::set_instance_item(ty, cell, name, value),
            None if descr.is_none() => {
                let ty = o.type_name();
                return Err(raise!(
                    AttributeError,
                    "'{}' object has no attribute '{}'",
                    err::short(&ty, 100),
                    err::Str(name)
                ));
            }
            None => {
                let ty = o.type_name();
                return Err(raise!(
                    AttributeError,
                    "'{}' object attribute '{}' is read-only",
                    err::short(&ty, 50),
                    err::Str(name)
                ));
            }
        },
    };
    if result.is_err() && value.is_none() && err::matches(exc::KeyError.get()) {
        return Err(err::set_object(exc::AttributeError.get(), name));
    }
    result
}

/// `PyObject_GenericGetDict`: the getter of `__dict__`; makes the dict on first use.
pub fn generic_get_dict(o: &PyObject) -> PyResult<Owned> {
    let Some(cell) = dict_cell(o) else {
        return Err(raise!(AttributeError, "This object has no __dict__"));
    };
    if let Some(d) = cell.load() {
        return Ok(d);
    }
    let d = dict::new_instance_dict(o.ty())?.upcast();
    cell.set_ref(Some(d.clone()));
    Ok(d)
}

/// `PyObject_GenericSetDict`: the setter of `__dict__`.
pub fn generic_set_dict(o: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    let Some(cell) = dict_cell(o) else {
        return Err(raise!(AttributeError, "This object has no __dict__"));
    };
    let Some(value) = value else {
        return Err(raise!(TypeError, "cannot delete __dict__"));
    };
    if value.downcast::<PyDictObject>().is_none() {
        return Err(raise!(
            TypeError,
            "__dict__ must be set to a dictionary, not a '{}'",
            err::short(&value.type_name(), 200)
        ));
    }
    cell.set_ref(Some(value.own()));
    Ok(())
}
