//! The system: names and limits, randomness, load, the environment.

use super::names::{CONFSTR_NAMES, PATHCONF_NAMES, SYSCONF_NAMES};
use super::path::{PathOrFd, os_error};
use super::results::{TIMES_RESULT, UNAME_RESULT, int, real};
use super::stat::last_errno;
use pyrite_macros::pyfunctions;
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{args, bytes, err, long, tuple, unicode};
use pyrite_vm::ceval::{allow_threads, check_signals};
use std::ffi::CStr;

/// Functions about the system as a whole.
pub struct System;

/// A configuration name: an int, or one of the table's names.
fn configuration_name(o: &PyObject, table: &[(&str, i32)]) -> PyResult<c_int> {
    if args::is_int(o) {
        return args::from_arg(
            o,
            args::Arg {
                fname: "",
                place: args::Place::Only,
            },
        );
    }
    let Some(text) = o.downcast::<PyUnicodeObject>() else {
        return Err(raise!(
            TypeError,
            "configuration names must be strings or integers"
        ));
    };
    let text = unicode::to_string_lossy(text);
    match table.iter().find(|(name, _)| *name == text) {
        Some((_, value)) => Ok(*value),
        None => Err(raise!(ValueError, "unrecognized configuration name")),
    }
}

fn clear_errno() {
    // SAFETY: the thread's own errno.
    unsafe { *libc::__errno_location() = 0 };
}

/// Random bytes from the system, waiting until there are some.
fn random(n: usize, flags: u32, all: bool) -> PyResult<Vec<u8>> {
    let mut data = bytes::shared::zeroed(n)?;
    let mut got = 0;
    while got < n {
        let (at, room) = (data[got..].as_mut_ptr() as usize, n - got);
        // SAFETY: the memory has the room and outlives the call.
        let r = allow_threads(|| unsafe { libc::getrandom(at as *mut c_void, room, flags) });
        match usize::try_from(r) {
            Ok(more) => got += more,
            Err(_) if last_errno() == libc::EINTR => check_signals()?,
            Err(_) => return Err(os_error()),
        }
        if !all {
            data.truncate(got);
            break;
        }
    }
    Ok(data)
}

#[pyfunctions(module = "posix")]
impl System {
    #[function]
    fn urandom(_m: &PyObject, size: isize) -> PyResult<Owned> {
        let Ok(size) = usize::try_from(size) else {
            return Err(raise!(ValueError, "negative argument not allowed"));
        };
        Ok(bytes::from_slice(&random(size, 0, true)?)?.upcast())
    }

    #[function]
    fn getrandom(_m: &PyObject, size: isize, flags: c_int) -> PyResult<Owned> {
        let Ok(size) = usize::try_from(size) else {
            return Err(err::set_from(exc::OSError.get(), libc::EINVAL, None, None));
        };
        Ok(bytes::from_slice(&random(size, flags as u32, false)?)?.upcast())
    }

    #[function]
    fn strerror(_m: &PyObject, code: c_int) -> PyResult<Owned> {
        // SAFETY: the text is copied while the GIL is held.
        let text = unsafe { CStr::from_ptr(libc::strerror(code)) };
        Ok(unicode::fs::decode_default(text.to_bytes())?.upcast())
    }

    #[function]
    fn uname(_m: &PyObject) -> PyResult<Owned> {
        // SAFETY: the structure has room for the answer; its parts end with a NUL.
        unsafe {
            let mut u: libc::utsname = std::mem::zeroed();
            if libc::uname(&mut u) < 0 {
                return Err(os_error());
            }
            let mut parts = Vec::new();
            for part in [&u.sysname, &u.nodename, &u.release, &u.version, &u.machine] {
                let text = CStr::from_ptr(part.as_ptr());
                parts.push(unicode::fs::decode_default(text.to_bytes())?.upcast());
            }
            UNAME_RESULT.make(parts)
        }
    }

    #[function]
    fn times(_m: &PyObject) -> PyResult<Owned> {
        // SAFETY: the structure has room for the answer.
        let (t, elapsed, ticks) = unsafe {
            let mut t: libc::tms = std::mem::zeroed();
            let elapsed = libc::times(&mut t);
            (t, elapsed, libc::sysconf(libc::_SC_CLK_TCK) as f64)
        };
        let all = [
            t.tms_utime,
            t.tms_stime,
            t.tms_cutime,
            t.tms_cstime,
            elapsed,
        ];
        let values: PyResult<Vec<Owned>> = all.iter().map(|&n| real(n as f64 / ticks)).collect();
        TIMES_RESULT.make(values?)
    }

