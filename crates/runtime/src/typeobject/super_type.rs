//! `super`: attributes found along the MRO behind a given class.

use super::{is_subtype, mro_of, type_name_of};
use crate::object::names;
use crate::object::{self, slot_result};
use crate::prelude::*;
use crate::{call, dict, gc, tuple, unicode};
use pyrite_macros::pytype;

/// A `super` object: the class behind which the search begins, the object, and the class whose MRO is searched.
#[repr(C)]
pub struct PySuperObject {
    ob_base: PyObject,
    ty: Cell<*mut PyTypeObject>,
    obj: Cell<*mut PyObject>,
    obj_type: Cell<*mut PyTypeObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for PySuperObject {}

pub struct Super;

#[pytype(name = "super", c_name = PySuper_Type, layout = PySuperObject, flags = [BASETYPE, HAVE_GC],
         alloc = super::instance::generic_alloc_slot, free = gc_del)]
impl Super {
    fn tp_dealloc(slf: *mut PySuperObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            let o = &*slf;
            o.ty.set_ref(None);
            o.obj.set_ref(None);
            o.obj_type.set_ref(None);
            super::instance::free_instance(o.ty(), slf.cast());
        }
    }

    fn tp_traverse(slf: &PySuperObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([
            slf.ty.get().cast(),
            slf.obj.get(),
            slf.obj_type.get().cast(),
        ])
    }

    fn tp_repr(slf: &PySuperObject) -> PyResult<Owned> {
        let name = slf.ty.borrow().map_or("NULL".into(), type_name_of);
        let text = match slf.obj_type.borrow() {
            Some(t) => format!("<super: <class '{name}'>, <{} object>>", type_name_of(t)),
            None => format!("<super: <class '{name}'>, NULL>"),
        };
        unicode::from_str(&text).map(Owned::upcast)
    }

    fn tp_getattro(slf: &PySuperObject, name: &PyObject) -> PyResult<Owned> {
        if let Some(start) = slf.obj_type.load()
            && !names::is(name, "__class__")
            && let Some(found) = find(slf, &start, name)?
        {
            return Ok(found);
        }
        object::generic_get_attr(slf.as_object(), name)
    }

    fn tp_descr_get(
        slf: &PySuperObject,
        o: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let Some(o) = o.filter(|o| !o.is_none() && slf.obj.get().is_null()) else {
            return Ok(slf.own());
        };
        let Some(ty) = slf.ty.load() else {
            return Ok(slf.own());
        };
        if !std::ptr::eq(slf.as_object().ty(), &PySuper_Type) {
            return call::call(slf.as_object().ty().as_object(), &[ty.as_object(), o]);
        }
        make(&ty, o)
    }

    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        super::instance::alloc(ty)
    }

    fn tp_init(
        slf: &PySuperObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        if kw.is_some_and(|kw| kw.ma_used.get() != 0) {
            return Err(raise!(TypeError, "super() takes no keyword arguments"));
        }
        let n = args.ob_base.ob_size.get();
        if n > 2 {
            return Err(raise!(
                TypeError,
                "super() takes at most 2 arguments ({n} given)"
            ));
        }
        let (ty, o) = if n == 0 {
            let (ty, o) = crate::hooks::super_arguments()?;
            (ty, Some(o))
        } else {
            let first = tuple::get_item(args, 0)?;
            let ty = first.downcast_owned().map_err(|o| {
                raise!(
                    TypeError,
                    "super() argument 1 must be type, not {}",
                    crate::args::given_name(&o)
                )
            })?;
            let o = if n == 2 {
                Some(tuple::get_item(args, 1)?)
            } else {
                None
            };
            (ty, o.filter(|o| !o.is_none()))
        };
        let obj_type = match &o {
            Some(o) => Some(check(&ty, o)?),
            None => None,
        };
        slf.ty.set_ref(Some(ty));
        slf.obj.set_ref(o);
        slf.obj_type.set_ref(obj_type);
        Ok(())
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("__thisclass__", T_OBJECT, ty, READONLY),
        ("__self__", T_OBJECT, obj, READONLY),
        ("__self_class__", T_OBJECT, obj_type, READONLY),
    ];
}

/// Searches the MRO of `start` behind the object's class, and binds what it finds.
fn find(slf: &PySuperObject, start: &PyTypeObject, name: &PyObject) -> PyResult<Option<Owned>> {
    let Some(mro) = mro_of(start) else {
        return Ok(None);
    };
    let classes = tuple::to_vec(&mro);
    let this = slf.ty.get();
    let behind = classes
        .iter()
        .position(|c| c.as_ptr() == this.cast())
        .map_or(classes.len(), |i| i + 1);
    for class in &classes[behind..] {
        let Some(class) = class.downcast::<PyTypeObject>() else {
            continue;
        };
        let Some(attrs) = class.tp_dict.load() else {
            continue;
        };
        // SAFETY: `tp_dict` is a dict.
        let Some(found) = dict::get_item(unsafe { attrs.cast_ref() }, name)? else {
            continue;
        };
        let Some(get) = found.ty().tp_descr_get.get() else {
            return Ok(Some(found));
        };
        // Bound to the class itself when `super` was called with one.
        let target = slf.obj.get();
        let target = if target == start.as_ptr() {
            std::ptr::null_mut()
        } else {
            target
        };
        // SAFETY: the slot takes the descriptor, an object or null, and a type.
        return unsafe { slot_result(get(found.as_ptr(), target, start.as_ptr())) }.map(Some);
    }
    Ok(None)
}

/// `supercheck`: the class whose MRO is to be searched for `o`.
fn check(ty: &PyTypeObject, o: &PyObject) -> PyResult<Owned<PyTypeObject>> {
    if let Some(class) = o.downcast::<PyTypeObject>()
        && is_subtype(class, ty)
    {
        return Ok(crate::owned::OwnTyped::own_typed(class));
    }
    if is_subtype(o.ty(), ty) {
        return Ok(crate::owned::OwnTyped::own_typed(o.ty()));
    }
    if let Some(class) = object::lookup_attr(o, id!("__class__").as_object())?
        && let Ok(class) = class.downcast_owned::<PyTypeObject>()
        && !std::ptr::eq(&*class, o.ty())
        && is_subtype(&class, ty)
    {
        return Ok(class);
    }
    Err(raise!(
        TypeError,
        "super(type, obj): obj must be an instance or subtype of type"
    ))
}

/// `super(ty, o)`.
pub fn make(ty: &PyTypeObject, o: &PyObject) -> PyResult<Owned> {
    let start = check(ty, o)?;
    let s = super::instance::alloc(&PySuper_Type)?;
    // SAFETY: an instance of `super`.
    let fields = unsafe { s.cast_ref::<PySuperObject>() };
    fields
        .ty
        .set_ref(Some(crate::owned::OwnTyped::own_typed(ty)));
    fields.obj.set_ref(Some(o.own()));
    fields.obj_type.set_ref(Some(start));
    Ok(s)
}
