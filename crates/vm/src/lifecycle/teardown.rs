//! The end of an interpreter.

use super::{call_exit_functions, is_initialized, streams};
use crate::config;
use crate::import::{self, builtin, interp};
use crate::prelude::*;
use crate::{ceval, errors, signals, sys, threads, warnings};
use pyrite_runtime::gc::collector;
use pyrite_runtime::tstate::_PyRuntime;

/// Waits for the threads that `threading` started and that are not daemons.
fn wait_for_threads() {
    let name = id!("threading").as_object();
    let Ok(Some(m)) = import::get_module(name) else {
        err::clear();
        return;
    };
    if text::call_method(&m, "_shutdown", &[]).is_err() {
        err::write_unraisable(Some(&m));
    }
}

/// Runs the functions of `atexit`.
fn call_atexit() {
    let i = interp();
    if let Some(f) = i.pyexitfunc.replace(None) {
        // SAFETY: registered by `_Py_PyAtExit` with this argument.
        unsafe { f(i.pyexitmodule.get()) };
    }
    err::clear();
}

fn set_sys(name: &str, v: &PyObject) {
    if sys::set_object(name, Some(v)).is_err() {
        err::clear();
    }
}

/// Empties `sys` of what holds programs' objects.
fn clear_sys() {
    for name in [
        "path",
        "argv",
        "ps1",
        "ps2",
        "last_type",
        "last_value",
        "last_traceback",
        "path_hooks",
        "path_importer_cache",
        "meta_path",
        "__interactivehook__",
    ] {
        set_sys(name, none());
    }
    for name in ["stdin", "stdout", "stderr"] {
        let original = sys::get_object(&format!("__{name}__")).ok().flatten();
        set_sys(name, original.as_deref().unwrap_or(none()));
    }
}

/// Warns of what the collector could not free (`_PyGC_DumpShutdownStats`).
fn report_garbage() {
    let debug = _PyRuntime.gc.debug.get();
    let Ok(garbage) = collector::garbage() else {
        return err::clear();
    };
    let n = list::len(garbage);
    if debug & collector::DEBUG_SAVEALL != 0 || n == 0 {
        return;
    }
    let listed = debug & collector::DEBUG_UNCOLLECTABLE != 0;
    let advice = if listed {
        ""
    } else {
        "; use gc.set_debug(gc.DEBUG_UNCOLLECTABLE) to list them"
    };
    let warned = unicode::from_str(&format!(
        "gc: {n} uncollectable objects at shutdown{advice}"
    ))
    .and_then(|message| {
        let category = exc::ResourceWarning.get();
        let gc = id!("gc").as_object();
        warnings::warn_explicit_in(category, message.as_object(), gc, 0, Some(gc), None)
    });
    if warned.is_err() {
        err::write_unraisable(None);
    }
    if listed {
        match object::repr(garbage.as_object()) {
            Ok(shown) => errors::sys_write_stderr(&format!("      {}\n", text::lossy(&shown))),
            Err(_) => err::write_unraisable(Some(garbage.as_object())),
        }
    }
}

/// Takes every module out of `sys.modules`; those that live on are emptied. `sys` and `builtins` go last.
pub fn clear_modules() {
    let i = interp();
    let Some(modules) = i.modules.load() else {
        return;
    };
    if let Some(b) = i.builtins.load()
        && object::set_item(&b, id!("_").as_object(), none()).is_err()
    {
        err::clear();
    }
    clear_sys();
    let (sys_name, builtins_name) = (id!("sys").as_object(), id!("builtins").as_object());
    let kept = [
        import::get_module(sys_name),
        import::get_module(builtins_name),
    ]
    .map(|m| m.ok().flatten());
    err::clear();
    // Modules by weak reference, in the order of import.
    let mut watched: Vec<(Owned, Owned)> = Vec::new();
    if let Some(d) = modules.downcast::<PyDictObject>() {
        for (name, m) in dict::items(d) {
            if m.downcast::<PyModuleObject>().is_some() {
                match weakref::new_ref(&m, None) {
                    Ok(r) => watched.push((name.clone(), r.upcast())),
                    Err(_) => err::clear(),
                }
                if dict::set_item(d, &name, none()).is_err() {
                    err::clear();
                }
            }
        }
        dict::clear(d);
    }
    if let (Some(b), Some(copy)) = (i.builtins.load(), i.builtins_copy.load())
        && let Some(d) = b.downcast::<PyDictObject>()
    {
        // What a program has put there goes when all is as it was.
        let before = dict::copy(d);
        dict::clear(d);
        if dict::update(d, &*copy).is_err() {
            err::clear();
        }
        drop(before);
    }
    i.builtins_copy.set_ref(None);
    import::multiphase::clear_states();
    gc::collect();
    // A warning still needs `builtins`.
    report_garbage();
    for (_, r) in &watched {
        let Some(m) = weakref::get_object(r) else {
            continue;
        };
        let is_kept = kept.iter().flatten().any(|k| k.is(&*m));
        if !is_kept {
            clear_module(&m);
        }
    }
    for m in kept.into_iter().flatten() {
        clear_module(&m);
    }
    gc::collect();
    i.modules.set_ref(None);
}

