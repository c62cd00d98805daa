//! Layouts, flags and function-pointer types of the CPython 3.8 headers.
//!
//! Compiled extension modules read and write the fields of these structures directly, so each one has the size,
//! offsets and bit positions that the installed headers give it (`tests/layout.rs` asks a C compiler). Nothing else
//! lives here: no functions that do things, no knowledge of how an object behaves.
//!
//! The one idea: a field that can change is a [`Cell`](core::cell::Cell). Python objects are shared, mutable memory;
//! with cells, `&PyListObject` is an honest view of one, and reading or writing a field needs no `unsafe`. What may
//! not change (method tables and the like, which C puts into static arrays) has plain fields.
//!
//! Names are C's, one module for each header, all re-exported flat.

/// Marks C layouts as shareable and gives each an all-zero value for statics to start from.
///
/// Every field of every layout is a number, a nullable pointer, an optional function pointer, or an array of
/// those, for which zero is a value.
macro_rules! layouts {
    ($($name:ident),+ $(,)?) => { $(
        // SAFETY: objects and tables are touched only by the thread that holds the GIL.
        unsafe impl Sync for $name {}
        impl $name {
            /// All fields zero or NULL.
            #[allow(clippy::declare_interior_mutable_const)]
            // SAFETY: numbers, nullable pointers and arrays of them may be all zero (see the macro's comment).
            pub const ZEROED: Self = unsafe { core::mem::zeroed() };
        }
    )+ };
}

mod abstract_;
mod bytearrayobject;
mod bytesobject;
mod cellobject;
mod ceval;
mod classobject;
mod code;
mod compile;
mod complexobject;
mod descrobject;
mod dictobject;
pub mod errcode;
mod fileobject;
mod fileutils;
mod floatobject;
mod frameobject;
mod funcobject;
mod genobject;
mod global;
mod import;
mod initconfig;
mod listobject;
mod longintrepr;
mod marshal;
mod memoryobject;
mod methodobject;
mod modsupport;
mod moduleobject;
mod object;
mod objimpl;
mod odictobject;
mod opcode;
pub mod parser;
mod patchlevel;
mod pyarena;
mod pycapsule;
mod pycore_accu;
mod pycore_atomic;
mod pycore_ceval;
mod pycore_code;
mod pycore_context;
mod pycore_gc;
mod pycore_getopt;
mod pycore_hamt;
mod pycore_initconfig;
mod pycore_long;
mod pycore_pathconfig;
mod pycore_pystate;
mod pycore_warnings;
mod pyctype;
mod pyerrors;
mod pyhash;
mod pylifecycle;
mod pymem;
mod pyport;
mod pystate;
mod pystrtod;
mod pythonrun;
mod pythread;
mod pytime;
mod setobject;
mod sliceobject;
mod structmember;
mod structseq;
pub mod symtab;
mod sysmodule;
pub mod token;
mod traceback;
mod tupleobject;
mod typeslots;
mod ucnhash;
mod unicodeobject;
mod weakrefobject;

pub use abstract_::*;
pub use bytearrayobject::*;
pub use bytesobject::*;
pub use cellobject::*;
pub use ceval::*;
pub use classobject::*;
pub use code::*;
pub use compile::*;
pub use complexobject::*;
pub use descrobject::*;
pub use dictobject::*;
pub use fileobject::*;
pub use fileutils::*;
pub use floatobject::*;
pub use frameobject::*;
pub use funcobject::*;
pub use genobject::*;
pub use global::*;
pub use import::*;
pub use initconfig::*;
pub use listobject::*;
pub use longintrepr::*;
pub use marshal::*;
pub use memoryobject::*;
pub use methodobject::*;
pub use modsupport::*;
pub use moduleobject::*;
pub use object::*;
pub use objimpl::*;
pub use odictobject::*;
pub use opcode::*;
pub use patchlevel::*;
pub use pyarena::*;
pub use pycapsule::*;
pub use pycore_accu::*;
pub use pycore_atomic::*;
pub use pycore_ceval::*;
pub use pycore_code::*;
pub use pycore_context::*;
pub use pycore_gc::*;
pub use pycore_getopt::*;
pub use pycore_hamt::*;
pub use pycore_initconfig::*;
pub use pycore_long::*;
pub use pycore_pathconfig::*;
pub use pycore_pystate::*;
pub use pycore_warnings::*;
pub use pyctype::*;
pub use pyerrors::*;
pub use pyhash::*;
pub use pylifecycle::*;
pub use pymem::*;
pub use pyport::*;
pub use pystate::*;
pub use pystrtod::*;
pub use pythonrun::*;
pub use pythread::*;
pub use pytime::*;
pub use setobject::*;
pub use sliceobject::*;
pub use structmember::*;
pub use structseq::*;
pub use sysmodule::*;
pub use traceback::*;
pub use tupleobject::*;
pub use typeslots::*;
pub use ucnhash::*;
pub use unicodeobject::*;
pub use weakrefobject::*;
