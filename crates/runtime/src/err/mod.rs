//! The error indicator, and the one way in which an inner function fails.
//!
//! The exception being raised lives in the thread state (`curexc_type`, `curexc_value`, `curexc_traceback`), where C
//! and the interpreter look for it. A Rust function that failed returns `Err(Raised)`: a zero-sized witness that the
//! indicator is set, so a `PyResult<Owned>` is as wide as the pointer that C gets.

use crate::prelude::*;
pub use crate::provisional::err::*;
use crate::tstate;
use std::fmt;

/// Witness that the thread's error indicator is set.
#[must_use = "an exception was set; return it or clear it"]
#[derive(Debug, Clone, Copy)]
pub struct Raised(());

impl Raised {
    /// For callers of C functions and hooks that report a failure of their own.
    #[inline]
    pub fn already_set() -> Raised {
        debug_assert!(
            occurred().is_some(),
            "a failure was reported without an exception"
        );
        Raised(())
    }
}

/// The result of everything that can raise.
pub type PyResult<T> = Result<T, Raised>;

/// The indicator's three parts, taken out of the thread state.
#[derive(Default, Clone)]
pub struct Fetched {
    pub ty: Option<Owned>,
    pub value: Option<Owned>,
    pub traceback: Option<Owned>,
}

/// `raise!(TypeError, "format", args..)`: sets the exception and gives the [`Raised`] to return.
#[macro_export]
macro_rules! raise {
    ($exc:ident, $($arg:tt)+) => {
        $crate::err::raise($crate::exceptions::exc::$exc.get(), ::std::format_args!($($arg)+))
    };
}

/// Sets `exc` with a formatted message. What `raise!` calls.
#[cold]
#[inline(never)]
pub fn raise(exc: &PyObject, message: fmt::Arguments<'_>) -> Raised {
    let text = match message.as_str() {
        Some(s) => crate::unicode::from_str(s),
        None => crate::unicode::from_str(&fmt::format(message)),
    };
    match text {
        Ok(text) => set_object(exc, text.as_object()),
        Err(raised) => raised,
    }
}

/// `PyErr_Occurred`: the type of the exception being raised.
#[inline]
pub fn occurred() -> Option<&'static PyObject> {
    let ts = tstate::current_ptr();
    // SAFETY: the current thread state lives while its thread holds the GIL; the indicator holds its type.
    unsafe { ts.as_ref().and_then(|ts| ts.curexc_type.get().as_ref()) }
}

/// `PyErr_Restore`: replaces the indicator.
pub fn restore(new: Fetched) {
    let ts = tstate::current();
    let old = fetch();
    ts.curexc_type.set_ref(new.ty);
    ts.curexc_value.set_ref(new.value);
    ts.curexc_traceback.set_ref(new.traceback);
    drop(old);
}

/// `PyErr_Fetch`: takes the indicator out, leaving it empty.
pub fn fetch() -> Fetched {
    let ts = tstate::current();
    Fetched {
        ty: ts.curexc_type.take_ref(),
        value: ts.curexc_value.take_ref(),
        traceback: ts.curexc_traceback.take_ref(),
    }
}

/// `PyErr_Clear`.
pub fn clear() {
    drop(fetch());
}

/// `PyErr_SetObject`.
#[cold]
pub fn set_object(exc: &PyObject, value: &PyObject) -> Raised {
    restore(Fetched {
        ty: Some(exc.own()),
        value: Some(value.own()),
        traceback: None,
    });
    Raised(())
}

/// `PyErr_SetNone`.
#[cold]
pub fn set_none(exc: &PyObject) -> Raised {
    restore(Fetched {
        ty: Some(exc.own()),
        value: None,
        traceback: None,
    });
    Raised(())
}

/// `PyErr_NoMemory`.
#[cold]
pub fn no_memory() -> Raised {
    set_none(crate::exceptions::exc::MemoryError.get())
}

/// `Py_FatalError`: says why and ends the process. Only for states from which no exception can be raised.
#[cold]
pub fn fatal(message: &str) -> ! {
    eprintln!("Fatal Python error: {message}");
    std::process::abort()
}

/// `%.Ns` of a message: at most `n` bytes of `text`, cut at a character.
pub fn short(text: &str, n: usize) -> &str {
    &text[..text.floor_char_boundary(n)]
}

/// `PyErr_BadInternalCall`: a C function was handed an object of the wrong kind.
#[cold]
pub fn bad_internal_call() -> Raised {
    raise!(SystemError, "bad argument to internal function")
}

/// A str object in a message. Other objects show as nothing: pass what `str()` or `repr()` gave.
pub struct Str<'a>(pub &'a PyObject);

impl fmt::Display for Str<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.ty().tp_flags.get() & Py_TPFLAGS_UNICODE_SUBCLASS == 0 {
            return Ok(());
        }
        // SAFETY: the flag says that it has a str's layout.
        let text = unsafe { self.0.cast_ref::<PyUnicodeObject>() };
        f.write_str(&crate::unicode::to_string_lossy(text))
    }
}
