//! The side array: code made ready to run.
//!
//! `co_code` stays as the compiler wrote it. When a code object first runs it gets an array of slots, one for each code
//! unit: the instruction's handler and its argument, with `EXTENDED_ARG` folded in. It hangs off the code's `co_opcache`
//! field, behind a short header. Slots never move while the code lives, so running frames may point into them; what
//! changes is the handler and argument *in* a slot, when an instruction specialises itself or tracing starts.
//!
//! Operands that index something (constants, names, variables, jump targets) are checked here once; an instruction
//! that fails the check becomes one that raises, and the handlers need no checks.

use super::machine::Handler;
use super::ops::HANDLERS;
use super::{opcode as op, trace_shim, unknown_opcode};
use crate::frame;
use crate::prelude::*;
use std::alloc::{Layout as MemLayout, alloc, dealloc};
use std::cell::UnsafeCell;

/// One code unit, ready to run.
#[repr(C)]
pub struct Slot {
    pub handler: Cell<Handler>,
    pub arg: Cell<u64>,
}

/// What stands before the slots.
#[repr(C)]
pub struct Side {
    /// Number of code units.
    pub len: usize,
    /// How many arguments a call in the simple way takes; `u32::MAX` if the code is not to be called so.
    pub simple_args: u32,
    /// Are the handlers the tracing shim?
    pub traced: Cell<bool>,
    /// How many free variables the code has.
    pub frees: usize,
    /// How many variables, cells and free variables precede a frame's stack.
    pub variables: usize,
    /// The globals whose `__builtins__` was looked up last, their version, and the result (borrowed from them).
    pub globals: Cell<*mut PyObject>,
    pub globals_version: Cell<u64>,
    pub builtins: Cell<*mut PyObject>,
    /// Caches of specialised instructions; freed with the code, since a running handler may hold one: so each is boxed.
    /// By code unit, in ascending order.
    caches: UnsafeCell<Vec<(usize, Box<Cache>)>>,
}

/// What a specialised instruction knows (see `cache`). Its slot's argument points here.
pub struct Cache {
    /// The operand, and the handler of the plain instruction.
    pub oparg: Cell<u32>,
    pub misses: Cell<u32>,
    pub plain: Cell<Handler>,
    /// The name that is looked up, which the code holds.
    pub name: Cell<*mut PyObject>,
    pub type_version: Cell<u32>,
    pub keys_version: Cell<u32>,
    pub builtins_version: Cell<u32>,
    /// Where an instance has its dict, or its slot.
    pub offset: Cell<u32>,
    pub index: Cell<u32>,
    pub entries: Cell<usize>,
    /// The answer, borrowed from the type that has the version.
    pub value: Cell<*mut PyObject>,
    /// The answer's place in the table that has the version.
    pub place: Cell<*mut Cell<*mut PyObject>>,
}

const _: () = assert!(size_of::<Slot>() == 16 && size_of::<Side>().is_multiple_of(8));

impl Side {
    fn memory(len: usize) -> Option<MemLayout> {
        // One slot more, for code that runs off its end.
        let slots = (len + 1).checked_mul(size_of::<Slot>())?;
        MemLayout::from_size_align(size_of::<Side>().checked_add(slots)?, align_of::<Side>()).ok()
    }

    /// The first slot.
    #[inline(always)]
    pub fn base(&self) -> *const Slot {
        // SAFETY: the slots follow the header in one allocation.
        unsafe { std::ptr::from_ref(self).add(1).cast() }
    }

    /// The header in front of the first slot.
    ///
    /// # Safety
    /// `base` is the first slot of a live `Side`.
    #[inline(always)]
    pub unsafe fn of(base: *const Slot) -> &'static Side {
        // SAFETY: by the contract.
        unsafe { &*base.cast::<Side>().sub(1) }
    }

    fn slot(&self, i: usize) -> &Slot {
        debug_assert!(i <= self.len);
        // SAFETY: len + 1 slots follow the header.
        unsafe { &*self.base().add(i) }
    }

    /// The cache of a code unit; it lives as long as the code.
    pub fn cache_for(&self, index: usize, plain: Handler) -> &Cache {
        // SAFETY: the GIL is held and nothing else touches the list meanwhile.
        let caches = unsafe { &mut *self.caches.get() };
        let at = match caches.binary_search_by_key(&index, |c| c.0) {
            Ok(at) => at,
            Err(at) => {
                let cache = Cache {
                    oparg: Cell::new(0),
                    misses: Cell::new(0),
                    plain: Cell::new(plain),
                    name: Cell::new(std::ptr::null_mut()),
                    type_version: Cell::new(0),
                    keys_version: Cell::new(0),
                    builtins_version: Cell::new(0),
                    offset: Cell::new(0),
                    index: Cell::new(0),
                    entries: Cell::new(0),
                    value: Cell::new(std::ptr::null_mut()),
                    place: Cell::new(std::ptr::null_mut()),
                };
                caches.insert(at, (index, Box::new(cache)));
                at
            }
        };
        &caches[at].1
    }

    /// Points every slot at the tracing shim.
    pub fn start_tracing(&self, code: &PyCodeObject) {
        if !self.traced.replace(true) {
            fill(self, code, units(code));
            (0..self.len).for_each(|i| self.slot(i).handler.set(trace_shim));
        }
    }

    /// Points every slot at its plain instruction again.
    pub fn stop_tracing(&self, code: &PyCodeObject) {
        if self.traced.replace(false) {
            fill(self, code, units(code));
        }
    }
}

