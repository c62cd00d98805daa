//! `staticmethod`: a function in a class that gets neither the instance nor the class.

use crate::prelude::*;
use crate::{gc, object, tuple, typeobject};
use pyrite_macros::pytype;

#[repr(C)]
pub struct StaticMethodObject {
    ob_base: PyObject,
    callable: Cell<*mut PyObject>,
    dict: Cell<*mut PyObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for StaticMethodObject {}

/// `PyStaticMethod_New`.
pub fn new(callable: &PyObject) -> PyResult<Owned> {
    let m = typeobject::instance::alloc(&PyStaticMethod_Type)?;
    // SAFETY: an instance of the type.
    unsafe { m.cast_ref::<StaticMethodObject>() }
        .callable
        .set_ref(Some(callable.own()));
    Ok(m)
}

pub struct StaticMethod;

#[pytype(name = "staticmethod", c_name = PyStaticMethod_Type, layout = StaticMethodObject, flags = [BASETYPE, HAVE_GC], dictoffset = dict,
         alloc = typeobject::instance::generic_alloc_slot, free = gc_del)]
impl StaticMethod {
    fn tp_dealloc(slf: *mut StaticMethodObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).callable.set_ref(None);
            (*slf).dict.set_ref(None);
            typeobject::instance::free_instance((*slf).ty(), slf.cast());
        }
    }
    fn tp_traverse(slf: &StaticMethodObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.callable.get(), slf.dict.get()])
    }
    fn tp_clear(slf: &StaticMethodObject) {
        slf.callable.set_ref(None);
        slf.dict.set_ref(None);
    }
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        typeobject::instance::alloc(ty)
    }
    fn tp_init(
        slf: &StaticMethodObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        if kw.is_some_and(|kw| kw.ma_used.get() != 0) {
            return Err(raise!(
                TypeError,
                "staticmethod() takes no keyword arguments"
            ));
        }
        let n = args.ob_base.ob_size.get();
        if n != 1 {
            return Err(raise!(
                TypeError,
                "staticmethod expected 1 argument, got {n}"
            ));
        }
        slf.callable.set_ref(Some(tuple::get_item(args, 0)?));
        Ok(())
    }
    fn tp_descr_get(
        slf: &StaticMethodObject,
        o: Option<&PyObject>,
        ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let Some(callable) = slf.callable.load() else {
            return Err(raise!(RuntimeError, "uninitialized staticmethod object"));
        };
        let _ = (o, ty);
        Ok(callable)
    }
    #[getter]
    fn __isabstractmethod__(slf: &StaticMethodObject) -> PyResult<bool> {
        match slf.callable.load() {
            Some(f) => crate::descr::property::is_abstract(&f),
            None => Ok(false),
        }
    }
    #[getter]
    fn __dict__(slf: &StaticMethodObject) -> PyResult<Owned> {
        object::generic_get_dict(slf.as_object())
    }
    #[setter(__dict__)]
    fn set_dict(slf: &StaticMethodObject, value: Option<&PyObject>) -> PyResult<()> {
        object::generic_set_dict(slf.as_object(), value)
    }
    #[members]
    const MEMBERS: &[Member] = members![("__func__", T_OBJECT, callable, READONLY)];
}
