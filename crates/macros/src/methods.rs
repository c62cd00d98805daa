//! Methods, functions, getters, setters and members: entry points and table entries.

use crate::binding::Binding;
use crate::docs;
use crate::parse::{self, Settings};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::{Error, Expr, Ident, ImplItemConst, ImplItemFn, Result, Token};

/// An entry of a table and the items that it refers to.
pub struct Entry {
    pub items: TokenStream,
    pub entry: TokenStream,
}

/// Where a method belongs.
pub struct Owner<'a> {
    pub marker: &'a syn::Type,
    /// The type's `tp_name` or the module's name: the front of the docstring's key.
    pub name: &'a str,
    pub is_module: bool,
}

#[derive(PartialEq, Eq)]
enum Calling {
    Parsed,
    Args,
    ArgsKeywords,
    Varargs,
    VarargsKeywords,
}

fn calling(settings: &mut Settings) -> Result<Calling> {
    let all = [
        ("args", Calling::Args),
        ("args_kw", Calling::ArgsKeywords),
        ("varargs", Calling::Varargs),
        ("varargs_kw", Calling::VarargsKeywords),
    ];
    for (name, calling) in all {
        if settings.flag(name)?.unwrap_or(false) {
            return Ok(calling);
        }
    }
    Ok(Calling::Parsed)
}

