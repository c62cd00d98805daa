//! How a prompt splits what is typed into statements.

use pyrite_syntax::ast::Mod;
use pyrite_syntax::{Options, Prompt, parse_prompt};

/// For each statement: how many lines it took, and the number of statements in it or the error.
fn session(typed: &str) -> Vec<(usize, Result<usize, String>)> {
    let mut lines = typed.split_inclusive('\n');
    let mut out = Vec::new();
    loop {
        let mut taken = 0;
        let mut read_line = |prompt| {
            assert_eq!(prompt == Prompt::First, taken == 0);
            taken += 1;
            Ok(lines.next().map(|line| line.as_bytes().to_vec()))
        };
        match parse_prompt(&mut read_line, Options::default(), &mut Vec::new()) {
            Ok(None) => return out,
            Ok(Some(ast)) => match ast.root {
                Mod::Interactive { body } => out.push((taken, Ok(body.len()))),
                other => panic!("{other:?}"),
            },
            Err(error) => out.push((taken, Err(error.msg))),
        }
    }
}

#[test]
fn simple_statements_end_with_their_line() {
    assert_eq!(
        session("a\nb; c\n# d\n\n"),
        [(1, Ok(1)), (1, Ok(2)), (1, Ok(1)), (1, Ok(1))]
    );
}

#[test]
fn blocks_end_with_an_empty_line() {
    assert_eq!(
        session("if a:\n  b\n# c\n   \n  d\n\ne\n"),
        [(6, Ok(1)), (1, Ok(1))]
    );
    assert_eq!(session("if a: b\nelse: c\n\n"), [(3, Ok(1))]);
    // The end of the input ends a statement in its middle without a word.
    assert_eq!(session("@a\n"), []);
}

#[test]
fn open_brackets_strings_and_backslashes_go_on() {
    assert_eq!(session("(a,\n\nb)\n"), [(3, Ok(1))]);
    assert_eq!(session("'''a\n\nb'''\n"), [(3, Ok(1))]);
    assert_eq!(session("a + \\\nb\n"), [(2, Ok(1))]);
}

#[test]
fn errors_end_a_statement_at_once() {
    assert_eq!(
        session("a b\nc\n"),
        [(1, Err("invalid syntax".into())), (1, Ok(1))]
    );
    let block = Err("expected an indented block".into());
    assert_eq!(session("if a:\nb\nc\n"), [(2, block), (1, Ok(1))]);
}
