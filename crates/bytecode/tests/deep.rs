//! Trees of any depth end in code or in an error, never in an overflow of the native stack.

use pyrite_bytecode::compile::{self, Verdict};
use pyrite_bytecode::validate;
use pyrite_syntax::ErrorKind;
use pyrite_syntax::ast::*;
use pyrite_syntax::symtable::Recursion;

const DEPTH: usize = 60_000;
const UNBOUNDED: Recursion = Recursion {
    depth: 0,
    limit: u32::MAX,
};

fn name(ast: &mut Ast) -> ExprId {
    let id = ast.names.intern(b"x");
    let ctx = ExprContext::Load;
    ast.expr(ExprKind::Name { id, ctx }, Pos::default())
}

/// Wraps an expression so often that no stack could hold it, and compiles it with no limit but the native one.
fn deep(depth: usize, mut wrap: impl FnMut(&mut Ast, ExprId) -> ExprKind) -> Result<(), ErrorKind> {
    let mut ast = Ast::new();
    let mut body = name(&mut ast);
    for _ in 0..depth {
        let kind = wrap(&mut ast, body);
        body = ast.expr(kind, Pos::default());
    }
    ast.root = Mod::Expression { body };
    run(&mut ast)
}

/// The same with statements.
fn deep_stmt(
    depth: usize,
    mut wrap: impl FnMut(&mut Ast, List<StmtId>) -> StmtKind,
) -> Result<(), ErrorKind> {
    let mut ast = Ast::new();
    let mut stmt = ast.stmt(StmtKind::Pass, Pos::default());
    for _ in 0..depth {
        let body = ast.list(&[stmt]);
        let kind = wrap(&mut ast, body);
        stmt = ast.stmt(kind, Pos::default());
    }
    let body = ast.list(&[stmt]);
    ast.root = Mod::Module {
        body,
        type_ignores: List::EMPTY,
    };
    run(&mut ast)
}

fn run(ast: &mut Ast) -> Result<(), ErrorKind> {
    let validated =
        validate::validate(ast, &validate::Flaws::default()).map_err(|error| error.kind);
    let mut warn = |_: &pyrite_syntax::Warning| Verdict::Issued;
    let options = compile::Options {
        filename: Text::from("deep"),
        flags: 0,
        optimize: 0,
        recursion: UNBOUNDED,
        warn: &mut warn,
    };
    let compiled = compile::compile(ast, options);
    validated.and(compiled.map(drop).map_err(|error| error.kind))
}

/// Far too deep is refused; as deep as can be is compiled. Each wrapping counts as so many levels.
fn check_run(levels: usize, run: impl Fn(usize) -> Result<(), ErrorKind> + Clone + Send + 'static) {
    let allowed = UNBOUNDED.scaled().1 as usize / levels - 4;
    for (depth, expected) in [(DEPTH, Err(ErrorKind::RecursionError)), (allowed, Ok(()))] {
        // As large as the main thread's stack usually is.
        let thread = std::thread::Builder::new().stack_size(8 << 20);
        let run = run.clone();
        let result = thread.spawn(move || run(depth));
        let result = result.expect("a thread").join().expect("no panic");
        assert_eq!(result, expected, "depth {depth}");
    }
}

fn check(levels: usize, wrap: impl FnMut(&mut Ast, ExprId) -> ExprKind + Clone + Send + 'static) {
    check_run(levels, move |depth| deep(depth, wrap.clone()));
}

#[test]
fn elifs() {
    check_run(1, |depth| {
        deep_stmt(depth, |ast, orelse| {
            let pass = ast.stmt(StmtKind::Pass, Pos::default());
            StmtKind::If {
                test: name(ast),
                body: ast.list(&[pass]),
                orelse,
            }
        })
    });
}

#[test]
fn functions() {
    check_run(1, |depth| {
        deep_stmt(depth, |ast, body| {
            StmtKind::FunctionDef(FunctionDef {
                name: ast.names.intern(b"f"),
                args: ast.arguments(Arguments::default()),
                body,
                decorator_list: List::EMPTY,
                returns: None,
                type_comment: None,
            })
        })
    });
}

#[test]
fn unary() {
    check(1, |_, operand| ExprKind::UnaryOp {
        op: UnaryOp::USub,
        operand,
    });
}

#[test]
fn sums() {
    check(1, |ast, left| ExprKind::BinOp {
        left,
        op: Operator::Add,
        right: name(ast),
    });
}

#[test]
fn calls() {
    check(1, |ast, func| {
        let args = ast.list(&[func]);
        ExprKind::Call {
            func: name(ast),
            args,
            keywords: List::EMPTY,
        }
    });
}

#[test]
fn lambdas() {
    check(1, |ast, body| ExprKind::Lambda {
        args: ast.arguments(Arguments::default()),
        body,
    });
}

#[test]
fn comprehensions() {
    check(1, |ast, elt| {
        let id = ast.names.intern(b"y");
        let ctx = ExprContext::Store;
        let target = ast.expr(ExprKind::Name { id, ctx }, Pos::default());
        let iter = name(ast);
        let generators = ast.list(&[Comprehension {
            target,
            iter,
            ifs: List::EMPTY,
            is_async: 0,
        }]);
        ExprKind::ListComp { elt, generators }
    });
}

#[test]
fn slices() {
    check(2, |ast, value| {
        let slice = ast.slice(Slice::Index { value });
        ExprKind::Subscript {
            value: name(ast),
            slice,
            ctx: ExprContext::Load,
        }
    });
}

#[test]
fn conditions() {
    check(1, |ast, test| ExprKind::IfExp {
        test,
        body: name(ast),
        orelse: name(ast),
    });
}
