//! The collector of cyclic garbage: what is reachable only from itself goes.
//!
//! Objects live in three generations. A collection of one merges the younger ones into it, and then finds what nobody
//! outside refers to: each object's count, less the references that come from objects of the same generation, is what
//! the outside holds; everything reachable from an object where that is not 0 is alive. The numbers are kept in
//! `_gc_prev`, so the list is linked one way only meanwhile. The rest is garbage: weak references to it are cleared and their
//! callbacks called, finalizers run (each object's once), and unless one of them has brought something back, every object
//! is told to clear its references, which makes the counts do the rest.

use super::{head, is_gc, is_gc_type, lists, object_of};
use crate::hostile;
use crate::prelude::*;
use crate::tstate::_PyRuntime;
use crate::{call, dict, err, list, slice, tuple, weakref};
use std::io::Write;

pub const DEBUG_STATS: c_int = 1;
pub const DEBUG_COLLECTABLE: c_int = 2;
pub const DEBUG_UNCOLLECTABLE: c_int = 4;
pub const DEBUG_SAVEALL: c_int = 32;

/// The number of generations.
pub const GENERATIONS: usize = 3;

const FINALIZED: usize = _PyGC_PREV_MASK_FINALIZED;
/// The object is being looked at by the collection that runs.
const COLLECTING: usize = _PyGC_PREV_MASK_COLLECTING;
const SHIFT: usize = _PyGC_PREV_SHIFT;
/// On `_gc_next`: the object is for now held to be unreachable.
const UNREACHABLE: usize = 1;

/// Links the generations to themselves and sets the thresholds (700, 10, 10). Done once, before the first object.
pub fn init() {
    let gc = &_PyRuntime.gc;
    for (generation, threshold) in gc.generations.iter().zip([700, 10, 10]) {
        lists::init(&generation.head);
        generation.threshold.set(threshold);
        generation.count.set(0);
    }
    lists::init(&gc.permanent_generation.head);
    gc.generation0
        .set((&raw const gc.generations[0].head).cast_mut());
    gc.enabled.set(1);
    if hostile::ON {
        hostile::init();
    }
}

/// Has [`init`] not run yet in this process?
pub fn generation0_is_unlinked() -> bool {
    _PyRuntime.gc.generations[0].head._gc_next.get() == 0
}

/// The list of the youngest generation.
#[inline(always)]
pub fn generation0() -> *mut PyGC_Head {
    generation(0)
}

/// The list of a generation.
#[inline(always)]
pub fn generation(n: usize) -> *mut PyGC_Head {
    (&raw const _PyRuntime.gc.generations[n].head).cast_mut()
}

/// Notes an allocation; may start a collection.
#[inline]
pub fn count_allocation() {
    let young = &_PyRuntime.gc.generations[0];
    let count = young.count.get().wrapping_add(1);
    young.count.set(count);
    if count > young.threshold.get() {
        maybe_collect();
    }
    if hostile::ON
        && let Some(generation) = hostile::forced_collection()
    {
        collect_by_force(generation);
    }
}

/// Notes a deallocation.
#[inline]
pub fn count_deallocation() {
    let young = &_PyRuntime.gc.generations[0];
    if young.count.get() > 0 {
        young.count.set(young.count.get() - 1);
    }
}

#[cold]
#[inline(never)]
fn maybe_collect() {
    let gc = &_PyRuntime.gc;
    let wanted = gc.enabled.get() != 0 && gc.generations[0].threshold.get() != 0;
    if wanted && gc.collecting.get() == 0 && err::occurred().is_none() {
        gc.collecting.set(1);
        collect_due();
        gc.collecting.set(0);
    }
}

/// The hostile build's collections, at allocations that it chooses.
#[cold]
#[inline(never)]
fn collect_by_force(generation: usize) {
    let gc = &_PyRuntime.gc;
    if gc.enabled.get() != 0 && gc.collecting.get() == 0 && err::occurred().is_none() {
        gc.collecting.set(1);
        run(generation, false);
        gc.collecting.set(0);
    }
}

/// Collects the oldest generation that is due, and with it the younger ones.
fn collect_due() -> usize {
    let gc = &_PyRuntime.gc;
    for n in (0..GENERATIONS).rev() {
        let generation = &gc.generations[n];
        if generation.count.get() > generation.threshold.get() {
            // A full collection must be worth it: many new objects in relation to the old ones.
            let few = gc.long_lived_pending.get() < gc.long_lived_total.get() / 4;
            if n == GENERATIONS - 1 && few {
                continue;
            }
            return collect_with_callbacks(n);
        }
    }
    0
}

