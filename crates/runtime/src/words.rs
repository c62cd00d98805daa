//! Built-in types in plain words: what the interpreter's instructions do without owning anything.
//!
//! A handler that the compiler is to end in a jump may hold nothing that must be dropped, so these functions take and give
//! pointers, and null means "not here, take the long way": nothing has happened then, and no exception is set. All of
//! them run no other code than their own, except where it is said.

use crate::list::PyListIterObject;
use crate::long::{PyLong_Type, small};
use crate::owned::count_down;
use crate::prelude::*;
use crate::range::{PyRangeIter_Type, PyRangeIterObject};
use crate::tuple::PyTupleIterObject;
use crate::{dict, float, gc, list, mem, tuple, unicode};
use std::mem::offset_of;

/// Is `o` exactly of the type?
///
/// # Safety
/// `o` is a live object.
#[inline(always)]
pub unsafe fn is(o: *mut PyObject, ty: &PyTypeObject) -> bool {
    // SAFETY: by the contract.
    std::ptr::eq(unsafe { (*o).ob_type.get() }, ty)
}

/// The value of an exact int of at most one digit.
///
/// # Safety
/// `o` is a live, exact int.
#[inline(always)]
pub unsafe fn compact(o: *mut PyObject) -> Option<i64> {
    // SAFETY: by the contract.
    crate::long::as_compact(unsafe { &*o.cast::<PyLongObject>() })
}

/// A new int, or a shared one; null when there is no memory. `n` lies within 60 bits.
#[inline(always)]
pub fn new_int(n: i64) -> *mut PyObject {
    if let Some(shared) = small(n) {
        let p = shared.as_ptr();
        // SAFETY: a static object.
        unsafe { crate::owned::incref(p) };
        return p;
    }
    let magnitude = n.unsigned_abs();
    let size = offset_of!(PyLongObject, ob_digit) + 2 * size_of::<u32>();
    let o = mem::object_alloc(size).cast::<PyLongObject>();
    if o.is_null() {
        return o.cast();
    }
    let digits = if magnitude >> 30 == 0 { 1 } else { 2 };
    // SAFETY: fresh memory for the head and two digits.
    unsafe {
        (*o).ob_base.ob_base.ob_refcnt.set(1);
        (*o).ob_base
            .ob_base
            .ob_type
            .set((&raw const PyLong_Type).cast_mut());
        (*o).ob_base
            .ob_size
            .set(if n < 0 { -digits } else { digits });
        let digit = (&raw const (*o).ob_digit).cast::<u32>().cast_mut();
        *digit = (magnitude & 0x3fff_ffff) as u32;
        *digit.add(1) = (magnitude >> 30) as u32;
    }
    o.cast()
}

/// The int `n` in place of `old`, an exact int whose count is given up, unless the result is null.
///
/// # Safety
/// `old` is a live, exact int of which the caller holds a count.
#[inline(always)]
pub unsafe fn int_instead(old: *mut PyObject, n: i64) -> *mut PyObject {
    // SAFETY: by the contract; an int of one digit that nobody else holds may become another one.
    unsafe {
        let int = &*old.cast::<PyLongObject>();
        let magnitude = n.unsigned_abs();
        if (*old).ob_refcnt.get() == 1
            && magnitude >> 30 == 0
            && small(n).is_none()
            && int.ob_base.ob_size.get().unsigned_abs() == 1
        {
            int.ob_digit[0].set(magnitude as u32);
            int.ob_base.ob_size.set(if n < 0 { -1 } else { 1 });
            return old;
        }
        let new = new_int(n);
        if !new.is_null() {
            drop_int(old);
        }
        new
    }
}

/// Gives up a count of an exact int.
///
/// # Safety
/// `o` is a live, exact int of which the caller holds a count.
#[inline(always)]
pub unsafe fn drop_int(o: *mut PyObject) {
    // SAFETY: by the contract.
    unsafe {
        let left = count_down(o);
        if left == 0 {
            mem::object_free(o.cast());
        }
    }
}

/// The value of an exact float.
///
/// # Safety
/// `o` is a live, exact float.
#[inline(always)]
pub unsafe fn float_value(o: *mut PyObject) -> f64 {
    // SAFETY: by the contract.
    unsafe { (*o.cast::<PyFloatObject>()).ob_fval.get() }
}

