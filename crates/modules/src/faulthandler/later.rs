//! The watchdog: a thread that shows where the program is when a time has passed. It never asks for the GIL.

use super::{INTERP, Target};
use crate::time::{Round, from_seconds};
use pyrite_runtime::prelude::*;
use pyrite_vm::{dump, pythread};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

#[derive(Default)]
struct Cancel {
    cancelled: Mutex<bool>,
    changed: Condvar,
}

struct Watchdog {
    cancel: Arc<Cancel>,
    thread: JoinHandle<()>,
    /// The process that the thread is in: a fork's child has not got it.
    process: u32,
    /// Keeps the descriptor open.
    file: Option<Owned>,
}

struct Running(Cell<Option<Box<Watchdog>>>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for Running {}
static RUNNING: Running = Running(Cell::new(None));

/// The time-out, in microseconds.
pub fn microseconds(timeout: &PyObject) -> PyResult<u64> {
    let ns = from_seconds(timeout, Round::Ceiling)?;
    let us = ns.div_euclid(1000) + i64::from(ns.rem_euclid(1000) != 0);
    if us <= 0 {
        return Err(raise!(ValueError, "timeout must be greater than 0"));
    }
    if us > pythread::TIMEOUT_MAX_MICROSECONDS {
        return Err(raise!(OverflowError, "timeout value is too large"));
    }
    Ok(us as u64)
}

fn header(us: u64) -> String {
    let (seconds, fraction) = (us / 1_000_000, us % 1_000_000);
    let (h, m, s) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match fraction {
        0 => format!("Timeout ({h}:{m:02}:{s:02})!\n"),
        _ => format!("Timeout ({h}:{m:02}:{s:02}.{fraction:06})!\n"),
    }
}

/// Waits until cancelled or `time` has passed. Was it cancelled?
fn wait(cancel: &Cancel, time: Duration) -> bool {
    let until = Instant::now().checked_add(time);
    let mut cancelled = cancel
        .cancelled
        .lock()
        .unwrap_or_else(PoisonError::into_inner);
    while !*cancelled {
        let left = match until {
            Some(until) => until.saturating_duration_since(Instant::now()),
            None => time,
        };
        if left.is_zero() {
            return false;
        }
        let waited = cancel.changed.wait_timeout(cancelled, left);
        cancelled = waited.unwrap_or_else(PoisonError::into_inner).0;
    }
    true
}

fn watch(cancel: &Cancel, us: u64, repeat: bool, fd: c_int, exit: bool) {
    let header = header(us);
    while !wait(cancel, Duration::from_micros(us)) {
        dump::puts(fd, header.as_bytes());
        let failed = dump::all_threads(fd, INTERP.load(Ordering::Relaxed), std::ptr::null_mut());
        if exit {
            // SAFETY: ends the process here and now.
            unsafe { libc::_exit(1) };
        }
        if failed.is_err() || !repeat {
            return;
        }
    }
}

pub fn start(us: u64, repeat: bool, target: Target, exit: bool) -> PyResult<()> {
    drop(cancel());
    let shared = Arc::<Cancel>::default();
    let (cancel, fd) = (Arc::clone(&shared), target.fd);
    // No signal is for the watchdog: it would interrupt nobody.
    // SAFETY: sets of this function.
    let old = unsafe {
        let mut all: libc::sigset_t = std::mem::zeroed();
        let mut old: libc::sigset_t = std::mem::zeroed();
        libc::sigfillset(&mut all);
        libc::pthread_sigmask(libc::SIG_SETMASK, &all, &mut old);
        old
    };
    let thread = std::thread::Builder::new().spawn(move || watch(&cancel, us, repeat, fd, exit));
    // SAFETY: the mask of before.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &old, std::ptr::null_mut()) };
    let Ok(thread) = thread else {
        return Err(raise!(RuntimeError, "unable to start watchdog thread"));
    };
    RUNNING.0.set(Some(Box::new(Watchdog {
        cancel: shared,
        thread,
        process: std::process::id(),
        file: target.file,
    })));
    Ok(())
}

/// Ends the watchdog, if there is one, and waits until it is gone. Its file, for the caller to drop.
pub fn cancel() -> Option<Owned> {
    let watchdog = RUNNING.0.take()?;
    let Watchdog {
        cancel,
        thread,
        process,
        file,
    } = *watchdog;
    if process == std::process::id() {
        *cancel
            .cancelled
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = true;
        cancel.changed.notify_all();
        // A watchdog that panicked is gone too.
        let _ = thread.join();
    } else {
        std::mem::forget((cancel, thread));
    }
    file
}
