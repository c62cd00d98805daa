//! Filling a dict from other objects: `update`, `fromkeys`, the constructor, `**`.

use super::*;
use crate::{args, iter, mapping, sequence, set};

/// What to do with a key that is there already.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Conflict {
    Keep,
    Replace,
    /// `KeyError`, for calls with `**` arguments.
    Raise,
}

/// `_PyDict_MergeEx`: takes over the items of any mapping.
pub fn merge(d: &PyDictObject, other: &impl ObjectExt, conflict: Conflict) -> PyResult<()> {
    let other = other.as_object();
    match other.downcast::<PyDictObject>() {
        // A subclass that iterates in its own way is asked for its keys.
        Some(o) if iter::same_iter(o.ty(), &PyDict_Type) => merge_dict(d, o, conflict),
        _ => merge_mapping(d, other, conflict),
    }
}

fn merge_dict(d: &PyDictObject, other: &PyDictObject, conflict: Conflict) -> PyResult<()> {
    if d.is(other) || len(other) == 0 {
        return Ok(());
    }
    let conflict = if len(d) == 0 {
        Conflict::Replace
    } else {
        conflict
    };
    let table = keys_of(d);
    if (table.size.get() << 1) / 3 < len(other) || keys::is_empty(table) {
        resize(d, estimate(len(d) + len(other)))?;
    }
    let entries = keys_of(other).nentries.get();
    let mut pos = 0;
    let free = len(d) == 0 && keys_of(d).nentries.get() == 0 && !is_split(d);
    if free && keys_of(other).kind.get() != Kind::General {
        // No key can be there already, and no code runs. Other keys of equal hashes are compared, which a program can see.
        while let Some((key, value, hash)) = next_entry(other, &mut pos) {
            // SAFETY: just found in the dict, which holds them.
            let (key, value) = unsafe { (key.as_ref(), value.as_ref()) };
            add(d, key, value, hash)?;
        }
        return Ok(());
    }
    while let Some((key, value, hash)) = next_entry(other, &mut pos) {
        // SAFETY: just found in the dict, which holds them.
        let (key, value) = unsafe { (key.as_ref().own(), value.as_ref().own()) };
        merge_item(d, &key, &value, hash, conflict)?;
        if keys_of(other).nentries.get() != entries {
            return Err(raise!(RuntimeError, "dict mutated during update"));
        }
    }
    Ok(())
}

fn merge_item(
    d: &PyDictObject,
    key: &PyObject,
    value: &PyObject,
    hash: Py_hash_t,
    conflict: Conflict,
) -> PyResult<()> {
    if conflict != Conflict::Replace && contains_known_hash(d, key, hash)? {
        return match conflict {
            Conflict::Raise => Err(err::set_key_error(key)),
            _ => Ok(()),
        };
    }
    set_item_known_hash(d, key, value, hash)
}

fn merge_mapping(d: &PyDictObject, other: &PyObject, conflict: Conflict) -> PyResult<()> {
    let keys = mapping::keys(other)?;
    let it = object::get_iter(keys.as_object())?;
    while let Some(key) = iter::next(&it)? {
        if conflict != Conflict::Replace && contains(d, &key)? {
            match conflict {
                Conflict::Raise => return Err(err::set_key_error(&key)),
                _ => continue,
            }
        }
        let value = object::get_item(other, &key)?;
        set_item(d, &key, &value)?;
    }
    Ok(())
}

/// `PyDict_MergeFromSeq2`: takes over pairs.
pub fn merge_from_seq2(d: &PyDictObject, pairs: &PyObject, replace: bool) -> PyResult<()> {
    let it = object::get_iter(pairs)?;
    let mut i = 0;
    while let Some(pair) = iter::next(&it)? {
        let fast = match sequence::fast(&pair, "") {
            Ok(fast) => fast,
            Err(raised) => {
                if !err::matches(exc::TypeError.get()) {
                    return Err(raised);
                }
                return Err(raise!(
                    TypeError,
                    "cannot convert dictionary update sequence element #{i} to a sequence"
                ));
            }
        };
        let (Some(key), Some(value), 2) = (fast.get(0), fast.get(1), fast.len()) else {
            let n = fast.len();
            return Err(raise!(
                ValueError,
                "dictionary update sequence element #{i} has length {n}; 2 is required"
            ));
        };
        if replace || !contains(d, &key)? {
            set_item(d, &key, &value)?;
        }
        i += 1;
    }
    Ok(())
}

/// `PyDict_Update`.
pub fn update(d: &PyDictObject, other: &impl ObjectExt) -> PyResult<()> {
    merge(d, other, Conflict::Replace)
}

/// What `dict(..)` and `dict.update(..)` do with their arguments.
pub(super) fn update_from_args(
    d: &PyDictObject,
    fname: &str,
    args: &PyTupleObject,
    kw: Option<&PyDictObject>,
) -> PyResult<()> {
    let positional = tuple::as_slice(args);
    args::check_positional(fname, positional.len(), 0, 1)?;
    if let Some(other) = positional.first() {
        let is_mapping = other.is_exactly(&PyDict_Type)
            || object::lookup_attr(other, id!("keys").as_object())?.is_some();
        if is_mapping {
            merge(d, *other, Conflict::Replace)?;
        } else {
            merge_from_seq2(d, other, true)?;
        }
    }
    match kw {
        Some(kw) if !has_only_string_keys(kw) => Err(raise!(TypeError, "keywords must be strings")),
        Some(kw) => merge(d, kw, Conflict::Replace),
        None => Ok(()),
    }
}

/// `dict.fromkeys` (`_PyDict_FromKeys`).
pub fn from_keys(cls: &PyObject, iterable: &PyObject, value: &PyObject) -> PyResult<Owned> {
    let d = call::call0(cls)?;
    if let Some(fresh) = d.downcast_exact::<PyDictObject>()
        && len(fresh) == 0
    {
        if let Some(source) = iterable.downcast_exact::<PyDictObject>() {
            resize(fresh, estimate(len(source)))?;
            let mut pos = 0;
            while let Some((key, _, hash)) = next_entry(source, &mut pos) {
                // SAFETY: just found in the dict, which holds it.
                let key = unsafe { key.as_ref().own() };
                set_item_known_hash(fresh, &key, value, hash)?;
            }
            return Ok(d);
        }
        if iterable.is_exactly(&set::PySet_Type) || iterable.is_exactly(&set::PyFrozenSet_Type) {
            // SAFETY: of a set type, as just seen.
            let source: &PySetObject = unsafe { iterable.cast_ref() };
            resize(fresh, estimate(set::len(source)))?;
            let mut pos = 0;
            while let Some((key, hash)) = set::next_entry(source, &mut pos) {
                set_item_known_hash(fresh, &key, value, hash)?;
            }
            return Ok(d);
        }
    }
    let it = object::get_iter(iterable)?;
    let exact = d.downcast_exact::<PyDictObject>();
    while let Some(key) = iter::next(&it)? {
        match exact {
            Some(exact) => set_item(exact, &key, value)?,
            None => object::set_item(&d, &key, value)?,
        }
    }
    Ok(d)
}

/// `dict.__init__`, for types derived from dict.
pub fn init(d: &PyDictObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<()> {
    update_from_args(d, "dict", args, kw)
}
