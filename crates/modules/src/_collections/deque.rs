//! `deque`: a list that grows and shrinks at both ends.
//!
//! The items lie in a ring buffer. Whatever runs other code (comparisons, iterators, deallocation) does so while nothing of
//! the buffer is borrowed; `state` counts the changes, by which searches and iterators notice them.

use pyrite_macros::pytype;
use pyrite_runtime::args::{self, FromArg, SliceIndex};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{
    call, err, gc, iter, list, long, mem, object, repr_guard, sequence, tuple, unicode, weakref,
};
use std::collections::VecDeque;

/// Items of one block in 3.8's deque: `__sizeof__` speaks of them.
const BLOCK_LEN: usize = 64;
const BLOCK_SIZE: usize = (BLOCK_LEN + 2) * 8;

#[repr(C)]
pub struct DequeObject {
    ob_base: PyVarObject,
    items: Cell<*mut VecDeque<Owned>>,
    padding: [Cell<usize>; 3],
    state: Cell<usize>,
    /// -1 for no limit.
    maxlen: Cell<Py_ssize_t>,
    weakreflist: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for DequeObject {}

/// Works on the items. `f` runs no other code: it neither compares nor drops an item.
fn with<R>(d: &DequeObject, f: impl FnOnce(&mut VecDeque<Owned>) -> R) -> R {
    // SAFETY: the object owns the buffer, and nobody else works on it meanwhile.
    let r = f(unsafe { &mut *d.items.get() });
    // SAFETY: as above.
    d.ob_base
        .ob_size
        .set(unsafe { (*d.items.get()).len() } as Py_ssize_t);
    r
}

/// As [`with`], for a change.
fn change<R>(d: &DequeObject, f: impl FnOnce(&mut VecDeque<Owned>) -> R) -> R {
    d.state.set(d.state.get().wrapping_add(1));
    with(d, f)
}

fn len(d: &DequeObject) -> usize {
    d.ob_base.ob_size.get() as usize
}

fn get(d: &DequeObject, i: usize) -> Option<Owned> {
    // SAFETY: the object owns the buffer, and nobody works on it meanwhile.
    unsafe { (*d.items.get()).get(i).cloned() }
}

fn to_vec(d: &DequeObject) -> PyResult<Vec<Owned>> {
    with(d, |items| mem::room::collect(items.iter().cloned()))
}

fn alloc(ty: &PyTypeObject) -> PyResult<Owned<DequeObject>> {
    // SAFETY: deque and the types derived from it have this layout.
    let d: Owned<DequeObject> = unsafe { mem::alloc_by_type(ty, 0)?.cast_unchecked() };
    d.ob_base.ob_size.set(0);
    d.items.set(Box::into_raw(Box::default()));
    d.maxlen.set(-1);
    Ok(d)
}

fn room(d: &DequeObject) -> PyResult<()> {
    with(d, |items| items.try_reserve(1)).map_err(|_| err::no_memory())
}

fn is_over(d: &DequeObject) -> bool {
    usize::try_from(d.maxlen.get()).is_ok_and(|max| len(d) > max)
}

fn push_back(d: &DequeObject, item: Owned) -> PyResult<()> {
    room(d)?;
    change(d, |items| items.push_back(item));
    if is_over(d) {
        drop(change(d, VecDeque::pop_front));
    }
    Ok(())
}

fn push_front(d: &DequeObject, item: Owned) -> PyResult<()> {
    room(d)?;
    change(d, |items| items.push_front(item));
    if is_over(d) {
        drop(change(d, VecDeque::pop_back));
    }
    Ok(())
}

fn clear(d: &DequeObject) {
    if !d.items.get().is_null() {
        // The items go after the deque is empty already.
        drop(change(d, std::mem::take));
    }
}

/// Adds the items of an iterable; a deque may be its own source.
fn extend(
    d: &DequeObject,
    iterable: &PyObject,
    push: fn(&DequeObject, Owned) -> PyResult<()>,
) -> PyResult<()> {
    if iterable.is(d) {
        return to_vec(d)?.into_iter().try_for_each(|item| push(d, item));
    }
    let it = object::get_iter(iterable)?;
    while let Some(item) = iter::next(&it)? {
        if d.maxlen.get() != 0 {
            push(d, item)?;
        }
    }
    Ok(())
}

/// A deque of the same class with the same items and limit.
fn copy(d: &DequeObject) -> PyResult<Owned> {
    if d.is_exactly(&DEQUE) {
        let new = alloc(&DEQUE)?;
        new.maxlen.set(d.maxlen.get());
        extend(&new, d.as_object(), push_back)?;
        return Ok(new.upcast());
    }
    let ty = d.ty().as_object();
    let new = match d.maxlen.get() {
        max if max < 0 => call::call1(ty, d.as_object())?,
        max => call::call(ty, &[d.as_object(), long::from_ssize_t(max)?.as_object()])?,
    };
    if new.downcast::<DequeObject>().is_none() {
        let (ours, theirs) = (d.type_name(), new.type_name());
        return Err(raise!(
            TypeError,
            "{ours}() must return a deque, not {theirs}"
        ));
    }
    Ok(new)
}

/// Calls `f` with each item, noticing changes.
fn search(
    d: &DequeObject,
    range: std::ops::Range<usize>,
    mut f: impl FnMut(usize, &PyObject) -> PyResult<bool>,
) -> PyResult<Option<usize>> {
    let state = d.state.get();
    for i in range {
        let Some(item) = get(d, i) else { break };
        let found = f(i, &item)?;
        if found {
            return Ok(Some(i));
        }
        if d.state.get() != state {
            return Err(raise!(RuntimeError, "deque mutated during iteration"));
        }
    }
    Ok(None)
}

fn repeat(d: &DequeObject, n: Py_ssize_t) -> PyResult<()> {
    let items = to_vec(d)?;
    if items.is_empty() || n == 1 {
        return Ok(());
    }
    if n <= 0 {
        clear(d);
        return Ok(());
    }
    let mut n = n as usize;
    let most = match d.maxlen.get() {
        ..0 => isize::MAX as usize / 8,
        0.. => isize::MAX as usize,
    };
    if items.len().checked_mul(n).is_none_or(|total| total > most) {
        return Err(err::no_memory());
    }
    // With a limit, what is pushed out again need not be pushed in.
    if let Ok(max) = usize::try_from(d.maxlen.get()) {
        n = n.min(max / items.len() + 2);
    }
    with(d, |all| all.try_reserve(items.len() * (n - 1))).map_err(|_| err::no_memory())?;
    for _ in 1..n {
        items
            .iter()
            .try_for_each(|item| push_back(d, item.clone()))?;
    }
    Ok(())
}

fn index_error() -> Raised {
    raise!(IndexError, "deque index out of range")
}

fn rotate(d: &DequeObject, n: Py_ssize_t) {
    let size = len(d);
    if size > 1 {
        change(d, |items| {
            items.rotate_right(n.rem_euclid(size as Py_ssize_t) as usize)
        });
    }
}

fn compare(a: &DequeObject, b: &DequeObject, op: c_int) -> PyResult<Owned> {
    if len(a) != len(b) && (op == Py_EQ || op == Py_NE) {
        return Ok(bool_from(op == Py_NE));
    }
    let (xs, ys) = (
        object::get_iter(a.as_object())?,
        object::get_iter(b.as_object())?,
    );
    loop {
        let (x, y) = (iter::next(&xs)?, iter::next(&ys)?);
        let (Some(x), Some(y)) = (&x, &y) else {
            let ordering = x.is_some().cmp(&y.is_some());
            return Ok(bool_from(sequence::ordering_matches(ordering, op)));
        };
        if !object::rich_compare_bool(x, y, Py_EQ)? {
            return Ok(bool_from(object::rich_compare_bool(x, y, op)?));
        }
    }
}

pub struct Deque;
#[pytype(name = "collections.deque", c_name = DEQUE, layout = DequeObject, export = false,
         weaklistoffset = weakreflist, flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl Deque {
    fn tp_new(ty: &PyTypeObject, _args: &PyObject, _kw: Option<&PyObject>) -> PyResult<Owned> {
        Ok(alloc(ty)?.upcast())
    }

    #[sig("(iterable=None, maxlen=None)")]
    fn tp_init(
        slf: &DequeObject,
        iterable: Option<&PyObject>,
        maxlen: Option<&PyObject>,
    ) -> PyResult<()> {
        let limit = match maxlen.filter(|m| !m.is_none()) {
            None => -1,
            Some(m) if m.downcast::<PyLongObject>().is_none() => {
                return Err(raise!(TypeError, "an integer is required"));
            }
            Some(m) => long::as_ssize_t(m)?,
        };
        if limit < 0 && maxlen.is_some_and(|m| !m.is_none()) {
            return Err(raise!(ValueError, "maxlen must be non-negative"));
        }
        slf.maxlen.set(limit);
        clear(slf);
        match iterable {
            Some(iterable) => extend(slf, iterable, push_back),
            None => Ok(()),
        }
    }

    fn tp_dealloc(slf: *mut DequeObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            if !(*slf).weakreflist.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            clear(&*slf);
            let items = (*slf).items.replace(std::ptr::null_mut());
            if !items.is_null() {
                drop(Box::from_raw(items));
            }
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &DequeObject, visit: gc::Visitor) -> c_int {
        // SAFETY: null, or the buffer that the object owns; visiting changes nothing.
        match unsafe { slf.items.get().as_ref() } {
            Some(items) => visit.visit_all(items.iter().map(|item| item.as_ptr())),
            None => 0,
        }
    }

    fn tp_clear(slf: &DequeObject) {
        clear(slf);
    }

    fn tp_repr(slf: &DequeObject) -> PyResult<Owned> {
        let Some(_guard) = repr_guard::enter(slf) else {
            return Ok(unicode::from_str("[...]")?.upcast());
        };
        let items = list::from_owned(to_vec(slf)?)?;
        let mut w = unicode::Writer::new();
        let name = slf.type_name();
        w.push_str(name.rsplit('.').next().unwrap_or_default())?;
        w.push_str("(")?;
        sequence::write_repr(&mut w, items.as_object())?;
        if slf.maxlen.get() >= 0 {
            w.push_str(&format!(", maxlen={}", slf.maxlen.get()))?;
        }
        w.push_str(")")?;
        Ok(w.finish()?.upcast())
    }

    const tp_hash: hashfunc = Some(object::hash_not_implemented_slot);

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        match slf
            .downcast::<DequeObject>()
            .zip(other.downcast::<DequeObject>())
        {
            Some((a, b)) => compare(a, b, op),
            None => Ok(not_implemented().own()),
        }
    }

