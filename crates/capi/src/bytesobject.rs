//! `bytesobject.h`, `bytearrayobject.h`.

use crate::prelude::*;
use crate::support::{bytes_at, stolen};

fn expected<'a, T: PyClass>(o: &'a PyObject, what: &str) -> PyResult<&'a T> {
    o.downcast().ok_or_else(|| {
        raise!(
            TypeError,
            "expected {what}, {} found",
            err::short(&o.type_name(), 200)
        )
    })
}

/// `*place += right`; NULL on failure.
fn concat(place: *mut *mut PyObject, right: Option<&PyObject>) {
    // SAFETY: C holds an object there, and takes the new one from there.
    unsafe {
        let Some(left) = stolen(place.replace(std::ptr::null_mut())) else {
            return;
        };
        if let Some(joined) = right.and_then(|right| bytes::concat(&left, right).ok()) {
            place.write(joined.into_ptr());
        }
    }
}

capi! {
    fn PyBytes_FromStringAndSize(text: *const c_char, size: Py_ssize_t) -> PyResult<Owned<PyBytesObject>> {
        let Ok(n) = usize::try_from(size) else {
            return Err(raise!(SystemError, "Negative size passed to PyBytes_FromStringAndSize"));
        };
        // SAFETY: C passes as many bytes, or NULL to fill them in itself.
        unsafe { if text.is_null() && n > 0 { bytes::new_uninit(n) } else { bytes::from_slice(bytes_at(text, size)) } }
    }

    fn PyBytes_FromString(text: &CStr) -> PyResult<Owned<PyBytesObject>> { bytes::from_slice(text.to_bytes()) }
    fn PyBytes_FromObject(o: &PyObject) -> PyResult<Owned> { Ok(bytes::from_object(o)?.upcast()) }
    fn PyBytes_Size(o: &PyObject) -> PyResult<Py_ssize_t> { Ok(expected::<PyBytesObject>(o, "bytes")?.ob_base.ob_size.get()) }
    fn PyBytes_AsString(o: &PyObject) -> PyResult<*mut c_char> { Ok(bytes::as_ptr(expected(o, "bytes")?)) }

    fn PyBytes_AsStringAndSize(o: &PyObject, text: Out<*mut c_char>, size: Out<Py_ssize_t>) -> PyResult<()> {
        let b = expected::<PyBytesObject>(o, "bytes")?;
        if !size.wanted() && bytes::as_slice(b).contains(&0) {
            return Err(raise!(ValueError, "embedded null byte"));
        }
        text.set(bytes::as_ptr(b));
        size.set(b.ob_base.ob_size.get());
        Ok(())
    }

    fn PyBytes_Concat(place: *mut *mut PyObject, right: Option<&PyObject>) { concat(place, right) }

    fn PyBytes_ConcatAndDel(place: *mut *mut PyObject, right: *mut PyObject) {
        // SAFETY: C gives the right one away.
        let right = unsafe { stolen(right) };
        concat(place, right.as_deref());
    }

    fn PyBytes_Repr(o: Is<'_, PyBytesObject>, _smart: c_int) -> PyResult<Owned> { Ok(bytes::repr(&o)?.upcast()) }

    fn _PyBytes_Resize(place: *mut *mut PyObject, n: Py_ssize_t) -> PyResult<()> {
        // SAFETY: C holds the only reference to a bytes object there, and takes the new one from there.
        unsafe {
            let old = stolen(place.replace(std::ptr::null_mut())).ok_or_else(err::bad_internal_call)?;
            let old = old.downcast_owned::<PyBytesObject>().map_err(|_| err::bad_internal_call())?;
            let n = usize::try_from(n).map_err(|_| err::bad_internal_call())?;
            place.write(bytes::resize(old, n)?.into_ptr());
        }
        Ok(())
    }

    fn _PyBytes_Join(separator: Is<'_, PyBytesObject>, items: &PyObject) -> PyResult<Owned> { Ok(bytes::join(&separator, items)?.upcast()) }

    fn _PyBytes_FromHex(text: Is<'_, PyUnicodeObject>, use_bytearray: c_int) -> PyResult<Owned> {
        let bytes = bytes::shared::from_hex(&text)?;
        Ok(if use_bytearray != 0 { bytearray::from_slice(&bytes)?.upcast() } else { bytes::from_slice(&bytes)?.upcast() })
    }

    fn PyByteArray_FromStringAndSize(text: *const c_char, size: Py_ssize_t) -> PyResult<Owned> {
        let Ok(n) = usize::try_from(size) else {
            return Err(raise!(SystemError, "Negative size passed to PyByteArray_FromStringAndSize"));
        };
        // SAFETY: C passes as many bytes, or NULL to fill them in itself.
        let array = unsafe { if text.is_null() { bytearray::from_slice(&vec![0; n])? } else { bytearray::from_slice(bytes_at(text, size))? } };
        Ok(array.upcast())
    }

    fn PyByteArray_FromObject(o: &PyObject) -> PyResult<Owned> { bytearray::from_object(o) }
    fn PyByteArray_Size(o: Is<'_, PyByteArrayObject>) -> Py_ssize_t { o.ob_base.ob_size.get() }

    fn PyByteArray_AsString(o: Is<'_, PyByteArrayObject>) -> *mut c_char {
        if o.ob_base.ob_size.get() == 0 { (&raw const EMPTY).cast_mut().cast() } else { o.ob_start.get() }
    }

    fn PyByteArray_Resize(o: Is<'_, PyByteArrayObject>, n: Py_ssize_t) -> PyResult<()> {
        bytearray::resize(&o, usize::try_from(n).map_err(|_| err::bad_internal_call())?)
    }

    fn PyByteArray_Concat(a: &PyObject, b: &PyObject) -> PyResult<Owned> { Ok(bytearray::concat(a, b)?.upcast()) }
}

/// What an empty bytearray's bytes are.
static EMPTY: u8 = 0;
