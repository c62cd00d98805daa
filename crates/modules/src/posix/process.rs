//! Processes: who they are, how they begin, change and end.

use super::forking;
use super::path::{FsBytes, Gid, Path, PathOrFd, Uid, os_error};
use super::results::{WAITID_RESULT, id_object, int, real};
use super::stat::{last_errno, retried, retried_value};
use pyrite_macros::pyfunctions;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{args, call, list, mapping, object, sequence, tuple};
use pyrite_vm::ceval::allow_threads;

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
        // SAFETY: (so below) the call takes numbers alone, and no pointer.
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
        // SAFETY: (so below) the call takes numbers alone, and no pointer.
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

    #[function]
    fn getgroups(_m: &PyObject) -> PyResult<Owned> {
        let mut groups = vec![0 as libc::gid_t; 65536];
        // SAFETY: room for so many groups.
        let n = checked(unsafe { libc::getgroups(groups.len() as c_int, groups.as_mut_ptr()) })?;
        group_list(&groups[..n as usize])
    }

    #[function]
    fn setgroups(_m: &PyObject, groups: &PyObject) -> PyResult<()> {
        if !sequence::check(groups) {
            return Err(raise!(TypeError, "setgroups argument must be a sequence"));
        }
        let n = sequence::size(groups)?;
        let mut ids = Vec::new();
        for i in 0..n {
            let item = sequence::get_item(groups, i)?;
            if !args::is_int(&item) {
                return Err(raise!(TypeError, "groups must be integers"));
            }
            let id: Gid = args::from_arg(
                &item,
                args::Arg {
                    fname: "setgroups",
                    place: args::Place::Only,
                },
            )?;
            ids.push(id.0);
        }
        // SAFETY: the list has the length.
        done(unsafe { libc::setgroups(ids.len(), ids.as_ptr()) })
    }

    #[function(parse_tuple)]
    #[sig("($module, user, group, /)", parse_tuple)]
    fn getgrouplist(_m: &PyObject, user: &str, group: Gid) -> PyResult<Owned> {
        let user = c_string(user.as_bytes());
        let mut groups = vec![0 as libc::gid_t; 65536];
        let mut n = groups.len() as c_int;
        // SAFETY: the name ends with a NUL; room for so many groups.
        if unsafe { libc::getgrouplist(user.as_ptr().cast(), group.0, groups.as_mut_ptr(), &mut n) }
            == -1
        {
            return Err(os_error());
        }
        group_list(&groups[..n.max(0) as usize])
    }

    #[function(parse_tuple)]
    #[sig("($module, username, gid, /)", parse_tuple)]
    fn initgroups(_m: &PyObject, username: FsBytes, gid: Gid) -> PyResult<()> {
        // SAFETY: the name ends with a NUL.
        done(unsafe { libc::initgroups(username.as_c_str().as_ptr(), gid.0) })
    }

    #[function]
    fn kill(_m: &PyObject, pid: c_int, signal: c_int) -> PyResult<()> {
        // SAFETY: (so below) the call takes numbers alone, and no pointer.
        done(unsafe { libc::kill(pid, signal) })
    }

    #[function]
    fn killpg(_m: &PyObject, pgid: c_int, signal: c_int) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::killpg(pgid, signal) })
    }

    #[function]
    fn nice(_m: &PyObject, increment: c_int) -> PyResult<c_int> {
        // SAFETY: as above; -1 may be an answer.
        unsafe {
            *libc::__errno_location() = 0;
            match libc::nice(increment) {
                -1 if last_errno() != 0 => Err(os_error()),
                value => Ok(value),
            }
        }
    }

    #[function]
    fn getpriority(_m: &PyObject, which: c_int, who: c_int) -> PyResult<c_int> {
        // SAFETY: as above; -1 may be an answer.
        unsafe {
            *libc::__errno_location() = 0;
            match libc::getpriority(which as _, who as _) {
                -1 if last_errno() != 0 => Err(os_error()),
                value => Ok(value),
            }
        }
    }

    #[function]
    fn setpriority(_m: &PyObject, which: c_int, who: c_int, priority: c_int) -> PyResult<()> {
        // SAFETY: as above.
        done(unsafe { libc::setpriority(which as _, who as _, priority) })
    }

    #[function]
    fn _exit(_m: &PyObject, status: c_int) -> PyResult<()> {
        // SAFETY: ends the process.
        unsafe { libc::_exit(status) }
    }

    #[function]
    fn system(_m: &PyObject, command: FsBytes) -> PyResult<c_int> {
        let at = command.as_c_str().as_ptr() as usize;
        // SAFETY: the command ends with a NUL and outlives the call.
        Ok(allow_threads(|| unsafe {
            libc::system(at as *const c_char)
        }))
    }

    #[function]
    fn WIFEXITED(_m: &PyObject, status: c_int) -> bool {
        libc::WIFEXITED(status)
    }
    #[function]
    fn WEXITSTATUS(_m: &PyObject, status: c_int) -> c_int {
        libc::WEXITSTATUS(status)
    }
    #[function]
    fn WIFSIGNALED(_m: &PyObject, status: c_int) -> bool {
        libc::WIFSIGNALED(status)
    }
    #[function]
    fn WTERMSIG(_m: &PyObject, status: c_int) -> c_int {
        libc::WTERMSIG(status)
    }
    #[function]
    fn WIFSTOPPED(_m: &PyObject, status: c_int) -> bool {
        libc::WIFSTOPPED(status)
    }
    #[function]
    fn WSTOPSIG(_m: &PyObject, status: c_int) -> c_int {
        libc::WSTOPSIG(status)
    }
    #[function]
    fn WIFCONTINUED(_m: &PyObject, status: c_int) -> bool {
        libc::WIFCONTINUED(status)
    }
    #[function]
    fn WCOREDUMP(_m: &PyObject, status: c_int) -> bool {
        libc::WCOREDUMP(status)
    }

    #[function]
    fn wait(_m: &PyObject) -> PyResult<Owned> {
        wait_for(-1, 0)
    }

    #[function]
    fn waitpid(_m: &PyObject, pid: c_int, options: c_int) -> PyResult<Owned> {
        wait_for(pid, options)
    }

    #[function]
    fn wait3(_m: &PyObject, options: c_int) -> PyResult<Owned> {
        wait_with_usage(-1, options)
    }

    #[function]
    fn wait4(_m: &PyObject, pid: c_int, options: c_int) -> PyResult<Owned> {
        wait_with_usage(pid, options)
    }

    #[function]
    fn waitid(_m: &PyObject, idtype: c_int, id: c_int, options: c_int) -> PyResult<Option<Owned>> {
        // SAFETY: a structure of numbers may be all zero.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        let at = &raw mut info as usize;
        // SAFETY: room for the answer, which outlives the call.
        retried(|| unsafe {
            libc::waitid(idtype as _, id as _, at as *mut libc::siginfo_t, options)
        })?;
        // SAFETY: filled in for a child.
        let (pid, uid, status) = unsafe { (info.si_pid(), info.si_uid(), info.si_status()) };
        if pid == 0 {
            return Ok(None);
        }
        let values = vec![
            int(i64::from(pid))?,
            id_object(uid)?,
            int(i64::from(info.si_signo))?,
            int(i64::from(status))?,
            int(i64::from(info.si_code))?,
        ];
        WAITID_RESULT.make(values).map(Some)
    }

    #[function]
    fn fork(_m: &PyObject) -> PyResult<c_int> {
        pyrite_runtime::hooks::audit("os.fork", &[])?;
        forking::fork(|| {
            // SAFETY: what must not be copied is locked, or repaired in the child.
            unsafe { libc::fork() }
        })
    }

    #[function]
    fn forkpty(_m: &PyObject) -> PyResult<Owned> {
        let mut master = -1;
        let at = &raw mut master;
        // SAFETY: room for the descriptor; the rest is optional.
        let pid = forking::fork(|| unsafe {
            libc::forkpty(at, std::ptr::null_mut(), std::ptr::null(), std::ptr::null())
        })?;
        Ok(tuple::pack([int(i64::from(pid))?, int(i64::from(master))?])?.upcast())
    }

    #[function]
    fn register_at_fork(
        _m: &PyObject,
        before: Option<&PyObject>,
        after_in_child: Option<&PyObject>,
        after_in_parent: Option<&PyObject>,
    ) -> PyResult<()> {
        forking::register(before, after_in_child, after_in_parent)
    }

    #[function]
    fn execv(_m: &PyObject, path: Path, argv: &PyObject) -> PyResult<()> {
        let argv = argument_list(argv, "execv()")?;
        let pointers = argv.pointers();
        // SAFETY: the strings end with a NUL, the array with a null pointer.
        unsafe { libc::execv(path.as_ptr(), pointers.as_ptr()) };
        Err(os_error())
    }

    #[function]
    fn execve(_m: &PyObject, path: PathOrFd, argv: &PyObject, env: &PyObject) -> PyResult<()> {
        let path = path.0;
        let argv = argument_list(argv, "execve")?;
        if !mapping::check(env) {
            return Err(raise!(
                TypeError,
                "execve: environment must be a mapping object"
            ));
        }
        let env = environment_list(env)?;
        let (argv, env) = (argv.pointers(), env.pointers());
        // SAFETY: the strings end with a NUL, the arrays with a null pointer.
        unsafe {
            match path.fd {
                Some(fd) => libc::fexecve(fd, argv.as_ptr(), env.as_ptr()),
                None => libc::execve(path.as_ptr(), argv.as_ptr(), env.as_ptr()),
            }
        };
        Err(path.error())
    }
}

