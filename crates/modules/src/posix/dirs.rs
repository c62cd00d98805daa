//! Directories and names in them.

use super::path::{DirFd, FsBytes, Path, PathOrFd, PathOrFdOrNone, name_object, os_error};
use super::stat::last_errno;
use pyrite_macros::pyfunctions;
use pyrite_runtime::args::Truth;
use pyrite_runtime::buffer::Buffer;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, list, unicode};
use pyrite_vm::ceval::allow_threads;
use std::ffi::CStr;

/// Functions about directories, links and names.
pub struct Directories;

/// 0, or the path's exception.
fn done(r: c_int, path: &Path) -> PyResult<()> {
    if r == 0 { Ok(()) } else { Err(path.error()) }
}

/// Runs a call without the GIL; its `errno` is there afterwards.
fn blocking(call: impl FnOnce() -> c_int) -> c_int {
    allow_threads(call)
}

/// The open directory behind a path or descriptor.
pub struct Directory(*mut libc::DIR, bool);

impl Directory {
    pub fn open(path: &Path) -> PyResult<Directory> {
        if let Some(fd) = path.fd {
            // SAFETY: plain numbers; the new descriptor belongs to the stream.
            let dir = unsafe {
                let copy = libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, 0);
                if copy < 0 {
                    return Err(os_error());
                }
                let dir = libc::fdopendir(copy);
                if dir.is_null() {
                    let errno = last_errno();
                    libc::close(copy);
                    *libc::__errno_location() = errno;
                }
                dir
            };
            return if dir.is_null() {
                Err(path.error())
            } else {
                Ok(Directory(dir, true))
            };
        }
        let at = path.as_ptr() as usize;
        // SAFETY: the path ends with a NUL and outlives the call.
        let dir = allow_threads(|| unsafe { libc::opendir(at as *const c_char) } as usize)
            as *mut libc::DIR;
        if dir.is_null() {
            Err(path.error())
        } else {
            Ok(Directory(dir, false))
        }
    }

    /// The next entry that is not `.` or `..`: its name, inode and kind. `Err` is an error number.
    pub fn next(&mut self) -> Result<Option<(Vec<u8>, u64, u8)>, c_int> {
        let dir = self.0 as usize;
        loop {
            // SAFETY: the stream is open; the entry is copied before the next read.
            let entry = unsafe {
                *libc::__errno_location() = 0;
                allow_threads(|| libc::readdir(dir as *mut libc::DIR) as usize)
                    as *const libc::dirent
            };
            if entry.is_null() {
                return match last_errno() {
                    0 => Ok(None),
                    errno => Err(errno),
                };
            }
            // SAFETY: an entry has a name with a NUL.
            let (name, inode, kind) = unsafe {
                let name = CStr::from_ptr((&raw const (*entry).d_name).cast());
                (name.to_bytes().to_vec(), (*entry).d_ino, (*entry).d_type)
            };
            if name != b"." && name != b".." {
                return Ok(Some((name, inode, kind)));
            }
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let dir = self.0 as usize;
        let rewind = self.1;
        // SAFETY: opened by `open`, closed once. A shared position goes back to the start for the descriptor's owner.
        allow_threads(|| unsafe {
            if rewind {
                libc::rewinddir(dir as *mut libc::DIR);
            }
            libc::closedir(dir as *mut libc::DIR);
        });
    }
}

#[pyfunctions(module = "posix")]
impl Directories {
    #[function]
    fn listdir(_m: &PyObject, path: Option<PathOrFdOrNone>) -> PyResult<Owned> {
        let path = path.map_or_else(Path::current_directory, |p| p.0);
        pyrite_runtime::hooks::audit("os.listdir", &[&path.object])?;
        let mut dir = Directory::open(&path)?;
        let names = list::new(0)?;
        loop {
            match dir.next() {
                Ok(Some((name, ..))) => {
                    list::append(&names, &*name_object(&name, path.is_bytes)?)?;
                }
                Ok(None) => return Ok(names.upcast()),
                Err(errno) => {
                    // SAFETY: the thread's own errno.
                    unsafe { *libc::__errno_location() = errno };
                    return Err(path.error());
                }
            }
        }
    }

    #[function]
    fn scandir(_m: &PyObject, path: Option<PathOrFdOrNone>) -> PyResult<Owned> {
        let path = path.map_or_else(Path::current_directory, |p| p.0);
        pyrite_runtime::hooks::audit("os.scandir", &[&path.object])?;
        super::scandir::new(path)
    }

