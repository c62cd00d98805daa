//! Interpreters beside the main one: looked up by number, referred to by `InterpreterID` objects, and the data that crosses
//! from one to another.
//!
//! An interpreter whose number nobody refers to any more goes away if it asked for that (`requires_idref`). An object
//! crosses as plain data with a function that makes an object of it on the other side; which types can do so is a
//! registry of the process, to which C adds.

use crate::prelude::*;
use crate::{ceval, lifecycle, threads};
use pyrite_runtime::tstate::_PyRuntime;

/// All interpreters, the newest first.
pub fn all() -> Vec<&'static PyInterpreterState> {
    let mut found = Vec::new();
    let mut at = _PyRuntime.interpreters.head.get();
    // SAFETY: the holder of the GIL ends interpreters, so those in the list live.
    while let Some(interp) = unsafe { at.as_ref() } {
        found.push(interp);
        at = interp.next.get();
    }
    found
}

/// `_PyInterpreterState_LookUpID`.
pub fn look_up(id: i64) -> PyResult<&'static PyInterpreterState> {
    let found = (id >= 0)
        .then(|| all().into_iter().find(|i| i.id.get() == id))
        .flatten();
    match found {
        Some(interp) => Ok(interp),
        None if err::occurred().is_some() => Err(Raised::already_set()),
        None => Err(raise!(RuntimeError, "unrecognized interpreter ID {id}")),
    }
}

/// `_PyInterpreterState_IDInitref`: starts to count references to the number.
pub fn init_ref(interp: &PyInterpreterState) {
    if interp.id_refcount.get() < 0 {
        interp.id_refcount.set(0);
    }
}

/// `_PyInterpreterState_IDIncref`.
pub fn inc_ref(interp: &PyInterpreterState) {
    init_ref(interp);
    interp.id_refcount.set(interp.id_refcount.get() + 1);
}

/// `_PyInterpreterState_IDDecref`: may end the interpreter.
pub fn dec_ref(interp: &'static PyInterpreterState) {
    let n = interp.id_refcount.get() - 1;
    interp.id_refcount.set(n);
    if n != 0 || interp.requires_idref.get() == 0 {
        return;
    }
    let mut state = interp.tstate_head.get();
    if state.is_null() {
        state = threads::prealloc(std::ptr::from_ref(interp).cast_mut());
    }
    let old = tstate::current_ptr();
    threads::set_current(state);
    lifecycle::end_interpreter(state);
    threads::set_current(old);
}

#[repr(C)]
pub struct InterpreterIDObject {
    ob_base: PyObject,
    id: Cell<i64>,
}
// SAFETY: begins with the head, all other fields are cells.
unsafe impl Layout for InterpreterIDObject {}

/// The number that an object stands for.
fn number_of(o: &PyObject) -> PyResult<i64> {
    if let Some(id) = o.downcast::<InterpreterIDObject>() {
        return Ok(id.id.get());
    }
    if !number::index_check(o) {
        return Err(raise!(
            TypeError,
            "interpreter ID must be an int, got {}",
            err::short(&o.type_name(), 100)
        ));
    }
    let n = long::as_long_long(&*number::index(o)?)?;
    if n < 0 {
        return Err(raise!(
            ValueError,
            "interpreter ID must be a non-negative int, got {}",
            err::Str(&*object::repr(o)?)
        ));
    }
    Ok(n)
}

/// An object for a number; `force` allows numbers of no interpreter.
fn make(ty: &PyTypeObject, id: i64, force: bool) -> PyResult<Owned> {
    match look_up(id) {
        Ok(interp) => inc_ref(interp),
        Err(_) if force => err::clear(),
        Err(raised) => return Err(raised),
    }
    let o = typeobject::instance::alloc(ty)?;
    // SAFETY: an instance of the type or of a subtype.
    unsafe { o.cast_ref::<InterpreterIDObject>() }.id.set(id);
    Ok(o)
}

