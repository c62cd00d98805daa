//! Expressions.

use super::{Parser, R, Start};
use crate::ast::*;
use crate::token::Tok;

/// How far below `test` the other levels of the grammar are.
pub(super) const ARITH_FACTOR: u32 = 11;
pub(super) const ATOM: u32 = 14;
/// `expr` stands five levels below the `test` whose depth is kept.
pub(super) const EXPR: u32 = 5;

/// A set of kinds of tokens.
pub(super) const fn set(kinds: &[Tok]) -> u128 {
    let mut bits = 0;
    let mut i = 0;
    while i < kinds.len() {
        bits |= 1 << kinds[i] as u8;
        i += 1;
    }
    bits
}

#[rustfmt::skip]
pub(super) const FIRST_OF_EXPR: u128 = set(&[
    Tok::Name, Tok::Number, Tok::String, Tok::LPar, Tok::LSqb, Tok::LBrace, Tok::Minus, Tok::Plus, Tok::Tilde,
    Tok::Await, Tok::None, Tok::True, Tok::False, Tok::Ellipsis,
]);
pub(super) const FIRST_OF_TEST: u128 = FIRST_OF_EXPR | set(&[Tok::Not, Tok::Lambda]);
const STAR: u128 = set(&[Tok::Star]);

/// What surrounds the elements of a display.
#[derive(Clone, Copy, PartialEq)]
enum Display {
    Parens,
    List,
}