    #[function]
    fn mkdir(_m: &PyObject, path: Path, mode: c_int, dir_fd: Option<DirFd>) -> PyResult<()> {
        let (at, dir_fd) = (path.as_ptr() as usize, dir_fd.unwrap_or(DirFd::CURRENT));
        // SAFETY: the path ends with a NUL and outlives the call (so below).
        let r = blocking(|| unsafe {
            libc::mkdirat(dir_fd.0, at as *const c_char, mode as libc::mode_t)
        });
        done(r, &path)
    }

    #[function]
    fn rmdir(_m: &PyObject, path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        let (at, dir_fd) = (path.as_ptr() as usize, dir_fd.unwrap_or(DirFd::CURRENT));
        // SAFETY: as above.
        let r = blocking(|| unsafe {
            libc::unlinkat(dir_fd.0, at as *const c_char, libc::AT_REMOVEDIR)
        });
        done(r, &path)
    }

    fn unlink_at(path: &Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        let (at, dir_fd) = (path.as_ptr() as usize, dir_fd.unwrap_or(DirFd::CURRENT));
        // SAFETY: as above.
        done(
            blocking(|| unsafe { libc::unlinkat(dir_fd.0, at as *const c_char, 0) }),
            path,
        )
    }

    #[function]
    fn unlink(_m: &PyObject, path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        Self::unlink_at(&path, dir_fd)
    }

    #[function]
    fn remove(_m: &PyObject, path: Path, dir_fd: Option<DirFd>) -> PyResult<()> {
        Self::unlink_at(&path, dir_fd)
    }

    fn rename_at(
        src: &Path,
        dst: &Path,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        let (from, to) = (src.as_ptr() as usize, dst.as_ptr() as usize);
        let (a, b) = (
            src_dir_fd.unwrap_or(DirFd::CURRENT),
            dst_dir_fd.unwrap_or(DirFd::CURRENT),
        );
        // SAFETY: both paths end with a NUL and outlive the call.
        let r = blocking(|| unsafe {
            libc::renameat(a.0, from as *const c_char, b.0, to as *const c_char)
        });
        if r == 0 {
            Ok(())
        } else {
            Err(src.error_with(dst))
        }
    }

    #[function]
    fn rename(
        _m: &PyObject,
        src: Path,
        dst: Path,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        Self::rename_at(&src, &dst, src_dir_fd, dst_dir_fd)
    }

    #[function]
    fn replace(
        _m: &PyObject,
        src: Path,
        dst: Path,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        Self::rename_at(&src, &dst, src_dir_fd, dst_dir_fd)
    }

    #[function]
    fn link(
        _m: &PyObject,
        src: Path,
        dst: Path,
        src_dir_fd: Option<DirFd>,
        dst_dir_fd: Option<DirFd>,
        follow_symlinks: Truth,
    ) -> PyResult<()> {
        let (from, to) = (src.as_ptr() as usize, dst.as_ptr() as usize);
        let (a, b) = (
            src_dir_fd.unwrap_or(DirFd::CURRENT),
            dst_dir_fd.unwrap_or(DirFd::CURRENT),
        );
        let plain = a.is_current() && b.is_current() && follow_symlinks.0;
        let flags = if follow_symlinks.0 {
            libc::AT_SYMLINK_FOLLOW
        } else {
            0
        };
        // SAFETY: both paths end with a NUL and outlive the call.
        let r = blocking(|| unsafe {
            if plain {
                libc::link(from as *const c_char, to as *const c_char)
            } else {
                libc::linkat(a.0, from as *const c_char, b.0, to as *const c_char, flags)
            }
        });
        if r == 0 {
            Ok(())
        } else {
            Err(src.error_with(&dst))
        }
    }

    #[function]
    fn symlink(
        _m: &PyObject,
        src: Path,
        dst: Path,
        target_is_directory: Truth,
        dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        let _ = target_is_directory;
        let (from, to) = (src.as_ptr() as usize, dst.as_ptr() as usize);
        let dir_fd = dir_fd.unwrap_or(DirFd::CURRENT);
        // SAFETY: both paths end with a NUL and outlive the call.
        let r = blocking(|| unsafe {
            libc::symlinkat(from as *const c_char, dir_fd.0, to as *const c_char)
        });
        if r == 0 {
            Ok(())
        } else {
            Err(src.error_with(&dst))
        }
    }

