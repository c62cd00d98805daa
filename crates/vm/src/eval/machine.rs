//! The registers of the interpreter and what an instruction may do with them.
//!
//! A handler gets six words in registers: the frame, the next slot, the stack pointer, the thread state, the first slot
//! of the code, and the current slot's argument. [`M`] is these six words as a value. Handlers build one, work on it, and
//! end with a method that consumes it and calls the next handler in tail position, which the compiler turns into a jump.
//!
//! The one idea: an `M` is a promise. Whoever makes one (only the entry into a frame and the handler macro do) says that
//! the frame is running under this thread state, that the slots are its code's, and that the stack holds what the
//! compiler's stack effects say. The methods rely on that and are safe to call.

use super::slots::Slot;
use super::{EVAL_BREAKER, breaker, unwind};
use crate::prelude::*;
use std::sync::atomic::Ordering;

/// What a chain of handlers returns when it leaves for its Rust caller: an owned result, or null with an exception set.
pub type R = *mut PyObject;

/// An instruction: frame, next slot, stack pointer, thread state, first slot, argument.
pub type Handler = unsafe extern "C" fn(
    *mut PyFrameObject,
    *const Slot,
    *mut *mut PyObject,
    *mut PyThreadState,
    *const Slot,
    u64,
) -> R;

/// The interpreter's registers.
#[derive(Clone, Copy)]
pub struct M {
    pub f: *mut PyFrameObject,
    pub ip: *const Slot,
    pub sp: *mut *mut PyObject,
    pub ts: *mut PyThreadState,
    pub base: *const Slot,
    pub arg: u64,
}

impl M {
    /// # Safety
    /// The words describe a running frame, as the module's documentation says.
    #[inline(always)]
    pub unsafe fn new(
        f: *mut PyFrameObject,
        ip: *const Slot,
        sp: *mut *mut PyObject,
        ts: *mut PyThreadState,
        base: *const Slot,
        arg: u64,
    ) -> M {
        M {
            f,
            ip,
            sp,
            ts,
            base,
            arg,
        }
    }

    /// The operand of an instruction whose upper half may hold a counter.
    #[inline(always)]
    pub fn oparg(&self) -> usize {
        self.arg as u32 as usize
    }

