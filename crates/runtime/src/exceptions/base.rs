//! `BaseException`, and what every exception shares: its slots and its fields.

use crate::args;
use crate::prelude::*;
use crate::{call, dict, err, gc, object, trashcan, tuple, typeobject, unicode};
use pyrite_macros::pytype;

/// The layout of an exception: the fields of `BaseException`, and more reference fields behind them.
pub(super) trait Fields: Layout {
    /// Hands each field of its own (not the common ones) to `f` until one answer is not 0.
    fn own_fields(&self, f: &mut dyn FnMut(&Cell<*mut PyObject>) -> c_int) -> c_int;
}

impl Fields for PyBaseExceptionObject {
    fn own_fields(&self, _: &mut dyn FnMut(&Cell<*mut PyObject>) -> c_int) -> c_int {
        0
    }
}

macro_rules! own_fields {
    ($layout:ident: $($field:ident),*) => {
        impl $crate::exceptions::base::Fields for $layout {
            fn own_fields(&self, f: &mut dyn FnMut(&Cell<*mut PyObject>) -> c_int) -> c_int {
                for field in [$(&self.$field),*] {
                    match f(field) {
                        0 => {}
                        stop => return stop,
                    }
                }
                0
            }
        }
    };
}
pub(super) use own_fields;

fn each_field<T: Fields>(slf: &T, f: &mut dyn FnMut(&Cell<*mut PyObject>) -> c_int) -> c_int {
    let base = common(slf);
    for field in [
        &base.dict,
        &base.args,
        &base.traceback,
        &base.context,
        &base.cause,
    ] {
        match f(field) {
            0 => {}
            stop => return stop,
        }
    }
    slf.own_fields(f)
}

/// The common fields of an exception.
#[inline]
pub(super) fn common<T: Fields>(slf: &T) -> &PyBaseExceptionObject {
    // SAFETY: every exception layout begins with these fields.
    unsafe { slf.cast_ref() }
}

/// `tp_traverse` of any exception layout.
pub(super) unsafe extern "C" fn traverse<T: Fields>(
    slf: *mut PyObject,
    visit: visitproc,
    data: *mut c_void,
) -> c_int {
    let Some(visit) = visit else { return 0 };
    // SAFETY: a live exception of that layout; the visitor takes its data and live objects.
    unsafe {
        each_field(&*slf.cast::<T>(), &mut |field| match field.get() {
            o if o.is_null() => 0,
            o => visit(o, data),
        })
    }
}

/// `tp_clear` of any exception layout.
pub(super) unsafe extern "C" fn clear<T: Fields>(slf: *mut PyObject) -> c_int {
    // SAFETY: a live exception of that layout.
    unsafe {
        each_field(&*slf.cast::<T>(), &mut |field| {
            field.set_ref(None);
            0
        })
    }
}

/// `tp_dealloc` of any exception layout. A chain of contexts may be long, hence the trashcan.
pub(super) unsafe extern "C" fn dealloc<T: Fields>(slf: *mut PyObject) {
    // SAFETY: nobody else sees the object any more; its type frees what it allocated.
    unsafe {
        trashcan::guard(slf, dealloc::<T>, |slf| {
            gc::untrack_if_tracked(slf);
            clear::<T>(slf);
            if let Some(free) = (*slf).ty().tp_free.get() {
                free(slf.cast());
            }
        });
    }
}

/// `tp_new` of most exceptions.
pub(super) unsafe extern "C" fn new(
    ty: *mut PyTypeObject,
    args: *mut PyObject,
    _: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the type and the argument tuple live during the call.
    let made = unsafe { allocate(&*ty, args.as_ref()) };
    made.map_or(std::ptr::null_mut(), Owned::into_ptr)
}

/// A new exception of any layout whose `args` are the tuple, or empty.
pub(super) fn allocate(ty: &PyTypeObject, args: Option<&PyObject>) -> PyResult<Owned> {
    let made = typeobject::instance::alloc(ty)?;
    let args = match args {
        Some(args) => args.own(),
        None => tuple::empty()?.upcast(),
    };
    // SAFETY: exception types have a layout that begins with the common fields.
    unsafe { made.cast_ref::<PyBaseExceptionObject>() }
        .args
        .set_ref(Some(args));
    Ok(made)
}

