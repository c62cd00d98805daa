//! `object`: the base of everything.

use super::{instance, layout, type_name_of};
use crate::object::names;
use crate::prelude::*;
use crate::{call, dict, err, hooks, object, unicode};
use pyrite_macros::pytype;

pub struct Object;

/// Were arguments given?
fn excess(args: &PyTupleObject, kw: Option<&PyDictObject>) -> bool {
    args.ob_base.ob_size.get() != 0 || kw.is_some_and(|kw| kw.ma_used.get() != 0)
}

fn own_new() -> Option<usize> {
    PyBaseObject_Type.tp_new.get().map(|f| f as usize)
}

/// The `__init__` of a class that has nothing else of its own to say about its making: instances come from `object.__new__`.
pub fn plain_init(class: &PyTypeObject) -> Option<Owned> {
    let init = super::slot_functions::tp_init as *const () as usize;
    let plain = class.tp_new.get().map(|f| f as usize) == own_new()
        && class.tp_init.get().map(|f| f as usize) == Some(init)
        && class.tp_flags.get() & Py_TPFLAGS_IS_ABSTRACT == 0;
    plain
        .then(|| super::lookup(class, id!("__init__").as_object()))
        .flatten()
}

/// The `__new__` in Python, not bound, of a class that has nothing else of its own to say about its making.
pub fn plain_new(class: &PyTypeObject) -> Option<Owned> {
    let new = super::slot_functions::tp_new as *const () as usize;
    let plain = class.tp_new.get().map(|f| f as usize) == Some(new)
        && class.tp_init.get().map(|f| f as usize) == own_init();
    let method = plain
        .then(|| super::lookup(class, id!("__new__").as_object()))
        .flatten()
        .filter(|f| f.is_exactly(&crate::class_method::PyStaticMethod_Type))?;
    // SAFETY: the type was checked; the method is held.
    unsafe {
        crate::words::wrapped_function(method.as_ptr())
            .as_ref()
            .map(|f| f.own())
    }
}

fn own_init() -> Option<usize> {
    PyBaseObject_Type.tp_init.get().map(|f| f as usize)
}

#[pytype(name = "object", c_name = PyBaseObject_Type, layout = PyObject, flags = [BASETYPE], no_class,
         base = None, alloc = instance::generic_alloc_slot, free = instance::free)]
impl Object {
    fn tp_dealloc(slf: *mut PyObject) {
        // SAFETY: the count has reached 0.
        unsafe { instance::object_dealloc(slf) }
    }

    fn tp_repr(slf: &PyObject) -> PyResult<Owned> {
        let ty = slf.ty();
        let module = object::lookup_attr(ty.as_object(), id!("__module__").as_object())?;
        let module = module.filter(|m| m.downcast::<PyUnicodeObject>().is_some());
        let text = match module {
            Some(m) if !names::is(&m, "builtins") => {
                let qualname = super::type_type::qualname(ty)?;
                format!(
                    "<{}.{} object at {:p}>",
                    err::Str(&m),
                    err::Str(&qualname),
                    slf.as_ptr()
                )
            }
            _ => format!("<{} object at {:p}>", type_name_of(ty), slf.as_ptr()),
        };
        unicode::from_str(&text).map(Owned::upcast)
    }

    fn tp_str(slf: &PyObject) -> PyResult<Owned> {
        match slf.ty().tp_repr.get() {
            // SAFETY: the slot takes the object.
            Some(f) => unsafe { object::slot_result(f(slf.as_ptr())) },
            None => Object::tp_repr(slf),
        }
    }

    fn tp_hash(slf: &PyObject) -> PyResult<Py_hash_t> {
        Ok(crate::hash::pointer(slf.as_ptr()))
    }

