//! Ints to and from machine numbers, floats and other objects (C API manual, "Integer Objects").

use super::{as_compact, digits, digits_of, from_digits, is_negative};
use crate::object::{slot, slot_result};
use crate::prelude::*;
use crate::{call, err, exceptions::exc, hooks, number, typeobject, unicode};

type Long = Owned<PyLongObject>;

/// The value, if it fits.
#[inline]
pub fn to_i64(n: &PyLongObject) -> Option<i64> {
    if let Some(n) = as_compact(n) {
        return Some(n);
    }
    let magnitude = digits::to_u64(digits_of(n))?;
    if is_negative(n) {
        0i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    }
}

/// An int as it is; anything else by `__index__` or (deprecated) `__int__`.
fn to_int(o: &PyObject) -> PyResult<Long> {
    match o.downcast::<PyLongObject>() {
        Some(n) => Ok(crate::owned::OwnTyped::own_typed(n)),
        None => from_nb_index_or_nb_int(o),
    }
}

/// `PyLong_AsLong`.
pub fn as_i64(o: &PyObject) -> PyResult<i64> {
    let n = to_int(o)?;
    to_i64(&n).ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C long"))
}

/// `PyLong_AsLongLong`.
pub fn as_long_long(o: &PyObject) -> PyResult<i64> {
    let n = to_int(o)?;
    to_i64(&n).ok_or_else(|| raise!(OverflowError, "int too big to convert"))
}

/// `PyLong_AsLongAndOverflow`: the value, or -1 and on which side it lies.
pub fn as_long_and_overflow(o: &PyObject) -> PyResult<(i64, c_int)> {
    let n = to_int(o)?;
    Ok(match to_i64(&n) {
        Some(v) => (v, 0),
        None => (-1, if is_negative(&n) { -1 } else { 1 }),
    })
}

/// `_PyLong_AsInt`.
pub fn as_int(o: &PyObject) -> PyResult<c_int> {
    let (v, _) = as_long_and_overflow(o)?;
    let n = to_int(o)?;
    let fits = to_i64(&n).is_some() && c_int::try_from(v).is_ok();
    if fits {
        Ok(v as c_int)
    } else {
        Err(raise!(
            OverflowError,
            "Python int too large to convert to C int"
        ))
    }
}

/// `PyLong_AsSsize_t`: only of an int.
#[inline]
pub fn as_ssize_t(o: &PyObject) -> PyResult<Py_ssize_t> {
    let n = super::expect(o)?;
    match to_i64(n) {
        Some(v) => Ok(v as Py_ssize_t),
        None => Err(raise!(
            OverflowError,
            "Python int too large to convert to C ssize_t"
        )),
    }
}

/// `PyLong_AsSize_t`: only of an int.
pub fn as_usize(o: &PyObject) -> PyResult<usize> {
    let n = super::expect(o)?;
    if is_negative(n) {
        return Err(raise!(
            OverflowError,
            "can't convert negative value to size_t"
        ));
    }
    let v = digits::to_u64(digits_of(n)).map(|v| v as usize);
    v.ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C size_t"))
}

/// `PyLong_AsUnsignedLong`: only of an int.
pub fn as_u64(o: &PyObject) -> PyResult<u64> {
    let n = super::expect(o)?;
    if is_negative(n) {
        return Err(raise!(
            OverflowError,
            "can't convert negative value to unsigned int"
        ));
    }
    digits::to_u64(digits_of(n)).ok_or_else(|| {
        raise!(
            OverflowError,
            "Python int too large to convert to C unsigned long"
        )
    })
}

/// `PyLong_AsUnsignedLongLong`: the same with other texts.
pub fn as_unsigned_long_long(o: &PyObject) -> PyResult<u64> {
    let n = super::expect(o)?;
    if is_negative(n) {
        return Err(raise!(
            OverflowError,
            "can't convert negative int to unsigned"
        ));
    }
    digits::to_u64(digits_of(n)).ok_or_else(|| raise!(OverflowError, "int too big to convert"))
}

/// `PyLong_AsUnsignedLongMask`: modulo 2**64.
pub fn as_u64_mask(o: &PyObject) -> PyResult<u64> {
    let n = to_int(o)?;
    let low = digits::low_u64(digits_of(&n));
    Ok(if is_negative(&n) {
        low.wrapping_neg()
    } else {
        low
    })
}

/// `PyLong_AsDouble`, of an int object.
pub fn to_f64(n: &PyLongObject) -> PyResult<f64> {
    if let Some(n) = as_compact(n) {
        return Ok(n as f64);
    }
    let (m, e) = mantissa(n);
    let v = super::arith::scaled(m, e);
    if v.is_infinite() {
        return Err(raise!(OverflowError, "int too large to convert to float"));
    }
    Ok(if is_negative(n) { -v } else { v })
}

/// At most 64 bits of the magnitude and an exponent of two; the last bit is sticky.
fn mantissa(n: &PyLongObject) -> (u64, i64) {
    let v = digits_of(n);
    let bits = digits::bit_length(v);
    if bits <= 64 {
        return (digits::low_u64(v), 0);
    }
    let shift = bits - 64;
    let top = digits::low_u64(&digits::shr(v, shift));
    (top | u64::from(digits::any_low_bit(v, shift)), shift as i64)
}

/// `PyLong_AsDouble`.
pub fn as_f64(o: &PyObject) -> PyResult<f64> {
    to_f64(super::expect(o)?)
}

