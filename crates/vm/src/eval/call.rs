//! Calls of Python functions: arguments to variables.
//!
//! [`bind`] makes a frame for a function and puts the arguments where the code expects them; every error of a call
//! that does not fit is raised here. What is then done with the frame is the caller's business: the interpreter loop runs it
//! in place, [`call_function`] runs it from Rust, and the frame of a generator function becomes a generator.

use super::eval_frame;
use crate::prelude::*;
use crate::{code, frame, function, generator};

/// What a code object is called with beside the arguments.
pub struct Callee<'a> {
    pub code: &'a PyCodeObject,
    pub globals: &'a PyObject,
    pub locals: Option<&'a PyObject>,
    pub defaults: &'a [&'a PyObject],
    pub kwdefaults: Option<&'a PyObject>,
    pub closure: Option<&'a PyTupleObject>,
    pub name: Option<&'a PyObject>,
    pub qualname: Option<&'a PyObject>,
}

/// The outcome of a call whose code may have to run still.
pub enum Called {
    Frame(Owned<PyFrameObject>),
    Value(Owned),
}

fn tuple_slice(t: Option<&PyTupleObject>) -> &[&PyObject] {
    match t {
        None => &[],
        // SAFETY: a tuple's items are non-null and live as long as the tuple, which its owner does not change.
        Some(t) => unsafe {
            std::slice::from_raw_parts(t.ob_item.as_ptr().cast(), t.ob_base.ob_size.get() as usize)
        },
    }
}

/// A function's side of a call. The function must be held by the caller.
fn callee(f: &PyFunctionObject) -> Callee<'_> {
    // SAFETY: the fields are null or hold objects of the types that their setters enforce.
    unsafe {
        Callee {
            code: function::function_code(f),
            globals: &*f.func_globals.get(),
            locals: None,
            defaults: tuple_slice(f.func_defaults.get().cast::<PyTupleObject>().as_ref()),
            kwdefaults: f.func_kwdefaults.get().as_ref(),
            closure: f.func_closure.get().cast::<PyTupleObject>().as_ref(),
            name: f.func_name.get().as_ref(),
            qualname: f.func_qualname.get().as_ref(),
        }
    }
}

const KIND_MASK: c_int = CO_GENERATOR | CO_COROUTINE | CO_ASYNC_GENERATOR;
const SIMPLE: c_int = CO_OPTIMIZED | CO_NEWLOCALS | CO_NOFREE;

/// Does a call of the code only move positional arguments to variables, but for free variables?
fn is_plain(code: &PyCodeObject) -> bool {
    // Flags of future statements and of nesting say nothing about the call, and CO_NOFREE only what is looked at here.
    code.co_flags.get() & !PyCF_MASK & !CO_NESTED & !CO_NOFREE == SIMPLE & !CO_NOFREE
        && code.co_kwonlyargcount.get() == 0
        && code::tuple_len(&code.co_cellvars) == 0
}

/// How many arguments the code takes, if it can be called in the simple way: positional arguments only, and no cells of its
/// own, `*args` and the like. Else `u32::MAX`.
pub fn simple_args(code: &PyCodeObject) -> u32 {
    if is_plain(code) {
        code.co_argcount.get() as u32
    } else {
        u32::MAX
    }
}

/// A frame for a call with positional arguments only of a function without cells, `*args` and the like, to which the
/// arguments' counts have been moved; `None` if the call is not of that kind. This is the path of nearly every call.
#[inline(always)]
pub fn bind_simple(
    ts: &PyThreadState,
    f: &PyFunctionObject,
    args: *mut *mut PyObject,
    n: usize,
) -> Option<PyResult<Owned<PyFrameObject>>> {
    let code = function::function_code(f);
    if !is_plain(code) || code::tuple_len(&code.co_freevars) != 0 {
        return None;
    }
    let argcount = code.co_argcount.get() as usize;
    let mut defaults: &[&PyObject] = &[];
    if n != argcount {
        // SAFETY: null or a tuple.
        defaults = tuple_slice(unsafe { f.func_defaults.get().cast::<PyTupleObject>().as_ref() });
        if n > argcount || n + defaults.len() < argcount {
            return None;
        }
    }
    // SAFETY: a function holds its globals.
    let frame = match frame::new_untracked(ts, code, unsafe { &*f.func_globals.get() }) {
        Ok(frame) => frame,
        Err(raised) => return Some(Err(raised)),
    };
    let locals = frame::locals_ptr(&frame);
    // SAFETY: the caller has n arguments there, whose counts move; the frame has room for argcount.
    unsafe {
        for i in 0..n {
            *locals.add(i) = *args.add(i);
        }
        for i in n..argcount {
            *locals.add(i) = defaults[defaults.len() + i - argcount].own().into_ptr();
        }
    }
    Some(Ok(frame))
}

