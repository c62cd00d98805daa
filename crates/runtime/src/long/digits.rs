//! Natural numbers as digits of 30 bits, least first: the arithmetic under `int`.
//!
//! Nothing here knows of objects. A number is a slice or a vector without leading zeros (zero is empty). Multiplication is
//! Karatsuba's above a threshold, division Knuth's algorithm D (TAOCP 4.3.1) and Burnikel and Ziegler's recursion for
//! long operands, and text is converted by halving, so that none of it is quadratic.

use super::limbs;
use std::cmp::Ordering;

pub type Digit = u32;
pub const SHIFT: u32 = 30;
pub const BASE: u32 = 1 << SHIFT;
pub const MASK: u32 = BASE - 1;

/// From so many digits on two at a time are faster.
const LIMBS: usize = 10;
/// Below this many digits the schoolbook method is faster.
const KARATSUBA: usize = 250;
/// Below this many digits of the divisor algorithm D is faster.
const RECURSIVE_DIVISION: usize = 400;

/// Drops leading zeros.
pub fn normalize(v: &mut Vec<Digit>) {
    while v.last() == Some(&0) {
        v.pop();
    }
}

pub(super) fn trimmed(v: &[Digit]) -> &[Digit] {
    let n = v.iter().rposition(|d| *d != 0).map_or(0, |i| i + 1);
    &v[..n]
}

pub fn from_u64(mut n: u64) -> Vec<Digit> {
    let mut v = Vec::with_capacity(3);
    while n != 0 {
        v.push(n as u32 & MASK);
        n >>= SHIFT;
    }
    v
}

/// The number, if it fits.
pub fn to_u64(v: &[Digit]) -> Option<u64> {
    if v.len() > 3 {
        return None;
    }
    let mut n: u128 = 0;
    for d in v.iter().rev() {
        n = n << SHIFT | u128::from(*d);
    }
    u64::try_from(n).ok()
}

/// The lowest 64 bits.
pub fn low_u64(v: &[Digit]) -> u64 {
    v.iter().take(3).enumerate().fold(0u64, |n, (i, d)| {
        n | u64::from(*d).wrapping_shl(SHIFT * i as u32)
    })
}

pub fn bit_length(v: &[Digit]) -> usize {
    match v.last() {
        Some(top) => (v.len() - 1) * SHIFT as usize + (32 - top.leading_zeros()) as usize,
        None => 0,
    }
}

pub fn compare(a: &[Digit], b: &[Digit]) -> Ordering {
    a.len()
        .cmp(&b.len())
        .then_with(|| a.iter().rev().cmp(b.iter().rev()))
}

pub fn add(a: &[Digit], b: &[Digit]) -> Vec<Digit> {
    let mut out = vec![0; a.len().max(b.len()) + 1];
    add_into(&mut out, a, b);
    normalize(&mut out);
    out
}

/// `a + b` into a place that has one digit more than the longer one.
pub fn add_into(out: &mut [Digit], a: &[Digit], b: &[Digit]) {
    let (a, b) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    let (both, rest) = a.split_at(b.len());
    let (low, high) = out.split_at_mut(b.len());
    let (pairs, odd) = low.as_chunks_mut::<2>();
    let ((x_pairs, x_odd), (y_pairs, y_odd)) = (both.as_chunks::<2>(), b.as_chunks::<2>());
    let mut carry = false;
    for (slot, (x, y)) in pairs.iter_mut().zip(x_pairs.iter().zip(y_pairs)) {
        // The two highest bits of each half are set: what a digit carries goes through them.
        let (sum, over) = join(*x).overflowing_add(join(*y) + CARRY_THROUGH);
        let (sum, over_again) = sum.overflowing_add(u64::from(carry));
        carry = over | over_again;
        *slot = parted(sum);
    }
    let mut carry = u32::from(carry);
    for (slot, (x, y)) in odd.iter_mut().zip(x_odd.iter().zip(y_odd)) {
        carry += x + y;
        *slot = carry & MASK;
        carry >>= SHIFT;
    }
    for (slot, x) in high.iter_mut().zip(rest) {
        carry += x;
        *slot = carry & MASK;
        carry >>= SHIFT;
    }
    if let Some(top) = out.get_mut(a.len()) {
        *top = carry;
    }
}

/// Two digits as they lie in memory, each in half of a word.
#[inline(always)]
fn join([low, high]: [Digit; 2]) -> u64 {
    u64::from(low) | u64::from(high) << 32
}

