//! The type `float`.

use super::{as_f64, divmod, from_f64, from_string, hex, power, release, remainder};
use crate::prelude::*;
use crate::{
    complex, err, format, hash, long, number, object, pystrtod, tuple, typeobject, unicode,
};
use pyrite_macros::pytype;

/// An operand's value: a float's or an int's, otherwise the operation is not ours.
macro_rules! operand {
    ($o:expr) => {
        match value_of($o)? {
            Some(v) => v,
            None => return Ok(not_implemented().own()),
        }
    };
}

fn value_of(o: &PyObject) -> PyResult<Option<f64>> {
    if let Some(f) = o.downcast::<PyFloatObject>() {
        return Ok(Some(f.ob_fval.get()));
    }
    match o.downcast::<PyLongObject>() {
        Some(n) => long::to_f64(n).map(Some),
        None => Ok(None),
    }
}

fn new(v: f64) -> PyResult<Owned> {
    from_f64(v).map(Owned::upcast)
}

fn exact(slf: &PyFloatObject) -> PyResult<Owned> {
    if std::ptr::eq(slf.ty(), &PyFloat_Type) {
        Ok(slf.own())
    } else {
        new(slf.ob_fval.get())
    }
}

pub struct Float;

#[pytype(name = "float", c_name = PyFloat_Type, layout = PyFloatObject, flags = [BASETYPE],
         alloc = typeobject::instance::generic_alloc_slot, free = typeobject::instance::free)]
