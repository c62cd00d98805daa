//! Reading the attributes, the annotated functions and the text signatures.

use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Attribute, Error, Expr, Ident, ImplItemFn, Lit, LitStr, Path, Result, Token, Type};

/// One `key`, `key = value` or `"text"` of an attribute's arguments.
pub struct Setting {
    pub key: Ident,
    pub value: Option<Expr>,
}

impl Parse for Setting {
    fn parse(input: ParseStream) -> Result<Self> {
        let key = input.parse()?;
        let value = if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            Some(input.parse()?)
        } else {
            None
        };
        Ok(Setting { key, value })
    }
}

/// The arguments of an attribute, each taken out by the code that understands it; what is left over is an error.
pub struct Settings(Vec<Setting>);

impl Parse for Settings {
    fn parse(input: ParseStream) -> Result<Self> {
        let list = Punctuated::<Setting, Token![,]>::parse_terminated(input)?;
        Ok(Settings(list.into_iter().collect()))
    }
}

impl Settings {
    pub fn of(attr: &Attribute) -> Result<Self> {
        match &attr.meta {
            syn::Meta::Path(_) => Ok(Settings(Vec::new())),
            _ => attr.parse_args(),
        }
    }

    fn take(&mut self, key: &str) -> Option<Setting> {
        let at = self.0.iter().position(|s| s.key == key)?;
        Some(self.0.remove(at))
    }

    /// `key` alone, or `key = true`/`key = false`.
    pub fn flag(&mut self, key: &str) -> Result<Option<bool>> {
        match self.take(key) {
            None => Ok(None),
            Some(Setting { value: None, .. }) => Ok(Some(true)),
            Some(Setting {
                value: Some(Expr::Lit(lit)),
                key,
            }) => match lit.lit {
                Lit::Bool(b) => Ok(Some(b.value)),
                _ => Err(Error::new(key.span(), "true or false expected")),
            },
            Some(Setting { key, .. }) => Err(Error::new(key.span(), "true or false expected")),
        }
    }

    pub fn expr(&mut self, key: &str) -> Result<Option<Expr>> {
        match self.take(key) {
            None => Ok(None),
            Some(Setting {
                value: Some(value), ..
            }) => Ok(Some(value)),
            Some(Setting { key, .. }) => Err(Error::new(key.span(), "a value is expected")),
        }
    }

    pub fn string(&mut self, key: &str) -> Result<Option<String>> {
        match self.expr(key)? {
            None => Ok(None),
            Some(Expr::Lit(lit)) => match lit.lit {
                Lit::Str(s) => Ok(Some(s.value())),
                other => Err(Error::new_spanned(other, "a string is expected")),
            },
            Some(other) => Err(Error::new_spanned(other, "a string is expected")),
        }
    }

    pub fn ty(&mut self, key: &str) -> Result<Option<Type>> {
        match self.expr(key)? {
            None => Ok(None),
            Some(value) => syn::parse2(value.into_token_stream()).map(Some),
        }
    }

    pub fn path(&mut self, key: &str) -> Result<Option<Path>> {
        match self.expr(key)? {
            None => Ok(None),
            Some(Expr::Path(path)) => Ok(Some(path.path)),
            Some(other) => Err(Error::new_spanned(other, "a path is expected")),
        }
    }

    pub fn idents(&mut self, key: &str) -> Result<Vec<Ident>> {
        match self.expr(key)? {
            None => Ok(Vec::new()),
            Some(Expr::Array(array)) => array
                .elems
                .iter()
                .map(|e| syn::parse2(e.to_token_stream()))
                .collect(),
            Some(other) => Err(Error::new_spanned(other, "a list of names is expected")),
        }
    }

    /// The one bare name among the arguments that is left, as in `#[setter(real)]`.
    pub fn bare_name(&mut self) -> Option<String> {
        let at = self.0.iter().position(|s| s.value.is_none())?;
        Some(self.0.remove(at).key.to_string())
    }

    pub fn finish(self) -> Result<()> {
        match self.0.first() {
            None => Ok(()),
            Some(s) => Err(Error::new(
                s.key.span(),
                format!("unknown setting `{}`", s.key),
            )),
        }
    }
}

/// Takes the attribute `name` off a list.
pub fn take_attr(attrs: &mut Vec<Attribute>, name: &str) -> Option<Attribute> {
    let at = attrs.iter().position(|a| a.path().is_ident(name))?;
    Some(attrs.remove(at))
}

