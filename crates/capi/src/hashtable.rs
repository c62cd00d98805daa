//! `hashtable.h`: the small hash table without objects that 3.8 exports (tracemalloc and marshal use it inside CPython).
//!
//! Keys and data are copied as bytes of fixed sizes into the entries, behind a head that C reads. Entries hang in
//! singly linked lists; the number of buckets is a power of two.

use crate::prelude::*;
use mem::Domain;

/// The head of a list of entries.
#[repr(C)]
struct SList {
    head: *mut Entry,
}

/// An entry; key and data follow.
#[repr(C)]
pub struct Entry {
    next: *mut Entry,
    hash: usize,
}

type HashFunc = Option<unsafe extern "C" fn(*mut Table_, *const c_void) -> usize>;
type CompareFunc = Option<unsafe extern "C" fn(*mut Table_, *const c_void, *const Entry) -> c_int>;
type ForeachFunc = Option<unsafe extern "C" fn(*mut Table_, *mut Entry, *mut c_void) -> c_int>;

/// Where entries come from.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct HashAllocator {
    malloc: Option<unsafe extern "C" fn(usize) -> *mut c_void>,
    free: Option<unsafe extern "C" fn(*mut c_void)>,
}

/// The table, as C declares it.
#[repr(C)]
pub struct Table_ {
    num_buckets: usize,
    entries: usize,
    buckets: *mut SList,
    key_size: usize,
    data_size: usize,
    hash_func: HashFunc,
    compare_func: CompareFunc,
    alloc: HashAllocator,
}

/// The fewest buckets, and the loads at which a table grows and shrinks.
const MIN_BUCKETS: usize = 16;
const HIGH: f64 = 0.50;
const LOW: f64 = 0.10;
const REHASH: f64 = 2.0 / (LOW + HIGH);

unsafe extern "C" fn default_malloc(size: usize) -> *mut c_void {
    mem::malloc(Domain::Mem, size)
}

unsafe extern "C" fn default_free(p: *mut c_void) {
    // SAFETY: a block of the function above.
    unsafe { mem::free(Domain::Mem, p) }
}

fn round_size(n: usize) -> usize {
    n.max(MIN_BUCKETS)
        .checked_next_power_of_two()
        .unwrap_or(MIN_BUCKETS)
}

impl Table_ {
    fn allocate(&self, size: usize) -> *mut c_void {
        // SAFETY: the table's own allocator.
        self.alloc
            .malloc
            .map_or(std::ptr::null_mut(), |f| unsafe { f(size) })
    }

    fn free(&self, p: *mut c_void) {
        if let Some(f) = self.alloc.free {
            // SAFETY: a block of the table's own allocator.
            unsafe { f(p) }
        }
    }

    /// Empty lists; null if there is no memory.
    fn new_buckets(&self, n: usize) -> *mut SList {
        let buckets = self.allocate(n * size_of::<SList>()).cast::<SList>();
        if !buckets.is_null() {
            // SAFETY: a new block of that size.
            unsafe { buckets.write_bytes(0, n) };
        }
        buckets
    }

    fn bucket(&self, hash: usize) -> *mut SList {
        // SAFETY: the mask keeps the index inside.
        unsafe { self.buckets.add(hash & (self.num_buckets - 1)) }
    }

    /// Puts the entries into as many buckets as fit them.
    fn rehash(&mut self) {
        let n = round_size((self.entries as f64 * REHASH) as usize);
        if n == self.num_buckets {
            return;
        }
        let new = self.new_buckets(n);
        if new.is_null() {
            return;
        }
        let (old, old_n) = (self.buckets, self.num_buckets);
        (self.buckets, self.num_buckets) = (new, n);
        for i in 0..old_n {
            // SAFETY: the lists are the table's own.
            unsafe {
                let mut at = (*old.add(i)).head;
                while !at.is_null() {
                    let next = (*at).next;
                    let bucket = self.bucket((*at).hash);
                    (*at).next = (*bucket).head;
                    (*bucket).head = at;
                    at = next;
                }
            }
        }
        self.free(old.cast());
    }

    /// Calls `f` with each entry until it says stop.
    fn each(&self, mut f: impl FnMut(*mut Entry) -> c_int) -> c_int {
        for i in 0..self.num_buckets {
            // SAFETY: the lists are the table's own; the next entry is read before `f` may free this one.
            let mut at = unsafe { (*self.buckets.add(i)).head };
            while !at.is_null() {
                // SAFETY: as above.
                let next = unsafe { (*at).next };
                let result = f(at);
                if result != 0 {
                    return result;
                }
                at = next;
            }
        }
        0
    }
}

