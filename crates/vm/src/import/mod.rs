//! The import system, as far as it is not written in Python.
//!
//! `importlib._bootstrap` does the work; here is what it stands on (`sys.modules`, built-in, frozen and extension
//! modules, the import lock) and the fast path for modules that are loaded already.

pub mod builtin;
pub mod dynamic;
pub mod frozen;
pub mod imp_module;
mod importtime;
pub mod lock;
pub mod multiphase;

use crate::prelude::*;
use crate::{frame, sys, warnings};

/// The current interpreter.
pub fn interp() -> &'static PyInterpreterState {
    // SAFETY: a thread state belongs to a live interpreter.
    unsafe { &*tstate::current().interp.get() }
}

/// `PyImport_GetModuleDict`: `sys.modules`.
pub fn get_module_dict() -> PyResult<Owned> {
    interp()
        .modules
        .load()
        .ok_or_else(|| raise!(RuntimeError, "unable to get sys.modules"))
}

/// `PyImport_GetModule`.
pub fn get_module(name: &PyObject) -> PyResult<Option<Owned>> {
    let modules = get_module_dict()?;
    if let Some(d) = modules.downcast_exact::<PyDictObject>() {
        return dict::get_item(d, name);
    }
    match object::get_item(&modules, name) {
        Ok(m) => Ok(Some(m)),
        Err(_) if err::matches(exc::KeyError.get()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// `_PyImport_SetModule`.
pub fn set_module(name: &PyObject, m: &PyObject) -> PyResult<()> {
    object::set_item(&*get_module_dict()?, name, m)
}

/// `PyImport_AddModuleObject`: the module of that name, made empty if there is none.
pub fn add_module_object(name: &PyObject) -> PyResult<Owned> {
    if let Some(m) = get_module(name)?.filter(|m| m.downcast::<PyModuleObject>().is_some()) {
        return Ok(m);
    }
    let m = module::new_object(name)?.upcast();
    set_module(name, &m)?;
    Ok(m)
}

/// `PyImport_AddModule`.
pub fn add_module(name: &str) -> PyResult<Owned> {
    add_module_object(unicode::from_str(name)?.as_object())
}

/// An attribute of a module that is loaded already.
pub fn loaded_attr(module: &str, attr: &str) -> PyResult<Option<Owned>> {
    match get_module(unicode::from_str(module)?.as_object())? {
        Some(m) => object::lookup_attr(&m, unicode::from_str(attr)?.as_object()),
        None => Ok(None),
    }
}

/// An attribute of `warnings` for somebody to whom that module is worth loading: it can tell where an object came from. `None`: the
/// interpreter ends, or there is no such module.
pub fn warnings_attr(attr: &str) -> PyResult<Option<Owned>> {
    if crate::threads::is_finalizing() {
        return loaded_attr("warnings", attr);
    }
    match import_module("warnings") {
        Ok(m) => object::lookup_attr(&m, unicode::from_str(attr)?.as_object()),
        Err(_) if err::matches(exc::ImportError.get()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// `PyImport_ImportModule`.
pub fn import_module(name: &str) -> PyResult<Owned> {
    import(unicode::from_str(name)?.as_object())
}

/// `PyImport_Import`: through whatever `__import__` the running code sees. Returns the named module itself.
pub fn import(name: &PyObject) -> PyResult<Owned> {
    let globals = crate::eval_api::get_globals();
    let empty = list::new(0)?.upcast();
    let (globals, builtins) = match globals {
        Some(g) => {
            let builtins = object::get_item(&g, id!("__builtins__").as_object())
                .map_err(|_| raise!(KeyError, "__builtins__"))?;
            (g, builtins)
        }
        None => {
            let builtins =
                import_module_level_object(id!("builtins").as_object(), None, None, None, 0)?;
            let g = dict::new()?;
            dict::set_item(&g, id!("__builtins__").as_object(), &builtins)?;
            (g.upcast(), builtins)
        }
    };
    let function = match builtins.downcast::<PyDictObject>() {
        Some(_) => object::get_item(&builtins, id!("__import__").as_object())?,
        None => object::get_attr(&builtins, id!("__import__").as_object())?,
    };
    let zero = long::from_i64(0)?;
    call::call(
        &function,
        &[name, &globals, &globals, &empty, zero.as_object()],
    )?;
    match get_module(name)? {
        Some(m) => Ok(m),
        None => Err(err::set_object(exc::KeyError.get(), name)),
    }
}

/// `PyErr_SetImportError`.
pub fn set_import_error(
    message: &PyObject,
    name: Option<&PyObject>,
    path: Option<&PyObject>,
) -> Raised {
    let make = || {
        let names = tuple::from_slice(&[id!("name").as_object(), id!("path").as_object()])?;
        let args = [message, name.unwrap_or(none()), path.unwrap_or(none())];
        call::call_kw(exc::ImportError.get(), &args, Some(&names))
    };
    match make() {
        Ok(e) => err::set_object(exc::ImportError.get(), &e),
        Err(raised) => raised,
    }
}

/// `_PyModuleSpec_IsInitializing`.
pub fn is_initializing(spec: Option<&PyObject>) -> PyResult<bool> {
    let Some(spec) = spec else { return Ok(false) };
    match object::lookup_attr(spec, id!("_initializing").as_object()) {
        Ok(Some(v)) => object::is_true(&v).or_else(|_| {
            err::clear();
            Ok(false)
        }),
        Ok(None) => Ok(false),
        Err(_) => {
            err::clear();
            Ok(false)
        }
    }
}

fn importlib() -> PyResult<Owned> {
    interp()
        .importlib
        .load()
        .ok_or_else(|| raise!(ImportError, "import machinery not initialized"))
}

/// The module of that name, loaded if need be.
fn load(abs_name: &PyObject) -> PyResult<Owned> {
    if let Some(m) = get_module(abs_name)?.filter(|m| !m.is_none()) {
        // Another thread may be in the middle of importing it.
        let spec = object::lookup_attr(&m, id!("__spec__").as_object())?;
        if is_initializing(spec.as_deref())? {
            call::method(
                &*importlib()?,
                id!("_lock_unlock_module").as_object(),
                &[abs_name],
            )?;
        }
        return Ok(m);
    }
    let part = |name: &str| sys::get_object(name).map(|o| o.unwrap_or_else(|| none().own()));
    let (path, meta_path, hooks) = (part("path")?, part("meta_path")?, part("path_hooks")?);
    sys::audit("import", &[abs_name, none(), &path, &meta_path, &hooks])?;
    let timer = (interp().config.import_time.get() != 0).then(importtime::Timer::start);
    let function = interp().import_func.load().unwrap_or_else(|| none().own());
    let found = call::method(
        &*importlib()?,
        id!("_find_and_load").as_object(),
        &[abs_name, &function],
    );
    if let Some(t) = timer {
        t.stop(abs_name);
    }
    found
}

/// `PyImport_ImportModuleLevelObject`.
pub fn import_module_level_object(
    name: &PyObject,
    globals: Option<&PyObject>,
    locals: Option<&PyObject>,
    fromlist: Option<&PyObject>,
    level: c_int,
) -> PyResult<Owned> {
    let _ = locals;
    let r = import_level(name, globals, fromlist, level);
    if r.is_err() {
        remove_importlib_frames();
    }
    r
}

fn import_level(
    name: &PyObject,
    globals: Option<&PyObject>,
    fromlist: Option<&PyObject>,
    level: c_int,
) -> PyResult<Owned> {
    let Some(name_str) = name.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "module name must be a string"));
    };
    if level < 0 {
        return Err(raise!(ValueError, "level must be >= 0"));
    }
    let length = unicode::length(name_str);
    let abs_name = if level > 0 {
        resolve_name(name, globals, level)?
    } else if length == 0 {
        return Err(raise!(ValueError, "Empty module name"));
    } else {
        name.own()
    };
    let m = load(&abs_name)?;
    let wants = fromlist.filter(|f| !f.is_none());
    let has_from = match wants {
        Some(f) => object::is_true(f)?,
        None => false,
    };
    if let (true, Some(fromlist)) = (has_from, wants) {
        if object::lookup_attr(&m, id!("__path__").as_object())?.is_none() {
            return Ok(m);
        }
        let function = interp().import_func.load().unwrap_or_else(|| none().own());
        return call::method(
            &*importlib()?,
            id!("_handle_fromlist").as_object(),
            &[&m, fromlist, &function],
        );
    }
    if level > 0 && length == 0 {
        return Ok(m);
    }
    let Some(dot) = text::find_char(name_str, '.' as u32) else {
        return Ok(m);
    };
    if level == 0 {
        let front = unicode::substring(name_str, 0, dot)?;
        return import_module_level_object(front.as_object(), None, None, None, 0);
    }
    // SAFETY: resolve_name returns a str.
    let abs: &PyUnicodeObject = unsafe { abs_name.cast_ref() };
    let front = unicode::substring(abs, 0, unicode::length(abs).saturating_sub(length - dot))?;
    match get_module(front.as_object())? {
        Some(m) => Ok(m),
        None => {
            let text = object::repr(front.as_object())?;
            Err(raise!(
                KeyError,
                "{} not in sys.modules as expected",
                err::Str(&text)
            ))
        }
    }
}

fn string_or<'a>(o: &'a PyObject, complaint: &str) -> PyResult<&'a PyUnicodeObject> {
    o.downcast::<PyUnicodeObject>()
        .ok_or_else(|| raise!(TypeError, "{complaint}"))
}

/// The package that a relative import starts from.
fn package_of(globals: &PyDictObject) -> PyResult<Owned> {
    let get = |name: &PyObject| Ok(dict::get_item(globals, name)?.filter(|o| !o.is_none()));
    let package = get(id!("__package__").as_object())?;
    let spec = get(id!("__spec__").as_object())?;
    if let Some(package) = package {
        string_or(&package, "package must be a string")?;
        if let Some(spec) = spec {
            let parent = object::get_attr(&spec, id!("parent").as_object())?;
            if !object::rich_compare_bool(&package, &parent, Py_EQ)? {
                warnings::warn_str(
                    exc::ImportWarning.get(),
                    "__package__ != __spec__.parent",
                    1,
                )?;
            }
        }
        return Ok(package);
    }
    if let Some(spec) = spec {
        let parent = object::get_attr(&spec, id!("parent").as_object())?;
        string_or(&parent, "__spec__.parent must be a string")?;
        return Ok(parent);
    }
    warnings::warn_str(
        exc::ImportWarning.get(),
        "can't resolve package from __spec__ or __package__, falling back on __name__ and __path__",
        1,
    )?;
    let Some(name) = dict::get_item(globals, id!("__name__").as_object())? else {
        return Err(raise!(KeyError, "'__name__' not in globals"));
    };
    let text = string_or(&name, "__name__ must be a string")?;
    if dict::get_item(globals, id!("__path__").as_object())?.is_some() {
        return Ok(name);
    }
    match text::rfind_char(text, '.' as u32, unicode::length(text)) {
        Some(dot) => unicode::substring(text, 0, dot).map(Owned::upcast),
        None => Err(no_parent()),
    }
}

fn no_parent() -> Raised {
    raise!(
        ImportError,
        "attempted relative import with no known parent package"
    )
}

/// The absolute name that a relative one means.
fn resolve_name(name: &PyObject, globals: Option<&PyObject>, level: c_int) -> PyResult<Owned> {
    let Some(globals) = globals else {
        return Err(raise!(KeyError, "'__name__' not in globals"));
    };
    let Some(globals) = globals.downcast::<PyDictObject>() else {
        return Err(raise!(TypeError, "globals must be a dict"));
    };
    let package = package_of(globals)?;
    // SAFETY: `package_of` returns a str.
    let package: &PyUnicodeObject = unsafe { package.cast_ref() };
    let mut end = unicode::length(package);
    if end == 0 {
        return Err(no_parent());
    }
    for _ in 1..level {
        match text::rfind_char(package, '.' as u32, end) {
            Some(dot) => end = dot,
            None => {
                return Err(raise!(
                    ValueError,
                    "attempted relative import beyond top-level package"
                ));
            }
        }
    }
    let base = unicode::substring(package, 0, end)?;
    if end == 0 || object::size(name)? == 0 {
        return Ok(base.upcast());
    }
    text::format(format_args!(
        "{}.{}",
        err::Str(base.as_object()),
        err::Str(name)
    ))
}

/// Takes importlib's own frames out of the traceback of an import that failed, unless `-v` asks for them.
fn remove_importlib_frames() {
    if interp().config.verbose.get() != 0 {
        return;
    }
    let e = err::fetch();
    let always =
        e.ty.as_deref()
            .is_some_and(|t| err::given_exception_matches(t, exc::ImportError.get()));
    let mut entries = Vec::new();
    let mut at = e.traceback.clone();
    while let Some(tb) = at {
        // SAFETY: the indicator's traceback and what follows it are traceback objects.
        at = unsafe { tb.cast_ref::<PyTracebackObject>() }
            .tb_next
            .load()
            .map(Owned::upcast);
        entries.push(tb);
    }
    let code_text = |tb: &Owned| {
        // SAFETY: as above; a traceback holds its frame.
        let tb = unsafe { tb.cast_ref::<PyTracebackObject>() };
        tb.tb_frame.load().map(|f| {
            let code = frame::frame_code(&f);
            let text = |field: &Cell<*mut PyObject>| {
                field.load().map(|s| text::lossy(&s)).unwrap_or_default()
            };
            (text(&code.co_filename), text(&code.co_name))
        })
    };
    let mut keep = vec![true; entries.len()];
    let mut chunk = Vec::new();
    for (i, tb) in entries.iter().enumerate() {
        let (file, name) = code_text(tb).unwrap_or_default();
        let inside = file == "<frozen importlib._bootstrap>"
            || file == "<frozen importlib._bootstrap_external>";
        if !inside {
            chunk.clear();
            continue;
        }
        chunk.push(i);
        if always || name == "_call_with_frames_removed" {
            chunk.drain(..).for_each(|j| keep[j] = false);
        }
    }
    let mut next: Option<Owned> = None;
    for (i, tb) in entries.into_iter().enumerate().rev() {
        if !keep[i] {
            continue;
        }
        // SAFETY: as above.
        unsafe {
            let typed = tb.cast_ref::<PyTracebackObject>();
            typed
                .tb_next
                .set_ref(next.take().map(|n| n.cast_unchecked()));
        }
        next = Some(tb);
    }
    err::restore(err::Fetched {
        traceback: next,
        ..e
    });
}

/// `PyImport_ExecCodeModuleObject`.
pub fn exec_code_module_object(
    name: &PyObject,
    code: &PyObject,
    pathname: Option<&PyObject>,
    cpathname: Option<&PyObject>,
) -> PyResult<Owned> {
    let d = module_dict_for_exec(name)?;
    let path = pathname.map(ObjectExt::own).or_else(|| {
        code.downcast::<PyCodeObject>()
            .and_then(|c| c.co_filename.load())
    });
    let (path, cpath) = (
        path.unwrap_or_else(|| none().own()),
        cpathname.unwrap_or(none()),
    );
    let external = object::get_attr(&*importlib()?, id!("_bootstrap_external").as_object())?;
    call::method(
        &external,
        id!("_fix_up_module").as_object(),
        &[d.as_object(), name, &path, cpath],
    )?;
    exec_code_in_module(name, d.as_object(), code)
}

/// The namespace of the module of that name, made if need be, with builtins.
fn module_dict_for_exec(name: &PyObject) -> PyResult<Owned> {
    let m = add_module_object(name)?;
    let d = module::get_dict(&m)?.upcast();
    if let Some(d) = d.downcast::<PyDictObject>()
        && dict::get_item(d, id!("__builtins__").as_object())?.is_none()
    {
        let builtins = interp().builtins.load().unwrap_or_else(|| none().own());
        dict::set_item(d, id!("__builtins__").as_object(), &builtins)?;
    }
    Ok(d)
}

/// Runs a module's code; a module that fails is taken out of `sys.modules`.
fn exec_code_in_module(name: &PyObject, d: &PyObject, code: &PyObject) -> PyResult<Owned> {
    let Some(c) = code.downcast::<PyCodeObject>() else {
        return Err(raise!(TypeError, "expected a code object"));
    };
    if let Err(raised) = crate::eval::call::eval_code(c, d, Some(d)) {
        let saved = err::fetch();
        if object::del_item(&*get_module_dict()?, name).is_err() {
            err::clear();
        }
        err::restore(saved);
        return Err(raised);
    }
    match get_module(name)? {
        Some(m) => Ok(m),
        None => {
            let text = object::repr(name)?;
            Err(raise!(
                ImportError,
                "Loaded module {} not found in sys.modules",
                err::Str(&text)
            ))
        }
    }
}

/// `importlib._bootstrap._module_repr`.
pub fn module_repr(m: &PyObject) -> Option<PyResult<Owned>> {
    let importlib = interp().importlib.load()?;
    Some(text::call_method(&importlib, "_module_repr", &[m]))
}

/// `PyImport_ReloadModule`.
pub fn reload_module(m: &PyObject) -> PyResult<Owned> {
    let importlib = import_module("importlib")?;
    call::method(&importlib, id!("reload").as_object(), &[m])
}

/// `PyImport_GetImporter`: the finder for an entry of a search path, or None if there is none but the file system.
pub fn get_importer(path: &PyObject) -> PyResult<Owned> {
    let part =
        |name: &str| sys::get_object(name)?.ok_or_else(|| raise!(RuntimeError, "lost sys.{name}"));
    let (cache, hooks) = (part("path_importer_cache")?, part("path_hooks")?);
    if let Some(d) = cache.downcast::<PyDictObject>()
        && let Some(found) = dict::get_item(d, path)?
    {
        return Ok(found);
    }
    let hooks = sequence::tuple(&hooks)?;
    for i in 0..tuple::len(&hooks) {
        match call::call1(tuple::get(&hooks, i), path) {
            Ok(importer) => {
                object::set_item(&cache, path, &importer)?;
                return Ok(importer);
            }
            Err(raised) => {
                if !err::matches(exc::ImportError.get()) {
                    return Err(raised);
                }
                err::clear();
            }
        }
    }
    object::set_item(&cache, path, none())?;
    Ok(none().own())
}
