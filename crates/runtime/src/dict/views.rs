//! `dict.keys()`, `.values()` and `.items()`: live views, the first and last of which act as sets.

use super::*;
use crate::{iter, repr_guard, sequence, set};
use pyrite_macros::pytype;

fn new_view(d: &PyObject, ty: &'static PyTypeObject) -> PyResult<Owned> {
    let Some(d) = d.downcast::<PyDictObject>() else {
        let (view, given) = (ty.tp_name.get(), d.type_name());
        // SAFETY: a type's name is a C string that it keeps.
        let view = unsafe { std::ffi::CStr::from_ptr(view) }.to_string_lossy();
        return Err(raise!(
            TypeError,
            "{view}() requires a dict argument, not '{given}'"
        ));
    };
    let view = gc::new_object::<_PyDictViewObject>(ty)?;
    view.dv_dict.set_ref(Some(d.own_typed()));
    Ok(gc::publish(view).upcast())
}

/// `_PyDictView_New`.
pub fn view_new(d: &PyObject, ty: &'static PyTypeObject) -> PyResult<Owned> {
    new_view(d, ty)
}
pub(super) fn new_keys(d: &PyDictObject) -> PyResult<Owned> {
    new_view(d.as_object(), &PyDictKeys_Type)
}
pub(super) fn new_values(d: &PyDictObject) -> PyResult<Owned> {
    new_view(d.as_object(), &PyDictValues_Type)
}
pub(super) fn new_items(d: &PyDictObject) -> PyResult<Owned> {
    new_view(d.as_object(), &PyDictItems_Type)
}

fn view_len(v: &_PyDictViewObject) -> Py_ssize_t {
    v.dv_dict.borrow().map_or(0, |d| d.ma_used.get())
}

/// `PyDictViewSet_Check`.
fn is_view_set(o: &PyObject) -> bool {
    o.isinstance_of(&PyDictKeys_Type) || o.isinstance_of(&PyDictItems_Type)
}

fn view_repr(v: &_PyDictViewObject) -> PyResult<Owned> {
    let Some(_guard) = repr_guard::enter(v) else {
        return Ok(unicode::from_str("...")?.upcast());
    };
    let items = sequence::list(v.as_object())?;
    let mut w = unicode::Writer::new();
    w.push_str(&v.type_name())?;
    w.push_str("(")?;
    sequence::write_repr(&mut w, items.as_object())?;
    w.push_str(")")?;
    Ok(w.finish()?.upcast())
}

