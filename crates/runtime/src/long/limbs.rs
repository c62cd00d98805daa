//! Products and quotients of longer numbers, two digits of 30 bits at a time.
//!
//! A limb holds two digits, 60 bits, in a machine word. A product of two limbs has 120 bits, so that 255 of them can be summed in
//! a double word before anything is carried: products are made column by column, with one multiplication and two additions for what
//! takes four multiplications and their carries in digits. Division is Knuth's algorithm D (TAOCP 4.3.1) without its first step: nothing is
//! shifted, only the leading limbs, from which a limb of the quotient is guessed, are looked at as if they were.

use super::digits::{Digit, MASK, SHIFT, trimmed};

type Limb = u64;
const BITS: u32 = 2 * SHIFT;
const LIMB: Limb = (1 << BITS) - 1;
/// So many products fit a column.
pub const MOST_TERMS: usize = 255;

/// The limb of two digits.
#[inline(always)]
fn limb(low: Digit, high: Digit) -> Limb {
    Limb::from(low) | Limb::from(high) << SHIFT
}

fn pack_into(out: &mut Vec<Limb>, v: &[Digit]) {
    let (pairs, rest) = v.as_chunks::<2>();
    out.extend(pairs.iter().map(|[low, high]| limb(*low, *high)));
    out.extend(rest.iter().map(|low| limb(*low, 0)));
}

/// Stores a limb at its place; what lies beyond the end is zero.
#[inline(always)]
fn put(out: &mut [Digit], at: usize, value: Limb) {
    match out.get_mut(2 * at..) {
        Some([low, high, ..]) => {
            *low = value as Digit & MASK;
            *high = (value >> SHIFT) as Digit;
        }
        Some([low]) => *low = value as Digit,
        _ => {}
    }
}

/// `a * b` into a place of as many digits as both have together; one of them has at most 2 * [`MOST_TERMS`] digits.
pub fn mul(out: &mut [Digit], a: &[Digit], b: &[Digit]) {
    let (a, b) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let (n, m) = (a.len().div_ceil(2), b.len().div_ceil(2));
    let mut room = Vec::with_capacity(n + m);
    // The shorter one backwards: a column is then the product of two slices.
    pack_into(&mut room, a);
    room.reverse();
    pack_into(&mut room, b);
    let (a, b) = room.split_at(n);
    let mut carry = 0u128;
    for column in 0..n + m - 1 {
        let first = (column + 1).saturating_sub(m);
        let last = n.min(column + 1);
        let right = &b[column + 1 - last..=column - first];
        let left = &a[n - last..n - first];
        for (x, y) in left.iter().zip(right.iter()) {
            carry += u128::from(*x) * u128::from(*y);
        }
        put(out, column, carry as Limb & LIMB);
        carry >>= BITS;
    }
    put(out, n + m - 1, carry as Limb);
}

/// `a * a` into a place of twice as many digits; at most 2 * [`MOST_TERMS`] / 2 digits. Products of different limbs count twice.
pub fn square(out: &mut [Digit], a: &[Digit]) {
    let n = a.len().div_ceil(2);
    let mut room = Vec::with_capacity(2 * n);
    pack_into(&mut room, a);
    room.reverse();
    pack_into(&mut room, a);
    let (back, a) = room.split_at(n);
    let mut carry = 0u128;
    for column in 0..2 * n - 1 {
        let first = (column + 1).saturating_sub(n);
        let last = n.min(column + 1);
        // The limbs first..last pair with each other from both ends.
        let half = (last - first) / 2;
        let left = &a[first..first + half];
        let right = &back[n - 1 - (column - first)..];
        let mut sum = 0u128;
        for (x, y) in left.iter().zip(right.iter()) {
            sum += u128::from(*x) * u128::from(*y);
        }
        carry += 2 * sum;
        if column % 2 == 0 {
            let middle = u128::from(a[column / 2]);
            carry += middle * middle;
        }
        put(out, column, carry as Limb & LIMB);
        carry >>= BITS;
    }
    put(out, 2 * n - 1, carry as Limb);
}

/// The quotient of `a` by `b` into `quotient`, which has at least one digit more than `a` has more than `b`, and the remainder into
/// `remainder`, where there is a place for it, which is as long as `b`. The divisor has at least two digits, its leading one not zero, and no
/// more than `a`.
pub fn divide(quotient: &mut [Digit], remainder: Option<&mut [Digit]>, a: &[Digit], b: &[Digit]) {
    let mut room = Vec::with_capacity(room_for(a, b));
    let rest = divide_in(&mut room, a, b, |at, limb| put(quotient, at, limb));
    if let Some(remainder) = remainder {
        for (i, value) in rest.iter().enumerate() {
            put(remainder, i, *value);
        }
    }
}

