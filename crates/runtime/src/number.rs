//! The number protocol (`PyNumber_*`): operators over any objects.
//!
//! An operator asks the left operand's type, and the right one's if that differs; the right one goes first if its type
//! derives from the left one's (data model, "Emulating numeric types"). `+` and `*` fall back to sequences.

use crate::object::{slot, slot_result};
use crate::prelude::*;
use crate::{err, float, long, owned, unicode};

type Binary = unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject;
type Ternary = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;

/// Calls a slot; `None` for NotImplemented.
#[inline]
fn try_slot(f: Binary, a: &PyObject, b: &PyObject) -> PyResult<Option<Owned>> {
    // SAFETY: the slot takes two objects.
    let r = unsafe { slot_result(f(a.as_ptr(), b.as_ptr())) }?;
    Ok(if r.is(not_implemented()) {
        None
    } else {
        Some(r)
    })
}

/// `binary_op1`: `None` if neither operand knows the operator.
#[inline]
fn dispatch(
    a: &PyObject,
    b: &PyObject,
    slot_of: impl Fn(&PyTypeObject) -> Option<Binary>,
) -> PyResult<Option<Owned>> {
    let left = slot_of(a.ty());
    let mut right = if std::ptr::eq(a.ty(), b.ty()) {
        None
    } else {
        slot_of(b.ty())
    };
    if right.map(|f| f as usize) == left.map(|f| f as usize) {
        right = None;
    }
    if let Some(l) = left {
        if let Some(r) = right
            && owned::is_subtype(b.ty(), a.ty())
        {
            if let Some(v) = try_slot(r, a, b)? {
                return Ok(Some(v));
            }
            right = None;
        }
        if let Some(v) = try_slot(l, a, b)? {
            return Ok(Some(v));
        }
    }
    match right {
        Some(r) => try_slot(r, a, b),
        None => Ok(None),
    }
}

#[cold]
#[inline(never)]
fn unsupported(a: &PyObject, b: &PyObject, op: &str) -> Raised {
    let (x, y) = (a.type_name(), b.type_name());
    raise!(
        TypeError,
        "unsupported operand type(s) for {op}: '{}' and '{}'",
        err::short(&x, 100),
        err::short(&y, 100)
    )
}

macro_rules! operators {
    ($($name:ident $slot:ident $text:literal, $inplace:ident $inplace_slot:ident $inplace_text:literal;)*) => { $(
        #[doc = concat!("`a ", $text, " b`.")]
        pub fn $name(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
            match dispatch(a, b, |ty| slot!(ty, tp_as_number.$slot))? {
                Some(v) => Ok(v),
                None => Err(unsupported(a, b, $text)),
            }
        }
        #[doc = concat!("`a ", $inplace_text, " b`.")]
        pub fn $inplace(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
            if let Some(f) = slot!(a.ty(), tp_as_number.$inplace_slot)
                && let Some(v) = try_slot(f, a, b)?
            {
                return Ok(v);
            }
            match dispatch(a, b, |ty| slot!(ty, tp_as_number.$slot))? {
                Some(v) => Ok(v),
                None => Err(unsupported(a, b, $inplace_text)),
            }
        }
    )* };
}
operators! {
    subtract nb_subtract "-", inplace_subtract nb_inplace_subtract "-=";
    matrix_multiply nb_matrix_multiply "@", inplace_matrix_multiply nb_inplace_matrix_multiply "@=";
    floor_divide nb_floor_divide "//", inplace_floor_divide nb_inplace_floor_divide "//=";
    true_divide nb_true_divide "/", inplace_true_divide nb_inplace_true_divide "/=";
    remainder nb_remainder "%", inplace_remainder nb_inplace_remainder "%=";
    lshift nb_lshift "<<", inplace_lshift nb_inplace_lshift "<<=";
    and nb_and "&", inplace_and nb_inplace_and "&=";
    xor nb_xor "^", inplace_xor nb_inplace_xor "^=";
    or nb_or "|", inplace_or nb_inplace_or "|=";
}

