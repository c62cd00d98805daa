//! Struct sequences: tuples whose items have names too, like `os.stat_result`.
//!
//! The first `n_sequence_fields` items are the tuple; the rest lie behind it and are reached by name only. So the object is
//! allocated for all of its fields, while its `ob_size` is that of the tuple. A type's numbers are in its dict, where 3.8
//! keeps them.

use crate::prelude::*;
use crate::{dict, err, gc, sequence, tuple, typeobject, unicode};
use pyrite_macros::pytype;
use std::ffi::{CStr, CString};

const UNNAMED: &CStr = c"unnamed field";

/// An exported `char *`.
#[repr(transparent)]
pub struct ExportedText(Cell<*const c_char>);
// SAFETY: set at compile time, read afterwards.
unsafe impl Sync for ExportedText {}

/// The name of fields that have none.
#[unsafe(no_mangle)]
pub static PyStructSequence_UnnamedField: ExportedText = ExportedText(Cell::new(UNNAMED.as_ptr()));

/// A number from the type's dict.
fn number_of(ty: &PyTypeObject, key: &str) -> PyResult<usize> {
    // SAFETY: a ready type has a dict.
    let d = unsafe { &*ty.tp_dict.get().cast::<PyDictObject>() };
    match dict::get_item_str(d, key)? {
        Some(n) => Ok(crate::long::as_ssize_t(&n)? as usize),
        None => Err(raise!(
            TypeError,
            "Missed attribute '{key}' of type {}",
            crate::owned::type_name_of(ty)
        )),
    }
}

fn visible_size(ty: &PyTypeObject) -> PyResult<usize> {
    number_of(ty, "n_sequence_fields")
}

fn real_size(ty: &PyTypeObject) -> PyResult<usize> {
    number_of(ty, "n_fields")
}

/// All fields, also those behind the tuple.
fn all_fields(t: &PyTupleObject, n: usize) -> &[Cell<*mut PyObject>] {
    let visible = tuple::fields(t);
    // SAFETY: the object was allocated for all fields of its type.
    unsafe { std::slice::from_raw_parts(visible.as_ptr(), n) }
}

/// The field at `i`, also one behind the tuple; `None` if the type has no such field.
pub fn field(t: &PyTupleObject, i: usize) -> Option<&Cell<*mut PyObject>> {
    if let Some(visible) = tuple::fields(t).get(i) {
        return Some(visible);
    }
    let n = real_size(t.ty()).unwrap_or_else(|_| {
        err::clear();
        0
    });
    (i < n).then(|| &all_fields(t, n)[i])
}

/// `PyStructSequence_New`: all fields null.
pub fn new(ty: &PyTypeObject) -> PyResult<Owned<PyTupleObject>> {
    let t = gc::new_var::<PyTupleObject>(ty, real_size(ty)?)?;
    t.ob_base.ob_size.set(visible_size(ty)? as Py_ssize_t);
    Ok(t)
}

/// `PyStructSequence_SetItem`; for a fresh object.
pub fn set_item(t: &PyTupleObject, i: usize, value: Owned) {
    all_fields(t, i + 1)[i].set_ref(Some(value));
}

/// `PyStructSequence_GetItem`.
pub fn get_item(t: &PyTupleObject, i: usize) -> Option<Owned> {
    all_fields(t, i + 1)[i].load()
}

/// An object of these values; fields that get none are `None`.
pub fn from_values(ty: &PyTypeObject, values: Vec<Owned>) -> PyResult<Owned> {
    let t = new(ty)?;
    let n = real_size(ty)?;
    let mut values = values.into_iter();
    for field in all_fields(&t, n) {
        field.set_ref(Some(values.next().unwrap_or_else(|| none().own())));
    }
    Ok(t.upcast())
}

/// A type from names and documentation; `visible` of its fields make the tuple. It lives for the process.
pub fn new_type(
    name: &str,
    doc: &str,
    fields: &[(&str, &str)],
    visible: usize,
) -> PyResult<Owned<PyTypeObject>> {
    fn leak(text: &str) -> *const c_char {
        // Text from the program that holds a NUL ends there.
        let text = text.split('\0').next().unwrap_or_default();
        CString::new(text).unwrap_or_default().into_raw()
    }
    let mut table: Vec<PyStructSequence_Field> = fields
        .iter()
        .map(|(name, doc)| PyStructSequence_Field {
            name: leak(name),
            doc: if doc.is_empty() {
                std::ptr::null()
            } else {
                leak(doc)
            },
        })
        .collect();
    table.push(PyStructSequence_Field {
        name: std::ptr::null(),
        doc: std::ptr::null(),
    });
    let desc = PyStructSequence_Desc {
        name: leak(name),
        doc: leak(doc),
        fields: Box::leak(table.into_boxed_slice()).as_mut_ptr(),
        n_in_sequence: visible as c_int,
    };
    // SAFETY: the description was just made, and everything in it lives for the process.
    unsafe { new_type_from(&desc) }
}

