//! `fileutils.h`: files by descriptor, and the locale's encoding.

use crate::prelude::*;
use libc::wchar_t;

fn os_error() -> Raised {
    err::set_from_errno(exceptions::exc::OSError.get())
}

fn errno() -> c_int {
    // SAFETY: errno is the thread's own.
    unsafe { *libc::__errno_location() }
}

/// Repeats a system call that a signal interrupted, after the signal's handler has run. The interpreter is free meanwhile.
fn call(mut system: impl FnMut() -> isize) -> PyResult<isize> {
    loop {
        let mut failed = 0;
        let result = ceval::allow_threads(|| {
            let result = system();
            failed = errno();
            result
        });
        if result >= 0 {
            return Ok(result);
        }
        if failed != libc::EINTR {
            // SAFETY: errno is the thread's own.
            unsafe { *libc::__errno_location() = failed };
            return Err(os_error());
        }
        ceval::check_signals()?;
    }
}

/// The largest number of bytes that one call moves.
fn at_most(count: usize) -> usize {
    count.min(isize::MAX as usize)
}

/// Makes a descriptor inherited by new programs, or not.
fn set_inheritable(fd: c_int, on: bool) -> bool {
    // SAFETY: asks for and sets the descriptor's flags.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        let wanted = if on {
            flags & !libc::FD_CLOEXEC
        } else {
            flags | libc::FD_CLOEXEC
        };
        flags >= 0 && (flags == wanted || libc::fcntl(fd, libc::F_SETFD, wanted) >= 0)
    }
}

/// Text in memory of the raw domain, with a NUL.
fn raw_copy<T: Copy + Default>(text: &[T]) -> *mut T {
    let block = mem::malloc(mem::Domain::Raw, (text.len() + 1) * size_of::<T>()).cast::<T>();
    if !block.is_null() {
        // SAFETY: the block has room for the text and a NUL.
        unsafe {
            block.copy_from_nonoverlapping(text.as_ptr(), text.len());
            block.add(text.len()).write(T::default());
        }
    }
    block
}

fn decoded(text: &CStr, size: &Out<usize>) -> *mut wchar_t {
    let wide = config::decode(text.to_bytes());
    size.set(wide.len());
    raw_copy(&wide)
}

fn encoded(text: *const wchar_t, error: &Out<usize>) -> *mut c_char {
    error.set(usize::MAX);
    // SAFETY: C passes a string that ends in NUL.
    let text = unsafe { config::wide_slice(text) }.unwrap_or(&[]);
    raw_copy(&config::encode(text)).cast()
}

