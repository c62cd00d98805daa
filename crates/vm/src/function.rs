//! Python functions.
//!
//! A function is a code object with the globals, defaults and cells it was defined with. Calling one means binding the
//! arguments to the variables of a new frame ([`crate::eval::call`]); the vectorcall entry here is for callers outside of the interpreter
//! loop.

use crate::code;
use crate::eval::call;
use crate::prelude::*;
use crate::sys;

#[inline(always)]
pub fn function_code(f: &PyFunctionObject) -> &PyCodeObject {
    // SAFETY: a function holds a code object.
    unsafe { &*f.func_code.get().cast::<PyCodeObject>() }
}

/// `PyFunction_NewWithQualName`.
pub fn new_with_qual_name(
    code: &PyObject,
    globals: &PyObject,
    qualname: Option<&PyObject>,
) -> PyResult<Owned<PyFunctionObject>> {
    let Some(c) = code.downcast::<PyCodeObject>() else {
        return Err(err::bad_internal_call());
    };
    if !PyDictObject::check(globals) {
        return Err(err::bad_internal_call());
    }
    let consts = code::tuple_of(&c.co_consts);
    let doc = if tuple::len(consts) > 0 {
        tuple::get(consts, 0)
    } else {
        none()
    };
    let doc = if doc.downcast::<PyUnicodeObject>().is_some() {
        doc
    } else {
        none()
    };
    let module = match globals.downcast::<PyDictObject>() {
        Some(d) => dict::get_item(d, id!("__name__").as_object())?,
        None => None,
    };
    let f = gc::new_object::<PyFunctionObject>(&PyFunction_Type)?;
    let name = c.co_name.load();
    f.func_code.set(code.own().into_ptr());
    f.func_globals.set(globals.own().into_ptr());
    f.func_name.set_ref(name.clone());
    f.func_qualname
        .set_ref(qualname.map(ObjectExt::own).or(name));
    f.func_doc.set(doc.own().into_ptr());
    f.func_module.set_ref(module);
    f.vectorcall.set(Some(vectorcall));
    gc::track(f.as_object());
    Ok(f)
}

/// `PyFunction_New`.
pub fn new(code: &PyObject, globals: &PyObject) -> PyResult<Owned<PyFunctionObject>> {
    new_with_qual_name(code, globals, None)
}

/// `_PyFunction_Vectorcall`.
///
/// # Safety
/// `func` is a Python function; `args` has as many arguments as `nargsf` and `kwnames` (a tuple or null) say.
pub unsafe extern "C" fn vectorcall(
    func: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: by the contract.
    let (func, kwnames) = unsafe {
        (
            &*func.cast::<PyFunctionObject>(),
            kwnames.cast::<PyTupleObject>().as_ref(),
        )
    };
    let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
    match call::call_function(func, args, n, kwnames) {
        Ok(v) => v.into_ptr(),
        Err(_) => std::ptr::null_mut(),
    }
}

/// `PyFunction_SetDefaults` and its like: `None` empties the field.
pub fn set_field(
    field: &Cell<*mut PyObject>,
    value: &PyObject,
    ty: &PyTypeObject,
    complaint: &str,
) -> PyResult<()> {
    if !value.is_none() && !value.isinstance_of(ty) {
        return Err(raise!(SystemError, "{complaint}"));
    }
    field.set_ref((!value.is_none()).then(|| value.own()));
    Ok(())
}

/// `PyFunction_SetDefaults`.
pub fn set_defaults(f: &PyFunctionObject, v: &PyObject) -> PyResult<()> {
    set_field(&f.func_defaults, v, &PyTuple_Type, "non-tuple default args")
}

/// `PyFunction_SetKwDefaults`.
pub fn set_kw_defaults(f: &PyFunctionObject, v: &PyObject) -> PyResult<()> {
    set_field(
        &f.func_kwdefaults,
        v,
        &PyDict_Type,
        "non-dict keyword only default args",
    )
}

