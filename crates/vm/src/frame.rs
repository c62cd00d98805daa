//! Frames: `PyFrameObject` as C sees it, and cheap.
//!
//! A code object keeps the last frame that ran it (`co_zombieframe`) with the fields that do not change between runs:
//! its code, its size, the base of its value stack, and everything else empty. A call takes that frame, fills in caller, globals
//! and arguments, and gives it back. Only a frame that somebody else holds when its function returns is handed to the
//! cycle collector, and dies as other objects do.
//!
//! Two facts about a running frame that 3.8 keeps in C's machine stack live in padding bytes of the struct: whether a
//! Rust caller waits for the frame ([`is_entry`]), and how deep the value stack is while it waits for a callee
//! ([`saved_depth`]).

use crate::code;
use crate::eval::{exceptions, opcode, slots};
use crate::prelude::*;

const ENTRY_AT: usize = offset_of!(PyFrameObject, f_trace_opcodes) + 1;
const DEPTH_AT: usize = offset_of!(PyFrameObject, f_trace_lines) + 4;
const _: () = assert!(
    DEPTH_AT.is_multiple_of(4)
        && DEPTH_AT + 4 <= offset_of!(PyFrameObject, f_gen)
        && ENTRY_AT < DEPTH_AT
);

#[inline(always)]
fn entry_mark(f: &PyFrameObject) -> &Cell<u8> {
    // SAFETY: the byte is padding inside the struct, which nobody else uses.
    unsafe { &*std::ptr::from_ref(f).cast::<u8>().add(ENTRY_AT).cast() }
}

/// Does leaving this frame return to Rust?
#[inline(always)]
pub fn is_entry(f: &PyFrameObject) -> bool {
    entry_mark(f).get() != 0
}

#[inline(always)]
pub fn set_entry(f: &PyFrameObject, entry: bool) {
    entry_mark(f).set(u8::from(entry));
}

/// The depth of the value stack while the frame waits for a callee.
#[inline(always)]
pub fn saved_depth(f: &PyFrameObject) -> &Cell<u32> {
    // SAFETY: the four aligned bytes are padding inside the struct, which nobody else uses.
    unsafe { &*std::ptr::from_ref(f).cast::<u8>().add(DEPTH_AT).cast() }
}

/// The variables, cells and stack entries of a frame.
#[inline(always)]
pub fn locals_ptr(f: &PyFrameObject) -> *mut *mut PyObject {
    f.f_localsplus.as_ptr().cast::<*mut PyObject>().cast_mut()
}

#[inline(always)]
pub fn frame_code(f: &PyFrameObject) -> &PyCodeObject {
    // SAFETY: a frame holds its code.
    unsafe { &*f.f_code.get() }
}

/// How many variables, cells and free variables precede the stack.
#[inline(always)]
pub fn variables(code: &PyCodeObject) -> usize {
    code.co_nlocals.get() as usize
        + code::tuple_len(&code.co_cellvars)
        + code::tuple_len(&code.co_freevars)
}

/// `PyFrame_New`: a frame with the locals that its code's flags ask for.
pub fn new(
    ts: &PyThreadState,
    code: &PyCodeObject,
    globals: &PyObject,
    locals: Option<&PyObject>,
) -> PyResult<Owned<PyFrameObject>> {
    let f = new_untracked(ts, code, globals)?;
    let flags = code.co_flags.get();
    if flags & (CO_NEWLOCALS | CO_OPTIMIZED) != CO_NEWLOCALS | CO_OPTIMIZED {
        let locals = if flags & CO_NEWLOCALS != 0 {
            dict::new()?.upcast()
        } else {
            locals.unwrap_or(globals).own()
        };
        f.f_locals.set_ref(Some(locals));
    }
    Ok(f)
}

