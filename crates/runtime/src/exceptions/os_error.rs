//! `OSError`: an error number chooses the subclass; two file names may go along.

use super::base::{self, args_of, own_fields, plain_str, reduced};
use super::{_PyExc_Exception, derived_with};
use crate::prelude::*;
use crate::{args, err, number, object, tuple, unicode};
use pyrite_macros::pytype;

own_fields!(PyOSErrorObject: myerrno, strerror, filename, filename2);

/// The subclass for an error number.
fn class_for(errno: c_int) -> Option<&'static PyTypeObject> {
    Some(match errno {
        libc::EAGAIN | libc::EALREADY | libc::EINPROGRESS => &_PyExc_BlockingIOError,
        libc::EPIPE | libc::ESHUTDOWN => &_PyExc_BrokenPipeError,
        libc::ECHILD => &_PyExc_ChildProcessError,
        libc::ECONNABORTED => &_PyExc_ConnectionAbortedError,
        libc::ECONNREFUSED => &_PyExc_ConnectionRefusedError,
        libc::ECONNRESET => &_PyExc_ConnectionResetError,
        libc::EEXIST => &_PyExc_FileExistsError,
        libc::ENOENT => &_PyExc_FileNotFoundError,
        libc::EISDIR => &_PyExc_IsADirectoryError,
        libc::ENOTDIR => &_PyExc_NotADirectoryError,
        libc::EINTR => &_PyExc_InterruptedError,
        libc::EACCES | libc::EPERM => &_PyExc_PermissionError,
        libc::ESRCH => &_PyExc_ProcessLookupError,
        libc::ETIMEDOUT => &_PyExc_TimeoutError,
        _ => return None,
    })
}

/// What the constructor's arguments say: with 2 to 5 of them, number, text, file, (Windows' number), second file.
#[derive(Default)]
struct Parts<'a> {
    errno: Option<&'a PyObject>,
    strerror: Option<&'a PyObject>,
    filename: Option<&'a PyObject>,
    filename2: Option<&'a PyObject>,
}

