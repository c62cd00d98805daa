//! `compile`, `eval` and `exec`.

use crate::code;
use crate::eval::call as evalcall;
use crate::prelude::*;
use crate::{compile as compiler, eval_api, pythonrun, sys};

/// Flags that `compile` accepts.
const KNOWN: c_int = PyCF_MASK | PyCF_MASK_OBSOLETE | PyCF_COMPILE_MASK;

pub fn compile(
    source: &PyObject,
    filename: &PyUnicodeObject,
    mode: &str,
    flags: c_int,
    inherit: bool,
    optimize: c_int,
    feature_version: c_int,
) -> PyResult<Owned> {
    if flags & !KNOWN != 0 {
        return Err(raise!(ValueError, "compile(): unrecognised flags"));
    }
    if !(-1..=2).contains(&optimize) {
        return Err(raise!(ValueError, "compile(): invalid optimize value"));
    }
    let mut flags = flags;
    if inherit {
        flags |= eval_api::inherited_flags();
    }
    let start = match mode {
        "exec" => Py_file_input,
        "eval" => Py_eval_input,
        "single" => Py_single_input,
        "func_type" => {
            if flags & PyCF_ONLY_AST == 0 {
                return Err(raise!(
                    ValueError,
                    "compile() mode 'func_type' requires flag PyCF_ONLY_AST"
                ));
            }
            Py_func_type_input
        }
        _ => {
            let tail = if flags & PyCF_ONLY_AST != 0 {
                "'exec', 'eval', 'single' or 'func_type'"
            } else {
                "'exec', 'eval' or 'single'"
            };
            return Err(raise!(ValueError, "compile() mode must be {tail}"));
        }
    };
    if let Some(r) =
        compiler::compile_ast_object(source, filename.as_object(), start, flags, optimize)?
    {
        return Ok(r);
    }
    let text = compiler::source_as_bytes(source, "compile", "string, bytes or AST", &mut flags)?;
    let options = compiler::Options {
        start,
        flags,
        optimize,
        feature_version,
    };
    compiler::compile(&text, filename.as_object(), options)
}

/// `dir()`: the sorted names of the running scope.
pub fn dir_of_scope() -> PyResult<Owned> {
    let locals = eval_api::get_locals()?;
    let names = mapping::keys(&locals)?;
    list::sort(&names)?;
    Ok(names.upcast())
}

/// Checks and completes the namespaces: (globals, locals).
fn namespaces(
    what: &str,
    globals: Option<&PyObject>,
    locals: Option<&PyObject>,
) -> PyResult<(Owned, Owned)> {
    let globals = globals.filter(|g| !g.is_none());
    let locals = locals.filter(|l| !l.is_none());
    let (globals, locals) = match globals {
        None => {
            let g = eval_api::get_globals()
                .ok_or_else(|| raise!(SystemError, "globals and locals cannot be NULL"))?;
            let l = match locals {
                Some(l) => l.own(),
                None => eval_api::get_locals()?,
            };
            (g, l)
        }
        Some(g) => (g.own(), locals.unwrap_or(g).own()),
    };
    let Some(d) = globals.downcast::<PyDictObject>() else {
        return Err(match what {
            "eval" if mapping::check(&globals) => {
                raise!(
                    TypeError,
                    "globals must be a real dict; try eval(expr, {{}}, mapping)"
                )
            }
            "eval" => raise!(TypeError, "globals must be a dict"),
            _ => raise!(
                TypeError,
                "exec() globals must be a dict, not {}",
                err::short(&globals.type_name(), 100)
            ),
        });
    };
    if !mapping::check(&locals) {
        return Err(match what {
            "eval" => raise!(TypeError, "locals must be a mapping"),
            _ => raise!(
                TypeError,
                "locals must be a mapping or None, not {}",
                err::short(&locals.type_name(), 100)
            ),
        });
    }
    if dict::get_item(d, id!("__builtins__").as_object())?.is_none()
        && let Some(b) = super::current()
    {
        dict::set_item(d, id!("__builtins__").as_object(), &b)?;
    }
    Ok((globals, locals))
}

/// Runs a code object that must have no free variables.
fn run_code(
    c: &PyCodeObject,
    what: &str,
    globals: &PyObject,
    locals: &PyObject,
) -> PyResult<Owned> {
    sys::audit("exec", &[c.as_object()])?;
    if code::tuple_len(&c.co_freevars) > 0 {
        return Err(raise!(
            TypeError,
            "code object passed to {what}() may not contain free variables"
        ));
    }
    evalcall::eval_code(c, globals, Some(locals))
}

pub fn eval(
    source: &PyObject,
    globals: Option<&PyObject>,
    locals: Option<&PyObject>,
) -> PyResult<Owned> {
    if let Some(l) = locals.filter(|l| !l.is_none())
        && !mapping::check(l)
    {
        return Err(raise!(TypeError, "locals must be a mapping"));
    }
    let (globals, locals) = namespaces("eval", globals, locals)?;
    if let Some(c) = source.downcast::<PyCodeObject>() {
        return run_code(c, "eval", &globals, &locals);
    }
    let mut flags = PyCF_SOURCE_IS_UTF8 | eval_api::inherited_flags();
    let text = compiler::source_as_bytes(source, "eval", "string, bytes or code", &mut flags)?;
    let skip = text
        .iter()
        .take_while(|&&c| c == b' ' || c == b'\t')
        .count();
    let options = compiler::Options {
        start: Py_eval_input,
        flags,
        optimize: -1,
        feature_version: -1,
    };
    pythonrun::run_text(&text[skip..], options, &globals, &locals)
}

pub fn exec(
    source: &PyObject,
    globals: Option<&PyObject>,
    locals: Option<&PyObject>,
) -> PyResult<()> {
    let (globals, locals) = namespaces("exec", globals, locals)?;
    if let Some(c) = source.downcast::<PyCodeObject>() {
        return run_code(c, "exec", &globals, &locals).map(drop);
    }
    let mut flags = PyCF_SOURCE_IS_UTF8 | eval_api::inherited_flags();
    let text = compiler::source_as_bytes(source, "exec", "string, bytes or code", &mut flags)?;
    let options = compiler::Options {
        start: Py_file_input,
        flags,
        optimize: -1,
        feature_version: -1,
    };
    pythonrun::run_text(&text, options, &globals, &locals).map(drop)
}
