//! `complex`: pairs of floats.

use crate::object;
use crate::prelude::*;
use crate::{
    call, err, exceptions::exc, float, format, hash, long, number, pystrtod, tuple, typeobject,
    unicode,
};
use pyrite_macros::pytype;
use std::mem::offset_of;

/// Real and imaginary part.
pub type Pair = (f64, f64);

/// `PyComplex_FromDoubles`.
pub fn from_doubles(re: f64, im: f64) -> PyResult<Owned<PyComplexObject>> {
    let o: Owned<PyComplexObject> = crate::mem::new_object(&PyComplex_Type)?;
    o.cval.set(Py_complex { real: re, imag: im });
    Ok(o)
}

/// `PyComplex_FromCComplex`.
pub fn from_c_complex(v: Py_complex) -> PyResult<Owned<PyComplexObject>> {
    from_doubles(v.real, v.imag)
}

fn pair(o: &PyComplexObject) -> Pair {
    let v = o.cval.get();
    (v.real, v.imag)
}

fn new(v: Pair) -> PyResult<Owned> {
    from_doubles(v.0, v.1).map(Owned::upcast)
}

/// `__complex__`, which must give a complex.
fn by_method(o: &PyObject) -> PyResult<Option<Owned>> {
    let Some(f) = typeobject::lookup_special(o, id!("__complex__").as_object())? else {
        return Ok(None);
    };
    let r = call::call0(&f)?;
    if r.downcast::<PyComplexObject>().is_none() {
        return Err(raise!(
            TypeError,
            "__complex__ returned non-complex (type {})",
            err::short(&r.type_name(), 200)
        ));
    }
    if r.downcast_exact::<PyComplexObject>().is_none() {
        let text = std::format!(
            "__complex__ returned non-complex (type {}).  The ability to return an instance of a strict subclass of complex is deprecated, and may be removed in a future version of Python.",
            r.type_name()
        );
        crate::hooks::warn(
            exc::DeprecationWarning.get(),
            unicode::from_str(&text)?.as_object(),
            1,
        )?;
    }
    Ok(Some(r))
}

/// `PyComplex_AsCComplex`.
pub fn as_complex(o: &PyObject) -> PyResult<Pair> {
    if let Some(c) = o.downcast::<PyComplexObject>() {
        return Ok(pair(c));
    }
    if let Some(r) = by_method(o)?
        && let Some(c) = r.downcast::<PyComplexObject>()
    {
        return Ok(pair(c));
    }
    Ok((float::as_f64(o)?, 0.0))
}

/// `PyComplex_AsCComplex`, in C's form.
pub fn as_c_complex(o: &PyObject) -> PyResult<Py_complex> {
    let (real, imag) = as_complex(o)?;
    Ok(Py_complex { real, imag })
}

fn sub(a: Pair, b: Pair) -> Pair {
    (a.0 - b.0, a.1 - b.1)
}
fn mul(a: Pair, b: Pair) -> Pair {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// The quotient, scaled by the larger part of the divisor (Smith's method).
pub fn quotient(a: Pair, b: Pair) -> PyResult<Pair> {
    if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return Err(raise!(ZeroDivisionError, "complex division by zero"));
        }
        let ratio = b.1 / b.0;
        let denom = b.0 + b.1 * ratio;
        return Ok(((a.0 + a.1 * ratio) / denom, (a.1 - a.0 * ratio) / denom));
    }
    if b.1.is_nan() || b.0.is_nan() {
        return Ok((f64::NAN, f64::NAN));
    }
    let ratio = b.0 / b.1;
    let denom = b.0 * ratio + b.1;
    Ok(((a.0 * ratio + a.1) / denom, (a.1 * ratio - a.0) / denom))
}

/// `a ** b`.
pub fn power(a: Pair, b: Pair) -> PyResult<Pair> {
    let small_int = b.1 == 0.0 && b.0 == b.0.floor() && b.0.abs() <= 100.0;
    let v = if small_int {
        int_power(a, b.0 as i64)?
    } else {
        general_power(a, b)?
    };
    if v.0.is_infinite() || v.1.is_infinite() {
        return Err(raise!(OverflowError, "complex exponentiation"));
    }
    Ok(v)
}

