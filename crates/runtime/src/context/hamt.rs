//! The immutable mapping inside a context: a hash array mapped trie.
//!
//! Every change makes a new mapping that shares all but one path with the old one, so copying a context costs nothing.
//! Five bits of a 32-bit hash choose the way at each level; a node keeps only the branches that it has, in the order of
//! their bits. An entry is a key with its value, or no key and a node further down. Keys whose whole hashes are equal
//! end up in a collision node.

use crate::prelude::*;
use crate::{dict, err, gc, object, tuple, weakref};
use pyrite_macros::pytype;

/// A node; `ob_size` fields follow, alternately a key (or null) and a value (or a node).
#[repr(C)]
pub struct Node {
    ob_base: PyVarObject,
    /// Which branches there are; in a collision node the common hash.
    bits: Cell<u32>,
    is_collision: Cell<bool>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for Node {}

type Pair = (Option<Owned>, Owned);

/// What is left of a node without a key.
enum Without {
    NotFound,
    Nothing,
    Rest(Owned<Node>),
}

fn fields(n: &Node) -> &[Cell<*mut PyObject>] {
    // SAFETY: `ob_size` fields follow the fixed part.
    unsafe {
        let first = std::ptr::from_ref(n).add(1).cast();
        std::slice::from_raw_parts(first, n.ob_base.ob_size.get() as usize)
    }
}

fn new_node(is_collision: bool, bits: u32, pairs: Vec<Pair>) -> PyResult<Owned<Node>> {
    let ty: &PyTypeObject = if is_collision {
        &_PyHamt_CollisionNode_Type
    } else {
        &_PyHamt_BitmapNode_Type
    };
    let n = gc::new_var::<Node>(ty, pairs.len() * 2)?;
    n.bits.set(bits);
    n.is_collision.set(is_collision);
    for (to, (key, value)) in fields(&n).chunks_exact(2).zip(pairs) {
        to[0].set_ref(key);
        to[1].set_ref(Some(value));
    }
    Ok(gc::publish(n))
}

fn pairs(n: &Node) -> Vec<Pair> {
    let pairs = fields(n).chunks_exact(2);
    pairs
        .filter_map(|p| Some((p[0].load(), p[1].load()?)))
        .collect()
}

fn with_pair(n: &Node, at: usize, pair: Pair) -> PyResult<Owned<Node>> {
    let mut all = pairs(n);
    all[at] = pair;
    new_node(n.is_collision.get(), n.bits.get(), all)
}

fn child(value: &PyObject) -> &Node {
    // SAFETY: an entry without a key holds a node.
    unsafe { value.cast_ref() }
}

fn bit_of(hash: u32, shift: u32) -> u32 {
    1 << (hash.checked_shr(shift).unwrap_or(0) & 31)
}

fn place(n: &Node, bit: u32) -> usize {
    (n.bits.get() & (bit - 1)).count_ones() as usize
}

fn equal(a: &PyObject, b: &PyObject) -> PyResult<bool> {
    object::rich_compare_bool(a, b, Py_EQ)
}

/// The 32-bit hash of a key.
fn hash_of(key: &PyObject) -> PyResult<u32> {
    let h = dict::hash_of(key)? as u64;
    Ok((h as u32) ^ ((h >> 32) as u32))
}

/// A node of two entries with different keys.
fn node_of_two(
    shift: u32,
    a: (u32, Owned, Owned),
    b: (u32, Owned, Owned),
) -> PyResult<Owned<Node>> {
    let (hash, bit_a, bit_b) = (a.0, bit_of(a.0, shift), bit_of(b.0, shift));
    if a.0 == b.0 {
        return new_node(true, hash, vec![(Some(a.1), a.2), (Some(b.1), b.2)]);
    }
    if bit_a == bit_b {
        let below = node_of_two(shift + 5, a, b)?;
        return new_node(false, bit_a, vec![(None, below.upcast())]);
    }
    let (first, second) = if bit_a < bit_b { (a, b) } else { (b, a) };
    new_node(
        false,
        bit_a | bit_b,
        vec![(Some(first.1), first.2), (Some(second.1), second.2)],
    )
}

/// The node with a key set, and whether the key is new.
fn assoc(
    n: &Node,
    shift: u32,
    hash: u32,
    key: &PyObject,
    value: &PyObject,
) -> PyResult<(Owned<Node>, bool)> {
    if n.is_collision.get() {
        return assoc_collision(n, shift, hash, key, value);
    }
    let bit = bit_of(hash, shift);
    let at = place(n, bit);
    let mut all = pairs(n);
    if n.bits.get() & bit == 0 {
        all.insert(at, (Some(key.own()), value.own()));
        return Ok((new_node(false, n.bits.get() | bit, all)?, true));
    }
    match &all[at] {
        (None, below) => {
            let (new, added) = assoc(child(below), shift + 5, hash, key, value)?;
            if new.is(&**below) {
                return Ok((n.own_typed(), false));
            }
            Ok((with_pair(n, at, (None, new.upcast()))?, added))
        }
        (Some(k), v) if equal(key, k)? => {
            if v.is(value) {
                return Ok((n.own_typed(), false));
            }
            Ok((with_pair(n, at, (Some(k.clone()), value.own()))?, false))
        }
        (Some(k), v) => {
            let old = (hash_of(k)?, k.clone(), v.clone());
            let below = node_of_two(shift + 5, old, (hash, key.own(), value.own()))?;
            Ok((with_pair(n, at, (None, below.upcast()))?, true))
        }
    }
}

fn assoc_collision(
    n: &Node,
    shift: u32,
    hash: u32,
    key: &PyObject,
    value: &PyObject,
) -> PyResult<(Owned<Node>, bool)> {
    if hash != n.bits.get() {
        // This node goes one level down, beside the new key.
        let bit = bit_of(n.bits.get(), shift);
        let above = new_node(false, bit, vec![(None, n.own())])?;
        return assoc(&above, shift, hash, key, value);
    }
    let mut all = pairs(n);
    for (at, (k, v)) in all.iter().enumerate() {
        let Some(k) = k else { continue };
        if equal(key, k)? {
            if v.is(value) {
                return Ok((n.own_typed(), false));
            }
            return Ok((with_pair(n, at, (Some(k.clone()), value.own()))?, false));
        }
    }
    all.push((Some(key.own()), value.own()));
    Ok((new_node(true, hash, all)?, true))
}

fn without(n: &Node, shift: u32, hash: u32, key: &PyObject) -> PyResult<Without> {
    if n.is_collision.get() {
        return without_collision(n, shift, hash, key);
    }
    let bit = bit_of(hash, shift);
    if n.bits.get() & bit == 0 {
        return Ok(Without::NotFound);
    }
    let at = place(n, bit);
    let mut all = pairs(n);
    let removed = match &all[at] {
        (None, below) => match without(child(below), shift + 5, hash, key)? {
            Without::NotFound => return Ok(Without::NotFound),
            Without::Nothing => true,
            Without::Rest(rest) => {
                // A single key needs no node of its own.
                let mut few = pairs(&rest);
                all[at] = match few.pop() {
                    Some((Some(k), v)) if few.is_empty() && !rest.is_collision.get() => {
                        (Some(k), v)
                    }
                    _ => (None, rest.upcast()),
                };
                false
            }
        },
        (Some(k), _) if equal(key, k)? => true,
        _ => return Ok(Without::NotFound),
    };
    if !removed {
        return Ok(Without::Rest(new_node(false, n.bits.get(), all)?));
    }
    all.remove(at);
    if all.is_empty() {
        return Ok(Without::Nothing);
    }
    Ok(Without::Rest(new_node(false, n.bits.get() & !bit, all)?))
}

fn without_collision(n: &Node, shift: u32, hash: u32, key: &PyObject) -> PyResult<Without> {
    if hash != n.bits.get() {
        return Ok(Without::NotFound);
    }
    let mut all = pairs(n);
    for at in 0..all.len() {
        let Some(k) = &all[at].0 else { continue };
        if !equal(key, k)? {
            continue;
        }
        all.remove(at);
        return Ok(Without::Rest(match all.len() {
            1 => new_node(false, bit_of(hash, shift), all)?,
            _ => new_node(true, hash, all)?,
        }));
    }
    Ok(Without::NotFound)
}

/// What a key maps to.
pub fn find(h: &PyHamtObject, key: &PyObject) -> PyResult<Option<Owned>> {
    if h.h_count.get() == 0 {
        return Ok(None);
    }
    let hash = hash_of(key)?;
    let mut n = root(h)?;
    let mut shift = 0;
    loop {
        if n.is_collision.get() {
            for (k, v) in pairs(&n) {
                if let Some(k) = k
                    && equal(key, &k)?
                {
                    return Ok(Some(v));
                }
            }
            return Ok(None);
        }
        let bit = bit_of(hash, shift);
        if n.bits.get() & bit == 0 {
            return Ok(None);
        }
        let pair = &fields(&n)[place(&n, bit) * 2..][..2];
        let (k, v) = (
            pair[0].load(),
            pair[1].load().ok_or_else(err::bad_internal_call)?,
        );
        match k {
            Some(k) => return Ok(if equal(key, &k)? { Some(v) } else { None }),
            // SAFETY: an entry without a key holds a node.
            None => n = unsafe { v.cast_unchecked() },
        }
        shift += 5;
    }
}

fn root(h: &PyHamtObject) -> PyResult<Owned<Node>> {
    // SAFETY: the field holds a node.
    let root = unsafe { h.h_root.get().cast::<Node>().as_ref() };
    root.map(OwnTyped::own_typed)
        .ok_or_else(err::bad_internal_call)
}

fn with_root(root: Owned<Node>, count: Py_ssize_t) -> PyResult<Owned<PyHamtObject>> {
    let h = gc::new_object::<PyHamtObject>(&_PyHamt_Type)?;
    h.h_root.set(root.into_typed_ptr().cast());
    h.h_count.set(count);
    Ok(gc::publish(h))
}

/// `_PyHamt_New`: without items.
pub fn new() -> PyResult<Owned<PyHamtObject>> {
    with_root(new_node(false, 0, Vec::new())?, 0)
}

/// `_PyHamt_Assoc`: the mapping with a key set.
pub fn set(h: &PyHamtObject, key: &PyObject, value: &PyObject) -> PyResult<Owned<PyHamtObject>> {
    let old = root(h)?;
    let (new, added) = assoc(&old, 0, hash_of(key)?, key, value)?;
    if new.is(&*old) {
        return Ok(h.own_typed());
    }
    with_root(new, h.h_count.get() + Py_ssize_t::from(added))
}

/// `_PyHamt_Without`: the mapping without a key, if it has it.
pub fn delete(h: &PyHamtObject, key: &PyObject) -> PyResult<Option<Owned<PyHamtObject>>> {
    match without(&*root(h)?, 0, hash_of(key)?, key)? {
        Without::NotFound => Ok(None),
        Without::Nothing => new().map(Some),
        Without::Rest(rest) => with_root(rest, h.h_count.get() - 1).map(Some),
    }
}

/// `_PyHamt_Eq`.
pub fn same(a: &PyHamtObject, b: &PyHamtObject) -> PyResult<bool> {
    if a.is(b) {
        return Ok(true);
    }
    if a.h_count.get() != b.h_count.get() {
        return Ok(false);
    }
    for (key, value) in items(a)? {
        match find(b, &key)? {
            Some(other) if equal(&value, &other)? => {}
            _ => return Ok(false),
        }
    }
    Ok(true)
}

/// All items.
pub fn items(h: &PyHamtObject) -> PyResult<Vec<(Owned, Owned)>> {
    fn walk(n: &Node, into: &mut Vec<(Owned, Owned)>) {
        for (key, value) in pairs(n) {
            match key {
                Some(key) => into.push((key, value)),
                None => walk(child(&value), into),
            }
        }
    }
    let mut all = Vec::new();
    walk(&*root(h)?, &mut all);
    Ok(all)
}

macro_rules! node_type {
    ($marker:ident, $type:ident, $name:tt) => {
        pub struct $marker;
        #[pytype(name = $name, c_name = $type, layout = Node, no_class, itemsize = 8, flags = [HAVE_GC], free = gc_del)]
        impl $marker {
            const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
            const tp_hash: hashfunc = Some(crate::object::hash_not_implemented_slot);
            fn tp_dealloc(slf: *mut Node) {
                // SAFETY: the count is 0; nodes nest at most eight deep.
                unsafe {
                    gc::untrack_if_tracked(slf.cast());
                    for field in fields(&*slf) {
                        field.set_ref(None);
                    }
                    gc::del(slf.cast());
                }
            }
            fn tp_traverse(slf: &Node, visit: gc::Visitor) -> c_int {
                visit.visit_all(fields(slf).iter().map(Cell::get))
            }
        }
    };
}
node_type!(BitmapNode, _PyHamt_BitmapNode_Type, "hamt_bitmap_node");
// Nodes of CPython's third kind, whose type C can name, are not made here: a bitmap serves any number of children.
node_type!(ArrayNode, _PyHamt_ArrayNode_Type, "hamt_array_node");
node_type!(
    CollisionNode,
    _PyHamt_CollisionNode_Type,
    "hamt_collision_node"
);

pub struct Hamt;
#[pytype(name = "hamt", c_name = _PyHamt_Type, layout = PyHamtObject, weaklistoffset = h_weakreflist,
         flags = [HAVE_GC], free = gc_del)]
