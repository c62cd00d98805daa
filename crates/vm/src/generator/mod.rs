//! Generators, coroutines and asynchronous generators.
//!
//! All three are a suspended frame with a name and an exception state of their own, and share one layout up to there.
//! [`resume`] is the one way in which such a frame goes on; `send`, `throw`, `close`, iteration and awaiting are small
//! functions over it. The objects that `await` needs in between are in [`awaiting`] and [`asyncgen`].

pub mod asyncgen;
pub mod awaiting;

pub use asyncgen::{PyAsyncGen_Type, new_async_generator, wrap_value};
pub use awaiting::{_PyCoroWrapper_Type, PyCoro_Type, awaitable_iter, new_coroutine};

use crate::eval::{eval_frame, opcode, slots};
use crate::frame;
use crate::prelude::*;

/// What came of resuming a frame.
pub enum Sent {
    Yielded(Owned),
    Returned(Owned),
}

/// Which of the three kinds a generator-like object is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Generator,
    Coroutine,
    AsyncGenerator,
}

impl Kind {
    pub fn of(g: &PyGenObject) -> Kind {
        let o = g.as_object();
        if o.isinstance_exact(&PyCoro_Type) {
            Kind::Coroutine
        } else if o.isinstance_exact(&PyAsyncGen_Type) {
            Kind::AsyncGenerator
        } else {
            Kind::Generator
        }
    }

    fn name(self) -> &'static str {
        match self {
            Kind::Generator => "generator",
            Kind::Coroutine => "coroutine",
            Kind::AsyncGenerator => "async generator",
        }
    }
}

/// The common part of a generator-like object, if it is exactly one of the three.
pub fn as_generator(o: &PyObject) -> Option<&PyGenObject> {
    let any = o.isinstance_exact(&PyGen_Type)
        || o.isinstance_exact(&PyCoro_Type)
        || o.isinstance_exact(&PyAsyncGen_Type);
    // SAFETY: all three begin with the generator's fields.
    any.then(|| unsafe { o.cast_ref::<PyGenObject>() })
}

/// As [`as_generator`], for coroutines only.
pub fn as_coroutine(o: &PyObject) -> Option<&PyGenObject> {
    as_generator(o).filter(|g| Kind::of(g) == Kind::Coroutine)
}

/// The table of asynchronous methods of an object's type.
pub fn async_methods(o: &PyObject) -> Option<&'static PyAsyncMethods> {
    // SAFETY: a type's tables live as long as the type; callers use the result while they hold the object.
    unsafe { o.ty().tp_as_async.get().as_ref() }
}

/// The frame, unless it has finished.
fn live_frame(g: &PyGenObject) -> Option<&PyFrameObject> {
    g.gi_frame
        .borrow()
        .filter(|f| !f.f_stacktop.get().is_null())
}

/// Fills in the fields that the three kinds share; takes over the frame.
pub fn init(
    g: &PyGenObject,
    f: Owned<PyFrameObject>,
    name: Option<&PyObject>,
    qualname: Option<&PyObject>,
) {
    let code = frame::frame_code(&f);
    let name = name.map(ObjectExt::own).or_else(|| code.co_name.load());
    g.gi_qualname
        .set_ref(qualname.map(ObjectExt::own).or_else(|| name.clone()));
    g.gi_name.set_ref(name);
    g.gi_code.set_ref(Some(code.as_object().own()));
    f.f_gen.set(g.as_ptr());
    if !gc::is_tracked(f.as_object()) {
        gc::track(f.as_object());
    }
    g.gi_frame.set(f.into_typed_ptr());
    gc::track(g.as_object());
}

/// `PyGen_NewWithQualName`.
pub fn new_generator(
    f: Owned<PyFrameObject>,
    name: Option<&PyObject>,
    qualname: Option<&PyObject>,
) -> PyResult<Owned> {
    let g = gc::new_object::<PyGenObject>(&PyGen_Type)?;
    init(&g, f, name, qualname);
    Ok(g.upcast())
}