    #[function]
    fn readlink(_m: &PyObject, path: Path, dir_fd: Option<DirFd>) -> PyResult<Owned> {
        let (at, dir_fd) = (path.as_ptr() as usize, dir_fd.unwrap_or(DirFd::CURRENT));
        let mut target = vec![0u8; libc::PATH_MAX as usize + 1];
        let into = target.as_mut_ptr() as usize;
        let room = target.len() - 1;
        // SAFETY: the path ends with a NUL; the buffer has the room; both outlive the call.
        let n = allow_threads(|| unsafe {
            libc::readlinkat(dir_fd.0, at as *const c_char, into as *mut c_char, room)
        });
        match usize::try_from(n) {
            Ok(n) => name_object(&target[..n.min(room)], path.is_bytes),
            Err(_) => Err(path.error()),
        }
    }

    #[function]
    fn mkfifo(_m: &PyObject, path: Path, mode: c_int, dir_fd: Option<DirFd>) -> PyResult<()> {
        let (at, dir_fd) = (path.as_ptr() as usize, dir_fd.unwrap_or(DirFd::CURRENT));
        // SAFETY: the path ends with a NUL and outlives the call.
        let r = blocking(|| unsafe {
            libc::mkfifoat(dir_fd.0, at as *const c_char, mode as libc::mode_t)
        });
        if r == 0 { Ok(()) } else { Err(os_error()) }
    }

    #[function]
    fn mknod(
        _m: &PyObject,
        path: Path,
        mode: c_int,
        device: u64,
        dir_fd: Option<DirFd>,
    ) -> PyResult<()> {
        let (at, dir_fd) = (path.as_ptr() as usize, dir_fd.unwrap_or(DirFd::CURRENT));
        // SAFETY: as above.
        let r = blocking(|| unsafe {
            libc::mknodat(dir_fd.0, at as *const c_char, mode as libc::mode_t, device)
        });
        if r == 0 { Ok(()) } else { Err(os_error()) }
    }

    #[function]
    fn chdir(_m: &PyObject, path: PathOrFd) -> PyResult<()> {
        let path = path.0;
        let (at, fd) = (path.as_ptr() as usize, path.fd);
        // SAFETY: as above.
        let r = blocking(|| unsafe {
            match fd {
                Some(fd) => libc::fchdir(fd),
                None => libc::chdir(at as *const c_char),
            }
        });
        done(r, &path)
    }

    #[function]
    fn fchdir(_m: &PyObject, fd: pyrite_runtime::args::Fd) -> PyResult<()> {
        // SAFETY: the call takes a number, and no pointer.
        super::stat::retried(|| unsafe { libc::fchdir(fd.0) })
    }

    #[function]
    fn chroot(_m: &PyObject, path: Path) -> PyResult<()> {
        let at = path.as_ptr() as usize;
        // SAFETY: as above.
        done(
            blocking(|| unsafe { libc::chroot(at as *const c_char) }),
            &path,
        )
    }

    #[function]
    fn getcwd(_m: &PyObject) -> PyResult<Owned> {
        Ok(unicode::fs::decode_default(&current_directory()?)?.upcast())
    }

    #[function]
    fn getcwdb(_m: &PyObject) -> PyResult<Owned> {
        Ok(bytes::from_slice(&current_directory()?)?.upcast())
    }

    #[function]
    fn getxattr(
        _m: &PyObject,
        path: PathOrFd,
        attribute: Path,
        follow_symlinks: Truth,
    ) -> PyResult<Owned> {
        let path = path.0;
        super::path::no_fd_with("getxattr", &path, DirFd::CURRENT, follow_symlinks.0)?;
        read_growing(&path, |into, room| {
            let name = attribute.as_ptr();
            // SAFETY: the names end with a NUL; the buffer has the room.
            unsafe {
                match path.fd {
                    Some(fd) => libc::fgetxattr(fd, name, into.cast(), room),
                    None if follow_symlinks.0 => {
                        libc::getxattr(path.as_ptr(), name, into.cast(), room)
                    }
                    None => libc::lgetxattr(path.as_ptr(), name, into.cast(), room),
                }
            }
        })
        .and_then(|value| Ok(bytes::from_slice(&value)?.upcast()))
    }

    #[function]
    fn setxattr(
        _m: &PyObject,
        path: PathOrFd,
        attribute: Path,
        value: Buffer,
        flags: c_int,
        follow_symlinks: Truth,
    ) -> PyResult<()> {
        let path = path.0;
        super::path::no_fd_with("setxattr", &path, DirFd::CURRENT, follow_symlinks.0)?;
        let data = value.as_slice();
        let (name, at, n) = (attribute.as_ptr(), data.as_ptr().cast(), data.len());
        // SAFETY: the names end with a NUL; the value is held.
        let r = unsafe {
            match path.fd {
                Some(fd) => libc::fsetxattr(fd, name, at, n, flags),
                None if follow_symlinks.0 => libc::setxattr(path.as_ptr(), name, at, n, flags),
                None => libc::lsetxattr(path.as_ptr(), name, at, n, flags),
            }
        };
        done(r, &path)
    }

