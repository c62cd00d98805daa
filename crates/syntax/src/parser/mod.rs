//! The parser: recursive descent over 3.8's LL(1) grammar.
//!
//! 3.8 first checks the whole source against a grammar that accepts too much, then builds the tree and finds the rest of
//! the errors. This parser does both in one pass and keeps the difference: what the grammar refuses stops it at once; what the tree
//! refuses is *deferred*, the first such error is kept, and raised only if the grammar has no complaint to the very end.
//!
//! `depth` is the depth that the current `test` would have in 3.8's concrete tree. 3.8 gives up at [`MAX_DEPTH`], and so does
//! this parser, which bounds its recursion as well.

mod args;
mod compound;
mod expr;
mod fstring;
mod literal;
mod stmt;
mod target;

use self::expr::FIRST_OF_TEST;
use crate::ast::*;
use crate::error::{ErrorKind, ErrorText, SyntaxError, Warning};
use crate::text::lossy;
use crate::token::{Tok, Token};
use crate::tokenizer::{Fault, Tokenizer, UNEXPECTED_EOF};

/// Entries of 3.8's parser stack.
const MAX_DEPTH: u32 = 1700;

/// What kind of source it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mode {
    #[default]
    Module,
    Expression,
    /// One statement, as at the prompt.
    Interactive,
    /// `(argtypes) -> returns`, from a type comment.
    FunctionType,
}

/// Looks up a character by the name in `\N{name}`.
pub type NameLookup<'a> = &'a dyn Fn(&[u8]) -> Result<Option<u32>, NoNames>;

/// There is no table of names at all.
#[derive(Clone, Copy, Debug)]
pub struct NoNames;

/// Brings an identifier into normal form NFKC. `Ok(None)`: the parser's own tables are as good. `Err` is for callers with errors of
/// their own to report.
pub type Normalize<'a> = &'a dyn Fn(&str) -> Result<Option<String>, SyntaxError>;

#[derive(Clone, Copy)]
pub struct Options<'a> {
    pub mode: Mode,
    pub type_comments: bool,
    /// The minor version of the language to accept.
    pub feature_version: u32,
    /// `codeop`'s flag: do not close open blocks at the end of the source.
    pub dont_imply_dedent: bool,
    /// `from __future__ import barry_as_FLUFL`.
    pub barry_as_flufl: bool,
    /// `sys.get_int_max_str_digits()`; 0 is no limit.
    pub max_str_digits: usize,
    pub names: Option<NameLookup<'a>>,
    pub normalize: Option<Normalize<'a>>,
}

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            mode: Mode::Module,
            type_comments: false,
            feature_version: 8,
            dont_imply_dedent: false,
            barry_as_flufl: false,
            max_str_digits: 4300,
            names: None,
            normalize: None,
        }
    }
}

/// How the source comes in, which shows in what 3.8 says about its end.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Input {
    /// All at once.
    Whole,
    /// Line by line from a file; does its last line end?
    File { finished: bool },
    /// Line by line from a file whose next line cannot be read.
    Cut,
    /// Line by line from somebody who may go on typing.
    Prompt,
}

/// How a parse ended without a tree.
pub(crate) enum Failure {
    Error(SyntaxError),
    /// What is there of the source is a proper beginning; it ends `inside` a string or after a backslash.
    NeedLine {
        inside: bool,
    },
}

/// The parser has stopped; why is in its `failure`.
pub(crate) struct Stop;
type R<T> = Result<T, Stop>;

/// Where a token or node begins.
#[derive(Clone, Copy)]
struct Start {
    lineno: i32,
    col: i32,
}

pub(crate) struct Parser<'s> {
    src: &'s [u8],
    tokens: Tokenizer,
    /// The current token, not accepted yet.
    tok: Token,
    /// End of the last accepted token.
    end: (i32, i32),
    /// Something other than the end of the source was read since a newline was last supplied there.
    started: bool,
    ast: Ast,
    depth: u32,
    options: Options<'s>,
    input: Input,
    deferred: Option<Box<SyntaxError>>,
    failure: Option<Failure>,
    warnings: Vec<Warning>,
    exprs: Vec<ExprId>,
    stmts: Vec<StmtId>,
    /// For an expression inside of an f-string: where it stands in the file.
    shift: Shift,
}

/// How positions of an f-string's expression are moved.
#[derive(Clone, Copy, Default)]
struct Shift {
    lines: i32,
    /// For tokens on the expression's first line.
    cols: i32,
}