/// Lets the frame go on with `arg` as the value of its `yield`, or with the exception that is set.
pub fn resume(g: &PyGenObject, arg: &PyObject, throw: bool, closing: bool) -> PyResult<Sent> {
    let ts = tstate::current();
    let kind = Kind::of(g);
    if g.gi_running.get() != 0 {
        return Err(raise!(ValueError, "{} already executing", kind.name()));
    }
    let Some(f) = live_frame(g).map(OwnTyped::own_typed) else {
        if kind == Kind::Coroutine && !closing {
            return Err(raise!(
                RuntimeError,
                "cannot reuse already awaited coroutine"
            ));
        }
        if throw {
            return Err(Raised::already_set());
        }
        return Ok(Sent::Returned(none().own()));
    };
    if f.f_lasti.get() == -1 {
        if !arg.is_none() && !throw {
            return Err(raise!(
                TypeError,
                "can't send non-None value to a just-started {}",
                kind.name()
            ));
        }
    } else {
        let top = f.f_stacktop.get();
        // SAFETY: the stack of a frame suspended at a `yield` has room for the value of that expression.
        unsafe {
            *top = arg.own().into_ptr();
            f.f_stacktop.set(top.add(1));
        }
    }
    // SAFETY: the thread's current frame lives; the generator's frame holds it while it runs.
    f.f_back
        .set_ref(unsafe { ts.frame.get().as_ref() }.map(OwnTyped::own_typed));
    g.gi_running.set(1);
    g.gi_exc_state.previous_item.set(ts.exc_info.get());
    ts.exc_info
        .set(std::ptr::from_ref(&g.gi_exc_state).cast_mut());
    let result = eval_frame(&f, throw);
    ts.exc_info
        .set(g.gi_exc_state.previous_item.replace(std::ptr::null_mut()));
    g.gi_running.set(0);
    f.f_back.set_ref(None);
    let suspended = !f.f_stacktop.get().is_null();
    match result {
        Ok(v) if suspended => Ok(Sent::Yielded(v)),
        finished => {
            clear_exc_state(g);
            f.f_gen.set(std::ptr::null_mut());
            drop(g.gi_frame.take_ref());
            frame::release(f);
            finished
                .map(Sent::Returned)
                .map_err(|raised| translate(raised, kind))
        }
    }
}

/// A StopIteration that escapes from a generator would end its consumer's loop silently: it becomes a RuntimeError.
fn translate(raised: Raised, kind: Kind) -> Raised {
    let name = kind.name();
    if err::matches(exc::StopIteration.get()) {
        return err::raise_from_cause(
            exc::RuntimeError.get(),
            format_args!("{name} raised StopIteration"),
        );
    }
    if kind == Kind::AsyncGenerator && err::matches(exc::StopAsyncIteration.get()) {
        return err::raise_from_cause(
            exc::RuntimeError.get(),
            format_args!("{name} raised StopAsyncIteration"),
        );
    }
    raised
}

fn clear_exc_state(g: &PyGenObject) {
    let state = &g.gi_exc_state;
    let parts = [
        state.exc_type.take_ref(),
        state.exc_value.take_ref(),
        state.exc_traceback.take_ref(),
    ];
    drop(parts);
}

/// `_PyGen_SetStopIterationValue`: a StopIteration that carries a value.
pub fn set_stop_iteration_value(v: &PyObject) -> PyResult<()> {
    // A tuple or an exception would be taken for arguments.
    if v.downcast::<PyTupleObject>().is_some() || exobj::is_exception(v) {
        let e = call::call1(exc::StopIteration.get(), v)?;
        return Err(err::set_object(exc::StopIteration.get(), &e));
    }
    Err(err::set_object(exc::StopIteration.get(), v))
}

/// `_PyGen_FetchStopIterationValue`: the value of the StopIteration that is set, or None if no exception is; any other stays.
pub fn fetch_stop_iteration_value() -> PyResult<Owned> {
    if err::occurred().is_none() {
        return Ok(none().own());
    }
    if !err::matches(exc::StopIteration.get()) {
        return Err(Raised::already_set());
    }
    let e = err::fetch();
    let Some(value) = e.value.clone() else {
        return Ok(none().own());
    };
    if exobj::is_exception(&value) {
        return object::get_attr(&value, id!("value").as_object());
    }
    if value.downcast::<PyTupleObject>().is_none() {
        return Ok(value);
    }
    let e = err::normalized(e);
    match &e.value {
        Some(v) => object::get_attr(v, id!("value").as_object()),
        None => Ok(none().own()),
    }
}

/// The outcome as C sees it: a value, or an exception.
pub fn to_result(kind: Kind, sent: Sent) -> PyResult<Owned> {
    match sent {
        Sent::Yielded(v) => Ok(v),
        Sent::Returned(v) if v.is_none() => Err(err::set_none(match kind {
            Kind::AsyncGenerator => exc::StopAsyncIteration.get(),
            _ => exc::StopIteration.get(),
        })),
        Sent::Returned(v) => match set_stop_iteration_value(&v) {
            Ok(()) => Ok(v),
            Err(raised) => Err(raised),
        },
    }
}

