//! From bytes to tokens.
//!
//! The source is UTF-8 (or bytes that hope to be) with `\n` at the ends of lines; see [`crate::source`]. One token is read at a
//! time, on demand, and the first thing that is wrong ends the reading: 3.8 reports errors in exactly that order, so the
//! tokenizer never runs ahead of the parser.
//!
//! Lines are counted when their first byte is looked at, not when the newline before it is seen, because the position of an error
//! at the end of a file is on the last line that exists. `text_start` is where the text shown with an error begins: the line on
//! which the current token, or the backslash before it, began.

use crate::error::ErrorKind;
use crate::text::code_points;
use crate::token::{Tok, Token, keyword};
use crate::xid::{is_xid_continue, is_xid_start};

/// Deepest nesting of brackets and of indentation.
const MAX_BRACKETS: usize = 200;
const MAX_INDENTS: usize = 100;
const TAB_SIZE: u32 = 8;

pub(crate) const EOF_IN_STRING: &str = "EOF while scanning triple-quoted string literal";
pub(crate) const UNEXPECTED_EOF: &str = "unexpected EOF while parsing";

/// What stops the tokenizer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Fault {
    /// The text shown begins at `text_start`, the offset is where the tokenizer stands.
    Here(ErrorKind, &'static str),
    /// The text shown is the current line without its end.
    Line(String),
    /// The source ended inside a token.
    Eof(&'static str),
    /// The interactive source has no further line yet.
    NeedLine { inside: bool },
}

/// A type comment that was seen apart from the grammar: `# type: ignore...` on a line.
pub(crate) struct Ignore {
    pub lineno: i32,
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, Copy, PartialEq)]
struct Indent {
    col: u32,
    /// The column if tabs were one wide: both must agree on what is deeper.
    alt: u32,
}

/// Where the tokenizer stands.
struct Place {
    cur: usize,
    line_start: usize,
    text_start: usize,
    lineno: i32,
    /// The next thing to read is the indentation of a line.
    at_bol: bool,
    /// The line at `line_start` has not been looked at, and may not exist.
    line_pending: bool,
}

/// How `async` and `await` are read before 3.7, where they are names outside of `async def`.
#[derive(Clone, Copy, Default)]
struct AsyncHacks {
    on: bool,
    in_def: bool,
    /// Indentation of the `async def`, and whether its first line has ended.
    indent: usize,
    newline_seen: bool,
}

pub(crate) struct Tokenizer {
    place: Place,
    /// Dedents (negative) or indents to deliver before reading on.
    pending: i32,
    indents: Vec<Indent>,
    brackets: Vec<(u8, i32)>,
    hacks: AsyncHacks,
    pub type_comments: bool,
    /// The source is typed at a prompt, where an empty line ends a block.
    pub interactive: bool,
    /// The source goes on after what is there: its end is no end.
    pub unfinished: bool,
    /// The last token was decided by looking at the end of the source.
    pub hit_eof: bool,
    pub ignores: Vec<Ignore>,
}

const ID_START: u8 = 1;
const ID_CONTINUE: u8 = 2;
const DIGIT: u8 = 4;
const BLANK: u8 = 8;

static CLASS: [u8; 256] = {
    let mut table = [0; 256];
    let mut b = 0;
    while b < 256 {
        table[b] = match b as u8 {
            b'a'..=b'z' | b'A'..=b'Z' | b'_' | 128..=255 => ID_START | ID_CONTINUE,
            b'0'..=b'9' => ID_CONTINUE | DIGIT,
            b' ' | b'\t' | b'\x0c' => BLANK,
            _ => 0,
        };
        b += 1;
    }
    table
};

fn is(byte: u8, class: u8) -> bool {
    CLASS[byte as usize] & class != 0
}

/// The byte at `i`; past the end, 0, which occurs in no source.
#[inline]
fn at(src: &[u8], i: usize) -> u8 {
    src.get(i).copied().unwrap_or(0)
}

type Scan<T> = Result<T, Fault>;

