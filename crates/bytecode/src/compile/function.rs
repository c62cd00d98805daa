//! Functions, lambdas and classes.

use super::*;
use crate::future;

/// Flags of MAKE_FUNCTION.
const DEFAULTS: u32 = 1;
const KWDEFAULTS: u32 = 2;
const ANNOTATIONS: u32 = 4;
const CLOSURE: u32 = 8;

impl Compiler<'_> {
    /// The line of a definition is that of its first decorator.
    fn first_line(&self, decorators: List<ExprId>, lineno: i32) -> i32 {
        match self.ast[decorators].first() {
            Some(first) => self.ast[*first].pos.lineno,
            None => lineno,
        }
    }

    pub fn function(&mut self, id: StmtId, def: FunctionDef, kind: UnitKind, pos: Pos) -> Res {
        let args = self.ast[def.args];
        self.exprs(def.decorator_list)?;
        let firstlineno = self.first_line(def.decorator_list, pos.lineno);
        let mut flags = self.default_arguments(args)?;
        if self.annotations(args, def.returns)? {
            flags |= ANNOTATIONS;
        }
        let block = self.find_block(BlockKey::Stmt(id))?;
        self.enter_unit(block, kind, def.name, firstlineno);
        let docstring = match self.optimize {
            2.. => None,
            _ => future::docstring(self.ast, def.body),
        };
        let first = docstring.map_or(Constant::None, Constant::Str);
        self.unit().consts.add(first.into());
        self.set_argument_counts(args);
        self.stmts(def.body)?;
        let qualname = self.unit().qualname.clone();
        let free = self.unit().freevars.list.clone();
        let code = self.leave_unit(true)?;
        self.make_closure(code, &free, flags, qualname);
        self.decorate(def.decorator_list);
        self.name_op(def.name, ExprContext::Store);
        Ok(())
    }

    fn decorate(&mut self, decorators: List<ExprId>) {
        for _ in 0..decorators.len() {
            self.op_arg(CALL_FUNCTION, 1);
        }
    }

    fn set_argument_counts(&mut self, args: Arguments) {
        let unit = self.unit();
        unit.argcount = (args.posonlyargs.len() + args.args.len()) as i32;
        unit.posonlyargcount = args.posonlyargs.len() as i32;
        unit.kwonlyargcount = args.kwonlyargs.len() as i32;
    }

    /// Leaves the defaults on the stack. Returns the flags that tell of them.
    fn default_arguments(&mut self, args: Arguments) -> Res<u32> {
        let mut flags = 0;
        if !args.defaults.is_empty() {
            flags |= DEFAULTS;
            self.exprs(args.defaults)?;
            self.op_arg(BUILD_TUPLE, args.defaults.len() as u32);
        }
        let mut keys = Vec::new();
        for i in 0..args.kwonlyargs.len().min(args.kw_defaults.len()) {
            if let Some(default) = self.ast[args.kw_defaults][i] {
                let name = self.ast[args.kwonlyargs][i].arg;
                let mangled = self.mangled(name);
                keys.push(Constant::Str(self.text(mangled)));
                self.expr(default)?;
            }
        }
        if !keys.is_empty() {
            flags |= KWDEFAULTS;
            self.const_key_map(keys);
        }
        Ok(flags)
    }

    fn const_key_map(&mut self, keys: Vec<Constant>) {
        let n = keys.len() as u32;
        self.load_const(Constant::Tuple(keys.into()));
        self.op_arg(BUILD_CONST_KEY_MAP, n);
    }

    /// Leaves a dictionary of annotations on the stack, if there are any.
    fn annotations(&mut self, args: Arguments, returns: Option<ExprId>) -> Res<bool> {
        let mut names = Vec::new();
        self.argument_annotations(args.args, &mut names)?;
        self.argument_annotations(args.posonlyargs, &mut names)?;
        if let Some(arg) = args.vararg {
            self.argument_annotation(arg.arg, arg.annotation, &mut names)?;
        }
        self.argument_annotations(args.kwonlyargs, &mut names)?;
        if let Some(arg) = args.kwarg {
            self.argument_annotation(arg.arg, arg.annotation, &mut names)?;
        }
        self.argument_annotation(sym::return_, returns, &mut names)?;
        if names.is_empty() {
            return Ok(false);
        }
        self.const_key_map(names);
        Ok(true)
    }

    fn argument_annotations(&mut self, args: List<Arg>, names: &mut Vec<Constant>) -> Res {
        for i in 0..args.len() {
            let arg = self.ast[args][i];
            self.argument_annotation(arg.arg, arg.annotation, names)?;
        }
        Ok(())
    }

    fn argument_annotation(
        &mut self,
        name: Symbol,
        annotation: Option<ExprId>,
        names: &mut Vec<Constant>,
    ) -> Res {
        if let Some(annotation) = annotation {
            self.annotation(annotation)?;
            let mangled = self.mangled(name);
            names.push(Constant::Str(self.text(mangled)));
        }
        Ok(())
    }

    /// Makes a function of finished code, with cells for its free names.
    pub fn make_closure(&mut self, code: Rc<Code>, free: &[Symbol], flags: u32, qualname: Text) {
        let mut flags = flags;
        if !free.is_empty() {
            for name in free {
                let index = self.closure_index(*name);
                self.op_arg(LOAD_CLOSURE, index);
            }
            flags |= CLOSURE;
            self.op_arg(BUILD_TUPLE, free.len() as u32);
        }
        self.load_const(Const::Code(code));
        self.load_const(Constant::Str(qualname));
        self.op_arg(MAKE_FUNCTION, flags);
    }

    /// Number of the cell that this unit hands to a closure. In a class a name can be bound and free at once.
    fn closure_index(&mut self, name: Symbol) -> u32 {
        let unit = self.unit();
        let cells = unit.cellvars.list.len() as u32;
        match unit.cellvars.find(name) {
            Some(index) => index,
            None => cells + unit.freevars.find(name).unwrap_or(0),
        }
    }

    pub fn lambda(&mut self, id: ExprId, args: ArgumentsId, body: ExprId) -> Res {
        let args = self.ast[args];
        let flags = self.default_arguments(args)?;
        let block = self.find_block(BlockKey::Expr(id))?;
        let lineno = self.ast[id].pos.lineno;
        self.enter_unit(block, UnitKind::Lambda, sym::lambda_name, lineno);
        // The first constant would be taken for a docstring.
        self.unit().consts.add(Constant::None.into());
        self.set_argument_counts(args);
        self.expr(body)?;
        let generator = self.table[block].generator;
        if !generator {
            self.op(RETURN_VALUE);
        }
        let qualname = self.unit().qualname.clone();
        let free = self.unit().freevars.list.clone();
        let code = self.leave_unit(!generator)?;
        self.make_closure(code, &free, flags, qualname);
        Ok(())
    }

    pub fn class(&mut self, id: StmtId) -> Res {
        let Stmt { kind, pos } = self.ast[id];
        let StmtKind::ClassDef {
            name,
            bases,
            keywords,
            body,
            decorator_list,
        } = kind
        else {
            return Ok(());
        };
        self.exprs(decorator_list)?;
        let firstlineno = self.first_line(decorator_list, pos.lineno);
        let block = self.find_block(BlockKey::Stmt(id))?;
        self.enter_unit(block, UnitKind::Class, name, firstlineno);
        self.unit().private = Some(name);
        self.name_op(sym::name, ExprContext::Load);
        self.name_op(sym::module, ExprContext::Store);
        let qualname = self.unit().qualname.clone();
        self.load_const(Constant::Str(qualname));
        self.name_op(sym::qualname, ExprContext::Store);
        self.body(body)?;
        if self.table[block].needs_class_closure {
            let index = self.closure_index(sym::class);
            self.op_arg(LOAD_CLOSURE, index);
            self.op(DUP_TOP);
            self.name_op(sym::classcell, ExprContext::Store);
        } else {
            self.load_none();
        }
        self.op(RETURN_VALUE);
        let free = self.unit().freevars.list.clone();
        let code = self.leave_unit(true)?;
        self.op(LOAD_BUILD_CLASS);
        let text = self.text(name);
        self.make_closure(code, &free, 0, text);
        self.load_str(name);
        self.call_with(2, bases, keywords)?;
        self.decorate(decorator_list);
        self.name_op(name, ExprContext::Store);
        Ok(())
    }
}
