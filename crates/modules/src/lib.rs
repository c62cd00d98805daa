//! The modules that live inside libpython.

pub mod _abc;
pub mod _ast;
pub mod _codecs;
pub mod _collections;
pub mod _functools;
pub mod _io;
pub mod _locale;
pub mod _operator;
pub mod _signal;
pub mod _sre;
pub mod _stat;
pub mod _string;
pub mod _symtable;
pub mod _thread;
pub mod _warnings;
pub mod _weakref;
pub mod atexit;
pub mod errno;
pub mod faulthandler;
pub mod gc;
pub mod inittab;
pub mod itertools;
pub mod posix;
pub mod pwd;
pub mod time;
