//! `import` statements.

use crate::eval::machine::{M, opx};
use crate::import;
use crate::prelude::*;

opx! {
    fn IMPORT_NAME(m) {
        let r = {
            let fromlist = m.pop();
            let level = m.pop();
            import_name(m, m.name(m.arg as usize), &fromlist, &level)
        };
        m.result(r)
    }

    fn IMPORT_FROM(m) {
        let r = import_from(m.top(), m.name(m.arg as usize));
        m.result(r)
    }

    fn IMPORT_STAR(m) {
        let r = { let from = m.pop(); import_star(m, &from) };
        m.done(r)
    }
}

#[inline(never)]
fn import_name(m: M, name: &PyObject, fromlist: &PyObject, level: &PyObject) -> PyResult<Owned> {
    let f = m.frame();
    // SAFETY: a frame holds its builtins and globals, and the locals if it has them.
    let (builtins, globals, locals) = unsafe {
        (
            &*f.f_builtins.get(),
            &*f.f_globals.get(),
            f.f_locals.get().as_ref().unwrap_or(none()),
        )
    };
    let found = match builtins.downcast::<PyDictObject>() {
        Some(d) => dict::get_item(d, id!("__import__").as_object())?,
        None => None,
    };
    let Some(function) = found else {
        return Err(raise!(ImportError, "__import__ not found"));
    };
    // SAFETY: a thread state belongs to a live interpreter.
    if function.as_ptr() == unsafe { (*m.ts().interp.get()).import_func.get() } {
        let level = text::as_c_int(level)?;
        return import::import_module_level_object(
            name,
            Some(globals),
            Some(locals),
            Some(fromlist),
            level,
        );
    }
    call::call(&function, &[name, globals, locals, fromlist, level])
}

/// An attribute of a module, or the submodule of that name that is being imported.
#[inline(never)]
fn import_from(module: &PyObject, name: &PyObject) -> PyResult<Owned> {
    if let Some(v) = object::lookup_attr(module, name)? {
        return Ok(v);
    }
    // A circular import of a submodule: it is in sys.modules before it is an attribute.
    let package = object::lookup_attr(module, id!("__name__").as_object())?;
    let package = package.filter(|p| p.downcast::<PyUnicodeObject>().is_some());
    if let Some(package) = &package {
        let full = text::format(format_args!("{}.{}", err::Str(package), err::Str(name)))?;
        if let Some(found) = import::get_module(&full)? {
            return Ok(found);
        }
    }
    let unknown = unicode::from_str("<unknown module name>")?;
    let package = package.unwrap_or_else(|| unknown.upcast());
    let file = match module.downcast::<PyModuleObject>() {
        Some(m) => module_file(m)?,
        None => None,
    };
    let (what, whence) = (object::repr(name)?, object::repr(&package)?);
    let (what, whence) = (err::Str(&what), err::Str(&whence));
    let message = match &file {
        None => text::format(format_args!(
            "cannot import name {what} from {whence} (unknown location)"
        ))?,
        Some(file) => {
            let spec = object::lookup_attr(module, id!("__spec__").as_object())?;
            let partial = import::is_initializing(spec.as_deref())?;
            let file = err::Str(file);
            if partial {
                text::format(format_args!(
                    "cannot import name {what} from partially initialized module {whence} (most likely due to a \
                     circular import) ({file})"
                ))?
            } else {
                text::format(format_args!(
                    "cannot import name {what} from {whence} ({file})"
                ))?
            }
        }
    };
    Err(import::set_import_error(
        &message,
        Some(&package),
        file.as_deref(),
    ))
}

/// `PyModule_GetFilenameObject`, if the module has a file.
fn module_file(m: &PyModuleObject) -> PyResult<Option<Owned>> {
    let dict = module::get_dict(m.as_object())?;
    Ok(dict::get_item(&dict, id!("__file__").as_object())?
        .filter(|f| f.downcast::<PyUnicodeObject>().is_some()))
}

/// Copies a module's public names, or those of its `__all__`, into the locals.
#[inline(never)]
fn import_star(m: M, from: &PyObject) -> PyResult<()> {
    crate::frame::fast_to_locals(m.frame())?;
    let Some(locals) = m.frame().f_locals.load() else {
        return Err(raise!(SystemError, "no locals found during 'import *'"));
    };
    let r = star_names(from, &locals);
    crate::frame::locals_to_fast(m.frame(), false);
    r
}

fn star_names(from: &PyObject, locals: &PyObject) -> PyResult<()> {
    let (all, skip_private, source) = match object::lookup_attr(from, id!("__all__").as_object())? {
        Some(all) => (all, false, "__all__"),
        None => {
            let Some(dict) = object::lookup_attr(from, id!("__dict__").as_object())? else {
                return Err(raise!(
                    ImportError,
                    "from-import-* object has no __dict__ and no __all__"
                ));
            };
            (mapping::keys(&dict)?.upcast(), true, "__dict__")
        }
    };
    let mut i = 0;
    loop {
        let name = match sequence::get_item(&all, i) {
            Ok(name) => name,
            Err(_) if err::matches(exc::IndexError.get()) => {
                err::clear();
                return Ok(());
            }
            Err(raised) => return Err(raised),
        };
        i += 1;
        if name.downcast::<PyUnicodeObject>().is_none() {
            let module = object::get_attr(from, id!("__name__").as_object())?;
            if module.downcast::<PyUnicodeObject>().is_none() {
                return Err(raise!(
                    TypeError,
                    "module __name__ must be a string, not {}",
                    module.type_name()
                ));
            }
            let (kind, verb) = if skip_private {
                ("Key", "")
            } else {
                ("Item", "")
            };
            return Err(raise!(
                TypeError,
                "{kind} in {}.{source} must be str, not {}{verb}",
                err::Str(&module),
                name.type_name()
            ));
        }
        if skip_private && text::first_char(&name) == Some('_' as u32) {
            continue;
        }
        let v = object::get_attr(from, &name)?;
        object::set_item(locals, &name, &v)?;
    }
}
