//! `range`: four integers of any size; its iterators count in machine integers whenever the whole range fits.

use crate::prelude::*;
use crate::{args, err, iter, long, mem, number, object, sequence, slice, tuple, unicode};
use pyrite_macros::pytype;

#[repr(C)]
pub struct PyRangeObject {
    ob_base: PyObject,
    start: Cell<*mut PyObject>,
    stop: Cell<*mut PyObject>,
    step: Cell<*mut PyObject>,
    length: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyRangeObject {}

/// The value of an integer of at most two digits.
#[inline]
pub fn small(o: &PyObject) -> Option<i64> {
    if o.ty().tp_flags.get() & Py_TPFLAGS_LONG_SUBCLASS == 0 {
        return None;
    }
    // SAFETY: an integer, as just seen.
    let n: &PyLongObject = unsafe { o.cast_ref() };
    let size = n.ob_base.ob_size.get();
    if size.abs() > 2 {
        return None;
    }
    let digits = n.ob_digit.as_ptr();
    let mut value = 0;
    for i in (0..size.unsigned_abs()).rev() {
        // SAFETY: an integer has as many digits as its size says.
        value = value << 30 | i64::from(unsafe { (*digits.add(i)).get() });
    }
    Some(if size < 0 { -value } else { value })
}

fn int(n: i64) -> PyResult<Owned> {
    Ok(crate::long::from_i64(n)?.upcast())
}

fn compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<bool> {
    object::rich_compare_bool(a, b, op)
}

/// How many numbers lie in the range; `step` is not 0.
fn count(start: i64, stop: i64, step: i64) -> u64 {
    if step > 0 && start < stop {
        1 + stop.wrapping_sub(start).wrapping_sub(1) as u64 / step as u64
    } else if step < 0 && start > stop {
        1 + start.wrapping_sub(stop).wrapping_sub(1) as u64 / step.unsigned_abs()
    } else {
        0
    }
}

/// The number of items, as an integer object.
fn compute_length(start: &PyObject, stop: &PyObject, step: &PyObject) -> PyResult<Owned> {
    if let (Some(a), Some(b), Some(c)) = (small(start), small(stop), small(step)) {
        return int(count(a, b, c) as i64);
    }
    let zero = int(0)?;
    let (low, high, step) = if compare(step, &zero, Py_GT)? {
        (start, stop, step.own())
    } else {
        (stop, start, number::negative(step)?)
    };
    if compare(low, high, Py_GE)? {
        return Ok(zero);
    }
    let one = int(1)?;
    let span = number::subtract(&*number::subtract(high, low)?, &one)?;
    number::add(&*number::floor_divide(&span, &step)?, &one)
}

/// A range of three integers, of which the last is not 0.
fn make(start: Owned, stop: Owned, step: Owned) -> PyResult<Owned<PyRangeObject>> {
    let length = compute_length(&start, &stop, &step)?;
    let r = mem::new_object::<PyRangeObject>(&PyRange_Type)?;
    r.start.set_ref(Some(start));
    r.stop.set_ref(Some(stop));
    r.step.set_ref(Some(step));
    r.length.set_ref(Some(length));
    Ok(r)
}

fn field(f: &Cell<*mut PyObject>) -> PyResult<Owned> {
    f.load().ok_or_else(err::bad_internal_call)
}

/// `start + i * step`.
fn item_at(start: &PyObject, step: &PyObject, i: &PyObject) -> PyResult<Owned> {
    if let (Some(a), Some(b), Some(i)) = (small(start), small(step), small(i))
        && let Some(value) = i.checked_mul(b).and_then(|p| p.checked_add(a))
    {
        return int(value);
    }
    number::add(start, &*number::multiply(i, step)?)
}

/// `range[i]`; a negative index counts from the end.
fn subscript(r: &PyRangeObject, i: Owned) -> PyResult<Owned> {
    let (zero, length) = (int(0)?, field(&r.length)?);
    let i = if compare(&i, &zero, Py_LT)? {
        number::add(&i, &length)?
    } else {
        i
    };
    if compare(&i, &zero, Py_LT)? || compare(&i, &length, Py_GE)? {
        return Err(raise!(IndexError, "range object index out of range"));
    }
    item_at(&*field(&r.start)?, &*field(&r.step)?, &i)
}

fn subscript_slice(r: &PyRangeObject, key: &PyObject) -> PyResult<Owned> {
    let Some(key) = key.downcast_exact::<PySliceObject>() else {
        return Err(err::bad_internal_call());
    };
    let [from, to, by] = slice::long_indices(key, &*field(&r.length)?)?;
    let (start, step) = (field(&r.start)?, field(&r.step)?);
    let new_step = number::multiply(&step, &by)?;
    let new_start = item_at(&start, &step, &from)?;
    let new_stop = item_at(&start, &step, &to)?;
    Ok(make(new_start, new_stop, new_step)?.upcast())
}

/// Is `value`, an integer, in the range?
fn contains_int(r: &PyRangeObject, value: &PyObject) -> PyResult<bool> {
    let (start, stop, step) = (field(&r.start)?, field(&r.stop)?, field(&r.step)?);
    let zero = int(0)?;
    let upwards = compare(&step, &zero, Py_GT)?;
    let inside = if upwards {
        compare(&start, value, Py_LE)? && compare(value, &stop, Py_LT)?
    } else {
        compare(value, &start, Py_LE)? && compare(&stop, value, Py_LT)?
    };
    if !inside {
        return Ok(false);
    }
    let rest = number::remainder(&*number::subtract(value, &start)?, &step)?;
    compare(&rest, &zero, Py_EQ)
}

/// Integers are found by arithmetic; anything else by comparing with each item.
fn is_plain_int(o: &PyObject) -> bool {
    o.is_exactly(&crate::long::PyLong_Type) || o.is_exactly(&crate::boolean::PyBool_Type)
}

fn equal(a: &PyRangeObject, b: &PyRangeObject) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    let length = field(&a.length)?;
    if !compare(&length, &*field(&b.length)?, Py_EQ)? {
        return Ok(false);
    }
    if compare(&length, &*int(0)?, Py_EQ)? {
        return Ok(true);
    }
    if !compare(&*field(&a.start)?, &*field(&b.start)?, Py_EQ)? {
        return Ok(false);
    }
    if compare(&length, &*int(1)?, Py_EQ)? {
        return Ok(true);
    }
    compare(&*field(&a.step)?, &*field(&b.step)?, Py_EQ)
}

