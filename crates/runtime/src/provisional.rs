//! Signatures that the macros' support code needs from modules which have not landed yet. Each goes when its module comes.

pub mod dict {
    use crate::prelude::*;
    pub fn next(_: &PyDictObject, _: &mut Py_ssize_t) -> Option<(Owned, Owned)> {
        None
    }
}
pub mod float {
    use crate::prelude::*;
    pub static PyFloat_Type: PyTypeObject = PyTypeObject::ZEROED;
    pub fn as_f64(_: &PyObject) -> PyResult<f64> {
        Err(raise!(SystemError, "float is not implemented in Pyrite"))
    }
    pub fn from_f64(_: f64) -> PyResult<Owned> {
        Err(raise!(SystemError, "float is not implemented in Pyrite"))
    }
}
pub mod long {
    use crate::prelude::*;
    pub fn from_i64(_: i64) -> PyResult<Owned> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
    pub fn from_u64(_: u64) -> PyResult<Owned> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
    pub fn from_nb_index_or_nb_int(_: &PyObject) -> PyResult<Owned> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
}
pub mod number {
    use crate::prelude::*;
    pub fn check_index(_: &PyObject) -> bool {
        false
    }
    pub fn index(_: &PyObject) -> PyResult<Owned> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
}
pub mod module {
    use crate::prelude::*;
    pub fn create2(_: &'static PyModuleDef, _: c_int) -> PyResult<Owned> {
        Err(raise!(SystemError, "modules are not implemented in Pyrite"))
    }
    pub fn def_init(_: &'static PyModuleDef) -> PyResult<Owned> {
        Err(raise!(SystemError, "modules are not implemented in Pyrite"))
    }
}

pub fn is_true(_: &crate::prelude::PyObject) -> crate::err::PyResult<bool> {
    Err(crate::raise!(
        SystemError,
        "truth tests are not implemented in Pyrite"
    ))
}
