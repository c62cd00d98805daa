//! Inline caches: instructions that look something up remember where they found it.
//!
//! An instruction that has run a few times looks for a rule by which the next look-up can be answered in registers, and if
//! there is one, its slot gets the handler for that rule and a [`Cache`] for its argument. Each such handler is a guard and
//! a short action. A type is known by its version tag, a dict by the number of its table ([`dict::Shape`]); both change
//! whenever an answer might. Where the guard fails the instruction becomes the plain one again, which does the work and may find
//! another rule; a place that keeps failing stays plain.

use super::machine::{Handler, M, op};
use super::ops::{attr, name};
use super::slots::{Cache, Side};
use crate::prelude::*;
use pyrite_runtime::class_method::{PyClassMethod_Type, PyStaticMethod_Type};
use pyrite_runtime::descr::PyMemberDescr_Type;
use pyrite_runtime::module::PyModule_Type;

/// After how many runs an instruction looks for a rule.
const WARM: [u64; 3] = [4, 64, 1024];
/// How often a place may fail before it stays plain.
const MISSES: u32 = 30;
const COUNT_SHIFT: u32 = 32;

/// Counts a run of a plain instruction; true when it is time to look for a rule.
#[inline(always)]
pub fn is_warm(m: M) -> bool {
    let count = m.arg >> COUNT_SHIFT;
    if count > WARM[2] {
        return false;
    }
    m.slot().arg.set(m.arg + (1 << COUNT_SHIFT));
    // SAFETY: the slots are the code's, so they follow its header.
    WARM.contains(&count) && !unsafe { Side::of(m.base) }.traced.get()
}

impl M {
    /// The cache of a specialised instruction.
    #[inline(always)]
    pub fn cache(&self) -> &'static Cache {
        // SAFETY: specialised handlers are installed together with a cache, which lives as long as the code.
        unsafe { &*(self.arg as *const Cache) }
    }
}

op! {
    /// A guard has failed.
    #[cold]
    #[inline(never)]
    fn cache_miss(m) {
        let cache = m.cache();
        let misses = cache.misses.get() + 1;
        cache.misses.set(misses);
        let count = if misses > MISSES { WARM[2] + 1 } else { WARM[0] };
        m.arg = u64::from(cache.oparg.get()) | count << COUNT_SHIFT;
        m.slot().arg.set(m.arg);
        m.slot().handler.set(cache.plain.get());
        m.go(cache.plain.get())
    }
}

/// What a rule consists of.
#[derive(Default)]
struct Rule {
    type_version: u32,
    keys_version: u32,
    builtins_version: u32,
    offset: u32,
    index: u32,
    entries: usize,
    value: Option<std::ptr::NonNull<PyObject>>,
    place: Option<std::ptr::NonNull<Cell<*mut PyObject>>>,
}

/// Makes the current instruction a specialised one.
fn install(m: M, plain: Handler, handler: Handler, rule: Rule) {
    // SAFETY: the slots are the code's, so they follow its header.
    let cache = unsafe { Side::of(m.base) }.cache_for(m.index(), plain);
    let oparg = m.oparg();
    cache.oparg.set(oparg as u32);
    cache.plain.set(plain);
    cache.name.set(m.name(oparg).as_ptr());
    cache.type_version.set(rule.type_version);
    cache.keys_version.set(rule.keys_version);
    cache.builtins_version.set(rule.builtins_version);
    cache.offset.set(rule.offset);
    cache.index.set(rule.index);
    cache.entries.set(rule.entries);
    cache.value.set(
        rule.value
            .map_or(std::ptr::null_mut(), std::ptr::NonNull::as_ptr),
    );
    cache.place.set(
        rule.place
            .map_or(std::ptr::null_mut(), std::ptr::NonNull::as_ptr),
    );
    let slot = m.slot();
    slot.arg.set(std::ptr::from_ref(cache) as u64);
    slot.handler.set(handler);
}

