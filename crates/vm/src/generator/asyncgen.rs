//! Asynchronous generators and the awaitables that drive them.
//!
//! `yield` in an asynchronous generator wraps its value, so that it can be told from the values that an `await` inside passes
//! through. `__anext__`, `asend`, `athrow` and `aclose` return small awaitables that resume the generator and unwrap:
//! a wrapped value ends the awaiting with a StopIteration.

use super::*;

/// A value on its way out of an asynchronous generator.
#[repr(C)]
pub struct WrappedValueObject {
    pub ob_base: PyObject,
    pub agw_val: Cell<*mut PyObject>,
}

/// How far an awaitable has come.
const INIT: c_int = 0;
const ITER: c_int = 1;
const CLOSED: c_int = 2;

/// `__anext__()` and `asend(v)`.
#[repr(C)]
pub struct ASendObject {
    pub ob_base: PyObject,
    pub ags_gen: Cell<*mut PyAsyncGenObject>,
    pub ags_sendval: Cell<*mut PyObject>,
    pub ags_state: Cell<c_int>,
}

/// `athrow(..)`, and `aclose()`, which has no arguments.
#[repr(C)]
pub struct AThrowObject {
    pub ob_base: PyObject,
    pub agt_gen: Cell<*mut PyAsyncGenObject>,
    pub agt_args: Cell<*mut PyObject>,
    pub agt_state: Cell<c_int>,
}

macro_rules! local_layouts {
    ($($t:ty),*) => { $(
        // SAFETY: begins with the head, all other fields are cells.
        unsafe impl Layout for $t {}
        // SAFETY: touched only by the holder of the GIL.
        unsafe impl Sync for $t {}
    )* };
}
local_layouts!(WrappedValueObject, ASendObject, AThrowObject);

/// `PyAsyncGen_New`.
pub fn new_async_generator(
    f: Owned<PyFrameObject>,
    name: Option<&PyObject>,
    qualname: Option<&PyObject>,
) -> PyResult<Owned> {
    let g = gc::new_object::<PyAsyncGenObject>(&PyAsyncGen_Type)?;
    init(common(&g), f, name, qualname);
    Ok(g.upcast())
}

/// `_PyAsyncGenValueWrapperNew`.
pub fn wrap_value(v: Owned) -> PyResult<Owned> {
    let w = gc::new_object::<WrappedValueObject>(&_PyAsyncGenWrappedValue_Type)?;
    w.agw_val.set_ref(Some(v));
    gc::track(w.as_object());
    Ok(w.upcast())
}

fn common(g: &PyAsyncGenObject) -> &PyGenObject {
    // SAFETY: an asynchronous generator begins with the generator's fields.
    unsafe { g.cast_ref() }
}

fn as_async(o: &PyObject) -> &PyAsyncGenObject {
    // SAFETY: only called for asynchronous generators.
    unsafe { o.cast_ref() }
}

pub fn clear_finalizer(o: &PyObject) {
    as_async(o).ag_finalizer.set_ref(None);
}

/// Calls the finalizer of an unfinished asynchronous generator, if it has one and was not closed.
pub fn hand_to_finalizer(o: &PyObject) -> bool {
    let g = as_async(o);
    let Some(finalizer) = g.ag_finalizer.load().filter(|_| g.ag_closed.get() == 0) else {
        return false;
    };
    if call::call1(&finalizer, o).is_err() {
        err::write_unraisable(Some(o));
    }
    true
}

/// Calls the hooks of `sys.set_asyncgen_hooks`, once.
fn init_hooks(g: &PyAsyncGenObject) -> PyResult<()> {
    if g.ag_hooks_inited.replace(1) != 0 {
        return Ok(());
    }
    let ts = tstate::current();
    g.ag_finalizer.set_ref(ts.async_gen_finalizer.load());
    match ts.async_gen_firstiter.load() {
        Some(hook) => call::call1(&hook, g.as_object()).map(drop),
        None => Ok(()),
    }
}

/// Looks at what came out: a wrapped value ends the awaiting, anything else is passed on.
fn unwrap_value(g: &PyAsyncGenObject, r: PyResult<Owned>) -> PyResult<Owned> {
    match r {
        Err(raised) => {
            if err::matches(exc::StopAsyncIteration.get()) || err::matches(exc::GeneratorExit.get())
            {
                g.ag_closed.set(1);
            }
            g.ag_running_async.set(0);
            Err(raised)
        }
        Ok(v) => match wrapped(&v) {
            Some(inner) => {
                let r = set_stop_iteration_value(&inner).map(|()| v);
                g.ag_running_async.set(0);
                r
            }
            None => Ok(v),
        },
    }
}

