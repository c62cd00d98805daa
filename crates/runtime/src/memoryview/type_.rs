//! The type memoryview.

use super::{
    access, cast, check_released, compare, from_object, managed, new_view, shape, strides,
    suboffsets,
};
use crate::bytes::{self, shared};
use crate::prelude::*;
use crate::{buffer, err, gc, hash, long, object, tuple, unicode, weakref};
use pyrite_macros::pytype;
use std::ptr;

/// `memoryview`.
pub struct MemoryView;

#[pytype(name = "memoryview", c_name = PyMemoryView_Type, layout = PyMemoryViewObject,
         basicsize = std::mem::offset_of!(PyMemoryViewObject, ob_array), itemsize = size_of::<Py_ssize_t>(),
         flags = [HAVE_GC], weaklistoffset = weakreflist, free = gc_del)]
impl MemoryView {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    #[sig("(object)", parse_tuple)]
    fn tp_new(_ty: &PyTypeObject, object: &PyObject) -> PyResult<Owned> {
        Ok(from_object(object)?.upcast())
    }

    fn tp_dealloc(slf: *mut PyMemoryViewObject) {
        // SAFETY: the object's last reference is gone.
        unsafe {
            let v = &*slf;
            gc::untrack_if_tracked(slf.cast());
            give_back(v);
            v.mbuf.set_ref(None);
            if !v.weakreflist.get().is_null() {
                weakref::clear_weakrefs(v.as_object());
            }
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyMemoryViewObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.mbuf.get())
    }

    fn tp_clear(slf: &PyMemoryViewObject) {
        give_back(slf);
        slf.mbuf.set_ref(None);
    }

    fn tp_repr(slf: &PyMemoryViewObject) -> PyResult<Owned<PyUnicodeObject>> {
        let released = slf.flags.get() & _Py_MEMORYVIEW_RELEASED != 0;
        let what = if released {
            "released memory"
        } else {
            "memory"
        };
        crate::text!("<{what} at {:p}>", slf.as_ptr())
    }

    fn tp_hash(slf: &PyMemoryViewObject) -> PyResult<Py_hash_t> {
        hash_of(slf)
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let (Some(v), Py_EQ | Py_NE) = (slf.downcast::<PyMemoryViewObject>(), op) else {
            return Ok(not_implemented().own());
        };
        match compare::equal(v, other)? {
            Some(same) => Ok(bool_from(same == (op == Py_EQ))),
            None => Ok(not_implemented().own()),
        }
    }

    fn sq_length(slf: &PyMemoryViewObject) -> PyResult<Py_ssize_t> {
        check_released(slf)?;
        Ok(shape(slf).first().copied().unwrap_or(1))
    }

    fn sq_item(slf: &PyMemoryViewObject, i: Py_ssize_t) -> PyResult<Owned> {
        access::item(slf, i)
    }

    fn mp_length(slf: &PyMemoryViewObject) -> PyResult<Py_ssize_t> {
        MemoryView::sq_length(slf)
    }

    fn mp_subscript(slf: &PyMemoryViewObject, key: &PyObject) -> PyResult<Owned> {
        access::subscript(slf, key)
    }

    fn mp_ass_subscript(
        slf: &PyMemoryViewObject,
        key: &PyObject,
        value: Option<&PyObject>,
    ) -> PyResult<()> {
        access::assign(slf, key, value)
    }

    fn bf_getbuffer(slf: &PyMemoryViewObject, view: *mut Py_buffer, flags: c_int) -> PyResult<()> {
        // SAFETY: the caller lends the struct.
        get_buffer(slf, unsafe { &*view }, flags)
    }

    fn bf_releasebuffer(slf: &PyMemoryViewObject, _view: *mut Py_buffer) {
        slf.exports.set(slf.exports.get() - 1);
    }

