//! `PySequence_*`: what every sequence answers to.

use crate::prelude::*;
use crate::{err, iter, list, object, slice, tuple};

/// Calls a C slot that returns a new reference.
///
/// # Safety
/// `result` is what the slot returned: a new reference, or null with an exception set.
unsafe fn new_reference(result: *mut PyObject) -> PyResult<Owned> {
    // SAFETY: by the contract.
    unsafe { Owned::from_owned_ptr_or_null(result) }.ok_or_else(Raised::reported)
}

fn status(result: c_int) -> PyResult<()> {
    if result < 0 {
        Err(Raised::reported())
    } else {
        Ok(())
    }
}

/// The sequence table of a type, if it has one.
#[inline]
fn table(o: &PyObject) -> Option<&PySequenceMethods> {
    // SAFETY: a type's table lives as long as the type.
    unsafe { o.ty().tp_as_sequence.get().as_ref() }
}

/// `PySequence_Check`: can it be indexed, without being a dict?
pub fn check(o: &PyObject) -> bool {
    o.downcast::<PyDictObject>().is_none() && table(o).is_some_and(|t| t.sq_item.get().is_some())
}

fn has_mapping_length(o: &PyObject) -> bool {
    // SAFETY: a type's table lives as long as the type.
    unsafe { o.ty().tp_as_mapping.get().as_ref() }.is_some_and(|t| t.mp_length.get().is_some())
}

/// `PySequence_Size`.
pub fn size(o: &PyObject) -> PyResult<Py_ssize_t> {
    if let Some(f) = table(o).and_then(|t| t.sq_length.get()) {
        // SAFETY: the type's own slot.
        let n = unsafe { f(o.as_ptr()) };
        return if n < 0 {
            Err(Raised::reported())
        } else {
            Ok(n)
        };
    }
    let name = o.type_name();
    let name = err::short(&name, 200);
    if has_mapping_length(o) {
        return Err(raise!(TypeError, "{name} is not a sequence"));
    }
    Err(raise!(TypeError, "object of type '{name}' has no len()"))
}

type Pick = fn(&PyNumberMethods) -> binaryfunc;

fn number_slot(o: &PyObject, pick: Pick) -> binaryfunc {
    // SAFETY: a type's table lives as long as the type.
    unsafe { o.ty().tp_as_number.get().as_ref() }.and_then(pick)
}