capi! {
    fn _Py_read(fd: c_int, buffer: *mut c_void, count: usize) -> PyResult<isize> {
        // SAFETY: C passes a buffer of that size.
        call(|| unsafe { libc::read(fd, buffer, at_most(count)) })
    }

    fn _Py_write(fd: c_int, buffer: *const c_void, count: usize) -> PyResult<isize> {
        // SAFETY: C passes as many bytes.
        call(|| unsafe { libc::write(fd, buffer, at_most(count)) })
    }

    fn _Py_write_noraise(fd: c_int, buffer: *const c_void, count: usize) -> isize {
        loop {
            // SAFETY: C passes as many bytes.
            let n = unsafe { libc::write(fd, buffer, at_most(count)) };
            if n >= 0 || errno() != libc::EINTR {
                return n;
            }
        }
    }

    fn _Py_open(path: *const c_char, flags: c_int) -> PyResult<c_int> {
        // SAFETY: C passes a path.
        call(|| unsafe { libc::open(path, flags | libc::O_CLOEXEC) } as isize).map(|fd| fd as c_int).map_err(|raised| {
            if err::matches(exceptions::exc::OSError.get()) && errno() != 0 && !path.is_null() {
                // SAFETY: as above.
                let name = unicode::fs::decode_default(unsafe { CStr::from_ptr(path) }.to_bytes()).ok();
                return err::set_from_errno_with_filename(exceptions::exc::OSError.get(), name.as_deref().map(|n| n.as_object()));
            }
            raised
        })
    }

    fn _Py_open_noraise(path: *const c_char, flags: c_int) -> c_int {
        // SAFETY: C passes a path.
        unsafe { libc::open(path, flags | libc::O_CLOEXEC) }
    }

    fn _Py_fopen(path: *const c_char, mode: *const c_char) -> *mut libc::FILE {
        // SAFETY: C passes a path and a mode.
        let file = unsafe { libc::fopen(path, mode) };
        if !file.is_null() {
            // SAFETY: just opened.
            set_inheritable(unsafe { libc::fileno(file) }, false);
        }
        file
    }

    fn _Py_fopen_obj(path: &PyObject, mode: *const c_char) -> PyResult<*mut libc::FILE> {
        // SAFETY: C passes a mode.
        let shown = unicode::from_utf8(unsafe { CStr::from_ptr(mode) }.to_bytes())?;
        let zero = long::from_i64(0)?;
        sys::audit("open", &[path, shown.as_object(), zero.as_object()])?;
        let name = crate::unicodeobject::fs_bytes(path)?;
        let bytes = name.downcast::<PyBytesObject>().ok_or_else(err::bad_internal_call)?;
        // SAFETY: the bytes end in NUL, and C passes a mode.
        let file = ceval::allow_threads(|| unsafe { libc::fopen(bytes::as_ptr(bytes), mode) });
        if file.is_null() {
            return Err(err::set_from_errno_with_filename(exceptions::exc::OSError.get(), Some(path)));
        }
        // SAFETY: just opened.
        set_inheritable(unsafe { libc::fileno(file) }, false);
        Ok(file)
    }

    fn _Py_fstat_noraise(fd: c_int, place: *mut libc::stat) -> c_int {
        // SAFETY: C passes a place for the result.
        unsafe { libc::fstat(fd, place) }
    }

    fn _Py_fstat(fd: c_int, place: *mut libc::stat) -> PyResult<()> {
        // SAFETY: C passes a place for the result.
        if ceval::allow_threads(|| unsafe { libc::fstat(fd, place) }) == 0 { Ok(()) } else { Err(os_error()) }
    }

    fn _Py_dup(fd: c_int) -> PyResult<c_int> {
        // SAFETY: asks for a copy of the descriptor.
        let copy = ceval::allow_threads(|| unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) });
        if copy < 0 { Err(os_error()) } else { Ok(copy) }
    }

    fn _Py_get_inheritable(fd: c_int) -> PyResult<c_int> {
        // SAFETY: asks for the descriptor's flags.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFD) };
        if flags < 0 { Err(os_error()) } else { Ok(c_int::from(flags & libc::FD_CLOEXEC == 0)) }
    }

    fn _Py_set_inheritable(fd: c_int, on: c_int, _works: *mut c_int) -> PyResult<()> { if set_inheritable(fd, on != 0) { Ok(()) } else { Err(os_error()) } }
    fn _Py_set_inheritable_async_safe(fd: c_int, on: c_int, _works: *mut c_int) -> c_int { if set_inheritable(fd, on != 0) { 0 } else { -1 } }

    fn _Py_get_blocking(fd: c_int) -> PyResult<c_int> {
        // SAFETY: asks for the file's flags.
        let flags = unsafe { libc::fcntl(fd, libc::F_GETFL) };
        if flags < 0 { Err(os_error()) } else { Ok(c_int::from(flags & libc::O_NONBLOCK == 0)) }
    }

    fn _Py_set_blocking(fd: c_int, on: c_int) -> PyResult<()> {
        // SAFETY: asks for and sets the file's flags.
        let set = unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFL);
            let wanted = if on != 0 { flags & !libc::O_NONBLOCK } else { flags | libc::O_NONBLOCK };
            flags >= 0 && libc::fcntl(fd, libc::F_SETFL, wanted) >= 0
        };
        if set { Ok(()) } else { Err(os_error()) }
    }

    fn _Py_device_encoding(fd: c_int) -> PyResult<Owned> {
        // SAFETY: asks about the descriptor and the locale.
        unsafe {
            if libc::isatty(fd) == 0 {
                return Ok(none().own());
            }
            Ok(unicode::from_utf8(CStr::from_ptr(libc::nl_langinfo(libc::CODESET)).to_bytes())?.upcast())
        }
    }

    fn _Py_GetErrorHandler(errors: Option<&CStr>) -> _Py_error_handler {
        match errors.map(CStr::to_bytes) {
            None | Some(b"strict") => _Py_ERROR_STRICT,
            Some(b"surrogateescape") => _Py_ERROR_SURROGATEESCAPE,
            Some(b"replace") => _Py_ERROR_REPLACE,
            Some(b"ignore") => _Py_ERROR_IGNORE,
            Some(b"backslashreplace") => _Py_ERROR_BACKSLASHREPLACE,
            Some(b"surrogatepass") => _Py_ERROR_SURROGATEPASS,
            Some(b"xmlcharrefreplace") => _Py_ERROR_XMLCHARREFREPLACE,
            Some(_) => _Py_ERROR_OTHER,
        }
    }

    fn Py_DecodeLocale(text: &CStr, size: Out<usize>) -> *mut wchar_t { decoded(text, &size) }

    fn Py_EncodeLocale(text: *const wchar_t, error: Out<usize>) -> *mut c_char {
        error.set(usize::MAX);
        // SAFETY: C passes a string that ends in NUL.
        let text = unsafe { config::wide_slice(text) }.unwrap_or(&[]);
        let bytes = config::encode(text);
        let copy = mem::malloc(mem::Domain::Mem, bytes.len() + 1).cast::<u8>();
        if !copy.is_null() {
            // SAFETY: the block has room for the text and a NUL.
            unsafe {
                copy.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
                copy.add(bytes.len()).write(0);
            }
        }
        copy.cast()
    }

    fn _Py_EncodeLocaleRaw(text: *const wchar_t, error: Out<usize>) -> *mut c_char { encoded(text, &error) }
}
