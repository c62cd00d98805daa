//! Generators and coroutines: yielding, delegating, awaiting.

use crate::eval::machine::{M, Step, opx};
use crate::eval::opcode::{BEFORE_ASYNC_WITH, WITH_CLEANUP_START};
use crate::eval::{slots, trace};
use crate::generator::{self, Sent};
use crate::prelude::*;

/// Leaves the frame with a value; it can be resumed. Frames of generators are always entered from Rust.
fn suspend(m: M, value: Owned) -> Step {
    let (ts, f) = (m.ts(), m.frame());
    f.f_stacktop.set(m.sp);
    let mut value = Some(value);
    if ts.use_tracing.get() != 0 && !trace::return_event(ts, f, value.as_deref()) {
        value = None;
    }
    crate::eval::leave_frame(ts, f);
    Step::returning(value.map_or(std::ptr::null_mut(), Owned::into_ptr))
}

opx! {
    fn YIELD_VALUE(m) {
        let v = m.pop();
        if m.code().co_flags.get() & CO_ASYNC_GENERATOR != 0 {
            return match generator::wrap_value(v) {
                Ok(v) => suspend(m, v),
                Err(_) => m.error(),
            };
        }
        suspend(m, v)
    }

    fn YIELD_FROM(m) {
        let sent = { let v = m.pop(); delegate(m, &v) };
        match sent {
            Ok(Sent::Yielded(v)) => {
                // The instruction runs again when the frame is resumed.
                let f = m.frame();
                f.f_lasti.set(f.f_lasti.get() - 2);
                suspend(m, v)
            }
            Ok(Sent::Returned(v)) => {
                m.set_top(v);
                m.step()
            }
            Err(_) => m.error(),
        }
    }

    fn GET_YIELD_FROM_ITER(m) {
        let r = { let v = m.pop(); yield_from_iter(m, v) };
        m.result(r)
    }

    fn GET_AWAITABLE(m) {
        let r = { let v = m.pop(); awaitable(m, &v) };
        m.result(r)
    }

    fn GET_AITER(m) {
        let r = { let v = m.pop(); async_iter(&v) };
        m.result(r)
    }

    fn GET_ANEXT(m) {
        let r = async_next(m.top());
        m.result(r)
    }
}

/// Sends a value to the iterator that `yield from` delegates to.
#[inline(never)]
fn delegate(m: M, value: &PyObject) -> PyResult<Sent> {
    let receiver = m.top();
    let r = generator::send_to(receiver, value);
    if let (Ok(Sent::Returned(_)), true) = (&r, m.ts().c_tracefunc.get().is_some()) {
        trace_stop(m, &r);
    }
    r
}

/// The tracer sees the StopIteration that ends a delegation.
#[cold]
fn trace_stop(m: M, r: &PyResult<Sent>) {
    if let Ok(Sent::Returned(v)) = r
        && generator::set_stop_iteration_value(v).is_err()
    {
        trace::exception_event(m.ts(), m.frame());
        err::clear();
    }
}

fn yield_from_iter(m: M, v: Owned) -> PyResult<Owned> {
    if v.isinstance_exact(&generator::PyCoro_Type) {
        if m.code().co_flags.get() & (CO_COROUTINE | CO_ITERABLE_COROUTINE) == 0 {
            return Err(raise!(
                TypeError,
                "cannot 'yield from' a coroutine object in a non-coroutine generator"
            ));
        }
        return Ok(v);
    }
    if v.isinstance_exact(&generator::PyGen_Type) {
        return Ok(v);
    }
    object::get_iter(&v)
}

fn awaitable(m: M, v: &PyObject) -> PyResult<Owned> {
    let it = generator::awaitable_iter(v).map_err(|raised| {
        let no_await = generator::async_methods(v).is_none_or(|am| am.am_await.get().is_none());
        // What stood before says on whose behalf the value is awaited.
        let before = m
            .index()
            .checked_sub(1)
            .and_then(|i| slots::units(m.code()).get(i * 2).copied());
        let method = match before {
            Some(BEFORE_ASYNC_WITH) => "__aenter__",
            Some(WITH_CLEANUP_START) => "__aexit__",
            _ => return raised,
        };
        if !no_await {
            return raised;
        }
        raise!(
            TypeError,
            "'async with' received an object from {method} that does not implement __await__: {}",
            err::short(&v.type_name(), 100)
        )
    })?;
    if let Some(c) = generator::as_coroutine(&it)
        && generator::yield_from_of(c).is_some()
    {
        return Err(raise!(RuntimeError, "coroutine is being awaited already"));
    }
    Ok(it)
}

fn async_iter(v: &PyObject) -> PyResult<Owned> {
    let Some(get) = generator::async_methods(v).and_then(|am| am.am_aiter.get()) else {
        return Err(raise!(
            TypeError,
            "'async for' requires an object with __aiter__ method, got {}",
            err::short(&v.type_name(), 100)
        ));
    };
    // SAFETY: the slot's contract.
    let it = unsafe { Owned::from_result_ptr(get(v.as_ptr())) }?;
    if generator::async_methods(&it)
        .and_then(|am| am.am_anext.get())
        .is_none()
    {
        return Err(raise!(
            TypeError,
            "'async for' received an object from __aiter__ that does not implement __anext__: {}",
            err::short(&it.type_name(), 100)
        ));
    }
    Ok(it)
}

fn async_next(it: &PyObject) -> PyResult<Owned> {
    let Some(next) = generator::async_methods(it).and_then(|am| am.am_anext.get()) else {
        return Err(raise!(
            TypeError,
            "'async for' requires an iterator with __anext__ method, got {}",
            err::short(&it.type_name(), 100)
        ));
    };
    // SAFETY: the slot's contract.
    let step = unsafe { Owned::from_result_ptr(next(it.as_ptr())) }?;
    if it.isinstance_exact(&generator::PyAsyncGen_Type) {
        return Ok(step);
    }
    generator::awaitable_iter(&step).map_err(|_| {
        err::raise_from_cause(
            exc::TypeError.get(),
            format_args!(
                "'async for' received an invalid object from __anext__: {}",
                err::short(&step.type_name(), 100)
            ),
        )
    })
}
