//! `cpython/object.h`, `cpython/objimpl.h`, `pymem.h`: what helps to find mistakes of C, and reports about memory.

use crate::prelude::*;
use crate::support::lossy;
use mem::Domain;
use mem::stats::{self, Kept};
use pyrite_runtime::consistency;
use std::io::Write;

/// Writes text to a C file.
fn write_to(file: *mut libc::FILE, text: &str) {
    // SAFETY: C passes an open file.
    unsafe { libc::fwrite(text.as_ptr().cast(), 1, text.len(), file) };
}

/// 1 for an object that is sound; ends the process with what is known of one that is not.
fn sound(o: *mut PyObject, found: Result<(), &'static str>) -> c_int {
    if let Err(expected) = found {
        pyrite_runtime::tell!("Consistency check failed: expected {expected}");
        dump(o);
        err::fatal("_PyObject_AssertFailed");
    }
    1
}

/// Says what is known of an object that is in a bad state.
fn dump(o: *mut PyObject) {
    let mut out = std::io::stderr();
    let _ = out.flush();
    // SAFETY: C passes NULL, or an address that may be no live object: only what is likely mapped is read.
    let Some(object) = (unsafe { o.as_ref() }) else {
        let _ = writeln!(out, "<object at NULL>");
        return;
    };
    let _ = writeln!(out, "object address  : {o:p}");
    let _ = writeln!(out, "object refcount : {}", object.ob_refcnt.get());
    let ty = object.ob_type.get();
    let _ = writeln!(out, "object type     : {ty:p}");
    if consistency::is_filling(ty) {
        let _ = writeln!(out, "<object at {o:p} is freed>");
        return;
    }
    let _ = writeln!(out, "object type name: {}", object.type_name());
    let _ = write!(out, "object repr     : ");
    let raised = err::fetch();
    match object::repr(object) {
        Ok(text) => {
            let _ = writeln!(out, "{}", vm_text::lossy(&text));
        }
        Err(_) => err::clear(),
    }
    err::restore(raised);
    let _ = out.flush();
}

/// The allocator names of `PYTHONMALLOC`.
const NAMES: [(&CStr, PyMemAllocatorName); 6] = [
    (c"default", PYMEM_ALLOCATOR_DEFAULT),
    (c"debug", PYMEM_ALLOCATOR_DEBUG),
    (c"pymalloc", PYMEM_ALLOCATOR_PYMALLOC),
    (c"pymalloc_debug", PYMEM_ALLOCATOR_PYMALLOC_DEBUG),
    (c"malloc", PYMEM_ALLOCATOR_MALLOC),
    (c"malloc_debug", PYMEM_ALLOCATOR_MALLOC_DEBUG),
];

