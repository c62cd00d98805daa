//! Floats as text and back: `PyOS_double_to_string` and `PyOS_string_to_double`.
//!
//! Digits come from Rust's formatting, which is exact: the shortest that read back as the same number, or as many as
//! are asked for, rounded correctly. What is done here is C's layout of them.

use crate::prelude::*;
use crate::{err, unicode};
use std::fmt::Write;

/// No double has more digits behind its point, so those beyond are zeros.
const MOST_DIGITS: usize = 1100;

/// Significant digits and the place of the decimal point before them.
struct Digits {
    text: Vec<u8>,
    point: isize,
}

/// Takes text like `1.25e-7` apart; trailing zeros go.
fn scientific(text: &str) -> Digits {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    while digits.len() > 1 && digits.last() == Some(&b'0') {
        digits.pop();
    }
    let zero = digits == b"0";
    Digits {
        text: digits,
        point: if zero {
            1
        } else {
            exponent.parse::<isize>().unwrap_or(0) + 1
        },
    }
}

/// The shortest digits are not always unique: where the number lies exactly between two, 3.8 takes the even one, and
/// Rust the upper one. That happens only with one binary digit behind the point more than there are decimal ones.
fn break_tie(value: f64, digits: &mut [u8], point: isize) {
    let decimals = digits.len() as isize - point;
    let Some(last) = digits
        .last()
        .copied()
        .filter(|d| d & 1 == 1 && decimals > 0)
    else {
        return;
    };
    let bits = value.to_bits();
    let (exponent, mantissa) = (bits >> 52 & 0x7ff, bits & ((1 << 52) - 1));
    let (exponent, mantissa) = match exponent {
        0 => (-1074, mantissa),
        e => (e as isize - 1075, mantissa | 1 << 52),
    };
    if -(exponent + mantissa.trailing_zeros() as isize) != decimals + 1 {
        return;
    }
    let exact = format!("{value:.*}", decimals as usize + 1);
    let below = exact.bytes().rev().nth(1).unwrap_or(last);
    let even = below + (below & 1);
    if even > b'9' {
        return;
    }
    if let Some(d) = digits.last_mut() {
        *d = even;
    }
    let text = format!("{}e{}", String::from_utf8_lossy(digits), -decimals);
    if text.parse() != Ok(value)
        && let Some(d) = digits.last_mut()
    {
        *d = last;
    }
}

/// A short text on the stack; what does not fit is dropped.
struct Short {
    text: [u8; 40],
    len: usize,
}

impl Short {
    fn new() -> Short {
        Short {
            text: [0; 40],
            len: 0,
        }
    }

    fn push(&mut self, text: &[u8]) {
        if let Some(place) = self.text.get_mut(self.len..self.len + text.len()) {
            place.copy_from_slice(text);
            self.len += text.len();
        }
    }

    fn text(&self) -> &[u8] {
        &self.text[..self.len]
    }
}

impl std::fmt::Write for Short {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        self.push(s.as_bytes());
        Ok(())
    }
}

/// `repr` of a float: the shortest text that reads back as the same number, with `.0` where it would look like an int.
/// The longest has 24 characters.
pub fn repr(value: f64) -> PyResult<Owned<PyUnicodeObject>> {
    if value.is_nan() {
        return unicode::from_ascii(b"nan");
    }
    let mut out = Short::new();
    if value.is_sign_negative() {
        out.push(b"-");
    }
    if value.is_infinite() {
        out.push(b"inf");
        return unicode::from_ascii(out.text());
    }
    let mut scientific = Short::new();
    let _ = write!(scientific, "{:e}", value.abs());
    let (mut digits, mut exponent, mut negative) = (Short::new(), 0isize, false);
    let mut parts = scientific.text().iter();
    for b in parts.by_ref().take_while(|b| **b != b'e') {
        if *b != b'.' {
            digits.push(&[*b]);
        }
    }
    for b in parts {
        match b {
            b'-' => negative = true,
            b => exponent = exponent * 10 + isize::from(*b - b'0'),
        }
    }
    let point = if negative { -exponent } else { exponent } + 1;
    break_tie(value.abs(), &mut digits.text[..digits.len], point);
    let digits = digits.text();
    match usize::try_from(point) {
        Ok(point @ 1..=16) if point >= digits.len() => {
            out.push(digits);
            out.push(&b"0000000000000000"[..point - digits.len()]);
            out.push(b".0");
        }
        Ok(point @ 1..=16) => {
            out.push(&digits[..point]);
            out.push(b".");
            out.push(&digits[point..]);
        }
        _ if (-3..=0).contains(&point) => {
            out.push(b"0.");
            out.push(&b"000"[..point.unsigned_abs()]);
            out.push(digits);
        }
        _ => {
            out.push(&digits[..1]);
            if digits.len() > 1 {
                out.push(b".");
                out.push(&digits[1..]);
            }
            let sign = if point < 1 { '-' } else { '+' };
            let _ = write!(out, "e{sign}{:02}", (point - 1).unsigned_abs());
        }
    }
    unicode::from_ascii(out.text())
}

