//! Running text: commands, files, the prompt (`PyRun_*`).

use crate::compile::{self, Options};
use crate::config::flags::_Py_UnhandledKeyboardInterrupt;
use crate::eval::call as evalcall;
use crate::import::{self, interp};
use crate::prelude::*;
use crate::{ceval, errors, marshal, readline, sys};
use pyrite_syntax::{self as syntax, ErrorKind, Prompt, SyntaxError};

/// The namespace of `__main__`.
pub fn main_dict() -> PyResult<Owned> {
    let m = import::add_module("__main__")?;
    Ok(module::get_dict(&m)?.upcast())
}

/// Runs a code object, which gets builtins if its namespace has none.
fn run_code(code: &PyObject, globals: &PyObject, locals: &PyObject) -> PyResult<Owned> {
    let Some(c) = code.downcast::<PyCodeObject>() else {
        return Err(raise!(TypeError, "expected a code object"));
    };
    if let Some(d) = globals.downcast::<PyDictObject>()
        && dict::get_item(d, id!("__builtins__").as_object())?.is_none()
        && let Some(b) = interp().builtins.load()
    {
        dict::set_item(d, id!("__builtins__").as_object(), &b)?;
    }
    sys::audit("exec", &[code])?;
    let unhandled = &_Py_UnhandledKeyboardInterrupt.0;
    unhandled.set(0);
    let r = evalcall::eval_code(c, globals, Some(locals));
    // By this the process will know that an interrupt ended the program, whoever shows the exception.
    if r.is_err() && err::occurred().is_some_and(|t| t.is(exc::KeyboardInterrupt.get())) {
        unhandled.set(1);
    }
    r
}

fn options(start: c_int, flags: c_int) -> Options {
    Options {
        start,
        flags,
        optimize: -1,
        feature_version: -1,
    }
}

/// `PyRun_StringFlags`.
pub fn run_string(
    source: &[u8],
    start: c_int,
    globals: &PyObject,
    locals: &PyObject,
    flags: c_int,
) -> PyResult<Owned> {
    run_text(source, options(start, flags), globals, locals)
}

/// Compiles a text and runs it, as `exec` and `eval` do.
pub fn run_text(
    source: &[u8],
    options: Options,
    globals: &PyObject,
    locals: &PyObject,
) -> PyResult<Owned> {
    // One text for all such code, as tools that write code objects by identity see.
    let filename = unicode::intern_str("<string>")?;
    let code = compile::compile(source, filename.as_object(), options)?;
    run_code(&code, globals, locals)
}

/// `PyRun_FileExFlags`, with the file's contents.
pub fn run_file(
    source: &[u8],
    filename: &PyObject,
    start: c_int,
    globals: &PyObject,
    locals: &PyObject,
    flags: c_int,
) -> PyResult<Owned> {
    let code = compile::compile_file(source, filename, options(start, flags))?;
    run_code(&code, globals, locals)
}

/// `flush_io`: what was printed comes out before anything else happens.
fn flush_io() {
    let saved = err::fetch();
    for name in ["stderr", "stdout"] {
        if let Ok(Some(f)) = sys::get_object(name)
            && !f.is_none()
            && call::method(&f, id!("flush").as_object(), &[]).is_err()
        {
            err::clear();
        }
    }
    err::restore(saved);
}

/// `PyRun_SimpleStringFlags`: runs in `__main__` and prints what goes wrong. True: it went well.
pub fn run_simple_string(source: &[u8], flags: c_int) -> bool {
    let r = main_dict().and_then(|d| run_string(source, Py_file_input, &d, &d, flags));
    report(r)
}

fn report(r: PyResult<Owned>) -> bool {
    match r {
        Ok(_) => true,
        Err(_) => {
            errors::print_ex(true);
            false
        }
    }
}

/// Is it compiled code, by its name or by its beginning?
fn is_pyc(filename: &str, data: &[u8]) -> bool {
    filename.ends_with(".pyc") || data.get(..4) == Some(&marshal::MAGIC.to_le_bytes())
}

fn pyc_code(data: &[u8]) -> PyResult<Owned> {
    if data.get(..4) != Some(&marshal::MAGIC.to_le_bytes()) {
        return Err(raise!(RuntimeError, "Bad magic number in .pyc file"));
    }
    if data.len() < 16 {
        return Err(raise!(EOFError, "EOF read where not expected"));
    }
    // What marshal says of the data is not passed on.
    marshal::loads(data.get(16..).unwrap_or_default())
        .ok()
        .filter(|code| code.downcast::<PyCodeObject>().is_some())
        .ok_or_else(|| raise!(RuntimeError, "Bad code object in .pyc file"))
}

/// Gives `__main__` the loader that importlib would have used.
fn set_main_loader(d: &PyDictObject, filename: &PyObject, name: &str) -> PyResult<()> {
    let importlib = interp().importlib.load().unwrap_or_else(|| none().own());
    let external = object::get_attr(&importlib, id!("_bootstrap_external").as_object())?;
    let class = object::get_attr(&external, unicode::from_str(name)?.as_object())?;
    let loader = call::call(&class, &[id!("__main__").as_object(), filename])?;
    dict::set_item(d, id!("__loader__").as_object(), &loader)
}

/// `PyRun_SimpleFileExFlags`, with the file's contents. True: it went well.
pub fn run_simple_file(data: &[u8], filename: &PyObject, flags: c_int) -> bool {
    let r = simple_file(data, filename, flags);
    flush_io();
    report(r)
}

