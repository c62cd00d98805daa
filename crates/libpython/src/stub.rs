//! What a stub does: it says which function is missing, by an exception if its caller can be told of one, or else by
//! a last line before the process ends. A stub never returns a value that could be taken for an answer.

pub use pyrite_abi::PyStatus;
// Not used when everything is built.
#[allow(unused_imports)]
pub use std::ffi::c_void;

use pyrite_runtime::{raise, tstate};
use std::cell::UnsafeCell;

/// The variable of an unbuilt export: zero, and of the right size.
#[repr(transparent)]
pub struct Zeroed<T>(UnsafeCell<T>);

// SAFETY: nothing in this library reads or writes it.
unsafe impl<T> Sync for Zeroed<T> {}

impl<T> Zeroed<T> {
    pub const fn new(value: T) -> Self {
        Zeroed(UnsafeCell::new(value))
    }
}

/// Sets `SystemError` for a missing function.
#[cold]
pub fn fail(name: &str) {
    if tstate::current_ptr().is_null() {
        abort(name);
    }
    let _ = raise!(SystemError, "{name} is not implemented in Pyrite");
}

/// Ends the process, for a missing function whose caller cannot be told.
#[cold]
pub fn abort(name: &str) -> ! {
    pyrite_runtime::tell!("Fatal Python error: {name} is not implemented in Pyrite");
    std::process::abort()
}

/// `how NAME;` for each function, `data_X NAME type;` for each variable.
macro_rules! stubs {
    ($($how:ident $name:ident $($ty:ty)?;)*) => { $( stub!($how $name $($ty)?); )* };
}

macro_rules! stub {
    (null $name:ident) => {
        stub!(function $name, *mut c_void, std::ptr::null_mut());
    };
    (minus_one $name:ident) => {
        stub!(function $name, isize, -1);
    };
    (minus_one_float $name:ident) => {
        stub!(function $name, f64, -1.0);
    };
    (zero $name:ident) => {
        stub!(function $name, isize, 0);
    };
    (function $name:ident, $result:ty, $value:expr) => {
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> $result {
            fail(stringify!($name));
            $value
        }
    };
    (status $name:ident) => {
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() -> PyStatus {
            PyStatus {
                _type: pyrite_abi::_PyStatus_TYPE_ERROR,
                func: concat!(stringify!($name), "\0").as_ptr().cast(),
                err_msg: concat!(stringify!($name), " is not implemented in Pyrite\0").as_ptr().cast(),
                exitcode: 0,
            }
        }
    };
    (abort $name:ident) => {
        #[unsafe(no_mangle)]
        pub extern "C" fn $name() {
            abort(stringify!($name))
        }
    };
    (data_B $name:ident $ty:ty) => {
        #[unsafe(no_mangle)]
        // SAFETY: numbers may be all zero.
        pub static $name: Zeroed<$ty> = Zeroed::new(unsafe { std::mem::zeroed() });
    };
    (data_D $name:ident $ty:ty) => {
        #[unsafe(no_mangle)]
        #[unsafe(link_section = ".data")]
        // SAFETY: numbers may be all zero.
        pub static $name: Zeroed<$ty> = Zeroed::new(unsafe { std::mem::zeroed() });
    };
    (data_R $name:ident $ty:ty) => {
        #[unsafe(no_mangle)]
        // SAFETY: numbers may be all zero.
        pub static $name: $ty = unsafe { std::mem::zeroed() };
    };
}
