//! Memory for the time of one piece of work.
//!
//! `malloc` raises the size from which it maps pages when a mapped block is freed: a large block that lives for a moment would
//! move all later lists of that size to the heap, where the holes that they leave stay. So large ones are mapped here.

use super::room;
use crate::err;
use crate::prelude::*;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

/// From so many bytes on, `malloc` maps blocks as well, at first.
const LARGE: usize = 128 << 10;

/// Items that are plain data.
pub struct Scratch<T: Copy>(Place<T>);

enum Place<T> {
    Heap(Vec<T>),
    /// A mapping of its own: where, how many items are set, and its bytes.
    Mapped(NonNull<T>, usize, usize),
}

impl<T: Copy> Scratch<T> {
    /// The items that the iterator gives. MemoryError.
    pub fn of(items: impl ExactSizeIterator<Item = T>) -> PyResult<Scratch<T>> {
        let n = items.len();
        let bytes = n.saturating_mul(size_of::<T>());
        if bytes < LARGE {
            return Ok(Scratch(Place::Heap(room::collect(items)?)));
        }
        let access = libc::PROT_READ | libc::PROT_WRITE;
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
        // SAFETY: new pages, which nobody else has.
        let p = unsafe { libc::mmap(std::ptr::null_mut(), bytes, access, flags, -1, 0) };
        let p = NonNull::new(p.cast::<T>()).filter(|p| p.as_ptr().cast() != libc::MAP_FAILED);
        let p = p.ok_or_else(err::no_memory)?;
        let mut set = 0;
        for item in items.take(n) {
            // SAFETY: the mapping has room for `n` items, and no more are taken.
            unsafe { p.as_ptr().add(set).write(item) };
            set += 1;
        }
        Ok(Scratch(Place::Mapped(p, set, bytes)))
    }
}

impl<T: Copy> Deref for Scratch<T> {
    type Target = [T];
    fn deref(&self) -> &[T] {
        match &self.0 {
            Place::Heap(items) => items,
            // SAFETY: so many items are set, and the mapping is ours.
            Place::Mapped(p, n, _) => unsafe { std::slice::from_raw_parts(p.as_ptr(), *n) },
        }
    }
}

impl<T: Copy> DerefMut for Scratch<T> {
    fn deref_mut(&mut self) -> &mut [T] {
        match &mut self.0 {
            Place::Heap(items) => items,
            // SAFETY: so many items are set, and the mapping is ours alone.
            Place::Mapped(p, n, _) => unsafe { std::slice::from_raw_parts_mut(p.as_ptr(), *n) },
        }
    }
}

impl<T: Copy> Drop for Scratch<T> {
    fn drop(&mut self) {
        if let Place::Mapped(p, _, bytes) = self.0 {
            // SAFETY: the mapping was made with this size, and nobody has a reference into it any more.
            unsafe { libc::munmap(p.as_ptr().cast(), bytes) };
        }
    }
}
