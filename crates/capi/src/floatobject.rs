//! `floatobject.h`, `complexobject.h`, `pystrtod.h`, `dtoa.h`, `pymath.h`: floating point.

use crate::prelude::*;
use crate::support::slice_at;

/// The bytes of a number in the order that C asks for.
fn pack<const N: usize>(mut bytes: [u8; N], out: *mut u8, little: c_int) {
    if little == 0 {
        bytes.reverse();
    }
    // SAFETY: C passes room for as many bytes.
    unsafe { out.copy_from_nonoverlapping(bytes.as_ptr(), N) };
}

fn unpack<const N: usize>(data: *const u8, little: c_int) -> [u8; N] {
    let mut bytes = [0; N];
    // SAFETY: C passes as many bytes.
    bytes.copy_from_slice(unsafe { slice_at(data, N as Py_ssize_t) });
    if little == 0 {
        bytes.reverse();
    }
    bytes
}

fn set_errno(errno: c_int) {
    // SAFETY: errno is the thread's own.
    unsafe { *libc::__errno_location() = errno };
}

/// A quotient or power that has no value: C hears of it by errno.
fn domain_error() -> (f64, f64) {
    err::clear();
    set_errno(libc::EDOM);
    (0.0, 0.0)
}

/// A double as IEEE half precision, rounded to even; `None` if it does not fit.
fn to_half(value: f64) -> Option<u16> {
    let sign = if value.is_sign_negative() { 0x8000 } else { 0 };
    if value.is_nan() {
        return Some(sign | 0x7E00);
    }
    if value.is_infinite() {
        return Some(sign | 0x7C00);
    }
    let magnitude = value.abs();
    if magnitude < f64::from_bits((1023 - 14) << 52) {
        // Subnormal: multiples of 2^-24. Rounding up to the smallest normal number gives its bits.
        let scaled = (magnitude * f64::from_bits((1023 + 24) << 52)).round_ties_even();
        return Some(sign | scaled as u16);
    }
    let exponent = ((magnitude.to_bits() >> 52) as i32) - 1023;
    let scale = f64::from_bits(((1023 + 10 - i64::from(exponent)) as u64) << 52);
    // The leading bit of 1024..=2048 adds one to the exponent field.
    let mantissa = (magnitude * scale).round_ties_even() as i32;
    let bits = ((exponent + 14) << 10) + mantissa;
    (exponent <= 15 && bits < 0x7C00).then_some(sign | bits as u16)
}

fn from_half(bits: u16) -> f64 {
    let (exponent, mantissa) = (i32::from(bits >> 10 & 0x1F), f64::from(bits & 0x3FF));
    let magnitude = match exponent {
        0 => mantissa * 2f64.powi(-24),
        0x1F if mantissa == 0.0 => f64::INFINITY,
        0x1F => f64::NAN,
        _ => (1.0 + mantissa / 1024.0) * 2f64.powi(exponent - 15),
    };
    if bits & 0x8000 != 0 {
        -magnitude
    } else {
        magnitude
    }
}

