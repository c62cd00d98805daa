//! What the fuzz targets share: how an input is taken apart, and the bound on memory.
//!
//! The first two bytes of an input choose mode and flags, the rest is the source. Memory is counted by an allocator of this crate; a target
//! calls [`bounded`], which panics when a stage has held more than its bound at any time.

use pyrite_syntax::{Mode, Options};
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: all calls go to the system's allocator as they come.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(held, Ordering::Relaxed);
        // SAFETY: by the contract.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, p: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: by the contract.
        unsafe { System.dealloc(p, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Runs a stage, which may hold `factor` times the length of its input and a megabyte.
pub fn bounded<R>(input: &[u8], factor: usize, stage: impl FnOnce() -> R) -> R {
    let before = HELD.load(Ordering::Relaxed);
    PEAK.store(before, Ordering::Relaxed);
    let result = stage();
    let used = PEAK.load(Ordering::Relaxed).saturating_sub(before);
    let bound = factor * input.len() + (1 << 20);
    assert!(
        used <= bound,
        "{used} bytes for {} bytes of input",
        input.len()
    );
    result
}

/// How a source is to be read.
pub struct Case<'a> {
    pub options: Options<'a>,
    pub optimize: u8,
    pub flags: i32,
    pub entry: u8,
    pub source: &'a [u8],
}

fn name(name: &[u8]) -> Result<Option<u32>, pyrite_syntax::NoNames> {
    Ok(match name {
        b"DIGIT ONE" => Some(0x31),
        b"EURO SIGN" => Some(0x20ac),
        _ => None,
    })
}

/// Takes an input apart.
pub fn case(data: &[u8]) -> Option<Case<'_>> {
    let [first, second, source @ ..] = data else {
        return None;
    };
    let mode = match first & 7 {
        0 => Mode::Expression,
        1 => Mode::Interactive,
        2 => Mode::FunctionType,
        _ => Mode::Module,
    };
    let options = Options {
        mode,
        type_comments: first & 8 != 0,
        feature_version: if first & 16 != 0 { 4 } else { 8 },
        dont_imply_dedent: first & 32 != 0,
        barry_as_flufl: first & 64 != 0,
        names: Some(&name),
        ..Options::default()
    };
    Some(Case {
        options,
        optimize: second & 3,
        // PyCF_ALLOW_TOP_LEVEL_AWAIT and the future of annotations.
        flags: if second & 4 != 0 { 0x2000 } else { 0 }
            | if second & 8 != 0 { 0x10_0000 } else { 0 },
        entry: second >> 4,
        source,
    })
}