/// Calls a function from the interpreter loop with borrowed arguments: binds, and makes the generator if it is one.
#[inline(never)]
pub fn prepare(
    ts: &PyThreadState,
    f: &PyFunctionObject,
    args: *const *mut PyObject,
    n: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult<Called> {
    let callee = callee(f);
    let kwcount = kwnames.map_or(0, tuple::len);
    // SAFETY: the caller has n arguments there, and behind them one for each name.
    let (args, values): (&[&PyObject], &[&PyObject]) = unsafe {
        let args = if n + kwcount == 0 {
            std::ptr::dangling()
        } else {
            args
        };
        (
            std::slice::from_raw_parts(args.cast(), n),
            std::slice::from_raw_parts(args.add(n).cast(), kwcount),
        )
    };
    let frame = bind(ts, &callee, args, kwcount, |i| {
        (kwnames.map_or(none(), |t| tuple::get(t, i)), values[i])
    })?;
    finish(&callee, frame)
}

/// Makes the generator, coroutine or asynchronous generator that a call of such a function returns.
fn finish(callee: &Callee<'_>, frame: Owned<PyFrameObject>) -> PyResult<Called> {
    let kind = callee.code.co_flags.get() & KIND_MASK;
    if kind == 0 {
        return Ok(Called::Frame(frame));
    }
    // A suspended frame has no caller.
    frame.f_back.set_ref(None);
    let generator = if kind & CO_COROUTINE != 0 {
        generator::new_coroutine(frame, callee.name, callee.qualname)?
    } else if kind & CO_ASYNC_GENERATOR != 0 {
        generator::new_async_generator(frame, callee.name, callee.qualname)?
    } else {
        generator::new_generator(frame, callee.name, callee.qualname)?
    };
    Ok(Called::Value(generator))
}

/// Runs what a call came to.
fn run(called: Called) -> PyResult<Owned> {
    match called {
        Called::Value(v) => Ok(v),
        Called::Frame(f) => {
            let result = eval_frame(&f, false);
            frame::release(f);
            result
        }
    }
}

/// `_PyFunction_Vectorcall`, inside.
pub fn call_function(
    f: &PyFunctionObject,
    args: *const *mut PyObject,
    n: usize,
    kwnames: Option<&PyTupleObject>,
) -> PyResult<Owned> {
    run(prepare(tstate::current(), f, args, n, kwnames)?)
}

/// `PyEval_EvalCodeEx`: a code object with everything it may need.
pub fn eval_code_ex(
    callee: &Callee<'_>,
    args: &[&PyObject],
    kw: &[(&PyObject, &PyObject)],
) -> PyResult<Owned> {
    let frame = bind(tstate::current(), callee, args, kw.len(), |i| kw[i])?;
    run(finish(callee, frame)?)
}

/// `PyEval_EvalCode`.
pub fn eval_code(
    code: &PyCodeObject,
    globals: &PyObject,
    locals: Option<&PyObject>,
) -> PyResult<Owned> {
    let callee = Callee {
        code,
        globals,
        locals,
        defaults: &[],
        kwdefaults: None,
        closure: None,
        name: None,
        qualname: None,
    };
    eval_code_ex(&callee, &[], &[])
}

/// Makes the frame and binds the arguments.
pub fn bind<'a>(
    ts: &PyThreadState,
    callee: &Callee<'_>,
    args: &[&PyObject],
    kwcount: usize,
    kw: impl Fn(usize) -> (&'a PyObject, &'a PyObject),
) -> PyResult<Owned<PyFrameObject>> {
    let code = callee.code;
    let f = frame::new(ts, code, callee.globals, callee.locals)?;
    let locals = frame::locals_ptr(&f);
    let argcount = code.co_argcount.get() as usize;
    let total = argcount + code.co_kwonlyargcount.get() as usize;
    let flags = code.co_flags.get();
    // SAFETY: i is below the number of variables, which are owned or null.
    let set = |i: usize, v: Owned| unsafe { *locals.add(i) = v.into_ptr() };
    // SAFETY: as above.
    let is_set = |i: usize| unsafe { !(*locals.add(i)).is_null() };

    let mut kwdict = None;
    if flags & CO_VARKEYWORDS != 0 {
        let d = dict::new()?;
        set(
            total + usize::from(flags & CO_VARARGS != 0),
            d.clone().upcast(),
        );
        kwdict = Some(d);
    }
    let positional = args.len().min(argcount);
    for (i, a) in args[..positional].iter().enumerate() {
        set(i, a.own());
    }
    if flags & CO_VARARGS != 0 {
        set(total, tuple::from_slice(&args[positional..])?.upcast());
    }
    for i in 0..kwcount {
        let (key, value) = kw(i);
        bind_keyword(
            code,
            callee,
            key,
            value,
            kwdict.as_deref(),
            total,
            kwcount,
            &kw,
            &is_set,
            &set,
        )?;
    }
    if args.len() > argcount && flags & CO_VARARGS == 0 {
        let kwonly_given = (argcount..total).filter(|&i| is_set(i)).count();
        return Err(too_many_positional(
            code,
            args.len(),
            callee.defaults.len(),
            kwonly_given,
        ));
    }
    if args.len() < argcount {
        let needed = argcount.saturating_sub(callee.defaults.len());
        if (args.len()..needed).any(|i| !is_set(i)) {
            return Err(missing_arguments(code, 0..needed, "positional", &is_set));
        }
        for i in args.len().max(needed)..argcount {
            if !is_set(i) {
                set(
                    i,
                    callee.defaults[callee.defaults.len() + i - argcount].own(),
                );
            }
        }
    }
    if total > argcount {
        bind_keyword_defaults(code, callee, argcount..total, &is_set, &set)?;
    }
    bind_cells(code, callee, locals)?;
    Ok(f)
}