/// `PyOS_double_to_string`: the codes are those of printf, and `r` for the shortest text that reads back.
pub fn double_to_string(value: f64, code: char, precision: i32, flags: c_int) -> PyResult<String> {
    let upper = code.is_ascii_uppercase();
    let known =
        matches!(code, 'e' | 'E' | 'f' | 'F' | 'g' | 'G') || (code == 'r' && precision == 0);
    let Ok(precision) = usize::try_from(precision) else {
        return Err(err::bad_internal_call());
    };
    if !known {
        return Err(err::bad_internal_call());
    }
    let mut out = String::new();
    if out.try_reserve(precision.saturating_add(330)).is_err() {
        return Err(err::no_memory());
    }
    if value.is_sign_negative() && !value.is_nan() {
        out.push('-');
    } else if flags & Py_DTSF_SIGN != 0 {
        out.push('+');
    }
    let magnitude = value.abs();
    if !magnitude.is_finite() {
        out.push_str(if value.is_nan() { "nan" } else { "inf" });
    } else {
        finite(
            &mut out,
            magnitude,
            code.to_ascii_lowercase(),
            precision,
            flags,
        );
    }
    if upper {
        out.make_ascii_uppercase();
    }
    Ok(out)
}

fn finite(out: &mut String, value: f64, code: char, precision: usize, flags: c_int) {
    let (alternate, dot_zero) = (flags & Py_DTSF_ALT != 0, flags & Py_DTSF_ADD_DOT_0 != 0);
    let exact = precision.min(MOST_DIGITS);
    match code {
        'f' => {
            if !fixed(out, value, precision) {
                out.push_str(&format!("{value:.exact$}"));
                zeros(out, precision - exact);
            }
            finish_point(out, precision == 0, alternate, dot_zero);
        }
        'e' => {
            let d = scientific(&format!("{value:.exact$e}"));
            exponential(out, &d, precision + 1, alternate);
        }
        'g' => {
            let significant = precision.max(1);
            let shown = significant.min(MOST_DIGITS) - 1;
            let d = scientific(&format!("{value:.shown$e}"));
            let limit = significant as isize - isize::from(dot_zero);
            let wanted = if alternate { significant } else { 0 };
            match d.point <= -4 || d.point > limit {
                true => exponential(out, &d, wanted, alternate),
                false => positional(out, &d, wanted, alternate, dot_zero),
            }
        }
        _ => {
            let mut d = scientific(&format!("{value:e}"));
            break_tie(value, &mut d.text, d.point);
            match d.point <= -4 || d.point > 16 {
                true => exponential(out, &d, 0, alternate),
                false => positional(out, &d, 0, alternate, dot_zero),
            }
        }
    }
}

