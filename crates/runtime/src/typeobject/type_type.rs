//! `type`: the class of classes.

use super::{
    as_heap_type, base_of, dict_of, is_heap_type, is_subtype, layout, lookup, slots, type_name_of,
};
use crate::object::names;
use crate::object::{self, slot_result};
use crate::prelude::*;
use crate::{descr, dict, err, exceptions::exc, gc, hooks, list, mem, tuple, unicode};
use pyrite_macros::pytype;
use std::ffi::CStr;
use std::ptr::null_mut;

impl PyClass for PyTypeObject {
    #[inline]
    fn type_object() -> &'static PyTypeObject {
        &PyType_Type
    }
    #[inline]
    fn check(o: &PyObject) -> bool {
        o.ty().tp_flags.get() & Py_TPFLAGS_TYPE_SUBCLASS != 0
    }
}

pub struct Type;

#[pytype(name = "type", c_name = PyType_Type, layout = PyHeapTypeObject, no_class,
         flags = [BASETYPE, HAVE_GC, TYPE_SUBCLASS], itemsize = size_of::<PyMemberDef>(),
         dictoffset = ht_type.tp_dict, weaklistoffset = ht_type.tp_weaklist,
         alloc = super::instance::generic_alloc_slot, free = gc_del)]
impl Type {
    fn tp_dealloc(slf: *mut PyHeapTypeObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            super::slots::forget(&(*slf).ht_type);
            gc::untrack_if_tracked(slf.cast());
            dealloc(slf);
        }
    }

    fn tp_traverse(slf: &PyHeapTypeObject, visit: gc::Visitor) -> c_int {
        let ty = &slf.ht_type;
        if !is_heap_type(ty) {
            return 0;
        }
        visit.visit_all([
            ty.tp_dict.get(),
            ty.tp_cache.get(),
            ty.tp_mro.get(),
            ty.tp_bases.get(),
            ty.tp_base.get().cast(),
        ])
    }

    /// Only classes have a collector's head: built-in types are static data.
    fn tp_is_gc(slf: &PyTypeObject) -> bool {
        is_heap_type(slf)
    }

    fn tp_clear(slf: &PyHeapTypeObject) {
        let ty = &slf.ht_type;
        super::modified(ty);
        if let Some(d) = ty.tp_dict.load()
            && let Some(d) = d.downcast::<PyDictObject>()
        {
            dict::clear(d);
        }
        ty.tp_mro.set_ref(None);
    }

    fn tp_repr(slf: &PyTypeObject) -> PyResult<Owned> {
        let qualname = qualname(slf)?;
        let module = module_of(slf).unwrap_or_else(|_| {
            err::clear();
            None
        });
        let text = match module {
            Some(m) if m.downcast::<PyUnicodeObject>().is_some() && !names::is(&m, "builtins") => {
                return unicode::from_str(&format!(
                    "<class '{}.{}'>",
                    err::Str(&m),
                    err::Str(&qualname)
                ))
                .map(Owned::upcast);
            }
            _ => format!("<class '{}'>", type_name_of(slf)),
        };
        unicode::from_str(&text).map(Owned::upcast)
    }

    fn tp_call(
        slf: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        call(slf, args, kw)
    }

    fn tp_getattro(slf: &PyTypeObject, name: &PyObject) -> PyResult<Owned> {
        get_attr(slf, name)
    }

    fn tp_setattro(slf: &PyTypeObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        set_attr(slf, name, value)
    }

    fn tp_init(
        slf: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<()> {
        let n = args.ob_base.ob_size.get();
        if n == 1 && kw.is_some_and(|kw| kw.ma_used.get() != 0) {
            return Err(raise!(
                TypeError,
                "type.__init__() takes no keyword arguments"
            ));
        }
        if n != 1 && n != 3 {
            return Err(raise!(TypeError, "type.__init__() takes 1 or 3 arguments"));
        }
        // What is left of the arguments is for `object.__init__`, and nothing is.
        let _ = slf;
        Ok(())
    }

    fn tp_new(
        ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        super::new::new_type(ty, args, kw)
    }

    #[method]
    fn mro(slf: &PyTypeObject) -> PyResult<Owned> {
        list::from_owned(super::mro::linearize(slf)?).map(Owned::upcast)
    }
    #[method]
    fn __subclasses__(slf: &PyTypeObject) -> PyResult<Owned> {
        let all = super::subclasses_of(slf)?
            .into_iter()
            .map(Owned::upcast)
            .collect();
        list::from_owned(all).map(Owned::upcast)
    }
    #[method(class, args_kw)]
    fn __prepare__(_ty: &PyObject, _args: crate::args::Args<'_>) -> PyResult<Owned> {
        dict::new().map(Owned::upcast)
    }
    #[method]
    fn __instancecheck__(slf: &PyObject, instance: &PyObject) -> PyResult<bool> {
        object::real_is_instance(instance, slf)
    }
    #[method]
    fn __subclasscheck__(slf: &PyObject, subclass: &PyObject) -> PyResult<bool> {
        object::real_is_subclass(subclass, slf)
    }
    #[method]
    fn __dir__(slf: &PyTypeObject) -> PyResult<Owned> {
        let names = dict::new()?;
        merge_class_dict(&names, slf.as_object())?;
        dict::keys_list(&names).map(Owned::upcast)
    }
    #[method]
    fn __sizeof__(slf: &PyTypeObject) -> PyResult<usize> {
        Ok(match as_heap_type(slf) {
            Some(h) => {
                size_of::<PyHeapTypeObject>() + dict::shared_keys_size(h.ht_cached_keys.get())
            }
            None => size_of::<PyTypeObject>(),
        })
    }

    #[getter]
    fn __name__(slf: &PyTypeObject) -> PyResult<Owned> {
        match as_heap_type(slf).and_then(|h| h.ht_name.load()) {
            Some(name) => Ok(name),
            None => unicode::from_str(&super::short_name(slf)).map(Owned::upcast),
        }
    }
    #[setter(__name__)]
    fn set_name(slf: &PyTypeObject, value: Option<&PyObject>) -> PyResult<()> {
        let value = settable(slf, value, "__name__")?;
        require_str(slf, value, "__name__")?;
        if names::text(value).contains('\0') {
            return Err(raise!(
                ValueError,
                "type name must not contain null characters"
            ));
        }
        if let Some(h) = as_heap_type(slf) {
            slf.tp_name.set(names::c_str(value)?);
            h.ht_name.set_ref(Some(value.own()));
        }
        Ok(())
    }
    #[getter]
    fn __qualname__(slf: &PyTypeObject) -> PyResult<Owned> {
        qualname(slf)
    }
    #[setter(__qualname__)]
    fn set_qualname(slf: &PyTypeObject, value: Option<&PyObject>) -> PyResult<()> {
        let value = settable(slf, value, "__qualname__")?;
        require_str(slf, value, "__qualname__")?;
        if let Some(h) = as_heap_type(slf) {
            h.ht_qualname.set_ref(Some(value.own()));
        }
        Ok(())
    }
    #[getter]
    fn __bases__(slf: &PyTypeObject) -> PyResult<Owned> {
        super::bases_of(slf).map(Owned::upcast)
    }
    #[setter(__bases__)]
    fn set_bases(slf: &PyTypeObject, value: Option<&PyObject>) -> PyResult<()> {
        set_bases(slf, value)
    }
    #[getter]
    fn __module__(slf: &PyTypeObject) -> PyResult<Owned> {
        match module_of(slf)? {
            Some(m) => Ok(m),
            None => Err(err::set_object(
                exc::AttributeError.get(),
                id!("__module__").as_object(),
            )),
        }
    }
    #[setter(__module__)]
    fn set_module(slf: &PyTypeObject, value: Option<&PyObject>) -> PyResult<()> {
        let value = settable(slf, value, "__module__")?;
        super::modified(slf);
        dict::set_item(&*dict_of(slf)?, id!("__module__").as_object(), value)
    }
    #[getter]
    fn __abstractmethods__(slf: &PyTypeObject) -> PyResult<Owned> {
        let key = id!("__abstractmethods__").as_object();
        // `type` itself has it as a descriptor, which is no value.
        let found = if std::ptr::eq(slf, &PyType_Type) {
            None
        } else {
            dict::get_item(&*dict_of(slf)?, key)?
        };
        found.ok_or_else(|| err::set_object(exc::AttributeError.get(), key))
    }
    #[setter(__abstractmethods__)]
    fn set_abstractmethods(slf: &PyTypeObject, value: Option<&PyObject>) -> PyResult<()> {
        let key = id!("__abstractmethods__").as_object();
        let attrs = dict_of(slf)?;
        let is_abstract = match value {
            Some(v) => {
                let any = object::is_true(v)?;
                dict::set_item(&attrs, key, v)?;
                any
            }
            None => {
                if dict::get_item(&attrs, key)?.is_none() {
                    return Err(err::set_object(exc::AttributeError.get(), key));
                }
                dict::del_item(&attrs, key)?;
                false
            }
        };
        super::modified(slf);
        let flags = slf.tp_flags.get() & !Py_TPFLAGS_IS_ABSTRACT;
        slf.tp_flags.set(if is_abstract {
            flags | Py_TPFLAGS_IS_ABSTRACT
        } else {
            flags
        });
        Ok(())
    }
    #[getter]
    fn __dict__(slf: &PyTypeObject) -> PyResult<Owned> {
        match slf.tp_dict.load() {
            Some(d) => descr::proxy::new(&d),
            None => Ok(none().own()),
        }
    }
    #[getter]
    fn __doc__(slf: &PyTypeObject) -> PyResult<Owned> {
        let doc = slf.tp_doc.get();
        if !is_heap_type(slf) && !doc.is_null() {
            // SAFETY: `tp_doc` is a C string.
            let raw = unsafe { CStr::from_ptr(doc) }.to_string_lossy();
            let text = descr::doc::without_signature(&super::short_name(slf), &raw);
            return unicode::from_str(text).map(Owned::upcast);
        }
        let Some(found) = dict::get_item(&*dict_of(slf)?, id!("__doc__").as_object())? else {
            return Ok(none().own());
        };
        match found.ty().tp_descr_get.get() {
            // SAFETY: the slot takes the descriptor, no object, and the type.
            Some(get) => unsafe { slot_result(get(found.as_ptr(), null_mut(), slf.as_ptr())) },
            None => Ok(found),
        }
    }
    #[setter(__doc__)]
    fn set_doc(slf: &PyTypeObject, value: Option<&PyObject>) -> PyResult<()> {
        let value = settable(slf, value, "__doc__")?;
        super::modified(slf);
        dict::set_item(&*dict_of(slf)?, id!("__doc__").as_object(), value)
    }
    #[getter]
    fn __text_signature__(slf: &PyTypeObject) -> PyResult<Owned> {
        let doc = slf.tp_doc.get();
        if doc.is_null() {
            return Ok(none().own());
        }
        // SAFETY: `tp_doc` is a C string.
        let raw = unsafe { CStr::from_ptr(doc) }.to_string_lossy();
        match descr::doc::signature(&super::short_name(slf), &raw) {
            Some(text) => unicode::from_str(text).map(Owned::upcast),
            None => Ok(none().own()),
        }
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("__basicsize__", T_PYSSIZET, ht_type.tp_basicsize, READONLY),
        ("__itemsize__", T_PYSSIZET, ht_type.tp_itemsize, READONLY),
        ("__flags__", T_ULONG, ht_type.tp_flags, READONLY),
        (
            "__weakrefoffset__",
            T_PYSSIZET,
            ht_type.tp_weaklistoffset,
            READONLY
        ),
        ("__base__", T_OBJECT, ht_type.tp_base, READONLY),
        (
            "__dictoffset__",
            T_PYSSIZET,
            ht_type.tp_dictoffset,
            READONLY
        ),
        ("__mro__", T_OBJECT, ht_type.tp_mro, READONLY),
    ];
}

