//! `ast.dump(tree, include_attributes=True)`, with strings as `ascii()` writes them.

use pyrite_syntax::ast::*;
use pyrite_syntax::text::code_points;
use std::fmt::Write;

pub fn str_literal(wtf8: &[u8]) -> String {
    let quote = if wtf8.contains(&b'\'') && !wtf8.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::new();
    out.push(quote);
    for c in code_points(wtf8) {
        escape(&mut out, c, quote);
    }
    out.push(quote);
    out
}

fn bytes_literal(bytes: &[u8]) -> String {
    let quote = if bytes.contains(&b'\'') && !bytes.contains(&b'"') {
        '"'
    } else {
        '\''
    };
    let mut out = String::from("b");
    out.push(quote);
    for b in bytes {
        escape(&mut out, u32::from(*b), quote);
    }
    out.push(quote);
    out
}

fn escape(out: &mut String, c: u32, quote: char) {
    let _ = match c {
        0x0A => write!(out, "\\n"),
        0x0D => write!(out, "\\r"),
        0x09 => write!(out, "\\t"),
        0x5C => write!(out, "\\\\"),
        _ if c == quote as u32 => write!(out, "\\{quote}"),
        0x20..0x7F => write!(out, "{}", c as u8 as char),
        0..0x100 => write!(out, "\\x{c:02x}"),
        0x100..0x1_0000 => write!(out, "\\u{c:04x}"),
        _ => write!(out, "\\U{c:08x}"),
    };
}

/// `repr(float)`; `point` adds `.0` to what looks like an integer.
fn float_repr(f: f64, point: bool) -> String {
    if f.is_infinite() {
        return if f > 0.0 { "inf".into() } else { "-inf".into() };
    }
    let sci = format!("{f:e}");
    let Some((mantissa, exponent)) = sci.split_once('e') else {
        return sci;
    };
    let exponent: i32 = exponent.parse().unwrap_or(0);
    if (-4..16).contains(&exponent) {
        let fixed = format!("{f}");
        return if point && !fixed.contains('.') {
            fixed + ".0"
        } else {
            fixed
        };
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}

fn constant(value: &Constant) -> String {
    match value {
        Constant::None => "None".into(),
        Constant::True => "True".into(),
        Constant::False => "False".into(),
        Constant::Ellipsis => "Ellipsis".into(),
        Constant::Int(i) => i.to_string(),
        Constant::BigInt(i) => i.to_string(),
        Constant::Float(f) => float_repr(*f, true),
        Constant::Complex { imag, .. } => float_repr(*imag, false) + "j",
        Constant::Str(s) => str_literal(s.as_wtf8()),
        Constant::Bytes(b) => bytes_literal(b),
        Constant::Tuple(items) | Constant::FrozenSet(items) => {
            items.iter().map(constant).collect::<Vec<_>>().join(", ")
        }
    }
}

pub struct Dumper<'a> {
    ast: &'a Ast,
    out: String,
}

/// Writes `Name(field=value, ...)`.
macro_rules! node {
    ($self:ident, $name:literal $(, $field:ident: $write:expr)*) => {{
        $self.out.push_str(concat!($name, "("));
        let mut _fields = false;
        $(
            if _fields { $self.out.push_str(", "); }
            _fields = true;
            $self.out.push_str(concat!(stringify!($field), "="));
            $write;
        )*
        _fields
    }};
}

pub fn dump(ast: &Ast) -> String {
    let mut d = Dumper {
        ast,
        out: String::new(),
    };
    match ast.root {
        Mod::Module { body, type_ignores } => {
            node!(d, "Module", body: d.stmts(body), type_ignores: d.list(type_ignores, |d, t| {
                node!(d, "TypeIgnore", lineno: d.int(t.lineno), tag: d.constant(t.tag));
                d.out.push(')');
            }));
        }
        Mod::Interactive { body } => {
            node!(d, "Interactive", body: d.stmts(body));
        }
        Mod::Expression { body } => {
            node!(d, "Expression", body: d.expr(body));
        }
        Mod::FunctionType { argtypes, returns } => {
            node!(d, "FunctionType", argtypes: d.exprs(argtypes), returns: d.expr(returns));
        }
        Mod::Suite { body } => {
            node!(d, "Suite", body: d.stmts(body));
        }
    }
    d.out.push(')');
    d.out
}

