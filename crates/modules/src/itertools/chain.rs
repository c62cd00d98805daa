//! `chain`, `zip_longest` and `accumulate`.

use super::*;
use pyrite_macros::pytype;
use pyrite_runtime::{call, dict, err, iter, number, object};

iterator_type! {
    /// `source` gives the iterables, `active` iterates over the present one. Both null at the end.
    Chain, ChainObject, CHAIN, "itertools.chain",
    objects { source, active }, plain {}, free |_| {}, flags [BASETYPE, HAVE_GC], {
        fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
            no_keywords(ty, &CHAIN, "chain", kw)?;
            over(ty, object::get_iter(args.as_object())?)
        }
        fn tp_iternext(slf: &ChainObject) -> PyResult<Option<Owned>> {
            while let Some(source) = slf.source.load() {
                let active = match slf.active.load() {
                    Some(active) => active,
                    None => {
                        let made = match iter::next(&source) {
                            Ok(Some(iterable)) => object::get_iter(&iterable).map(Some),
                            other => other,
                        };
                        let Ok(Some(active)) = made else {
                            slf.source.set_ref(None);
                            return made;
                        };
                        slf.active.set_ref(Some(active.clone()));
                        active
                    }
                };
                if let Some(item) = iter::next_usual(&active)? {
                    return Ok(Some(item));
                }
                slf.active.set_ref(None);
            }
            Ok(None)
        }
        #[method(class)]
        fn from_iterable(ty: &PyTypeObject, iterable: &PyObject) -> PyResult<Owned> {
            over(ty, object::get_iter(iterable)?)
        }
        #[method]
        fn __reduce__(slf: &ChainObject) -> PyResult<Owned> {
            let state: Vec<Owned> = slf.source.load().into_iter().chain(slf.active.load()).collect();
            let state = if state.is_empty() { None } else { Some(tuple::from_owned(state)?.upcast()) };
            reduced(slf, Vec::new(), state)
        }
        #[method]
        fn __setstate__(slf: &ChainObject, state: &PyObject) -> PyResult<()> {
            let state = tuple::as_slice(state_tuple(state)?);
            if !(1..=2).contains(&state.len()) {
                let (bound, n) = if state.is_empty() { ("least 1", "") } else { ("most 2", "s") };
                let given = state.len();
                return Err(raise!(TypeError, "function takes at {bound} argument{n} ({given} given)"));
            }
            if !state.iter().all(|it| iter::check(it)) {
                return Err(raise!(TypeError, "Arguments must be iterators."));
            }
            slf.source.set_ref(Some(state[0].own()));
            slf.active.set_ref(state.get(1).map(|it| it.own()));
            Ok(())
        }
    }
}

fn over(ty: &PyTypeObject, source: Owned) -> PyResult<Owned> {
    let c = alloc::<ChainObject>(ty)?;
    c.source.set_ref(Some(source));
    Ok(c.upcast())
}

/// `chain([first], rest)`.
fn chained(first: Owned, rest: Owned) -> PyResult<Owned> {
    let args = tuple::pack([tuple::pack([first])?.upcast(), rest])?;
    over(&CHAIN, object::get_iter(args.as_object())?)
}

iterator_type! {
    /// `total` is null before the first item; `initial` is `None` once it was given.
    Accumulate, AccumulateObject, ACCUMULATE, "itertools.accumulate",
    objects { total, it, func, initial }, plain {}, free |_| {}, flags [BASETYPE, HAVE_GC], {
        #[sig("(iterable, func=None, *, initial=None)")]
        fn tp_new(
            ty: &PyTypeObject,
            iterable: &PyObject,
            func: Option<&PyObject>,
            initial: Option<&PyObject>,
        ) -> PyResult<Owned> {
            let it = object::get_iter(iterable)?;
            let a = alloc::<AccumulateObject>(ty)?;
            a.it.set_ref(Some(it));
            a.func.set_ref(func.filter(|f| !f.is_none()).map(ObjectExt::own));
            a.initial.set_ref(initial.filter(|i| !i.is_none()).map(ObjectExt::own));
            Ok(a.upcast())
        }
        fn tp_iternext(slf: &AccumulateObject) -> PyResult<Option<Owned>> {
            if let Some(initial) = slf.initial.take_ref() {
                slf.total.set_ref(Some(initial.clone()));
                return Ok(Some(initial));
            }
            let Some(it) = slf.it.load() else { return Ok(None) };
            let Some(value) = iter::next(&it)? else { return Ok(None) };
            let total = match (slf.total.load(), slf.func.load()) {
                (None, _) => value,
                (Some(total), None) => number::add(&total, &value)?,
                (Some(total), Some(func)) => call::call(&func, &[&total, &value])?,
            };
            slf.total.set_ref(Some(total.clone()));
            Ok(Some(total))
        }
        #[method]
        fn __reduce__(slf: &AccumulateObject) -> PyResult<Owned> {
            let it = slf.it.load().ok_or_else(err::bad_internal_call)?;
            let func = slf.func.load().unwrap_or_else(|| none().own());
            if let Some(initial) = slf.initial.load() {
                return reduced(slf, vec![chained(initial, it)?, func], Some(none().own()));
            }
            let total = slf.total.load();
            if total.as_ref().is_some_and(|t| t.is_none()) {
                // As a state, None would stand for "no total yet".
                let rest = chained(none().own(), it)?;
                let inner = reduced(slf, vec![rest, func], Some(none().own()))?;
                let inner = restore(&inner)?;
                let islice = super::select::ISLICE.as_object().own();
                let args = tuple::pack([inner, int(1)?, none().own()])?.upcast();
                return Ok(tuple::pack([islice, args])?.upcast());
            }
            reduced(slf, vec![it, func], Some(total.unwrap_or_else(|| none().own())))
        }
        #[method]
        fn __setstate__(slf: &AccumulateObject, state: &PyObject) {
            slf.total.set_ref((!state.is_none()).then(|| state.own()));
        }
    }
}

