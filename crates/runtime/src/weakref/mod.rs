//! Weak references: `weakref.ref`, `weakref.proxy` and what happens when their object dies.
//!
//! An object that can be weakly referenced has a field with the head of a list of its references, linked through the
//! references themselves. Those without callback are shared: at most one plain `ref` and one plain proxy, which come first in
//! the list in this order; the rest follow, the newest first. When the object dies all are cleared before any callback runs.

mod proxy;

pub use proxy::{_PyWeakref_CallableProxyType, _PyWeakref_ProxyType};

use crate::prelude::*;
use crate::{args, call, err, gc, object, tuple, unicode};
use pyrite_macros::pytype;

/// The field of `o` that holds the list, if its type has one.
fn list_field(o: &PyObject) -> Option<&Cell<*mut PyWeakReference>> {
    let offset = o.ty().tp_weaklistoffset.get();
    // SAFETY: the type says that its instances have a pointer there.
    (offset > 0).then(|| unsafe { &*o.as_ptr().cast::<u8>().offset(offset).cast() })
}

/// The references of a list, from a head.
fn chain(head: *mut PyWeakReference) -> impl Iterator<Item = &'static PyWeakReference> {
    // SAFETY: the list links live references; each unlinks itself before it goes. The caller lets no code run meanwhile.
    let mut at = unsafe { head.as_ref() };
    std::iter::from_fn(move || {
        let now = at?;
        // SAFETY: as above.
        at = unsafe { now.wr_next.get().as_ref() };
        Some(now)
    })
}

fn is_exact_ref(r: &PyWeakReference) -> bool {
    r.is_exactly(&_PyWeakref_RefType)
}

/// `PyWeakref_CheckProxy`.
pub fn check_proxy(o: &PyObject) -> bool {
    o.is_exactly(&_PyWeakref_ProxyType) || o.is_exactly(&_PyWeakref_CallableProxyType)
}

/// `PyWeakref_Check`.
pub fn check(o: &PyObject) -> bool {
    o.isinstance_of(&_PyWeakref_RefType) || check_proxy(o)
}

/// The shared references without callback at the head of a list: the plain `ref` and the plain proxy.
fn basic_refs(
    head: *mut PyWeakReference,
) -> (
    Option<&'static PyWeakReference>,
    Option<&'static PyWeakReference>,
) {
    let mut refs = chain(head)
        .filter(|r| r.wr_callback.get().is_null())
        .take(2)
        .peekable();
    let plain = refs.next_if(|r| is_exact_ref(r));
    let proxy = refs.next_if(|r| check_proxy(r.as_object()));
    (plain, proxy)
}

fn insert_head(r: &PyWeakReference, list: &Cell<*mut PyWeakReference>) {
    let old = list.get();
    let new = std::ptr::from_ref(r).cast_mut();
    r.wr_prev.set(std::ptr::null_mut());
    r.wr_next.set(old);
    // SAFETY: the list links live references.
    if let Some(old) = unsafe { old.as_ref() } {
        old.wr_prev.set(new);
    }
    list.set(new);
}

fn insert_after(r: &PyWeakReference, before: &PyWeakReference) {
    let new = std::ptr::from_ref(r).cast_mut();
    r.wr_prev.set(std::ptr::from_ref(before).cast_mut());
    r.wr_next.set(before.wr_next.get());
    // SAFETY: the list links live references.
    if let Some(next) = unsafe { before.wr_next.get().as_ref() } {
        next.wr_prev.set(new);
    }
    before.wr_next.set(new);
}

/// What a reference refers to; `None` when that is dead, or about to be.
pub fn referent(r: &PyWeakReference) -> Option<Owned> {
    // SAFETY: a cleared reference holds None; one that is not cleared, an object that is not freed yet.
    let o = unsafe { r.wr_object.get().as_ref() }?;
    // A dying object whose deallocation was put off still has its references.
    (o.refcount() > 0 && !o.is_none()).then(|| o.own())
}

/// Takes a reference out of its object's list and leaves it dead; the callback is returned.
fn clear(r: &PyWeakReference) -> Option<Owned> {
    // SAFETY: as in `referent`.
    let o = unsafe { r.wr_object.get().as_ref() };
    if let Some(o) = o.filter(|o| !o.is_none()) {
        if let Some(list) = list_field(o)
            && list.get() == std::ptr::from_ref(r).cast_mut()
        {
            list.set(r.wr_next.get());
        }
        r.wr_object.set(none().as_ptr());
        // SAFETY: the list links live references.
        unsafe {
            if let Some(prev) = r.wr_prev.get().as_ref() {
                prev.wr_next.set(r.wr_next.get());
            }
            if let Some(next) = r.wr_next.get().as_ref() {
                next.wr_prev.set(r.wr_prev.get());
            }
        }
        r.wr_prev.set(std::ptr::null_mut());
        r.wr_next.set(std::ptr::null_mut());
    }
    r.wr_callback.take_ref()
}

