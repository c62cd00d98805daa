//! `modsupport.h`: arguments in, values out, and modules.

use crate::buildvalue::{Builder, build, count};
use crate::getargs::{parse_one, parse_positional};
use crate::getargs_keywords::{
    Keywords, Limits, keywords_at, parse_prepared, parse_tuple_and_keywords, unpack_keywords,
};
use crate::prelude::*;
use crate::support::{lossy, objects_at, stolen, text};

/// 1 for success and 0 for failure, as parsers report.
fn status(result: PyResult<()>) -> c_int {
    c_int::from(result.is_ok())
}

fn arguments_of(args: Option<&PyObject>) -> PyResult<&[&PyObject]> {
    let args = args.and_then(|a| a.downcast::<PyTupleObject>());
    let args = args.ok_or_else(|| {
        raise!(
            SystemError,
            "new style getargs format but argument is not a tuple"
        )
    })?;
    Ok(tuple::as_slice(args))
}

/// What the functions that add to a module ask first.
fn only_module(m: &PyObject) -> PyResult<()> {
    match m.downcast::<module::PyModuleObject>() {
        Some(_) => Ok(()),
        None => Err(raise!(
            TypeError,
            "PyModule_AddObject() needs module as first arg"
        )),
    }
}

/// A format that C may not pass as NULL.
fn format_of<'a>(format: *const c_char) -> PyResult<&'a CStr> {
    if format.is_null() {
        return Err(err::bad_internal_call());
    }
    // SAFETY: not NULL, so a string that ends in NUL.
    Ok(unsafe { CStr::from_ptr(format) })
}

/// The arguments behind a `va_list`.
fn list_of(list: *mut va_list_tag) -> VaList {
    // SAFETY: C passes a valid list whose arguments are those of the format.
    unsafe { VaList::new(list) }
}

/// A borrowed object from C, or NULL.
fn object_of<'a>(o: *mut PyObject) -> Option<&'a PyObject> {
    // SAFETY: C passes NULL or a live object.
    unsafe { o.as_ref() }
}

fn tuple_form(
    args: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
    wide: bool,
) -> c_int {
    let parse = || {
        parse_positional(
            arguments_of(object_of(args))?,
            format_of(format)?,
            list_of(list),
            wide,
        )
    };
    status(parse())
}

unsafe extern "C" fn parse_tuple(
    args: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
) -> c_int {
    tuple_form(args, format, list, false)
}

unsafe extern "C" fn parse_tuple_wide(
    args: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
) -> c_int {
    tuple_form(args, format, list, true)
}

fn single_form(
    arg: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
    wide: bool,
) -> c_int {
    let parse = || parse_one(object_of(arg), format_of(format)?, list_of(list), wide);
    status(parse())
}

unsafe extern "C" fn parse(
    arg: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
) -> c_int {
    single_form(arg, format, list, false)
}

unsafe extern "C" fn parse_wide(
    arg: *mut PyObject,
    format: *const c_char,
    list: *mut va_list_tag,
) -> c_int {
    single_form(arg, format, list, true)
}

fn stack_form(
    args: *const *mut PyObject,
    n: Py_ssize_t,
    format: *const c_char,
    list: *mut va_list_tag,
    wide: bool,
) -> c_int {
    // SAFETY: C passes `n` arguments.
    let args = unsafe { objects_at(args, n.max(0) as usize) };
    status(format_of(format).and_then(|format| parse_positional(args, format, list_of(list), wide)))
}

unsafe extern "C" fn parse_stack(
    args: *const *mut PyObject,
    n: Py_ssize_t,
    format: *const c_char,
    list: *mut va_list_tag,
) -> c_int {
    stack_form(args, n, format, list, false)
}

unsafe extern "C" fn parse_stack_wide(
    args: *const *mut PyObject,
    n: Py_ssize_t,
    format: *const c_char,
    list: *mut va_list_tag,
) -> c_int {
    stack_form(args, n, format, list, true)
}

/// The keyword dict of a call, or `None`.
fn keyword_dict<'a>(kwargs: *mut PyObject) -> PyResult<Option<&'a PyDictObject>> {
    let dict = |o: &'a PyObject| {
        o.downcast::<PyDictObject>()
            .ok_or_else(err::bad_internal_call)
    };
    object_of(kwargs).map(dict).transpose()
}