    #[method]
    fn release(slf: &PyMemoryViewObject) -> PyResult<()> {
        release(slf)
    }
    #[method]
    #[sig("($self, /, order=None)", fname = "")]
    fn tobytes(
        slf: &PyMemoryViewObject,
        order: Option<&PyObject>,
    ) -> PyResult<Owned<PyBytesObject>> {
        check_released(slf)?;
        let order = match order {
            Some(o) if !o.is_none() => match o.downcast::<PyUnicodeObject>() {
                Some(s) => unicode::as_utf8(s)?.to_owned(),
                None => {
                    let got = o.type_name();
                    return Err(raise!(
                        TypeError,
                        "argument 1 must be str or None, not {got}"
                    ));
                }
            },
            _ => "C".to_owned(),
        };
        match order.as_bytes() {
            [c @ (b'C' | b'F' | b'A')] => bytes::from_slice(&access::to_bytes(slf, *c)?),
            _ => Err(raise!(ValueError, "order must be 'C', 'F' or 'A'")),
        }
    }
    #[method]
    #[sig("($self, /, sep=None, bytes_per_sep=1)")]
    fn hex(
        slf: &PyMemoryViewObject,
        sep: Option<&PyObject>,
        bytes_per_sep: Option<i32>,
    ) -> PyResult<Owned<PyUnicodeObject>> {
        shared::hex(
            &access::to_bytes(slf, b'C')?,
            sep,
            bytes_per_sep.unwrap_or(1) as isize,
        )
    }
    #[method]
    fn tolist(slf: &PyMemoryViewObject) -> PyResult<Owned> {
        access::to_list(slf)
    }
    #[method]
    #[sig("($self, /, format, shape=None)", fname = "")]
    fn cast(
        slf: &PyMemoryViewObject,
        format: &PyObject,
        shape: Option<&PyObject>,
    ) -> PyResult<Owned<PyMemoryViewObject>> {
        cast::cast(slf, format, shape)
    }
    #[method]
    fn toreadonly(slf: &PyMemoryViewObject) -> PyResult<Owned<PyMemoryViewObject>> {
        check_released(slf)?;
        let Some(managed) = slf.mbuf.load() else {
            return Err(err::bad_internal_call());
        };
        let v = new_view(&managed, &slf.view, &super::Shown::of(&slf.view))?;
        v.view.readonly.set(1);
        Ok(v)
    }
    #[method]
    fn __enter__(slf: &PyMemoryViewObject) -> PyResult<Owned> {
        check_released(slf)?;
        Ok(slf.own())
    }
    #[method(args)]
    fn __exit__(slf: &PyMemoryViewObject, _args: &[&PyObject]) -> PyResult<()> {
        release(slf)
    }

    #[getter]
    fn obj(slf: &PyMemoryViewObject) -> PyResult<Owned> {
        check_released(slf)?;
        Ok(slf.view.obj.load().unwrap_or_else(|| none().own()))
    }
    #[getter]
    fn nbytes(slf: &PyMemoryViewObject) -> PyResult<isize> {
        check_released(slf)?;
        Ok(slf.view.len.get())
    }
    #[getter]
    fn readonly(slf: &PyMemoryViewObject) -> PyResult<bool> {
        check_released(slf)?;
        Ok(slf.view.readonly.get() != 0)
    }
    #[getter]
    fn itemsize(slf: &PyMemoryViewObject) -> PyResult<isize> {
        check_released(slf)?;
        Ok(slf.view.itemsize.get())
    }
    #[getter]
    fn format(slf: &PyMemoryViewObject) -> PyResult<Owned<PyUnicodeObject>> {
        check_released(slf)?;
        unicode::from_utf8(buffer::format_of(&slf.view).to_bytes())
    }
    #[getter]
    fn ndim(slf: &PyMemoryViewObject) -> PyResult<i32> {
        check_released(slf)?;
        Ok(slf.view.ndim.get())
    }
    #[getter(shape)]
    fn get_shape(slf: &PyMemoryViewObject) -> PyResult<Owned> {
        check_released(slf)?;
        numbers(shape(slf))
    }
    #[getter(strides)]
    fn get_strides(slf: &PyMemoryViewObject) -> PyResult<Owned> {
        check_released(slf)?;
        numbers(strides(slf))
    }
    #[getter(suboffsets)]
    fn get_suboffsets(slf: &PyMemoryViewObject) -> PyResult<Owned> {
        check_released(slf)?;
        numbers(suboffsets(slf).unwrap_or_default())
    }
    #[getter]
    fn c_contiguous(slf: &PyMemoryViewObject) -> PyResult<bool> {
        check_released(slf)?;
        Ok(slf.flags.get() & _Py_MEMORYVIEW_C != 0)
    }
    #[getter]
    fn f_contiguous(slf: &PyMemoryViewObject) -> PyResult<bool> {
        check_released(slf)?;
        Ok(slf.flags.get() & _Py_MEMORYVIEW_FORTRAN != 0)
    }
    #[getter]
    fn contiguous(slf: &PyMemoryViewObject) -> PyResult<bool> {
        check_released(slf)?;
        Ok(slf.flags.get() & (_Py_MEMORYVIEW_C | _Py_MEMORYVIEW_FORTRAN) != 0)
    }
}

