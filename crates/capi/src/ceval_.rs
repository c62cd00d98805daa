//! `ceval.h`, `eval.h`, `genobject.h`, `frameobject.h`, `code.h`, `compile.h`: code, and running it.

use crate::prelude::*;
use crate::support::{identifier, lossy, objects_at, text};
use eval::call::{Callee, eval_code, eval_code_ex};
use std::sync::atomic::Ordering;

/// A dict or another object that C hands over by its pointer.
fn current(o: Option<Owned>) -> Borrowed {
    Borrowed::of(o)
}

fn code_of(o: &PyObject) -> PyResult<&PyCodeObject> {
    o.downcast().ok_or_else(err::bad_internal_call)
}

/// Pairs of names and values, as C passes keywords.
fn pairs<'a>(data: *const *mut PyObject, count: usize) -> Vec<(&'a PyObject, &'a PyObject)> {
    // SAFETY: C passes as many names, each followed by its value.
    let all = unsafe { objects_at(data, 2 * count) };
    all.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
}

capi! {
    fn PyEval_GetBuiltins() -> Borrowed { current(eval_api::get_builtins()) }
    fn PyEval_GetGlobals() -> Borrowed { current(eval_api::get_globals()) }
    fn PyEval_GetLocals() -> PyResult<Borrowed> { Ok(Borrowed::of(Some(eval_api::get_locals()?))) }
    fn PyEval_GetFrame() -> *mut PyFrameObject { eval_api::get_frame().map_or(std::ptr::null_mut(), |f| std::ptr::from_ref(f).cast_mut()) }

    // A new reference, unlike what the other functions of its kind give.
    fn _PyEval_GetBuiltinId(id: &_Py_Identifier) -> PyResult<Owned> {
        let builtins = eval_api::get_builtins().ok_or_else(err::bad_internal_call)?;
        let name = identifier(id)?;
        let found = match builtins.downcast::<PyDictObject>() {
            Some(dict) => dict::get_item(dict, name)?,
            None => return Err(err::bad_internal_call()),
        };
        found.ok_or_else(|| err::set_object(exc::AttributeError.get(), name))
    }

    fn PyEval_MergeCompilerFlags(flags: &PyCompilerFlags) -> bool {
        flags.cf_flags.set(flags.cf_flags.get() | eval_api::inherited_flags());
        flags.cf_flags.get() != 0
    }

    fn PyEval_GetFuncName(f: &PyObject) -> PyResult<*const c_char> {
        if let Some(method) = f.downcast::<PyMethodObject>().and_then(|m| m.im_func.borrow()) {
            return function_name(method);
        }
        function_name(f)
    }

    fn PyEval_GetFuncDesc(f: &PyObject) -> *const c_char {
        let callable = [PyMethodObject::check, PyFunctionObject::check, PyCFunctionObject::check];
        if callable.iter().any(|check| check(f)) { c"()".as_ptr() } else { c" object".as_ptr() }
    }

    fn PyEval_EvalCode(code: &PyObject, globals: &PyObject, locals: Option<&PyObject>) -> PyResult<Owned> { eval_code(code_of(code)?, globals, locals) }

    fn PyEval_EvalCodeEx(
        code: &PyObject, globals: &PyObject, locals: Option<&PyObject>, args: *const *mut PyObject, n: c_int,
        keywords: *const *mut PyObject, keyword_count: c_int, defaults: *const *mut PyObject, default_count: c_int,
        keyword_defaults: Option<&PyObject>, closure: Option<&PyObject>,
    ) -> PyResult<Owned> {
        // SAFETY: C passes as many arguments and defaults.
        let (args, defaults) = unsafe { (objects_at(args, n.max(0) as usize), objects_at(defaults, default_count.max(0) as usize)) };
        let callee = Callee { code: code_of(code)?, globals, locals, defaults, kwdefaults: keyword_defaults, closure: closure.and_then(|c| c.downcast()), name: None, qualname: None };
        eval_code_ex(&callee, args, &pairs(keywords, keyword_count.max(0) as usize))
    }

    fn PyEval_EvalFrame(f: &PyFrameObject) -> PyResult<Owned> { eval::eval_frame(f, false) }
    fn PyEval_EvalFrameEx(f: &PyFrameObject, throw: c_int) -> PyResult<Owned> { eval::eval_frame(f, throw != 0) }
    fn _PyEval_EvalFrameDefault(f: &PyFrameObject, throw: c_int) -> PyResult<Owned> { eval::eval_frame_default(f, throw != 0) }
    fn _PyEval_CallTracing(f: &PyObject, args: Is<'_, PyTupleObject>) -> PyResult<Owned> { sys::tracing::call_tracing(f, &args) }
    fn PyEval_SetTrace(f: Py_tracefunc, argument: Option<&PyObject>) { ceval::set_trace(f, argument) }
    fn PyEval_SetProfile(f: Py_tracefunc, argument: Option<&PyObject>) { ceval::set_profile(f, argument) }
    fn PyEval_SaveThread() -> *mut PyThreadState { ceval::save_thread() }

    fn PyEval_RestoreThread(state: *mut PyThreadState) {
        if state.is_null() {
            err::fatal("PyEval_RestoreThread: NULL tstate");
        }
        ceval::restore_thread(state);
    }

    fn PyEval_AcquireThread(state: *mut PyThreadState) {
        if state.is_null() {
            err::fatal("PyEval_AcquireThread: NULL new thread state");
        }
        ceval::restore_thread(state);
    }

    fn PyEval_ReleaseThread(state: *mut PyThreadState) {
        if state.is_null() || state != tstate::current_ptr() {
            err::fatal("PyEval_ReleaseThread: wrong thread state");
        }
        ceval::save_thread();
    }

    fn PyEval_InitThreads() {}
    fn PyEval_ThreadsInitialized() -> bool { lifecycle::is_initialized() }
    fn PyEval_AcquireLock() { ceval::take_gil(tstate::current_ptr()) }
    fn PyEval_ReleaseLock() { ceval::drop_gil(tstate::current_ptr()) }
    fn _PyEval_GetSwitchInterval() -> c_ulong { (ceval::switch_interval() * 1e6) as c_ulong }
    fn _PyEval_SetSwitchInterval(microseconds: c_ulong) { ceval::set_switch_interval(microseconds as f64 / 1e6) }

    fn Py_AddPendingCall(f: Option<unsafe extern "C" fn(*mut c_void) -> c_int>, argument: *mut c_void) -> c_int {
        if f.is_some_and(|f| ceval::add_pending_call(f, argument)) { 0 } else { -1 }
    }

    fn Py_MakePendingCalls() -> PyResult<()> { ceval::make_pending_calls() }
    fn Py_GetRecursionLimit() -> c_int { recursion::LIMIT.load(Ordering::Relaxed) }
    fn Py_SetRecursionLimit(limit: c_int) { recursion::LIMIT.store(limit, Ordering::Relaxed) }
    fn _Py_CheckRecursiveCall(place: &CStr) -> PyResult<()> { recursion::check(&lossy(place)) }
    fn _PyEval_SetCoroutineOriginTrackingDepth(depth: c_int) { tstate::current().coroutine_origin_tracking_depth.set(depth) }
    fn _PyEval_GetCoroutineOriginTrackingDepth() -> c_int { tstate::current().coroutine_origin_tracking_depth.get() }
    fn _PyEval_SetAsyncGenFirstiter(hook: Option<&PyObject>) { tstate::current().async_gen_firstiter.set_ref(hook.map(PyObject::own)) }
    fn _PyEval_GetAsyncGenFirstiter() -> *mut PyObject { tstate::current().async_gen_firstiter.get() }
    fn _PyEval_SetAsyncGenFinalizer(hook: Option<&PyObject>) { tstate::current().async_gen_finalizer.set_ref(hook.map(PyObject::own)) }
    fn _PyEval_GetAsyncGenFinalizer() -> *mut PyObject { tstate::current().async_gen_finalizer.get() }

    fn _PyEval_SliceIndex(o: Option<&PyObject>, place: Out<Py_ssize_t>) -> bool {
        match o {
            Some(o) if !o.is_none() => slice_index(o, &place, "slice indices must be integers or None or have an __index__ method"),
            _ => true,
        }
    }

    fn _PyEval_SliceIndexNotNone(o: &PyObject, place: Out<Py_ssize_t>) -> bool { slice_index(o, &place, "slice indices must be integers or have an __index__ method") }

    fn _PyEval_RequestCodeExtraIndex(free: freefunc) -> Py_ssize_t {
        let interp = import::interp();
        let index = interp.co_extra_user_count.get();
        let Some(slot) = usize::try_from(index).ok().and_then(|i| interp.co_extra_freefuncs.get(i)) else { return -1 };
        slot.set(free);
        interp.co_extra_user_count.set(index + 1);
        index
    }

    fn PyGen_New(f: *mut PyFrameObject) -> PyResult<Owned> { generator::new_generator(frame_given(f)?, None, None) }
    fn PyGen_NewWithQualName(f: *mut PyFrameObject, name: Option<&PyObject>, qualname: Option<&PyObject>) -> PyResult<Owned> { generator::new_generator(frame_given(f)?, name, qualname) }
    fn PyCoro_New(f: *mut PyFrameObject, name: Option<&PyObject>, qualname: Option<&PyObject>) -> PyResult<Owned> { generator::new_coroutine(frame_given(f)?, name, qualname) }
    fn PyAsyncGen_New(f: *mut PyFrameObject, name: Option<&PyObject>, qualname: Option<&PyObject>) -> PyResult<Owned> { generator::new_async_generator(frame_given(f)?, name, qualname) }
    fn _PyGen_Send(g: &PyGenObject, value: &PyObject) -> PyResult<Owned> { generator::send(g, value) }
    fn _PyGen_Finalize(o: &PyObject) { generator::finalize(o) }
    fn _PyGen_SetStopIterationValue(value: &PyObject) -> PyResult<()> { generator::set_stop_iteration_value(value) }

    fn _PyGen_FetchStopIterationValue(place: Out<*mut PyObject>) -> PyResult<()> {
        place.give(Some(generator::fetch_stop_iteration_value()?));
        Ok(())
    }

    fn _PyGen_yf(g: &PyGenObject) -> Option<Owned> { generator::yield_from_of(g) }
    fn _PyCoro_GetAwaitableIter(o: &PyObject) -> PyResult<Owned> { generator::awaitable_iter(o) }
    fn PyAsyncGen_ClearFreeLists() -> c_int { 0 }
    fn PyFrame_New(state: &PyThreadState, code: &PyCodeObject, globals: &PyObject, locals: Option<&PyObject>) -> PyResult<*mut PyFrameObject> { Ok(frame::new(state, code, globals, locals)?.into_typed_ptr()) }
    fn _PyFrame_New_NoTrack(state: &PyThreadState, code: &PyCodeObject, globals: &PyObject, _locals: Option<&PyObject>) -> PyResult<*mut PyFrameObject> { Ok(frame::new_untracked(state, code, globals)?.into_typed_ptr()) }
    fn PyFrame_GetLineNumber(f: &PyFrameObject) -> c_int { frame::line_number(f) }
    fn PyFrame_FastToLocalsWithError(f: &PyFrameObject) -> PyResult<()> { frame::fast_to_locals(f) }

    fn PyFrame_FastToLocals(f: &PyFrameObject) {
        if frame::fast_to_locals(f).is_err() {
            err::clear();
        }
    }

    fn PyFrame_LocalsToFast(f: &PyFrameObject, clear: c_int) { frame::locals_to_fast(f, clear != 0) }
    fn PyFrame_ClearFreeList() -> c_int { 0 }

    fn PyCode_New(
        argcount: c_int, kwonlyargcount: c_int, nlocals: c_int, stacksize: c_int, flags: c_int, code: &PyObject, consts: &PyObject,
        names: &PyObject, varnames: &PyObject, freevars: &PyObject, cellvars: &PyObject, filename: &PyObject, name: &PyObject,
        firstlineno: c_int, lnotab: &PyObject,
    ) -> PyResult<*mut PyCodeObject> {
        let parts = code::Parts { argcount, posonlyargcount: 0, kwonlyargcount, nlocals, stacksize, flags, code, consts, names, varnames, freevars, cellvars, filename, name, firstlineno, lnotab };
        Ok(code::new_with_pos_only_args(&parts)?.into_typed_ptr())
    }

    fn PyCode_NewWithPosOnlyArgs(
        argcount: c_int, posonlyargcount: c_int, kwonlyargcount: c_int, nlocals: c_int, stacksize: c_int, flags: c_int,
        code: &PyObject, consts: &PyObject, names: &PyObject, varnames: &PyObject, freevars: &PyObject, cellvars: &PyObject,
        filename: &PyObject, name: &PyObject, firstlineno: c_int, lnotab: &PyObject,
    ) -> PyResult<*mut PyCodeObject> {
        let parts = code::Parts { argcount, posonlyargcount, kwonlyargcount, nlocals, stacksize, flags, code, consts, names, varnames, freevars, cellvars, filename, name, firstlineno, lnotab };
        Ok(code::new_with_pos_only_args(&parts)?.into_typed_ptr())
    }

    fn PyCode_NewEmpty(filename: &CStr, name: &CStr, line: c_int) -> PyResult<*mut PyCodeObject> { Ok(code::new_empty(&*text(filename)?, &*text(name)?, line)?.into_typed_ptr()) }
    fn PyCode_Addr2Line(code: &PyCodeObject, address: c_int) -> c_int { code::addr_to_line(code, address) }
    fn _PyCode_ConstantKey(o: &PyObject) -> PyResult<Owned> { code::constant_key(o) }

    fn _PyCode_CheckLineNumber(code: &PyCodeObject, last: c_int, bounds: Out<PyAddrPair>) -> c_int {
        let (line, lower, upper) = code::line_range(code, last);
        bounds.set(PyAddrPair { ap_lower: Cell::new(lower), ap_upper: Cell::new(upper) });
        line
    }

    fn PyCode_Optimize(code: &PyObject, _consts: *mut PyObject, _names: *mut PyObject, _lines: *mut PyObject) -> Owned {
        // Code has been optimised where it was made.
        code.own()
    }

    fn Py_CompileString(source: &CStr, filename: &CStr, start: c_int) -> PyResult<Owned> { compile_source(source, filename, start, None) }
    fn Py_CompileStringFlags(source: &CStr, filename: &CStr, start: c_int, flags: Option<&PyCompilerFlags>) -> PyResult<Owned> { compile_source(source, filename, start, flags) }
    fn Py_CompileStringExFlags(source: &CStr, filename: &CStr, start: c_int, flags: Option<&PyCompilerFlags>, _optimize: c_int) -> PyResult<Owned> { compile_source(source, filename, start, flags) }
    fn Py_CompileStringObject(source: &CStr, filename: &PyObject, start: c_int, flags: Option<&PyCompilerFlags>, _optimize: c_int) -> PyResult<Owned> { compile::source(source.to_bytes(), filename, start, flags_of(flags)) }
    fn _Py_Mangle(class: &PyObject, name: &PyObject) -> PyResult<Owned> { typeobject::new::mangle(class, name) }
}

/// The bits of a compilation's flags.
pub fn flags_of(flags: Option<&PyCompilerFlags>) -> c_int {
    flags.map_or(0, |f| f.cf_flags.get())
}

fn compile_source(
    source: &CStr,
    filename: &CStr,
    start: c_int,
    flags: Option<&PyCompilerFlags>,
) -> PyResult<Owned> {
    let filename = unicode::fs::decode_default(filename.to_bytes())?;
    compile::source(
        source.to_bytes(),
        filename.as_object(),
        start,
        flags_of(flags),
    )
}

/// A frame that C gives away.
fn frame_given(f: *mut PyFrameObject) -> PyResult<Owned<PyFrameObject>> {
    // SAFETY: C passes NULL or a live frame of which it gives a count away.
    unsafe { Owned::from_owned_ptr_or_null(f) }.ok_or_else(err::bad_internal_call)
}

fn slice_index(o: &PyObject, place: &Out<Py_ssize_t>, message: &str) -> bool {
    if !number::index_check(o) {
        let _ = raise!(TypeError, "{message}");
        return false;
    }
    number::as_ssize_t(o, None).map(|i| place.set(i)).is_ok()
}

/// The name that messages call a callable by.
fn function_name(f: &PyObject) -> PyResult<*const c_char> {
    if let Some(name) = f
        .downcast::<PyFunctionObject>()
        .and_then(|f| f.func_name.load())
    {
        return object::names::c_str(&name);
    }
    if let Some(f) = f.downcast::<PyCFunctionObject>() {
        // SAFETY: a built-in function has an entry.
        return Ok(unsafe { (*f.m_ml.get()).ml_name });
    }
    Ok(f.ty().tp_name.get())
}
