use crate::prelude::*;
pub fn item_size(_: &std::ffi::CStr) -> Option<usize> { None }
pub fn from_object(_: &PyObject) -> PyResult<Owned> { todo!() }