pub struct Range;
#[pytype(name = "range", c_name = PyRange_Type, layout = PyRangeObject)]
impl Range {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_new(_ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
        args::no_keywords("range", kw)?;
        let args = tuple::as_slice(args);
        let index = |o: &PyObject| number::index(o).map(|n| n.upcast());
        let (start, stop, step) = match *args {
            [stop] => (int(0)?, index(stop)?, int(1)?),
            [start, stop] => (index(start)?, index(stop)?, int(1)?),
            [start, stop, step] => {
                let (start, stop) = (index(start)?, index(stop)?);
                let step = index(step)?;
                if small(&step) == Some(0) {
                    return Err(raise!(ValueError, "range() arg 3 must not be zero"));
                }
                (start, stop, step)
            }
            [] => return Err(raise!(TypeError, "range expected 1 argument, got 0")),
            _ => {
                let n = args.len();
                return Err(raise!(
                    TypeError,
                    "range expected at most 3 arguments, got {n}"
                ));
            }
        };
        Ok(make(start, stop, step)?.upcast())
    }

    fn tp_dealloc(slf: *mut PyRangeObject) {
        // SAFETY: the count is 0.
        unsafe {
            for f in [&(*slf).start, &(*slf).stop, &(*slf).step, &(*slf).length] {
                f.set_ref(None);
            }
            mem::object_free(slf.cast());
        }
    }

    fn tp_repr(slf: &PyRangeObject) -> PyResult<Owned> {
        let mut w = unicode::Writer::new();
        w.push_str("range(")?;
        sequence::write_repr(&mut w, &*field(&slf.start)?)?;
        w.push_str(", ")?;
        sequence::write_repr(&mut w, &*field(&slf.stop)?)?;
        let step = field(&slf.step)?;
        if small(&step) != Some(1) {
            w.push_str(", ")?;
            sequence::write_repr(&mut w, &step)?;
        }
        w.push_str(")")?;
        Ok(w.finish()?.upcast())
    }

    fn tp_hash(slf: &PyRangeObject) -> PyResult<Py_hash_t> {
        let length = field(&slf.length)?;
        let start = if small(&length) == Some(0) {
            none().own()
        } else {
            field(&slf.start)?
        };
        let single = matches!(small(&length), Some(0 | 1));
        let step = if single {
            none().own()
        } else {
            field(&slf.step)?
        };
        object::hash(tuple::pack([length, start, step])?.as_object())
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let both = slf
            .downcast::<PyRangeObject>()
            .zip(other.downcast::<PyRangeObject>());
        match (both, op) {
            (Some((a, b)), Py_EQ) => Ok(bool_from(equal(a, b)?)),
            (Some((a, b)), Py_NE) => Ok(bool_from(!equal(a, b)?)),
            _ => Ok(not_implemented().own()),
        }
    }

