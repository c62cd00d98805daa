//! `classmethod`: a function in a class that gets the class as its first argument.

use crate::prelude::*;
use crate::{gc, object, tuple, typeobject};
use pyrite_macros::pytype;

#[repr(C)]
pub struct ClassMethodObject {
    ob_base: PyObject,
    callable: Cell<*mut PyObject>,
    dict: Cell<*mut PyObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for ClassMethodObject {}

/// `PyClassMethod_New`.
pub fn new(callable: &PyObject) -> PyResult<Owned> {
    let m = typeobject::instance::alloc(&PyClassMethod_Type)?;
    // SAFETY: an instance of the type.
    unsafe { m.cast_ref::<ClassMethodObject>() }
        .callable
        .set_ref(Some(callable.own()));
    Ok(m)
}

pub struct ClassMethod;

#[pytype(name = "classmethod", c_name = PyClassMethod_Type, layout = ClassMethodObject, flags = [BASETYPE, HAVE_GC], dictoffset = dict,
         alloc = typeobject::instance::generic_alloc_slot, free = gc_del)]
impl ClassMethod {
    fn tp_dealloc(slf: *mut ClassMethodObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).callable.set_ref(None);
            (*slf).dict.set_ref(None);
            typeobject::instance::free_instance((*slf).ty(), slf.cast());
        }
    }
    fn tp_traverse(slf: &ClassMethodObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.callable.get(), slf.dict.get()])
    }
    fn tp_clear(slf: &ClassMethodObject) {
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
        slf: &ClassMethodObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        if kw.is_some_and(|kw| kw.ma_used.get() != 0) {
            return Err(raise!(
                TypeError,
                "classmethod() takes no keyword arguments"
            ));
        }
        let n = args.ob_base.ob_size.get();
        if n != 1 {
            return Err(raise!(
                TypeError,
                "classmethod expected 1 argument, got {n}"
            ));
        }
        slf.callable.set_ref(Some(tuple::get_item(args, 0)?));
        Ok(())
    }
    fn tp_descr_get(
        slf: &ClassMethodObject,
        o: Option<&PyObject>,
        ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let Some(callable) = slf.callable.load() else {
            return Err(raise!(RuntimeError, "uninitialized classmethod object"));
        };
        let class = match (ty, o) {
            (Some(ty), _) => ty,
            (None, Some(o)) => o.ty().as_object(),
            (None, None) => return Err(raise!(TypeError, "__get__(None, None) is invalid")),
        };
        crate::method::new(&callable, class)
    }
    #[getter]
    fn __isabstractmethod__(slf: &ClassMethodObject) -> PyResult<bool> {
        match slf.callable.load() {
            Some(f) => crate::descr::property::is_abstract(&f),
            None => Ok(false),
        }
    }
    #[getter]
    fn __dict__(slf: &ClassMethodObject) -> PyResult<Owned> {
        object::generic_get_dict(slf.as_object())
    }
    #[setter(__dict__)]
    fn set_dict(slf: &ClassMethodObject, value: Option<&PyObject>) -> PyResult<()> {
        object::generic_set_dict(slf.as_object(), value)
    }
    #[members]
    const MEMBERS: &[Member] = members![("__func__", T_OBJECT, callable, READONLY)];
}
