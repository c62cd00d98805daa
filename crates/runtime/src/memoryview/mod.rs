//! memoryview (not here yet).

use crate::prelude::*;
use std::ffi::CStr;

/// The size of an item of a one-letter struct format.
pub fn item_size(_format: &CStr) -> Option<usize> {
    None
}

/// `PyMemoryView_FromObject`.
pub fn from_object(_base: &PyObject) -> PyResult<Owned> {
    Err(raise!(
        SystemError,
        "memoryview is not implemented in Pyrite"
    ))
}
