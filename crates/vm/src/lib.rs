//! Code, frames, functions, generators, the interpreter, import, and start and end of life.
//!
//! This crate makes the object model run. It knows the compiler below it and the types beside it; it does not know the
//! modules above it, which install what it must ask of them (warnings, signals, trees) at start.
//!
//! The one idea: the interpreter is a table of small functions that call each other in tail position ([`eval`]); Python
//! calls push frames onto a list, not onto Rust's stack.

// `main` is the program `python3.8`, which lives in the library; this crate has no binary.
#![allow(special_module_name)]

pub mod builtins;
pub mod ceval;
pub mod code;
pub mod compile;
pub mod config;
pub mod dump;
pub mod errors;
pub mod eval;
pub mod eval_api;
pub mod exobj;
pub mod fatal;
pub mod foreign_calls;
pub mod frame;
pub mod function;
pub mod gc;
pub mod generator;
pub mod import;
pub mod interpreters;
pub mod jump;
pub mod lifecycle;
pub mod main;
pub mod marshal;
pub mod prelude;
pub mod pythonrun;
pub mod pythread;
pub mod readline;
pub mod signals;
pub mod sys;
pub mod text;
pub mod threads;
pub mod tracemalloc;
pub mod warnings;
