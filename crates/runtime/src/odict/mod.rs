//! `collections.OrderedDict`: a dict that can also be reordered.
//!
//! It is a dict with a doubly linked list of its keys. To find a key's node at once there is a row of nodes with one place for
//! each place in the dict's own table; the dict may rebuild its table at any time, so a node is trusted only if
//! the table still has the node's key in that place, and else the row is filled anew. `state` counts the changes
//! of order, by which iterators notice them.

mod iterator;
mod methods;
mod views;

pub use iterator::PyODictIter_Type;
pub use methods::PyODict_Type;
pub use views::{PyODictItems_Type, PyODictKeys_Type, PyODictValues_Type};

use crate::prelude::*;
use crate::{dict, err, mem};

/// A key in its place in the order.
pub struct Node {
    key: Cell<*mut PyObject>,
    hash: Cell<Py_hash_t>,
    next: Cell<*mut Node>,
    prev: Cell<*mut Node>,
}

/// The object; as large as 3.8's.
#[repr(C)]
pub struct ODictObject {
    od_dict: PyDictObject,
    /// The row of nodes, and its length.
    nodes: Cell<*mut *mut Node>,
    nodes_len: Cell<usize>,
    first: Cell<*mut Node>,
    last: Cell<*mut Node>,
    state: Cell<usize>,
    /// The number of the dict's table for which the row is complete.
    row_version: Cell<usize>,
    od_inst_dict: Cell<*mut PyObject>,
    od_weakreflist: Cell<*mut PyObject>,
}
// SAFETY: begins with a dict, which begins with the object head; all fields are cells.
unsafe impl Layout for ODictObject {}

const _: () = assert!(size_of::<ODictObject>() == size_of::<PyDictObject>() + 8 * 8);

fn node<'a>(p: *mut Node) -> Option<&'a Node> {
    // SAFETY: nodes live until they are unlinked; callers let no code run while they hold one.
    unsafe { p.as_ref() }
}

/// The nodes in order.
fn nodes(od: &ODictObject) -> impl Iterator<Item = &Node> {
    let mut at = od.first.get();
    std::iter::from_fn(move || {
        let now = node(at)?;
        at = now.next.get();
        Some(now)
    })
}

fn row(od: &ODictObject) -> &[Cell<*mut Node>] {
    if od.nodes.get().is_null() {
        return &[];
    }
    // SAFETY: the row has that many places.
    unsafe { std::slice::from_raw_parts(od.nodes.get().cast(), od.nodes_len.get()) }
}

fn touch(od: &ODictObject) {
    od.state.set(od.state.get().wrapping_add(1));
}

/// Fills the row anew, for the dict's table as it is now.
fn rebuild_row(od: &ODictObject) -> PyResult<()> {
    let size = dict::table_size(&od.od_dict);
    let new = mem::calloc(mem::Domain::Mem, size, size_of::<*mut Node>()).cast::<*mut Node>();
    if new.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: the row is the object's own.
    unsafe { mem::free(mem::Domain::Mem, od.nodes.replace(new).cast()) };
    od.nodes_len.set(size);
    od.row_version.set(dict::keys_version(&od.od_dict) as usize);
    let mut at = od.first.get();
    while let Some(n) = node(at) {
        let Some(key) = n.key.load() else { break };
        let state = od.state.get();
        let ix = dict::entry_index(&od.od_dict, &key, n.hash.get())?;
        if od.state.get() != state {
            return Err(raise!(RuntimeError, "OrderedDict mutated during iteration"));
        }
        if let Some(place) = ix.and_then(|ix| row(od).get(ix)) {
            place.set(at);
        }
        at = n.next.get();
    }
    Ok(())
}

/// Does the row fit the dict's table as it is, so that an empty place means that a key has no node?
fn row_is_complete(od: &ODictObject) -> bool {
    let version = dict::keys_version(&od.od_dict) as usize;
    version != 0 && version == od.row_version.get()
}

/// Runs something that removes one key from the dict after its node has gone. The other entries stay where they are, though
/// the table gets another number.
fn removing<T>(od: &ODictObject, remove: impl FnOnce() -> PyResult<T>) -> PyResult<T> {
    let complete = row_is_complete(od);
    let before = dict::table_mark(&od.od_dict);
    let result = remove();
    if complete && dict::table_mark(&od.od_dict) == before {
        od.row_version.set(dict::keys_version(&od.od_dict) as usize);
    }
    result
}

