//! `product`, `permutations`, `combinations` and `combinations_with_replacement`.
//!
//! Each keeps indices into its pools, finds the next ones, and gives a tuple of what they point to. They share a state:
//! the indices (and for permutations the cycles), and whether anything was given out yet or all has been.

use super::*;
use pyrite_macros::pytype;
use pyrite_runtime::{dict, err, gc, long, number, sequence};

/// What is being combined. Freed with the object.
#[derive(Default)]
struct State {
    pools: Vec<Owned<PyTupleObject>>,
    indices: Vec<usize>,
    cycles: Vec<usize>,
    r: usize,
    started: bool,
    stopped: bool,
    /// The tuple given out last, used again when nobody else holds it.
    spare: Option<Owned<PyTupleObject>>,
}

type StateField = *mut State;

/// The state of an object; no code runs while it is borrowed.
fn state<'a>(field: &Cell<StateField>) -> Option<&'a mut State> {
    // SAFETY: null, or a box that the object owns and nobody else can reach; callers run no code while they hold it.
    unsafe { field.get().as_mut() }
}

fn set_state(field: &Cell<StateField>, new: State) {
    let old = field.replace(Box::into_raw(Box::new(new)));
    free_state(old);
}

fn free_state(old: StateField) {
    if !old.is_null() {
        // SAFETY: made by `set_state`, and in no field any more.
        drop(unsafe { Box::from_raw(old) });
    }
}

/// Gives the tuple that the indices stand for; `pool` says which pool a position looks into. Only the positions from `changed` on are other
/// than in the last tuple. Nothing that is replaced here dies of it: the pools hold it too.
fn give(
    s: &mut State,
    changed: Option<usize>,
    pool: impl Fn(usize) -> usize,
) -> PyResult<Option<Owned>> {
    let Some(changed) = changed else {
        return Ok(None);
    };
    let item = |i: usize| tuple::get(&s.pools[pool(i)], s.indices[i]).own();
    if let Some(spare) = s.spare.as_ref().filter(|t| t.refcount() == 1) {
        for (i, field) in tuple::fields(spare).iter().enumerate().skip(changed) {
            field.set_ref(Some(item(i)));
        }
        gc::track_again(spare.as_object());
        return Ok(Some(spare.clone().upcast()));
    }
    let made = tuple::build(s.r, |i| Ok(Some(item(i))))?;
    if s.r > 0 {
        s.spare = made.clone();
    }
    Ok(made.map(Owned::upcast))
}

fn numbers(all: &[usize]) -> PyResult<Owned> {
    let all: PyResult<Vec<Owned>> = all.iter().map(|n| int(*n as Py_ssize_t)).collect();
    Ok(tuple::from_owned(all?)?.upcast())
}

/// The integers of a state tuple, clipped to `0..=most(i)`.
fn read_numbers(o: &PyObject, n: usize, most: impl Fn(usize) -> usize) -> PyResult<Vec<usize>> {
    let invalid = || raise!(ValueError, "invalid arguments");
    let t = o
        .downcast::<PyTupleObject>()
        .filter(|t| tuple::len(t) == n)
        .ok_or_else(invalid)?;
    let items = tuple::as_slice(t).iter().enumerate();
    items
        .map(|(i, item)| Ok(long::as_ssize_t(item)?.clamp(0, most(i) as Py_ssize_t) as usize))
        .collect()
}

fn extra_size(slf: &impl ObjectExt, n: usize) -> Py_ssize_t {
    slf.ty().tp_basicsize.get() + (n * size_of::<Py_ssize_t>()) as Py_ssize_t
}

/// Traversal of what is not in an object field.
fn visit_state(field: &Cell<StateField>, visit: pyrite_runtime::gc::Visitor) -> c_int {
    let pools = state(field).map(|s| s.pools.as_slice()).unwrap_or_default();
    let spare = state(field).and_then(|s| s.spare.as_ref());
    visit.visit_all(pools.iter().chain(spare).map(|p| p.as_ptr()))
}

