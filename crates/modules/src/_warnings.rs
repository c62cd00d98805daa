//! `_warnings`: filters, and the decision what to do with a warning.
//!
//! Filters, registry and default action are those of the module `warnings` where it is loaded; before that, the
//! interpreter's own, which `warnings` takes over when it is imported. A registry remembers what was shown, as long as no
//! filter has changed since.

use pyrite_macros::pymodule;
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::object::names;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{
    call, dict, err, file, list, long, module, object, sequence, traceback, tstate, tuple, unicode,
};
use pyrite_vm::{eval_api, frame, import, sys, warnings};

/// Where a warning comes from.
struct Place {
    filename: Owned,
    lineno: c_int,
    module: Owned,
    registry: Option<Owned>,
}

fn state() -> &'static _warnings_runtime_state {
    // SAFETY: the interpreter lives as long as its threads.
    unsafe { &(*tstate::current().interp.get()).warnings }
}

fn to_str(text: &str) -> PyResult<Owned> {
    unicode::from_str(text).map(Owned::upcast)
}

/// The filters at the start: what 3.8 shows by default.
fn default_filters() -> PyResult<Owned> {
    let filter = |action: &str, category: &PyObject, module: Option<&str>| -> PyResult<Owned> {
        let module = match module {
            Some(m) => to_str(m)?,
            None => none().own(),
        };
        let parts = vec![
            to_str(action)?,
            none().own(),
            category.own(),
            module,
            long::from_i64(0)?.upcast(),
        ];
        tuple::from_owned(parts).map(Owned::upcast)
    };
    let all = vec![
        filter("default", exc::DeprecationWarning.get(), Some("__main__"))?,
        filter("ignore", exc::DeprecationWarning.get(), None)?,
        filter("ignore", exc::PendingDeprecationWarning.get(), None)?,
        filter("ignore", exc::ImportWarning.get(), None)?,
        filter("ignore", exc::ResourceWarning.get(), None)?,
    ];
    list::from_owned(all).map(Owned::upcast)
}

/// An attribute of `warnings`, if that module is loaded.
fn warnings_attr(name: &str) -> PyResult<Option<Owned>> {
    import::loaded_attr("warnings", name)
}

/// The value in `warnings`, or else the interpreter's own.
fn setting(name: &str, own: &Cell<*mut PyObject>) -> PyResult<Owned> {
    if let Some(v) = warnings_attr(name)? {
        own.set_ref(Some(v.clone()));
        return Ok(v);
    }
    own.load()
        .ok_or_else(|| raise!(ValueError, "_warnings.{name} not found"))
}

/// Does a filter's part match? `None` matches all, a str only itself, anything else is asked by `match`.
fn matches(part: &PyObject, arg: &PyObject) -> PyResult<bool> {
    if part.is_none() {
        return Ok(true);
    }
    if part.downcast_exact::<PyUnicodeObject>().is_some() {
        return object::rich_compare_bool(part, arg, Py_EQ);
    }
    let r = call::method_str(part, "match", &[arg])?;
    object::is_true(&r)
}

/// The action for a warning, and the filter that says so.
fn find_filter(
    category: &PyObject,
    text: &PyObject,
    lineno: c_int,
    module: &PyObject,
) -> PyResult<(String, Option<Owned>)> {
    let filters = setting("filters", &state().filters)?;
    let Some(filters) = filters.downcast::<PyListObject>() else {
        return Err(raise!(ValueError, "_warnings.filters must be a list"));
    };
    let mut i = 0;
    while let Some(item) = list::get(filters, i) {
        let Some(parts) = item
            .downcast::<PyTupleObject>()
            .filter(|t| t.ob_base.ob_size.get() == 5)
        else {
            return Err(raise!(
                ValueError,
                "_warnings.filters item {i} isn't a 5-tuple"
            ));
        };
        let parts = tuple::to_vec(parts);
        if parts[0].downcast::<PyUnicodeObject>().is_none() {
            let ty = parts[0].type_name();
            let ty = err::short(&ty, 200);
            return Err(raise!(TypeError, "action must be a string, not '{ty}'"));
        }
        let line = long::as_ssize_t(&parts[4])?;
        if matches(&parts[1], text)?
            && object::is_subclass(category, &parts[2])?
            && matches(&parts[3], module)?
            && (line == 0 || line == lineno as Py_ssize_t)
        {
            return Ok((names::text(&parts[0]).into_owned(), Some(item)));
        }
        i += 1;
    }
    let action = match warnings_attr("defaultaction")? {
        Some(a) => a,
        None => state()
            .default_action
            .load()
            .ok_or_else(|| raise!(ValueError, "_warnings.defaultaction not found"))?,
    };
    if action.downcast::<PyUnicodeObject>().is_none() {
        let ty = action.type_name();
        let ty = err::short(&ty, 200);
        return Err(raise!(
            TypeError,
            "_warnings.defaultaction must be a string, not '{ty}'"
        ));
    }
    Ok((names::text(&action).into_owned(), None))
}

