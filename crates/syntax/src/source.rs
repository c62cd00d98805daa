//! From the bytes of a file to the text that the tokenizer reads: encoding (PEP 263) and ends of lines.

use crate::error::{ErrorKind, SyntaxError};
use crate::parser::Mode;
use std::borrow::Cow;

/// Decodes bytes in the named encoding into UTF-8; the error is the message of the `SyntaxError`.
pub type Decoder<'a> = dyn FnMut(&str, &[u8]) -> Result<Vec<u8>, String> + 'a;

pub(crate) const BOM: &[u8] = b"\xef\xbb\xbf";

pub(crate) fn check_nulls(bytes: &[u8]) -> Result<(), SyntaxError> {
    match memchr::memchr(0, bytes) {
        None => Ok(()),
        Some(_) => Err(SyntaxError::other(
            ErrorKind::ValueError,
            "source code string cannot contain null bytes",
        )),
    }
}

/// What becomes of a source's last line.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum LastLine {
    /// It stays as it is.
    Kept,
    /// It is ended, where there is one.
    Ended,
    /// It is ended as 3.8 does it in a module that is text: one without lines gets an empty one, and so does one that ends in
    /// `\r\n`. The line of the end marker shows it.
    Module,
}

impl LastLine {
    pub(crate) fn of(mode: Mode) -> Self {
        match mode {
            Mode::Module => LastLine::Module,
            _ => LastLine::Kept,
        }
    }

    /// Whether a line's end is added to the source.
    fn adds_newline(self, bytes: &[u8]) -> bool {
        match self {
            LastLine::Kept => false,
            LastLine::Ended => !matches!(bytes.last(), None | Some(b'\n' | b'\r')),
            LastLine::Module => {
                !matches!(bytes.last(), Some(b'\n' | b'\r')) || bytes.ends_with(b"\r\n")
            }
        }
    }
}

/// Makes `\r\n` and `\r` into `\n`, and sees to the last line.
pub(crate) fn translate_newlines(bytes: &[u8], last: LastLine) -> Cow<'_, [u8]> {
    let add = last.adds_newline(bytes);
    if !add && memchr::memchr(b'\r', bytes).is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut out = Vec::with_capacity(bytes.len() + 1);
    let mut rest = bytes;
    while let Some(end) = memchr::memchr(b'\r', rest) {
        out.extend_from_slice(&rest[..end]);
        out.push(b'\n');
        rest = &rest[end + 1..];
        rest = rest.strip_prefix(b"\n").unwrap_or(rest);
    }
    out.extend_from_slice(rest);
    if add {
        out.push(b'\n');
    }
    Cow::Owned(out)
}

/// The encoding of a source that is bytes: what it declares, or that of the mark it begins with. UTF-8 and Latin-1 by their usual names.
pub fn encoding(bytes: &[u8]) -> Option<String> {
    let text = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let marked = text.len() < bytes.len();
    let mark = || marked.then(|| "utf-8".to_owned());
    declared_encoding(text).map(normal_name).or_else(mark)
}

/// The text of a source in UTF-8, or what claims to be it: undecodable bytes of a source that is read as UTF-8 stay, and are errors only where they matter.
pub(crate) fn decode<'b>(
    bytes: &'b [u8],
    last: LastLine,
    decoder: &mut Decoder<'_>,
) -> Result<Cow<'b, [u8]>, SyntaxError> {
    let translated = translate_newlines(bytes, last);
    let marked = translated.starts_with(BOM);
    let text = &translated[if marked { BOM.len() } else { 0 }..];
    let name = declared_encoding(text).map(normal_name);
    let other = match name.as_deref() {
        None | Some("utf-8") => {
            return Ok(match translated {
                Cow::Borrowed(all) if marked => Cow::Borrowed(&all[BOM.len()..]),
                Cow::Owned(all) if marked => Cow::Owned(all[BOM.len()..].to_vec()),
                all => all,
            });
        }
        Some(name) => name,
    };
    if marked {
        return Err(problem(format!("encoding problem: {other} with BOM")));
    }
    if other == "iso-8859-1" {
        let latin: String = text.iter().map(|b| *b as char).collect();
        return Ok(Cow::Owned(latin.into_bytes()));
    }
    decoder(other, text).map(Cow::Owned).map_err(problem)
}

/// A file that cannot be decoded.
pub(crate) enum Undecodable {
    /// So much of it, in whole lines, can be read before a line with this byte.
    Line { before: usize, byte: u8 },
    /// Nothing of it.
    File(SyntaxError),
}

/// Of a file whose line after `before` cannot be decoded; 3.8 counts that line twice when it begins `inside` a string or after a backslash.
pub(crate) fn undecodable_line(
    before: &[u8],
    byte: u8,
    inside: bool,
    filename: &str,
) -> SyntaxError {
    let lineno = memchr::memchr_iter(b'\n', before).count() + 1;
    let line = lineno + usize::from(inside);
    let mut wrong = problem(format!(
        "Non-UTF-8 code starting with '\\x{byte:02x}' in file {filename} on line {line}, but no encoding \
         declared; see http://python.org/dev/peps/pep-0263/ for details"
    ));
    wrong.lineno = i32::try_from(lineno).unwrap_or(i32::MAX);
    wrong
}

