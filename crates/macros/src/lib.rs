//! Procedural macros that declare built-in types and modules.
//!
//! An annotated `impl` block says what a type or a module can do, in ordinary Rust functions over borrowed references.
//! From it these macros write everything that C sees: the `static` type object with its function tables, the
//! `PyMethodDef`/`PyGetSetDef`/`PyMemberDef` arrays, the `extern "C"` entry points, the parsing of arguments and the
//! docstrings. Signatures and docstrings are data, taken from `data/docs.tsv`; they are never written by hand.
//!
//! The crate knows the names and C signatures of the slots, and nothing else of the runtime: all that it generates goes
//! through `::pyrite_runtime::macro_support`. Conversions are traits there, chosen by the compiler from the types that
//! a function declares, so this crate looks at no type but `Option` and the few that take a literal default.

mod binding;
mod docs;
mod methods;
mod modules;
mod parse;
mod slots;
mod types;

use proc_macro::TokenStream;

/// Declares a built-in type from an `impl` block of slots, methods, getters and members.
#[proc_macro_attribute]
pub fn pytype(attr: TokenStream, item: TokenStream) -> TokenStream {
    types::expand(attr.into(), item.into())
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

/// Declares a built-in module from an `impl` block of functions and an `exec` function.
#[proc_macro_attribute]
pub fn pymodule(attr: TokenStream, item: TokenStream) -> TokenStream {
    modules::expand(attr.into(), item.into())
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}
