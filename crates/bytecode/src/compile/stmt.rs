//! Statements.

use super::*;
use crate::constant::is_true;
use crate::future;

impl Compiler<'_> {
    pub fn stmts(&mut self, list: List<StmtId>) -> Res {
        (0..list.len()).try_for_each(|i| {
            let id = self.ast[list][i];
            self.stmt(id)
        })
    }

    /// The body of a module or class, with its docstring.
    pub fn body(&mut self, body: List<StmtId>) -> Res {
        let Some(&first) = self.ast[body].first() else {
            return Ok(());
        };
        if self.unit_kind() == UnitKind::Module {
            self.unit().lineno = self.ast[first].pos.lineno;
        }
        if self.has_annotations(body) {
            self.op(SETUP_ANNOTATIONS);
        }
        let mut rest = body;
        if self.optimize < 2
            && future::docstring(self.ast, body).is_some()
            && let StmtKind::Expr { value } = self.ast[first].kind
        {
            rest = body.tail();
            self.expr(value)?;
            self.name_op(sym::doc, ExprContext::Store);
        }
        self.stmts(rest)
    }

    /// Whether an annotation of a variable stands anywhere in the body, but for nested functions and classes.
    pub fn has_annotations(&self, list: List<StmtId>) -> bool {
        self.ast[list].iter().any(|id| match self.ast[*id].kind {
            StmtKind::AnnAssign { .. } => true,
            StmtKind::For(node) | StmtKind::AsyncFor(node) => {
                self.has_annotations(node.body) || self.has_annotations(node.orelse)
            }
            StmtKind::While { body, orelse, .. } | StmtKind::If { body, orelse, .. } => {
                self.has_annotations(body) || self.has_annotations(orelse)
            }
            StmtKind::With(node) | StmtKind::AsyncWith(node) => self.has_annotations(node.body),
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
            } => {
                self.has_annotations(body)
                    || self.has_annotations(orelse)
                    || self.has_annotations(finalbody)
                    || self.ast[handlers]
                        .iter()
                        .any(|handler| self.has_annotations(handler.body))
            }
            _ => false,
        })
    }

    fn stmt(&mut self, id: StmtId) -> Res {
        let Stmt { kind, pos } = self.ast[id];
        let unit = self.unit();
        unit.lineno = pos.lineno;
        unit.col_offset = pos.col_offset;
        unit.lineno_set = false;
        match kind {
            StmtKind::FunctionDef(def) => self.function(id, def, UnitKind::Function, pos),
            StmtKind::AsyncFunctionDef(def) => self.function(id, def, UnitKind::AsyncFunction, pos),
            StmtKind::ClassDef { .. } => self.class(id),
            StmtKind::Return { value } => self.return_stmt(value),
            StmtKind::Delete { targets } => self.exprs(targets),
            StmtKind::Assign { targets, value, .. } => {
                self.expr(value)?;
                for i in 0..targets.len() {
                    if i + 1 < targets.len() {
                        self.op(DUP_TOP);
                    }
                    let target = self.ast[targets][i];
                    self.expr(target)?;
                }
                Ok(())
            }
            StmtKind::AugAssign { target, op, value } => self.aug_assign(target, op, value),
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => self.ann_assign(target, annotation, value, simple != 0),
            StmtKind::For(node) => self.for_stmt(node),
            StmtKind::AsyncFor(node) => self.async_for(node),
            StmtKind::While { test, body, orelse } => self.while_stmt(test, body, orelse),
            StmtKind::If { test, body, orelse } => self.if_stmt(test, body, orelse),
            StmtKind::With(node) => self.with(node, 0, false),
            StmtKind::AsyncWith(node) => self.with(node, 0, true),
            StmtKind::Raise { exc, cause } => {
                let mut n = 0;
                if let Some(exc) = exc {
                    self.expr(exc)?;
                    n += 1;
                    if let Some(cause) = cause {
                        self.expr(cause)?;
                        n += 1;
                    }
                }
                self.op_arg(RAISE_VARARGS, n);
                Ok(())
            }
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
            } => {
                if finalbody.is_empty() {
                    self.try_except(body, handlers, orelse)
                } else {
                    self.try_finally(body, handlers, orelse, finalbody, pos)
                }
            }
            StmtKind::Assert { test, msg } => self.assert_stmt(test, msg),
            StmtKind::Import { names } => self.import(names),
            StmtKind::ImportFrom {
                module,
                names,
                level,
            } => self.import_from(module, names, level.unwrap_or(0), pos),
            StmtKind::Expr { value } => self.expr_stmt(value),
            StmtKind::Break => self.break_stmt(),
            StmtKind::Continue => self.continue_stmt(),
            StmtKind::Global { .. } | StmtKind::Nonlocal { .. } | StmtKind::Pass => Ok(()),
        }
    }

    fn expr_stmt(&mut self, value: ExprId) -> Res {
        if self.interactive && self.nest <= 1 {
            self.expr(value)?;
            self.op(PRINT_EXPR);
        } else if future::constant(self.ast, value).is_none() {
            self.expr(value)?;
            self.op(POP_TOP);
        }
        Ok(())
    }

    fn return_stmt(&mut self, value: Option<ExprId>) -> Res {
        if self.block_type() != BlockType::Function {
            return self.error("'return' outside function");
        }
        let block = self.unit().block;
        let block = &self.table[block];
        if value.is_some() && block.coroutine && block.generator {
            return self.error("'return' with value in async generator");
        }
        let constant = match value {
            None => true,
            Some(value) => future::constant(self.ast, value).is_some(),
        };
        if let Some(value) = value
            && !constant
        {
            self.expr(value)?;
        }
        for depth in (0..self.unit().fblocks.len()).rev() {
            self.unwind_fblock(depth, !constant);
        }
        match value {
            None => self.load_none(),
            Some(value) if constant => self.expr(value)?,
            Some(_) => {}
        }
        self.op(RETURN_VALUE);
        Ok(())
    }

    /// Emits what undoes the `depth`-th block on the way out of it; a return value may lie on the stack.
    fn unwind_fblock(&mut self, depth: usize, preserve_tos: bool) {
        let Some(&FBlock { kind, exit, .. }) = self.unit().fblocks.get(depth) else {
            return;
        };
        let exit_label = exit.unwrap_or(Label::NONE);
        match kind {
            FBlockKind::WhileLoop => {}
            FBlockKind::FinallyEnd => {
                // Notes that this `finally` has a way out of its own.
                if let Some(fblock) = self.unit().fblocks.get_mut(depth) {
                    fblock.exit = None;
                }
                self.op_arg(POP_FINALLY, preserve_tos.into());
                if preserve_tos {
                    self.op(ROT_TWO);
                }
                self.op(POP_TOP);
            }
            FBlockKind::ForLoop => {
                if preserve_tos {
                    self.op(ROT_TWO);
                }
                self.op(POP_TOP);
            }
            FBlockKind::Except => self.op(POP_BLOCK),
            FBlockKind::FinallyTry => {
                self.op(POP_BLOCK);
                self.jump(CALL_FINALLY, exit_label);
            }
            FBlockKind::FinallyTry2 => {
                self.op(POP_BLOCK);
                if preserve_tos {
                    self.op(ROT_TWO);
                    self.op(POP_TOP);
                    self.jump(CALL_FINALLY, exit_label);
                } else {
                    self.jump(CALL_FINALLY, exit_label);
                    self.op(POP_TOP);
                }
            }
            FBlockKind::With | FBlockKind::AsyncWith => {
                self.op(POP_BLOCK);
                if preserve_tos {
                    self.op(ROT_TWO);
                }
                self.op(BEGIN_FINALLY);
                self.op(WITH_CLEANUP_START);
                if kind == FBlockKind::AsyncWith {
                    self.await_top();
                }
                self.op(WITH_CLEANUP_FINISH);
                self.op_arg(POP_FINALLY, 0);
            }
            FBlockKind::HandlerCleanup => {
                if preserve_tos {
                    self.op(ROT_FOUR);
                }
                if exit.is_some() {
                    self.op(POP_BLOCK);
                    self.op(POP_EXCEPT);
                    self.jump(CALL_FINALLY, exit_label);
                } else {
                    self.op(POP_EXCEPT);
                }
            }
        }
    }

    fn break_stmt(&mut self) -> Res {
        for depth in (0..self.unit().fblocks.len()).rev() {
            self.unwind_fblock(depth, false);
            let Some(&FBlock { kind, exit, .. }) = self.unit().fblocks.get(depth) else {
                break;
            };
            if matches!(kind, FBlockKind::WhileLoop | FBlockKind::ForLoop) {
                self.jump(JUMP_ABSOLUTE, exit.unwrap_or(Label::NONE));
                return Ok(());
            }
        }
        self.error("'break' outside loop")
    }

    fn continue_stmt(&mut self) -> Res {
        for depth in (0..self.unit().fblocks.len()).rev() {
            let Some(&FBlock { kind, block, .. }) = self.unit().fblocks.get(depth) else {
                break;
            };
            if matches!(kind, FBlockKind::WhileLoop | FBlockKind::ForLoop) {
                self.jump(JUMP_ABSOLUTE, block);
                return Ok(());
            }
            self.unwind_fblock(depth, false);
        }
        self.error("'continue' not properly in loop")
    }

    /// Runs `f` for its errors and warnings: no code comes of it.
    fn silently(&mut self, f: impl FnOnce(&mut Self) -> Res) -> Res {
        self.silent += 1;
        f(self)?;
        self.silent -= 1;
        Ok(())
    }

    /// The truth of an expression, if that is known.
    fn known_truth(&self, id: ExprId) -> Option<bool> {
        future::constant(self.ast, id).map(is_true)
    }

    fn if_stmt(&mut self, test: ExprId, body: List<StmtId>, orelse: List<StmtId>) -> Res {
        let end = self.new_label();
        match self.known_truth(test) {
            Some(false) => {
                self.silently(|this| this.stmts(body))?;
                self.stmts(orelse)?;
            }
            Some(true) => {
                self.stmts(body)?;
                self.silently(|this| this.stmts(orelse))?;
            }
            None if orelse.is_empty() => {
                self.jump_if(test, end, false)?;
                self.stmts(body)?;
            }
            None => {
                let next = self.new_label();
                self.jump_if(test, next, false)?;
                self.stmts(body)?;
                self.jump(JUMP_FORWARD, end);
                self.place(next);
                self.stmts(orelse)?;
            }
        }
        self.place(end);
        Ok(())
    }

    fn while_stmt(&mut self, test: ExprId, body: List<StmtId>, orelse: List<StmtId>) -> Res {
        let truth = self.known_truth(test);
        let loop_ = self.new_label();
        let end = self.new_label();
        if truth == Some(false) {
            self.silently(|this| {
                this.push_fblock(FBlockKind::WhileLoop, loop_, Some(end))?;
                this.stmts(body)?;
                this.pop_fblock();
                Ok(())
            })?;
            return self.stmts(orelse);
        }
        let anchor = self.new_label();
        self.place(loop_);
        self.push_fblock(FBlockKind::WhileLoop, loop_, Some(end))?;
        if truth.is_none() {
            self.jump_if(test, anchor, false)?;
        }
        self.stmts(body)?;
        self.jump(JUMP_ABSOLUTE, loop_);
        if truth.is_none() {
            self.place(anchor);
        }
        self.pop_fblock();
        self.stmts(orelse)?;
        self.place(end);
        Ok(())
    }

    fn for_stmt(&mut self, node: For) -> Res {
        let start = self.new_label();
        let cleanup = self.new_label();
        let end = self.new_label();
        self.push_fblock(FBlockKind::ForLoop, start, Some(end))?;
        self.expr(node.iter)?;
        self.op(GET_ITER);
        self.place(start);
        self.jump(FOR_ITER, cleanup);
        self.expr(node.target)?;
        self.stmts(node.body)?;
        self.jump(JUMP_ABSOLUTE, start);
        self.place(cleanup);
        self.pop_fblock();
        self.stmts(node.orelse)?;
        self.place(end);
        Ok(())
    }

    fn async_for(&mut self, node: For) -> Res {
        if self.is_top_level_await() {
            self.mark_coroutine();
        } else if self.unit_kind() != UnitKind::AsyncFunction {
            return self.error("'async for' outside async function");
        }
        let start = self.new_label();
        let except = self.new_label();
        let end = self.new_label();
        self.expr(node.iter)?;
        self.op(GET_AITER);
        self.place(start);
        self.push_fblock(FBlockKind::ForLoop, start, Some(end))?;
        self.jump(SETUP_FINALLY, except);
        self.op(GET_ANEXT);
        self.load_none();
        self.op(YIELD_FROM);
        self.op(POP_BLOCK);
        self.expr(node.target)?;
        self.stmts(node.body)?;
        self.jump(JUMP_ABSOLUTE, start);
        self.pop_fblock();
        self.place(except);
        self.op(END_ASYNC_FOR);
        self.stmts(node.orelse)?;
        self.place(end);
        Ok(())
    }

    pub fn mark_coroutine(&mut self) {
        let block = self.unit().block;
        self.table[block].coroutine = true;
    }

    fn assert_stmt(&mut self, test: ExprId, msg: Option<ExprId>) -> Res {
        if self.optimize > 0 {
            return Ok(());
        }
        if let ExprKind::Tuple { elts, .. } = self.ast[test].kind
            && !elts.is_empty()
        {
            let msg = "assertion is always true, perhaps remove parentheses?";
            self.warning(msg.to_string())?;
        }
        let end = self.new_label();
        self.jump_if(test, end, true)?;
        self.op_raw_name(LOAD_GLOBAL, sym::AssertionError);
        if let Some(msg) = msg {
            self.expr(msg)?;
            self.op_arg(CALL_FUNCTION, 1);
        }
        self.op_arg(RAISE_VARARGS, 1);
        self.place(end);
        Ok(())
    }

    fn import(&mut self, names: List<Alias>) -> Res {
        for i in 0..names.len() {
            let Alias { name, asname } = self.ast[names][i];
            self.load_const(Constant::Int(0));
            self.load_none();
            self.op_name(IMPORT_NAME, name);
            let text = self.ast.names.get(name).to_vec();
            let mut parts = text.split(|byte| *byte == b'.');
            let first = parts.next().unwrap_or_default();
            let Some(asname) = asname else {
                let first = self.ast.names.intern(first);
                self.name_op(first, ExprContext::Store);
                continue;
            };
            // `import a.b.c as x` gets from `a` to `a.b.c` step by step.
            let mut steps = parts.peekable();
            let dotted = steps.peek().is_some();
            while let Some(part) = steps.next() {
                let part = self.ast.names.intern(part);
                self.op_name(IMPORT_FROM, part);
                if steps.peek().is_some() {
                    self.op(ROT_TWO);
                    self.op(POP_TOP);
                }
            }
            self.name_op(asname, ExprContext::Store);
            if dotted {
                self.op(POP_TOP);
            }
        }
        Ok(())
    }

    fn import_from(
        &mut self,
        module: Option<Symbol>,
        names: List<Alias>,
        level: i32,
        pos: Pos,
    ) -> Res {
        self.load_const(Constant::Int(level.into()));
        let mut list = Vec::with_capacity(names.len());
        for i in 0..names.len() {
            let name = self.ast[names][i].name;
            list.push(Constant::Str(self.text(name)));
        }
        self.load_const(Constant::Tuple(list.into()));
        if pos.lineno > self.future.lineno && module == Some(sym::future) {
            let msg = "from __future__ imports must occur at the beginning of the file";
            return self.error(msg);
        }
        self.op_name(IMPORT_NAME, module.unwrap_or(sym::empty));
        for i in 0..names.len() {
            let Alias { name, asname } = self.ast[names][i];
            if i == 0 && name == sym::star {
                self.op(IMPORT_STAR);
                return Ok(());
            }
            self.op_name(IMPORT_FROM, name);
            self.name_op(asname.unwrap_or(name), ExprContext::Store);
        }
        self.op(POP_TOP);
        Ok(())
    }
}