    #[function]
    fn removexattr(
        _m: &PyObject,
        path: PathOrFd,
        attribute: Path,
        follow_symlinks: Truth,
    ) -> PyResult<()> {
        let path = path.0;
        super::path::no_fd_with("removexattr", &path, DirFd::CURRENT, follow_symlinks.0)?;
        let name = attribute.as_ptr();
        // SAFETY: the names end with a NUL.
        let r = unsafe {
            match path.fd {
                Some(fd) => libc::fremovexattr(fd, name),
                None if follow_symlinks.0 => libc::removexattr(path.as_ptr(), name),
                None => libc::lremovexattr(path.as_ptr(), name),
            }
        };
        done(r, &path)
    }

    #[function]
    fn listxattr(
        _m: &PyObject,
        path: Option<PathOrFdOrNone>,
        follow_symlinks: Truth,
    ) -> PyResult<Owned> {
        let path = path.map_or_else(Path::current_directory, |p| p.0);
        super::path::no_fd_with("listxattr", &path, DirFd::CURRENT, follow_symlinks.0)?;
        let all = read_growing(&path, |into, room| {
            // SAFETY: the path ends with a NUL; the buffer has the room.
            unsafe {
                match path.fd {
                    Some(fd) => libc::flistxattr(fd, into, room),
                    None if follow_symlinks.0 => libc::listxattr(path.as_ptr(), into, room),
                    None => libc::llistxattr(path.as_ptr(), into, room),
                }
            }
        })?;
        let names = list::new(0)?;
        for name in all.split(|&b| b == 0).filter(|name| !name.is_empty()) {
            list::append(&names, &*name_object(name, false)?)?;
        }
        Ok(names.upcast())
    }

    #[function]
    fn fspath(_m: &PyObject, path: &PyObject) -> PyResult<Owned> {
        super::path::fspath(path)
    }

    #[function]
    fn ctermid(_m: &PyObject) -> PyResult<Owned> {
        name_object(b"/dev/tty", false)
    }

    #[function]
    fn putenv(_m: &PyObject, name: FsBytes, value: FsBytes) -> PyResult<()> {
        if name.as_bytes().contains(&b'=') {
            return Err(raise!(ValueError, "illegal environment variable name"));
        }
        // SAFETY: both end with a NUL; the library copies them.
        if unsafe { libc::setenv(name.as_c_str().as_ptr(), value.as_c_str().as_ptr(), 1) } != 0 {
            return Err(os_error());
        }
        Ok(())
    }

    #[function]
    fn unsetenv(_m: &PyObject, name: FsBytes) -> PyResult<()> {
        // SAFETY: ends with a NUL.
        if unsafe { libc::unsetenv(name.as_c_str().as_ptr()) } != 0 {
            Err(os_error())
        } else {
            Ok(())
        }
    }
}

/// Reads into a buffer that is made larger until the answer fits.
fn read_growing(path: &Path, read: impl Fn(*mut c_char, usize) -> isize) -> PyResult<Vec<u8>> {
    for room in [256, 65536] {
        let mut buffer = vec![0u8; room];
        let n = read(buffer.as_mut_ptr().cast(), room);
        match usize::try_from(n) {
            Ok(n) => {
                buffer.truncate(n);
                return Ok(buffer);
            }
            Err(_) if last_errno() == libc::ERANGE && room < 65536 => {}
            Err(_) => break,
        }
    }
    Err(path.error())
}

fn current_directory() -> PyResult<Vec<u8>> {
    let mut room = 1024;
    loop {
        let mut buffer = vec![0u8; room];
        let at = buffer.as_mut_ptr() as usize;
        // SAFETY: the buffer has the room and outlives the call.
        let found = allow_threads(|| unsafe { !libc::getcwd(at as *mut c_char, room).is_null() });
        if found {
            let end = buffer.iter().position(|&b| b == 0).unwrap_or(0);
            buffer.truncate(end);
            return Ok(buffer);
        }
        if last_errno() != libc::ERANGE || room > 1 << 24 {
            return Err(os_error());
        }
        room *= 2;
    }
}
