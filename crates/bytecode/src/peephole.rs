//! Small improvements of finished code: jumps to jumps, code behind a `return`, tuples of constants.
//!
//! An instruction here is never moved and never grows: what is not needed becomes a NOP, and all NOPs are taken out at the end. A jump that
//! gets shorter by that keeps its size, as in 3.8.

use crate::assemble::{NO_TARGET, Op, jump_arg, size_of};
use crate::constant::{Const, is_true};
use crate::opcode::*;
use pyrite_syntax::ast::Constant;

/// Improves `ops`, and returns the line table that then holds.
pub(crate) fn optimize(ops: &mut Vec<Op>, consts: &mut Vec<Const>, mut lines: Vec<u8>) -> Vec<u8> {
    // A table that cannot be adjusted entry by entry: such code stays as it is.
    if lines.iter().step_by(2).any(|bytes| *bytes == 255) {
        return lines;
    }
    let mut pass = Pass {
        blocks: number_blocks(ops),
        ops,
        consts,
    };
    pass.run();
    let ops = pass.ops;
    let offsets = new_offsets(ops);
    adjust_lines(&mut lines, ops, &offsets);
    remove_nops(ops, &offsets);
    lines
}

/// The number of the basic block of each instruction; blocks begin where jumps lead.
fn number_blocks(ops: &[Op]) -> Vec<u32> {
    let mut blocks = vec![0; ops.len()];
    for op in ops {
        if op.target != NO_TARGET
            && let Some(entry) = blocks.get_mut(op.target as usize)
        {
            *entry = 1;
        }
    }
    let mut number = 0;
    for entry in &mut blocks {
        number += *entry;
        *entry = number;
    }
    blocks
}

struct Pass<'a> {
    ops: &'a mut Vec<Op>,
    blocks: Vec<u32>,
    consts: &'a mut Vec<Const>,
}

fn is_conditional(op: u8) -> bool {
    matches!(
        op,
        POP_JUMP_IF_FALSE | POP_JUMP_IF_TRUE | JUMP_IF_FALSE_OR_POP | JUMP_IF_TRUE_OR_POP
    )
}

fn is_unconditional(op: u8) -> bool {
    matches!(op, JUMP_ABSOLUTE | JUMP_FORWARD)
}

fn jumps_on_true(op: u8) -> bool {
    matches!(op, POP_JUMP_IF_TRUE | JUMP_IF_TRUE_OR_POP)
}

