//! `int`: integers of any size.
//!
//! An int is sign and magnitude: `ob_size` counts the digits of 30 bits and carries the sign, the digits follow, least
//! first. The numbers from -5 to 256 are made once and shared. [`digits`] does the arithmetic on magnitudes; here
//! and in the other files signs and objects are added. Operations on one-digit numbers, which is nearly all of them, take
//! a short way through machine words.

pub mod arith;
pub mod bits;
pub mod convert;
pub mod digits;
mod limbs;
pub mod text;
mod type_;

pub use arith::*;
pub use bits::*;
pub use convert::*;
pub use text::*;
pub use type_::{PyLong_Type, copy};

use crate::mem;
use crate::prelude::*;
use std::cmp::Ordering;
use std::mem::offset_of;

/// The shared numbers.
const SMALL_MIN: i64 = -5;
const SMALL_MAX: i64 = 256;
const SMALL_COUNT: usize = (SMALL_MAX - SMALL_MIN + 1) as usize;
/// Counts start this large, so that no sequence of mistakes frees a shared number.
const IMMORTAL: Py_ssize_t = 1 << 40;

static SMALL: [PyLongObject; SMALL_COUNT] = {
    let mut all = [const { PyLongObject::ZEROED }; SMALL_COUNT];
    let mut i = 0;
    while i < SMALL_COUNT {
        let n = i as i64 + SMALL_MIN;
        all[i] = PyLongObject {
            ob_base: PyVarObject {
                ob_base: PyObject {
                    ob_refcnt: Cell::new(IMMORTAL),
                    ob_type: Cell::new((&raw const PyLong_Type).cast_mut()),
                },
                ob_size: Cell::new(if n < 0 {
                    -1
                } else if n == 0 {
                    0
                } else {
                    1
                }),
            },
            ob_digit: [Cell::new(n.unsigned_abs() as u32)],
        };
        i += 1;
    }
    all
};

/// 0 and 1, as C finds them.
#[unsafe(no_mangle)]
pub static _PyLong_Zero: Global<*mut PyObject> = Global::new(shared(0));
#[unsafe(no_mangle)]
pub static _PyLong_One: Global<*mut PyObject> = Global::new(shared(1));

/// The address of a shared number.
const fn shared(n: i64) -> *mut PyObject {
    (&raw const SMALL[(n - SMALL_MIN) as usize])
        .cast_mut()
        .cast()
}

/// A shared number from -5 to 256, borrowed.
#[inline]
pub fn small(n: i64) -> Option<&'static PyLongObject> {
    SMALL.get(usize::try_from(n.wrapping_sub(SMALL_MIN)).ok()?)
}

/// The digits, least first, without the sign.
#[inline]
pub fn digits_of(n: &PyLongObject) -> &[u32] {
    let len = n.ob_base.ob_size.get().unsigned_abs();
    // SAFETY: an int has as many digits as its size says, and they never change.
    unsafe { std::slice::from_raw_parts(n.ob_digit.as_ptr().cast::<u32>(), len) }
}

#[inline]
pub fn is_negative(n: &PyLongObject) -> bool {
    n.ob_base.ob_size.get() < 0
}

/// The value if it has at most one digit: the short way of everything.
#[inline]
pub fn as_compact(n: &PyLongObject) -> Option<i64> {
    let size = n.ob_base.ob_size.get();
    if (-1..=1).contains(&size) {
        Some(size as i64 * i64::from(n.ob_digit[0].get()))
    } else {
        None
    }
}

/// An int from a sign and a normalized magnitude.
pub fn from_digits(negative: bool, magnitude: &[u32]) -> PyResult<Owned<PyLongObject>> {
    match magnitude {
        [] => return from_i64(0),
        [d] => {
            return from_i64(if negative {
                -i64::from(*d)
            } else {
                i64::from(*d)
            });
        }
        _ => {}
    }
    let o = alloc(magnitude.len())?;
    // SAFETY: the allocation has that many digits.
    unsafe {
        let first = o.ob_digit.as_ptr().cast::<u32>().cast_mut();
        first.copy_from_nonoverlapping(magnitude.as_ptr(), magnitude.len());
    }
    let n = magnitude.len() as Py_ssize_t;
    o.ob_base.ob_size.set(if negative { -n } else { n });
    Ok(o)
}

/// `MemoryError` if there is no memory for a result of `n` digits and what its computation needs besides. Vectors of digits end the
/// process where they cannot grow, so whoever makes a long one asks first.
#[inline]
pub(crate) fn room_for(n: usize) -> PyResult<()> {
    const SMALL: usize = 1 << 16;
    match n {
        0..SMALL => Ok(()),
        _ => mem::room::ask(n.saturating_mul(3 * size_of::<u32>())),
    }
}

