//! `tuple`: a fixed row of references allocated together with the object.
//!
//! A tuple that anybody can see is complete and never changes, so [`as_slice`] may lend it as a slice of borrowed
//! objects. Small tuples are recycled through free lists, one for each length; the empty tuple is one object.

use crate::prelude::*;
use crate::sequence::{self, FastSequence};
use crate::slice::{self, Indices};
use crate::{err, gc, iter, number, object, repr_guard, unicode};
use pyrite_macros::pytype;

/// Lengths below this have a free list.
const SAVED_LENGTHS: usize = 20;
/// How many tuples each free list keeps.
const SAVED_TUPLES: u32 = crate::hostile::kept(2000) as u32;

struct FreeLists {
    heads: [Cell<*mut PyTupleObject>; SAVED_LENGTHS],
    counts: [Cell<u32>; SAVED_LENGTHS],
    empty: Cell<*mut PyTupleObject>,
}

// SAFETY: only the holder of the GIL touches them.
unsafe impl Sync for FreeLists {}

static FREE: FreeLists = FreeLists {
    heads: [const { Cell::new(std::ptr::null_mut()) }; SAVED_LENGTHS],
    counts: [const { Cell::new(0) }; SAVED_LENGTHS],
    empty: Cell::new(std::ptr::null_mut()),
};

/// The number of items.
#[inline(always)]
pub fn len(t: &PyTupleObject) -> usize {
    t.ob_base.ob_size.get() as usize
}

/// The items' fields, for code that fills or visits a tuple that is not complete.
#[inline(always)]
pub fn fields(t: &PyTupleObject) -> &[Cell<*mut PyObject>] {
    let first = std::ptr::from_ref(t).cast::<u8>();
    // SAFETY: `ob_size` fields follow the head, within the object's allocation.
    unsafe {
        let first = first.add(std::mem::offset_of!(PyTupleObject, ob_item));
        std::slice::from_raw_parts(first.cast(), len(t))
    }
}

/// The items of a complete tuple.
#[inline(always)]
pub fn as_slice(t: &PyTupleObject) -> &[&PyObject] {
    let fields = fields(t);
    // SAFETY: a complete tuple's fields are non-null, hold a count each and never change.
    unsafe { std::slice::from_raw_parts(fields.as_ptr().cast(), fields.len()) }
}

/// The items, each with a count of its own.
pub fn to_vec(t: &PyTupleObject) -> Vec<Owned> {
    as_slice(t).iter().map(|item| item.own()).collect()
}

/// A tuple of `first` and then the items of `rest`.
pub fn prepend(first: &impl ObjectExt, rest: &PyTupleObject) -> PyResult<Owned<PyTupleObject>> {
    let mut items = vec![first.as_object()];
    items.extend_from_slice(as_slice(rest));
    from_slice(&items)
}

/// The item at `i`, which must be below the length.
#[inline(always)]
pub fn get(t: &PyTupleObject, i: usize) -> &PyObject {
    as_slice(t)[i]
}

/// `PyTuple_GetItem`.
pub fn get_item(t: &PyTupleObject, i: Py_ssize_t) -> PyResult<Owned> {
    match usize::try_from(i).ok().and_then(|i| as_slice(t).get(i)) {
        Some(item) => Ok(item.own()),
        None => Err(raise!(IndexError, "tuple index out of range")),
    }
}

/// The empty tuple.
#[inline]
pub fn empty() -> PyResult<Owned<PyTupleObject>> {
    if FREE.empty.get().is_null() {
        let t = gc::new_var::<PyTupleObject>(&PyTuple_Type, 0)?;
        FREE.empty.set(t.into_typed_ptr());
    }
    // SAFETY: set above, and held for ever.
    Ok(unsafe { Owned::from_borrowed_ptr(FREE.empty.get()) })
}

