//! `FileIO`: a file descriptor.

use super::rawio::PyRawIOBase_Type;
use super::{Stream, base, dealloc, generic_new, method, unsupported};
use pyrite_macros::pytype;
use pyrite_runtime::args::{Truth, WritableBuffer};
use pyrite_runtime::buffer::Buffer;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, err, exceptions, gc, hooks, long, number, object, unicode};
use pyrite_vm::ceval::allow_threads;
use std::ffi::CString;

/// The descriptor and what was asked for when it was opened.
pub struct FileState {
    fd: c_int,
    created: bool,
    readable: bool,
    writable: bool,
    appending: bool,
    seekable: Option<bool>,
    closefd: bool,
    finalizing: bool,
}

impl Default for FileState {
    fn default() -> FileState {
        FileState {
            fd: -1,
            created: false,
            readable: false,
            writable: false,
            appending: false,
            seekable: None,
            closefd: true,
            finalizing: false,
        }
    }
}

type FileObject = Stream<FileState>;

/// `FileIO`.
pub struct FileIo;

fn os_error(name: Option<&PyObject>) -> Raised {
    err::set_from_errno_with_filename(exceptions::exc::OSError.get(), name)
}

fn errno() -> c_int {
    std::io::Error::last_os_error().raw_os_error().unwrap_or(0)
}

/// Calls the system until a signal no longer interrupts, running handlers in between.
fn retry(mut call: impl FnMut() -> isize) -> PyResult<Result<isize, c_int>> {
    loop {
        let (n, e) = allow_threads(|| {
            let n = call();
            (n, if n < 0 { errno() } else { 0 })
        });
        if n >= 0 {
            return Ok(Ok(n));
        }
        if e != libc::EINTR {
            return Ok(Err(e));
        }
        hooks::check_signals()?;
    }
}

fn error(e: c_int, name: Option<&PyObject>) -> Raised {
    err::set_from(exceptions::exc::OSError.get(), e, name, None)
}

/// The descriptor of an open file.
fn open_fd(slf: &FileObject) -> PyResult<c_int> {
    match slf.state()?.fd {
        fd if fd < 0 => Err(raise!(ValueError, "I/O operation on closed file")),
        fd => Ok(fd),
    }
}

fn readable_fd(slf: &FileObject) -> PyResult<c_int> {
    let fd = open_fd(slf)?;
    if slf.state()?.readable {
        Ok(fd)
    } else {
        Err(unsupported("File not open for reading"))
    }
}

fn writable_fd(slf: &FileObject) -> PyResult<c_int> {
    let fd = open_fd(slf)?;
    if slf.state()?.writable {
        Ok(fd)
    } else {
        Err(unsupported("File not open for writing"))
    }
}

#[pytype(name = "_io.FileIO", c_name = PyFileIO_Type, layout = FileObject, base = PyRawIOBase_Type,
         flags = [BASETYPE, HAVE_GC], dictoffset = dict, weaklistoffset = weakreflist, free = gc_del)]
