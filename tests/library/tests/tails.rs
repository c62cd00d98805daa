//! The interpreter's handlers end in jumps. A handler that calls the next one instead grows the machine's stack with every
//! instruction, and a long loop ends in a segmentation fault; nothing in the source shows it. So this looks at the code.

use pyrite_library_tests::run;
use std::collections::BTreeMap;

/// The instructions of each function of the interpreter, by demangled name.
fn interpreter() -> BTreeMap<String, Vec<String>> {
    let text = run(
        "objdump",
        &["-d", "-C", "--no-show-raw-insn", "--no-addresses"],
    );
    let mut functions = BTreeMap::new();
    let mut current: Option<&mut Vec<String>> = None;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix('<').and_then(|l| l.strip_suffix(">:")) {
            current = name
                .starts_with("pyrite_vm::eval::")
                .then(|| functions.entry(name.to_owned()).or_default());
        } else if let (Some(code), Some(instruction)) = (&mut current, line.strip_prefix('\t')) {
            code.push(instruction.trim().to_owned());
        }
    }
    functions
}

/// Is this function of the interpreter a handler? They have names like opcodes, or are in this list.
fn is_handler(name: &str) -> bool {
    const OTHERS: &[&str] = &[
        "breaker",
        "dealloc_and_next",
        "leave_raised",
        "pop_jump_slow",
        "pop_jump_slow_true",
        "return_traced",
        "special",
        "trace_shim",
        "unbound_local",
        "unknown_opcode",
        "unwind",
        "unwind_again",
    ];
    let last = name.rsplit("::").next().unwrap_or(name);
    let like_opcode = name.starts_with("pyrite_vm::eval::ops::")
        && last.contains('_')
        && last
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_');
    like_opcode || matches!(last, "NOP") || OTHERS.contains(&last)
}

/// `call` of something that is known at run time only, and not one of the library's imports.
fn is_indirect_call(instruction: &str) -> bool {
    instruction.starts_with("call") && instruction.contains('*') && !instruction.contains("(%rip)")
}

/// The target of a direct call, by name.
fn direct_target(instruction: &str) -> Option<&str> {
    let rest = instruction.strip_prefix("call")?;
    rest.split_once('<')?.1.strip_suffix('>')
}

/// After a call: does the function return what the call returned? Then it should have been a jump.
fn returns_result(rest: &[String]) -> bool {
    for instruction in rest {
        let (op, operands) = instruction.split_once(' ').unwrap_or((instruction, ""));
        if op.starts_with("ret") {
            return true;
        }
        let destination = operands.trim().rsplit(',').next().unwrap_or("");
        if op.starts_with('j') || op.starts_with("call") || op == "test" || op == "cmp" {
            return false;
        }
        if matches!(destination, "%rax" | "%eax" | "%al") {
            return false;
        }
    }
    false
}

#[test]
fn handlers_end_in_jumps() {
    let functions = interpreter();
    let handlers: Vec<&String> = functions.keys().filter(|name| is_handler(name)).collect();
    assert!(
        handlers.len() > 100,
        "only {} handlers found: has their place or naming changed?",
        handlers.len()
    );
    let mut wrong = Vec::new();
    for name in handlers {
        let code = &functions[name];
        for (i, instruction) in code.iter().enumerate() {
            let calls_handler = direct_target(instruction).is_some_and(is_handler);
            let calls_next = is_indirect_call(instruction) && returns_result(&code[i + 1..]);
            if calls_handler || calls_next {
                wrong.push(format!("{name}: {instruction}"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "calls in place of jumps:\n{}",
        wrong.join("\n")
    );
}
