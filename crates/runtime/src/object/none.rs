//! `None`, `NotImplemented` and `Ellipsis`: three objects, each the only one of its type.

use crate::prelude::*;

/// Counts start this large, so that no sequence of mistakes frees a singleton.
const IMMORTAL: Py_ssize_t = 1 << 40;

const fn singleton(ty: &'static PyTypeObject) -> PyObject {
    PyObject {
        ob_refcnt: Cell::new(IMMORTAL),
        ob_type: Cell::new(std::ptr::from_ref(ty).cast_mut()),
    }
}

static NONE_TYPE: PyTypeObject = PyTypeObject::ZEROED;

#[unsafe(no_mangle)]
pub static _Py_NoneStruct: PyObject = singleton(&NONE_TYPE);
#[unsafe(no_mangle)]
pub static _Py_NotImplementedStruct: PyObject = singleton(&NONE_TYPE);
#[unsafe(no_mangle)]
pub static _Py_EllipsisObject: PyObject = singleton(&NONE_TYPE);
