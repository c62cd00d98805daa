//! `list`: a row of references that grows.
//!
//! The items lie in a block of their own, `allocated` fields long, of which the first `ob_size` are in use. Anything
//! that runs arbitrary code may change both, so no view of the items outlives such a call: items are fetched one at a
//! time with a count of their own ([`get`]). Structure: storage and the C API here, methods in `methods`, iterators in
//! `iterators`, sorting in `sort` (what a list does around it) and `timsort` (the algorithm).

mod iterators;
mod methods;
mod sort;
mod timsort;

pub use iterators::{PyListIter_Type, PyListIterObject, PyListRevIter_Type, iter_next};
pub use methods::PyList_Type;
pub use sort::{sort, sort_by};

use crate::mem::{self, Domain};
use crate::prelude::*;
use crate::{err, gc, iter, object, sequence, tuple};

/// How many list objects are kept for reuse.
const SAVED_LISTS: usize = crate::hostile::kept(80);

struct FreeList {
    lists: [Cell<*mut PyListObject>; SAVED_LISTS],
    count: Cell<usize>,
}

// SAFETY: only the holder of the GIL touches it.
unsafe impl Sync for FreeList {}

static FREE: FreeList = FreeList {
    lists: [const { Cell::new(std::ptr::null_mut()) }; SAVED_LISTS],
    count: Cell::new(0),
};

/// The number of items.
#[inline(always)]
pub fn len(l: &PyListObject) -> usize {
    l.ob_base.ob_size.get() as usize
}

/// The items' fields. The view is valid until code runs that may change the list.
#[inline(always)]
pub fn fields(l: &PyListObject) -> &[Cell<*mut PyObject>] {
    let n = len(l);
    if n == 0 {
        return &[];
    }
    // SAFETY: `ob_item` holds `ob_size` fields in use.
    unsafe { std::slice::from_raw_parts(l.ob_item.get().cast(), n) }
}

/// The item at `i`, if there is one now.
#[inline(always)]
pub fn get(l: &PyListObject, i: usize) -> Option<Owned> {
    fields(l).get(i).and_then(|f| f.load())
}

/// The items, each with a count of its own.
pub fn to_vec(l: &PyListObject) -> Vec<Owned> {
    fields(l).iter().filter_map(|f| f.load()).collect()
}

/// `PyList_GetItem`.
pub fn get_item(l: &PyListObject, i: Py_ssize_t) -> PyResult<Owned> {
    usize::try_from(i)
        .ok()
        .and_then(|i| get(l, i))
        .ok_or_else(|| raise!(IndexError, "list index out of range"))
}

/// `PyList_SetItem`, with the message that C callers get.
pub fn set_item(l: &PyListObject, i: Py_ssize_t, item: Owned) -> PyResult<()> {
    match fields(l).get(i as usize) {
        Some(field) => {
            field.set_ref(Some(item));
            Ok(())
        }
        None => Err(raise!(IndexError, "list assignment index out of range")),
    }
}

/// `PyList_New`: `n` null fields, to be filled with [`init_item`] before anybody sees the list.
pub fn new(n: usize) -> PyResult<Owned<PyListObject>> {
    let block = alloc_items(n)?;
    let count = FREE.count.get();
    let l = if count > 0 {
        FREE.count.set(count - 1);
        let l = FREE.lists[count - 1].get();
        // SAFETY: free lists keep their type; the count set here is the result's.
        unsafe {
            (*l.cast::<PyObject>()).ob_refcnt.set(1);
            mem::note_reuse(&*l.cast());
            Owned::from_owned_ptr(l)
        }
    } else {
        gc::new_object::<PyListObject>(&PyList_Type)?
    };
    l.ob_item.set(block);
    l.allocated.set(n as Py_ssize_t);
    l.ob_base.ob_size.set(n as Py_ssize_t);
    Ok(gc::publish(l))
}

/// A zeroed block of `n` fields; null for none.
fn alloc_items(n: usize) -> PyResult<*mut *mut PyObject> {
    if n == 0 {
        return Ok(std::ptr::null_mut());
    }
    let block = mem::calloc(Domain::Mem, n, size_of::<*mut PyObject>());
    if block.is_null() {
        Err(err::no_memory())
    } else {
        Ok(block.cast())
    }
}

/// Stores the item at `i` of a list that is being filled.
#[inline]
pub fn init_item(l: &PyListObject, i: usize, item: Owned) {
    fields(l)[i].set_ref(Some(item));
}

