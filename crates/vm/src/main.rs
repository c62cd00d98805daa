//! `Py_BytesMain` and `Py_RunMain`: the program `python3.8`.

use crate::config::{self, flags, preconfig};
use crate::import::{self, interp};
use crate::prelude::*;
use crate::{ceval, errors, lifecycle, pythonrun, sys};
use std::ffi::{CStr, OsStr};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

unsafe extern "C" {
    static stdin: *mut libc::FILE;
}

/// `Py_BytesMain`.
///
/// # Safety
/// `argv` has `argc` strings.
pub unsafe fn bytes_main(argc: c_int, argv: *mut *mut c_char) -> c_int {
    let n = usize::try_from(argc).unwrap_or(0);
    // SAFETY: by the contract.
    let args: Vec<Vec<u8>> = (0..n)
        .map(|i| unsafe { CStr::from_ptr(*argv.add(i)) }.to_bytes().to_vec())
        .collect();
    run_with(&args)
}

/// `Py_Main`, and the inside of [`bytes_main`].
pub fn run_with(args: &[Vec<u8>]) -> c_int {
    let c = PyConfig::ZEROED;
    config::init_python(&c);
    let p = PyPreConfig::ZEROED;
    preconfig::init_python(&p);
    let started = preconfig::apply(&p, args)
        .and_then(|()| {
            config::set_list(&c.argv, args);
            config::read(&c)
        })
        .and_then(|()| lifecycle::initialize(&c));
    config::clear(&c);
    if let Err(stop) = started {
        lifecycle::exit_status(&stop);
    }
    run_main()
}

/// `Py_RunMain`: does what the configuration says, and ends the interpreter.
pub fn run_main() -> c_int {
    let mut code = run_python();
    if !lifecycle::finalize() {
        code = 120;
    }
    if flags::_Py_UnhandledKeyboardInterrupt.0.get() != 0 {
        return die_of_sigint();
    }
    code
}

/// A program that an interrupt ended dies of the signal, so that its parent knows.
fn die_of_sigint() -> c_int {
    // SAFETY: sets the disposition and signals the process itself.
    unsafe {
        if libc::signal(libc::SIGINT, libc::SIG_DFL) != libc::SIG_ERR {
            libc::kill(libc::getpid(), libc::SIGINT);
        }
    }
    libc::SIGINT + 128
}

/// Shows the exception that is set. Returns the exit status.
fn exit_err_print() -> c_int {
    if let Some(code) = errors::system_exit_code() {
        return code;
    }
    // As in 3.8, an exception derived from it is not one.
    let interrupted = err::occurred().is_some_and(|t| t.is(exc::KeyboardInterrupt.get()));
    errors::print_ex(true);
    if interrupted {
        flags::_Py_UnhandledKeyboardInterrupt.0.set(1);
    }
    1
}

fn or_print(r: PyResult<c_int>) -> c_int {
    r.unwrap_or_else(|_| exit_err_print())
}

fn is_terminal(fd: c_int) -> bool {
    // SAFETY: asks about a descriptor.
    unsafe { libc::isatty(fd) != 0 }
}

fn stdin_is_interactive(c: &PyConfig) -> bool {
    is_terminal(0) || c.interactive.get() != 0
}

fn run_python() -> c_int {
    let c = &interp().config;
    let main_importer = match config::bytes(&c.run_filename) {
        Some(path) => match path_importer(&path) {
            Ok(found) => found,
            Err(_) => return exit_err_print(),
        },
        None => None,
    };
    let first = match &main_importer {
        Some(path) => Ok(Some(path.clone())),
        None if c.isolated.get() == 0 => sys_path0(c),
        None => Ok(None),
    };
    let prepared = first.and_then(|p| match p {
        Some(p) => prepend_sys_path(&p),
        None => Ok(()),
    });
    if prepared.is_err() {
        return exit_err_print();
    }
    header(c);
    import_readline(c);
    let code = if let Some(command) = config::bytes(&c.run_command) {
        run_command(&command)
    } else if let Some(module) = config::bytes(&c.run_module) {
        or_print(lifecycle::text(&module).and_then(|m| run_module(&m, true)))
    } else if main_importer.is_some() {
        or_print(run_module(id!("__main__").as_object(), false))
    } else if let Some(file) = config::bytes(&c.run_filename) {
        run_file(c, &file)
    } else {
        run_stdin(c)
    };
    repl(c).unwrap_or(code)
}

/// If the script is a directory or archive that some importer takes: its path.
fn path_importer(path: &[u8]) -> PyResult<Option<Owned>> {
    let text = lifecycle::text(path)?;
    let importer = import::get_importer(&text)?;
    Ok((!importer.is_none()).then_some(text))
}