/// Collects a generation unless a collection is running (`gc.collect`).
pub fn collect(generation: usize) -> usize {
    let gc = &_PyRuntime.gc;
    if gc.collecting.replace(1) != 0 {
        return 0;
    }
    let n = collect_with_callbacks(generation);
    gc.collecting.set(0);
    n
}

/// `PyGC_Collect`: collects everything; an exception being raised is kept.
pub fn collect_all() -> usize {
    let saved = err::fetch();
    let n = collect(GENERATIONS - 1);
    err::restore(saved);
    n
}

/// `_PyGC_CollectNoFail`: without callbacks; for the end of the interpreter.
pub fn collect_no_fail() -> usize {
    let gc = &_PyRuntime.gc;
    if gc.collecting.replace(1) != 0 {
        return 0;
    }
    let (collected, uncollectable) = run(GENERATIONS - 1, true);
    gc.collecting.set(0);
    collected + uncollectable
}

fn collect_with_callbacks(generation: usize) -> usize {
    call_callbacks("start", generation, 0, 0);
    let (collected, uncollectable) = run(generation, false);
    call_callbacks("stop", generation, collected, uncollectable);
    collected + uncollectable
}

/// Tells the functions in `gc.callbacks`.
fn call_callbacks(phase: &str, generation: usize, collected: usize, uncollectable: usize) {
    // SAFETY: the list, once made, is held for ever.
    let Some(callbacks) = (unsafe {
        _PyRuntime
            .gc
            .callbacks
            .get()
            .cast::<PyListObject>()
            .as_ref()
    }) else {
        return;
    };
    if list::len(callbacks) == 0 {
        return;
    }
    let outcome = (|| {
        let info = dict::new()?;
        for (key, n) in [
            ("generation", generation),
            ("collected", collected),
            ("uncollectable", uncollectable),
        ] {
            dict::set_item_str(&info, key, crate::long::from_usize(n)?.as_object())?;
        }
        let phase = crate::unicode::from_str(phase)?;
        let mut i = 0;
        while let Some(callback) = list::get(callbacks, i) {
            if call::call(&callback, &[phase.as_object(), info.as_object()]).is_err() {
                err::write_unraisable(Some(&callback));
            }
            i += 1;
        }
        Ok::<(), Raised>(())
    })();
    if outcome.is_err() {
        err::write_unraisable(None);
    }
}

/// The lists of one collection that are no generation. They live on the stack while it runs.
struct Lists {
    unreachable: PyGC_Head,
    legacy: PyGC_Head,
}

/// Collects a generation: how many objects went, and how many cannot.
fn run(generation_index: usize, nofail: bool) -> (usize, usize) {
    let gc = &_PyRuntime.gc;
    let started = std::time::Instant::now();
    debug_start(generation_index);
    if let Some(next) = gc.generations.get(generation_index + 1) {
        next.count.set(next.count.get() + 1);
    }
    for younger in &gc.generations[..=generation_index] {
        younger.count.set(0);
    }
    let young = generation(generation_index);
    for n in 0..generation_index {
        lists::merge(generation(n), young);
    }
    let old = generation((generation_index + 1).min(GENERATIONS - 1));

    let heads = Lists {
        unreachable: PyGC_Head::ZEROED,
        legacy: PyGC_Head::ZEROED,
    };
    let unreachable = (&raw const heads.unreachable).cast_mut();
    let legacy = (&raw const heads.legacy).cast_mut();
    lists::init(&heads.unreachable);
    lists::init(&heads.legacy);
    deduce_unreachable(young, unreachable);
    untrack_tuples(young);
    if young == old {
        untrack_dicts(young);
        gc.long_lived_pending.set(0);
        gc.long_lived_total.set(lists::len(young) as Py_ssize_t);
    } else {
        if generation_index == GENERATIONS - 2 {
            let pending = gc.long_lived_pending.get() + lists::len(young) as Py_ssize_t;
            gc.long_lived_pending.set(pending);
        }
        lists::merge(young, old);
    }
    separate_legacy(unreachable, legacy);
    let mut collected = lists::len(unreachable);
    debug_list(DEBUG_COLLECTABLE, "collectable", unreachable);
    handle_weakrefs(unreachable);
    finalize(unreachable);
    if resurrected(unreachable) {
        lists::merge(unreachable, old);
        collected = 0;
    } else {
        delete(unreachable, old);
    }
    let uncollectable = lists::len(legacy);
    debug_list(DEBUG_UNCOLLECTABLE, "uncollectable", legacy);
    if gc.debug.get() & DEBUG_STATS != 0 {
        let seconds = started.elapsed().as_secs_f64();
        say(format_args!(
            "gc: done, {} unreachable, {uncollectable} uncollectable, {seconds:.4}s elapsed\n",
            collected + uncollectable
        ));
    }
    keep_legacy(legacy, old);
    if generation_index == GENERATIONS - 1 {
        clear_free_lists();
    }
    if err::occurred().is_some() {
        if nofail {
            err::clear()
        } else {
            err::write_unraisable(None)
        }
    }
    let stats = &gc.generation_stats[generation_index];
    stats.collections.set(stats.collections.get() + 1);
    stats
        .collected
        .set(stats.collected.get() + collected as Py_ssize_t);
    stats
        .uncollectable
        .set(stats.uncollectable.get() + uncollectable as Py_ssize_t);
    (collected, uncollectable)
}