/// Was a warning with this key shown already? With `set` it counts as shown from now on.
fn already_warned(registry: Option<&PyObject>, key: &PyObject, set: bool) -> PyResult<bool> {
    let Some(registry) = registry.and_then(|r| r.downcast::<PyDictObject>()) else {
        return Ok(false);
    };
    let version = state().filters_version.get();
    let version_key = id!("version").as_object();
    let current = match dict::get_item(registry, version_key)? {
        Some(v) if v.downcast_exact::<PyLongObject>().is_some() => long::as_i64(&v)? == version,
        _ => false,
    };
    if current {
        if let Some(v) = dict::get_item(registry, key)?
            && object::is_true(&v)?
        {
            return Ok(true);
        }
    } else {
        // The filters have changed: what was shown before is forgotten.
        dict::clear(registry);
        dict::set_item(registry, version_key, long::from_i64(version)?.as_object())?;
    }
    if set {
        dict::set_item(registry, key, py_true())?;
    }
    Ok(false)
}

/// The registry's entry for a text and a category, whatever the line.
fn update_registry(
    registry: Option<&PyObject>,
    text: &PyObject,
    category: &PyObject,
    zero: bool,
) -> PyResult<bool> {
    let mut parts = vec![text.own(), category.own()];
    if zero {
        parts.push(long::from_i64(0)?.upcast());
    }
    already_warned(registry, tuple::from_owned(parts)?.as_object(), true)
}

/// The module's name from its file's.
fn module_of_file(filename: &PyObject) -> PyResult<Owned> {
    let text = names::text(filename);
    if text.is_empty() {
        return to_str("<unknown>");
    }
    match text.strip_suffix(".py") {
        Some(stem) => to_str(stem),
        None => Ok(filename.own()),
    }
}

/// Shows a warning without the help of `warnings`.
fn show_plainly(
    filename: &PyObject,
    lineno: c_int,
    text: &PyObject,
    category: &PyObject,
) -> PyResult<()> {
    let name = object::get_attr(category, id!("__name__").as_object())?;
    let head = pyrite_vm::text::format(format_args!(
        "{}:{lineno}: {}: {}\n",
        err::Str(filename),
        err::Str(&name),
        err::Str(text)
    ))?;
    match sys::get_object("stderr")? {
        Some(f) if !f.is_none() => {
            file::write_string(&head, &f)?;
            traceback::display_source_line(&f, filename, lineno, 2)
        }
        _ => Ok(()),
    }
}

/// Everything about one warning, ready to be decided on.
struct Warning<'a> {
    category: Owned,
    text: Owned,
    message: Owned,
    place: &'a Place,
    source: Option<&'a PyObject>,
}

fn show(w: &Warning<'_>) -> PyResult<()> {
    let show = match w.source {
        Some(_) => import::warnings_attr("_showwarnmsg")?,
        None => warnings_attr("_showwarnmsg")?,
    };
    let Some(show) = show else {
        return show_plainly(&w.place.filename, w.place.lineno, &w.text, &w.category);
    };
    if !object::is_callable(&show) {
        return Err(raise!(
            TypeError,
            "warnings._showwarnmsg() must be set to a callable"
        ));
    }
    let Some(class) = warnings_attr("WarningMessage")? else {
        return Err(raise!(
            RuntimeError,
            "unable to get warnings.WarningMessage"
        ));
    };
    let lineno = long::from_i64(i64::from(w.place.lineno))?;
    let source = w.source.unwrap_or_else(|| none());
    let args = [
        &*w.message,
        &*w.category,
        &*w.place.filename,
        lineno.as_object(),
        none(),
        none(),
        source,
    ];
    let msg = call::call(&class, &args)?;
    call::call1(&show, &msg).map(drop)
}