macro_rules! combinator {
    ($marker:ident, $layout:ident, $c_name:ident, $name:tt, [$($padding:ident),*], { $($body:tt)* }) => {
        #[repr(C)]
        pub struct $layout {
            ob_base: PyObject,
            state: Cell<StateField>,
            // As large as 3.8's, which `__sizeof__` shows.
            $($padding: Cell<usize>,)*
        }
        // SAFETY: begins with the object head; all fields are cells.
        unsafe impl Layout for $layout {}

        pub struct $marker;
        #[pytype(name = $name, c_name = $c_name, layout = $layout, export = false, flags = [BASETYPE, HAVE_GC], free = gc_del)]
        impl $marker {
            fn tp_dealloc(slf: *mut $layout) {
                // SAFETY: the count is 0: the object is ours to take apart.
                unsafe {
                    pyrite_runtime::gc::untrack_if_tracked(slf.cast());
                    free_state((*slf).state.replace(std::ptr::null_mut()));
                    pyrite_runtime::mem::free_by_type(slf.cast());
                }
            }
            fn tp_traverse(slf: &$layout, visit: pyrite_runtime::gc::Visitor) -> c_int {
                visit_state(&slf.state, visit)
            }
            const tp_iter: getiterfunc = Some(pyrite_runtime::object::self_iter);
            $($body)*
        }
    };
}

/// `r`, which must not be negative.
fn length(r: Py_ssize_t) -> PyResult<usize> {
    usize::try_from(r).map_err(|_| raise!(ValueError, "r must be non-negative"))
}

/// Room for `n` indices, or `MemoryError`.
fn indices(n: usize, value: impl Fn(usize) -> usize) -> PyResult<Vec<usize>> {
    let mut all = Vec::new();
    all.try_reserve_exact(n).map_err(|_| err::no_memory())?;
    all.extend((0..n).map(value));
    Ok(all)
}

combinator!(
    Product,
    ProductObject,
    PRODUCT,
    "itertools.product",
    [padding1, padding2, padding3],
    {
        fn tp_new(
            ty: &PyTypeObject,
            args: &PyTupleObject,
            kw: Option<&PyDictObject>,
        ) -> PyResult<Owned> {
            let mut repeat = 1;
            if let Some(kw) = kw.filter(|kw| dict::len(kw) > 0) {
                pyrite_runtime::args::check_keyword_count("product", dict::len(kw), 1)?;
                let mut pos = 0;
                while let Some((key, value)) = dict::next(kw, &mut pos) {
                    let Some(name) = key.downcast::<PyUnicodeObject>() else {
                        continue;
                    };
                    if unicode::eq_str(name, "repeat") {
                        repeat = number::as_ssize_t(
                            &*number::index(&value)?,
                            Some(exc::OverflowError.get()),
                        )?;
                        continue;
                    }
                    let name = err::Str(&key);
                    return Err(raise!(
                        TypeError,
                        "'{name}' is an invalid keyword argument for product()"
                    ));
                }
            }
            if repeat < 0 {
                return Err(raise!(ValueError, "repeat argument cannot be negative"));
            }
            let given: PyResult<Vec<_>> = tuple::as_slice(args)
                .iter()
                .map(|o| sequence::tuple(o))
                .collect();
            let given = given?;
            let n = given
                .len()
                .checked_mul(repeat as usize)
                .filter(|n| *n <= isize::MAX as usize / 8);
            let Some(n) = n else {
                return Err(raise!(OverflowError, "repeat argument too large"));
            };
            let mut pools = Vec::new();
            pools.try_reserve_exact(n).map_err(|_| err::no_memory())?;
            pools.extend((0..n).map(|i| given[i % given.len()].clone()));
            let p = alloc::<ProductObject>(ty)?;
            let indices = indices(n, |_| 0)?;
            set_state(
                &p.state,
                State {
                    pools,
                    indices,
                    r: n,
                    ..State::default()
                },
            );
            Ok(p.upcast())
        }
        fn tp_iternext(slf: &ProductObject) -> PyResult<Option<Owned>> {
            let Some(s) = state(&slf.state) else {
                return Ok(None);
            };
            let changed = next_product(s);
            give(s, changed, |i| i)
        }
        #[method]
        fn __reduce__(slf: &ProductObject) -> PyResult<Owned> {
            let Some(s) = state(&slf.state) else {
                return Err(err::bad_internal_call());
            };
            if s.stopped {
                return reduced(slf, vec![tuple::empty()?.upcast()], None);
            }
            let pools = s.pools.iter().map(|p| p.clone().upcast()).collect();
            let (started, indices) = (s.started, s.indices.clone());
            reduced(
                slf,
                pools,
                if started {
                    Some(numbers(&indices)?)
                } else {
                    None
                },
            )
        }
        #[method]
        fn __setstate__(slf: &ProductObject, given: &PyObject) -> PyResult<()> {
            let Some(s) = state(&slf.state) else {
                return Ok(());
            };
            let sizes: Vec<usize> = s.pools.iter().map(|p| tuple::len(p)).collect();
            if sizes.contains(&0) {
                s.stopped = true;
                return Ok(());
            }
            let indices = read_numbers(given, sizes.len(), |i| sizes[i] - 1)?;
            if let Some(s) = state(&slf.state) {
                s.indices = indices;
                s.started = true;
                // As in `restart`.
                let spare = s.spare.take();
                drop(spare);
            }
            Ok(())
        }
        #[method]
        fn __sizeof__(slf: &ProductObject) -> Py_ssize_t {
            extra_size(slf, state(&slf.state).map_or(0, |s| s.pools.len()))
        }
    }
);

