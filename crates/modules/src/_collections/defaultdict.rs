//! `defaultdict`: a dict that makes the values that it lacks.

use pyrite_macros::pytype;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, dict, err, gc, object, repr_guard, sequence, tuple, unicode};

#[repr(C)]
pub struct DefDictObject {
    dict: PyDictObject,
    default_factory: Cell<*mut PyObject>,
}
// SAFETY: begins with a dict, which begins with the object head; all fields are cells.
unsafe impl Layout for DefDictObject {}

/// `type(d)(d.default_factory, d)`.
fn copy(d: &DefDictObject) -> PyResult<Owned> {
    let factory = d.default_factory.load().unwrap_or_else(|| none().own());
    call::call(d.ty().as_object(), &[&factory, d.as_object()])
}

pub struct DefaultDict;
#[pytype(name = "collections.defaultdict", c_name = DEFAULTDICT, layout = DefDictObject, base = dict::PyDict_Type,
         export = false, flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl DefaultDict {
    fn tp_init(
        slf: &DefDictObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        let args = tuple::as_slice(args);
        let (factory, rest) = match args.split_first() {
            Some((factory, rest)) => (Some(*factory).filter(|f| !f.is_none()), rest),
            None => (None, args),
        };
        if factory.is_some_and(|f| !object::is_callable(f)) {
            return Err(raise!(TypeError, "first argument must be callable or None"));
        }
        slf.default_factory.set_ref(factory.map(ObjectExt::own));
        dict::init(&slf.dict, &*tuple::from_slice(rest)?, kw)
    }

    fn tp_dealloc(slf: *mut DefDictObject) {
        // SAFETY: the count is 0: the object is ours to take apart; dict's part is left to dict.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).default_factory.set_ref(None);
            if let Some(f) = dict::PyDict_Type.tp_dealloc.get() {
                f(slf.cast());
            }
        }
    }

    fn tp_traverse(slf: &DefDictObject, visit: gc::Visitor) -> c_int {
        let r = visit.visit(slf.default_factory.get());
        if r != 0 {
            r
        } else {
            dict::traverse(&slf.dict, visit)
        }
    }

    fn tp_clear(slf: &DefDictObject) {
        slf.default_factory.set_ref(None);
        dict::clear(&slf.dict);
    }

    fn tp_repr(slf: &DefDictObject) -> PyResult<Owned> {
        let items = dict::repr(&slf.dict)?;
        let mut w = unicode::Writer::new();
        let name = slf.type_name();
        w.push_str(name.rsplit('.').next().unwrap_or_default())?;
        w.push_str("(")?;
        match slf.default_factory.load() {
            None => w.push_str("None")?,
            Some(factory) => match repr_guard::enter(&*factory) {
                Some(_guard) => sequence::write_repr(&mut w, &factory)?,
                None => w.push_str("...")?,
            },
        }
        w.push_str(", ")?;
        let items = items
            .downcast::<PyUnicodeObject>()
            .ok_or_else(err::bad_internal_call)?;
        w.push_unicode(items)?;
        w.push_str(")")?;
        Ok(w.finish()?.upcast())
    }

    #[method]
    #[sig("($self, key, /)")]
    fn __missing__(slf: &DefDictObject, key: &PyObject) -> PyResult<Owned> {
        let Some(factory) = slf.default_factory.load().filter(|f| !f.is_none()) else {
            return Err(err::set_key_error(key));
        };
        let value = call::call0(&factory)?;
        object::set_item(slf.as_object(), key, &value)?;
        Ok(value)
    }

    #[method]
    #[sig("($self, /)")]
    fn copy(slf: &DefDictObject) -> PyResult<Owned> {
        copy(slf)
    }

    #[method]
    #[sig("($self, /)")]
    fn __copy__(slf: &DefDictObject) -> PyResult<Owned> {
        copy(slf)
    }

    #[method]
    #[sig("($self, /)")]
    fn __reduce__(slf: &DefDictObject) -> PyResult<Owned> {
        let args = match slf.default_factory.load().filter(|f| !f.is_none()) {
            Some(factory) => tuple::pack([factory])?,
            None => tuple::empty()?,
        };
        let items = call::method(slf.as_object(), id!("items").as_object(), &[])?;
        let items = object::get_iter(&items)?;
        let parts = [
            slf.ty().own(),
            args.upcast(),
            none().own(),
            none().own(),
            items,
        ];
        Ok(tuple::pack(parts)?.upcast())
    }

    #[members]
    const MEMBERS: &[Member] = members![("default_factory", T_OBJECT, default_factory, 0)];
}
