//! Built-in functions: a C function, its description and the object it is bound to.
//!
//! [`invoke`] is the one place where the calling conventions of `PyMethodDef` are told apart.

use crate::descr::doc;
use crate::object::{self, slot_result};
use crate::prelude::*;
use crate::{call, dict, err, gc, hash, recursion, tuple, unicode, weakref};
use pyrite_macros::pytype;
use std::ffi::CStr;
use std::mem::transmute;
use std::ptr::null_mut;

/// The calling conventions of `METH_*`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Convention {
    VarArgs,
    VarArgsKeywords,
    Fast,
    FastKeywords,
    NoArgs,
    One,
}

/// The convention that flags name; `None` if they make no sense.
#[inline]
pub fn convention(flags: c_int) -> Option<Convention> {
    const ALL: c_int = METH_VARARGS | METH_FASTCALL | METH_NOARGS | METH_O | METH_KEYWORDS;
    const VARARGS_KW: c_int = METH_VARARGS | METH_KEYWORDS;
    const FAST_KW: c_int = METH_FASTCALL | METH_KEYWORDS;
    Some(match flags & ALL {
        METH_VARARGS => Convention::VarArgs,
        VARARGS_KW => Convention::VarArgsKeywords,
        METH_FASTCALL => Convention::Fast,
        FAST_KW => Convention::FastKeywords,
        METH_NOARGS => Convention::NoArgs,
        METH_O => Convention::One,
        _ => return None,
    })
}

/// The error of a definition whose flags say no calling convention.
pub(crate) fn bad_flags(def: &PyMethodDef) -> Raised {
    // SAFETY: a definition's name is a C string.
    let name = unsafe { std::ffi::CStr::from_ptr(def.ml_name) }.to_string_lossy();
    raise!(SystemError, "{name}() method: bad call flags")
}

/// `PyCFunction_NewEx`: `slf` is what the function is bound to, `module` the name of its module.
pub fn new(
    def: &PyMethodDef,
    slf: Option<&PyObject>,
    module: Option<&PyObject>,
) -> PyResult<Owned<PyCFunctionObject>> {
    if convention(def.ml_flags).is_none() {
        return Err(bad_flags(def));
    }
    let f = gc::new_object::<PyCFunctionObject>(&PyCFunction_Type)?;
    f.m_ml.set(std::ptr::from_ref(def).cast_mut());
    f.m_self.set_ref(slf.map(|o| o.own()));
    f.m_module.set_ref(module.map(|o| o.own()));
    f.vectorcall.set(Some(vectorcall));
    // SAFETY: fresh, with valid fields.
    unsafe { gc::track(f.as_ptr()) };
    Ok(f)
}

fn def(f: &PyCFunctionObject) -> &PyMethodDef {
    // SAFETY: the definition outlives the function.
    unsafe { &*f.m_ml.get() }
}

fn name_of(def: &PyMethodDef) -> String {
    // SAFETY: a definition's name is a C string.
    unsafe { CStr::from_ptr(def.ml_name) }
        .to_string_lossy()
        .into_owned()
}

unsafe extern "C" fn vectorcall(
    f: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: by the contract of vectorcall.
    unsafe {
        let f = &*f.cast::<PyCFunctionObject>();
        let def = def(f);
        // Functions of the old conventions are reached by one call more.
        let old = def.ml_flags & METH_VARARGS != 0;
        let Ok(_level) = old.then(enter).transpose() else {
            return null_mut();
        };
        invoke(
            def,
            self_argument(f),
            args,
            nargsf & !call::ARGUMENTS_OFFSET,
            kwnames,
        )
    }
}

/// Calls of C functions count as levels of recursion.
#[inline]
fn enter() -> PyResult<recursion::Guard> {
    recursion::enter(" while calling a Python object")
}

/// What the C function gets as its first argument: nothing for a static method.
#[inline]
fn self_argument(f: &PyCFunctionObject) -> *mut PyObject {
    if def(f).ml_flags & METH_STATIC != 0 {
        null_mut()
    } else {
        f.m_self.get()
    }
}