/// A frame with empty variables and no locals dictionary, unknown to the collector.
#[inline]
pub fn new_untracked(
    ts: &PyThreadState,
    code: &PyCodeObject,
    globals: &PyObject,
) -> PyResult<Owned<PyFrameObject>> {
    let back = ts.frame.get();
    let builtins = builtins_for(ts, code, globals)?;
    let zombie = code
        .co_zombieframe
        .replace(std::ptr::null_mut())
        .cast::<PyFrameObject>();
    let f = if zombie.is_null() {
        fresh(code)?
    } else {
        // SAFETY: the code owned this frame, which has no count while it waits.
        unsafe {
            (*zombie).as_object().ob_refcnt.set(1);
            Owned::from_owned_ptr(zombie)
        }
    };
    // SAFETY: all are live objects; the frame takes a count of each.
    unsafe {
        incref(code.as_ptr());
        incref(globals.as_ptr());
        if !back.is_null() {
            incref(back.cast());
        }
    }
    f.f_code.set(std::ptr::from_ref(code).cast_mut());
    f.f_builtins.set(builtins.into_ptr());
    f.f_globals.set(globals.as_ptr());
    f.f_back.set(back);
    f.f_stacktop.set(f.f_valuestack.get());
    f.f_lasti.set(-1);
    f.f_lineno.set(code.co_firstlineno.get());
    Ok(f)
}

/// Allocates a frame for a code object and fills in what never changes.
#[cold]
#[inline(never)]
fn fresh(code: &PyCodeObject) -> PyResult<Owned<PyFrameObject>> {
    let variables = variables(code);
    let n = variables + code.co_stacksize.get() as usize;
    let f = gc::new_var::<PyFrameObject>(&PyFrame_Type, n)?;
    // SAFETY: the frame has room for n entries; the stack begins after the variables.
    f.f_valuestack.set(unsafe { locals_ptr(&f).add(variables) });
    for i in 0..n {
        // SAFETY: within the n entries.
        unsafe { *locals_ptr(&f).add(i) = std::ptr::null_mut() };
    }
    f.f_trace_lines.set(1);
    Ok(f)
}

/// The builtins that code in `globals` sees: the caller's if the globals are the same, else what `__builtins__` says.
#[inline]
fn builtins_for(ts: &PyThreadState, code: &PyCodeObject, globals: &PyObject) -> PyResult<Owned> {
    // SAFETY: frames on the stack live and hold their globals and builtins.
    unsafe {
        if let Some(back) = ts.frame.get().as_ref()
            && back.f_globals.get() == globals.as_ptr()
        {
            return Ok(Owned::from_borrowed_ptr(back.f_builtins.get()));
        }
        if let Some(side) = slots::side_of(code)
            && side.globals.get() == globals.as_ptr()
            && side.globals_version.get() == globals.cast_ref::<PyDictObject>().ma_version_tag.get()
        {
            return Ok(Owned::from_borrowed_ptr(side.builtins.get()));
        }
    }
    find_builtins(code, globals)
}

/// The builtins that were found for these globals before, borrowed.
#[inline(always)]
pub fn known_builtins(side: &slots::Side, globals: *mut PyObject) -> Option<*mut PyObject> {
    // SAFETY: a function's globals are a live dict.
    let known = side.globals.get() == globals
        && side.globals_version.get()
            == unsafe { (*globals.cast::<PyDictObject>()).ma_version_tag.get() };
    known.then(|| side.builtins.get())
}

#[cold]
#[inline(never)]
fn find_builtins(code: &PyCodeObject, globals: &PyObject) -> PyResult<Owned> {
    let Some(globals_dict) = globals.downcast::<PyDictObject>() else {
        return Err(raise!(SystemError, "frame globals must be a dict"));
    };
    match dict::get_item(globals_dict, id!("__builtins__").as_object())? {
        Some(found) => {
            let builtins = match found.downcast::<PyModuleObject>() {
                Some(module) => module::get_dict(module.as_object())?.upcast(),
                None => found,
            };
            if let Some(side) = slots::side_of(code) {
                side.globals.set(globals.as_ptr());
                side.globals_version.set(globals_dict.ma_version_tag.get());
                side.builtins.set(builtins.as_ptr());
            }
            Ok(builtins)
        }
        None => {
            // No builtins: the frame gets a minimal set of its own.
            let minimal = dict::new()?;
            dict::set_item(&minimal, id!("None").as_object(), none())?;
            Ok(minimal.upcast())
        }
    }
}

/// Gives up a frame that has stopped running: recycled if nobody else holds it, else handed to the collector.
#[inline(always)]
pub fn release(f: Owned<PyFrameObject>) {
    if f.refcount() == 1 {
        drop(f);
    } else {
        keep(f);
    }
}

