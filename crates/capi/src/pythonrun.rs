//! `pythonrun.h`, `traceback.h`, `fileobject.h`, `osmodule.h`: running programs, files, tracebacks.

use crate::ceval_::flags_of;
use crate::prelude::*;
use crate::support::text;

/// The rest of a C file.
pub fn contents(file: *mut libc::FILE) -> Vec<u8> {
    let mut all = Vec::new();
    let mut part = [0u8; 8192];
    loop {
        // SAFETY: C passes an open file.
        let n = unsafe { libc::fread(part.as_mut_ptr().cast(), 1, part.len(), file) };
        all.extend_from_slice(&part[..n]);
        if n == 0 {
            return all;
        }
    }
}

fn close(file: *mut libc::FILE, wanted: c_int) {
    if wanted != 0 {
        // SAFETY: C gives the open file away.
        unsafe { libc::fclose(file) };
    }
}

fn filename_of(name: Option<&CStr>) -> PyResult<Owned> {
    Ok(unicode::fs::decode_default(name.map_or(b"???", CStr::to_bytes))?.upcast())
}

fn run_file(
    file: *mut libc::FILE,
    name: Option<&CStr>,
    start: c_int,
    globals: &PyObject,
    locals: &PyObject,
    close_it: c_int,
    flags: Option<&PyCompilerFlags>,
) -> PyResult<Owned> {
    let source = contents(file);
    close(file, close_it);
    let name = filename_of(name)?;
    pythonrun::run_file(&source, &name, start, globals, locals, flags_of(flags))
}

/// 0, or -1 after the exception was printed.
fn simple_file(
    file: *mut libc::FILE,
    name: Option<&CStr>,
    close_it: c_int,
    flags: Option<&PyCompilerFlags>,
) -> c_int {
    let source = contents(file);
    close(file, close_it);
    match filename_of(name) {
        Ok(name) if pythonrun::run_simple_file(&source, &name, flags_of(flags)) => 0,
        Ok(_) => -1,
        Err(_) => {
            errors::print_ex(true);
            -1
        }
    }
}

fn any_file(
    file: *mut libc::FILE,
    name: Option<&CStr>,
    close_it: c_int,
    flags: Option<&PyCompilerFlags>,
) -> c_int {
    // SAFETY: C passes an open file.
    if unsafe { libc::isatty(libc::fileno(file)) } == 0 {
        return simple_file(file, name, close_it, flags);
    }
    let status = interactive_loop(file, name, flags);
    close(file, close_it);
    status
}

fn interactive_loop(
    file: *mut libc::FILE,
    name: Option<&CStr>,
    flags: Option<&PyCompilerFlags>,
) -> c_int {
    match filename_of(name) {
        Ok(name) if pythonrun::interactive_loop(file, &name, flags_of(flags)) => 0,
        _ => -1,
    }
}

/// Reads and runs one statement.
pub fn interactive_one(file: *mut libc::FILE, name: Option<&CStr>, mut flags: c_int) -> c_int {
    match filename_of(name) {
        Ok(name) => pythonrun::interactive_one_printed(file, &name, &mut flags),
        Err(_) => {
            errors::print_ex(true);
            -1
        }
    }
}

