//! Hooks that programs may replace, and audit events.

use crate::import::{self, interp};
use crate::prelude::*;
use pyrite_runtime::bytes;
use pyrite_runtime::tstate::_PyRuntime;
use std::ffi::CString;

/// `sys.displayhook`: shows a value and keeps it as `builtins._`.
pub fn display(o: &PyObject) -> PyResult<()> {
    let Some(builtins) = import::get_module(id!("builtins").as_object())? else {
        return Err(raise!(RuntimeError, "lost builtins module"));
    };
    if o.is_none() {
        return Ok(());
    }
    let last = id!("_").as_object();
    object::set_attr(&builtins, last, none())?;
    let Some(out) = super::get_object("stdout")?.filter(|f| !f.is_none()) else {
        return Err(raise!(RuntimeError, "lost sys.stdout"));
    };
    let text = object::repr(o)?;
    if call::method(&out, id!("write").as_object(), &[&text]).is_err() {
        if !err::matches(exc::UnicodeEncodeError.get()) {
            return Err(Raised::already_set());
        }
        err::clear();
        write_escaped(&out, &text)?;
    }
    call::method(
        &out,
        id!("write").as_object(),
        &[unicode::from_str("\n")?.as_object()],
    )?;
    object::set_attr(&builtins, last, o)
}

/// Writes text that the stream's encoding does not have, with backslash escapes.
fn write_escaped(out: &PyObject, text: &PyObject) -> PyResult<()> {
    let encoding = object::get_attr(out, id!("encoding").as_object())?;
    let errors = unicode::from_str("backslashreplace")?;
    let encoded = call::method(
        text,
        id!("encode").as_object(),
        &[&encoding, errors.as_object()],
    )?;
    if let Some(buffer) = object::lookup_attr(out, id!("buffer").as_object())? {
        call::method(out, id!("flush").as_object(), &[])?;
        call::method(&buffer, id!("write").as_object(), &[&encoded])?;
        return Ok(());
    }
    let strict = unicode::from_str("strict")?;
    let text = call::method(
        &encoded,
        id!("decode").as_object(),
        &[&encoding, strict.as_object()],
    )?;
    call::method(out, id!("write").as_object(), &[&text]).map(drop)
}

/// `sys.breakpointhook`: calls what `PYTHONBREAKPOINT` names.
pub fn breakpoint(args: Args<'_>) -> PyResult<Owned> {
    let named = std::env::var("PYTHONBREAKPOINT")
        .ok()
        .filter(|v| !v.is_empty());
    let named = if interp().config.use_environment.get() == 0 {
        None
    } else {
        named
    };
    let target = named.unwrap_or_else(|| "pdb.set_trace".to_owned());
    if target == "0" {
        return Ok(none().own());
    }
    let (module, attr) = target.rsplit_once('.').unwrap_or(("builtins", &target));
    let imported = if module.is_empty() || module.split('.').any(str::is_empty) {
        Err(raise!(ImportError, "no module has this name"))
    } else {
        import::import_module(module)
    };
    let hook = imported.and_then(|m| object::get_attr(&m, unicode::from_str(attr)?.as_object()));
    match hook {
        Ok(hook) => call::call_kw(&hook, &args.all(), args.kwnames()),
        Err(_)
            if err::matches(exc::ImportError.get()) || err::matches(exc::AttributeError.get()) =>
        {
            err::clear();
            let text = format!("Ignoring unimportable $PYTHONBREAKPOINT: \"{target}\"");
            crate::warnings::warn_str(exc::RuntimeWarning.get(), &text, 0)?;
            Ok(none().own())
        }
        Err(raised) => Err(raised),
    }
}

/// The arguments of `getsizeof(object[, default])`.
pub fn object_and_default(args: Args<'_>) -> PyResult<(Owned, Option<Owned>)> {
    let positional = args.positional();
    let pick = |i: usize, name: &str| {
        positional
            .get(i)
            .map(|o| o.own())
            .or_else(|| args.get_kw(name).map(ObjectExt::own))
    };
    if positional.len() > 2 {
        return Err(raise!(
            TypeError,
            "getsizeof() takes at most 2 arguments ({} given)",
            positional.len()
        ));
    }
    match pick(0, "object") {
        Some(o) => Ok((o, pick(1, "default"))),
        None => Err(raise!(
            TypeError,
            "getsizeof() missing required argument 'object' (pos 1)"
        )),
    }
}

