//! Signals by which a user asks where the program is.

use super::{Target, errno, fatal, keeping_errno, show};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{err, exceptions::exc};
use pyrite_vm::signals::NSIG;
use std::cell::UnsafeCell;
use std::mem::MaybeUninit;
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};

struct User {
    enabled: AtomicBool,
    fd: AtomicI32,
    all_threads: AtomicBool,
    chain: AtomicBool,
    /// What the program did about the signal before. Written before `enabled` is set.
    previous: UnsafeCell<MaybeUninit<libc::sigaction>>,
    /// Keeps the descriptor open.
    file: Cell<*mut PyObject>,
}
// SAFETY: the cells are written by the holder of the GIL; a handler reads `previous` alone, and only while enabled.
unsafe impl Sync for User {}

static USERS: [User; NSIG] = [const {
    User {
        enabled: AtomicBool::new(false),
        fd: AtomicI32::new(-1),
        all_threads: AtomicBool::new(false),
        chain: AtomicBool::new(false),
        previous: UnsafeCell::new(MaybeUninit::uninit()),
        file: Cell::new(std::ptr::null_mut()),
    }
}; NSIG];

/// May the signal be registered?
pub fn check(signal: c_int) -> PyResult<()> {
    if fatal::is_fatal(signal) {
        return Err(raise!(
            RuntimeError,
            "signal {signal} cannot be registered, use enable() instead"
        ));
    }
    if !(1..NSIG as c_int).contains(&signal) {
        return Err(raise!(ValueError, "signal number out of range"));
    }
    Ok(())
}

fn user(signal: c_int) -> Option<&'static User> {
    USERS.get(usize::try_from(signal).ok()?)
}

/// Installs the handler; what was there goes to `previous`.
fn install(signal: c_int, chain: bool, previous: *mut libc::sigaction) -> c_int {
    // SAFETY: the action is filled in; `previous` is null or has room.
    unsafe {
        let mut action: libc::sigaction = std::mem::zeroed();
        action.sa_sigaction = handle as extern "C" fn(c_int) as usize;
        libc::sigemptyset(&mut action.sa_mask);
        // An interrupted system call goes on; a handler that chains raises the signal again.
        action.sa_flags = libc::SA_RESTART | fatal::stack_flag();
        if chain {
            action.sa_flags |= libc::SA_NODEFER;
        }
        libc::sigaction(signal, &action, previous)
    }
}

extern "C" fn handle(signal: c_int) {
    let Some(user) = user(signal).filter(|u| u.enabled.load(Ordering::SeqCst)) else {
        return;
    };
    keeping_errno(|| {
        show(
            user.fd.load(Ordering::SeqCst),
            user.all_threads.load(Ordering::SeqCst),
        )
    });
    if user.chain.load(Ordering::SeqCst) {
        // SAFETY: the previous action was stored before this handler was enabled.
        unsafe {
            libc::sigaction(
                signal,
                (*user.previous.get()).as_ptr(),
                std::ptr::null_mut(),
            );
            keeping_errno(|| {
                libc::raise(signal);
            });
        }
        install(signal, true, std::ptr::null_mut());
    }
}

pub fn register(signal: c_int, target: Target, all_threads: bool, chain: bool) -> PyResult<()> {
    let Some(user) = user(signal) else {
        return check(signal);
    };
    if !user.enabled.load(Ordering::SeqCst)
        && install(signal, chain, user.previous.get().cast()) != 0
    {
        return Err(err::set_from(exc::OSError.get(), errno(), None, None));
    }
    let old = user.file.take_ref();
    user.file.set_ref(target.file);
    drop(old);
    user.fd.store(target.fd, Ordering::SeqCst);
    user.all_threads.store(all_threads, Ordering::SeqCst);
    user.chain.store(chain, Ordering::SeqCst);
    user.enabled.store(true, Ordering::SeqCst);
    Ok(())
}

/// Puts back what was there. Was it registered? And the file, for the caller to drop.
pub fn unregister(signal: c_int) -> (bool, Option<Owned>) {
    let Some(user) = user(signal) else {
        return (false, None);
    };
    if !user.enabled.swap(false, Ordering::SeqCst) {
        return (false, None);
    }
    // SAFETY: stored when the handler was installed.
    unsafe {
        libc::sigaction(
            signal,
            (*user.previous.get()).as_ptr(),
            std::ptr::null_mut(),
        )
    };
    user.fd.store(-1, Ordering::SeqCst);
    (true, user.file.take_ref())
}

pub fn unregister_all() -> Vec<Option<Owned>> {
    (1..NSIG as c_int)
        .map(|signal| unregister(signal).1)
        .collect()
}
