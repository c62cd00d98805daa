//! Proxies: they pass every operation on to the object that they weakly refer to.

use super::*;
use crate::{iter, number};

/// The proxy's object, or the error that it is dead.
fn target(o: &PyObject) -> PyResult<Owned> {
    if !check_proxy(o) {
        return Ok(o.own());
    }
    // SAFETY: of a proxy type, as just seen.
    referent(unsafe { o.cast_ref() })
        .ok_or_else(|| raise!(ReferenceError, "weakly-referenced object no longer exists"))
}

fn unary(o: &PyObject, f: impl FnOnce(&PyObject) -> PyResult<Owned>) -> PyResult<Owned> {
    f(&*target(o)?)
}

fn binary(
    a: &PyObject,
    b: &PyObject,
    f: impl FnOnce(&PyObject, &PyObject) -> PyResult<Owned>,
) -> PyResult<Owned> {
    f(&*target(a)?, &*target(b)?)
}

fn ternary(
    a: &PyObject,
    b: &PyObject,
    c: Option<&PyObject>,
    f: impl FnOnce(&PyObject, &PyObject, &PyObject) -> PyResult<Owned>,
) -> PyResult<Owned> {
    f(&*target(a)?, &*target(b)?, &*target(c.unwrap_or(none()))?)
}

macro_rules! proxy_type {
    ($marker:ident, $type:ident, $name:tt, { $($call:tt)* }) => {
        pub struct $marker;
        #[pytype(name = $name, c_name = $type, layout = PyWeakReference, no_class, flags = [HAVE_GC], free = gc_del)]
        impl $marker {
            $($call)*

            fn tp_dealloc(slf: *mut PyWeakReference) {
                // SAFETY: the count is 0.
                unsafe { free(slf) }
            }
            fn tp_traverse(slf: &PyWeakReference, visit: gc::Visitor) -> c_int {
                visit.visit(slf.wr_callback.get())
            }
            fn tp_clear(slf: &PyWeakReference) {
                drop(clear(slf));
            }
            fn tp_repr(slf: &PyWeakReference) -> PyResult<Owned> {
                let o = referent(slf).unwrap_or_else(|| none().own());
                let (at, name) = (slf.as_ptr(), o.type_name());
                let text = format!("<weakproxy at {at:p} to {name} at {:p}>", o.as_ptr());
                Ok(unicode::from_str(&text)?.upcast())
            }
            fn tp_str(slf: &PyObject) -> PyResult<Owned> {
                unary(slf, |o| object::str(o).map(|s| s.upcast()))
            }
            const tp_hash: hashfunc = Some(crate::object::hash_not_implemented_slot);
            fn tp_getattro(slf: &PyObject, name: &PyObject) -> PyResult<Owned> {
                unary(slf, |o| object::get_attr(o, name))
            }
            fn tp_setattro(slf: &PyObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
                let o = target(slf)?;
                match value {
                    Some(value) => object::set_attr(&o, name, value),
                    None => object::del_attr(&o, name),
                }
            }
            fn tp_richcompare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<Owned> {
                binary(a, b, |a, b| object::rich_compare(a, b, op))
            }
            fn tp_iter(slf: &PyObject) -> PyResult<Owned> {
                unary(slf, object::get_iter)
            }
            fn tp_iternext(slf: &PyObject) -> PyResult<Option<Owned>> {
                iter::next(&*target(slf)?)
            }
            fn nb_add(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::add) }
            fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::subtract) }
            fn nb_multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::multiply) }
            fn nb_floor_divide(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::floor_divide) }
            fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::true_divide) }
            fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::remainder) }
            fn nb_divmod(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::divmod) }
            fn nb_power(a: &PyObject, b: &PyObject, c: Option<&PyObject>) -> PyResult<Owned> { ternary(a, b, c, number::power) }
            fn nb_negative(a: &PyObject) -> PyResult<Owned> { unary(a, number::negative) }
            fn nb_positive(a: &PyObject) -> PyResult<Owned> { unary(a, number::positive) }
            fn nb_absolute(a: &PyObject) -> PyResult<Owned> { unary(a, number::absolute) }
            fn nb_bool(a: &PyObject) -> PyResult<bool> { object::is_true(&*target(a)?) }
            fn nb_invert(a: &PyObject) -> PyResult<Owned> { unary(a, number::invert) }
            fn nb_lshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::lshift) }
            fn nb_rshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::rshift) }
            fn nb_and(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::and) }
            fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::xor) }
            fn nb_or(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::or) }
            fn nb_int(a: &PyObject) -> PyResult<Owned> { unary(a, |o| number::long(o).map(|n| n.upcast())) }
            fn nb_float(a: &PyObject) -> PyResult<Owned> { unary(a, |o| number::float(o).map(|n| n.upcast())) }
            fn nb_index(a: &PyObject) -> PyResult<Owned> { unary(a, |o| number::index(o).map(|n| n.upcast())) }
            fn nb_inplace_add(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_add) }
            fn nb_inplace_subtract(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_subtract) }
            fn nb_inplace_multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_multiply) }
            fn nb_inplace_floor_divide(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_floor_divide) }
            fn nb_inplace_true_divide(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_true_divide) }
            fn nb_inplace_remainder(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_remainder) }
            fn nb_inplace_power(a: &PyObject, b: &PyObject, c: Option<&PyObject>) -> PyResult<Owned> { ternary(a, b, c, number::inplace_power) }
            fn nb_inplace_lshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_lshift) }
            fn nb_inplace_rshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_rshift) }
            fn nb_inplace_and(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_and) }
            fn nb_inplace_xor(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_xor) }
            fn nb_inplace_or(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_or) }
            fn nb_matrix_multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::matrix_multiply) }
            fn nb_inplace_matrix_multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> { binary(a, b, number::inplace_matrix_multiply) }
            fn sq_contains(slf: &PyObject, value: &PyObject) -> PyResult<bool> {
                crate::sequence::contains(&*target(slf)?, value)
            }
            fn mp_length(slf: &PyObject) -> PyResult<Py_ssize_t> {
                object::size(&*target(slf)?)
            }
            fn mp_subscript(slf: &PyObject, key: &PyObject) -> PyResult<Owned> {
                binary(slf, key, object::get_item)
            }
            fn mp_ass_subscript(slf: &PyObject, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
                let o = target(slf)?;
                match value {
                    Some(value) => object::set_item(&o, key, value),
                    None => object::del_item(&o, key),
                }
            }
        }
    };
}

proxy_type!(Proxy, _PyWeakref_ProxyType, "weakproxy", {
    #[method]
    fn __bytes__(slf: &PyObject) -> PyResult<Owned> {
        unary(slf, |o| call::method(o, id!("__bytes__").as_object(), &[]))
    }
});
proxy_type!(
    CallableProxy,
    _PyWeakref_CallableProxyType,
    "weakcallableproxy",
    {
        fn tp_call(
            slf: &PyObject,
            args: &PyTupleObject,
            kw: Option<&PyDictObject>,
        ) -> PyResult<Owned> {
            call::call_dict(&*target(slf)?, args, kw)
        }
    }
);
