//! `map`, `filter` and `zip`.

use crate::prelude::*;
use crate::{args, boolean, call, err, gc, iter, mem, object, tuple};
use pyrite_macros::pytype;

/// The iterators over a function's iterable arguments.
fn iterators(iterables: &[&PyObject]) -> PyResult<Owned<PyTupleObject>> {
    let its: PyResult<Vec<Owned>> = iterables.iter().map(|o| object::get_iter(o)).collect();
    tuple::from_owned(its?)
}

#[repr(C)]
pub struct PyMapObject {
    ob_base: PyObject,
    iters: Cell<*mut PyTupleObject>,
    func: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyMapObject {}

/// How many arguments are gathered on the stack.
const FEW: usize = 5;

pub struct Map;
#[pytype(name = "map", c_name = PyMap_Type, layout = PyMapObject, flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl Map {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
        if std::ptr::eq(ty, &PyMap_Type) {
            args::no_keywords("map", kw)?;
        }
        let [func, iterables @ ..] = tuple::as_slice(args) else {
            return Err(raise!(TypeError, "map() must have at least two arguments."));
        };
        if iterables.is_empty() {
            return Err(raise!(TypeError, "map() must have at least two arguments."));
        }
        let iters = iterators(iterables)?;
        // SAFETY: a subtype of map has its layout.
        let m: Owned<PyMapObject> = unsafe { mem::alloc_by_type(ty, 0)?.cast_unchecked() };
        m.iters.set_ref(Some(iters));
        m.func.set_ref(Some(func.own()));
        Ok(m.upcast())
    }

    fn tp_dealloc(slf: *mut PyMapObject) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).iters.set_ref(None);
            (*slf).func.set_ref(None);
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyMapObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.iters.get().cast(), slf.func.get()])
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PyMapObject) -> PyResult<Option<Owned>> {
        let (Some(iters), Some(func)) = (slf.iters.load(), slf.func.load()) else {
            return Ok(None);
        };
        let iters = tuple::as_slice(&iters);
        if let [it] = iters {
            let Some(arg) = iter::next_usual(it)? else {
                return Ok(None);
            };
            return call::call1(&func, &arg).map(Some);
        }
        let mut held: [Option<Owned>; FEW] = [const { None }; FEW];
        if iters.len() <= FEW {
            for (arg, it) in held.iter_mut().zip(iters) {
                *arg = iter::next(it)?;
                if arg.is_none() {
                    return Ok(None);
                }
            }
            let args: [&PyObject; FEW] =
                std::array::from_fn(|i| held[i].as_deref().unwrap_or(none()));
            return call::call(&func, &args[..iters.len()]).map(Some);
        }
        let mut held = Vec::with_capacity(iters.len());
        for it in iters {
            let Some(arg) = iter::next(it)? else {
                return Ok(None);
            };
            held.push(arg);
        }
        let args: Vec<&PyObject> = held.iter().map(|a| &**a).collect();
        call::call(&func, &args).map(Some)
    }

    #[method]
    fn __reduce__(slf: &PyMapObject) -> PyResult<Owned> {
        let (Some(iters), Some(func)) = (slf.iters.load(), slf.func.load()) else {
            return Err(err::bad_internal_call());
        };
        let args = tuple::prepend(&*func, &iters)?.upcast();
        Ok(tuple::pack([slf.ty().own(), args])?.upcast())
    }
}

