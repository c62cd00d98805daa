//! `sysmodule.h`, `cpython/sysmodule.h`, `cpython/fileobject.h`: what C sets in `sys`, and files that hold code.

use crate::prelude::*;
use crate::support::{lossy, text};
use libc::wchar_t;
use std::sync::Mutex;

/// A wide string as a Python one.
fn wide_text(s: *const wchar_t) -> PyResult<Owned> {
    // SAFETY: C passes NULL or a string that ends in NUL.
    let s = unsafe { config::wide_slice(s) }.unwrap_or(&[]);
    Ok(unicode::from_wide(s)?.upcast())
}

/// A list in `sys`, made if it is not there.
fn sys_list(name: &str) -> PyResult<Owned> {
    match sys::get_object(name)? {
        Some(list) if PyListObject::check(&list) => Ok(list),
        _ => {
            let list = list::new(0)?.upcast();
            sys::set_object(name, Some(&list))?;
            Ok(list)
        }
    }
}

fn add_warn_option(option: &PyObject) -> PyResult<()> {
    let options = sys_list("warnoptions")?;
    list::append(
        options.downcast().ok_or_else(err::bad_internal_call)?,
        option,
    )
}

fn add_x_option(option: &[wchar_t]) -> PyResult<()> {
    let options = match sys::get_object("_xoptions")? {
        Some(dict) if PyDictObject::check(&dict) => dict,
        _ => {
            let dict = dict::new()?.upcast();
            sys::set_object("_xoptions", Some(&dict))?;
            dict
        }
    };
    let equals = option.iter().position(|c| *c == wchar_t::from(b'='));
    let (name, value) = match equals {
        Some(at) => (
            &option[..at],
            unicode::from_wide(&option[at + 1..])?.upcast(),
        ),
        None => (option, py_true().own()),
    };
    object::set_item(&options, unicode::from_wide(name)?.as_object(), &value)
}

/// Options that were set before there is an interpreter: they wait for its start.
static EARLY_WARN: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());
static EARLY_X: Mutex<Vec<Vec<u8>>> = Mutex::new(Vec::new());

fn keep_early(list: &Mutex<Vec<Vec<u8>>>, option: *const wchar_t) {
    // SAFETY: C passes NULL or a string that ends in NUL.
    let option = unsafe { config::wide_slice(option) }.unwrap_or(&[]);
    if let Ok(mut list) = list.lock() {
        list.push(config::encode(option));
    }
}

/// Gives the options that were set before the start to a configuration.
pub fn take_early_options(c: &PyConfig) {
    for (list, field) in [(&EARLY_WARN, &c.warnoptions), (&EARLY_X, &c.xoptions)] {
        let options = list.lock().map(|mut l| std::mem::take(&mut *l));
        for option in options.unwrap_or_default() {
            config::append(field, &config::decode(&option));
        }
    }
}

/// The folder of the program that runs, as `sys.path[0]` has it.
pub fn path0(argv: &[Vec<u8>]) -> PyResult<Option<Owned>> {
    let Some(script) = argv.first() else {
        return Ok(None);
    };
    if script == b"-m" {
        let here = std::env::current_dir().unwrap_or_default();
        use std::os::unix::ffi::OsStrExt;
        return Ok(Some(
            unicode::fs::decode_default(here.as_os_str().as_bytes())?.upcast(),
        ));
    }
    if script == b"-c" || script.is_empty() {
        return Ok(Some(unicode::empty()?.upcast()));
    }
    use std::os::unix::ffi::{OsStrExt, OsStringExt};
    let path = std::path::Path::new(std::ffi::OsStr::from_bytes(script));
    // A symbolic link leads to the folder of the file itself.
    let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = real.parent().map(|p| p.to_owned()).unwrap_or_default();
    Ok(Some(
        unicode::fs::decode_default(&folder.into_os_string().into_vec())?.upcast(),
    ))
}

