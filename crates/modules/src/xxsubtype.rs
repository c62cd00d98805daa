//! `xxsubtype`: subtypes of built-in types with a state of their own, an example that the test suite uses.

use pyrite_macros::{pymodule, pytype};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{args, dict, float, list, module, object, tuple};
use std::time::Instant;

#[repr(C)]
pub struct SpamListObject {
    list: PyListObject,
    state: Cell<c_int>,
}
// SAFETY: begins with a list, which begins with the object head; all fields are cells.
unsafe impl Layout for SpamListObject {}

#[repr(C)]
pub struct SpamDictObject {
    dict: PyDictObject,
    state: Cell<c_int>,
}
// SAFETY: begins with a dict, which begins with the object head; all fields are cells.
unsafe impl Layout for SpamDictObject {}

/// What the methods that only show their arguments return.
fn arguments(first: &PyObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
    let kw = kw.map_or_else(|| none().own(), |kw| kw.as_object().own());
    Ok(tuple::pack([first.own(), args.as_object().own(), kw])?.upcast())
}

pub struct SpamList;
#[pytype(name = "xxsubtype.spamlist", c_name = SPAMLIST, layout = SpamListObject, base = list::PyList_Type, export = false,
         flags = [BASETYPE])]
impl SpamList {
    fn tp_init(
        slf: &SpamListObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        let kw = kw.map_or(std::ptr::null_mut(), |kw| kw.as_ptr().cast());
        if let Some(init) = list::PyList_Type.tp_init.get() {
            // SAFETY: the object is a list; the arguments live for the call.
            if unsafe { init(slf.as_ptr().cast(), args.as_ptr().cast(), kw) } != 0 {
                return Err(Raised::already_set());
            }
        }
        slf.state.set(0);
        Ok(())
    }

    #[method(args)]
    fn getstate(slf: &SpamListObject, args: &[&PyObject]) -> PyResult<c_int> {
        no_arguments(args)?;
        Ok(slf.state.get())
    }

    #[method(args)]
    fn setstate(slf: &SpamListObject, args: &[&PyObject]) -> PyResult<()> {
        slf.state.set(one_int(args)?);
        Ok(())
    }

    #[method(class, varargs_kw)]
    fn classmeth(
        class: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        arguments(class.as_object(), args, kw)
    }

    #[method(staticmethod, varargs_kw)]
    fn staticmeth(args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
        arguments(none(), args, kw)
    }

    #[getter]
    fn state(slf: &SpamListObject) -> c_int {
        slf.state.get()
    }
}

pub struct SpamDict;
#[pytype(name = "xxsubtype.spamdict", c_name = SPAMDICT, layout = SpamDictObject, base = dict::PyDict_Type, export = false,
         flags = [BASETYPE])]
impl SpamDict {
    fn tp_init(
        slf: &SpamDictObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        dict::init(&slf.dict, args, kw)?;
        slf.state.set(0);
        Ok(())
    }

    #[method(args)]
    fn getstate(slf: &SpamDictObject, args: &[&PyObject]) -> PyResult<c_int> {
        no_arguments(args)?;
        Ok(slf.state.get())
    }

    #[method(args)]
    fn setstate(slf: &SpamDictObject, args: &[&PyObject]) -> PyResult<()> {
        slf.state.set(one_int(args)?);
        Ok(())
    }

    #[members]
    const MEMBERS: &[Member] = members![("state", T_INT, state, READONLY)];
}

fn no_arguments(args: &[&PyObject]) -> PyResult<()> {
    match args.len() {
        0 => Ok(()),
        n => Err(raise!(
            TypeError,
            "getstate() takes exactly 0 arguments ({n} given)"
        )),
    }
}

fn one_int(given: &[&PyObject]) -> PyResult<c_int> {
    match given {
        [state] => args::from_arg(
            state,
            args::Arg {
                fname: "setstate",
                place: args::Place::Position(1),
            },
        ),
        _ => Err(raise!(
            TypeError,
            "setstate() takes exactly 1 argument ({} given)",
            given.len()
        )),
    }
}

/// `xxsubtype`.
pub struct Xxsubtype;

#[pymodule(name = "xxsubtype", multi_phase = true, size = 0)]
impl Xxsubtype {
    #[function(parse_tuple)]
    #[sig("($module, obj, name, n=1000, /)", parse_tuple)]
    fn bench(_m: &PyObject, obj: &PyObject, name: &PyUnicodeObject, n: c_int) -> PyResult<Owned> {
        let start = Instant::now();
        for _ in 0..n {
            object::get_attr(obj, name.as_object())?;
        }
        let seconds = float::from_f64(start.elapsed().as_secs_f64())?;
        Ok(seconds.upcast())
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        module::add_type(m, &SPAMLIST)?;
        module::add_type(m, &SPAMDICT)
    }
}
