//! The type `int`.

use super::{arith, bits, convert, digits_of, from_digits, from_i64, is_negative};
use crate::prelude::*;
use crate::{err, float, format, mem, number, object, tuple, typeobject, unicode};
use pyrite_macros::pytype;
use std::mem::offset_of;

/// Both operands as ints, or the operation is not ours.
macro_rules! both {
    ($a:ident, $b:ident) => {
        let (Some($a), Some($b)) = ($a.downcast::<PyLongObject>(), $b.downcast::<PyLongObject>())
        else {
            return Ok(not_implemented().own());
        };
    };
}

macro_rules! binary {
    ($a:ident, $b:ident, $f:path) => {{
        both!($a, $b);
        $f($a, $b).map(Owned::upcast)
    }};
}

/// The number itself, as an exact int.
fn exact(n: &PyLongObject) -> PyResult<Owned> {
    if std::ptr::eq(n.ty(), &PyLong_Type) {
        return Ok(n.own());
    }
    copy(n).map(Owned::upcast)
}

/// `_PyLong_Copy`: an exact int of the same value.
pub fn copy(n: &PyLongObject) -> PyResult<Owned<PyLongObject>> {
    from_digits(is_negative(n), digits_of(n))
}

pub struct Int;

#[pytype(name = "int", c_name = PyLong_Type, layout = PyLongObject, flags = [BASETYPE, LONG_SUBCLASS],
         basicsize = offset_of!(PyLongObject, ob_digit), itemsize = 4,
         alloc = typeobject::instance::generic_alloc_slot, free = typeobject::instance::free)]