/// A tuple of `n` null fields, not yet tracked.
#[inline]
fn new_untracked(n: usize) -> PyResult<Owned<PyTupleObject>> {
    if n < SAVED_LENGTHS {
        let head = FREE.heads[n].get();
        // SAFETY: free tuples are linked through their first field and keep their type and size.
        if let Some(t) = unsafe { head.as_ref() } {
            let fields = fields(t);
            FREE.heads[n].set(fields[0].replace(std::ptr::null_mut()).cast());
            FREE.counts[n].set(FREE.counts[n].get() - 1);
            t.as_object().ob_refcnt.set(1);
            crate::mem::note_reuse(t.as_object());
            // SAFETY: the count set above is ours.
            return Ok(unsafe { Owned::from_owned_ptr(head) });
        }
    }
    gc::new_var::<PyTupleObject>(&PyTuple_Type, n)
}

/// `PyTuple_New`: `n` null fields, tracked. Fill it with [`init_item`] before anybody sees it.
pub fn new(n: Py_ssize_t) -> PyResult<Owned<PyTupleObject>> {
    if n <= 0 {
        return if n == 0 {
            empty()
        } else {
            Err(err::bad_internal_call())
        };
    }
    Ok(gc::publish(new_untracked(n as usize)?))
}

/// A tuple of `n` items that `item` makes, one after another; `None` as soon as it has none. Nobody sees the tuple before it is full.
#[inline]
pub fn build(
    n: usize,
    mut item: impl FnMut(usize) -> PyResult<Option<Owned>>,
) -> PyResult<Option<Owned<PyTupleObject>>> {
    if n == 0 {
        return empty().map(Some);
    }
    let t = new_untracked(n)?;
    for (i, field) in fields(&t).iter().enumerate() {
        let Some(item) = item(i)? else {
            return Ok(None);
        };
        field.set(item.into_ptr());
    }
    Ok(Some(gc::publish(t)))
}

/// Stores the item at `i` of a tuple that is being filled.
#[inline]
pub fn init_item(t: &PyTupleObject, i: usize, item: Owned) {
    fields(t)[i].set_ref(Some(item));
}

/// A tuple of `n` items from the interpreter's stack, whose counts it takes over if it is made.
///
/// # Safety
/// `items` points to `n` live objects of which the caller holds a count each.
#[inline]
pub unsafe fn take_over(items: *const *mut PyObject, n: usize) -> PyResult<Owned<PyTupleObject>> {
    if n == 0 {
        return empty();
    }
    let t = new_untracked(n)?;
    for (i, field) in fields(&t).iter().enumerate() {
        // SAFETY: by the contract.
        field.set(unsafe { *items.add(i) });
    }
    Ok(gc::publish(t))
}

/// A tuple of new references to `items` (`_PyTuple_FromArray`).
#[inline]
pub fn from_slice(items: &[&PyObject]) -> PyResult<Owned<PyTupleObject>> {
    if items.is_empty() {
        return empty();
    }
    let t = new_untracked(items.len())?;
    for (field, item) in fields(&t).iter().zip(items) {
        field.set(item.own().into_ptr());
    }
    Ok(gc::publish(t))
}

/// A tuple that takes over `items`.
pub fn from_owned(items: Vec<Owned>) -> PyResult<Owned<PyTupleObject>> {
    from_owned_iter(items.into_iter())
}

/// A tuple that takes over the items of an array: `pack([a, b])`.
#[inline]
pub fn pack<const N: usize>(items: [Owned; N]) -> PyResult<Owned<PyTupleObject>> {
    from_owned_iter(items.into_iter())
}

#[inline]
fn from_owned_iter(items: impl ExactSizeIterator<Item = Owned>) -> PyResult<Owned<PyTupleObject>> {
    if items.len() == 0 {
        return empty();
    }
    let t = new_untracked(items.len())?;
    for (field, item) in fields(&t).iter().zip(items) {
        field.set(item.into_ptr());
    }
    Ok(gc::publish(t))
}