/// Parses `src`, which is UTF-8 with `\n` line ends. Warnings are those of all the source up to the error, if there is one.
pub(crate) fn parse(
    src: &[u8],
    options: Options<'_>,
    input: Input,
    warnings: &mut Vec<Warning>,
) -> Result<Ast, Failure> {
    if i32::try_from(src.len()).is_err() {
        return Err(Failure::Error(SyntaxError::other(
            ErrorKind::MemoryError,
            "",
        )));
    }
    let mut parser = Parser::new(src, options, Ast::for_source(src.len()));
    parser.tokens.interactive = input == Input::Prompt;
    parser.tokens.unfinished = matches!(input, Input::Prompt | Input::Cut);
    parser.input = input;
    let result = parser.run();
    match (result, parser.failure, parser.deferred) {
        (_, Some(failure), _) => Err(failure),
        (Err(Stop), None, _) => Err(Failure::Error(SyntaxError::other(
            ErrorKind::SystemError,
            "parser stopped",
        ))),
        (Ok(root), None, deferred) => {
            warnings.append(&mut parser.warnings);
            if let Some(error) = deferred {
                return Err(Failure::Error(*error));
            }
            parser.ast.root = root;
            Ok(parser.ast)
        }
    }
}

/// Calls `each` with every token and its text.
pub(crate) fn tokenize(
    src: &[u8],
    options: Options<'_>,
    each: &mut dyn FnMut(&Token, &[u8]),
) -> Result<(), Failure> {
    let mut parser = Parser::new(src, options, Ast::new());
    loop {
        if parser.fetch().is_err() {
            return Err(parser.stopped());
        }
        each(&parser.tok, &src[parser.tok.start..parser.tok.end]);
        if parser.tok.kind == Tok::EndMarker {
            return Ok(());
        }
    }
}

impl<'s> Parser<'s> {
    fn new(src: &'s [u8], options: Options<'s>, ast: Ast) -> Self {
        Parser {
            src,
            tokens: Tokenizer::new(options.type_comments, options.feature_version < 7),
            tok: Token {
                kind: Tok::EndMarker,
                start: 0,
                end: 0,
                lineno: 0,
                col: -1,
                end_lineno: 0,
                end_col: 0,
            },
            end: (0, 0),
            started: false,
            ast,
            depth: 0,
            options,
            input: Input::Whole,
            deferred: None,
            failure: None,
            warnings: Vec::new(),
            exprs: Vec::new(),
            stmts: Vec::new(),
            shift: Shift::default(),
        }
    }

    fn run(&mut self) -> R<Mod> {
        self.fetch()?;
        match self.options.mode {
            Mode::Module => self.file_input(),
            Mode::Expression => self.eval_input(),
            Mode::Interactive => self.single_input(),
            Mode::FunctionType => self.func_type_input(),
        }
    }

    fn file_input(&mut self) -> R<Mod> {
        let mark = self.stmts.len();
        self.depth = 2;
        loop {
            match self.tok.kind {
                Tok::Newline => self.advance()?,
                Tok::EndMarker => break,
                _ => self.stmt()?,
            }
        }
        let body = self.take_stmts(mark);
        let mut type_ignores = Vec::new();
        for ignore in std::mem::take(&mut self.tokens.ignores) {
            let tag = lossy(&self.src[ignore.start..ignore.end]);
            let tag = self.ast.constant(Constant::Str(tag));
            type_ignores.push(TypeIgnore {
                lineno: ignore.lineno,
                tag,
            });
        }
        let type_ignores = self.ast.list(&type_ignores);
        Ok(Mod::Module { body, type_ignores })
    }

    fn eval_input(&mut self) -> R<Mod> {
        self.depth = 3;
        let body = self.testlist()?;
        self.trailing_newlines()?;
        Ok(Mod::Expression { body })
    }

    fn trailing_newlines(&mut self) -> R<()> {
        while self.tok.kind == Tok::Newline {
            self.advance()?;
        }
        if self.tok.kind == Tok::EndMarker {
            Ok(())
        } else {
            Err(self.invalid())
        }
    }

