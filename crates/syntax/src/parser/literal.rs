//! Numbers and strings.

use super::{Parser, R, Start};
use crate::ast::*;
use crate::error::{Warning, WarningCategory};
use crate::text::push_code_point;
use crate::token::{Tok, Token};
use num_bigint::BigInt;
use std::borrow::Cow;
use std::rc::Rc;

/// A string token taken apart.
#[derive(Clone, Copy)]
pub(super) struct Literal<'s> {
    pub raw: bool,
    pub bytes: bool,
    pub format: bool,
    /// What stands between the quotes.
    pub body: &'s [u8],
    pub start: Start,
}

impl<'s> Literal<'s> {
    fn new(src: &'s [u8], token: &Token) -> Self {
        let text = &src[token.start..token.end];
        let prefix = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        let has = |letter: u8| text[..prefix].iter().any(|b| b | 0x20 == letter);
        let quoted = &text[prefix..];
        let triple = quoted.len() >= 6 && quoted[1] == quoted[0] && quoted[2] == quoted[0];
        let quotes = if triple { 3 } else { 1 };
        let end = quoted.len().saturating_sub(quotes).max(quotes);
        Literal {
            raw: has(b'r'),
            bytes: has(b'b'),
            format: has(b'f'),
            body: quoted.get(quotes..end).unwrap_or_default(),
            start: Start {
                lineno: token.lineno,
                col: token.col,
            },
        }
    }
}

/// What a literal's body is worth, and its first invalid escape.
type Decoded<T> = Result<(T, Option<u8>), String>;

impl<'s> Parser<'s> {
    /// The value of the current token, a number.
    pub(super) fn number(&mut self) -> Constant {
        let text = &self.src[self.tok.start..self.tok.end];
        let text = if text.contains(&b'_') {
            self.require_version(6, "Underscores in numeric literals are", self.start());
            Cow::Owned(
                text.iter()
                    .copied()
                    .filter(|b| *b != b'_')
                    .collect::<Vec<u8>>(),
            )
        } else {
            Cow::Borrowed(text)
        };
        match self.number_value(&text) {
            Ok(value) => value,
            Err(msg) => {
                self.defer(msg, self.start());
                Constant::Int(0)
            }
        }
    }

    fn number_value(&self, text: &[u8]) -> Result<Constant, String> {
        let radix = match text {
            [b'0', b'x' | b'X', ..] => 16,
            [b'0', b'o' | b'O', ..] => 8,
            [b'0', b'b' | b'B', ..] => 2,
            _ => 10,
        };
        if radix != 10 {
            return Ok(integer(&text[2..], radix));
        }
        let ascii = std::str::from_utf8(text).unwrap_or_default();
        if let Some(imaginary) = ascii.strip_suffix(['j', 'J']) {
            return Ok(Constant::Complex {
                real: 0.0,
                imag: float(imaginary),
            });
        }
        if text.iter().any(|b| matches!(b, b'.' | b'e' | b'E')) {
            return Ok(Constant::Float(float(ascii)));
        }
        let limit = self.options.max_str_digits;
        if limit != 0 && text.len() > limit && text.iter().any(|b| *b != b'0') {
            return Err(format!(
                "Exceeds the limit ({limit}) for integer string conversion: value has {} digits; \
                 use sys.set_int_max_str_digits() to increase the limit - Consider hexadecimal for \
                 huge integer literals to avoid decimal conversion limits.",
                text.len()
            ));
        }
        Ok(integer(text, 10))
    }

    /// One or more string literals side by side.
    pub(super) fn strings(&mut self) -> R<ExprId> {
        let start = self.start();
        let first = self.tok;
        self.advance()?;
        if self.tok.kind == Tok::String {
            let mut tokens = vec![first];
            while self.tok.kind == Tok::String {
                tokens.push(self.tok);
                self.advance()?;
            }
            return self.concatenated(start, &tokens);
        }
        let literal = Literal::new(self.src, &first);
        if literal.format {
            return self.concatenated(start, &[first]);
        }
        let value = self.plain_literal(&literal, start);
        let value = self.ast.constant(value);
        let kind = self.string_kind(&first);
        Ok(self.expr_from(start, ExprKind::Constant { value, kind }))
    }

