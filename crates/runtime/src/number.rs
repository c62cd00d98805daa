//! The number protocol (`PyNumber_*`): which operand's slot is asked, in what order, and what else an operator can mean.
//!
//! A slot of either operand may answer. The left one is asked first, unless the right one's type derives from the
//! left's and has a slot of its own. `+` and `*` fall back to sequences.

use crate::exceptions::exc;
use crate::object::{slot, slot_result};
use crate::prelude::*;
use crate::{err, float, long};

type Binary = unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject;
type Ternary = unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject;

/// Is the answer a result, or `NotImplemented`?
#[inline]
fn answer(result: *mut PyObject) -> PyResult<Option<Owned>> {
    // SAFETY: a slot gives a new reference, or NULL with an exception set.
    let result = unsafe { slot_result(result) }?;
    Ok(if result.is(not_implemented()) {
        None
    } else {
        Some(result)
    })
}

#[inline]
fn is_proper_subtype(a: &PyObject, b: &PyObject) -> bool {
    crate::owned::is_subtype(a.ty(), b.ty())
}

/// Asks the operands' slots in turn.
#[inline]
fn ask(
    a: &PyObject,
    b: &PyObject,
    left: Option<Binary>,
    right: Option<Binary>,
) -> PyResult<Option<Owned>> {
    let same = std::ptr::eq(a.ty(), b.ty()) || same_function(left, right);
    let mut right = if same { None } else { right };
    if let Some(left) = left {
        if let Some(f) = right.filter(|_| is_proper_subtype(b, a)) {
            // SAFETY: the slot takes both operands.
            if let Some(r) = answer(unsafe { f(a.as_ptr(), b.as_ptr()) })? {
                return Ok(Some(r));
            }
            right = None;
        }
        // SAFETY: as above.
        if let Some(r) = answer(unsafe { left(a.as_ptr(), b.as_ptr()) })? {
            return Ok(Some(r));
        }
    }
    match right {
        // SAFETY: as above.
        Some(f) => answer(unsafe { f(a.as_ptr(), b.as_ptr()) }),
        None => Ok(None),
    }
}

fn same_function(a: Option<Binary>, b: Option<Binary>) -> bool {
    a.map(|f| f as usize) == b.map(|f| f as usize)
}

#[cold]
fn unsupported(a: &PyObject, b: &PyObject, op: &str) -> Raised {
    let (left, right) = (a.type_name(), b.type_name());
    let (left, right) = (err::short(&left, 100), err::short(&right, 100));
    if op == ">>" && is_print(a) {
        return raise!(
            TypeError,
            "unsupported operand type(s) for {op}: '{left}' and '{right}'. Did you mean \"print(<message>, file=<output_stream>)\"?"
        );
    }
    raise!(
        TypeError,
        "unsupported operand type(s) for {op}: '{left}' and '{right}'"
    )
}

/// The built-in `print`, which Python 2 programs shift.
fn is_print(o: &PyObject) -> bool {
    let Some(function) = o.downcast::<PyCFunctionObject>() else {
        return false;
    };
    // SAFETY: a built-in function's definition is static, and so is its name.
    unsafe {
        function
            .m_ml
            .get()
            .as_ref()
            .is_some_and(|def| std::ffi::CStr::from_ptr(def.ml_name) == c"print")
    }
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident $slot:ident $op:literal;)*) => { $(
        $(#[$doc])*
        #[inline]
        pub fn $name(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
            let left = slot!(a.ty(), tp_as_number.$slot);
            let right = slot!(b.ty(), tp_as_number.$slot);
            match ask(a, b, left, right)? {
                Some(r) => Ok(r),
                None => Err(unsupported(a, b, $op)),
            }
        }
    )* };
}

binary! {
    /// `PyNumber_Subtract`.
    subtract nb_subtract "-";
    /// `PyNumber_MatrixMultiply`.
    matrix_multiply nb_matrix_multiply "@";
    /// `PyNumber_TrueDivide`.
    true_divide nb_true_divide "/";
    /// `PyNumber_FloorDivide`.
    floor_divide nb_floor_divide "//";
    /// `PyNumber_Remainder`.
    remainder nb_remainder "%";
    /// `PyNumber_Divmod`.
    divmod nb_divmod "divmod()";
    /// `PyNumber_Lshift`.
    lshift nb_lshift "<<";
    /// `PyNumber_Rshift`.
    rshift nb_rshift ">>";
    /// `PyNumber_And`.
    and nb_and "&";
    /// `PyNumber_Xor`.
    xor nb_xor "^";
    /// `PyNumber_Or`.
    or nb_or "|";
}