    fn tp_iter(slf: &DequeObject) -> PyResult<Owned> {
        Ok(iterate::<0>(slf, &DEQUE_ITER)?.upcast())
    }

    fn nb_bool(slf: &DequeObject) -> PyResult<bool> {
        Ok(len(slf) > 0)
    }

    fn sq_length(slf: &DequeObject) -> PyResult<Py_ssize_t> {
        Ok(len(slf) as Py_ssize_t)
    }

    fn sq_concat(slf: &DequeObject, other: &PyObject) -> PyResult<Owned> {
        if other.downcast::<DequeObject>().is_none() {
            let name = other.type_name();
            let name = err::short(&name, 200);
            return Err(raise!(
                TypeError,
                "can only concatenate deque (not \"{name}\") to deque"
            ));
        }
        let new = copy(slf)?;
        if let Some(d) = new.downcast::<DequeObject>() {
            extend(d, other, push_back)?;
        }
        Ok(new)
    }

    fn sq_repeat(slf: &DequeObject, n: Py_ssize_t) -> PyResult<Owned> {
        let new = copy(slf)?;
        if let Some(d) = new.downcast::<DequeObject>() {
            repeat(d, n)?;
        }
        Ok(new)
    }

    fn sq_item(slf: &DequeObject, i: Py_ssize_t) -> PyResult<Owned> {
        usize::try_from(i)
            .ok()
            .and_then(|i| get(slf, i))
            .ok_or_else(index_error)
    }

