//! From C's arguments to borrowed references, and from results to what C returns.
//!
//! [`FromC`] says which raw type stands for an argument and when it is unacceptable; [`IntoC`] how a result crosses,
//! and what stands for a failure. The `capi!` macro puts them around a body of safe code.

use pyrite_runtime::prelude::*;
use std::ffi::CStr;
use std::ops::Deref;

/// What a C argument becomes.
pub trait FromC: Sized {
    type Raw;

    /// `None` where a pointer is NULL, or an object of the wrong type.
    ///
    /// # Safety
    /// A pointer is NULL or points to what its C type says, for as long as the call lasts.
    unsafe fn from_c(raw: Self::Raw) -> Option<Self>;
}

/// What a result becomes.
pub trait IntoC {
    type Raw;

    fn into_c(self) -> Self::Raw;

    /// What is returned when an exception is set.
    fn failure() -> Self::Raw;
}

impl<'a> FromC for &'a PyObject {
    type Raw = *mut PyObject;
    #[inline]
    unsafe fn from_c(raw: *mut PyObject) -> Option<&'a PyObject> {
        // SAFETY: NULL or a live object by the contract.
        unsafe { raw.as_ref() }
    }
}

impl FromC for Option<&PyObject> {
    type Raw = *mut PyObject;
    #[inline]
    unsafe fn from_c(raw: *mut PyObject) -> Option<Self> {
        // SAFETY: NULL or a live object by the contract.
        Some(unsafe { raw.as_ref() })
    }
}

/// An object that must be of a certain type, or of a subtype of it; C passes it as a plain object.
pub struct Is<'a, T>(&'a T);

impl<T> Deref for Is<'_, T> {
    type Target = T;
    #[inline]
    fn deref(&self) -> &T {
        self.0
    }
}

impl<'a, T: PyClass> FromC for Is<'a, T> {
    type Raw = *mut PyObject;
    #[inline]
    unsafe fn from_c(raw: *mut PyObject) -> Option<Self> {
        // SAFETY: NULL or a live object by the contract.
        unsafe { raw.as_ref() }?.downcast().map(Is)
    }
}

impl<'a, T: PyClass> FromC for Option<Is<'a, T>> {
    type Raw = *mut PyObject;
    #[inline]
    unsafe fn from_c(raw: *mut PyObject) -> Option<Self> {
        // SAFETY: NULL or a live object by the contract.
        match unsafe { raw.as_ref() } {
            Some(o) => Some(Some(Is(o.downcast()?))),
            None => Some(None),
        }
    }
}

/// Arguments that C declares by their own struct.
macro_rules! by_layout {
    ($($layout:ident)*) => { $(
        impl<'a> FromC for &'a $layout {
            type Raw = *mut $layout;
            #[inline]
            unsafe fn from_c(raw: *mut $layout) -> Option<&'a $layout> {
                // SAFETY: NULL or a live structure by the contract.
                unsafe { raw.as_ref() }
            }
        }
        impl<'a> FromC for Option<&'a $layout> {
            type Raw = *mut $layout;
            #[inline]
            unsafe fn from_c(raw: *mut $layout) -> Option<Self> {
                // SAFETY: NULL or a live structure by the contract.
                Some(unsafe { raw.as_ref() })
            }
        }
    )* };
}
by_layout! {
    PyTypeObject PyFrameObject PyCodeObject PyThreadState PyInterpreterState PyModuleDef PyGenObject
    PyLongObject PyVarObject PyListObject PyDictObject PyTupleObject Py_buffer _Py_Identifier
    PyCompilerFlags PyConfig PyPreConfig PyWideStringList _PyUnicodeWriter _PyBytesWriter
    PySliceObject _PyErr_StackItem Py_tss_t PyGC_Head PyContext PyArena _PyAccu
    _PyCrossInterpreterData _PyArgv _PyRuntimeState PyMethodDef PyMemberDef PyGetSetDef wrapperbase
    PyStructSequence_Desc PyWeakReference
}

