//! Arguments by position and by keyword: `PyArg_ParseTupleAndKeywords`, the prepared parsers, Argument Clinic's entry.

use crate::getargs::{FunctionName, Units};
use crate::prelude::*;
use crate::support::{lossy, objects_at};

/// Where keyword arguments come from.
#[derive(Clone, Copy)]
pub enum Keywords<'a> {
    None,
    Dict(&'a PyDictObject),
    /// A vectorcall's names, and the values in their order.
    Names(&'a PyTupleObject, &'a [&'a PyObject]),
}

impl<'a> Keywords<'a> {
    pub fn len(self) -> usize {
        match self {
            Keywords::None => 0,
            Keywords::Dict(dict) => dict.ma_used.get() as usize,
            Keywords::Names(names, _) => tuple::len(names),
        }
    }

    /// The value of a name.
    fn get(self, name: Name<'_>) -> PyResult<Option<Owned>> {
        let made: Owned;
        let name = match name {
            Name::Object(name) => name,
            Name::Text(text) => {
                if let Keywords::Dict(dict) = self
                    && let Some(found) = among_few(dict, text.to_bytes())
                {
                    return Ok(found);
                }
                made = unicode::from_utf8(text.to_bytes())?.upcast();
                &*made
            }
        };
        match self {
            Keywords::None => Ok(None),
            Keywords::Dict(dict) => dict::get_item(dict, name),
            Keywords::Names(names, values) => {
                let names = tuple::as_slice(names);
                let at = names
                    .iter()
                    .position(|n| n.is(name))
                    .or_else(|| names.iter().position(|n| same_text(n, name)));
                Ok(at.and_then(|i| values.get(i)).map(|v| v.own()))
            }
        }
    }

    /// The names that were given.
    fn names(self) -> Vec<Owned> {
        match self {
            Keywords::None => Vec::new(),
            Keywords::Dict(dict) => dict::items(dict)
                .into_iter()
                .map(|(name, _)| name)
                .collect(),
            Keywords::Names(names, _) => tuple::as_slice(names).iter().map(|n| n.own()).collect(),
        }
    }
}

/// The value of an ASCII name in a dict of a few names, as keywords are; `None` where only a look-up can tell.
fn among_few(dict: &PyDictObject, name: &[u8]) -> Option<Option<Owned>> {
    const FEW: usize = 8;
    if dict::len(dict) > FEW || !name.is_ascii() {
        return None;
    }
    let mut at = 0;
    while let Some((key, value)) = dict::next(dict, &mut at) {
        let key = key.downcast_exact::<PyUnicodeObject>()?;
        if unicode::ascii_bytes(key) == Some(name) {
            return Some(Some(value));
        }
    }
    Some(None)
}

fn same_text(a: &PyObject, b: &PyObject) -> bool {
    match (
        a.downcast::<PyUnicodeObject>(),
        b.downcast::<PyUnicodeObject>(),
    ) {
        (Some(a), Some(b)) => unicode::eq(a, b),
        _ => false,
    }
}

/// A parameter's name: as C wrote it, or as a prepared parser keeps it.
#[derive(Clone, Copy)]
enum Name<'a> {
    Text(&'a CStr),
    Object(&'a PyObject),
}

impl Name<'_> {
    fn is(self, given: &PyObject) -> bool {
        match self {
            Name::Object(name) => same_text(name, given),
            Name::Text(name) => given
                .downcast::<PyUnicodeObject>()
                .is_some_and(|given| name.to_str().is_ok_and(|name| unicode::eq_str(given, name))),
        }
    }

    fn shown(self) -> String {
        match self {
            Name::Object(name) => err::Str(name).to_string(),
            Name::Text(name) => lossy(name).into_owned(),
        }
    }
}

/// The names of a function's parameters. No object is made of those that C wrote before one is looked for.
#[derive(Clone, Copy)]
enum Names<'a> {
    Texts(&'a [*const c_char]),
    Objects(&'a [&'a PyObject]),
}

impl<'a> Names<'a> {
    fn len(self) -> usize {
        match self {
            Names::Texts(texts) => texts.len(),
            Names::Objects(objects) => objects.len(),
        }
    }

    fn get(self, i: usize) -> Name<'a> {
        match self {
            // SAFETY: `texts_at` found strings there.
            Names::Texts(texts) => Name::Text(unsafe { CStr::from_ptr(texts[i]) }),
            Names::Objects(objects) => Name::Object(objects[i]),
        }
    }
}

/// A function's parameters: their names, of which the first `positional_only` are empty.
struct Parameters<'a> {
    names: Names<'a>,
    positional_only: usize,
    function: FunctionName<'a>,
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