/// One keyword argument.
fn bind_keyword<'a>(
    code: &PyCodeObject,
    callee: &Callee<'_>,
    key: &PyObject,
    value: &PyObject,
    kwdict: Option<&PyDictObject>,
    total: usize,
    kwcount: usize,
    kw: &impl Fn(usize) -> (&'a PyObject, &'a PyObject),
    is_set: &impl Fn(usize) -> bool,
    set: &impl Fn(usize, Owned),
) -> PyResult<()> {
    let name = || text::field(&code.co_name);
    if key.downcast::<PyUnicodeObject>().is_none() {
        return Err(raise!(TypeError, "{}() keywords must be strings", name()));
    }
    let _ = callee;
    let names = code::tuple_of(&code.co_varnames);
    let posonly = code.co_posonlyargcount.get() as usize;
    let mut found = (posonly..total).find(|&j| key.is(tuple::get(names, j)));
    if found.is_none() {
        for j in posonly..total {
            if object::rich_compare_bool(key, tuple::get(names, j), Py_EQ)? {
                found = Some(j);
                break;
            }
        }
    }
    match (found, kwdict) {
        (Some(j), _) if is_set(j) => Err(raise!(
            TypeError,
            "{}() got multiple values for argument '{}'",
            name(),
            err::Str(key)
        )),
        (Some(j), _) => {
            set(j, value.own());
            Ok(())
        }
        (None, Some(d)) => dict::set_item(d, key, value),
        (None, None) => {
            if posonly > 0 {
                positional_only_by_keyword(code, posonly, (0..kwcount).map(|i| kw(i).0))?;
            }
            Err(raise!(
                TypeError,
                "{}() got an unexpected keyword argument '{}'",
                name(),
                err::Str(key)
            ))
        }
    }
}

