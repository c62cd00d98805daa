//! `parsetok.h`, `parser.h`, `pythonrun.h`: from source text to the concrete syntax tree.
//!
//! The compiler parses by hand; this parser runs the exported automata over the same tokens, for the `parser` module and other C.
//! When it fails, the words and the place of the error are those that the compiler would give for the text.

use crate::grammar::{
    _PyParser_Grammar, arcs_of, begins, find_rule, labels_of, operator, states_of,
};
use crate::node as nodes;
use crate::prelude::*;
use nodes::Place;
use pyrite_abi::errcode::*;
use pyrite_abi::parser::*;
use pyrite_abi::token::*;
use pyrite_syntax as syntax;
use pyrite_syntax::token::{Tok, Token};
use pyrite_vm::compile;

/// A rule on the stack: where its automaton is, and the node it fills. Nodes move when their siblings are added, so a node is
/// named by its path: the last child of the one below on the stack.
struct Level {
    rule: *const dfa,
    state: usize,
}

/// The parser of `parser.h`: fed token by token.
pub struct Parser {
    grammar: *const grammar,
    stack: Vec<Level>,
    root: *mut node,
    /// What would have been right, if it is one kind of token.
    expected: c_int,
    /// Without type comments a function's body is a plain suite: errors in its indentation have better words then.
    type_comments: bool,
}

/// `encoding_decl`, `func_body_suite` and `suite` of `graminit.h`.
const ENCODING_DECL: c_int = 341;
const FUNC_BODY_SUITE: c_int = 344;
const SUITE: c_int = 304;

impl Drop for Parser {
    fn drop(&mut self) {
        nodes::free(self.root);
    }
}

impl Parser {
    /// A parser for a grammar that outlives it, from a rule.
    fn new(g: &grammar, start: c_int) -> Option<Parser> {
        let rule: *const dfa = find_rule(g, start)?;
        let root = nodes::new(start);
        (!root.is_null()).then(|| Parser {
            grammar: g,
            stack: vec![Level { rule, state: 0 }],
            root,
            expected: -1,
            type_comments: false,
        })
    }

    /// The node that the top of the stack fills.
    fn current(&self) -> &node {
        // SAFETY: the tree is the parser's own.
        let mut at = unsafe { &*self.root };
        for _ in 1..self.stack.len() {
            match nodes::children(at).last() {
                Some(last) => at = last,
                None => break,
            }
        }
        at
    }

    /// The label of a token: that of the keyword, or of its kind.
    fn classify(&self, ty: c_int, text: &[u8]) -> Option<usize> {
        // SAFETY: the grammar outlives the parser.
        let labels = labels_of(unsafe { &*self.grammar });
        // SAFETY: a label's text ends in NUL.
        let is_word = |l: &label| unsafe { CStr::from_ptr(l.lb_str) }.to_bytes() == text;
        let word = labels
            .iter()
            .position(|l| ty == NAME && l.lb_type == NAME && !l.lb_str.is_null() && is_word(l));
        word.or_else(|| {
            labels
                .iter()
                .position(|l| l.lb_type == ty && l.lb_str.is_null())
        })
    }

