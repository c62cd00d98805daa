//! What is decided before anything else: memory, the locale, UTF-8 mode, and with them how the bytes of arguments and
//! environment become text (the first half of PEP 587's configuration).

use super::{Step, Stop, cmdline, locale};
use pyrite_abi::*;
use pyrite_runtime::{mem, tstate::_PyRuntime};
use std::ffi::c_int;
use std::os::unix::ffi::OsStringExt;

fn init(p: &PyPreConfig, kind: c_int) {
    p._config_init.set(kind);
    p.parse_argv.set(0);
    p.isolated.set(-1);
    p.use_environment.set(-1);
    p.configure_locale.set(1);
    p.coerce_c_locale.set(0);
    p.coerce_c_locale_warn.set(0);
    p.utf8_mode.set(0);
    p.dev_mode.set(-1);
    p.allocator.set(PYMEM_ALLOCATOR_NOT_SET as c_int);
}

/// What `Py_Initialize` begins with: the locale stays as the program has it, global flags decide.
pub fn init_compat(p: &PyPreConfig) {
    init(p, _PyConfig_INIT_COMPAT as c_int);
}

/// `PyPreConfig_InitPythonConfig`.
pub fn init_python(p: &PyPreConfig) {
    init(p, _PyConfig_INIT_PYTHON as c_int);
    p.parse_argv.set(1);
    p.isolated.set(0);
    p.use_environment.set(1);
    p.coerce_c_locale.set(-1);
    p.coerce_c_locale_warn.set(-1);
    p.utf8_mode.set(-1);
}

/// `PyPreConfig_InitIsolatedConfig`.
pub fn init_isolated(p: &PyPreConfig) {
    init(p, _PyConfig_INIT_ISOLATED as c_int);
    p.configure_locale.set(0);
    p.isolated.set(1);
    p.use_environment.set(0);
    p.dev_mode.set(0);
}

/// The configuration that goes with the way a [`PyConfig`] was made.
pub fn matching(c: &PyConfig) -> PyPreConfig {
    let p = PyPreConfig::ZEROED;
    match c._config_init.get() as u32 {
        _PyConfig_INIT_PYTHON => init_python(&p),
        _PyConfig_INIT_ISOLATED => init_isolated(&p),
        _ => init_compat(&p),
    }
    for (to, from) in [
        (&p.isolated, &c.isolated),
        (&p.use_environment, &c.use_environment),
        (&p.dev_mode, &c.dev_mode),
    ] {
        if from.get() != -1 {
            to.set(from.get());
        }
    }
    p.parse_argv.set(c.parse_argv.get());
    p
}

/// An environment variable that is set and not empty, if the environment counts.
fn variable(p: &PyPreConfig, name: &str) -> Option<Vec<u8>> {
    if p.use_environment.get() == 0 {
        return None;
    }
    std::env::var_os(name)
        .map(OsStringExt::into_vec)
        .filter(|v| !v.is_empty())
}

/// Decides what `p` leaves open and puts it into force, once in a process (`Py_PreInitialize`).
pub fn apply(p: &PyPreConfig, args: &[Vec<u8>]) -> Step {
    if _PyRuntime.preinitialized.get() != 0 {
        return Ok(());
    }
    _PyRuntime.preinitializing.set(1);
    let early = if p.parse_argv.get() > 0 {
        cmdline::early(args)
    } else {
        cmdline::Early::default()
    };
    if p._config_init.get() == _PyConfig_INIT_COMPAT as c_int {
        inherit(p);
    }
    if early.isolated {
        p.isolated.set(1);
    }
    if early.no_environment || p.isolated.get() > 0 {
        p.use_environment.set(0);
    }
    for (field, default) in [(&p.isolated, 0), (&p.use_environment, 1)] {
        if field.get() < 0 {
            field.set(default);
        }
    }
    if p.dev_mode.get() < 0 {
        let on = early.option("dev").is_some() || variable(p, "PYTHONDEVMODE").is_some();
        p.dev_mode.set(c_int::from(on));
    }
    if p.dev_mode.get() > 0
        && p.allocator.get() == PYMEM_ALLOCATOR_NOT_SET as c_int
        && variable(p, "PYTHONMALLOC").is_none()
    {
        p.allocator.set(PYMEM_ALLOCATOR_DEBUG as c_int);
    }
    allocator(p)?;
    locales(p, &early)?;
    let kept = &_PyRuntime.preconfig;
    for (to, from) in fields(kept).into_iter().zip(fields(p)) {
        to.set(from.get());
    }
    super::flags::Py_UTF8Mode.0.set(p.utf8_mode.get());
    locale::choose_decoding(p.utf8_mode.get() > 0);
    _PyRuntime.preinitializing.set(0);
    _PyRuntime.preinitialized.set(1);
    Ok(())
}

fn fields(p: &PyPreConfig) -> [&std::cell::Cell<c_int>; 10] {
    [
        &p._config_init,
        &p.parse_argv,
        &p.isolated,
        &p.use_environment,
        &p.configure_locale,
        &p.coerce_c_locale,
        &p.coerce_c_locale_warn,
        &p.utf8_mode,
        &p.dev_mode,
        &p.allocator,
    ]
}

