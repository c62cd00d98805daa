//! `slice`: three objects, and how they select positions of a sequence.

use crate::prelude::*;
use crate::{err, gc, number, object, sequence, tuple, unicode};
use pyrite_macros::pytype;

/// The positions `start, start + step, ..` (`count` of them) within a sequence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indices {
    pub start: Py_ssize_t,
    pub stop: Py_ssize_t,
    pub step: Py_ssize_t,
    pub count: Py_ssize_t,
}

/// A slice's three numbers before they meet a length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    pub start: Py_ssize_t,
    pub stop: Py_ssize_t,
    pub step: Py_ssize_t,
}

impl Bounds {
    /// `PySlice_AdjustIndices`.
    pub fn adjust(self, len: Py_ssize_t) -> Indices {
        let Bounds { start, stop, step } = self;
        let (lowest, highest) = if step < 0 { (-1, len - 1) } else { (0, len) };
        let clip = |i: Py_ssize_t| {
            if i < 0 {
                (i + len).max(lowest)
            } else {
                i.min(highest)
            }
        };
        let (start, stop) = (clip(start), clip(stop));
        let count = if step < 0 && stop < start {
            (start - stop - 1) / step.wrapping_neg() + 1
        } else if step > 0 && start < stop {
            (stop - start - 1) / step + 1
        } else {
            0
        };
        Indices {
            start,
            stop,
            step,
            count,
        }
    }
}

/// `PySlice_Unpack`. Numbers beyond the machine's range are clipped to it.
pub fn unpack(slice: &PyObject) -> PyResult<Bounds> {
    let Some(s) = slice.downcast_exact::<PySliceObject>() else {
        return Err(err::bad_internal_call());
    };
    let step = match eval_index(s.step.borrow())? {
        None => 1,
        Some(0) => return Err(raise!(ValueError, "slice step cannot be zero")),
        // So that it can be negated.
        Some(step) => step.max(-Py_ssize_t::MAX),
    };
    let start = eval_index(s.start.borrow())?;
    let stop = eval_index(s.stop.borrow())?;
    Ok(Bounds {
        start: start.unwrap_or(if step < 0 { Py_ssize_t::MAX } else { 0 }),
        stop: stop.unwrap_or(if step < 0 {
            Py_ssize_t::MIN
        } else {
            Py_ssize_t::MAX
        }),
        step,
    })
}

/// `PySlice_GetIndicesEx`.
pub fn indices(slice: &PyObject, len: Py_ssize_t) -> PyResult<Indices> {
    Ok(unpack(slice)?.adjust(len))
}

/// `_PyEval_SliceIndex`: `None` for `None`, else the clipped value of the object's `__index__`.
fn eval_index(o: Option<&PyObject>) -> PyResult<Option<Py_ssize_t>> {
    match o {
        None => Ok(None),
        Some(o) if o.is_none() => Ok(None),
        Some(o) if number::index_check(o) => number::as_ssize_t(o, None).map(Some),
        Some(_) => Err(not_an_index()),
    }
}

fn not_an_index() -> Raised {
    raise!(
        TypeError,
        "slice indices must be integers or None or have an __index__ method"
    )
}

struct Spare(Cell<*mut PySliceObject>);
// SAFETY: only the holder of the GIL touches it.
unsafe impl Sync for Spare {}

/// One dead slice is kept: `a[i:j]` makes and drops one each time.
static SPARE: Spare = Spare(Cell::new(std::ptr::null_mut()));

/// `PySlice_New`: what is not given is `None`.
pub fn new(
    start: Option<&PyObject>,
    stop: Option<&PyObject>,
    step: Option<&PyObject>,
) -> PyResult<Owned<PySliceObject>> {
    let spare = SPARE.0.replace(std::ptr::null_mut());
    let s = if spare.is_null() {
        gc::new_object::<PySliceObject>(&PySlice_Type)?
    } else {
        // SAFETY: the spare is a dead slice of ours; the count set here is the result's.
        unsafe {
            (*spare).ob_base.ob_refcnt.set(1);
            Owned::from_owned_ptr(spare)
        }
    };
    s.start.set(start.unwrap_or(none()).own().into_ptr());
    s.stop.set(stop.unwrap_or(none()).own().into_ptr());
    s.step.set(step.unwrap_or(none()).own().into_ptr());
    Ok(gc::publish(s))
}

/// `_PySlice_FromIndices`.
pub fn from_indices(start: Py_ssize_t, stop: Py_ssize_t) -> PyResult<Owned<PySliceObject>> {
    let start = crate::long::from_ssize_t(start)?.upcast();
    let stop = crate::long::from_ssize_t(stop)?.upcast();
    new(Some(&start), Some(&stop), None)
}

/// Frees the slice that is kept.
pub fn clear_free_list() {
    let spare = SPARE.0.replace(std::ptr::null_mut());
    if !spare.is_null() {
        // SAFETY: a dead slice that only the static referred to.
        unsafe { gc::del(spare.cast()) };
    }
}

