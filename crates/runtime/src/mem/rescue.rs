//! The allocator of Rust's own collections: the C library's, and a rescue store for the moment when that has nothing left.
//!
//! Rust ends the process when a `Box`, a `Vec` or a `String` gets no memory. Python raises MemoryError and goes on. So:
//! what grows much with a program's data asks beforehand (`try_reserve`, [`super::room`]) and raises. For the rest there is
//! a fund: addresses that are mapped and never used, so that they count against the process's limit. When the C library
//! refuses, the fund is given up and it is asked again; and from then on Python's own allocators refuse until
//! there is room for the whole fund again. So the program gets its MemoryError a moment later. Where even that is not
//! enough, small blocks come from a store in the library itself, which is whole again when all of them are freed.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::UnsafeCell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// Bytes in the store, and the largest block that comes from it.
const STORE: usize = 1 << 20;
pub const LARGEST: usize = 1 << 14;

#[repr(align(4096))]
struct Store(UnsafeCell<[u8; STORE]>);
// SAFETY: each block belongs to whom it was given.
unsafe impl Sync for Store {}
static STORE_BYTES: Store = Store(UnsafeCell::new([0; STORE]));

/// Blocks handed out (upper half) and the first free byte (lower half), in one word.
static STATE: AtomicUsize = AtomicUsize::new(0);
const ONE: usize = 1 << 32;

fn from_store(layout: Layout) -> *mut u8 {
    if layout.size() > LARGEST || layout.align() > 4096 {
        return null_mut();
    }
    let mut state = STATE.load(Ordering::Relaxed);
    loop {
        let start = (state % ONE).next_multiple_of(layout.align());
        let end = start + layout.size();
        if end > STORE {
            return null_mut();
        }
        let next = (state / ONE + 1) * ONE + end;
        match STATE.compare_exchange_weak(state, next, Ordering::AcqRel, Ordering::Relaxed) {
            // SAFETY: the bytes lie in the store.
            Ok(_) => return unsafe { STORE_BYTES.0.get().cast::<u8>().add(start) },
            Err(now) => state = now,
        }
    }
}

fn in_store(ptr: *mut u8) -> bool {
    (ptr as usize).wrapping_sub(STORE_BYTES.0.get() as usize) < STORE
}

#[cold]
fn back_to_store() {
    let mut state = STATE.load(Ordering::Relaxed);
    loop {
        // The last block gives everything back.
        let next = if state / ONE <= 1 { 0 } else { state - ONE };
        match STATE.compare_exchange_weak(state, next, Ordering::AcqRel, Ordering::Relaxed) {
            Ok(_) => return,
            Err(now) => state = now,
        }
    }
}

/// Bytes of the fund where the limit allows, and the least that is worth keeping.
pub const FUND: usize = 1 << 26;
const LEAST: usize = 1 << 20;
static FUND_AT: AtomicUsize = AtomicUsize::new(0);
static FUND_BYTES: AtomicUsize = AtomicUsize::new(0);
/// Has the fund been given up?
static SPENT: AtomicBool = AtomicBool::new(false);

fn map(bytes: usize, access: libc::c_int) -> Option<usize> {
    let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
    // SAFETY: an anonymous mapping at an address of the kernel's choice.
    let p = unsafe { libc::mmap(null_mut(), bytes, access, flags, -1, 0) };
    (p != libc::MAP_FAILED).then_some(p as usize)
}

fn unmap(at: usize, bytes: usize) {
    // SAFETY: the caller mapped it, and nobody uses it.
    unsafe { libc::munmap(at as *mut libc::c_void, bytes) };
}

/// Would the system give this many bytes now?
#[cold]
pub fn would_give(bytes: usize) -> bool {
    let Some(at) = map(bytes, libc::PROT_READ | libc::PROT_WRITE) else {
        return false;
    };
    unmap(at, bytes);
    true
}

/// Sets the fund up: at the start, when the limit of the process is known to leave room for it.
pub fn start() {
    // SAFETY: the limits are filled in.
    let limit = unsafe {
        let mut limit: libc::rlimit = std::mem::zeroed();
        libc::getrlimit(libc::RLIMIT_AS, &mut limit);
        limit.rlim_cur as usize
    };
    let mut bytes = FUND.min(limit / 8);
    while bytes >= LEAST {
        FUND_BYTES.store(bytes, Ordering::Relaxed);
        if set_up() {
            return;
        }
        bytes /= 2;
    }
    FUND_BYTES.store(0, Ordering::Relaxed);
}

/// Maps the fund.
#[cold]
fn set_up() -> bool {
    let there = map(FUND_BYTES.load(Ordering::Relaxed), libc::PROT_NONE);
    FUND_AT.store(there.unwrap_or(0), Ordering::Release);
    there.is_some()
}

/// Gives the fund up, if it is there and would do for a block of this size.
#[cold]
fn spend(size: usize) -> bool {
    let bytes = FUND_BYTES.load(Ordering::Relaxed);
    if size > bytes {
        return false;
    }
    let at = FUND_AT.swap(0, Ordering::AcqRel);
    if at == 0 {
        return false;
    }
    unmap(at, bytes);
    SPENT.store(true, Ordering::Relaxed);
    true
}

/// May Python's allocators take memory? Not while what Rust's collections needed has no fund behind it.
#[inline]
pub fn has_fund() -> bool {
    !SPENT.load(Ordering::Relaxed) || refill()
}

#[cold]
#[inline(never)]
fn refill() -> bool {
    if FUND_BYTES.load(Ordering::Relaxed) < LEAST {
        // There never was one.
        return true;
    }
    let there = set_up();
    SPENT.store(!there, Ordering::Relaxed);
    there
}

struct Rescue;

// SAFETY: blocks are the C library's or disjoint pieces of the store, which lives as long as the process; a block goes back to where
// it came from, which its address tells.
unsafe impl GlobalAlloc for Rescue {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the caller's contract.
        let p = unsafe { System.alloc(layout) };
        if !p.is_null() {
            return p;
        }
        if spend(layout.size()) {
            // SAFETY: as above.
            let p = unsafe { System.alloc(layout) };
            if !p.is_null() {
                return p;
            }
        }
        from_store(layout)
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: by the caller's contract.
        let p = unsafe { System.alloc_zeroed(layout) };
        if !p.is_null() {
            return p;
        }
        // SAFETY: by the caller's contract.
        let p = unsafe { self.alloc(layout) };
        if !p.is_null() {
            // SAFETY: a block of this size.
            unsafe { p.write_bytes(0, layout.size()) };
        }
        p
    }

    unsafe fn dealloc(&self, ptr: *mut u8, layout: Layout) {
        if in_store(ptr) {
            return back_to_store();
        }
        // SAFETY: it came from the system.
        unsafe { System.dealloc(ptr, layout) };
    }

    unsafe fn realloc(&self, ptr: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if !in_store(ptr) {
            // SAFETY: it came from the system.
            let p = unsafe { System.realloc(ptr, layout, size) };
            if !p.is_null() {
                return p;
            }
        }
        // SAFETY: the caller vouches for size and alignment; both blocks are at least as long as what is copied.
        unsafe {
            let fresh = Layout::from_size_align_unchecked(size, layout.align());
            let p = self.alloc(fresh);
            if !p.is_null() {
                p.copy_from_nonoverlapping(ptr, layout.size().min(size));
                self.dealloc(ptr, layout);
            }
            p
        }
    }
}

#[global_allocator]
static ALLOCATOR: Rescue = Rescue;
