//! Dicts of instances: the keys shared through the class, the values beside the dict.
//!
//! The first instances of a class fill its table (`ht_cached_keys`); those that set the same attributes in the same
//! order share it. The dict object and its values are one block, recycled by capacity, so an instance's attributes cost
//! one allocation. An inline cache may remember ([`keys_version`], [`shared_index`]) and then read a value by index.

use super::*;

/// The capacities of the two smallest tables: the ones that are recycled.
const CAPACITIES: [usize; 2] = [capacity(8), capacity(16)];
const SAVED: usize = crate::hostile::kept(80);

struct Saved {
    dicts: [[Cell<*mut PyDictObject>; SAVED]; 2],
    counts: [Cell<usize>; 2],
}
// SAFETY: only the holder of the GIL touches it.
unsafe impl Sync for Saved {}
static SAVED_DICTS_BY_CAPACITY: Saved = Saved {
    dicts: [const { [const { Cell::new(std::ptr::null_mut()) }; SAVED] }; 2],
    counts: [const { Cell::new(0) }; 2],
};

/// Where a dict's values lie when they lie beside it.
fn beside(d: &PyDictObject) -> *mut *mut PyObject {
    // SAFETY: one past the object; only dereferenced when the block is longer.
    unsafe {
        std::ptr::from_ref(d)
            .add(1)
            .cast::<*mut PyObject>()
            .cast_mut()
    }
}

/// `_PyDict_NewKeysForClass`.
pub fn new_shared_keys() -> PyResult<*mut PyDictKeysObject> {
    Ok(Keys::new(MIN_SIZE, Kind::Split)?.cast())
}

/// Gives a class's count of its table back, if it has one.
///
/// # Safety
/// `keys` is null, or came from here and the caller holds a count of it.
pub unsafe fn release_keys(keys: *mut PyDictKeysObject) {
    if !keys.is_null() {
        // SAFETY: by the contract.
        unsafe { super::keys::release(keys.cast()) }
    }
}

/// `_PyDict_KeysSize`, for a class's `__sizeof__`.
pub fn shared_keys_size(keys: *mut PyDictKeysObject) -> usize {
    // SAFETY: null, or the table that a class holds a count of.
    unsafe { keys.cast::<Keys>().as_ref() }.map_or(0, Keys::byte_size)
}

/// The field of a class that holds its shared table.
fn cached_keys(ty: &PyTypeObject) -> Option<&Cell<*mut PyDictKeysObject>> {
    let heap = ty.tp_flags.get() & Py_TPFLAGS_HEAPTYPE != 0;
    // SAFETY: a heap type has the larger layout.
    let field = heap
        .then(|| unsafe { &(*std::ptr::from_ref(ty).cast::<PyHeapTypeObject>()).ht_cached_keys });
    field.filter(|f| !f.get().is_null())
}

/// A dict without items that shares `table`.
pub fn new_split(table: &Keys) -> PyResult<Owned<PyDictObject>> {
    let room = capacity(table.size.get());
    let saved = CAPACITIES.iter().position(|c| *c == room);
    let recycled = saved.and_then(|i| {
        let count = SAVED_DICTS_BY_CAPACITY.counts[i].get();
        (count > 0).then(|| {
            SAVED_DICTS_BY_CAPACITY.counts[i].set(count - 1);
            SAVED_DICTS_BY_CAPACITY.dicts[i][count - 1].get()
        })
    });
    let block = match recycled {
        Some(block) => block.cast(),
        None => gc::alloc(
            size_of::<PyDictObject>() + room * size_of::<*mut PyObject>(),
            false,
        )?,
    };
    // SAFETY: the block has room for the object and its values, and is nobody else's.
    let d: Owned<PyDictObject> = unsafe {
        crate::mem::init_head(block, &PyDict_Type);
        Owned::from_owned_ptr(block.cast())
    };
    table.refcnt.set(table.refcnt.get() + 1);
    d.ma_keys.set(std::ptr::from_ref(table).cast_mut().cast());
    d.ma_values.set(beside(&d));
    // SAFETY: as above.
    unsafe { d.ma_values.get().write_bytes(0, room) };
    d.ma_used.set(0);
    touch(&d);
    Ok(d)
}

/// The dict is no longer split: its row of values (already moved elsewhere) goes, or stays idle beside it.
pub(super) fn free_values(d: &PyDictObject) {
    let values = d.ma_values.replace(std::ptr::null_mut());
    if values != beside(d) {
        // SAFETY: a row that is not beside its dict is an allocation of its own (see `share`).
        unsafe { crate::mem::object_free(values.cast()) };
    }
}

