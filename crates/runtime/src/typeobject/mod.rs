//! Types.
use crate::prelude::*;
#[unsafe(no_mangle)]
pub static PyType_Type: PyTypeObject = PyTypeObject::ZEROED;
#[unsafe(no_mangle)]
pub static PyBaseObject_Type: PyTypeObject = PyTypeObject::ZEROED;
pub use crate::provisional::typeobject::*;
