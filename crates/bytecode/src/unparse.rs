//! The text of an expression, as `from __future__ import annotations` keeps it.

use crate::compile::Res;
use crate::repr;
use pyrite_syntax::SyntaxError;
use pyrite_syntax::ast::*;
use pyrite_syntax::error::ErrorKind;

/// How tightly an expression binds; one that binds less than its place asks for stands in parentheses.
type Level = u8;
const TUPLE: Level = 0;
const TEST: Level = 1;
const OR: Level = 2;
const AND: Level = 3;
const NOT: Level = 4;
const CMP: Level = 5;
const EXPR: Level = 6;
const BOR: Level = EXPR;
const BXOR: Level = 7;
const BAND: Level = 8;
const SHIFT: Level = 9;
const ARITH: Level = 10;
const TERM: Level = 11;
const FACTOR: Level = 12;
const POWER: Level = 13;
const AWAIT: Level = 14;
const ATOM: Level = 15;

/// The source text of an expression, in 3.8's style.
pub fn unparse(ast: &Ast, id: ExprId) -> Res<Text> {
    let mut writer = Writer {
        ast,
        out: Vec::new(),
    };
    writer.expr(id, TEST)?;
    Ok(Text::from_wtf8(&writer.out))
}

struct Writer<'a> {
    ast: &'a Ast,
    /// WTF-8.
    out: Vec<u8>,
}

fn invalid<T>(msg: &str) -> Res<T> {
    Err(Box::new(SyntaxError::other(ErrorKind::SystemError, msg)))
}

