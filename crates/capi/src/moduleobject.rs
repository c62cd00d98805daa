//! `moduleobject.h`, `structseq.h`, `structmember.h`, `namespaceobject.h`.

use crate::prelude::*;
use crate::support::text;

capi! {
    fn PyModule_NewObject(name: &PyObject) -> PyResult<Owned> { Ok(module::new_object(name)?.upcast()) }
    fn PyModule_New(name: &CStr) -> PyResult<Owned> { Ok(module::new_object(&*text(name)?)?.upcast()) }
    fn PyModuleDef_Init(definition: &'static PyModuleDef) -> PyResult<*mut PyObject> { Ok(module::def_init(definition)?.into_ptr()) }
    fn PyModule_GetDict(m: &PyObject) -> PyResult<Borrowed> { Ok(Borrowed::of(Some(module::get_dict(m)?))) }
    fn PyModule_GetNameObject(m: &PyObject) -> PyResult<Owned> { Ok(module::get_name_object(m)?.upcast()) }

    fn PyModule_GetName(m: &PyObject) -> PyResult<*const c_char> {
        // The module's dict keeps the name.
        let name = module::get_name_object(m)?;
        object::names::c_str(&name)
    }

    fn PyModule_GetDef(m: &PyObject) -> PyResult<*mut PyModuleDef> {
        Ok(module::get_def(m)?.map_or(std::ptr::null_mut(), |d| std::ptr::from_ref(d).cast_mut()))
    }

    fn PyModule_GetState(m: &PyObject) -> PyResult<*mut c_void> { Ok(m.downcast::<module::PyModuleObject>().ok_or_else(err::bad_argument)?.md_state.get()) }
    fn _PyModule_Clear(m: &PyObject) { let _ = module::clear(m); }
    fn _PyModule_ClearDict(dict: Is<'_, PyDictObject>) { let _ = module::clear_dict(&dict); }
    fn _PyModuleSpec_IsInitializing(spec: Option<&PyObject>) -> bool { spec.is_some_and(module::is_initializing) }
    fn _PyNamespace_New(attributes: &PyObject) -> PyResult<Owned> { namespace::new(Some(attributes)) }
    fn PyStructSequence_New(ty: &PyTypeObject) -> PyResult<Owned> { Ok(structseq::new(ty)?.upcast()) }

    fn PyStructSequence_InitType2(ty: &'static PyTypeObject, definition: &'static PyStructSequence_Desc) -> PyResult<()> {
        // SAFETY: C passes a static description.
        unsafe { structseq::init_type(ty, definition) }
    }

    fn PyStructSequence_InitType(ty: &'static PyTypeObject, definition: &'static PyStructSequence_Desc) {
        // SAFETY: C passes a static description.
        let _ = unsafe { structseq::init_type(ty, definition) };
    }

    fn PyStructSequence_NewType(definition: &'static PyStructSequence_Desc) -> PyResult<*mut PyTypeObject> {
        // SAFETY: C passes a static description.
        Ok(unsafe { structseq::new_type_from(definition)? }.into_typed_ptr())
    }

    fn PyStructSequence_GetItem(o: &PyObject, i: Py_ssize_t) -> *mut PyObject { field(o, i).map_or(std::ptr::null_mut(), Cell::get) }
    fn PyStructSequence_SetItem(o: &PyObject, i: Py_ssize_t, value: *mut PyObject) {
        if let Some(field) = field(o, i) {
            field.set(value);
        }
    }

    fn PyMember_GetOne(o: *const c_char, member: &'static PyMemberDef) -> PyResult<Owned> {
        // SAFETY: C passes an object that has the member.
        unsafe { descr::member::get(&*o.cast::<PyObject>(), member) }
    }

    fn PyMember_SetOne(o: *mut c_char, member: &'static PyMemberDef, value: *mut PyObject) -> PyResult<()> {
        // SAFETY: C passes an object that has the member, and NULL or a live value.
        unsafe { descr::member::set(&*o.cast::<PyObject>(), member, value.as_ref()) }
    }
}

/// A field of a named tuple, also of those that are not items. Nothing tells C that it names one that is not there: it is as if it held nothing.
fn field(o: &PyObject, i: Py_ssize_t) -> Option<&Cell<*mut PyObject>> {
    let named = o.downcast::<PyTupleObject>()?;
    structseq::field(named, usize::try_from(i).ok()?)
}