/// The remainder alone.
pub fn remainder(out: &mut [Digit], a: &[Digit], b: &[Digit]) {
    let mut room = Vec::with_capacity(room_for(a, b));
    for (i, value) in divide_in(&mut room, a, b, |_, _| ()).iter().enumerate() {
        put(out, i, *value);
    }
}

fn room_for(a: &[Digit], b: &[Digit]) -> usize {
    a.len().div_ceil(2) + b.len().div_ceil(2) + 3
}

/// Divides in `room`, which is empty. Tells the limbs of the quotient, the highest first, and returns those of the remainder.
#[inline(always)]
fn divide_in<'r>(
    room: &'r mut Vec<Limb>,
    a: &[Digit],
    b: &[Digit],
    mut quotient: impl FnMut(usize, Limb),
) -> &'r [Limb] {
    let (n, length) = (b.len().div_ceil(2), a.len().div_ceil(2));
    pack_into(room, b);
    // Below the number and the divisor are zeros, for the limbs that a guess looks at.
    room.push(0);
    room.push(0);
    pack_into(room, a);
    // A zero above takes what the leading limb of the divisor leaves.
    room.push(0);
    let (v, u) = room.split_at_mut(n);
    let below = if n > 1 { v[n - 2] } else { 0 };
    let lowest = if n > 2 { v[n - 3] } else { 0 };
    let shift = v[n - 1].leading_zeros() - (64 - BITS);
    let (v1, v2) = (joined(v[n - 1], below, shift), joined(below, lowest, shift));
    // `u` starts with the two zeros.
    for j in (0..=length - n).rev() {
        let top = j + n + 2;
        let (u0, u1, u2, u3) = (u[top], u[top - 1], u[top - 2], u[top - 3]);
        let u0 = joined(u0, u1, shift);
        let u1 = joined(u1, u2, shift);
        let u2 = joined(u2, u3, shift);
        let guess = guess(u0, u1, u2, v1, v2);
        let guess = subtract_product(&mut u[j + 2..=top], v, guess);
        quotient(j, guess);
    }
    &u[2..2 + n]
}

/// The limb at `high` after a shift to the left that brings bits of the one below.
#[inline(always)]
fn joined(high: Limb, low: Limb, shift: u32) -> Limb {
    (high << shift | low >> (BITS - shift)) & LIMB
}

/// Step D3: a limb of the quotient, too large by one at most.
#[inline(always)]
fn guess(u0: Limb, u1: Limb, u2: Limb, v1: Limb, v2: Limb) -> Limb {
    let top = u128::from(u0) << BITS | u128::from(u1);
    let (mut guess, mut rest) = if u0 >= v1 {
        (LIMB, top - u128::from(LIMB) * u128::from(v1))
    } else if u0 == 0 {
        // A quotient of one word, as numbers of like length have.
        (u1 / v1, u128::from(u1 % v1))
    } else {
        let guess = (top / u128::from(v1)) as Limb;
        let rest = (top as Limb).wrapping_sub(guess.wrapping_mul(v1));
        (guess, u128::from(rest))
    };
    while rest <= u128::from(LIMB)
        && u128::from(guess) * u128::from(v2) > (rest << BITS | u128::from(u2))
    {
        guess -= 1;
        rest += u128::from(v1);
    }
    guess
}

/// Steps D4 to D6: takes `guess * v` from `u`, which is one limb longer; where that was once too much, puts it back. Returns the guess that
/// was right.
#[inline(always)]
fn subtract_product(u: &mut [Limb], v: &[Limb], guess: Limb) -> Limb {
    if guess == 0 {
        return 0;
    }
    let Some((top, u)) = u.split_last_mut() else {
        return guess;
    };
    let mut carry: Limb = 0;
    for (slot, x) in u.iter_mut().zip(v) {
        let product = u128::from(guess) * u128::from(*x) + u128::from(carry);
        let rest = slot.wrapping_sub(product as Limb & LIMB);
        carry = (product >> BITS) as Limb + (rest >> 63);
        *slot = rest & LIMB;
    }
    let over = top.wrapping_sub(carry);
    *top = 0;
    if over >> 63 == 0 {
        return guess;
    }
    let mut carry: Limb = 0;
    for (slot, x) in u.iter_mut().zip(v) {
        carry += *slot + *x;
        *slot = carry & LIMB;
        carry >>= BITS;
    }
    guess - 1
}

/// The remainder of `a` by a number of one or two digits that is not zero.
pub fn remainder_by_word(a: &[Digit], b: u64) -> u64 {
    let (pairs, rest) = trimmed(a).as_chunks::<2>();
    let mut value = rest.first().map_or(0, |low| u64::from(*low)) % b;
    for [low, high] in pairs.iter().rev() {
        value =
            ((u128::from(value) << BITS | u128::from(limb(*low, *high))) % u128::from(b)) as u64;
    }
    value
}