fn prepend_sys_path(p: &PyObject) -> PyResult<()> {
    let Some(path) = sys::get_object("path")? else {
        return Err(raise!(RuntimeError, "unable to get sys.path"));
    };
    match path.downcast::<PyListObject>() {
        Some(l) => list::insert(l, 0, p),
        None => Err(raise!(TypeError, "sys.path must be a list")),
    }
}

/// What `sys.path[0]` becomes: the script's directory, or the current one.
fn sys_path0(c: &PyConfig) -> PyResult<Option<Owned>> {
    let argv = config::list_bytes(&c.argv);
    let Some(script) = argv.first() else {
        return Ok(None);
    };
    let have_module = !c.run_module.get().is_null() && script == b"-m";
    if have_module {
        return match std::env::current_dir() {
            Ok(d) => lifecycle::text(d.as_os_str().as_bytes()).map(Some),
            Err(_) => Ok(None),
        };
    }
    if (!c.run_command.get().is_null() && script == b"-c") || script.is_empty() || script == b"-" {
        return lifecycle::text(b"").map(Some);
    }
    let path = Path::new(OsStr::from_bytes(script));
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let dir = real
        .parent()
        .map(|d| d.as_os_str().as_bytes().to_vec())
        .unwrap_or_default();
    lifecycle::text(&dir).map(Some)
}

/// The version and a hint, before a prompt.
fn header(c: &PyConfig) {
    if c.quiet.get() != 0 {
        return;
    }
    let prompt = c.run_command.get().is_null()
        && c.run_module.get().is_null()
        && c.run_filename.get().is_null()
        && stdin_is_interactive(c);
    if c.verbose.get() == 0 && !prompt {
        return;
    }
    pyrite_runtime::tell!("Python {} on linux", sys::info::version());
    if c.site_import.get() != 0 {
        pyrite_runtime::tell!(
            "Type \"help\", \"copyright\", \"credits\" or \"license\" for more information."
        );
    }
}

fn import_readline(c: &PyConfig) {
    if c.isolated.get() != 0 {
        return;
    }
    let has_program = [&c.run_command, &c.run_module, &c.run_filename]
        .iter()
        .any(|f| !f.get().is_null());
    let interactive = c.inspect.get() != 0 || !has_program;
    if interactive && is_terminal(0) && is_terminal(1) && import::import_module("readline").is_err()
    {
        err::clear();
    }
}

fn run_command(command: &[u8]) -> c_int {
    let text = match lifecycle::text(command) {
        Ok(t) => t,
        Err(_) => return exit_err_print(),
    };
    if sys::audit("cpython.run_command", &[&text]).is_err() {
        return exit_err_print();
    }
    let Some(s) = text.downcast::<PyUnicodeObject>() else {
        return 1;
    };
    let Ok(source) = unicode::encode::utf8(s, None) else {
        pyrite_runtime::tell!("Unable to decode the command from the command line:");
        return exit_err_print();
    };
    let d = pythonrun::main_dict();
    let ran = d.and_then(|d| {
        pythonrun::run_string(
            bytes::as_slice(&source),
            Py_file_input,
            &d,
            &d,
            PyCF_IGNORE_COOKIE,
        )
    });
    or_print(ran.map(|_| 0))
}

fn run_module(name: &PyObject, set_argv0: bool) -> PyResult<c_int> {
    sys::audit("cpython.run_module", &[name])?;
    let runpy = import::import_module("runpy").inspect_err(|_| {
        pyrite_runtime::tell!("Could not import runpy module");
    })?;
    let run = object::get_attr(
        &runpy,
        unicode::from_str("_run_module_as_main")?.as_object(),
    )
    .inspect_err(|_| {
        pyrite_runtime::tell!("Could not access runpy._run_module_as_main");
    })?;
    call::call(&run, &[name, &*bool_from(set_argv0)])?;
    Ok(0)
}

fn program_name(c: &PyConfig) -> String {
    config::string(&c.program_name).unwrap_or_else(|| "python3".to_owned())
}

