//! The small-object allocator.
//!
//! Requests of up to 512 bytes are rounded to a multiple of 16 and served from pools of 16 KiB, each of which holds
//! blocks of one size. All pools lie in one range of addresses, so that a pointer tells by a comparison whether it
//! is ours, and by masking which pool it came from: nothing is stored beside a block. Everything else goes to the C
//! library. The GIL protects it; there are no atomics and no thread-local storage.
//!
//! The range is not reserved: what a process has mapped counts against its limit (`ulimit -v`, `RLIMIT_AS`), and a program
//! may set one at any time. It is a range where no kernel puts a mapping that did not ask for it (above programs
//! and their heaps, below the third of the addresses where mappings begin at the earliest, and away from where allocators
//! that choose addresses put theirs), begins at random as mappings do, and is mapped step by step from its start.

use super::rescue;
use crate::hostile;
use std::cell::UnsafeCell;
use std::ptr::null_mut;

/// Blocks are multiples of this.
const ALIGN: usize = 16;
/// The largest request that the pools serve.
pub(super) const SMALL: usize = 512;
pub(super) const CLASSES: usize = SMALL / ALIGN;
pub(super) const POOL_SIZE: usize = 16 * 1024;
/// Memory is mapped in steps of this many bytes.
const STEP: usize = 1 << 20;
/// The length of the range, and where it may begin.
const RANGE: usize = 1 << 38;
const LOWEST: usize = 0x2000_0000_0000;
const HIGHEST: usize = 0x2700_0000_0000;

/// A free block: the list goes through the blocks themselves.
struct Block {
    next: *mut Block,
}

/// The head of a pool; its blocks follow.
#[repr(C, align(16))]
struct Pool {
    /// Blocks that were freed.
    free: *mut Block,
    /// The first byte never handed out yet, and the end of the pool.
    fresh: *mut u8,
    end: *mut u8,
    used: u32,
    class: u32,
    /// Neighbours among the pools of this class that have room; null at the ends.
    next: *mut Pool,
    prev: *mut Pool,
}

struct State {
    base: usize,
    len: usize,
    /// Offset of the first byte that no pool has been made of, and of the first that is not usable memory yet.
    next_pool: usize,
    usable: usize,
    /// Pools with room, by class.
    with_room: [*mut Pool; CLASSES],
    /// Pools without a block in use, of any class, linked by `next`.
    empty: *mut Pool,
}

struct Shared(UnsafeCell<State>);
// SAFETY: only the holder of the GIL touches the pools.
unsafe impl Sync for Shared {}

static STATE: Shared = Shared(UnsafeCell::new(State {
    base: 0,
    len: 0,
    next_pool: 0,
    usable: 0,
    with_room: [null_mut(); CLASSES],
    empty: null_mut(),
}));

/// A block of at least `size` bytes, aligned to 16, or null. The caller holds the GIL.
#[inline]
pub fn alloc(size: usize) -> *mut u8 {
    if hostile::ON {
        return hostile::alloc(size);
    }
    let class = size.saturating_sub(1) / ALIGN;
    if class < CLASSES {
        // SAFETY: the GIL is held, so nobody else touches the state; a pool with a free block links valid blocks.
        unsafe {
            let st = STATE.0.get();
            let pool = (*st).with_room[class];
            if !pool.is_null() {
                let block = (*pool).free;
                if !block.is_null() {
                    (*pool).free = (*block).next;
                    (*pool).used += 1;
                    return block.cast();
                }
            }
            return alloc_fresh(st, class);
        }
    }
    from_library(size)
}

/// As [`alloc`], all zeros; a large block comes from the system as it is.
pub fn alloc_zeroed(size: usize) -> *mut u8 {
    if size > SMALL && !hostile::ON && rescue::has_fund() {
        // SAFETY: calloc accepts any size.
        return unsafe { libc::calloc(1, size).cast() };
    }
    let p = alloc(size);
    if !p.is_null() {
        // SAFETY: the block has at least that many bytes.
        unsafe { p.write_bytes(0, size) };
    }
    p
}

/// A block that no pool has room for.
#[inline]
fn from_library(size: usize) -> *mut u8 {
    if !rescue::has_fund() {
        return null_mut();
    }
    // SAFETY: malloc accepts any size.
    unsafe { libc::malloc(size).cast() }
}

/// Frees a block.
///
/// # Safety
/// `ptr` is null or came from [`alloc`] or [`realloc`], and is not used afterwards; the GIL is held.
#[inline]
pub unsafe fn free(ptr: *mut u8) {
    if hostile::ON {
        // SAFETY: by the contract.
        return unsafe { hostile::free(ptr) };
    }
    // SAFETY: a pointer inside the range is a block of the pool that masking finds.
    unsafe {
        let st = STATE.0.get();
        if !contains(st, ptr) {
            libc::free(ptr.cast());
            return;
        }
        let pool = pool_of(ptr);
        let block = ptr.cast::<Block>();
        let was_full = (*pool).free.is_null() && (*pool).fresh == (*pool).end;
        (*block).next = (*pool).free;
        (*pool).free = block;
        (*pool).used -= 1;
        if was_full || (*pool).used == 0 {
            pool_changed(st, pool, was_full);
        }
    }
}