/// The rule for a key of a combined dict of strings: the table's number and the value's place.
fn place_in(d: &PyDictObject, name: &PyObject) -> Option<Rule> {
    if dict::has_own_values(d) {
        return None;
    }
    let shape = dict::shape(d)?;
    let ix = dict::shared_index(d, name)?;
    Some(Rule {
        keys_version: shape.version,
        place: std::ptr::NonNull::new(dict::value_place(d, ix).cast_mut()),
        ..Rule::default()
    })
}

/// `LOAD_GLOBAL`.
#[cold]
#[inline(never)]
pub fn global(m: M) {
    let handlers = [
        name::LOAD_GLOBAL_MODULE as Handler,
        name::LOAD_GLOBAL_BUILTIN,
    ];
    find_global(m, name::LOAD_GLOBAL, handlers);
}

/// `LOAD_NAME` where the local names are the global ones: in a module.
#[cold]
#[inline(never)]
pub fn module_name(m: M) {
    if m.frame().f_locals.get() == m.frame().f_globals.get() {
        let handlers = [name::LOAD_NAME_MODULE as Handler, name::LOAD_NAME_BUILTIN];
        find_global(m, name::LOAD_NAME, handlers);
    }
}

fn find_global(m: M, plain: Handler, [in_module, built_in]: [Handler; 2]) {
    let (f, text) = (m.frame(), m.name(m.oparg()));
    let dicts = (
        f.f_globals
            .borrow()
            .and_then(|g| g.downcast_exact::<PyDictObject>()),
        f.f_builtins
            .borrow()
            .and_then(|b| b.downcast_exact::<PyDictObject>()),
    );
    let (Some(globals), Some(builtins)) = dicts else {
        return;
    };
    if dict::shared_index(globals, text).is_some() {
        if let Some(rule) = place_in(globals, text) {
            install(m, plain, in_module, rule);
        }
    } else if let (Some(shape), Some(rule)) = (dict::shape(globals), place_in(builtins, text)) {
        let rule = Rule {
            builtins_version: rule.keys_version,
            keys_version: shape.version,
            entries: shape.entries,
            ..rule
        };
        install(m, plain, built_in, rule);
    }
}

/// Where instances of the type keep their dict: 0 for nowhere, `None` for a place that must be computed.
fn dict_offset(ty: &PyTypeObject) -> Option<u32> {
    u32::try_from(ty.tp_dictoffset.get()).ok()
}

fn instance_dict(o: &PyObject, offset: u32) -> Option<&PyDictObject> {
    if offset == 0 {
        return None;
    }
    // SAFETY: the type says that a dict, or null, lies there.
    unsafe {
        o.as_ptr()
            .cast::<u8>()
            .add(offset as usize)
            .cast::<*mut PyDictObject>()
            .read()
            .as_ref()
    }
}

/// Adds to a rule that the instance's dict must lack the name. `None` if it has it.
fn without_own(o: &PyObject, offset: u32, name: &PyObject, rule: Rule) -> Option<Rule> {
    // A shape that no dict has: every one is searched then.
    let none = Rule {
        offset,
        keys_version: u32::MAX,
        entries: usize::MAX,
        ..rule
    };
    let Some(d) = instance_dict(o, offset) else {
        return Some(none);
    };
    if dict::find(d, name).is_ok_and(|found| found.is_some()) {
        return None;
    }
    match dict::shape(d) {
        Some(shape) if dict::shared_index(d, name).is_none() => Some(Rule {
            keys_version: shape.version,
            entries: shape.entries,
            ..none
        }),
        _ => Some(none),
    }
}

fn is_generic_get(ty: &PyTypeObject) -> bool {
    ty.tp_getattro.get().map(|f| f as usize)
        == Some(object::generic_get_attr_slot as *const () as usize)
}

fn is_generic_set(ty: &PyTypeObject) -> bool {
    ty.tp_setattro.get().map(|f| f as usize)
        == Some(object::generic_set_attr_slot as *const () as usize)
}

