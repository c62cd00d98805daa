//! `moduleobject.h`: module definitions.

use crate::{Py_ssize_t, PyMethodDef, PyObject, freefunc, inquiry, traverseproc};
use core::cell::Cell;
use core::ffi::{c_char, c_int, c_void};

pub const Py_mod_create: c_int = 1;
pub const Py_mod_exec: c_int = 2;
pub const _Py_mod_LAST_SLOT: c_int = 2;

/// The head of a module definition.
#[repr(C)]
pub struct PyModuleDef_Base {
    pub ob_base: PyObject,
    pub m_init: Cell<Option<unsafe extern "C" fn() -> *mut PyObject>>,
    pub m_index: Cell<Py_ssize_t>,
    pub m_copy: Cell<*mut PyObject>,
}

/// One slot of a module definition.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyModuleDef_Slot {
    pub slot: c_int,
    pub value: *mut c_void,
}

/// What a module is made from.
#[repr(C)]
pub struct PyModuleDef {
    pub m_base: PyModuleDef_Base,
    pub m_name: Cell<*const c_char>,
    pub m_doc: Cell<*const c_char>,
    pub m_size: Cell<Py_ssize_t>,
    pub m_methods: Cell<*mut PyMethodDef>,
    pub m_slots: Cell<*mut PyModuleDef_Slot>,
    pub m_traverse: Cell<traverseproc>,
    pub m_clear: Cell<inquiry>,
    pub m_free: Cell<freefunc>,
}

layouts!(PyModuleDef_Base, PyModuleDef_Slot, PyModuleDef);
