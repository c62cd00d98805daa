//! `import.h`, `marshal.h`, `sysmodule.h`, `cpython/sysmodule.h`.

use crate::prelude::*;
use crate::support::{bytes_at, identifier, lossy, quietly, text};

/// An optional C string as a Python one.
fn optional_text(s: Option<&CStr>) -> PyResult<Option<Owned>> {
    s.map(text).transpose()
}

/// `sys.<name>`, borrowed; what goes wrong is dropped.
fn sys_object(name: &str) -> Borrowed {
    Borrowed::of(quietly(|| sys::get_object(name)).flatten())
}

capi! {
    fn PyImport_ImportModule(name: &CStr) -> PyResult<Owned> { import::import(&*text(name)?) }
    fn PyImport_ImportModuleNoBlock(name: &CStr) -> PyResult<Owned> { import::import(&*text(name)?) }
    fn PyImport_Import(name: &PyObject) -> PyResult<Owned> { import::import(name) }

    fn PyImport_ImportModuleLevel(name: &CStr, globals: Option<&PyObject>, locals: Option<&PyObject>, names: Option<&PyObject>, level: c_int) -> PyResult<Owned> {
        import::import_module_level_object(&*text(name)?, globals, locals, names, level)
    }

    fn PyImport_ImportModuleLevelObject(name: &PyObject, globals: Option<&PyObject>, locals: Option<&PyObject>, names: Option<&PyObject>, level: c_int) -> PyResult<Owned> {
        import::import_module_level_object(name, globals, locals, names, level)
    }

    fn PyImport_GetModuleDict() -> PyResult<Borrowed> { Ok(Borrowed::of(Some(import::get_module_dict()?))) }
    fn PyImport_GetModule(name: &PyObject) -> PyResult<Option<Owned>> { import::get_module(name) }
    fn _PyImport_GetModuleId(id: &_Py_Identifier) -> PyResult<Option<Owned>> { import::get_module(identifier(id)?) }
    fn PyImport_AddModuleObject(name: &PyObject) -> PyResult<Borrowed> { Ok(Borrowed::of(Some(import::add_module_object(name)?))) }
    fn PyImport_AddModule(name: &CStr) -> PyResult<Borrowed> { Ok(Borrowed::of(Some(import::add_module_object(&*text(name)?)?))) }
    fn _PyImport_SetModule(name: &PyObject, module: &PyObject) -> PyResult<()> { import::set_module(name, module) }
    fn _PyImport_SetModuleString(name: &CStr, module: &PyObject) -> PyResult<()> { import::set_module(&*text(name)?, module) }
    fn PyImport_ReloadModule(module: &PyObject) -> PyResult<Owned> { import::reload_module(module) }
    fn PyImport_GetImporter(path: &PyObject) -> PyResult<Owned> { import::get_importer(path) }
    fn PyImport_ExecCodeModule(name: &CStr, code: &PyObject) -> PyResult<Owned> { import::exec_code_module_object(&*text(name)?, code, None, None) }

    fn PyImport_ExecCodeModuleEx(name: &CStr, code: &PyObject, path: Option<&CStr>) -> PyResult<Owned> {
        import::exec_code_module_object(&*text(name)?, code, optional_text(path)?.as_deref(), None)
    }

    fn PyImport_ExecCodeModuleWithPathnames(name: &CStr, code: &PyObject, path: Option<&CStr>, cached: Option<&CStr>) -> PyResult<Owned> {
        import::exec_code_module_object(&*text(name)?, code, optional_text(path)?.as_deref(), optional_text(cached)?.as_deref())
    }

    fn PyImport_ExecCodeModuleObject(name: &PyObject, code: &PyObject, path: Option<&PyObject>, cached: Option<&PyObject>) -> PyResult<Owned> {
        import::exec_code_module_object(name, code, path, cached)
    }

    fn PyImport_ImportFrozenModuleObject(name: &PyObject) -> PyResult<bool> { import::frozen::import_module(name) }
    fn PyImport_ImportFrozenModule(name: &CStr) -> PyResult<bool> { import::frozen::import_module(&*text(name)?) }
    fn PyImport_GetMagicNumber() -> c_long { 0x0A0D_0D55 }
    fn PyImport_GetMagicTag() -> *const c_char { c"cpython-38".as_ptr() }

    fn PyImport_ExtendInittab(table: *mut _inittab) -> c_int {
        // SAFETY: C passes a table that ends in an entry without a name, and keeps it.
        unsafe { import::builtin::extend_inittab(table) };
        0
    }

    fn PyImport_AppendInittab(name: *const c_char, initfunc: Option<unsafe extern "C" fn() -> *mut PyObject>) -> c_int {
        let table = [_inittab { name, initfunc }, _inittab { name: std::ptr::null(), initfunc: None }];
        // SAFETY: the table ends in an entry without a name; its entries are copied, and C keeps the name.
        unsafe { import::builtin::extend_inittab(table.as_ptr()) };
        0
    }

    fn _PyImport_AcquireLock() { import::lock::acquire() }
    fn _PyImport_ReleaseLock() -> c_int { if import::lock::release() { 1 } else { -1 } }
    fn _PyImport_ReInitLock() { import::lock::after_fork_child() }
    fn _PyImport_FindExtensionObject(name: &PyObject, filename: &PyObject) -> PyResult<Borrowed> { Ok(Borrowed::of(import::builtin::find_extension(name, filename)?)) }

    fn PyMarshal_ReadObjectFromString(data: *const c_char, size: Py_ssize_t) -> PyResult<Owned> {
        // SAFETY: C passes as many bytes.
        marshal::loads(unsafe { bytes_at(data, size) })
    }

    fn PyMarshal_WriteObjectToString(o: &PyObject, version: c_int) -> PyResult<Owned> { Ok(marshal::dumps(o, version)?.upcast()) }
    fn PyMarshal_WriteLongToFile(value: c_long, file: *mut libc::FILE, _version: c_int) { write_file(file, &(value as i32).to_le_bytes()) }

    fn PyMarshal_WriteObjectToFile(o: &PyObject, file: *mut libc::FILE, version: c_int) {
        if let Ok(data) = marshal::dumps(o, version) {
            write_file(file, bytes::as_slice(&data));
        }
    }

    fn PyMarshal_ReadShortFromFile(file: *mut libc::FILE) -> PyResult<c_int> { Ok(c_int::from(i16::from_le_bytes(read_file(file)?))) }
    fn PyMarshal_ReadLongFromFile(file: *mut libc::FILE) -> PyResult<c_long> { Ok(c_long::from(i32::from_le_bytes(read_file(file)?))) }
    fn PyMarshal_ReadLastObjectFromFile(file: *mut libc::FILE) -> PyResult<Owned> { marshal::loads(&rest_of_file(file)) }
    fn PySys_GetObject(name: &CStr) -> Borrowed { sys_object(&lossy(name)) }

    fn _PySys_GetObjectId(id: &_Py_Identifier) -> Borrowed {
        match identifier(id).and_then(object::names::utf8) {
            Ok(name) => sys_object(name),
            Err(_) => Borrowed::NULL,
        }
    }

    fn PySys_SetObject(name: &CStr, value: Option<&PyObject>) -> PyResult<()> { sys::set_object(&lossy(name), value) }
    fn _PySys_SetObjectId(id: &_Py_Identifier, value: Option<&PyObject>) -> PyResult<()> { sys::set_object(object::names::utf8(identifier(id)?)?, value) }
    fn _PySys_GetSizeOf(o: &PyObject) -> PyResult<usize> { sys::get_size_of(o) }
    fn PySys_GetXOptions() -> Borrowed { sys_object("_xoptions") }

    fn PySys_HasWarnOptions() -> bool {
        let options = quietly(|| sys::get_object("warnoptions")).flatten();
        options.is_some_and(|o| o.downcast::<PyListObject>().is_some_and(|l| list::len(l) > 0))
    }

    fn PySys_ResetWarnOptions() {
        if let Some(options) = quietly(|| sys::get_object("warnoptions")).flatten()
            && let Some(options) = options.downcast::<PyListObject>()
        {
            list::clear(options);
        }
    }
}

