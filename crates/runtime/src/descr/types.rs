//! The descriptors' types.

use super::{doc, method_wrapper, wrappers};
use crate::object::names;
use crate::object::slot_result;
use crate::prelude::*;
use crate::{call, cfunction, err, gc, object, recursion, tuple, unicode};
use pyrite_macros::pytype;
use std::ffi::CStr;
use std::ptr::null_mut;

/// The common part of any descriptor.
fn common<T: Layout>(d: &T) -> &PyDescrObject {
    // SAFETY: every descriptor begins with it.
    unsafe { d.cast_ref() }
}

/// The type that a descriptor came from.
fn owner<T: Layout>(d: &T) -> &PyTypeObject {
    // SAFETY: a descriptor holds its type from the start to the end.
    unsafe { &*common(d).d_type.get() }
}

/// The descriptor's name as text.
fn name<T: Layout>(d: &T) -> String {
    common(d)
        .d_name
        .borrow()
        .map_or_else(|| "?".to_owned(), |n| names::text(n).into_owned())
}

fn repr_as<T: Layout>(d: &T, what: &str, suffix: &str) -> PyResult<Owned> {
    let owner = crate::owned::type_name_of(owner(d));
    unicode::from_str(&format!("<{what} '{}' of '{owner}'{suffix}>", name(d))).map(Owned::upcast)
}

unsafe fn dealloc<T: Layout>(d: *mut T) {
    // SAFETY: the count has reached 0; the fields are released and the memory given back once.
    unsafe {
        gc::untrack_if_tracked(d.cast());
        let c = common(&*d);
        c.d_type.set_ref(None);
        c.d_name.set_ref(None);
        c.d_qualname.set_ref(None);
        gc::del(d.cast());
    }
}

/// `__qualname__`: the type's, a dot and the name; made once.
fn qualname<T: Layout>(d: &T) -> PyResult<Owned> {
    let c = common(d);
    if let Some(q) = c.d_qualname.load() {
        return Ok(q);
    }
    let ty = object::get_attr(owner(d).as_object(), id!("__qualname__").as_object())?;
    if ty.downcast::<PyUnicodeObject>().is_none() {
        return Err(raise!(
            TypeError,
            "<descriptor>.__objclass__.__qualname__ is not a unicode object"
        ));
    }
    let q = unicode::from_str(&format!("{}.{}", err::Str(&ty), name(d)))?.upcast();
    c.d_qualname.set_ref(Some(q.clone()));
    Ok(q)
}

fn objclass<T: Layout>(d: &T) -> Owned {
    owner(d).own()
}

/// `getattr(objclass, name)`: how copy and pickle find it again.
fn reduce<T: Layout>(d: &T) -> PyResult<Owned> {
    let getattr = crate::builtin_function("getattr")?;
    let attr = common(d).d_name.load().unwrap_or_else(|| none().own());
    let args = tuple::from_owned(vec![objclass(d), attr])?.upcast();
    tuple::from_owned(vec![getattr, args]).map(Owned::upcast)
}

fn raw_doc(p: *const c_char) -> Option<String> {
    // SAFETY: a table's documentation is null or a C string.
    (!p.is_null()).then(|| unsafe { CStr::from_ptr(p) }.to_string_lossy().into_owned())
}

fn doc_of<T: Layout>(d: &T, p: *const c_char) -> PyResult<Owned> {
    match raw_doc(p)
        .as_deref()
        .map(|raw| doc::without_signature(&name(d), raw))
    {
        Some(text) if !text.is_empty() => unicode::from_str(text).map(Owned::upcast),
        _ => Ok(none().own()),
    }
}

fn signature_of<T: Layout>(d: &T, p: *const c_char) -> PyResult<Owned> {
    match raw_doc(p)
        .as_deref()
        .and_then(|raw| doc::signature(&name(d), raw))
    {
        Some(text) => unicode::from_str(text).map(Owned::upcast),
        None => Ok(none().own()),
    }
}

