//! Memory: the three allocator domains of 3.8 and the instances made from them.
//!
//! `raw` is the C library's allocator and may be used without the GIL; `mem` and `obj` are by default the small-object
//! allocator of [`pool`]. Each domain is a table that `PyMem_SetAllocator` can replace (tracemalloc and the debug hooks
//! do) and `PYTHONMALLOC` chooses. While the `obj` table is untouched, [`object_alloc`] goes straight to the pools.

pub mod debug;
pub mod pool;
pub mod rescue;
pub mod room;
pub mod scratch;
pub mod stats;

use crate::prelude::*;
use std::cell::UnsafeCell;
use std::ptr::null_mut;
use std::sync::atomic::{AtomicBool, Ordering};

/// The largest request that any domain grants (`PY_SSIZE_T_MAX`).
const MAX_REQUEST: usize = isize::MAX as usize;

/// Which table, as `PyMemAllocatorDomain` numbers them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub enum Domain {
    Raw = 0,
    Mem = 1,
    Object = 2,
}

pub use pyrite_abi::PyMemAllocatorEx as Allocator;

struct Tables(UnsafeCell<[Allocator; 3]>);
// SAFETY: tables are replaced only by a thread that holds the GIL or before there are threads, as the C API demands.
unsafe impl Sync for Tables {}

const RAW: Allocator = Allocator {
    ctx: null_mut(),
    malloc: Some(raw_malloc_fn),
    calloc: Some(raw_calloc_fn),
    realloc: Some(raw_realloc_fn),
    free: Some(raw_free_fn),
};
const POOL: Allocator = Allocator {
    ctx: null_mut(),
    malloc: Some(pool_malloc_fn),
    calloc: Some(pool_calloc_fn),
    realloc: Some(pool_realloc_fn),
    free: Some(pool_free_fn),
};

static TABLES: Tables = Tables(UnsafeCell::new([RAW, POOL, POOL]));
static OBJECT_IS_POOL: AtomicBool = AtomicBool::new(true);

/// The domain's table (`PyMem_GetAllocator`).
#[inline]
pub fn allocator(domain: Domain) -> Allocator {
    // SAFETY: `Tables` is replaced only while nobody else reads it.
    unsafe { (*TABLES.0.get())[domain as usize] }
}

/// Replaces the domain's table (`PyMem_SetAllocator`).
///
/// # Safety
/// The four functions are an allocator; memory allocated before must remain freeable through them.
pub unsafe fn set_allocator(domain: Domain, new: Allocator) {
    // SAFETY: the caller is the only one running.
    unsafe { (*TABLES.0.get())[domain as usize] = new };
    if domain == Domain::Object {
        let is_pool = new.malloc.map(|f| f as usize) == POOL.malloc.map(|f| f as usize);
        OBJECT_IS_POOL.store(is_pool, Ordering::Relaxed);
    }
}

/// The table that a domain starts with.
pub fn default_allocator(domain: Domain) -> Allocator {
    if domain == Domain::Raw { RAW } else { POOL }
}

/// Is the table the C library's allocator?
pub fn is_raw(table: &Allocator) -> bool {
    table.malloc.map(|f| f as usize) == RAW.malloc.map(|f| f as usize)
}

/// Is the table the small-object allocator?
pub fn is_pool(table: &Allocator) -> bool {
    table.malloc.map(|f| f as usize) == POOL.malloc.map(|f| f as usize)
}

/// `PYTHONMALLOC=malloc` (and back): whether `mem` and `obj` use the C library's allocator.
///
/// # Safety
/// Nothing has been allocated from the two domains yet.
pub unsafe fn use_system_malloc(on: bool) {
    let table = if on { RAW } else { POOL };
    // SAFETY: by the contract.
    unsafe {
        set_allocator(Domain::Mem, table);
        set_allocator(Domain::Object, table);
    }
}

/// Runs `f` with the C library's allocator in the place of any other.
///
/// # Safety
/// What `f` allocates from the two domains is never freed, and it frees nothing.
pub unsafe fn from_system<T>(f: impl FnOnce() -> T) -> T {
    let old = [Domain::Mem, Domain::Object].map(|d| (d, allocator(d)));
    // SAFETY: the holder of the GIL; the tables are put back below.
    unsafe { use_system_malloc(true) };
    let result = f();
    for (domain, table) in old {
        // SAFETY: as above.
        unsafe { set_allocator(domain, table) };
    }
    result
}

