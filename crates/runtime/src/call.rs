//! Calling objects: vectorcall (PEP 590) and `tp_call`.
//!
//! Arguments travel as a slice of borrowed references; keyword arguments' values follow the positional ones, their
//! names are a tuple. A type without a vectorcall entry is called with a tuple and a dict made for the occasion.

use crate::object::{self, slot_result};
use crate::prelude::*;
use crate::{dict, err, recursion, tuple, typeobject};

/// The flag in `nargsf` that allows the callee to use `args[-1]` for the time of the call.
pub const ARGUMENTS_OFFSET: usize = 1 << (usize::BITS - 1);

/// `_PyVectorcall_Function`: the object's entry, if it has one.
#[inline]
pub fn vectorcall_function(f: &PyObject) -> vectorcallfunc {
    let ty = f.ty();
    if ty.tp_flags.get() & _Py_TPFLAGS_HAVE_VECTORCALL == 0 {
        return None;
    }
    let offset = ty.tp_vectorcall_offset.get();
    // SAFETY: the flag says that a vectorcall pointer, or null, lies at that offset of every instance.
    unsafe {
        *f.as_ptr()
            .cast::<u8>()
            .offset(offset)
            .cast::<vectorcallfunc>()
    }
}

/// `_PyObject_Vectorcall` over raw arguments.
///
/// # Safety
/// `args` points to the positional arguments and the keyword arguments' values, all live. With [`ARGUMENTS_OFFSET`] in
/// `nargsf`, `args[-1]` may be overwritten for the time of the call.
#[inline]
pub unsafe fn vectorcall(
    f: &PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> PyResult<Owned> {
    crate::hostile::check_clear(f);
    match vectorcall_function(f) {
        // SAFETY: by the contract; the result is checked as C's is.
        Some(entry) => unsafe { checked(f, entry(f.as_ptr(), args, nargsf, kwnames)) },
        // SAFETY: by the contract.
        None => unsafe { make_tp_call(f, args, nargsf & !ARGUMENTS_OFFSET, kwnames) },
    }
}

/// `_Py_CheckFunctionResult`: a result and an exception exclude each other.
///
/// # Safety
/// `result` is an owned reference or null, as every call returns.
#[inline]
pub unsafe fn checked(f: &PyObject, result: *mut PyObject) -> PyResult<Owned> {
    if result.is_null() != err::occurred().is_some() {
        // SAFETY: an owned reference or null, as every call returns.
        return unsafe { inconsistent(f, result) };
    }
    // SAFETY: as above.
    unsafe { slot_result(result) }
}

#[cold]
#[inline(never)]
unsafe fn inconsistent(f: &PyObject, result: *mut PyObject) -> PyResult<Owned> {
    // SAFETY: an owned reference or null.
    let had_result = unsafe { Owned::from_owned_ptr_or_null(result) }.is_some();
    let cause = if had_result { Some(err::fetch()) } else { None };
    // A Python function's result is checked where its frame ends, before its caller looks.
    let text = if had_result && f.downcast_exact::<PyFunctionObject>().is_some() {
        crate::unicode::from_str("PyEval_EvalFrameEx").map(Owned::upcast)
    } else {
        object::repr(f)
    };
    let raised = match text {
        Ok(text) if had_result => {
            if let Some(cause) = cause {
                err::restore(cause);
            }
            return Err(err::raise_from_cause(
                crate::exceptions::exc::SystemError.get(),
                format_args!("{} returned a result with an error set", err::Str(&text)),
            ));
        }
        Ok(text) => {
            raise!(
                SystemError,
                "{} returned NULL without setting an error",
                err::Str(&text)
            )
        }
        Err(e) => e,
    };
    if let Some(cause) = cause {
        err::chain_exceptions(cause);
    }
    Err(raised)
}

/// `_PyObject_MakeTpCall`: packs the arguments for a type that has only `tp_call`.
///
/// # Safety
/// `args` points to `nargs` arguments, and behind them to one for each of `kwnames`.
#[cold]
#[inline(never)]
pub unsafe fn make_tp_call(
    f: &PyObject,
    args: *const *mut PyObject,
    nargs: usize,
    kwnames: *mut PyObject,
) -> PyResult<Owned> {
    // SAFETY: by the contract; a `&PyObject` is a non-null pointer.
    unsafe {
        let positional = slice_of(args, nargs);
        let kw = keywords(args.add(nargs), kwnames)?;
        let positional = tuple::from_slice(positional)?;
        tp_call(f, &positional, kw.as_deref())
    }
}

/// The dict of the keywords of a vector call; none for no names.
///
/// # Safety
/// `kwnames` is a tuple or null, and `values` points to a value for each name.
pub unsafe fn keywords(
    values: *const *mut PyObject,
    kwnames: *mut PyObject,
) -> PyResult<Option<Owned<PyDictObject>>> {
    // SAFETY: by the contract.
    unsafe {
        let Some(names) = kwnames.cast::<PyTupleObject>().as_ref() else {
            return Ok(None);
        };
        let n = names.ob_base.ob_size.get();
        if n == 0 {
            return Ok(None);
        }
        let kw = dict::new()?;
        for i in 0..n {
            dict::set_item(&kw, &*tuple::get_item(names, i)?, &**values.offset(i))?;
        }
        Ok(Some(kw))
    }
}

unsafe fn slice_of<'a>(args: *const *mut PyObject, n: usize) -> &'a [&'a PyObject] {
    if n == 0 {
        return &[];
    }
    // SAFETY: the caller has n live arguments there, and a reference is a non-null pointer.
    unsafe { std::slice::from_raw_parts(args.cast::<&PyObject>(), n) }
}

/// Calls by `tp_call`.
fn tp_call(f: &PyObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
    let Some(call) = f.ty().tp_call.get() else {
        let ty = f.type_name();
        return Err(raise!(
            TypeError,
            "'{}' object is not callable",
            err::short(&ty, 200)
        ));
    };
    crate::hostile::check_clear(f);
    let _guard = recursion::enter(" while calling a Python object")?;
    let kw = kw.map_or(std::ptr::null_mut(), ObjectExt::as_ptr);
    // SAFETY: the slot takes the object, a tuple and a dict or null.
    unsafe { checked(f, call(f.as_ptr(), args.as_ptr(), kw)) }
}

/// `PyObject_Call`: with a tuple and an optional dict.
pub fn call_dict(f: &PyObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
    match vectorcall_function(f) {
        Some(_) => vectorcall_dict(f, args, kw),
        None => tp_call(f, args, kw),
    }
}

/// `PyVectorcall_Call`: spreads a tuple and a dict for a vectorcall entry.
pub fn vectorcall_dict(
    f: &PyObject,
    args: &PyTupleObject,
    kw: Option<&PyDictObject>,
) -> PyResult<Owned> {
    if let Some(result) = crate::cfunction::call_with_dict(f, args, kw) {
        // SAFETY: the result is a new reference, or null with an exception.
        return unsafe { checked(f, result?) };
    }
    let Some(entry) = entry_of(f) else {
        return Err(raise!(
            TypeError,
            "'{}' object does not support vectorcall",
            err::short(&f.type_name(), 200)
        ));
    };
    let n = args.ob_base.ob_size.get() as usize;
    // SAFETY: a tuple's items are live while the tuple is.
    let items: &[&PyObject] = unsafe { slice_of(args.ob_item.as_ptr().cast(), n) };
    let Some(kw) = kw.filter(|kw| kw.ma_used.get() != 0) else {
        // SAFETY: the tuple holds all arguments for the time of the call.
        return unsafe {
            checked(
                f,
                entry(f.as_ptr(), items.as_ptr().cast(), n, std::ptr::null_mut()),
            )
        };
    };
    let mut all: Vec<Owned> = items.iter().map(|o| o.own()).collect();
    let mut names = Vec::new();
    for (name, value) in dict::items(kw) {
        if name.ty().tp_flags.get() & Py_TPFLAGS_UNICODE_SUBCLASS == 0 {
            return Err(raise!(TypeError, "keywords must be strings"));
        }
        names.push(name);
        all.push(value);
    }
    let names = tuple::from_owned(names)?;
    let args: Vec<&PyObject> = all.iter().map(|o| &**o).collect();
    // SAFETY: the vectors hold all arguments for the time of the call.
    unsafe {
        checked(
            f,
            entry(f.as_ptr(), args.as_ptr().cast(), n, names.as_ptr()),
        )
    }
}

/// The entry that `tp_call` goes to: also where the type's own flag says that calls shall not take it directly, as a class that is
/// derived from a type of C does.
fn entry_of(f: &PyObject) -> vectorcallfunc {
    let offset = f.ty().tp_vectorcall_offset.get();
    if offset <= 0 {
        return None;
    }
    // SAFETY: a type with the offset has an entry, or null, there in every instance.
    unsafe {
        *f.as_ptr()
            .cast::<u8>()
            .offset(offset)
            .cast::<vectorcallfunc>()
    }
}

/// `PyVectorcall_Call` as a `tp_call` slot.
///
/// # Safety
/// `f` has a vectorcall entry, `args` is a tuple, `kw` a dict or null.
pub unsafe extern "C" fn vectorcall_call_slot(
    f: *mut PyObject,
    args: *mut PyObject,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: by the contract.
    match unsafe { vectorcall_dict(&*f, &*args.cast(), kw.cast::<PyDictObject>().as_ref()) } {
        Ok(v) => v.into_ptr(),
        Err(_) => std::ptr::null_mut(),
    }
}

/// Calls with positional arguments.
#[inline]
pub fn call(f: &PyObject, args: &[&PyObject]) -> PyResult<Owned> {
    // SAFETY: a slice of references is an array of live, non-null pointers.
    unsafe { vectorcall(f, args.as_ptr().cast(), args.len(), std::ptr::null_mut()) }
}

/// Calls with the last `kwnames` arguments by name.
#[inline]
pub fn call_kw(
    f: &PyObject,
    args: &[&PyObject],
    kwnames: Option<&PyTupleObject>,
) -> PyResult<Owned> {
    let named = kwnames.map_or(0, |k| k.ob_base.ob_size.get() as usize);
    let kwnames = kwnames.map_or(std::ptr::null_mut(), ObjectExt::as_ptr);
    let positional = args.len().saturating_sub(named);
    // SAFETY: as in `call`; the values of the names are the slice's end.
    unsafe { vectorcall(f, args.as_ptr().cast(), positional, kwnames) }
}

/// `_PyObject_CallNoArg`.
#[inline]
pub fn call0(f: &PyObject) -> PyResult<Owned> {
    call(f, &[])
}

/// `_PyObject_CallOneArg`. The callee may use the slot in front of the argument.
#[inline]
pub fn call1(f: &PyObject, arg: &PyObject) -> PyResult<Owned> {
    let args = [std::ptr::null_mut(), arg.as_ptr()];
    // SAFETY: one live argument, with a free slot in front.
    unsafe {
        vectorcall(
            f,
            args.as_ptr().add(1),
            1 | ARGUMENTS_OFFSET,
            std::ptr::null_mut(),
        )
    }
}

/// `PyObject_VectorcallMethod`: `o.name(*args)`, without making a bound method where the type allows that.
pub fn method(o: &PyObject, name: &PyObject, args: &[&PyObject]) -> PyResult<Owned> {
    let (f, bound) = typeobject::get_method(o, name)?;
    if bound {
        return call(&f, args);
    }
    with_self(o, args, |all| call(&f, all))
}

/// Calls `f` with `o` in front of `args`.
pub fn with_self<R>(o: &PyObject, args: &[&PyObject], f: impl FnOnce(&[&PyObject]) -> R) -> R {
    match args {
        [] => f(&[o]),
        [a] => f(&[o, a]),
        [a, b] => f(&[o, a, b]),
        [a, b, c] => f(&[o, a, b, c]),
        _ => {
            let all: Vec<&PyObject> = std::iter::once(o).chain(args.iter().copied()).collect();
            f(&all)
        }
    }
}

/// `o.name(*args)` by a Rust string.
pub fn method_str(o: &PyObject, name: &str, args: &[&PyObject]) -> PyResult<Owned> {
    method(o, crate::unicode::from_str(name)?.as_object(), args)
}
