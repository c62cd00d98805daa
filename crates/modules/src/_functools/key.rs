//! `cmp_to_key`: keys that compare by an old-fashioned comparison function.

use pyrite_macros::pytype;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, gc, long, object};

#[repr(C)]
pub struct KeyObject {
    ob_base: PyObject,
    cmp: Cell<*mut PyObject>,
    /// Null in what `cmp_to_key` returns.
    object: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for KeyObject {}

fn make(cmp: &PyObject, object: Option<&PyObject>) -> PyResult<Owned> {
    let k = gc::new_object::<KeyObject>(&KEY_WRAPPER)?;
    k.cmp.set_ref(Some(cmp.own()));
    k.object.set_ref(object.map(ObjectExt::own));
    Ok(gc::publish(k).upcast())
}

/// The class of keys for a comparison function.
pub fn cmp_to_key(cmp: &PyObject) -> PyResult<Owned> {
    make(cmp, None)
}

pub struct KeyWrapper;
#[pytype(name = "functools.KeyWrapper", c_name = KEY_WRAPPER, layout = KeyObject, export = false,
         flags = [HAVE_GC], free = gc_del)]
impl KeyWrapper {
    fn tp_dealloc(slf: *mut KeyObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).cmp.set_ref(None);
            (*slf).object.set_ref(None);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &KeyObject, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.cmp.get(), slf.object.get()])
    }

    fn tp_clear(slf: &KeyObject) {
        slf.cmp.set_ref(None);
        slf.object.set_ref(None);
    }

    #[sig("(obj)")]
    fn tp_call(slf: &KeyObject, obj: &PyObject) -> PyResult<Owned> {
        make(&slf.cmp.load().unwrap_or_else(|| none().own()), Some(obj))
    }

    const tp_hash: hashfunc = Some(object::hash_not_implemented_slot);

    fn tp_richcompare(slf: &KeyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let Some(other) = other.downcast::<KeyObject>() else {
            return Err(raise!(TypeError, "other argument must be K instance"));
        };
        let (Some(x), Some(y), Some(cmp)) =
            (slf.object.load(), other.object.load(), slf.cmp.load())
        else {
            return Err(raise!(AttributeError, "object"));
        };
        let result = call::call(&cmp, &[&x, &y])?;
        object::rich_compare(&result, long::from_ssize_t(0)?.as_object(), op)
    }

    #[members]
    const MEMBERS: &[Member] = members![("obj", T_OBJECT, object, 0)];
}