impl Float {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyFloatObject) {
        // SAFETY: the count has reached 0; a subclass's instance is freed as its type says.
        unsafe {
            if std::ptr::eq((*slf).ty(), &PyFloat_Type) {
                release(slf);
            } else {
                typeobject::instance::free_instance((*slf).ty(), slf.cast());
            }
        }
    }
    fn tp_repr(slf: &PyFloatObject) -> PyResult<Owned> {
        pystrtod::repr(slf.ob_fval.get()).map(Owned::upcast)
    }
    fn tp_hash(slf: &PyFloatObject) -> PyResult<Py_hash_t> {
        Ok(hash::double(slf.ob_fval.get()))
    }
    fn tp_richcompare(slf: &PyFloatObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let v = slf.ob_fval.get();
        if let Some(b) = other.downcast::<PyFloatObject>() {
            return Ok(object::richcompare_of(v, b.ob_fval.get(), op));
        }
        let Some(n) = other.downcast::<PyLongObject>() else {
            return Ok(not_implemented().own());
        };
        Ok(match super::compare_with_int(v, n) {
            Some(order) => object::richcompare_of(order as i8, 0, op),
            None => bool_from(op == Py_NE),
        })
    }
    #[sig("(x=0, /)")]
    fn tp_new(ty: &PyTypeObject, x: Option<&PyObject>) -> PyResult<Owned> {
        let v = match x {
            None => 0.0,
            Some(x) if x.downcast_exact::<PyUnicodeObject>().is_some() => {
                from_string(x)?.ob_fval.get()
            }
            Some(x) => as_f64(&*number::float(x)?)?,
        };
        if std::ptr::eq(ty, &PyFloat_Type) {
            if let Some(f) = x.and_then(|x| x.downcast_exact::<PyFloatObject>()) {
                return Ok(f.own());
            }
            return new(v);
        }
        let o = typeobject::instance::alloc(ty)?;
        // SAFETY: an instance of a subclass of float.
        unsafe { o.cast_ref::<PyFloatObject>() }.ob_fval.set(v);
        Ok(o)
    }

    fn nb_add(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = (operand!(a), operand!(b));
        new(x + y)
    }
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = (operand!(a), operand!(b));
        new(x - y)
    }
    fn nb_multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = (operand!(a), operand!(b));
        new(x * y)
    }
    fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = (operand!(a), operand!(b));
        if y == 0.0 {
            return Err(raise!(ZeroDivisionError, "float division by zero"));
        }
        new(x / y)
    }
    fn nb_remainder(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = (operand!(a), operand!(b));
        new(remainder(x, y)?)
    }
    fn nb_floor_divide(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = (operand!(a), operand!(b));
        new(divmod(x, y)?.0)
    }
    fn nb_divmod(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = (operand!(a), operand!(b));
        let (q, r) = divmod(x, y)?;
        tuple::from_owned(vec![new(q)?, new(r)?]).map(Owned::upcast)
    }
    fn nb_power(a: &PyObject, b: &PyObject, m: &PyObject) -> PyResult<Owned> {
        if !m.is_none() {
            return Err(raise!(
                TypeError,
                "pow() 3rd argument not allowed unless all arguments are integers"
            ));
        }
        let (x, y) = (operand!(a), operand!(b));
        if x < 0.0 && x.is_finite() && y.is_finite() && y != y.floor() {
            // A root of a negative number is complex.
            return complex::power((x, 0.0), (y, 0.0))
                .and_then(|(re, im)| complex::from_doubles(re, im))
                .map(Owned::upcast);
        }
        new(power(x, y)?)
    }
    fn nb_negative(slf: &PyFloatObject) -> PyResult<Owned> {
        new(-slf.ob_fval.get())
    }
    fn nb_positive(slf: &PyFloatObject) -> PyResult<Owned> {
        exact(slf)
    }
    fn nb_absolute(slf: &PyFloatObject) -> PyResult<Owned> {
        new(slf.ob_fval.get().abs())
    }
    fn nb_bool(slf: &PyFloatObject) -> PyResult<bool> {
        Ok(slf.ob_fval.get() != 0.0)
    }
    fn nb_int(slf: &PyFloatObject) -> PyResult<Owned> {
        long::from_f64(slf.ob_fval.get()).map(Owned::upcast)
    }
    fn nb_float(slf: &PyFloatObject) -> PyResult<Owned> {
        exact(slf)
    }

    #[method]
    fn conjugate(slf: &PyFloatObject) -> PyResult<Owned> {
        exact(slf)
    }
    #[method]
    fn __trunc__(slf: &PyFloatObject) -> PyResult<Owned> {
        long::from_f64(slf.ob_fval.get()).map(Owned::upcast)
    }
    #[method]
    #[sig("($self, ndigits=None, /)")]
    fn __round__(slf: &PyFloatObject, ndigits: Option<&PyObject>) -> PyResult<Owned> {
        let v = slf.ob_fval.get();
        let Some(n) = ndigits.filter(|n| !n.is_none()) else {
            return long::from_f64(v.round_ties_even()).map(Owned::upcast);
        };
        let n = number::as_ssize_t(n, None)?;
        round_to(v, n)
    }
    #[method]
    fn as_integer_ratio(slf: &PyFloatObject) -> PyResult<Owned> {
        integer_ratio(slf.ob_fval.get())
    }
    #[method(class)]
    fn fromhex(ty: &PyTypeObject, string: &PyObject) -> PyResult<Owned> {
        let Some(string) = string.downcast::<PyUnicodeObject>() else {
            return Err(raise!(
                TypeError,
                "bad argument type for built-in operation"
            ));
        };
        let v = new(hex::parse(unicode::as_utf8(string)?)?)?;
        if std::ptr::eq(ty, &PyFloat_Type) {
            Ok(v)
        } else {
            crate::call::call1(ty.as_object(), &v)
        }
    }
    #[method]
    fn hex(slf: &PyFloatObject) -> PyResult<Owned> {
        unicode::from_str(&hex::format(slf.ob_fval.get())).map(Owned::upcast)
    }
    #[method]
    fn is_integer(slf: &PyFloatObject) -> PyResult<bool> {
        let v = slf.ob_fval.get();
        Ok(v.is_finite() && v == v.floor())
    }
    #[method]
    fn __getnewargs__(slf: &PyFloatObject) -> PyResult<Owned> {
        tuple::from_owned(vec![new(slf.ob_fval.get())?]).map(Owned::upcast)
    }
    #[method(class)]
    fn __getformat__(_ty: &PyObject, typestr: &PyUnicodeObject) -> PyResult<Owned> {
        if unicode::eq_str(typestr, "double") || unicode::eq_str(typestr, "float") {
            return unicode::from_str("IEEE, little-endian").map(Owned::upcast);
        }
        Err(raise!(
            ValueError,
            "__getformat__() argument 1 must be 'double' or 'float'"
        ))
    }
    #[method(class)]
    fn __set_format__(
        _ty: &PyObject,
        typestr: &PyUnicodeObject,
        fmt: &PyUnicodeObject,
    ) -> PyResult<()> {
        if !unicode::eq_str(typestr, "double") && !unicode::eq_str(typestr, "float") {
            return Err(raise!(
                ValueError,
                "__setformat__() argument 1 must be 'double' or 'float'"
            ));
        }
        if unicode::eq_str(fmt, "unknown") || unicode::eq_str(fmt, "IEEE, little-endian") {
            return Ok(());
        }
        if unicode::eq_str(fmt, "IEEE, big-endian") {
            let which = err::Str(typestr.as_object());
            return Err(raise!(
                ValueError,
                "can only set {which} format to 'unknown' or the detected platform value"
            ));
        }
        Err(raise!(
            ValueError,
            "__setformat__() argument 2 must be 'unknown', 'IEEE, little-endian' or 'IEEE, big-endian'"
        ))
    }
    #[method]
    fn __format__(slf: &PyFloatObject, format_spec: &PyUnicodeObject) -> PyResult<Owned> {
        format::format_float(slf.as_object(), format_spec).map(Owned::upcast)
    }
    #[getter]
    fn real(slf: &PyFloatObject) -> PyResult<Owned> {
        exact(slf)
    }
    #[getter]
    fn imag(_slf: &PyFloatObject) -> PyResult<Owned> {
        new(0.0)
    }
}

