//! The beginning and the end of an interpreter.
//!
//! Beginning: thread state and GIL, types, `sys`, `builtins`, importlib; then, with the configuration complete, file
//! system encoding, standard streams, `__main__`, `site`. The end goes the other way: threads, `atexit`, streams,
//! modules in an order that lets destructors run, the collector, the states. It can be gone through again and again.

pub(crate) mod streams;
pub use streams::new_std_printer;
mod teardown;

pub use streams::init_encodings;
pub use teardown::{clear_interpreter_state, clear_modules, end_interpreter, finalize};

use crate::config::{self, Stop, environment, flags};
use crate::import::{self, builtin, frozen, interp};
use crate::prelude::*;
use crate::{
    builtins, ceval, errors, eval, eval_api, import::imp_module, signals, sys, threads, warnings,
};
use pyrite_runtime::hooks::{self, Hooks};
use pyrite_runtime::tstate::_PyRuntime;
use std::sync::{Mutex, PoisonError};

/// Functions to call at the very end (`Py_AtExit`).
pub fn at_exit(f: unsafe extern "C" fn()) -> bool {
    let n = _PyRuntime.nexitfuncs.get();
    match _PyRuntime.exitfuncs.get(n as usize) {
        Some(slot) => {
            slot.set(Some(f));
            _PyRuntime.nexitfuncs.set(n + 1);
            true
        }
        None => false,
    }
}

/// Calls what `Py_AtExit` registered, last first.
pub fn call_exit_functions() {
    while _PyRuntime.nexitfuncs.get() > 0 {
        let n = _PyRuntime.nexitfuncs.get() - 1;
        _PyRuntime.nexitfuncs.set(n);
        if let Some(f) = _PyRuntime
            .exitfuncs
            .get(n as usize)
            .and_then(|s| s.replace(None))
        {
            // SAFETY: registered for this.
            unsafe { f() };
        }
    }
    // What C has written goes out before the program goes on.
    // SAFETY: NULL stands for all of C's streams.
    unsafe { libc::fflush(std::ptr::null_mut()) };
}

/// What modules that know the end of the interpreter want called then, and before the process aborts.
static FINI: Mutex<Vec<fn(bool)>> = Mutex::new(Vec::new());

/// Calls `f` once, at the end of the interpreter, or, with false because objects may not be touched then, of a process that aborts.
pub fn at_fini(f: fn(bool)) {
    let mut all = FINI.lock().unwrap_or_else(PoisonError::into_inner);
    if !all.iter().any(|&g| std::ptr::fn_addr_eq(g, f)) {
        all.push(f);
    }
}

/// Calls what [`at_fini`] was given. If the list is in use in this very moment, nothing.
pub fn call_fini_functions(objects: bool) {
    let all = FINI.try_lock().map(|mut all| std::mem::take(&mut *all));
    for f in all.unwrap_or_default() {
        f(objects);
    }
}

/// `Py_Exit`.
pub fn exit(code: c_int) -> ! {
    let code = if finalize() { code } else { 120 };
    std::process::exit(code)
}

/// `Py_FatalError` and `Py_ExitStatusException`: says why, and ends the process.
pub fn exit_status(stop: &Stop) -> ! {
    match stop {
        Stop::Exit(code) => std::process::exit(*code),
        Stop::Error(place, text) => {
            pyrite_runtime::tell!("Fatal Python error: {place}: {text}");
            pyrite_runtime::tell!("Python runtime state: {}", runtime_state());
            if !errors::print_fatal() {
                pyrite_runtime::tell!("");
                dump_current_thread();
            }
            std::process::exit(1)
        }
    }
}

/// How far the runtime has come, in words.
pub fn runtime_state() -> String {
    let r = &_PyRuntime;
    let ts = r.finalizing.get();
    if !ts.is_null() {
        return format!("finalizing (tstate={ts:p})");
    }
    let state = if r.initialized.get() != 0 {
        "initialized"
    } else if r.core_initialized.get() != 0 {
        "core initialized"
    } else if r.preinitialized.get() != 0 {
        "preinitialized"
    } else if r.preinitializing.get() != 0 {
        "preinitializing"
    } else {
        "unknown"
    };
    state.to_owned()
}