impl Tokenizer {
    pub fn new(type_comments: bool, async_hacks: bool) -> Self {
        Tokenizer {
            place: Place {
                cur: 0,
                line_start: 0,
                text_start: 0,
                lineno: 0,
                at_bol: true,
                line_pending: true,
            },
            pending: 0,
            indents: vec![Indent { col: 0, alt: 0 }],
            brackets: Vec::new(),
            hacks: AsyncHacks {
                on: async_hacks,
                ..AsyncHacks::default()
            },
            type_comments,
            interactive: false,
            unfinished: false,
            hit_eof: false,
            ignores: Vec::new(),
        }
    }

    pub fn lineno(&self) -> i32 {
        self.place.lineno
    }

    pub fn cur(&self) -> usize {
        self.place.cur
    }

    /// The text that an error at the current token shows.
    pub fn text(&self, src: &[u8]) -> std::ops::Range<usize> {
        let end = match self.place.line_pending {
            true => self.place.line_start,
            false => line_end(src, self.place.line_start) + 1,
        };
        self.place.text_start..end.min(src.len())
    }

    /// The current line without its newline.
    pub fn line(&self, src: &[u8]) -> std::ops::Range<usize> {
        self.place.line_start..line_end(src, self.place.line_start)
    }

    pub fn is_indented(&self) -> bool {
        self.indents.len() > 1
    }

    /// Closes all open blocks, at the end of a source that need not be closed by hand.
    pub fn close_blocks(&mut self) {
        self.pending = -(self.indents.len() as i32 - 1);
        self.indents.truncate(1);
    }

    /// Reads the next token into `tok`, field by field: copying it here and there would cost a tenth of the parser's time.
    pub fn next(&mut self, src: &[u8], tok: &mut Token) -> Scan<()> {
        let mut blank_line = false;
        loop {
            if self.place.at_bol {
                blank_line = self.indentation(src)?;
            }
            if self.pending != 0 {
                self.block_token(tok);
                return Ok(());
            }
            let mut cur = self.place.cur;
            while is(at(src, cur), BLANK) {
                cur += 1;
            }
            // A newline after a comment stands, for an error, where the comment does.
            let start = cur;
            if at(src, cur) == b'#' {
                let end = line_end(src, cur);
                if self.type_comments && self.type_comment(src, cur, end, tok) {
                    self.place.cur = end;
                    return Ok(());
                }
                cur = end;
            }
            self.place.cur = cur;
            let Some(&first) = src.get(cur) else {
                return self.end(src, tok);
            };
            self.begin_line(false);
            if first == b'\n' {
                self.emit(tok, Tok::Newline, start, cur + 1);
                self.pass_newline(cur);
                self.place.at_bol = true;
                if blank_line || !self.brackets.is_empty() {
                    continue;
                }
                self.hacks.newline_seen |= self.hacks.in_def;
                self.hit_eof = false;
                return Ok(());
            }
            if first == b'\\' {
                self.continuation(src, cur)?;
                blank_line = false;
                continue;
            }
            return self.plain(src, cur, first, tok);
        }
    }

    /// The end of the source: of all of it, or of what has been typed so far.
    fn end(&mut self, src: &[u8], tok: &mut Token) -> Scan<()> {
        if self.unfinished {
            return Err(Fault::NeedLine { inside: false });
        }
        self.hit_eof = true;
        self.emit(tok, Tok::EndMarker, src.len(), src.len());
        tok.col = -1;
        Ok(())
    }

    /// A new line is looked at for the first time; `inside` a token its text belongs to the lines before.
    #[inline]
    fn begin_line(&mut self, inside: bool) {
        if self.place.line_pending {
            self.place.line_pending = false;
            self.place.lineno += 1;
            if !inside {
                self.place.text_start = self.place.line_start;
            }
        }
    }

    fn pass_newline(&mut self, newline: usize) {
        self.begin_line(false);
        self.place.cur = newline + 1;
        self.place.line_start_next(newline + 1);
    }

