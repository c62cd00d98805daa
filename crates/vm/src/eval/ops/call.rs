//! Calls, and the making of functions.
//!
//! Python functions run in place: their frame is pushed and the chain of handlers goes on in it. Whatever the callee is, the
//! arguments are gone when it runs and the callee itself is the top of the stack, to be replaced by the result.

use crate::eval::call::{self, Called};
use crate::eval::machine::{M, Step, op, opx};
use crate::eval::{enter_simple, eval_frame_hook, push_frame, trace};
use crate::function::{self, PyFunction_Type};
use crate::prelude::*;
use pyrite_runtime::call as objcall;
use pyrite_runtime::{cfunction, recursion, words};

/// The callee as a Python function that the loop may run in place.
#[inline(always)]
fn python_function(m: M, f: *mut PyObject) -> Option<&'static PyFunctionObject> {
    // SAFETY: the stack owns the callee.
    let is_function = unsafe { (*f).ob_type.get() } == (&raw const PyFunction_Type).cast_mut();
    // SAFETY: as above; just checked.
    (is_function && eval_frame_hook(m.ts()).is_none())
        .then(|| unsafe { &*f.cast::<PyFunctionObject>() })
}

/// The callee is at `below` entries under the `n` arguments, the last of which have the names `kwnames`.
/// What lies between (nothing, or a method's receiver) belongs to the arguments.
#[inline(always)]
fn call_at(mut m: M, n: usize, kwnames: Option<Owned<PyTupleObject>>) -> Step {
    let callee = m.peek_ptr(n + 1);
    if let Some(f) = python_function(m, callee) {
        // SAFETY: n arguments lie on the stack.
        let args = unsafe { m.sp.sub(n) };
        if kwnames.is_none()
            && let Some(bound) = call::bind_simple(m.ts(), f, args, n)
        {
            return match bound {
                Ok(frame) => {
                    m.sp = args;
                    push_frame(m, frame)
                }
                Err(_) => m.error(),
            };
        }
        let r = prepare(m, f, n, kwnames);
        return continue_call(m, n, r);
    }
    let r = call_object(m, n, kwnames);
    m.drop_n(n + 1);
    m.result(r)
}

/// Calls a built-in function or method in the simple way: by position, with the arguments as they lie on the stack.
#[inline(always)]
fn call_built_in(mut m: M, n: usize) -> Option<Step> {
    let callee = m.peek(n + 1);
    // SAFETY: n arguments lie on the stack.
    let args = unsafe { m.sp.sub(n) }.cast_const();
    if m.ts().use_tracing.get() != 0 {
        return None;
    }
    // SAFETY: the stack owns callee and arguments, for the time of the call.
    let r = unsafe {
        let (direct, skip) = cfunction::direct(callee, args, n)?;
        let r = direct.call(args.add(skip), n - skip);
        objcall::checked(callee, r)
    };
    m.drop_n(n + 1);
    Some(m.result(r))
}

/// Binds the arguments in every way that is not the simple one.
#[inline(never)]
fn prepare(
    m: M,
    f: &PyFunctionObject,
    n: usize,
    kwnames: Option<Owned<PyTupleObject>>,
) -> PyResult<Called> {
    let named = kwnames.as_deref().map_or(0, tuple::len);
    // SAFETY: n arguments lie on the stack.
    let args = unsafe { m.sp.sub(n) };
    call::prepare(m.ts(), f, args.cast_const(), n - named, kwnames.as_deref())
}

#[inline(always)]
fn continue_call(mut m: M, n: usize, called: PyResult<Called>) -> Step {
    match called {
        Ok(Called::Frame(frame)) => {
            m.drop_n(n);
            push_frame(m, frame)
        }
        Ok(Called::Value(v)) => {
            m.drop_n(n + 1);
            m.push(v);
            m.step()
        }
        Err(_) => {
            m.drop_n(n + 1);
            m.error()
        }
    }
}