impl Hamt {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    const tp_hash: hashfunc = Some(object::hash_not_implemented_slot);
    fn tp_new(_ty: &PyTypeObject, _args: &PyObject, _kw: Option<&PyObject>) -> PyResult<Owned> {
        Ok(new()?.upcast())
    }

    fn tp_dealloc(slf: *mut PyHamtObject) {
        // SAFETY: the count is 0; the field holds a node.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            if !(*slf).h_weakreflist.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            crate::owned::xdecref((*slf).h_root.replace(std::ptr::null_mut()).cast());
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyHamtObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.h_root.get())
    }

    fn tp_clear(slf: &PyHamtObject) {
        // SAFETY: the field's count is given back, once.
        unsafe { crate::owned::xdecref(slf.h_root.replace(std::ptr::null_mut()).cast()) }
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let both = slf
            .downcast::<PyHamtObject>()
            .zip(other.downcast::<PyHamtObject>());
        match both {
            Some((a, b)) if op == Py_EQ || op == Py_NE => {
                Ok(bool_from(same(a, b)? == (op == Py_EQ)))
            }
            _ => Ok(not_implemented().own()),
        }
    }

    fn tp_iter(slf: &PyHamtObject) -> PyResult<Owned> {
        iterate(slf, Kind::Keys)
    }

    fn sq_contains(slf: &PyHamtObject, key: &PyObject) -> PyResult<bool> {
        Ok(find(slf, key)?.is_some())
    }

    fn mp_length(slf: &PyHamtObject) -> PyResult<Py_ssize_t> {
        Ok(slf.h_count.get())
    }

    fn mp_subscript(slf: &PyHamtObject, key: &PyObject) -> PyResult<Owned> {
        find(slf, key)?.ok_or_else(|| err::set_key_error(key))
    }

    #[method]
    fn set(slf: &PyHamtObject, key: &PyObject, value: &PyObject) -> PyResult<Owned> {
        Ok(set(slf, key, value)?.upcast())
    }

    #[method]
    fn get(slf: &PyHamtObject, key: &PyObject, default: Option<&PyObject>) -> PyResult<Owned> {
        Ok(find(slf, key)?.unwrap_or_else(|| default.unwrap_or(none()).own()))
    }

    #[method]
    fn delete(slf: &PyHamtObject, key: &PyObject) -> PyResult<Owned> {
        Ok(delete(slf, key)?.map_or_else(|| slf.own(), Owned::upcast))
    }

    #[method]
    fn items(slf: &PyHamtObject) -> PyResult<Owned> {
        iterate(slf, Kind::Items)
    }

    #[method]
    fn keys(slf: &PyHamtObject) -> PyResult<Owned> {
        iterate(slf, Kind::Keys)
    }

    #[method]
    fn values(slf: &PyHamtObject) -> PyResult<Owned> {
        iterate(slf, Kind::Values)
    }
}

