//! Modules: a dict with a name, and what their C side keeps with them.

use crate::object;
use crate::object::names;
use crate::prelude::*;
use crate::{cfunction, dict, err, gc, hooks, mem, typeobject, unicode, weakref};
use pyrite_macros::pytype;
use std::ffi::CStr;
use std::ptr::null_mut;

/// A module object.
#[repr(C)]
pub struct PyModuleObject {
    ob_base: PyObject,
    pub md_dict: Cell<*mut PyObject>,
    pub md_def: Cell<*mut PyModuleDef>,
    pub md_state: Cell<*mut c_void>,
    pub md_weaklist: Cell<*mut PyObject>,
    pub md_name: Cell<*mut PyObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for PyModuleObject {}

/// `PyModule_NewObject`.
pub fn new_object(name: &PyObject) -> PyResult<Owned<PyModuleObject>> {
    let m: Owned<PyModuleObject> = gc::new_object(&PyModule_Type)?;
    let d = dict::new()?;
    init_dict(&m, &d, name, None)?;
    m.md_dict.set_ref(Some(d.upcast()));
    // SAFETY: fresh, with valid fields.
    unsafe { gc::track(m.as_ptr()) };
    Ok(m)
}

/// `PyModule_New`.
pub fn new(name: &str) -> PyResult<Owned<PyModuleObject>> {
    new_object(unicode::from_str(name)?.as_object())
}

fn init_dict(
    m: &PyModuleObject,
    d: &PyDictObject,
    name: &PyObject,
    doc: Option<&PyObject>,
) -> PyResult<()> {
    dict::set_item(d, id!("__name__").as_object(), name)?;
    dict::set_item(d, id!("__doc__").as_object(), doc.unwrap_or_else(|| none()))?;
    for key in [id!("__package__"), id!("__loader__"), id!("__spec__")] {
        dict::set_item(d, key.as_object(), none())?;
    }
    if std::ptr::eq(name.ty(), PyUnicodeObject::type_object()) {
        m.md_name.set_ref(Some(name.own()));
    }
    Ok(())
}

/// `PyModule_GetDict`.
pub fn get_dict(m: &PyObject) -> PyResult<Owned<PyDictObject>> {
    let Some(m) = m.downcast::<PyModuleObject>() else {
        return Err(err::bad_internal_call());
    };
    match m.md_dict.load() {
        // SAFETY: a module's dict is one.
        Some(d) => Ok(unsafe { d.cast_unchecked() }),
        None => {
            let d = dict::new()?;
            m.md_dict.set_ref(Some(d.clone().upcast()));
            Ok(d)
        }
    }
}

/// `PyModule_AddObject`, without its theft of the reference.
pub fn add_object(m: &PyObject, name: &str, value: &PyObject) -> PyResult<()> {
    let d = get_dict(m)?;
    dict::set_item(&d, unicode::intern_str(name)?.as_object(), value)
}

/// Adds a type under its short name, making it ready first.
pub fn add_type(m: &PyObject, ty: &PyTypeObject) -> PyResult<()> {
    typeobject::ready(ty)?;
    add_object(m, &typeobject::short_name(ty), ty.as_object())
}

/// `PyModule_AddIntConstant`.
pub fn add_int_constant(m: &PyObject, name: &str, value: i64) -> PyResult<()> {
    add_object(m, name, crate::long::from_i64(value)?.as_object())
}

/// `PyModule_AddStringConstant`.
pub fn add_string_constant(m: &PyObject, name: &str, value: &str) -> PyResult<()> {
    add_object(m, name, unicode::from_str(value)?.as_object())
}

/// `PyModule_GetNameObject`.
pub fn get_name_object(m: &PyObject) -> PyResult<Owned> {
    if m.downcast::<PyModuleObject>().is_none() {
        return Err(err::bad_argument());
    }
    match dict::get_item(&*get_dict(m)?, id!("__name__").as_object())? {
        Some(name) if name.downcast::<PyUnicodeObject>().is_some() => Ok(name),
        _ => Err(raise!(SystemError, "nameless module")),
    }
}

/// `PyModule_GetDef`.
pub fn get_def(m: &PyObject) -> PyResult<Option<&'static PyModuleDef>> {
    let Some(m) = m.downcast::<PyModuleObject>() else {
        return Err(err::bad_argument());
    };
    // SAFETY: a definition is static data.
    Ok(unsafe { m.md_def.get().as_ref() })
}

