//! f-strings.
//!
//! 3.8 finds the expressions of an f-string by looking for brackets and quotes, then parses each as a source of its
//! own, `(expression)`. Where the expression stands in the file is found out afterwards, by searching the first literal of the
//! whole string for `{expression}`; an expression followed by `!`, `:` or `=` is not found, and placed
//! at the start. All of this shows in positions and messages, so it is done here just so.

use super::literal::{Literal, check_runs};
use super::{Failure, Mode, Options, Parser, R, Shift, Start, Stop};
use crate::ast::*;

const MAX_BRACKETS: usize = 200;

/// A string under construction: the values so far and the text not yet among them.
pub(super) struct Joiner<'s> {
    atom: Start,
    /// The first token, in which expressions are searched.
    first: &'s [u8],
    kind: Option<ConstantId>,
    pub text: Vec<u8>,
    values: Vec<ExprId>,
    format: bool,
}

impl<'s> Joiner<'s> {
    pub fn new(atom: Start, first: &'s [u8], kind: Option<ConstantId>) -> Self {
        Joiner {
            atom,
            first,
            kind,
            text: Vec::new(),
            values: Vec::new(),
            format: false,
        }
    }

    /// For the format after a colon.
    fn inner(&self) -> Self {
        Joiner::new(self.atom, self.first, self.kind)
    }
}

/// What reading an expression found wrong: a message, or that the error is deferred already.
enum Wrong {
    Msg(String),
    Deferred,
    Stop,
}

impl From<&str> for Wrong {
    fn from(msg: &str) -> Wrong {
        Wrong::Msg(msg.into())
    }
}

impl From<Stop> for Wrong {
    fn from(_: Stop) -> Wrong {
        Wrong::Stop
    }
}

type Part<T> = Result<T, Wrong>;

const EXPECTING: &str = "f-string: expecting '}'";

/// A literal being read.
struct Reader<'b> {
    body: &'b [u8],
    cur: usize,
    raw: bool,
    start: Start,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.body.get(self.cur).copied()
    }
}

impl<'s> Parser<'s> {
    /// Reads an f-string. What is wrong in it is deferred.
    pub(super) fn fstring(&mut self, joined: &mut Joiner<'s>, literal: &Literal<'s>) -> R<()> {
        joined.format = true;
        let mut reader = Reader {
            body: literal.body,
            cur: 0,
            raw: literal.raw,
            start: literal.start,
        };
        match self.fstring_parts(joined, &mut reader, 0) {
            Ok(()) | Err(Wrong::Deferred) => Ok(()),
            Err(Wrong::Msg(msg)) => {
                self.defer(msg, joined.atom);
                Ok(())
            }
            Err(Wrong::Stop) => Err(Stop),
        }
    }

    /// The node of a finished string.
    pub(super) fn finish_string(&mut self, mut joined: Joiner<'s>) -> ExprId {
        if !joined.format {
            return self.text_node(&mut joined);
        }
        self.flush(&mut joined);
        let values = self.ast.list(&joined.values);
        self.expr_from(joined.atom, ExprKind::JoinedStr { values })
    }

    fn text_node(&mut self, joined: &mut Joiner<'s>) -> ExprId {
        let text = Text::from_wtf8(&joined.text);
        joined.text.clear();
        let value = self.ast.constant(Constant::Str(text));
        self.expr_from(
            joined.atom,
            ExprKind::Constant {
                value,
                kind: joined.kind,
            },
        )
    }

    /// The text so far becomes a value.
    fn flush(&mut self, joined: &mut Joiner<'s>) {
        if !joined.text.is_empty() {
            let node = self.text_node(joined);
            joined.values.push(node);
        }
    }

    /// Text and expressions to the end of the literal, or of the format inside of an expression.
    fn fstring_parts(
        &mut self,
        joined: &mut Joiner<'s>,
        reader: &mut Reader<'s>,
        level: u32,
    ) -> Part<()> {
        loop {
            let doubled = self.fstring_text(joined, reader, level)?;
            if doubled {
                continue;
            }
            match reader.peek() {
                Some(b'{') => self.fstring_expression(joined, reader, level)?,
                None if level > 0 => return Err(EXPECTING.into()),
                _ => return Ok(()),
            }
        }
    }