/// The address of `type.__new__`'s function.
pub fn tp_new_address() -> usize {
    PyType_Type.tp_new.get().map_or(0, |f| f as usize)
}

unsafe fn dealloc(slf: *mut PyHeapTypeObject) {
    // SAFETY: by the caller; only classes are ever deallocated.
    unsafe {
        let saved = err::fetch();
        let h = &*slf;
        let ty = &h.ht_type;
        for base in ty
            .tp_bases
            .load()
            .as_ref()
            .and_then(|b| b.downcast())
            .map(tuple::to_vec)
            .unwrap_or_default()
        {
            if let Some(base) = base.downcast::<PyTypeObject>() {
                super::ready::remove_subclass(base, ty);
            }
        }
        err::restore(saved);
        crate::weakref::clear_refs(slf.cast());
        ty.tp_base.set_ref(None);
        for field in [
            &ty.tp_dict,
            &ty.tp_bases,
            &ty.tp_mro,
            &ty.tp_cache,
            &ty.tp_subclasses,
        ] {
            field.set_ref(None);
        }
        mem::object_free(ty.tp_doc.get().cast_mut().cast());
        for field in [&h.ht_name, &h.ht_qualname, &h.ht_slots] {
            field.set_ref(None);
        }
        let keys = h.ht_cached_keys.replace(null_mut());
        // A class whose instances have no dict has no table for them.
        if !keys.is_null() {
            dict::release_keys(keys);
        }
        super::instance::free_instance(ty.ty(), slf.cast());
    }
}

