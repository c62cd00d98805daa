//! The `sys` module.
//!
//! Its namespace is the interpreter's `sysdict`; whatever of it the interpreter itself looks at (`sys.stdout`,
//! `sys.path`, the hooks) is looked up there each time, since programs replace it.

pub mod hooks;
pub mod info;
pub mod tracing;

use crate::import::interp;
use crate::prelude::*;
use crate::{ceval, eval_api, threads, warnings};
use std::sync::atomic::Ordering;

pub use hooks::{audit, audit_parse};

fn sysdict() -> Option<Owned> {
    // SAFETY: null while no thread has the GIL.
    let ts = unsafe { tstate::current_ptr().as_ref() }?;
    // SAFETY: a thread state belongs to a live interpreter.
    unsafe { &*ts.interp.get() }.sysdict.load()
}

/// `PySys_GetObject`: no exception if there is none of that name.
pub fn get_object(name: &str) -> PyResult<Option<Owned>> {
    let Some(d) = sysdict() else { return Ok(None) };
    match d.downcast::<PyDictObject>() {
        Some(d) => dict::get_item_str(d, name),
        None => Ok(None),
    }
}

/// `PySys_SetObject`; without a value, deletes.
pub fn set_object(name: &str, value: Option<&PyObject>) -> PyResult<()> {
    let Some(d) = sysdict() else { return Ok(()) };
    let key = unicode::from_str(name)?;
    let key = unicode::intern(key);
    match value {
        Some(v) => object::set_item(&d, key.as_object(), v),
        None => match get_object(name)? {
            Some(_) => object::del_item(&d, key.as_object()),
            None => Ok(()),
        },
    }
}

/// A `types.SimpleNamespace` with the entries of a dict.
pub fn simple_namespace(d: &PyDictObject) -> PyResult<Owned> {
    pyrite_runtime::namespace::new(Some(d.as_object()))
}

/// `_PySys_GetSizeOf`.
pub fn get_size_of(o: &PyObject) -> PyResult<usize> {
    let Some(method) = object::lookup_special(o, id!("__sizeof__").as_object())? else {
        return Err(raise!(
            TypeError,
            "Type {} doesn't define __sizeof__",
            err::short(&o.type_name(), 100)
        ));
    };
    let size = long::as_ssize_t(&*call::call0(&method)?)?;
    let Ok(size) = usize::try_from(size) else {
        return Err(raise!(ValueError, "__sizeof__() should return >= 0"));
    };
    Ok(if gc::is_gc(o) {
        size + size_of::<PyGC_Head>()
    } else {
        size
    })
}

fn lazy_int(v: i64) -> PyResult<Owned> {
    long::from_i64(v).map(Owned::upcast)
}

fn deprecated(text: &str) -> PyResult<()> {
    warnings::warn_str(exc::DeprecationWarning.get(), text, 1)
}

pub struct Sys;

#[pymodule(name = "sys", export = false)]
impl Sys {
    #[function(args_kw)]
    fn breakpointhook(_m: &PyObject, args: Args<'_>) -> PyResult<Owned> {
        hooks::breakpoint(args)
    }

    #[function(args)]
    fn audit(_m: &PyObject, args: &[&PyObject]) -> PyResult<()> {
        hooks::audit_from_python(args)
    }

    #[function]
    fn addaudithook(_m: &PyObject, hook: &PyObject) -> PyResult<()> {
        hooks::add_audit_hook(hook)
    }

    #[function]
    fn _clear_type_cache(_m: &PyObject) {
        typeobject::method_cache::clear();
    }

    #[function]
    fn _current_frames(_m: &PyObject) -> PyResult<Owned> {
        crate::interpreters::current_frames()
    }

    #[function]
    fn _debugmallocstats(_m: &PyObject) {
        pyrite_runtime::tell!("{}", mem::stats::report());
    }

    #[function]
    fn displayhook(_m: &PyObject, object: &PyObject) -> PyResult<()> {
        hooks::display(object)
    }

    #[function]
    fn exc_info(_m: &PyObject) -> PyResult<Owned> {
        let info = eval_api::topmost_exc_info();
        let part = |o: Option<Owned>| o.unwrap_or_else(|| none().own());
        let parts = vec![
            part(info.exc_type.load()),
            part(info.exc_value.load()),
            part(info.exc_traceback.load()),
        ];
        tuple::from_owned(parts).map(Owned::upcast)
    }

