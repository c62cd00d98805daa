//! `_thread`: locks, threads and data of one's own in each thread.

mod local;
mod lock;
mod start;

use pyrite_macros::pymodule;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{
    err, exceptions::exc, module, number, structseq, tstate, typeobject, weakref,
};
use pyrite_vm::{pythread, signals, threads};

/// A time-out argument in seconds as microseconds; -1 waits for ever.
fn timeout_microseconds(blocking: bool, timeout: Option<&PyObject>) -> PyResult<i64> {
    const UNSET: i64 = -1_000_000_000;
    let nanoseconds = match timeout {
        Some(t) => crate::time::from_seconds(t, crate::time::Round::Ceiling)?,
        None => UNSET,
    };
    let given = nanoseconds != UNSET;
    if !blocking && given {
        return Err(raise!(
            ValueError,
            "can't specify a timeout for a non-blocking call"
        ));
    }
    if given && nanoseconds < 0 {
        return Err(raise!(ValueError, "timeout value must be positive"));
    }
    if !blocking {
        return Ok(0);
    }
    if !given {
        return Ok(-1);
    }
    let micro = nanoseconds / 1000 + i64::from(nanoseconds % 1000 != 0);
    if micro > pythread::TIMEOUT_MAX_MICROSECONDS {
        return Err(raise!(OverflowError, "timeout value is too large"));
    }
    Ok(micro)
}

/// `_thread`.
pub struct Thread;

#[pymodule(name = "_thread")]
impl Thread {
    #[function(args_kw)]
    fn start_new_thread(_m: &PyObject, args: pyrite_runtime::args::Args<'_>) -> PyResult<u64> {
        start::start_new_thread(args.positional())
    }
    #[function(args_kw)]
    fn start_new(_m: &PyObject, args: pyrite_runtime::args::Args<'_>) -> PyResult<u64> {
        start::start_new_thread(args.positional())
    }
    #[function]
    fn allocate_lock(_m: &PyObject) -> PyResult<Owned> {
        lock::new()
    }
    #[function]
    fn allocate(_m: &PyObject) -> PyResult<Owned> {
        lock::new()
    }
    #[function]
    fn exit(_m: &PyObject) -> PyResult<()> {
        Err(err::set_none(exc::SystemExit.get()))
    }
    #[function]
    fn exit_thread(_m: &PyObject) -> PyResult<()> {
        Err(err::set_none(exc::SystemExit.get()))
    }
    #[function]
    fn interrupt_main(_m: &PyObject) -> PyResult<()> {
        signals::set_interrupt();
        Ok(())
    }
    #[function]
    fn get_ident(_m: &PyObject) -> u64 {
        threads::ident()
    }
    #[function]
    fn get_native_id(_m: &PyObject) -> i64 {
        // SAFETY: `gettid` takes no arguments and cannot fail.
        unsafe { libc::syscall(libc::SYS_gettid) }
    }
    #[function]
    fn _count(_m: &PyObject) -> i64 {
        // SAFETY: the interpreter lives as long as its threads.
        unsafe { (*tstate::current().interp.get()).num_threads.get() }
    }
    #[function(args)]
    fn stack_size(_m: &PyObject, args: &[&PyObject]) -> PyResult<usize> {
        let size = match args {
            [] => return Ok(threads::stack_size()),
            [n] => pyrite_runtime::long::as_ssize_t(&*number::index(n)?)?,
            _ => {
                return Err(raise!(
                    TypeError,
                    "stack_size() takes at most 1 argument ({} given)",
                    args.len()
                ));
            }
        };
        if size < 0 {
            return Err(raise!(ValueError, "size must be 0 or a positive value"));
        }
        let old = threads::stack_size();
        if !threads::set_stack_size(size as usize) {
            return Err(raise!(ValueError, "size not valid: {size} bytes"));
        }
        Ok(old)
    }
    #[function]
    fn _set_sentinel(_m: &PyObject) -> PyResult<Owned> {
        let ts = tstate::current();
        start::clear_sentinel(ts);
        let l = lock::new()?;
        // The state knows the lock weakly: it lives as long as the thread object that joins on it.
        let reference = weakref::new_ref(&l, None)?;
        ts.on_delete.set(Some(start::release_sentinel));
        ts.on_delete_data.set(reference.into_ptr().cast());
        Ok(l)
    }
    #[function]
    fn _excepthook(_m: &PyObject, args: &PyObject) -> PyResult<()> {
        start::excepthook(args)
    }

    fn exec(m: &PyObject) -> PyResult<()> {
        module::add_type(m, &lock::LOCK_TYPE)?;
        module::add_object(m, "LockType", lock::LOCK_TYPE.as_object())?;
        pyrite_runtime::dict::del_item_str(&*module::get_dict(m)?, "lock")?;
        module::add_type(m, &lock::RLOCK_TYPE)?;
        module::add_type(m, &local::LOCAL_TYPE)?;
        typeobject::ready(&local::DUMMY_TYPE)?;
        module::add_object(m, "error", exc::RuntimeError.get())?;
        let max = pythread::TIMEOUT_MAX_MICROSECONDS as f64 * 1e-6;
        module::add_object(
            m,
            "TIMEOUT_MAX",
            pyrite_runtime::float::from_f64(max.floor())?.as_object(),
        )?;
        let hook_args = structseq::new_type(
            "_thread.ExceptHookArgs",
            "ExceptHookArgs\n\nType used to pass arguments to threading.excepthook.",
            &[
                ("exc_type", "Exception type"),
                ("exc_value", "Exception value"),
                ("exc_traceback", "Exception traceback"),
                ("thread", "Thread"),
            ],
            4,
        )?;
        module::add_object(m, "_ExceptHookArgs", hook_args.as_object())?;
        Ok(())
    }
}
