//! The built-in exceptions: their types, and the pointers by which C knows them.
//!
//! An exception is an ordinary object whose layout begins with `PyBaseExceptionObject`. Most types differ from their
//! base in nothing but the name; those that carry more have a file of their own. Raising is not here: see `err`.

mod base;
mod import_error;
mod memory_error;
mod os_error;
mod stop;
mod syntax_error;
mod unicode_error;

pub use base::{
    _PyExc_BaseException, args_of, create, get_cause, get_context, get_traceback, set_cause,
    set_context, set_traceback,
};
pub use import_error::*;
pub use memory_error::*;
pub use os_error::*;
pub use stop::*;
pub use syntax_error::*;
pub use unicode_error::*;

use crate::prelude::*;
use pyrite_macros::pytype;

/// An exported `PyObject *PyExc_...`.
#[repr(transparent)]
pub struct ExcPtr(Cell<*mut PyObject>);
// SAFETY: set at compile time, read afterwards.
unsafe impl Sync for ExcPtr {}

impl ExcPtr {
    pub(crate) const fn of(ty: &'static PyTypeObject) -> ExcPtr {
        ExcPtr(Cell::new(std::ptr::from_ref(ty).cast_mut().cast()))
    }

    /// The exception's type object, borrowed.
    #[inline]
    pub fn get(&self) -> &'static PyObject {
        // SAFETY: a static type object lives for the process.
        unsafe { &*self.0.get() }
    }
}

/// An exception type that adds nothing to its base: `marker "name" type (base, layout, [further flags])`, and the slots
/// that the reference's type has of its own.
macro_rules! derived {
    ($($marker:ident $name:tt $ty:ident $base:ident;)*) => { $(
        pub struct $marker;
        #[pytype(name = $name, c_name = $ty, layout = PyBaseExceptionObject, base = $base,
                 flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
        impl $marker {
            const tp_new: newfunc = Some(base::new);
            const tp_init: initproc = Some(base::init);
            const tp_dealloc: destructor = Some(base::dealloc::<PyBaseExceptionObject>);
            const tp_traverse: traverseproc = Some(base::traverse::<PyBaseExceptionObject>);
            const tp_clear: inquiry = Some(base::clear::<PyBaseExceptionObject>);
        }
    )* };
}

/// The same for bases with a layout of their own, of which `tp_init` is shared and `tp_new` inherited.
macro_rules! derived_with {
    ($layout:ident, $init:path; $($marker:ident $name:tt $ty:ident $base:ident;)*) => { $(
        pub struct $marker;
        #[pytype(name = $name, c_name = $ty, layout = $layout, base = $base,
                 flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
        impl $marker {
            const tp_init: initproc = Some($init);
            const tp_dealloc: destructor = Some($crate::exceptions::base::dealloc::<$layout>);
            const tp_traverse: traverseproc = Some($crate::exceptions::base::traverse::<$layout>);
            const tp_clear: inquiry = Some($crate::exceptions::base::clear::<$layout>);
        }
    )* };
}
use derived_with;