/// `PyModule_AddFunctions`: the functions of a table, bound to the module.
///
/// # Safety
/// `table` ends with a row without a name and lives as long as the process.
pub unsafe fn add_functions(
    m: &PyObject,
    table: *const PyMethodDef,
    module_name: &PyObject,
) -> PyResult<()> {
    // What takes the place of a module gets attributes.
    let d = match m.downcast::<PyModuleObject>() {
        Some(_) => Some(get_dict(m)?),
        None => None,
    };
    let mut at = table;
    // SAFETY: by the contract.
    unsafe {
        while let Some(def) = at.as_ref().filter(|d| !d.ml_name.is_null()) {
            if def.ml_flags & (METH_CLASS | METH_STATIC) != 0 {
                return Err(raise!(
                    ValueError,
                    "module functions cannot set METH_CLASS or METH_STATIC"
                ));
            }
            let f = cfunction::new(def, Some(m), Some(module_name))?;
            let name = unicode::intern_c(CStr::from_ptr(def.ml_name))?;
            match &d {
                Some(d) => dict::set_item(d, name.as_object(), f.as_object())?,
                None => object::set_attr(m, name.as_object(), f.as_object())?,
            }
            at = at.add(1);
        }
    }
    Ok(())
}

/// Indices of module definitions, in order of their first use.
static NEXT_INDEX: std::sync::atomic::AtomicIsize = std::sync::atomic::AtomicIsize::new(0);

/// `PyModuleDef_Init`: makes a definition an object with an index of its own.
pub fn def_init(def: &'static PyModuleDef) -> PyResult<Owned> {
    typeobject::ready(&PyModuleDef_Type)?;
    if def.m_base.m_index.get() == 0 {
        let next = NEXT_INDEX.fetch_add(1, std::sync::atomic::Ordering::Relaxed) + 1;
        def.m_base.ob_base.ob_refcnt.set(1);
        def.m_base
            .ob_base
            .ob_type
            .set((&raw const PyModuleDef_Type).cast_mut());
        def.m_base.m_index.set(next);
    }
    Ok(def.own())
}

fn def_name(def: &PyModuleDef) -> String {
    // SAFETY: a definition's name is a C string.
    unsafe { CStr::from_ptr(def.m_name.get()) }
        .to_string_lossy()
        .into_owned()
}

/// `PyModule_Create2`: a module by single-phase initialisation.
pub fn create2(def: &'static PyModuleDef, _api_version: c_int) -> PyResult<Owned> {
    def_init(def)?;
    let name = def_name(def);
    if !def.m_slots.get().is_null() {
        return Err(raise!(
            SystemError,
            "module {name}: PyModule_Create is incompatible with m_slots"
        ));
    }
    // A module in a package is known by its full name, which the import machinery left for it.
    let full = hooks::package_context(&name).unwrap_or(name);
    let m = new(&full)?;
    allocate_state(&m, def.m_size.get())?;
    fill(m.as_object(), def, unicode::from_str(&full)?.as_object())?;
    m.md_def.set(std::ptr::from_ref(def).cast_mut());
    Ok(m.upcast())
}

/// Zeroed memory for the module's state, if its definition asks for any.
pub fn allocate_state(m: &PyModuleObject, size: Py_ssize_t) -> PyResult<()> {
    if size > 0 && m.md_state.get().is_null() {
        let state = mem::calloc(mem::Domain::Mem, 1, size as usize);
        if state.is_null() {
            return Err(err::no_memory());
        }
        m.md_state.set(state);
    }
    Ok(())
}

/// Adds the definition's functions and its documentation.
pub fn fill(m: &PyObject, def: &PyModuleDef, name: &PyObject) -> PyResult<()> {
    if !def.m_methods.get().is_null() {
        // SAFETY: a definition's table is static and ends with an empty row.
        unsafe { add_functions(m, def.m_methods.get(), name)? };
    }
    if !def.m_doc.get().is_null() {
        // SAFETY: a definition's documentation is a C string.
        let doc = unsafe { CStr::from_ptr(def.m_doc.get()) }.to_string_lossy();
        object::set_attr(
            m,
            id!("__doc__").as_object(),
            unicode::from_str(&doc)?.as_object(),
        )?;
    }
    Ok(())
}

/// `_PyModule_Clear`: sets the values of the module's dict to None, private names first, so that destructors still find
/// what they need.
pub fn clear(m: &PyObject) -> PyResult<()> {
    clear_dict(&*get_dict(m)?)
}

/// `_PyModule_ClearDict`.
pub fn clear_dict(d: &PyDictObject) -> PyResult<()> {
    for private in [true, false] {
        for (key, value) in dict::items(d) {
            if value.is_none() || key.downcast::<PyUnicodeObject>().is_none() {
                continue;
            }
            let name = names::text(&key);
            let is_private = name.starts_with('_') && name.as_bytes().get(1) != Some(&b'_');
            let keep = name == "__builtins__";
            if (private && is_private) || (!private && !is_private && !keep) {
                drop(value);
                dict::set_item(d, &key, none())?;
            }
        }
    }
    Ok(())
}

pub struct ModuleDefType;

#[pytype(name = "moduledef", c_name = PyModuleDef_Type, layout = PyModuleDef, no_class)]
impl ModuleDefType {}

pub struct Module;

#[pytype(name = "module", c_name = PyModule_Type, layout = PyModuleObject, flags = [BASETYPE, HAVE_GC],
         dictoffset = md_dict, weaklistoffset = md_weaklist,
         alloc = typeobject::instance::generic_alloc_slot, free = gc_del)]
