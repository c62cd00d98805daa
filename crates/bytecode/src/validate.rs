//! Checks of trees that a program made: what the parser would never give is refused before it is compiled.
//!
//! The order of the checks is 3.8's, since the first one that fails is the one reported.

use crate::compile::Res;
use pyrite_syntax::SyntaxError;
use pyrite_syntax::ast::*;
use pyrite_syntax::error::ErrorKind;
use pyrite_syntax::symtable::Recursion;
use std::collections::{HashMap, HashSet};

/// What a program put into a tree that this tree cannot hold. Something harmless stands in its place, and the tree must not be
/// compiled.
#[derive(Default)]
pub struct Flaws {
    /// `None` in lists where it is not allowed.
    pub exprs: HashSet<ExprId>,
    pub stmts: HashSet<StmtId>,
    /// Objects that are no constants, and the names of their types.
    pub constants: HashMap<ConstantId, String>,
}

/// Refuses a tree that cannot be compiled.
pub fn validate(ast: &Ast, flaws: &Flaws) -> Res {
    let unbounded = Recursion {
        depth: 0,
        limit: u32::MAX,
    };
    let mut validator = Validator {
        ast,
        flaws,
        depth: 0,
        limit: unbounded.scaled().1,
    };
    validator.root()?;
    // The rest stands where 3.8 does not look.
    match flaws.constants.values().next() {
        Some(name) => invalid_constant(name),
        None => Ok(()),
    }
}

fn invalid_constant(type_name: &str) -> Res {
    let msg = format!("got an invalid type in Constant: {type_name}");
    Err(Box::new(SyntaxError::other(ErrorKind::TypeError, msg)))
}

struct Validator<'a> {
    ast: &'a Ast,
    flaws: &'a Flaws,
    depth: u32,
    limit: u32,
}

fn value_error<T>(msg: impl Into<String>) -> Res<T> {
    Err(Box::new(SyntaxError::other(ErrorKind::ValueError, msg)))
}

fn context_name(ctx: ExprContext) -> &'static str {
    match ctx {
        ExprContext::Load => "Load",
        ExprContext::Store => "Store",
        ExprContext::Del => "Del",
        ExprContext::AugLoad => "AugLoad",
        ExprContext::AugStore => "AugStore",
        ExprContext::Param => "Param",
    }
}

fn nonempty<T>(list: List<T>, what: &str, owner: &str) -> Res {
    if list.is_empty() {
        return value_error(format!("empty {what} on {owner}"));
    }
    Ok(())
}