derived! {
    Exception "Exception" _PyExc_Exception _PyExc_BaseException;
    TypeError "TypeError" _PyExc_TypeError _PyExc_Exception;
    StopAsyncIteration "StopAsyncIteration" _PyExc_StopAsyncIteration _PyExc_Exception;
    GeneratorExit "GeneratorExit" _PyExc_GeneratorExit _PyExc_BaseException;
    KeyboardInterrupt "KeyboardInterrupt" _PyExc_KeyboardInterrupt _PyExc_BaseException;
    EOFError "EOFError" _PyExc_EOFError _PyExc_Exception;
    RuntimeError "RuntimeError" _PyExc_RuntimeError _PyExc_Exception;
    RecursionError "RecursionError" _PyExc_RecursionError _PyExc_RuntimeError;
    NotImplementedError "NotImplementedError" _PyExc_NotImplementedError _PyExc_RuntimeError;
    NameError "NameError" _PyExc_NameError _PyExc_Exception;
    UnboundLocalError "UnboundLocalError" _PyExc_UnboundLocalError _PyExc_NameError;
    AttributeError "AttributeError" _PyExc_AttributeError _PyExc_Exception;
    LookupError "LookupError" _PyExc_LookupError _PyExc_Exception;
    IndexError "IndexError" _PyExc_IndexError _PyExc_LookupError;
    ValueError "ValueError" _PyExc_ValueError _PyExc_Exception;
    UnicodeError "UnicodeError" _PyExc_UnicodeError _PyExc_ValueError;
    AssertionError "AssertionError" _PyExc_AssertionError _PyExc_Exception;
    ArithmeticError "ArithmeticError" _PyExc_ArithmeticError _PyExc_Exception;
    FloatingPointError "FloatingPointError" _PyExc_FloatingPointError _PyExc_ArithmeticError;
    OverflowError "OverflowError" _PyExc_OverflowError _PyExc_ArithmeticError;
    ZeroDivisionError "ZeroDivisionError" _PyExc_ZeroDivisionError _PyExc_ArithmeticError;
    SystemError "SystemError" _PyExc_SystemError _PyExc_Exception;
    ReferenceError "ReferenceError" _PyExc_ReferenceError _PyExc_Exception;
    BufferError "BufferError" _PyExc_BufferError _PyExc_Exception;
    Warning "Warning" _PyExc_Warning _PyExc_Exception;
    UserWarning "UserWarning" _PyExc_UserWarning _PyExc_Warning;
    DeprecationWarning "DeprecationWarning" _PyExc_DeprecationWarning _PyExc_Warning;
    PendingDeprecationWarning "PendingDeprecationWarning" _PyExc_PendingDeprecationWarning _PyExc_Warning;
    SyntaxWarning "SyntaxWarning" _PyExc_SyntaxWarning _PyExc_Warning;
    RuntimeWarning "RuntimeWarning" _PyExc_RuntimeWarning _PyExc_Warning;
    FutureWarning "FutureWarning" _PyExc_FutureWarning _PyExc_Warning;
    ImportWarning "ImportWarning" _PyExc_ImportWarning _PyExc_Warning;
    UnicodeWarning "UnicodeWarning" _PyExc_UnicodeWarning _PyExc_Warning;
    BytesWarning "BytesWarning" _PyExc_BytesWarning _PyExc_Warning;
    ResourceWarning "ResourceWarning" _PyExc_ResourceWarning _PyExc_Warning;
}

/// Exports `PyExc_X` for each type and names it `exc::X`.
macro_rules! pointers {
    ($($name:ident $ty:ident $ptr:ident;)*) => {
        $(
            #[unsafe(no_mangle)]
            pub static $ptr: ExcPtr = ExcPtr::of(&$ty);
        )*

        /// The exceptions by their Python names.
        pub mod exc {
            $(pub use super::$ptr as $name;)*
        }

        /// Every exception of the `builtins` module under its name; a base comes before what derives from it.
        pub static BUILTINS: &[(&str, &PyTypeObject)] = &[
            $((stringify!($name), &$ty),)*
        ];
    };
}