fn write_file(file: *mut libc::FILE, data: &[u8]) {
    // SAFETY: C passes an open file.
    unsafe { libc::fwrite(data.as_ptr().cast(), 1, data.len(), file) };
}

fn read_file<const N: usize>(file: *mut libc::FILE) -> PyResult<[u8; N]> {
    let mut data = [0; N];
    // SAFETY: C passes an open file.
    let n = unsafe { libc::fread(data.as_mut_ptr().cast(), 1, N, file) };
    if n == N {
        Ok(data)
    } else {
        Err(raise!(EOFError, "EOF read where object expected"))
    }
}

fn rest_of_file(file: *mut libc::FILE) -> Vec<u8> {
    let mut all = Vec::new();
    let mut part = [0u8; 4096];
    loop {
        // SAFETY: C passes an open file.
        let n = unsafe { libc::fread(part.as_mut_ptr().cast(), 1, part.len(), file) };
        all.extend_from_slice(&part[..n]);
        if n < part.len() {
            return all;
        }
    }
}

/// Writes formatted text to `sys.stdout` or `sys.stderr`; if that fails, to the file below.
fn write_to(stream: &str, fd: c_int, text: &str) {
    let raised = err::fetch();
    let written = match sys::get_object(stream) {
        Ok(Some(f)) => file::write_str(text, &f).is_ok(),
        _ => false,
    };
    if !written {
        err::clear();
        // SAFETY: writes bytes that are there.
        unsafe { libc::write(fd, text.as_ptr().cast(), text.len()) };
    }
    err::restore(raised);
}