fn keywords_form(
    args: *mut PyObject,
    kwargs: *mut PyObject,
    format: *const c_char,
    names: *mut *mut c_char,
    list: *mut va_list_tag,
    wide: bool,
) -> c_int {
    let parse = || {
        let args = object_of(args)
            .and_then(|a| a.downcast::<PyTupleObject>())
            .ok_or_else(err::bad_internal_call)?;
        if names.is_null() {
            return Err(err::bad_internal_call());
        }
        let names = names.cast::<*const c_char>();
        parse_tuple_and_keywords(
            args,
            keyword_dict(kwargs)?,
            format_of(format)?,
            names,
            list_of(list),
            wide,
        )
    };
    status(parse())
}

unsafe extern "C" fn parse_keywords(
    args: *mut PyObject,
    kwargs: *mut PyObject,
    format: *const c_char,
    names: *mut *mut c_char,
    list: *mut va_list_tag,
) -> c_int {
    keywords_form(args, kwargs, format, names, list, false)
}

unsafe extern "C" fn parse_keywords_wide(
    args: *mut PyObject,
    kwargs: *mut PyObject,
    format: *const c_char,
    names: *mut *mut c_char,
    list: *mut va_list_tag,
) -> c_int {
    keywords_form(args, kwargs, format, names, list, true)
}

/// A prepared parser from C.
fn parser_of<'a>(parser: *mut _PyArg_Parser) -> PyResult<&'a _PyArg_Parser> {
    // SAFETY: C passes a static parser.
    unsafe { parser.as_ref() }.ok_or_else(err::bad_internal_call)
}

fn prepared_form(
    args: *mut PyObject,
    kwargs: *mut PyObject,
    parser: *mut _PyArg_Parser,
    list: *mut va_list_tag,
    wide: bool,
) -> c_int {
    let parse = || {
        let args = object_of(args)
            .and_then(|a| a.downcast::<PyTupleObject>())
            .ok_or_else(err::bad_internal_call)?;
        let keywords = keyword_dict(kwargs)?.map_or(Keywords::None, Keywords::Dict);
        parse_prepared(
            tuple::as_slice(args),
            keywords,
            parser_of(parser)?,
            list_of(list),
            wide,
        )
    };
    status(parse())
}

unsafe extern "C" fn parse_fast(
    args: *mut PyObject,
    kwargs: *mut PyObject,
    parser: *mut _PyArg_Parser,
    list: *mut va_list_tag,
) -> c_int {
    prepared_form(args, kwargs, parser, list, false)
}

unsafe extern "C" fn parse_fast_wide(
    args: *mut PyObject,
    kwargs: *mut PyObject,
    parser: *mut _PyArg_Parser,
    list: *mut va_list_tag,
) -> c_int {
    prepared_form(args, kwargs, parser, list, true)
}

fn prepared_stack_form(
    args: *const *mut PyObject,
    n: Py_ssize_t,
    kwnames: *mut PyObject,
    parser: *mut _PyArg_Parser,
    list: *mut va_list_tag,
    wide: bool,
) -> c_int {
    let given = n.max(0) as usize;
    let parse = || {
        // SAFETY: C passes the positional arguments, and behind them the values of the names.
        unsafe {
            let keywords = keywords_at(args, given, None, object_of(kwnames))?;
            parse_prepared(
                objects_at(args, given),
                keywords,
                parser_of(parser)?,
                list_of(list),
                wide,
            )
        }
    };
    status(parse())
}

unsafe extern "C" fn parse_stack_keywords(
    args: *const *mut PyObject,
    n: Py_ssize_t,
    kwnames: *mut PyObject,
    parser: *mut _PyArg_Parser,
    list: *mut va_list_tag,
) -> c_int {
    prepared_stack_form(args, n, kwnames, parser, list, false)
}

