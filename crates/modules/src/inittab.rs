//! The table of built-in modules, in the form that embedders know.

use pyrite_abi::{_inittab, PyObject};
use std::cell::UnsafeCell;
use std::ffi::c_char;

/// Exported, changeable data.
#[repr(transparent)]
pub struct Table<T>(UnsafeCell<T>);
// SAFETY: read and written before the interpreter starts, or by the holder of the GIL.
unsafe impl<T> Sync for Table<T> {}

type InitFunc = Option<unsafe extern "C" fn() -> *mut PyObject>;

const fn entry(name: *const c_char, initfunc: InitFunc) -> _inittab {
    _inittab { name, initfunc }
}

macro_rules! modules {
    ($($name:literal => $init:ident;)*) => {
        // Some live in other crates; all are exports.
        unsafe extern "C" {
            $(fn $init() -> *mut PyObject;)*
        }

        /// All built-in modules; `sys` and `builtins` are made before the table is looked at.
        #[unsafe(no_mangle)]
        pub static _PyImport_Inittab: Table<[_inittab; 31]> = Table(UnsafeCell::new([
            $(entry($name.as_ptr(), Some($init)),)*
            entry(c"builtins".as_ptr(), None),
            entry(c"sys".as_ptr(), None),
            entry(std::ptr::null(), None),
        ]));
    };
}

modules! {
    c"posix" => PyInit_posix;
    c"errno" => PyInit_errno;
    c"pwd" => PyInit_pwd;
    c"_sre" => PyInit__sre;
    c"_codecs" => PyInit__codecs;
    c"_weakref" => PyInit__weakref;
    c"_functools" => PyInit__functools;
    c"_operator" => PyInit__operator;
    c"_collections" => PyInit__collections;
    c"_abc" => PyInit__abc;
    c"itertools" => PyInit_itertools;
    c"atexit" => PyInit_atexit;
    c"_signal" => PyInit__signal;
    c"_stat" => PyInit__stat;
    c"time" => PyInit_time;
    c"_thread" => PyInit__thread;
    c"_locale" => PyInit__locale;
    c"_io" => PyInit__io;
    c"faulthandler" => PyInit_faulthandler;
    c"_tracemalloc" => PyInit__tracemalloc;
    c"_symtable" => PyInit__symtable;
    c"xxsubtype" => PyInit_xxsubtype;
    c"marshal" => PyMarshal_Init;
    c"_imp" => PyInit__imp;
    c"_ast" => PyInit__ast;
    c"gc" => PyInit_gc;
    c"_warnings" => _PyWarnings_Init;
    c"_string" => PyInit__string;
}

/// The table in force.
#[unsafe(no_mangle)]
pub static PyImport_Inittab: Table<*mut _inittab> = Table(UnsafeCell::new(
    (&raw const _PyImport_Inittab).cast_mut().cast(),
));
