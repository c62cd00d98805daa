//! The global variables that configured an interpreter before PEP 587, which C programs still set.

use pyrite_abi::*;
use std::cell::Cell;
use std::ffi::{c_char, c_int};

/// A variable that C sees.
#[repr(transparent)]
pub struct Variable<T>(pub Cell<T>);
// SAFETY: read and written under the GIL, or before there is one.
unsafe impl<T> Sync for Variable<T> {}

macro_rules! flags {
    ($($name:ident = $value:expr),* $(,)?) => { $(
        #[unsafe(no_mangle)]
        pub static $name: Variable<c_int> = Variable(Cell::new($value));
    )* };
}

flags! {
    Py_DebugFlag = 0,
    Py_VerboseFlag = 0,
    Py_QuietFlag = 0,
    Py_InteractiveFlag = 0,
    Py_InspectFlag = 0,
    Py_OptimizeFlag = 0,
    Py_NoSiteFlag = 0,
    Py_BytesWarningFlag = 0,
    Py_FrozenFlag = 0,
    Py_IgnoreEnvironmentFlag = 0,
    Py_DontWriteBytecodeFlag = 0,
    Py_NoUserSiteDirectory = 0,
    Py_UnbufferedStdioFlag = 0,
    Py_HashRandomizationFlag = 0,
    Py_IsolatedFlag = 0,
    Py_UTF8Mode = 0,
    Py_HasFileSystemDefaultEncoding = 0,
    _Py_HasFileSystemDefaultEncodeErrors = 0,
    _Py_UnhandledKeyboardInterrupt = 0,
}

#[unsafe(no_mangle)]
pub static Py_FileSystemDefaultEncoding: Variable<*const c_char> =
    Variable(Cell::new(std::ptr::null()));
#[unsafe(no_mangle)]
pub static Py_FileSystemDefaultEncodeErrors: Variable<*const c_char> =
    Variable(Cell::new(std::ptr::null()));

fn pairs(c: &PyConfig) -> [(&Cell<c_int>, &Variable<c_int>, bool); 14] {
    // The last: does the variable say the opposite?
    [
        (&c.isolated, &Py_IsolatedFlag, false),
        (&c.use_environment, &Py_IgnoreEnvironmentFlag, true),
        (&c.bytes_warning, &Py_BytesWarningFlag, false),
        (&c.inspect, &Py_InspectFlag, false),
        (&c.interactive, &Py_InteractiveFlag, false),
        (&c.optimization_level, &Py_OptimizeFlag, false),
        (&c.parser_debug, &Py_DebugFlag, false),
        (&c.verbose, &Py_VerboseFlag, false),
        (&c.quiet, &Py_QuietFlag, false),
        (&c.pathconfig_warnings, &Py_FrozenFlag, true),
        (&c.buffered_stdio, &Py_UnbufferedStdioFlag, true),
        (&c.site_import, &Py_NoSiteFlag, true),
        (&c.write_bytecode, &Py_DontWriteBytecodeFlag, true),
        (&c.user_site_directory, &Py_NoUserSiteDirectory, true),
    ]
}

/// Takes from the variables what the configuration leaves open.
pub fn inherit(c: &PyConfig) {
    if c._config_init.get() != _PyConfig_INIT_COMPAT as c_int {
        return;
    }
    for (field, flag, opposite) in pairs(c) {
        if field.get() == -1 {
            let v = flag.0.get();
            field.set(if opposite { c_int::from(v == 0) } else { v });
        }
    }
}

/// Sets the variables to what the configuration came to.
pub fn publish(c: &PyConfig) {
    for (field, flag, opposite) in pairs(c) {
        let v = field.get();
        if v != -1 {
            flag.0.set(if opposite { c_int::from(v == 0) } else { v });
        }
    }
    pyrite_runtime::bytes::BYTES_WARNING.store(
        c.bytes_warning.get().max(0),
        std::sync::atomic::Ordering::Relaxed,
    );
    Py_HashRandomizationFlag.0.set(c_int::from(
        c.use_hash_seed.get() == 0 || c.hash_seed.get() != 0,
    ));
    for (field, variable) in [
        (&c.filesystem_encoding, &Py_FileSystemDefaultEncoding),
        (&c.filesystem_errors, &Py_FileSystemDefaultEncodeErrors),
    ] {
        if let Some(b) = super::bytes(field) {
            // C may keep the pointer as long as it likes.
            variable.0.set(super::c_string(&b).into_raw());
        }
    }
}

/// `_Py_SetFileSystemEncoding`: what C reads. The strings are never freed, since C may keep the pointers.
pub fn publish_filesystem(encoding: &std::ffi::CStr, errors: &std::ffi::CStr) {
    for (variable, text) in [
        (&Py_FileSystemDefaultEncoding, encoding),
        (&Py_FileSystemDefaultEncodeErrors, errors),
    ] {
        variable.0.set(text.to_owned().into_raw());
    }
}

/// `_Py_ClearFileSystemEncoding`.
pub fn forget_filesystem() {
    Py_FileSystemDefaultEncoding.0.set(std::ptr::null());
    Py_FileSystemDefaultEncodeErrors.0.set(std::ptr::null());
}