/// Takes a dead split dict apart.
///
/// # Safety
/// `slf` is an untracked split dict with a count of 0, and `table` its table, whose count is handed over.
pub(super) unsafe fn free_split(slf: *mut PyDictObject, table: *mut Keys) {
    // SAFETY: the object lives until it is freed or kept at the end; the first `ma_used` values are there.
    unsafe {
        let d = &*slf;
        let room = capacity((*table).size.get());
        let values = d.ma_values.get();
        for i in 0..len(d) {
            crate::owned::xdecref(*values.add(i));
        }
        let inside = values == beside(d);
        free_values(d);
        super::keys::release(table);
        let saved = CAPACITIES.iter().position(|c| *c == room);
        match saved.filter(|i| inside && SAVED_DICTS_BY_CAPACITY.counts[*i].get() < SAVED) {
            Some(i) => {
                let count = SAVED_DICTS_BY_CAPACITY.counts[i].get();
                SAVED_DICTS_BY_CAPACITY.dicts[i][count].set(slf);
                SAVED_DICTS_BY_CAPACITY.counts[i].set(count + 1);
            }
            None => crate::mem::free_by_type(slf.cast()),
        }
    }
}

/// Frees what is kept, and says how many there were.
pub(super) fn clear_free_list() -> usize {
    let mut freed = 0;
    for (dicts, count) in SAVED_DICTS_BY_CAPACITY
        .dicts
        .iter()
        .zip(&SAVED_DICTS_BY_CAPACITY.counts)
    {
        let n = count.replace(0);
        for slot in &dicts[..n] {
            // SAFETY: kept dicts are dead objects that only this table refers to.
            unsafe { gc::del(slot.get().cast()) };
        }
        freed += n;
    }
    freed
}

/// A copy that shares the same table.
pub(super) fn copy_split(d: &PyDictObject) -> PyResult<Owned<PyDictObject>> {
    let copy = new_split(keys_of(d))?;
    for i in 0..len(d) {
        if let Some(value) = value_field(d, i).load() {
            value_field(&copy, i).set(value.into_ptr());
        }
    }
    copy.ma_used.set(d.ma_used.get());
    // SAFETY: dicts have heads.
    unsafe {
        if gc::is_tracked(d.as_ptr()) {
            gc::track(copy.as_ptr());
        }
    }
    Ok(copy)
}

/// Makes a combined dict's table one that can be shared: the values move to a row of their own. Returns a count of the
/// table for the class, or null when the dict is not fit for it.
fn share(d: &PyDictObject) -> *mut Keys {
    let table = keys_of(d);
    let whole = len(d) == table.nentries.get() && table.size.get() >= MIN_SIZE;
    if is_split(d) || table.kind.get() != Kind::Text || !whole {
        return std::ptr::null_mut();
    }
    let room = capacity(table.size.get());
    let values =
        crate::mem::object_alloc(room * size_of::<*mut PyObject>()).cast::<*mut PyObject>();
    if values.is_null() {
        return std::ptr::null_mut();
    }
    // SAFETY: the row has room for every entry's value.
    unsafe {
        values.write_bytes(0, room);
        for (i, entry) in table.entries().iter().enumerate() {
            *values.add(i) = entry.value.replace(std::ptr::null_mut());
        }
    }
    table.kind.set(Kind::Split);
    table.forget_version();
    d.ma_values.set(values);
    table.refcnt.set(table.refcnt.get() + 1);
    std::ptr::from_ref(table).cast_mut()
}

/// A new dict for an instance of `ty`.
pub fn new_instance_dict(ty: &PyTypeObject) -> PyResult<Owned<PyDictObject>> {
    // SAFETY: the class holds a count of its table.
    match cached_keys(ty).and_then(|c| unsafe { c.get().cast::<Keys>().as_ref() }) {
        Some(table) => new_split(table),
        None => new(),
    }
}

/// `_PyObjectDict_SetItem`: sets or deletes an attribute of an instance of `ty` in its dict, which is made if need be.
pub fn set_instance_item(
    ty: &PyTypeObject,
    dict: &Cell<*mut PyObject>,
    name: &PyObject,
    value: Option<&PyObject>,
) -> PyResult<()> {
    let d: Owned<PyDictObject> = match dict.load() {
        // SAFETY: an instance's `__dict__` is a dict.
        Some(d) => unsafe { d.cast_unchecked() },
        None => {
            let d = new_instance_dict(ty)?;
            dict.set_ref(Some(d.clone().upcast()));
            d
        }
    };
    let cached = cached_keys(ty);
    let Some(cached) = cached else {
        return match value {
            Some(value) => set_item(&d, name, value),
            None => del_item(&d, name),
        };
    };
    let shared = cached.get();
    let was_shared = d.ma_keys.get() == shared;
    match value {
        Some(value) => set_item(&d, name, value)?,
        None => del_item(&d, name)?,
    }
    // The dict has outgrown the shared table. If it was the only user, its own becomes the shared one; else the class
    // stops sharing, since its instances differ too much.
    if was_shared && d.ma_keys.get() != shared && cached.get() == shared {
        // SAFETY: the class holds a count of the table.
        let alone = unsafe { (*shared.cast::<Keys>()).refcnt.get() } == 1;
        cached.set(if alone && value.is_some() {
            share(&d).cast()
        } else {
            std::ptr::null_mut()
        });
        // SAFETY: the class's count, which the field no longer holds.
        unsafe { super::keys::release(shared.cast()) };
    }
    Ok(())
}

