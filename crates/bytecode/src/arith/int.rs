//! Integers.

use super::{MAX_INT_SIZE, float, small};
use num_bigint::{BigInt, Sign};
use num_integer::Integer;
use num_traits::{Signed, ToPrimitive, Zero};
use pyrite_syntax::ast::{Constant, Operator};

pub fn binary(op: Operator, a: BigInt, b: BigInt) -> Option<Constant> {
    Some(Constant::from(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => {
            if !a.is_zero() && !b.is_zero() && a.bits() + b.bits() > MAX_INT_SIZE {
                return None;
            }
            a * b
        }
        Operator::Div => return true_divide(&a, &b).map(Constant::Float),
        Operator::FloorDiv if !b.is_zero() => a.div_floor(&b),
        Operator::Mod if !b.is_zero() => a.mod_floor(&b),
        Operator::Pow => return power(a, b),
        Operator::LShift => {
            if a.is_zero() && !b.is_negative() {
                return Some(Constant::Int(0));
            }
            let shift = small(&b)?;
            if shift > MAX_INT_SIZE || a.bits() > MAX_INT_SIZE - shift {
                return None;
            }
            a << shift
        }
        Operator::RShift if !b.is_negative() => match small(&b) {
            Some(shift) => {
                let shift = shift.min(a.bits() + 1);
                a >> shift
            }
            // Further than any number is long.
            None if a.is_negative() => BigInt::from(-1),
            None => BigInt::ZERO,
        },
        Operator::BitOr => a | b,
        Operator::BitXor => a ^ b,
        Operator::BitAnd => a & b,
        _ => return None,
    }))
}

fn power(a: BigInt, b: BigInt) -> Option<Constant> {
    if b.is_negative() {
        return float(Operator::Pow, to_f64(&a)?, to_f64(&b)?);
    }
    if !a.is_zero() && !b.is_zero() {
        let exponent = small(&b)?;
        if a.bits() > MAX_INT_SIZE / exponent {
            return None;
        }
    }
    // An exponent that does not fit is one of zero, where any will do.
    let exponent = b.to_u32().unwrap_or(1);
    Some(Constant::from(a.pow(exponent)))
}

/// The nearest float, ties to even; `None` if the integer is too large.
pub fn to_f64(value: &BigInt) -> Option<f64> {
    true_divide(value, &BigInt::from(1))
}

/// The correctly rounded quotient.
fn true_divide(a: &BigInt, b: &BigInt) -> Option<f64> {
    const MANTISSA: i64 = 53;
    const MIN_EXPONENT: i64 = -1074;
    if b.is_zero() {
        return None;
    }
    if a.is_zero() {
        return Some(if b.is_negative() { -0.0 } else { 0.0 });
    }
    let negative = (a.sign() == Sign::Minus) != (b.sign() == Sign::Minus);
    let (a, b) = (a.magnitude(), b.magnitude());
    // Scale so that the integer quotient has two or three bits more than a mantissa, or fewer for subnormal results.
    let difference = a.bits() as i64 - b.bits() as i64;
    let exponent = (difference - MANTISSA - 2).max(MIN_EXPONENT - 2);
    let (numerator, denominator) = if exponent >= 0 {
        (a.clone(), b << exponent as u64)
    } else {
        (a << exponent.unsigned_abs(), b.clone())
    };
    let (quotient, rest) = numerator.div_rem(&denominator);
    let mut bits = quotient.to_u64()?;
    // The lowest bit says that something was cut off.
    bits |= u64::from(!rest.is_zero());
    let length = 64 - i64::from(bits.leading_zeros());
    let extra = (length - MANTISSA).max(MIN_EXPONENT - exponent).max(0);
    let rounded = if extra > 0 {
        let half = 1u64 << (extra - 1);
        let low = bits & ((half << 1) - 1);
        let mut kept = bits >> extra;
        if low > half || (low == half && kept & 1 == 1) {
            kept += 1;
        }
        kept
    } else {
        bits
    };
    let value = ldexp(rounded as f64, exponent + extra);
    if value.is_infinite() {
        return None;
    }
    Some(if negative { -value } else { value })
}

/// `value * 2**exponent` for a value that needs no rounding.
fn ldexp(mut value: f64, mut exponent: i64) -> f64 {
    while exponent > 1000 {
        value *= 2f64.powi(1000);
        exponent -= 1000;
        if value.is_infinite() {
            return value;
        }
    }
    while exponent < -1000 {
        value *= 2f64.powi(-1000);
        exponent += 1000;
        if value == 0.0 {
            return value;
        }
    }
    value * 2f64.powi(exponent as i32)
}
