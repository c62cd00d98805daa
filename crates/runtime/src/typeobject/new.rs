//! Making a class: `type(name, bases, namespace)`.

use super::{instance, layout, slots, type_name_of};
use crate::object::names;
use crate::object::{self, slot_result};
use crate::prelude::*;
use crate::{call, dict, err, gc, tuple, unicode};
use std::ptr::null_mut;

const WORD: Py_ssize_t = size_of::<usize>() as Py_ssize_t;

/// What a class statement gives, checked: a name, bases and a copy of the namespace.
struct Parts {
    name: Owned<PyUnicodeObject>,
    bases: Owned<PyTupleObject>,
    base: Owned<PyTypeObject>,
    namespace: Owned<PyDictObject>,
}

/// What `__slots__` amounts to.
struct Slots {
    /// The names, mangled and sorted; `None` if the class has no `__slots__`.
    names: Option<Vec<Owned>>,
    add_dict: bool,
    add_weak: bool,
    may_have_dict: bool,
    may_have_weak: bool,
}

/// `type.__new__`.
pub fn new_type(
    metatype: &PyTypeObject,
    args: &PyTupleObject,
    kw: Option<&PyDictObject>,
) -> PyResult<Owned> {
    let n = args.ob_base.ob_size.get();
    let no_kw = kw.is_none_or(|kw| kw.ma_used.get() == 0);
    let exactly_type = std::ptr::eq(metatype, &super::PyType_Type);
    if exactly_type && n == 1 && no_kw {
        return Ok(tuple::get_item(args, 0)?.ty().own());
    }
    if n != 3 {
        let what = if exactly_type {
            "type() takes 1 or 3 arguments"
        } else {
            "type.__new__() takes exactly 3 arguments"
        };
        return Err(match exactly_type {
            true => raise!(TypeError, "{what}"),
            false => raise!(TypeError, "{what} ({n} given)"),
        });
    }
    let (name, bases, namespace) = (
        tuple::get_item(args, 0)?,
        tuple::get_item(args, 1)?,
        tuple::get_item(args, 2)?,
    );
    let wrong = |i: c_int, expected: &str, o: &PyObject| {
        raise!(
            TypeError,
            "type.__new__() argument {i} must be {expected}, not {}",
            err::short(&crate::args::given_name(o), 50)
        )
    };
    let name = name.downcast_owned().map_err(|o| wrong(1, "str", &o))?;
    let bases: Owned<PyTupleObject> = bases.downcast_owned().map_err(|o| wrong(2, "tuple", &o))?;
    let namespace = namespace
        .downcast_owned()
        .map_err(|o| wrong(3, "dict", &o))?;

    let base_list = tuple::to_vec(&bases);
    let mut winner = metatype;
    if !base_list.is_empty() {
        check_mro_entries(&base_list)?;
        winner = super::calculate_metaclass(metatype, &base_list)?;
    }
    if !std::ptr::eq(winner, metatype)
        && let Some(new) = winner.tp_new.get()
        && new as usize != super::type_type::tp_new_address()
    {
        let kw = kw.map_or(null_mut(), ObjectExt::as_ptr);
        // SAFETY: the slot takes a type, a tuple and a dict or null.
        return unsafe { slot_result(new(winner.as_ptr().cast(), args.as_ptr(), kw)) };
    }
    let (bases, base) = if base_list.is_empty() {
        let object = &super::PyBaseObject_Type;
        (
            tuple::from_slice(&[object.as_object()])?,
            crate::owned::OwnTyped::own_typed(object),
        )
    } else {
        (bases, layout::best_base(&base_list)?)
    };
    let namespace = dict::copy(&namespace)?;
    make(
        winner,
        Parts {
            name,
            bases,
            base,
            namespace,
        },
        kw,
    )
}

/// Bases that are no types must have been resolved by the class statement (PEP 560).
fn check_mro_entries(bases: &[Owned]) -> PyResult<()> {
    for b in bases {
        if b.downcast::<PyTypeObject>().is_none()
            && object::lookup_attr(b, id!("__mro_entries__").as_object())?.is_some()
        {
            return Err(raise!(
                TypeError,
                "type() doesn't support MRO entry resolution; use types.new_class()"
            ));
        }
    }
    Ok(())
}

