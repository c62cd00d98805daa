//! `_sre.SRE_Scanner`: one search after the other over the same text.

use super::engine::UNSET;
use super::pattern::{PatternObject, Search};
use super::subject::Subject;
use pyrite_macros::pytype;
use pyrite_runtime::mem;
use pyrite_runtime::prelude::*;

#[repr(C)]
struct ScannerObject {
    ob_base: PyObject,
    pattern: Cell<*mut PatternObject>,
    string: Cell<*mut PyObject>,
    /// Holds the memory of what can be changed, so that its owner does not move it meanwhile.
    held: Cell<*mut Subject>,
    pos: Cell<usize>,
    endpos: Cell<usize>,
    /// Where the next search begins; `UNSET` after one that found nothing.
    next: Cell<usize>,
    forbidden: Cell<usize>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for ScannerObject {}

pub fn new(
    pattern: &PatternObject,
    string: &PyObject,
    pos: isize,
    endpos: Option<isize>,
) -> PyResult<Owned> {
    let search = Search::new(pattern, string, pos, endpos)?;
    let s: Owned<ScannerObject> = mem::new_object(&SCANNER_TYPE)?;
    s.pattern.set_ref(Some(pattern.own_typed()));
    s.string.set_ref(Some(string.own()));
    if string.downcast::<PyUnicodeObject>().is_none()
        && string.downcast::<PyBytesObject>().is_none()
    {
        s.held.set(Box::into_raw(Box::new(Subject::new(string)?)));
    }
    s.pos.set(search.pos);
    s.endpos.set(search.endpos);
    s.next.set(search.pos);
    s.forbidden.set(UNSET);
    Ok(s.upcast())
}

fn step(s: &ScannerObject, anchored: bool) -> PyResult<Owned> {
    let (Some(pattern), Some(string)) = (s.pattern.load(), s.string.load()) else {
        return Ok(none().own());
    };
    if s.next.get() == UNSET {
        return Ok(none().own());
    }
    let (pos, endpos) = (s.pos.get() as isize, s.endpos.get() as isize);
    let mut search = Search::new(&pattern, &string, pos, Some(endpos))?;
    search.resume(s.next.get(), s.forbidden.get());
    if search.advance(anchored, false)?.is_none() {
        s.next.set(UNSET);
        return Ok(none().own());
    }
    let (next, forbidden) = search.place();
    s.next.set(next);
    s.forbidden.set(forbidden);
    search.found()
}

struct Scanner;

#[pytype(name = "_sre.SRE_Scanner", c_name = SCANNER_TYPE, layout = ScannerObject, export = false, free = object_free)]
impl Scanner {
    #[members]
    const MEMBERS: &[Member] = members![("pattern", T_OBJECT, pattern, READONLY)];

    fn tp_dealloc(slf: *mut ScannerObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            let held = (*slf).held.replace(std::ptr::null_mut());
            if !held.is_null() {
                drop(Box::from_raw(held));
            }
            (*slf).pattern.set_ref(None);
            (*slf).string.set_ref(None);
            mem::object_free(slf.cast());
        }
    }

    #[method(name = "match")]
    fn match_(slf: &ScannerObject) -> PyResult<Owned> {
        step(slf, true)
    }

    #[method]
    fn search(slf: &ScannerObject) -> PyResult<Owned> {
        step(slf, false)
    }
}