/// A pointer to the docstring for `key`, or NULL.
pub fn doc_pointer(key: &str, at: &dyn ToTokens) -> Result<TokenStream> {
    match docs::lookup(key) {
        None => Ok(quote!(::core::ptr::null())),
        Some(doc) => {
            let text = parse::c_str(doc, at)?;
            Ok(quote!(#text.as_ptr()))
        }
    }
}

/// `#[method(..)]` on a type, or `#[function(..)]` on a module.
pub fn method(owner: &Owner, f: &mut ImplItemFn, mut settings: Settings) -> Result<Entry> {
    let python_name = settings
        .string("name")?
        .unwrap_or_else(|| parse::plain_name(&f.sig.ident));
    let class = settings.flag("class")?.unwrap_or(false);
    let is_static = settings.flag("staticmethod")?.unwrap_or(false);
    let coexist = settings.flag("coexist")?.unwrap_or(false);
    let parse_tuple = settings.flag("parse_tuple")?.unwrap_or(false);
    let calling = calling(&mut settings)?;
    settings.finish()?;
    let mut sig = parse::take_sig(&mut f.attrs)?;
    if parse_tuple {
        sig.get_or_insert_default().parse_tuple = true;
    }
    let key = parse::take_doc_key(&mut f.attrs)?
        .unwrap_or_else(|| format!("{}.{python_name}", owner.name));
    let doc = doc_pointer(&key, &f.sig.ident)?;

    let shape = Shape {
        marker: owner.marker,
        f: &f.sig.ident,
        receiver: !is_static,
    };
    let (items, mut flags) = match calling {
        _ if f.sig.abi.is_some() => {
            return Err(Error::new_spanned(
                &f.sig.ident,
                "write a method as an ordinary function",
            ));
        }
        Calling::Args => shape.raw_args(),
        Calling::ArgsKeywords => shape.raw_args_keywords(&python_name),
        Calling::Varargs => shape.varargs(false),
        Calling::VarargsKeywords => shape.varargs(true),
        Calling::Parsed => {
            let params = parse::params(f, if is_static { 0 } else { 1 })?;
            let table = docs::lookup(&key).and_then(docs::text_signature);
            let binding = Binding::new(&python_name, params, sig.as_ref(), table, &f.sig.ident)?;
            shape.parsed(&binding)
        }
    };
    for (set, name) in [
        (class, "METH_CLASS"),
        (is_static, "METH_STATIC"),
        (coexist, "METH_COEXIST"),
    ] {
        if set {
            let name = format_ident!("{name}");
            flags.extend(quote!(| __ms::#name));
        }
    }
    let name = parse::c_str(&python_name, &f.sig.ident)?;
    let entry_point = shape.entry_point();
    // `as *const ()` first: the calling conventions differ, the flags say which one it is.
    let entry = quote!(unsafe { __ms::method_def(#name, #entry_point as *const (), #flags, #doc) });
    debug_assert!(owner.is_module || !owner.name.is_empty());
    Ok(Entry { items, entry })
}

/// The function behind a method, and whether it takes a receiver.
struct Shape<'a> {
    marker: &'a syn::Type,
    f: &'a Ident,
    receiver: bool,
}

impl Shape<'_> {
    fn entry_point(&self) -> Ident {
        format_ident!("method_{}", parse::plain_name(self.f))
    }

    fn wrap(&self, declared: TokenStream, tables: TokenStream, body: TokenStream) -> TokenStream {
        let entry_point = self.entry_point();
        quote! {
            unsafe extern "C" fn #entry_point(slf: *mut __ms::PyObject #declared) -> *mut __ms::PyObject {
                #tables
                let _ = slf;
                #[allow(unused_unsafe)]
                unsafe { #body }
            }
        }
    }

    fn call(&self, values: &[TokenStream]) -> TokenStream {
        let (marker, f) = (self.marker, self.f);
        let receiver = self.receiver.then(|| quote!(__ms::arg(slf),));
        quote!(__ms::returns_object(#marker::#f(#receiver #(#values),*)))
    }

    fn raw_args(&self) -> (TokenStream, TokenStream) {
        let body = self.call(&[quote!(__ms::args::slice(args, nargs))]);
        let declared = quote!(, args: *const *mut __ms::PyObject, nargs: __ms::Py_ssize_t);
        (
            self.wrap(declared, TokenStream::new(), body),
            quote!(__ms::METH_FASTCALL),
        )
    }

    fn raw_args_keywords(&self, name: &str) -> (TokenStream, TokenStream) {
        let body = self.call(&[quote!(__ms::args::Args::new(#name, args, nargs, kwnames))]);
        let declared = quote!(, args: *const *mut __ms::PyObject, nargs: __ms::Py_ssize_t, kwnames: *mut __ms::PyObject);
        (
            self.wrap(declared, TokenStream::new(), body),
            quote!(__ms::METH_FASTCALL | __ms::METH_KEYWORDS),
        )
    }

    fn varargs(&self, keywords: bool) -> (TokenStream, TokenStream) {
        if keywords {
            let body = self.call(&[quote!(__ms::arg(args)), quote!(__ms::arg(kwargs))]);
            let declared = quote!(, args: *mut __ms::PyObject, kwargs: *mut __ms::PyObject);
            (
                self.wrap(declared, TokenStream::new(), body),
                quote!(__ms::METH_VARARGS | __ms::METH_KEYWORDS),
            )
        } else {
            let body = self.call(&[quote!(__ms::arg(args))]);
            let declared = quote!(, args: *mut __ms::PyObject);
            (
                self.wrap(declared, TokenStream::new(), body),
                quote!(__ms::METH_VARARGS),
            )
        }
    }

    fn parsed(&self, binding: &Binding) -> (TokenStream, TokenStream) {
        let fail = quote!(::core::ptr::null_mut());
        let n = binding.len();
        let slots: Vec<Ident> = (0..n).map(|i| format_ident!("s{i}")).collect();
        let (conversions, values) = binding.conversions(&slots, &fail);
        let values: Vec<TokenStream> = values.iter().map(|v| v.to_token_stream()).collect();
        let call = self.call(&values);
        if n == 0 {
            return (
                self.wrap(quote!(, _: *mut __ms::PyObject), TokenStream::new(), call),
                quote!(__ms::METH_NOARGS),
            );
        }
        let tables = binding.table();
        if binding.is_single() {
            let body = quote! {
                let s0 = Some(__ms::arg::<_, &__ms::PyObject>(object));
                #conversions
                #call
            };
            return (
                self.wrap(quote!(, object: *mut __ms::PyObject), tables, body),
                quote!(__ms::METH_O),
            );
        }
        let (declared, bind, flags) = if binding.takes_keywords() {
            (
                quote!(, args: *const *mut __ms::PyObject, nargs: __ms::Py_ssize_t, kwnames: *mut __ms::PyObject),
                quote!(__ms::args::bind_keywords::<#n>(&PARAMETERS, args, nargs, kwnames)),
                quote!(__ms::METH_FASTCALL | __ms::METH_KEYWORDS),
            )
        } else {
            (
                quote!(, args: *const *mut __ms::PyObject, nargs: __ms::Py_ssize_t),
                quote!(__ms::args::bind::<#n>(&PARAMETERS, args, nargs)),
                quote!(__ms::METH_FASTCALL),
            )
        };
        let body = quote! {
            let [#(#slots),*] = match #bind {
                Ok(slots) => slots,
                Err(_) => return #fail,
            };
            #conversions
            #call
        };
        (self.wrap(declared, tables, body), flags)
    }
}

/// A getter and the setter of the same name, in the order of the getters.
#[derive(Default)]
pub struct Attributes {
    list: Vec<Attribute>,
}

struct Attribute {
    name: String,
    key: String,
    getter: Option<Ident>,
    setter: Option<Ident>,
    at: Ident,
}

impl Attributes {
    fn named(&mut self, name: &str, key: String, at: &Ident) -> &mut Attribute {
        let index = self
            .list
            .iter()
            .position(|a| a.name == name)
            .unwrap_or_else(|| {
                self.list.push(Attribute {
                    name: name.to_owned(),
                    key,
                    getter: None,
                    setter: None,
                    at: at.clone(),
                });
                self.list.len() - 1
            });
        &mut self.list[index]
    }

    /// `#[getter]`, `#[getter(name)]`, `#[setter(name)]`.
    pub fn add(
        &mut self,
        owner: &Owner,
        f: &mut ImplItemFn,
        mut settings: Settings,
        set: bool,
    ) -> Result<()> {
        let mut name = settings.string("name")?;
        if name.is_none() {
            name = settings.bare_name();
        }
        settings.finish()?;
        let own = parse::plain_name(&f.sig.ident);
        let name = name.unwrap_or_else(|| match own.strip_prefix("set_") {
            Some(rest) if set => rest.to_owned(),
            _ => own,
        });
        let key =
            parse::take_doc_key(&mut f.attrs)?.unwrap_or_else(|| format!("{}.{name}", owner.name));
        let attribute = self.named(&name, key, &f.sig.ident);
        let function = f.sig.ident.clone();
        if set {
            attribute.setter = Some(function);
        } else {
            attribute.getter = Some(function);
        }
        Ok(())
    }

    pub fn entries(&self, owner: &Owner) -> Result<Vec<Entry>> {
        self.list.iter().map(|a| a.entry(owner)).collect()
    }
}

impl Attribute {
    fn entry(&self, owner: &Owner) -> Result<Entry> {
        let marker = owner.marker;
        let mut items = TokenStream::new();
        let getter = match &self.getter {
            None => quote!(None),
            Some(f) => {
                let entry_point = format_ident!("get_{}", parse::plain_name(f));
                items.extend(quote! {
                    unsafe extern "C" fn #entry_point(
                        slf: *mut __ms::PyObject, _: *mut ::core::ffi::c_void,
                    ) -> *mut __ms::PyObject {
                        #[allow(unused_unsafe)]
                        unsafe { __ms::returns_object(#marker::#f(__ms::arg(slf))) }
                    }
                });
                quote!(Some(#entry_point))
            }
        };
        let setter = match &self.setter {
            None => quote!(None),
            Some(f) => {
                let entry_point = format_ident!("set_{}", parse::plain_name(f));
                items.extend(quote! {
                    unsafe extern "C" fn #entry_point(
                        slf: *mut __ms::PyObject, value: *mut __ms::PyObject, _: *mut ::core::ffi::c_void,
                    ) -> ::core::ffi::c_int {
                        #[allow(unused_unsafe)]
                        unsafe { __ms::returns_status(#marker::#f(__ms::arg(slf), __ms::arg(value))) }
                    }
                });
                quote!(Some(#entry_point))
            }
        };
        let name = parse::c_str(&self.name, &self.at)?;
        let doc = doc_pointer(&self.key, &self.at)?;
        Ok(Entry {
            items,
            entry: quote!(__ms::getset_def(#name, #getter, #setter, #doc)),
        })
    }
}

/// `#[members] const MEMBERS: &[Member] = members![("start", T_OBJECT, start, READONLY), ..];`
pub fn members(
    owner: &Owner,
    layout: &syn::Type,
    item: &ImplItemConst,
) -> Result<Vec<TokenStream>> {
    let Expr::Macro(list) = &item.expr else {
        return Err(Error::new_spanned(&item.expr, "members![..] is expected"));
    };
    let parser = Punctuated::<syn::ExprTuple, Token![,]>::parse_terminated;
    let tuples = list.mac.parse_body_with(parser)?;
    tuples
        .iter()
        .map(|tuple| {
            let elements: Vec<&Expr> = tuple.elems.iter().collect();
            let [Expr::Lit(name), kind, field, flags] = elements.as_slice() else {
                return Err(Error::new_spanned(
                    tuple,
                    "(\"name\", T_KIND, field, FLAGS) is expected",
                ));
            };
            let syn::Lit::Str(name) = &name.lit else {
                return Err(Error::new_spanned(name, "the member's name is a string"));
            };
            let key = format!("{}.{}", owner.name, name.value());
            let doc = doc_pointer(&key, name)?;
            let name = parse::c_str(&name.value(), name)?;
            let offset = offset(layout, field);
            Ok(quote!(__ms::member_def(#name, #kind as _, #offset, #flags as _, #doc)))
        })
        .collect()
}

/// A field's offset in the layout; a number or a block is taken as the offset itself.
pub fn offset(layout: &syn::Type, field: &Expr) -> TokenStream {
    match field {
        Expr::Path(_) | Expr::Field(_) => {
            quote!(::core::mem::offset_of!(#layout, #field) as __ms::Py_ssize_t)
        }
        other => quote!((#other) as __ms::Py_ssize_t),
    }
}