fn numbers(values: Vec<isize>) -> PyResult<Owned> {
    let mut items = Vec::new();
    for v in values {
        items.push(long::from_ssize_t(v)?.upcast());
    }
    Ok(tuple::from_owned(items)?.upcast())
}

/// Ends the view's use of the shared buffer, if it is not ended yet and nobody uses the view's own.
fn give_back(v: &PyMemoryViewObject) {
    if v.flags.get() & _Py_MEMORYVIEW_RELEASED != 0 || v.exports.get() != 0 {
        return;
    }
    v.flags.set(v.flags.get() | _Py_MEMORYVIEW_RELEASED);
    if let Some(m) = v.mbuf.load() {
        m.exports.set(m.exports.get() - 1);
        if m.exports.get() == 0 {
            managed::release(&m);
        }
    }
}

fn release(v: &PyMemoryViewObject) -> PyResult<()> {
    let n = v.exports.get();
    if v.flags.get() & _Py_MEMORYVIEW_RELEASED == 0 && n > 0 {
        let s = if n == 1 { "" } else { "s" };
        return Err(raise!(BufferError, "memoryview has {n} exported buffer{s}"));
    }
    give_back(v);
    Ok(())
}

/// The buffer protocol of views: what is asked for must be what the view has.
fn get_buffer(v: &PyMemoryViewObject, view: &Py_buffer, flags: c_int) -> PyResult<()> {
    check_released(v)?;
    let has = |flag: c_int| flags & flag == flag;
    let c = v.flags.get() & _Py_MEMORYVIEW_C != 0;
    let f = v.flags.get() & _Py_MEMORYVIEW_FORTRAN != 0;
    managed::copy_view(view, &v.view);
    view.obj.set(ptr::null_mut());
    let refuse = |what: &str| Err(raise!(BufferError, "memoryview: {what}"));
    if has(PyBUF_WRITABLE) && v.view.readonly.get() != 0 {
        return refuse("underlying buffer is not writable");
    }
    if !has(PyBUF_FORMAT) {
        view.format.set(ptr::null_mut());
    }
    if has(PyBUF_C_CONTIGUOUS) && !c {
        return refuse("underlying buffer is not C-contiguous");
    }
    if has(PyBUF_F_CONTIGUOUS) && !f {
        return refuse("underlying buffer is not Fortran contiguous");
    }
    if has(PyBUF_ANY_CONTIGUOUS) && !c && !f {
        return refuse("underlying buffer is not contiguous");
    }
    if !has(PyBUF_INDIRECT) && v.flags.get() & _Py_MEMORYVIEW_PIL != 0 {
        return refuse("underlying buffer requires suboffsets");
    }
    if !has(PyBUF_STRIDES) {
        if !c {
            return refuse("underlying buffer is not C-contiguous");
        }
        view.strides.set(ptr::null_mut());
    }
    if !has(PyBUF_ND) {
        if !view.format.get().is_null() {
            return refuse("cannot cast to unsigned bytes if the format flag is present");
        }
        view.ndim.set(1);
        view.shape.set(ptr::null_mut());
    }
    view.obj.set(v.own().into_ptr());
    v.exports.set(v.exports.get() + 1);
    Ok(())
}

fn hash_of(v: &PyMemoryViewObject) -> PyResult<Py_hash_t> {
    let known = v.hash.get();
    if known != -1 {
        return Ok(known);
    }
    check_released(v)?;
    if v.view.readonly.get() == 0 {
        return Err(raise!(ValueError, "cannot hash writable memoryview object"));
    }
    if !matches!(
        super::pack::letter(buffer::format_of(&v.view)),
        Some(b'B' | b'b' | b'c')
    ) {
        return Err(raise!(
            ValueError,
            "memoryview: hashing is restricted to formats 'B', 'b' or 'c'"
        ));
    }
    if let Some(o) = v.view.obj.load() {
        object::hash(&o)?;
    }
    let h = hash::bytes(&access::to_bytes(v, b'C')?);
    v.hash.set(h);
    Ok(h)
}
