//! Shifts and bitwise operations, as if ints were infinite two's complement.

use super::arith::{as_wide, from_wide};
use super::{as_compact, build, digits, digits_of, from_digits, from_i64, is_negative};
use crate::prelude::*;
use std::cmp::Ordering;

type Long = Owned<PyLongObject>;

fn negative_count() -> Raised {
    raise!(ValueError, "negative shift count")
}

/// The shift count; `None` if it is larger than any address.
fn count(b: &PyLongObject) -> PyResult<Option<usize>> {
    if is_negative(b) {
        return Err(negative_count());
    }
    let n = digits::to_u64(digits_of(b)).and_then(|n| usize::try_from(n).ok());
    Ok(n)
}

/// Why nothing can be shifted to the left by `b`, which is no `usize`: there is no memory for the digits, or no length.
#[cold]
fn too_far(b: &PyLongObject) -> Raised {
    let bits = digits_of(b).iter().rev().fold(0u128, |n, d| {
        n.saturating_mul(1 << digits::SHIFT) + u128::from(*d)
    });
    if bits / u128::from(digits::SHIFT) > isize::MAX as u128 / 4 {
        return raise!(OverflowError, "too many digits in integer");
    }
    crate::err::no_memory()
}

pub fn lshift(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    let n = count(b)?;
    if digits_of(a).is_empty() {
        return from_i64(0);
    }
    let Some(n) = n else {
        return Err(too_far(b));
    };
    if let Some(x) = as_compact(a)
        && n < 32
    {
        return from_i64(x << n);
    }
    let v = digits_of(a);
    if n < 120
        && digits::bit_length(v) + n < 120
        && let Some(x) = as_wide(a)
    {
        return from_wide(x << n);
    }
    let room = v.len().saturating_add(n / digits::SHIFT as usize + 1);
    super::room_for(room)?;
    build(is_negative(a), room, |out| digits::shl_into(out, v, n))
}

pub fn rshift(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    let n = count(b)?.unwrap_or(usize::MAX);
    if let Some(x) = as_compact(a) {
        return from_i64(x >> n.min(63));
    }
    if let Some(x) = as_wide(a) {
        return from_wide(x >> n.min(127));
    }
    let v = digits_of(a);
    if n / digits::SHIFT as usize >= v.len() {
        return from_i64(if is_negative(a) { -1 } else { 0 });
    }
    if !is_negative(a) {
        let room = v.len() - n / digits::SHIFT as usize;
        return build(false, room, |out| digits::shr_into(out, v, n));
    }
    let mut q = digits::shr(v, n);
    // Rounds down, also below zero.
    if is_negative(a) && digits::any_low_bit(v, n) {
        q = digits::add(&q, &[1]);
    }
    from_digits(is_negative(a), &q)
}

pub fn invert(a: &PyLongObject) -> PyResult<Long> {
    if let Some(x) = as_compact(a) {
        return from_i64(!x);
    }
    let v = digits_of(a);
    if is_negative(a) {
        from_digits(false, &digits::sub(v, &[1]))
    } else {
        from_digits(true, &digits::add(v, &[1]))
    }
}

/// `n` digits of the two's complement.
fn complement(a: &PyLongObject, n: usize) -> Vec<u32> {
    let mut v = digits_of(a).to_vec();
    v.resize(n, 0);
    if is_negative(a) {
        negate(&mut v);
    }
    v
}

fn negate(v: &mut [u32]) {
    let mut carry = 1;
    for d in v {
        carry += !*d & digits::MASK;
        *d = carry & digits::MASK;
        carry >>= digits::SHIFT;
    }
}

/// Of numbers of more than some words.
#[inline(always)]
fn bitwise(a: &PyLongObject, b: &PyLongObject, op: impl Fn(u32, u32) -> u32) -> PyResult<Long> {
    let (x, y) = (digits_of(a), digits_of(b));
    if !is_negative(a) && !is_negative(b) {
        let (x, y) = if x.len() >= y.len() { (x, y) } else { (y, x) };
        // Above the shorter one are zeros: with `and` nothing remains there.
        let n = if op(1, 0) == 0 { y.len() } else { x.len() };
        return build(false, n, |out| {
            for (slot, (x, y)) in out.iter_mut().zip(x.iter().zip(y)) {
                *slot = op(*x, *y);
            }
            if let (Some(high), Some(rest)) = (out.get_mut(y.len()..), x.get(y.len()..)) {
                for (slot, x) in high.iter_mut().zip(rest) {
                    *slot = op(*x, 0);
                }
            }
        });
    }
    // One digit more than either has holds the sign.
    let n = x.len().max(y.len()) + 1;
    let (x, y) = (complement(a, n), complement(b, n));
    let mut v: Vec<u32> = x.iter().zip(&y).map(|(x, y)| op(*x, *y)).collect();
    let negative = v[n - 1] >> (digits::SHIFT - 1) != 0;
    if negative {
        negate(&mut v);
    }
    digits::normalize(&mut v);
    from_digits(negative, &v)
}

#[inline]
pub fn and(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    match (as_compact(a), as_compact(b)) {
        (Some(x), Some(y)) => from_i64(x & y),
        _ => match (as_wide(a), as_wide(b)) {
            (Some(x), Some(y)) => from_wide(x & y),
            _ => bitwise(a, b, |x, y| x & y),
        },
    }
}

