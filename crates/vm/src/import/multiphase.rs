//! Modules with multi-phase initialisation (PEP 489), and the states of modules by definition.

use super::interp;
use crate::prelude::*;
use crate::warnings;
use std::ffi::CStr;

const PY_MOD_CREATE: c_int = 1;
const PY_MOD_EXEC: c_int = 2;

/// The definition that an object is.
fn as_def(o: &PyObject) -> PyResult<&'static PyModuleDef> {
    if !o.isinstance_of(&module::PyModuleDef_Type) {
        return Err(raise!(TypeError, "module definition expected"));
    }
    // SAFETY: just checked; definitions are static data.
    Ok(unsafe { &*o.as_ptr().cast::<PyModuleDef>() })
}

/// The definition's slots: (kind, value).
fn slots(def: &PyModuleDef) -> impl Iterator<Item = (c_int, *mut c_void)> {
    let mut at = def.m_slots.get();
    std::iter::from_fn(move || {
        // SAFETY: null, or an array that ends with an empty slot.
        unsafe {
            if at.is_null() || (*at).slot == 0 {
                return None;
            }
            let entry = ((*at).slot, (*at).value);
            at = at.add(1);
            Some(entry)
        }
    })
}

type Create = unsafe extern "C" fn(*mut PyObject, *mut PyModuleDef) -> *mut PyObject;
type Exec = unsafe extern "C" fn(*mut PyObject) -> c_int;

/// `PyModule_FromDefAndSpec2`.
pub fn from_def_and_spec(def: &PyObject, spec: &PyObject) -> PyResult<Owned> {
    from_def_and_spec2(as_def(def)?, spec, PYTHON_API_VERSION)
}

/// As [`from_def_and_spec`], for a module built for some version of the API.
pub fn from_def_and_spec2(
    def: &'static PyModuleDef,
    spec: &PyObject,
    api_version: c_int,
) -> PyResult<Owned> {
    module::def_init(def)?;
    let name = object::get_attr(spec, id!("name").as_object())?;
    let shown = || err::Str(&name);
    if api_version != PYTHON_API_VERSION && api_version != 3 {
        let text = format!(
            "Python C API version mismatch for module {}: This Python has API version 1013",
            text::lossy(&name)
        );
        warnings::warn_str(exc::RuntimeWarning.get(), &text, 1)?;
    }
    if def.m_size.get() < 0 {
        return Err(raise!(
            SystemError,
            "module {}: m_size may not be negative for multi-phase initialization",
            shown()
        ));
    }
    let (mut create, mut has_exec) = (None, false);
    for (kind, value) in slots(def) {
        match kind {
            PY_MOD_CREATE if create.is_some() => {
                return Err(raise!(
                    SystemError,
                    "module {} has multiple create slots",
                    shown()
                ));
            }
            PY_MOD_CREATE => {
                // SAFETY: a slot of this kind holds such a function.
                create = Some(unsafe { std::mem::transmute::<*mut c_void, Create>(value) })
            }
            PY_MOD_EXEC => has_exec = true,
            other => {
                return Err(raise!(
                    SystemError,
                    "module {} uses unknown slot ID {other}",
                    shown()
                ));
            }
        }
    }
    let m = match create {
        None => module::new_object(&name)?.upcast(),
        Some(create) => created(create, def, spec, &name)?,
    };
    match m.downcast::<PyModuleObject>() {
        Some(typed) => {
            typed.md_state.set(std::ptr::null_mut());
            typed.md_def.set(std::ptr::from_ref(def).cast_mut());
        }
        None => {
            let needs_module = def.m_size.get() > 0
                || def.m_traverse.get().is_some()
                || def.m_clear.get().is_some()
                || def.m_free.get().is_some();
            if needs_module {
                return Err(raise!(
                    SystemError,
                    "module {} is not a module object, but requests module state",
                    shown()
                ));
            }
            if has_exec {
                return Err(raise!(
                    SystemError,
                    "module {} specifies execution slots, but did not create a ModuleType instance",
                    shown()
                ));
            }
        }
    }
    module::fill(&m, def, &name)?;
    Ok(m)
}

