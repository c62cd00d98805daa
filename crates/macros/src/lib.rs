//! Procedural macros that declare built-in types and modules.