/// A list of `n` items from the interpreter's stack, whose counts it takes over if it is made.
///
/// # Safety
/// `items` points to `n` live objects of which the caller holds a count each.
pub unsafe fn take_over(items: *const *mut PyObject, n: usize) -> PyResult<Owned<PyListObject>> {
    if n == 0 {
        return new(0);
    }
    let block = mem::malloc(Domain::Mem, n * size_of::<*mut PyObject>()).cast::<*mut PyObject>();
    if block.is_null() {
        return Err(err::no_memory());
    }
    let l = match new(0) {
        Ok(l) => l,
        Err(raised) => {
            // SAFETY: made above, and nobody else's.
            unsafe { mem::free(Domain::Mem, block.cast()) };
            return Err(raised);
        }
    };
    // SAFETY: the block has room for n items, by the contract they are there.
    unsafe { block.copy_from_nonoverlapping(items, n) };
    l.ob_item.set(block);
    l.allocated.set(n as Py_ssize_t);
    l.ob_base.ob_size.set(n as Py_ssize_t);
    Ok(l)
}

/// A list of new references.
pub fn from_slice(items: &[&PyObject]) -> PyResult<Owned<PyListObject>> {
    let l = new(items.len())?;
    for (field, item) in fields(&l).iter().zip(items) {
        field.set(item.own().into_ptr());
    }
    Ok(l)
}

/// A list that takes over `items`.
pub fn from_owned(items: Vec<Owned>) -> PyResult<Owned<PyListObject>> {
    let l = new(items.len())?;
    for (field, item) in fields(&l).iter().zip(items) {
        field.set(item.into_ptr());
    }
    Ok(l)
}

/// Changes the length, moving to another block when the present one is too small or less than half used.
/// New fields are null; fields cut off must have been emptied.
fn resize(l: &PyListObject, n: usize) -> PyResult<()> {
    let allocated = l.allocated.get() as usize;
    let old = len(l);
    if l.allocated.get() >= 0 && allocated >= n && n >= allocated >> 1 {
        null_fields(l, old, n);
        l.ob_base.ob_size.set(n as Py_ssize_t);
        return Ok(());
    }
    let room = if n == 0 {
        0
    } else {
        n + (n >> 3) + if n < 9 { 3 } else { 6 }
    };
    reallocate(l, room)?;
    null_fields(l, old, n);
    l.ob_base.ob_size.set(n as Py_ssize_t);
    Ok(())
}

#[inline]
fn null_fields(l: &PyListObject, from: usize, to: usize) {
    if to > from {
        // SAFETY: the block has room for `to` fields.
        unsafe { l.ob_item.get().add(from).write_bytes(0, to - from) };
    }
}

/// Gives the block room for exactly `room` fields.
#[cold]
fn reallocate(l: &PyListObject, room: usize) -> PyResult<()> {
    let bytes = room
        .checked_mul(size_of::<*mut PyObject>())
        .ok_or_else(err::no_memory)?;
    let block = if room == 0 {
        // SAFETY: the block is the list's own; nobody keeps a view of it.
        unsafe { mem::free(Domain::Mem, l.ob_item.get().cast()) };
        std::ptr::null_mut()
    } else {
        // SAFETY: as above.
        let block = unsafe { mem::realloc(Domain::Mem, l.ob_item.get().cast(), bytes) };
        if block.is_null() {
            return Err(err::no_memory());
        }
        block.cast()
    };
    l.ob_item.set(block);
    l.allocated.set(room as Py_ssize_t);
    Ok(())
}

/// `PyList_Append`.
#[inline]
pub fn append(l: &PyListObject, item: &PyObject) -> PyResult<()> {
    append_owned(l, item.own())
}

/// Appends an item whose count moves into the list.
#[inline]
pub fn append_owned(l: &PyListObject, item: Owned) -> PyResult<()> {
    let n = len(l);
    if (n as Py_ssize_t) < l.allocated.get() {
        l.ob_base.ob_size.set((n + 1) as Py_ssize_t);
    } else {
        check_growth(n, 1)?;
        resize(l, n + 1)?;
    }
    // SAFETY: the block has room for `n + 1` fields.
    unsafe { *l.ob_item.get().add(n) = item.into_ptr() };
    Ok(())
}

fn check_growth(n: usize, more: usize) -> PyResult<()> {
    match n.checked_add(more) {
        Some(total) if total <= isize::MAX as usize / 8 => Ok(()),
        _ => Err(err::no_memory()),
    }
}