/// The key and the data of an entry.
fn parts(t: &Table_, entry: *mut Entry) -> (*mut u8, *mut u8) {
    let key = entry.wrapping_add(1).cast::<u8>();
    (key, key.wrapping_add(t.key_size))
}

fn find(t: *mut Table_, key: *const c_void) -> *mut Entry {
    // SAFETY: C passes a live table, and a key of its size; the functions are the table's own.
    unsafe {
        let (Some(hash), Some(same)) = ((*t).hash_func, (*t).compare_func) else {
            return std::ptr::null_mut();
        };
        let hash = hash(t, key);
        let mut at = (*(*t).bucket(hash)).head;
        while !at.is_null() {
            if (*at).hash == hash && same(t, key, at) != 0 {
                return at;
            }
            at = (*at).next;
        }
        std::ptr::null_mut()
    }
}

/// Makes a table; null if there is no memory.
fn make(
    key_size: usize,
    data_size: usize,
    n: usize,
    hash: HashFunc,
    compare: CompareFunc,
    alloc: *const HashAllocator,
) -> *mut Table_ {
    // SAFETY: C passes NULL or an allocator.
    let alloc = unsafe { alloc.as_ref() }.copied().unwrap_or(HashAllocator {
        malloc: Some(default_malloc),
        free: Some(default_free),
    });
    let mut table = Table_ {
        num_buckets: round_size(n),
        entries: 0,
        buckets: std::ptr::null_mut(),
        key_size,
        data_size,
        hash_func: hash,
        compare_func: compare,
        alloc,
    };
    let place = table.allocate(size_of::<Table_>()).cast::<Table_>();
    if place.is_null() {
        return place;
    }
    table.buckets = table.new_buckets(table.num_buckets);
    if table.buckets.is_null() {
        table.free(place.cast());
        return std::ptr::null_mut();
    }
    // SAFETY: a new block of that size.
    unsafe { place.write(table) };
    place
}

/// Adds an entry; false if there is no memory.
fn set(t: &mut Table_, hash: usize, key: &[u8], data: &[u8]) -> bool {
    let entry = t
        .allocate(size_of::<Entry>() + t.key_size + t.data_size)
        .cast::<Entry>();
    if entry.is_null() {
        return false;
    }
    let bucket = t.bucket(hash);
    let (key_place, data_place) = parts(t, entry);
    // SAFETY: the block has room for the head, the key and the data.
    unsafe {
        entry.write(Entry {
            next: (*bucket).head,
            hash,
        });
        key_place.copy_from_nonoverlapping(key.as_ptr(), key.len());
        data_place.copy_from_nonoverlapping(data.as_ptr(), data.len());
        (*bucket).head = entry;
    }
    t.entries += 1;
    if t.entries as f64 / t.num_buckets as f64 > HIGH {
        t.rehash();
    }
    true
}

/// The bytes that C passes for a key or for data.
fn given<'a>(p: *const c_void, size: usize) -> &'a [u8] {
    // SAFETY: C passes as many bytes.
    unsafe { crate::support::bytes_at(p.cast(), size as Py_ssize_t) }
}

/// Takes an entry out of its list.
fn unlink(t: &mut Table_, entry: *mut Entry) {
    // SAFETY: the entry is in the list that its hash names.
    unsafe {
        let mut place = &raw mut (*t.bucket((*entry).hash)).head;
        while !(*place).is_null() && *place != entry {
            place = &raw mut (**place).next;
        }
        if *place == entry {
            *place = (*entry).next;
            t.entries -= 1;
        }
    }
}

