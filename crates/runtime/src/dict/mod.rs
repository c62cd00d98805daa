//! `dict`: a mapping in insertion order.
//!
//! A dict is a small object that points to a table ([`keys::Keys`]). Usually the table is its own and holds keys and
//! values (*combined*). The dict of an instance may instead share its class's table, which holds the keys only (*split*):
//! its values then lie in a row of their own, beside the dict object, and are filled from the front: value `i` belongs to key `i`,
//! and the first `ma_used` are there. Whatever would break that turns the dict into a combined one.
//!
//! Every change gives the dict a new `ma_version_tag` from one counter (PEP 509), so an unchanged tag proves an
//! unchanged dict. Comparing keys can run code that changes the dict; lookups notice by it, and start again.
//!
//! Structure: `keys` the table, this file lookup and change, `merge` filling from others, `instance` the shared tables,
//! `methods`, `views`, `iterators` what Python sees.

mod instance;
mod iterators;
pub mod keys;
mod merge;
mod methods;
mod views;

pub use instance::{
    Shape, has_own_values, has_shape, has_version, keys_version, lacks_text, new_instance_dict,
    new_shared_keys, release_keys, set_instance_item, shape, shared_index, shared_keys_size,
    store_split, text_value, value_at, value_place,
};
pub use iterators::*;
pub use merge::{Conflict, from_keys, init, merge, merge_from_seq2, update};
pub use methods::{PyDict_Type, repr, subscript, traverse};
pub use views::*;

use crate::prelude::*;
use crate::{call, err, gc, list, object, tuple, unicode};
use keys::{EMPTY, Entry, Keys, Kind, MIN_SIZE, capacity};
use std::ptr::NonNull;

/// How many dict objects are kept for reuse.
const SAVED_DICTS: usize = crate::hostile::kept(80);

struct FreeList {
    dicts: [Cell<*mut PyDictObject>; SAVED_DICTS],
    count: Cell<usize>,
    /// The last `ma_version_tag` given out.
    version: Cell<u64>,
}
// SAFETY: only the holder of the GIL touches it.
unsafe impl Sync for FreeList {}
static FREE: FreeList = FreeList {
    dicts: [const { Cell::new(std::ptr::null_mut()) }; SAVED_DICTS],
    count: Cell::new(0),
    version: Cell::new(0),
};

/// The dict has changed.
#[inline(always)]
fn touch(d: &PyDictObject) {
    let next = FREE.version.get().wrapping_add(1);
    FREE.version.set(next);
    d.ma_version_tag.set(next);
}

/// The number of items.
#[inline(always)]
pub fn len(d: &PyDictObject) -> usize {
    d.ma_used.get() as usize
}

/// The dict's table; valid until code runs that may change the dict.
#[inline(always)]
fn keys_of(d: &PyDictObject) -> &Keys {
    // SAFETY: a dict always has a table, of which it holds a count.
    unsafe { &*d.ma_keys.get().cast::<Keys>() }
}

#[inline(always)]
fn is_split(d: &PyDictObject) -> bool {
    !d.ma_values.get().is_null()
}

/// The field that holds the value of the entry `ix`.
#[inline(always)]
fn value_field(d: &PyDictObject, ix: usize) -> &Cell<*mut PyObject> {
    if is_split(d) {
        // SAFETY: a split dict has a field for each entry that its table can have.
        unsafe { &*d.ma_values.get().add(ix).cast() }
    } else {
        &keys_of(d).entry(ix).value
    }
}

/// `PyDict_New`.
#[inline]
pub fn new() -> PyResult<Owned<PyDictObject>> {
    with_table(keys::empty())
}

/// `_PyDict_NewPresized`: with room for `n` items.
pub fn new_presized(n: usize) -> PyResult<Owned<PyDictObject>> {
    if n == 0 {
        return new();
    }
    if n <= capacity(MIN_SIZE) {
        return with_table(Keys::new(MIN_SIZE, Kind::Text)?);
    }
    let size = size_for(estimate(n).min(128 * 1024))?;
    with_table(Keys::new(size, Kind::Text)?)
}

