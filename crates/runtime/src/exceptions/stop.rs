//! Exceptions with one value: `StopIteration`, `SystemExit`; and `KeyError`, which shows its argument by `repr`.

use super::base::{self, args_of, init_args, own_fields, plain_str};
use super::{_PyExc_BaseException, _PyExc_Exception, _PyExc_LookupError};
use crate::prelude::*;
use crate::{object, tuple};
use pyrite_macros::pytype;

own_fields!(PyStopIterationObject: value);
own_fields!(PySystemExitObject: code);

pub struct StopIteration;

#[pytype(name = "StopIteration", c_name = _PyExc_StopIteration, layout = PyStopIterationObject, base = _PyExc_Exception,
         flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
impl StopIteration {
    const tp_dealloc: destructor = Some(base::dealloc::<PyStopIterationObject>);
    const tp_traverse: traverseproc = Some(base::traverse::<PyStopIterationObject>);
    const tp_clear: inquiry = Some(base::clear::<PyStopIterationObject>);

    fn tp_init(
        slf: &PyStopIterationObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        init_args(
            base::common(slf),
            args.as_object(),
            kw.map(ObjectExt::as_object),
        )?;
        let value = tuple::as_slice(args).first().copied().unwrap_or(none());
        slf.value.set_ref(Some(value.own()));
        Ok(())
    }

    #[members]
    const MEMBERS: &[Member] = members![("value", T_OBJECT, value, 0)];
}

impl PyClass for PyStopIterationObject {
    fn type_object() -> &'static PyTypeObject {
        &_PyExc_StopIteration
    }
}

pub struct SystemExit;

#[pytype(name = "SystemExit", c_name = _PyExc_SystemExit, layout = PySystemExitObject, base = _PyExc_BaseException,
         flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
impl SystemExit {
    const tp_dealloc: destructor = Some(base::dealloc::<PySystemExitObject>);
    const tp_traverse: traverseproc = Some(base::traverse::<PySystemExitObject>);
    const tp_clear: inquiry = Some(base::clear::<PySystemExitObject>);

    fn tp_init(
        slf: &PySystemExitObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        init_args(
            base::common(slf),
            args.as_object(),
            kw.map(ObjectExt::as_object),
        )?;
        match tuple::as_slice(args) {
            [] => {}
            [code] => slf.code.set_ref(Some(code.own())),
            _ => slf.code.set_ref(Some(args.own())),
        }
        Ok(())
    }

    #[members]
    const MEMBERS: &[Member] = members![("code", T_OBJECT, code, 0)];
}

impl PyClass for PySystemExitObject {
    fn type_object() -> &'static PyTypeObject {
        &_PyExc_SystemExit
    }
}

pub struct KeyError;

#[pytype(name = "KeyError", c_name = _PyExc_KeyError, layout = PyBaseExceptionObject, base = _PyExc_LookupError,
         flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
impl KeyError {
    const tp_init: initproc = Some(base::init);
    const tp_dealloc: destructor = Some(base::dealloc::<PyBaseExceptionObject>);
    const tp_traverse: traverseproc = Some(base::traverse::<PyBaseExceptionObject>);
    const tp_clear: inquiry = Some(base::clear::<PyBaseExceptionObject>);

    /// `KeyError('')` would show as nothing at all, so one argument is shown as written.
    fn tp_str(slf: &PyBaseExceptionObject) -> PyResult<Owned> {
        let args = args_of(slf)?;
        match tuple::as_slice(&args) {
            [key] => object::repr(key),
            _ => plain_str(slf),
        }
    }
}