#[repr(C)]
pub struct PyFilterObject {
    ob_base: PyObject,
    func: Cell<*mut PyObject>,
    it: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyFilterObject {}

pub struct Filter;
#[pytype(name = "filter", c_name = PyFilter_Type, layout = PyFilterObject, flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl Filter {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
        if std::ptr::eq(ty, &PyFilter_Type) {
            args::no_keywords("filter", kw)?;
        }
        let args = tuple::as_slice(args);
        args::check_positional("filter", args.len(), 2, 2)?;
        let it = object::get_iter(args[1])?;
        // SAFETY: a subtype of filter has its layout.
        let f: Owned<PyFilterObject> = unsafe { mem::alloc_by_type(ty, 0)?.cast_unchecked() };
        f.func.set_ref(Some(args[0].own()));
        f.it.set_ref(Some(it));
        Ok(f.upcast())
    }

    fn tp_dealloc(slf: *mut PyFilterObject) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).func.set_ref(None);
            (*slf).it.set_ref(None);
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyFilterObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.it.get(), slf.func.get()])
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PyFilterObject) -> PyResult<Option<Owned>> {
        let (Some(func), Some(it)) = (slf.func.load(), slf.it.load()) else {
            return Ok(None);
        };
        let by_truth = func.is_none()
            || func.as_ptr().cast_const() == (&raw const boolean::PyBool_Type).cast();
        while let Some(item) = iter::next_usual(&it)? {
            let keep = if by_truth {
                object::is_true(&item)?
            } else {
                object::is_true(&*call::call1(&func, &item)?)?
            };
            if keep {
                return Ok(Some(item));
            }
        }
        Ok(None)
    }

    #[method]
    fn __reduce__(slf: &PyFilterObject) -> PyResult<Owned> {
        let (Some(func), Some(it)) = (slf.func.load(), slf.it.load()) else {
            return Err(err::bad_internal_call());
        };
        Ok(tuple::pack([slf.ty().own(), tuple::pack([func, it])?.upcast()])?.upcast())
    }
}

#[repr(C)]
pub struct PyZipObject {
    ob_base: PyObject,
    tuplesize: Cell<Py_ssize_t>,
    ittuple: Cell<*mut PyTupleObject>,
    /// The tuple given out last, used again when nobody else holds it.
    result: Cell<*mut PyTupleObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyZipObject {}

pub struct Zip;
#[pytype(name = "zip", c_name = PyZip_Type, layout = PyZipObject, flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl Zip {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
        if std::ptr::eq(ty, &PyZip_Type) {
            args::no_keywords("zip", kw)?;
        }
        let its = iterators(tuple::as_slice(args))?;
        let n = tuple::len(&its);
        let result = tuple::from_owned(vec![none().own(); n])?;
        // SAFETY: a subtype of zip has its layout.
        let z: Owned<PyZipObject> = unsafe { mem::alloc_by_type(ty, 0)?.cast_unchecked() };
        z.tuplesize.set(n as Py_ssize_t);
        z.ittuple.set_ref(Some(its));
        z.result.set_ref(Some(result));
        Ok(z.upcast())
    }

    fn tp_dealloc(slf: *mut PyZipObject) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).ittuple.set_ref(None);
            (*slf).result.set_ref(None);
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyZipObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([
            slf.ittuple.get().cast::<PyObject>(),
            slf.result.get().cast(),
        ])
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PyZipObject) -> PyResult<Option<Owned>> {
        let Some(its) = slf.ittuple.load() else {
            return Ok(None);
        };
        let its = tuple::as_slice(&its);
        if its.is_empty() {
            return Ok(None);
        }
        if let Some(result) = slf.result.load().filter(|r| r.refcount() == 2) {
            // Nobody else has it: its fields may change. What they held goes one at a time, as each is replaced.
            for (field, it) in tuple::fields(&result).iter().zip(its) {
                let Some(item) = iter::next_usual(it)? else {
                    return Ok(None);
                };
                field.set_ref(Some(item));
            }
            gc::track_again(result.as_object());
            return Ok(Some(result.upcast()));
        }
        let made = tuple::build(its.len(), |i| iter::next_usual(its[i]))?;
        Ok(made.map(Owned::upcast))
    }

    #[method]
    fn __reduce__(slf: &PyZipObject) -> PyResult<Owned> {
        let its = match slf.ittuple.load() {
            Some(its) => its,
            None => tuple::empty()?,
        };
        Ok(tuple::pack([slf.ty().own(), its.upcast()])?.upcast())
    }
}