unsafe extern "C" {
    fn vsnprintf(
        buffer: *mut c_char,
        size: usize,
        format: *const c_char,
        list: *mut va_list_tag,
    ) -> c_int;
}

/// Text by C's own formatting, cut at 1000 bytes.
fn printed(format: *const c_char, list: *mut va_list_tag) -> String {
    let mut buffer = [0u8; 1001];
    // SAFETY: C passes a format, and arguments that belong to it.
    let length = unsafe { vsnprintf(buffer.as_mut_ptr().cast(), buffer.len(), format, list) };
    let length = usize::try_from(length).unwrap_or(0);
    let mut text = String::from_utf8_lossy(&buffer[..length.min(1000)]).into_owned();
    if length > 1000 {
        text.push_str("... truncated");
    }
    text
}

unsafe extern "C" fn write_stdout(format: *const c_char, list: *mut va_list_tag) {
    write_to("stdout", 1, &printed(format, list));
}

unsafe extern "C" fn write_stderr(format: *const c_char, list: *mut va_list_tag) {
    write_to("stderr", 2, &printed(format, list));
}

/// Text by Python's formatting.
fn formatted(format: *const c_char, list: *mut va_list_tag) -> String {
    // SAFETY: C passes a format, and arguments that belong to it.
    let text = unsafe {
        crate::fromformat::unicode_from_format(CStr::from_ptr(format), VaList::new(list))
    };
    text.map_or_else(
        |_| String::new(),
        |t| unicode::to_string_lossy(&t).into_owned(),
    )
}

unsafe extern "C" fn format_stdout(format: *const c_char, list: *mut va_list_tag) {
    write_to("stdout", 1, &formatted(format, list));
}

unsafe extern "C" fn format_stderr(format: *const c_char, list: *mut va_list_tag) {
    write_to("stderr", 2, &formatted(format, list));
}

/// `PySys_Audit`: an event, and arguments by a format.
unsafe extern "C" fn audit(
    event: *const c_char,
    format: *const c_char,
    list: *mut va_list_tag,
) -> c_int {
    let audit = || {
        // SAFETY: C passes strings that end in NUL, or NULL, and arguments that belong to the format.
        let (event, arguments) = unsafe {
            let format = (!format.is_null()).then(|| CStr::from_ptr(format));
            (
                CStr::from_ptr(event),
                crate::buildvalue::build_arguments(format, VaList::new(list), true)?,
            )
        };
        let arguments: Vec<&PyObject> = arguments.iter().map(|a| &**a).collect();
        sys::hooks::audit(&lossy(event), &arguments)
    };
    if audit().is_ok() { 0 } else { -1 }
}

variadic! {
    fn PySys_WriteStdout(format; ...) = write_stdout;
    fn PySys_WriteStderr(format; ...) = write_stderr;
    fn PySys_FormatStdout(format; ...) = format_stdout;
    fn PySys_FormatStderr(format; ...) = format_stderr;
    fn PySys_Audit(event, format; ...) = audit;
}