capi! {
    fn PyFloat_FromDouble(value: f64) -> PyResult<Owned> { Ok(float::from_f64(value)?.upcast()) }
    fn PyFloat_AsDouble(o: Option<&PyObject>) -> PyResult<f64> { float::as_f64(o.ok_or_else(err::bad_argument)?) }
    fn PyFloat_FromString(o: &PyObject) -> PyResult<Owned> { Ok(float::from_string(o)?.upcast()) }
    fn PyFloat_GetMax() -> f64 { f64::MAX }
    fn PyFloat_GetMin() -> f64 { f64::MIN_POSITIVE }
    fn PyFloat_GetInfo() -> PyResult<Owned> { sys::info::float_info() }
    fn PyFloat_ClearFreeList() -> c_int { float::clear_free_list() as c_int }

    fn _PyFloat_Pack8(value: f64, out: *mut u8, little: c_int) -> c_int {
        pack(value.to_le_bytes(), out, little);
        0
    }

    fn _PyFloat_Pack4(value: f64, out: *mut u8, little: c_int) -> PyResult<()> {
        let single = value as f32;
        if single.is_infinite() && value.is_finite() {
            return Err(raise!(OverflowError, "float too large to pack with f format"));
        }
        pack(single.to_le_bytes(), out, little);
        Ok(())
    }

    fn _PyFloat_Pack2(value: f64, out: *mut u8, little: c_int) -> PyResult<()> {
        let half = to_half(value).ok_or_else(|| raise!(OverflowError, "float too large to pack with e format"))?;
        pack(half.to_le_bytes(), out, little);
        Ok(())
    }

    fn _PyFloat_Unpack8(data: *const u8, little: c_int) -> f64 { f64::from_le_bytes(unpack(data, little)) }
    fn _PyFloat_Unpack4(data: *const u8, little: c_int) -> f64 { f64::from(f32::from_le_bytes(unpack(data, little))) }
    fn _PyFloat_Unpack2(data: *const u8, little: c_int) -> f64 { from_half(u16::from_le_bytes(unpack(data, little))) }
    fn PyComplex_FromCComplex(value: Py_complex) -> PyResult<Owned> { Ok(complex::from_c_complex(value)?.upcast()) }
    fn PyComplex_FromDoubles(real: f64, imag: f64) -> PyResult<Owned> { Ok(complex::from_c_complex(Py_complex { real, imag })?.upcast()) }
    fn PyComplex_AsCComplex(o: &PyObject) -> PyResult<Py_complex> { complex::as_c_complex(o) }

    fn PyComplex_RealAsDouble(o: &PyObject) -> PyResult<f64> {
        match o.downcast::<PyComplexObject>() {
            Some(c) => Ok(c.cval.get().real),
            None => float::as_f64(o),
        }
    }

    fn PyComplex_ImagAsDouble(o: &PyObject) -> f64 { o.downcast::<PyComplexObject>().map_or(0.0, |c| c.cval.get().imag) }
    fn _Py_c_sum(a: Py_complex, b: Py_complex) -> Py_complex { Py_complex { real: a.real + b.real, imag: a.imag + b.imag } }
    fn _Py_c_diff(a: Py_complex, b: Py_complex) -> Py_complex { Py_complex { real: a.real - b.real, imag: a.imag - b.imag } }
    fn _Py_c_neg(a: Py_complex) -> Py_complex { Py_complex { real: -a.real, imag: -a.imag } }

    fn _Py_c_prod(a: Py_complex, b: Py_complex) -> Py_complex {
        Py_complex { real: a.real * b.real - a.imag * b.imag, imag: a.real * b.imag + a.imag * b.real }
    }

    fn _Py_c_quot(a: Py_complex, b: Py_complex) -> Py_complex {
        let (real, imag) = complex::quotient((a.real, a.imag), (b.real, b.imag)).unwrap_or_else(|_| domain_error());
        Py_complex { real, imag }
    }

    fn _Py_c_pow(a: Py_complex, b: Py_complex) -> Py_complex {
        let (real, imag) = complex::power((a.real, a.imag), (b.real, b.imag)).unwrap_or_else(|_| domain_error());
        Py_complex { real, imag }
    }

    fn _Py_c_abs(a: Py_complex) -> f64 {
        complex::modulus((a.real, a.imag)).unwrap_or_else(|_| {
            err::clear();
            set_errno(libc::ERANGE);
            f64::INFINITY
        })
    }

    fn PyOS_string_to_double(text: &CStr, end: Out<*mut c_char>, overflow: Option<&PyObject>) -> PyResult<f64> {
        let bytes = text.to_bytes();
        if !end.wanted() {
            return pystrtod::string_to_double(bytes, overflow);
        }
        let Some((value, used)) = pystrtod::parse_prefix(bytes) else {
            end.set(text.as_ptr().cast_mut());
            return Err(raise!(ValueError, "could not convert string to float: '{}'", crate::support::lossy(text)));
        };
        end.set(text.as_ptr().cast_mut().wrapping_add(used));
        match overflow {
            Some(exc) if value.is_infinite() && bytes[..used].iter().any(u8::is_ascii_digit) => {
                let message = unicode::from_str(&format!("value too large to convert to float: '{}'", crate::support::lossy(text)))?;
                Err(err::set_object(exc, message.as_object()))
            }
            _ => Ok(value),
        }
    }

    fn PyOS_double_to_string(value: f64, code: c_char, precision: c_int, flags: c_int, kind: Out<c_int>) -> PyResult<*mut c_char> {
        let text = pystrtod::double_to_string(value, char::from(code as u8), precision, flags)?;
        kind.set(match () {
            () if value.is_nan() => Py_DTST_NAN,
            () if value.is_infinite() => Py_DTST_INFINITE,
            () => Py_DTST_FINITE,
        });
        let copy = mem::malloc(mem::Domain::Mem, text.len() + 1).cast::<u8>();
        if copy.is_null() {
            return Err(err::no_memory());
        }
        // SAFETY: the block has room for the text and a NUL.
        unsafe {
            copy.copy_from_nonoverlapping(text.as_ptr(), text.len());
            copy.add(text.len()).write(0);
        }
        Ok(copy.cast())
    }

    fn _Py_dg_infinity(negative: c_int) -> f64 { if negative != 0 { f64::NEG_INFINITY } else { f64::INFINITY } }
    fn _Py_dg_stdnan(negative: c_int) -> f64 { if negative != 0 { -f64::NAN } else { f64::NAN } }
}