/// `_PyInterpreterID_New`.
pub fn new_id(id: i64) -> PyResult<Owned> {
    make(&_PyInterpreterID_Type, id, false)
}

/// `_PyInterpreterState_GetIDObject`.
pub fn id_object(interp: &PyInterpreterState) -> PyResult<Owned> {
    init_ref(interp);
    make(&_PyInterpreterID_Type, interp.id.get(), false)
}

/// `_PyInterpreterID_LookUp`.
pub fn look_up_object(o: &PyObject) -> PyResult<&'static PyInterpreterState> {
    look_up(number_of(o)?)
}

pub struct InterpreterID;

#[pytype(name = "InterpreterID", c_name = _PyInterpreterID_Type, layout = InterpreterIDObject, flags = [BASETYPE])]
impl InterpreterID {
    fn tp_new(
        ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let keyword = |name: &str| match kw {
            Some(kw) => dict::get_item_str(kw, name),
            None => Ok(None),
        };
        if tuple::len(args) > 1 {
            return Err(raise!(
                TypeError,
                "InterpreterID.__init__() takes at most 1 positional argument ({} given)",
                tuple::len(args)
            ));
        }
        let id = match tuple::as_slice(args).first() {
            Some(id) => id.own(),
            None => keyword("id")?.ok_or_else(|| {
                raise!(
                    TypeError,
                    "InterpreterID.__init__() missing required argument 'id' (pos 1)"
                )
            })?,
        };
        let force = match keyword("force")? {
            Some(force) => object::is_true(&force)?,
            None => false,
        };
        make(ty, number_of(&id)?, force)
    }

    fn tp_dealloc(slf: *mut InterpreterIDObject) {
        // SAFETY: the count is 0.
        let id = unsafe { (*slf).id.get() };
        let raised = err::fetch();
        match look_up(id) {
            Ok(interp) => dec_ref(interp),
            // It ended before.
            Err(_) => err::clear(),
        }
        err::restore(raised);
        // SAFETY: as above.
        unsafe { mem::free_by_type(slf.cast()) };
    }

    fn tp_repr(slf: &InterpreterIDObject) -> PyResult<Owned> {
        text::format(format_args!("{}({})", slf.type_name(), slf.id.get()))
    }

    fn tp_str(slf: &InterpreterIDObject) -> PyResult<Owned> {
        text::format(format_args!("{}", slf.id.get()))
    }

    fn tp_hash(slf: &InterpreterIDObject) -> PyResult<Py_hash_t> {
        Ok(long::hash(&*long::from_i64(slf.id.get())?))
    }

    fn nb_int(slf: &InterpreterIDObject) -> PyResult<Owned> {
        Ok(long::from_i64(slf.id.get())?.upcast())
    }

    fn nb_index(slf: &InterpreterIDObject) -> PyResult<Owned> {
        Ok(long::from_i64(slf.id.get())?.upcast())
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let Some(id) = slf
            .downcast::<InterpreterIDObject>()
            .filter(|_| matches!(op, Py_EQ | Py_NE))
        else {
            return Ok(not_implemented().own());
        };
        let equal = if let Some(other) = other.downcast::<InterpreterIDObject>() {
            id.id.get() == other.id.get()
        } else if number::check(other) {
            let own = long::from_i64(id.id.get())?;
            object::rich_compare_bool(own.as_object(), other, Py_EQ)?
        } else {
            return Ok(not_implemented().own());
        };
        Ok(bool_from(equal == (op == Py_EQ)))
    }
}

/// `_PyCrossInterpreterData_Lookup`: what takes an object's data, if its type can cross.
pub fn crossing(o: &PyObject) -> crossinterpdatafunc {
    if _PyRuntime.xidregistry.head.get().is_null() {
        register_builtins();
    }
    let mut at = _PyRuntime.xidregistry.head.get();
    // SAFETY: entries of the registry live for ever.
    while let Some(entry) = unsafe { at.as_ref() } {
        if entry.cls.get() == o.ob_type.get() {
            return entry.getdata.get();
        }
        at = entry.next.get();
    }
    None
}

