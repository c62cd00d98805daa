//! `partial`: a function with some of its arguments.

use pyrite_macros::pytype;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, dict, gc, mem, object, repr_guard, sequence, tuple, unicode, weakref};

#[repr(C)]
pub struct PartialObject {
    ob_base: PyObject,
    func: Cell<*mut PyObject>,
    args: Cell<*mut PyTupleObject>,
    kw: Cell<*mut PyDictObject>,
    dict: Cell<*mut PyObject>,
    weakreflist: Cell<*mut PyObject>,
    padding: Cell<usize>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PartialObject {}

struct Parts {
    func: Owned,
    args: Owned<PyTupleObject>,
    kw: Owned<PyDictObject>,
}

fn parts(p: &PartialObject) -> PyResult<Parts> {
    match (p.func.load(), p.args.load(), p.kw.load()) {
        (Some(func), Some(args), Some(kw)) => Ok(Parts { func, args, kw }),
        _ => Err(pyrite_runtime::err::bad_internal_call()),
    }
}

/// The arguments of both, in order.
fn joined(a: &PyTupleObject, b: &[&PyObject]) -> PyResult<Owned<PyTupleObject>> {
    tuple::from_slice(&[tuple::as_slice(a), b].concat())
}

fn merged(kw: &PyDictObject, more: Option<&PyDictObject>) -> PyResult<Owned<PyDictObject>> {
    let all = dict::copy(kw)?;
    if let Some(more) = more {
        dict::update(&all, more)?;
    }
    Ok(all)
}

pub struct Partial;
#[pytype(name = "functools.partial", c_name = PARTIAL, layout = PartialObject, export = false,
         dictoffset = dict, weaklistoffset = weakreflist, flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl Partial {
    fn tp_new(
        ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let Some((func, rest)) = tuple::as_slice(args).split_first() else {
            return Err(raise!(
                TypeError,
                "type 'partial' takes at least one argument"
            ));
        };
        // A partial of a partial is one of the function itself.
        let inner = func.downcast_exact::<PartialObject>();
        let inner = inner.filter(|p| std::ptr::eq(ty, &PARTIAL) && p.dict.get().is_null());
        if !object::is_callable(func) {
            return Err(raise!(TypeError, "the first argument must be callable"));
        }
        let own = match inner {
            Some(p) => {
                let Parts {
                    func,
                    args,
                    kw: inner_kw,
                } = parts(p)?;
                Parts {
                    func,
                    args: joined(&args, rest)?,
                    kw: merged(&inner_kw, kw)?,
                }
            }
            None => Parts {
                func: func.own(),
                args: tuple::from_slice(rest)?,
                kw: merged(&*dict::new()?, kw)?,
            },
        };
        // SAFETY: partial and the types derived from it have this layout.
        let p: Owned<PartialObject> = unsafe { mem::alloc_by_type(ty, 0)?.cast_unchecked() };
        p.func.set_ref(Some(own.func));
        p.args.set_ref(Some(own.args));
        p.kw.set_ref(Some(own.kw));
        Ok(p.upcast())
    }

    fn tp_dealloc(slf: *mut PartialObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            if !(*slf).weakreflist.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            (*slf).func.set_ref(None);
            (*slf).args.set_ref(None);
            (*slf).kw.set_ref(None);
            (*slf).dict.set_ref(None);
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &PartialObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([
            slf.func.get(),
            slf.args.get().cast(),
            slf.kw.get().cast(),
            slf.dict.get(),
        ])
    }

    fn tp_call(
        slf: &PartialObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let Parts {
            func,
            args: first,
            kw: own,
        } = parts(slf)?;
        let args = if tuple::len(&first) == 0 {
            args.own_typed()
        } else {
            joined(&first, tuple::as_slice(args))?
        };
        if dict::len(&own) == 0 {
            return call::call_dict(&func, &args, kw);
        }
        let kw = merged(&own, kw)?;
        call::call_dict(&func, &args, Some(&kw))
    }

    fn tp_repr(slf: &PartialObject) -> PyResult<Owned> {
        let Some(_guard) = repr_guard::enter(slf) else {
            return Ok(unicode::from_str("...")?.upcast());
        };
        let Parts { func, args, kw } = parts(slf)?;
        let mut w = unicode::Writer::new();
        w.push_str(&slf.type_name())?;
        w.push_str("(")?;
        sequence::write_repr(&mut w, &func)?;
        for arg in tuple::as_slice(&args) {
            w.push_str(", ")?;
            sequence::write_repr(&mut w, arg)?;
        }
        for (key, value) in dict::items(&kw) {
            w.push_str(", ")?;
            let key = object::str(&key)?;
            let key = key.as_object().downcast::<PyUnicodeObject>();
            w.push_unicode(key.ok_or_else(pyrite_runtime::err::bad_internal_call)?)?;
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

    #[method]
    #[sig("($self, /)")]
    fn __reduce__(slf: &PartialObject) -> PyResult<Owned> {
        let Parts { func, args, kw } = parts(slf)?;
        let own_dict = slf.dict.load().unwrap_or_else(|| none().own());
        let state = tuple::pack([func.clone(), args.upcast(), kw.upcast(), own_dict])?.upcast();
        Ok(tuple::pack([slf.ty().own(), tuple::pack([func])?.upcast(), state])?.upcast())
    }

    #[method]
    #[sig("($self, state, /)")]
    fn __setstate__(slf: &PartialObject, state: &PyObject) -> PyResult<()> {
        let invalid = || raise!(TypeError, "invalid partial state");
        let state = state.downcast::<PyTupleObject>().ok_or_else(invalid)?;
        let [func, args, kw, own_dict] = *tuple::as_slice(state) else {
            return Err(invalid());
        };
        let is_kw = kw.is_none() || kw.downcast::<PyDictObject>().is_some();
        if !object::is_callable(func) || args.downcast::<PyTupleObject>().is_none() || !is_kw {
            return Err(invalid());
        }
        let args = sequence::tuple(args)?;
        let args = match args.downcast_exact::<PyTupleObject>() {
            Some(args) => args.own_typed(),
            None => tuple::from_slice(tuple::as_slice(&args))?,
        };
        let kw = match kw.downcast::<PyDictObject>() {
            None => dict::new()?,
            Some(kw) if kw.is_exactly(&dict::PyDict_Type) => kw.own_typed(),
            Some(kw) => dict::copy(kw)?,
        };
        slf.func.set_ref(Some(func.own()));
        slf.args.set_ref(Some(args));
        slf.kw.set_ref(Some(kw));
        slf.dict
            .set_ref(Some(own_dict).filter(|d| !d.is_none()).map(ObjectExt::own));
        Ok(())
    }

    #[getter]
    fn __dict__(slf: &PyObject) -> PyResult<Owned> {
        object::generic_get_dict(slf)
    }

    #[setter(__dict__)]
    fn set___dict__(slf: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        object::generic_set_dict(slf, value)
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("func", T_OBJECT, func, READONLY),
        ("args", T_OBJECT, args, READONLY),
        ("keywords", T_OBJECT, kw, READONLY),
    ];
}
