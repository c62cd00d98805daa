//! From a unit's instructions to a code object: order, stack depth, sizes of jumps, line table.

use crate::code::Code;
use crate::compile::{Compiler, Instr, Label, Res, Unit};
use crate::opcode::{self, Jump};
use crate::peephole;
use pyrite_syntax::SyntaxError;
use pyrite_syntax::error::ErrorKind;

pub(crate) fn assemble(compiler: &mut Compiler<'_>, mut unit: Unit, flags: i32) -> Res<Code> {
    let (instrs, labels) = unit.in_order();
    if unit.firstlineno == 0 {
        let first = instrs.first().filter(|_| !unit.entry_empty);
        unit.firstlineno = match first {
            Some(instr) if instr.lineno != 0 => instr.lineno,
            _ => 1,
        };
    }
    let stacksize = stack_depth(&instrs, &labels)?;
    let mut ops = resolve_jumps(&instrs, &labels);
    let lines = line_table(&instrs, &ops, unit.firstlineno);
    let mut consts = unit.consts.list;
    let compiled = consts.len();
    let lnotab = peephole::optimize(&mut ops, &mut consts, lines);
    let code = emit(&ops);
    Ok(Code {
        folded: consts.len() - compiled,
        argcount: unit.argcount,
        posonlyargcount: unit.posonlyargcount,
        kwonlyargcount: unit.kwonlyargcount,
        nlocals: unit.varnames.list.len() as i32,
        stacksize,
        flags,
        firstlineno: unit.firstlineno,
        code,
        consts,
        names: compiler.texts(&unit.names.list),
        varnames: compiler.texts(&unit.varnames.list),
        freevars: compiler.texts(&unit.freevars.list),
        cellvars: compiler.texts(&unit.cellvars.list),
        filename: compiler.filename.clone(),
        name: compiler.text(unit.name),
        lnotab,
    })
}

fn position(labels: &[u32], label: Label) -> Option<usize> {
    labels.get(label.0 as usize).map(|at| *at as usize)
}

/// No path that runs each instruction once makes the stack higher than this.
fn sum_of_pushes(instrs: &[Instr]) -> i32 {
    let pushes = instrs.iter().map(|instr| {
        let effect = |jump| opcode::stack_effect(instr.op, instr.arg as i32, jump).unwrap_or(0);
        effect(Jump::NotTaken).max(effect(Jump::Taken)).max(0)
    });
    pushes.fold(0, i32::saturating_add)
}

/// The greatest height of the stack.
fn stack_depth(instrs: &[Instr], labels: &[u32]) -> Res<i32> {
    const NO_LABEL: i32 = i32::MIN;
    const UNSEEN: i32 = -1;
    let mut depths = vec![NO_LABEL; instrs.len()];
    for at in labels {
        if let Some(depth) = depths.get_mut(*at as usize) {
            *depth = UNSEEN;
        }
    }
    let mut greatest = 0;
    // Only the code of a tree that a program made can push more in each round of a loop.
    let mut raised = 0;
    let mut pending = vec![(0usize, 0i32)];
    while let Some((start, mut depth)) = pending.pop() {
        for at in start..instrs.len() {
            let known = &mut depths[at];
            if *known != NO_LABEL {
                if *known >= depth {
                    break;
                }
                if *known >= 0 {
                    raised += 1;
                    if raised > labels.len() && depth > sum_of_pushes(instrs) {
                        let msg = "the stack grows without limit";
                        return Err(Box::new(SyntaxError::other(ErrorKind::SystemError, msg)));
                    }
                }
                *known = depth;
            }
            let Instr {
                op, arg, target, ..
            } = instrs[at];
            let Some(effect) = opcode::stack_effect(op, arg as i32, Jump::NotTaken) else {
                let msg = format!("opcode = {op}");
                return Err(Box::new(SyntaxError::other(ErrorKind::SystemError, msg)));
            };
            let next = depth.saturating_add(effect);
            greatest = greatest.max(next);
            if target != Label::NONE
                && let Some(taken) = opcode::stack_effect(op, arg as i32, Jump::Taken)
            {
                let there = depth.saturating_add(taken);
                greatest = greatest.max(there);
                // The `finally` clause has been reached by its SETUP_FINALLY, which is deeper.
                if op != opcode::CALL_FINALLY
                    && let Some(index) = position(labels, target)
                    && depths.get(index).is_some_and(|known| *known < there)
                {
                    pending.push((index, there));
                }
            }
            depth = next;
            if matches!(
                op,
                opcode::JUMP_ABSOLUTE
                    | opcode::JUMP_FORWARD
                    | opcode::RETURN_VALUE
                    | opcode::RAISE_VARARGS
            ) {
                break;
            }
        }
    }
    Ok(greatest)
}

