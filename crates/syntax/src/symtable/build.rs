//! The first pass: what each block does to each name.

use super::*;
use crate::ast::*;
use crate::error::ErrorKind;

type Res = Result<(), Box<SyntaxError>>;

pub(super) fn build(ast: &mut Ast, recursion: Recursion) -> Result<SymbolTable, Box<SyntaxError>> {
    let (depth, limit) = recursion.scaled();
    let mut builder = Builder {
        ast,
        table: SymbolTable::default(),
        current: BlockId::TOP,
        private: None,
        depth,
        limit,
    };
    builder.module()?;
    Ok(builder.table)
}

struct Builder<'a> {
    ast: &'a mut Ast,
    table: SymbolTable,
    current: BlockId,
    /// Name of the class around, for mangling.
    private: Option<Symbol>,
    depth: u32,
    limit: u32,
}

impl Builder<'_> {
    fn module(&mut self) -> Res {
        self.push_block(sym::top, BlockType::Module, None, 0, 0);
        match self.ast.root {
            Mod::Module { body, .. } | Mod::Interactive { body } => self.stmts(body),
            Mod::Expression { body } => self.expr(body),
            Mod::Suite { .. } => Err(Box::new(SyntaxError::other(
                ErrorKind::RecursionError,
                "this compiler does not handle Suites",
            ))),
            Mod::FunctionType { .. } => Err(Box::new(SyntaxError::other(
                ErrorKind::RecursionError,
                "this compiler does not handle FunctionTypes",
            ))),
        }
    }

    fn push_block(
        &mut self,
        name: Symbol,
        kind: BlockType,
        parent: Option<BlockId>,
        lineno: i32,
        col_offset: i32,
    ) -> BlockId {
        let id = BlockId(self.table.blocks.len() as u32);
        let (nested, comp_iter_expr) = match parent {
            Some(parent) => {
                let outer = &mut self.table[parent];
                outer.children.push(id);
                (
                    outer.nested || outer.kind == BlockType::Function,
                    outer.comp_iter_expr,
                )
            }
            None => (false, 0),
        };
        self.table.blocks.push(Block {
            name,
            kind,
            symbols: Symbols::default(),
            varnames: Vec::new(),
            children: Vec::new(),
            parent,
            nested,
            generator: false,
            coroutine: false,
            comprehension: false,
            varargs: false,
            varkeywords: false,
            returns_value: false,
            needs_class_closure: false,
            lineno,
            col_offset,
            comp_iter_expr,
            comp_iter_target: false,
            directives: Vec::new(),
        });
        id
    }

    /// Opens a block, and says which one to go back to.
    fn enter(&mut self, name: Symbol, kind: BlockType, key: BlockKey, pos: Pos) -> BlockId {
        let outer = self.current;
        self.current = self.push_block(name, kind, Some(outer), pos.lineno, pos.col_offset);
        self.table.by_node.insert(key, self.current);
        outer
    }

    fn block(&mut self) -> &mut Block {
        let id = self.current;
        &mut self.table[id]
    }

    fn block_error(&self, msg: impl Into<String>) -> Box<SyntaxError> {
        let block = &self.table[self.current];
        Box::new(SyntaxError::at(msg, block.lineno, block.col_offset))
    }

    fn error(&self, msg: String, pos: Pos) -> Box<SyntaxError> {
        Box::new(SyntaxError::at(msg, pos.lineno, pos.col_offset))
    }

    /// As [`Self::error`], for named expressions: there 3.8 gives the column, which counts from 0, as it is.
    fn named_error(&self, msg: &str, pos: Pos) -> Box<SyntaxError> {
        let mut error = SyntaxError::at(msg, pos.lineno, pos.col_offset);
        error.offset = pos.col_offset;
        Box::new(error)
    }

    fn deeper(&mut self) -> Res {
        self.depth += 1;
        if self.depth > self.limit {
            return Err(Box::new(SyntaxError::other(
                ErrorKind::RecursionError,
                "maximum recursion depth exceeded during compilation",
            )));
        }
        Ok(())
    }

    fn mangled(&mut self, name: Symbol) -> Symbol {
        mangle(self.ast, self.private, name)
    }

    /// Notes that the current block does `flag` to `name`.
    fn define(&mut self, name: Symbol, flag: u32) -> Res {
        self.define_in(self.current, name, flag)
    }

    fn define_in(&mut self, id: BlockId, name: Symbol, flag: u32) -> Res {
        let mangled = self.mangled(name);
        let block = &mut self.table[id];
        let comp_iter_target = block.comp_iter_target;
        let flags = block.symbols.flags_mut(mangled);
        let known = *flags;
        let duplicate = flag & DEF_PARAM != 0 && known & DEF_PARAM != 0;
        *flags |= flag;
        if duplicate {
            let (lineno, col_offset) = (block.lineno, block.col_offset);
            let msg = format!(
                "duplicate argument '{}' in function definition",
                self.ast.names.display(name)
            );
            return Err(Box::new(SyntaxError::at(msg, lineno, col_offset)));
        }
        if comp_iter_target {
            if *flags & (DEF_GLOBAL | DEF_NONLOCAL) != 0 {
                let (lineno, col_offset) = (block.lineno, block.col_offset);
                let msg = format!(
                    "comprehension inner loop cannot rebind assignment expression target '{}'",
                    self.ast.names.display(name)
                );
                return Err(Box::new(SyntaxError::at(msg, lineno, col_offset)));
            }
            *flags |= DEF_COMP_ITER;
        }
        if flag & DEF_PARAM != 0 {
            block.varnames.push(mangled);
        } else if flag & DEF_GLOBAL != 0 {
            *self.table[BlockId::TOP].symbols.flags_mut(mangled) |= flag;
        }
        Ok(())
    }

    fn lookup(&mut self, name: Symbol) -> u32 {
        self.lookup_in(self.current, name)
    }

    fn lookup_in(&mut self, id: BlockId, name: Symbol) -> u32 {
        let mangled = self.mangled(name);
        self.table[id].symbols.flags(mangled)
    }

    fn record_directive(&mut self, name: Symbol, pos: Pos) {
        let mangled = self.mangled(name);
        let entry = (mangled, pos.lineno, pos.col_offset);
        self.block().directives.push(entry);
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

    fn stmt(&mut self, id: StmtId) -> Res {
        self.deeper()?;
        let Stmt { kind, pos } = self.ast[id];
        match kind {
            StmtKind::FunctionDef(def) => self.function(id, def, false, pos)?,
            StmtKind::AsyncFunctionDef(def) => self.function(id, def, true, pos)?,
            StmtKind::ClassDef {
                name,
                bases,
                keywords,
                body,
                decorator_list,
            } => {
                self.define(name, DEF_LOCAL)?;
                self.exprs(bases)?;
                self.keywords(keywords)?;
                self.exprs(decorator_list)?;
                let outer = self.enter(name, BlockType::Class, BlockKey::Stmt(id), pos);
                let private = self.private.replace(name);
                self.stmts(body)?;
                self.private = private;
                self.current = outer;
            }
            StmtKind::Return { value } => {
                if let Some(value) = value {
                    self.expr(value)?;
                    self.block().returns_value = true;
                }
            }
            StmtKind::Delete { targets } => self.exprs(targets)?,
            StmtKind::Assign { targets, value, .. } => {
                self.exprs(targets)?;
                self.expr(value)?;
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(target)?;
                self.expr(value)?;
            }
            StmtKind::AnnAssign {
                target,
                annotation,
                value,
                simple,
            } => {
                self.annotated_target(target, value, simple, pos)?;
                self.expr(annotation)?;
                self.optional(value)?;
            }
            StmtKind::For(node) | StmtKind::AsyncFor(node) => {
                self.expr(node.target)?;
                self.expr(node.iter)?;
                self.stmts(node.body)?;
                self.stmts(node.orelse)?;
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                self.expr(test)?;
                self.stmts(body)?;
                self.stmts(orelse)?;
            }
            StmtKind::With(node) | StmtKind::AsyncWith(node) => {
                for i in 0..node.items.len() {
                    let item = self.ast[node.items][i];
                    self.expr(item.context_expr)?;
                    self.optional(item.optional_vars)?;
                }
                self.stmts(node.body)?;
            }
            StmtKind::Raise { exc, cause } => {
                self.optional(exc)?;
                self.optional(cause)?;
            }
            StmtKind::Try {
                body,
                handlers,
                orelse,
                finalbody,
            } => {
                self.stmts(body)?;
                self.stmts(orelse)?;
                self.handlers(handlers)?;
                self.stmts(finalbody)?;
            }
            StmtKind::Assert { test, msg } => {
                self.expr(test)?;
                self.optional(msg)?;
            }
            StmtKind::Import { names } | StmtKind::ImportFrom { names, .. } => {
                self.aliases(names)?;
            }
            StmtKind::Global { names } => self.declare(names, DEF_GLOBAL, pos)?,
            StmtKind::Nonlocal { names } => self.declare(names, DEF_NONLOCAL, pos)?,
            StmtKind::Expr { value } => self.expr(value)?,
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue => {}
        }
        self.depth -= 1;
        Ok(())
    }

    fn function(&mut self, id: StmtId, def: FunctionDef, is_async: bool, pos: Pos) -> Res {
        self.define(def.name, DEF_LOCAL)?;
        let args = self.ast[def.args];
        self.exprs(args.defaults)?;
        self.optionals(args.kw_defaults)?;
        self.annotations(args.posonlyargs)?;
        self.annotations(args.args)?;
        self.optional(args.vararg.and_then(|arg| arg.annotation))?;
        self.optional(args.kwarg.and_then(|arg| arg.annotation))?;
        self.annotations(args.kwonlyargs)?;
        self.optional(def.returns)?;
        self.exprs(def.decorator_list)?;
        let outer = self.enter(def.name, BlockType::Function, BlockKey::Stmt(id), pos);
        self.block().coroutine = is_async;
        self.parameters(args)?;
        self.stmts(def.body)?;
        self.current = outer;
        Ok(())
    }

    fn annotations(&mut self, args: List<Arg>) -> Res {
        (0..args.len()).try_for_each(|i| {
            let annotation = self.ast[args][i].annotation;
            self.optional(annotation)
        })
    }

    fn parameters(&mut self, args: Arguments) -> Res {
        for list in [args.posonlyargs, args.args, args.kwonlyargs] {
            for i in 0..list.len() {
                let arg = self.ast[list][i];
                self.define(arg.arg, DEF_PARAM)?;
            }
        }
        if let Some(arg) = args.vararg {
            self.define(arg.arg, DEF_PARAM)?;
            self.block().varargs = true;
        }
        if let Some(arg) = args.kwarg {
            self.define(arg.arg, DEF_PARAM)?;
            self.block().varkeywords = true;
        }
        Ok(())
    }

    fn annotated_target(
        &mut self,
        target: ExprId,
        value: Option<ExprId>,
        simple: i32,
        pos: Pos,
    ) -> Res {
        let ExprKind::Name { id, .. } = self.ast[target].kind else {
            return self.expr(target);
        };
        let flags = self.lookup(id);
        let declared = flags & (DEF_GLOBAL | DEF_NONLOCAL) != 0;
        if declared && self.current != BlockId::TOP && simple != 0 {
            let what = if flags & DEF_GLOBAL != 0 {
                "global"
            } else {
                "nonlocal"
            };
            let name = self.ast.names.display(id);
            let msg = format!("annotated name '{name}' can't be {what}");
            return Err(self.error(msg, pos));
        }
        if simple != 0 {
            self.define(id, DEF_ANNOT | DEF_LOCAL)
        } else if value.is_some() {
            self.define(id, DEF_LOCAL)
        } else {
            Ok(())
        }
    }

    fn handlers(&mut self, handlers: List<ExceptHandler>) -> Res {
        for i in 0..handlers.len() {
            let handler = self.ast[handlers][i];
            self.optional(handler.type_)?;
            if let Some(name) = handler.name {
                self.define(name, DEF_LOCAL)?;
            }
            self.stmts(handler.body)?;
        }
        Ok(())
    }

    fn aliases(&mut self, names: List<Alias>) -> Res {
        for i in 0..names.len() {
            let alias = self.ast[names][i];
            let stored = alias.asname.unwrap_or(alias.name);
            let text = self.ast.names.get(stored);
            if text == b"*" {
                if self.table[self.current].kind != BlockType::Module {
                    return Err(self.block_error("import * only allowed at module level"));
                }
                continue;
            }
            let stored = match text.iter().position(|byte| *byte == b'.') {
                Some(dot) => {
                    let first = text[..dot].to_vec();
                    self.ast.names.intern(&first)
                }
                None => stored,
            };
            self.define(stored, DEF_IMPORT)?;
        }
        Ok(())
    }

    /// `global` and `nonlocal`.
    fn declare(&mut self, names: List<Symbol>, flag: u32, pos: Pos) -> Res {
        let what = if flag == DEF_GLOBAL {
            "global"
        } else {
            "nonlocal"
        };
        for i in 0..names.len() {
            let name = self.ast[names][i];
            let known = self.lookup(name);
            if known & (DEF_PARAM | DEF_LOCAL | USE | DEF_ANNOT) != 0 {
                let text = self.ast.names.display(name);
                let msg = if known & DEF_PARAM != 0 {
                    format!("name '{text}' is parameter and {what}")
                } else if known & USE != 0 {
                    format!("name '{text}' is used prior to {what} declaration")
                } else if known & DEF_ANNOT != 0 {
                    format!("annotated name '{text}' can't be {what}")
                } else {
                    format!("name '{text}' is assigned to before {what} declaration")
                };
                return Err(self.error(msg, pos));
            }
            self.define(name, flag)?;
            self.record_directive(name, pos);
        }
        Ok(())
    }

    fn expr(&mut self, id: ExprId) -> Res {
        self.deeper()?;
        let Expr { kind, pos } = self.ast[id];
        match kind {
            ExprKind::Constant { .. } => {}
            ExprKind::Name { id, ctx } => {
                let used = ctx == ExprContext::Load;
                self.define(id, if used { USE } else { DEF_LOCAL })?;
                // `super()` looks for the class through this name.
                let in_function = self.table[self.current].kind == BlockType::Function;
                if used && in_function && id == sym::super_ {
                    self.define(sym::class, USE)?;
                }
            }
            ExprKind::Attribute { value, .. }
            | ExprKind::Starred { value, .. }
            | ExprKind::UnaryOp { operand: value, .. } => self.expr(value)?,
            ExprKind::Subscript { value, slice, .. } => {
                self.expr(value)?;
                self.slice(slice)?;
            }
            ExprKind::Call {
                func,
                args,
                keywords,
            } => {
                self.expr(func)?;
                self.exprs(args)?;
                self.keywords(keywords)?;
            }
            ExprKind::BinOp { left, right, .. } => {
                self.expr(left)?;
                self.expr(right)?;
            }
            ExprKind::BoolOp { values, .. } | ExprKind::JoinedStr { values } => {
                self.exprs(values)?;
            }
            ExprKind::Compare {
                left, comparators, ..
            } => {
                self.expr(left)?;
                self.exprs(comparators)?;
            }
            ExprKind::IfExp { test, body, orelse } => {
                self.expr(test)?;
                self.expr(body)?;
                self.expr(orelse)?;
            }
            ExprKind::List { elts, .. } | ExprKind::Tuple { elts, .. } | ExprKind::Set { elts } => {
                self.exprs(elts)?
            }
            ExprKind::Dict { keys, values } => {
                self.optionals(keys)?;
                self.exprs(values)?;
            }
            ExprKind::FormattedValue {
                value, format_spec, ..
            } => {
                self.expr(value)?;
                self.optional(format_spec)?;
            }
            ExprKind::NamedExpr { target, value } => self.named_expr(target, value, pos)?,
            ExprKind::Lambda { args, body } => self.lambda(id, args, body, pos)?,
            ExprKind::ListComp { elt, generators } => {
                let kind = ComprehensionKind::List;
                self.comprehension(id, kind, generators, elt, None, pos)?;
            }
            ExprKind::SetComp { elt, generators } => {
                let kind = ComprehensionKind::Set;
                self.comprehension(id, kind, generators, elt, None, pos)?;
            }
            ExprKind::GeneratorExp { elt, generators } => {
                let kind = ComprehensionKind::Generator;
                self.comprehension(id, kind, generators, elt, None, pos)?;
            }
            ExprKind::DictComp {
                key,
                value,
                generators,
            } => {
                let kind = ComprehensionKind::Dict;
                self.comprehension(id, kind, generators, key, Some(value), pos)?;
            }
            ExprKind::Await { value } => {
                self.expr(value)?;
                self.block().coroutine = true;
            }
            ExprKind::Yield { value } => {
                self.optional(value)?;
                self.block().generator = true;
            }
            ExprKind::YieldFrom { value } => {
                self.expr(value)?;
                self.block().generator = true;
            }
        }
        self.depth -= 1;
        Ok(())
    }

    fn slice(&mut self, id: SliceId) -> Res {
        match self.ast[id] {
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

    fn lambda(&mut self, id: ExprId, args: ArgumentsId, body: ExprId, pos: Pos) -> Res {
        let args = self.ast[args];
        self.exprs(args.defaults)?;
        self.optionals(args.kw_defaults)?;
        let outer = self.enter(sym::lambda, BlockType::Function, BlockKey::Expr(id), pos);
        self.parameters(args)?;
        self.expr(body)?;
        self.current = outer;
        Ok(())
    }

    fn named_expr(&mut self, target: ExprId, value: ExprId, pos: Pos) -> Res {
        let block = &self.table[self.current];
        if block.comp_iter_expr > 0 {
            let msg = "assignment expression cannot be used in a comprehension iterable expression";
            return Err(self.named_error(msg, pos));
        }
        if block.comprehension {
            self.extend_named_expr_scope(target)?;
        }
        self.expr(value)?;
        self.expr(target)
    }

    /// The target of a named expression in a comprehension belongs to the scope that holds the comprehension.
    fn extend_named_expr_scope(&mut self, target: ExprId) -> Res {
        let Expr { kind, pos } = self.ast[target];
        let ExprKind::Name { id: name, .. } = kind else {
            return Ok(());
        };
        let mut next = Some(self.current);
        while let Some(id) = next {
            let flags = self.lookup_in(id, name);
            let block = &self.table[id];
            next = block.parent;
            if block.comprehension {
                if flags & DEF_COMP_ITER != 0 {
                    let text = self.ast.names.display(name);
                    let msg = format!(
                        "assignment expression cannot rebind comprehension iteration variable '{text}'"
                    );
                    return Err(self.named_error(&msg, pos));
                }
                continue;
            }
            return match block.kind {
                BlockType::Function => {
                    let global = flags & DEF_GLOBAL != 0;
                    self.define(name, if global { DEF_GLOBAL } else { DEF_NONLOCAL })?;
                    self.record_directive(name, pos);
                    self.define_in(id, name, DEF_LOCAL)
                }
                BlockType::Module => {
                    self.define(name, DEF_GLOBAL)?;
                    self.record_directive(name, pos);
                    self.define_in(id, name, DEF_GLOBAL)
                }
                BlockType::Class => {
                    let msg = "assignment expression within a comprehension cannot be used in a class body";
                    Err(self.named_error(msg, pos))
                }
            };
        }
        Ok(())
    }

    fn comprehension(
        &mut self,
        id: ExprId,
        kind: ComprehensionKind,
        generators: List<Comprehension>,
        elt: ExprId,
        value: Option<ExprId>,
        pos: Pos,
    ) -> Res {
        let Some(&first) = self.ast[generators].first() else {
            return Ok(());
        };
        let is_generator = kind == ComprehensionKind::Generator;
        // The first iterable is evaluated outside.
        self.block().comp_iter_expr += 1;
        self.expr(first.iter)?;
        self.block().comp_iter_expr -= 1;
        let (name, what) = match kind {
            ComprehensionKind::List => (sym::listcomp, "list comprehension"),
            ComprehensionKind::Set => (sym::setcomp, "set comprehension"),
            ComprehensionKind::Dict => (sym::dictcomp, "dict comprehension"),
            ComprehensionKind::Generator => (sym::genexpr, "generator expression"),
        };
        let outer = self.enter(name, BlockType::Function, BlockKey::Expr(id), pos);
        self.block().coroutine = first.is_async != 0;
        self.block().comprehension = true;
        self.define(sym::dot0, DEF_PARAM)?;
        self.comprehension_target(first.target)?;
        self.exprs(first.ifs)?;
        for i in 1..generators.len() {
            let inner = self.ast[generators][i];
            self.comprehension_target(inner.target)?;
            self.block().comp_iter_expr += 1;
            self.expr(inner.iter)?;
            self.block().comp_iter_expr -= 1;
            self.exprs(inner.ifs)?;
            if inner.is_async != 0 {
                self.block().coroutine = true;
            }
        }
        self.optional(value)?;
        self.expr(elt)?;
        if self.block().generator {
            return Err(self.block_error(format!("'yield' inside {what}")));
        }
        self.block().generator = is_generator;
        self.current = outer;
        Ok(())
    }

    fn comprehension_target(&mut self, target: ExprId) -> Res {
        self.block().comp_iter_target = true;
        self.expr(target)?;
        self.block().comp_iter_target = false;
        Ok(())
    }
}
