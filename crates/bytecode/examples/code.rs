//! Compiles files for comparison with the reference.
//!
//! `code FILE` writes the marshalled code of a file. `code --serve` answers requests from standard input, many sources in one
//! process: a line `MODE OPTIMIZE FLAGS LENGTH`, then that many bytes of source. MODE is `exec`, `eval` or `single`, FLAGS are
//! those of `compile()` as a number. The answer is a line `KIND LENGTH` and so many bytes: KIND `code` for marshalled code, `error` for
//! what was wrong, as text; `symtable` requests (MODE `symtable`) get the symbol table as text. A last
//! line of warnings follows, `LENGTH` and bytes. `code --all` compiles the files named on standard input, for measuring.

use pyrite_bytecode::compile::{self, Verdict};
use pyrite_bytecode::marshal;
use pyrite_syntax::ast::{Ast, Text};
use pyrite_syntax::error::ErrorText;
use pyrite_syntax::symtable::{BlockId, BlockType, Recursion, SymbolTable};
use pyrite_syntax::{Mode, Options, SyntaxError, parse_str};
use std::fmt::Write as _;
use std::io::{BufRead, Read, Write};

struct Request<'a> {
    mode: &'a str,
    optimize: u8,
    flags: i32,
}

const BARRY: i32 = 0x40_0000;
const DONT_IMPLY_DEDENT: i32 = 0x200;

fn describe(error: &SyntaxError) -> String {
    let text = match &error.text {
        ErrorText::None => "none".to_string(),
        ErrorText::Line(line) => format!("{:?}", String::from_utf8_lossy(line.as_wtf8())),
        ErrorText::FromFile => "file".to_string(),
    };
    let SyntaxError {
        kind,
        msg,
        lineno,
        offset,
        ..
    } = error;
    format!("{kind:?}\0{msg}\0{lineno}\0{offset}\0{text}")
}

/// Looks up `\N{...}`; the interpreter asks its own database.
fn lookup_name(name: &[u8]) -> Result<Option<u32>, pyrite_syntax::NoNames> {
    let name = std::str::from_utf8(name).unwrap_or_default();
    Ok(unicode_names2::character(name).map(u32::from))
}

fn parse(source: &[u8], request: &Request<'_>) -> Result<Ast, SyntaxError> {
    let mode = match request.mode {
        "eval" => Mode::Expression,
        "single" => Mode::Interactive,
        _ => Mode::Module,
    };
    let options = Options {
        mode,
        barry_as_flufl: request.flags & BARRY != 0,
        dont_imply_dedent: request.flags & DONT_IMPLY_DEDENT != 0,
        names: Some(&lookup_name),
        ..Options::default()
    };
    parse_str(source, options, &mut Vec::new())
}

fn compile(
    source: &[u8],
    request: &Request<'_>,
    warnings: &mut String,
) -> Result<Vec<u8>, SyntaxError> {
    let mut ast = parse(source, request)?;
    let mut warn = |warning: &pyrite_syntax::Warning| {
        let _ = writeln!(warnings, "{} {}", warning.lineno, warning.msg);
        Verdict::Issued
    };
    let options = compile::Options {
        filename: Text::from("file"),
        flags: request.flags,
        optimize: request.optimize,
        recursion: Recursion::default(),
        warn: &mut warn,
    };
    let code = compile::compile(&mut ast, options).map_err(|error| *error)?;
    if request.mode == "drop" {
        return Ok(Vec::new());
    }
    Ok(marshal::dump_code(&code).unwrap_or_default())
}

fn show(table: &SymbolTable, ast: &Ast, id: BlockId, out: &mut String) {
    let block = &table[id];
    let mut symbols: Vec<String> = block
        .symbols
        .iter()
        .map(|(name, flags)| format!("{}={flags}", ast.names.display(name)))
        .collect();
    symbols.sort();
    let varnames: Vec<_> = block
        .varnames
        .iter()
        .map(|name| ast.names.display(*name))
        .collect();
    let kind = match block.kind {
        BlockType::Function => 0,
        BlockType::Class => 1,
        BlockType::Module => 2,
    };
    let _ = write!(
        out,
        "({} {kind} {} {} [{}] [{}]",
        ast.names.display(block.name),
        block.lineno,
        i32::from(block.nested),
        symbols.join(" "),
        varnames.join(" ")
    );
    for child in &block.children {
        show(table, ast, *child, out);
    }
    out.push(')');
}

fn symbol_table(source: &[u8], request: &Request<'_>) -> Result<String, SyntaxError> {
    let mut ast = parse(source, request)?;
    let table = compile::symbol_table(&mut ast, Recursion::default()).map_err(|error| *error)?;
    let mut out = String::new();
    show(&table, &ast, BlockId::TOP, &mut out);
    Ok(out)
}

fn answer(source: &[u8], request: &Request<'_>, warnings: &mut String) -> (&'static str, Vec<u8>) {
    let result = if request.mode == "symtable" {
        symbol_table(source, request).map(|text| ("symtable", text.into_bytes()))
    } else {
        compile(source, request, warnings).map(|code| ("code", code))
    };
    match result {
        Ok(answer) => answer,
        Err(error) => ("error", describe(&error).into_bytes()),
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
        let words: Vec<&str> = line.split_whitespace().collect();
        let number = |index: usize| words.get(index).and_then(|word| word.parse().ok());
        let request = Request {
            mode: words.first().copied().unwrap_or("exec"),
            optimize: number(1).unwrap_or(0) as u8,
            flags: number(2).unwrap_or(0),
        };
        let mut source = vec![0; number(3).unwrap_or(0) as usize];
        input.read_exact(&mut source)?;
        let mut warnings = String::new();
        let (kind, bytes) = answer(&source, &request, &mut warnings);
        writeln!(output, "{kind} {}", bytes.len())?;
        output.write_all(&bytes)?;
        write!(output, "{}\n{warnings}", warnings.len())?;
        output.flush()?;
    }
}

/// Compiles the files whose names come on standard input, and keeps nothing.
fn all() -> std::io::Result<()> {
    let request = Request {
        mode: "drop",
        optimize: 0,
        flags: 0,
    };
    for path in std::io::stdin().lines() {
        let source = std::fs::read(path?)?;
        let _ = compile(&source, &request, &mut String::new());
    }
    Ok(())
}

fn main() -> std::io::Result<()> {
    match std::env::args().nth(1).as_deref() {
        Some("--serve") => serve(),
        Some("--all") => all(),
        Some(file) => {
            let request = Request {
                mode: "exec",
                optimize: 0,
                flags: 0,
            };
            let source = std::fs::read(file)?;
            let (kind, bytes) = answer(&source, &request, &mut String::new());
            if kind == "error" {
                eprintln!("{}", String::from_utf8_lossy(&bytes).replace('\0', " | "));
                return Ok(());
            }
            std::io::stdout().write_all(&bytes)
        }
        None => {
            eprintln!("usage: code FILE | code --serve");
            Ok(())
        }
    }
}