/// Calls a C function by its convention.
///
/// # Safety
/// `slf` is what the function expects; `args` points to `n` live arguments and those that `kwnames` names.
#[inline]
pub unsafe fn invoke(
    def: &PyMethodDef,
    slf: *mut PyObject,
    args: *const *mut PyObject,
    n: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the flags say which type the function has.
    unsafe {
        let has_kw = kwnames
            .cast::<PyVarObject>()
            .as_ref()
            .is_some_and(|k| k.ob_size.get() != 0);
        let Ok(_level) = enter() else {
            return null_mut();
        };
        let f = def.ml_meth;
        match convention(def.ml_flags) {
            Some(Convention::FastKeywords) => {
                match transmute::<PyCFunction, _PyCFunctionFastWithKeywords>(f) {
                    Some(f) => f(slf, args, n as Py_ssize_t, kwnames),
                    None => null_mut(),
                }
            }
            _ if has_kw && def.ml_flags & METH_KEYWORDS == 0 => no_keywords(def),
            Some(Convention::Fast) => match transmute::<PyCFunction, _PyCFunctionFast>(f) {
                Some(f) => f(slf, args, n as Py_ssize_t),
                None => null_mut(),
            },
            Some(Convention::NoArgs) if n == 0 => f.map_or(null_mut(), |f| f(slf, null_mut())),
            Some(Convention::One) if n == 1 => f.map_or(null_mut(), |f| f(slf, *args)),
            Some(Convention::NoArgs) => wrong_count(def, "takes no arguments", n),
            Some(Convention::One) => wrong_count(def, "takes exactly one argument", n),
            _ => invoke_old(def, slf, args, n, kwnames),
        }
    }
}

/// What a call with positional arguments alone comes down to: the C function's entry and its first argument.
pub struct Direct<'a> {
    def: &'a PyMethodDef,
    slf: *mut PyObject,
}

/// A built-in function or method that takes so many arguments as they lie; where anything is unusual, `None`.
///
/// # Safety
/// `callee` and the `n` arguments are live.
#[inline(always)]
pub unsafe fn direct<'a>(
    callee: &'a PyObject,
    args: *const *mut PyObject,
    n: usize,
) -> Option<(Direct<'a>, usize)> {
    // SAFETY: the types say what the layouts are; a definition lives as long as what it defines.
    unsafe {
        let (direct, skip) = if callee.is_exactly(&PyCFunction_Type) {
            let f: &PyCFunctionObject = callee.cast_ref();
            let slf = self_argument(f);
            (Direct { def: def(f), slf }, 0)
        } else if callee.is_exactly(&crate::descr::PyMethodDescr_Type) && n > 0 {
            let d: &PyMethodDescrObject = callee.cast_ref();
            let (receiver, owner) = (*args, d.d_common.d_type.get());
            if (*receiver).ob_type.get() != owner
                && !crate::owned::is_subtype((*receiver).ty(), &*owner)
            {
                return None;
            }
            let def = &*d.d_method.get();
            (Direct { def, slf: receiver }, 1)
        } else {
            return None;
        };
        let simple = match convention(direct.def.ml_flags) {
            Some(Convention::Fast | Convention::FastKeywords) => true,
            Some(Convention::NoArgs) => n == skip,
            Some(Convention::One) => n == skip + 1,
            _ => false,
        };
        (simple && direct.def.ml_meth.is_some()).then_some((direct, skip))
    }
}

impl Direct<'_> {
    /// Calls with the arguments behind the receiver.
    ///
    /// # Safety
    /// The arguments are those that [`direct`] saw, less the receiver.
    #[inline(always)]
    pub unsafe fn call(&self, args: *const *mut PyObject, n: usize) -> *mut PyObject {
        let Ok(_level) = enter() else {
            return null_mut();
        };
        let f = self.def.ml_meth;
        // SAFETY: the flags say which type the function has; `direct` compared the number of arguments.
        unsafe {
            match convention(self.def.ml_flags) {
                Some(Convention::NoArgs) => f.map_or(null_mut(), |f| f(self.slf, null_mut())),
                Some(Convention::One) => f.map_or(null_mut(), |f| f(self.slf, *args)),
                Some(Convention::Fast) => transmute::<PyCFunction, _PyCFunctionFast>(f)
                    .map_or(null_mut(), |f| f(self.slf, args, n as Py_ssize_t)),
                _ => transmute::<PyCFunction, _PyCFunctionFastWithKeywords>(f)
                    .map_or(null_mut(), |f| {
                        f(self.slf, args, n as Py_ssize_t, null_mut())
                    }),
            }
        }
    }
}

