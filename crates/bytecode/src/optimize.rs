//! What can be computed before the program runs: constants folded, in place, in the tree.

use crate::arith;
use crate::compile::Res;
use crate::future::{constant, docstring};
use pyrite_syntax::SyntaxError;
use pyrite_syntax::ast::*;
use pyrite_syntax::error::ErrorKind;
use pyrite_syntax::symtable::Recursion;

/// Optimises the whole tree.
pub fn optimize(ast: &mut Ast, level: u8) -> Res {
    // 3.8 counts nothing here: the native stack is the only bound.
    let unbounded = Recursion {
        depth: 0,
        limit: u32::MAX,
    };
    let (_, limit) = unbounded.scaled();
    let mut optimizer = Optimizer {
        ast,
        level,
        depth: 0,
        limit,
        spine: Vec::new(),
    };
    match optimizer.ast.root {
        Mod::Module { body, .. } => optimizer.body(body),
        Mod::Interactive { body } | Mod::Suite { body } => optimizer.stmts(body),
        Mod::Expression { body } => optimizer.expr(body),
        Mod::FunctionType { .. } => Ok(()),
    }
}

struct Optimizer<'a> {
    ast: &'a mut Ast,
    level: u8,
    depth: u32,
    limit: u32,
    /// Nodes whose leftmost operand is being visited.
    spine: Vec<ExprId>,
}