/// `_PyWeakref_ClearRef`: clears a reference, but leaves its callback in place.
pub fn clear_ref(r: &PyWeakReference) {
    let callback = clear(r);
    r.wr_callback.set_ref(callback);
}

/// `_PyWeakref_GetWeakrefCount`, for an object.
pub fn count(o: &PyObject) -> usize {
    list_field(o).map_or(0, |list| chain(list.get()).count())
}

/// The weak references of an object, in the order of its list.
pub fn all(o: &PyObject) -> Vec<Owned> {
    list_field(o).map_or(Vec::new(), |list| {
        chain(list.get()).map(ObjectExt::own).collect()
    })
}

fn call_callback(r: &PyObject, callback: &PyObject) {
    if call::call1(callback, r).is_err() {
        err::write_unraisable(Some(callback));
    }
}

/// `PyObject_ClearWeakRefs`: clears the references of a dying object, then calls their callbacks.
pub fn clear_weakrefs(o: &PyObject) {
    let Some(list) = list_field(o) else { return };
    if list.get().is_null() {
        return;
    }
    let mut due: Vec<(Owned, Owned)> = Vec::new();
    // SAFETY: the head is a live reference while it is in the list.
    while let Some(r) = unsafe { list.get().as_ref() } {
        // One that is being deallocated itself gets no call.
        let alive = r.refcount() > 0;
        let callback = clear(r);
        if alive && let Some(callback) = callback {
            due.push((r.own(), callback));
        }
    }
    if due.is_empty() {
        return;
    }
    let saved = err::fetch();
    for (r, callback) in due {
        call_callback(&r, &callback);
    }
    err::restore(saved);
}

/// A reference of type `ty` that is in no list yet.
fn new_unlinked(
    ty: &PyTypeObject,
    o: &PyObject,
    callback: Option<&PyObject>,
) -> PyResult<Owned<PyWeakReference>> {
    let r: Owned<PyWeakReference> =
        if std::ptr::eq(ty, &_PyWeakref_RefType) || ty.tp_flags.get() & Py_TPFLAGS_HEAPTYPE == 0 {
            gc::publish(gc::new_object::<PyWeakReference>(ty)?)
        } else {
            // SAFETY: types derived from the reference types have their layout.
            unsafe { crate::mem::alloc_by_type(ty, 0)?.cast_unchecked() }
        };
    r.hash.set(-1);
    r.wr_object.set(o.as_ptr());
    r.wr_callback.set_ref(callback.map(ObjectExt::own));
    Ok(r)
}

fn list_or_error(o: &PyObject) -> PyResult<&Cell<*mut PyWeakReference>> {
    list_field(o).ok_or_else(|| {
        raise!(
            TypeError,
            "cannot create weak reference to '{}' object",
            o.type_name()
        )
    })
}

/// Makes a reference and links it; `shared` picks, of the basic references, the one that can be given out again.
fn make(
    ty: &PyTypeObject,
    o: &PyObject,
    callback: Option<&PyObject>,
    shared: impl Fn(*mut PyWeakReference) -> Option<&'static PyWeakReference>,
) -> PyResult<Owned> {
    let list = list_or_error(o)?;
    let callback = callback.filter(|c| !c.is_none());
    let find = || {
        if callback.is_none() {
            shared(list.get())
        } else {
            None
        }
    };
    if let Some(existing) = find() {
        return Ok(existing.own());
    }
    let r = new_unlinked(ty, o, callback)?;
    // Making it may have collected, and so changed the list.
    if let Some(existing) = find() {
        let existing = existing.own();
        r.wr_object.set(none().as_ptr());
        return Ok(existing);
    }
    let (plain, proxy) = basic_refs(list.get());
    let is_plain = callback.is_none() && is_exact_ref(&r);
    let is_proxy = callback.is_none() && check_proxy(r.as_object());
    let before = if is_plain {
        None
    } else if is_proxy {
        plain
    } else {
        proxy.or(plain)
    };
    match before {
        Some(before) => insert_after(&r, before),
        None => insert_head(&r, list),
    }
    Ok(r.upcast())
}

/// `PyWeakref_NewRef`.
pub fn new_ref(o: &PyObject, callback: Option<&PyObject>) -> PyResult<Owned> {
    make(&_PyWeakref_RefType, o, callback, |head| basic_refs(head).0)
}

/// `PyWeakref_NewProxy`.
pub fn new_proxy(o: &PyObject, callback: Option<&PyObject>) -> PyResult<Owned> {
    let ty = if object::is_callable(o) {
        &_PyWeakref_CallableProxyType
    } else {
        &_PyWeakref_ProxyType
    };
    make(ty, o, callback, |head| basic_refs(head).1)
}

