//! `-X importtime`: how long each import took, by itself and with what it imported.

use crate::prelude::*;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::Instant;

static HEADER: AtomicBool = AtomicBool::new(false);
static LEVEL: AtomicUsize = AtomicUsize::new(0);
/// Microseconds that imports inside the running one have taken.
static INNER: AtomicU64 = AtomicU64::new(0);

/// A running import.
pub struct Timer {
    started: Instant,
    outer: u64,
}

impl Timer {
    pub fn start() -> Timer {
        if !HEADER.swap(true, Ordering::Relaxed) {
            pyrite_runtime::tell!("import time: self [us] | cumulative | imported package");
        }
        LEVEL.fetch_add(1, Ordering::Relaxed);
        Timer {
            outer: INNER.swap(0, Ordering::Relaxed),
            started: Instant::now(),
        }
    }

    /// Prints the line, and counts the time as part of the import around this one.
    pub fn stop(self, name: &PyObject) {
        let all = self.started.elapsed().as_micros() as u64;
        let level = LEVEL.fetch_sub(1, Ordering::Relaxed).saturating_sub(1);
        let own = all.saturating_sub(INNER.load(Ordering::Relaxed));
        pyrite_runtime::tell!(
            "import time: {own:9} | {all:10} | {}{}",
            "  ".repeat(level),
            text::lossy(name)
        );
        INNER.store(self.outer + all, Ordering::Relaxed);
    }
}
