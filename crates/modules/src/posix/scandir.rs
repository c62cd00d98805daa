//! `scandir`: the entries of a directory, and what is known of each without asking again.

use super::dirs::Directory;
use super::path::{Path, fspath, name_object};
use super::results::stat_result;
use pyrite_macros::pytype;
use pyrite_runtime::args::Truth;
use pyrite_runtime::exceptions::exc;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, err, mem, object, unicode};
use std::cell::RefCell;

/// An iterator over a directory.
#[repr(C)]
pub struct ScandirIterator {
    ob_base: PyObject,
    /// Boxed, since an object's fields start as zeros; null once closed.
    state: Cell<*mut RefCell<State>>,
}
// SAFETY: begins with the head; the field is a cell.
unsafe impl Layout for ScandirIterator {}

struct State {
    directory: Directory,
    path: Path,
}

/// Starts to read a directory.
pub fn new(path: Path) -> PyResult<Owned> {
    let directory = Directory::open(&path)?;
    let it = mem::new_object::<ScandirIterator>(&SCANDIR_ITERATOR)?;
    it.state.set(Box::into_raw(Box::new(RefCell::new(State {
        directory,
        path,
    }))));
    Ok(it.upcast())
}

fn close(it: &ScandirIterator) {
    let state = it.state.replace(std::ptr::null_mut());
    if !state.is_null() {
        // SAFETY: made by `new`, and taken out of the object just now.
        drop(unsafe { Box::from_raw(state) });
    }
}

pub struct Iterator;

#[pytype(name = "posix.ScandirIterator", c_name = SCANDIR_ITERATOR, layout = ScandirIterator,
         free = object_free, export = false)]
impl Iterator {
    const tp_iter: getiterfunc = Some(object::self_iter);

    fn tp_dealloc(slf: *mut ScandirIterator) {
        // SAFETY: the last reference is gone; the finalizer may bring the object back.
        unsafe {
            if object::call_finalizer_from_dealloc(slf.cast()) {
                return;
            }
            close(&*slf);
            pyrite_runtime::macro_support::object_free(slf.cast());
        }
    }

    fn tp_finalize(slf: &ScandirIterator) {
        if slf.state.get().is_null() {
            return;
        }
        let raised = err::fetch();
        let shown = object::repr(slf.as_object());
        if let Ok(shown) = &shown {
            let text = format_args!("unclosed scandir iterator {}", err::Str(shown));
            let warned = err::resource_warning(Some(slf.as_object()), 1, text);
            if warned.is_err() && err::matches(exc::Warning.get()) {
                err::write_unraisable(Some(slf.as_object()));
            }
        }
        close(slf);
        err::restore(raised);
    }

    fn tp_iternext(slf: &ScandirIterator) -> PyResult<Option<Owned>> {
        // SAFETY: the state is freed by `close` only, which an entry in use prevents.
        let Some(state) = (unsafe { slf.state.get().as_ref() }) else {
            return Ok(None);
        };
        let Ok(mut busy) = state.try_borrow_mut() else {
            return Ok(None);
        };
        let outcome = busy.directory.next();
        let made = match outcome {
            Ok(Some((name, inode, kind))) => Some(new_entry(&busy.path, &name, inode, kind)?),
            Ok(None) => None,
            Err(errno) => {
                let name = busy.path.object.clone();
                drop(busy);
                return Err(err::set_from(exc::OSError.get(), errno, Some(&name), None));
            }
        };
        drop(busy);
        if made.is_none() {
            close(slf);
        }
        Ok(made)
    }

    #[method]
    fn __enter__(slf: &ScandirIterator) -> Owned {
        slf.own()
    }

    #[method(args)]
    fn __exit__(slf: &ScandirIterator, _args: &[&PyObject]) {
        close(slf);
    }

    #[method]
    fn close(slf: &ScandirIterator) {
        close(slf);
    }
}