/// The global flags of old.
fn inherit(p: &PyPreConfig) {
    use super::flags::{Py_IgnoreEnvironmentFlag, Py_IsolatedFlag, Py_UTF8Mode};
    if p.isolated.get() < 0 {
        p.isolated.set(Py_IsolatedFlag.0.get());
    }
    if p.use_environment.get() < 0 {
        let ignored = Py_IgnoreEnvironmentFlag.0.get();
        p.use_environment.set(c_int::from(ignored == 0));
    }
    if Py_UTF8Mode.0.get() > 0 {
        p.utf8_mode.set(Py_UTF8Mode.0.get());
    }
}

/// `PYTHONMALLOC`.
fn allocator(p: &PyPreConfig) -> Step {
    if p.allocator.get() == PYMEM_ALLOCATOR_NOT_SET as c_int
        && let Some(name) = variable(p, "PYTHONMALLOC")
    {
        let named = match name.as_slice() {
            b"default" => PYMEM_ALLOCATOR_DEFAULT,
            b"debug" => PYMEM_ALLOCATOR_DEBUG,
            b"pymalloc" => PYMEM_ALLOCATOR_PYMALLOC,
            b"pymalloc_debug" => PYMEM_ALLOCATOR_PYMALLOC_DEBUG,
            b"malloc" => PYMEM_ALLOCATOR_MALLOC,
            b"malloc_debug" => PYMEM_ALLOCATOR_MALLOC_DEBUG,
            _ => {
                return fatal(
                    "preconfig_init_allocator",
                    "PYTHONMALLOC: unknown allocator",
                );
            }
        };
        p.allocator.set(named as c_int);
    }
    if _PyRuntime.initialized.get() == 0 {
        // SAFETY: nothing has run yet that allocates from these domains.
        unsafe { set_up_allocators(p.allocator.get() as PyMemAllocatorName) };
    }
    Ok(())
}

/// `_PyMem_SetupAllocators`. False: there is none of that name.
///
/// # Safety
/// Nothing has been allocated yet that is given back later.
pub unsafe fn set_up_allocators(name: PyMemAllocatorName) -> bool {
    let (system, debug) = match name {
        PYMEM_ALLOCATOR_NOT_SET => return true,
        PYMEM_ALLOCATOR_DEFAULT | PYMEM_ALLOCATOR_PYMALLOC => (false, false),
        PYMEM_ALLOCATOR_DEBUG | PYMEM_ALLOCATOR_PYMALLOC_DEBUG => (false, true),
        PYMEM_ALLOCATOR_MALLOC => (true, false),
        PYMEM_ALLOCATOR_MALLOC_DEBUG => (true, true),
        _ => return false,
    };
    // SAFETY: by the contract.
    unsafe {
        mem::set_allocator(mem::Domain::Raw, mem::default_allocator(mem::Domain::Raw));
        mem::use_system_malloc(system);
        if debug {
            mem::debug::install();
        }
    }
    true
}

fn fatal(place: &'static str, text: &str) -> Step {
    Err(Stop::Error(place, text.to_owned()))
}

/// UTF-8 mode as `-X utf8` or `PYTHONUTF8` say.
fn utf8_asked(p: &PyPreConfig, early: &cmdline::Early) -> Step<Option<c_int>> {
    let place = "preconfig_init_utf8_mode";
    let stop = |text: &str| Err(Stop::Error(place, text.to_owned()));
    if let Some(v) = early.option("utf8") {
        return match v.as_deref() {
            None | Some(b"1") => Ok(Some(1)),
            Some(b"0") => Ok(Some(0)),
            Some(_) => stop("invalid -X utf8 option value"),
        };
    }
    match variable(p, "PYTHONUTF8").as_deref() {
        None => Ok(None),
        Some(b"1") => Ok(Some(1)),
        Some(b"0") => Ok(Some(0)),
        Some(_) => stop("invalid PYTHONUTF8 environment variable value"),
    }
}

/// Takes the user's LC_CTYPE; where that is the C locale, a UTF-8 one takes its place (PEP 538), and UTF-8 mode begins
/// (PEP 540).
fn locales(p: &PyPreConfig, early: &cmdline::Early) -> Step {
    if p.configure_locale.get() > 0 {
        locale::take_user_ctype();
    }
    let is_c = locale::is_c();
    if p.utf8_mode.get() < 0 {
        let mode = utf8_asked(p, early)?.unwrap_or(c_int::from(is_c));
        p.utf8_mode.set(mode);
    }
    let asked = variable(p, "PYTHONCOERCECLOCALE");
    if p.coerce_c_locale_warn.get() < 0 {
        let warn = asked.as_deref() == Some(b"warn");
        p.coerce_c_locale_warn.set(c_int::from(warn));
    }
    if p.coerce_c_locale.get() < 0 {
        let wanted = asked.as_deref() != Some(b"0");
        p.coerce_c_locale.set(c_int::from(wanted && is_c));
    }
    let warn = p.coerce_c_locale_warn.get() > 0;
    if p.coerce_c_locale.get() > 0 && p.configure_locale.get() > 0 {
        locale::coerce(warn);
    }
    Ok(())
}
