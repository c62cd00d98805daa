//! What nearly every file of this crate needs: the object model's prelude and its modules under their own names.

pub use crate::{exobj, gc, text};
pub use pyrite_macros::*;
pub use pyrite_runtime::args::{Args, Truth};
pub use pyrite_runtime::boolean::PyBool_Type;
pub use pyrite_runtime::buffer::Buffer;
pub use pyrite_runtime::bytearray::PyByteArray_Type;
pub use pyrite_runtime::bytes::PyBytes_Type;
pub use pyrite_runtime::descr::PyMethodDescr_Type;
pub use pyrite_runtime::dict::PyDict_Type;
pub use pyrite_runtime::exceptions::exc;
pub use pyrite_runtime::float::PyFloat_Type;
pub use pyrite_runtime::list::PyList_Type;
pub use pyrite_runtime::long::PyLong_Type;
pub use pyrite_runtime::module::PyModuleObject;
pub use pyrite_runtime::owned::{count_down, dealloc, decref, incref, xdecref};
pub use pyrite_runtime::prelude::*;
pub use pyrite_runtime::set::{PyFrozenSet_Type, PySet_Type};
pub use pyrite_runtime::tuple::PyTuple_Type;
pub use pyrite_runtime::typeobject::PyType_Type;
pub use pyrite_runtime::unicode::PyUnicode_Type;
pub use pyrite_runtime::{
    bytes, call, cell, cfunction, dict, err, exceptions, float, iter, list, long, mapping, mem,
    method, module, number, object, recursion, sequence, set, slice, traceback, tstate, tuple,
    typeobject, unicode, weakref,
};
pub use std::mem::offset_of;

/// Tests by exact type.
pub trait ExactType: ObjectExt {
    #[inline(always)]
    fn isinstance_exact(&self, ty: &PyTypeObject) -> bool {
        std::ptr::eq(self.as_object().ob_type.get(), ty)
    }
}
impl<T: ObjectExt> ExactType for T {}