fn run_file(c: &PyConfig, file: &[u8]) -> c_int {
    let text = match lifecycle::text(file) {
        Ok(t) => t,
        Err(_) => return exit_err_print(),
    };
    if sys::audit("cpython.run_file", &[&text]).is_err() {
        return exit_err_print();
    }
    let path = Path::new(OsStr::from_bytes(file));
    let data = match std::fs::metadata(path) {
        Ok(m) if m.is_dir() => {
            pyrite_runtime::tell!(
                "{}: '{}' is a directory, cannot continue",
                program_name(c),
                path.display()
            );
            return 1;
        }
        _ => std::fs::read(path),
    };
    let data = match data {
        Ok(d) => d,
        Err(e) => {
            let errno = e.raw_os_error().unwrap_or(0);
            let shown = err::strerror(errno);
            // The name as it came.
            let start = format!("{}: can't open file '", program_name(c));
            let end = format!("': [Errno {errno}] {shown}\n");
            let line = [
                start.as_bytes(),
                path.as_os_str().as_bytes(),
                end.as_bytes(),
            ]
            .concat();
            let _ = std::io::Write::write_all(&mut std::io::stderr(), &line);
            return 2;
        }
    };
    let skip = if c.skip_source_first_line.get() != 0 {
        // The newline stays, so that line numbers do not change.
        data.iter().position(|&b| b == b'\n').unwrap_or(data.len())
    } else {
        0
    };
    if ceval::make_pending_calls().is_err() {
        return exit_err_print();
    }
    let ok = run_main_file(&data[skip..], &text);
    c_int::from(!ok)
}

/// Runs a program's text; an exception that it leaves is shown, and an exit ends the process.
fn run_main_file(data: &[u8], name: &PyObject) -> bool {
    pythonrun::run_simple_file(data, name, 0)
}

fn run_stdin(c: &PyConfig) -> c_int {
    if stdin_is_interactive(c) {
        // Entered without -i, the prompt is not there to look at what a program left.
        flags::Py_InspectFlag.0.set(0);
        c.inspect.set(0);
        if let Some(code) = startup(c) {
            return code;
        }
        interactive_hook();
    }
    if ceval::make_pending_calls().is_err() {
        return exit_err_print();
    }
    if sys::audit("cpython.run_stdin", &[]).is_err() {
        return exit_err_print();
    }
    let Ok(name) = unicode::from_str("<stdin>") else {
        return exit_err_print();
    };
    if stdin_is_interactive(c) {
        // SAFETY: C's stream lives as long as the process.
        let input = unsafe { stdin };
        return c_int::from(!pythonrun::interactive_loop(input, name.as_object(), 0));
    }
    let mut data = Vec::new();
    if std::io::Read::read_to_end(&mut std::io::stdin(), &mut data).is_err() {
        return 1;
    }
    c_int::from(!pythonrun::run_simple_file(&data, name.as_object(), 0))
}

/// Runs the file that `PYTHONSTARTUP` names.
fn startup(c: &PyConfig) -> Option<c_int> {
    let file = config::environment::variable(c, "PYTHONSTARTUP")?;
    let text = lifecycle::text(&file).ok()?;
    if sys::audit("cpython.run_startup", &[&text]).is_err() {
        return Some(exit_err_print());
    }
    match std::fs::read(Path::new(OsStr::from_bytes(&file))) {
        Ok(data) => {
            pythonrun::run_simple_file(&data, &text, 0);
        }
        // It can be opened, and nothing be read.
        Err(e) if e.raw_os_error() == Some(libc::EISDIR) => {}
        Err(e) => {
            errors::sys_write_stderr("Could not open PYTHONSTARTUP\n");
            let errno = e.raw_os_error().unwrap_or(0);
            errors::sys_write_stderr(&format!(
                "FileNotFoundError: [Errno {errno}] {}: '{}'\n",
                err::strerror(errno),
                String::from_utf8_lossy(&file)
            ));
        }
    }
    None
}

/// `sys.__interactivehook__`.
fn interactive_hook() {
    let hook = match sys::get_object("__interactivehook__") {
        Ok(Some(h)) => h,
        _ => {
            err::clear();
            return;
        }
    };
    let r = sys::audit("cpython.run_interactivehook", &[&hook]).and_then(|()| call::call0(&hook));
    if r.is_err() {
        errors::sys_write_stderr("Failed calling sys.__interactivehook__\n");
        errors::print_ex(true);
    }
}

/// The prompt after a program, for `-i` or if the program set `PYTHONINSPECT`.
fn repl(c: &PyConfig) -> Option<c_int> {
    if c.inspect.get() == 0 && config::environment::variable(c, "PYTHONINSPECT").is_some() {
        c.inspect.set(1);
    }
    if c.inspect.get() == 0 || !stdin_is_interactive(c) {
        return None;
    }
    c.inspect.set(0);
    flags::Py_InspectFlag.0.set(0);
    interactive_hook();
    let name = unicode::from_str("<stdin>").ok()?;
    // SAFETY: C's stream lives as long as the process.
    let input = unsafe { stdin };
    Some(c_int::from(!pythonrun::interactive_loop(
        input,
        name.as_object(),
        0,
    )))
}