/// `_PyGen_Send`.
pub fn send(g: &PyGenObject, arg: &PyObject) -> PyResult<Owned> {
    resume(g, arg, false, false).and_then(|s| to_result(Kind::of(g), s))
}

/// Iteration: the end is no exception unless it carries a value.
pub fn iternext(g: &PyGenObject) -> PyResult<Option<Owned>> {
    match resume(g, none(), false, false)? {
        Sent::Yielded(v) => Ok(Some(v)),
        Sent::Returned(v) if v.is_none() && Kind::of(g) != Kind::AsyncGenerator => Ok(None),
        returned => to_result(Kind::of(g), returned).map(Some),
    }
}

/// Sends a value to any iterator, as `yield from` does.
pub fn send_to(receiver: &PyObject, value: &PyObject) -> PyResult<Sent> {
    if let Some(g) = as_generator(receiver).filter(|g| Kind::of(g) != Kind::AsyncGenerator) {
        return match resume(g, value, false, false) {
            Err(_) => fetch_stop_iteration_value().map(Sent::Returned),
            sent => sent,
        };
    }
    let result = if value.is_none() {
        match receiver.ty().tp_iternext.get() {
            None => Err(raise!(
                TypeError,
                "'{}' object is not an iterator",
                receiver.type_name()
            )),
            // SAFETY: the slot's contract: an owned item, or null with or without an exception.
            Some(next) => unsafe {
                match Owned::from_owned_ptr_or_null(next(receiver.as_ptr())) {
                    Some(v) => Ok(v),
                    None => return fetch_stop_iteration_value().map(Sent::Returned),
                }
            },
        }
    } else {
        call::method(receiver, id!("send").as_object(), &[value])
    };
    match result {
        Ok(v) => Ok(Sent::Yielded(v)),
        Err(_) => fetch_stop_iteration_value().map(Sent::Returned),
    }
}

/// `_PyGen_yf`: what the suspended frame delegates to.
pub fn yield_from_of(g: &PyGenObject) -> Option<Owned> {
    let f = live_frame(g)?;
    let next = usize::try_from(f.f_lasti.get() + 2)
        .ok()
        .filter(|&n| n >= 2)?;
    if slots::units(frame::frame_code(f)).get(next) != Some(&opcode::YIELD_FROM) {
        return None;
    }
    // SAFETY: a frame suspended in `yield from` has the receiver on top of its stack.
    Some(unsafe { Owned::from_borrowed_ptr(*f.f_stacktop.get().sub(1)) })
}

/// `PyGen_NeedsFinalizing`: has it blocks that must be left in an orderly way?
pub fn needs_finalizing(g: &PyGenObject) -> bool {
    let Some(f) = live_frame(g) else {
        return false;
    };
    let blocks = usize::try_from(f.f_iblock.get()).unwrap_or(0);
    f.f_blockstack.iter().take(blocks).next().is_some()
}

/// Closes what the generator delegates to.
fn close_iter(yf: &PyObject) -> PyResult<()> {
    if let Some(g) = as_generator(yf).filter(|g| Kind::of(g) != Kind::AsyncGenerator) {
        return close(g);
    }
    match object::lookup_attr(yf, id!("close").as_object()) {
        Err(_) => {
            err::write_unraisable(Some(yf));
            Ok(())
        }
        Ok(None) => Ok(()),
        Ok(Some(method)) => call::call0(&method).map(drop),
    }
}

/// Runs something on behalf of a generator, which counts as running meanwhile.
fn while_running<T>(g: &PyGenObject, f: impl FnOnce() -> T) -> T {
    g.gi_running.set(1);
    let r = f();
    g.gi_running.set(0);
    r
}

/// `gen.close()`.
pub fn close(g: &PyGenObject) -> PyResult<()> {
    let closed = match yield_from_of(g) {
        Some(yf) => while_running(g, || close_iter(&yf)),
        None => Ok(()),
    };
    if closed.is_ok() {
        let _ = err::set_none(exc::GeneratorExit.get());
    }
    match resume(g, none(), true, true) {
        Ok(Sent::Yielded(_)) => Err(raise!(
            RuntimeError,
            "{} ignored GeneratorExit",
            Kind::of(g).name()
        )),
        // A generator that has ended with a value has ended.
        Ok(Sent::Returned(_)) => Ok(()),
        Err(_)
            if err::matches(exc::StopIteration.get()) || err::matches(exc::GeneratorExit.get()) =>
        {
            err::clear();
            Ok(())
        }
        Err(raised) => Err(raised),
    }
}

