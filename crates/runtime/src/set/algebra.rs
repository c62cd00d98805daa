//! Operations on a set and something to combine it with.

use super::*;

/// A set of the same base type: `set` for sets, `frozenset` for frozensets, whatever class they are derived to.
fn like(s: &PySetObject, iterable: Option<&PyObject>) -> PyResult<Owned<PySetObject>> {
    let ty = if s.isinstance_of(&PyFrozenSet_Type) {
        &PyFrozenSet_Type
    } else {
        &PySet_Type
    };
    make(ty, iterable)
}

/// The elements of both.
pub fn union(s: &PySetObject, others: &[&PyObject]) -> PyResult<Owned<PySetObject>> {
    let result = like(s, Some(s.as_object()))?;
    for other in others {
        if !other.is(s) {
            update(&result, other)?;
        }
    }
    Ok(result)
}

/// Each element of a set or iterable with its hash, in order.
pub(super) fn for_each(
    o: &PyObject,
    mut f: impl FnMut(&PyObject, Py_hash_t) -> PyResult<bool>,
) -> PyResult<bool> {
    if let Some(s) = as_any(o) {
        let mut pos = 0;
        while let Some((key, hash)) = next_entry(s, &mut pos) {
            if !f(&key, hash)? {
                return Ok(false);
            }
        }
        return Ok(true);
    }
    let it = object::get_iter(o)?;
    while let Some(key) = iter::next_usual(&it)? {
        if !f(&key, dict::hash_of(&key)?)? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The elements that are in both.
pub fn intersection(s: &PySetObject, other: &PyObject) -> PyResult<Owned<PySetObject>> {
    if other.is(s) {
        return copy(s);
    }
    let result = like(s, None)?;
    // Of two sets the smaller is walked through.
    let (looked_in, walked) = match as_any(other) {
        Some(o) if len(o) > len(s) => (o, s.as_object()),
        _ => (s, other),
    };
    for_each(walked, |key, hash| {
        if contains_known_hash(looked_in, key, hash)? {
            add_known_hash(&result, key, hash)?;
        }
        Ok(true)
    })?;
    Ok(result)
}

/// The elements that are in all.
pub fn intersection_multi(s: &PySetObject, others: &[&PyObject]) -> PyResult<Owned<PySetObject>> {
    if others.is_empty() {
        return copy(s);
    }
    let mut result = s.own_typed();
    for other in others {
        result = intersection(&result, other)?;
    }
    Ok(result)
}

/// A copy that is a plain set or frozenset.
pub fn copy(s: &PySetObject) -> PyResult<Owned<PySetObject>> {
    like(s, Some(s.as_object()))
}

/// Takes over the table of a set that nobody else holds.
pub fn swap_contents(s: &PySetObject, other: &PySetObject) {
    let (small_s, small_o) = (
        s.table.get() == small_table(s),
        other.table.get() == small_table(other),
    );
    s.fill.swap(&other.fill);
    s.used.swap(&other.used);
    s.mask.swap(&other.mask);
    s.table.swap(&other.table);
    for (a, b) in s.smalltable.iter().zip(&other.smalltable) {
        a.key.swap(&b.key);
        a.hash.swap(&b.hash);
    }
    if small_o {
        s.table.set(small_table(s));
    }
    if small_s {
        other.table.set(small_table(other));
    }
    // Only a frozenset's hash is ever set.
    s.hash.set(-1);
    other.hash.set(-1);
}

/// Removes what is in `other`.
pub fn difference_update(s: &PySetObject, other: &PyObject) -> PyResult<()> {
    if other.is(s) {
        clear(s);
        return Ok(());
    }
    for_each(other, |key, hash| {
        discard_known_hash(s, key, hash).map(|_| true)
    })?;
    // Many dummies make every lookup slow.
    if (s.fill.get() - s.used.get()) * 4 > s.mask.get() {
        let used = len(s);
        resize(s, if used > 50_000 { used * 2 } else { used * 4 })?;
    }
    Ok(())
}

/// The elements of `s` that are not in `other`.
pub fn difference(s: &PySetObject, other: &PyObject) -> PyResult<Owned<PySetObject>> {
    let size = if let Some(o) = as_any(other) {
        len(o)
    } else if let Some(d) = other.downcast_exact::<PyDictObject>() {
        dict::len(d)
    } else {
        return copy_less(s, other);
    };
    // A small one is rather taken out of a copy.
    if len(s) >> 2 > size {
        return copy_less(s, other);
    }
    let result = like(s, None)?;
    let (set, dict) = (as_any(other), other.downcast_exact::<PyDictObject>());
    for_each(s.as_object(), |key, hash| {
        let there = match (set, dict) {
            (Some(o), _) => contains_known_hash(o, key, hash)?,
            (_, Some(d)) => dict::contains_known_hash(d, key, hash)?,
            _ => false,
        };
        if !there {
            add_known_hash(&result, key, hash)?;
        }
        Ok(true)
    })?;
    Ok(result)
}

fn copy_less(s: &PySetObject, other: &PyObject) -> PyResult<Owned<PySetObject>> {
    let result = copy(s)?;
    difference_update(&result, other)?;
    Ok(result)
}

/// Removes what is in both, adds what is only in `other`.
pub fn symmetric_difference_update(s: &PySetObject, other: &PyObject) -> PyResult<()> {
    if other.is(s) {
        clear(s);
        return Ok(());
    }
    let toggle = |key: &PyObject, hash: Py_hash_t| {
        if !discard_known_hash(s, key, hash)? {
            add_known_hash(s, key, hash)?;
        }
        Ok(true)
    };
    if let Some(d) = other.downcast_exact::<PyDictObject>() {
        let mut pos = 0;
        while let Some((key, _, hash)) = dict::next_entry(d, &mut pos) {
            // SAFETY: just found in the dict, which holds it.
            let key = unsafe { key.as_ref().own() };
            toggle(&key, hash)?;
        }
        return Ok(());
    }
    // An iterable may name an element twice.
    let other = match as_any(other) {
        Some(o) => o.own_typed(),
        None => like(s, Some(other))?,
    };
    for_each(other.as_object(), toggle)?;
    Ok(())
}

/// The elements that are in one of the two only.
pub fn symmetric_difference(s: &PySetObject, other: &PyObject) -> PyResult<Owned<PySetObject>> {
    let result = like(s, Some(other))?;
    symmetric_difference_update(&result, s.as_object())?;
    Ok(result)
}

/// Have the two no element in common?
pub fn is_disjoint(s: &PySetObject, other: &PyObject) -> PyResult<bool> {
    if other.is(s) {
        return Ok(len(s) == 0);
    }
    // Of two sets the smaller is walked through.
    if let Some(o) = as_any(other).filter(|o| len(o) > len(s)) {
        return for_each(s.as_object(), |key, hash| {
            Ok(!contains_known_hash(o, key, hash)?)
        });
    }
    for_each(other, |key, hash| Ok(!contains_known_hash(s, key, hash)?))
}

/// Is every element of `s` in `other`?
pub fn is_subset(s: &PySetObject, other: &PyObject) -> PyResult<bool> {
    let other = match as_any(other) {
        Some(o) => o.own_typed(),
        None => new(Some(other))?,
    };
    if len(s) > len(&other) {
        return Ok(false);
    }
    for_each(s.as_object(), |key, hash| {
        contains_known_hash(&other, key, hash)
    })
}

/// Is every element of `other` in `s`?
pub fn is_superset(s: &PySetObject, other: &PyObject) -> PyResult<bool> {
    match as_any(other) {
        Some(o) => is_subset(o, s.as_object()),
        None => is_subset(&*new(Some(other))?, s.as_object()),
    }
}

/// Equality, and the orders by inclusion.
pub fn compare(s: &PySetObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
    let Some(o) = as_any(other) else {
        return Ok(not_implemented().own());
    };
    let equal = || -> PyResult<bool> {
        let hashes_differ =
            s.hash.get() != -1 && o.hash.get() != -1 && s.hash.get() != o.hash.get();
        Ok(len(s) == len(o) && !hashes_differ && is_subset(s, other)?)
    };
    let holds = match op {
        Py_EQ => equal()?,
        Py_NE => !equal()?,
        Py_LE => is_subset(s, other)?,
        Py_GE => is_superset(s, other)?,
        Py_LT => len(s) < len(o) && is_subset(s, other)?,
        _ => len(s) > len(o) && is_superset(s, other)?,
    };
    Ok(bool_from(holds))
}

/// The hash of a frozenset: the same for the same elements in any order.
pub fn frozen_hash(s: &PySetObject) -> Py_hash_t {
    if s.hash.get() != -1 {
        return s.hash.get();
    }
    let shuffle = |h: Py_hash_t| {
        let h = h as usize;
        ((h ^ 89_869_747) ^ (h << 16)).wrapping_mul(3_644_798_167)
    };
    let mut hash = 0;
    for entry in table(s).iter().filter(|e| is_active(e)) {
        hash ^= shuffle(entry.hash.get());
    }
    hash ^= (len(s) + 1).wrapping_mul(1_927_868_237);
    hash ^= (hash >> 11) ^ (hash >> 25);
    hash = hash.wrapping_mul(69_069).wrapping_add(907_133_923);
    let hash = if hash == usize::MAX {
        590_923_713
    } else {
        hash as Py_hash_t
    };
    s.hash.set(hash);
    hash
}
