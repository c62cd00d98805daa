//! The C functions behind the slots of classes: each looks its special method up in the type and calls it.

use super::{get_attr_special, lookup, lookup_method_on_type};
use crate::object::slot;
use crate::prelude::*;
use crate::{call, err, exceptions::exc, iter, long, number, object, unicode};
use std::ptr::null_mut;

/// An exported-convention slot function over an inner one: NULL (or -1) for an error.
macro_rules! slot_fns {
    ($($(#[$doc:meta])* fn $name:ident($($arg:ident: $ty:ident),*) -> $ret:ident = $body:expr;)*) => { $(
        $(#[$doc])*
        ///
        /// # Safety
        /// A slot: called with live objects, or null where the slot allows that.
        pub unsafe extern "C" fn $name($($arg: slot_fns!(@ty $ty)),*) -> slot_fns!(@ret $ret) {
            $(
                // Some arguments are plain numbers.
                #[allow(unused_unsafe)]
                // SAFETY: by the contract of the slot.
                let $arg = unsafe { slot_fns!(@in $ty $arg) };
            )*
            slot_fns!(@out $ret $body)
        }
    )* };
    (@ty obj) => { *mut PyObject };
    (@ty opt) => { *mut PyObject };
    (@ty int) => { c_int };
    (@ty index) => { Py_ssize_t };
    (@in obj $a:ident) => { &*$a };
    (@in opt $a:ident) => { $a.as_ref() };
    (@in int $a:ident) => { $a };
    (@in index $a:ident) => { $a };
    (@ret obj) => { *mut PyObject };
    (@ret next) => { *mut PyObject };
    (@ret int) => { c_int };
    (@ret size) => { Py_ssize_t };
    (@ret hash) => { Py_hash_t };
    (@out obj $e:expr) => { match $e { Ok(v) => v.into_ptr(), Err(_) => null_mut() } };
    (@out next $e:expr) => { match $e { Ok(Some(v)) => v.into_ptr(), _ => null_mut() } };
    (@out int $e:expr) => { match $e { Ok(v) => c_int::from(v), Err(_) => -1 } };
    (@out size $e:expr) => { $e.unwrap_or(-1) };
    (@out hash $e:expr) => { $e.unwrap_or(-1) };
}

/// Calls `type(slf).name(slf, *args)`; raises AttributeError if there is none (`call_method`).
fn call_method(slf: &PyObject, name: &PyObject, args: &[&PyObject]) -> PyResult<Owned> {
    match call_maybe(slf, name, args)? {
        Some(r) => Ok(r),
        None => Err(err::set_object(exc::AttributeError.get(), name)),
    }
}

/// The same, `None` if there is no such method.
fn call_maybe(slf: &PyObject, name: &PyObject, args: &[&PyObject]) -> PyResult<Option<Owned>> {
    let Some((f, bound)) = lookup_method_on_type(slf, name)? else {
        return Ok(None);
    };
    if bound {
        call::call(&f, args).map(Some)
    } else {
        call::with_self(slf, args, |all| call::call(&f, all)).map(Some)
    }
}

/// As [`call_maybe`]; a method whose look-up fails (a property that raises) counts as missing.
fn call_if_found(slf: &PyObject, name: &PyObject, args: &[&PyObject]) -> PyResult<Option<Owned>> {
    match lookup_method_on_type(slf, name) {
        Ok(None) => Ok(None),
        Ok(Some((f, true))) => call::call(&f, args).map(Some),
        Ok(Some((f, false))) => call::with_self(slf, args, |all| call::call(&f, all)).map(Some),
        Err(_) => {
            err::clear();
            Ok(None)
        }
    }
}

/// A method that is missing answers `NotImplemented` (`vectorcall_maybe`).
fn call_or_not_implemented(slf: &PyObject, name: &PyObject, args: &[&PyObject]) -> PyResult<Owned> {
    Ok(call_maybe(slf, name, args)?.unwrap_or_else(|| not_implemented().own()))
}

/// Does `other`'s type have another `name` than `left`'s (`method_is_overloaded`)?
fn is_overloaded(left: &PyObject, right: &PyObject, name: &PyObject) -> PyResult<bool> {
    let Some(a) = object::lookup_attr(right.ty().as_object(), name)? else {
        return Ok(false);
    };
    let Some(b) = object::lookup_attr(left.ty().as_object(), name)? else {
        return Ok(true);
    };
    object::rich_compare_bool(&a, &b, Py_NE)
}

/// A binary operator of classes: the data model's order, with a subclass's reflected method first.
fn binary(
    a: &PyObject,
    b: &PyObject,
    slot_of: fn(&PyTypeObject) -> usize,
    own: usize,
    op: &PyObject,
    reflected: &PyObject,
) -> PyResult<Owned> {
    let mut other = !std::ptr::eq(a.ty(), b.ty()) && slot_of(b.ty()) == own;
    if slot_of(a.ty()) == own {
        if other && crate::owned::is_subtype(b.ty(), a.ty()) && is_overloaded(a, b, reflected)? {
            let r = call_or_not_implemented(b, reflected, &[a])?;
            if !r.is(not_implemented()) {
                return Ok(r);
            }
            other = false;
        }
        let r = call_or_not_implemented(a, op, &[b])?;
        if !r.is(not_implemented()) || std::ptr::eq(a.ty(), b.ty()) {
            return Ok(r);
        }
    }
    if other {
        call_or_not_implemented(b, reflected, &[a])
    } else {
        Ok(not_implemented().own())
    }
}

macro_rules! binary_slots {
    ($($slot:ident $op:literal $reflected:literal;)*) => { $(
        /// # Safety
        /// A slot: called with live objects.
        pub unsafe extern "C" fn $slot(a: *mut PyObject, b: *mut PyObject) -> *mut PyObject {
            fn slot_of(ty: &PyTypeObject) -> usize {
                slot!(ty, tp_as_number.$slot).map_or(0, |f| f as usize)
            }
            // SAFETY: by the contract of the slot.
            let (a, b) = unsafe { (&*a, &*b) };
            let own = $slot as *const () as usize;
            let r = binary(a, b, slot_of, own, id!($op).as_object(), id!($reflected).as_object());
            r.map_or(null_mut(), Owned::into_ptr)
        }
    )* };
}
binary_slots! {
    nb_add "__add__" "__radd__";
    nb_subtract "__sub__" "__rsub__";
    nb_multiply "__mul__" "__rmul__";
    nb_matrix_multiply "__matmul__" "__rmatmul__";
    nb_remainder "__mod__" "__rmod__";
    nb_divmod "__divmod__" "__rdivmod__";
    nb_lshift "__lshift__" "__rlshift__";
    nb_rshift "__rshift__" "__rrshift__";
    nb_and "__and__" "__rand__";
    nb_xor "__xor__" "__rxor__";
    nb_or "__or__" "__ror__";
    nb_floor_divide "__floordiv__" "__rfloordiv__";
    nb_true_divide "__truediv__" "__rtruediv__";
}

macro_rules! method_slots {
    ($($slot:ident $n:tt $name:literal;)*) => { $( method_slots!(@ $n $slot $name); )* };
    (@ 0 $slot:ident $name:literal) => {
        slot_fns! { fn $slot(a: obj) -> obj = call_method(a, id!($name).as_object(), &[]); }
    };
    (@ 1 $slot:ident $name:literal) => {
        slot_fns! { fn $slot(a: obj, b: obj) -> obj = call_method(a, id!($name).as_object(), &[b]); }
    };
}
method_slots! {
    nb_negative 0 "__neg__";
    nb_positive 0 "__pos__";
    nb_absolute 0 "__abs__";
    nb_invert 0 "__invert__";
    nb_int 0 "__int__";
    nb_index 0 "__index__";
    nb_float 0 "__float__";
    nb_inplace_add 1 "__iadd__";
    nb_inplace_subtract 1 "__isub__";
    nb_inplace_multiply 1 "__imul__";
    nb_inplace_matrix_multiply 1 "__imatmul__";
    nb_inplace_remainder 1 "__imod__";
    nb_inplace_lshift 1 "__ilshift__";
    nb_inplace_rshift 1 "__irshift__";
    nb_inplace_and 1 "__iand__";
    nb_inplace_xor 1 "__ixor__";
    nb_inplace_or 1 "__ior__";
    nb_inplace_floor_divide 1 "__ifloordiv__";
    nb_inplace_true_divide 1 "__itruediv__";
    mp_subscript 1 "__getitem__";
}

slot_fns! {
    /// `**` with its optional modulus, which only `a` is asked about.
    fn nb_power(a: obj, b: obj, modulus: obj) -> obj = power(a, b, modulus);
    fn nb_inplace_power(a: obj, b: obj, _modulus: opt) -> obj =
        call_method(a, id!("__ipow__").as_object(), &[b]);
    fn nb_bool(a: obj) -> int = truth(a);
    fn tp_repr(a: obj) -> obj = repr(a);
    fn tp_str(a: obj) -> obj = call_method(a, id!("__str__").as_object(), &[]);
    fn tp_hash(a: obj) -> hash = hash(a);
    fn tp_call(a: obj, args: obj, kw: opt) -> obj = tp_call_inner(a, args, kw);
    fn tp_getattr_hook(a: obj, name: obj) -> obj = getattr_hook(a, name);
    fn tp_setattro(a: obj, name: obj, value: opt) -> int = match value {
        Some(v) => call_method(a, id!("__setattr__").as_object(), &[name, v]),
        None => call_method(a, id!("__delattr__").as_object(), &[name]),
    }.map(|_| 0);
    fn tp_richcompare(a: obj, b: obj, op: int) -> obj = compare(a, b, op);
    fn tp_iter(a: obj) -> obj = make_iter(a);
    fn tp_iternext(a: obj) -> obj = call_method(a, id!("__next__").as_object(), &[]);
    fn tp_descr_get(a: obj, o: opt, ty: opt) -> obj = descr_get(a, o, ty);
    fn tp_descr_set(a: obj, target: obj, value: opt) -> int = match value {
        Some(v) => call_method(a, id!("__set__").as_object(), &[target, v]),
        None => call_method(a, id!("__delete__").as_object(), &[target]),
    }.map(|_| 0);
    fn tp_init(a: obj, args: obj, kw: opt) -> int = init(a, args, kw);
    fn tp_new(ty: obj, args: obj, kw: opt) -> obj = new(ty, args, kw);
    fn am_await(a: obj) -> obj = async_method(a, id!("__await__").as_object(), "await");
    fn am_aiter(a: obj) -> obj = async_method(a, id!("__aiter__").as_object(), "__aiter__");
    fn am_anext(a: obj) -> obj = async_method(a, id!("__anext__").as_object(), "__anext__");
    fn mp_length(a: obj) -> size = length(a);
    fn sq_length(a: obj) -> size = length(a);
    fn mp_ass_subscript(a: obj, key: obj, value: opt) -> int = assign_item(a, key, value);
    fn sq_item(a: obj, i: index) -> obj = item(a, i);
    fn sq_ass_item(a: obj, i: index, value: opt) -> int =
        long::from_ssize_t(i).and_then(|i| assign_item(a, i.as_object(), value));
    fn sq_contains(a: obj, value: obj) -> int = contains(a, value);
}

fn power(a: &PyObject, b: &PyObject, modulus: &PyObject) -> PyResult<Owned> {
    fn slot_of(ty: &PyTypeObject) -> usize {
        slot!(ty, tp_as_number.nb_power).map_or(0, |f| f as usize)
    }
    let own = nb_power as *const () as usize;
    let (op, reflected) = (id!("__pow__").as_object(), id!("__rpow__").as_object());
    if modulus.is_none() {
        return binary(a, b, slot_of, own, op, reflected);
    }
    if slot_of(a.ty()) == own {
        return call_method(a, op, &[b, modulus]);
    }
    Ok(not_implemented().own())
}

fn truth(a: &PyObject) -> PyResult<c_int> {
    let (found, by_len) = match lookup_method_on_type(a, id!("__bool__").as_object())? {
        Some(m) => (Some(m), false),
        None => (lookup_method_on_type(a, id!("__len__").as_object())?, true),
    };
    let Some((f, bound)) = found else {
        return Ok(1);
    };
    let r = if bound {
        call::call0(&f)
    } else {
        call::call(&f, &[a])
    }?;
    if by_len {
        return length_of(&r).map(|n| c_int::from(n != 0));
    }
    if !std::ptr::eq(r.ty(), PyBool_type()) {
        let name = r.type_name();
        return Err(raise!(
            TypeError,
            "__bool__ should return bool, returned {}",
            err::short(&name, 200)
        ));
    }
    Ok(c_int::from(r.is(py_true())))
}

fn PyBool_type() -> &'static PyTypeObject {
    &crate::boolean::PyBool_Type
}

fn repr(a: &PyObject) -> PyResult<Owned> {
    match call_if_found(a, id!("__repr__").as_object(), &[])? {
        Some(r) => Ok(r),
        None => {
            let text = format!("<{} object at {:p}>", a.type_name(), a.as_ptr());
            unicode::from_str(&text).map(Owned::upcast)
        }
    }
}

fn hash(a: &PyObject) -> PyResult<Py_hash_t> {
    let name = id!("__hash__").as_object();
    if lookup(a.ty(), name).is_none_or(|d| d.is_none()) {
        return Err(object::hash_not_implemented(a));
    }
    let Some(r) = call_if_found(a, name, &[])? else {
        return Err(object::hash_not_implemented(a));
    };
    let Some(n) = r.downcast::<PyLongObject>() else {
        return Err(raise!(
            TypeError,
            "__hash__ method should return an integer"
        ));
    };
    // A result that does not fit is reduced as a hash of an int is.
    let h = match long::as_ssize_t(n.as_object()) {
        Ok(h) => h,
        Err(_) => {
            err::clear();
            long::hash(n)
        }
    };
    Ok(if h == -1 { -2 } else { h })
}

/// What a class of Python's says calls of its instances do: its `__call__`, not bound.
pub fn call_of(o: &PyObject) -> Option<Owned> {
    let own = o.ty().tp_call.get().map(|f| f as usize) == Some(tp_call as *const () as usize);
    own.then(|| lookup(o.ty(), id!("__call__").as_object()))
        .flatten()
}

fn tp_call_inner(a: &PyObject, args: &PyObject, kw: Option<&PyObject>) -> PyResult<Owned> {
    let f = get_attr_special(a, id!("__call__").as_object())?;
    // SAFETY: the slot's arguments are a tuple, and a dict or null.
    unsafe { call::call_dict(&f, args.cast_ref(), kw.map(|k| k.cast_ref())) }
}

/// `__getattribute__`, and `__getattr__` if that raises AttributeError.
fn getattr_hook(a: &PyObject, name: &PyObject) -> PyResult<Owned> {
    let ty = a.ty();
    let fallback = lookup(ty, id!("__getattr__").as_object());
    let getter = lookup(ty, id!("__getattribute__").as_object());
    let is_generic = getter.as_ref().is_none_or(|g| {
        crate::descr::as_wrapper_named(g, c"__getattribute__").is_some_and(|w| {
            std::ptr::eq(
                w.d_wrapped.get().cast(),
                object::generic_get_attr_slot as *const (),
            )
        })
    });
    if is_generic {
        let Some(fallback) = fallback else {
            return object::generic_get_attr(a, name);
        };
        return match object::generic_lookup(a, name, None) {
            Ok(Some(v)) => Ok(v),
            Ok(None) => call_attribute(a, &fallback, name),
            Err(_) if err::matches(exc::AttributeError.get()) => {
                err::clear();
                call_attribute(a, &fallback, name)
            }
            Err(e) => Err(e),
        };
    }
    let r = match &getter {
        Some(getter) => call_attribute(a, getter, name),
        None => object::generic_get_attr(a, name),
    };
    match (r, fallback) {
        (Err(_), Some(fallback)) if err::matches(exc::AttributeError.get()) => {
            err::clear();
            call_attribute(a, &fallback, name)
        }
        (r, _) => r,
    }
}

/// Calls an attribute of the type as a method of `a` with one argument.
fn call_attribute(a: &PyObject, attr: &PyObject, name: &PyObject) -> PyResult<Owned> {
    if attr.ty().tp_flags.get() & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 {
        return call::call(attr, &[a, name]);
    }
    let bound = super::bind(attr, a)?;
    call::call1(&bound, name)
}

fn compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<Owned> {
    let name = match op {
        Py_LT => id!("__lt__"),
        Py_LE => id!("__le__"),
        Py_EQ => id!("__eq__"),
        Py_NE => id!("__ne__"),
        Py_GT => id!("__gt__"),
        _ => id!("__ge__"),
    };
    let result = call_if_found(a, name.as_object(), &[b])?;
    Ok(result.unwrap_or_else(|| not_implemented().own()))
}

fn make_iter(a: &PyObject) -> PyResult<Owned> {
    let name = id!("__iter__").as_object();
    let not_iterable = || {
        let ty = a.type_name();
        raise!(
            TypeError,
            "'{}' object is not iterable",
            err::short(&ty, 200)
        )
    };
    if lookup(a.ty(), name).is_some_and(|d| d.is_none()) {
        return Err(not_iterable());
    }
    if let Some(it) = call_if_found(a, name, &[])? {
        return Ok(it);
    }
    match lookup(a.ty(), id!("__getitem__").as_object()) {
        Some(_) => iter::seq_iter_new(a),
        None => Err(not_iterable()),
    }
}

fn descr_get(a: &PyObject, o: Option<&PyObject>, ty: Option<&PyObject>) -> PyResult<Owned> {
    match lookup(a.ty(), id!("__get__").as_object()) {
        // The method is called unbound with the descriptor in front.
        Some(get) => call::call(&get, &[a, o.unwrap_or(none()), ty.unwrap_or(none())]),
        None => Ok(a.own()),
    }
}

fn init(a: &PyObject, args: &PyObject, kw: Option<&PyObject>) -> PyResult<c_int> {
    let f = get_attr_special(a, id!("__init__").as_object())?;
    // SAFETY: the slot's arguments are a tuple, and a dict or null.
    let r = unsafe { call::call_dict(&f, args.cast_ref(), kw.map(|k| k.cast_ref())) }?;
    if !r.is_none() {
        let ty = r.type_name();
        return Err(raise!(
            TypeError,
            "__init__() should return None, not '{}'",
            err::short(&ty, 200)
        ));
    }
    Ok(0)
}

fn new(ty: &PyObject, args: &PyObject, kw: Option<&PyObject>) -> PyResult<Owned> {
    let f = object::get_attr(ty, id!("__new__").as_object())?;
    // SAFETY: the slot's arguments are a tuple, and a dict or null.
    let (args, kw) = unsafe {
        (
            args.cast_ref::<PyTupleObject>(),
            kw.map(|k| k.cast_ref::<PyDictObject>()),
        )
    };
    let all = crate::tuple::prepend(ty, args)?;
    call::call_dict(&f, &all, kw)
}

fn async_method(a: &PyObject, name: &PyObject, what: &str) -> PyResult<Owned> {
    match call_maybe(a, name, &[])? {
        Some(r) => Ok(r),
        None => {
            let ty = a.type_name();
            let ty = err::short(&ty, 50);
            Err(if what == "await" {
                raise!(AttributeError, "object {ty} does not have __await__ method")
            } else {
                raise!(AttributeError, "object {ty} does not have {what} method")
            })
        }
    }
}

fn length(a: &PyObject) -> PyResult<Py_ssize_t> {
    length_of(&*call_method(a, id!("__len__").as_object(), &[])?)
}

fn length_of(r: &PyObject) -> PyResult<Py_ssize_t> {
    let n = number::index(r)?;
    if n.downcast::<PyLongObject>()
        .is_some_and(|n| n.ob_base.ob_size.get() < 0)
    {
        return Err(raise!(ValueError, "__len__() should return >= 0"));
    }
    number::as_ssize_t(&n, Some(exc::OverflowError.get()))
}

fn assign_item(a: &PyObject, key: &PyObject, value: Option<&PyObject>) -> PyResult<c_int> {
    match value {
        Some(v) => call_method(a, id!("__setitem__").as_object(), &[key, v]),
        None => call_method(a, id!("__delitem__").as_object(), &[key]),
    }
    .map(|_| 0)
}

fn item(a: &PyObject, i: Py_ssize_t) -> PyResult<Owned> {
    let i = long::from_ssize_t(i)?;
    call_method(a, id!("__getitem__").as_object(), &[i.as_object()])
}

fn contains(a: &PyObject, value: &PyObject) -> PyResult<c_int> {
    let name = id!("__contains__").as_object();
    if lookup(a.ty(), name).is_some_and(|d| d.is_none()) {
        let ty = a.type_name();
        return Err(raise!(
            TypeError,
            "'{}' object is not a container",
            err::short(&ty, 200)
        ));
    }
    match call_maybe(a, name, &[value])? {
        Some(r) => object::is_true(&r).map(c_int::from),
        None => crate::sequence::iter_contains(a, value).map(c_int::from),
    }
}

/// `__del__`: what it raises can only be reported.
///
/// # Safety
/// A slot: called with a live object.
pub unsafe extern "C" fn tp_finalize(a: *mut PyObject) {
    // SAFETY: by the contract of the slot.
    let a = unsafe { &*a };
    let saved = err::fetch();
    if let Ok(Some((f, bound))) = lookup_method_on_type(a, id!("__del__").as_object()) {
        let r = if bound {
            call::call0(&f)
        } else {
            call::call(&f, &[a])
        };
        if r.is_err() {
            err::write_unraisable(Some(&f));
        }
    }
    err::restore(saved);
}
