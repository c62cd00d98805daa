//! The hostile build (feature `hostile`): memory and references that bite whoever uses them wrongly.
//!
//! Everything here is constant-folded away when the feature is off ([`ON`] is `false`). When it is on:
//!
//! - every block of the small-object allocator has a head with its size and guard bytes at both ends, is filled with
//!   garbage when it is handed out, and with poison when it is given back; it then stays in quarantine, and must still be
//!   all poison when it leaves it. So a use after free reads a count of `0xdbdb...`, which is negative, and a type at
//!   an address that cannot be; a write after free is found at the latest at the end of the quarantine;
//! - the lists of dead objects kept for the next of their kind are empty ([`kept`]);
//! - every change of a count looks whether the object is alive ([`check_live`]), and a block remembers the name of the type of
//!   the object that died in it;
//! - the collector runs at every Nth allocation of an object with a head (`PYRITE_HOSTILE_GC=N`), verifies that no object
//!   has fewer references than it has referents that say so, and what becomes tracked must be fit to be traversed;
//! - a slot or function that reports failure must have set an exception, and one that reports success none; nothing is called
//!   while an exception is set;
//! - whoever allocates or frees holds the GIL ([`check_gil`]); where 3.8 cannot tell (several interpreters), neither does this.
//!
//! A violation ends the process with what is known about the object, where Python was, and a backtrace.

use crate::prelude::*;
use crate::tstate;
use std::collections::VecDeque;
use std::ffi::CStr;
use std::io::Write;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// Is this the hostile build?
pub const ON: bool = cfg!(feature = "hostile");

/// The capacity of a list of dead objects: as given, or none.
pub const fn kept(n: usize) -> usize {
    if ON { 0 } else { n }
}

/// What stands in front of each block.
#[repr(C, align(16))]
struct Head {
    /// [`LIVE`] or [`DEAD`], mixed with the address, so that copied memory is no block.
    magic: usize,
    size: usize,
    /// The how-manieth allocation this was.
    serial: usize,
    guard: usize,
    /// The name of the type of the object that died here, cut short.
    name: [u8; 32],
}

const LIVE: usize = 0x5ca1_ab1e_c0ff_ee00;
const DEAD: usize = 0xdead_b10c_dead_b10c;
const GUARD: usize = 0xfdfd_fdfd_fdfd_fdfd;
/// Guard bytes behind each block.
const TAIL: usize = 16;
const GARBAGE: u8 = 0xcb;
const POISON: u8 = 0xdb;
/// Bytes held in quarantine, unless `PYRITE_HOSTILE_QUARANTINE` gives another number of MiB.
const QUARANTINE_MIB: usize = 32;

struct Quarantine {
    blocks: VecDeque<usize>,
    bytes: usize,
    limit: usize,
}

static QUARANTINE: Mutex<Quarantine> = Mutex::new(Quarantine {
    blocks: VecDeque::new(),
    bytes: 0,
    limit: 0,
});
static BLOCKS: AtomicUsize = AtomicUsize::new(0);
static SERIAL: AtomicUsize = AtomicUsize::new(0);
/// Objects with a head until the next forced collection, and how many there are between two; 0: none is forced.
static COUNTDOWN: AtomicUsize = AtomicUsize::new(0);
static EVERY: AtomicUsize = AtomicUsize::new(0);

fn environment(name: &str) -> Option<usize> {
    std::env::var(name).ok()?.parse().ok()
}

/// Reads how often to collect. Called once, when the collector's lists are made.
pub fn init() {
    let every = environment("PYRITE_HOSTILE_GC").unwrap_or(0);
    EVERY.store(every, Relaxed);
    COUNTDOWN.store(every, Relaxed);
}

/// Which generation an allocation is to collect, if any: mostly the youngest, now and then an older one.
pub fn forced_collection() -> Option<usize> {
    let every = EVERY.load(Relaxed);
    if every == 0 {
        return None;
    }
    let left = COUNTDOWN.load(Relaxed);
    COUNTDOWN.store(left.wrapping_sub(1), Relaxed);
    if !left.is_multiple_of(every) {
        return None;
    }
    let n = left / every;
    Some(if n.is_multiple_of(1024) {
        2
    } else {
        usize::from(n.is_multiple_of(16))
    })
}