impl Int {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyLongObject) {
        // SAFETY: the count has reached 0; a subclass's instance is freed as its type says.
        unsafe {
            if std::ptr::eq((*slf).ty(), &PyLong_Type) {
                mem::object_free(slf.cast());
            } else {
                typeobject::instance::free_instance((*slf).ty(), slf.cast());
            }
        }
    }
    fn tp_repr(slf: &PyLongObject) -> PyResult<Owned> {
        super::to_unicode(slf).map(Owned::upcast)
    }
    fn tp_hash(slf: &PyLongObject) -> PyResult<Py_hash_t> {
        Ok(super::hash(slf))
    }
    fn tp_richcompare(slf: &PyLongObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let Some(b) = other.downcast::<PyLongObject>() else {
            return Ok(not_implemented().own());
        };
        let order = super::compare(slf, b) as i8;
        Ok(object::richcompare_of(order, 0, op))
    }
    #[sig("(x=0, /, base=10)")]
    fn tp_new(ty: &PyTypeObject, x: Option<&PyObject>, base: Option<&PyObject>) -> PyResult<Owned> {
        let value = match (x, base) {
            (None, None) => return new_of_type(ty, from_i64(0)?),
            (None, Some(_)) => return Err(raise!(TypeError, "int() missing string argument")),
            (Some(x), None) => convert::from_object(x)?,
            (Some(x), Some(base)) => with_base(x, base)?,
        };
        match value.downcast_owned::<PyLongObject>() {
            Ok(n) => new_of_type(ty, n),
            Err(o) => Ok(o),
        }
    }

    fn nb_add(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        binary!(a, b, arith::add)
    }
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        binary!(a, b, arith::subtract)
    }
    fn nb_multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        binary!(a, b, arith::multiply)
    }
    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        binary!(a, b, arith::remainder)
    }
    fn nb_floor_divide(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        binary!(a, b, arith::floor_divide)
    }
    fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        both!(a, b);
        float::from_f64(arith::true_divide(a, b)?).map(Owned::upcast)
    }
    fn nb_divmod(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        both!(a, b);
        let (q, r) = arith::divmod(a, b)?;
        tuple::from_owned(vec![q.upcast(), r.upcast()]).map(Owned::upcast)
    }
    fn nb_power(a: &PyObject, b: &PyObject, m: &PyObject) -> PyResult<Owned> {
        both!(a, b);
        if let Some(m) = m.downcast::<PyLongObject>() {
            return arith::power_modulo(a, b, m).map(Owned::upcast);
        }
        if !m.is_none() {
            return Ok(not_implemented().own());
        }
        if is_negative(b) {
            let v = float::power(convert::to_f64(a)?, convert::to_f64(b)?)?;
            return float::from_f64(v).map(Owned::upcast);
        }
        arith::power(a, b).map(Owned::upcast)
    }
    fn nb_negative(slf: &PyLongObject) -> PyResult<Owned> {
        arith::negative(slf).map(Owned::upcast)
    }
    fn nb_positive(slf: &PyLongObject) -> PyResult<Owned> {
        exact(slf)
    }
    fn nb_absolute(slf: &PyLongObject) -> PyResult<Owned> {
        if is_negative(slf) {
            arith::absolute(slf).map(Owned::upcast)
        } else {
            exact(slf)
        }
    }
    fn nb_bool(slf: &PyLongObject) -> PyResult<bool> {
        Ok(slf.ob_base.ob_size.get() != 0)
    }
    fn nb_invert(slf: &PyLongObject) -> PyResult<Owned> {
        bits::invert(slf).map(Owned::upcast)
    }
    fn nb_lshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        binary!(a, b, bits::lshift)
    }
    fn nb_rshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        binary!(a, b, bits::rshift)
    }
    fn nb_and(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        binary!(a, b, bits::and)
    }
    fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        binary!(a, b, bits::xor)
    }
    fn nb_or(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        binary!(a, b, bits::or)
    }
    fn nb_int(slf: &PyLongObject) -> PyResult<Owned> {
        exact(slf)
    }
    fn nb_float(slf: &PyLongObject) -> PyResult<Owned> {
        float::from_f64(convert::to_f64(slf)?).map(Owned::upcast)
    }
    fn nb_index(slf: &PyLongObject) -> PyResult<Owned> {
        exact(slf)
    }

    #[method]
    fn conjugate(slf: &PyLongObject) -> PyResult<Owned> {
        exact(slf)
    }
    #[method]
    fn bit_length(slf: &PyLongObject) -> PyResult<usize> {
        Ok(super::num_bits(slf))
    }
    #[method]
    fn to_bytes(
        slf: &PyLongObject,
        length: Py_ssize_t,
        byteorder: &PyUnicodeObject,
        signed: Option<crate::args::Truth>,
    ) -> PyResult<Owned> {
        let little = is_little(byteorder)?;
        let signed = signed.is_some_and(|s| s.0);
        if let Some(bytes) = bits::word_as_bytes(slf, length, little, signed) {
            return crate::bytes::from_slice(&bytes[..length as usize]).map(Owned::upcast);
        }
        if length < 0 {
            return Err(raise!(ValueError, "length argument must be non-negative"));
        }
        let mut bytes = bits::as_byte_array(slf, length as usize, signed)?;
        if !little {
            bytes.reverse();
        }
        crate::bytes::from_slice(&bytes).map(Owned::upcast)
    }
    #[method(class)]
    fn from_bytes(
        ty: &PyTypeObject,
        bytes: &PyObject,
        byteorder: &PyUnicodeObject,
        signed: Option<crate::args::Truth>,
    ) -> PyResult<Owned> {
        let little = is_little(byteorder)?;
        if let (Some(bytes), true) = (
            bytes.downcast_exact::<PyBytesObject>(),
            std::ptr::eq(ty, &PyLong_Type),
        ) {
            let signed = signed.is_some_and(|s| s.0);
            let n = bits::from_byte_array(crate::bytes::as_slice(bytes), little, signed)?;
            return Ok(n.upcast());
        }
        let bytes = object::bytes(bytes)?;
        let Some(b) = bytes.downcast::<PyBytesObject>() else {
            return Err(err::bad_internal_call());
        };
        let signed = signed.is_some_and(|s| s.0);
        let n = bits::from_byte_array(crate::bytes::as_slice(b), little, signed)?;
        if std::ptr::eq(ty, &PyLong_Type) {
            return Ok(n.upcast());
        }
        crate::call::call1(ty.as_object(), n.as_object())
    }
    #[method]
    fn as_integer_ratio(slf: &PyLongObject) -> PyResult<Owned> {
        tuple::from_owned(vec![exact(slf)?, from_i64(1)?.upcast()]).map(Owned::upcast)
    }
    #[method]
    fn __trunc__(slf: &PyLongObject) -> PyResult<Owned> {
        exact(slf)
    }
    #[method]
    fn __floor__(slf: &PyLongObject) -> PyResult<Owned> {
        exact(slf)
    }
    #[method]
    fn __ceil__(slf: &PyLongObject) -> PyResult<Owned> {
        exact(slf)
    }
    #[method]
    #[sig("($self, ndigits=None, /)", parse_tuple, fname = "")]
    fn __round__(slf: &PyLongObject, ndigits: Option<&PyObject>) -> PyResult<Owned> {
        let Some(n) = ndigits else { return exact(slf) };
        let n = number::index(n)?;
        let Some(places) = n.downcast::<PyLongObject>().filter(|n| is_negative(n)) else {
            return exact(slf);
        };
        // To the nearest multiple of a power of ten, ties to even.
        let power = arith::power(&*from_i64(10)?, &*arith::absolute(places)?)?;
        let (_, rest) = arith::divmod_near(slf, &power)?;
        arith::subtract(slf, &rest).map(Owned::upcast)
    }
    #[method]
    fn __getnewargs__(slf: &PyLongObject) -> PyResult<Owned> {
        tuple::from_owned(vec![copy(slf)?.upcast()]).map(Owned::upcast)
    }
    #[method]
    fn __format__(slf: &PyLongObject, format_spec: &PyUnicodeObject) -> PyResult<Owned> {
        format::format_long(slf.as_object(), format_spec).map(Owned::upcast)
    }
    #[method]
    fn __sizeof__(slf: &PyLongObject) -> PyResult<usize> {
        Ok(offset_of!(PyLongObject, ob_digit) + size_of_val(digits_of(slf)))
    }
    #[getter]
    fn real(slf: &PyLongObject) -> PyResult<Owned> {
        exact(slf)
    }
    #[getter]
    fn imag(_slf: &PyLongObject) -> PyResult<Owned> {
        from_i64(0).map(Owned::upcast)
    }
    #[getter]
    fn numerator(slf: &PyLongObject) -> PyResult<Owned> {
        exact(slf)
    }
    #[getter]
    fn denominator(_slf: &PyLongObject) -> PyResult<Owned> {
        from_i64(1).map(Owned::upcast)
    }
}

