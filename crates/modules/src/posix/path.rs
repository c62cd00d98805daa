//! Paths, file descriptors and ids as arguments of `posix` functions.

use pyrite_runtime::args::{Arg, FromArg, Place, int_value};
use pyrite_runtime::buffer;
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, call, err, number, object, unicode};
use std::ffi::CStr;

/// A path, as the system takes it and as errors show it.
pub struct Path {
    /// Ends with a NUL. Empty path for a descriptor or for `None`.
    bytes: Vec<u8>,
    pub fd: Option<c_int>,
    /// What the caller gave (or its `__fspath__`), for errors.
    pub object: Owned,
    /// Results are bytes as well.
    pub is_bytes: bool,
    pub is_none: bool,
}

/// What besides a path may be given.
#[derive(Clone, Copy)]
struct Accept {
    fd: bool,
    none: bool,
}

impl Accept {
    fn describe(self) -> &'static str {
        match (self.fd, self.none) {
            (true, true) => "string, bytes, os.PathLike, integer or None",
            (true, false) => "string, bytes, os.PathLike or integer",
            (false, true) => "string, bytes, os.PathLike or None",
            (false, false) => "string, bytes or os.PathLike",
        }
    }
}

/// A path or an open file's descriptor.
pub struct PathOrFd(pub Path);
/// A path, a descriptor, or `None` for the current directory.
pub struct PathOrFdOrNone(pub Path);

impl<'a> FromArg<'a> for Path {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        Path::convert(
            o,
            at,
            Accept {
                fd: false,
                none: false,
            },
        )
    }
}
impl<'a> FromArg<'a> for PathOrFd {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        Path::convert(
            o,
            at,
            Accept {
                fd: true,
                none: false,
            },
        )
        .map(PathOrFd)
    }
}
impl<'a> FromArg<'a> for PathOrFdOrNone {
    fn from_arg(o: &'a PyObject, at: Arg) -> PyResult<Self> {
        Path::convert(
            o,
            at,
            Accept {
                fd: true,
                none: true,
            },
        )
        .map(PathOrFdOrNone)
    }
}

fn argument_name(at: Arg) -> &'static str {
    match at.place {
        Place::Name(name) => name,
        _ => "path",
    }
}

impl Path {
    fn convert(o: &PyObject, at: Arg, accept: Accept) -> PyResult<Path> {
        if o.is_none() && accept.none {
            return Ok(Path::current_directory());
        }
        let is_text =
            o.downcast::<PyUnicodeObject>().is_some() || o.downcast::<PyBytesObject>().is_some();
        if !is_text && accept.fd && number::index_check(o) {
            let number = number::index(o)?;
            let fd = fd_value(&number)?;
            return Ok(Path {
                bytes: vec![0],
                fd: Some(fd),
                object: o.own(),
                is_bytes: false,
                is_none: false,
            });
        }
        if is_text {
            return Path::from_text(o.own(), at);
        }
        if buffer::check(o) {
            let message = err::format(format_args!(
                "{}: {} should be {}, not {}",
                at.fname,
                argument_name(at),
                accept.describe(),
                err::short(&o.type_name(), 200)
            ))?;
            pyrite_runtime::hooks::warn(exc::DeprecationWarning.get(), message.as_object(), 1)?;
            let mut path = Path::from_text(bytes::from_object(o)?.upcast(), at)?;
            // Errors name what was passed.
            path.object = o.own();
            return Ok(path);
        }
        match object::lookup_special(o, id!("__fspath__").as_object())? {
            Some(method) => Path::from_text(checked_fspath(o, call::call0(&method)?)?, at),
            None => Err(raise!(
                TypeError,
                "{}: {} should be {}, not {}",
                at.fname,
                argument_name(at),
                accept.describe(),
                err::short(&o.type_name(), 200)
            )),
        }
    }

