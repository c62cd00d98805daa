//! Iterators that let some of the items of another through: `takewhile`, `dropwhile`, `filterfalse`, `compress`, `islice`; and
//! `starmap`.

use super::*;
use pyrite_macros::pytype;
use pyrite_runtime::{args, boolean, call, err, iter, long, number, object, sequence};

/// The two arguments of `f(function, iterable)`.
fn function_and_iterator(
    ty: &PyTypeObject,
    own: &PyTypeObject,
    fname: &str,
    args: &PyTupleObject,
    kw: Option<&PyObject>,
) -> PyResult<(Owned, Owned)> {
    no_keywords(ty, own, fname, kw)?;
    let args = tuple::as_slice(args);
    args::check_positional(fname, args.len(), 2, 2)?;
    Ok((args[0].own(), object::get_iter(args[1])?))
}

fn is_true_for(f: &PyObject, item: &PyObject) -> PyResult<bool> {
    object::is_true(&*call::call1(f, item)?)
}

iterator_type! {
    TakeWhile, TakeWhileObject, TAKEWHILE, "itertools.takewhile",
    objects { func, it }, plain { stop: bool }, free |_| {}, flags [BASETYPE, HAVE_GC], {
        fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
            let (func, it) = function_and_iterator(ty, &TAKEWHILE, "takewhile", args, kw)?;
            let t = alloc::<TakeWhileObject>(ty)?;
            t.func.set_ref(Some(func));
            t.it.set_ref(Some(it));
            Ok(t.upcast())
        }
        fn tp_iternext(slf: &TakeWhileObject) -> PyResult<Option<Owned>> {
            let (Some(func), Some(it)) = (slf.func.load(), slf.it.load()) else { return Ok(None) };
            if slf.stop.get() {
                return Ok(None);
            }
            let Some(item) = iter::next(&it)? else { return Ok(None) };
            if is_true_for(&func, &item)? {
                return Ok(Some(item));
            }
            slf.stop.set(true);
            Ok(None)
        }
        #[method]
        fn __reduce__(slf: &TakeWhileObject) -> PyResult<Owned> {
            let args = slf.func.load().into_iter().chain(slf.it.load()).collect();
            reduced(slf, args, Some(int(slf.stop.get().into())?))
        }
        #[method]
        fn __setstate__(slf: &TakeWhileObject, state: &PyObject) -> PyResult<()> {
            slf.stop.set(object::is_true(state)?);
            Ok(())
        }
    }
}

iterator_type! {
    DropWhile, DropWhileObject, DROPWHILE, "itertools.dropwhile",
    objects { func, it }, plain { start: bool }, free |_| {}, flags [BASETYPE, HAVE_GC], {
        fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
            let (func, it) = function_and_iterator(ty, &DROPWHILE, "dropwhile", args, kw)?;
            let d = alloc::<DropWhileObject>(ty)?;
            d.func.set_ref(Some(func));
            d.it.set_ref(Some(it));
            Ok(d.upcast())
        }
        fn tp_iternext(slf: &DropWhileObject) -> PyResult<Option<Owned>> {
            let (Some(func), Some(it)) = (slf.func.load(), slf.it.load()) else { return Ok(None) };
            while let Some(item) = iter::next(&it)? {
                if slf.start.get() {
                    return Ok(Some(item));
                }
                if !is_true_for(&func, &item)? {
                    slf.start.set(true);
                    return Ok(Some(item));
                }
            }
            Ok(None)
        }
        #[method]
        fn __reduce__(slf: &DropWhileObject) -> PyResult<Owned> {
            let args = slf.func.load().into_iter().chain(slf.it.load()).collect();
            reduced(slf, args, Some(int(slf.start.get().into())?))
        }
        #[method]
        fn __setstate__(slf: &DropWhileObject, state: &PyObject) -> PyResult<()> {
            slf.start.set(object::is_true(state)?);
            Ok(())
        }
    }
}