    /// Takes a token: `E_OK`, `E_DONE`, or why not. The text belongs to the tree if it is taken.
    fn add(&mut self, ty: c_int, text: *mut c_char, place: Place) -> c_int {
        let bytes = if text.is_null() {
            &[][..]
        } else {
            // SAFETY: a text that is not NULL ends in NUL.
            unsafe { CStr::from_ptr(text) }.to_bytes()
        };
        let Some(wanted) = self.classify(ty, bytes) else {
            return E_SYNTAX;
        };
        // SAFETY: the grammar outlives the parser.
        let g = unsafe { &*self.grammar };
        loop {
            let Some(top) = self.stack.last() else {
                return E_SYNTAX;
            };
            // SAFETY: rules are the grammar's.
            let states = states_of(unsafe { &*top.rule });
            let Some(s) = states.get(top.state) else {
                return E_SYNTAX;
            };
            let labels = labels_of(g);
            let mut step = None;
            for a in arcs_of(s) {
                let Some(l) = labels.get(a.a_lbl as usize) else {
                    continue;
                };
                if a.a_lbl as usize == wanted {
                    step = Some((a.a_arrow as usize, None));
                } else if l.lb_type >= NT_OFFSET
                    && let Some(below) = find_rule(g, l.lb_type)
                    && begins(below, wanted)
                {
                    step = Some((a.a_arrow as usize, Some(below)));
                }
            }
            let accepts = arcs_of(s).iter().any(|a| a.a_lbl == 0);
            match step {
                Some((next, None)) => return self.shift(ty, text, next, place),
                Some((next, Some(below))) => {
                    let plain = below.d_type == FUNC_BODY_SUITE && !self.type_comments;
                    let below = if plain {
                        find_rule(g, SUITE).unwrap_or(below)
                    } else {
                        below
                    };
                    if self.stack.len() >= MAX_DEPTH {
                        return E_NOMEM;
                    }
                    let status =
                        nodes::add(self.current(), below.d_type, std::ptr::null_mut(), place);
                    if status != E_OK {
                        return status;
                    }
                    if let Some(top) = self.stack.last_mut() {
                        top.state = next;
                    }
                    self.stack.push(Level {
                        rule: below,
                        state: 0,
                    });
                }
                None if accepts => {
                    self.stack.pop();
                }
                None => {
                    let own = arcs_of(s);
                    self.expected = match own {
                        [a] => labels.get(a.a_lbl as usize).map_or(-1, |l| l.lb_type),
                        _ => -1,
                    };
                    return E_SYNTAX;
                }
            }
        }
    }

    fn shift(&mut self, ty: c_int, text: *mut c_char, next: usize, place: Place) -> c_int {
        let status = nodes::add(self.current(), ty, text, place);
        if status != E_OK {
            return status;
        }
        if let Some(top) = self.stack.last_mut() {
            top.state = next;
        }
        // A rule that can only end here ends.
        while let Some(top) = self.stack.last() {
            // SAFETY: rules are the grammar's.
            let states = states_of(unsafe { &*top.rule });
            let over = states
                .get(top.state)
                .is_some_and(|s| matches!(arcs_of(s), [a] if a.a_lbl == 0));
            if !over {
                return E_OK;
            }
            self.stack.pop();
        }
        E_DONE
    }
}

/// C's own parser has a stack of 6000.
const MAX_DEPTH: usize = 6000;

/// The number of a token, and whether it carries text.
fn number_of(token: &Token, text: &[u8]) -> c_int {
    match token.kind {
        Tok::EndMarker => ENDMARKER,
        Tok::Name => NAME,
        Tok::Number => NUMBER,
        Tok::String => STRING,
        Tok::Newline => NEWLINE,
        Tok::Indent => INDENT,
        Tok::Dedent => DEDENT,
        Tok::TypeComment => TYPE_COMMENT,
        Tok::Async => ASYNC,
        Tok::Await => AWAIT,
        Tok::Unknown => ERRORTOKEN,
        kind if kind as u8 > Tok::Unknown as u8 => NAME,
        _ => operator(text),
    }
}

/// The error of a text: its code, place and line; or the whole of it, where no code says it.
struct Failure {
    code: c_int,
    whole: Option<Box<syntax::SyntaxError>>,
    token: c_int,
    expected: c_int,
    line: c_int,
    offset: c_int,
    text: Vec<u8>,
}

impl Failure {
    fn new(code: c_int) -> Self {
        Failure {
            code,
            whole: None,
            token: -1,
            expected: -1,
            line: 1,
            offset: 0,
            text: Vec::new(),
        }
    }

    /// The error that the compiler finds in the same text.
    fn describe(&mut self, error: syntax::SyntaxError) {
        (self.token, self.expected) = (-1, -1);
        self.code = code_of(&error.msg, &mut self.token, &mut self.expected);
        self.line = error.lineno;
        self.offset = error.offset;
        if let syntax::ErrorText::Line(line) = &error.text {
            self.text = line.as_wtf8().to_vec();
        }
        if self.code == E_ERROR {
            self.whole = Some(Box::new(error));
        }
    }
}

