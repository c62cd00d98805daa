//! `pylifecycle.h`, `cpython/pylifecycle.h`, `cpython/initconfig.h`: beginning and end of an interpreter.

use crate::prelude::*;
use crate::support::slice_at;
use config::{Stop, preconfig};
use libc::wchar_t;
use std::ffi::CString;

/// A status that says all is well.
pub const OK: PyStatus = PyStatus {
    _type: _PyStatus_TYPE_OK,
    func: std::ptr::null(),
    err_msg: std::ptr::null(),
    exitcode: 0,
};

pub fn error(message: &str) -> PyStatus {
    // The caller keeps the status for as long as it likes, so the text is never freed.
    let text = CString::new(message.replace('\0', " ")).unwrap_or_default();
    PyStatus {
        _type: _PyStatus_TYPE_ERROR,
        err_msg: text.into_raw(),
        ..OK
    }
}

pub fn status(result: Result<(), Stop>) -> PyStatus {
    match result {
        Ok(()) => OK,
        Err(Stop::Exit(exitcode)) => PyStatus {
            _type: _PyStatus_TYPE_EXIT,
            exitcode,
            ..OK
        },
        Err(Stop::Error(_, message)) => error(&message),
    }
}

/// `ok`, or that memory ran out.
pub fn allocated(ok: bool) -> PyStatus {
    if ok {
        OK
    } else {
        PyStatus {
            err_msg: c"memory allocation failed".as_ptr(),
            _type: _PyStatus_TYPE_ERROR,
            ..OK
        }
    }
}

/// A wide string's characters.
fn wide<'a>(text: *const wchar_t) -> Option<&'a [wchar_t]> {
    // SAFETY: C passes NULL or a string that ends in NUL.
    unsafe { config::wide_slice(text) }
}

/// The strings of a C array.
fn strings<'a, T>(list: *const *mut T, n: Py_ssize_t) -> &'a [*mut T] {
    // SAFETY: C passes as many pointers.
    unsafe { slice_at(list, n) }
}

fn bytes_of<'a>(text: *const c_char) -> &'a [u8] {
    // SAFETY: C passes a string that ends in NUL.
    unsafe { CStr::from_ptr(text) }.to_bytes()
}

/// What the program set before it started the interpreter; the program keeps the strings.
static PROGRAM_NAME: Global<*const wchar_t> = Global::new(std::ptr::null());
static PYTHON_HOME: Global<*const wchar_t> = Global::new(std::ptr::null());
static MODULE_PATH: Global<*const wchar_t> = Global::new(std::ptr::null());

/// A string of the main interpreter's configuration; before it starts, what the program set.
fn configured(
    field: fn(&PyConfig) -> &Cell<*mut wchar_t>,
    given: &Global<*const wchar_t>,
) -> *mut wchar_t {
    let main = tstate::_PyRuntime.interpreters.main.get();
    // SAFETY: the main interpreter lives while it is registered.
    match unsafe { main.as_ref() } {
        Some(interp) => field(&interp.config).get(),
        None => given.get().cast_mut(),
    }
}

static NOT_SET: Global<*const wchar_t> = Global::new(std::ptr::null());

/// The caller's configuration is read, not written.
fn pre_initialize(config: &PyPreConfig, args: &[Vec<u8>]) -> PyStatus {
    // SAFETY: plain integers, copied as they stand.
    let own = unsafe { std::ptr::read(config) };
    status(preconfig::apply(&own, args))
}

/// A configuration that C has not initialised: whatever is in its memory means nothing.
pub fn fresh<'a>(config: *mut PyConfig) -> &'a PyConfig {
    // SAFETY: C passes a place for a configuration.
    unsafe {
        config.write(PyConfig::ZEROED);
        &*config
    }
}

/// An empty name stands for none.
fn not_empty(text: *const wchar_t) -> *const wchar_t {
    if wide(text).is_some_and(|t| !t.is_empty()) {
        text
    } else {
        std::ptr::null()
    }
}