/// `_PyLong_Frexp`: a fraction in [0.5, 1) and an exponent.
pub fn frexp(o: &PyObject) -> PyResult<(f64, Py_ssize_t)> {
    let n = super::expect(o)?;
    let bits = super::num_bits(n);
    if bits == 0 {
        return Ok((0.0, 0));
    }
    let (m, e) = mantissa(n);
    let used = 64 - i64::from(m.leading_zeros());
    let mut x = super::arith::scaled(m, -used);
    let mut exponent = (e + used) as Py_ssize_t;
    if x == 1.0 {
        x = 0.5;
        exponent += 1;
    }
    Ok((if is_negative(n) { -x } else { x }, exponent))
}

/// `PyLong_FromDouble`: truncates towards zero.
pub fn from_f64(v: f64) -> PyResult<Long> {
    if v.is_nan() {
        return Err(raise!(ValueError, "cannot convert float NaN to integer"));
    }
    if v.is_infinite() {
        return Err(raise!(
            OverflowError,
            "cannot convert float infinity to integer"
        ));
    }
    if v.abs() < 9e18 {
        return super::from_i64(v as i64);
    }
    let bits = v.to_bits();
    let exponent = (bits >> 52 & 0x7ff) as usize - 1075;
    let magnitude = digits::from_u64(bits & ((1 << 52) - 1) | 1 << 52);
    from_digits(v < 0.0, &digits::shl(&magnitude, exponent))
}

fn check_result(o: Owned, what: &str) -> PyResult<Long> {
    match o.downcast_owned::<PyLongObject>() {
        Ok(n) if std::ptr::eq(n.ty(), &super::PyLong_Type) => Ok(n),
        Ok(n) => {
            let ty = n.type_name();
            let text = format!(
                "{what} returned non-int (type {}).  The ability to return an instance of a strict subclass of int is deprecated, and may be removed in a future version of Python.",
                err::short(&ty, 200)
            );
            hooks::warn(
                exc::DeprecationWarning.get(),
                unicode::from_str(&text)?.as_object(),
                1,
            )?;
            Ok(n)
        }
        Err(o) => {
            let ty = o.type_name();
            Err(raise!(
                TypeError,
                "{what} returned non-int (type {})",
                err::short(&ty, 200)
            ))
        }
    }
}

/// `_PyLong_FromNbInt`: by `__int__`.
pub fn from_nb_int(o: &PyObject) -> PyResult<Long> {
    match slot!(o.ty(), tp_as_number.nb_int) {
        // SAFETY: the slot takes the object.
        Some(f) => check_result(unsafe { slot_result(f(o.as_ptr())) }?, "__int__"),
        None => Err(no_integer(o)),
    }
}

#[cold]
fn no_integer(o: &PyObject) -> Raised {
    raise!(
        TypeError,
        "an integer is required (got type {})",
        err::short(&o.type_name(), 200)
    )
}

/// `_PyLong_FromNbIndexOrNbInt`: by `__index__`, or by `__int__` with a warning.
pub fn from_nb_index_or_nb_int(o: &PyObject) -> PyResult<Long> {
    if let Some(n) = o.downcast_exact::<PyLongObject>() {
        return Ok(crate::owned::OwnTyped::own_typed(n));
    }
    if let Some(f) = slot!(o.ty(), tp_as_number.nb_index) {
        // SAFETY: the slot takes the object.
        return check_result(unsafe { slot_result(f(o.as_ptr())) }?, "__index__");
    }
    let n = from_nb_int(o)?;
    let ty = o.type_name();
    let text = format!(
        "an integer is required (got type {}).  Implicit conversion to integers using __int__ is deprecated, and may be removed in a future version of Python.",
        err::short(&ty, 200)
    );
    hooks::warn(
        exc::DeprecationWarning.get(),
        unicode::from_str(&text)?.as_object(),
        1,
    )?;
    Ok(n)
}

/// `PyNumber_Long` (`int(o)`).
pub fn from_object(o: &PyObject) -> PyResult<Owned> {
    if o.downcast_exact::<PyLongObject>().is_some() {
        return Ok(o.own());
    }
    if slot!(o.ty(), tp_as_number.nb_int).is_some() {
        let n = from_nb_int(o)?;
        return from_digits(is_negative(&n), digits_of(&n)).map(Owned::upcast);
    }
    if number::index_check(o) {
        let n = from_nb_index_or_nb_int(o)?;
        return from_digits(is_negative(&n), digits_of(&n)).map(Owned::upcast);
    }
    if let Some(f) = typeobject::lookup_special(o, id!("__trunc__").as_object())? {
        return from_trunc(call::call0(&f)?);
    }
    if let Some(s) = o.downcast::<PyUnicodeObject>() {
        return super::from_unicode_object(s, 10).map(Owned::upcast);
    }
    if slot!(o.ty(), tp_as_buffer.bf_getbuffer).is_some() {
        let bytes = crate::buffer::get_simple(o)?.as_slice().to_vec();
        return super::from_bytes(&bytes, 10).map(Owned::upcast);
    }
    let ty = o.type_name();
    Err(raise!(
        TypeError,
        "int() argument must be a string, a bytes-like object or a number, not '{}'",
        err::short(&ty, 200)
    ))
}

fn from_trunc(o: Owned) -> PyResult<Owned> {
    if o.downcast::<PyLongObject>().is_some() {
        return Ok(o);
    }
    if number::index_check(&o) {
        return from_nb_index_or_nb_int(&o).map(Owned::upcast);
    }
    if slot!(o.ty(), tp_as_number.nb_int).is_none() {
        let ty = o.type_name();
        return Err(raise!(
            TypeError,
            "__trunc__ returned non-Integral (type {})",
            err::short(&ty, 200)
        ));
    }
    from_nb_int(&o).map(Owned::upcast)
}