fn c_string(bytes: &[u8]) -> Vec<u8> {
    let mut text = bytes.to_vec();
    text.push(0);
    text
}

fn group_list(groups: &[libc::gid_t]) -> PyResult<Owned> {
    let made: PyResult<Vec<Owned>> = groups.iter().map(|&id| id_object(id)).collect();
    Ok(list::from_owned(made?)?.upcast())
}

/// Waits without the GIL, again after an interruption.
fn wait_for(pid: c_int, options: c_int) -> PyResult<Owned> {
    let mut status: c_int = 0;
    let at = &raw mut status as usize;
    // SAFETY: room for the status, which outlives the call.
    let pid = retried_value(|| unsafe { libc::waitpid(pid, at as *mut c_int, options) } as i64)?;
    Ok(tuple::pack([int(pid)?, int(i64::from(status))?])?.upcast())
}

fn wait_with_usage(pid: c_int, options: c_int) -> PyResult<Owned> {
    let mut status: c_int = 0;
    // SAFETY: a structure of numbers may be all zero.
    let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
    let (at, used) = (&raw mut status as usize, &raw mut usage as usize);
    // SAFETY: room for both answers, which outlive the call.
    let pid = retried_value(|| unsafe {
        libc::wait4(pid, at as *mut c_int, options, used as *mut libc::rusage)
    } as i64)?;
    let resource = pyrite_runtime::hooks::import("resource")?;
    let class = object::get_attr(&resource, id!("struct_rusage").as_object())?;
    let time = |t: libc::timeval| real(t.tv_sec as f64 + t.tv_usec as f64 * 1e-6);
    let mut fields = vec![time(usage.ru_utime)?, time(usage.ru_stime)?];
    let numbers = [
        usage.ru_maxrss,
        usage.ru_ixrss,
        usage.ru_idrss,
        usage.ru_isrss,
        usage.ru_minflt,
        usage.ru_majflt,
        usage.ru_nswap,
        usage.ru_inblock,
        usage.ru_oublock,
        usage.ru_msgsnd,
        usage.ru_msgrcv,
        usage.ru_nsignals,
        usage.ru_nvcsw,
        usage.ru_nivcsw,
    ];
    for n in numbers {
        fields.push(int(n)?);
    }
    let fields = tuple::from_owned(fields)?;
    let usage = call::call1(&class, fields.as_object())?;
    Ok(tuple::pack([int(pid)?, int(i64::from(status))?, usage])?.upcast())
}

