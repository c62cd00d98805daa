//! What nearly every header's file needs: the inner API by its modules' names, and the conversions.

pub use crate::convert::{Borrowed, Is, Out};
pub use crate::variadic::VaList;
pub use pyrite_runtime::prelude::*;
pub use pyrite_runtime::*;
pub use pyrite_vm::{
    ceval, code, compile, config, dump, errors, eval, eval_api, frame, function, generator, import,
    lifecycle, main as vm_main, marshal, pythonrun, readline as vm_readline, signals, sys,
    text as vm_text, threads, tracemalloc, warnings,
};
pub use std::ffi::{CStr, c_uint, c_ulong};