impl Optimizer<'_> {
    fn set_constant(&mut self, id: ExprId, value: Constant) {
        let value = self.ast.constant(value);
        self.ast[id].kind = ExprKind::Constant { value, kind: None };
    }

    fn constant(&self, id: ExprId) -> Option<&Constant> {
        constant(self.ast, id)
    }

    fn deeper(&mut self) -> Res {
        self.depth += 1;
        if self.depth > self.limit {
            let msg = "maximum recursion depth exceeded during compilation";
            return Err(Box::new(SyntaxError::other(ErrorKind::RecursionError, msg)));
        }
        Ok(())
    }

    /// A body that may begin with a docstring. One that folding made is none.
    fn body(&mut self, body: List<StmtId>) -> Res {
        let had = docstring(self.ast, body).is_some();
        self.stmts(body)?;
        if had || docstring(self.ast, body).is_none() {
            return Ok(());
        }
        let Some(&first) = self.ast[body].first() else {
            return Ok(());
        };
        if let StmtKind::Expr { value } = self.ast[first].kind {
            let values = self.ast.list(&[value]);
            let pos = self.ast[value].pos;
            let wrapped = self.ast.expr(ExprKind::JoinedStr { values }, pos);
            self.ast[first].kind = StmtKind::Expr { value: wrapped };
        }
        Ok(())
    }

    fn stmts(&mut self, list: List<StmtId>) -> Res {
        (0..list.len()).try_for_each(|i| {
            let id = self.ast[list][i];
            self.stmt(id)
        })
    }

    fn exprs(&mut self, list: List<ExprId>) -> Res {
        (0..list.len()).try_for_each(|i| {
            let id = self.ast[list][i];
            self.expr(id)
        })
    }

    fn optional(&mut self, id: Option<ExprId>) -> Res {
        id.map_or(Ok(()), |id| self.expr(id))
    }

    fn optionals(&mut self, list: List<Option<ExprId>>) -> Res {
        (0..list.len()).try_for_each(|i| {
            let id = self.ast[list][i];
            self.optional(id)
        })
    }

    fn keywords(&mut self, list: List<Keyword>) -> Res {
        (0..list.len()).try_for_each(|i| {
            let value = self.ast[list][i].value;
            self.expr(value)
        })
    }

    fn arguments(&mut self, id: ArgumentsId) -> Res {
        let args = self.ast[id];
        for list in [args.posonlyargs, args.args, args.kwonlyargs] {
            for i in 0..list.len() {
                let annotation = self.ast[list][i].annotation;
                self.optional(annotation)?;
            }
        }
        self.optional(args.vararg.and_then(|arg| arg.annotation))?;
        self.optional(args.kwarg.and_then(|arg| arg.annotation))?;
        self.optionals(args.kw_defaults)?;
        self.exprs(args.defaults)
    }

    fn stmt(&mut self, id: StmtId) -> Res {
        self.deeper()?;
        let mut id = id;
        // A chain of `elif` nests without end: it is followed, not descended.
        while let StmtKind::If { test, body, orelse } = self.ast[id].kind {
            self.expr(test)?;
            self.stmts(body)?;
            match self.ast[orelse] {
                [next] => id = next,
                _ => {
                    self.stmts(orelse)?;
                    self.depth -= 1;
                    return Ok(());
                }
            }
        }
        self.other_stmt(id)?;
        self.depth -= 1;
        Ok(())
    }

    fn other_stmt(&mut self, id: StmtId) -> Res {
        match self.ast[id].kind {
            StmtKind::FunctionDef(def) | StmtKind::AsyncFunctionDef(def) => {
                self.arguments(def.args)?;
                self.body(def.body)?;
                self.exprs(def.decorator_list)?;
                self.optional(def.returns)
            }
            StmtKind::ClassDef {
                bases,
                keywords,
                body,
                decorator_list,
                ..
            } => {
                self.exprs(bases)?;
                self.keywords(keywords)?;
                self.body(body)?;
                self.exprs(decorator_list)
            }
            StmtKind::Return { value } => self.optional(value),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                ..
            } => {
                self.expr(target)?;
                self.expr(annotation)?;
                self.optional(value)
            }
            StmtKind::For(node) => {
                self.expr(node.target)?;
                self.expr(node.iter)?;
                self.fold_iter(node.iter);
                self.stmts(node.body)?;
                self.stmts(node.orelse)
            }
            StmtKind::AsyncFor(node) => {
                self.expr(node.target)?;
                self.expr(node.iter)?;
                self.stmts(node.body)?;
                self.stmts(node.orelse)
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)
            }
            StmtKind::With(node) | StmtKind::AsyncWith(node) => {
                for i in 0..node.items.len() {
                    let item = self.ast[node.items][i];
                    self.expr(item.context_expr)?;
                    self.optional(item.optional_vars)?;
                }
                self.stmts(node.body)
            }
            StmtKind::Raise { exc, cause } => {
                self.optional(exc)?;
                self.optional(cause)
            }
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
            } => {
                self.stmts(body)?;
                for i in 0..handlers.len() {
                    let handler = self.ast[handlers][i];
                    self.optional(handler.type_)?;
                    self.stmts(handler.body)?;
                }
                self.stmts(orelse)?;
                self.stmts(finalbody)
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.optional(msg)
            }
            StmtKind::Expr { value } => self.expr(value),
            _ => Ok(()),
        }
    }

    /// Long sums and chains of attributes nest to the left without end: they are followed down and folded on the way back.
    fn expr(&mut self, id: ExprId) -> Res {
        self.deeper()?;
        let base = self.spine.len();
        let mut id = id;
        loop {
            let next = match self.ast[id].kind {
                ExprKind::BinOp { left, .. } => left,
                ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. } => value,
                ExprKind::Call { func, .. } => func,
                _ => break,
            };
            self.spine.push(id);
            id = next;
        }
        self.node(id)?;
        while self.spine.len() > base {
            if let Some(id) = self.spine.pop() {
                self.spine_node(id)?;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    /// A node whose leftmost operand has been visited.
    fn spine_node(&mut self, id: ExprId) -> Res {
        match self.ast[id].kind {
            ExprKind::BinOp { left, op, right } => {
                self.expr(right)?;
                if let (Some(a), Some(b)) = (self.constant(left), self.constant(right))
                    && let Some(value) = arith::binary(op, a, b)
                {
                    self.set_constant(id, value);
                }
                Ok(())
            }
            ExprKind::Call { args, keywords, .. } => {
                self.exprs(args)?;
                self.keywords(keywords)
            }
            ExprKind::Subscript { value, slice, ctx } => {
                self.slice(slice)?;
                if ctx == ExprContext::Load
                    && let Slice::Index { value: index } = self.ast[slice]
                    && let (Some(a), Some(b)) = (self.constant(value), self.constant(index))
                    && let Some(item) = arith::subscript(a, b)
                {
                    self.set_constant(id, item);
                }
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn node(&mut self, id: ExprId) -> Res {
        match self.ast[id].kind {
            ExprKind::Constant { .. } => Ok(()),
            ExprKind::Name { id: name, .. } => {
                // Deleted or not.
                if name == sym::debug {
                    let on = self.level == 0;
                    self.set_constant(id, if on { Constant::True } else { Constant::False });
                }
                Ok(())
            }
            ExprKind::BoolOp { values, .. } | ExprKind::JoinedStr { values } => self.exprs(values),
            // 3.8 overlooks what is inside.
            ExprKind::NamedExpr { .. } => Ok(()),
            ExprKind::UnaryOp { op, operand } => {
                self.expr(operand)?;
                self.fold_unary(id, op, operand);
                Ok(())
            }
            ExprKind::Lambda { args, body } => {
                self.arguments(args)?;
                self.expr(body)
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)
            }
            ExprKind::Dict { keys, values } => {
                self.optionals(keys)?;
                self.exprs(values)
            }
            ExprKind::Set { elts } | ExprKind::List { elts, .. } => self.exprs(elts),
            ExprKind::Tuple { elts, ctx } => {
                self.exprs(elts)?;
                if ctx == ExprContext::Load {
                    self.fold_tuple(id, elts);
                }
                Ok(())
            }
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => {
                self.expr(elt)?;
                self.generators(generators)
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                self.expr(key)?;
                self.expr(value)?;
                self.generators(generators)
            }
            ExprKind::Await { value }
            | ExprKind::YieldFrom { value }
            | ExprKind::Starred { value, .. } => self.expr(value),
            ExprKind::Yield { value } => self.optional(value),
            ExprKind::Compare {
                left,
                ops,
                comparators,
            } => {
                self.expr(left)?;
                self.exprs(comparators)?;
                if let (Some(CmpOp::In | CmpOp::NotIn), Some(&last)) =
                    (self.ast[ops].last(), self.ast[comparators].last())
                {
                    self.fold_iter(last);
                }
                Ok(())
            }
            ExprKind::FormattedValue {
                value, format_spec, ..
            } => {
                self.expr(value)?;
                self.optional(format_spec)
            }
            // Those of the spine, which `expr` has taken already.
            ExprKind::BinOp { .. }
            | ExprKind::Attribute { .. }
            | ExprKind::Subscript { .. }
            | ExprKind::Call { .. } => Ok(()),
        }
    }

    fn generators(&mut self, generators: List<Comprehension>) -> Res {
        for i in 0..generators.len() {
            let generator = self.ast[generators][i];
            self.expr(generator.target)?;
            self.expr(generator.iter)?;
            self.exprs(generator.ifs)?;
            self.fold_iter(generator.iter);
        }
        Ok(())
    }

    fn slice(&mut self, slice: SliceId) -> Res {
        match self.ast[slice] {
            Slice::Index { value } => self.expr(value),
            Slice::Slice { lower, upper, step } => {
                self.optional(lower)?;
                self.optional(upper)?;
                self.optional(step)
            }
            Slice::ExtSlice { dims } => {
                self.deeper()?;
                for i in 0..dims.len() {
                    let dim = self.ast[dims][i];
                    self.slice(dim)?;
                }
                self.depth -= 1;
                Ok(())
            }
        }
    }

    fn fold_unary(&mut self, id: ExprId, op: UnaryOp, operand: ExprId) {
        if let Some(value) = self.constant(operand) {
            if let Some(value) = arith::unary(op, value) {
                self.set_constant(id, value);
            }
            return;
        }
        // `not a in b` is `a not in b`.
        if op == UnaryOp::Not
            && let ExprKind::Compare { ops, .. } = self.ast[operand].kind
            && let [op] = self.ast[ops]
        {
            let opposite = match op {
                CmpOp::Is => CmpOp::IsNot,
                CmpOp::IsNot => CmpOp::Is,
                CmpOp::In => CmpOp::NotIn,
                CmpOp::NotIn => CmpOp::In,
                _ => return,
            };
            self.ast[ops][0] = opposite;
            self.ast[id] = self.ast[operand];
        }
    }

    fn constants(&self, elts: List<ExprId>) -> Option<Vec<Constant>> {
        self.ast[elts]
            .iter()
            .map(|elt| self.constant(*elt).cloned())
            .collect()
    }

    fn fold_tuple(&mut self, id: ExprId, elts: List<ExprId>) {
        if let Some(items) = self.constants(elts) {
            self.set_constant(id, Constant::Tuple(items.into()));
        }
    }

    /// A list or set that is only iterated over need not be one.
    fn fold_iter(&mut self, id: ExprId) {
        match self.ast[id].kind {
            ExprKind::List { elts, ctx } => {
                let starred =
                    |elt: &ExprId| matches!(self.ast[*elt].kind, ExprKind::Starred { .. });
                if self.ast[elts].iter().any(starred) {
                    return;
                }
                self.ast[id].kind = ExprKind::Tuple { elts, ctx };
                self.fold_tuple(id, elts);
            }
            ExprKind::Set { elts } => {
                if let Some(items) = self.constants(elts) {
                    self.set_constant(id, arith::frozenset(&items));
                }
            }
            _ => {}
        }
    }
}