// ---- who is reachable

fn is_collecting(g: *mut PyGC_Head) -> bool {
    // SAFETY: the head of a live object.
    unsafe { (*g)._gc_prev.get() & COLLECTING != 0 }
}

fn refs(g: *mut PyGC_Head) -> usize {
    // SAFETY: the head of a live object.
    unsafe { (*g)._gc_prev.get() >> SHIFT }
}

fn set_refs(g: *mut PyGC_Head, n: usize) {
    // SAFETY: the head of a live object.
    let prev = unsafe { &(*g)._gc_prev };
    prev.set(n << SHIFT | (prev.get() & (FINALIZED | COLLECTING)));
}

/// Traverses an object.
///
/// # Safety
/// The object is alive; `visit` may be called with `arg` and each object that it refers to.
unsafe fn traverse(
    o: *mut PyObject,
    visit: unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int,
    arg: *mut c_void,
) -> c_int {
    // SAFETY: by the contract.
    unsafe {
        match (*(*o).ob_type.get()).tp_traverse.get() {
            Some(f) => f(o, Some(visit), arg),
            None => 0,
        }
    }
}

/// Each object of a list gets its count, less the references from within the list.
fn count_outside_refs(list: *mut PyGC_Head) {
    for g in lists::iter(list) {
        // SAFETY: the list holds live objects.
        unsafe {
            hostile::check_live(object_of(g));
            let n = (*object_of(g)).ob_refcnt.get() as usize;
            (*g)._gc_prev
                .set(n << SHIFT | COLLECTING | ((*g)._gc_prev.get() & FINALIZED));
        }
    }
    unsafe extern "C" fn subtract(o: *mut PyObject, _: *mut c_void) -> c_int {
        // SAFETY: a visitor is called with live objects.
        unsafe {
            hostile::check_live(o);
            if is_gc(&*o) {
                let g = head(o);
                if is_collecting(g) && refs(g) > 0 {
                    set_refs(g, refs(g) - 1);
                } else if hostile::ON && is_collecting(g) {
                    hostile::complain("an object has fewer counts than references", o.cast());
                }
            }
        }
        0
    }
    for g in lists::iter(list) {
        // SAFETY: the list holds live objects; nothing runs that changes it.
        unsafe { traverse(object_of(g), subtract, std::ptr::null_mut()) };
    }
}