iterator_type! {
    FilterFalse, FilterFalseObject, FILTERFALSE, "itertools.filterfalse",
    objects { func, it }, plain {}, free |_| {}, flags [BASETYPE, HAVE_GC], {
        fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
            let (func, it) = function_and_iterator(ty, &FILTERFALSE, "filterfalse", args, kw)?;
            let f = alloc::<FilterFalseObject>(ty)?;
            f.func.set_ref(Some(func));
            f.it.set_ref(Some(it));
            Ok(f.upcast())
        }
        fn tp_iternext(slf: &FilterFalseObject) -> PyResult<Option<Owned>> {
            let (Some(func), Some(it)) = (slf.func.load(), slf.it.load()) else { return Ok(None) };
            let by_truth = func.is_none() || func.is(&boolean::PyBool_Type);
            while let Some(item) = iter::next(&it)? {
                let passes = if by_truth { object::is_true(&item)? } else { is_true_for(&func, &item)? };
                if !passes {
                    return Ok(Some(item));
                }
            }
            Ok(None)
        }
        #[method]
        fn __reduce__(slf: &FilterFalseObject) -> PyResult<Owned> {
            reduced(slf, slf.func.load().into_iter().chain(slf.it.load()).collect(), None)
        }
    }
}

iterator_type! {
    StarMap, StarMapObject, STARMAP, "itertools.starmap",
    objects { func, it }, plain {}, free |_| {}, flags [BASETYPE, HAVE_GC], {
        fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
            let (func, it) = function_and_iterator(ty, &STARMAP, "starmap", args, kw)?;
            let s = alloc::<StarMapObject>(ty)?;
            s.func.set_ref(Some(func));
            s.it.set_ref(Some(it));
            Ok(s.upcast())
        }
        fn tp_iternext(slf: &StarMapObject) -> PyResult<Option<Owned>> {
            let (Some(func), Some(it)) = (slf.func.load(), slf.it.load()) else { return Ok(None) };
            let Some(args) = iter::next(&it)? else { return Ok(None) };
            let args = sequence::tuple(&args)?;
            call::call_dict(&func, &args, None).map(Some)
        }
        #[method]
        fn __reduce__(slf: &StarMapObject) -> PyResult<Owned> {
            reduced(slf, slf.func.load().into_iter().chain(slf.it.load()).collect(), None)
        }
    }
}

iterator_type! {
    Compress, CompressObject, COMPRESS, "itertools.compress",
    objects { data, selectors }, plain {}, free |_| {}, flags [BASETYPE, HAVE_GC], {
        #[sig("(data, selectors)")]
        fn tp_new(ty: &PyTypeObject, data: &PyObject, selectors: &PyObject) -> PyResult<Owned> {
            let (data, selectors) = (object::get_iter(data)?, object::get_iter(selectors)?);
            let c = alloc::<CompressObject>(ty)?;
            c.data.set_ref(Some(data));
            c.selectors.set_ref(Some(selectors));
            Ok(c.upcast())
        }
        fn tp_iternext(slf: &CompressObject) -> PyResult<Option<Owned>> {
            let (Some(data), Some(selectors)) = (slf.data.load(), slf.selectors.load()) else {
                return Ok(None);
            };
            loop {
                // In this order: an item is taken even when there is no selector for it.
                let Some(item) = iter::next(&data)? else { return Ok(None) };
                let Some(selector) = iter::next(&selectors)? else { return Ok(None) };
                if object::is_true(&selector)? {
                    return Ok(Some(item));
                }
            }
        }
        #[method]
        fn __reduce__(slf: &CompressObject) -> PyResult<Owned> {
            reduced(slf, slf.data.load().into_iter().chain(slf.selectors.load()).collect(), None)
        }
    }
}

/// An index of `islice`: `None`, or an integer; else `None` and nothing raised.
fn bound(o: &PyObject, absent: Py_ssize_t) -> Option<Py_ssize_t> {
    if o.is_none() {
        return Some(absent);
    }
    match number::as_ssize_t(o, Some(exc::OverflowError.get())) {
        Ok(n) => Some(n),
        Err(_) => {
            err::clear();
            None
        }
    }
}

