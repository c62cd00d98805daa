//! From syntax tree to CPython 3.8 bytecode, and marshal.
//!
//! [`compile::compile`] turns a tree into a [`code::Code`] that equals CPython 3.8's byte for byte: instructions, constants, names,
//! stack size, line table. It goes through `optimize` (constants), the symbol table, `compile` (instructions),
//! `assemble` (addresses) and `peephole`. [`marshal`] stores and reads code objects and constants.
//!
//! Nothing here knows of Python objects: a constant is a Rust enum, a code object is plain data, and whoever runs the code turns
//! both into objects. The one idea: each stage is a pass over flat data, and what 3.8 gives for the input is the specification.
#![forbid(unsafe_code)]

mod arith;
mod assemble;
pub mod code;
pub mod compile;
pub mod constant;
pub mod future;
pub mod marshal;
pub mod opcode;
mod optimize;
mod peephole;
pub mod repr;
pub mod unparse;
pub mod validate;