fn wrapped(v: &PyObject) -> Option<Owned> {
    v.isinstance_exact(&_PyAsyncGenWrappedValue_Type)
        // SAFETY: just checked.
        .then(|| field_or_none(&unsafe { v.cast_ref::<WrappedValueObject>() }.agw_val))
}

fn new_asend(g: &PyAsyncGenObject, value: Option<&PyObject>) -> PyResult<Owned> {
    init_hooks(g)?;
    let o = gc::new_object::<ASendObject>(&_PyAsyncGenASend_Type)?;
    o.ags_gen.set_ref(Some(g.own_typed()));
    o.ags_sendval.set_ref(value.map(ObjectExt::own));
    gc::track(o.as_object());
    Ok(o.upcast())
}

fn new_athrow(g: &PyAsyncGenObject, args: Option<&PyObject>) -> PyResult<Owned> {
    init_hooks(g)?;
    let o = gc::new_object::<AThrowObject>(&_PyAsyncGenAThrow_Type)?;
    o.agt_gen.set_ref(Some(g.own_typed()));
    o.agt_args.set_ref(args.map(ObjectExt::own));
    gc::track(o.as_object());
    Ok(o.upcast())
}

fn free_gone() -> Raised {
    raise!(RuntimeError, "asynchronous generator is gone")
}

fn asend_send(o: &ASendObject, arg: &PyObject) -> PyResult<Owned> {
    let g = o.ags_gen.load().ok_or_else(free_gone)?;
    let mut arg = arg.own();
    if o.ags_state.get() == CLOSED {
        return Err(raise!(
            RuntimeError,
            "cannot reuse already awaited __anext__()/asend()"
        ));
    }
    if o.ags_state.get() == INIT {
        if g.ag_running_async.get() != 0 {
            return Err(raise!(
                RuntimeError,
                "anext(): asynchronous generator is already running"
            ));
        }
        if arg.is_none() {
            arg = field_or_none(&o.ags_sendval);
        }
        o.ags_state.set(ITER);
    }
    g.ag_running_async.set(1);
    let r = unwrap_value(&g, send(common(&g), &arg));
    if r.is_err() {
        o.ags_state.set(CLOSED);
    }
    r
}

fn ignored_exit(g: &PyAsyncGenObject) -> Raised {
    g.ag_running_async.set(0);
    raise!(RuntimeError, "async generator ignored GeneratorExit")
}

fn already_awaited() -> Raised {
    raise!(
        RuntimeError,
        "cannot reuse already awaited aclose()/athrow()"
    )
}

/// The end of an `aclose()` or `athrow()` by an exception; `aclose()` swallows those that mean success.
fn athrow_ended(o: &AThrowObject, g: &PyAsyncGenObject, raised: Raised) -> Raised {
    o.agt_state.set(CLOSED);
    athrow_failed(o, g, raised)
}

fn athrow_failed(o: &AThrowObject, g: &PyAsyncGenObject, raised: Raised) -> Raised {
    g.ag_running_async.set(0);
    let expected =
        err::matches(exc::StopAsyncIteration.get()) || err::matches(exc::GeneratorExit.get());
    if expected && o.agt_args.get().is_null() {
        err::clear();
        return err::set_none(exc::StopIteration.get());
    }
    raised
}

fn athrow_begin(o: &AThrowObject, g: &PyAsyncGenObject, arg: &PyObject) -> PyResult<Owned> {
    let is_close = o.agt_args.get().is_null();
    if g.ag_running_async.get() != 0 {
        o.agt_state.set(CLOSED);
        let what = if is_close { "aclose" } else { "athrow" };
        return Err(raise!(
            RuntimeError,
            "{what}(): asynchronous generator is already running"
        ));
    }
    if g.ag_closed.get() != 0 {
        o.agt_state.set(CLOSED);
        return Err(err::set_none(exc::StopAsyncIteration.get()));
    }
    if !arg.is_none() {
        return Err(raise!(
            RuntimeError,
            "can't send non-None value to a just-started coroutine"
        ));
    }
    o.agt_state.set(ITER);
    g.ag_running_async.set(1);
    let r = match o.agt_args.load() {
        None => {
            g.ag_closed.set(1);
            let r = throw(common(g), false, exc::GeneratorExit.get(), None, None);
            if r.as_ref().is_ok_and(|v| wrapped(v).is_some()) {
                return Err(ignored_exit(g));
            }
            r
        }
        Some(args) => {
            let items = args.downcast::<PyTupleObject>();
            pyrite_runtime::args::check_positional("athrow", items.map_or(0, tuple::len), 1, 3)?;
            let part = |i| {
                items
                    .filter(|t| i < tuple::len(t))
                    .map(|t| tuple::get(t, i))
            };
            unwrap_value(
                g,
                throw(
                    common(g),
                    false,
                    part(0).unwrap_or(none()),
                    part(1),
                    part(2),
                ),
            )
        }
    };
    r.map_err(|raised| athrow_ended(o, g, raised))
}

