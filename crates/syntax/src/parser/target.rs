//! What may be assigned to and deleted.

use super::{Parser, Start};
use crate::ast::*;

/// 3.8's words for a kind of expression.
pub(crate) fn expr_name(ast: &Ast, e: ExprId) -> &'static str {
    match ast[e].kind {
        ExprKind::Attribute { .. } => "attribute",
        ExprKind::Subscript { .. } => "subscript",
        ExprKind::Starred { .. } => "starred",
        ExprKind::Name { .. } => "name",
        ExprKind::List { .. } => "list",
        ExprKind::Tuple { .. } => "tuple",
        ExprKind::Lambda { .. } => "lambda",
        ExprKind::Call { .. } => "function call",
        ExprKind::BoolOp { .. } | ExprKind::BinOp { .. } | ExprKind::UnaryOp { .. } => "operator",
        ExprKind::GeneratorExp { .. } => "generator expression",
        ExprKind::Yield { .. } | ExprKind::YieldFrom { .. } => "yield expression",
        ExprKind::Await { .. } => "await expression",
        ExprKind::ListComp { .. } => "list comprehension",
        ExprKind::SetComp { .. } => "set comprehension",
        ExprKind::DictComp { .. } => "dict comprehension",
        ExprKind::Dict { .. } => "dict display",
        ExprKind::Set { .. } => "set display",
        ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "f-string expression",
        ExprKind::Compare { .. } => "comparison",
        ExprKind::IfExp { .. } => "conditional expression",
        ExprKind::NamedExpr { .. } => "named expression",
        ExprKind::Constant { value, .. } => match ast[value] {
            Constant::None => "None",
            Constant::True => "True",
            Constant::False => "False",
            Constant::Ellipsis => "Ellipsis",
            _ => "literal",
        },
    }
}

impl Parser<'_> {
    /// Makes `e` a target. What cannot be one is an error at `start`, even if it is deep inside.
    pub(super) fn set_context(&mut self, e: ExprId, new: ExprContext, start: Start) {
        let name = match &mut self.ast[e].kind {
            ExprKind::Name { id, ctx } => {
                *ctx = new;
                Some(*id)
            }
            ExprKind::Attribute { attr, ctx, .. } => {
                *ctx = new;
                Some(*attr)
            }
            ExprKind::Subscript { ctx, .. } => {
                *ctx = new;
                None
            }
            ExprKind::Starred { value, ctx } => {
                *ctx = new;
                let value = *value;
                return self.set_context(value, new, start);
            }
            ExprKind::List { elts, ctx } | ExprKind::Tuple { elts, ctx } => {
                *ctx = new;
                let elts = *elts;
                for i in 0..elts.len() {
                    let element = self.ast[elts][i];
                    self.set_context(element, new, start);
                }
                return;
            }
            _ => {
                let verb = if new == ExprContext::Del {
                    "delete"
                } else {
                    "assign to"
                };
                let what = expr_name(&self.ast, e);
                return self.defer(format!("cannot {verb} {what}"), start);
            }
        };
        if new == ExprContext::Store && name == Some(sym::debug) {
            self.forbid(start);
        }
    }

    /// The target of `:=` must be a name.
    pub(super) fn set_named_target(&mut self, target: ExprId, start: Start) {
        if let ExprKind::Name { .. } = self.ast[target].kind {
            return self.set_context(target, ExprContext::Store, start);
        }
        let what = expr_name(&self.ast, target);
        self.defer(
            format!("cannot use assignment expressions with {what}"),
            start,
        );
    }

    pub(super) fn forbid(&mut self, start: Start) {
        self.defer("cannot assign to __debug__", start);
    }

    /// The only name that cannot be bound and yet is no keyword.
    pub(super) fn check_name(&mut self, name: Symbol, start: Start) {
        if name == sym::debug {
            self.forbid(start);
        }
    }
}