/// Gives up a count of an exact float.
///
/// # Safety
/// `o` is a live, exact float of which the caller holds a count.
#[inline(always)]
pub unsafe fn drop_float(o: *mut PyObject) {
    // SAFETY: by the contract.
    unsafe {
        let left = count_down(o);
        if left == 0 {
            float::release(o.cast());
        }
    }
}

/// The float `v` in place of two exact floats whose counts are given up, unless the result is null.
///
/// # Safety
/// Both are live, exact floats of which the caller holds a count each.
#[inline(always)]
pub unsafe fn float_instead(a: *mut PyObject, b: *mut PyObject, v: f64) -> *mut PyObject {
    // SAFETY: by the contract; a float that nobody else holds may become another one.
    unsafe {
        if (*a).ob_refcnt.get() == 1 {
            (*a.cast::<PyFloatObject>()).ob_fval.set(v);
            drop_float(b);
            return a;
        }
        if (*b).ob_refcnt.get() == 1 {
            (*b.cast::<PyFloatObject>()).ob_fval.set(v);
            drop_float(a);
            return b;
        }
        let new = float::new_word(v);
        if !new.is_null() {
            drop_float(a);
            drop_float(b);
        }
        new
    }
}

/// The float `v` in place of one; as [`float_instead`].
///
/// # Safety
/// `a` is a live, exact float of which the caller holds a count.
#[inline(always)]
pub unsafe fn float_instead_of(a: *mut PyObject, v: f64) -> *mut PyObject {
    // SAFETY: as in `float_instead`.
    unsafe {
        if (*a).ob_refcnt.get() == 1 {
            (*a.cast::<PyFloatObject>()).ob_fval.set(v);
            return a;
        }
        let new = float::new_word(v);
        if !new.is_null() {
            drop_float(a);
        }
        new
    }
}

/// Frees a dead object if that takes no other code: an exact int or float.
///
/// # Safety
/// The object's count is 0.
#[inline(always)]
pub unsafe fn free_simple(o: *mut PyObject) -> bool {
    // SAFETY: by the contract.
    unsafe {
        if is(o, &float::PyFloat_Type) {
            float::release(o.cast());
        } else if is(o, &PyLong_Type) {
            mem::object_free(o.cast());
        } else {
            return false;
        }
    }
    true
}

/// The next item of an iterator over a list, a tuple or a range of machine integers, with a count. Null also at the end.
///
/// # Safety
/// `it` is a live object.
#[inline(always)]
pub unsafe fn next_item(it: *mut PyObject) -> *mut PyObject {
    let null = std::ptr::null_mut();
    // SAFETY: the type says what the layout is; an iterator holds its sequence until it is exhausted.
    unsafe {
        if is(it, &list::PyListIter_Type) {
            let it = &*it.cast::<PyListIterObject>();
            let (l, i) = (it.it_seq.get(), it.it_index.get());
            if l.is_null() || i as usize >= (*l).ob_base.ob_size.get() as usize {
                return null;
            }
            let v = *(*l).ob_item.get().add(i as usize);
            crate::owned::incref(v);
            it.it_index.set(i + 1);
            return v;
        }
        if is(it, &PyRangeIter_Type) {
            let it = &*it.cast::<PyRangeIterObject>();
            let i = it.index.get();
            let n = it.start.get().wrapping_add(i.wrapping_mul(it.step.get()));
            if i >= it.len.get() || n.unsigned_abs() >> 60 != 0 {
                return null;
            }
            let v = new_int(n);
            if !v.is_null() {
                it.index.set(i + 1);
            }
            return v;
        }
        if is(it, &tuple::PyTupleIter_Type) {
            let it = &*it.cast::<PyTupleIterObject>();
            let (t, i) = (it.it_seq.get(), it.it_index.get());
            if t.is_null() || i as usize >= (*t).ob_base.ob_size.get() as usize {
                return null;
            }
            let v = *(&raw const (*t).ob_item)
                .cast::<*mut PyObject>()
                .add(i as usize);
            crate::owned::incref(v);
            it.it_index.set(i + 1);
            return v;
        }
    }
    null
}