/// Starts with the environment's configuration, as `Py_Initialize` does; ends the process if that fails.
pub fn initialize(signals: c_int) {
    if lifecycle::is_initialized() {
        return;
    }
    let c = PyConfig::ZEROED;
    config::init_compat(&c);
    c.install_signal_handlers.set(signals);
    for (field, given) in [(&c.program_name, &PROGRAM_NAME), (&c.home, &PYTHON_HOME)] {
        if let Some(text) = wide(given.get()) {
            config::set_raw(field, config::new_wide(text));
        }
    }
    if let Some(path) = wide(MODULE_PATH.get()) {
        c.module_search_paths_set.set(1);
        for entry in path.split(|ch| *ch == wchar_t::from(b':')) {
            config::append(&c.module_search_paths, entry);
        }
    }
    crate::sysmodule::take_early_options(&c);
    crate::initconfig::take_stream_encoding(&c);
    let started = config::read(&c).and_then(|()| lifecycle::initialize(&c));
    config::clear(&c);
    if let Err(stop) = started {
        lifecycle::exit_status(&stop);
    }
}

capi! {
    fn Py_BytesMain(argc: c_int, argv: *mut *mut c_char) -> c_int {
        // SAFETY: C passes as many strings.
        unsafe { vm_main::bytes_main(argc, argv) }
    }

    fn Py_Main(argc: c_int, argv: *mut *mut wchar_t) -> c_int {
        let args: Vec<Vec<u8>> = strings(argv, argc as Py_ssize_t).iter().map(|a| config::encode(wide(*a).unwrap_or(&[]))).collect();
        vm_main::run_with(&args)
    }

    fn Py_RunMain() -> c_int { vm_main::run_main() }
    fn Py_Initialize() { initialize(1) }
    fn Py_InitializeEx(signals: c_int) { initialize(signals) }

    fn Py_InitializeFromConfig(config: *const PyConfig) -> PyStatus {
        // SAFETY: C passes an initialised configuration.
        let Some(given) = (unsafe { config.as_ref() }) else { return error("initialization config is NULL") };
        let c = PyConfig::ZEROED;
        config::copy(&c, given);
        let result = config::read(&c).and_then(|()| lifecycle::initialize(&c));
        config::clear(&c);
        status(result)
    }

    fn _Py_InitializeMain() -> PyStatus { status(lifecycle::initialize_main()) }
    fn Py_IsInitialized() -> bool { lifecycle::is_initialized() }
    fn _Py_IsFinalizing() -> bool { threads::is_finalizing() }
    fn _Py_IsCoreInitialized() -> bool { tstate::_PyRuntime.core_initialized.get() != 0 }
    fn Py_Finalize() { lifecycle::finalize(); }
    fn Py_FinalizeEx() -> c_int { if lifecycle::finalize() { 0 } else { -1 } }
    fn Py_AtExit(f: Option<unsafe extern "C" fn()>) -> c_int { if f.is_some_and(lifecycle::at_exit) { 0 } else { -1 } }
    fn Py_Exit(code: c_int) { lifecycle::exit(code) }

    fn Py_ExitStatusException(status: PyStatus) {
        match status._type {
            _PyStatus_TYPE_EXIT => std::process::exit(status.exitcode),
            _PyStatus_TYPE_ERROR => {
                let message = if status.err_msg.is_null() { "" } else { &String::from_utf8_lossy(bytes_of(status.err_msg)) };
                err::fatal(message)
            }
            _ => {}
        }
    }

    fn PyStatus_Ok() -> PyStatus { OK }
    fn PyStatus_Error(message: *const c_char) -> PyStatus { PyStatus { _type: _PyStatus_TYPE_ERROR, err_msg: message, ..OK } }
    fn PyStatus_NoMemory() -> PyStatus { allocated(false) }
    fn PyStatus_Exit(exitcode: c_int) -> PyStatus { PyStatus { _type: _PyStatus_TYPE_EXIT, exitcode, ..OK } }
    fn PyStatus_IsError(status: PyStatus) -> bool { status._type == _PyStatus_TYPE_ERROR }
    fn PyStatus_IsExit(status: PyStatus) -> bool { status._type == _PyStatus_TYPE_EXIT }
    fn PyStatus_Exception(status: PyStatus) -> bool { status._type != _PyStatus_TYPE_OK }

    fn PyPreConfig_InitPythonConfig(config: &PyPreConfig) { preconfig::init_python(config) }
    fn PyPreConfig_InitIsolatedConfig(config: &PyPreConfig) { preconfig::init_isolated(config) }
    fn _PyPreConfig_InitCompatConfig(config: &PyPreConfig) { preconfig::init_compat(config) }

    fn PyConfig_InitPythonConfig(config: *mut PyConfig) { config::init_python(fresh(config)) }
    fn PyConfig_InitIsolatedConfig(config: *mut PyConfig) { config::init_isolated(fresh(config)) }
    fn PyConfig_Clear(config: &PyConfig) { config::clear(config) }
    fn PyConfig_Read(config: &PyConfig) -> PyStatus { status(config::read(config)) }

    fn PyConfig_SetString(_config: &PyConfig, field: *mut *mut wchar_t, text: *const wchar_t) -> PyStatus {
        let new = wide(text).map_or(std::ptr::null_mut(), config::new_wide);
        // SAFETY: C passes a field of the configuration.
        config::set_raw(unsafe { &*field.cast::<Cell<*mut wchar_t>>() }, new);
        allocated(text.is_null() || !new.is_null())
    }

    fn PyConfig_SetBytesString(_config: &PyConfig, field: *mut *mut wchar_t, text: Option<&CStr>) -> PyStatus {
        // SAFETY: C passes a field of the configuration.
        config::set(unsafe { &*field.cast::<Cell<*mut wchar_t>>() }, text.map(CStr::to_bytes));
        OK
    }

    fn PyConfig_SetArgv(config: &PyConfig, n: Py_ssize_t, argv: *const *mut wchar_t) -> PyStatus {
        let args: Vec<Vec<u8>> = strings(argv, n).iter().map(|a| config::encode(wide(*a).unwrap_or(&[]))).collect();
        config::set_list(&config.argv, &args);
        OK
    }

    fn PyConfig_SetBytesArgv(config: &PyConfig, n: Py_ssize_t, argv: *const *mut c_char) -> PyStatus {
        let args: Vec<Vec<u8>> = strings(argv, n).iter().map(|a| bytes_of(*a).to_vec()).collect();
        config::set_list(&config.argv, &args);
        OK
    }

    fn PyConfig_SetWideStringList(_config: &PyConfig, list: &PyWideStringList, n: Py_ssize_t, items: *mut *mut wchar_t) -> PyStatus {
        config::clear_list(list);
        allocated(strings(items, n).iter().all(|item| config::append(list, wide(*item).unwrap_or(&[]))))
    }

    fn PyWideStringList_Append(list: &PyWideStringList, item: *const wchar_t) -> PyStatus { allocated(config::append(list, wide(item).unwrap_or(&[]))) }

    fn PyWideStringList_Insert(list: &PyWideStringList, at: Py_ssize_t, item: *const wchar_t) -> PyStatus {
        if at < 0 {
            return error("PyWideStringList_Insert index must be >= 0");
        }
        allocated(config::insert(list, at, wide(item).unwrap_or(&[])))
    }

    fn Py_PreInitialize(config: &PyPreConfig) -> PyStatus {
        pre_initialize(config, &[])
    }

    fn Py_PreInitializeFromArgs(config: &PyPreConfig, argc: Py_ssize_t, argv: *mut *mut wchar_t) -> PyStatus {
        let args: Vec<Vec<u8>> = strings(argv, argc).iter().map(|a| config::encode(wide(*a).unwrap_or(&[]))).collect();
        pre_initialize(config, &args)
    }

    fn Py_PreInitializeFromBytesArgs(config: &PyPreConfig, argc: Py_ssize_t, argv: *mut *mut c_char) -> PyStatus {
        let args: Vec<Vec<u8>> = strings(argv, argc).iter().map(|a| bytes_of(*a).to_vec()).collect();
        pre_initialize(config, &args)
    }

    fn Py_SetProgramName(name: *const wchar_t) { PROGRAM_NAME.set(not_empty(name)) }
    fn Py_SetPythonHome(home: *const wchar_t) { PYTHON_HOME.set(not_empty(home)) }
    fn Py_SetPath(path: *const wchar_t) { MODULE_PATH.set(path) }
    fn Py_GetProgramName() -> *mut wchar_t { configured(|c| &c.program_name, &PROGRAM_NAME) }
    fn Py_GetPythonHome() -> *mut wchar_t { configured(|c| &c.home, &PYTHON_HOME) }
    fn Py_GetPrefix() -> *mut wchar_t { configured(|c| &c.prefix, &NOT_SET) }
    fn Py_GetExecPrefix() -> *mut wchar_t { configured(|c| &c.exec_prefix, &NOT_SET) }
    fn Py_GetProgramFullPath() -> *mut wchar_t { configured(|c| &c.executable, &NOT_SET) }
    fn Py_GetVersion() -> *const c_char { info(&VERSION, sys::info::version) }
    fn Py_GetPlatform() -> *const c_char { c"linux".as_ptr() }
    fn Py_GetCompiler() -> *const c_char { info(&COMPILER, || format!("\n{}", sys::info::compiler())) }

    fn Py_GetCopyright() -> *const c_char {
        c"Copyright (c) 2001-2022 Python Software Foundation.\nAll Rights Reserved.\n\nCopyright (c) 2000 BeOpen.com.\nAll Rights Reserved.\n\nCopyright (c) 1995-2001 Corporation for National Research Initiatives.\nAll Rights Reserved.\n\nCopyright (c) 1991-1995 Stichting Mathematisch Centrum, Amsterdam.\nAll Rights Reserved.".as_ptr()
    }

    fn _Py_gitidentifier() -> *const c_char { c"default".as_ptr() }
    fn _Py_gitversion() -> *const c_char { c"".as_ptr() }

    fn Py_FdIsInteractive(file: *mut libc::FILE, name: Option<&CStr>) -> bool {
        // SAFETY: C passes an open file.
        if unsafe { libc::isatty(libc::fileno(file)) } != 0 {
            return true;
        }
        let asked = config::flags::Py_InteractiveFlag.0.get() != 0;
        asked && name.is_none_or(|n| matches!(n.to_bytes(), b"<stdin>" | b"???"))
    }

    fn PyOS_setsig(signal: c_int, handler: PyOS_sighandler_t) -> PyOS_sighandler_t {
        let old = signals::set_disposition(signal, handler.map_or(libc::SIG_DFL, |f| f as usize)).unwrap_or(libc::SIG_ERR);
        // SAFETY: handlers travel as addresses, with NULL for the default.
        unsafe { std::mem::transmute::<usize, PyOS_sighandler_t>(old) }
    }

    fn PyOS_getsig(signal: c_int) -> PyOS_sighandler_t {
        let now = signals::disposition(signal).unwrap_or(libc::SIG_ERR);
        // SAFETY: as above.
        unsafe { std::mem::transmute::<usize, PyOS_sighandler_t>(now) }
    }

    fn _Py_RestoreSignals() {
        for signal in [libc::SIGPIPE, libc::SIGXFSZ] {
            // SAFETY: the default action needs nothing of the process.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
    }

    fn _Py_SetLocaleFromEnv(category: c_int) -> *mut c_char {
        // SAFETY: an empty name asks for the environment's.
        unsafe { libc::setlocale(category, c"".as_ptr()) }
    }

    fn _PyOS_URandom(buffer: *mut c_void, size: Py_ssize_t) -> PyResult<()> { random(buffer, size, 0) }
    fn _PyOS_URandomNonblock(buffer: *mut c_void, size: Py_ssize_t) -> PyResult<()> { random(buffer, size, libc::GRND_NONBLOCK) }
}

/// Texts that are made once and kept.
static VERSION: std::sync::OnceLock<CString> = std::sync::OnceLock::new();
static COMPILER: std::sync::OnceLock<CString> = std::sync::OnceLock::new();

fn info(
    place: &'static std::sync::OnceLock<CString>,
    make: impl FnOnce() -> String,
) -> *const c_char {
    place
        .get_or_init(|| CString::new(make()).unwrap_or_default())
        .as_ptr()
}

/// Fills a buffer from the system's random source.
fn random(buffer: *mut c_void, size: Py_ssize_t, flags: c_uint) -> PyResult<()> {
    let mut done = 0;
    let size =
        usize::try_from(size).map_err(|_| raise!(ValueError, "negative argument not allowed"))?;
    while done < size {
        // SAFETY: C passes a buffer of that size.
        let got =
            unsafe { libc::getrandom(buffer.cast::<u8>().add(done).cast(), size - done, flags) };
        if got < 0 {
            return Err(err::set_from_errno(exceptions::exc::OSError.get()));
        }
        done += got as usize;
    }
    Ok(())
}