#[inline(always)]
fn parted(pair: u64) -> [Digit; 2] {
    [pair as Digit & MASK, (pair >> 32) as Digit & MASK]
}

/// What lies above the digits of a pair.
const CARRY_THROUGH: u64 = (!MASK as u64) << 32 | !MASK as u64;

/// `a - b` for `a >= b`.
pub fn sub(a: &[Digit], b: &[Digit]) -> Vec<Digit> {
    let mut out = vec![0; a.len()];
    sub_into(&mut out, a, b);
    normalize(&mut out);
    out
}

/// `a - b` for `a >= b` into a place as long as `a`.
pub fn sub_into(out: &mut [Digit], a: &[Digit], b: &[Digit]) {
    let (both, rest) = a.split_at(b.len().min(a.len()));
    let (low, high) = out.split_at_mut(both.len());
    let (pairs, odd) = low.as_chunks_mut::<2>();
    let ((x_pairs, x_odd), (y_pairs, y_odd)) = (both.as_chunks::<2>(), b.as_chunks::<2>());
    let mut borrow = false;
    for (slot, (x, y)) in pairs.iter_mut().zip(x_pairs.iter().zip(y_pairs)) {
        let (rest, under) = join(*x).overflowing_sub(join(*y));
        let (rest, under_again) = rest.overflowing_sub(u64::from(borrow));
        borrow = under | under_again;
        *slot = parted(rest);
    }
    let mut borrow = u32::from(borrow);
    for (slot, (x, y)) in odd.iter_mut().zip(x_odd.iter().zip(y_odd)) {
        let t = x.wrapping_sub(*y).wrapping_sub(borrow);
        borrow = t >> 31;
        *slot = t & MASK;
    }
    for (slot, x) in high.iter_mut().zip(rest) {
        let t = x.wrapping_sub(borrow);
        borrow = t >> 31;
        *slot = t & MASK;
    }
}

/// Adds `b`, shifted by `at` digits, to `acc`, which has room for the sum.
fn add_at(acc: &mut [Digit], b: &[Digit], at: usize) {
    let mut carry = 0;
    for (i, slot) in acc[at..].iter_mut().enumerate() {
        if i >= b.len() && carry == 0 {
            return;
        }
        carry += *slot + b.get(i).unwrap_or(&0);
        *slot = carry & MASK;
        carry >>= SHIFT;
    }
}

pub fn mul(a: &[Digit], b: &[Digit]) -> Vec<Digit> {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if a.is_empty() {
        return Vec::new();
    }
    let mut out = if a.len() < KARATSUBA {
        let mut out = vec![0; a.len() + b.len()];
        mul_school(&mut out, a, b);
        out
    } else if b.len() >= 2 * a.len() {
        mul_lopsided(a, b)
    } else {
        mul_karatsuba(a, b)
    };
    normalize(&mut out);
    out
}

/// Is the product of numbers of so many digits made digit by digit?
pub fn is_short(a: &[Digit], b: &[Digit]) -> bool {
    a.len().min(b.len()) < KARATSUBA
}

/// `a * b` into a place of as many zeros as both have digits together.
pub fn mul_school(out: &mut [Digit], a: &[Digit], b: &[Digit]) {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if let [factor] = a {
        return mul_by_digit(out, b, *factor);
    }
    if (LIMBS..=2 * limbs::MOST_TERMS).contains(&a.len()) {
        return if std::ptr::eq(a, b) {
            limbs::square(out, a)
        } else {
            limbs::mul(out, a, b)
        };
    }
    for (i, x) in a.iter().enumerate() {
        let x = u64::from(*x);
        let mut carry = 0u64;
        for (slot, y) in out[i..].iter_mut().zip(b) {
            carry += u64::from(*slot) + x * u64::from(*y);
            *slot = carry as u32 & MASK;
            carry >>= SHIFT;
        }
        out[i + b.len()] = carry as u32;
    }
}

fn mul_by_digit(out: &mut [Digit], v: &[Digit], factor: Digit) {
    let factor = u64::from(factor);
    let mut carry = 0u64;
    for (slot, x) in out.iter_mut().zip(v) {
        carry += factor * u64::from(*x);
        *slot = carry as u32 & MASK;
        carry >>= SHIFT;
    }
    if let Some(top) = out.get_mut(v.len()) {
        *top = carry as u32;
    }
}

