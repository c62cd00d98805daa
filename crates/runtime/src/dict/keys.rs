//! The hash table behind a dict: entries in insertion order, and a sparse table of indices into them.
//!
//! A table is one block: this head, `size` indices (as wide as they must be), then room for two thirds of `size`
//! entries. Its kind says what is known of the keys: when all are exact strings a lookup runs no other code. A
//! *split* table is shared by the instance dicts of a class; it holds the keys only, and the dicts the values.
//!
//! The head has the size and order of 3.8's, so that `sys.getsizeof` agrees.

use crate::mem;
use crate::prelude::*;
use crate::{err, unicode};
use std::mem::offset_of;

/// Indices that mean something else.
pub const EMPTY: isize = -1;
const DELETED: isize = -2;
/// [`Keys::find_int`] met a key that only a comparison can tell from its own.
pub const UNSURE: isize = -3;

/// The smallest table of a dict that has had an item.
pub const MIN_SIZE: usize = 8;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Kind {
    /// Any keys.
    General,
    /// All keys are exact strings.
    Text,
    /// All keys are exact strings, and the values lie with the dicts that share the table.
    Split,
}

#[repr(C)]
pub struct Keys {
    pub refcnt: Cell<isize>,
    /// The number of indices: a power of two.
    pub size: Cell<usize>,
    pub kind: Cell<Kind>,
    /// The binary logarithm of an index's width in bytes.
    index_shift: Cell<u8>,
    /// What inline caches compare: 0 until someone asks, and again 0 once an entry has moved or gone.
    pub version: Cell<u32>,
    /// How many entries can still be added.
    pub usable: Cell<usize>,
    /// How many entries are in use, deleted ones included.
    pub nentries: Cell<usize>,
}

#[repr(C)]
pub struct Entry {
    pub hash: Cell<Py_hash_t>,
    /// Null when deleted.
    pub key: Cell<*mut PyObject>,
    /// Null when deleted, and always in a split table.
    pub value: Cell<*mut PyObject>,
}

/// The table of every dict that has no items and no room: never changed, never freed.
#[repr(C)]
struct EmptyTable(Keys, [i8; 8]);
// SAFETY: only the holder of the GIL touches its count.
unsafe impl Sync for EmptyTable {}
static EMPTY_TABLE: EmptyTable = EmptyTable(
    Keys {
        refcnt: Cell::new(1),
        size: Cell::new(1),
        kind: Cell::new(Kind::Text),
        index_shift: Cell::new(0),
        version: Cell::new(0),
        usable: Cell::new(0),
        nentries: Cell::new(0),
    },
    [-1; 8],
);

/// The empty table, with a count for the caller.
#[inline]
pub fn empty() -> *mut Keys {
    let keys = &EMPTY_TABLE.0;
    keys.refcnt.set(keys.refcnt.get() + 1);
    (&raw const EMPTY_TABLE).cast::<Keys>().cast_mut()
}

/// Is this the table that [`empty`] gives?
#[inline]
pub fn is_empty(keys: *const Keys) -> bool {
    std::ptr::eq(keys, &EMPTY_TABLE.0)
}

struct Spare {
    tables: [Cell<*mut Keys>; SPARE_TABLES],
    count: Cell<usize>,
}
// SAFETY: only the holder of the GIL touches it.
unsafe impl Sync for Spare {}
const SPARE_TABLES: usize = crate::hostile::kept(80);
static SPARE: Spare = Spare {
    tables: [const { Cell::new(std::ptr::null_mut()) }; SPARE_TABLES],
    count: Cell::new(0),
};

/// How many entries fit a table of `size` indices.
#[inline]
pub const fn capacity(size: usize) -> usize {
    (size << 1) / 3
}

const fn shift_for(size: usize) -> u8 {
    match size {
        0..=0xff => 0,
        0x100..=0xffff => 1,
        0x1_0000..=0xffff_ffff => 2,
        _ => 3,
    }
}

/// An integer that indices are stored as.
trait Index: Copy {
    fn widen(self) -> isize;
    fn narrow(ix: isize) -> Self;
}
macro_rules! index { ($($t:ty)*) => { $(impl Index for $t {
    #[inline(always)]
    fn widen(self) -> isize { self as isize }
    #[inline(always)]
    fn narrow(ix: isize) -> Self { ix as Self }
})* } }
index! { i8 i16 i32 i64 }

/// What a key of the same hash is to the one looked for; `Unsure` when only its own `__eq__` can tell.
enum Match {
    Same,
    Other,
    Unsure,
}

