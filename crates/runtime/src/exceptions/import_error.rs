//! `ImportError` and `ModuleNotFoundError`: what was imported, and from where.

use super::base::{self, args_of, own_fields, plain_str, reduced};
use super::{_PyExc_Exception, derived_with};
use crate::prelude::*;
use crate::{args, dict, tuple};
use pyrite_macros::pytype;

own_fields!(PyImportErrorObject: msg, name, path);

static INTERNED: [args::Name; 2] = [const { args::Name::new() }; 2];
/// `ImportError(*args, name=None, path=None)`: the keywords, once the positional arguments are aside.
static KEYWORDS: args::Parameters = args::Parameters {
    fname: "ImportError",
    names: &["name", "path"],
    interned: &INTERNED,
    positional_only: 0,
    positional: 0,
    required: 0,
    required_mask: 0,
    parse_tuple: true,
};

unsafe extern "C" fn init(slf: *mut PyObject, args: *mut PyObject, kw: *mut PyObject) -> c_int {
    // SAFETY: an instance with this layout, a tuple, and a dict or NULL, all alive during the call.
    let done = unsafe { init_fields(&*slf.cast(), &*args.cast(), kw) };
    done.map_or(-1, |()| 0)
}

/// # Safety
/// `kw` is a live dict, or NULL.
unsafe fn init_fields(
    slf: &PyImportErrorObject,
    args: &PyTupleObject,
    kw: *mut PyObject,
) -> PyResult<()> {
    base::init_args(base::common(slf), args.as_object(), None)?;
    let none_given = tuple::empty()?;
    // SAFETY: both live during the call.
    let [name, path] =
        unsafe { args::bind_tuple_keywords::<2>(&KEYWORDS, none_given.as_ptr(), kw)? };
    slf.name.set_ref(name.map(ObjectExt::own));
    slf.path.set_ref(path.map(ObjectExt::own));
    let msg = match tuple::as_slice(args) {
        [msg] => Some(msg.own()),
        _ => None,
    };
    slf.msg.set_ref(msg);
    Ok(())
}

pub struct ImportError;

#[pytype(name = "ImportError", c_name = _PyExc_ImportError, layout = PyImportErrorObject, base = _PyExc_Exception,
         flags = [BASETYPE, HAVE_GC, BASE_EXC_SUBCLASS], dictoffset = dict, no_class, export = false)]
impl ImportError {
    const tp_init: initproc = Some(init);
    const tp_dealloc: destructor = Some(base::dealloc::<PyImportErrorObject>);
    const tp_traverse: traverseproc = Some(base::traverse::<PyImportErrorObject>);
    const tp_clear: inquiry = Some(base::clear::<PyImportErrorObject>);

    fn tp_str(slf: &PyImportErrorObject) -> PyResult<Owned> {
        match slf.msg.load() {
            Some(msg) if msg.downcast_exact::<PyUnicodeObject>().is_some() => Ok(msg),
            _ => plain_str(base::common(slf)),
        }
    }

    #[method]
    fn __reduce__(slf: &PyImportErrorObject) -> PyResult<Owned> {
        let fields = base::common(slf);
        reduced(fields, args_of(fields)?.upcast(), state(slf)?)
    }

    #[members]
    const MEMBERS: &[Member] = members![
        ("msg", T_OBJECT, msg, 0),
        ("name", T_OBJECT, name, 0),
        ("path", T_OBJECT, path, 0),
    ];
}

/// The instance's dict with name and path added, if there is anything to keep.
fn state(slf: &PyImportErrorObject) -> PyResult<Option<Owned>> {
    let own = slf.dict.load();
    if slf.name.get().is_null() && slf.path.get().is_null() {
        return Ok(own);
    }
    let state = match own.as_ref().and_then(|d| d.downcast::<PyDictObject>()) {
        Some(own) => dict::copy(own)?,
        None => dict::new()?,
    };
    if let Some(name) = slf.name.load() {
        dict::set_item(&state, id!("name").as_object(), &name)?;
    }
    if let Some(path) = slf.path.load() {
        dict::set_item(&state, id!("path").as_object(), &path)?;
    }
    Ok(Some(state.upcast()))
}

impl PyClass for PyImportErrorObject {
    fn type_object() -> &'static PyTypeObject {
        &_PyExc_ImportError
    }
}

derived_with! { PyImportErrorObject, init;
    ModuleNotFoundError "ModuleNotFoundError" _PyExc_ModuleNotFoundError _PyExc_ImportError;
}