/// The code of an error by the compiler's words for it; `E_ERROR` for words that have none.
fn code_of(message: &str, token: &mut c_int, expected: &mut c_int) -> c_int {
    match message {
        "unexpected EOF while parsing" => E_EOF,
        "EOL while scanning string literal" => E_EOLS,
        "EOF while scanning triple-quoted string literal" => E_EOFS,
        "inconsistent use of tabs and spaces in indentation" => E_TABSPACE,
        "unindent does not match any outer indentation level" => E_DEDENT,
        "too many levels of indentation" => E_TOODEEP,
        "unexpected character after line continuation character" => E_LINECONT,
        "invalid character in identifier" => E_IDENTIFIER,
        "multiple statements found while compiling a single statement" => E_BADSINGLE,
        "invalid token" => E_TOKEN,
        "expected an indented block" => {
            *expected = INDENT;
            E_SYNTAX
        }
        "unexpected indent" => {
            *token = INDENT;
            E_SYNTAX
        }
        "unexpected unindent" => {
            *token = DEDENT;
            E_SYNTAX
        }
        "invalid syntax" => E_SYNTAX,
        _ => E_ERROR,
    }
}

/// Parses a text in UTF-8 by a grammar.
fn parse(source: &[u8], g: &grammar, start: c_int, flags: c_int) -> Result<*mut node, Failure> {
    let options = syntax::Options {
        mode: mode_of(start),
        type_comments: flags & PyPARSE_TYPE_COMMENTS != 0,
        dont_imply_dedent: flags & PyPARSE_DONT_IMPLY_DEDENT != 0,
        barry_as_flufl: flags & PyPARSE_BARRY_AS_BDFL != 0,
        ..Default::default()
    };
    let mut failure = Failure::new(E_SYNTAX);
    let Some(mut parser) = Parser::new(g, start) else {
        return Err(Failure::new(E_NOMEM));
    };
    parser.type_comments = options.type_comments;
    let mut status = E_OK;
    let mut feed = |token: &Token, text: &[u8]| {
        if status != E_OK {
            return;
        }
        let ty = number_of(token, text);
        let text: &[u8] = match ty {
            INDENT | DEDENT | ENDMARKER => b"",
            // A comment in front of the end of a line belongs to it.
            NEWLINE => text.strip_suffix(b"\n").unwrap_or(text),
            _ => text,
        };
        let copy = nodes::copy_text(text);
        let place = Place {
            line: token.lineno,
            column: token.col,
            end_line: token.end_lineno,
            end_column: token.end_col,
        };
        status = if copy.is_null() {
            E_NOMEM
        } else {
            parser.add(ty, copy, place)
        };
        if !matches!(status, E_OK | E_DONE) {
            failure.token = ty;
            failure.line = token.lineno;
            failure.offset = token.col + 1;
            // SAFETY: the tree did not take the text.
            unsafe { mem::free(mem::Domain::Object, copy.cast()) };
        }
    };
    let tokens = syntax::tokenize(source, options, &mut feed);
    if tokens.is_ok() && status == E_DONE {
        return Ok(std::mem::replace(&mut parser.root, std::ptr::null_mut()));
    }
    failure.expected = parser.expected;
    failure.code = if status == E_NOMEM || status == E_OVERFLOW {
        status
    } else {
        E_SYNTAX
    };
    // The place and the words are the compiler's; a token that does not fit is wrong before what follows is no token.
    let error = match status {
        E_OK | E_DONE => tokens.err(),
        _ => None,
    };
    let error = error.or_else(|| syntax::parse_str(source, options, &mut Vec::new()).err());
    if let Some(error) = error.filter(|_| failure.code == E_SYNTAX) {
        failure.describe(error);
    }
    Err(failure)
}

fn mode_of(start: c_int) -> syntax::Mode {
    match start {
        256 => syntax::Mode::Interactive,
        258 => syntax::Mode::Expression,
        _ => syntax::Mode::Module,
    }
}

