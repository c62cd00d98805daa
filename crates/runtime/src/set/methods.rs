//! The types `set` and `frozenset`.

use super::*;
use crate::{args, list, repr_guard, sequence, tuple};
use pyrite_macros::pytype;

/// An element to look for: a set, which has no hash, stands for the frozenset with its elements.
fn with_key<R>(key: &PyObject, mut f: impl FnMut(&PyObject) -> PyResult<R>) -> PyResult<R> {
    match f(key) {
        Err(_) if key.isinstance_of(&PySet_Type) && err::matches(exc::TypeError.get()) => {
            err::clear();
            f(new_frozen(Some(key))?.as_object())
        }
        outcome => outcome,
    }
}

fn repr(s: &PySetObject) -> PyResult<Owned> {
    let name = s.type_name();
    let name = name.rsplit('.').next().unwrap_or_default();
    let Some(_guard) = repr_guard::enter(s) else {
        return Ok(unicode::from_str(&format!("{name}(...)"))?.upcast());
    };
    if len(s) == 0 {
        return Ok(unicode::from_str(&format!("{name}()"))?.upcast());
    }
    let plain = s.is_exactly(&PySet_Type);
    let mut w = unicode::Writer::new();
    if !plain {
        w.push_str(name)?;
        w.push_str("(")?;
    }
    w.push_str("{")?;
    for (i, item) in to_vec(s).iter().enumerate() {
        if i > 0 {
            w.push_str(", ")?;
        }
        sequence::write_repr(&mut w, item)?;
    }
    w.push_str(if plain { "}" } else { "})" })?;
    Ok(w.finish()?.upcast())
}

fn reduce(s: &PySetObject) -> PyResult<Owned> {
    let keys = list::from_owned(to_vec(s))?.upcast();
    let args = tuple::pack([keys])?.upcast();
    let state = object::lookup_attr(s.as_object(), id!("__dict__").as_object())?;
    let state = state.unwrap_or_else(|| none().own());
    Ok(tuple::pack([s.ty().own(), args, state])?.upcast())
}

fn size_of_set(s: &PySetObject) -> Py_ssize_t {
    let mut n = s.ty().tp_basicsize.get();
    if s.table.get() != small_table(s) {
        n += (s.mask.get() + 1) * size_of::<setentry>() as Py_ssize_t;
    }
    n
}

/// Both operands as sets, or `None`: then the operator is not implemented.
fn operands<'a>(a: &'a PyObject, b: &'a PyObject) -> Option<(&'a PySetObject, &'a PySetObject)> {
    Some((as_any(a)?, as_any(b)?))
}

fn upcast(result: PyResult<Owned<PySetObject>>) -> PyResult<Owned> {
    result.map(Owned::upcast)
}

macro_rules! operator {
    ($a:ident, $b:ident, |$x:ident, $y:ident| $body:expr) => {
        match operands($a, $b) {
            Some(($x, $y)) => upcast($body),
            None => Ok(not_implemented().own()),
        }
    };
}

/// `a op= b`: `b` must be a set.
fn inplace(
    a: &PySetObject,
    b: &PyObject,
    change: impl FnOnce(&PySetObject, &PyObject) -> PyResult<()>,
) -> PyResult<Owned> {
    if !check_any(b) {
        return Ok(not_implemented().own());
    }
    change(a, b)?;
    Ok(a.own())
}