fn simple_file(data: &[u8], filename: &PyObject, flags: c_int) -> PyResult<Owned> {
    let d = main_dict()?;
    let Some(ns) = d.downcast::<PyDictObject>() else {
        return Err(raise!(SystemError, "__main__ has no namespace"));
    };
    let file = id!("__file__").as_object();
    let mut set_file = false;
    if dict::get_item(ns, file)?.is_none() {
        dict::set_item(ns, file, filename)?;
        dict::set_item(ns, id!("__cached__").as_object(), none())?;
        set_file = true;
    }
    let name = text::lossy(filename);
    let r = if is_pyc(&name, data) {
        set_main_loader(ns, filename, "SourcelessFileLoader")
            .and_then(|()| pyc_code(data))
            .and_then(|code| run_code(&code, &d, &d))
    } else {
        let loader = if name == "<stdin>" {
            Ok(())
        } else {
            set_main_loader(ns, filename, "SourceFileLoader")
        };
        loader.and_then(|()| run_file(data, filename, Py_file_input, &d, &d, flags))
    };
    // The namespace loses its file only when the program has ended.
    r.as_ref().map_err(|e| *e)?;
    if set_file {
        for name in [file, id!("__cached__").as_object()] {
            if dict::del_item(ns, name).is_err() {
                err::clear();
            }
        }
    }
    r
}

fn prompt_text(name: &str) -> String {
    match sys::get_object(name) {
        Ok(Some(o)) => match object::str(&o) {
            Ok(s) => text::lossy(&s),
            Err(_) => {
                err::clear();
                String::new()
            }
        },
        _ => {
            err::clear();
            String::new()
        }
    }
}

/// How a statement at the prompt ended.
enum Statement {
    Done,
    Failed,
    EndOfInput,
}

/// `PyRun_InteractiveLoopFlags`.
pub fn interactive_loop(input: *mut libc::FILE, filename: &PyObject, flags: c_int) -> bool {
    for (name, text) in [("ps1", ">>> "), ("ps2", "... ")] {
        if let Ok(None) = sys::get_object(name)
            && let Ok(v) = unicode::from_str(text)
            && sys::set_object(name, Some(v.as_object())).is_err()
        {
            err::clear();
        }
    }
    let mut flags = flags;
    let mut memory_errors = 0;
    loop {
        match interactive_one(input, filename, &mut flags) {
            Statement::EndOfInput => return true,
            Statement::Done => memory_errors = 0,
            Statement::Failed => {
                if err::matches(exc::MemoryError.get()) {
                    memory_errors += 1;
                    if memory_errors > 16 {
                        err::clear();
                        return false;
                    }
                } else {
                    memory_errors = 0;
                }
                errors::print_ex(true);
                flush_io();
            }
        }
    }
}

/// `PyRun_InteractiveOneObject`: reads and runs one statement. True: there may be more.
pub fn interactive_one_printed(
    input: *mut libc::FILE,
    filename: &PyObject,
    flags: &mut c_int,
) -> c_int {
    match interactive_one(input, filename, flags) {
        Statement::Done => 0,
        // E_EOF.
        Statement::EndOfInput => 11,
        Statement::Failed => {
            errors::print_ex(true);
            flush_io();
            -1
        }
    }
}

/// A line of standard input in UTF-8.
fn decode_line(line: Vec<u8>) -> Result<Vec<u8>, SyntaxError> {
    let encoding = || {
        let stream = sys::get_object("stdin").ok()??;
        let name = object::lookup_attr(&stream, id!("encoding").as_object()).ok()??;
        name.downcast::<PyUnicodeObject>()
            .map(|_| text::lossy(&name))
    };
    match encoding() {
        Some(name) if name != "utf-8" || std::str::from_utf8(&line).is_err() => {
            compile::decode(&name, &line)
                .map_err(|msg| SyntaxError::other(ErrorKind::SyntaxError, msg))
        }
        _ => Ok(line),
    }
}

fn interactive_one(input: *mut libc::FILE, filename: &PyObject, flags: &mut c_int) -> Statement {
    unsafe extern "C" {
        static stdout: *mut libc::FILE;
    }
    let mut read = |which: Prompt| {
        let prompt = prompt_text(if which == Prompt::First { "ps1" } else { "ps2" });
        // SAFETY: C's stream lives as long as the process.
        let out = unsafe { stdout };
        match readline::read_line_from(input, out, prompt.as_bytes()) {
            Ok(Some(line)) if line.is_empty() => {
                errors::sys_write_stderr("\n");
                Ok(None)
            }
            Ok(Some(line)) => decode_line(line).map(Some),
            Ok(None) => {
                if err::occurred().is_none() {
                    let _ = err::set_none(exc::KeyboardInterrupt.get());
                }
                errors::sys_write_stderr("\n");
                Err(SyntaxError::other(ErrorKind::Raised, ""))
            }
            Err(_) => Err(SyntaxError::other(ErrorKind::Raised, "")),
        }
    };
    let read: &mut syntax::ReadLine<'_> = &mut read;
    let mut ast = match compile::parse_prompt(filename, *flags, read) {
        Ok(Some(ast)) => ast,
        Ok(None) => return Statement::EndOfInput,
        Err(_) => return Statement::Failed,
    };
    let o = options(Py_single_input, *flags);
    let mut run = || {
        let code = compile::compile_ast(&mut ast, filename, o)?;
        if let Some(c) = code.downcast::<PyCodeObject>() {
            // Future statements hold for what is typed after them.
            *flags |= c.co_flags.get() & PyCF_MASK;
        }
        let d = main_dict()?;
        run_code(&code, &d, &d)
    };
    match run() {
        Ok(_) => {
            flush_io();
            let _ = ceval::make_pending_calls();
            Statement::Done
        }
        Err(_) => Statement::Failed,
    }
}