    /// `u'...'` leaves a mark in the tree.
    pub(super) fn string_kind(&mut self, first: &Token) -> Option<ConstantId> {
        let prefixed = self.src.get(first.start) == Some(&b'u');
        prefixed.then(|| self.ast.constant(Constant::Str(Text::from("u"))))
    }

    /// The value of a literal that is no f-string. What is wrong with it is deferred, at the `atom` or at the token.
    fn plain_literal(&mut self, literal: &Literal<'_>, atom: Start) -> Constant {
        if literal.bytes {
            return Constant::Bytes(Rc::from(&*self.bytes_literal(literal, atom)));
        }
        Constant::Str(Text::from_wtf8(&self.text_literal(literal, atom)))
    }

    fn text_literal<'b>(&mut self, literal: &Literal<'b>, atom: Start) -> Cow<'b, [u8]> {
        self.decode_text(literal.body, literal.raw, literal.start, atom)
    }

    /// Text with its escapes replaced, unless it is raw.
    pub(super) fn decode_text<'b>(
        &mut self,
        body: &'b [u8],
        raw: bool,
        literal: Start,
        atom: Start,
    ) -> Cow<'b, [u8]> {
        if raw || memchr::memchr(b'\\', body).is_none() {
            if let Err(msg) = check_utf8(body) {
                self.defer(format!("(unicode error) {msg}"), atom);
                return Cow::Borrowed(b"");
            }
            return Cow::Borrowed(body);
        }
        let names = self.options.names;
        let decoded = match body.is_ascii() && body.last() != Some(&b'\\') {
            true => unescape_text(body, names),
            false => spell_out(body).and_then(|ascii| unescape_text(&ascii, names)),
        };
        match decoded {
            Ok((text, invalid)) => {
                self.warn_invalid_escape(invalid, literal);
                Cow::Owned(text)
            }
            Err(msg) => {
                self.defer(format!("(unicode error) {msg}"), atom);
                Cow::Borrowed(b"")
            }
        }
    }

    fn bytes_literal<'b>(&mut self, literal: &Literal<'b>, atom: Start) -> Cow<'b, [u8]> {
        if !literal.body.is_ascii() {
            let msg = "bytes can only contain ASCII literal characters.";
            self.defer(msg, literal.start);
            return Cow::Borrowed(b"");
        }
        if literal.raw || memchr::memchr(b'\\', literal.body).is_none() {
            return Cow::Borrowed(literal.body);
        }
        match unescape_bytes(literal.body) {
            Ok((bytes, invalid)) => {
                self.warn_invalid_escape(invalid, literal.start);
                Cow::Owned(bytes)
            }
            Err(msg) => {
                self.defer(format!("(value error) {msg}"), atom);
                Cow::Borrowed(b"")
            }
        }
    }

    pub(super) fn warn_invalid_escape(&mut self, invalid: Option<u8>, at: Start) {
        let Some(letter) = invalid else { return };
        if self.deferred.is_none() {
            self.warnings.push(Warning {
                category: WarningCategory::DeprecationWarning,
                msg: format!("invalid escape sequence \\{}", letter as char),
                lineno: at.lineno,
                offset: at.col.saturating_add(1),
            });
        }
    }

    /// Several literals, or one f-string.
    fn concatenated(&mut self, start: Start, tokens: &[Token]) -> R<ExprId> {
        let src = self.src;
        let Some(first) = tokens.first() else {
            return Err(self.invalid());
        };
        let kind = self.string_kind(first);
        let first = Literal::new(src, first);
        let mut joined =
            super::fstring::Joiner::new(start, &src[tokens[0].start..tokens[0].end], kind);
        let mut bytes = Vec::new();
        for token in tokens {
            let literal = Literal::new(src, token);
            let decoded = match (literal.format, literal.bytes) {
                (true, _) => Cow::Borrowed(&b""[..]),
                (_, true) => self.bytes_literal(&literal, start),
                _ => self.text_literal(&literal, start),
            };
            if literal.bytes != first.bytes {
                self.defer("cannot mix bytes and nonbytes literals", start);
            }
            if literal.format {
                self.require_version(6, "Format strings are", start);
                self.fstring(&mut joined, &literal)?;
            } else if literal.bytes {
                bytes.extend_from_slice(&decoded);
            } else {
                joined.text.extend_from_slice(&decoded);
            }
        }
        if first.bytes {
            let value = self.ast.constant(Constant::Bytes(Rc::from(bytes)));
            return Ok(self.expr_from(start, ExprKind::Constant { value, kind }));
        }
        Ok(self.finish_string(joined))
    }
}

