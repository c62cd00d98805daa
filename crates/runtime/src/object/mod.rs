//! What every object answers to (provisional: the singletons only).
pub mod none;
