//! `pystate.h`, `cpython/pystate.h`: the state of a thread.

use crate::{PyFrameObject, PyInterpreterState, PyObject};
use core::cell::Cell;
use core::ffi::{c_char, c_int, c_uint, c_ulong, c_void};

pub const MAX_CO_EXTRA_USERS: c_int = 255;
pub const PyTrace_CALL: c_int = 0;
pub const PyTrace_EXCEPTION: c_int = 1;
pub const PyTrace_LINE: c_int = 2;
pub const PyTrace_RETURN: c_int = 3;
pub const PyTrace_C_CALL: c_int = 4;
pub const PyTrace_C_EXCEPTION: c_int = 5;
pub const PyTrace_C_RETURN: c_int = 6;
pub const PyTrace_OPCODE: c_int = 7;

pub type PyGILState_STATE = c_uint;
pub const PyGILState_LOCKED: PyGILState_STATE = 0;
pub const PyGILState_UNLOCKED: PyGILState_STATE = 1;

pub type Py_tracefunc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut PyFrameObject, c_int, *mut PyObject) -> c_int>;

/// An exception that is being handled.
#[repr(C)]
pub struct _PyErr_StackItem {
    pub exc_type: Cell<*mut PyObject>,
    pub exc_value: Cell<*mut PyObject>,
    pub exc_traceback: Cell<*mut PyObject>,
    pub previous_item: Cell<*mut _PyErr_StackItem>,
}

/// A thread that runs Python code.
#[repr(C)]
pub struct PyThreadState {
    pub prev: Cell<*mut PyThreadState>,
    pub next: Cell<*mut PyThreadState>,
    pub interp: Cell<*mut PyInterpreterState>,
    pub frame: Cell<*mut PyFrameObject>,
    pub recursion_depth: Cell<c_int>,
    pub overflowed: Cell<c_char>,
    pub recursion_critical: Cell<c_char>,
    pub stackcheck_counter: Cell<c_int>,
    pub tracing: Cell<c_int>,
    pub use_tracing: Cell<c_int>,
    pub c_profilefunc: Cell<Py_tracefunc>,
    pub c_tracefunc: Cell<Py_tracefunc>,
    pub c_profileobj: Cell<*mut PyObject>,
    pub c_traceobj: Cell<*mut PyObject>,
    pub curexc_type: Cell<*mut PyObject>,
    pub curexc_value: Cell<*mut PyObject>,
    pub curexc_traceback: Cell<*mut PyObject>,
    pub exc_state: _PyErr_StackItem,
    pub exc_info: Cell<*mut _PyErr_StackItem>,
    pub dict: Cell<*mut PyObject>,
    pub gilstate_counter: Cell<c_int>,
    pub async_exc: Cell<*mut PyObject>,
    pub thread_id: Cell<c_ulong>,
    pub trash_delete_nesting: Cell<c_int>,
    pub trash_delete_later: Cell<*mut PyObject>,
    pub on_delete: Cell<Option<unsafe extern "C" fn(*mut c_void)>>,
    pub on_delete_data: Cell<*mut c_void>,
    pub coroutine_origin_tracking_depth: Cell<c_int>,
    pub async_gen_firstiter: Cell<*mut PyObject>,
    pub async_gen_finalizer: Cell<*mut PyObject>,
    pub context: Cell<*mut PyObject>,
    pub context_ver: Cell<u64>,
    pub id: Cell<u64>,
}

pub type PyThreadFrameGetter =
    Option<unsafe extern "C" fn(*mut PyThreadState) -> *mut PyFrameObject>;

/// An object on its way between interpreters.
#[repr(C)]
pub struct _PyCrossInterpreterData {
    pub data: Cell<*mut c_void>,
    pub obj: Cell<*mut PyObject>,
    pub interp: Cell<i64>,
    pub new_object:
        Cell<Option<unsafe extern "C" fn(*mut _PyCrossInterpreterData) -> *mut PyObject>>,
    pub free: Cell<Option<unsafe extern "C" fn(*mut c_void)>>,
}

pub type crossinterpdatafunc =
    Option<unsafe extern "C" fn(*mut PyObject, *mut _PyCrossInterpreterData) -> c_int>;

layouts!(_PyErr_StackItem, PyThreadState, _PyCrossInterpreterData);
