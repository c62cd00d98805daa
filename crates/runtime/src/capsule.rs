//! Capsules: a C pointer as an object, with a name, a context and a destructor.

use crate::prelude::*;
use crate::{err, hooks, mem, object, unicode};
use pyrite_macros::pytype;
use std::ffi::CStr;

/// The layout, which no header shows.
#[repr(C)]
pub struct PyCapsule {
    ob_base: PyObject,
    pointer: Cell<*mut c_void>,
    name: Cell<*const c_char>,
    context: Cell<*mut c_void>,
    destructor: Cell<PyCapsule_Destructor>,
}

// SAFETY: begins with the object head; the other fields are cells.
unsafe impl Layout for PyCapsule {}

/// `PyCapsule`.
pub struct Capsule;

#[pytype(name = "PyCapsule", c_name = PyCapsule_Type, layout = PyCapsule)]
impl Capsule {
    fn tp_dealloc(slf: *mut PyCapsule) {
        // SAFETY: the object's last reference is gone; the destructor was given for exactly this call.
        unsafe {
            if let Some(f) = (*slf).destructor.get() {
                f(slf.cast());
            }
            mem::object_free(slf.cast());
        }
    }

    fn tp_repr(slf: &PyCapsule) -> PyResult<Owned<PyUnicodeObject>> {
        let at = slf.as_ptr();
        match name_of(slf) {
            Some(name) => crate::text!(
                "<capsule object \"{}\" at {:p}>",
                name.to_string_lossy(),
                at
            ),
            None => crate::text!("<capsule object NULL at {:p}>", at),
        }
    }
}

fn name_of(c: &PyCapsule) -> Option<&CStr> {
    let p = c.name.get();
    // SAFETY: the name that a capsule was given outlives it.
    (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) })
}

/// `PyCapsule_New`.
///
/// # Safety
/// `name` is NULL or a zero-terminated string that outlives the capsule.
pub unsafe fn new(
    pointer: *mut c_void,
    name: *const c_char,
    destructor: PyCapsule_Destructor,
) -> PyResult<Owned<PyCapsule>> {
    if pointer.is_null() {
        return Err(raise!(ValueError, "PyCapsule_New called with null pointer"));
    }
    let c: Owned<PyCapsule> = mem::new_object(&PyCapsule_Type)?;
    c.pointer.set(pointer);
    c.name.set(name);
    c.destructor.set(destructor);
    Ok(c)
}

/// A capsule that is one: exact, and with a pointer. `function` is who asks.
pub fn expect<'a>(o: Option<&'a PyObject>, function: &str) -> PyResult<&'a PyCapsule> {
    match o.and_then(|o| o.downcast_exact::<PyCapsule>()) {
        Some(c) if !c.pointer.get().is_null() => Ok(c),
        _ => Err(raise!(
            ValueError,
            "{function} called with invalid PyCapsule object"
        )),
    }
}

/// `PyCapsule_IsValid`.
pub fn is_valid(o: Option<&PyObject>, name: Option<&CStr>) -> bool {
    o.and_then(|o| o.downcast_exact::<PyCapsule>())
        .is_some_and(|c| !c.pointer.get().is_null() && name_of(c) == name)
}

/// `PyCapsule_GetPointer`.
pub fn get_pointer(o: Option<&PyObject>, name: Option<&CStr>) -> PyResult<*mut c_void> {
    let c = expect(o, "PyCapsule_GetPointer")?;
    if name_of(c) != name {
        return Err(raise!(
            ValueError,
            "PyCapsule_GetPointer called with incorrect name"
        ));
    }
    Ok(c.pointer.get())
}

/// `PyCapsule_GetName`.
pub fn get_name(o: Option<&PyObject>) -> PyResult<*const c_char> {
    Ok(expect(o, "PyCapsule_GetName")?.name.get())
}

/// `PyCapsule_GetDestructor`.
pub fn get_destructor(o: Option<&PyObject>) -> PyResult<PyCapsule_Destructor> {
    Ok(expect(o, "PyCapsule_GetDestructor")?.destructor.get())
}

/// `PyCapsule_GetContext`.
pub fn get_context(o: Option<&PyObject>) -> PyResult<*mut c_void> {
    Ok(expect(o, "PyCapsule_GetContext")?.context.get())
}

/// `PyCapsule_SetPointer`.
pub fn set_pointer(o: Option<&PyObject>, pointer: *mut c_void) -> PyResult<()> {
    if pointer.is_null() {
        return Err(raise!(
            ValueError,
            "PyCapsule_SetPointer called with null pointer"
        ));
    }
    expect(o, "PyCapsule_SetPointer")?.pointer.set(pointer);
    Ok(())
}

/// `PyCapsule_SetName`.
///
/// # Safety
/// `name` is NULL or a zero-terminated string that outlives the capsule.
pub unsafe fn set_name(o: Option<&PyObject>, name: *const c_char) -> PyResult<()> {
    expect(o, "PyCapsule_SetName")?.name.set(name);
    Ok(())
}

/// `PyCapsule_SetDestructor`.
pub fn set_destructor(o: Option<&PyObject>, destructor: PyCapsule_Destructor) -> PyResult<()> {
    expect(o, "PyCapsule_SetDestructor")?
        .destructor
        .set(destructor);
    Ok(())
}

/// `PyCapsule_SetContext`.
pub fn set_context(o: Option<&PyObject>, context: *mut c_void) -> PyResult<()> {
    expect(o, "PyCapsule_SetContext")?.context.set(context);
    Ok(())
}

/// `PyCapsule_Import`: the pointer of the capsule that a dotted name leads to.
pub fn import(name: &CStr, plainly: bool) -> PyResult<*mut c_void> {
    let text = name.to_string_lossy();
    let mut found: Option<Owned> = None;
    for part in text.split('.') {
        found = Some(match &found {
            None => hooks::import(part).map_err(|raised| {
                if plainly {
                    return raised;
                }
                err::clear();
                raise!(
                    ImportError,
                    "PyCapsule_Import could not import module \"{part}\""
                )
            })?,
            Some(o) => object::get_attr(o, unicode::from_str(part)?.as_object())?,
        });
    }
    if is_valid(found.as_deref(), Some(name)) {
        return get_pointer(found.as_deref(), Some(name));
    }
    Err(raise!(
        AttributeError,
        "PyCapsule_Import \"{text}\" is not valid"
    ))
}
