//! `PyType_Ready`: from a static table to a type that Python can use.
//!
//! The type gets its bases, its dict (wrappers of its slots, methods, members, getters), its MRO, and whatever slots it
//! does not fill itself from its bases.

use super::{base_of, bases_of, is_heap_type, mro_of, slots};
use crate::object::hash_not_implemented_slot;
use crate::prelude::*;
use crate::{cfunction, descr, dict, err, gc, tuple, unicode, weakref};
use std::ffi::CStr;

/// `PyType_Ready`. Does nothing if the type is ready.
pub fn ready(ty: &PyTypeObject) -> PyResult<()> {
    let flags = ty.tp_flags.get();
    if flags & Py_TPFLAGS_READY != 0 {
        return Ok(());
    }
    if flags & Py_TPFLAGS_READYING != 0 {
        return Err(raise!(
            TypeError,
            "Cannot extend an incomplete type '{}'",
            err::short(&super::type_name_of(ty), 100)
        ));
    }
    ty.tp_flags.set(flags | Py_TPFLAGS_READYING);
    let result = fill(ty);
    let flags = ty.tp_flags.get() & !Py_TPFLAGS_READYING;
    ty.tp_flags.set(if result.is_ok() {
        flags | Py_TPFLAGS_READY
    } else {
        flags
    });
    result
}

fn fill(ty: &PyTypeObject) -> PyResult<()> {
    set_base(ty)?;
    let tp_dict = super::dict_made(ty)?;
    slots::add_operators(ty, &tp_dict)?;
    if ty.tp_new.get().is_some() {
        cfunction::add_tp_new_wrapper(ty, &tp_dict)?;
    }
    add_methods(ty, &tp_dict)?;
    add_members(ty, &tp_dict)?;
    add_getset(ty, &tp_dict)?;
    super::mro::set_mro(ty)?;
    if let Some(base) = base_of(ty) {
        inherit_special(ty, base);
    }
    inherit_all_slots(ty)?;
    set_doc(ty, &tp_dict)?;
    hash_of_unhashable(ty, &tp_dict)?;
    add_to_bases(ty)
}

fn set_base(ty: &PyTypeObject) -> PyResult<()> {
    let is_object = std::ptr::eq(ty, &super::PyBaseObject_Type);
    if ty.tp_base.get().is_null() && !is_object {
        let object = &super::PyBaseObject_Type;
        ty.tp_base.set(std::ptr::from_ref(object).cast_mut());
        if is_heap_type(ty) {
            ty.tp_base
                .set_ref(Some(crate::owned::OwnTyped::own_typed(object)));
        }
    }
    if let Some(base) = base_of(ty) {
        ready(base)?;
        // A static type without a metaclass of its own has its base's.
        if ty.as_object().ob_type.get().is_null() {
            ty.as_object().ob_type.set(base.as_object().ob_type.get());
        }
    }
    if ty.tp_bases.get().is_null() {
        let bases = match base_of(ty) {
            Some(base) => tuple::from_slice(&[base.as_object()])?,
            None => tuple::from_slice(&[])?,
        };
        ty.tp_bases.set_ref(Some(bases.upcast()));
    }
    Ok(())
}

/// The rows of a table that ends with a row whose name is null.
///
/// # Safety
/// `table` is null or points to such a table, which lives as long as the type.
unsafe fn rows<'a, T: 'a>(
    table: *const T,
    name: fn(&T) -> *const c_char,
) -> impl Iterator<Item = &'a T> {
    let mut at = table;
    std::iter::from_fn(move || {
        // SAFETY: by the contract; the end is not passed.
        let row = unsafe { at.as_ref() }?;
        if name(row).is_null() {
            return None;
        }
        // SAFETY: the row is not the last.
        at = unsafe { at.add(1) };
        Some(row)
    })
}

/// The name of a table's row as an interned str.
fn row_name(name: *const c_char) -> PyResult<Owned> {
    // SAFETY: the rows' names are C strings.
    let text = unsafe { CStr::from_ptr(name) }.to_string_lossy();
    unicode::intern_str(&text).map(Owned::upcast)
}

