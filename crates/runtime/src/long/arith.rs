//! Addition, multiplication, division and powers of ints.

use super::{as_compact, build, digits, digits_of, from_digits, from_i64, is_negative};
use crate::prelude::*;

type Long = Owned<PyLongObject>;

/// The value of an int of at most four digits: what hashes, sizes and times need, without a list of digits. Sums of two such
/// values are values, too.
#[inline]
pub(super) fn as_wide(n: &PyLongObject) -> Option<i128> {
    let v = digits_of(n);
    if v.len() > 4 {
        return None;
    }
    let value = v
        .iter()
        .rev()
        .fold(0i128, |value, d| (value << PyLong_SHIFT) | i128::from(*d));
    Some(if is_negative(n) { -value } else { value })
}

pub(super) fn from_wide(value: i128) -> PyResult<Long> {
    if let Ok(small) = i64::try_from(value) {
        return from_i64(small);
    }
    let mut rest = value.unsigned_abs();
    let mut v = [0; 5];
    let mut n = 0;
    while rest != 0 {
        v[n] = (rest as u32) & PyLong_MASK;
        rest >>= PyLong_SHIFT;
        n += 1;
    }
    from_digits(value < 0, &v[..n])
}

/// The value of an int of at most two digits: sums of two such fit a word.
#[inline(always)]
fn as_word(n: &PyLongObject) -> Option<i64> {
    let size = n.ob_base.ob_size.get();
    if size.unsigned_abs() != 2 {
        return as_compact(n);
    }
    let v = digits_of(n);
    let value = i64::from(v[1]) << PyLong_SHIFT | i64::from(v[0]);
    Some(if size < 0 { -value } else { value })
}

/// `a + b`, or `a - b` with `flip`.
fn add_signed(a: &PyLongObject, b: &PyLongObject, flip: bool) -> PyResult<Long> {
    if let (Some(x), Some(y)) = (as_word(a), as_word(b)) {
        return from_i64(if flip { x - y } else { x + y });
    }
    if let (Some(x), Some(y)) = (as_wide(a), as_wide(b)) {
        return from_wide(if flip { x - y } else { x + y });
    }
    let (x, y) = (digits_of(a), digits_of(b));
    let (na, nb) = (is_negative(a), is_negative(b) != flip);
    if na == nb {
        let n = x.len().max(y.len()) + 1;
        return build(na, n, |out| digits::add_into(out, x, y));
    }
    match digits::compare(x, y) {
        std::cmp::Ordering::Less => build(nb, y.len(), |out| digits::sub_into(out, y, x)),
        _ => build(na, x.len(), |out| digits::sub_into(out, x, y)),
    }
}

#[inline]
pub fn add(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    match (as_compact(a), as_compact(b)) {
        (Some(x), Some(y)) => from_i64(x + y),
        _ => add_signed(a, b, false),
    }
}

#[inline]
pub fn subtract(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    match (as_compact(a), as_compact(b)) {
        (Some(x), Some(y)) => from_i64(x - y),
        _ => add_signed(a, b, true),
    }
}

#[inline]
pub fn multiply(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    match (as_compact(a), as_compact(b)) {
        (Some(x), Some(y)) => from_i64(x * y),
        _ => multiply_long(a, b),
    }
}

fn multiply_long(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    if let (Some(x), Some(y)) = (as_word(a), as_word(b)) {
        return from_wide(i128::from(x) * i128::from(y));
    }
    let (x, y) = (digits_of(a), digits_of(b));
    if x.len() + y.len() <= 4
        && let (Some(x), Some(y)) = (as_wide(a), as_wide(b))
    {
        return from_wide(x * y);
    }
    let negative = is_negative(a) != is_negative(b);
    if digits::is_short(x, y) {
        return build(negative, x.len() + y.len(), |out| {
            digits::mul_school(out, x, y)
        });
    }
    super::room_for(x.len() + y.len())?;
    from_digits(negative, &digits::mul(x, y))
}

pub fn negative(a: &PyLongObject) -> PyResult<Long> {
    from_digits(!is_negative(a), digits_of(a))
}

pub fn absolute(a: &PyLongObject) -> PyResult<Long> {
    from_digits(false, digits_of(a))
}

#[cold]
fn by_zero() -> Raised {
    raise!(ZeroDivisionError, "integer division or modulo by zero")
}

