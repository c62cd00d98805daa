//! `PyOS_Readline`: a line from the terminal, with the `readline` module's editor if it is loaded.

use crate::ceval;
use crate::config::flags::Variable;
use crate::prelude::*;
use std::ffi::CString;
use std::io::Write;

type Editor = unsafe extern "C" fn(*mut libc::FILE, *mut libc::FILE, *const c_char) -> *mut c_char;

/// Set by the `readline` module.
#[unsafe(no_mangle)]
pub static PyOS_ReadlineFunctionPointer: Variable<Option<Editor>> = Variable(Cell::new(None));

/// Called while the interpreter waits for input (Tkinter sets it).
#[unsafe(no_mangle)]
pub static PyOS_InputHook: Variable<Option<unsafe extern "C" fn() -> c_int>> =
    Variable(Cell::new(None));

/// The thread state of the thread that waits for input.
#[unsafe(no_mangle)]
pub static _PyOS_ReadlineTState: Variable<*mut PyThreadState> =
    Variable(Cell::new(std::ptr::null_mut()));

unsafe extern "C" {
    static stdin: *mut libc::FILE;
    static stdout: *mut libc::FILE;
}

/// Reads a line with its newline. Empty: the input has ended. `None`: interrupted.
pub fn read_line(prompt: &[u8]) -> PyResult<Option<Vec<u8>>> {
    // SAFETY: C's streams live as long as the process.
    let (fin, fout) = unsafe { (stdin, stdout) };
    read_line_from(fin, fout, prompt)
}

/// As [`read_line`], from given streams.
pub fn read_line_from(
    fin: *mut libc::FILE,
    fout: *mut libc::FILE,
    prompt: &[u8],
) -> PyResult<Option<Vec<u8>>> {
    let prompt = CString::new(prompt).map_err(|_| raise!(ValueError, "embedded null character"))?;
    let ts = tstate::current_ptr();
    if _PyOS_ReadlineTState.0.get() == ts {
        return Err(raise!(RuntimeError, "can't re-enter readline"));
    }
    // SAFETY: live streams.
    let terminal =
        unsafe { libc::isatty(libc::fileno(fin)) != 0 && libc::isatty(libc::fileno(fout)) != 0 };
    _PyOS_ReadlineTState.0.set(ts);
    let editor = PyOS_ReadlineFunctionPointer.0.get();
    let line = ceval::allow_threads(|| match editor {
        // SAFETY: the editor takes two live streams and a string; its result is allocated by PyMem_RawMalloc.
        Some(edit) if terminal => unsafe {
            let p = edit(fin, fout, prompt.as_ptr());
            if p.is_null() {
                return None;
            }
            let line = std::ffi::CStr::from_ptr(p).to_bytes().to_vec();
            libc::free(p.cast());
            Some(line)
        },
        _ => plain_line(fin, &prompt),
    });
    _PyOS_ReadlineTState.0.set(std::ptr::null_mut());
    if line.is_none() {
        ceval::check_signals()?;
    }
    Ok(line)
}

/// Without an editor: the prompt goes to stderr.
pub fn plain_line(fin: *mut libc::FILE, prompt: &CString) -> Option<Vec<u8>> {
    let mut err = std::io::stderr();
    // Nobody can be told if this fails.
    let _ = err.write_all(prompt.as_bytes());
    let _ = err.flush();
    let mut line = Vec::new();
    loop {
        // SAFETY: a live stream; errno is the thread's own.
        unsafe {
            *libc::__errno_location() = 0;
            match libc::fgetc(fin) {
                libc::EOF => {
                    let interrupted = *libc::__errno_location() == libc::EINTR;
                    clearerr(fin);
                    return if interrupted { None } else { Some(line) };
                }
                c => {
                    line.push(c as u8);
                    if c == c_int::from(b'\n') {
                        return Some(line);
                    }
                }
            }
        }
    }
}

unsafe extern "C" {
    fn clearerr(stream: *mut libc::FILE);
}