fn make(metatype: &PyTypeObject, parts: Parts, kw: Option<&PyDictObject>) -> PyResult<Owned> {
    let slots = read_slots(&parts)?;
    let n = slots.names.as_ref().map_or(0, Vec::len) as Py_ssize_t;
    let ty = match metatype.tp_alloc.get() {
        // SAFETY: the slot takes a type and a number of items.
        Some(f) => unsafe { object::slot_result(f(metatype.as_ptr().cast(), n)) }?,
        None => instance::generic_alloc(metatype, n)?,
    };
    // SAFETY: a metatype's instances have the layout of classes.
    let heap: Owned<PyHeapTypeObject> = unsafe { ty.cast_unchecked() };
    let ty = &heap.ht_type;
    fill_head(&heap, &parts)?;
    set_names(&heap, &parts)?;
    set_implicit_methods(&parts.namespace)?;
    set_doc(ty, &parts.namespace)?;
    add_members(&heap, &parts, &slots)?;
    set_memory_slots(ty);
    // Before the methods are looked at: `mro()` of a metaclass may call one that uses `__class__`.
    set_classcell(ty, &parts.namespace)?;
    super::ready(ty)?;
    slots::fixup_slots(ty);
    if ty.tp_dictoffset.get() != 0 && slots.names.is_none() {
        heap.ht_cached_keys.set(dict::new_shared_keys()?);
    }
    set_names_of_descriptors(ty)?;
    init_subclass(ty, kw)?;
    Ok(heap.upcast())
}

fn fill_head(heap: &PyHeapTypeObject, parts: &Parts) -> PyResult<()> {
    let ty = &heap.ht_type;
    heap.ht_name.set_ref(Some(parts.name.clone().upcast()));
    // Every instance of a class can be in a cycle: it holds its class, which can hold it.
    const FLAGS: std::ffi::c_ulong =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HEAPTYPE | Py_TPFLAGS_BASETYPE | Py_TPFLAGS_HAVE_GC;
    ty.tp_flags.set(FLAGS);
    ty.tp_as_async.set((&raw const heap.as_async).cast_mut());
    ty.tp_as_number.set((&raw const heap.as_number).cast_mut());
    ty.tp_as_sequence
        .set((&raw const heap.as_sequence).cast_mut());
    ty.tp_as_mapping
        .set((&raw const heap.as_mapping).cast_mut());
    ty.tp_as_buffer.set((&raw const heap.as_buffer).cast_mut());
    let name = names::utf8(parts.name.as_object())?;
    if name.contains('\0') {
        return Err(raise!(
            ValueError,
            "type name must not contain null characters"
        ));
    }
    ty.tp_name.set(names::c_str(parts.name.as_object())?);
    ty.tp_bases.set_ref(Some(parts.bases.clone().upcast()));
    ty.tp_base.set_ref(Some(parts.base.clone()));
    ty.tp_dict.set_ref(Some(parts.namespace.clone().upcast()));
    Ok(())
}

/// `__module__` from the caller's globals, and `__qualname__`.
fn set_names(heap: &PyHeapTypeObject, parts: &Parts) -> PyResult<()> {
    let module = id!("__module__").as_object();
    if dict::get_item(&parts.namespace, module)?.is_none()
        && let Some(globals) = crate::hooks::current_globals()
        && let Some(name) = dict::get_item(&globals, id!("__name__").as_object())?
    {
        dict::set_item(&parts.namespace, module, &name)?;
    }
    let key = id!("__qualname__").as_object();
    let qualname = match dict::get_item(&parts.namespace, key)? {
        Some(q) if q.downcast::<PyUnicodeObject>().is_none() => {
            let ty = q.type_name();
            let ty = err::short(&ty, 50);
            return Err(raise!(
                TypeError,
                "type __qualname__ must be a str, not {ty}"
            ));
        }
        Some(q) => {
            dict::del_item(&parts.namespace, key)?;
            q
        }
        None => parts.name.clone().upcast(),
    };
    heap.ht_qualname.set_ref(Some(qualname));
    Ok(())
}

/// `__new__` is a static method without being said to be, `__init_subclass__` and `__class_getitem__` class methods.
fn set_implicit_methods(namespace: &PyDictObject) -> PyResult<()> {
    let is_function = |o: &PyObject| crate::hooks::is_function(o);
    let new = id!("__new__").as_object();
    if let Some(f) = dict::get_item(namespace, new)?.filter(|f| is_function(f)) {
        dict::set_item(namespace, new, &*crate::class_method::new_static(&f)?)?;
    }
    for name in [id!("__init_subclass__"), id!("__class_getitem__")] {
        if let Some(f) = dict::get_item(namespace, name.as_object())?.filter(|f| is_function(f)) {
            dict::set_item(namespace, name.as_object(), &*crate::class_method::new(&f)?)?;
        }
    }
    Ok(())
}

/// `tp_doc` is a copy of a `__doc__` that is a str.
fn set_doc(ty: &PyTypeObject, namespace: &PyDictObject) -> PyResult<()> {
    let Some(doc) = dict::get_item(namespace, id!("__doc__").as_object())? else {
        return Ok(());
    };
    if doc.downcast::<PyUnicodeObject>().is_none() {
        return Ok(());
    }
    let text = names::utf8(&doc)?;
    let copy = crate::mem::object_alloc(text.len() + 1);
    if copy.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: the block has room for the text and its end.
    unsafe {
        copy.copy_from_nonoverlapping(text.as_ptr(), text.len());
        copy.add(text.len()).write(0);
    }
    ty.tp_doc.set(copy.cast());
    Ok(())
}