capi! {
    fn PyRun_SimpleString(source: &CStr) -> c_int { if pythonrun::run_simple_string(source.to_bytes(), 0) { 0 } else { -1 } }
    fn PyRun_SimpleStringFlags(source: &CStr, flags: Option<&PyCompilerFlags>) -> c_int { if pythonrun::run_simple_string(source.to_bytes(), flags_of(flags)) { 0 } else { -1 } }
    fn PyRun_String(source: &CStr, start: c_int, globals: &PyObject, locals: &PyObject) -> PyResult<Owned> { pythonrun::run_string(source.to_bytes(), start, globals, locals, 0) }
    fn PyRun_StringFlags(source: &CStr, start: c_int, globals: &PyObject, locals: &PyObject, flags: Option<&PyCompilerFlags>) -> PyResult<Owned> { pythonrun::run_string(source.to_bytes(), start, globals, locals, flags_of(flags)) }
    fn PyRun_File(file: *mut libc::FILE, name: Option<&CStr>, start: c_int, globals: &PyObject, locals: &PyObject) -> PyResult<Owned> { run_file(file, name, start, globals, locals, 0, None) }
    fn PyRun_FileEx(file: *mut libc::FILE, name: Option<&CStr>, start: c_int, globals: &PyObject, locals: &PyObject, close_it: c_int) -> PyResult<Owned> { run_file(file, name, start, globals, locals, close_it, None) }
    fn PyRun_FileFlags(file: *mut libc::FILE, name: Option<&CStr>, start: c_int, globals: &PyObject, locals: &PyObject, flags: Option<&PyCompilerFlags>) -> PyResult<Owned> { run_file(file, name, start, globals, locals, 0, flags) }
    fn PyRun_FileExFlags(file: *mut libc::FILE, name: Option<&CStr>, start: c_int, globals: &PyObject, locals: &PyObject, close_it: c_int, flags: Option<&PyCompilerFlags>) -> PyResult<Owned> { run_file(file, name, start, globals, locals, close_it, flags) }
    fn PyRun_SimpleFile(file: *mut libc::FILE, name: Option<&CStr>) -> c_int { simple_file(file, name, 0, None) }
    fn PyRun_SimpleFileEx(file: *mut libc::FILE, name: Option<&CStr>, close_it: c_int) -> c_int { simple_file(file, name, close_it, None) }
    fn PyRun_SimpleFileExFlags(file: *mut libc::FILE, name: Option<&CStr>, close_it: c_int, flags: Option<&PyCompilerFlags>) -> c_int { simple_file(file, name, close_it, flags) }
    fn PyRun_AnyFile(file: *mut libc::FILE, name: Option<&CStr>) -> c_int { any_file(file, name, 0, None) }
    fn PyRun_AnyFileEx(file: *mut libc::FILE, name: Option<&CStr>, close_it: c_int) -> c_int { any_file(file, name, close_it, None) }
    fn PyRun_AnyFileFlags(file: *mut libc::FILE, name: Option<&CStr>, flags: Option<&PyCompilerFlags>) -> c_int { any_file(file, name, 0, flags) }
    fn PyRun_AnyFileExFlags(file: *mut libc::FILE, name: Option<&CStr>, close_it: c_int, flags: Option<&PyCompilerFlags>) -> c_int { any_file(file, name, close_it, flags) }
    fn PyRun_InteractiveLoop(file: *mut libc::FILE, name: Option<&CStr>) -> c_int { interactive_loop(file, name, None) }
    fn PyRun_InteractiveLoopFlags(file: *mut libc::FILE, name: Option<&CStr>, flags: Option<&PyCompilerFlags>) -> c_int { interactive_loop(file, name, flags) }

    fn PyRun_InteractiveOneObject(file: *mut libc::FILE, name: &PyObject, flags: Option<&PyCompilerFlags>) -> c_int {
        let mut bits = flags_of(flags);
        pythonrun::interactive_one_printed(file, name, &mut bits)
    }

    fn PyTraceBack_Here(f: &PyFrameObject) -> PyResult<()> { traceback::here(f, f.f_lasti.get(), frame::line_number(f)) }
    fn PyTraceBack_Print(tb: Option<&PyObject>, to: &PyObject) -> PyResult<()> { tb.map_or(Ok(()), |tb| traceback::print(tb, to)) }
    fn _Py_DisplaySourceLine(to: &PyObject, filename: &PyObject, line: c_int, indent: c_int) -> PyResult<()> { traceback::display_source_line(to, filename, line, indent.max(0) as usize) }

    fn _PyTraceback_Add(function: &CStr, filename: &CStr, line: c_int) {
        let raised = err::fetch();
        let add = || -> PyResult<Owned<PyFrameObject>> {
            let code = code::new_empty(&*text(filename)?, &*text(function)?, line)?;
            let globals = dict::new()?;
            let f = frame::new(tstate::current(), &code, globals.as_object(), None)?;
            f.f_lineno.set(line);
            Ok(f)
        };
        match add() {
            Ok(f) => {
                err::restore(raised);
                let _ = traceback::here(&f, f.f_lasti.get(), line);
            }
            Err(_) => err::chain_exceptions(raised),
        }
    }

    fn PyFile_GetLine(f: &PyObject, n: c_int) -> PyResult<Owned> { file::get_line(f, n) }

    fn PyFile_WriteObject(o: &PyObject, f: Option<&PyObject>, flags: c_int) -> PyResult<()> {
        let f = f.ok_or_else(|| raise!(TypeError, "writeobject with NULL file"))?;
        file::write_object(o, f, flags & Py_PRINT_RAW != 0)
    }

    fn PyFile_WriteString(s: &CStr, f: Option<&PyObject>) -> PyResult<()> {
        let Some(f) = f else {
            if err::occurred().is_none() {
                return Err(raise!(SystemError, "null file for PyFile_WriteString"));
            }
            return Err(Raised::already_set());
        };
        if err::occurred().is_some() {
            return Err(Raised::already_set());
        }
        file::write_string(&*text(s)?, f)
    }

    fn PyObject_AsFileDescriptor(o: &PyObject) -> PyResult<c_int> { file::as_file_descriptor(o) }

    fn PyFile_FromFd(
        fd: c_int, _name: Option<&CStr>, mode: &CStr, buffering: c_int, encoding: Option<&CStr>, errors: Option<&CStr>,
        newline: Option<&CStr>, closefd: c_int,
    ) -> PyResult<Owned> {
        let optional = |s: Option<&CStr>| s.map_or_else(|| Ok(none().own()), text);
        let io = import::import_module("_io")?;
        let arguments = [
            long::from_i64(i64::from(fd))?.upcast(),
            text(mode)?,
            long::from_i64(i64::from(buffering))?.upcast(),
            optional(encoding)?,
            optional(errors)?,
            optional(newline)?,
            bool_from(closefd != 0),
        ];
        let arguments: Vec<&PyObject> = arguments.iter().map(|a| &**a).collect();
        call::method(&io, id!("open").as_object(), &arguments)
    }

    fn PyOS_FSPath(path: &PyObject) -> PyResult<Owned> { crate::unicodeobject::fs_path(path) }

    fn PyObject_Print(o: Option<&PyObject>, file: *mut libc::FILE, flags: c_int) -> PyResult<()> {
        let shown = match o {
            None => "<nil>".to_owned(),
            Some(o) => {
                let text = if flags & Py_PRINT_RAW != 0 { object::str(o)? } else { object::repr(o)? };
                object::names::text(&text).into_owned()
            }
        };
        // SAFETY: C passes an open file.
        unsafe { libc::fwrite(shown.as_ptr().cast(), 1, shown.len(), file) };
        Ok(())
    }
}