/// Decides on a warning by the filters, and carries the decision out.
fn warn_explicit(
    category: Option<&PyObject>,
    message: &PyObject,
    place: &Place,
    source: Option<&PyObject>,
) -> PyResult<()> {
    let registry = place.registry.as_deref().filter(|r| !r.is_none());
    if registry.is_some_and(|r| r.downcast::<PyDictObject>().is_none()) {
        return Err(raise!(TypeError, "'registry' must be a dict or None"));
    }
    let module = if place.module.is_none() {
        module_of_file(&place.filename)?
    } else {
        place.module.clone()
    };
    let is_warning = object::is_instance(message, exc::Warning.get())?;
    let (text, message, category) = if is_warning {
        (object::str(message)?, message.own(), message.ty().own())
    } else {
        let category = category.unwrap_or_else(|| exc::UserWarning.get());
        (
            message.own(),
            call::call1(category, message)?,
            category.own(),
        )
    };
    let lineno = long::from_i64(i64::from(place.lineno))?.upcast();
    let key = tuple::from_owned(vec![text.clone(), category.clone(), lineno])?;
    if already_warned(registry, key.as_object(), false)? {
        return Ok(());
    }
    let (action, item) = find_filter(&category, &text, place.lineno, &module)?;
    match &*action {
        "error" => return Err(err::set_object(&category, &message)),
        "ignore" => return Ok(()),
        _ => {}
    }
    if action != "always"
        && let Some(registry) = registry.and_then(|r| r.downcast::<PyDictObject>())
    {
        dict::set_item(registry, key.as_object(), py_true())?;
    }
    let already = match &*action {
        "always" | "default" => false,
        "once" => match registry {
            Some(r) => update_registry(Some(r), &text, &category, false)?,
            None => {
                let own = setting("onceregistry", &state().once_registry)?;
                if own.downcast::<PyDictObject>().is_none() {
                    let ty = own.type_name();
                    return Err(raise!(
                        TypeError,
                        "_warnings.onceregistry must be a dict, not '{ty}'"
                    ));
                }
                update_registry(Some(&own), &text, &category, false)?
            }
        },
        "module" => match registry {
            Some(r) => update_registry(Some(r), &text, &category, true)?,
            None => false,
        },
        _ => {
            let item = item.unwrap_or_else(|| none().own());
            let repr = object::repr(&item)?;
            let action = object::repr(&*to_str(&action)?)?;
            return Err(raise!(
                RuntimeError,
                "Unrecognized action ({}) in warnings.filters:\n {}",
                err::Str(&action),
                err::Str(&repr)
            ));
        }
    };
    if already {
        return Ok(());
    }
    show(&Warning {
        category,
        text,
        message,
        place,
        source,
    })
}

/// Frames of the import system do not count for `stacklevel`.
fn is_internal(f: &PyFrameObject) -> bool {
    let code = frame::frame_code(f);
    let name = code
        .co_filename
        .borrow()
        .map(|n| names::text(n).into_owned())
        .unwrap_or_default();
    name.contains("importlib") && name.contains("_bootstrap")
}

fn back(f: &PyFrameObject) -> Option<&PyFrameObject> {
    // SAFETY: a frame holds its caller.
    unsafe { f.f_back.get().as_ref() }
}

fn next_external(f: Option<&PyFrameObject>) -> Option<&PyFrameObject> {
    let mut at = back(f?);
    while let Some(f) = at.filter(|f| is_internal(f)) {
        at = back(f);
    }
    at
}

/// The place `level` calls up.
fn place_of_level(level: Py_ssize_t) -> PyResult<Place> {
    let mut f = eval_api::get_frame();
    let mut left = level - 1;
    let skip_internal = level > 0 && !f.is_some_and(is_internal);
    while left > 0 && f.is_some() {
        f = if skip_internal {
            next_external(f)
        } else {
            f.and_then(back)
        };
        left -= 1;
    }
    let (globals, filename, lineno) = match f {
        Some(f) => {
            let code = frame::frame_code(f);
            let name = code.co_filename.load().unwrap_or_else(|| none().own());
            (f.f_globals.load(), name, frame::line_number(f))
        }
        None => (import::interp().sysdict.load(), to_str("sys")?, 1),
    };
    let Some(globals) = globals.and_then(|g| g.downcast_owned::<PyDictObject>().ok()) else {
        return Err(raise!(SystemError, "a frame without globals"));
    };
    let key = id!("__warningregistry__").as_object();
    let registry = match dict::get_item(&globals, key)? {
        Some(r) => r,
        None => {
            let r = dict::new()?.upcast();
            dict::set_item(&globals, key, &r)?;
            r
        }
    };
    let module = match dict::get_item(&globals, id!("__name__").as_object())? {
        Some(m) if m.is_none() || m.downcast::<PyUnicodeObject>().is_some() => m,
        _ => to_str("<string>")?,
    };
    Ok(Place {
        filename,
        lineno,
        module,
        registry: Some(registry),
    })
}

/// The category of a warning: the message's own class, or the one given.
fn category_of(message: &PyObject, category: Option<&PyObject>) -> PyResult<Owned> {
    if object::is_instance(message, exc::Warning.get())? {
        return Ok(message.ty().own());
    }
    let category = category
        .filter(|c| !c.is_none())
        .unwrap_or_else(|| exc::UserWarning.get());
    let is_class = category.downcast::<PyTypeObject>().is_some();
    if !is_class || !object::is_subclass(category, exc::Warning.get())? {
        let ty = category.type_name();
        let ty = err::short(&ty, 200);
        return Err(raise!(
            TypeError,
            "category must be a Warning subclass, not '{ty}'"
        ));
    }
    Ok(category.own())
}