fn set_argv(argc: c_int, argv: *mut *mut wchar_t, update_path: bool) -> PyResult<()> {
    // SAFETY: C passes as many strings.
    let strings = unsafe { crate::support::slice_at(argv, argc as Py_ssize_t) };
    let mut args = Vec::new();
    let mut items = Vec::new();
    for &arg in strings {
        // SAFETY: each ends in NUL.
        args.push(config::encode(
            unsafe { config::wide_slice(arg) }.unwrap_or(&[]),
        ));
        items.push(wide_text(arg)?);
    }
    if items.is_empty() {
        items.push(unicode::empty()?.upcast());
        args.push(Vec::new());
    }
    let list = list::from_owned(items)?.upcast();
    sys::set_object("argv", Some(&list))?;
    if !update_path {
        return Ok(());
    }
    let path = sys_list("path")?;
    match path0(&args)? {
        Some(entry) => list::insert(
            path.downcast().ok_or_else(err::bad_internal_call)?,
            0,
            &entry,
        ),
        None => Ok(()),
    }
}

/// Ends the process if what cannot report an error fails.
fn or_fatal(result: PyResult<()>, message: &str) {
    if result.is_err() {
        err::fatal(message);
    }
}

capi! {
    fn PySys_AddWarnOptionUnicode(option: &PyObject) {
        if add_warn_option(option).is_err() {
            err::clear();
        }
    }

    fn PySys_AddWarnOption(option: *const wchar_t) {
        if tstate::current_ptr().is_null() {
            keep_early(&EARLY_WARN, option);
        } else if wide_text(option).and_then(|o| add_warn_option(&o)).is_err() {
            err::clear();
        }
    }

    fn PySys_AddXOption(option: *const wchar_t) {
        if tstate::current_ptr().is_null() {
            return keep_early(&EARLY_X, option);
        }
        // SAFETY: C passes NULL or a string that ends in NUL.
        let option = unsafe { config::wide_slice(option) }.unwrap_or(&[]);
        if add_x_option(option).is_err() {
            err::clear();
        }
    }

    fn PySys_SetPath(path: *const wchar_t) {
        // SAFETY: C passes NULL or a string that ends in NUL.
        let path = unsafe { config::wide_slice(path) }.unwrap_or(&[]);
        let entries = path.split(|c| *c == wchar_t::from(b':'));
        let set = || {
            let items: PyResult<Vec<Owned>> = entries.map(|e| Ok(unicode::from_wide(e)?.upcast())).collect();
            sys::set_object("path", Some(list::from_owned(items?)?.as_object()))
        };
        or_fatal(set(), "can't assign sys.path");
    }

    fn PySys_SetArgv(argc: c_int, argv: *mut *mut wchar_t) {
        let isolated = config::flags::Py_IsolatedFlag.0.get() != 0;
        or_fatal(set_argv(argc, argv, !isolated), "can't assign sys.argv");
    }

    fn PySys_SetArgvEx(argc: c_int, argv: *mut *mut wchar_t, update_path: c_int) {
        or_fatal(set_argv(argc, argv, update_path != 0), "can't assign sys.argv");
    }

    fn PyFile_OpenCode(path: &CStr) -> PyResult<Owned> { sys::hooks::open_code(&*text(path)?) }
    fn PyFile_OpenCodeObject(path: &PyObject) -> PyResult<Owned> { sys::hooks::open_code(path) }

    fn PyFile_SetOpenCodeHook(hook: Py_OpenCodeHookFunction, data: *mut c_void) -> PyResult<()> { sys::hooks::set_open_code_hook(hook, data) }
    fn PySys_AddAuditHook(hook: Py_AuditHookFunction, data: *mut c_void) -> c_int { if sys::hooks::add_c_audit_hook(hook, data) { 0 } else { -1 } }
    fn _PySys_ClearAuditHooks() { sys::hooks::clear_c_audit_hooks() }

    fn PyFile_NewStdPrinter(fd: c_int) -> *mut PyObject {
        // Called before there are exceptions: for another descriptor there is none, as in CPython.
        if fd != 1 && fd != 2 {
            return std::ptr::null_mut();
        }
        lifecycle::new_std_printer(fd).map_or(std::ptr::null_mut(), Owned::into_ptr)
    }

    /// A line from a file, with any kind of newline as `\n`; NULL at the end.
    fn Py_UniversalNewlineFgets(buffer: *mut c_char, size: c_int, file: *mut libc::FILE, object: Option<&PyObject>) -> *mut c_char {
        if object.is_some() {
            // SAFETY: errno is the thread's own.
            unsafe { *libc::__errno_location() = libc::ENXIO };
            return std::ptr::null_mut();
        }
        let mut at = buffer;
        let mut left = size;
        let mut skip_newline = false;
        // SAFETY: C passes an open file, and a buffer of that size.
        unsafe {
            while left > 1 {
                left -= 1;
                let mut c = libc::fgetc(file);
                if skip_newline {
                    skip_newline = false;
                    if c == c_int::from(b'\n') {
                        c = libc::fgetc(file);
                    }
                }
                if c == libc::EOF {
                    break;
                }
                if c == c_int::from(b'\r') {
                    skip_newline = true;
                    c = c_int::from(b'\n');
                }
                at.write(c as c_char);
                at = at.add(1);
                if c == c_int::from(b'\n') {
                    break;
                }
            }
            if skip_newline {
                // A carriage return may have a newline behind it.
                let c = libc::fgetc(file);
                if c != c_int::from(b'\n') && c != libc::EOF {
                    libc::ungetc(c, file);
                }
            }
            at.write(0);
        }
        if at == buffer { std::ptr::null_mut() } else { buffer }
    }

    fn PyOS_Readline(input: *mut libc::FILE, output: *mut libc::FILE, prompt: Option<&CStr>) -> *mut c_char {
        match vm_readline::read_line_from(input, output, prompt.map_or(b"", CStr::to_bytes)) {
            Ok(Some(line)) => raw_line(&line),
            _ => std::ptr::null_mut(),
        }
    }

    fn PyOS_StdioReadline(input: *mut libc::FILE, _output: *mut libc::FILE, prompt: Option<&CStr>) -> *mut c_char {
        let prompt = prompt.unwrap_or(c"").to_owned();
        vm_readline::plain_line(input, &prompt).map_or(std::ptr::null_mut(), |line| raw_line(&line))
    }

    fn PyModule_GetFilenameObject(m: &PyObject) -> PyResult<Owned> { filename_of(m) }

    fn PyModule_GetFilename(m: &PyObject) -> PyResult<*const c_char> {
        // The module's dict keeps the name.
        object::names::c_str(&*filename_of(m)?)
    }

    fn PyModule_GetWarningsModule() -> PyResult<Owned> {
        match import::get_module(unicode::from_str("warnings")?.as_object())? {
            Some(m) => Ok(m),
            None => import::import_module("warnings"),
        }
    }

    fn PyErr_ProgramText(filename: Option<&CStr>, line: c_int) -> PyResult<Option<Owned>> {
        let Some(filename) = filename else { return Ok(None) };
        err::program_text(unicode::fs::decode_default(filename.to_bytes())?.as_object(), line)
    }

    fn Py_GetBuildInfo() -> *const c_char { c"default".as_ptr() }
}

