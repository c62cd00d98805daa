//! What makes a slot callable from Python: `x.__add__(y)` for a type with `nb_add`.
//!
//! Each wrapper checks and converts the arguments of one shape of slot, and calls the C function that the wrapper
//! descriptor carries.

use crate::object::{self, slot_int, slot_result};
use crate::prelude::*;
use crate::{err, exceptions::exc, long, number, owned, tuple};
use std::ffi::CStr;
use std::mem::transmute;

/// Wrappers in C's convention over functions of the object, the argument tuple and the slot's function.
macro_rules! wrappers {
    ($(fn $name:ident($slf:ident, $args:ident, $f:ident as $ty:ty) $body:block)*) => { $(
        /// # Safety
        /// Called by a wrapper descriptor: `slf` is live, `args` a tuple, `f` a function of the slot's type.
        pub unsafe extern "C" fn $name(slf: *mut PyObject, args: *mut PyObject, f: *mut c_void) -> *mut PyObject {
            fn inner($slf: &PyObject, $args: &PyTupleObject, f: *mut c_void) -> PyResult<Owned> {
                // SAFETY: the descriptor carries a function of the slot that the wrapper is for.
                let Some($f) = (unsafe { transmute::<*mut c_void, $ty>(f) }) else {
                    return Err(raise!(SystemError, "a wrapped slot is empty"));
                };
                $body
            }
            // SAFETY: by the contract.
            match inner(unsafe { &*slf }, unsafe { &*args.cast() }, f) {
                Ok(v) => v.into_ptr(),
                Err(_) => std::ptr::null_mut(),
            }
        }
    )* };
}

fn check_args(args: &PyTupleObject, n: Py_ssize_t) -> PyResult<()> {
    let got = args.ob_base.ob_size.get();
    if got == n {
        return Ok(());
    }
    let s = if n == 1 { "" } else { "s" };
    Err(raise!(TypeError, "expected {n} argument{s}, got {got}"))
}

/// `PyArg_UnpackTuple` with an empty name, as these wrappers use it.
fn check_range(args: &PyTupleObject, min: Py_ssize_t, max: Py_ssize_t) -> PyResult<()> {
    let got = args.ob_base.ob_size.get();
    let (bound, word) = if got < min {
        (min, "at least ")
    } else {
        (max, "at most ")
    };
    if (min..=max).contains(&got) {
        return Ok(());
    }
    let word = if min == max { "" } else { word };
    let s = if bound == 1 { "" } else { "s" };
    Err(raise!(
        TypeError,
        " expected {word}{bound} argument{s}, got {got}"
    ))
}

fn arg(args: &PyTupleObject, i: Py_ssize_t) -> PyResult<Owned> {
    tuple::get_item(args, i)
}

fn none_result(r: c_int) -> PyResult<Owned> {
    slot_int(r).map(|_| none().own())
}