/// Writes a number with so many digits behind the point, if all of it can be computed in two words: mantissa times a power of ten, shifted.
/// What is shifted out says exactly how to round. False where that is not so, and nothing is written.
fn fixed(out: &mut String, value: f64, precision: usize) -> bool {
    const MOST: usize = 40;
    let (bits, exponent) = (value.to_bits(), (value.to_bits() >> 52 & 0x7ff) as i32);
    if precision > 19 || (exponent == 0 && value != 0.0) {
        return false;
    }
    let mantissa = if exponent == 0 {
        0
    } else {
        bits & ((1 << 52) - 1) | 1 << 52
    };
    let scaled = u128::from(mantissa) * 10u128.pow(precision as u32);
    let number = match if exponent == 0 { 0 } else { exponent - 1075 } {
        shift @ 0..=10 => scaled << shift,
        shift @ -127..0 => {
            let (shift, one) = (-shift, 1u128 << -shift);
            let (number, rest) = (scaled >> shift, scaled & (one - 1));
            let half = one >> 1;
            number + u128::from(rest > half || (rest == half && number & 1 == 1))
        }
        _ => return false,
    };
    let mut text = [b'0'; MOST];
    let (mut at, mut rest, mut written) = (MOST, number, 0);
    // Words divide faster than pairs of them.
    while u64::try_from(rest).is_err() {
        at -= 1;
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        written += 1;
    }
    let mut rest = rest as u64;
    while rest != 0 || written <= precision {
        at -= 1;
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        written += 1;
    }
    push(out, &text[at..MOST - precision]);
    if precision > 0 {
        out.push('.');
        push(out, &text[MOST - precision..]);
    }
    true
}

fn zeros(out: &mut String, n: usize) {
    out.extend(std::iter::repeat_n('0', n));
}

fn push(out: &mut String, digits: &[u8]) {
    // Digits are ASCII.
    out.push_str(std::str::from_utf8(digits).unwrap_or_default());
}

/// What stands where there are no digits behind the point.
fn finish_point(out: &mut String, bare: bool, alternate: bool, dot_zero: bool) {
    if bare && dot_zero {
        out.push_str(".0");
    } else if bare && alternate {
        out.push('.');
    }
}

/// `d.ddde+xx`, with at least `wanted` digits.
fn exponential(out: &mut String, d: &Digits, wanted: usize, alternate: bool) {
    let (first, rest) = d.text.split_at(1);
    push(out, first);
    let missing = wanted.saturating_sub(d.text.len());
    if rest.len() + missing > 0 || alternate {
        out.push('.');
    }
    push(out, rest);
    zeros(out, missing);
    let exponent = d.point - 1;
    out.push_str(&format!(
        "e{}{:02}",
        if exponent < 0 { '-' } else { '+' },
        exponent.unsigned_abs()
    ));
}

/// `ddd.ddd`, with at least `wanted` significant digits.
fn positional(out: &mut String, d: &Digits, wanted: usize, alternate: bool, dot_zero: bool) {
    let n = d.text.len();
    let missing = wanted.saturating_sub(n);
    let Ok(point) = usize::try_from(d.point)
        .map_err(drop)
        .and_then(|p| if p == 0 { Err(()) } else { Ok(p) })
    else {
        out.push_str("0.");
        zeros(out, d.point.unsigned_abs());
        push(out, &d.text);
        zeros(out, missing);
        return;
    };
    push(out, &d.text[..point.min(n)]);
    zeros(out, point.saturating_sub(n));
    let behind = n.saturating_sub(point);
    let missing = missing.saturating_sub(point.saturating_sub(n));
    if behind + missing == 0 {
        finish_point(out, true, alternate, dot_zero);
        return;
    }
    out.push('.');
    push(out, &d.text[n - behind..]);
    zeros(out, missing);
}