    #[inline]
    fn emit(&self, tok: &mut Token, kind: Tok, start: usize, end: usize) {
        let place = &self.place;
        tok.kind = kind;
        tok.start = start;
        tok.end = end;
        tok.lineno = place.lineno;
        tok.col = start.wrapping_sub(place.line_start) as i32;
        tok.end_lineno = place.lineno;
        tok.end_col = end.wrapping_sub(place.line_start) as i32;
    }

    fn block_token(&mut self, tok: &mut Token) {
        let kind = if self.pending < 0 {
            Tok::Dedent
        } else {
            Tok::Indent
        };
        self.pending -= self.pending.signum();
        self.emit(tok, kind, self.place.cur, self.place.cur);
        tok.col = -1;
    }

    /// Measures the blanks at the start of a line. True if the line holds nothing but a comment.
    fn indentation(&mut self, src: &[u8]) -> Scan<bool> {
        let mut cur = self.place.cur;
        let mut now = Indent { col: 0, alt: 0 };
        loop {
            match at(src, cur) {
                b' ' => {
                    now.col += 1;
                    now.alt += 1;
                }
                b'\t' => {
                    now.col = (now.col / TAB_SIZE + 1) * TAB_SIZE;
                    now.alt += 1;
                }
                b'\x0c' => now = Indent { col: 0, alt: 0 },
                _ => break,
            }
            cur += 1;
        }
        if cur >= src.len() && self.unfinished {
            return Err(Fault::NeedLine { inside: false });
        }
        self.place.at_bol = false;
        self.hit_eof = cur >= src.len();
        if cur > self.place.cur || !self.hit_eof {
            self.begin_line(false);
        }
        self.place.cur = cur;
        let byte = at(src, cur);
        if byte == b'#' || byte == b'\n' {
            if self.interactive && self.brackets.is_empty() {
                if now.col == 0 && byte == b'\n' {
                    // An empty line at the prompt ends the block.
                    return self.settle(src, now).map(|()| false);
                }
                if self.place.lineno == 1 {
                    return self.settle(src, Indent { col: 0, alt: 0 }).map(|()| false);
                }
            }
            return Ok(true);
        }
        if self.brackets.is_empty() {
            self.settle(src, now)?;
        }
        Ok(false)
    }

    /// Compares the indentation with the open blocks.
    fn settle(&mut self, src: &[u8], now: Indent) -> Scan<()> {
        let top = |indents: &[Indent]| indents.last().copied().unwrap_or(now);
        let tabs = Fault::Here(
            ErrorKind::TabError,
            "inconsistent use of tabs and spaces in indentation",
        );
        let block = top(&self.indents);
        let line_end = (line_end(src, self.place.cur) + 1).min(src.len());
        if now.col == block.col {
            if now.alt != block.alt {
                self.place.cur = line_end;
                return Err(tabs);
            }
        } else if now.col > block.col {
            if self.indents.len() >= MAX_INDENTS {
                self.place.cur = line_end;
                return Err(Fault::Here(
                    ErrorKind::IndentationError,
                    "too many levels of indentation",
                ));
            }
            if now.alt <= block.alt {
                self.place.cur = line_end;
                return Err(tabs);
            }
            self.pending += 1;
            self.indents.push(now);
        } else {
            while self.indents.len() > 1 && now.col < top(&self.indents).col {
                self.pending -= 1;
                self.indents.pop();
            }
            let block = top(&self.indents);
            if now.col != block.col {
                self.place.cur = line_end;
                self.pending = 0;
                return Err(Fault::Here(
                    ErrorKind::IndentationError,
                    "unindent does not match any outer indentation level",
                ));
            }
            if now.alt != block.alt {
                self.place.cur = line_end;
                return Err(tabs);
            }
        }
        if self.hacks.in_def && self.hacks.newline_seen && self.indents.len() <= self.hacks.indent {
            self.hacks.in_def = false;
        }
        Ok(())
    }

