//! Raising, and what was being handled meanwhile: the stack of handled exceptions and `__context__` (PEP 3134).

use super::*;
use crate::exceptions;
use crate::object;

/// Is `o` a class derived from `BaseException` (`PyExceptionClass_Check`)?
#[inline]
pub fn is_exception_class(o: &PyObject) -> bool {
    o.ty().tp_flags.get() & Py_TPFLAGS_TYPE_SUBCLASS != 0
        // SAFETY: the flag says that it is a type.
        && unsafe { o.cast_ref::<PyTypeObject>() }.tp_flags.get() & Py_TPFLAGS_BASE_EXC_SUBCLASS != 0
}

/// An exception instance under its layout (`PyExceptionInstance_Check`).
#[inline]
pub fn as_exception(o: &PyObject) -> Option<&PyBaseExceptionObject> {
    let is = o.ty().tp_flags.get() & Py_TPFLAGS_BASE_EXC_SUBCLASS != 0;
    // SAFETY: the flag says that it has an exception's layout.
    is.then(|| unsafe { o.cast_ref() })
}

/// `_PyErr_GetTopmostException`: the entry of the innermost exception being handled.
pub fn topmost_exception() -> &'static _PyErr_StackItem {
    let ts = tstate::current();
    let mut item = ts.exc_info.get();
    if item.is_null() {
        return &ts.exc_state;
    }
    // SAFETY: the entries belong to live frames and generators of the thread, and to its state.
    unsafe {
        loop {
            let ty = (*item).exc_type.get();
            let previous = (*item).previous_item.get();
            let empty = ty.is_null() || ty == none().as_ptr();
            if !empty || previous.is_null() {
                return &*item;
            }
            item = previous;
        }
    }
}

/// `PyErr_GetExcInfo`: the exception being handled.
pub fn get_exc_info() -> Fetched {
    let item = topmost_exception();
    Fetched {
        ty: item.exc_type.load(),
        value: item.exc_value.load(),
        traceback: item.exc_traceback.load(),
    }
}

/// `PyErr_SetExcInfo`: replaces the innermost entry.
pub fn set_exc_info(new: Fetched) {
    let ts = tstate::current();
    // SAFETY: the innermost entry lives as long as the frame or generator that it belongs to.
    let item = unsafe { ts.exc_info.get().as_ref() }.unwrap_or(&ts.exc_state);
    let old = (
        item.exc_type.take_ref(),
        item.exc_value.take_ref(),
        item.exc_traceback.take_ref(),
    );
    item.exc_type.set_ref(new.ty);
    item.exc_value.set_ref(new.value);
    item.exc_traceback.set_ref(new.traceback);
    drop(old);
}

/// `PyErr_SetObject`: raises `exc` with `value`; what is being handled becomes its context.
#[cold]
pub fn set_object(exc: &PyObject, value: &PyObject) -> Raised {
    set(exc, Some(value))
}

/// `PyErr_SetNone`: raises `exc` without a value.
#[cold]
pub fn set_none(exc: &PyObject) -> Raised {
    set(exc, None)
}

/// Raises an exception instance.
#[cold]
pub fn set_instance(value: &PyObject) -> Raised {
    set(value.ty().as_object(), Some(value))
}

fn set(exc: &PyObject, value: Option<&PyObject>) -> Raised {
    if !is_exception_class(exc) {
        return match object::repr(exc) {
            Ok(shown) => {
                raise!(
                    SystemError,
                    "exception {} not a BaseException subclass",
                    Str(&shown)
                )
            }
            Err(raised) => raised,
        };
    }
    let mut value = value.map(ObjectExt::own);
    let handled = topmost_exception()
        .exc_value
        .load()
        .filter(|o| !o.is_none());
    if let Some(handled) = handled {
        let instance = match value {
            Some(instance) if as_exception(&instance).is_some() => instance,
            value => {
                // Only an instance can have a context.
                clear();
                match create_exception(exc, value.as_deref()) {
                    Ok(instance) => instance,
                    Err(raised) => return raised,
                }
            }
        };
        chain_to(&instance, handled);
        value = Some(instance);
    }
    let traceback = value
        .as_deref()
        .and_then(as_exception)
        .and_then(exceptions::get_traceback);
    restore(Fetched {
        ty: Some(exc.own()),
        value,
        traceback,
    });
    Raised(())
}

/// Makes `handled` the context of `value`, after taking `value` out of the chain behind `handled`: a chain must not
/// become a circle. One that is a circle already is left at the turning point.
fn chain_to(value: &Owned, handled: Owned) {
    if handled.is(&**value) {
        return;
    }
    let mut slow = handled.clone();
    let mut at = handled.clone();
    let mut step = false;
    while let Some(context) = as_exception(&at).and_then(exceptions::get_context) {
        if context.is(&**value) {
            if let Some(at) = as_exception(&at) {
                exceptions::set_context(at, None);
            }
            break;
        }
        at = context;
        if step {
            match as_exception(&slow).and_then(exceptions::get_context) {
                Some(next) => slow = next,
                None => break,
            }
        }
        step = !step;
        if at.is(&*slow) {
            break;
        }
    }
    if let Some(value) = as_exception(value) {
        exceptions::set_context(value, Some(handled));
    }
}

/// `_PyErr_SetKeyError`: the key is the only argument, even if it is a tuple.
#[cold]
pub fn set_key_error(key: &PyObject) -> Raised {
    match crate::tuple::from_slice(&[key]) {
        Ok(args) => set_object(exc::KeyError.get(), args.as_object()),
        Err(raised) => raised,
    }
}

/// `_PyErr_ChainExceptions`: puts `old` back, or, if another exception was raised meanwhile, makes it that one's context.
pub fn chain_exceptions(old: Fetched) {
    if old.ty.is_none() {
        return;
    }
    if occurred().is_none() {
        return restore(old);
    }
    let new = normalized(fetch());
    let old = normalized(old);
    let as_context = old.value.clone().filter(|v| as_exception(v).is_some());
    if let Some(value) = new.value.as_deref().and_then(as_exception) {
        exceptions::set_context(value, as_context);
    }
    restore(new);
}

/// Runs `f` after something that may have failed. A failure's exception is put aside meanwhile, and becomes the context of one that `f`
/// raises.
pub fn finally<T, U>(first: PyResult<T>, f: impl FnOnce() -> PyResult<U>) -> PyResult<(T, U)> {
    match first {
        Ok(value) => f().map(|last| (value, last)),
        Err(_) => {
            let saved = fetch();
            let _ = f();
            chain_exceptions(saved);
            Err(Raised::already_set())
        }
    }
}

/// `_PyErr_FormatFromCause`: raises `exc` with the current exception as its cause and context.
#[cold]
pub fn raise_from_cause(exc: &PyObject, message: fmt::Arguments<'_>) -> Raised {
    let old = normalized(fetch());
    let cause = old.value.clone();
    if let (Some(value), Some(tb)) = (cause.as_deref().and_then(as_exception), &old.traceback) {
        let _ = exceptions::set_traceback(value, Some(tb));
    }
    let raised = raise(exc, message);
    let new = normalized(fetch());
    if let Some(value) = new.value.as_deref().and_then(as_exception) {
        exceptions::set_cause(value, cause.clone());
        exceptions::set_context(value, cause);
    }
    restore(new);
    raised
}