    fn sq_ass_item(slf: &DequeObject, i: Py_ssize_t, value: Option<&PyObject>) -> PyResult<()> {
        let at = usize::try_from(i)
            .ok()
            .filter(|i| *i < len(slf))
            .ok_or_else(index_error)?;
        let old = match value.map(ObjectExt::own) {
            Some(new) => with(slf, |items| {
                items.get_mut(at).map(|item| std::mem::replace(item, new))
            }),
            None => change(slf, |items| items.remove(at)),
        };
        drop(old);
        Ok(())
    }

    fn sq_contains(slf: &DequeObject, value: &PyObject) -> PyResult<bool> {
        let n = len(slf);
        Ok(search(slf, 0..n, |_, item| {
            object::rich_compare_bool(item, value, Py_EQ)
        })?
        .is_some())
    }

    fn sq_inplace_concat(slf: &DequeObject, other: &PyObject) -> PyResult<Owned> {
        extend(slf, other, push_back)?;
        Ok(slf.own())
    }

    fn sq_inplace_repeat(slf: &DequeObject, n: Py_ssize_t) -> PyResult<Owned> {
        repeat(slf, n)?;
        Ok(slf.own())
    }

    #[method]
    #[sig("($self, x, /)")]
    fn append(slf: &DequeObject, item: &PyObject) -> PyResult<()> {
        push_back(slf, item.own())
    }