/// A dict around a table, whose count it takes over.
fn with_table(table: *mut Keys) -> PyResult<Owned<PyDictObject>> {
    let count = FREE.count.get();
    let d = if count > 0 {
        FREE.count.set(count - 1);
        let d = FREE.dicts[count - 1].get();
        // SAFETY: a kept dict is dead; the count set here is the result's.
        unsafe {
            (*d).ob_base.ob_refcnt.set(1);
            crate::mem::note_reuse(&*d.cast());
            Owned::from_owned_ptr(d)
        }
    } else {
        match gc::new_object::<PyDictObject>(&PyDict_Type) {
            Ok(d) => d,
            Err(raised) => {
                // SAFETY: the count was handed to this function.
                unsafe { keys::release(table) };
                return Err(raised);
            }
        }
    };
    d.ma_keys.set(table.cast());
    d.ma_values.set(std::ptr::null_mut());
    d.ma_used.set(0);
    touch(&d);
    Ok(d)
}

/// The smallest table size that is at least `n`.
fn size_for(n: usize) -> PyResult<usize> {
    n.max(MIN_SIZE)
        .checked_next_power_of_two()
        .ok_or_else(err::no_memory)
}

/// The table size that `n` items need, roughly.
fn estimate(n: usize) -> usize {
    n.saturating_mul(3).saturating_add(1) / 2
}

/// The hash of a key; an exact string's is remembered in it.
#[inline(always)]
pub fn hash_of(key: &PyObject) -> PyResult<Py_hash_t> {
    if is_text(key) {
        // SAFETY: exact strings have the layout.
        let hash = unsafe { key.cast_ref::<PyASCIIObject>() }.hash.get();
        if hash != -1 {
            return Ok(hash);
        }
    } else if let Some(n) = compact_int(key) {
        return Ok(if n == -1 { -2 } else { n as Py_hash_t });
    }
    object::hash(key)
}

#[inline(always)]
fn is_text(key: &PyObject) -> bool {
    std::ptr::eq(key.ob_type.get(), &raw const unicode::PyUnicode_Type)
}

/// The entry of `key`, or [`EMPTY`].
#[inline]
fn lookup(d: &PyDictObject, key: &PyObject, hash: Py_hash_t) -> PyResult<isize> {
    let table = keys_of(d);
    if is_text(key) {
        if table.kind.get() != Kind::General {
            return Ok(table.find_text(key, hash));
        }
    } else if let Some(value) = compact_int(key) {
        let ix = table.find_int(key, value, hash);
        if ix != keys::UNSURE {
            return Ok(ix);
        }
    }
    lookup_comparing(d, key, hash)
}

/// Lookup that may have to compare objects, and so may run any code.
#[inline(never)]
fn lookup_comparing(d: &PyDictObject, key: &PyObject, hash: Py_hash_t) -> PyResult<isize> {
    'restart: loop {
        let table = keys_of(d);
        let mut probes = table.probes(hash);
        loop {
            let ix = table.at(&probes);
            if ix == EMPTY {
                return Ok(EMPTY);
            }
            if ix >= 0 {
                let entry = table.entry(ix as usize);
                if entry.key.get() == key.as_ptr() {
                    return Ok(ix);
                }
                if entry.hash.get() == hash
                    && let Some(other) = entry.key.load()
                {
                    let version = d.ma_version_tag.get();
                    let size = table.size.get();
                    let equal = if is_text(&other) && is_text(key) {
                        // SAFETY: both are exact strings.
                        unsafe { unicode::eq(other.cast_ref(), key.cast_ref()) }
                    } else if let (Some(x), Some(y)) = (compact_int(&other), compact_int(key)) {
                        x == y
                    } else {
                        object::rich_compare_bool(&other, key, Py_EQ)?
                    };
                    if d.ma_version_tag.get() != version && !still_there(d, table, size, ix, &other)
                    {
                        continue 'restart;
                    }
                    if equal {
                        return Ok(ix);
                    }
                }
            }
            probes.advance();
        }
    }
}

/// The value of an exact int of one digit.
#[inline(always)]
pub(crate) fn compact_int(o: &PyObject) -> Option<i64> {
    // SAFETY: an exact int has the layout.
    o.is_exactly(&crate::long::PyLong_Type)
        .then(|| crate::long::as_compact(unsafe { o.cast_ref() }))
        .flatten()
}

