//! `BufferedReader`, `BufferedWriter` and `BufferedRandom`: a raw stream with memory in front of it.
//!
//! What was read ahead and what waits to be written are two vectors; at most one of them holds something. The
//! stream's position is the raw one's, less what was read ahead, plus what waits.

use super::busy::enter;
use super::fileio::{raw_read, raw_read_into, raw_write};
use super::rawio::{PyBufferedIOBase_Type, read_size, store, unusable, would_block};
use super::{DEFAULT_BUFFER_SIZE, Stream, attr, base, dealloc, generic_new, method};
use pyrite_macros::pytype;
use pyrite_runtime::args::WritableBuffer;
use pyrite_runtime::buffer::Buffer;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, codecs, err, exceptions, gc, hooks, long, number, object, unicode};

/// The raw stream and the two buffers.
#[derive(Default)]
pub struct BufferedState {
    raw: Option<Owned>,
    detached: bool,
    size: usize,
    finalizing: bool,
    /// The thread that is inside, or 0 (see `busy`).
    pub(super) owner: usize,
    /// Bytes read ahead: those from `at` to `end` are not used yet.
    ahead: Vec<u8>,
    at: usize,
    end: usize,
    /// Bytes that wait to be written.
    waiting: Vec<u8>,
}

impl BufferedState {
    fn unread(&self) -> &[u8] {
        self.ahead.get(self.at..self.end).unwrap_or(&[])
    }

    /// Takes up to `n` bytes of what was read ahead.
    fn take(&mut self, n: usize) -> Vec<u8> {
        let taken = self.unread();
        let taken = taken[..n.min(taken.len())].to_vec();
        self.at += taken.len();
        taken
    }

    fn forget(&mut self) {
        self.at = 0;
        self.end = 0;
    }
}

pub(crate) type BufferedObject = Stream<BufferedState>;

/// The raw stream.
fn raw(slf: &BufferedObject) -> PyResult<Owned> {
    let s = slf.state()?;
    match &s.raw {
        Some(raw) => Ok(raw.clone()),
        None => Err(unusable(s.detached)),
    }
}

/// The buffered stream that an object exactly is.
pub(crate) fn exact(o: &PyObject) -> Option<&BufferedObject> {
    let ty = o.ty();
    let known = [
        &PyBufferedReader_Type,
        &PyBufferedWriter_Type,
        &PyBufferedRandom_Type,
    ];
    if known.iter().any(|k| std::ptr::eq(*k, ty)) {
        // SAFETY: the types have this layout.
        Some(unsafe { o.cast_ref() })
    } else {
        None
    }
}

/// Is a stream over a plain file closed? None: that is for its methods to say.
pub(crate) fn plainly_closed(slf: &BufferedObject) -> Option<bool> {
    let s = slf.state().inspect_err(|_| err::clear()).ok()?;
    s.raw.as_deref().and_then(super::fileio::plainly_closed)
}

fn check_open(slf: &BufferedObject, message: &str) -> PyResult<Owned> {
    let raw = raw(slf)?;
    if base::is_closed(&raw)? {
        Err(raise!(ValueError, "{message}"))
    } else {
        Ok(raw)
    }
}

fn init(
    slf: &BufferedObject,
    raw: &PyObject,
    size: Option<isize>,
    read: bool,
    write: bool,
) -> PyResult<()> {
    slf.state()?.raw = None;
    slf.state()?.detached = false;
    if read && write {
        base::check_ability(raw, "seekable", "File or stream is not seekable.")?;
    }
    if read {
        base::check_ability(raw, "readable", "File or stream is not readable.")?;
    }
    if write {
        base::check_ability(raw, "writable", "File or stream is not writable.")?;
    }
    let Some(size) = size
        .or(Some(DEFAULT_BUFFER_SIZE as isize))
        .and_then(|n| usize::try_from(n).ok())
        .filter(|&n| n > 0)
    else {
        return Err(raise!(ValueError, "buffer size must be strictly positive"));
    };
    if Vec::<u8>::new().try_reserve_exact(size).is_err() {
        return Err(err::no_memory());
    }
    let new = BufferedState {
        raw: Some(raw.own()),
        size,
        ..BufferedState::default()
    };
    let old = std::mem::replace(&mut *slf.state()?, new);
    drop(old);
    Ok(())
}