impl Validator<'_> {
    fn deeper(&mut self) -> Res {
        self.depth += 1;
        if self.depth > self.limit {
            let msg = "maximum recursion depth exceeded during compilation";
            return Err(Box::new(SyntaxError::other(ErrorKind::RecursionError, msg)));
        }
        Ok(())
    }

    fn root(&mut self) -> Res {
        match self.ast.root {
            Mod::Module { body, .. } | Mod::Interactive { body } => self.stmts(body),
            Mod::Expression { body } => self.load(body),
            Mod::Suite { .. } => value_error("Suite is not valid in the CPython compiler"),
            Mod::FunctionType { argtypes, returns } => {
                self.loads(argtypes)?;
                self.load(returns)
            }
        }
    }

    fn load(&mut self, id: ExprId) -> Res {
        self.expr(id, ExprContext::Load)
    }

    fn loads(&mut self, list: List<ExprId>) -> Res {
        self.exprs(list, ExprContext::Load)
    }

    fn exprs(&mut self, list: List<ExprId>, ctx: ExprContext) -> Res {
        let ast = self.ast;
        ast[list].iter().try_for_each(|id| {
            if self.flaws.exprs.contains(id) {
                return value_error("None disallowed in expression list");
            }
            self.expr(*id, ctx)
        })
    }

    fn optional(&mut self, id: Option<ExprId>) -> Res {
        id.map_or(Ok(()), |id| self.load(id))
    }

    fn optionals(&mut self, list: List<Option<ExprId>>) -> Res {
        let ast = self.ast;
        ast[list].iter().try_for_each(|id| self.optional(*id))
    }

    fn keywords(&mut self, list: List<Keyword>) -> Res {
        let ast = self.ast;
        ast[list]
            .iter()
            .try_for_each(|keyword| self.load(keyword.value))
    }

    fn stmts(&mut self, list: List<StmtId>) -> Res {
        let ast = self.ast;
        ast[list].iter().try_for_each(|id| {
            if self.flaws.stmts.contains(id) {
                return value_error("None disallowed in statement list");
            }
            self.stmt(*id)
        })
    }

    fn body(&mut self, list: List<StmtId>, owner: &str) -> Res {
        nonempty(list, "body", owner)?;
        self.stmts(list)
    }

    fn annotations(&mut self, list: List<Arg>) -> Res {
        let ast = self.ast;
        ast[list]
            .iter()
            .try_for_each(|arg| self.optional(arg.annotation))
    }

    fn arguments(&mut self, id: ArgumentsId) -> Res {
        let args = self.ast[id];
        self.annotations(args.posonlyargs)?;
        self.annotations(args.args)?;
        self.optional(args.vararg.and_then(|arg| arg.annotation))?;
        self.annotations(args.kwonlyargs)?;
        self.optional(args.kwarg.and_then(|arg| arg.annotation))?;
        if args.defaults.len() > args.posonlyargs.len() + args.args.len() {
            return value_error("more positional defaults than args on arguments");
        }
        if args.kw_defaults.len() != args.kwonlyargs.len() {
            return value_error("length of kwonlyargs is not the same as kw_defaults on arguments");
        }
        self.loads(args.defaults)?;
        self.optionals(args.kw_defaults)
    }

    fn function(&mut self, def: FunctionDef, owner: &str) -> Res {
        self.body(def.body, owner)?;
        self.arguments(def.args)?;
        self.loads(def.decorator_list)?;
        self.optional(def.returns)
    }

    fn for_stmt(&mut self, node: For, owner: &str) -> Res {
        self.expr(node.target, ExprContext::Store)?;
        self.load(node.iter)?;
        self.body(node.body, owner)?;
        self.stmts(node.orelse)
    }

    fn with(&mut self, node: With, owner: &str) -> Res {
        nonempty(node.items, "items", owner)?;
        let ast = self.ast;
        for item in &ast[node.items] {
            self.load(item.context_expr)?;
            if let Some(vars) = item.optional_vars {
                self.expr(vars, ExprContext::Store)?;
            }
        }
        self.body(node.body, owner)
    }

    fn stmt(&mut self, id: StmtId) -> Res {
        self.deeper()?;
        self.stmt_kind(self.ast[id].kind)?;
        self.depth -= 1;
        Ok(())
    }

    fn stmt_kind(&mut self, kind: StmtKind) -> Res {
        match kind {
            StmtKind::FunctionDef(def) => self.function(def, "FunctionDef"),
            StmtKind::AsyncFunctionDef(def) => self.function(def, "AsyncFunctionDef"),
            StmtKind::ClassDef {
                bases,
                keywords,
                body,
                decorator_list,
                ..
            } => {
                self.body(body, "ClassDef")?;
                self.loads(bases)?;
                self.keywords(keywords)?;
                self.loads(decorator_list)
            }
            StmtKind::Return { value } => self.optional(value),
            StmtKind::Delete { targets } => {
                nonempty(targets, "targets", "Delete")?;
                self.exprs(targets, ExprContext::Del)
            }
            StmtKind::Assign { targets, value, .. } => {
                nonempty(targets, "targets", "Assign")?;
                self.exprs(targets, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target, ExprContext::Store)?;
                self.load(value)
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                if simple != 0 && !matches!(self.ast[target].kind, ExprKind::Name { .. }) {
                    let msg = "AnnAssign with simple non-Name target";
                    return Err(Box::new(SyntaxError::other(ErrorKind::TypeError, msg)));
                }
                self.expr(target, ExprContext::Store)?;
                self.optional(value)?;
                self.load(annotation)
            }
            StmtKind::For(node) => self.for_stmt(node, "For"),
            StmtKind::AsyncFor(node) => self.for_stmt(node, "AsyncFor"),
            StmtKind::While { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "While")?;
                self.stmts(orelse)
            }
            StmtKind::If { test, body, orelse } => {
                self.load(test)?;
                self.body(body, "If")?;
                self.stmts(orelse)
            }
            StmtKind::With(node) => self.with(node, "With"),
            StmtKind::AsyncWith(node) => self.with(node, "AsyncWith"),
            StmtKind::Raise { exc, cause } => {
                if exc.is_none() && cause.is_some() {
                    return value_error("Raise with cause but no exception");
                }
                self.optional(exc)?;
                self.optional(cause)
            }
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
            } => self.try_stmt(body, handlers, orelse, finalbody),
            StmtKind::Assert { test, msg } => {
                self.load(test)?;
                self.optional(msg)
            }
            StmtKind::Import { names } => nonempty(names, "names", "Import"),
            StmtKind::ImportFrom { names, level, .. } => {
                if level.is_some_and(|level| level < 0) {
                    return value_error("Negative ImportFrom level");
                }
                nonempty(names, "names", "ImportFrom")
            }
            StmtKind::Global { names } => nonempty(names, "names", "Global"),
            StmtKind::Nonlocal { names } => nonempty(names, "names", "Nonlocal"),
            StmtKind::Expr { value } => self.load(value),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => Ok(()),
        }
    }

    fn try_stmt(
        &mut self,
        body: List<StmtId>,
        handlers: List<ExceptHandler>,
        orelse: List<StmtId>,
        finalbody: List<StmtId>,
    ) -> Res {
        self.body(body, "Try")?;
        if handlers.is_empty() && finalbody.is_empty() {
            return value_error("Try has neither except handlers nor finalbody");
        }
        if handlers.is_empty() && !orelse.is_empty() {
            return value_error("Try has orelse but no except handlers");
        }
        let ast = self.ast;
        for handler in &ast[handlers] {
            self.optional(handler.type_)?;
            self.body(handler.body, "ExceptHandler")?;
        }
        self.stmts(finalbody)?;
        self.stmts(orelse)
    }

    fn generators(&mut self, list: List<Comprehension>) -> Res {
        if list.is_empty() {
            return value_error("comprehension with no generators");
        }
        let ast = self.ast;
        for generator in &ast[list] {
            self.expr(generator.target, ExprContext::Store)?;
            self.load(generator.iter)?;
            self.loads(generator.ifs)?;
        }
        Ok(())
    }

    fn slice(&mut self, id: SliceId) -> Res {
        self.deeper()?;
        match self.ast[id] {
            Slice::Slice { lower, upper, step } => {
                self.optional(lower)?;
                self.optional(upper)?;
                self.optional(step)?;
            }
            Slice::ExtSlice { dims } => {
                nonempty(dims, "dims", "ExtSlice")?;
                let ast = self.ast;
                ast[dims].iter().try_for_each(|dim| self.slice(*dim))?;
            }
            Slice::Index { value } => self.load(value)?,
        }
        self.depth -= 1;
        Ok(())
    }

    fn expr(&mut self, id: ExprId, ctx: ExprContext) -> Res {
        self.deeper()?;
        let kind = self.ast[id].kind;
        self.context(kind, ctx)?;
        self.expr_kind(kind, ctx)?;
        self.depth -= 1;
        Ok(())
    }

    /// Whether an expression may stand where it does.
    fn context(&self, kind: ExprKind, wanted: ExprContext) -> Res {
        let actual = match kind {
            ExprKind::Name { id, ctx } => {
                if let sym::None_ | sym::True_ | sym::False_ = id {
                    let name = self.ast.names.display(id);
                    let msg = format!("Name node can't be used with '{name}' constant");
                    return value_error(msg);
                }
                ctx
            }
            ExprKind::Attribute { ctx, .. }
            | ExprKind::Subscript { ctx, .. }
            | ExprKind::Starred { ctx, .. }
            | ExprKind::List { ctx, .. }
            | ExprKind::Tuple { ctx, .. } => ctx,
            _ if wanted != ExprContext::Load => {
                let wanted = context_name(wanted);
                let msg = format!("expression which can't be assigned to in {wanted} context");
                return value_error(msg);
            }
            _ => ExprContext::Load,
        };
        if actual != wanted {
            let (wanted, actual) = (context_name(wanted), context_name(actual));
            let msg = format!("expression must have {wanted} context but has {actual} instead");
            return value_error(msg);
        }
        Ok(())
    }

    fn expr_kind(&mut self, kind: ExprKind, ctx: ExprContext) -> Res {
        match kind {
            ExprKind::BoolOp { values, .. } => {
                if values.len() < 2 {
                    return value_error("BoolOp with less than 2 values");
                }
                self.loads(values)
            }
            ExprKind::BinOp { left, right, .. } => {
                self.load(left)?;
                self.load(right)
            }
            ExprKind::UnaryOp { operand: value, .. }
            | ExprKind::Await { value }
            | ExprKind::YieldFrom { value }
            | ExprKind::Attribute { value, .. }
            | ExprKind::NamedExpr { value, .. } => self.load(value),
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.load(body)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.load(test)?;
                self.load(body)?;
                self.load(orelse)
            }
            ExprKind::Dict { keys, values } => {
                if keys.len() != values.len() {
                    return value_error("Dict doesn't have the same number of keys as values");
                }
                self.optionals(keys)?;
                self.loads(values)
            }
            ExprKind::Set { elts } => self.loads(elts),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.generators(generators)?;
                self.load(elt)
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.generators(generators)?;
                self.load(key)?;
                self.load(value)
            }
            ExprKind::Yield { value } => self.optional(value),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                if comparators.is_empty() {
                    return value_error("Compare with no comparators");
                }
                if comparators.len() != ops.len() {
                    let msg = "Compare has a different number of comparators and operands";
                    return value_error(msg);
                }
                self.loads(comparators)?;
                self.load(left)
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.load(func)?;
                self.loads(args)?;
                self.keywords(keywords)
            }
            ExprKind::JoinedStr { values } => self.loads(values),
            ExprKind::FormattedValue {
                value, format_spec, ..
            } => {
                self.load(value)?;
                self.optional(format_spec)
            }
            ExprKind::Subscript { value, slice, .. } => {
                self.slice(slice)?;
                self.load(value)
            }
            ExprKind::Starred { value, .. } => self.expr(value, ctx),
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } => self.exprs(elts, ctx),
            ExprKind::Constant { value, .. } => match self.flaws.constants.get(&value) {
                Some(type_name) => invalid_constant(type_name),
                None => Ok(()),
            },
            ExprKind::Name { .. } => Ok(()),
        }
    }
}