/// A short factor times a long one: the long one in pieces as long as the short one.
fn mul_lopsided(a: &[Digit], b: &[Digit]) -> Vec<Digit> {
    let mut out = vec![0; a.len() + b.len()];
    for (i, piece) in b.chunks(a.len()).enumerate() {
        let product = mul(a, trimmed(piece));
        add_at(&mut out, &product, i * a.len());
    }
    out
}

fn mul_karatsuba(a: &[Digit], b: &[Digit]) -> Vec<Digit> {
    let half = b.len() / 2;
    let split = |v: &[Digit]| {
        let at = half.min(v.len());
        (trimmed(&v[..at]).to_vec(), v[at..].to_vec())
    };
    let ((a0, a1), (b0, b1)) = (split(a), split(b));
    let low = mul(&a0, &b0);
    let high = mul(&a1, &b1);
    let middle = mul(&add(&a0, &a1), &add(&b0, &b1));
    let middle = sub(&sub(&middle, &low), &high);
    let mut out = vec![0; a.len() + b.len() + 1];
    add_at(&mut out, &low, 0);
    add_at(&mut out, &middle, half);
    add_at(&mut out, &high, 2 * half);
    out
}

/// Multiplies in place by a small number and adds another.
pub fn mul_add_small(v: &mut Vec<Digit>, factor: Digit, add: Digit) {
    let mut carry = u64::from(add);
    for d in v.iter_mut() {
        carry += u64::from(*d) * u64::from(factor);
        *d = carry as u32 & MASK;
        carry >>= SHIFT;
    }
    while carry != 0 {
        v.push(carry as u32 & MASK);
        carry >>= SHIFT;
    }
}

/// Quotient and remainder by a digit that is not 0.
pub fn divrem_small(a: &[Digit], b: Digit) -> (Vec<Digit>, Digit) {
    let mut out = vec![0; a.len()];
    let rem = divrem_small_into(&mut out, a, b);
    normalize(&mut out);
    (out, rem)
}

/// The quotient into a place as long as `a`; returns the remainder.
pub fn divrem_small_into(out: &mut [Digit], a: &[Digit], b: Digit) -> Digit {
    let mut rem = 0u64;
    for (slot, d) in out.iter_mut().zip(a).rev() {
        rem = rem << SHIFT | u64::from(*d);
        *slot = (rem / u64::from(b)) as u32;
        rem %= u64::from(b);
    }
    rem as u32
}

/// Quotient and remainder; the divisor is not zero.
pub fn divrem(a: &[Digit], b: &[Digit]) -> (Vec<Digit>, Vec<Digit>) {
    match (compare(a, b), b) {
        (Ordering::Less, _) => (Vec::new(), a.to_vec()),
        (Ordering::Equal, _) => (vec![1], Vec::new()),
        (_, [d]) => {
            let (q, r) = divrem_small(a, *d);
            (q, from_u64(u64::from(r)))
        }
        _ if is_recursive(a, b) => divrem_blocks(a, b),
        _ => divrem_knuth(a, b),
    }
}

/// TAOCP 4.3.1, algorithm D, for a divisor of at least two digits that is not larger.
fn divrem_knuth(a: &[Digit], b: &[Digit]) -> (Vec<Digit>, Vec<Digit>) {
    let (mut q, mut r) = (vec![0; a.len() - b.len() + 1], vec![0; b.len()]);
    limbs::divide(&mut q, Some(&mut r), a, b);
    normalize(&mut q);
    normalize(&mut r);
    (q, r)
}

/// The quotient and the remainder alone, into places as long as they can be; for [`is_short_division`].
pub fn quotient_into(out: &mut [Digit], a: &[Digit], b: &[Digit]) {
    limbs::divide(out, None, a, b);
}

pub fn remainder_into(out: &mut [Digit], a: &[Digit], b: &[Digit]) {
    limbs::remainder(out, a, b);
}

pub use limbs::{gcd, gcd_of_words, remainder_by_word};

/// Is a quotient of numbers of so many digits made limb by limb, by [`limbs::divide`]?
pub fn is_short_division(a: &[Digit], b: &[Digit]) -> bool {
    b.len() > 1 && compare(a, b) != Ordering::Less && !is_recursive(a, b)
}

fn is_recursive(a: &[Digit], b: &[Digit]) -> bool {
    b.len() >= RECURSIVE_DIVISION && a.len() - b.len() >= RECURSIVE_DIVISION
}