/// An entry: name, path, and the kind and answers that are known already.
#[repr(C)]
pub struct DirEntryObject {
    ob_base: PyObject,
    name: Cell<*mut PyObject>,
    path: Cell<*mut PyObject>,
    stat: Cell<*mut PyObject>,
    lstat: Cell<*mut PyObject>,
    inode: Cell<u64>,
    kind: Cell<u8>,
    /// The descriptor of a directory that was given as one, or `AT_FDCWD`.
    dir_fd: Cell<c_int>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for DirEntryObject {}

fn new_entry(dir: &Path, name: &[u8], inode: u64, kind: u8) -> PyResult<Owned> {
    let entry = mem::new_object::<DirEntryObject>(&DIR_ENTRY)?;
    let name_object_ = name_object(name, dir.is_bytes)?;
    let full = match dir.fd {
        Some(_) => name_object_.clone(),
        None if dir.is_none => name_object_.clone(),
        None => {
            let mut full = dir.as_bytes().to_vec();
            if full.last().is_some_and(|&b| b != b'/') {
                full.push(b'/');
            }
            full.extend_from_slice(name);
            name_object(&full, dir.is_bytes)?
        }
    };
    entry.name.set_ref(Some(name_object_));
    entry.path.set_ref(Some(full));
    entry.inode.set(inode);
    entry.kind.set(kind);
    entry.dir_fd.set(dir.fd.unwrap_or(libc::AT_FDCWD));
    Ok(entry.upcast())
}

/// Asks the system, following a link or not.
fn fresh_stat(entry: &DirEntryObject, follow: bool) -> PyResult<Owned> {
    let Some(path) = entry.path.load() else {
        return Err(err::bad_internal_call());
    };
    let mut bytes = match (
        path.downcast::<PyUnicodeObject>(),
        path.downcast::<PyBytesObject>(),
    ) {
        (Some(text), _) => unicode::fs::to_os_bytes(text),
        (_, Some(data)) => bytes::as_slice(data).to_vec(),
        _ => Vec::new(),
    };
    bytes.push(0);
    let flags = if follow { 0 } else { libc::AT_SYMLINK_NOFOLLOW };
    // SAFETY: the path ends with a NUL; the buffer has room.
    let (r, st) = unsafe {
        let mut st: libc::stat = std::mem::zeroed();
        (
            libc::fstatat(entry.dir_fd.get(), bytes.as_ptr().cast(), &mut st, flags),
            st,
        )
    };
    if r != 0 {
        return Err(err::set_from_errno_with_filename(
            exc::OSError.get(),
            Some(&path),
        ));
    }
    stat_result(&st)
}

fn lstat(entry: &DirEntryObject) -> PyResult<Owned> {
    if let Some(known) = entry.lstat.load() {
        return Ok(known);
    }
    let made = fresh_stat(entry, false)?;
    entry.lstat.set_ref(Some(made.clone()));
    Ok(made)
}

fn stat(entry: &DirEntryObject, follow: bool) -> PyResult<Owned> {
    if !follow {
        return lstat(entry);
    }
    if let Some(known) = entry.stat.load() {
        return Ok(known);
    }
    let made = if is_symlink(entry)? {
        fresh_stat(entry, true)?
    } else {
        lstat(entry)?
    };
    entry.stat.set_ref(Some(made.clone()));
    Ok(made)
}

fn is_symlink(entry: &DirEntryObject) -> PyResult<bool> {
    match entry.kind.get() {
        libc::DT_UNKNOWN => test_mode(entry, false, libc::S_IFLNK),
        kind => Ok(kind == libc::DT_LNK),
    }
}

/// Is the entry of that kind? A file that has gone is of no kind.
fn test_mode(entry: &DirEntryObject, follow: bool, mode: libc::mode_t) -> PyResult<bool> {
    let kind = entry.kind.get();
    let ask = kind == libc::DT_UNKNOWN || (follow && kind == libc::DT_LNK);
    if !ask {
        return Ok(match mode {
            libc::S_IFDIR => kind == libc::DT_DIR,
            libc::S_IFREG => kind == libc::DT_REG,
            _ => kind == libc::DT_LNK,
        });
    }
    let st = match stat(entry, follow) {
        Ok(st) => st,
        Err(_) if err::matches(exc::FileNotFoundError.get()) => {
            err::clear();
            return Ok(false);
        }
        Err(raised) => return Err(raised),
    };
    let st_mode = object::get_attr(&st, id!("st_mode").as_object())?;
    let st_mode = pyrite_runtime::long::as_i64(&st_mode)?;
    Ok(st_mode & i64::from(libc::S_IFMT) == i64::from(mode))
}

pub struct DirEntry;

#[pytype(name = "posix.DirEntry", c_name = DIR_ENTRY, layout = DirEntryObject, free = object_free, export = false)]
impl DirEntry {
    fn tp_dealloc(slf: *mut DirEntryObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            (*slf).name.set_ref(None);
            (*slf).path.set_ref(None);
            (*slf).stat.set_ref(None);
            (*slf).lstat.set_ref(None);
            pyrite_runtime::macro_support::object_free(slf.cast());
        }
    }

    fn tp_repr(slf: &DirEntryObject) -> PyResult<Owned> {
        let name = object::repr(&slf.name.load().unwrap_or_else(|| none().own()))?;
        Ok(err::format(format_args!("<DirEntry {}>", err::Str(&name)))?.upcast())
    }

    #[method]
    #[sig("($self, /, *, follow_symlinks=True)")]
    fn is_dir(slf: &DirEntryObject, follow_symlinks: Truth) -> PyResult<bool> {
        test_mode(slf, follow_symlinks.0, libc::S_IFDIR)
    }

    #[method]
    #[sig("($self, /, *, follow_symlinks=True)")]
    fn is_file(slf: &DirEntryObject, follow_symlinks: Truth) -> PyResult<bool> {
        test_mode(slf, follow_symlinks.0, libc::S_IFREG)
    }

    #[method]
    fn is_symlink(slf: &DirEntryObject) -> PyResult<bool> {
        is_symlink(slf)
    }

    #[method]
    #[sig("($self, /, *, follow_symlinks=True)")]
    fn stat(slf: &DirEntryObject, follow_symlinks: Truth) -> PyResult<Owned> {
        stat(slf, follow_symlinks.0)
    }

    #[method]
    fn inode(slf: &DirEntryObject) -> u64 {
        slf.inode.get()
    }

    #[method]
    fn __fspath__(slf: &DirEntryObject) -> PyResult<Owned> {
        fspath(&slf.path.load().unwrap_or_else(|| none().own()))
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("name", T_OBJECT_EX, name, READONLY),
        ("path", T_OBJECT_EX, path, READONLY),
    ];
}