impl<'a> Parts<'a> {
    fn of(args: &'a PyTupleObject) -> Parts<'a> {
        let items = tuple::as_slice(args);
        if !(2..=5).contains(&items.len()) {
            return Parts::default();
        }
        let at = |i: usize| items.get(i).copied();
        Parts {
            errno: at(0),
            strerror: at(1),
            filename: at(2),
            filename2: at(4),
        }
    }
}

/// Subclasses that replace `__init__` but not `__new__` get their fields from `__init__`; all others in `__new__`, since
/// that is what chooses the class.
fn fields_set_by_init(ty: &PyTypeObject) -> bool {
    let init_slot = |ty: &PyTypeObject| ty.tp_init.get().map(|f| f as usize);
    let new_slot = |ty: &PyTypeObject| ty.tp_new.get().map(|f| f as usize);
    init_slot(ty) != init_slot(&_PyExc_OSError) && new_slot(ty) == new_slot(&_PyExc_OSError)
}

unsafe extern "C" fn new(
    ty: *mut PyTypeObject,
    args: *mut PyObject,
    kw: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: a type, a tuple, and a dict or NULL, alive during the call.
    let made = unsafe { make(&*ty, &*args.cast(), kw.as_ref()) };
    made.map_or(std::ptr::null_mut(), Owned::into_ptr)
}

fn make(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
    if fields_set_by_init(ty) {
        let made = base::allocate(ty, None)?;
        // SAFETY: a type derived from OSError has its layout.
        unsafe { made.cast_ref::<PyOSErrorObject>() }
            .written
            .set(-1);
        return Ok(made);
    }
    args::no_keywords(&crate::owned::type_name_of(ty), kw)?;
    let parts = Parts::of(args);
    let mut ty = ty;
    if std::ptr::eq(ty, &_PyExc_OSError)
        && let Some(errno) = parts.errno.and_then(args::int_value)
        && let Ok(errno) = c_int::try_from(errno)
        && let Some(class) = class_for(errno)
    {
        ty = class;
    }
    let made = base::allocate(ty, None)?;
    // SAFETY: as above.
    set_fields(unsafe { made.cast_ref() }, args, &parts)?;
    Ok(made)
}

unsafe extern "C" fn init(slf: *mut PyObject, args: *mut PyObject, kw: *mut PyObject) -> c_int {
    // SAFETY: an instance with this layout, a tuple, and a dict or NULL, alive during the call.
    let done = unsafe { initialize(&*slf.cast(), &*args.cast(), kw.as_ref()) };
    done.map_or(-1, |()| 0)
}

fn initialize(slf: &PyOSErrorObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<()> {
    if !fields_set_by_init(slf.ty()) {
        return Ok(());
    }
    args::no_keywords(&slf.type_name(), kw)?;
    set_fields(slf, args, &Parts::of(args))
}

fn set_fields(slf: &PyOSErrorObject, args: &PyTupleObject, parts: &Parts) -> PyResult<()> {
    slf.written.set(-1);
    let mut kept = args.own();
    if let Some(filename) = parts.filename.filter(|f| !f.is_none()) {
        let counts = std::ptr::eq(slf.ty(), &_PyExc_BlockingIOError) && number::check(filename);
        if counts {
            // The third argument of BlockingIOError is how much was written.
            let exc = super::exc::ValueError.get();
            slf.written.set(number::as_ssize_t(filename, Some(exc))?);
        } else {
            slf.filename.set_ref(Some(filename.own()));
            slf.filename2
                .set_ref(parts.filename2.filter(|f| !f.is_none()).map(ObjectExt::own));
            // The names are not part of `args`, for old code that unpacks two of them.
            kept = tuple::from_slice(&tuple::as_slice(args)[..2])?.upcast();
        }
    }
    slf.myerrno.set_ref(parts.errno.map(ObjectExt::own));
    slf.strerror.set_ref(parts.strerror.map(ObjectExt::own));
    slf.args.set_ref(Some(kept));
    Ok(())
}

/// `str()` of a field, or of None.
fn shown(field: &Cell<*mut PyObject>) -> PyResult<Owned> {
    object::str(&field.load().unwrap_or_else(|| none().own()))
}

pub struct OSError;

#[pytype(name = "OSError", c_name = _PyExc_OSError, layout = PyOSErrorObject, base = _PyExc_Exception,
         flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
impl OSError {
    const tp_new: newfunc = Some(new);
    const tp_init: initproc = Some(init);
    const tp_dealloc: destructor = Some(base::dealloc::<PyOSErrorObject>);
    const tp_traverse: traverseproc = Some(base::traverse::<PyOSErrorObject>);
    const tp_clear: inquiry = Some(base::clear::<PyOSErrorObject>);

    fn tp_str(slf: &PyOSErrorObject) -> PyResult<Owned> {
        let (filename, filename2) = (slf.filename.load(), slf.filename2.load());
        if filename.is_none() && (slf.myerrno.get().is_null() || slf.strerror.get().is_null()) {
            return plain_str(base::common(slf));
        }
        let (errno, text) = (shown(&slf.myerrno)?, shown(&slf.strerror)?);
        let (errno, text) = (err::Str(&errno), err::Str(&text));
        let Some(filename) = filename else {
            return Ok(unicode::from_args(format_args!("[Errno {errno}] {text}"))?.upcast());
        };
        let first = object::repr(&filename)?;
        let first = err::Str(&first);
        let shown = match filename2 {
            None => unicode::from_args(format_args!("[Errno {errno}] {text}: {first}"))?,
            Some(filename2) => {
                let second = object::repr(&filename2)?;
                let second = err::Str(&second);
                unicode::from_args(format_args!("[Errno {errno}] {text}: {first} -> {second}"))?
            }
        };
        Ok(shown.upcast())
    }

    #[method]
    fn __reduce__(slf: &PyOSErrorObject) -> PyResult<Owned> {
        let mut args = args_of(base::common(slf))?;
        if let (2, Some(filename)) = (tuple::len(&args), slf.filename.load()) {
            let mut items: Vec<Owned> = tuple::as_slice(&args).iter().map(|o| o.own()).collect();
            items.push(filename);
            if let Some(filename2) = slf.filename2.load() {
                items.push(none().own());
                items.push(filename2);
            }
            args = tuple::from_owned(items)?;
        }
        reduced(base::common(slf), args.upcast(), slf.dict.load())
    }

    #[getter]
    fn characters_written(slf: &PyOSErrorObject) -> PyResult<Py_ssize_t> {
        match slf.written.get() {
            -1 => Err(raise!(AttributeError, "characters_written")),
            n => Ok(n),
        }
    }
    #[setter(characters_written)]
    fn set_characters_written(slf: &PyOSErrorObject, value: Option<&PyObject>) -> PyResult<()> {
        let Some(value) = value else {
            if slf.written.get() == -1 {
                return Err(raise!(AttributeError, "characters_written"));
            }
            slf.written.set(-1);
            return Ok(());
        };
        slf.written.set(number::as_ssize_t(
            value,
            Some(super::exc::ValueError.get()),
        )?);
        Ok(())
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("errno", T_OBJECT, myerrno, 0),
        ("strerror", T_OBJECT, strerror, 0),
        ("filename", T_OBJECT, filename, 0),
        ("filename2", T_OBJECT, filename2, 0),
    ];
}

impl PyClass for PyOSErrorObject {
    fn type_object() -> &'static PyTypeObject {
        &_PyExc_OSError
    }
}

derived_with! { PyOSErrorObject, init;
    BlockingIOError "BlockingIOError" _PyExc_BlockingIOError _PyExc_OSError;
    ConnectionError "ConnectionError" _PyExc_ConnectionError _PyExc_OSError;
    ChildProcessError "ChildProcessError" _PyExc_ChildProcessError _PyExc_OSError;
    BrokenPipeError "BrokenPipeError" _PyExc_BrokenPipeError _PyExc_ConnectionError;
    ConnectionAbortedError "ConnectionAbortedError" _PyExc_ConnectionAbortedError _PyExc_ConnectionError;
    ConnectionRefusedError "ConnectionRefusedError" _PyExc_ConnectionRefusedError _PyExc_ConnectionError;
    ConnectionResetError "ConnectionResetError" _PyExc_ConnectionResetError _PyExc_ConnectionError;
    FileExistsError "FileExistsError" _PyExc_FileExistsError _PyExc_OSError;
    FileNotFoundError "FileNotFoundError" _PyExc_FileNotFoundError _PyExc_OSError;
    IsADirectoryError "IsADirectoryError" _PyExc_IsADirectoryError _PyExc_OSError;
    NotADirectoryError "NotADirectoryError" _PyExc_NotADirectoryError _PyExc_OSError;
    InterruptedError "InterruptedError" _PyExc_InterruptedError _PyExc_OSError;
    PermissionError "PermissionError" _PyExc_PermissionError _PyExc_OSError;
    ProcessLookupError "ProcessLookupError" _PyExc_ProcessLookupError _PyExc_OSError;
    TimeoutError "TimeoutError" _PyExc_TimeoutError _PyExc_OSError;
}
