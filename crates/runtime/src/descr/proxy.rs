//! `mappingproxy`: a mapping that cannot be changed through this view, such as `type.__dict__`.

use crate::object;
use crate::prelude::*;
use crate::{call, err, gc, mapping, sequence, unicode};
use pyrite_macros::pytype;

#[repr(C)]
pub struct ProxyObject {
    ob_base: PyObject,
    mapping: Cell<*mut PyObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for ProxyObject {}

/// `PyDictProxy_New`.
pub fn new(mapping: &PyObject) -> PyResult<Owned> {
    if !mapping::check(mapping)
        || mapping.downcast::<PyListObject>().is_some()
        || mapping.downcast::<PyTupleObject>().is_some()
    {
        let ty = mapping.type_name();
        return Err(raise!(
            TypeError,
            "mappingproxy() argument must be a mapping, not {ty}"
        ));
    }
    let p = gc::new_object::<ProxyObject>(&PyDictProxy_Type)?;
    p.mapping.set_ref(Some(mapping.own()));
    // SAFETY: fresh, with valid fields.
    unsafe { gc::track(p.as_ptr()) };
    Ok(p.upcast())
}

fn inner(p: &ProxyObject) -> Owned {
    // SAFETY: set when the object is made, released only by its deallocator.
    unsafe { Owned::from_borrowed_ptr(p.mapping.get()) }
}

pub struct MappingProxy;

#[pytype(name = "mappingproxy", c_name = PyDictProxy_Type, layout = ProxyObject, flags = [HAVE_GC])]
impl MappingProxy {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut ProxyObject) {
        // SAFETY: the count has reached 0; the field is released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).mapping.set_ref(None);
            gc::del(slf.cast());
        }
    }
    fn tp_traverse(slf: &ProxyObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.mapping.get())
    }
    #[sig("(mapping)")]
    fn tp_new(_ty: &PyTypeObject, mapping: &PyObject) -> PyResult<Owned> {
        new(mapping)
    }
    fn tp_repr(slf: &ProxyObject) -> PyResult<Owned> {
        let text = object::repr(&inner(slf))?;
        unicode::from_str(&format!("mappingproxy({})", err::Str(&text))).map(Owned::upcast)
    }
    fn tp_str(slf: &ProxyObject) -> PyResult<Owned> {
        object::str(&inner(slf))
    }
    fn tp_iter(slf: &ProxyObject) -> PyResult<Owned> {
        object::get_iter(&inner(slf))
    }
    fn tp_richcompare(slf: &ProxyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        object::rich_compare(&inner(slf), other, op)
    }
    fn mp_length(slf: &ProxyObject) -> PyResult<Py_ssize_t> {
        object::size(&inner(slf))
    }
    fn mp_subscript(slf: &ProxyObject, key: &PyObject) -> PyResult<Owned> {
        object::get_item(&inner(slf), key)
    }
    fn sq_contains(slf: &ProxyObject, key: &PyObject) -> PyResult<bool> {
        sequence::contains(&inner(slf), key)
    }
    #[method(args)]
    fn get(slf: &ProxyObject, args: &[&PyObject]) -> PyResult<Owned> {
        match args {
            [key] => call::method(&inner(slf), id!("get").as_object(), &[key, none()]),
            [key, default] => call::method(&inner(slf), id!("get").as_object(), &[key, default]),
            _ => {
                let n = args.len();
                let (word, bound) = if n < 1 {
                    ("at least 1 argument", n)
                } else {
                    ("at most 2 arguments", n)
                };
                Err(raise!(TypeError, "get expected {word}, got {bound}"))
            }
        }
    }
    #[method]
    fn keys(slf: &ProxyObject) -> PyResult<Owned> {
        call::method(&inner(slf), id!("keys").as_object(), &[])
    }
    #[method]
    fn values(slf: &ProxyObject) -> PyResult<Owned> {
        call::method(&inner(slf), id!("values").as_object(), &[])
    }
    #[method]
    fn items(slf: &ProxyObject) -> PyResult<Owned> {
        call::method(&inner(slf), id!("items").as_object(), &[])
    }
    #[method]
    fn copy(slf: &ProxyObject) -> PyResult<Owned> {
        call::method(&inner(slf), id!("copy").as_object(), &[])
    }
}