/// `a >> b`; someone who writes Python 2's `print >> file` is told so.
pub fn rshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    match dispatch(a, b, |ty| slot!(ty, tp_as_number.nb_rshift))? {
        Some(v) => Ok(v),
        None if is_print(a) => {
            let (x, y) = (a.type_name(), b.type_name());
            Err(raise!(
                TypeError,
                "unsupported operand type(s) for >>: '{}' and '{}'. Did you mean \"print(<message>, file=<output_stream>)\"?",
                err::short(&x, 100),
                err::short(&y, 100)
            ))
        }
        None => Err(unsupported(a, b, ">>")),
    }
}

fn is_print(o: &PyObject) -> bool {
    o.downcast_exact::<PyCFunctionObject>().is_some_and(|f| {
        // SAFETY: a function's definition has a name.
        unsafe { std::ffi::CStr::from_ptr((*f.m_ml.get()).ml_name) == c"print" }
    })
}

/// `a >>= b`.
pub fn inplace_rshift(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    if let Some(f) = slot!(a.ty(), tp_as_number.nb_inplace_rshift)
        && let Some(v) = try_slot(f, a, b)?
    {
        return Ok(v);
    }
    match dispatch(a, b, |ty| slot!(ty, tp_as_number.nb_rshift))? {
        Some(v) => Ok(v),
        None => Err(unsupported(a, b, ">>=")),
    }
}

/// `divmod(a, b)`.
pub fn divmod(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    match dispatch(a, b, |ty| slot!(ty, tp_as_number.nb_divmod))? {
        Some(v) => Ok(v),
        None => Err(unsupported(a, b, "divmod()")),
    }
}

/// `a + b`: numbers, or the concatenation of sequences.
pub fn add(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    if let Some(v) = dispatch(a, b, |ty| slot!(ty, tp_as_number.nb_add))? {
        return Ok(v);
    }
    match slot!(a.ty(), tp_as_sequence.sq_concat) {
        // SAFETY: the slot takes two objects.
        Some(f) => unsafe { slot_result(f(a.as_ptr(), b.as_ptr())) },
        None => Err(unsupported(a, b, "+")),
    }
}

/// `a += b`.
pub fn inplace_add(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    if let Some(f) = slot!(a.ty(), tp_as_number.nb_inplace_add)
        && let Some(v) = try_slot(f, a, b)?
    {
        return Ok(v);
    }
    if let Some(v) = dispatch(a, b, |ty| slot!(ty, tp_as_number.nb_add))? {
        return Ok(v);
    }
    let concat =
        slot!(a.ty(), tp_as_sequence.sq_inplace_concat).or(slot!(a.ty(), tp_as_sequence.sq_concat));
    match concat {
        // SAFETY: the slot takes two objects.
        Some(f) => unsafe { slot_result(f(a.as_ptr(), b.as_ptr())) },
        None => Err(unsupported(a, b, "+=")),
    }
}

type Repeat = unsafe extern "C" fn(*mut PyObject, Py_ssize_t) -> *mut PyObject;

fn repeat(f: Repeat, seq: &PyObject, n: &PyObject) -> PyResult<Owned> {
    if !index_check(n) {
        let ty = n.type_name();
        let ty = err::short(&ty, 200);
        return Err(raise!(
            TypeError,
            "can't multiply sequence by non-int of type '{ty}'"
        ));
    }
    let n = as_ssize_t(n, Some(crate::exceptions::exc::OverflowError.get()))?;
    // SAFETY: the slot takes an object and a count.
    unsafe { slot_result(f(seq.as_ptr(), n)) }
}

/// `a * b`: numbers, or the repetition of a sequence on either side.
pub fn multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    if let Some(v) = dispatch(a, b, |ty| slot!(ty, tp_as_number.nb_multiply))? {
        return Ok(v);
    }
    if let Some(f) = slot!(a.ty(), tp_as_sequence.sq_repeat) {
        return repeat(f, a, b);
    }
    match slot!(b.ty(), tp_as_sequence.sq_repeat) {
        Some(f) => repeat(f, b, a),
        None => Err(unsupported(a, b, "*")),
    }
}

