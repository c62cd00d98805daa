//! Expressions.

use super::*;
use crate::future;

impl Compiler<'_> {
    pub fn exprs(&mut self, list: List<ExprId>) -> Res {
        (0..list.len()).try_for_each(|i| {
            let id = self.ast[list][i];
            self.expr(id)
        })
    }

    pub fn expr(&mut self, id: ExprId) -> Res {
        let kind = self.ast[id].kind;
        self.expr_in(id, kind)
    }

    /// The expression `id` as if it were of `kind`. Its line holds for its own instructions, then the old one again.
    pub fn expr_in(&mut self, id: ExprId, kind: ExprKind) -> Res {
        let pos = self.ast[id].pos;
        let unit = self.unit();
        let (lineno, col_offset) = (unit.lineno, unit.col_offset);
        if pos.lineno != lineno {
            unit.lineno = pos.lineno;
            unit.lineno_set = false;
        }
        unit.col_offset = pos.col_offset;
        self.expr_kind(id, kind)?;
        let unit = self.unit();
        if unit.lineno != lineno {
            unit.lineno = lineno;
            unit.lineno_set = false;
        }
        unit.col_offset = col_offset;
        Ok(())
    }

    fn expr_kind(&mut self, id: ExprId, kind: ExprKind) -> Res {
        match kind {
            ExprKind::Name { id, ctx } => self.name_op(id, ctx),
            ExprKind::Constant { value, .. } => {
                if self.silent == 0 {
                    let value = self.ast[value].clone();
                    self.load_const(value);
                }
            }
            ExprKind::Attribute { value, attr, ctx } => self.attribute(value, attr, ctx)?,
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call(func, args, keywords)?,
            ExprKind::BinOp { left, op, right } => {
                self.expr(left)?;
                self.expr(right)?;
                self.op(binary_op(op));
            }
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                self.op(match op {
                    UnaryOp::Invert => UNARY_INVERT,
                    UnaryOp::Not => UNARY_NOT,
                    UnaryOp::UAdd => UNARY_POSITIVE,
                    UnaryOp::USub => UNARY_NEGATIVE,
                });
            }
            ExprKind::BoolOp { op, values } => self.bool_op(op, values)?,
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.compare(left, ops, comparators)?,
            ExprKind::Subscript { value, slice, ctx } => self.subscript(value, slice, ctx)?,
            ExprKind::NamedExpr { target, value } => {
                self.expr(value)?;
                self.op(DUP_TOP);
                self.expr(target)?;
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let next = self.new_label();
                self.jump_if(test, next, false)?;
                self.expr(body)?;
                self.jump(JUMP_FORWARD, end);
                self.place(next);
                self.expr(orelse)?;
                self.place(end);
            }
            ExprKind::Dict { keys, values } => self.dict(keys, values)?,
            ExprKind::Set { elts } => self.display(elts, BUILD_SET, BUILD_SET, BUILD_SET_UNPACK)?,
            ExprKind::List { elts, ctx } => match ctx {
                ExprContext::Store => self.unpack(elts)?,
                ExprContext::Load => {
                    self.display(elts, BUILD_LIST, BUILD_TUPLE, BUILD_LIST_UNPACK)?;
                }
                _ => self.exprs(elts)?,
            },
            ExprKind::Tuple { elts, ctx } => match ctx {
                ExprContext::Store => self.unpack(elts)?,
                ExprContext::Load => {
                    self.display(elts, BUILD_TUPLE, BUILD_TUPLE, BUILD_TUPLE_UNPACK)?;
                }
                _ => self.exprs(elts)?,
            },
            ExprKind::Lambda { args, body } => self.lambda(id, args, body)?,
            ExprKind::ListComp { .. }
            | ExprKind::SetComp { .. }
            | ExprKind::DictComp { .. }
            | ExprKind::GeneratorExp { .. } => self.comprehension(id, kind)?,
            ExprKind::Yield { .. } | ExprKind::YieldFrom { .. } | ExprKind::Await { .. } => {
                self.suspend(kind)?;
            }
            ExprKind::JoinedStr { values } => {
                self.exprs(values)?;
                if values.len() != 1 {
                    self.op_arg(BUILD_STRING, values.len() as u32);
                }
            }
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => self.formatted_value(value, conversion.unwrap_or(0), format_spec)?,
            ExprKind::Starred { ctx, .. } => {
                return self.error(match ctx {
                    ExprContext::Store => "starred assignment target must be in a list or tuple",
                    _ => "can't use starred expression here",
                });
            }
        }
        Ok(())
    }

    fn attribute(&mut self, value: ExprId, attr: Symbol, ctx: ExprContext) -> Res {
        if ctx != ExprContext::AugStore {
            self.expr(value)?;
        }
        match ctx {
            ExprContext::AugLoad => {
                self.op(DUP_TOP);
                self.op_name(LOAD_ATTR, attr);
            }
            ExprContext::Load | ExprContext::Param => self.op_name(LOAD_ATTR, attr),
            ExprContext::AugStore => {
                self.op(ROT_TWO);
                self.op_name(STORE_ATTR, attr);
            }
            ExprContext::Store => self.op_name(STORE_ATTR, attr),
            ExprContext::Del => self.op_name(DELETE_ATTR, attr),
        }
        Ok(())
    }

    fn bool_op(&mut self, op: BoolOp, values: List<ExprId>) -> Res {
        let jump = match op {
            BoolOp::And => JUMP_IF_FALSE_OR_POP,
            BoolOp::Or => JUMP_IF_TRUE_OR_POP,
        };
        let end = self.new_label();
        for i in 0..values.len() {
            let value = self.ast[values][i];
            self.expr(value)?;
            if i + 1 < values.len() {
                self.jump(jump, end);
            }
        }
        self.place(end);
        Ok(())
    }

    fn compare(&mut self, left: ExprId, ops: List<CmpOp>, comparators: List<ExprId>) -> Res {
        self.check_compare(left, ops, comparators)?;
        self.expr(left)?;
        let n = comparators.len();
        if n <= 1 {
            return self.last_comparison(ops, comparators);
        }
        let cleanup = self.new_label();
        for i in 0..n - 1 {
            self.chained_comparison(ops, comparators, i)?;
            self.jump(JUMP_IF_FALSE_OR_POP, cleanup);
            if i + 2 < n {
                self.next_block();
            }
        }
        self.last_comparison(ops, comparators)?;
        let end = self.new_label();
        self.jump(JUMP_FORWARD, end);
        self.place(cleanup);
        self.op(ROT_TWO);
        self.op(POP_TOP);
        self.place(end);
        Ok(())
    }

    fn chained_comparison(
        &mut self,
        ops: List<CmpOp>,
        comparators: List<ExprId>,
        index: usize,
    ) -> Res {
        let comparator = self.ast[comparators][index];
        self.expr(comparator)?;
        self.op(DUP_TOP);
        self.op(ROT_THREE);
        let op = self.ast[ops][index];
        self.op_arg(COMPARE_OP, compare_arg(op));
        Ok(())
    }

    fn last_comparison(&mut self, ops: List<CmpOp>, comparators: List<ExprId>) -> Res {
        if let (Some(&op), Some(&comparator)) = (self.ast[ops].last(), self.ast[comparators].last())
        {
            self.expr(comparator)?;
            self.op_arg(COMPARE_OP, compare_arg(op));
        }
        Ok(())
    }

    /// Jumps to `next` if the truth of the expression is `condition`, else goes on.
    pub fn jump_if(&mut self, id: ExprId, next: Label, condition: bool) -> Res {
        match self.ast[id].kind {
            ExprKind::UnaryOp {
                op: UnaryOp::Not,
                operand,
            } => return self.jump_if(operand, next, !condition),
            ExprKind::BoolOp { op, values } if !values.is_empty() => {
                let inner = op == BoolOp::Or;
                let skip = if inner == condition {
                    next
                } else {
                    self.new_label()
                };
                for i in 0..values.len() - 1 {
                    let value = self.ast[values][i];
                    self.jump_if(value, skip, inner)?;
                }
                let last = self.ast[values][values.len() - 1];
                self.jump_if(last, next, condition)?;
                if skip != next {
                    self.place(skip);
                }
                return Ok(());
            }
            ExprKind::IfExp { test, body, orelse } => {
                let end = self.new_label();
                let other = self.new_label();
                self.jump_if(test, other, false)?;
                self.jump_if(body, next, condition)?;
                self.jump(JUMP_FORWARD, end);
                self.place(other);
                self.jump_if(orelse, next, condition)?;
                self.place(end);
                return Ok(());
            }
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } if comparators.len() > 1 => {
                return self.jump_if_chained(left, ops, comparators, next, condition);
            }
            _ => {}
        }
        self.expr(id)?;
        let op = if condition {
            POP_JUMP_IF_TRUE
        } else {
            POP_JUMP_IF_FALSE
        };
        self.jump(op, next);
        Ok(())
    }

    fn jump_if_chained(
        &mut self,
        left: ExprId,
        ops: List<CmpOp>,
        comparators: List<ExprId>,
        next: Label,
        condition: bool,
    ) -> Res {
        self.check_compare(left, ops, comparators)?;
        let cleanup = self.new_label();
        self.expr(left)?;
        for i in 0..comparators.len() - 1 {
            self.chained_comparison(ops, comparators, i)?;
            self.jump(POP_JUMP_IF_FALSE, cleanup);
            self.next_block();
        }
        self.last_comparison(ops, comparators)?;
        let op = if condition {
            POP_JUMP_IF_TRUE
        } else {
            POP_JUMP_IF_FALSE
        };
        self.jump(op, next);
        let end = self.new_label();
        self.jump(JUMP_FORWARD, end);
        self.place(cleanup);
        self.op(POP_TOP);
        if !condition {
            self.jump(JUMP_FORWARD, next);
        }
        self.place(end);
        Ok(())
    }

    fn suspend(&mut self, kind: ExprKind) -> Res {
        match kind {
            ExprKind::Await { value } => {
                if !self.is_top_level_await() {
                    if self.block_type() != BlockType::Function {
                        return self.error("'await' outside function");
                    }
                    let unit = self.unit_kind();
                    if unit != UnitKind::AsyncFunction && unit != UnitKind::Comprehension {
                        return self.error("'await' outside async function");
                    }
                }
                self.expr(value)?;
                self.await_top();
            }
            ExprKind::YieldFrom { value } => {
                if self.block_type() != BlockType::Function {
                    return self.error("'yield' outside function");
                }
                if self.unit_kind() == UnitKind::AsyncFunction {
                    return self.error("'yield from' inside async function");
                }
                self.expr(value)?;
                self.op(GET_YIELD_FROM_ITER);
                self.load_none();
                self.op(YIELD_FROM);
            }
            ExprKind::Yield { value } => {
                if self.block_type() != BlockType::Function {
                    return self.error("'yield' outside function");
                }
                match value {
                    Some(value) => self.expr(value)?,
                    None => self.load_none(),
                }
                self.op(YIELD_VALUE);
            }
            _ => {}
        }
        Ok(())
    }

    fn formatted_value(
        &mut self,
        value: ExprId,
        conversion: i32,
        format_spec: Option<ExprId>,
    ) -> Res {
        const HAS_SPEC: u32 = 4;
        self.expr(value)?;
        let mut arg = match u8::try_from(conversion) {
            Ok(b's') => 1,
            Ok(b'r') => 2,
            Ok(b'a') => 3,
            Err(_) if conversion == -1 => 0,
            _ => {
                let msg = format!("Unrecognized conversion character {conversion}");
                return Err(Box::new(SyntaxError::other(ErrorKind::SystemError, msg)));
            }
        };
        if let Some(spec) = format_spec {
            self.expr(spec)?;
            arg |= HAS_SPEC;
        }
        self.op_arg(FORMAT_VALUE, arg);
        Ok(())
    }

    fn is_starred(&self, id: ExprId) -> bool {
        matches!(self.ast[id].kind, ExprKind::Starred { .. })
    }

    /// A display in which starred items may stand: `single` makes it at once, otherwise `inner` makes the
    /// stretches between the stars and `outer` joins all.
    fn display(&mut self, elts: List<ExprId>, single: u8, inner: u8, outer: u8) -> Res {
        let (mut parts, mut seen) = (0, 0);
        for i in 0..elts.len() {
            let elt = self.ast[elts][i];
            if let ExprKind::Starred { value, .. } = self.ast[elt].kind {
                if seen > 0 {
                    self.op_arg(inner, seen);
                    seen = 0;
                    parts += 1;
                }
                self.expr(value)?;
                parts += 1;
            } else {
                self.expr(elt)?;
                seen += 1;
            }
        }
        if parts == 0 {
            self.op_arg(single, seen);
        } else {
            if seen > 0 {
                self.op_arg(inner, seen);
                parts += 1;
            }
            self.op_arg(outer, parts);
        }
        Ok(())
    }

    fn dict(&mut self, keys: List<Option<ExprId>>, values: List<ExprId>) -> Res {
        const MOST: usize = 0xffff;
        let n = values.len();
        let (mut containers, mut elements) = (0, 0);
        let mut unpacking = false;
        for i in 0..n {
            unpacking = self.ast[keys].get(i).copied().flatten().is_none();
            if elements == MOST || (elements > 0 && unpacking) {
                self.sub_dict(keys, values, i - elements, i)?;
                containers += 1;
                elements = 0;
            }
            if unpacking {
                let value = self.ast[values][i];
                self.expr(value)?;
                containers += 1;
            } else {
                elements += 1;
            }
        }
        if elements > 0 || containers == 0 {
            self.sub_dict(keys, values, n - elements, n)?;
            containers += 1;
        }
        if containers > 1 || unpacking {
            self.op_arg(BUILD_MAP_UNPACK, containers);
        }
        Ok(())
    }

    fn sub_dict(
        &mut self,
        keys: List<Option<ExprId>>,
        values: List<ExprId>,
        begin: usize,
        end: usize,
    ) -> Res {
        let n = end - begin;
        if n > 1 {
            let constants: Option<Vec<Constant>> = self.ast[keys][begin..end]
                .iter()
                .map(|key| future::constant(self.ast, (*key)?).cloned())
                .collect();
            if let Some(constants) = constants {
                for i in begin..end {
                    let value = self.ast[values][i];
                    self.expr(value)?;
                }
                self.load_const(Constant::Tuple(constants.into()));
                self.op_arg(BUILD_CONST_KEY_MAP, n as u32);
                return Ok(());
            }
        }
        for i in begin..end {
            if let Some(key) = self.ast[keys][i] {
                self.expr(key)?;
            }
            let value = self.ast[values][i];
            self.expr(value)?;
        }
        self.op_arg(BUILD_MAP, n as u32);
        Ok(())
    }

    fn call(&mut self, func: ExprId, args: List<ExprId>, keywords: List<Keyword>) -> Res {
        if let ExprKind::Attribute {
            value,
            attr,
            ctx: ExprContext::Load,
        } = self.ast[func].kind
            && keywords.is_empty()
            && !self.ast[args].iter().any(|arg| self.is_starred(*arg))
        {
            self.expr(value)?;
            self.op_name(LOAD_METHOD, attr);
            self.exprs(args)?;
            self.op_arg(CALL_METHOD, args.len() as u32);
            return Ok(());
        }
        self.check_caller(func)?;
        self.expr(func)?;
        self.call_with(0, args, keywords)
    }

    /// Calls what lies below `n` arguments on the stack, with these further ones.
    pub fn call_with(&mut self, n: u32, args: List<ExprId>, keywords: List<Keyword>) -> Res {
        let unpacking = self.ast[keywords]
            .iter()
            .any(|keyword| keyword.arg.is_none());
        let (mut seen, mut parts) = (n, 0);
        for i in 0..args.len() {
            let arg = self.ast[args][i];
            if let ExprKind::Starred { value, .. } = self.ast[arg].kind {
                if seen > 0 {
                    self.op_arg(BUILD_TUPLE, seen);
                    seen = 0;
                    parts += 1;
                }
                self.expr(value)?;
                parts += 1;
            } else {
                self.expr(arg)?;
                seen += 1;
            }
        }
        if parts > 0 || unpacking {
            if seen > 0 {
                self.op_arg(BUILD_TUPLE, seen);
                parts += 1;
            }
            match parts {
                0 => self.op_arg(BUILD_TUPLE, 0),
                1 => {}
                _ => self.op_arg(BUILD_TUPLE_UNPACK_WITH_CALL, parts),
            }
            return self.call_ex(keywords);
        }
        if keywords.is_empty() {
            self.op_arg(CALL_FUNCTION, n + args.len() as u32);
            return Ok(());
        }
        for i in 0..keywords.len() {
            let value = self.ast[keywords][i].value;
            self.expr(value)?;
        }
        let names = self.keyword_names(keywords, 0, keywords.len());
        self.load_const(names);
        self.op_arg(CALL_FUNCTION_KW, n + (args.len() + keywords.len()) as u32);
        Ok(())
    }

    fn keyword_names(&mut self, keywords: List<Keyword>, begin: usize, end: usize) -> Constant {
        let mut names = Vec::with_capacity(end - begin);
        for i in begin..end {
            if let Some(name) = self.ast[keywords][i].arg {
                names.push(Constant::Str(self.text(name)));
            }
        }
        Constant::Tuple(names.into())
    }

    /// Calls with a tuple of positional arguments, which lies on the stack, and keyword arguments of both sorts.
    fn call_ex(&mut self, keywords: List<Keyword>) -> Res {
        let (mut seen, mut parts) = (0, 0);
        for i in 0..keywords.len() {
            let Keyword { arg, value } = self.ast[keywords][i];
            if arg.is_some() {
                seen += 1;
                continue;
            }
            if seen > 0 {
                self.sub_keywords(keywords, i - seen, i)?;
                seen = 0;
                parts += 1;
            }
            self.expr(value)?;
            parts += 1;
        }
        if seen > 0 {
            self.sub_keywords(keywords, keywords.len() - seen, keywords.len())?;
            parts += 1;
        }
        if parts > 1 {
            self.op_arg(BUILD_MAP_UNPACK_WITH_CALL, parts);
        }
        self.op_arg(CALL_FUNCTION_EX, (parts > 0).into());
        Ok(())
    }

    fn sub_keywords(&mut self, keywords: List<Keyword>, begin: usize, end: usize) -> Res {
        let n = (end - begin) as u32;
        if n > 1 {
            for i in begin..end {
                let value = self.ast[keywords][i].value;
                self.expr(value)?;
            }
            let names = self.keyword_names(keywords, begin, end);
            self.load_const(names);
            self.op_arg(BUILD_CONST_KEY_MAP, n);
            return Ok(());
        }
        for i in begin..end {
            let Keyword { arg, value } = self.ast[keywords][i];
            if let Some(name) = arg {
                self.load_str(name);
            }
            self.expr(value)?;
        }
        self.op_arg(BUILD_MAP, n);
        Ok(())
    }

    fn subscript(&mut self, value: ExprId, slice: SliceId, ctx: ExprContext) -> Res {
        if ctx == ExprContext::Load {
            self.check_subscripter(value)?;
            self.check_index(value, slice)?;
        }
        if ctx != ExprContext::AugStore {
            self.expr(value)?;
            self.slice(slice)?;
        }
        match ctx {
            ExprContext::AugLoad => {
                self.op(DUP_TOP_TWO);
                self.op(BINARY_SUBSCR);
            }
            ExprContext::Load | ExprContext::Param => self.op(BINARY_SUBSCR),
            ExprContext::AugStore => {
                self.op(ROT_THREE);
                self.op(STORE_SUBSCR);
            }
            ExprContext::Store => self.op(STORE_SUBSCR),
            ExprContext::Del => self.op(DELETE_SUBSCR),
        }
        Ok(())
    }

    fn slice(&mut self, slice: SliceId) -> Res {
        let Slice::ExtSlice { dims } = self.ast[slice] else {
            return self.simple_slice(slice);
        };
        for i in 0..dims.len() {
            let dim = self.ast[dims][i];
            self.simple_slice(dim)?;
        }
        self.op_arg(BUILD_TUPLE, dims.len() as u32);
        Ok(())
    }

    fn simple_slice(&mut self, slice: SliceId) -> Res {
        match self.ast[slice] {
            Slice::Index { value } => self.expr(value),
            Slice::Slice { lower, upper, step } => {
                let mut n = 2;
                for bound in [lower, upper] {
                    match bound {
                        Some(bound) => self.expr(bound)?,
                        None => self.load_none(),
                    }
                }
                if let Some(step) = step {
                    self.expr(step)?;
                    n = 3;
                }
                self.op_arg(BUILD_SLICE, n);
                Ok(())
            }
            Slice::ExtSlice { .. } => {
                let msg = "extended slice invalid in nested slice";
                Err(Box::new(SyntaxError::other(ErrorKind::SystemError, msg)))
            }
        }
    }
}