/// Parses a text in the encoding that it declares; a tree that remembers the encoding has it in a node above its root.
fn parse_encoded(
    source: &[u8],
    g: &grammar,
    start: c_int,
    flags: c_int,
) -> Result<*mut node, Failure> {
    if flags & PyPARSE_IGNORE_COOKIE != 0 {
        return parse(source, g, start, flags);
    }
    let text = syntax::decode(source, mode_of(start), &mut compile::decode).map_err(|error| {
        let mut failure = Failure::new(E_DECODE);
        failure.line = error.lineno;
        failure.offset = error.offset;
        failure.whole = Some(Box::new(error));
        failure
    })?;
    let root = parse(&text, g, start, flags)?;
    let Some(encoding) = syntax::encoding(source) else {
        return Ok(root);
    };
    let name = nodes::copy_text(encoding.as_bytes());
    let above = nodes::new(ENCODING_DECL);
    // SAFETY: NULL or a new node.
    let (Some(n), false) = (unsafe { above.as_ref() }, name.is_null()) else {
        nodes::free(root);
        nodes::free(above);
        // SAFETY: NULL or a text that no tree took.
        unsafe { mem::free(mem::Domain::Object, name.cast()) };
        return Err(Failure::new(E_NOMEM));
    };
    n.n_str.set(name);
    // The old root is a block that holds one node, as an array of one child does.
    n.n_nchildren.set(1);
    n.n_child.set(root);
    Ok(above)
}

/// Puts an error where C wants it, and sets the exception where no code says it; the file's name becomes C's.
fn report(detail: *mut perrdetail, filename: Option<Owned>, failure: Option<&Failure>) {
    if let Some(whole) = failure.and_then(|f| f.whole.as_ref()) {
        let name = filename.clone().unwrap_or_else(|| none().own());
        let _ = compile::set_error(whole, &name);
    }
    // SAFETY: C passes NULL or a place for the error.
    let Some(d) = (unsafe { detail.as_ref() }) else {
        return;
    };
    d.error.set(E_OK);
    d.filename
        .set(filename.map_or(std::ptr::null_mut(), Owned::into_ptr));
    d.lineno.set(0);
    d.offset.set(0);
    d.text.set(std::ptr::null_mut());
    d.token.set(-1);
    d.expected.set(-1);
    if let Some(f) = failure {
        d.error.set(f.code);
        d.lineno.set(f.line);
        d.offset.set(f.offset);
        d.token.set(f.token);
        d.expected.set(f.expected);
        if !f.text.is_empty() {
            d.text.set(nodes::copy_text(&f.text));
        }
    }
}

/// Parses for C: a tree, or NULL and the error.
fn tree(
    source: &[u8],
    filename: Option<Owned>,
    g: *mut grammar,
    start: c_int,
    detail: *mut perrdetail,
    flags: c_int,
) -> *mut node {
    // SAFETY: C passes a live grammar.
    match parse_encoded(source, unsafe { &*g }, start, flags) {
        Ok(root) => {
            report(detail, filename, None);
            root
        }
        Err(failure) => {
            report(detail, filename, Some(&failure));
            std::ptr::null_mut()
        }
    }
}

fn file_name(name: Option<&CStr>) -> Option<Owned> {
    let name = name.map_or(&b"<string>"[..], CStr::to_bytes);
    unicode::fs::decode_default(name).ok().map(|n| n.upcast())
}

/// The flags behind a pointer.
fn flags_at(flags: *mut c_int) -> c_int {
    // SAFETY: C passes NULL or a place with flags.
    unsafe { flags.as_ref() }.copied().unwrap_or(0)
}

/// The text of a file that C has opened, as UTF-8.
pub fn file_text(file: *mut libc::FILE, encoding: Option<&CStr>) -> Vec<u8> {
    let data = crate::pythonrun::contents(file);
    match encoding.map(CStr::to_bytes) {
        None | Some(b"utf-8") => data,
        Some(name) => {
            let decoded = codecs::decode_text(&data, Some(&String::from_utf8_lossy(name)), None);
            match decoded.and_then(|s| unicode::encode::utf8(&s, Some("surrogatepass"))) {
                Ok(text) => bytes::as_slice(&text).to_vec(),
                Err(_) => {
                    err::clear();
                    data
                }
            }
        }
    }
}

