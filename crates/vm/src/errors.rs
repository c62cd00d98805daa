//! Exceptions that nobody catches: how they are shown, and what happens to the process.

use crate::import::interp;
use crate::prelude::*;
use crate::sys;
use std::collections::HashSet;

fn write(file: &PyObject, text: &str) -> PyResult<()> {
    pyrite_runtime::file::write_str(text, file)
}

fn write_object(file: &PyObject, o: &PyObject) -> PyResult<()> {
    call::method(file, id!("write").as_object(), &[o]).map(drop)
}

/// Gives an exception that has no traceback of its own the one that it is shown with.
fn attach(value: &PyObject, tb: &PyObject) {
    if exobj::is_exception(value)
        && !tb.is_none()
        && exobj::traceback_of(value).is_none()
        && exobj::set_traceback_of(value, tb).is_err()
    {
        err::clear();
    }
}

/// What C has written comes before the message.
fn flush_c_stdout() {
    unsafe extern "C" {
        static stdout: *mut libc::FILE;
    }
    // SAFETY: C's stream lives as long as the process.
    unsafe { libc::fflush(stdout) };
}

/// `PyErr_Display`: writes an exception, with those that led to it, to `sys.stderr`.
pub fn display(_ty: &PyObject, value: &PyObject, tb: &PyObject) {
    flush_c_stdout();
    let Ok(Some(file)) = sys::get_object("stderr") else {
        err::clear();
        attach(value, tb);
        dump(value);
        pyrite_runtime::tell!("lost sys.stderr");
        return;
    };
    if file.is_none() {
        return attach(value, tb);
    }
    display_on(&file, value, tb);
}

/// The same to a stream of the caller's.
pub fn display_on(file: &PyObject, value: &PyObject, tb: &PyObject) {
    attach(value, tb);
    let mut seen = HashSet::new();
    if print_chain(file, value, &mut seen).is_err() {
        err::clear();
    }
    if call::method(file, id!("flush").as_object(), &[]).is_err() {
        err::clear();
    }
}

/// `_PyObject_Dump`: an exception where there is no stream to show it on.
fn dump(value: &PyObject) {
    let shown = object::repr(value).map(|t| text::lossy(&t));
    let shown = shown.unwrap_or_else(|_| {
        err::clear();
        String::new()
    });
    pyrite_runtime::tell!("object address  : {value:p}");
    pyrite_runtime::tell!("object refcount : {}", value.ob_refcnt.get());
    pyrite_runtime::tell!("object type     : {:p}", value.ty());
    pyrite_runtime::tell!("object type name: {}", value.type_name());
    pyrite_runtime::tell!("object repr     : {shown}");
}

fn print_chain(file: &PyObject, value: &PyObject, seen: &mut HashSet<usize>) -> PyResult<()> {
    let _guard = recursion::enter(" in print_exception")?;
    seen.insert(value.as_ptr() as usize);
    if exobj::is_exception(value) {
        let cause = exobj::cause_of(value);
        let context = exobj::context_of(value).filter(|_| !exobj::suppresses_context(value));
        let (earlier, between) = if cause.is_some() {
            (
                cause,
                "\nThe above exception was the direct cause of the following exception:\n\n",
            )
        } else {
            (
                context,
                "\nDuring handling of the above exception, another exception occurred:\n\n",
            )
        };
        if let Some(e) = earlier.filter(|e| !seen.contains(&(e.as_ptr() as usize))) {
            print_chain(file, &e, seen)?;
            write(file, between)?;
        }
    }
    print_one(file, value)
}

/// One exception: traceback, place of a syntax error, type and text.
fn print_one(file: &PyObject, value: &PyObject) -> PyResult<()> {
    if !exobj::is_exception(value) {
        write(
            file,
            "TypeError: print_exception(): Exception expected for value, ",
        )?;
        write(file, &value.type_name())?;
        return write(file, " found\n");
    }
    if let Some(tb) = exobj::traceback_of(value) {
        traceback::print(&tb, file)?;
    }
    let mut text_of = value.own();
    if object::lookup_attr(value, id!("print_file_and_line").as_object())?.is_some() {
        match syntax_error_place(file, value) {
            Ok(msg) => text_of = msg,
            Err(_) => err::clear(),
        }
    }
    write_class(file, value.ty().as_object(), false)?;
    write_text(file, &text_of)?;
    write(file, "\n")
}