unsafe extern "C" fn parse_stack_keywords_wide(
    args: *const *mut PyObject,
    n: Py_ssize_t,
    kwnames: *mut PyObject,
    parser: *mut _PyArg_Parser,
    list: *mut va_list_tag,
) -> c_int {
    prepared_stack_form(args, n, kwnames, parser, list, true)
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

/// The check of `PyArg_UnpackTuple` and `_PyArg_CheckPositional`.
fn check_positional(name: Option<&CStr>, given: usize, min: usize, max: usize) -> PyResult<()> {
    if (min..=max).contains(&given) {
        return Ok(());
    }
    let n = if given < min { min } else { max };
    let how = match () {
        () if min == max => "",
        () if given < min => "at least ",
        () => "at most ",
    };
    Err(match name {
        Some(name) => raise!(
            TypeError,
            "{} expected {how}{n} argument{}, got {given}",
            err::short(&lossy(name), 200),
            plural(n)
        ),
        None => raise!(
            TypeError,
            "unpacked tuple should have {how}{n} element{}, but has {given}",
            plural(n)
        ),
    })
}

/// Stores arguments into the C variables that the variadic arguments point to.
fn unpack(
    args: &[&PyObject],
    name: *const c_char,
    min: Py_ssize_t,
    max: Py_ssize_t,
    list: VaList,
) -> PyResult<()> {
    // SAFETY: C passes NULL or a string that ends in NUL.
    let name = (!name.is_null()).then(|| unsafe { CStr::from_ptr(name) });
    check_positional(name, args.len(), min.max(0) as usize, max.max(0) as usize)?;
    for arg in args {
        // SAFETY: the variadic arguments point to `max` variables.
        unsafe { list.pointer::<*mut PyObject>().write(arg.as_ptr()) };
    }
    Ok(())
}

unsafe extern "C" fn unpack_tuple(
    args: *mut PyObject,
    name: *const c_char,
    min: Py_ssize_t,
    max: Py_ssize_t,
    list: *mut va_list_tag,
) -> c_int {
    let unpack = || {
        let args = object_of(args).and_then(|a| a.downcast::<PyTupleObject>());
        let args = args.ok_or_else(|| {
            raise!(
                SystemError,
                "PyArg_UnpackTuple() argument list is not a tuple"
            )
        })?;
        unpack(tuple::as_slice(args), name, min, max, list_of(list))
    };
    status(unpack())
}

unsafe extern "C" fn unpack_stack(
    args: *const *mut PyObject,
    n: Py_ssize_t,
    name: *const c_char,
    min: Py_ssize_t,
    max: Py_ssize_t,
    list: *mut va_list_tag,
) -> c_int {
    // SAFETY: C passes `n` arguments.
    let args = unsafe { objects_at(args, n.max(0) as usize) };
    status(unpack(args, name, min, max, list_of(list)))
}

fn value_form(format: *const c_char, list: *mut va_list_tag, wide: bool) -> *mut PyObject {
    let value = format_of(format).and_then(|format| build(format, list_of(list), wide));
    value.map_or(std::ptr::null_mut(), Owned::into_ptr)
}

unsafe extern "C" fn build_value(format: *const c_char, list: *mut va_list_tag) -> *mut PyObject {
    value_form(format, list, false)
}

unsafe extern "C" fn build_value_wide(
    format: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    value_form(format, list, true)
}

/// `_Py_VaBuildStack`: values in the caller's array if it is large enough, else in a new one.
fn build_stack(
    small: *mut *mut PyObject,
    room: Py_ssize_t,
    format: &CStr,
    list: VaList,
    wide: bool,
    length: &Out<Py_ssize_t>,
) -> PyResult<*mut *mut PyObject> {
    let mut builder = Builder::new(format, list, wide);
    let n = count(builder.format(), 0)?;
    let values = builder.values(n)?;
    length.set(n as Py_ssize_t);
    let stack = if n as Py_ssize_t <= room {
        small
    } else {
        mem::malloc(mem::Domain::Mem, n * size_of::<usize>()).cast()
    };
    if stack.is_null() && n > 0 {
        return Err(err::no_memory());
    }
    for (i, value) in values.into_iter().enumerate() {
        // SAFETY: the array has room for all values.
        unsafe { stack.add(i).write(value.into_ptr()) };
    }
    Ok(stack)
}

variadic! {
    fn PyArg_Parse(arg, format; ...) = parse;
    fn _PyArg_Parse_SizeT(arg, format; ...) = parse_wide;
    fn PyArg_ParseTuple(args, format; ...) = parse_tuple;
    fn _PyArg_ParseTuple_SizeT(args, format; ...) = parse_tuple_wide;
    fn PyArg_ParseTupleAndKeywords(args, kwargs, format, names; ...) = parse_keywords;
    fn _PyArg_ParseTupleAndKeywords_SizeT(args, kwargs, format, names; ...) = parse_keywords_wide;
    fn _PyArg_ParseTupleAndKeywordsFast(args, kwargs, parser; ...) = parse_fast;
    fn _PyArg_ParseTupleAndKeywordsFast_SizeT(args, kwargs, parser; ...) = parse_fast_wide;
    fn _PyArg_ParseStack(args, n, format; ...) = parse_stack;
    fn _PyArg_ParseStack_SizeT(args, n, format; ...) = parse_stack_wide;
    fn _PyArg_ParseStackAndKeywords(args, n, kwnames, parser; ...) = parse_stack_keywords;
    fn _PyArg_ParseStackAndKeywords_SizeT(args, n, kwnames, parser; ...) = parse_stack_keywords_wide;
    fn PyArg_UnpackTuple(args, name, min, max; ...) = unpack_tuple;
    fn _PyArg_UnpackStack(args, n, name, min, max; ...) = unpack_stack;
    fn Py_BuildValue(format; ...) = build_value;
    fn _Py_BuildValue_SizeT(format; ...) = build_value_wide;
}

capi! {
    fn PyArg_VaParse(args: *mut PyObject, format: *const c_char, list: *mut va_list_tag) -> c_int { tuple_form(args, format, list, false) }
    fn _PyArg_VaParse_SizeT(args: *mut PyObject, format: *const c_char, list: *mut va_list_tag) -> c_int { tuple_form(args, format, list, true) }

    fn PyArg_VaParseTupleAndKeywords(
        args: *mut PyObject, kwargs: *mut PyObject, format: *const c_char, names: *mut *mut c_char, list: *mut va_list_tag,
    ) -> c_int {
        keywords_form(args, kwargs, format, names, list, false)
    }

    fn _PyArg_VaParseTupleAndKeywords_SizeT(
        args: *mut PyObject, kwargs: *mut PyObject, format: *const c_char, names: *mut *mut c_char, list: *mut va_list_tag,
    ) -> c_int {
        keywords_form(args, kwargs, format, names, list, true)
    }

    fn _PyArg_VaParseTupleAndKeywordsFast(
        args: *mut PyObject, kwargs: *mut PyObject, parser: *mut _PyArg_Parser, list: *mut va_list_tag,
    ) -> c_int {
        prepared_form(args, kwargs, parser, list, false)
    }

    fn _PyArg_VaParseTupleAndKeywordsFast_SizeT(
        args: *mut PyObject, kwargs: *mut PyObject, parser: *mut _PyArg_Parser, list: *mut va_list_tag,
    ) -> c_int {
        prepared_form(args, kwargs, parser, list, true)
    }

    fn _PyArg_UnpackKeywords(
        args: *const *mut PyObject, n: Py_ssize_t, kwargs: Option<&PyObject>, kwnames: Option<&PyObject>,
        parser: *mut _PyArg_Parser, min_positional: c_int, max_positional: c_int, min_keywords: c_int,
        buffer: *mut *mut PyObject,
    ) -> PyResult<*const *mut PyObject> {
        let given = n.max(0) as usize;
        let limits = Limits {
            min_positional: min_positional as usize,
            max_positional: max_positional as usize,
            min_keywords: min_keywords as usize,
        };
        // SAFETY: C passes the arguments, the values of the names behind them, and a buffer for all parameters.
        unsafe {
            let keywords = keywords_at(args, given, kwargs, kwnames)?;
            let complete = (limits.min_positional..=limits.max_positional).contains(&given);
            if keywords.len() == 0 && min_keywords == 0 && complete && !args.is_null() && kwargs.is_none() && kwnames.is_none() {
                return Ok(args);
            }
            unpack_keywords(objects_at(args, given), keywords, parser_of(parser)?, &limits, buffer)?;
        }
        Ok(buffer.cast_const())
    }

    fn _PyArg_CheckPositional(name: Option<&CStr>, given: Py_ssize_t, min: Py_ssize_t, max: Py_ssize_t) -> c_int {
        status(check_positional(name, given.max(0) as usize, min.max(0) as usize, max.max(0) as usize))
    }

    fn _PyArg_BadArgument(function: &CStr, which: &CStr, expected: &CStr, arg: &PyObject) {
        let name = arg.type_name();
        let given = if arg.is_none() { "None" } else { err::short(&name, 50) };
        let (function, which, expected) = (lossy(function), lossy(which), lossy(expected));
        let _ = raise!(
            TypeError,
            "{}() {} must be {}, not {given}",
            err::short(&function, 200),
            err::short(&which, 200),
            err::short(&expected, 50)
        );
    }

    fn _PyArg_NoKeywords(function: &CStr, kwargs: Option<&PyObject>) -> c_int {
        let check = || match kwargs {
            None => Ok(()),
            Some(kwargs) => match kwargs.downcast::<PyDictObject>() {
                None => Err(err::bad_internal_call()),
                Some(dict) if dict.ma_used.get() == 0 => Ok(()),
                Some(_) => Err(raise!(TypeError, "{}() takes no keyword arguments", err::short(&lossy(function), 200))),
            },
        };
        status(check())
    }

    fn _PyArg_NoPositional(function: &CStr, args: Option<&PyObject>) -> c_int {
        let check = || match args {
            None => Ok(()),
            Some(args) => match args.downcast::<PyTupleObject>() {
                None => Err(err::bad_internal_call()),
                Some(args) if tuple::len(args) == 0 => Ok(()),
                Some(_) => Err(raise!(TypeError, "{}() takes no positional arguments", err::short(&lossy(function), 200))),
            },
        };
        status(check())
    }

    fn PyArg_ValidateKeywordArguments(kwargs: Is<'_, PyDictObject>) -> c_int {
        status(if dict::has_only_string_keys(&kwargs) { Ok(()) } else { Err(raise!(TypeError, "keywords must be strings")) })
    }

    fn _PyArg_Fini() {}
    fn Py_VaBuildValue(format: *const c_char, list: *mut va_list_tag) -> *mut PyObject { value_form(format, list, false) }
    fn _Py_VaBuildValue_SizeT(format: *const c_char, list: *mut va_list_tag) -> *mut PyObject { value_form(format, list, true) }

    fn _Py_VaBuildStack(
        small: *mut *mut PyObject, room: Py_ssize_t, format: &CStr, list: *mut va_list_tag, length: Out<Py_ssize_t>,
    ) -> PyResult<*mut *mut PyObject> {
        build_stack(small, room, format, list_of(list), false, &length)
    }

    fn _Py_VaBuildStack_SizeT(
        small: *mut *mut PyObject, room: Py_ssize_t, format: &CStr, list: *mut va_list_tag, length: Out<Py_ssize_t>,
    ) -> PyResult<*mut *mut PyObject> {
        build_stack(small, room, format, list_of(list), true, &length)
    }

    fn PyModule_AddObject(m: &PyObject, name: &CStr, value: *mut PyObject) -> PyResult<()> {
        let Some(value) = object_of(value) else {
            if err::occurred().is_none() {
                return Err(raise!(TypeError, "PyModule_AddObject() needs non-NULL value"));
            }
            return Err(Raised::already_set());
        };
        only_module(m)?;
        module::add_object(m, &lossy(name), value)?;
        // SAFETY: a success takes the caller's reference over.
        drop(unsafe { stolen(value.as_ptr()) });
        Ok(())
    }

    fn PyModule_AddIntConstant(m: &PyObject, name: &CStr, value: c_long) -> PyResult<()> {
        only_module(m)?;
        module::add_int_constant(m, &lossy(name), value)
    }

    fn PyModule_AddStringConstant(m: &PyObject, name: &CStr, value: &CStr) -> PyResult<()> {
        let value = text(value)?;
        only_module(m)?;
        module::add_object(m, &lossy(name), &value)
    }

    fn PyModule_Create2(definition: &'static PyModuleDef, version: c_int) -> PyResult<Owned> { module::create2(definition, version) }
    fn _PyModule_CreateInitialized(definition: &'static PyModuleDef, version: c_int) -> PyResult<Owned> { module::create2(definition, version) }
    fn PyModule_ExecDef(m: &PyObject, _definition: &'static PyModuleDef) -> PyResult<()> { import::multiphase::exec(m) }

    fn PyModule_FromDefAndSpec2(definition: &'static PyModuleDef, spec: &PyObject, version: c_int) -> PyResult<Owned> {
        import::multiphase::from_def_and_spec2(definition, spec, version)
    }

    fn PyModule_SetDocString(m: &PyObject, doc: &CStr) -> PyResult<()> { object::set_attr(m, id!("__doc__").as_object(), &*text(doc)?) }

    fn PyModule_AddFunctions(m: &PyObject, functions: *mut PyMethodDef) -> PyResult<()> {
        // SAFETY: C passes a static table that ends in an entry without a name.
        unsafe { module::add_functions(m, functions, &*module::get_name_object(m)?) }
    }
}
