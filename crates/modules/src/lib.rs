//! The modules that live inside libpython.

pub mod _codecs;
pub mod _string;
pub mod inittab;
