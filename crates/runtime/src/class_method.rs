//! `classmethod` and `staticmethod`: what stands in a class for a function that does not bind to instances. Both hold a callable and a dict;
//! they differ in what `__get__` makes of it.

use crate::prelude::*;
use crate::{gc, object, tuple, typeobject};
use pyrite_macros::pytype;

/// What both types are made of.
#[repr(C)]
pub struct WrappedFunction {
    ob_base: PyObject,
    pub(crate) callable: Cell<*mut PyObject>,
    dict: Cell<*mut PyObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for WrappedFunction {}

fn wrap(ty: &PyTypeObject, callable: &PyObject) -> PyResult<Owned> {
    let m = typeobject::instance::alloc(ty)?;
    // SAFETY: (the callers pass one of the two types) an instance of a type with this layout.
    unsafe { m.cast_ref::<WrappedFunction>() }
        .callable
        .set_ref(Some(callable.own()));
    Ok(m)
}

/// `PyClassMethod_New`.
pub fn new(callable: &PyObject) -> PyResult<Owned> {
    wrap(&PyClassMethod_Type, callable)
}

/// `PyStaticMethod_New`.
pub fn new_static(callable: &PyObject) -> PyResult<Owned> {
    wrap(&PyStaticMethod_Type, callable)
}

/// What a class method binds to: the class, or that of the instance.
fn bind_to_class(
    callable: &PyObject,
    o: Option<&PyObject>,
    ty: Option<&PyObject>,
) -> PyResult<Owned> {
    let class = match (ty, o) {
        (Some(ty), _) => ty,
        (None, Some(o)) => o.ty().as_object(),
        (None, None) => return Err(raise!(TypeError, "__get__(None, None) is invalid")),
    };
    crate::method::new(callable, class)
}

/// A static method binds to nothing.
fn bind_to_nothing(
    callable: &PyObject,
    _o: Option<&PyObject>,
    _ty: Option<&PyObject>,
) -> PyResult<Owned> {
    Ok(callable.own())
}

fn init(
    slf: &WrappedFunction,
    name: &str,
    args: &PyTupleObject,
    kw: Option<&PyDictObject>,
) -> PyResult<()> {
    if kw.is_some_and(|kw| kw.ma_used.get() != 0) {
        return Err(raise!(TypeError, "{name}() takes no keyword arguments"));
    }
    let n = args.ob_base.ob_size.get();
    if n != 1 {
        return Err(raise!(TypeError, "{name} expected 1 argument, got {n}"));
    }
    slf.callable.set_ref(Some(tuple::get_item(args, 0)?));
    Ok(())
}

/// Declares one of the two types; `bind` makes the result of `__get__` from the callable, the instance and the class.
macro_rules! wrapped_function {
    ($class:ident, $name:tt, $c_name:ident, $bind:path) => {
        pub struct $class;

        #[pytype(name = $name, c_name = $c_name, layout = WrappedFunction, flags = [BASETYPE, HAVE_GC], dictoffset = dict, no_class,
                 alloc = typeobject::instance::generic_alloc_slot, free = gc_del)]
        impl $class {
            fn tp_dealloc(slf: *mut WrappedFunction) {
                // SAFETY: the count has reached 0; the fields are released and the memory given back once.
                unsafe {
                    gc::untrack_if_tracked(slf.cast());
                    (*slf).callable.set_ref(None);
                    (*slf).dict.set_ref(None);
                    typeobject::instance::free_instance((*slf).ty(), slf.cast());
                }
            }
            fn tp_traverse(slf: &WrappedFunction, visit: gc::Visitor) -> c_int {
                visit.visit_all([slf.callable.get(), slf.dict.get()])
            }
            fn tp_clear(slf: &WrappedFunction) {
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
            fn tp_init(slf: &WrappedFunction, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<()> {
                init(slf, $name, args, kw)
            }
            fn tp_descr_get(slf: &WrappedFunction, o: Option<&PyObject>, ty: Option<&PyObject>) -> PyResult<Owned> {
                match slf.callable.load() {
                    Some(callable) => $bind(&callable, o, ty),
                    None => Err(raise!(RuntimeError, concat!("uninitialized ", $name, " object"))),
                }
            }
            #[getter]
            fn __isabstractmethod__(slf: &WrappedFunction) -> PyResult<bool> {
                match slf.callable.load() {
                    Some(f) => crate::descr::property::is_abstract(&f),
                    None => Ok(false),
                }
            }
            #[getter]
            fn __dict__(slf: &WrappedFunction) -> PyResult<Owned> {
                object::generic_get_dict(slf.as_object())
            }
            #[setter(__dict__)]
            fn set_dict(slf: &WrappedFunction, value: Option<&PyObject>) -> PyResult<()> {
                object::generic_set_dict(slf.as_object(), value)
            }
            #[members]
            const MEMBERS: &[Member] = members![("__func__", T_OBJECT, callable, READONLY)];
        }
    };
}

wrapped_function!(
    ClassMethod,
    "classmethod",
    PyClassMethod_Type,
    bind_to_class
);
wrapped_function!(
    StaticMethod,
    "staticmethod",
    PyStaticMethod_Type,
    bind_to_nothing
);
