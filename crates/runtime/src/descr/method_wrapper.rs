//! A slot wrapper bound to an object: `(1).__add__`.

use super::{types::wrapper_attribute, wrappers};
use crate::object::names;
use crate::prelude::*;
use crate::{gc, hash, tuple, unicode};
use pyrite_macros::pytype;

#[repr(C)]
pub struct WrapperObject {
    ob_base: PyObject,
    descr: Cell<*mut PyWrapperDescrObject>,
    slf: Cell<*mut PyObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for WrapperObject {}

/// Binds a slot wrapper to an instance of its type.
pub fn new(descr: &PyWrapperDescrObject, slf: &PyObject) -> PyResult<Owned> {
    let w = gc::new_object::<WrapperObject>(&_PyMethodWrapper_Type)?;
    w.descr
        .set_ref(Some(crate::owned::OwnTyped::own_typed(descr)));
    w.slf.set_ref(Some(slf.own()));
    // SAFETY: fresh, with valid fields.
    unsafe { gc::track(w.as_ptr()) };
    Ok(w.upcast())
}

fn parts(w: &WrapperObject) -> (Owned<PyWrapperDescrObject>, Owned) {
    // SAFETY: both fields are set when the object is made and released only by its deallocator.
    unsafe {
        (
            Owned::from_borrowed_ptr(w.descr.get()),
            Owned::from_borrowed_ptr(w.slf.get()),
        )
    }
}

pub struct MethodWrapper;

#[pytype(name = "method-wrapper", c_name = _PyMethodWrapper_Type, layout = WrapperObject, flags = [HAVE_GC])]
impl MethodWrapper {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut WrapperObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).descr.set_ref(None);
            (*slf).slf.set_ref(None);
            gc::del(slf.cast());
        }
    }
    fn tp_traverse(slf: &WrapperObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.descr.get().cast(), slf.slf.get()])
    }
    fn tp_repr(slf: &WrapperObject) -> PyResult<Owned> {
        let (d, o) = parts(slf);
        let name = wrapper_attribute(&d, "name")?;
        let name = names::text(&name).into_owned();
        let text = format!(
            "<method-wrapper '{name}' of {} object at {:p}>",
            o.type_name(),
            o.as_ptr()
        );
        unicode::from_str(&text).map(Owned::upcast)
    }
    fn tp_hash(slf: &WrapperObject) -> PyResult<Py_hash_t> {
        let h = hash::pointer(slf.slf.get()) ^ hash::pointer(slf.descr.get());
        Ok(if h == -1 { -2 } else { h })
    }
    fn tp_richcompare(slf: &WrapperObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let Some(b) = other
            .downcast_exact::<WrapperObject>()
            .filter(|_| op == Py_EQ || op == Py_NE)
        else {
            return Ok(not_implemented().own());
        };
        let equal = slf.descr.get() == b.descr.get() && slf.slf.get() == b.slf.get();
        Ok(bool_from(equal == (op == Py_EQ)))
    }
    fn tp_call(
        slf: &WrapperObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let (d, o) = parts(slf);
        // SAFETY: the object was checked when it was bound.
        unsafe { wrappers::invoke(&*d.d_base.get(), d.d_wrapped.get(), &o, args, kw) }
    }
    #[method]
    fn __reduce__(slf: &WrapperObject) -> PyResult<Owned> {
        let (d, o) = parts(slf);
        let args = tuple::from_owned(vec![o, wrapper_attribute(&d, "name")?])?.upcast();
        tuple::from_owned(vec![crate::builtin_function("getattr")?, args]).map(Owned::upcast)
    }
    #[getter]
    fn __objclass__(slf: &WrapperObject) -> PyResult<Owned> {
        wrapper_attribute(&parts(slf).0, "objclass")
    }
    #[getter]
    fn __name__(slf: &WrapperObject) -> PyResult<Owned> {
        wrapper_attribute(&parts(slf).0, "name")
    }
    #[getter]
    fn __qualname__(slf: &WrapperObject) -> PyResult<Owned> {
        wrapper_attribute(&parts(slf).0, "qualname")
    }
    #[getter]
    fn __doc__(slf: &WrapperObject) -> PyResult<Owned> {
        wrapper_attribute(&parts(slf).0, "doc")
    }
    #[getter]
    fn __text_signature__(slf: &WrapperObject) -> PyResult<Owned> {
        wrapper_attribute(&parts(slf).0, "signature")
    }
    #[members]
    const MEMBERS: &[Member] = members![("__self__", T_OBJECT, slf, READONLY)];
}