/// Resizes a block.
///
/// # Safety
/// As [`free`]; if null is returned the old block stays.
pub unsafe fn realloc(ptr: *mut u8, size: usize) -> *mut u8 {
    if hostile::ON {
        // SAFETY: by the contract.
        return unsafe { hostile::realloc(ptr, size) };
    }
    if ptr.is_null() {
        return alloc(size);
    }
    // SAFETY: as in `free`; the copy stays within both blocks.
    unsafe {
        let st = STATE.0.get();
        if !contains(st, ptr) {
            if !rescue::has_fund() {
                return null_mut();
            }
            return libc::realloc(ptr.cast(), size.max(1)).cast();
        }
        let old = ((*pool_of(ptr)).class as usize + 1) * ALIGN;
        // Shrinking by less than a quarter is not worth a copy.
        if size <= old && 4 * size > 3 * old {
            return ptr;
        }
        let new = alloc(size);
        if !new.is_null() {
            std::ptr::copy_nonoverlapping(ptr, new, old.min(size));
            free(ptr);
        }
        new
    }
}

/// How many blocks the pools have handed out (`sys.getallocatedblocks`).
pub fn blocks_in_use() -> usize {
    if hostile::ON {
        return hostile::blocks_in_use();
    }
    // SAFETY: the GIL is held; every pool made so far lies in the range and has a valid head.
    unsafe {
        let st = STATE.0.get();
        let mut n = 0;
        let mut at = 0;
        while at < (*st).next_pool {
            n += (*(((*st).base + at) as *mut Pool)).used as usize;
            at += POOL_SIZE;
        }
        n
    }
}

/// What the pools of one size hold.
#[derive(Clone, Copy, Default)]
pub struct ClassUse {
    /// The size of a block in bytes.
    pub size: usize,
    pub pools: usize,
    /// Blocks in use, and blocks that could be.
    pub used: usize,
    pub available: usize,
}

/// The use of all pools.
pub struct PoolUse {
    pub classes: [ClassUse; CLASSES],
    /// Pools that belong to no class at the moment.
    pub unused: usize,
    /// Bytes that are usable memory, in pools or not yet.
    pub bytes: usize,
}

/// Counts what is in the pools. The caller holds the GIL.
pub fn usage() -> PoolUse {
    let mut found = PoolUse {
        classes: [ClassUse::default(); CLASSES],
        unused: 0,
        bytes: 0,
    };
    for (n, class) in found.classes.iter_mut().enumerate() {
        class.size = (n + 1) * ALIGN;
    }
    // SAFETY: the GIL is held; every pool made so far lies in the range and has a valid head.
    unsafe {
        let st = STATE.0.get();
        found.bytes = (*st).usable;
        let mut at = 0;
        while at < (*st).next_pool {
            let pool = &*(((*st).base + at) as *const Pool);
            let class = &mut found.classes[pool.class as usize];
            class.pools += 1;
            class.used += pool.used as usize;
            at += POOL_SIZE;
        }
        // An empty pool still says of which class it was last.
        let mut empty = (*st).empty;
        while let Some(pool) = empty.as_ref() {
            found.unused += 1;
            found.classes[pool.class as usize].pools -= 1;
            empty = pool.next;
        }
    }
    for class in &mut found.classes {
        class.available = class.pools * blocks_in_pool(class.size) - class.used;
    }
    found
}

const fn blocks_in_pool(size: usize) -> usize {
    (POOL_SIZE - size_of::<Pool>()) / size
}

#[inline]
unsafe fn contains(st: *mut State, ptr: *mut u8) -> bool {
    // SAFETY: the state is readable while the GIL is held.
    unsafe { (ptr as usize).wrapping_sub((*st).base) < (*st).len }
}

#[inline]
fn pool_of(ptr: *mut u8) -> *mut Pool {
    (ptr as usize & !(POOL_SIZE - 1)) as *mut Pool
}

/// The pool at the head of the list has no freed block: takes a fresh one, or turns to another pool.
#[cold]
#[inline(never)]
unsafe fn alloc_fresh(st: *mut State, class: usize) -> *mut u8 {
    let size = (class + 1) * ALIGN;
    // SAFETY: pools in the list are valid; `fresh` moves by whole blocks up to `end`.
    unsafe {
        loop {
            let pool = (*st).with_room[class];
            if pool.is_null() {
                let pool = new_pool(st, class);
                if pool.is_null() {
                    return from_library(size);
                }
                link(st, pool);
                continue;
            }
            if !(*pool).free.is_null() {
                let block = (*pool).free;
                (*pool).free = (*block).next;
                (*pool).used += 1;
                return block.cast();
            }
            if (*pool).fresh < (*pool).end {
                let block = (*pool).fresh;
                (*pool).fresh = block.add(size);
                (*pool).used += 1;
                return block;
            }
            unlink(st, pool);
        }
    }
}

