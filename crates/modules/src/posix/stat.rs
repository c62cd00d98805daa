//! What files are: `stat` and its kin, access, modes, owners, times.

use super::path::{DirFd, Gid, Path, PathOrFd, Uid, no_fd_with, os_error};
use super::results::{STATVFS_RESULT, int, stat_result, uint};
use pyrite_macros::pyfunctions;
use pyrite_runtime::args::{Fd, Truth, int_value};
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{err, float, number, tuple};
use pyrite_vm::ceval::allow_threads;
use std::mem::MaybeUninit;

/// Functions about files by path or descriptor.
pub struct Stat;

/// `stat`, `lstat` or `fstat`, whichever the arguments ask for.
fn do_stat(fname: &str, path: &Path, dir_fd: DirFd, follow: bool) -> PyResult<Owned> {
    if path.fd.is_some() && !dir_fd.is_current() {
        return Err(raise!(
            ValueError,
            "{fname}: can't specify dir_fd without matching path"
        ));
    }
    let mut st = MaybeUninit::<libc::stat>::zeroed();
    let (ptr, at) = (path.as_ptr() as usize, st.as_mut_ptr() as usize);
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    let fd = path.fd;
    // SAFETY: the path ends with a NUL and the buffer has room; both outlive the call.
    let r = allow_threads(|| unsafe {
        match fd {
            Some(fd) => libc::fstat(fd, at as *mut libc::stat),
            None => libc::fstatat(dir_fd.0, ptr as *const c_char, at as *mut libc::stat, flags),
        }
    });
    if r != 0 {
        return Err(path.error());
    }
    // SAFETY: filled by the system (and zeroed before).
    stat_result(unsafe { st.assume_init_ref() })
}

fn statvfs_result(st: &libc::statvfs) -> PyResult<Owned> {
    STATVFS_RESULT.make(vec![
        uint(st.f_bsize)?,
        uint(st.f_frsize)?,
        uint(st.f_blocks)?,
        uint(st.f_bfree)?,
        uint(st.f_bavail)?,
        uint(st.f_files)?,
        uint(st.f_ffree)?,
        uint(st.f_favail)?,
        uint(st.f_flag)?,
        uint(st.f_namemax)?,
        uint(st.f_fsid)?,
    ])
}

/// 0, or the path's exception.
fn done(r: c_int, path: &Path) -> PyResult<()> {
    if r == 0 { Ok(()) } else { Err(path.error()) }
}

#[pyfunctions(module = "posix")]
impl Stat {
    #[function]
    fn stat(
        _m: &PyObject,
        path: PathOrFd,
        dir_fd: Option<DirFd>,
        follow_symlinks: Truth,
    ) -> PyResult<Owned> {
        do_stat(
            "stat",
            &path.0,
            dir_fd.unwrap_or(DirFd::CURRENT),
            follow_symlinks.0,
        )
    }

    #[function]
    fn lstat(_m: &PyObject, path: Path, dir_fd: Option<DirFd>) -> PyResult<Owned> {
        do_stat("lstat", &path, dir_fd.unwrap_or(DirFd::CURRENT), false)
    }

    #[function]
    fn fstat(_m: &PyObject, fd: c_int) -> PyResult<Owned> {
        let mut st = MaybeUninit::<libc::stat>::zeroed();
        let at = st.as_mut_ptr() as usize;
        // SAFETY: the buffer outlives the call.
        if allow_threads(|| unsafe { libc::fstat(fd, at as *mut libc::stat) }) != 0 {
            return Err(os_error());
        }
        // SAFETY: filled by the system.
        stat_result(unsafe { st.assume_init_ref() })
    }

    #[function]
    fn statvfs(_m: &PyObject, path: PathOrFd) -> PyResult<Owned> {
        let path = path.0;
        let mut st = MaybeUninit::<libc::statvfs>::zeroed();
        // SAFETY: the path ends with a NUL, the buffer has room.
        let r = unsafe {
            match path.fd {
                Some(fd) => libc::fstatvfs(fd, st.as_mut_ptr()),
                None => libc::statvfs(path.as_ptr(), st.as_mut_ptr()),
            }
        };
        done(r, &path)?;
        // SAFETY: filled by the system.
        statvfs_result(unsafe { st.assume_init_ref() })
    }

    #[function]
    fn fstatvfs(_m: &PyObject, fd: c_int) -> PyResult<Owned> {
        let mut st = MaybeUninit::<libc::statvfs>::zeroed();
        // SAFETY: the buffer has room.
        if unsafe { libc::fstatvfs(fd, st.as_mut_ptr()) } != 0 {
            return Err(os_error());
        }
        // SAFETY: filled by the system.
        statvfs_result(unsafe { st.assume_init_ref() })
    }