/// `PyFunction_SetClosure`.
pub fn set_closure(f: &PyFunctionObject, v: &PyObject) -> PyResult<()> {
    if !v.is_none() && !v.isinstance_of(&PyTuple_Type) {
        return Err(raise!(
            SystemError,
            "expected tuple for closure, got '{}'",
            err::short(&v.type_name(), 100)
        ));
    }
    f.func_closure.set_ref((!v.is_none()).then(|| v.own()));
    Ok(())
}

/// `PyFunction_SetAnnotations`.
pub fn set_annotations(f: &PyFunctionObject, v: &PyObject) -> PyResult<()> {
    set_field(&f.func_annotations, v, &PyDict_Type, "non-dict annotations")
}

/// The part of a setter that all of them share: no value or `None` empties, another type is refused.
/// Replaces a field; under a name, as an event to be audited.
fn assign(
    f: &PyFunctionObject,
    field: &Cell<*mut PyObject>,
    value: Option<&PyObject>,
    ty: &PyTypeObject,
    name: Option<&PyObject>,
    what: &str,
) -> PyResult<()> {
    let value = value.filter(|v| !v.is_none());
    if value.is_some_and(|v| !v.isinstance_of(ty)) {
        return Err(raise!(TypeError, "{what}"));
    }
    match (name, value) {
        (None, _) => {}
        (Some(name), Some(v)) => sys::audit("object.__setattr__", &[f.as_object(), name, v])?,
        (Some(name), None) => sys::audit("object.__delattr__", &[f.as_object(), name])?,
    }
    field.set_ref(value.map(ObjectExt::own));
    Ok(())
}

fn or_none(field: &Cell<*mut PyObject>) -> Owned {
    field.load().unwrap_or_else(|| none().own())
}

fn free_count(f: &PyObject) -> usize {
    f.downcast::<PyCodeObject>()
        .map_or(0, |c| code::tuple_len(&c.co_freevars))
}

pub struct Function;

#[pytype(name = "function", c_name = PyFunction_Type, layout = PyFunctionObject, no_class = true,
         flags = [HAVE_GC, METHOD_DESCRIPTOR, HAVE_VECTORCALL],
         dictoffset = offset_of!(PyFunctionObject, func_dict),
         weaklistoffset = offset_of!(PyFunctionObject, func_weakreflist),
         vectorcall_offset = offset_of!(PyFunctionObject, vectorcall))]
impl Function {
    unsafe extern "C" fn tp_call(
        f: *mut PyObject,
        args: *mut PyObject,
        kw: *mut PyObject,
    ) -> *mut PyObject {
        // SAFETY: the slot's arguments are passed on.
        unsafe { pyrite_runtime::call::vectorcall_call_slot(f, args, kw) }
    }
    fn tp_dealloc(slf: *mut PyFunctionObject) {
        // SAFETY: the last count is gone; the memory stays until it is freed below.
        let f = unsafe { &*slf };
        if gc::is_tracked(f.as_object()) {
            gc::untrack(f.as_object());
        }
        if !f.func_weakreflist.get().is_null() {
            weakref::clear_weakrefs(f.as_object());
        }
        Function::tp_clear(f);
        f.func_code.set_ref(None);
        f.func_name.set_ref(None);
        f.func_qualname.set_ref(None);
        // SAFETY: nothing uses the memory any more.
        unsafe { gc::free(slf.cast()) };
    }

    fn tp_traverse(slf: &PyFunctionObject, visit: gc::Visitor) -> c_int {
        for field in [
            &slf.func_code,
            &slf.func_globals,
            &slf.func_module,
            &slf.func_defaults,
            &slf.func_kwdefaults,
            &slf.func_doc,
            &slf.func_name,
            &slf.func_dict,
            &slf.func_closure,
            &slf.func_annotations,
            &slf.func_qualname,
        ] {
            let r = visit.visit(field.get());
            if r != 0 {
                return r;
            }
        }
        0
    }