/// Moves what is reachable only from within `young` to `unreachable`.
fn deduce_unreachable(young: *mut PyGC_Head, unreachable: *mut PyGC_Head) {
    count_outside_refs(young);
    unsafe extern "C" fn reach(o: *mut PyObject, young: *mut c_void) -> c_int {
        // SAFETY: a visitor is called with live objects.
        unsafe {
            if !is_gc(&*o) {
                return 0;
            }
            let g = head(o);
            if !is_collecting(g) {
                return 0;
            }
            if (*g)._gc_next.get() & UNREACHABLE != 0 {
                // Judged too early: back to the end of the list, where it will be looked at again.
                let prev = lists::prev(g);
                let next = ((*g)._gc_next.get() & !UNREACHABLE) as *mut PyGC_Head;
                (*prev)._gc_next.set((*g)._gc_next.get());
                lists::set_prev(next, prev);
                lists::append_raw(young.cast(), g);
                set_refs(g, 1);
            } else if refs(g) == 0 {
                set_refs(g, 1);
            }
        }
        0
    }
    // SAFETY: both lists hold live objects, linked by `_gc_next`; traversing runs no code.
    unsafe {
        let mut prev = young;
        let mut g = lists::next(young);
        while g != young {
            if refs(g) > 0 {
                traverse(object_of(g), reach, young.cast());
                lists::set_prev(g, prev);
                (*g)._gc_prev.set((*g)._gc_prev.get() & !COLLECTING);
                prev = g;
            } else {
                // For now; something further on may still lead to it.
                (*prev)._gc_next.set((*g)._gc_next.get());
                let last = lists::prev(unreachable);
                (*last)._gc_next.set(g as usize | UNREACHABLE);
                lists::set_prev(g, last);
                (*g)._gc_next.set(unreachable as usize | UNREACHABLE);
                lists::set_prev(unreachable, g);
            }
            g = lists::next(prev);
        }
        lists::set_prev(young, prev);
        // The list is an ordinary one again, but for the flag that says "collecting".
        let mut g = unreachable;
        loop {
            let next = (*g)._gc_next.get() & !UNREACHABLE;
            (*g)._gc_next.set(next);
            g = next as *mut PyGC_Head;
            if g == unreachable {
                break;
            }
        }
    }
}

fn untrack_tuples(young: *mut PyGC_Head) {
    for g in lists::iter(young) {
        // SAFETY: the list holds live objects; the iterator has passed this one.
        let o = unsafe { &*object_of(g) };
        if o.is_exactly(&tuple::PyTuple_Type) {
            // SAFETY: an exact tuple.
            tuple::maybe_untrack(unsafe { o.cast_ref() });
        }
    }
}

fn untrack_dicts(young: *mut PyGC_Head) {
    for g in lists::iter(young) {
        // SAFETY: as above.
        let o = unsafe { &*object_of(g) };
        if o.is_exactly(&dict::PyDict_Type) {
            // SAFETY: an exact dict.
            dict::maybe_untrack(unsafe { o.cast_ref() });
        }
    }
}

// ---- objects with the old kind of finalizer (`tp_del`): they and what they reach are left alone

fn has_legacy_finalizer(o: &PyObject) -> bool {
    o.ty().tp_del.get().is_some()
}

fn separate_legacy(unreachable: *mut PyGC_Head, legacy: *mut PyGC_Head) {
    for g in lists::iter(unreachable) {
        // SAFETY: the list holds live objects; the iterator has passed this one.
        unsafe {
            if has_legacy_finalizer(&*object_of(g)) {
                (*g)._gc_prev.set((*g)._gc_prev.get() & !COLLECTING);
                lists::move_to(g, legacy);
            }
        }
    }
    unsafe extern "C" fn keep(o: *mut PyObject, legacy: *mut c_void) -> c_int {
        // SAFETY: a visitor is called with live objects.
        unsafe {
            if is_gc(&*o) && is_collecting(head(o)) {
                let g = head(o);
                (*g)._gc_prev.set((*g)._gc_prev.get() & !COLLECTING);
                lists::move_to(g, legacy.cast());
            }
        }
        0
    }
    // The list grows while it is walked through.
    let mut g = lists::next(legacy);
    while g != legacy {
        // SAFETY: the list holds live objects.
        unsafe { traverse(object_of(g), keep, legacy.cast()) };
        g = lists::next(g);
    }
}

fn keep_legacy(legacy: *mut PyGC_Head, old: *mut PyGC_Head) {
    let save_all = _PyRuntime.gc.debug.get() & DEBUG_SAVEALL != 0;
    for g in lists::iter(legacy) {
        // SAFETY: the list holds live objects.
        let o = unsafe { &*object_of(g) };
        if save_all || has_legacy_finalizer(o) {
            save_garbage(o);
        }
    }
    lists::merge(legacy, old);
}

/// `gc.garbage`, made on first use.
pub fn garbage() -> PyResult<&'static PyListObject> {
    static_list(&_PyRuntime.gc.garbage)
}

/// `gc.callbacks`, made on first use.
pub fn callbacks() -> PyResult<&'static PyListObject> {
    static_list(&_PyRuntime.gc.callbacks)
}