/// Where the current thread is, as a fatal error shows it; nothing if there is no thread state.
fn dump_current_thread() {
    if tstate::current_ptr().is_null() {
        return;
    }
    // SAFETY: asks for the thread's own id.
    let id = unsafe { libc::pthread_self() };
    pyrite_runtime::tell!("Current thread 0x{id:016x} (most recent call first):");
    let mut frame = eval_api::get_frame();
    if frame.is_none() {
        pyrite_runtime::tell!("<no Python frame>");
    }
    while let Some(f) = frame {
        let name = |field: Option<Owned>| field.map_or_else(String::new, |o| text::lossy(&o));
        let code = crate::frame::frame_code(f);
        pyrite_runtime::tell!(
            "  File \"{}\", line {} in {}",
            name(code.co_filename.load()),
            crate::frame::line_number(f),
            name(code.co_name.load())
        );
        // SAFETY: the frames of the running thread live.
        frame = unsafe { f.f_back.get().cast::<PyFrameObject>().as_ref() };
    }
}

/// `Py_IsInitialized`.
pub fn is_initialized() -> bool {
    _PyRuntime.initialized.get() != 0
}

fn failed(place: &'static str, text: &str) -> Stop {
    Stop::Error(place, text.to_owned())
}

/// Turns an exception of a step of initialisation into the reason to stop.
fn or_stop<T>(r: PyResult<T>, place: &'static str, text: &str) -> Result<T, Stop> {
    r.map_err(|_| failed(place, text))
}

/// What the object model asks of the interpreter.
fn install_hooks() {
    hooks::install(Hooks {
        // SAFETY (both): a frame's globals are a dict; so are its builtins unless a program replaced them.
        current_globals: || {
            eval_api::get_globals()
                .and_then(|g| g.downcast::<PyDictObject>().map(OwnTyped::own_typed))
        },
        current_builtins: || {
            eval_api::get_builtins()
                .and_then(|b| b.downcast::<PyDictObject>().map(OwnTyped::own_typed))
        },
        is_function: |o| o.downcast::<PyFunctionObject>().is_some(),
        super_arguments: eval_api::super_arguments,
        import: import::import_module,
        sys_get: |name| {
            sys::get_object(name).unwrap_or_else(|_| {
                err::clear();
                None
            })
        },
        warn: warnings::warn_with_source,
        unraisable: |o| errors::write_unraisable_message(None, o),
        check_signals: ceval::check_signals,
        audit: sys::audit,
        package_context: import::dynamic::package_context,
        module_repr: import::module_repr,
        reused: |o| {
            crate::tracemalloc::new_reference(o);
        },
        fatal: crate::fatal::fatal_error,
        holds_gil: threads::gilstate_check,
        block_traceback: |block| crate::tracemalloc::dump_block(libc::STDERR_FILENO, block),
    });
}

/// `Py_InitializeFromConfig`, with a configuration that [`config::read`] has completed.
pub fn initialize(c: &PyConfig) -> Result<(), Stop> {
    if is_initialized() {
        return Ok(());
    }
    threads::set_main_thread();
    threads::set_finalizing(std::ptr::null_mut());
    crate::foreign_calls::open();
    let interp_ptr = threads::new_interpreter();
    // SAFETY: fresh.
    let i = unsafe { &*interp_ptr };
    config::copy(&i.config, c);
    flags::publish(c);
    let ts = threads::new_state(interp_ptr);
    _PyRuntime.gilstate.autoInterpreterState.set(interp_ptr);
    _PyRuntime.gilstate.check_enabled.set(1);
    ceval::take_gil(ts);
    eval::EVAL_BREAKER.store(0, std::sync::atomic::Ordering::Relaxed);
    init_hash(c);
    install_hooks();
    or_stop(
        init_types(),
        "init_types",
        "can't initialize the built-in types",
    )?;
    or_stop(sys::create(), "sys_create", "can't initialize sys module")?;
    let limit = environment::int_max_str_digits(c, &config::list_bytes(&c.xoptions)).unwrap_or(-1);
    if limit >= 0 {
        i.int_max_str_digits.set(limit);
    }
    or_stop(
        create_builtins(),
        "init_builtins",
        "can't initialize builtins modules",
    )?;
    or_stop(
        set_sys_paths(c),
        "init_sys",
        "can't finish initializing sys",
    )?;
    _PyRuntime.core_initialized.set(1);
    if c._install_importlib.get() == 0 {
        _PyRuntime.initialized.set(1);
        return Ok(());
    }
    or_stop(
        init_importlib(),
        "init_importlib",
        "failed to initialize importlib",
    )?;
    if c._init_main.get() != 0 {
        initialize_main()
    } else {
        Ok(())
    }
}