/// The first position that is another than before; `None` at the end.
fn next_product(s: &mut State) -> Option<usize> {
    if s.stopped {
        return None;
    }
    if !s.started {
        s.started = true;
        if s.pools.iter().any(|p| tuple::len(p) == 0) {
            s.stopped = true;
            return None;
        }
        return Some(0);
    }
    // As an odometer: the last position that can go on does, those behind it start again.
    for i in (0..s.indices.len()).rev() {
        s.indices[i] += 1;
        if s.indices[i] < tuple::len(&s.pools[i]) {
            return Some(i);
        }
        s.indices[i] = 0;
    }
    s.stopped = true;
    None
}

combinator!(
    Combinations,
    CombinationsObject,
    COMBINATIONS,
    "itertools.combinations",
    [padding1, padding2, padding3, padding4],
    {
        #[sig("(iterable, r)")]
        fn tp_new(ty: &PyTypeObject, iterable: &PyObject, r: isize) -> PyResult<Owned> {
            let pool = sequence::tuple(iterable)?;
            let r = length(r)?;
            let c = alloc::<CombinationsObject>(ty)?;
            let (stopped, indices) = (r > tuple::len(&pool), indices(r, |i| i)?);
            set_state(
                &c.state,
                State {
                    pools: vec![pool],
                    indices,
                    r,
                    stopped,
                    ..State::default()
                },
            );
            Ok(c.upcast())
        }
        fn tp_iternext(slf: &CombinationsObject) -> PyResult<Option<Owned>> {
            let Some(s) = state(&slf.state) else {
                return Ok(None);
            };
            let changed = next_combination(s);
            give(s, changed, |_| 0)
        }
        #[method]
        fn __reduce__(slf: &CombinationsObject) -> PyResult<Owned> {
            reduce_combinations(slf, &slf.state)
        }
        #[method]
        fn __setstate__(slf: &CombinationsObject, given: &PyObject) -> PyResult<()> {
            let Some(s) = state(&slf.state) else {
                return Ok(());
            };
            let (n, r) = (tuple::len(&s.pools[0]), s.r);
            let indices = read_numbers(given, r, |i| (i + n).saturating_sub(r))?;
            restart(&slf.state, indices);
            Ok(())
        }
        #[method]
        fn __sizeof__(slf: &CombinationsObject) -> Py_ssize_t {
            extra_size(slf, state(&slf.state).map_or(0, |s| s.r))
        }
    }
);