impl Keys {
    /// A table of `size` (a power of two, at least 8) without entries; one count for the caller.
    pub fn new(size: usize, kind: Kind) -> PyResult<*mut Keys> {
        debug_assert!(size >= MIN_SIZE && size.is_power_of_two());
        let shift = shift_for(size);
        let room = capacity(size);
        let spare = SPARE.count.get();
        let block = if size == MIN_SIZE && spare > 0 {
            SPARE.count.set(spare - 1);
            SPARE.tables[spare - 1].get()
        } else {
            let bytes = room
                .checked_mul(size_of::<Entry>())
                .and_then(|e| e.checked_add(size << shift))
                .and_then(|b| b.checked_add(size_of::<Keys>()));
            let block = mem::object_alloc(bytes.ok_or_else(err::no_memory)?);
            if block.is_null() {
                return Err(err::no_memory());
            }
            block.cast()
        };
        // Entries are written before they count as in use: clearing them now would only touch their memory.
        // SAFETY: the block has room for the head and the indices.
        unsafe {
            block.write(Keys {
                refcnt: Cell::new(1),
                size: Cell::new(size),
                kind: Cell::new(kind),
                index_shift: Cell::new(shift),
                version: Cell::new(0),
                usable: Cell::new(room),
                nentries: Cell::new(0),
            });
            block.add(1).cast::<u8>().write_bytes(0xff, size << shift);
        }
        Ok(block)
    }

    /// A copy of the table with a count of each key and value.
    pub fn duplicate(&self) -> PyResult<*mut Keys> {
        let copy = Keys::new(self.size.get(), self.kind.get())?;
        // SAFETY: both tables have the same shape.
        unsafe {
            let used = self
                .entry_base()
                .cast::<u8>()
                .add(self.nentries.get() * size_of::<Entry>());
            let from = std::ptr::from_ref(self).add(1).cast::<u8>();
            let bytes = used.offset_from_unsigned(from);
            std::ptr::copy_nonoverlapping(from, copy.add(1).cast::<u8>(), bytes);
            (*copy).usable.set(self.usable.get());
            (*copy).nentries.set(self.nentries.get());
            for e in (*copy).entries() {
                if !e.value.get().is_null() {
                    crate::owned::incref(e.key.get());
                    crate::owned::incref(e.value.get());
                }
            }
        }
        Ok(copy)
    }

    /// The bytes that a table of this size takes.
    pub fn byte_size(&self) -> usize {
        let size = self.size.get();
        size_of::<Keys>() + (size << self.index_shift.get()) + capacity(size) * size_of::<Entry>()
    }

    /// A number that stays the same as long as every entry stays where it is; never 0 unless numbers run out.
    pub fn version(&self) -> u32 {
        struct Next(Cell<u32>);
        // SAFETY: only the holder of the GIL touches it.
        unsafe impl Sync for Next {}
        static NEXT: Next = Next(Cell::new(1));
        if self.version.get() == 0 && NEXT.0.get() != 0 && !is_empty(self) {
            self.version.set(NEXT.0.get());
            NEXT.0.set(NEXT.0.get().wrapping_add(1));
        }
        self.version.get()
    }

    /// An entry is about to move or go.
    #[inline]
    pub fn forget_version(&self) {
        self.version.set(0);
    }

    #[inline(always)]
    fn entry_base(&self) -> *const Entry {
        let indices = self.size.get() << self.index_shift.get();
        // SAFETY: the entries follow the indices in the table's block.
        unsafe {
            std::ptr::from_ref(self)
                .add(1)
                .cast::<u8>()
                .add(indices)
                .cast()
        }
    }

    /// The entry at `ix`, which must be in use.
    #[inline(always)]
    pub fn entry(&self, ix: usize) -> &Entry {
        debug_assert!(ix < capacity(self.size.get()));
        // SAFETY: within the table's block; indices in the table are below `nentries`.
        unsafe { &*self.entry_base().add(ix) }
    }

    /// The entries in use.
    #[inline(always)]
    pub fn entries(&self) -> &[Entry] {
        if self.nentries.get() == 0 {
            // The empty table's single index leaves no aligned place for entries.
            return &[];
        }
        // SAFETY: that many entries follow the indices.
        unsafe { std::slice::from_raw_parts(self.entry_base(), self.nentries.get()) }
    }

    #[inline(always)]
    fn index_base<I: Index>(&self) -> *const I {
        // SAFETY: the indices follow the head.
        unsafe { std::ptr::from_ref(self).add(1).cast() }
    }

    #[inline]
    fn index_at(&self, slot: usize) -> isize {
        debug_assert!(slot < self.size.get());
        // SAFETY: the slot is below the size, and the width is the table's.
        unsafe {
            match self.index_shift.get() {
                0 => self.index_base::<i8>().add(slot).read().widen(),
                1 => self.index_base::<i16>().add(slot).read().widen(),
                2 => self.index_base::<i32>().add(slot).read().widen(),
                _ => self.index_base::<i64>().add(slot).read().widen(),
            }
        }
    }

