//! `bool`: two ints with a type of their own.

use crate::long;
use crate::object;
use crate::prelude::*;
use pyrite_macros::pytype;

const fn boolean(value: digit) -> PyLongObject {
    PyLongObject {
        ob_base: PyVarObject {
            ob_base: PyObject {
                // So large that no sequence of mistakes frees it.
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

/// Both operands as truth values if both are bools; otherwise ints decide.
macro_rules! logical {
    ($a:ident, $b:ident, $op:tt, $int:path) => {{
        let exact = |o: &PyObject| std::ptr::eq(o.ty(), &PyBool_Type);
        if exact($a) && exact($b) {
            return Ok(bool_from($a.is(py_true()) $op $b.is(py_true())));
        }
        let (Some(a), Some(b)) = ($a.downcast::<PyLongObject>(), $b.downcast::<PyLongObject>()) else {
            return Ok(not_implemented().own());
        };
        $int(a, b).map(Owned::upcast)
    }};
}

pub struct Bool;

#[pytype(name = "bool", c_name = PyBool_Type, layout = PyLongObject, no_class, base = long::PyLong_Type,
         basicsize = size_of::<PyLongObject>(), itemsize = 4)]
impl Bool {
    fn tp_repr(slf: &PyObject) -> PyResult<Owned> {
        let text = if slf.is(py_true()) {
            id!("True")
        } else {
            id!("False")
        };
        Ok(text.own())
    }
    #[sig("(x=False, /)")]
    fn tp_new(_ty: &PyTypeObject, x: Option<&PyObject>) -> PyResult<Owned> {
        match x {
            Some(x) => object::is_true(x).map(bool_from),
            None => Ok(py_false().own()),
        }
    }
    fn nb_and(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        logical!(a, b, &, long::and)
    }
    fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        logical!(a, b, ^, long::xor)
    }
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        logical!(a, b, |, long::or)
    }
}
