//! Prints the syntax tree of a file, as `ast.dump(tree, include_attributes=True)` would, or the error that it has.
//!
//! `tree FILE` prints one tree, `tree` alone those of the statements typed at its prompt. `tree --serve` answers requests from standard input, for comparing many sources with the
//! reference in one process: a line `MODE FLAGS LENGTH`, then that many bytes; the answer is a line `LENGTH` and the bytes.
//! MODE is `exec`, `eval`, `single` or `func_type`; FLAGS are letters: `t` type comments, `d` no implied dedent, `b` barry,
//! `s` the source is a string (its encoding cookie is ignored), `f` it is read as a file, `q` answer with the length of the tree only,
//! and a digit for the minor version of the language.

#[path = "support/dump.rs"]
mod dump;
#[path = "support/mod.rs"]
mod support;

use pyrite_syntax::{Mode, Options, Prompt, WarningCategory};
use pyrite_syntax::{parse_bytes, parse_file, parse_prompt, parse_str};
use std::fmt::Write as _;
use std::io::{BufRead, Read, Write};

fn answer(src: &[u8], mode: &str, flags: &str) -> String {
    let mode = match mode {
        "eval" => Mode::Expression,
        "single" => Mode::Interactive,
        "func_type" => Mode::FunctionType,
        _ => Mode::Module,
    };
    let options = Options {
        mode,
        type_comments: flags.contains('t'),
        feature_version: flags.chars().find_map(|c| c.to_digit(10)).unwrap_or(8),
        dont_imply_dedent: flags.contains('d'),
        barry_as_flufl: flags.contains('b'),
        names: Some(&support::lookup_name),
        ..Options::default()
    };
    let mut warnings = Vec::new();
    let result = if flags.contains('s') {
        parse_str(src, options, &mut warnings)
    } else if flags.contains('f') {
        parse_file(src, "<case>", options, &mut support::decode, &mut warnings)
    } else {
        parse_bytes(src, options, &mut support::decode, &mut warnings)
    };
    let mut out = match result {
        Ok(ast) if flags.contains('q') => ast.expr_count().to_string(),
        Ok(ast) => dump::dump(&ast),
        Err(error) => support::describe(&error),
    };
    for warning in warnings {
        let category = match warning.category {
            WarningCategory::SyntaxWarning => "SyntaxWarning",
            WarningCategory::DeprecationWarning => "DeprecationWarning",
        };
        let _ = write!(out, "\n{category} {} {}", warning.lineno, warning.msg);
    }
    out
}

/// Reads statements as the prompt does and prints each tree.
fn prompt() {
    let mut read_line = |prompt| {
        print!(
            "{}",
            if prompt == Prompt::First {
                ">>> "
            } else {
                "... "
            }
        );
        let _ = std::io::stdout().flush();
        let mut line = String::new();
        match std::io::stdin().read_line(&mut line) {
            Ok(0) | Err(_) => Ok(None),
            Ok(_) => Ok(Some(line.into_bytes())),
        }
    };
    loop {
        match parse_prompt(&mut read_line, Options::default(), &mut Vec::new()) {
            Ok(Some(ast)) => println!("{}", dump::dump(&ast)),
            Ok(None) => return,
            Err(error) => println!("{}", support::describe(&error)),
        }
    }
}

fn serve() -> std::io::Result<()> {
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    loop {
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            return Ok(());
        }
        let mut words = line.split_whitespace();
        let mode = words.next().unwrap_or_default();
        let flags = words.next().unwrap_or_default();
        let len = words.next().and_then(|n| n.parse().ok()).unwrap_or(0);
        let mut src = vec![0; len];
        input.read_exact(&mut src)?;
        let text = answer(&src, mode, flags);
        write!(output, "{}\n{text}", text.len())?;
        output.flush()?;
    }
}

fn main() -> std::io::Result<()> {
    // Writing a deep tree recurses, unlike making one.
    let run = || match std::env::args().nth(1).as_deref() {
        Some("--serve") => serve(),
        Some(file) => {
            println!("{}", answer(&std::fs::read(file)?, "exec", "-"));
            Ok(())
        }
        None => {
            prompt();
            Ok(())
        }
    };
    let thread = std::thread::Builder::new().stack_size(1 << 30).spawn(run)?;
    thread.join().unwrap_or(Ok(()))
}
