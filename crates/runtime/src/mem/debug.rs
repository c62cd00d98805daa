//! The debug hooks on memory: `PYTHONMALLOC=debug`, `-X dev`, `PyMem_SetupDebugHooks`.
//!
//! A hook stands in front of a domain's allocator and gives out the middle of a larger block. Its layout is documented:
//! a word with the size that was asked for (most significant byte first), a letter for the domain, seven forbidden bytes,
//! the block itself, and eight forbidden bytes. New memory is filled with one byte, memory given back with another; each
//! call verifies the bytes around the block, and that the calling thread holds the GIL where the domain wants that.

use super::{Allocator, Domain, MAX_REQUEST, allocator, set_allocator};
use crate::prelude::*;
use std::cell::UnsafeCell;
use std::io::Write;
use std::ptr::null_mut;

/// What fresh memory, freed memory and the bytes around a block are filled with.
const CLEAN: u8 = 0xCD;
const DEAD: u8 = 0xDD;
const FORBIDDEN: u8 = 0xFD;

const WORD: usize = size_of::<usize>();
const HEAD: usize = 2 * WORD;
const AROUND: usize = HEAD + WORD;
/// How many bytes at each end of a block are wiped while it is resized.
const WIPED: usize = 64;

/// What a hook knows: the letter of its domain, and the allocator behind it.
struct Context {
    letter: u8,
    needs_gil: bool,
    behind: Allocator,
}

const NONE: Allocator = Allocator {
    ctx: null_mut(),
    malloc: None,
    calloc: None,
    realloc: None,
    free: None,
};

struct Contexts(UnsafeCell<[Context; 3]>);
// SAFETY: written only by `install`, which runs alone by its contract.
unsafe impl Sync for Contexts {}

static CONTEXTS: Contexts = Contexts(UnsafeCell::new([
    Context {
        letter: b'r',
        needs_gil: false,
        behind: NONE,
    },
    Context {
        letter: b'm',
        needs_gil: true,
        behind: NONE,
    },
    Context {
        letter: b'o',
        needs_gil: true,
        behind: NONE,
    },
]));

/// Is the table a hook of this module?
pub fn is_debug(table: &Allocator) -> bool {
    table.malloc.map(|f| f as usize) == Some(malloc as *const () as usize)
}

/// The table behind a hook, or the table itself.
pub fn behind(table: Allocator) -> Allocator {
    if is_debug(&table) {
        // SAFETY: the context of a hook is one of the three, which live for ever.
        unsafe { (*table.ctx.cast::<Context>()).behind }
    } else {
        table
    }
}

/// Puts a hook in front of each domain that has none (`PyMem_SetupDebugHooks`).
///
/// # Safety
/// Nobody else runs, and blocks that the domains gave out before are never given back through them.
pub unsafe fn install() {
    for domain in [Domain::Raw, Domain::Mem, Domain::Object] {
        let old = allocator(domain);
        if is_debug(&old) {
            continue;
        }
        // SAFETY: by the contract nobody reads the contexts now.
        let context = unsafe { &mut (*CONTEXTS.0.get())[domain as usize] };
        context.behind = old;
        let hook = Allocator {
            ctx: std::ptr::from_mut(context).cast(),
            malloc: Some(malloc),
            calloc: Some(calloc),
            realloc: Some(realloc),
            free: Some(free),
        };
        // SAFETY: the hook is an allocator; the rest by the contract.
        unsafe { set_allocator(domain, hook) };
    }
}

unsafe fn context<'a>(ctx: *mut c_void) -> &'a Context {
    // SAFETY: the table of a hook carries one of the contexts.
    let context = unsafe { &*ctx.cast::<Context>() };
    if context.needs_gil && !crate::hooks::holds_gil() {
        crate::err::fatal("Python memory allocator called without holding the GIL");
    }
    context
}

/// Writes what stands around a block of `size` bytes, and returns its first byte.
unsafe fn frame(context: &Context, base: *mut u8, size: usize) -> *mut u8 {
    // SAFETY: the caller's block has `AROUND` bytes more than `size`.
    unsafe {
        let p = base.add(HEAD);
        base.cast::<[u8; WORD]>().write(size.to_be_bytes());
        *base.add(WORD) = context.letter;
        base.add(WORD + 1).write_bytes(FORBIDDEN, WORD - 1);
        p.add(size).write_bytes(FORBIDDEN, WORD);
        p
    }
}

