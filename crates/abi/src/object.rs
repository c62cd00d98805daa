//! `object.h`, `cpython/object.h`: objects, types, slots and buffers.

use crate::{Py_hash_t, Py_ssize_t, PyDictKeysObject, PyGetSetDef, PyMemberDef, PyMethodDef};
use core::cell::Cell;
use core::ffi::{c_char, c_int, c_uint, c_ulong, c_void};
use libc::FILE;

pub const Py_INVALID_SIZE: isize = -1;
pub const Py_PRINT_RAW: c_int = 1;
pub const Py_TPFLAGS_HEAPTYPE: c_ulong = 1 << 9;
pub const Py_TPFLAGS_BASETYPE: c_ulong = 1 << 10;
pub const _Py_TPFLAGS_HAVE_VECTORCALL: c_ulong = 1 << 11;
pub const Py_TPFLAGS_READY: c_ulong = 1 << 12;
pub const Py_TPFLAGS_READYING: c_ulong = 1 << 13;
pub const Py_TPFLAGS_HAVE_GC: c_ulong = 1 << 14;
pub const Py_TPFLAGS_HAVE_STACKLESS_EXTENSION: c_ulong = 0;
pub const Py_TPFLAGS_METHOD_DESCRIPTOR: c_ulong = 1 << 17;
pub const Py_TPFLAGS_HAVE_VERSION_TAG: c_ulong = 1 << 18;
pub const Py_TPFLAGS_VALID_VERSION_TAG: c_ulong = 1 << 19;
pub const Py_TPFLAGS_IS_ABSTRACT: c_ulong = 1 << 20;
pub const Py_TPFLAGS_LONG_SUBCLASS: c_ulong = 1 << 24;
pub const Py_TPFLAGS_LIST_SUBCLASS: c_ulong = 1 << 25;
pub const Py_TPFLAGS_TUPLE_SUBCLASS: c_ulong = 1 << 26;
pub const Py_TPFLAGS_BYTES_SUBCLASS: c_ulong = 1 << 27;
pub const Py_TPFLAGS_UNICODE_SUBCLASS: c_ulong = 1 << 28;
pub const Py_TPFLAGS_DICT_SUBCLASS: c_ulong = 1 << 29;
pub const Py_TPFLAGS_BASE_EXC_SUBCLASS: c_ulong = 1 << 30;
pub const Py_TPFLAGS_TYPE_SUBCLASS: c_ulong = 1 << 31;
pub const Py_TPFLAGS_DEFAULT: c_ulong =
    Py_TPFLAGS_HAVE_STACKLESS_EXTENSION | Py_TPFLAGS_HAVE_VERSION_TAG;
pub const Py_TPFLAGS_HAVE_FINALIZE: c_ulong = 1;
pub const Py_LT: c_int = 0;
pub const Py_LE: c_int = 1;
pub const Py_EQ: c_int = 2;
pub const Py_NE: c_int = 3;
pub const Py_GT: c_int = 4;
pub const Py_GE: c_int = 5;
pub const PyTrash_UNWIND_LEVEL: c_int = 50;
pub const PyBUF_MAX_NDIM: c_int = 64;
pub const PyBUF_SIMPLE: c_int = 0;
pub const PyBUF_WRITABLE: c_int = 0x1;
pub const PyBUF_WRITEABLE: c_int = 1;
pub const PyBUF_FORMAT: c_int = 0x4;
pub const PyBUF_ND: c_int = 0x8;
pub const PyBUF_STRIDES: c_int = 0x18;
pub const PyBUF_C_CONTIGUOUS: c_int = 0x38;
pub const PyBUF_F_CONTIGUOUS: c_int = 0x58;
pub const PyBUF_ANY_CONTIGUOUS: c_int = 0x98;
pub const PyBUF_INDIRECT: c_int = 0x118;
pub const PyBUF_CONTIG: c_int = 0x9;
pub const PyBUF_CONTIG_RO: c_int = 8;
pub const PyBUF_STRIDED: c_int = 0x19;
pub const PyBUF_STRIDED_RO: c_int = 24;
pub const PyBUF_RECORDS: c_int = 0x1d;
pub const PyBUF_RECORDS_RO: c_int = 0x1c;
pub const PyBUF_FULL: c_int = 0x11d;
pub const PyBUF_FULL_RO: c_int = 0x11c;
pub const PyBUF_READ: c_int = 0x100;
pub const PyBUF_WRITE: c_int = 0x200;