/// The head of a block, if one starts at `p`.
///
/// # Safety
/// The bytes of a head before `p` are readable.
unsafe fn head_of(p: *mut u8) -> Option<&'static Head> {
    if !p.cast::<Head>().is_aligned() {
        return None;
    }
    // SAFETY: readable by the contract, and every bit pattern is a head.
    let head = unsafe { &*p.sub(size_of::<Head>()).cast::<Head>() };
    let magic = head.magic ^ p as usize;
    (magic == LIVE || magic == DEAD).then_some(head)
}

/// Ends the process if the calling thread has no business in the allocator. What is said of where Python was is the holder's place.
fn check_gil(p: *mut u8) {
    if !crate::hooks::holds_gil() {
        die("the memory allocator is called without the GIL", p);
    }
}

/// A block of `size` bytes of garbage, or null.
pub fn alloc(size: usize) -> *mut u8 {
    check_gil(std::ptr::null_mut());
    // SAFETY: malloc accepts any size; head, bytes and tail lie within what it gave.
    unsafe {
        let Some(total) = size.checked_add(size_of::<Head>() + TAIL) else {
            return std::ptr::null_mut();
        };
        let block = libc::malloc(total).cast::<u8>();
        if block.is_null() {
            return block;
        }
        let p = block.add(size_of::<Head>());
        block.cast::<Head>().write(Head {
            magic: LIVE ^ p as usize,
            size,
            serial: SERIAL.fetch_add(1, Relaxed),
            guard: GUARD,
            name: [0; 32],
        });
        p.write_bytes(GARBAGE, size);
        p.add(size).write_bytes(0xfd, TAIL);
        BLOCKS.fetch_add(1, Relaxed);
        p
    }
}

/// Checks a block's guards, poisons it, and puts it in quarantine.
///
/// # Safety
/// `p` is null or came from [`alloc`] or [`realloc`], and is not used afterwards.
pub unsafe fn free(p: *mut u8) {
    if p.is_null() {
        return;
    }
    check_gil(p);
    // SAFETY: by the contract there is a head before, and `size` bytes and a tail from `p` on.
    unsafe {
        let size = size_checked(p);
        let head = p.sub(size_of::<Head>()).cast::<Head>();
        (*head).magic = DEAD ^ p as usize;
        p.write_bytes(POISON, size);
        BLOCKS.fetch_sub(1, Relaxed);
        let Ok(mut q) = QUARANTINE.lock() else { return };
        if q.limit == 0 {
            q.limit = environment("PYRITE_HOSTILE_QUARANTINE").unwrap_or(QUARANTINE_MIB) << 20;
        }
        q.blocks.push_back(p as usize);
        q.bytes += size + size_of::<Head>() + TAIL;
        while q.bytes > q.limit {
            let Some(oldest) = q.blocks.pop_front() else {
                break;
            };
            let oldest = oldest as *mut u8;
            let head = oldest.sub(size_of::<Head>());
            let size = (*head.cast::<Head>()).size;
            q.bytes -= size + size_of::<Head>() + TAIL;
            let bytes = std::slice::from_raw_parts(oldest, size);
            if let Some(at) = bytes.iter().position(|b| *b != POISON) {
                let word = at / 8 * 8;
                say(&format!(
                    "offset {at} of {size} bytes: {:02x?}",
                    &bytes[word..size.min(word + 16)]
                ));
                die("memory was written to after it had been freed", oldest);
            }
            libc::free(head.cast());
        }
    }
}

/// The size of a live block, its guards checked.
///
/// # Safety
/// The bytes of a head before `p` are readable.
unsafe fn size_checked(p: *mut u8) -> usize {
    // SAFETY: readable by the contract; a live head tells how far the block goes.
    unsafe {
        let head = &*p.sub(size_of::<Head>()).cast::<Head>();
        match head.magic ^ p as usize {
            LIVE => (),
            DEAD => die("memory is freed twice", p),
            _ => die("memory is freed that is no block of this allocator", p),
        }
        if head.guard != GUARD {
            die("memory before a block was written to", p);
        }
        let tail = std::slice::from_raw_parts(p.add(head.size), TAIL);
        if tail.iter().any(|b| *b != 0xfd) {
            die("memory behind a block was written to", p);
        }
        head.size
    }
}

