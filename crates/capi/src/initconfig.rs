//! `internal/pycore_initconfig.h`, `internal/pycore_pathconfig.h`, `internal/pycore_getopt.h`: the steps of configuration that
//! embedders and tests take one by one.

use crate::prelude::*;
use crate::pylifecycle::{OK, allocated, status};
use config::{flags, preconfig};
use libc::wchar_t;

/// A wide string's characters; none for NULL.
fn wide<'a>(text: *const wchar_t) -> &'a [wchar_t] {
    // SAFETY: C passes NULL or a string that ends in NUL.
    unsafe { config::wide_slice(text) }.unwrap_or(&[])
}

/// The arguments, as bytes.
fn arguments(args: Option<&_PyArgv>) -> Vec<Vec<u8>> {
    let Some(args) = args else {
        return Vec::new();
    };
    let n = args.argc.get();
    // SAFETY: C passes as many strings, which end in NUL.
    unsafe {
        if args.use_bytes_argv.get() != 0 {
            let all = crate::support::slice_at(args.bytes_argv.get(), n);
            all.iter()
                .map(|a| CStr::from_ptr(*a).to_bytes().to_vec())
                .collect()
        } else {
            let all = crate::support::slice_at(args.wchar_argv.get(), n);
            all.iter().map(|a| config::encode(wide(*a))).collect()
        }
    }
}

fn number(value: c_int) -> PyResult<Owned> {
    Ok(long::from_i64(i64::from(value))?.upcast())
}

fn wide_text(text: *const wchar_t) -> PyResult<Owned> {
    if text.is_null() {
        return Ok(none().own());
    }
    Ok(unicode::from_wide(wide(text))?.upcast())
}

fn text_list(list: &PyWideStringList) -> PyResult<Owned> {
    // SAFETY: a list knows how many strings it has.
    let all = unsafe { crate::support::slice_at(list.items.get(), list.length.get()) };
    let items: PyResult<Vec<Owned>> = all.iter().map(|s| wide_text(*s)).collect();
    Ok(list::from_owned(items?)?.upcast())
}

