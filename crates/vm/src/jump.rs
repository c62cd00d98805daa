//! Setting `f_lineno`: a tracer makes the frame jump.
//!
//! A jump may leave blocks and `for` loops but not enter them, since their entry puts on the stack what their end takes off.

use crate::code;
use crate::eval::{exceptions, opcode as op, slots};
use crate::frame::frame_code;
use crate::prelude::*;

/// A block of the program: what opened it, from where to where.
#[derive(Clone, Copy, PartialEq)]
struct Block {
    opener: u8,
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

/// The blocks around an instruction, outermost first.
fn blocks_at(units: &[u8], at: usize) -> Vec<Block> {
    let mut open: Vec<Block> = Vec::new();
    let n = units.len() / 2;
    for i in 0..n.min(at / 2 + 1) {
        while open.last().is_some_and(|b| b.end <= i * 2) {
            open.pop();
        }
        if i * 2 >= at {
            break;
        }
        let opener = units[i * 2];
        if matches!(
            opener,
            op::FOR_ITER | op::SETUP_FINALLY | op::SETUP_WITH | op::SETUP_ASYNC_WITH
        ) {
            let end = i * 2 + 2 + slots::operand_at(units, i) as usize;
            open.push(Block {
                opener,
                start: i * 2,
                end,
            });
        }
    }
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
    if here == Some(op::YIELD_VALUE) && f.f_executing.get() == 0 {
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
    for b in blocks.iter().rev() {
        match b.opener {
            op::FOR_ITER => pop(f),
            op::SETUP_FINALLY => {
                exceptions::block_pop(f)?;
            }
            _ => {
                exceptions::block_pop(f)?;
                pop(f);
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