/// `descr_check`: the object must be an instance of the descriptor's type.
fn check_instance<T: Layout>(d: &T, o: &PyObject) -> PyResult<()> {
    if o.isinstance_of(owner(d)) {
        return Ok(());
    }
    let (ty, got) = (crate::owned::type_name_of(owner(d)), o.type_name());
    Err(raise!(
        TypeError,
        "descriptor '{}' for '{}' objects doesn't apply to a '{}' object",
        name(d),
        err::short(&ty, 100),
        err::short(&got, 100)
    ))
}

fn needs_argument<T: Layout>(d: &T) -> Raised {
    let ty = crate::owned::type_name_of(owner(d));
    raise!(
        TypeError,
        "descriptor '{}' of '{}' object needs an argument",
        name(d),
        err::short(&ty, 100)
    )
}

pub struct MethodDescr;

#[pytype(name = "method_descriptor", c_name = PyMethodDescr_Type, layout = PyMethodDescrObject,
         flags = [HAVE_GC, METHOD_DESCRIPTOR, HAVE_VECTORCALL], vectorcall_offset = vectorcall)]
impl MethodDescr {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    unsafe extern "C" fn tp_call(
        f: *mut PyObject,
        args: *mut PyObject,
        kw: *mut PyObject,
    ) -> *mut PyObject {
        // SAFETY: a slot, called by its contract.
        unsafe { call::vectorcall_call_slot(f, args, kw) }
    }

    fn tp_dealloc(slf: *mut PyMethodDescrObject) {
        // SAFETY: the count has reached 0.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &PyMethodDescrObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.d_common.d_type.get())
    }
    fn tp_repr(slf: &PyMethodDescrObject) -> PyResult<Owned> {
        repr_as(slf, "method", " objects")
    }
    fn tp_descr_get(
        slf: &PyMethodDescrObject,
        o: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let Some(o) = o else { return Ok(slf.own()) };
        check_instance(slf, o)?;
        // SAFETY: a method's definition lives as long as its type.
        cfunction::new(unsafe { &*slf.d_method.get() }, Some(o), None).map(Owned::upcast)
    }
    #[method]
    fn __reduce__(slf: &PyMethodDescrObject) -> PyResult<Owned> {
        reduce(slf)
    }
    #[getter]
    fn __doc__(slf: &PyMethodDescrObject) -> PyResult<Owned> {
        // SAFETY: as above.
        doc_of(slf, unsafe { (*slf.d_method.get()).ml_doc })
    }
    #[getter]
    fn __qualname__(slf: &PyMethodDescrObject) -> PyResult<Owned> {
        qualname(slf)
    }
    #[getter]
    fn __text_signature__(slf: &PyMethodDescrObject) -> PyResult<Owned> {
        // SAFETY: as above.
        signature_of(slf, unsafe { (*slf.d_method.get()).ml_doc })
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("__objclass__", T_OBJECT, d_common.d_type, READONLY),
        ("__name__", T_OBJECT, d_common.d_name, READONLY),
    ];
}

/// Calls a method with its instance as the first argument.
///
/// # Safety
/// A vectorcall entry.
pub unsafe extern "C" fn method_vectorcall(
    d: *mut PyObject,
    args: *const *mut PyObject,
    nargsf: usize,
    kwnames: *mut PyObject,
) -> *mut PyObject {
    // SAFETY: by the contract of vectorcall; the definition lives as long as the type.
    unsafe {
        let d = &*d.cast::<PyMethodDescrObject>();
        let n = nargsf & !call::ARGUMENTS_OFFSET;
        if n == 0 {
            let _ = needs_argument(d);
            return null_mut();
        }
        let slf = &**args;
        if !slf.isinstance_of(owner(d)) {
            let _ = check_instance(d, slf);
            return null_mut();
        }
        cfunction::invoke(
            &*d.d_method.get(),
            slf.as_ptr(),
            args.add(1),
            n - 1,
            kwnames,
        )
    }
}