/// The exception of an error.
fn raise(d: &perrdetail) -> Raised {
    let class = exceptions::exc::SyntaxError.get();
    let indentation = exceptions::exc::IndentationError.get();
    let (class, message) = match d.error.get() {
        E_ERROR => return Raised::already_set(),
        E_DECODE if err::occurred().is_some() => return Raised::already_set(),
        E_SYNTAX if d.expected.get() == INDENT => (indentation, "expected an indented block"),
        E_SYNTAX if d.token.get() == INDENT => (indentation, "unexpected indent"),
        E_SYNTAX if d.token.get() == DEDENT => (indentation, "unexpected unindent"),
        E_SYNTAX => (class, "invalid syntax"),
        E_TOKEN => (class, "invalid token"),
        E_EOFS => (class, "EOF while scanning triple-quoted string literal"),
        E_EOLS => (class, "EOL while scanning string literal"),
        E_INTR => {
            if err::occurred().is_none() {
                return err::set_none(exceptions::exc::KeyboardInterrupt.get());
            }
            return Raised::already_set();
        }
        E_NOMEM => return err::no_memory(),
        E_EOF => (class, "unexpected EOF while parsing"),
        E_TABSPACE => (
            exceptions::exc::TabError.get(),
            "inconsistent use of tabs and spaces in indentation",
        ),
        E_OVERFLOW => (class, "expression too long"),
        E_DEDENT => (
            indentation,
            "unindent does not match any outer indentation level",
        ),
        E_TOODEEP => (indentation, "too many levels of indentation"),
        E_DECODE => (class, "unknown decode error"),
        E_LINECONT => (
            class,
            "unexpected character after line continuation character",
        ),
        E_IDENTIFIER => (class, "invalid character in identifier"),
        E_BADSINGLE => (
            class,
            "multiple statements found while compiling a single statement",
        ),
        _ => (class, "unknown parsing error"),
    };
    let make = || -> PyResult<Owned> {
        let text = if d.text.get().is_null() {
            none().own()
        } else {
            // SAFETY: the text ends in NUL.
            unicode::decode::utf8(
                unsafe { CStr::from_ptr(d.text.get()) }.to_bytes(),
                Some("replace"),
            )?
            .upcast()
        };
        let filename = d.filename.load().unwrap_or_else(|| none().own());
        let place = tuple::pack([
            filename,
            long::from_i64(i64::from(d.lineno.get()))?.upcast(),
            long::from_i64(i64::from(d.offset.get()))?.upcast(),
            text,
        ])?;
        Ok(tuple::pack([unicode::from_str(message)?.upcast(), place.upcast()])?.upcast())
    };
    match make() {
        Ok(value) => err::set_object(class, &value),
        Err(raised) => raised,
    }
}

/// Frees what an error holds.
fn clear(d: &perrdetail) {
    d.filename.set_ref(None);
    // SAFETY: the text is of this domain.
    unsafe {
        mem::free(
            mem::Domain::Object,
            d.text.replace(std::ptr::null_mut()).cast(),
        )
    };
}

/// Parses by the language's own grammar; raises the error.
fn simple(source: &[u8], filename: Option<Owned>, start: c_int, flags: c_int) -> *mut node {
    let detail = perrdetail {
        error: Cell::new(E_OK),
        filename: Cell::new(std::ptr::null_mut()),
        lineno: Cell::new(0),
        offset: Cell::new(0),
        text: Cell::new(std::ptr::null_mut()),
        token: Cell::new(-1),
        expected: Cell::new(-1),
    };
    let place = std::ptr::from_ref(&detail).cast_mut();
    let root = tree(
        source,
        filename,
        _PyParser_Grammar.as_ptr(),
        start,
        place,
        flags,
    );
    if root.is_null() {
        let _ = raise(&detail);
    }
    clear(&detail);
    root
}