fn do_warn(
    category: &PyObject,
    message: &PyObject,
    level: Py_ssize_t,
    source: Option<&PyObject>,
) -> PyResult<()> {
    let place = place_of_level(level)?;
    warn_explicit(Some(category), message, &place, source)
}

/// Asks a module's loader for the line (`warn_explicit(module_globals=...)`). 3.8 shows it nowhere, but a loader that
/// fails, or has no such line, is an error.
fn check_loader(globals: &PyDictObject, lineno: c_int) -> PyResult<()> {
    let (Some(loader), Some(name)) = (
        dict::get_item_str(globals, "__loader__")?,
        dict::get_item_str(globals, "__name__")?,
    ) else {
        return Ok(());
    };
    let Some(get_source) = object::lookup_attr(&loader, id!("get_source").as_object())? else {
        return Ok(());
    };
    let source = call::call1(&get_source, &name)?;
    if source.is_none() {
        return Ok(());
    }
    if source.downcast::<PyUnicodeObject>().is_none() {
        let got = source.type_name();
        return Err(raise!(TypeError, "must be str, not {got}"));
    }
    let split = object::get_attr_str(unicode::PyUnicode_Type.as_object(), "splitlines")?;
    let lines = call::call1(&split, &source)?;
    sequence::get_item(&lines, lineno as Py_ssize_t - 1).map(drop)
}

/// `_warnings`.
pub struct Warnings;

#[pymodule(name = "_warnings", export = false)]
impl Warnings {
    #[function]
    fn warn(
        _m: &PyObject,
        message: &PyObject,
        category: Option<&PyObject>,
        stacklevel: Option<isize>,
        source: Option<&PyObject>,
    ) -> PyResult<()> {
        let category = category_of(message, category)?;
        do_warn(
            &category,
            message,
            stacklevel.unwrap_or(1),
            source.filter(|s| !s.is_none()),
        )
    }
    #[function]
    #[sig(
        "($module, message, category, filename, lineno, module=None, registry=None, module_globals=None, source=None)"
    )]
    fn warn_explicit(
        _m: &PyObject,
        message: &PyObject,
        category: &PyObject,
        filename: &PyUnicodeObject,
        lineno: c_int,
        module: Option<&PyObject>,
        registry: Option<&PyObject>,
        module_globals: Option<&PyObject>,
        source: Option<&PyObject>,
    ) -> PyResult<()> {
        if let Some(g) = module_globals.filter(|g| !g.is_none()) {
            let Some(g) = g.downcast::<PyDictObject>() else {
                let ty = g.type_name();
                let ty = err::short(&ty, 200);
                return Err(raise!(
                    TypeError,
                    "module_globals must be a dict, not '{ty}'"
                ));
            };
            check_loader(g, lineno)?;
        }
        let place = Place {
            filename: filename.own(),
            lineno,
            module: module.unwrap_or_else(|| none()).own(),
            registry: registry.map(|r| r.own()),
        };
        warn_explicit(
            Some(category),
            message,
            &place,
            source.filter(|s| !s.is_none()),
        )
    }
    #[function]
    fn _filters_mutated(_m: &PyObject) {
        let version = &state().filters_version;
        version.set(version.get().wrapping_add(1));
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        let s = state();
        if s.filters.get().is_null() {
            s.filters.set_ref(Some(default_filters()?));
            s.once_registry.set_ref(Some(dict::new()?.upcast()));
            s.default_action.set_ref(Some(to_str("default")?));
            s.filters_version.set(0);
        }
        for (name, field) in [
            ("filters", &s.filters),
            ("_onceregistry", &s.once_registry),
            ("_defaultaction", &s.default_action),
        ] {
            if let Some(v) = field.load() {
                module::add_object(m, name, &v)?;
            }
        }
        warnings::install(warnings::Machinery {
            warn: |category, message, level, source| do_warn(category, message, level, source),
            warn_explicit: |category, message, filename, line, module, registry| {
                let place = Place {
                    filename: filename.own(),
                    lineno: line,
                    module: module.unwrap_or_else(|| none()).own(),
                    registry: registry.map(|r| r.own()),
                };
                warn_explicit(Some(category), message, &place, None)
            },
        });
        Ok(())
    }
}

/// The module's entry under the name that 3.8's table of modules has for it.
///
/// # Safety
/// Called by the holder of the GIL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn _PyWarnings_Init() -> *mut PyObject {
    // SAFETY: by the contract.
    unsafe { PyInit__warnings() }
}