fn static_list(field: &'static Cell<*mut PyObject>) -> PyResult<&'static PyListObject> {
    if field.get().is_null() {
        field.set_ref(Some(list::new(0)?.upcast()));
    }
    // SAFETY: set above, to a list; held for ever.
    Ok(unsafe { &*field.get().cast::<PyListObject>() })
}

fn save_garbage(o: &PyObject) {
    if garbage()
        .and_then(|garbage| list::append(garbage, o))
        .is_err()
    {
        err::clear();
    }
}

// ---- the end of garbage

/// Clears the weak references to garbage, and calls the callbacks of those that are not garbage themselves.
fn handle_weakrefs(unreachable: *mut PyGC_Head) {
    let mut due: Vec<(Owned, Owned)> = Vec::new();
    for g in lists::iter(unreachable) {
        // SAFETY: the list holds live objects; nothing runs here.
        let o = unsafe { &*object_of(g) };
        for r in weakref::all(o) {
            // SAFETY: a list of weak references holds such.
            let wr: &PyWeakReference = unsafe { r.cast_ref() };
            weakref::clear_ref(wr);
            let Some(callback) = wr.wr_callback.load() else {
                continue;
            };
            // SAFETY: weak references have a head.
            if !is_collecting(unsafe { head(r.as_ptr()) }) {
                due.push((r, callback));
            }
        }
    }
    for (r, callback) in due {
        if call::call1(&callback, &r).is_err() {
            err::write_unraisable(Some(&callback));
        }
    }
}

/// Runs the finalizers that have not run yet.
fn finalize(unreachable: *mut PyGC_Head) {
    let seen = PyGC_Head::ZEROED;
    lists::init(&seen);
    let seen = (&raw const seen).cast_mut();
    loop {
        let g = lists::next(unreachable);
        if g == unreachable {
            break;
        }
        lists::move_to(g, seen);
        // SAFETY: the list holds live objects.
        unsafe {
            let o = &*object_of(g);
            if (*g)._gc_prev.get() & FINALIZED == 0
                && let Some(f) = o.ty().tp_finalize.get()
            {
                (*g)._gc_prev.set((*g)._gc_prev.get() | FINALIZED);
                let o = o.own();
                f(o.as_ptr());
            }
        }
    }
    lists::merge(seen, unreachable);
}

/// Has a finalizer made something reachable again? Afterwards no object is marked any more.
fn resurrected(unreachable: *mut PyGC_Head) -> bool {
    count_outside_refs(unreachable);
    let alive = lists::iter(unreachable).any(|g| refs(g) > 0);
    let mut prev = unreachable;
    for g in lists::iter(unreachable) {
        lists::set_prev(g, prev);
        // SAFETY: the list holds live objects.
        unsafe { (*g)._gc_prev.set((*g)._gc_prev.get() & !COLLECTING) };
        prev = g;
    }
    lists::set_prev(unreachable, prev);
    alive
}

/// Breaks the cycles.
fn delete(unreachable: *mut PyGC_Head, old: *mut PyGC_Head) {
    let save_all = _PyRuntime.gc.debug.get() & DEBUG_SAVEALL != 0;
    loop {
        let g = lists::next(unreachable);
        if g == unreachable {
            return;
        }
        // SAFETY: the list holds live objects; what is cleared is held meanwhile.
        unsafe {
            let o = (*object_of(g)).own();
            if save_all {
                save_garbage(&o);
            } else if let Some(f) = o.ty().tp_clear.get() {
                f(o.as_ptr());
                if err::occurred().is_some() {
                    err::write_unraisable(Some(o.ty().as_object()));
                }
            }
        }
        if lists::next(unreachable) == g {
            // Still alive: it will be looked at again some day.
            lists::move_to(g, old);
        }
    }
}

// ---- free lists, debugging

type ClearFreeList = fn();

struct Registered(Cell<[Option<ClearFreeList>; 16]>);
// SAFETY: only the holder of the GIL touches it.
unsafe impl Sync for Registered {}
static REGISTERED: Registered = Registered(Cell::new([None; 16]));

/// Has a free list emptied by every full collection.
pub fn register_free_list(clear: ClearFreeList) {
    let mut all = REGISTERED.0.get();
    if let Some(slot) = all.iter_mut().find(|s| s.is_none()) {
        *slot = Some(clear);
    }
    REGISTERED.0.set(all);
}

fn clear_free_lists() {
    tuple::clear_free_list();
    list::clear_free_list();
    dict::clear_free_list();
    slice::clear_free_list();
    for clear in REGISTERED.0.get().into_iter().flatten() {
        clear();
    }
}

/// Writes to standard error, wherever that goes.
fn say(text: std::fmt::Arguments<'_>) {
    // A closed standard error is no reason to fail.
    let _ = std::io::stderr().write_fmt(text);
}

fn debug_start(generation_index: usize) {
    let gc = &_PyRuntime.gc;
    if gc.debug.get() & DEBUG_STATS == 0 {
        return;
    }
    say(format_args!(
        "gc: collecting generation {generation_index}...\n"
    ));
    say(format_args!("gc: objects in each generation:"));
    for n in 0..GENERATIONS {
        say(format_args!(" {}", lists::len(generation(n))));
    }
    let permanent = lists::len((&raw const gc.permanent_generation.head).cast_mut());
    say(format_args!(
        "\ngc: objects in permanent generation: {permanent}\n"
    ));
}

fn debug_list(flag: c_int, what: &str, head: *mut PyGC_Head) {
    if _PyRuntime.gc.debug.get() & flag == 0 {
        return;
    }
    for g in lists::iter(head) {
        // SAFETY: the list holds live objects.
        let o = unsafe { &*object_of(g) };
        say(format_args!(
            "gc: {what} <{} {:p}>\n",
            err::short(&o.type_name(), 100),
            o.as_ptr()
        ));
    }
}

// ---- what the module `gc` asks

/// Is automatic collection on?
pub fn is_enabled() -> bool {
    _PyRuntime.gc.enabled.get() != 0
}

/// Turns automatic collection on or off.
pub fn set_enabled(on: bool) {
    _PyRuntime.gc.enabled.set(c_int::from(on));
}

/// Moves every tracked object to the permanent generation (`gc.freeze`).
pub fn freeze() {
    let permanent = (&raw const _PyRuntime.gc.permanent_generation.head).cast_mut();
    for n in 0..GENERATIONS {
        lists::merge(generation(n), permanent);
        _PyRuntime.gc.generations[n].count.set(0);
    }
}

/// Moves the permanent generation to the oldest one (`gc.unfreeze`).
pub fn unfreeze() {
    let permanent = (&raw const _PyRuntime.gc.permanent_generation.head).cast_mut();
    lists::merge(permanent, generation(GENERATIONS - 1));
}

/// How many objects are in the permanent generation.
pub fn frozen_count() -> usize {
    lists::len((&raw const _PyRuntime.gc.permanent_generation.head).cast_mut())
}

/// The objects of a generation, but for `except`.
pub fn objects_of(n: usize, except: &PyObject) -> Vec<Owned> {
    // SAFETY: the list holds live objects; nothing runs here.
    let objects = lists::iter(generation(n)).map(|g| unsafe { &*object_of(g) });
    objects
        .filter(|o| !o.is(except))
        .map(ObjectExt::own)
        .collect()
}

/// The tracked objects that refer to one of `targets`.
pub fn referrers(targets: &[&PyObject], except: &PyObject) -> Vec<Owned> {
    unsafe extern "C" fn is_target(o: *mut PyObject, targets: *mut c_void) -> c_int {
        // SAFETY: the argument is the slice below.
        let targets = unsafe { &*targets.cast::<&[&PyObject]>() };
        c_int::from(targets.iter().any(|t| t.as_ptr() == o))
    }
    let arg = (&raw const targets).cast_mut().cast::<c_void>();
    let mut found = Vec::new();
    for n in 0..GENERATIONS {
        for g in lists::iter(generation(n)) {
            // SAFETY: the list holds live objects; traversing runs no code.
            unsafe {
                let o = &*object_of(g);
                if !o.is(except) && traverse(o.as_ptr(), is_target, arg) != 0 {
                    found.push(o.own());
                }
            }
        }
    }
    found
}

/// The objects that `o` refers to directly, as far as its `tp_traverse` says.
pub fn referents(o: &PyObject) -> Vec<Owned> {
    unsafe extern "C" fn add(o: *mut PyObject, found: *mut c_void) -> c_int {
        // SAFETY: the argument is the vector below; a visitor is called with live objects.
        unsafe { (*found.cast::<Vec<Owned>>()).push((*o).own()) };
        0
    }
    let mut found: Vec<Owned> = Vec::new();
    if is_gc_type(o.ty()) {
        // SAFETY: the object is alive.
        unsafe { traverse(o.as_ptr(), add, (&raw mut found).cast()) };
    }
    found
}
