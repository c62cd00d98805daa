//! `float`: the machine's double.
//!
//! Freed floats go to a short list and are made again from it: most live for one instruction.

mod hex;
mod type_;

pub use type_::PyFloat_Type;

use crate::mem;
use crate::mem::room;
use crate::object::{slot, slot_result};
use crate::prelude::*;
use crate::{err, exceptions::exc, hooks, long, pystrtod, unicode};

const FREE_MAX: usize = crate::hostile::kept(100);

struct FreeList {
    head: Cell<*mut PyFloatObject>,
    len: Cell<usize>,
}
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for FreeList {}
static FREE: FreeList = FreeList {
    head: Cell::new(std::ptr::null_mut()),
    len: Cell::new(0),
};

/// `PyFloat_FromDouble`.
#[inline]
pub fn from_f64(v: f64) -> PyResult<Owned<PyFloatObject>> {
    let o = new_word(v);
    if o.is_null() {
        return Err(err::no_memory());
    }
    // SAFETY: a new float, whose count is the result's.
    Ok(unsafe { Owned::from_owned_ptr(o.cast()) })
}

/// As [`from_f64`]; null without an exception when there is no memory.
#[inline(always)]
pub fn new_word(v: f64) -> *mut PyObject {
    let head = FREE.head.get();
    let o = if head.is_null() {
        let o = mem::object_alloc(size_of::<PyFloatObject>()).cast::<PyFloatObject>();
        if o.is_null() {
            return o.cast();
        }
        o
    } else {
        // SAFETY: the list goes through the type fields of freed floats.
        FREE.head
            .set(unsafe { (*head).ob_base.ob_type.get() }.cast());
        FREE.len.set(FREE.len.get() - 1);
        head
    };
    // SAFETY: fresh memory of a float's size.
    unsafe {
        (*o).ob_base.ob_refcnt.set(1);
        (*o).ob_base
            .ob_type
            .set((&raw const PyFloat_Type).cast_mut());
        (*o).ob_fval.set(v);
    }
    o.cast()
}

/// Gives the memory of an exact float back.
///
/// # Safety
/// `o` is an exact float whose count has reached 0.
#[inline]
pub(crate) unsafe fn release(o: *mut PyFloatObject) {
    // SAFETY: by the contract.
    unsafe {
        if FREE.len.get() >= FREE_MAX {
            mem::object_free(o.cast());
            return;
        }
        (*o).ob_base.ob_type.set(FREE.head.get().cast());
        FREE.head.set(o);
        FREE.len.set(FREE.len.get() + 1);
    }
}

/// How many floats are kept for reuse.
pub fn kept() -> usize {
    FREE.len.get()
}

/// `PyFloat_ClearFreeList`: how many there were.
pub fn clear_free_list() -> usize {
    let n = FREE.len.replace(0);
    let mut at = FREE.head.replace(std::ptr::null_mut());
    while !at.is_null() {
        // SAFETY: the list holds freed floats.
        unsafe {
            let next = (*at).ob_base.ob_type.get().cast();
            mem::object_free(at.cast());
            at = next;
        }
    }
    n
}

/// `PyFloat_AsDouble`: by `__float__`, or by `__index__`.
pub fn as_f64(o: &PyObject) -> PyResult<f64> {
    match o.downcast::<PyFloatObject>() {
        Some(f) => Ok(f.ob_fval.get()),
        None => converted(o),
    }
}

/// What `__float__`, or else `__index__`, makes of an object.
pub fn converted(o: &PyObject) -> PyResult<f64> {
    let Some(f) = slot!(o.ty(), tp_as_number.nb_float) else {
        if slot!(o.ty(), tp_as_number.nb_index).is_some() {
            return long::as_f64(&*crate::number::index(o)?);
        }
        let ty = o.type_name();
        return Err(raise!(
            TypeError,
            "must be real number, not {}",
            err::short(&ty, 50)
        ));
    };
    // SAFETY: the slot takes the object.
    let r = unsafe { slot_result(f(o.as_ptr())) }?;
    check_result(o, &r)
}

/// What `__float__` gave: a float, or with a warning a subclass's instance.
fn check_result(o: &PyObject, r: &PyObject) -> PyResult<f64> {
    if let Some(v) = r.downcast_exact::<PyFloatObject>() {
        return Ok(v.ob_fval.get());
    }
    let (ty, got) = (o.type_name(), r.type_name());
    let (ty, got) = (err::short(&ty, 50), err::short(&got, 50));
    let Some(v) = r.downcast::<PyFloatObject>() else {
        return Err(raise!(
            TypeError,
            "{ty}.__float__ returned non-float (type {got})"
        ));
    };
    let text = format!(
        "{ty}.__float__ returned non-float (type {got}).  The ability to return an instance of a strict subclass of float is deprecated, and may be removed in a future version of Python."
    );
    hooks::warn(
        exc::DeprecationWarning.get(),
        unicode::from_str(&text)?.as_object(),
        1,
    )?;
    Ok(v.ob_fval.get())
}

/// A number of digits, point, sign and exponent only, which Rust reads as Python does.
fn plain_literal(text: &[u8]) -> Option<f64> {
    let plain = |b: &u8| matches!(b, b'0'..=b'9' | b'.' | b'-' | b'+' | b'e' | b'E');
    if !text.iter().all(plain) {
        return None;
    }
    std::str::from_utf8(text).ok()?.parse().ok()
}

