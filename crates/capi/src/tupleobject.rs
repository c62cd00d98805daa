//! `tupleobject.h`, `cpython/tupleobject.h`.

use crate::prelude::*;
use crate::support::stolen;

unsafe extern "C" fn pack(n: Py_ssize_t, list: *mut va_list_tag) -> *mut PyObject {
    // SAFETY: C passes `n` live objects.
    let items: Option<Vec<&PyObject>> = unsafe {
        let list = VaList::new(list);
        (0..n)
            .map(|_| list.pointer::<PyObject>().as_ref())
            .collect()
    };
    let packed = items
        .ok_or_else(err::bad_internal_call)
        .and_then(|items| tuple::from_slice(&items));
    packed.map_or(std::ptr::null_mut(), Owned::into_ptr)
}

variadic! {
    fn PyTuple_Pack(n; ...) = pack;
}

capi! {
    fn PyTuple_New(n: Py_ssize_t) -> PyResult<Owned<PyTupleObject>> {
        if n < 0 {
            return Err(err::bad_internal_call());
        }
        tuple::new(n)
    }

    fn PyTuple_Size(tuple: Is<'_, PyTupleObject>) -> Py_ssize_t { tuple.ob_base.ob_size.get() }

    fn PyTuple_GetItem(tuple: Is<'_, PyTupleObject>, i: Py_ssize_t) -> PyResult<Borrowed> {
        let item = usize::try_from(i).ok().and_then(|i| tuple::fields(&tuple).get(i));
        let item = item.ok_or_else(|| raise!(IndexError, "tuple index out of range"))?;
        Ok(Borrowed::raw(item.get()))
    }

    fn PyTuple_SetItem(tuple: &PyObject, i: Py_ssize_t, value: *mut PyObject) -> PyResult<()> {
        // SAFETY: C gives the value away, even when this fails.
        let value = unsafe { stolen(value) };
        let tuple = tuple.downcast::<PyTupleObject>().filter(|t| t.refcount() == 1).ok_or_else(err::bad_internal_call)?;
        let item = usize::try_from(i).ok().and_then(|i| tuple::fields(tuple).get(i));
        item.ok_or_else(|| raise!(IndexError, "tuple assignment index out of range"))?.set_ref(value);
        Ok(())
    }

    fn PyTuple_GetSlice(tuple: Is<'_, PyTupleObject>, from: Py_ssize_t, to: Py_ssize_t) -> PyResult<Owned> { tuple::get_slice(&tuple, from, to) }

    fn _PyTuple_Resize(place: *mut *mut PyObject, n: Py_ssize_t) -> PyResult<()> {
        // SAFETY: C holds the only reference to a tuple there, and takes the new one from there.
        unsafe {
            let old = stolen(place.replace(std::ptr::null_mut())).ok_or_else(err::bad_internal_call)?;
            let old = old.downcast_owned::<PyTupleObject>().map_err(|_| err::bad_internal_call())?;
            place.write(tuple::resize(old, n)?.into_ptr());
        }
        Ok(())
    }

    fn PyTuple_ClearFreeList() -> c_int { tuple::clear_free_list() as c_int }

    fn _PyTuple_MaybeUntrack(tuple: &PyObject) {
        if let Some(tuple) = tuple.downcast_exact() {
            tuple::maybe_untrack(tuple);
        }
    }
}
