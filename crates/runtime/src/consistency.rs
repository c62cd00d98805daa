//! Whether an object contradicts itself: what `_PyObject_CheckConsistency` and its kin ask.
//!
//! For whoever looks for the mistake of a C extension. Nothing here runs code of a program, and an error says what was
//! expected. [`crate::hostile`] looks for our own mistakes, at every step.

use crate::prelude::*;
use crate::{dict, unicode};

type Check = Result<(), &'static str>;

fn expect(holds: bool, what: &'static str) -> Check {
    if holds { Ok(()) } else { Err(what) }
}

/// Whether a pointer is null or made of the bytes that debugging allocators fill memory with.
pub fn is_filling<T>(p: *const T) -> bool {
    [0, 0xCD, 0xDD, 0xFD]
        .iter()
        .any(|&byte| p as usize == usize::from_ne_bytes([byte; 8]))
}

/// `_PyObject_CheckConsistency`: `content` looks into a str or dict besides.
///
/// # Safety
/// `o` is null or an address that can be read, and so is what its type field holds.
pub unsafe fn object(o: *mut PyObject, content: bool) -> Check {
    expect(!is_filling(o), "an object that is not freed")?;
    // SAFETY: not null, and readable by the contract.
    let o = unsafe { &*o };
    expect(!is_filling(o.ob_type.get()), "an object that is not freed")?;
    expect(o.ob_refcnt.get() >= 1, "a positive count of references")?;
    type_(o.ty())?;
    if let Some(text) = o.downcast::<PyUnicodeObject>() {
        self::text(text, content)
    } else if let Some(d) = o.downcast::<PyDictObject>() {
        dict::check(d, content)
    } else {
        Ok(())
    }
}

/// `_PyType_CheckConsistency`.
pub fn type_(ty: &PyTypeObject) -> Check {
    expect(ty.as_object().ob_refcnt.get() >= 1, "a type in use")?;
    if ty.tp_flags.get() & Py_TPFLAGS_READY != 0 {
        expect(
            !ty.tp_dict.get().is_null(),
            "a dict in a type that is ready",
        )?;
        expect(
            !ty.tp_mro.get().is_null(),
            "a method resolution order in a type that is ready",
        )?;
    }
    Ok(())
}

/// `_PyUnicode_CheckConsistency`: with `content`, the form fits the characters.
pub fn unicode(o: &PyObject, content: bool) -> Check {
    text(o.downcast().ok_or("a str")?, content)
}

fn text(o: &PyUnicodeObject, content: bool) -> Check {
    unicode::check_form(o)?;
    expect(
        !content || unicode::is_narrowest(o),
        "the narrowest form that holds the characters",
    )
}

/// `_PyDict_CheckConsistency`.
pub fn dict(o: &PyObject, content: bool) -> Check {
    dict::check(o.downcast().ok_or("a dict")?, content)
}
