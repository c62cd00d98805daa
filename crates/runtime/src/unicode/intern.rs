//! Interned strings: one object for each text, so that names compare by address.
//!
//! The table holds its strings without counting them: a mortal one leaves the table when its last
//! reference goes. `Id` is a name that Rust code mentions; it is interned for the process's life.

use super::layout::{head, set_state, state};
use super::{Chars, chars, eq, from_latin1, from_str, hash, is_exact};
use crate::err;
use crate::prelude::*;
use hashbrown::HashTable;
use std::cell::RefCell;
use std::ptr;

const MORTAL: u32 = 1;
const IMMORTAL: u32 = 2;
/// Room for the names that every start interns: growing up to there would hash them over and over.
const AT_START: usize = 3000;

struct Table(RefCell<HashTable<*mut PyUnicodeObject>>);

// SAFETY: only touched by the holder of the GIL.
unsafe impl Sync for Table {}

static TABLE: Table = Table(RefCell::new(HashTable::new()));

/// The string that stands for this text: `s` itself, unless another one with its text was first.
/// Instances of subclasses are left alone.
pub fn intern(s: Owned<PyUnicodeObject>) -> Owned<PyUnicodeObject> {
    if state(&s).interned() != 0 || !is_exact(&s) {
        return s;
    }
    let h = hash(&s) as u64;
    // SAFETY: strings in the table are alive: they take themselves out when they die.
    let same = |&p: &*mut PyUnicodeObject| unsafe { eq(&*p, &s) };
    let Ok(mut table) = TABLE.0.try_borrow_mut() else {
        return s;
    };
    if let Some(&known) = table.find(h, same) {
        // SAFETY: as above.
        return unsafe { Owned::from_borrowed_ptr(known) };
    }
    let rehash = |&p: &*mut PyUnicodeObject| {
        // SAFETY: as above; the hash of a string in the table is known.
        unsafe { hash(&*p) as u64 }
    };
    let more = if table.capacity() == 0 { AT_START } else { 1 };
    if table.try_reserve(more, rehash).is_err() {
        return s;
    }
    table.insert_unique(h, ptr::from_ref(&*s).cast_mut(), rehash);
    set_state(&s, state(&s).with_interned(MORTAL));
    s
}

/// The interned string of these characters; makes one only when there is none yet.
pub fn intern_latin1(text: &[u8]) -> PyResult<Owned<PyUnicodeObject>> {
    let h = crate::hash::bytes(text);
    let same = |&p: &*mut PyUnicodeObject| {
        // SAFETY: strings in the table are alive: they take themselves out when they die.
        let known = unsafe { chars(&*p) };
        matches!(known, Chars::One(t) if t == text)
    };
    if let Ok(table) = TABLE.0.try_borrow()
        && let Some(&known) = table.find(h as u64, same)
    {
        // SAFETY: as above.
        return Ok(unsafe { Owned::from_borrowed_ptr(known) });
    }
    let s = from_latin1(text)?;
    head(&s).hash.set(h);
    Ok(intern(s))
}

/// The interned string of C's text; what is no UTF-8 in it is replaced.
pub fn intern_c(text: &std::ffi::CStr) -> PyResult<Owned<PyUnicodeObject>> {
    if text.to_bytes().is_ascii() {
        return intern_latin1(text.to_bytes());
    }
    intern_str(&text.to_string_lossy())
}

/// `PyUnicode_InternImmortal`.
pub fn intern_immortal(s: Owned<PyUnicodeObject>) -> Owned<PyUnicodeObject> {
    let s = intern(s);
    if state(&s).interned() == MORTAL {
        set_state(&s, state(&s).with_interned(IMMORTAL));
        std::mem::forget(s.clone());
    }
    s
}

/// `PyUnicode_InternFromString`.
pub fn intern_str(text: &str) -> PyResult<Owned<PyUnicodeObject>> {
    from_str(text).map(intern)
}

/// How many strings are interned.
pub fn interned_count() -> usize {
    TABLE.0.try_borrow().map_or(0, |t| t.len())
}

/// Takes a dying string out of the table.
pub(super) fn forget(s: &PyUnicodeObject) {
    let h = hash(s) as u64;
    if let Ok(mut table) = TABLE.0.try_borrow_mut()
        && let Ok(entry) = table.find_entry(h, |&p| ptr::eq(p, s))
    {
        entry.remove();
    }
}

/// The backing of `id!`: a text, and its interned string once somebody asked for it.
pub struct Id {
    object: Cell<*mut PyUnicodeObject>,
    text: &'static str,
}

// SAFETY: only touched by the holder of the GIL.
unsafe impl Sync for Id {}

impl Id {
    pub const fn new(text: &'static str) -> Id {
        Id {
            object: Cell::new(ptr::null_mut()),
            text,
        }
    }

    /// The interned string. The process ends if there is no memory for a name of its own code.
    #[inline]
    pub fn get(&'static self) -> &'static PyUnicodeObject {
        if self.object.get().is_null() {
            self.make();
        }
        // SAFETY: set above to an object that is never released.
        unsafe { &*self.object.get() }
    }

    #[cold]
    fn make(&'static self) {
        match intern_str(self.text) {
            Ok(s) => self.object.set(intern_immortal(s).into_typed_ptr()),
            Err(_) => {
                // Somebody's allocator may refuse; the name is needed to say so.
                err::clear();
                // SAFETY: what is allocated is never freed.
                let made = unsafe { crate::mem::from_system(|| intern_str(self.text)) };
                match made {
                    Ok(s) => self.object.set(intern_immortal(s).into_typed_ptr()),
                    Err(_) => err::fatal("cannot allocate memory for an identifier"),
                }
            }
        }
    }
}

/// An interned identifier: `id!("__name__")` is a `&'static PyUnicodeObject`.
#[macro_export]
macro_rules! id {
    ($text:expr) => {{
        static ID: $crate::unicode::Id = $crate::unicode::Id::new($text);
        ID.get()
    }};
}