impl<'a> Dumper<'a> {
    fn list<T: ListItem>(&mut self, list: List<T>, f: impl Fn(&mut Self, T)) {
        self.out.push('[');
        for (i, item) in self.ast[list].iter().enumerate() {
            if i > 0 {
                self.out.push_str(", ");
            }
            f(self, *item);
        }
        self.out.push(']');
    }

    fn stmts(&mut self, list: List<StmtId>) {
        self.list(list, Self::stmt);
    }

    fn exprs(&mut self, list: List<ExprId>) {
        self.list(list, Self::expr);
    }

    fn optional(&mut self, e: Option<ExprId>) {
        match e {
            Some(e) => self.expr(e),
            None => self.none(),
        }
    }

    fn none(&mut self) {
        self.out.push_str("None");
    }

    fn int(&mut self, i: i32) {
        let _ = write!(self.out, "{i}");
    }

    fn symbol(&mut self, s: Symbol) {
        self.out += &str_literal(self.ast.names.get(s));
    }

    fn optional_symbol(&mut self, s: Option<Symbol>) {
        match s {
            Some(s) => self.symbol(s),
            None => self.none(),
        }
    }

    fn constant(&mut self, c: ConstantId) {
        self.out += &constant(&self.ast[c]);
    }

    fn optional_constant(&mut self, c: Option<ConstantId>) {
        match c {
            Some(c) => self.constant(c),
            None => self.none(),
        }
    }

    /// A node without fields.
    fn bare(&mut self, name: impl std::fmt::Debug) {
        let _ = write!(self.out, "{name:?}()");
    }

    fn end(&mut self, fields: bool, pos: Pos) {
        let comma = if fields { ", " } else { "" };
        let Pos {
            lineno,
            col_offset,
            end_lineno,
            end_col_offset,
        } = pos;
        let _ = write!(
            self.out,
            "{comma}lineno={lineno}, col_offset={col_offset}, end_lineno={end_lineno}, \
             end_col_offset={end_col_offset})"
        );
    }

    fn function(&mut self, f: FunctionDef) -> bool {
        node!(self, "FunctionDef", name: self.symbol(f.name), args: self.arguments(f.args),
            body: self.stmts(f.body), decorator_list: self.exprs(f.decorator_list),
            returns: self.optional(f.returns), type_comment: self.optional_constant(f.type_comment))
    }

    fn for_(&mut self, f: For) -> bool {
        node!(self, "For", target: self.expr(f.target), iter: self.expr(f.iter), body: self.stmts(f.body),
            orelse: self.stmts(f.orelse), type_comment: self.optional_constant(f.type_comment))
    }

    fn with(&mut self, w: With) -> bool {
        node!(self, "With", items: self.list(w.items, |d, item| {
            node!(d, "withitem", context_expr: d.expr(item.context_expr),
                optional_vars: d.optional(item.optional_vars));
            d.out.push(')');
        }), body: self.stmts(w.body), type_comment: self.optional_constant(w.type_comment))
    }

