//! The value stack, constants and local variables.

use crate::code;
use crate::eval::machine::{M, op, opx};
use crate::prelude::*;
use pyrite_runtime::words;

op! {
    fn NOP(m) {
        m.next()
    }

    fn POP_TOP(m) {
        let v = m.pop_ptr();
        // SAFETY: the entry was owned by the stack.
        let left = unsafe { count_down(v) };
        if left == 0 {
            m.arg = v as u64;
            return m.go(dealloc_and_next);
        }
        m.next()
    }

    fn ROT_TWO(m) {
        let (top, second) = (m.peek_ptr(1), m.peek_ptr(2));
        m.poke(1, second);
        m.poke(2, top);
        m.next()
    }

    fn ROT_THREE(m) {
        let (top, second, third) = (m.peek_ptr(1), m.peek_ptr(2), m.peek_ptr(3));
        m.poke(1, second);
        m.poke(2, third);
        m.poke(3, top);
        m.next()
    }

    fn ROT_FOUR(m) {
        let (top, second, third, fourth) = (m.peek_ptr(1), m.peek_ptr(2), m.peek_ptr(3), m.peek_ptr(4));
        m.poke(1, second);
        m.poke(2, third);
        m.poke(3, fourth);
        m.poke(4, top);
        m.next()
    }

    fn DUP_TOP(m) {
        let v = m.peek_ptr(1);
        // SAFETY: the stack owns its entries.
        unsafe { incref(v) };
        m.push_ptr(v);
        m.next()
    }

    fn DUP_TOP_TWO(m) {
        let (second, top) = (m.peek_ptr(2), m.peek_ptr(1));
        // SAFETY: the stack owns its entries.
        unsafe {
            incref(second);
            incref(top);
        }
        m.push_ptr(second);
        m.push_ptr(top);
        m.next()
    }

    fn LOAD_CONST(m) {
        // The slot holds the constant itself, which the code owns.
        let v = m.arg as *mut PyObject;
        // SAFETY: a live constant.
        unsafe { incref(v) };
        m.push_ptr(v);
        m.next()
    }

    fn LOAD_FAST(m) {
        // SAFETY: a variable of the frame: owned or null.
        let v = unsafe { *m.local(m.arg as usize) };
        if v.is_null() {
            return m.go(unbound_local);
        }
        // SAFETY: live, as the frame owns it.
        unsafe { incref(v) };
        m.push_ptr(v);
        m.next()
    }

    fn STORE_FAST(m) {
        let v = m.pop_ptr();
        let slot = m.local(m.arg as usize);
        // SAFETY: a variable of the frame: owned or null.
        let old = unsafe { slot.replace(v) };
        if !old.is_null() {
            // SAFETY: the variable owned it.
            let left = unsafe { count_down(old) };
            if left == 0 {
                m.arg = old as u64;
                return m.go(dealloc_and_next);
            }
        }
        m.next()
    }
}

op! {
    /// Deallocates the object in the argument word, then goes on.
    #[inline(never)]
    fn dealloc_and_next(m) {
        // SAFETY: its count has just reached 0.
        if unsafe { words::free_simple(m.arg as *mut PyObject) } {
            return m.next();
        }
        m.go(dealloc_any)
    }
}

opx! {
    fn dealloc_any(m) {
        // SAFETY: its count has just reached 0.
        unsafe { dealloc(m.arg as *mut PyObject) };
        m.step()
    }

    fn DELETE_FAST(m) {
        let slot = m.local(m.arg as usize);
        // SAFETY: a variable of the frame: owned or null.
        let old = unsafe { slot.replace(std::ptr::null_mut()) };
        if old.is_null() {
            raise_unbound_local(m);
            return m.error();
        }
        // SAFETY: the variable owned it.
        unsafe { decref(old) };
        m.step()
    }

    #[cold]
    fn unbound_local(m) {
        raise_unbound_local(m);
        m.error()
    }
}

#[cold]
fn raise_unbound_local(m: M) {
    let names = code::tuple_of(&m.code().co_varnames);
    let i = m.arg as usize;
    let name = if i < tuple::len(names) {
        tuple::get(names, i)
    } else {
        none()
    };
    let _ = raise!(
        UnboundLocalError,
        "local variable '{}' referenced before assignment",
        err::Str(name)
    );
}
