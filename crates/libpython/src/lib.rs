//! `libpython3.8.so.1.0`: all crates in one shared library that has CPython 3.8's exports, no more and no fewer.
//!
//! There is no code here but what stands in for exports that are not built yet; the build script finds them by
//! comparing the table of exports with the sources.

extern crate pyrite_capi;
extern crate pyrite_modules;
extern crate pyrite_runtime;
extern crate pyrite_vm;

#[macro_use]
// Nothing of it is used when everything is built.
#[allow(dead_code, unused_imports, unused_macros)]
mod stub;

/// The stubs that the build script wrote.
mod stubs {
    #[allow(unused_imports)]
    use crate::stub::*;

    include!(concat!(env!("OUT_DIR"), "/stubs.rs"));
}
