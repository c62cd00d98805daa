//! The `_imp` module.

use super::multiphase;
use super::{builtin, dynamic, frozen, lock};
use crate::prelude::*;

pub struct Imp;

#[pymodule(name = "_imp")]
impl Imp {
    #[function]
    fn extension_suffixes(_m: &PyObject) -> PyResult<Owned> {
        let all = list::new(0)?;
        for suffix in [".cpython-38-x86_64-linux-gnu.so", ".abi3.so", ".so"] {
            list::append(&all, unicode::from_str(suffix)?.as_object())?;
        }
        Ok(all.upcast())
    }

    #[function]
    fn lock_held(_m: &PyObject) -> bool {
        lock::is_held()
    }

    #[function]
    fn acquire_lock(_m: &PyObject) {
        lock::acquire();
    }

    #[function]
    fn release_lock(_m: &PyObject) -> PyResult<()> {
        if lock::release() {
            Ok(())
        } else {
            Err(raise!(RuntimeError, "not holding the import lock"))
        }
    }

    #[function]
    fn get_frozen_object(_m: &PyObject, name: &PyUnicodeObject) -> PyResult<Owned> {
        frozen::get_code(name.as_object())
    }

    #[function]
    fn is_frozen_package(_m: &PyObject, name: &PyUnicodeObject) -> PyResult<bool> {
        frozen::is_package(name.as_object())
    }

    #[function]
    fn create_builtin(_m: &PyObject, spec: &PyObject) -> PyResult<Owned> {
        builtin::create(spec)
    }

    #[function]
    fn init_frozen(_m: &PyObject, name: &PyUnicodeObject) -> PyResult<Option<Owned>> {
        if frozen::import_module(name.as_object())? {
            return super::add_module_object(name.as_object()).map(Some);
        }
        Ok(None)
    }

    #[function]
    fn is_builtin(_m: &PyObject, name: &PyUnicodeObject) -> c_int {
        builtin::is_builtin(name.as_object())
    }

    #[function]
    fn is_frozen(_m: &PyObject, name: &PyUnicodeObject) -> bool {
        frozen::is_frozen(name.as_object())
    }

    #[function]
    #[sig("($module, spec, file=None, /)")]
    fn create_dynamic(_m: &PyObject, spec: &PyObject, file: Option<&PyObject>) -> PyResult<Owned> {
        let _ = file;
        dynamic::create(spec)
    }

    #[function]
    fn exec_dynamic(_m: &PyObject, module: &PyObject) -> PyResult<c_int> {
        exec(module)
    }

    #[function]
    fn exec_builtin(_m: &PyObject, module: &PyObject) -> PyResult<c_int> {
        exec(module)
    }

    #[function]
    fn _fix_co_filename(
        _m: &PyObject,
        code: &PyCodeObject,
        path: &PyUnicodeObject,
    ) -> PyResult<()> {
        let Some(old) = code.co_filename.load() else {
            return Ok(());
        };
        if object::rich_compare_bool(&old, path.as_object(), Py_EQ)? {
            return Ok(());
        }
        frozen::rename(code.as_object(), path.as_object(), Some(&old))
    }

    #[function]
    fn source_hash(_m: &PyObject, key: i64, source: Buffer) -> PyResult<Owned> {
        let h = pyrite_runtime::hash::keyed(key as u64, 0, source.as_slice());
        bytes::from_slice(&h.to_le_bytes()).map(Owned::upcast)
    }

    fn exec(module: &PyObject) -> PyResult<()> {
        let mode = crate::config::string(&super::interp().config.check_hash_pycs_mode);
        let mode = unicode::from_str(mode.as_deref().unwrap_or("default"))?;
        object::set_attr(
            module,
            unicode::from_str("check_hash_based_pycs")?.as_object(),
            mode.as_object(),
        )
    }
}

/// Runs the execution phase of a module, unless it has had it.
fn exec(m: &PyObject) -> PyResult<c_int> {
    if module::get_def(m).unwrap_or(None).is_none() {
        err::clear();
        return Ok(0);
    }
    if multiphase::has_state(m) {
        return Ok(0);
    }
    multiphase::exec(m)?;
    Ok(0)
}
