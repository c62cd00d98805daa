//! The exported C functions: a rind around the inner API.
//!
//! One file for each header of CPython 3.8, and in it each function in a few lines: [`convert`] turns arguments into
//! borrowed references and results into what C expects, and the body calls the inner function of the same name.
//! Nothing inside calls what is exported here. This crate knows C's conventions (NULL, -1, borrowed results, `va_list`)
//! and no object's insides.
//!
//! The one idea: a signature in the `capi!` macro says everything that crosses the border, so that the bodies are
//! safe code wherever C's own contract allows it.

#[macro_use]
mod convert;
#[macro_use]
mod variadic;
mod prelude;

pub mod abstract_;
pub mod buildvalue;
pub mod bytes_writer;
pub mod bytesobject;
pub mod codecs_;
pub mod descrobject;
pub mod dictobject;
pub mod floatobject;
pub mod fromformat;
pub mod getargs;
pub mod getargs_keywords;
pub mod listobject;
pub mod longobject;
pub mod modsupport;
pub mod moduleobject;
pub mod object;
pub mod objimpl;
pub mod pycapsule;
pub mod pyerrors;
pub mod pylifecycle_main;
pub mod pymem;
pub mod pystrhex;
pub mod setobject;
pub mod sliceobject;
pub mod support;
pub mod tupleobject;
pub mod unicode_writer;
pub mod unicodectype;
pub mod unicodeobject;
pub mod weakrefobject;
