//! `sliceobject.h`, `iterobject.h`, `picklebufobject.h`.

use crate::prelude::*;

capi! {
    fn PySlice_New(start: Option<&PyObject>, stop: Option<&PyObject>, step: Option<&PyObject>) -> PyResult<Owned> { Ok(slice::new(start, stop, step)?.upcast()) }
    fn _PySlice_FromIndices(start: Py_ssize_t, stop: Py_ssize_t) -> PyResult<Owned> { Ok(slice::from_indices(start, stop)?.upcast()) }

    fn PySlice_Unpack(slice: &PyObject, start: Out<Py_ssize_t>, stop: Out<Py_ssize_t>, step: Out<Py_ssize_t>) -> PyResult<()> {
        let bounds = slice::unpack(slice)?;
        start.set(bounds.start);
        stop.set(bounds.stop);
        step.set(bounds.step);
        Ok(())
    }

    fn PySlice_AdjustIndices(length: Py_ssize_t, start: Out<Py_ssize_t>, stop: Out<Py_ssize_t>, step: Py_ssize_t) -> Py_ssize_t {
        let (Some(from), Some(to)) = (start.get(), stop.get()) else { return 0 };
        let indices = slice::Bounds { start: from, stop: to, step }.adjust(length);
        start.set(indices.start);
        stop.set(indices.stop);
        indices.count
    }

    fn PySlice_GetIndicesEx(slice: &PyObject, length: Py_ssize_t, start: Out<Py_ssize_t>, stop: Out<Py_ssize_t>, step: Out<Py_ssize_t>, count: Out<Py_ssize_t>) -> PyResult<()> {
        let indices = slice::indices(slice, length)?;
        start.set(indices.start);
        stop.set(indices.stop);
        step.set(indices.step);
        count.set(indices.count);
        Ok(())
    }

    fn _PySlice_GetLongIndices(slice: &PySliceObject, length: &PyObject, start: Out<*mut PyObject>, stop: Out<*mut PyObject>, step: Out<*mut PyObject>) -> PyResult<()> {
        let [from, to, by] = slice::long_indices(slice, length)?;
        start.give(Some(from));
        stop.give(Some(to));
        step.give(Some(by));
        Ok(())
    }

    fn PySeqIter_New(sequence: &PyObject) -> PyResult<Owned> { iterobject::seq_iter_new(sequence) }
    fn PyCallIter_New(callable: &PyObject, sentinel: &PyObject) -> PyResult<Owned> { iterobject::call_iter_new(callable, sentinel) }
    fn PyPickleBuffer_FromObject(o: &PyObject) -> PyResult<Owned> { Ok(picklebuf::from_object(o)?.upcast()) }
    fn PyPickleBuffer_GetBuffer(o: &PyObject) -> PyResult<*const Py_buffer> { picklebuf::get_buffer(o) }

    fn PyPickleBuffer_Release(o: &PyObject) -> PyResult<()> {
        picklebuf::release(o.downcast().ok_or_else(|| raise!(TypeError, "expected PickleBuffer, {} found", err::short(&o.type_name(), 200)))?);
        Ok(())
    }
}