    #[function]
    fn access(
        _m: &PyObject,
        path: Path,
        mode: c_int,
        dir_fd: Option<DirFd>,
        effective_ids: Truth,
        follow_symlinks: Truth,
    ) -> bool {
        let dir_fd = dir_fd.unwrap_or(DirFd::CURRENT);
        let mut flags = 0;
        if effective_ids.0 {
            flags |= libc::AT_EACCESS;
        }
        if !follow_symlinks.0 {
            flags |= libc::AT_SYMLINK_NOFOLLOW;
        }
        // SAFETY: the path ends with a NUL.
        unsafe { libc::faccessat(dir_fd.0, path.as_ptr(), mode, flags) == 0 }
    }

    #[function]
    fn chmod(
        _m: &PyObject,
        path: PathOrFd,
        mode: c_int,
        dir_fd: Option<DirFd>,
        follow_symlinks: Truth,
    ) -> PyResult<()> {
        let (path, dir_fd) = (path.0, dir_fd.unwrap_or(DirFd::CURRENT));
        no_fd_with("chmod", &path, dir_fd, true)?;
        let flags = if follow_symlinks.0 {
            0
        } else {
            libc::AT_SYMLINK_NOFOLLOW
        };
        // SAFETY: the path ends with a NUL.
        let r = unsafe {
            match path.fd {
                Some(fd) => libc::fchmod(fd, mode as libc::mode_t),
                None => libc::fchmodat(dir_fd.0, path.as_ptr(), mode as libc::mode_t, flags),
            }
        };
        if r != 0 && !follow_symlinks.0 && last_errno() == libc::EOPNOTSUPP {
            return Err(raise!(
                NotImplementedError,
                "chmod: follow_symlinks unavailable on this platform"
            ));
        }
        done(r, &path)
    }

    #[function]
    fn fchmod(_m: &PyObject, fd: c_int, mode: c_int) -> PyResult<()> {
        // SAFETY: the call takes numbers alone, and no pointer.
        retried(|| unsafe { libc::fchmod(fd, mode as libc::mode_t) })
    }

    #[function]
    fn chown(
        _m: &PyObject,
        path: PathOrFd,
        uid: Uid,
        gid: Gid,
        dir_fd: Option<DirFd>,
        follow_symlinks: Truth,
    ) -> PyResult<()> {
        let (path, dir_fd) = (path.0, dir_fd.unwrap_or(DirFd::CURRENT));
        no_fd_with("chown", &path, dir_fd, follow_symlinks.0)?;
        let flags = if follow_symlinks.0 {
            0
        } else {
            libc::AT_SYMLINK_NOFOLLOW
        };
        // SAFETY: the path ends with a NUL.
        let r = unsafe {
            match path.fd {
                Some(fd) => libc::fchown(fd, uid.0, gid.0),
                None => libc::fchownat(dir_fd.0, path.as_ptr(), uid.0, gid.0, flags),
            }
        };
        done(r, &path)
    }

    #[function]
    fn fchown(_m: &PyObject, fd: c_int, uid: Uid, gid: Gid) -> PyResult<()> {
        // SAFETY: the call takes numbers alone, and no pointer.
        retried(|| unsafe { libc::fchown(fd, uid.0, gid.0) })
    }

    #[function]
    fn lchown(_m: &PyObject, path: Path, uid: Uid, gid: Gid) -> PyResult<()> {
        // SAFETY: the path ends with a NUL.
        done(unsafe { libc::lchown(path.as_ptr(), uid.0, gid.0) }, &path)
    }

    #[function]
    fn utime(
        _m: &PyObject,
        path: PathOrFd,
        times: Option<&PyObject>,
        ns: Option<&PyObject>,
        dir_fd: Option<DirFd>,
        follow_symlinks: Truth,
    ) -> PyResult<()> {
        let (path, dir_fd) = (path.0, dir_fd.unwrap_or(DirFd::CURRENT));
        let times = times.filter(|t| !t.is_none());
        let spec = match (times, ns) {
            (Some(_), Some(_)) => {
                let text = "utime: you may specify either 'times' or 'ns' but not both";
                return Err(raise!(ValueError, "{text}"));
            }
            (Some(times), None) => Some(pair(times, seconds_spec, || {
                raise!(
                    TypeError,
                    "utime: 'times' must be either a tuple of two ints or None"
                )
            })?),
            (None, Some(ns)) => Some(pair(ns, nanoseconds_spec, || {
                raise!(TypeError, "utime: 'ns' must be a tuple of two ints")
            })?),
            (None, None) => None,
        };
        no_fd_with("utime", &path, dir_fd, follow_symlinks.0)?;
        let flags = if follow_symlinks.0 {
            0
        } else {
            libc::AT_SYMLINK_NOFOLLOW
        };
        let spec = spec.as_ref().map_or(std::ptr::null(), |s| s.as_ptr());
        // SAFETY: the path ends with a NUL; two times or NULL.
        let r = unsafe {
            match path.fd {
                Some(fd) => libc::futimens(fd, spec),
                None => libc::utimensat(dir_fd.0, path.as_ptr(), spec, flags),
            }
        };
        done(r, &path)
    }