impl Module {
    const tp_setattro: setattrofunc = Some(crate::object::generic_set_attr_slot);
    fn tp_dealloc(slf: *mut PyModuleObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            let m = &*slf;
            if !m.md_weaklist.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            if let Some(free) = m.md_def.get().as_ref().and_then(|d| d.m_free.get()) {
                free(slf.cast());
            }
            m.md_dict.set_ref(None);
            m.md_name.set_ref(None);
            mem::free(mem::Domain::Mem, m.md_state.replace(null_mut()));
            typeobject::instance::free_instance(m.ty(), slf.cast());
        }
    }
    fn tp_traverse(slf: &PyModuleObject, visit: gc::Visitor) -> c_int {
        // SAFETY: a definition is static data; its traversal takes the module.
        let own = unsafe { slf.md_def.get().as_ref() }.and_then(|d| d.m_traverse.get());
        if let Some(f) = own {
            // SAFETY: the module's own traversal, asked about the module.
            let r = unsafe { visit.delegate(f, slf.as_ptr()) };
            if r != 0 {
                return r;
            }
        }
        visit.visit(slf.md_dict.get())
    }
    fn tp_clear(slf: &PyModuleObject) {
        // SAFETY: as above.
        if let Some(f) = unsafe { slf.md_def.get().as_ref() }.and_then(|d| d.m_clear.get()) {
            // SAFETY: as above.
            unsafe { f(slf.as_ptr()) };
        }
        slf.md_dict.set_ref(None);
    }
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        typeobject::instance::alloc(ty)
    }
    #[sig("(name, doc=None)")]
    fn tp_init(
        slf: &PyModuleObject,
        name: &PyUnicodeObject,
        doc: Option<&PyObject>,
    ) -> PyResult<()> {
        let d = get_dict(slf.as_object())?;
        init_dict(slf, &d, name.as_object(), doc)
    }
    fn tp_repr(slf: &PyModuleObject) -> PyResult<Owned> {
        match hooks::module_repr(slf.as_object()) {
            Some(r) => r,
            None => {
                let name = get_name_object(slf.as_object())?;
                unicode::from_str(&format!("<module '{}'>", err::Str(&name))).map(Owned::upcast)
            }
        }
    }
    fn tp_getattro(slf: &PyModuleObject, name: &PyObject) -> PyResult<Owned> {
        get_attr(slf, name)
    }
    #[method]
    fn __dir__(slf: &PyModuleObject) -> PyResult<Owned> {
        let d = object::get_attr(slf.as_object(), id!("__dict__").as_object())?;
        let Some(d) = d.downcast::<PyDictObject>() else {
            let name = get_name_object(slf.as_object())?;
            return Err(raise!(
                TypeError,
                "{}.__dict__ is not a dictionary",
                err::Str(&name)
            ));
        };
        match dict::get_item(d, id!("__dir__").as_object())? {
            Some(f) => crate::call::call0(&f),
            None => dict::keys_list(d).map(Owned::upcast),
        }
    }
    #[members]
    const MEMBERS: &[Member] = members![("__dict__", T_OBJECT, md_dict, READONLY)];
}

/// Attribute look-up on a module: the generic way, then the module's own `__getattr__` (PEP 562).
fn get_attr(m: &PyModuleObject, name: &PyObject) -> PyResult<Owned> {
    if let Some(v) = object::generic_lookup(m.as_object(), name, None)? {
        return Ok(v);
    }
    let Some(d) = m.md_dict.load() else {
        return Err(missing(None, name));
    };
    // SAFETY: a module's dict is one.
    let d: &PyDictObject = unsafe { d.cast_ref() };
    if let Some(f) = dict::get_item(d, id!("__getattr__").as_object())? {
        return crate::call::call1(&f, name);
    }
    let module = dict::get_item(d, id!("__name__").as_object())?;
    let module = module.filter(|n| n.downcast::<PyUnicodeObject>().is_some());
    if let Some(n) = &module
        && let Some(spec) = dict::get_item(d, id!("__spec__").as_object())?
        && is_initializing(&spec)
    {
        return Err(raise!(
            AttributeError,
            "partially initialized module '{}' has no attribute '{}' (most likely due to a circular import)",
            err::Str(n),
            err::Str(name)
        ));
    }
    Err(missing(module.as_deref(), name))
}

fn missing(module: Option<&PyObject>, name: &PyObject) -> Raised {
    match module {
        Some(m) => raise!(
            AttributeError,
            "module '{}' has no attribute '{}'",
            err::Str(m),
            err::Str(name)
        ),
        None => raise!(
            AttributeError,
            "module has no attribute '{}'",
            err::Str(name)
        ),
    }
}

/// `_PyModuleSpec_IsInitializing`: is the module being imported at this time?
pub fn is_initializing(spec: &PyObject) -> bool {
    let flag = object::lookup_attr(spec, id!("_initializing").as_object());
    match flag.and_then(|f| f.map_or(Ok(false), |f| object::is_true(&f))) {
        Ok(b) => b,
        Err(_) => {
            err::clear();
            false
        }
    }
}
