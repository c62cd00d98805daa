//! `MemoryError`: it must be possible to raise one when there is no memory, so one instance is kept ready.

use super::_PyExc_Exception;
use super::base;
use crate::prelude::*;
use pyrite_macros::pytype;

pub struct MemoryError;

#[pytype(name = "MemoryError", c_name = _PyExc_MemoryError, layout = PyBaseExceptionObject, base = _PyExc_Exception,
         flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
impl MemoryError {
    const tp_new: newfunc = Some(base::new);
    const tp_init: initproc = Some(base::init);
    const tp_dealloc: destructor = Some(base::dealloc::<PyBaseExceptionObject>);
    const tp_traverse: traverseproc = Some(base::traverse::<PyBaseExceptionObject>);
    const tp_clear: inquiry = Some(base::clear::<PyBaseExceptionObject>);
}

struct Kept(Cell<*mut PyObject>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for Kept {}
static KEPT: Kept = Kept(Cell::new(std::ptr::null_mut()));

/// Makes the instance that [`last_resort`] hands out.
pub(super) fn keep_for_no_memory() -> PyResult<()> {
    KEPT.0
        .set_ref(Some(base::allocate(&_PyExc_MemoryError, None)?));
    Ok(())
}

/// A `MemoryError` that needs no memory: a fresh-looking one, unless it is being raised already.
pub fn last_resort() -> Option<Owned> {
    let kept = KEPT.0.load()?;
    if kept.refcount() == 2 {
        // SAFETY: it was allocated with this layout.
        let fields = unsafe { kept.cast_ref::<PyBaseExceptionObject>() };
        fields.traceback.set_ref(None);
        fields.context.set_ref(None);
        fields.cause.set_ref(None);
        fields.suppress_context.set(0);
    }
    Some(kept)
}