impl FileIo {
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        generic_new(ty)
    }
    #[sig("(file, mode='r', closefd=True, opener=None)", parse_tuple)]
    fn tp_init(
        slf: &FileObject,
        file: &PyObject,
        mode: Option<&str>,
        closefd: Option<Truth>,
        opener: Option<&PyObject>,
    ) -> PyResult<()> {
        let opener = opener.filter(|o| !o.is_none());
        init(
            slf,
            file,
            mode.unwrap_or("r"),
            closefd.is_none_or(|t| t.0),
            opener,
        )
    }
    fn tp_dealloc(slf: *mut FileObject) {
        // SAFETY: the last reference is gone.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &FileObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.dict.get())
    }
    fn tp_clear(slf: &FileObject) {
        slf.dict.set_ref(None);
    }
    fn tp_repr(slf: &FileObject) -> PyResult<Owned<PyUnicodeObject>> {
        repr(slf)
    }

    #[method]
    fn close(slf: &FileObject) -> PyResult<()> {
        close(slf)
    }
    #[method]
    fn fileno(slf: &FileObject) -> PyResult<i32> {
        open_fd(slf)
    }
    #[method]
    fn isatty(slf: &FileObject) -> PyResult<bool> {
        let fd = open_fd(slf)?;
        // SAFETY: a plain system call.
        Ok(allow_threads(|| unsafe { libc::isatty(fd) }) != 0)
    }
    #[method]
    fn readable(slf: &FileObject) -> PyResult<bool> {
        open_fd(slf)?;
        Ok(slf.state()?.readable)
    }
    #[method]
    fn writable(slf: &FileObject) -> PyResult<bool> {
        open_fd(slf)?;
        Ok(slf.state()?.writable)
    }
    #[method]
    fn seekable(slf: &FileObject) -> PyResult<bool> {
        let fd = open_fd(slf)?;
        if let Some(known) = slf.state()?.seekable {
            return Ok(known);
        }
        let found = seek_fd(fd, 0, libc::SEEK_CUR).is_ok();
        err::clear();
        slf.state()?.seekable = Some(found);
        Ok(found)
    }
    #[method]
    fn read(slf: &FileObject, size: Option<&PyObject>) -> PyResult<Owned> {
        let fd = readable_fd(slf)?;
        match usize::try_from(super::size_arg(size)?) {
            Err(_) => read_all(slf, fd),
            Ok(n) => read_some(fd, n),
        }
    }
    #[method]
    fn readall(slf: &FileObject) -> PyResult<Owned> {
        let fd = open_fd(slf)?;
        read_all(slf, fd)
    }
    #[method]
    fn readinto(slf: &FileObject, buffer: WritableBuffer) -> PyResult<Option<Owned>> {
        let fd = readable_fd(slf)?;
        match read_into(fd, &buffer.0)? {
            Some(n) => Ok(Some(long::from_usize(n)?.upcast())),
            None => Ok(None),
        }
    }
    #[method]
    fn write(slf: &FileObject, b: Buffer) -> PyResult<Option<Owned>> {
        let fd = writable_fd(slf)?;
        match write_fd(fd, &b)? {
            Some(n) => Ok(Some(long::from_usize(n)?.upcast())),
            None => Ok(None),
        }
    }
    #[method]
    fn seek(slf: &FileObject, pos: &PyObject, whence: Option<i32>) -> PyResult<i64> {
        let fd = open_fd(slf)?;
        if pos.downcast::<PyFloatObject>().is_some() {
            return Err(raise!(TypeError, "an integer is required"));
        }
        seek_fd(fd, offset_of(pos)?, whence.unwrap_or(0))
    }
    #[method]
    fn tell(slf: &FileObject) -> PyResult<i64> {
        seek_fd(open_fd(slf)?, 0, libc::SEEK_CUR)
    }
    #[method]
    fn truncate(slf: &FileObject, size: Option<&PyObject>) -> PyResult<Owned> {
        let fd = writable_fd(slf)?;
        let size = match size {
            Some(o) if !o.is_none() => o.own(),
            _ => long::from_i64(seek_fd(fd, 0, libc::SEEK_CUR)?)?.upcast(),
        };
        let n = offset_of(&size)?;
        // SAFETY: a plain system call.
        match retry(|| unsafe { libc::ftruncate(fd, n) as isize })? {
            Ok(_) => Ok(size),
            Err(e) => Err(error(e, None)),
        }
    }
    #[method]
    fn _dealloc_warn(slf: &FileObject, source: &PyObject) -> PyResult<()> {
        dealloc_warn(slf, source)
    }

    #[getter]
    fn closed(slf: &FileObject) -> PyResult<bool> {
        Ok(slf.state()?.fd < 0)
    }
    #[getter]
    fn closefd(slf: &FileObject) -> PyResult<bool> {
        Ok(slf.state()?.closefd)
    }
    #[getter]
    fn mode(slf: &FileObject) -> PyResult<&'static str> {
        mode_text(slf)
    }
    #[getter]
    fn _blksize(slf: &FileObject) -> PyResult<isize> {
        let fd = slf.state()?.fd;
        Ok(stat(fd).map_or(super::DEFAULT_BUFFER_SIZE as isize, |s| {
            match s.st_blksize as isize {
                n if n > 1 => n,
                _ => super::DEFAULT_BUFFER_SIZE as isize,
            }
        }))
    }
    #[getter]
    fn _finalizing(slf: &FileObject) -> PyResult<bool> {
        Ok(slf.state()?.finalizing)
    }
    #[setter(_finalizing)]
    fn set__finalizing(slf: &FileObject, value: Option<&PyObject>) -> PyResult<()> {
        let on = value.is_some_and(|v| v.is(py_true()));
        slf.state()?.finalizing = on;
        Ok(())
    }
}

