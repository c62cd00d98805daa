//! Objects: references to them, their memory, their types, and what goes wrong with them.
//!
//! This crate is the object model of Python 3.8 and all of its built-in types. It knows how an object is laid out
//! (from `pyrite-abi`), how it is counted, collected, looked into and called. It does not know what a code object,
//! a frame or an import is: a Python function is to it an object whose type has a vectorcall entry.
//!
//! The one idea: an object is shared, mutable memory that arbitrary code may change whenever it runs. So a borrowed
//! object is a plain `&PyObject` whose fields are all `Cell`s, an owned one is an [`Owned`](owned::Owned), nothing is ever
//! `&mut`, and a function that can fail returns a [`PyResult`](err::PyResult) whose error case carries no data: the
//! exception is in the thread state, where C expects it.
//!
//! Inner functions have the names of the C API without the prefix (`PyList_Append` is `list::append`), take borrowed
//! references and return owned ones.

// The procedural macros name this crate by path, from inside it as well.
extern crate self as pyrite_runtime;

pub mod args;
pub mod boolean;
pub mod buffer;
pub mod builtin_iters;
pub mod bytearray;
pub mod bytes;
pub mod call;
pub mod capsule;
pub mod cell;
pub mod cfunction;
pub mod class_method;
pub mod codecs;
pub mod complex;
pub mod consistency;
pub mod context;
pub mod descr;
pub mod dict;
pub mod enumerate;
pub mod err;
pub mod exceptions;
pub mod file;
pub mod float;
pub mod format;
pub mod gc;
pub mod hash;
pub mod hooks;
pub mod hostile;
pub mod instance_method;
pub mod iter;
pub mod iterobject;
pub mod list;
pub mod long;
pub mod macro_support;
#[cfg(test)]
#[allow(dead_code)]
mod macro_tests;
pub mod mapping;
pub mod mem;
pub mod memoryview;
pub mod method;
pub mod module;
pub mod namespace;
pub mod number;
pub mod object;
pub mod odict;
pub mod owned;
pub mod picklebuf;
pub mod prelude;
pub mod pystrtod;
pub mod range;
pub mod recursion;
pub mod repr_guard;
pub mod sequence;
pub mod set;
pub mod singletons;
pub mod slice;
pub mod static_types;
pub mod stderr;
pub mod strlib;
pub mod structseq;
pub mod traceback;
pub mod trashcan;
pub mod tstate;
pub mod tuple;
pub mod typeobject;
pub mod unicode;
pub mod upper;
pub mod weakref;
pub mod words;

use prelude::*;

/// A built-in function by its name, from the interpreter's builtins.
pub fn builtin_function(name: &str) -> PyResult<Owned> {
    let found = match hooks::current_builtins() {
        Some(d) => dict::get_item(&d, unicode::from_str(name)?.as_object())?,
        None => None,
    };
    found.ok_or_else(|| raise!(SystemError, "no built-in function '{name}'"))
}
