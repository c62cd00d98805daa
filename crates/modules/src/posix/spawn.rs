//! `posix_spawn` and `posix_spawnp`.

use super::path::{FsBytes, Path, os_error};
use super::process::{argument_list, environment_list};
use super::scheduling::param_of;
use crate::_signal::to_sigset;
use pyrite_macros::pyfunctions;
use pyrite_runtime::args::{Arg, FromArg, Place, from_arg};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{hooks, mapping, sequence, tuple};
use std::mem::MaybeUninit;

/// `posix_spawn` and its kin.
pub struct Spawn;

const POSIX_SPAWN_SETSID: c_int = 0x80;

/// The kinds of file actions, as `os.POSIX_SPAWN_*` numbers them.
pub const SPAWN_OPEN: c_int = 0;
pub const SPAWN_CLOSE: c_int = 1;
pub const SPAWN_DUP2: c_int = 2;

/// What is asked for besides the program.
struct Options<'a> {
    file_actions: Option<&'a PyObject>,
    setpgroup: Option<&'a PyObject>,
    resetids: c_int,
    setsid: c_int,
    setsigmask: Option<&'a PyObject>,
    setsigdef: Option<&'a PyObject>,
    scheduler: Option<&'a PyObject>,
}

/// A status that is an error number, not `errno`.
fn check(errno: c_int) -> PyResult<()> {
    if errno == 0 {
        return Ok(());
    }
    // SAFETY: the thread's own errno.
    unsafe { *libc::__errno_location() = errno };
    Err(os_error())
}

fn value<'a, T: FromArg<'a>>(o: &'a PyObject) -> PyResult<T> {
    from_arg(
        o,
        Arg {
            fname: "",
            place: Place::Only,
        },
    )
}

/// What the new process does with descriptors before the program starts.
struct FileActions {
    raw: libc::posix_spawn_file_actions_t,
    /// The names of files to open: older libraries keep pointers to them.
    names: Vec<FsBytes>,
}

impl FileActions {
    fn new() -> PyResult<Box<FileActions>> {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: makes the list.
        check(unsafe { libc::posix_spawn_file_actions_init(raw.as_mut_ptr()) })?;
        Ok(Box::new(FileActions {
            // SAFETY: made above.
            raw: unsafe { raw.assume_init() },
            names: Vec::new(),
        }))
    }

    fn add(&mut self, action: &PyObject) -> PyResult<()> {
        let action = action.downcast::<PyTupleObject>().map(tuple::as_slice);
        let Some((tag, rest)) = action.and_then(|a| a.split_first()) else {
            return Err(raise!(
                TypeError,
                "Each file_actions element must be a non-empty tuple"
            ));
        };
        let at = &raw mut self.raw;
        match (value::<c_int>(tag)?, rest) {
            (SPAWN_OPEN, [fd, path, flags, mode]) => {
                let fd: c_int = value(fd)?;
                let path = FsBytes::of(path)?;
                let (flags, mode): (c_int, u64) = (value(flags)?, mask(mode)?);
                let name = path.as_c_str().as_ptr();
                // SAFETY: (so below) the list was made; the name ends with a NUL and is kept.
                check(unsafe {
                    libc::posix_spawn_file_actions_addopen(
                        at,
                        fd,
                        name,
                        flags,
                        mode as libc::mode_t,
                    )
                })?;
                self.names.push(path);
                Ok(())
            }
            (SPAWN_OPEN, _) => Err(raise!(
                TypeError,
                "A open file_action tuple must have 5 elements"
            )),
            (SPAWN_CLOSE, [fd]) => {
                let fd = value(fd)?;
                // SAFETY: as above.
                check(unsafe { libc::posix_spawn_file_actions_addclose(at, fd) })
            }
            (SPAWN_CLOSE, _) => Err(raise!(
                TypeError,
                "A close file_action tuple must have 2 elements"
            )),
            (SPAWN_DUP2, [old, new]) => {
                let (old, new) = (value(old)?, value(new)?);
                // SAFETY: as above.
                check(unsafe { libc::posix_spawn_file_actions_adddup2(at, old, new) })
            }
            (SPAWN_DUP2, _) => Err(raise!(
                TypeError,
                "A dup2 file_action tuple must have 3 elements"
            )),
            _ => Err(raise!(TypeError, "Unknown file_actions identifier")),
        }
    }
}

/// An unsigned number, whose higher bits are cut off.
fn mask(o: &PyObject) -> PyResult<u64> {
    if o.downcast::<PyLongObject>().is_none() {
        return value::<i64>(o).map(|n| n as u64);
    }
    pyrite_runtime::long::as_u64_mask(o)
}

impl Drop for FileActions {
    fn drop(&mut self) {
        // SAFETY: the list was made.
        unsafe { libc::posix_spawn_file_actions_destroy(&mut self.raw) };
    }
}

/// What the new process is like.
struct Attributes(libc::posix_spawnattr_t);

