//! The types among the builtins.

use crate::prelude::*;
use pyrite_runtime::*;

/// All of them, in the order in which `vars(builtins)` shows them; their names are the types' own.
pub fn all() -> [&'static PyTypeObject; 26] {
    [
        &PyBool_Type,
        &memoryview::PyMemoryView_Type,
        &PyByteArray_Type,
        &PyBytes_Type,
        &class_method::PyClassMethod_Type,
        &complex::PyComplex_Type,
        &PyDict_Type,
        &enumerate::PyEnum_Type,
        &builtin_iters::PyFilter_Type,
        &PyFloat_Type,
        &PyFrozenSet_Type,
        &descr::property::PyProperty_Type,
        &PyLong_Type,
        &PyList_Type,
        &builtin_iters::PyMap_Type,
        &typeobject::PyBaseObject_Type,
        &range::PyRange_Type,
        &enumerate::PyReversed_Type,
        &PySet_Type,
        &slice::PySlice_Type,
        &class_method::PyStaticMethod_Type,
        &PyUnicode_Type,
        &typeobject::PySuper_Type,
        &PyTuple_Type,
        &PyType_Type,
        &builtin_iters::PyZip_Type,
    ]
}