/// Digits that are known to be good ones.
fn integer(digits: &[u8], radix: u32) -> Constant {
    let mut small: i64 = 0;
    for byte in digits {
        let digit = i64::from((*byte as char).to_digit(radix).unwrap_or(0));
        let next = small
            .checked_mul(i64::from(radix))
            .and_then(|n| n.checked_add(digit));
        match next {
            Some(next) => small = next,
            None => {
                return BigInt::parse_bytes(digits, radix)
                    .unwrap_or_default()
                    .into();
            }
        }
    }
    Constant::Int(small)
}

fn float(text: &str) -> f64 {
    text.parse().unwrap_or(f64::INFINITY)
}

/// Python's message for bytes that are not UTF-8.
pub(crate) fn check_utf8(bytes: &[u8]) -> Result<(), String> {
    let Err(error) = std::str::from_utf8(bytes) else {
        return Ok(());
    };
    let start = error.valid_up_to();
    let end = error.error_len().map_or(bytes.len(), |len| start + len);
    let reason = match (error.error_len(), bytes.get(start)) {
        (None, _) => "unexpected end of data",
        (_, Some(0xC2..=0xF4)) => "invalid continuation byte",
        _ => "invalid start byte",
    };
    let byte = bytes.get(start).copied().unwrap_or(0);
    Err(codec_message("utf-8", byte, start, end, reason))
}

/// How a `UnicodeDecodeError` reads.
fn codec_message(codec: &str, byte: u8, start: usize, end: usize, reason: &str) -> String {
    if end == start + 1 {
        return format!(
            "'{codec}' codec can't decode byte {byte:#04x} in position {start}: {reason}"
        );
    }
    format!(
        "'{codec}' codec can't decode bytes in position {start}-{}: {reason}",
        end - 1
    )
}

/// Is it UTF-8? Positions in the message count from the start of a run of bytes that are not ASCII.
pub(super) fn check_runs(bytes: &[u8]) -> Result<(), String> {
    match std::str::from_utf8(bytes) {
        Ok(_) => Ok(()),
        Err(_) => spell_out(bytes).map(|_| ()),
    }
}

/// Writes what is not ASCII as `\U` escapes, and backslashes before it (or at the end) as `\u005c`. The positions that the messages
/// of 3.8 mention count in this text.
fn spell_out(body: &[u8]) -> Result<Vec<u8>, String> {
    let mut out = Vec::with_capacity(body.len() * 4);
    let mut rest = body;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'\\' {
            out.push(byte);
            match after.first() {
                Some(&next) if next < 0x80 => {
                    out.push(next);
                    rest = &after[1..];
                }
                _ => {
                    out.extend_from_slice(b"u005c");
                    rest = after;
                }
            }
        } else if byte < 0x80 {
            out.push(byte);
            rest = after;
        } else {
            let run = rest.iter().take_while(|b| **b >= 0x80).count();
            check_utf8(&rest[..run])?;
            for c in crate::text::code_points(&rest[..run]) {
                out.extend_from_slice(format!("\\U{c:08x}").as_bytes());
            }
            rest = &rest[run..];
        }
    }
    Ok(out)
}

/// The escapes that stand for one byte in text and bytes alike; `None` for the others.
fn simple_escape(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter,
        b'b' => 8,
        b'f' => 12,
        b't' => b'\t',
        b'n' => b'\n',
        b'r' => b'\r',
        b'v' => 11,
        b'a' => 7,
        _ => return None,
    })
}

/// The value of up to three octal digits at the start of `rest`, and their number.
fn octal(rest: &[u8]) -> (u32, usize) {
    let digits = rest.iter().take(3).take_while(|b| matches!(b, b'0'..=b'7'));
    digits.fold((0, 0), |(value, n), b| {
        (value * 8 + u32::from(b - b'0'), n + 1)
    })
}

