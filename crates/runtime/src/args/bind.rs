//! Which argument goes to which parameter.

use crate::prelude::*;

/// The interned string that callers name a parameter by, once one has: the next time identity decides.
pub struct Name(Cell<*mut PyObject>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for Name {}

impl Name {
    #[allow(clippy::new_without_default)]
    pub const fn new() -> Name {
        Name(Cell::new(std::ptr::null_mut()))
    }

    /// Is `given` the name whose text is `text`?
    #[inline]
    fn is(&self, given: &PyObject, text: &str) -> bool {
        if given.as_ptr() == self.0.get() {
            return true;
        }
        if !is_text(given, text) {
            return false;
        }
        if self.0.get().is_null() && is_interned(given) {
            // The count is kept: the address stands for this text as long as the process lives.
            self.0.set(given.own().into_ptr());
        }
        true
    }
}

/// Is `o` a str with this text? Names of parameters are ASCII.
pub fn is_text(o: &PyObject, text: &str) -> bool {
    if o.ty().tp_flags.get() & Py_TPFLAGS_UNICODE_SUBCLASS == 0 {
        return false;
    }
    // SAFETY: the flag says that it has a str's layout.
    crate::unicode::eq_str(unsafe { o.cast_ref() }, text)
}

fn is_interned(o: &PyObject) -> bool {
    // SAFETY: only called for a str.
    unsafe { o.cast_ref::<PyASCIIObject>() }.state.get() & 3 != 0
}

/// The parameters of one function.
pub struct Parameters {
    /// As errors name it; empty where 3.8 says "function".
    pub fname: &'static str,
    /// One for each parameter; empty for those that are positional only.
    pub names: &'static [&'static str],
    pub interned: &'static [Name],
    pub positional_only: usize,
    /// How many can be given by position.
    pub positional: usize,
    /// How many of these must be given.
    pub required: usize,
    /// Bit i: parameter i must be given.
    pub required_mask: u64,
    /// Errors read as those of `PyArg_ParseTuple`.
    pub parse_tuple: bool,
}

/// The bound arguments: one place for each parameter.
pub type Bound<'a, const N: usize> = [Option<&'a PyObject>; N];

/// The arguments of a vectorcall.
///
/// # Safety
/// `args` points to `nargs` live objects (it may be NULL if there are none) that outlive the result.
#[inline(always)]
pub unsafe fn slice<'a>(args: *const *mut PyObject, nargs: Py_ssize_t) -> &'a [&'a PyObject] {
    if nargs <= 0 || args.is_null() {
        return &[];
    }
    // SAFETY: non-null pointers to live objects have the form of references.
    unsafe { std::slice::from_raw_parts(args.cast::<&PyObject>(), nargs as usize) }
}

/// Binds positional arguments (`_PyArg_CheckPositional` and friends).
///
/// # Safety
/// As [`slice`].
#[inline(always)]
pub unsafe fn bind<'a, const N: usize>(
    p: &Parameters,
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
) -> PyResult<Bound<'a, N>> {
    // SAFETY: by the contract.
    let args = unsafe { slice(args, nargs) };
    bind_positional(p, args)
}

#[inline(always)]
fn bind_positional<'a, const N: usize>(
    p: &Parameters,
    args: &'a [&'a PyObject],
) -> PyResult<Bound<'a, N>> {
    if args.len() < p.required || args.len() > N {
        return Err(wrong_count(p, args.len()));
    }
    let mut out = [None; N];
    for (place, arg) in out.iter_mut().zip(args) {
        *place = Some(*arg);
    }
    Ok(out)
}

/// The items of an argument tuple.
///
/// # Safety
/// `args` is a tuple that outlives the result and is not written to.
#[inline(always)]
unsafe fn tuple_items<'a>(args: *mut PyObject) -> &'a [&'a PyObject] {
    // SAFETY: a tuple's items follow its head.
    unsafe {
        let tuple = args.cast::<PyTupleObject>();
        let n = (*tuple).ob_base.ob_size.get();
        slice((&raw const (*tuple).ob_item).cast(), n)
    }
}

/// Binds the argument tuple of `tp_new`, `tp_init` or `tp_call`, where no parameter has a keyword. A derived type may
/// take keywords that the built-in one does not, so only the type itself refuses them.
///
/// # Safety
/// `args` is a tuple and `kwargs` a dict or NULL, both alive for the call.
#[inline(always)]
pub unsafe fn bind_tuple<'a, const N: usize>(
    p: &Parameters,
    args: *mut PyObject,
    kwargs: *mut PyObject,
    exact: bool,
) -> PyResult<Bound<'a, N>> {
    if exact && !p.parse_tuple && !kwargs.is_null() {
        // SAFETY: alive by the contract.
        no_keywords(p.fname, unsafe { kwargs.as_ref() })?;
    }
    // SAFETY: by the contract.
    bind_positional(p, unsafe { tuple_items(args) })
}

