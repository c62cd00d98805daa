//! `internal/pycore_pystate.h`: state of the process and of an interpreter.

use crate::{
    _Py_atomic_address, _Py_atomic_int, _Py_error_handler, _gc_runtime_state, _gil_runtime_state,
    _warnings_runtime_state, Py_AuditHookFunction, Py_OpenCodeHookFunction, Py_ssize_t, Py_tss_t,
    PyConfig, PyFrameObject, PyObject, PyPreConfig, PyThread_type_lock, PyThreadFrameGetter,
    PyThreadState, PyTypeObject, crossinterpdatafunc, freefunc,
};
use core::cell::Cell;
use core::ffi::{c_char, c_int, c_long, c_ulong, c_void};

pub const NPENDINGCALLS: c_int = 32;
pub const NEXITFUNCS: c_int = 32;

/// Calls that the main thread is asked to make.
#[repr(C)]
pub struct _pending_calls {
    pub finishing: Cell<c_int>,
    pub lock: Cell<PyThread_type_lock>,
    pub calls_to_do: _Py_atomic_int,
    pub async_exc: Cell<c_int>,
    pub calls: [_pending_calls_calls; 32],
    pub first: Cell<c_int>,
    pub last: Cell<c_int>,
}

/// One such call.
#[repr(C)]
pub struct _pending_calls_calls {
    pub func: Cell<Option<unsafe extern "C" fn(*mut c_void) -> c_int>>,
    pub arg: Cell<*mut c_void>,
}

/// What the evaluator looks at between instructions.
#[repr(C)]
pub struct _ceval_runtime_state {
    pub recursion_limit: Cell<c_int>,
    pub tracing_possible: Cell<c_int>,
    pub eval_breaker: _Py_atomic_int,
    pub gil_drop_request: _Py_atomic_int,
    pub pending: _pending_calls,
    pub signals_pending: _Py_atomic_int,
    pub gil: _gil_runtime_state,
}

pub type _PyFrameEvalFunction =
    Option<unsafe extern "C" fn(*mut PyFrameObject, c_int) -> *mut PyObject>;

/// An interpreter.
#[repr(C)]
pub struct PyInterpreterState {
    pub next: Cell<*mut PyInterpreterState>,
    pub tstate_head: Cell<*mut PyThreadState>,
    pub id: Cell<i64>,
    pub id_refcount: Cell<i64>,
    pub requires_idref: Cell<c_int>,
    pub id_mutex: Cell<PyThread_type_lock>,
    pub finalizing: Cell<c_int>,
    pub modules: Cell<*mut PyObject>,
    pub modules_by_index: Cell<*mut PyObject>,
    pub sysdict: Cell<*mut PyObject>,
    pub builtins: Cell<*mut PyObject>,
    pub importlib: Cell<*mut PyObject>,
    pub check_interval: Cell<c_int>,
    pub num_threads: Cell<c_long>,
    pub pythread_stacksize: Cell<usize>,
    pub codec_search_path: Cell<*mut PyObject>,
    pub codec_search_cache: Cell<*mut PyObject>,
    pub codec_error_registry: Cell<*mut PyObject>,
    pub codecs_initialized: Cell<c_int>,
    pub fs_codec: PyInterpreterState_fs_codec,
    pub config: PyConfig,
    pub dlopenflags: Cell<c_int>,
    pub dict: Cell<*mut PyObject>,
    pub builtins_copy: Cell<*mut PyObject>,
    pub import_func: Cell<*mut PyObject>,
    pub eval_frame: Cell<_PyFrameEvalFunction>,
    pub co_extra_user_count: Cell<Py_ssize_t>,
    pub co_extra_freefuncs: [Cell<freefunc>; 255],
    pub before_forkers: Cell<*mut PyObject>,
    pub after_forkers_parent: Cell<*mut PyObject>,
    pub after_forkers_child: Cell<*mut PyObject>,
    pub pyexitfunc: Cell<Option<unsafe extern "C" fn(*mut PyObject)>>,
    pub pyexitmodule: Cell<*mut PyObject>,
    pub tstate_next_unique_id: Cell<u64>,
    pub warnings: _warnings_runtime_state,
    pub audit_hooks: Cell<*mut PyObject>,
    pub int_max_str_digits: Cell<c_int>,
}

/// The codec of file names.
#[repr(C)]
pub struct PyInterpreterState_fs_codec {
    pub encoding: Cell<*mut c_char>,
    pub errors: Cell<*mut c_char>,
    pub error_handler: Cell<_Py_error_handler>,
}

/// How a type crosses interpreters.
#[repr(C)]
pub struct _xidregitem {
    pub cls: Cell<*mut PyTypeObject>,
    pub getdata: Cell<crossinterpdatafunc>,
    pub next: Cell<*mut _xidregitem>,
}

/// An audit hook set from C.
#[repr(C)]
pub struct _Py_AuditHookEntry {
    pub next: Cell<*mut _Py_AuditHookEntry>,
    pub hookCFunction: Cell<Py_AuditHookFunction>,
    pub userData: Cell<*mut c_void>,
}

/// Which thread runs.
#[repr(C)]
pub struct _gilstate_runtime_state {
    pub check_enabled: Cell<c_int>,
    pub tstate_current: _Py_atomic_address,
    pub getframe: Cell<PyThreadFrameGetter>,
    pub autoInterpreterState: Cell<*mut PyInterpreterState>,
    pub autoTSSkey: Py_tss_t,
}

/// The state of the process, `_PyRuntime`.
#[repr(C)]
pub struct _PyRuntimeState {
    pub preinitializing: Cell<c_int>,
    pub preinitialized: Cell<c_int>,
    pub core_initialized: Cell<c_int>,
    pub initialized: Cell<c_int>,
    pub finalizing: Cell<*mut PyThreadState>,
    pub interpreters: pyinterpreters,
    pub xidregistry: _xidregistry,
    pub main_thread: Cell<c_ulong>,
    pub exitfuncs: [Cell<Option<unsafe extern "C" fn()>>; 32],
    pub nexitfuncs: Cell<c_int>,
    pub gc: _gc_runtime_state,
    pub ceval: _ceval_runtime_state,
    pub gilstate: _gilstate_runtime_state,
    pub preconfig: PyPreConfig,
    pub open_code_hook: Cell<Py_OpenCodeHookFunction>,
    pub open_code_userdata: Cell<*mut c_void>,
    pub audit_hook_head: Cell<*mut _Py_AuditHookEntry>,
}

/// All interpreters.
#[repr(C)]
pub struct pyinterpreters {
    pub mutex: Cell<PyThread_type_lock>,
    pub head: Cell<*mut PyInterpreterState>,
    pub main: Cell<*mut PyInterpreterState>,
    pub next_id: Cell<i64>,
}

/// All types that cross interpreters.
#[repr(C)]
pub struct _xidregistry {
    pub mutex: Cell<PyThread_type_lock>,
    pub head: Cell<*mut _xidregitem>,
}

layouts!(
    _pending_calls,
    _pending_calls_calls,
    _ceval_runtime_state,
    PyInterpreterState,
    PyInterpreterState_fs_codec,
    _xidregitem,
    _Py_AuditHookEntry,
    _gilstate_runtime_state,
    _PyRuntimeState,
    pyinterpreters,
    _xidregistry
);
