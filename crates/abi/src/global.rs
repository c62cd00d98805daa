//! What statics are made of: exported variables that change, and object heads.

use core::cell::Cell;
use core::ffi::c_void;

use crate::*;

/// An exported variable that C may write, such as `Py_VerboseFlag`.
#[repr(transparent)]
pub struct Global<T>(Cell<T>);

// SAFETY: exported variables are touched only by the thread that holds the GIL, or before there are several.
unsafe impl<T> Sync for Global<T> {}

impl<T: Copy> Global<T> {
    pub const fn new(value: T) -> Self {
        Global(Cell::new(value))
    }

    pub fn get(&self) -> T {
        self.0.get()
    }

    pub fn set(&self, value: T) {
        self.0.set(value);
    }

    pub const fn as_ptr(&self) -> *mut T {
        self.0.as_ptr()
    }
}

/// A NULL-terminated table or another constant that holds raw pointers, as a static.
#[repr(transparent)]
pub struct Table<T>(pub T);

// SAFETY: a table is never written after the program is built.
unsafe impl<T> Sync for Table<T> {}

impl<T> Table<T> {
    /// What a `*mut` field of a type object or module definition wants; nobody writes through it.
    pub const fn as_ptr<U>(&self) -> *mut U {
        (&raw const self.0).cast_mut().cast()
    }
}

impl PyObject {
    /// `PyObject_HEAD_INIT`: the head of a static object, which holds one reference to itself.
    pub const fn head(ty: *const PyTypeObject) -> PyObject {
        PyObject {
            ob_refcnt: Cell::new(1),
            ob_type: Cell::new(ty.cast_mut()),
        }
    }
}

impl PyVarObject {
    /// `PyVarObject_HEAD_INIT`.
    pub const fn head(ty: *const PyTypeObject, size: Py_ssize_t) -> PyVarObject {
        PyVarObject {
            ob_base: PyObject::head(ty),
            ob_size: Cell::new(size),
        }
    }
}

/// The `va_list` of the System V ABI for x86-64; `va_list` parameters are pointers to it.
#[repr(C)]
pub struct va_list_tag {
    pub gp_offset: Cell<u32>,
    pub fp_offset: Cell<u32>,
    pub overflow_arg_area: Cell<*mut c_void>,
    pub reg_save_area: Cell<*mut c_void>,
}