/// The node in a place of the table, if the row is right about it.
fn node_at(od: &ODictObject, ix: usize) -> Option<*mut Node> {
    let p = row(od).get(ix)?.get();
    let n = node(p)?;
    (n.key.get() == dict::entry_key(&od.od_dict, ix)).then_some(p)
}

/// The node of a key.
fn find_node(od: &ODictObject, key: &PyObject, hash: Py_hash_t) -> PyResult<Option<*mut Node>> {
    if od.first.get().is_null() {
        return Ok(None);
    }
    let Some(ix) = dict::entry_index(&od.od_dict, key, hash)? else {
        return Ok(None);
    };
    if row(od).len() == dict::table_size(&od.od_dict)
        && let Some(found) = node_at(od, ix)
    {
        return Ok(Some(found));
    }
    if row_is_complete(od) {
        return Ok(None);
    }
    rebuild_row(od)?;
    let Some(ix) = dict::entry_index(&od.od_dict, key, hash)? else {
        return Ok(None);
    };
    Ok(node_at(od, ix))
}

/// Puts a node at the end, or at the front.
fn link(od: &ODictObject, p: *mut Node, at_end: bool) {
    let Some(n) = node(p) else { return };
    let (end, other_end) = if at_end {
        (&od.last, &od.first)
    } else {
        (&od.first, &od.last)
    };
    let old = end.get();
    let (towards, away) = if at_end {
        (&n.prev, &n.next)
    } else {
        (&n.next, &n.prev)
    };
    towards.set(old);
    away.set(std::ptr::null_mut());
    match node(old) {
        Some(old) if at_end => old.next.set(p),
        Some(old) => old.prev.set(p),
        None => other_end.set(p),
    }
    end.set(p);
    touch(od);
}

fn unlink(od: &ODictObject, p: *mut Node) {
    let Some(n) = node(p) else { return };
    match node(n.prev.get()) {
        Some(prev) => prev.next.set(n.next.get()),
        None => od.first.set(n.next.get()),
    }
    match node(n.next.get()) {
        Some(next) => next.prev.set(n.prev.get()),
        None => od.last.set(n.prev.get()),
    }
    touch(od);
}

/// Adds a node for a key that is in the dict, unless it has one.
fn add_node(od: &ODictObject, key: &PyObject, hash: Py_hash_t) -> PyResult<()> {
    if find_node(od, key, hash)?.is_some() {
        return Ok(());
    }
    let Some(ix) = dict::entry_index(&od.od_dict, key, hash)? else {
        return Err(err::set_key_error(key));
    };
    let p = mem::malloc(mem::Domain::Mem, size_of::<Node>()).cast::<Node>();
    if p.is_null() {
        return Err(err::no_memory());
    }
    // The dict may hold an equal key that was there before; the row goes by the dict's own.
    // SAFETY: the entry is in use, so it holds a key; the block has room for a node.
    unsafe {
        let key = (*dict::entry_key(&od.od_dict, ix)).own();
        p.write(Node {
            key: Cell::new(key.into_ptr()),
            hash: Cell::new(hash),
            next: Cell::new(std::ptr::null_mut()),
            prev: Cell::new(std::ptr::null_mut()),
        });
    }
    link(od, p, true);
    match row(od).get(ix) {
        Some(place) if row(od).len() == dict::table_size(&od.od_dict) => place.set(p),
        _ => rebuild_row(od)?,
    }
    Ok(())
}

/// Unlinks and frees a node.
fn remove_node(od: &ODictObject, p: *mut Node) {
    unlink(od, p);
    for place in row(od) {
        // Only the place that the node was found in, or none: the row is short to search only when it is small.
        if place.get() == p {
            place.set(std::ptr::null_mut());
            break;
        }
    }
    free_node(p);
}

/// Frees a node that is in no list and in no row.
fn free_node(p: *mut Node) {
    if let Some(n) = node(p) {
        let key = n.key.take_ref();
        // SAFETY: nothing refers to the node any more.
        unsafe { mem::free(mem::Domain::Mem, p.cast()) };
        drop(key);
    }
}