impl Parameters<'_> {
    fn total(&self) -> usize {
        self.names.len()
    }

    /// "f() takes HOW n positional arguments (m given)".
    fn wrong_count(&self, how: &str, n: usize, given: usize) -> Raised {
        let called = self.function.called("function");
        if n == 0 {
            return raise!(TypeError, "{called} takes no positional arguments");
        }
        raise!(
            TypeError,
            "{called} takes {how} {n} positional argument{} ({given} given)",
            plural(n)
        )
    }

    fn check_total(&self, positional: usize, keywords: usize) -> PyResult<()> {
        let total = self.total();
        if positional + keywords <= total {
            return Ok(());
        }
        let called = self.function.called("function");
        let kind = if positional == 0 { "keyword " } else { "" };
        let given = positional + keywords;
        Err(raise!(
            TypeError,
            "{called} takes at most {total} {kind}argument{} ({given} given)",
            plural(total)
        ))
    }

    fn missing(&self, i: usize) -> Raised {
        let called = self.function.called("function");
        raise!(
            TypeError,
            "{called} missing required argument '{}' (pos {})",
            self.names.get(i).shown(),
            i + 1
        )
    }

    /// Why some keywords were left over: given twice, or unknown.
    fn left_over(&self, positional: usize, keywords: Keywords<'_>) -> PyResult<()> {
        for i in self.positional_only..positional {
            if keywords.get(self.names.get(i))?.is_some() {
                let called = self.function.called("function");
                let name = self.names.get(i).shown();
                return Err(raise!(
                    TypeError,
                    "argument for {called} given by name ('{name}') and position ({})",
                    i + 1
                ));
            }
        }
        for name in keywords.names() {
            if !PyUnicodeObject::check(&name) {
                return Err(raise!(TypeError, "keywords must be strings"));
            }
            if !(self.positional_only..self.total()).any(|i| self.names.get(i).is(&name)) {
                let called = self.function.called("this function");
                return Err(raise!(
                    TypeError,
                    "'{}' is an invalid keyword argument for {called}",
                    err::Str(&name)
                ));
            }
        }
        Ok(())
    }
}

/// What a walk through a format with keywords knows so far.
struct Walk<'a> {
    units: Units<'a>,
    /// Where optional parameters begin, and keyword-only ones.
    min: Option<usize>,
    max: Option<usize>,
    keywords_left: usize,
}

/// How the walk goes on after a parameter.
enum Step {
    Next,
    /// All that is required is there, and no keyword is left.
    Done,
    /// A positional-only argument is missing: walk on to learn how many there should be.
    Short,
}

impl Walk<'_> {
    /// Reads `|` and `$` before parameter `i`. True if the count of positional arguments is settled by `$`.
    fn markers(
        &mut self,
        i: usize,
        parameters: &Parameters<'_>,
        given: usize,
        short: bool,
    ) -> PyResult<bool> {
        if self.units.peek() == b'|' {
            if self.min.is_some() {
                return Err(raise!(
                    SystemError,
                    "Invalid format string (| specified twice)"
                ));
            }
            if self.max.is_some() {
                return Err(raise!(SystemError, "Invalid format string ($ before |)"));
            }
            self.min = Some(i);
            self.units.advance();
        }
        if self.units.peek() == b'$' {
            if self.max.is_some() {
                return Err(raise!(
                    SystemError,
                    "Invalid format string ($ specified twice)"
                ));
            }
            self.max = Some(i);
            self.units.advance();
            if i < parameters.positional_only {
                return Err(raise!(SystemError, "Empty parameter name after $"));
            }
            if short {
                return Ok(true);
            }
            if given > i {
                let how = if self.min.is_some() {
                    "at most"
                } else {
                    "exactly"
                };
                return Err(parameters.wrong_count(how, i, given));
            }
        }
        Ok(false)
    }

    fn parameter(
        &mut self,
        i: usize,
        parameters: &Parameters<'_>,
        args: &[&PyObject],
        keywords: Keywords<'_>,
    ) -> PyResult<Step> {
        let by_name: Option<Owned>;
        let current = if let Some(arg) = args.get(i) {
            Some(*arg)
        } else if self.keywords_left > 0 && i >= parameters.positional_only {
            by_name = keywords.get(parameters.names.get(i))?;
            self.keywords_left -= usize::from(by_name.is_some());
            by_name.as_deref()
        } else {
            None
        };
        if let Some(current) = current {
            // The dict or the caller's stack holds the argument on after this.
            let converted = self.units.convert(current);
            return match converted {
                Ok(()) => Ok(Step::Next),
                Err(failure) => Err(self.units.report(failure, i + 1, &parameters.function)),
            };
        }
        if self.min.is_none() {
            return if i < parameters.positional_only {
                Ok(Step::Short)
            } else {
                Err(parameters.missing(i))
            };
        }
        Ok(if self.keywords_left == 0 {
            Step::Done
        } else {
            Step::Next
        })
    }

    fn skip(&mut self) -> PyResult<()> {
        let rest = self.units.rest();
        self.units.skip().map_err(|message| {
            raise!(
                SystemError,
                "{message}: '{}'",
                String::from_utf8_lossy(rest)
            )
        })
    }

    fn run(
        &mut self,
        parameters: &Parameters<'_>,
        args: &[&PyObject],
        keywords: Keywords<'_>,
    ) -> PyResult<()> {
        let total = parameters.total();
        let mut short = false;
        let mut i = 0;
        while i < total {
            if self.markers(i, parameters, args.len(), short)? {
                break;
            }
            if self.units.at_end() {
                return Err(raise!(
                    SystemError,
                    "More keyword list entries ({total}) than format specifiers ({i})"
                ));
            }
            let given = i < args.len();
            let before = self.keywords_left;
            if !short {
                match self.parameter(i, parameters, args, keywords)? {
                    Step::Done => return Ok(()),
                    Step::Short => short = true,
                    Step::Next if given || self.keywords_left < before => {
                        i += 1;
                        continue;
                    }
                    Step::Next => {}
                }
            }
            self.skip()?;
            i += 1;
        }
        if short {
            let needed = parameters
                .positional_only
                .min(self.min.unwrap_or(usize::MAX));
            let how = if needed < i { "at least" } else { "exactly" };
            return Err(parameters.wrong_count(how, needed, args.len()));
        }
        if !self.units.at_end() && !matches!(self.units.peek(), b'|' | b'$') {
            let rest = String::from_utf8_lossy(self.units.rest());
            return Err(raise!(
                SystemError,
                "more argument specifiers than keyword list entries (remaining format:'{rest}')"
            ));
        }
        if self.keywords_left > 0 {
            parameters.left_over(args.len(), keywords)?;
        }
        Ok(())
    }
}

