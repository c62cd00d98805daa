//! `BytesIO`: a binary stream in memory.

use super::rawio::{PyBufferedIOBase_Type, store};
use super::{Stream, base, dealloc, generic_new, size_arg};
use pyrite_macros::pytype;
use pyrite_runtime::args::WritableBuffer;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{
    buffer, bytes, call, codecs, dict, err, gc, iter, list, long, memoryview, object, tuple,
};

/// The bytes, the place in them, and how many views there are.
#[derive(Default)]
pub struct BytesState {
    /// The bytes, unless they are still shared.
    data: Vec<u8>,
    /// A bytes object that has the same content: what the stream was made of, or what `getvalue` gave out.
    shared: Option<Owned<PyBytesObject>>,
    at: usize,
    closed: bool,
    exports: usize,
}

impl BytesState {
    fn content(&self) -> &[u8] {
        match &self.shared {
            Some(b) => bytes::as_slice(b),
            None => &self.data,
        }
    }

    /// The bytes, to be changed: no longer shared.
    fn own(&mut self) -> PyResult<&mut Vec<u8>> {
        if let Some(b) = self.shared.take() {
            let mut data = Vec::new();
            if let Err(raised) = codecs::extend(&mut data, bytes::as_slice(&b)) {
                self.shared = Some(b);
                return Err(raised);
            }
            self.data = data;
        }
        Ok(&mut self.data)
    }
}

type BytesIoObject = Stream<BytesState>;

fn check_open(slf: &BytesIoObject) -> PyResult<()> {
    match slf.state()?.closed {
        true => Err(base::closed_error()),
        false => Ok(()),
    }
}

fn check_exports(slf: &BytesIoObject) -> PyResult<()> {
    check_open(slf)?;
    match slf.state()?.exports {
        0 => Ok(()),
        _ => Err(raise!(
            BufferError,
            "Existing exports of data: object cannot be re-sized"
        )),
    }
}

/// Takes up to `n` bytes from the place on.
fn take(slf: &BytesIoObject, n: usize) -> PyResult<Owned<PyBytesObject>> {
    let mut s = slf.state()?;
    let at = s.at.min(s.content().len());
    let n = n.min(s.content().len() - at);
    let made = match &s.shared {
        Some(b) if at == 0 && n == bytes::len(b) && n > 1 => b.clone(),
        _ => bytes::from_slice(&s.content()[at..at + n])?,
    };
    s.at += n;
    Ok(made)
}

/// The length of the line at the place, or of its first `limit` bytes.
fn line_len(slf: &BytesIoObject, limit: isize) -> PyResult<usize> {
    let s = slf.state()?;
    let rest = s.content().get(s.at..).unwrap_or(&[]);
    let rest = &rest[..rest.len().min(usize::try_from(limit).unwrap_or(usize::MAX))];
    Ok(memchr::memchr(b'\n', rest).map_or(rest.len(), |at| at + 1))
}

fn write(slf: &BytesIoObject, data: &[u8]) -> PyResult<usize> {
    check_exports(slf)?;
    if data.is_empty() {
        return Ok(0);
    }
    let mut s = slf.state()?;
    let Some(end) =
        s.at.checked_add(data.len())
            .filter(|&n| n <= isize::MAX as usize)
    else {
        return Err(raise!(OverflowError, "new buffer size too large"));
    };
    let at = s.at;
    let content = s.own()?;
    if end > content.len() {
        if content.try_reserve(end - content.len()).is_err() {
            return Err(err::no_memory());
        }
        content.resize(at.max(content.len()), 0);
        let tail = content.len() - at;
        content[at..].copy_from_slice(&data[..tail]);
        content.extend_from_slice(&data[tail..]);
    } else {
        content[at..end].copy_from_slice(data);
    }
    s.at = end;
    Ok(data.len())
}

/// A state that holds the bytes of an object; bytes themselves are shared.
fn content_of(o: &PyObject) -> PyResult<BytesState> {
    let mut state = BytesState::default();
    match o.downcast_exact::<PyBytesObject>() {
        Some(b) => state.shared = Some(b.own_typed()),
        None => codecs::extend(&mut state.data, &buffer::get_simple(o)?)?,
    }
    Ok(state)
}