/// Calls what is not a Python function.
#[inline(never)]
fn call_object(m: M, n: usize, kwnames: Option<Owned<PyTupleObject>>) -> PyResult<Owned> {
    let callee = m.peek(n + 1);
    let named = kwnames.as_deref().map_or(0, tuple::len);
    let names = kwnames
        .as_deref()
        .map_or(std::ptr::null_mut(), ObjectExt::as_ptr);
    // SAFETY: the arguments lie on the stack; below them is the callee's own entry, which we hold.
    let call = |f: &PyObject| unsafe {
        let args = m.sp.sub(n).cast_const();
        objcall::vectorcall(f, args, (n - named) | objcall::ARGUMENTS_OFFSET, names)
    };
    if m.ts().use_tracing.get() != 0 {
        return profiled(m, callee, n, call);
    }
    if let Some(r) = call_of_class(m, callee, n, named, names) {
        return r;
    }
    call(callee)
}

/// How many arguments are copied to have the receiver in front.
const FEW: usize = 6;

/// Makes an instance of a class with an `__init__` or a `__new__` in Python, or calls an instance of one with a `__call__`: without a tuple of the arguments
/// and a bound method. `None` where it is not that simple.
#[inline(always)]
fn call_of_class(
    m: M,
    callee: &PyObject,
    n: usize,
    named: usize,
    names: *mut PyObject,
) -> Option<PyResult<Owned>> {
    if n > FEW {
        return None;
    }
    let class = if callee.isinstance_exact(&PyType_Type) {
        callee.downcast::<PyTypeObject>()
    } else {
        None
    };
    let (function, init) = match class {
        Some(class) => match typeobject::plain_init(class) {
            Some(init) => (init, true),
            None => (typeobject::plain_new(class)?, false),
        },
        None => (typeobject::call_of(callee)?, false),
    };
    if !function.isinstance_exact(&PyFunction_Type) {
        return None;
    }
    let mut args = [std::ptr::null_mut::<PyObject>(); FEW + 2];
    // SAFETY: n arguments lie on the stack, which holds them for the time of the call.
    unsafe { std::ptr::copy_nonoverlapping(m.sp.sub(n), args.as_mut_ptr().add(2), n) };
    let mut call = |receiver: &PyObject| {
        args[1] = receiver.as_ptr();
        // SAFETY: the receiver, the arguments, and a free place in front.
        unsafe {
            let args = args.as_ptr().add(1);
            let n = (n - named + 1) | objcall::ARGUMENTS_OFFSET;
            objcall::vectorcall(&function, args, n, names)
        }
    };
    Some((|| {
        let _level = recursion::enter(" while calling a Python object")?;
        let Some(class) = class else {
            return call(callee);
        };
        if !init {
            let made = call(callee)?;
            // A `__new__` may give an instance of a derived class, which has an `__init__` of its own.
            if !made.isinstance_exact(class) && made.isinstance_of(class) {
                init_derived(m, &made, n, named, names)?;
            }
            return Ok(made);
        }
        let made = typeobject::instance::alloc(class)?;
        let r = call(&made)?;
        if !r.is_none() {
            return Err(raise!(
                TypeError,
                "__init__() should return None, not '{}'",
                err::short(&r.type_name(), 200)
            ));
        }
        Ok(made)
    })())
}

/// Calls `tp_init` with the arguments on the stack.
#[cold]
#[inline(never)]
fn init_derived(
    m: M,
    made: &PyObject,
    n: usize,
    named: usize,
    names: *mut PyObject,
) -> PyResult<()> {
    let Some(init) = made.ty().tp_init.get() else {
        return Ok(());
    };
    let positional = tuple::from_slice(&m.args(n)[..n - named])?;
    // SAFETY: the names are a tuple or null, with a value for each at the top of the stack.
    let keywords = unsafe { objcall::keywords(m.sp.sub(named).cast_const(), names)? };
    let keywords = keywords
        .as_ref()
        .map_or(std::ptr::null_mut(), |d| d.as_ptr());
    // SAFETY: the slot takes the object, a tuple, and a dict or null.
    match unsafe { init(made.as_ptr(), positional.as_ptr(), keywords) } {
        0.. => Ok(()),
        _ => Err(Raised::reported()),
    }
}