    /// A backslash, which must end its line; the next line follows on.
    fn continuation(&mut self, src: &[u8], cur: usize) -> Scan<()> {
        if at(src, cur + 1) != b'\n' {
            self.place.cur = (line_end(src, cur) + 1).min(src.len());
            return Err(Fault::Here(
                ErrorKind::SyntaxError,
                "unexpected character after line continuation character",
            ));
        }
        if cur + 2 >= src.len() {
            if self.unfinished {
                return Err(Fault::NeedLine { inside: true });
            }
            self.place.cur = src.len();
            return Err(Fault::Eof(UNEXPECTED_EOF));
        }
        self.place.cur = cur + 2;
        self.place.line_start_next(cur + 2);
        self.begin_line(true);
        Ok(())
    }

    /// A token that begins with `first` at `cur`.
    fn plain(&mut self, src: &[u8], start: usize, first: u8, tok: &mut Token) -> Scan<()> {
        if is(first, ID_START) {
            return self.name(src, start, first, tok);
        }
        if is(first, DIGIT) || first == b'.' && is(at(src, start + 1), DIGIT) {
            let end = self.number(src, start, first)?;
            self.finish(src, tok, Tok::Number, start, end);
            return Ok(());
        }
        if first == b'"' || first == b'\'' {
            return self.string(src, start, start, tok);
        }
        self.operator(src, start, first, tok)
    }

    /// A token that took a look at the byte after it.
    #[inline]
    fn finish(&mut self, src: &[u8], tok: &mut Token, kind: Tok, start: usize, end: usize) {
        self.hit_eof = end >= src.len();
        self.place.cur = end;
        self.emit(tok, kind, start, end);
    }

    fn name(&mut self, src: &[u8], start: usize, first: u8, tok: &mut Token) -> Scan<()> {
        let mut end = start + 1;
        let mut all = first;
        while is(at(src, end), ID_CONTINUE) {
            all |= src[end];
            end += 1;
        }
        let quote = at(src, end);
        if (quote == b'"' || quote == b'\'') && is_prefix(&src[start..end]) {
            return self.string(src, start, end, tok);
        }
        if all >= 128 && !is_identifier(&src[start..end]) {
            self.place.cur = end;
            return Err(Fault::Here(
                ErrorKind::SyntaxError,
                "invalid character in identifier",
            ));
        }
        let kind = if (2..=8).contains(&(end - start)) {
            keyword(&src[start..end])
        } else {
            Tok::Name
        };
        self.finish(src, tok, kind, start, end);
        if self.hacks.on && matches!(kind, Tok::Async | Tok::Await) {
            self.hacked(src, tok);
        }
        Ok(())
    }

    /// `async` and `await` where they are keywords only inside of `async def`.
    fn hacked(&mut self, src: &[u8], tok: &mut Token) {
        if self.hacks.in_def {
            return;
        }
        if tok.kind == Tok::Async {
            let mut next = tok.end;
            while is(at(src, next), BLANK) {
                next += 1;
            }
            if src[next..].starts_with(b"def") && !is(at(src, next + 3), ID_CONTINUE) {
                self.hacks.in_def = true;
                self.hacks.newline_seen = false;
                self.hacks.indent = self.indents.len();
                return;
            }
        }
        tok.kind = Tok::Name;
    }

    /// A string from its prefix at `start` and its opening quote at `open`.
    fn string(&mut self, src: &[u8], start: usize, open: usize, tok: &mut Token) -> Scan<()> {
        let quote = src[open];
        let triple = at(src, open + 1) == quote && at(src, open + 2) == quote;
        let (lineno, col) = (self.place.lineno, start - self.place.line_start);
        let mut cur = open + if triple { 3 } else { 1 };
        if !triple && at(src, cur) == quote {
            // The empty string: its third quote was looked for.
            self.finish(src, tok, Tok::String, start, cur + 1);
            return Ok(());
        }
        loop {
            let rest = src.get(cur..).unwrap_or_default();
            let Some(skip) = memchr::memchr3(quote, b'\\', b'\n', rest) else {
                return self.unterminated(src.len(), triple, true);
            };
            cur += skip;
            match src[cur] {
                b'\n' => {
                    if !triple {
                        return self.unterminated(cur + 1, false, false);
                    }
                    cur += 1;
                    self.line_in_string(src, cur);
                }
                b'\\' => {
                    cur += 2;
                    if at(src, cur - 1) == b'\n' {
                        self.line_in_string(src, cur);
                    }
                }
                _ if !triple => {
                    cur += 1;
                    break;
                }
                _ if at(src, cur + 1) == quote && at(src, cur + 2) == quote => {
                    cur += 3;
                    break;
                }
                _ => cur += 1,
            }
        }
        self.hit_eof = false;
        self.place.cur = cur;
        self.emit(tok, Tok::String, start, cur);
        tok.lineno = lineno;
        tok.col = col as i32;
        Ok(())
    }