/// `tp_init` of most exceptions.
pub(super) unsafe extern "C" fn init(
    slf: *mut PyObject,
    args: *mut PyObject,
    kw: *mut PyObject,
) -> c_int {
    // SAFETY: all three live during the call; the exception has the common fields.
    let done = unsafe { init_args(&*slf.cast::<PyBaseExceptionObject>(), &*args, kw.as_ref()) };
    done.map_or(-1, |()| 0)
}

/// Refuses keywords and stores the arguments.
pub(super) fn init_args(
    slf: &PyBaseExceptionObject,
    args: &PyObject,
    kw: Option<&PyObject>,
) -> PyResult<()> {
    args::no_keywords(&slf.type_name(), kw)?;
    slf.args.set_ref(Some(args.own()));
    Ok(())
}

/// The arguments of an exception: the tuple, or an empty one.
pub fn args_of(slf: &PyBaseExceptionObject) -> PyResult<Owned<PyTupleObject>> {
    match slf.args.load().map(Owned::downcast_owned::<PyTupleObject>) {
        Some(Ok(args)) => Ok(args),
        _ => tuple::empty(),
    }
}

/// What `str()` of a plain exception gives.
pub(super) fn plain_str(slf: &PyBaseExceptionObject) -> PyResult<Owned> {
    let args = args_of(slf)?;
    match tuple::as_slice(&args) {
        [] => Ok(unicode::empty()?.upcast()),
        [one] => object::str(one),
        _ => object::str(args.as_object()),
    }
}

/// `(type, args)`, or `(type, args, state)` where there is a state.
pub(super) fn reduced(
    slf: &PyBaseExceptionObject,
    args: Owned,
    state: Option<Owned>,
) -> PyResult<Owned> {
    let mut parts = vec![slf.ty().own(), args];
    parts.extend(state);
    Ok(tuple::from_owned(parts)?.upcast())
}

const TRACEBACK: &str = "__traceback__ must be a traceback or None";

/// Sets `__traceback__` (`PyException_SetTraceback`).
pub fn set_traceback(slf: &PyBaseExceptionObject, tb: Option<&PyObject>) -> PyResult<()> {
    match tb {
        None => Err(raise!(TypeError, "__traceback__ may not be deleted")),
        Some(tb) if tb.is_none() => {
            slf.traceback.set_ref(None);
            Ok(())
        }
        Some(tb) if tb.downcast::<PyTracebackObject>().is_some() => {
            slf.traceback.set_ref(Some(tb.own()));
            Ok(())
        }
        Some(_) => Err(raise!(TypeError, "{TRACEBACK}")),
    }
}

/// `PyException_GetTraceback`.
pub fn get_traceback(slf: &PyBaseExceptionObject) -> Option<Owned> {
    slf.traceback.load()
}

/// `PyException_GetCause`.
pub fn get_cause(slf: &PyBaseExceptionObject) -> Option<Owned> {
    slf.cause.load()
}

/// `PyException_SetCause`: a cause takes the context's place in tracebacks.
pub fn set_cause(slf: &PyBaseExceptionObject, cause: Option<Owned>) {
    slf.suppress_context.set(1);
    slf.cause.set_ref(cause);
}

/// `PyException_GetContext`.
pub fn get_context(slf: &PyBaseExceptionObject) -> Option<Owned> {
    slf.context.load()
}

/// `PyException_SetContext`.
pub fn set_context(slf: &PyBaseExceptionObject, context: Option<Owned>) {
    slf.context.set_ref(context);
}

/// An exception or `None` for the chain: `what` names it in errors.
fn chained(value: Option<&PyObject>, attribute: &str, what: &str) -> PyResult<Option<Owned>> {
    match value {
        None => Err(raise!(TypeError, "{attribute} may not be deleted")),
        Some(v) if v.is_none() => Ok(None),
        Some(v) if v.downcast::<PyBaseExceptionObject>().is_some() => Ok(Some(v.own())),
        Some(_) => Err(raise!(
            TypeError,
            "exception {what} must be None or derive from BaseException"
        )),
    }
}

pub struct BaseException;

#[pytype(name = "BaseException", c_name = _PyExc_BaseException, layout = PyBaseExceptionObject,
         flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, export = false)]
