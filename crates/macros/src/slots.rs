//! Every slot of a type: the table it lives in, its C signature, and what its result means.

use crate::binding::Binding;
use crate::docs;
use crate::parse::{self, SigAttr};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Ident, ImplItemConst, ImplItemFn, Result};

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Table {
    Type,
    Async,
    Number,
    Sequence,
    Mapping,
    Buffer,
}

/// A C parameter of a slot. `Visit` stands for two: the visitor function and its argument.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Raw {
    Object,
    Type,
    Int,
    Size,
    Visit,
    View,
    Memory,
}

/// What the C result says.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ret {
    /// New reference; NULL on failure.
    Object,
    /// New reference; NULL on failure and when there is no more.
    Next,
    /// 0 or -1.
    Status,
    /// 1, 0 or -1.
    Truth,
    /// A size, or -1.
    Size,
    /// A hash, never -1 but on failure.
    Hash,
    /// The visitor's answer.
    Int,
    /// Nothing.
    Void,
}

struct Slot {
    raw: &'static [Raw],
    ret: Ret,
}

const UNARY: &[Raw] = &[Raw::Object];
const BINARY: &[Raw] = &[Raw::Object, Raw::Object];
const TERNARY: &[Raw] = &[Raw::Object, Raw::Object, Raw::Object];
const SIZED: &[Raw] = &[Raw::Object, Raw::Size];

fn shape(name: &str) -> Option<(Table, &'static [Raw], Ret)> {
    use Table::*;
    Some(match name {
        "tp_dealloc" | "tp_finalize" | "tp_del" => (Type, UNARY, Ret::Void),
        "tp_free" => (Type, &[Raw::Memory], Ret::Void),
        "tp_alloc" => (Type, &[Raw::Type, Raw::Size], Ret::Object),
        "tp_repr" | "tp_str" | "tp_iter" => (Type, UNARY, Ret::Object),
        "tp_iternext" => (Type, UNARY, Ret::Next),
        "tp_hash" => (Type, UNARY, Ret::Hash),
        "tp_call" => (Type, TERNARY, Ret::Object),
        "tp_new" => (Type, &[Raw::Type, Raw::Object, Raw::Object], Ret::Object),
        "tp_init" => (Type, TERNARY, Ret::Status),
        "tp_getattro" => (Type, BINARY, Ret::Object),
        "tp_setattro" => (Type, TERNARY, Ret::Status),
        "tp_traverse" => (Type, &[Raw::Object, Raw::Visit], Ret::Int),
        "tp_clear" => (Type, UNARY, Ret::Status),
        "tp_is_gc" => (Type, UNARY, Ret::Truth),
        "tp_richcompare" => (Type, &[Raw::Object, Raw::Object, Raw::Int], Ret::Object),
        "tp_descr_get" => (Type, TERNARY, Ret::Object),
        "tp_descr_set" => (Type, TERNARY, Ret::Status),
        // These are given as C functions only.
        "tp_vectorcall" | "tp_getattr" | "tp_setattr" => (Type, &[], Ret::Void),
        "am_await" | "am_aiter" | "am_anext" => (Async, UNARY, Ret::Object),
        "nb_bool" => (Number, UNARY, Ret::Truth),
        "nb_negative" | "nb_positive" | "nb_absolute" | "nb_invert" | "nb_int" | "nb_float"
        | "nb_index" => (Number, UNARY, Ret::Object),
        "nb_power" | "nb_inplace_power" => (Number, TERNARY, Ret::Object),
        "nb_add"
        | "nb_subtract"
        | "nb_multiply"
        | "nb_remainder"
        | "nb_divmod"
        | "nb_lshift"
        | "nb_rshift"
        | "nb_and"
        | "nb_xor"
        | "nb_or"
        | "nb_inplace_add"
        | "nb_inplace_subtract"
        | "nb_inplace_multiply"
        | "nb_inplace_remainder"
        | "nb_inplace_lshift"
        | "nb_inplace_rshift"
        | "nb_inplace_and"
        | "nb_inplace_xor"
        | "nb_inplace_or"
        | "nb_floor_divide"
        | "nb_true_divide"
        | "nb_inplace_floor_divide"
        | "nb_inplace_true_divide"
        | "nb_matrix_multiply"
        | "nb_inplace_matrix_multiply" => (Number, BINARY, Ret::Object),
        "sq_length" => (Sequence, UNARY, Ret::Size),
        "sq_concat" | "sq_inplace_concat" => (Sequence, BINARY, Ret::Object),
        "sq_repeat" | "sq_inplace_repeat" | "sq_item" => (Sequence, SIZED, Ret::Object),
        "sq_ass_item" => (
            Sequence,
            &[Raw::Object, Raw::Size, Raw::Object],
            Ret::Status,
        ),
        "sq_contains" => (Sequence, BINARY, Ret::Truth),
        "mp_length" => (Mapping, UNARY, Ret::Size),
        "mp_subscript" => (Mapping, BINARY, Ret::Object),
        "mp_ass_subscript" => (Mapping, TERNARY, Ret::Status),
        "bf_getbuffer" => (Buffer, &[Raw::Object, Raw::View, Raw::Int], Ret::Status),
        "bf_releasebuffer" => (Buffer, &[Raw::Object, Raw::View], Ret::Void),
        _ => return None,
    })
}