/// Fails if positional-only parameters were given by keyword.
#[cold]
fn positional_only_by_keyword<'a>(
    code: &PyCodeObject,
    posonly: usize,
    keys: impl Iterator<Item = &'a PyObject> + Clone,
) -> PyResult<()> {
    let names = code::tuple_of(&code.co_varnames);
    let mut wrong = Vec::new();
    for j in 0..posonly {
        let name = tuple::get(names, j);
        for key in keys.clone() {
            if key.is(name) || object::rich_compare_bool(name, key, Py_EQ)? {
                wrong.push(text::lossy(name));
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    Err(raise!(
        TypeError,
        "{}() got some positional-only arguments passed as keyword arguments: '{}'",
        text::field(&code.co_name),
        wrong.join(", ")
    ))
}

fn bind_keyword_defaults(
    code: &PyCodeObject,
    callee: &Callee<'_>,
    range: std::ops::Range<usize>,
    is_set: &impl Fn(usize) -> bool,
    set: &impl Fn(usize, Owned),
) -> PyResult<()> {
    let names = code::tuple_of(&code.co_varnames);
    let mut missing = false;
    for i in range.clone().filter(|&i| !is_set(i)) {
        let default = match callee.kwdefaults.and_then(|d| d.downcast::<PyDictObject>()) {
            Some(d) => dict::get_item(d, tuple::get(names, i))?,
            None => None,
        };
        match default {
            Some(v) => set(i, v),
            None => missing = true,
        }
    }
    if missing {
        Err(missing_arguments(code, range, "keyword-only", is_set))
    } else {
        Ok(())
    }
}

/// Makes the cells and takes over those of the enclosing function.
fn bind_cells(
    code: &PyCodeObject,
    callee: &Callee<'_>,
    locals: *mut *mut PyObject,
) -> PyResult<()> {
    let (cells, frees) = (
        code::tuple_len(&code.co_cellvars),
        code::tuple_len(&code.co_freevars),
    );
    let nlocals = code.co_nlocals.get() as usize;
    // SAFETY: the cells follow the variables, the free variables the cells; entries are owned or null.
    unsafe {
        for i in 0..cells {
            let content = code::cell_argument(code, i)
                .map(|arg| locals.add(arg).replace(std::ptr::null_mut()));
            let content = content.and_then(|p| Owned::from_owned_ptr_or_null(p));
            *locals.add(nlocals + i) = cell::new(content)?.into_ptr();
        }
        let closure = tuple_slice(callee.closure);
        for (i, c) in closure.iter().take(frees).enumerate() {
            *locals.add(nlocals + cells + i) = c.own().into_ptr();
        }
    }
    Ok(())
}

fn plural(n: usize) -> &'static str {
    if n == 1 { "" } else { "s" }
}

#[cold]
fn too_many_positional(
    code: &PyCodeObject,
    given: usize,
    defaults: usize,
    kwonly_given: usize,
) -> Raised {
    let argcount = code.co_argcount.get() as usize;
    let (takes, many) = if defaults > 0 {
        (
            format!("from {} to {argcount}", argcount.saturating_sub(defaults)),
            true,
        )
    } else {
        (argcount.to_string(), argcount != 1)
    };
    let kwonly = if kwonly_given > 0 {
        format!(
            " positional argument{} (and {kwonly_given} keyword-only argument{})",
            plural(given),
            plural(kwonly_given)
        )
    } else {
        String::new()
    };
    raise!(
        TypeError,
        "{}() takes {takes} positional argument{} but {given}{kwonly} {} given",
        text::field(&code.co_name),
        if many { "s" } else { "" },
        if given == 1 && kwonly_given == 0 {
            "was"
        } else {
            "were"
        }
    )
}

#[cold]
fn missing_arguments(
    code: &PyCodeObject,
    range: std::ops::Range<usize>,
    kind: &str,
    is_set: &impl Fn(usize) -> bool,
) -> Raised {
    let names = code::tuple_of(&code.co_varnames);
    let mut missing = Vec::new();
    for i in range.filter(|&i| !is_set(i)) {
        match object::repr(tuple::get(names, i)) {
            Ok(text) => missing.push(text::lossy(&text)),
            Err(raised) => return raised,
        }
    }
    let list = match missing.as_slice() {
        [one] => one.clone(),
        [a, b] => format!("{a} and {b}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
        [] => String::new(),
    };
    raise!(
        TypeError,
        "{}() missing {} required {kind} argument{}: {list}",
        text::field(&code.co_name),
        missing.len(),
        plural(missing.len())
    )
}