    #[function]
    fn truncate(_m: &PyObject, path: PathOrFd, length: i64) -> PyResult<()> {
        let path = path.0;
        let (ptr, fd) = (path.as_ptr() as usize, path.fd);
        // SAFETY: the path ends with a NUL and outlives the call.
        let r = allow_threads(|| unsafe {
            match fd {
                Some(fd) => libc::ftruncate(fd, length),
                None => libc::truncate(ptr as *const c_char, length),
            }
        });
        done(r, &path)
    }

    #[function]
    fn fsync(_m: &PyObject, fd: Fd) -> PyResult<()> {
        // SAFETY: the call takes a number, and no pointer.
        retried(|| unsafe { libc::fsync(fd.0) })
    }

    #[function]
    fn fdatasync(_m: &PyObject, fd: Fd) -> PyResult<()> {
        // SAFETY: the call takes a number, and no pointer.
        retried(|| unsafe { libc::fdatasync(fd.0) })
    }

    #[function]
    fn sync(_m: &PyObject) {
        // SAFETY: takes nothing.
        allow_threads(|| unsafe { libc::sync() });
    }

    #[function]
    fn umask(_m: &PyObject, mask: c_int) -> i64 {
        // SAFETY: the call takes a number, and no pointer.
        i64::from(unsafe { libc::umask(mask as libc::mode_t) })
    }
}

/// The thread's `errno`.
pub fn last_errno() -> c_int {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Runs a blocking call without the GIL, and again after an interruption whose handler raised nothing (PEP 475).
pub fn retried(call: impl Fn() -> c_int) -> PyResult<()> {
    retried_value(|| call() as i64).map(drop)
}

/// The same for calls with a result.
pub fn retried_value(call: impl Fn() -> i64) -> PyResult<i64> {
    loop {
        let (r, errno) = allow_threads(|| {
            let r = call();
            (r, if r < 0 { last_errno() } else { 0 })
        });
        if r >= 0 {
            return Ok(r);
        }
        if errno != libc::EINTR {
            return Err(err::set_from(exc::OSError.get(), errno, None, None));
        }
        pyrite_vm::ceval::check_signals()?;
    }
}

/// Two times out of a tuple.
fn pair(
    o: &PyObject,
    convert: fn(&PyObject) -> PyResult<libc::timespec>,
    refuse: impl Fn() -> Raised,
) -> PyResult<[libc::timespec; 2]> {
    match o.downcast::<PyTupleObject>().map(tuple::as_slice) {
        Some([a, b]) => Ok([convert(a)?, convert(b)?]),
        _ => Err(refuse()),
    }
}

/// Seconds, int or float, rounded down to nanoseconds.
fn seconds_spec(o: &PyObject) -> PyResult<libc::timespec> {
    if let Some(x) = o.downcast::<PyFloatObject>() {
        let x = float::as_f64(x.as_object())?;
        if x.is_nan() {
            return Err(raise!(ValueError, "Invalid value NaN (not a number)"));
        }
        let whole = x.floor();
        let mut nanoseconds = ((x - whole) * 1e9).floor();
        let mut whole = whole;
        if nanoseconds >= 1e9 {
            nanoseconds -= 1e9;
            whole += 1.0;
        }
        if !(-9.3e18..9.2e18).contains(&whole) {
            return Err(raise!(
                OverflowError,
                "timestamp out of range for platform time_t"
            ));
        }
        return Ok(libc::timespec {
            tv_sec: whole as i64,
            tv_nsec: nanoseconds as i64,
        });
    }
    let n = pyrite_runtime::long::from_nb_index_or_nb_int(o)?;
    match int_value(n.as_object()).and_then(|n| i64::try_from(n).ok()) {
        Some(tv_sec) => Ok(libc::timespec { tv_sec, tv_nsec: 0 }),
        None => Err(raise!(
            OverflowError,
            "timestamp out of range for platform time_t"
        )),
    }
}

/// Nanoseconds, an int.
fn nanoseconds_spec(o: &PyObject) -> PyResult<libc::timespec> {
    let billion = int(1_000_000_000)?;
    let both = number::divmod(o, &billion)?;
    match both.downcast::<PyTupleObject>().map(tuple::as_slice) {
        Some([seconds, rest]) => {
            let part = |o: &PyObject| int_value(o).and_then(|n| i64::try_from(n).ok());
            match (part(seconds), part(rest)) {
                (Some(tv_sec), Some(tv_nsec)) => Ok(libc::timespec { tv_sec, tv_nsec }),
                _ => Err(raise!(
                    OverflowError,
                    "timestamp out of range for platform time_t"
                )),
            }
        }
        _ => Err(raise!(
            TypeError,
            "{}.__divmod__() must return a 2-tuple, not {}",
            o.type_name(),
            both.type_name()
        )),
    }
}