/// Asks the in-place slot of the left operand, then both for the plain operation.
#[inline]
fn ask_inplace(
    a: &PyObject,
    b: &PyObject,
    inplace: Option<Binary>,
    left: Option<Binary>,
    right: Option<Binary>,
) -> PyResult<Option<Owned>> {
    if let Some(f) = inplace {
        // SAFETY: the slot takes both operands.
        if let Some(r) = answer(unsafe { f(a.as_ptr(), b.as_ptr()) })? {
            return Ok(Some(r));
        }
    }
    ask(a, b, left, right)
}

macro_rules! inplace {
    ($($(#[$doc:meta])* $name:ident $inplace:ident $slot:ident $op:literal;)*) => { $(
        $(#[$doc])*
        #[inline]
        pub fn $name(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
            let inplace = slot!(a.ty(), tp_as_number.$inplace);
            let left = slot!(a.ty(), tp_as_number.$slot);
            let right = slot!(b.ty(), tp_as_number.$slot);
            match ask_inplace(a, b, inplace, left, right)? {
                Some(r) => Ok(r),
                None => Err(unsupported(a, b, $op)),
            }
        }
    )* };
}

inplace! {
    /// `PyNumber_InPlaceSubtract`.
    inplace_subtract nb_inplace_subtract nb_subtract "-=";
    /// `PyNumber_InPlaceMatrixMultiply`.
    inplace_matrix_multiply nb_inplace_matrix_multiply nb_matrix_multiply "@=";
    /// `PyNumber_InPlaceTrueDivide`.
    inplace_true_divide nb_inplace_true_divide nb_true_divide "/=";
    /// `PyNumber_InPlaceFloorDivide`.
    inplace_floor_divide nb_inplace_floor_divide nb_floor_divide "//=";
    /// `PyNumber_InPlaceRemainder`.
    inplace_remainder nb_inplace_remainder nb_remainder "%=";
    /// `PyNumber_InPlaceLshift`.
    inplace_lshift nb_inplace_lshift nb_lshift "<<=";
    /// `PyNumber_InPlaceRshift`.
    inplace_rshift nb_inplace_rshift nb_rshift ">>=";
    /// `PyNumber_InPlaceAnd`.
    inplace_and nb_inplace_and nb_and "&=";
    /// `PyNumber_InPlaceXor`.
    inplace_xor nb_inplace_xor nb_xor "^=";
    /// `PyNumber_InPlaceOr`.
    inplace_or nb_inplace_or nb_or "|=";
}

/// `PyNumber_Add`: numbers, or two sequences.
#[inline]
pub fn add(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    let left = slot!(a.ty(), tp_as_number.nb_add);
    let right = slot!(b.ty(), tp_as_number.nb_add);
    if let Some(r) = ask(a, b, left, right)? {
        return Ok(r);
    }
    match slot!(a.ty(), tp_as_sequence.sq_concat) {
        // SAFETY: the slot takes both operands and gives a new reference.
        Some(concat) => unsafe { slot_result(concat(a.as_ptr(), b.as_ptr())) },
        None => Err(unsupported(a, b, "+")),
    }
}

/// `PyNumber_InPlaceAdd`.
#[inline]
pub fn inplace_add(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    let inplace = slot!(a.ty(), tp_as_number.nb_inplace_add);
    let left = slot!(a.ty(), tp_as_number.nb_add);
    let right = slot!(b.ty(), tp_as_number.nb_add);
    if let Some(r) = ask_inplace(a, b, inplace, left, right)? {
        return Ok(r);
    }
    let concat = slot!(a.ty(), tp_as_sequence.sq_inplace_concat)
        .or_else(|| slot!(a.ty(), tp_as_sequence.sq_concat));
    match concat {
        // SAFETY: the slot takes both operands and gives a new reference.
        Some(concat) => unsafe { slot_result(concat(a.as_ptr(), b.as_ptr())) },
        None => Err(unsupported(a, b, "+=")),
    }
}

type Repeat = unsafe extern "C" fn(*mut PyObject, Py_ssize_t) -> *mut PyObject;

fn repeat(f: Repeat, of: &PyObject, times: &PyObject) -> PyResult<Owned> {
    if !index_check(times) {
        let ty = times.type_name();
        let ty = err::short(&ty, 200);
        return Err(raise!(
            TypeError,
            "can't multiply sequence by non-int of type '{ty}'"
        ));
    }
    let times = as_ssize_t(times, Some(exc::OverflowError.get()))?;
    // SAFETY: the slot takes a sequence and a count.
    unsafe { slot_result(f(of.as_ptr(), times)) }
}

/// `PyNumber_Multiply`: numbers, or a sequence and how often.
#[inline]
pub fn multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    let left = slot!(a.ty(), tp_as_number.nb_multiply);
    let right = slot!(b.ty(), tp_as_number.nb_multiply);
    if let Some(r) = ask(a, b, left, right)? {
        return Ok(r);
    }
    if let Some(f) = slot!(a.ty(), tp_as_sequence.sq_repeat) {
        return repeat(f, a, b);
    }
    if let Some(f) = slot!(b.ty(), tp_as_sequence.sq_repeat) {
        return repeat(f, b, a);
    }
    Err(unsupported(a, b, "*"))
}

/// `PyNumber_InPlaceMultiply`.
#[inline]
pub fn inplace_multiply(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    let inplace = slot!(a.ty(), tp_as_number.nb_inplace_multiply);
    let left = slot!(a.ty(), tp_as_number.nb_multiply);
    let right = slot!(b.ty(), tp_as_number.nb_multiply);
    if let Some(r) = ask_inplace(a, b, inplace, left, right)? {
        return Ok(r);
    }
    let own = slot!(a.ty(), tp_as_sequence.sq_inplace_repeat)
        .or_else(|| slot!(a.ty(), tp_as_sequence.sq_repeat));
    if let Some(f) = own {
        return repeat(f, a, b);
    }
    // A sequence on the right is not changed in place.
    if let Some(f) = slot!(b.ty(), tp_as_sequence.sq_repeat) {
        return repeat(f, b, a);
    }
    Err(unsupported(a, b, "*="))
}

/// Asks the slots of all three operands of `pow`.
fn ask_three(
    a: &PyObject,
    b: &PyObject,
    c: &PyObject,
    slots: [Option<Ternary>; 3],
) -> PyResult<Option<Owned>> {
    let call = |f: Ternary| {
        // SAFETY: the slot takes the three operands.
        answer(unsafe { f(a.as_ptr(), b.as_ptr(), c.as_ptr()) })
    };
    let same = |x: Option<Ternary>, y: Option<Ternary>| {
        x.is_some() && x.map(|f| f as usize) == y.map(|f| f as usize)
    };
    let [left, mut right, modulus] = slots;
    if std::ptr::eq(a.ty(), b.ty()) || same(left, right) {
        right = None;
    }
    let asked_right = right;
    if let Some(left) = left {
        if let Some(f) = right.filter(|_| is_proper_subtype(b, a)) {
            if let Some(r) = call(f)? {
                return Ok(Some(r));
            }
            right = None;
        }
        if let Some(r) = call(left)? {
            return Ok(Some(r));
        }
    }
    if let Some(f) = right
        && let Some(r) = call(f)?
    {
        return Ok(Some(r));
    }
    match modulus {
        Some(f) if !same(modulus, left) && !same(modulus, asked_right) => call(f),
        _ => Ok(None),
    }
}

#[cold]
fn no_power(a: &PyObject, b: &PyObject, c: &PyObject) -> Raised {
    if c.is_none() {
        return unsupported(a, b, "** or pow()");
    }
    let (x, y, z) = (a.type_name(), b.type_name(), c.type_name());
    raise!(
        TypeError,
        "unsupported operand type(s) for pow(): '{}', '{}', '{}'",
        err::short(&x, 100),
        err::short(&y, 100),
        err::short(&z, 100)
    )
}

/// `PyNumber_Power`; `c` is None where there is no modulus.
pub fn power(a: &PyObject, b: &PyObject, c: &PyObject) -> PyResult<Owned> {
    let slots = [a, b, c].map(|o| slot!(o.ty(), tp_as_number.nb_power));
    match ask_three(a, b, c, slots)? {
        Some(r) => Ok(r),
        None => Err(no_power(a, b, c)),
    }
}

/// `PyNumber_InPlacePower`.
pub fn inplace_power(a: &PyObject, b: &PyObject, c: &PyObject) -> PyResult<Owned> {
    if let Some(f) = slot!(a.ty(), tp_as_number.nb_inplace_power) {
        // SAFETY: the slot takes the three operands.
        if let Some(r) = answer(unsafe { f(a.as_ptr(), b.as_ptr(), c.as_ptr()) })? {
            return Ok(r);
        }
    }
    power(a, b, c)
}

macro_rules! unary {
    ($($(#[$doc:meta])* $name:ident $slot:ident $what:literal;)*) => { $(
        $(#[$doc])*
        #[inline]
        pub fn $name(o: &PyObject) -> PyResult<Owned> {
            match slot!(o.ty(), tp_as_number.$slot) {
                // SAFETY: the slot takes the operand and gives a new reference.
                Some(f) => unsafe { slot_result(f(o.as_ptr())) },
                None => Err(bad_operand(o, $what)),
            }
        }
    )* };
}

unary! {
    /// `PyNumber_Negative`.
    negative nb_negative "unary -";
    /// `PyNumber_Positive`.
    positive nb_positive "unary +";
    /// `PyNumber_Invert`.
    invert nb_invert "unary ~";
    /// `PyNumber_Absolute`.
    absolute nb_absolute "abs()";
}

#[cold]
fn bad_operand(o: &PyObject, what: &str) -> Raised {
    raise!(
        TypeError,
        "bad operand type for {what}: '{}'",
        err::short(&o.type_name(), 200)
    )
}

/// `PyNumber_Check`: does the object have a number's conversions?
pub fn check(o: &PyObject) -> bool {
    slot!(o.ty(), tp_as_number.nb_index).is_some()
        || slot!(o.ty(), tp_as_number.nb_int).is_some()
        || slot!(o.ty(), tp_as_number.nb_float).is_some()
}

/// `PyIndex_Check`: does the object have `__index__`?
#[inline]
pub fn index_check(o: &PyObject) -> bool {
    slot!(o.ty(), tp_as_number.nb_index).is_some()
}

/// `PyNumber_Index`: the int that an object stands for exactly.
#[inline]
pub fn index(o: &PyObject) -> PyResult<Owned> {
    if o.ty().tp_flags.get() & Py_TPFLAGS_LONG_SUBCLASS != 0 {
        return Ok(o.own());
    }
    if !index_check(o) {
        return Err(no_index(o));
    }
    Ok(long::from_nb_index_or_nb_int(o)?.upcast())
}

#[cold]
fn no_index(o: &PyObject) -> Raised {
    let ty = o.type_name();
    raise!(
        TypeError,
        "'{}' object cannot be interpreted as an integer",
        err::short(&ty, 200)
    )
}

/// `PyNumber_AsSsize_t`: a number too large raises `overflow`, or is clipped if there is none.
#[inline]
pub fn as_ssize_t(o: &PyObject, overflow: Option<&PyObject>) -> PyResult<Py_ssize_t> {
    let n = index(o)?;
    // SAFETY: `index` gives an int.
    let int = unsafe { n.cast_ref::<PyLongObject>() };
    match crate::args::int_value(&n).and_then(|n| Py_ssize_t::try_from(n).ok()) {
        Some(value) => Ok(value),
        None => match overflow {
            None if int.ob_base.ob_size.get() < 0 => Ok(Py_ssize_t::MIN),
            None => Ok(Py_ssize_t::MAX),
            Some(exc) => Err(cannot_fit(o, exc)),
        },
    }
}

#[cold]
fn cannot_fit(o: &PyObject, exc: &PyObject) -> Raised {
    let ty = o.type_name();
    let ty = err::short(&ty, 200);
    err::raise(
        exc,
        format_args!("cannot fit '{ty}' into an index-sized integer"),
    )
}

/// `PyNumber_Long`: what `int(o)` gives.
pub fn long(o: &PyObject) -> PyResult<Owned> {
    long::from_object(o)
}

/// `PyNumber_Float`: what `float(o)` gives.
pub fn float(o: &PyObject) -> PyResult<Owned> {
    float::from_object(o)
}

/// `PyNumber_ToBase`: the digits of an int with a prefix, as `bin`, `oct` and `hex` show them.
pub fn to_base(o: &PyObject, base: c_int) -> PyResult<Owned> {
    if !matches!(base, 2 | 8 | 10 | 16) {
        return Err(raise!(
            SystemError,
            "PyNumber_ToBase: base must be 2, 8, 10 or 16"
        ));
    }
    let n = index(o)?;
    Ok(long::format(&n, base as u32)?.upcast())
}