/// Burnikel and Ziegler, "Fast recursive division" (1998): blocks as long as the divisor, each by [`divrem_2by1`].
fn divrem_blocks(a: &[Digit], b: &[Digit]) -> (Vec<Digit>, Vec<Digit>) {
    let s = (SHIFT - (32 - b[b.len() - 1].leading_zeros())) as usize;
    let (a, b) = (shl(a, s), shl(b, s));
    let n = b.len();
    let mut q = vec![0; a.len() + 1];
    let mut r: Vec<Digit> = Vec::new();
    for (i, block) in a.chunks(n).enumerate().rev() {
        let mut u = block.to_vec();
        u.resize(n, 0);
        u.extend_from_slice(&r);
        normalize(&mut u);
        let (part, rest) = divrem_2by1(&u, &b);
        for (slot, d) in q[i * n..].iter_mut().zip(&part) {
            *slot = *d;
        }
        r = rest;
    }
    normalize(&mut q);
    (q, shr(&r, s))
}

/// At most 2n digits by n digits, the quotient having at most n.
fn divrem_2by1(a: &[Digit], b: &[Digit]) -> (Vec<Digit>, Vec<Digit>) {
    let n = b.len();
    if !n.is_multiple_of(2) || n < RECURSIVE_DIVISION {
        return if compare(a, b) == Ordering::Less {
            (Vec::new(), a.to_vec())
        } else if n == 1 {
            divrem(a, b)
        } else {
            divrem_knuth(a, b)
        };
    }
    let half = n / 2;
    let at = half.min(a.len());
    let (q1, r1) = divrem_3by2(trimmed(&a[at..]), b);
    let mut low = a[..at].to_vec();
    low.resize(half, 0);
    low.extend_from_slice(&r1);
    normalize(&mut low);
    let (q0, r) = divrem_3by2(&low, b);
    let mut q = q0;
    q.resize(half, 0);
    q.extend_from_slice(&q1);
    normalize(&mut q);
    (q, r)
}

/// Three halves by two: a guess from the upper half of the divisor, corrected at most twice.
fn divrem_3by2(a: &[Digit], b: &[Digit]) -> (Vec<Digit>, Vec<Digit>) {
    let half = b.len() / 2;
    let (b0, b1) = (trimmed(&b[..half]), &b[half..]);
    let upper = trimmed(a.get(half..).unwrap_or(&[]));
    let over = a.get(2 * half..).unwrap_or(&[]);
    let (mut q, r1) = if compare(trimmed(over), b1) == Ordering::Less {
        divrem_2by1(upper, b1)
    } else {
        // The quotient would not fit: the largest that does.
        let all = vec![MASK; half];
        let product = mul(&all, b1);
        let rest = sub(upper, &product);
        (all, rest)
    };
    let mut r = a[..half.min(a.len())].to_vec();
    r.resize(half, 0);
    r.extend_from_slice(&r1);
    normalize(&mut r);
    let product = mul(&q, b0);
    while compare(&r, &product) == Ordering::Less {
        r = add(&r, b);
        q = sub(&q, &[1]);
    }
    (q, sub(&r, &product))
}

pub fn shl(v: &[Digit], bits: usize) -> Vec<Digit> {
    if v.is_empty() {
        return Vec::new();
    }
    let mut out = vec![0; v.len() + bits / SHIFT as usize + 1];
    shl_into(&mut out, v, bits);
    normalize(&mut out);
    out
}

/// Into a place of as many zeros as the result has digits, or one more.
pub fn shl_into(out: &mut [Digit], v: &[Digit], bits: usize) {
    let (words, bits) = (bits / SHIFT as usize, bits % SHIFT as usize);
    let Some(out) = out.get_mut(words..) else {
        return;
    };
    let below = std::iter::once(&0).chain(v);
    for (slot, (digit, below)) in out.iter_mut().zip(v.iter().chain(&[0]).zip(below)) {
        *slot = (digit << bits | below >> (SHIFT as usize - bits)) & MASK;
    }
}

pub fn shr(v: &[Digit], bits: usize) -> Vec<Digit> {
    let mut out = vec![0; v.len().saturating_sub(bits / SHIFT as usize)];
    shr_into(&mut out, v, bits);
    normalize(&mut out);
    out
}