    #[method]
    #[sig("($self, x, /)")]
    fn appendleft(slf: &DequeObject, item: &PyObject) -> PyResult<()> {
        push_front(slf, item.own())
    }

    #[method]
    #[sig("($self, /)")]
    fn clear(slf: &DequeObject) {
        clear(slf);
    }

    #[method]
    #[sig("($self, /)")]
    fn __copy__(slf: &DequeObject) -> PyResult<Owned> {
        copy(slf)
    }

    #[method]
    #[sig("($self, /)")]
    fn copy(slf: &DequeObject) -> PyResult<Owned> {
        copy(slf)
    }

    #[method]
    #[sig("($self, value, /)")]
    fn count(slf: &DequeObject, value: &PyObject) -> PyResult<usize> {
        let mut n = 0;
        let size = len(slf);
        search(slf, 0..size, |_, item| {
            n += usize::from(object::rich_compare_bool(item, value, Py_EQ)?);
            Ok(false)
        })?;
        Ok(n)
    }

    #[method]
    #[sig("($self, iterable, /)")]
    fn extend(slf: &DequeObject, iterable: &PyObject) -> PyResult<()> {
        extend(slf, iterable, push_back)
    }

    #[method]
    #[sig("($self, iterable, /)")]
    fn extendleft(slf: &DequeObject, iterable: &PyObject) -> PyResult<()> {
        extend(slf, iterable, push_front)
    }

    #[method]
    #[sig("($self, value, start=0, stop=None, /)", parse_tuple)]
    fn index(
        slf: &DequeObject,
        value: &PyObject,
        start: Option<SliceIndex>,
        stop: Option<SliceIndex>,
    ) -> PyResult<usize> {
        let n = len(slf) as Py_ssize_t;
        let clip = |i: Py_ssize_t| if i < 0 { (i + n).max(0) } else { i.min(n) } as usize;
        let range = clip(start.map_or(0, |i| i.0))..clip(stop.map_or(Py_ssize_t::MAX, |i| i.0));
        match search(slf, range, |_, item| {
            object::rich_compare_bool(item, value, Py_EQ)
        })? {
            Some(i) => Ok(i),
            None => Err(raise!(
                ValueError,
                "{} is not in deque",
                err::Str(object::repr(value)?.as_object())
            )),
        }
    }

