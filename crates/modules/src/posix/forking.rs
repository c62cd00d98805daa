//! Forking: what must be in order before, and put in order after, in parent and child (`PyOS_BeforeFork` and its kin).

use super::path::os_error;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, err, list, object, tstate};
use pyrite_vm::import::lock;
use pyrite_vm::threads;

/// The registered functions of one kind.
fn list_of(kind: Kind) -> Option<&'static Cell<*mut PyObject>> {
    // SAFETY: the interpreter of the current thread lives.
    let interp = unsafe { tstate::current().interp.get().as_ref()? };
    Some(match kind {
        Kind::Before => &interp.before_forkers,
        Kind::Parent => &interp.after_forkers_parent,
        Kind::Child => &interp.after_forkers_child,
    })
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Before,
    Parent,
    Child,
}

/// Calls the functions; those for before the fork in reverse order. An exception is reported, not raised.
fn run(kind: Kind) {
    let Some(functions) = list_of(kind).and_then(|cell| cell.load()) else {
        return;
    };
    let Some(functions) = functions.downcast::<PyListObject>() else {
        return;
    };
    let mut copy = Vec::new();
    while let Some(f) = list::get(functions, copy.len()) {
        copy.push(f);
    }
    if kind == Kind::Before {
        copy.reverse();
    }
    for f in copy {
        if call::call0(&f).is_err() {
            err::write_unraisable(Some(&f));
        }
    }
}

/// Forks with `fork`; returns 0 in the child.
pub fn fork(fork: impl FnOnce() -> c_int) -> PyResult<c_int> {
    if tstate::current().interp.get() != tstate::_PyRuntime.interpreters.main.get() {
        return Err(raise!(
            RuntimeError,
            "fork not supported for subinterpreters"
        ));
    }
    run(Kind::Before);
    lock::acquire();
    threads::hold_short_locks();
    let pid = fork();
    threads::release_short_locks();
    let errno = std::io::Error::last_os_error().raw_os_error().unwrap_or(0);
    if pid == 0 {
        after_in_child();
    } else {
        lock::release();
        run(Kind::Parent);
    }
    if pid == -1 {
        // SAFETY: the thread's own errno.
        unsafe { *libc::__errno_location() = errno };
        return Err(os_error());
    }
    Ok(pid)
}

/// `PyOS_AfterFork_Child`.
pub fn after_in_child() {
    threads::release_short_locks();
    threads::after_fork_child();
    lock::after_fork_child();
    run(Kind::Child);
}

/// `PyOS_BeforeFork`.
pub fn before() {
    run(Kind::Before);
    lock::acquire();
    threads::hold_short_locks();
}

/// `PyOS_AfterFork_Parent`.
pub fn after_in_parent() {
    threads::release_short_locks();
    lock::release();
    run(Kind::Parent);
}

fn add(kind: Kind, name: &str, f: Option<&PyObject>) -> PyResult<()> {
    let Some(f) = f else { return Ok(()) };
    if !object::is_callable(f) {
        let ty = f.type_name();
        return Err(raise!(
            TypeError,
            "'{name}' must be callable, not {}",
            err::short(&ty, 200)
        ));
    }
    let Some(cell) = list_of(kind) else {
        return Err(err::bad_internal_call());
    };
    if cell.get().is_null() {
        cell.set_ref(Some(list::new(0)?.upcast()));
    }
    match cell
        .load()
        .as_ref()
        .and_then(|l| l.downcast::<PyListObject>())
    {
        Some(functions) => list::append(functions, f),
        None => Err(err::bad_internal_call()),
    }
}

/// `os.register_at_fork`.
pub fn register(
    before: Option<&PyObject>,
    child: Option<&PyObject>,
    parent: Option<&PyObject>,
) -> PyResult<()> {
    if before.is_none() && child.is_none() && parent.is_none() {
        return Err(raise!(TypeError, "At least one argument is required."));
    }
    add(Kind::Before, "before", before)?;
    add(Kind::Child, "after_in_child", child)?;
    add(Kind::Parent, "after_in_parent", parent)
}
