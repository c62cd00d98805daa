//! Simple statements.

use super::expr::{FIRST_OF_TEST, set};
use super::{Parser, R, Start};
use crate::ast::*;
use crate::token::Tok;

#[rustfmt::skip]
const FIRST_OF_SIMPLE: u128 = FIRST_OF_TEST | set(&[
    Tok::Star, Tok::Del, Tok::Pass, Tok::Break, Tok::Continue, Tok::Return, Tok::Raise, Tok::Yield, Tok::Global,
    Tok::Nonlocal, Tok::Import, Tok::From, Tok::Assert,
]);

impl Parser<'_> {
    /// A statement, pushed on `stmts` (a line may hold several). `depth` is that of `stmt`.
    pub(super) fn stmt(&mut self) -> R<()> {
        if self.at_compound() {
            let stmt = self.compound_stmt()?;
            self.stmts.push(stmt);
            return Ok(());
        }
        self.simple_stmt()
    }

    /// `small_stmt (';' small_stmt)* [';'] NEWLINE`
    pub(super) fn simple_stmt(&mut self) -> R<()> {
        self.simple_stmt_unterminated()?;
        // The newline is no part of the statement's text.
        self.fetch()
    }

    /// The same, with the newline still the current token.
    pub(super) fn simple_stmt_unterminated(&mut self) -> R<()> {
        let depth = self.depth;
        loop {
            if !self.at(FIRST_OF_SIMPLE) {
                return Err(self.invalid());
            }
            let stmt = self.small_stmt();
            self.depth = depth;
            self.stmts.push(stmt?);
            if self.tok.kind == Tok::Semi {
                self.fetch()?;
                if self.tok.kind != Tok::Newline {
                    continue;
                }
            }
            return if self.tok.kind == Tok::Newline {
                Ok(())
            } else {
                Err(self.invalid())
            };
        }
    }

    /// Leaves `depth` changed; the caller restores it.
    fn small_stmt(&mut self) -> R<StmtId> {
        let start = self.start();
        let kind = match self.tok.kind {
            Tok::Pass => self.keyword_stmt(StmtKind::Pass)?,
            Tok::Break => self.keyword_stmt(StmtKind::Break)?,
            Tok::Continue => self.keyword_stmt(StmtKind::Continue)?,
            Tok::Del => self.del_stmt()?,
            Tok::Return => self.return_stmt()?,
            Tok::Raise => self.raise_stmt()?,
            Tok::Yield => {
                self.depth += 5;
                StmtKind::Expr {
                    value: self.yield_expr()?,
                }
            }
            Tok::Global => StmtKind::Global {
                names: self.scope_names()?,
            },
            Tok::Nonlocal => StmtKind::Nonlocal {
                names: self.scope_names()?,
            },
            Tok::Import => self.import_name()?,
            Tok::From => self.import_from()?,
            Tok::Assert => self.assert_stmt()?,
            _ => self.expr_stmt(start)?,
        };
        let pos = self.pos_from(start);
        Ok(self.ast.stmt(kind, pos))
    }

    fn keyword_stmt(&mut self, kind: StmtKind) -> R<StmtKind> {
        self.advance()?;
        Ok(kind)
    }

    fn expr_stmt(&mut self, start: Start) -> R<StmtKind> {
        self.depth += 5;
        let value = self.testlist_star_expr()?;
        match self.tok.kind {
            Tok::Newline | Tok::Semi => Ok(StmtKind::Expr { value }),
            Tok::Equal => self.assignment(start, value),
            Tok::Colon => self.annotated(start, value),
            _ => match augmented(self.tok.kind) {
                Some(op) => self.augmented_assignment(start, value, op),
                None => Ok(StmtKind::Expr { value }),
            },
        }
    }

    /// `('=' (yield_expr|testlist_star_expr))+ [TYPE_COMMENT]` after the first target.
    fn assignment(&mut self, start: Start, first: ExprId) -> R<StmtKind> {
        let mark = self.exprs.len();
        let mut target = (first, start, false);
        let value = loop {
            let (expr, start, is_yield) = target;
            if is_yield {
                self.defer("assignment to yield expression not possible", start);
            }
            self.set_context(expr, ExprContext::Store, start);
            self.exprs.push(expr);
            self.advance()?;
            let start = self.start();
            let is_yield = self.tok.kind == Tok::Yield;
            let right = if is_yield {
                self.at_depth(self.depth - 1, Self::yield_expr)?
            } else {
                self.testlist_star_expr()?
            };
            if self.tok.kind != Tok::Equal {
                break right;
            }
            target = (right, start, is_yield);
        };
        let targets = self.take_exprs(mark);
        let type_comment = self.type_comment()?;
        Ok(StmtKind::Assign {
            targets,
            value,
            type_comment,
        })
    }

    fn augmented_assignment(&mut self, start: Start, target: ExprId, op: Operator) -> R<StmtKind> {
        self.set_context(target, ExprContext::Store, start);
        if !matches!(
            self.ast[target].kind,
            ExprKind::Name { .. } | ExprKind::Attribute { .. } | ExprKind::Subscript { .. }
        ) {
            self.defer("illegal expression for augmented assignment", start);
        }
        if op == Operator::MatMult {
            self.require_version(5, "The '@' operator is", self.start());
        }
        self.advance()?;
        let value = if self.tok.kind == Tok::Yield {
            self.at_depth(self.depth - 1, Self::yield_expr)?
        } else {
            self.testlist()?
        };
        Ok(StmtKind::AugAssign { target, op, value })
    }

    /// `':' test ['=' (yield_expr|testlist_star_expr)]` after the target.
    fn annotated(&mut self, start: Start, target: ExprId) -> R<StmtKind> {
        self.require_version(6, "Variable annotation syntax is", start);
        let parens = self.ast[target].pos.col_offset != start.col
            || self.ast[target].pos.lineno != start.lineno;
        let mut simple = 0;
        match self.ast[target].kind {
            ExprKind::Name { .. } => simple = i32::from(!parens),
            ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {}
            ExprKind::List { .. } => {
                self.defer("only single target (not list) can be annotated", start);
            }
            ExprKind::Tuple { .. } => {
                self.defer("only single target (not tuple) can be annotated", start);
            }
            _ => self.defer("illegal target for annotation", start),
        }
        self.set_context(target, ExprContext::Store, start);
        self.advance()?;
        let annotation = self.test()?;
        let mut value = None;
        if self.tok.kind == Tok::Equal {
            self.advance()?;
            value = Some(if self.tok.kind == Tok::Yield {
                self.yield_expr()?
            } else {
                self.at_depth(self.depth + 1, Self::testlist_star_expr)?
            });
        }
        Ok(StmtKind::AnnAssign {
            target,
            annotation,
            value,
            simple,
        })
    }

    fn del_stmt(&mut self) -> R<StmtKind> {
        self.advance()?;
        let mark = self.exprs.len();
        self.exprlist(ExprContext::Del)?;
        Ok(StmtKind::Delete {
            targets: self.take_exprs(mark),
        })
    }

    fn return_stmt(&mut self) -> R<StmtKind> {
        self.advance()?;
        self.depth += 6;
        let value = if self.at(FIRST_OF_TEST | set(&[Tok::Star])) {
            Some(self.testlist_star_expr()?)
        } else {
            None
        };
        Ok(StmtKind::Return { value })
    }

    fn raise_stmt(&mut self) -> R<StmtKind> {
        self.advance()?;
        self.depth += 5;
        let (mut exc, mut cause) = (None, None);
        if self.at(FIRST_OF_TEST) {
            exc = Some(self.test()?);
            if self.tok.kind == Tok::From {
                self.advance()?;
                cause = Some(self.test()?);
            }
        }
        Ok(StmtKind::Raise { exc, cause })
    }

    fn assert_stmt(&mut self) -> R<StmtKind> {
        self.advance()?;
        self.depth += 4;
        let test = self.test()?;
        let mut msg = None;
        if self.tok.kind == Tok::Comma {
            self.advance()?;
            msg = Some(self.test()?);
        }
        Ok(StmtKind::Assert { test, msg })
    }

    /// The names after `global` or `nonlocal`.
    fn scope_names(&mut self) -> R<List<Symbol>> {
        self.advance()?;
        let mut names = vec![self.name()?];
        while self.tok.kind == Tok::Comma {
            self.advance()?;
            names.push(self.name()?);
        }
        Ok(self.ast.list(&names))
    }

    fn import_name(&mut self) -> R<StmtKind> {
        let mut names = Vec::new();
        loop {
            self.advance()?;
            let start = self.start();
            let (name, dotted) = self.dotted_name()?;
            let asname = self.as_name()?;
            if asname.is_none() && !dotted {
                self.check_name(name, start);
            }
            names.push(Alias { name, asname });
            if self.tok.kind != Tok::Comma {
                break;
            }
        }
        Ok(StmtKind::Import {
            names: self.ast.list(&names),
        })
    }

    /// `NAME ('.' NAME)*`, and whether there was a dot.
    fn dotted_name(&mut self) -> R<(Symbol, bool)> {
        let first = self.name()?;
        if self.tok.kind != Tok::Dot {
            return Ok((first, false));
        }
        let mut text = self.ast.names.get(first).to_vec();
        while self.tok.kind == Tok::Dot {
            self.advance()?;
            let next = self.name()?;
            text.push(b'.');
            text.extend_from_slice(self.ast.names.get(next));
        }
        Ok((self.ast.names.intern(&text), true))
    }

    /// `['as' NAME]`
    fn as_name(&mut self) -> R<Option<Symbol>> {
        if self.tok.kind != Tok::As {
            return Ok(None);
        }
        self.advance()?;
        let start = self.start();
        let name = self.name()?;
        self.check_name(name, start);
        Ok(Some(name))
    }

    fn import_from(&mut self) -> R<StmtKind> {
        self.advance()?;
        let mut level = 0i32;
        loop {
            level = level.saturating_add(match self.tok.kind {
                Tok::Dot => 1,
                Tok::Ellipsis => 3,
                _ => break,
            });
            self.advance()?;
        }
        let module = if level > 0 && self.tok.kind == Tok::Import {
            None
        } else {
            Some(self.dotted_name()?.0)
        };
        self.expect(Tok::Import)?;
        let names = match self.tok.kind {
            Tok::Star => {
                self.advance()?;
                self.ast.list(&[Alias {
                    name: sym::star,
                    asname: None,
                }])
            }
            Tok::LPar => {
                self.advance()?;
                let names = self.import_as_names()?.0;
                self.expect(Tok::RPar)?;
                names
            }
            _ => {
                let start = self.start();
                let (names, trailing) = self.import_as_names()?;
                if trailing {
                    let msg = "trailing comma not allowed without surrounding parentheses";
                    self.defer(msg, start);
                }
                names
            }
        };
        Ok(StmtKind::ImportFrom {
            module,
            names,
            level: Some(level),
        })
    }

    /// `import_as_name (',' import_as_name)* [',']`, and whether it ends with a comma.
    fn import_as_names(&mut self) -> R<(List<Alias>, bool)> {
        let mut names = Vec::new();
        let mut trailing = false;
        while names.is_empty() || self.tok.kind == Tok::Name {
            trailing = false;
            let start = self.start();
            let name = self.name()?;
            let asname = self.as_name()?;
            if asname.is_none() {
                self.check_name(name, start);
            }
            names.push(Alias { name, asname });
            if self.tok.kind != Tok::Comma {
                break;
            }
            trailing = true;
            self.advance()?;
        }
        Ok((self.ast.list(&names), trailing))
    }
}

fn augmented(tok: Tok) -> Option<Operator> {
    Some(match tok {
        Tok::PlusEqual => Operator::Add,
        Tok::MinusEqual => Operator::Sub,
        Tok::StarEqual => Operator::Mult,
        Tok::AtEqual => Operator::MatMult,
        Tok::SlashEqual => Operator::Div,
        Tok::PercentEqual => Operator::Mod,
        Tok::AmperEqual => Operator::BitAnd,
        Tok::VBarEqual => Operator::BitOr,
        Tok::CircumflexEqual => Operator::BitXor,
        Tok::LeftShiftEqual => Operator::LShift,
        Tok::RightShiftEqual => Operator::RShift,
        Tok::DoubleStarEqual => Operator::Pow,
        Tok::DoubleSlashEqual => Operator::FloorDiv,
        _ => return None,
    })
}
