//! `#[pytype]`: the static type object and everything that it points to.

use crate::docs;
use crate::methods::{self, Attributes, Entry};
use crate::parse::{self, Settings};
use crate::slots::{self, Filled, Table};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Error, Expr, Ident, ImplItem, ItemImpl, Path, Result, Type};

struct Declaration {
    name: String,
    c_name: Ident,
    layout: Type,
    base: Option<Path>,
    metaclass: Option<Path>,
    flags: Vec<Ident>,
    basicsize: Option<Expr>,
    itemsize: Option<Expr>,
    dictoffset: Option<Expr>,
    weaklistoffset: Option<Expr>,
    vectorcall_offset: Option<Expr>,
    alloc: Option<Path>,
    free: Option<Path>,
    export: bool,
    class: bool,
    doc: String,
}

impl Declaration {
    fn read(attr: TokenStream) -> Result<Self> {
        let mut s: Settings = syn::parse2(attr)?;
        let missing = |what: &str| {
            Error::new(
                proc_macro2::Span::call_site(),
                format!("`{what} = ..` is missing"),
            )
        };
        let name = s.string("name")?.ok_or_else(|| missing("name"))?;
        let c_name = match s.path("c_name")? {
            Some(path) => path.require_ident()?.clone(),
            None => return Err(missing("c_name")),
        };
        let base = match s.path("base")? {
            None => Some(syn::parse_quote!(__ms::PyBaseObject_Type)),
            Some(path) if path.is_ident("None") => None,
            Some(path) => Some(path),
        };
        let declaration = Declaration {
            c_name,
            layout: s.ty("layout")?.ok_or_else(|| missing("layout"))?,
            base,
            metaclass: s.path("metaclass")?,
            flags: s.idents("flags")?,
            basicsize: s.expr("basicsize")?,
            itemsize: s.expr("itemsize")?,
            dictoffset: s.expr("dictoffset")?,
            weaklistoffset: s.expr("weaklistoffset")?,
            vectorcall_offset: s.expr("vectorcall_offset")?,
            alloc: s.path("alloc")?.filter(|p| !p.is_ident("default")),
            free: s.path("free")?.filter(|p| !p.is_ident("default")),
            export: s.flag("export")?.unwrap_or(true),
            class: !s.flag("no_class")?.unwrap_or(false),
            doc: s.string("doc_key")?.unwrap_or_else(|| name.clone()),
            name,
        };
        s.finish()?;
        Ok(declaration)
    }
}

/// What the `impl` block holds, sorted.
#[derive(Default)]
struct Contents {
    slots: Vec<Filled>,
    methods: Vec<Entry>,
    attributes: Attributes,
    members: Vec<TokenStream>,
}

pub fn expand(attr: TokenStream, item: TokenStream) -> Result<TokenStream> {
    let declaration = Declaration::read(attr)?;
    let mut block: ItemImpl = syn::parse2(item)?;
    let marker = (*block.self_ty).clone();
    let contents = read_block(&declaration, &marker, &mut block)?;
    let type_object = type_object(&declaration, &marker, contents)?;
    let class = declaration.class.then(|| class(&declaration));
    Ok(quote! {
        #block
        #type_object
        #class
    })
}

fn read_block(d: &Declaration, marker: &Type, block: &mut ItemImpl) -> Result<Contents> {
    let owner = methods::Owner {
        marker,
        name: &d.name,
        is_module: false,
    };
    let slot_owner = slots::Owner {
        marker,
        tp_name: &d.name,
        c_name: &d.c_name,
        is_gc: d.flags.iter().any(|f| f == "HAVE_GC"),
    };
    let mut contents = Contents::default();
    let mut kept = Vec::new();
    for mut item in std::mem::take(&mut block.items) {
        match &mut item {
            ImplItem::Fn(f) => {
                if let Some(attr) = parse::take_attr(&mut f.attrs, "method") {
                    contents
                        .methods
                        .push(methods::method(&owner, f, Settings::of(&attr)?)?);
                } else if let Some(attr) = parse::take_attr(&mut f.attrs, "getter") {
                    contents
                        .attributes
                        .add(&owner, f, Settings::of(&attr)?, false)?;
                } else if let Some(attr) = parse::take_attr(&mut f.attrs, "setter") {
                    contents
                        .attributes
                        .add(&owner, f, Settings::of(&attr)?, true)?;
                } else if slots::claims_slot(&f.sig.ident.to_string()) {
                    let sig = parse::take_sig(&mut f.attrs)?;
                    contents
                        .slots
                        .push(slots::fill(&slot_owner, f, sig.as_ref())?);
                }
            }
            ImplItem::Const(c) => {
                let attr = parse::take_attr(&mut c.attrs, "members");
                if attr.is_some() {
                    let members = methods::members(&owner, &d.layout, c)?;
                    contents.members.extend(members);
                    continue;
                }
                if slots::claims_slot(&c.ident.to_string()) {
                    contents.slots.push(slots::fill_shared(&slot_owner, c)?);
                }
            }
            _ => {}
        }
        kept.push(item);
    }
    block.items = kept;
    Ok(contents)
}

