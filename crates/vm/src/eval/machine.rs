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
use super::{EVAL_BREAKER, breaker, special};
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

    /// Goes on with the next instruction after looking whether somebody wants the interpreter's attention. `f_lasti` is
    /// that of the instruction that ran last.
    #[inline(always)]
    pub fn next_checked(self) -> R {
        if EVAL_BREAKER.load(Ordering::Relaxed) != 0 {
            return self.go(breaker);
        }
        self.next()
    }

    /// Goes on at byte offset `target` after such a look.
    #[inline(always)]
    pub fn jump_checked(mut self, target: usize) -> R {
        if EVAL_BREAKER.load(Ordering::Relaxed) != 0 {
            self.save();
            self.jump_to(target);
            return self.go(breaker);
        }
        self.jump_to(target);
        self.next()
    }

    /// Goes on as the body of an instruction said.
    #[inline(always)]
    pub fn follow(mut self, step: Step) -> R {
        self.sp = step.sp;
        self.ip = step.ip;
        if (step.ip as usize) < Step::SPECIAL {
            self.arg = step.ip as u64;
            return self.go(special);
        }
        self.next_checked()
    }

    /// The body is done.
    #[inline(always)]
    pub fn step(self) -> Step {
        Step {
            sp: self.sp,
            ip: self.ip,
        }
    }

    /// The body has made a result, or failed.
    #[inline(always)]
    pub fn result(mut self, r: PyResult<Owned>) -> Step {
        match r {
            Ok(v) => {
                self.push_ptr(v.into_ptr());
                self.step()
            }
            Err(_) => self.error(),
        }
    }

    /// The body has done something that has no result, or failed.
    #[inline(always)]
    pub fn done(self, r: PyResult<()>) -> Step {
        match r {
            Ok(()) => self.step(),
            Err(_) => self.error(),
        }
    }

    /// An exception is set: unwinds.
    #[inline(always)]
    pub fn error(self) -> Step {
        self.leave(Step::ERROR)
    }

    /// An exception is set that has its traceback entry for this frame: unwinds.
    #[inline(always)]
    pub fn error_again(self) -> Step {
        self.leave(Step::ERROR_AGAIN)
    }

    #[inline(always)]
    fn leave(self, how: usize) -> Step {
        Step {
            sp: self.sp,
            ip: std::ptr::without_provenance(how),
        }
    }
}

/// What the body of an instruction says about how to go on: the stack pointer and the next slot, or one of the
/// constants below instead of a slot. Two words, which are returned in registers.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct Step {
    pub sp: *mut *mut PyObject,
    pub ip: *const Slot,
}

impl Step {
    /// An exception is set.
    pub const ERROR: usize = 0;
    /// The same, and its traceback has this frame already.
    pub const ERROR_AGAIN: usize = 1;
    /// The thread's current frame is another one; `sp` is the top of its stack.
    pub const SWITCH: usize = 2;
    /// The frame has been left with an exception set; the caller's part remains to be done.
    pub const LEAVE_RAISED: usize = 3;
    /// The chain ends; `sp` is what it returns.
    pub const RETURN: usize = 4;
    /// What is below is one of these.
    pub const SPECIAL: usize = 5;

    #[inline(always)]
    pub fn switch(sp: *mut *mut PyObject) -> Step {
        Step {
            sp,
            ip: std::ptr::without_provenance(Self::SWITCH),
        }
    }

    #[inline(always)]
    pub fn leave_raised() -> Step {
        Step {
            sp: std::ptr::null_mut(),
            ip: std::ptr::without_provenance(Self::LEAVE_RAISED),
        }
    }

    #[inline(always)]
    pub fn returning(v: R) -> Step {
        Step {
            sp: v.cast(),
            ip: std::ptr::without_provenance(Self::RETURN),
        }
    }
}

/// Defines instructions that are done in registers. Their calls in tail position must become jumps, and the compiler makes
/// a jump of none of them when the address of one local has been taken. So nothing in `op!` may own anything: no
/// `Owned`, no `PyResult` of one, and functions that it calls get plain words, give back at most two, and are not inlined.
/// `tests/library/tests/tails.rs` looks at the machine code.
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

/// Defines instructions that call out. The handler records `f_lasti`, calls the body, which is a function of its own and
/// may do as it likes, and goes on as the [`Step`] says that the body returns.
macro_rules! opx {
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
            #[inline(never)]
            unsafe extern "C" fn body(
                f: *mut PyFrameObject,
                ip: *const $crate::eval::slots::Slot,
                sp: *mut *mut PyObject,
                ts: *mut PyThreadState,
                base: *const $crate::eval::slots::Slot,
                arg: u64,
            ) -> $crate::eval::machine::Step {
                // SAFETY: by the contract.
                #[allow(unused_mut)]
                let mut $m = unsafe { $crate::eval::machine::M::new(f, ip, sp, ts, base, arg) };
                $body
            }
            // SAFETY: by the contract.
            unsafe {
                let m = $crate::eval::machine::M::new(f, ip, sp, ts, base, arg);
                m.save();
                m.follow(body(f, ip, sp, ts, base, arg))
            }
        }
    )* };
}
pub(crate) use {op, opx};