    fn line_in_string(&mut self, src: &[u8], start: usize) {
        self.place.line_start_next(start);
        if start < src.len() {
            self.begin_line(true);
        }
    }

    fn unterminated(&mut self, end: usize, triple: bool, continued: bool) -> Scan<()> {
        if self.unfinished && (triple || continued) {
            return Err(Fault::NeedLine { inside: true });
        }
        self.place.cur = end;
        if triple {
            return Err(Fault::Eof(EOF_IN_STRING));
        }
        Err(Fault::Here(
            ErrorKind::SyntaxError,
            "EOL while scanning string literal",
        ))
    }

    fn operator(&mut self, src: &[u8], start: usize, first: u8, tok: &mut Token) -> Scan<()> {
        let (kind, len) = operator(first, at(src, start + 1), at(src, start + 2));
        match first {
            b'(' | b'[' | b'{' => {
                if self.brackets.len() >= MAX_BRACKETS {
                    return Err(self.fault_at(start + 1, "too many nested parentheses".into()));
                }
                self.brackets.push((first, self.place.lineno));
            }
            b')' | b']' | b'}' => self.close(start, first)?,
            _ => {}
        }
        self.finish(src, tok, kind, start, start + len);
        // A character that cannot be doubled is known to stand alone once the next one has been seen; three need a third look.
        self.hit_eof = start + len >= src.len() && len < 3;
        Ok(())
    }

    fn close(&mut self, start: usize, closing: u8) -> Scan<()> {
        let closing = closing as char;
        let Some((opening, line)) = self.brackets.pop() else {
            return Err(self.fault_at(start + 1, format!("unmatched '{closing}'")));
        };
        let opening = opening as char;
        if matches!((opening, closing), ('(', ')') | ('[', ']') | ('{', '}')) {
            return Ok(());
        }
        let mut msg = format!(
            "closing parenthesis '{closing}' does not match opening parenthesis '{opening}'"
        );
        if line != self.place.lineno {
            msg += &format!(" on line {line}");
        }
        Err(self.fault_at(start + 1, msg))
    }

    fn fault_at(&mut self, cur: usize, msg: String) -> Fault {
        self.place.cur = cur;
        Fault::Line(msg)
    }

    /// The end of the number that begins at `start`.
    fn number(&mut self, src: &[u8], start: usize, first: u8) -> Scan<usize> {
        if first == b'0' {
            let radix = match at(src, start + 1) {
                b'x' | b'X' => (16, "hexadecimal"),
                b'o' | b'O' => (8, "octal"),
                b'b' | b'B' => (2, "binary"),
                _ => return self.zero(src, start),
            };
            return self.radix(src, start + 2, radix);
        }
        let cur = if first == b'.' {
            start
        } else {
            self.digits(src, start)?
        };
        self.fraction(src, cur)
    }

    /// Digits with single underscores between them.
    fn digits(&mut self, src: &[u8], mut cur: usize) -> Scan<usize> {
        loop {
            while is(at(src, cur), DIGIT) {
                cur += 1;
            }
            if at(src, cur) != b'_' {
                return Ok(cur);
            }
            cur += 1;
            if !is(at(src, cur), DIGIT) {
                return Err(self.fault_at(cur.min(src.len()), "invalid decimal literal".into()));
            }
        }
    }

