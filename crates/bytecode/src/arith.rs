//! Arithmetic on constants, as the interpreter would do it: what `optimize` may compute in advance.
//!
//! `None` means "leave it to run time": because it would raise, or because the result would be too large to keep.

mod complex;
mod int;

use crate::constant::type_name;
use num_bigint::BigInt;
use num_traits::ToPrimitive;
use pyrite_syntax::ast::{Constant, Operator, Text, UnaryOp};
use std::rc::Rc;

/// Integers may grow to so many bits.
const MAX_INT_SIZE: u64 = 128;
/// Repeated tuples may have so many items, ...
const MAX_COLLECTION_SIZE: usize = 256;
/// ... those of tuples inside them included.
const MAX_TOTAL_ITEMS: i64 = 1024;
/// Repeated strings may have so many characters.
const MAX_STR_SIZE: usize = 4096;

enum Number {
    Int(BigInt),
    Float(f64),
    Complex(f64, f64),
}

fn as_int(value: &Constant) -> Option<BigInt> {
    Some(match value {
        Constant::True => BigInt::from(1),
        Constant::False => BigInt::from(0),
        Constant::Int(value) => BigInt::from(*value),
        Constant::BigInt(value) => BigInt::clone(value),
        _ => return None,
    })
}

fn as_number(value: &Constant) -> Option<Number> {
    Some(match value {
        Constant::Float(value) => Number::Float(*value),
        Constant::Complex { real, imag } => Number::Complex(*real, *imag),
        _ => Number::Int(as_int(value)?),
    })
}

/// An index or a count.
fn as_i64(value: &Constant) -> Option<i64> {
    match value {
        Constant::True => Some(1),
        Constant::False => Some(0),
        Constant::Int(value) => Some(*value),
        _ => None,
    }
}

pub fn unary(op: UnaryOp, value: &Constant) -> Option<Constant> {
    if op == UnaryOp::Not {
        return Some(if crate::constant::is_true(value) {
            Constant::False
        } else {
            Constant::True
        });
    }
    Some(match (op, as_number(value)?) {
        (UnaryOp::Invert, Number::Int(value)) => Constant::from(-value - 1),
        (UnaryOp::UAdd, Number::Int(value)) => Constant::from(value),
        (UnaryOp::USub, Number::Int(value)) => Constant::from(-value),
        (UnaryOp::UAdd, Number::Float(value)) => Constant::Float(value),
        (UnaryOp::USub, Number::Float(value)) => Constant::Float(-value),
        (UnaryOp::UAdd, Number::Complex(real, imag)) => Constant::Complex { real, imag },
        (UnaryOp::USub, Number::Complex(real, imag)) => Constant::Complex {
            real: -real,
            imag: -imag,
        },
        _ => return None,
    })
}

pub fn binary(op: Operator, left: &Constant, right: &Constant) -> Option<Constant> {
    if let (Constant::True | Constant::False, Constant::True | Constant::False) = (left, right) {
        let (a, b) = (*left == Constant::True, *right == Constant::True);
        let value = match op {
            Operator::BitAnd => Some(a & b),
            Operator::BitOr => Some(a | b),
            Operator::BitXor => Some(a ^ b),
            _ => None,
        };
        if let Some(value) = value {
            return Some(if value {
                Constant::True
            } else {
                Constant::False
            });
        }
    }
    let (Some(a), Some(b)) = (as_number(left), as_number(right)) else {
        return match op {
            Operator::Add => concatenate(left, right),
            Operator::Mult => match (as_int(left), as_int(right)) {
                (Some(_), None) => repeat(right, left),
                (None, Some(_)) => repeat(left, right),
                _ => None,
            },
            _ => None,
        };
    };
    match (a, b) {
        (Number::Int(a), Number::Int(b)) => int::binary(op, a, b),
        (Number::Complex(a, b), other) => complex::binary(op, (a, b), as_complex(other)?),
        (other, Number::Complex(c, d)) => complex::binary(op, as_complex(other)?, (c, d)),
        (a, b) => float(op, as_float(a)?, as_float(b)?),
    }
}