fn add_crossing(ty: &PyTypeObject, get: crossinterpdatafunc) {
    let entry = Box::new(_xidregitem {
        cls: Cell::new(std::ptr::from_ref(ty).cast_mut()),
        getdata: Cell::new(get),
        next: Cell::new(_PyRuntime.xidregistry.head.get()),
    });
    _PyRuntime.xidregistry.head.set(Box::into_raw(entry));
}

fn register_builtins() {
    add_crossing(none().ty(), Some(none_crosses));
    add_crossing(&PyLong_Type, Some(int_crosses));
    add_crossing(&PyBytes_Type, Some(bytes_cross));
    add_crossing(&PyUnicode_Type, Some(text_crosses));
}

/// `_PyCrossInterpreterData_RegisterClass`.
pub fn register_crossing(ty: &PyTypeObject, get: crossinterpdatafunc) -> PyResult<()> {
    if ty.tp_flags.get() & Py_TPFLAGS_HAVE_GC == 0 && get.is_none() {
        return Err(raise!(ValueError, "missing 'getdata' func"));
    }
    if get.is_none() {
        return Err(raise!(ValueError, "missing 'getdata' func"));
    }
    // The type must outlive the entry.
    std::mem::forget(ty.own());
    if _PyRuntime.xidregistry.head.get().is_null() {
        register_builtins();
    }
    add_crossing(ty, get);
    Ok(())
}

/// `_PyObject_CheckCrossInterpreterData`.
pub fn check_crossing(o: &PyObject) -> PyResult<()> {
    if crossing(o).is_some() {
        return Ok(());
    }
    if err::occurred().is_some() {
        return Err(Raised::already_set());
    }
    Err(raise!(
        ValueError,
        "{} does not support cross-interpreter data",
        err::Str(&*object::str(o)?)
    ))
}

/// `_PyObject_GetCrossInterpreterData`.
///
/// # Safety
/// `data` is a place for the data.
pub unsafe fn get_crossing(o: &PyObject, data: *mut _PyCrossInterpreterData) -> PyResult<()> {
    // SAFETY: by the contract.
    let place = unsafe {
        data.write(_PyCrossInterpreterData::ZEROED);
        &*data
    };
    // What C's function stores holds the object.
    let held = o.own();
    let Some(get) = crossing(o) else {
        check_crossing(o)?;
        return Err(err::bad_internal_call());
    };
    // SAFETY: the function belongs to the object's type.
    if unsafe { get(o.as_ptr(), data) } != 0 {
        return Err(Raised::already_set());
    }
    drop(held);
    place.interp.set(crate::import::interp().id.get());
    if place.new_object.get().is_none() {
        // SAFETY: filled in by the function above.
        unsafe { release_crossing(place) };
        return Err(raise!(SystemError, "missing new_object func"));
    }
    Ok(())
}

/// `_PyCrossInterpreterData_Release`: in the interpreter where the data come from.
///
/// # Safety
/// `data` was filled in by [`get_crossing`].
pub unsafe fn release_crossing(data: &_PyCrossInterpreterData) {
    if data.data.get().is_null() && data.obj.get().is_null() {
        return;
    }
    let raised = err::fetch();
    let interp = look_up(data.interp.get());
    err::restore(raised);
    let old = tstate::current_ptr();
    if let Ok(interp) = interp
        // SAFETY: the current thread state lives.
        && !unsafe { old.as_ref() }.is_some_and(|ts| std::ptr::eq(ts.interp.get(), interp))
        && !interp.tstate_head.get().is_null()
    {
        threads::set_current(interp.tstate_head.get());
    }
    if let Some(free) = data.free.get() {
        // SAFETY: the data's own function.
        unsafe { free(data.data.get()) };
    }
    data.data.set(std::ptr::null_mut());
    data.obj.set_ref(None);
    threads::set_current(old);
}