impl BaseException {
    const tp_new: newfunc = Some(new);
    const tp_init: initproc = Some(init);
    const tp_dealloc: destructor = Some(dealloc::<PyBaseExceptionObject>);
    const tp_traverse: traverseproc = Some(traverse::<PyBaseExceptionObject>);
    const tp_clear: inquiry = Some(clear::<PyBaseExceptionObject>);
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    const tp_setattro: setattrofunc = Some(object::generic_set_attr_slot);

    fn tp_str(slf: &PyBaseExceptionObject) -> PyResult<Owned> {
        plain_str(slf)
    }

    fn tp_repr(slf: &PyBaseExceptionObject) -> PyResult<Owned> {
        let args = args_of(slf)?;
        let name = typeobject::short_name(slf.ty());
        let text = match tuple::as_slice(&args) {
            [one] => {
                let one = object::repr(one)?;
                unicode::from_args(format_args!("{name}({})", err::Str(&one)))?
            }
            _ => {
                let all = object::repr(args.as_object())?;
                unicode::from_args(format_args!("{name}{}", err::Str(&all)))?
            }
        };
        Ok(text.upcast())
    }

    #[method]
    fn __reduce__(slf: &PyBaseExceptionObject) -> PyResult<Owned> {
        reduced(slf, args_of(slf)?.upcast(), slf.dict.load())
    }

    #[method]
    fn __setstate__(slf: &PyBaseExceptionObject, state: &PyObject) -> PyResult<()> {
        if state.is_none() {
            return Ok(());
        }
        let Some(state) = state.downcast::<PyDictObject>() else {
            return Err(raise!(TypeError, "state is not a dictionary"));
        };
        let mut at = 0;
        while let Some((name, value)) = dict::next(state, &mut at) {
            object::set_attr(slf.as_object(), &name, &value)?;
        }
        Ok(())
    }

    #[method]
    fn with_traceback(slf: &PyBaseExceptionObject, tb: &PyObject) -> PyResult<Owned> {
        set_traceback(slf, Some(tb))?;
        Ok(slf.own())
    }

    #[getter]
    fn __dict__(slf: &PyBaseExceptionObject) -> PyResult<Owned> {
        object::generic_get_dict(slf.as_object())
    }
    #[setter(__dict__)]
    fn set_dict(slf: &PyBaseExceptionObject, value: Option<&PyObject>) -> PyResult<()> {
        object::generic_set_dict(slf.as_object(), value)
    }

    #[getter]
    fn args(slf: &PyBaseExceptionObject) -> Option<Owned> {
        slf.args.load()
    }
    #[setter(args)]
    fn set_args(slf: &PyBaseExceptionObject, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else {
            return Err(raise!(TypeError, "args may not be deleted"));
        };
        let args = crate::sequence::tuple(value)?;
        slf.args.set_ref(Some(args.upcast()));
        Ok(())
    }

    #[getter]
    fn __traceback__(slf: &PyBaseExceptionObject) -> Option<Owned> {
        slf.traceback.load()
    }
    #[setter(__traceback__)]
    fn set_tb(slf: &PyBaseExceptionObject, value: Option<&PyObject>) -> PyResult<()> {
        set_traceback(slf, value)
    }

    #[getter]
    fn __context__(slf: &PyBaseExceptionObject) -> Option<Owned> {
        slf.context.load()
    }
    #[setter(__context__)]
    fn set_ctx(slf: &PyBaseExceptionObject, value: Option<&PyObject>) -> PyResult<()> {
        slf.context
            .set_ref(chained(value, "__context__", "context")?);
        Ok(())
    }

    #[getter]
    fn __cause__(slf: &PyBaseExceptionObject) -> Option<Owned> {
        slf.cause.load()
    }
    #[setter(__cause__)]
    fn set_cause_attr(slf: &PyBaseExceptionObject, value: Option<&PyObject>) -> PyResult<()> {
        set_cause(slf, chained(value, "__cause__", "cause")?);
        Ok(())
    }

    #[members]
    const MEMBERS: &[Member] = members![("__suppress_context__", T_BOOL, suppress_context, 0)];
}

/// Calls an exception type with the arguments in `value`, as raising does: a tuple is spread, None is no argument.
pub fn create(ty: &PyObject, value: Option<&PyObject>) -> PyResult<Owned> {
    match value {
        None => call::call0(ty),
        Some(v) if v.is_none() => call::call0(ty),
        Some(v) => match v.downcast::<PyTupleObject>() {
            Some(args) => call::call_dict(ty, args, None),
            None => call::call1(ty, v),
        },
    }
}