/// The result of a create slot, which must not contradict the error indicator.
fn created(
    create: Create,
    def: &'static PyModuleDef,
    spec: &PyObject,
    name: &PyObject,
) -> PyResult<Owned> {
    // SAFETY: the slot's contract: a new reference, or null with an exception set.
    let made = unsafe {
        Owned::from_owned_ptr_or_null(create(spec.as_ptr(), std::ptr::from_ref(def).cast_mut()))
    };
    match (made, err::occurred().is_some()) {
        (Some(m), false) => Ok(m),
        (None, true) => Err(Raised::already_set()),
        (None, false) => Err(raise!(
            SystemError,
            "creation of module {} failed without setting an exception",
            err::Str(name)
        )),
        (Some(_), true) => Err(err::raise_from_cause(
            exc::SystemError.get(),
            format_args!(
                "creation of module {} raised unreported exception",
                err::Str(name)
            ),
        )),
    }
}

/// Has the module had its execution phase?
pub fn has_state(m: &PyObject) -> bool {
    m.downcast::<PyModuleObject>()
        .is_some_and(|m| !m.md_state.get().is_null())
}

fn name_of(m: &PyModuleObject) -> PyResult<String> {
    module::get_name_object(m.as_object()).map(|n| text::lossy(&n))
}

/// `PyModule_ExecDef`, with the module's own definition.
pub fn exec(m: &PyObject) -> PyResult<()> {
    let Some(typed) = m.downcast::<PyModuleObject>() else {
        return Ok(());
    };
    let Some(def) = module::get_def(m)? else {
        return Ok(());
    };
    let name = name_of(typed)?;
    if def.m_size.get() >= 0 {
        // A state, even an empty one, marks a module that has had this phase.
        module::allocate_state(typed, def.m_size.get().max(1))?;
    }
    for (kind, value) in slots(def) {
        if kind != PY_MOD_EXEC {
            continue;
        }
        // SAFETY: a slot of this kind holds such a function.
        let failed = unsafe { std::mem::transmute::<*mut c_void, Exec>(value)(m.as_ptr()) } != 0;
        match (failed, err::occurred().is_some()) {
            (false, false) => {}
            (true, true) => return Err(Raised::already_set()),
            (true, false) => {
                return Err(raise!(
                    SystemError,
                    "execution of module {name} failed without setting an exception"
                ));
            }
            (false, true) => {
                err::clear();
                return Err(raise!(
                    SystemError,
                    "execution of module {name} raised unreported exception"
                ));
            }
        }
    }
    Ok(())
}

/// `_PyState_AddModule`: the interpreter finds the module by its definition.
pub fn state_add(m: &PyObject, def: &PyModuleDef) -> PyResult<()> {
    if !def.m_slots.get().is_null() {
        return Err(raise!(
            SystemError,
            "PyState_AddModule called on module with slots"
        ));
    }
    let i = interp();
    let list = match i.modules_by_index.load() {
        Some(l) => l,
        None => {
            let l = list::new(0)?.upcast();
            i.modules_by_index.set_ref(Some(l.clone()));
            l
        }
    };
    let Some(l) = list.downcast::<PyListObject>() else {
        return Ok(());
    };
    let index = def.m_base.m_index.get();
    while (list::len(l) as Py_ssize_t) <= index {
        pyrite_runtime::list::append(l, none())?;
    }
    pyrite_runtime::list::set_item(l, index, m.own())
}

/// `PyState_FindModule`.
pub fn state_find(def: &PyModuleDef) -> Option<Owned> {
    let list = interp().modules_by_index.load()?;
    let l = list.downcast::<PyListObject>()?;
    let index = usize::try_from(def.m_base.m_index.get())
        .ok()
        .filter(|&i| i > 0)?;
    list::get(l, index).filter(|m| !m.is_none())
}

/// `PyState_RemoveModule`: the interpreter no longer finds a module by its definition.
pub fn state_remove(def: &PyModuleDef) -> PyResult<()> {
    if !def.m_slots.get().is_null() {
        return Err(raise!(
            SystemError,
            "PyState_RemoveModule called on module with slots"
        ));
    }
    let index = def.m_base.m_index.get();
    if index == 0 {
        err::fatal("PyState_RemoveModule: Module index invalid.");
    }
    let Some(list) = interp().modules_by_index.load() else {
        err::fatal("PyState_RemoveModule: Interpreters module-list not accessible.");
    };
    match list.downcast::<PyListObject>() {
        Some(l) if index < list::len(l) as Py_ssize_t => list::set_item(l, index, none().own()),
        _ => err::fatal("PyState_RemoveModule: Module index out of bounds."),
    }
}

/// `_PyState_ClearModules`.
pub fn clear_states() {
    interp().modules_by_index.set_ref(None);
}

/// The name of a definition, for messages.
pub fn def_name(def: &PyModuleDef) -> String {
    // SAFETY: a definition's name is a C string.
    unsafe { CStr::from_ptr(def.m_name.get()) }
        .to_string_lossy()
        .into_owned()
}