/// Start, stop and step as integers, for a sequence whose length is an integer of any size (`_PySlice_GetLongIndices`).
pub fn long_indices(s: &PySliceObject, length: &PyObject) -> PyResult<[Owned; 3]> {
    let zero = crate::long::from_ssize_t(0)?.upcast();
    let one = crate::long::from_ssize_t(1)?.upcast();
    let step = match field(&s.step) {
        step if step.is_none() => one.clone(),
        step => evaluate(&step)?,
    };
    if object::rich_compare_bool(&step, &zero, Py_EQ)? {
        return Err(raise!(ValueError, "slice step cannot be zero"));
    }
    let backwards = object::rich_compare_bool(&step, &zero, Py_LT)?;
    let (lower, upper) = if backwards {
        (number::negative(&one)?, number::subtract(length, &one)?)
    } else {
        (zero.clone(), length.own())
    };
    let clip = |value: Owned| -> PyResult<Owned> {
        if object::rich_compare_bool(&value, &zero, Py_LT)? {
            let value = number::add(&value, length)?;
            let low = object::rich_compare_bool(&value, &lower, Py_LT)?;
            return Ok(if low { lower.clone() } else { value });
        }
        let high = object::rich_compare_bool(&value, &upper, Py_GT)?;
        Ok(if high { upper.clone() } else { value })
    };
    let start = match field(&s.start) {
        start if start.is_none() => {
            if backwards {
                upper.clone()
            } else {
                lower.clone()
            }
        }
        start => clip(evaluate(&start)?)?,
    };
    let stop = match field(&s.stop) {
        stop if stop.is_none() => {
            if backwards {
                lower.clone()
            } else {
                upper.clone()
            }
        }
        stop => clip(evaluate(&stop)?)?,
    };
    Ok([start, stop, step])
}

fn field(f: &Cell<*mut PyObject>) -> Owned {
    f.load().unwrap_or_else(|| none().own())
}

fn evaluate(o: &PyObject) -> PyResult<Owned> {
    if number::index_check(o) {
        number::index(o)
    } else {
        Err(not_an_index())
    }
}

pub struct Slice;
#[pytype(name = "slice", c_name = PySlice_Type, layout = PySliceObject, flags = [HAVE_GC], free = gc_del)]
impl Slice {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    const tp_hash: hashfunc = Some(object::hash_not_implemented_slot);
    fn tp_new(_ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
        crate::args::no_keywords("slice", kw)?;
        let args = tuple::as_slice(args);
        crate::args::check_positional("slice", args.len(), 1, 3)?;
        let s = match *args {
            [stop] => new(None, Some(stop), None),
            [start, stop] => new(Some(start), Some(stop), None),
            _ => new(Some(args[0]), Some(args[1]), Some(args[2])),
        };
        Ok(s?.upcast())
    }

    fn tp_dealloc(slf: *mut PySliceObject) {
        // SAFETY: the count is 0: the object is ours to take apart, and then to keep or free.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).step.set_ref(None);
            (*slf).start.set_ref(None);
            (*slf).stop.set_ref(None);
            if !crate::hostile::ON && SPARE.0.get().is_null() {
                SPARE.0.set(slf);
            } else {
                gc::del(slf.cast());
            }
        }
    }

    fn tp_traverse(slf: &PySliceObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.start.get(), slf.stop.get(), slf.step.get()])
    }

    fn tp_repr(slf: &PySliceObject) -> PyResult<Owned> {
        let mut w = unicode::Writer::new();
        w.push_str("slice(")?;
        sequence::write_repr(&mut w, &field(&slf.start))?;
        w.push_str(", ")?;
        sequence::write_repr(&mut w, &field(&slf.stop))?;
        w.push_str(", ")?;
        sequence::write_repr(&mut w, &field(&slf.step))?;
        w.push_str(")")?;
        Ok(w.finish()?.upcast())
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let (Some(a), Some(b)) = (
            slf.downcast::<PySliceObject>(),
            other.downcast::<PySliceObject>(),
        ) else {
            return Ok(not_implemented().own());
        };
        if a.is(b) {
            return Ok(bool_from(matches!(op, Py_EQ | Py_LE | Py_GE)));
        }
        let parts =
            |s: &PySliceObject| tuple::pack([field(&s.start), field(&s.stop), field(&s.step)]);
        object::rich_compare(parts(a)?.as_object(), parts(b)?.as_object(), op)
    }

    #[method]
    fn indices(slf: &PySliceObject, len: &PyObject) -> PyResult<Owned> {
        let length = number::index(len)?;
        if object::rich_compare_bool(&length, crate::long::from_ssize_t(0)?.as_object(), Py_LT)? {
            return Err(raise!(ValueError, "length should not be negative"));
        }
        Ok(tuple::pack(long_indices(slf, &length)?)?.upcast())
    }

    #[method]
    fn __reduce__(slf: &PySliceObject) -> PyResult<Owned> {
        let parts = tuple::pack([field(&slf.start), field(&slf.stop), field(&slf.step)])?;
        Ok(tuple::pack([slf.ty().own(), parts.upcast()])?.upcast())
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("start", T_OBJECT, start, READONLY),
        ("stop", T_OBJECT, stop, READONLY),
        ("step", T_OBJECT, step, READONLY),
    ];
}

#[cfg(test)]
mod tests {
    use super::{Bounds, Indices};

    #[test]
    fn clips_like_a_loop() {
        for len in 0..5isize {
            for start in -6..7isize {
                for stop in -6..7isize {
                    for step in [-3, -2, -1, 1, 2, 3] {
                        let got = Bounds { start, stop, step }.adjust(len);
                        let Indices {
                            start: s,
                            stop: e,
                            count,
                            ..
                        } = got;
                        let mut at = s;
                        let mut n = 0;
                        while if step > 0 { at < e } else { at > e } {
                            assert!((0..len).contains(&at));
                            at += step;
                            n += 1;
                        }
                        assert_eq!(n, count);
                    }
                }
            }
        }
    }
}
