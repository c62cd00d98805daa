//! `count`, `cycle` and `repeat`.

use super::*;
use pyrite_macros::pytype;
use pyrite_runtime::{call, iter, list, long, number, object, sequence};

iterator_type! {
    /// Counts in machine integers by one while `big` is null; else `big` is the next value, and `step` what is added.
    Count, CountObject, COUNT, "itertools.count",
    objects { big, step }, plain { small: Py_ssize_t }, free |_| {}, flags [BASETYPE, HAVE_GC], {
        #[sig("(start=0, step=1)")]
        fn tp_new(ty: &PyTypeObject, start: Option<&PyObject>, step: Option<&PyObject>) -> PyResult<Owned> {
            for n in [start, step].into_iter().flatten() {
                if !number::check(n) {
                    return Err(raise!(TypeError, "a number is required"));
                }
            }
            let by_one = match step {
                None => true,
                Some(step) => step.downcast::<PyLongObject>().is_some() && is_one(step)?,
            };
            let c = alloc::<CountObject>(ty)?;
            let start = start.map_or_else(|| int(0), |s| Ok(s.own()))?;
            match start.downcast::<PyLongObject>().filter(|_| by_one).and_then(|s| small(s.as_object())) {
                Some(n) => c.small.set(n),
                None => {
                    c.big.set_ref(Some(start));
                    c.step.set_ref(Some(step.map_or_else(|| int(1), |s| Ok(s.own()))?));
                }
            }
            Ok(c.upcast())
        }
        fn tp_iternext(slf: &CountObject) -> PyResult<Option<Owned>> {
            let Some(now) = slf.big.load() else {
                let n = slf.small.get();
                match n.checked_add(1) {
                    Some(next) => slf.small.set(next),
                    None => {
                        slf.big.set_ref(Some(number::add(&*int(n)?, &*int(1)?)?));
                        slf.step.set_ref(Some(int(1)?));
                    }
                }
                return int(n).map(Some);
            };
            let step = slf.step.load().unwrap_or_else(|| none().own());
            slf.big.set_ref(Some(number::add(&now, &step)?));
            Ok(Some(now))
        }
        fn tp_repr(slf: &CountObject) -> PyResult<Owned> {
            let (Some(now), Some(step)) = (slf.big.load(), slf.step.load()) else {
                return Ok(unicode::from_str(&format!("count({})", slf.small.get()))?.upcast());
            };
            let mut w = unicode::Writer::new();
            w.push_str("count(")?;
            sequence::write_repr(&mut w, &now)?;
            if step.downcast::<PyLongObject>().is_none() || !is_one(&step)? {
                w.push_str(", ")?;
                sequence::write_repr(&mut w, &step)?;
            }
            w.push_str(")")?;
            Ok(w.finish()?.upcast())
        }
        #[method]
        fn __reduce__(slf: &CountObject) -> PyResult<Owned> {
            match (slf.big.load(), slf.step.load()) {
                (Some(now), Some(step)) => reduced(slf, vec![now, step], None),
                _ => reduced(slf, vec![int(slf.small.get())?], None),
            }
        }
    }
}

fn is_one(n: &PyObject) -> PyResult<bool> {
    object::rich_compare_bool(n, &*int(1)?, Py_EQ)
}

/// The value of an integer that a machine integer holds.
fn small(n: &PyObject) -> Option<Py_ssize_t> {
    pyrite_runtime::range::small(n).map(|n| n as Py_ssize_t)
}

