//! `_io`: files, buffers and text streams.
//!
//! Each stream object is a Rust value in a box behind a Python object, borrowed only for moments in which no other
//! code can run: whatever calls into Python (a raw stream's `read`, an encoder, a signal handler) happens between two
//! borrows, so a stream may be used again, or closed, from inside such a call, and nothing dangles.

mod base;
mod buffered;
mod busy;
mod bytesio;
mod fileio;
pub mod names;
mod newline;
mod open;
mod pair;
mod rawio;
mod stringio;
mod text;
mod text_position;

use pyrite_macros::pymodule;
use pyrite_runtime::args::Truth;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, dict, err, exceptions, long, object, tuple, typeobject, unicode};
use std::cell::{RefCell, RefMut};
use std::ptr;

/// `io.DEFAULT_BUFFER_SIZE`
pub(crate) const DEFAULT_BUFFER_SIZE: usize = 8192;

/// The head of every stream object: its attributes and its weak references, then a Rust value in a box.
#[repr(C)]
pub struct Stream<S> {
    ob_base: PyObject,
    pub(crate) dict: Cell<*mut PyObject>,
    pub(crate) weakreflist: Cell<*mut PyObject>,
    state: Cell<*mut RefCell<S>>,
}

// SAFETY: begins with the object head; the other fields are cells.
unsafe impl<S> Layout for Stream<S> {}

impl<S: Default> Stream<S> {
    /// The value, for a moment in which no other code runs.
    pub(crate) fn state(&self) -> PyResult<RefMut<'_, S>> {
        if self.state.get().is_null() {
            self.state
                .set(Box::into_raw(Box::new(RefCell::new(S::default()))));
        }
        // SAFETY: the box is the object's own until it is deallocated.
        unsafe { &*self.state.get() }
            .try_borrow_mut()
            .map_err(|_| raise!(RuntimeError, "reentrant call inside {}", self.type_name()))
    }

    /// Releases the value.
    pub(crate) fn drop_state(&self) {
        let p = self.state.replace(ptr::null_mut());
        if !p.is_null() {
            // SAFETY: made by `state` from a box, and given up here.
            drop(unsafe { Box::from_raw(p) });
        }
    }

    /// Looks at the value without making one, for the collector.
    pub(crate) fn peek<R>(&self, look: impl FnOnce(&S) -> R) -> Option<R> {
        // SAFETY: NULL or the object's own box.
        let cell = unsafe { self.state.get().as_ref() }?;
        cell.try_borrow().ok().map(|s| look(&s))
    }
}

/// Deallocates a stream: it is closed first, which may bring it back to life.
///
/// # Safety
/// `slf` is a stream object whose last reference is gone.
pub(crate) unsafe fn dealloc<S: Default>(slf: *mut Stream<S>) {
    // SAFETY: by the contract; after the finalizer nobody holds the object, so its parts and memory may go.
    unsafe {
        let o = slf.cast::<PyObject>();
        if object::call_finalizer_from_dealloc(o) {
            return;
        }
        pyrite_runtime::gc::untrack_if_tracked(o);
        let s = &*slf;
        if !s.weakreflist.get().is_null() {
            pyrite_runtime::weakref::clear_weakrefs(s.as_object());
        }
        s.drop_state();
        s.dict.set_ref(None);
        pyrite_runtime::mem::free_by_type(o);
    }
}

/// A new instance; its `__init__` does the rest.
pub(crate) fn generic_new(ty: &PyTypeObject) -> PyResult<Owned> {
    pyrite_runtime::mem::alloc_by_type(ty, 0)
}

struct Exported(Cell<*mut PyObject>);

// SAFETY: only touched by the holder of the GIL.
unsafe impl Sync for Exported {}

static UNSUPPORTED: Exported = Exported(Cell::new(ptr::null_mut()));

/// Raises `io.UnsupportedOperation`.
pub(crate) fn unsupported(message: &str) -> Raised {
    match (UNSUPPORTED.0.load(), unicode::from_str(message)) {
        (Some(class), Ok(text)) => err::set_object(&class, text.as_object()),
        (_, Err(raised)) => raised,
        _ => raise!(OSError, "{message}"),
    }
}

/// `UnsupportedOperation`, which is an OSError and a ValueError.
fn unsupported_class() -> PyResult<Owned> {
    if let Some(class) = UNSUPPORTED.0.load() {
        return Ok(class);
    }
    let bases = tuple::from_slice(&[
        exceptions::exc::OSError.get(),
        exceptions::exc::ValueError.get(),
    ])?;
    let namespace = dict::new()?;
    dict::set_item(
        &namespace,
        id!("__module__").as_object(),
        unicode::from_str("io")?.as_object(),
    )?;
    let name = unicode::from_str("UnsupportedOperation")?;
    let class = call::call(
        typeobject::PyType_Type.as_object(),
        &[name.as_object(), bases.as_object(), namespace.as_object()],
    )?;
    UNSUPPORTED.0.set_ref(Some(class.clone()));
    Ok(class)
}

