//! Modules that are part of the library, and the memory of modules that were initialised once.
//!
//! A module with single-phase initialisation is made once in a process. What its dict held right after is kept, and a second import
//! gets a copy of it.

use super::multiphase;
use crate::prelude::*;
use std::ffi::{CStr, CString};

unsafe extern "C" {
    /// The table of built-in modules, which embedders may replace; the crate of the modules defines it.
    static PyImport_Inittab: Cell<*mut _inittab>;
}

/// The entries of the table.
fn inittab() -> impl Iterator<
    Item = (
        &'static CStr,
        Option<unsafe extern "C" fn() -> *mut PyObject>,
    ),
> {
    // SAFETY: the table is an array that ends with a null name.
    let mut at = unsafe { PyImport_Inittab.get() };
    std::iter::from_fn(move || {
        // SAFETY: as above; names are NUL-terminated strings that live on.
        unsafe {
            if at.is_null() || (*at).name.is_null() {
                return None;
            }
            let entry = *at;
            at = at.add(1);
            Some((CStr::from_ptr(entry.name), entry.initfunc))
        }
    })
}

/// `PyImport_ExtendInittab`: adds entries, in front of which stand those that are there.
///
/// # Safety
/// `new` is an array that ends with a null name and lives on.
pub unsafe fn extend_inittab(new: *const _inittab) {
    let mut all: Vec<_inittab> = Vec::new();
    for (name, initfunc) in inittab() {
        all.push(_inittab {
            name: name.as_ptr(),
            initfunc,
        });
    }
    let mut at = new;
    // SAFETY: by the contract.
    unsafe {
        while !at.is_null() && !(*at).name.is_null() {
            all.push(*at);
            at = at.add(1);
        }
        all.push(_inittab {
            name: std::ptr::null(),
            initfunc: None,
        });
        // The old table may be static; the new one lives as long as the process.
        PyImport_Inittab.set(Box::leak(all.into_boxed_slice()).as_mut_ptr());
    }
}

/// The names in the table, for `sys.builtin_module_names`.
pub fn names() -> Vec<&'static CStr> {
    inittab().map(|(name, _)| name).collect()
}

fn find(
    name: &PyObject,
) -> Option<(
    &'static CStr,
    Option<unsafe extern "C" fn() -> *mut PyObject>,
)> {
    let text = text::as_utf8(name).inspect_err(|_| err::clear()).ok()?;
    inittab().find(|(n, _)| n.to_bytes() == text.as_bytes())
}

/// `_imp.is_builtin`: 1, or -1 if the module cannot be initialised again, or 0.
pub fn is_builtin(name: &PyObject) -> c_int {
    match find(name) {
        None => 0,
        Some((_, None)) => -1,
        Some(_) => 1,
    }
}

/// `_imp.create_builtin`.
pub fn create(spec: &PyObject) -> PyResult<Owned> {
    let name = object::get_attr(spec, id!("name").as_object())?;
    if let Some(m) = find_extension(&name, &name)? {
        return Ok(m);
    }
    let Some((_, init)) = find(&name) else {
        return Ok(none().own());
    };
    let Some(init) = init else {
        // sys and builtins exist already.
        return super::add_module_object(&name);
    };
    // SAFETY: an init function takes nothing and returns a new reference, or NULL with an exception set.
    let made = unsafe { Owned::from_result_ptr(init()) }?;
    if made.isinstance_exact(&module::PyModuleDef_Type) {
        return multiphase::from_def_and_spec(&made, spec);
    }
    fixup_extension(&made, &name, &name, Some(init))?;
    Ok(made)
}

/// Calls the init function of a built-in module before importlib is there, and puts the module into `sys.modules`.
pub fn bootstrap(name: &str) -> PyResult<Owned> {
    let object = unicode::from_str(name)?.upcast();
    let Some((_, Some(init))) = find(&object) else {
        return Err(raise!(ImportError, "no built-in module named '{name}'"));
    };
    // SAFETY: as in `create`.
    let made = unsafe { Owned::from_result_ptr(init()) }?;
    let m = if made.isinstance_exact(&module::PyModuleDef_Type) {
        let ns = dict::new()?;
        dict::set_item(&ns, id!("name").as_object(), &object)?;
        let spec = crate::sys::simple_namespace(&ns)?;
        let m = multiphase::from_def_and_spec(&made, &spec)?;
        multiphase::exec(&m)?;
        m
    } else {
        made
    };
    super::set_module(&object, &m)?;
    Ok(m)
}

/// Definitions of modules that were initialised once, by (file name, name).
struct Extensions(Cell<*mut PyObject>);
// SAFETY: touched only by the holder of the GIL.
unsafe impl Sync for Extensions {}
static EXTENSIONS: Extensions = Extensions(Cell::new(std::ptr::null_mut()));

type InitFunc = Option<unsafe extern "C" fn() -> *mut PyObject>;

fn extensions() -> PyResult<Owned> {
    match EXTENSIONS.0.load() {
        Some(d) => Ok(d),
        None => {
            let d = dict::new()?.upcast();
            EXTENSIONS.0.set_ref(Some(d.clone()));
            Ok(d)
        }
    }
}

/// Forgets everything, at the end of the process's last interpreter.
pub fn fini() {
    EXTENSIONS.0.set_ref(None);
}

/// `_PyImport_FixupExtensionObject`: remembers a module that has just been initialised in one phase.
pub fn fixup_extension(
    m: &PyObject,
    name: &PyObject,
    filename: &PyObject,
    init: InitFunc,
) -> PyResult<()> {
    let Some(def) = module::get_def(m)? else {
        return Err(raise!(SystemError, "bad argument to internal function"));
    };
    if init.is_some() {
        def.m_base.m_init.set(init);
    }
    super::set_module(name, m)?;
    multiphase::state_add(m, def)?;
    if def.m_size.get() == -1 {
        // It cannot be initialised again: a copy of its namespace serves later imports.
        let copy = dict::copy(&*module::get_dict(m)?)?;
        def.m_base.m_copy.set_ref(Some(copy.upcast()));
    }
    let key = tuple::from_slice(&[filename, name])?;
    object::set_item(&*extensions()?, key.as_object(), def.as_object())
}

/// `_PyImport_FindExtensionObject`: a module that was initialised before, made again from what is remembered.
pub fn find_extension(name: &PyObject, filename: &PyObject) -> PyResult<Option<Owned>> {
    let key = tuple::from_slice(&[filename, name])?;
    let known = extensions()?;
    let Some(def) = known
        .downcast::<PyDictObject>()
        .map(|d| dict::get_item(d, key.as_object()))
        .transpose()?
        .flatten()
    else {
        return Ok(None);
    };
    // SAFETY: the dict holds module definitions only.
    let def: &PyModuleDef = unsafe { def.cast_ref() };
    let m = if def.m_size.get() == -1 {
        let Some(copy) = def.m_base.m_copy.load() else {
            return Ok(None);
        };
        let m = super::add_module_object(name)?;
        dict::update(&*module::get_dict(&m)?, &*copy)?;
        m
    } else {
        let Some(init) = def.m_base.m_init.get() else {
            return Ok(None);
        };
        // SAFETY: as in `create`.
        let m = unsafe { Owned::from_result_ptr(init()) }?;
        super::set_module(name, &m)?;
        m
    };
    multiphase::state_add(&m, def)?;
    Ok(Some(m))
}

/// A C string for an object's text, if it has no NULs.
pub fn c_string(o: &PyObject) -> PyResult<CString> {
    CString::new(text::as_utf8(o)?).map_err(|_| raise!(ValueError, "embedded null character"))
}