fn add_methods(ty: &PyTypeObject, tp_dict: &PyDictObject) -> PyResult<()> {
    // SAFETY: `tp_methods` is such a table.
    for def in unsafe { rows(ty.tp_methods.get(), |d: &PyMethodDef| d.ml_name) } {
        let name = row_name(def.ml_name)?;
        if def.ml_flags & METH_COEXIST == 0 && dict::get_item(tp_dict, &name)?.is_some() {
            continue;
        }
        let descr = if def.ml_flags & METH_CLASS != 0 {
            descr::new_class_method(ty, def)?
        } else if def.ml_flags & METH_STATIC != 0 {
            let f = cfunction::new(def, Some(ty.as_object()), None)?;
            crate::class_method::new_static(f.as_object())?
        } else {
            descr::new_method(ty, def)?
        };
        dict::set_item(tp_dict, &name, &descr)?;
    }
    Ok(())
}

fn add_members(ty: &PyTypeObject, tp_dict: &PyDictObject) -> PyResult<()> {
    // SAFETY: `tp_members` is such a table.
    for def in unsafe { rows(ty.tp_members.get(), |d: &PyMemberDef| d.name) } {
        let name = row_name(def.name)?;
        if dict::get_item(tp_dict, &name)?.is_none() {
            dict::set_item(tp_dict, &name, &*descr::new_member(ty, def)?)?;
        }
    }
    Ok(())
}

fn add_getset(ty: &PyTypeObject, tp_dict: &PyDictObject) -> PyResult<()> {
    // SAFETY: `tp_getset` is such a table.
    for def in unsafe { rows(ty.tp_getset.get(), |d: &PyGetSetDef| d.name) } {
        let name = row_name(def.name)?;
        if dict::get_item(tp_dict, &name)?.is_none() {
            dict::set_item(tp_dict, &name, &*descr::new_getset(ty, def)?)?;
        }
    }
    Ok(())
}

/// What comes from `tp_base` alone: sizes, offsets, the kind of memory and the subclass flags.
fn inherit_special(ty: &PyTypeObject, base: &PyTypeObject) {
    let mut flags = ty.tp_flags.get();
    let base_flags = base.tp_flags.get();
    if flags & Py_TPFLAGS_HAVE_GC == 0
        && base_flags & Py_TPFLAGS_HAVE_GC != 0
        && ty.tp_traverse.get().is_none()
        && ty.tp_clear.get().is_none()
    {
        flags |= Py_TPFLAGS_HAVE_GC;
        ty.tp_traverse.set(base.tp_traverse.get());
        ty.tp_clear.set(base.tp_clear.get());
    }
    // A type that derives from more than `object`, or a class, can be instantiated as its base can.
    let derives = !std::ptr::eq(base, &super::PyBaseObject_Type);
    if (derives || flags & Py_TPFLAGS_HEAPTYPE != 0) && ty.tp_new.get().is_none() {
        ty.tp_new.set(base.tp_new.get());
    }
    if ty.tp_basicsize.get() == 0 {
        ty.tp_basicsize.set(base.tp_basicsize.get());
    }
    if ty.tp_itemsize.get() == 0 {
        ty.tp_itemsize.set(base.tp_itemsize.get());
    }
    if ty.tp_weaklistoffset.get() == 0 {
        ty.tp_weaklistoffset.set(base.tp_weaklistoffset.get());
    }
    if ty.tp_dictoffset.get() == 0 {
        ty.tp_dictoffset.set(base.tp_dictoffset.get());
    }
    const KINDS: std::ffi::c_ulong = Py_TPFLAGS_LONG_SUBCLASS
        | Py_TPFLAGS_LIST_SUBCLASS
        | Py_TPFLAGS_TUPLE_SUBCLASS
        | Py_TPFLAGS_BYTES_SUBCLASS
        | Py_TPFLAGS_UNICODE_SUBCLASS
        | Py_TPFLAGS_DICT_SUBCLASS
        | Py_TPFLAGS_BASE_EXC_SUBCLASS
        | Py_TPFLAGS_TYPE_SUBCLASS;
    ty.tp_flags.set(flags | (base_flags & KINDS));
}

fn inherit_all_slots(ty: &PyTypeObject) -> PyResult<()> {
    let Some(mro) = mro_of(ty) else { return Ok(()) };
    for class in tuple::to_vec(&mro).iter().skip(1) {
        if let Some(base) = class.downcast::<PyTypeObject>() {
            inherit_slots(ty, base)?;
        }
    }
    // Operators that a static type inherits live in its base's table if it has none.
    if let Some(base) = base_of(ty) {
        share_table(&ty.tp_as_async, &base.tp_as_async);
        share_table(&ty.tp_as_number, &base.tp_as_number);
        share_table(&ty.tp_as_sequence, &base.tp_as_sequence);
        share_table(&ty.tp_as_mapping, &base.tp_as_mapping);
        share_table(&ty.tp_as_buffer, &base.tp_as_buffer);
    }
    Ok(())
}