    fn single_input(&mut self) -> R<Mod> {
        self.depth = 1;
        let mark = self.stmts.len();
        if self.tok.kind == Tok::Newline {
            let nothing = self.ast.stmt(StmtKind::Pass, self.pos_from(self.start()));
            self.stmts.push(nothing);
        } else if self.at_compound() {
            self.stmt()?;
            if self.tok.kind != Tok::Newline {
                return Err(self.invalid());
            }
        } else {
            self.simple_stmt_unterminated()?;
        }
        // The newline is accepted without reading on: at the prompt, there is nothing after it yet.
        if !self.tokens.interactive {
            self.only_blanks_follow()?;
        }
        let body = self.take_stmts(mark);
        Ok(Mod::Interactive { body })
    }

    /// A single statement must be the last thing in the source.
    fn only_blanks_follow(&mut self) -> R<()> {
        let mut cur = self.tokens.cur();
        while let Some(byte) = self.src.get(cur) {
            match byte {
                b' ' | b'\t' | b'\n' | b'\x0c' => cur += 1,
                b'#' => {
                    let rest = &self.src[cur..];
                    cur += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                _ => {
                    let msg = "multiple statements found while compiling a single statement";
                    return Err(self.here(ErrorKind::SyntaxError, msg));
                }
            }
        }
        Ok(())
    }

    fn func_type_input(&mut self) -> R<Mod> {
        self.depth = 4;
        self.expect(Tok::LPar)?;
        let mark = self.exprs.len();
        if self.tok.kind != Tok::RPar {
            self.typelist()?;
        }
        self.expect(Tok::RPar)?;
        let argtypes = self.take_exprs(mark);
        self.expect(Tok::RArrow)?;
        self.depth = 3;
        let returns = self.test()?;
        self.trailing_newlines()?;
        Ok(Mod::FunctionType { argtypes, returns })
    }

    /// `test, ...` and then perhaps `*test, test, ...` and `**test`, pushed on `exprs`. Something must be there.
    fn typelist(&mut self) -> R<()> {
        while self.at(FIRST_OF_TEST) {
            self.type_argument()?;
            if self.tok.kind != Tok::Comma {
                return Ok(());
            }
            self.advance()?;
            if self.tok.kind == Tok::RPar {
                return Ok(());
            }
        }
        if self.tok.kind == Tok::Star {
            self.advance()?;
            if self.at(FIRST_OF_TEST) {
                self.type_argument()?;
            }
            while self.tok.kind == Tok::Comma {
                self.advance()?;
                if self.tok.kind == Tok::DoubleStar {
                    break;
                }
                self.type_argument()?;
            }
            if self.tok.kind != Tok::DoubleStar {
                return Ok(());
            }
        }
        self.expect(Tok::DoubleStar)?;
        self.type_argument()
    }

    fn type_argument(&mut self) -> R<()> {
        let argument = self.test()?;
        self.exprs.push(argument);
        Ok(())
    }

    // Tokens

    /// Accepts the current token and reads the next.
    #[inline]
    fn advance(&mut self) -> R<()> {
        self.end = (self.tok.end_lineno, self.tok.end_col);
        self.fetch()
    }

    fn fetch(&mut self) -> R<()> {
        if let Err(fault) = self.tokens.next(self.src, &mut self.tok) {
            return Err(self.fault(fault));
        }
        match self.tok.kind {
            Tok::EndMarker if self.started => {
                // A source need not end with a newline, nor a block with a line less indented.
                self.tok.kind = Tok::Newline;
                self.started = false;
                if self.tokens.is_indented() && !self.options.dont_imply_dedent {
                    self.tokens.close_blocks();
                }
            }
            Tok::NotEqual => self.started = self.check_inequality()?,
            _ => self.started = true,
        }
        if self.shift.lines != 0 || self.shift.cols != 0 {
            self.shift_token();
        }
        Ok(())
    }

    /// Moves the start of the current token to where it stands in the file; ends are moved with the nodes that they end.
    fn shift_token(&mut self) {
        let Shift { lines, cols } = self.shift;
        let token = &mut self.tok;
        if token.lineno == 1 {
            token.col += cols;
        }
        token.lineno += lines;
    }

    /// PEP 401: only one of `<>` and `!=` is an operator.
    fn check_inequality(&mut self) -> R<bool> {
        let old = self.src[self.tok.start] == b'<';
        if old == self.options.barry_as_flufl {
            return Ok(true);
        }
        Err(self.here(
            ErrorKind::SyntaxError,
            match old {
                true => "invalid syntax",
                false => "with Barry as BDFL, use '<>' instead of '!='",
            },
        ))
    }

    fn expect(&mut self, kind: Tok) -> R<()> {
        if self.tok.kind == kind {
            self.advance()
        } else {
            Err(self.invalid())
        }
    }

    /// A name, interned as the tree holds it.
    fn name(&mut self) -> R<Symbol> {
        if self.tok.kind != Tok::Name {
            return Err(self.invalid());
        }
        let name = self.intern(self.tok);
        self.advance()?;
        Ok(name)
    }

    /// Identifiers are compared in normal form NFKC.
    fn intern(&mut self, token: Token) -> Symbol {
        let text = &self.src[token.start..token.end];
        if text.is_ascii() {
            return self.ast.names.intern(text);
        }
        use unicode_normalization::UnicodeNormalization;
        let text = String::from_utf8_lossy(text);
        let normal = match self.options.normalize.map(|normalize| normalize(&text)) {
            Some(Ok(Some(normal))) => normal,
            Some(Err(error)) => {
                self.fail(error);
                text.into_owned()
            }
            Some(Ok(None)) | None => text.nfkc().collect(),
        };
        self.ast.names.intern(normal.as_bytes())
    }

    /// The text of a type comment, if there is one here.
    fn type_comment(&mut self) -> R<Option<ConstantId>> {
        if self.tok.kind != Tok::TypeComment {
            return Ok(None);
        }
        let text = lossy(&self.src[self.tok.start..self.tok.end]);
        let text = self.ast.constant(Constant::Str(text));
        self.advance()?;
        Ok(Some(text))
    }

    // Positions and lists

    #[inline]
    fn start(&self) -> Start {
        Start {
            lineno: self.tok.lineno,
            col: self.tok.col,
        }
    }

    /// From `start` to the end of what has been accepted.
    #[inline]
    fn pos_from(&self, start: Start) -> Pos {
        self.pos_between(start, start, self.end)
    }

    /// From `start` to `end`, which is the end of what starts at `last`. In an f-string, columns are moved if something
    /// starts on the expression's first line, even if it ends on another one.
    #[inline]
    fn pos_between(&self, start: Start, last: Start, end: (i32, i32)) -> Pos {
        let Shift { lines, cols } = self.shift;
        let moved = if last.lineno - lines == 1 { cols } else { 0 };
        Pos {
            lineno: start.lineno,
            col_offset: start.col,
            end_lineno: end.0 + lines,
            end_col_offset: end.1 + moved,
        }
    }

    /// A node whose end 3.8 takes from its last part, which starts at `last`.
    #[inline]
    fn expr_ending(&mut self, start: Start, last: Start, kind: ExprKind) -> ExprId {
        let pos = self.pos_between(start, last, self.end);
        self.ast.expr(kind, pos)
    }

    #[inline]
    fn expr_from(&mut self, start: Start, kind: ExprKind) -> ExprId {
        let pos = self.pos_from(start);
        self.ast.expr(kind, pos)
    }

    fn take_exprs(&mut self, mark: usize) -> List<ExprId> {
        let list = self.ast.list(&self.exprs[mark..]);
        self.exprs.truncate(mark);
        list
    }

    fn take_stmts(&mut self, mark: usize) -> List<StmtId> {
        let list = self.ast.list(&self.stmts[mark..]);
        self.stmts.truncate(mark);
        list
    }

    /// Runs `f` with another `depth`.
    #[inline]
    fn at_depth<T>(&mut self, depth: u32, f: impl FnOnce(&mut Self) -> R<T>) -> R<T> {
        let outer = std::mem::replace(&mut self.depth, depth);
        let result = f(self);
        self.depth = outer;
        result
    }

    /// 3.8's parser stack is full when a token `below` the current depth would be pushed.
    #[inline]
    fn check_depth(&mut self, below: u32) -> R<()> {
        if self.depth + below <= MAX_DEPTH {
            return Ok(());
        }
        if self.tokens.hit_eof {
            return Err(self.invalid());
        }
        Err(self.fail(SyntaxError::other(ErrorKind::ParserStack, "")))
    }

    // Errors

    /// Why the parser stopped.
    fn stopped(self) -> Failure {
        self.failure.unwrap_or_else(|| {
            Failure::Error(SyntaxError::other(ErrorKind::SystemError, "parser stopped"))
        })
    }

    fn fail(&mut self, error: SyntaxError) -> Stop {
        if self.failure.is_none() {
            self.failure = Some(Failure::Error(error));
        }
        Stop
    }

    /// The tree is wrong at `lineno` and `col`. Only the first such error counts.
    fn defer_at(&mut self, msg: impl Into<String>, lineno: i32, col: i32) {
        if self.deferred.is_none() {
            self.deferred = Some(Box::new(SyntaxError::at(msg, lineno, col)));
        }
    }

    fn defer(&mut self, msg: impl Into<String>, start: Start) {
        self.defer_at(msg, start.lineno, start.col);
    }

    /// Features that came after the requested version.
    fn require_version(&mut self, version: u32, what: &str, start: Start) {
        if self.options.feature_version < version {
            self.defer(
                format!("{what} only supported in Python 3.{version} and greater"),
                start,
            );
        }
    }

    /// The current token cannot follow what has been accepted.
    #[cold]
    fn invalid(&mut self) -> Stop {
        if self.tokens.hit_eof {
            let stop = self.at_token(ErrorKind::SyntaxError, UNEXPECTED_EOF);
            if let (Input::File { .. }, Some(Failure::Error(error))) =
                (self.input, &mut self.failure)
            {
                // The line after the last is looked for, and empty.
                error.lineno += 1;
                error.text = ErrorText::Line(Text::from(""));
            }
            return stop;
        }
        match self.tok.kind {
            Tok::Indent => self.here(ErrorKind::IndentationError, "unexpected indent"),
            Tok::Dedent => self.here(ErrorKind::IndentationError, "unexpected unindent"),
            _ => self.at_token(ErrorKind::SyntaxError, "invalid syntax"),
        }
    }

    /// A block must begin here.
    #[cold]
    fn no_block(&mut self) -> Stop {
        if self.tokens.hit_eof || self.tok.kind == Tok::Unknown {
            return self.invalid();
        }
        self.at_token(ErrorKind::IndentationError, "expected an indented block")
    }

    fn at_token(&mut self, kind: ErrorKind, msg: &str) -> Stop {
        if self.tok.col < 0 {
            return self.here(kind, msg);
        }
        let text = self.tokens.text(self.src);
        let shown = &self.src[text];
        // 3.8 counts the bytes of the column from the start of the text, even if the token is on a later line of it.
        let first_line = self.tok.lineno - self.shift.lines == 1;
        let line_col = self.tok.col - if first_line { self.shift.cols } else { 0 };
        let offset = char_count_lossy(shown.get(..=line_col as usize).unwrap_or(shown));
        let error = SyntaxError {
            kind,
            msg: msg.to_string(),
            lineno: self.tokens.lineno(),
            offset,
            text: ErrorText::Line(lossy(shown)),
            filename: None,
        };
        self.fail(error)
    }

    /// An error where the tokenizer stands.
    fn here(&mut self, kind: ErrorKind, msg: &str) -> Stop {
        let text = self.tokens.text(self.src);
        let cur = self
            .tokens
            .cur()
            .clamp(text.start, text.end.max(text.start));
        let error = SyntaxError {
            kind,
            msg: msg.to_string(),
            lineno: self.tokens.lineno(),
            offset: char_count_lossy(&self.src[text.start..cur]),
            text: ErrorText::Line(lossy(&self.src[text])),
            filename: None,
        };
        self.fail(error)
    }

    #[cold]
    fn fault(&mut self, fault: Fault) -> Stop {
        match fault {
            Fault::Here(kind, msg) => self.here(kind, msg),
            Fault::Eof(msg) => {
                let stop = self.here(ErrorKind::SyntaxError, msg);
                if let (Input::File { finished }, Some(Failure::Error(error))) =
                    (self.input, &mut self.failure)
                {
                    error.lineno += 1 + i32::from(finished);
                }
                stop
            }
            Fault::NeedLine { inside } => {
                self.failure = Some(Failure::NeedLine { inside });
                Stop
            }
            Fault::Line(msg) => {
                let line = self.tokens.line(self.src);
                let cur = self.tokens.cur().clamp(line.start, line.end);
                let error = SyntaxError {
                    kind: ErrorKind::SyntaxError,
                    msg,
                    lineno: self.tokens.lineno(),
                    offset: char_count_lossy(&self.src[line.start..cur]),
                    text: ErrorText::Line(lossy(&self.src[line])),
                    filename: None,
                };
                self.fail(error)
            }
        }
    }
}

/// Code points, with each undecodable sequence counted as one.
fn char_count_lossy(bytes: &[u8]) -> i32 {
    String::from_utf8_lossy(bytes).chars().count() as i32
}
