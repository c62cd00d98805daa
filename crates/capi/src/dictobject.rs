//! `dictobject.h`, `cpython/dictobject.h`.

use crate::prelude::*;
use crate::support::{identifier, quietly, text};
use dict::Conflict;

/// What a lookup gave, borrowed from the dict.
fn borrowed(found: PyResult<Option<Owned>>) -> PyResult<Borrowed> {
    Ok(Borrowed::of(found?))
}

/// What a lookup gave; an exception that it raised is dropped.
fn borrowed_quietly(lookup: impl FnOnce() -> PyResult<Option<Owned>>) -> Borrowed {
    Borrowed::of(quietly(lookup).flatten())
}

/// Gives the next entry to C as borrowed references.
fn next(
    dict: &PyDictObject,
    position: &Out<Py_ssize_t>,
    key: &Out<*mut PyObject>,
    value: &Out<*mut PyObject>,
) -> Option<Owned> {
    let mut at = position.get()?.max(0) as usize;
    let (k, v) = dict::next(dict, &mut at)?;
    position.set(at as Py_ssize_t);
    key.set(k.as_ptr());
    value.set(v.as_ptr());
    Some(k)
}

capi! {
    fn PyDict_New() -> PyResult<Owned<PyDictObject>> { dict::new() }
    fn _PyDict_NewPresized(n: Py_ssize_t) -> PyResult<Owned<PyDictObject>> { dict::new_presized(n.max(0) as usize) }

    fn PyDict_GetItem(dict: Option<&PyObject>, key: &PyObject) -> Borrowed {
        let Some(dict) = dict.and_then(|d| d.downcast::<PyDictObject>()) else { return Borrowed::NULL };
        borrowed_quietly(|| dict::get_item(dict, key))
    }

    fn PyDict_GetItemWithError(dict: Is<'_, PyDictObject>, key: &PyObject) -> PyResult<Borrowed> { borrowed(dict::get_item(&dict, key)) }

    fn PyDict_GetItemString(dict: Option<&PyObject>, key: &CStr) -> Borrowed {
        let Some(dict) = dict.and_then(|d| d.downcast::<PyDictObject>()) else { return Borrowed::NULL };
        borrowed_quietly(|| dict::get_item(dict, &*text(key)?))
    }

    fn _PyDict_GetItemStringWithError(dict: Is<'_, PyDictObject>, key: &CStr) -> PyResult<Borrowed> { borrowed(dict::get_item(&dict, &*text(key)?)) }
    fn _PyDict_GetItemId(dict: Is<'_, PyDictObject>, key: &_Py_Identifier) -> Borrowed { borrowed_quietly(|| dict::get_item(&dict, identifier(key)?)) }
    fn _PyDict_GetItemIdWithError(dict: Is<'_, PyDictObject>, key: &_Py_Identifier) -> PyResult<Borrowed> { borrowed(dict::get_item(&dict, identifier(key)?)) }
    fn _PyDict_GetItem_KnownHash(dict: Is<'_, PyDictObject>, key: &PyObject, hash: Py_hash_t) -> PyResult<Borrowed> { borrowed(dict::get_item_known_hash(&dict, key, hash)) }
    fn PyDict_SetItem(dict: Is<'_, PyDictObject>, key: &PyObject, value: &PyObject) -> PyResult<()> { dict::set_item(&dict, key, value) }

    fn PyDict_SetItemString(dict: Is<'_, PyDictObject>, key: &CStr, value: &PyObject) -> PyResult<()> {
        let key = unicode::intern(unicode::from_utf8(key.to_bytes())?);
        dict::set_item(&dict, key.as_object(), value)
    }

    fn _PyDict_SetItemId(dict: Is<'_, PyDictObject>, key: &_Py_Identifier, value: &PyObject) -> PyResult<()> { dict::set_item(&dict, identifier(key)?, value) }
    fn _PyDict_SetItem_KnownHash(dict: Is<'_, PyDictObject>, key: &PyObject, value: &PyObject, hash: Py_hash_t) -> PyResult<()> { dict::set_item_known_hash(&dict, key, value, hash) }
    fn PyDict_DelItem(dict: Is<'_, PyDictObject>, key: &PyObject) -> PyResult<()> { dict::del_item(&dict, key) }
    fn PyDict_DelItemString(dict: Is<'_, PyDictObject>, key: &CStr) -> PyResult<()> { dict::del_item(&dict, &*text(key)?) }
    fn _PyDict_DelItemId(dict: Is<'_, PyDictObject>, key: &_Py_Identifier) -> PyResult<()> { dict::del_item(&dict, identifier(key)?) }
    fn _PyDict_DelItem_KnownHash(dict: Is<'_, PyDictObject>, key: &PyObject, hash: Py_hash_t) -> PyResult<()> { dict::del_item_known_hash(&dict, key, hash) }

    fn PyDict_Clear(dict: Option<&PyObject>) {
        if let Some(dict) = dict.and_then(|d| d.downcast::<PyDictObject>()) {
            dict::clear(dict);
        }
    }

    fn PyDict_Next(dict: Option<&PyObject>, position: Out<Py_ssize_t>, key: Out<*mut PyObject>, value: Out<*mut PyObject>) -> bool {
        let Some(dict) = dict.and_then(|d| d.downcast::<PyDictObject>()) else { return false };
        next(dict, &position, &key, &value).is_some()
    }

    fn _PyDict_Next(dict: Option<&PyObject>, position: Out<Py_ssize_t>, key: Out<*mut PyObject>, value: Out<*mut PyObject>, hash: Out<Py_hash_t>) -> bool {
        let Some(dict) = dict.and_then(|d| d.downcast::<PyDictObject>()) else { return false };
        let Some(key) = next(dict, &position, &key, &value) else { return false };
        // A key that is in a dict has been hashed.
        hash.set(object::hash(&key).unwrap_or(-1));
        true
    }

    fn PyDict_Keys(dict: Is<'_, PyDictObject>) -> PyResult<Owned> { Ok(dict::keys_list(&dict)?.upcast()) }
    fn PyDict_Values(dict: Is<'_, PyDictObject>) -> PyResult<Owned> { Ok(dict::values_list(&dict)?.upcast()) }
    fn PyDict_Items(dict: Is<'_, PyDictObject>) -> PyResult<Owned> { Ok(dict::items_list(&dict)?.upcast()) }
    fn PyDict_Size(dict: Is<'_, PyDictObject>) -> Py_ssize_t { dict.ma_used.get() }
    fn PyDict_Copy(dict: Is<'_, PyDictObject>) -> PyResult<Owned<PyDictObject>> { dict::copy(&dict) }
    fn PyDict_Contains(dict: Is<'_, PyDictObject>, key: &PyObject) -> PyResult<bool> { dict::contains(&dict, key) }
    fn _PyDict_Contains(dict: Is<'_, PyDictObject>, key: &PyObject, hash: Py_hash_t) -> PyResult<bool> { Ok(dict::get_item_known_hash(&dict, key, hash)?.is_some()) }
    fn PyDict_Update(dict: Is<'_, PyDictObject>, other: &PyObject) -> PyResult<()> { dict::merge(&dict, other, Conflict::Replace) }
    fn PyDict_Merge(dict: Is<'_, PyDictObject>, other: &PyObject, replace: c_int) -> PyResult<()> { dict::merge(&dict, other, if replace != 0 { Conflict::Replace } else { Conflict::Keep }) }

    fn _PyDict_MergeEx(dict: Is<'_, PyDictObject>, other: &PyObject, replace: c_int) -> PyResult<()> {
        let conflict = match replace {
            0 => Conflict::Keep,
            1 => Conflict::Replace,
            _ => Conflict::Raise,
        };
        dict::merge(&dict, other, conflict)
    }

    fn PyDict_MergeFromSeq2(dict: Is<'_, PyDictObject>, pairs: &PyObject, replace: c_int) -> PyResult<()> { dict::merge_from_seq2(&dict, pairs, replace != 0) }
    fn PyDict_SetDefault(dict: Is<'_, PyDictObject>, key: &PyObject, default: &PyObject) -> PyResult<Borrowed> { Ok(Borrowed::of(Some(dict::set_default(&dict, key, default)?))) }

    fn _PyDict_Pop(dict: Is<'_, PyDictObject>, key: &PyObject, default: Option<&PyObject>) -> PyResult<Owned> {
        match dict::pop(&dict, key)?.or_else(|| default.map(PyObject::own)) {
            Some(value) => Ok(value),
            None => Err(err::set_key_error(key)),
        }
    }

    fn _PyDict_FromKeys(class: &PyObject, keys: &PyObject, value: &PyObject) -> PyResult<Owned> { dict::from_keys(class, keys, value) }
    fn _PyDict_HasOnlyStringKeys(dict: &PyDictObject) -> bool { dict::has_only_string_keys(dict) }
    fn _PyDict_SizeOf(dict: &PyDictObject) -> Py_ssize_t { dict::size_of_dict(dict) }

    fn _PyDict_MaybeUntrack(dict: &PyObject) {
        if let Some(dict) = dict.downcast_exact() {
            dict::maybe_untrack(dict);
        }
    }

    fn PyDict_ClearFreeList() -> c_int { dict::clear_free_list() as c_int }

    fn _PyDict_DelItemIf(dict: Is<'_, PyDictObject>, key: &PyObject, predicate: inquiry) -> PyResult<()> {
        dict::del_item_if(&dict, key, |value| {
            // SAFETY: the predicate gets a live object.
            match predicate.map_or(0, |f| unsafe { f(value.as_ptr()) }) {
                status if status < 0 => Err(Raised::already_set()),
                status => Ok(status != 0),
            }
        })
    }

    fn _PyDict_Pop_KnownHash(dict: Is<'_, PyDictObject>, key: &PyObject, hash: Py_hash_t, default: Option<&PyObject>) -> PyResult<Owned> {
        match dict::pop_known_hash(&dict, key, hash)?.or_else(|| default.map(PyObject::own)) {
            Some(value) => Ok(value),
            None => Err(err::set_key_error(key)),
        }
    }

    fn _PyDictView_New(dict: &PyObject, ty: &'static PyTypeObject) -> PyResult<Owned> { dict::view_new(dict, ty) }
    fn _PyDictView_Intersect(view: &PyObject, other: &PyObject) -> PyResult<Owned> { dict::view_intersect(view, other) }

    fn _PyDict_LoadGlobal(globals: &PyDictObject, builtins: &PyDictObject, name: &PyObject) -> PyResult<Borrowed> {
        Ok(Borrowed::of(dict::load_global(globals, builtins, name)?))
    }

    fn _PyDict_NewKeysForClass() -> PyResult<*mut PyDictKeysObject> { dict::new_shared_keys() }

    fn _PyDictKeys_DecRef(keys: *mut PyDictKeysObject) {
        // SAFETY: C gives the keys of a heap type up.
        unsafe { dict::release_keys(keys) }
    }

    fn _PyDict_KeysSize(keys: *mut PyDictKeysObject) -> Py_ssize_t { dict::shared_keys_size(keys) as Py_ssize_t }

    fn _PyObjectDict_SetItem(ty: &PyTypeObject, place: *mut *mut PyObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        // SAFETY: C passes the place of an instance's dict.
        dict::set_instance_item(ty, unsafe { &*place.cast::<Cell<*mut PyObject>>() }, name, value)
    }

    fn PyDictProxy_New(mapping: &PyObject) -> PyResult<Owned> { descr::proxy::new(mapping) }
}