    fn tp_clear(slf: &PyFunctionObject) -> c_int {
        for field in [
            &slf.func_globals,
            &slf.func_module,
            &slf.func_defaults,
            &slf.func_kwdefaults,
            &slf.func_doc,
            &slf.func_dict,
            &slf.func_closure,
            &slf.func_annotations,
        ] {
            field.set_ref(None);
        }
        0
    }

    fn tp_repr(slf: &PyFunctionObject) -> PyResult<Owned> {
        text::format(format_args!(
            "<function {} at {slf:p}>",
            text::field(&slf.func_qualname)
        ))
    }

    fn tp_descr_get(
        slf: &PyObject,
        obj: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        match obj {
            Some(o) if !o.is_none() => method::new(slf, o).map(Owned::upcast),
            _ => Ok(slf.own()),
        }
    }

    #[sig("(code, globals, name=None, argdefs=None, closure=None)")]
    fn tp_new(
        _ty: &PyTypeObject,
        code: &PyCodeObject,
        globals: &PyDictObject,
        name: Option<&PyObject>,
        argdefs: Option<&PyObject>,
        closure: Option<&PyObject>,
    ) -> PyResult<Owned> {
        construct(code, globals, name, argdefs, closure)
    }

    #[getter(name = "__code__")]
    fn code(slf: &PyFunctionObject) -> PyResult<Owned> {
        sys::audit(
            "object.__getattr__",
            &[slf.as_object(), id!("__code__").as_object()],
        )?;
        Ok(or_none(&slf.func_code))
    }

    #[setter(name = "__code__")]
    fn set_code(slf: &PyFunctionObject, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value.filter(|v| v.downcast::<PyCodeObject>().is_some()) else {
            return Err(raise!(TypeError, "__code__ must be set to a code object"));
        };
        let (old, new) = (
            code::tuple_len(&function_code(slf).co_freevars),
            free_count(value),
        );
        if old != new {
            return Err(raise!(
                ValueError,
                "{}() requires a code object with {old} free vars, not {new}",
                text::field(&slf.func_name)
            ));
        }
        sys::audit(
            "object.__setattr__",
            &[slf.as_object(), id!("__code__").as_object(), value],
        )?;
        slf.func_code.set_ref(Some(value.own()));
        Ok(())
    }

    #[getter(name = "__defaults__")]
    fn defaults(slf: &PyFunctionObject) -> Owned {
        or_none(&slf.func_defaults)
    }

    #[setter(name = "__defaults__")]
    fn set_defaults(slf: &PyFunctionObject, value: Option<&PyObject>) -> PyResult<()> {
        assign(
            slf,
            &slf.func_defaults,
            value,
            &PyTuple_Type,
            Some(id!("__defaults__").as_object()),
            "__defaults__ must be set to a tuple object",
        )
    }

    #[getter(name = "__kwdefaults__")]
    fn kwdefaults(slf: &PyFunctionObject) -> Owned {
        or_none(&slf.func_kwdefaults)
    }

    #[setter(name = "__kwdefaults__")]
    fn set_kwdefaults(slf: &PyFunctionObject, value: Option<&PyObject>) -> PyResult<()> {
        assign(
            slf,
            &slf.func_kwdefaults,
            value,
            &PyDict_Type,
            Some(id!("__kwdefaults__").as_object()),
            "__kwdefaults__ must be set to a dict object",
        )
    }

    #[getter(name = "__annotations__")]
    fn annotations(slf: &PyFunctionObject) -> PyResult<Owned> {
        if slf.func_annotations.get().is_null() {
            slf.func_annotations.set_ref(Some(dict::new()?.upcast()));
        }
        Ok(or_none(&slf.func_annotations))
    }

    #[setter(name = "__annotations__")]
    fn set_annotations(slf: &PyFunctionObject, value: Option<&PyObject>) -> PyResult<()> {
        assign(
            slf,
            &slf.func_annotations,
            value,
            &PyDict_Type,
            None,
            "__annotations__ must be set to a dict object",
        )
    }

