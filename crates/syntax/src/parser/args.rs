//! Parameters of functions and arguments of calls.

use super::expr::{COMP_FOR, FIRST_OF_TEST};
use super::{Parser, R, Start};
use crate::ast::*;
use crate::error::SyntaxError;
use crate::token::Tok;
use std::collections::HashSet;

/// The arguments of a call as they are read.
#[derive(Default)]
struct Arguing {
    keywords: Vec<Keyword>,
    /// The names among many keywords.
    names: HashSet<Symbol>,
    /// `**` was among the keywords.
    unpacked: bool,
    count: usize,
    /// A generator expression without parentheses.
    bare_generator: Option<Start>,
}

impl Arguing {
    /// Is there a keyword of that name? It is about to be added.
    fn has_keyword(&mut self, name: Symbol) -> bool {
        const FEW: usize = 16;
        if self.keywords.len() < FEW {
            return self.keywords.iter().any(|k| k.arg == Some(name));
        }
        if self.names.is_empty() {
            self.names
                .extend(self.keywords.iter().filter_map(|k| k.arg));
        }
        !self.names.insert(name)
    }
}

/// The parameters of a function as they are read.
#[derive(Default)]
struct Parameters {
    posonlyargs: Vec<Arg>,
    args: Vec<Arg>,
    defaults: Vec<ExprId>,
    kwonlyargs: Vec<Arg>,
    kw_defaults: Vec<Option<ExprId>>,
    vararg: Option<Arg>,
    kwarg: Option<Arg>,
    /// `*` was seen, and where.
    star: Option<Start>,
    slash: bool,
}

/// Which parameter a type comment belongs to.
#[derive(Clone, Copy)]
enum Last {
    Plain,
    KeywordOnly,
    Star,
    DoubleStar,
}