/// Strings that end with a NUL.
pub struct Strings(Vec<Vec<u8>>);

impl Strings {
    /// Pointers to them, and a null pointer.
    pub fn pointers(&self) -> Vec<*const c_char> {
        let all = self.0.iter().map(|s| s.as_ptr().cast());
        all.chain([std::ptr::null()]).collect()
    }
}

/// The arguments of a program: a tuple or list, not empty.
pub fn argument_list(o: &PyObject, fname: &str) -> PyResult<Strings> {
    let what = match fname {
        "execv()" => "execv() arg 2".to_owned(),
        _ => format!("{fname}: argv"),
    };
    if o.downcast::<PyTupleObject>().is_none() && o.downcast::<PyListObject>().is_none() {
        return Err(raise!(TypeError, "{what} must be a tuple or list"));
    }
    let strings = strings_of(o)?;
    match strings.0.first() {
        None => Err(raise!(ValueError, "{what} must not be empty")),
        Some(first) if first.len() == 1 => {
            Err(raise!(ValueError, "{what} first element cannot be empty"))
        }
        Some(_) => Ok(strings),
    }
}

/// The items of a sequence as strings for the system.
pub fn strings_of(o: &PyObject) -> PyResult<Strings> {
    let mut strings = Vec::new();
    let items = sequence::fast(o, "a sequence is expected")?;
    let mut i = 0;
    while let Some(item) = items.get(i) {
        i += 1;
        strings.push(c_string(FsBytes::of(&item)?.as_bytes()));
    }
    Ok(Strings(strings))
}

/// `NAME=value` for each item of a mapping.
pub fn environment_list(env: &PyObject) -> PyResult<Strings> {
    let keys = mapping::keys(env)?;
    let values = mapping::values(env)?;
    let (keys, values) = (
        sequence::fast(keys.as_object(), "env.keys() is not a list")?,
        sequence::fast(values.as_object(), "env.values() is not a list")?,
    );
    let mut strings = Vec::new();
    let mut i = 0;
    while let (Some(key), Some(value)) = (keys.get(i), values.get(i)) {
        i += 1;
        let (key, value) = (FsBytes::of(&key)?, FsBytes::of(&value)?);
        // A name may begin with an equals sign, not contain one.
        if key.as_bytes().iter().skip(1).any(|&b| b == b'=') || key.as_bytes().is_empty() {
            return Err(raise!(ValueError, "illegal environment variable name"));
        }
        let mut entry = key.as_bytes().to_vec();
        entry.push(b'=');
        entry.extend_from_slice(value.as_bytes());
        strings.push(c_string(&entry));
    }
    Ok(Strings(strings))
}