/// The bytes of `co_code`.
pub fn units(code: &PyCodeObject) -> &[u8] {
    // SAFETY: co_code is a bytes object that the code holds (checked when the code was made).
    unsafe {
        let b = &*code.co_code.get().cast::<PyBytesObject>();
        std::slice::from_raw_parts(
            (&raw const b.ob_sval).cast::<u8>(),
            b.ob_base.ob_size.get() as usize,
        )
    }
}

/// The handler that runs an opcode unspecialised.
#[inline(never)]
pub fn plain_handler(code: &PyCodeObject, index: usize) -> Handler {
    // Code that runs has its slots.
    let Some(side) = side_of(code) else {
        return unknown_opcode;
    };
    let bytes = units(code);
    let (opcode, arg) = (bytes[index * 2], operand_at(bytes, index));
    if Limits::of(code, side.len).allow(index, opcode, arg) {
        HANDLERS[opcode as usize]
    } else {
        unknown_opcode
    }
}

/// The operand of the instruction at `index`, with the `EXTENDED_ARG`s before it.
pub fn operand_at(bytes: &[u8], index: usize) -> u32 {
    let mut first = index;
    while first > 0 && bytes[(first - 1) * 2] == op::EXTENDED_ARG && index - first < 3 {
        first -= 1;
    }
    (first..=index).fold(0u32, |arg, i| arg << 8 | u32::from(bytes[i * 2 + 1]))
}

/// The slots of a code object that has run, if any.
#[inline(always)]
pub fn side_of(code: &PyCodeObject) -> Option<&'static Side> {
    // SAFETY: the field is null or a `Side` that lives as long as the code.
    unsafe { code.co_opcache.get().cast::<Side>().as_ref() }
}

/// The slots of a code object, made when it has none.
#[inline(always)]
pub fn side(code: &PyCodeObject) -> PyResult<&'static Side> {
    match side_of(code) {
        Some(side) => Ok(side),
        None => make(code),
    }
}

#[cold]
#[inline(never)]
fn make(code: &PyCodeObject) -> PyResult<&'static Side> {
    let bytes = units(code);
    let len = bytes.len() / 2;
    let Some(memory) = Side::memory(len) else {
        return Err(err::no_memory());
    };
    // SAFETY: the layout is not empty.
    let p = unsafe { alloc(memory) }.cast::<Side>();
    if p.is_null() {
        return Err(err::no_memory());
    }
    let header = Side {
        len,
        simple_args: super::call::simple_args(code),
        frees: tuple_len(code.co_freevars.get()),
        variables: frame::variables(code),
        traced: Cell::new(false),
        globals: Cell::new(std::ptr::null_mut()),
        globals_version: Cell::new(0),
        builtins: Cell::new(std::ptr::null_mut()),
        caches: UnsafeCell::new(Vec::new()),
    };
    // SAFETY: fresh memory of the right size, for the header and len + 1 slots.
    let side = unsafe {
        p.write(header);
        p.add(1).cast::<Slot>().add(len).write(Slot {
            handler: Cell::new(unknown_opcode),
            arg: Cell::new(0),
        });
        &*p
    };
    // `fill` writes the others without reading them.
    fill(side, code, bytes);
    code.co_opcache.set(p.cast());
    Ok(side)
}

/// Frees the slots of a code object that is going away.
pub fn free(code: &PyCodeObject) {
    let p = code.co_opcache.replace(std::ptr::null_mut()).cast::<Side>();
    // SAFETY: null, or made by `make` and not freed; no frame runs a code object that is deallocated.
    unsafe {
        if let Some(side) = p.as_ref() {
            let memory = Side::memory(side.len);
            p.drop_in_place();
            if let Some(memory) = memory {
                dealloc(p.cast(), memory);
            }
        }
    }
}