/// `PyStructSequence_NewType`.
///
/// # Safety
/// `desc` is a description whose strings live as long as the type; its table ends with a null name.
pub unsafe fn new_type_from(desc: &PyStructSequence_Desc) -> PyResult<Owned<PyTypeObject>> {
    let ty: &'static PyTypeObject = Box::leak(Box::new(PyTypeObject::ZEROED));
    // SAFETY: by the contract; the type lives for the process.
    unsafe {
        init_type(ty, desc)?;
        Ok(Owned::from_borrowed_ptr(std::ptr::from_ref(ty).cast_mut()))
    }
}

/// `PyStructSequence_InitType2`: fills in a static type.
///
/// # Safety
/// As [`new_type_from`]; the type is not in use yet and lives for the process.
pub unsafe fn init_type(ty: &PyTypeObject, desc: &PyStructSequence_Desc) -> PyResult<()> {
    let mut members = Vec::new();
    let (mut n, mut unnamed) = (0, 0);
    loop {
        // SAFETY: the table ends with a null name.
        let field = unsafe { *desc.fields.add(n) };
        if field.name.is_null() {
            break;
        }
        // SAFETY: names are C strings.
        if field.name == UNNAMED.as_ptr() || unsafe { CStr::from_ptr(field.name) } == UNNAMED {
            unnamed += 1;
        } else {
            members.push(PyMemberDef {
                name: field.name,
                r#type: T_OBJECT,
                offset: (std::mem::offset_of!(PyTupleObject, ob_item)
                    + n * size_of::<*mut PyObject>()) as Py_ssize_t,
                flags: READONLY,
                doc: field.doc,
            });
        }
        n += 1;
    }
    members.push(PyMemberDef::ZEROED);
    ty.ob_base.ob_base.ob_refcnt.set(1 << 30);
    ty.ob_base
        .ob_base
        .ob_type
        .set((&raw const typeobject::PyType_Type).cast_mut());
    ty.tp_name.set(desc.name);
    ty.tp_doc.set(desc.doc);
    ty.tp_basicsize.set(Template_Type.tp_basicsize.get());
    ty.tp_itemsize.set(size_of::<*mut PyObject>() as Py_ssize_t);
    ty.tp_flags.set(Py_TPFLAGS_DEFAULT as _);
    ty.tp_base.set((&raw const tuple::PyTuple_Type).cast_mut());
    ty.tp_dealloc.set(Template_Type.tp_dealloc.get());
    ty.tp_repr.set(Template_Type.tp_repr.get());
    ty.tp_new.set(Template_Type.tp_new.get());
    ty.tp_methods.set(Template_Type.tp_methods.get());
    ty.tp_members
        .set(Box::leak(members.into_boxed_slice()).as_mut_ptr());
    typeobject::ready(ty)?;
    // SAFETY: a ready type has a dict.
    let d = unsafe { &*ty.tp_dict.get().cast::<PyDictObject>() };
    let numbers = [
        ("n_sequence_fields", desc.n_in_sequence as usize),
        ("n_fields", n),
        ("n_unnamed_fields", unnamed),
    ];
    for (key, value) in numbers {
        dict::set_item_str(
            d,
            key,
            crate::long::from_ssize_t(value as Py_ssize_t)?.as_object(),
        )?;
    }
    Ok(())
}

/// Makes it impossible for programs to create instances, as for `sys.flags`.
pub fn forbid_construction(ty: &PyTypeObject) -> PyResult<()> {
    ty.tp_init.set(None);
    ty.tp_new.set(None);
    // SAFETY: a ready type has a dict.
    let d = unsafe { &*ty.tp_dict.get().cast::<PyDictObject>() };
    dict::pop(d, id!("__new__").as_object()).map(drop)?;
    typeobject::modified(ty);
    Ok(())
}