    /// Text up to a brace. True if it ended with a doubled one, which stands for itself.
    fn fstring_text(
        &mut self,
        joined: &mut Joiner<'s>,
        reader: &mut Reader<'s>,
        level: u32,
    ) -> Part<bool> {
        let begin = reader.cur;
        let mut end = None;
        while let Some(byte) = reader.peek() {
            match byte {
                b'\\' if !reader.raw => {
                    reader.cur += 1;
                    match reader.peek() {
                        Some(b'N') => self.skip_name(reader),
                        Some(b'{') => self.warn_invalid_escape(Some(b'{'), reader.start),
                        Some(b'}') | None => {}
                        Some(_) => reader.cur += 1,
                    }
                }
                b'{' | b'}' => {
                    if level == 0 && reader.body.get(reader.cur + 1) == Some(&byte) {
                        reader.cur += 1;
                        end = Some(reader.cur);
                        reader.cur += 1;
                    } else if level == 0 && byte == b'}' {
                        return Err("f-string: single '}' is not allowed".into());
                    }
                    break;
                }
                _ => reader.cur += 1,
            }
        }
        let body = &reader.body[begin..end.unwrap_or(reader.cur)];
        if !reader.raw
            && let Err(msg) = check_runs(body)
        {
            return Err(Wrong::Msg(format!("(unicode error) {msg}")));
        }
        let text = self.decode_text(body, reader.raw, reader.start, joined.atom);
        joined.text.extend_from_slice(&text);
        Ok(end.is_some())
    }

    /// `\N{name}` is no expression.
    fn skip_name(&mut self, reader: &mut Reader<'s>) {
        reader.cur += 1;
        if reader.peek() == Some(b'{') {
            let rest = &reader.body[reader.cur..];
            reader.cur += memchr::memchr(b'}', rest).map_or(rest.len(), |n| n + 1);
        }
    }

    /// `'{' expression ['='] ['!' conversion] [':' format] '}'`
    fn fstring_expression(
        &mut self,
        joined: &mut Joiner<'s>,
        reader: &mut Reader<'s>,
        level: u32,
    ) -> Part<()> {
        if level >= 2 {
            return Err("f-string: expressions nested too deeply".into());
        }
        reader.cur += 1;
        let begin = reader.cur;
        find_end(reader)?;
        let end = reader.cur;
        if end >= reader.body.len() {
            return Err(EXPECTING.into());
        }
        let value = self.fstring_value(joined, &reader.body[begin..end])?;
        let mut conversion = -1;
        let mut format_spec = None;
        let documented = reader.peek() == Some(b'=');
        if documented {
            if self.options.feature_version < 8 {
                let msg = "f-string: self documenting expressions are only supported in Python 3.8 \
                           and greater";
                return Err(msg.into());
            }
            reader.cur += 1;
            while reader
                .peek()
                .is_some_and(|b| b.is_ascii_whitespace() || b == 11)
            {
                reader.cur += 1;
            }
            let text = &reader.body[begin..reader.cur];
            let text = self.decode_text(text, true, reader.start, joined.atom);
            joined.text.extend_from_slice(&text);
        }
        if reader.peek() == Some(b'!') {
            reader.cur += 1;
            conversion = match reader.peek() {
                None => return Err(EXPECTING.into()),
                Some(c @ (b's' | b'r' | b'a')) => i32::from(c),
                Some(_) => {
                    let msg = "f-string: invalid conversion character: expected 's', 'r', or 'a'";
                    return Err(msg.into());
                }
            };
            reader.cur += 1;
        }
        if reader.peek() == Some(b':') {
            reader.cur += 1;
            let mut format = joined.inner();
            self.fstring_parts(&mut format, reader, level + 1)?;
            format.format = true;
            format_spec = Some(self.finish_string(format));
        }
        if reader.peek() != Some(b'}') {
            return Err(EXPECTING.into());
        }
        reader.cur += 1;
        if documented && format_spec.is_none() && conversion == -1 {
            conversion = i32::from(b'r');
        }
        self.flush(joined);
        let node = ExprKind::FormattedValue {
            value,
            conversion: Some(conversion),
            format_spec,
        };
        let node = self.expr_from(joined.atom, node);
        joined.values.push(node);
        Ok(())
    }