impl Parser<'_> {
    /// A call of `func`, at its opening parenthesis. `depth` is that of the arguments' `test`s.
    pub(super) fn call(&mut self, start: Start, func: ExprId, depth: u32) -> R<ExprId> {
        let open = self.start();
        self.advance()?;
        let mark = self.exprs.len();
        let keywords = self.at_depth(depth, |p| p.arglist(open, true))?;
        self.expect(Tok::RPar)?;
        let args = self.take_exprs(mark);
        Ok(self.expr_ending(
            start,
            open,
            ExprKind::Call {
                func,
                args,
                keywords,
            },
        ))
    }

    /// The arguments up to the closing parenthesis: positional ones are pushed on `exprs`. `depth` is that of their `test`s.
    pub(super) fn arglist(&mut self, open: Start, generator_allowed: bool) -> R<List<Keyword>> {
        if self.tok.kind == Tok::RPar {
            return Ok(List::EMPTY);
        }
        let before = self.deferred.take();
        let mut all = Arguing::default();
        let mark = self.exprs.len();
        let mut trailing = false;
        while self.at(FIRST_OF_ARGUMENT) {
            trailing = false;
            self.argument(&mut all)?;
            all.count += 1;
            if self.tok.kind != Tok::Comma {
                break;
            }
            trailing = true;
            self.advance()?;
        }
        if all.count == 0 {
            return Err(self.invalid());
        }
        if let Some(start) = all.bare_generator {
            let alone = all.count == 1 && !trailing;
            if !generator_allowed {
                self.deferred = None;
                self.defer("invalid syntax", start);
            } else if !alone {
                self.deferred = None;
                self.defer("Generator expression must be parenthesized", start);
            } else if let Some(&generator) = self.exprs.get(mark) {
                // Its parentheses are those of the call, of which one is still to come.
                let end = (self.tok.end_lineno, self.tok.end_col);
                self.ast[generator].pos = self.pos_between(open, self.start(), end);
            }
        }
        self.deferred = before.or(self.deferred.take());
        Ok(self.ast.list(&all.keywords))
    }

    fn argument(&mut self, all: &mut Arguing) -> R<()> {
        let start = self.start();
        match self.tok.kind {
            Tok::Star => {
                self.advance()?;
                if all.unpacked {
                    let msg = "iterable argument unpacking follows keyword argument unpacking";
                    self.defer(msg, start);
                }
                let value = self.test()?;
                let ctx = ExprContext::Load;
                // Parentheses around the value are left out at its end.
                let inner = self.ast[value].pos;
                let pos = Pos {
                    lineno: start.lineno,
                    col_offset: start.col,
                    ..inner
                };
                let starred = self.ast.expr(ExprKind::Starred { value, ctx }, pos);
                self.exprs.push(starred);
                Ok(())
            }
            Tok::DoubleStar => {
                self.advance()?;
                let value = self.test()?;
                all.keywords.push(Keyword { arg: None, value });
                all.unpacked = true;
                Ok(())
            }
            _ => self.plain_argument(all, start),
        }
    }

    /// `test [comp_for] | test ':=' test | test '=' test`
    fn plain_argument(&mut self, all: &mut Arguing, start: Start) -> R<()> {
        let first = self.tok;
        let before = self.deferred.take();
        let mut value = self.test()?;
        if self.tok.kind == Tok::Equal {
            let one_token = self.end == (first.end_lineno, first.end_col);
            let key = if one_token { first.kind } else { Tok::Unknown };
            return self.keyword_argument(all, start, key, value, before);
        }
        // 3.8 looks at what stands where before it looks into it.
        let inside = self.deferred.take();
        self.deferred = before;
        if all.unpacked {
            self.defer(
                "positional argument follows keyword argument unpacking",
                start,
            );
        } else if !all.keywords.is_empty() {
            self.defer("positional argument follows keyword argument", start);
        }
        if self.deferred.is_none() {
            self.deferred = inside;
        }
        if self.tok.kind == Tok::ColonEqual {
            value = self.named_value(start, value)?;
        } else if self.at(COMP_FOR) {
            let generators = self.comp_for(self.depth)?;
            value = self.expr_from(
                start,
                ExprKind::GeneratorExp {
                    elt: value,
                    generators,
                },
            );
            all.bare_generator.get_or_insert(start);
        }
        self.exprs.push(value);
        Ok(())
    }

    fn keyword_argument(
        &mut self,
        all: &mut Arguing,
        start: Start,
        key: Tok,
        value: ExprId,
        before: Option<Box<SyntaxError>>,
    ) -> R<()> {
        // The key is not looked into, so what is wrong with it is only that it is no name.
        self.deferred = before;
        let arg = match (key, self.ast[value].kind) {
            (Tok::Name, ExprKind::Name { id, .. }) => {
                self.check_name(id, start);
                if all.has_keyword(id) {
                    self.defer("keyword argument repeated", start);
                }
                Some(id)
            }
            (Tok::None, _) => {
                self.defer("cannot assign to None", start);
                None
            }
            (Tok::True, _) => {
                self.defer("cannot assign to True", start);
                None
            }
            (Tok::False, _) => {
                self.defer("cannot assign to False", start);
                None
            }
            _ => {
                let msg = "expression cannot contain assignment, perhaps you meant \"==\"?";
                self.defer(msg, start);
                None
            }
        };
        self.advance()?;
        let value = self.test()?;
        all.keywords.push(Keyword { arg, value });
        Ok(())
    }

    /// The parameters up to `close`, which is `)` for a `def` and `:` for a `lambda`. `depth` is that of a default's `test`.
    pub(super) fn parameters(&mut self, close: Tok) -> R<ArgumentsId> {
        if self.tok.kind == close {
            return Ok(self.ast.arguments(Arguments::default()));
        }
        let start = self.start();
        let typed = close == Tok::RPar;
        let mut all = Parameters::default();
        loop {
            let last = match self.tok.kind {
                Tok::Name => {
                    self.plain_parameter(&mut all, start, typed)?;
                    if all.star.is_some() {
                        Last::KeywordOnly
                    } else {
                        Last::Plain
                    }
                }
                Tok::Star if all.star.is_none() => {
                    self.star_parameter(&mut all, typed)?;
                    Last::Star
                }
                Tok::DoubleStar => {
                    self.advance()?;
                    let (arg, wrong) = self.parameter(typed)?;
                    all.kwarg = Some(arg);
                    if self.deferred.is_none() {
                        self.deferred = wrong;
                    }
                    Last::DoubleStar
                }
                Tok::Slash if all.star.is_none() && !all.slash && !all.args.is_empty() => {
                    self.advance()?;
                    all.slash = true;
                    all.posonlyargs = std::mem::take(&mut all.args);
                    Last::Plain
                }
                _ => return Err(self.invalid()),
            };
            let comma = self.tok.kind == Tok::Comma;
            if comma {
                self.advance()?;
            }
            if typed && self.tok.kind == Tok::TypeComment {
                self.parameter_comment(&mut all, last)?;
                if !comma {
                    break;
                }
            }
            if !comma || matches!(last, Last::DoubleStar) || self.tok.kind == close {
                break;
            }
            self.check_bare_star(&mut all, last);
        }
        if let (Some(star), None, true) = (all.star, all.vararg, all.kwonlyargs.is_empty()) {
            self.defer("named arguments must follow bare *", star);
        }
        Ok(self.finish_parameters(&all))
    }

    /// `*, **kwargs`: 3.8 complains where the named argument should be.
    fn check_bare_star(&mut self, all: &mut Parameters, last: Last) {
        if matches!(last, Last::Star) && all.vararg.is_none() && self.tok.kind == Tok::DoubleStar {
            self.defer("named arguments must follow bare *", self.start());
        }
    }

    fn finish_parameters(&mut self, all: &Parameters) -> ArgumentsId {
        let arguments = Arguments {
            posonlyargs: self.ast.list(&all.posonlyargs),
            args: self.ast.list(&all.args),
            vararg: all.vararg,
            kwonlyargs: self.ast.list(&all.kwonlyargs),
            kw_defaults: self.ast.list(&all.kw_defaults),
            kwarg: all.kwarg,
            defaults: self.ast.list(&all.defaults),
        };
        self.ast.arguments(arguments)
    }

    /// `NAME [':' test]`, and what is wrong in the annotation: 3.8 looks at the default first.
    fn parameter(&mut self, typed: bool) -> R<(Arg, Option<Box<SyntaxError>>)> {
        let start = self.start();
        let arg = self.name()?;
        self.check_name(arg, start);
        let mut annotation = None;
        let mut wrong = None;
        if typed && self.tok.kind == Tok::Colon {
            self.advance()?;
            let before = self.deferred.take();
            annotation = Some(self.at_depth(self.depth + 1, Self::test)?);
            wrong = std::mem::replace(&mut self.deferred, before);
        }
        let pos = self.pos_from(start);
        Ok((
            Arg {
                arg,
                annotation,
                type_comment: None,
                pos,
            },
            wrong,
        ))
    }

    fn plain_parameter(&mut self, all: &mut Parameters, list: Start, typed: bool) -> R<()> {
        let name_end = (self.tok.end_lineno, self.tok.end_col);
        let (mut arg, wrong) = self.parameter(typed)?;
        let mut default = None;
        if self.tok.kind == Tok::Equal {
            self.advance()?;
            default = Some(self.test()?);
        }
        if all.star.is_some() {
            // 3.8 leaves the annotation of a keyword-only parameter out of its position.
            let start = Start {
                lineno: arg.pos.lineno,
                col: arg.pos.col_offset,
            };
            arg.pos = self.pos_between(start, start, name_end);
            all.kwonlyargs.push(arg);
            all.kw_defaults.push(default);
        } else {
            match default {
                Some(default) => all.defaults.push(default),
                None if all.defaults.is_empty() => {}
                None => self.defer("non-default argument follows default argument", list),
            }
            all.args.push(arg);
        }
        if self.deferred.is_none() {
            self.deferred = wrong;
        }
        Ok(())
    }

    fn star_parameter(&mut self, all: &mut Parameters, typed: bool) -> R<()> {
        let star = self.start();
        all.star = Some(star);
        self.advance()?;
        if self.tok.kind == Tok::Name {
            let (arg, wrong) = self.parameter(typed)?;
            all.vararg = Some(arg);
            if self.deferred.is_none() {
                self.deferred = wrong;
            }
        }
        Ok(())
    }

    fn parameter_comment(&mut self, all: &mut Parameters, last: Last) -> R<()> {
        let start = self.start();
        let comment = self.type_comment()?;
        let arg = match last {
            Last::Plain => all.args.last_mut().or(all.posonlyargs.last_mut()),
            Last::KeywordOnly => all.kwonlyargs.last_mut(),
            Last::Star => all.vararg.as_mut(),
            Last::DoubleStar => all.kwarg.as_mut(),
        };
        match arg {
            Some(arg) => arg.type_comment = comment,
            None => self.defer("bare * has associated type comment", start),
        }
        Ok(())
    }
}

const FIRST_OF_ARGUMENT: u128 = FIRST_OF_TEST | super::expr::set(&[Tok::Star, Tok::DoubleStar]);
