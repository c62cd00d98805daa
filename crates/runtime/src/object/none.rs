//! `None`, `NotImplemented` and `Ellipsis`: three objects, each the only one of its type.

use crate::prelude::*;
use crate::{err, unicode};
use pyrite_macros::pytype;

/// Counts start this large, so that no sequence of mistakes frees a singleton.
const IMMORTAL: Py_ssize_t = 1 << 40;

const fn singleton(ty: &'static PyTypeObject) -> PyObject {
    PyObject {
        ob_refcnt: Cell::new(IMMORTAL),
        ob_type: Cell::new(std::ptr::from_ref(ty).cast_mut()),
    }
}

#[unsafe(no_mangle)]
pub static _Py_NoneStruct: PyObject = singleton(&_PyNone_Type);
#[unsafe(no_mangle)]
pub static _Py_NotImplementedStruct: PyObject = singleton(&_PyNotImplemented_Type);
#[unsafe(no_mangle)]
pub static _Py_EllipsisObject: PyObject = singleton(&PyEllipsis_Type);

fn no_arguments(ty: &str, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<()> {
    let named = kw.is_some_and(|kw| kw.ma_used.get() != 0);
    if args.ob_base.ob_size.get() != 0 || named {
        return Err(raise!(TypeError, "{ty} takes no arguments"));
    }
    Ok(())
}

pub struct NoneType;

#[pytype(name = "NoneType", c_name = _PyNone_Type, layout = PyObject, no_class)]
impl NoneType {
    fn tp_repr(_slf: &PyObject) -> PyResult<Owned> {
        unicode::from_str("None").map(Owned::upcast)
    }
    fn nb_bool(_slf: &PyObject) -> PyResult<bool> {
        Ok(false)
    }
    fn tp_dealloc(_slf: *mut PyObject) {
        err::fatal("deallocating None");
    }
    fn tp_new(
        _ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        no_arguments("NoneType", args, kw)?;
        Ok(none().own())
    }
}

pub struct NotImplementedType;

#[pytype(name = "NotImplementedType", c_name = _PyNotImplemented_Type, layout = PyObject, no_class)]
impl NotImplementedType {
    fn tp_repr(_slf: &PyObject) -> PyResult<Owned> {
        unicode::from_str("NotImplemented").map(Owned::upcast)
    }
    fn tp_dealloc(_slf: *mut PyObject) {
        err::fatal("deallocating NotImplemented");
    }
    fn tp_new(
        _ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        no_arguments("NotImplementedType", args, kw)?;
        Ok(not_implemented().own())
    }
    #[method]
    fn __reduce__(_slf: &PyObject) -> PyResult<Owned> {
        unicode::from_str("NotImplemented").map(Owned::upcast)
    }
}

pub struct EllipsisType;

#[pytype(name = "ellipsis", c_name = PyEllipsis_Type, layout = PyObject, no_class)]
impl EllipsisType {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    fn tp_repr(_slf: &PyObject) -> PyResult<Owned> {
        unicode::from_str("Ellipsis").map(Owned::upcast)
    }
    fn tp_new(
        _ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        no_arguments("EllipsisType", args, kw)?;
        Ok(ellipsis().own())
    }
    #[method]
    fn __reduce__(_slf: &PyObject) -> PyResult<Owned> {
        unicode::from_str("Ellipsis").map(Owned::upcast)
    }
}