/// Declares a type of set: what both have, and what is its own.
macro_rules! set_type {
    ($class:ident, #[pytype($($options:tt)*)], { $($own:tt)* }) => {
        pub struct $class;

        #[pytype($($options)*, layout = PySetObject, weaklistoffset = weakreflist, flags = [BASETYPE, HAVE_GC], free = gc_del)]
        impl $class {
            const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);

            fn tp_dealloc(slf: *mut PySetObject) {
                // SAFETY: the count is 0: the object is ours to take apart.
                unsafe {
                    gc::untrack_if_tracked(slf.cast());
                    free(slf);
                }
            }

            fn tp_traverse(slf: &PySetObject, visit: gc::Visitor) -> c_int {
                traverse(slf, visit)
            }

            fn tp_clear(slf: &PySetObject) {
                clear(slf);
            }

            fn tp_repr(slf: &PySetObject) -> PyResult<Owned> {
                repr(slf)
            }

            fn tp_richcompare(slf: &PySetObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
                compare(slf, other, op)
            }

            fn tp_iter(slf: &PySetObject) -> PyResult<Owned> {
                iterator::over(slf)
            }

            fn sq_length(slf: &PySetObject) -> PyResult<Py_ssize_t> {
                Ok(slf.used.get())
            }

            fn sq_contains(slf: &PySetObject, key: &PyObject) -> PyResult<bool> {
                with_key(key, |key| contains(slf, key))
            }

            fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
                operator!(a, b, |x, _y| difference(x, b))
            }

            fn nb_and(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
                operator!(a, b, |x, _y| intersection(x, b))
            }

            fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
                operator!(a, b, |x, _y| symmetric_difference(x, b))
            }

            fn nb_or(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
                operator!(a, b, |x, _y| union(x, &[b]))
            }

            #[method(coexist)]
            fn __contains__(slf: &PySetObject, key: &PyObject) -> PyResult<bool> {
                with_key(key, |key| contains(slf, key))
            }

            #[method(args)]
            fn difference(slf: &PySetObject, others: &[&PyObject]) -> PyResult<Owned> {
                difference_multi(slf, others)
            }

            #[method(args)]
            fn intersection(slf: &PySetObject, others: &[&PyObject]) -> PyResult<Owned> {
                upcast(intersection_multi(slf, others))
            }

            #[method]
            fn isdisjoint(slf: &PySetObject, other: &PyObject) -> PyResult<bool> {
                is_disjoint(slf, other)
            }

            #[method]
            fn issubset(slf: &PySetObject, other: &PyObject) -> PyResult<bool> {
                is_subset(slf, other)
            }

            #[method]
            fn issuperset(slf: &PySetObject, other: &PyObject) -> PyResult<bool> {
                is_superset(slf, other)
            }

            #[method]
            fn __reduce__(slf: &PySetObject) -> PyResult<Owned> {
                reduce(slf)
            }

            #[method]
            fn __sizeof__(slf: &PySetObject) -> Py_ssize_t {
                size_of_set(slf)
            }

            #[method]
            fn symmetric_difference(slf: &PySetObject, other: &PyObject) -> PyResult<Owned> {
                upcast(symmetric_difference(slf, other))
            }

            #[method(args)]
            fn union(slf: &PySetObject, others: &[&PyObject]) -> PyResult<Owned> {
                upcast(union(slf, others))
            }

            $($own)*
        }
    };
}