fn restart(field: &Cell<StateField>, indices: Vec<usize>) {
    if let Some(s) = state(field) {
        s.indices = indices;
        s.started = true;
        // The next tuple differs from the last one everywhere.
        let spare = s.spare.take();
        drop(spare);
    }
}

fn reduce_combinations(slf: &impl ObjectExt, field: &Cell<StateField>) -> PyResult<Owned> {
    let Some(s) = state(field) else {
        return Err(err::bad_internal_call());
    };
    let (r, pool, indices) = (s.r, s.pools[0].clone().upcast(), s.indices.clone());
    let (started, stopped) = (s.started, s.stopped);
    if !started {
        return reduced(slf, vec![pool, int(r as Py_ssize_t)?], None);
    }
    if stopped {
        return reduced(
            slf,
            vec![tuple::empty()?.upcast(), int(r as Py_ssize_t)?],
            None,
        );
    }
    reduced(
        slf,
        vec![pool, int(r as Py_ssize_t)?],
        Some(numbers(&indices)?),
    )
}

fn next_combination(s: &mut State) -> Option<usize> {
    if s.stopped {
        return None;
    }
    if !s.started {
        s.started = true;
        return Some(0);
    }
    let n = tuple::len(&s.pools[0]);
    // The last index that is not at its end goes on; those behind it follow closely.
    let Some(i) = (0..s.r).rev().find(|i| s.indices[*i] != i + n - s.r) else {
        s.stopped = true;
        return None;
    };
    s.indices[i] += 1;
    for j in i + 1..s.r {
        s.indices[j] = s.indices[j - 1] + 1;
    }
    Some(i)
}

combinator!(
    WithReplacement,
    WithReplacementObject,
    COMBINATIONS_WITH_REPLACEMENT,
    "itertools.combinations_with_replacement",
    [padding1, padding2, padding3, padding4],
    {
        #[sig("(iterable, r)")]
        fn tp_new(ty: &PyTypeObject, iterable: &PyObject, r: isize) -> PyResult<Owned> {
            let pool = sequence::tuple(iterable)?;
            let r = length(r)?;
            let c = alloc::<WithReplacementObject>(ty)?;
            let (stopped, indices) = (tuple::len(&pool) == 0 && r > 0, indices(r, |_| 0)?);
            set_state(
                &c.state,
                State {
                    pools: vec![pool],
                    indices,
                    r,
                    stopped,
                    ..State::default()
                },
            );
            Ok(c.upcast())
        }
        fn tp_iternext(slf: &WithReplacementObject) -> PyResult<Option<Owned>> {
            let Some(s) = state(&slf.state) else {
                return Ok(None);
            };
            let changed = next_with_replacement(s);
            give(s, changed, |_| 0)
        }
        #[method]
        fn __reduce__(slf: &WithReplacementObject) -> PyResult<Owned> {
            reduce_combinations(slf, &slf.state)
        }
        #[method]
        fn __setstate__(slf: &WithReplacementObject, given: &PyObject) -> PyResult<()> {
            let Some(s) = state(&slf.state) else {
                return Ok(());
            };
            let (n, r) = (tuple::len(&s.pools[0]), s.r);
            let indices = read_numbers(given, r, |_| n.saturating_sub(1))?;
            restart(&slf.state, indices);
            Ok(())
        }
        #[method]
        fn __sizeof__(slf: &WithReplacementObject) -> Py_ssize_t {
            extra_size(slf, state(&slf.state).map_or(0, |s| s.r))
        }
    }
);

fn next_with_replacement(s: &mut State) -> Option<usize> {
    if s.stopped {
        return None;
    }
    if !s.started {
        s.started = true;
        return Some(0);
    }
    let n = tuple::len(&s.pools[0]);
    let Some(i) = (0..s.r).rev().find(|i| s.indices[*i] + 1 != n) else {
        s.stopped = true;
        return None;
    };
    let next = s.indices[i] + 1;
    s.indices[i..].fill(next);
    Some(i)
}