fn is_little(order: &PyUnicodeObject) -> PyResult<bool> {
    if unicode::eq_str(order, "little") {
        return Ok(true);
    }
    if unicode::eq_str(order, "big") {
        return Ok(false);
    }
    Err(raise!(
        ValueError,
        "byteorder must be either 'little' or 'big'"
    ))
}

/// `int(x, base)`: only of text.
fn with_base(x: &PyObject, base: &PyObject) -> PyResult<Owned> {
    let base = number::as_ssize_t(base, None)?;
    if base != 0 && !(2..=36).contains(&base) {
        return Err(raise!(
            ValueError,
            "int() base must be >= 2 and <= 36, or 0"
        ));
    }
    if let Some(s) = x.downcast::<PyUnicodeObject>() {
        return super::from_unicode_object(s, base as c_int).map(Owned::upcast);
    }
    if x.downcast::<PyBytesObject>().is_some() || x.downcast::<PyByteArrayObject>().is_some() {
        let text = crate::buffer::get_simple(x)?.as_slice().to_vec();
        return super::from_bytes(&text, base as c_int).map(Owned::upcast);
    }
    Err(raise!(
        TypeError,
        "int() can't convert non-string with explicit base"
    ))
}

/// The value as an instance of `ty`.
fn new_of_type(ty: &PyTypeObject, n: Owned<PyLongObject>) -> PyResult<Owned> {
    if std::ptr::eq(ty, &PyLong_Type) {
        return exact(&n);
    }
    let digits = digits_of(&n);
    let o = match ty.tp_alloc.get() {
        // SAFETY: the slot takes a type and a number of items.
        Some(f) => unsafe {
            object::slot_result(f(ty.as_ptr().cast(), digits.len().max(1) as Py_ssize_t))
        }?,
        None => typeobject::instance::generic_alloc(ty, digits.len().max(1) as Py_ssize_t)?,
    };
    // SAFETY: an instance of a subclass of int, with room for the digits.
    unsafe {
        let new = o.cast_ref::<PyLongObject>();
        new.ob_base.ob_size.set(n.ob_base.ob_size.get());
        for (i, d) in digits.iter().enumerate() {
            (*new.ob_digit.as_ptr().add(i)).set(*d);
        }
    }
    Ok(o)
}
