//! The type `list`: slots and methods.

use super::*;
use crate::slice::{self, Indices};
use crate::{number, repr_guard, unicode};
use pyrite_macros::pytype;

pub struct List;
#[pytype(name = "list", c_name = PyList_Type, layout = PyListObject,
         flags = [BASETYPE, LIST_SUBCLASS, HAVE_GC], free = gc_del)]
impl List {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    const tp_hash: hashfunc = Some(crate::object::hash_not_implemented_slot);
    fn tp_new(ty: &PyTypeObject, _args: &PyObject, _kw: Option<&PyObject>) -> PyResult<Owned> {
        crate::mem::alloc_by_type(ty, 0)
    }

    fn tp_dealloc(slf: *mut PyListObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            free(slf);
        }
    }

    fn tp_traverse(slf: &PyListObject, visit: gc::Visitor) -> c_int {
        visit.visit_all(fields(slf).iter().rev().map(Cell::get))
    }

    fn tp_clear(slf: &PyListObject) {
        clear(slf);
    }

    #[sig("(iterable=(), /)")]
    fn tp_init(slf: &PyListObject, iterable: Option<&PyObject>) -> PyResult<()> {
        if !slf.ob_item.get().is_null() {
            clear(slf);
        }
        let Some(iterable) = iterable else {
            return Ok(());
        };
        // What has a length of its own (not a mere hint) gets exactly that much room.
        if let Some(n) = sequence::known_size(iterable)? {
            reserve_exact(slf, n)?;
        }
        extend(slf, iterable)
    }

    fn tp_repr(slf: &PyListObject) -> PyResult<Owned> {
        if len(slf) == 0 {
            return Ok(unicode::from_str("[]")?.upcast());
        }
        let Some(_guard) = repr_guard::enter(slf) else {
            return Ok(unicode::from_str("[...]")?.upcast());
        };
        let mut w = unicode::Writer::new();
        w.push_str("[")?;
        let mut i = 0;
        while let Some(field) = fields(slf).get(i) {
            if i > 0 {
                w.push_str(", ")?;
            }
            sequence::write_field(&mut w, field)?;
            i += 1;
        }
        w.push_str("]")?;
        Ok(w.finish()?.upcast())
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        match (
            slf.downcast::<PyListObject>(),
            other.downcast::<PyListObject>(),
        ) {
            (Some(a), Some(b)) => compare(a, b, op),
            _ => Ok(not_implemented().own()),
        }
    }

    fn tp_iter(slf: &PyListObject) -> PyResult<Owned> {
        iterators::forward(slf)
    }

    fn sq_length(slf: &PyListObject) -> PyResult<Py_ssize_t> {
        Ok(len(slf) as Py_ssize_t)
    }

    fn sq_concat(slf: &PyListObject, other: &PyObject) -> PyResult<Owned> {
        let Some(other) = other.downcast::<PyListObject>() else {
            return Err(raise!(
                TypeError,
                "can only concatenate list (not \"{}\") to list",
                err::short(&other.type_name(), 200)
            ));
        };
        check_growth(len(slf), len(other))?;
        let (n, more) = (len(slf), len(other));
        let l = new(n + more)?;
        if (len(slf), len(other)) != (n, more) {
            // Making the list has collected, and so changed one of the two.
            let mut items = to_vec(slf);
            items.extend(to_vec(other));
            return Ok(from_owned(items)?.upcast());
        }
        let (head, tail) = fields(&l).split_at(n);
        for (to, from) in head.iter().zip(fields(slf)) {
            to.set(from.load().map_or(std::ptr::null_mut(), Owned::into_ptr));
        }
        for (to, from) in tail.iter().zip(fields(other)) {
            to.set(from.load().map_or(std::ptr::null_mut(), Owned::into_ptr));
        }
        Ok(l.upcast())
    }

    fn sq_repeat(slf: &PyListObject, n: Py_ssize_t) -> PyResult<Owned> {
        let items = to_vec(slf);
        let total = items.len().checked_mul(n.max(0) as usize);
        let total = total
            .filter(|t| *t <= isize::MAX as usize / 8)
            .ok_or_else(err::no_memory)?;
        let l = new(total)?;
        for (field, item) in fields(&l).iter().zip(items.iter().cycle()) {
            field.set(item.own().into_ptr());
        }
        Ok(l.upcast())
    }

    fn sq_item(slf: &PyListObject, i: Py_ssize_t) -> PyResult<Owned> {
        get_item(slf, i)
    }

    fn sq_ass_item(slf: &PyListObject, i: Py_ssize_t, value: Option<&PyObject>) -> PyResult<()> {
        if i as usize >= len(slf) {
            return Err(raise!(IndexError, "list assignment index out of range"));
        }
        match value {
            Some(value) => set_item(slf, i, value.own()),
            None => remove_at(slf, i as usize).map(drop),
        }
    }

    fn sq_contains(slf: &PyListObject, value: &PyObject) -> PyResult<bool> {
        let mut i = 0;
        while let Some(item) = get(slf, i) {
            if object::items_equal(value, &item)? {
                return Ok(true);
            }
            i += 1;
        }
        Ok(false)
    }

    fn sq_inplace_concat(slf: &PyListObject, other: &PyObject) -> PyResult<Owned> {
        extend(slf, other)?;
        Ok(slf.own())
    }

    fn sq_inplace_repeat(slf: &PyListObject, n: Py_ssize_t) -> PyResult<Owned> {
        let size = len(slf);
        if size == 0 || n == 1 {
            return Ok(slf.own());
        }
        if n < 1 {
            clear(slf);
            return Ok(slf.own());
        }
        let total = size
            .checked_mul(n as usize)
            .filter(|t| *t <= isize::MAX as usize / 8);
        resize(slf, total.ok_or_else(err::no_memory)?)?;
        let fields = fields(slf);
        for i in size..fields.len() {
            fields[i].set(
                fields[i - size]
                    .load()
                    .map_or(std::ptr::null_mut(), Owned::into_ptr),
            );
        }
        Ok(slf.own())
    }

    fn mp_length(slf: &PyListObject) -> PyResult<Py_ssize_t> {
        Ok(len(slf) as Py_ssize_t)
    }

    fn mp_subscript(slf: &PyListObject, key: &PyObject) -> PyResult<Owned> {
        subscript(slf, key)
    }

    fn mp_ass_subscript(
        slf: &PyListObject,
        key: &PyObject,
        value: Option<&PyObject>,
    ) -> PyResult<()> {
        if number::index_check(key) {
            let i = number::as_ssize_t(key, Some(exc::IndexError.get()))?;
            let i = if i < 0 { i + len(slf) as Py_ssize_t } else { i };
            return List::sq_ass_item(slf, i, value);
        }
        if !key.is_exactly(&slice::PySlice_Type) {
            return Err(bad_index(key));
        }
        match value {
            None => delete_slice(slf, key),
            Some(value) => assign_slice(slf, key, value),
        }
    }

    #[method(coexist)]
    fn __getitem__(slf: &PyListObject, key: &PyObject) -> PyResult<Owned> {
        subscript(slf, key)
    }

    #[method]
    fn __reversed__(slf: &PyListObject) -> PyResult<Owned> {
        iterators::backward(slf)
    }

    #[method]
    fn __sizeof__(slf: &PyListObject) -> Py_ssize_t {
        let items = slf.allocated.get().max(0) * size_of::<*mut PyObject>() as Py_ssize_t;
        slf.ty().tp_basicsize.get() + items
    }

    #[method]
    fn clear(slf: &PyListObject) {
        clear(slf);
    }

    #[method]
    fn copy(slf: &PyListObject) -> PyResult<Owned> {
        Ok(get_slice(slf, 0, Py_ssize_t::MAX)?.upcast())
    }

    #[method]
    fn append(slf: &PyListObject, object: &PyObject) -> PyResult<()> {
        append(slf, object)
    }

    #[method]
    fn insert(slf: &PyListObject, index: isize, object: &PyObject) -> PyResult<()> {
        insert(slf, index, object)
    }

    #[method]
    fn extend(slf: &PyListObject, iterable: &PyObject) -> PyResult<()> {
        extend(slf, iterable)
    }

    #[method]
    fn pop(slf: &PyListObject, index: Option<isize>) -> PyResult<Owned> {
        let n = len(slf) as Py_ssize_t;
        if n == 0 {
            return Err(raise!(IndexError, "pop from empty list"));
        }
        let i = index.unwrap_or(-1);
        let i = if i < 0 { i + n } else { i };
        if !(0..n).contains(&i) {
            return Err(raise!(IndexError, "pop index out of range"));
        }
        remove_at(slf, i as usize)
    }

    #[method]
    fn remove(slf: &PyListObject, value: &PyObject) -> PyResult<()> {
        let mut i = 0;
        while let Some(item) = get(slf, i) {
            if object::items_equal(&item, value)? {
                // The comparison may have shortened the list.
                return splice_out(slf, i);
            }
            i += 1;
        }
        Err(raise!(ValueError, "list.remove(x): x not in list"))
    }

    #[method]
    fn index(
        slf: &PyListObject,
        value: &PyObject,
        start: Option<crate::args::SliceIndex>,
        stop: Option<crate::args::SliceIndex>,
    ) -> PyResult<Py_ssize_t> {
        let n = len(slf) as Py_ssize_t;
        let clip = |i: Py_ssize_t| if i < 0 { (i + n).max(0) } else { i };
        let start = clip(start.map_or(0, |i| i.0));
        let stop = clip(stop.map_or(Py_ssize_t::MAX, |i| i.0));
        let mut i = start;
        while i < stop {
            let Some(item) = get(slf, i as usize) else {
                break;
            };
            if object::items_equal(&item, value)? {
                return Ok(i);
            }
            i += 1;
        }
        Err(raise!(
            ValueError,
            "{} is not in list",
            err::Str(&*object::repr(value)?)
        ))
    }

    #[method]
    fn count(slf: &PyListObject, value: &PyObject) -> PyResult<Py_ssize_t> {
        let mut n = 0;
        let mut i = 0;
        while let Some(item) = get(slf, i) {
            n += Py_ssize_t::from(object::items_equal(&item, value)?);
            i += 1;
        }
        Ok(n)
    }

    #[method]
    fn reverse(slf: &PyListObject) {
        reverse(slf);
    }

    #[method]
    fn sort(slf: &PyListObject, key: Option<&PyObject>, reverse: Option<c_int>) -> PyResult<()> {
        sort_by(slf, key.filter(|k| !k.is_none()), reverse.unwrap_or(0) != 0)
    }
}

