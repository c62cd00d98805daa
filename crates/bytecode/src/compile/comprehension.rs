//! Comprehensions and generator expressions.

use super::*;

/// What a comprehension makes, and of what.
#[derive(Clone, Copy)]
enum Element {
    Generator(ExprId),
    List(ExprId),
    Set(ExprId),
    Dict(ExprId, ExprId),
}

/// `for` clauses of one comprehension: they are nested loops, compiled by nested calls.
const MOST_CLAUSES: usize = 1000;

impl Compiler<'_> {
    pub fn comprehension(&mut self, id: ExprId, kind: ExprKind) -> Res {
        let (name, element, generators, build) = match kind {
            ExprKind::ListComp { elt, generators } => (
                sym::listcomp_name,
                Element::List(elt),
                generators,
                Some(BUILD_LIST),
            ),
            ExprKind::SetComp { elt, generators } => (
                sym::setcomp_name,
                Element::Set(elt),
                generators,
                Some(BUILD_SET),
            ),
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => (
                sym::dictcomp_name,
                Element::Dict(key, value),
                generators,
                Some(BUILD_MAP),
            ),
            ExprKind::GeneratorExp { elt, generators } => {
                (sym::genexpr_name, Element::Generator(elt), generators, None)
            }
            _ => return Ok(()),
        };
        let Some(&outermost) = self.ast[generators].first() else {
            return Ok(());
        };
        if generators.len() > MOST_CLAUSES {
            let msg = "maximum recursion depth exceeded during compilation";
            return Err(Box::new(SyntaxError::other(ErrorKind::RecursionError, msg)));
        }
        let outer = self.unit().block;
        let in_coroutine = self.table[outer].coroutine;
        let top_level_await = self.is_top_level_await();
        let block = self.find_block(BlockKey::Expr(id))?;
        let lineno = self.ast[id].pos.lineno;
        self.enter_unit(block, UnitKind::Comprehension, name, lineno);
        let is_async = self.table[block].coroutine;
        if is_async && top_level_await {
            self.table[outer].coroutine = true;
        } else if is_async && !in_coroutine && build.is_some() {
            return self.error("asynchronous comprehension outside of an asynchronous function");
        }
        if let Some(build) = build {
            self.op_arg(build, 0);
        }
        self.generators(generators, 0, element)?;
        if build.is_some() {
            self.op(RETURN_VALUE);
        }
        let qualname = self.unit().qualname.clone();
        let free = self.unit().freevars.list.clone();
        let code = self.leave_unit(true)?;
        self.make_closure(code, &free, 0, qualname);
        self.expr(outermost.iter)?;
        self.op(if outermost.is_async != 0 {
            GET_AITER
        } else {
            GET_ITER
        });
        self.op_arg(CALL_FUNCTION, 1);
        if is_async && build.is_some() {
            self.await_top();
        }
        Ok(())
    }

    fn generators(&mut self, list: List<Comprehension>, index: usize, element: Element) -> Res {
        let Some(&generator) = self.ast[list].get(index) else {
            return self.element(element, index as u32);
        };
        let start = self.new_label();
        let if_cleanup = self.new_label();
        let anchor = self.new_label();
        let is_async = generator.is_async != 0;
        if index == 0 {
            self.unit().argcount = 1;
            self.op_arg(LOAD_FAST, 0);
        } else {
            self.expr(generator.iter)?;
            self.op(if is_async { GET_AITER } else { GET_ITER });
        }
        self.place(start);
        if is_async {
            self.jump(SETUP_FINALLY, anchor);
            self.op(GET_ANEXT);
            self.load_none();
            self.op(YIELD_FROM);
            self.op(POP_BLOCK);
        } else {
            self.jump(FOR_ITER, anchor);
            self.next_block();
        }
        self.expr(generator.target)?;
        for i in 0..generator.ifs.len() {
            let test = self.ast[generator.ifs][i];
            self.jump_if(test, if_cleanup, false)?;
            self.next_block();
        }
        self.generators(list, index + 1, element)?;
        self.place(if_cleanup);
        self.jump(JUMP_ABSOLUTE, start);
        self.place(anchor);
        if is_async {
            self.op(END_ASYNC_FOR);
        }
        Ok(())
    }

    /// Adds an element to the result, which lies below `depth` iterators.
    fn element(&mut self, element: Element, depth: u32) -> Res {
        match element {
            Element::Generator(elt) => {
                self.expr(elt)?;
                self.op(YIELD_VALUE);
                self.op(POP_TOP);
            }
            Element::List(elt) => {
                self.expr(elt)?;
                self.op_arg(LIST_APPEND, depth + 1);
            }
            Element::Set(elt) => {
                self.expr(elt)?;
                self.op_arg(SET_ADD, depth + 1);
            }
            Element::Dict(key, value) => {
                self.expr(key)?;
                self.expr(value)?;
                self.op_arg(MAP_ADD, depth + 1);
            }
        }
        self.next_block();
        Ok(())
    }
}
