//! The built-in exceptions: their types, and the pointers by which C knows them.

use crate::prelude::*;
use std::ffi::CStr;

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

const fn exception_type(name: &'static CStr, base: Option<&'static PyTypeObject>) -> PyTypeObject {
    let ty = PyTypeObject::ZEROED;
    PyTypeObject {
        tp_name: Cell::new(name.as_ptr()),
        tp_base: Cell::new(match base {
            Some(base) => std::ptr::from_ref(base).cast_mut(),
            None => std::ptr::null_mut(),
        }),
        tp_flags: Cell::new(
            Py_TPFLAGS_DEFAULT | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_BASE_EXC_SUBCLASS,
        ),
        ..ty
    }
}

/// Declares `_PyExc_X` (the type), `PyExc_X` (the exported pointer) and `exc::X`.
macro_rules! exceptions {
    ($($name:ident $ty:ident $ptr:ident $text:literal $base:expr;)*) => {
        $(
            pub static $ty: PyTypeObject = exception_type($text, $base);
            #[unsafe(no_mangle)]
            pub static $ptr: ExcPtr = ExcPtr::of(&$ty);
        )*
        /// The exceptions by their Python names.
        pub mod exc {
            $(pub use super::$ptr as $name;)*
        }
    };
}

exceptions! {
    BaseException _PyExc_BaseException PyExc_BaseException c"BaseException" None;
    Exception _PyExc_Exception PyExc_Exception c"Exception" Some(&_PyExc_BaseException);
    TypeError _PyExc_TypeError PyExc_TypeError c"TypeError" Some(&_PyExc_Exception);
    StopAsyncIteration _PyExc_StopAsyncIteration PyExc_StopAsyncIteration c"StopAsyncIteration" Some(&_PyExc_Exception);
    StopIteration _PyExc_StopIteration PyExc_StopIteration c"StopIteration" Some(&_PyExc_Exception);
    ImportError _PyExc_ImportError PyExc_ImportError c"ImportError" Some(&_PyExc_Exception);
    ModuleNotFoundError _PyExc_ModuleNotFoundError PyExc_ModuleNotFoundError c"ModuleNotFoundError" Some(&_PyExc_ImportError);
    OSError _PyExc_OSError PyExc_OSError c"OSError" Some(&_PyExc_Exception);
    ConnectionError _PyExc_ConnectionError PyExc_ConnectionError c"ConnectionError" Some(&_PyExc_OSError);
    BrokenPipeError _PyExc_BrokenPipeError PyExc_BrokenPipeError c"BrokenPipeError" Some(&_PyExc_ConnectionError);
    ConnectionAbortedError _PyExc_ConnectionAbortedError PyExc_ConnectionAbortedError c"ConnectionAbortedError" Some(&_PyExc_ConnectionError);
    ConnectionRefusedError _PyExc_ConnectionRefusedError PyExc_ConnectionRefusedError c"ConnectionRefusedError" Some(&_PyExc_ConnectionError);
    ConnectionResetError _PyExc_ConnectionResetError PyExc_ConnectionResetError c"ConnectionResetError" Some(&_PyExc_ConnectionError);
    BlockingIOError _PyExc_BlockingIOError PyExc_BlockingIOError c"BlockingIOError" Some(&_PyExc_OSError);
    ChildProcessError _PyExc_ChildProcessError PyExc_ChildProcessError c"ChildProcessError" Some(&_PyExc_OSError);
    FileExistsError _PyExc_FileExistsError PyExc_FileExistsError c"FileExistsError" Some(&_PyExc_OSError);
    FileNotFoundError _PyExc_FileNotFoundError PyExc_FileNotFoundError c"FileNotFoundError" Some(&_PyExc_OSError);
    IsADirectoryError _PyExc_IsADirectoryError PyExc_IsADirectoryError c"IsADirectoryError" Some(&_PyExc_OSError);
    NotADirectoryError _PyExc_NotADirectoryError PyExc_NotADirectoryError c"NotADirectoryError" Some(&_PyExc_OSError);
    InterruptedError _PyExc_InterruptedError PyExc_InterruptedError c"InterruptedError" Some(&_PyExc_OSError);
    PermissionError _PyExc_PermissionError PyExc_PermissionError c"PermissionError" Some(&_PyExc_OSError);
    ProcessLookupError _PyExc_ProcessLookupError PyExc_ProcessLookupError c"ProcessLookupError" Some(&_PyExc_OSError);
    TimeoutError _PyExc_TimeoutError PyExc_TimeoutError c"TimeoutError" Some(&_PyExc_OSError);
    EOFError _PyExc_EOFError PyExc_EOFError c"EOFError" Some(&_PyExc_Exception);
    RuntimeError _PyExc_RuntimeError PyExc_RuntimeError c"RuntimeError" Some(&_PyExc_Exception);
    RecursionError _PyExc_RecursionError PyExc_RecursionError c"RecursionError" Some(&_PyExc_RuntimeError);
    NotImplementedError _PyExc_NotImplementedError PyExc_NotImplementedError c"NotImplementedError" Some(&_PyExc_RuntimeError);
    NameError _PyExc_NameError PyExc_NameError c"NameError" Some(&_PyExc_Exception);
    UnboundLocalError _PyExc_UnboundLocalError PyExc_UnboundLocalError c"UnboundLocalError" Some(&_PyExc_NameError);
    AttributeError _PyExc_AttributeError PyExc_AttributeError c"AttributeError" Some(&_PyExc_Exception);
    SyntaxError _PyExc_SyntaxError PyExc_SyntaxError c"SyntaxError" Some(&_PyExc_Exception);
    IndentationError _PyExc_IndentationError PyExc_IndentationError c"IndentationError" Some(&_PyExc_SyntaxError);
    TabError _PyExc_TabError PyExc_TabError c"TabError" Some(&_PyExc_IndentationError);
    LookupError _PyExc_LookupError PyExc_LookupError c"LookupError" Some(&_PyExc_Exception);
    IndexError _PyExc_IndexError PyExc_IndexError c"IndexError" Some(&_PyExc_LookupError);
    KeyError _PyExc_KeyError PyExc_KeyError c"KeyError" Some(&_PyExc_LookupError);
    ValueError _PyExc_ValueError PyExc_ValueError c"ValueError" Some(&_PyExc_Exception);
    UnicodeError _PyExc_UnicodeError PyExc_UnicodeError c"UnicodeError" Some(&_PyExc_ValueError);
    UnicodeEncodeError _PyExc_UnicodeEncodeError PyExc_UnicodeEncodeError c"UnicodeEncodeError" Some(&_PyExc_UnicodeError);
    UnicodeDecodeError _PyExc_UnicodeDecodeError PyExc_UnicodeDecodeError c"UnicodeDecodeError" Some(&_PyExc_UnicodeError);
    UnicodeTranslateError _PyExc_UnicodeTranslateError PyExc_UnicodeTranslateError c"UnicodeTranslateError" Some(&_PyExc_UnicodeError);
    AssertionError _PyExc_AssertionError PyExc_AssertionError c"AssertionError" Some(&_PyExc_Exception);
    ArithmeticError _PyExc_ArithmeticError PyExc_ArithmeticError c"ArithmeticError" Some(&_PyExc_Exception);
    FloatingPointError _PyExc_FloatingPointError PyExc_FloatingPointError c"FloatingPointError" Some(&_PyExc_ArithmeticError);
    OverflowError _PyExc_OverflowError PyExc_OverflowError c"OverflowError" Some(&_PyExc_ArithmeticError);
    ZeroDivisionError _PyExc_ZeroDivisionError PyExc_ZeroDivisionError c"ZeroDivisionError" Some(&_PyExc_ArithmeticError);
    SystemError _PyExc_SystemError PyExc_SystemError c"SystemError" Some(&_PyExc_Exception);
    ReferenceError _PyExc_ReferenceError PyExc_ReferenceError c"ReferenceError" Some(&_PyExc_Exception);
    MemoryError _PyExc_MemoryError PyExc_MemoryError c"MemoryError" Some(&_PyExc_Exception);
    BufferError _PyExc_BufferError PyExc_BufferError c"BufferError" Some(&_PyExc_Exception);
    Warning _PyExc_Warning PyExc_Warning c"Warning" Some(&_PyExc_Exception);
    UserWarning _PyExc_UserWarning PyExc_UserWarning c"UserWarning" Some(&_PyExc_Warning);
    DeprecationWarning _PyExc_DeprecationWarning PyExc_DeprecationWarning c"DeprecationWarning" Some(&_PyExc_Warning);
    PendingDeprecationWarning _PyExc_PendingDeprecationWarning PyExc_PendingDeprecationWarning c"PendingDeprecationWarning" Some(&_PyExc_Warning);
    SyntaxWarning _PyExc_SyntaxWarning PyExc_SyntaxWarning c"SyntaxWarning" Some(&_PyExc_Warning);
    RuntimeWarning _PyExc_RuntimeWarning PyExc_RuntimeWarning c"RuntimeWarning" Some(&_PyExc_Warning);
    FutureWarning _PyExc_FutureWarning PyExc_FutureWarning c"FutureWarning" Some(&_PyExc_Warning);
    ImportWarning _PyExc_ImportWarning PyExc_ImportWarning c"ImportWarning" Some(&_PyExc_Warning);
    UnicodeWarning _PyExc_UnicodeWarning PyExc_UnicodeWarning c"UnicodeWarning" Some(&_PyExc_Warning);
    BytesWarning _PyExc_BytesWarning PyExc_BytesWarning c"BytesWarning" Some(&_PyExc_Warning);
    ResourceWarning _PyExc_ResourceWarning PyExc_ResourceWarning c"ResourceWarning" Some(&_PyExc_Warning);
    GeneratorExit _PyExc_GeneratorExit PyExc_GeneratorExit c"GeneratorExit" Some(&_PyExc_BaseException);
    SystemExit _PyExc_SystemExit PyExc_SystemExit c"SystemExit" Some(&_PyExc_BaseException);
    KeyboardInterrupt _PyExc_KeyboardInterrupt PyExc_KeyboardInterrupt c"KeyboardInterrupt" Some(&_PyExc_BaseException);
}