/// After a change: does the dict have the same table, and in it the same key in the same place?
fn still_there(
    d: &PyDictObject,
    table: *const Keys,
    size: usize,
    ix: isize,
    key: &PyObject,
) -> bool {
    let now = keys_of(d);
    std::ptr::eq(now, table)
        && now.size.get() == size
        && (ix as usize) < now.nentries.get()
        && now.entry(ix as usize).key.get() == key.as_ptr()
}

/// Where a key is: its place in the dict's table, for who keeps a table of the same shape beside it.
pub(crate) fn entry_index(
    d: &PyDictObject,
    key: &PyObject,
    hash: Py_hash_t,
) -> PyResult<Option<usize>> {
    lookup_present(d, key, hash)
}

/// The key in a place of the table; null when there is none.
pub(crate) fn entry_key(d: &PyDictObject, ix: usize) -> *mut PyObject {
    keys_of(d)
        .entries()
        .get(ix)
        .map_or(std::ptr::null_mut(), |e| e.key.get())
}

/// What changes when entries are added, or move to another table.
pub(crate) fn table_mark(d: &PyDictObject) -> (*mut PyDictKeysObject, usize) {
    (d.ma_keys.get(), keys_of(d).nentries.get())
}

/// The number of indices of the table.
pub(crate) fn table_size(d: &PyDictObject) -> usize {
    keys_of(d).size.get()
}

/// What `key` maps to, without a count: valid until code runs that may change the dict.
#[inline]
pub fn find(d: &PyDictObject, key: &PyObject) -> PyResult<Option<NonNull<PyObject>>> {
    find_known_hash(d, key, hash_of(key)?)
}

/// As [`find`], for a key whose hash is known.
#[inline]
pub fn find_known_hash(
    d: &PyDictObject,
    key: &PyObject,
    hash: Py_hash_t,
) -> PyResult<Option<NonNull<PyObject>>> {
    let ix = lookup(d, key, hash)?;
    Ok(if ix < 0 {
        None
    } else {
        NonNull::new(value_field(d, ix as usize).get())
    })
}

fn own_found(found: Option<NonNull<PyObject>>) -> Option<Owned> {
    // SAFETY: just found in a dict, which holds a count of it.
    found.map(|p| unsafe { p.as_ref() }.own())
}

/// `PyDict_GetItemWithError`.
#[inline]
pub fn get_item(d: &PyDictObject, key: &PyObject) -> PyResult<Option<Owned>> {
    Ok(own_found(find(d, key)?))
}

/// `_PyDict_GetItem_KnownHash`.
#[inline]
pub fn get_item_known_hash(
    d: &PyDictObject,
    key: &PyObject,
    hash: Py_hash_t,
) -> PyResult<Option<Owned>> {
    Ok(own_found(find_known_hash(d, key, hash)?))
}

/// `_PyDict_GetItemStringWithError`.
pub fn get_item_str(d: &PyDictObject, key: &str) -> PyResult<Option<Owned>> {
    get_item(d, unicode::from_str(key)?.as_object())
}

/// `PyDict_Contains`.
#[inline]
pub fn contains(d: &PyDictObject, key: &PyObject) -> PyResult<bool> {
    Ok(find(d, key)?.is_some())
}

/// `_PyDict_Contains`.
pub fn contains_known_hash(d: &PyDictObject, key: &PyObject, hash: Py_hash_t) -> PyResult<bool> {
    Ok(find_known_hash(d, key, hash)?.is_some())
}

/// `PyDict_SetItem`.
#[inline]
pub fn set_item(d: &PyDictObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
    set_item_known_hash(d, key, value, hash_of(key)?)
}

/// `_PyDict_SetItem_KnownHash`.
#[inline]
pub fn set_item_known_hash(
    d: &PyDictObject,
    key: &PyObject,
    value: &PyObject,
    hash: Py_hash_t,
) -> PyResult<()> {
    let ix = lookup(d, key, hash)?;
    if ix >= 0 && replace_at(d, ix as usize, value) {
        return Ok(());
    }
    add(d, key, value, hash)
}

/// `PyDict_SetItemString`.
pub fn set_item_str(d: &PyDictObject, key: &str, value: &PyObject) -> PyResult<()> {
    let key = unicode::intern_str(key)?;
    set_item(d, key.as_object(), value)
}