/// The name of the `i`th field that has one.
fn member_name(ty: &PyTypeObject, i: usize) -> String {
    // SAFETY: the type's table has an entry for each field with a name; only those are asked for.
    unsafe { CStr::from_ptr((*ty.tp_members.get().add(i)).name) }
        .to_string_lossy()
        .into_owned()
}

fn construct(ty: &PyTypeObject, values: &PyObject, rest: Option<&PyObject>) -> PyResult<Owned> {
    let values = sequence::fast(values, "constructor requires a sequence")?;
    let name = crate::owned::type_name_of(ty);
    let name = err::short(&name, 500);
    let rest = match rest {
        None => None,
        Some(rest) => match rest.downcast::<PyDictObject>() {
            Some(d) => Some(d),
            None => {
                return Err(raise!(
                    TypeError,
                    "{name}() takes a dict as second arg, if any"
                ));
            }
        },
    };
    let (len, least, most) = (values.len(), visible_size(ty)?, real_size(ty)?);
    if least != most {
        if len < least {
            return Err(raise!(
                TypeError,
                "{name}() takes an at least {least}-sequence ({len}-sequence given)"
            ));
        }
        if len > most {
            return Err(raise!(
                TypeError,
                "{name}() takes an at most {most}-sequence ({len}-sequence given)"
            ));
        }
    } else if len != least {
        return Err(raise!(
            TypeError,
            "{name}() takes a {least}-sequence ({len}-sequence given)"
        ));
    }
    let unnamed = number_of(ty, "n_unnamed_fields")?;
    let t = new(ty)?;
    for (i, field) in all_fields(&t, most).iter().enumerate() {
        let value = match (values.get(i), rest) {
            (Some(value), _) => Some(value),
            (None, Some(d)) if i >= unnamed => {
                dict::get_item_str(d, &member_name(ty, i - unnamed))?
            }
            _ => None,
        };
        field.set_ref(Some(value.unwrap_or_else(|| none().own())));
    }
    Ok(t.upcast())
}

/// Where the slots of all struct sequences come from.
pub struct Template;
#[pytype(name = "structseq", c_name = Template_Type, layout = PyTupleObject, no_class, export = false,
         basicsize = std::mem::offset_of!(PyTupleObject, ob_item), itemsize = 8)]
impl Template {
    #[sig("(sequence, dict=None)")]
    fn tp_new(ty: &PyTypeObject, sequence: &PyObject, dict: Option<&PyObject>) -> PyResult<Owned> {
        construct(ty, sequence, dict)
    }

    fn tp_dealloc(slf: *mut PyTupleObject) {
        // SAFETY: the count is 0; the object has all the fields of its type, which outlives it.
        unsafe {
            let ty = (*slf).ty();
            let n = match real_size(ty) {
                Ok(n) => n,
                Err(_) => {
                    err::clear();
                    tuple::len(&*slf)
                }
            };
            gc::untrack_if_tracked(slf.cast());
            for field in all_fields(&*slf, n) {
                field.set_ref(None);
            }
            gc::del(slf.cast());
        }
    }

    fn tp_repr(slf: &PyTupleObject) -> PyResult<Owned> {
        let ty = slf.ty();
        let mut w = unicode::Writer::new();
        w.push_str(&slf.type_name())?;
        w.push_str("(")?;
        for (i, item) in tuple::as_slice(slf).iter().enumerate() {
            if i > 0 {
                w.push_str(", ")?;
            }
            w.push_str(&member_name(ty, i))?;
            w.push_str("=")?;
            sequence::write_repr(&mut w, item)?;
        }
        w.push_str(")")?;
        Ok(w.finish()?.upcast())
    }

    #[method]
    fn __reduce__(slf: &PyTupleObject) -> PyResult<Owned> {
        let ty = slf.ty();
        let (visible, all) = (visible_size(ty)?, real_size(ty)?);
        let unnamed = number_of(ty, "n_unnamed_fields")?;
        let items = tuple::from_slice(tuple::as_slice(slf))?;
        let rest = dict::new()?;
        for i in visible..all {
            let name = member_name(ty, i - unnamed);
            let value = get_item(slf, i).unwrap_or_else(|| none().own());
            dict::set_item_str(&rest, &name, &value)?;
        }
        let args = tuple::pack([items.upcast(), rest.upcast()])?;
        Ok(tuple::pack([ty.own(), args.upcast()])?.upcast())
    }
}
