//! `descrobject.h`, `methodobject.h`, `classobject.h`, `cellobject.h`, `funcobject.h`: what is found on types, and called.

use crate::prelude::*;
use crate::support::objects_at;

capi! {
    fn PyDescr_NewMethod(ty: &PyTypeObject, method: &'static PyMethodDef) -> PyResult<Owned> { descr::new_method(ty, method) }
    fn PyDescr_NewClassMethod(ty: &PyTypeObject, method: &'static PyMethodDef) -> PyResult<Owned> { Ok(descr::new_class_method(ty, method)?.upcast()) }
    fn PyDescr_NewMember(ty: &PyTypeObject, member: &'static PyMemberDef) -> PyResult<Owned> { Ok(descr::new_member(ty, member)?.upcast()) }
    fn PyDescr_NewGetSet(ty: &PyTypeObject, getset: &'static PyGetSetDef) -> PyResult<Owned> { Ok(descr::new_getset(ty, getset)?.upcast()) }
    fn PyDescr_NewWrapper(ty: &PyTypeObject, base: &'static wrapperbase, wrapped: *mut c_void) -> PyResult<Owned> { Ok(descr::new_wrapper(ty, base, wrapped)?.upcast()) }
    fn PyWrapper_New(descr: &PyObject, o: &PyObject) -> PyResult<Owned> { descr::method_wrapper::new(descr.downcast().ok_or_else(err::bad_internal_call)?, o) }
    fn PyCFunction_New(method: &'static PyMethodDef, receiver: Option<&PyObject>) -> PyResult<Owned> { Ok(cfunction::new(method, receiver, None)?.upcast()) }
    fn PyCFunction_NewEx(method: &'static PyMethodDef, receiver: Option<&PyObject>, module: Option<&PyObject>) -> PyResult<Owned> { Ok(cfunction::new(method, receiver, module)?.upcast()) }
    fn PyCFunction_GetFunction(f: Is<'_, PyCFunctionObject>) -> PyCFunction { definition(&f).ml_meth }

    fn PyCFunction_GetSelf(f: Is<'_, PyCFunctionObject>) -> *mut PyObject {
        if definition(&f).ml_flags & METH_STATIC != 0 { std::ptr::null_mut() } else { f.m_self.get() }
    }

    fn PyCFunction_GetFlags(f: Is<'_, PyCFunctionObject>) -> c_int { definition(&f).ml_flags }
    fn PyCFunction_Call(f: &PyObject, args: Is<'_, PyTupleObject>, kwargs: Option<Is<'_, PyDictObject>>) -> PyResult<Owned> { call::call_dict(f, &args, kwargs.as_deref()) }

    fn _PyCFunction_FastCallDict(f: &PyObject, args: *const *mut PyObject, n: Py_ssize_t, kwargs: Option<Is<'_, PyDictObject>>) -> PyResult<Owned> {
        // SAFETY: C passes as many arguments.
        let args = unsafe { objects_at(args, n.max(0) as usize) };
        call::call_dict(f, &*tuple::from_slice(args)?, kwargs.as_deref())
    }

    fn PyCFunction_ClearFreeList() -> c_int { 0 }
    fn PyMethod_ClearFreeList() -> c_int { 0 }
    fn PyMethod_New(function: &PyObject, receiver: &PyObject) -> PyResult<Owned> { Ok(method::new(function, receiver)?.upcast()) }
    fn PyMethod_Function(method: Is<'_, PyMethodObject>) -> *mut PyObject { method.im_func.get() }
    fn PyMethod_Self(method: Is<'_, PyMethodObject>) -> *mut PyObject { method.im_self.get() }
    fn PyInstanceMethod_New(function: &PyObject) -> PyResult<Owned> { instance_method::new(function) }
    fn PyInstanceMethod_Function(method: Is<'_, PyInstanceMethodObject>) -> *mut PyObject { method.func.get() }
    fn PyCell_New(value: Option<&PyObject>) -> PyResult<Owned> { Ok(cell::new(value.map(PyObject::own))?.upcast()) }
    fn PyCell_Get(cell: Is<'_, PyCellObject>) -> Option<Owned> { cell.ob_ref.load() }

    fn PyCell_Set(cell: Is<'_, PyCellObject>, value: Option<&PyObject>) -> c_int {
        cell.ob_ref.set_ref(value.map(PyObject::own));
        0
    }

    fn PyFunction_New(code: &PyObject, globals: &PyObject) -> PyResult<Owned> { Ok(function::new(code, globals)?.upcast()) }
    fn PyFunction_NewWithQualName(code: &PyObject, globals: &PyObject, name: Option<&PyObject>) -> PyResult<Owned> { Ok(function::new_with_qual_name(code, globals, name)?.upcast()) }
    fn PyFunction_GetCode(f: Is<'_, PyFunctionObject>) -> *mut PyObject { f.func_code.get() }
    fn PyFunction_GetGlobals(f: Is<'_, PyFunctionObject>) -> *mut PyObject { f.func_globals.get() }
    fn PyFunction_GetModule(f: Is<'_, PyFunctionObject>) -> *mut PyObject { f.func_module.get() }
    fn PyFunction_GetDefaults(f: Is<'_, PyFunctionObject>) -> *mut PyObject { f.func_defaults.get() }
    fn PyFunction_GetKwDefaults(f: Is<'_, PyFunctionObject>) -> *mut PyObject { f.func_kwdefaults.get() }
    fn PyFunction_GetClosure(f: Is<'_, PyFunctionObject>) -> *mut PyObject { f.func_closure.get() }
    fn PyFunction_GetAnnotations(f: Is<'_, PyFunctionObject>) -> *mut PyObject { f.func_annotations.get() }
    fn PyFunction_SetDefaults(f: Is<'_, PyFunctionObject>, value: &PyObject) -> PyResult<()> { replace(&f.func_defaults, value, PyTupleObject::check, "non-tuple default args") }
    fn PyFunction_SetKwDefaults(f: Is<'_, PyFunctionObject>, value: &PyObject) -> PyResult<()> { replace(&f.func_kwdefaults, value, PyDictObject::check, "non-dict keyword only default args") }
    fn PyFunction_SetAnnotations(f: Is<'_, PyFunctionObject>, value: &PyObject) -> PyResult<()> { replace(&f.func_annotations, value, PyDictObject::check, "non-dict annotations") }

    fn PyFunction_SetClosure(f: Is<'_, PyFunctionObject>, value: &PyObject) -> PyResult<()> {
        if !value.is_none() && !PyTupleObject::check(value) {
            return Err(raise!(SystemError, "expected tuple for closure, got '{}'", err::short(&value.type_name(), 100)));
        }
        f.func_closure.set_ref((!value.is_none()).then(|| value.own()));
        Ok(())
    }

    fn PyClassMethod_New(callable: &PyObject) -> PyResult<Owned> { class_method::new(callable) }
    fn PyStaticMethod_New(callable: &PyObject) -> PyResult<Owned> { class_method::new_static(callable) }

    fn _PyFunction_Vectorcall(f: &PyObject, args: *const *mut PyObject, nargsf: usize, kwnames: Option<Is<'_, PyTupleObject>>) -> PyResult<Owned> {
        let n = nargsf & !PY_VECTORCALL_ARGUMENTS_OFFSET;
        let keywords = kwnames.as_deref().map_or(0, tuple::len);
        // SAFETY: C passes as many arguments, and behind them the values of the names.
        call::call_kw(f, unsafe { objects_at(args, n + keywords) }, kwnames.as_deref())
    }

    fn _PyFunction_FastCallDict(f: &PyObject, args: *const *mut PyObject, n: Py_ssize_t, kwargs: Option<Is<'_, PyDictObject>>) -> PyResult<Owned> {
        // SAFETY: C passes as many arguments.
        let args = unsafe { objects_at(args, n.max(0) as usize) };
        call::call_dict(f, &*tuple::from_slice(args)?, kwargs.as_deref())
    }
}

/// The table entry of a built-in function.
fn definition(f: &PyCFunctionObject) -> &PyMethodDef {
    // SAFETY: a built-in function has an entry, which outlives it.
    unsafe { &*f.m_ml.get() }
}

/// Replaces an attribute of a function; None empties it.
fn replace(
    field: &Cell<*mut PyObject>,
    value: &PyObject,
    right: fn(&PyObject) -> bool,
    message: &str,
) -> PyResult<()> {
    if !value.is_none() && !right(value) {
        return Err(raise!(SystemError, "{message}"));
    }
    field.set_ref((!value.is_none()).then(|| value.own()));
    Ok(())
}
