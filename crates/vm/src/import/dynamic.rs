//! Extension modules in shared libraries.

use super::builtin::{find_extension, fixup_extension};
use super::multiphase;
use crate::config::flags::Variable;
use crate::prelude::*;
use crate::sys;
use std::ffi::{CStr, CString};

/// The full name of the module that is being initialised, for single-phase modules that know only their last part.
#[unsafe(no_mangle)]
pub static _Py_PackageContext: Variable<*const c_char> = Variable(Cell::new(std::ptr::null()));

/// The full name of the module that is being initialised, if its last part is `name`.
pub fn package_context(name: &str) -> Option<String> {
    // SAFETY: null, or a string that lives while the module is initialised.
    let full = unsafe {
        let p = _Py_PackageContext.0.get();
        if p.is_null() {
            return None;
        }
        CStr::from_ptr(p).to_string_lossy().into_owned()
    };
    let last = full.rsplit('.').next().unwrap_or(&full);
    if last != name {
        return None;
    }
    // The context serves one module.
    _Py_PackageContext.0.set(std::ptr::null());
    Some(full)
}

type InitFunc = unsafe extern "C" fn() -> *mut PyObject;

/// The name of the export that initialises the module: the last part of its name, in punycode unless it is ASCII.
fn export_name(last: &PyObject) -> PyResult<(CString, bool)> {
    let text = text::as_utf8(last)?;
    let (name, ascii) = if text.is_ascii() {
        (format!("PyInit_{text}").into_bytes(), true)
    } else {
        let encoded = text::call_method(
            last,
            "encode",
            &[unicode::from_str("punycode")?.as_object()],
        )?;
        let Some(b) = encoded.downcast::<PyBytesObject>() else {
            return Err(raise!(TypeError, "module name cannot be encoded"));
        };
        let tail: Vec<u8> = bytes::as_slice(b)
            .iter()
            .map(|&c| if c == b'-' { b'_' } else { c })
            .collect();
        ([b"PyInitU_", tail.as_slice()].concat(), false)
    };
    CString::new(name)
        .map(|n| (n, ascii))
        .map_err(|_| raise!(ValueError, "embedded null character"))
}

fn object_bytes(o: &PyObject) -> Vec<u8> {
    o.downcast::<PyBytesObject>()
        .map(|b| bytes::as_slice(b).to_vec())
        .unwrap_or_default()
}

/// Opens the library and finds the init function.
fn open(path: &PyObject, name: &PyObject, export: &CStr) -> PyResult<InitFunc> {
    let encoded = unicode::fs::encode_default(text::expect(path)?)?;
    let file = CString::new(object_bytes(&encoded))
        .map_err(|_| raise!(ValueError, "embedded null byte"))?;
    let with_dir = if file.to_bytes().contains(&b'/') {
        file
    } else {
        // Without a slash dlopen would search its own path.
        CString::new([b"./", file.to_bytes()].concat())
            .map_err(|_| raise!(ValueError, "embedded null byte"))?
    };
    let flags = super::interp().dlopenflags.get();
    // SAFETY: a NUL-terminated path; what the library's constructors do is its own affair.
    let handle = unsafe { libc::dlopen(with_dir.as_ptr(), flags) };
    if handle.is_null() {
        // SAFETY: dlerror returns a string, or null when there was no error.
        let message = unsafe {
            let p = libc::dlerror();
            if p.is_null() {
                "unknown dlopen() error".into()
            } else {
                CStr::from_ptr(p).to_string_lossy().into_owned()
            }
        };
        let text = unicode::from_str(&message)?;
        return Err(super::set_import_error(
            text.as_object(),
            Some(name),
            Some(path),
        ));
    }
    // SAFETY: a live handle and a NUL-terminated name.
    let symbol = unsafe { libc::dlsym(handle, export.as_ptr()) };
    if symbol.is_null() {
        let text = format!(
            "dynamic module does not define module export function ({})",
            export.to_string_lossy()
        );
        let text = unicode::from_str(&text)?;
        return Err(super::set_import_error(
            text.as_object(),
            Some(name),
            Some(path),
        ));
    }
    // SAFETY: an export of this name has this type.
    Ok(unsafe { std::mem::transmute::<*mut c_void, InitFunc>(symbol) })
}

/// `_PyImport_FindSharedFuncptr`: an export of a library by its two-part name.
pub fn find_function(prefix: &str, short_name: &str, path: &CStr) -> PyResult<*mut c_void> {
    let name = unicode::from_str(short_name)?;
    let export = CString::new(format!("{prefix}_{short_name}"))
        .map_err(|_| raise!(ValueError, "embedded null character"))?;
    let path = unicode::fs::decode_default(path.to_bytes())?;
    Ok(open(path.as_object(), name.as_object(), &export)? as *mut c_void)
}

/// `_imp.create_dynamic`.
pub fn create(spec: &PyObject) -> PyResult<Owned> {
    let name = object::get_attr(spec, id!("name").as_object())?;
    let path = object::get_attr(spec, id!("origin").as_object())?;
    if let Some(m) = find_extension(&name, &path)? {
        return Ok(m);
    }
    let Some(text) = name.downcast::<PyUnicodeObject>() else {
        return Err(raise!(TypeError, "spec.name must be a string"));
    };
    let last = match text::rfind_char(text, '.' as u32, unicode::length(text)) {
        Some(dot) => unicode::substring(text, dot + 1, unicode::length(text))?.upcast(),
        None => name.clone(),
    };
    let (export, ascii) = export_name(&last)?;
    let none_ = none();
    sys::audit("import", &[&name, &path, none_, none_, none_])?;
    let init = open(&path, &name, &export)?;
    let full = super::builtin::c_string(&name)?;
    // SAFETY: the context is a string that outlives the call, and is put back.
    let made = unsafe {
        let old = _Py_PackageContext.0.replace(full.as_ptr());
        let made = init();
        _Py_PackageContext.0.set(old);
        made
    };
    let made = checked(made, &last)?;
    if made.isinstance_exact(&module::PyModuleDef_Type) {
        return multiphase::from_def_and_spec(&made, spec);
    }
    if !ascii {
        return Err(raise!(
            SystemError,
            "initialization of {} did not return PyModuleDef",
            err::Str(&last)
        ));
    }
    if module::get_def(&made).unwrap_or(None).is_none() {
        err::clear();
        return Err(raise!(
            SystemError,
            "initialization of {} did not return an extension module",
            err::Str(&last)
        ));
    }
    if object::set_attr(&made, id!("__file__").as_object(), &path).is_err() {
        err::clear();
    }
    fixup_extension(&made, &name, &path, Some(init))?;
    Ok(made)
}

/// The result of an init function, which must not contradict the error indicator.
fn checked(made: *mut PyObject, name: &PyObject) -> PyResult<Owned> {
    // SAFETY: an owned reference or null.
    let made = unsafe { Owned::from_owned_ptr_or_null(made) };
    match (made, err::occurred().is_some()) {
        (None, true) => Err(Raised::already_set()),
        (None, false) => Err(raise!(
            SystemError,
            "initialization of {} failed without raising an exception",
            err::Str(name)
        )),
        (Some(_), true) => Err(err::raise_from_cause(
            exc::SystemError.get(),
            format_args!(
                "initialization of {} raised unreported exception",
                err::Str(name)
            ),
        )),
        (Some(m), false) if m.ob_type.get().is_null() => {
            std::mem::forget(m);
            Err(raise!(
                SystemError,
                "init function of {} returned uninitialized object",
                err::Str(name)
            ))
        }
        (Some(m), false) => Ok(m),
    }
}
