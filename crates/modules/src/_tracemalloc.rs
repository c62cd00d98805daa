//! `_tracemalloc`: what Python may ask the tracer of memory blocks (`pyrite_vm::tracemalloc`).

use pyrite_macros::pymodule;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{list, long, tuple};
use pyrite_vm::tracemalloc as tracer;
use std::collections::HashMap;
use std::sync::Arc;

/// `_tracemalloc`.
pub struct Tracemalloc;

fn size(n: usize) -> PyResult<Owned> {
    long::from_u64(n as u64).map(Owned::upcast)
}

#[pymodule(name = "_tracemalloc")]
impl Tracemalloc {
    #[function]
    fn start(_m: &PyObject, nframe: c_int) -> PyResult<()> {
        tracer::start(nframe)
    }

    #[function]
    fn stop(_m: &PyObject) {
        tracer::stop();
    }

    #[function]
    fn is_tracing(_m: &PyObject) -> bool {
        tracer::is_tracing()
    }

    #[function]
    fn clear_traces(_m: &PyObject) {
        tracer::clear();
    }

    #[function]
    fn get_traceback_limit(_m: &PyObject) -> c_int {
        tracer::traceback_limit()
    }

    #[function]
    fn get_tracemalloc_memory(_m: &PyObject) -> usize {
        tracer::own_memory()
    }

    #[function]
    fn get_traced_memory(_m: &PyObject) -> PyResult<Owned> {
        let (now, peak) = tracer::traced_memory();
        Ok(tuple::pack([size(now)?, size(peak)?])?.upcast())
    }

    #[function]
    fn _get_traces(_m: &PyObject) -> PyResult<Owned> {
        let _quiet = tracer::Quiet::new();
        let result = list::new(0)?;
        // Equal frames become one tuple.
        let mut made: HashMap<*const tracer::Line, Owned> = HashMap::new();
        for (domain, trace) in tracer::traces() {
            let key = Arc::as_ptr(&trace.lines).cast();
            let lines = match made.get(&key) {
                Some(lines) => lines.clone(),
                None => {
                    let lines = tracer::to_tuple(&trace.lines)?;
                    made.insert(key, lines.clone());
                    lines
                }
            };
            let entry = tuple::pack([size(domain as usize)?, size(trace.size)?, lines])?;
            list::append(&result, entry.as_object())?;
        }
        Ok(result.upcast())
    }

    #[function]
    fn _get_object_traceback(_m: &PyObject, obj: &PyObject) -> PyResult<Owned> {
        match tracer::lines_of_object(obj) {
            Some(lines) => tracer::to_tuple(&lines),
            None => Ok(none().own()),
        }
    }
}
