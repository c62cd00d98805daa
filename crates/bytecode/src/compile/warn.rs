//! Expressions that cannot be meant as they stand.

use super::*;
use crate::constant::type_name;
use crate::future;

impl Compiler<'_> {
    /// `is` with a literal.
    pub fn check_compare(
        &mut self,
        left: ExprId,
        ops: List<CmpOp>,
        comparators: List<ExprId>,
    ) -> Res {
        let mut left_literal = self.is_literal(left);
        for i in 0..comparators.len() {
            let right = self.ast[comparators][i];
            let op = self.ast[ops][i];
            let right_literal = self.is_literal(right);
            if matches!(op, CmpOp::Is | CmpOp::IsNot) && (left_literal || right_literal) {
                let msg = match op {
                    CmpOp::Is => "\"is\" with a literal. Did you mean \"==\"?",
                    _ => "\"is not\" with a literal. Did you mean \"!=\"?",
                };
                return self.warning(msg.to_string());
            }
            left_literal = right_literal;
        }
        Ok(())
    }

    /// A constant whose identity means nothing.
    fn is_literal(&self, id: ExprId) -> bool {
        !matches!(
            future::constant(self.ast, id),
            None | Some(Constant::None | Constant::True | Constant::False | Constant::Ellipsis)
        )
    }

    /// The type that an expression certainly has.
    fn known_type(&self, id: ExprId) -> Option<&'static str> {
        Some(match self.ast[id].kind {
            ExprKind::Tuple { .. } => "tuple",
            ExprKind::List { .. } | ExprKind::ListComp { .. } => "list",
            ExprKind::Dict { .. } | ExprKind::DictComp { .. } => "dict",
            ExprKind::Set { .. } | ExprKind::SetComp { .. } => "set",
            ExprKind::GeneratorExp { .. } => "generator",
            ExprKind::Lambda { .. } => "function",
            ExprKind::JoinedStr { .. } | ExprKind::FormattedValue { .. } => "str",
            ExprKind::Constant { value, .. } => type_name(&self.ast[value]),
            _ => return None,
        })
    }

    pub fn check_caller(&mut self, func: ExprId) -> Res {
        match (self.known_type(func), self.ast[func].kind) {
            (None, _) | (_, ExprKind::Lambda { .. }) => Ok(()),
            (Some(name), _) => self.warning(format!(
                "'{name}' object is not callable; perhaps you missed a comma?"
            )),
        }
    }

    pub fn check_subscripter(&mut self, value: ExprId) -> Res {
        let suspicious = match self.ast[value].kind {
            ExprKind::Constant { value, .. } => !matches!(
                self.ast[value],
                Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_)
            ),
            ExprKind::Set { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::GeneratorExp { .. }
            | ExprKind::Lambda { .. } => true,
            _ => false,
        };
        match self.known_type(value) {
            Some(name) if suspicious => self.warning(format!(
                "'{name}' object is not subscriptable; perhaps you missed a comma?"
            )),
            _ => Ok(()),
        }
    }

    pub fn check_index(&mut self, value: ExprId, slice: SliceId) -> Res {
        let Slice::Index { value: index } = self.ast[slice] else {
            return Ok(());
        };
        let Some(index_type) = self.known_type(index) else {
            return Ok(());
        };
        if matches!(index_type, "int" | "bool") {
            return Ok(());
        }
        let indexed = match self.ast[value].kind {
            ExprKind::Constant { value, .. } => matches!(
                self.ast[value],
                Constant::Str(_) | Constant::Bytes(_) | Constant::Tuple(_)
            ),
            ExprKind::Tuple { .. }
            | ExprKind::List { .. }
            | ExprKind::ListComp { .. }
            | ExprKind::JoinedStr { .. }
            | ExprKind::FormattedValue { .. } => true,
            _ => false,
        };
        match self.known_type(value) {
            Some(name) if indexed => self.warning(format!(
                "{name} indices must be integers or slices, not {index_type}; perhaps you missed a comma?"
            )),
            _ => Ok(()),
        }
    }
}