/// A size argument: None and absent are -1.
pub(crate) fn size_arg(o: Option<&PyObject>) -> PyResult<isize> {
    match o {
        Some(o) if !o.is_none() => {
            if !pyrite_runtime::number::index_check(o) {
                let got = o.type_name();
                return Err(raise!(
                    TypeError,
                    "argument should be integer or None, not '{}'",
                    err::short(&got, 200)
                ));
            }
            pyrite_runtime::number::as_ssize_t(o, Some(exceptions::exc::OverflowError.get()))
        }
        _ => Ok(-1),
    }
}

/// A file offset from an object.
pub(crate) fn offset(o: &PyObject) -> PyResult<i64> {
    let n = pyrite_runtime::number::index(o)?;
    match pyrite_runtime::args::int_value(&n).and_then(|n| i64::try_from(n).ok()) {
        Some(n) => Ok(n),
        None => Err(raise!(
            ValueError,
            "cannot fit '{}' into an offset-sized integer",
            o.type_name()
        )),
    }
}

/// Calls a method by name.
pub(crate) fn method(o: &PyObject, name: &PyUnicodeObject, args: &[&PyObject]) -> PyResult<Owned> {
    call::method(o, name.as_object(), args)
}

/// As [`method`], by a name that is not known before.
pub(crate) fn method_named(o: &PyObject, name: &str, args: &[&PyObject]) -> PyResult<Owned> {
    call::method(o, unicode::intern_str(name)?.as_object(), args)
}

/// Reads an attribute by name.
pub(crate) fn attr(o: &PyObject, name: &PyUnicodeObject) -> PyResult<Owned> {
    object::get_attr(o, name.as_object())
}

/// The truth of an attribute.
pub(crate) fn attr_is_true(o: &PyObject, name: &PyUnicodeObject) -> PyResult<bool> {
    object::is_true(&*attr(o, name)?)
}

/// The module.
pub struct Io;

#[pymodule(name = "_io", def_name = "io")]
impl Io {
    #[function]
    fn open(
        _module: &PyObject,
        file: &PyObject,
        mode: Option<&str>,
        buffering: Option<i32>,
        encoding: Option<NoneOrStr<'_>>,
        errors: Option<NoneOrStr<'_>>,
        newline: Option<NoneOrStr<'_>>,
        closefd: Option<i32>,
        opener: Option<&PyObject>,
    ) -> PyResult<Owned> {
        open::open(&open::Request {
            file,
            mode: mode.unwrap_or("r"),
            buffering: buffering.unwrap_or(-1),
            encoding: encoding.and_then(|e| e.0),
            errors: errors.and_then(|e| e.0),
            newline: newline.and_then(|e| e.0),
            closefd: Truth(closefd.unwrap_or(1) != 0),
            opener: opener.filter(|o| !o.is_none()),
        })
    }
    #[function]
    fn open_code(_module: &PyObject, path: &PyUnicodeObject) -> PyResult<Owned> {
        open::open_code(path)
    }
    fn exec(module: &PyObject) -> PyResult<()> {
        names::fill()?;
        let add = |name: &str, value: &PyObject| object::set_attr_str(module, name, value);
        add(
            "DEFAULT_BUFFER_SIZE",
            long::from_usize(DEFAULT_BUFFER_SIZE)?.as_object(),
        )?;
        add("UnsupportedOperation", &*unsupported_class()?)?;
        add("BlockingIOError", exceptions::exc::BlockingIOError.get())?;
        let types: [&PyTypeObject; 14] = [
            &base::PyIOBase_Type,
            &rawio::PyRawIOBase_Type,
            &rawio::PyBufferedIOBase_Type,
            &rawio::PyTextIOBase_Type,
            &fileio::PyFileIO_Type,
            &bytesio::PyBytesIO_Type,
            &stringio::PyStringIO_Type,
            &buffered::PyBufferedReader_Type,
            &buffered::PyBufferedWriter_Type,
            &pair::PyBufferedRWPair_Type,
            &buffered::PyBufferedRandom_Type,
            &newline::PyIncrementalNewlineDecoder_Type,
            &text::PyTextIOWrapper_Type,
            &bytesio::_PyBytesIOBuffer_Type,
        ];
        for ty in types {
            typeobject::ready(ty)?;
            let name = typeobject::short_name(ty);
            if name != "_BytesIOBuffer" {
                add(&name, ty.as_object())?;
            }
        }
        Ok(())
    }
}

use pyrite_runtime::args::NoneOr;
type NoneOrStr<'a> = NoneOr<&'a str>;
