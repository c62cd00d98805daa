//! Bound methods: a function and the object that is its first argument.

use crate::object;
use crate::prelude::*;
use crate::{call, err, gc, hash, tuple, typeobject, unicode, weakref};
use pyrite_macros::pytype;
use std::ptr::null_mut;

/// `PyMethod_New`.
pub fn new(func: &PyObject, slf: &PyObject) -> PyResult<Owned> {
    let m = gc::new_object::<PyMethodObject>(&PyMethod_Type)?;
    m.im_func.set_ref(Some(func.own()));
    m.im_self.set_ref(Some(slf.own()));
    m.vectorcall.set(Some(vectorcall));
    // SAFETY: fresh, with valid fields.
    unsafe { gc::track(m.as_ptr()) };
    Ok(m.upcast())
}

fn function(m: &PyMethodObject) -> Owned {
    // SAFETY: set when the object is made, released only by its deallocator.
    unsafe { Owned::from_borrowed_ptr(m.im_func.get()) }
}
fn receiver(m: &PyMethodObject) -> Owned {
    // SAFETY: as above.
    unsafe { Owned::from_borrowed_ptr(m.im_self.get()) }
}

/// Puts the object in front of the arguments: into the caller's spare slot if it offers one.
unsafe extern "C" fn vectorcall(
    m: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: by the contract of vectorcall.
    unsafe {
        let m = &*m.cast::<PyMethodObject>();
        let n = nargsf & !call::ARGUMENTS_OFFSET;
        let (f, slf) = (function(m), receiver(m));
        let result = if nargsf & call::ARGUMENTS_OFFSET != 0 {
            let all = args.sub(1).cast_mut();
            let saved = *all;
            *all = slf.as_ptr();
            let r = call::vectorcall(&f, all, n + 1, kwnames);
            *all = saved;
            r
        } else {
            let named = kwnames
                .cast::<PyTupleObject>()
                .as_ref()
                .map_or(0, |k| k.ob_base.ob_size.get() as usize);
            let mut all = Vec::with_capacity(n + named + 1);
            all.push(slf.as_ptr());
            if n + named > 0 {
                all.extend_from_slice(std::slice::from_raw_parts(args, n + named));
            }
            call::vectorcall(&f, all.as_ptr(), n + 1, kwnames)
        };
        result.map_or(null_mut(), Owned::into_ptr)
    }
}

pub struct Method;

#[pytype(name = "method", c_name = PyMethod_Type, layout = PyMethodObject,
         flags = [HAVE_GC, HAVE_VECTORCALL], weaklistoffset = im_weakreflist, vectorcall_offset = vectorcall)]
impl Method {
    const tp_setattro: setattrofunc = Some(crate::object::generic_set_attr_slot);
    unsafe extern "C" fn tp_call(
        f: *mut PyObject,
        args: *mut PyObject,
        kw: *mut PyObject,
    ) -> *mut PyObject {
        // SAFETY: a slot, called by its contract.
        unsafe { call::vectorcall_call_slot(f, args, kw) }
    }

    fn tp_dealloc(slf: *mut PyMethodObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            if !(*slf).im_weakreflist.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            (*slf).im_func.set_ref(None);
            (*slf).im_self.set_ref(None);
            gc::del(slf.cast());
        }
    }
    fn tp_traverse(slf: &PyMethodObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.im_func.get(), slf.im_self.get()])
    }
    fn tp_new(
        _ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        if kw.is_some_and(|kw| kw.ma_used.get() != 0) {
            return Err(raise!(TypeError, "method() takes no keyword arguments"));
        }
        let n = args.ob_base.ob_size.get();
        if n != 2 {
            return Err(raise!(TypeError, "method expected 2 arguments, got {n}"));
        }
        let (f, slf) = (tuple::get_item(args, 0)?, tuple::get_item(args, 1)?);
        if !object::is_callable(&f) {
            return Err(raise!(TypeError, "first argument must be callable"));
        }
        if slf.is_none() {
            return Err(raise!(TypeError, "self must not be None"));
        }
        new(&f, &slf)
    }
    fn tp_getattro(slf: &PyMethodObject, name: &PyObject) -> PyResult<Owned> {
        if let Some(d) = typeobject::lookup(slf.ty(), name) {
            return typeobject::bind(&d, slf.as_object());
        }
        object::get_attr(&function(slf), name)
    }
    fn tp_descr_get(slf: &PyMethodObject, _o: Option<&PyObject>, _ty: Option<&PyObject>) -> Owned {
        slf.own()
    }
    fn tp_repr(slf: &PyMethodObject) -> PyResult<Owned> {
        let f = function(slf);
        let mut name = object::lookup_attr(&f, id!("__qualname__").as_object())?;
        if name.is_none() {
            name = object::lookup_attr(&f, id!("__name__").as_object())?;
        }
        let name = name.filter(|n| n.downcast::<PyUnicodeObject>().is_some());
        let repr = object::repr(&receiver(slf))?;
        let text = match &name {
            Some(n) => format!("<bound method {} of {}>", err::Str(n), err::Str(&repr)),
            None => format!("<bound method ? of {}>", err::Str(&repr)),
        };
        unicode::from_str(&text).map(Owned::upcast)
    }
    fn tp_hash(slf: &PyMethodObject) -> PyResult<Py_hash_t> {
        let h = hash::pointer(slf.im_self.get()) ^ object::hash(&function(slf))?;
        Ok(if h == -1 { -2 } else { h })
    }
    fn tp_richcompare(slf: &PyMethodObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let Some(b) = other
            .downcast_exact::<PyMethodObject>()
            .filter(|_| op == Py_EQ || op == Py_NE)
        else {
            return Ok(not_implemented().own());
        };
        let equal = object::rich_compare_bool(&function(slf), &function(b), Py_EQ)?
            && slf.im_self.get() == b.im_self.get();
        Ok(bool_from(equal == (op == Py_EQ)))
    }
    #[method]
    fn __reduce__(slf: &PyMethodObject) -> PyResult<Owned> {
        let name = object::get_attr(&function(slf), id!("__name__").as_object())?;
        let args = tuple::from_owned(vec![receiver(slf), name])?.upcast();
        tuple::from_owned(vec![crate::builtin_function("getattr")?, args]).map(Owned::upcast)
    }
    #[getter]
    fn __doc__(slf: &PyMethodObject) -> PyResult<Owned> {
        object::get_attr(&function(slf), id!("__doc__").as_object())
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("__func__", T_OBJECT, im_func, READONLY),
        ("__self__", T_OBJECT, im_self, READONLY),
    ];
}