fn splice_out(l: &PyListObject, i: usize) -> PyResult<()> {
    let end = (i + 1).min(len(l));
    splice(l, i.min(end), end, Vec::new())
}

fn bad_index(key: &PyObject) -> Raised {
    let name = key.type_name();
    raise!(
        TypeError,
        "list indices must be integers or slices, not {}",
        err::short(&name, 200)
    )
}

/// `list[key]`.
pub fn subscript(l: &PyListObject, key: &PyObject) -> PyResult<Owned> {
    if number::index_check(key) {
        let i = number::as_ssize_t(key, Some(exc::IndexError.get()))?;
        return get_item(l, if i < 0 { i + len(l) as Py_ssize_t } else { i });
    }
    if !key.is_exactly(&slice::PySlice_Type) {
        return Err(bad_index(key));
    }
    let bounds = slice::unpack(key)?;
    let Indices {
        start, step, count, ..
    } = bounds.adjust(len(l) as Py_ssize_t);
    if step == 1 {
        return Ok(get_slice(l, start, start + count)?.upcast());
    }
    let part = new(count as usize)?;
    for (i, to) in fields(&part).iter().enumerate() {
        let Some(item) = get(l, (start + i as Py_ssize_t * step) as usize) else {
            // Making the new list may have collected, and so changed this one.
            part.ob_base.ob_size.set(i as Py_ssize_t);
            break;
        };
        to.set(item.into_ptr());
    }
    Ok(part.upcast())
}