/// `a *= b`.
pub fn inplace_multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    if let Some(f) = slot!(a.ty(), tp_as_number.nb_inplace_multiply)
        && let Some(v) = try_slot(f, a, b)?
    {
        return Ok(v);
    }
    if let Some(v) = dispatch(a, b, |ty| slot!(ty, tp_as_number.nb_multiply))? {
        return Ok(v);
    }
    let own =
        slot!(a.ty(), tp_as_sequence.sq_inplace_repeat).or(slot!(a.ty(), tp_as_sequence.sq_repeat));
    if let Some(f) = own {
        return repeat(f, a, b);
    }
    // SAFETY: a type keeps its tables.
    if unsafe { a.ty().tp_as_sequence.get().as_ref() }.is_some() {
        return Err(unsupported(a, b, "*="));
    }
    // A sequence on the right is not changed in place.
    match slot!(b.ty(), tp_as_sequence.sq_repeat) {
        Some(f) => repeat(f, b, a),
        None => Err(unsupported(a, b, "*=")),
    }
}

/// `pow(a, b, m)`; `a ** b` has `None` as `m`.
pub fn power(a: &PyObject, b: &PyObject, m: &PyObject) -> PyResult<Owned> {
    power_as(a, b, m, "** or pow()")
}

/// `a **= b`.
pub fn inplace_power(a: &PyObject, b: &PyObject, m: &PyObject) -> PyResult<Owned> {
    if let Some(f) = slot!(a.ty(), tp_as_number.nb_inplace_power)
        && let Some(v) = try_ternary(f, a, b, m)?
    {
        return Ok(v);
    }
    power_as(a, b, m, "** or pow()")
}

fn try_ternary(f: Ternary, a: &PyObject, b: &PyObject, m: &PyObject) -> PyResult<Option<Owned>> {
    // SAFETY: the slot takes three objects.
    let r = unsafe { slot_result(f(a.as_ptr(), b.as_ptr(), m.as_ptr())) }?;
    Ok(if r.is(not_implemented()) {
        None
    } else {
        Some(r)
    })
}

fn power_as(a: &PyObject, b: &PyObject, m: &PyObject, op: &str) -> PyResult<Owned> {
    let slot_of = |o: &PyObject| slot!(o.ty(), tp_as_number.nb_power);
    let left = slot_of(a);
    let mut tried: Vec<usize> = Vec::new();
    let mut right = if std::ptr::eq(a.ty(), b.ty()) {
        None
    } else {
        slot_of(b)
    };
    if right.map(|f| f as usize) == left.map(|f| f as usize) {
        right = None;
    }
    let mut order = Vec::with_capacity(3);
    match (left, right) {
        (Some(l), Some(r)) if owned::is_subtype(b.ty(), a.ty()) => order.extend([r, l]),
        (l, r) => order.extend(l.into_iter().chain(r)),
    }
    order.extend(slot_of(m));
    for f in order {
        if tried.contains(&(f as usize)) {
            continue;
        }
        tried.push(f as usize);
        if let Some(v) = try_ternary(f, a, b, m)? {
            return Ok(v);
        }
    }
    if m.is_none() {
        return Err(unsupported(a, b, op));
    }
    let (x, y, z) = (a.type_name(), b.type_name(), m.type_name());
    Err(raise!(
        TypeError,
        "unsupported operand type(s) for pow(): '{}', '{}', '{}'",
        err::short(&x, 100),
        err::short(&y, 100),
        err::short(&z, 100)
    ))
}

macro_rules! unary {
    ($($name:ident $slot:ident $text:literal;)*) => { $(
        #[doc = concat!("`", $text, "`.")]
        pub fn $name(o: &PyObject) -> PyResult<Owned> {
            match slot!(o.ty(), tp_as_number.$slot) {
                // SAFETY: the slot takes the object.
                Some(f) => unsafe { slot_result(f(o.as_ptr())) },
                None => {
                    let ty = o.type_name();
                    Err(raise!(TypeError, "bad operand type for {}: '{}'", $text, err::short(&ty, 200)))
                }
            }
        }
    )* };
}
unary! {
    negative nb_negative "unary -";
    positive nb_positive "unary +";
    invert nb_invert "unary ~";
    absolute nb_absolute "abs()";
}