/// Always moves the block.
///
/// # Safety
/// As [`free`]; if null is returned the old block stays.
pub unsafe fn realloc(p: *mut u8, size: usize) -> *mut u8 {
    let new = alloc(size);
    if !p.is_null() && !new.is_null() {
        // SAFETY: the copy stays within both blocks.
        unsafe {
            let old = size_checked(p);
            std::ptr::copy_nonoverlapping(p, new, old.min(size));
            let (from, to) = (p.sub(size_of::<Head>()), new.sub(size_of::<Head>()));
            (*to.cast::<Head>()).name = (*from.cast::<Head>()).name;
            free(p);
        }
    }
    new
}

/// How many blocks are handed out.
pub fn blocks_in_use() -> usize {
    BLOCKS.load(Relaxed)
}

/// Ends the process unless the object is alive.
///
/// # Safety
/// `o` points to an object, or to memory that was one.
#[inline(always)]
pub unsafe fn check_live(o: *mut PyObject) {
    // SAFETY: readable by the contract.
    if ON && unsafe { (*o).ob_refcnt.get() } <= 0 {
        die("an object is used that is dead", o.cast());
    }
}

/// Notes in the object's block what type it is of: it is about to be taken apart.
///
/// # Safety
/// `o` is an object whose count has reached 0.
#[inline(always)]
pub unsafe fn note_death(o: *mut PyObject) {
    if ON {
        // SAFETY: by the contract.
        unsafe { note_type(o) }
    }
}

#[cold]
unsafe fn note_type(o: *mut PyObject) {
    // SAFETY: the object is there, and holds its type.
    unsafe {
        if (*o).ob_refcnt.get() != 0 {
            die("an object is deallocated whose count is not 0", o.cast());
        }
        let Some((p, _)) = block_of(o) else { return };
        let name = CStr::from_ptr((*(*o).ob_type.get()).tp_name.get()).to_bytes();
        let head = p.sub(size_of::<Head>()).cast::<Head>();
        let n = name.len().min(31);
        (*head).name = [0; 32];
        (&mut (*head).name)[..n].copy_from_slice(&name[..n]);
    }
}

/// The block that holds an object, with or without a collector's head.
unsafe fn block_of(o: *mut PyObject) -> Option<(*mut u8, &'static Head)> {
    [0, size_of::<PyGC_Head>()].into_iter().find_map(|before| {
        // SAFETY: before an object lies either its own block or other mapped memory of the library that defines it.
        unsafe {
            let p = o.cast::<u8>().sub(before);
            head_of(p).map(|head| (p, head))
        }
    })
}

/// Looks at an object that is about to be tracked: what it refers to must be alive, and it must be known to nobody yet.
///
/// # Safety
/// `o` was allocated with a collector's head.
#[inline(always)]
pub unsafe fn check_trackable(o: *mut PyObject, tracked: bool) {
    if ON {
        // SAFETY: by the contract.
        unsafe { check_trackable_now(o, tracked) }
    }
}

#[cold]
unsafe fn check_trackable_now(o: *mut PyObject, tracked: bool) {
    unsafe extern "C" fn look(referent: *mut PyObject, holder: *mut c_void) -> c_int {
        // SAFETY: a visitor is called with objects.
        unsafe {
            if (*referent).ob_refcnt.get() <= 0 {
                say(&describe(holder.cast()));
                complain(
                    "an object becomes tracked that refers to a dead one",
                    referent.cast(),
                );
            }
        }
        0
    }
    // SAFETY: by the contract of `check_trackable`.
    unsafe {
        if tracked {
            die("an object becomes tracked twice", o.cast());
        }
        if let Some(traverse) = (*(*o).ob_type.get()).tp_traverse.get() {
            traverse(o, Some(look), o.cast());
        }
    }
}

