//! `instancemethod`: makes any callable bind to instances as a Python function does. Only C makes them.

use crate::prelude::*;
use crate::{call, gc, method, typeobject};
use pyrite_macros::pytype;

/// `PyInstanceMethod_New`.
pub fn new(callable: &PyObject) -> PyResult<Owned> {
    let m = typeobject::instance::alloc(&PyInstanceMethod_Type)?;
    // SAFETY: an instance of the type.
    let layout = unsafe { m.cast_ref::<PyInstanceMethodObject>() };
    layout.func.set_ref(Some(callable.own()));
    Ok(m)
}

pub struct InstanceMethod;

#[pytype(name = "instancemethod", c_name = PyInstanceMethod_Type, layout = PyInstanceMethodObject, flags = [HAVE_GC],
         alloc = typeobject::instance::generic_alloc_slot, free = gc_del)]
impl InstanceMethod {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    const tp_hash: hashfunc = Some(crate::object::hash_not_implemented_slot);
    const tp_setattro: setattrofunc = Some(crate::object::generic_set_attr_slot);
    fn tp_dealloc(slf: *mut PyInstanceMethodObject) {
        // SAFETY: the count has reached 0; the field is released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).func.set_ref(None);
            typeobject::instance::free_instance((*slf).ty(), slf.cast());
        }
    }
    fn tp_traverse(slf: &PyInstanceMethodObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.func.get())
    }
    fn tp_call(
        slf: &PyInstanceMethodObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let f = slf.func.load().ok_or_else(crate::err::bad_internal_call)?;
        call::call_dict(&f, args, kw)
    }
    fn tp_descr_get(
        slf: &PyInstanceMethodObject,
        o: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let f = slf.func.load().ok_or_else(crate::err::bad_internal_call)?;
        match o {
            Some(o) => method::new(&f, o),
            None => Ok(f),
        }
    }
    #[members]
    const MEMBERS: &[Member] = members![("__func__", T_OBJECT, func, READONLY)];
}