pub struct ClassMethodDescr;

#[pytype(name = "classmethod_descriptor", c_name = PyClassMethodDescr_Type, layout = PyMethodDescrObject, no_class,
         flags = [HAVE_GC])]
impl ClassMethodDescr {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyMethodDescrObject) {
        // SAFETY: the count has reached 0.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &PyMethodDescrObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.d_common.d_type.get())
    }
    fn tp_repr(slf: &PyMethodDescrObject) -> PyResult<Owned> {
        repr_as(slf, "method", " objects")
    }
    #[method]
    fn __reduce__(slf: &PyMethodDescrObject) -> PyResult<Owned> {
        reduce(slf)
    }
    fn tp_descr_get(
        slf: &PyMethodDescrObject,
        o: Option<&PyObject>,
        ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let (desc, home) = (name(slf), crate::owned::type_name_of(owner(slf)));
        let home = err::short(&home, 100);
        let class = match (ty, o) {
            (Some(ty), _) => ty,
            (None, Some(o)) => o.ty().as_object(),
            (None, None) => {
                return Err(raise!(
                    TypeError,
                    "descriptor '{desc}' for type '{home}' needs either an object or a type"
                ));
            }
        };
        let Some(class_ty) = class.downcast::<PyTypeObject>() else {
            let got = class.type_name();
            let got = err::short(&got, 100);
            return Err(raise!(
                TypeError,
                "descriptor '{desc}' for type '{home}' needs a type, not a '{got}' as arg 2"
            ));
        };
        if !crate::owned::is_subtype(class_ty, owner(slf)) {
            let got = crate::owned::type_name_of(class_ty);
            let got = err::short(&got, 100);
            return Err(raise!(
                TypeError,
                "descriptor '{desc}' requires a subtype of '{home}' but received '{got}'"
            ));
        }
        // SAFETY: a method's definition lives as long as its type.
        cfunction::new(unsafe { &*slf.d_method.get() }, Some(class), None).map(Owned::upcast)
    }
    fn tp_call(
        slf: &PyMethodDescrObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        if args.ob_base.ob_size.get() < 1 {
            return Err(needs_argument(slf));
        }
        let class = tuple::get_item(args, 0)?;
        if class.downcast::<PyTypeObject>().is_none() {
            let got = class.type_name();
            let got = err::short(&got, 100);
            return Err(raise!(
                TypeError,
                "descriptor '{}' requires a type but received a '{got}' instance",
                name(slf)
            ));
        }
        let bound = ClassMethodDescr::tp_descr_get(slf, None, Some(&class))?;
        let rest = tuple::get_slice(args, 1, args.ob_base.ob_size.get())?;
        let Some(rest) = rest.downcast::<PyTupleObject>() else {
            return Ok(bound);
        };
        call::call_dict(&bound, rest, kw)
    }
    #[getter]
    fn __doc__(slf: &PyMethodDescrObject) -> PyResult<Owned> {
        // SAFETY: a method's definition lives as long as its type.
        doc_of(slf, unsafe { (*slf.d_method.get()).ml_doc })
    }
    #[getter]
    fn __qualname__(slf: &PyMethodDescrObject) -> PyResult<Owned> {
        qualname(slf)
    }
    #[getter]
    fn __text_signature__(slf: &PyMethodDescrObject) -> PyResult<Owned> {
        // SAFETY: as above.
        signature_of(slf, unsafe { (*slf.d_method.get()).ml_doc })
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("__objclass__", T_OBJECT, d_common.d_type, READONLY),
        ("__name__", T_OBJECT, d_common.d_name, READONLY),
    ];
}

pub struct MemberDescr;