/// `PyFloat_FromString`, also of bytes.
pub fn from_string(o: &PyObject) -> PyResult<Owned<PyFloatObject>> {
    if let Some(s) = o.downcast_exact::<PyUnicodeObject>()
        && let unicode::Chars::One(text) = unicode::chars(s)
        && let Some(v) = plain_literal(text)
    {
        return from_f64(v);
    }
    let text: Vec<u8> = if let Some(s) = o.downcast::<PyUnicodeObject>() {
        let plain = |c: u32| match unicode::tables::to_decimal(c) {
            _ if c < 0x80 => c as u8,
            Some(d) => b'0' + d,
            None if unicode::tables::is_space(c) => b' ',
            None => b'?',
        };
        room::collect(unicode::chars(s).iter().map(plain))?
    } else if slot!(o.ty(), tp_as_buffer.bf_getbuffer).is_some() {
        room::copy(crate::buffer::get_simple(o)?.as_slice())?
    } else {
        let ty = o.type_name();
        let ty = err::short(&ty, 200);
        return Err(raise!(
            TypeError,
            "float() argument must be a string or a number, not '{ty}'"
        ));
    };
    let is_space = |b: &u8| b.is_ascii_whitespace() || *b == 0x0b;
    let from = text.iter().position(|b| !is_space(b)).unwrap_or(text.len());
    let invalid = || -> PyResult<Raised> {
        if from == text.len() {
            return Ok(raise!(ValueError, "could not convert string to float: ''"));
        }
        let repr = crate::object::repr(o)?;
        Ok(raise!(
            ValueError,
            "could not convert string to float: {}",
            err::Str(&repr)
        ))
    };
    let to = text
        .iter()
        .rposition(|b| !is_space(b))
        .map_or(from, |i| i + 1);
    // Two more copies of the digits.
    room::ask(2 * text.len())?;
    let Some(stripped) = without_underscores(&text[from..to]) else {
        return Err(invalid()?);
    };
    match pystrtod::parse_literal(&stripped) {
        Some(v) => from_f64(v),
        None => Err(invalid()?),
    }
}

/// PEP 515: underscores stand between digits only.
pub fn without_underscores(text: &[u8]) -> Option<Vec<u8>> {
    let digit = |b: Option<&u8>| b.is_some_and(u8::is_ascii_digit);
    for (i, b) in text.iter().enumerate() {
        if *b == b'_' && !(i > 0 && digit(text.get(i - 1)) && digit(text.get(i + 1))) {
            return None;
        }
    }
    Some(text.iter().copied().filter(|b| *b != b'_').collect())
}

/// `repr` of a float.
pub fn to_text(v: f64) -> PyResult<String> {
    pystrtod::double_to_string(v, 'r', 0, Py_DTSF_ADD_DOT_0)
}

/// The remainder with the divisor's sign.
pub fn remainder(a: f64, b: f64) -> PyResult<f64> {
    if b == 0.0 {
        return Err(raise!(ZeroDivisionError, "float modulo"));
    }
    let r = a % b;
    Ok(if r == 0.0 {
        0.0f64.copysign(b)
    } else if (b < 0.0) != (r < 0.0) {
        r + b
    } else {
        r
    })
}

/// The floored quotient and the remainder.
pub fn divmod(a: f64, b: f64) -> PyResult<(f64, f64)> {
    if b == 0.0 {
        return Err(raise!(ZeroDivisionError, "float divmod()"));
    }
    let mut r = a % b;
    let mut q = (a - r) / b;
    if r == 0.0 {
        r = 0.0f64.copysign(b);
    } else if (b < 0.0) != (r < 0.0) {
        r += b;
        q -= 1.0;
    }
    if q == 0.0 {
        return Ok((0.0f64.copysign(a / b), r));
    }
    let floor = q.floor();
    Ok((if q - floor > 0.5 { floor + 1.0 } else { floor }, r))
}

/// `a ** b` where the result is real; a negative base with a fractional exponent is for complex numbers.
pub fn power(a: f64, b: f64) -> PyResult<f64> {
    if b == 0.0 || a == 1.0 {
        return Ok(1.0);
    }
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(raise!(
            ZeroDivisionError,
            "0.0 cannot be raised to a negative power"
        ));
    }
    if a == 0.0 && b == f64::NEG_INFINITY {
        return Ok(f64::INFINITY);
    }
    let v = a.powf(b);
    if v.is_infinite() && a.is_finite() && b.is_finite() {
        let args = [
            long::from_i64(i64::from(libc::ERANGE))?.upcast(),
            unicode::from_str("Numerical result out of range")?.upcast(),
        ];
        let args = crate::tuple::from_owned(args.to_vec())?;
        return Err(err::set_object(exc::OverflowError.get(), args.as_object()));
    }
    Ok(v)
}

/// The order of a float and an int, exactly; `None` with a NaN.
pub fn compare_with_int(v: f64, n: &PyLongObject) -> Option<std::cmp::Ordering> {
    if v.is_nan() {
        return None;
    }
    if v.is_infinite() {
        return v.partial_cmp(&0.0);
    }
    if let Some(n) = long::to_i64(n).filter(|n| n.unsigned_abs() <= 1 << 53) {
        return v.partial_cmp(&(n as f64));
    }
    // The int is large: compare it with the float's whole part, which is exact, and the rest breaks the tie.
    let whole = long::from_f64(v.trunc()).ok()?;
    Some(long::compare(&whole, n).then_with(|| {
        v.fract()
            .partial_cmp(&0.0)
            .unwrap_or(std::cmp::Ordering::Equal)
    }))
}