/// `PyList_Insert`: the position is clipped.
pub fn insert(l: &PyListObject, at: Py_ssize_t, item: &PyObject) -> PyResult<()> {
    let n = len(l);
    check_growth(n, 1)?;
    let at = if at < 0 {
        (at + n as Py_ssize_t).max(0) as usize
    } else {
        (at as usize).min(n)
    };
    resize(l, n + 1)?;
    // SAFETY: the block has room for `n + 1` fields and `at <= n`.
    unsafe {
        let p = l.ob_item.get().add(at);
        std::ptr::copy(p, p.add(1), n - at);
        *p = item.own().into_ptr();
    }
    Ok(())
}

/// Removes and returns the item at `i`, which must be below the length.
pub fn remove_at(l: &PyListObject, i: usize) -> PyResult<Owned> {
    let n = len(l);
    let Some(item) = fields(l).get(i).and_then(|f| f.take_ref()) else {
        return Err(raise!(IndexError, "list index out of range"));
    };
    // SAFETY: `i < n`, and the block holds `n` fields.
    unsafe {
        let p = l.ob_item.get().add(i);
        std::ptr::copy(p.add(1), p, n - i - 1);
    }
    // The last field now repeats its neighbour: it must not be counted while the block shrinks.
    l.ob_base.ob_size.set((n - 1) as Py_ssize_t);
    // A block that cannot shrink stays as it is.
    if resize(l, n - 1).is_err() {
        err::clear();
    }
    Ok(item)
}

/// `PyList_GetSlice`: bounds are clipped.
pub fn get_slice(
    l: &PyListObject,
    low: Py_ssize_t,
    high: Py_ssize_t,
) -> PyResult<Owned<PyListObject>> {
    let n = len(l) as Py_ssize_t;
    let low = low.clamp(0, n);
    let high = high.clamp(low, n);
    let part = new((high - low) as usize)?;
    // Making the new list may have collected, and so changed this one.
    let from = fields(l)
        .get(low as usize..high as usize)
        .unwrap_or_default();
    part.ob_base.ob_size.set(from.len() as Py_ssize_t);
    for (to, from) in fields(&part).iter().zip(from) {
        to.set(from.load().map_or(std::ptr::null_mut(), Owned::into_ptr));
    }
    Ok(part)
}

/// `PyList_SetSlice`: replaces `low..high` by the items of `values`, or deletes it.
pub fn set_slice(
    l: &PyListObject,
    low: Py_ssize_t,
    high: Py_ssize_t,
    values: Option<&PyObject>,
) -> PyResult<()> {
    let new = match values {
        None => Vec::new(),
        Some(v) if v.is(l) => to_vec(l),
        Some(v) => sequence::fast(v, "can only assign an iterable")?.to_vec(),
    };
    let n = len(l) as Py_ssize_t;
    let low = low.clamp(0, n);
    let high = high.clamp(low, n);
    splice(l, low as usize, high as usize, new)
}

/// Replaces the fields `low..high` by `new`; what they held is released last.
fn splice(l: &PyListObject, low: usize, high: usize, new: Vec<Owned>) -> PyResult<()> {
    let n = len(l);
    let tail = n - high;
    let total = n - (high - low) + new.len();
    if total == 0 {
        clear(l);
        return Ok(());
    }
    check_growth(total, 0)?;
    if total > n {
        resize(l, total)?;
    }
    let mut old: Vec<Owned> = Vec::with_capacity(high - low);
    old.extend(fields(l)[low..high].iter().filter_map(|f| f.take_ref()));
    // SAFETY: the block has room for the longer of the two lengths.
    unsafe {
        let p = l.ob_item.get();
        std::ptr::copy(p.add(high), p.add(low + new.len()), tail);
        for (i, item) in new.into_iter().enumerate() {
            *p.add(low + i) = item.into_ptr();
        }
    }
    if total < n {
        l.ob_base.ob_size.set(total as Py_ssize_t);
        if resize(l, total).is_err() {
            err::clear();
        }
    }
    drop_backwards(old);
    Ok(())
}

/// Releases the items from the last to the first, as C's loops over them do.
fn drop_backwards(mut items: Vec<Owned>) {
    while let Some(item) = items.pop() {
        drop(item);
    }
}