#[pytype(name = "member_descriptor", c_name = PyMemberDescr_Type, layout = PyMemberDescrObject, flags = [HAVE_GC])]
impl MemberDescr {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyMemberDescrObject) {
        // SAFETY: the count has reached 0.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &PyMemberDescrObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.d_common.d_type.get())
    }
    fn tp_repr(slf: &PyMemberDescrObject) -> PyResult<Owned> {
        repr_as(slf, "member", " objects")
    }
    fn tp_descr_get(
        slf: &PyMemberDescrObject,
        o: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let Some(o) = o else { return Ok(slf.own()) };
        check_instance(slf, o)?;
        // SAFETY: the object is an instance of the type whose table the member stands in.
        unsafe { super::member::get(o, &*slf.d_member.get()) }
    }
    fn tp_descr_set(
        slf: &PyMemberDescrObject,
        o: &PyObject,
        value: Option<&PyObject>,
    ) -> PyResult<()> {
        check_instance(slf, o)?;
        // SAFETY: as above.
        unsafe { super::member::set(o, &*slf.d_member.get(), value) }
    }
    #[method]
    fn __reduce__(slf: &PyMemberDescrObject) -> PyResult<Owned> {
        reduce(slf)
    }
    #[getter]
    fn __doc__(slf: &PyMemberDescrObject) -> PyResult<Owned> {
        // SAFETY: a member's definition lives as long as its type.
        match raw_doc(unsafe { (*slf.d_member.get()).doc }) {
            Some(text) => unicode::from_str(&text).map(Owned::upcast),
            None => Ok(none().own()),
        }
    }
    #[getter]
    fn __qualname__(slf: &PyMemberDescrObject) -> PyResult<Owned> {
        qualname(slf)
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("__objclass__", T_OBJECT, d_common.d_type, READONLY),
        ("__name__", T_OBJECT, d_common.d_name, READONLY),
    ];
}

pub struct GetSetDescr;

#[pytype(name = "getset_descriptor", c_name = PyGetSetDescr_Type, layout = PyGetSetDescrObject, flags = [HAVE_GC])]
impl GetSetDescr {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyGetSetDescrObject) {
        // SAFETY: the count has reached 0.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &PyGetSetDescrObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.d_common.d_type.get())
    }
    fn tp_repr(slf: &PyGetSetDescrObject) -> PyResult<Owned> {
        repr_as(slf, "attribute", " objects")
    }
    fn tp_descr_get(
        slf: &PyGetSetDescrObject,
        o: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let Some(o) = o else { return Ok(slf.own()) };
        check_instance(slf, o)?;
        // SAFETY: a getter's definition lives as long as its type, and takes instances of it.
        unsafe {
            let def = &*slf.d_getset.get();
            match def.get {
                Some(f) => slot_result(f(o.as_ptr(), def.closure)),
                None => Err(raise!(
                    AttributeError,
                    "attribute '{}' of '{}' objects is not readable",
                    name(slf),
                    err::short(&crate::owned::type_name_of(owner(slf)), 100)
                )),
            }
        }
    }
    fn tp_descr_set(
        slf: &PyGetSetDescrObject,
        o: &PyObject,
        value: Option<&PyObject>,
    ) -> PyResult<()> {
        check_instance(slf, o)?;
        // SAFETY: as above.
        unsafe {
            let def = &*slf.d_getset.get();
            let value = value.map_or(null_mut(), ObjectExt::as_ptr);
            match def.set {
                Some(f) => object::slot_status(f(o.as_ptr(), value, def.closure)).map(drop),
                None => Err(raise!(
                    AttributeError,
                    "attribute '{}' of '{}' objects is not writable",
                    name(slf),
                    err::short(&crate::owned::type_name_of(owner(slf)), 100)
                )),
            }
        }
    }
    #[getter]
    fn __doc__(slf: &PyGetSetDescrObject) -> PyResult<Owned> {
        // SAFETY: as above.
        match raw_doc(unsafe { (*slf.d_getset.get()).doc }) {
            Some(text) => unicode::from_str(&text).map(Owned::upcast),
            None => Ok(none().own()),
        }
    }
    #[getter]
    fn __qualname__(slf: &PyGetSetDescrObject) -> PyResult<Owned> {
        qualname(slf)
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("__objclass__", T_OBJECT, d_common.d_type, READONLY),
        ("__name__", T_OBJECT, d_common.d_name, READONLY),
    ];
}