/// `cls(*args, **kw)`: `__new__`, then `__init__` if that gave an instance.
pub fn call(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
    let Some(new) = ty.tp_new.get() else {
        let name = type_name_of(ty);
        return Err(raise!(
            TypeError,
            "cannot create '{}' instances",
            err::short(&name, 100)
        ));
    };
    let kw_ptr = kw.map_or(null_mut(), ObjectExt::as_ptr);
    // SAFETY: the slot takes a type, a tuple and a dict or null.
    let o = unsafe { slot_result(new(ty.as_ptr().cast(), args.as_ptr(), kw_ptr)) }?;
    // `type(x)` asks for a type, and makes no class.
    let asks =
        std::ptr::eq(ty, &PyType_Type) && args.ob_base.ob_size.get() == 1 && kw_ptr.is_null();
    if asks || !is_subtype(o.ty(), ty) {
        return Ok(o);
    }
    if let Some(init) = o.ty().tp_init.get() {
        // SAFETY: the slot takes the object, a tuple and a dict or null.
        object::slot_status(unsafe { init(o.as_ptr(), args.as_ptr(), kw_ptr) })?;
    }
    Ok(o)
}

/// Attribute look-up on a type: the metatype's data descriptors, the type's own MRO, the metatype's rest.
pub fn get_attr(ty: &PyTypeObject, name: &PyObject) -> PyResult<Owned> {
    if name.downcast::<PyUnicodeObject>().is_none() {
        let got = name.type_name();
        let got = err::short(&got, 200);
        return Err(raise!(
            TypeError,
            "attribute name must be string, not '{got}'"
        ));
    }
    if ty.tp_dict.get().is_null() {
        super::ready(ty)?;
    }
    let meta = ty.ty();
    let meta_attr = lookup(meta, name);
    let meta_get = meta_attr.as_ref().and_then(|a| a.ty().tp_descr_get.get());
    if let (Some(a), Some(get)) = (&meta_attr, meta_get)
        && a.ty().tp_descr_set.get().is_some()
    {
        // SAFETY: the slot takes the descriptor, the object (here a type) and its type.
        return unsafe { slot_result(get(a.as_ptr(), ty.as_ptr(), meta.as_ptr())) };
    }
    if let Some(a) = lookup(ty, name) {
        return match a.ty().tp_descr_get.get() {
            // SAFETY: as above, without an object.
            Some(get) => unsafe { slot_result(get(a.as_ptr(), null_mut(), ty.as_ptr())) },
            None => Ok(a),
        };
    }
    match (meta_attr, meta_get) {
        // SAFETY: as above.
        (Some(a), Some(get)) => unsafe { slot_result(get(a.as_ptr(), ty.as_ptr(), meta.as_ptr())) },
        (Some(a), None) => Ok(a),
        (None, _) => {
            let owner = type_name_of(ty);
            Err(raise!(
                AttributeError,
                "type object '{}' has no attribute '{}'",
                err::short(&owner, 50),
                err::Str(name)
            ))
        }
    }
}