    // The functions themselves, since look-ups recognise a type without a hook of its own by their addresses.
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    const tp_setattro: setattrofunc = Some(object::generic_set_attr_slot);

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        match op {
            Py_EQ if slf.is(other) => Ok(py_true().own()),
            Py_NE => {
                // By default the opposite of `==`, unless that does not know.
                let Some(f) = slf.ty().tp_richcompare.get() else {
                    return Ok(not_implemented().own());
                };
                // SAFETY: the slot takes two objects and an operator.
                let r = unsafe { object::slot_result(f(slf.as_ptr(), other.as_ptr(), Py_EQ)) }?;
                if r.is(not_implemented()) {
                    return Ok(r);
                }
                object::is_true(&r).map(|equal| bool_from(!equal))
            }
            _ => Ok(not_implemented().own()),
        }
    }

    fn tp_init(slf: &PyObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<()> {
        if !excess(args, kw) {
            return Ok(());
        }
        let ty = slf.ty();
        if ty.tp_init.get().map(|f| f as usize) != own_init() {
            return Err(raise!(
                TypeError,
                "object.__init__() takes exactly one argument (the instance to initialize)"
            ));
        }
        if ty.tp_new.get().map(|f| f as usize) == own_new() {
            let name = type_name_of(ty);
            let name = err::short(&name, 200);
            return Err(raise!(
                TypeError,
                "{name}.__init__() takes exactly one argument (the instance to initialize)"
            ));
        }
        Ok(())
    }

    fn tp_new(
        ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        if excess(args, kw) {
            if ty.tp_new.get().map(|f| f as usize) != own_new() {
                return Err(raise!(
                    TypeError,
                    "object.__new__() takes exactly one argument (the type to instantiate)"
                ));
            }
            if ty.tp_init.get().map(|f| f as usize) == own_init() {
                let name = type_name_of(ty);
                return Err(raise!(
                    TypeError,
                    "{}() takes no arguments",
                    err::short(&name, 200)
                ));
            }
        }
        if ty.tp_flags.get() & Py_TPFLAGS_IS_ABSTRACT != 0 {
            return Err(abstract_class(ty)?);
        }
        instance::alloc(ty)
    }

    #[getter]
    fn __class__(slf: &PyObject) -> Owned {
        slf.ty().own()
    }
    #[setter(__class__)]
    fn set_class(slf: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        set_class(slf, value)
    }

    #[method]
    fn __reduce_ex__(slf: &PyObject, protocol: i32) -> PyResult<Owned> {
        super::reduce::reduce_ex(slf, protocol)
    }
    #[method]
    fn __reduce__(slf: &PyObject) -> PyResult<Owned> {
        super::reduce::reduce(slf, 0)
    }
    #[method(class, args_kw)]
    fn __subclasshook__(_ty: &PyObject, _args: crate::args::Args<'_>) -> Owned {
        not_implemented().own()
    }
    #[method(class)]
    fn __init_subclass__(_ty: &PyObject) {}
    #[method]
    fn __format__(slf: &PyObject, format_spec: &PyUnicodeObject) -> PyResult<Owned> {
        if unicode::length(format_spec) > 0 {
            let ty = slf.type_name();
            let ty = err::short(&ty, 200);
            return Err(raise!(
                TypeError,
                "unsupported format string passed to {ty}.__format__"
            ));
        }
        object::str(slf)
    }
    #[method]
    fn __sizeof__(slf: &PyObject) -> PyResult<Py_ssize_t> {
        let ty = slf.ty();
        let mut size = ty.tp_basicsize.get();
        if ty.tp_itemsize.get() > 0 {
            // SAFETY: a type with items has `ob_size`.
            let n = unsafe { slf.cast_ref::<PyVarObject>() }.ob_size.get();
            size += n.abs() * ty.tp_itemsize.get();
        }
        Ok(size)
    }
    #[method]
    fn __dir__(slf: &PyObject) -> PyResult<Owned> {
        let names = match object::lookup_attr(slf, id!("__dict__").as_object())? {
            Some(d) => match d.downcast::<PyDictObject>() {
                Some(d) => dict::copy(d)?,
                None => dict::new()?,
            },
            None => dict::new()?,
        };
        if let Some(class) = object::lookup_attr(slf, id!("__class__").as_object())? {
            super::type_type::merge_class_dict(&names, &class)?;
        }
        dict::keys_list(&names).map(Owned::upcast)
    }
}

/// The message for an instance of a class with abstract methods.
fn abstract_class(ty: &PyTypeObject) -> PyResult<Raised> {
    let methods = object::get_attr(ty.as_object(), id!("__abstractmethods__").as_object())?;
    let names = call::call1(&*crate::builtin_function("sorted")?, &methods)?;
    let comma = unicode::from_str(", ")?;
    let joined = crate::call::method_str(comma.as_object(), "join", &[&names])?;
    Ok(raise!(
        TypeError,
        "Can't instantiate abstract class {} with abstract methods {}",
        type_name_of(ty),
        err::Str(&joined)
    ))
}

fn set_class(slf: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(TypeError, "can't delete __class__ attribute"));
    };
    let name = unicode::from_str("__class__")?;
    hooks::audit("object.__setattr__", &[slf, name.as_object(), value])?;
    let Some(new) = value.downcast::<PyTypeObject>() else {
        let ty = value.type_name();
        return Err(raise!(
            TypeError,
            "__class__ must be set to a class, not '{}' object",
            ty
        ));
    };
    let old = slf.ty();
    let module = &crate::module::PyModule_Type;
    let both_modules = super::is_subtype(new, module) && super::is_subtype(old, module);
    if !(both_modules || super::is_heap_type(new) && super::is_heap_type(old)) {
        return Err(raise!(
            TypeError,
            "__class__ assignment only supported for heap types or ModuleType subclasses"
        ));
    }
    layout::compatible(new, old, "__class__")?;
    let old = old.own();
    // Classes are counted by their instances; built-in types are not.
    if super::is_heap_type(new) {
        std::mem::forget(new.own());
    }
    slf.ob_type.set(std::ptr::from_ref(new).cast_mut());
    if old
        .downcast::<PyTypeObject>()
        .is_some_and(super::is_heap_type)
    {
        // SAFETY: the count that the instance held.
        unsafe { crate::owned::decref(old.as_ptr()) };
    }
    Ok(())
}

/// `PyObject_Dir` of an object: the sorted result of its `__dir__`.
pub fn dir(o: &PyObject) -> PyResult<Owned> {
    let Some(f) = super::lookup_special(o, id!("__dir__").as_object())? else {
        return Err(raise!(TypeError, "object does not provide __dir__"));
    };
    let names = call::call0(&f)?;
    let sorted = crate::sequence::list(&names)?;
    crate::list::sort(&sorted)?;
    Ok(sorted.upcast())
}