iterator_type! {
    /// Gives the items and keeps them in `saved`; then goes round `saved`.
    Cycle, CycleObject, CYCLE, "itertools.cycle",
    objects { it, saved }, plain { index: usize, first_pass: bool }, free |_| {}, flags [BASETYPE, HAVE_GC], {
        fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
            no_keywords(ty, &CYCLE, "cycle", kw)?;
            let args = tuple::as_slice(args);
            pyrite_runtime::args::check_positional("cycle", args.len(), 1, 1)?;
            let it = object::get_iter(args[0])?;
            let c = alloc::<CycleObject>(ty)?;
            c.it.set_ref(Some(it));
            c.saved.set_ref(Some(list::new(0)?.upcast()));
            Ok(c.upcast())
        }
        fn tp_iternext(slf: &CycleObject) -> PyResult<Option<Owned>> {
            let Some(saved) = slf.saved.load() else { return Ok(None) };
            // SAFETY: the field holds a list.
            let saved: Owned<PyListObject> = unsafe { saved.cast_unchecked() };
            if let Some(it) = slf.it.load() {
                if let Some(item) = iter::next(&it)? {
                    if !slf.first_pass.get() {
                        list::append(&saved, &item)?;
                    }
                    return Ok(Some(item));
                }
                slf.it.set_ref(None);
            }
            let i = slf.index.get();
            let item = list::get(&saved, i);
            slf.index.set(if i + 1 >= list::len(&saved) { 0 } else { i + 1 });
            Ok(item)
        }
        #[method]
        fn __reduce__(slf: &CycleObject) -> PyResult<Owned> {
            let saved = slf.saved.load().unwrap_or_else(|| none().own());
            if let Some(it) = slf.it.load() {
                let pass = int(slf.first_pass.get().into())?;
                let state = tuple::pack([saved, pass])?.upcast();
                return reduced(slf, vec![it], Some(state));
            }
            let it = object::get_iter(&saved)?;
            if slf.index.get() > 0 {
                let at = int(slf.index.get() as Py_ssize_t)?;
                call::method(&it, id!("__setstate__").as_object(), &[&at])?;
            }
            let state = tuple::pack([saved, int(1)?])?.upcast();
            reduced(slf, vec![it], Some(state))
        }
        #[method]
        fn __setstate__(slf: &CycleObject, state: &PyObject) -> PyResult<()> {
            let state = tuple::as_slice(state_tuple(state)?);
            let [saved, pass] = *state else {
                return Err(raise!(TypeError, "function takes exactly 2 arguments ({} given)", state.len()));
            };
            if saved.downcast::<PyListObject>().is_none() {
                return Err(raise!(TypeError, "argument 1 must be list, not {}", saved.type_name()));
            }
            let pass = long::as_ssize_t(pass)? != 0;
            slf.saved.set_ref(Some(saved.own()));
            slf.first_pass.set(pass);
            slf.index.set(0);
            Ok(())
        }
    }
}

iterator_type! {
    /// `left` is -1 for ever.
    Repeat, RepeatObject, REPEAT, "itertools.repeat",
    objects { element }, plain { left: Py_ssize_t }, free |_| {}, flags [BASETYPE, HAVE_GC], {
        #[sig("(object, times=None)")]
        fn tp_new(ty: &PyTypeObject, object: &PyObject, times: Option<isize>) -> PyResult<Owned> {
            let r = alloc::<RepeatObject>(ty)?;
            r.element.set_ref(Some(object.own()));
            r.left.set(times.map_or(-1, |n| n.max(0)));
            Ok(r.upcast())
        }
        fn tp_iternext(slf: &RepeatObject) -> PyResult<Option<Owned>> {
            match slf.left.get() {
                0 => return Ok(None),
                n if n > 0 => slf.left.set(n - 1),
                _ => {}
            }
            Ok(slf.element.load())
        }
        fn tp_repr(slf: &RepeatObject) -> PyResult<Owned> {
            let mut w = unicode::Writer::new();
            w.push_str("repeat(")?;
            sequence::write_repr(&mut w, &slf.element.load().unwrap_or_else(|| none().own()))?;
            if slf.left.get() >= 0 {
                w.push_str(&format!(", {}", slf.left.get()))?;
            }
            w.push_str(")")?;
            Ok(w.finish()?.upcast())
        }
        #[method]
        fn __length_hint__(slf: &RepeatObject) -> PyResult<Py_ssize_t> {
            match slf.left.get() {
                -1 => Err(raise!(TypeError, "len() of unsized object")),
                n => Ok(n),
            }
        }
        #[method]
        fn __reduce__(slf: &RepeatObject) -> PyResult<Owned> {
            let mut args: Vec<Owned> = slf.element.load().into_iter().collect();
            if slf.left.get() >= 0 {
                args.push(int(slf.left.get())?);
            }
            reduced(slf, args, None)
        }
    }
}