/// Whether a function's name claims to be a slot.
pub fn claims_slot(name: &str) -> bool {
    ["tp_", "nb_", "sq_", "mp_", "am_", "bf_"]
        .iter()
        .any(|prefix| name.starts_with(prefix))
}

/// A slot that an `impl` block fills: its name, its table, the items that go before and the function that goes in.
pub struct Filled {
    pub table: Table,
    pub field: Ident,
    pub items: TokenStream,
    /// An `Option` of the slot's C function type.
    pub value: TokenStream,
}

/// What a slot's entry point needs to know of the type.
pub struct Owner<'a> {
    pub marker: &'a syn::Type,
    pub tp_name: &'a str,
    pub c_name: &'a Ident,
    /// Instances have a collector's head: they hold other objects, and chains of them can be long.
    pub is_gc: bool,
}

/// Slots of containers through which one object asks another of the same kind, and so on, uncounted by `Py_EnterRecursiveCall`.
const NESTING: &[&str] = &[
    "tp_hash",
    "tp_call",
    "tp_iter",
    "tp_iternext",
    "tp_getattro",
    "tp_setattro",
    "tp_descr_get",
    "tp_init",
    "tp_new",
    "nb_bool",
    "sq_length",
    "sq_item",
    "sq_ass_item",
    "sq_contains",
    "mp_length",
    "mp_subscript",
    "mp_ass_subscript",
];