capi! {
    fn _PyObject_Dump(o: *mut PyObject) { dump(o) }

    fn _PyObject_AssertFailed(o: *mut PyObject, expression: Option<&CStr>, message: Option<&CStr>, file: Option<&CStr>, at: c_int, function: Option<&CStr>) {
        let mut out = std::io::stderr();
        let text = |s: Option<&CStr>| s.map(|s| lossy(s).into_owned());
        let _ = write!(out, "{}:{at}: ", text(file).unwrap_or_default());
        if let Some(function) = text(function) {
            let _ = write!(out, "{function}: ");
        }
        match text(expression) {
            Some(expression) => { let _ = write!(out, "Assertion \"{expression}\" failed"); }
            None => { let _ = write!(out, "Assertion failed"); }
        }
        if let Some(message) = text(message) {
            let _ = write!(out, ": {message}");
        }
        let _ = writeln!(out);
        dump(o);
        err::fatal("_PyObject_AssertFailed");
    }

    fn _Py_BreakPoint() {}

    fn _PyObject_DebugMallocStats(file: *mut libc::FILE) -> c_int {
        write_to(file, &stats::pools());
        1
    }

    fn _PyObject_DebugTypeStats(file: *mut libc::FILE) {
        for of in stats::ALL {
            write_to(file, &stats::kept(of));
        }
    }

    fn _PyDebugAllocatorStats(file: *mut libc::FILE, name: &CStr, count: c_int, size: usize) { write_to(file, &stats::kept_line(&lossy(name), count.max(0) as usize, size)) }
    fn _PyCFunction_DebugMallocStats(file: *mut libc::FILE) { write_to(file, &stats::kept(Kept::Functions)) }
    fn _PyDict_DebugMallocStats(file: *mut libc::FILE) { write_to(file, &stats::kept(Kept::Dicts)) }
    fn _PyFloat_DebugMallocStats(file: *mut libc::FILE) { write_to(file, &stats::kept(Kept::Floats)) }
    fn _PyFrame_DebugMallocStats(file: *mut libc::FILE) { write_to(file, &stats::kept(Kept::Frames)) }
    fn _PyList_DebugMallocStats(file: *mut libc::FILE) { write_to(file, &stats::kept(Kept::Lists)) }
    fn _PyMethod_DebugMallocStats(file: *mut libc::FILE) { write_to(file, &stats::kept(Kept::Methods)) }
    fn _PyTuple_DebugMallocStats(file: *mut libc::FILE) { write_to(file, &stats::kept(Kept::Tuples)) }

    fn _PyObject_CheckConsistency(o: *mut PyObject, content: c_int) -> c_int {
        // SAFETY: C passes NULL or an address that can be read.
        sound(o, unsafe { consistency::object(o, content != 0) })
    }

    fn _PyUnicode_CheckConsistency(s: &PyObject, content: c_int) -> c_int { sound(s.as_ptr(), consistency::unicode(s, content != 0)) }
    fn _PyDict_CheckConsistency(d: &PyObject, content: c_int) -> c_int { sound(d.as_ptr(), consistency::dict(d, content != 0)) }
    fn _PyType_CheckConsistency(ty: &PyTypeObject) -> c_int { sound(ty.as_object().as_ptr(), consistency::type_(ty)) }

    fn _PyGC_Dump(head: *mut PyGC_Head) {
        // SAFETY: C passes the head of an object.
        dump(unsafe { gc::object_of(head) })
    }

    fn _PyGC_DumpShutdownStats(_runtime: &_PyRuntimeState) {
        // The collector prints what is left when it was asked to, at the end of its own life.
    }

    fn PyMem_SetupDebugHooks() {
        // SAFETY: C calls this before anything is allocated that the hooks would be asked to free.
        unsafe { mem::debug::install() }
    }

    fn PyObject_GetArenaAllocator(allocator: Out<PyObjectArenaAllocator>) { allocator.set(ARENAS.get()) }

    fn PyObject_SetArenaAllocator(allocator: Out<PyObjectArenaAllocator>) {
        // Blocks come from one range of addresses that is reserved once; the setting is kept for whoever asks.
        if let Some(new) = allocator.get() {
            ARENAS.set(new);
        }
    }

    fn _PyMem_GetAllocatorName(name: Option<&CStr>, place: Out<PyMemAllocatorName>) -> c_int {
        let Some(name) = name.filter(|n| !n.is_empty()) else {
            place.set(PYMEM_ALLOCATOR_DEFAULT);
            return 0;
        };
        match NAMES.iter().find(|(n, _)| *n == name) {
            Some((_, value)) => {
                place.set(*value);
                0
            }
            None => -1,
        }
    }

    fn _PyMem_GetCurrentAllocatorName() -> *const c_char {
        let tables = [Domain::Raw, Domain::Mem, Domain::Object].map(mem::allocator);
        let hooked = tables.iter().filter(|t| mem::debug::is_debug(t)).count();
        let [raw, memory, object] = tables.map(mem::debug::behind);
        let pooled = mem::is_raw(&raw) && mem::is_pool(&memory) && mem::is_pool(&object);
        let system = [raw, memory, object].iter().all(mem::is_raw);
        match (hooked, pooled, system) {
            (0, true, _) => c"pymalloc".as_ptr(),
            (3, true, _) => c"pymalloc_debug".as_ptr(),
            (0, _, true) => c"malloc".as_ptr(),
            (3, _, true) => c"malloc_debug".as_ptr(),
            _ => std::ptr::null(),
        }
    }

    fn _PyMem_SetDefaultAllocator(domain: PyMemAllocatorDomain, old: Out<PyMemAllocatorEx>) -> c_int {
        let Some(domain) = crate::pymem::domain(domain) else { return -1 };
        old.set(mem::allocator(domain));
        // SAFETY: the process is starting or ending, and whoever calls knows what was allocated before.
        unsafe { mem::set_allocator(domain, mem::default_allocator(domain)) };
        0
    }

    fn _PyMem_SetupAllocators(name: PyMemAllocatorName) -> c_int {
        // SAFETY: the process is starting: nothing has been allocated yet.
        if unsafe { config::preconfig::set_up_allocators(name) } { 0 } else { -1 }
    }

    fn _PyGC_Initialize(_state: *mut _gc_runtime_state) { static_types::before_objects() }
    fn _PyGC_Fini(_runtime: &_PyRuntimeState) {}
}

unsafe extern "C" fn arena_alloc(_ctx: *mut c_void, size: usize) -> *mut c_void {
    // SAFETY: asks for new memory.
    let p = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            size,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
            -1,
            0,
        )
    };
    if p == libc::MAP_FAILED {
        std::ptr::null_mut()
    } else {
        p
    }
}

unsafe extern "C" fn arena_free(_ctx: *mut c_void, p: *mut c_void, size: usize) {
    // SAFETY: the caller passes what the function above returned.
    unsafe { libc::munmap(p, size) };
}

static ARENAS: Global<PyObjectArenaAllocator> = Global::new(PyObjectArenaAllocator {
    ctx: std::ptr::null_mut(),
    alloc: Some(arena_alloc),
    free: Some(arena_free),
});