set_type! { Set, #[pytype(name = "set", c_name = PySet_Type)], {
    const tp_hash: hashfunc = Some(crate::object::hash_not_implemented_slot);
    fn tp_new(ty: &PyTypeObject, _args: &PyObject, _kw: Option<&PyObject>) -> PyResult<Owned> {
        upcast(make(ty, None))
    }

    fn tp_init(slf: &PySetObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<()> {
        args::no_keywords("set", kw)?;
        let args = tuple::as_slice(args);
        args::check_positional("set", args.len(), 0, 1)?;
        if slf.fill.get() != 0 {
            clear(slf);
        }
        slf.hash.set(-1);
        match args.first() {
            Some(iterable) => update(slf, iterable),
            None => Ok(()),
        }
    }

    fn nb_inplace_subtract(a: &PySetObject, b: &PyObject) -> PyResult<Owned> {
        inplace(a, b, difference_update)
    }

    fn nb_inplace_and(a: &PySetObject, b: &PyObject) -> PyResult<Owned> {
        inplace(a, b, |a, b| {
            swap_contents(a, &*intersection(a, b)?);
            Ok(())
        })
    }

    fn nb_inplace_xor(a: &PySetObject, b: &PyObject) -> PyResult<Owned> {
        inplace(a, b, symmetric_difference_update)
    }

    fn nb_inplace_or(a: &PySetObject, b: &PyObject) -> PyResult<Owned> {
        inplace(a, b, update)
    }

    #[method]
    fn add(slf: &PySetObject, key: &PyObject) -> PyResult<()> {
        add(slf, key)
    }

    #[method]
    fn clear(slf: &PySetObject) {
        clear(slf);
    }

    #[method]
    fn copy(slf: &PySetObject) -> PyResult<Owned> {
        upcast(copy(slf))
    }

    #[method]
    fn discard(slf: &PySetObject, key: &PyObject) -> PyResult<()> {
        with_key(key, |key| discard(slf, key)).map(drop)
    }

    #[method]
    fn remove(slf: &PySetObject, key: &PyObject) -> PyResult<()> {
        if with_key(key, |key| discard(slf, key))? {
            Ok(())
        } else {
            Err(err::set_key_error(key))
        }
    }

    #[method(args)]
    fn difference_update(slf: &PySetObject, others: &[&PyObject]) -> PyResult<()> {
        others
            .iter()
            .try_for_each(|other| difference_update(slf, other))
    }

    #[method(args)]
    fn intersection_update(slf: &PySetObject, others: &[&PyObject]) -> PyResult<()> {
        let kept = intersection_multi(slf, others)?;
        if !kept.is(slf) {
            swap_contents(slf, &kept);
        }
        Ok(())
    }

    #[method]
    fn pop(slf: &PySetObject) -> PyResult<Owned> {
        pop(slf)
    }

    #[method]
    fn symmetric_difference_update(slf: &PySetObject, other: &PyObject) -> PyResult<()> {
        symmetric_difference_update(slf, other)
    }

    #[method(args)]
    fn update(slf: &PySetObject, others: &[&PyObject]) -> PyResult<()> {
        others.iter().try_for_each(|other| update(slf, other))
    }
} }

fn difference_multi(s: &PySetObject, others: &[&PyObject]) -> PyResult<Owned> {
    let Some((first, rest)) = others.split_first() else {
        return upcast(copy(s));
    };
    let result = difference(s, first)?;
    rest.iter()
        .try_for_each(|other| difference_update(&result, other))?;
    Ok(result.upcast())
}

struct EmptyFrozen(Cell<*mut PySetObject>);
// SAFETY: only the holder of the GIL touches it.
unsafe impl Sync for EmptyFrozen {}
static EMPTY_FROZEN: EmptyFrozen = EmptyFrozen(Cell::new(std::ptr::null_mut()));

fn new_frozenset(ty: &PyTypeObject, iterable: Option<&PyObject>) -> PyResult<Owned<PySetObject>> {
    if !std::ptr::eq(ty, &PyFrozenSet_Type) {
        return make(ty, iterable);
    }
    if let Some(iterable) = iterable {
        if iterable.is_exactly(&PyFrozenSet_Type) {
            // SAFETY: an exact frozenset.
            return Ok(unsafe { iterable.own().cast_unchecked() });
        }
        let s = make(ty, Some(iterable))?;
        if len(&s) > 0 {
            return Ok(s);
        }
    }
    if EMPTY_FROZEN.0.get().is_null() {
        EMPTY_FROZEN.0.set(make(ty, None)?.into_typed_ptr());
    }
    EMPTY_FROZEN.0.load().ok_or_else(err::bad_internal_call)
}

set_type! { FrozenSet, #[pytype(name = "frozenset", c_name = PyFrozenSet_Type, no_class)], {
    fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
        if std::ptr::eq(ty, &PyFrozenSet_Type) {
            args::no_keywords("frozenset", kw)?;
        }
        let args = tuple::as_slice(args);
        args::check_positional("frozenset", args.len(), 0, 1)?;
        upcast(new_frozenset(ty, args.first().copied()))
    }

    fn tp_hash(slf: &PySetObject) -> PyResult<Py_hash_t> {
        Ok(frozen_hash(slf))
    }

    #[method]
    fn copy(slf: &PySetObject) -> PyResult<Owned> {
        if slf.is_exactly(&PyFrozenSet_Type) {
            Ok(slf.own())
        } else {
            upcast(copy(slf))
        }
    }
} }