fn traverse(slf: &BufferedObject, visit: gc::Visitor) -> c_int {
    let raw = slf.peek(|s| s.raw.as_ref().map_or(std::ptr::null_mut(), |r| r.as_ptr()));
    match visit.visit(slf.dict.get()) {
        0 => visit.visit(raw.unwrap_or(std::ptr::null_mut())),
        r => r,
    }
}

fn clear(slf: &BufferedObject) {
    let raw = slf.state().map(|mut s| s.raw.take());
    drop(raw);
    slf.dict.set_ref(None);
}

fn repr(slf: &BufferedObject) -> PyResult<Owned<PyUnicodeObject>> {
    let mut w = unicode::Writer::new();
    w.push_str(&format!("<{}", slf.type_name()))?;
    if let Some(name) = base::name_of(slf.as_object())? {
        w.push_str(" name=")?;
        w.push_unicode(&*unicode::repr_of(&name)?)?;
    }
    w.push_str(">")?;
    w.finish()
}

/// Writes all that waits.
fn flush_waiting(slf: &BufferedObject) -> PyResult<()> {
    let raw = raw(slf)?;
    let data = std::mem::take(&mut slf.state()?.waiting);
    let mut done = 0;
    let keep = |from: usize| -> PyResult<()> {
        let mut s = slf.state()?;
        let later = std::mem::take(&mut s.waiting);
        s.waiting = data.get(from..).unwrap_or(&[]).to_vec();
        s.waiting.extend_from_slice(&later);
        Ok(())
    };
    while done < data.len() {
        match raw_write(&raw, &data[done..]) {
            Ok(Some(n)) => {
                done += n;
                // A signal may have cut the write short: its handler runs before the next one blocks.
                if done < data.len()
                    && let Err(raised) = hooks::check_signals()
                {
                    keep(done)?;
                    return Err(raised);
                }
            }
            Ok(None) => {
                keep(done)?;
                return Err(would_block(0));
            }
            Err(raised) => {
                keep(done)?;
                return Err(raised);
            }
        }
    }
    Ok(())
}

/// Puts the raw stream where this one is, and forgets what was read ahead.
fn rewind(slf: &BufferedObject) -> PyResult<()> {
    let unread = slf.state()?.unread().len() as i64;
    if unread > 0 {
        let raw = raw(slf)?;
        let (back, whence) = (long::from_i64(-unread)?, long::from_i64(1)?);
        method(&raw, id!("seek"), &[back.as_object(), whence.as_object()])?;
    }
    slf.state()?.forget();
    Ok(())
}

/// Makes the stream ready to be read: nothing waits.
fn before_reading(slf: &BufferedObject) -> PyResult<()> {
    if slf.state()?.waiting.is_empty() {
        Ok(())
    } else {
        flush_waiting(slf)
    }
}

/// Reads more into the buffer, of which all is used; None where that would block, and 0 at the end.
fn fill(slf: &BufferedObject, raw: &PyObject) -> PyResult<Option<usize>> {
    let (mut buffer, size) = {
        let mut s = slf.state()?;
        s.forget();
        (std::mem::take(&mut s.ahead), s.size)
    };
    if buffer.len() != size {
        buffer = bytes::shared::zeroed(size)?;
    }
    let got = raw_read_into(raw, &mut buffer);
    let mut s = slf.state()?;
    s.ahead = buffer;
    let got = got?;
    s.end = got.unwrap_or(0);
    Ok(got)
}

/// Bytes that were all read ahead.
#[inline]
fn read_plainly(slf: &BufferedObject, n: usize) -> PyResult<Option<Owned>> {
    if plainly_closed(slf) != Some(false) {
        return Ok(None);
    }
    let mut s = slf.state()?;
    if s.owner != 0 || !s.waiting.is_empty() {
        return Ok(None);
    }
    let Some(data) = s.unread().get(..n) else {
        return Ok(None);
    };
    let made = bytes::from_slice(data)?;
    s.at += n;
    Ok(Some(made.upcast()))
}

