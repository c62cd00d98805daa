//! Starting threads, and what happens at their end.

use super::lock;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{
    call, err, exceptions::exc, hooks, object, owned, tstate, tuple, unicode, weakref,
};
use pyrite_vm::{ceval, threads};

/// What the new thread gets: its state, and the call that it is for.
struct Boot {
    state: *mut PyThreadState,
    function: Owned,
    args: Owned<PyTupleObject>,
    kwargs: Option<Owned<PyDictObject>>,
}

pub fn start_new_thread(args: &[&PyObject]) -> PyResult<u64> {
    let n = args.len();
    if !(2..=3).contains(&n) {
        let word = if n < 2 {
            "at least 2 arguments"
        } else {
            "at most 3 arguments"
        };
        return Err(raise!(
            TypeError,
            "start_new_thread expected {word}, got {n}"
        ));
    }
    if !object::is_callable(args[0]) {
        return Err(raise!(TypeError, "first arg must be callable"));
    }
    let Some(positional) = args[1].downcast::<PyTupleObject>() else {
        return Err(raise!(TypeError, "2nd arg must be a tuple"));
    };
    let kwargs = match args.get(2) {
        None => None,
        Some(kw) => match kw.own().downcast_owned::<PyDictObject>() {
            Ok(kw) => Some(kw),
            Err(_) => return Err(raise!(TypeError, "optional 3rd arg must be a dictionary")),
        },
    };
    let interp = tstate::current().interp.get();
    let boot = Box::new(Boot {
        state: threads::prealloc(interp),
        function: args[0].own(),
        args: owned::OwnTyped::own_typed(positional),
        kwargs,
    });
    spawn(boot)
}

/// A detached thread of the system; its identifier.
fn spawn(boot: Box<Boot>) -> PyResult<u64> {
    let boot = Box::into_raw(boot);
    // SAFETY: the attributes are initialised before use and destroyed after; the boot record passes to the thread.
    unsafe {
        let mut attr = std::mem::zeroed::<libc::pthread_attr_t>();
        libc::pthread_attr_init(&mut attr);
        let size = threads::stack_size();
        if size != 0 {
            libc::pthread_attr_setstacksize(&mut attr, size);
        }
        libc::pthread_attr_setdetachstate(&mut attr, libc::PTHREAD_CREATE_DETACHED);
        let mut id: libc::pthread_t = 0;
        let r = libc::pthread_create(&mut id, &attr, run, boot.cast());
        libc::pthread_attr_destroy(&mut attr);
        if r != 0 {
            let boot = Box::from_raw(boot);
            threads::clear(&*boot.state);
            threads::delete(boot.state);
            return Err(raise!(RuntimeError, "can't start new thread"));
        }
        Ok(id)
    }
}

/// The new thread's first function.
extern "C" fn run(boot: *mut c_void) -> *mut c_void {
    // SAFETY: `spawn` gave the record away to this thread.
    let boot = unsafe { Box::from_raw(boot.cast::<Boot>()) };
    let state = boot.state;
    // SAFETY: the state was made for this thread.
    unsafe { (*state).thread_id.set(threads::ident()) };
    threads::init_state(state);
    ceval::take_gil(state);
    let interp = tstate::current().interp.get();
    // SAFETY: the interpreter lives as long as its threads.
    let count = unsafe { &(*interp).num_threads };
    count.set(count.get() + 1);
    if call::call_dict(&boot.function, &boot.args, boot.kwargs.as_deref()).is_err() {
        if err::matches(exc::SystemExit.get()) {
            err::clear();
        } else {
            pyrite_vm::errors::write_unraisable_message(
                Some("in thread started by"),
                Some(&boot.function),
            );
        }
    }
    drop(boot);
    count.set(count.get() - 1);
    threads::clear(tstate::current());
    threads::delete_current();
    std::ptr::null_mut()
}

/// Drops a sentinel that the thread state holds.
pub fn clear_sentinel(ts: &PyThreadState) {
    let old = ts.on_delete_data.replace(std::ptr::null_mut());
    ts.on_delete.set(None);
    // SAFETY: the field held a count of a weak reference, or nothing.
    drop(unsafe { Owned::<PyObject>::from_owned_ptr_or_null(old.cast()) });
}

/// Called when the thread's state is gone: whoever joins the thread waits for its sentinel.
pub unsafe extern "C" fn release_sentinel(data: *mut c_void) {
    // SAFETY: the state gave its count of the weak reference away. Only the lock is touched: no Python code may run here.
    unsafe {
        let Some(reference) = Owned::<PyObject>::from_owned_ptr_or_null(data.cast()) else {
            return;
        };
        if let Some(l) = weakref::get_object(&reference) {
            lock::release_if_held(&l);
        }
    }
}

/// `threading.excepthook`: shows what ended a thread.
pub fn excepthook(args: &PyObject) -> PyResult<()> {
    let Some(args) = args
        .downcast::<PyTupleObject>()
        .filter(|t| t.ob_base.ob_size.get() == 4)
    else {
        return Err(raise!(
            TypeError,
            "_thread.excepthook argument type must be ExceptHookArgs"
        ));
    };
    let [ty, value, tb, thread] = [0, 1, 2, 3].map(|i| tuple::get_item(args, i));
    let (ty, value, tb, thread) = (ty?, value?, tb?, thread?);
    if ty.is(exc::SystemExit.get()) {
        return Ok(());
    }
    // Without `sys.stderr`, the one that there was when the thread was made.
    let file = match hooks::sys_get("stderr").filter(|f| !f.is_none()) {
        Some(file) => Some(file),
        None if thread.is_none() => None,
        None => object::lookup_attr(&thread, unicode::from_str("_stderr")?.as_object())?,
    };
    let Some(file) = file.filter(|f| !f.is_none()) else {
        return Ok(());
    };
    let name = match object::lookup_attr(&thread, id!("name").as_object())? {
        Some(name) if !thread.is_none() => object::names::text(&*object::str(&name)?).into_owned(),
        _ => threads::ident().to_string(),
    };
    pyrite_runtime::file::write_str(&format!("Exception in thread {name}:\n"), &file)?;
    pyrite_vm::errors::display_on(&file, &value, &tb);
    Ok(())
}