/// An instruction whose place is known.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Op {
    pub op: u8,
    /// In code units, prefixes included.
    pub size: u8,
    /// The operand; for a jump, as it stands in the code.
    pub arg: u32,
    /// Index of the instruction that it jumps to, or `NO_TARGET`.
    pub target: u32,
    /// Of its first code unit, before the peephole pass.
    pub offset: u32,
    /// Code units that have come to lie before that.
    pub lead: u8,
    /// It has become shorter and begins with a NOP for now.
    pub shrunk: bool,
}

pub(crate) const NO_TARGET: u32 = u32::MAX;

/// Code units for an instruction with this operand.
pub(crate) fn size_of(arg: u32) -> u8 {
    match arg {
        0..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xff_ffff => 3,
        _ => 4,
    }
}

/// Finds offsets and jumps. A longer jump moves what follows, so this goes round until nothing changes.
fn resolve_jumps(instrs: &[Instr], labels: &[u32]) -> Vec<Op> {
    let mut ops: Vec<Op> = instrs
        .iter()
        .map(|instr| Op {
            op: instr.op,
            size: size_of(instr.arg),
            arg: instr.arg,
            target: position(labels, instr.target).map_or(NO_TARGET, |at| at as u32),
            offset: 0,
            lead: 0,
            shrunk: false,
        })
        .collect();
    loop {
        let mut total = 0;
        for op in &mut ops {
            op.offset = total;
            total += u32::from(op.size);
        }
        let mut changed = false;
        for index in 0..ops.len() {
            let Op {
                op,
                target,
                offset,
                size,
                ..
            } = ops[index];
            if target == NO_TARGET {
                continue;
            }
            let there = ops.get(target as usize).map_or(total, |op| op.offset);
            let arg = jump_arg(op, there, offset + u32::from(size));
            ops[index].arg = arg;
            if size_of(arg) != size {
                ops[index].size = size_of(arg);
                changed = true;
            }
        }
        if !changed {
            return ops;
        }
    }
}

/// The operand of a jump to `there`, when the next instruction is at `next` (both in code units).
pub(crate) fn jump_arg(op: u8, there: u32, next: u32) -> u32 {
    let distance = if opcode::is_relative_jump(op) {
        there.wrapping_sub(next)
    } else {
        there
    };
    distance.wrapping_mul(2)
}

/// `co_lnotab`: pairs of how far the code goes on (in bytes) and by how much the line changes then.
fn line_table(instrs: &[Instr], ops: &[Op], firstlineno: i32) -> Vec<u8> {
    let mut table = Vec::with_capacity(instrs.len() / 2);
    let (mut line, mut offset) = (firstlineno, 0);
    for (instr, op) in instrs.iter().zip(ops) {
        if instr.lineno == 0 {
            continue;
        }
        let mut bytes = (op.offset - offset) * 2;
        if bytes == 0 && instr.lineno == line {
            continue;
        }
        let mut lines = i64::from(instr.lineno) - i64::from(line);
        while bytes > 255 {
            table.extend([255, 0]);
            bytes -= 255;
        }
        if !(-128..=127).contains(&lines) {
            let step = lines.clamp(-128, 127);
            for _ in 0..lines / step {
                table.extend([bytes as u8, step as i8 as u8]);
                bytes = 0;
            }
            lines %= step;
        }
        table.extend([bytes as u8, lines as i8 as u8]);
        line = instr.lineno;
        offset = op.offset;
    }
    table
}

fn emit(ops: &[Op]) -> Vec<u8> {
    let units: usize = ops.iter().map(|op| usize::from(op.size)).sum();
    let mut code = Vec::with_capacity(units * 2);
    for op in ops {
        for prefix in (1..op.size).rev() {
            code.extend([opcode::EXTENDED_ARG, (op.arg >> (8 * prefix)) as u8]);
        }
        code.extend([op.op, op.arg as u8]);
    }
    code
}