#[cold]
fn no_keywords(def: &PyMethodDef) -> *mut PyObject {
    let _ = raise!(
        TypeError,
        "{}() takes no keyword arguments",
        err::short(&name_of(def), 200)
    );
    null_mut()
}

#[cold]
fn wrong_count(def: &PyMethodDef, what: &str, n: usize) -> *mut PyObject {
    let _ = raise!(
        TypeError,
        "{}() {what} ({n} given)",
        err::short(&name_of(def), 200)
    );
    null_mut()
}

/// The conventions that take a tuple and a dict.
#[inline(never)]
unsafe fn invoke_old(
    def: &PyMethodDef,
    slf: *mut PyObject,
    args: *const *mut PyObject,
    n: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: by the contract of `invoke`.
    unsafe {
        let items: &[&PyObject] = if n == 0 {
            &[]
        } else {
            std::slice::from_raw_parts(args.cast(), n)
        };
        let Ok(tuple) = tuple::from_slice(items) else {
            return null_mut();
        };
        if def.ml_flags & METH_KEYWORDS == 0 {
            return def.ml_meth.map_or(null_mut(), |f| f(slf, tuple.as_ptr()));
        }
        let Ok(kw) = call::keywords(args.add(n), kwnames) else {
            return null_mut();
        };
        let kw = kw.as_ref().map_or(null_mut(), |kw| kw.as_ptr());
        match transmute::<PyCFunction, PyCFunctionWithKeywords>(def.ml_meth) {
            Some(f) => f(slf, tuple.as_ptr(), kw),
            None => null_mut(),
        }
    }
}

/// Calls a function of the conventions with a tuple and a dict with just those, as CPython does: an empty dict stays one, and
/// extensions tell it from NULL. `None` for functions of the other conventions.
pub fn call_with_dict(
    f: &PyObject,
    args: &PyTupleObject,
    kw: Option<&PyDictObject>,
) -> Option<PyResult<*mut PyObject>> {
    let f = f.downcast_exact::<PyCFunctionObject>()?;
    let def = def(f);
    if convention(def.ml_flags) != Some(Convention::VarArgsKeywords) {
        return None;
    }
    Some((|| {
        let _levels = (enter()?, enter()?);
        let kw = kw.map_or(null_mut(), ObjectExt::as_ptr);
        // SAFETY: the flags say which type the function has; the caller holds tuple and dict.
        Ok(unsafe {
            match transmute::<PyCFunction, PyCFunctionWithKeywords>(def.ml_meth) {
                Some(call) => call(self_argument(f), args.as_ptr(), kw),
                None => null_mut(),
            }
        })
    })())
}

pub struct BuiltinFunction;

#[pytype(name = "builtin_function_or_method", c_name = PyCFunction_Type, layout = PyCFunctionObject,
         flags = [HAVE_GC, HAVE_VECTORCALL], weaklistoffset = m_weakreflist, vectorcall_offset = vectorcall)]
impl BuiltinFunction {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    unsafe extern "C" fn tp_call(
        f: *mut PyObject,
        args: *mut PyObject,
        kw: *mut PyObject,
    ) -> *mut PyObject {
        // SAFETY: a slot, called by its contract.
        unsafe { call::vectorcall_call_slot(f, args, kw) }
    }

