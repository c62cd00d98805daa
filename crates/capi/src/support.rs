//! What the headers' files share: text and slices from C's pointers, identifiers, and lists that end in NULL.

use crate::prelude::*;

/// A C string as a Python one.
pub fn text(s: &CStr) -> PyResult<Owned> {
    Ok(unicode::from_utf8(s.to_bytes())?.upcast())
}

/// A C string for a message.
pub fn lossy(s: &CStr) -> std::borrow::Cow<'_, str> {
    s.to_string_lossy()
}

/// `size` bytes. No bytes are still a place: C looks for the NUL behind them.
///
/// # Safety
/// `data` points to `size` bytes that live for `'a`, or `size` is 0.
pub unsafe fn bytes_at<'a>(data: *const c_char, size: Py_ssize_t) -> &'a [u8] {
    if data.is_null() {
        return &[];
    }
    // SAFETY: by the contract; no bytes need no memory, only a pointer that is not NULL.
    unsafe { std::slice::from_raw_parts(data.cast(), size.max(0) as usize) }
}

/// `count` values at `data`; none for a negative count.
///
/// # Safety
/// `data` points to `count` values that live for `'a`, or `count` is not positive.
pub unsafe fn slice_at<'a, T>(data: *const T, count: Py_ssize_t) -> &'a [T] {
    match usize::try_from(count) {
        // SAFETY: by the contract.
        Ok(count) if count > 0 && !data.is_null() => unsafe {
            std::slice::from_raw_parts(data, count)
        },
        _ => &[],
    }
}

/// An array of objects, as C passes arguments.
///
/// # Safety
/// `data` points to `count` borrowed objects that live for `'a`.
pub unsafe fn objects_at<'a>(data: *const *mut PyObject, count: usize) -> &'a [&'a PyObject] {
    // SAFETY: by the contract; a reference has the layout of a non-null pointer.
    unsafe { slice_at(data.cast(), count as Py_ssize_t) }
}

/// The objects of a variadic call, up to the NULL that ends them.
pub fn objects_until_null<'a>(list: VaList) -> Vec<&'a PyObject> {
    let next = || {
        // SAFETY: the caller's arguments are live objects, then NULL.
        unsafe { list.pointer::<PyObject>().as_ref() }
    };
    std::iter::from_fn(next).collect()
}

/// The string of an identifier, interned at its first use and kept.
pub fn identifier(id: &_Py_Identifier) -> PyResult<&'static PyObject> {
    if id.object.get().is_null() {
        // SAFETY: an identifier's string is a static one.
        let name = unsafe { CStr::from_ptr(id.string.get()) };
        let name = unicode::intern(unicode::from_utf8(name.to_bytes())?);
        id.object.set(name.into_ptr());
    }
    // SAFETY: set once, and kept since.
    Ok(unsafe { &*id.object.get() })
}

/// `f` with the exception that is being raised set aside; what `f` raises is dropped.
pub fn quietly<T>(f: impl FnOnce() -> PyResult<T>) -> Option<T> {
    let raised = err::fetch();
    let result = f().ok();
    err::restore(raised);
    result
}

/// Takes over a reference that C gives away.
///
/// # Safety
/// `p` is NULL or a live object of which the caller gives away a count.
pub unsafe fn stolen(p: *mut PyObject) -> Option<Owned> {
    // SAFETY: by the contract.
    unsafe { Owned::from_owned_ptr_or_null(p) }
}
