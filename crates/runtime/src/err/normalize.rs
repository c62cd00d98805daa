//! From a type and a value to an exception instance, and which handler takes it.

use super::*;
use crate::exceptions;
use crate::object;
use crate::tuple;

/// `_PyErr_CreateException`: calls the class with the value, as raising does.
pub fn create_exception(class: &PyObject, value: Option<&PyObject>) -> PyResult<Owned> {
    let made = exceptions::create(class, value)?;
    if as_exception(&made).is_some() {
        return Ok(made);
    }
    let shown = object::repr(class)?;
    Err(raise!(
        TypeError,
        "calling {} should have returned an instance of BaseException, not {}",
        Str(&shown),
        made.type_name()
    ))
}

/// `PyErr_NormalizeException`: afterwards the value is an instance and the type is its class.
pub fn normalized(mut e: Fetched) -> Fetched {
    const LIMIT: u32 = 32;
    let mut depth = 0;
    loop {
        let Some(ty) = e.ty.clone() else { return e };
        match normalized_once(&ty, e.value.as_deref()) {
            Ok((ty, value)) => {
                e.ty = Some(ty);
                e.value = Some(value);
                return e;
            }
            Err(_) => {
                depth += 1;
                if depth == LIMIT {
                    let text = "maximum recursion depth exceeded while normalizing an exception";
                    let _ = raise!(RecursionError, "{text}");
                }
                let traceback = e.traceback.take();
                e = fetch();
                // The failed exception's place is kept if the new one has none.
                e.traceback = e.traceback.take().or(traceback);
                if depth >= LIMIT + 2 {
                    fatal(
                        match matches_class(e.ty.as_deref(), exc::MemoryError.get()) {
                            true => {
                                "Cannot recover from MemoryErrors while normalizing exceptions."
                            }
                            false => {
                                "Cannot recover from the recursive normalization of an exception."
                            }
                        },
                    );
                }
            }
        }
    }
}

fn matches_class(ty: Option<&PyObject>, exc: &PyObject) -> bool {
    ty.is_some_and(|ty| given_exception_matches(ty, exc))
}

fn normalized_once(ty: &Owned, value: Option<&PyObject>) -> PyResult<(Owned, Owned)> {
    let value = value.unwrap_or(none());
    if !is_exception_class(ty) {
        return Ok((ty.clone(), value.own()));
    }
    if as_exception(value).is_some() {
        let class = value.ty().as_object();
        if class.is(&**ty) {
            return Ok((ty.clone(), value.own()));
        }
        if crate::object::is_subclass(class, ty)? {
            return Ok((class.own(), value.own()));
        }
    }
    let made = create_exception(ty, Some(value))?;
    Ok((ty.clone(), made))
}

/// # Panics
/// Never: only called for exception classes.
fn as_type(class: &PyObject) -> &PyTypeObject {
    debug_assert!(is_exception_class(class));
    // SAFETY: an exception class is a type.
    unsafe { class.cast_ref() }
}

/// Takes the indicator out, normalized.
pub fn fetch_normalized() -> Fetched {
    normalized(fetch())
}

/// Takes the exception out of the indicator as an instance that carries its traceback.
pub fn take_instance() -> Option<Owned> {
    let e = fetch_normalized();
    let value = e.value?;
    if let (Some(fields), Some(tb)) = (as_exception(&value), &e.traceback) {
        let _ = exceptions::set_traceback(fields, Some(tb));
    }
    Some(value)
}

/// `PyErr_GivenExceptionMatches`: would `except expected:` take `given`, a class or an instance?
pub fn given_exception_matches(given: &PyObject, expected: &PyObject) -> bool {
    if let Some(tuple) = expected.downcast::<PyTupleObject>() {
        let Ok(_guard) = crate::recursion::enter(" in exception matching") else {
            clear();
            return false;
        };
        return tuple::as_slice(tuple)
            .iter()
            .any(|e| given_exception_matches(given, e));
    }
    let given = if as_exception(given).is_some() {
        given.ty().as_object()
    } else {
        given
    };
    if given.is(expected) {
        return true;
    }
    if is_exception_class(given) && is_exception_class(expected) {
        return crate::owned::is_subtype(as_type(given), as_type(expected));
    }
    false
}

/// `PyErr_ExceptionMatches`: is the exception being raised one that `except expected:` takes?
pub fn matches(expected: &PyObject) -> bool {
    occurred().is_some_and(|given| given_exception_matches(given, expected))
}

/// Clears the indicator if it matches; says whether it did.
pub fn clear_if(expected: &PyObject) -> bool {
    let is = matches(expected);
    if is {
        clear();
    }
    is
}
