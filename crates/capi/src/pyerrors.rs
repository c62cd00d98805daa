//! `pyerrors.h`, `cpython/pyerrors.h`: the error indicator, and exceptions from C.

use crate::prelude::*;
use crate::support::{lossy, stolen, text};

/// The parts of the indicator as C gives and takes them.
unsafe fn parts(ty: *mut PyObject, value: *mut PyObject, traceback: *mut PyObject) -> err::Fetched {
    // SAFETY: C gives away a count of each.
    unsafe {
        err::Fetched {
            ty: stolen(ty),
            value: stolen(value),
            traceback: stolen(traceback),
        }
    }
}

/// The same for what becomes the indicator: a traceback that is none, such as None, is left out.
unsafe fn indicator(
    ty: *mut PyObject,
    value: *mut PyObject,
    traceback: *mut PyObject,
) -> err::Fetched {
    // SAFETY: C gives away a count of each.
    let mut new = unsafe { parts(ty, value, traceback) };
    new.traceback = new
        .traceback
        .filter(|t| t.downcast::<PyTracebackObject>().is_some());
    new
}

fn give(
    parts: err::Fetched,
    ty: Out<*mut PyObject>,
    value: Out<*mut PyObject>,
    traceback: Out<*mut PyObject>,
) {
    ty.give(parts.ty);
    value.give(parts.value);
    traceback.give(parts.traceback);
}

/// Takes the three parts from where C holds them, normalizes, and puts them back.
fn normalize(ty: Out<*mut PyObject>, value: Out<*mut PyObject>, traceback: Out<*mut PyObject>) {
    let taken = |place: &Out<*mut PyObject>| place.get().unwrap_or(std::ptr::null_mut());
    // SAFETY: C holds a count of each part, which comes back in the same places.
    let fetched = unsafe { parts(taken(&ty), taken(&value), taken(&traceback)) };
    give(err::normalized(fetched), ty, value, traceback);
}

/// `PyErr_SetObject`, where C may pass no value.
fn set(exc: Option<&PyObject>, value: Option<&PyObject>) {
    let _ = match (exc, value) {
        (Some(exc), Some(value)) => err::set_object(exc, value),
        (Some(exc), None) => err::set_none(exc),
        // No exception is none.
        (None, _) => return err::clear(),
    };
}

fn set_string(exc: Option<&PyObject>, message: &CStr) {
    if exc.is_none() {
        err::clear();
    } else if let Ok(message) = unicode::from_utf8(message.to_bytes()) {
        set(exc, Some(message.as_object()));
    }
}

/// `PyErr_SetFromErrno` and its kind; always NULL.
fn from_errno(exc: &PyObject, name: Option<&PyObject>, other: Option<&PyObject>) -> *mut PyObject {
    let _ = err::set_from_errno_with_filenames(exc, name, other);
    std::ptr::null_mut()
}