/// Start, stop (-1 for none) and step.
fn bounds(args: &[&PyObject]) -> PyResult<(Py_ssize_t, Py_ssize_t, Py_ssize_t)> {
    const RANGE: &str = "must be None or an integer: 0 <= x <= sys.maxsize.";
    let bad_stop = || raise!(ValueError, "Stop argument for islice() {RANGE}");
    let (start, stop) = match *args {
        [stop] => (Some(0), stop),
        _ => (bound(args[0], 0), args[1]),
    };
    // -1 cannot be told from a failure; other negative numbers are out of range.
    let end = bound(stop, -1).unwrap_or(-1);
    if end == -1 && !stop.is_none() {
        return Err(bad_stop());
    }
    let (Some(start @ 0..), -1..) = (start, end) else {
        return Err(raise!(ValueError, "Indices for islice() {RANGE}"));
    };
    let step = args
        .get(2)
        .map_or(Some(1), |step| bound(step, 1))
        .filter(|step| *step >= 1);
    let bad_step = || {
        raise!(
            ValueError,
            "Step for islice() must be a positive integer or None."
        )
    };
    Ok((start, end, step.ok_or_else(bad_step)?))
}

iterator_type! {
    /// `count` items have been taken; `next` is the index of the one to give next, and `stop` that of the end, or -1.
    ISlice, ISliceObject, ISLICE, "itertools.islice",
    objects { it }, plain { next: Py_ssize_t, stop: Py_ssize_t, step: Py_ssize_t, count: Py_ssize_t },
    free |_| {}, flags [BASETYPE, HAVE_GC], {
        fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
            no_keywords(ty, &ISLICE, "islice", kw)?;
            let args = tuple::as_slice(args);
            args::check_positional("islice", args.len(), 2, 4)?;
            let (start, stop, step) = bounds(&args[1..])?;
            let it = object::get_iter(args[0])?;
            let s = alloc::<ISliceObject>(ty)?;
            s.it.set_ref(Some(it));
            s.next.set(start);
            s.stop.set(stop);
            s.step.set(step);
            Ok(s.upcast())
        }
        fn tp_iternext(slf: &ISliceObject) -> PyResult<Option<Owned>> {
            let Some(it) = slf.it.load() else { return Ok(None) };
            let taken = take_next(slf, &it)?;
            if taken.is_none() {
                slf.it.set_ref(None);
            }
            Ok(taken)
        }
        #[method]
        fn __reduce__(slf: &ISliceObject) -> PyResult<Owned> {
            let Some(it) = slf.it.load() else {
                let nothing = object::get_iter(pyrite_runtime::list::new(0)?.as_object())?;
                return reduced(slf, vec![nothing, int(0)?], Some(int(0)?));
            };
            let stop = if slf.stop.get() < 0 { none().own() } else { int(slf.stop.get())? };
            let args = vec![it, int(slf.next.get())?, stop, int(slf.step.get())?];
            reduced(slf, args, Some(int(slf.count.get())?))
        }
        #[method]
        fn __setstate__(slf: &ISliceObject, state: &PyObject) -> PyResult<()> {
            slf.count.set(long::as_ssize_t(state)?);
            Ok(())
        }
    }
}

fn take_next(s: &ISliceObject, it: &PyObject) -> PyResult<Option<Owned>> {
    while s.count.get() < s.next.get() {
        if iter::next(it)?.is_none() {
            return Ok(None);
        }
        s.count.set(s.count.get() + 1);
    }
    let stop = s.stop.get();
    if stop >= 0 && s.count.get() >= stop {
        return Ok(None);
    }
    let Some(item) = iter::next(it)? else {
        return Ok(None);
    };
    s.count.set(s.count.get() + 1);
    let next = s
        .next
        .get()
        .checked_add(s.step.get())
        .filter(|next| stop < 0 || *next <= stop);
    s.next
        .set(next.unwrap_or(if stop < 0 { Py_ssize_t::MAX } else { stop }));
    Ok(Some(item))
}