fn share_table<T>(own: &Cell<*mut T>, base: &Cell<*mut T>) {
    if own.get().is_null() {
        own.set(base.get());
    }
}

/// Copies each slot that the type leaves empty, if `base` fills it itself (and not by inheritance).
fn inherit_slots(ty: &PyTypeObject, base: &PyTypeObject) -> PyResult<()> {
    let parent = base_of(base);
    macro_rules! copy {
        ($own:expr, $base:expr, $parent:expr) => {
            if $own.get().is_none()
                && let Some(f) = $base.get()
            {
                let inherited = $parent
                    .and_then(|p| p.get())
                    .is_some_and(|p| p as usize == f as usize);
                if !inherited {
                    $own.set(Some(f));
                }
            }
        };
    }
    macro_rules! copy_table {
        ($table:ident: $($slot:ident)*) => {
            // SAFETY: a type's function tables live as long as the type.
            let tables = unsafe { (ty.$table.get().as_ref(), base.$table.get().as_ref()) };
            if let (Some(own), Some(from)) = tables {
                // SAFETY: as above.
                let up = parent.and_then(|p| unsafe { p.$table.get().as_ref() });
                $(copy!(own.$slot, from.$slot, up.map(|t| &t.$slot));)*
            }
        };
    }
    copy_table!(tp_as_number: nb_add nb_subtract nb_multiply nb_remainder nb_divmod nb_power
        nb_negative nb_positive nb_absolute nb_bool nb_invert nb_lshift nb_rshift nb_and nb_xor nb_or
        nb_int nb_float nb_inplace_add nb_inplace_subtract nb_inplace_multiply nb_inplace_remainder
        nb_inplace_power nb_inplace_lshift nb_inplace_rshift nb_inplace_and nb_inplace_xor
        nb_inplace_or nb_true_divide nb_floor_divide nb_inplace_true_divide nb_inplace_floor_divide
        nb_index nb_matrix_multiply nb_inplace_matrix_multiply);
    copy_table!(tp_as_async: am_await am_aiter am_anext);
    copy_table!(tp_as_sequence: sq_length sq_concat sq_repeat sq_item sq_ass_item sq_contains
        sq_inplace_concat sq_inplace_repeat);
    copy_table!(tp_as_mapping: mp_length mp_subscript mp_ass_subscript);
    copy_table!(tp_as_buffer: bf_getbuffer bf_releasebuffer);
    macro_rules! copy_slots {
        ($($slot:ident)*) => { $(copy!(ty.$slot, base.$slot, parent.map(|p| &p.$slot));)* };
    }
    copy_slots!(tp_dealloc);
    if ty.tp_getattr.get().is_none() && ty.tp_getattro.get().is_none() {
        ty.tp_getattr.set(base.tp_getattr.get());
        ty.tp_getattro.set(base.tp_getattro.get());
    }
    if ty.tp_setattr.get().is_none() && ty.tp_setattro.get().is_none() {
        ty.tp_setattr.set(base.tp_setattr.get());
        ty.tp_setattro.set(base.tp_setattro.get());
    }
    copy_slots!(tp_repr tp_call tp_str);
    inherit_vectorcall(ty, base);
    if ty.tp_richcompare.get().is_none() && ty.tp_hash.get().is_none() && !overrides_hash(ty)? {
        ty.tp_richcompare.set(base.tp_richcompare.get());
        ty.tp_hash.set(base.tp_hash.get());
    }
    copy_slots!(tp_iter tp_iternext tp_descr_get);
    let flags = base.tp_flags.get();
    if ty.tp_descr_get.get().is_some()
        && ty.tp_descr_get.get().map(|f| f as usize) == base.tp_descr_get.get().map(|f| f as usize)
        && !is_heap_type(ty)
    {
        ty.tp_flags
            .set(ty.tp_flags.get() | (flags & Py_TPFLAGS_METHOD_DESCRIPTOR));
    }
    copy_slots!(tp_descr_set tp_init tp_alloc tp_finalize);
    inherit_free(ty, base, parent);
    Ok(())
}

