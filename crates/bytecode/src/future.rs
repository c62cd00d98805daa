//! `from __future__ import ...` at the head of a program.

use crate::code::*;
use crate::compile::{CompileError, Res};
use pyrite_syntax::SyntaxError;
use pyrite_syntax::ast::*;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Future {
    /// `CO_FUTURE_` flags of the features asked for.
    pub features: i32,
    /// The last line where such a statement may stand.
    pub lineno: i32,
}

/// The docstring that begins a body.
pub fn docstring(ast: &Ast, body: List<StmtId>) -> Option<Text> {
    let first = *ast[body].first()?;
    let StmtKind::Expr { value } = ast[first].kind else {
        return None;
    };
    match constant(ast, value) {
        Some(Constant::Str(text)) => Some(text.clone()),
        _ => None,
    }
}

/// The value of an expression that is a constant.
pub fn constant(ast: &Ast, id: ExprId) -> Option<&Constant> {
    match ast[id].kind {
        ExprKind::Constant { value, .. } => Some(&ast[value]),
        _ => None,
    }
}

pub fn parse(ast: &Ast) -> Res<Future> {
    let mut future = Future {
        features: 0,
        lineno: -1,
    };
    let (Mod::Module { body, .. } | Mod::Interactive { body }) = ast.root else {
        return Ok(future);
    };
    let mut statements = ast[body].iter();
    if docstring(ast, body).is_some() {
        statements.next();
    }
    let mut done = false;
    let mut previous = 0;
    for id in statements {
        let Stmt { kind, pos } = ast[*id];
        if done && pos.lineno > previous {
            return Ok(future);
        }
        previous = pos.lineno;
        match kind {
            StmtKind::ImportFrom {
                module: Some(sym::future),
                names,
                ..
            } => {
                if done {
                    let msg = "from __future__ imports must occur at the beginning of the file";
                    // Here 3.8 forgets that columns of errors count from 1.
                    let mut error = error(msg, pos);
                    error.offset = pos.col_offset;
                    return Err(error);
                }
                for alias in &ast[names] {
                    future.features |= feature(ast, alias.name, pos)?;
                }
                future.lineno = pos.lineno;
            }
            _ => done = true,
        }
    }
    Ok(future)
}

fn feature(ast: &Ast, name: Symbol, pos: Pos) -> Res<i32> {
    match ast.names.get(name) {
        b"nested_scopes" | b"generators" | b"division" | b"absolute_import" | b"with_statement"
        | b"print_function" | b"unicode_literals" | b"generator_stop" => Ok(0),
        b"barry_as_FLUFL" => Ok(CO_FUTURE_BARRY_AS_BDFL),
        b"annotations" => Ok(CO_FUTURE_ANNOTATIONS),
        b"braces" => Err(error("not a chance", pos)),
        _ => {
            let name = ast.names.display(name);
            let name: String = name.chars().take(100).collect();
            Err(error(&format!("future feature {name} is not defined"), pos))
        }
    }
}

fn error(msg: &str, pos: Pos) -> CompileError {
    Box::new(SyntaxError::at(msg, pos.lineno, pos.col_offset))
}