    #[inline(always)]
    pub fn frame(&self) -> &'static PyFrameObject {
        // SAFETY: M's promise: the frame runs, so it lives.
        unsafe { &*self.f }
    }

    #[inline(always)]
    pub fn ts(&self) -> &'static PyThreadState {
        // SAFETY: M's promise: the thread state runs this frame.
        unsafe { &*self.ts }
    }

    #[inline(always)]
    pub fn code(&self) -> &'static PyCodeObject {
        // SAFETY: a frame holds its code.
        unsafe { &*self.frame().f_code.get() }
    }

    #[inline(always)]
    pub fn push_ptr(&mut self, v: *mut PyObject) {
        // SAFETY: M's promise: the stack has room for what the compiler counted.
        unsafe {
            *self.sp = v;
            self.sp = self.sp.add(1);
        }
    }

    #[inline(always)]
    pub fn push(&mut self, v: Owned) {
        self.push_ptr(v.into_ptr());
    }

    #[inline(always)]
    pub fn pop_ptr(&mut self) -> *mut PyObject {
        // SAFETY: M's promise: the instruction's operands are on the stack.
        unsafe {
            self.sp = self.sp.sub(1);
            *self.sp
        }
    }

    #[inline(always)]
    pub fn pop(&mut self) -> Owned {
        let p = self.pop_ptr();
        // SAFETY: the stack owns its entries; this one leaves it.
        unsafe { Owned::from_owned_ptr(p) }
    }

    /// Pops an entry that may be NULL.
    #[inline(always)]
    pub fn pop_opt(&mut self) -> Option<Owned> {
        let p = self.pop_ptr();
        // SAFETY: the stack owns its entries; this one leaves it.
        unsafe { Owned::from_owned_ptr_or_null(p) }
    }

    /// The n-th entry from the top, 1 being the top.
    #[inline(always)]
    pub fn peek_ptr(&self, n: usize) -> *mut PyObject {
        // SAFETY: M's promise: the instruction's operands are on the stack.
        unsafe { *self.sp.sub(n) }
    }

    #[inline(always)]
    pub fn peek(&self, n: usize) -> &'static PyObject {
        // SAFETY: the stack owns its entries; the caller uses the result only while the entry stays there.
        unsafe { &*self.peek_ptr(n) }
    }

    #[inline(always)]
    pub fn top(&self) -> &'static PyObject {
        self.peek(1)
    }

    /// Overwrites the n-th entry; what was there has been taken before.
    #[inline(always)]
    pub fn poke(&mut self, n: usize, v: *mut PyObject) {
        // SAFETY: M's promise: the instruction's operands are on the stack.
        unsafe { *self.sp.sub(n) = v }
    }

    /// Replaces the top and drops what was there.
    #[inline(always)]
    pub fn set_top(&mut self, v: Owned) {
        let old = self.pop();
        self.push(v);
        drop(old);
    }

    /// The n topmost entries, first pushed first.
    #[inline(always)]
    pub fn args(&self, n: usize) -> &'static [&'static PyObject] {
        // SAFETY: the n entries are there and non-null; the caller uses the slice only while they stay.
        unsafe { std::slice::from_raw_parts(self.sp.sub(n).cast_const().cast(), n) }
    }

    /// Drops the n topmost entries (the top first), which may be NULL.
    #[inline]
    pub fn drop_n(&mut self, n: usize) {
        for _ in 0..n {
            drop(self.pop_opt());
        }
    }

    /// The number of entries on the stack.
    #[inline(always)]
    pub fn depth(&self) -> usize {
        // SAFETY: both point into the frame's stack.
        unsafe { self.sp.offset_from(self.frame().f_valuestack.get()) as usize }
    }

    /// Where a local variable, cell or free variable lives.
    #[inline(always)]
    pub fn local(&self, i: usize) -> *mut *mut PyObject {
        // SAFETY: the slots were checked against the code's number of variables when they were made.
        unsafe {
            (&raw const (*self.f).f_localsplus)
                .cast::<*mut PyObject>()
                .cast_mut()
                .add(i)
        }
    }

    /// Entry `i` of `co_names`.
    #[inline(always)]
    pub fn name(&self, i: usize) -> &'static PyObject {
        // SAFETY: the slots were checked against the length of co_names; the code holds the tuple.
        unsafe {
            let names = self.code().co_names.get().cast::<PyTupleObject>();
            &**(&raw const (*names).ob_item).cast::<*mut PyObject>().add(i)
        }
    }

    /// The index of the current instruction in code units.
    #[inline(always)]
    pub fn index(&self) -> usize {
        // SAFETY: both point into the code's slots.
        unsafe { (self.ip.offset_from(self.base) as usize).wrapping_sub(1) }
    }

    /// Writes `f_lasti`. Every instruction that can call out does it first.
    #[inline(always)]
    pub fn save(&self) {
        let bytes = (self.ip as usize).wrapping_sub(self.base as usize);
        self.frame().f_lasti.set((bytes >> 3) as c_int - 2);
    }

    /// Writes `f_lasti` for an interruption before the next instruction, which still counts as the one before it.
    pub fn save_next(&self) {
        let next = self.index().wrapping_add(1) as c_int * 2;
        self.frame()
            .f_lasti
            .set(if next == 0 { -1 } else { next - 2 });
    }

    /// The slot of the instruction at hand.
    #[inline(always)]
    pub fn slot(&self) -> &'static Slot {
        // SAFETY: `ip` is one past the current slot.
        unsafe { &*self.ip.sub(1) }
    }

    /// Continues at the slot for byte offset `target`.
    #[inline(always)]
    pub fn jump_to(&mut self, target: usize) {
        // SAFETY: jump targets were checked when the slots were made.
        self.ip = unsafe { self.base.cast::<u8>().add(target * 8).cast() };
    }

    #[inline(always)]
    pub fn jump_by(&mut self, delta: usize) {
        // SAFETY: jump targets were checked when the slots were made.
        self.ip = unsafe { self.ip.cast::<u8>().add(delta * 8).cast() };
    }

    /// Goes on with the next instruction.
    #[inline(always)]
    pub fn next(self) -> R {
        // SAFETY: M's promise holds for the next instruction too.
        unsafe {
            let slot = &*self.ip;
            (slot.handler.get())(
                self.f,
                self.ip.add(1),
                self.sp,
                self.ts,
                self.base,
                slot.arg.get(),
            )
        }
    }

    /// Goes on with another handler.
    #[inline(always)]
    pub fn go(self, handler: Handler) -> R {
        // SAFETY: M's promise is handed on.
        unsafe { handler(self.f, self.ip, self.sp, self.ts, self.base, self.arg) }
    }

    /// Goes on with the next instruction after looking whether somebody wants the interpreter's attention.
    #[inline(always)]
    pub fn next_checked(self) -> R {
        if EVAL_BREAKER.load(Ordering::Relaxed) != 0 {
            return self.go(breaker);
        }
        self.next()
    }

    /// Pushes a result and goes on, or unwinds.
    #[inline(always)]
    pub fn result(mut self, r: PyResult<Owned>) -> R {
        match r {
            Ok(v) => {
                self.push_ptr(v.into_ptr());
                self.next()
            }
            Err(_) => self.error(),
        }
    }

    /// As [`M::result`], with the check: for instructions that have run other code.
    #[inline(always)]
    pub fn result_checked(mut self, r: PyResult<Owned>) -> R {
        match r {
            Ok(v) => {
                self.push_ptr(v.into_ptr());
                self.next_checked()
            }
            Err(_) => self.error(),
        }
    }

    /// Goes on after something that has no result, or unwinds.
    #[inline(always)]
    pub fn done(self, r: PyResult<()>) -> R {
        match r {
            Ok(()) => self.next(),
            Err(_) => self.error(),
        }
    }

    /// An exception is set: unwinds.
    #[inline(always)]
    pub fn error(self) -> R {
        self.save();
        self.go(unwind)
    }
}

/// Defines instructions. `op!` is for those that call nothing; `opx!` records `f_lasti` first.
macro_rules! op {
    ($($(#[$meta:meta])* fn $name:ident($m:ident) $body:block)*) => { $(
        $(#[$meta])*
        ///
        /// # Safety
        /// The words describe a running frame (see [`M`](crate::eval::machine::M)).
        pub unsafe extern "C" fn $name(
            f: *mut PyFrameObject,
            ip: *const $crate::eval::slots::Slot,
            sp: *mut *mut PyObject,
            ts: *mut PyThreadState,
            base: *const $crate::eval::slots::Slot,
            arg: u64,
        ) -> $crate::eval::machine::R {
            // SAFETY: by the contract.
            #[allow(unused_mut)]
            let mut $m = unsafe { $crate::eval::machine::M::new(f, ip, sp, ts, base, arg) };
            $body
        }
    )* };
}
macro_rules! opx {
    ($($(#[$meta:meta])* fn $name:ident($m:ident) $body:block)*) => { $(
        $crate::eval::machine::op! { $(#[$meta])* fn $name($m) { $m.save(); $body } }
    )* };
}
pub(crate) use {op, opx};