/// Allocates from a domain; null when there is no memory. 0 bytes are granted as 1.
#[inline]
pub fn malloc(domain: Domain, size: usize) -> *mut c_void {
    let table = allocator(domain);
    match table.malloc {
        // SAFETY: an allocator's functions accept any size up to the limit.
        Some(f) if size <= MAX_REQUEST => unsafe { f(table.ctx, size) },
        _ => null_mut(),
    }
}

/// Allocates zeroed memory from a domain.
pub fn calloc(domain: Domain, n: usize, size: usize) -> *mut c_void {
    let table = allocator(domain);
    match (table.calloc, n.checked_mul(size)) {
        // SAFETY: the product does not overflow.
        (Some(f), Some(total)) if total <= MAX_REQUEST => unsafe { f(table.ctx, n, size) },
        _ => null_mut(),
    }
}

/// Resizes a block; null when there is no memory, and then the old block stays.
///
/// # Safety
/// `ptr` is null or was allocated from the same domain.
pub unsafe fn realloc(domain: Domain, ptr: *mut c_void, size: usize) -> *mut c_void {
    let table = allocator(domain);
    match table.realloc {
        // SAFETY: by the contract.
        Some(f) if size <= MAX_REQUEST => unsafe { f(table.ctx, ptr, size) },
        _ => null_mut(),
    }
}

/// Frees a block.
///
/// # Safety
/// `ptr` is null or was allocated from the same domain, and is not used afterwards.
#[inline]
pub unsafe fn free(domain: Domain, ptr: *mut c_void) {
    let table = allocator(domain);
    if let Some(f) = table.free {
        // SAFETY: by the contract.
        unsafe { f(table.ctx, ptr) }
    }
}

/// Says that an object comes from a list of free ones and not from its allocator, if somebody watches that.
#[inline]
pub fn note_reuse(o: &PyObject) {
    if !OBJECT_IS_POOL.load(Ordering::Relaxed) {
        crate::hooks::reused(o);
    }
}

/// `PyObject_Malloc` by the shortest way.
#[inline]
pub fn object_alloc(size: usize) -> *mut u8 {
    if OBJECT_IS_POOL.load(Ordering::Relaxed) {
        return pool::alloc(size);
    }
    malloc(Domain::Object, size).cast()
}

/// `PyObject_Free` by the shortest way.
///
/// # Safety
/// `ptr` is null or came from the object domain, and is not used afterwards.
#[inline]
pub unsafe fn object_free(ptr: *mut u8) {
    // SAFETY: by the contract, in both branches.
    unsafe {
        if OBJECT_IS_POOL.load(Ordering::Relaxed) {
            pool::free(ptr)
        } else {
            free(Domain::Object, ptr.cast())
        }
    }
}

/// `PyObject_Realloc`.
///
/// # Safety
/// `ptr` is null or came from the object domain; if the result is not null, `ptr` is not used afterwards.
pub unsafe fn object_realloc(ptr: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: by the contract.
    unsafe { realloc(Domain::Object, ptr.cast(), size).cast() }
}

unsafe extern "C" fn raw_malloc_fn(_: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: malloc accepts any size.
    unsafe { libc::malloc(size.max(1)) }
}
unsafe extern "C" fn raw_calloc_fn(_: *mut c_void, n: usize, size: usize) -> *mut c_void {
    let (n, size) = if n == 0 || size == 0 {
        (1, 1)
    } else {
        (n, size)
    };
    // SAFETY: calloc accepts any sizes.
    unsafe { libc::calloc(n, size) }
}
unsafe extern "C" fn raw_realloc_fn(_: *mut c_void, p: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: `p` is null or from malloc, by the contract of `realloc`.
    unsafe { libc::realloc(p, size.max(1)) }
}
unsafe extern "C" fn raw_free_fn(_: *mut c_void, p: *mut c_void) {
    // SAFETY: `p` is null or from malloc, by the contract of `free`.
    unsafe { libc::free(p) }
}
unsafe extern "C" fn pool_malloc_fn(_: *mut c_void, size: usize) -> *mut c_void {
    pool::alloc(size).cast()
}
unsafe extern "C" fn pool_calloc_fn(_: *mut c_void, n: usize, size: usize) -> *mut c_void {
    pool::alloc_zeroed(n * size).cast()
}
unsafe extern "C" fn pool_realloc_fn(_: *mut c_void, p: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: `p` is null or from the pools, by the contract of `realloc`.
    unsafe { pool::realloc(p.cast(), size).cast() }
}
unsafe extern "C" fn pool_free_fn(_: *mut c_void, p: *mut c_void) {
    // SAFETY: `p` is null or from the pools, by the contract of `free`.
    unsafe { pool::free(p.cast()) }
}