    fn tp_iter(slf: &PyRangeObject) -> PyResult<Owned> {
        iterate(
            &*field(&slf.start)?,
            &*field(&slf.step)?,
            &*field(&slf.length)?,
        )
    }

    fn nb_bool(slf: &PyRangeObject) -> PyResult<bool> {
        object::is_true(&*field(&slf.length)?)
    }

    fn sq_length(slf: &PyRangeObject) -> PyResult<Py_ssize_t> {
        crate::long::as_ssize_t(&*field(&slf.length)?)
    }

    fn sq_item(slf: &PyRangeObject, i: Py_ssize_t) -> PyResult<Owned> {
        subscript(slf, int(i as i64)?)
    }

    fn sq_contains(slf: &PyRangeObject, value: &PyObject) -> PyResult<bool> {
        if is_plain_int(value) {
            contains_int(slf, value)
        } else {
            sequence::iter_contains(slf.as_object(), value)
        }
    }

    fn mp_length(slf: &PyRangeObject) -> PyResult<Py_ssize_t> {
        Range::sq_length(slf)
    }

    fn mp_subscript(slf: &PyRangeObject, key: &PyObject) -> PyResult<Owned> {
        if number::index_check(key) {
            return subscript(slf, number::index(key)?.upcast());
        }
        if key.is_exactly(&slice::PySlice_Type) {
            return subscript_slice(slf, key);
        }
        let name = key.type_name();
        Err(raise!(
            TypeError,
            "range indices must be integers or slices, not {}",
            err::short(&name, 200)
        ))
    }

    #[method]
    fn __reversed__(slf: &PyRangeObject) -> PyResult<Owned> {
        let (start, step, length) = (field(&slf.start)?, field(&slf.step)?, field(&slf.length)?);
        let last = number::subtract(&length, &*int(1)?)?;
        let last = item_at(&start, &step, &last)?;
        iterate(&last, &*number::negative(&step)?, &length)
    }

    #[method(varargs)]
    fn __reduce__(slf: &PyRangeObject, _args: &PyTupleObject) -> PyResult<Owned> {
        let args = tuple::pack([field(&slf.start)?, field(&slf.stop)?, field(&slf.step)?])?;
        Ok(tuple::pack([slf.ty().own(), args.upcast()])?.upcast())
    }

    #[method]
    fn count(slf: &PyRangeObject, value: &PyObject) -> PyResult<Py_ssize_t> {
        if is_plain_int(value) {
            Ok(Py_ssize_t::from(contains_int(slf, value)?))
        } else {
            sequence::count(slf.as_object(), value)
        }
    }

    #[method]
    fn index(slf: &PyRangeObject, value: &PyObject) -> PyResult<Owned> {
        if !is_plain_int(value) {
            let i = sequence::index(slf.as_object(), value)?;
            return int(i as i64);
        }
        if !contains_int(slf, value)? {
            return Err(raise!(
                ValueError,
                "{} is not in range",
                err::Str(&*object::repr(value)?)
            ));
        }
        let offset = number::subtract(value, &*field(&slf.start)?)?;
        number::floor_divide(&offset, &*field(&slf.step)?)
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("start", T_OBJECT_EX, start, READONLY),
        ("stop", T_OBJECT_EX, stop, READONLY),
        ("step", T_OBJECT_EX, step, READONLY),
    ];
}