/// A failure must come with an exception.
#[inline(always)]
pub fn check_failed() {
    if ON && crate::err::occurred().is_none() {
        complain(
            "a failure is reported without an exception",
            std::ptr::null_mut(),
        );
    }
}

/// A success must come without an exception. It is only reported, since C may call with one set, and then it is not the callee's.
#[inline(always)]
pub fn check_succeeded() {
    if ON && let Some(exception) = crate::err::occurred() {
        report(
            "success is reported with an exception set",
            exception.as_ptr().cast(),
        );
    }
}

/// Code must not run while an exception is set: it would take it for its own, or lose it.
#[inline(always)]
pub fn check_clear(f: &PyObject) {
    if ON && let Some(exception) = crate::err::occurred() {
        // SAFETY: what is raised is a class.
        let name =
            unsafe { CStr::from_ptr((*exception.as_ptr().cast::<PyTypeObject>()).tp_name.get()) };
        say(&format!("the exception is {name:?}"));
        complain(
            "something is called with an exception set",
            f.as_ptr().cast(),
        );
    }
}

/// A result that is about to become C's, checked against the indicator.
#[inline(always)]
pub fn checked<T>(result: PyResult<T>) -> PyResult<T> {
    match &result {
        Ok(_) => check_succeeded(),
        Err(_) => check_failed(),
    }
    result
}

fn say(text: &str) {
    let _ = writeln!(std::io::stderr(), "hostile: {text}");
}

fn describe(p: *mut u8) -> String {
    let o = p.cast::<PyObject>();
    // SAFETY: what a violation is about is at least readable.
    unsafe {
        let at = format!("{p:p}: count {:#x}", (*o).ob_refcnt.get());
        match block_of(o) {
            Some((p, head)) => {
                let end = head.name.iter().position(|b| *b == 0).unwrap_or(0);
                let name = String::from_utf8_lossy(&head.name[..end]);
                let dead = head.magic ^ p as usize == DEAD;
                let state = if dead { "freed" } else { "live" };
                let ty = match (*o).ob_type.get() {
                    ty if !dead && !name.is_empty() => format!("dying {ty:p}"),
                    ty if !dead && (ty as usize) >> 47 == 0 && ty as usize > 4096 => {
                        format!("{:?}", CStr::from_ptr((*ty).tp_name.get()))
                    }
                    ty => format!("{ty:p}"),
                };
                let (size, serial) = (head.size, head.serial);
                format!("{at}, type {ty}, {state} block {serial} of {size} bytes, was '{name}'")
            }
            None => format!("{at}, in no block"),
        }
    }
}

/// Says what is wrong with the memory at `p` (null: nothing to say about it), and ends the process.
#[cold]
#[inline(never)]
pub fn die(what: &str, p: *mut u8) -> ! {
    report(what, p);
    std::process::abort()
}

/// As [`die`], for what the process can go on after: with `PYRITE_HOSTILE_GO_ON` set it does.
#[cold]
#[inline(never)]
pub fn complain(what: &str, p: *mut u8) {
    if environment("PYRITE_HOSTILE_GO_ON").is_none() {
        die(what, p);
    }
    report(what, p);
}

fn report(what: &str, p: *mut u8) {
    say(what);
    if !p.is_null() {
        say(&describe(p));
    }
    // SAFETY: the frames of the running thread are alive.
    unsafe {
        let mut frame = tstate::current_ptr()
            .as_ref()
            .map_or(std::ptr::null_mut(), |ts| ts.frame.get());
        for _ in 0..12 {
            let Some(f) = frame.as_ref() else { break };
            let code = &*f.f_code.get();
            let text = |o: *mut PyObject| {
                o.as_ref()
                    .and_then(|o| o.downcast::<PyUnicodeObject>())
                    .map(|o| crate::unicode::to_string_lossy(o).into_owned())
                    .unwrap_or_default()
            };
            let (file, name) = (text(code.co_filename.get()), text(code.co_name.get()));
            let (line, at) = (code.co_firstlineno.get(), f.f_lasti.get());
            say(&format!(
                "  in {name} (line {line} of {file}, bytecode {at})"
            ));
            frame = f.f_back.get();
        }
    }
    say(&format!("{}", std::backtrace::Backtrace::force_capture()));
}
