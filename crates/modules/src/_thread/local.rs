//! `threading.local`: an object with another `__dict__` in each thread.
//!
//! The object owns the dicts, so that the collector sees cycles through them, and finds them by the number of the thread
//! state. In each thread's own dict lies, under a key made for each object, a [`Dummy`]: when a thread ends, its death takes the
//! thread's dict out of the object; when an object dies, it takes its dummies out of the threads.

use pyrite_macros::pytype;
use pyrite_runtime::object;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{dict, gc, mem, tstate, typeobject, unicode, weakref};
use std::cell::RefCell;
use std::collections::HashMap;

/// An object's dicts by the numbers of thread states. Nothing that can run code happens while it is borrowed.
type Dicts = RefCell<HashMap<u64, Owned<PyDictObject>>>;

#[repr(C)]
pub struct LocalObject {
    ob_base: PyObject,
    /// The key of this object's dict in each thread's dict.
    key: Cell<*mut PyObject>,
    args: Cell<*mut PyTupleObject>,
    kwargs: Cell<*mut PyDictObject>,
    weakrefs: Cell<*mut PyObject>,
    /// From a box; null after the object was cleared.
    dicts: Cell<*mut Dicts>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for LocalObject {}

/// What stands for a thread's dict in the thread.
#[repr(C)]
pub struct DummyObject {
    ob_base: PyObject,
    /// A weak reference to the object.
    local: Cell<*mut PyObject>,
    thread: Cell<u64>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for DummyObject {}

pub struct Dummy;

#[pytype(name = "_thread._localdummy", c_name = DUMMY_TYPE, layout = DummyObject, export = false)]
impl Dummy {
    fn tp_dealloc(slf: *mut DummyObject) {
        // SAFETY: the count has reached 0; the field is released and the memory given back once.
        unsafe {
            let thread = (*slf).thread.get();
            let local = (*slf).local.take_ref();
            mem::object_free(slf.cast());
            let local = local.and_then(|r| weakref::get_object(&r));
            let l = local.as_ref().and_then(|l| l.downcast::<LocalObject>());
            let dict = l
                .and_then(|l| dicts(l))
                .and_then(|d| d.borrow_mut().remove(&thread));
            // Last, since its contents may run code.
            drop(dict);
        }
    }
}

fn dicts(l: &LocalObject) -> Option<&Dicts> {
    // SAFETY: from a box that the object owns.
    unsafe { l.dicts.get().as_ref() }
}

pub struct Local;

#[pytype(name = "_thread._local", c_name = LOCAL_TYPE, layout = LocalObject, export = false, flags = [BASETYPE, HAVE_GC],
         weaklistoffset = weakrefs, alloc = typeobject::instance::generic_alloc_slot, free = gc_del)]
impl Local {
    fn tp_dealloc(slf: *mut LocalObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            if !(*slf).weakrefs.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            Local::tp_clear(&*slf);
            typeobject::instance::free_instance((*slf).ty(), slf.cast());
        }
    }
    fn tp_traverse(slf: &LocalObject, visit: gc::Visitor) -> c_int {
        let r = visit.visit_all([slf.args.get().cast(), slf.kwargs.get().cast()]);
        if r != 0 {
            return r;
        }
        let Some(dicts) = dicts(slf) else { return 0 };
        let r = dicts
            .borrow()
            .values()
            .map(|d| visit.visit(d.as_object().as_ptr()))
            .find(|r| *r != 0);
        r.unwrap_or(0)
    }
    fn tp_clear(slf: &LocalObject) {
        if let Some(key) = slf.key.take_ref() {
            forget(&key);
        }
        slf.args.set_ref(None);
        slf.kwargs.set_ref(None);
        let dicts = slf.dicts.replace(std::ptr::null_mut());
        if !dicts.is_null() {
            // SAFETY: from a box; nobody finds it any more.
            drop(unsafe { Box::from_raw(dicts) });
        }
    }
    fn tp_new(
        ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let given = args.ob_base.ob_size.get() != 0 || kw.is_some_and(|kw| kw.ma_used.get() != 0);
        let own_init = typeobject::PyBaseObject_Type
            .tp_init
            .get()
            .map(|f| f as usize);
        if given && ty.tp_init.get().map(|f| f as usize) == own_init {
            return Err(raise!(
                TypeError,
                "Initialization arguments are not supported"
            ));
        }
        let o = typeobject::instance::alloc(ty)?;
        // SAFETY: an instance of the type.
        let l = unsafe { o.cast_ref::<LocalObject>() };
        l.args
            .set_ref(Some(pyrite_runtime::owned::OwnTyped::own_typed(args)));
        l.kwargs
            .set_ref(kw.map(pyrite_runtime::owned::OwnTyped::own_typed));
        let key = format!("thread.local.{:p}", o.as_ptr());
        l.key.set_ref(Some(unicode::from_str(&key)?.upcast()));
        l.dicts.set(Box::into_raw(Box::default()));
        // `__init__` is run by the caller for this thread.
        make_dict(l)?;
        Ok(o)
    }
    fn tp_getattro(slf: &LocalObject, name: &PyObject) -> PyResult<Owned> {
        let d = dict_of(slf)?;
        if object::names::is(name, "__dict__") {
            return Ok(d.upcast());
        }
        match object::generic_lookup(slf.as_object(), name, Some(&d))? {
            Some(v) => Ok(v),
            None => {
                let ty = slf.type_name();
                let text = object::names::text(name);
                Err(raise!(
                    AttributeError,
                    "'{ty}' object has no attribute '{text}'"
                ))
            }
        }
    }
    fn tp_setattro(slf: &LocalObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        let d = dict_of(slf)?;
        if object::names::is(name, "__dict__") {
            let ty = slf.type_name();
            return Err(raise!(
                AttributeError,
                "'{ty}' object attribute '__dict__' is read-only"
            ));
        }
        object::generic_assign(slf.as_object(), name, value, Some(&d))
    }
}

