//! Trees are plain data: they can be built, changed, and be as deep as they like.

use pyrite_syntax::ast::*;
use pyrite_syntax::{ErrorKind, Mode, Options, parse_str};

fn parse(text: &str, mode: Mode) -> Result<Ast, pyrite_syntax::SyntaxError> {
    parse_str(
        text.as_bytes(),
        Options {
            mode,
            ..Options::default()
        },
        &mut Vec::new(),
    )
}

#[test]
fn a_tree_made_by_hand() {
    let mut ast = Ast::new();
    let id = ast.names.intern(b"\xed\xa0\x80 any name");
    let name = ast.expr(
        ExprKind::Name {
            id,
            ctx: ExprContext::Load,
        },
        Pos::default(),
    );
    let stmt = ast.stmt(StmtKind::Expr { value: name }, Pos::default());
    let body = ast.list(&[stmt]);
    ast.root = Mod::Module {
        body,
        type_ignores: List::EMPTY,
    };
    assert_eq!(ast[ast[body][0]].kind, StmtKind::Expr { value: name });
    ast[name].kind = ExprKind::JoinedStr {
        values: List::EMPTY,
    };
    assert_eq!(
        ast[name].kind,
        ExprKind::JoinedStr {
            values: List::EMPTY
        }
    );
    assert_eq!(ast.names.get(id), b"\xed\xa0\x80 any name");
}

#[test]
fn predefined_names_are_where_they_should_be() {
    let ast = Ast::new();
    assert_eq!(ast.names.get(sym::debug), b"__debug__");
    assert_eq!(ast.names.get(sym::empty), b"");
}

#[test]
fn depth_to_the_left_has_no_limit() {
    assert!(parse(&("a+".repeat(200_000) + "a"), Mode::Expression).is_ok());
    assert!(parse(&("a".to_string() + &".b()".repeat(200_000)), Mode::Module).is_ok());
}

#[test]
fn depth_inside_has_that_of_the_reference() {
    let nested = |n: usize| parse(&("(".repeat(n) + "a" + &")".repeat(n)), Mode::Module);
    assert!(nested(98).is_ok());
    assert_eq!(
        nested(99).map(|_| ()).map_err(|e| e.kind),
        Err(ErrorKind::ParserStack)
    );
}
