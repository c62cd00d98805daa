//! `_iomodule.h`: what CPython's `io` shares between its files, and exports by accident.

use crate::prelude::*;

/// A method's check, which raises if it fails.
fn check(o: &PyObject, method: &str) -> PyResult<Owned> {
    vm_text::call_method(o, method, &[])?;
    Ok(none().own())
}

/// A line's end in text of one kind of characters: where the next line starts, or how far was looked.
fn find_end<T: Copy + Into<u32>>(
    text: &[T],
    translated: bool,
    universal: bool,
    newline: &[u32],
) -> Result<usize, usize> {
    let find = |wanted: u32| text.iter().position(|c| (*c).into() == wanted);
    if translated {
        return find(10).map(|at| at + 1).ok_or(text.len());
    }
    if universal {
        for (at, c) in text.iter().enumerate() {
            match (*c).into() {
                10 => return Ok(at + 1),
                13 => {
                    return Ok(at
                        + 1
                        + usize::from(text.get(at + 1).is_some_and(|c| (*c).into() == 10)));
                }
                _ => {}
            }
        }
        return Err(text.len());
    }
    let n = newline.len().max(1);
    if text.len() < n {
        return Err(0);
    }
    let at = (0..=text.len() - n).find(|at| {
        newline
            .iter()
            .enumerate()
            .all(|(i, c)| text[at + i].into() == *c)
    });
    match at {
        Some(at) => Ok(at + n),
        // The start of a newline may stand at the end.
        None => Err(newline
            .first()
            .and_then(|c| (text.len() + 1 - n..text.len()).find(|at| text[*at].into() == *c))
            .unwrap_or(text.len())),
    }
}

capi! {
    fn _PyIOBase_check_closed(o: &PyObject, _args: Option<&PyObject>) -> PyResult<Owned> { check(o, "_checkClosed") }
    fn _PyIOBase_check_readable(o: &PyObject, _args: Option<&PyObject>) -> PyResult<Owned> { check(o, "_checkReadable") }
    fn _PyIOBase_check_seekable(o: &PyObject, _args: Option<&PyObject>) -> PyResult<Owned> { check(o, "_checkSeekable") }
    fn _PyIOBase_check_writable(o: &PyObject, _args: Option<&PyObject>) -> PyResult<Owned> { check(o, "_checkWritable") }

    /// Closes a file that goes away; 0 if it lives on.
    fn _PyIOBase_finalize(o: &PyObject) -> c_int {
        object::call_finalizer(o);
        c_int::from(o.refcount() > 0) - 1
    }

    fn _PyFileIO_closed(o: &PyObject) -> bool { object::get_attr_str(o, "closed").and_then(|c| object::is_true(&c)).unwrap_or(false) }

    /// A call that a signal interrupted may be tried again.
    fn _PyIO_trap_eintr() -> bool {
        if !err::matches(exceptions::exc::OSError.get()) {
            return false;
        }
        let raised = err::fetch_normalized();
        let interrupted = raised.value.as_deref().is_some_and(|e| {
            object::get_attr_str(e, "errno").and_then(|n| long::as_int(&n)).is_ok_and(|n| n == libc::EINTR)
        });
        err::clear();
        if !interrupted {
            err::restore(raised);
        }
        interrupted
    }

    fn _PyIO_get_locale_module(_state: *mut c_void) -> PyResult<Owned> { import::import_module("_bootlocale") }

    fn _PyIO_get_module_state() -> PyResult<*mut c_void> {
        let io = import::import_module("_io")?;
        Ok(io.downcast::<module::PyModuleObject>().ok_or_else(err::bad_internal_call)?.md_state.get())
    }

    fn _PyIncrementalNewlineDecoder_decode(o: &PyObject, input: &PyObject, last: c_int) -> PyResult<Owned> {
        vm_text::call_method(o, "decode", &[input, &bool_from(last != 0)])
    }

    fn _PyIO_find_line_ending(translated: c_int, universal: c_int, newline: Option<&PyObject>, kind: c_int, start: *const c_char, end: *const c_char, consumed: Out<Py_ssize_t>) -> Py_ssize_t {
        let newline: Vec<u32> = newline.and_then(|n| n.downcast::<PyUnicodeObject>()).map(|n| unicode::chars(n).iter().collect()).unwrap_or_default();
        let n = (end as usize - start as usize) as Py_ssize_t / Py_ssize_t::from(kind.max(1) as i16);
        // SAFETY: C passes the two ends of text of this kind.
        let found = unsafe {
            match kind {
                1 => find_end(crate::support::slice_at(start.cast::<u8>(), n), translated != 0, universal != 0, &newline),
                2 => find_end(crate::support::slice_at(start.cast::<u16>(), n), translated != 0, universal != 0, &newline),
                _ => find_end(crate::support::slice_at(start.cast::<u32>(), n), translated != 0, universal != 0, &newline),
            }
        };
        match found {
            Ok(at) => at as Py_ssize_t,
            Err(at) => {
                consumed.set(at as Py_ssize_t * Py_ssize_t::from(kind.max(1) as i16));
                -1
            }
        }
    }
}
