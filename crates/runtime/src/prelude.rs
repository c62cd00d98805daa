//! What nearly every file needs: the layouts, the references and the way to fail.

pub use crate::err::{PyResult, Raised};
pub use crate::exceptions::exc;
pub use crate::owned::{FieldExt, Layout, ObjectExt, OwnTyped, Owned, PyClass};
pub use crate::singletons::{bool_from, ellipsis, none, not_implemented, py_false, py_true};
pub use crate::{id, raise};
pub use pyrite_abi::*;
pub use std::cell::Cell;
pub use std::ffi::{c_char, c_int, c_long, c_void};
