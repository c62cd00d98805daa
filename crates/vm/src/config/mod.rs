//! How an interpreter is to run: PEP 587's configuration.
//!
//! [`PyConfig`] is C's struct, which embedders fill in field by field; reading it ([`read`]) completes it from the
//! command line, the environment and the file system, in that order of strength. Strings are C's wide strings; inside, text
//! travels as bytes, of which those that are not UTF-8 become lone surrogates and back.

pub mod cmdline;
pub mod environment;
pub mod flags;
pub mod locale;
pub mod paths;
pub mod preconfig;

use libc::wchar_t;
use locale::Decoding;
use pyrite_abi::*;
use std::cell::Cell;
use std::ffi::{CString, c_int};

/// Why start-up cannot go on.
#[derive(Debug)]
pub enum Stop {
    /// Ends the process with this status: a usage error, or `--help`.
    Exit(c_int),
    /// A fatal error: where, and what.
    Error(&'static str, String),
}

pub type Step<T = ()> = Result<T, Stop>;

/// Decodes the system's bytes; each byte that does not fit becomes a surrogate (`surrogateescape`).
pub fn decode(bytes: &[u8]) -> Vec<wchar_t> {
    let escaped = |b: u8| 0xdc00 + wchar_t::from(b);
    match locale::decoding() {
        Decoding::Utf8 => {
            let mut out = Vec::with_capacity(bytes.len());
            for chunk in bytes.utf8_chunks() {
                out.extend(chunk.valid().chars().map(|c| c as wchar_t));
                out.extend(chunk.invalid().iter().map(|&b| escaped(b)));
            }
            out
        }
        Decoding::Ascii => bytes
            .iter()
            .map(|&b| {
                if b < 128 {
                    wchar_t::from(b)
                } else {
                    escaped(b)
                }
            })
            .collect(),
        Decoding::Locale => locale::decode(bytes),
    }
}

/// The opposite of [`decode`].
pub fn encode(wide: &[wchar_t]) -> Vec<u8> {
    let decoding = locale::decoding();
    if decoding == Decoding::Locale {
        return locale::encode(wide);
    }
    let mut out = Vec::with_capacity(wide.len());
    for &w in wide {
        match u32::try_from(w) {
            Ok(escaped @ 0xdc80..=0xdcff) => out.push((escaped - 0xdc00) as u8),
            Ok(c) => match char::from_u32(c) {
                Some(c) => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
                None => out.push(b'?'),
            },
            Err(_) => out.push(b'?'),
        }
    }
    out
}

/// The characters of a wide string that ends with a null.
///
/// # Safety
/// `p` is null or such a string.
pub unsafe fn wide_slice<'a>(p: *const wchar_t) -> Option<&'a [wchar_t]> {
    if p.is_null() {
        return None;
    }
    // SAFETY: by the contract.
    unsafe {
        let mut n = 0;
        while *p.add(n) != 0 {
            n += 1;
        }
        Some(std::slice::from_raw_parts(p, n))
    }
}

/// A copy in memory that `PyMem_RawFree` frees.
pub fn new_wide(s: &[wchar_t]) -> *mut wchar_t {
    let bytes = (s.len() + 1) * size_of::<wchar_t>();
    // SAFETY: fresh memory for the characters and the null.
    unsafe {
        let p = libc::malloc(bytes).cast::<wchar_t>();
        if !p.is_null() {
            std::ptr::copy_nonoverlapping(s.as_ptr(), p, s.len());
            *p.add(s.len()) = 0;
        }
        p
    }
}

/// What a string field holds, as bytes.
pub fn bytes(field: &Cell<*mut wchar_t>) -> Option<Vec<u8>> {
    // SAFETY: the fields of a configuration are null or wide strings.
    unsafe { wide_slice(field.get()) }.map(encode)
}

/// What a string field holds, as text.
pub fn string(field: &Cell<*mut wchar_t>) -> Option<String> {
    bytes(field).map(|b| String::from_utf8_lossy(&b).into_owned())
}

/// Sets a string field, freeing the old value.
pub fn set(field: &Cell<*mut wchar_t>, value: Option<&[u8]>) {
    let new = value.map_or(std::ptr::null_mut(), |v| new_wide(&decode(v)));
    set_raw(field, new);
}

/// As [`set`], with a string that is already in place.
pub fn set_raw(field: &Cell<*mut wchar_t>, new: *mut wchar_t) {
    let old = field.replace(new);
    // SAFETY: null, or allocated as `new_wide` does, and no longer reachable.
    unsafe { libc::free(old.cast()) };
}

/// Sets a string field if it is not set.
pub fn set_default(field: &Cell<*mut wchar_t>, value: &[u8]) {
    if field.get().is_null() {
        set(field, Some(value));
    }
}

/// The strings of a list, as bytes.
pub fn list_bytes(list: &PyWideStringList) -> Vec<Vec<u8>> {
    let n = usize::try_from(list.length.get()).unwrap_or(0);
    // SAFETY: a list has as many strings as it says.
    (0..n)
        .filter_map(|i| unsafe { wide_slice(*list.items.get().add(i)) })
        .map(encode)
        .collect()
}

/// The strings of a list, as text.
pub fn strings(list: &PyWideStringList) -> Vec<String> {
    list_bytes(list)
        .iter()
        .map(|b| String::from_utf8_lossy(b).into_owned())
        .collect()
}

/// Replaces the strings of a list.
pub fn set_list(list: &PyWideStringList, values: &[Vec<u8>]) {
    clear_list(list);
    for v in values {
        append(list, &decode(v));
    }
}

/// Adds a string to a list. False: there is no memory.
pub fn append(list: &PyWideStringList, value: &[wchar_t]) -> bool {
    insert(list, list.length.get(), value)
}

/// Puts a string into a list at an index, which may be past its end.
pub fn insert(list: &PyWideStringList, at: Py_ssize_t, value: &[wchar_t]) -> bool {
    let n = usize::try_from(list.length.get()).unwrap_or(0);
    let at = usize::try_from(at).unwrap_or(0).min(n);
    let new = new_wide(value);
    // SAFETY: the array is grown by one before the entries behind `at` move up.
    unsafe {
        let items = libc::realloc(list.items.get().cast(), (n + 1) * size_of::<*mut wchar_t>())
            .cast::<*mut wchar_t>();
        if items.is_null() || new.is_null() {
            return false;
        }
        std::ptr::copy(items.add(at), items.add(at + 1), n - at);
        *items.add(at) = new;
        list.items.set(items);
    }
    list.length.set(n as Py_ssize_t + 1);
    true
}

/// Frees a list's strings.
pub fn clear_list(list: &PyWideStringList) {
    let n = usize::try_from(list.length.replace(0)).unwrap_or(0);
    let items = list.items.replace(std::ptr::null_mut());
    // SAFETY: the list owned the array and its strings.
    unsafe {
        for i in 0..n {
            libc::free((*items.add(i)).cast());
        }
        libc::free(items.cast());
    }
}

/// The string fields.
fn string_fields(c: &PyConfig) -> [&Cell<*mut wchar_t>; 18] {
    [
        &c.filesystem_encoding,
        &c.filesystem_errors,
        &c.pycache_prefix,
        &c.program_name,
        &c.stdio_encoding,
        &c.stdio_errors,
        &c.check_hash_pycs_mode,
        &c.pythonpath_env,
        &c.home,
        &c.executable,
        &c.base_executable,
        &c.prefix,
        &c.base_prefix,
        &c.exec_prefix,
        &c.base_exec_prefix,
        &c.run_command,
        &c.run_module,
        &c.run_filename,
    ]
}

fn list_fields(c: &PyConfig) -> [&PyWideStringList; 4] {
    [&c.argv, &c.xoptions, &c.warnoptions, &c.module_search_paths]
}

fn int_fields(c: &PyConfig) -> [&Cell<c_int>; 31] {
    [
        &c._config_init,
        &c.isolated,
        &c.use_environment,
        &c.dev_mode,
        &c.install_signal_handlers,
        &c.use_hash_seed,
        &c.faulthandler,
        &c.tracemalloc,
        &c.import_time,
        &c.show_ref_count,
        &c.show_alloc_count,
        &c.dump_refs,
        &c.malloc_stats,
        &c.parse_argv,
        &c.site_import,
        &c.bytes_warning,
        &c.inspect,
        &c.interactive,
        &c.optimization_level,
        &c.parser_debug,
        &c.write_bytecode,
        &c.verbose,
        &c.quiet,
        &c.user_site_directory,
        &c.configure_c_stdio,
        &c.buffered_stdio,
        &c.pathconfig_warnings,
        &c.module_search_paths_set,
        &c.skip_source_first_line,
        &c._install_importlib,
        &c._init_main,
    ]
}

/// `PyConfig_Clear`.
pub fn clear(c: &PyConfig) {
    string_fields(c).into_iter().for_each(|f| set(f, None));
    list_fields(c).into_iter().for_each(clear_list);
}

/// Makes `to` equal to `from`.
pub fn copy(to: &PyConfig, from: &PyConfig) {
    clear(to);
    int_fields(to)
        .into_iter()
        .zip(int_fields(from))
        .for_each(|(t, f)| t.set(f.get()));
    to.hash_seed.set(from.hash_seed.get());
    for (t, f) in string_fields(to).into_iter().zip(string_fields(from)) {
        // SAFETY: null or a wide string.
        let value = unsafe { wide_slice(f.get()) };
        set_raw(t, value.map_or(std::ptr::null_mut(), new_wide));
    }
    for (t, f) in list_fields(to).into_iter().zip(list_fields(from)) {
        set_list(t, &list_bytes(f));
    }
}

/// The value that every initialisation starts from: what is not known yet is -1.
fn init_common(c: &PyConfig) {
    clear(c);
    for f in int_fields(c) {
        f.set(0);
    }
    c._config_init.set(_PyConfig_INIT_COMPAT as c_int);
    for f in [
        &c.isolated,
        &c.use_environment,
        &c.dev_mode,
        &c.use_hash_seed,
        &c.faulthandler,
        &c.tracemalloc,
        &c.site_import,
        &c.bytes_warning,
        &c.inspect,
        &c.interactive,
        &c.optimization_level,
        &c.parser_debug,
        &c.write_bytecode,
        &c.verbose,
        &c.quiet,
        &c.user_site_directory,
        &c.buffered_stdio,
        &c.pathconfig_warnings,
    ] {
        f.set(-1);
    }
    c.install_signal_handlers.set(1);
    c._install_importlib.set(1);
    c._init_main.set(1);
}

/// The configuration of `Py_Initialize`: global flags decide.
pub fn init_compat(c: &PyConfig) {
    init_common(c);
}

/// `PyConfig_InitPythonConfig`.
pub fn init_python(c: &PyConfig) {
    init_common(c);
    c._config_init.set(_PyConfig_INIT_PYTHON as c_int);
    c.configure_c_stdio.set(1);
    c.parse_argv.set(1);
    for f in [
        &c.isolated,
        &c.dev_mode,
        &c.bytes_warning,
        &c.inspect,
        &c.interactive,
        &c.optimization_level,
        &c.parser_debug,
        &c.verbose,
        &c.quiet,
    ] {
        f.set(0);
    }
    for f in [
        &c.use_environment,
        &c.site_import,
        &c.write_bytecode,
        &c.user_site_directory,
        &c.buffered_stdio,
        &c.pathconfig_warnings,
    ] {
        f.set(1);
    }
}

/// `PyConfig_InitIsolatedConfig`.
pub fn init_isolated(c: &PyConfig) {
    init_python(c);
    c._config_init.set(_PyConfig_INIT_ISOLATED as c_int);
    c.configure_c_stdio.set(0);
    c.parse_argv.set(0);
    c.isolated.set(1);
    c.use_environment.set(0);
    c.user_site_directory.set(0);
    c.dev_mode.set(0);
    c.install_signal_handlers.set(0);
    c.use_hash_seed.set(0);
    c.faulthandler.set(0);
    c.tracemalloc.set(0);
    c.pathconfig_warnings.set(0);
}

/// The arguments as the program got them (`Py_GetArgcArgv`).
pub static ORIGINAL: PyWideStringList = PyWideStringList::ZEROED;

/// Completes a configuration (`PyConfig_Read`).
pub fn read(c: &PyConfig) -> Step {
    preconfig::apply(&preconfig::matching(c), &list_bytes(&c.argv))?;
    if c.argv.length.get() > 0 {
        set_list(&ORIGINAL, &list_bytes(&c.argv));
    }
    flags::inherit(c);
    let arguments = cmdline::Arguments::parse(c)?;
    if c.isolated.get() > 0 {
        c.use_environment.set(0);
        c.user_site_directory.set(0);
    }
    environment::read(c, &arguments)?;
    locale::read(c);
    if c.parse_argv.get() != 0 {
        set_list(&c.argv, &arguments.rest);
    }
    if c.argv.length.get() < 1 {
        append(&c.argv, &[]);
    }
    if c.check_hash_pycs_mode.get().is_null() {
        set(&c.check_hash_pycs_mode, Some(b"default"));
    }
    paths::program_name(c, &arguments);
    if c._install_importlib.get() != 0 {
        paths::calculate(c)?;
    }
    // What nobody has decided gets its default.
    for (f, default) in [
        (&c.faulthandler, 0),
        (&c.tracemalloc, 0),
        (&c.use_hash_seed, 0),
        (&c.isolated, 0),
        (&c.use_environment, 1),
        (&c.dev_mode, 0),
        (&c.site_import, 1),
        (&c.bytes_warning, 0),
        (&c.inspect, 0),
        (&c.interactive, 0),
        (&c.optimization_level, 0),
        (&c.parser_debug, 0),
        (&c.write_bytecode, 1),
        (&c.verbose, 0),
        (&c.quiet, 0),
        (&c.user_site_directory, 1),
        (&c.buffered_stdio, 1),
        (&c.pathconfig_warnings, 1),
    ] {
        if f.get() < 0 {
            f.set(default);
        }
    }
    c.parse_argv.set(0);
    Ok(())
}

/// A C string; text with a null in it ends there.
pub fn c_string(b: &[u8]) -> CString {
    let end = b.iter().position(|&c| c == 0).unwrap_or(b.len());
    CString::new(&b[..end]).unwrap_or_default()
}
