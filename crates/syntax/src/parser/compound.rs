//! Compound statements.
//!
//! 3.8 does not build all of them from top to bottom, which shows in which of two errors is reported: a chain of
//! `elif` is built from its end, and `else` and `finally` of a `try` before its handlers.

use super::expr::set;
use super::{Parser, R, Start};
use crate::ast::*;
use crate::error::SyntaxError;
use crate::token::Tok;

#[rustfmt::skip]
const FIRST_OF_COMPOUND: u128 = set(&[
    Tok::If, Tok::While, Tok::For, Tok::Try, Tok::With, Tok::Def, Tok::Class, Tok::At, Tok::Async,
]);

type Deferred = Option<Box<SyntaxError>>;

/// A condition and what it guards.
struct Clause {
    start: Start,
    test: ExprId,
    body: List<StmtId>,
}

impl Parser<'_> {
    pub(super) fn at_compound(&self) -> bool {
        self.at(FIRST_OF_COMPOUND)
    }

    /// `depth` is that of `stmt`; it stays.
    pub(super) fn compound_stmt(&mut self) -> R<StmtId> {
        let start = self.start();
        let depth = self.depth;
        let kind = match self.tok.kind {
            Tok::If => return self.if_stmt(),
            Tok::While => self.while_stmt()?,
            Tok::For => StmtKind::For(self.for_stmt()?),
            Tok::Try => self.try_stmt()?,
            Tok::With => StmtKind::With(self.with_stmt()?),
            Tok::Def => StmtKind::FunctionDef(self.funcdef(List::EMPTY)?),
            Tok::Class => self.classdef(List::EMPTY)?,
            Tok::At => return self.decorated(),
            _ => {
                self.advance()?;
                self.depth += 1;
                match self.tok.kind {
                    Tok::Def => StmtKind::AsyncFunctionDef(self.async_funcdef(List::EMPTY)?),
                    Tok::With => {
                        self.require_version(5, "Async with statements are", self.start());
                        StmtKind::AsyncWith(self.with_stmt()?)
                    }
                    Tok::For => {
                        self.require_version(5, "Async for loops are", self.start());
                        StmtKind::AsyncFor(self.for_stmt()?)
                    }
                    _ => return Err(self.invalid()),
                }
            }
        };
        self.depth = depth;
        let pos = self.pos_from(start);
        Ok(self.ast.stmt(kind, pos))
    }

    /// Runs `f` and gives what it deferred apart.
    fn apart<T>(&mut self, f: impl FnOnce(&mut Self) -> R<T>) -> R<(T, Deferred)> {
        let before = self.deferred.take();
        let result = f(self)?;
        let wrong = std::mem::replace(&mut self.deferred, before);
        Ok((result, wrong))
    }

    fn defer_all(&mut self, errors: impl IntoIterator<Item = Deferred>) {
        for error in errors {
            if self.deferred.is_none() {
                self.deferred = error;
            }
        }
    }

    /// `':' suite`, of a statement at `depth`.
    fn suite(&mut self) -> R<List<StmtId>> {
        self.expect(Tok::Colon)?;
        self.block()
    }

    /// `simple_stmt | NEWLINE INDENT stmt+ DEDENT`
    fn block(&mut self) -> R<List<StmtId>> {
        let depth = self.depth;
        let mark = self.stmts.len();
        if self.tok.kind != Tok::Newline {
            self.depth = depth + 3;
            self.simple_stmt()?;
        } else {
            self.fetch()?;
            self.indented()?;
        }
        self.depth = depth;
        Ok(self.take_stmts(mark))
    }

    /// `INDENT stmt+ DEDENT`; the statements are pushed on `stmts`.
    fn indented(&mut self) -> R<()> {
        if self.tok.kind != Tok::Indent {
            return Err(self.no_block());
        }
        self.fetch()?;
        self.depth += 4;
        loop {
            self.stmt()?;
            if self.tok.kind == Tok::Dedent {
                return self.fetch();
            }
        }
    }

    fn condition(&mut self) -> R<ExprId> {
        self.at_depth(self.depth + 4, Self::namedexpr_test)
    }

    fn clause(&mut self) -> R<(Clause, Deferred)> {
        let start = self.start();
        self.advance()?;
        self.apart(|p| {
            let test = p.condition()?;
            let body = p.suite()?;
            Ok(Clause { start, test, body })
        })
    }

    fn if_stmt(&mut self) -> R<StmtId> {
        let (first, mut wrong) = self.clause()?;
        let mut clauses = vec![first];
        let mut last_wrong = false;
        while self.tok.kind == Tok::Elif {
            let (clause, found) = self.clause()?;
            clauses.push(clause);
            last_wrong = found.is_some();
            wrong = found.or(wrong);
        }
        let (mut orelse, found) = self.apart(Self::else_clause)?;
        let else_first = clauses.len() > 1 && !last_wrong;
        wrong = if else_first {
            found.or(wrong)
        } else {
            wrong.or(found)
        };
        self.defer_all([wrong]);
        let mut outermost = None;
        for clause in clauses.into_iter().rev() {
            let Clause { start, test, body } = clause;
            let pos = self.pos_from(start);
            let stmt = self.ast.stmt(StmtKind::If { test, body, orelse }, pos);
            orelse = self.ast.list(&[stmt]);
            outermost = Some(stmt);
        }
        match outermost {
            Some(stmt) => Ok(stmt),
            None => Err(self.invalid()),
        }
    }

    /// `['else' ':' suite]`
    fn else_clause(&mut self) -> R<List<StmtId>> {
        if self.tok.kind != Tok::Else {
            return Ok(List::EMPTY);
        }
        self.advance()?;
        self.suite()
    }

    fn while_stmt(&mut self) -> R<StmtKind> {
        self.advance()?;
        let test = self.condition()?;
        let body = self.suite()?;
        let orelse = self.else_clause()?;
        Ok(StmtKind::While { test, body, orelse })
    }

    fn for_stmt(&mut self) -> R<For> {
        self.advance()?;
        let depth = self.depth;
        // 3.8 builds the `else` clause first.
        let ((target, iter, type_comment, body), wrong) = self.apart(|p| {
            let target_depth = (depth + 4).saturating_sub(super::expr::EXPR);
            let target = p.at_depth(target_depth, Self::for_target)?;
            p.expect(Tok::In)?;
            let iter = p.at_depth(depth + 4, Self::testlist)?;
            p.expect(Tok::Colon)?;
            let type_comment = p.type_comment()?;
            Ok((target, iter, type_comment, p.block()?))
        })?;
        let orelse = self.else_clause()?;
        self.defer_all([wrong]);
        Ok(For {
            target,
            iter,
            body,
            orelse,
            type_comment,
        })
    }

    fn with_stmt(&mut self) -> R<With> {
        let mut items = Vec::new();
        loop {
            self.advance()?;
            let start = self.start();
            let context_expr = self.at_depth(self.depth + 4, Self::test)?;
            let mut optional_vars = None;
            if self.tok.kind == Tok::As {
                self.advance()?;
                let base = (self.depth + 4).saturating_sub(super::expr::EXPR);
                let target = self.at_depth(base, Self::expr)?;
                self.set_context(target, ExprContext::Store, start);
                optional_vars = Some(target);
            }
            items.push(WithItem {
                context_expr,
                optional_vars,
            });
            if self.tok.kind != Tok::Comma {
                break;
            }
        }
        self.expect(Tok::Colon)?;
        let type_comment = self.type_comment()?;
        let body = self.block()?;
        Ok(With {
            items: self.ast.list(&items),
            body,
            type_comment,
        })
    }

    fn try_stmt(&mut self) -> R<StmtKind> {
        self.advance()?;
        let body = self.suite()?;
        let mut handlers = Vec::new();
        let mut handlers_wrong = None;
        while self.tok.kind == Tok::Except {
            let (handler, wrong) = self.apart(Self::except_clause)?;
            handlers.push(handler);
            handlers_wrong = handlers_wrong.or(wrong);
        }
        let mut orelse = List::EMPTY;
        if !handlers.is_empty() {
            orelse = self.else_clause()?;
        }
        let mut finalbody = List::EMPTY;
        if self.tok.kind == Tok::Finally {
            self.advance()?;
            finalbody = self.suite()?;
        } else if handlers.is_empty() {
            return Err(self.invalid());
        }
        self.defer_all([handlers_wrong]);
        let handlers = self.ast.list(&handlers);
        Ok(StmtKind::Try {
            body,
            handlers,
            orelse,
            finalbody,
        })
    }

    /// `'except' [test ['as' NAME]] ':' suite`
    fn except_clause(&mut self) -> R<ExceptHandler> {
        let start = self.start();
        self.advance()?;
        let (mut type_, mut name) = (None, None);
        if self.tok.kind != Tok::Colon {
            let (test, wrong) = self.apart(|p| p.at_depth(p.depth + 4, Self::test))?;
            type_ = Some(test);
            if self.tok.kind == Tok::As {
                self.advance()?;
                let start = self.start();
                let bound = self.name()?;
                self.check_name(bound, start);
                name = Some(bound);
            }
            self.defer_all([wrong]);
        }
        let body = self.suite()?;
        Ok(ExceptHandler {
            type_,
            name,
            body,
            pos: self.pos_from(start),
        })
    }

    fn async_funcdef(&mut self, decorator_list: List<ExprId>) -> R<FunctionDef> {
        self.require_version(5, "Async functions are", self.start());
        self.funcdef(decorator_list)
    }

    /// `'def' NAME parameters ['->' test] ':' [TYPE_COMMENT] func_body_suite`
    fn funcdef(&mut self, decorator_list: List<ExprId>) -> R<FunctionDef> {
        let def = self.start();
        self.advance()?;
        let start = self.start();
        let name = self.name()?;
        self.check_name(name, start);
        self.expect(Tok::LPar)?;
        let args = self.at_depth(self.depth + 5, |p| p.parameters(Tok::RPar))?;
        self.expect(Tok::RPar)?;
        let mut returns = None;
        if self.tok.kind == Tok::RArrow {
            self.advance()?;
            returns = Some(self.at_depth(self.depth + 3, Self::test)?);
        }
        self.expect(Tok::Colon)?;
        let mut type_comment = self.type_comment()?;
        let depth = self.depth;
        let mark = self.stmts.len();
        if self.tok.kind != Tok::Newline {
            self.depth = depth + 3;
            self.simple_stmt()?;
        } else {
            self.fetch()?;
            // Where a type comment may stand too, 3.8 does not say that it misses a block.
            if self.options.type_comments
                && !matches!(self.tok.kind, Tok::TypeComment | Tok::Indent)
            {
                return Err(self.invalid());
            }
            if self.tok.kind == Tok::TypeComment {
                let second = self.type_comment()?;
                if type_comment.is_some() {
                    self.defer("Cannot have two type comments on def", def);
                }
                type_comment = second;
                if self.tok.kind != Tok::Newline {
                    return Err(self.invalid());
                }
                self.fetch()?;
            }
            self.indented()?;
        }
        self.depth = depth;
        let body = self.take_stmts(mark);
        Ok(FunctionDef {
            name,
            args,
            body,
            decorator_list,
            returns,
            type_comment,
        })
    }

    fn classdef(&mut self, decorator_list: List<ExprId>) -> R<StmtKind> {
        self.advance()?;
        let name_start = self.start();
        let name = self.name()?;
        let (mut bases, mut keywords) = (List::EMPTY, List::EMPTY);
        let wrong_at;
        if self.tok.kind == Tok::LPar {
            let open = self.start();
            self.advance()?;
            wrong_at = if self.tok.kind == Tok::RPar {
                self.start()
            } else {
                name_start
            };
            let mark = self.exprs.len();
            keywords = self.at_depth(self.depth + 5, |p| p.arglist(open, false))?;
            self.expect(Tok::RPar)?;
            bases = self.take_exprs(mark);
            self.expect(Tok::Colon)?;
        } else {
            self.expect(Tok::Colon)?;
            wrong_at = self.start();
        }
        let body = self.block()?;
        self.check_name(name, wrong_at);
        Ok(StmtKind::ClassDef {
            name,
            bases,
            keywords,
            body,
            decorator_list,
        })
    }

    /// `decorator+ (classdef | funcdef | async_funcdef)`; the statement begins after the decorators.
    fn decorated(&mut self) -> R<StmtId> {
        let mark = self.exprs.len();
        while self.tok.kind == Tok::At {
            let decorator = self.decorator()?;
            self.exprs.push(decorator);
        }
        let decorator_list = self.take_exprs(mark);
        let depth = self.depth;
        self.depth += 1;
        let start = self.start();
        let kind = match self.tok.kind {
            Tok::Def => StmtKind::FunctionDef(self.funcdef(decorator_list)?),
            Tok::Class => self.classdef(decorator_list)?,
            Tok::Async => {
                self.advance()?;
                self.depth += 1;
                if self.tok.kind != Tok::Def {
                    return Err(self.invalid());
                }
                StmtKind::AsyncFunctionDef(self.async_funcdef(decorator_list)?)
            }
            _ => return Err(self.invalid()),
        };
        self.depth = depth;
        let pos = self.pos_from(start);
        Ok(self.ast.stmt(kind, pos))
    }

    /// `'@' dotted_name [ '(' [arglist] ')' ] NEWLINE`
    fn decorator(&mut self) -> R<ExprId> {
        self.advance()?;
        let start = self.start();
        let ctx = ExprContext::Load;
        let id = self.name()?;
        let mut value = self.expr_from(start, ExprKind::Name { id, ctx });
        while self.tok.kind == Tok::Dot {
            self.advance()?;
            let attr = self.name()?;
            value = self.expr_from(start, ExprKind::Attribute { value, attr, ctx });
        }
        if self.tok.kind == Tok::LPar {
            // The arguments' tests stand seven below `stmt`.
            value = self.call(start, value, self.depth + 7)?;
        }
        if self.tok.kind != Tok::Newline {
            return Err(self.invalid());
        }
        self.fetch()?;
        Ok(value)
    }
}