wrappers! {
    fn unary(slf, args, f as unaryfunc) {
        check_args(args, 0)?;
        // SAFETY: the slot takes the object.
        unsafe { slot_result(f(slf.as_ptr())) }
    }
    fn binary(slf, args, f as binaryfunc) {
        check_args(args, 1)?;
        // SAFETY: the slot takes two objects.
        unsafe { slot_result(f(slf.as_ptr(), arg(args, 0)?.as_ptr())) }
    }
    fn binary_left(slf, args, f as binaryfunc) {
        check_args(args, 1)?;
        // SAFETY: the slot takes two objects.
        unsafe { slot_result(f(slf.as_ptr(), arg(args, 0)?.as_ptr())) }
    }
    fn binary_right(slf, args, f as binaryfunc) {
        check_args(args, 1)?;
        // SAFETY: the slot takes two objects.
        unsafe { slot_result(f(arg(args, 0)?.as_ptr(), slf.as_ptr())) }
    }
    fn ternary(slf, args, f as ternaryfunc) {
        check_range(args, 1, 2)?;
        let third = if args.ob_base.ob_size.get() > 1 { arg(args, 1)? } else { none().own() };
        // SAFETY: the slot takes three objects.
        unsafe { slot_result(f(slf.as_ptr(), arg(args, 0)?.as_ptr(), third.as_ptr())) }
    }
    fn ternary_right(slf, args, f as ternaryfunc) {
        check_range(args, 1, 2)?;
        let third = if args.ob_base.ob_size.get() > 1 { arg(args, 1)? } else { none().own() };
        // SAFETY: the slot takes three objects.
        unsafe { slot_result(f(arg(args, 0)?.as_ptr(), slf.as_ptr(), third.as_ptr())) }
    }
    fn inquiry(slf, args, f as inquiry) {
        check_args(args, 0)?;
        // SAFETY: the slot takes the object.
        slot_int(unsafe { f(slf.as_ptr()) }).map(|r| bool_from(r != 0))
    }
    fn len(slf, args, f as lenfunc) {
        check_args(args, 0)?;
        // SAFETY: the slot takes the object.
        let n = unsafe { f(slf.as_ptr()) };
        if n == -1 && err::occurred().is_some() {
            return Err(Raised::already_set());
        }
        long::from_ssize_t(n).map(Owned::upcast)
    }
    fn hash(slf, args, f as hashfunc) {
        check_args(args, 0)?;
        // SAFETY: the slot takes the object.
        let h = unsafe { f(slf.as_ptr()) };
        if h == -1 && err::occurred().is_some() {
            return Err(Raised::already_set());
        }
        long::from_ssize_t(h).map(Owned::upcast)
    }
    fn index_arg(slf, args, f as ssizeargfunc) {
        check_range(args, 1, 1)?;
        let i = number::as_ssize_t(&*arg(args, 0)?, Some(exc::OverflowError.get()))?;
        // SAFETY: the slot takes an object and an index.
        unsafe { slot_result(f(slf.as_ptr(), i)) }
    }
    fn sq_item(slf, args, f as ssizeargfunc) {
        if args.ob_base.ob_size.get() != 1 {
            check_args(args, 1)?;
        }
        let i = index_of(slf, &*arg(args, 0)?)?;
        // SAFETY: the slot takes an object and an index.
        unsafe { slot_result(f(slf.as_ptr(), i)) }
    }
    fn sq_setitem(slf, args, f as ssizeobjargproc) {
        check_range(args, 2, 2)?;
        let i = index_of(slf, &*arg(args, 0)?)?;
        // SAFETY: the slot takes an object, an index and a value.
        none_result(unsafe { f(slf.as_ptr(), i, arg(args, 1)?.as_ptr()) })
    }
    fn sq_delitem(slf, args, f as ssizeobjargproc) {
        check_args(args, 1)?;
        let i = index_of(slf, &*arg(args, 0)?)?;
        // SAFETY: a null value means deletion.
        none_result(unsafe { f(slf.as_ptr(), i, std::ptr::null_mut()) })
    }
    fn contains(slf, args, f as objobjproc) {
        check_args(args, 1)?;
        // SAFETY: the slot takes two objects.
        slot_int(unsafe { f(slf.as_ptr(), arg(args, 0)?.as_ptr()) }).map(|r| bool_from(r != 0))
    }
    fn setitem(slf, args, f as objobjargproc) {
        check_range(args, 2, 2)?;
        // SAFETY: the slot takes three objects.
        none_result(unsafe { f(slf.as_ptr(), arg(args, 0)?.as_ptr(), arg(args, 1)?.as_ptr()) })
    }
    fn delitem(slf, args, f as objobjargproc) {
        check_args(args, 1)?;
        // SAFETY: a null value means deletion.
        none_result(unsafe { f(slf.as_ptr(), arg(args, 0)?.as_ptr(), std::ptr::null_mut()) })
    }
    fn setattr(slf, args, f as setattrofunc) {
        check_range(args, 2, 2)?;
        check_setattr_hack(slf, f as usize, "__setattr__")?;
        // SAFETY: the slot takes three objects.
        none_result(unsafe { f(slf.as_ptr(), arg(args, 0)?.as_ptr(), arg(args, 1)?.as_ptr()) })
    }
    fn delattr(slf, args, f as setattrofunc) {
        check_args(args, 1)?;
        check_setattr_hack(slf, f as usize, "__delattr__")?;
        // SAFETY: a null value means deletion.
        none_result(unsafe { f(slf.as_ptr(), arg(args, 0)?.as_ptr(), std::ptr::null_mut()) })
    }
    fn next(slf, args, f as iternextfunc) {
        check_args(args, 0)?;
        // SAFETY: the slot takes the object; null without an exception means exhausted.
        let r = unsafe { Owned::from_owned_ptr_or_null(f(slf.as_ptr())) };
        match r {
            Some(v) => Ok(v),
            None if err::occurred().is_some() => Err(Raised::already_set()),
            None => Err(err::set_none(exc::StopIteration.get())),
        }
    }
    fn descr_get(slf, args, f as descrgetfunc) {
        check_range(args, 1, 2)?;
        let optional = |o: Owned| if o.is_none() { None } else { Some(o) };
        let o = optional(arg(args, 0)?);
        let ty = if args.ob_base.ob_size.get() > 1 { optional(arg(args, 1)?) } else { None };
        if o.is_none() && ty.is_none() {
            return Err(raise!(TypeError, "__get__(None, None) is invalid"));
        }
        let ptr = |o: &Option<Owned>| o.as_ref().map_or(std::ptr::null_mut(), |o| o.as_ptr());
        // SAFETY: the slot takes the descriptor, and an object and a type that may be null.
        unsafe { slot_result(f(slf.as_ptr(), ptr(&o), ptr(&ty))) }
    }
    fn descr_set(slf, args, f as descrsetfunc) {
        check_range(args, 2, 2)?;
        // SAFETY: the slot takes three objects.
        none_result(unsafe { f(slf.as_ptr(), arg(args, 0)?.as_ptr(), arg(args, 1)?.as_ptr()) })
    }
    fn descr_delete(slf, args, f as descrsetfunc) {
        check_args(args, 1)?;
        // SAFETY: a null value means deletion.
        none_result(unsafe { f(slf.as_ptr(), arg(args, 0)?.as_ptr(), std::ptr::null_mut()) })
    }
    fn del(slf, args, f as destructor) {
        check_args(args, 0)?;
        // SAFETY: a finalizer takes the object.
        unsafe { f(slf.as_ptr()) };
        Ok(none().own())
    }
    fn lt(slf, args, f as richcmpfunc) { compare(slf, args, f, Py_LT) }
    fn le(slf, args, f as richcmpfunc) { compare(slf, args, f, Py_LE) }
    fn eq(slf, args, f as richcmpfunc) { compare(slf, args, f, Py_EQ) }
    fn ne(slf, args, f as richcmpfunc) { compare(slf, args, f, Py_NE) }
    fn gt(slf, args, f as richcmpfunc) { compare(slf, args, f, Py_GT) }
    fn ge(slf, args, f as richcmpfunc) { compare(slf, args, f, Py_GE) }
}

