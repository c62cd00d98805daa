//! What nearly every file of this crate needs: the object model's prelude and its modules under their own names.

pub use pyrite_macros::*;
pub use pyrite_runtime::exceptions::exc;
pub use pyrite_runtime::macro_support::{Member, members};
pub use pyrite_runtime::owned::{dealloc, decref, incref, xdecref};
pub use pyrite_runtime::prelude::*;
pub use pyrite_runtime::{
    bytes, call, cell, cfunction, dict, err, exceptions, float, gc, iter, list, long, mapping, mem, method, module, number,
    object, recursion, sequence, set, slice, traceback, tstate, tuple, typeobject, unicode, weakref,
};
pub use std::mem::offset_of;