/// The qualified name of an exception's class.
fn write_class(file: &PyObject, ty: &PyObject, unraisable: bool) -> PyResult<()> {
    let module = object::lookup_attr(ty, id!("__module__").as_object());
    match module {
        Ok(Some(m)) if m.downcast::<PyUnicodeObject>().is_some() => {
            if !text::eq(&m, id!("builtins").as_object()) {
                write_object(file, &m)?;
                write(file, ".")?;
            }
        }
        _ => {
            err::clear();
            write(file, "<unknown>")?;
            if unraisable {
                write(file, ".")?;
            }
        }
    }
    write(
        file,
        &ty.downcast::<PyTypeObject>()
            .map(typeobject::short_name)
            .unwrap_or_default(),
    )
}

/// `: text`, unless the exception has no text.
fn write_text(file: &PyObject, value: &PyObject) -> PyResult<()> {
    if value.is_none() {
        return Ok(());
    }
    match object::str(value) {
        Err(_) => {
            err::clear();
            write(file, ": <exception str() failed>")
        }
        Ok(text) => {
            if object::size(&text)? > 0 {
                write(file, ": ")?;
                write_object(file, &text)?;
            }
            Ok(())
        }
    }
}

/// Where a syntax error is. Returns its message.
fn syntax_error_place(file: &PyObject, value: &PyObject) -> PyResult<Owned> {
    let attr = |name: &str| object::get_attr(value, unicode::from_str(name)?.as_object());
    let (msg, filename, lineno, offset, text) = (
        attr("msg")?,
        attr("filename")?,
        attr("lineno")?,
        attr("offset")?,
        attr("text")?,
    );
    let lineno = long::as_ssize_t(&lineno)?;
    let offset = if offset.is_none() {
        -1
    } else {
        long::as_ssize_t(&offset)?
    };
    let filename = if filename.is_none() {
        unicode::from_str("<string>")?.upcast()
    } else {
        object::str(&filename)?
    };
    let line = text::format(format_args!(
        "  File \"{}\", line {lineno}\n",
        err::Str(&filename)
    ))?;
    write_object(file, &line)?;
    if !text.is_none() {
        print_error_text(file, offset, text::as_utf8(&text)?)?;
    }
    Ok(msg)
}

/// The line of a syntax error with a caret under the place.
fn print_error_text(file: &PyObject, offset: Py_ssize_t, text: &str) -> PyResult<()> {
    let (mut offset, mut text) = (offset, text);
    if offset >= 0 {
        if offset > 0 && offset as usize == text.len() && text.ends_with('\n') {
            offset -= 1;
        }
        while let Some(nl) = text.find('\n').filter(|&nl| (nl as Py_ssize_t) < offset) {
            offset -= nl as Py_ssize_t + 1;
            text = &text[nl + 1..];
        }
        let trimmed = text.trim_start_matches([' ', '\t', '\x0c']);
        offset -= (text.len() - trimmed.len()) as Py_ssize_t;
        text = trimmed;
    }
    write(file, "    ")?;
    write(file, text)?;
    if !text.ends_with('\n') {
        write(file, "\n")?;
    }
    if offset == -1 {
        return Ok(());
    }
    write(file, "    ")?;
    write(file, &" ".repeat(usize::try_from(offset - 1).unwrap_or(0)))?;
    write(file, "^\n")
}

