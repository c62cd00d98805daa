//! `atexit`: functions to call when the interpreter ends.

use pyrite_macros::pymodule;
use pyrite_runtime::args::Args;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, dict, err, exceptions::exc, object, tstate, tuple};
use std::cell::RefCell;

/// A registered call.
struct Callback {
    function: Owned,
    args: Owned<PyTupleObject>,
    kwargs: Option<Owned<PyDictObject>>,
}

struct Registry(RefCell<Vec<Callback>>);
// SAFETY: used by the holder of the GIL only, and no borrow outlives a step below.
unsafe impl Sync for Registry {}
static REGISTRY: Registry = Registry(RefCell::new(Vec::new()));

/// Calls everything, last registered first. What a call raises is shown; the last one's exception is left set.
fn run_all() -> PyResult<()> {
    let mut last = None;
    loop {
        let Some(c) = REGISTRY.0.borrow_mut().pop() else {
            break;
        };
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
unsafe extern "C" fn run_at_end(_module: *mut PyObject) {
    if run_all().is_err() {
        err::clear();
    }
}

/// `atexit`.
pub struct AtExit;

#[pymodule(name = "atexit")]
impl AtExit {
    #[function(args_kw)]
    fn register(_m: &PyObject, args: Args<'_>) -> PyResult<Owned> {
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
        REGISTRY.0.borrow_mut().push(callback);
        Ok(function.own())
    }
    #[function]
    fn unregister(_m: &PyObject, func: &PyObject) -> PyResult<()> {
        let mut i = 0;
        loop {
            // The comparison may run code that changes the list.
            let at = REGISTRY.0.borrow().get(i).map(|c| c.function.clone());
            let Some(function) = at else { return Ok(()) };
            if object::rich_compare_bool(&function, func, Py_EQ)? {
                let mut all = REGISTRY.0.borrow_mut();
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
    fn _clear(_m: &PyObject) {
        let all = std::mem::take(&mut *REGISTRY.0.borrow_mut());
        drop(all);
    }
    #[function]
    fn _run_exitfuncs(_m: &PyObject) -> PyResult<()> {
        run_all()
    }
    #[function]
    fn _ncallbacks(_m: &PyObject) -> usize {
        REGISTRY.0.borrow().len()
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        // SAFETY: the interpreter lives as long as its threads.
        if let Some(interp) = unsafe { tstate::current().interp.get().as_ref() } {
            interp.pyexitfunc.set(Some(run_at_end));
            interp.pyexitmodule.set(m.as_ptr());
        }
        Ok(())
    }
}
