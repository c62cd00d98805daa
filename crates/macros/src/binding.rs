//! From a signature to the code that binds and converts a call's arguments.

use crate::parse::{Kind, Param, SigAttr, SigParam, last_segment, text_signature};
use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::{Error, Result};

/// How the parameters of one function bind: the text of its errors and the literal defaults come from here.
pub struct Binding {
    /// The name that errors give, without parentheses.
    fname: String,
    params: Vec<Bound>,
    parse_tuple: bool,
}

struct Bound {
    sig: SigParam,
    param: Param,
    /// May be left out by the caller.
    optional: bool,
}

impl Binding {
    /// Pairs the Rust parameters with the signature, if there is one.
    pub fn new(
        fname: &str,
        params: Vec<Param>,
        sig: Option<&SigAttr>,
        table: Option<&str>,
        at: &dyn ToTokens,
    ) -> Result<Self> {
        let fname = sig.and_then(|s| s.fname.as_deref()).unwrap_or(fname);
        let text = sig.and_then(|s| s.text.as_deref()).or(table);
        let described = match text {
            Some(text) => match text_signature(text) {
                Some(sig) if sig.len() == params.len() => sig,
                Some(sig) => {
                    let message = format!(
                        "{fname}: the signature {text} has {} parameters, the function {}; say #[sig(\"..\")] or take them raw",
                        sig.len(),
                        params.len()
                    );
                    return Err(Error::new_spanned(at, message));
                }
                None => {
                    let message =
                        format!("{fname}: {text} takes any number of arguments; take them raw");
                    return Err(Error::new_spanned(at, message));
                }
            },
            None => positional(params.len(), &params),
        };
        let params = described
            .into_iter()
            .zip(params)
            .map(|(sig, param)| Bound {
                optional: sig.default.is_some() || (text.is_none() && param.optional),
                sig,
                param,
            })
            .collect();
        Ok(Binding {
            fname: fname.to_owned(),
            params,
            parse_tuple: sig.is_some_and(|s| s.parse_tuple),
        })
    }

    pub fn len(&self) -> usize {
        self.params.len()
    }

    /// One required argument that has no keyword: `METH_O`.
    pub fn is_single(&self) -> bool {
        matches!(self.params.as_slice(), [p] if !p.optional && p.sig.kind == Kind::PositionalOnly)
            && !self.parse_tuple
    }

    pub fn takes_keywords(&self) -> bool {
        self.params
            .iter()
            .any(|p| p.sig.kind != Kind::PositionalOnly)
    }