    #[function]
    fn excepthook(_m: &PyObject, exctype: &PyObject, value: &PyObject, traceback: &PyObject) {
        crate::errors::display(exctype, value, traceback);
    }

    #[function]
    fn unraisablehook(_m: &PyObject, unraisable: &PyObject) -> PyResult<()> {
        crate::errors::default_unraisable_hook(unraisable)
    }

    #[function]
    fn exit(_m: &PyObject, status: Option<&PyObject>) -> PyResult<()> {
        Err(err::set_object(
            exc::SystemExit.get(),
            status.unwrap_or(none()),
        ))
    }

    #[function]
    fn getdefaultencoding(_m: &PyObject) -> &'static str {
        "utf-8"
    }

    #[function]
    fn getdlopenflags(_m: &PyObject) -> c_int {
        interp().dlopenflags.get()
    }

    #[function]
    fn setdlopenflags(_m: &PyObject, flags: i32) {
        interp().dlopenflags.set(flags);
    }

    #[function]
    fn getallocatedblocks(_m: &PyObject) -> usize {
        mem::pool::blocks_in_use()
    }

    #[function]
    fn getfilesystemencoding(_m: &PyObject) -> PyResult<Owned> {
        let name = crate::config::string(&interp().config.filesystem_encoding);
        unicode::from_str(name.as_deref().unwrap_or("utf-8")).map(Owned::upcast)
    }

    #[function]
    fn getfilesystemencodeerrors(_m: &PyObject) -> PyResult<Owned> {
        let name = crate::config::string(&interp().config.filesystem_errors);
        unicode::from_str(name.as_deref().unwrap_or("surrogateescape")).map(Owned::upcast)
    }

    #[function]
    fn getrefcount(_m: &PyObject, object: &PyObject) -> Py_ssize_t {
        object.refcount()
    }

    #[function]
    fn getrecursionlimit(_m: &PyObject) -> c_int {
        recursion::LIMIT.load(Ordering::Relaxed)
    }

    #[function]
    #[sig("($module, limit, /)")]
    fn setrecursionlimit(_m: &PyObject, limit: i32) -> PyResult<()> {
        if limit < 1 {
            return Err(raise!(
                ValueError,
                "recursion limit must be greater or equal than 1"
            ));
        }
        let depth = tstate::current().recursion_depth.get();
        let mark = if limit > 200 {
            limit - 50
        } else {
            3 * (limit >> 2)
        };
        if depth >= mark {
            return Err(raise!(
                RecursionError,
                "cannot set the recursion limit to {limit} at the recursion depth {depth}: the limit is too low"
            ));
        }
        recursion::LIMIT.store(limit, Ordering::Relaxed);
        Ok(())
    }

    #[function(args_kw)]
    fn getsizeof(_m: &PyObject, args: Args<'_>) -> PyResult<Owned> {
        let (object, default) = hooks::object_and_default(args)?;
        match (get_size_of(&object), default) {
            (Ok(size), _) => long::from_usize(size).map(Owned::upcast),
            (Err(_), Some(d)) if err::matches(exc::TypeError.get()) => {
                err::clear();
                Ok(d)
            }
            (Err(raised), _) => Err(raised),
        }
    }

    #[function]
    fn _getframe(_m: &PyObject, depth: Option<i32>) -> PyResult<Owned> {
        let mut f = tstate::current().frame.get();
        for _ in 0..depth.unwrap_or(0).max(0) {
            // SAFETY: the frames of the running thread live and hold each other.
            match unsafe { f.as_ref() } {
                Some(frame) => f = frame.f_back.get(),
                None => break,
            }
        }
        // SAFETY: as above.
        let Some(f) = (unsafe { f.as_ref() }) else {
            return Err(raise!(ValueError, "call stack is not deep enough"));
        };
        audit("sys._getframe", &[f.as_object()])?;
        Ok(f.as_object().own())
    }

    #[function]
    fn intern(_m: &PyObject, string: &PyUnicodeObject) -> PyResult<Owned> {
        if !string.as_object().isinstance_exact(&PyUnicode_Type) {
            return Err(raise!(
                TypeError,
                "can't intern {}",
                err::short(&string.type_name(), 400)
            ));
        }
        Ok(unicode::intern(string.own_typed()).upcast())
    }

    #[function]
    fn is_finalizing(_m: &PyObject) -> bool {
        threads::is_finalizing()
    }

    #[function]
    fn getcheckinterval(_m: &PyObject) -> PyResult<c_int> {
        deprecated(CHECK_INTERVAL)?;
        Ok(interp().check_interval.get())
    }

    #[function]
    fn setcheckinterval(_m: &PyObject, n: i32) -> PyResult<()> {
        deprecated(CHECK_INTERVAL)?;
        interp().check_interval.set(n);
        Ok(())
    }

    #[function]
    fn getswitchinterval(_m: &PyObject) -> f64 {
        ceval::switch_interval()
    }

    #[function]
    fn setswitchinterval(_m: &PyObject, interval: f64) -> PyResult<()> {
        if interval <= 0.0 {
            return Err(raise!(
                ValueError,
                "switch interval must be strictly positive"
            ));
        }
        ceval::set_switch_interval(interval);
        Ok(())
    }

    #[function]
    fn setprofile(_m: &PyObject, function: &PyObject) -> PyResult<()> {
        tracing::set_profile(function)
    }

    #[function]
    fn getprofile(_m: &PyObject) -> Owned {
        tstate::current()
            .c_profileobj
            .load()
            .unwrap_or_else(|| none().own())
    }

    #[function]
    fn settrace(_m: &PyObject, function: &PyObject) -> PyResult<()> {
        tracing::set_trace(function)
    }

    #[function]
    fn gettrace(_m: &PyObject) -> Owned {
        tstate::current()
            .c_traceobj
            .load()
            .unwrap_or_else(|| none().own())
    }

    #[function]
    fn call_tracing(_m: &PyObject, func: &PyObject, args: &PyTupleObject) -> PyResult<Owned> {
        tracing::call_tracing(func, args)
    }

    #[function]
    fn callstats(_m: &PyObject) -> PyResult<()> {
        deprecated(
            "sys.callstats() has been deprecated in Python 3.7 and will be removed in the future",
        )
    }

    #[function]
    fn set_coroutine_origin_tracking_depth(_m: &PyObject, depth: i32) -> PyResult<()> {
        if depth < 0 {
            return Err(raise!(ValueError, "depth must be >= 0"));
        }
        tstate::current().coroutine_origin_tracking_depth.set(depth);
        Ok(())
    }

    #[function]
    fn get_coroutine_origin_tracking_depth(_m: &PyObject) -> c_int {
        tstate::current().coroutine_origin_tracking_depth.get()
    }

    #[function]
    #[sig("($module, /, firstiter=None, finalizer=None)")]
    fn set_asyncgen_hooks(
        _m: &PyObject,
        firstiter: Option<&PyObject>,
        finalizer: Option<&PyObject>,
    ) -> PyResult<()> {
        hooks::set_asyncgen_hooks(firstiter, finalizer)
    }

    #[function]
    fn get_asyncgen_hooks(_m: &PyObject) -> PyResult<Owned> {
        info::asyncgen_hooks()
    }

    #[function]
    fn get_int_max_str_digits(_m: &PyObject) -> PyResult<Owned> {
        lazy_int(pyrite_runtime::long::max_str_digits() as i64)
    }

    #[function]
    fn set_int_max_str_digits(_m: &PyObject, maxdigits: i32) -> PyResult<()> {
        if maxdigits != 0 && maxdigits < 640 {
            return Err(raise!(ValueError, "maxdigits must be 0 or larger than 640"));
        }
        interp().int_max_str_digits.set(maxdigits);
        Ok(())
    }
}

const CHECK_INTERVAL: &str = "sys.getcheckinterval() and sys.setcheckinterval() are deprecated.  Use sys.setswitchinterval() instead.";

/// Makes the module and what of its contents does not depend on configuration.
pub fn create() -> PyResult<Owned> {
    let modules = dict::new()?.upcast();
    interp().modules.set_ref(Some(modules.clone()));
    // SAFETY: the GIL is held; the result is a new reference, or null with an exception set.
    let m = unsafe { Owned::from_result_ptr(PyInit_sys()) }?;
    let d = module::get_dict(&m)?.upcast();
    interp().sysdict.set_ref(Some(d));
    set_object("modules", Some(&modules))?;
    object::set_item(&modules, id!("sys").as_object(), &m)?;
    info::fill()?;
    for name in [
        "displayhook",
        "excepthook",
        "breakpointhook",
        "unraisablehook",
    ] {
        if let Some(hook) = get_object(name)? {
            set_object(&format!("__{name}__"), Some(&hook))?;
        }
    }
    Ok(m)
}