unsafe extern "C" fn malloc(ctx: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: a hook's own context; the allocator behind takes any size.
    unsafe {
        let context = context(ctx);
        let (Some(f), true) = (context.behind.malloc, size <= MAX_REQUEST - AROUND) else {
            return null_mut();
        };
        let base = f(context.behind.ctx, size + AROUND).cast::<u8>();
        if base.is_null() {
            return null_mut();
        }
        let p = frame(context, base, size);
        p.write_bytes(CLEAN, size);
        p.cast()
    }
}

unsafe extern "C" fn calloc(ctx: *mut c_void, n: usize, size: usize) -> *mut c_void {
    // SAFETY: as in `malloc`.
    unsafe {
        let context = context(ctx);
        let total = n.checked_mul(size).filter(|t| *t <= MAX_REQUEST - AROUND);
        let (Some(f), Some(total)) = (context.behind.calloc, total) else {
            return null_mut();
        };
        let base = f(context.behind.ctx, 1, total + AROUND).cast::<u8>();
        if base.is_null() {
            return null_mut();
        }
        frame(context, base, total).cast()
    }
}

unsafe extern "C" fn free(ctx: *mut c_void, p: *mut c_void) {
    if p.is_null() {
        return;
    }
    // SAFETY: the caller's block came from this hook; if it did not, `check` says so and ends the process.
    unsafe {
        let context = context(ctx);
        let size = check(context, p.cast());
        let base = p.cast::<u8>().sub(HEAD);
        base.write_bytes(DEAD, size + AROUND);
        if let Some(f) = context.behind.free {
            f(context.behind.ctx, base.cast());
        }
    }
}

unsafe extern "C" fn realloc(ctx: *mut c_void, p: *mut c_void, size: usize) -> *mut c_void {
    if p.is_null() {
        // SAFETY: the same context.
        return unsafe { malloc(ctx, size) };
    }
    // SAFETY: as in `free`; the ends that are wiped lie in the old block, and what is put back in the new one.
    unsafe {
        let context = context(ctx);
        let old = check(context, p.cast());
        let (Some(f), true) = (context.behind.realloc, size <= MAX_REQUEST - AROUND) else {
            return null_mut();
        };
        let base = p.cast::<u8>().sub(HEAD);
        // Whoever still has the old address shall find it dead, but the allocator behind copies the middle.
        let end = old.min(WIPED);
        let (mut first, mut last) = ([0u8; WIPED], [0u8; WIPED]);
        let data = base.add(HEAD);
        first.as_mut_ptr().copy_from_nonoverlapping(data, end);
        last.as_mut_ptr()
            .copy_from_nonoverlapping(data.add(old - end), end);
        base.write_bytes(DEAD, HEAD + end);
        data.add(old - end).write_bytes(DEAD, end + WORD);
        let moved = f(context.behind.ctx, base.cast(), size + AROUND).cast::<u8>();
        let (base, now) = if moved.is_null() {
            (base, old)
        } else {
            (moved, size)
        };
        let data = frame(context, base, now);
        data.copy_from_nonoverlapping(first.as_ptr(), end.min(now));
        if now > old - end {
            data.add(old - end)
                .copy_from_nonoverlapping(last.as_ptr(), end.min(now - (old - end)));
        }
        if now > old {
            data.add(old).write_bytes(CLEAN, now - old);
        }
        if moved.is_null() {
            null_mut()
        } else {
            data.cast()
        }
    }
}

unsafe fn requested(p: *const u8) -> usize {
    // SAFETY: a block has its head in front.
    usize::from_be_bytes(unsafe { p.sub(HEAD).cast::<[u8; WORD]>().read() })
}