/// `a op b` by the operands' number slots alone: the left one's first, unless the right one's type is a subtype with
/// another slot. `NotImplemented` when none will.
fn by_number_slot(a: &PyObject, b: &PyObject, pick: Pick) -> PyResult<Owned> {
    let left = number_slot(a, pick);
    let right = number_slot(b, pick).filter(|f| left.map(|g| g as usize) != Some(*f as usize));
    let right_first = right.is_some() && b.isinstance_of(a.ty());
    let order = if right_first {
        [right, left]
    } else {
        [left, right]
    };
    for f in order.into_iter().flatten() {
        // SAFETY: a slot of one of the operands' types takes both in order.
        let result = unsafe { new_reference(f(a.as_ptr(), b.as_ptr()))? };
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    Ok(not_implemented().own())
}

fn by_inplace_slot(a: &PyObject, b: &PyObject, inplace: Pick, plain: Pick) -> PyResult<Owned> {
    if let Some(f) = number_slot(a, inplace) {
        // SAFETY: the type's own slot.
        let result = unsafe { new_reference(f(a.as_ptr(), b.as_ptr()))? };
        if !result.is(not_implemented()) {
            return Ok(result);
        }
    }
    by_number_slot(a, b, plain)
}

/// `PySequence_Concat`.
pub fn concat(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    if let Some(f) = table(a).and_then(|t| t.sq_concat.get()) {
        // SAFETY: the type's own slot.
        return unsafe { new_reference(f(a.as_ptr(), b.as_ptr())) };
    }
    // Instances of classes that define __add__ have no sq_concat.
    if check(a) && check(b) {
        let sum = by_number_slot(a, b, |t| t.nb_add.get())?;
        if !sum.is(not_implemented()) {
            return Ok(sum);
        }
    }
    Err(not_concatenable(a))
}

fn not_concatenable(o: &PyObject) -> Raised {
    raise!(
        TypeError,
        "'{}' object can't be concatenated",
        err::short(&o.type_name(), 200)
    )
}

/// `PySequence_Repeat`.
pub fn repeat(o: &PyObject, n: Py_ssize_t) -> PyResult<Owned> {
    if let Some(f) = table(o).and_then(|t| t.sq_repeat.get()) {
        // SAFETY: the type's own slot.
        return unsafe { new_reference(f(o.as_ptr(), n)) };
    }
    if check(o) {
        let times = crate::long::from_ssize_t(n)?;
        let product = by_number_slot(o, times.as_object(), |t| t.nb_multiply.get())?;
        if !product.is(not_implemented()) {
            return Ok(product);
        }
    }
    Err(not_repeatable(o))
}

fn not_repeatable(o: &PyObject) -> Raised {
    raise!(
        TypeError,
        "'{}' object can't be repeated",
        err::short(&o.type_name(), 200)
    )
}

/// `PySequence_InPlaceConcat`.
pub fn inplace_concat(a: &PyObject, b: &PyObject) -> PyResult<Owned> {
    let slots = table(a);
    let f = slots.and_then(|t| t.sq_inplace_concat.get().or(t.sq_concat.get()));
    if let Some(f) = f {
        // SAFETY: the type's own slot.
        return unsafe { new_reference(f(a.as_ptr(), b.as_ptr())) };
    }
    if check(a) && check(b) {
        let sum = by_inplace_slot(a, b, |t| t.nb_inplace_add.get(), |t| t.nb_add.get())?;
        if !sum.is(not_implemented()) {
            return Ok(sum);
        }
    }
    Err(not_concatenable(a))
}

/// `PySequence_InPlaceRepeat`.
pub fn inplace_repeat(o: &PyObject, n: Py_ssize_t) -> PyResult<Owned> {
    let slots = table(o);
    let f = slots.and_then(|t| t.sq_inplace_repeat.get().or(t.sq_repeat.get()));
    if let Some(f) = f {
        // SAFETY: the type's own slot.
        return unsafe { new_reference(f(o.as_ptr(), n)) };
    }
    if check(o) {
        let times = crate::long::from_ssize_t(n)?;
        let (inplace, plain): (Pick, Pick) =
            (|t| t.nb_inplace_multiply.get(), |t| t.nb_multiply.get());
        let product = by_inplace_slot(o, times.as_object(), inplace, plain)?;
        if !product.is(not_implemented()) {
            return Ok(product);
        }
    }
    Err(not_repeatable(o))
}

/// A negative index counts from the end, where the type has a length.
fn from_end(o: &PyObject, i: Py_ssize_t) -> PyResult<Py_ssize_t> {
    if i < 0
        && let Some(f) = table(o).and_then(|t| t.sq_length.get())
    {
        // SAFETY: the type's own slot.
        let n = unsafe { f(o.as_ptr()) };
        return if n < 0 {
            Err(Raised::reported())
        } else {
            Ok(i + n)
        };
    }
    Ok(i)
}

/// `PySequence_GetItem`.
pub fn get_item(o: &PyObject, i: Py_ssize_t) -> PyResult<Owned> {
    if let Some(f) = table(o).and_then(|t| t.sq_item.get()) {
        let i = from_end(o, i)?;
        // SAFETY: the type's own slot.
        return unsafe { new_reference(f(o.as_ptr(), i)) };
    }
    let name = o.type_name();
    let name = err::short(&name, 200);
    if mapping_table(o).is_some_and(|t| t.mp_subscript.get().is_some()) {
        return Err(raise!(TypeError, "{name} is not a sequence"));
    }
    Err(raise!(
        TypeError,
        "'{name}' object does not support indexing"
    ))
}

fn mapping_table(o: &PyObject) -> Option<&PyMappingMethods> {
    // SAFETY: a type's table lives as long as the type.
    unsafe { o.ty().tp_as_mapping.get().as_ref() }
}

/// `PySequence_SetItem`.
pub fn set_item(o: &PyObject, i: Py_ssize_t, value: &PyObject) -> PyResult<()> {
    assign_item(o, i, Some(value), "assignment")
}

/// `PySequence_DelItem`.
pub fn del_item(o: &PyObject, i: Py_ssize_t) -> PyResult<()> {
    assign_item(o, i, None, "deletion")
}

fn raw(o: Option<&PyObject>) -> *mut PyObject {
    o.map_or(std::ptr::null_mut(), ObjectExt::as_ptr)
}

fn assign_item(o: &PyObject, i: Py_ssize_t, value: Option<&PyObject>, what: &str) -> PyResult<()> {
    if let Some(f) = table(o).and_then(|t| t.sq_ass_item.get()) {
        let i = from_end(o, i)?;
        // SAFETY: the type's own slot.
        return status(unsafe { f(o.as_ptr(), i, raw(value)) });
    }
    let name = o.type_name();
    let name = err::short(&name, 200);
    if mapping_table(o).is_some_and(|t| t.mp_ass_subscript.get().is_some()) {
        return Err(raise!(TypeError, "{name} is not a sequence"));
    }
    Err(raise!(
        TypeError,
        "'{name}' object does{} support item {what}",
        if value.is_some() { " not" } else { "n't" }
    ))
}

/// `PySequence_GetSlice`.
pub fn get_slice(o: &PyObject, low: Py_ssize_t, high: Py_ssize_t) -> PyResult<Owned> {
    if let Some(f) = mapping_table(o).and_then(|t| t.mp_subscript.get()) {
        let key = slice::from_indices(low, high)?;
        // SAFETY: the type's own slot.
        return unsafe { new_reference(f(o.as_ptr(), key.as_ptr())) };
    }
    Err(raise!(
        TypeError,
        "'{}' object is unsliceable",
        err::short(&o.type_name(), 200)
    ))
}

/// `PySequence_SetSlice`, or `PySequence_DelSlice` without a value.
pub fn set_slice(
    o: &PyObject,
    low: Py_ssize_t,
    high: Py_ssize_t,
    value: Option<&PyObject>,
) -> PyResult<()> {
    if let Some(f) = mapping_table(o).and_then(|t| t.mp_ass_subscript.get()) {
        let key = slice::from_indices(low, high)?;
        // SAFETY: the type's own slot.
        return status(unsafe { f(o.as_ptr(), key.as_ptr(), raw(value)) });
    }
    let what = if value.is_some() {
        "assignment"
    } else {
        "deletion"
    };
    let name = o.type_name();
    Err(raise!(
        TypeError,
        "'{}' object doesn't support slice {what}",
        err::short(&name, 200)
    ))
}

/// `PySequence_Tuple`.
pub fn tuple(o: &PyObject) -> PyResult<Owned<PyTupleObject>> {
    if o.is_exactly(&tuple::PyTuple_Type) {
        // SAFETY: an exact tuple.
        return Ok(unsafe { o.own().cast_unchecked() });
    }
    if let Some(l) = o.downcast::<PyListObject>()
        && iter::same_iter(l.ty(), &list::PyList_Type)
    {
        return list::as_tuple(l);
    }
    tuple::from_owned(iter::collect(o)?)
}

/// `PySequence_List`.
pub fn list(o: &PyObject) -> PyResult<Owned<PyListObject>> {
    let l = list::new(0)?;
    list::extend(&l, o)?;
    Ok(l)
}

/// `PySequence_Fast`: a list or tuple of the items, `o` itself if it is one.
pub fn fast(o: &PyObject, message: &str) -> PyResult<FastSequence> {
    if o.downcast_exact::<PyListObject>().is_some() || o.downcast_exact::<PyTupleObject>().is_some()
    {
        return Ok(FastSequence(o.own()));
    }
    match object::get_iter(o) {
        Ok(it) => Ok(FastSequence(list(&it)?.upcast())),
        Err(raised) if !err::matches(exc::TypeError.get()) => Err(raised),
        Err(_) => Err(raise!(TypeError, "{message}")),
    }
}

/// A list or a tuple.
pub struct FastSequence(Owned);

impl FastSequence {
    /// The list or tuple.
    pub fn as_object(&self) -> &PyObject {
        &self.0
    }

    pub fn into_owned(self) -> Owned {
        self.0
    }

    pub fn len(&self) -> usize {
        fast_len(&self.0)
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at `i`, if there is one now.
    pub fn get(&self, i: usize) -> Option<Owned> {
        fast_fields(&self.0).get(i).and_then(|f| f.load())
    }

    /// The items, each with a count of its own.
    pub fn to_vec(&self) -> Vec<Owned> {
        let fields = fast_fields(&self.0);
        let mut items = Vec::with_capacity(fields.len());
        items.extend(fields.iter().filter_map(|f| f.load()));
        items
    }
}

/// The length of a list or tuple; 0 for anything else.
pub fn fast_len(o: &PyObject) -> usize {
    fast_fields(o).len()
}

/// The fields of a list or tuple, valid until code runs that may change it; none for anything else.
pub fn fast_fields(o: &PyObject) -> &[Cell<*mut PyObject>] {
    if let Some(l) = o.downcast::<PyListObject>() {
        list::fields(l)
    } else if let Some(t) = o.downcast::<PyTupleObject>() {
        tuple::fields(t)
    } else {
        &[]
    }
}

/// `PySequence_Contains`.
pub fn contains(o: &PyObject, value: &PyObject) -> PyResult<bool> {
    if let Some(f) = table(o).and_then(|t| t.sq_contains.get()) {
        // SAFETY: the type's own slot.
        let r = unsafe { f(o.as_ptr(), value.as_ptr()) };
        return if r < 0 {
            Err(Raised::reported())
        } else {
            Ok(r > 0)
        };
    }
    iter_contains(o, value)
}

/// The iterator to search through, with the message that searching gives.
fn search(o: &PyObject) -> PyResult<Owned> {
    object::get_iter(o).map_err(|raised| {
        if !err::matches(exc::TypeError.get()) {
            return raised;
        }
        raise!(
            TypeError,
            "argument of type '{}' is not iterable",
            err::short(&o.type_name(), 200)
        )
    })
}

/// `in` by iteration.
pub fn iter_contains(o: &PyObject, value: &PyObject) -> PyResult<bool> {
    let it = search(o)?;
    while let Some(item) = iter::next(&it)? {
        if object::items_equal(value, &item)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// `PySequence_Count`.
pub fn count(o: &PyObject, value: &PyObject) -> PyResult<Py_ssize_t> {
    let it = search(o)?;
    let mut n: Py_ssize_t = 0;
    while let Some(item) = iter::next(&it)? {
        if object::items_equal(value, &item)? {
            n = n
                .checked_add(1)
                .ok_or_else(|| raise!(OverflowError, "count exceeds C integer size"))?;
        }
    }
    Ok(n)
}

/// `PySequence_Index`.
pub fn index(o: &PyObject, value: &PyObject) -> PyResult<Py_ssize_t> {
    let it = search(o)?;
    let mut i: Py_ssize_t = 0;
    while let Some(item) = iter::next(&it)? {
        if object::items_equal(value, &item)? {
            return Ok(i);
        }
        i = i
            .checked_add(1)
            .ok_or_else(|| raise!(OverflowError, "index exceeds C integer size"))?;
    }
    Err(raise!(ValueError, "sequence.index(x): x not in sequence"))
}

/// Has the object a length of its own, and which (0 when asking for it fails with `TypeError`)?
pub fn known_size(o: &PyObject) -> PyResult<Option<usize>> {
    let has = table(o).is_some_and(|t| t.sq_length.get().is_some()) || has_mapping_length(o);
    if !has {
        return Ok(None);
    }
    match object::size(o) {
        Ok(n) => Ok(Some(n as usize)),
        Err(_) if err::matches(exc::TypeError.get()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// Does an ordering satisfy a comparison operator?
pub fn ordering_matches(ordering: std::cmp::Ordering, op: c_int) -> bool {
    match op {
        Py_LT => ordering.is_lt(),
        Py_LE => ordering.is_le(),
        Py_EQ => ordering.is_eq(),
        Py_NE => ordering.is_ne(),
        Py_GT => ordering.is_gt(),
        _ => ordering.is_ge(),
    }
}

/// The `repr` of what a field holds, which C may not have filled yet.
pub fn write_field(w: &mut crate::unicode::Writer, field: &Cell<*mut PyObject>) -> PyResult<()> {
    match field.load() {
        Some(item) => write_repr(w, &item),
        None => w.push_str("<NULL>"),
    }
}

/// The `repr` of an item as a string, for writing into a container's.
pub fn write_repr(w: &mut crate::unicode::Writer, item: &PyObject) -> PyResult<()> {
    let text = object::repr(item)?;
    // SAFETY: `repr` returns a string.
    w.push_unicode(unsafe { text.cast_ref() })
}