/// `PyNumber_Check`: can it become an int or a float?
pub fn check(o: &PyObject) -> bool {
    let ty = o.ty();
    slot!(ty, tp_as_number.nb_index).is_some()
        || slot!(ty, tp_as_number.nb_int).is_some()
        || slot!(ty, tp_as_number.nb_float).is_some()
}

/// `PyIndex_Check`.
#[inline]
pub fn index_check(o: &PyObject) -> bool {
    slot!(o.ty(), tp_as_number.nb_index).is_some()
}
pub use index_check as check_index;

/// `PyNumber_Index`: an int, by `__index__`.
pub fn index(o: &PyObject) -> PyResult<Owned> {
    if o.downcast::<PyLongObject>().is_some() {
        return Ok(o.own());
    }
    let Some(f) = slot!(o.ty(), tp_as_number.nb_index) else {
        let ty = o.type_name();
        let ty = err::short(&ty, 200);
        return Err(raise!(
            TypeError,
            "'{ty}' object cannot be interpreted as an integer"
        ));
    };
    // SAFETY: the slot takes the object.
    let r = unsafe { slot_result(f(o.as_ptr())) }?;
    if r.downcast_exact::<PyLongObject>().is_some() {
        return Ok(r);
    }
    let ty = r.type_name();
    let ty = err::short(&ty, 200);
    if r.downcast::<PyLongObject>().is_none() {
        return Err(raise!(TypeError, "__index__ returned non-int (type {ty})"));
    }
    let text = format!(
        "__index__ returned non-int (type {ty}).  The ability to return an instance of a strict subclass of int is deprecated, and may be removed in a future version of Python."
    );
    let text = unicode::from_str(&text)?;
    crate::hooks::warn(
        crate::exceptions::exc::DeprecationWarning.get(),
        text.as_object(),
        1,
    )?;
    Ok(r)
}

/// `PyNumber_AsSsize_t`: an index. What does not fit raises `overflow`, or is clipped if there is none to raise.
#[inline]
pub fn as_ssize_t(o: &PyObject, overflow: Option<&PyObject>) -> PyResult<Py_ssize_t> {
    if let Some(n) = o.downcast_exact::<PyLongObject>()
        && let Some(v) = long::as_compact(n)
    {
        return Ok(v as Py_ssize_t);
    }
    as_ssize_t_slow(o, overflow)
}

#[cold]
fn as_ssize_t_slow(o: &PyObject, overflow: Option<&PyObject>) -> PyResult<Py_ssize_t> {
    let i = index(o)?;
    let n = long::expect(&i)?;
    if let Some(v) = long::to_i64(n) {
        return Ok(v as Py_ssize_t);
    }
    match overflow {
        None => Ok(if long::is_negative(n) {
            Py_ssize_t::MIN
        } else {
            Py_ssize_t::MAX
        }),
        Some(exc) => {
            let ty = o.type_name();
            Err(err::raise(
                exc,
                format_args!(
                    "cannot fit '{}' into an index-sized integer",
                    err::short(&ty, 200)
                ),
            ))
        }
    }
}

/// `PyNumber_Long` (`int(o)`).
pub fn long(o: &PyObject) -> PyResult<Owned> {
    long::from_object(o)
}

/// `PyNumber_Float` (`float(o)`).
pub fn float(o: &PyObject) -> PyResult<Owned> {
    if o.downcast_exact::<PyFloatObject>().is_some() {
        return Ok(o.own());
    }
    if slot!(o.ty(), tp_as_number.nb_float).is_some() || index_check(o) {
        // `__float__` is asked even where the object is a float with a value of its own.
        return float::from_f64(float::converted(o)?).map(Owned::upcast);
    }
    if let Some(f) = o.downcast::<PyFloatObject>() {
        return float::from_f64(f.ob_fval.get()).map(Owned::upcast);
    }
    float::from_string(o).map(Owned::upcast)
}

/// `PyNumber_ToBase`: the literal in base 2, 8, 10 or 16.
pub fn to_base(o: &PyObject, base: c_int) -> PyResult<Owned> {
    if !matches!(base, 2 | 8 | 10 | 16) {
        return Err(raise!(
            SystemError,
            "PyNumber_ToBase: base must be 2, 8, 10 or 16"
        ));
    }
    long::format(&*index(o)?, base as u32).map(Owned::upcast)
}