fn set_attr(ty: &PyTypeObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    if !is_heap_type(ty) {
        return Err(builtin_attributes(ty));
    }
    let name = names::intern(name.own());
    let attrs = super::dict_made(ty)?;
    object::generic_assign(ty.as_object(), &name, value, Some(&attrs))?;
    super::modified(ty);
    let text = names::text(&name);
    if text.starts_with("__") && text.ends_with("__") {
        slots::update_slot(ty, &name)?;
    }
    Ok(())
}

fn builtin_attributes(ty: &PyTypeObject) -> Raised {
    let name = type_name_of(ty);
    raise!(
        TypeError,
        "can't set attributes of built-in/extension type '{}'",
        name
    )
}

/// The checks that the special attributes of a type share: only classes', and not deleted.
fn settable<'a>(
    ty: &PyTypeObject,
    value: Option<&'a PyObject>,
    attr: &str,
) -> PyResult<&'a PyObject> {
    let name = type_name_of(ty);
    if !is_heap_type(ty) {
        return Err(raise!(TypeError, "can't set {name}.{attr}"));
    }
    let value = value.ok_or_else(|| raise!(TypeError, "can't delete {name}.{attr}"))?;
    let shown = unicode::from_str(attr)?;
    hooks::audit(
        "object.__setattr__",
        &[ty.as_object(), shown.as_object(), value],
    )?;
    Ok(value)
}