/// `PyTuple_GetSlice`: bounds are clipped.
pub fn get_slice(t: &PyTupleObject, low: Py_ssize_t, high: Py_ssize_t) -> PyResult<Owned> {
    let n = len(t) as Py_ssize_t;
    let low = low.clamp(0, n);
    let high = high.clamp(low, n);
    if low == 0 && high == n && t.is_exactly(&PyTuple_Type) {
        return Ok(t.own());
    }
    Ok(from_slice(&as_slice(t)[low as usize..high as usize])?.upcast())
}

/// `_PyTuple_Resize`: gives the tuple another length. The tuple must be fresh: nobody else holds it.
pub fn resize(t: Owned<PyTupleObject>, n: Py_ssize_t) -> PyResult<Owned<PyTupleObject>> {
    let old = len(&t);
    if n as usize == old {
        return Ok(t);
    }
    if n < 0 || (t.refcount() != 1 && old != 0) {
        return Err(err::bad_internal_call());
    }
    if n == 0 || old == 0 {
        return new(n);
    }
    let grown = new_untracked(n as usize)?;
    for (to, from) in fields(&grown).iter().zip(fields(&t)) {
        to.set(from.replace(std::ptr::null_mut()));
    }
    Ok(gc::publish(grown))
}

/// How many tuples are kept for reuse, with their lengths, from 1 up.
pub fn kept() -> impl Iterator<Item = (usize, usize)> {
    let counts = FREE.counts.iter().map(|n| n.get() as usize);
    counts.enumerate().skip(1)
}

/// `PyTuple_ClearFreeList`: frees what is kept, and says how many there were.
pub fn clear_free_list() -> usize {
    let mut freed = 0;
    for (head, count) in FREE.heads.iter().zip(&FREE.counts) {
        count.set(0);
        let mut at = head.replace(std::ptr::null_mut());
        // SAFETY: the list owns its tuples, linked through their first fields, which are nobody else's.
        while let Some(t) = unsafe { at.as_ref() } {
            let next = fields(t)[0].get().cast::<PyTupleObject>();
            // SAFETY: as above.
            unsafe { gc::del(at.cast()) };
            at = next;
            freed += 1;
        }
    }
    freed
}

/// `_PyTuple_MaybeUntrack`: stops tracking a tuple that cannot be part of a cycle.
pub fn maybe_untrack(t: &PyTupleObject) {
    // SAFETY: a tuple has a head.
    if !t.is_exactly(&PyTuple_Type) || !unsafe { gc::is_tracked(t.as_ptr()) } {
        return;
    }
    let may_cycle = |f: &Cell<*mut PyObject>| f.borrow().is_none_or(gc::may_be_tracked);
    if !fields(t).iter().any(may_cycle) {
        // SAFETY: tracked, as just seen.
        unsafe { gc::untrack(t.as_ptr()) };
    }
}

/// The hash of a row of hashes: xxHash's rounds without its final avalanche, as 3.8 computes it.
#[inline]
pub fn combine_hashes(
    hashes: impl ExactSizeIterator<Item = PyResult<Py_hash_t>>,
) -> PyResult<Py_hash_t> {
    const PRIME_1: usize = 11_400_714_785_074_694_791;
    const PRIME_2: usize = 14_029_467_366_897_019_727;
    const PRIME_5: usize = 2_870_177_450_012_600_261;
    let n = hashes.len();
    let mut acc = PRIME_5;
    for lane in hashes {
        acc = acc.wrapping_add((lane? as usize).wrapping_mul(PRIME_2));
        acc = acc.rotate_left(31).wrapping_mul(PRIME_1);
    }
    acc = acc.wrapping_add(n ^ (PRIME_5 ^ 3_527_539));
    Ok(if acc == usize::MAX {
        1_546_275_796
    } else {
        acc as Py_hash_t
    })
}

