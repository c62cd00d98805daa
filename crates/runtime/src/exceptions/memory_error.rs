//! `MemoryError`: it must be possible to raise one when there is no memory, so some instances are kept ready.

use super::_PyExc_Exception;
use super::base;
use crate::prelude::*;
use crate::{gc, trashcan, tuple};
use pyrite_macros::pytype;

/// As many as 3.8 keeps.
const MOST: usize = 16;

/// Instances that nobody uses: without fields, not tracked, with one count each.
struct Spare {
    items: [Cell<*mut PyObject>; MOST],
    len: Cell<usize>,
}
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for Spare {}
static SPARE: Spare = Spare {
    items: [const { Cell::new(std::ptr::null_mut()) }; MOST],
    len: Cell::new(0),
};

impl Spare {
    /// Takes an instance out, with empty `args`.
    fn take(&self) -> Option<Owned> {
        let args = tuple::empty().ok()?;
        let last = self.len.get().checked_sub(1)?;
        let o = self.items.get(last)?.take_ref()?;
        self.len.set(last);
        // SAFETY: only instances of `MemoryError` come in here.
        let fields = unsafe { o.cast_ref::<PyBaseExceptionObject>() };
        fields.args.set_ref(Some(args.upcast()));
        fields.suppress_context.set(0);
        gc::track_again(&o);
        Some(o)
    }

    /// Keeps an instance; says whether there was room.
    fn keep(&self, o: *mut PyObject) -> bool {
        let n = self.len.get();
        let Some(place) = self.items.get(n) else {
            return false;
        };
        place.set(o);
        self.len.set(n + 1);
        true
    }
}

pub struct MemoryError;

#[pytype(name = "MemoryError", c_name = _PyExc_MemoryError, layout = PyBaseExceptionObject, base = _PyExc_Exception,
         flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
impl MemoryError {
    const tp_new: newfunc = Some(new);
    const tp_init: initproc = Some(base::init);
    const tp_dealloc: destructor = Some(dealloc);
    const tp_traverse: traverseproc = Some(base::traverse::<PyBaseExceptionObject>);
    const tp_clear: inquiry = Some(base::clear::<PyBaseExceptionObject>);
}

unsafe extern "C" fn new(
    ty: *mut PyTypeObject,
    args: *mut PyObject,
    kw: *mut PyObject,
) -> *mut PyObject {
    if std::ptr::eq(ty, &_PyExc_MemoryError)
        && let Some(o) = SPARE.take()
    {
        // SAFETY: an instance of that layout; the argument tuple lives during the call.
        unsafe {
            if let Some(args) = args.as_ref() {
                let fields = o.cast_ref::<PyBaseExceptionObject>();
                fields.args.set_ref(Some(args.own()));
            }
        }
        return o.into_ptr();
    }
    // SAFETY: the slot's contract is that of the other function.
    unsafe { base::new(ty, args, kw) }
}

unsafe extern "C" fn dealloc(slf: *mut PyObject) {
    // SAFETY: nobody else sees the object any more. One that is kept gets its count back.
    unsafe {
        if !(*slf).is_exactly(&_PyExc_MemoryError) {
            return base::dealloc::<PyBaseExceptionObject>(slf);
        }
        trashcan::guard(slf, dealloc, |slf| {
            gc::untrack_if_tracked(slf);
            base::clear::<PyBaseExceptionObject>(slf);
            (*slf).ob_refcnt.set(1);
            if SPARE.keep(slf) {
                return;
            }
            (*slf).ob_refcnt.set(0);
            if let Some(free) = (*slf).ty().tp_free.get() {
                free(slf.cast());
            }
        });
    }
}

/// Makes the instances that [`last_resort`] hands out.
pub(super) fn keep_for_no_memory() -> PyResult<()> {
    let mut made = Vec::with_capacity(MOST);
    for _ in SPARE.len.get()..MOST {
        made.push(base::allocate(&_PyExc_MemoryError, None)?);
    }
    // They are kept as they are given back.
    drop(made);
    Ok(())
}

/// A `MemoryError` that needs no memory, as long as there is one that nobody uses.
pub fn last_resort() -> Option<Owned> {
    SPARE.take()
}
