//! `pycapsule.h`.

use crate::prelude::*;

capi! {
    fn PyCapsule_New(pointer: *mut c_void, name: *const c_char, destructor: PyCapsule_Destructor) -> PyResult<Owned> {
        // SAFETY: C passes NULL or a name that outlives the capsule.
        Ok(unsafe { capsule::new(pointer, name, destructor)? }.upcast())
    }

    fn PyCapsule_GetPointer(o: Option<&PyObject>, name: Option<&CStr>) -> PyResult<*mut c_void> { capsule::get_pointer(o, name) }
    fn PyCapsule_GetName(o: Option<&PyObject>) -> PyResult<*const c_char> { capsule::get_name(o) }
    fn PyCapsule_GetDestructor(o: Option<&PyObject>) -> PyResult<PyCapsule_Destructor> { capsule::get_destructor(o) }
    fn PyCapsule_GetContext(o: Option<&PyObject>) -> PyResult<*mut c_void> { capsule::get_context(o) }
    fn PyCapsule_IsValid(o: Option<&PyObject>, name: Option<&CStr>) -> bool { capsule::is_valid(o, name) }
    fn PyCapsule_SetPointer(o: Option<&PyObject>, pointer: *mut c_void) -> PyResult<()> { capsule::set_pointer(o, pointer) }

    fn PyCapsule_SetName(o: Option<&PyObject>, name: *const c_char) -> PyResult<()> {
        // SAFETY: C passes NULL or a name that outlives the capsule.
        unsafe { capsule::set_name(o, name) }
    }

    fn PyCapsule_SetDestructor(o: Option<&PyObject>, destructor: PyCapsule_Destructor) -> PyResult<()> { capsule::set_destructor(o, destructor) }
    fn PyCapsule_SetContext(o: Option<&PyObject>, context: *mut c_void) -> PyResult<()> { capsule::set_context(o, context) }
    fn PyCapsule_Import(name: &CStr, no_block: c_int) -> PyResult<*mut c_void> { capsule::import(name, no_block != 0) }
}