impl<'a> FromC for &'a CStr {
    type Raw = *const c_char;
    #[inline]
    unsafe fn from_c(raw: *const c_char) -> Option<&'a CStr> {
        // SAFETY: NULL, or a string that ends in NUL, by the contract.
        (!raw.is_null()).then(|| unsafe { CStr::from_ptr(raw) })
    }
}

impl FromC for Option<&CStr> {
    type Raw = *const c_char;
    #[inline]
    unsafe fn from_c(raw: *const c_char) -> Option<Self> {
        // SAFETY: NULL, or a string that ends in NUL, by the contract.
        Some((!raw.is_null()).then(|| unsafe { CStr::from_ptr(raw) }))
    }
}

/// A place that C gives for a result; C may give none.
pub struct Out<T>(*mut T);

impl<T> Out<T> {
    #[inline]
    pub fn set(&self, value: T) {
        if !self.0.is_null() {
            // SAFETY: C gave a place for a value of this type.
            unsafe { self.0.write(value) }
        }
    }

    #[inline]
    pub fn wanted(&self) -> bool {
        !self.0.is_null()
    }
}

impl<T: Copy> Out<T> {
    /// The value that is there now.
    #[inline]
    pub fn get(&self) -> Option<T> {
        // SAFETY: C gave a place with a value of this type.
        (!self.0.is_null()).then(|| unsafe { self.0.read() })
    }
}

impl Out<*mut PyObject> {
    /// Gives the caller a reference.
    #[inline]
    pub fn give<T: Layout>(&self, object: Option<Owned<T>>) {
        if self.wanted() {
            self.set(object.into_c());
        }
    }
}

impl<T> FromC for Out<T> {
    type Raw = *mut T;
    #[inline]
    unsafe fn from_c(raw: *mut T) -> Option<Self> {
        Some(Out(raw))
    }
}

/// Raw pointers and numbers cross as they are.
macro_rules! as_they_are {
    ($($ty:ty)*) => { $(
        impl FromC for $ty {
            type Raw = $ty;
            #[inline]
            unsafe fn from_c(raw: $ty) -> Option<$ty> {
                Some(raw)
            }
        }
    )* };
}
as_they_are! {
    i8 u8 i16 u16 i32 u32 i64 u64 isize usize f64 f32 Py_complex PyStatus
}

/// Function pointers.
macro_rules! functions {
    ($(($($argument:ident)*))*) => { $(
        impl<R, $($argument),*> FromC for Option<unsafe extern "C" fn($($argument),*) -> R> {
            type Raw = Self;
            #[inline]
            unsafe fn from_c(raw: Self) -> Option<Self> {
                Some(raw)
            }
        }
        impl<R, $($argument),*> IntoC for Option<unsafe extern "C" fn($($argument),*) -> R> {
            type Raw = Self;
            #[inline]
            fn into_c(self) -> Self {
                self
            }
            #[inline]
            fn failure() -> Self {
                None
            }
        }
        impl<R, $($argument),*> IntoC for PyResult<Option<unsafe extern "C" fn($($argument),*) -> R>> {
            type Raw = Option<unsafe extern "C" fn($($argument),*) -> R>;
            #[inline]
            fn into_c(self) -> Self::Raw {
                self.unwrap_or(None)
            }
            #[inline]
            fn failure() -> Self::Raw {
                None
            }
        }
    )* };
}
functions! { () (A) (A B) (A B C) (A B C D) }

impl<T> FromC for *mut T {
    type Raw = *mut T;
    #[inline]
    unsafe fn from_c(raw: *mut T) -> Option<*mut T> {
        Some(raw)
    }
}

impl<T> FromC for *const T {
    type Raw = *const T;
    #[inline]
    unsafe fn from_c(raw: *const T) -> Option<*const T> {
        Some(raw)
    }
}