impl Pass<'_> {
    fn run(&mut self) {
        let mut constants_before = 0;
        let mut index = 0;
        while index < self.ops.len() {
            let constants = std::mem::take(&mut constants_before);
            let mut next = index + 1;
            match self.ops[index].op {
                LOAD_CONST => {
                    constants_before = constants + 1;
                    if self.load_true_and_test(index) {
                        constants_before = 0;
                    }
                }
                BUILD_TUPLE => self.build_tuple(index, constants),
                JUMP_IF_FALSE_OR_POP | JUMP_IF_TRUE_OR_POP => {
                    if self.short_circuit(index) {
                        next = index;
                    } else {
                        self.jump(index);
                    }
                }
                POP_JUMP_IF_FALSE | POP_JUMP_IF_TRUE | JUMP_FORWARD | JUMP_ABSOLUTE => {
                    self.jump(index);
                }
                RETURN_VALUE => {
                    // Nothing leads to what follows in the same block. Where a `try` begins or ends
                    // it stops: those who set a frame's line look for both.
                    while next < self.ops.len()
                        && self.blocks[next] == self.blocks[index]
                        && !matches!(self.ops[next].op, SETUP_FINALLY | END_FINALLY)
                    {
                        self.remove(next);
                        next += 1;
                    }
                }
                _ => {}
            }
            index = next;
        }
    }

    fn remove(&mut self, index: usize) {
        self.ops[index].op = NOP;
        self.ops[index].target = NO_TARGET;
    }

    /// Whether the next instruction is `op` and reached from this one only.
    fn followed_by(&self, index: usize, op: u8) -> bool {
        self.ops.get(index + 1).is_some_and(|next| next.op == op)
            && self.blocks[index] == self.blocks[index + 1]
    }

    /// `while 1` and the like: a test that never fails.
    fn load_true_and_test(&mut self, index: usize) -> bool {
        if !self.followed_by(index, POP_JUMP_IF_FALSE) {
            return false;
        }
        let truth = match self.consts.get(self.ops[index].arg as usize) {
            Some(Const::Value(value)) => is_true(value),
            Some(Const::Code(_)) => true,
            None => false,
        };
        if truth {
            self.remove(index);
            self.remove(index + 1);
        }
        truth
    }

    fn build_tuple(&mut self, index: usize, constants: usize) {
        let n = self.ops[index].arg as usize;
        if n > 0 && constants >= n && self.fold_tuple(index, n) {
            return;
        }
        if !self.followed_by(index, UNPACK_SEQUENCE) || self.ops[index + 1].arg as usize != n {
            return;
        }
        // Packing and unpacking turns the items round.
        let (first, second) = match n {
            0 | 1 => (NOP, NOP),
            2 => (ROT_TWO, NOP),
            3 => (ROT_THREE, ROT_TWO),
            _ => return,
        };
        for (index, op) in [(index, first), (index + 1, second)] {
            self.ops[index].op = op;
            self.ops[index].arg = 0;
        }
    }

    /// The constants before `index` become one tuple.
    fn fold_tuple(&mut self, index: usize, n: usize) -> bool {
        let mut start = index;
        let mut items = Vec::with_capacity(n);
        while items.len() < n && start > 0 {
            start -= 1;
            if self.ops[start].op == LOAD_CONST {
                match self.consts.get(self.ops[start].arg as usize) {
                    Some(Const::Value(value)) => items.push(value.clone()),
                    _ => return false,
                }
            }
        }
        if self.blocks[start] != self.blocks[index] {
            return false;
        }
        items.reverse();
        let constant = self.consts.len() as u32;
        self.consts
            .push(Const::Value(Constant::Tuple(items.into())));
        for load in start..index {
            self.remove(load);
        }
        // It ends where BUILD_TUPLE ended; prefixes take the place of what was removed.
        let op = &mut self.ops[index];
        op.op = LOAD_CONST;
        op.arg = constant;
        op.lead = size_of(constant).saturating_sub(op.size);
        op.size = size_of(constant);
        true
    }

    /// The instruction that a jump to `target` meets first.
    fn meets(&self, target: u32) -> Option<Op> {
        let op = self.ops.get(target as usize).copied();
        op.filter(|op| !op.shrunk)
    }

    fn offset(&self, index: u32) -> Option<u32> {
        self.ops.get(index as usize).map(|op| op.offset)
    }

    /// `x and y or z`: a jump to a conditional jump on the same value. Whether something changed.
    fn short_circuit(&mut self, index: usize) -> bool {
        let Op { op, target, .. } = self.ops[index];
        let Some(second) = self.meets(target) else {
            return false;
        };
        if !is_conditional(second.op) {
            return false;
        }
        let (new_op, new_target) = if jumps_on_true(second.op) == jumps_on_true(op) {
            // The second is taken whenever the first is.
            (second.op, second.target)
        } else if op == JUMP_IF_TRUE_OR_POP {
            // The second is never taken after the first, and pops the value then.
            (POP_JUMP_IF_TRUE, target + 1)
        } else {
            (POP_JUMP_IF_FALSE, target + 1)
        };
        self.redirect(index, new_op, new_target)
    }

    /// Changes a jump, if the new operand has room.
    fn redirect(&mut self, index: usize, op: u8, target: u32) -> bool {
        let Some(there) = self.offset(target) else {
            return false;
        };
        let arg = jump_arg(op, there, 0);
        let jump = &mut self.ops[index];
        if size_of(arg) > jump.size {
            return false;
        }
        jump.op = op;
        jump.target = target;
        jump.arg = arg;
        jump.size = size_of(arg);
        true
    }

    /// A jump to an unconditional jump, or to a `return`.
    fn jump(&mut self, index: usize) {
        let Op { op, target, .. } = self.ops[index];
        let Some(second) = self.meets(target) else {
            return;
        };
        if is_unconditional(op) && second.op == RETURN_VALUE {
            let jump = &mut self.ops[index];
            jump.op = RETURN_VALUE;
            jump.arg = 0;
            jump.target = NO_TARGET;
            jump.size = 1;
        } else if is_unconditional(second.op) {
            // A relative jump cannot go back.
            let op = if op == JUMP_FORWARD {
                JUMP_ABSOLUTE
            } else {
                op
            };
            let size = self.ops[index].size;
            self.redirect(index, op, second.target);
            // Its NOPs stand in front of it.
            self.ops[index].shrunk |= self.ops[index].size < size;
        }
    }
}

/// Where each instruction will be; what is removed, where the next one will be.
fn new_offsets(ops: &[Op]) -> Vec<u32> {
    let mut total = 0;
    ops.iter()
        .map(|op| {
            let here = total;
            if op.op != NOP {
                total += u32::from(op.size);
            }
            here
        })
        .collect()
}

/// Entries of the line table follow their instructions.
fn adjust_lines(lines: &mut [u8], ops: &[Op], offsets: &[u32]) {
    let (mut old, mut last, mut index) = (0, 0, 0);
    for entry in lines.chunks_exact_mut(2) {
        old += u32::from(entry[0]) / 2;
        while ops.get(index + 1).is_some_and(|op| op.offset <= old) {
            index += 1;
        }
        let new = match (offsets.get(index), ops.get(index)) {
            (Some(offset), Some(op)) if op.op != NOP => offset + u32::from(op.lead),
            (Some(offset), _) => *offset,
            _ => last,
        };
        entry[0] = ((new - last) * 2) as u8;
        last = new;
    }
}

fn remove_nops(ops: &mut Vec<Op>, offsets: &[u32]) {
    for index in 0..ops.len() {
        let Op {
            op, target, size, ..
        } = ops[index];
        if op != NOP && target != NO_TARGET {
            let there = offsets.get(target as usize).copied().unwrap_or(0);
            ops[index].arg = jump_arg(op, there, offsets[index] + u32::from(size));
        }
    }
    ops.retain(|op| op.op != NOP);
}
