//! What a Rust result becomes.

use crate::prelude::*;
use crate::{float, long, unicode};

/// A type that a function can be declared to return.
pub trait IntoReturn {
    /// A new reference, or NULL with an exception set.
    fn into_return(self) -> *mut PyObject;
}

impl<T: Layout> IntoReturn for Owned<T> {
    #[inline(always)]
    fn into_return(self) -> *mut PyObject {
        self.into_ptr()
    }
}

/// `None` is Python's.
impl<T: Layout> IntoReturn for Option<Owned<T>> {
    #[inline(always)]
    fn into_return(self) -> *mut PyObject {
        match self {
            Some(o) => o.into_ptr(),
            None => none().own().into_ptr(),
        }
    }
}

impl<T: IntoReturn> IntoReturn for PyResult<T> {
    #[inline(always)]
    fn into_return(self) -> *mut PyObject {
        match self {
            Ok(value) => {
                crate::hostile::check_succeeded();
                value.into_return()
            }
            Err(_) => {
                crate::hostile::check_failed();
                std::ptr::null_mut()
            }
        }
    }
}

impl IntoReturn for () {
    #[inline(always)]
    fn into_return(self) -> *mut PyObject {
        none().own().into_ptr()
    }
}

impl IntoReturn for bool {
    #[inline(always)]
    fn into_return(self) -> *mut PyObject {
        bool_from(self).into_ptr()
    }
}

/// For a function that says itself what C gets.
impl IntoReturn for *mut PyObject {
    #[inline(always)]
    fn into_return(self) -> *mut PyObject {
        self
    }
}

macro_rules! returns {
    ($($ty:ty => $make:expr;)*) => { $(
        impl IntoReturn for $ty {
            #[inline]
            fn into_return(self) -> *mut PyObject {
                let make: fn($ty) -> _ = $make;
                make(self).into_return()
            }
        }
    )* };
}

returns! {
    i32 => |n| long::from_i64(i64::from(n));
    u32 => |n| long::from_i64(i64::from(n));
    i64 => |n| long::from_i64(n);
    isize => |n| long::from_i64(n as i64);
    u64 => |n| long::from_u64(n);
    usize => |n| long::from_u64(n as u64);
    f64 => |x| float::from_f64(x);
}

impl IntoReturn for &str {
    fn into_return(self) -> *mut PyObject {
        unicode::from_str(self).into_return()
    }
}

impl IntoReturn for String {
    fn into_return(self) -> *mut PyObject {
        unicode::from_str(&self).into_return()
    }
}
