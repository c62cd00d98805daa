//! `object.h`, `cpython/object.h`: what every object can do, and types.

use crate::prelude::*;
use crate::support::{identifier, lossy, quietly, text};

fn set_or_delete(o: &PyObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    match value {
        Some(value) => object::set_attr(o, name, value),
        None => object::del_attr(o, name),
    }
}

/// The text of NULL.
fn null() -> PyResult<Owned> {
    Ok(unicode::from_str("<NULL>")?.upcast())
}

capi! {
    fn Py_IncRef(o: Option<&PyObject>) { std::mem::forget(o.map(PyObject::own)) }

    fn Py_DecRef(o: *mut PyObject) {
        // SAFETY: C gives a count back, or passes NULL.
        unsafe { owned::xdecref(o) }
    }

    fn _Py_Dealloc(o: *mut PyObject) {
        // SAFETY: C found that the count reached 0.
        unsafe { owned::dealloc(o) }
    }

    fn PyObject_Repr(o: Option<&PyObject>) -> PyResult<Owned> { o.map_or_else(null, object::repr) }
    fn PyObject_Str(o: Option<&PyObject>) -> PyResult<Owned> { o.map_or_else(null, object::str) }
    fn PyObject_ASCII(o: Option<&PyObject>) -> PyResult<Owned> { o.map_or_else(null, |o| Ok(unicode::ascii_of(o)?.upcast())) }
    fn PyObject_Bytes(o: Option<&PyObject>) -> PyResult<Owned> { o.map_or_else(|| Ok(bytes::from_slice(b"<NULL>")?.upcast()), object::bytes) }
    fn PyObject_Hash(o: &PyObject) -> PyResult<Py_hash_t> { object::hash(o) }
    fn PyObject_IsTrue(o: &PyObject) -> PyResult<bool> { object::is_true(o) }
    fn PyObject_Not(o: &PyObject) -> PyResult<bool> { Ok(!object::is_true(o)?) }
    fn PyObject_RichCompare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<Owned> { object::rich_compare(a, b, op) }
    fn PyObject_RichCompareBool(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<bool> { object::rich_compare_bool(a, b, op) }
    fn PyObject_GetAttr(o: &PyObject, name: &PyObject) -> PyResult<Owned> { object::get_attr(o, name) }
    fn PyObject_GetAttrString(o: &PyObject, name: &CStr) -> PyResult<Owned> { object::get_attr(o, &*text(name)?) }
    fn PyObject_SetAttr(o: &PyObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> { set_or_delete(o, name, value) }
    fn PyObject_SetAttrString(o: &PyObject, name: &CStr, value: Option<&PyObject>) -> PyResult<()> { set_or_delete(o, &*text(name)?, value) }
    fn PyObject_HasAttr(o: &PyObject, name: &PyObject) -> bool { matches!(quietly(|| object::lookup_attr(o, name)), Some(Some(_))) }
    fn PyObject_HasAttrString(o: &PyObject, name: &CStr) -> bool { matches!(quietly(|| object::lookup_attr(o, &*text(name)?)), Some(Some(_))) }
    fn PyObject_GenericGetDict(o: &PyObject, _context: *mut c_void) -> PyResult<Owned> { object::generic_get_dict(o) }
    fn PyObject_GenericSetDict(o: &PyObject, value: Option<&PyObject>, _context: *mut c_void) -> PyResult<()> { object::generic_set_dict(o, value) }

    fn _PyObject_GenericGetAttrWithDict(o: &PyObject, name: &PyObject, dict: Option<&PyObject>, suppress: c_int) -> PyResult<Option<Owned>> {
        let dict = dict.map(|d| d.downcast().ok_or_else(err::bad_internal_call)).transpose()?;
        match object::generic_lookup(o, name, dict)? {
            None if suppress == 0 => Err(raise!(
                AttributeError,
                "'{}' object has no attribute '{}'",
                err::short(&o.type_name(), 50),
                err::Str(name)
            )),
            found => Ok(found),
        }
    }

    fn _PyObject_GenericSetAttrWithDict(o: &PyObject, name: &PyObject, value: Option<&PyObject>, dict: Option<&PyObject>) -> PyResult<()> {
        object::generic_assign(o, name, value, dict.map(|d| d.downcast().ok_or_else(err::bad_internal_call)).transpose()?)
    }

    fn _PyObject_GetAttrId(o: &PyObject, id: &_Py_Identifier) -> PyResult<Owned> { object::get_attr(o, identifier(id)?) }
    fn _PyObject_SetAttrId(o: &PyObject, id: &_Py_Identifier, value: Option<&PyObject>) -> PyResult<()> { set_or_delete(o, identifier(id)?, value) }
    fn _PyObject_HasAttrId(o: &PyObject, id: &_Py_Identifier) -> bool { matches!(quietly(|| object::lookup_attr(o, identifier(id)?)), Some(Some(_))) }

    fn _PyObject_LookupAttr(o: &PyObject, name: &PyObject, result: Out<*mut PyObject>) -> PyResult<bool> {
        result.set(std::ptr::null_mut());
        let found = object::lookup_attr(o, name)?;
        let there = found.is_some();
        result.give(found);
        Ok(there)
    }

    fn _PyObject_LookupAttrId(o: &PyObject, id: &_Py_Identifier, result: Out<*mut PyObject>) -> PyResult<bool> {
        result.set(std::ptr::null_mut());
        let found = object::lookup_attr(o, identifier(id)?)?;
        let there = found.is_some();
        result.give(found);
        Ok(there)
    }

    fn _PyObject_LookupSpecial(o: &PyObject, id: &_Py_Identifier) -> PyResult<Option<Owned>> { typeobject::lookup_special(o, identifier(id)?) }

    fn _PyObject_GetMethod(o: &PyObject, name: &PyObject, method: Out<*mut PyObject>) -> c_int {
        method.set(std::ptr::null_mut());
        match typeobject::get_method(o, name) {
            Ok((found, unbound)) => {
                method.give(Some(found));
                c_int::from(unbound)
            }
            Err(_) => 0,
        }
    }

    fn _PyObject_GetDictPtr(o: &PyObject) -> *mut *mut PyObject { object::dict_cell(o).map_or(std::ptr::null_mut(), |cell| cell.as_ptr()) }
    fn _PyObject_IsAbstract(o: Option<&PyObject>) -> PyResult<bool> { o.map_or(Ok(false), descr::property::is_abstract) }

    fn PyObject_Dir(o: Option<&PyObject>) -> PyResult<Owned> {
        let dir = object::get_attr(&*import::import_module("builtins")?, id!("dir").as_object())?;
        match o {
            Some(o) => call::call1(&dir, o),
            None => call::call0(&dir),
        }
    }

    fn PyCallable_Check(o: Option<&PyObject>) -> bool { o.is_some_and(|o| o.ty().tp_call.get().is_some()) }

    fn PyObject_ClearWeakRefs(o: *mut PyObject) {
        // SAFETY: C calls this from the object's deallocator.
        unsafe { weakref::clear_refs(o) }
    }

    fn PyObject_CallFinalizer(o: &PyObject) { object::call_finalizer(o) }

    fn PyObject_CallFinalizerFromDealloc(o: *mut PyObject) -> c_int {
        // SAFETY: C calls this from the object's deallocator.
        -c_int::from(unsafe { object::call_finalizer_from_dealloc(o) })
    }

    fn Py_ReprEnter(o: *mut PyObject) -> bool { !repr_guard::enter_raw(o) }
    fn Py_ReprLeave(o: *mut PyObject) { repr_guard::leave_raw(o) }

    fn _PyObject_IsFreed(o: *mut PyObject) -> bool {
        // The bytes that debug allocators write into memory that is not, or no longer, an object's.
        let freed = |p: usize| [0usize, 0xCDCD_CDCD_CDCD_CDCD, 0xDDDD_DDDD_DDDD_DDDD, 0xFDFD_FDFD_FDFD_FDFD].contains(&p);
        // SAFETY: C passes memory that is, or was, an object's.
        freed(o as usize) || freed(unsafe { (*o).ob_type.get() } as usize)
    }


    fn _PyTrash_thread_deposit_object(o: *mut PyObject) {
        // SAFETY: C passes an untracked object whose count reached 0.
        unsafe { trashcan::deposit(o) }
    }

    fn _PyTrash_deposit_object(o: *mut PyObject) {
        // SAFETY: C passes an untracked object whose count reached 0.
        unsafe { trashcan::deposit(o) }
    }

    fn _PyTrash_thread_destroy_chain() { trashcan::destroy_chain() }
    fn _PyTrash_destroy_chain() { trashcan::destroy_chain() }
    fn PyType_Ready(ty: &'static PyTypeObject) -> PyResult<()> { typeobject::ready(ty) }
    fn PyType_IsSubtype(a: &PyTypeObject, b: &PyTypeObject) -> bool { owned::is_subtype(a, b) }
    fn PyType_GetFlags(ty: &PyTypeObject) -> c_ulong { ty.tp_flags.get() }
    fn PyType_Modified(ty: &PyTypeObject) { typeobject::modified(ty) }
    fn PyType_ClearCache() -> c_uint { typeobject::method_cache::clear() }
    fn PyType_GenericNew(ty: &PyTypeObject, _args: Option<&PyObject>, _kwargs: Option<&PyObject>) -> PyResult<Owned> { typeobject::instance::alloc(ty) }
    fn PyType_GetSlot(ty: &PyTypeObject, slot: c_int) -> PyResult<*mut c_void> { typeobject::spec::get_slot(ty, slot) }

    fn PyType_FromSpec(spec: Out<PyType_Spec>) -> PyResult<Owned> {
        let spec = spec.get().ok_or_else(err::bad_internal_call)?;
        // SAFETY: C passes a well-formed specification.
        unsafe { typeobject::spec::from_spec(&spec, None) }
    }

    fn PyType_FromSpecWithBases(spec: Out<PyType_Spec>, bases: Option<&PyObject>) -> PyResult<Owned> {
        let spec = spec.get().ok_or_else(err::bad_internal_call)?;
        // SAFETY: C passes a well-formed specification.
        unsafe { typeobject::spec::from_spec(&spec, bases.map(|b| b.downcast().ok_or_else(err::bad_internal_call)).transpose()?) }
    }

    fn _PyType_Lookup(ty: &PyTypeObject, name: &PyObject) -> Borrowed { Borrowed::of(typeobject::lookup(ty, name)) }

    fn _PyType_LookupId(ty: &PyTypeObject, id: &_Py_Identifier) -> Borrowed {
        Borrowed::of(identifier(id).ok().and_then(|name| typeobject::lookup(ty, name)))
    }

    fn _PyType_Name(ty: &PyTypeObject) -> *const c_char {
        let name = ty.tp_name.get();
        // SAFETY: a type's name is a string that ends in NUL.
        unsafe {
            let dot = libc::strrchr(name, i32::from(b'.'));
            if dot.is_null() { name } else { dot.add(1) }
        }
    }

    fn _PyType_CalculateMetaclass(ty: &PyTypeObject, bases: Is<'_, PyTupleObject>) -> PyResult<*mut PyTypeObject> {
        Ok(std::ptr::from_ref(typeobject::calculate_metaclass(ty, &tuple::to_vec(&bases))?).cast_mut())
    }

    fn _PyType_GetDocFromInternalDoc(name: &CStr, doc: Option<&CStr>) -> PyResult<Owned> {
    match doc {
        None => Ok(none().own()),
        Some(doc) => Ok(unicode::from_str(descr::doc::without_signature(&lossy(name), &lossy(doc)))?.upcast()),
    }
    }

    fn _PyType_GetTextSignatureFromInternalDoc(name: &CStr, doc: Option<&CStr>) -> PyResult<Owned> {
        let doc = doc.map(lossy).unwrap_or_default();
        match descr::doc::signature(&lossy(name), &doc) {
            Some(signature) => Ok(unicode::from_str(signature)?.upcast()),
            None => Ok(none().own()),
        }
    }
}