/// `const tp_new: newfunc = Some(..);` fills a slot with a C function that exists already, to share it between types.
pub fn fill_shared(owner: &Owner, c: &ImplItemConst) -> Result<Filled> {
    let Some((table, ..)) = shape(&c.ident.to_string()) else {
        return Err(syn::Error::new_spanned(
            &c.ident,
            format!("there is no slot {}", c.ident),
        ));
    };
    let (marker, field) = (owner.marker, c.ident.clone());
    Ok(Filled {
        table,
        value: quote!(#marker::#field),
        field,
        items: TokenStream::new(),
    })
}

pub fn fill(owner: &Owner, f: &ImplItemFn, sig: Option<&SigAttr>) -> Result<Filled> {
    let name = f.sig.ident.to_string();
    let Some((table, raw, ret)) = shape(&name) else {
        return Err(syn::Error::new_spanned(
            &f.sig.ident,
            format!("there is no slot {name}"),
        ));
    };
    let marker = owner.marker;
    let field = f.sig.ident.clone();
    if f.sig.abi.is_some() {
        return Ok(Filled {
            table,
            value: quote!(Some(#marker::#field)),
            field,
            items: TokenStream::new(),
        });
    }
    if raw.is_empty() {
        let message = format!("give {name} as `const {name}: .. = Some(..);`");
        return Err(syn::Error::new_spanned(&f.sig.ident, message));
    }
    let slot = Slot { raw, ret };
    let items = match sig {
        Some(sig) => slot.parsed(owner, f, sig)?,
        None => slot.trampoline(owner, f),
    };
    Ok(Filled {
        table,
        value: quote!(Some(#field)),
        field,
        items,
    })
}

impl Slot {
    fn trampoline(&self, owner: &Owner, f: &ImplItemFn) -> TokenStream {
        let marker = owner.marker;
        let name = &f.sig.ident;
        let (declared, passed) = self.parameters();
        let (c_type, convert) = self.result();
        if owner.is_gc && name == "tp_dealloc" {
            return quote! {
                unsafe extern "C" fn tp_dealloc(a0: *mut __ms::PyObject) {
                    #[allow(unused_unsafe)]
                    unsafe {
                        __ms::trashcan_guard(a0, tp_dealloc, |a0| #marker::tp_dealloc(__ms::arg(a0)))
                    }
                }
            };
        }
        let check = (owner.is_gc && NESTING.iter().any(|n| name == n)).then(|| {
            let fail = self.fail();
            quote!(if __ms::stack_is_low() { let _ = __ms::stack_overflow(); return #fail; })
        });
        quote! {
            unsafe extern "C" fn #name(#(#declared),*) #c_type {
                #check
                #[allow(unused_unsafe)]
                unsafe { #convert(#marker::#name(#(#passed),*)) }
            }
        }
    }

    /// `tp_new`, `tp_init` or `tp_call` with its arguments parsed.
    fn parsed(&self, owner: &Owner, f: &ImplItemFn, sig: &SigAttr) -> Result<TokenStream> {
        let name = &f.sig.ident;
        let is_new = name == "tp_new";
        if !is_new && name != "tp_init" && name != "tp_call" {
            return Err(syn::Error::new_spanned(
                name,
                "#[sig] is for tp_new, tp_init and tp_call",
            ));
        }
        let short = owner.tp_name.rsplit('.').next().unwrap_or(owner.tp_name);
        let table = docs::lookup(owner.tp_name).and_then(docs::text_signature);
        let binding = Binding::new(short, parse::params(f, 1)?, Some(sig), table, name)?;
        let parameters = binding.table();
        let n = binding.len();
        let slots: Vec<Ident> = (0..n).map(|i| format_ident!("s{i}")).collect();
        let (c_type, convert) = self.result();
        let fail = self.fail();
        let check = (owner.is_gc && name == "tp_call").then(
            || quote!(if __ms::stack_is_low() { let _ = __ms::stack_overflow(); return #fail; }),
        );
        let (conversions, values) = binding.conversions(&slots, &fail);
        let (marker, c_name) = (owner.marker, owner.c_name);
        let (head, exact) = if is_new {
            (
                quote!(a0: *mut __ms::PyTypeObject),
                quote!(::core::ptr::eq(a0, &raw const #c_name)),
            )
        } else {
            (
                quote!(a0: *mut __ms::PyObject),
                quote!(__ms::has_type(a0, &raw const #c_name)),
            )
        };
        let bind = if binding.takes_keywords() {
            quote!(__ms::args::bind_tuple_keywords::<#n>(&PARAMETERS, a1, a2))
        } else {
            quote!(__ms::args::bind_tuple::<#n>(&PARAMETERS, a1, a2, #exact))
        };
        Ok(quote! {
            unsafe extern "C" fn #name(#head, a1: *mut __ms::PyObject, a2: *mut __ms::PyObject) #c_type {
                #parameters
                #check
                #[allow(unused_unsafe)]
                unsafe {
                    let [#(#slots),*] = match #bind {
                        Ok(slots) => slots,
                        Err(_) => return #fail,
                    };
                    #conversions
                    #convert(#marker::#name(__ms::arg(a0) #(, #values)*))
                }
            }
        })
    }

    fn parameters(&self) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let mut declared = Vec::new();
        let mut passed = Vec::new();
        for (i, raw) in self.raw.iter().enumerate() {
            let a = format_ident!("a{i}");
            let ty = match raw {
                Raw::Object => quote!(*mut __ms::PyObject),
                Raw::Type => quote!(*mut __ms::PyTypeObject),
                Raw::Int => quote!(::core::ffi::c_int),
                Raw::Size => quote!(__ms::Py_ssize_t),
                Raw::View => quote!(*mut __ms::Py_buffer),
                Raw::Memory => quote!(*mut ::core::ffi::c_void),
                Raw::Visit => {
                    declared.push(quote!(visit: __ms::visitproc));
                    declared.push(quote!(data: *mut ::core::ffi::c_void));
                    passed.push(quote!(__ms::visitor(visit, data)));
                    continue;
                }
            };
            declared.push(quote!(#a: #ty));
            passed.push(quote!(__ms::arg(#a)));
        }
        (declared, passed)
    }

    /// The C result that stands for an error.
    fn fail(&self) -> TokenStream {
        match self.ret {
            Ret::Object | Ret::Next => quote!(::core::ptr::null_mut()),
            _ => quote!(-1),
        }
    }

    /// The C result type, and the function that makes it.
    fn result(&self) -> (TokenStream, TokenStream) {
        match self.ret {
            Ret::Object => (quote!(-> *mut __ms::PyObject), quote!(__ms::returns_object)),
            Ret::Next => (quote!(-> *mut __ms::PyObject), quote!(__ms::returns_next)),
            Ret::Status => (quote!(-> ::core::ffi::c_int), quote!(__ms::returns_status)),
            Ret::Truth => (quote!(-> ::core::ffi::c_int), quote!(__ms::returns_truth)),
            Ret::Size => (quote!(-> __ms::Py_ssize_t), quote!(__ms::returns_size)),
            Ret::Hash => (quote!(-> __ms::Py_hash_t), quote!(__ms::returns_hash)),
            Ret::Int => (quote!(-> ::core::ffi::c_int), quote!(__ms::returns_int)),
            Ret::Void => (TokenStream::new(), quote!(__ms::returns_nothing)),
        }
    }
}
