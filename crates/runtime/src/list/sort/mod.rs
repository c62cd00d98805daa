//! `list.sort`: what surrounds the algorithm.
//!
//! While it runs the list is empty and `allocated` is -1, so that anybody who changes it is found out, and nobody can free
//! what is being compared. The keys are surveyed first ([`compare`]): if they are all of one type, comparison skips what the
//! general one must find out each time. Of integers, floats and strings, and of tuples that begin with them, not even the
//! objects are looked at ([`ranks`]): numbers that stand for them are sorted, and then the items put in the order found.

mod compare;
mod ranks;

use super::timsort;
use crate::call;
use crate::mem::room;
use crate::mem::scratch::Scratch;
use crate::prelude::*;
use compare::Survey;

/// `PyList_Sort`.
pub fn sort(l: &PyListObject) -> PyResult<()> {
    sort_by(l, None, false)
}

/// `list.sort(key=.., reverse=..)`.
pub fn sort_by(l: &PyListObject, key: Option<&PyObject>, reverse: bool) -> PyResult<()> {
    let n = super::len(l);
    let allocated = l.allocated.replace(-1);
    let block = l.ob_item.replace(std::ptr::null_mut());
    l.ob_base.ob_size.set(0);
    let items: &mut [*mut PyObject] = if n == 0 {
        &mut []
    } else {
        // SAFETY: the block was taken out of the list, so it is ours alone until it is put back.
        unsafe { std::slice::from_raw_parts_mut(block, n) }
    };

    let mut outcome = match key {
        None => sort_items(items, reverse),
        Some(key) => sort_with_keys(items, key, reverse),
    };
    if l.allocated.get() != -1 && outcome.is_ok() {
        outcome = Err(raise!(ValueError, "list modified during sort"));
    }
    // Whatever was put into the list meanwhile is thrown away, after the true items are back.
    let stray_size = l.ob_base.ob_size.replace(n as Py_ssize_t);
    let stray_block = l.ob_item.replace(block);
    l.allocated.set(allocated);
    // SAFETY: the block and its references were the list's own and are dropped here, once.
    unsafe {
        for i in (0..stray_size).rev() {
            crate::owned::xdecref(*stray_block.offset(i));
        }
        crate::mem::free(crate::mem::Domain::Mem, stray_block.cast());
    }
    outcome
}

/// An item's place before the sort.
trait Place: Copy {
    fn place(self) -> usize;
    /// The place `i`, which is below the number of the items.
    fn of(i: usize) -> Self;
}

impl Place for u32 {
    #[inline(always)]
    fn place(self) -> usize {
        self as usize
    }
    #[inline(always)]
    fn of(i: usize) -> u32 {
        i as u32
    }
}

impl Place for usize {
    #[inline(always)]
    fn place(self) -> usize {
        self
    }
    #[inline(always)]
    fn of(i: usize) -> usize {
        i
    }
}

impl timsort::NoMemory for Raised {
    fn no_memory(refused: std::collections::TryReserveError) -> Raised {
        room::raised(refused)
    }
}

/// Sorts; equal items keep their order, in reverse too.
fn sort_items(items: &mut [*mut PyObject], reverse: bool) -> PyResult<()> {
    if items.len() < 2 {
        return Ok(());
    }
    if reverse {
        items.reverse();
    }
    let survey = Survey::of(items);
    let outcome = match ranks::Words::of(items, survey)? {
        Some(mut words) => {
            let outcome = words.sort(items);
            arrange([items], &mut words.words);
            outcome
        }
        None => survey.sort(items, |item| item),
    };
    if reverse {
        items.reverse();
    }
    outcome
}

/// Up to so many keys lie on the stack.
const FEW: usize = 32;

fn sort_with_keys(items: &mut [*mut PyObject], key: &PyObject, reverse: bool) -> PyResult<()> {
    let n = items.len();
    let (mut few, mut many);
    let keys = if n <= FEW {
        few = [std::ptr::null_mut(); FEW];
        &mut few[..n]
    } else {
        many = Scratch::of(std::iter::repeat_n(std::ptr::null_mut(), n))?;
        &mut many[..]
    };
    let mut made = 0;
    let mut outcome = Ok(());
    for &value in items.iter() {
        // SAFETY: the items' counts are ours while the list is empty.
        match call::call1(key, unsafe { &*value }) {
            Ok(key) => keys[made] = key.into_ptr(),
            Err(raised) => {
                // What cannot be sorted goes the last first.
                keys[..made].reverse();
                outcome = Err(raised);
                break;
            }
        }
        made += 1;
    }
    if outcome.is_ok() {
        outcome = sort_along(keys, items, reverse);
    }
    for &key in &keys[..made] {
        // SAFETY: each key came from the call above with a count of its own.
        drop(unsafe { Owned::from_owned_ptr(key) });
    }
    outcome
}

/// Sorts the keys, and their values along with them.
fn sort_along(
    keys: &mut [*mut PyObject],
    values: &mut [*mut PyObject],
    reverse: bool,
) -> PyResult<()> {
    let n = keys.len();
    if n < 2 {
        return Ok(());
    }
    if reverse {
        keys.reverse();
        values.reverse();
    }
    let survey = Survey::of(keys);
    let outcome = match ranks::Words::of(keys, survey)? {
        Some(mut words) => {
            let outcome = words.sort(keys);
            arrange([keys, values], &mut words.words);
            outcome
        }
        None if n <= FEW => {
            let mut places: [u32; FEW] = std::array::from_fn(|i| i as u32);
            sort_places(keys, values, &mut places[..n], survey)
        }
        None if u32::try_from(n).is_ok() => {
            let mut places = Scratch::of(0..n as u32)?;
            sort_places(keys, values, &mut places, survey)
        }
        None => {
            let mut places = Scratch::of(0..n)?;
            sort_places(keys, values, &mut places, survey)
        }
    };
    if reverse {
        keys.reverse();
        values.reverse();
    }
    outcome
}

/// Sorts the places of keys that must be compared as objects, and puts keys and values in that order.
fn sort_places<P: Place>(
    keys: &mut [*mut PyObject],
    values: &mut [*mut PyObject],
    places: &mut [P],
    survey: Survey,
) -> PyResult<()> {
    let outcome = survey.sort(places, |at| keys[at.place()]);
    arrange([keys, values], places);
    outcome
}

/// Puts the items of each array in the order of their places, each of which is there once: what is at `places[i]` goes to
/// `i`, round each cycle. The places are used up.
fn arrange<P: Place, const N: usize>(mut arrays: [&mut [*mut PyObject]; N], places: &mut [P]) {
    for start in 0..places.len() {
        let mut from = places[start].place();
        if from == start {
            continue;
        }
        let first = std::array::from_fn::<_, N, _>(|k| arrays[k][start]);
        let mut to = start;
        while from != start {
            for array in &mut arrays {
                array[to] = array[from];
            }
            places[to] = P::of(to);
            to = from;
            from = places[to].place();
        }
        places[to] = P::of(to);
        for (array, first) in arrays.iter_mut().zip(first) {
            array[to] = first;
        }
    }
}