/// Where text is no UTF-8 as 3.8 checks a file that declares nothing: first bytes and the count of those that follow. What is wrong
/// beyond that (surrogates, forms that are too long) is found where a token is decoded.
fn no_utf8_at(text: &[u8]) -> Option<usize> {
    let mut at = std::str::from_utf8(text).err()?.valid_up_to();
    while let Some(&first) = text.get(at) {
        let more = match first {
            0..0x80 => 0,
            0xc0..0xe0 => 1,
            0xe0..0xf0 => 2,
            0xf0..0xf8 => 3,
            _ => return Some(at),
        };
        let rest = text.get(at + 1..)?;
        if rest.len() < more || rest[..more].iter().any(|b| b & 0xc0 != 0x80) {
            return Some(at);
        }
        at += 1 + more;
    }
    None
}

/// The same for a file that is read line by line: what cannot be decoded is an error wherever it is, and has a line.
pub(crate) fn decode_file<'b>(
    bytes: &'b [u8],
    decoder: &mut Decoder<'_>,
) -> Result<Cow<'b, [u8]>, Undecodable> {
    let text = bytes.strip_prefix(BOM).unwrap_or(bytes);
    let declared = declared_encoding(text);
    if declared.is_none()
        && let Some(bad) = no_utf8_at(text)
    {
        let ends = |b: &u8| matches!(*b, b'\n' | b'\r');
        let start = text[..bad].iter().rposition(ends).map_or(0, |end| end + 1);
        return Err(Undecodable::Line {
            before: bytes.len() - text.len() + start,
            byte: text[bad],
        });
    }
    let cookie_line = 1 + i32::from(
        text.split(|b| *b == b'\n')
            .next()
            .and_then(cookie)
            .is_none(),
    );
    decode(bytes, LastLine::Ended, decoder).map_err(|mut wrong| {
        if !wrong.msg.starts_with("encoding problem") {
            wrong.msg = format!(
                "encoding problem: {}",
                declared.map(normal_name).unwrap_or_default()
            );
        }
        wrong.lineno = cookie_line;
        Undecodable::File(wrong)
    })
}

/// What 3.8 sees of a file with null bytes: each line up to its first one, with the next line right behind. A line of which nothing is
/// left counts as one; `numbered`, it is a blank one here.
pub(crate) fn cut_at_nulls(bytes: &[u8], numbered: bool) -> Cow<'_, [u8]> {
    if memchr::memchr(0, bytes).is_none() {
        return Cow::Borrowed(bytes);
    }
    let mut out: Vec<u8> = Vec::with_capacity(bytes.len());
    for line in bytes.split_inclusive(|b| *b == b'\n') {
        let left = memchr::memchr(0, line).unwrap_or(line.len());
        if left == 0 && numbered && out.last().is_none_or(|b| *b == b'\n') {
            out.push(b'\n');
        }
        out.extend_from_slice(&line[..left]);
    }
    Cow::Owned(out)
}

fn problem(msg: String) -> SyntaxError {
    SyntaxError::other(ErrorKind::SyntaxError, msg)
}

/// The name in a `coding` comment on one of the first two lines; the second counts if the first is blank or a comment.
fn declared_encoding(text: &[u8]) -> Option<&str> {
    let mut lines = text.split(|b| *b == b'\n');
    let first = lines.next()?;
    cookie(first).or_else(|| {
        if blank_or_comment(first) {
            cookie(lines.next()?)
        } else {
            None
        }
    })
}

fn blank_or_comment(line: &[u8]) -> bool {
    let first = line.iter().find(|b| !matches!(b, b' ' | b'\t' | b'\x0c'));
    first.is_none_or(|b| *b == b'#')
}

/// `#...coding[:=] name`
fn cookie(line: &[u8]) -> Option<&str> {
    if !line.contains(&b'#') || !blank_or_comment(line) {
        return None;
    }
    let mut rest = line;
    while let Some(found) = memchr::memmem::find(rest, b"coding") {
        rest = &rest[found + 6..];
        let Some(b':' | b'=') = rest.first() else {
            continue;
        };
        let name = &rest[1..];
        let blanks = name
            .iter()
            .take_while(|b| matches!(b, b' ' | b'\t'))
            .count();
        let name = &name[blanks..];
        let len = name
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
            .count();
        if len > 0 {
            return std::str::from_utf8(&name[..len]).ok();
        }
    }
    None
}

/// The spellings of UTF-8 and Latin-1 that need no codec; other names stay as they are.
fn normal_name(name: &str) -> String {
    let short: String = name.chars().take(12).collect();
    let normal = short.to_ascii_lowercase().replace('_', "-");
    let is = |known: &str| {
        normal
            .strip_prefix(known)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
    };
    if is("utf-8") {
        return "utf-8".into();
    }
    if is("latin-1") || is("iso-8859-1") || is("iso-latin-1") {
        return "iso-8859-1".into();
    }
    name.into()
}
