//! The small-object allocator.
//!
//! Requests of up to 512 bytes are rounded to a multiple of 16 and served from pools of 16 KiB, each of which holds
//! blocks of one size. All pools lie in one reserved range of addresses, so that a pointer tells by a comparison
//! whether it is ours, and by masking which pool it came from: nothing is stored beside a block. Everything else goes
//! to the C library. The GIL protects it; there are no atomics and no thread-local storage.

use crate::hostile;
use std::cell::UnsafeCell;
use std::ptr::null_mut;

/// Blocks are multiples of this.
const ALIGN: usize = 16;
/// The largest request that the pools serve.
pub(super) const SMALL: usize = 512;
pub(super) const CLASSES: usize = SMALL / ALIGN;
pub(super) const POOL_SIZE: usize = 16 * 1024;
/// Memory is made usable in steps of this many bytes.
const STEP: usize = 1 << 20;
/// The range of addresses to reserve, and the least that is worth having.
const RESERVE: usize = 1 << 38;
const RESERVE_MIN: usize = 1 << 26;

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
                    return libc::malloc(size).cast();
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

/// Makes one more step of the range usable, reserving the range the first time.
unsafe fn grow(st: *mut State) -> bool {
    // SAFETY: the range is ours once mmap has given it.
    unsafe {
        if (*st).base == 0 && !reserve(st) {
            return false;
        }
        if (*st).usable + STEP > (*st).len {
            return false;
        }
        let at = ((*st).base + (*st).usable) as *mut libc::c_void;
        if libc::mprotect(at, STEP, libc::PROT_READ | libc::PROT_WRITE) != 0 {
            return false;
        }
        (*st).usable += STEP;
        true
    }
}

unsafe fn reserve(st: *mut State) -> bool {
    let mut len = RESERVE;
    while len >= RESERVE_MIN {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: an anonymous mapping at an address of the kernel's choice.
        let p = unsafe { libc::mmap(null_mut(), len, libc::PROT_NONE, flags, -1, 0) };
        if p != libc::MAP_FAILED {
            let base = (p as usize).next_multiple_of(POOL_SIZE);
            // SAFETY: the GIL is held.
            unsafe {
                (*st).base = base;
                (*st).len = (p as usize + len - base) / STEP * STEP;
            }
            return true;
        }
        len /= 2;
    }
    false
}