/// Empties the list. Deallocators that run see it empty already.
pub fn clear(l: &PyListObject) {
    let block = l.ob_item.replace(std::ptr::null_mut());
    if block.is_null() {
        return;
    }
    let mut n = len(l);
    l.ob_base.ob_size.set(0);
    l.allocated.set(0);
    while n > 0 {
        n -= 1;
        // SAFETY: the block held `n` references, and belongs to this function alone now.
        unsafe { crate::owned::xdecref(*block.add(n)) };
    }
    // SAFETY: as above.
    unsafe { mem::free(Domain::Mem, block.cast()) };
}

/// `_PyList_Extend`.
pub fn extend(l: &PyListObject, iterable: &PyObject) -> PyResult<()> {
    if iterable.is_exactly(&PyList_Type)
        || iterable.is_exactly(&tuple::PyTuple_Type)
        || iterable.is(l)
    {
        return extend_fast(l, iterable);
    }
    let it = object::get_iter(iterable)?;
    let hint = object::length_hint(iterable, 8)? as usize;
    let n = len(l);
    let room = n.saturating_add(hint);
    if l.ob_item.get().is_null() {
        reserve_exact(l, hint)?;
    } else if room <= isize::MAX as usize / 8 {
        // Make room for what is promised, keeping the length.
        resize(l, room)?;
        l.ob_base.ob_size.set(n as Py_ssize_t);
    }
    while let Some(item) = iter::next(&it)? {
        append_owned(l, item)?;
    }
    // Give back what the promise was too large by.
    let n = len(l);
    if (n as Py_ssize_t) < l.allocated.get() {
        resize(l, n)?;
    }
    Ok(())
}

/// An empty list with room for exactly `n` items.
pub fn with_room(n: usize) -> PyResult<Owned<PyListObject>> {
    let l = new(0)?;
    reserve_exact(&l, n)?;
    Ok(l)
}

/// Gives an empty list room for exactly `n` items.
fn reserve_exact(l: &PyListObject, n: usize) -> PyResult<()> {
    if n > isize::MAX as usize / 8 {
        return Err(err::no_memory());
    }
    if n > 0 {
        reallocate(l, n)?;
    }
    Ok(())
}

fn extend_fast(l: &PyListObject, source: &PyObject) -> PyResult<()> {
    let count = sequence::fast_len(source);
    if count == 0 {
        return Ok(());
    }
    let n = len(l);
    check_growth(n, count)?;
    if l.ob_item.get().is_null() {
        reserve_exact(l, count)?;
        null_fields(l, 0, count);
        l.ob_base.ob_size.set(count as Py_ssize_t);
    } else {
        resize(l, n + count)?;
    }
    // The list may be its own source: the first `count` fields stay where they are in the block.
    let from = sequence::fast_fields(source);
    for (to, from) in fields(l)[n..].iter().zip(&from[..count]) {
        if let Some(item) = from.load() {
            to.set(item.into_ptr());
        }
    }
    Ok(())
}

/// `PyList_Reverse`.
pub fn reverse(l: &PyListObject) {
    let fields = fields(l);
    let (front, back) = fields.split_at(fields.len() / 2);
    for (x, y) in front.iter().zip(back.iter().rev()) {
        y.set(x.replace(y.get()));
    }
}

/// `PyList_AsTuple`.
pub fn as_tuple(l: &PyListObject) -> PyResult<Owned<PyTupleObject>> {
    // No code runs meanwhile.
    let made = tuple::build(len(l), |i| Ok(get(l, i)))?;
    made.ok_or_else(err::bad_internal_call)
}

/// How many list objects are kept for reuse.
pub fn kept() -> usize {
    FREE.count.get()
}

/// `PyList_ClearFreeList`: frees what is kept, and says how many there were.
pub fn clear_free_list() -> usize {
    let n = FREE.count.replace(0);
    for slot in &FREE.lists[..n] {
        // SAFETY: free lists are dead objects that only this table refers to.
        unsafe { gc::del(slot.get().cast()) };
    }
    n
}

/// Takes a dead list apart.
///
/// # Safety
/// `slf` is an untracked list with a count of 0.
unsafe fn free(slf: *mut PyListObject) {
    // SAFETY: the object lives until it is freed or kept at the end.
    let l = unsafe { &*slf };
    clear(l);
    let count = FREE.count.get();
    if count < SAVED_LISTS && l.is_exactly(&PyList_Type) {
        FREE.lists[count].set(slf);
        FREE.count.set(count + 1);
        return;
    }
    // SAFETY: nobody refers to the object any more.
    unsafe { mem::free_by_type(slf.cast()) }
}