    #[getter(name = "__dict__")]
    fn dict(slf: &PyFunctionObject) -> PyResult<Owned> {
        object::generic_get_dict(slf.as_object())
    }

    #[setter(name = "__dict__")]
    fn set_dict(slf: &PyFunctionObject, value: Option<&PyObject>) -> PyResult<()> {
        object::generic_set_dict(slf.as_object(), value)
    }

    #[getter(name = "__name__")]
    fn name(slf: &PyFunctionObject) -> Owned {
        or_none(&slf.func_name)
    }

    #[setter(name = "__name__")]
    fn set_name(slf: &PyFunctionObject, value: Option<&PyObject>) -> PyResult<()> {
        set_string(
            &slf.func_name,
            value,
            "__name__ must be set to a string object",
        )
    }

    #[getter(name = "__qualname__")]
    fn qualname(slf: &PyFunctionObject) -> Owned {
        or_none(&slf.func_qualname)
    }

    #[setter(name = "__qualname__")]
    fn set_qualname(slf: &PyFunctionObject, value: Option<&PyObject>) -> PyResult<()> {
        set_string(
            &slf.func_qualname,
            value,
            "__qualname__ must be set to a string object",
        )
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("__closure__", T_OBJECT, func_closure, READONLY),
        ("__doc__", T_OBJECT, func_doc, 0),
        ("__globals__", T_OBJECT, func_globals, READONLY),
        ("__module__", T_OBJECT, func_module, 0),
    ];
}

fn set_string(
    field: &Cell<*mut PyObject>,
    value: Option<&PyObject>,
    complaint: &str,
) -> PyResult<()> {
    match value {
        Some(v) if v.downcast::<PyUnicodeObject>().is_some() => {
            field.set_ref(Some(v.own()));
            Ok(())
        }
        _ => Err(raise!(TypeError, "{complaint}")),
    }
}

/// `types.FunctionType(..)`.
fn construct(
    code: &PyCodeObject,
    globals: &PyDictObject,
    name: Option<&PyObject>,
    argdefs: Option<&PyObject>,
    closure: Option<&PyObject>,
) -> PyResult<Owned> {
    let given = |o: Option<&'_ PyObject>| o.filter(|o| !o.is_none()).map(ObjectExt::own);
    let (name, argdefs, closure) = (given(name), given(argdefs), given(closure));
    if name
        .as_ref()
        .is_some_and(|n| n.downcast::<PyUnicodeObject>().is_none())
    {
        return Err(raise!(TypeError, "arg 3 (name) must be None or string"));
    }
    if argdefs
        .as_ref()
        .is_some_and(|n| n.downcast::<PyTupleObject>().is_none())
    {
        return Err(raise!(TypeError, "arg 4 (defaults) must be None or tuple"));
    }
    let free = code::tuple_len(&code.co_freevars);
    let cells = match &closure {
        Some(c) => match c.downcast::<PyTupleObject>() {
            Some(t) => Some(t),
            None => return Err(raise!(TypeError, "arg 5 (closure) must be None or tuple")),
        },
        None if free != 0 => return Err(raise!(TypeError, "arg 5 (closure) must be tuple")),
        None => None,
    };
    let n = cells.map_or(0, tuple::len);
    if n != free {
        return Err(raise!(
            ValueError,
            "{} requires closure of length {free}, not {n}",
            text::field(&code.co_name)
        ));
    }
    for i in 0..n {
        let cell = cells.map_or(none(), |t| tuple::get(t, i));
        if cell.downcast::<PyCellObject>().is_none() {
            return Err(raise!(
                TypeError,
                "arg 5 (closure) expected cell, found {}",
                cell.type_name()
            ));
        }
    }
    sys::audit("function.__new__", &[code.as_object()])?;
    let f = new(code.as_object(), globals.as_object())?;
    if name.is_some() {
        f.func_name.set_ref(name);
    }
    f.func_defaults.set_ref(argdefs);
    f.func_closure.set_ref(closure);
    Ok(f.upcast())
}
