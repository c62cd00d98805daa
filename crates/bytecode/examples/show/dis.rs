//! The disassembly of a file.

use pyrite_bytecode::code::Code;
use pyrite_bytecode::compile::{self, Verdict};
use pyrite_bytecode::constant::Const;
use pyrite_bytecode::{opcode, repr};
use pyrite_syntax::SyntaxError;
use pyrite_syntax::ast::Text;
use pyrite_syntax::symtable::Recursion;

fn show(text: &Text) -> String {
    String::from_utf8_lossy(text.as_wtf8()).into_owned()
}

fn constant(value: &Const) -> String {
    match value {
        Const::Code(code) => format!("<code {}, line {}>", show(&code.name), code.firstlineno),
        Const::Value(value) => {
            let mut out = Vec::new();
            repr::constant(&mut out, value);
            String::from_utf8_lossy(&out).into_owned()
        }
    }
}

/// What an operand stands for.
fn meaning(code: &Code, op: u8, arg: usize, next: usize) -> String {
    let cells = code.cellvars.iter().chain(&code.freevars);
    let found = match op {
        opcode::LOAD_CONST => code.consts.get(arg).map(constant),
        opcode::COMPARE_OP => opcode::CMP_OP.get(arg).map(|name| name.to_string()),
        opcode::LOAD_FAST | opcode::STORE_FAST | opcode::DELETE_FAST => {
            code.varnames.get(arg).map(show)
        }
        opcode::LOAD_DEREF
        | opcode::STORE_DEREF
        | opcode::DELETE_DEREF
        | opcode::LOAD_CLASSDEREF
        | opcode::LOAD_CLOSURE => cells.clone().nth(arg).map(show),
        opcode::LOAD_NAME
        | opcode::STORE_NAME
        | opcode::DELETE_NAME
        | opcode::LOAD_GLOBAL
        | opcode::STORE_GLOBAL
        | opcode::DELETE_GLOBAL
        | opcode::LOAD_ATTR
        | opcode::STORE_ATTR
        | opcode::DELETE_ATTR
        | opcode::LOAD_METHOD
        | opcode::IMPORT_NAME
        | opcode::IMPORT_FROM => code.names.get(arg).map(show),
        _ if opcode::is_relative_jump(op) => Some(format!("to {}", next + arg)),
        _ => None,
    };
    found.map_or(String::new(), |text| format!("({text})"))
}

fn disassemble(code: &Code) {
    println!(
        "\n{} line {}, stack {}, flags {:#x}",
        show(&code.name),
        code.firstlineno,
        code.stacksize,
        code.flags
    );
    let mut lines = code.lnotab.chunks_exact(2).peekable();
    let (mut line, mut line_at, mut extended) = (code.firstlineno, 0, 0);
    let mut new_line = true;
    for (index, unit) in code.code.chunks_exact(2).enumerate() {
        let offset = index * 2;
        while let Some(entry) = lines.peek()
            && line_at + usize::from(entry[0]) <= offset
        {
            line_at += usize::from(entry[0]);
            line += i32::from(entry[1] as i8);
            new_line = true;
            lines.next();
        }
        let (op, arg) = (unit[0], extended | usize::from(unit[1]));
        extended = if op == opcode::EXTENDED_ARG {
            arg << 8
        } else {
            0
        };
        let shown = match std::mem::take(&mut new_line) {
            true => line.to_string(),
            false => String::new(),
        };
        let name = opcode::name(op).unwrap_or("?");
        if opcode::has_arg(op) {
            let meaning = meaning(code, op, arg, offset + 2);
            println!("{shown:>5} {offset:>7} {name:<24} {arg:>5} {meaning}");
        } else {
            println!("{shown:>5} {offset:>7} {name}");
        }
    }
    for inner in &code.consts {
        if let Const::Code(inner) = inner {
            disassemble(inner);
        }
    }
}

pub fn run(source: &[u8]) -> Result<(), Box<SyntaxError>> {
    let mut ast = super::parse(source)?;
    let mut warn = |warning: &pyrite_syntax::Warning| {
        eprintln!("line {}: {}", warning.lineno, warning.msg);
        Verdict::Issued
    };
    let options = compile::Options {
        filename: Text::from("file"),
        flags: 0,
        optimize: 0,
        recursion: Recursion::default(),
        warn: &mut warn,
    };
    disassemble(&*compile::compile(&mut ast, options)?);
    Ok(())
}