combinator!(
    Permutations,
    PermutationsObject,
    PERMUTATIONS,
    "itertools.permutations",
    [padding1, padding2, padding3, padding4, padding5],
    {
        #[sig("(iterable, r=None)")]
        fn tp_new(ty: &PyTypeObject, iterable: &PyObject, r: Option<&PyObject>) -> PyResult<Owned> {
            let pool = sequence::tuple(iterable)?;
            let n = tuple::len(&pool);
            let r = match r {
                Some(r) if !r.is_none() => {
                    if r.downcast::<PyLongObject>().is_none() {
                        return Err(raise!(TypeError, "Expected int as r"));
                    }
                    length(long::as_ssize_t(r)?)?
                }
                _ => n,
            };
            let p = alloc::<PermutationsObject>(ty)?;
            let cycles = indices(r, |i| n.wrapping_sub(i))?;
            let new = State {
                pools: vec![pool],
                indices: indices(n, |i| i)?,
                cycles,
                r,
                stopped: r > n,
                ..State::default()
            };
            set_state(&p.state, new);
            Ok(p.upcast())
        }
        fn tp_iternext(slf: &PermutationsObject) -> PyResult<Option<Owned>> {
            let Some(s) = state(&slf.state) else {
                return Ok(None);
            };
            let changed = next_permutation(s);
            give(s, changed, |_| 0)
        }
        #[method]
        fn __reduce__(slf: &PermutationsObject) -> PyResult<Owned> {
            let Some(s) = state(&slf.state) else {
                return Err(err::bad_internal_call());
            };
            let (r, pool) = (int(s.r as Py_ssize_t)?, s.pools[0].clone().upcast());
            let (started, stopped) = (s.started, s.stopped);
            let (indices, cycles) = (s.indices.clone(), s.cycles.clone());
            if !started {
                return reduced(slf, vec![pool, r], None);
            }
            if stopped {
                return reduced(slf, vec![tuple::empty()?.upcast(), r], None);
            }
            let both = tuple::pack([numbers(&indices)?, numbers(&cycles)?])?.upcast();
            reduced(slf, vec![pool, r], Some(both))
        }
        #[method]
        fn __setstate__(slf: &PermutationsObject, given: &PyObject) -> PyResult<()> {
            let given = tuple::as_slice(state_tuple(given)?);
            let [indices, cycles] = *given else {
                return Err(raise!(
                    TypeError,
                    "function takes exactly 2 arguments ({} given)",
                    given.len()
                ));
            };
            for (i, part) in (1..).zip([indices, cycles]) {
                if part.downcast::<PyTupleObject>().is_none() {
                    return Err(raise!(
                        TypeError,
                        "argument {i} must be tuple, not {}",
                        pyrite_runtime::args::given_name(part)
                    ));
                }
            }
            let Some(s) = state(&slf.state) else {
                return Ok(());
            };
            let (n, r) = (tuple::len(&s.pools[0]), s.r);
            let indices = read_numbers(indices, n, |_| n - 1)?;
            let cycles = read_numbers(cycles, r, |i| n - i.min(n))?
                .into_iter()
                .map(|c| c.max(1))
                .collect();
            if let Some(s) = state(&slf.state) {
                s.cycles = cycles;
            }
            restart(&slf.state, indices);
            Ok(())
        }
        #[method]
        fn __sizeof__(slf: &PermutationsObject) -> Py_ssize_t {
            extra_size(slf, state(&slf.state).map_or(0, |s| s.indices.len() + s.r))
        }
    }
);

fn next_permutation(s: &mut State) -> Option<usize> {
    if s.stopped {
        return None;
    }
    if !s.started {
        s.started = true;
        return Some(0);
    }
    let n = s.indices.len();
    for i in (0..s.r).rev() {
        s.cycles[i] -= 1;
        if s.cycles[i] == 0 {
            // This position has had them all: back to the order that it began with.
            s.indices[i..].rotate_left(1);
            s.cycles[i] = n - i;
        } else {
            s.indices.swap(i, n - s.cycles[i]);
            return Some(i);
        }
    }
    s.stopped = true;
    None
}