impl Attributes {
    fn new(options: &Options<'_>) -> PyResult<Attributes> {
        let mut raw = MaybeUninit::uninit();
        // SAFETY: (so below) makes the attributes.
        check(unsafe { libc::posix_spawnattr_init(raw.as_mut_ptr()) })?;
        // SAFETY: made above.
        let mut new = Attributes(unsafe { raw.assume_init() });
        let at = &raw mut new.0;
        let mut flags = 0;
        if let Some(group) = options.setpgroup {
            let group: libc::pid_t = value(group)?;
            // SAFETY: as above.
            check(unsafe { libc::posix_spawnattr_setpgroup(at, group) })?;
            flags |= libc::POSIX_SPAWN_SETPGROUP as c_int;
        }
        if options.resetids != 0 {
            flags |= libc::POSIX_SPAWN_RESETIDS as c_int;
        }
        if options.setsid != 0 {
            flags |= POSIX_SPAWN_SETSID;
        }
        if let Some(signals) = options.setsigmask {
            let set = to_sigset(signals)?;
            // SAFETY: as above; the set lives for the call.
            check(unsafe { libc::posix_spawnattr_setsigmask(at, &set) })?;
            flags |= libc::POSIX_SPAWN_SETSIGMASK as c_int;
        }
        if let Some(signals) = options.setsigdef {
            let set = to_sigset(signals)?;
            // SAFETY: as above.
            check(unsafe { libc::posix_spawnattr_setsigdefault(at, &set) })?;
            flags |= libc::POSIX_SPAWN_SETSIGDEF as c_int;
        }
        if let Some(scheduler) = options.scheduler {
            flags |= new.set_scheduler(scheduler)?;
        }
        // SAFETY: as above.
        check(unsafe { libc::posix_spawnattr_setflags(&mut new.0, flags as i16) })?;
        Ok(new)
    }

    /// A pair of policy (or None) and parameters.
    fn set_scheduler(&mut self, pair: &PyObject) -> PyResult<c_int> {
        let Some(pair) = pair.downcast::<PyTupleObject>() else {
            return Err(raise!(
                SystemError,
                "new style getargs format but argument is not a tuple"
            ));
        };
        let [policy, param] = tuple::as_slice(pair) else {
            return Err(raise!(
                TypeError,
                "A scheduler tuple must have two elements"
            ));
        };
        let mut flags = libc::POSIX_SPAWN_SETSCHEDPARAM as c_int;
        if !policy.is_none() {
            let policy: c_int = value(policy)?;
            // SAFETY: the attributes were made.
            check(unsafe { libc::posix_spawnattr_setschedpolicy(&mut self.0, policy) })?;
            flags = libc::POSIX_SPAWN_SETSCHEDULER as c_int;
        }
        let param = param_of(param)?;
        // SAFETY: as above; the parameter lives for the call.
        check(unsafe { libc::posix_spawnattr_setschedparam(&mut self.0, &param) })?;
        Ok(flags)
    }
}

impl Drop for Attributes {
    fn drop(&mut self) {
        // SAFETY: the attributes were made.
        unsafe { libc::posix_spawnattr_destroy(&mut self.0) };
    }
}

fn spawn(
    search: bool,
    path: &Path,
    argv: &PyObject,
    env: &PyObject,
    options: &Options<'_>,
) -> PyResult<c_int> {
    let func = if search {
        "posix_spawnp"
    } else {
        "posix_spawn"
    };
    if argv.downcast::<PyTupleObject>().is_none() && argv.downcast::<PyListObject>().is_none() {
        return Err(raise!(TypeError, "{func}: argv must be a tuple or list"));
    }
    if sequence::size(argv)? == 0 {
        return Err(raise!(ValueError, "{func}: argv must not be empty"));
    }
    if !mapping::check(env) {
        return Err(raise!(
            TypeError,
            "{func}: environment must be a mapping object"
        ));
    }
    let argv_strings = argument_list(argv, func)?;
    let environment = environment_list(env)?;
    let mut actions = None;
    if let Some(list) = options.file_actions.filter(|a| !a.is_none()) {
        let list = sequence::fast(list, "file_actions must be a sequence or None")?;
        let mut made = FileActions::new()?;
        let mut i = 0;
        while let Some(action) = list.get(i) {
            i += 1;
            made.add(&action)?;
        }
        actions = Some(made);
    }
    let attributes = Attributes::new(options)?;
    hooks::audit("os.posix_spawn", &[&path.object, argv, env])?;
    let (argv, env) = (argv_strings.pointers(), environment.pointers());
    let actions = actions
        .as_ref()
        .map_or(std::ptr::null(), |a| &raw const a.raw);
    let mut pid = 0;
    let function = match search {
        true => libc::posix_spawnp,
        false => libc::posix_spawn,
    };
    // SAFETY: the strings end with a NUL, the arrays with a null pointer; everything lives for the call and is only read.
    let errno = unsafe {
        let (argv, env) = (argv.as_ptr().cast(), env.as_ptr().cast());
        function(&mut pid, path.as_ptr(), actions, &attributes.0, argv, env)
    };
    if errno != 0 {
        // SAFETY: the thread's own errno.
        unsafe { *libc::__errno_location() = errno };
        return Err(path.error());
    }
    Ok(pid)
}

/// The functions, which differ in whether the program is searched for along `PATH`.
macro_rules! spawn_functions {
    ($($name:ident: $search:tt),*) => {
        #[pyfunctions(module = "posix")]
        impl Spawn {
            $(
                #[function]
                #[sig(
                    "($module, path, argv, env, /, *, file_actions=None, setpgroup=None, resetids=False, setsid=False, setsigmask=None, setsigdef=None, scheduler=None)"
                )]
                fn $name(
                    _m: &PyObject,
                    path: Path,
                    argv: &PyObject,
                    env: &PyObject,
                    file_actions: Option<&PyObject>,
                    setpgroup: Option<&PyObject>,
                    resetids: c_int,
                    setsid: c_int,
                    setsigmask: Option<&PyObject>,
                    setsigdef: Option<&PyObject>,
                    scheduler: Option<&PyObject>,
                ) -> PyResult<c_int> {
                    let options = Options {
                        file_actions,
                        setpgroup,
                        resetids,
                        setsid,
                        setsigmask,
                        setsigdef,
                        scheduler,
                    };
                    spawn($search, &path, argv, env, &options)
                }
            )*
        }
    };
}

spawn_functions! { posix_spawn: false, posix_spawnp: true }
