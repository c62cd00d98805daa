//! `cpython/interpreteridobject.h`, `cpython/pystate.h`, `internal/pycore_pystate.h`: several interpreters, their numbers, and
//! what crosses between them.

use crate::prelude::*;
use pyrite_vm::interpreters;

fn pointer(interp: &'static PyInterpreterState) -> *mut PyInterpreterState {
    std::ptr::from_ref(interp).cast_mut()
}

capi! {
    fn Py_NewInterpreter() -> *mut PyThreadState { lifecycle::new_interpreter() }

    fn Py_EndInterpreter(state: *mut PyThreadState) {
        if state.is_null() || state != tstate::current_ptr() {
            err::fatal("Py_EndInterpreter: thread is not current");
        }
        lifecycle::end_interpreter(state);
    }

    fn PyInterpreterState_Clear(interp: &PyInterpreterState) { lifecycle::clear_interpreter_state(interp) }
    fn _PyInterpreterState_LookUpID(id: i64) -> PyResult<*mut PyInterpreterState> { Ok(pointer(interpreters::look_up(id)?)) }
    fn _PyInterpreterState_IDInitref(interp: &PyInterpreterState) -> c_int { interpreters::init_ref(interp); 0 }
    fn _PyInterpreterState_IDIncref(interp: &PyInterpreterState) -> c_int { interpreters::inc_ref(interp); 0 }
    fn _PyInterpreterState_IDDecref(interp: &'static PyInterpreterState) { interpreters::dec_ref(interp) }
    fn _PyInterpreterState_GetIDObject(interp: &PyInterpreterState) -> PyResult<Owned> { interpreters::id_object(interp) }
    fn _PyInterpreterID_New(id: i64) -> PyResult<Owned> { interpreters::new_id(id) }
    fn _PyInterpreterID_LookUp(id: &PyObject) -> PyResult<*mut PyInterpreterState> { Ok(pointer(interpreters::look_up_object(id)?)) }
    fn _PyInterpreterState_Enable(_runtime: &_PyRuntimeState) -> PyStatus { crate::pylifecycle::OK }

    fn _PyInterpreterState_DeleteExceptMain(runtime: &_PyRuntimeState) {
        let main = runtime.interpreters.main.get();
        for interp in interpreters::all() {
            if pointer(interp) != main {
                lifecycle::clear_interpreter_state(interp);
                threads::delete_interpreter(pointer(interp));
            }
        }
    }

    fn _PyObject_CheckCrossInterpreterData(o: &PyObject) -> PyResult<()> { interpreters::check_crossing(o) }

    fn _PyObject_GetCrossInterpreterData(o: &PyObject, data: *mut _PyCrossInterpreterData) -> PyResult<()> {
        // SAFETY: C passes a place for the data.
        unsafe { interpreters::get_crossing(o, data) }
    }

    fn _PyCrossInterpreterData_NewObject(data: *mut _PyCrossInterpreterData) -> *mut PyObject {
        // SAFETY: C passes data that were filled in, and so have a function.
        unsafe { (*data).new_object.get().map_or(std::ptr::null_mut(), |make| make(data)) }
    }

    fn _PyCrossInterpreterData_Release(data: &_PyCrossInterpreterData) {
        // SAFETY: C passes data that were filled in.
        unsafe { interpreters::release_crossing(data) }
    }

    fn _PyCrossInterpreterData_RegisterClass(ty: &PyTypeObject, get: crossinterpdatafunc) -> PyResult<()> { interpreters::register_crossing(ty, get) }
    fn _PyCrossInterpreterData_Lookup(o: &PyObject) -> crossinterpdatafunc { interpreters::crossing(o) }
    fn _PyThread_CurrentFrames() -> PyResult<Owned> { interpreters::current_frames() }
    fn _PyThreadState_Swap(_gilstate: *mut _gilstate_runtime_state, new: *mut PyThreadState) -> *mut PyThreadState {
        let old = tstate::current_ptr();
        threads::set_current(new);
        old
    }

    fn _PyThreadState_Init(_runtime: &_PyRuntimeState, state: *mut PyThreadState) { threads::init_state(state) }
    fn _PyThreadState_DeleteExcept(_runtime: &_PyRuntimeState, state: *mut PyThreadState) { threads::delete_others(state) }
    fn _PyRuntimeState_Init(_runtime: &_PyRuntimeState) -> PyStatus { crate::pylifecycle::OK }
    fn _PyRuntimeState_Fini(_runtime: &_PyRuntimeState) {}
    fn _PyRuntime_Initialize() -> PyStatus { crate::pylifecycle::OK }
    fn _PyRuntime_Finalize() {}
    fn _PyRuntimeState_ReInitThreads(_runtime: &_PyRuntimeState) { threads::set_main_thread() }

    fn _PyGILState_Init(_runtime: &_PyRuntimeState, interp: *mut PyInterpreterState, state: *mut PyThreadState) {
        tstate::_PyRuntime.gilstate.autoInterpreterState.set(interp);
        threads::init_state(state);
    }

    fn _PyGILState_Fini(_runtime: &_PyRuntimeState) {
        tstate::_PyRuntime.gilstate.autoInterpreterState.set(std::ptr::null_mut());
        threads::forget_own_state();
    }

    fn _PyGILState_Reinit(_runtime: &_PyRuntimeState) {
        // The thread's own state is found without a key that a fork could spoil.
    }

    fn _PyEval_Initialize(_state: *mut _ceval_runtime_state) {}
    fn _PyEval_FiniThreads(_state: *mut _ceval_runtime_state) {}
    fn _PyEval_Fini() {}
    fn _PyEval_ReInitThreads(_runtime: &_PyRuntimeState) { interpreters::after_fork_child() }
    fn _PyEval_SignalAsyncExc(_state: *mut _ceval_runtime_state) { ceval::signal_async_exc() }
    fn _PyEval_SignalReceived(_state: *mut _ceval_runtime_state) { ceval::signal_received() }

    fn _PyEval_AddPendingCall(_state: *mut PyThreadState, _ceval: *mut _ceval_runtime_state, f: Option<unsafe extern "C" fn(*mut c_void) -> c_int>, argument: *mut c_void) -> c_int {
        if f.is_some_and(|f| ceval::add_pending_call(f, argument)) { 0 } else { -1 }
    }

    fn _Py_FinishPendingCalls(_runtime: &_PyRuntimeState) {
        if ceval::make_pending_calls().is_err() {
            errors::print_ex(true);
        }
    }

    fn _Py_PyAtExit(f: Option<unsafe extern "C" fn(*mut PyObject)>, module: *mut PyObject) {
        let interp = import::interp();
        interp.pyexitfunc.set(f);
        interp.pyexitmodule.set(module);
    }
}