/// Writes the slot of every code unit, which may be fresh memory.
fn fill(side: &Side, code: &PyCodeObject, bytes: &[u8]) {
    let limits = Limits::of(code, side.len);
    let slots = side.base().cast_mut();
    let mut extended = 0u32;
    for (i, unit) in bytes.chunks_exact(2).take(side.len).enumerate() {
        let (opcode, arg) = (unit[0], extended << 8 | u32::from(unit[1]));
        extended = if opcode == op::EXTENDED_ARG { arg } else { 0 };
        let valid = limits.allow(i, opcode, arg);
        let handler = match opcode {
            _ if !valid => unknown_opcode,
            op::COMPARE_OP => super::ops::compare::handler_for(arg),
            _ => HANDLERS[opcode as usize],
        };
        let arg = match opcode {
            op::LOAD_CONST if valid => tuple_at(code.co_consts.get(), arg as usize) as u64,
            _ => u64::from(arg),
        };
        // SAFETY: `len` slots follow the header, and slots have nothing to drop.
        unsafe {
            slots.add(i).write(Slot {
                handler: Cell::new(handler),
                arg: Cell::new(arg),
            });
        }
    }
}

fn tuple_len(t: *mut PyObject) -> usize {
    // SAFETY: the tuples of a code object are tuples (checked when it was made), and it holds them.
    unsafe { (*t.cast::<PyVarObject>()).ob_size.get() as usize }
}

fn tuple_at(t: *mut PyObject, i: usize) -> *mut PyObject {
    // SAFETY: a tuple of the code, and the index was checked against its length.
    unsafe {
        *(&raw const (*t.cast::<PyTupleObject>()).ob_item)
            .cast::<*mut PyObject>()
            .add(i)
    }
}

/// What an instruction's operand indexes.
#[derive(Clone, Copy)]
enum Operand {
    Nothing,
    Const,
    Name,
    Local,
    Cell,
    Target,
    Ahead,
}

const OPERANDS: [Operand; 256] = {
    let mut table = [Operand::Nothing; 256];
    let mut opcode = 0u8;
    loop {
        table[opcode as usize] = operand_of(opcode);
        if opcode == u8::MAX {
            break table;
        }
        opcode += 1;
    }
};

const fn operand_of(opcode: u8) -> Operand {
    match opcode {
        op::LOAD_CONST => Operand::Const,
        op::LOAD_FAST | op::STORE_FAST | op::DELETE_FAST => Operand::Local,
        op::LOAD_DEREF
        | op::STORE_DEREF
        | op::DELETE_DEREF
        | op::LOAD_CLOSURE
        | op::LOAD_CLASSDEREF => Operand::Cell,
        op::STORE_NAME
        | op::DELETE_NAME
        | op::LOAD_NAME
        | op::LOAD_GLOBAL
        | op::STORE_GLOBAL
        | op::DELETE_GLOBAL
        | op::LOAD_ATTR
        | op::STORE_ATTR
        | op::DELETE_ATTR
        | op::LOAD_METHOD
        | op::IMPORT_NAME
        | op::IMPORT_FROM => Operand::Name,
        op::JUMP_ABSOLUTE
        | op::POP_JUMP_IF_FALSE
        | op::POP_JUMP_IF_TRUE
        | op::JUMP_IF_FALSE_OR_POP
        | op::JUMP_IF_TRUE_OR_POP => Operand::Target,
        op::JUMP_FORWARD
        | op::FOR_ITER
        | op::SETUP_FINALLY
        | op::SETUP_WITH
        | op::SETUP_ASYNC_WITH
        | op::CALL_FINALLY => Operand::Ahead,
        _ => Operand::Nothing,
    }
}

/// How long everything is that operands index.
struct Limits {
    consts: usize,
    names: usize,
    locals: usize,
    cells: usize,
    units: usize,
}

impl Limits {
    fn of(code: &PyCodeObject, units: usize) -> Limits {
        Limits {
            consts: tuple_len(code.co_consts.get()),
            names: tuple_len(code.co_names.get()),
            locals: code.co_nlocals.get() as usize,
            cells: tuple_len(code.co_cellvars.get()) + tuple_len(code.co_freevars.get()),
            units,
        }
    }

    /// May the instruction run: does its operand lie within what it indexes?
    #[inline(always)]
    fn allow(&self, index: usize, opcode: u8, arg: u32) -> bool {
        let arg = arg as usize;
        match OPERANDS[opcode as usize] {
            Operand::Nothing => true,
            Operand::Const => arg < self.consts,
            Operand::Name => arg < self.names,
            Operand::Local => arg < self.locals,
            Operand::Cell => arg < self.cells,
            Operand::Target => arg / 2 < self.units,
            Operand::Ahead => index + 1 + arg / 2 < self.units,
        }
    }
}