/// The status that a `SystemExit` asks for, if that is what is set: the exception is cleared. With `-i` it is shown
/// instead.
pub fn system_exit_code() -> Option<c_int> {
    if !err::matches(exc::SystemExit.get()) {
        return None;
    }
    if interp().config.inspect.get() > 0 && crate::config::flags::Py_InspectFlag.0.get() != 0 {
        return None;
    }
    let e = err::fetch_normalized();
    // What Python's own streams hold comes out when the process ends, after what runs at exit has written.
    flush_c_stdout();
    let mut code = e.value.filter(|v| !v.is_none());
    if let Some(v) = &code
        && exobj::is_exception(v)
    {
        match object::get_attr(v, id!("code").as_object()) {
            Ok(c) => code = Some(c).filter(|c| !c.is_none()),
            Err(_) => err::clear(),
        }
    }
    let Some(code) = code else { return Some(0) };
    if code.isinstance_of(&PyLong_Type) {
        return Some(long::as_i64(&code).map_or_else(
            |_| {
                err::clear();
                -1
            },
            |v| v as c_int,
        ));
    }
    let file = sys::get_object("stderr")
        .ok()
        .flatten()
        .filter(|f| !f.is_none());
    match file {
        Some(f) => {
            let shown = object::str(&code)
                .and_then(|t| write_object(&f, &t))
                .and_then(|()| write(&f, "\n"));
            if shown.is_err() {
                err::clear();
            }
        }
        None => err::clear(),
    }
    Some(1)
}

fn flush_stdout() {
    if let Ok(Some(out)) = sys::get_object("stdout")
        && !out.is_none()
        && call::method(&out, id!("flush").as_object(), &[]).is_err()
    {
        err::clear();
    }
}

/// `PyErr_PrintEx`: shows the exception that is set by `sys.excepthook`. A `SystemExit` ends the process.
pub fn print_ex(set_last: bool) {
    if let Some(code) = system_exit_code() {
        crate::lifecycle::exit(code);
    }
    let e = err::fetch_normalized();
    let Some(ty) = e.ty else { return };
    let value = e.value.unwrap_or_else(|| none().own());
    let tb = e.traceback.unwrap_or_else(|| none().own());
    if exobj::is_exception(&value) && exobj::set_traceback_of(&value, &tb).is_err() {
        err::clear();
    }
    if set_last {
        for (name, v) in [
            ("last_type", &ty),
            ("last_value", &value),
            ("last_traceback", &tb),
        ] {
            if sys::set_object(name, Some(v)).is_err() {
                err::clear();
            }
        }
    }
    match sys::get_object("excepthook") {
        Ok(Some(hook)) => call_excepthook(&hook, &ty, &value, &tb),
        _ => {
            err::clear();
            sys_write_stderr("sys.excepthook is missing\n");
            display(&ty, &value, &tb);
        }
    }
}

fn call_excepthook(hook: &PyObject, ty: &PyObject, value: &PyObject, tb: &PyObject) {
    if sys::audit("sys.excepthook", &[hook, ty, value, tb]).is_err() {
        if err::matches(exc::RuntimeError.get()) {
            err::clear();
            return;
        }
        write_unraisable_message(Some("in audit hook"), None);
    }
    if call::call(hook, &[ty, value, tb]).is_ok() {
        return;
    }
    if let Some(code) = system_exit_code() {
        crate::lifecycle::exit(code);
    }
    let second = err::fetch_normalized();
    flush_stdout();
    sys_write_stderr("Error in sys.excepthook:\n");
    let or_none = |o: Option<Owned>| o.unwrap_or_else(|| none().own());
    display(
        &or_none(second.ty),
        &or_none(second.value),
        &or_none(second.traceback),
    );
    sys_write_stderr("\nOriginal exception was:\n");
    display(ty, value, tb);
}

/// Shows the exception that is set, if there is one, because the process ends of it. True: it had a traceback, which says
/// where it happened.
pub fn print_fatal() -> bool {
    if tstate::current_ptr().is_null() || err::occurred().is_none() {
        return false;
    }
    let e = err::fetch_normalized();
    let known = matches!(sys::get_object("stderr"), Ok(Some(f)) if !f.is_none());
    let (Some(ty), true) = (e.ty, known) else {
        err::clear();
        return false;
    };
    let has_traceback = e.traceback.is_some();
    let or_none = |o: Option<Owned>| o.unwrap_or_else(|| none().own());
    let (value, tb) = (or_none(e.value), or_none(e.traceback));
    if exobj::is_exception(&value) && exobj::set_traceback_of(&value, &tb).is_err() {
        err::clear();
    }
    display(&ty, &value, &tb);
    has_traceback
}

/// `PySys_WriteStderr`.
pub fn sys_write_stderr(text: &str) {
    let saved = err::fetch();
    let written = match sys::get_object("stderr") {
        Ok(Some(f)) if !f.is_none() => write(&f, text).is_ok(),
        _ => false,
    };
    if !written {
        err::clear();
        pyrite_runtime::stderr::write(text);
    }
    err::restore(saved);
}

