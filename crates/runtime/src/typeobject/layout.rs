//! Which base decides how an instance lies in memory.

use super::{base_of, is_subtype, type_name_of};
use crate::err;
use crate::prelude::*;
use std::ptr::eq;

const WORD: Py_ssize_t = size_of::<usize>() as Py_ssize_t;

/// Does `ty` add fields to `base`'s layout, other than a dict and a list of weak references (`extra_ivars`)?
fn extends(ty: &PyTypeObject, base: &PyTypeObject) -> bool {
    let (mut size, base_size) = (ty.tp_basicsize.get(), base.tp_basicsize.get());
    if ty.tp_itemsize.get() != 0 || base.tp_itemsize.get() != 0 {
        return size != base_size || ty.tp_itemsize.get() != base.tp_itemsize.get();
    }
    let heap = super::is_heap_type(ty);
    let at_end = |offset: Py_ssize_t, size: Py_ssize_t| offset != 0 && offset + WORD == size;
    if base.tp_weaklistoffset.get() == 0 && heap && at_end(ty.tp_weaklistoffset.get(), size) {
        size -= WORD;
    }
    if base.tp_dictoffset.get() == 0 && heap && at_end(ty.tp_dictoffset.get(), size) {
        size -= WORD;
    }
    size != base_size
}

/// The nearest base (or the type itself) that determines the layout.
pub fn solid_base(ty: &PyTypeObject) -> &PyTypeObject {
    // From the root of the chain, which can be long, to the type.
    let chain: Vec<_> = std::iter::successors(Some(ty), |ty| base_of(ty)).collect();
    let root: &PyTypeObject = &super::PyBaseObject_Type;
    let later = |base, ty| if extends(ty, base) { ty } else { base };
    chain.into_iter().rev().fold(root, later)
}

/// Is `base` in the chain of `tp_base`s that starts at `ty`?
pub fn is_in_base_chain(ty: &PyTypeObject, base: &PyTypeObject) -> bool {
    std::iter::successors(Some(ty), |ty| base_of(ty)).any(|at| eq(at, base))
}

/// `best_base`: among the bases, the one from which the layout comes.
pub fn best_base(bases: &[Owned]) -> PyResult<Owned<PyTypeObject>> {
    let mut best: Option<(&PyTypeObject, &PyTypeObject)> = None;
    for b in bases {
        let Some(ty) = b.downcast::<PyTypeObject>() else {
            return Err(raise!(TypeError, "bases must be types"));
        };
        if ty.tp_dict.get().is_null() {
            super::ready(ty)?;
        }
        if ty.tp_flags.get() & Py_TPFLAGS_BASETYPE == 0 {
            let name = type_name_of(ty);
            let name = err::short(&name, 100);
            return Err(raise!(
                TypeError,
                "type '{name}' is not an acceptable base type"
            ));
        }
        let candidate = solid_base(ty);
        match best {
            None => best = Some((candidate, ty)),
            Some((winner, _)) if is_subtype(winner, candidate) => {}
            Some((winner, _)) if is_subtype(candidate, winner) => best = Some((candidate, ty)),
            Some(_) => {
                return Err(raise!(
                    TypeError,
                    "multiple bases have instance lay-out conflict"
                ));
            }
        }
    }
    match best {
        Some((_, base)) => Ok(crate::owned::OwnTyped::own_typed(base)),
        None => Err(raise!(
            TypeError,
            "a new-style class can't have only classic bases"
        )),
    }
}

/// Do two classes lie in memory alike, so that `__class__` (or `__bases__`) can be exchanged?
pub fn compatible(new: &PyTypeObject, old: &PyTypeObject, attr: &str) -> PyResult<()> {
    if new.tp_free.get().map(|f| f as usize) != old.tp_free.get().map(|f| f as usize) {
        return Err(differs(attr, "deallocator", new, old));
    }
    let (mut a, mut b) = (new, old);
    let climb = |mut ty| {
        while let Some(base) = base_of(ty)
            && same_size(ty, base)
        {
            ty = base;
        }
        ty
    };
    a = climb(a);
    b = climb(b);
    let siblings = || match (base_of(a), base_of(b)) {
        (Some(x), Some(y)) => eq(x, y) && same_slots_added(a, b),
        _ => false,
    };
    if !eq(a, b) && !siblings() {
        return Err(differs(attr, "object layout", new, old));
    }
    Ok(())
}

fn differs(attr: &str, what: &str, new: &PyTypeObject, old: &PyTypeObject) -> Raised {
    let (new, old) = (type_name_of(new), type_name_of(old));
    raise!(
        TypeError,
        "{attr} assignment: '{new}' {what} differs from '{old}'"
    )
}

fn same_size(a: &PyTypeObject, b: &PyTypeObject) -> bool {
    a.tp_basicsize.get() == b.tp_basicsize.get()
        && a.tp_itemsize.get() == b.tp_itemsize.get()
        && a.tp_dictoffset.get() == b.tp_dictoffset.get()
        && a.tp_weaklistoffset.get() == b.tp_weaklistoffset.get()
}

/// Two children of one base that added the same: dict and weak list at the same places, and equal `__slots__`.
fn same_slots_added(a: &PyTypeObject, b: &PyTypeObject) -> bool {
    let Some(base) = base_of(a) else { return false };
    let mut size = base.tp_basicsize.get();
    if a.tp_dictoffset.get() == size && b.tp_dictoffset.get() == size {
        size += WORD;
    }
    if a.tp_weaklistoffset.get() == size && b.tp_weaklistoffset.get() == size {
        size += WORD;
    }
    if let (Some(ha), Some(hb)) = (super::as_heap_type(a), super::as_heap_type(b))
        && let (Some(sa), Some(sb)) = (ha.ht_slots.load(), hb.ht_slots.load())
    {
        match crate::object::rich_compare_bool(&sa, &sb, Py_EQ) {
            Ok(true) => {
                size += WORD * crate::object::size(&sa).unwrap_or(0);
            }
            Ok(false) => return false,
            Err(_) => {
                err::clear();
                return false;
            }
        }
    }
    size == a.tp_basicsize.get() && size == b.tp_basicsize.get()
}