/// Results that stand for themselves, with the value that means failure.
macro_rules! plain_results {
    ($($ty:ty = $failure:expr;)*) => { $(
        impl IntoC for $ty {
            type Raw = $ty;
            #[inline]
            fn into_c(self) -> $ty {
                self
            }
            #[inline]
            fn failure() -> $ty {
                $failure
            }
        }
        impl IntoC for PyResult<$ty> {
            type Raw = $ty;
            #[inline]
            fn into_c(self) -> $ty {
                self.unwrap_or($failure)
            }
            #[inline]
            fn failure() -> $ty {
                $failure
            }
        }
    )* };
}
plain_results! {
    i16 = -1;
    i32 = -1;
    i64 = -1;
    isize = -1;
    u16 = u16::MAX;
    u32 = u32::MAX;
    u64 = u64::MAX;
    usize = usize::MAX;
    u8 = 0;
    f64 = -1.0;
    Py_complex = Py_complex { real: -1.0, imag: 0.0 };
}

impl<T> IntoC for *mut T {
    type Raw = *mut T;
    #[inline]
    fn into_c(self) -> *mut T {
        self
    }
    #[inline]
    fn failure() -> *mut T {
        std::ptr::null_mut()
    }
}

impl<T> IntoC for *const T {
    type Raw = *const T;
    #[inline]
    fn into_c(self) -> *const T {
        self
    }
    #[inline]
    fn failure() -> *const T {
        std::ptr::null()
    }
}

impl<T> IntoC for PyResult<*mut T> {
    type Raw = *mut T;
    #[inline]
    fn into_c(self) -> *mut T {
        self.unwrap_or(std::ptr::null_mut())
    }
    #[inline]
    fn failure() -> *mut T {
        std::ptr::null_mut()
    }
}

impl<T> IntoC for PyResult<*const T> {
    type Raw = *const T;
    #[inline]
    fn into_c(self) -> *const T {
        self.unwrap_or(std::ptr::null())
    }
    #[inline]
    fn failure() -> *const T {
        std::ptr::null()
    }
}

impl IntoC for PyStatus {
    type Raw = PyStatus;
    #[inline]
    fn into_c(self) -> PyStatus {
        self
    }
    #[inline]
    fn failure() -> PyStatus {
        let err_msg = c"NULL argument".as_ptr();
        PyStatus {
            _type: _PyStatus_TYPE_ERROR,
            func: std::ptr::null(),
            err_msg,
            exitcode: 0,
        }
    }
}

impl IntoC for () {
    type Raw = ();
    #[inline]
    fn into_c(self) {}
    #[inline]
    fn failure() {}
}

impl IntoC for bool {
    type Raw = c_int;
    #[inline]
    fn into_c(self) -> c_int {
        c_int::from(self)
    }
    #[inline]
    fn failure() -> c_int {
        0
    }
}

impl IntoC for PyResult<()> {
    type Raw = c_int;
    #[inline]
    fn into_c(self) -> c_int {
        if self.is_ok() { 0 } else { -1 }
    }
    #[inline]
    fn failure() -> c_int {
        -1
    }
}

impl IntoC for PyResult<bool> {
    type Raw = c_int;
    #[inline]
    fn into_c(self) -> c_int {
        self.map_or(-1, c_int::from)
    }
    #[inline]
    fn failure() -> c_int {
        -1
    }
}

/// New references.
macro_rules! references {
    ($($ty:ty, $self:ident => $owned:expr;)*) => { $(
        impl<T: Layout> IntoC for $ty {
            type Raw = *mut PyObject;
            #[inline]
            fn into_c($self) -> *mut PyObject {
                let owned: Option<Owned<T>> = $owned;
                owned.map_or(std::ptr::null_mut(), Owned::into_ptr)
            }
            #[inline]
            fn failure() -> *mut PyObject {
                std::ptr::null_mut()
            }
        }
    )* };
}
references! {
    Owned<T>, self => Some(self);
    Option<Owned<T>>, self => self;
    PyResult<Owned<T>>, self => self.ok();
    PyResult<Option<Owned<T>>>, self => self.ok().flatten();
}

/// A borrowed reference: its owner keeps it alive after the call.
pub struct Borrowed(*mut PyObject);

impl Borrowed {
    pub const NULL: Borrowed = Borrowed(std::ptr::null_mut());

