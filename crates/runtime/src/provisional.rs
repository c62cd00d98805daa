//! Signatures that the macros' support code needs from modules which have not landed yet. Each goes when its module comes.

pub mod float {
    use crate::prelude::*;
    pub fn from_object(_: &PyObject) -> PyResult<Owned> {
        Err(raise!(SystemError, "float is not implemented in Pyrite"))
    }
    impl PyClass for PyFloatObject {
        fn type_object() -> &'static PyTypeObject {
            &PyFloat_Type
        }
    }
    pub static PyFloat_Type: PyTypeObject = PyTypeObject::ZEROED;
    pub fn as_f64(_: &PyObject) -> PyResult<f64> {
        Err(raise!(SystemError, "float is not implemented in Pyrite"))
    }
    pub fn from_string(_: &PyObject) -> PyResult<Owned> {
        Err(raise!(SystemError, "float is not implemented in Pyrite"))
    }
    pub fn from_f64(_: f64) -> PyResult<Owned> {
        Err(raise!(SystemError, "float is not implemented in Pyrite"))
    }
}
pub mod long {
    use crate::prelude::*;
    pub fn from_object(_: &PyObject) -> PyResult<Owned> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
    pub fn as_long_long(_: &PyObject) -> PyResult<i64> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
    impl PyClass for PyLongObject {
        fn type_object() -> &'static PyTypeObject {
            &PyLong_Type
        }
    }
    pub static PyLong_Type: PyTypeObject = PyTypeObject::ZEROED;
    pub fn from_ssize_t(_: Py_ssize_t) -> PyResult<Owned> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
    pub fn as_ssize_t(_: &PyObject) -> PyResult<Py_ssize_t> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
    pub fn from_i64(_: i64) -> PyResult<Owned> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
    pub fn from_u64(_: u64) -> PyResult<Owned> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
    pub fn from_byte_array(_: &[u8], _: bool, _: bool) -> PyResult<Owned> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
    pub fn hash(_: &PyLongObject) -> Py_hash_t {
        0
    }
    pub fn as_u64_mask(_: &PyObject) -> PyResult<u64> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
    pub fn from_usize(_: usize) -> PyResult<Owned> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
    pub fn as_i64(_: &PyObject) -> PyResult<i64> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
    pub fn as_u64(_: &PyObject) -> PyResult<u64> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
    pub fn format(_: &PyObject, _: u32) -> PyResult<Owned<PyUnicodeObject>> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
    pub fn from_nb_index_or_nb_int(_: &PyObject) -> PyResult<Owned> {
        Err(raise!(SystemError, "int is not implemented in Pyrite"))
    }
}
pub mod complex {
    use crate::prelude::*;
    impl PyClass for PyComplexObject {
        fn type_object() -> &'static PyTypeObject {
            &PyComplex_Type
        }
    }
    pub static PyComplex_Type: PyTypeObject = PyTypeObject::ZEROED;
    pub fn from_doubles(_: f64, _: f64) -> PyResult<Owned> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
    pub fn as_c_complex(_: &PyObject) -> PyResult<Py_complex> {
        Err(raise!(SystemError, "complex is not implemented in Pyrite"))
    }
    pub fn from_c_complex(_: Py_complex) -> PyResult<Owned> {
        Err(raise!(SystemError, "complex is not implemented in Pyrite"))
    }
    pub fn as_complex(_: &PyObject) -> PyResult<(f64, f64)> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
}