    /// The current directory, as `None` names it.
    pub fn current_directory() -> Path {
        Path {
            bytes: b".\0".to_vec(),
            fd: None,
            object: none().own(),
            is_bytes: false,
            is_none: true,
        }
    }

    /// From a str or bytes object.
    fn from_text(object: Owned, at: Arg) -> PyResult<Path> {
        let (mut bytes, is_bytes) = if let Some(text) = object.downcast::<PyUnicodeObject>() {
            let encoded = unicode::fs::encode_default(text)?;
            let Some(encoded) = encoded.downcast::<PyBytesObject>() else {
                return Err(err::bad_internal_call());
            };
            (
                pyrite_runtime::mem::room::copy(bytes::as_slice(encoded))?,
                false,
            )
        } else if let Some(data) = object.downcast::<PyBytesObject>() {
            (
                pyrite_runtime::mem::room::copy(bytes::as_slice(data))?,
                true,
            )
        } else {
            return Err(err::bad_internal_call());
        };
        if bytes.contains(&0) {
            return Err(if is_bytes {
                raise!(
                    ValueError,
                    "{}: embedded null character in {}",
                    at.fname,
                    argument_name(at)
                )
            } else {
                raise!(ValueError, "embedded null byte")
            });
        }
        pyrite_runtime::mem::room::push(&mut bytes, 0)?;
        Ok(Path {
            bytes,
            fd: None,
            object,
            is_bytes,
            is_none: false,
        })
    }

    pub fn as_ptr(&self) -> *const c_char {
        self.bytes.as_ptr().cast()
    }

    /// Without the NUL.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes[..self.bytes.len() - 1]
    }

    /// The exception for the thread's `errno`, naming the path.
    #[cold]
    pub fn error(&self) -> Raised {
        let name = (!self.is_none).then_some(&*self.object);
        err::set_from_errno_with_filename(exc::OSError.get(), name)
    }

    /// The same with a second path.
    #[cold]
    pub fn error_with(&self, second: &Path) -> Raised {
        err::set_from_errno_with_filenames(
            exc::OSError.get(),
            Some(&self.object),
            Some(&second.object),
        )
    }
}

/// The exception for the thread's `errno`.
#[cold]
pub fn os_error() -> Raised {
    err::set_from_errno(exc::OSError.get())
}

/// The result of `__fspath__`: str or bytes.
fn checked_fspath(o: &PyObject, path: Owned) -> PyResult<Owned> {
    if path.downcast::<PyUnicodeObject>().is_some() || path.downcast::<PyBytesObject>().is_some() {
        return Ok(path);
    }
    let (class, got) = (o.type_name(), path.type_name());
    Err(raise!(
        TypeError,
        "expected {}.__fspath__() to return str or bytes, not {}",
        err::short(&class, 200),
        err::short(&got, 200)
    ))
}

/// `os.fspath`.
pub fn fspath(o: &PyObject) -> PyResult<Owned> {
    if o.downcast::<PyUnicodeObject>().is_some() || o.downcast::<PyBytesObject>().is_some() {
        return Ok(o.own());
    }
    match object::lookup_special(o, id!("__fspath__").as_object())? {
        Some(method) => checked_fspath(o, call::call0(&method)?),
        None => Err(raise!(
            TypeError,
            "expected str, bytes or os.PathLike object, not {}",
            err::short(&o.type_name(), 200)
        )),
    }
}

fn fd_value(int: &PyObject) -> PyResult<c_int> {
    let value = int_value(int).unwrap_or(i128::MAX);
    c_int::try_from(value).map_err(|_| match value < 0 {
        true => raise!(OverflowError, "fd is less than minimum"),
        false => raise!(OverflowError, "fd is greater than maximum"),
    })
}

/// The directory that a relative path starts from; `None` is the current one.
#[derive(Clone, Copy)]
pub struct DirFd(pub c_int);

impl DirFd {
    pub const CURRENT: DirFd = DirFd(libc::AT_FDCWD);

    pub fn is_current(self) -> bool {
        self.0 == libc::AT_FDCWD
    }
}