fn mode_text(slf: &FileObject) -> PyResult<&'static str> {
    let s = slf.state()?;
    Ok(match (s.created, s.appending, s.readable, s.writable) {
        (true, _, true, _) => "xb+",
        (true, ..) => "xb",
        (_, true, true, _) => "ab+",
        (_, true, ..) => "ab",
        (_, _, true, true) => "rb+",
        (_, _, true, false) => "rb",
        _ => "wb",
    })
}

fn repr(slf: &FileObject) -> PyResult<Owned<PyUnicodeObject>> {
    let (fd, closefd) = {
        let s = slf.state()?;
        (s.fd, s.closefd)
    };
    if fd < 0 {
        return unicode::from_str("<_io.FileIO [closed]>");
    }
    let shown = if closefd { "True" } else { "False" };
    let mode = mode_text(slf)?;
    match base::name_of(slf.as_object())? {
        None => unicode::from_str(&format!(
            "<_io.FileIO fd={fd} mode='{mode}' closefd={shown}>"
        )),
        Some(name) => {
            let mut w = unicode::Writer::new();
            w.push_str("<_io.FileIO name=")?;
            w.push_unicode(&*unicode::repr_of(&name)?)?;
            w.push_str(&format!(" mode='{mode}' closefd={shown}>"))?;
            w.finish()
        }
    }
}

fn stat(fd: c_int) -> Option<libc::stat> {
    let mut s = std::mem::MaybeUninit::<libc::stat>::uninit();
    // SAFETY: fstat fills the struct where it succeeds.
    unsafe { (libc::fstat(fd, s.as_mut_ptr()) == 0).then(|| s.assume_init()) }
}

/// What a mode asks for.
struct Mode {
    state: FileState,
    flags: c_int,
}

fn parse_mode(mode: &str) -> PyResult<Mode> {
    let bad = || {
        raise!(
            ValueError,
            "Must have exactly one of create/read/write/append mode and at most one plus"
        )
    };
    let mut m = Mode {
        state: FileState::default(),
        flags: 0,
    };
    let (mut kind, mut plus) = (None, false);
    for c in mode.chars() {
        match c {
            'x' | 'r' | 'w' | 'a' => {
                if kind.replace(c).is_some() {
                    return Err(bad());
                }
            }
            'b' => {}
            '+' => {
                if std::mem::replace(&mut plus, true) {
                    return Err(bad());
                }
            }
            _ => {
                return Err(raise!(
                    ValueError,
                    "invalid mode: {}",
                    err::short(mode, 200)
                ));
            }
        }
    }
    let s = &mut m.state;
    match kind {
        Some('x') => {
            (s.created, s.writable) = (true, true);
            m.flags |= libc::O_EXCL | libc::O_CREAT;
        }
        Some('r') => s.readable = true,
        Some('w') => {
            s.writable = true;
            m.flags |= libc::O_CREAT | libc::O_TRUNC;
        }
        Some('a') => {
            (s.writable, s.appending) = (true, true);
            m.flags |= libc::O_APPEND | libc::O_CREAT;
        }
        _ => return Err(bad()),
    }
    if plus {
        (s.readable, s.writable) = (true, true);
    }
    m.flags |= match (s.readable, s.writable) {
        (true, true) => libc::O_RDWR,
        (true, false) => libc::O_RDONLY,
        _ => libc::O_WRONLY,
    };
    m.flags |= libc::O_CLOEXEC;
    Ok(m)
}

