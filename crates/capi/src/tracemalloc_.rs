//! `tracemalloc.h`: the tracer of memory blocks.

use crate::prelude::*;

capi! {
    fn PyTraceMalloc_Track(domain: c_uint, address: usize, size: usize) -> c_int { tracemalloc::track(domain, address, size) }
    fn PyTraceMalloc_Untrack(domain: c_uint, address: usize) -> c_int { tracemalloc::untrack(domain, address) }
    fn _PyTraceMalloc_GetTraceback(domain: c_uint, address: usize) -> PyResult<Owned> {
        match tracemalloc::lines_of(domain, address) {
            Some(lines) => tracemalloc::to_tuple(&lines),
            None => Ok(none().own()),
        }
    }
    fn _PyTraceMalloc_NewReference(o: &PyObject) -> c_int { tracemalloc::new_reference(o) }
    fn _PyTraceMalloc_Init(frames: c_int) -> PyResult<()> {
        match frames {
            0 => Ok(()),
            _ => tracemalloc::start(frames),
        }
    }
    fn _PyTraceMalloc_Fini() { tracemalloc::stop() }
    fn _PyMem_DumpTraceback(fd: c_int, address: *const c_void) { tracemalloc::dump_block(fd, address as usize) }
}
