//! Open files by their descriptors: opening, reading, writing, positions, pipes, flags.

use super::path::{DirFd, FsBytes, Path, os_error};
use super::results::{TERMINAL_SIZE, int};
use super::stat::{last_errno, retried, retried_value};
use pyrite_macros::pyfunctions;
use pyrite_runtime::args::{Args, Truth};
use pyrite_runtime::buffer::Buffer;
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{args, bytes, err, sequence, tuple, unicode};
use pyrite_vm::ceval::{allow_threads, check_signals};

/// Functions on descriptors.
pub struct Descriptors;

/// The most that one read or write moves.
const MAX_TRANSFER: usize = 0x7fff_f000;

fn fds(a: c_int, b: c_int) -> PyResult<Owned> {
    Ok(tuple::pack([int(i64::from(a))?, int(i64::from(b))?])?.upcast())
}

/// Reads up to `length` bytes with `read`, which gets the memory and its size.
fn read_bytes(length: isize, read: impl Fn(*mut c_void, usize) -> isize) -> PyResult<Owned> {
    let Ok(length) = usize::try_from(length) else {
        return Err(err::set_from(exc::OSError.get(), libc::EINVAL, None, None));
    };
    let length = length.min(MAX_TRANSFER);
    // SAFETY: every byte that is kept below has been read into.
    let data = unsafe { bytes::new_uninit(length)? };
    let at = bytes::as_ptr(&data) as usize;
    let n = retried_value(|| read(at as *mut c_void, length) as i64)? as usize;
    if n == length {
        return Ok(data.upcast());
    }
    Ok(bytes::resize(data, n)?.upcast())
}

/// Writes a buffer with `write`.
fn write_bytes(data: &Buffer, write: impl Fn(*const c_void, usize) -> isize) -> PyResult<i64> {
    let bytes = data.as_slice();
    let (at, n) = (bytes.as_ptr() as usize, bytes.len().min(MAX_TRANSFER));
    retried_value(|| write(at as *const c_void, n) as i64)
}

/// The buffers of a scatter or gather operation, and the system's view of them.
struct Vectors {
    _buffers: Vec<Buffer>,
    views: Vec<libc::iovec>,
}

impl Vectors {
    fn of(o: &PyObject, fname: &str, flags: c_int) -> PyResult<Vectors> {
        if !sequence::check(o) {
            return Err(raise!(TypeError, "{fname}() arg 2 must be a sequence"));
        }
        let mut buffers = Vec::new();
        let n = sequence::size(o)?;
        for i in 0..n {
            let item = sequence::get_item(o, i)?;
            buffers.push(pyrite_runtime::buffer::get(&item, flags)?);
        }
        let views = buffers
            .iter()
            .map(|b| {
                let data = b.as_slice();
                libc::iovec {
                    iov_base: data.as_ptr().cast_mut().cast(),
                    iov_len: data.len(),
                }
            })
            .collect();
        Ok(Vectors {
            _buffers: buffers,
            views,
        })
    }

    fn parts(&self) -> (usize, c_int) {
        (
            self.views.as_ptr() as usize,
            c_int::try_from(self.views.len()).unwrap_or(c_int::MAX),
        )
    }
}

#[pyfunctions(module = "posix")]
impl Descriptors {
    #[function]
    fn open(
        _m: &PyObject,
        path: Path,
        flags: c_int,
        mode: c_int,
        dir_fd: Option<DirFd>,
    ) -> PyResult<c_int> {
        let dir_fd = dir_fd.unwrap_or(DirFd::CURRENT);
        let event = [path.object.clone(), none().own(), int(i64::from(flags))?];
        pyrite_runtime::hooks::audit("open", &[&event[0], &event[1], &event[2]])?;
        let at = path.as_ptr() as usize;
        loop {
            // SAFETY: the path ends with a NUL and outlives the call.
            let (fd, errno) = allow_threads(|| unsafe {
                let fd = libc::openat(
                    dir_fd.0,
                    at as *const c_char,
                    flags | libc::O_CLOEXEC,
                    mode as libc::mode_t,
                );
                (fd, last_errno())
            });
            if fd >= 0 {
                return Ok(fd);
            }
            if errno != libc::EINTR {
                return Err(err::set_from(
                    exc::OSError.get(),
                    errno,
                    Some(&path.object),
                    None,
                ));
            }
            check_signals()?;
        }
    }