/// `_PyErr_WriteUnraisableMsg`: hands the exception that is set to `sys.unraisablehook`. `what` completes "Exception ignored".
pub fn write_unraisable_message(what: Option<&str>, object: Option<&PyObject>) {
    let mut e = err::fetch();
    if e.traceback.is_none()
        && let Some(f) = crate::eval_api::get_frame()
    {
        err::restore(e);
        exobj::traceback_here(f);
        e = err::fetch();
    }
    let e = err::normalized(e);
    if let (Some(v), Some(tb)) = (&e.value, &e.traceback)
        && exobj::is_exception(v)
        && exobj::set_traceback_of(v, tb).is_err()
    {
        err::clear();
    }
    let message = what.map(|w| format!("Exception ignored {w}"));
    if hand_to_hook(e.clone(), message.as_deref(), object).is_err() {
        // The hook failed: its own exception is shown, as having happened in it.
        let second = err::fetch_normalized();
        let hook = sys::get_object("unraisablehook").ok().flatten();
        let shown = args_of(
            second,
            Some("Exception ignored in sys.unraisablehook"),
            hook.as_deref(),
        )
        .and_then(|a| default_unraisable_hook(&a));
        if shown.is_err() {
            err::clear();
        }
    }
}

fn args_of(e: err::Fetched, message: Option<&str>, object: Option<&PyObject>) -> PyResult<Owned> {
    let or_none = |o: Option<Owned>| o.unwrap_or_else(|| none().own());
    let message = message
        .map(unicode::from_str)
        .transpose()?
        .map(Owned::upcast);
    let values = vec![
        or_none(e.ty),
        or_none(e.value),
        or_none(e.traceback),
        or_none(message),
        or_none(object.map(ObjectExt::own)),
    ];
    sys::info::unraisable_args(values)
}

fn hand_to_hook(e: err::Fetched, message: Option<&str>, object: Option<&PyObject>) -> PyResult<()> {
    let args = args_of(e, message, object)?;
    match sys::get_object("unraisablehook")? {
        Some(hook) if !hook.is_none() => {
            sys::audit("sys.unraisablehook", &[&hook, &args])?;
            call::call1(&hook, &args).map(drop)
        }
        _ => default_unraisable_hook(&args),
    }
}

/// `sys.__unraisablehook__`.
pub fn default_unraisable_hook(args: &PyObject) -> PyResult<()> {
    if !sys::info::is_unraisable_args(args) {
        return Err(raise!(
            TypeError,
            "sys.unraisablehook argument type must be UnraisableHookArgs"
        ));
    }
    let attr = |name: &str| object::get_attr(args, unicode::from_str(name)?.as_object());
    let (ty, value, tb) = (
        attr("exc_type")?,
        attr("exc_value")?,
        attr("exc_traceback")?,
    );
    let (message, object) = (attr("err_msg")?, attr("object")?);
    let Some(file) = sys::get_object("stderr")?.filter(|f| !f.is_none()) else {
        return Ok(());
    };
    if !object.is_none() {
        if message.is_none() {
            write(&file, "Exception ignored in: ")?;
        } else {
            write_object(&file, &message)?;
            write(&file, ": ")?;
        }
        match object::repr(&object) {
            Ok(text) => write_object(&file, &text)?,
            Err(_) => {
                err::clear();
                write(&file, "<object repr() failed>")?;
            }
        }
        write(&file, "\n")?;
    } else if !message.is_none() {
        write_object(&file, &message)?;
        write(&file, ":\n")?;
    }
    if !tb.is_none() {
        traceback::print(&tb, &file)?;
    }
    if ty.is_none() {
        return Ok(());
    }
    write_class(&file, &ty, true)?;
    // Unlike elsewhere, an empty message shows its colon.
    if object::str(&value).is_ok_and(|text| object::size(&text).is_ok_and(|n| n == 0)) {
        write(&file, ": ")?;
    } else {
        err::clear();
        write_text(&file, &value)?;
    }
    write(&file, "\n")?;
    call::method(&file, id!("flush").as_object(), &[]).map(drop)
}