/// What an iterator gives.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Keys,
    Values,
    Items,
}

/// An iterator over a mapping: with the way down to where it is.
pub fn iterate(h: &PyHamtObject, kind: Kind) -> PyResult<Owned> {
    let ty: &PyTypeObject = match kind {
        Kind::Keys => &_PyHamtKeys_Type,
        Kind::Values => &_PyHamtValues_Type,
        Kind::Items => &_PyHamtItems_Type,
    };
    let it = gc::new_object::<PyHamtIterator>(ty)?;
    it.hi_obj.set_ref(Some(h.own_typed()));
    it.hi_iter.i_nodes[0].set(h.h_root.get());
    Ok(gc::publish(it).upcast())
}

fn next(it: &PyHamtIterator, kind: Kind) -> PyResult<Option<Owned>> {
    let state = &it.hi_iter;
    loop {
        let Ok(level) = usize::try_from(state.i_level.get()) else {
            return Ok(None);
        };
        // SAFETY: the mapping, which never changes, is held, and it holds its nodes.
        let Some(n) = (unsafe { state.i_nodes[level].get().cast::<Node>().as_ref() }) else {
            return Ok(None);
        };
        let at = state.i_pos[level].get() as usize;
        let Some([key, value]) = fields(n).get(at..at + 2).and_then(|p| p.first_chunk::<2>())
        else {
            state.i_level.set(level as i8 - 1);
            continue;
        };
        state.i_pos[level].set(at as Py_ssize_t + 2);
        let (Some(key), Some(value)) = (key.load(), value.load()) else {
            if level + 1 < state.i_nodes.len() {
                state.i_nodes[level + 1].set(value.get().cast());
                state.i_pos[level + 1].set(0);
                state.i_level.set(level as i8 + 1);
            }
            continue;
        };
        return Ok(Some(match kind {
            Kind::Keys => key,
            Kind::Values => value,
            Kind::Items => tuple::pack([key, value])?.upcast(),
        }));
    }
}