/// An iterator that counts in machine integers.
#[repr(C)]
pub struct PyRangeIterObject {
    ob_base: PyObject,
    pub(crate) index: Cell<i64>,
    pub(crate) start: Cell<i64>,
    pub(crate) step: Cell<i64>,
    pub(crate) len: Cell<i64>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyRangeIterObject {}

/// An iterator that counts in integers of any size.
#[repr(C)]
pub struct PyLongRangeIterObject {
    ob_base: PyObject,
    index: Cell<*mut PyObject>,
    start: Cell<*mut PyObject>,
    step: Cell<*mut PyObject>,
    len: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for PyLongRangeIterObject {}

fn iterate(start: &PyObject, step: &PyObject, length: &PyObject) -> PyResult<Owned> {
    if let (Some(a), Some(by), Some(n)) = (small(start), small(step), small(length))
        && n.checked_mul(by)
            .and_then(|span| a.checked_add(span))
            .is_some()
    {
        let it = mem::new_object::<PyRangeIterObject>(&PyRangeIter_Type)?;
        it.start.set(a);
        it.step.set(by);
        it.len.set(n);
        return Ok(it.upcast());
    }
    let it = mem::new_object::<PyLongRangeIterObject>(&PyLongRangeIter_Type)?;
    it.index.set_ref(Some(int(0)?));
    it.start.set_ref(Some(start.own()));
    it.step.set_ref(Some(step.own()));
    it.len.set_ref(Some(length.own()));
    Ok(it.upcast())
}

/// The next number of a range's iterator.
#[inline(always)]
pub fn iter_next(it: &PyRangeIterObject) -> Option<i64> {
    let i = it.index.get();
    if i >= it.len.get() {
        return None;
    }
    it.index.set(i + 1);
    // Does not overflow: the whole range was found to fit.
    Some(it.start.get().wrapping_add(i.wrapping_mul(it.step.get())))
}

pub struct RangeIter;
#[pytype(name = "range_iterator", c_name = PyRangeIter_Type, layout = PyRangeIterObject)]
impl RangeIter {
    fn tp_dealloc(slf: *mut PyRangeIterObject) {
        // SAFETY: the count is 0.
        unsafe { mem::object_free(slf.cast()) }
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PyRangeIterObject) -> PyResult<Option<Owned>> {
        iter_next(slf).map(int).transpose()
    }

    #[method]
    fn __length_hint__(slf: &PyRangeIterObject) -> i64 {
        slf.len.get() - slf.index.get()
    }

    #[method]
    fn __reduce__(slf: &PyRangeIterObject) -> PyResult<Owned> {
        let (start, step) = (slf.start.get(), slf.step.get());
        let stop = start.wrapping_add(slf.len.get().wrapping_mul(step));
        let range = make(int(start)?, int(stop)?, int(step)?)?.upcast();
        iter::reduce("iter", range, Some(slf.index.get() as Py_ssize_t))
    }

    #[method]
    fn __setstate__(slf: &PyRangeIterObject, state: &PyObject) -> PyResult<()> {
        let index = long::as_i64(state)?;
        slf.index.set(index.clamp(0, slf.len.get()));
        Ok(())
    }
}

pub struct LongRangeIter;
#[pytype(name = "longrange_iterator", c_name = PyLongRangeIter_Type, layout = PyLongRangeIterObject)]
impl LongRangeIter {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyLongRangeIterObject) {
        // SAFETY: the count is 0.
        unsafe {
            for f in [&(*slf).index, &(*slf).start, &(*slf).step, &(*slf).len] {
                f.set_ref(None);
            }
            mem::object_free(slf.cast());
        }
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &PyLongRangeIterObject) -> PyResult<Option<Owned>> {
        let i = field(&slf.index)?;
        if !compare(&i, &*field(&slf.len)?, Py_LT)? {
            return Ok(None);
        }
        let value = item_at(&*field(&slf.start)?, &*field(&slf.step)?, &i)?;
        slf.index.set_ref(Some(number::add(&i, &*int(1)?)?));
        Ok(Some(value))
    }

    #[method]
    fn __length_hint__(slf: &PyLongRangeIterObject) -> PyResult<Owned> {
        number::subtract(&*field(&slf.len)?, &*field(&slf.index)?)
    }

    #[method]
    fn __reduce__(slf: &PyLongRangeIterObject) -> PyResult<Owned> {
        let (start, step) = (field(&slf.start)?, field(&slf.step)?);
        let stop = number::add(&start, &*number::multiply(&*field(&slf.len)?, &step)?)?;
        let range = make(start, stop, step)?.upcast();
        let args = tuple::pack([range])?.upcast();
        Ok(tuple::pack([object::builtin("iter")?, args, field(&slf.index)?])?.upcast())
    }

    #[method]
    fn __setstate__(slf: &PyLongRangeIterObject, state: &PyObject) -> PyResult<()> {
        let zero = int(0)?;
        let state = if compare(state, &zero, Py_LT)? {
            zero
        } else if compare(&*field(&slf.len)?, state, Py_LT)? {
            field(&slf.len)?
        } else {
            state.own()
        };
        slf.index.set_ref(Some(state));
        Ok(())
    }
}
