//! Which line allocated which memory: the tracer behind the module `tracemalloc`.
//!
//! While it traces, the three allocators of `runtime::mem` are wrapped: each block that is given out is recorded in a table with its size
//! and the Python frames of the thread that asked for it, newest first; a block that is freed is forgotten. C can record
//! blocks of its own under other domains. Equal lists of frames are kept once. The file names in them are references that
//! the table holds, so they are counted with the GIL held; a thread that asks for raw memory without it takes it for that.
//!
//! The tables use the system's allocator, never Python's, so recording does not record itself. What the tracer's own
//! functions allocate as Python objects is not recorded either ([`Quiet`]).

use crate::frame::{self, frame_code};
use crate::prelude::*;
use crate::{dump, threads};
use pyrite_runtime::mem::{Allocator, Domain};
use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The greatest number of frames that may be asked for.
pub const MAX_FRAMES: c_int = 178_956_969;

/// What C's macros look at, too.
#[unsafe(no_mangle)]
pub static _Py_tracemalloc_config: _PyTraceMalloc_Config = _PyTraceMalloc_Config {
    initialized: Cell::new(TRACEMALLOC_NOT_INITIALIZED),
    tracing: Cell::new(0),
    max_nframe: Cell::new(1),
    use_domain: Cell::new(0),
};

fn config() -> &'static _PyTraceMalloc_Config {
    &_Py_tracemalloc_config
}

/// Multiplies and folds: addresses need no more.
#[derive(Default)]
struct Fold(u64);

impl Hasher for Fold {
    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }
    fn write_u64(&mut self, n: u64) {
        let product = u128::from(self.0 ^ n) * 0x9e37_79b9_7f4a_7c15;
        self.0 = (product >> 64) as u64 ^ product as u64;
    }
    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }
    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
    fn finish(&self) -> u64 {
        self.0
    }
}
type Build = BuildHasherDefault<Fold>;

/// A line of a file; the name is a string object by its address, 0 where none is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Line {
    filename: usize,
    pub number: u32,
}

impl Line {
    /// The file's name, for holders of the GIL who got the line from the table.
    pub fn filename(self) -> PyResult<Owned> {
        // SAFETY: the table holds a reference to the name, and the GIL's holder keeps it from being emptied.
        match unsafe { (self.filename as *const PyObject).as_ref() } {
            Some(name) => Ok(name.own()),
            None => unicode::from_str("<unknown>").map(Owned::upcast),
        }
    }
}

pub type Lines = Arc<[Line]>;

/// A block of memory that is in use.
#[derive(Clone)]
pub struct Trace {
    pub size: usize,
    pub lines: Lines,
}

#[derive(Default)]
struct Tables {
    traces: HashMap<(u32, usize), Trace, Build>,
    lines: HashSet<Lines, Build>,
    filenames: HashSet<usize, Build>,
    now: usize,
    peak: usize,
}

static TABLES: Mutex<Option<Box<Tables>>> = Mutex::new(None);

struct Originals(Cell<Option<[Allocator; 3]>>);
// SAFETY: written by the holder of the GIL when no wrapper is installed.
unsafe impl Sync for Originals {}
static ORIGINALS: Originals = Originals(Cell::new(None));

thread_local! {
    /// The thread is recording, or does not want to be recorded.
    static QUIET: Cell<bool> = const { Cell::new(false) };
}

/// While it lives, what the calling thread allocates is not recorded.
pub struct Quiet(bool);

impl Quiet {
    pub fn new() -> Quiet {
        Quiet(QUIET.replace(true))
    }
    fn was_quiet(&self) -> bool {
        self.0
    }
}

impl Default for Quiet {
    fn default() -> Self {
        Quiet::new()
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        QUIET.set(self.0);
    }
}

fn tables() -> MutexGuard<'static, Option<Box<Tables>>> {
    TABLES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The lock of the tables.