/// Converts arguments by a format, with keywords.
fn parse(
    args: &[&PyObject],
    keywords: Keywords<'_>,
    format: &[u8],
    parameters: &Parameters<'_>,
    list: VaList,
    wide: bool,
) -> PyResult<()> {
    parameters.check_total(args.len(), keywords.len())?;
    let units = Units::new(format, list, wide);
    let mut walk = Walk {
        units,
        min: None,
        max: None,
        keywords_left: keywords.len(),
    };
    let result = walk.run(parameters, args, keywords);
    if result.is_err() {
        walk.units.undo();
    }
    result
}

/// The names of a C array that ends in NULL, and how many at its start are empty.
fn texts_at<'a>(list: *const *const c_char) -> PyResult<(&'a [*const c_char], usize)> {
    let (mut n, mut positional_only) = (0, 0);
    // SAFETY: C passes an array of strings that ends in NULL.
    while let Some(first) = unsafe { (*list.add(n)).as_ref() } {
        if *first == 0 {
            if positional_only < n {
                return Err(raise!(SystemError, "Empty keyword parameter name"));
            }
            positional_only += 1;
        }
        n += 1;
    }
    // SAFETY: so many were found.
    Ok((
        unsafe { std::slice::from_raw_parts(list, n) },
        positional_only,
    ))
}

/// `PyArg_ParseTupleAndKeywords`.
pub fn parse_tuple_and_keywords(
    args: &PyTupleObject,
    kwargs: Option<&PyDictObject>,
    format: &CStr,
    names: *const *const c_char,
    list: VaList,
    wide: bool,
) -> PyResult<()> {
    let (names, positional_only) = texts_at(names)?;
    let format = format.to_bytes();
    let parameters = Parameters {
        names: Names::Texts(names),
        positional_only,
        function: FunctionName::of_format(format),
    };
    let keywords = kwargs.map_or(Keywords::None, Keywords::Dict);
    parse(
        tuple::as_slice(args),
        keywords,
        format,
        &parameters,
        list,
        wide,
    )
}

/// The names of a prepared parser: made at its first use, kept in it.
fn prepared(parser: &_PyArg_Parser) -> PyResult<(&[&PyObject], usize)> {
    if parser.kwtuple.get().is_null() {
        let (texts, positional_only) = texts_at(parser.keywords.get())?;
        let made: PyResult<Vec<Owned>> = (0..texts.len())
            .map(|i| {
                // SAFETY: `texts_at` found strings there.
                let text = unsafe { CStr::from_ptr(texts[i]) };
                Ok(unicode::intern(unicode::from_utf8(text.to_bytes())?).upcast())
            })
            .collect();
        let made = made?;
        let names: Vec<&PyObject> = made.iter().map(|n| &**n).collect();
        parser.pos.set(positional_only as c_int);
        parser.kwtuple.set(tuple::from_slice(&names)?.into_ptr());
    }
    // SAFETY: the parser holds the tuple.
    let names = unsafe { &*parser.kwtuple.get().cast::<PyTupleObject>() };
    Ok((tuple::as_slice(names), parser.pos.get() as usize))
}