    #[function]
    fn getloadavg(_m: &PyObject) -> PyResult<Owned> {
        let mut load = [0f64; 3];
        // SAFETY: room for three numbers.
        if unsafe { libc::getloadavg(load.as_mut_ptr(), 3) } != 3 {
            return Err(raise!(OSError, "Load averages are unobtainable"));
        }
        Ok(tuple::pack([real(load[0])?, real(load[1])?, real(load[2])?])?.upcast())
    }

    #[function]
    fn cpu_count(_m: &PyObject) -> PyResult<Option<Owned>> {
        // SAFETY: the call takes a number, and no pointer.
        match unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) } {
            n if n >= 1 => int(n).map(Some),
            _ => Ok(None),
        }
    }

    #[function]
    fn sysconf(_m: &PyObject, name: &PyObject) -> PyResult<i64> {
        let name = configuration_name(name, SYSCONF_NAMES)?;
        clear_errno();
        // SAFETY: the call takes a number, and no pointer.
        match unsafe { libc::sysconf(name) } {
            -1 if last_errno() != 0 => Err(os_error()),
            n => Ok(n),
        }
    }

    #[function]
    fn confstr(_m: &PyObject, name: &PyObject) -> PyResult<Option<Owned>> {
        let name = configuration_name(name, CONFSTR_NAMES)?;
        clear_errno();
        let mut buffer = vec![0u8; 4096];
        // SAFETY: the buffer has the room.
        let n = unsafe { libc::confstr(name, buffer.as_mut_ptr().cast(), buffer.len()) };
        if n == 0 {
            return if last_errno() != 0 {
                Err(os_error())
            } else {
                Ok(None)
            };
        }
        let text = &buffer[..(n - 1).min(buffer.len())];
        Ok(Some(unicode::fs::decode_default(text)?.upcast()))
    }

    #[function]
    fn pathconf(_m: &PyObject, path: PathOrFd, name: &PyObject) -> PyResult<i64> {
        let path = path.0;
        let name = configuration_name(name, PATHCONF_NAMES)?;
        clear_errno();
        // SAFETY: the path ends with a NUL.
        let limit = unsafe {
            match path.fd {
                Some(fd) => libc::fpathconf(fd, name),
                None => libc::pathconf(path.as_ptr(), name),
            }
        };
        match limit {
            -1 if last_errno() != 0 => Err(path.error()),
            n => Ok(n),
        }
    }

    #[function]
    fn fpathconf(_m: &PyObject, fd: c_int, name: &PyObject) -> PyResult<i64> {
        let name = configuration_name(name, PATHCONF_NAMES)?;
        clear_errno();
        // SAFETY: the call takes numbers alone, and no pointer.
        match unsafe { libc::fpathconf(fd, name) } {
            -1 if last_errno() != 0 => Err(os_error()),
            n => Ok(n),
        }
    }

    #[function]
    fn major(_m: &PyObject, device: &PyObject) -> PyResult<i64> {
        Ok(i64::from(libc::major(long::as_unsigned_long_long(device)?)))
    }

    #[function]
    fn minor(_m: &PyObject, device: &PyObject) -> PyResult<i64> {
        Ok(i64::from(libc::minor(long::as_unsigned_long_long(device)?)))
    }

    #[function]
    fn makedev(_m: &PyObject, major: c_int, minor: c_int) -> u64 {
        libc::makedev(major as u32, minor as u32)
    }

    #[function]
    fn abort(_m: &PyObject) -> PyResult<()> {
        std::process::abort()
    }

    #[function]
    fn getlogin(_m: &PyObject) -> PyResult<Owned> {
        clear_errno();
        // SAFETY: the name is copied while the GIL is held.
        let name = unsafe {
            let name = libc::getlogin();
            if name.is_null() {
                return Err(match last_errno() {
                    0 => raise!(OSError, "unable to determine login name"),
                    _ => os_error(),
                });
            }
            CStr::from_ptr(name)
        };
        Ok(unicode::fs::decode_default(name.to_bytes())?.upcast())
    }
}