pub struct Tuple;
#[pytype(name = "tuple", c_name = PyTuple_Type, layout = PyTupleObject,
         basicsize = std::mem::offset_of!(PyTupleObject, ob_item), itemsize = 8,
         flags = [BASETYPE, TUPLE_SUBCLASS, HAVE_GC], free = gc_del)]
impl Tuple {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyTupleObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            free(slf);
        }
    }

    fn tp_traverse(slf: &PyTupleObject, visit: gc::Visitor) -> c_int {
        for field in fields(slf).iter().rev() {
            let r = visit.visit(field.get());
            if r != 0 {
                return r;
            }
        }
        0
    }

    #[sig("(iterable=(), /)")]
    fn tp_new(ty: &PyTypeObject, iterable: Option<&PyObject>) -> PyResult<Owned> {
        let items = match iterable {
            Some(iterable) => sequence::tuple(iterable)?,
            None => empty()?,
        };
        if std::ptr::eq(ty, &PyTuple_Type) {
            return Ok(items.upcast());
        }
        let slf = crate::mem::alloc_by_type(ty, len(&items))?;
        // SAFETY: the type is a subtype of tuple, so its instances have the layout.
        let slf: Owned<PyTupleObject> = unsafe { slf.cast_unchecked() };
        for (field, item) in fields(&slf).iter().zip(as_slice(&items)) {
            field.set(item.own().into_ptr());
        }
        Ok(slf.upcast())
    }

    fn tp_repr(slf: &PyTupleObject) -> PyResult<Owned> {
        let n = len(slf);
        if n == 0 {
            return Ok(unicode::from_str("()")?.upcast());
        }
        let Some(_guard) = repr_guard::enter(slf) else {
            return Ok(unicode::from_str("(...)")?.upcast());
        };
        let mut w = unicode::Writer::new();
        w.push_str("(")?;
        // A tuple that C has not filled yet can be seen (by a debugger, through `gc.get_objects`).
        for (i, field) in fields(slf).iter().enumerate() {
            if i > 0 {
                w.push_str(", ")?;
            }
            sequence::write_field(&mut w, field)?;
        }
        w.push_str(if n == 1 { ",)" } else { ")" })?;
        Ok(w.finish()?.upcast())
    }

    fn tp_hash(slf: &PyTupleObject) -> PyResult<Py_hash_t> {
        combine_hashes(as_slice(slf).iter().map(|item| object::hash(item)))
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        match (
            slf.downcast::<PyTupleObject>(),
            other.downcast::<PyTupleObject>(),
        ) {
            (Some(a), Some(b)) => compare(a, b, op),
            _ => Ok(not_implemented().own()),
        }
    }

    fn tp_iter(slf: &PyTupleObject) -> PyResult<Owned> {
        let it = gc::new_object::<PyTupleIterObject>(&PyTupleIter_Type)?;
        // SAFETY: own() gives a reference to the same tuple.
        it.it_seq.set(slf.own().into_ptr().cast());
        Ok(gc::publish(it).upcast())
    }

    fn sq_length(slf: &PyTupleObject) -> PyResult<Py_ssize_t> {
        Ok(len(slf) as Py_ssize_t)
    }

    fn sq_concat(slf: &PyTupleObject, other: &PyObject) -> PyResult<Owned> {
        if len(slf) == 0 && other.is_exactly(&PyTuple_Type) {
            return Ok(other.own());
        }
        let Some(b) = other.downcast::<PyTupleObject>() else {
            return Err(raise!(
                TypeError,
                "can only concatenate tuple (not \"{}\") to tuple",
                err::short(&other.type_name(), 200)
            ));
        };
        if len(b) == 0 && slf.is_exactly(&PyTuple_Type) {
            return Ok(slf.own());
        }
        let joined = new((len(slf) + len(b)) as Py_ssize_t)?;
        let items = as_slice(slf).iter().chain(as_slice(b));
        for (field, item) in fields(&joined).iter().zip(items) {
            field.set(item.own().into_ptr());
        }
        Ok(joined.upcast())
    }

    fn sq_repeat(slf: &PyTupleObject, n: Py_ssize_t) -> PyResult<Owned> {
        let n = n.max(0) as usize;
        let size = len(slf);
        if (size == 0 || n == 1) && slf.is_exactly(&PyTuple_Type) {
            return Ok(slf.own());
        }
        if size == 0 || n == 0 {
            return Ok(empty()?.upcast());
        }
        let total = size
            .checked_mul(n)
            .filter(|t| *t <= isize::MAX as usize / 8);
        let repeated = new(total.ok_or_else(err::no_memory)? as Py_ssize_t)?;
        let items = as_slice(slf).iter().cycle();
        for (field, item) in fields(&repeated).iter().zip(items) {
            field.set(item.own().into_ptr());
        }
        Ok(repeated.upcast())
    }

    fn sq_item(slf: &PyTupleObject, i: Py_ssize_t) -> PyResult<Owned> {
        get_item(slf, i)
    }

    fn sq_contains(slf: &PyTupleObject, value: &PyObject) -> PyResult<bool> {
        for item in as_slice(slf) {
            if object::items_equal(value, item)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn mp_length(slf: &PyTupleObject) -> PyResult<Py_ssize_t> {
        Ok(len(slf) as Py_ssize_t)
    }

    fn mp_subscript(slf: &PyTupleObject, key: &PyObject) -> PyResult<Owned> {
        if number::index_check(key) {
            let i = number::as_ssize_t(key, Some(exc::IndexError.get()))?;
            return get_item(slf, if i < 0 { i + len(slf) as Py_ssize_t } else { i });
        }
        if !key.is_exactly(&slice::PySlice_Type) {
            return Err(raise!(
                TypeError,
                "tuple indices must be integers or slices, not {}",
                err::short(&key.type_name(), 200)
            ));
        }
        let Indices {
            start, step, count, ..
        } = slice::indices(key, len(slf) as Py_ssize_t)?;
        if count as usize == len(slf) && step == 1 && slf.is_exactly(&PyTuple_Type) {
            return Ok(slf.own());
        }
        let picked = new(count)?;
        let items = as_slice(slf);
        for (i, field) in fields(&picked).iter().enumerate() {
            let at = start + i as Py_ssize_t * step;
            field.set(items[at as usize].own().into_ptr());
        }
        Ok(picked.upcast())
    }

    #[method]
    fn __getnewargs__(slf: &PyTupleObject) -> PyResult<Owned> {
        let all = get_slice(slf, 0, len(slf) as Py_ssize_t)?;
        // A subclass's instance gives a plain tuple of its items.
        Ok(pack([all])?.upcast())
    }

    #[method]
    fn index(
        slf: &PyTupleObject,
        value: &PyObject,
        start: Option<crate::args::SliceIndex>,
        stop: Option<crate::args::SliceIndex>,
    ) -> PyResult<Py_ssize_t> {
        let n = len(slf) as Py_ssize_t;
        let clip = |i: Py_ssize_t| if i < 0 { (i + n).max(0) } else { i };
        let start = clip(start.map_or(0, |i| i.0));
        let stop = clip(stop.map_or(Py_ssize_t::MAX, |i| i.0)).min(n);
        for i in start..stop {
            if object::items_equal(get(slf, i as usize), value)? {
                return Ok(i);
            }
        }
        Err(raise!(ValueError, "tuple.index(x): x not in tuple"))
    }

    #[method]
    fn count(slf: &PyTupleObject, value: &PyObject) -> PyResult<Py_ssize_t> {
        let mut n = 0;
        for item in as_slice(slf) {
            n += Py_ssize_t::from(object::items_equal(item, value)?);
        }
        Ok(n)
    }
}

/// Takes a dead tuple apart.
///
/// # Safety
/// `slf` is an untracked tuple with a count of 0.
unsafe fn free(slf: *mut PyTupleObject) {
    // SAFETY: the object lives until it is freed at the end.
    let t = unsafe { &*slf };
    let n = len(t);
    for field in fields(t).iter().rev() {
        drop(field.take_ref());
    }
    if (1..SAVED_LENGTHS).contains(&n)
        && FREE.counts[n].get() < SAVED_TUPLES
        && t.is_exactly(&PyTuple_Type)
    {
        fields(t)[0].set(FREE.heads[n].replace(slf).cast());
        FREE.counts[n].set(FREE.counts[n].get() + 1);
        return;
    }
    // SAFETY: nobody refers to the object any more.
    unsafe { crate::mem::free_by_type(slf.cast()) }
}

/// The comparison that tuples and lists share: the first pair that differs decides, else the lengths.
fn compare(a: &PyTupleObject, b: &PyTupleObject, op: c_int) -> PyResult<Owned> {
    let (xs, ys) = (as_slice(a), as_slice(b));
    for (x, y) in xs.iter().zip(ys) {
        if !object::items_equal(x, y)? {
            return match op {
                Py_EQ => Ok(py_false().own()),
                Py_NE => Ok(py_true().own()),
                _ => object::rich_compare(x, y, op),
            };
        }
    }
    Ok(bool_from(sequence::ordering_matches(
        xs.len().cmp(&ys.len()),
        op,
    )))
}

/// A tuple's iterator.
#[repr(C)]
pub struct PyTupleIterObject {
    ob_base: PyObject,
    pub(crate) it_index: Cell<Py_ssize_t>,
    pub(crate) it_seq: Cell<*mut PyTupleObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyTupleIterObject {}

pub struct TupleIter;
#[pytype(name = "tuple_iterator", c_name = PyTupleIter_Type, layout = PyTupleIterObject, flags = [HAVE_GC], free = gc_del)]
impl TupleIter {
    fn tp_dealloc(slf: *mut PyTupleIterObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).it_seq.set_ref(None);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyTupleIterObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.it_seq.get())
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    #[inline]
    fn tp_iternext(slf: &PyTupleIterObject) -> PyResult<Option<Owned>> {
        Ok(iter_next(slf))
    }

    #[method]
    fn __length_hint__(slf: &PyTupleIterObject) -> PyResult<Py_ssize_t> {
        Ok(slf
            .it_seq
            .borrow()
            .map_or(0, |t| len(t) as Py_ssize_t - slf.it_index.get()))
    }

    #[method]
    fn __reduce__(slf: &PyTupleIterObject) -> PyResult<Owned> {
        match slf.it_seq.load() {
            Some(t) => iter::reduce("iter", t.upcast(), Some(slf.it_index.get())),
            None => iter::reduce("iter", empty()?.upcast(), None),
        }
    }

    #[method]
    fn __setstate__(slf: &PyTupleIterObject, state: &PyObject) -> PyResult<()> {
        let index = crate::long::as_ssize_t(state)?;
        if let Some(t) = slf.it_seq.borrow() {
            slf.it_index.set(index.clamp(0, len(t) as Py_ssize_t));
        }
        Ok(())
    }
}

/// The next item of a tuple's iterator.
#[inline]
pub fn iter_next(it: &PyTupleIterObject) -> Option<Owned> {
    let t = it.it_seq.borrow()?;
    let i = it.it_index.get();
    if let Some(item) = as_slice(t).get(i as usize) {
        it.it_index.set(i + 1);
        return Some(item.own());
    }
    it.it_seq.set_ref(None);
    None
}

/// A tuple of everything that `items` lends.
pub fn from_fast(items: &FastSequence) -> PyResult<Owned<PyTupleObject>> {
    let t = new(items.len() as Py_ssize_t)?;
    for (i, field) in fields(&t).iter().enumerate() {
        field.set(items.get(i).map_or(std::ptr::null_mut(), Owned::into_ptr));
    }
    Ok(t)
}