fn thread_dict() -> PyResult<Owned<PyDictObject>> {
    match object::thread_dict()? {
        Some(d) => Ok(d),
        None => Err(raise!(SystemError, "Couldn't get thread-state dictionary")),
    }
}

fn key_of(l: &LocalObject) -> PyResult<Owned> {
    l.key
        .load()
        .ok_or_else(|| raise!(SystemError, "a thread-local object without its key"))
}

fn make_dict(l: &LocalObject) -> PyResult<Owned<PyDictObject>> {
    let key = key_of(l)?;
    let d = dict::new()?;
    let dummy = mem::new_object::<DummyObject>(&DUMMY_TYPE)?;
    let thread = tstate::current().id.get();
    dummy.thread.set(thread);
    dummy
        .local
        .set_ref(Some(weakref::new_ref(l.as_object(), None)?.upcast()));
    // An older dummy goes, and takes its dict along, before the new one has one.
    dict::set_item(&*thread_dict()?, &key, dummy.as_object())?;
    if let Some(dicts) = dicts(l) {
        dicts.borrow_mut().insert(thread, d.clone());
    }
    Ok(d)
}

/// This thread's dict of the object, made (and `__init__` run) on first use in the thread.
fn dict_of(l: &LocalObject) -> PyResult<Owned<PyDictObject>> {
    let thread = tstate::current().id.get();
    if let Some(d) = dicts(l).and_then(|d| d.borrow().get(&thread).cloned()) {
        return Ok(d);
    }
    let key = key_of(l)?;
    let d = make_dict(l)?;
    let own_init = typeobject::PyBaseObject_Type
        .tp_init
        .get()
        .map(|f| f as usize);
    if let Some(init) = l
        .ty()
        .tp_init
        .get()
        .filter(|f| Some(*f as usize) != own_init)
    {
        let args = l.args.load();
        let kwargs = l.kwargs.load();
        let (a, k) = (
            args.as_ref().map_or(std::ptr::null_mut(), |a| a.as_ptr()),
            kwargs.as_ref().map_or(std::ptr::null_mut(), |k| k.as_ptr()),
        );
        // SAFETY: the slot takes the object, a tuple and a dict or null.
        if let Err(e) = object::slot_status(unsafe { init(l.as_ptr(), a, k) }) {
            // The next use starts afresh.
            let saved = pyrite_runtime::err::fetch();
            dict::pop(&*thread_dict()?, &key)?;
            pyrite_runtime::err::restore(saved);
            return Err(e);
        }
    }
    Ok(d)
}

/// Takes the object's dicts out of all threads.
fn forget(key: &PyObject) {
    for ts in pyrite_vm::threads::all_states() {
        if let Some(d) = ts.dict.load()
            && let Some(d) = d.downcast::<PyDictObject>()
            && dict::pop(d, key).is_err()
        {
            pyrite_runtime::err::clear();
        }
    }
}