/// `#[sig("(a, /, b=None)")]`, `#[sig("..", parse_tuple, fname = "..")]`, or `#[sig]` for the table's signature.
#[derive(Clone, Default)]
pub struct SigAttr {
    pub text: Option<String>,
    /// Errors read as those of `PyArg_ParseTuple`.
    pub parse_tuple: bool,
    /// The function's name in errors, where it is not the type's.
    pub fname: Option<String>,
}

impl Parse for SigAttr {
    fn parse(input: ParseStream) -> Result<Self> {
        let mut sig = SigAttr::default();
        if input.peek(LitStr) {
            sig.text = Some(input.parse::<LitStr>()?.value());
            if input.is_empty() {
                return Ok(sig);
            }
            input.parse::<Token![,]>()?;
        }
        let mut rest: Settings = input.parse()?;
        sig.parse_tuple = rest.flag("parse_tuple")?.unwrap_or(false);
        sig.fname = rest.string("fname")?;
        rest.finish()?;
        Ok(sig)
    }
}

pub fn take_sig(attrs: &mut Vec<Attribute>) -> Result<Option<SigAttr>> {
    match take_attr(attrs, "sig") {
        None => Ok(None),
        Some(attr) if matches!(attr.meta, syn::Meta::Path(_)) => Ok(Some(SigAttr::default())),
        Some(attr) => attr.parse_args().map(Some),
    }
}

/// `#[doc_key("list.append")]`
pub fn take_doc_key(attrs: &mut Vec<Attribute>) -> Result<Option<String>> {
    match take_attr(attrs, "doc_key") {
        None => Ok(None),
        Some(attr) => Ok(Some(attr.parse_args::<LitStr>()?.value())),
    }
}

/// A parameter of a Rust function that takes a Python argument.
pub struct Param {
    pub ty: Type,
    /// Declared as `Option<..>`: may be absent.
    pub optional: bool,
}

pub fn params(f: &ImplItemFn, skip: usize) -> Result<Vec<Param>> {
    f.sig
        .inputs
        .iter()
        .skip(skip)
        .map(|input| match input {
            syn::FnArg::Typed(p) => Ok(Param {
                ty: (*p.ty).clone(),
                optional: last_segment(&p.ty).is_some_and(|s| s == "Option"),
            }),
            syn::FnArg::Receiver(r) => Err(Error::new_spanned(
                r,
                "declare the receiver as `slf: &Layout`",
            )),
        })
        .collect()
}

/// The last name of a type's path: `Option` for `std::option::Option<T>`.
pub fn last_segment(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(p) => p.path.segments.last().map(|s| s.ident.to_string()),
        _ => None,
    }
}

/// A function's name as Python sees it.
pub fn plain_name(ident: &Ident) -> String {
    let name = ident.to_string();
    name.strip_prefix("r#").map(str::to_owned).unwrap_or(name)
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    PositionalOnly,
    Normal,
    KeywordOnly,
}

/// One parameter of a text signature.
pub struct SigParam {
    pub name: String,
    pub default: Option<String>,
    pub kind: Kind,
}

/// Reads `($self, iterable, /, *, key=None)`. `None` if it has `*args` or `**kwargs`.
pub fn text_signature(text: &str) -> Option<Vec<SigParam>> {
    let inner = text.trim().strip_prefix('(')?.strip_suffix(')')?;
    let mut out: Vec<SigParam> = Vec::new();
    let mut kind = Kind::Normal;
    for part in split_top_level(inner) {
        let part = part.trim();
        match part {
            "" => {}
            "/" => out.iter_mut().for_each(|p| p.kind = Kind::PositionalOnly),
            "*" => kind = Kind::KeywordOnly,
            _ if part.starts_with('$') => {}
            _ if part.starts_with('*') => return None,
            _ => {
                let (name, default) = match part.split_once('=') {
                    Some((name, default)) => (name.trim(), Some(default.trim().to_owned())),
                    None => (part, None),
                };
                out.push(SigParam {
                    name: name.to_owned(),
                    default,
                    kind,
                });
            }
        }
    }
    Some(out)
}

/// Splits at the commas outside brackets and quotes.
fn split_top_level(text: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let (mut depth, mut quote, mut start) = (0usize, None, 0);
    for (i, c) in text.char_indices() {
        match (quote, c) {
            (Some(q), _) if c == q => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(&text[start..i]);
                start = i + 1;
            }
            _ => {}
        }
    }
    parts.push(&text[start..]);
    parts
}

/// A C string literal.
pub fn c_str(text: &str, what: &dyn ToTokens) -> Result<TokenStream> {
    let owned = std::ffi::CString::new(text)
        .map_err(|_| Error::new_spanned(what, "a NUL in a name or docstring"))?;
    Ok(proc_macro2::Literal::c_string(&owned).into_token_stream())
}