fn value_rule(type_version: u32, value: &PyObject) -> Rule {
    Rule {
        type_version,
        value: Some(value.into()),
        ..Rule::default()
    }
}

/// The offset of a slot (of `__slots__`) that a descriptor stands for.
fn slot_offset(ty: &PyTypeObject, descr: &PyObject, write: bool) -> Option<u32> {
    if !descr.isinstance_exact(&PyMemberDescr_Type) {
        return None;
    }
    // SAFETY: the type was checked; a member's descriptor has its definition and the type it belongs to.
    let (member, owner) = unsafe {
        let d: &PyMemberDescrObject = descr.cast_ref();
        (&*d.d_member.get(), &*d.d_common.d_type.get())
    };
    let usable = member.r#type == T_OBJECT_EX
        && typeobject::is_subtype(ty, owner)
        && (!write || member.flags & READONLY == 0);
    usable.then(|| u32::try_from(member.offset).ok()).flatten()
}

/// A module's attribute.
fn in_module(o: &PyObject, name: &PyObject) -> Option<Rule> {
    if !o.isinstance_exact(&PyModule_Type) || typeobject::lookup(o.ty(), name).is_some() {
        return None;
    }
    // SAFETY: a module's dict is a dict, which it holds.
    let d = unsafe {
        o.cast_ref::<PyModuleObject>()
            .md_dict
            .get()
            .cast::<PyDictObject>()
            .as_ref()
    }?;
    place_in(d, name)
}

/// An attribute of a class that needs no binding.
fn in_class(o: &PyObject, name: &PyObject) -> Option<Rule> {
    if !o.isinstance_exact(&PyType_Type) || typeobject::lookup(&PyType_Type, name).is_some() {
        return None;
    }
    let class = o.downcast::<PyTypeObject>()?;
    let version = typeobject::assign_version(class)?;
    let value = typeobject::lookup(class, name)?;
    let plain = value.ty().tp_descr_get.get().is_none()
        || value.isinstance_exact(&crate::function::PyFunction_Type);
    plain.then(|| value_rule(version, &value))
}

/// `LOAD_ATTR`.
#[cold]
#[inline(never)]
pub fn load_attr(m: M) {
    let (o, name) = (m.top(), m.name(m.oparg()));
    let found = attribute(o, name);
    if let Some((handler, rule)) = found {
        install(m, attr::LOAD_ATTR, handler, rule);
    }
}

fn attribute(o: &PyObject, name: &PyObject) -> Option<(Handler, Rule)> {
    if let Some(rule) = in_module(o, name) {
        return Some((attr::LOAD_ATTR_MODULE, rule));
    }
    if let Some(rule) = in_class(o, name) {
        return Some((attr::LOAD_ATTR_CLASS, rule));
    }
    let ty = o.ty();
    if !is_generic_get(ty) {
        return None;
    }
    let type_version = typeobject::assign_version(ty)?;
    let offset = dict_offset(ty)?;
    let descr = typeobject::lookup(ty, name);
    if let Some(d) = &descr
        && d.ty().tp_descr_set.get().is_some()
    {
        let offset = slot_offset(ty, d, false)?;
        return Some((
            attr::LOAD_ATTR_SLOT,
            Rule {
                type_version,
                offset,
                ..Rule::default()
            },
        ));
    }
    if let Some(d) = instance_dict(o, offset)
        && let Ok(Some(_)) = dict::find(d, name)
    {
        let rule = Rule {
            type_version,
            offset,
            ..Rule::default()
        };
        let split = dict::has_own_values(d);
        return Some(match (dict::shape(d), dict::shared_index(d, name)) {
            (Some(shape), Some(ix)) if split => {
                let index = u32::try_from(ix).ok()?;
                (
                    attr::LOAD_ATTR_SPLIT,
                    Rule {
                        keys_version: shape.version,
                        index,
                        ..rule
                    },
                )
            }
            (Some(_), Some(_)) => (attr::LOAD_ATTR_DICT, rule),
            _ => return None,
        });
    }
    let value = descr.filter(|d| d.ty().tp_descr_get.get().is_none())?;
    let rule = without_own(o, offset, name, value_rule(type_version, &value))?;
    Some((attr::LOAD_ATTR_OF_TYPE, rule))
}