/// A pool that was full has room again, or has become empty.
#[cold]
#[inline(never)]
unsafe fn pool_changed(st: *mut State, pool: *mut Pool, was_full: bool) {
    // SAFETY: the pool is valid; a full pool that is still at the head of its list is linked already.
    unsafe {
        let class = (*pool).class as usize;
        let linked = (*st).with_room[class] == pool || !(*pool).prev.is_null();
        if was_full && !linked {
            link(st, pool);
        }
        // The last pool of a class stays, so that a single object made and freed in a loop costs nothing here.
        let alone = (*st).with_room[class] == pool && (*pool).next.is_null();
        if (*pool).used == 0 && !alone {
            unlink(st, pool);
            (*pool).next = (*st).empty;
            (*st).empty = pool;
        }
    }
}

unsafe fn link(st: *mut State, pool: *mut Pool) {
    // SAFETY: the pool is valid and in no list.
    unsafe {
        let head = &mut (*st).with_room[(*pool).class as usize];
        (*pool).prev = null_mut();
        (*pool).next = *head;
        if !head.is_null() {
            (**head).prev = pool;
        }
        *head = pool;
    }
}

unsafe fn unlink(st: *mut State, pool: *mut Pool) {
    // SAFETY: the pool is in the list of its class.
    unsafe {
        let (next, prev) = ((*pool).next, (*pool).prev);
        if prev.is_null() {
            (*st).with_room[(*pool).class as usize] = next;
        } else {
            (*prev).next = next;
        }
        if !next.is_null() {
            (*next).prev = prev;
        }
        (*pool).next = null_mut();
        (*pool).prev = null_mut();
    }
}

/// A pool without blocks in use, set up for `class`; null when the range is used up.
unsafe fn new_pool(st: *mut State, class: usize) -> *mut Pool {
    // SAFETY: an empty pool or a fresh piece of the usable range belongs to nobody.
    unsafe {
        let mut pool = (*st).empty;
        if pool.is_null() {
            if (*st).next_pool + POOL_SIZE > (*st).usable && !grow(st) {
                return null_mut();
            }
            pool = ((*st).base + (*st).next_pool) as *mut Pool;
            (*st).next_pool += POOL_SIZE;
        } else {
            (*st).empty = (*pool).next;
        }
        let size = (class + 1) * ALIGN;
        let first = pool.cast::<u8>().add(size_of::<Pool>());
        let blocks = blocks_in_pool(size);
        pool.write(Pool {
            free: null_mut(),
            fresh: first,
            end: first.add(blocks * size),
            used: 0,
            class: class as u32,
            next: null_mut(),
            prev: null_mut(),
        });
        pool
    }
}

/// Makes one more step of the range usable, choosing the range the first time.
unsafe fn grow(st: *mut State) -> bool {
    // SAFETY: the GIL is held.
    unsafe {
        if (*st).base == 0 {
            rescue::start();
            return choose(st);
        }
        if !rescue::has_fund() {
            return false;
        }
        if (*st).usable + STEP > (*st).len {
            return false;
        }
        match map_step((*st).base + (*st).usable) {
            Ok(()) => {
                (*st).usable += STEP;
                true
            }
            Err(libc::ENOMEM) => false,
            // Somebody is there already: the range ends here.
            Err(_) => {
                (*st).len = (*st).usable;
                false
            }
        }
    }
}

/// Maps the first step at one of some random places.
unsafe fn choose(st: *mut State) -> bool {
    for _ in 0..8 {
        let mut random = [0u8; 8];
        // SAFETY: fills the array; without random numbers the places are fixed ones.
        unsafe {
            libc::getrandom(
                random.as_mut_ptr().cast(),
                random.len(),
                libc::GRND_NONBLOCK,
            )
        };
        let steps = (HIGHEST - LOWEST) / STEP;
        let base = LOWEST + usize::from_ne_bytes(random) % steps * STEP;
        match map_step(base) {
            Ok(()) => {
                // SAFETY: the GIL is held.
                unsafe {
                    (*st).base = base;
                    (*st).len = RANGE;
                    (*st).usable = STEP;
                }
                return true;
            }
            Err(libc::ENOMEM) => return false,
            Err(_) => {}
        }
    }
    false
}

/// Maps memory at this address, or fails with an error number if that cannot be or something is there.
fn map_step(at: usize) -> Result<(), i32> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_FIXED_NOREPLACE;
    let access = libc::PROT_READ | libc::PROT_WRITE;
    // SAFETY: a fresh anonymous mapping, which takes nobody's place.
    let p = unsafe { libc::mmap(at as *mut libc::c_void, STEP, access, flags, -1, 0) };
    if p == libc::MAP_FAILED {
        return Err(std::io::Error::last_os_error()
            .raw_os_error()
            .unwrap_or(libc::EINVAL));
    }
    if p as usize != at {
        // A kernel that does not know the flag takes the address as a wish.
        // SAFETY: just mapped, used by nobody.
        unsafe { libc::munmap(p, STEP) };
        return Err(libc::EEXIST);
    }
    Ok(())
}
