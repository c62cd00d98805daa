//! `True` and `False`: two ints with a type of their own.
use crate::prelude::*;

#[unsafe(no_mangle)]
pub static PyBool_Type: PyTypeObject = PyTypeObject::ZEROED;

const fn boolean(value: digit) -> PyLongObject {
    PyLongObject {
        ob_base: PyVarObject {
            ob_base: PyObject {
                ob_refcnt: Cell::new(1 << 40),
                ob_type: Cell::new((&raw const PyBool_Type).cast_mut()),
            },
            ob_size: Cell::new(value as Py_ssize_t),
        },
        ob_digit: [Cell::new(value)],
    }
}
#[unsafe(no_mangle)]
pub static _Py_FalseStruct: PyLongObject = boolean(0);
#[unsafe(no_mangle)]
pub static _Py_TrueStruct: PyLongObject = boolean(1);