fn compare(
    slf: &PyObject,
    args: &PyTupleObject,
    f: unsafe extern "C" fn(*mut PyObject, *mut PyObject, c_int) -> *mut PyObject,
    op: c_int,
) -> PyResult<Owned> {
    check_args(args, 1)?;
    // SAFETY: the slot takes two objects and an operator.
    unsafe { slot_result(f(slf.as_ptr(), arg(args, 0)?.as_ptr(), op)) }
}

/// An index for a sequence slot; a negative one counts from the end.
fn index_of(slf: &PyObject, i: &PyObject) -> PyResult<Py_ssize_t> {
    let i = number::as_ssize_t(i, Some(exc::OverflowError.get()))?;
    if i < 0 && object::slot!(slf.ty(), tp_as_sequence.sq_length).is_some() {
        return Ok(i + object::size(slf)?);
    }
    Ok(i)
}

/// `object.__setattr__(SomeType, ...)` must not get round the type's own setter.
fn check_setattr_hack(slf: &PyObject, f: usize, what: &str) -> PyResult<()> {
    let mut at = slf.as_object().ob_type.get();
    // SAFETY: a type holds its base.
    while let Some(ty) = unsafe { at.as_ref() } {
        if ty.tp_flags.get() & Py_TPFLAGS_HEAPTYPE == 0 {
            let own = ty.tp_setattro.get().map_or(0, |g| g as usize);
            if own != f && own != 0 {
                let name = owned::type_name_of(slf.ty());
                return Err(raise!(
                    TypeError,
                    "can't apply this {what} to {name} object"
                ));
            }
            return Ok(());
        }
        at = ty.tp_base.get();
    }
    Ok(())
}

