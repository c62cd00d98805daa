//! What can be wrong with a program, in 3.8's words.

use crate::text::Text;

/// Which exception the error becomes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ErrorKind {
    SyntaxError,
    IndentationError,
    TabError,
    /// Has no position, and nothing but its text.
    PlainSyntaxError,
    /// Has no position; `msg` may be empty.
    MemoryError,
    /// A `MemoryError` too: 3.8's parser has no room for what is open, and says so on stderr.
    ParserStack,
    RecursionError,
    OverflowError,
    ValueError,
    TypeError,
    SystemError,
    /// From an f-string's or literal's undecodable bytes.
    UnicodeDecodeError,
    /// A callback of the caller failed and left its own exception behind.
    Raised,
}

/// The source line that an error shows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ErrorText {
    None,
    Line(Text),
    /// Line `lineno` of the named file, if there is such a file: what 3.8 does for errors found after parsing.
    FromFile,
}

/// An error with its place. The name of the file is the caller's business.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    pub kind: ErrorKind,
    pub msg: String,
    pub lineno: i32,
    /// As in `SyntaxError.offset`: from 1.
    pub offset: i32,
    pub text: ErrorText,
    /// What 3.8 gives as the name of the file in place of the caller's.
    pub filename: Option<&'static str>,
}

impl SyntaxError {
    /// An error found after parsing, at a node whose column counts from 0.
    pub fn at(msg: impl Into<String>, lineno: i32, col_offset: i32) -> SyntaxError {
        SyntaxError {
            kind: ErrorKind::SyntaxError,
            msg: msg.into(),
            lineno,
            offset: col_offset.saturating_add(1),
            text: ErrorText::FromFile,
            filename: None,
        }
    }

    /// An exception of another kind, which has no position.
    pub fn other(kind: ErrorKind, msg: impl Into<String>) -> SyntaxError {
        SyntaxError {
            kind,
            msg: msg.into(),
            lineno: 0,
            offset: 0,
            text: ErrorText::None,
            filename: None,
        }
    }
}

/// A warning to issue (category and position are the caller's to show); if the filters make it an error,
/// the caller raises `SyntaxError` with the same text and position instead.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Warning {
    pub category: WarningCategory,
    pub msg: String,
    pub lineno: i32,
    /// As in `SyntaxError.offset`, for the case that it becomes an error.
    pub offset: i32,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum WarningCategory {
    SyntaxWarning,
    DeprecationWarning,
}