    fn tp_dealloc(slf: *mut PyCFunctionObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            if !(*slf).m_weakreflist.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            (*slf).m_self.set_ref(None);
            (*slf).m_module.set_ref(None);
            gc::del(slf.cast());
        }
    }
    fn tp_traverse(slf: &PyCFunctionObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.m_self.get(), slf.m_module.get()])
    }
    fn tp_repr(slf: &PyCFunctionObject) -> PyResult<Owned> {
        let name = name_of(def(slf));
        let text = match slf.m_self.load() {
            Some(o) if o.downcast::<crate::module::PyModuleObject>().is_none() => {
                format!(
                    "<built-in method {name} of {} object at {:p}>",
                    o.type_name(),
                    o.as_ptr()
                )
            }
            _ => format!("<built-in function {name}>"),
        };
        unicode::from_str(&text).map(Owned::upcast)
    }
    fn tp_hash(slf: &PyCFunctionObject) -> PyResult<Py_hash_t> {
        let f = def(slf).ml_meth.map_or(0, |f| f as usize);
        let h = hash::pointer(slf.m_self.get()) ^ hash::pointer(f as *const c_void);
        Ok(if h == -1 { -2 } else { h })
    }
    fn tp_richcompare(slf: &PyCFunctionObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let Some(b) = other
            .downcast_exact::<PyCFunctionObject>()
            .filter(|_| op == Py_EQ || op == Py_NE)
        else {
            return Ok(not_implemented().own());
        };
        let same = def(slf).ml_meth.map(|f| f as usize) == def(b).ml_meth.map(|f| f as usize);
        let equal = slf.m_self.get() == b.m_self.get() && same;
        Ok(bool_from(equal == (op == Py_EQ)))
    }
    #[method]
    fn __reduce__(slf: &PyCFunctionObject) -> PyResult<Owned> {
        let name = unicode::from_str(&name_of(def(slf)))?.upcast();
        match slf.m_self.load() {
            Some(o) if o.downcast::<crate::module::PyModuleObject>().is_none() => {
                let args = tuple::from_owned(vec![o, name])?.upcast();
                tuple::from_owned(vec![crate::builtin_function("getattr")?, args])
                    .map(Owned::upcast)
            }
            _ => Ok(name),
        }
    }
    #[getter]
    fn __doc__(slf: &PyCFunctionObject) -> PyResult<Owned> {
        let raw = raw_doc(slf);
        match raw
            .as_deref()
            .map(|raw| doc::without_signature(&name_of(def(slf)), raw))
        {
            Some(text) if !text.is_empty() => unicode::from_str(text).map(Owned::upcast),
            _ => Ok(none().own()),
        }
    }
    #[getter]
    fn __name__(slf: &PyCFunctionObject) -> PyResult<Owned> {
        unicode::from_str(&name_of(def(slf))).map(Owned::upcast)
    }
    #[getter]
    fn __qualname__(slf: &PyCFunctionObject) -> PyResult<Owned> {
        let name = name_of(def(slf));
        let Some(o) = slf
            .m_self
            .load()
            .filter(|o| o.downcast::<crate::module::PyModuleObject>().is_none())
        else {
            return unicode::from_str(&name).map(Owned::upcast);
        };
        let class = if o.downcast::<PyTypeObject>().is_some() {
            o
        } else {
            o.ty().own()
        };
        let owner = object::get_attr(&class, id!("__qualname__").as_object())?;
        if owner.downcast::<PyUnicodeObject>().is_none() {
            return Err(raise!(
                TypeError,
                "<method>.__class__.__qualname__ is not a unicode object"
            ));
        }
        unicode::from_str(&format!("{}.{name}", err::Str(&owner))).map(Owned::upcast)
    }
    #[getter]
    fn __self__(slf: &PyCFunctionObject) -> PyResult<Owned> {
        // SAFETY: null or live.
        Ok(unsafe { self_argument(slf).as_ref() }
            .unwrap_or_else(|| none())
            .own())
    }
    #[getter]
    fn __text_signature__(slf: &PyCFunctionObject) -> PyResult<Owned> {
        let raw = raw_doc(slf);
        match raw
            .as_deref()
            .and_then(|raw| doc::signature(&name_of(def(slf)), raw))
        {
            Some(text) => unicode::from_str(text).map(Owned::upcast),
            None => Ok(none().own()),
        }
    }
    #[members]
    const MEMBERS: &[Member] = members![("__module__", T_OBJECT, m_module, 0)];
}