/// The head of every object.
#[repr(C)]
pub struct PyObject {
    pub ob_refcnt: Cell<Py_ssize_t>,
    pub ob_type: Cell<*mut PyTypeObject>,
}

/// The head of objects with a number of items.
#[repr(C)]
pub struct PyVarObject {
    pub ob_base: PyObject,
    pub ob_size: Cell<Py_ssize_t>,
}

pub type unaryfunc = Option<unsafe extern "C" fn(*mut PyObject) -> *mut PyObject>;

pub type binaryfunc = Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject>;

pub type ternaryfunc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject>;

pub type inquiry = Option<unsafe extern "C" fn(*mut PyObject) -> c_int>;

pub type lenfunc = Option<unsafe extern "C" fn(*mut PyObject) -> Py_ssize_t>;

pub type ssizeargfunc = Option<unsafe extern "C" fn(*mut PyObject, Py_ssize_t) -> *mut PyObject>;

pub type ssizessizeargfunc =
    Option<unsafe extern "C" fn(*mut PyObject, Py_ssize_t, Py_ssize_t) -> *mut PyObject>;

pub type ssizeobjargproc =
    Option<unsafe extern "C" fn(*mut PyObject, Py_ssize_t, *mut PyObject) -> c_int>;

pub type ssizessizeobjargproc =
    Option<unsafe extern "C" fn(*mut PyObject, Py_ssize_t, Py_ssize_t, *mut PyObject) -> c_int>;

pub type objobjargproc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int>;

pub type objobjproc = Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> c_int>;

pub type visitproc = Option<unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int>;

pub type traverseproc =
    Option<unsafe extern "C" fn(*mut PyObject, visitproc, *mut c_void) -> c_int>;

pub type freefunc = Option<unsafe extern "C" fn(*mut c_void)>;

pub type destructor = Option<unsafe extern "C" fn(*mut PyObject)>;

pub type getattrfunc = Option<unsafe extern "C" fn(*mut PyObject, *mut c_char) -> *mut PyObject>;

pub type getattrofunc = Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject) -> *mut PyObject>;

pub type setattrfunc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut c_char, *mut PyObject) -> c_int>;

pub type setattrofunc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int>;

pub type reprfunc = Option<unsafe extern "C" fn(*mut PyObject) -> *mut PyObject>;

pub type hashfunc = Option<unsafe extern "C" fn(*mut PyObject) -> Py_hash_t>;

pub type richcmpfunc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject, c_int) -> *mut PyObject>;

pub type getiterfunc = Option<unsafe extern "C" fn(*mut PyObject) -> *mut PyObject>;

pub type iternextfunc = Option<unsafe extern "C" fn(*mut PyObject) -> *mut PyObject>;

pub type descrgetfunc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> *mut PyObject>;

pub type descrsetfunc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int>;

pub type initproc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut PyObject, *mut PyObject) -> c_int>;

pub type newfunc =
    Option<unsafe extern "C" fn(*mut PyTypeObject, *mut PyObject, *mut PyObject) -> *mut PyObject>;

pub type allocfunc = Option<unsafe extern "C" fn(*mut PyTypeObject, Py_ssize_t) -> *mut PyObject>;

/// One slot of a `PyType_Spec`.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyType_Slot {
    pub slot: c_int,
    pub pfunc: *mut c_void,
}

/// What `PyType_FromSpec` builds a type from.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PyType_Spec {
    pub name: *const c_char,
    pub basicsize: c_int,
    pub itemsize: c_int,
    pub flags: c_uint,
    pub slots: *mut PyType_Slot,
}

/// A name that is interned at its first use.
#[repr(C)]
pub struct _Py_Identifier {
    pub next: Cell<*mut _Py_Identifier>,
    pub string: Cell<*const c_char>,
    pub object: Cell<*mut PyObject>,
}

/// A view of another object's memory.
#[repr(C)]
pub struct Py_buffer {
    pub buf: Cell<*mut c_void>,
    pub obj: Cell<*mut PyObject>,
    pub len: Cell<Py_ssize_t>,
    pub itemsize: Cell<Py_ssize_t>,
    pub readonly: Cell<c_int>,
    pub ndim: Cell<c_int>,
    pub format: Cell<*mut c_char>,
    pub shape: Cell<*mut Py_ssize_t>,
    pub strides: Cell<*mut Py_ssize_t>,
    pub suboffsets: Cell<*mut Py_ssize_t>,
    pub internal: Cell<*mut c_void>,
}

