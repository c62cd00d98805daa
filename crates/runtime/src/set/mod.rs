//! `set` and `frozenset`: open addressing in a table that C code may look at.
//!
//! Both types have the layout of the headers: a table of keys with their hashes, inside the object while it has eight
//! slots. The order of iteration is the order of the table, so where a key goes is 3.8's: up to nine slots after the
//! first are tried before the hash's higher bits choose another place, a freed slot (a *dummy*) met on the way is used again, and
//! the table grows when three fifths are taken. Comparing keys can run code that changes the set; lookups then start again.
//!
//! Structure: the table and the C API here, `algebra` the operations on two sets, `methods` the types, `iterator`.

mod algebra;
mod iterator;
mod methods;

pub use algebra::*;
pub use iterator::PySetIter_Type;
pub use methods::{PyFrozenSet_Type, PySet_Type};

use crate::mem;
use crate::prelude::*;
use crate::{dict, err, gc, iter, list, object, tuple, unicode};

const LINEAR_PROBES: usize = 9;
const MIN_SIZE: usize = 8;

static DUMMY_TYPE: PyTypeObject = PyTypeObject {
    ob_base: PyVarObject {
        ob_base: PyObject {
            ob_refcnt: Cell::new(1),
            ob_type: Cell::new(std::ptr::null_mut()),
        },
        ob_size: Cell::new(0),
    },
    tp_name: Cell::new(c"<dummy key> type".as_ptr()),
    tp_basicsize: Cell::new(size_of::<PyObject>() as Py_ssize_t),
    tp_flags: Cell::new(Py_TPFLAGS_DEFAULT),
    ..PyTypeObject::ZEROED
};

static DUMMY: PyObject = PyObject {
    ob_refcnt: Cell::new(1 << 40),
    ob_type: Cell::new((&raw const DUMMY_TYPE).cast_mut()),
};

/// What marks a freed slot, for C.
#[unsafe(no_mangle)]
pub static _PySet_Dummy: ExportedPointer =
    ExportedPointer(Cell::new((&raw const DUMMY).cast_mut()));

/// An exported `PyObject *`.
#[repr(transparent)]
pub struct ExportedPointer(Cell<*mut PyObject>);
// SAFETY: set at compile time, read afterwards.
unsafe impl Sync for ExportedPointer {}

#[inline(always)]
fn dummy() -> *mut PyObject {
    (&raw const DUMMY).cast_mut()
}

/// The number of elements.
#[inline(always)]
pub fn len(s: &PySetObject) -> usize {
    s.used.get() as usize
}

/// `PyAnySet_Check`.
#[inline]
pub fn check_any(o: &PyObject) -> bool {
    o.isinstance_of(&PySet_Type) || o.isinstance_of(&PyFrozenSet_Type)
}

/// The set or frozenset that an object is.
#[inline]
pub fn as_any(o: &PyObject) -> Option<&PySetObject> {
    // SAFETY: instances of both types have the layout.
    check_any(o).then(|| unsafe { o.cast_ref() })
}

/// The slots; valid until code runs that may change the set.
#[inline(always)]
fn table(s: &PySetObject) -> &[setentry] {
    // SAFETY: the table has `mask + 1` slots.
    unsafe { std::slice::from_raw_parts(s.table.get(), s.mask.get() as usize + 1) }
}

fn traverse(s: &PySetObject, visit: crate::gc::Visitor) -> c_int {
    // The collector knows a set before it has its table.
    if s.table.get().is_null() {
        return 0;
    }
    visit.visit_all(
        table(s)
            .iter()
            .filter(|e| is_active(e))
            .map(|e| e.key.get()),
    )
}

fn small_table(s: &PySetObject) -> *mut setentry {
    s.smalltable.as_ptr().cast_mut()
}

#[inline(always)]
fn is_active(e: &setentry) -> bool {
    !e.key.get().is_null() && e.key.get() != dummy()
}

/// A set without elements of a type that has the layout. Not tracked.
fn alloc(ty: &PyTypeObject) -> PyResult<Owned<PySetObject>> {
    // SAFETY: both set types, and all derived from them, have the layout.
    let s: Owned<PySetObject> = unsafe { crate::mem::alloc_by_type(ty, 0)?.cast_unchecked() };
    s.mask.set(MIN_SIZE as Py_ssize_t - 1);
    s.table.set(small_table(&s));
    s.hash.set(-1);
    Ok(s)
}