fn read_slots(parts: &Parts) -> PyResult<Slots> {
    let base = &*parts.base;
    let may_have_dict = base.tp_dictoffset.get() == 0;
    let may_have_weak = base.tp_weaklistoffset.get() == 0 && base.tp_itemsize.get() == 0;
    let Some(given) = dict::get_item(&parts.namespace, id!("__slots__").as_object())? else {
        return Ok(Slots {
            names: None,
            add_dict: may_have_dict,
            add_weak: may_have_weak,
            may_have_dict,
            may_have_weak,
        });
    };
    let given = if given.downcast::<PyUnicodeObject>().is_some() {
        vec![given]
    } else {
        tuple::to_vec(&*crate::sequence::tuple(&given)?)
    };
    if !given.is_empty() && base.tp_itemsize.get() != 0 {
        let name = type_name_of(base);
        return Err(raise!(
            TypeError,
            "nonempty __slots__ not supported for subtype of '{name}'"
        ));
    }
    let mut slots = Slots {
        names: None,
        add_dict: false,
        add_weak: false,
        may_have_dict,
        may_have_weak,
    };
    let mut names = Vec::new();
    for name in given {
        read_slot(&mut slots, &mut names, name, parts)?;
    }
    names.sort_by(|a, b| names::text(a).cmp(&names::text(b)));
    slots.names = Some(names);
    inherit_dict_and_weak(&mut slots, parts);
    Ok(slots)
}

fn read_slot(
    slots: &mut Slots,
    names: &mut Vec<Owned>,
    name: Owned,
    parts: &Parts,
) -> PyResult<()> {
    if name.downcast::<PyUnicodeObject>().is_none() {
        let ty = name.type_name();
        let ty = err::short(&ty, 200);
        return Err(raise!(
            TypeError,
            "__slots__ items must be strings, not '{ty}'"
        ));
    }
    if !name
        .downcast::<PyUnicodeObject>()
        .is_some_and(unicode::case::is_identifier)
    {
        return Err(raise!(TypeError, "__slots__ must be identifiers"));
    }
    if names::is(&name, "__dict__") {
        if !slots.may_have_dict || slots.add_dict {
            return Err(raise!(
                TypeError,
                "__dict__ slot disallowed: we already got one"
            ));
        }
        slots.add_dict = true;
        return Ok(());
    }
    if names::is(&name, "__weakref__") {
        if !slots.may_have_weak || slots.add_weak {
            return Err(raise!(
                TypeError,
                "__weakref__ slot disallowed: either we already got one, or __itemsize__ != 0"
            ));
        }
        slots.add_weak = true;
        return Ok(());
    }
    let mangled = mangle(parts.name.as_object(), &name)?;
    // `__qualname__` and `__classcell__` were put into the namespace by the class statement.
    let special = names::is(&mangled, "__qualname__") || names::is(&mangled, "__classcell__");
    if !special && dict::get_item(&parts.namespace, &mangled)?.is_some() {
        return Err(raise!(
            ValueError,
            "'{}' in __slots__ conflicts with class variable",
            err::Str(&mangled)
        ));
    }
    names.push(names::intern(mangled));
    Ok(())
}

/// Secondary bases may bring a dict or weak references that the primary one lacks.
fn inherit_dict_and_weak(slots: &mut Slots, parts: &Parts) {
    let bases = tuple::to_vec(&parts.bases);
    if bases.len() < 2 {
        return;
    }
    for b in bases.iter().filter(|b| !b.is(&*parts.base)) {
        let Some(ty) = b.downcast::<PyTypeObject>() else {
            continue;
        };
        if slots.may_have_dict && !slots.add_dict && ty.tp_dictoffset.get() != 0 {
            slots.add_dict = true;
        }
        if slots.may_have_weak && !slots.add_weak && ty.tp_weaklistoffset.get() != 0 {
            slots.add_weak = true;
        }
    }
}

/// Private names are mangled with the class's name (reference, "Private name mangling").
pub fn mangle(class: &PyObject, name: &PyObject) -> PyResult<Owned> {
    let text = names::text(name);
    if !text.starts_with("__") || text.ends_with("__") || text.contains('.') {
        return Ok(name.own());
    }
    let class = names::text(class);
    let class = class.trim_start_matches('_');
    if class.is_empty() {
        return Ok(name.own());
    }
    unicode::from_str(&format!("_{class}{text}")).map(Owned::upcast)
}

