//! Signatures that the macros' support code needs from modules which have not landed yet. Each goes when its module comes.

pub mod float {
    use crate::prelude::*;
    impl PyClass for PyFloatObject {
        fn type_object() -> &'static PyTypeObject {
            &PyFloat_Type
        }
    }
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
    pub fn as_complex(_: &PyObject) -> PyResult<(f64, f64)> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
}
pub mod pystrtod {
    use crate::prelude::*;
    pub fn double_to_string(_: f64, _: char, _: i32, _: c_int) -> PyResult<String> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
}
pub mod cfunction {
    use crate::prelude::*;
    pub fn new(
        _: &'static PyMethodDef,
        _: Option<&PyObject>,
        _: Option<&PyObject>,
    ) -> PyResult<Owned> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
}
pub mod typeobject {
    use crate::prelude::*;
    pub fn modified(_: &PyTypeObject) {}
    pub fn ready(_: &PyTypeObject) -> PyResult<()> {
        Ok(())
    }
    impl PyClass for PyTypeObject {
        fn type_object() -> &'static PyTypeObject {
            &crate::typeobject::PyType_Type
        }
    }
    pub fn lookup_special(_: &PyObject, _: &PyObject) -> PyResult<Option<Owned>> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
}
pub mod call {
    use crate::prelude::*;
    pub fn call(_: &PyObject, _: &[&PyObject]) -> PyResult<Owned> {
        Err(raise!(SystemError, "calls are not implemented in Pyrite"))
    }
    pub fn call0(_: &PyObject) -> PyResult<Owned> {
        Err(raise!(SystemError, "calls are not implemented in Pyrite"))
    }
    pub fn call_dict(_: &PyObject, _: &PyTupleObject, _: Option<&PyDictObject>) -> PyResult<Owned> {
        Err(raise!(SystemError, "calls are not implemented in Pyrite"))
    }
    pub fn call1(_: &PyObject, _: &PyObject) -> PyResult<Owned> {
        Err(raise!(SystemError, "calls are not implemented in Pyrite"))
    }
    pub fn method(_: &PyObject, _: &PyObject, _: &[&PyObject]) -> PyResult<Owned> {
        Err(raise!(SystemError, "calls are not implemented in Pyrite"))
    }
}
pub mod object {
    use crate::prelude::*;
    fn absent<T>() -> PyResult<T> {
        Err(raise!(SystemError, "objects are not implemented in Pyrite"))
    }
    pub fn hash(_: &PyObject) -> PyResult<Py_hash_t> {
        absent()
    }
    #[cold]
    pub fn hash_not_implemented(o: &PyObject) -> Raised {
        raise!(
            TypeError,
            "unhashable type: '{}'",
            crate::err::short(&o.type_name(), 200)
        )
    }
    pub fn rich_compare(_: &PyObject, _: &PyObject, _: c_int) -> PyResult<Owned> {
        absent()
    }
    pub fn rich_compare_bool(_: &PyObject, _: &PyObject, _: c_int) -> PyResult<bool> {
        absent()
    }
    pub fn repr(_: &PyObject) -> PyResult<Owned> {
        absent()
    }
    pub fn get_iter(_: &PyObject) -> PyResult<Owned> {
        absent()
    }
    pub fn length_hint(_: &PyObject, _: Py_ssize_t) -> PyResult<Py_ssize_t> {
        absent()
    }
    pub fn get_item(_: &PyObject, _: &PyObject) -> PyResult<Owned> {
        absent()
    }
    pub fn set_item(_: &PyObject, _: &PyObject, _: &PyObject) -> PyResult<()> {
        absent()
    }
    pub fn size(_: &PyObject) -> PyResult<Py_ssize_t> {
        absent()
    }
    pub fn lookup_attr(_: &PyObject, _: &PyObject) -> PyResult<Option<Owned>> {
        absent()
    }
    pub fn is_true(_: &PyObject) -> PyResult<bool> {
        absent()
    }
    pub fn lookup_special(_: &PyObject, _: &PyObject) -> PyResult<Option<Owned>> {
        absent()
    }
    pub fn has_len(_: &PyObject) -> bool {
        false
    }
    pub fn builtin(_: &str) -> PyResult<Owned> {
        absent()
    }
    pub unsafe extern "C" fn next_not_implemented_slot(_: *mut PyObject) -> *mut PyObject {
        std::ptr::null_mut()
    }
    pub fn call_finalizer(_: &PyObject) {}
    pub fn format(_: &PyObject, _: Option<&PyObject>) -> PyResult<Owned> {
        Err(raise!(SystemError, "not implemented in Pyrite"))
    }
    pub fn get_attr(_: &PyObject, _: &PyObject) -> PyResult<Owned> {
        absent()
    }
    pub fn set_attr(_: &PyObject, _: &PyObject, _: &PyObject) -> PyResult<()> {
        absent()
    }
    pub fn del_attr(_: &PyObject, _: &PyObject) -> PyResult<()> {
        absent()
    }
    pub fn del_item(_: &PyObject, _: &PyObject) -> PyResult<()> {
        absent()
    }
    pub fn str(_: &PyObject) -> PyResult<Owned> {
        absent()
    }
    pub fn generic_get_attr(_: &PyObject, _: &PyObject) -> PyResult<Owned> {
        absent()
    }
    pub fn generic_set_attr(_: &PyObject, _: &PyObject, _: Option<&PyObject>) -> PyResult<()> {
        absent()
    }
    pub fn is_callable(_: &PyObject) -> bool {
        false
    }
}
pub mod number {
    use crate::prelude::*;
    pub fn check(_: &PyObject) -> bool {
        false
    }
    fn absent<T>() -> PyResult<T> {
        Err(raise!(SystemError, "numbers are not implemented in Pyrite"))
    }
    pub fn index_check(_: &PyObject) -> bool {
        false
    }
    pub fn as_ssize_t(_: &PyObject, _: Option<&PyObject>) -> PyResult<Py_ssize_t> {
        absent()
    }
    macro_rules! binary { ($($n:ident)*) => { $(pub fn $n(_: &PyObject, _: &PyObject) -> PyResult<Owned> { absent() })* } }
    macro_rules! unary { ($($n:ident)*) => { $(pub fn $n(_: &PyObject) -> PyResult<Owned> { absent() })* } }
    binary! { add subtract multiply floor_divide true_divide remainder divmod lshift rshift and xor or inplace_add inplace_subtract inplace_multiply inplace_floor_divide inplace_true_divide inplace_remainder inplace_lshift inplace_rshift inplace_and inplace_xor inplace_or matrix_multiply inplace_matrix_multiply }
    unary! { negative positive absolute invert long float index }
    pub fn power(_: &PyObject, _: &PyObject, _: &PyObject) -> PyResult<Owned> {
        absent()
    }
    pub fn inplace_power(_: &PyObject, _: &PyObject, _: &PyObject) -> PyResult<Owned> {
        absent()
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

/// What exceptions need of types and objects.
pub mod core {
    use crate::prelude::*;
    fn absent<T>() -> PyResult<T> {
        Err(raise!(SystemError, "types are not implemented in Pyrite"))
    }
    pub fn alloc(_: &PyTypeObject) -> PyResult<Owned> {
        absent()
    }
    pub fn ready(_: &PyTypeObject) -> PyResult<()> {
        absent()
    }
    pub fn short_name(_: &PyTypeObject) -> String {
        String::new()
    }
    pub fn is_subclass(_: &PyObject, _: &PyObject) -> PyResult<bool> {
        absent()
    }
    pub fn generic_get_dict(_: &PyObject) -> PyResult<Owned> {
        absent()
    }
    pub fn generic_set_dict(_: &PyObject, _: Option<&PyObject>) -> PyResult<()> {
        absent()
    }
    pub fn bytes_from_object(_: &PyObject) -> PyResult<Owned> {
        absent()
    }
}