    #[inline]
    fn set_index(&self, slot: usize, ix: isize) {
        debug_assert!(slot < self.size.get());
        // SAFETY: as above; every index that a table of this size can hold fits its width.
        unsafe {
            match self.index_shift.get() {
                0 => self.index_base::<i8>().cast_mut().add(slot).write(ix as i8),
                1 => self
                    .index_base::<i16>()
                    .cast_mut()
                    .add(slot)
                    .write(ix as i16),
                2 => self
                    .index_base::<i32>()
                    .cast_mut()
                    .add(slot)
                    .write(ix as i32),
                _ => self
                    .index_base::<i64>()
                    .cast_mut()
                    .add(slot)
                    .write(ix as i64),
            }
        }
    }

    /// What contradicts itself in the table, if anything.
    pub fn check(&self) -> Result<(), &'static str> {
        let (size, entries) = (self.size.get(), self.nentries.get());
        if self.refcnt.get() < 1 {
            return Err("a table that is in use");
        }
        if !size.is_power_of_two() || (size > 1 && entries + self.usable.get() > capacity(size)) {
            return Err("a size that is a power of two, and entries that fit it");
        }
        match (0..size).all(|slot| self.index_at(slot) < entries as isize) {
            true => Ok(()),
            false => Err("indices below the number of entries"),
        }
    }

    /// The slots in the order in which a hash tries them.
    #[inline(always)]
    pub fn probes(&self, hash: Py_hash_t) -> Probes {
        let mask = self.size.get() - 1;
        Probes {
            mask,
            perturb: hash as usize,
            slot: hash as usize & mask,
        }
    }

    /// The index of `key`, an exact string, in a table of exact strings; [`EMPTY`] when it is not there.
    #[inline]
    pub fn find_text(&self, key: &PyObject, hash: Py_hash_t) -> isize {
        self.find_by(key, hash, |other| match same_text(other, key.as_ptr()) {
            true => Match::Same,
            false => Match::Other,
        })
    }

    /// As [`Keys::find_text`], for an exact int of one digit in any table: [`UNSURE`] when a key of the same hash is
    /// of another type.
    #[inline]
    pub fn find_int(&self, key: &PyObject, value: i64, hash: Py_hash_t) -> isize {
        self.find_by(key, hash, |other| {
            if other.is_null() {
                return Match::Other;
            }
            // SAFETY: a key is alive while it is in the table.
            match super::compact_int(unsafe { &*other }) {
                Some(n) if n == value => Match::Same,
                Some(_) => Match::Other,
                None => Match::Unsure,
            }
        })
    }

    #[inline(always)]
    fn find_by(
        &self,
        key: &PyObject,
        hash: Py_hash_t,
        compare: impl Fn(*mut PyObject) -> Match,
    ) -> isize {
        match self.index_shift.get() {
            0 => self.find_in::<i8>(key, hash, compare),
            1 => self.find_in::<i16>(key, hash, compare),
            2 => self.find_in::<i32>(key, hash, compare),
            _ => self.find_in::<i64>(key, hash, compare),
        }
    }

    /// The search itself; `compare` is asked about keys of the same hash, null where one was deleted. It runs no code
    /// of a program, so the table stays as it is.
    #[inline(always)]
    fn find_in<I: Index>(
        &self,
        key: &PyObject,
        hash: Py_hash_t,
        compare: impl Fn(*mut PyObject) -> Match,
    ) -> isize {
        let indices = self.index_base::<I>();
        let entries = self.entry_base();
        let mut probes = self.probes(hash);
        loop {
            // SAFETY: a probe's slot is below the size; an index in the table is that of an entry in use.
            let ix = unsafe { indices.add(probes.slot).read() }.widen();
            if ix >= 0 {
                // SAFETY: as above.
                let entry = unsafe { &*entries.add(ix as usize) };
                let other = entry.key.get();
                if other == key.as_ptr() {
                    return ix;
                }
                if entry.hash.get() == hash {
                    match compare(other) {
                        Match::Same => return ix,
                        Match::Other => {}
                        Match::Unsure => return UNSURE,
                    }
                }
            } else if ix == EMPTY {
                return EMPTY;
            }
            probes.advance();
        }
    }

    /// Takes over the entries of a table that is not split, without the deleted ones; this one is new and large enough.
    /// The references move, too.
    pub fn take_entries(&self, from: &Keys) {
        let mut n = 0;
        for entry in from.entries() {
            if !entry.value.get().is_null() {
                debug_assert!(n < self.usable.get());
                // SAFETY: the caller asked for a table that has room for them all.
                unsafe {
                    let to = self.entry_base().add(n).cast_mut();
                    std::ptr::copy_nonoverlapping(entry, to, 1);
                }
                n += 1;
            }
        }
        self.nentries.set(n);
        self.usable.set(self.usable.get() - n);
        match self.index_shift.get() {
            0 => self.link_all::<i8>(),
            1 => self.link_all::<i16>(),
            2 => self.link_all::<i32>(),
            _ => self.link_all::<i64>(),
        }
    }

    /// Puts the index of every entry into a table that has none.
    #[inline(always)]
    fn link_all<I: Index>(&self) {
        let indices = self.index_base::<I>().cast_mut();
        for (ix, entry) in self.entries().iter().enumerate() {
            let mut probes = self.probes(entry.hash.get());
            // SAFETY: a probe's slot is below the size.
            unsafe {
                while indices.add(probes.slot).read().widen() >= 0 {
                    probes.advance();
                }
                indices.add(probes.slot).write(I::narrow(ix as isize));
            }
        }
    }

    /// The index at a slot: an entry's, or [`EMPTY`], or another negative number for a deleted one.
    #[inline]
    pub fn at(&self, probe: &Probes) -> isize {
        self.index_at(probe.slot)
    }

    /// Adds an entry; there must be room.
    #[inline]
    pub fn push(&self, hash: Py_hash_t, key: *mut PyObject, value: *mut PyObject) -> usize {
        let ix = self.nentries.get();
        self.link(hash, ix as isize);
        let entry = self.entry(ix);
        entry.hash.set(hash);
        entry.key.set(key);
        entry.value.set(value);
        self.nentries.set(ix + 1);
        self.usable.set(self.usable.get() - 1);
        ix
    }

    /// Puts an index where `hash` will find it.
    #[inline]
    fn link(&self, hash: Py_hash_t, ix: isize) {
        let mut probes = self.probes(hash);
        while self.index_at(probes.slot) >= 0 {
            probes.advance();
        }
        self.set_index(probes.slot, ix);
    }

    /// Marks the index of an entry as deleted.
    pub fn unlink(&self, hash: Py_hash_t, ix: usize) {
        let mut probes = self.probes(hash);
        loop {
            match self.index_at(probes.slot) {
                i if i == ix as isize => return self.set_index(probes.slot, DELETED),
                // Every entry in use is linked, so this is not reached.
                EMPTY => return,
                _ => probes.advance(),
            }
        }
    }
}

