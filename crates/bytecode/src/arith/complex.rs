//! Complex numbers.

use pyrite_syntax::ast::{Constant, Operator};

type C = (f64, f64);

pub fn binary(op: Operator, a: C, b: C) -> Option<Constant> {
    let (real, imag) = match op {
        Operator::Add => (a.0 + b.0, a.1 + b.1),
        Operator::Sub => (a.0 - b.0, a.1 - b.1),
        Operator::Mult => multiply(a, b),
        Operator::Div => divide(a, b)?,
        Operator::Pow => power(a, b)?,
        _ => return None,
    };
    Some(Constant::Complex { real, imag })
}

fn multiply(a: C, b: C) -> C {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// Scales by the larger part of the divisor, so that nothing overflows on the way.
fn divide(a: C, b: C) -> Option<C> {
    if b.0.abs() >= b.1.abs() {
        if b.0 == 0.0 {
            return None;
        }
        let ratio = b.1 / b.0;
        let denominator = b.0 + b.1 * ratio;
        Some((
            (a.0 + a.1 * ratio) / denominator,
            (a.1 - a.0 * ratio) / denominator,
        ))
    } else if b.1.abs() >= b.0.abs() {
        let ratio = b.0 / b.1;
        let denominator = b.0 * ratio + b.1;
        Some((
            (a.0 * ratio + a.1) / denominator,
            (a.1 * ratio - a.0) / denominator,
        ))
    } else {
        Some((f64::NAN, f64::NAN))
    }
}

fn power(a: C, b: C) -> Option<C> {
    const SMALL: f64 = 100.0;
    let integral = b.1 == 0.0 && b.0 == b.0.trunc();
    let (real, imag) = if integral && b.0.abs() <= SMALL {
        let n = b.0 as i32;
        let value = unsigned_power(a, n.unsigned_abs());
        if n > 0 {
            value
        } else {
            divide((1.0, 0.0), value)?
        }
    } else {
        general_power(a, b)?
    };
    if real.is_infinite() || imag.is_infinite() {
        return None;
    }
    Some((real, imag))
}

fn unsigned_power(a: C, mut n: u32) -> C {
    let (mut result, mut square) = ((1.0, 0.0), a);
    while n > 0 {
        if n & 1 == 1 {
            result = multiply(result, square);
        }
        square = multiply(square, square);
        n >>= 1;
    }
    result
}

fn general_power(a: C, b: C) -> Option<C> {
    if b == (0.0, 0.0) {
        return Some((1.0, 0.0));
    }
    if a == (0.0, 0.0) {
        return (b.1 == 0.0 && b.0 >= 0.0).then_some((0.0, 0.0));
    }
    let length = a.0.hypot(a.1);
    let angle = a.1.atan2(a.0);
    let mut result = length.powf(b.0);
    let mut phase = angle * b.0;
    if b.1 != 0.0 {
        result /= (angle * b.1).exp();
        phase += b.1 * length.ln();
    }
    // An infinite phase is no angle: at run time that is an error.
    if phase.is_infinite() {
        return None;
    }
    Some((result * phase.cos(), result * phase.sin()))
}
