//! The marshal format, versions 0 to 4: what `.pyc` files and the `marshal` module hold.
//!
//! Reader and writer know the format and nothing of what is stored: the reader tells a [`Builder`] what it met, the
//! writer asks a [`Subject`] what it is to write. The interpreter's objects and this crate's constants are two such sides.

mod constants;
mod read;
mod write;

pub use constants::{ConstantBuilder, ConstantSubject, LoadError, dump_code, load_code};
pub use read::{Builder, CodeParts, ReadError, Reader, SliceSource, Source};
pub use write::{Subject, View, WriteError, dump};

/// The version that `marshal.dumps` writes unless told otherwise.
pub const VERSION: i32 = 4;

/// Containers nested deeper than this are refused by both directions.
pub const MAX_DEPTH: usize = 2000;

const FLAG_REF: u8 = 0x80;