/// Stores a value for the key of entry `ix`. False when the key is only another instance's.
#[inline]
fn replace_at(d: &PyDictObject, ix: usize, value: &PyObject) -> bool {
    let field = value_field(d, ix);
    if field.get() == value.as_ptr() {
        // The version tells of changes only.
        return true;
    }
    if field.get().is_null() {
        if ix != len(d) {
            return false;
        }
        // A split dict takes its next shared key.
        d.ma_used.set(d.ma_used.get() + 1);
    }
    maybe_track(d, value);
    touch(d);
    field.set_ref(Some(value.own()));
    true
}

/// Adds an item for a key that the dict does not have.
fn add(d: &PyDictObject, key: &PyObject, value: &PyObject, hash: Py_hash_t) -> PyResult<()> {
    let text = is_text(key);
    if is_split(d) {
        let table = keys_of(d);
        // Only who has all of the shared keys may add another.
        if !text || len(d) != table.nentries.get() || table.usable.get() == 0 {
            resize(d, growth(d))?;
        }
    } else if keys_of(d).usable.get() == 0 {
        resize(d, growth(d))?;
    }
    maybe_track(d, key);
    maybe_track(d, value);
    let table = keys_of(d);
    if is_split(d) {
        let ix = table.push(hash, key.own().into_ptr(), std::ptr::null_mut());
        value_field(d, ix).set(value.own().into_ptr());
    } else {
        if !text && table.kind.get() != Kind::General {
            table.kind.set(Kind::General);
        }
        table.push(hash, key.own().into_ptr(), value.own().into_ptr());
    }
    d.ma_used.set(d.ma_used.get() + 1);
    touch(d);
    Ok(())
}

/// The table size to ask for when there is no room.
fn growth(d: &PyDictObject) -> usize {
    len(d).saturating_mul(3)
}

/// A dict is tracked once it holds something that could be part of a cycle.
#[inline(always)]
fn maybe_track(d: &PyDictObject, o: &PyObject) {
    // SAFETY: every dict has a collector's head.
    unsafe {
        if !gc::is_tracked(d.as_ptr()) && gc::may_be_tracked(o) {
            gc::track(d.as_ptr());
        }
    }
}

/// Gives the dict a combined table of at least `min_size` indices, without the deleted entries.
#[cold]
#[inline(never)]
fn resize(d: &PyDictObject, min_size: usize) -> PyResult<()> {
    let old = d.ma_keys.get().cast::<Keys>();
    let from = keys_of(d);
    let split = is_split(d);
    let kind = if from.kind.get() == Kind::General {
        Kind::General
    } else {
        Kind::Text
    };
    let table = Keys::new(size_for(min_size.max(estimate(len(d))))?, kind)?;
    // SAFETY: both tables are valid; the old one's references move to the new one, or are counted again where shared.
    unsafe {
        let to = &*table;
        if split {
            let values = d.ma_values.get();
            for (ix, entry) in from.entries()[..len(d)].iter().enumerate() {
                crate::owned::incref(entry.key.get());
                to.push(entry.hash.get(), entry.key.get(), *values.add(ix));
            }
        } else {
            to.take_entries(from);
        }
        d.ma_keys.set(table.cast());
        if split {
            instance::free_values(d);
            keys::release(old);
        } else if keys::is_empty(old) {
            keys::release(old);
        } else {
            keys::free_block(old);
        }
    }
    Ok(())
}

/// Turns a split dict into a combined one; entry indices stay.
fn combine(d: &PyDictObject) -> PyResult<()> {
    if is_split(d) {
        resize(d, keys_of(d).size.get())
    } else {
        Ok(())
    }
}

/// Removes the entry `ix` and returns what it held.
fn remove_at(d: &PyDictObject, ix: usize, hash: Py_hash_t) -> PyResult<(Owned, Owned)> {
    combine(d)?;
    let table = keys_of(d);
    let entry = table.entry(ix);
    table.unlink(hash, ix);
    table.forget_version();
    d.ma_used.set(d.ma_used.get() - 1);
    touch(d);
    match (entry.key.take_ref(), entry.value.take_ref()) {
        (Some(key), Some(value)) => Ok((key, value)),
        _ => Err(err::bad_internal_call()),
    }
}

