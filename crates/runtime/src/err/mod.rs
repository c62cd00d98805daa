//! The error indicator, and the one way in which an inner function fails.
//!
//! The exception being raised lives in the thread state (`curexc_type`, `curexc_value`, `curexc_traceback`), where C
//! and the interpreter look for it. A Rust function that failed returns `Err(Raised)`: a zero-sized witness that the
//! indicator is set, so a `PyResult<Owned>` is as wide as the pointer that C gets.

mod chain;
mod create;
mod normalize;
mod os;
mod place;
mod text;
mod warn;

pub use chain::*;
pub use create::*;
pub use normalize::*;
pub use os::*;
pub use place::*;
pub use text::*;
pub use warn::*;

use crate::exceptions::exc;
use crate::prelude::*;
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
        crate::hostile::check_failed();
        Raised(())
    }

    /// For what foreign code reports, which may have set nothing: then it is found out, and told, where the call ends.
    #[inline]
    pub fn reported() -> Raised {
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

/// Sets `exc` with a formatted message (`PyErr_Format`). What `raise!` calls.
#[cold]
#[inline(never)]
pub fn raise(exc: &PyObject, message: fmt::Arguments<'_>) -> Raised {
    match format(message) {
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

/// `PyErr_NoMemory`.
#[cold]
pub fn no_memory() -> Raised {
    let kept = crate::exceptions::last_resort();
    let traceback = None;
    restore(Fetched {
        ty: Some(exc::MemoryError.get().own()),
        value: kept,
        traceback,
    });
    Raised(())
}

/// `PyErr_BadArgument`.
#[cold]
pub fn bad_argument() -> Raised {
    raise!(TypeError, "bad argument type for built-in operation")
}

/// `Py_FatalError`: says why and ends the process. Only for states from which no exception can be raised.
#[cold]
pub fn fatal(message: &str) -> ! {
    crate::hooks::fatal(message)
}

/// `PyErr_BadInternalCall`: a C function was handed an object of the wrong kind.
#[cold]
pub fn bad_internal_call() -> Raised {
    raise!(SystemError, "bad argument to internal function")
}
