//! `instancemethod`: makes any callable bind to instances as a Python function does. Only C shows the type to programs.

use crate::prelude::*;
use crate::{call, err, gc, method, object, tuple, typeobject, unicode};
use pyrite_macros::pytype;

/// `PyInstanceMethod_New`.
pub fn new(callable: &PyObject) -> PyResult<Owned> {
    let m = typeobject::instance::alloc(&PyInstanceMethod_Type)?;
    // SAFETY: an instance of the type.
    let layout = unsafe { m.cast_ref::<PyInstanceMethodObject>() };
    layout.func.set_ref(Some(callable.own()));
    Ok(m)
}

fn function(m: &PyInstanceMethodObject) -> PyResult<Owned> {
    m.func.load().ok_or_else(err::bad_internal_call)
}

pub struct InstanceMethod;

#[pytype(name = "instancemethod", c_name = PyInstanceMethod_Type, layout = PyInstanceMethodObject, flags = [HAVE_GC],
         alloc = typeobject::instance::generic_alloc_slot, free = gc_del)]
impl InstanceMethod {
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
        let f = function(slf)?;
        call::call_dict(&f, args, kw)
    }
    fn tp_descr_get(
        slf: &PyInstanceMethodObject,
        o: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let f = function(slf)?;
        match o {
            Some(o) => method::new(&f, o),
            None => Ok(f),
        }
    }
    fn tp_new(
        _ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        if kw.is_some_and(|kw| kw.ma_used.get() != 0) {
            return Err(raise!(
                TypeError,
                "instancemethod() takes no keyword arguments"
            ));
        }
        let n = args.ob_base.ob_size.get();
        if n != 1 {
            return Err(raise!(
                TypeError,
                "instancemethod expected 1 argument, got {n}"
            ));
        }
        let f = tuple::get_item(args, 0)?;
        if !object::is_callable(&f) {
            return Err(raise!(TypeError, "first argument must be callable"));
        }
        new(&f)
    }
    fn tp_getattro(slf: &PyInstanceMethodObject, name: &PyObject) -> PyResult<Owned> {
        if let Some(d) = typeobject::lookup(slf.ty(), name) {
            return typeobject::bind(&d, slf.as_object());
        }
        object::get_attr(&*function(slf)?, name)
    }
    fn tp_repr(slf: &PyInstanceMethodObject) -> PyResult<Owned> {
        let f = function(slf)?;
        let name = object::lookup_attr(&f, id!("__name__").as_object())?;
        let text = match name.filter(|n| n.downcast::<PyUnicodeObject>().is_some()) {
            Some(n) => format!("<instancemethod {} at {slf:p}>", err::Str(&n)),
            None => format!("<instancemethod ? at {slf:p}>"),
        };
        unicode::from_str(&text).map(Owned::upcast)
    }
    fn tp_richcompare(
        slf: &PyInstanceMethodObject,
        other: &PyObject,
        op: c_int,
    ) -> PyResult<Owned> {
        let Some(b) = other
            .downcast_exact::<PyInstanceMethodObject>()
            .filter(|_| op == Py_EQ || op == Py_NE)
        else {
            return Ok(not_implemented().own());
        };
        let equal = object::rich_compare_bool(&*function(slf)?, &*function(b)?, Py_EQ)?;
        Ok(bool_from(equal == (op == Py_EQ)))
    }
    #[getter]
    fn __doc__(slf: &PyInstanceMethodObject) -> PyResult<Owned> {
        object::get_attr(&*function(slf)?, id!("__doc__").as_object())
    }
    #[members]
    const MEMBERS: &[Member] = members![("__func__", T_OBJECT, func, READONLY)];
}
