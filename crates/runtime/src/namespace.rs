//! `types.SimpleNamespace`: an object that has only attributes.

use crate::prelude::*;
use crate::{dict, err, gc, list, mem, object, repr_guard, sequence, tuple, unicode};
use pyrite_macros::pytype;

#[repr(C)]
pub struct _PyNamespaceObject {
    ob_base: PyObject,
    ns_dict: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for _PyNamespaceObject {}

/// The attributes.
fn attributes(ns: &_PyNamespaceObject) -> PyResult<Owned<PyDictObject>> {
    match ns.ns_dict.load() {
        Some(d) => d.downcast_owned().map_err(|_| err::bad_internal_call()),
        None => Err(err::bad_internal_call()),
    }
}

fn alloc(ty: &PyTypeObject) -> PyResult<Owned<_PyNamespaceObject>> {
    // SAFETY: a subtype of the namespace type has its layout.
    let ns: Owned<_PyNamespaceObject> = unsafe { mem::alloc_by_type(ty, 0)?.cast_unchecked() };
    ns.ns_dict.set_ref(Some(dict::new()?.upcast()));
    Ok(ns)
}

/// `_PyNamespace_New`: with the items of a mapping as attributes.
pub fn new(items: Option<&PyObject>) -> PyResult<Owned> {
    let ns = alloc(&_PyNamespace_Type)?;
    if let Some(items) = items {
        dict::update(&*attributes(&ns)?, items)?;
    }
    Ok(ns.upcast())
}

pub struct Namespace;
#[pytype(name = "types.SimpleNamespace", c_name = _PyNamespace_Type, layout = _PyNamespaceObject,
         dictoffset = ns_dict, flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl Namespace {
    fn tp_new(ty: &PyTypeObject, _args: &PyObject, _kw: Option<&PyObject>) -> PyResult<Owned> {
        Ok(alloc(ty)?.upcast())
    }

    fn tp_init(
        slf: &_PyNamespaceObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        if tuple::len(args) != 0 {
            return Err(raise!(TypeError, "no positional arguments expected"));
        }
        match kw {
            None => Ok(()),
            Some(kw) if !dict::has_only_string_keys(kw) => {
                Err(raise!(TypeError, "keywords must be strings"))
            }
            Some(kw) => dict::update(&*attributes(slf)?, kw),
        }
    }

    fn tp_dealloc(slf: *mut _PyNamespaceObject) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).ns_dict.set_ref(None);
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &_PyNamespaceObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.ns_dict.get())
    }

    fn tp_clear(slf: &_PyNamespaceObject) {
        slf.ns_dict.set_ref(None);
    }

    fn tp_repr(slf: &_PyNamespaceObject) -> PyResult<Owned> {
        let name = if slf.is_exactly(&_PyNamespace_Type) {
            "namespace".into()
        } else {
            slf.type_name()
        };
        let Some(_guard) = repr_guard::enter(slf) else {
            return Ok(unicode::from_str(&format!("{name}(...)"))?.upcast());
        };
        let d = attributes(slf)?;
        let keys = dict::keys_list(&d)?;
        list::sort(&keys)?;
        let mut w = unicode::Writer::new();
        w.push_str(&name)?;
        w.push_str("(")?;
        let mut first = true;
        for key in list::to_vec(&keys) {
            let Some(text) = key
                .downcast::<PyUnicodeObject>()
                .filter(|k| unicode::length(k) > 0)
            else {
                continue;
            };
            // A repr made before may have removed it.
            let Some(value) = dict::get_item(&d, &key)? else {
                return Err(err::set_key_error(&key));
            };
            if !first {
                w.push_str(", ")?;
            }
            first = false;
            w.push_unicode(text)?;
            w.push_str("=")?;
            sequence::write_repr(&mut w, &value)?;
        }
        w.push_str(")")?;
        Ok(w.finish()?.upcast())
    }

    fn tp_getattro(slf: &PyObject, name: &PyObject) -> PyResult<Owned> {
        object::generic_get_attr(slf, name)
    }

    fn tp_setattro(slf: &PyObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        object::generic_set_attr(slf, name, value)
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let both = slf
            .downcast::<_PyNamespaceObject>()
            .zip(other.downcast::<_PyNamespaceObject>());
        let Some((a, b)) = both else {
            return Ok(not_implemented().own());
        };
        object::rich_compare(attributes(a)?.as_object(), attributes(b)?.as_object(), op)
    }

    #[method]
    fn __reduce__(slf: &_PyNamespaceObject) -> PyResult<Owned> {
        let state = attributes(slf)?.upcast();
        Ok(tuple::pack([slf.ty().own(), tuple::empty()?.upcast(), state])?.upcast())
    }

    #[members]
    const MEMBERS: &[Member] = members![("__dict__", T_OBJECT, ns_dict, READONLY)];
}