/// The entry of `key` if the dict itself has a value for it.
fn lookup_present(d: &PyDictObject, key: &PyObject, hash: Py_hash_t) -> PyResult<Option<usize>> {
    let ix = lookup(d, key, hash)?;
    let present = ix >= 0 && !value_field(d, ix as usize).get().is_null();
    Ok(present.then_some(ix as usize))
}

/// `PyDict_DelItem`.
pub fn del_item(d: &PyDictObject, key: &PyObject) -> PyResult<()> {
    del_item_known_hash(d, key, hash_of(key)?)
}

/// `_PyDict_DelItem_KnownHash`.
pub fn del_item_known_hash(d: &PyDictObject, key: &PyObject, hash: Py_hash_t) -> PyResult<()> {
    match lookup_present(d, key, hash)? {
        Some(ix) => remove_at(d, ix, hash).map(drop),
        None => Err(err::set_key_error(key)),
    }
}

/// `PyDict_DelItemString`.
pub fn del_item_str(d: &PyDictObject, key: &str) -> PyResult<()> {
    del_item(d, unicode::from_str(key)?.as_object())
}

/// `_PyDict_DelItemIf`: removes the item if `predicate` says so of its value.
pub fn del_item_if(
    d: &PyDictObject,
    key: &PyObject,
    predicate: impl FnOnce(&PyObject) -> PyResult<bool>,
) -> PyResult<()> {
    let hash = hash_of(key)?;
    let Some(ix) = lookup_present(d, key, hash)? else {
        return Err(err::set_key_error(key));
    };
    let Some(value) = value_field(d, ix).load() else {
        return Err(err::set_key_error(key));
    };
    if !predicate(&value)? {
        return Ok(());
    }
    // The predicate may have changed the dict.
    match lookup_present(d, key, hash)? {
        Some(ix) => remove_at(d, ix, hash).map(drop),
        None => Err(err::set_key_error(key)),
    }
}

/// `_PyDict_Pop` for a default of NULL: the value removed, if the key was there.
pub fn pop(d: &PyDictObject, key: &PyObject) -> PyResult<Option<Owned>> {
    if len(d) == 0 {
        return Ok(None);
    }
    pop_known_hash(d, key, hash_of(key)?)
}

/// `_PyDict_Pop_KnownHash`.
pub fn pop_known_hash(
    d: &PyDictObject,
    key: &PyObject,
    hash: Py_hash_t,
) -> PyResult<Option<Owned>> {
    match lookup_present(d, key, hash)? {
        Some(ix) => Ok(Some(remove_at(d, ix, hash)?.1)),
        None => Ok(None),
    }
}

/// `dict.popitem`: the last item.
pub fn pop_item(d: &PyDictObject) -> PyResult<Option<(Owned, Owned)>> {
    if len(d) == 0 {
        return Ok(None);
    }
    combine(d)?;
    let table = keys_of(d);
    let Some(ix) = table
        .entries()
        .iter()
        .rposition(|e| !e.value.get().is_null())
    else {
        return Ok(None);
    };
    let hash = table.entry(ix).hash.get();
    let item = remove_at(d, ix, hash)?;
    // What lay behind it is deleted too: the next search for the last item need not pass it again.
    table.nentries.set(ix);
    Ok(Some(item))
}

/// `PyDict_SetDefault`.
pub fn set_default(d: &PyDictObject, key: &PyObject, default: &PyObject) -> PyResult<Owned> {
    let hash = hash_of(key)?;
    let ix = lookup(d, key, hash)?;
    if ix >= 0 {
        if let Some(value) = value_field(d, ix as usize).load() {
            return Ok(value);
        }
        if replace_at(d, ix as usize, default) {
            return Ok(default.own());
        }
    }
    add(d, key, default, hash)?;
    Ok(default.own())
}

/// `PyDict_Clear`.
pub fn clear(d: &PyDictObject) {
    let old = d.ma_keys.get().cast::<Keys>();
    if keys::is_empty(old) {
        return;
    }
    let values = d.ma_values.get();
    let used = len(d);
    // The values move out first, so that whatever their deallocation does sees an empty dict.
    let mut held: Vec<*mut PyObject> = Vec::new();
    if !values.is_null() {
        // SAFETY: the first `used` values are there.
        held.extend(unsafe { std::slice::from_raw_parts(values, used) });
        instance::free_values(d);
    }
    touch(d);
    d.ma_keys.set(keys::empty().cast());
    d.ma_used.set(0);
    for value in held {
        // SAFETY: the counts were the dict's.
        unsafe { crate::owned::xdecref(value) };
    }
    // SAFETY: the dict's count of its table.
    unsafe { keys::release(old) };
}