/// `_PyArg_NoKeywords`: an empty dict will do.
pub fn no_keywords(fname: &str, kwargs: Option<&PyObject>) -> PyResult<()> {
    match kwargs {
        // SAFETY: keyword arguments come in a dict.
        Some(dict) if unsafe { dict.cast_ref::<PyDictObject>() }.ma_used.get() != 0 => {
            Err(raise!(TypeError, "{fname}() takes no keyword arguments"))
        }
        _ => Ok(()),
    }
}

/// `_PyArg_CheckPositional`.
#[inline]
pub fn check_positional(fname: &str, given: usize, min: usize, max: usize) -> PyResult<()> {
    if given < min || given > max {
        return Err(unexpected_count(fname, given, min, max));
    }
    Ok(())
}

#[cold]
fn unexpected_count(fname: &str, given: usize, min: usize, max: usize) -> Raised {
    let few = given < min;
    let limit = if few { min } else { max };
    let qualifier = match (min == max, few) {
        (true, _) => "",
        (false, true) => "at least ",
        (false, false) => "at most ",
    };
    let s = plural(limit);
    raise!(
        TypeError,
        "{fname} expected {qualifier}{limit} argument{s}, got {given}"
    )
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// `name()`, or `function` where 3.8 gives no name.
fn callee(p: &Parameters) -> String {
    if p.fname.is_empty() {
        "function".to_owned()
    } else {
        format!("{}()", p.fname)
    }
}

#[cold]
#[inline(never)]
fn wrong_count(p: &Parameters, given: usize) -> Raised {
    if !p.parse_tuple {
        return unexpected_count(p.fname, given, p.required, p.positional);
    }
    let (min, max, who) = (p.required, p.positional, callee(p));
    if max == 0 {
        return raise!(TypeError, "{who} takes no arguments");
    }
    let limit = if given < min { min } else { max };
    let qualifier = match (min == max, given < min) {
        (true, _) => "exactly",
        (false, true) => "at least",
        (false, false) => "at most",
    };
    let s = plural(limit);
    raise!(
        TypeError,
        "{who} takes {qualifier} {limit} argument{s} ({given} given)"
    )
}

/// Keyword arguments: names, and the value of each.
#[derive(Clone, Copy)]
struct Keywords<'a> {
    names: &'a [&'a PyObject],
    values: &'a [&'a PyObject],
}

impl<'a> Keywords<'a> {
    const NONE: Keywords<'static> = Keywords {
        names: &[],
        values: &[],
    };

    /// The value given for the i-th parameter.
    #[inline]
    fn find(self, p: &Parameters, i: usize) -> Option<&'a PyObject> {
        let at = self
            .names
            .iter()
            .position(|name| p.interned[i].is(name, p.names[i]))?;
        self.values.get(at).copied()
    }
}

/// Binds the arguments of a vectorcall with keywords (`_PyArg_UnpackKeywords`).
///
/// # Safety
/// `args` points to `nargs` live objects and one more for each name of `kwnames`, a tuple or NULL.
#[inline(always)]
pub unsafe fn bind_keywords<'a, const N: usize>(
    p: &Parameters,
    args: *const *mut PyObject,
    nargs: Py_ssize_t,
    kwnames: *mut PyObject,
) -> PyResult<Bound<'a, N>> {
    // SAFETY: by the contract.
    let positional: &'a [&'a PyObject] = unsafe { slice(args, nargs) };
    if kwnames.is_null() && positional.len() >= p.required && positional.len() <= p.positional {
        let mut out = [None; N];
        for (place, arg) in out.iter_mut().zip(positional) {
            *place = Some(*arg);
        }
        // Required keywords leave the fast path.
        if p.required_mask >> positional.len().min(63) == 0 {
            return Ok(out);
        }
    }
    let keywords = if kwnames.is_null() {
        Keywords::NONE
    } else {
        // SAFETY: a tuple of names, and as many values behind the positional arguments.
        unsafe {
            let names = tuple_items(kwnames);
            Keywords {
                names,
                values: slice(args.add(nargs as usize), names.len() as isize),
            }
        }
    };
    let mut out = [None; N];
    fill(p, positional, keywords, &mut out)?;
    Ok(out)
}