fn require_str(ty: &PyTypeObject, value: &PyObject, attr: &str) -> PyResult<()> {
    if value.downcast::<PyUnicodeObject>().is_some() {
        return Ok(());
    }
    let (name, got) = (type_name_of(ty), value.type_name());
    Err(raise!(
        TypeError,
        "can only assign string to {name}.{attr}, not '{got}'"
    ))
}

/// `type.__qualname__`.
pub fn qualname(ty: &PyTypeObject) -> PyResult<Owned> {
    match as_heap_type(ty).and_then(|h| h.ht_qualname.load()) {
        Some(q) => Ok(q),
        None => unicode::from_str(&super::short_name(ty)).map(Owned::upcast),
    }
}

/// `type.__module__`: of a class from its dict, of a built-in type from `tp_name`.
pub fn module_of(ty: &PyTypeObject) -> PyResult<Option<Owned>> {
    if is_heap_type(ty) {
        return dict::get_item(&*dict_of(ty)?, id!("__module__").as_object());
    }
    let name = type_name_of(ty);
    let module = name.rsplit_once('.').map_or("builtins", |(m, _)| m);
    unicode::intern_str(module).map(|m| Some(m.upcast()))
}

/// Adds to `names` the attributes of a class and of all its bases.
pub fn merge_class_dict(names: &PyDictObject, class: &PyObject) -> PyResult<()> {
    if let Some(attrs) = object::lookup_attr(class, id!("__dict__").as_object())? {
        dict::update(names, &*attrs)?;
    }
    let Some(bases) = object::lookup_attr(class, id!("__bases__").as_object())? else {
        return Ok(());
    };
    let n = object::size(&bases)?;
    let _guard = crate::recursion::enter(" while merging the attributes of bases")?;
    for i in 0..n {
        merge_class_dict(names, &*crate::sequence::get_item(&bases, i)?)?;
    }
    Ok(())
}

