//! Integers as arguments: which objects count as one, and what is too large.

use super::{Arg, FromArg, Place};
use crate::prelude::*;

/// The value of an int if it fits 90 bits, which is more than any C integer needs.
#[inline]
fn small(o: &PyLongObject) -> Option<i128> {
    let size = o.ob_base.ob_size.get();
    let n = size.unsigned_abs();
    if n > 3 {
        return None;
    }
    let digits = o.ob_digit.as_ptr();
    let mut value: i128 = 0;
    for i in (0..n).rev() {
        // SAFETY: an int has as many digits as its size says.
        value = value << PyLong_SHIFT | i128::from(unsafe { (*digits.add(i)).get() });
    }
    Some(if size < 0 { -value } else { value })
}

/// Is it an int (`PyLong_Check`)?
#[inline]
pub fn is_int(o: &PyObject) -> bool {
    o.ty().tp_flags.get() & Py_TPFLAGS_LONG_SUBCLASS != 0
}

/// The value of an int object, if it is one and fits 90 bits.
#[inline]
pub fn int_value(o: &PyObject) -> Option<i128> {
    if !is_int(o) {
        return None;
    }
    // SAFETY: the flag says that it has an int's layout.
    small(unsafe { o.cast_ref() })
}

fn is_float(o: &PyObject) -> bool {
    o.isinstance_of(&crate::float::PyFloat_Type)
}

/// The int that an object is or stands for, handed to `use_it` while it is alive.
fn with_int<R>(
    o: &PyObject,
    convert: fn(&PyObject) -> PyResult<Owned>,
    use_it: impl FnOnce(&PyLongObject) -> PyResult<R>,
) -> PyResult<R> {
    if is_int(o) {
        // SAFETY: the flag says that it has an int's layout.
        return use_it(unsafe { o.cast_ref() });
    }
    if is_float(o) {
        return Err(raise!(TypeError, "integer argument expected, got float"));
    }
    let int = convert(o)?;
    // SAFETY: both conversions give an int.
    use_it(unsafe { int.cast_ref() })
}

/// `__index__`, else `__int__` with a warning: what the `i`, `l` and `L` formats accept.
fn by_index_or_int(o: &PyObject) -> PyResult<Owned> {
    crate::long::from_nb_index_or_nb_int(o).map(Owned::upcast)
}

/// `__index__` only: what the `n` format accepts.
fn by_index(o: &PyObject) -> PyResult<Owned> {
    crate::number::index(o).map(Owned::upcast)
}

/// The `i` format reads a C `long` first, and says which end of an `int` was passed.
#[cold]
fn too_large(int: &PyLongObject, at: Arg, size: usize, text: &str) -> Raised {
    let formatted = matches!(at.place, Place::OnlyFormat | Place::Format(_));
    match small(int).and_then(|value| i64::try_from(value).ok()) {
        Some(0..) if size == 4 && formatted => {
            raise!(OverflowError, "signed integer is greater than maximum")
        }
        Some(_) if size == 4 && formatted => {
            raise!(OverflowError, "signed integer is less than minimum")
        }
        None if size == 4 && formatted => {
            raise!(OverflowError, "Python int too large to convert to C long")
        }
        _ => raise!(OverflowError, "{text}"),
    }
}

macro_rules! integers {
    ($($ty:ty, $by:ident, $overflow:literal, $negative:expr;)*) => { $(
        impl<'a> FromArg<'a> for $ty {
            #[inline]
            fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
                with_int(o, $by, |int| {
                    if let Some(text) = $negative && int.ob_base.ob_size.get() < 0 {
                        let text: &str = text;
                        return Err(raise!(ValueError, "{text}"));
                    }
                    match small(int).and_then(|value| <$ty>::try_from(value).ok()) {
                        Some(value) => Ok(value),
                        None => Err(too_large(int, at, size_of::<$ty>(), $overflow)),
                    }
                })
            }
        }
    )* };
}

const ANY: Option<&str> = None;
const POSITIVE: Option<&str> = Some("value must be positive");

integers! {
    i32, by_index_or_int, "Python int too large to convert to C int", ANY;
    i64, by_index_or_int, "Python int too large to convert to C long", ANY;
    isize, by_index, "Python int too large to convert to C ssize_t", ANY;
    u16, by_index_or_int, "Python int too large to convert to C unsigned short", POSITIVE;
    u32, by_index_or_int, "Python int too large to convert to C unsigned int", POSITIVE;
    u64, by_index_or_int, "Python int too large to convert to C unsigned long", POSITIVE;
    usize, by_index_or_int, "Python int too large to convert to C size_t", POSITIVE;
}

/// A byte (`b`): 0 to 255.
impl<'a> FromArg<'a> for u8 {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        match i64::from_arg(o, at)? {
            n if n < 0 => Err(raise!(
                OverflowError,
                "unsigned byte integer is less than minimum"
            )),
            n => u8::try_from(n).map_err(|_| {
                raise!(
                    OverflowError,
                    "unsigned byte integer is greater than maximum"
                )
            }),
        }
    }
}

/// A `short` (`h`).
impl<'a> FromArg<'a> for i16 {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        let n = i64::from_arg(o, at)?;
        i16::try_from(n).map_err(|_| match n < 0 {
            true => raise!(OverflowError, "signed short integer is less than minimum"),
            false => raise!(
                OverflowError,
                "signed short integer is greater than maximum"
            ),
        })
    }
}

/// A bound of a slice: an int of any size, clipped, or what `__index__` makes one.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct SliceIndex(pub isize);

impl SliceIndex {
    /// The bound for a sequence of `len` items: negative ones count from the end, and the result is within 0..=len.
    #[inline]
    pub fn clip(self, len: isize) -> isize {
        let at = if self.0 < 0 {
            self.0.saturating_add(len).max(0)
        } else {
            self.0
        };
        at.min(len)
    }
}

impl<'a> FromArg<'a> for SliceIndex {
    #[inline]
    fn from_arg(o: &'a PyObject, _: Arg) -> PyResult<Self> {
        let clipped = |int: &PyLongObject| -> SliceIndex {
            let limit = if int.ob_base.ob_size.get() < 0 {
                isize::MIN
            } else {
                isize::MAX
            };
            SliceIndex(
                small(int)
                    .and_then(|v| isize::try_from(v).ok())
                    .unwrap_or(limit),
            )
        };
        if is_int(o) {
            // SAFETY: the flag says that it has an int's layout.
            return Ok(clipped(unsafe { o.cast_ref() }));
        }
        if !crate::number::index_check(o) {
            let text = "slice indices must be integers or have an __index__ method";
            return Err(raise!(TypeError, "{text}"));
        }
        let int = by_index(o)?;
        // SAFETY: `__index__` gave an int.
        Ok(clipped(unsafe { int.cast_ref() }))
    }
}

/// A file descriptor: an int, or an object with a `fileno` method.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Fd(pub c_int);

impl<'a> FromArg<'a> for Fd {
    fn from_arg(o: &'a PyObject, _: Arg) -> PyResult<Self> {
        crate::file::as_file_descriptor(o).map(Fd)
    }
}
