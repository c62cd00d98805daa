//! The process's standard error, for what is said where no stream of Python's can be used. The standard library's `eprintln!` panics when
//! nothing can be written there.

use std::io::Write;

/// Writes a text, in one piece if the system lets it. Nobody can be told of a failure.
pub fn write(text: &str) {
    let _ = std::io::stderr().write_all(text.as_bytes());
}

/// Writes a line to standard error, with the arguments of `format!`.
#[macro_export]
macro_rules! tell {
    ($($arg:tt)*) => {
        $crate::stderr::write(&(format!($($arg)*) + "\n"))
    };
}
