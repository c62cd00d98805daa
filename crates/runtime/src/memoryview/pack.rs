//! Items of the struct module's native one-letter formats: their sizes, and objects from and to their bytes.

use crate::prelude::*;
use crate::{bytes, err, exceptions, float, long, number, object};
use std::ffi::CStr;

/// The letter of a native format with an optional `@`.
pub fn letter(format: &CStr) -> Option<u8> {
    match format.to_bytes() {
        [c] | [b'@', c] => Some(*c),
        _ => None,
    }
}

/// The size of a letter's item.
pub fn size_of_letter(c: u8) -> Option<usize> {
    Some(match c {
        b'c' | b'b' | b'B' | b'?' => 1,
        b'h' | b'H' => 2,
        b'i' | b'I' | b'f' => 4,
        b'l' | b'L' | b'q' | b'Q' | b'n' | b'N' | b'd' | b'P' => 8,
        _ => return None,
    })
}

/// The size of an item of a one-letter struct format.
pub fn item_size(format: &CStr) -> Option<usize> {
    letter(format).and_then(size_of_letter)
}

/// The letter of a view's format, or NotImplementedError.
pub fn expect_letter(format: &CStr) -> PyResult<u8> {
    match letter(format) {
        Some(c) => Ok(c),
        None => Err(raise!(
            NotImplementedError,
            "memoryview: unsupported format {}",
            format.to_string_lossy()
        )),
    }
}

/// An item's value, before it is an object.
#[derive(Clone, Copy)]
pub enum Value {
    Signed(i64),
    Unsigned(u64),
    Float(f64),
    Bool(bool),
    Char(u8),
}

impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        use Value::*;
        match (*self, *other) {
            (Signed(a), Signed(b)) => a == b,
            (Unsigned(a), Unsigned(b)) => a == b,
            (Float(a), Float(b)) => a == b,
            (Bool(a), Bool(b)) => a == b,
            (Char(a), Char(b)) => a == b,
            _ => false,
        }
    }
}

/// Reads an item.
///
/// # Safety
/// `p` has as many bytes as the letter's item.
pub unsafe fn read(p: *const u8, letter: u8) -> Option<Value> {
    // SAFETY: by the contract; the reads do not ask for alignment.
    unsafe {
        macro_rules! get {
            ($t:ty) => {
                p.cast::<$t>().read_unaligned()
            };
        }
        Some(match letter {
            b'c' => Value::Char(*p),
            b'?' => Value::Bool(*p != 0),
            b'b' => Value::Signed(get!(i8).into()),
            b'h' => Value::Signed(get!(i16).into()),
            b'i' => Value::Signed(get!(i32).into()),
            b'l' | b'q' | b'n' => Value::Signed(get!(i64)),
            b'B' => Value::Unsigned((*p).into()),
            b'H' => Value::Unsigned(get!(u16).into()),
            b'I' => Value::Unsigned(get!(u32).into()),
            b'L' | b'Q' | b'N' | b'P' => Value::Unsigned(get!(u64)),
            b'f' => Value::Float(get!(f32).into()),
            b'd' => Value::Float(get!(f64)),
            _ => return None,
        })
    }
}

/// An item as an object.
///
/// # Safety
/// As `read`.
pub unsafe fn unpack(p: *const u8, letter: u8) -> PyResult<Owned> {
    // SAFETY: by the contract.
    Ok(match unsafe { read(p, letter) } {
        Some(Value::Signed(v)) => long::from_i64(v)?.upcast(),
        Some(Value::Unsigned(v)) => long::from_u64(v)?.upcast(),
        Some(Value::Float(v)) => float::from_f64(v)?.upcast(),
        Some(Value::Bool(v)) => bool_from(v),
        Some(Value::Char(v)) => bytes::from_slice(&[v])?.upcast(),
        None => {
            return Err(raise!(
                NotImplementedError,
                "memoryview: format {} not supported",
                char::from(letter)
            ));
        }
    })
}

/// The bytes of an item with an object's value.
pub fn pack(value: &PyObject, letter: u8) -> PyResult<([u8; 8], usize)> {
    let Some(size) = size_of_letter(letter) else {
        return Err(raise!(
            NotImplementedError,
            "memoryview: format {} not supported",
            char::from(letter)
        ));
    };
    let made = match letter {
        b'c' => return pack_char(value),
        b'?' => {
            let mut out = [0; 8];
            out[0] = u8::from(object::is_true(value)?);
            return Ok((out, 1));
        }
        b'f' | b'd' => float::as_f64(value).map(|v| match letter {
            b'f' => pad(&(v as f32).to_ne_bytes()),
            _ => v.to_ne_bytes(),
        }),
        _ => integer(value, letter, size),
    };
    match made {
        Ok(bytes) => Ok((bytes, size)),
        Err(raised) => Err(explain(raised, letter)),
    }
}

fn pad(bytes: &[u8]) -> [u8; 8] {
    let mut out = [0; 8];
    out[..bytes.len()].copy_from_slice(bytes);
    out
}

fn pack_char(value: &PyObject) -> PyResult<([u8; 8], usize)> {
    match value.downcast::<PyBytesObject>().map(bytes::as_slice) {
        Some([b]) => Ok((pad(&[*b]), 1)),
        Some(_) => Err(raise!(
            ValueError,
            "memoryview: invalid value for format 'c'"
        )),
        None => Err(raise!(TypeError, "memoryview: invalid type for format 'c'")),
    }
}

/// The bytes of an integer that must fit.
fn integer(value: &PyObject, letter: u8, size: usize) -> PyResult<[u8; 8]> {
    let value = number::index(value)?;
    let out_of_range = || {
        raise!(
            ValueError,
            "memoryview: invalid value for format '{}'",
            char::from(letter)
        )
    };
    let bits = size as u32 * 8;
    if letter == b'P' {
        // An address: what does not fit one way may fit the other.
        return match long::as_u64(value.as_object()) {
            Ok(v) => Ok(v.to_ne_bytes()),
            Err(_) => {
                err::clear();
                long::as_i64(value.as_object()).map(i64::to_ne_bytes)
            }
        };
    }
    if letter.is_ascii_lowercase() {
        let v = long::as_i64(value.as_object())?;
        let limit = i64::MAX >> (64 - bits);
        if v > limit || v < -limit - 1 {
            return Err(out_of_range());
        }
        return Ok(pad(&v.to_le_bytes()[..size]));
    }
    let v = long::as_u64(value.as_object())?;
    if bits < 64 && v >> bits != 0 {
        return Err(out_of_range());
    }
    Ok(pad(&v.to_le_bytes()[..size]))
}

/// Turns the conversion's error into one that names the format.
fn explain(raised: Raised, letter: u8) -> Raised {
    let letter = char::from(letter);
    if err::matches(exceptions::exc::TypeError.get()) {
        err::clear();
        return raise!(TypeError, "memoryview: invalid type for format '{letter}'");
    }
    if err::matches(exceptions::exc::OverflowError.get())
        || err::matches(exceptions::exc::ValueError.get())
    {
        err::clear();
        return raise!(
            ValueError,
            "memoryview: invalid value for format '{letter}'"
        );
    }
    raised
}