fn athrow_send(o: &AThrowObject, arg: &PyObject) -> PyResult<Owned> {
    let g = o.agt_gen.load().ok_or_else(free_gone)?;
    if o.agt_state.get() == CLOSED {
        return Err(already_awaited());
    }
    if live_frame(common(&g)).is_none() {
        o.agt_state.set(CLOSED);
        return Err(err::set_none(exc::StopIteration.get()));
    }
    if o.agt_state.get() == INIT {
        return athrow_begin(o, &g, arg);
    }
    let r = send(common(&g), arg);
    if !o.agt_args.get().is_null() {
        return unwrap_value(&g, r);
    }
    match r {
        Ok(v) if wrapped(&v).is_some() => Err(ignored_exit(&g)),
        Ok(v) => Ok(v),
        Err(raised) => Err(athrow_ended(o, &g, raised)),
    }
}

pub struct AsyncGen;

#[pytype(name = "async_generator", c_name = PyAsyncGen_Type, layout = PyAsyncGenObject, no_class = true, flags = [HAVE_GC],
         weaklistoffset = offset_of!(PyAsyncGenObject, ag_weakreflist))]
impl AsyncGen {
    fn tp_dealloc(slf: *mut PyAsyncGenObject) {
        dealloc_common(slf.cast());
    }
    fn tp_traverse(slf: &PyAsyncGenObject, visit: gc::Visitor) -> c_int {
        match visit.visit(slf.ag_finalizer.get()) {
            0 => traverse_common(common(slf), visit),
            r => r,
        }
    }
    fn tp_finalize(slf: &PyAsyncGenObject) {
        finalize(slf.as_object());
    }
    fn tp_repr(slf: &PyAsyncGenObject) -> PyResult<Owned> {
        repr_common(common(slf), "async_generator")
    }
    fn am_aiter(slf: &PyAsyncGenObject) -> PyResult<Owned> {
        Ok(slf.as_object().own())
    }
    fn am_anext(slf: &PyAsyncGenObject) -> PyResult<Owned> {
        new_asend(slf, None)
    }
    #[method]
    #[sig("($self, value, /)")]
    fn asend(slf: &PyAsyncGenObject, value: &PyObject) -> PyResult<Owned> {
        new_asend(slf, Some(value))
    }
    #[method(args)]
    fn athrow(slf: &PyAsyncGenObject, args: &[&PyObject]) -> PyResult<Owned> {
        let args = tuple::from_slice(args)?;
        new_athrow(slf, Some(args.as_object()))
    }
    #[method]
    #[sig("($self, /)")]
    fn aclose(slf: &PyAsyncGenObject) -> PyResult<Owned> {
        new_athrow(slf, None)
    }
    #[getter(name = "__name__")]
    fn name(slf: &PyAsyncGenObject) -> Owned {
        field_or_none(&slf.ag_name)
    }
    #[setter(name = "__name__")]
    fn set_name(slf: &PyAsyncGenObject, v: Option<&PyObject>) -> PyResult<()> {
        set_name(&slf.ag_name, v, "__name__")
    }
    #[getter(name = "__qualname__")]
    fn qualname(slf: &PyAsyncGenObject) -> Owned {
        field_or_none(&slf.ag_qualname)
    }
    #[setter(name = "__qualname__")]
    fn set_qualname(slf: &PyAsyncGenObject, v: Option<&PyObject>) -> PyResult<()> {
        set_name(&slf.ag_qualname, v, "__qualname__")
    }
    #[getter]
    fn ag_await(slf: &PyAsyncGenObject) -> Owned {
        yield_from_of(common(slf)).unwrap_or_else(|| none().own())
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("ag_frame", T_OBJECT, ag_frame, READONLY),
        ("ag_running", T_BOOL, ag_running_async, READONLY),
        ("ag_code", T_OBJECT, ag_code, READONLY),
    ];
}

pub struct WrappedValue;

#[pytype(name = "async_generator_wrapped_value", c_name = _PyAsyncGenWrappedValue_Type, layout = WrappedValueObject,
         flags = [HAVE_GC])]
impl WrappedValue {
    fn tp_dealloc(slf: *mut WrappedValueObject) {
        // SAFETY: the last count is gone; nothing uses the memory after it is freed.
        unsafe {
            gc::untrack((*slf).as_object());
            (*slf).agw_val.set_ref(None);
            gc::free(slf.cast());
        }
    }
    fn tp_traverse(slf: &WrappedValueObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.agw_val.get())
    }
}