fn int_power(a: Pair, n: i64) -> PyResult<Pair> {
    let (mut r, mut p, mut k) = ((1.0, 0.0), a, n.unsigned_abs());
    while k > 0 {
        if k & 1 == 1 {
            r = mul(r, p);
        }
        p = mul(p, p);
        k >>= 1;
    }
    if n >= 0 {
        return Ok(r);
    }
    quotient((1.0, 0.0), r).map_err(|_| {
        err::clear();
        raise!(ZeroDivisionError, "0.0 to a negative or complex power")
    })
}

fn general_power(a: Pair, b: Pair) -> PyResult<Pair> {
    if b == (0.0, 0.0) {
        return Ok((1.0, 0.0));
    }
    if a == (0.0, 0.0) {
        if b.1 != 0.0 || b.0 < 0.0 {
            return Err(raise!(
                ZeroDivisionError,
                "0.0 to a negative or complex power"
            ));
        }
        return Ok((0.0, 0.0));
    }
    let (size, angle) = (a.0.hypot(a.1), a.1.atan2(a.0));
    let mut len = size.powf(b.0);
    let mut phase = angle * b.0;
    if b.1 != 0.0 {
        len /= (angle * b.1).exp();
        phase += b.1 * size.ln();
    }
    if phase.is_infinite() {
        // No angle: what the C library calls a domain error.
        return Err(raise!(
            ZeroDivisionError,
            "0.0 to a negative or complex power"
        ));
    }
    Ok((len * phase.cos(), len * phase.sin()))
}

/// The absolute value; too large raises OverflowError.
pub fn modulus(v: Pair) -> PyResult<f64> {
    let r = v.0.hypot(v.1);
    if r.is_infinite() && v.0.is_finite() && v.1.is_finite() {
        return Err(raise!(OverflowError, "absolute value too large"));
    }
    Ok(r)
}

/// An operand: complex, float or int; otherwise the operation is not ours.
fn operand(o: &PyObject) -> PyResult<Option<Pair>> {
    if let Some(c) = o.downcast::<PyComplexObject>() {
        return Ok(Some(pair(c)));
    }
    if let Some(n) = o.downcast::<PyLongObject>() {
        return Ok(Some((long::to_f64(n)?, 0.0)));
    }
    Ok(o.downcast::<PyFloatObject>()
        .map(|f| (f.ob_fval.get(), 0.0)))
}

macro_rules! operands {
    ($a:ident, $b:ident) => {
        match (operand($a)?, operand($b)?) {
            (Some(x), Some(y)) => (x, y),
            _ => return Ok(not_implemented().own()),
        }
    };
}

/// Where an instance keeps its number.
const OFFSET: usize = offset_of!(PyComplexObject, cval);

pub struct Complex;

#[pytype(name = "complex", c_name = PyComplex_Type, layout = PyComplexObject, flags = [BASETYPE],
         alloc = typeobject::instance::generic_alloc_slot, free = typeobject::instance::free)]