/// Is anybody listening to audit events?
fn listeners() -> bool {
    if !_PyRuntime.audit_hook_head.get().is_null() {
        return true;
    }
    // SAFETY: a thread state belongs to a live interpreter.
    unsafe {
        tstate::current_ptr()
            .as_ref()
            .is_some_and(|ts| !(*ts.interp.get()).audit_hooks.get().is_null())
    }
}

/// `PySys_Audit`.
#[inline]
pub fn audit(event: &str, args: &[&PyObject]) -> PyResult<()> {
    if listeners() {
        raise_event(event, args)
    } else {
        Ok(())
    }
}

#[cold]
fn raise_event(event: &str, args: &[&PyObject]) -> PyResult<()> {
    let args = tuple::from_slice(args)?;
    let c_event = CString::new(event).map_err(|_| raise!(ValueError, "embedded null character"))?;
    let mut entry = _PyRuntime.audit_hook_head.get();
    // SAFETY: hooks are never removed while the runtime lives; each takes the event, its arguments and its own data.
    unsafe {
        while let Some(e) = entry.as_ref() {
            if let Some(hook) = e.hookCFunction.get()
                && hook(c_event.as_ptr(), args.as_ptr(), e.userData.get()) < 0
            {
                return Err(Raised::already_set());
            }
            entry = e.next.get();
        }
    }
    let Some(hooks) = interp().audit_hooks.load() else {
        return Ok(());
    };
    let ts = tstate::current();
    // Hooks are not traced unless they ask for it.
    let tracing = ts.use_tracing.replace(0);
    ts.tracing.set(ts.tracing.get() + 1);
    let r = call_python_hooks(&hooks, event, args.as_object(), tracing != 0);
    ts.tracing.set(ts.tracing.get() - 1);
    ts.use_tracing.set(tracing);
    r
}

fn call_python_hooks(
    hooks: &PyObject,
    event: &str,
    args: &PyObject,
    tracing: bool,
) -> PyResult<()> {
    let event = unicode::from_str(event)?;
    let all = sequence::tuple(hooks)?;
    for i in 0..tuple::len(&all) {
        let hook = tuple::get(&all, i);
        let traced = match object::lookup_attr(hook, id!("__cantrace__").as_object())? {
            Some(v) => object::is_true(&v)?,
            None => false,
        };
        let ts = tstate::current();
        if traced {
            ts.use_tracing.set(c_int::from(tracing));
            ts.tracing.set(ts.tracing.get() - 1);
        }
        let r = call::call(hook, &[event.as_object(), args]);
        if traced {
            ts.tracing.set(ts.tracing.get() + 1);
            ts.use_tracing.set(0);
        }
        r?;
    }
    Ok(())
}

/// The event of a program that is about to be parsed; one read from a file has no source yet.
pub fn audit_parse(source: Option<&[u8]>, filename: &PyObject) -> PyResult<()> {
    if !listeners() {
        return Ok(());
    }
    let source = match source {
        Some(source) => bytes::from_slice(source)?.upcast(),
        None => none().own(),
    };
    raise_event("compile", &[&source, filename])
}

/// `sys.audit(event, *args)`.
pub fn audit_from_python(args: &[&PyObject]) -> PyResult<()> {
    let Some((event, rest)) = args.split_first() else {
        return Err(raise!(
            TypeError,
            "audit() missing 1 required positional argument: 'event'"
        ));
    };
    if !listeners() {
        return Ok(());
    }
    if event.downcast::<PyUnicodeObject>().is_none() {
        return Err(raise!(
            TypeError,
            "expected str for argument 'event', not {}",
            err::short(&event.type_name(), 200)
        ));
    }
    audit(text::as_utf8(event)?, rest)
}

/// `sys.addaudithook`. A hook that is there may refuse others by an exception.
pub fn add_audit_hook(hook: &PyObject) -> PyResult<()> {
    if audit("sys.addaudithook", &[]).is_err() {
        if err::matches(exc::Exception.get()) {
            err::clear();
            return Ok(());
        }
        return Err(Raised::already_set());
    }
    let hooks = match interp().audit_hooks.load() {
        Some(l) => l,
        None => {
            let l = list::new(0)?.upcast();
            // Nobody shall find the hooks by the collector.
            // SAFETY: a list that nobody else has seen yet.
            unsafe { pyrite_runtime::gc::untrack_if_tracked(l.as_ptr()) };
            interp().audit_hooks.set_ref(Some(l.clone()));
            l
        }
    };
    match hooks.downcast::<PyListObject>() {
        Some(l) => list::append(l, hook),
        None => Ok(()),
    }
}

