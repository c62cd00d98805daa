//! What every object answers to (provisional: the singletons only).
pub mod none;
pub use crate::provisional::object::*;