/// The object that a `(type, args, ..)` stands for.
fn restore(reduced: &PyObject) -> PyResult<Owned> {
    let parts = reduced
        .downcast::<PyTupleObject>()
        .ok_or_else(err::bad_internal_call)?;
    let [ty, args, ..] = *tuple::as_slice(parts) else {
        return Err(err::bad_internal_call());
    };
    let args = args
        .downcast::<PyTupleObject>()
        .ok_or_else(err::bad_internal_call)?;
    call::call_dict(ty, args, None)
}

iterator_type! {
    /// `its` is a tuple of iterators, `None` for those at their end, of which `active` are not.
    ZipLongest, ZipLongestObject, ZIP_LONGEST, "itertools.zip_longest",
    objects { its, fill, spare }, plain { active: usize }, free |_| {}, flags [BASETYPE, HAVE_GC], {
        fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
            let mut fill = none().own();
            if let Some(kw) = kw.filter(|kw| dict::len(kw) > 0) {
                match dict::get_item(kw, id!("fillvalue").as_object())? {
                    Some(value) if dict::len(kw) == 1 => fill = value,
                    _ => return Err(raise!(TypeError, "zip_longest() got an unexpected keyword argument")),
                }
            }
            let its: PyResult<Vec<Owned>> =
                tuple::as_slice(args).iter().map(|o| object::get_iter(o)).collect();
            let its = its?;
            let z = alloc::<ZipLongestObject>(ty)?;
            z.active.set(its.len());
            z.its.set_ref(Some(pyrite_runtime::list::from_owned(its)?.upcast()));
            z.fill.set_ref(Some(fill));
            Ok(z.upcast())
        }
        fn tp_iternext(slf: &ZipLongestObject) -> PyResult<Option<Owned>> {
            let (Some(its), Some(fill)) = (slf.its.load(), slf.fill.load()) else { return Ok(None) };
            let Some(its) = its.downcast::<PyListObject>() else { return Ok(None) };
            if slf.active.get() == 0 {
                return Ok(None);
            }
            let n = pyrite_runtime::list::len(its);
            let item = |i: usize| {
                let Some(it) = pyrite_runtime::list::get(its, i).filter(|it| !it.is_none()) else {
                    return Ok(Some(fill.clone()));
                };
                if let Some(item) = next_or_stop(slf, &it)? {
                    return Ok(Some(item));
                }
                if slf.active.get() == 0 {
                    return Ok(None);
                }
                pyrite_runtime::list::set_item(its, i as Py_ssize_t, none().own())?;
                Ok(Some(fill.clone()))
            };
            let spare = slf.spare.load().filter(|spare| spare.refcount() == 2);
            if let Some(spare) = spare.as_ref().and_then(|spare| spare.downcast::<PyTupleObject>()) {
                // Nobody else has it: as in `zip`.
                for (i, field) in tuple::fields(spare).iter().enumerate() {
                    let Some(item) = item(i)? else { return Ok(None) };
                    field.set_ref(Some(item));
                }
                pyrite_runtime::gc::track_again(spare.as_object());
                return Ok(Some(spare.own()));
            }
            let made = tuple::build(n, item)?.map(Owned::upcast);
            slf.spare.set_ref(made.clone());
            Ok(made)
        }
        #[method]
        fn __reduce__(slf: &ZipLongestObject) -> PyResult<Owned> {
            let its = slf.its.load();
            let its = its.as_ref().and_then(|l| l.downcast::<PyListObject>());
            let mut args = Vec::new();
            for it in its.map(pyrite_runtime::list::to_vec).unwrap_or_default() {
                args.push(if it.is_none() { tuple::empty()?.upcast() } else { it });
            }
            reduced(slf, args, slf.fill.load())
        }
        #[method]
        fn __setstate__(slf: &ZipLongestObject, state: &PyObject) {
            slf.fill.set_ref(Some(state.own()));
        }
    }
}

/// The next item; at the iterator's end there is one less that is active, after an error none.
fn next_or_stop(z: &ZipLongestObject, it: &PyObject) -> PyResult<Option<Owned>> {
    let item = iter::next_usual(it);
    match &item {
        Ok(Some(_)) => {}
        Ok(None) => z.active.set(z.active.get().saturating_sub(1)),
        Err(_) => z.active.set(0),
    }
    item
}