/// `__call__`, the one wrapper besides [`init`] that takes keywords.
///
/// # Safety
/// As the others; `kw` is a dict or null.
pub unsafe extern "C" fn call_kw(
    slf: *mut PyObject,
    args: *mut PyObject,
    f: *mut c_void,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the descriptor carries a `tp_call`.
    match unsafe { transmute::<*mut c_void, ternaryfunc>(f) } {
        // SAFETY: by the contract.
        Some(f) => unsafe { f(slf, args, kw) },
        None => std::ptr::null_mut(),
    }
}

/// `__init__`.
///
/// # Safety
/// As [`call_kw`].
pub unsafe extern "C" fn init_kw(
    slf: *mut PyObject,
    args: *mut PyObject,
    f: *mut c_void,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: the descriptor carries a `tp_init`, which is called by its contract.
    let r = match unsafe { transmute::<*mut c_void, initproc>(f) } {
        // SAFETY: as above.
        Some(f) => unsafe { f(slf, args, kw) },
        None => -1,
    };
    if r < 0 {
        std::ptr::null_mut()
    } else {
        none().own().into_ptr()
    }
}

/// [`call_kw`] and [`init_kw`] under the type of the table's column; the flag says how to call them.
///
/// # Safety
/// Called only through the keyword convention.
pub unsafe extern "C" fn call(
    slf: *mut PyObject,
    args: *mut PyObject,
    f: *mut c_void,
) -> *mut PyObject {
    // SAFETY: by the contract; without keywords.
    unsafe { call_kw(slf, args, f, std::ptr::null_mut()) }
}

/// # Safety
/// As [`call`].
pub unsafe extern "C" fn init(
    slf: *mut PyObject,
    args: *mut PyObject,
    f: *mut c_void,
) -> *mut PyObject {
    // SAFETY: by the contract; without keywords.
    unsafe { init_kw(slf, args, f, std::ptr::null_mut()) }
}

/// Calls a wrapper with its arguments.
///
/// # Safety
/// `base` and `wrapped` belong together, and `slf` is an instance of the type that they come from.
pub unsafe fn invoke(
    base: &wrapperbase,
    wrapped: *mut c_void,
    slf: &PyObject,
    args: &PyTupleObject,
    kw: Option<&PyDictObject>,
) -> PyResult<Owned> {
    let Some(wrapper) = base.wrapper else {
        return Err(raise!(SystemError, "a slot wrapper without a function"));
    };
    let (s, a) = (slf.as_ptr(), args.as_ptr());
    if base.flags & PyWrapperFlag_KEYWORDS != 0 {
        let kw = kw.map_or(std::ptr::null_mut(), ObjectExt::as_ptr);
        let f = match wrapper as usize {
            w if w == call as *const () as usize => call_kw,
            w if w == init as *const () as usize => init_kw,
            // SAFETY: the flag says that a foreign wrapper takes keywords.
            _ => unsafe {
                transmute::<
                    unsafe extern "C" fn(
                        *mut PyObject,
                        *mut PyObject,
                        *mut c_void,
                    ) -> *mut PyObject,
                    unsafe extern "C" fn(
                        *mut PyObject,
                        *mut PyObject,
                        *mut c_void,
                        *mut PyObject,
                    ) -> *mut PyObject,
                >(wrapper)
            },
        };
        // SAFETY: by the contract.
        return unsafe { slot_result(f(s, a, wrapped, kw)) };
    }
    if kw.is_some_and(|kw| kw.ma_used.get() != 0) {
        // SAFETY: a wrapper's name is a C string.
        let name = unsafe { CStr::from_ptr(base.name) }.to_string_lossy();
        return Err(raise!(
            TypeError,
            "wrapper {name}() takes no keyword arguments"
        ));
    }
    // SAFETY: by the contract.
    unsafe { slot_result(wrapper(s, a, wrapped)) }
}
