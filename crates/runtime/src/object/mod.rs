//! What every object answers to: the `PyObject_*` functions.
//!
//! Each looks at the object's type, calls the slot if there is one, and says in 3.8's words that there is none.

pub mod attr;
pub mod compare;
pub mod instance;
pub mod names;
pub mod none;
pub mod repr;

pub use attr::*;
pub use compare::*;
pub use instance::*;
pub use repr::*;

use crate::owned::count_down;
use crate::prelude::*;
use crate::{call, err, iter, long, mem, number, sequence, slice, typeobject, unicode};

pub use crate::builtin_function as builtin;
pub use crate::typeobject::lookup_special;
pub use mem::{new_object, new_var};

/// A slot's result: a new reference, or null with an exception set.
///
/// # Safety
/// `p` is what a slot returned just now.
#[inline]
pub unsafe fn slot_result(p: *mut PyObject) -> PyResult<Owned> {
    // SAFETY: slots return new references or null with the indicator set.
    unsafe { Owned::from_result_ptr(p) }
}

/// The integer that a slot returns: a negative one says that it failed, with an exception or, in some extensions, without.
#[inline]
pub fn slot_status(r: c_int) -> PyResult<c_int> {
    if r < 0 {
        Err(Raised::reported())
    } else {
        Ok(r)
    }
}

/// As [`slot_status`] for special methods that call slots: there, without an exception, it is a result as any other.
#[inline]
pub fn slot_int(r: c_int) -> PyResult<c_int> {
    if r < 0 && err::occurred().is_some() {
        Err(Raised::already_set())
    } else {
        Ok(r)
    }
}

/// The number table's entry of a type, if it has one.
macro_rules! slot {
    ($ty:expr, $table:ident . $slot:ident) => {{
        // Used within blocks that are unsafe for their own reasons, too.
        #[allow(unused_unsafe)]
        // SAFETY: a type's function tables live as long as the type.
        let table = unsafe { $ty.$table.get().as_ref() };
        table.and_then(|t| t.$slot.get())
    }};
}
pub(crate) use slot;

/// `PyObject_Hash`.
#[inline]
pub fn hash(o: &PyObject) -> PyResult<Py_hash_t> {
    match o.ty().tp_hash.get() {
        Some(f) => {
            // SAFETY: the slot takes the object.
            let h = unsafe { f(o.as_ptr()) };
            if h == -1 {
                Err(Raised::reported())
            } else {
                Ok(h)
            }
        }
        None => hash_unready(o),
    }
}

/// A type without `tp_hash`: it may not be ready yet; otherwise its instances have no hash.
#[cold]
fn hash_unready(o: &PyObject) -> PyResult<Py_hash_t> {
    if o.ty().tp_dict.get().is_null() {
        typeobject::ready(o.ty())?;
        if o.ty().tp_hash.get().is_some() {
            return hash(o);
        }
    }
    Err(hash_not_implemented(o))
}

/// `PyObject_HashNotImplemented`.
#[cold]
pub fn hash_not_implemented(o: &PyObject) -> Raised {
    raise!(
        TypeError,
        "unhashable type: '{}'",
        err::short(&o.type_name(), 200)
    )
}

/// `PyObject_HashNotImplemented` as a slot.
///
/// # Safety
/// `o` points to a live object.
#[unsafe(export_name = "PyObject_HashNotImplemented")]
pub unsafe extern "C" fn hash_not_implemented_slot(o: *mut PyObject) -> Py_hash_t {
    // SAFETY: by the contract.
    let _ = hash_not_implemented(unsafe { &*o });
    -1
}

/// `_PyObject_NextNotImplemented`: what stands in `tp_iternext` of classes without `__next__`.
///
/// # Safety
/// `o` points to a live object.
#[unsafe(export_name = "_PyObject_NextNotImplemented")]
pub unsafe extern "C" fn next_not_implemented_slot(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: by the contract.
    let ty = unsafe { &*o }.type_name();
    let _ = raise!(
        TypeError,
        "'{}' object is not iterable",
        err::short(&ty, 200)
    );
    std::ptr::null_mut()
}

/// `PyObject_IsTrue`.
#[inline]
pub fn is_true(o: &PyObject) -> PyResult<bool> {
    if o.is(py_true()) {
        return Ok(true);
    }
    if o.is(py_false()) || o.is_none() {
        return Ok(false);
    }
    let ty = o.ty();
    // SAFETY: each slot takes the object.
    let r = unsafe {
        if let Some(f) = slot!(ty, tp_as_number.nb_bool) {
            f(o.as_ptr()) as Py_ssize_t
        } else if let Some(f) = slot!(ty, tp_as_mapping.mp_length) {
            f(o.as_ptr())
        } else if let Some(f) = slot!(ty, tp_as_sequence.sq_length) {
            f(o.as_ptr())
        } else {
            return Ok(true);
        }
    };
    if r < 0 {
        Err(Raised::reported())
    } else {
        Ok(r > 0)
    }
}