capi! {
    fn PyParser_ParseString(source: &CStr, g: *mut grammar, start: c_int, detail: *mut perrdetail) -> *mut node { tree(source.to_bytes(), file_name(None), g, start, detail, 0) }
    fn PyParser_ParseStringFlags(source: &CStr, g: *mut grammar, start: c_int, detail: *mut perrdetail, flags: c_int) -> *mut node { tree(source.to_bytes(), file_name(None), g, start, detail, flags) }
    fn PyParser_ParseStringFlagsFilename(source: &CStr, filename: Option<&CStr>, g: *mut grammar, start: c_int, detail: *mut perrdetail, flags: c_int) -> *mut node { tree(source.to_bytes(), file_name(filename), g, start, detail, flags) }
    fn PyParser_ParseStringFlagsFilenameEx(source: &CStr, filename: Option<&CStr>, g: *mut grammar, start: c_int, detail: *mut perrdetail, flags: *mut c_int) -> *mut node { tree(source.to_bytes(), file_name(filename), g, start, detail, flags_at(flags)) }
    fn PyParser_ParseStringObject(source: &CStr, filename: Option<&PyObject>, g: *mut grammar, start: c_int, detail: *mut perrdetail, flags: *mut c_int) -> *mut node { tree(source.to_bytes(), filename.map(PyObject::own), g, start, detail, flags_at(flags)) }
    fn PyParser_ParseFile(file: *mut libc::FILE, filename: Option<&CStr>, g: *mut grammar, start: c_int, _ps1: *const c_char, _ps2: *const c_char, detail: *mut perrdetail) -> *mut node { tree(&file_text(file, None), file_name(filename), g, start, detail, 0) }
    fn PyParser_ParseFileFlags(file: *mut libc::FILE, filename: Option<&CStr>, encoding: Option<&CStr>, g: *mut grammar, start: c_int, _ps1: *const c_char, _ps2: *const c_char, detail: *mut perrdetail, flags: c_int) -> *mut node { tree(&file_text(file, encoding), file_name(filename), g, start, detail, flags) }
    fn PyParser_ParseFileFlagsEx(file: *mut libc::FILE, filename: Option<&CStr>, encoding: Option<&CStr>, g: *mut grammar, start: c_int, _ps1: *const c_char, _ps2: *const c_char, detail: *mut perrdetail, flags: *mut c_int) -> *mut node { tree(&file_text(file, encoding), file_name(filename), g, start, detail, flags_at(flags)) }
    fn PyParser_ParseFileObject(file: *mut libc::FILE, filename: Option<&PyObject>, encoding: Option<&CStr>, g: *mut grammar, start: c_int, _ps1: *const c_char, _ps2: *const c_char, detail: *mut perrdetail, flags: *mut c_int) -> *mut node { tree(&file_text(file, encoding), filename.map(PyObject::own), g, start, detail, flags_at(flags)) }
    fn PyParser_SimpleParseString(source: &CStr, start: c_int) -> *mut node { simple(source.to_bytes(), file_name(None), start, 0) }
    fn PyParser_SimpleParseStringFlags(source: &CStr, start: c_int, flags: c_int) -> *mut node { simple(source.to_bytes(), file_name(None), start, flags) }
    fn PyParser_SimpleParseStringFlagsFilename(source: &CStr, filename: Option<&CStr>, start: c_int, flags: c_int) -> *mut node { simple(source.to_bytes(), file_name(filename), start, flags) }
    fn PyParser_SimpleParseFile(file: *mut libc::FILE, filename: Option<&CStr>, start: c_int) -> *mut node { simple(&file_text(file, None), file_name(filename), start, 0) }
    fn PyParser_SimpleParseFileFlags(file: *mut libc::FILE, filename: Option<&CStr>, start: c_int, flags: c_int) -> *mut node { simple(&file_text(file, None), file_name(filename), start, flags) }

    fn PyParser_SetError(detail: *mut perrdetail) {
        // SAFETY: C passes an error that was filled in.
        let _ = raise(unsafe { &*detail });
    }

    fn PyParser_ClearError(detail: *mut perrdetail) {
        // SAFETY: C passes an error that was filled in.
        clear(unsafe { &*detail });
    }

    fn PyParser_New(g: *mut grammar, start: c_int) -> *mut c_void {
        // SAFETY: C passes a live grammar.
        let made = Parser::new(unsafe { &*g }, start);
        made.map_or(std::ptr::null_mut(), |p| Box::into_raw(Box::new(p)).cast())
    }

    fn PyParser_Delete(parser: *mut c_void) {
        if !parser.is_null() {
            // SAFETY: C passes what PyParser_New made.
            drop(unsafe { Box::from_raw(parser.cast::<Parser>()) });
        }
    }
}