    fn stmt(&mut self, id: StmtId) {
        let stmt = self.ast[id];
        let fields = match stmt.kind {
            StmtKind::FunctionDef(f) => self.function(f),
            StmtKind::AsyncFunctionDef(f) => {
                self.out.push_str("Async");
                self.function(f)
            }
            StmtKind::ClassDef {
                name,
                bases,
                keywords,
                body,
                decorator_list,
            } => {
                node!(self, "ClassDef", name: self.symbol(name), bases: self.exprs(bases),
                    keywords: self.keywords(keywords), body: self.stmts(body),
                    decorator_list: self.exprs(decorator_list))
            }
            StmtKind::Return { value } => node!(self, "Return", value: self.optional(value)),
            StmtKind::Delete { targets } => node!(self, "Delete", targets: self.exprs(targets)),
            StmtKind::Assign {
                targets,
                value,
                type_comment,
            } => {
                node!(self, "Assign", targets: self.exprs(targets), value: self.expr(value),
                    type_comment: self.optional_constant(type_comment))
            }
            StmtKind::AugAssign { target, op, value } => {
                node!(self, "AugAssign", target: self.expr(target), op: self.bare(op), value: self.expr(value))
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                node!(self, "AnnAssign", target: self.expr(target), annotation: self.expr(annotation),
                    value: self.optional(value), simple: self.int(simple))
            }
            StmtKind::For(f) => self.for_(f),
            StmtKind::AsyncFor(f) => {
                self.out.push_str("Async");
                self.for_(f)
            }
            StmtKind::While { test, body, orelse } => {
                node!(self, "While", test: self.expr(test), body: self.stmts(body), orelse: self.stmts(orelse))
            }
            StmtKind::If { test, body, orelse } => {
                node!(self, "If", test: self.expr(test), body: self.stmts(body), orelse: self.stmts(orelse))
            }
            StmtKind::With(w) => self.with(w),
            StmtKind::AsyncWith(w) => {
                self.out.push_str("Async");
                self.with(w)
            }
            StmtKind::Raise { exc, cause } => {
                node!(self, "Raise", exc: self.optional(exc), cause: self.optional(cause))
            }
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
            } => {
                node!(self, "Try", body: self.stmts(body), handlers: self.list(handlers, |d, h| {
                    let fields = node!(d, "ExceptHandler", type: d.optional(h.type_),
                        name: d.optional_symbol(h.name), body: d.stmts(h.body));
                    d.end(fields, h.pos);
                }), orelse: self.stmts(orelse), finalbody: self.stmts(finalbody))
            }
            StmtKind::Assert { test, msg } => {
                node!(self, "Assert", test: self.expr(test), msg: self.optional(msg))
            }
            StmtKind::Import { names } => node!(self, "Import", names: self.aliases(names)),
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => {
                node!(self, "ImportFrom", module: self.optional_symbol(module), names: self.aliases(names),
                    level: self.int(level.unwrap_or(0)))
            }
            StmtKind::Global { names } => {
                node!(self, "Global", names: self.list(names, Self::symbol))
            }
            StmtKind::Nonlocal { names } => {
                node!(self, "Nonlocal", names: self.list(names, Self::symbol))
            }
            StmtKind::Expr { value } => node!(self, "Expr", value: self.expr(value)),
            StmtKind::Pass => node!(self, "Pass"),
            StmtKind::Break => node!(self, "Break"),
            StmtKind::Continue => node!(self, "Continue"),
        };
        self.end(fields, stmt.pos);
    }

    fn aliases(&mut self, names: List<Alias>) {
        self.list(names, |d, a| {
            node!(d, "alias", name: d.symbol(a.name), asname: d.optional_symbol(a.asname));
            d.out.push(')');
        });
    }

    fn keywords(&mut self, keywords: List<Keyword>) {
        self.list(keywords, |d, k| {
            node!(d, "keyword", arg: d.optional_symbol(k.arg), value: d.expr(k.value));
            d.out.push(')');
        });
    }

    fn generators(&mut self, generators: List<Comprehension>) {
        self.list(generators, |d, c| {
            node!(d, "comprehension", target: d.expr(c.target), iter: d.expr(c.iter), ifs: d.exprs(c.ifs),
                is_async: d.int(c.is_async));
            d.out.push(')');
        });
    }

    fn arg(&mut self, arg: Arg) {
        let fields = node!(self, "arg", arg: self.symbol(arg.arg), annotation: self.optional(arg.annotation),
            type_comment: self.optional_constant(arg.type_comment));
        self.end(fields, arg.pos);
    }

    fn optional_arg(&mut self, arg: Option<Arg>) {
        match arg {
            Some(arg) => self.arg(arg),
            None => self.none(),
        }
    }

    fn arguments(&mut self, id: ArgumentsId) {
        let a = self.ast[id];
        node!(self, "arguments", posonlyargs: self.list(a.posonlyargs, Self::arg), args: self.list(a.args, Self::arg),
            vararg: self.optional_arg(a.vararg), kwonlyargs: self.list(a.kwonlyargs, Self::arg),
            kw_defaults: self.list(a.kw_defaults, Self::optional), kwarg: self.optional_arg(a.kwarg),
            defaults: self.exprs(a.defaults));
        self.out.push(')');
    }

    fn slice(&mut self, id: SliceId) {
        match self.ast[id] {
            Slice::Slice { lower, upper, step } => {
                node!(self, "Slice", lower: self.optional(lower), upper: self.optional(upper),
                    step: self.optional(step));
            }
            Slice::ExtSlice { dims } => {
                node!(self, "ExtSlice", dims: self.list(dims, Self::slice));
            }
            Slice::Index { value } => {
                node!(self, "Index", value: self.expr(value));
            }
        }
        self.out.push(')');
    }

    fn expr(&mut self, id: ExprId) {
        let expr = self.ast[id];
        let fields = match expr.kind {
            ExprKind::BoolOp { op, values } => {
                node!(self, "BoolOp", op: self.bare(op), values: self.exprs(values))
            }
            ExprKind::NamedExpr { target, value } => {
                node!(self, "NamedExpr", target: self.expr(target), value: self.expr(value))
            }
            ExprKind::BinOp { left, op, right } => {
                node!(self, "BinOp", left: self.expr(left), op: self.bare(op), right: self.expr(right))
            }
            ExprKind::UnaryOp { op, operand } => {
                node!(self, "UnaryOp", op: self.bare(op), operand: self.expr(operand))
            }
            ExprKind::Lambda { args, body } => {
                node!(self, "Lambda", args: self.arguments(args), body: self.expr(body))
            }
            ExprKind::IfExp { test, body, orelse } => {
                node!(self, "IfExp", test: self.expr(test), body: self.expr(body), orelse: self.expr(orelse))
            }
            ExprKind::Dict { keys, values } => {
                node!(self, "Dict", keys: self.list(keys, Self::optional), values: self.exprs(values))
            }
            ExprKind::Set { elts } => node!(self, "Set", elts: self.exprs(elts)),
            ExprKind::ListComp { elt, generators } => {
                node!(self, "ListComp", elt: self.expr(elt), generators: self.generators(generators))
            }
            ExprKind::SetComp { elt, generators } => {
                node!(self, "SetComp", elt: self.expr(elt), generators: self.generators(generators))
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                node!(self, "DictComp", key: self.expr(key), value: self.expr(value),
                    generators: self.generators(generators))
            }
            ExprKind::GeneratorExp { elt, generators } => {
                node!(self, "GeneratorExp", elt: self.expr(elt), generators: self.generators(generators))
            }
            ExprKind::Await { value } => node!(self, "Await", value: self.expr(value)),
            ExprKind::Yield { value } => node!(self, "Yield", value: self.optional(value)),
            ExprKind::YieldFrom { value } => node!(self, "YieldFrom", value: self.expr(value)),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                node!(self, "Compare", left: self.expr(left), ops: self.list(ops, |d, op| d.bare(op)),
                    comparators: self.exprs(comparators))
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                node!(self, "Call", func: self.expr(func), args: self.exprs(args),
                    keywords: self.keywords(keywords))
            }
            ExprKind::FormattedValue {
                value,
                conversion,
                format_spec,
            } => {
                node!(self, "FormattedValue", value: self.expr(value), conversion: self.int(conversion.unwrap_or(0)),
                    format_spec: self.optional(format_spec))
            }
            ExprKind::JoinedStr { values } => node!(self, "JoinedStr", values: self.exprs(values)),
            ExprKind::Constant { value, kind } => {
                node!(self, "Constant", value: self.constant(value), kind: self.optional_constant(kind))
            }
            ExprKind::Attribute { value, attr, ctx } => {
                node!(self, "Attribute", value: self.expr(value), attr: self.symbol(attr), ctx: self.bare(ctx))
            }
            ExprKind::Subscript { value, slice, ctx } => {
                node!(self, "Subscript", value: self.expr(value), slice: self.slice(slice), ctx: self.bare(ctx))
            }
            ExprKind::Starred { value, ctx } => {
                node!(self, "Starred", value: self.expr(value), ctx: self.bare(ctx))
            }
            ExprKind::Name { id, ctx } => {
                node!(self, "Name", id: self.symbol(id), ctx: self.bare(ctx))
            }
            ExprKind::List { elts, ctx } => {
                node!(self, "List", elts: self.exprs(elts), ctx: self.bare(ctx))
            }
            ExprKind::Tuple { elts, ctx } => {
                node!(self, "Tuple", elts: self.exprs(elts), ctx: self.bare(ctx))
            }
        };
        self.end(fields, expr.pos);
    }
}