/// `gen.throw(type, value, traceback)`.
pub fn throw(
    g: &PyGenObject,
    close_on_exit: bool,
    ty: &PyObject,
    value: Option<&PyObject>,
    tb: Option<&PyObject>,
) -> PyResult<Owned> {
    let kind = Kind::of(g);
    let Some(yf) = yield_from_of(g) else {
        return throw_here(g, ty, value, tb);
    };
    if close_on_exit && err::given_exception_matches(ty, exc::GeneratorExit.get()) {
        return match while_running(g, || close_iter(&yf)) {
            Ok(()) => throw_here(g, ty, value, tb),
            Err(_) => resume(g, none(), true, false).and_then(|s| to_result(kind, s)),
        };
    }
    let thrown =
        if let Some(inner) = as_generator(&yf).filter(|g| Kind::of(g) != Kind::AsyncGenerator) {
            while_running(g, || throw(inner, close_on_exit, ty, value, tb))
        } else {
            let Some(method) = object::lookup_attr(&yf, id!("throw").as_object())? else {
                return throw_here(g, ty, value, tb);
            };
            let args: Vec<&PyObject> = [Some(ty), value, tb].into_iter().flatten().collect();
            while_running(g, || call::call(&method, &args))
        };
    thrown.or_else(|_| {
        // The receiver has ended: the frame goes on behind the `yield from`.
        if let Some(f) = live_frame(g) {
            // SAFETY: the receiver is the top of the suspended stack.
            unsafe {
                let top = f.f_stacktop.get().sub(1);
                f.f_stacktop.set(top);
                f.f_lasti.set(f.f_lasti.get() + 2);
                decref(*top);
            }
        }
        let sent = match fetch_stop_iteration_value() {
            Ok(v) => resume(g, &v, false, false),
            Err(_) => resume(g, none(), true, false),
        };
        sent.and_then(|s| to_result(kind, s))
    })
}

fn throw_here(
    g: &PyGenObject,
    ty: &PyObject,
    value: Option<&PyObject>,
    tb: Option<&PyObject>,
) -> PyResult<Owned> {
    let mut tb = tb.filter(|t| !t.is_none()).map(ObjectExt::own);
    if tb
        .as_ref()
        .is_some_and(|t| t.downcast::<PyTracebackObject>().is_none())
    {
        return Err(raise!(
            TypeError,
            "throw() third argument must be a traceback object"
        ));
    }
    let fetched = if err::is_exception_class(ty) {
        err::normalized(err::Fetched {
            ty: Some(ty.own()),
            value: value.map(ObjectExt::own),
            traceback: tb,
        })
    } else if exobj::is_exception(ty) {
        if value.is_some_and(|v| !v.is_none()) {
            return Err(raise!(
                TypeError,
                "instance exception may not have a separate value"
            ));
        }
        if tb.is_none() {
            tb = exobj::traceback_of(ty);
        }
        err::Fetched {
            ty: Some(ty.ty().as_object().own()),
            value: Some(ty.own()),
            traceback: tb,
        }
    } else {
        return Err(raise!(
            TypeError,
            "exceptions must be classes or instances deriving from BaseException, not {}",
            ty.type_name()
        ));
    };
    err::restore(fetched);
    resume(g, none(), true, false).and_then(|s| to_result(Kind::of(g), s))
}

/// `_PyGen_Finalize`: an unfinished generator is closed, an asynchronous one handed to its finalizer.
pub fn finalize(o: &PyObject) {
    let Some(g) = as_generator(o) else { return };
    let Some(f) = live_frame(g) else { return };
    let saved = err::fetch();
    let kind = Kind::of(g);
    let r = if kind == Kind::AsyncGenerator && asyncgen::hand_to_finalizer(o) {
        Ok(())
    } else if kind == Kind::Coroutine && f.f_lasti.get() == -1 {
        awaiting::warn_unawaited(o);
        Ok(())
    } else {
        close(g)
    };
    if r.is_err() && err::occurred().is_some() {
        err::write_unraisable(Some(o));
    }
    err::restore(saved);
}

