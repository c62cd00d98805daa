//! Types: what a class is, how it is made and how its attributes are found.
//!
//! A type object is a table of C functions (its slots) and a dict of Python objects, and the two say the same thing
//! twice: [`slots`] keeps them in step. Built-in types begin as static tables and get their dict from [`ready`]; classes
//! begin with a dict and get their table from [`new`]. [`lookup`] finds a name along the method resolution order,
//! with a cache that every change of a type invalidates through its version tag.

pub mod instance;
pub mod layout;
pub mod method_cache;
pub mod mro;
pub mod new;
pub mod object_type;
pub mod ready;
pub mod reduce;
pub mod slot_functions;
pub mod slots;
pub mod spec;
pub mod super_type;
pub mod type_type;

pub use crate::owned::{is_subtype, type_name_of};
pub use method_cache::{assign_version, lookup, modified};
pub use new::new_type;
pub use object_type::{PyBaseObject_Type, plain_init, plain_new};
pub use ready::ready;
pub use slot_functions::call_of;
pub use super_type::PySuper_Type;
pub use type_type::PyType_Type;

use crate::object::{self, slot_result};
use crate::prelude::*;
use crate::{dict, err, exceptions::exc, tuple, weakref};

/// Is it a class, made at run time (`Py_TPFLAGS_HEAPTYPE`)?
#[inline]
pub fn is_heap_type(ty: &PyTypeObject) -> bool {
    ty.tp_flags.get() & Py_TPFLAGS_HEAPTYPE != 0
}

/// The class's own struct.
#[inline]
pub fn as_heap_type(ty: &PyTypeObject) -> Option<&PyHeapTypeObject> {
    // SAFETY: a heap type has that layout.
    is_heap_type(ty).then(|| unsafe { ty.cast_ref() })
}

/// The type's dict. Every type that is ready has one.
pub fn dict_of(ty: &PyTypeObject) -> PyResult<Owned<PyDictObject>> {
    match ty.tp_dict.load() {
        // SAFETY: `tp_dict` is a dict.
        Some(d) => Ok(unsafe { d.cast_unchecked() }),
        None => Err(raise!(
            SystemError,
            "type '{}' is not ready",
            type_name_of(ty)
        )),
    }
}

/// The type's dict, which a type that is not ready gets here: C may set attributes first and make the type ready afterwards.
pub fn dict_made(ty: &PyTypeObject) -> PyResult<Owned<PyDictObject>> {
    if ty.tp_dict.get().is_null() {
        ty.tp_dict.set_ref(Some(dict::new()?.upcast()));
    }
    dict_of(ty)
}

/// The bases of a type that is ready.
pub fn bases_of(ty: &PyTypeObject) -> PyResult<Owned<PyTupleObject>> {
    match ty.tp_bases.load() {
        // SAFETY: `tp_bases` is a tuple.
        Some(t) => Ok(unsafe { t.cast_unchecked() }),
        None => tuple::from_slice(&[]),
    }
}

/// The linearised bases of a type that is ready.
pub fn mro_of(ty: &PyTypeObject) -> Option<Owned<PyTupleObject>> {
    // SAFETY: `tp_mro` is a tuple.
    ty.tp_mro.load().map(|t| unsafe { t.cast_unchecked() })
}

/// `tp_base`, borrowed for as long as the type.
#[inline]
pub fn base_of(ty: &PyTypeObject) -> Option<&PyTypeObject> {
    // SAFETY: a type holds its base.
    unsafe { ty.tp_base.get().as_ref() }
}

/// Binds an attribute of the type to an instance by its `__get__`.
pub fn bind(descr: &PyObject, o: &PyObject) -> PyResult<Owned> {
    match descr.ty().tp_descr_get.get() {
        // SAFETY: the slot takes the descriptor, the object and its type.
        Some(get) => unsafe { slot_result(get(descr.as_ptr(), o.as_ptr(), o.ty().as_ptr())) },
        None => Ok(descr.own()),
    }
}

/// A special method: looked up on the type only, and bound (`_PyObject_LookupSpecial`).
pub fn lookup_special(o: &PyObject, name: &PyObject) -> PyResult<Option<Owned>> {
    match lookup(o.ty(), name) {
        Some(d) => bind(&d, o).map(Some),
        None => Ok(None),
    }
}

