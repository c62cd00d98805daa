//! Ints to and from text.

use super::{digits, digits_of, from_digits, is_negative};
use crate::prelude::*;
use crate::{err, object, tstate, unicode};

type Long = Owned<PyLongObject>;

/// Texts up to this many digits are never refused.
const UNCHECKED: usize = 640;

/// The limit where nobody set one (the interpreter's field is then negative, as `sys.flags` shows).
const DEFAULT_LIMIT: usize = 4300;

/// `sys.get_int_max_str_digits()`: how many decimal digits a conversion may have; 0 for any number.
pub fn max_str_digits() -> usize {
    // SAFETY: the interpreter lives as long as its threads.
    let limit = unsafe { tstate::current().interp.get().as_ref() }
        .map_or(-1, |i| i.int_max_str_digits.get());
    usize::try_from(limit).unwrap_or(DEFAULT_LIMIT)
}

fn too_long(what: &str) -> Raised {
    let limit = max_str_digits();
    raise!(
        ValueError,
        "Exceeds the limit ({limit}) for integer string conversion{what}; use sys.set_int_max_str_digits() to increase the limit"
    )
}

/// `str(n)`.
pub fn to_unicode(n: &PyLongObject) -> PyResult<Owned<PyUnicodeObject>> {
    let v = digits_of(n);
    if v.len() > 2 {
        return unicode::from_str(&to_text(n, 10)?);
    }
    let mut rest = digits::low_u64(v);
    // Two digits have 60 bits, and these at most 19 decimal digits.
    let mut text = [0; 20];
    let mut at = text.len();
    loop {
        at -= 1;
        text[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if is_negative(n) {
        at -= 1;
        text[at] = b'-';
    }
    unicode::from_ascii(&text[at..])
}

/// The text in a base, without prefix: sign and digits.
pub fn to_text(n: &PyLongObject, base: u32) -> PyResult<String> {
    let v = digits_of(n);
    // Up to 30 characters for a digit, and as many again with the sign.
    super::room_for(v.len().saturating_mul(8))?;
    if !base.is_power_of_two() {
        let limit = max_str_digits();
        // Bits are compared first, so that nothing long is computed in vain.
        let bits = digits::bit_length(v);
        if limit > 0
            && bits > UNCHECKED * 3
            && (bits as f64 * std::f64::consts::LOG10_2) as usize > limit + 1
        {
            return Err(too_long(""));
        }
        let text = digits::to_text(v, base);
        if limit > 0 && text.len() > limit && text.len() > UNCHECKED {
            return Err(too_long(""));
        }
        return Ok(if is_negative(n) {
            format!("-{text}")
        } else {
            text
        });
    }
    if let Some(magnitude) = digits::to_u64(v) {
        let mut buffer = [0; LONGEST_LITERAL];
        let mut start = by_bits(magnitude, base, &mut buffer);
        if is_negative(n) {
            start -= 1;
            buffer[start] = b'-';
        }
        return Ok(String::from_utf8_lossy(&buffer[start..]).into_owned());
    }
    let text = digits::to_text(v, base);
    Ok(if is_negative(n) {
        format!("-{text}")
    } else {
        text
    })
}

/// The decimal text of a machine word, made in place: `str(i)` is everywhere.
fn word_to_text(n: i64) -> PyResult<Owned<PyUnicodeObject>> {
    unicode::from_ascii(decimal(n, &mut [0; LONGEST]).as_bytes())
}

/// The most characters that a word's decimal text has.
pub const LONGEST: usize = 20;

/// The decimal text of a word.
#[inline]
pub fn decimal(n: i64, buffer: &mut [u8; LONGEST]) -> &str {
    let (mut rest, mut start) = (n.unsigned_abs(), LONGEST);
    loop {
        start -= 1;
        buffer[start] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if n < 0 {
        start -= 1;
        buffer[start] = b'-';
    }
    // SAFETY: digits and a sign.
    unsafe { std::str::from_utf8_unchecked(&buffer[start..]) }
}

/// 64 binary digits, a prefix and a sign.
const LONGEST_LITERAL: usize = 67;

/// Writes a word in a base that is a power of two to the end of the buffer; returns where it begins.
fn by_bits(mut rest: u64, base: u32, buffer: &mut [u8; LONGEST_LITERAL]) -> usize {
    let step = base.trailing_zeros();
    let mut start = buffer.len();
    loop {
        start -= 1;
        buffer[start] = digits::DIGITS[(rest & u64::from(base - 1)) as usize];
        rest >>= step;
        if rest == 0 {
            return start;
        }
    }
}

/// `_PyLong_Format`: as a literal, with the prefix of its base.
pub fn format(o: &PyObject, base: u32) -> PyResult<Owned<PyUnicodeObject>> {
    let n = super::expect(o)?;
    if base == 10
        && let Some(word) = super::convert::to_i64(n)
    {
        return word_to_text(word);
    }
    let prefix = match base {
        2 => "0b",
        8 => "0o",
        16 => "0x",
        _ => "",
    };
    if base == 10 {
        return to_unicode(n);
    }
    if let (Some(magnitude), true) = (digits::to_u64(digits_of(n)), base.is_power_of_two()) {
        let mut buffer = [0; LONGEST_LITERAL];
        let mut start = by_bits(magnitude, base, &mut buffer);
        for byte in prefix.bytes().rev().chain(is_negative(n).then_some(b'-')) {
            start -= 1;
            buffer[start] = byte;
        }
        return unicode::from_ascii(&buffer[start..]);
    }
    let text = to_text(n, base)?;
    if prefix.is_empty() {
        return unicode::from_str(&text);
    }
    let (sign, text) = text.strip_prefix('-').map_or(("", &*text), |t| ("-", t));
    unicode::from_str(&std::format!("{sign}{prefix}{text}"))
}

/// What stands in a text: sign and magnitude. `None` if it is no literal.
fn parse(text: &str, base: u32) -> Option<PyResult<(bool, Vec<u32>)>> {
    let text = text.trim_matches(|c: char| c.is_ascii_whitespace() || c == '\x0b');
    let (negative, text) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let lower = text.get(..2).map(str::to_ascii_lowercase);
    let named = match lower.as_deref() {
        Some("0x") => Some(16),
        Some("0o") => Some(8),
        Some("0b") => Some(2),
        _ => None,
    };
    let (base, text, zero_only) = match (base, named) {
        (0, Some(n)) => (
            n,
            text.get(2..)?.strip_prefix('_').unwrap_or(&text[2..]),
            false,
        ),
        (0, None) => (10, text, text.starts_with('0')),
        (b, Some(n)) if b == n => (
            n,
            text.get(2..)?.strip_prefix('_').unwrap_or(&text[2..]),
            false,
        ),
        (b, _) => (b, text, false),
    };
    let mut values = match crate::mem::room::for_items(text.len()) {
        Ok(values) => values,
        Err(raised) => return Some(Err(raised)),
    };
    let mut after_digit = false;
    for c in text.bytes() {
        if c == b'_' {
            if !after_digit {
                return None;
            }
            after_digit = false;
            continue;
        }
        let v = char::from(c).to_digit(36).filter(|v| *v < base)?;
        values.push(v as u8);
        after_digit = true;
    }
    if !after_digit || (zero_only && values.iter().any(|v| *v != 0)) {
        return None;
    }
    let limit = max_str_digits();
    if !base.is_power_of_two() && limit > 0 && values.len() > UNCHECKED && values.len() > limit {
        return Some(Err(too_long(&std::format!(
            ": value has {} digits",
            values.len()
        ))));
    }
    if let Err(raised) = super::room_for(values.len()) {
        return Some(Err(raised));
    }
    Some(Ok((negative, digits::from_values(&values, base))))
}

/// Sign and at most eighteen plain decimal digits, as nearly all texts of ints have: they fit a machine word.
fn short_decimal(text: &[u8]) -> Option<i64> {
    let (negative, text) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if text.is_empty() || text.len() > 18 {
        return None;
    }
    let mut value = 0;
    for b in text {
        let digit = b.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + i64::from(digit);
    }
    Some(if negative { -value } else { value })
}

/// The int that ASCII text spells; `None` if it is no literal.
fn parse_ascii(text: &[u8], base: u32) -> Option<PyResult<Long>> {
    if base == 10
        && let Some(value) = short_decimal(text)
    {
        return Some(super::from_i64(value));
    }
    let text = std::str::from_utf8(text).ok().filter(|t| t.is_ascii())?;
    parse(text, base).map(|r| r.and_then(|(negative, v)| from_digits(negative, &v)))
}

fn check_base(base: c_int) -> PyResult<u32> {
    if base == 0 || (2..=36).contains(&base) {
        return Ok(base as u32);
    }
    Err(raise!(ValueError, "int() arg 2 must be >= 2 and <= 36"))
}

fn invalid(base: c_int, shown: &PyObject) -> PyResult<Raised> {
    let repr = object::repr(shown)?;
    let text = err::Str(&repr);
    Ok(raise!(
        ValueError,
        "invalid literal for int() with base {base}: {text:.200}"
    ))
}

/// `PyLong_FromUnicodeObject`: any Unicode decimal digit counts.
pub fn from_unicode_object(s: &PyUnicodeObject, base: c_int) -> PyResult<Long> {
    let checked = check_base(base)?;
    if let unicode::Chars::One(text) = unicode::chars(s)
        && text.is_ascii()
    {
        return match parse_ascii(text, checked) {
            Some(r) => r,
            None => Err(invalid(base, s.as_object())?),
        };
    }
    let text: Option<String> = unicode::chars(s)
        .iter()
        .map(|c| match unicode::tables::to_decimal(c) {
            _ if c < 0x80 => char::from_u32(c),
            Some(d) => char::from_digit(u32::from(d), 10),
            None if unicode::tables::is_space(c) => Some(' '),
            None => None,
        })
        .collect();
    match text.and_then(|t| parse(&t, checked)) {
        Some(r) => r.and_then(|(negative, v)| from_digits(negative, &v)),
        None => Err(invalid(base, s.as_object())?),
    }
}

/// `int(b"...")`.
pub fn from_bytes(text: &[u8], base: c_int) -> PyResult<Long> {
    let checked = check_base(base)?;
    match parse_ascii(text, checked) {
        Some(r) => r,
        None => Err(invalid(base, crate::bytes::from_slice(text)?.as_object())?),
    }
}

/// `PyLong_FromString`: the longest literal that the text begins with is not sought; all of it must be one.
/// Returns the number and how many bytes were used.
pub fn from_string(text: &[u8], base: c_int) -> PyResult<(Long, usize)> {
    from_bytes(text, base).map(|n| (n, text.len()))
}