pub fn gcd_of_words(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

/// The greatest common divisor, by Lehmer's method (TAOCP 4.5.2, algorithm L): the leading bits of both numbers tell many steps of
/// Euclid's algorithm at once, which are then made with the whole numbers.
pub fn gcd(a: &[Digit], b: &[Digit]) -> Vec<Digit> {
    let mut x = Vec::with_capacity(a.len().div_ceil(2));
    let mut y = Vec::with_capacity(b.len().div_ceil(2));
    pack_into(&mut x, a);
    pack_into(&mut y, b);
    trim(&mut x);
    trim(&mut y);
    if less(&x, &y) {
        std::mem::swap(&mut x, &mut y);
    }
    while y.len() > 1 {
        let n = x.len();
        let shift = x[n - 1].leading_zeros() - (64 - BITS);
        let top = |v: &[Limb]| {
            let at = |i: usize| v.get(i).copied().unwrap_or(0);
            joined(at(n - 1), at(n - 2), shift)
        };
        let m = steps(top(&x) as i64, top(&y) as i64);
        if m.b == 0 {
            // The quotient is too large for that: one step by division.
            let r = rest(&x, &y);
            x = std::mem::replace(&mut y, r);
            continue;
        }
        apply(&mut x, &mut y, &m);
        trim(&mut x);
        trim(&mut y);
        if less(&x, &y) {
            std::mem::swap(&mut x, &mut y);
        }
    }
    let small = y.first().copied().unwrap_or(0);
    if small == 0 {
        return unpacked(&x);
    }
    let rest = x.iter().rev().fold(0, |rest: Limb, limb| {
        ((u128::from(rest) << BITS | u128::from(*limb)) % u128::from(small)) as Limb
    });
    unpacked(&[gcd_of_words(small, rest)])
}

fn trim(v: &mut Vec<Limb>) {
    while v.last() == Some(&0) {
        v.pop();
    }
}

fn less(a: &[Limb], b: &[Limb]) -> bool {
    a.len() < b.len() || a.len() == b.len() && a.iter().rev().lt(b.iter().rev())
}

fn unpacked(v: &[Limb]) -> Vec<Digit> {
    let mut out = vec![0; 2 * v.len()];
    for (i, value) in v.iter().enumerate() {
        put(&mut out, i, *value);
    }
    super::digits::normalize(&mut out);
    out
}

fn rest(x: &[Limb], y: &[Limb]) -> Vec<Limb> {
    let (a, b) = (unpacked(x), unpacked(y));
    let mut r = Vec::with_capacity(y.len());
    pack_into(&mut r, &super::digits::divrem(&a, &b).1);
    r
}

/// Steps of Euclid's algorithm: the next pair is `(a x + b y, c x + d y)`. Nothing was done where `b` is 0.
struct Steps {
    a: i64,
    b: i64,
    c: i64,
    d: i64,
}

/// The steps that the leading 60 bits of both numbers determine.
fn steps(mut x: i64, mut y: i64) -> Steps {
    const HALF: i64 = 1 << 31;
    let mut m = Steps {
        a: 1,
        b: 0,
        c: 0,
        d: 1,
    };
    while y + m.c != 0 && y + m.d != 0 {
        let q = (x + m.a) / (y + m.c);
        if q != (x + m.b) / (y + m.d) {
            break;
        }
        let next = |p: i64, r: i64| q.checked_mul(r).and_then(|t| p.checked_sub(t));
        let (Some(c), Some(d)) = (next(m.a, m.c), next(m.b, m.d)) else {
            break;
        };
        if c.abs() >= HALF || d.abs() >= HALF {
            break;
        }
        m = Steps {
            a: m.c,
            b: m.d,
            c,
            d,
        };
        (x, y) = (y, x - q * y);
    }
    m
}

/// Makes the steps with the whole numbers; the results are not negative.
fn apply(x: &mut [Limb], y: &mut Vec<Limb>, m: &Steps) {
    y.resize(x.len(), 0);
    let (mut over_x, mut over_y) = (0i128, 0i128);
    for (p, q) in x.iter_mut().zip(y.iter_mut()) {
        let (u, v) = (i128::from(*p), i128::from(*q));
        over_x += i128::from(m.a) * u + i128::from(m.b) * v;
        over_y += i128::from(m.c) * u + i128::from(m.d) * v;
        *p = over_x as Limb & LIMB;
        *q = over_y as Limb & LIMB;
        over_x >>= BITS;
        over_y >>= BITS;
    }
}