/// A line in memory of the raw domain, with a NUL.
fn raw_line(line: &[u8]) -> *mut c_char {
    let block = mem::malloc(mem::Domain::Raw, line.len() + 1).cast::<u8>();
    if !block.is_null() {
        // SAFETY: the block has room for the line and a NUL.
        unsafe {
            block.copy_from_nonoverlapping(line.as_ptr(), line.len());
            block.add(line.len()).write(0);
        }
    }
    block.cast()
}

fn filename_of(m: &PyObject) -> PyResult<Owned> {
    if !module::PyModuleObject::check(m) {
        return Err(err::bad_argument()).map(|()| none().own());
    }
    let dict = module::get_dict(m)?;
    match dict::get_item(&dict, id!("__file__").as_object())? {
        Some(name) if PyUnicodeObject::check(&name) => Ok(name),
        _ => Err(raise!(SystemError, "module filename missing")),
    }
}

/// The text of a warning's file and module names.
fn decoded(name: Option<&CStr>) -> PyResult<Option<Owned>> {
    name.map(text).transpose()
}

capi! {
    fn PyErr_WarnExplicitObject(category: Option<&PyObject>, message: &PyObject, filename: &PyObject, line: c_int, module: Option<&PyObject>, registry: Option<&PyObject>) -> PyResult<()> {
        let category = category.unwrap_or_else(|| exceptions::exc::RuntimeWarning.get());
        warnings::warn_explicit_in(category, message, filename, line, module, registry)
    }

    fn PyErr_WarnExplicit(category: Option<&PyObject>, message: &CStr, filename: &CStr, line: c_int, module: Option<&CStr>, registry: Option<&PyObject>) -> PyResult<()> {
        let category = category.unwrap_or_else(|| exceptions::exc::RuntimeWarning.get());
        let filename = unicode::fs::decode_default(filename.to_bytes())?;
        warnings::warn_explicit_in(category, &*text(message)?, filename.as_object(), line, decoded(module)?.as_deref(), registry)
    }

    fn _PyErr_WarnUnawaitedCoroutine(coroutine: &PyObject) { generator::awaiting::warn_unawaited(coroutine) }
}