capi! {
    fn PyErr_Occurred() -> Borrowed { err::occurred().map_or(Borrowed::NULL, Borrowed::from) }
    fn PyErr_Clear() { err::clear() }
    fn PyErr_SetNone(exc: Option<&PyObject>) { set(exc, None) }
    fn PyErr_SetObject(exc: Option<&PyObject>, value: Option<&PyObject>) { set(exc, value) }
    fn PyErr_SetString(exc: Option<&PyObject>, message: &CStr) { set_string(exc, message) }

    fn PyErr_NoMemory() -> *mut PyObject {
        let _ = err::no_memory();
        std::ptr::null_mut()
    }

    fn PyErr_Fetch(ty: Out<*mut PyObject>, value: Out<*mut PyObject>, traceback: Out<*mut PyObject>) {
        give(err::fetch(), ty, value, traceback);
    }

    fn PyErr_Restore(ty: *mut PyObject, value: *mut PyObject, traceback: *mut PyObject) {
        // SAFETY: C gives away a count of each.
        err::restore(unsafe { indicator(ty, value, traceback) });
    }

    fn PyErr_NormalizeException(ty: Out<*mut PyObject>, value: Out<*mut PyObject>, traceback: Out<*mut PyObject>) {
        normalize(ty, value, traceback);
    }

    fn PyErr_ExceptionMatches(exc: Option<&PyObject>) -> bool { exc.is_some_and(err::matches) }

    fn PyErr_GivenExceptionMatches(given: Option<&PyObject>, exc: Option<&PyObject>) -> bool {
        given.zip(exc).is_some_and(|(given, exc)| err::given_exception_matches(given, exc))
    }

    fn PyErr_GetExcInfo(ty: Out<*mut PyObject>, value: Out<*mut PyObject>, traceback: Out<*mut PyObject>) {
        give(err::get_exc_info(), ty, value, traceback);
    }

    fn PyErr_SetExcInfo(ty: *mut PyObject, value: *mut PyObject, traceback: *mut PyObject) {
        // SAFETY: C gives away a count of each.
        err::set_exc_info(unsafe { parts(ty, value, traceback) });
    }

    fn PyErr_Display(ty: &PyObject, value: Option<&PyObject>, traceback: Option<&PyObject>) {
        errors::display(ty, value.unwrap_or_else(|| none()), traceback.unwrap_or_else(|| none()));
    }

    fn PyErr_Print() { errors::print_ex(true) }
    fn PyErr_PrintEx(set_last: c_int) { errors::print_ex(set_last != 0) }
    fn PyErr_SyntaxLocationObject(filename: Option<&PyObject>, line: c_int, column: c_int) { err::syntax_location(filename, line, column) }

    fn PyErr_SyntaxLocationEx(filename: Option<&CStr>, line: c_int, column: c_int) {
        let filename = filename.and_then(|f| unicode::fs::decode_default(f.to_bytes()).ok());
        err::syntax_location(filename.as_deref().map(|f| f.as_object()), line, column);
    }

    fn PyErr_SyntaxLocation(filename: Option<&CStr>, line: c_int) {
        let filename = filename.and_then(|f| unicode::fs::decode_default(f.to_bytes()).ok());
        err::syntax_location(filename.as_deref().map(|f| f.as_object()), line, -1);
    }

    fn PyErr_ProgramTextObject(filename: &PyObject, line: c_int) -> PyResult<Option<Owned>> { err::program_text(filename, line) }
    fn _PyErr_GetTopmostException(_state: &PyThreadState) -> *mut _PyErr_StackItem { std::ptr::from_ref(err::topmost_exception()).cast_mut() }
    fn PyErr_BadArgument() -> c_int {
        let _ = err::bad_argument();
        // The manual promises this, though other functions say -1 with an exception.
        0
    }
    fn PyErr_BadInternalCall() { let _ = raise!(SystemError, "bad argument to internal function"); }

    fn _PyErr_BadInternalCall(file: &CStr, line: c_int) {
        let _ = raise!(SystemError, "{}:{line}: bad argument to internal function", lossy(file));
    }

    fn _PyErr_SetKeyError(key: &PyObject) { let _ = err::set_key_error(key); }

    fn _PyErr_ChainExceptions(ty: *mut PyObject, value: *mut PyObject, traceback: *mut PyObject) {
        // SAFETY: C gives away a count of each.
        err::chain_exceptions(unsafe { parts(ty, value, traceback) });
    }

    fn PyErr_WriteUnraisable(place: Option<&PyObject>) { err::write_unraisable(place) }

    fn _PyErr_WriteUnraisableMsg(message: Option<&CStr>, place: Option<&PyObject>) {
        errors::write_unraisable_message(message.map(lossy).as_deref(), place);
    }

    fn PyErr_SetFromErrno(exc: &PyObject) -> *mut PyObject { from_errno(exc, None, None) }
    fn PyErr_SetFromErrnoWithFilenameObject(exc: &PyObject, name: Option<&PyObject>) -> *mut PyObject { from_errno(exc, name, None) }

    fn PyErr_SetFromErrnoWithFilenameObjects(exc: &PyObject, name: Option<&PyObject>, other: Option<&PyObject>) -> *mut PyObject {
        from_errno(exc, name, other)
    }

    fn PyErr_SetFromErrnoWithFilename(exc: &PyObject, name: Option<&CStr>) -> *mut PyObject {
        // Decoding may change errno.
        // SAFETY: errno is the thread's own.
        let errno = unsafe { *libc::__errno_location() };
        let name = name.and_then(|n| unicode::fs::decode_default(n.to_bytes()).ok());
        // SAFETY: as above.
        unsafe { *libc::__errno_location() = errno };
        from_errno(exc, name.as_deref().map(|n| n.as_object()), None)
    }

    fn PyErr_SetImportError(message: &PyObject, name: Option<&PyObject>, path: Option<&PyObject>) -> *mut PyObject {
        let _ = err::set_import_error(exceptions::exc::ImportError.get(), Some(message), name, path);
        std::ptr::null_mut()
    }

    fn PyErr_SetImportErrorSubclass(exc: &PyObject, message: &PyObject, name: Option<&PyObject>, path: Option<&PyObject>) -> *mut PyObject {
        let _ = err::set_import_error(exc, Some(message), name, path);
        std::ptr::null_mut()
    }

    fn PyErr_NewException(name: &CStr, base: Option<&PyObject>, dict: Option<&PyObject>) -> PyResult<Owned> {
        err::new_exception(&lossy(name), base, dict)
    }

    fn PyErr_NewExceptionWithDoc(name: &CStr, doc: Option<&CStr>, base: Option<&PyObject>, dict: Option<&PyObject>) -> PyResult<Owned> {
        let own: Owned;
        let dict = match (doc, dict) {
            (None, dict) => dict,
            (Some(doc), dict) => {
                own = match dict {
                    Some(dict) => dict.own(),
                    None => dict::new()?.upcast(),
                };
                object::set_item(&own, id!("__doc__").as_object(), &*text(doc)?)?;
                Some(&*own)
            }
        };
        err::new_exception(&lossy(name), base, dict)
    }

    fn PyErr_CheckSignals() -> PyResult<()> { ceval::check_signals() }
    fn _PyErr_CheckSignals() -> PyResult<()> { ceval::check_signals() }
    fn Py_FatalError(message: Option<&CStr>) { err::fatal(&message.map(lossy).unwrap_or_default()) }
    fn PyExceptionClass_Name(exc: &PyTypeObject) -> *const c_char { exc.tp_name.get() }
    fn PyException_GetTraceback(exc: Is<'_, PyBaseExceptionObject>) -> Option<Owned> { exc.traceback.load() }

    fn PyException_SetTraceback(exc: Is<'_, PyBaseExceptionObject>, traceback: &PyObject) -> PyResult<()> {
        if !traceback.is_none() && !PyTracebackObject::check(traceback) {
            return Err(raise!(TypeError, "__traceback__ must be a traceback or None"));
        }
        exc.traceback.set_ref((!traceback.is_none()).then(|| traceback.own()));
        Ok(())
    }

    fn PyException_GetCause(exc: Is<'_, PyBaseExceptionObject>) -> Option<Owned> { exc.cause.load() }

    fn PyException_SetCause(exc: Is<'_, PyBaseExceptionObject>, cause: *mut PyObject) {
        // SAFETY: C gives away a count.
        exc.cause.set_ref(unsafe { stolen(cause) });
        exc.suppress_context.set(1);
    }

    fn PyException_GetContext(exc: Is<'_, PyBaseExceptionObject>) -> Option<Owned> { exc.context.load() }

    fn PyException_SetContext(exc: Is<'_, PyBaseExceptionObject>, context: *mut PyObject) {
        // SAFETY: C gives away a count.
        exc.context.set_ref(unsafe { stolen(context) });
    }

    fn _PyErr_Clear(_state: &PyThreadState) { err::clear() }
    fn _PyErr_ExceptionMatches(_state: &PyThreadState, exc: Option<&PyObject>) -> bool { exc.is_some_and(err::matches) }

    fn _PyErr_Fetch(_state: &PyThreadState, ty: Out<*mut PyObject>, value: Out<*mut PyObject>, traceback: Out<*mut PyObject>) {
        give(err::fetch(), ty, value, traceback);
    }

    fn _PyErr_Restore(_state: &PyThreadState, ty: *mut PyObject, value: *mut PyObject, traceback: *mut PyObject) {
        // SAFETY: C gives away a count of each.
        err::restore(unsafe { indicator(ty, value, traceback) });
    }

    fn _PyErr_NormalizeException(_state: &PyThreadState, ty: Out<*mut PyObject>, value: Out<*mut PyObject>, traceback: Out<*mut PyObject>) {
        normalize(ty, value, traceback);
    }

    fn _PyErr_SetNone(_state: &PyThreadState, exc: Option<&PyObject>) { set(exc, None) }
    fn _PyErr_SetObject(_state: &PyThreadState, exc: Option<&PyObject>, value: Option<&PyObject>) { set(exc, value) }
    fn _PyErr_SetString(_state: &PyThreadState, exc: Option<&PyObject>, message: &CStr) { set_string(exc, message) }
}

/// One of the three exceptions that say where text could not be coded.
pub struct UnicodeError<'a>(&'a PyUnicodeErrorObject);

impl std::ops::Deref for UnicodeError<'_> {
    type Target = PyUnicodeErrorObject;
    fn deref(&self) -> &PyUnicodeErrorObject {
        self.0
    }
}

impl crate::convert::FromC for UnicodeError<'_> {
    type Raw = *mut PyObject;
    unsafe fn from_c(raw: *mut PyObject) -> Option<Self> {
        use exceptions::exc;
        // SAFETY: NULL or a live object by the contract.
        let o = unsafe { raw.as_ref() }?;
        let kinds = [
            exc::UnicodeEncodeError.get(),
            exc::UnicodeDecodeError.get(),
            exc::UnicodeTranslateError.get(),
        ];
        // SAFETY: exceptions are types, and instances of these have this layout.
        let right = kinds
            .iter()
            .any(|kind| unsafe { o.isinstance_of(kind.cast_ref()) });
        // SAFETY: just checked.
        right.then(|| UnicodeError(unsafe { o.cast_ref() }))
    }
}