/// `PyObject_Not`.
pub fn not_(o: &PyObject) -> PyResult<bool> {
    is_true(o).map(|b| !b)
}

/// `PyCallable_Check`.
#[inline]
pub fn is_callable(o: &PyObject) -> bool {
    o.ty().tp_call.get().is_some()
}

/// `PyObject_Size` (`len`).
pub fn size(o: &PyObject) -> PyResult<Py_ssize_t> {
    let f = slot!(o.ty(), tp_as_sequence.sq_length).or(slot!(o.ty(), tp_as_mapping.mp_length));
    match f {
        // SAFETY: the slot takes the object.
        Some(f) => match unsafe { f(o.as_ptr()) } {
            n if n < 0 => Err(Raised::reported()),
            n => Ok(n),
        },
        None => Err(raise!(
            TypeError,
            "object of type '{}' has no len()",
            err::short(&o.type_name(), 200)
        )),
    }
}

/// Does the type have a length at all?
pub fn has_len(o: &PyObject) -> bool {
    slot!(o.ty(), tp_as_sequence.sq_length).is_some()
        || slot!(o.ty(), tp_as_mapping.mp_length).is_some()
}

/// `PyObject_LengthHint`: `len`, or `__length_hint__`, or `default`.
pub fn length_hint(o: &PyObject, default: Py_ssize_t) -> PyResult<Py_ssize_t> {
    if has_len(o) {
        match size(o) {
            Ok(n) => return Ok(n),
            Err(e) if !err::matches(crate::exceptions::exc::TypeError.get()) => return Err(e),
            Err(_) => err::clear(),
        }
    }
    let Some(hint) = typeobject::lookup_special(o, id!("__length_hint__").as_object())? else {
        return Ok(default);
    };
    let result = match call::call0(&hint) {
        Ok(r) => r,
        Err(e) if !err::matches(crate::exceptions::exc::TypeError.get()) => return Err(e),
        Err(_) => {
            err::clear();
            return Ok(default);
        }
    };
    if result.is(not_implemented()) {
        return Ok(default);
    }
    if result.downcast::<PyLongObject>().is_none() {
        return Err(raise!(
            TypeError,
            "__length_hint__ must be an integer, not {}",
            err::short(&result.type_name(), 100)
        ));
    }
    let n = long::as_ssize_t(&result)?;
    if n < 0 {
        return Err(raise!(ValueError, "__length_hint__() should return >= 0"));
    }
    Ok(n)
}

/// `PyObject_GetItem` (`o[key]`).
pub fn get_item(o: &PyObject, key: &PyObject) -> PyResult<Owned> {
    if let Some(f) = slot!(o.ty(), tp_as_mapping.mp_subscript) {
        // SAFETY: the slot takes both objects.
        return unsafe { slot_result(f(o.as_ptr(), key.as_ptr())) };
    }
    if slot!(o.ty(), tp_as_sequence.sq_item).is_some() {
        if number::index_check(key) {
            let i = number::as_ssize_t(key, Some(crate::exceptions::exc::IndexError.get()))?;
            return sequence::get_item(o, i);
        }
        return Err(raise!(
            TypeError,
            "sequence index must be integer, not '{}'",
            err::short(&key.type_name(), 200)
        ));
    }
    if let Some(ty) = o.downcast::<PyTypeObject>() {
        let getter = id!("__class_getitem__").as_object();
        if let Some(f) = lookup_attr(ty.as_object(), getter)? {
            return call::call1(&f, key);
        }
    }
    Err(raise!(
        TypeError,
        "'{}' object is not subscriptable",
        err::short(&o.type_name(), 200)
    ))
}

/// `PyObject_SetItem` (`o[key] = value`).
pub fn set_item(o: &PyObject, key: &PyObject, value: &PyObject) -> PyResult<()> {
    assign_item(o, key, Some(value))
}

/// `PyObject_DelItem` (`del o[key]`).
pub fn del_item(o: &PyObject, key: &PyObject) -> PyResult<()> {
    assign_item(o, key, None)
}

fn assign_item(o: &PyObject, key: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
    let v = value.map_or(std::ptr::null_mut(), ObjectExt::as_ptr);
    if let Some(f) = slot!(o.ty(), tp_as_mapping.mp_ass_subscript) {
        // SAFETY: the slot takes the objects; a null value means deletion.
        return slot_status(unsafe { f(o.as_ptr(), key.as_ptr(), v) }).map(drop);
    }
    let verb = if value.is_some() {
        "assignment"
    } else {
        "deletion"
    };
    // SAFETY: a type's function tables live as long as the type.
    if unsafe { o.ty().tp_as_sequence.get().as_ref() }.is_some() {
        if number::index_check(key) {
            let i = number::as_ssize_t(key, Some(crate::exceptions::exc::IndexError.get()))?;
            return match value {
                Some(v) => sequence::set_item(o, i, v),
                None => sequence::del_item(o, i),
            };
        }
        if slot!(o.ty(), tp_as_sequence.sq_ass_item).is_some() {
            return Err(raise!(
                TypeError,
                "sequence index must be integer, not '{}'",
                err::short(&key.type_name(), 200)
            ));
        }
    }
    Err(raise!(
        TypeError,
        "'{}' object does not support item {verb}",
        err::short(&o.type_name(), 200)
    ))
}