/// The secret of string hashes: from the seed that was given, or random.
/// It is chosen once in a process: strings that outlive an interpreter keep their hashes.
pub fn init_hash(c: &PyConfig) {
    static CHOSEN: std::sync::Once = std::sync::Once::new();
    CHOSEN.call_once(|| choose_hash_secret(c));
}

fn choose_hash_secret(c: &PyConfig) {
    let secret = if c.use_hash_seed.get() == 0 {
        let mut bytes = [0u8; 24];
        // SAFETY: writes at most that many bytes.
        unsafe { libc::getrandom(bytes.as_mut_ptr().cast(), bytes.len(), 0) };
        bytes
    } else if c.hash_seed.get() == 0 {
        [0; 24]
    } else {
        pyrite_runtime::hash::seeded(c.hash_seed.get() as u32)
    };
    pyrite_runtime::hash::set_secret(secret);
}

/// Makes all static types ready.
pub fn init_types() -> PyResult<()> {
    pyrite_runtime::static_types::before_objects();
    typeobject::ready(&typeobject::PyBaseObject_Type)?;
    typeobject::ready(&PyType_Type)?;
    for ty in builtins::types::all() {
        typeobject::ready(ty)?;
    }
    pyrite_runtime::static_types::ready()?;
    exceptions::init()?;
    for ty in [
        &crate::code::PyCode_Type,
        &crate::frame::PyFrame_Type,
        &crate::function::PyFunction_Type,
        &crate::generator::PyGen_Type,
        &crate::generator::PyCoro_Type,
        &crate::generator::_PyCoroWrapper_Type,
        &crate::generator::PyAsyncGen_Type,
        &crate::generator::asyncgen::_PyAsyncGenASend_Type,
        &crate::generator::asyncgen::_PyAsyncGenAThrow_Type,
        &crate::generator::asyncgen::_PyAsyncGenWrappedValue_Type,
        &crate::interpreters::_PyInterpreterID_Type,
    ] {
        typeobject::ready(ty)?;
    }
    Ok(())
}

fn create_builtins() -> PyResult<()> {
    let m = builtins::create()?;
    import::set_module(id!("builtins").as_object(), &m)?;
    for (name, m) in [
        ("sys", import::get_module(id!("sys").as_object())?),
        ("builtins", Some(m)),
    ] {
        if let Some(m) = m {
            let name = unicode::from_str(name)?;
            builtin::fixup_extension(&m, name.as_object(), name.as_object(), None)?;
        }
    }
    let i = interp();
    if let Some(b) = i.builtins.load()
        && let Some(d) = b.downcast::<PyDictObject>()
    {
        i.builtins_copy.set_ref(Some(dict::copy(d)?.upcast()));
    }
    // Errors before the streams are there go straight to stderr.
    let early = streams::preliminary_stderr()?;
    sys::set_object("stderr", Some(&early))?;
    sys::set_object("__stderr__", Some(&early))
}

fn text_or_none(v: Option<Vec<u8>>) -> PyResult<Owned> {
    match v {
        Some(b) => text(&b),
        None => Ok(none().own()),
    }
}

/// Text of the configuration as a `str`; bytes that do not decode become surrogates.
pub fn text(b: &[u8]) -> PyResult<Owned> {
    let wide = config::decode(b);
    unicode::from_wide(&wide).map(Owned::upcast)
}

fn text_list(all: &[Vec<u8>]) -> PyResult<Owned> {
    let l = list::new(0)?;
    for b in all {
        list::append(&l, &*text(b)?)?;
    }
    Ok(l.upcast())
}

