//! Tracebacks for when nothing can be trusted: written with `write(2)` alone.
//!
//! What is here may run in the handler of a signal that interrupted anything, in any thread, with or without the GIL. So it takes
//! no lock, allocates nothing, raises nothing and bounds every loop; it reads frames that may be changing, and accepts
//! that what it shows may then be wrong.

use crate::code;
use crate::frame::frame_code;
use crate::prelude::*;
use std::ffi::CStr;

const MAX_FRAMES: usize = 100;
const MAX_THREADS: usize = 100;
const MAX_CHARS: usize = 500;

/// Writes all of the bytes, or as many as the descriptor takes.
pub fn puts(fd: c_int, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        // SAFETY: the bytes live for the call.
        let n = unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
        match n {
            // SAFETY: errno is the thread's own.
            -1 if unsafe { *libc::__errno_location() } == libc::EINTR => {}
            n if n > 0 => bytes = bytes.get(n as usize..).unwrap_or_default(),
            _ => return,
        }
    }
}

/// `_Py_DumpDecimal`.
pub fn decimal(fd: c_int, mut value: u64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 || at == 0 {
            break;
        }
    }
    puts(fd, &digits[at..]);
}

/// `_Py_DumpHexadecimal`: at least `width` digits.
pub fn hexadecimal(fd: c_int, mut value: u64, width: usize) {
    let mut digits = [b'0'; 16];
    let least = digits.len() - width.clamp(1, digits.len());
    let mut at = digits.len();
    while at > 0 && (value != 0 || at > least) {
        at -= 1;
        digits[at] = b"0123456789abcdef"[(value & 15) as usize];
        value >>= 4;
    }
    puts(fd, &digits[at..]);
}

/// `_Py_DumpASCII`: a string with everything that is not printable ASCII escaped. Anything else writes nothing.
pub fn ascii(fd: c_int, text: &PyObject) {
    let Some(text) = text.downcast::<PyUnicodeObject>() else {
        return;
    };
    let chars = unicode::chars(text);
    for at in 0..chars.len().min(MAX_CHARS) {
        match chars.get(at).unwrap_or_default() {
            c @ 0x20..=0x7e => puts(fd, &[c as u8]),
            c @ 0..=0xff => {
                puts(fd, b"\\x");
                hexadecimal(fd, u64::from(c), 2);
            }
            c @ 0..=0xffff => {
                puts(fd, b"\\u");
                hexadecimal(fd, u64::from(c), 4);
            }
            c => {
                puts(fd, b"\\U");
                hexadecimal(fd, u64::from(c), 8);
            }
        }
    }
    if chars.len() > MAX_CHARS {
        puts(fd, b"...");
    }
}

fn name(fd: c_int, field: &Cell<*mut PyObject>) {
    match field.borrow() {
        Some(text) if text.downcast::<PyUnicodeObject>().is_some() => ascii(fd, text),
        _ => puts(fd, b"???"),
    }
}

fn dump_frame(fd: c_int, f: &PyFrameObject) {
    let code = frame_code(f);
    puts(fd, b"  File ");
    let known =
        (code.co_filename.borrow()).is_some_and(|n| n.downcast::<PyUnicodeObject>().is_some());
    if known {
        puts(fd, b"\"");
        name(fd, &code.co_filename);
        puts(fd, b"\"");
    } else {
        puts(fd, b"???");
    }
    puts(fd, b", line ");
    let line = code::addr_to_line(code, f.f_lasti.get());
    match u64::try_from(line) {
        Ok(line) => decimal(fd, line),
        Err(_) => puts(fd, b"???"),
    }
    puts(fd, b" in ");
    name(fd, &code.co_name);
    puts(fd, b"\n");
}

fn dump_frames(fd: c_int, ts: &PyThreadState) {
    let mut frame = ts.frame.get();
    for _ in 0..MAX_FRAMES {
        // SAFETY: frames of a thread that runs or waits are live; see the head of this file.
        let Some(f) = (unsafe { frame.as_ref() }) else {
            return;
        };
        if f.as_object().downcast::<PyFrameObject>().is_none() {
            return;
        }
        dump_frame(fd, f);
        frame = f.f_back.get();
    }
    if !frame.is_null() {
        puts(fd, b"  ...\n");
    }
}

/// `_Py_DumpTraceback`: one thread's frames, innermost first.
pub fn traceback(fd: c_int, ts: &PyThreadState) {
    puts(fd, b"Stack (most recent call first):\n");
    dump_frames(fd, ts);
}

/// `_Py_DumpTracebackThreads`: the frames of all threads of the interpreter, or, if none is given, of the current thread's. What is
/// missing, if something is.
pub fn all_threads(
    fd: c_int,
    interp: *mut PyInterpreterState,
    current: *mut PyThreadState,
) -> Result<(), &'static CStr> {
    let current = match current.is_null() {
        true => crate::threads::own_state(),
        false => current,
    };
    // SAFETY: states live while the process does; see the head of this file.
    let given = unsafe { interp.as_ref() };
    let interp = match given {
        Some(interp) => Some(interp),
        // SAFETY: as above.
        None => unsafe {
            let ts = match current.is_null() {
                true => tstate::current_ptr(),
                false => current,
            };
            ts.as_ref().and_then(|ts| ts.interp.get().as_ref())
        },
    };
    let interp = interp.ok_or(c"unable to get the interpreter state")?;
    let mut ts = interp.tstate_head.get();
    if ts.is_null() {
        return Err(c"unable to get the thread head state");
    }
    for n in 0.. {
        // SAFETY: as above.
        let Some(t) = (unsafe { ts.as_ref() }) else {
            return Ok(());
        };
        if n > 0 {
            puts(fd, b"\n");
        }
        if n >= MAX_THREADS {
            puts(fd, b"...\n");
            return Ok(());
        }
        puts(
            fd,
            if ts == current {
                b"Current thread 0x"
            } else {
                b"Thread 0x"
            },
        );
        hexadecimal(fd, t.thread_id.get(), 16);
        puts(fd, b" (most recent call first):\n");
        dump_frames(fd, t);
        ts = t.next.get();
    }
    Ok(())
}