fn read(slf: &BufferedObject, size: isize) -> PyResult<Owned> {
    if let Ok(n) = usize::try_from(size)
        && let Some(made) = read_plainly(slf, n)?
    {
        return Ok(made);
    }
    let raw = check_open(slf, "read of closed file")?;
    let _busy = enter(slf)?;
    before_reading(slf)?;
    let Ok(n) = usize::try_from(size) else {
        return read_all(slf, &raw);
    };
    let mut data = slf.state()?.take(n);
    while data.len() < n {
        let missing = n - data.len();
        let buffer = slf.state()?.size;
        if missing >= buffer {
            match raw_read(&raw, missing - missing % buffer)? {
                Some(more) if more.is_empty() => break,
                Some(more) => codecs::extend(&mut data, &more)?,
                None if data.is_empty() => return Ok(none().own()),
                None => break,
            }
            continue;
        }
        match fill(slf, &raw)? {
            Some(0) => break,
            Some(_) => {
                let more = slf.state()?.take(missing);
                codecs::extend(&mut data, &more)?;
            }
            None if data.is_empty() => return Ok(none().own()),
            None => break,
        }
    }
    Ok(bytes::from_slice(&data)?.upcast())
}

fn read_all(slf: &BufferedObject, raw: &PyObject) -> PyResult<Owned> {
    let mut data = slf.state()?.take(usize::MAX);
    slf.state()?.forget();
    if let Some(read_all) = object::lookup_attr(raw, id!("readall").as_object())? {
        let rest = pyrite_runtime::call::call0(&read_all)?;
        if rest.is_none() {
            return if data.is_empty() {
                Ok(rest)
            } else {
                Ok(bytes::from_slice(&data)?.upcast())
            };
        }
        let Some(more) = rest.downcast::<PyBytesObject>() else {
            return Err(raise!(TypeError, "readall() should return bytes"));
        };
        if data.is_empty() {
            return Ok(rest);
        }
        codecs::extend(&mut data, bytes::as_slice(more))?;
        return Ok(bytes::from_slice(&data)?.upcast());
    }
    loop {
        let piece = method(raw, id!("read"), &[])?;
        if piece.is_none() && data.is_empty() {
            return Ok(piece);
        }
        let Some(more) = piece.downcast::<PyBytesObject>() else {
            if piece.is_none() {
                break;
            }
            return Err(raise!(TypeError, "read() should return bytes"));
        };
        if bytes::len(more) == 0 {
            break;
        }
        codecs::extend(&mut data, bytes::as_slice(more))?;
    }
    Ok(bytes::from_slice(&data)?.upcast())
}

fn read1(slf: &BufferedObject, size: isize) -> PyResult<Owned> {
    let raw = check_open(slf, "read of closed file")?;
    let n = usize::try_from(size).unwrap_or(slf.state()?.size);
    if n == 0 {
        return Ok(bytes::empty()?.upcast());
    }
    let _busy = enter(slf)?;
    before_reading(slf)?;
    let data = slf.state()?.take(n);
    if !data.is_empty() {
        return Ok(bytes::from_slice(&data)?.upcast());
    }
    let data = raw_read(&raw, n)?.unwrap_or_default();
    Ok(bytes::from_slice(&data)?.upcast())
}

fn read_into(slf: &BufferedObject, buffer: &Buffer, once: bool) -> PyResult<Option<Owned>> {
    let raw = check_open(slf, "readinto of closed file")?;
    let _busy = enter(slf)?;
    before_reading(slf)?;
    let (mut data, size) = {
        let mut s = slf.state()?;
        (s.take(buffer.len()), s.size)
    };
    while data.len() < buffer.len() {
        let missing = buffer.len() - data.len();
        let more = if missing > size {
            raw_read(&raw, missing)?
        } else if once && !data.is_empty() {
            break;
        } else {
            match fill(slf, &raw)? {
                Some(_) => Some(slf.state()?.take(missing)),
                None => None,
            }
        };
        match more {
            Some(more) if more.is_empty() => break,
            Some(more) => codecs::extend(&mut data, &more)?,
            None if data.is_empty() => return Ok(None),
            None => break,
        }
        // At most one read.
        if once {
            break;
        }
    }
    store(buffer, &data);
    Ok(Some(long::from_usize(data.len())?.upcast()))
}

