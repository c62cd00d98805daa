//! `errcode.h`: result codes of the tokenizer and parser.

use core::ffi::c_int;

pub const E_OK: c_int = 10;
pub const E_EOF: c_int = 11;
pub const E_INTR: c_int = 12;
pub const E_TOKEN: c_int = 13;
pub const E_SYNTAX: c_int = 14;
pub const E_NOMEM: c_int = 15;
pub const E_DONE: c_int = 16;
pub const E_ERROR: c_int = 17;
pub const E_TABSPACE: c_int = 18;
pub const E_OVERFLOW: c_int = 19;
pub const E_TOODEEP: c_int = 20;
pub const E_DEDENT: c_int = 21;
pub const E_DECODE: c_int = 22;
pub const E_EOFS: c_int = 23;
pub const E_EOLS: c_int = 24;
pub const E_LINECONT: c_int = 25;
pub const E_IDENTIFIER: c_int = 26;
pub const E_BADSINGLE: c_int = 27;
