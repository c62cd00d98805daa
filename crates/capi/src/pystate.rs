//! `pystate.h`, `cpython/pystate.h`, `pythread.h`: threads, interpreters, locks and thread-specific storage.

use crate::prelude::*;
use pyrite_vm::foreign_calls;
use std::ffi::c_longlong;

fn main_interpreter() -> *mut PyInterpreterState {
    tstate::_PyRuntime.interpreters.main.get()
}

capi! {
    fn PyThreadState_Get() -> *mut PyThreadState {
        let state = tstate::current_ptr();
        if state.is_null() {
            err::fatal("PyThreadState_Get: no current thread");
        }
        state
    }

    fn _PyThreadState_UncheckedGet() -> *mut PyThreadState { tstate::current_ptr() }

    fn PyThreadState_Swap(new: *mut PyThreadState) -> *mut PyThreadState {
        let old = tstate::current_ptr();
        threads::set_current(new);
        old
    }

    fn PyThreadState_New(interp: *mut PyInterpreterState) -> *mut PyThreadState { threads::new_state(interp) }
    fn _PyThreadState_Prealloc(interp: *mut PyInterpreterState) -> *mut PyThreadState { threads::prealloc(interp) }
    fn PyThreadState_Clear(state: &PyThreadState) { threads::clear(state) }
    fn PyThreadState_Delete(state: *mut PyThreadState) { threads::delete(state) }
    fn PyThreadState_DeleteCurrent() { threads::delete_current() }

    fn PyThreadState_GetDict() -> Borrowed {
        if tstate::current_ptr().is_null() {
            return Borrowed::NULL;
        }
        Borrowed::of(object::thread_dict().unwrap_or_else(|_| {
            err::clear();
            None
        }))
    }

    fn PyThreadState_SetAsyncExc(id: c_ulong, exc: Option<&PyObject>) -> c_int { threads::set_async_exc(id, exc) }
    fn PyThreadState_Next(state: &PyThreadState) -> *mut PyThreadState { state.next.get() }
    fn PyInterpreterState_Head() -> *mut PyInterpreterState { tstate::_PyRuntime.interpreters.head.get() }
    fn PyInterpreterState_Main() -> *mut PyInterpreterState { main_interpreter() }
    fn PyInterpreterState_Next(interp: &PyInterpreterState) -> *mut PyInterpreterState { interp.next.get() }
    fn PyInterpreterState_ThreadHead(interp: &PyInterpreterState) -> *mut PyThreadState { interp.tstate_head.get() }
    fn _PyInterpreterState_Get() -> *mut PyInterpreterState { tstate::current().interp.get() }
    fn PyInterpreterState_New() -> *mut PyInterpreterState { threads::new_interpreter() }
    fn PyInterpreterState_Delete(interp: *mut PyInterpreterState) { threads::delete_interpreter(interp) }
    fn PyInterpreterState_GetID(interp: &PyInterpreterState) -> i64 { interp.id.get() }

    fn PyInterpreterState_GetDict(interp: &PyInterpreterState) -> Borrowed {
        if interp.dict.get().is_null() {
            match dict::new() {
                Ok(dict) => interp.dict.set_ref(Some(dict.upcast())),
                Err(_) => err::clear(),
            }
        }
        Borrowed::raw(interp.dict.get())
    }

    fn _PyInterpreterState_GetMainModule(interp: &PyInterpreterState) -> PyResult<Owned> {
        let modules = interp.modules.load().ok_or_else(|| raise!(RuntimeError, "interpreter not initialized"))?;
        object::get_item(&modules, id!("__main__").as_object())
    }

    fn _PyInterpreterState_RequiresIDRef(interp: &PyInterpreterState) -> c_int { interp.requires_idref.get() }
    fn _PyInterpreterState_RequireIDRef(interp: &PyInterpreterState, required: c_int) { interp.requires_idref.set(c_int::from(required != 0)) }
    fn PyState_FindModule(definition: &'static PyModuleDef) -> Borrowed { Borrowed::of(import::multiphase::state_find(definition)) }
    fn PyState_AddModule(module: &PyObject, definition: &'static PyModuleDef) -> PyResult<()> { import::multiphase::state_add(module, definition) }
    fn _PyState_AddModule(module: &PyObject, definition: &'static PyModuleDef) -> PyResult<()> { import::multiphase::state_add(module, definition) }
    fn PyGILState_Ensure() -> PyGILState_STATE { threads::gilstate_ensure() }
    fn PyGILState_Release(state: PyGILState_STATE) { threads::gilstate_release(state) }
    fn PyGILState_Check() -> bool { threads::gilstate_check() }
    fn PyGILState_GetThisThreadState() -> *mut PyThreadState { threads::own_state() }
    fn _PyGILState_GetInterpreterStateUnsafe() -> *mut PyInterpreterState { tstate::_PyRuntime.gilstate.autoInterpreterState.get() }
    fn PyThread_init_thread() {}
    fn PyThread_get_thread_ident() -> c_ulong { threads::ident() }

    fn PyThread_get_thread_native_id() -> c_ulong {
        // SAFETY: asks for the thread's number.
        unsafe { libc::syscall(libc::SYS_gettid) as c_ulong }
    }

    fn PyThread_start_new_thread(f: Option<unsafe extern "C" fn(*mut c_void)>, argument: *mut c_void) -> c_ulong {
        f.and_then(|f| start_thread(f, argument)).unwrap_or(c_ulong::MAX)
    }

    fn PyThread_exit_thread() {
        // SAFETY: C asks for the end of its thread.
        unsafe { pthread_exit(std::ptr::null_mut()) }
    }

    fn PyThread_get_stacksize() -> usize { import::interp().pythread_stacksize.get() }

    fn PyThread_allocate_lock() -> *mut c_void {
        let lock = mem::malloc(mem::Domain::Raw, size_of::<libc::sem_t>()).cast::<libc::sem_t>();
        // SAFETY: the block holds a semaphore; one that lets one thread through is a lock.
        if !lock.is_null() && unsafe { libc::sem_init(lock, 0, 1) } != 0 {
            // SAFETY: just allocated.
            unsafe { mem::free(mem::Domain::Raw, lock.cast()) };
            return std::ptr::null_mut();
        }
        lock.cast()
    }

    fn PyThread_free_lock(lock: *mut c_void) {
        if !lock.is_null() {
            // SAFETY: C passes a lock that nobody waits for.
            unsafe {
                libc::sem_destroy(lock.cast());
                mem::free(mem::Domain::Raw, lock);
            }
        }
    }

    fn PyThread_acquire_lock(lock: *mut c_void, wait: c_int) -> c_int {
        acquire(lock.cast(), if wait != 0 { -1 } else { 0 }, false) as c_int
    }

    fn PyThread_acquire_lock_timed(lock: *mut c_void, microseconds: c_longlong, interruptible: c_int) -> PyLockStatus {
        acquire(lock.cast(), microseconds, interruptible != 0)
    }

    fn PyThread_release_lock(lock: *mut c_void) {
        // SAFETY: C passes a lock.
        unsafe { libc::sem_post(lock.cast()) };
        if foreign_calls::is_lock(lock) {
            ceval::call_wanted();
        }
    }

    fn PyThread_GetInfo() -> PyResult<Owned> { sys::info::thread_info() }

    fn PyThread_tss_alloc() -> *mut Py_tss_t {
        let key = mem::malloc(mem::Domain::Raw, size_of::<Py_tss_t>()).cast::<Py_tss_t>();
        if !key.is_null() {
            // SAFETY: the block holds a key.
            unsafe { key.write(Py_tss_t::ZEROED) };
        }
        key
    }

    fn PyThread_tss_free(key: *mut Py_tss_t) {
        if !key.is_null() {
            // SAFETY: C passes a key from PyThread_tss_alloc.
            unsafe {
                delete_key(&*key);
                mem::free(mem::Domain::Raw, key.cast());
            }
        }
    }

    fn PyThread_tss_is_created(key: &Py_tss_t) -> bool { key._is_initialized.get() != 0 }

    fn PyThread_tss_create(key: &Py_tss_t) -> c_int {
        if key._is_initialized.get() != 0 {
            return 0;
        }
        // SAFETY: the key's field is there to be written.
        if unsafe { libc::pthread_key_create(key._key.as_ptr(), None) } != 0 {
            return -1;
        }
        key._is_initialized.set(1);
        0
    }

    fn PyThread_tss_delete(key: &Py_tss_t) { delete_key(key) }

    fn PyThread_tss_set(key: &Py_tss_t, value: *mut c_void) -> c_int {
        // SAFETY: C passes a created key.
        if unsafe { libc::pthread_setspecific(key._key.get(), value) } == 0 { 0 } else { -1 }
    }

    fn PyThread_tss_get(key: &Py_tss_t) -> *mut c_void {
        // SAFETY: C passes a created key.
        unsafe { libc::pthread_getspecific(key._key.get()) }
    }

    fn PyThread_create_key() -> c_int {
        let mut key = 0;
        // SAFETY: writes the new key.
        if unsafe { libc::pthread_key_create(&mut key, None) } == 0 { key as c_int } else { -1 }
    }

    fn PyThread_delete_key(key: c_int) {
        // SAFETY: C passes a key that it created.
        unsafe { libc::pthread_key_delete(key as libc::pthread_key_t) };
    }

    fn PyThread_delete_key_value(key: c_int) {
        // SAFETY: C passes a key that it created.
        unsafe { libc::pthread_setspecific(key as libc::pthread_key_t, std::ptr::null()) };
    }

    fn PyThread_set_key_value(key: c_int, value: *mut c_void) -> c_int {
        // SAFETY: C passes a key that it created.
        if unsafe { libc::pthread_setspecific(key as libc::pthread_key_t, value) } == 0 { 0 } else { -1 }
    }

    fn PyThread_get_key_value(key: c_int) -> *mut c_void {
        // SAFETY: C passes a key that it created.
        unsafe { libc::pthread_getspecific(key as libc::pthread_key_t) }
    }

    fn PyThread_ReInitTLS() {}
}

unsafe extern "C" {
    fn pthread_exit(value: *mut c_void) -> !;
}

fn delete_key(key: &Py_tss_t) {
    if key._is_initialized.replace(0) != 0 {
        // SAFETY: the key was created.
        unsafe { libc::pthread_key_delete(key._key.get()) };
    }
}

/// What a new thread runs.
struct Start(unsafe extern "C" fn(*mut c_void), *mut c_void);

extern "C" fn run_thread(start: *mut c_void) -> *mut c_void {
    // SAFETY: the thread was given a box of its own.
    let Start(f, argument) = *unsafe { Box::from_raw(start.cast::<Start>()) };
    // SAFETY: C gave a function and its argument.
    unsafe { f(argument) };
    std::ptr::null_mut()
}

/// Starts a detached thread; its identifier.
fn start_thread(f: unsafe extern "C" fn(*mut c_void), argument: *mut c_void) -> Option<c_ulong> {
    let start = Box::into_raw(Box::new(Start(f, argument)));
    // SAFETY: the attributes are initialised before they are used; the thread takes the box over.
    unsafe {
        let mut attributes: libc::pthread_attr_t = std::mem::zeroed();
        libc::pthread_attr_init(&mut attributes);
        let size = tstate::current_ptr()
            .as_ref()
            .map_or(0, |t| (*t.interp.get()).pythread_stacksize.get());
        if size != 0 {
            libc::pthread_attr_setstacksize(&mut attributes, size);
        }
        let mut thread = 0;
        let failed = libc::pthread_create(&mut thread, &attributes, run_thread, start.cast()) != 0;
        libc::pthread_attr_destroy(&mut attributes);
        if failed {
            drop(Box::from_raw(start));
            return None;
        }
        libc::pthread_detach(thread);
        Some(thread)
    }
}

/// Waits for a lock: without end for a negative number of microseconds, not at all for 0.
fn acquire(lock: *mut libc::sem_t, microseconds: i64, interruptible: bool) -> PyLockStatus {
    // SAFETY: C passes a lock; the clock is asked for the time.
    unsafe {
        let mut end: libc::timespec = std::mem::zeroed();
        if microseconds > 0 {
            libc::clock_gettime(libc::CLOCK_REALTIME, &mut end);
            let nanoseconds = end.tv_nsec + microseconds % 1_000_000 * 1000;
            end.tv_sec = end
                .tv_sec
                .saturating_add(microseconds / 1_000_000 + nanoseconds / 1_000_000_000);
            end.tv_nsec = nanoseconds % 1_000_000_000;
        }
        loop {
            let status = match microseconds {
                0 => libc::sem_trywait(lock),
                n if n > 0 => libc::sem_timedwait(lock, &end),
                _ => libc::sem_wait(lock),
            };
            if status == 0 {
                return PY_LOCK_ACQUIRED;
            }
            match *libc::__errno_location() {
                libc::EINTR if interruptible => return PY_LOCK_INTR,
                libc::EINTR => {}
                _ => return PY_LOCK_FAILURE,
            }
        }
    }
}