/// Calls with the profiler's events, if it is a built-in that is called.
#[cold]
fn profiled(
    m: M,
    callee: &PyObject,
    n: usize,
    call: impl Fn(&PyObject) -> PyResult<Owned>,
) -> PyResult<Owned> {
    if callee.downcast::<PyCFunctionObject>().is_some() {
        return trace::profiled_call(m.ts(), callee, || call(callee));
    }
    if callee.isinstance_exact(&PyMethodDescr_Type) && n > 0 {
        // The profiler sees the method as bound to its receiver.
        let receiver = m.peek(n);
        let Some(get) = callee.ty().tp_descr_get.get() else {
            return call(callee);
        };
        // SAFETY: the slot's contract: receiver and its type.
        let bound = unsafe {
            Owned::from_result_ptr(get(
                callee.as_ptr(),
                receiver.as_ptr(),
                receiver.ty().as_ptr(),
            ))
        }?;
        return trace::profiled_call(m.ts(), &bound, || call(callee));
    }
    call(callee)
}

op! {
    fn CALL_FUNCTION(m) {
        let n = m.oparg();
        let callee = m.peek_ptr(n + 1);
        m.save();
        // SAFETY: the stack owns the callee.
        if unsafe { words::is(callee, &PyFunction_Type) }
            // SAFETY: just checked.
            && let Some(m) = enter_simple(m, unsafe { &*callee.cast() }, n)
        {
            return m.next_checked();
        }
        m.go(CALL_FUNCTION_ANY)
    }

    fn CALL_METHOD(m) {
        let n = m.oparg();
        let callee = m.peek_ptr(n + 2);
        m.save();
        if !callee.is_null()
            // SAFETY: the stack owns the callee.
            && unsafe { words::is(callee, &PyFunction_Type) }
            // SAFETY: just checked.
            && let Some(m) = enter_simple(m, unsafe { &*callee.cast() }, n + 1)
        {
            return m.next_checked();
        }
        m.go(CALL_METHOD_ANY)
    }
}

opx! {
    fn CALL_FUNCTION_ANY(m) {
        let n = m.arg as usize;
        if let Some(step) = call_built_in(m, n) {
            return step;
        }
        call_at(m, n, None)
    }

    fn CALL_METHOD_ANY(m) {
        let n = m.arg as usize;
        if !m.peek_ptr(n + 2).is_null() {
            // A method and its receiver.
            if let Some(step) = call_built_in(m, n + 1) {
                return step;
            }
            return call_at(m, n + 1, None);
        }
        call_without_receiver(m)
    }

    fn CALL_FUNCTION_KW(m) {
        let n = m.arg as usize;
        let names = m.pop();
        // SAFETY: the compiler puts a tuple of names there.
        let names: Owned<PyTupleObject> = unsafe { names.cast_unchecked() };
        call_at(m, n, Some(names))
    }

    fn CALL_FUNCTION_EX(m) {
        let r = spread(&mut { m }, m.arg & 1 != 0);
        m.sp = r.1;
        match r.0 {
            Err(_) => m.error(),
            Ok((args, kw)) => {
                let r = call_spread(m, args, kw);
                match r {
                    Ok(Called::Frame(frame)) => push_frame(m, frame),
                    Ok(Called::Value(v)) => {
                        m.set_top(v);
                        m.step()
                    }
                    Err(_) => m.error(),
                }
            }
        }
    }

    fn MAKE_FUNCTION(m) {
        let r = make_function(m);
        let n = 2 + (m.arg & 15).count_ones() as usize;
        m.drop_n(n);
        m.result(r)
    }
}

/// `CALL_METHOD` of an attribute that is not a method: below the callee lies a NULL.
#[inline(never)]
fn call_without_receiver(mut m: M) -> Step {
    let n = m.arg as usize;
    let callee = m.peek_ptr(n + 1);
    // The NULL goes to where it does no harm: everything above it moves down by one.
    // SAFETY: n + 2 entries lie on the stack.
    unsafe {
        let at = m.sp.sub(n + 2);
        *at = callee;
        std::ptr::copy(at.add(2), at.add(1), n);
        m.sp = m.sp.sub(1);
    }
    if let Some(step) = call_built_in(m, n) {
        return step;
    }
    call_at(m, n, None)
}