capi! {
    fn _Py_hashtable_new(key_size: usize, data_size: usize, hash: HashFunc, compare: CompareFunc) -> *mut Table_ { make(key_size, data_size, MIN_BUCKETS, hash, compare, std::ptr::null()) }
    fn _Py_hashtable_new_full(key_size: usize, data_size: usize, n: usize, hash: HashFunc, compare: CompareFunc, alloc: *const HashAllocator) -> *mut Table_ { make(key_size, data_size, n, hash, compare, alloc) }

    fn _Py_hashtable_hash_ptr(t: *mut Table_, key: *const c_void) -> usize {
        // SAFETY: C passes a live table, and a key that is a pointer.
        let _ = unsafe { (*t).key_size };
        // SAFETY: as above.
        hash::pointer(unsafe { key.cast::<*const u8>().read_unaligned() }) as usize
    }

    fn _Py_hashtable_compare_direct(t: *mut Table_, key: *const c_void, entry: *const Entry) -> bool {
        // SAFETY: C passes a live table, a key of its size, and an entry of the table.
        unsafe {
            let (own, _) = parts(&*t, entry.cast_mut());
            given(key, (*t).key_size) == given(own.cast(), (*t).key_size)
        }
    }

    fn _Py_hashtable_get_entry(t: *mut Table_, _size: usize, key: *const c_void) -> *mut Entry { find(t, key) }

    fn _Py_hashtable_get(t: *mut Table_, _size: usize, key: *const c_void, _data_size: usize, data: *mut c_void) -> bool {
        let entry = find(t, key);
        if entry.is_null() {
            return false;
        }
        // SAFETY: C passes a live table and room for the data.
        unsafe { data.cast::<u8>().copy_from_nonoverlapping(parts(&*t, entry).1, (*t).data_size) };
        true
    }

    fn _Py_hashtable_pop(t: *mut Table_, _size: usize, key: *const c_void, _data_size: usize, data: *mut c_void) -> bool {
        let entry = find(t, key);
        if entry.is_null() {
            return false;
        }
        // SAFETY: C passes a live table, and NULL or room for the data.
        let table = unsafe { &mut *t };
        if !data.is_null() {
            // SAFETY: as above.
            unsafe { data.cast::<u8>().copy_from_nonoverlapping(parts(table, entry).1, table.data_size) };
        }
        unlink(table, entry);
        table.free(entry.cast());
        if (table.entries as f64 / table.num_buckets as f64) < LOW {
            table.rehash();
        }
        true
    }

    fn _Py_hashtable_set(t: *mut Table_, _size: usize, key: *const c_void, _data_size: usize, data: *const c_void) -> c_int {
        // SAFETY: C passes a live table, and a key and data of its sizes; the function is the table's own.
        let (table, hash) = unsafe { (&mut *t, (*t).hash_func.map_or(0, |f| f(t, key))) };
        let (key, data) = (given(key, table.key_size), given(data, table.data_size));
        if set(table, hash, key, data) { 0 } else { -1 }
    }

    fn _Py_hashtable_foreach(t: *mut Table_, f: ForeachFunc, argument: *mut c_void) -> c_int {
        // SAFETY: C passes a live table, and a function for its entries.
        unsafe { f.map_or(0, |f| (*t).each(|entry| f(t, entry, argument))) }
    }

    fn _Py_hashtable_size(t: *mut Table_) -> usize {
        // SAFETY: C passes a live table.
        let t = unsafe { &*t };
        size_of::<Table_>() + t.num_buckets * size_of::<SList>() + t.entries * (size_of::<Entry>() + t.key_size + t.data_size)
    }

    fn _Py_hashtable_clear(t: *mut Table_) {
        // SAFETY: C passes a live table.
        let t = unsafe { &mut *t };
        t.each(|entry| {
            t.free(entry.cast());
            0
        });
        // SAFETY: the buckets are the table's own.
        unsafe { t.buckets.write_bytes(0, t.num_buckets) };
        t.entries = 0;
        t.rehash();
    }

    fn _Py_hashtable_destroy(t: *mut Table_) {
        // SAFETY: C passes a live table and gives it away.
        let table = unsafe { &*t };
        table.each(|entry| {
            table.free(entry.cast());
            0
        });
        table.free(table.buckets.cast());
        table.free(t.cast());
    }

    fn _Py_hashtable_copy(t: *mut Table_) -> *mut Table_ {
        // SAFETY: C passes a live table.
        let table = unsafe { &*t };
        let copy = make(table.key_size, table.data_size, table.num_buckets, table.hash_func, table.compare_func, &raw const table.alloc);
        // SAFETY: NULL or a new table.
        let Some(new) = (unsafe { copy.as_mut() }) else { return copy };
        table.each(|entry| {
            let (key, data) = parts(table, entry);
            // SAFETY: the entry is the table's own.
            let hash = unsafe { (*entry).hash };
            set(new, hash, given(key.cast(), table.key_size), given(data.cast(), table.data_size));
            0
        });
        copy
    }
}