fn preconfig_fields(p: &PyPreConfig) -> [(&'static str, &Cell<c_int>); 10] {
    [
        ("_config_init", &p._config_init),
        ("parse_argv", &p.parse_argv),
        ("isolated", &p.isolated),
        ("use_environment", &p.use_environment),
        ("configure_locale", &p.configure_locale),
        ("coerce_c_locale", &p.coerce_c_locale),
        ("coerce_c_locale_warn", &p.coerce_c_locale_warn),
        ("utf8_mode", &p.utf8_mode),
        ("dev_mode", &p.dev_mode),
        ("allocator", &p.allocator),
    ]
}

fn preconfig_dict(p: &PyPreConfig) -> PyResult<Owned> {
    let d = dict::new()?;
    for (name, field) in preconfig_fields(p) {
        dict::set_item_str(&d, name, &*number(field.get())?)?;
    }
    Ok(d.upcast())
}

fn copy_preconfig(to: &PyPreConfig, from: &PyPreConfig) {
    for ((_, to), (_, from)) in preconfig_fields(to).into_iter().zip(preconfig_fields(from)) {
        to.set(from.get());
    }
}

fn config_dict(c: &PyConfig) -> PyResult<Owned> {
    let d = dict::new()?;
    macro_rules! numbers {
        ($($name:ident)*) => { $( dict::set_item_str(&d, stringify!($name), &*number(c.$name.get())?)?; )* };
    }
    macro_rules! texts {
        ($($name:ident)*) => { $( dict::set_item_str(&d, stringify!($name), &*wide_text(c.$name.get())?)?; )* };
    }
    macro_rules! lists {
        ($($name:ident)*) => { $( dict::set_item_str(&d, stringify!($name), &*text_list(&c.$name)?)?; )* };
    }
    numbers! {
        _config_init isolated use_environment dev_mode install_signal_handlers use_hash_seed faulthandler tracemalloc
        import_time show_ref_count show_alloc_count dump_refs malloc_stats parse_argv site_import bytes_warning inspect
        interactive optimization_level parser_debug write_bytecode verbose quiet user_site_directory configure_c_stdio
        buffered_stdio pathconfig_warnings skip_source_first_line _install_importlib _init_main
    }
    texts! {
        filesystem_encoding filesystem_errors pycache_prefix program_name stdio_encoding stdio_errors check_hash_pycs_mode
        pythonpath_env home executable base_executable prefix base_prefix exec_prefix base_exec_prefix run_command run_module
        run_filename
    }
    lists! { argv xoptions warnoptions module_search_paths }
    dict::set_item_str(
        &d,
        "hash_seed",
        long::from_u64(c.hash_seed.get())?.as_object(),
    )?;
    if c.module_search_paths_set.get() == 0 {
        dict::set_item_str(&d, "module_search_paths", none())?;
    }
    Ok(d.upcast())
}

fn globals_dict() -> PyResult<Owned> {
    let d = dict::new()?;
    macro_rules! numbers {
        ($($name:ident)*) => { $( dict::set_item_str(&d, stringify!($name), &*number(flags::$name.0.get())?)?; )* };
    }
    macro_rules! texts {
        ($($name:ident)*) => { $(
            let p = flags::$name.0.get();
            // SAFETY: NULL or a string that ends in NUL.
            let text = if p.is_null() { none().own() } else { unicode::from_utf8(unsafe { CStr::from_ptr(p) }.to_bytes())?.upcast() };
            dict::set_item_str(&d, stringify!($name), &text)?;
        )* };
    }
    texts! { Py_FileSystemDefaultEncoding Py_FileSystemDefaultEncodeErrors }
    numbers! {
        Py_HasFileSystemDefaultEncoding _Py_HasFileSystemDefaultEncodeErrors Py_UTF8Mode Py_DebugFlag Py_VerboseFlag
        Py_QuietFlag Py_InteractiveFlag Py_InspectFlag Py_OptimizeFlag Py_NoSiteFlag Py_BytesWarningFlag Py_FrozenFlag
        Py_IgnoreEnvironmentFlag Py_DontWriteBytecodeFlag Py_NoUserSiteDirectory Py_UnbufferedStdioFlag
        Py_HashRandomizationFlag Py_IsolatedFlag
    }
    Ok(d.upcast())
}

fn configs() -> PyResult<Owned> {
    let d = dict::new()?;
    dict::set_item_str(&d, "global_config", &*globals_dict()?)?;
    dict::set_item_str(
        &d,
        "pre_config",
        &*preconfig_dict(&tstate::_PyRuntime.preconfig)?,
    )?;
    dict::set_item_str(&d, "config", &*config_dict(&import::interp().config)?)?;
    Ok(d.upcast())
}

/// A variable of the environment that is set and not empty.
fn variable(use_environment: c_int, name: *const c_char) -> *const c_char {
    if use_environment == 0 {
        return std::ptr::null();
    }
    // SAFETY: C passes a name that ends in NUL.
    unsafe {
        let value = libc::getenv(name);
        if value.is_null() || *value == 0 {
            std::ptr::null()
        } else {
            value
        }
    }
}

/// A whole string as a decimal number that fits into an `int`.
fn to_int(text: &[u8]) -> Option<c_int> {
    let text = std::str::from_utf8(text)
        .ok()?
        .trim_start_matches(|c: char| c.is_ascii_whitespace());
    if text.is_empty() {
        Some(0)
    } else {
        text.parse().ok()
    }
}

/// The option, or `name=value`.
fn find_xoption(options: &PyWideStringList, name: &[wchar_t]) -> *const wchar_t {
    // SAFETY: a list knows how many strings it has.
    let all = unsafe { crate::support::slice_at(options.items.get(), options.length.get()) };
    let matches = |option: &&*mut wchar_t| {
        let text = wide(**option);
        let end = text
            .iter()
            .position(|c| *c == wchar_t::from(b'='))
            .unwrap_or(text.len());
        text[..end] == *name
    };
    all.iter().find(matches).map_or(std::ptr::null(), |o| *o)
}

/// What `getopt` found: the argument, the place, whether errors are shown, and where it is inside a group of letters.
#[unsafe(no_mangle)]
pub static _PyOS_optarg: Global<*const wchar_t> = Global::new(std::ptr::null());
#[unsafe(no_mangle)]
pub static _PyOS_optind: Global<Py_ssize_t> = Global::new(1);
#[unsafe(no_mangle)]
pub static _PyOS_opterr: Global<c_int> = Global::new(1);
static LETTERS: Global<*const wchar_t> = Global::new(std::ptr::null());

/// The options of the launcher; those with a colon take an argument.
const SHORT: &str = "+bBc:dEhiIJm:OqRsStuvVW:xX:?";

fn complain(text: &str) {
    if _PyOS_opterr.get() != 0 {
        pyrite_runtime::tell!("{text}");
    }
}

/// The next option; -1 at the end, `_` for one that is unknown.
fn next_option(args: &[*mut wchar_t], long_index: &Out<c_int>) -> c_int {
    let unknown = c_int::from(b'_');
    if wide(LETTERS.get()).is_empty() {
        let at = _PyOS_optind.get() as usize;
        let Some(arg) = args.get(at).map(|a| wide(*a)) else {
            return -1;
        };
        let text = String::from_utf8_lossy(&config::encode(arg)).into_owned();
        if !text.starts_with('-') || text == "-" {
            return -1;
        }
        _PyOS_optind.set(at as Py_ssize_t + 1);
        if text == "--" {
            return -1;
        }
        if text == "--help" {
            return c_int::from(b'h');
        }
        if text == "--version" {
            return c_int::from(b'V');
        }
        if let Some(name) = text.strip_prefix("--") {
            if name == "check-hash-based-pycs" {
                long_index.set(0);
                let Some(value) = args.get(at + 1) else {
                    complain(&format!("Argument expected for the {text} options"));
                    return unknown;
                };
                _PyOS_optarg.set(*value);
                _PyOS_optind.set(at as Py_ssize_t + 2);
                return 0;
            }
            complain(&format!("unknown option {text}"));
            return unknown;
        }
        // SAFETY: the argument has a letter behind its dash.
        LETTERS.set(unsafe { args[at].add(1) });
    }
    let letter = wide(LETTERS.get()).first().copied().unwrap_or(0);
    // SAFETY: the string has at least this letter.
    LETTERS.set(unsafe { LETTERS.get().add(1) });
    let known = u8::try_from(letter)
        .ok()
        .filter(|l| l.is_ascii_graphic() && !matches!(l, b':' | b'+'));
    let Some((letter, at)) =
        known.and_then(|l| SHORT.bytes().position(|s| s == l).map(|at| (l, at)))
    else {
        complain(&format!(
            "Unknown option: -{}",
            char::from_u32(letter as u32).unwrap_or('?')
        ));
        return unknown;
    };
    if letter == b'J' {
        complain("-J is reserved for Jython");
        return unknown;
    }
    if SHORT.as_bytes().get(at + 1) == Some(&b':') {
        let rest = LETTERS.get();
        if wide(rest).is_empty() {
            let next = _PyOS_optind.get() as usize;
            let Some(value) = args.get(next) else {
                complain(&format!(
                    "Argument expected for the -{} option",
                    char::from(letter)
                ));
                return unknown;
            };
            _PyOS_optarg.set(*value);
            _PyOS_optind.set(next as Py_ssize_t + 1);
        } else {
            _PyOS_optarg.set(rest);
        }
        LETTERS.set(std::ptr::null());
    }
    c_int::from(letter)
}

/// The paths that were computed for the process.
#[unsafe(no_mangle)]
pub static _Py_path_config: _PyPathConfig = _PyPathConfig::ZEROED;

fn path_fields(p: &_PyPathConfig) -> [&Cell<*mut wchar_t>; 6] {
    [
        &p.program_full_path,
        &p.prefix,
        &p.exec_prefix,
        &p.module_search_path,
        &p.program_name,
        &p.home,
    ]
}

/// Fills the paths from a configuration that was read.
fn fill_paths(p: &_PyPathConfig, c: &PyConfig) {
    let mut search = Vec::new();
    for (i, entry) in config::list_bytes(&c.module_search_paths)
        .iter()
        .enumerate()
    {
        if i > 0 {
            search.push(b':');
        }
        search.extend_from_slice(entry);
    }
    for (field, value) in [
        (&p.program_full_path, config::bytes(&c.executable)),
        (&p.prefix, config::bytes(&c.prefix)),
        (&p.exec_prefix, config::bytes(&c.exec_prefix)),
        (&p.module_search_path, Some(search)),
        (&p.program_name, config::bytes(&c.program_name)),
        (&p.home, config::bytes(&c.home)),
    ] {
        config::set(field, value.as_deref());
    }
}

/// The paths of the main interpreter, where C reads them.
pub fn publish_paths() {
    // SAFETY: the main interpreter lives while it is registered.
    if let Some(main) = unsafe { tstate::_PyRuntime.interpreters.main.get().as_ref() } {
        fill_paths(&_Py_path_config, &main.config);
    }
}

capi! {
    fn _Py_GetConfigsAsDict() -> PyResult<Owned> { configs() }
    fn _PyPreConfig_AsDict(p: &PyPreConfig) -> PyResult<Owned> { preconfig_dict(p) }

    fn _PyArgv_AsWstrList(args: &_PyArgv, list: &PyWideStringList) -> PyStatus {
        config::set_list(list, &arguments(Some(args)));
        OK
    }

    fn _PyConfig_SetPyArgv(c: &PyConfig, args: &_PyArgv) -> PyStatus {
        config::set_list(&c.argv, &arguments(Some(args)));
        OK
    }

    fn _PyConfig_Copy(to: &PyConfig, from: &PyConfig) -> PyStatus {
        config::copy(to, from);
        OK
    }

    fn _PyConfig_InitCompatConfig(c: *mut PyConfig) { config::init_compat(crate::pylifecycle::fresh(c)) }
    fn _PyConfig_InitPathConfig(c: &PyConfig) -> PyStatus { status(config::paths::calculate(c)) }
    fn _PyConfig_Write(c: &PyConfig, _runtime: &_PyRuntimeState) { flags::publish(c) }

    fn _PyConfig_WritePathConfig(c: &PyConfig) -> PyStatus {
        fill_paths(&_Py_path_config, c);
        OK
    }

    fn _PyPreConfig_InitFromConfig(p: &PyPreConfig, c: &PyConfig) { copy_preconfig(p, &preconfig::matching(c)) }

    fn _PyPreConfig_InitFromPreConfig(p: &PyPreConfig, from: &PyPreConfig) -> PyStatus {
        preconfig::init_python(p);
        copy_preconfig(p, from);
        OK
    }

    fn _PyPreConfig_GetConfig(p: &PyPreConfig, c: &PyConfig) {
        for (to, from) in [(&p.parse_argv, &c.parse_argv), (&p.isolated, &c.isolated), (&p.use_environment, &c.use_environment), (&p.dev_mode, &c.dev_mode)] {
            if from.get() != -1 {
                to.set(from.get());
            }
        }
    }

    fn _PyPreConfig_Read(p: &PyPreConfig, args: Option<&_PyArgv>) -> PyStatus { status(preconfig::apply(p, &arguments(args))) }
    fn _PyPreConfig_Write(p: &PyPreConfig) -> PyStatus { status(preconfig::apply(p, &[])) }
    fn _Py_PreInitializeFromPyArgv(p: &PyPreConfig, args: Option<&_PyArgv>) -> PyStatus { status(preconfig::apply(p, &arguments(args))) }
    fn _Py_PreInitializeFromConfig(c: &PyConfig, args: Option<&_PyArgv>) -> PyStatus { status(preconfig::apply(&preconfig::matching(c), &arguments(args))) }

    fn _PyPreCmdline_Clear(line: *mut _PyPreCmdline) {
        // SAFETY: C passes a live structure.
        let line = unsafe { &*line };
        config::clear_list(&line.argv);
        config::clear_list(&line.xoptions);
    }

    fn _PyPreCmdline_SetArgv(line: *mut _PyPreCmdline, args: &_PyArgv) -> PyStatus {
        // SAFETY: C passes a live structure.
        config::set_list(unsafe { &(*line).argv }, &arguments(Some(args)));
        OK
    }

    fn _PyPreCmdline_SetConfig(line: *const _PyPreCmdline, c: &PyConfig) -> PyStatus {
        // SAFETY: C passes a live structure.
        let line = unsafe { &*line };
        for option in config::list_bytes(&line.xoptions) {
            config::append(&c.xoptions, &config::decode(&option));
        }
        c.isolated.set(line.isolated.get());
        c.use_environment.set(line.use_environment.get());
        c.dev_mode.set(line.dev_mode.get());
        OK
    }

    fn _PyPreCmdline_Read(line: *mut _PyPreCmdline, p: &PyPreConfig) -> PyStatus {
        // SAFETY: C passes a live structure.
        let line = unsafe { &*line };
        for (to, from) in [(&line.isolated, &p.isolated), (&line.use_environment, &p.use_environment), (&line.dev_mode, &p.dev_mode)] {
            if from.get() != -1 {
                to.set(from.get());
            }
        }
        if p.parse_argv.get() != 0 {
            let early = config::cmdline::early(&config::list_bytes(&line.argv));
            if early.isolated {
                line.isolated.set(1);
            }
            if early.no_environment {
                line.use_environment.set(0);
            }
            if early.option("dev").is_some() {
                line.dev_mode.set(1);
            }
        }
        if line.isolated.get() < 0 {
            line.isolated.set(0);
        }
        if line.isolated.get() > 0 {
            line.use_environment.set(0);
        }
        if line.use_environment.get() < 0 {
            line.use_environment.set(0);
        }
        if line.dev_mode.get() < 0 {
            let set = !variable(line.use_environment.get(), c"PYTHONDEVMODE".as_ptr()).is_null();
            line.dev_mode.set(c_int::from(set));
        }
        OK
    }

    fn _PyWideStringList_AsList(list: &PyWideStringList) -> PyResult<Owned> { text_list(list) }
    fn _PyWideStringList_Clear(list: &PyWideStringList) { config::clear_list(list) }

    fn _PyWideStringList_Copy(to: &PyWideStringList, from: &PyWideStringList) -> c_int {
        config::set_list(to, &config::list_bytes(from));
        0
    }

    fn _PyWideStringList_Extend(to: &PyWideStringList, from: &PyWideStringList) -> PyStatus {
        allocated(config::list_bytes(from).iter().all(|s| config::append(to, &config::decode(s))))
    }

    fn _Py_GetEnv(use_environment: c_int, name: *const c_char) -> *const c_char { variable(use_environment, name) }

    fn _Py_get_env_flag(use_environment: c_int, flag: *mut c_int, name: *const c_char) {
        let value = variable(use_environment, name);
        if value.is_null() {
            return;
        }
        // SAFETY: the value ends in NUL; C passes a flag.
        unsafe {
            let level = to_int(CStr::from_ptr(value).to_bytes()).filter(|n| *n >= 0).unwrap_or(1);
            if *flag < level {
                *flag = level;
            }
        }
    }

    fn _Py_get_xoption(options: &PyWideStringList, name: *const wchar_t) -> *const wchar_t { find_xoption(options, wide(name)) }

    fn _Py_str_to_int(text: &CStr, result: Out<c_int>) -> c_int {
        match to_int(text.to_bytes()) {
            Some(value) => {
                result.set(value);
                0
            }
            None => -1,
        }
    }

    fn Py_GetArgcArgv(argc: Out<c_int>, argv: Out<*mut *mut wchar_t>) {
        argc.set(config::ORIGINAL.length.get() as c_int);
        argv.set(config::ORIGINAL.items.get());
    }

    fn _Py_ClearArgcArgv() { config::clear_list(&config::ORIGINAL) }
    fn Py_GetPath() -> *mut wchar_t { publish_paths(); _Py_path_config.module_search_path.get() }
    fn _Py_SetProgramFullPath(path: *const wchar_t) { config::set(&_Py_path_config.program_full_path, (!path.is_null()).then(|| config::encode(wide(path))).as_deref()) }
    fn _PyPathConfig_ClearGlobal() { path_fields(&_Py_path_config).into_iter().for_each(|f| config::set(f, None)) }

    fn _PyPathConfig_Calculate(p: *mut _PyPathConfig, c: &PyConfig) -> PyStatus {
        let own = PyConfig::ZEROED;
        config::copy(&own, c);
        let result = config::paths::calculate(&own);
        // SAFETY: C passes a live structure.
        fill_paths(unsafe { &*p }, &own);
        config::clear(&own);
        status(result)
    }

    fn _PyPathConfig_ComputeSysPath0(argv: &PyWideStringList, place: Out<*mut PyObject>) -> c_int {
        match crate::sysmodule::path0(&config::list_bytes(argv)) {
            Ok(Some(path)) => {
                place.give(Some(path));
                1
            }
            Ok(None) => 0,
            Err(_) => -1,
        }
    }

    fn _Py_DumpPathConfig(_state: *mut PyThreadState) { config::paths::dump(&import::interp().config) }

    /// A line `key = value` of a `pyvenv.cfg`.
    fn _Py_FindEnvConfigValue(file: *mut libc::FILE, key: *const wchar_t, value: *mut wchar_t, size: usize) -> bool {
        let key = config::encode(wide(key));
        // SAFETY: C passes an open file.
        unsafe { libc::rewind(file) };
        let data = crate::pythonrun::contents(file);
        let found = data.split(|b| *b == b'\n').find_map(|line| {
            let line = String::from_utf8_lossy(line).into_owned();
            let (name, rest) = line.split_once('=')?;
            (!line.starts_with('#') && name.trim_end().as_bytes() == key).then(|| rest.trim().to_owned())
        });
        let Some(found) = found else { return false };
        let text = config::decode(found.as_bytes());
        let n = text.len().min(size.saturating_sub(1));
        // SAFETY: C has room for as many characters.
        unsafe {
            value.copy_from_nonoverlapping(text.as_ptr(), n);
            value.add(n).write(0);
        }
        true
    }

    fn _PyOS_ResetGetOpt() {
        _PyOS_opterr.set(1);
        _PyOS_optind.set(1);
        _PyOS_optarg.set(std::ptr::null());
        LETTERS.set(std::ptr::null());
    }

    fn _PyOS_GetOpt(argc: Py_ssize_t, argv: *const *mut wchar_t, long_index: Out<c_int>) -> c_int {
        // SAFETY: C passes as many strings.
        next_option(unsafe { crate::support::slice_at(argv, argc) }, &long_index)
    }

    fn Py_SetStandardStreamEncoding(encoding: Option<&CStr>, errors: Option<&CStr>) -> c_int {
        if lifecycle::is_initialized() {
            return -1;
        }
        for (place, text) in [(&STREAM_ENCODING, encoding), (&STREAM_ERRORS, errors)] {
            if let (Ok(mut place), Some(text)) = (place.lock(), text) {
                *place = Some(text.to_bytes().to_vec());
            }
        }
        0
    }

    fn _Py_ClearStandardStreamEncoding() { let _ = [&STREAM_ENCODING, &STREAM_ERRORS].map(take); }
    fn _Py_IsLocaleCoercionTarget(name: &CStr) -> bool { matches!(name.to_bytes(), b"C.UTF-8" | b"C.utf8" | b"UTF-8") }
    fn _Py_LegacyLocaleDetected(_warn: c_int) -> bool { config::locale::is_c() }

    fn _Py_CoerceLegacyLocale(warn: c_int) -> c_int {
        config::locale::coerce(warn != 0);
        c_int::from(!config::locale::is_c())
    }

    fn _PySys_ReadPreinitWarnOptions(list: &PyWideStringList) -> PyStatus {
        let c = PyConfig::ZEROED;
        crate::sysmodule::take_early_options(&c);
        let ok = config::list_bytes(&c.warnoptions).iter().all(|o| config::append(list, &config::decode(o)));
        config::clear(&c);
        allocated(ok)
    }

    fn _PySys_ReadPreinitXOptions(c: &PyConfig) -> PyStatus {
        crate::sysmodule::take_early_options(c);
        OK
    }

    fn _Py_SetFileSystemEncoding(encoding: &CStr, errors: &CStr) -> c_int {
        unicode::fs::set_encoding(&crate::support::lossy(encoding), &crate::support::lossy(errors));
        flags::publish_filesystem(encoding, errors);
        0
    }

    fn _Py_ClearFileSystemEncoding() { flags::forget_filesystem() }

    fn _Py_HashRandomization_Init(c: &PyConfig) -> PyStatus {
        lifecycle::init_hash(c);
        OK
    }

    fn _Py_HashRandomization_Fini() {}

    fn Py_FrozenMain(_argc: c_int, _argv: *mut *mut c_char) -> c_int {
        // The program has put its own table of modules in the place of the library's, with `__main__` in it.
        frozen_main()
    }
}

/// Runs the frozen `__main__`; the exit status.
fn frozen_main() -> c_int {
    flags::Py_FrozenFlag.0.set(1);
    crate::pylifecycle::initialize(1);
    let ran = unicode::from_str("__main__")
        .and_then(|name| import::frozen::import_module(name.as_object()));
    let status = match ran {
        Ok(true) => 0,
        Ok(false) => err::fatal("__main__ not frozen"),
        Err(_) => {
            errors::print_ex(true);
            1
        }
    };
    if lifecycle::finalize() { status } else { 120 }
}

/// What the program wants for `sys.stdin` and the others, until the start.
static STREAM_ENCODING: std::sync::Mutex<Option<Vec<u8>>> = std::sync::Mutex::new(None);
static STREAM_ERRORS: std::sync::Mutex<Option<Vec<u8>>> = std::sync::Mutex::new(None);

fn take(place: &std::sync::Mutex<Option<Vec<u8>>>) -> Option<Vec<u8>> {
    place.lock().ok()?.take()
}

/// Gives the encoding of the standard streams to a configuration.
pub fn take_stream_encoding(c: &PyConfig) {
    if let Some(encoding) = take(&STREAM_ENCODING) {
        config::set(&c.stdio_encoding, Some(&encoding));
    }
    if let Some(errors) = take(&STREAM_ERRORS) {
        config::set(&c.stdio_errors, Some(&errors));
    }
}

#[unsafe(no_mangle)]
pub static _Py_global_config_int_max_str_digits: Global<c_int> = Global::new(-1);
