//! Descriptors of built-in types: methods, class methods, slot wrappers, members and getters.
//!
//! `type.__dict__` of a built-in type holds these. Each knows the type it came from and checks that it is given an instance
//! of it: that check is what makes the casts in every method of every built-in type sound.

pub mod doc;
pub mod member;
pub mod method_wrapper;
pub mod property;
pub mod proxy;
pub mod types;
pub mod wrappers;

pub use types::*;

use crate::prelude::*;
use crate::{gc, unicode};
use std::ffi::CStr;

fn new_common<T: Layout>(
    descr_type: &PyTypeObject,
    owner: &PyTypeObject,
    name: *const c_char,
) -> PyResult<Owned<T>> {
    let d = gc::new_object::<T>(descr_type)?;
    // SAFETY: every descriptor begins with the common part; the name is a C string.
    unsafe {
        let common = d.cast_ref::<PyDescrObject>();
        common
            .d_type
            .set_ref(Some(crate::owned::OwnTyped::own_typed(owner)));
        let name = unicode::intern_c(CStr::from_ptr(name))?;
        common.d_name.set_ref(Some(name.upcast()));
        gc::track(d.as_ptr());
    }
    Ok(d)
}

/// `PyDescr_NewMethod`.
pub fn new_method(owner: &PyTypeObject, def: &PyMethodDef) -> PyResult<Owned> {
    const CONVENTION: c_int = METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS;
    if crate::cfunction::convention(def.ml_flags & CONVENTION).is_none() {
        return Err(crate::cfunction::bad_flags(def));
    }
    let d: Owned<PyMethodDescrObject> = new_common(&PyMethodDescr_Type, owner, def.ml_name)?;
    d.d_method.set(std::ptr::from_ref(def).cast_mut());
    d.vectorcall.set(Some(types::method_vectorcall));
    Ok(d.upcast())
}

/// `PyDescr_NewClassMethod`.
pub fn new_class_method(owner: &PyTypeObject, def: &PyMethodDef) -> PyResult<Owned> {
    let d: Owned<PyMethodDescrObject> = new_common(&PyClassMethodDescr_Type, owner, def.ml_name)?;
    d.d_method.set(std::ptr::from_ref(def).cast_mut());
    Ok(d.upcast())
}

/// `PyDescr_NewMember`.
pub fn new_member(owner: &PyTypeObject, def: &PyMemberDef) -> PyResult<Owned> {
    let d: Owned<PyMemberDescrObject> = new_common(&PyMemberDescr_Type, owner, def.name)?;
    d.d_member.set(std::ptr::from_ref(def).cast_mut());
    Ok(d.upcast())
}

/// `PyDescr_NewGetSet`.
pub fn new_getset(owner: &PyTypeObject, def: &PyGetSetDef) -> PyResult<Owned> {
    let d: Owned<PyGetSetDescrObject> = new_common(&PyGetSetDescr_Type, owner, def.name)?;
    d.d_getset.set(std::ptr::from_ref(def).cast_mut());
    Ok(d.upcast())
}

/// `PyDescr_NewWrapper`.
pub fn new_wrapper(
    owner: &PyTypeObject,
    base: &wrapperbase,
    wrapped: *mut c_void,
) -> PyResult<Owned> {
    let d: Owned<PyWrapperDescrObject> = new_common(&PyWrapperDescr_Type, owner, base.name)?;
    d.d_base.set(std::ptr::from_ref(base).cast_mut());
    d.d_wrapped.set(wrapped);
    Ok(d.upcast())
}

/// The object as a slot wrapper for the special method `name`.
pub fn as_wrapper_named<'a>(o: &'a PyObject, name: &CStr) -> Option<&'a PyWrapperDescrObject> {
    let w = o.downcast_exact::<PyWrapperDescrObject>()?;
    // SAFETY: a wrapper's base is a row of the table, and its name a C string.
    let own = unsafe { CStr::from_ptr((*w.d_base.get()).name) };
    (own == name).then_some(w)
}
