//! `setobject.h`.

use crate::prelude::*;

/// A set or frozenset, whatever C calls it.
fn any_set(o: &PyObject) -> PyResult<&PySetObject> {
    set::as_any(o).ok_or_else(err::bad_internal_call)
}

capi! {
    fn PySet_New(iterable: Option<&PyObject>) -> PyResult<Owned<PySetObject>> { set::new(iterable) }
    fn PyFrozenSet_New(iterable: Option<&PyObject>) -> PyResult<Owned<PySetObject>> { set::new_frozen(iterable) }
    fn PySet_Size(set: &PyObject) -> PyResult<Py_ssize_t> { Ok(any_set(set)?.used.get()) }
    fn PySet_Clear(set: Is<'_, PySetObject>) -> PyResult<()> { set::clear(&set); Ok(()) }
    fn PySet_Contains(set: &PyObject, key: &PyObject) -> PyResult<bool> { set::contains(any_set(set)?, key) }
    fn PySet_Discard(set: Is<'_, PySetObject>, key: &PyObject) -> PyResult<bool> { set::discard(&set, key) }

    fn PySet_Add(set: &PyObject, key: &PyObject) -> PyResult<()> {
        let set = any_set(set)?;
        // A frozenset may be filled while its maker alone holds it.
        if !PySetObject::check(set.as_object()) && set.refcount() != 1 {
            return Err(err::bad_internal_call());
        }
        set::add(set, key)
    }

    fn PySet_Pop(set: Is<'_, PySetObject>) -> PyResult<Owned> { set::pop(&set) }
    fn _PySet_Update(set: Is<'_, PySetObject>, iterable: &PyObject) -> PyResult<()> { set::update(&set, iterable) }

    fn _PySet_NextEntry(set: &PyObject, position: Out<Py_ssize_t>, key: Out<*mut PyObject>, hash: Out<Py_hash_t>) -> PyResult<bool> {
        let set = any_set(set)?;
        let mut at = position.get().unwrap_or(0).max(0) as usize;
        let Some((k, h)) = set::next_entry(set, &mut at) else { return Ok(false) };
        position.set(at as Py_ssize_t);
        key.set(k.as_ptr());
        hash.set(h);
        Ok(true)
    }

    fn PySet_ClearFreeList() -> c_int { 0 }
}