/// Floored quotient and remainder (reference, "Binary arithmetic operations").
pub fn divmod(a: &PyLongObject, b: &PyLongObject) -> PyResult<(Long, Long)> {
    if let (Some(x), Some(y)) = (as_compact(a), as_compact(b)) {
        if y == 0 {
            return Err(by_zero());
        }
        let (mut q, mut r) = (x / y, x % y);
        if r != 0 && (r < 0) != (y < 0) {
            q -= 1;
            r += y;
        }
        return Ok((from_i64(q)?, from_i64(r)?));
    }
    let (x, y) = (digits_of(a), digits_of(b));
    if y.is_empty() {
        return Err(by_zero());
    }
    if let (Some(x), Some(y)) = (as_wide(a), as_wide(b)) {
        let (q, r) = divmod_wide(x, y);
        return Ok((from_wide(q)?, from_wide(r)?));
    }
    let (na, nb) = (is_negative(a), is_negative(b));
    if let ([d], true) = (y, na == nb) {
        let mut rest = 0;
        let q = build(false, x.len(), |out| {
            rest = digits::divrem_small_into(out, x, *d)
        })?;
        return Ok((q, from_digits(nb, &[rest])?));
    }
    super::room_for(x.len().saturating_mul(2))?;
    let (mut q, mut r) = digits::divrem(x, y);
    // The remainder has the divisor's sign.
    if na != nb && !r.is_empty() {
        q = digits::add(&q, &[1]);
        r = digits::sub(y, &r);
    }
    Ok((from_digits(na != nb, &q)?, from_digits(nb, &r)?))
}

/// The same for numbers of some words, the divisor not 0.
#[inline]
fn divmod_wide(x: i128, y: i128) -> (i128, i128) {
    // Machine words divide much faster than two of them.
    let (mut q, mut r) = match (i64::try_from(x), i64::try_from(y)) {
        (Ok(x), Ok(y)) if x != i64::MIN => (i128::from(x / y), i128::from(x % y)),
        _ => (x / y, x % y),
    };
    if r != 0 && (r < 0) != (y < 0) {
        q -= 1;
        r += y;
    }
    (q, r)
}

/// The operands' digits where both have the same sign, so that nothing is to be rounded, and the longer way for long numbers is not
/// worth its while.
fn plain_division<'a>(a: &'a PyLongObject, b: &'a PyLongObject) -> Option<(&'a [u32], &'a [u32])> {
    let (x, y) = (digits_of(a), digits_of(b));
    (is_negative(a) == is_negative(b) && digits::is_short_division(x, y)).then_some((x, y))
}

#[inline]
pub fn floor_divide(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    if let (Some(x), Some(y)) = (as_compact(a), as_compact(b))
        && y != 0
    {
        let q = x / y;
        return from_i64(if x % y != 0 && (x < 0) != (y < 0) {
            q - 1
        } else {
            q
        });
    }
    floor_divide_long(a, b)
}

fn floor_divide_long(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    if let (Some(x), Some(y)) = (as_wide(a), as_wide(b))
        && y != 0
    {
        return from_wide(divmod_wide(x, y).0);
    }
    if let Some((x, y)) = plain_division(a, b) {
        return build(false, x.len() - y.len() + 1, |out| {
            digits::quotient_into(out, x, y)
        });
    }
    divmod(a, b).map(|(q, _)| q)
}

#[inline]
pub fn remainder(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    if let (Some(x), Some(y)) = (as_compact(a), as_compact(b))
        && y != 0
    {
        let r = x % y;
        return from_i64(if r != 0 && (r < 0) != (y < 0) {
            r + y
        } else {
            r
        });
    }
    remainder_long(a, b)
}

fn remainder_long(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    if let (Some(x), Some(y)) = (as_wide(a), as_wide(b))
        && y != 0
    {
        return from_wide(divmod_wide(x, y).1);
    }
    if let Some((x, y)) = plain_division(a, b) {
        return build(is_negative(b), y.len(), |out| {
            digits::remainder_into(out, x, y)
        });
    }
    divmod(a, b).map(|(_, r)| r)
}