    #[method]
    #[sig("($self, index, value, /)", parse_tuple)]
    fn insert(slf: &DequeObject, index: isize, value: &PyObject) -> PyResult<()> {
        let n = len(slf);
        if slf.maxlen.get() == n as Py_ssize_t {
            return Err(raise!(IndexError, "deque already at its maximum size"));
        }
        let at = if index < 0 {
            (index + n as Py_ssize_t).max(0) as usize
        } else {
            (index as usize).min(n)
        };
        room(slf)?;
        let value = value.own();
        change(slf, |items| items.insert(at, value));
        Ok(())
    }

    #[method]
    #[sig("($self, /)")]
    fn pop(slf: &DequeObject) -> PyResult<Owned> {
        change(slf, VecDeque::pop_back).ok_or_else(|| raise!(IndexError, "pop from an empty deque"))
    }

    #[method]
    #[sig("($self, /)")]
    fn popleft(slf: &DequeObject) -> PyResult<Owned> {
        change(slf, VecDeque::pop_front)
            .ok_or_else(|| raise!(IndexError, "pop from an empty deque"))
    }

    #[method]
    #[sig("($self, /)")]
    fn __reduce__(slf: &DequeObject) -> PyResult<Owned> {
        let state = object::lookup_attr(slf.as_object(), id!("__dict__").as_object())?;
        let args = match slf.maxlen.get() {
            max if max < 0 => tuple::empty()?,
            max => tuple::pack([tuple::empty()?.upcast(), long::from_ssize_t(max)?.upcast()])?,
        };
        let items = object::get_iter(slf.as_object())?;
        let state = state.unwrap_or_else(|| none().own());
        Ok(tuple::pack([slf.ty().own(), args.upcast(), state, items])?.upcast())
    }

    #[method]
    #[sig("($self, value, /)")]
    fn remove(slf: &DequeObject, value: &PyObject) -> PyResult<()> {
        let n = len(slf);
        for i in 0..n {
            let Some(item) = get(slf, i) else { break };
            let equal = object::rich_compare_bool(&item, value, Py_EQ)?;
            if len(slf) != n {
                return Err(raise!(IndexError, "deque mutated during remove()."));
            }
            if equal {
                drop(change(slf, |items| items.remove(i)));
                return Ok(());
            }
        }
        Err(raise!(ValueError, "deque.remove(x): x not in deque"))
    }

    #[method]
    #[sig("($self, /)")]
    fn __reversed__(slf: &DequeObject) -> PyResult<Owned> {
        Ok(iterate::<1>(slf, &DEQUE_REV_ITER)?.upcast())
    }

    #[method]
    #[sig("($self, /)")]
    fn reverse(slf: &DequeObject) {
        with(slf, |items| items.make_contiguous().reverse());
    }

    #[method]
    #[sig("($self, n=1, /)", parse_tuple)]
    fn rotate(slf: &DequeObject, n: Option<isize>) {
        rotate(slf, n.unwrap_or(1));
    }

    #[method]
    #[sig("($self, /)")]
    fn __sizeof__(slf: &DequeObject) -> Py_ssize_t {
        // The first block's first place stays free.
        let blocks = (len(slf) + 1).div_ceil(BLOCK_LEN).max(1);
        slf.ty().tp_basicsize.get() + (blocks * BLOCK_SIZE) as Py_ssize_t
    }

    #[getter]
    fn maxlen(slf: &DequeObject) -> PyResult<Owned> {
        match slf.maxlen.get() {
            max if max < 0 => Ok(none().own()),
            max => Ok(long::from_ssize_t(max)?.upcast()),
        }
    }
}

