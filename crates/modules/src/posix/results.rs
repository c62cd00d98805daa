//! The struct sequences that `posix` functions return.

use pyrite_macros::raw_doc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{float, long, module, structseq, typeobject};

/// A type made when the module is, kept for the process.
pub struct TypeCell(Cell<*mut PyTypeObject>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for TypeCell {}

impl TypeCell {
    pub const fn new() -> TypeCell {
        TypeCell(Cell::new(std::ptr::null_mut()))
    }

    fn set(&self, ty: Owned<PyTypeObject>) {
        self.0.set(ty.into_typed_ptr());
    }

    pub fn get(&self) -> PyResult<&'static PyTypeObject> {
        // SAFETY: the count taken by `set` is never given back.
        match unsafe { self.0.get().as_ref() } {
            Some(ty) => Ok(ty),
            None => Err(raise!(SystemError, "posix is not initialized")),
        }
    }

    /// An instance of these values.
    pub fn make(&self, values: Vec<Owned>) -> PyResult<Owned> {
        structseq::from_values(self.get()?, values)
    }
}

pub static STAT_RESULT: TypeCell = TypeCell::new();
pub static STATVFS_RESULT: TypeCell = TypeCell::new();
pub static TERMINAL_SIZE: TypeCell = TypeCell::new();
pub static TIMES_RESULT: TypeCell = TypeCell::new();
pub static UNAME_RESULT: TypeCell = TypeCell::new();
pub static SCHED_PARAM: TypeCell = TypeCell::new();
pub static WAITID_RESULT: TypeCell = TypeCell::new();

macro_rules! documented {
    ($type:literal: $($field:literal = $doc:literal),* $(,)?) => {
        [$(($field, raw_doc!($doc))),*]
    };
}

const UNNAMED: &str = "unnamed field";

/// Makes the types and adds them to the module.
pub fn add(m: &PyObject) -> PyResult<()> {
    let stat = [
        ("st_mode", raw_doc!("os.stat_result.st_mode")),
        ("st_ino", raw_doc!("os.stat_result.st_ino")),
        ("st_dev", raw_doc!("os.stat_result.st_dev")),
        ("st_nlink", raw_doc!("os.stat_result.st_nlink")),
        ("st_uid", raw_doc!("os.stat_result.st_uid")),
        ("st_gid", raw_doc!("os.stat_result.st_gid")),
        ("st_size", raw_doc!("os.stat_result.st_size")),
        (UNNAMED, "integer time of last access"),
        (UNNAMED, "integer time of last modification"),
        (UNNAMED, "integer time of last change"),
        ("st_atime", raw_doc!("os.stat_result.st_atime")),
        ("st_mtime", raw_doc!("os.stat_result.st_mtime")),
        ("st_ctime", raw_doc!("os.stat_result.st_ctime")),
        ("st_atime_ns", raw_doc!("os.stat_result.st_atime_ns")),
        ("st_mtime_ns", raw_doc!("os.stat_result.st_mtime_ns")),
        ("st_ctime_ns", raw_doc!("os.stat_result.st_ctime_ns")),
        ("st_blksize", raw_doc!("os.stat_result.st_blksize")),
        ("st_blocks", raw_doc!("os.stat_result.st_blocks")),
        ("st_rdev", raw_doc!("os.stat_result.st_rdev")),
    ];
    let ty = structseq::new_type("os.stat_result", raw_doc!("os.stat_result"), &stat, 10)?;
    fill_times_in_new(&ty);
    register(m, &STAT_RESULT, "stat_result", ty)?;
    let statvfs = [
        "f_bsize",
        "f_frsize",
        "f_blocks",
        "f_bfree",
        "f_bavail",
        "f_files",
        "f_ffree",
        "f_favail",
        "f_flag",
        "f_namemax",
        "f_fsid",
    ]
    .map(|name| (name, ""));
    let ty = structseq::new_type(
        "os.statvfs_result",
        raw_doc!("os.statvfs_result"),
        &statvfs,
        10,
    )?;
    register(m, &STATVFS_RESULT, "statvfs_result", ty)?;
    let size = documented! { "os.terminal_size":
    "columns" = "os.terminal_size.columns", "lines" = "os.terminal_size.lines" };
    let ty = structseq::new_type("os.terminal_size", raw_doc!("os.terminal_size"), &size, 2)?;
    register(m, &TERMINAL_SIZE, "terminal_size", ty)?;
    let times = documented! { "posix.times_result":
    "user" = "posix.times_result.user", "system" = "posix.times_result.system",
    "children_user" = "posix.times_result.children_user",
    "children_system" = "posix.times_result.children_system", "elapsed" = "posix.times_result.elapsed" };
    let ty = structseq::new_type(
        "posix.times_result",
        raw_doc!("posix.times_result"),
        &times,
        5,
    )?;
    register(m, &TIMES_RESULT, "times_result", ty)?;
    let uname = documented! { "posix.uname_result":
    "sysname" = "posix.uname_result.sysname", "nodename" = "posix.uname_result.nodename",
    "release" = "posix.uname_result.release", "version" = "posix.uname_result.version",
    "machine" = "posix.uname_result.machine" };
    let ty = structseq::new_type(
        "posix.uname_result",
        raw_doc!("posix.uname_result"),
        &uname,
        5,
    )?;
    register(m, &UNAME_RESULT, "uname_result", ty)?;
    let sched =
        documented! { "posix.sched_param": "sched_priority" = "posix.sched_param.sched_priority" };
    let ty = structseq::new_type(
        "posix.sched_param",
        raw_doc!("posix.sched_param"),
        &sched,
        1,
    )?;
    super::scheduling::take_priority_in_new(&ty);
    register(m, &SCHED_PARAM, "sched_param", ty)?;
    let waitid = ["si_pid", "si_uid", "si_signo", "si_status", "si_code"].map(|name| (name, ""));
    let ty = structseq::new_type(
        "posix.waitid_result",
        raw_doc!("posix.waitid_result"),
        &waitid,
        5,
    )?;
    register(m, &WAITID_RESULT, "waitid_result", ty)
}