#[cold]
#[inline(never)]
fn keep(f: Owned<PyFrameObject>) {
    if !gc::is_tracked(f.as_object()) {
        gc::track(f.as_object());
    }
    drop(f);
}

/// Empties the frame's variables and stack.
fn clear_all(f: &PyFrameObject) {
    // The stack is gone once the frame is marked so: code that runs while entries die must not see them.
    let top = f.f_stacktop.replace(std::ptr::null_mut());
    f.f_executing.set(0);
    f.f_trace.set_ref(None);
    let p = locals_ptr(f);
    for i in 0..variables(frame_code(f)) {
        // SAFETY: within the frame's variables; the entry leaves the frame before it is dropped.
        unsafe { xdecref(p.add(i).replace(std::ptr::null_mut())) };
    }
    if !top.is_null() {
        let mut at = f.f_valuestack.get();
        while at < top {
            // SAFETY: between the base of the stack and its top.
            unsafe {
                xdecref(at.replace(std::ptr::null_mut()));
                at = at.add(1);
            }
        }
    }
}

pub struct Frame;

#[pytype(name = "frame", c_name = PyFrame_Type, layout = PyFrameObject, no_class = true, flags = [HAVE_GC], itemsize = 8)]
impl Frame {
    const tp_getattro: getattrofunc = Some(pyrite_runtime::object::generic_get_attr_slot);
    const tp_setattro: setattrofunc = Some(pyrite_runtime::object::generic_set_attr_slot);
    fn tp_dealloc(slf: *mut PyFrameObject) {
        // SAFETY: the last count is gone; the memory is the frame's until it is recycled or freed below.
        let f = unsafe { &*slf };
        if gc::is_tracked(f.as_object()) {
            gc::untrack(f.as_object());
        }
        take_apart(slf);
    }

    fn tp_traverse(slf: &PyFrameObject, visit: gc::Visitor) -> c_int {
        traverse(slf, visit)
    }
    fn tp_clear(slf: &PyFrameObject) -> c_int {
        clear_all(slf);
        0
    }

    fn tp_repr(slf: &PyFrameObject) -> PyResult<Owned> {
        let code = frame_code(slf);
        let name = text::field(&code.co_name);
        let file = object::repr(code.co_filename.borrow().unwrap_or(none()))?;
        let line = line_number(slf);
        text::format(format_args!(
            "<frame at {:p}, file {}, line {}, code {}>",
            slf,
            err::Str(&file),
            line,
            name
        ))
    }

    /// Drops the references that the frame holds, unless it runs.
    #[method]
    fn clear(slf: &PyFrameObject) -> PyResult<()> {
        if slf.f_executing.get() != 0 {
            return Err(raise!(RuntimeError, "cannot clear an executing frame"));
        }
        if let Some(generator) = slf.f_gen.borrow() {
            crate::generator::finalize(generator);
        }
        clear_all(slf);
        Ok(())
    }

    #[method(name = "__sizeof__")]
    fn sizeof(slf: &PyFrameObject) -> Py_ssize_t {
        let code = frame_code(slf);
        // The base size counts one entry of f_localsplus already.
        let entries = variables(code) + code.co_stacksize.get() as usize;
        (size_of::<PyFrameObject>() + entries * 8) as Py_ssize_t
    }

    #[getter]
    fn f_locals(slf: &PyFrameObject) -> PyResult<Owned> {
        fast_to_locals(slf)?;
        Ok(slf.f_locals.load().unwrap_or_else(|| none().own()))
    }

    #[getter]
    fn f_lineno(slf: &PyFrameObject) -> c_int {
        line_number(slf)
    }

    #[setter(f_lineno)]
    fn set_f_lineno(slf: &PyFrameObject, value: Option<&PyObject>) -> PyResult<()> {
        crate::jump::set_lineno(slf, value)
    }

    #[getter]
    fn f_trace(slf: &PyFrameObject) -> Owned {
        slf.f_trace.load().unwrap_or_else(|| none().own())
    }

