//! The iterator over a string's characters.

use super::{PyUnicode_Type, chars, from_ordinal};
use crate::gc;
use crate::prelude::*;
use pyrite_macros::pytype;

/// The iterator's layout: the string until it is used up, and the place in it.
#[repr(C)]
pub struct UnicodeIter {
    ob_base: PyObject,
    seq: Cell<*mut PyUnicodeObject>,
    index: Cell<Py_ssize_t>,
}

// SAFETY: begins with the object head; the other fields are cells.
unsafe impl Layout for UnicodeIter {}

/// `str_iterator`.
pub struct StrIterator;

#[pytype(name = "str_iterator", c_name = PyUnicodeIter_Type, layout = UnicodeIter, flags = [HAVE_GC], free = gc_del)]
impl StrIterator {
    fn tp_dealloc(slf: *mut UnicodeIter) {
        // SAFETY: the object's last reference is gone.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).seq.set_ref(None);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &UnicodeIter, visit: gc::Visitor) -> c_int {
        visit.visit(slf.seq.get())
    }

    const tp_iter: getiterfunc = Some(crate::object::self_iter);

    fn tp_iternext(slf: &UnicodeIter) -> PyResult<Option<Owned>> {
        let Some(s) = slf.seq.borrow() else {
            return Ok(None);
        };
        match chars(s).get(slf.index.get() as usize) {
            Some(ch) => {
                slf.index.set(slf.index.get() + 1);
                Ok(Some(from_ordinal(ch)?.upcast()))
            }
            None => {
                slf.seq.set_ref(None);
                Ok(None)
            }
        }
    }

    #[method]
    #[doc_key("str_iterator.__length_hint__")]
    fn __length_hint__(slf: &UnicodeIter) -> isize {
        slf.seq
            .borrow()
            .map_or(0, |s| chars(s).len() as isize - slf.index.get())
    }

    #[method]
    #[doc_key("str_iterator.__reduce__")]
    fn __reduce__(slf: &UnicodeIter) -> PyResult<Owned> {
        reduce(slf)
    }

    #[method]
    #[doc_key("str_iterator.__setstate__")]
    fn __setstate__(slf: &UnicodeIter, state: &PyObject) -> PyResult<()> {
        let state = crate::long::as_ssize_t(state)?;
        if let Some(s) = slf.seq.borrow() {
            slf.index.set(state.clamp(0, chars(s).len() as isize));
        }
        Ok(())
    }
}

/// The built-in function `iter`, which pickles name.
pub fn builtin_iter() -> PyResult<Owned> {
    let builtins = crate::hooks::current_builtins()
        .ok_or_else(|| raise!(RuntimeError, "lost __builtins__"))?;
    match crate::dict::get_item_str(&builtins, "iter")? {
        Some(f) => Ok(f),
        None => Err(raise!(AttributeError, "iter")),
    }
}

fn reduce(slf: &UnicodeIter) -> PyResult<Owned> {
    let iter = builtin_iter()?;
    match slf.seq.load() {
        Some(s) => {
            let args = crate::tuple::from_slice(&[s.as_object()])?;
            let index = crate::long::from_ssize_t(slf.index.get())?;
            Ok(crate::tuple::from_slice(&[&iter, args.as_object(), index.as_object()])?.upcast())
        }
        None => {
            let args = crate::tuple::from_slice(&[super::empty()?.as_object()])?;
            Ok(crate::tuple::from_slice(&[&iter, args.as_object()])?.upcast())
        }
    }
}

/// A new iterator over the characters of `s`.
pub fn new(s: &PyUnicodeObject) -> PyResult<Owned> {
    debug_assert!(s.isinstance_of(&PyUnicode_Type));
    let it: Owned<UnicodeIter> = gc::new_object(&PyUnicodeIter_Type)?;
    it.seq.set_ref(Some(s.own_typed()));
    // SAFETY: the object is complete.
    unsafe { gc::track(it.as_ptr()) };
    Ok(it.upcast())
}