/// As [`lookup_special`]; AttributeError if there is none.
pub fn get_attr_special(o: &PyObject, name: &PyObject) -> PyResult<Owned> {
    match lookup_special(o, name)? {
        Some(f) => Ok(f),
        None => Err(err::set_object(exc::AttributeError.get(), name)),
    }
}

/// A special method to call: the function and whether it is bound already. Plain methods stay unbound, which saves
/// making a method object: the caller passes `o` first (`lookup_maybe_method`).
#[inline]
pub fn lookup_method_on_type(o: &PyObject, name: &PyObject) -> PyResult<Option<(Owned, bool)>> {
    let Some(d) = lookup(o.ty(), name) else {
        return Ok(None);
    };
    if d.ty().tp_flags.get() & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 {
        return Ok(Some((d, false)));
    }
    bind(&d, o).map(|f| Some((f, true)))
}

/// `_PyObject_GetMethod`: `o.name` ready to be called. False: it is unbound, and `o` must be passed first.
pub fn get_method(o: &PyObject, name: &PyObject) -> PyResult<(Owned, bool)> {
    let ty = o.ty();
    let generic = ty.tp_getattro.get().map(|f| f as usize)
        == Some(object::generic_get_attr_slot as *const () as usize);
    if !generic {
        return object::get_attr(o, name).map(|f| (f, true));
    }
    if ty.tp_dict.get().is_null() {
        ready(ty)?;
    }
    let descr = lookup(ty, name);
    if let Some(d) = &descr
        && d.ty().tp_flags.get() & Py_TPFLAGS_METHOD_DESCRIPTOR != 0
    {
        let own = match object::dict_cell(o).and_then(FieldExt::load) {
            // SAFETY: what `tp_dictoffset` leads to is a dict.
            Some(attrs) => dict::get_item(unsafe { attrs.cast_ref() }, name)?,
            None => None,
        };
        if let Some(f) = own {
            return Ok((f, true));
        }
        return Ok((d.clone(), false));
    }
    object::generic_get_attr(o, name).map(|f| (f, true))
}

/// The live direct subclasses of a type, from its weak references.
pub fn subclasses_of(ty: &PyTypeObject) -> PyResult<Vec<Owned<PyTypeObject>>> {
    let mut found = Vec::new();
    let Some(all) = ty.tp_subclasses.load() else {
        return Ok(found);
    };
    let Some(all) = all.downcast::<PyDictObject>() else {
        return Ok(found);
    };
    for (_, reference) in dict::items(all) {
        if let Some(sub) = weakref::get_object(&reference)
            && let Ok(sub) = sub.downcast_owned::<PyTypeObject>()
        {
            found.push(sub);
        }
    }
    Ok(found)
}

/// `type.__name__`: the part of `tp_name` behind the last dot.
pub fn short_name(ty: &PyTypeObject) -> String {
    let full = type_name_of(ty);
    full.rsplit('.').next().unwrap_or(&full).to_owned()
}

/// If the attribute `__new__` stands for a built-in type's `tp_new`: what `ty` inherited, which is null where the base cannot be
/// instantiated.
fn inherited_tp_new(
    descr: &PyObject,
    ty: &PyTypeObject,
    row: &slots::SlotDef,
) -> Option<*mut c_void> {
    if row.name != c"__new__" || !crate::cfunction::is_tp_new_wrapper(descr) {
        return None;
    }
    let inherited = ty.tp_new.get();
    Some(inherited.map_or(std::ptr::null_mut(), |f| f as *mut c_void))
}

/// `_PyType_CalculateMetaclass`: the most derived of `winner` and the types of `bases`.
pub fn calculate_metaclass<'a>(
    winner: &'a PyTypeObject,
    bases: &'a [Owned],
) -> PyResult<&'a PyTypeObject> {
    let mut winner = winner;
    for base in bases {
        let ty = base.ty();
        if is_subtype(winner, ty) {
            continue;
        }
        if is_subtype(ty, winner) {
            winner = ty;
            continue;
        }
        return Err(raise!(
            TypeError,
            "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases"
        ));
    }
    Ok(winner)
}