/// Removes the node of a key, if it has one. `ix` is found again, so that its place can be emptied at once.
fn remove_key(od: &ODictObject, key: &PyObject, hash: Py_hash_t) -> PyResult<bool> {
    let Some(p) = find_node(od, key, hash)? else {
        return Ok(false);
    };
    let ix = dict::entry_index(&od.od_dict, key, hash)?;
    match ix
        .and_then(|ix| row(od).get(ix))
        .filter(|place| place.get() == p)
    {
        Some(place) => {
            place.set(std::ptr::null_mut());
            unlink(od, p);
            free_node(p);
        }
        None => remove_node(od, p),
    }
    Ok(true)
}

/// Frees all nodes and the row.
fn clear_nodes(od: &ODictObject) {
    // SAFETY: the row is the object's own.
    unsafe {
        mem::free(
            mem::Domain::Mem,
            od.nodes.replace(std::ptr::null_mut()).cast(),
        );
    }
    od.nodes_len.set(0);
    od.last.set(std::ptr::null_mut());
    let mut at = od.first.replace(std::ptr::null_mut());
    touch(od);
    while let Some(n) = node(at) {
        let next = n.next.get();
        free_node(at);
        at = next;
    }
}

/// The keys in order, each with a count of its own.
fn keys_in_order(od: &ODictObject) -> Vec<(Owned, Py_hash_t)> {
    nodes(od)
        .filter_map(|n| n.key.load().map(|k| (k, n.hash.get())))
        .collect()
}

/// An empty one of type `ty`.
fn alloc(ty: &PyTypeObject) -> PyResult<Owned<ODictObject>> {
    let new = dict::PyDict_Type
        .tp_new
        .get()
        .ok_or_else(err::bad_internal_call)?;
    let args = crate::tuple::empty()?;
    // SAFETY: dict's constructor makes an instance of any subtype of dict.
    let od: Owned<ODictObject> = unsafe {
        let p = new(
            std::ptr::from_ref(ty).cast_mut(),
            args.as_ptr(),
            std::ptr::null_mut(),
        );
        let o = Owned::from_owned_ptr_or_null(p).ok_or_else(Raised::already_set)?;
        o.cast_unchecked()
    };
    Ok(od)
}

/// `PyODict_New`.
pub fn new() -> PyResult<Owned<ODictObject>> {
    alloc(&PyODict_Type)
}

/// `PyODict_SetItem`.
pub fn set_item(od: &ODictObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
    set_item_known_hash(od, key, value, dict::hash_of(key)?)
}

/// The same with the hash at hand.
pub fn set_item_known_hash(
    od: &ODictObject,
    key: &PyObject,
    value: &PyObject,
    hash: Py_hash_t,
) -> PyResult<()> {
    dict::set_item_known_hash(&od.od_dict, key, value, hash)?;
    add_node(od, key, hash).inspect_err(|_| {
        // A key without a place in the order must not stay.
        let saved = err::fetch();
        if dict::del_item_known_hash(&od.od_dict, key, hash).is_err() {
            err::clear();
        }
        err::restore(saved);
    })
}

/// `PyODict_DelItem`.
pub fn del_item(od: &ODictObject, key: &PyObject) -> PyResult<()> {
    let hash = dict::hash_of(key)?;
    remove_key(od, key, hash)?;
    removing(od, || dict::del_item_known_hash(&od.od_dict, key, hash))
}

/// The dict that it is.
pub fn as_dict(od: &ODictObject) -> &PyDictObject {
    &od.od_dict
}

/// Moves a key to the end of the order, if it is there.
pub fn move_to_end(od: &ODictObject, key: &PyObject, hash: Py_hash_t) -> PyResult<()> {
    if let Some(p) = find_node(od, key, hash)?
        && p != od.last.get()
    {
        unlink(od, p);
        link(od, p, true);
    }
    Ok(())
}

/// Removes all items.
pub fn clear(od: &ODictObject) -> PyResult<()> {
    dict::clear(&od.od_dict);
    clear_nodes(od);
    rebuild_row(od)
}

/// Removes the first item and returns it.
pub fn pop_first(od: &ODictObject) -> PyResult<Option<(Owned, Owned)>> {
    let Some((key, hash)) = node(od.first.get()).and_then(|n| Some((n.key.load()?, n.hash.get())))
    else {
        return Ok(None);
    };
    remove_key(od, &key, hash)?;
    let value = removing(od, || dict::pop_known_hash(&od.od_dict, &key, hash))?;
    Ok(value.map(|value| (key, value)))
}
