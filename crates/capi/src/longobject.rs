//! `longobject.h`, `boolobject.h`: integers.

use crate::prelude::*;
use crate::support::{bytes_at, slice_at};
use libc::wchar_t;
use std::ffi::{c_longlong, c_ulonglong};

/// What a conversion to a C integer gives a converter function of `O&`.
fn convert<T>(place: *mut c_void, value: PyResult<T>) -> bool {
    // SAFETY: C passes the place of a variable of this type.
    value
        .map(|value| unsafe { place.cast::<T>().write(value) })
        .is_ok()
}

/// An integer that a converter must not find negative.
fn unsigned(o: &PyObject, max: u64, name: &str) -> PyResult<u64> {
    if o.downcast::<PyLongObject>()
        .is_some_and(|n| long::sign(n) < 0)
    {
        return Err(raise!(ValueError, "value must be positive"));
    }
    let value = long::as_u64(o)?;
    if value > max {
        return Err(raise!(OverflowError, "Python int too large for C {name}"));
    }
    Ok(value)
}

fn overflowing(o: &PyObject, overflow: &Out<c_int>) -> PyResult<i64> {
    overflow.set(0);
    let (value, side) = long::as_long_and_overflow(o)?;
    overflow.set(side);
    Ok(value)
}

fn integer(o: &PyObject) -> PyResult<&PyLongObject> {
    o.downcast::<PyLongObject>()
        .ok_or_else(|| raise!(TypeError, "an integer is required"))
}