fn peek(slf: &BufferedObject) -> PyResult<Owned> {
    let raw = check_open(slf, "peek of closed file")?;
    let _busy = enter(slf)?;
    before_reading(slf)?;
    if slf.state()?.unread().is_empty() {
        fill(slf, &raw)?;
    }
    let ahead = slf.state()?.unread().to_vec();
    Ok(bytes::from_slice(&ahead)?.upcast())
}

/// The next line, if all of it was read ahead and nobody is inside the stream.
#[inline]
fn line_at_hand(slf: &BufferedObject) -> PyResult<Option<Owned<PyBytesObject>>> {
    if plainly_closed(slf) != Some(false) {
        return Ok(None);
    }
    let mut s = slf.state()?;
    if s.owner != 0 || !s.waiting.is_empty() {
        return Ok(None);
    }
    let unread = s.unread();
    let Some(at) = memchr::memchr(b'\n', unread) else {
        return Ok(None);
    };
    let line = bytes::from_slice(&unread[..=at])?;
    s.at += at + 1;
    Ok(Some(line))
}

fn read_line(slf: &BufferedObject, limit: isize) -> PyResult<Owned> {
    if limit < 0
        && let Some(line) = line_at_hand(slf)?
    {
        return Ok(line.upcast());
    }
    let raw = check_open(slf, "readline of closed file")?;
    let _busy = enter(slf)?;
    before_reading(slf)?;
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let mut line = Vec::new();
    loop {
        {
            let mut s = slf.state()?;
            let unread = s.unread();
            let unread = &unread[..unread.len().min(limit - line.len())];
            let end = memchr::memchr(b'\n', unread).map(|at| at + 1);
            let n = end.unwrap_or(unread.len());
            if line.is_empty() && (end.is_some() || n == limit) {
                let made = bytes::from_slice(&unread[..n])?;
                s.at += n;
                return Ok(made.upcast());
            }
            codecs::extend(&mut line, &unread[..n])?;
            s.at += n;
            if end.is_some() || line.len() == limit {
                break;
            }
        }
        match fill(slf, &raw)? {
            Some(0) | None => break,
            Some(_) => {}
        }
    }
    Ok(bytes::from_slice(&line)?.upcast())
}

/// Adds to what waits, if there is room, nothing was read ahead, and nobody is inside the stream.
#[inline]
fn write_plainly(slf: &BufferedObject, data: &[u8]) -> PyResult<bool> {
    if plainly_closed(slf) != Some(false) {
        return Ok(false);
    }
    let mut s = slf.state()?;
    if s.owner != 0 || !s.unread().is_empty() || s.waiting.len() + data.len() > s.size {
        return Ok(false);
    }
    s.forget();
    codecs::extend(&mut s.waiting, data)?;
    Ok(true)
}

fn write_object(slf: &BufferedObject, o: &PyObject) -> PyResult<usize> {
    match o.downcast_exact::<PyBytesObject>() {
        Some(b) => write(slf, bytes::as_slice(b)),
        None => write(slf, &pyrite_runtime::buffer::get_simple(o)?),
    }
}

fn write(slf: &BufferedObject, data: &[u8]) -> PyResult<usize> {
    if write_plainly(slf, data)? {
        return Ok(data.len());
    }
    check_open(slf, "write to closed file")?;
    let _busy = enter(slf)?;
    // While this thread waited for another the stream may have been closed.
    let raw = check_open(slf, "write to closed file")?;
    rewind(slf)?;
    {
        let mut s = slf.state()?;
        if s.waiting.len() + data.len() <= s.size {
            codecs::extend(&mut s.waiting, data)?;
            return Ok(data.len());
        }
    }
    if let Err(raised) = flush_waiting(slf) {
        return keep_what_fits(slf, data, raised);
    }
    let mut done = 0;
    let size = slf.state()?.size;
    while data.len() - done > size {
        match raw_write(&raw, &data[done..])? {
            Some(n) => {
                done += n;
                if data.len() - done > size {
                    hooks::check_signals()?;
                }
            }
            None => {
                let fits = (data.len() - done).min(size);
                codecs::extend(&mut slf.state()?.waiting, &data[done..done + fits])?;
                if done + fits == data.len() {
                    return Ok(data.len());
                }
                return Err(would_block(done + fits));
            }
        }
    }
    codecs::extend(&mut slf.state()?.waiting, &data[done..])?;
    Ok(data.len())
}