/// A set of type `ty` with the elements of `iterable`.
fn make(ty: &PyTypeObject, iterable: Option<&PyObject>) -> PyResult<Owned<PySetObject>> {
    let s = alloc(ty)?;
    if let Some(iterable) = iterable {
        update(&s, iterable)?;
    }
    Ok(s)
}

/// `PySet_New`.
pub fn new(iterable: Option<&PyObject>) -> PyResult<Owned<PySetObject>> {
    make(&PySet_Type, iterable)
}

/// `PyFrozenSet_New`.
pub fn new_frozen(iterable: Option<&PyObject>) -> PyResult<Owned<PySetObject>> {
    make(&PyFrozenSet_Type, iterable)
}

/// Where a lookup ends.
enum Found {
    /// The key is in this slot.
    At(usize),
    /// It is not there; it would go into this slot.
    Free(usize),
}

/// The slots that a hash tries, in order.
struct Probes {
    mask: usize,
    perturb: usize,
    base: usize,
    /// How far behind `base` the walk has come.
    step: usize,
}

impl Probes {
    #[inline(always)]
    fn new(mask: usize, hash: Py_hash_t) -> Probes {
        Probes {
            mask,
            perturb: hash as usize,
            base: hash as usize & mask,
            step: 0,
        }
    }
    #[inline(always)]
    fn slot(&self) -> usize {
        self.base + self.step
    }
    #[inline(always)]
    fn advance(&mut self) {
        if self.step < LINEAR_PROBES && self.base + LINEAR_PROBES <= self.mask {
            self.step += 1;
            return;
        }
        self.step = 0;
        self.perturb >>= 5;
        let next = self
            .base
            .wrapping_mul(5)
            .wrapping_add(1)
            .wrapping_add(self.perturb);
        self.base = next & self.mask;
    }
}

/// Finds a key, or where it would go.
#[inline]
fn lookup(s: &PySetObject, key: &PyObject, hash: Py_hash_t) -> PyResult<Found> {
    'restart: loop {
        let slots = table(s);
        let mut probes = Probes::new(slots.len() - 1, hash);
        let mut freed = None;
        loop {
            let slot = probes.slot();
            let entry = &slots[slot];
            let there = entry.key.get();
            if there.is_null() {
                return Ok(Found::Free(freed.unwrap_or(slot)));
            }
            if there == key.as_ptr() {
                return Ok(Found::At(slot));
            }
            if there == dummy() {
                freed = Some(slot);
            } else if entry.hash.get() == hash {
                // SAFETY: a key in the table is alive, and no code runs that could remove it.
                if let Some(equal) = object::plain_equal(unsafe { &*there }, key) {
                    if equal {
                        return Ok(Found::At(slot));
                    }
                } else if let Some(other) = entry.key.load() {
                    match keys_equal(s, slots, slot, &other, key)? {
                        Some(true) => return Ok(Found::At(slot)),
                        Some(false) => {}
                        None => continue 'restart,
                    }
                }
            }
            probes.advance();
        }
    }
}

/// Are a key of the set and another equal? `None` when the comparison has changed the set.
#[inline(never)]
fn keys_equal(
    s: &PySetObject,
    slots: &[setentry],
    slot: usize,
    there: &PyObject,
    key: &PyObject,
) -> PyResult<Option<bool>> {
    let equal = object::rich_compare_bool(there, key, Py_EQ)?;
    let same_table = s.table.get() == slots.as_ptr().cast_mut() && table(s).len() == slots.len();
    let unchanged = same_table && table(s)[slot].key.get() == there.as_ptr();
    Ok(unchanged.then_some(equal))
}

/// `PySet_Contains` for a key whose hash is known.
#[inline]
pub fn contains_known_hash(s: &PySetObject, key: &PyObject, hash: Py_hash_t) -> PyResult<bool> {
    Ok(matches!(lookup(s, key, hash)?, Found::At(_)))
}

/// `PySet_Contains`.
#[inline]
pub fn contains(s: &PySetObject, key: &PyObject) -> PyResult<bool> {
    contains_known_hash(s, key, dict::hash_of(key)?)
}

/// `PySet_Add`; also for a frozenset that nobody has seen yet.
#[inline]
pub fn add(s: &PySetObject, key: &PyObject) -> PyResult<()> {
    add_known_hash(s, key, dict::hash_of(key)?)
}

