//! Strings (provisional: the constructor only, until the type lands).
pub mod tables;
use crate::prelude::*;

/// A str from Rust text.
pub fn from_str(_text: &str) -> PyResult<Owned<PyUnicodeObject>> {
    Err(crate::err::no_memory())
}
/// `id!("name")`: the interned identifier, made on first use, living as long as the process.
#[macro_export]
macro_rules! id {
    ($text:literal) => {{
        static ID: $crate::unicode::Identifier = $crate::unicode::Identifier::new($text);
        ID.get()
    }};
}
/// A lazily interned string.
pub struct Identifier(&'static str, Cell<*mut PyUnicodeObject>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for Identifier {}
impl Identifier {
    pub const fn new(text: &'static str) -> Identifier {
        Identifier(text, Cell::new(std::ptr::null_mut()))
    }
    #[inline]
    pub fn get(&self) -> &'static PyUnicodeObject {
        if self.1.get().is_null() {
            match from_str(self.0) {
                Ok(s) => self.1.set(s.into_typed_ptr()),
                Err(_) => crate::err::fatal("no memory for an identifier"),
            }
        }
        // SAFETY: set above; the count is never given back.
        unsafe { &*self.1.get() }
    }
}
