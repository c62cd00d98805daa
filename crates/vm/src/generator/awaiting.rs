//! Coroutines, their wrapper, and what `await` accepts.

use super::*;

/// `PyCoro_New`.
pub fn new_coroutine(
    f: Owned<PyFrameObject>,
    name: Option<&PyObject>,
    qualname: Option<&PyObject>,
) -> PyResult<Owned> {
    let ts = tstate::current();
    let depth = ts.coroutine_origin_tracking_depth.get();
    let origin = if depth == 0 {
        None
    } else {
        Some(origin(ts, depth)?)
    };
    let c = gc::new_object::<PyCoroObject>(&PyCoro_Type)?;
    c.cr_origin.set_ref(origin);
    // SAFETY: a coroutine begins with the generator's fields.
    init(unsafe { c.cast_ref() }, f, name, qualname);
    Ok(c.upcast())
}

/// Where a coroutine is being made: (file, line, function) for up to `depth` frames.
fn origin(ts: &PyThreadState, depth: c_int) -> PyResult<Owned> {
    let mut places = Vec::new();
    let mut at = ts.frame.get();
    // SAFETY: the frames of the running thread live and hold each other.
    while let (true, Some(f)) = (places.len() < depth as usize, unsafe { at.as_ref() }) {
        let code = frame::frame_code(f);
        let line = long::from_i64(i64::from(frame::line_number(f)))?.upcast();
        let (file, name) = (
            field_or_none(&code.co_filename),
            field_or_none(&code.co_name),
        );
        places.push(tuple::from_owned(vec![file, line, name])?.upcast());
        at = f.f_back.get();
    }
    tuple::from_owned(places).map(Owned::upcast)
}

pub fn clear_origin(o: &PyObject) {
    // SAFETY: only called for coroutines.
    unsafe { o.cast_ref::<PyCoroObject>() }
        .cr_origin
        .set_ref(None);
}

/// `_PyErr_WarnUnawaitedCoroutine`.
pub fn warn_unawaited(coroutine: &PyObject) {
    let warned = (|| {
        if let Some(warn) = crate::import::warnings_attr("_warn_unawaited_coroutine")? {
            if call::call1(&warn, coroutine).is_ok() {
                return Ok(());
            }
            err::write_unraisable(Some(coroutine));
        }
        let name = as_generator(coroutine).map(|g| field_or_none(&g.gi_qualname));
        let name = name.as_deref().unwrap_or(none());
        let text = text::format(format_args!(
            "coroutine '{}' was never awaited",
            err::Str(name)
        ))?;
        crate::warnings::warn(exc::RuntimeWarning.get(), &text, 1)
    })();
    if warned.is_err() {
        err::write_unraisable(Some(coroutine));
    }
}

/// A generator made by `types.coroutine`.
fn is_iterable_coroutine(o: &PyObject) -> bool {
    o.isinstance_exact(&PyGen_Type)
        && as_generator(o)
            .and_then(|g| g.gi_code.load())
            .is_some_and(|c| {
                c.downcast::<PyCodeObject>()
                    .is_some_and(|c| c.co_flags.get() & CO_ITERABLE_COROUTINE != 0)
            })
}

/// `_PyCoro_GetAwaitableIter`.
pub fn awaitable_iter(o: &PyObject) -> PyResult<Owned> {
    if o.isinstance_exact(&PyCoro_Type) || is_iterable_coroutine(o) {
        return Ok(o.own());
    }
    let Some(get) = async_methods(o).and_then(|am| am.am_await.get()) else {
        return Err(raise!(
            TypeError,
            "object {} can't be used in 'await' expression",
            err::short(&o.type_name(), 100)
        ));
    };
    // SAFETY: the slot's contract.
    let it = unsafe { Owned::from_result_ptr(get(o.as_ptr())) }?;
    if it.isinstance_exact(&PyCoro_Type) || is_iterable_coroutine(&it) {
        return Err(raise!(TypeError, "__await__() returned a coroutine"));
    }
    if !iter::check(&it) {
        return Err(raise!(
            TypeError,
            "__await__() returned non-iterator of type '{}'",
            err::short(&it.type_name(), 100)
        ));
    }
    Ok(it)
}

fn common(c: &PyCoroObject) -> &PyGenObject {
    // SAFETY: a coroutine begins with the generator's fields.
    unsafe { c.cast_ref() }
}

pub struct Coro;

#[pytype(name = "coroutine", c_name = PyCoro_Type, layout = PyCoroObject, no_class = true, flags = [HAVE_GC],
         weaklistoffset = offset_of!(PyCoroObject, cr_weakreflist))]