    #[setter(f_trace)]
    fn set_f_trace(slf: &PyFrameObject, value: Option<&PyObject>) -> PyResult<()> {
        // Line events begin at the line where the frame is now.
        slf.f_lineno.set(line_number(slf));
        slf.f_trace
            .set_ref(value.filter(|v| !v.is_none()).map(ObjectExt::own));
        Ok(())
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("f_back", T_OBJECT, f_back, READONLY),
        ("f_code", T_OBJECT, f_code, READONLY),
        ("f_builtins", T_OBJECT, f_builtins, READONLY),
        ("f_globals", T_OBJECT, f_globals, READONLY),
        ("f_lasti", T_INT, f_lasti, READONLY),
        ("f_trace_lines", T_BOOL, f_trace_lines, 0),
        ("f_trace_opcodes", T_BOOL, f_trace_opcodes, 0),
    ];
}

/// Empties a dying frame and keeps or frees its memory.
fn take_apart(slf: *mut PyFrameObject) {
    // SAFETY: nobody else refers to the frame; its memory lives until the end of this function.
    let f = unsafe { &*slf };
    if f.f_trace.get().is_null() && f.f_stacktop.get().is_null() {
        let p = locals_ptr(f);
        for i in 0..variables(frame_code(f)) {
            // SAFETY: within the frame's variables; the entry leaves the frame before it is dropped.
            unsafe { xdecref(p.add(i).replace(std::ptr::null_mut())) };
        }
    } else {
        clear_all(f);
    }
    f.f_back.set_ref(None);
    drop(f.f_builtins.take_ref());
    drop(f.f_globals.take_ref());
    f.f_locals.set_ref(None);
    let code = f.f_code.get();
    f.f_iblock.set(0);
    f.f_executing.set(0);
    f.f_trace_lines.set(1);
    f.f_trace_opcodes.set(0);
    f.f_gen.set(std::ptr::null_mut());
    // SAFETY: the frame held its code; it gives the count back last, and frees itself first if it is not kept.
    unsafe {
        if (*code).co_zombieframe.get().is_null() {
            (*code).co_zombieframe.set(slf.cast());
        } else {
            gc::free(slf.cast());
        }
        decref(code.cast());
    }
}

fn traverse(slf: &PyFrameObject, visit: gc::Visitor) -> c_int {
    for o in [
        slf.f_back.get().cast(),
        slf.f_code.get().cast(),
        slf.f_builtins.get(),
        slf.f_globals.get(),
        slf.f_locals.get(),
        slf.f_trace.get(),
    ] {
        let r = visit.visit(o);
        if r != 0 {
            return r;
        }
    }
    let p = locals_ptr(slf);
    let top = slf.f_stacktop.get();
    let mut n = variables(frame_code(slf));
    if !top.is_null() {
        // SAFETY: both point into the frame's stack.
        n += unsafe { top.offset_from(slf.f_valuestack.get()) } as usize;
    }
    for i in 0..n {
        // SAFETY: within the frame's variables and live stack.
        let r = visit.visit(unsafe { *p.add(i) });
        if r != 0 {
            return r;
        }
    }
    0
}

/// Frees the frame that a dying code object kept.
pub fn free_zombie(code: &PyCodeObject) {
    let zombie = code.co_zombieframe.replace(std::ptr::null_mut());
    if !zombie.is_null() {
        // SAFETY: the code owned the frame, which has no count and holds nothing.
        unsafe { gc::free(zombie.cast()) };
    }
}

/// `PyFrame_GetLineNumber`: what the tracer was told, or what the code's table says.
pub fn line_number(f: &PyFrameObject) -> c_int {
    if !f.f_trace.get().is_null() {
        f.f_lineno.get()
    } else {
        code::addr_to_line(frame_code(f), f.f_lasti.get())
    }
}

/// One variable into or out of a mapping. `deref`: the variable is a cell.
fn export(
    map: &PyObject,
    names: &PyTupleObject,
    values: *mut *mut PyObject,
    deref: bool,
) -> PyResult<()> {
    for i in 0..tuple::len(names) {
        let name = tuple::get(names, i);
        // SAFETY: the frame has a variable for every name.
        let mut value = unsafe { (*values.add(i)).as_ref() }.map(ObjectExt::own);
        if deref {
            value = value.and_then(|cell| {
                cell.downcast::<PyCellObject>()
                    .and_then(|c| c.ob_ref.load())
            });
        }
        match value {
            Some(v) => object::set_item(map, name, &v)?,
            None => {
                if object::del_item(map, name).is_err() {
                    if !err::matches(exc::KeyError.get()) {
                        return Err(Raised::already_set());
                    }
                    err::clear();
                }
            }
        }
    }
    Ok(())
}