    /// Digits of another radix, after its letter.
    fn radix(&mut self, src: &[u8], mut cur: usize, (radix, name): (u32, &str)) -> Scan<usize> {
        let wrong = |byte: u8| format!("invalid digit '{}' in {name} literal", byte as char);
        loop {
            if at(src, cur) == b'_' {
                cur += 1;
            }
            let mut byte = at(src, cur);
            if !(byte as char).is_digit(radix) {
                let msg = match byte.is_ascii_digit() {
                    true => wrong(byte),
                    false => format!("invalid {name} literal"),
                };
                return Err(self.fault_at(cur.min(src.len()), msg));
            }
            while (byte as char).is_digit(radix) {
                cur += 1;
                byte = at(src, cur);
            }
            if byte.is_ascii_digit() {
                return Err(self.fault_at(cur + 1, wrong(byte)));
            }
            if byte != b'_' {
                return Ok(cur);
            }
        }
    }

    /// A number that begins with 0 and is not in another radix: zero, or a float or imaginary one.
    fn zero(&mut self, src: &[u8], start: usize) -> Scan<usize> {
        let mut cur = start;
        loop {
            while at(src, cur) == b'0' {
                cur += 1;
            }
            if at(src, cur) != b'_' {
                break;
            }
            cur += 1;
            if !is(at(src, cur), DIGIT) {
                return Err(self.fault_at(cur.min(src.len()), "invalid decimal literal".into()));
            }
        }
        let zeros_end = cur;
        if is(at(src, cur), DIGIT) {
            cur = self.digits(src, cur)?;
        }
        match at(src, cur) {
            b'.' | b'e' | b'E' | b'j' | b'J' => self.fraction(src, cur),
            _ if cur > zeros_end => {
                const ZEROS: &str = "leading zeros in decimal integer literals are not permitted; \
                                     use an 0o prefix for octal integers";
                Err(self.fault_at(cur, ZEROS.into()))
            }
            _ => Ok(cur),
        }
    }

    /// What may follow the digits: a fraction, an exponent, `j`.
    fn fraction(&mut self, src: &[u8], mut cur: usize) -> Scan<usize> {
        if at(src, cur) == b'.' {
            cur += 1;
            if is(at(src, cur), DIGIT) {
                cur = self.digits(src, cur)?;
            }
        }
        if matches!(at(src, cur), b'e' | b'E') {
            let sign = usize::from(matches!(at(src, cur + 1), b'+' | b'-'));
            if is(at(src, cur + 1 + sign), DIGIT) {
                cur = self.digits(src, cur + 1 + sign)?;
            } else if sign == 1 {
                return Err(self.fault_at(cur + 2, "invalid decimal literal".into()));
            } else {
                return Ok(cur);
            }
        }
        if matches!(at(src, cur), b'j' | b'J') {
            cur += 1;
        }
        Ok(cur)
    }

    /// `# type: ...` in the comment from `start` to `end`. `# type: ignore` is noted, other type comments are tokens.
    fn type_comment(&mut self, src: &[u8], start: usize, end: usize, tok: &mut Token) -> bool {
        let text = &src[start..end];
        let Some(body) = after_word(text, b"#").and_then(|rest| after_word(rest, b"type:")) else {
            return false;
        };
        let body_start = end - body.len();
        if let Some(tag) = body.strip_prefix(b"ignore")
            && !tag
                .first()
                .is_some_and(|b| b.is_ascii_alphanumeric() || *b >= 128)
        {
            self.begin_line(false);
            self.ignores.push(Ignore {
                lineno: self.place.lineno,
                start: end - tag.len(),
                end,
            });
            return false;
        }
        self.begin_line(false);
        self.hit_eof = end >= src.len();
        self.emit(tok, Tok::TypeComment, body_start, end);
        true
    }
}

impl Place {
    #[inline]
    fn line_start_next(&mut self, start: usize) {
        self.line_start = start;
        self.line_pending = true;
    }
}

/// `text` after `word` and blanks.
fn after_word<'t>(text: &'t [u8], word: &[u8]) -> Option<&'t [u8]> {
    let rest = text.strip_prefix(word)?;
    let blanks = rest
        .iter()
        .take_while(|b| matches!(b, b' ' | b'\t'))
        .count();
    Some(&rest[blanks..])
}