fn as_float(value: Number) -> Option<f64> {
    match value {
        Number::Int(value) => int::to_f64(&value),
        Number::Float(value) => Some(value),
        Number::Complex(..) => None,
    }
}

fn as_complex(value: Number) -> Option<(f64, f64)> {
    match value {
        Number::Complex(real, imag) => Some((real, imag)),
        other => Some((as_float(other)?, 0.0)),
    }
}

/// Floor division and remainder: the remainder has the sign of the divisor.
fn div_mod(a: f64, b: f64) -> Option<(f64, f64)> {
    if b == 0.0 {
        return None;
    }
    let mut remainder = a % b;
    let mut quotient = (a - remainder) / b;
    if remainder != 0.0 {
        if (b < 0.0) != (remainder < 0.0) {
            remainder += b;
            quotient -= 1.0;
        }
    } else {
        remainder = 0.0f64.copysign(b);
    }
    let floor = if quotient != 0.0 {
        let floor = quotient.floor();
        if quotient - floor > 0.5 {
            floor + 1.0
        } else {
            floor
        }
    } else {
        0.0f64.copysign(a / b)
    };
    Some((floor, remainder))
}

fn float(op: Operator, a: f64, b: f64) -> Option<Constant> {
    Some(Constant::Float(match op {
        Operator::Add => a + b,
        Operator::Sub => a - b,
        Operator::Mult => a * b,
        Operator::Div if b != 0.0 => a / b,
        Operator::FloorDiv => div_mod(a, b)?.0,
        Operator::Mod => div_mod(a, b)?.1,
        Operator::Pow => return float_pow(a, b),
        _ => return None,
    }))
}

