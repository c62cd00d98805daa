//! `None`, `NotImplemented`, `Ellipsis`, `True` and `False`, as borrowed references.
//!
//! The objects are exported data; their types are declared beside them.

use crate::prelude::*;

/// `None`, borrowed.
#[inline(always)]
pub fn none() -> &'static PyObject {
    &crate::object::none::_Py_NoneStruct
}
/// `NotImplemented`, borrowed.
#[inline(always)]
pub fn not_implemented() -> &'static PyObject {
    &crate::object::none::_Py_NotImplementedStruct
}
/// `...`, borrowed.
#[inline(always)]
pub fn ellipsis() -> &'static PyObject {
    &crate::object::none::_Py_EllipsisObject
}
/// `True`, borrowed.
#[inline(always)]
pub fn py_true() -> &'static PyObject {
    crate::boolean::_Py_TrueStruct.as_object()
}
/// `False`, borrowed.
#[inline(always)]
pub fn py_false() -> &'static PyObject {
    crate::boolean::_Py_FalseStruct.as_object()
}
/// `True` or `False`, owned.
#[inline]
pub fn bool_from(b: bool) -> Owned {
    if b { py_true().own() } else { py_false().own() }
}
