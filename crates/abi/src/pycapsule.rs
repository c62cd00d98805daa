//! `pycapsule.h`.

use crate::PyObject;

pub type PyCapsule_Destructor = Option<unsafe extern "C" fn(*mut PyObject)>;