/// Are two exact strings with equal hashes equal?
#[inline(always)]
fn same_text(a: *mut PyObject, b: *mut PyObject) -> bool {
    if a.is_null() {
        return false;
    }
    // SAFETY: keys of a table of strings are exact strings, alive while they are in it.
    unsafe { unicode::eq(&*a.cast(), &*b.cast()) }
}

/// Where a hash looks next: every slot comes up in the end.
pub struct Probes {
    mask: usize,
    perturb: usize,
    slot: usize,
}

impl Probes {
    #[inline(always)]
    pub fn advance(&mut self) {
        self.perturb >>= 5;
        let next = self
            .slot
            .wrapping_mul(5)
            .wrapping_add(self.perturb)
            .wrapping_add(1);
        self.slot = next & self.mask;
    }
}

/// Gives a count of a table back; the last one releases keys and values, which can run arbitrary code.
///
/// # Safety
/// The caller holds a count of `keys`.
pub unsafe fn release(keys: *mut Keys) {
    // SAFETY: alive while counts are held.
    let k = unsafe { &*keys };
    k.refcnt.set(k.refcnt.get() - 1);
    if k.refcnt.get() > 0 || is_empty(k) {
        return;
    }
    for entry in k.entries() {
        drop(entry.key.take_ref());
        drop(entry.value.take_ref());
    }
    // SAFETY: no counts are left.
    unsafe { free_block(keys) };
}

/// Frees a table whose entries have been moved elsewhere.
///
/// # Safety
/// Nobody refers to the table any more, nor does it own anything.
pub unsafe fn free_block(keys: *mut Keys) {
    // SAFETY: by the contract.
    unsafe {
        let count = SPARE.count.get();
        if (*keys).size.get() == MIN_SIZE && count < SPARE_TABLES {
            SPARE.tables[count].set(keys);
            SPARE.count.set(count + 1);
        } else {
            mem::object_free(keys.cast());
        }
    }
}

/// Frees the tables that are kept for reuse, and says how many there were.
pub fn clear_spare() -> usize {
    let n = SPARE.count.replace(0);
    for table in &SPARE.tables[..n] {
        // SAFETY: spare tables belong to nobody.
        unsafe { mem::object_free(table.get().cast()) };
    }
    n
}

const _: () =
    assert!(size_of::<Keys>() == 40 && size_of::<Entry>() == 24 && offset_of!(Keys, usable) == 24);
