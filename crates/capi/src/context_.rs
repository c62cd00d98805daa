//! `context.h`, `pyarena.h`, `pycore_accu.h`, `intrcheck.h`, `tracemalloc.h`.

use crate::prelude::*;

/// An argument that must be of one exact kind.
fn expected<'a, T: PyClass>(o: &'a PyObject, what: &str) -> PyResult<&'a T> {
    o.downcast_exact()
        .ok_or_else(|| raise!(TypeError, "an instance of {what} was expected"))
}

capi! {
    fn PyContext_New() -> PyResult<Owned> { Ok(context::new()?.upcast()) }
    fn PyContext_Copy(o: &PyObject) -> PyResult<Owned> { Ok(context::copy(expected(o, "Context")?)?.upcast()) }
    fn PyContext_CopyCurrent() -> PyResult<Owned> { Ok(context::copy_current()?.upcast()) }
    fn PyContext_Enter(o: &PyObject) -> PyResult<()> { context::enter(expected(o, "Context")?) }
    fn PyContext_Exit(o: &PyObject) -> PyResult<()> { context::exit(expected(o, "Context")?) }
    fn PyContextVar_New(name: &CStr, default: Option<&PyObject>) -> PyResult<Owned> { Ok(context::var_new(&*crate::support::text(name)?, default)?.upcast()) }

    fn PyContextVar_Get(var: &PyObject, default: Option<&PyObject>, value: Out<*mut PyObject>) -> PyResult<()> {
        let var = expected(var, "ContextVar")?;
        value.set(std::ptr::null_mut());
        value.give(context::var_get(var, default)?);
        Ok(())
    }

    fn PyContextVar_Set(var: &PyObject, value: &PyObject) -> PyResult<Owned> { context::var_set(expected(var, "ContextVar")?, value) }
    fn PyContextVar_Reset(var: &PyObject, token: &PyObject) -> PyResult<()> { context::var_reset(expected(var, "ContextVar")?, expected(token, "Token")?) }
    fn PyContext_ClearFreeList() -> c_int { 0 }

    fn _PyAccu_Init(accumulator: &_PyAccu) -> PyResult<()> {
        accumulator.large.set(std::ptr::null_mut());
        accumulator.small.set(list::new(0)?.into_ptr());
        Ok(())
    }

    fn _PyAccu_Accumulate(accumulator: &_PyAccu, text: &PyObject) -> PyResult<()> {
        let parts = accumulator.small.load().ok_or_else(err::bad_internal_call)?;
        list::append(parts.downcast().ok_or_else(err::bad_internal_call)?, text)
    }

    fn _PyAccu_FinishAsList(accumulator: &_PyAccu) -> PyResult<Owned> {
        accumulator.large.set_ref(None);
        accumulator.small.take_ref().ok_or_else(err::bad_internal_call)
    }

    fn _PyAccu_Finish(accumulator: &_PyAccu) -> PyResult<Owned> {
        accumulator.large.set_ref(None);
        let parts = accumulator.small.take_ref().ok_or_else(err::bad_internal_call)?;
        Ok(unicode::join(&*unicode::empty()?, &parts)?.upcast())
    }

    fn _PyAccu_Destroy(accumulator: &_PyAccu) {
        accumulator.large.set_ref(None);
        accumulator.small.set_ref(None);
    }

    fn _PyOS_IsMainThread() -> bool { threads::is_main_thread() }
}