pub struct WrapperDescr;

#[pytype(name = "wrapper_descriptor", c_name = PyWrapperDescr_Type, layout = PyWrapperDescrObject,
         flags = [HAVE_GC, METHOD_DESCRIPTOR])]
impl WrapperDescr {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    fn tp_dealloc(slf: *mut PyWrapperDescrObject) {
        // SAFETY: the count has reached 0.
        unsafe { dealloc(slf) }
    }
    fn tp_traverse(slf: &PyWrapperDescrObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.d_common.d_type.get())
    }
    fn tp_repr(slf: &PyWrapperDescrObject) -> PyResult<Owned> {
        repr_as(slf, "slot wrapper", " objects")
    }
    fn tp_descr_get(
        slf: &PyWrapperDescrObject,
        o: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let Some(o) = o else { return Ok(slf.own()) };
        check_instance(slf, o)?;
        method_wrapper::new(slf, o)
    }
    fn tp_call(
        slf: &PyWrapperDescrObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let n = args.ob_base.ob_size.get();
        if n < 1 {
            return Err(needs_argument(slf));
        }
        let o = tuple::get_item(args, 0)?;
        if !object::real_is_subclass(o.ty().as_object(), owner(slf).as_object())? {
            let (ty, got) = (crate::owned::type_name_of(owner(slf)), o.type_name());
            return Err(raise!(
                TypeError,
                "descriptor '{}' requires a '{}' object but received a '{}'",
                name(slf),
                err::short(&ty, 100),
                err::short(&got, 100)
            ));
        }
        let rest = tuple::get_slice(args, 1, n)?;
        let _guard = recursion::enter(" while calling a Python object")?;
        // SAFETY: the object is an instance; the base and the function belong together; a slice of a tuple is one.
        unsafe {
            wrappers::invoke(
                &*slf.d_base.get(),
                slf.d_wrapped.get(),
                &o,
                rest.cast_ref(),
                kw,
            )
        }
    }
    #[method]
    fn __reduce__(slf: &PyWrapperDescrObject) -> PyResult<Owned> {
        reduce(slf)
    }
    #[getter]
    fn __doc__(slf: &PyWrapperDescrObject) -> PyResult<Owned> {
        // SAFETY: a wrapper's base lives for the process.
        doc_of(slf, unsafe { (*slf.d_base.get()).doc })
    }
    #[getter]
    fn __qualname__(slf: &PyWrapperDescrObject) -> PyResult<Owned> {
        qualname(slf)
    }
    #[getter]
    fn __text_signature__(slf: &PyWrapperDescrObject) -> PyResult<Owned> {
        // SAFETY: as above.
        signature_of(slf, unsafe { (*slf.d_base.get()).doc })
    }
    #[members]
    const MEMBERS: &[Member] = members![
        ("__objclass__", T_OBJECT, d_common.d_type, READONLY),
        ("__name__", T_OBJECT, d_common.d_name, READONLY),
    ];
}

/// Name, qualified name and documentation of a slot wrapper, for its bound form.
pub(super) fn wrapper_attribute(d: &PyWrapperDescrObject, what: &str) -> PyResult<Owned> {
    match what {
        "doc" => WrapperDescr::__doc__(d),
        "qualname" => qualname(d),
        "signature" => WrapperDescr::__text_signature__(d),
        "objclass" => Ok(objclass(d)),
        _ => Ok(d.d_common.d_name.load().unwrap_or_else(|| none().own())),
    }
}