/// A string that an error refers to.
fn text_field(
    field: &Cell<*mut PyObject>,
    name: &str,
    right: fn(&PyObject) -> bool,
    kind: &str,
) -> PyResult<Owned> {
    match field.load() {
        None => Err(raise!(TypeError, "{name} attribute not set")),
        Some(value) if right(&value) => Ok(value),
        Some(_) => Err(raise!(TypeError, "{name} attribute must be {kind}")),
    }
}

/// How long the text or data is that could not be coded.
fn length(error: &PyUnicodeErrorObject) -> PyResult<Py_ssize_t> {
    let object = error
        .object
        .load()
        .ok_or_else(|| raise!(TypeError, "object attribute not set"))?;
    object::size(&object)
}

fn start_of(error: &PyUnicodeErrorObject, place: &Out<Py_ssize_t>) -> PyResult<()> {
    let length = length(error)?;
    place.set(error.start.get().min(length - 1).max(0));
    Ok(())
}

fn end_of(error: &PyUnicodeErrorObject, place: &Out<Py_ssize_t>) -> PyResult<()> {
    let length = length(error)?;
    place.set(error.end.get().max(1).min(length));
    Ok(())
}

fn set_reason(error: &PyUnicodeErrorObject, reason: &CStr) -> PyResult<()> {
    error.reason.set_ref(Some(text(reason)?));
    Ok(())
}