/// Is every item of `a` in `b`?
fn all_contained_in(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    let it = object::get_iter(a)?;
    while let Some(item) = iter::next(&it)? {
        if !sequence::contains(b, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn view_compare(a: &PyObject, b: &PyObject, op: c_int) -> PyResult<Owned> {
    if !set::check_any(b) && !is_view_set(b) {
        return Ok(not_implemented().own());
    }
    let (len_a, len_b) = (object::size(a)?, object::size(b)?);
    let holds = match op {
        Py_EQ => len_a == len_b && all_contained_in(a, b)?,
        Py_NE => !(len_a == len_b && all_contained_in(a, b)?),
        Py_LT => len_a < len_b && all_contained_in(a, b)?,
        Py_LE => len_a <= len_b && all_contained_in(a, b)?,
        Py_GT => len_a > len_b && all_contained_in(b, a)?,
        _ => len_a >= len_b && all_contained_in(b, a)?,
    };
    Ok(bool_from(holds))
}

/// `_PyDictView_Intersect`.
pub fn view_intersect(slf: &PyObject, other: &PyObject) -> PyResult<Owned> {
    let items = set::new(Some(slf))?;
    Ok(set::intersection(&items, other)?.upcast())
}

/// A set of the left operand, changed by the right one.
fn via_set(
    a: &PyObject,
    b: &PyObject,
    change: impl FnOnce(&PySetObject, &PyObject) -> PyResult<()>,
) -> PyResult<Owned> {
    let result = set::new(Some(a))?;
    change(&result, b)?;
    Ok(result.upcast())
}

fn is_disjoint(slf: &PyObject, other: &PyObject) -> PyResult<bool> {
    if slf.is(other) {
        return Ok(object::size(slf)? == 0);
    }
    // Of two sets the smaller is walked through.
    let (mut looked_in, mut walked) = (slf, other);
    if (other.is_exactly(&set::PySet_Type) || is_view_set(other))
        && object::size(other)? > object::size(slf)?
    {
        (looked_in, walked) = (other, slf);
    }
    let it = object::get_iter(walked)?;
    while let Some(item) = iter::next(&it)? {
        if sequence::contains(looked_in, &item)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn item_contained(v: &_PyDictViewObject, item: &PyObject) -> PyResult<bool> {
    let (Some(d), Some(pair)) = (v.dv_dict.load(), item.downcast::<PyTupleObject>()) else {
        return Ok(false);
    };
    let [key, value] = *tuple::as_slice(pair) else {
        return Ok(false);
    };
    match get_item(&d, key)? {
        Some(found) => object::rich_compare_bool(&found, value, Py_EQ),
        None => Ok(false),
    }
}

/// # Safety
/// `v` is dead.
unsafe fn free_view(v: *mut _PyDictViewObject) {
    // SAFETY: the object is alive until it is freed.
    unsafe {
        gc::untrack_if_tracked(v.cast());
        (*v).dv_dict.set_ref(None);
        crate::mem::free_by_type(v.cast());
    }
}

/// The dict of a view; an uninitialised view has none.
fn over(v: &_PyDictViewObject, make: fn(&PyDictObject) -> PyResult<Owned>) -> PyResult<Owned> {
    match v.dv_dict.load() {
        Some(d) => make(&d),
        None => Ok(none().own()),
    }
}

macro_rules! set_view {
    ($marker:ident, $type:ident, $name:tt, $iter:expr, $reversed:expr, $contains:expr) => {
        pub struct $marker;
        #[pytype(name = $name, c_name = $type, layout = _PyDictViewObject, no_class, flags = [HAVE_GC], free = gc_del)]
        impl $marker {
            const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
            fn tp_dealloc(slf: *mut _PyDictViewObject) {
                // SAFETY: the count is 0.
                unsafe { free_view(slf) }
            }
            fn tp_traverse(slf: &_PyDictViewObject, visit: gc::Visitor) -> c_int {
                visit.visit(slf.dv_dict.get())
            }
            fn tp_repr(slf: &_PyDictViewObject) -> PyResult<Owned> {
                view_repr(slf)
            }
            fn tp_iter(slf: &_PyDictViewObject) -> PyResult<Owned> {
                over(slf, $iter)
            }
            fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
                view_compare(slf, other, op)
            }
            fn sq_length(slf: &_PyDictViewObject) -> PyResult<Py_ssize_t> {
                Ok(view_len(slf))
            }
            fn sq_contains(slf: &_PyDictViewObject, item: &PyObject) -> PyResult<bool> {
                $contains(slf, item)
            }
            fn nb_subtract(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
                via_set(a, b, set::difference_update)
            }
            fn nb_and(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
                view_intersect(a, b)
            }
            fn nb_xor(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
                via_set(a, b, set::symmetric_difference_update)
            }
            fn nb_or(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
                via_set(a, b, set::update)
            }
            #[method]
            fn isdisjoint(slf: &PyObject, other: &PyObject) -> PyResult<bool> {
                is_disjoint(slf, other)
            }
            #[method]
            fn __reversed__(slf: &_PyDictViewObject) -> PyResult<Owned> {
                over(slf, $reversed)
            }
        }
    };
}

fn key_contained(v: &_PyDictViewObject, key: &PyObject) -> PyResult<bool> {
    match v.dv_dict.load() {
        Some(d) => contains(&d, key),
        None => Ok(false),
    }
}

set_view!(
    KeysView,
    PyDictKeys_Type,
    "dict_keys",
    iterators::iter_keys,
    iterators::reversed_keys,
    key_contained
);
set_view!(
    ItemsView,
    PyDictItems_Type,
    "dict_items",
    iterators::iter_items,
    iterators::reversed_items,
    item_contained
);

pub struct ValuesView;
#[pytype(name = "dict_values", c_name = PyDictValues_Type, layout = _PyDictViewObject, no_class, flags = [HAVE_GC], free = gc_del)]
impl ValuesView {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut _PyDictViewObject) {
        // SAFETY: the count is 0.
        unsafe { free_view(slf) }
    }
    fn tp_traverse(slf: &_PyDictViewObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.dv_dict.get())
    }
    fn tp_repr(slf: &_PyDictViewObject) -> PyResult<Owned> {
        view_repr(slf)
    }
    fn tp_iter(slf: &_PyDictViewObject) -> PyResult<Owned> {
        over(slf, iterators::iter_values)
    }
    fn sq_length(slf: &_PyDictViewObject) -> PyResult<Py_ssize_t> {
        Ok(view_len(slf))
    }
    #[method]
    fn __reversed__(slf: &_PyDictViewObject) -> PyResult<Owned> {
        over(slf, iterators::reversed_values)
    }
}
