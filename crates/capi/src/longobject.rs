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

capi! {
    fn PyBool_FromLong(value: c_long) -> Owned { bool_from(value != 0) }
    fn PyLong_FromLong(value: c_long) -> PyResult<Owned> { Ok(long::from_i64(value)?.upcast()) }
    fn PyLong_FromLongLong(value: c_longlong) -> PyResult<Owned> { Ok(long::from_i64(value)?.upcast()) }
    fn PyLong_FromSsize_t(value: Py_ssize_t) -> PyResult<Owned> { Ok(long::from_i64(value as i64)?.upcast()) }
    fn PyLong_FromUnsignedLong(value: c_ulong) -> PyResult<Owned> { Ok(long::from_u64(value)?.upcast()) }
    fn PyLong_FromUnsignedLongLong(value: c_ulonglong) -> PyResult<Owned> { Ok(long::from_u64(value)?.upcast()) }
    fn PyLong_FromSize_t(value: usize) -> PyResult<Owned> { Ok(long::from_u64(value as u64)?.upcast()) }
    fn PyLong_FromVoidPtr(value: *mut c_void) -> PyResult<Owned> { Ok(long::from_u64(value as u64)?.upcast()) }
    fn _PyLong_FromNbIndexOrNbInt(o: &PyObject) -> PyResult<Owned> { Ok(long::from_nb_index_or_nb_int(o)?.upcast()) }
    fn PyLong_AsLong(o: &PyObject) -> PyResult<c_long> { long::as_i64(o) }
    fn PyLong_AsLongLong(o: &PyObject) -> PyResult<c_longlong> { long::as_long_long(o) }
    fn PyLong_AsSsize_t(o: &PyObject) -> PyResult<Py_ssize_t> { long::as_ssize_t(o) }
    fn PyLong_AsUnsignedLong(o: &PyObject) -> PyResult<c_ulong> { long::as_u64(o) }
    fn PyLong_AsUnsignedLongLong(o: &PyObject) -> PyResult<c_ulonglong> { long::as_u64(o) }
    fn PyLong_AsUnsignedLongMask(o: &PyObject) -> PyResult<c_ulong> { long::as_u64_mask(o) }
    fn PyLong_AsUnsignedLongLongMask(o: &PyObject) -> PyResult<c_ulonglong> { long::as_u64_mask(o) }
    fn _PyLong_Format(o: &PyObject, base: c_int) -> PyResult<Owned> { Ok(long::format(o, base as u32)?.upcast()) }

    fn _PyLong_FromByteArray(data: *const u8, size: usize, little: c_int, signed: c_int) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        Ok(long::from_byte_array(unsafe { slice_at(data, size as Py_ssize_t) }, little != 0, signed != 0)?.upcast())
    }

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
