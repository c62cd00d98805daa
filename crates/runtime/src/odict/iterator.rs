//! The iterator over an ordered dict: one type for keys, values and items, in both directions.

use super::*;
use crate::{enumerate, gc, iter, list, tuple};
use pyrite_macros::pytype;

pub(super) const KEYS: c_int = 1;
pub(super) const VALUES: c_int = 2;
pub(super) const ITEMS: c_int = KEYS | VALUES;
const REVERSED: c_int = 4;

#[repr(C)]
pub struct ODictIterObject {
    ob_base: PyObject,
    kind: Cell<c_int>,
    /// Null when exhausted.
    odict: Cell<*mut ODictObject>,
    size: Cell<Py_ssize_t>,
    state: Cell<usize>,
    result: Cell<*mut PyTupleObject>,
    /// The key to give next; null at the end.
    current: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for ODictIterObject {}

pub(super) fn over(od: &ODictObject, kind: c_int, reversed: bool) -> PyResult<Owned> {
    let it = gc::new_object::<ODictIterObject>(&PyODictIter_Type)?;
    if kind == ITEMS {
        it.result
            .set_ref(Some(tuple::pack([none().own(), none().own()])?));
    }
    it.kind.set(if reversed { kind | REVERSED } else { kind });
    let start = if reversed {
        od.last.get()
    } else {
        od.first.get()
    };
    it.current.set_ref(node(start).and_then(|n| n.key.load()));
    it.size.set(od.od_dict.ma_used.get());
    it.state.set(od.state.get());
    it.odict.set_ref(Some(od.own_typed()));
    Ok(gc::publish(it).upcast())
}

/// The next key, with the iterator moved on.
fn next_key(it: &ODictIterObject) -> PyResult<Option<Owned>> {
    let Some(od) = it.odict.load() else {
        return Ok(None);
    };
    let Some(key) = it.current.load() else {
        it.odict.set_ref(None);
        return Ok(None);
    };
    if od.state.get() != it.state.get() {
        it.odict.set_ref(None);
        return Err(raise!(RuntimeError, "OrderedDict mutated during iteration"));
    }
    if od.od_dict.ma_used.get() != it.size.get() {
        // Stays so: every later call fails too.
        it.size.set(-1);
        it.odict.set_ref(None);
        return Err(raise!(
            RuntimeError,
            "OrderedDict changed size during iteration"
        ));
    }
    let Some(p) = find_node(&od, &key, dict::hash_of(&key)?)? else {
        // Deleted behind our back.
        it.current.set_ref(None);
        return Err(err::set_key_error(&key));
    };
    let next = node(p).map(|n| {
        if it.kind.get() & REVERSED != 0 {
            n.prev.get()
        } else {
            n.next.get()
        }
    });
    it.current
        .set_ref(next.and_then(node).and_then(|n| n.key.load()));
    Ok(Some(key))
}

fn next(it: &ODictIterObject) -> PyResult<Option<Owned>> {
    let od = it.odict.load();
    let Some(key) = next_key(it)? else {
        return Ok(None);
    };
    if it.kind.get() & VALUES == 0 {
        return Ok(Some(key));
    }
    let value = od
        .map(|od| dict::get_item(&od.od_dict, &key))
        .transpose()?
        .flatten();
    let Some(value) = value else {
        it.odict.set_ref(None);
        return Err(err::set_key_error(&key));
    };
    if it.kind.get() & KEYS == 0 {
        return Ok(Some(value));
    }
    enumerate::reuse_pair(&it.result, key, value).map(Some)
}

pub struct ODictIter;
#[pytype(name = "odict_iterator", c_name = PyODictIter_Type, layout = ODictIterObject, flags = [HAVE_GC], free = gc_del)]
impl ODictIter {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut ODictIterObject) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).odict.set_ref(None);
            (*slf).current.set_ref(None);
            (*slf).result.set_ref(None);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &ODictIterObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([
            slf.odict.get().cast::<PyObject>(),
            slf.current.get(),
            slf.result.get().cast(),
        ])
    }

    fn tp_clear(slf: &ODictIterObject) {
        slf.odict.set_ref(None);
        slf.current.set_ref(None);
        slf.result.set_ref(None);
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &ODictIterObject) -> PyResult<Option<Owned>> {
        next(slf)
    }

    #[method]
    fn __reduce__(slf: &ODictIterObject) -> PyResult<Owned> {
        let copy = gc::new_object::<ODictIterObject>(&PyODictIter_Type)?;
        copy.kind.set(slf.kind.get());
        copy.odict.set_ref(slf.odict.load());
        copy.size.set(slf.size.get());
        copy.state.set(slf.state.get());
        copy.current.set_ref(slf.current.load());
        let mut rest = Vec::new();
        while let Some(item) = next(&copy)? {
            rest.push(item);
        }
        iter::reduce("iter", list::from_owned(rest)?.upcast(), None)
    }
}