fn register(m: &PyObject, cell: &TypeCell, name: &str, ty: Owned<PyTypeObject>) -> PyResult<()> {
    module::add_object(m, name, ty.as_object())?;
    cell.set(ty);
    Ok(())
}

struct Constructor(Cell<newfunc>);
// SAFETY: used by the holder of the GIL only.
unsafe impl Sync for Constructor {}
static PLAIN_NEW: Constructor = Constructor(Cell::new(None));

/// `stat_result((..10 integers..))` has times as well: the integers stand in for the floats.
fn fill_times_in_new(ty: &PyTypeObject) {
    unsafe extern "C" fn new(
        ty: *mut PyTypeObject,
        args: *mut PyObject,
        kw: *mut PyObject,
    ) -> *mut PyObject {
        let Some(plain) = PLAIN_NEW.0.get() else {
            return std::ptr::null_mut();
        };
        // SAFETY: the arguments are those of a tp_new, and the result is a stat_result with all its fields.
        unsafe {
            let made = plain(ty, args, kw);
            if let Some(t) = made.cast::<PyTupleObject>().as_ref() {
                for i in 7..10 {
                    let unset = structseq::get_item(t, i + 3).is_none_or(|o| o.is_none());
                    if let (true, Some(value)) = (unset, structseq::get_item(t, i)) {
                        structseq::set_item(t, i + 3, value);
                    }
                }
            }
            made
        }
    }
    PLAIN_NEW.0.set(ty.tp_new.get());
    ty.tp_new.set(Some(new));
    typeobject::modified(ty);
}

/// An int object.
pub fn int(n: i64) -> PyResult<Owned> {
    Ok(long::from_i64(n)?.upcast())
}

/// An int object.
pub fn uint(n: u64) -> PyResult<Owned> {
    Ok(long::from_u64(n)?.upcast())
}

/// A float object.
pub fn real(x: f64) -> PyResult<Owned> {
    Ok(float::from_f64(x)?.upcast())
}

/// An id as Python sees it: the "leave it" value is -1.
pub fn id_object(id: u32) -> PyResult<Owned> {
    if id == u32::MAX {
        int(-1)
    } else {
        int(i64::from(id))
    }
}

/// `os.stat_result` of what the system says.
pub fn stat_result(st: &libc::stat) -> PyResult<Owned> {
    let times = [
        (st.st_atime, st.st_atime_nsec),
        (st.st_mtime, st.st_mtime_nsec),
        (st.st_ctime, st.st_ctime_nsec),
    ];
    let mut values = vec![
        int(i64::from(st.st_mode))?,
        uint(st.st_ino)?,
        uint(st.st_dev)?,
        uint(st.st_nlink)?,
        id_object(st.st_uid)?,
        id_object(st.st_gid)?,
        int(st.st_size)?,
    ];
    for (seconds, _) in times {
        values.push(int(seconds)?);
    }
    for (seconds, nanoseconds) in times {
        values.push(real(seconds as f64 + 1e-9 * nanoseconds as f64)?);
    }
    for (seconds, nanoseconds) in times {
        values.push(nanosecond_time(seconds, nanoseconds)?);
    }
    values.push(int(st.st_blksize)?);
    values.push(int(st.st_blocks)?);
    values.push(uint(st.st_rdev)?);
    STAT_RESULT.make(values)
}

/// Seconds and nanoseconds as one int, which may pass 64 bits.
fn nanosecond_time(seconds: i64, nanoseconds: i64) -> PyResult<Owned> {
    match seconds
        .checked_mul(1_000_000_000)
        .and_then(|n| n.checked_add(nanoseconds))
    {
        Some(n) => int(n),
        None => {
            let (seconds, nanoseconds) = (int(seconds)?, int(nanoseconds)?);
            let scaled = pyrite_runtime::number::multiply(&seconds, &*int(1_000_000_000)?)?;
            pyrite_runtime::number::add(&scaled, &nanoseconds)
        }
    }
}