type Spread = (Owned<PyTupleObject>, Option<Owned<PyDictObject>>);

/// Pops what `f(*args, **kwargs)` spreads, as a tuple and a dict. The callee stays.
#[inline(never)]
fn spread(m: &mut M, has_kw: bool) -> (PyResult<Spread>, *mut *mut PyObject) {
    let kw = has_kw.then(|| m.pop());
    let args = m.pop();
    let callee = m.top();
    let r = (|| {
        let kw = match kw {
            None => None,
            Some(kw) => Some(match kw.downcast_exact::<PyDictObject>() {
                Some(d) => d.own_typed(),
                None => {
                    let d = dict::new()?;
                    dict::merge(&d, &*kw, dict::Conflict::Raise)
                        .map_err(|raised| super::build::kwargs_error(raised, callee, &kw))?;
                    d
                }
            }),
        };
        let args = match args.downcast_exact::<PyTupleObject>() {
            Some(t) => t.own_typed(),
            None => {
                super::build::check_iterable(callee, &args)?;
                sequence::tuple(&args)?
            }
        };
        Ok((args, kw))
    })();
    (r, m.sp)
}

/// Calls the top of the stack with a tuple and a dict; a Python function is only prepared.
#[inline(never)]
fn call_spread(
    m: M,
    args: Owned<PyTupleObject>,
    kw: Option<Owned<PyDictObject>>,
) -> PyResult<Called> {
    let callee = m.top();
    if let Some(f) = python_function(m, callee.as_ptr()) {
        let n = tuple::len(&args);
        let items = args.ob_item.as_ptr().cast::<*mut PyObject>();
        let Some(kw) = kw.filter(|d| dict::len(d) > 0) else {
            return call::prepare(m.ts(), f, items, n, None);
        };
        // Making the tuple can run code that changes the dict.
        let names = loop {
            let size = dict::len(&kw);
            let names = tuple::new(size as Py_ssize_t)?;
            if dict::len(&kw) == size {
                break names;
            }
        };
        let mut all = Vec::with_capacity(n + tuple::len(&names));
        all.extend((0..n).map(|i| tuple::get(&args, i).own()));
        let mut pos = 0;
        for i in 0..tuple::len(&names) {
            let Some((k, v)) = dict::next(&kw, &mut pos) else {
                return Err(err::bad_internal_call());
            };
            tuple::init_item(&names, i, k);
            all.push(v);
        }
        return call::prepare(m.ts(), f, all.as_ptr().cast(), n, Some(&names));
    }
    let call = |f: &PyObject| objcall::call_dict(f, &args, kw.as_deref());
    if m.ts().use_tracing.get() != 0 && callee.downcast::<PyCFunctionObject>().is_some() {
        return trace::profiled_call(m.ts(), callee, || call(callee)).map(Called::Value);
    }
    call(callee).map(Called::Value)
}

/// The function of `MAKE_FUNCTION`; its parts stay on the stack.
#[inline(never)]
fn make_function(m: M) -> PyResult<Owned> {
    let (qualname, code) = (m.peek(1), m.peek(2));
    // SAFETY: a frame holds its globals.
    let globals = unsafe { &*m.frame().f_globals.get() };
    let f = function::new_with_qual_name(code, globals, Some(qualname))?;
    let mut at = 3;
    let mut next = || {
        at += 1;
        m.peek(at - 1).own()
    };
    if m.arg & 8 != 0 {
        f.func_closure.set_ref(Some(next()));
    }
    if m.arg & 4 != 0 {
        f.func_annotations.set_ref(Some(next()));
    }
    if m.arg & 2 != 0 {
        f.func_kwdefaults.set_ref(Some(next()));
    }
    if m.arg & 1 != 0 {
        f.func_defaults.set_ref(Some(next()));
    }
    Ok(f.upcast())
}