/// The place of item `i` (counted from the end when negative) of an exact list or tuple; null when it has none.
///
/// # Safety
/// `o` is a live object.
#[inline(always)]
pub unsafe fn item_place(o: *mut PyObject, i: i64) -> *mut *mut PyObject {
    // SAFETY: the type says what the layout is.
    unsafe {
        let items = if is(o, &list::PyList_Type) {
            (*o.cast::<PyListObject>()).ob_item.get()
        } else if is(o, &tuple::PyTuple_Type) {
            (&raw const (*o.cast::<PyTupleObject>()).ob_item)
                .cast::<*mut PyObject>()
                .cast_mut()
        } else {
            return std::ptr::null_mut();
        };
        let n = (*o.cast::<PyVarObject>()).ob_size.get() as i64;
        let i = if i < 0 { i + n } else { i };
        if i as u64 >= n as u64 {
            return std::ptr::null_mut();
        }
        items.add(i as usize)
    }
}

/// The items of an exact list or tuple that has `n` of them; else null.
///
/// # Safety
/// `o` is a live object.
#[inline(always)]
pub unsafe fn items_if(o: *mut PyObject, n: usize) -> *mut *mut PyObject {
    // SAFETY: the type says what the layout is.
    unsafe {
        let items = if is(o, &tuple::PyTuple_Type) {
            (&raw const (*o.cast::<PyTupleObject>()).ob_item)
                .cast::<*mut PyObject>()
                .cast_mut()
        } else if is(o, &list::PyList_Type) {
            (*o.cast::<PyListObject>()).ob_item.get()
        } else {
            return std::ptr::null_mut();
        };
        if (*o.cast::<PyVarObject>()).ob_size.get() as usize == n {
            items
        } else {
            std::ptr::null_mut()
        }
    }
}

/// Appends to an exact list with room, taking over the count of `v`. False when there is none.
///
/// # Safety
/// `l` is a live list, `v` a live object of which the caller holds a count.
#[inline(always)]
pub unsafe fn append(l: *mut PyObject, v: *mut PyObject) -> bool {
    // SAFETY: by the contract; items lie in a row of `allocated` places.
    unsafe {
        let l = &*l.cast::<PyListObject>();
        let n = l.ob_base.ob_size.get();
        if n >= l.allocated.get() {
            return false;
        }
        *l.ob_item.get().add(n as usize) = v;
        l.ob_base.ob_size.set(n + 1);
    }
    true
}

/// What a class method or a static method wraps, borrowed; null if nothing.
///
/// # Safety
/// `o` is a live object of one of the two types.
#[inline(always)]
pub unsafe fn wrapped_function(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: by the contract.
    unsafe {
        (*o.cast::<crate::class_method::WrappedFunction>())
            .callable
            .get()
    }
}

/// Are two exact strings equal?
///
/// # Safety
/// Both are live, exact strings.
#[inline(never)]
pub unsafe extern "C" fn text_eq(a: *mut PyObject, b: *mut PyObject) -> bool {
    // SAFETY: by the contract.
    unsafe { unicode::eq(&*a.cast(), &*b.cast()) }
}

/// What an exact, interned string maps to in a dict that has only strings for keys, borrowed. Null also when it is not known
/// to run no code.
///
/// # Safety
/// `d` is a live dict, `name` a live, exact string.
#[inline(never)]
pub unsafe extern "C" fn dict_text(d: *mut PyObject, name: *mut PyObject) -> *mut PyObject {
    // SAFETY: by the contract.
    unsafe { dict::text_value(&*d.cast(), &*name) }
}

/// Does the dict certainly not have the key? As [`dict_text`].
///
/// # Safety
/// As [`dict_text`].
#[inline(never)]
pub unsafe extern "C" fn dict_lacks(d: *mut PyObject, name: *mut PyObject) -> bool {
    // SAFETY: by the contract.
    unsafe { dict::lacks_text(&*d.cast(), &*name) }
}

/// Must the dict be tracked by the collector before it holds `v`?
///
/// # Safety
/// `d` is a live dict, `v` a live object.
#[inline(always)]
pub unsafe fn wants_tracking(d: *mut PyObject, v: *mut PyObject) -> bool {
    // SAFETY: every dict has a collector's head.
    unsafe { !gc::is_tracked(d) && gc::may_be_tracked(&*v) }
}