/// Deallocation, shared by the three kinds.
pub fn dealloc_common(slf: *mut PyGenObject) {
    // SAFETY: the last count is gone; the memory stays until it is freed below.
    let g = unsafe { &*slf };
    if gc::is_tracked(g.as_object()) {
        gc::untrack(g.as_object());
    }
    if !g.gi_weakreflist.get().is_null() {
        weakref::clear_weakrefs(g.as_object());
    }
    gc::track(g.as_object());
    if gc::call_finalizer_from_dealloc(g.as_object()) {
        return;
    }
    gc::untrack(g.as_object());
    match Kind::of(g) {
        Kind::AsyncGenerator => asyncgen::clear_finalizer(g.as_object()),
        Kind::Coroutine => awaiting::clear_origin(g.as_object()),
        Kind::Generator => {}
    }
    if let Some(f) = g.gi_frame.take_ref() {
        f.f_gen.set(std::ptr::null_mut());
        drop(f);
    }
    g.gi_code.set_ref(None);
    g.gi_name.set_ref(None);
    g.gi_qualname.set_ref(None);
    clear_exc_state(g);
    // SAFETY: nothing uses the memory any more.
    unsafe { gc::free(slf.cast()) };
}

/// Traversal, shared by the three kinds.
pub fn traverse_common(g: &PyGenObject, visit: gc::Visitor) -> c_int {
    let state = &g.gi_exc_state;
    for o in [
        g.gi_frame.get().cast(),
        g.gi_code.get(),
        state.exc_type.get(),
        state.exc_value.get(),
        state.exc_traceback.get(),
    ] {
        let r = visit.visit(o);
        if r != 0 {
            return r;
        }
    }
    0
}

pub fn repr_common(g: &PyGenObject, kind: &str) -> PyResult<Owned> {
    text::format(format_args!(
        "<{kind} object {} at {g:p}>",
        text::field(&g.gi_qualname)
    ))
}

pub fn set_name(field: &Cell<*mut PyObject>, value: Option<&PyObject>, what: &str) -> PyResult<()> {
    let Some(v) = value.filter(|v| v.downcast::<PyUnicodeObject>().is_some()) else {
        return Err(raise!(TypeError, "{what} must be set to a string object"));
    };
    field.set_ref(Some(v.own()));
    Ok(())
}

pub fn field_or_none(field: &Cell<*mut PyObject>) -> Owned {
    field.load().unwrap_or_else(|| none().own())
}

pub struct Gen;

#[pytype(name = "generator", c_name = PyGen_Type, layout = PyGenObject, no_class = true, flags = [HAVE_GC],
         weaklistoffset = offset_of!(PyGenObject, gi_weakreflist))]
impl Gen {
    const tp_getattro: getattrofunc = Some(pyrite_runtime::object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyGenObject) {
        dealloc_common(slf);
    }
    fn tp_traverse(slf: &PyGenObject, visit: gc::Visitor) -> c_int {
        traverse_common(slf, visit)
    }
    fn tp_finalize(slf: &PyGenObject) {
        finalize(slf.as_object());
    }
    fn tp_repr(slf: &PyGenObject) -> PyResult<Owned> {
        repr_common(slf, "generator")
    }
    const tp_iter: getiterfunc = Some(pyrite_runtime::object::self_iter);
    fn tp_iternext(slf: &PyGenObject) -> PyResult<Option<Owned>> {
        iternext(slf)
    }
    #[method]
    #[sig("($self, arg, /)")]
    fn send(slf: &PyGenObject, arg: &PyObject) -> PyResult<Owned> {
        send(slf, arg)
    }
    #[method]
    #[sig("($self, typ, val=None, tb=None, /)")]
    fn throw(
        slf: &PyGenObject,
        ty: &PyObject,
        value: Option<&PyObject>,
        tb: Option<&PyObject>,
    ) -> PyResult<Owned> {
        throw(slf, true, ty, value, tb)
    }
    #[method]
    #[sig("($self, /)")]
    fn close(slf: &PyGenObject) -> PyResult<()> {
        close(slf)
    }
    #[getter(name = "__name__")]
    fn name(slf: &PyGenObject) -> Owned {
        field_or_none(&slf.gi_name)
    }
    #[setter(name = "__name__")]
    fn set_name(slf: &PyGenObject, v: Option<&PyObject>) -> PyResult<()> {
        set_name(&slf.gi_name, v, "__name__")
    }
    #[getter(name = "__qualname__")]
    fn qualname(slf: &PyGenObject) -> Owned {
        field_or_none(&slf.gi_qualname)
    }
    #[setter(name = "__qualname__")]
    fn set_qualname(slf: &PyGenObject, v: Option<&PyObject>) -> PyResult<()> {
        set_name(&slf.gi_qualname, v, "__qualname__")
    }
    #[getter]
    fn gi_yieldfrom(slf: &PyGenObject) -> Owned {
        yield_from_of(slf).unwrap_or_else(|| none().own())
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("gi_frame", T_OBJECT, gi_frame, READONLY),
        ("gi_running", T_BOOL, gi_running, READONLY),
        ("gi_code", T_OBJECT, gi_code, READONLY),
    ];
}