fn float_pow(a: f64, b: f64) -> Option<Constant> {
    if a == 0.0 && b < 0.0 {
        return None;
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b != b.floor() {
        return complex::binary(Operator::Pow, (a, 0.0), (b, 0.0));
    }
    let value = a.powf(b);
    if value.is_infinite() && a.is_finite() && b.is_finite() {
        return None;
    }
    Some(Constant::Float(value))
}

fn concatenate(left: &Constant, right: &Constant) -> Option<Constant> {
    Some(match (left, right) {
        (Constant::Str(a), Constant::Str(b)) => {
            Constant::Str(Text::from_wtf8(&[a.as_wtf8(), b.as_wtf8()].concat()))
        }
        (Constant::Bytes(a), Constant::Bytes(b)) => {
            Constant::Bytes([a.as_ref(), b.as_ref()].concat().into())
        }
        (Constant::Tuple(a), Constant::Tuple(b)) => {
            Constant::Tuple([a.as_ref(), b.as_ref()].concat().into())
        }
        _ => return None,
    })
}

/// Items left of `limit` when those of a tuple and the tuples in it are taken off.
fn complexity(value: &Constant, limit: i64) -> i64 {
    let (Constant::Tuple(items) | Constant::FrozenSet(items)) = value else {
        return limit;
    };
    let mut limit = limit - items.len() as i64;
    for item in items.iter() {
        if limit < 0 {
            break;
        }
        limit = complexity(item, limit);
    }
    limit
}

fn repeat(value: &Constant, count: &Constant) -> Option<Constant> {
    let (size, most) = match value {
        Constant::Str(text) => (text.char_count(), MAX_STR_SIZE),
        Constant::Bytes(bytes) => (bytes.len(), MAX_STR_SIZE),
        Constant::Tuple(items) => (items.len(), MAX_COLLECTION_SIZE),
        _ => return None,
    };
    if size == 0 {
        // Only a count that no index can hold is an error.
        as_i64(count)?;
        return Some(value.clone());
    }
    let count = usize::try_from(as_i64(count)?).ok()?;
    if count > most / size {
        return None;
    }
    Some(match value {
        Constant::Str(text) => Constant::Str(Text::from_wtf8(&text.as_wtf8().repeat(count))),
        Constant::Bytes(bytes) => Constant::Bytes(bytes.repeat(count).into()),
        Constant::Tuple(items) => {
            if count > 0 && complexity(value, MAX_TOTAL_ITEMS / count as i64) < 0 {
                return None;
            }
            let all: Vec<Constant> = items.iter().cycle().take(size * count).cloned().collect();
            Constant::Tuple(all.into())
        }
        _ => return None,
    })
}

/// `value[index]`.
pub fn subscript(value: &Constant, index: &Constant) -> Option<Constant> {
    let index = as_i64(index)?;
    let place = |len: usize| {
        let len = len as i64;
        let index = if index < 0 { index + len } else { index };
        usize::try_from(index).ok()
    };
    match value {
        Constant::Tuple(items) => items.get(place(items.len())?).cloned(),
        Constant::Bytes(bytes) => {
            let byte = bytes.get(place(bytes.len())?)?;
            Some(Constant::Int(i64::from(*byte)))
        }
        Constant::Str(text) => {
            let code_point = text.chars().nth(place(text.char_count())?)?;
            let mut out = Vec::with_capacity(4);
            pyrite_syntax::text::push_code_point(&mut out, code_point);
            Some(Constant::Str(Text::from_wtf8(&out)))
        }
        _ => None,
    }
}

/// `a == b` as Python has it: numbers of different types can be equal.
pub fn equal(a: &Constant, b: &Constant) -> bool {
    match (as_number(a), as_number(b)) {
        (Some(Number::Int(a)), Some(Number::Int(b))) => a == b,
        (Some(Number::Float(a)), Some(Number::Float(b))) => a == b,
        (Some(Number::Int(a)), Some(Number::Float(b)))
        | (Some(Number::Float(b)), Some(Number::Int(a))) => int_equals_float(&a, b),
        (Some(Number::Complex(a, b)), Some(Number::Complex(c, d))) => a == c && b == d,
        (Some(Number::Complex(a, b)), Some(Number::Float(c)))
        | (Some(Number::Float(c)), Some(Number::Complex(a, b))) => a == c && b == 0.0,
        (Some(Number::Complex(a, b)), Some(Number::Int(c)))
        | (Some(Number::Int(c)), Some(Number::Complex(a, b))) => {
            b == 0.0 && int_equals_float(&c, a)
        }
        (None, None) => match (a, b) {
            (Constant::Tuple(a), Constant::Tuple(b)) => {
                a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| equal(a, b))
            }
            (Constant::FrozenSet(a), Constant::FrozenSet(b)) => {
                a.len() == b.len() && a.iter().all(|x| b.iter().any(|y| equal(x, y)))
            }
            _ => type_name(a) == type_name(b) && a == b,
        },
        _ => false,
    }
}

fn int_equals_float(a: &BigInt, b: f64) -> bool {
    use num_traits::FromPrimitive;
    b.is_finite() && b == b.floor() && BigInt::from_f64(b).is_some_and(|b| b == *a)
}

/// A frozenset of the elements: of equal ones the first stays.
pub fn frozenset(elements: &[Constant]) -> Constant {
    let mut unique: Vec<Constant> = Vec::with_capacity(elements.len());
    // Long sets are of strings or integers as a rule: those are told apart by hashing.
    let mut seen = std::collections::HashSet::new();
    for element in elements {
        let known = match element {
            Constant::Str(text) => !seen.insert(text.clone()),
            other => unique
                .iter()
                .any(|known| !matches!(known, Constant::Str(_)) && equal(known, other)),
        };
        if !known {
            unique.push(element.clone());
        }
    }
    Constant::FrozenSet(Rc::from(unique))
}

fn small(value: &BigInt) -> Option<u64> {
    value.to_u64()
}