pointers! {
    BaseException _PyExc_BaseException PyExc_BaseException;
    Exception _PyExc_Exception PyExc_Exception;
    TypeError _PyExc_TypeError PyExc_TypeError;
    StopAsyncIteration _PyExc_StopAsyncIteration PyExc_StopAsyncIteration;
    StopIteration _PyExc_StopIteration PyExc_StopIteration;
    GeneratorExit _PyExc_GeneratorExit PyExc_GeneratorExit;
    SystemExit _PyExc_SystemExit PyExc_SystemExit;
    KeyboardInterrupt _PyExc_KeyboardInterrupt PyExc_KeyboardInterrupt;
    ImportError _PyExc_ImportError PyExc_ImportError;
    ModuleNotFoundError _PyExc_ModuleNotFoundError PyExc_ModuleNotFoundError;
    OSError _PyExc_OSError PyExc_OSError;
    EnvironmentError _PyExc_OSError PyExc_EnvironmentError;
    IOError _PyExc_OSError PyExc_IOError;
    EOFError _PyExc_EOFError PyExc_EOFError;
    RuntimeError _PyExc_RuntimeError PyExc_RuntimeError;
    RecursionError _PyExc_RecursionError PyExc_RecursionError;
    NotImplementedError _PyExc_NotImplementedError PyExc_NotImplementedError;
    NameError _PyExc_NameError PyExc_NameError;
    UnboundLocalError _PyExc_UnboundLocalError PyExc_UnboundLocalError;
    AttributeError _PyExc_AttributeError PyExc_AttributeError;
    SyntaxError _PyExc_SyntaxError PyExc_SyntaxError;
    IndentationError _PyExc_IndentationError PyExc_IndentationError;
    TabError _PyExc_TabError PyExc_TabError;
    LookupError _PyExc_LookupError PyExc_LookupError;
    IndexError _PyExc_IndexError PyExc_IndexError;
    KeyError _PyExc_KeyError PyExc_KeyError;
    ValueError _PyExc_ValueError PyExc_ValueError;
    UnicodeError _PyExc_UnicodeError PyExc_UnicodeError;
    UnicodeEncodeError _PyExc_UnicodeEncodeError PyExc_UnicodeEncodeError;
    UnicodeDecodeError _PyExc_UnicodeDecodeError PyExc_UnicodeDecodeError;
    UnicodeTranslateError _PyExc_UnicodeTranslateError PyExc_UnicodeTranslateError;
    AssertionError _PyExc_AssertionError PyExc_AssertionError;
    ArithmeticError _PyExc_ArithmeticError PyExc_ArithmeticError;
    FloatingPointError _PyExc_FloatingPointError PyExc_FloatingPointError;
    OverflowError _PyExc_OverflowError PyExc_OverflowError;
    ZeroDivisionError _PyExc_ZeroDivisionError PyExc_ZeroDivisionError;
    SystemError _PyExc_SystemError PyExc_SystemError;
    ReferenceError _PyExc_ReferenceError PyExc_ReferenceError;
    MemoryError _PyExc_MemoryError PyExc_MemoryError;
    BufferError _PyExc_BufferError PyExc_BufferError;
    Warning _PyExc_Warning PyExc_Warning;
    UserWarning _PyExc_UserWarning PyExc_UserWarning;
    DeprecationWarning _PyExc_DeprecationWarning PyExc_DeprecationWarning;
    PendingDeprecationWarning _PyExc_PendingDeprecationWarning PyExc_PendingDeprecationWarning;
    SyntaxWarning _PyExc_SyntaxWarning PyExc_SyntaxWarning;
    RuntimeWarning _PyExc_RuntimeWarning PyExc_RuntimeWarning;
    FutureWarning _PyExc_FutureWarning PyExc_FutureWarning;
    ImportWarning _PyExc_ImportWarning PyExc_ImportWarning;
    UnicodeWarning _PyExc_UnicodeWarning PyExc_UnicodeWarning;
    BytesWarning _PyExc_BytesWarning PyExc_BytesWarning;
    ResourceWarning _PyExc_ResourceWarning PyExc_ResourceWarning;
    ConnectionError _PyExc_ConnectionError PyExc_ConnectionError;
    BlockingIOError _PyExc_BlockingIOError PyExc_BlockingIOError;
    BrokenPipeError _PyExc_BrokenPipeError PyExc_BrokenPipeError;
    ChildProcessError _PyExc_ChildProcessError PyExc_ChildProcessError;
    ConnectionAbortedError _PyExc_ConnectionAbortedError PyExc_ConnectionAbortedError;
    ConnectionRefusedError _PyExc_ConnectionRefusedError PyExc_ConnectionRefusedError;
    ConnectionResetError _PyExc_ConnectionResetError PyExc_ConnectionResetError;
    FileExistsError _PyExc_FileExistsError PyExc_FileExistsError;
    FileNotFoundError _PyExc_FileNotFoundError PyExc_FileNotFoundError;
    IsADirectoryError _PyExc_IsADirectoryError PyExc_IsADirectoryError;
    NotADirectoryError _PyExc_NotADirectoryError PyExc_NotADirectoryError;
    InterruptedError _PyExc_InterruptedError PyExc_InterruptedError;
    PermissionError _PyExc_PermissionError PyExc_PermissionError;
    ProcessLookupError _PyExc_ProcessLookupError PyExc_ProcessLookupError;
    TimeoutError _PyExc_TimeoutError PyExc_TimeoutError;
}

/// Makes all exception types ready. The builtins module takes its names from [`BUILTINS`].
pub fn init() -> PyResult<()> {
    for (_, ty) in BUILTINS {
        crate::typeobject::ready(ty)?;
    }
    keep_for_no_memory()
}