/// The part of `sys` that the configuration decides.
pub fn set_sys_paths(c: &PyConfig) -> PyResult<()> {
    sys::set_object(
        "path",
        Some(&*text_list(&config::list_bytes(&c.module_search_paths))?),
    )?;
    for (name, field) in [
        ("executable", &c.executable),
        ("_base_executable", &c.base_executable),
        ("prefix", &c.prefix),
        ("base_prefix", &c.base_prefix),
        ("exec_prefix", &c.exec_prefix),
        ("base_exec_prefix", &c.base_exec_prefix),
    ] {
        let value = text(&config::bytes(field).unwrap_or_default())?;
        sys::set_object(name, Some(&value))?;
    }
    sys::set_object(
        "pycache_prefix",
        Some(&*text_or_none(config::bytes(&c.pycache_prefix))?),
    )?;
    sys::set_object("argv", Some(&*text_list(&config::list_bytes(&c.argv))?))?;
    sys::set_object(
        "warnoptions",
        Some(&*text_list(&config::list_bytes(&c.warnoptions))?),
    )?;
    let xoptions = dict::new()?;
    for o in config::list_bytes(&c.xoptions) {
        let mut parts = o.splitn(2, |&b| b == b'=');
        let name = text(parts.next().unwrap_or_default())?;
        let value = match parts.next() {
            Some(v) => text(v)?,
            None => py_true().own(),
        };
        dict::set_item(&xoptions, &name, &value)?;
    }
    sys::set_object("_xoptions", Some(xoptions.as_object()))?;
    sys::set_object("flags", Some(&*sys::info::flags()?))?;
    sys::set_object(
        "dont_write_bytecode",
        Some(&*bool_from(c.write_bytecode.get() == 0)),
    )?;
    // Lists that importlib fills.
    for name in ["meta_path", "path_hooks"] {
        sys::set_object(name, Some(list::new(0)?.as_object()))?;
    }
    sys::set_object("path_importer_cache", Some(dict::new()?.as_object()))
}

/// Makes importlib's first half run.
fn init_importlib() -> PyResult<()> {
    let name = unicode::from_str("_frozen_importlib")?;
    if !frozen::import_module(name.as_object())? {
        return Err(raise!(ImportError, "importlib is missing"));
    }
    let i = interp();
    let importlib = import::add_module_object(name.as_object())?;
    i.importlib.set_ref(Some(importlib.clone()));
    let function = match i.builtins.load() {
        Some(b) => object::get_item(&b, id!("__import__").as_object())?,
        None => return Err(raise!(ImportError, "__import__ not found")),
    };
    i.import_func.set_ref(Some(function));
    // SAFETY: the GIL is held; a new reference, or null with an exception set.
    let imp = unsafe { Owned::from_result_ptr(imp_module::PyInit__imp()) }?;
    import::set_module(unicode::from_str("_imp")?.as_object(), &imp)?;
    let sys_module = import::get_module(id!("sys").as_object())?.unwrap_or_else(|| none().own());
    text::call_method(&importlib, "_install", &[&sys_module, &imp])?;
    Ok(())
}

/// `Py_NewInterpreter`: another interpreter, with modules of its own; its first thread state, which becomes current.
/// Null if it could not start; then the old thread state stays.
pub fn new_interpreter() -> *mut PyThreadState {
    if !is_initialized() {
        err::fatal("Py_NewInterpreter: call Py_Initialize first");
    }
    let old = tstate::current_ptr();
    // One state for each thread is what the check compares with, and no longer true.
    _PyRuntime.gilstate.check_enabled.set(0);
    let interp_ptr = threads::new_interpreter();
    let ts = threads::prealloc(interp_ptr);
    // SAFETY: fresh; the main interpreter lives while the process is initialised.
    let (i, main) = unsafe { (&*interp_ptr, &*_PyRuntime.interpreters.main.get()) };
    // SAFETY: the current thread state, if there is one, belongs to a live interpreter.
    let from = unsafe { old.as_ref().map_or(main, |t| &*t.interp.get()) };
    config::copy(&i.config, &from.config);
    i.int_max_str_digits.set(from.int_max_str_digits.get());
    i.dlopenflags.set(from.dlopenflags.get());
    i.eval_frame.set(from.eval_frame.get());
    // Signals belong to the main interpreter.
    i.config.install_signal_handlers.set(0);
    threads::set_current(ts);
    let start = || -> Result<(), Stop> {
        or_stop(sys::create(), "sys_create", "can't initialize sys module")?;
        or_stop(
            create_builtins(),
            "init_builtins",
            "can't initialize builtins modules",
        )?;
        or_stop(
            set_sys_paths(&i.config),
            "init_sys",
            "can't finish initializing sys",
        )?;
        or_stop(
            init_importlib(),
            "init_importlib",
            "failed to initialize importlib",
        )?;
        initialize_main()
    };
    if start().is_ok() {
        return ts;
    }
    errors::print_ex(false);
    clear_interpreter_state(i);
    threads::set_current(old);
    threads::delete(ts);
    threads::delete_interpreter(interp_ptr);
    std::ptr::null_mut()
}