/// To `n` decimal places, correctly rounded from the exact value, ties to even.
fn round_to(v: f64, n: Py_ssize_t) -> PyResult<Owned> {
    if !v.is_finite() || n > 323 {
        return new(v);
    }
    if n < -309 {
        return new(0.0f64.copysign(v));
    }
    let rounded = if n >= 0 {
        std::format!("{v:.*}", n as usize).parse::<f64>()
    } else {
        // Digits in front of the point: the exact decimal expansion of the whole part is rounded as text.
        round_whole(v, n.unsigned_abs()).parse::<f64>()
    };
    match rounded {
        Ok(r) if r.is_finite() => new(r),
        _ => Err(raise!(
            OverflowError,
            "rounded value too large to represent"
        )),
    }
}

fn round_whole(v: f64, places: usize) -> String {
    let text = std::format!("{:.1100}", v.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let padded = std::format!("{}{whole}", "0".repeat(places + 1));
    let (head, tail) = padded.split_at(padded.len() - places);
    let half = std::format!("5{}", "0".repeat(places - 1));
    let rest_is_zero = fraction.bytes().all(|b| b == b'0');
    let odd = head.bytes().last().is_some_and(|b| b & 1 == 1);
    let up = match tail.cmp(&half) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Equal => !rest_is_zero || odd,
        std::cmp::Ordering::Less => false,
    };
    let mut digits: Vec<u8> = head.bytes().collect();
    if up {
        for d in digits.iter_mut().rev() {
            if *d == b'9' {
                *d = b'0';
            } else {
                *d += 1;
                break;
            }
        }
    }
    let head = String::from_utf8(digits).unwrap_or_default();
    std::format!(
        "{}{head}e{places}",
        if v.is_sign_negative() { "-" } else { "" }
    )
}

fn integer_ratio(v: f64) -> PyResult<Owned> {
    if v.is_infinite() {
        return Err(raise!(
            OverflowError,
            "cannot convert Infinity to integer ratio"
        ));
    }
    if v.is_nan() {
        return Err(raise!(ValueError, "cannot convert NaN to integer ratio"));
    }
    let bits = v.to_bits();
    let raw = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (mut m, mut e) = if raw == 0 {
        (fraction, -1074)
    } else {
        (fraction | 1 << 52, raw - 1075)
    };
    if m == 0 {
        e = 0;
    } else {
        let zeros = m.trailing_zeros();
        m >>= zeros;
        e += i64::from(zeros);
    }
    let shift = |n: u64, by: i64| long::digits::shl(&long::digits::from_u64(n), by as usize);
    let (num, den) = if e >= 0 {
        (shift(m, e), vec![1])
    } else {
        (shift(m, 0), shift(1, -e))
    };
    let num = long::from_digits(v < 0.0, &num)?.upcast();
    tuple::from_owned(vec![num, long::from_digits(false, &den)?.upcast()]).map(Owned::upcast)
}