// ---- inline caches

/// A number for the dict's table as it is: as long as the dict's table has this number, [`shared_index`] holds. 0: none.
#[inline(always)]
pub fn keys_version(d: &PyDictObject) -> u32 {
    keys_of(d).version()
}

/// The entry index of an exact string in the dict's table, for use with [`value_at`].
pub fn shared_index(d: &PyDictObject, key: &PyObject) -> Option<usize> {
    if !is_text(key) || keys_of(d).kind.get() == Kind::General {
        return None;
    }
    let ix = lookup(d, key, hash_of(key).ok()?).ok()?;
    usize::try_from(ix).ok()
}

/// What an exact string maps to, borrowed; null when there is nothing, or when finding it could run code.
#[inline]
pub fn text_value(d: &PyDictObject, key: &PyObject) -> *mut PyObject {
    let table = keys_of(d);
    // SAFETY: an exact string has the layout.
    let hash = unsafe { key.cast_ref::<PyASCIIObject>() }.hash.get();
    if table.kind.get() == Kind::General || hash == -1 {
        return std::ptr::null_mut();
    }
    match usize::try_from(table.find_text(key, hash)) {
        Ok(ix) => value_field(d, ix).get(),
        Err(_) => std::ptr::null_mut(),
    }
}

/// Is an exact string not among the keys? False also when finding it could run code.
#[inline]
pub fn lacks_text(d: &PyDictObject, key: &PyObject) -> bool {
    let table = keys_of(d);
    // SAFETY: an exact string has the layout.
    let hash = unsafe { key.cast_ref::<PyASCIIObject>() }.hash.get();
    if table.kind.get() == Kind::General || hash == -1 {
        return false;
    }
    match usize::try_from(table.find_text(key, hash)) {
        Ok(ix) => value_field(d, ix).get().is_null(),
        Err(_) => true,
    }
}

/// A dict's table as inline caches see it.
pub struct Shape {
    /// Never 0: the table whose entries stay where they are.
    pub version: u32,
    /// How many entries it has: an absent key stays absent as long as this stays.
    pub entries: usize,
}

/// The shape of the dict's table as it is; `None` if its keys are not all exact strings, or numbers have run out.
pub fn shape(d: &PyDictObject) -> Option<Shape> {
    let table = keys_of(d);
    if table.kind.get() == Kind::General {
        return None;
    }
    let version = table.version();
    (version != 0).then(|| Shape {
        version,
        entries: table.nentries.get(),
    })
}

/// Has the dict's table this number?
///
/// # Safety
/// `d` is a live dict.
#[inline(always)]
pub unsafe fn has_version(d: *mut PyDictObject, version: u32) -> bool {
    // SAFETY: a dict always has a table.
    unsafe { (*(*d).ma_keys.get().cast::<Keys>()).version.get() == version }
}

/// Has the dict's table this number, and so many entries?
///
/// # Safety
/// `d` is a live dict.
#[inline(always)]
pub unsafe fn has_shape(d: *mut PyDictObject, version: u32, entries: usize) -> bool {
    // SAFETY: a dict always has a table.
    unsafe {
        let keys = (*d).ma_keys.get().cast::<Keys>();
        (*keys).version.get() == version && (*keys).nentries.get() == entries
    }
}

/// Where the value of entry `ix` lies, as long as the dict's table has its number; it may be null.
pub fn value_place(d: &PyDictObject, ix: usize) -> *const Cell<*mut PyObject> {
    value_field(d, ix)
}

/// Do the dict's values lie beside the table?
#[inline(always)]
pub fn has_own_values(d: &PyDictObject) -> bool {
    is_split(d)
}

/// Stores at the index of a shared key of a split dict, taking over the count of `value`, and says what was there. `None`
/// when it is neither there nor the next one.
///
/// # Safety
/// `d` is a live split dict whose table has an entry `ix`; tracking has been seen to.
#[inline(always)]
pub unsafe fn store_split(
    d: *mut PyDictObject,
    ix: usize,
    value: *mut PyObject,
) -> Option<*mut PyObject> {
    // SAFETY: by the contract.
    unsafe {
        let d = &*d;
        let place = d.ma_values.get().add(ix);
        let old = *place;
        if old.is_null() {
            if ix != len(d) {
                return None;
            }
            d.ma_used.set(d.ma_used.get() + 1);
        }
        *place = value;
        touch(d);
        Some(old)
    }
}

/// The value of entry `ix`, if the dict's table has the number `version`; `None` also when this dict has no value there.
#[inline(always)]
pub fn value_at(d: &PyDictObject, version: u32, ix: usize) -> Option<&PyObject> {
    let table = keys_of(d);
    if table.version.get() != version {
        return None;
    }
    value_field(d, ix).borrow()
}
