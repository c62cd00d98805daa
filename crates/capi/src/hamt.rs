//! `internal/pycore_hamt.h`, `internal/pycore_context.h`: the mapping that contexts share.

use crate::prelude::*;
use context::hamt::{self, Kind};

/// The mapping that C passes by its own type.
fn of<'a>(h: *mut PyHamtObject) -> PyResult<&'a PyHamtObject> {
    // SAFETY: C passes NULL or a live mapping.
    unsafe { h.as_ref() }.ok_or_else(err::bad_internal_call)
}

capi! {
    fn _PyHamt_New() -> PyResult<*mut PyHamtObject> { Ok(hamt::new()?.into_typed_ptr()) }
    fn _PyContext_NewHamtForTests() -> PyResult<Owned> { Ok(hamt::new()?.upcast()) }
    fn _PyHamt_Assoc(h: *mut PyHamtObject, key: &PyObject, value: &PyObject) -> PyResult<*mut PyHamtObject> { Ok(hamt::set(of(h)?, key, value)?.into_typed_ptr()) }

    fn _PyHamt_Without(h: *mut PyHamtObject, key: &PyObject) -> PyResult<*mut PyHamtObject> {
        Ok(hamt::delete(of(h)?, key)?.ok_or_else(|| err::set_key_error(key))?.into_typed_ptr())
    }

    /// The value is borrowed: the mapping holds it, and never changes.
    fn _PyHamt_Find(h: *mut PyHamtObject, key: &PyObject, value: Out<*mut PyObject>) -> PyResult<bool> {
        let found = hamt::find(of(h)?, key)?;
        let is_there = found.is_some();
        if let Some(v) = found {
            value.set(v.as_ptr());
        }
        Ok(is_there)
    }

    fn _PyHamt_Eq(a: *mut PyHamtObject, b: *mut PyHamtObject) -> PyResult<bool> { hamt::same(of(a)?, of(b)?) }
    fn _PyHamt_Len(h: *mut PyHamtObject) -> PyResult<Py_ssize_t> { Ok(of(h)?.h_count.get()) }
    fn _PyHamt_NewIterKeys(h: *mut PyHamtObject) -> PyResult<Owned> { hamt::iterate(of(h)?, Kind::Keys) }
    fn _PyHamt_NewIterValues(h: *mut PyHamtObject) -> PyResult<Owned> { hamt::iterate(of(h)?, Kind::Values) }
    fn _PyHamt_NewIterItems(h: *mut PyHamtObject) -> PyResult<Owned> { hamt::iterate(of(h)?, Kind::Items) }
}