/// `PyFrame_FastToLocalsWithError`: writes the variables into `f_locals`.
pub fn fast_to_locals(f: &PyFrameObject) -> PyResult<()> {
    let locals = match f.f_locals.load() {
        Some(locals) => locals,
        None => {
            let fresh = dict::new()?.upcast();
            f.f_locals.set_ref(Some(fresh.clone()));
            fresh
        }
    };
    let code = frame_code(f);
    let p = locals_ptr(f);
    let nlocals = code.co_nlocals.get() as usize;
    export_checked(&locals, code::tuple_of(&code.co_varnames), p, nlocals)?;
    let (cells, frees) = (
        code::tuple_of(&code.co_cellvars),
        code::tuple_of(&code.co_freevars),
    );
    if tuple::len(cells) + tuple::len(frees) > 0 {
        // SAFETY: the cells follow the variables, the free variables the cells.
        unsafe {
            export(&locals, cells, p.add(nlocals), true)?;
            // In a class body the free variables are the enclosing function's, not the class's.
            if code.co_flags.get() & CO_OPTIMIZED != 0 {
                export(&locals, frees, p.add(nlocals + tuple::len(cells)), true)?;
            }
        }
    }
    Ok(())
}

/// As [`export`] for plain variables, of which there may be fewer than names.
fn export_checked(
    map: &PyObject,
    names: &PyTupleObject,
    p: *mut *mut PyObject,
    nlocals: usize,
) -> PyResult<()> {
    if tuple::len(names) <= nlocals {
        return export(map, names, p, false);
    }
    let shorter: Vec<&PyObject> = (0..nlocals).map(|i| tuple::get(names, i)).collect();
    let shorter = tuple::from_slice(&shorter)?;
    export(map, &shorter, p, false)
}

/// `PyFrame_LocalsToFast`: reads the variables back from `f_locals`. Those that it lacks become unbound if `clear`.
pub fn locals_to_fast(f: &PyFrameObject, clear: bool) {
    let Some(locals) = f.f_locals.load() else {
        return;
    };
    let saved = err::fetch();
    let code = frame_code(f);
    let p = locals_ptr(f);
    let nlocals = code.co_nlocals.get() as usize;
    let (cells, frees) = (
        code::tuple_of(&code.co_cellvars),
        code::tuple_of(&code.co_freevars),
    );
    // SAFETY: variables, cells and free variables follow each other; the counts are the code's.
    unsafe {
        import(
            &locals,
            code::tuple_of(&code.co_varnames),
            nlocals,
            p,
            false,
            clear,
        );
        import(
            &locals,
            cells,
            tuple::len(cells),
            p.add(nlocals),
            true,
            clear,
        );
        if code.co_flags.get() & CO_OPTIMIZED != 0 {
            import(
                &locals,
                frees,
                tuple::len(frees),
                p.add(nlocals + tuple::len(cells)),
                true,
                clear,
            );
        }
    }
    err::restore(saved);
}

fn import(
    map: &PyObject,
    names: &PyTupleObject,
    n: usize,
    p: *mut *mut PyObject,
    deref: bool,
    clear: bool,
) {
    for i in 0..n.min(tuple::len(names)) {
        let value = match object::get_item(map, tuple::get(names, i)) {
            Ok(v) => Some(v),
            Err(_) => {
                err::clear();
                if !clear {
                    continue;
                }
                None
            }
        };
        // SAFETY: within the frame's variables, whose entries are owned or NULL.
        unsafe {
            let slot = p.add(i);
            if deref {
                if let Some(cell) = (*slot).as_ref().and_then(|o| o.downcast::<PyCellObject>()) {
                    cell.ob_ref.set_ref(value);
                }
            } else {
                let new = value.map_or(std::ptr::null_mut(), Owned::into_ptr);
                xdecref(slot.replace(new));
            }
        }
    }
}

/// `PyFrame_BlockSetup` and `PyFrame_BlockPop`, for C.
pub use exceptions::{block_pop, block_setup};

/// The instruction at which the frame is, if it has begun.
pub fn current_opcode(f: &PyFrameObject) -> Option<u8> {
    let at = usize::try_from(f.f_lasti.get()).ok()?;
    slots::units(frame_code(f))
        .get(at)
        .copied()
        .filter(|&o| o != opcode::NOP)
}
