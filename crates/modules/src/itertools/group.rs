//! `groupby`: runs of items with the same key.

use super::*;
use pyrite_macros::pytype;
use pyrite_runtime::{call, err, iter, object};

iterator_type! {
    /// `target` is the key of the group that was given out last, `key` and `value` the newest item's. `grouper` is that group's
    /// iterator, as an address only: one that is older must stop.
    GroupBy, GroupByObject, GROUPBY, "itertools.groupby",
    objects { it, keyfunc, target, key, value }, plain { grouper: usize }, free |_| {}, flags [BASETYPE, HAVE_GC], {
        #[sig("(iterable, key=None)")]
        fn tp_new(ty: &PyTypeObject, iterable: &PyObject, key: Option<&PyObject>) -> PyResult<Owned> {
            let it = object::get_iter(iterable)?;
            let g = alloc::<GroupByObject>(ty)?;
            g.it.set_ref(Some(it));
            g.keyfunc.set_ref(Some(key.unwrap_or(none()).own()));
            Ok(g.upcast())
        }
        fn tp_iternext(slf: &GroupByObject) -> PyResult<Option<Owned>> {
            slf.grouper.set(0);
            // Past what is left of the present group.
            loop {
                match (slf.key.load(), slf.target.load()) {
                    (Some(_), None) => break,
                    (Some(key), Some(target)) => {
                        if !object::rich_compare_bool(&target, &key, Py_EQ)? {
                            break;
                        }
                    }
                    (None, _) => {}
                }
                if !step(slf)? {
                    return Ok(None);
                }
            }
            let Some(key) = slf.key.load() else { return Err(err::bad_internal_call()) };
            slf.target.set_ref(Some(key.clone()));
            let group = grouper(slf, &key)?;
            slf.grouper.set(group.as_ptr() as usize);
            Ok(Some(tuple::pack([key, group])?.upcast()))
        }
        #[method]
        fn __reduce__(slf: &GroupByObject) -> PyResult<Owned> {
            let args = slf.it.load().into_iter().chain(slf.keyfunc.load()).collect();
            let state = match (slf.value.load(), slf.target.load(), slf.key.load()) {
                (Some(value), Some(target), Some(key)) => Some(tuple::pack([value, target, key])?.upcast()),
                _ => None,
            };
            reduced(slf, args, state)
        }
        #[method]
        fn __setstate__(slf: &GroupByObject, state: &PyObject) -> PyResult<()> {
            let state = tuple::as_slice(state_tuple(state)?);
            let [value, target, key] = *state else {
                return Err(raise!(TypeError, "function takes exactly 3 arguments ({} given)", state.len()));
            };
            slf.value.set_ref(Some(value.own()));
            slf.target.set_ref(Some(target.own()));
            slf.key.set_ref(Some(key.own()));
            Ok(())
        }
    }
}

/// Takes the next item: is there one?
fn step(g: &GroupByObject) -> PyResult<bool> {
    let (Some(it), Some(keyfunc)) = (g.it.load(), g.keyfunc.load()) else {
        return Ok(false);
    };
    let Some(value) = iter::next(&it)? else {
        return Ok(false);
    };
    let key = if keyfunc.is_none() {
        value.clone()
    } else {
        call::call1(&keyfunc, &value)?
    };
    g.value.set_ref(Some(value));
    g.key.set_ref(Some(key));
    Ok(true)
}

iterator_type! {
    Grouper, GrouperObject, GROUPER, "itertools._grouper",
    objects { parent, target }, plain {}, free |_| {}, flags [HAVE_GC], {
        fn tp_new(_ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
            pyrite_runtime::args::no_keywords("_grouper", kw)?;
            let args = tuple::as_slice(args);
            pyrite_runtime::args::check_positional("_grouper", args.len(), 2, 2)?;
            let Some(parent) = args[0].downcast::<GroupByObject>() else {
                let given = pyrite_runtime::args::given_name(args[0]);
                return Err(raise!(TypeError, "_grouper() argument 1 must be itertools.groupby, not {given}"));
            };
            grouper(parent, args[1])
        }
        fn tp_iternext(slf: &GrouperObject) -> PyResult<Option<Owned>> {
            let Some(parent) = slf.parent.load() else { return Ok(None) };
            let Some(parent) = parent.downcast::<GroupByObject>() else { return Ok(None) };
            if parent.grouper.get() != slf.as_ptr() as usize {
                return Ok(None);
            }
            if parent.value.get().is_null() && !step(parent)? {
                return Ok(None);
            }
            let (Some(key), Some(target)) = (parent.key.load(), slf.target.load()) else { return Ok(None) };
            if !object::rich_compare_bool(&target, &key, Py_EQ)? {
                return Ok(None);
            }
            // The key stays: the next item is compared with it.
            Ok(parent.value.take_ref())
        }
        #[method]
        fn __reduce__(slf: &GrouperObject) -> PyResult<Owned> {
            let parent = slf.parent.load();
            let current = parent.as_ref().and_then(|p| p.downcast::<GroupByObject>()).map(|p| p.grouper.get());
            if current != Some(slf.as_ptr() as usize) {
                return iter::reduce("iter", tuple::empty()?.upcast(), None);
            }
            reduced(slf, parent.into_iter().chain(slf.target.load()).collect(), None)
        }
    }
}

/// The iterator over the group of a key.
fn grouper(parent: &GroupByObject, key: &PyObject) -> PyResult<Owned> {
    let g = alloc::<GrouperObject>(&GROUPER)?;
    g.parent.set_ref(Some(parent.own()));
    g.target.set_ref(Some(key.own()));
    parent.grouper.set(g.as_ptr() as usize);
    Ok(g.upcast())
}