/// Into a place of as many digits as are not shifted out whole.
pub fn shr_into(out: &mut [Digit], v: &[Digit], bits: usize) {
    let (words, bits) = (bits / SHIFT as usize, bits % SHIFT as usize);
    let Some(v) = v.get(words..) else {
        return;
    };
    let above = v.iter().skip(1).chain(&[0]);
    for (slot, (digit, above)) in out.iter_mut().zip(v.iter().zip(above)) {
        *slot = (digit >> bits | above << (SHIFT as usize - bits)) & MASK;
    }
}

/// Is any of the lowest `bits` bits set?
pub fn any_low_bit(v: &[Digit], bits: usize) -> bool {
    let (words, rest) = (bits / SHIFT as usize, bits % SHIFT as usize);
    v.iter().take(words).any(|d| *d != 0)
        || v.get(words).is_some_and(|d| d & ((1u32 << rest) - 1) != 0)
}

pub fn bit(v: &[Digit], at: usize) -> bool {
    v.get(at / SHIFT as usize)
        .is_some_and(|d| d >> (at % SHIFT as usize) & 1 != 0)
}

/// The largest power of `base` that fits a digit, and its exponent.
fn big_step(base: u32) -> (Digit, usize) {
    let (mut power, mut n) = (base, 1);
    while u64::from(power) * u64::from(base) < u64::from(BASE) {
        power *= base;
        n += 1;
    }
    (power, n)
}

pub(super) const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

/// The text of a number in a base from 2 to 36, lower case.
pub fn to_text(v: &[Digit], base: u32) -> String {
    if v.is_empty() {
        return "0".to_owned();
    }
    let mut out = Vec::new();
    if base.is_power_of_two() {
        let step = base.trailing_zeros();
        out.reserve_exact(bit_length(v) / step as usize + 2);
        let (mut bits, mut held) = (0u64, 0);
        for d in v {
            bits |= u64::from(*d) << held;
            held += SHIFT;
            while held >= step {
                out.push(DIGITS[(bits & u64::from(base - 1)) as usize]);
                bits >>= step;
                held -= step;
            }
        }
        if bits != 0 {
            out.push(DIGITS[bits as usize]);
        }
        while out.len() > 1 && out.last() == Some(&b'0') {
            out.pop();
        }
        out.reverse();
    } else {
        let mut powers = Vec::new();
        text_halving(v, base, 0, &mut powers, &mut out);
    }
    // Only ASCII was pushed.
    String::from_utf8(out).unwrap_or_default()
}

/// `powers[i]` is the base to the power of (least step << i); made as needed.
fn power_of(powers: &mut Vec<Vec<Digit>>, base: u32, i: usize) -> &[Digit] {
    while powers.len() <= i {
        let next = match powers.last() {
            Some(p) => mul(p, p),
            None => {
                let (p, _) = big_step(base);
                (0..7).fold(vec![p], |v, _| mul(&v, &[p]))
            }
        };
        powers.push(next);
    }
    &powers[i]
}

/// Appends the text of `v`, padded with zeros to `width`.
fn text_halving(
    v: &[Digit],
    base: u32,
    width: usize,
    powers: &mut Vec<Vec<Digit>>,
    out: &mut Vec<u8>,
) {
    let least = big_step(base).1 * 8;
    if v.len() <= 40 {
        return text_simple(v, base, width, out);
    }
    let mut i = 0;
    while 2 * power_of(powers, base, i).len() < v.len() + 1 {
        i += 1;
    }
    if compare(power_of(powers, base, i), v) == Ordering::Greater {
        if i == 0 {
            return text_simple(v, base, width, out);
        }
        i -= 1;
    }
    let low_width = least << i;
    let (high, low) = divrem(v, power_of(powers, base, i));
    text_halving(&high, base, width.saturating_sub(low_width), powers, out);
    text_halving(&low, base, low_width, powers, out);
}

fn text_simple(v: &[Digit], base: u32, width: usize, out: &mut Vec<u8>) {
    if base == 10 {
        // Division by constants is multiplication.
        return text_by(v, 10, 1_000_000_000, 9, width, out);
    }
    let (step, per_step) = big_step(base);
    text_by(v, base, step, per_step, width, out);
}

