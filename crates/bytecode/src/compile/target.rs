//! Assignments and their targets.

use super::*;
use crate::unparse;

impl Compiler<'_> {
    pub fn aug_assign(&mut self, target: ExprId, op: Operator, value: ExprId) -> Res {
        let inplace = inplace_op(op);
        match self.ast[target].kind {
            ExprKind::Name { id, .. } => {
                self.name_op(id, ExprContext::Load);
                self.expr(value)?;
                self.op(inplace);
                self.name_op(id, ExprContext::Store);
                Ok(())
            }
            kind @ (ExprKind::Attribute { .. } | ExprKind::Subscript { .. }) => {
                self.expr_in(target, with_ctx(kind, ExprContext::AugLoad))?;
                self.expr(value)?;
                self.op(inplace);
                self.expr_in(target, with_ctx(kind, ExprContext::AugStore))
            }
            kind => {
                let msg = format!(
                    "invalid node type ({}) for augmented assignment",
                    kind_number(kind)
                );
                Err(Box::new(SyntaxError::other(ErrorKind::SystemError, msg)))
            }
        }
    }

    pub fn ann_assign(
        &mut self,
        target: ExprId,
        annotation: ExprId,
        value: Option<ExprId>,
        simple: bool,
    ) -> Res {
        if let Some(value) = value {
            self.expr(value)?;
            self.expr(target)?;
        }
        let evaluated = matches!(self.unit_kind(), UnitKind::Module | UnitKind::Class);
        match self.ast[target].kind {
            ExprKind::Name { id, .. } => {
                if simple && evaluated {
                    self.annotation(annotation)?;
                    self.op_name(LOAD_NAME, sym::annotations);
                    let mangled = self.mangled(id);
                    self.load_str(mangled);
                    self.op(STORE_SUBSCR);
                }
            }
            ExprKind::Attribute { value: object, .. } => {
                if value.is_none() {
                    self.evaluate_and_drop(object)?;
                }
            }
            ExprKind::Subscript {
                value: object,
                slice,
                ..
            } => {
                if value.is_none() {
                    self.evaluate_and_drop(object)?;
                    self.evaluate_slice(slice)?;
                }
            }
            kind => {
                let msg = format!(
                    "invalid node type ({}) for annotated assignment",
                    kind_number(kind)
                );
                return Err(Box::new(SyntaxError::other(ErrorKind::SystemError, msg)));
            }
        }
        if !simple && evaluated {
            self.evaluate_and_drop(annotation)?;
        }
        Ok(())
    }

    /// The value of an annotation, or its text if the program wants that.
    pub fn annotation(&mut self, annotation: ExprId) -> Res {
        if self.flags & code::CO_FUTURE_ANNOTATIONS == 0 {
            return self.expr(annotation);
        }
        let text = unparse::unparse(self.ast, annotation)?;
        self.load_const(Constant::Str(text));
        Ok(())
    }

    fn evaluate_and_drop(&mut self, id: ExprId) -> Res {
        self.expr(id)?;
        self.op(POP_TOP);
        Ok(())
    }

    fn evaluate_slice(&mut self, slice: SliceId) -> Res {
        match self.ast[slice] {
            Slice::Index { value } => self.evaluate_and_drop(value),
            Slice::Slice { lower, upper, step } => {
                for bound in [lower, upper, step].into_iter().flatten() {
                    self.evaluate_and_drop(bound)?;
                }
                Ok(())
            }
            Slice::ExtSlice { dims } => {
                for i in 0..dims.len() {
                    let dim = self.ast[dims][i];
                    self.evaluate_slice(dim)?;
                }
                Ok(())
            }
        }
    }

    /// Unpacks what lies on the stack into the targets.
    pub fn unpack(&mut self, elts: List<ExprId>) -> Res {
        let n = elts.len();
        let mut starred = false;
        for i in 0..n {
            let elt = self.ast[elts][i];
            if !matches!(self.ast[elt].kind, ExprKind::Starred { .. }) {
                continue;
            }
            if starred {
                return self.error("two starred expressions in assignment");
            }
            starred = true;
            let after = n - i - 1;
            if i >= 1 << 8 || after >= (i32::MAX >> 8) as usize {
                return self.error("too many expressions in star-unpacking assignment");
            }
            self.op_arg(UNPACK_EX, i as u32 + ((after as u32) << 8));
        }
        if !starred {
            self.op_arg(UNPACK_SEQUENCE, n as u32);
        }
        for i in 0..n {
            let elt = self.ast[elts][i];
            match self.ast[elt].kind {
                ExprKind::Starred { value, .. } => self.expr(value)?,
                _ => self.expr(elt)?,
            }
        }
        Ok(())
    }
}

fn with_ctx(mut kind: ExprKind, new: ExprContext) -> ExprKind {
    if let ExprKind::Attribute { ctx, .. } | ExprKind::Subscript { ctx, .. } = &mut kind {
        *ctx = new;
    }
    kind
}

pub fn inplace_op(op: Operator) -> u8 {
    match op {
        Operator::Add => INPLACE_ADD,
        Operator::Sub => INPLACE_SUBTRACT,
        Operator::Mult => INPLACE_MULTIPLY,
        Operator::MatMult => INPLACE_MATRIX_MULTIPLY,
        Operator::Div => INPLACE_TRUE_DIVIDE,
        Operator::Mod => INPLACE_MODULO,
        Operator::Pow => INPLACE_POWER,
        Operator::LShift => INPLACE_LSHIFT,
        Operator::RShift => INPLACE_RSHIFT,
        Operator::BitOr => INPLACE_OR,
        Operator::BitXor => INPLACE_XOR,
        Operator::BitAnd => INPLACE_AND,
        Operator::FloorDiv => INPLACE_FLOOR_DIVIDE,
    }
}

/// The number of a node type in 3.8, for messages.
fn kind_number(kind: ExprKind) -> u8 {
    match kind {
        ExprKind::BoolOp { .. } => 1,
        ExprKind::NamedExpr { .. } => 2,
        ExprKind::BinOp { .. } => 3,
        ExprKind::UnaryOp { .. } => 4,
        ExprKind::Lambda { .. } => 5,
        ExprKind::IfExp { .. } => 6,
        ExprKind::Dict { .. } => 7,
        ExprKind::Set { .. } => 8,
        ExprKind::ListComp { .. } => 9,
        ExprKind::SetComp { .. } => 10,
        ExprKind::DictComp { .. } => 11,
        ExprKind::GeneratorExp { .. } => 12,
        ExprKind::Await { .. } => 13,
        ExprKind::Yield { .. } => 14,
        ExprKind::YieldFrom { .. } => 15,
        ExprKind::Compare { .. } => 16,
        ExprKind::Call { .. } => 17,
        ExprKind::FormattedValue { .. } => 18,
        ExprKind::JoinedStr { .. } => 19,
        ExprKind::Constant { .. } => 20,
        ExprKind::Attribute { .. } => 21,
        ExprKind::Subscript { .. } => 22,
        ExprKind::Starred { .. } => 23,
        ExprKind::Name { .. } => 24,
        ExprKind::List { .. } => 25,
        ExprKind::Tuple { .. } => 26,
    }
}
