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
///
/// Settings: `name` (tp_name), `c_name` (the static's name), `layout`; optional `base` (or `None`), `metaclass`,
/// `flags = [..]` (without `Py_TPFLAGS_`), `basicsize`, `itemsize`, `dictoffset`, `weaklistoffset`, `vectorcall_offset`
/// (a field of the layout, or a number in braces), `alloc`, `free` (`gc_del`, `object_free` or a path), `doc_key`,
/// `export = false`, and `no_class` where several types share a layout or the layout belongs to another crate.
///
/// In the block:
/// - a function named like a slot is that slot; raw pointers become the references that it declares. `const tp_new: newfunc
///   = Some(..);` fills a slot with a C function that exists already;
/// - `#[sig(".."?, parse_tuple?, fname = ".."?)]` on `tp_new`, `tp_init` or `tp_call`: arguments are parsed;
/// - `#[method(name = "..", class, staticmethod, coexist, parse_tuple)]`, with `args`, `args_kw`, `varargs` or `varargs_kw` for
///   arguments that are not parsed; `#[getter]`, `#[setter(name)]`, `#[members] const`, `#[doc_key("..")]`.
///
/// Arguments bind by the `#[sig]` of a function, else by the text signature of its docstring, else by position. A
/// parameter that may be absent is an `Option`, unless the signature's default is a literal of its type.
#[proc_macro_attribute]
pub fn pytype(attr: TokenStream, item: TokenStream) -> TokenStream {
    types::expand(attr.into(), item.into())
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

/// Declares a built-in module from an `impl` block of functions and an `exec` function.
///
/// Settings: `name`; optional `def_name` (what the definition says, where that is another), `export = false`, `multi_phase`
/// (PEP 489), `size`. Functions are `#[function(..)]` with the
/// settings of `#[method]`; their first parameter is the module. `parts = [A, B]` adds the functions of `#[pyfunctions]` blocks. `fn exec(module: &PyObject) -> PyResult<()>` fills it.
#[proc_macro_attribute]
pub fn pymodule(attr: TokenStream, item: TokenStream) -> TokenStream {
    modules::expand(attr.into(), item.into())
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

/// Declares further functions of a module: `#[pyfunctions(module = "posix")] impl Files { #[function] fn .. }`.
#[proc_macro_attribute]
pub fn pyfunctions(attr: TokenStream, item: TokenStream) -> TokenStream {
    modules::expand_functions(attr.into(), item.into())
        .unwrap_or_else(|error| error.to_compile_error())
        .into()
}

/// The raw docstring for a key of the table, as a string literal: `raw_doc!("os.stat_result")`.
#[proc_macro]
pub fn raw_doc(input: TokenStream) -> TokenStream {
    let key = syn::parse_macro_input!(input as syn::LitStr);
    let text = docs::lookup(&key.value()).unwrap_or_default();
    quote::quote!(#text).into()
}
