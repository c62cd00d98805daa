//! `property`: an attribute computed by Python functions.

use crate::object;
use crate::prelude::*;
use crate::{call, gc, typeobject};
use pyrite_macros::pytype;

#[repr(C)]
pub struct PropertyObject {
    ob_base: PyObject,
    fget: Cell<*mut PyObject>,
    fset: Cell<*mut PyObject>,
    fdel: Cell<*mut PyObject>,
    doc: Cell<*mut PyObject>,
    getter_doc: Cell<c_int>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for PropertyObject {}

/// An argument as a field: None counts as absent.
fn field(o: Option<&PyObject>) -> Option<Owned> {
    o.filter(|o| !o.is_none()).map(|o| o.own())
}

/// A copy with one of the functions exchanged.
fn copy(
    slf: &PropertyObject,
    get: Option<&PyObject>,
    set: Option<&PyObject>,
    del: Option<&PyObject>,
) -> PyResult<Owned> {
    let pick = |new: Option<&PyObject>, old: &Cell<*mut PyObject>| {
        field(new)
            .or_else(|| old.load())
            .unwrap_or_else(|| none().own())
    };
    let (get, set, del) = (
        pick(get, &slf.fget),
        pick(set, &slf.fset),
        pick(del, &slf.fdel),
    );
    // The documentation of a getter is taken anew from the getter.
    let doc = if slf.getter_doc.get() != 0 && !get.is_none() {
        none().own()
    } else {
        slf.doc.load().unwrap_or_else(|| none().own())
    };
    call::call(slf.ty().as_object(), &[&get, &set, &del, &doc])
}

pub struct Property;

#[pytype(name = "property", c_name = PyProperty_Type, layout = PropertyObject, flags = [BASETYPE, HAVE_GC],
         alloc = typeobject::instance::generic_alloc_slot, free = gc_del)]
impl Property {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PropertyObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            Property::tp_clear(&*slf);
            typeobject::instance::free_instance((*slf).ty(), slf.cast());
        }
    }
    fn tp_traverse(slf: &PropertyObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([
            slf.fget.get(),
            slf.fset.get(),
            slf.fdel.get(),
            slf.doc.get(),
        ])
    }
    fn tp_clear(slf: &PropertyObject) {
        for f in [&slf.fget, &slf.fset, &slf.fdel, &slf.doc] {
            f.set_ref(None);
        }
    }
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        typeobject::instance::alloc(ty)
    }
    #[sig("(fget=None, fset=None, fdel=None, doc=None)")]
    fn tp_init(
        slf: &PropertyObject,
        fget: Option<&PyObject>,
        fset: Option<&PyObject>,
        fdel: Option<&PyObject>,
        doc: Option<&PyObject>,
    ) -> PyResult<()> {
        slf.fget.set_ref(field(fget));
        slf.fset.set_ref(field(fset));
        slf.fdel.set_ref(field(fdel));
        slf.doc.set_ref(field(doc));
        slf.getter_doc.set(0);
        if slf.doc.get().is_null()
            && let Some(get) = slf.fget.load()
            && let Some(doc) = object::lookup_attr(&get, id!("__doc__").as_object())?
        {
            if std::ptr::eq(slf.ty(), &PyProperty_Type) {
                slf.doc.set_ref(Some(doc));
            } else {
                // A subclass's instances have a `__doc__` of their own.
                object::set_attr(slf.as_object(), id!("__doc__").as_object(), &doc)?;
            }
            slf.getter_doc.set(1);
        }
        Ok(())
    }
    fn tp_descr_get(
        slf: &PropertyObject,
        o: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let Some(o) = o.filter(|o| !o.is_none()) else {
            return Ok(slf.own());
        };
        match slf.fget.load() {
            Some(f) => call::call1(&f, o),
            None => Err(raise!(AttributeError, "unreadable attribute")),
        }
    }
    fn tp_descr_set(slf: &PropertyObject, o: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        let f = if value.is_some() {
            slf.fset.load()
        } else {
            slf.fdel.load()
        };
        let Some(f) = f else {
            let what = if value.is_some() {
                "can't set attribute"
            } else {
                "can't delete attribute"
            };
            return Err(raise!(AttributeError, "{what}"));
        };
        match value {
            Some(v) => call::call(&f, &[o, v]),
            None => call::call1(&f, o),
        }
        .map(drop)
    }
    #[method]
    fn getter(slf: &PropertyObject, fget: &PyObject) -> PyResult<Owned> {
        copy(slf, Some(fget), None, None)
    }
    #[method]
    fn setter(slf: &PropertyObject, fset: &PyObject) -> PyResult<Owned> {
        copy(slf, None, Some(fset), None)
    }
    #[method]
    fn deleter(slf: &PropertyObject, fdel: &PyObject) -> PyResult<Owned> {
        copy(slf, None, None, Some(fdel))
    }
    #[getter]
    fn __isabstractmethod__(slf: &PropertyObject) -> PyResult<bool> {
        for f in [&slf.fget, &slf.fset, &slf.fdel] {
            if let Some(f) = f.load()
                && is_abstract(&f)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("fget", T_OBJECT, fget, READONLY),
        ("fset", T_OBJECT, fset, READONLY),
        ("fdel", T_OBJECT, fdel, READONLY),
        ("__doc__", T_OBJECT, doc, 0),
    ];
}

/// `_PyObject_IsAbstract`: does the object say that it is an abstract method?
pub fn is_abstract(o: &PyObject) -> PyResult<bool> {
    match object::lookup_attr(o, id!("__isabstractmethod__").as_object())? {
        Some(flag) => object::is_true(&flag),
        None => Ok(false),
    }
}
