//! `compile.h`: compiler flags.

use core::cell::Cell;
use core::ffi::c_int;

pub const PyCF_MASK: c_int = 0x1fe0000;
pub const PyCF_MASK_OBSOLETE: c_int = 16;
pub const PyCF_SOURCE_IS_UTF8: c_int = 0x100;
pub const PyCF_DONT_IMPLY_DEDENT: c_int = 0x200;
pub const PyCF_ONLY_AST: c_int = 0x400;
pub const PyCF_IGNORE_COOKIE: c_int = 0x800;
pub const PyCF_TYPE_COMMENTS: c_int = 0x1000;
pub const PyCF_ALLOW_TOP_LEVEL_AWAIT: c_int = 0x2000;
pub const PyCF_COMPILE_MASK: c_int = 0x3600;
pub const PY_INVALID_STACK_EFFECT: c_int = 2147483647;
pub const Py_single_input: c_int = 256;
pub const Py_file_input: c_int = 257;
pub const Py_eval_input: c_int = 258;
pub const Py_func_type_input: c_int = 345;

/// Which future features and options a compilation has.
#[repr(C)]
pub struct PyCompilerFlags {
    pub cf_flags: Cell<c_int>,
    pub cf_feature_version: Cell<c_int>,
}

/// The future statements of a module.
#[repr(C)]
pub struct PyFutureFeatures {
    pub ff_features: Cell<c_int>,
    pub ff_lineno: Cell<c_int>,
}

layouts!(PyCompilerFlags, PyFutureFeatures);