#[inline]
pub fn or(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    match (as_compact(a), as_compact(b)) {
        (Some(x), Some(y)) => from_i64(x | y),
        _ => match (as_wide(a), as_wide(b)) {
            (Some(x), Some(y)) => from_wide(x | y),
            _ => bitwise(a, b, |x, y| x | y),
        },
    }
}

#[inline]
pub fn xor(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    match (as_compact(a), as_compact(b)) {
        (Some(x), Some(y)) => from_i64(x ^ y),
        _ => match (as_wide(a), as_wide(b)) {
            (Some(x), Some(y)) => from_wide(x ^ y),
            _ => bitwise(a, b, |x, y| x ^ y),
        },
    }
}

/// `_PyLong_AsByteArray`: `n` bytes, little-endian; two's complement if `signed`.
pub fn as_byte_array(a: &PyLongObject, n: usize, signed: bool) -> PyResult<Vec<u8>> {
    if is_negative(a) && !signed {
        return Err(raise!(
            OverflowError,
            "can't convert negative int to unsigned"
        ));
    }
    let v = digits_of(a);
    let bits = digits::bit_length(v);
    let too_big = match (signed, n.checked_mul(8)) {
        (_, None) => false,
        (false, Some(room)) => bits > room,
        (true, Some(room)) if is_negative(a) => {
            // -2**(room-1) just fits.
            let edge = bits == room && (0..room.saturating_sub(1)).all(|i| !digits::bit(v, i));
            bits >= room && !(edge && room > 0)
        }
        (true, Some(room)) => bits >= room && !(bits == 0 && room == 0),
    };
    if too_big {
        return Err(raise!(OverflowError, "int too big to convert"));
    }
    let mut out = Vec::new();
    if out.try_reserve_exact(n).is_err() {
        return Err(crate::err::no_memory());
    }
    let (mut acc, mut have) = (0u64, 0);
    for d in v {
        acc |= u64::from(*d) << have;
        have += digits::SHIFT;
        while have >= 8 && out.len() < n {
            out.push(acc as u8);
            acc >>= 8;
            have -= 8;
        }
    }
    while out.len() < n {
        out.push(acc as u8);
        acc >>= 8;
    }
    if is_negative(a) {
        let mut carry = true;
        for byte in &mut out {
            let (b, c) = (!*byte).overflowing_add(u8::from(carry));
            *byte = b;
            carry = c;
        }
    }
    Ok(out)
}

/// A number of a word in at most eight bytes, if it fits: the first `n` of the result.
pub fn word_as_bytes(
    a: &PyLongObject,
    n: Py_ssize_t,
    little: bool,
    signed: bool,
) -> Option<[u8; 8]> {
    let word = super::convert::to_i64(a)?;
    let n = usize::try_from(n).ok().filter(|n| (1..=8).contains(n))?;
    let unused = 64 - 8 * n as u32;
    let fits = if signed {
        word << unused >> unused == word
    } else {
        word >= 0 && (word as u64) << unused >> unused == word as u64
    };
    let bytes = if little {
        word.to_le_bytes()
    } else {
        (word << unused).to_be_bytes()
    };
    fits.then_some(bytes)
}

/// `_PyLong_FromByteArray`.
pub fn from_byte_array(bytes: &[u8], little: bool, signed: bool) -> PyResult<Long> {
    if (1..=8).contains(&bytes.len()) {
        // The bytes at the upper end of a word, and then with the sign to the lower.
        let mut word = [0; 8];
        let unused = 64 - 8 * bytes.len() as u32;
        let word = if little {
            word[8 - bytes.len()..].copy_from_slice(bytes);
            u64::from_le_bytes(word)
        } else {
            word[..bytes.len()].copy_from_slice(bytes);
            u64::from_be_bytes(word)
        };
        return if signed {
            from_i64(word as i64 >> unused)
        } else {
            super::from_u64(word >> unused)
        };
    }
    if little {
        return from_little_endian(bytes, signed);
    }
    let reversed: Vec<u8> = bytes.iter().rev().copied().collect();
    from_little_endian(&reversed, signed)
}

fn from_little_endian(bytes: &[u8], signed: bool) -> PyResult<Long> {
    let negative = signed && bytes.last().is_some_and(|b| b & 0x80 != 0);
    let mut carry = true;
    let mut out = Vec::with_capacity(bytes.len() * 8 / digits::SHIFT as usize + 1);
    let (mut acc, mut have) = (0u64, 0);
    for byte in bytes {
        let mut byte = *byte;
        if negative {
            let (b, c) = (!byte).overflowing_add(u8::from(carry));
            byte = b;
            carry = c;
        }
        acc |= u64::from(byte) << have;
        have += 8;
        if have >= digits::SHIFT {
            out.push(acc as u32 & digits::MASK);
            acc >>= digits::SHIFT;
            have -= digits::SHIFT;
        }
    }
    out.push(acc as u32);
    // The magnitude of the lowest number of that many bytes needs one bit more.
    if negative && carry {
        digits::normalize(&mut out);
        let edge = digits::shl(&[1], bytes.len() * 8);
        if digits::compare(&out, &edge) == Ordering::Less && out.is_empty() {
            return from_digits(true, &edge);
        }
    }
    digits::normalize(&mut out);
    from_digits(negative, &out)
}