/// `del list[slice]`.
fn delete_slice(l: &PyListObject, key: &PyObject) -> PyResult<()> {
    let bounds = slice::unpack(key)?;
    let Indices {
        start, step, count, ..
    } = bounds.adjust(len(l) as Py_ssize_t);
    if step == 1 {
        return splice(l, start as usize, (start + count) as usize, Vec::new());
    }
    if count <= 0 {
        return Ok(());
    }
    // The same positions, from the lowest upwards.
    let (start, step) = if step < 0 {
        (start + step * (count - 1), step.unsigned_abs())
    } else {
        (start, step as usize)
    };
    let n = len(l);
    let mut removed = Vec::with_capacity(count as usize);
    let mut to = start as usize;
    let fields = fields(l);
    for i in start as usize..n {
        let item = fields[i].replace(std::ptr::null_mut());
        if (i - start as usize).is_multiple_of(step) && removed.len() < count as usize {
            // SAFETY: the field's count moves to the vector.
            removed.extend(unsafe { Owned::from_owned_ptr_or_null(item) });
        } else {
            fields[to].set(item);
            to += 1;
        }
    }
    l.ob_base.ob_size.set(to as Py_ssize_t);
    let shrunk = resize(l, to);
    drop(removed);
    shrunk
}

/// `list[slice] = value`.
fn assign_slice(l: &PyListObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
    let bounds = slice::unpack(key)?;
    let Indices {
        start,
        stop,
        step,
        count,
    } = bounds.adjust(len(l) as Py_ssize_t);
    if step == 1 {
        return set_slice(l, start, stop.max(start), Some(value));
    }
    let new = if value.is(l) {
        to_vec(l)
    } else {
        sequence::fast(value, "must assign iterable to extended slice")?.to_vec()
    };
    if new.len() as Py_ssize_t != count {
        return Err(raise!(
            ValueError,
            "attempt to assign sequence of size {} to extended slice of size {count}",
            new.len()
        ));
    }
    let mut old = Vec::with_capacity(new.len());
    for (i, item) in new.into_iter().enumerate() {
        // Making the items may have changed the list.
        let Some(field) = fields(l).get((start + i as Py_ssize_t * step) as usize) else {
            break;
        };
        // SAFETY: the field's old count moves to the vector.
        old.extend(unsafe { Owned::from_owned_ptr_or_null(field.replace(item.into_ptr())) });
    }
    drop(old);
    Ok(())
}