    #[inline]
    pub fn from<T: ObjectExt + ?Sized>(object: &T) -> Borrowed {
        Borrowed(object.as_ptr())
    }

    #[inline]
    pub fn raw(object: *mut PyObject) -> Borrowed {
        Borrowed(object)
    }

    /// Gives back the count: somebody else holds one, by the meaning of the function.
    #[inline]
    pub fn of<T: Layout>(object: Option<Owned<T>>) -> Borrowed {
        Borrowed(object.map_or(std::ptr::null_mut(), |o| o.as_ptr()))
    }
}

impl IntoC for Borrowed {
    type Raw = *mut PyObject;
    #[inline]
    fn into_c(self) -> *mut PyObject {
        self.0
    }
    #[inline]
    fn failure() -> *mut PyObject {
        std::ptr::null_mut()
    }
}

impl IntoC for PyResult<Borrowed> {
    type Raw = *mut PyObject;
    #[inline]
    fn into_c(self) -> *mut PyObject {
        self.map_or(std::ptr::null_mut(), |b| b.0)
    }
    #[inline]
    fn failure() -> *mut PyObject {
        std::ptr::null_mut()
    }
}

/// C passed something that the function does not take; often what another function returned when it failed.
///
/// CPython says so in three ways, each header in its own.
#[cold]
pub fn bad_argument(file: &str, line: u32) {
    if pyrite_runtime::err::occurred().is_some() {
        return;
    }
    let _ = if file.ends_with("abstract_.rs") {
        raise!(SystemError, "null argument to internal routine")
    } else if file.ends_with("unicodeobject.rs") || file.ends_with("codecs_.rs") {
        pyrite_runtime::err::bad_argument()
    } else {
        raise!(
            SystemError,
            "{file}:{line}: bad argument to internal function"
        )
    };
}

/// Declares exported functions: C's name, and a body over converted arguments.
///
/// A NULL or mistyped argument where the type does not allow it sets `SystemError` and returns the failure value.
macro_rules! capi {
    ($(
        $(#[$attribute:meta])*
        fn $name:ident($($arguments:tt)*) $(-> $result:ty)? $body:block
    )*) => { $(
        capi!(@function [$(#[$attribute])*] $name ($($arguments)*) ($($result)?) $body);
    )* };
    (@function [$($attributes:tt)*] $name:ident () ($($result:ty)?) $body:block) => {
        $($attributes)*
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() $(-> <$result as $crate::convert::IntoC>::Raw)? {
            #[inline(always)]
            fn body() $(-> $result)? $body
            capi!(@result body(), $($result)?)
        }
    };
    (@function [$($attributes:tt)*] $name:ident ($($argument:ident: $ty:ty),+ $(,)?) ($($result:ty)?) $body:block) => {
        $($attributes)*
        ///
        /// # Safety
        /// As in C: the GIL is held where the function needs it, and each pointer is NULL or points to what its type says.
        #[unsafe(no_mangle)]
        pub unsafe extern "C" fn $name(
            $($argument: <$ty as $crate::convert::FromC>::Raw),+
        ) $(-> <$result as $crate::convert::IntoC>::Raw)? {
            #[inline(always)]
            fn body($($argument: $ty),+) $(-> $result)? $body
            let converted = 'convert: {
                $(
                    // SAFETY: the caller's promise is FromC's contract.
                    let Some($argument) = (unsafe { <$ty as $crate::convert::FromC>::from_c($argument) }) else {
                        break 'convert None;
                    };
                )+
                Some(($($argument,)+))
            };
            let Some(($($argument,)+)) = converted else {
                $crate::convert::bad_argument(file!(), line!());
                return capi!(@failure $($result)?);
            };
            capi!(@result body($($argument),+), $($result)?)
        }
    };
    (@failure) => { () };
    (@failure $result:ty) => { <$result as $crate::convert::IntoC>::failure() };
    (@result $call:expr,) => { $call };
    (@result $call:expr, $result:ty) => { $crate::convert::IntoC::into_c($call) };
}
