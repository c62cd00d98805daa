//! `isinstance` and `issubclass`, with `__instancecheck__`, `__subclasscheck__` and the abstract classes' `__bases__`.

use super::{get_attr, is_true, lookup_attr};
use crate::prelude::*;
use crate::{call, recursion, tuple, typeobject};

/// `PyObject_IsInstance`.
pub fn is_instance(o: &PyObject, class: &PyObject) -> PyResult<bool> {
    if class.is(o.ty()) {
        return Ok(true);
    }
    if std::ptr::eq(class.ty(), PyTypeObject::type_object()) {
        return real_is_instance(o, class);
    }
    if let Some(classes) = class.downcast::<PyTupleObject>() {
        let _guard = recursion::enter(" in __instancecheck__")?;
        for i in 0..classes.ob_base.ob_size.get() {
            if is_instance(o, &*tuple::get_item(classes, i)?)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) = typeobject::lookup_special(class, id!("__instancecheck__").as_object())? {
        let _guard = recursion::enter(" in __instancecheck__")?;
        return is_true(&*call::call1(&check, o)?);
    }
    real_is_instance(o, class)
}

/// `_PyObject_RealIsInstance`: what `type.__instancecheck__` does.
pub fn real_is_instance(o: &PyObject, class: &PyObject) -> PyResult<bool> {
    if let Some(class) = class.downcast::<PyTypeObject>() {
        if typeobject::is_subtype(o.ty(), class) {
            return Ok(true);
        }
        let Some(claimed) = lookup_attr(o, id!("__class__").as_object())? else {
            return Ok(false);
        };
        let claimed_type = claimed.downcast::<PyTypeObject>();
        return Ok(claimed_type
            .is_some_and(|c| !std::ptr::eq(c, o.ty()) && typeobject::is_subtype(c, class)));
    }
    require_class(class, "isinstance() arg 2 must be a type or tuple of types")?;
    match lookup_attr(o, id!("__class__").as_object())? {
        Some(claimed) => abstract_is_subclass(&claimed, class),
        None => Ok(false),
    }
}

/// `PyObject_IsSubclass`.
pub fn is_subclass(derived: &PyObject, class: &PyObject) -> PyResult<bool> {
    if std::ptr::eq(class.ty(), PyTypeObject::type_object()) {
        if derived.is(class) {
            return Ok(true);
        }
        return real_is_subclass(derived, class);
    }
    if let Some(classes) = class.downcast::<PyTupleObject>() {
        let _guard = recursion::enter(" in __subclasscheck__")?;
        for i in 0..classes.ob_base.ob_size.get() {
            if is_subclass(derived, &*tuple::get_item(classes, i)?)? {
                return Ok(true);
            }
        }
        return Ok(false);
    }
    if let Some(check) = typeobject::lookup_special(class, id!("__subclasscheck__").as_object())? {
        let _guard = recursion::enter(" in __subclasscheck__")?;
        return is_true(&*call::call1(&check, derived)?);
    }
    real_is_subclass(derived, class)
}

/// `_PyObject_RealIsSubclass`: what `type.__subclasscheck__` does.
pub fn real_is_subclass(derived: &PyObject, class: &PyObject) -> PyResult<bool> {
    if let (Some(d), Some(c)) = (
        derived.downcast::<PyTypeObject>(),
        class.downcast::<PyTypeObject>(),
    ) {
        return Ok(typeobject::is_subtype(d, c));
    }
    require_class(derived, "issubclass() arg 1 must be a class")?;
    require_class(
        class,
        "issubclass() arg 2 must be a class or tuple of classes",
    )?;
    abstract_is_subclass(derived, class)
}

/// An object counts as a class if it has a tuple as `__bases__`.
fn abstract_bases(o: &PyObject) -> PyResult<Option<Owned<PyTupleObject>>> {
    let bases = lookup_attr(o, id!("__bases__").as_object())?;
    Ok(bases.and_then(|b| b.downcast_owned::<PyTupleObject>().ok()))
}

fn require_class(o: &PyObject, message: &str) -> PyResult<()> {
    match abstract_bases(o)? {
        Some(_) => Ok(()),
        None => Err(raise!(TypeError, "{message}")),
    }
}

fn abstract_is_subclass(derived: &PyObject, class: &PyObject) -> PyResult<bool> {
    let mut at = derived.own();
    loop {
        if at.is(class) {
            return Ok(true);
        }
        let Some(bases) = abstract_bases(&at)? else {
            return Ok(false);
        };
        match bases.ob_base.ob_size.get() {
            0 => return Ok(false),
            // A chain of single bases is followed without recursion.
            1 => at = tuple::get_item(&bases, 0)?,
            n => {
                let _guard = recursion::enter(" in __issubclass__")?;
                for i in 0..n {
                    if abstract_is_subclass(&*tuple::get_item(&bases, i)?, class)? {
                        return Ok(true);
                    }
                }
                return Ok(false);
            }
        }
    }
}

/// `o.__class__`, which can be a property.
pub fn class_of(o: &PyObject) -> PyResult<Owned> {
    get_attr(o, id!("__class__").as_object())
}