/// Where the raw stream would block, the buffer takes what it has room for.
fn keep_what_fits(slf: &BufferedObject, data: &[u8], raised: Raised) -> PyResult<usize> {
    if !err::matches(exceptions::exc::BlockingIOError.get()) {
        return Err(raised);
    }
    let mut s = slf.state()?;
    let room = s.size.saturating_sub(s.waiting.len()).min(data.len());
    codecs::extend(&mut s.waiting, &data[..room])?;
    drop(s);
    err::clear();
    if room == data.len() {
        Ok(room)
    } else {
        Err(would_block(room))
    }
}

/// Writes what waits, and puts the raw stream where this one is.
fn flush(slf: &BufferedObject) -> PyResult<()> {
    check_open(slf, "flush of closed file")?;
    let _busy = enter(slf)?;
    flush_waiting(slf)?;
    rewind(slf)
}

fn raw_position(raw: &PyObject, name: &str, args: &[&PyObject]) -> PyResult<i64> {
    let at = super::method_named(raw, name, args)?;
    let at = number::as_ssize_t(&at, Some(exceptions::exc::ValueError.get()))? as i64;
    if at < 0 {
        Err(raise!(OSError, "Raw stream returned invalid position {at}"))
    } else {
        Ok(at)
    }
}

fn tell(slf: &BufferedObject) -> PyResult<i64> {
    let raw = raw(slf)?;
    let at = raw_position(&raw, "tell", &[])?;
    let s = slf.state()?;
    Ok((at - s.unread().len() as i64 + s.waiting.len() as i64).max(0))
}

fn seek(slf: &BufferedObject, target: &PyObject, whence: i32) -> PyResult<i64> {
    if !(0..=4).contains(&whence) {
        return Err(raise!(ValueError, "whence value {whence} unsupported"));
    }
    let raw = check_open(slf, "seek of closed file")?;
    base::check_ability(&raw, "seekable", "File or stream is not seekable.")?;
    let mut target = super::offset(target)?;
    let _busy = enter(slf)?;
    if whence < 2 && !slf.state()?.unread().is_empty() {
        let here = tell(slf)?;
        let wanted = if whence == 1 { here + target } else { target };
        let mut s = slf.state()?;
        let moved = s.at as i64 + wanted - here;
        if (0..=s.end as i64).contains(&moved) {
            s.at = moved as usize;
            return Ok(wanted);
        }
    }
    flush_waiting(slf)?;
    if whence == 1 {
        target -= slf.state()?.unread().len() as i64;
    }
    let (t, w) = (long::from_i64(target)?, long::from_i64(i64::from(whence))?);
    let at = raw_position(&raw, "seek", &[t.as_object(), w.as_object()])?;
    slf.state()?.forget();
    Ok(at)
}

fn truncate(slf: &BufferedObject, pos: Option<&PyObject>, writable: bool) -> PyResult<Owned> {
    let raw = check_open(slf, "truncate of closed file")?;
    if !writable {
        return Err(super::unsupported("truncate"));
    }
    let _busy = enter(slf)?;
    flush_waiting(slf)?;
    rewind(slf)?;
    match pos {
        Some(pos) => method(&raw, id!("truncate"), &[pos]),
        None => {
            let here = method(&raw, id!("tell"), &[])?;
            method(&raw, id!("truncate"), &[&here])
        }
    }
}

fn close(slf: &BufferedObject) -> PyResult<()> {
    let raw = raw(slf)?;
    {
        let _busy = enter(slf)?;
        if base::is_closed(&raw)? {
            return Ok(());
        }
        if slf.state()?.finalizing
            && method(&raw, id!("_dealloc_warn"), &[slf.as_object()]).is_err()
        {
            err::clear();
        }
        err::clear();
    }
    // Flushing takes the stream itself.
    let flushed = method(slf.as_object(), id!("flush"), &[]);
    err::finally(flushed, || {
        let _busy = enter(slf)?;
        let closed = method(&raw, id!("close"), &[]);
        let mut s = slf.state()?;
        s.forget();
        s.ahead = Vec::new();
        s.size = 0;
        s.waiting = Vec::new();
        closed
    })
    .map(drop)
}

