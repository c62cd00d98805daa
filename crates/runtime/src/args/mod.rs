//! Arguments of built-in functions: which value goes to which parameter, and what Rust type it becomes.
//!
//! Binding ([`bind`]) and conversion ([`FromArg`]) are what Argument Clinic and `PyArg_Parse*` are in 3.8, with the
//! same error texts; they differ between the two families and both are here. Parameters are described by static
//! tables that the macros write, and the happy path allocates nothing: bound arguments are an array of borrowed
//! references on the stack.

mod bind;
mod bytes_like;
mod convert;
mod integer;
mod returns;

pub use bind::*;
pub use bytes_like::*;
pub use convert::*;
pub use integer::*;
pub use returns::*;