/// Replaces the escapes of ASCII text.
fn unescape_text(body: &[u8], names: Option<super::NameLookup<'_>>) -> Decoded<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut invalid = None;
    let mut cur = 0;
    while let Some(skip) = memchr::memchr(b'\\', &body[cur..]) {
        out.extend_from_slice(&body[cur..cur + skip]);
        let start = cur + skip;
        let fault = |end: usize, reason: &str| {
            if reason == NO_NAMES {
                return reason.to_owned();
            }
            codec_message("unicodeescape", b'\\', start, end.min(body.len()), reason)
        };
        let Some(&letter) = body.get(start + 1) else {
            return Err(fault(start + 1, "\\ at end of string"));
        };
        cur = start + 2;
        let hex = match letter {
            b'\n' => continue,
            b'0'..=b'7' => {
                let (value, n) = octal(&body[start + 1..]);
                push_code_point(&mut out, value);
                cur = start + 1 + n;
                continue;
            }
            b'x' => (2, "truncated \\xXX escape"),
            b'u' => (4, "truncated \\uXXXX escape"),
            b'U' => (8, "truncated \\UXXXXXXXX escape"),
            b'N' => {
                let (c, end) = named(body, cur, names).map_err(|(end, why)| fault(end, why))?;
                push_code_point(&mut out, c);
                cur = end;
                continue;
            }
            _ => {
                if let Some(byte) = simple_escape(letter) {
                    out.push(byte);
                } else {
                    out.extend_from_slice(&[b'\\', letter]);
                    invalid = invalid.or(Some(letter));
                }
                continue;
            }
        };
        let (count, reason) = hex;
        let mut value = 0;
        for i in 0..count {
            match body.get(cur + i).and_then(|b| (*b as char).to_digit(16)) {
                Some(digit) => value = value << 4 | digit,
                None => return Err(fault(cur + i, reason)),
            }
        }
        cur += count;
        if value > 0x10_FFFF {
            return Err(fault(cur, "illegal Unicode character"));
        }
        push_code_point(&mut out, value);
    }
    out.extend_from_slice(&body[cur..]);
    Ok((out, invalid))
}

/// Not a fault of the text, and so without a place in it.
const NO_NAMES: &str = "\\N escapes not supported (can't load unicodedata module)";

/// The character of `\N{name}` after the `N`, and where it ends; or where the bad escape ends.
fn named(
    body: &[u8],
    cur: usize,
    names: Option<super::NameLookup<'_>>,
) -> Result<(u32, usize), (usize, &'static str)> {
    const MALFORMED: &str = "malformed \\N character escape";
    let Some(lookup) = names else {
        return Err((cur, NO_NAMES));
    };
    if body.get(cur) != Some(&b'{') {
        return Err((cur, MALFORMED));
    }
    let name_start = cur + 1;
    let Some(len) = memchr::memchr(b'}', &body[name_start..]) else {
        return Err((body.len(), MALFORMED));
    };
    let end = name_start + len;
    if len == 0 {
        return Err((end, MALFORMED));
    }
    match lookup(&body[name_start..end]) {
        Ok(Some(c)) => Ok((c, end + 1)),
        Ok(None) => Err((end + 1, "unknown Unicode character name")),
        Err(super::NoNames) => Err((cur, NO_NAMES)),
    }
}

/// Replaces the escapes of a bytes literal.
fn unescape_bytes(body: &[u8]) -> Decoded<Vec<u8>> {
    let mut out = Vec::with_capacity(body.len());
    let mut invalid = None;
    let mut cur = 0;
    while let Some(skip) = memchr::memchr(b'\\', &body[cur..]) {
        out.extend_from_slice(&body[cur..cur + skip]);
        let start = cur + skip;
        let Some(&letter) = body.get(start + 1) else {
            return Err("Trailing \\ in string".into());
        };
        cur = start + 2;
        match letter {
            b'\n' => {}
            b'0'..=b'7' => {
                let (value, n) = octal(&body[start + 1..]);
                out.push(value as u8);
                cur = start + 1 + n;
            }
            b'x' => {
                let digit = |i: usize| body.get(i).and_then(|b| (*b as char).to_digit(16));
                let (Some(high), Some(low)) = (digit(cur), digit(cur + 1)) else {
                    return Err(format!("invalid \\x escape at position {start}"));
                };
                out.push((high << 4 | low) as u8);
                cur += 2;
            }
            _ => {
                if let Some(byte) = simple_escape(letter) {
                    out.push(byte);
                } else {
                    out.extend_from_slice(&[b'\\', letter]);
                    invalid = invalid.or(Some(letter));
                }
            }
        }
    }
    out.extend_from_slice(&body[cur..]);
    Ok((out, invalid))
}