/// `PyWeakref_GetObject`: the object, if `r` is a weak reference and the object is not dead.
pub fn get_object(r: &PyObject) -> Option<Owned> {
    if !check(r) {
        return None;
    }
    // SAFETY: of a reference type, as just seen.
    referent(unsafe { r.cast_ref() })
}

/// [`clear_weakrefs`] for a deallocator.
///
/// # Safety
/// `o` points to an object whose count has reached 0 and whose fields are intact.
pub unsafe fn clear_refs(o: *mut PyObject) {
    // SAFETY: by the contract.
    clear_weakrefs(unsafe { &*o });
}

/// # Safety
/// `r` is dead.
unsafe fn free(r: *mut PyWeakReference) {
    // SAFETY: the object is alive until it is freed.
    unsafe {
        gc::untrack_if_tracked(r.cast());
        drop(clear(&*r));
        crate::mem::free_by_type(r.cast());
    }
}

fn parse<'a>(
    fname: &str,
    args: &'a PyTupleObject,
) -> PyResult<(&'a PyObject, Option<&'a PyObject>)> {
    let args = tuple::as_slice(args);
    args::check_positional(fname, args.len(), 1, 2)?;
    Ok((args[0], args.get(1).copied()))
}

pub struct Ref;
#[pytype(name = "weakref", c_name = _PyWeakref_RefType, layout = PyWeakReference,
         flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl Ref {
    fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, _kw: Option<&PyObject>) -> PyResult<Owned> {
        let (o, callback) = parse("__new__", args)?;
        let exact = std::ptr::eq(ty, &_PyWeakref_RefType);
        make(ty, o, callback, |head| {
            if exact { basic_refs(head).0 } else { None }
        })
    }

    fn tp_init(slf: &PyWeakReference, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<()> {
        let _ = slf;
        args::no_keywords("ref", kw)?;
        parse("__init__", args).map(drop)
    }

    fn tp_dealloc(slf: *mut PyWeakReference) {
        // SAFETY: the count is 0.
        unsafe { free(slf) }
    }

    fn tp_traverse(slf: &PyWeakReference, visit: gc::Visitor) -> c_int {
        visit.visit(slf.wr_callback.get())
    }

    fn tp_clear(slf: &PyWeakReference) {
        drop(clear(slf));
    }

    fn tp_call(
        slf: &PyWeakReference,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let named = kw.map_or(0, |kw| kw.ma_used.get());
        let given = args.ob_base.ob_size.get() + named;
        if given > 0 {
            let kind = if given == named { "keyword " } else { "" };
            return Err(raise!(
                TypeError,
                "__call__() takes at most 0 {kind}arguments ({given} given)"
            ));
        }
        Ok(referent(slf).unwrap_or_else(|| none().own()))
    }

    fn tp_hash(slf: &PyWeakReference) -> PyResult<Py_hash_t> {
        if slf.hash.get() != -1 {
            return Ok(slf.hash.get());
        }
        let Some(o) = referent(slf) else {
            return Err(raise!(TypeError, "weak object has gone away"));
        };
        let hash = object::hash(&o)?;
        slf.hash.set(hash);
        Ok(hash)
    }

    fn tp_repr(slf: &PyWeakReference) -> PyResult<Owned> {
        let at = slf.as_ptr();
        let Some(o) = referent(slf) else {
            return Ok(unicode::from_str(&format!("<weakref at {at:p}; dead>"))?.upcast());
        };
        let name = object::lookup_attr(&o, id!("__name__").as_object())?;
        let text = format!(
            "<weakref at {at:p}; to '{}' at {:p}",
            o.type_name(),
            o.as_ptr()
        );
        let mut w = unicode::Writer::new();
        w.push_str(&text)?;
        if let Some(name) = name.as_ref().and_then(|n| n.downcast::<PyUnicodeObject>()) {
            w.push_str(" (")?;
            w.push_unicode(name)?;
            w.push_str(")")?;
        }
        w.push_str(">")?;
        Ok(w.finish()?.upcast())
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let both = slf
            .downcast::<PyWeakReference>()
            .zip(other.downcast::<PyWeakReference>());
        let Some((a, b)) = both.filter(|_| op == Py_EQ || op == Py_NE) else {
            return Ok(not_implemented().own());
        };
        match (referent(a), referent(b)) {
            (Some(x), Some(y)) => object::rich_compare(&x, &y, op),
            _ => Ok(bool_from(a.is(b) == (op == Py_EQ))),
        }
    }

    #[members]
    const MEMBERS: &[Member] = members![("__callback__", T_OBJECT, wr_callback, READONLY)];
}