fn binary_op(op: Operator) -> u8 {
    match op {
        Operator::Add => BINARY_ADD,
        Operator::Sub => BINARY_SUBTRACT,
        Operator::Mult => BINARY_MULTIPLY,
        Operator::MatMult => BINARY_MATRIX_MULTIPLY,
        Operator::Div => BINARY_TRUE_DIVIDE,
        Operator::Mod => BINARY_MODULO,
        Operator::Pow => BINARY_POWER,
        Operator::LShift => BINARY_LSHIFT,
        Operator::RShift => BINARY_RSHIFT,
        Operator::BitOr => BINARY_OR,
        Operator::BitXor => BINARY_XOR,
        Operator::BitAnd => BINARY_AND,
        Operator::FloorDiv => BINARY_FLOOR_DIVIDE,
    }
}

/// COMPARE_OP's operand.
fn compare_arg(op: CmpOp) -> u32 {
    match op {
        CmpOp::Lt => 0,
        CmpOp::LtE => 1,
        CmpOp::Eq => 2,
        CmpOp::NotEq => 3,
        CmpOp::Gt => 4,
        CmpOp::GtE => 5,
        CmpOp::In => 6,
        CmpOp::NotIn => 7,
        CmpOp::Is => 8,
        CmpOp::IsNot => 9,
    }
}