fn detach(slf: &BufferedObject) -> PyResult<Owned> {
    raw(slf)?;
    method(slf.as_object(), id!("flush"), &[])?;
    let mut s = slf.state()?;
    s.detached = true;
    s.forget();
    s.raw.take().ok_or_else(|| unusable(true))
}

/// Declares one of the three types, which differ in the directions they know: `reads` and `writes` are true or false, `own` what they
/// have besides.
macro_rules! buffered_type {
    // The methods of those that read, and of those that write, are added to `own` first.
    ($class:ident, $name:tt, $c_name:ident, reads = true, writes = $writes:tt, { $($own:tt)* }) => {
        buffered_type! { @readable $class, $name, $c_name, true, $writes, {
            #[method]
            fn readable(slf: &BufferedObject) -> PyResult<Owned> {
                method(&*raw(slf)?, id!("readable"), &[])
            }
            #[method]
            fn read(slf: &BufferedObject, size: Option<&PyObject>) -> PyResult<Owned> {
                let n = read_size(size)?;
                read(slf, n)
            }
            #[method]
            fn read1(slf: &BufferedObject, size: Option<isize>) -> PyResult<Owned> {
                read1(slf, size.unwrap_or(-1))
            }
            #[method]
            fn readinto(slf: &BufferedObject, buffer: WritableBuffer) -> PyResult<Option<Owned>> {
                read_into(slf, &buffer.0, false)
            }
            #[method]
            fn readinto1(slf: &BufferedObject, buffer: WritableBuffer) -> PyResult<Option<Owned>> {
                read_into(slf, &buffer.0, true)
            }
            #[method]
            fn readline(slf: &BufferedObject, size: Option<&PyObject>) -> PyResult<Owned> {
                read_line(slf, super::size_arg(size)?)
            }
            #[method]
            fn peek(slf: &BufferedObject, _size: Option<isize>) -> PyResult<Owned> {
                peek(slf)
            }
            fn tp_iternext(slf: &BufferedObject) -> PyResult<Option<Owned>> {
                let exact = std::ptr::eq(slf.ty(), &$c_name);
                let line = if exact {
                    read_line(slf, -1)?
                } else {
                    method(slf.as_object(), id!("readline"), &[])?
                };
                Ok((object::size(&line)? > 0).then_some(line))
            }
            $($own)*
        } }
    };
    ($class:ident, $name:tt, $c_name:ident, reads = false, writes = $writes:tt, { $($own:tt)* }) => {
        buffered_type! { @readable $class, $name, $c_name, false, $writes, { $($own)* } }
    };
    (@readable $class:ident, $name:tt, $c_name:ident, $reads:tt, true, { $($own:tt)* }) => {
        buffered_type! { @whole $class, $name, $c_name, $reads, true, {
            $($own)*
            #[method]
            fn writable(slf: &BufferedObject) -> PyResult<Owned> {
                method(&*raw(slf)?, id!("writable"), &[])
            }
            #[method]
            fn write(slf: &BufferedObject, buffer: &PyObject) -> PyResult<usize> {
                write_object(slf, buffer)
            }
            #[method]
            fn flush(slf: &BufferedObject) -> PyResult<()> {
                flush(slf)
            }
        } }
    };
    (@readable $class:ident, $name:tt, $c_name:ident, $reads:tt, false, { $($own:tt)* }) => {
        buffered_type! { @whole $class, $name, $c_name, $reads, false, { $($own)* } }
    };
    (@whole $class:ident, $name:tt, $c_name:ident, $reads:tt, $writes:tt, { $($own:tt)* }) => {
        #[doc = concat!("`", $name, "`.")]
        pub struct $class;

        #[pytype(name = $name, c_name = $c_name, layout = BufferedObject, base = PyBufferedIOBase_Type,
                 flags = [BASETYPE, HAVE_GC], dictoffset = dict, weaklistoffset = weakreflist, free = gc_del, no_class)]
        impl $class {
            fn tp_new(
                ty: &PyTypeObject,
                _args: &PyTupleObject,
                _kw: Option<&PyDictObject>,
            ) -> PyResult<Owned> {
                generic_new(ty)
            }
            #[sig("(raw, buffer_size=DEFAULT_BUFFER_SIZE)")]
            fn tp_init(slf: &BufferedObject, raw: &PyObject, buffer_size: Option<isize>) -> PyResult<()> {
                init(slf, raw, buffer_size, $reads, $writes)
            }
            fn tp_dealloc(slf: *mut BufferedObject) {
                // SAFETY: the last reference is gone.
                unsafe { dealloc(slf) }
            }
            fn tp_traverse(slf: &BufferedObject, visit: gc::Visitor) -> c_int {
                traverse(slf, visit)
            }
            fn tp_clear(slf: &BufferedObject) {
                clear(slf);
            }
            fn tp_repr(slf: &BufferedObject) -> PyResult<Owned<PyUnicodeObject>> {
                repr(slf)
            }
            #[method]
            fn detach(slf: &BufferedObject) -> PyResult<Owned> {
                detach(slf)
            }
            #[method]
            fn close(slf: &BufferedObject) -> PyResult<()> {
                close(slf)
            }
            #[method]
            fn seekable(slf: &BufferedObject) -> PyResult<Owned> {
                method(&*raw(slf)?, id!("seekable"), &[])
            }
            #[method]
            fn fileno(slf: &BufferedObject) -> PyResult<Owned> {
                method(&*raw(slf)?, id!("fileno"), &[])
            }
            #[method]
            fn isatty(slf: &BufferedObject) -> PyResult<Owned> {
                method(&*raw(slf)?, id!("isatty"), &[])
            }
            #[method]
            fn tell(slf: &BufferedObject) -> PyResult<i64> {
                tell(slf)
            }
            #[method]
            fn seek(slf: &BufferedObject, target: &PyObject, whence: Option<i32>) -> PyResult<i64> {
                seek(slf, target, whence.unwrap_or(0))
            }
            #[method]
            fn truncate(slf: &BufferedObject, pos: Option<&PyObject>) -> PyResult<Owned> {
                truncate(slf, pos.filter(|p| !p.is_none()), $writes)
            }
            #[method]
            fn _dealloc_warn(slf: &BufferedObject, source: &PyObject) {
                let warned = raw(slf).and_then(|raw| method(&raw, id!("_dealloc_warn"), &[source]));
                if warned.is_err() {
                    err::clear();
                }
            }
            #[method]
            fn __sizeof__(slf: &BufferedObject) -> PyResult<isize> {
                Ok(slf.ty().tp_basicsize.get() + slf.state()?.size as isize)
            }
            #[getter]
            fn closed(slf: &BufferedObject) -> PyResult<Owned> {
                attr(&*raw(slf)?, id!("closed"))
            }
            #[getter]
            fn _finalizing(slf: &BufferedObject) -> PyResult<bool> {
                Ok(slf.state()?.finalizing)
            }
            #[setter(_finalizing)]
            fn set__finalizing(slf: &BufferedObject, value: Option<&PyObject>) -> PyResult<()> {
                slf.state()?.finalizing = value.is_some_and(|v| v.is(py_true()));
                Ok(())
            }
            #[getter]
            fn name(slf: &BufferedObject) -> PyResult<Owned> {
                attr(&*raw(slf)?, id!("name"))
            }
            #[getter]
            fn mode(slf: &BufferedObject) -> PyResult<Owned> {
                attr(&*raw(slf)?, id!("mode"))
            }
            #[getter(raw)]
            fn get_raw(slf: &BufferedObject) -> PyResult<Option<Owned>> {
                Ok(slf.state()?.raw.clone())
            }
            $($own)*
        }
    };
}

buffered_type! { BufferedReader, "_io.BufferedReader", PyBufferedReader_Type, reads = true, writes = false, {
    #[method]
    fn flush(slf: &BufferedObject) -> PyResult<Owned> {
        method(&*raw(slf)?, id!("flush"), &[])
    }
} }
buffered_type! { BufferedWriter, "_io.BufferedWriter", PyBufferedWriter_Type, reads = false, writes = true, {} }
buffered_type! { BufferedRandom, "_io.BufferedRandom", PyBufferedRandom_Type, reads = true, writes = true, {} }