fn init(
    slf: &FileObject,
    file: &PyObject,
    mode: &str,
    closefd: bool,
    opener: Option<&PyObject>,
) -> PyResult<()> {
    if slf.state()?.fd >= 0 {
        // Opened anew: the old descriptor goes.
        if slf.state()?.closefd {
            close_fd(slf)?;
        } else {
            slf.state()?.fd = -1;
        }
    }
    if file.downcast::<PyFloatObject>().is_some() {
        return Err(raise!(TypeError, "integer argument expected, got float"));
    }
    // A number too large for a descriptor is taken for a path, which it is not either.
    let given = file.downcast::<PyLongObject>().and_then(|_| {
        let fd = long::as_i64(file).inspect_err(|_| err::clear()).ok()?;
        c_int::try_from(fd).ok()
    });
    if given.is_some_and(|fd| fd < 0) {
        return Err(raise!(ValueError, "negative file descriptor"));
    }
    let m = parse_mode(mode)?;
    hooks_audit(file, mode, m.flags)?;
    *slf.state()? = FileState { closefd, ..m.state };
    let fd = match given {
        Some(fd) => fd,
        None if !closefd => {
            return Err(raise!(
                ValueError,
                "Cannot use closefd=False with file name"
            ));
        }
        None => match opener {
            Some(opener) => open_by(opener, file, m.flags)?,
            None => open_path(file, m.flags)?,
        },
    };
    slf.state()?.fd = fd;
    let opened_here = given.is_none();
    let checked = check_opened(slf, file, fd);
    if checked.is_err() {
        if opened_here {
            let saved = err::fetch();
            if close_fd(slf).is_err() {
                err::clear();
            }
            err::restore(saved);
        } else {
            // The caller's descriptor stays open.
            slf.state()?.fd = -1;
        }
    }
    checked
}

fn check_opened(slf: &FileObject, file: &PyObject, fd: c_int) -> PyResult<()> {
    match stat(fd) {
        Some(s) if s.st_mode & libc::S_IFMT == libc::S_IFDIR => {
            return Err(error(libc::EISDIR, Some(file)));
        }
        None if errno() == libc::EBADF => return Err(os_error(None)),
        _ => {}
    }
    object::set_attr(slf.as_object(), id!("name").as_object(), file)?;
    if slf.state()?.appending && seek_fd(fd, 0, libc::SEEK_END).is_err() {
        err::clear();
    }
    Ok(())
}

fn hooks_audit(file: &PyObject, mode: &str, flags: c_int) -> PyResult<()> {
    let (mode, flags) = (unicode::from_str(mode)?, long::from_i64(i64::from(flags))?);
    hooks::audit("open", &[file, mode.as_object(), flags.as_object()])
}

/// The descriptor that the caller's opener makes.
fn open_by(opener: &PyObject, file: &PyObject, flags: c_int) -> PyResult<c_int> {
    let flags = long::from_i64(i64::from(flags))?;
    let made = pyrite_runtime::call::call(opener, &[file, flags.as_object()])?;
    let fd = number::index(&made)
        .and_then(|fd| long::as_i64(fd.as_object()))
        .map_err(|raised| {
            if !err::matches(exceptions::exc::TypeError.get()) {
                return raised;
            }
            err::clear();
            raise!(TypeError, "expected integer from opener")
        })?;
    if fd < 0 {
        return Err(raise!(ValueError, "opener returned {fd}"));
    }
    c_int::try_from(fd)
        .map_err(|_| raise!(OverflowError, "Python int too large to convert to C int"))
}

/// A path's bytes for the system.
pub(crate) fn path_bytes(path: &PyObject) -> PyResult<CString> {
    let path = fs_path(path)?;
    let encoded = match path.downcast::<PyUnicodeObject>() {
        Some(s) => unicode::fs::encode_default(s)?,
        None => path,
    };
    CString::new(bytes::as_slice(bytes::expect(&encoded)?))
        .map_err(|_| raise!(ValueError, "embedded null byte"))
}

/// `PyOS_FSPath`
pub(crate) fn fs_path(path: &PyObject) -> PyResult<Owned> {
    if unicode::check(path) || path.downcast::<PyBytesObject>().is_some() {
        return Ok(path.own());
    }
    let wrong = |o: &PyObject, what: &str| {
        let got = o.type_name();
        raise!(
            TypeError,
            "expected {what}str, bytes or os.PathLike object, not {}",
            err::short(&got, 200)
        )
    };
    let Some(f) = pyrite_runtime::typeobject::lookup_special(path, id!("__fspath__").as_object())?
    else {
        return Err(wrong(path, ""));
    };
    let made = pyrite_runtime::call::call0(&f)?;
    if unicode::check(&made) || made.downcast::<PyBytesObject>().is_some() {
        return Ok(made);
    }
    let (owner, got) = (path.type_name(), made.type_name());
    Err(raise!(
        TypeError,
        "expected {owner}.__fspath__() to return str or bytes, not {got}"
    ))
}