#[inline(always)]
fn text_by(v: &[Digit], base: u32, step: Digit, per_step: usize, width: usize, out: &mut Vec<u8>) {
    let mut v = v.to_vec();
    let mut text =
        Vec::with_capacity(v.len() * SHIFT as usize / (32 - base.leading_zeros() as usize - 1) + 1);
    while !v.is_empty() {
        let mut rest = 0;
        for d in v.iter_mut().rev() {
            let n = rest << SHIFT | u64::from(*d);
            *d = (n / u64::from(step)) as Digit;
            rest = n % u64::from(step);
        }
        normalize(&mut v);
        let mut r = rest as Digit;
        let last = v.is_empty();
        for _ in 0..per_step {
            if last && r == 0 {
                break;
            }
            text.push(DIGITS[(r % base) as usize]);
            r /= base;
        }
    }
    while text.len() < width {
        text.push(b'0');
    }
    text.reverse();
    out.extend_from_slice(&text);
}

/// The number that digit values (most significant first) spell in a base.
pub fn from_values(values: &[u8], base: u32) -> Vec<Digit> {
    if base.is_power_of_two() {
        return from_values_by_bits(values, base.trailing_zeros());
    }
    if values.len() <= 400 {
        return from_values_simple(values, base);
    }
    // Halves are as long as a power that both sides of the recursion share.
    let mut powers = Vec::new();
    let least = big_step(base).1 * 8;
    values_halving(values, base, least, &mut powers)
}

fn from_values_by_bits(values: &[u8], step: u32) -> Vec<Digit> {
    let mut out = Vec::with_capacity(values.len() * step as usize / SHIFT as usize + 1);
    let (mut acc, mut bits) = (0u64, 0);
    for v in values.iter().rev() {
        acc |= u64::from(*v) << bits;
        bits += step;
        if bits >= SHIFT {
            out.push(acc as u32 & MASK);
            acc >>= SHIFT;
            bits -= SHIFT;
        }
    }
    if acc != 0 {
        out.push(acc as u32);
    }
    normalize(&mut out);
    out
}

fn from_values_simple(values: &[u8], base: u32) -> Vec<Digit> {
    let (_, per_step) = big_step(base);
    let mut out = Vec::new();
    for chunk in values.chunks(per_step) {
        let (mut n, mut factor) = (0, 1);
        for v in chunk {
            n = n * base + u32::from(*v);
            factor *= base;
        }
        mul_add_small(&mut out, factor, n);
    }
    normalize(&mut out);
    out
}

fn values_halving(
    values: &[u8],
    base: u32,
    least: usize,
    powers: &mut Vec<Vec<Digit>>,
) -> Vec<Digit> {
    if values.len() <= least * 4 {
        return from_values_simple(values, base);
    }
    let mut i = 0;
    while least << (i + 1) < values.len() {
        i += 1;
    }
    let (high, low) = values.split_at(values.len() - (least << i));
    let high = values_halving(high, base, least, powers);
    let low = values_halving(low, base, least, powers);
    add(&mul(&high, power_of(powers, base, i)), &low)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(seed: u64, n: usize) -> Vec<Digit> {
        let mut x = seed;
        let mut v: Vec<Digit> = (0..n)
            .map(|_| {
                x = x
                    .wrapping_mul(6364136223846793005)
                    .wrapping_add(1442695040888963407);
                (x >> 33) as u32 & MASK
            })
            .collect();
        normalize(&mut v);
        v
    }

    #[test]
    fn products_and_quotients_agree() {
        for (n, m) in [
            (1, 1),
            (3, 2),
            (90, 80),
            (400, 75),
            (1000, 400),
            (700, 333),
            (900, 320),
        ] {
            let (a, b, r) = (
                number(n as u64, n),
                number(7 + m as u64, m),
                number(99, m - 1),
            );
            let product = add(&mul(&a, &b), &r);
            assert_eq!(
                product,
                add(
                    &{
                        let mut p = vec![0; a.len() + b.len()];
                        mul_school(&mut p, &a, &b);
                        normalize(&mut p);
                        p
                    },
                    &r
                )
            );
            assert_eq!(divrem(&product, &b), (a.clone(), r), "{n} {m}");
        }
    }

    #[test]
    fn text_round_trips() {
        for n in [1, 5, 41, 100, 500, 2000] {
            let v = number(3, n);
            for base in [2, 3, 8, 10, 16, 36] {
                let text = to_text(&v, base);
                let values: Vec<u8> = text
                    .chars()
                    .map(|c| c.to_digit(36).unwrap_or(0) as u8)
                    .collect();
                assert_eq!(from_values(&values, base), v, "{n} base {base}");
            }
        }
        assert_eq!(to_text(&[0, 1], 10), "1073741824");
    }
}