/// An iterator; `BACK` is 1 for the reverse one.
#[repr(C)]
pub struct DequeIterObject<const BACK: usize> {
    ob_base: PyObject,
    deque: Cell<*mut DequeObject>,
    /// How many items were given.
    given: Cell<usize>,
    state: Cell<usize>,
    /// How many are left to come.
    left: Cell<usize>,
    padding: Cell<usize>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl<const BACK: usize> Layout for DequeIterObject<BACK> {}

fn iterate<const BACK: usize>(
    d: &DequeObject,
    ty: &PyTypeObject,
) -> PyResult<Owned<DequeIterObject<BACK>>> {
    let it = gc::new_object::<DequeIterObject<BACK>>(ty)?;
    it.deque.set_ref(Some(d.own_typed()));
    it.state.set(d.state.get());
    it.left.set(len(d));
    Ok(gc::publish(it))
}

fn next<const BACK: usize>(it: &DequeIterObject<BACK>) -> PyResult<Option<Owned>> {
    let Some(d) = it.deque.borrow() else {
        return Ok(None);
    };
    if d.state.get() != it.state.get() {
        it.left.set(0);
        return Err(raise!(RuntimeError, "deque mutated during iteration"));
    }
    if it.left.get() == 0 {
        return Ok(None);
    }
    let given = it.given.get();
    let at = if BACK == 0 { given } else { len(d) - 1 - given };
    it.given.set(given + 1);
    it.left.set(it.left.get() - 1);
    Ok(get(d, at))
}

fn construct<const BACK: usize>(ty: &PyTypeObject, args: &PyTupleObject) -> PyResult<Owned> {
    let args = tuple::as_slice(args);
    let (first, skip) = match *args {
        [first] => (first, None),
        [first, skip] => (first, Some(skip)),
        [] => {
            return Err(raise!(
                TypeError,
                "function takes at least 1 argument (0 given)"
            ));
        }
        _ => {
            let n = args.len();
            return Err(raise!(
                TypeError,
                "function takes at most 2 arguments ({n} given)"
            ));
        }
    };
    let Some(d) = first.downcast::<DequeObject>() else {
        let given = args::given_name(first);
        return Err(raise!(
            TypeError,
            "argument 1 must be collections.deque, not {given}"
        ));
    };
    let skip = match skip {
        Some(skip) => {
            let place = args::Place::Position(2);
            isize::from_arg(skip, args::Arg { fname: "", place })?
        }
        None => 0,
    };
    let it = iterate::<BACK>(d, ty)?;
    for _ in 0..skip {
        if next(&it)?.is_none() {
            break;
        }
    }
    Ok(it.upcast())
}

macro_rules! deque_iterator {
    ($marker:ident, $c_name:ident, $name:tt, $back:tt) => {
        pub struct $marker;
        #[pytype(name = $name, c_name = $c_name, layout = DequeIterObject::<$back>, export = false, flags = [HAVE_GC], free = gc_del)]
        impl $marker {
            fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, _kw: Option<&PyObject>) -> PyResult<Owned> {
                construct::<$back>(ty, args)
            }
            fn tp_dealloc(slf: *mut DequeIterObject<$back>) {
                // SAFETY: the count is 0: the object is ours to take apart.
                unsafe {
                    gc::untrack_if_tracked(slf.cast());
                    (*slf).deque.set_ref(None);
                    gc::del(slf.cast());
                }
            }
            fn tp_traverse(slf: &DequeIterObject<$back>, visit: gc::Visitor) -> c_int {
                visit.visit(slf.deque.get())
            }
            const tp_iter: getiterfunc = Some(pyrite_runtime::object::self_iter);
            fn tp_iternext(slf: &DequeIterObject<$back>) -> PyResult<Option<Owned>> {
                next(slf)
            }
            #[method]
            #[sig("($self, /)")]
            fn __length_hint__(slf: &DequeIterObject<$back>) -> usize {
                slf.left.get()
            }
            #[method]
            #[sig("($self, /)")]
            fn __reduce__(slf: &DequeIterObject<$back>) -> PyResult<Owned> {
                let Some(d) = slf.deque.load() else { return Err(err::bad_internal_call()) };
                let given = long::from_usize(len(&d).saturating_sub(slf.left.get()))?.upcast();
                Ok(tuple::pack([slf.ty().own(), tuple::pack([d.upcast(), given])?.upcast()])?.upcast())
            }
        }
    };
}
deque_iterator!(DequeIter, DEQUE_ITER, "_collections._deque_iterator", 0);
deque_iterator!(
    DequeRevIter,
    DEQUE_REV_ITER,
    "_collections._deque_reverse_iterator",
    1
);
