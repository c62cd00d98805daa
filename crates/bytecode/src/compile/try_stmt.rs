//! `try` and `with`.

use super::*;

/// COMPARE_OP's operand for "exception match".
const EXC_MATCH: u32 = 10;

impl Compiler<'_> {
    pub fn try_finally(
        &mut self,
        body: List<StmtId>,
        handlers: List<ExceptHandler>,
        orelse: List<StmtId>,
        finalbody: List<StmtId>,
        pos: Pos,
    ) -> Res {
        let start = self.new_label();
        let end = self.new_label();
        // The `finally` clause is compiled first, to see whether it has a `break`, `continue` or `return` of its own, and
        // put behind the rest afterwards.
        let main = self.unit().open_detour();
        self.place(end);
        self.push_fblock(FBlockKind::FinallyEnd, end, Some(end))?;
        self.stmts(finalbody)?;
        self.op(END_FINALLY);
        let fblock = self.pop_fblock();
        let leaves = fblock.is_some_and(|fblock| fblock.exit.is_none());
        if leaves {
            self.op(POP_TOP);
        }
        let detour = self.unit().close_detour(main);

        let unit = self.unit();
        unit.lineno_set = false;
        unit.lineno = pos.lineno;
        unit.col_offset = pos.col_offset;
        let kind = if leaves {
            self.load_none();
            FBlockKind::FinallyTry2
        } else {
            FBlockKind::FinallyTry
        };
        self.jump(SETUP_FINALLY, end);
        self.place(start);
        self.push_fblock(kind, start, Some(end))?;
        if handlers.is_empty() {
            self.stmts(body)?;
        } else {
            self.try_except(body, handlers, orelse)?;
        }
        self.op(POP_BLOCK);
        self.op(BEGIN_FINALLY);
        self.pop_fblock();
        self.unit().append_detour(detour);
        Ok(())
    }

    pub fn try_except(
        &mut self,
        body: List<StmtId>,
        handlers: List<ExceptHandler>,
        orelse: List<StmtId>,
    ) -> Res {
        let start = self.new_label();
        let mut except = self.new_label();
        let else_label = self.new_label();
        let end = self.new_label();
        self.jump(SETUP_FINALLY, except);
        self.place(start);
        self.push_fblock(FBlockKind::Except, start, None)?;
        self.stmts(body)?;
        self.op(POP_BLOCK);
        self.pop_fblock();
        self.jump(JUMP_FORWARD, else_label);
        self.place(except);
        for i in 0..handlers.len() {
            let handler = self.ast[handlers][i];
            if handler.type_.is_none() && i + 1 < handlers.len() {
                return self.error("default 'except:' must be last");
            }
            let unit = self.unit();
            unit.lineno_set = false;
            unit.lineno = handler.pos.lineno;
            unit.col_offset = handler.pos.col_offset;
            except = self.new_label();
            if let Some(type_) = handler.type_ {
                self.op(DUP_TOP);
                self.expr(type_)?;
                self.op_arg(COMPARE_OP, EXC_MATCH);
                self.jump(POP_JUMP_IF_FALSE, except);
            }
            self.op(POP_TOP);
            match handler.name {
                Some(name) => self.named_handler(name, handler.body)?,
                None => {
                    let cleanup_body = self.new_label();
                    self.op(POP_TOP);
                    self.op(POP_TOP);
                    self.place(cleanup_body);
                    self.push_fblock(FBlockKind::HandlerCleanup, cleanup_body, None)?;
                    self.stmts(handler.body)?;
                    self.op(POP_EXCEPT);
                    self.pop_fblock();
                }
            }
            self.jump(JUMP_FORWARD, end);
            self.place(except);
        }
        self.op(END_FINALLY);
        self.place(else_label);
        self.stmts(orelse)?;
        self.place(end);
        Ok(())
    }

    /// `except type as name`: the name is deleted whatever happens in the body.
    fn named_handler(&mut self, name: Symbol, body: List<StmtId>) -> Res {
        let cleanup_end = self.new_label();
        let cleanup_body = self.new_label();
        self.name_op(name, ExprContext::Store);
        self.op(POP_TOP);
        self.jump(SETUP_FINALLY, cleanup_end);
        self.place(cleanup_body);
        self.push_fblock(FBlockKind::HandlerCleanup, cleanup_body, Some(cleanup_end))?;
        self.stmts(body)?;
        self.op(POP_BLOCK);
        self.op(BEGIN_FINALLY);
        self.pop_fblock();
        self.place(cleanup_end);
        self.push_fblock(FBlockKind::FinallyEnd, cleanup_end, None)?;
        self.load_none();
        self.name_op(name, ExprContext::Store);
        self.name_op(name, ExprContext::Del);
        self.op(END_FINALLY);
        self.op(POP_EXCEPT);
        self.pop_fblock();
        Ok(())
    }

    /// `await` what lies on top of the stack.
    pub fn await_top(&mut self) {
        self.op(GET_AWAITABLE);
        self.load_none();
        self.op(YIELD_FROM);
    }

    /// `with` from its item number `index` on.
    pub fn with(&mut self, node: With, index: usize, is_async: bool) -> Res {
        if is_async {
            if self.is_top_level_await() {
                self.mark_coroutine();
            } else if self.unit_kind() != UnitKind::AsyncFunction {
                return self.error("'async with' outside async function");
            }
        }
        let Some(&item) = self.ast[node.items].get(index) else {
            return self.stmts(node.body);
        };
        let block = self.new_label();
        let finally = self.new_label();
        self.expr(item.context_expr)?;
        let kind = if is_async {
            self.op(BEFORE_ASYNC_WITH);
            self.await_top();
            self.jump(SETUP_ASYNC_WITH, finally);
            FBlockKind::AsyncWith
        } else {
            self.jump(SETUP_WITH, finally);
            FBlockKind::With
        };
        self.place(block);
        self.push_fblock(kind, block, Some(finally))?;
        match item.optional_vars {
            Some(vars) => self.expr(vars)?,
            None => self.op(POP_TOP),
        }
        self.with(node, index + 1, is_async)?;
        self.op(POP_BLOCK);
        self.op(BEGIN_FINALLY);
        self.pop_fblock();
        self.place(finally);
        self.push_fblock(FBlockKind::FinallyEnd, finally, None)?;
        self.op(WITH_CLEANUP_START);
        if is_async {
            self.await_top();
        }
        self.op(WITH_CLEANUP_FINISH);
        self.op(END_FINALLY);
        self.pop_fblock();
        Ok(())
    }
}
