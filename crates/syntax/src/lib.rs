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
mod parser;
mod source;
pub mod symtable;
pub mod text;
pub mod token;
mod tokenizer;
mod xid;

pub use error::{ErrorKind, ErrorText, SyntaxError, Warning, WarningCategory};
pub use parser::{Mode, NameLookup, NoNames, Normalize, Options};
pub use source::{Decoder, encoding};

use ast::Ast;
use parser::{Failure, Input};
use source::{LastLine, Undecodable};

/// Parses a program given as a string, in UTF-8 (surrogates allowed); an encoding that it declares means nothing.
/// Warnings come in the order in which 3.8 would issue them, before the error if both occur.
pub fn parse_str(
    text: &[u8],
    options: Options<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Ast, SyntaxError> {
    let src = source::translate_newlines(text, LastLine::of(options.mode));
    source::check_nulls(&src)?;
    complete(parser::parse(&src, options, Input::Whole, warnings))
}

/// Parses a program given as bytes, in the encoding that it declares. Encodings other than UTF-8 and Latin-1 are the
/// decoder's business.
pub fn parse_bytes(
    bytes: &[u8],
    options: Options<'_>,
    decoder: &mut Decoder<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Ast, SyntaxError> {
    source::check_nulls(bytes)?;
    let src = source::decode(bytes, LastLine::of(options.mode), decoder)?;
    complete(parser::parse(&src, options, Input::Whole, warnings))
}

/// A source that is bytes as UTF-8, as `parse_bytes` reads it.
pub fn decode<'b>(
    bytes: &'b [u8],
    mode: Mode,
    decoder: &mut Decoder<'_>,
) -> Result<std::borrow::Cow<'b, [u8]>, SyntaxError> {
    source::decode(bytes, LastLine::of(mode), decoder)
}

/// Parses a program as 3.8 runs it from a file, which it reads line by line: the same but for some errors.
pub fn parse_file(
    bytes: &[u8],
    filename: &str,
    options: Options<'_>,
    decoder: &mut Decoder<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Ast, SyntaxError> {
    let numbered = source::cut_at_nulls(bytes, true);
    let parsed = parse_lines(&numbered, filename, options, decoder, warnings);
    let bytes = source::cut_at_nulls(bytes, false);
    if parsed.is_err() || bytes == numbered {
        return parsed;
    }
    warnings.clear();
    parse_lines(&bytes, filename, options, decoder, warnings)
}

/// A file without null bytes.
fn parse_lines(
    bytes: &[u8],
    filename: &str,
    options: Options<'_>,
    decoder: &mut Decoder<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Ast, SyntaxError> {
    let src = match source::decode_file(bytes, decoder) {
        Ok(src) => src,
        Err(Undecodable::File(error)) => return Err(error),
        Err(Undecodable::Line { before, byte }) => {
            // What is wrong in the lines before is found first.
            let before = source::translate_newlines(&bytes[..before], LastLine::Kept);
            let before = before.strip_prefix(source::BOM).unwrap_or(&before);
            let inside = match parser::parse(before, options, Input::Cut, warnings) {
                Err(Failure::Error(error)) => return Err(error),
                Err(Failure::NeedLine { inside }) => inside,
                Ok(_) => false,
            };
            return Err(source::undecodable_line(before, byte, inside, filename));
        }
    };
    let input = Input::File {
        finished: bytes.ends_with(b"\n"),
    };
    complete(parser::parse(&src, options, input, warnings))
}

/// Calls `each` with every token of a program that is given as a string, up to the first that is none.
pub fn tokenize(
    text: &[u8],
    options: Options<'_>,
    each: &mut dyn FnMut(&token::Token, &[u8]),
) -> Result<(), SyntaxError> {
    let src = source::translate_newlines(text, LastLine::of(options.mode));
    source::check_nulls(&src)?;
    parser::tokenize(&src, options, each).map_err(|failure| match failure {
        Failure::Error(error) => error,
        Failure::NeedLine { .. } => incomplete(),
    })
}

/// What the prompt asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Prompt {
    /// `sys.ps1`
    First,
    /// `sys.ps2`
    Continued,
}

/// Gives the next line with its newline, in UTF-8; `None` at the end of the input. A `SyntaxError` says that the line cannot be decoded.
pub type ReadLine<'a> = dyn FnMut(Prompt) -> Result<Option<Vec<u8>>, SyntaxError> + 'a;

/// Reads and parses one statement at a prompt. `None` means that the input has ended, be it in the middle of a statement.
///
/// The text so far is parsed again with every line that comes in: statements typed by hand are short.
pub fn parse_prompt(
    read_line: &mut ReadLine<'_>,
    options: Options<'_>,
    warnings: &mut Vec<Warning>,
) -> Result<Option<Ast>, SyntaxError> {
    let options = Options {
        mode: Mode::Interactive,
        ..options
    };
    let mut src = Vec::new();
    let mut prompt = Prompt::First;
    loop {
        let Some(line) = read_line(prompt).map_err(|error| unreadable(error, &src, options))?
        else {
            return match complete(parser::parse(&src, options, Input::Whole, warnings)) {
                Ok(_) if src.is_empty() => Ok(None),
                Err(error) if error.msg == tokenizer::UNEXPECTED_EOF => Ok(None),
                done => done.map(Some),
            };
        };
        source::check_nulls(&line)?;
        src.extend_from_slice(&source::translate_newlines(&line, LastLine::Kept));
        prompt = Prompt::Continued;
        if src.last() != Some(&b'\n') {
            continue;
        }
        match parser::parse(&src, options, Input::Prompt, warnings) {
            Err(Failure::NeedLine { .. }) => {}
            done => return complete(done).map(Some),
        }
    }
}

/// The error of a line that cannot be decoded, at the end of the lines before it.
fn unreadable(mut error: SyntaxError, src: &[u8], options: Options<'_>) -> SyntaxError {
    if error.kind != ErrorKind::SyntaxError {
        return error;
    }
    // A string with three quotes makes it the end of the input.
    if let Err(Failure::Error(open)) = parser::parse(src, options, Input::Whole, &mut Vec::new())
        && open.msg == tokenizer::EOF_IN_STRING
    {
        return open;
    }
    let last = src
        .split_inclusive(|b| *b == b'\n')
        .next_back()
        .unwrap_or(b"");
    let last = String::from_utf8_lossy(last);
    error.lineno = i32::try_from(memchr::memchr_iter(b'\n', src).count()).unwrap_or(i32::MAX);
    error.offset = i32::try_from(last.chars().count()).unwrap_or(i32::MAX);
    error.text = ErrorText::Line(text::Text::from(&*last));
    error
}

fn complete(result: Result<Ast, Failure>) -> Result<Ast, SyntaxError> {
    result.map_err(|failure| match failure {
        Failure::Error(error) => error,
        Failure::NeedLine { .. } => incomplete(),
    })
}

fn incomplete() -> SyntaxError {
    SyntaxError::other(ErrorKind::SystemError, "a complete source asks for more")
}
