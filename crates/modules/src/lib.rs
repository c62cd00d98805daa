//! The modules that live inside libpython.

pub mod _codecs;
pub mod _string;
pub mod _weakref;
pub mod gc;
pub mod inittab;