pub type getbufferproc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut Py_buffer, c_int) -> c_int>;

pub type releasebufferproc = Option<unsafe extern "C" fn(*mut PyObject, *mut Py_buffer)>;

pub type vectorcallfunc = Option<
    unsafe extern "C" fn(
        *mut PyObject,
        *const *mut PyObject,
        usize,
        *mut PyObject,
    ) -> *mut PyObject,
>;

/// What a type does as an operand.
#[repr(C)]
pub struct PyNumberMethods {
    pub nb_add: Cell<binaryfunc>,
    pub nb_subtract: Cell<binaryfunc>,
    pub nb_multiply: Cell<binaryfunc>,
    pub nb_remainder: Cell<binaryfunc>,
    pub nb_divmod: Cell<binaryfunc>,
    pub nb_power: Cell<ternaryfunc>,
    pub nb_negative: Cell<unaryfunc>,
    pub nb_positive: Cell<unaryfunc>,
    pub nb_absolute: Cell<unaryfunc>,
    pub nb_bool: Cell<inquiry>,
    pub nb_invert: Cell<unaryfunc>,
    pub nb_lshift: Cell<binaryfunc>,
    pub nb_rshift: Cell<binaryfunc>,
    pub nb_and: Cell<binaryfunc>,
    pub nb_xor: Cell<binaryfunc>,
    pub nb_or: Cell<binaryfunc>,
    pub nb_int: Cell<unaryfunc>,
    pub nb_reserved: Cell<*mut c_void>,
    pub nb_float: Cell<unaryfunc>,
    pub nb_inplace_add: Cell<binaryfunc>,
    pub nb_inplace_subtract: Cell<binaryfunc>,
    pub nb_inplace_multiply: Cell<binaryfunc>,
    pub nb_inplace_remainder: Cell<binaryfunc>,
    pub nb_inplace_power: Cell<ternaryfunc>,
    pub nb_inplace_lshift: Cell<binaryfunc>,
    pub nb_inplace_rshift: Cell<binaryfunc>,
    pub nb_inplace_and: Cell<binaryfunc>,
    pub nb_inplace_xor: Cell<binaryfunc>,
    pub nb_inplace_or: Cell<binaryfunc>,
    pub nb_floor_divide: Cell<binaryfunc>,
    pub nb_true_divide: Cell<binaryfunc>,
    pub nb_inplace_floor_divide: Cell<binaryfunc>,
    pub nb_inplace_true_divide: Cell<binaryfunc>,
    pub nb_index: Cell<unaryfunc>,
    pub nb_matrix_multiply: Cell<binaryfunc>,
    pub nb_inplace_matrix_multiply: Cell<binaryfunc>,
}

/// What a type does as a sequence.
#[repr(C)]
pub struct PySequenceMethods {
    pub sq_length: Cell<lenfunc>,
    pub sq_concat: Cell<binaryfunc>,
    pub sq_repeat: Cell<ssizeargfunc>,
    pub sq_item: Cell<ssizeargfunc>,
    pub was_sq_slice: Cell<*mut c_void>,
    pub sq_ass_item: Cell<ssizeobjargproc>,
    pub was_sq_ass_slice: Cell<*mut c_void>,
    pub sq_contains: Cell<objobjproc>,
    pub sq_inplace_concat: Cell<binaryfunc>,
    pub sq_inplace_repeat: Cell<ssizeargfunc>,
}

/// What a type does as a mapping.
#[repr(C)]
pub struct PyMappingMethods {
    pub mp_length: Cell<lenfunc>,
    pub mp_subscript: Cell<binaryfunc>,
    pub mp_ass_subscript: Cell<objobjargproc>,
}

/// What a type does in `await` and `async for`.
#[repr(C)]
pub struct PyAsyncMethods {
    pub am_await: Cell<unaryfunc>,
    pub am_aiter: Cell<unaryfunc>,
    pub am_anext: Cell<unaryfunc>,
}

