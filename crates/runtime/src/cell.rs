//! Cells: variables that closures share.

use crate::object;
use crate::prelude::*;
use crate::{gc, tuple, unicode};
use pyrite_macros::pytype;

/// `PyCell_New`.
pub fn new(value: Option<Owned>) -> PyResult<Owned<PyCellObject>> {
    let c = gc::new_object::<PyCellObject>(&PyCell_Type)?;
    c.ob_ref.set_ref(value);
    // SAFETY: fresh, with valid fields.
    unsafe { gc::track(c.as_ptr()) };
    Ok(c)
}

pub struct CellType;

#[pytype(name = "cell", c_name = PyCell_Type, layout = PyCellObject, flags = [HAVE_GC])]
impl CellType {
    const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyCellObject) {
        // SAFETY: the count has reached 0; the field is released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).ob_ref.set_ref(None);
            gc::del(slf.cast());
        }
    }
    fn tp_traverse(slf: &PyCellObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.ob_ref.get())
    }
    fn tp_clear(slf: &PyCellObject) {
        slf.ob_ref.set_ref(None);
    }
    fn tp_new(
        _ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        if kw.is_some_and(|kw| kw.ma_used.get() != 0) {
            return Err(raise!(TypeError, "cell() takes no keyword arguments"));
        }
        let n = args.ob_base.ob_size.get();
        if n > 1 {
            return Err(raise!(
                TypeError,
                "cell expected at most 1 argument, got {n}"
            ));
        }
        let value = if n == 1 {
            Some(tuple::get_item(args, 0)?)
        } else {
            None
        };
        new(value).map(Owned::upcast)
    }
    fn tp_repr(slf: &PyCellObject) -> PyResult<Owned> {
        let text = match slf.ob_ref.load() {
            Some(v) => {
                let ty = v.type_name();
                let ty = crate::err::short(&ty, 80);
                format!(
                    "<cell at {:p}: {ty} object at {:p}>",
                    slf.as_ptr(),
                    v.as_ptr()
                )
            }
            None => format!("<cell at {:p}: empty>", slf.as_ptr()),
        };
        unicode::from_str(&text).map(Owned::upcast)
    }
    fn tp_richcompare(slf: &PyCellObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let Some(other) = other.downcast_exact::<PyCellObject>() else {
            return Ok(not_implemented().own());
        };
        match (slf.ob_ref.load(), other.ob_ref.load()) {
            (Some(a), Some(b)) => object::rich_compare(&a, &b, op),
            // An empty cell is less than any other.
            (a, b) => Ok(object::richcompare_of(a.is_some(), b.is_some(), op)),
        }
    }
    #[getter]
    fn cell_contents(slf: &PyCellObject) -> PyResult<Owned> {
        slf.ob_ref
            .load()
            .ok_or_else(|| raise!(ValueError, "Cell is empty"))
    }
    #[setter(cell_contents)]
    fn set_contents(slf: &PyCellObject, value: Option<&PyObject>) -> PyResult<()> {
        slf.ob_ref.set_ref(value.map(|v| v.own()));
        Ok(())
    }
}