fn type_object(d: &Declaration, marker: &Type, contents: Contents) -> Result<TokenStream> {
    let owner = methods::Owner {
        marker,
        name: &d.name,
        is_module: false,
    };
    let c_name = &d.c_name;
    let layout = &d.layout;
    let (tables, mut fields) = tables(&contents.slots);
    fields.extend(generic_access(d, &contents.slots));
    let mut items = TokenStream::new();
    contents
        .slots
        .iter()
        .for_each(|s| items.extend(s.items.clone()));
    items.extend(tables);

    let list = |name: &str, kind: TokenStream, end: TokenStream, entries: Vec<TokenStream>| {
        let n = entries.len() + 1;
        let table = format_ident!("{}", name.to_uppercase());
        let field = format_ident!("{name}");
        (!entries.is_empty()).then(|| {
            (
                quote!(static #table: [#kind; #n] = [#(#entries,)* #end];),
                quote!(#field: ::core::cell::Cell::new((&raw const #table).cast_mut().cast()),),
            )
        })
    };
    let mut method_entries = Vec::new();
    for method in contents.methods {
        items.extend(method.items);
        method_entries.push(method.entry);
    }
    let mut getset_entries = Vec::new();
    for attribute in contents.attributes.entries(&owner)? {
        items.extend(attribute.items);
        getset_entries.push(attribute.entry);
    }
    let lists = [
        list(
            "tp_methods",
            quote!(__ms::PyMethodDef),
            quote!(__ms::method_end()),
            method_entries,
        ),
        list(
            "tp_members",
            quote!(__ms::PyMemberDef),
            quote!(__ms::member_end()),
            contents.members,
        ),
        list(
            "tp_getset",
            quote!(__ms::PyGetSetDef),
            quote!(__ms::getset_end()),
            getset_entries,
        ),
    ];
    for (table, field) in lists.into_iter().flatten() {
        items.extend(table);
        fields.extend(field);
    }
    fields.extend(plain_fields(d)?);
    let metaclass = match &d.metaclass {
        Some(path) => quote!(#path),
        None => quote!(__ms::PyType_Type),
    };
    let name = parse::c_str(&d.name, c_name)?;
    let flags = d.flags.iter().map(|f| format_ident!("Py_TPFLAGS_{f}"));
    let basicsize = match &d.basicsize {
        Some(size) => quote!((#size) as __ms::Py_ssize_t),
        None => quote!(::core::mem::size_of::<#layout>() as __ms::Py_ssize_t),
    };
    let export = d.export.then(|| quote!(#[unsafe(no_mangle)]));
    let docs = format!("The type object of `{}`.", d.name);
    Ok(quote! {
        #[doc = #docs]
        #export
        pub static #c_name: ::pyrite_runtime::macro_support::PyTypeObject = {
            use ::pyrite_runtime::macro_support as __ms;
            #items
            __ms::PyTypeObject {
                ob_base: __ms::type_head(&raw const #metaclass),
                tp_name: ::core::cell::Cell::new(#name.as_ptr()),
                tp_basicsize: ::core::cell::Cell::new(#basicsize),
                tp_flags: ::core::cell::Cell::new((__ms::Py_TPFLAGS_DEFAULT #(| __ms::#flags)*) as _),
                #fields
                ..__ms::empty()
            }
        };
    })
}

/// Types that say themselves that attributes are found the generic way, as 3.8's do: it shows in their dicts.
fn generic_access(d: &Declaration, filled: &[Filled]) -> TokenStream {
    let slots = [
        ("__getattribute__", "tp_getattro", "generic_get_attr_slot"),
        ("__setattr__", "tp_setattro", "generic_set_attr_slot"),
    ];
    let mut fields = TokenStream::new();
    for (attribute, field, function) in slots {
        let says = docs::lookup(&format!("{}.{attribute}", d.name)).is_some();
        if says && !filled.iter().any(|s| s.field == field) {
            let (field, function) = (format_ident!("{field}"), format_ident!("{function}"));
            fields.extend(quote!(#field: ::core::cell::Cell::new(Some(__ms::#function)),));
        }
    }
    fields
}

/// The optional fields that are not slots.
fn plain_fields(d: &Declaration) -> Result<TokenStream> {
    let mut fields = TokenStream::new();
    let doc = methods::doc_pointer(&d.doc, &d.c_name)?;
    fields.extend(quote!(tp_doc: ::core::cell::Cell::new(#doc),));
    if let Some(base) = &d.base {
        fields.extend(quote!(tp_base: ::core::cell::Cell::new((&raw const #base).cast_mut()),));
    }
    if let Some(size) = &d.itemsize {
        fields.extend(quote!(tp_itemsize: ::core::cell::Cell::new((#size) as __ms::Py_ssize_t),));
    }
    let offsets = [
        ("tp_dictoffset", &d.dictoffset),
        ("tp_weaklistoffset", &d.weaklistoffset),
        ("tp_vectorcall_offset", &d.vectorcall_offset),
    ];
    for (field, value) in offsets {
        if let Some(value) = value {
            let field = format_ident!("{field}");
            let offset = methods::offset(&d.layout, value);
            fields.extend(quote!(#field: ::core::cell::Cell::new(#offset),));
        }
    }
    if let Some(alloc) = &d.alloc {
        fields.extend(quote!(tp_alloc: ::core::cell::Cell::new(Some(#alloc)),));
    }
    match &d.free {
        Some(path) if path.is_ident("gc_del") || path.is_ident("object_free") => {
            fields.extend(quote!(tp_free: ::core::cell::Cell::new(Some(__ms::#path)),));
        }
        Some(path) => fields.extend(quote!(tp_free: ::core::cell::Cell::new(Some(#path)),)),
        None => {}
    }
    Ok(fields)
}

/// The function tables that have an entry, and the fields of the type that point to them.
fn tables(filled: &[Filled]) -> (TokenStream, TokenStream) {
    let mut items = TokenStream::new();
    let mut fields = TokenStream::new();
    let kinds = [
        (Table::Async, "tp_as_async", "PyAsyncMethods"),
        (Table::Number, "tp_as_number", "PyNumberMethods"),
        (Table::Sequence, "tp_as_sequence", "PySequenceMethods"),
        (Table::Mapping, "tp_as_mapping", "PyMappingMethods"),
        (Table::Buffer, "tp_as_buffer", "PyBufferProcs"),
    ];
    let entries = |table: Table| -> TokenStream {
        filled
            .iter()
            .filter(|s| s.table == table)
            .map(|s| {
                let (field, value) = (&s.field, &s.value);
                quote!(#field: ::core::cell::Cell::new(#value),)
            })
            .collect()
    };
    for (table, field, kind) in kinds {
        let entries = entries(table);
        if entries.is_empty() {
            continue;
        }
        let name = format_ident!("{}", field.to_uppercase());
        let (field, kind) = (format_ident!("{field}"), format_ident!("{kind}"));
        // A table that is filled to its end leaves nothing to the update.
        items.extend(quote! {
            #[allow(clippy::needless_update)]
            static #name: __ms::#kind = __ms::#kind { #entries ..__ms::empty() };
        });
        fields.extend(quote!(#field: ::core::cell::Cell::new((&raw const #name).cast_mut()),));
    }
    fields.extend(entries(Table::Type));
    (items, fields)
}

/// Ties the layout to the type, with the fastest test that the flags allow.
fn class(d: &Declaration) -> TokenStream {
    let (c_name, layout) = (&d.c_name, &d.layout);
    let subclass = d
        .flags
        .iter()
        .find(|f| f.to_string().ends_with("_SUBCLASS"));
    let check = if let Some(flag) = subclass {
        let flag = format_ident!("Py_TPFLAGS_{flag}");
        quote!(__ms::has_feature(object, __ms::#flag as _))
    } else if d.flags.iter().any(|f| f == "BASETYPE") {
        quote!(__ms::is_instance_of_type(object, &#c_name))
    } else {
        quote!(__ms::has_exact_type(object, &#c_name))
    };
    quote! {
        const _: () = {
            use ::pyrite_runtime::macro_support as __ms;
            impl __ms::PyClass for #layout {
                #[inline]
                fn type_object() -> &'static __ms::PyTypeObject {
                    &#c_name
                }
                #[inline]
                fn check(object: &__ms::PyObject) -> bool {
                    #check
                }
            }
        };
    }
}
