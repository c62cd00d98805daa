//! What C and built-in functions ask of the running frame (`PyEval_Get*`).

use crate::eval::exceptions;
use crate::import::interp;
use crate::prelude::*;
use crate::{code, frame};

/// `PyEval_GetFrame`.
pub fn get_frame() -> Option<&'static PyFrameObject> {
    // SAFETY: the frames of the running thread live.
    unsafe { tstate::current().frame.get().as_ref() }
}

/// `PyEval_GetGlobals`.
pub fn get_globals() -> Option<Owned> {
    get_frame().and_then(|f| f.f_globals.load())
}

/// `PyEval_GetLocals`.
pub fn get_locals() -> PyResult<Owned> {
    let Some(f) = get_frame() else {
        return Err(raise!(SystemError, "frame does not exist"));
    };
    frame::fast_to_locals(f)?;
    Ok(f.f_locals.load().unwrap_or_else(|| none().own()))
}

/// `PyEval_GetBuiltins`.
pub fn get_builtins() -> Option<Owned> {
    get_frame().map_or_else(|| interp().builtins.load(), |f| f.f_builtins.load())
}

/// `PyEval_MergeCompilerFlags`: the future features of the running code.
pub fn inherited_flags() -> c_int {
    get_frame().map_or(0, |f| frame::frame_code(f).co_flags.get() & PyCF_MASK)
}

/// `_PyErr_GetTopmostException`: the exception that is being handled, by the innermost handler that there is.
pub fn topmost_exc_info() -> &'static _PyErr_StackItem {
    let ts = tstate::current();
    let mut info = exceptions::exc_info(ts);
    loop {
        let empty =
            info.exc_type.get().is_null() || info.exc_type.borrow().is_some_and(ObjectExt::is_none);
        // SAFETY: the records of suspended generators lie below in a list that ends with the thread's own.
        match unsafe { info.previous_item.get().as_ref() } {
            Some(previous) if empty => info = previous,
            _ => return info,
        }
    }
}

/// `super()` without arguments: the `__class__` cell and the first argument of the running function.
pub fn super_arguments() -> PyResult<(Owned<PyTypeObject>, Owned)> {
    let Some(f) = get_frame() else {
        return Err(raise!(RuntimeError, "super(): no current frame"));
    };
    let co = frame::frame_code(f);
    if co.co_argcount.get() == 0 {
        return Err(raise!(RuntimeError, "super(): no arguments"));
    }
    let first = first_argument(f, co)?;
    let (cells, frees) = (
        code::tuple_len(&co.co_cellvars),
        code::tuple_of(&co.co_freevars),
    );
    let base = co.co_nlocals.get() as usize + cells;
    let Some(at) = (0..tuple::len(frees))
        .find(|&i| text::eq(tuple::get(frees, i), id!("__class__").as_object()))
    else {
        return Err(raise!(RuntimeError, "super(): __class__ cell not found"));
    };
    // SAFETY: the frame's free variables are cells.
    let cell = unsafe { (*frame::locals_ptr(f).add(base + at)).as_ref() };
    let Some(cell) = cell.and_then(|c| c.downcast::<PyCellObject>()) else {
        return Err(raise!(RuntimeError, "super(): bad __class__ cell"));
    };
    let Some(class) = cell.ob_ref.load() else {
        return Err(raise!(RuntimeError, "super(): empty __class__ cell"));
    };
    if !class.isinstance_of(&PyType_Type) {
        return Err(raise!(
            RuntimeError,
            "super(): __class__ is not a type ({})",
            class.type_name()
        ));
    }
    // SAFETY: an instance of type is a type.
    Ok((unsafe { class.cast_unchecked() }, first))
}

/// The first argument, which may have moved into a cell.
fn first_argument(f: &PyFrameObject, co: &PyCodeObject) -> PyResult<Owned> {
    let deleted = || raise!(RuntimeError, "super(): arg[0] deleted");
    // SAFETY: the code has at least one variable; entries are owned or null.
    let direct = unsafe { (*frame::locals_ptr(f)).as_ref() };
    if let Some(o) = direct {
        return Ok(o.own());
    }
    let cells = code::tuple_len(&co.co_cellvars);
    let Some(i) = (0..cells).find(|&i| code::cell_argument(co, i) == Some(0)) else {
        return Err(deleted());
    };
    // SAFETY: the frame's cells follow its variables.
    let cell = unsafe { (*frame::locals_ptr(f).add(co.co_nlocals.get() as usize + i)).as_ref() };
    cell.and_then(|c| c.downcast::<PyCellObject>())
        .and_then(|c| c.ob_ref.load())
        .ok_or_else(deleted)
}
