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

mod abstract_;
mod ast_nodes;
mod buildvalue;
mod bytes_methods;
mod bytes_writer;
mod bytesobject;
mod ceval_;
mod codecs_;
mod context_;
mod debugging;
mod descrobject;
mod dictobject;
mod fileutils_;
mod fileutils_more;
mod floatobject;
mod formatting;
mod fromformat;
mod getargs;
mod getargs_keywords;
mod grammar;
mod hamt;
mod hashtable;
mod import_;
mod initconfig;
mod interpreters;
mod intrcheck;
mod iomodule;
mod lifecycle_parts;
mod listobject;
mod longobject;
mod modsupport;
mod moduleobject;
mod node;
mod object;
mod objimpl;
mod parsetok;
mod posixmodule;
mod pycapsule;
mod pyerrors;
mod pylifecycle;
mod pymem;
mod pystate;
mod pystrhex;
mod pythonrun;
mod pytime;
mod setobject;
mod sliceobject;
mod support;
mod sysmodule;
mod tables;
mod traceback_;
mod tracemalloc_;
mod tupleobject;
mod unicode_records;
mod unicode_writer;
mod unicodectype;
mod unicodeobject;
mod warnings;
mod weakrefobject;