impl Coro {
    const tp_getattro: getattrofunc = Some(pyrite_runtime::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyCoroObject) {
        dealloc_common(slf.cast());
    }
    fn tp_traverse(slf: &PyCoroObject, visit: gc::Visitor) -> c_int {
        traverse_common(common(slf), visit)
    }
    fn tp_finalize(slf: &PyCoroObject) {
        finalize(slf.as_object());
    }
    fn tp_repr(slf: &PyCoroObject) -> PyResult<Owned> {
        repr_common(common(slf), "coroutine")
    }
    fn am_await(slf: &PyCoroObject) -> PyResult<Owned> {
        let w = gc::new_object::<CoroWrapperObject>(&_PyCoroWrapper_Type)?;
        w.cw_coroutine.set_ref(Some(slf.as_object().own()));
        gc::track(w.as_object());
        Ok(w.upcast())
    }
    #[method]
    #[sig("($self, arg, /)")]
    fn send(slf: &PyCoroObject, arg: &PyObject) -> PyResult<Owned> {
        send(common(slf), arg)
    }
    #[method]
    #[sig("($self, typ, val=None, tb=None, /)")]
    fn throw(
        slf: &PyCoroObject,
        ty: &PyObject,
        value: Option<&PyObject>,
        tb: Option<&PyObject>,
    ) -> PyResult<Owned> {
        throw(common(slf), true, ty, value, tb)
    }
    #[method]
    #[sig("($self, /)")]
    fn close(slf: &PyCoroObject) -> PyResult<()> {
        close(common(slf))
    }
    #[getter(name = "__name__")]
    fn name(slf: &PyCoroObject) -> Owned {
        field_or_none(&slf.cr_name)
    }
    #[setter(name = "__name__")]
    fn set_name(slf: &PyCoroObject, v: Option<&PyObject>) -> PyResult<()> {
        set_name(&slf.cr_name, v, "__name__")
    }
    #[getter(name = "__qualname__")]
    fn qualname(slf: &PyCoroObject) -> Owned {
        field_or_none(&slf.cr_qualname)
    }
    #[setter(name = "__qualname__")]
    fn set_qualname(slf: &PyCoroObject, v: Option<&PyObject>) -> PyResult<()> {
        set_name(&slf.cr_qualname, v, "__qualname__")
    }
    #[getter]
    fn cr_await(slf: &PyCoroObject) -> Owned {
        yield_from_of(common(slf)).unwrap_or_else(|| none().own())
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("cr_frame", T_OBJECT, cr_frame, READONLY),
        ("cr_running", T_BOOL, cr_running, READONLY),
        ("cr_code", T_OBJECT, cr_code, READONLY),
        ("cr_origin", T_OBJECT, cr_origin, READONLY),
    ];
}

/// What `coroutine.__await__()` returns.
#[repr(C)]
pub struct CoroWrapperObject {
    pub ob_base: PyObject,
    pub cw_coroutine: Cell<*mut PyObject>,
}
// SAFETY: begins with the head, all other fields are cells.
unsafe impl Layout for CoroWrapperObject {}
// SAFETY: touched only by the holder of the GIL.
unsafe impl Sync for CoroWrapperObject {}

impl CoroWrapperObject {
    fn coroutine(&self) -> PyResult<Owned> {
        self.cw_coroutine
            .load()
            .ok_or_else(|| raise!(RuntimeError, "cannot reuse already awaited coroutine"))
    }
    fn with<T>(&self, f: impl FnOnce(&PyGenObject) -> PyResult<T>) -> PyResult<T> {
        let c = self.coroutine()?;
        match as_generator(&c) {
            Some(g) => f(g),
            None => Err(raise!(TypeError, "not a coroutine")),
        }
    }
}

pub struct CoroWrapper;

#[pytype(name = "coroutine_wrapper", c_name = _PyCoroWrapper_Type, layout = CoroWrapperObject, flags = [HAVE_GC])]
impl CoroWrapper {
    const tp_getattro: getattrofunc = Some(pyrite_runtime::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut CoroWrapperObject) {
        // SAFETY: the last count is gone; nothing uses the memory after it is freed.
        unsafe {
            gc::untrack((*slf).as_object());
            (*slf).cw_coroutine.set_ref(None);
            gc::free(slf.cast());
        }
    }
    fn tp_traverse(slf: &CoroWrapperObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.cw_coroutine.get())
    }
    const tp_iter: getiterfunc = Some(pyrite_runtime::object::self_iter);
    fn tp_iternext(slf: &CoroWrapperObject) -> PyResult<Option<Owned>> {
        slf.with(iternext)
    }
    #[method]
    #[sig("($self, arg, /)")]
    fn send(slf: &CoroWrapperObject, arg: &PyObject) -> PyResult<Owned> {
        slf.with(|g| send(g, arg))
    }
    #[method]
    #[sig("($self, typ, val=None, tb=None, /)")]
    fn throw(
        slf: &CoroWrapperObject,
        ty: &PyObject,
        value: Option<&PyObject>,
        tb: Option<&PyObject>,
    ) -> PyResult<Owned> {
        slf.with(|g| throw(g, true, ty, value, tb))
    }
    #[method]
    #[sig("($self, /)")]
    fn close(slf: &CoroWrapperObject) -> PyResult<()> {
        slf.with(close)
    }
}
