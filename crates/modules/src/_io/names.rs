//! Names that `io` asks objects for, as CPython's library exports them; C may use them once the module is there.

use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, unicode};

macro_rules! names {
    ($($name:ident = $text:literal,)*) => {
        $(
            #[unsafe(no_mangle)]
            pub static $name: Global<*mut PyObject> = Global::new(std::ptr::null_mut());
        )*

        /// Fills the variables; they keep their objects for ever.
        pub fn fill() -> PyResult<()> {
            $(
                if $name.get().is_null() {
                    $name.set(unicode::intern(unicode::from_str($text)?).into_ptr());
                }
            )*
            if _PyIO_empty_bytes.get().is_null() {
                _PyIO_empty_bytes.set(bytes::empty()?.into_ptr());
            }
            Ok(())
        }
    };
}

names! {
    _PyIO_str_close = "close",
    _PyIO_str_closed = "closed",
    _PyIO_str_decode = "decode",
    _PyIO_str_encode = "encode",
    _PyIO_str_fileno = "fileno",
    _PyIO_str_flush = "flush",
    _PyIO_str_getstate = "getstate",
    _PyIO_str_isatty = "isatty",
    _PyIO_str_newlines = "newlines",
    _PyIO_str_nl = "\n",
    _PyIO_str_peek = "peek",
    _PyIO_str_read = "read",
    _PyIO_str_read1 = "read1",
    _PyIO_str_readable = "readable",
    _PyIO_str_readall = "readall",
    _PyIO_str_readinto = "readinto",
    _PyIO_str_readline = "readline",
    _PyIO_str_reset = "reset",
    _PyIO_str_seek = "seek",
    _PyIO_str_seekable = "seekable",
    _PyIO_str_setstate = "setstate",
    _PyIO_str_tell = "tell",
    _PyIO_str_truncate = "truncate",
    _PyIO_str_writable = "writable",
    _PyIO_str_write = "write",
    _PyIO_empty_str = "",
}

#[unsafe(no_mangle)]
pub static _PyIO_empty_bytes: Global<*mut PyObject> = Global::new(std::ptr::null_mut());

/// The definition of the module as C sees it; the module is made from another one, in two phases.
#[unsafe(no_mangle)]
pub static _PyIO_Module: PyModuleDef = PyModuleDef {
    m_name: Cell::new(c"io".as_ptr()),
    m_size: Cell::new(0),
    ..PyModuleDef::ZEROED
};
