//! `pymem.h`, `cpython/pymem.h`: memory by domain.

use crate::prelude::*;
use crate::support::slice_at;
use libc::wchar_t;
use mem::Domain;

pub fn domain(domain: PyMemAllocatorDomain) -> Option<Domain> {
    match domain {
        PYMEM_DOMAIN_RAW => Some(Domain::Raw),
        PYMEM_DOMAIN_MEM => Some(Domain::Mem),
        PYMEM_DOMAIN_OBJ => Some(Domain::Object),
        _ => None,
    }
}

/// A copy of `n` values in memory of a domain.
fn duplicate<T: Copy>(domain: Domain, values: &[T]) -> *mut T {
    let copy = mem::malloc(domain, size_of_val(values)).cast::<T>();
    if !copy.is_null() {
        // SAFETY: the new block holds as many values.
        unsafe { copy.copy_from_nonoverlapping(values.as_ptr(), values.len()) };
    }
    copy
}

capi! {
    fn PyMem_RawMalloc(size: usize) -> *mut c_void { mem::malloc(Domain::Raw, size) }
    fn PyMem_RawCalloc(n: usize, size: usize) -> *mut c_void { mem::calloc(Domain::Raw, n, size) }

    fn PyMem_RawRealloc(ptr: *mut c_void, size: usize) -> *mut c_void {
        // SAFETY: C passes a block of this domain, or NULL.
        unsafe { mem::realloc(Domain::Raw, ptr, size) }
    }

    fn PyMem_RawFree(ptr: *mut c_void) {
        // SAFETY: C passes a block of this domain, or NULL.
        unsafe { mem::free(Domain::Raw, ptr) }
    }

    fn PyMem_Malloc(size: usize) -> *mut c_void { mem::malloc(Domain::Mem, size) }
    fn PyMem_Calloc(n: usize, size: usize) -> *mut c_void { mem::calloc(Domain::Mem, n, size) }

    fn PyMem_Realloc(ptr: *mut c_void, size: usize) -> *mut c_void {
        // SAFETY: C passes a block of this domain, or NULL.
        unsafe { mem::realloc(Domain::Mem, ptr, size) }
    }

    fn PyMem_Free(ptr: *mut c_void) {
        // SAFETY: C passes a block of this domain, or NULL.
        unsafe { mem::free(Domain::Mem, ptr) }
    }

    fn PyObject_Malloc(size: usize) -> *mut c_void { mem::malloc(Domain::Object, size) }
    fn PyObject_Calloc(n: usize, size: usize) -> *mut c_void { mem::calloc(Domain::Object, n, size) }

    fn PyObject_Realloc(ptr: *mut c_void, size: usize) -> *mut c_void {
        // SAFETY: C passes a block of this domain, or NULL.
        unsafe { mem::realloc(Domain::Object, ptr, size) }
    }

    fn PyMem_GetAllocator(which: PyMemAllocatorDomain, allocator: Out<PyMemAllocatorEx>) {
        // An unknown domain has no functions.
        let none = PyMemAllocatorEx { ctx: std::ptr::null_mut(), malloc: None, calloc: None, realloc: None, free: None };
        allocator.set(domain(which).map_or(none, mem::allocator));
    }

    fn PyMem_SetAllocator(which: PyMemAllocatorDomain, allocator: Out<PyMemAllocatorEx>) {
        if let (Some(domain), Some(allocator)) = (domain(which), allocator.get()) {
            // SAFETY: the caller's functions make an allocator, and it knows what was allocated before.
            unsafe { mem::set_allocator(domain, allocator) };
        }
    }

    fn _PyMem_RawStrdup(text: &CStr) -> *mut c_char {
        duplicate(Domain::Raw, text.to_bytes_with_nul()).cast()
    }

    fn _PyMem_Strdup(text: &CStr) -> *mut c_char {
        duplicate(Domain::Mem, text.to_bytes_with_nul()).cast()
    }

    fn _PyMem_RawWcsdup(text: *const wchar_t) -> *mut wchar_t {
        // SAFETY: C passes a string that ends in NUL.
        let text = unsafe { slice_at(text, libc::wcslen(text) as isize + 1) };
        duplicate(Domain::Raw, text)
    }

    fn _Py_GetAllocatedBlocks() -> Py_ssize_t { mem::pool::blocks_in_use() as Py_ssize_t }
}
