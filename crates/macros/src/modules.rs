//! `#[pymodule]`: the module definition and its `PyInit_` function.

use crate::methods;
use crate::parse::{self, Settings};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Error, ImplItem, ItemImpl, Result};

pub fn expand(attr: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut settings: Settings = syn::parse2(attr)?;
    let name = settings
        .string("name")?
        .ok_or_else(|| Error::new(proc_macro2::Span::call_site(), "`name = ..` is missing"))?;
    let def_name = settings.string("def_name")?;
    let export = settings.flag("export")?.unwrap_or(true);
    let multi_phase = settings.flag("multi_phase")?.unwrap_or(false);
    let size = settings.expr("size")?;
    let parts = settings.idents("parts")?;
    settings.finish()?;
    let mut block: ItemImpl = syn::parse2(item)?;
    let marker = (*block.self_ty).clone();
    let owner = methods::Owner {
        marker: &marker,
        name: &name,
        is_module: true,
    };

    let mut items = TokenStream::new();
    let mut entries = Vec::new();
    let mut has_exec = false;
    for item in &mut block.items {
        let ImplItem::Fn(f) = item else { continue };
        if let Some(attr) = parse::take_attr(&mut f.attrs, "function") {
            let function = methods::method(&owner, f, Settings::of(&attr)?)?;
            items.extend(function.items);
            entries.push(function.entry);
        } else if f.sig.ident == "exec" {
            has_exec = true;
        }
    }
    let n = entries.len() + 1;
    let c_name = parse::c_str(def_name.as_ref().unwrap_or(&name), &marker)?;
    let doc = methods::doc_pointer(&name, &marker)?;
    let size = match size {
        Some(size) => quote!((#size) as __ms::Py_ssize_t),
        None if multi_phase => quote!(0),
        None => quote!(-1),
    };
    let exec = if has_exec {
        quote!(#marker::exec(module))
    } else {
        quote!(Ok(()))
    };
    // Functions of further blocks come first: `exec` may want them.
    let exec = parts.iter().rev().fold(
        exec,
        |rest, part| quote!(__ms::add_functions(module, #part::functions()).and_then(|()| #rest)),
    );
    let init = format_ident!("PyInit_{name}");
    let export = export.then(|| quote!(#[unsafe(no_mangle)]));
    let docs = format!("Makes the module `{name}`.");
    let (slots, create) = if multi_phase {
        (
            quote! {
                unsafe extern "C" fn exec(module: *mut __ms::PyObject) -> ::core::ffi::c_int {
                    #[allow(unused_unsafe)]
                    unsafe {
                        let module: &__ms::PyObject = __ms::arg(module);
                        __ms::returns_status(#exec)
                    }
                }
                static SLOTS: [__ms::PyModuleDef_Slot; 2] = [__ms::exec_slot(exec), __ms::slot_end()];
            },
            quote!(__ms::module_def_init(&DEFINITION)),
        )
    } else {
        (
            TokenStream::new(),
            quote!(__ms::create_module(&DEFINITION, |module| #exec)),
        )
    };
    let slots_pointer = if multi_phase {
        quote!((&raw const SLOTS).cast())
    } else {
        quote!(::core::ptr::null())
    };
    Ok(quote! {
        #block

        #[doc = #docs]
        ///
        /// # Safety
        /// The caller holds the GIL.
        #export
        pub unsafe extern "C" fn #init() -> *mut ::pyrite_runtime::macro_support::PyObject {
            use ::pyrite_runtime::macro_support as __ms;
            #items
            #slots
            static METHODS: [__ms::PyMethodDef; #n] = [#(#entries,)* __ms::method_end()];
            static DEFINITION: __ms::PyModuleDef =
                __ms::module_def(#c_name, #doc, #size, &METHODS, #slots_pointer);
            #create
        }
    })
}

/// `#[pyfunctions(module = "x")]`: further functions of a module, for one that does not fit a single block.
pub fn expand_functions(attr: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let mut settings: Settings = syn::parse2(attr)?;
    let missing = || Error::new(proc_macro2::Span::call_site(), "`module = ..` is missing");
    let name = settings.string("module")?.ok_or_else(missing)?;
    settings.finish()?;
    let mut block: ItemImpl = syn::parse2(item)?;
    let marker = (*block.self_ty).clone();
    let owner = methods::Owner {
        marker: &marker,
        name: &name,
        is_module: true,
    };
    let mut items = TokenStream::new();
    let mut entries = Vec::new();
    for item in &mut block.items {
        let ImplItem::Fn(f) = item else { continue };
        if let Some(attr) = parse::take_attr(&mut f.attrs, "function") {
            let function = methods::method(&owner, f, Settings::of(&attr)?)?;
            items.extend(function.items);
            entries.push(function.entry);
        }
    }
    let n = entries.len() + 1;
    Ok(quote! {
        #block

        impl #marker {
            /// The table of these functions.
            pub fn functions() -> &'static [::pyrite_runtime::macro_support::PyMethodDef] {
                use ::pyrite_runtime::macro_support as __ms;
                #items
                static METHODS: [__ms::PyMethodDef; #n] = [#(#entries,)* __ms::method_end()];
                &METHODS
            }
        }
    })
}