/// `a / b` as the nearest float, ties to even.
pub fn true_divide(a: &PyLongObject, b: &PyLongObject) -> PyResult<f64> {
    let (x, y) = (digits_of(a), digits_of(b));
    if y.is_empty() {
        return Err(raise!(ZeroDivisionError, "division by zero"));
    }
    if x.is_empty() {
        return Ok(if is_negative(b) { -0.0 } else { 0.0 });
    }
    let negative = is_negative(a) != is_negative(b);
    const EXACT: usize = 53;
    let (bits_a, bits_b) = (digits::bit_length(x), digits::bit_length(y));
    let sign = |v: f64| if negative { -v } else { v };
    if bits_a <= EXACT && bits_b <= EXACT {
        return Ok(sign(digits::low_u64(x) as f64 / digits::low_u64(y) as f64));
    }
    let diff = bits_a as i64 - bits_b as i64;
    let too_large = || {
        raise!(
            OverflowError,
            "integer division result too large for a float"
        )
    };
    if diff > 1024 {
        return Err(too_large());
    }
    if diff < -1075 - 1 {
        return Ok(sign(0.0));
    }
    // A quotient of two bits more than a float has, the last of them sticky; fewer where the result is subnormal.
    let shift = (diff - 55).max(-1074 - 2 - 1);
    let (mut q, r) = if shift >= 0 {
        digits::divrem(x, &digits::shl(y, shift as usize))
    } else {
        digits::divrem(&digits::shl(x, (-shift) as usize), y)
    };
    if !r.is_empty() {
        q.is_empty().then(|| q.push(0));
        q[0] |= 1;
    }
    let v = scaled(digits::to_u64(&q).unwrap_or(u64::MAX), shift);
    if v.is_infinite() {
        Err(too_large())
    } else {
        Ok(sign(v))
    }
}

/// `mantissa * 2**exponent`, rounded once to the nearest float; the mantissa's last bit is sticky.
pub(crate) fn scaled(mantissa: u64, exponent: i64) -> f64 {
    let bits = 64 - i64::from(mantissa.leading_zeros());
    // How many of the low bits do not fit: more for a subnormal result.
    let drop = (bits - 53).max(-1074 - exponent).max(0);
    if drop == 0 {
        return mantissa as f64 * pow2(exponent);
    }
    if drop > 63 {
        return 0.0;
    }
    let (kept, rest, half) = (
        mantissa >> drop,
        mantissa & ((1 << drop) - 1),
        1u64 << (drop - 1),
    );
    let up = rest > half || (rest == half && kept & 1 == 1);
    let kept = kept + u64::from(up);
    let exponent = exponent + drop;
    if 64 - i64::from(kept.leading_zeros()) + exponent > 1024 {
        return f64::INFINITY;
    }
    // Exact: at most 53 bits, within range. Two steps keep the factors normal.
    let first = exponent.clamp(-1000, 900);
    kept as f64 * pow2(first) * pow2(exponent - first)
}

fn pow2(n: i64) -> f64 {
    match n {
        -1022..=1023 => f64::from_bits(((n + 1023) as u64) << 52),
        -1074..=-1023 => f64::from_bits(1 << (n + 1074)),
        n if n < 0 => 0.0,
        _ => f64::INFINITY,
    }
}

/// From so many digits on a multiplication takes long enough that somebody may want to interrupt the next one.
const LONG_STEP: usize = 1 << 10;

/// `a ** b` for `b >= 0`, modulo `m` if there is one (positive).
fn power_of(a: &[u32], b: &[u32], m: Option<&[u32]>) -> PyResult<Vec<u32>> {
    let reduce = |v: Vec<u32>| match m {
        Some(m) => digits::divrem(&v, m).1,
        None => v,
    };
    let mut result = reduce(vec![1]);
    for i in (0..digits::bit_length(b)).rev() {
        super::room_for(2 * result.len())?;
        if result.len() > LONG_STEP {
            crate::hooks::check_signals()?;
        }
        result = reduce(digits::mul(&result, &result));
        if digits::bit(b, i) {
            result = reduce(digits::mul(&result, a));
        }
    }
    Ok(result)
}