impl Complex {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyComplexObject) {
        // SAFETY: the count has reached 0.
        unsafe { typeobject::instance::free_instance((*slf).ty(), slf.cast()) }
    }
    fn tp_repr(slf: &PyComplexObject) -> PyResult<Owned> {
        unicode::from_str(&to_text(pair(slf))?).map(Owned::upcast)
    }
    fn tp_hash(slf: &PyComplexObject) -> PyResult<Py_hash_t> {
        let (re, im) = pair(slf);
        const IMAG: u64 = 1_000_003;
        let h = (hash::double(re) as u64).wrapping_add(IMAG.wrapping_mul(hash::double(im) as u64))
            as Py_hash_t;
        Ok(if h == -1 { -2 } else { h })
    }
    fn tp_richcompare(slf: &PyComplexObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        if op != Py_EQ && op != Py_NE {
            return Ok(not_implemented().own());
        }
        let (re, im) = pair(slf);
        let equal = if let Some(c) = other.downcast::<PyComplexObject>() {
            pair(c) == (re, im)
        } else if let Some(f) = other.downcast::<PyFloatObject>() {
            im == 0.0 && f.ob_fval.get() == re
        } else if let Some(n) = other.downcast::<PyLongObject>() {
            im == 0.0 && float::compare_with_int(re, n) == Some(std::cmp::Ordering::Equal)
        } else {
            return Ok(not_implemented().own());
        };
        Ok(bool_from(equal == (op == Py_EQ)))
    }
    #[sig("(real=0, imag=0)")]
    fn tp_new(
        ty: &PyTypeObject,
        real: Option<&PyObject>,
        imag: Option<&PyObject>,
    ) -> PyResult<Owned> {
        construct(ty, real, imag)
    }

    fn nb_add(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = operands!(a, b);
        new((x.0 + y.0, x.1 + y.1))
    }
    fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = operands!(a, b);
        new(sub(x, y))
    }
    fn nb_multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = operands!(a, b);
        new(mul(x, y))
    }
    fn nb_true_divide(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
        let (x, y) = operands!(a, b);
        new(quotient(x, y)?)
    }
    fn nb_remainder(_a: &PyObject, _b: &PyObject) -> PyResult<Owned> {
        Err(raise!(TypeError, "can't mod complex numbers."))
    }
    fn nb_divmod(_a: &PyObject, _b: &PyObject) -> PyResult<Owned> {
        Err(raise!(
            TypeError,
            "can't take floor or mod of complex number."
        ))
    }
    fn nb_floor_divide(_a: &PyObject, _b: &PyObject) -> PyResult<Owned> {
        Err(raise!(TypeError, "can't take floor of complex number."))
    }
    fn nb_power(a: &PyObject, b: &PyObject, m: &PyObject) -> PyResult<Owned> {
        let (x, y) = operands!(a, b);
        if !m.is_none() {
            return Err(raise!(ValueError, "complex modulo"));
        }
        new(power(x, y)?)
    }
    fn nb_negative(slf: &PyComplexObject) -> PyResult<Owned> {
        let (re, im) = pair(slf);
        new((-re, -im))
    }
    fn nb_positive(slf: &PyComplexObject) -> PyResult<Owned> {
        if std::ptr::eq(slf.ty(), &PyComplex_Type) {
            Ok(slf.own())
        } else {
            new(pair(slf))
        }
    }
    fn nb_absolute(slf: &PyComplexObject) -> PyResult<Owned> {
        float::from_f64(modulus(pair(slf))?).map(Owned::upcast)
    }
    fn nb_bool(slf: &PyComplexObject) -> PyResult<bool> {
        let (re, im) = pair(slf);
        Ok(re != 0.0 || im != 0.0)
    }
    fn nb_int(_slf: &PyComplexObject) -> PyResult<Owned> {
        Err(raise!(TypeError, "can't convert complex to int"))
    }
    fn nb_float(_slf: &PyComplexObject) -> PyResult<Owned> {
        Err(raise!(TypeError, "can't convert complex to float"))
    }

    #[method]
    fn conjugate(slf: &PyComplexObject) -> PyResult<Owned> {
        let (re, im) = pair(slf);
        new((re, -im))
    }
    #[method]
    fn __getnewargs__(slf: &PyComplexObject) -> PyResult<Owned> {
        let (re, im) = pair(slf);
        let parts = vec![float::from_f64(re)?.upcast(), float::from_f64(im)?.upcast()];
        tuple::from_owned(parts).map(Owned::upcast)
    }
    #[method(parse_tuple)]
    fn __format__(slf: &PyComplexObject, format_spec: &PyUnicodeObject) -> PyResult<Owned> {
        format::format_complex(slf.as_object(), format_spec).map(Owned::upcast)
    }

    #[members]
    const MEMBERS: &[Member] = members![
        (
            "real",
            T_DOUBLE,
            { OFFSET + offset_of!(Py_complex, real) },
            READONLY
        ),
        (
            "imag",
            T_DOUBLE,
            { OFFSET + offset_of!(Py_complex, imag) },
            READONLY
        )
    ];
}

/// `repr`: the real part is left out if it is a positive zero.
fn to_text((re, im): Pair) -> PyResult<String> {
    if re == 0.0 && re.is_sign_positive() {
        return Ok(pystrtod::double_to_string(im, 'r', 0, 0)? + "j");
    }
    let re = pystrtod::double_to_string(re, 'r', 0, 0)?;
    let im = pystrtod::double_to_string(im, 'r', 0, Py_DTSF_SIGN)?;
    Ok(std::format!("({re}{im}j)"))
}