/// Sets count and type of a fresh instance; a heap type gets one more reference, which the instance holds.
///
/// # Safety
/// `o` points to memory of at least an object head that nobody else uses.
#[inline]
pub unsafe fn init_head(o: *mut PyObject, ty: &PyTypeObject) {
    // SAFETY: by the contract.
    unsafe {
        (*o).ob_refcnt.set(1);
        (*o).ob_type.set(std::ptr::from_ref(ty).cast_mut());
        if ty.tp_flags.get() & Py_TPFLAGS_HEAPTYPE != 0 {
            crate::owned::incref(ty.as_ptr());
        }
    }
}

/// `_PyObject_VAR_SIZE`: bytes of an instance with `n` items, rounded up to a word.
pub fn var_size(ty: &PyTypeObject, n: usize) -> PyResult<usize> {
    let base = ty.tp_basicsize.get() as usize;
    (ty.tp_itemsize.get() as usize)
        .checked_mul(n)
        .and_then(|items| items.checked_add(base))
        .and_then(|size| size.checked_next_multiple_of(size_of::<usize>()))
        .filter(|size| *size <= MAX_REQUEST)
        .ok_or_else(crate::err::no_memory)
}

/// A new instance of a type without a GC head: head set, other fields zero.
#[inline]
pub fn new_object<T: Layout>(ty: &PyTypeObject) -> PyResult<Owned<T>> {
    new_sized(ty, ty.tp_basicsize.get() as usize)
}

/// As [`new_object`], with `n` items behind the fixed part; `ob_size` is set to `n`.
pub fn new_var<T: Layout>(ty: &PyTypeObject, n: usize) -> PyResult<Owned<T>> {
    let o: Owned<T> = new_sized(ty, var_size(ty, n)?)?;
    // SAFETY: a type with items has `ob_size`.
    unsafe { o.cast_ref::<PyVarObject>() }
        .ob_size
        .set(n as Py_ssize_t);
    Ok(o)
}

fn new_sized<T: Layout>(ty: &PyTypeObject, size: usize) -> PyResult<Owned<T>> {
    let o = object_alloc(size);
    if o.is_null() {
        return Err(crate::err::no_memory());
    }
    // SAFETY: fresh memory of at least `size` bytes, which the type says suffices for its layout.
    unsafe {
        o.write_bytes(0, size);
        init_head(o.cast(), ty);
        Ok(Owned::from_owned_ptr(o.cast()))
    }
}

/// A new instance by the type's `tp_alloc`, with `n` items.
pub fn alloc_by_type(ty: &PyTypeObject, n: usize) -> PyResult<Owned> {
    let Some(f) = ty.tp_alloc.get() else {
        return Err(crate::err::bad_internal_call());
    };
    // SAFETY: the slot takes the type and a number of items, and returns a new reference or null.
    let o = unsafe {
        Owned::from_owned_ptr_or_null(f(std::ptr::from_ref(ty).cast_mut(), n as Py_ssize_t))
    };
    o.ok_or_else(Raised::already_set)
}

/// Gives an instance's memory back by its type's `tp_free`.
///
/// # Safety
/// `o` is dead and its fields are released; it is not used afterwards.
pub unsafe fn free_by_type(o: *mut PyObject) {
    // SAFETY: by the contract; the type outlives its instance's memory.
    unsafe {
        if let Some(f) = (*(*o).ob_type.get()).tp_free.get() {
            f(o.cast());
        }
    }
}