/// Binds an argument tuple and a dict of keywords.
///
/// # Safety
/// `args` is a tuple and `kwargs` a dict or NULL, both alive for the call.
#[inline(always)]
pub unsafe fn bind_tuple_keywords<'a, const N: usize>(
    p: &Parameters,
    args: *mut PyObject,
    kwargs: *mut PyObject,
) -> PyResult<Bound<'a, N>> {
    // SAFETY: by the contract.
    let positional: &'a [&'a PyObject] = unsafe { tuple_items(args) };
    let mut out = [None; N];
    // SAFETY: by the contract.
    let given = match unsafe { kwargs.cast::<PyDictObject>().as_ref() } {
        Some(dict) if dict.ma_used.get() > 0 => dict,
        _ => {
            fill(p, positional, Keywords::NONE, &mut out)?;
            return Ok(out);
        }
    };
    let named = given.ma_used.get() as usize;
    if positional.len().saturating_add(named) > N {
        return Err(too_many(p, positional.len(), named));
    }
    let (mut names, mut values) = ([none(); N], [none(); N]);
    let (mut at, mut n) = (0, 0);
    while let Some((key, value)) = crate::dict::next(given, &mut at) {
        if n == N {
            break;
        }
        // SAFETY: the caller's dict holds both for the whole call.
        unsafe {
            names[n] = &*key.as_ptr();
            values[n] = &*value.as_ptr();
        }
        n += 1;
    }
    let keywords = Keywords {
        names: &names[..n],
        values: &values[..n],
    };
    // SAFETY: the values, unlike the arrays they stand in, live as long as the call.
    unsafe {
        let keywords = std::mem::transmute::<Keywords<'_>, Keywords<'a>>(keywords);
        fill(p, positional, keywords, &mut out)?;
    }
    Ok(out)
}

fn fill<'a>(
    p: &Parameters,
    positional: &'a [&'a PyObject],
    keywords: Keywords<'a>,
    out: &mut [Option<&'a PyObject>],
) -> PyResult<()> {
    let given = positional.len();
    let named = keywords.names.len();
    if given.saturating_add(named) > p.names.len() {
        return Err(too_many(p, given, named));
    }
    if given > p.positional {
        return Err(too_many_positional(p, given));
    }
    let must = p.required.min(p.positional_only);
    if given < must {
        return Err(too_few_positional(p, given, must));
    }
    for (place, arg) in out.iter_mut().zip(positional) {
        *place = Some(*arg);
    }
    let mut left = named;
    for i in given..p.names.len() {
        let mut value = None;
        if left > 0 && i >= p.positional_only {
            value = keywords.find(p, i);
        }
        match value {
            Some(value) => {
                left -= 1;
                out[i] = Some(value);
            }
            None if p.required_mask >> i & 1 == 1 => return Err(missing_argument(p, i)),
            None => {}
        }
    }
    if left > 0 {
        Err(unexpected_keyword(p, given, keywords))
    } else {
        Ok(())
    }
}

#[cold]
fn too_many(p: &Parameters, given: usize, named: usize) -> Raised {
    let (who, limit) = (callee(p), p.names.len());
    let kind = if given == 0 { "keyword " } else { "" };
    let s = plural(limit);
    raise!(
        TypeError,
        "{who} takes at most {limit} {kind}argument{s} ({} given)",
        given + named
    )
}

#[cold]
fn too_many_positional(p: &Parameters, given: usize) -> Raised {
    let (who, limit) = (callee(p), p.positional);
    if limit == 0 {
        return raise!(TypeError, "{who} takes no positional arguments");
    }
    let qualifier = if p.required < limit {
        "at most"
    } else {
        "exactly"
    };
    let s = plural(limit);
    raise!(
        TypeError,
        "{who} takes {qualifier} {limit} positional argument{s} ({given} given)"
    )
}

#[cold]
fn too_few_positional(p: &Parameters, given: usize, must: usize) -> Raised {
    let who = callee(p);
    let qualifier = if must < p.positional {
        "at least"
    } else {
        "exactly"
    };
    let s = plural(must);
    raise!(
        TypeError,
        "{who} takes {qualifier} {must} positional argument{s} ({given} given)"
    )
}

#[cold]
fn missing_argument(p: &Parameters, i: usize) -> Raised {
    let (name, who) = (p.names.get(i).copied().unwrap_or(""), callee(p));
    raise!(
        TypeError,
        "{who} missing required argument '{name}' (pos {})",
        i + 1
    )
}