/// The same modulo a number of two digits, whose products fit two words.
fn power_modulo_word(a: &[u32], b: &[u32], m: u64) -> u64 {
    let times = |x: u64, y: u64| {
        let product = u128::from(x) * u128::from(y);
        // Most products fit a word where the modulus fits half of one.
        match u64::try_from(product) {
            Ok(product) => product % m,
            Err(_) => (product % u128::from(m)) as u64,
        }
    };
    let a = digits::remainder_by_word(a, m);
    let mut result = 1 % m;
    for i in (0..digits::bit_length(b)).rev() {
        result = times(result, result);
        if digits::bit(b, i) {
            result = times(result, a);
        }
    }
    result
}

/// `a ** b` for `b >= 0`.
pub fn power(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    let odd = digits_of(b).first().is_some_and(|d| d & 1 == 1);
    let bits = super::num_bits(a);
    // The result's size is checked before it is computed.
    if bits > 1 {
        let exponent = digits::to_u64(digits_of(b)).unwrap_or(u64::MAX);
        if (bits as u64 - 1).saturating_mul(exponent) > 1 << 40 {
            return Err(crate::err::no_memory());
        }
    }
    if bits <= 1 {
        let zero = bits == 0 && !digits_of(b).is_empty();
        return from_i64(if zero {
            0
        } else if is_negative(a) && odd {
            -1
        } else {
            1
        });
    }
    from_digits(
        is_negative(a) && odd,
        &power_of(digits_of(a), digits_of(b), None)?,
    )
}

/// `pow(a, b, m)`: a negative exponent inverts the base.
pub fn power_modulo(a: &PyLongObject, b: &PyLongObject, m: &PyLongObject) -> PyResult<Long> {
    if digits_of(m).is_empty() {
        return Err(raise!(ValueError, "pow() 3rd argument cannot be 0"));
    }
    let modulus = from_digits(false, digits_of(m))?;
    let mut base = remainder(a, &modulus)?;
    if is_negative(b) {
        base = invert_modulo(&base, &modulus)?;
    }
    let r = if let (m @ [_, ..], true) = (digits_of(&modulus), digits_of(&modulus).len() <= 2) {
        let r = power_modulo_word(digits_of(&base), digits_of(b), digits::low_u64(m));
        super::from_u64(r)?
    } else {
        let r = power_of(digits_of(&base), digits_of(b), Some(digits_of(&modulus)))?;
        from_digits(false, &r)?
    };
    if is_negative(m) && !digits_of(&r).is_empty() {
        add(&r, m)
    } else {
        Ok(r)
    }
}

/// The inverse of `a` modulo `m` by the extended algorithm of Euclid.
fn invert_modulo(a: &PyLongObject, m: &PyLongObject) -> PyResult<Long> {
    let (mut r0, mut r1) = (
        from_digits(false, digits_of(a))?,
        from_digits(false, digits_of(m))?,
    );
    let (mut s0, mut s1) = (from_i64(1)?, from_i64(0)?);
    while !digits_of(&r1).is_empty() {
        let (q, r) = divmod(&r0, &r1)?;
        let s = subtract(&s0, &*multiply(&q, &s1)?)?;
        (r0, r1, s0, s1) = (r1, r, s1, s);
    }
    if digits_of(&r0) != [1] {
        return Err(raise!(
            ValueError,
            "base is not invertible for the given modulus"
        ));
    }
    remainder(&s0, m)
}

/// `_PyLong_GCD`: the greatest common divisor, not negative.
pub fn gcd(a: &PyLongObject, b: &PyLongObject) -> PyResult<Long> {
    let words = |v: &[u32]| digits::to_u64(v);
    if let (Some(x), Some(y)) = (words(digits_of(a)), words(digits_of(b))) {
        return super::from_u64(digits::gcd_of_words(x, y));
    }
    from_digits(false, &digits::gcd(digits_of(a), digits_of(b)))
}

/// `_PyLong_DivmodNear`: the quotient rounded to nearest, ties to even, and the remainder.
pub fn divmod_near(a: &PyLongObject, b: &PyLongObject) -> PyResult<(Long, Long)> {
    let (q, r) = divmod(a, b)?;
    let twice = digits::shl(digits_of(&r), 1);
    let order = digits::compare(&twice, digits_of(b));
    let odd = digits_of(&q).first().is_some_and(|d| d & 1 == 1);
    if order == std::cmp::Ordering::Greater || (order == std::cmp::Ordering::Equal && odd) {
        return Ok((add(&q, &*from_i64(1)?)?, subtract(&r, b)?));
    }
    Ok((q, r))
}