fn clear_module(m: &PyObject) {
    if module::clear(m).is_err() {
        err::clear();
    }
}

/// Drops what an interpreter state holds.
fn clear_interpreter(i: &PyInterpreterState) {
    for field in [
        &i.codec_search_path,
        &i.codec_search_cache,
        &i.codec_error_registry,
        &i.modules_by_index,
        &i.audit_hooks,
        &i.sysdict,
        &i.builtins,
        &i.builtins_copy,
        &i.importlib,
        &i.import_func,
        &i.dict,
        &i.before_forkers,
        &i.after_forkers_parent,
        &i.after_forkers_child,
        &i.warnings.filters,
        &i.warnings.once_registry,
        &i.warnings.default_action,
        &i.modules,
    ] {
        field.set_ref(None);
    }
    i.codecs_initialized.set(0);
    config::clear(&i.config);
}

/// `Py_FinalizeEx`. False: something could not be flushed.
pub fn finalize() -> bool {
    if !is_initialized() {
        return true;
    }
    wait_for_threads();
    if ceval::make_pending_calls().is_err() {
        err::clear();
    }
    crate::foreign_calls::close();
    call_atexit();
    let mut ok = streams::flush();
    let ts = tstate::current_ptr();
    _PyRuntime.initialized.set(0);
    _PyRuntime.core_initialized.set(0);
    threads::set_finalizing(ts);
    interp().finalizing.set(1);
    signals::fini();
    gc::collect();
    clear_modules();
    ok &= streams::flush();
    // Destructors may have wanted to know where something came from.
    crate::tracemalloc::stop();
    super::call_fini_functions(true);
    builtin::fini();
    sys::info::fini();
    let i = interp();
    // SAFETY: the current thread state, until it is deleted below.
    threads::clear(unsafe { &*ts });
    threads::delete_others(ts);
    clear_interpreter(i);
    _PyRuntime
        .gilstate
        .autoInterpreterState
        .set(std::ptr::null_mut());
    let interp_ptr = std::ptr::from_ref(i).cast_mut();
    threads::delete_current();
    threads::forget_own_state();
    threads::delete_interpreter(interp_ptr);
    threads::set_finalizing(std::ptr::null_mut());
    call_exit_functions();
    ok
}

/// `PyInterpreterState_Clear`: drops what an interpreter and its threads hold.
pub fn clear_interpreter_state(i: &PyInterpreterState) {
    let mut at = i.tstate_head.get();
    // SAFETY: linked states live while the GIL is held.
    while let Some(ts) = unsafe { at.as_ref() } {
        threads::clear(ts);
        at = ts.next.get();
    }
    clear_interpreter(i);
}

/// `Py_EndInterpreter`: of one that is not the main one, by its last thread state, which is current.
/// Afterwards no thread state is current.
pub fn end_interpreter(ts: *mut PyThreadState) {
    // SAFETY: the current thread state and its interpreter live.
    let (t, i) = unsafe { (&*ts, &*(*ts).interp.get()) };
    if !t.frame.get().is_null() {
        err::fatal("Py_EndInterpreter: thread still has a frame");
    }
    i.finalizing.set(1);
    wait_for_threads();
    call_atexit();
    streams::flush();
    if i.tstate_head.get() != ts || !t.next.get().is_null() {
        err::fatal("Py_EndInterpreter: not the last thread");
    }
    clear_modules();
    clear_interpreter_state(i);
    let interp_ptr = std::ptr::from_ref(i).cast_mut();
    threads::set_current(std::ptr::null_mut());
    threads::delete(ts);
    threads::delete_interpreter(interp_ptr);
}