fn format_of<'a>(parser: &_PyArg_Parser) -> &'a [u8] {
    let format = parser.format.get();
    if format.is_null() {
        &[]
    } else {
        // SAFETY: not NULL, so a static string.
        unsafe { CStr::from_ptr(format) }.to_bytes()
    }
}

fn parameters_of(parser: &_PyArg_Parser) -> PyResult<Parameters<'_>> {
    let (names, positional_only) = prepared(parser)?;
    let function = FunctionName::of_parser(
        format_of(parser),
        parser.fname.get(),
        parser.custom_msg.get(),
    );
    Ok(Parameters {
        names: Names::Objects(names),
        positional_only,
        function,
    })
}

/// The `...Fast` functions: a format in a prepared parser.
pub fn parse_prepared(
    args: &[&PyObject],
    keywords: Keywords<'_>,
    parser: &_PyArg_Parser,
    list: VaList,
    wide: bool,
) -> PyResult<()> {
    parse(
        args,
        keywords,
        format_of(parser),
        &parameters_of(parser)?,
        list,
        wide,
    )
}

/// What Argument Clinic's code says of a function's parameters.
pub struct Limits {
    pub min_positional: usize,
    pub max_positional: usize,
    pub min_keywords: usize,
}

/// `_PyArg_UnpackKeywords`: the arguments in the parameters' order, NULL for those not given.
///
/// # Safety
/// `buffer` has room for as many pointers as the parser has parameters.
pub unsafe fn unpack_keywords(
    args: &[&PyObject],
    keywords: Keywords<'_>,
    parser: &_PyArg_Parser,
    limits: &Limits,
    buffer: *mut *mut PyObject,
) -> PyResult<()> {
    let parameters = parameters_of(parser)?;
    let given = args.len();
    let mut left = keywords.len();
    parameters.check_total(given, left)?;
    let Limits {
        min_positional,
        max_positional,
        min_keywords,
    } = *limits;
    if given > max_positional {
        let how = if min_positional < max_positional {
            "at most"
        } else {
            "exactly"
        };
        return Err(parameters.wrong_count(how, max_positional, given));
    }
    let min_unnamed = parameters.positional_only.min(min_positional);
    if given < min_unnamed {
        let how = if min_unnamed < max_positional {
            "at least"
        } else {
            "exactly"
        };
        return Err(parameters.wrong_count(how, min_unnamed, given));
    }
    let required = if min_keywords > 0 {
        max_positional + min_keywords
    } else {
        min_positional
    };
    for i in 0..parameters.total() {
        let value = match args.get(i) {
            Some(arg) => arg.as_ptr(),
            None if left > 0 && i >= parameters.positional_only => {
                let found = keywords.get(parameters.names.get(i))?;
                left -= usize::from(found.is_some());
                // The dict or the caller's stack holds it on.
                found.map_or(std::ptr::null_mut(), |v| v.as_ptr())
            }
            None => std::ptr::null_mut(),
        };
        if value.is_null() && i < required && (i < min_positional || max_positional <= i) {
            return Err(parameters.missing(i));
        }
        // SAFETY: by the contract.
        unsafe { buffer.add(i).write(value) };
    }
    if left > 0 {
        parameters.left_over(given, keywords)?;
    }
    Ok(())
}

/// Keyword arguments as C passes them: a dict, or a tuple of names behind the positional arguments.
///
/// # Safety
/// `args` points to the positional arguments, and behind them to the values of `kwnames`.
pub unsafe fn keywords_at<'a>(
    args: *const *mut PyObject,
    given: usize,
    kwargs: Option<&'a PyObject>,
    kwnames: Option<&'a PyObject>,
) -> PyResult<Keywords<'a>> {
    if let Some(kwargs) = kwargs {
        return kwargs
            .downcast()
            .map(Keywords::Dict)
            .ok_or_else(err::bad_internal_call);
    }
    let Some(kwnames) = kwnames else {
        return Ok(Keywords::None);
    };
    let names = kwnames
        .downcast::<PyTupleObject>()
        .ok_or_else(err::bad_internal_call)?;
    // SAFETY: by the contract.
    Ok(Keywords::Names(names, unsafe {
        objects_at(args.add(given), tuple::len(names))
    }))
}
