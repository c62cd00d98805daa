//! `gc`: the collector's controls.

use pyrite_macros::pymodule;
use pyrite_runtime::gc::collector::{self, GENERATIONS};
use pyrite_runtime::prelude::*;
use pyrite_runtime::tstate::_PyRuntime;
use pyrite_runtime::{dict, gc, hooks, list, long, number, tuple, unicode};

/// The list of what was found, and not itself a find.
fn listed(objects: Vec<Owned>) -> PyResult<Owned> {
    Ok(list::from_owned(objects)?.upcast())
}

fn int(n: i64) -> PyResult<Owned> {
    Ok(long::from_i64(n)?.upcast())
}

/// `gc`.
pub struct Gc;

#[pymodule(name = "gc")]
impl Gc {
    #[function]
    fn enable(_module: &PyObject) {
        collector::set_enabled(true);
    }

    #[function]
    fn disable(_module: &PyObject) {
        collector::set_enabled(false);
    }

    #[function]
    fn isenabled(_module: &PyObject) -> bool {
        collector::is_enabled()
    }

    #[function]
    fn collect(_module: &PyObject, generation: Option<c_int>) -> PyResult<usize> {
        match usize::try_from(generation.unwrap_or(GENERATIONS as c_int - 1)) {
            Ok(n) if n < GENERATIONS => Ok(collector::collect(n)),
            _ => Err(raise!(ValueError, "invalid generation")),
        }
    }

    #[function]
    fn get_debug(_module: &PyObject) -> c_int {
        _PyRuntime.gc.debug.get()
    }

    #[function]
    fn set_debug(_module: &PyObject, flags: c_int) {
        _PyRuntime.gc.debug.set(flags);
    }

    #[function]
    #[sig(
        "($module, threshold0, threshold1=None, threshold2=None, /)",
        parse_tuple
    )]
    fn set_threshold(
        _module: &PyObject,
        first: c_int,
        second: Option<c_int>,
        third: Option<c_int>,
    ) {
        let generations = &_PyRuntime.gc.generations;
        generations[0].threshold.set(first);
        if let Some(second) = second {
            generations[1].threshold.set(second);
        }
        if let Some(third) = third {
            generations[2].threshold.set(third);
        }
    }

    #[function]
    fn get_threshold(_module: &PyObject) -> PyResult<Owned> {
        let [a, b, c] = [0, 1, 2].map(|n| int(_PyRuntime.gc.generations[n].threshold.get().into()));
        Ok(tuple::pack([a?, b?, c?])?.upcast())
    }

    #[function]
    fn get_count(_module: &PyObject) -> PyResult<Owned> {
        let [a, b, c] = [0, 1, 2].map(|n| int(_PyRuntime.gc.generations[n].count.get().into()));
        Ok(tuple::pack([a?, b?, c?])?.upcast())
    }

    #[function(args)]
    fn get_referrers(_module: &PyObject, objs: &[&PyObject]) -> PyResult<Owned> {
        hooks::audit("gc.get_referrers", &[tuple::from_slice(objs)?.as_object()])?;
        // The tuple of arguments, where there is one, is no find.
        listed(collector::referrers(objs, none()))
    }

    #[function(args)]
    fn get_referents(_module: &PyObject, objs: &[&PyObject]) -> PyResult<Owned> {
        hooks::audit("gc.get_referents", &[tuple::from_slice(objs)?.as_object()])?;
        listed(objs.iter().flat_map(|o| collector::referents(o)).collect())
    }

    #[function]
    fn get_objects(_module: &PyObject, generation: Option<&PyObject>) -> PyResult<Owned> {
        let generation = match generation {
            None => -1,
            Some(g) if g.is_none() => -1,
            Some(g) if number::index_check(g) => {
                number::as_ssize_t(g, Some(exc::OverflowError.get()))?
            }
            Some(g) => {
                let name = g.type_name();
                return Err(raise!(
                    TypeError,
                    "argument should be integer or None, not '{name}'"
                ));
            }
        };
        let shown = long::from_i64(generation as i64)?;
        hooks::audit("gc.get_objects", &[shown.as_object()])?;
        if generation >= GENERATIONS as Py_ssize_t {
            return Err(raise!(
                ValueError,
                "generation parameter must be less than the number of available generations ({GENERATIONS})"
            ));
        }
        if generation < -1 {
            return Err(raise!(
                ValueError,
                "generation parameter cannot be negative"
            ));
        }
        let wanted = match usize::try_from(generation) {
            Ok(n) => n..n + 1,
            Err(_) => 0..GENERATIONS,
        };
        listed(
            wanted
                .flat_map(|n| collector::objects_of(n, none()))
                .collect(),
        )
    }

    #[function]
    fn get_stats(_module: &PyObject) -> PyResult<Owned> {
        let mut all = Vec::new();
        for stats in &_PyRuntime.gc.generation_stats {
            let d = dict::new()?;
            let numbers = [
                ("collections", &stats.collections),
                ("collected", &stats.collected),
                ("uncollectable", &stats.uncollectable),
            ];
            for (key, n) in numbers {
                dict::set_item_str(&d, key, &*int(n.get() as i64)?)?;
            }
            all.push(d.upcast());
        }
        listed(all)
    }

    #[function]
    fn is_tracked(_module: &PyObject, obj: &PyObject) -> bool {
        // SAFETY: an object that `is_gc` has a head.
        gc::is_gc(obj) && unsafe { gc::is_tracked(obj.as_ptr()) }
    }

    #[function]
    fn freeze(_module: &PyObject) {
        collector::freeze();
    }

    #[function]
    fn unfreeze(_module: &PyObject) {
        collector::unfreeze();
    }

    #[function]
    fn get_freeze_count(_module: &PyObject) -> usize {
        collector::frozen_count()
    }

    fn exec(module: &PyObject) -> PyResult<()> {
        let set = |name: &str, value: &PyObject| {
            pyrite_runtime::object::set_attr(module, unicode::intern_str(name)?.as_object(), value)
        };
        set("garbage", collector::garbage()?.as_object())?;
        set("callbacks", collector::callbacks()?.as_object())?;
        let flags = [
            ("DEBUG_STATS", collector::DEBUG_STATS),
            ("DEBUG_COLLECTABLE", collector::DEBUG_COLLECTABLE),
            ("DEBUG_UNCOLLECTABLE", collector::DEBUG_UNCOLLECTABLE),
            ("DEBUG_SAVEALL", collector::DEBUG_SAVEALL),
            (
                "DEBUG_LEAK",
                collector::DEBUG_COLLECTABLE
                    | collector::DEBUG_UNCOLLECTABLE
                    | collector::DEBUG_SAVEALL,
            ),
        ];
        flags
            .into_iter()
            .try_for_each(|(name, value)| set(name, &*int(value.into())?))
    }
}
