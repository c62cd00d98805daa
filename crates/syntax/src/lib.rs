//! Tokens, parser, syntax tree and symbol table of Python 3.8.
//!
//! This crate turns the bytes of a source file into a tree ([`ast::Ast`]) and says, with 3.8's own words and positions,
//! what is wrong with a file that has none. It knows nothing of Python objects: names are interned byte strings, constants are a
//! Rust enum, and whatever needs the interpreter (a codec, the next line of a terminal) comes in through a callback.
//! So it can be tested, fuzzed and measured alone.
//!
//! The one idea: a tree is a handful of flat vectors. A node names its children by index, a list of children is a
//! range, so building a tree costs almost no allocation, dropping one never recurses however deep it is, and every node is `Copy`.
#![forbid(unsafe_code)]

pub mod ast;
pub mod error;
pub mod names;
pub mod symtable;
pub mod text;

pub use error::{ErrorKind, ErrorText, SyntaxError, Warning, WarningCategory};