impl<'a> FromArg<'a> for DirFd {
    fn from_arg(o: &'a PyObject, _: Arg) -> PyResult<Self> {
        if o.is_none() {
            return Ok(DirFd::CURRENT);
        }
        if number::index_check(o) {
            let number = number::index(o)?;
            return fd_value(&number).map(DirFd);
        }
        let ty = o.type_name();
        Err(raise!(
            TypeError,
            "argument should be integer or None, not {}",
            err::short(&ty, 200)
        ))
    }
}

/// A user's or group's id: -1 stands for "leave it".
macro_rules! ids {
    ($($name:ident $text:literal;)*) => { $(
        #[derive(Clone, Copy)]
        pub struct $name(pub u32);

        impl<'a> FromArg<'a> for $name {
            fn from_arg(o: &'a PyObject, _: Arg) -> PyResult<Self> {
                if !number::index_check(o) {
                    let ty = o.type_name();
                    return Err(raise!(
                        TypeError, concat!($text, " should be integer, not {}"), err::short(&ty, 200)
                    ));
                }
                let n = number::index(o)?;
                match int_value(&n) {
                    Some(-1) => Ok($name(u32::MAX)),
                    Some(n) if (0..=i128::from(u32::MAX)).contains(&n) => Ok($name(n as u32)),
                    // What fits a C `long` is compared as one that was cut.
                    Some(n) if n <= i128::from(i64::MAX) => {
                        Err(raise!(OverflowError, concat!($text, " is less than minimum")))
                    }
                    None if n.downcast::<PyLongObject>().is_some_and(pyrite_runtime::long::is_negative) => {
                        Err(raise!(OverflowError, concat!($text, " is less than minimum")))
                    }
                    _ => Err(raise!(OverflowError, concat!($text, " is greater than maximum"))),
                }
            }
        }
    )* };
}
ids! {
    Uid "uid";
    Gid "gid";
}

/// Bytes for the system, encoded as file names are, without NUL (`PyUnicode_FSConverter`).
pub struct FsBytes(pub Vec<u8>);

impl FsBytes {
    pub fn as_c_str(&self) -> &CStr {
        CStr::from_bytes_until_nul(&self.0).unwrap_or_default()
    }
    pub fn as_bytes(&self) -> &[u8] {
        self.as_c_str().to_bytes()
    }
    pub fn of(o: &PyObject) -> PyResult<FsBytes> {
        let path = fspath(o)?;
        let at = Arg {
            fname: "",
            place: Place::Only,
        };
        match Path::from_text(path, at) {
            Ok(path) => Ok(FsBytes(path.bytes)),
            Err(_) if err::matches(exc::ValueError.get()) => {
                err::clear();
                Err(raise!(ValueError, "embedded null byte"))
            }
            Err(raised) => Err(raised),
        }
    }
}

impl<'a> FromArg<'a> for FsBytes {
    fn from_arg(o: &'a PyObject, _: Arg) -> PyResult<Self> {
        FsBytes::of(o)
    }
}

/// A name from the system as the caller wants it: bytes, or a str decoded as file names are.
pub fn name_object(name: &[u8], as_bytes: bool) -> PyResult<Owned> {
    if as_bytes {
        Ok(bytes::from_slice(name)?.upcast())
    } else {
        Ok(unicode::fs::decode_default(name)?.upcast())
    }
}

/// Refuses a descriptor where the function would also need a path.
pub fn no_fd_with(fname: &str, path: &Path, dir_fd: DirFd, follow_symlinks: bool) -> PyResult<()> {
    if path.fd.is_none() {
        return Ok(());
    }
    if !dir_fd.is_current() {
        return Err(raise!(
            ValueError,
            "{fname}: can't specify dir_fd without matching path"
        ));
    }
    if !follow_symlinks {
        return Err(raise!(
            ValueError,
            "{fname}: cannot use fd and follow_symlinks together"
        ));
    }
    Ok(())
}
