//! New exception classes from C (`PyErr_NewException`).

use super::*;
use crate::{call, dict, tuple, typeobject, unicode};

/// `PyErr_NewExceptionWithDoc`: `name` is `module.class`.
pub fn new_exception_with_doc(
    name: &str,
    doc: Option<&str>,
    base: Option<&PyObject>,
    namespace: Option<&PyObject>,
) -> PyResult<Owned> {
    let own;
    let namespace = match namespace {
        Some(namespace) => namespace,
        None => {
            own = dict::new()?.upcast();
            &own
        }
    };
    if let (Some(doc), Some(namespace)) = (doc, namespace.downcast::<PyDictObject>()) {
        let doc = unicode::from_str(doc)?;
        dict::set_item(namespace, id!("__doc__").as_object(), doc.as_object())?;
    }
    new_exception(name, base, Some(namespace))
}

/// `PyErr_NewException`.
pub fn new_exception(
    name: &str,
    base: Option<&PyObject>,
    namespace: Option<&PyObject>,
) -> PyResult<Owned> {
    let Some((module, class)) = name.rsplit_once('.') else {
        return Err(raise!(
            SystemError,
            "PyErr_NewException: name must be module.class"
        ));
    };
    let base = base.unwrap_or(exc::Exception.get());
    let own;
    let namespace = match namespace {
        Some(namespace) => namespace
            .downcast::<PyDictObject>()
            .ok_or_else(bad_internal_call)?,
        None => {
            own = dict::new()?;
            &own
        }
    };
    let key = id!("__module__").as_object();
    if dict::get_item(namespace, key)?.is_none() {
        dict::set_item(namespace, key, unicode::from_str(module)?.as_object())?;
    }
    let bases = match base.downcast::<PyTupleObject>() {
        Some(bases) => bases.own(),
        None => tuple::from_slice(&[base])?.upcast(),
    };
    let class = unicode::from_str(class)?;
    let metaclass = typeobject::PyType_Type.as_object();
    call::call(
        metaclass,
        &[class.as_object(), &bases, namespace.as_object()],
    )
}