/// `PyErr_WarnExplicitFormat`.
unsafe extern "C" fn warn_explicit_format_v(rest: *mut WarnPlace, list: *mut va_list_tag) -> c_int {
    let warn = || {
        // SAFETY: C passes NULL or strings that end in NUL, live objects, and arguments that belong to the format.
        let (category, filename, module, registry, message) = unsafe {
            let place = &*rest;
            let string = |s: *const c_char| (!s.is_null()).then(|| CStr::from_ptr(s));
            (
                place.category.as_ref(),
                string(place.filename).unwrap_or(c""),
                string(place.module),
                place.registry.as_ref(),
                crate::fromformat::unicode_from_format(
                    CStr::from_ptr(place.format),
                    VaList::new(list),
                )?,
            )
        };
        let category = category.unwrap_or_else(|| exceptions::exc::RuntimeWarning.get());
        let filename = unicode::fs::decode_default(filename.to_bytes())?;
        // SAFETY: as above.
        let line = unsafe { (*rest).line };
        warnings::warn_explicit_in(
            category,
            message.as_object(),
            filename.as_object(),
            line,
            decoded(module)?.as_deref(),
            registry,
        )
    };
    if warn().is_ok() { 0 } else { -1 }
}

/// The six named arguments of `PyErr_WarnExplicitFormat`, as its entry spills them.
#[repr(C)]
struct WarnPlace {
    category: *mut PyObject,
    filename: *const c_char,
    line: c_int,
    module: *const c_char,
    registry: *mut PyObject,
    format: *const c_char,
}

variadic_six! { fn PyErr_WarnExplicitFormat = warn_explicit_format_v; }

/// `_PyErr_TrySetFromCause`: the exception that is being raised, again with a prefix and itself as cause, if its
/// class can be made from a message alone.
unsafe extern "C" fn try_set_from_cause_v(
    prefix: *const c_char,
    list: *mut va_list_tag,
) -> *mut PyObject {
    // SAFETY: C passes a format that ends in NUL, and arguments that belong to it.
    let prefix = unsafe {
        crate::fromformat::unicode_from_format(CStr::from_ptr(prefix), VaList::new(list))
    };
    if let Ok(prefix) = prefix {
        // What is raised stays set, as C expects it.
        let _ =
            codecs::exception::explain(Raised::already_set(), &unicode::to_string_lossy(&prefix));
    }
    std::ptr::null_mut()
}