/// Where the line that `cur` is on ends: at its newline or at the end of the source.
fn line_end(src: &[u8], cur: usize) -> usize {
    let rest = src.get(cur..).unwrap_or_default();
    memchr::memchr(b'\n', rest).map_or(src.len(), |n| cur + n)
}

/// May these letters stand before a quote?
fn is_prefix(letters: &[u8]) -> bool {
    let lower = |i: usize| letters[i] | 0x20;
    match letters.len() {
        1 => matches!(lower(0), b'b' | b'u' | b'r' | b'f'),
        2 => matches!(
            (lower(0), lower(1)),
            (b'b' | b'f', b'r') | (b'r', b'b' | b'f')
        ),
        _ => false,
    }
}

fn is_identifier(name: &[u8]) -> bool {
    if std::str::from_utf8(name).is_err() {
        return false;
    }
    let mut allowed: fn(u32) -> bool = is_xid_start;
    for c in code_points(name) {
        if c >= 128 && !allowed(c) {
            return false;
        }
        allowed = is_xid_continue;
    }
    true
}

/// The operator that begins with `a` and may go on with `b` and `c`, and its length.
fn operator(a: u8, b: u8, c: u8) -> (Tok, usize) {
    /// `x`, `x=`
    const fn eq(b: u8, one: Tok, two: Tok) -> (Tok, usize) {
        if b == b'=' { (two, 2) } else { (one, 1) }
    }
    /// `xx`, `xx=`
    const fn twice(c: u8, two: Tok, three: Tok) -> (Tok, usize) {
        if c == b'=' { (three, 3) } else { (two, 2) }
    }
    match a {
        b'(' => (Tok::LPar, 1),
        b')' => (Tok::RPar, 1),
        b'[' => (Tok::LSqb, 1),
        b']' => (Tok::RSqb, 1),
        b'{' => (Tok::LBrace, 1),
        b'}' => (Tok::RBrace, 1),
        b',' => (Tok::Comma, 1),
        b';' => (Tok::Semi, 1),
        b'~' => (Tok::Tilde, 1),
        b':' => eq(b, Tok::Colon, Tok::ColonEqual),
        b'=' => eq(b, Tok::Equal, Tok::EqEqual),
        b'+' => eq(b, Tok::Plus, Tok::PlusEqual),
        b'%' => eq(b, Tok::Percent, Tok::PercentEqual),
        b'&' => eq(b, Tok::Amper, Tok::AmperEqual),
        b'|' => eq(b, Tok::VBar, Tok::VBarEqual),
        b'^' => eq(b, Tok::Circumflex, Tok::CircumflexEqual),
        b'@' => eq(b, Tok::At, Tok::AtEqual),
        b'-' if b == b'>' => (Tok::RArrow, 2),
        b'-' => eq(b, Tok::Minus, Tok::MinusEqual),
        b'*' if b == b'*' => twice(c, Tok::DoubleStar, Tok::DoubleStarEqual),
        b'*' => eq(b, Tok::Star, Tok::StarEqual),
        b'/' if b == b'/' => twice(c, Tok::DoubleSlash, Tok::DoubleSlashEqual),
        b'/' => eq(b, Tok::Slash, Tok::SlashEqual),
        b'<' if b == b'<' => twice(c, Tok::LeftShift, Tok::LeftShiftEqual),
        b'<' if b == b'>' => (Tok::NotEqual, 2),
        b'<' => eq(b, Tok::Less, Tok::LessEqual),
        b'>' if b == b'>' => twice(c, Tok::RightShift, Tok::RightShiftEqual),
        b'>' => eq(b, Tok::Greater, Tok::GreaterEqual),
        b'!' if b == b'=' => (Tok::NotEqual, 2),
        b'.' if b == b'.' && c == b'.' => (Tok::Ellipsis, 3),
        b'.' => (Tok::Dot, 1),
        _ => (Tok::Unknown, 1),
    }
}
