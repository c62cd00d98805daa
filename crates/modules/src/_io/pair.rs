//! `BufferedRWPair`: a reader and a writer as one stream.

use super::buffered::{PyBufferedReader_Type, PyBufferedWriter_Type};
use super::rawio::PyBufferedIOBase_Type;
use super::{DEFAULT_BUFFER_SIZE, Stream, attr, base, dealloc, generic_new};
use pyrite_macros::pytype;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, err, gc, long, object};

/// The two halves.
#[derive(Default)]
pub struct PairState {
    reader: Option<Owned>,
    writer: Option<Owned>,
}

type PairObject = Stream<PairState>;

/// `BufferedRWPair`.
pub struct BufferedRwPair;

fn half(slf: &PairObject, writer: bool) -> PyResult<Owned> {
    let s = slf.state()?;
    let half = if writer { &s.writer } else { &s.reader };
    half.clone()
        .ok_or_else(|| raise!(ValueError, "I/O operation on uninitialized object"))
}

fn forward(slf: &PairObject, writer: bool, name: &str, args: &[&PyObject]) -> PyResult<Owned> {
    super::method_named(&*half(slf, writer)?, name, args)
}

#[pytype(name = "_io.BufferedRWPair", c_name = PyBufferedRWPair_Type, layout = PairObject, base = PyBufferedIOBase_Type,
         flags = [BASETYPE, HAVE_GC], dictoffset = dict, weaklistoffset = weakreflist, free = gc_del, no_class)]
impl BufferedRwPair {
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        generic_new(ty)
    }
    #[sig("(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)")]
    fn tp_init(
        slf: &PairObject,
        reader: &PyObject,
        writer: &PyObject,
        buffer_size: Option<isize>,
    ) -> PyResult<()> {
        base::check_ability(reader, "readable", "File or stream is not readable.")?;
        base::check_ability(writer, "writable", "File or stream is not writable.")?;
        let size = long::from_i64(buffer_size.map_or(DEFAULT_BUFFER_SIZE as i64, |n| n as i64))?;
        let reader = call::call(
            PyBufferedReader_Type.as_object(),
            &[reader, size.as_object()],
        )?;
        let writer = call::call(
            PyBufferedWriter_Type.as_object(),
            &[writer, size.as_object()],
        )?;
        *slf.state()? = PairState {
            reader: Some(reader),
            writer: Some(writer),
        };
        Ok(())
    }
    fn tp_dealloc(slf: *mut PairObject) {
        // SAFETY: the last reference is gone.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &PairObject, visit: gc::Visitor) -> c_int {
        let p = |o: &Option<Owned>| o.as_ref().map_or(std::ptr::null_mut(), |o| o.as_ptr());
        let halves = slf
            .peek(|s| [p(&s.reader), p(&s.writer)])
            .unwrap_or([std::ptr::null_mut(); 2]);
        match visit.visit(slf.dict.get()) {
            0 => visit.visit_all(halves),
            r => r,
        }
    }
    fn tp_clear(slf: &PairObject) {
        let old = slf.state().map(|mut s| std::mem::take(&mut *s));
        drop(old);
        slf.dict.set_ref(None);
    }

    #[method(args)]
    fn read(slf: &PairObject, args: &[&PyObject]) -> PyResult<Owned> {
        forward(slf, false, "read", args)
    }
    #[method(args)]
    fn peek(slf: &PairObject, args: &[&PyObject]) -> PyResult<Owned> {
        forward(slf, false, "peek", args)
    }
    #[method(args)]
    fn read1(slf: &PairObject, args: &[&PyObject]) -> PyResult<Owned> {
        forward(slf, false, "read1", args)
    }
    #[method(args)]
    fn readinto(slf: &PairObject, args: &[&PyObject]) -> PyResult<Owned> {
        forward(slf, false, "readinto", args)
    }
    #[method(args)]
    fn readinto1(slf: &PairObject, args: &[&PyObject]) -> PyResult<Owned> {
        forward(slf, false, "readinto1", args)
    }
    #[method(args)]
    fn write(slf: &PairObject, args: &[&PyObject]) -> PyResult<Owned> {
        forward(slf, true, "write", args)
    }
    #[method]
    fn flush(slf: &PairObject) -> PyResult<Owned> {
        forward(slf, true, "flush", &[])
    }
    #[method]
    fn readable(slf: &PairObject) -> PyResult<Owned> {
        forward(slf, false, "readable", &[])
    }
    #[method]
    fn writable(slf: &PairObject) -> PyResult<Owned> {
        forward(slf, true, "writable", &[])
    }
    #[method]
    fn close(slf: &PairObject) -> PyResult<Owned> {
        let written = forward(slf, true, "close", &[]);
        err::finally(written, || forward(slf, false, "close", &[])).map(|(_, read)| read)
    }
    #[method]
    fn isatty(slf: &PairObject) -> PyResult<Owned> {
        let writer = forward(slf, true, "isatty", &[])?;
        if object::is_true(&writer)? {
            Ok(writer)
        } else {
            forward(slf, false, "isatty", &[])
        }
    }
    #[getter]
    fn closed(slf: &PairObject) -> PyResult<Owned> {
        attr(&*half(slf, true)?, id!("closed"))
    }
}