/// Adds a key whose hash is known.
#[inline]
pub fn add_known_hash(s: &PySetObject, key: &PyObject, hash: Py_hash_t) -> PyResult<()> {
    let Found::Free(slot) = lookup(s, key, hash)? else {
        return Ok(());
    };
    let entry = &table(s)[slot];
    let fresh = entry.key.get().is_null();
    entry.key.set(key.own().into_ptr());
    entry.hash.set(hash);
    s.used.set(s.used.get() + 1);
    if fresh {
        s.fill.set(s.fill.get() + 1);
        if s.fill.get() * 5 >= s.mask.get() * 3 {
            let used = len(s);
            return resize(s, if used > 50_000 { used * 2 } else { used * 4 });
        }
    }
    Ok(())
}

/// Gives the set a table with more than `min_used` slots, without dummies.
fn resize(s: &PySetObject, min_used: usize) -> PyResult<()> {
    let mut size = MIN_SIZE;
    while size <= min_used {
        size = size.checked_mul(2).ok_or_else(err::no_memory)?;
    }
    let old = s.table.get();
    let was_small = old == small_table(s);
    let new = if size == MIN_SIZE {
        small_table(s)
    } else {
        let bytes = size
            .checked_mul(size_of::<setentry>())
            .ok_or_else(err::no_memory)?;
        let block = mem::object_alloc(bytes).cast::<setentry>();
        if block.is_null() {
            return Err(err::no_memory());
        }
        block
    };
    // SAFETY: the new table has room for `size` slots; the old one, or the copy of a small one that is about to be overwritten, is
    // read while it exists.
    unsafe {
        let mut copy = std::mem::MaybeUninit::<[setentry; MIN_SIZE]>::uninit();
        let from = if was_small {
            std::ptr::copy_nonoverlapping(old, copy.as_mut_ptr().cast(), MIN_SIZE);
            std::slice::from_raw_parts(copy.as_ptr().cast(), MIN_SIZE)
        } else {
            table(s)
        };
        new.write_bytes(0, size);
        s.table.set(new);
        s.mask.set(size as Py_ssize_t - 1);
        s.fill.set(s.used.get());
        for e in from.iter().filter(|e| is_active(e)) {
            insert_clean(s, e.key.get(), e.hash.get());
        }
        if !was_small {
            mem::object_free(old.cast());
        }
    }
    Ok(())
}

/// Puts a key into a table that has neither it nor dummies, nor lacks room.
fn insert_clean(s: &PySetObject, key: *mut PyObject, hash: Py_hash_t) {
    let slots = table(s);
    let mut probes = Probes::new(slots.len() - 1, hash);
    while !slots[probes.slot()].key.get().is_null() {
        probes.advance();
    }
    let entry = &slots[probes.slot()];
    entry.key.set(key);
    entry.hash.set(hash);
}

/// `PySet_Discard`: was it there?
pub fn discard(s: &PySetObject, key: &PyObject) -> PyResult<bool> {
    discard_known_hash(s, key, dict::hash_of(key)?)
}

/// Removes a key whose hash is known: was it there?
pub fn discard_known_hash(s: &PySetObject, key: &PyObject, hash: Py_hash_t) -> PyResult<bool> {
    match lookup(s, key, hash)? {
        Found::At(slot) => {
            drop(free_slot(s, slot));
            Ok(true)
        }
        Found::Free(_) => Ok(false),
    }
}

/// Turns a slot in use into a dummy, and returns its key.
fn free_slot(s: &PySetObject, slot: usize) -> Option<Owned> {
    let entry = &table(s)[slot];
    let key = entry.key.replace(dummy());
    entry.hash.set(-1);
    s.used.set(s.used.get() - 1);
    // SAFETY: the slot's count of its key moves to the result.
    unsafe { Owned::from_owned_ptr_or_null(key) }
}

/// `PySet_Pop`.
pub fn pop(s: &PySetObject) -> PyResult<Owned> {
    if s.used.get() == 0 {
        return Err(raise!(KeyError, "pop from an empty set"));
    }
    let slots = table(s);
    let start = s.finger.get() as usize & (slots.len() - 1);
    let order = (start..slots.len()).chain(0..start);
    for slot in order {
        if is_active(&slots[slot]) {
            s.finger.set(slot as Py_ssize_t + 1);
            return free_slot(s, slot).ok_or_else(err::bad_internal_call);
        }
    }
    Err(err::bad_internal_call())
}