    /// Parses an expression as a source of its own.
    fn fstring_value(&mut self, joined: &Joiner<'s>, text: &[u8]) -> Part<ExprId> {
        if text
            .iter()
            .all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\x0c' | b'\r'))
        {
            return Err("f-string: empty expression not allowed".into());
        }
        let mut src = Vec::with_capacity(text.len() + 2);
        src.push(b'{');
        src.extend_from_slice(text);
        src.push(b'}');
        let shift = find_shift(joined, &src);
        src[0] = b'(';
        if let Some(last) = src.last_mut() {
            *last = b')';
        }
        let options = Options {
            mode: Mode::Expression,
            type_comments: false,
            dont_imply_dedent: false,
            ..self.options
        };
        let mut inner = Parser::new(&src, options, self.ast.take());
        inner.shift = shift;
        inner.deferred = self.deferred.take();
        inner.warnings = std::mem::take(&mut self.warnings);
        let result = inner.run();
        let Parser {
            ast,
            deferred,
            failure,
            warnings,
            ..
        } = inner;
        self.ast = ast;
        self.deferred = deferred;
        self.warnings = warnings;
        match (result, failure) {
            (Ok(Mod::Expression { body }), None) => Ok(body),
            (_, Some(Failure::Error(mut error))) => {
                if error.filename.is_none() {
                    error.filename = Some("<fstring>");
                }
                if self.deferred.is_none() {
                    self.deferred = Some(Box::new(error));
                }
                Err(Wrong::Deferred)
            }
            _ => Err(Wrong::Stop),
        }
    }
}

/// Where 3.8 believes the expression to stand. `braced` is `{expression}`.
fn find_shift(joined: &Joiner<'_>, braced: &[u8]) -> Shift {
    let mut shift = Shift {
        lines: joined.atom.lineno - 1,
        cols: joined.atom.col,
    };
    if let Some(found) = memchr::memmem::find(joined.first, braced) {
        let before = &joined.first[..found];
        let newline = memchr::memrchr(b'\n', before).unwrap_or(0);
        shift.lines += memchr::memchr_iter(b'\n', before).count() as i32;
        shift.cols += (found - newline) as i32;
    }
    shift
}

/// Moves to the character that ends the expression: `!`, `:`, `}` or `=`, outside of brackets and strings.
fn find_end(reader: &mut Reader<'_>) -> Part<()> {
    let body = reader.body;
    let mut quote: Option<(u8, usize)> = None;
    let mut brackets = Vec::new();
    while let Some(byte) = reader.peek() {
        let next = body.get(reader.cur + 1).copied();
        if byte == b'\\' {
            return Err("f-string expression part cannot include a backslash".into());
        }
        if let Some((mark, len)) = quote {
            let closed =
                byte == mark && (len == 1 || body[reader.cur..].starts_with(&[mark, mark, mark]));
            reader.cur += if closed { len } else { 1 };
            if closed {
                quote = None;
            }
            continue;
        }
        match byte {
            b'\'' | b'"' => {
                let triple = body[reader.cur..].starts_with(&[byte, byte, byte]);
                let len = if triple { 3 } else { 1 };
                quote = Some((byte, len));
                reader.cur += len;
                continue;
            }
            b'[' | b'{' | b'(' => {
                if brackets.len() >= MAX_BRACKETS {
                    return Err("f-string: too many nested parenthesis".into());
                }
                brackets.push(byte);
            }
            b'#' => return Err("f-string expression part cannot include '#'".into()),
            b'!' | b':' | b'}' | b'=' | b'<' | b'>' if brackets.is_empty() => {
                if matches!(byte, b'!' | b'=' | b'<' | b'>') && next == Some(b'=') {
                    reader.cur += 2;
                    continue;
                }
                if !matches!(byte, b'<' | b'>') {
                    break;
                }
            }
            b']' | b'}' | b')' => close(&mut brackets, byte)?,
            _ => {}
        }
        reader.cur += 1;
    }
    if quote.is_some() {
        return Err("f-string: unterminated string".into());
    }
    if let Some(open) = brackets.last() {
        return Err(Wrong::Msg(format!(
            "f-string: unmatched '{}'",
            *open as char
        )));
    }
    Ok(())
}

fn close(brackets: &mut Vec<u8>, closing: u8) -> Part<()> {
    let closing = closing as char;
    let Some(opening) = brackets.pop() else {
        return Err(Wrong::Msg(format!("f-string: unmatched '{closing}'")));
    };
    let opening = opening as char;
    if matches!((opening, closing), ('(', ')') | ('[', ']') | ('{', '}')) {
        return Ok(());
    }
    Err(Wrong::Msg(format!(
        "f-string: closing parenthesis '{closing}' does not match opening parenthesis '{opening}'"
    )))
}
