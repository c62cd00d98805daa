//! `_PyType_Lookup` and its cache.
//!
//! A type that nobody changed since its version tag was given out finds the same things under the same names. The
//! cache is indexed by tag and name; changing a type takes its tag away, and those of its subclasses.

use super::{mro_of, subclasses_of};
use crate::prelude::*;
use crate::{dict, err};
use std::ptr::null_mut;

const BITS: u32 = 12;

struct Entry {
    version: Cell<u32>,
    name: Cell<*mut PyObject>,
    /// Borrowed: a change of any type along the MRO takes the tag away first.
    value: Cell<*mut PyObject>,
}
struct Cache([Entry; 1 << BITS]);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for Cache {}
static CACHE: Cache = Cache(
    [const {
        Entry {
            version: Cell::new(0),
            name: Cell::new(null_mut()),
            value: Cell::new(null_mut()),
        }
    }; 1 << BITS],
);

struct Next(Cell<u32>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for Next {}
static NEXT_VERSION: Next = Next(Cell::new(1));

#[inline]
fn entry(version: u32, name: &PyObject) -> &'static Entry {
    let bits = (name.as_ptr() as usize >> 4) as u32 ^ version.wrapping_mul(0x9E37_79B1);
    &CACHE.0[(bits & ((1 << BITS) - 1)) as usize]
}

/// The type's version tag, if it has a valid one.
#[inline]
pub fn version(ty: &PyTypeObject) -> Option<u32> {
    let valid = ty.tp_flags.get() & Py_TPFLAGS_VALID_VERSION_TAG != 0;
    valid.then(|| ty.tp_version_tag.get())
}

/// Finds `name` along the type's MRO. No descriptor is bound, and nothing is raised.
#[inline]
pub fn lookup(ty: &PyTypeObject, name: &PyObject) -> Option<Owned> {
    if let Some(version) = version(ty) {
        let e = entry(version, name);
        if e.version.get() == version && std::ptr::eq(e.name.get(), name) {
            return e.value.load();
        }
    }
    lookup_uncached(ty, name)
}

#[inline(never)]
fn lookup_uncached(ty: &PyTypeObject, name: &PyObject) -> Option<Owned> {
    let found = match find(ty, name) {
        Ok(found) => found,
        // As in 3.8, a failure (of a hash, a comparison) counts as not found here.
        Err(_) => {
            err::clear();
            return None;
        }
    };
    if is_interned(name)
        && let Some(version) = assign_version(ty)
    {
        let e = entry(version, name);
        e.version.set(version);
        FieldExt::set_ref(&e.name, Some(name.own()));
        e.value
            .set(found.as_deref().map_or(null_mut(), ObjectExt::as_ptr));
    }
    found
}

/// Only an interned name can be compared by its address.
pub(super) fn is_interned(name: &PyObject) -> bool {
    name.downcast_exact::<PyUnicodeObject>()
        .is_some_and(|s| crate::unicode::state(s).interned() != 0)
}

fn find(ty: &PyTypeObject, name: &PyObject) -> PyResult<Option<Owned>> {
    let Some(mro) = mro_of(ty) else {
        return Ok(None);
    };
    let hash = dict::hash_of(name)?;
    for base in crate::tuple::as_slice(&mro) {
        let Some(base) = base.downcast::<PyTypeObject>() else {
            continue;
        };
        let Some(attrs) = base.tp_dict.load() else {
            continue;
        };
        // SAFETY: `tp_dict` is a dict.
        let attrs: &PyDictObject = unsafe { attrs.cast_ref() };
        if let Some(v) = dict::get_item_known_hash(attrs, name, hash)? {
            return Ok(Some(v));
        }
    }
    Ok(None)
}

/// Gives the type a tag, and first its bases. `None` if it cannot have one.
pub fn assign_version(ty: &PyTypeObject) -> Option<u32> {
    if let Some(v) = version(ty) {
        return Some(v);
    }
    let flags = ty.tp_flags.get();
    if flags & Py_TPFLAGS_HAVE_VERSION_TAG == 0 || flags & Py_TPFLAGS_READY == 0 {
        return None;
    }
    let bases = super::bases_of(ty).ok()?;
    for i in 0..bases.ob_base.ob_size.get() {
        let base = crate::tuple::get_item(&bases, i).ok()?;
        assign_version(base.downcast::<PyTypeObject>()?)?;
    }
    // Read only now: the bases took numbers of their own.
    let next = NEXT_VERSION.0.get();
    if next == u32::MAX {
        return None;
    }
    NEXT_VERSION.0.set(next + 1);
    ty.tp_version_tag.set(next);
    ty.tp_flags.set(flags | Py_TPFLAGS_VALID_VERSION_TAG);
    Some(next)
}

/// `PyType_Modified`: takes the tags of the type and its subclasses away.
pub fn modified(ty: &PyTypeObject) {
    if version(ty).is_none() {
        return;
    }
    // A type has a tag only while all of its bases do, so subclasses of a type without one have none.
    if let Ok(subclasses) = subclasses_of(ty) {
        for sub in subclasses {
            modified(&sub);
        }
    }
    ty.tp_flags
        .set(ty.tp_flags.get() & !Py_TPFLAGS_VALID_VERSION_TAG);
    ty.tp_version_tag.set(0);
}

/// The MRO was set: a type whose MRO holds a non-type, or that computes its MRO itself, gets no tag.
pub fn mro_modified(ty: &PyTypeObject, bases: &PyTupleObject) {
    let custom = !std::ptr::eq(ty.ty(), &super::PyType_Type)
        && super::lookup(ty.ty(), id!("mro").as_object()).is_some_and(|m| {
            super::lookup(&super::PyType_Type, id!("mro").as_object())
                .is_none_or(|own| m.as_ptr() != own.as_ptr())
        });
    let foreign = (0..bases.ob_base.ob_size.get()).any(|i| {
        crate::tuple::get_item(bases, i).ok().is_none_or(|b| {
            b.downcast::<PyTypeObject>()
                .is_none_or(|b| !crate::owned::is_subtype(ty, b))
        })
    });
    if custom || foreign {
        let gone = Py_TPFLAGS_HAVE_VERSION_TAG | Py_TPFLAGS_VALID_VERSION_TAG;
        ty.tp_flags.set(ty.tp_flags.get() & !gone);
        ty.tp_version_tag.set(0);
    }
}

/// `PyType_ClearCache`: forgets everything; returns the last tag given out.
pub fn clear() -> u32 {
    for e in &CACHE.0 {
        e.version.set(0);
        e.name.set_ref(None);
        e.value.set(null_mut());
    }
    NEXT_VERSION.0.get() - 1
}