/// An int whose magnitude `fill` writes into `n` digits, which are zero before; leading zeros are cut off.
pub(crate) fn build(
    negative: bool,
    n: usize,
    fill: impl FnOnce(&mut [u32]),
) -> PyResult<Owned<PyLongObject>> {
    let o = alloc(n)?;
    // SAFETY: the allocation has that many digits, and nobody else knows it yet.
    let magnitude = unsafe {
        let first = o.ob_digit.as_ptr().cast::<u32>().cast_mut();
        first.write_bytes(0, n);
        std::slice::from_raw_parts_mut(first, n)
    };
    fill(magnitude);
    let used = magnitude.iter().rposition(|d| *d != 0).map_or(0, |i| i + 1);
    if used < 2 {
        let value = i64::from(magnitude.first().copied().unwrap_or(0));
        return from_i64(if negative { -value } else { value });
    }
    let size = used as Py_ssize_t;
    o.ob_base.ob_size.set(if negative { -size } else { size });
    Ok(o)
}

/// A new int with room for `n` digits, its size not set.
#[inline]
fn alloc(n: usize) -> PyResult<Owned<PyLongObject>> {
    if n > isize::MAX as usize / 8 {
        return Err(raise!(OverflowError, "too many digits in integer"));
    }
    let o = mem::object_alloc(offset_of!(PyLongObject, ob_digit) + n.max(1) * size_of::<u32>());
    if o.is_null() {
        return Err(crate::err::no_memory());
    }
    // SAFETY: fresh memory of at least the head and one digit.
    unsafe {
        let o = o.cast::<PyLongObject>();
        (*o).ob_base.ob_base.ob_refcnt.set(1);
        (*o).ob_base
            .ob_base
            .ob_type
            .set((&raw const PyLong_Type).cast_mut());
        (*o).ob_digit[0].set(0);
        Ok(Owned::from_owned_ptr(o))
    }
}

/// `PyLong_FromLong` and the like.
#[inline]
pub fn from_i64(n: i64) -> PyResult<Owned<PyLongObject>> {
    if let Some(shared) = small(n) {
        return Ok(crate::owned::OwnTyped::own_typed(shared));
    }
    let magnitude = n.unsigned_abs();
    if magnitude < u64::from(digits::BASE) {
        let o = alloc(1)?;
        o.ob_digit[0].set(magnitude as u32);
        o.ob_base.ob_size.set(if n < 0 { -1 } else { 1 });
        return Ok(o);
    }
    from_magnitude(n < 0, magnitude)
}

/// An int of two or three digits.
fn from_magnitude(negative: bool, magnitude: u64) -> PyResult<Owned<PyLongObject>> {
    let (d, mask) = (digits::SHIFT, u64::from(PyLong_MASK));
    let all = [
        magnitude & mask,
        magnitude >> d & mask,
        magnitude >> (2 * d),
    ];
    let all = all.map(|digit| digit as u32);
    let used = if all[2] != 0 { 3 } else { 2 };
    from_digits(negative, &all[..used])
}

pub fn from_u64(n: u64) -> PyResult<Owned<PyLongObject>> {
    match i64::try_from(n) {
        Ok(n) => from_i64(n),
        Err(_) => from_magnitude(false, n),
    }
}

#[inline]
pub fn from_ssize_t(n: Py_ssize_t) -> PyResult<Owned<PyLongObject>> {
    from_i64(n as i64)
}

#[inline]
pub fn from_usize(n: usize) -> PyResult<Owned<PyLongObject>> {
    from_u64(n as u64)
}

/// `_PyLong_Sign`.
pub fn sign(n: &PyLongObject) -> c_int {
    n.ob_base.ob_size.get().signum() as c_int
}

/// `_PyLong_NumBits`: bits of the magnitude.
pub fn num_bits(n: &PyLongObject) -> usize {
    digits::bit_length(digits_of(n))
}

/// The order of two ints.
#[inline]
pub fn compare(a: &PyLongObject, b: &PyLongObject) -> Ordering {
    let (x, y) = (a.ob_base.ob_size.get(), b.ob_base.ob_size.get());
    if x != y {
        return x.cmp(&y);
    }
    let order = digits::compare(digits_of(a), digits_of(b));
    if x < 0 { order.reverse() } else { order }
}

/// The hash: the value modulo 2**61 - 1, with its sign (`sys.hash_info`).
pub fn hash(n: &PyLongObject) -> Py_hash_t {
    const MODULUS: u64 = (1 << 61) - 1;
    if let Some(n) = as_compact(n) {
        return if n == -1 { -2 } else { n as Py_hash_t };
    }
    let mut h: u64 = 0;
    for d in digits_of(n).iter().rev() {
        // A rotation by 30 bits multiplies by 2**30 modulo 2**61 - 1.
        h = (h << 30) & MODULUS | h >> 31;
        h += u64::from(*d);
        if h >= MODULUS {
            h -= MODULUS;
        }
    }
    let h = if is_negative(n) {
        -(h as i64)
    } else {
        h as i64
    };
    if h == -1 { -2 } else { h as Py_hash_t }
}

/// The object as an int; TypeError with C's words if it is none.
pub fn expect(o: &PyObject) -> PyResult<&PyLongObject> {
    o.downcast()
        .ok_or_else(|| raise!(TypeError, "an integer is required"))
}