/// `PySet_Clear`.
pub fn clear(s: &PySetObject) {
    let old = s.table.get();
    let was_small = old == small_table(s);
    let slots = table(s).len();
    let mut left = len(s);
    s.fill.set(0);
    s.used.set(0);
    s.mask.set(MIN_SIZE as Py_ssize_t - 1);
    s.table.set(small_table(s));
    s.hash.set(-1);
    // SAFETY: the set no longer has the old table, or the entries that are copied out of the small one; the references were its own.
    unsafe {
        let mut copy = std::mem::MaybeUninit::<[setentry; MIN_SIZE]>::uninit();
        let from = if was_small {
            copy.as_mut_ptr()
                .cast::<setentry>()
                .copy_from_nonoverlapping(old, MIN_SIZE);
            copy.as_ptr().cast()
        } else {
            old
        };
        small_table(s).write_bytes(0, MIN_SIZE);
        for entry in std::slice::from_raw_parts(from, slots) {
            if left == 0 {
                break;
            }
            if is_active(entry) {
                left -= 1;
                crate::owned::decref(entry.key.get());
            }
        }
        if !was_small {
            mem::object_free(old.cast());
        }
    }
}

/// `_PySet_NextEntry`: the next element from `*pos` on, with its hash.
#[inline]
pub fn next_entry(s: &PySetObject, pos: &mut usize) -> Option<(Owned, Py_hash_t)> {
    let slots = table(s);
    while let Some(entry) = slots.get(*pos) {
        *pos += 1;
        if is_active(entry) {
            return entry.key.load().map(|key| (key, entry.hash.get()));
        }
    }
    None
}

/// `_PySet_Update`: adds every element of an iterable.
pub fn update(s: &PySetObject, iterable: &PyObject) -> PyResult<()> {
    if let Some(other) = as_any(iterable) {
        return merge(s, other);
    }
    if let Some(d) = iterable.downcast_exact::<PyDictObject>() {
        let more = dict::len(d) as Py_ssize_t;
        if (s.fill.get() + more) * 5 >= s.mask.get() * 3 {
            resize(s, (len(s) + dict::len(d)) * 2)?;
        }
        let mut pos = 0;
        while let Some((key, _, hash)) = dict::next_entry(d, &mut pos) {
            // SAFETY: just found in the dict, which holds it.
            let key = unsafe { key.as_ref().own() };
            add_known_hash(s, &key, hash)?;
        }
        return Ok(());
    }
    if let Some(l) = iterable.downcast_exact::<PyListObject>() {
        // As its iterator would: the list may change meanwhile.
        let mut i = 0;
        while let Some(key) = list::get(l, i) {
            add(s, &key)?;
            i += 1;
        }
        return Ok(());
    }
    if let Some(t) = iterable.downcast_exact::<PyTupleObject>() {
        return tuple::as_slice(t).iter().try_for_each(|key| add(s, key));
    }
    let it = object::get_iter(iterable)?;
    while let Some(key) = iter::next_usual(&it)? {
        add(s, &key)?;
    }
    Ok(())
}

/// Adds the elements of another set.
fn merge(s: &PySetObject, other: &PySetObject) -> PyResult<()> {
    if s.is(other) || other.used.get() == 0 {
        return Ok(());
    }
    if (s.fill.get() + other.used.get()) * 5 >= s.mask.get() * 3 {
        resize(s, (len(s) + len(other)) * 2)?;
    }
    if s.fill.get() == 0 {
        // Nothing to compare with: no code runs.
        let same_shape = s.mask.get() == other.mask.get() && other.fill.get() == other.used.get();
        for (slot, entry) in table(other)
            .iter()
            .enumerate()
            .filter(|(_, e)| is_active(e))
        {
            let Some(key) = entry.key.load() else {
                continue;
            };
            if same_shape {
                table(s)[slot].key.set(key.into_ptr());
                table(s)[slot].hash.set(entry.hash.get());
            } else {
                insert_clean(s, key.into_ptr(), entry.hash.get());
            }
        }
        s.fill.set(other.used.get());
        s.used.set(other.used.get());
        return Ok(());
    }
    let mut pos = 0;
    while let Some((key, hash)) = next_entry(other, &mut pos) {
        add_known_hash(s, &key, hash)?;
    }
    Ok(())
}

/// The elements.
pub fn to_vec(s: &PySetObject) -> Vec<Owned> {
    let mut pos = 0;
    std::iter::from_fn(|| next_entry(s, &mut pos))
        .map(|(key, _)| key)
        .collect()
}

/// Takes a dead set apart.
///
/// # Safety
/// `slf` is an untracked set with a count of 0.
unsafe fn free(slf: *mut PySetObject) {
    // SAFETY: the object lives until it is freed at the end.
    unsafe {
        let s = &*slf;
        if !s.weakreflist.get().is_null() {
            crate::weakref::clear_weakrefs(s.as_object());
        }
        clear(s);
        mem::free_by_type(slf.cast());
    }
}