fn raw_doc(f: &PyCFunctionObject) -> Option<String> {
    let p = def(f).ml_doc;
    // SAFETY: a definition's documentation is null or a C string.
    (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned())
}

struct Definition(PyMethodDef);
// SAFETY: constant data.
unsafe impl Sync for Definition {}

static TP_NEW: Definition = Definition(PyMethodDef {
    ml_name: c"__new__".as_ptr(),
    // SAFETY: the flags say that the function takes keywords.
    ml_meth: unsafe { transmute::<PyCFunctionWithKeywords, PyCFunction>(Some(tp_new_wrapper)) },
    ml_flags: METH_VARARGS | METH_KEYWORDS,
    ml_doc: c"__new__($type, *args, **kwargs)\n--\n\nCreate and return a new object.  See help(type) for accurate signature.".as_ptr(),
});

/// Is the object the `__new__` that a built-in type got from its `tp_new`?
pub fn is_tp_new_wrapper(o: &PyObject) -> bool {
    o.downcast_exact::<PyCFunctionObject>()
        .is_some_and(|f| std::ptr::eq(f.m_ml.get(), &raw const TP_NEW.0))
}

/// Gives a built-in type's dict its `__new__`, bound to the type.
pub fn add_tp_new_wrapper(ty: &PyTypeObject, tp_dict: &PyDictObject) -> PyResult<()> {
    let key = id!("__new__").as_object();
    if dict::get_item(tp_dict, key)?.is_some() {
        return Ok(());
    }
    let f = new(&TP_NEW.0, Some(ty.as_object()), None)?;
    dict::set_item(tp_dict, key, f.as_object())
}

unsafe extern "C" fn tp_new_wrapper(
    slf: *mut PyObject,
    args: *mut PyObject,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: bound to a type, called with a tuple and a dict or null.
    match unsafe { call_tp_new(&*slf.cast(), &*args.cast(), kw) } {
        Ok(v) => v.into_ptr(),
        Err(_) => null_mut(),
    }
}

/// `int.__new__(cls, ...)`: checks that `cls` may be made by the type's own `tp_new`.
fn call_tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: *mut PyObject) -> PyResult<Owned> {
    let name = crate::owned::type_name_of(ty);
    let n = args.ob_base.ob_size.get();
    if n < 1 {
        return Err(raise!(TypeError, "{name}.__new__(): not enough arguments"));
    }
    let first = tuple::get_item(args, 0)?;
    let Some(sub) = first.downcast::<PyTypeObject>() else {
        return Err(raise!(
            TypeError,
            "{name}.__new__(X): X is not a type object ({})",
            first.type_name()
        ));
    };
    let sub_name = crate::owned::type_name_of(sub);
    if !crate::owned::is_subtype(sub, ty) {
        return Err(raise!(
            TypeError,
            "{name}.__new__({sub_name}): {sub_name} is not a subtype of {name}"
        ));
    }
    // The nearest built-in base must be made by the same function.
    let mut base = sub;
    while crate::typeobject::is_heap_type(base)
        && base.tp_new.get().map(|f| f as usize)
            == Some(crate::typeobject::slot_functions::tp_new as *const () as usize)
        && let Some(b) = crate::typeobject::base_of(base)
    {
        base = b;
    }
    if base.tp_new.get().map(|f| f as usize) != ty.tp_new.get().map(|f| f as usize) {
        let base = crate::owned::type_name_of(base);
        return Err(raise!(
            TypeError,
            "{name}.__new__({sub_name}) is not safe, use {base}.__new__()"
        ));
    }
    let rest = tuple::get_slice(args, 1, n)?;
    match ty.tp_new.get() {
        // SAFETY: the slot takes a type, a tuple and a dict or null.
        Some(f) => unsafe { slot_result(f(sub.as_ptr().cast(), rest.as_ptr(), kw)) },
        None => Err(raise!(TypeError, "cannot create '{name}' instances")),
    }
}
