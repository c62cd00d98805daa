//! Vectors and text whose size a program's data decides: no memory is a MemoryError.

use crate::err;
use crate::prelude::*;
use std::collections::TryReserveError;

/// MemoryError unless the system would give `n` bytes: for what grows by many small steps, or deep inside. Less than what
/// [`super::rescue`] keeps back is not asked for.
#[inline]
pub fn ask(n: usize) -> PyResult<()> {
    if n < super::rescue::FUND / 4 || super::rescue::would_give(n) {
        return Ok(());
    }
    Err(err::no_memory())
}

/// The error of `try_reserve` as an exception.
pub fn raised(_: TryReserveError) -> Raised {
    err::no_memory()
}

/// An empty vector with room for `n` items.
pub fn for_items<T>(n: usize) -> PyResult<Vec<T>> {
    let mut v = Vec::new();
    v.try_reserve_exact(n).map_err(raised)?;
    Ok(v)
}

/// Empty text with room for `n` bytes.
pub fn for_text(n: usize) -> PyResult<String> {
    let mut s = String::new();
    s.try_reserve_exact(n).map_err(raised)?;
    Ok(s)
}

/// `n` times `x`.
pub fn filled<T: Clone>(x: T, n: usize) -> PyResult<Vec<T>> {
    let mut v = for_items(n)?;
    v.resize(n, x);
    Ok(v)
}

/// `n` zeros, which the system gives as they are if there are many of them.
pub fn zeroed(n: usize) -> PyResult<Vec<u8>> {
    let Ok(layout) = std::alloc::Layout::array::<u8>(n) else {
        return Err(err::no_memory());
    };
    if n == 0 {
        return Ok(Vec::new());
    }
    // SAFETY: the layout is that of a vector of `n` bytes, which are all set.
    unsafe {
        let p = std::alloc::alloc_zeroed(layout);
        match p.is_null() {
            true => Err(err::no_memory()),
            false => Ok(Vec::from_raw_parts(p, n, n)),
        }
    }
}

/// A copy of the items.
pub fn copy<T: Clone>(items: &[T]) -> PyResult<Vec<T>> {
    let mut v = for_items(items.len())?;
    v.extend_from_slice(items);
    Ok(v)
}

/// All items of an iterator, whose hint of its length is trusted for the first reservation.
pub fn collect<T>(items: impl IntoIterator<Item = T>) -> PyResult<Vec<T>> {
    let items = items.into_iter();
    let mut v = for_items(items.size_hint().0)?;
    for item in items {
        push(&mut v, item)?;
    }
    Ok(v)
}

/// Appends one item.
#[inline]
pub fn push<T>(v: &mut Vec<T>, item: T) -> PyResult<()> {
    if v.len() == v.capacity() {
        v.try_reserve(1).map_err(raised)?;
    }
    v.push(item);
    Ok(())
}

/// Appends copies of items.
pub fn extend<T: Clone>(v: &mut Vec<T>, items: &[T]) -> PyResult<()> {
    v.try_reserve(items.len()).map_err(raised)?;
    v.extend_from_slice(items);
    Ok(())
}

/// Appends text.
pub fn push_str(s: &mut String, text: &str) -> PyResult<()> {
    s.try_reserve(text.len()).map_err(raised)?;
    s.push_str(text);
    Ok(())
}