/// A keyword was left over: it is unknown, or was given by position too.
#[cold]
fn unexpected_keyword(p: &Parameters, given: usize, keywords: Keywords) -> Raised {
    for name in keywords.names {
        if name.ty().tp_flags.get() & Py_TPFLAGS_UNICODE_SUBCLASS == 0 {
            return raise!(TypeError, "keywords must be strings");
        }
        let named = p.names.iter().skip(p.positional_only);
        let known = named.into_iter().position(|n| is_text(name, n));
        let (who, text) = (callee(p), crate::err::Str(name));
        match known {
            None => {
                let who = if p.fname.is_empty() {
                    "this function"
                } else {
                    who.as_str()
                };
                return raise!(
                    TypeError,
                    "'{text}' is an invalid keyword argument for {who}"
                );
            }
            Some(i) if i + p.positional_only < given => {
                let at = i + p.positional_only + 1;
                return raise!(
                    TypeError,
                    "argument for {who} given by name ('{text}') and position ({at})"
                );
            }
            Some(_) => {}
        }
    }
    crate::err::bad_internal_call()
}

/// The check of functions whose parser sees nothing but keyword arguments, at most `max` of them.
pub fn check_keyword_count(fname: &str, given: usize, max: usize) -> PyResult<()> {
    if given <= max {
        return Ok(());
    }
    let s = plural(max);
    Err(raise!(
        TypeError,
        "{fname}() takes at most {max} keyword argument{s} ({given} given)"
    ))
}

/// A required argument is absent although it was bound: the parameter table is wrong.
#[cold]
pub fn missing(p: &Parameters) -> Raised {
    raise!(SystemError, "{}() lacks a required argument", p.fname)
}

/// The raw arguments of a vectorcall with keywords.
#[derive(Clone, Copy)]
pub struct Args<'a> {
    fname: &'static str,
    positional: &'a [&'a PyObject],
    names: Option<&'a PyTupleObject>,
    values: &'a [&'a PyObject],
}

impl<'a> Args<'a> {
    /// # Safety
    /// As [`bind_keywords`].
    #[inline]
    pub unsafe fn new(
        fname: &'static str,
        args: *const *mut PyObject,
        nargs: Py_ssize_t,
        kwnames: *mut PyObject,
    ) -> Args<'a> {
        // SAFETY: by the contract.
        unsafe {
            let positional = slice(args, nargs);
            let names = kwnames.cast::<PyTupleObject>().as_ref();
            let values = match names {
                None => &[],
                Some(names) => slice(args.add(nargs as usize), names.ob_base.ob_size.get()),
            };
            Args {
                fname,
                positional,
                names,
                values,
            }
        }
    }

    #[inline]
    pub fn positional(&self) -> &'a [&'a PyObject] {
        self.positional
    }

    /// The positional arguments and behind them the values of the keyword arguments, as a call takes them.
    pub fn all(&self) -> Vec<&'a PyObject> {
        self.positional.iter().chain(self.values).copied().collect()
    }

    /// The names of the keyword arguments.
    #[inline]
    pub fn kwnames(&self) -> Option<&'a PyTupleObject> {
        self.names
    }

    /// Each keyword argument, name first.
    pub fn keywords(&self) -> impl Iterator<Item = (&'a PyObject, &'a PyObject)> + use<'a> {
        let names: &'a [&'a PyObject] = match self.names {
            None => &[],
            // SAFETY: a call's tuple of names outlives the call and is not written to.
            Some(names) => unsafe { tuple_items(names.as_ptr()) },
        };
        names.iter().copied().zip(self.values.iter().copied())
    }

    /// The keyword argument of that name.
    pub fn get_kw(&self, name: &str) -> Option<&'a PyObject> {
        self.keywords()
            .find(|(n, _)| is_text(n, name))
            .map(|(_, value)| value)
    }

    /// Refuses keyword arguments.
    pub fn no_keywords(&self) -> PyResult<()> {
        if self.values.is_empty() {
            return Ok(());
        }
        Err(raise!(
            TypeError,
            "{}() takes no keyword arguments",
            self.fname
        ))
    }

    /// Checks the number of positional arguments.
    pub fn check_positional(&self, min: usize, max: usize) -> PyResult<()> {
        check_positional(self.fname, self.positional.len(), min, max)
    }

    /// Binds the arguments to `p`.
    pub fn bind<const N: usize>(&self, p: &Parameters) -> PyResult<Bound<'a, N>> {
        let keywords = match self.names {
            None => Keywords::NONE,
            // SAFETY: as in `keywords`.
            Some(names) => unsafe {
                Keywords {
                    names: tuple_items(names.as_ptr()),
                    values: self.values,
                }
            },
        };
        let mut out = [None; N];
        fill(p, self.positional, keywords, &mut out)?;
        Ok(out)
    }
}