capi! {
    fn PyUnicodeDecodeError_Create(encoding: &CStr, data: *const c_char, size: Py_ssize_t, start: Py_ssize_t, end: Py_ssize_t, reason: &CStr) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        let data = bytes::from_slice(unsafe { crate::support::bytes_at(data, size) })?;
        let (encoding, reason) = (text(encoding)?, text(reason)?);
        let (start, end) = (long::from_ssize_t(start)?, long::from_ssize_t(end)?);
        call::call(exceptions::exc::UnicodeDecodeError.get(), &[&encoding, data.as_object(), start.as_object(), end.as_object(), &reason])
    }

    fn PyUnicodeDecodeError_GetEncoding(error: UnicodeError<'_>) -> PyResult<Owned> { text_field(&error.encoding, "encoding", PyUnicodeObject::check, "unicode") }
    fn PyUnicodeEncodeError_GetEncoding(error: UnicodeError<'_>) -> PyResult<Owned> { text_field(&error.encoding, "encoding", PyUnicodeObject::check, "unicode") }
    fn PyUnicodeDecodeError_GetObject(error: UnicodeError<'_>) -> PyResult<Owned> { text_field(&error.object, "object", PyBytesObject::check, "bytes") }
    fn PyUnicodeEncodeError_GetObject(error: UnicodeError<'_>) -> PyResult<Owned> { text_field(&error.object, "object", PyUnicodeObject::check, "unicode") }
    fn PyUnicodeTranslateError_GetObject(error: UnicodeError<'_>) -> PyResult<Owned> { text_field(&error.object, "object", PyUnicodeObject::check, "unicode") }
    fn PyUnicodeDecodeError_GetReason(error: UnicodeError<'_>) -> PyResult<Owned> { text_field(&error.reason, "reason", PyUnicodeObject::check, "unicode") }
    fn PyUnicodeEncodeError_GetReason(error: UnicodeError<'_>) -> PyResult<Owned> { text_field(&error.reason, "reason", PyUnicodeObject::check, "unicode") }
    fn PyUnicodeTranslateError_GetReason(error: UnicodeError<'_>) -> PyResult<Owned> { text_field(&error.reason, "reason", PyUnicodeObject::check, "unicode") }
    fn PyUnicodeDecodeError_GetStart(error: UnicodeError<'_>, place: Out<Py_ssize_t>) -> PyResult<()> { start_of(&error, &place) }
    fn PyUnicodeEncodeError_GetStart(error: UnicodeError<'_>, place: Out<Py_ssize_t>) -> PyResult<()> { start_of(&error, &place) }
    fn PyUnicodeTranslateError_GetStart(error: UnicodeError<'_>, place: Out<Py_ssize_t>) -> PyResult<()> { start_of(&error, &place) }
    fn PyUnicodeDecodeError_GetEnd(error: UnicodeError<'_>, place: Out<Py_ssize_t>) -> PyResult<()> { end_of(&error, &place) }
    fn PyUnicodeEncodeError_GetEnd(error: UnicodeError<'_>, place: Out<Py_ssize_t>) -> PyResult<()> { end_of(&error, &place) }
    fn PyUnicodeTranslateError_GetEnd(error: UnicodeError<'_>, place: Out<Py_ssize_t>) -> PyResult<()> { end_of(&error, &place) }
    fn PyUnicodeDecodeError_SetStart(error: UnicodeError<'_>, start: Py_ssize_t) -> c_int { error.start.set(start); 0 }
    fn PyUnicodeEncodeError_SetStart(error: UnicodeError<'_>, start: Py_ssize_t) -> c_int { error.start.set(start); 0 }
    fn PyUnicodeTranslateError_SetStart(error: UnicodeError<'_>, start: Py_ssize_t) -> c_int { error.start.set(start); 0 }
    fn PyUnicodeDecodeError_SetEnd(error: UnicodeError<'_>, end: Py_ssize_t) -> c_int { error.end.set(end); 0 }
    fn PyUnicodeEncodeError_SetEnd(error: UnicodeError<'_>, end: Py_ssize_t) -> c_int { error.end.set(end); 0 }
    fn PyUnicodeTranslateError_SetEnd(error: UnicodeError<'_>, end: Py_ssize_t) -> c_int { error.end.set(end); 0 }
    fn PyUnicodeDecodeError_SetReason(error: UnicodeError<'_>, reason: &CStr) -> PyResult<()> { set_reason(&error, reason) }
    fn PyUnicodeEncodeError_SetReason(error: UnicodeError<'_>, reason: &CStr) -> PyResult<()> { set_reason(&error, reason) }
    fn PyUnicodeTranslateError_SetReason(error: UnicodeError<'_>, reason: &CStr) -> PyResult<()> { set_reason(&error, reason) }
}