fn inherit_vectorcall(ty: &PyTypeObject, base: &PyTypeObject) {
    if ty.tp_vectorcall_offset.get() != 0 {
        return;
    }
    ty.tp_vectorcall_offset.set(base.tp_vectorcall_offset.get());
    let same_call = ty.tp_call.get().map(|f| f as usize) == base.tp_call.get().map(|f| f as usize);
    if same_call && !is_heap_type(ty) {
        let flag = base.tp_flags.get() & _Py_TPFLAGS_HAVE_VECTORCALL;
        ty.tp_flags.set(ty.tp_flags.get() | flag);
    }
}

/// `tp_free` is inherited from a base with the same kind of memory; from one without a GC head a type that has one gets the
/// collector's.
fn inherit_free(ty: &PyTypeObject, base: &PyTypeObject, parent: Option<&PyTypeObject>) {
    if gc::is_gc_type(ty) == gc::is_gc_type(base) {
        let Some(f) = base.tp_free.get() else { return };
        let inherited = parent
            .and_then(|p| p.tp_free.get())
            .is_some_and(|p| p as usize == f as usize);
        if ty.tp_free.get().is_none() && !inherited {
            ty.tp_free.set(Some(f));
        }
    } else if gc::is_gc_type(ty)
        && ty.tp_free.get().is_none()
        && base
            .tp_free
            .get()
            .is_some_and(|f| f as usize == super::instance::free as *const () as usize)
    {
        ty.tp_free.set(Some(gc::del_slot));
    }
}

fn overrides_hash(ty: &PyTypeObject) -> PyResult<bool> {
    let d = super::dict_of(ty)?;
    Ok(dict::get_item(&d, id!("__eq__").as_object())?.is_some()
        || dict::get_item(&d, id!("__hash__").as_object())?.is_some())
}

/// `__doc__`: the documentation without its signature line, or None.
fn set_doc(ty: &PyTypeObject, tp_dict: &PyDictObject) -> PyResult<()> {
    let key = id!("__doc__").as_object();
    if dict::get_item(tp_dict, key)?.is_some() {
        return Ok(());
    }
    let doc = ty.tp_doc.get();
    if doc.is_null() {
        return dict::set_item(tp_dict, key, none());
    }
    // SAFETY: `tp_doc` is a C string.
    let raw = unsafe { CStr::from_ptr(doc) }.to_string_lossy();
    let text = descr::doc::without_signature(&super::short_name(ty), &raw).to_owned();
    dict::set_item(tp_dict, key, unicode::from_str(&text)?.as_object())
}

/// A type that compares but does not hash says so with `__hash__ = None`.
fn hash_of_unhashable(ty: &PyTypeObject, tp_dict: &PyDictObject) -> PyResult<()> {
    if ty.tp_hash.get().is_none() {
        let key = id!("__hash__").as_object();
        if dict::get_item(tp_dict, key)?.is_none() {
            dict::set_item(tp_dict, key, none())?;
            ty.tp_hash.set(Some(hash_not_implemented_slot));
        }
    }
    Ok(())
}

/// Each base knows its subclasses, weakly, by their addresses.
fn add_to_bases(ty: &PyTypeObject) -> PyResult<()> {
    for base in tuple::to_vec(&*bases_of(ty)?) {
        if let Some(base) = base.downcast::<PyTypeObject>() {
            add_subclass(base, ty)?;
        }
    }
    Ok(())
}

/// Notes `ty` as a direct subclass of `base`.
pub fn add_subclass(base: &PyTypeObject, ty: &PyTypeObject) -> PyResult<()> {
    if base.tp_subclasses.get().is_null() {
        base.tp_subclasses.set_ref(Some(dict::new()?.upcast()));
    }
    let Some(all) = base.tp_subclasses.load() else {
        return Ok(());
    };
    let key = crate::long::from_usize(ty.as_ptr() as usize)?;
    let reference = weakref::new_ref(ty.as_object(), None)?;
    // SAFETY: `tp_subclasses` is a dict.
    dict::set_item(unsafe { all.cast_ref() }, key.as_object(), &reference)
}

/// Takes `ty` from its base's list again.
pub fn remove_subclass(base: &PyTypeObject, ty: &PyTypeObject) {
    let Some(all) = base.tp_subclasses.load() else {
        return;
    };
    let removed = crate::long::from_usize(ty.as_ptr() as usize)
        // SAFETY: `tp_subclasses` is a dict.
        .and_then(|key| dict::del_item(unsafe { all.cast_ref() }, key.as_object()));
    if removed.is_err() {
        crate::err::clear();
    }
}