    /// The `static` that describes the parameters to the binder.
    pub fn table(&self) -> TokenStream {
        let fname = &self.fname;
        let n = self.params.len();
        let names = self.params.iter().map(|p| match p.sig.kind {
            Kind::PositionalOnly => "",
            _ => p.sig.name.as_str(),
        });
        let count = |f: &dyn Fn(&Bound) -> bool| self.params.iter().filter(|p| f(p)).count();
        let positional_only = count(&|p| p.sig.kind == Kind::PositionalOnly);
        let positional = count(&|p| p.sig.kind != Kind::KeywordOnly);
        let required = self
            .params
            .iter()
            .take(positional)
            .position(|p| p.optional)
            .unwrap_or(positional);
        let required_mask = self
            .params
            .iter()
            .enumerate()
            .filter(|(_, p)| !p.optional)
            .fold(0u64, |mask, (i, _)| mask | 1 << i);
        let old = self.parse_tuple;
        quote! {
            static INTERNED: [__ms::args::Name; #n] = [const { __ms::args::Name::new() }; #n];
            static PARAMETERS: __ms::args::Parameters = __ms::args::Parameters {
                fname: #fname,
                names: &[#(#names),*],
                interned: &INTERNED,
                positional_only: #positional_only,
                positional: #positional,
                required: #required,
                required_mask: #required_mask,
                parse_tuple: #old,
            };
        }
    }

    /// Statements that turn the `slots` (identifiers of `Option<&PyObject>`) into `values`; `fail` is returned on error.
    pub fn conversions(
        &self,
        slots: &[syn::Ident],
        fail: &TokenStream,
    ) -> (TokenStream, Vec<syn::Ident>) {
        let mut code = TokenStream::new();
        let mut values = Vec::new();
        for (i, (p, slot)) in self.params.iter().zip(slots).enumerate() {
            let value = format_ident!("v{i}");
            let place = self.place(i);
            let fname = &self.fname;
            let convert = quote! {
                match __ms::args::from_arg(o, __ms::args::Arg { fname: #fname, place: #place }) {
                    Ok(v) => v,
                    Err(_) => return #fail,
                }
            };
            let some = if p.param.optional {
                quote!(Some(#convert))
            } else {
                convert
            };
            let absent = self.absent(p, fail);
            code.extend(quote! { let #value = match #slot { Some(o) => #some, None => #absent }; });
            values.push(value);
        }
        (code, values)
    }

    fn place(&self, i: usize) -> TokenStream {
        if self.is_single() {
            return match self.parse_tuple {
                true => quote!(__ms::args::Place::OnlyFormat),
                false => quote!(__ms::args::Place::Only),
            };
        }
        let sig = &self.params[i].sig;
        if sig.kind == Kind::PositionalOnly || self.parse_tuple {
            let position = i + 1;
            match self.parse_tuple {
                true => quote!(__ms::args::Place::Format(#position)),
                false => quote!(__ms::args::Place::Position(#position)),
            }
        } else {
            let name = &sig.name;
            quote!(__ms::args::Place::Name(#name))
        }
    }

    /// What an absent argument becomes.
    fn absent(&self, p: &Bound, fail: &TokenStream) -> TokenStream {
        if p.param.optional {
            return quote!(None);
        }
        match p.sig.default.as_deref().and_then(|d| literal(d, &p.param)) {
            Some(value) => value,
            None => quote! {{
                let _ = __ms::args::missing(&PARAMETERS);
                return #fail
            }},
        }
    }
}

fn positional(n: usize, params: &[Param]) -> Vec<SigParam> {
    (0..n)
        .map(|i| SigParam {
            name: format!("arg{i}"),
            default: params[i].optional.then(String::new),
            kind: Kind::PositionalOnly,
        })
        .collect()
}

/// A default of the text signature as a Rust expression of the parameter's type.
fn literal(default: &str, param: &Param) -> Option<TokenStream> {
    let type_name = last_segment(&param.ty).unwrap_or_default();
    let truth = match default {
        "True" => Some(true),
        "False" => Some(false),
        _ => None,
    };
    if let Some(truth) = truth {
        return Some(match type_name.as_str() {
            "Truth" => quote!(__ms::args::Truth(#truth)),
            "bool" => quote!(#truth),
            _ => {
                let n = proc_macro2::Literal::i32_unsuffixed(truth as i32);
                quote!(#n)
            }
        });
    }
    if let Ok(n) = default.parse::<i64>() {
        let n = if type_name == "f64" {
            format!("{n}.0")
        } else {
            n.to_string()
        };
        let n: TokenStream = n.parse().ok()?;
        return Some(match type_name.as_str() {
            "SliceIndex" => quote!(__ms::args::SliceIndex(#n)),
            "Truth" => {
                let truth = default != "0";
                quote!(__ms::args::Truth(#truth))
            }
            _ => n,
        });
    }
    if let Ok(x) = default.parse::<f64>()
        && type_name == "f64"
    {
        return Some(quote!(#x));
    }
    if type_name == "SliceIndex" && default == "sys.maxsize" {
        return Some(quote!(__ms::args::SliceIndex(isize::MAX)));
    }
    if default == "None" && type_name == "NoneOr" {
        return Some(quote!(__ms::args::NoneOr(None)));
    }
    if default == "None"
        && let syn::Type::Reference(r) = &param.ty
    {
        return (last_segment(&r.elem)? == "PyObject").then(|| quote!(__ms::none()));
    }
    let text = default
        .strip_prefix('\'')
        .and_then(|d| d.strip_suffix('\''))?;
    (matches!(&param.ty, syn::Type::Reference(_)) && !text.contains('\\')).then(|| quote!(#text))
}