/// The items from `*pos` on: the next one, without counts (`_PyDict_Next`).
#[inline]
pub fn next_entry(
    d: &PyDictObject,
    pos: &mut usize,
) -> Option<(NonNull<PyObject>, NonNull<PyObject>, Py_hash_t)> {
    let table = keys_of(d);
    let end = if is_split(d) {
        len(d)
    } else {
        table.nentries.get()
    };
    while *pos < end {
        let entry: &Entry = table.entry(*pos);
        let value = value_field(d, *pos).get();
        *pos += 1;
        if let (Some(key), Some(value)) = (NonNull::new(entry.key.get()), NonNull::new(value)) {
            return Some((key, value, entry.hash.get()));
        }
    }
    None
}

/// `PyDict_Next`, with counts: safe to use while the dict changes, though not then complete.
#[inline]
pub fn next(d: &PyDictObject, pos: &mut usize) -> Option<(Owned, Owned)> {
    let (key, value, _) = next_entry(d, pos)?;
    // SAFETY: just found in the dict, which holds them.
    unsafe { Some((key.as_ref().own(), value.as_ref().own())) }
}

/// The items, each with counts of its own.
pub fn items(d: &PyDictObject) -> Vec<(Owned, Owned)> {
    let mut pos = 0;
    std::iter::from_fn(|| next(d, &mut pos)).collect()
}

/// `PyDict_Keys`.
pub fn keys_list(d: &PyDictObject) -> PyResult<Owned<PyListObject>> {
    list::from_owned(items(d).into_iter().map(|(k, _)| k).collect())
}

/// `PyDict_Values`.
pub fn values_list(d: &PyDictObject) -> PyResult<Owned<PyListObject>> {
    list::from_owned(items(d).into_iter().map(|(_, v)| v).collect())
}

/// `PyDict_Items`.
pub fn items_list(d: &PyDictObject) -> PyResult<Owned<PyListObject>> {
    let pairs: PyResult<Vec<Owned>> = items(d)
        .into_iter()
        .map(|(k, v)| Ok(tuple::pack([k, v])?.upcast()))
        .collect();
    list::from_owned(pairs?)
}

/// `PyDict_Copy`.
pub fn copy(d: &PyDictObject) -> PyResult<Owned<PyDictObject>> {
    if len(d) == 0 {
        return new();
    }
    if is_split(d) {
        return instance::copy_split(d);
    }
    let table = keys_of(d);
    // A table with few deletions is copied as it is.
    if d.is_exactly(&PyDict_Type) && len(d) >= table.nentries.get() * 2 / 3 {
        let copy = with_table(table.duplicate()?)?;
        copy.ma_used.set(d.ma_used.get());
        // SAFETY: dicts have heads, and the copy is complete.
        unsafe {
            if gc::is_tracked(d.as_ptr()) {
                gc::track(copy.as_ptr());
            }
        }
        return Ok(copy);
    }
    let copy = new()?;
    merge(&copy, d, Conflict::Replace)?;
    Ok(copy)
}

/// `_PyDict_HasOnlyStringKeys`.
pub fn has_only_string_keys(d: &PyDictObject) -> bool {
    let table = keys_of(d);
    table.kind.get() != Kind::General
        || table
            .entries()
            .iter()
            .filter_map(|e| e.key.borrow())
            .all(|k| k.downcast::<PyUnicodeObject>().is_some())
}

/// `_PyDict_MaybeUntrack`: stops tracking a dict that cannot be part of a cycle.
pub fn maybe_untrack(d: &PyDictObject) {
    // SAFETY: dicts have heads; the items are alive while nothing runs.
    unsafe {
        if !d.is_exactly(&PyDict_Type) || !gc::is_tracked(d.as_ptr()) {
            return;
        }
        let mut pos = 0;
        while let Some((key, value, _)) = next_entry(d, &mut pos) {
            if gc::may_be_tracked(value.as_ref()) || gc::may_be_tracked(key.as_ref()) {
                return;
            }
        }
        gc::untrack(d.as_ptr());
    }
}