/// Lays the new fields out behind the base's, and describes them by members and getters.
fn add_members(heap: &PyHeapTypeObject, parts: &Parts, slots: &Slots) -> PyResult<()> {
    let (ty, base) = (&heap.ht_type, &*parts.base);
    let mut offset = base.tp_basicsize.get();
    if let Some(names) = &slots.names {
        // SAFETY: the allocation has room for as many members as there are slots.
        let members = unsafe {
            std::ptr::from_ref(heap)
                .add(1)
                .cast_mut()
                .cast::<PyMemberDef>()
        };
        for (i, name) in names.iter().enumerate() {
            let def = PyMemberDef {
                name: names::c_str(name)?,
                r#type: T_OBJECT_EX,
                offset,
                flags: 0,
                doc: std::ptr::null(),
            };
            // SAFETY: as above.
            unsafe { members.add(i).write(def) };
            offset += WORD;
        }
        ty.tp_members.set(members);
        let names = names.clone();
        heap.ht_slots
            .set_ref(Some(tuple::from_owned(names)?.upcast()));
    }
    if slots.add_dict {
        if base.tp_itemsize.get() != 0 {
            ty.tp_dictoffset.set(-WORD);
        } else {
            ty.tp_dictoffset.set(offset);
        }
        offset += WORD;
    }
    if slots.add_weak {
        ty.tp_weaklistoffset.set(offset);
        offset += WORD;
    }
    ty.tp_basicsize.set(offset);
    ty.tp_itemsize.set(base.tp_itemsize.get());
    let has_weak = ty.tp_weaklistoffset.get() != 0 && base.tp_itemsize.get() == 0;
    let has_dict = ty.tp_dictoffset.get() != 0;
    ty.tp_getset
        .set(super::type_type::instance_getset(has_dict, has_weak));
    Ok(())
}

fn set_memory_slots(ty: &PyTypeObject) {
    ty.tp_dealloc.set(Some(instance::dealloc));
    ty.tp_alloc.set(Some(instance::generic_alloc_slot));
    ty.tp_free.set(Some(gc::del_slot));
    ty.tp_traverse.set(Some(instance::traverse));
    ty.tp_clear.set(Some(instance::clear));
    ty.tp_getattro.set(None);
    ty.tp_setattro.set(None);
}

/// Fills the cell through which the class's methods see `__class__`.
fn set_classcell(ty: &PyTypeObject, namespace: &PyDictObject) -> PyResult<()> {
    let key = id!("__classcell__").as_object();
    let Some(cell) = dict::get_item(namespace, key)? else {
        return Ok(());
    };
    let Some(cell_obj) = cell.downcast_exact::<PyCellObject>() else {
        let repr = object::repr(cell.ty().as_object())?;
        return Err(raise!(
            TypeError,
            "__classcell__ must be a nonlocal cell, not {}",
            err::Str(&repr)
        ));
    };
    cell_obj.ob_ref.set_ref(Some(ty.own()));
    dict::del_item(namespace, key)
}

/// Calls `__set_name__` of whatever in the namespace has it (PEP 487).
fn set_names_of_descriptors(ty: &PyTypeObject) -> PyResult<()> {
    let namespace = dict::copy(&*super::dict_of(ty)?)?;
    for (key, value) in dict::items(&namespace) {
        let Some(f) = super::lookup_special(&value, id!("__set_name__").as_object())? else {
            continue;
        };
        if call::call(&f, &[ty.as_object(), &key]).is_err() {
            let cause = err::fetch();
            let name = object::repr(&key)?;
            err::restore(cause);
            let (value, class) = (value.type_name(), type_name_of(ty));
            return Err(err::raise_from_cause(
                crate::exceptions::exc::RuntimeError.get(),
                format_args!(
                    "Error calling __set_name__ on '{}' instance {} in '{}'",
                    err::short(&value, 100),
                    err::Str(&name),
                    err::short(&class, 100)
                ),
            ));
        }
    }
    Ok(())
}

/// `super(cls, cls).__init_subclass__(**kw)`.
fn init_subclass(ty: &PyTypeObject, kw: Option<&PyDictObject>) -> PyResult<()> {
    let sup = super::super_type::make(ty, ty.as_object())?;
    let f = object::get_attr(&sup, id!("__init_subclass__").as_object())?;
    call::call_dict(&f, &*tuple::from_slice(&[])?, kw).map(drop)
}

/// `PyErr`-free access for others that make classes: `type(name, bases, namespace)` with a metatype.
pub fn new_class(name: &str, bases: &[&PyObject], namespace: &PyDictObject) -> PyResult<Owned> {
    let args = [
        unicode::from_str(name)?.upcast(),
        tuple::from_slice(bases)?.upcast(),
        namespace.own(),
    ];
    let args = tuple::from_owned(args.to_vec())?;
    call::call_dict(super::PyType_Type.as_object(), &args, None)
}