/// `LOAD_METHOD`.
#[cold]
#[inline(never)]
pub fn load_method(m: M) {
    let (o, name) = (m.top(), m.name(m.oparg()));
    let found = if let Some(rule) = in_module(o, name) {
        Some((attr::LOAD_METHOD_MODULE as Handler, rule))
    } else if let Some(rule) = in_class(o, name) {
        Some((attr::LOAD_METHOD_CLASS as Handler, rule))
    } else if let Some(rule) = class_method_of_class(o, name) {
        Some((attr::LOAD_METHOD_CLASSMETHOD_OF_CLASS as Handler, rule))
    } else {
        method(o, name)
    };
    if let Some((handler, rule)) = found {
        install(m, attr::LOAD_METHOD, handler, rule);
    }
}

/// A class method, looked up in a class.
fn class_method_of_class(o: &PyObject, name: &PyObject) -> Option<Rule> {
    if !o.isinstance_exact(&PyType_Type) || typeobject::lookup(&PyType_Type, name).is_some() {
        return None;
    }
    let class = o.downcast::<PyTypeObject>()?;
    let version = typeobject::assign_version(class)?;
    let value = typeobject::lookup(class, name)?;
    value
        .isinstance_exact(&PyClassMethod_Type)
        .then(|| value_rule(version, &value))
}

fn method(o: &PyObject, name: &PyObject) -> Option<(Handler, Rule)> {
    let ty = o.ty();
    if !is_generic_get(ty) {
        return None;
    }
    let type_version = typeobject::assign_version(ty)?;
    let method = typeobject::lookup(ty, name)?;
    let handler = if method.ty().tp_flags.get() & Py_TPFLAGS_METHOD_DESCRIPTOR != 0 {
        attr::LOAD_METHOD_OF_TYPE as Handler
    } else if method.isinstance_exact(&PyClassMethod_Type) {
        attr::LOAD_METHOD_CLASSMETHOD
    } else if method.isinstance_exact(&PyStaticMethod_Type) {
        attr::LOAD_METHOD_STATIC
    } else {
        return None;
    };
    let rule = without_own(o, dict_offset(ty)?, name, value_rule(type_version, &method))?;
    Some((handler, rule))
}

/// `STORE_ATTR`.
#[cold]
#[inline(never)]
pub fn store_attr(m: M) {
    let found = assignment(m.top(), m.name(m.oparg()));
    if let Some((handler, rule)) = found {
        install(m, attr::STORE_ATTR, handler, rule);
    }
}

fn assignment(o: &PyObject, name: &PyObject) -> Option<(Handler, Rule)> {
    let ty = o.ty();
    if !is_generic_set(ty) {
        return None;
    }
    let type_version = typeobject::assign_version(ty)?;
    if let Some(d) = typeobject::lookup(ty, name)
        && d.ty().tp_descr_set.get().is_some()
    {
        let offset = slot_offset(ty, &d, true)?;
        return Some((
            attr::STORE_ATTR_SLOT,
            Rule {
                type_version,
                offset,
                ..Rule::default()
            },
        ));
    }
    let offset = dict_offset(ty)?;
    let d = instance_dict(o, offset).filter(|d| dict::has_own_values(d))?;
    let keys_version = dict::shape(d)?.version;
    let index = u32::try_from(dict::shared_index(d, name)?).ok()?;
    let rule = Rule {
        type_version,
        keys_version,
        offset,
        index,
        ..Rule::default()
    };
    Some((attr::STORE_ATTR_SPLIT, rule))
}
