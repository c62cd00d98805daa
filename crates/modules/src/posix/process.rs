//! Processes: who they are, how they begin, change and end.

use super::path::{Gid, Uid, os_error};
use super::results::id_object;
use pyrite_macros::pyfunctions;
use pyrite_runtime::prelude::*;
use pyrite_runtime::tuple;

/// Functions about processes.
pub struct Processes;

fn checked(r: c_int) -> PyResult<c_int> {
    if r == -1 { Err(os_error()) } else { Ok(r) }
}

fn done(r: c_int) -> PyResult<()> {
    checked(r).map(drop)
}

#[pyfunctions(module = "posix")]
impl Processes {
    #[function]
    fn getpid(_m: &PyObject) -> c_int {
        // SAFETY: takes nothing (so below).
        unsafe { libc::getpid() }
    }

    #[function]
    fn getppid(_m: &PyObject) -> c_int {
        // SAFETY: as above.
        unsafe { libc::getppid() }
    }

    #[function]
    fn getuid(_m: &PyObject) -> PyResult<Owned> {
        // SAFETY: as above.
        id_object(unsafe { libc::getuid() })
    }

    #[function]
    fn geteuid(_m: &PyObject) -> PyResult<Owned> {
        // SAFETY: as above.
        id_object(unsafe { libc::geteuid() })
    }

    #[function]
    fn getgid(_m: &PyObject) -> PyResult<Owned> {
        // SAFETY: as above.
        id_object(unsafe { libc::getgid() })
    }

    #[function]
    fn getegid(_m: &PyObject) -> PyResult<Owned> {
        // SAFETY: as above.
        id_object(unsafe { libc::getegid() })
    }

    #[function]
    fn setuid(_m: &PyObject, uid: Uid) -> PyResult<()> {
        // SAFETY: plain numbers (so below).
        done(unsafe { libc::setuid(uid.0) })
    }

    #[function]
    fn seteuid(_m: &PyObject, euid: Uid) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::seteuid(euid.0) })
    }

    #[function]
    fn setreuid(_m: &PyObject, ruid: Uid, euid: Uid) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::setreuid(ruid.0, euid.0) })
    }

    #[function]
    fn setresuid(_m: &PyObject, ruid: Uid, euid: Uid, suid: Uid) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::setresuid(ruid.0, euid.0, suid.0) })
    }

    #[function]
    fn setgid(_m: &PyObject, gid: Gid) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::setgid(gid.0) })
    }

    #[function]
    fn setegid(_m: &PyObject, egid: Gid) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::setegid(egid.0) })
    }

    #[function]
    fn setregid(_m: &PyObject, rgid: Gid, egid: Gid) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::setregid(rgid.0, egid.0) })
    }

    #[function]
    fn setresgid(_m: &PyObject, rgid: Gid, egid: Gid, sgid: Gid) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::setresgid(rgid.0, egid.0, sgid.0) })
    }

    #[function]
    fn getresuid(_m: &PyObject) -> PyResult<Owned> {
        let (mut r, mut e, mut s) = (0, 0, 0);
        // SAFETY: room for three ids.
        done(unsafe { libc::getresuid(&mut r, &mut e, &mut s) })?;
        Ok(tuple::pack([id_object(r)?, id_object(e)?, id_object(s)?])?.upcast())
    }

    #[function]
    fn getresgid(_m: &PyObject) -> PyResult<Owned> {
        let (mut r, mut e, mut s) = (0, 0, 0);
        // SAFETY: room for three ids.
        done(unsafe { libc::getresgid(&mut r, &mut e, &mut s) })?;
        Ok(tuple::pack([id_object(r)?, id_object(e)?, id_object(s)?])?.upcast())
    }

    #[function]
    fn getpgrp(_m: &PyObject) -> c_int {
        // SAFETY: takes nothing.
        unsafe { libc::getpgrp() }
    }

    #[function]
    fn getpgid(_m: &PyObject, pid: c_int) -> PyResult<c_int> {
        // SAFETY: plain numbers (so below).
        checked(unsafe { libc::getpgid(pid) })
    }

    #[function]
    fn setpgid(_m: &PyObject, pid: c_int, pgrp: c_int) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::setpgid(pid, pgrp) })
    }

    #[function]
    fn setpgrp(_m: &PyObject) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::setpgid(0, 0) })
    }

    #[function]
    fn getsid(_m: &PyObject, pid: c_int) -> PyResult<c_int> {
        // SAFETY: as above.
        checked(unsafe { libc::getsid(pid) })
    }

    #[function]
    fn setsid(_m: &PyObject) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::setsid() })
    }
}