impl Parser<'_> {
    #[inline]
    pub(super) fn at(&self, kinds: u128) -> bool {
        kinds >> (self.tok.kind as u8) & 1 != 0
    }

    /// `test (',' test)* [',']`: one expression or a tuple.
    pub(super) fn testlist(&mut self) -> R<ExprId> {
        self.tuple_of(FIRST_OF_TEST, Self::test)
    }

    pub(super) fn testlist_star_expr(&mut self) -> R<ExprId> {
        self.tuple_of(FIRST_OF_TEST | STAR, Self::test_or_star)
    }

    #[inline]
    fn tuple_of(&mut self, first: u128, element: fn(&mut Self) -> R<ExprId>) -> R<ExprId> {
        let start = self.start();
        let one = element(self)?;
        if self.tok.kind != Tok::Comma {
            return Ok(one);
        }
        let mark = self.exprs.len();
        self.exprs.push(one);
        self.more_elements(first, element)?;
        let elts = self.take_exprs(mark);
        Ok(self.expr_from(
            start,
            ExprKind::Tuple {
                elts,
                ctx: ExprContext::Load,
            },
        ))
    }

    /// `(',' element)* [',']`, pushed on `exprs`.
    fn more_elements(&mut self, first: u128, element: fn(&mut Self) -> R<ExprId>) -> R<()> {
        while self.tok.kind == Tok::Comma {
            self.advance()?;
            if !self.at(first) {
                break;
            }
            let next = element(self)?;
            self.exprs.push(next);
        }
        Ok(())
    }

    /// The targets of `for` and `del`: `(expr|star_expr) (',' (expr|star_expr))* [',']`, pushed on `exprs`. True if there was a comma.
    /// `depth` is that of the first `expr`'s `test`.
    pub(super) fn exprlist(&mut self, ctx: ExprContext) -> R<bool> {
        let mut comma = false;
        loop {
            let start = self.start();
            let target = self.expr_or_star()?;
            self.set_context(target, ctx, start);
            self.exprs.push(target);
            if self.tok.kind != Tok::Comma {
                return Ok(comma);
            }
            comma = true;
            self.advance()?;
            if !self.at(FIRST_OF_EXPR | STAR) {
                return Ok(comma);
            }
        }
    }

    /// The target of a `for`. 3.8 lets a tuple of several begin with its first element, inside of its parentheses.
    pub(super) fn for_target(&mut self) -> R<ExprId> {
        let start = self.start();
        let mark = self.exprs.len();
        let comma = self.exprlist(ExprContext::Store)?;
        if !comma && let Some(one) = self.exprs.pop() {
            return Ok(one);
        }
        let mut pos = self.pos_from(start);
        if let Some(&first) = self.exprs.get(mark) {
            let first = self.ast[first].pos;
            (pos.lineno, pos.col_offset) = (first.lineno, first.col_offset);
        }
        let elts = self.take_exprs(mark);
        Ok(self.ast.expr(
            ExprKind::Tuple {
                elts,
                ctx: ExprContext::Store,
            },
            pos,
        ))
    }

    fn expr_or_star(&mut self) -> R<ExprId> {
        if self.tok.kind == Tok::Star {
            self.star_expr(1)
        } else {
            self.expr()
        }
    }

    pub(super) fn test_or_star(&mut self) -> R<ExprId> {
        if self.tok.kind != Tok::Star {
            return self.test();
        }
        // star_expr stands where test would, expr one below.
        self.at_depth(self.depth + 1 - EXPR, |p| p.star_expr(0))
    }

    /// `'*' expr`; `depth` is that of the `test` of the `expr`, or `above` less.
    fn star_expr(&mut self, above: u32) -> R<ExprId> {
        let start = self.start();
        self.advance()?;
        let value = self.at_depth(self.depth + above, Self::expr)?;
        Ok(self.expr_from(
            start,
            ExprKind::Starred {
                value,
                ctx: ExprContext::Load,
            },
        ))
    }

    /// `test [':=' test]`, one level above `test`.
    pub(super) fn namedexpr_test(&mut self) -> R<ExprId> {
        let start = self.start();
        let target = self.test()?;
        if self.tok.kind != Tok::ColonEqual {
            return Ok(target);
        }
        self.named_value(start, target)
    }

    /// `':=' test` after the target.
    pub(super) fn named_value(&mut self, start: Start, target: ExprId) -> R<ExprId> {
        self.set_named_target(target, start);
        self.advance()?;
        let value = self.test()?;
        Ok(self.expr_from(start, ExprKind::NamedExpr { target, value }))
    }

    pub(super) fn test(&mut self) -> R<ExprId> {
        if self.tok.kind == Tok::Lambda {
            return self.lambdef(Self::test);
        }
        let start = self.start();
        let body = self.or_test()?;
        if self.tok.kind != Tok::If {
            return Ok(body);
        }
        self.advance()?;
        let test = self.or_test()?;
        self.expect(Tok::Else)?;
        let orelse = self.at_depth(self.depth + 1, Self::test)?;
        Ok(self.expr_from(start, ExprKind::IfExp { test, body, orelse }))
    }

    /// The condition of a comprehension, which has no `if ... else`.
    fn test_nocond(&mut self) -> R<ExprId> {
        if self.tok.kind == Tok::Lambda {
            return self.lambdef(Self::test_nocond);
        }
        self.or_test()
    }

    fn lambdef(&mut self, body: fn(&mut Self) -> R<ExprId>) -> R<ExprId> {
        self.check_depth(1)?;
        let start = self.start();
        self.advance()?;
        let args = self.at_depth(self.depth + 3, |p| p.parameters(Tok::Colon))?;
        self.expect(Tok::Colon)?;
        let body = self.at_depth(self.depth + 2, body)?;
        Ok(self.expr_from(start, ExprKind::Lambda { args, body }))
    }

    pub(super) fn or_test(&mut self) -> R<ExprId> {
        let start = self.start();
        let first = self.and_test()?;
        if self.tok.kind != Tok::Or {
            return Ok(first);
        }
        self.bool_op(start, first, Tok::Or, BoolOp::Or, Self::and_test)
    }

    fn and_test(&mut self) -> R<ExprId> {
        let start = self.start();
        let first = self.not_test()?;
        if self.tok.kind != Tok::And {
            return Ok(first);
        }
        self.bool_op(start, first, Tok::And, BoolOp::And, Self::not_test)
    }

    fn bool_op(
        &mut self,
        start: Start,
        first: ExprId,
        tok: Tok,
        op: BoolOp,
        operand: fn(&mut Self) -> R<ExprId>,
    ) -> R<ExprId> {
        let mark = self.exprs.len();
        self.exprs.push(first);
        while self.tok.kind == tok {
            self.advance()?;
            let next = operand(self)?;
            self.exprs.push(next);
        }
        let values = self.take_exprs(mark);
        Ok(self.expr_from(start, ExprKind::BoolOp { op, values }))
    }

    fn not_test(&mut self) -> R<ExprId> {
        if self.tok.kind != Tok::Not {
            return self.comparison();
        }
        self.check_depth(3)?;
        let start = self.start();
        self.advance()?;
        let operand = self.at_depth(self.depth + 1, Self::not_test)?;
        Ok(self.expr_from(
            start,
            ExprKind::UnaryOp {
                op: UnaryOp::Not,
                operand,
            },
        ))
    }

    fn comparison(&mut self) -> R<ExprId> {
        let start = self.start();
        let wrong_before = self.deferred.is_some();
        let warned_before = self.warnings.len();
        let left = self.expr()?;
        let Some(op) = self.comp_op()? else {
            return Ok(left);
        };
        // 3.8 makes the nodes of the comparators first: what is wrong in the left operand is found last.
        let warned_left = self.warnings.len() - warned_before;
        let wrong_left = match wrong_before {
            true => None,
            false => self.deferred.take(),
        };
        let (ops, comparators) = self.comparators(op)?;
        if self.deferred.is_none() {
            self.deferred = wrong_left;
        }
        if warned_left != 0 {
            self.warnings[warned_before..].rotate_left(warned_left);
        }
        Ok(self.expr_from(
            start,
            ExprKind::Compare {
                left,
                ops,
                comparators,
            },
        ))
    }

    /// The operands after `op`, and all operators.
    fn comparators(&mut self, op: CmpOp) -> R<(List<CmpOp>, List<ExprId>)> {
        let right = self.expr()?;
        let Some(mut next) = self.comp_op()? else {
            return Ok((self.ast.list(&[op]), self.ast.list(&[right])));
        };
        let mark = self.exprs.len();
        let mut ops = vec![op];
        self.exprs.push(right);
        loop {
            ops.push(next);
            let right = self.expr()?;
            self.exprs.push(right);
            match self.comp_op()? {
                Some(op) => next = op,
                None => break,
            }
        }
        Ok((self.ast.list(&ops), self.take_exprs(mark)))
    }

    fn comp_op(&mut self) -> R<Option<CmpOp>> {
        let op = match self.tok.kind {
            Tok::Less => CmpOp::Lt,
            Tok::Greater => CmpOp::Gt,
            Tok::EqEqual => CmpOp::Eq,
            Tok::GreaterEqual => CmpOp::GtE,
            Tok::LessEqual => CmpOp::LtE,
            Tok::NotEqual => CmpOp::NotEq,
            Tok::In => CmpOp::In,
            Tok::Not => {
                self.advance()?;
                self.expect(Tok::In)?;
                return Ok(Some(CmpOp::NotIn));
            }
            Tok::Is => {
                self.advance()?;
                if self.tok.kind != Tok::Not {
                    return Ok(Some(CmpOp::Is));
                }
                CmpOp::IsNot
            }
            _ => return Ok(None),
        };
        self.advance()?;
        Ok(Some(op))
    }

    pub(super) fn expr(&mut self) -> R<ExprId> {
        self.binary(1)
    }

    /// Binary operators that bind at least as strongly as `weakest`.
    fn binary(&mut self, weakest: u8) -> R<ExprId> {
        let start = self.start();
        let mut left = self.factor()?;
        loop {
            let (strength, op) = match self.tok.kind {
                Tok::VBar => (1, Operator::BitOr),
                Tok::Circumflex => (2, Operator::BitXor),
                Tok::Amper => (3, Operator::BitAnd),
                Tok::LeftShift => (4, Operator::LShift),
                Tok::RightShift => (4, Operator::RShift),
                Tok::Plus => (5, Operator::Add),
                Tok::Minus => (5, Operator::Sub),
                Tok::Star => (6, Operator::Mult),
                Tok::Slash => (6, Operator::Div),
                Tok::Percent => (6, Operator::Mod),
                Tok::DoubleSlash => (6, Operator::FloorDiv),
                Tok::At => (6, Operator::MatMult),
                _ => return Ok(left),
            };
            if strength < weakest {
                return Ok(left);
            }
            if op == Operator::MatMult {
                self.require_version(5, "The '@' operator is", self.start());
            }
            self.advance()?;
            let right_start = self.start();
            let right = self.binary(strength + 1)?;
            left = self.expr_ending(start, right_start, ExprKind::BinOp { left, op, right });
        }
    }

    fn factor(&mut self) -> R<ExprId> {
        let op = match self.tok.kind {
            Tok::Minus => UnaryOp::USub,
            Tok::Plus => UnaryOp::UAdd,
            Tok::Tilde => UnaryOp::Invert,
            _ => return self.power(),
        };
        self.check_depth(ARITH_FACTOR)?;
        let start = self.start();
        self.advance()?;
        let operand = self.at_depth(self.depth + 1, Self::factor)?;
        Ok(self.expr_from(start, ExprKind::UnaryOp { op, operand }))
    }

    fn power(&mut self) -> R<ExprId> {
        let start = self.start();
        let left = self.atom_expr()?;
        if self.tok.kind != Tok::DoubleStar {
            return Ok(left);
        }
        self.advance()?;
        let right = self.at_depth(self.depth + 2, Self::factor)?;
        Ok(self.expr_from(
            start,
            ExprKind::BinOp {
                left,
                op: Operator::Pow,
                right,
            },
        ))
    }

    /// `[AWAIT] atom trailer*`
    fn atom_expr(&mut self) -> R<ExprId> {
        let outer = self.start();
        let awaited = self.tok.kind == Tok::Await;
        if awaited {
            self.advance()?;
        }
        let start = self.start();
        let mut value = self.atom()?;
        loop {
            let trailer = self.start();
            value = match self.tok.kind {
                Tok::Dot => {
                    self.advance()?;
                    let attr = self.name()?;
                    let ctx = ExprContext::Load;
                    self.expr_ending(start, trailer, ExprKind::Attribute { value, attr, ctx })
                }
                Tok::LPar => self.call(start, value, self.depth + 17)?,
                Tok::LSqb => {
                    self.advance()?;
                    let slice = self.at_depth(self.depth + 17, Self::subscriptlist)?;
                    self.expect(Tok::RSqb)?;
                    let ctx = ExprContext::Load;
                    self.expr_ending(start, trailer, ExprKind::Subscript { value, slice, ctx })
                }
                _ if awaited => return Ok(self.expr_from(outer, ExprKind::Await { value })),
                _ => return Ok(value),
            }
        }
    }

    fn atom(&mut self) -> R<ExprId> {
        let start = self.start();
        if !self.at(FIRST_OF_EXPR) {
            return Err(self.invalid());
        }
        self.check_depth(ATOM)?;
        let value = match self.tok.kind {
            Tok::Name => {
                let id = self.intern(self.tok);
                self.advance()?;
                return Ok(self.expr_from(
                    start,
                    ExprKind::Name {
                        id,
                        ctx: ExprContext::Load,
                    },
                ));
            }
            Tok::Number => self.number(),
            Tok::String => return self.strings(),
            Tok::LPar => return self.parens(),
            Tok::LSqb => return self.list_display(),
            Tok::LBrace => return self.at_depth(self.depth + 16, Self::brace_display),
            Tok::None => Constant::None,
            Tok::True => Constant::True,
            Tok::False => Constant::False,
            Tok::Ellipsis => Constant::Ellipsis,
            _ => return Err(self.invalid()),
        };
        self.advance()?;
        let value = self.ast.constant(value);
        Ok(self.expr_from(start, ExprKind::Constant { value, kind: None }))
    }

    /// `'(' [yield_expr|testlist_comp] ')'`
    fn parens(&mut self) -> R<ExprId> {
        let start = self.start();
        self.advance()?;
        match self.tok.kind {
            Tok::RPar => {
                self.advance()?;
                let elts = List::EMPTY;
                Ok(self.expr_from(
                    start,
                    ExprKind::Tuple {
                        elts,
                        ctx: ExprContext::Load,
                    },
                ))
            }
            Tok::Yield => {
                let value = self.at_depth(self.depth + ATOM + 1, Self::yield_expr)?;
                self.expect(Tok::RPar)?;
                Ok(value)
            }
            _ => self.testlist_comp(start, Tok::RPar, Display::Parens),
        }
    }

    fn list_display(&mut self) -> R<ExprId> {
        let start = self.start();
        self.advance()?;
        if self.tok.kind == Tok::RSqb {
            self.advance()?;
            let elts = List::EMPTY;
            return Ok(self.expr_from(
                start,
                ExprKind::List {
                    elts,
                    ctx: ExprContext::Load,
                },
            ));
        }
        self.testlist_comp(start, Tok::RSqb, Display::List)
    }

    /// `(namedexpr_test|star_expr) ( comp_for | (',' (namedexpr_test|star_expr))* [','] )` and the closing bracket.
    fn testlist_comp(&mut self, start: Start, close: Tok, display: Display) -> R<ExprId> {
        let ctx = ExprContext::Load;
        let inner = self.depth + 17;
        let first_start = self.start();
        let elt = self.at_depth(inner, Self::element)?;
        if self.at(COMP_FOR) {
            if let ExprKind::Starred { .. } = self.ast[elt].kind {
                self.defer(
                    "iterable unpacking cannot be used in comprehension",
                    first_start,
                );
            }
            let generators = self.comp_for(inner - 1)?;
            self.expect(close)?;
            let kind = match display {
                Display::Parens => ExprKind::GeneratorExp { elt, generators },
                Display::List => ExprKind::ListComp { elt, generators },
            };
            return Ok(self.expr_from(start, kind));
        }
        if display == Display::Parens && self.tok.kind == Tok::RPar {
            self.advance()?;
            return Ok(elt);
        }
        let mark = self.exprs.len();
        self.exprs.push(elt);
        self.at_depth(inner, |p| {
            p.more_elements(FIRST_OF_TEST | STAR, Self::element)
        })?;
        self.expect(close)?;
        let elts = self.take_exprs(mark);
        let kind = match display {
            Display::Parens => ExprKind::Tuple { elts, ctx },
            Display::List => ExprKind::List { elts, ctx },
        };
        Ok(self.expr_from(start, kind))
    }

    /// `namedexpr_test|star_expr`; both stand one above `test`.
    fn element(&mut self) -> R<ExprId> {
        if self.tok.kind != Tok::Star {
            return self.namedexpr_test();
        }
        self.at_depth(self.depth - EXPR, |p| p.star_expr(0))
    }

    /// A dict, a set, or a comprehension of one. `depth` is that of the `test`s inside.
    fn brace_display(&mut self) -> R<ExprId> {
        let start = self.start();
        self.advance()?;
        match self.tok.kind {
            Tok::RBrace => {
                self.advance()?;
                let (keys, values) = (List::EMPTY, List::EMPTY);
                Ok(self.expr_from(start, ExprKind::Dict { keys, values }))
            }
            Tok::DoubleStar => self.dict_display(start, None),
            _ => {
                let first_start = self.start();
                let star = self.tok.kind == Tok::Star;
                let first = self.test_or_star()?;
                if self.tok.kind == Tok::Colon && !star {
                    return self.dict_display(start, Some(first));
                }
                if self.at(COMP_FOR) {
                    if let ExprKind::Starred { .. } = self.ast[first].kind {
                        let msg = "iterable unpacking cannot be used in comprehension";
                        self.defer(msg, first_start);
                    }
                    let generators = self.comp_for(self.depth)?;
                    self.expect(Tok::RBrace)?;
                    return Ok(self.expr_from(
                        start,
                        ExprKind::SetComp {
                            elt: first,
                            generators,
                        },
                    ));
                }
                let mark = self.exprs.len();
                self.exprs.push(first);
                self.more_elements(FIRST_OF_TEST | STAR, Self::test_or_star)?;
                self.expect(Tok::RBrace)?;
                let elts = self.take_exprs(mark);
                Ok(self.expr_from(start, ExprKind::Set { elts }))
            }
        }
    }

    /// The rest of a dict display after its first key; without one, it begins with `**`.
    fn dict_display(&mut self, start: Start, first: Option<ExprId>) -> R<ExprId> {
        let mut key = first;
        let mark = self.exprs.len();
        let mut keys = Vec::new();
        loop {
            let value = if key.is_some() {
                self.expect(Tok::Colon)?;
                self.test()?
            } else {
                self.expect(Tok::DoubleStar)?;
                self.at_depth(self.depth - EXPR, Self::expr)?
            };
            if keys.is_empty() && self.at(COMP_FOR) {
                return self.dict_comp(start, key, value);
            }
            keys.push(key);
            self.exprs.push(value);
            if self.tok.kind == Tok::Comma {
                self.advance()?;
            } else {
                break;
            }
            key = match self.tok.kind {
                Tok::RBrace => break,
                Tok::DoubleStar => None,
                _ => Some(self.test()?),
            };
        }
        self.expect(Tok::RBrace)?;
        let keys = self.ast.list(&keys);
        let values = self.take_exprs(mark);
        Ok(self.expr_from(start, ExprKind::Dict { keys, values }))
    }

    fn dict_comp(&mut self, start: Start, key: Option<ExprId>, value: ExprId) -> R<ExprId> {
        if key.is_none() {
            self.defer("dict unpacking cannot be used in dict comprehension", start);
        }
        let generators = self.comp_for(self.depth)?;
        self.expect(Tok::RBrace)?;
        let key = key.unwrap_or(value);
        Ok(self.expr_from(
            start,
            ExprKind::DictComp {
                key,
                value,
                generators,
            },
        ))
    }

    /// The `for` and `if` clauses of a comprehension; the first `comp_for` stands at `depth`.
    pub(super) fn comp_for(&mut self, mut depth: u32) -> R<List<Comprehension>> {
        let mut generators = Vec::new();
        while self.at(COMP_FOR) {
            let is_async = self.tok.kind == Tok::Async;
            if is_async {
                self.require_version(6, "Async comprehensions are", self.start());
                self.advance()?;
            }
            self.expect(Tok::For)?;
            let target = self.at_depth(depth + 3 - EXPR, Self::for_target)?;
            self.expect(Tok::In)?;
            let iter = self.at_depth(depth + 1, Self::or_test)?;
            depth += 3;
            let mark = self.exprs.len();
            while self.tok.kind == Tok::If {
                self.check_comprehension(depth)?;
                self.advance()?;
                let test = self.at_depth(depth + 1, Self::test_nocond)?;
                self.exprs.push(test);
                depth += 2;
            }
            let ifs = self.take_exprs(mark);
            generators.push(Comprehension {
                target,
                iter,
                ifs,
                is_async: i32::from(is_async),
            });
        }
        Ok(self.ast.list(&generators))
    }

    fn check_comprehension(&mut self, depth: u32) -> R<()> {
        self.at_depth(depth, |p| p.check_depth(0))
    }

    /// `depth` is that of a `test` in a subscript.
    fn subscriptlist(&mut self) -> R<SliceId> {
        let start = self.start();
        let first = self.subscript()?;
        if self.tok.kind != Tok::Comma {
            return Ok(self.ast.slice(first));
        }
        let mut dims = vec![first];
        while self.tok.kind == Tok::Comma {
            self.advance()?;
            if !self.at(FIRST_OF_TEST | set(&[Tok::Colon])) {
                break;
            }
            dims.push(self.subscript()?);
        }
        let mark = self.exprs.len();
        for dim in &dims {
            if let Slice::Index { value } = dim {
                self.exprs.push(*value);
            }
        }
        if self.exprs.len() - mark == dims.len() {
            let elts = self.take_exprs(mark);
            let value = self.expr_from(
                start,
                ExprKind::Tuple {
                    elts,
                    ctx: ExprContext::Load,
                },
            );
            return Ok(self.ast.slice(Slice::Index { value }));
        }
        self.exprs.truncate(mark);
        let dims: Vec<SliceId> = dims.into_iter().map(|dim| self.ast.slice(dim)).collect();
        let dims = self.ast.list(&dims);
        Ok(self.ast.slice(Slice::ExtSlice { dims }))
    }

    fn subscript(&mut self) -> R<Slice> {
        let mut lower = None;
        if self.tok.kind != Tok::Colon {
            let value = self.test()?;
            if self.tok.kind != Tok::Colon {
                return Ok(Slice::Index { value });
            }
            lower = Some(value);
        }
        self.expect(Tok::Colon)?;
        let upper = self.optional_test(0)?;
        let mut step = None;
        if self.tok.kind == Tok::Colon {
            self.advance()?;
            step = self.optional_test(1)?;
        }
        Ok(Slice::Slice { lower, upper, step })
    }

    fn optional_test(&mut self, below: u32) -> R<Option<ExprId>> {
        if !self.at(FIRST_OF_TEST) {
            return Ok(None);
        }
        self.at_depth(self.depth + below, Self::test).map(Some)
    }

    /// `depth` is that of the `yield_expr` itself.
    pub(super) fn yield_expr(&mut self) -> R<ExprId> {
        let start = self.start();
        self.expect(Tok::Yield)?;
        if self.tok.kind == Tok::From {
            self.advance()?;
            let value = self.at_depth(self.depth + 2, Self::test)?;
            return Ok(self.expr_from(start, ExprKind::YieldFrom { value }));
        }
        let value = if self.at(FIRST_OF_TEST | STAR) {
            Some(self.at_depth(self.depth + 3, Self::testlist_star_expr)?)
        } else {
            None
        };
        Ok(self.expr_from(start, ExprKind::Yield { value }))
    }
}

/// What begins the comprehension part of a display.
pub(super) const COMP_FOR: u128 = set(&[Tok::For, Tok::Async]);