/// `PyObject_GetIter` (`iter(o)`).
pub fn get_iter(o: &PyObject) -> PyResult<Owned> {
    if let Some(f) = o.ty().tp_iter.get() {
        // SAFETY: the slot takes the object.
        let it = unsafe { slot_result(f(o.as_ptr())) }?;
        if !iter::check(&it) {
            return Err(raise!(
                TypeError,
                "iter() returned non-iterator of type '{}'",
                err::short(&it.type_name(), 100)
            ));
        }
        return Ok(it);
    }
    if sequence::check(o) {
        return iter::seq_iter_new(o);
    }
    Err(raise!(
        TypeError,
        "'{}' object is not iterable",
        err::short(&o.type_name(), 200)
    ))
}

/// `PyObject_SelfIter`: what iterators have as `tp_iter`.
///
/// # Safety
/// `o` points to a live object.
#[unsafe(export_name = "PyObject_SelfIter")]
pub unsafe extern "C" fn self_iter(o: *mut PyObject) -> *mut PyObject {
    // SAFETY: by the contract.
    unsafe { crate::owned::incref(o) };
    o
}

fn object_is_empty_str(o: &PyObject) -> bool {
    o.downcast::<PyUnicodeObject>()
        .is_some_and(|s| unicode::length(s) == 0)
}

/// `PyObject_Format`.
pub fn format(o: &PyObject, spec: Option<&PyObject>) -> PyResult<Owned> {
    if let Some(spec) = spec
        && spec.downcast::<PyUnicodeObject>().is_none()
    {
        return Err(raise!(
            SystemError,
            "Format specifier must be a string, not {}",
            err::short(&spec.type_name(), 200)
        ));
    }
    let empty = match spec {
        Some(s) => object_is_empty_str(s),
        None => true,
    };
    if empty {
        if std::ptr::eq(o.ty(), PyUnicodeObject::type_object()) {
            return Ok(o.own());
        }
        if std::ptr::eq(o.ty(), PyLongObject::type_object()) {
            return str(o);
        }
    }
    let spec = match spec {
        Some(s) => s.own(),
        None => unicode::from_str("")?.upcast(),
    };
    let Some(method) = typeobject::lookup_special(o, id!("__format__").as_object())? else {
        return Err(raise!(
            TypeError,
            "Type {} doesn't define __format__",
            err::short(&o.type_name(), 100)
        ));
    };
    let result = call::call1(&method, &spec)?;
    if result.downcast::<PyUnicodeObject>().is_none() {
        return Err(raise!(
            TypeError,
            "__format__ must return a str, not {}",
            err::short(&result.type_name(), 200)
        ));
    }
    Ok(result)
}

/// `sequence[i:j]` with optional bounds, by way of a slice object.
pub fn get_slice(
    o: &PyObject,
    start: Option<&PyObject>,
    stop: Option<&PyObject>,
) -> PyResult<Owned> {
    let s = slice::new(start, stop, None)?;
    get_item(o, s.as_object())
}

/// `PyObject_CallFinalizer`: runs `tp_finalize`, once in an object's life if it has a GC head.
pub fn call_finalizer(o: &PyObject) {
    let ty = o.ty();
    let Some(f) = ty.tp_finalize.get() else {
        return;
    };
    // SAFETY: a GC type's instances have a head; the finalizer takes the object.
    unsafe {
        if crate::gc::is_gc_type(ty) {
            let head = crate::gc::head(o.as_ptr());
            let prev = (*head)._gc_prev.get();
            if prev & _PyGC_PREV_MASK_FINALIZED != 0 {
                return;
            }
            f(o.as_ptr());
            let prev = (*head)._gc_prev.get();
            (*head)._gc_prev.set(prev | _PyGC_PREV_MASK_FINALIZED);
        } else {
            f(o.as_ptr());
        }
    }
}

/// `PyObject_CallFinalizerFromDealloc`. True if the object came back to life, and must not be deallocated.
///
/// # Safety
/// `o` is being deallocated: its count is 0 and its memory is intact.
pub unsafe fn call_finalizer_from_dealloc(o: *mut PyObject) -> bool {
    // SAFETY: the object is given a count for the time of the call.
    unsafe {
        if (*(*o).ob_type.get()).tp_finalize.get().is_none() {
            return false;
        }
        (*o).ob_refcnt.set(1);
        call_finalizer(&*o);
        let left = count_down(o);
        left > 0
    }
}
