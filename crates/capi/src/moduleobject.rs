//! `moduleobject.h`, `structseq.h`, `structmember.h`, `namespaceobject.h`.

use crate::prelude::*;
use crate::support::text;

capi! {
    fn PyModule_NewObject(name: &PyObject) -> PyResult<Owned> { Ok(module::new_object(name)?.upcast()) }
    fn PyModule_New(name: &CStr) -> PyResult<Owned> { Ok(module::new_object(&*text(name)?)?.upcast()) }
    fn PyModuleDef_Init(definition: &'static PyModuleDef) -> PyResult<*mut PyObject> { Ok(module::def_init(definition)?.into_ptr()) }
    fn PyModule_GetDict(m: &PyObject) -> PyResult<Borrowed> { Ok(Borrowed::of(Some(module::get_dict(m)?))) }
    fn PyModule_GetNameObject(m: &PyObject) -> PyResult<Owned> { Ok(module::get_name_object(m)?.upcast()) }
    fn PyStructSequence_New(ty: &PyTypeObject) -> PyResult<Owned> { Ok(structseq::new(ty)?.upcast()) }
    fn PyStructSequence_GetItem(o: &PyObject, i: Py_ssize_t) -> *mut PyObject { field(o, i).get() }
    fn PyStructSequence_SetItem(o: &PyObject, i: Py_ssize_t, value: *mut PyObject) { field(o, i).set(value) }
}

/// A field of a named tuple, also of those that are not items.
fn field(o: &PyObject, i: Py_ssize_t) -> &Cell<*mut PyObject> {
    // SAFETY: C passes a named tuple and the index of one of its fields, which follow the head.
    unsafe {
        &*(*o.as_ptr().cast::<PyTupleObject>())
            .ob_item
            .as_ptr()
            .offset(i)
    }
}