unsafe extern "C" fn new_none(_data: *mut _PyCrossInterpreterData) -> *mut PyObject {
    none().own().into_ptr()
}

unsafe extern "C" fn none_crosses(_o: *mut PyObject, data: *mut _PyCrossInterpreterData) -> c_int {
    // SAFETY: the caller passes a place that is zeroed.
    unsafe { (*data).new_object.set(Some(new_none)) };
    0
}

unsafe extern "C" fn new_int(data: *mut _PyCrossInterpreterData) -> *mut PyObject {
    // SAFETY: the caller passes data made below.
    let value = unsafe { (*data).data.get() } as isize;
    long::from_ssize_t(value).map_or(std::ptr::null_mut(), Owned::into_ptr)
}

unsafe extern "C" fn int_crosses(o: *mut PyObject, data: *mut _PyCrossInterpreterData) -> c_int {
    // SAFETY: the caller passes an int and a place that is zeroed.
    let (o, data) = unsafe { (&*o, &*data) };
    match long::as_ssize_t(o) {
        Ok(value) => {
            data.data.set(value as usize as *mut c_void);
            data.new_object.set(Some(new_int));
            0
        }
        Err(_) => {
            if err::matches(exc::OverflowError.get()) {
                err::clear();
                let _ = raise!(OverflowError, "try sending as bytes");
            }
            -1
        }
    }
}

unsafe extern "C" fn new_bytes(data: *mut _PyCrossInterpreterData) -> *mut PyObject {
    // SAFETY: the caller passes data made below, which holds the object.
    let o = unsafe { &*(*data).obj.get().cast::<PyBytesObject>() };
    bytes::from_slice(bytes::as_slice(o)).map_or(std::ptr::null_mut(), Owned::into_ptr)
}

unsafe extern "C" fn bytes_cross(o: *mut PyObject, data: *mut _PyCrossInterpreterData) -> c_int {
    // SAFETY: the caller passes bytes and a place that is zeroed.
    unsafe { hold(&*o, &*data, new_bytes) }
}

unsafe extern "C" fn new_text(data: *mut _PyCrossInterpreterData) -> *mut PyObject {
    // SAFETY: the caller passes data made below, which holds the object.
    let o = unsafe { &*(*data).obj.get().cast::<PyUnicodeObject>() };
    unicode::copy(o).map_or(std::ptr::null_mut(), Owned::into_ptr)
}

unsafe extern "C" fn text_crosses(o: *mut PyObject, data: *mut _PyCrossInterpreterData) -> c_int {
    // SAFETY: the caller passes a str and a place that is zeroed.
    unsafe { hold(&*o, &*data, new_text) }
}

/// The data are the object itself, of which the other side makes a copy.
fn hold(
    o: &PyObject,
    data: &_PyCrossInterpreterData,
    make: unsafe extern "C" fn(*mut _PyCrossInterpreterData) -> *mut PyObject,
) -> c_int {
    data.obj.set_ref(Some(o.own()));
    data.new_object.set(Some(make));
    0
}

/// `_PyThread_CurrentFrames`: the running frame of each thread, of all interpreters, by the thread's number.
pub fn current_frames() -> PyResult<Owned> {
    crate::sys::audit("sys._current_frames", &[])?;
    let frames = dict::new()?;
    for interp in all() {
        let mut at = interp.tstate_head.get();
        // SAFETY: thread states live while their interpreter does and the GIL is held.
        while let Some(state) = unsafe { at.as_ref() } {
            // SAFETY: a thread holds its running frame.
            if let Some(frame) = unsafe { state.frame.get().as_ref() } {
                let id = long::from_u64(state.thread_id.get())?;
                dict::set_item(&frames, id.as_object(), frame.as_object())?;
            }
            at = state.next.get();
        }
    }
    Ok(frames.upcast())
}

/// Makes the machinery of threads fresh for a child of `fork`.
pub fn after_fork_child() {
    ceval::after_fork_child();
    threads::after_fork_child();
}
