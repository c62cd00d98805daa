//! `float.hex` and `float.fromhex`.

use crate::prelude::*;

/// `[sign]0xh.hhhhp[sign]d`, exact.
pub fn format(v: f64) -> String {
    if !v.is_finite() {
        return if v.is_nan() {
            "nan".into()
        } else if v < 0.0 {
            "-inf".into()
        } else {
            "inf".into()
        };
    }
    let sign = if v.is_sign_negative() { "-" } else { "" };
    if v == 0.0 {
        return format!("{sign}0x0.0p+0");
    }
    let bits = v.to_bits();
    let raw = (bits >> 52 & 0x7ff) as i64;
    let fraction = bits & ((1 << 52) - 1);
    let (lead, e) = if raw == 0 {
        (0, -1022)
    } else {
        (1, raw - 1023)
    };
    format!("{sign}0x{lead}.{fraction:013x}p{e:+}")
}

fn invalid() -> Raised {
    raise!(ValueError, "invalid hexadecimal floating-point string")
}

/// Reads the same, correctly rounded; the prefix, the point and the exponent are optional.
pub fn parse(text: &str) -> PyResult<f64> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    let (negative, body) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = body.to_ascii_lowercase();
    let v = match &*lower {
        "inf" | "infinity" => f64::INFINITY,
        "nan" => f64::NAN,
        _ => magnitude(lower.strip_prefix("0x").unwrap_or(&lower))?,
    };
    Ok(if negative { -v } else { v })
}

fn magnitude(text: &str) -> PyResult<f64> {
    let (mantissa, exponent) = match text.split_once('p') {
        Some((m, e)) => (m, exponent(e)?),
        None => (text, 0),
    };
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits: Option<Vec<u32>> = whole
        .chars()
        .chain(fraction.chars())
        .map(|c| c.to_digit(16))
        .collect();
    let digits = digits.filter(|d| !d.is_empty()).ok_or_else(invalid)?;
    let mut e = exponent.saturating_sub(4 * fraction.len() as i64);
    // At most 60 bits are kept; what falls off is remembered in the last one.
    let (mut m, mut sticky) = (0u64, false);
    for d in digits {
        if m >> 56 == 0 {
            m = m << 4 | u64::from(d);
        } else {
            sticky |= d != 0;
            e = e.saturating_add(4);
        }
    }
    if m == 0 {
        return Ok(0.0);
    }
    let too_large = || {
        raise!(
            OverflowError,
            "hexadecimal value too large to represent as a float"
        )
    };
    let top = 64 - i64::from(m.leading_zeros());
    if e.saturating_add(top) > 1024 {
        return Err(too_large());
    }
    if e.saturating_add(top) < -1074 {
        return Ok(0.0);
    }
    let m = m << 1 | u64::from(sticky);
    let v = crate::long::arith::scaled(m, e - 1);
    if v.is_infinite() {
        Err(too_large())
    } else {
        Ok(v)
    }
}

fn exponent(text: &str) -> PyResult<i64> {
    let (negative, digits) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(invalid());
    }
    // Far out of range either way.
    let n = digits.parse::<i64>().unwrap_or(1 << 40).min(1 << 40);
    Ok(if negative { -n } else { n })
}