fn construct(
    ty: &PyTypeObject,
    real: Option<&PyObject>,
    imag: Option<&PyObject>,
) -> PyResult<Owned> {
    if let Some(r) = real.filter(|_| imag.is_none())
        && r.downcast_exact::<PyComplexObject>().is_some()
        && std::ptr::eq(ty, &PyComplex_Type)
    {
        return Ok(r.own());
    }
    if let Some(s) = real.and_then(|r| r.downcast::<PyUnicodeObject>()) {
        if imag.is_some() {
            return Err(raise!(
                TypeError,
                "complex() can't take second arg if first is a string"
            ));
        }
        return new_of_type(ty, from_text(s)?);
    }
    if imag.is_some_and(|i| i.downcast::<PyUnicodeObject>().is_some()) {
        return Err(raise!(TypeError, "complex() second arg can't be a string"));
    }
    let converted = match real {
        Some(r) => by_method(r)?,
        None => None,
    };
    let real = converted.as_deref().or(real);
    let part = |o: Option<&PyObject>, which: &str| -> PyResult<(Pair, bool)> {
        let Some(o) = o else {
            return Ok(((0.0, 0.0), false));
        };
        if let Some(c) = o.downcast::<PyComplexObject>() {
            return Ok((pair(c), true));
        }
        let numeric =
            object::slot!(o.ty(), tp_as_number.nb_float).is_some() || number::index_check(o);
        if !numeric {
            let name = o.type_name();
            let name = err::short(&name, 200);
            return Err(if which == "first" {
                raise!(
                    TypeError,
                    "complex() first argument must be a string or a number, not '{name}'"
                )
            } else {
                raise!(
                    TypeError,
                    "complex() second argument must be a number, not '{name}'"
                )
            });
        }
        Ok(((float::as_f64(&*number::float(o)?)?, 0.0), false))
    };
    let (mut r, r_complex) = part(real, "first")?;
    let (i, i_complex) = part(imag, "second")?;
    if imag.is_some() {
        // real + imag * 1j
        if i_complex {
            r.0 -= i.1;
        }
        r.1 = if r_complex { r.1 + i.0 } else { i.0 };
    }
    new_of_type(ty, r)
}

fn new_of_type(ty: &PyTypeObject, v: Pair) -> PyResult<Owned> {
    if std::ptr::eq(ty, &PyComplex_Type) {
        return new(v);
    }
    let o = typeobject::instance::alloc(ty)?;
    // SAFETY: an instance of a subclass of complex.
    unsafe { o.cast_ref::<PyComplexObject>() }
        .cval
        .set(Py_complex {
            real: v.0,
            imag: v.1,
        });
    Ok(o)
}

/// Reads `a`, `bj` or `a+bj`, with parentheses and white space around it.
fn from_text(s: &PyUnicodeObject) -> PyResult<Pair> {
    let malformed = || raise!(ValueError, "complex() arg is a malformed string");
    let plain = |c: u32| match unicode::tables::to_decimal(c) {
        _ if c < 0x80 => c as u8,
        Some(d) => b'0' + d,
        None if unicode::tables::is_space(c) => b' ',
        None => b'?',
    };
    let text: Vec<u8> = unicode::chars(s).iter().map(plain).collect();
    let Some(text) = float::without_underscores(&text) else {
        let repr = crate::object::repr(s.as_object())?;
        let shown = err::Str(&repr);
        return Err(raise!(
            ValueError,
            "could not convert string to complex: {shown}"
        ));
    };
    let text = trim(&text);
    let text = match text {
        [b'(', inner @ .., b')'] => trim(inner),
        _ => text,
    };
    parse(text).ok_or_else(malformed)
}

fn trim(text: &[u8]) -> &[u8] {
    let space = |b: &u8| b.is_ascii_whitespace() || *b == 0x0b;
    let from = text.iter().position(|b| !space(b)).unwrap_or(text.len());
    let to = text.iter().rposition(|b| !space(b)).map_or(from, |i| i + 1);
    &text[from..to]
}

fn parse(text: &[u8]) -> Option<Pair> {
    // A sign and a `j` stand for one.
    let imaginary = |part: &[u8]| -> Option<f64> {
        let number = match part {
            [rest @ .., b'j' | b'J'] => rest,
            _ => return None,
        };
        match number {
            [] | b"+" => Some(1.0),
            b"-" => Some(-1.0),
            n => pystrtod::parse_literal(n),
        }
    };
    let n = pystrtod::literal_length(text);
    if n == text.len() {
        return pystrtod::parse_literal(text).map(|re| (re, 0.0));
    }
    if let Some(im) = imaginary(text) {
        return Some((0.0, im));
    }
    let rest = &text[n..];
    if n == 0 || !matches!(rest.first(), Some(b'+' | b'-')) {
        return None;
    }
    Some((pystrtod::parse_literal(&text[..n])?, imaginary(rest)?))
}