pub struct ASend;

#[pytype(name = "async_generator_asend", c_name = _PyAsyncGenASend_Type, layout = ASendObject, flags = [HAVE_GC])]
impl ASend {
    fn tp_dealloc(slf: *mut ASendObject) {
        // SAFETY: the last count is gone; nothing uses the memory after it is freed.
        unsafe {
            gc::untrack((*slf).as_object());
            (*slf).ags_gen.set_ref(None);
            (*slf).ags_sendval.set_ref(None);
            gc::free(slf.cast());
        }
    }
    fn tp_traverse(slf: &ASendObject, visit: gc::Visitor) -> c_int {
        match visit.visit(slf.ags_gen.get()) {
            0 => visit.visit(slf.ags_sendval.get()),
            r => r,
        }
    }
    fn am_await(slf: &ASendObject) -> PyResult<Owned> {
        Ok(slf.as_object().own())
    }
    const tp_iter: getiterfunc = Some(pyrite_runtime::object::self_iter);
    fn tp_iternext(slf: &ASendObject) -> PyResult<Option<Owned>> {
        asend_send(slf, none()).map(Some)
    }
    #[method]
    #[sig("($self, arg, /)")]
    fn send(slf: &ASendObject, arg: &PyObject) -> PyResult<Owned> {
        asend_send(slf, arg)
    }
    #[method]
    #[sig("($self, typ, val=None, tb=None, /)")]
    fn throw(
        slf: &ASendObject,
        ty: &PyObject,
        value: Option<&PyObject>,
        tb: Option<&PyObject>,
    ) -> PyResult<Owned> {
        if slf.ags_state.get() == CLOSED {
            return Err(raise!(
                RuntimeError,
                "cannot reuse already awaited __anext__()/asend()"
            ));
        }
        let g = slf.ags_gen.load().ok_or_else(free_gone)?;
        let r = unwrap_value(&g, throw(common(&g), true, ty, value, tb));
        if r.is_err() {
            slf.ags_state.set(CLOSED);
        }
        r
    }
    #[method]
    #[sig("($self, /)")]
    fn close(slf: &ASendObject) {
        slf.ags_state.set(CLOSED);
    }
}

pub struct AThrow;

#[pytype(name = "async_generator_athrow", c_name = _PyAsyncGenAThrow_Type, layout = AThrowObject, flags = [HAVE_GC])]
impl AThrow {
    fn tp_dealloc(slf: *mut AThrowObject) {
        // SAFETY: the last count is gone; nothing uses the memory after it is freed.
        unsafe {
            gc::untrack((*slf).as_object());
            (*slf).agt_gen.set_ref(None);
            (*slf).agt_args.set_ref(None);
            gc::free(slf.cast());
        }
    }
    fn tp_traverse(slf: &AThrowObject, visit: gc::Visitor) -> c_int {
        match visit.visit(slf.agt_gen.get()) {
            0 => visit.visit(slf.agt_args.get()),
            r => r,
        }
    }
    fn am_await(slf: &AThrowObject) -> PyResult<Owned> {
        Ok(slf.as_object().own())
    }
    const tp_iter: getiterfunc = Some(pyrite_runtime::object::self_iter);
    fn tp_iternext(slf: &AThrowObject) -> PyResult<Option<Owned>> {
        athrow_send(slf, none()).map(Some)
    }
    #[method]
    #[sig("($self, arg, /)")]
    fn send(slf: &AThrowObject, arg: &PyObject) -> PyResult<Owned> {
        athrow_send(slf, arg)
    }
    #[method]
    #[sig("($self, typ, val=None, tb=None, /)")]
    fn throw(
        slf: &AThrowObject,
        ty: &PyObject,
        value: Option<&PyObject>,
        tb: Option<&PyObject>,
    ) -> PyResult<Owned> {
        if slf.agt_state.get() == CLOSED {
            return Err(already_awaited());
        }
        let g = slf.agt_gen.load().ok_or_else(free_gone)?;
        let r = throw(common(&g), true, ty, value, tb);
        if !slf.agt_args.get().is_null() {
            return unwrap_value(&g, r);
        }
        match r {
            Ok(v) if wrapped(&v).is_some() => Err(ignored_exit(&g)),
            Ok(v) => Ok(v),
            // The awaitable itself stays as it was.
            Err(raised) => Err(athrow_failed(slf, &g, raised)),
        }
    }
    #[method]
    #[sig("($self, /)")]
    fn close(slf: &AThrowObject) {
        slf.agt_state.set(CLOSED);
    }
}
