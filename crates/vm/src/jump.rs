//! Setting `f_lineno`: a tracer makes the frame jump.
//!
//! A jump may leave blocks and `for` loops but not enter them, since their entry puts on the stack what their end takes off.

use crate::code;
use crate::eval::{exceptions, opcode as op, slots};
use crate::frame::frame_code;
use crate::prelude::*;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The body of a `for` loop: the iterator lies on the stack.
    For,
    /// The body of an `async for` loop, with the offset where its inner block ends.
    AsyncFor(usize),
    Try,
    With,
    /// The handlers of a `try`.
    Except,
    /// What stands under `finally`, or ends a `with`.
    Finally,
}

/// A block of the program: from where to where, its end excluded.
#[derive(Clone, Copy, PartialEq)]
struct Block {
    kind: Kind,
    start: usize,
    end: usize,
}

fn refuse(text: &str) -> Raised {
    raise!(ValueError, "{text}")
}

/// The line where the code goes on that is asked for: the first line with code at or after it, with its offset.
fn target(co: &PyCodeObject, line: c_int) -> PyResult<(c_int, usize)> {
    if line < co.co_firstlineno.get() {
        return Err(raise!(
            ValueError,
            "line {line} comes before the current code block"
        ));
    }
    let table = code::line_table(co);
    let mut at = (co.co_firstlineno.get(), 0usize);
    if line == at.0 {
        return Ok(at);
    }
    let mut best: Option<(c_int, usize)> = None;
    for pair in table.chunks_exact(2) {
        at.1 += usize::from(pair[0]);
        at.0 += c_int::from(pair[1] as i8);
        if at.0 >= line && best.is_none_or(|(l, _)| at.0 < l) {
            best = Some(at);
        }
    }
    best.ok_or_else(|| raise!(ValueError, "line {line} comes after the current code block"))
}

/// The blocks around an instruction, outermost first. The compiler lays blocks out one inside the other: a body up to its
/// handler, and a handler up to its `END_FINALLY`.
fn blocks_at(units: &[u8], at: usize) -> Vec<Block> {
    let mut open: Vec<Block> = Vec::new();
    let n = units.len() / 2;
    for i in 0..n.min(at / 2 + 1) {
        let here = i * 2;
        while let Some(block) = open.last().copied().filter(|b| b.end <= here) {
            open.pop();
            if matches!(block.kind, Kind::Try | Kind::With) {
                let after_body = here.checked_sub(2).map(|b| units[b]) == Some(op::BEGIN_FINALLY);
                let kind = if after_body {
                    Kind::Finally
                } else {
                    Kind::Except
                };
                open.push(Block {
                    kind,
                    start: here,
                    end: usize::MAX,
                });
            }
        }
        if here >= at {
            break;
        }
        let end = here + 2 + slots::operand_at(units, i) as usize;
        let kind = match units[here] {
            op::FOR_ITER => Kind::For,
            op::SETUP_FINALLY if units.get(end) == Some(&op::END_ASYNC_FOR) => {
                let inner = (here..end).step_by(2).find(|&u| units[u] == op::POP_BLOCK);
                Kind::AsyncFor(inner.unwrap_or(end))
            }
            op::SETUP_FINALLY => Kind::Try,
            op::SETUP_WITH | op::SETUP_ASYNC_WITH => Kind::With,
            op::END_FINALLY => {
                if let Some(handler) = open.last_mut().filter(|b| b.end == usize::MAX) {
                    handler.end = here + 2;
                }
                continue;
            }
            _ => continue,
        };
        open.push(Block {
            kind,
            start: here,
            end,
        });
    }
    // The end of a handler lies ahead and does not tell blocks apart.
    open
}

fn is_trace_event(f: &PyFrameObject) -> PyResult<()> {
    if f.f_lasti.get() == -1 {
        return Err(raise!(
            ValueError,
            "can't jump from the 'call' trace event of a new frame"
        ));
    }
    if f.f_trace.get().is_null() {
        return Err(refuse("f_lineno can only be set by a trace function"));
    }
    if f.f_stacktop.get().is_null() {
        return Err(refuse("can only jump from a 'line' trace event"));
    }
    let here = slots::units(frame_code(f))
        .get(f.f_lasti.get() as usize)
        .copied();
    if here == Some(op::YIELD_VALUE) {
        return Err(refuse("can't jump from a yield statement"));
    }
    Ok(())
}

/// `frame.f_lineno = n`.
pub fn set_lineno(f: &PyFrameObject, value: Option<&PyObject>) -> PyResult<()> {
    let Some(value) = value else {
        return Err(raise!(AttributeError, "cannot delete attribute"));
    };
    if !value.isinstance_exact(&PyLong_Type) {
        return Err(refuse("lineno must be an integer"));
    }
    is_trace_event(f)?;
    let line = text::as_c_int(value)?;
    let co = frame_code(f);
    let (line, to) = target(co, line)?;
    let units = slots::units(co);
    let first = units.get(to).copied();
    if matches!(first, Some(op::DUP_TOP | op::POP_TOP)) && starts_except(units, to) {
        return Err(refuse(
            "can't jump to 'except' line as there's no exception",
        ));
    }
    let from = blocks_at(units, f.f_lasti.get() as usize);
    let into = blocks_at(units, to);
    let common = from.iter().zip(&into).take_while(|(a, b)| a == b).count();
    for (blocks, way) in [(&from[common..], "out of"), (&into[common..], "into")] {
        for block in blocks {
            let what = match block.kind {
                Kind::Except => "an 'except'",
                Kind::Finally => "a 'finally'",
                _ => continue,
            };
            return Err(raise!(ValueError, "can't jump {way} {what} block"));
        }
    }
    if into.len() > common {
        return Err(refuse("can't jump into the middle of a block"));
    }
    leave(f, &from[common..])?;
    f.f_lineno.set(line);
    f.f_lasti.set(to as c_int);
    Ok(())
}

/// Does an `except` clause begin there?
fn starts_except(units: &[u8], at: usize) -> bool {
    (0..units.len() / 2).any(|i| {
        units[i * 2] == op::SETUP_FINALLY && i * 2 + 2 + slots::operand_at(units, i) as usize == at
    })
}

/// Leaves blocks, innermost first: what their entry put on the stack goes.
fn leave(f: &PyFrameObject, blocks: &[Block]) -> PyResult<()> {
    let at = f.f_lasti.get() as usize;
    for b in blocks.iter().rev() {
        match b.kind {
            Kind::For => pop(f),
            Kind::AsyncFor(inner) => {
                if at <= inner {
                    exceptions::block_pop(f)?;
                }
                pop(f);
            }
            Kind::With => {
                exceptions::block_pop(f)?;
                pop(f);
            }
            // Handlers are not left.
            _ => {
                exceptions::block_pop(f)?;
            }
        }
    }
    Ok(())
}

fn pop(f: &PyFrameObject) {
    let top = f.f_stacktop.get();
    if top > f.f_valuestack.get() {
        // SAFETY: the stack is not empty; the entry leaves it before it is dropped.
        unsafe {
            let at = top.sub(1);
            f.f_stacktop.set(at);
            xdecref(*at);
        }
    }
}