/// `BytesIO`.
pub struct BytesIo;

#[pytype(name = "_io.BytesIO", c_name = PyBytesIO_Type, layout = BytesIoObject, base = PyBufferedIOBase_Type, basicsize = 64,
         flags = [BASETYPE, HAVE_GC], dictoffset = dict, weaklistoffset = weakreflist, free = gc_del)]
impl BytesIo {
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        generic_new(ty)
    }
    #[sig("(initial_bytes=b'')")]
    fn tp_init(slf: &BytesIoObject, initial_bytes: Option<&PyObject>) -> PyResult<()> {
        if slf.state()?.exports > 0 {
            return Err(raise!(
                BufferError,
                "Existing exports of data: object cannot be re-sized"
            ));
        }
        let content = match initial_bytes.filter(|o| !o.is_none()) {
            Some(o) => content_of(o)?,
            None => BytesState::default(),
        };
        let old = std::mem::replace(&mut *slf.state()?, content);
        drop(old);
        Ok(())
    }
    fn tp_dealloc(slf: *mut BytesIoObject) {
        // SAFETY: the last reference is gone.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &BytesIoObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.dict.get())
    }
    fn tp_clear(slf: &BytesIoObject) {
        slf.dict.set_ref(None);
    }
    fn tp_iter(slf: &BytesIoObject) -> PyResult<Owned> {
        check_open(slf)?;
        Ok(slf.own())
    }
    fn tp_iternext(slf: &BytesIoObject) -> PyResult<Option<Owned>> {
        check_open(slf)?;
        match line_len(slf, -1)? {
            0 => Ok(None),
            n => Ok(Some(take(slf, n)?.upcast())),
        }
    }

    #[method]
    fn read(slf: &BytesIoObject, size: Option<&PyObject>) -> PyResult<Owned<PyBytesObject>> {
        let n = size_arg(size)?;
        check_open(slf)?;
        take(slf, usize::try_from(n).unwrap_or(usize::MAX))
    }
    #[method]
    fn read1(slf: &BytesIoObject, size: Option<&PyObject>) -> PyResult<Owned<PyBytesObject>> {
        BytesIo::read(slf, size)
    }
    #[method]
    fn readline(slf: &BytesIoObject, size: Option<&PyObject>) -> PyResult<Owned<PyBytesObject>> {
        let n = size_arg(size)?;
        check_open(slf)?;
        let n = line_len(slf, n)?;
        take(slf, n)
    }
    #[method]
    fn readlines(slf: &BytesIoObject, size: Option<&PyObject>) -> PyResult<Owned> {
        check_open(slf)?;
        let limit = match size.filter(|o| !o.is_none()) {
            None => -1,
            Some(o) if o.downcast::<PyLongObject>().is_some() => {
                pyrite_runtime::long::as_ssize_t(o)?
            }
            Some(o) => {
                let got = o.type_name();
                return Err(raise!(
                    TypeError,
                    "integer argument expected, got '{}'",
                    err::short(&got, 200)
                ));
            }
        };
        let lines = list::new(0)?;
        let mut total = 0;
        loop {
            let n = line_len(slf, -1)?;
            if n == 0 {
                break;
            }
            list::append(&lines, take(slf, n)?.as_object())?;
            total += n as isize;
            if limit > 0 && total >= limit {
                break;
            }
        }
        Ok(lines.upcast())
    }
    #[method]
    fn readinto(slf: &BytesIoObject, buffer: WritableBuffer) -> PyResult<usize> {
        check_open(slf)?;
        let data = take(slf, buffer.0.len())?;
        store(&buffer.0, bytes::as_slice(&data));
        Ok(bytes::len(&data))
    }
    #[method]
    fn write(slf: &BytesIoObject, b: &PyObject) -> PyResult<usize> {
        match b.downcast_exact::<PyBytesObject>() {
            Some(b) => write(slf, bytes::as_slice(b)),
            None => {
                let b = buffer::get_simple(b)?;
                check_open(slf)?;
                write(slf, &b)
            }
        }
    }
    #[method]
    fn writelines(slf: &BytesIoObject, lines: &PyObject) -> PyResult<()> {
        check_open(slf)?;
        let items = object::get_iter(lines)?;
        while let Some(line) = iter::next(&items)? {
            write(slf, &buffer::get_simple(&line)?)?;
        }
        Ok(())
    }
    #[method]
    fn seek(slf: &BytesIoObject, pos: isize, whence: Option<i32>) -> PyResult<usize> {
        check_open(slf)?;
        let mut s = slf.state()?;
        let from = match whence.unwrap_or(0) {
            0 if pos < 0 => return Err(raise!(ValueError, "negative seek value {pos}")),
            0 => 0,
            1 => s.at as isize,
            2 => s.content().len() as isize,
            w => {
                return Err(raise!(
                    ValueError,
                    "invalid whence ({w}, should be 0, 1 or 2)"
                ));
            }
        };
        match from.checked_add(pos) {
            Some(at) => s.at = at.max(0) as usize,
            None => return Err(raise!(OverflowError, "new position too large")),
        }
        Ok(s.at)
    }
    #[method]
    fn tell(slf: &BytesIoObject) -> PyResult<usize> {
        check_open(slf)?;
        Ok(slf.state()?.at)
    }
    #[method]
    fn truncate(slf: &BytesIoObject, size: Option<&PyObject>) -> PyResult<usize> {
        let given = size.filter(|o| !o.is_none());
        let n = if given.is_some() {
            size_arg(given)?
        } else {
            slf.state()?.at as isize
        };
        // The conversion may have closed the stream or lent its buffer.
        check_exports(slf)?;
        let Ok(n) = usize::try_from(n) else {
            return Err(raise!(ValueError, "negative size value {n}"));
        };
        let mut s = slf.state()?;
        if n < s.content().len() {
            s.own()?.truncate(n);
        }
        Ok(n)
    }
    #[method]
    fn getvalue(slf: &BytesIoObject) -> PyResult<Owned<PyBytesObject>> {
        check_open(slf)?;
        let mut s = slf.state()?;
        if let Some(b) = &s.shared {
            return Ok(b.clone());
        }
        let made = bytes::from_slice(&s.data)?;
        if s.exports == 0 {
            // The next write makes it the stream's own again.
            s.data = Vec::new();
            s.shared = Some(made.clone());
        }
        Ok(made)
    }
    #[method]
    fn getbuffer(slf: &BytesIoObject) -> PyResult<Owned<PyMemoryViewObject>> {
        check_open(slf)?;
        let exporter: Owned<ExporterObject> = gc::new_object(&_PyBytesIOBuffer_Type)?;
        exporter.source.set_ref(Some(slf.own()));
        // SAFETY: the object is complete.
        unsafe { gc::track(exporter.as_ptr()) };
        memoryview::from_object(exporter.as_object())
    }
    #[method]
    fn flush(slf: &BytesIoObject) -> PyResult<()> {
        check_open(slf)
    }
    #[method]
    fn isatty(slf: &BytesIoObject) -> PyResult<bool> {
        check_open(slf)?;
        Ok(false)
    }
    #[method]
    fn readable(slf: &BytesIoObject) -> PyResult<bool> {
        check_open(slf)?;
        Ok(true)
    }
    #[method]
    fn writable(slf: &BytesIoObject) -> PyResult<bool> {
        check_open(slf)?;
        Ok(true)
    }
    #[method]
    fn seekable(slf: &BytesIoObject) -> PyResult<bool> {
        check_open(slf)?;
        Ok(true)
    }
    #[method]
    fn close(slf: &BytesIoObject) -> PyResult<()> {
        let mut s = slf.state()?;
        if s.exports > 0 {
            return Err(raise!(
                BufferError,
                "Existing exports of data: object cannot be re-sized"
            ));
        }
        s.closed = true;
        s.data = Vec::new();
        s.shared = None;
        Ok(())
    }
    #[method]
    fn __getstate__(slf: &BytesIoObject) -> PyResult<Owned> {
        let value = BytesIo::getvalue(slf)?;
        let at = long::from_usize(slf.state()?.at)?;
        let attributes = match slf.dict.load() {
            Some(d) => match d.downcast::<PyDictObject>() {
                Some(d) => dict::copy(d)?.upcast(),
                None => none().own(),
            },
            None => none().own(),
        };
        Ok(tuple::from_owned(vec![value.upcast(), at.upcast(), attributes])?.upcast())
    }
    #[method]
    fn __setstate__(slf: &BytesIoObject, state: &PyObject) -> PyResult<()> {
        let Some([value, at, attributes, ..]) =
            state.downcast::<PyTupleObject>().map(tuple::as_slice)
        else {
            let (a, b) = (slf.type_name(), state.type_name());
            return Err(raise!(
                TypeError,
                "{a}.__setstate__ argument should be 3-tuple, got {b}"
            ));
        };
        check_exports(slf)?;
        let mut new = content_of(value)?;
        if at.downcast::<PyLongObject>().is_none() {
            let got = at.type_name();
            return Err(raise!(
                TypeError,
                "second item of state must be an integer, not {got}"
            ));
        }
        let Ok(at) = usize::try_from(long::as_ssize_t(at)?) else {
            return Err(raise!(ValueError, "position value cannot be negative"));
        };
        new.at = at;
        let old = std::mem::replace(&mut *slf.state()?, new);
        drop(old);
        if !attributes.is_none() {
            let Some(_) = attributes.downcast::<PyDictObject>() else {
                let got = attributes.type_name();
                return Err(raise!(
                    TypeError,
                    "third item of state should be a dict, got a {got}"
                ));
            };
            let own = object::get_attr(slf.as_object(), id!("__dict__").as_object())?;
            call::method(&own, id!("update").as_object(), &[attributes])?;
        }
        Ok(())
    }
    #[method]
    fn __sizeof__(slf: &BytesIoObject) -> PyResult<isize> {
        let s = slf.state()?;
        let head = bytes::PyBytes_Type.tp_basicsize.get();
        let content = match &s.shared {
            // What others hold too is not this object's size.
            Some(b) if b.ob_base.ob_base.ob_refcnt.get() > 1 => 0,
            Some(b) => head + bytes::len(b) as isize,
            None if s.data.capacity() == 0 => 0,
            None => head + s.data.capacity() as isize,
        };
        Ok(slf.ty().tp_basicsize.get() + content)
    }
    #[getter]
    fn closed(slf: &BytesIoObject) -> PyResult<bool> {
        Ok(slf.state()?.closed)
    }
}