impl Writer<'_> {
    fn put(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }

    fn put_if(&mut self, condition: bool, text: &str) {
        if condition {
            self.put(text);
        }
    }

    fn name(&mut self, name: Symbol) {
        self.out.extend_from_slice(self.ast.names.get(name));
    }

    fn list(&mut self, list: List<ExprId>, level: Level) -> Res {
        for (i, id) in self.ast[list].iter().enumerate() {
            self.put_if(i > 0, ", ");
            self.expr(*id, level)?;
        }
        Ok(())
    }

    fn expr(&mut self, id: ExprId, level: Level) -> Res {
        match self.ast[id].kind {
            ExprKind::BoolOp { op, values } => self.bool_op(op, values, level),
            ExprKind::BinOp { left, op, right } => self.bin_op(left, op, right, level),
            ExprKind::UnaryOp { op, operand } => self.unary_op(op, operand, level),
            ExprKind::Lambda { args, body } => self.lambda(args, body, level),
            ExprKind::IfExp { test, body, orelse } => self.if_exp(test, body, orelse, level),
            ExprKind::Dict { keys, values } => self.dict(keys, values),
            ExprKind::Set { elts } => {
                self.put("{");
                self.list(elts, TEST)?;
                self.put("}");
                Ok(())
            }
            ExprKind::GeneratorExp { elt, generators } => self.comp("(", elt, generators, ")"),
            ExprKind::ListComp { elt, generators } => self.comp("[", elt, generators, "]"),
            ExprKind::SetComp { elt, generators } => self.comp("{", elt, generators, "}"),
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.put("{");
                self.expr(key, TEST)?;
                self.put(": ");
                self.expr(value, TEST)?;
                self.generators(generators)?;
                self.put("}");
                Ok(())
            }
            kind @ (ExprKind::Yield { .. }
            | ExprKind::YieldFrom { .. }
            | ExprKind::Await { .. }) => self.suspend(kind, level),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => self.compare(left, ops, comparators, level),
            ExprKind::Call {
                func,
                args,
                keywords,
            } => self.call(func, args, keywords),
            ExprKind::Constant { value, .. } => {
                self.constant(value);
                Ok(())
            }
            ExprKind::JoinedStr { values } => {
                let text = self.joined(values)?;
                self.f_string(&text);
                Ok(())
            }
            ExprKind::FormattedValue { .. } => {
                let mut inner = self.nested();
                inner.formatted(id)?;
                let text = inner.out;
                self.f_string(&text);
                Ok(())
            }
            ExprKind::Attribute { value, attr, .. } => {
                self.expr(value, ATOM)?;
                let int = self.is_int(value);
                self.put(if int { " ." } else { "." });
                self.name(attr);
                Ok(())
            }
            ExprKind::Starred { value, .. } => {
                self.put("*");
                self.expr(value, EXPR)
            }
            ExprKind::Name { id, .. } => {
                self.name(id);
                Ok(())
            }
            ExprKind::List { elts, .. } => {
                self.put("[");
                self.list(elts, TEST)?;
                self.put("]");
                Ok(())
            }
            ExprKind::Tuple { elts, .. } => self.tuple(elts, level),
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value, ATOM)?;
                self.put("[");
                self.slice(slice)?;
                self.put("]");
                Ok(())
            }
            ExprKind::NamedExpr { target, value } => {
                self.put_if(level > TUPLE, "(");
                self.expr(target, ATOM)?;
                self.put(":=");
                self.expr(value, ATOM)?;
                self.put_if(level > TUPLE, ")");
                Ok(())
            }
        }
    }

    fn if_exp(&mut self, test: ExprId, body: ExprId, orelse: ExprId, level: Level) -> Res {
        self.put_if(level > TEST, "(");
        self.expr(body, TEST + 1)?;
        self.put(" if ");
        self.expr(test, TEST + 1)?;
        self.put(" else ");
        self.expr(orelse, TEST)?;
        self.put_if(level > TEST, ")");
        Ok(())
    }

    fn suspend(&mut self, kind: ExprKind, level: Level) -> Res {
        match kind {
            ExprKind::Yield { value: None } => self.put("(yield)"),
            ExprKind::Yield { value: Some(value) } => {
                self.put("(yield ");
                self.expr(value, TEST)?;
                self.put(")");
            }
            ExprKind::YieldFrom { value } => {
                self.put("(yield from ");
                self.expr(value, TEST)?;
                self.put(")");
            }
            ExprKind::Await { value } => {
                self.put_if(level > AWAIT, "(");
                self.put("await ");
                self.expr(value, ATOM)?;
                self.put_if(level > AWAIT, ")");
            }
            _ => {}
        }
        Ok(())
    }

    fn is_int(&self, id: ExprId) -> bool {
        matches!(
            crate::future::constant(self.ast, id),
            Some(Constant::Int(_) | Constant::BigInt(_))
        )
    }

    fn bool_op(&mut self, op: BoolOp, values: List<ExprId>, level: Level) -> Res {
        let (text, own) = match op {
            BoolOp::And => (" and ", AND),
            BoolOp::Or => (" or ", OR),
        };
        self.put_if(level > own, "(");
        for (i, id) in self.ast[values].iter().enumerate() {
            self.put_if(i > 0, text);
            self.expr(*id, own + 1)?;
        }
        self.put_if(level > own, ")");
        Ok(())
    }

    fn bin_op(&mut self, left: ExprId, op: Operator, right: ExprId, level: Level) -> Res {
        let (text, own) = match op {
            Operator::Add => (" + ", ARITH),
            Operator::Sub => (" - ", ARITH),
            Operator::Mult => (" * ", TERM),
            Operator::MatMult => (" @ ", TERM),
            Operator::Div => (" / ", TERM),
            Operator::Mod => (" % ", TERM),
            Operator::LShift => (" << ", SHIFT),
            Operator::RShift => (" >> ", SHIFT),
            Operator::BitOr => (" | ", BOR),
            Operator::BitXor => (" ^ ", BXOR),
            Operator::BitAnd => (" & ", BAND),
            Operator::FloorDiv => (" // ", TERM),
            Operator::Pow => (" ** ", POWER),
        };
        let right_first = op == Operator::Pow;
        self.put_if(level > own, "(");
        self.expr(left, own + Level::from(right_first))?;
        self.put(text);
        self.expr(right, own + Level::from(!right_first))?;
        self.put_if(level > own, ")");
        Ok(())
    }

    fn unary_op(&mut self, op: UnaryOp, operand: ExprId, level: Level) -> Res {
        let (text, own) = match op {
            UnaryOp::Invert => ("~", FACTOR),
            UnaryOp::Not => ("not ", NOT),
            UnaryOp::UAdd => ("+", FACTOR),
            UnaryOp::USub => ("-", FACTOR),
        };
        self.put_if(level > own, "(");
        self.put(text);
        self.expr(operand, own)?;
        self.put_if(level > own, ")");
        Ok(())
    }

    fn lambda(&mut self, args: ArgumentsId, body: ExprId, level: Level) -> Res {
        let args = self.ast[args];
        self.put_if(level > TEST, "(");
        // Before a star 3.8 puts no space.
        let positional = !args.posonlyargs.is_empty() || !args.args.is_empty();
        self.put(if positional { "lambda " } else { "lambda" });
        self.arguments(args)?;
        self.put(": ");
        self.expr(body, TEST)?;
        self.put_if(level > TEST, ")");
        Ok(())
    }

    fn arg(&mut self, arg: Arg) -> Res {
        self.name(arg.arg);
        if let Some(annotation) = arg.annotation {
            self.put(": ");
            self.expr(annotation, TEST)?;
        }
        Ok(())
    }

    fn arguments(&mut self, args: Arguments) -> Res {
        let mut first = true;
        let positional = args.posonlyargs.len() + args.args.len();
        let all = self.ast[args.posonlyargs]
            .iter()
            .chain(&self.ast[args.args]);
        for (i, arg) in all.enumerate() {
            self.put_if(!std::mem::take(&mut first), ", ");
            self.arg(*arg)?;
            let required = positional.saturating_sub(args.defaults.len());
            if let Some(default) = i.checked_sub(required) {
                self.put("=");
                let default = self.ast[args.defaults][default];
                self.expr(default, TEST)?;
            }
            if i + 1 == args.posonlyargs.len() {
                self.put(", /");
            }
        }
        if args.vararg.is_some() || !args.kwonlyargs.is_empty() {
            self.put_if(!std::mem::take(&mut first), ", ");
            self.put("*");
            if let Some(arg) = args.vararg {
                self.arg(arg)?;
            }
        }
        for (i, arg) in self.ast[args.kwonlyargs].iter().enumerate() {
            self.put_if(!std::mem::take(&mut first), ", ");
            self.arg(*arg)?;
            if let Some(Some(default)) = self.ast[args.kw_defaults].get(i) {
                self.put("=");
                self.expr(*default, TEST)?;
            }
        }
        if let Some(arg) = args.kwarg {
            self.put_if(!first, ", ");
            self.put("**");
            self.arg(arg)?;
        }
        Ok(())
    }

    fn dict(&mut self, keys: List<Option<ExprId>>, values: List<ExprId>) -> Res {
        self.put("{");
        for (i, value) in self.ast[values].iter().enumerate() {
            self.put_if(i > 0, ", ");
            match self.ast[keys].get(i).copied().flatten() {
                Some(key) => {
                    self.expr(key, TEST)?;
                    self.put(": ");
                    self.expr(*value, TEST)?;
                }
                None => {
                    self.put("**");
                    self.expr(*value, EXPR)?;
                }
            }
        }
        self.put("}");
        Ok(())
    }

    fn comp(&mut self, open: &str, elt: ExprId, list: List<Comprehension>, close: &str) -> Res {
        self.put(open);
        self.expr(elt, TEST)?;
        self.generators(list)?;
        self.put(close);
        Ok(())
    }

    fn generators(&mut self, list: List<Comprehension>) -> Res {
        for generator in &self.ast[list] {
            self.put(match generator.is_async {
                0 => " for ",
                _ => " async for ",
            });
            self.expr(generator.target, TUPLE)?;
            self.put(" in ");
            self.expr(generator.iter, TEST + 1)?;
            for test in &self.ast[generator.ifs] {
                self.put(" if ");
                self.expr(*test, TEST + 1)?;
            }
        }
        Ok(())
    }

    fn compare(
        &mut self,
        left: ExprId,
        ops: List<CmpOp>,
        comparators: List<ExprId>,
        level: Level,
    ) -> Res {
        self.put_if(level > CMP, "(");
        self.expr(left, CMP + 1)?;
        for (op, comparator) in self.ast[ops].iter().zip(&self.ast[comparators]) {
            self.put(match op {
                CmpOp::Eq => " == ",
                CmpOp::NotEq => " != ",
                CmpOp::Lt => " < ",
                CmpOp::LtE => " <= ",
                CmpOp::Gt => " > ",
                CmpOp::GtE => " >= ",
                CmpOp::Is => " is ",
                CmpOp::IsNot => " is not ",
                CmpOp::In => " in ",
                CmpOp::NotIn => " not in ",
            });
            self.expr(*comparator, CMP + 1)?;
        }
        self.put_if(level > CMP, ")");
        Ok(())
    }

    fn call(&mut self, func: ExprId, args: List<ExprId>, keywords: List<Keyword>) -> Res {
        self.expr(func, ATOM)?;
        if let ([arg], true) = (&self.ast[args], keywords.is_empty())
            && matches!(self.ast[*arg].kind, ExprKind::GeneratorExp { .. })
        {
            return self.expr(*arg, TEST);
        }
        self.put("(");
        self.list(args, TEST)?;
        for (i, keyword) in self.ast[keywords].iter().enumerate() {
            self.put_if(i > 0 || !args.is_empty(), ", ");
            match keyword.arg {
                Some(name) => {
                    self.name(name);
                    self.put("=");
                }
                None => self.put("**"),
            }
            self.expr(keyword.value, TEST)?;
        }
        self.put(")");
        Ok(())
    }

    fn constant(&mut self, value: ConstantId) {
        match &self.ast[value] {
            Constant::Ellipsis => self.put("..."),
            value => repr::constant(&mut self.out, value),
        }
    }

    fn nested(&self) -> Writer<'_> {
        Writer {
            ast: self.ast,
            out: Vec::new(),
        }
    }

    fn f_string(&mut self, text: &[u8]) {
        self.put("f");
        repr::string(&mut self.out, text);
    }

    /// The text between the quotes of an f-string.
    fn joined(&self, values: List<ExprId>) -> Res<Vec<u8>> {
        let mut inner = self.nested();
        for value in &self.ast[values] {
            inner.f_string_part(*value)?;
        }
        Ok(inner.out)
    }

    fn f_string_part(&mut self, id: ExprId) -> Res {
        match self.ast[id].kind {
            ExprKind::Constant { value, .. } => {
                let Constant::Str(text) = &self.ast[value] else {
                    return invalid("unexpected constant inside f-string");
                };
                for byte in text.as_wtf8() {
                    self.out.push(*byte);
                    if matches!(byte, b'{' | b'}') {
                        self.out.push(*byte);
                    }
                }
                Ok(())
            }
            ExprKind::JoinedStr { values } => {
                let text = self.joined(values)?;
                self.out.extend(text);
                Ok(())
            }
            ExprKind::FormattedValue { .. } => self.formatted(id),
            _ => invalid("unknown expression kind inside f-string"),
        }
    }

    fn formatted(&mut self, id: ExprId) -> Res {
        let ExprKind::FormattedValue {
            value,
            conversion,
            format_spec,
        } = self.ast[id].kind
        else {
            return Ok(());
        };
        let mut inner = self.nested();
        inner.expr(value, TEST + 1)?;
        let text = inner.out;
        // Two braces would be a quoted one.
        self.put(if text.first() == Some(&b'{') {
            "{ "
        } else {
            "{"
        });
        self.out.extend(text);
        let conversion = conversion.unwrap_or(0);
        match u8::try_from(conversion) {
            Ok(b'a') => self.put("!a"),
            Ok(b'r') => self.put("!r"),
            Ok(b's') => self.put("!s"),
            _ if conversion <= 0 => {}
            _ => return invalid("unknown f-value conversion kind"),
        }
        if let Some(spec) = format_spec {
            self.put(":");
            self.f_string_part(spec)?;
        }
        self.put("}");
        Ok(())
    }

    fn tuple(&mut self, elts: List<ExprId>, level: Level) -> Res {
        if elts.is_empty() {
            self.put("()");
            return Ok(());
        }
        self.put_if(level > TUPLE, "(");
        self.list(elts, TEST)?;
        self.put_if(elts.len() == 1, ",");
        self.put_if(level > TUPLE, ")");
        Ok(())
    }

    fn slice(&mut self, slice: SliceId) -> Res {
        match self.ast[slice] {
            Slice::Index { value } => {
                // A tuple needs no parentheses here, but a star in it does.
                let starred = match self.ast[value].kind {
                    ExprKind::Tuple { elts, .. } => self.ast[elts]
                        .iter()
                        .any(|elt| matches!(self.ast[*elt].kind, ExprKind::Starred { .. })),
                    _ => false,
                };
                self.expr(value, if starred { TEST } else { TUPLE })
            }
            Slice::Slice { lower, upper, step } => {
                if let Some(lower) = lower {
                    self.expr(lower, TEST)?;
                }
                self.put(":");
                if let Some(upper) = upper {
                    self.expr(upper, TEST)?;
                }
                if let Some(step) = step {
                    self.put(":");
                    self.expr(step, TEST)?;
                }
                Ok(())
            }
            Slice::ExtSlice { dims } => {
                for (i, dim) in self.ast[dims].iter().enumerate() {
                    self.put_if(i > 0, ", ");
                    self.slice(*dim)?;
                }
                self.put_if(dims.len() == 1, ",");
                Ok(())
            }
        }
    }
}