fn set_bases(ty: &PyTypeObject, value: Option<&PyObject>) -> PyResult<()> {
    let value = settable(ty, value, "__bases__")?;
    let name = type_name_of(ty).into_owned();
    let Some(new_bases) = value.downcast::<PyTupleObject>() else {
        let got = value.type_name();
        return Err(raise!(
            TypeError,
            "can only assign tuple to {name}.__bases__, not {got}"
        ));
    };
    let bases = tuple::to_vec(new_bases);
    if bases.is_empty() {
        return Err(raise!(
            TypeError,
            "can only assign non-empty tuple to {name}.__bases__, not ()"
        ));
    }
    for b in &bases {
        let Some(b) = b.downcast::<PyTypeObject>() else {
            let got = b.type_name();
            return Err(raise!(
                TypeError,
                "{name}.__bases__ must be tuple of classes, not '{got}'"
            ));
        };
        // While a metaclass's `mro` runs, the chain of bases may be ahead of the MRO.
        if is_subtype(b, ty) || (!b.tp_mro.get().is_null() && layout::is_in_base_chain(b, ty)) {
            return Err(raise!(
                TypeError,
                "a __bases__ item causes an inheritance cycle"
            ));
        }
    }
    let new_base = layout::best_base(&bases)?;
    if let Some(old) = base_of(ty) {
        layout::compatible(&new_base, old, "__bases__")?;
    }
    let (old_bases, old_base) = (ty.tp_bases.load(), ty.tp_base.load());
    ty.tp_bases.set_ref(Some(value.own()));
    ty.tp_base.set_ref(Some(new_base));
    let mut undo = Vec::new();
    if let Err(e) = mro_hierarchy(ty, &mut undo) {
        // What code that ran meanwhile has set is newer, and stays.
        for change in undo {
            if change.class.tp_mro.get() == change.new.as_ptr() {
                change.class.tp_mro.set_ref(change.old);
            }
        }
        if ty.tp_bases.get() == value.as_ptr() {
            ty.tp_bases.set_ref(old_bases);
            ty.tp_base.set_ref(old_base);
        }
        return Err(e);
    }
    if ty.tp_bases.get() != value.as_ptr() {
        return Ok(());
    }
    for b in old_bases
        .as_ref()
        .and_then(|b| b.downcast())
        .map(tuple::to_vec)
        .unwrap_or_default()
    {
        if let Some(b) = b.downcast::<PyTypeObject>() {
            super::ready::remove_subclass(b, ty);
        }
    }
    for b in &bases {
        if let Some(b) = b.downcast::<PyTypeObject>() {
            super::ready::add_subclass(b, ty)?;
        }
    }
    super::modified(ty);
    slots::update_all_slots(ty)
}

/// A class that got another MRO.
struct MroChange {
    class: Owned<PyTypeObject>,
    new: Owned,
    old: Option<Owned>,
}

/// Computes the MRO of a type and of its subclasses anew, noting the old ones.
fn mro_hierarchy(ty: &PyTypeObject, undo: &mut Vec<MroChange>) -> PyResult<()> {
    let Some(old) = super::mro::set_mro(ty)? else {
        return Ok(());
    };
    let new = ty.tp_mro.load().ok_or_else(crate::err::bad_internal_call)?;
    undo.push(MroChange {
        class: crate::owned::OwnTyped::own_typed(ty),
        new,
        old,
    });
    for sub in super::subclasses_of(ty)? {
        mro_hierarchy(&sub, undo)?;
    }
    Ok(())
}