/// What holds a `BytesIO` for the views of `getbuffer`.
#[repr(C)]
pub struct ExporterObject {
    ob_base: PyObject,
    source: Cell<*mut PyObject>,
}

// SAFETY: begins with the object head; the other field is a cell.
unsafe impl Layout for ExporterObject {}

/// `_BytesIOBuffer`.
pub struct BytesIoBuffer;

impl BytesIoBuffer {
    fn source(slf: &ExporterObject) -> Option<Owned<BytesIoObject>> {
        let o = slf.source.load()?;
        // SAFETY: only `getbuffer` sets the field, to a BytesIO.
        Some(unsafe { o.cast_unchecked() })
    }
}

#[pytype(name = "_io._BytesIOBuffer", c_name = _PyBytesIOBuffer_Type, layout = ExporterObject,
                flags = [HAVE_GC], free = gc_del)]
impl BytesIoBuffer {
    fn tp_dealloc(slf: *mut ExporterObject) {
        // SAFETY: the last reference is gone.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).source.set_ref(None);
            gc::del(slf.cast());
        }
    }
    fn tp_traverse(slf: &ExporterObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.source.get())
    }
    fn bf_getbuffer(slf: &ExporterObject, view: *mut Py_buffer, flags: c_int) -> PyResult<()> {
        let Some(b) = BytesIoBuffer::source(slf) else {
            return Err(base::closed_error());
        };
        let (p, n) = {
            let mut s = b.state()?;
            let data = s.own()?;
            (data.as_mut_ptr(), data.len())
        };
        // SAFETY: while views exist the vector is neither resized nor freed.
        unsafe { buffer::fill_info(view, Some(slf.as_object()), p, n, false, flags)? };
        b.state()?.exports += 1;
        Ok(())
    }
    fn bf_releasebuffer(slf: &ExporterObject, _view: *mut Py_buffer) {
        if let Some(b) = BytesIoBuffer::source(slf)
            && let Ok(mut s) = b.state()
        {
            s.exports = s.exports.saturating_sub(1);
        }
    }
}