/// The first pair that differs decides, else the lengths.
fn compare(a: &PyListObject, b: &PyListObject, op: c_int) -> PyResult<Owned> {
    if len(a) != len(b) && (op == Py_EQ || op == Py_NE) {
        return Ok(bool_from(op == Py_NE));
    }
    // What is the same, or plainly equal, needs no counts.
    let same = |x: &Cell<*mut PyObject>, y: &Cell<*mut PyObject>| {
        // SAFETY: items are alive while they are in a list, and no code runs here.
        match unsafe { (x.get().as_ref(), y.get().as_ref()) } {
            (Some(x), Some(y)) => x.is(y) || object::plain_equal(x, y) == Some(true),
            _ => false,
        }
    };
    let pairs = || fields(a).iter().zip(fields(b));
    let mut i = pairs().take_while(|(x, y)| same(x, y)).count();
    while let (Some(x), Some(y)) = (get(a, i), get(b, i)) {
        if !x.is(&*y) && !object::items_equal(&x, &y)? {
            // The comparison may have shortened the lists: then only the lengths are left to compare.
            if i >= len(a) || i >= len(b) {
                break;
            }
            return match op {
                Py_EQ => Ok(py_false().own()),
                Py_NE => Ok(py_true().own()),
                _ => object::rich_compare(&x, &y, op),
            };
        }
        i += 1;
    }
    Ok(bool_from(sequence::ordering_matches(
        len(a).cmp(&len(b)),
        op,
    )))
}