/// Verifies what stands around a block and returns its size, or reports it and ends the process.
unsafe fn check(context: &Context, p: *const u8) -> usize {
    // SAFETY: a block has its head in front, and its size is true when the bytes around that are.
    unsafe {
        let letter = *p.sub(WORD);
        let fail = |message: &str| -> ! {
            dump(p);
            crate::err::fatal(message)
        };
        if letter != context.letter {
            let (from, here) = (char::from(letter), char::from(context.letter));
            fail(&format!(
                "bad ID: Allocated using API '{from}', verified using API '{here}'"
            ));
        }
        if (1..WORD).any(|i| *p.sub(i) != FORBIDDEN) {
            fail("bad leading pad byte");
        }
        let size = requested(p);
        if (0..WORD).any(|i| *p.add(size + i) != FORBIDDEN) {
            fail("bad trailing pad byte");
        }
        size
    }
}

/// Copies out bytes that may not be there: the size in front of a damaged block can be anything.
fn peek<const N: usize>(at: *const u8) -> Option<[u8; N]> {
    let mut bytes = [0u8; N];
    let to = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast(),
        iov_len: N,
    };
    let from = libc::iovec {
        iov_base: at.cast_mut().cast(),
        iov_len: N,
    };
    // SAFETY: the kernel checks the source, and writes N bytes at most.
    let n = unsafe { libc::process_vm_readv(libc::getpid(), &to, 1, &from, 1, 0) };
    (n == N as isize).then_some(bytes)
}

/// Describes a block on stderr (`_PyObject_DebugDumpAddress`).
unsafe fn dump(p: *const u8) {
    let mut out = std::io::stderr();
    let ouch = |b: u8| if b == FORBIDDEN { "" } else { " *** OUCH" };
    // SAFETY: the head is read where the allocator put it; what depends on the size is read by `peek`.
    let (size, letter, pads) = unsafe {
        let pads: [u8; WORD - 1] = p.sub(WORD - 1).cast::<[u8; WORD - 1]>().read();
        (requested(p), *p.sub(WORD), pads)
    };
    let _ = write!(out, "Debug memory block at address p={p:p}: API '");
    let _ = out.write_all(&[letter]);
    let _ = writeln!(out, "'\n    {size} bytes originally requested");
    let _ = write!(out, "    The {n} pad bytes at p-{n} are ", n = WORD - 1);
    if pads.iter().all(|b| *b == FORBIDDEN) {
        let _ = writeln!(out, "FORBIDDENBYTE, as expected.");
    } else {
        let _ = writeln!(out, "not all FORBIDDENBYTE (0x{FORBIDDEN:02x}):");
        for (i, b) in pads.iter().enumerate() {
            let _ = writeln!(out, "        at p-{}: 0x{b:02x}{}", WORD - 1 - i, ouch(*b));
        }
        let _ = writeln!(
            out,
            "    Because memory is corrupted at the start, the count of bytes requested\n       \
             may be bogus, and checking the trailing pad bytes may segfault."
        );
    }
    let tail = p.wrapping_add(size);
    let _ = write!(out, "    The {WORD} pad bytes at tail={tail:p} are ");
    match peek::<WORD>(tail) {
        Some(bytes) if bytes.iter().all(|b| *b == FORBIDDEN) => {
            let _ = writeln!(out, "FORBIDDENBYTE, as expected.");
        }
        Some(bytes) => {
            let _ = writeln!(out, "not all FORBIDDENBYTE (0x{FORBIDDEN:02x}):");
            for (i, b) in bytes.iter().enumerate() {
                let _ = writeln!(out, "        at tail+{i}: 0x{b:02x}{}", ouch(*b));
            }
        }
        None => {
            let _ = writeln!(out, "not readable");
        }
    }
    if size > 0 {
        let _ = writeln!(out, "    Data at p:{}", data(p, size));
    }
    let _ = writeln!(out);
    let _ = out.flush();
    crate::hooks::block_traceback(p as usize);
}

/// The first and last bytes of a block in hexadecimal.
fn data(p: *const u8, size: usize) -> String {
    let byte = |i: usize| match peek::<1>(p.wrapping_add(i)) {
        Some([b]) => format!(" {b:02x}"),
        None => " ??".to_owned(),
    };
    let shown = 8;
    let mut text: String = (0..size.min(shown)).map(byte).collect();
    if size > 2 * shown {
        text.push_str(" ...");
    }
    text.extend((size.saturating_sub(shown).max(shown)..size).map(byte));
    text
}