/// `_PyDict_SizeOf`: 3.8's size of the same dict.
pub fn size_of_dict(d: &PyDictObject) -> Py_ssize_t {
    let table = keys_of(d);
    let mut n = d.ty().tp_basicsize.get();
    if is_split(d) {
        n += (capacity(table.size.get()) * size_of::<*mut PyObject>()) as Py_ssize_t;
    }
    // A shared table is not part of the dict's own size.
    if table.refcnt.get() == 1 {
        n += table.byte_size() as Py_ssize_t;
    }
    n
}

/// `_PyDict_LoadGlobal`.
pub fn load_global(
    globals: &PyDictObject,
    builtins: &PyDictObject,
    name: &PyObject,
) -> PyResult<Option<Owned>> {
    let hash = hash_of(name)?;
    match find_known_hash(globals, name, hash)? {
        Some(found) => Ok(own_found(Some(found))),
        None => get_item_known_hash(builtins, name, hash),
    }
}

/// How many dict objects are kept for reuse.
pub fn kept() -> usize {
    FREE.count.get()
}

/// What makes a dict unfit for use, if anything: what `_PyDict_CheckConsistency` looks at, and with `content` at every
/// entry. Runs no code of a program.
pub fn check(d: &PyDictObject, content: bool) -> Result<(), &'static str> {
    let keys = keys_of(d);
    let used = d.ma_used.get();
    if used < 0 || used as usize > keys.nentries.get() {
        return Err("as many items as entries in use");
    }
    if is_split(d) != (keys.kind.get() == Kind::Split) {
        return Err("values beside the dict exactly if the table is shared");
    }
    keys.check()?;
    if !content {
        return Ok(());
    }
    let mut alive = 0;
    for (ix, entry) in keys.entries().iter().enumerate() {
        let key = entry.key.get();
        let value = value_field(d, ix).get();
        if value.is_null() {
            continue;
        }
        // SAFETY: an entry's key is alive while it is in the table.
        let Some(key) = (unsafe { key.as_ref() }) else {
            return Err("a key beside each value");
        };
        if keys.kind.get() != Kind::General && !key.is_exactly(&unicode::PyUnicode_Type) {
            return Err("strings only in a table of strings");
        }
        alive += 1;
    }
    match alive == used as usize {
        true => Ok(()),
        false => Err("as many values as items"),
    }
}

/// `PyDict_ClearFreeList`: frees what is kept, and says how many dicts there were.
pub fn clear_free_list() -> usize {
    let n = FREE.count.replace(0);
    for slot in &FREE.dicts[..n] {
        // SAFETY: kept dicts are dead objects that only this table refers to.
        unsafe { gc::del(slot.get().cast()) };
    }
    keys::clear_spare() + instance::clear_free_list() + n
}

/// Takes a dead dict apart.
///
/// # Safety
/// `slf` is an untracked dict with a count of 0.
unsafe fn free(slf: *mut PyDictObject) {
    // SAFETY: the object lives until it is freed or kept at the end.
    let d = unsafe { &*slf };
    let table = d.ma_keys.replace(std::ptr::null_mut()).cast::<Keys>();
    if is_split(d) {
        // SAFETY: as above; the table is alive until it is released.
        unsafe { instance::free_split(slf, table) };
        return;
    }
    if !table.is_null() {
        // SAFETY: the dict's count of its table.
        unsafe { keys::release(table) };
    }
    let count = FREE.count.get();
    if count < SAVED_DICTS && d.is_exactly(&PyDict_Type) {
        FREE.dicts[count].set(slf);
        FREE.count.set(count + 1);
        return;
    }
    // SAFETY: nobody refers to the object any more.
    unsafe { crate::mem::free_by_type(slf.cast()) }
}

/// `type.__missing__` of a dict subclass, when `d` is one and has it.
fn call_missing(d: &PyDictObject, key: &PyObject) -> PyResult<Option<Owned>> {
    if d.is_exactly(&PyDict_Type) {
        return Ok(None);
    }
    match object::lookup_special(d.as_object(), id!("__missing__").as_object())? {
        Some(missing) => call::call1(&missing, key).map(Some),
        None => Ok(None),
    }
}
