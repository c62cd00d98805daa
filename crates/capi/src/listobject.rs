//! `listobject.h`.

use crate::prelude::*;
use crate::support::stolen;

/// The item that C names, or `IndexError`.
fn item<'a>(
    list: &'a PyListObject,
    i: Py_ssize_t,
    message: &str,
) -> PyResult<&'a Cell<*mut PyObject>> {
    let item = usize::try_from(i)
        .ok()
        .and_then(|i| list::fields(list).get(i));
    item.ok_or_else(|| raise!(IndexError, "{message}"))
}

capi! {
    fn PyList_New(n: Py_ssize_t) -> PyResult<Owned<PyListObject>> {
        match usize::try_from(n) {
            Ok(n) => list::new(n),
            Err(_) => Err(err::bad_internal_call()),
        }
    }

    fn PyList_Size(list: Is<'_, PyListObject>) -> Py_ssize_t { list.ob_base.ob_size.get() }

    fn PyList_GetItem(list: Is<'_, PyListObject>, i: Py_ssize_t) -> PyResult<Borrowed> {
        Ok(Borrowed::raw(item(&list, i, "list index out of range")?.get()))
    }

    fn PyList_SetItem(list: &PyObject, i: Py_ssize_t, value: *mut PyObject) -> PyResult<()> {
        // SAFETY: C gives the value away, even when this fails.
        let value = unsafe { stolen(value) };
        let list = list.downcast::<PyListObject>().ok_or_else(err::bad_internal_call)?;
        item(list, i, "list assignment index out of range")?.set_ref(value);
        Ok(())
    }

    fn PyList_Insert(list: Is<'_, PyListObject>, i: Py_ssize_t, value: &PyObject) -> PyResult<()> { list::insert(&list, i, value) }
    fn PyList_Append(list: Is<'_, PyListObject>, value: &PyObject) -> PyResult<()> { list::append(&list, value) }
    fn PyList_GetSlice(list: Is<'_, PyListObject>, from: Py_ssize_t, to: Py_ssize_t) -> PyResult<Owned<PyListObject>> { list::get_slice(&list, from, to) }
    fn PyList_SetSlice(list: Is<'_, PyListObject>, from: Py_ssize_t, to: Py_ssize_t, value: Option<&PyObject>) -> PyResult<()> { list::set_slice(&list, from, to, value) }
    fn PyList_Sort(list: Is<'_, PyListObject>) -> PyResult<()> { list::sort(&list) }
    fn PyList_Reverse(list: Is<'_, PyListObject>) -> PyResult<()> { list::reverse(&list); Ok(()) }
    fn PyList_AsTuple(list: Is<'_, PyListObject>) -> PyResult<Owned<PyTupleObject>> { list::as_tuple(&list) }

    fn _PyList_Extend(list: &PyListObject, values: &PyObject) -> PyResult<Owned> {
        list::extend(list, values)?;
        Ok(none().own())
    }

    fn PyList_ClearFreeList() -> c_int { list::clear_free_list() as c_int }
}