capi! {
    fn PyBool_FromLong(value: c_long) -> Owned { bool_from(value != 0) }
    fn PyLong_FromLong(value: c_long) -> PyResult<Owned> { Ok(long::from_i64(value)?.upcast()) }
    fn PyLong_FromLongLong(value: c_longlong) -> PyResult<Owned> { Ok(long::from_i64(value)?.upcast()) }
    fn PyLong_FromSsize_t(value: Py_ssize_t) -> PyResult<Owned> { Ok(long::from_i64(value as i64)?.upcast()) }
    fn PyLong_FromUnsignedLong(value: c_ulong) -> PyResult<Owned> { Ok(long::from_u64(value)?.upcast()) }
    fn PyLong_FromUnsignedLongLong(value: c_ulonglong) -> PyResult<Owned> { Ok(long::from_u64(value)?.upcast()) }
    fn PyLong_FromSize_t(value: usize) -> PyResult<Owned> { Ok(long::from_u64(value as u64)?.upcast()) }
    fn PyLong_FromVoidPtr(value: *mut c_void) -> PyResult<Owned> { Ok(long::from_u64(value as u64)?.upcast()) }
    fn PyLong_FromDouble(value: f64) -> PyResult<Owned> { Ok(long::from_f64(value)?.upcast()) }

    fn PyLong_FromString(text: &CStr, end: Out<*mut c_char>, base: c_int) -> PyResult<Owned> {
        let (value, used) = long::from_string(text.to_bytes(), base)?;
        end.set(text.as_ptr().cast_mut().wrapping_add(used));
        Ok(value.upcast())
    }

    fn PyLong_FromUnicodeObject(text: Is<'_, PyUnicodeObject>, base: c_int) -> PyResult<Owned> { Ok(long::from_unicode_object(&text, base)?.upcast()) }

    fn PyLong_FromUnicode(text: *mut wchar_t, size: Py_ssize_t, base: c_int) -> PyResult<Owned> {
        // SAFETY: C passes as many characters.
        let text = unicode::from_wide(unsafe { slice_at(text, size) })?;
        Ok(long::from_unicode_object(&text, base)?.upcast())
    }

    fn _PyLong_FromBytes(text: *const c_char, size: Py_ssize_t, base: c_int) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        Ok(long::from_bytes(unsafe { bytes_at(text, size) }, base)?.upcast())
    }

    fn _PyLong_FromNbInt(o: &PyObject) -> PyResult<Owned> { Ok(long::from_nb_int(o)?.upcast()) }
    fn _PyLong_FromNbIndexOrNbInt(o: &PyObject) -> PyResult<Owned> { Ok(long::from_nb_index_or_nb_int(o)?.upcast()) }
    fn PyLong_AsLong(o: &PyObject) -> PyResult<c_long> { long::as_i64(o) }
    fn PyLong_AsLongLong(o: &PyObject) -> PyResult<c_longlong> { long::as_long_long(o) }
    fn _PyLong_AsInt(o: &PyObject) -> PyResult<c_int> { long::as_int(o) }
    fn PyLong_AsSsize_t(o: &PyObject) -> PyResult<Py_ssize_t> { long::as_ssize_t(o) }
    fn PyLong_AsSize_t(o: &PyObject) -> PyResult<usize> { long::as_usize(o) }
    fn PyLong_AsUnsignedLong(o: &PyObject) -> PyResult<c_ulong> { long::as_u64(o) }
    fn PyLong_AsUnsignedLongLong(o: &PyObject) -> PyResult<c_ulonglong> { long::as_unsigned_long_long(o) }
    fn PyLong_AsUnsignedLongMask(o: &PyObject) -> PyResult<c_ulong> { long::as_u64_mask(o) }
    fn PyLong_AsUnsignedLongLongMask(o: &PyObject) -> PyResult<c_ulonglong> { long::as_u64_mask(o) }
    fn PyLong_AsLongAndOverflow(o: &PyObject, overflow: Out<c_int>) -> PyResult<c_long> { overflowing(o, &overflow) }
    fn PyLong_AsLongLongAndOverflow(o: &PyObject, overflow: Out<c_int>) -> PyResult<c_longlong> { overflowing(o, &overflow) }
    fn PyLong_AsDouble(o: &PyObject) -> PyResult<f64> { long::to_f64(integer(o)?) }

    fn PyLong_AsVoidPtr(o: &PyObject) -> PyResult<*mut c_void> {
        let o = integer(o)?;
        let address = if long::sign(o) < 0 { long::as_i64(o.as_object())? as usize } else { long::as_u64(o.as_object())? as usize };
        Ok(std::ptr::with_exposed_provenance_mut(address))
    }

    fn _PyLong_Sign(o: Is<'_, PyLongObject>) -> c_int { long::sign(&o) }
    fn _PyLong_NumBits(o: Is<'_, PyLongObject>) -> usize { long::num_bits(&o) }
    fn _PyLong_Copy(o: &PyLongObject) -> PyResult<Owned> { Ok(long::copy(o)?.upcast()) }

    fn _PyLong_New(n: Py_ssize_t) -> PyResult<*mut PyLongObject> {
        let n = usize::try_from(n).map_err(|_| raise!(OverflowError, "too many digits in integer"))?;
        let new = mem::new_var::<PyLongObject>(&long::PyLong_Type, n)?;
        Ok(new.into_typed_ptr())
    }

    fn _PyLong_GCD(a: Is<'_, PyLongObject>, b: Is<'_, PyLongObject>) -> PyResult<Owned> { Ok(long::gcd(&a, &b)?.upcast()) }

    fn _PyLong_DivmodNear(a: &PyObject, b: &PyObject) -> PyResult<Owned<PyTupleObject>> {
        let (quotient, remainder) = long::divmod_near(long::expect(a)?, long::expect(b)?)?;
        tuple::pack([quotient.upcast(), remainder.upcast()])
    }

    fn _PyLong_Lshift(o: Is<'_, PyLongObject>, n: usize) -> PyResult<Owned> { Ok(long::lshift(&o, &*long::from_usize(n)?)?.upcast()) }
    fn _PyLong_Rshift(o: Is<'_, PyLongObject>, n: usize) -> PyResult<Owned> { Ok(long::rshift(&o, &*long::from_usize(n)?)?.upcast()) }

    fn _PyLong_Frexp(o: &PyLongObject, exponent: Out<Py_ssize_t>) -> PyResult<f64> {
        let (mantissa, e) = long::frexp(o.as_object())?;
        exponent.set(e);
        Ok(mantissa)
    }

    fn _PyLong_Format(o: &PyObject, base: c_int) -> PyResult<Owned> { Ok(long::format(o, base as u32)?.upcast()) }

    fn _PyLong_FromByteArray(data: *const u8, size: usize, little: c_int, signed: c_int) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        Ok(long::from_byte_array(unsafe { slice_at(data, size as Py_ssize_t) }, little != 0, signed != 0)?.upcast())
    }

    fn _PyLong_AsByteArray(o: &PyLongObject, data: *mut u8, size: usize, little: c_int, signed: c_int) -> PyResult<()> {
        if long::is_negative(o) && signed == 0 {
            return Err(raise!(OverflowError, "can't convert negative int to unsigned"));
        }
        let mut bytes = long::as_byte_array(o, size, signed != 0)?;
        if little == 0 {
            bytes.reverse();
        }
        // SAFETY: C passes room for as many bytes.
        unsafe { data.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
        Ok(())
    }

    fn PyLong_GetInfo() -> PyResult<Owned> { sys::info::int_info() }
    fn _PyLong_UnsignedShort_Converter(o: &PyObject, place: *mut c_void) -> bool { convert(place, unsigned(o, u64::from(u16::MAX), "unsigned short").map(|v| v as u16)) }
    fn _PyLong_UnsignedInt_Converter(o: &PyObject, place: *mut c_void) -> bool { convert(place, unsigned(o, u64::from(u32::MAX), "unsigned int").map(|v| v as u32)) }
    fn _PyLong_UnsignedLong_Converter(o: &PyObject, place: *mut c_void) -> bool { convert(place, unsigned(o, u64::MAX, "unsigned long")) }
    fn _PyLong_UnsignedLongLong_Converter(o: &PyObject, place: *mut c_void) -> bool { convert(place, unsigned(o, u64::MAX, "unsigned long long")) }
    fn _PyLong_Size_t_Converter(o: &PyObject, place: *mut c_void) -> bool { convert(place, unsigned(o, u64::MAX, "size_t")) }
    fn _PyLong_FromUid(uid: libc::uid_t) -> PyResult<Owned> { if uid == libc::uid_t::MAX { Ok(long::from_i64(-1)?.upcast()) } else { Ok(long::from_u64(u64::from(uid))?.upcast()) } }
    fn _PyLong_FromGid(gid: libc::gid_t) -> PyResult<Owned> { if gid == libc::gid_t::MAX { Ok(long::from_i64(-1)?.upcast()) } else { Ok(long::from_u64(u64::from(gid))?.upcast()) } }
    fn _PyLong_FromTime_t(time: libc::time_t) -> PyResult<Owned> { Ok(long::from_i64(time)?.upcast()) }

    fn _PyLong_AsTime_t(o: &PyObject) -> PyResult<libc::time_t> {
        long::as_long_long(o).map_err(|raised| {
            if err::matches(exceptions::exc::OverflowError.get()) {
                return raise!(OverflowError, "timestamp out of range for platform time_t");
            }
            raised
        })
    }

    fn PyOS_strtoul(text: &CStr, end: Out<*mut c_char>, base: c_int) -> c_ulong {
        let mut stop = std::ptr::null_mut();
        // SAFETY: C passes a string that ends in NUL.
        let value = unsafe { libc::strtoul(text.as_ptr(), &mut stop, base) };
        end.set(stop);
        value
    }

    fn PyOS_strtol(text: &CStr, end: Out<*mut c_char>, base: c_int) -> c_long {
        let mut stop = std::ptr::null_mut();
        // SAFETY: C passes a string that ends in NUL.
        let value = unsafe { libc::strtol(text.as_ptr(), &mut stop, base) };
        end.set(stop);
        value
    }
}