fn open_path(file: &PyObject, flags: c_int) -> PyResult<c_int> {
    let path = path_bytes(file)?;
    // SAFETY: a zero-terminated path.
    match retry(|| unsafe { libc::open(path.as_ptr(), flags, 0o666) as isize })? {
        Ok(fd) => Ok(fd as c_int),
        Err(e) => Err(error(e, Some(file))),
    }
}

/// Closes the descriptor.
fn close_fd(slf: &FileObject) -> PyResult<()> {
    let fd = std::mem::replace(&mut slf.state()?.fd, -1);
    if fd < 0 {
        return Ok(());
    }
    let (r, e) = allow_threads(|| {
        // SAFETY: the descriptor is this object's.
        let r = unsafe { libc::close(fd) };
        (r, if r < 0 { errno() } else { 0 })
    });
    if r < 0 { Err(error(e, None)) } else { Ok(()) }
}

fn close(slf: &FileObject) -> PyResult<()> {
    let o = slf.as_object();
    // `_IOBase.close` flushes, and marks the object as closed.
    let marked = base::close_base(o);
    if !slf.state()?.closefd {
        slf.state()?.fd = -1;
        return marked;
    }
    err::finally(marked, || {
        if slf.state()?.finalizing && dealloc_warn(slf, o).is_err() {
            err::write_unraisable(Some(o));
        }
        close_fd(slf)
    })
    .map(drop)
}

/// Warns of a file that was never closed.
fn dealloc_warn(slf: &FileObject, source: &PyObject) -> PyResult<()> {
    let (fd, closefd) = {
        let s = slf.state()?;
        (s.fd, s.closefd)
    };
    if fd < 0 || !closefd {
        return Ok(());
    }
    let saved = err::fetch();
    let shown = unicode::repr_of(source)?;
    let message = format!("unclosed file {}", unicode::to_string_lossy(&shown));
    let warned = err::resource_warning(Some(source), 1, format_args!("{message}"));
    if warned.is_err() && err::matches(exceptions::exc::Warning.get()) {
        err::write_unraisable(Some(slf.as_object()));
    }
    err::restore(saved);
    Ok(())
}

fn seek_fd(fd: c_int, pos: i64, whence: c_int) -> PyResult<i64> {
    let (n, e) = allow_threads(|| {
        // SAFETY: a plain system call.
        let n = unsafe { libc::lseek(fd, pos, whence) };
        (n, if n < 0 { errno() } else { 0 })
    });
    if n < 0 { Err(error(e, None)) } else { Ok(n) }
}

/// Reads into a buffer; None where that would block.
fn read_into(fd: c_int, buffer: &Buffer) -> PyResult<Option<usize>> {
    let (p, n) = (buffer.view().buf.get() as usize, buffer.len());
    read_raw(fd, p, n)
}