/// `PyParser_AddToken`: feeds a parser of `PyParser_New`.
///
/// # Safety
/// As in C: a live parser; the text ends in NUL and is the tree's if it is taken; a place or NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn PyParser_AddToken(
    parser: *mut c_void,
    ty: c_int,
    text: *mut c_char,
    line: c_int,
    column: c_int,
    end_line: c_int,
    end_column: c_int,
    expected: *mut c_int,
) -> c_int {
    // SAFETY: by the contract.
    unsafe {
        let parser = &mut *parser.cast::<Parser>();
        let status = parser.add(
            ty,
            text,
            Place {
                line,
                column,
                end_line,
                end_column,
            },
        );
        if status == E_SYNTAX && !expected.is_null() {
            expected.write(parser.expected);
        }
        status
    }
}

/// The tokenizer of `tokenizer.h`: the tokens of a text, found in advance.
struct Tokens {
    tokens: std::vec::IntoIter<(c_int, std::ffi::CString)>,
    /// The last token's text, to which C has pointers.
    current: std::ffi::CString,
    /// What ends the text: `ENDMARKER`, or `ERRORTOKEN`.
    end: c_int,
}

fn tokens_of(source: &[u8]) -> *mut c_void {
    let mut all = Vec::new();
    let mut each = |token: &Token, text: &[u8]| {
        let shown = if matches!(token.kind, Tok::Indent | Tok::Dedent | Tok::EndMarker) {
            b""
        } else {
            text
        };
        all.push((number_of(token, text), config::c_string(shown)));
    };
    let whole = syntax::tokenize(source, syntax::Options::default(), &mut each).is_ok();
    let tokens = Tokens {
        tokens: all.into_iter(),
        current: std::ffi::CString::default(),
        end: if whole { ENDMARKER } else { ERRORTOKEN },
    };
    Box::into_raw(Box::new(tokens)).cast()
}

/// The encoding that a file declares in its first two lines, in memory that C frees; NULL if the file cannot be read.
fn file_encoding(fd: c_int) -> *mut c_char {
    // SAFETY: duplicates the descriptor, so that the caller's stays open; the stream is closed here.
    let data = unsafe {
        let copy = libc::dup(fd);
        let file = libc::fdopen(copy, c"rb".as_ptr());
        if file.is_null() {
            return std::ptr::null_mut();
        }
        let data = crate::pythonrun::contents(file);
        libc::fclose(file);
        data
    };
    let Some(name) = syntax::encoding(&data) else {
        return std::ptr::null_mut();
    };
    let block = mem::malloc(mem::Domain::Mem, name.len() + 1).cast::<u8>();
    if !block.is_null() {
        // SAFETY: the block has room for the name and a NUL.
        unsafe {
            block.copy_from_nonoverlapping(name.as_ptr(), name.len());
            block.add(name.len()).write(0);
        }
    }
    block.cast()
}

capi! {
    fn PyTokenizer_FromString(source: &CStr, _whole: c_int) -> *mut c_void { tokens_of(source.to_bytes()) }
    fn PyTokenizer_FromUTF8(source: &CStr, _whole: c_int) -> *mut c_void { tokens_of(source.to_bytes()) }
    fn PyTokenizer_FromFile(file: *mut libc::FILE, encoding: Option<&CStr>, _ps1: *const c_char, _ps2: *const c_char) -> *mut c_void { tokens_of(&file_text(file, encoding)) }

    fn PyTokenizer_Free(tokens: *mut c_void) {
        if !tokens.is_null() {
            // SAFETY: C passes what was made above.
            drop(unsafe { Box::from_raw(tokens.cast::<Tokens>()) });
        }
    }

    fn PyTokenizer_Get(tokens: *mut c_void, start: Out<*const c_char>, end: Out<*const c_char>) -> c_int {
        // SAFETY: C passes what was made above, from one thread.
        let tokens = unsafe { &mut *tokens.cast::<Tokens>() };
        start.set(std::ptr::null());
        end.set(std::ptr::null());
        let Some((ty, text)) = tokens.tokens.next() else { return tokens.end };
        tokens.current = text;
        if !tokens.current.is_empty() {
            let bytes = tokens.current.as_bytes();
            start.set(bytes.as_ptr().cast());
            end.set(bytes.as_ptr_range().end.cast());
        }
        ty
    }

    fn PyTokenizer_FindEncoding(fd: c_int) -> *mut c_char { file_encoding(fd) }
    fn PyTokenizer_FindEncodingFilename(fd: c_int, _filename: Option<&PyObject>) -> *mut c_char { file_encoding(fd) }
}