/// `PySys_AddAuditHook`: may be called before there is an interpreter. False: an exception is set, or memory ran out.
pub fn add_c_audit_hook(hook: Py_AuditHookFunction, data: *mut c_void) -> bool {
    if !tstate::current_ptr().is_null() && audit("sys.addaudithook", &[]).is_err() {
        if err::matches(exc::Exception.get()) {
            err::clear();
            return true;
        }
        return false;
    }
    let entry = Box::into_raw(Box::new(_Py_AuditHookEntry {
        next: Cell::new(std::ptr::null_mut()),
        hookCFunction: Cell::new(hook),
        userData: Cell::new(data),
    }));
    let mut place = &_PyRuntime.audit_hook_head;
    // SAFETY: hooks are never removed while the runtime lives.
    while let Some(e) = unsafe { place.get().as_ref() } {
        place = &e.next;
    }
    place.set(entry);
    true
}

/// `_PySys_ClearAuditHooks`: the hooks hear of it, and are forgotten.
pub fn clear_c_audit_hooks() {
    if !tstate::current_ptr().is_null() && audit("cpython._PySys_ClearAuditHooks", &[]).is_err() {
        err::clear();
    }
    let mut entry = _PyRuntime.audit_hook_head.replace(std::ptr::null_mut());
    while !entry.is_null() {
        // SAFETY: each entry is a box of `add_c_audit_hook`, and no longer reachable.
        entry = unsafe { Box::from_raw(entry) }.next.get();
    }
}

/// `PyFile_OpenCodeObject`: a file that will be run, opened by the hook if one is set.
pub fn open_code(path: &PyObject) -> PyResult<Owned> {
    if !PyUnicodeObject::check(path) {
        return Err(raise!(
            TypeError,
            "'path' must be 'str', not '{}'",
            err::short(&path.type_name(), 200)
        ));
    }
    if let Some(hook) = _PyRuntime.open_code_hook.get() {
        // SAFETY: C's hook takes the path and its own argument.
        return unsafe {
            Owned::from_result_ptr(hook(path.as_ptr(), _PyRuntime.open_code_userdata.get()))
        };
    }
    let io = crate::import::import_module("_io")?;
    text::call_method(&io, "open", &[path, unicode::from_str("rb")?.as_object()])
}

/// `PyFile_SetOpenCodeHook`: once in the life of a process.
pub fn set_open_code_hook(hook: Py_OpenCodeHookFunction, data: *mut c_void) -> PyResult<()> {
    let started = _PyRuntime.initialized.get() != 0;
    if started {
        audit("setopencodehook", &[])?;
    }
    if _PyRuntime.open_code_hook.get().is_some() {
        if started {
            return Err(raise!(
                SystemError,
                "failed to change existing open_code hook"
            ));
        }
        return Err(Raised::already_set());
    }
    _PyRuntime.open_code_hook.set(hook);
    _PyRuntime.open_code_userdata.set(data);
    Ok(())
}

/// `sys.set_asyncgen_hooks`.
pub fn set_asyncgen_hooks(
    firstiter: Option<&PyObject>,
    finalizer: Option<&PyObject>,
) -> PyResult<()> {
    let ts = tstate::current();
    let check = |hook: Option<&PyObject>, what: &str| match hook {
        Some(h) if !h.is_none() && !object::is_callable(h) => Err(raise!(
            TypeError,
            "callable {what} expected, got {}",
            err::short(&h.type_name(), 50)
        )),
        _ => Ok(()),
    };
    check(finalizer, "finalizer")?;
    check(firstiter, "firstiter")?;
    if let Some(h) = finalizer {
        audit("sys.set_asyncgen_hook_finalizer", &[])?;
        ts.async_gen_finalizer
            .set_ref((!h.is_none()).then(|| h.own()));
    }
    if let Some(h) = firstiter {
        audit("sys.set_asyncgen_hook_firstiter", &[])?;
        ts.async_gen_firstiter
            .set_ref((!h.is_none()).then(|| h.own()));
    }
    Ok(())
}