variadic! { fn _PyErr_TrySetFromCause(prefix; ...) = try_set_from_cause_v; }

fn find_loaded(name: &PyObject, filename: &PyObject) -> PyResult<Borrowed> {
    Ok(Borrowed::of(import::builtin::find_extension(
        name, filename,
    )?))
}

capi! {
    fn _PyImport_FindBuiltin(name: &CStr, _modules: &PyObject) -> PyResult<Borrowed> {
        let name = unicode::intern(unicode::from_utf8(name.to_bytes())?);
        find_loaded(name.as_object(), name.as_object())
    }

    fn _PyImport_FindExtensionObjectEx(name: &PyObject, filename: &PyObject, _modules: &PyObject) -> PyResult<Borrowed> { find_loaded(name, filename) }

    fn _PyImport_FixupBuiltin(m: &PyObject, name: &CStr, modules: &PyObject) -> PyResult<()> {
        let name = unicode::intern(unicode::from_utf8(name.to_bytes())?);
        import::builtin::fixup_extension(m, name.as_object(), name.as_object(), None)?;
        object::set_item(modules, name.as_object(), m)
    }

    fn _PyImport_FixupExtensionObject(m: &PyObject, name: &PyObject, filename: &PyObject, modules: &PyObject) -> PyResult<()> {
        import::builtin::fixup_extension(m, name, filename, None)?;
        object::set_item(modules, name, m)
    }

    fn _PyImport_AddModuleObject(name: &PyObject, modules: &PyObject) -> PyResult<Borrowed> {
        if let Some(m) = mapping_get(modules, name)? && module::PyModuleObject::check(&m) {
            return Ok(Borrowed::of(Some(m)));
        }
        let m = module::new_object(name)?;
        object::set_item(modules, name, m.as_object())?;
        Ok(Borrowed::of(Some(m)))
    }

    fn _PyImport_IsInitialized(interp: &PyInterpreterState) -> bool { !interp.modules.get().is_null() }

    fn _PyImport_LoadDynamicModuleWithSpec(spec: &PyObject, _file: *mut libc::FILE) -> PyResult<Owned> { import::dynamic::create(spec) }

    fn PyState_RemoveModule(definition: &'static PyModuleDef) -> PyResult<()> { import::multiphase::state_remove(definition) }
    fn _PyState_ClearModules() { import::multiphase::clear_states() }
}

fn mapping_get(modules: &PyObject, name: &PyObject) -> PyResult<Option<Owned>> {
    if let Some(dict) = modules.downcast_exact::<PyDictObject>() {
        return dict::get_item(dict, name);
    }
    match object::get_item(modules, name) {
        Ok(m) => Ok(Some(m)),
        Err(raised) if err::clear_if(exceptions::exc::KeyError.get()) => {
            let _ = raised;
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// The suffixes of extension modules, with NULL at the end.
#[unsafe(no_mangle)]
pub static _PyImport_DynLoadFiletab: Table<[*const c_char; 4]> = Table([
    c".cpython-38-x86_64-linux-gnu.so".as_ptr(),
    c".abi3.so".as_ptr(),
    c".so".as_ptr(),
    std::ptr::null(),
]);

/// The init function of an extension module, by the library that holds it.
///
/// # Safety
/// As in C: strings end in NUL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyImport_FindSharedFuncptr(
    prefix: *const c_char,
    short_name: *const c_char,
    path: *const c_char,
    _file: *mut libc::FILE,
) -> *mut c_void {
    // SAFETY: by the contract.
    let (prefix, short, path) = unsafe {
        (
            CStr::from_ptr(prefix),
            CStr::from_ptr(short_name),
            CStr::from_ptr(path),
        )
    };
    import::dynamic::find_function(&lossy(prefix), &lossy(short), path)
        .unwrap_or(std::ptr::null_mut())
}