/// Reads the longest prefix that is a float: its value and its length. Signs, `inf`, `infinity` and `nan` count.
pub fn parse_prefix(text: &[u8]) -> Option<(f64, usize)> {
    let mut i = usize::from(matches!(text.first(), Some(b'+' | b'-')));
    let negative = text.first() == Some(&b'-');
    let word = |w: &[u8]| {
        text.get(i..i + w.len())
            .is_some_and(|t| t.eq_ignore_ascii_case(w))
    };
    let named = [
        (&b"infinity"[..], f64::INFINITY),
        (b"inf", f64::INFINITY),
        (b"nan", f64::NAN),
    ];
    if let Some((w, value)) = named.into_iter().find(|(w, _)| word(w)) {
        return Some((if negative { -value } else { value }, i + w.len()));
    }
    let digits = |from: usize| {
        text[from..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count()
    };
    let whole = digits(i);
    i += whole;
    let mut fraction = 0;
    if text.get(i) == Some(&b'.') {
        fraction = digits(i + 1);
        if whole + fraction > 0 {
            i += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(text.get(i), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(text.get(i + 1), Some(b'+' | b'-')));
        let n = if i + 1 + sign <= text.len() {
            digits(i + 1 + sign)
        } else {
            0
        };
        if n > 0 {
            i += 1 + sign + n;
        }
    }
    let value = std::str::from_utf8(&text[..i]).ok()?.parse::<f64>().ok()?;
    Some((value, i))
}

/// `PyOS_string_to_double` where the whole text must be the number. Too large a number is an infinity, or an
/// exception if the caller names one.
pub fn string_to_double(text: &[u8], overflow: Option<&PyObject>) -> PyResult<f64> {
    let shown = || {
        let s = String::from_utf8_lossy(text).into_owned();
        err::short(&s, 200).to_owned()
    };
    match parse_prefix(text) {
        Some((value, n)) if n == text.len() => {
            let named = text.iter().any(|b| matches!(b, b'n' | b'N'));
            match overflow {
                Some(exc) if value.is_infinite() && !named => {
                    let message = format!("value too large to convert to float: '{}'", shown());
                    Err(err::set_object(
                        exc,
                        unicode::from_str(&message)?.as_object(),
                    ))
                }
                _ => Ok(value),
            }
        }
        _ => Err(raise!(
            ValueError,
            "could not convert string to float: '{}'",
            shown()
        )),
    }
}

/// The float that a whole literal spells.
pub fn parse_literal(text: &[u8]) -> Option<f64> {
    parse_prefix(text)
        .filter(|(_, n)| *n == text.len())
        .map(|(value, _)| value)
}

/// How many bytes at the start of `text` are a float literal; 0 for none.
pub fn literal_length(text: &[u8]) -> usize {
    parse_prefix(text).map_or(0, |(_, n)| n)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(value: f64, code: char, precision: i32, flags: c_int) -> String {
        double_to_string(value, code, precision, flags).unwrap_or_default()
    }

    #[test]
    fn layouts_of_c() {
        assert_eq!(text(0.1 + 0.2, 'r', 0, 0), "0.30000000000000004");
        assert_eq!(text(1e16, 'r', 0, Py_DTSF_ADD_DOT_0), "1e+16");
        assert_eq!(text(1e15, 'r', 0, Py_DTSF_ADD_DOT_0), "1000000000000000.0");
        assert_eq!(text(0.0001, 'r', 0, 0), "0.0001");
        assert_eq!(text(0.00001, 'r', 0, 0), "1e-05");
        assert_eq!(text(-0.0, 'r', 0, Py_DTSF_ADD_DOT_0), "-0.0");
        assert_eq!(text(100000.0, 'g', 6, 0), "100000");
        assert_eq!(text(1000000.0, 'g', 6, 0), "1e+06");
        assert_eq!(text(1.0, 'g', 6, Py_DTSF_ALT), "1.00000");
        assert_eq!(text(0.0, 'g', 3, Py_DTSF_ALT), "0.00");
        assert_eq!(text(0.5, 'f', 0, 0), "0");
        assert_eq!(text(1.5, 'e', 0, Py_DTSF_ALT), "2.e+00");
        assert_eq!(text(1.5, 'e', 3, 0), "1.500e+00");
        assert_eq!(text(f64::INFINITY, 'F', 2, Py_DTSF_SIGN), "+INF");
        assert_eq!(text(123456.0, 'g', 2, 0), "1.2e+05");
        assert_eq!(text(0.00012, 'g', 6, Py_DTSF_ALT), "0.000120000");
        assert_eq!(text(1200.0, 'g', 6, Py_DTSF_ALT), "1200.00");
    }

    #[test]
    fn longest_prefix() {
        assert_eq!(parse_prefix(b"1.5e+x"), Some((1.5, 3)));
        assert_eq!(parse_prefix(b"-.5"), Some((-0.5, 3)));
        assert_eq!(parse_prefix(b"."), None);
        assert_eq!(parse_prefix(b"-Infinityx").map(|p| p.1), Some(9));
    }
}
