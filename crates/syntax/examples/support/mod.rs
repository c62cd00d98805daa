//! What the examples share: reading a source as the command line names it, and writing errors.

use pyrite_syntax::{ErrorKind, ErrorText, SyntaxError};

/// Looks up `\N{...}` for the examples; the interpreter asks its own database.
pub fn lookup_name(name: &[u8]) -> Result<Option<u32>, pyrite_syntax::NoNames> {
    let name = std::str::from_utf8(name).unwrap_or_default();
    Ok(unicode_names2::character(name).map(u32::from))
}

/// Encodings beyond those that need no codec.
pub fn decode(encoding: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    match encoding.to_ascii_lowercase().as_str() {
        "utf8" | "ascii" | "us-ascii" if bytes.is_ascii() => Ok(bytes.to_vec()),
        _ => match encoding_rs::Encoding::for_label(encoding.as_bytes()) {
            None => Err(format!("unknown encoding: {encoding}")),
            Some(codec) => Ok(codec.decode(bytes).0.into_owned().into_bytes()),
        },
    }
}

/// `(kind, msg, lineno, offset, text)`, as a Python tuple.
pub fn describe(error: &SyntaxError) -> String {
    let text = match &error.text {
        ErrorText::Line(text) => super::dump::str_literal(text.as_wtf8()),
        _ => "None".into(),
    };
    // A parser's full stack is a MemoryError with a line of its own on stderr.
    let kind = match error.kind {
        ErrorKind::ParserStack => ErrorKind::MemoryError,
        kind => kind,
    };
    format!(
        "('{:?}', {}, {}, {}, {})",
        kind,
        super::dump::str_literal(error.msg.as_bytes()),
        error.lineno,
        error.offset,
        text
    )
}