pub struct Guard(#[allow(dead_code)] MutexGuard<'static, Option<Box<Tables>>>);

/// Keeps everybody out of the tables, for a fork.
pub fn guard() -> Guard {
    Guard(tables())
}

pub fn is_tracing() -> bool {
    config().tracing.get() != 0
}

pub fn traceback_limit() -> c_int {
    config().max_nframe.get()
}

/// The frames of the calling thread that are recorded, newest first. The thread holds the GIL, or has no frames.
fn current_lines(limit: usize) -> Vec<Line> {
    let mut lines = Vec::new();
    // SAFETY: the thread's own state, and its own frames, which live while it is here.
    unsafe {
        let mut at = threads::own_state()
            .as_ref()
            .map_or(std::ptr::null_mut(), |ts| ts.frame.get());
        while let Some(f) = at.as_ref()
            && lines.len() < limit
        {
            let name = frame_code(f).co_filename.borrow();
            let name = name.filter(|n| n.downcast::<PyUnicodeObject>().is_some());
            lines.push(Line {
                filename: name.map_or(0, |n| n.as_ptr() as usize),
                number: u32::try_from(frame::line_number(f)).unwrap_or(0),
            });
            at = f.f_back.get();
        }
    }
    if lines.is_empty() {
        lines.push(Line {
            filename: 0,
            number: 0,
        });
    }
    lines
}

impl Tables {
    /// The one list that is equal; the names in a new one are counted.
    fn intern(&mut self, lines: &[Line]) -> Lines {
        if let Some(known) = self.lines.get(lines) {
            return known.clone();
        }
        for line in lines {
            if line.filename != 0 && self.filenames.insert(line.filename) {
                // SAFETY: a live string of a frame of this thread, which holds the GIL.
                unsafe { incref(line.filename as *mut PyObject) };
            }
        }
        let new: Lines = lines.into();
        self.lines.insert(new.clone());
        new
    }

    fn forget(&mut self, key: (u32, usize)) {
        if let Some(old) = self.traces.remove(&key) {
            self.now -= old.size;
        }
    }

    fn add(&mut self, key: (u32, usize), size: usize, lines: &[Line]) {
        self.forget(key);
        let lines = self.intern(lines);
        self.traces.insert(key, Trace { size, lines });
        self.now += size;
        self.peak = self.peak.max(self.now);
    }
}

/// Does `f` with the calling thread's frames, which takes the GIL if the thread has frames and has not got it.
fn with_lines<T>(f: impl FnOnce(&[Line]) -> T) -> T {
    let own = threads::own_state();
    let limit = usize::try_from(traceback_limit()).unwrap_or(1);
    if own.is_null() || own == tstate::current_ptr() {
        return f(&current_lines(limit));
    }
    let state = threads::gilstate_ensure();
    let r = f(&current_lines(limit));
    threads::gilstate_release(state);
    r
}

/// A block has been given out, in place of `old` if that is not 0.
fn record(domain: u32, ptr: usize, size: usize, old: usize) {
    with_lines(|lines| {
        if let Some(t) = tables().as_mut() {
            if old != 0 {
                t.forget((domain, old));
            }
            t.add((domain, ptr), size, lines);
        }
    });
}

/// `PyTraceMalloc_Track`: -2 when nothing is traced.
pub fn track(domain: u32, ptr: usize, size: usize) -> c_int {
    if !is_tracing() {
        return -2;
    }
    let _quiet = Quiet::new();
    record(domain, ptr, size, 0);
    0
}

/// `PyTraceMalloc_Untrack`: -2 when nothing is traced.
pub fn untrack(domain: u32, ptr: usize) -> c_int {
    if !is_tracing() {
        return -2;
    }
    if let Some(t) = tables().as_mut() {
        t.forget((domain, ptr));
    }
    0
}

/// Where an object's memory begins.
fn block_of(o: &PyObject) -> usize {
    let head = match pyrite_runtime::gc::is_gc_type(o.ty()) {
        true => size_of::<PyGC_Head>(),
        false => 0,
    };
    o.as_ptr() as usize - head
}

/// `_PyTraceMalloc_NewReference`: an object that is used again counts as allocated here. -1: its memory is not traced.
pub fn new_reference(o: &PyObject) -> c_int {
    if !is_tracing() {
        return -1;
    }
    let key = (0, block_of(o));
    let _quiet = Quiet::new();
    with_lines(|lines| {
        let mut tables = tables();
        let Some(t) = tables.as_mut() else { return -1 };
        match t.traces.get(&key).map(|old| old.size) {
            Some(size) => {
                t.add(key, size, lines);
                0
            }
            None => -1,
        }
    })
}

/// The wrapped allocator of a wrapper's context, and the function `f` of it.
///
/// # Safety
/// `ctx` is a context that [`start`] made.
unsafe fn original<'a>(ctx: *mut c_void) -> &'a Allocator {
    // SAFETY: by the contract; the originals are kept.
    unsafe { &*ctx.cast::<Allocator>() }
}

/// Records what `allocate` gives, unless the thread is quiet.
fn traced(size: usize, old: usize, allocate: impl FnOnce() -> *mut c_void) -> *mut c_void {
    let quiet = Quiet::new();
    let ptr = allocate();
    if ptr.is_null() {
        return ptr;
    }
    if !quiet.was_quiet() {
        record(0, ptr as usize, size, old);
    } else if old != 0 {
        // Resized while quiet: what was recorded stays with the new block.
        if let Some(t) = tables().as_mut()
            && let Some(trace) = t.traces.remove(&(0, old))
        {
            t.now = t.now - trace.size + size;
            t.peak = t.peak.max(t.now);
            t.traces.insert((0, ptr as usize), Trace { size, ..trace });
        }
    }
    ptr
}

unsafe extern "C" fn malloc(ctx: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: (so below) the context is of this wrapper, and the rest is the caller's to promise.
    let a = unsafe { original(ctx) };
    traced(size, 0, || {
        // SAFETY: the original allocator's function, with its own context.
        a.malloc
            .map_or(std::ptr::null_mut(), |f| unsafe { f(a.ctx, size) })
    })
}

unsafe extern "C" fn calloc(ctx: *mut c_void, n: usize, size: usize) -> *mut c_void {
    // SAFETY: as above.
    let a = unsafe { original(ctx) };
    traced(n * size, 0, || {
        // SAFETY: as for malloc.
        a.calloc
            .map_or(std::ptr::null_mut(), |f| unsafe { f(a.ctx, n, size) })
    })
}

unsafe extern "C" fn realloc(ctx: *mut c_void, ptr: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: as above.
    let a = unsafe { original(ctx) };
    traced(size, ptr as usize, || {
        // SAFETY: as for malloc; `ptr` is a block of this allocator.
        a.realloc
            .map_or(std::ptr::null_mut(), |f| unsafe { f(a.ctx, ptr, size) })
    })
}

unsafe extern "C" fn free(ctx: *mut c_void, ptr: *mut c_void) {
    // SAFETY: as above.
    let a = unsafe { original(ctx) };
    if ptr.is_null() {
        return;
    }
    let forget = || {
        if let Some(t) = tables().as_mut() {
            t.forget((0, ptr as usize));
        }
    };
    // A debug hook that finds the block damaged tells where it was allocated; otherwise the address may belong to somebody else
    // as soon as it is free.
    let late = pyrite_runtime::mem::debug::is_debug(a);
    if !late {
        forget();
    }
    if let Some(f) = a.free {
        // SAFETY: as above.
        unsafe { f(a.ctx, ptr) };
    }
    if late {
        forget();
    }
}

const DOMAINS: [Domain; 3] = [Domain::Raw, Domain::Mem, Domain::Object];

/// `tracemalloc.start`: wraps the allocators, unless they are.
pub fn start(frames: c_int) -> PyResult<()> {
    if !(1..=MAX_FRAMES).contains(&frames) {
        return Err(raise!(
            ValueError,
            "the number of frames must be in range [1; {MAX_FRAMES}]"
        ));
    }
    if is_tracing() {
        return Ok(());
    }
    config().initialized.set(TRACEMALLOC_INITIALIZED);
    config().max_nframe.set(frames);
    *tables() = Some(Box::default());
    let originals = DOMAINS.map(pyrite_runtime::mem::allocator);
    ORIGINALS.0.set(Some(originals));
    for (i, domain) in DOMAINS.into_iter().enumerate() {
        // One for each start: a block that is being freed may still be in an older wrapper.
        let context: *mut Allocator = Box::into_raw(Box::new(originals[i]));
        let wrapper = Allocator {
            ctx: context.cast(),
            malloc: Some(malloc),
            calloc: Some(calloc),
            realloc: Some(realloc),
            free: Some(free),
        };
        // SAFETY: the wrapper hands everything on to the allocator that it replaces.
        unsafe { pyrite_runtime::mem::set_allocator(domain, wrapper) };
    }
    config().tracing.set(1);
    Ok(())
}

/// `tracemalloc.stop`: puts the allocators back, and forgets everything.
pub fn stop() {
    if !is_tracing() {
        return;
    }
    config().tracing.set(0);
    if let Some(originals) = ORIGINALS.0.take() {
        for (domain, original) in DOMAINS.into_iter().zip(originals) {
            // SAFETY: what the wrapper gave out came from this one.
            unsafe { pyrite_runtime::mem::set_allocator(domain, original) };
        }
    }
    drop_tables(None);
}

/// Puts new tables in place of the old, whose names are given back without the lock held.
fn drop_tables(new: Option<Box<Tables>>) {
    let old = std::mem::replace(&mut *tables(), new);
    for name in old.into_iter().flat_map(|t| t.filenames) {
        // SAFETY: the table held a reference; the caller holds the GIL.
        unsafe { decref(name as *mut PyObject) };
    }
}

/// `tracemalloc.clear_traces`.
pub fn clear() {
    if is_tracing() {
        drop_tables(Some(Box::default()));
    }
}

/// Bytes in recorded blocks, now and at most.
pub fn traced_memory() -> (usize, usize) {
    tables().as_ref().map_or((0, 0), |t| (t.now, t.peak))
}

/// About as many bytes as the tables take.
pub fn own_memory() -> usize {
    let tables = tables();
    let Some(t) = tables.as_ref() else {
        return size_of::<Tables>();
    };
    let entry = size_of::<((u32, usize), Trace)>() + 1;
    let lists: usize = t
        .lines
        .iter()
        .map(|l| size_of_val(&**l) + 3 * size_of::<usize>())
        .sum();
    size_of::<Tables>()
        + t.traces.capacity() * entry
        + lists
        + t.filenames.capacity() * (size_of::<usize>() + 1)
}

/// All recorded blocks, with their domains.
pub fn traces() -> Vec<(u32, Trace)> {
    match tables().as_ref() {
        Some(t) => t
            .traces
            .iter()
            .map(|((domain, _), trace)| (*domain, trace.clone()))
            .collect(),
        None => Vec::new(),
    }
}

/// The frames that allocated a block.
pub fn lines_of(domain: u32, ptr: usize) -> Option<Lines> {
    tables()
        .as_ref()?
        .traces
        .get(&(domain, ptr))
        .map(|t| t.lines.clone())
}

/// The frames that allocated an object.
pub fn lines_of_object(o: &PyObject) -> Option<Lines> {
    lines_of(0, block_of(o))
}

/// Frames as Python sees them: a tuple of pairs (file name, line), newest first.
pub fn to_tuple(lines: &Lines) -> PyResult<Owned> {
    let mut pairs = Vec::new();
    for line in lines.iter() {
        let number = long::from_i64(i64::from(line.number))?;
        pairs.push(tuple::pack([line.filename()?, number.upcast()])?.upcast());
    }
    Ok(tuple::from_owned(pairs)?.upcast())
}

/// `_PyMem_DumpTraceback`: where a block was allocated, written without Python's help.
pub fn dump_block(fd: c_int, ptr: usize) {
    if !is_tracing() {
        return dump::puts(
            fd,
            b"Enable tracemalloc to get the memory block allocation traceback\n\n",
        );
    }
    let Some(lines) = lines_of(0, ptr) else {
        return;
    };
    dump::puts(fd, b"Memory block allocated at (most recent call first):\n");
    for line in lines.iter() {
        dump::puts(fd, b"  File \"");
        // SAFETY: the table holds the names.
        match unsafe { (line.filename as *const PyObject).as_ref() } {
            Some(name) => dump::ascii(fd, name),
            None => dump::puts(fd, b"<unknown>"),
        }
        dump::puts(fd, b"\", line ");
        dump::decimal(fd, u64::from(line.number));
        dump::puts(fd, b"\n");
    }
    dump::puts(fd, b"\n");
}