macro_rules! iterator_type {
    ($marker:ident, $type:ident, $name:tt, $kind:ident) => {
        pub struct $marker;
        #[pytype(name = $name, c_name = $type, layout = PyHamtIterator, no_class, flags = [HAVE_GC], free = gc_del)]
        impl $marker {
            const tp_getattro: getattrofunc = Some(crate::object::generic_get_attr_slot);
            fn tp_dealloc(slf: *mut PyHamtIterator) {
                // SAFETY: the count is 0.
                unsafe {
                    gc::untrack_if_tracked(slf.cast());
                    (*slf).hi_obj.set_ref(None);
                    gc::del(slf.cast());
                }
            }
            fn tp_traverse(slf: &PyHamtIterator, visit: gc::Visitor) -> c_int {
                visit.visit(slf.hi_obj.get())
            }
            const tp_iter: getiterfunc = Some(crate::object::self_iter);
            fn tp_iternext(slf: &PyHamtIterator) -> PyResult<Option<Owned>> {
                next(slf, Kind::$kind)
            }
            fn mp_length(slf: &PyHamtIterator) -> PyResult<Py_ssize_t> {
                Ok(slf.hi_obj.borrow().map_or(0, |h| h.h_count.get()))
            }
        }
    };
}
iterator_type!(HamtKeys, _PyHamtKeys_Type, "keys", Keys);
iterator_type!(HamtValues, _PyHamtValues_Type, "values", Values);
iterator_type!(HamtItems, _PyHamtItems_Type, "items", Items);