/// How a type gives its memory out.
#[repr(C)]
pub struct PyBufferProcs {
    pub bf_getbuffer: Cell<getbufferproc>,
    pub bf_releasebuffer: Cell<releasebufferproc>,
}

pub type printfunc = Py_ssize_t;

/// A type: its name, its sizes, what its instances do.
#[repr(C)]
pub struct PyTypeObject {
    pub ob_base: PyVarObject,
    pub tp_name: Cell<*const c_char>,
    pub tp_basicsize: Cell<Py_ssize_t>,
    pub tp_itemsize: Cell<Py_ssize_t>,
    pub tp_dealloc: Cell<destructor>,
    pub tp_vectorcall_offset: Cell<Py_ssize_t>,
    pub tp_getattr: Cell<getattrfunc>,
    pub tp_setattr: Cell<setattrfunc>,
    pub tp_as_async: Cell<*mut PyAsyncMethods>,
    pub tp_repr: Cell<reprfunc>,
    pub tp_as_number: Cell<*mut PyNumberMethods>,
    pub tp_as_sequence: Cell<*mut PySequenceMethods>,
    pub tp_as_mapping: Cell<*mut PyMappingMethods>,
    pub tp_hash: Cell<hashfunc>,
    pub tp_call: Cell<ternaryfunc>,
    pub tp_str: Cell<reprfunc>,
    pub tp_getattro: Cell<getattrofunc>,
    pub tp_setattro: Cell<setattrofunc>,
    pub tp_as_buffer: Cell<*mut PyBufferProcs>,
    pub tp_flags: Cell<c_ulong>,
    pub tp_doc: Cell<*const c_char>,
    pub tp_traverse: Cell<traverseproc>,
    pub tp_clear: Cell<inquiry>,
    pub tp_richcompare: Cell<richcmpfunc>,
    pub tp_weaklistoffset: Cell<Py_ssize_t>,
    pub tp_iter: Cell<getiterfunc>,
    pub tp_iternext: Cell<iternextfunc>,
    pub tp_methods: Cell<*mut PyMethodDef>,
    pub tp_members: Cell<*mut PyMemberDef>,
    pub tp_getset: Cell<*mut PyGetSetDef>,
    pub tp_base: Cell<*mut PyTypeObject>,
    pub tp_dict: Cell<*mut PyObject>,
    pub tp_descr_get: Cell<descrgetfunc>,
    pub tp_descr_set: Cell<descrsetfunc>,
    pub tp_dictoffset: Cell<Py_ssize_t>,
    pub tp_init: Cell<initproc>,
    pub tp_alloc: Cell<allocfunc>,
    pub tp_new: Cell<newfunc>,
    pub tp_free: Cell<freefunc>,
    pub tp_is_gc: Cell<inquiry>,
    pub tp_bases: Cell<*mut PyObject>,
    pub tp_mro: Cell<*mut PyObject>,
    pub tp_cache: Cell<*mut PyObject>,
    pub tp_subclasses: Cell<*mut PyObject>,
    pub tp_weaklist: Cell<*mut PyObject>,
    pub tp_del: Cell<destructor>,
    pub tp_version_tag: Cell<c_uint>,
    pub tp_finalize: Cell<destructor>,
    pub tp_vectorcall: Cell<vectorcallfunc>,
    pub tp_print: Cell<Option<unsafe extern "C" fn(*mut PyObject, *mut FILE, c_int) -> c_int>>,
}

/// A type made at run time, with its slot tables beside it.
#[repr(C)]
pub struct PyHeapTypeObject {
    pub ht_type: PyTypeObject,
    pub as_async: PyAsyncMethods,
    pub as_number: PyNumberMethods,
    pub as_mapping: PyMappingMethods,
    pub as_sequence: PySequenceMethods,
    pub as_buffer: PyBufferProcs,
    pub ht_name: Cell<*mut PyObject>,
    pub ht_slots: Cell<*mut PyObject>,
    pub ht_qualname: Cell<*mut PyObject>,
    pub ht_cached_keys: Cell<*mut PyDictKeysObject>,
}

layouts!(
    PyObject,
    PyVarObject,
    PyType_Slot,
    PyType_Spec,
    _Py_Identifier,
    Py_buffer,
    PyNumberMethods,
    PySequenceMethods,
    PyMappingMethods,
    PyAsyncMethods,
    PyBufferProcs,
    PyTypeObject,
    PyHeapTypeObject
);