/// The rest of initialisation, for which modules are imported from files.
pub fn initialize_main() -> Result<(), Stop> {
    let c = &interp().config;
    config::locale::warn_of_c();
    let importlib = || {
        let i = interp().importlib.load().unwrap_or_else(|| none().own());
        text::call_method(&i, "_install_external_importers", &[])?;
        install_zipimport()
    };
    or_stop(
        importlib(),
        "init_importlib_external",
        "external importer setup failed",
    )?;
    if c.faulthandler.get() != 0 {
        or_stop(
            import::import_module("faulthandler")
                .and_then(|m| text::call_method(&m, "enable", &[])),
            "init_faulthandler",
            "failed to enable faulthandler",
        )?;
    }
    if let Err(raised) = streams::init_encodings() {
        config::paths::dump(c);
        let text = "failed to get the Python codec of the filesystem encoding";
        return or_stop(Err(raised), "init_fs_encoding", text);
    }
    or_stop(
        streams::init_stdio_encoding(),
        "init_stdio_encoding",
        "failed to get the Python codec name of the stdio encoding",
    )?;
    if c.install_signal_handlers.get() != 0 {
        or_stop(signals::install(), "init_signals", "can't import signal")?;
    }
    if c.tracemalloc.get() > 0 {
        or_stop(
            crate::tracemalloc::start(c.tracemalloc.get()),
            "init_tracemalloc",
            "can't initialize tracemalloc",
        )?;
    }
    or_stop(
        import::add_module("__main__").and_then(|m| set_up_main(&m)),
        "add_main_module",
        "can't create __main__ module",
    )?;
    if streams::stdin_is_directory() {
        return Err(Stop::Error(
            "init_sys_streams",
            "<stdin> is a directory, cannot continue".to_owned(),
        ));
    }
    or_stop(
        streams::init(),
        "init_sys_streams",
        "can't initialize sys standard streams",
    )?;
    _PyRuntime.initialized.set(1);
    if config::strings(&c.warnoptions)
        .iter()
        .any(|o| !o.is_empty())
        && import::import_module("warnings").is_err()
    {
        errors::sys_write_stderr("'import warnings' failed; traceback:\n");
        errors::print_ex(false);
    }
    if c.site_import.get() != 0 {
        or_stop(
            import::import_module("site"),
            "init_import_size",
            "Failed to import the site module",
        )?;
    }
    Ok(())
}

/// Puts zipimport in front of the path hooks.
pub fn install_zipimport() -> PyResult<()> {
    let hooks = sys::get_object("path_hooks")?.unwrap_or_else(|| none().own());
    match import::import_module("zipimport")
        .and_then(|m| object::get_attr(&m, unicode::from_str("zipimporter")?.as_object()))
    {
        Ok(importer) => {
            let zero = long::from_i64(0)?;
            text::call_method(&hooks, "insert", &[zero.as_object(), &importer]).map(drop)
        }
        Err(_) => {
            err::clear();
            Ok(())
        }
    }
}

/// `__main__`: annotations, builtins, a loader.
fn set_up_main(m: &PyObject) -> PyResult<()> {
    let d = module::get_dict(m)?.upcast();
    let Some(d) = d.downcast::<PyDictObject>() else {
        return Ok(());
    };
    dict::set_item(
        d,
        id!("__annotations__").as_object(),
        dict::new()?.as_object(),
    )?;
    if dict::get_item(d, id!("__builtins__").as_object())?.is_none()
        && let Some(b) = import::get_module(id!("builtins").as_object())?
    {
        dict::set_item(d, id!("__builtins__").as_object(), &b)?;
    }
    let loader = dict::get_item(d, id!("__loader__").as_object())?;
    if loader.is_none_or(|l| l.is_none()) {
        let importlib = interp().importlib.load().unwrap_or_else(|| none().own());
        let loader = object::get_attr(
            &importlib,
            unicode::from_str("BuiltinImporter")?.as_object(),
        )?;
        dict::set_item(d, id!("__loader__").as_object(), &loader)?;
    }
    Ok(())
}