    #[function]
    fn close(_m: &PyObject, fd: c_int) -> PyResult<()> {
        // SAFETY: closing is what the caller asks for. An interrupted close has closed.
        let (r, errno) = allow_threads(|| unsafe { (libc::close(fd), last_errno()) });
        if r < 0 && errno != libc::EINTR {
            return Err(err::set_from(exc::OSError.get(), errno, None, None));
        }
        Ok(())
    }

    #[function]
    fn closerange(_m: &PyObject, fd_low: c_int, fd_high: c_int) {
        allow_threads(|| {
            for fd in fd_low.max(0)..fd_high {
                // SAFETY: closing is what the caller asks for.
                unsafe { libc::close(fd) };
            }
        });
    }

    #[function]
    fn dup(_m: &PyObject, fd: c_int) -> PyResult<c_int> {
        // SAFETY: the call takes numbers alone, and no pointer.
        match unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0) } {
            -1 => Err(os_error()),
            new => Ok(new),
        }
    }

    #[function]
    fn dup2(_m: &PyObject, fd: c_int, fd2: c_int, inheritable: Truth) -> PyResult<c_int> {
        if fd < 0 || fd2 < 0 {
            return Err(err::set_from(exc::OSError.get(), libc::EBADF, None, None));
        }
        let flags = if inheritable.0 || fd == fd2 {
            0
        } else {
            libc::O_CLOEXEC
        };
        // SAFETY: the call takes numbers alone, and no pointer.
        let r = allow_threads(|| unsafe {
            if flags == 0 {
                libc::dup2(fd, fd2)
            } else {
                libc::dup3(fd, fd2, flags)
            }
        });
        if r < 0 { Err(os_error()) } else { Ok(r) }
    }

    #[function]
    fn read(_m: &PyObject, fd: c_int, length: isize) -> PyResult<Owned> {
        // SAFETY: the memory has room for so many bytes.
        read_bytes(length, |at, n| unsafe { libc::read(fd, at, n) })
    }

    #[function]
    fn pread(_m: &PyObject, fd: c_int, length: c_int, offset: i64) -> PyResult<Owned> {
        // SAFETY: as above.
        read_bytes(length as isize, |at, n| unsafe {
            libc::pread(fd, at, n, offset)
        })
    }

    #[function]
    fn write(_m: &PyObject, fd: c_int, data: Buffer) -> PyResult<i64> {
        // SAFETY: the buffer is held for the call.
        write_bytes(&data, |at, n| unsafe { libc::write(fd, at, n) })
    }

    #[function]
    fn pwrite(_m: &PyObject, fd: c_int, buffer: Buffer, offset: i64) -> PyResult<i64> {
        // SAFETY: as above.
        write_bytes(&buffer, |at, n| unsafe { libc::pwrite(fd, at, n, offset) })
    }

    #[function]
    fn readv(_m: &PyObject, fd: c_int, buffers: &PyObject) -> PyResult<i64> {
        let vectors = Vectors::of(buffers, "readv", PyBUF_WRITABLE)?;
        let (at, n) = vectors.parts();
        // SAFETY: the buffers are held for the call.
        retried_value(|| unsafe { libc::readv(fd, at as *const libc::iovec, n) as i64 })
    }

    #[function]
    fn writev(_m: &PyObject, fd: c_int, buffers: &PyObject) -> PyResult<i64> {
        let vectors = Vectors::of(buffers, "writev", PyBUF_SIMPLE)?;
        let (at, n) = vectors.parts();
        // SAFETY: as above.
        retried_value(|| unsafe { libc::writev(fd, at as *const libc::iovec, n) as i64 })
    }

    #[function]
    fn preadv(
        _m: &PyObject,
        fd: c_int,
        buffers: &PyObject,
        offset: i64,
        flags: c_int,
    ) -> PyResult<i64> {
        let vectors = Vectors::of(buffers, "preadv2", PyBUF_WRITABLE)?;
        let (at, n) = vectors.parts();
        // SAFETY: as above.
        retried_value(|| unsafe {
            libc::preadv2(fd, at as *const libc::iovec, n, offset, flags) as i64
        })
    }

    #[function]
    fn pwritev(
        _m: &PyObject,
        fd: c_int,
        buffers: &PyObject,
        offset: i64,
        flags: c_int,
    ) -> PyResult<i64> {
        let vectors = Vectors::of(buffers, "pwritev", PyBUF_SIMPLE)?;
        let (at, n) = vectors.parts();
        // SAFETY: as above.
        retried_value(|| unsafe {
            libc::pwritev2(fd, at as *const libc::iovec, n, offset, flags) as i64
        })
    }

    #[function(args_kw)]
    fn sendfile(_m: &PyObject, call: Args<'_>) -> PyResult<i64> {
        static NAMES: [args::Name; 4] = [const { args::Name::new() }; 4];
        static PARAMETERS: args::Parameters = args::Parameters {
            fname: "sendfile",
            names: &["out", "in", "offset", "count"],
            interned: &NAMES,
            positional_only: 0,
            positional: 4,
            required: 4,
            required_mask: 0b1111,
            parse_tuple: true,
        };
        let [Some(out), Some(from), Some(offset), Some(count)] = call.bind::<4>(&PARAMETERS)?
        else {
            return Err(err::bad_internal_call());
        };
        let at = |n| args::Arg {
            fname: "sendfile",
            place: args::Place::Position(n),
        };
        let out: c_int = args::from_arg(out, at(1))?;
        let from: c_int = args::from_arg(from, at(2))?;
        let count: isize = args::from_arg(count, at(4))?;
        if offset.is_none() {
            // SAFETY: the call takes numbers alone, and no pointer.
            return retried_value(|| unsafe {
                libc::sendfile(out, from, std::ptr::null_mut(), count as usize) as i64
            });
        }
        let offset: i64 = args::from_arg(offset, at(3))?;
        retried_value(|| {
            let mut offset = offset;
            // SAFETY: the offset lives for the call.
            unsafe { libc::sendfile(out, from, &mut offset, count as usize) as i64 }
        })
    }

    #[function]
    fn copy_file_range(
        _m: &PyObject,
        src: c_int,
        dst: c_int,
        count: isize,
        offset_src: Option<&PyObject>,
        offset_dst: Option<&PyObject>,
    ) -> PyResult<i64> {
        if count < 0 {
            return Err(raise!(ValueError, "negative value for 'count' not allowed"));
        }
        let offset = |o: Option<&PyObject>| match o.filter(|o| !o.is_none()) {
            Some(o) => pyrite_runtime::long::as_i64(o).map(Some),
            None => Ok(None),
        };
        let (from, to) = (offset(offset_src)?, offset(offset_dst)?);
        retried_value(|| {
            let (mut from, mut to) = (from, to);
            let ptr =
                |o: &mut Option<i64>| o.as_mut().map_or(std::ptr::null_mut(), |o| o as *mut i64);
            // SAFETY: the offsets live for the call.
            unsafe {
                libc::copy_file_range(src, ptr(&mut from), dst, ptr(&mut to), count as usize, 0)
                    as i64
            }
        })
    }

    #[function]
    fn lseek(_m: &PyObject, fd: c_int, position: i64, how: c_int) -> PyResult<i64> {
        // SAFETY: the call takes numbers alone, and no pointer.
        let (r, errno) =
            allow_threads(|| unsafe { (libc::lseek(fd, position, how), last_errno()) });
        if r < 0 {
            Err(err::set_from(exc::OSError.get(), errno, None, None))
        } else {
            Ok(r)
        }
    }

    #[function]
    fn ftruncate(_m: &PyObject, fd: c_int, length: i64) -> PyResult<()> {
        // SAFETY: the call takes numbers alone, and no pointer.
        retried(|| unsafe { libc::ftruncate(fd, length) })
    }

    #[function]
    fn posix_fallocate(_m: &PyObject, fd: c_int, offset: i64, length: i64) -> PyResult<()> {
        // SAFETY: the call takes numbers alone, and no pointer.
        error_number(|| unsafe { libc::posix_fallocate(fd, offset, length) })
    }

    #[function]
    fn posix_fadvise(
        _m: &PyObject,
        fd: c_int,
        offset: i64,
        length: i64,
        advice: c_int,
    ) -> PyResult<()> {
        // SAFETY: the call takes numbers alone, and no pointer.
        error_number(|| unsafe { libc::posix_fadvise(fd, offset, length, advice) })
    }

    #[function]
    fn lockf(_m: &PyObject, fd: c_int, command: c_int, length: i64) -> PyResult<()> {
        // SAFETY: the call takes numbers alone, and no pointer.
        let (r, errno) =
            allow_threads(|| unsafe { (libc::lockf(fd, command, length), last_errno()) });
        if r < 0 {
            Err(err::set_from(exc::OSError.get(), errno, None, None))
        } else {
            Ok(())
        }
    }

    #[function]
    fn isatty(_m: &PyObject, fd: c_int) -> bool {
        // SAFETY: the call takes a number, and no pointer.
        unsafe { libc::isatty(fd) != 0 }
    }

    #[function]
    fn ttyname(_m: &PyObject, fd: c_int) -> PyResult<Owned> {
        // SAFETY: the name is copied while the GIL is held.
        let name = unsafe {
            let name = libc::ttyname(fd);
            if name.is_null() {
                return Err(os_error());
            }
            std::ffi::CStr::from_ptr(name)
        };
        Ok(unicode::fs::decode_default(name.to_bytes())?.upcast())
    }

    #[function]
    #[sig("($module, fd=1, /)", parse_tuple, fname = "")]
    fn get_terminal_size(_m: &PyObject, fd: Option<c_int>) -> PyResult<Owned> {
        // SAFETY: the structure has room for the answer.
        let size = unsafe {
            let mut size: libc::winsize = std::mem::zeroed();
            if libc::ioctl(fd.unwrap_or(1), libc::TIOCGWINSZ, &mut size) != 0 {
                return Err(os_error());
            }
            size
        };
        TERMINAL_SIZE.make(vec![
            int(i64::from(size.ws_col))?,
            int(i64::from(size.ws_row))?,
        ])
    }

    #[function]
    fn pipe(_m: &PyObject) -> PyResult<Owned> {
        Self::make_pipe(libc::O_CLOEXEC)
    }

    #[function]
    fn pipe2(_m: &PyObject, flags: c_int) -> PyResult<Owned> {
        Self::make_pipe(flags)
    }

    fn make_pipe(flags: c_int) -> PyResult<Owned> {
        let mut ends = [0; 2];
        // SAFETY: room for two descriptors.
        if unsafe { libc::pipe2(ends.as_mut_ptr(), flags) } != 0 {
            return Err(os_error());
        }
        fds(ends[0], ends[1])
    }

    #[function]
    fn openpty(_m: &PyObject) -> PyResult<Owned> {
        let (mut master, mut slave) = (0, 0);
        let unset = std::ptr::null_mut();
        // SAFETY: room for two descriptors; the rest is optional.
        if unsafe {
            libc::openpty(
                &mut master,
                &mut slave,
                unset,
                std::ptr::null(),
                std::ptr::null(),
            )
        } != 0
        {
            return Err(os_error());
        }
        for fd in [master, slave] {
            set_inheritable(fd, false)?;
        }
        fds(master, slave)
    }

    #[function]
    fn get_inheritable(_m: &PyObject, fd: c_int) -> PyResult<bool> {
        // SAFETY: the call takes numbers alone, and no pointer.
        match unsafe { libc::fcntl(fd, libc::F_GETFD) } {
            -1 => Err(os_error()),
            flags => Ok(flags & libc::FD_CLOEXEC == 0),
        }
    }

    #[function]
    fn set_inheritable(_m: &PyObject, fd: c_int, inheritable: c_int) -> PyResult<()> {
        set_inheritable(fd, inheritable != 0)
    }

    #[function]
    fn get_blocking(_m: &PyObject, fd: c_int) -> PyResult<bool> {
        // SAFETY: the call takes numbers alone, and no pointer.
        match unsafe { libc::fcntl(fd, libc::F_GETFL) } {
            -1 => Err(os_error()),
            flags => Ok(flags & libc::O_NONBLOCK == 0),
        }
    }

    #[function]
    fn set_blocking(_m: &PyObject, fd: c_int, blocking: bool) -> PyResult<()> {
        // SAFETY: the call takes numbers alone, and no pointer.
        unsafe {
            let flags = libc::fcntl(fd, libc::F_GETFL);
            if flags < 0 {
                return Err(os_error());
            }
            let flags = if blocking {
                flags & !libc::O_NONBLOCK
            } else {
                flags | libc::O_NONBLOCK
            };
            if libc::fcntl(fd, libc::F_SETFL, flags) < 0 {
                return Err(os_error());
            }
        }
        Ok(())
    }

    #[function]
    fn device_encoding(_m: &PyObject, fd: c_int) -> PyResult<Option<Owned>> {
        // SAFETY: the name of the locale's character set is static.
        unsafe {
            if libc::isatty(fd) == 0 {
                return Ok(None);
            }
            let name = std::ffi::CStr::from_ptr(libc::nl_langinfo(libc::CODESET));
            Ok(Some(unicode::from_str(&name.to_string_lossy())?.upcast()))
        }
    }

    #[function]
    fn memfd_create(_m: &PyObject, name: FsBytes, flags: Option<c_int>) -> PyResult<c_int> {
        let flags = flags.map_or(libc::MFD_CLOEXEC, |f| f as u32);
        // SAFETY: the name ends with a NUL.
        match unsafe { libc::memfd_create(name.as_c_str().as_ptr(), flags) } {
            -1 => Err(os_error()),
            fd => Ok(fd),
        }
    }

    #[function]
    fn tcgetpgrp(_m: &PyObject, fd: c_int) -> PyResult<c_int> {
        // SAFETY: the call takes a number, and no pointer.
        match unsafe { libc::tcgetpgrp(fd) } {
            -1 => Err(os_error()),
            group => Ok(group),
        }
    }

    #[function]
    fn tcsetpgrp(_m: &PyObject, fd: c_int, pgid: c_int) -> PyResult<()> {
        // SAFETY: the call takes numbers alone, and no pointer.
        if unsafe { libc::tcsetpgrp(fd, pgid) } < 0 {
            Err(os_error())
        } else {
            Ok(())
        }
    }
}

/// For functions that return the error number: repeated after an interruption.
fn error_number(call: impl Fn() -> c_int) -> PyResult<()> {
    loop {
        match allow_threads(&call) {
            0 => return Ok(()),
            libc::EINTR => check_signals()?,
            errno => return Err(err::set_from(exc::OSError.get(), errno, None, None)),
        }
    }
}

/// `_Py_set_inheritable`.
pub fn set_inheritable(fd: c_int, inheritable: bool) -> PyResult<()> {
    // SAFETY: the call takes numbers alone, and no pointer.
    unsafe {
        let flags = libc::fcntl(fd, libc::F_GETFD);
        if flags < 0 {
            return Err(os_error());
        }
        let new = if inheritable {
            flags & !libc::FD_CLOEXEC
        } else {
            flags | libc::FD_CLOEXEC
        };
        if new != flags && libc::fcntl(fd, libc::F_SETFD, new) < 0 {
            return Err(os_error());
        }
    }
    Ok(())
}