/// The getters that a class gives its instances: `__dict__` and `__weakref__`, as far as it added them.
pub fn instance_getset(has_dict: bool, has_weak: bool) -> *mut PyGetSetDef {
    const DICT: PyGetSetDef = PyGetSetDef {
        name: c"__dict__".as_ptr(),
        get: Some(get_dict),
        set: Some(set_dict),
        doc: c"dictionary for instance variables (if defined)".as_ptr(),
        closure: null_mut(),
    };
    const WEAK: PyGetSetDef = PyGetSetDef {
        name: c"__weakref__".as_ptr(),
        get: Some(get_weakref),
        set: None,
        doc: c"list of weak references to the object (if defined)".as_ptr(),
        closure: null_mut(),
    };
    const END: PyGetSetDef = PyGetSetDef::ZEROED;
    struct Table<const N: usize>([PyGetSetDef; N]);
    // SAFETY: constant data.
    unsafe impl<const N: usize> Sync for Table<N> {}
    static FULL: Table<3> = Table([DICT, WEAK, END]);
    static ONLY_DICT: Table<2> = Table([DICT, END]);
    static ONLY_WEAK: Table<2> = Table([WEAK, END]);
    let table = match (has_dict, has_weak) {
        (true, true) => FULL.0.as_ptr(),
        (true, false) => ONLY_DICT.0.as_ptr(),
        (false, true) => ONLY_WEAK.0.as_ptr(),
        (false, false) => return null_mut(),
    };
    table.cast_mut()
}

/// A base that is no class but has its own `__dict__` descriptor (a C type with a dict): that one serves.
fn builtin_dict_descr(o: &PyObject) -> Option<Owned> {
    let mut at = Some(o.ty());
    while let Some(ty) = at {
        if ty.tp_dictoffset.get() == 0 {
            break;
        }
        if !is_heap_type(ty) {
            let d = lookup(ty, id!("__dict__").as_object())?;
            return d.ty().tp_descr_set.get().is_some().then_some(d);
        }
        at = base_of(ty);
    }
    None
}

unsafe extern "C" fn get_dict(o: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: a getter: the object is live.
    let o = unsafe { &*o };
    let found = match builtin_dict_descr(o) {
        Some(d) => super::bind(&d, o),
        None => object::generic_get_dict(o),
    };
    found.map_or(null_mut(), Owned::into_ptr)
}

unsafe extern "C" fn set_dict(o: *mut PyObject, value: *mut PyObject, _: *mut c_void) -> c_int {
    // SAFETY: a setter: the object is live, the value too or null.
    let (o, value) = unsafe { (&*o, value.as_ref()) };
    if let Some(d) = builtin_dict_descr(o)
        && let Some(set) = d.ty().tp_descr_set.get()
    {
        // SAFETY: the slot takes the descriptor, the object and a value or null.
        return unsafe {
            set(
                d.as_ptr(),
                o.as_ptr(),
                value.map_or(null_mut(), ObjectExt::as_ptr),
            )
        };
    }
    let Some(value) = value else {
        object::dict_cell(o).inspect(|c| c.set_ref(None));
        return 0;
    };
    if object::generic_set_dict(o, Some(value)).is_ok() {
        0
    } else {
        -1
    }
}

unsafe extern "C" fn get_weakref(o: *mut PyObject, _: *mut c_void) -> *mut PyObject {
    // SAFETY: a getter: the object is live.
    let o = unsafe { &*o };
    let offset = o.ty().tp_weaklistoffset.get();
    if offset == 0 {
        let _ = raise!(AttributeError, "This object has no __weakref__");
        return null_mut();
    }
    // SAFETY: the type says that the head of the list lies there.
    let head = unsafe {
        &*o.as_ptr()
            .cast::<u8>()
            .offset(offset)
            .cast::<Cell<*mut PyObject>>()
    };
    head.load().unwrap_or_else(|| none().own()).into_ptr()
}