/// Reads to an address with room for `n` bytes, which the caller keeps.
fn read_raw(fd: c_int, address: usize, n: usize) -> PyResult<Option<usize>> {
    // SAFETY: the callers own the memory for the time of the call.
    match retry(|| unsafe { libc::read(fd, address as *mut c_void, n) })? {
        Ok(n) => Ok(Some(n as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(e) => Err(error(e, None)),
    }
}

/// A file's offset: an index that fits a C `long`.
fn offset_of(o: &PyObject) -> PyResult<i64> {
    let n = number::index(o)?;
    pyrite_runtime::args::int_value(&n)
        .and_then(|n| i64::try_from(n).ok())
        .ok_or_else(|| raise!(OverflowError, "Python int too large to convert to C long"))
}

fn read_some(fd: c_int, n: usize) -> PyResult<Owned> {
    let mut data = bytes::shared::zeroed(n)?;
    match read_raw(fd, data.as_mut_ptr() as usize, n)? {
        Some(got) => Ok(bytes::from_slice(&data[..got])?.upcast()),
        None => Ok(none().own()),
    }
}

fn read_all(_slf: &FileObject, fd: c_int) -> PyResult<Owned> {
    // What is left of a plain file, and one byte more to see its end.
    // SAFETY: a plain system call.
    let here = unsafe { libc::lseek(fd, 0, libc::SEEK_CUR) };
    let left = stat(fd).map_or(0, |s| s.st_size - here.max(0));
    let room = usize::try_from(left).map_or(super::DEFAULT_BUFFER_SIZE, |n| n + 1);
    // Read into the result itself.
    let mut all = bytes::build(room, |_| ())?;
    let mut filled = 0;
    let mut first = true;
    loop {
        if filled == bytes::len(&all) {
            let more = (filled / 2).max(super::DEFAULT_BUFFER_SIZE);
            all = bytes::resize(all, filled.saturating_add(more))?;
        }
        let to = bytes::as_ptr(&all) as usize + filled;
        match read_raw(fd, to, bytes::len(&all) - filled)? {
            None if first => return Ok(none().own()),
            None | Some(0) => break,
            Some(got) => filled += got,
        }
        first = false;
    }
    Ok(bytes::resize(all, filled)?.upcast())
}

/// Writes once; None where that would block.
fn write_fd(fd: c_int, data: &[u8]) -> PyResult<Option<usize>> {
    let (p, n) = (data.as_ptr() as usize, data.len());
    // SAFETY: the caller holds the data for the time of the call.
    match retry(|| unsafe { libc::write(fd, p as *const c_void, n) })? {
        Ok(n) => Ok(Some(n as usize)),
        Err(libc::EAGAIN) => Ok(None),
        Err(e) => Err(error(e, None)),
    }
}

/// The fast ways of a `FileIO` that is nothing more: for the buffers above it.
pub(crate) fn exact(o: &PyObject) -> Option<&FileObject> {
    o.downcast_exact::<FileObject>()
}

/// Is it a plain file, and closed? None: something else.
pub(crate) fn plainly_closed(o: &PyObject) -> Option<bool> {
    exact(o)?.peek(|s| s.fd < 0)
}

/// Reads at most `n` bytes of a raw stream; None where that would block.
pub(crate) fn raw_read(raw: &PyObject, n: usize) -> PyResult<Option<Vec<u8>>> {
    let mut data = bytes::shared::zeroed(n)?;
    if let Some(file) = exact(raw) {
        let fd = readable_fd(file)?;
        let got = read_raw(fd, data.as_mut_ptr() as usize, n)?;
        return Ok(got.map(|got| {
            data.truncate(got);
            data
        }));
    }
    let buffer = pyrite_runtime::bytearray::from_slice(&data)?;
    let view = pyrite_runtime::memoryview::from_object(buffer.as_object())?;
    let got = method(raw, id!("readinto"), &[view.as_object()])?;
    if got.is_none() {
        return Ok(None);
    }
    let got = number::as_ssize_t(&got, Some(exceptions::exc::ValueError.get()))?;
    let Some(got) = usize::try_from(got).ok().filter(|&got| got <= n) else {
        return Err(raise!(
            OSError,
            "raw readinto() returned invalid length {got} (should have been between 0 and {n})"
        ));
    };
    drop(view);
    let held = pyrite_runtime::bytearray::hold(&buffer);
    Ok(Some(held.get(..got).unwrap_or(&[]).to_vec()))
}

/// Reads from a raw stream into memory; None where that would block.
pub(crate) fn raw_read_into(raw: &PyObject, memory: &mut [u8]) -> PyResult<Option<usize>> {
    if let Some(file) = exact(raw) {
        let fd = readable_fd(file)?;
        return read_raw(fd, memory.as_mut_ptr() as usize, memory.len());
    }
    Ok(raw_read(raw, memory.len())?.map(|data| {
        memory[..data.len()].copy_from_slice(&data);
        data.len()
    }))
}

/// Writes bytes to a raw stream once; None where that would block.
pub(crate) fn raw_write(raw: &PyObject, data: &[u8]) -> PyResult<Option<usize>> {
    if let Some(file) = exact(raw) {
        return write_fd(writable_fd(file)?, data);
    }
    let object = bytes::from_slice(data)?;
    let view = pyrite_runtime::memoryview::from_object(object.as_object())?;
    let n = method(raw, id!("write"), &[view.as_object()])?;
    if n.is_none() {
        return Ok(None);
    }
    let n = number::as_ssize_t(&n, Some(exceptions::exc::ValueError.get()))?;
    match usize::try_from(n).ok().filter(|&n| n <= data.len()) {
        Some(n) => Ok(Some(n)),
        None => Err(raise!(
            OSError,
            "raw write() returned invalid length {n} (should have been between 0 and {})",
            data.len()
        )),
    }
}
