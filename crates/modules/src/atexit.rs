//! `atexit`: functions to call when the interpreter ends.

use pyrite_macros::pymodule;
use pyrite_runtime::args::Args;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{
    call, dict, err, exceptions::exc, gc, module::PyModuleObject, object, tstate, tuple,
};
use std::cell::RefCell;

/// A registered call.
struct Callback {
    function: Owned,
    args: Owned<PyTupleObject>,
    kwargs: Option<Owned<PyDictObject>>,
}

/// The state of a module: each interpreter imports its own. No borrow outlives a step below, for everything that is called or
/// released can come back here.
type Registry = RefCell<Vec<Callback>>;

/// A module's registry; none before it has one, and after the module's end.
fn registry(m: &PyObject) -> Option<&Registry> {
    let state = m.downcast::<PyModuleObject>()?.md_state.get();
    // SAFETY: `exec` put a registry there, which stays until the module's memory is freed.
    unsafe { state.cast::<Registry>().as_ref() }
}

fn forget_all(m: &PyObject) {
    let all = registry(m).map(RefCell::take);
    drop(all);
}

unsafe extern "C" fn traverse(m: *mut PyObject, visit: visitproc, arg: *mut c_void) -> c_int {
    let Some(visit) = visit else { return 0 };
    // SAFETY: the collector passes a live module, and a function that belongs to its argument.
    let (visitor, all) = unsafe { (gc::Visitor::new(visit, arg), registry(&*m)) };
    let Some(Ok(all)) = all.map(RefCell::try_borrow) else {
        return 0;
    };
    let held = all.iter().flat_map(|c| {
        let kwargs = c
            .kwargs
            .as_deref()
            .map_or(std::ptr::null_mut(), PyDictObject::as_ptr);
        [c.function.as_ptr(), c.args.as_ptr(), kwargs]
    });
    visitor.visit_all(held)
}

unsafe extern "C" fn clear(m: *mut PyObject) -> c_int {
    // SAFETY: the collector passes a live module.
    forget_all(unsafe { &*m });
    0
}

unsafe extern "C" fn free(m: *mut c_void) {
    // SAFETY: a module whose fields are still there.
    let m = unsafe { &*m.cast::<PyObject>() };
    forget_all(m);
    // SAFETY: the interpreter lives as long as its threads.
    if let Some(interp) = unsafe { tstate::current().interp.get().as_ref() }
        && interp.pyexitmodule.get() == m.as_ptr()
    {
        interp.pyexitfunc.set(None);
        interp.pyexitmodule.set(std::ptr::null_mut());
    }
}

/// Calls everything, last registered first. What a call raises is shown; the last one's exception is left set.
fn run_all(m: &PyObject) -> PyResult<()> {
    let mut last = None;
    while let Some(c) = registry(m).and_then(|all| all.borrow_mut().pop()) {
        if call::call_dict(&c.function, &c.args, c.kwargs.as_deref()).is_err() {
            let raised = err::fetch();
            if !raised
                .ty
                .as_ref()
                .is_some_and(|t| t.is(exc::SystemExit.get()))
            {
                err::restore(raised.clone());
                pyrite_vm::errors::sys_write_stderr("Error in atexit._run_exitfuncs:\n");
                pyrite_vm::errors::print_ex(false);
            }
            last = Some(raised);
        }
    }
    match last {
        Some(raised) => {
            err::restore(raised);
            Err(Raised::already_set())
        }
        None => Ok(()),
    }
}

/// What the end of the interpreter calls.
unsafe extern "C" fn run_at_end(module: *mut PyObject) {
    // SAFETY: the module that `exec` registered; its end takes it back.
    let module = unsafe { Owned::from_borrowed_ptr(module) };
    if run_all(&module).is_err() {
        err::clear();
    }
}

/// `atexit`.
pub struct AtExit;

#[pymodule(name = "atexit", multi_phase = true, size = size_of::<Registry>())]
impl AtExit {
    #[function(args_kw)]
    fn register(m: &PyObject, args: Args<'_>) -> PyResult<Owned> {
        let Some((function, rest)) = args.positional().split_first() else {
            return Err(raise!(
                TypeError,
                "register() takes at least 1 argument (0 given)"
            ));
        };
        if !object::is_callable(function) {
            return Err(raise!(TypeError, "the first argument must be callable"));
        }
        let kwargs = match args.kwnames() {
            Some(_) => {
                let kw = dict::new()?;
                for (name, value) in args.keywords() {
                    dict::set_item(&kw, name, value)?;
                }
                Some(kw)
            }
            None => None,
        };
        let callback = Callback {
            function: function.own(),
            args: tuple::from_slice(rest)?,
            kwargs,
        };
        match registry(m) {
            Some(all) => all.borrow_mut().push(callback),
            None => return Err(err::no_memory()),
        }
        Ok(function.own())
    }
    #[function]
    fn unregister(m: &PyObject, func: &PyObject) -> PyResult<()> {
        let Some(registry) = registry(m) else {
            return Ok(());
        };
        let mut i = 0;
        loop {
            // The comparison may run code that changes the list.
            let at = registry.borrow().get(i).map(|c| c.function.clone());
            let Some(function) = at else { return Ok(()) };
            if object::rich_compare_bool(&function, func, Py_EQ)? {
                let mut all = registry.borrow_mut();
                if i < all.len() {
                    let gone = all.remove(i);
                    drop(all);
                    drop(gone);
                }
            } else {
                i += 1;
            }
        }
    }
    #[function]
    fn _clear(m: &PyObject) {
        forget_all(m);
    }
    #[function]
    fn _run_exitfuncs(m: &PyObject) -> PyResult<()> {
        run_all(m)
    }
    #[function]
    fn _ncallbacks(m: &PyObject) -> usize {
        registry(m).map_or(0, |all| all.borrow().len())
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        let Some(this) = m.downcast::<PyModuleObject>() else {
            return Ok(());
        };
        // SAFETY: fresh memory of a registry's size, of which nothing was made yet; the definition is this module's own.
        unsafe {
            this.md_state
                .get()
                .cast::<Registry>()
                .write(RefCell::default());
            if let Some(def) = this.md_def.get().as_ref() {
                def.m_traverse.set(Some(traverse));
                def.m_clear.set(Some(clear));
                def.m_free.set(Some(free));
            }
        }
        // SAFETY: the interpreter lives as long as its threads.
        if let Some(interp) = unsafe { tstate::current().interp.get().as_ref() } {
            interp.pyexitfunc.set(Some(run_at_end));
            interp.pyexitmodule.set(m.as_ptr());
        }
        Ok(())
    }
}
