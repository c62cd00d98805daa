//! `_abc`: what abstract base classes remember, and the checks that ask it (PEP 3119).
//!
//! Each class keeps its registered subclasses and two caches of answers, all weak. Registering anywhere raises a counter, which
//! makes all negative answers stale.

use pyrite_macros::{pymodule, pytype};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, err, gc, long, object, sequence, set, tuple, typeobject, weakref};
use std::sync::atomic::{AtomicU64, Ordering};

/// Rises with every registration.
static COUNTER: AtomicU64 = AtomicU64::new(0);

/// What one class remembers. The sets hold weak references.
#[repr(C)]
struct AbcData {
    ob_base: PyObject,
    registry: Cell<*mut PyObject>,
    cache: Cell<*mut PyObject>,
    negative: Cell<*mut PyObject>,
    negative_version: Cell<u64>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for AbcData {}

struct AbcDataType;

#[pytype(name = "_abc_data", c_name = ABC_DATA_TYPE, layout = AbcData, export = false, free = object_free)]
impl AbcDataType {
    fn tp_dealloc(slf: *mut AbcData) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            for f in [&(*slf).registry, &(*slf).cache, &(*slf).negative] {
                f.set_ref(None);
            }
            pyrite_runtime::mem::object_free(slf.cast());
        }
    }
}

fn data_of(class: &PyObject) -> PyResult<Owned<AbcData>> {
    let data = object::get_attr(class, id!("_abc_impl").as_object())?;
    if !std::ptr::eq(data.ty(), &ABC_DATA_TYPE) {
        return Err(raise!(TypeError, "_abc_impl is set to a wrong type"));
    }
    // SAFETY: just checked.
    Ok(unsafe { data.cast_unchecked() })
}

/// Takes a dead reference out of its set.
#[repr(C)]
struct Remover {
    ob_base: PyObject,
    set: Cell<*mut PyObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for Remover {}

struct RemoverType;

#[pytype(name = "_abc._remover", c_name = REMOVER_TYPE, layout = Remover, export = false, flags = [HAVE_GC], free = gc_del)]
impl RemoverType {
    fn tp_dealloc(slf: *mut Remover) {
        // SAFETY: as above.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).set.set_ref(None);
            gc::del(slf.cast());
        }
    }
    fn tp_traverse(slf: &Remover, visit: gc::Visitor) -> c_int {
        visit.visit(slf.set.get())
    }
    fn tp_call(slf: &Remover, args: &PyTupleObject, _kw: Option<&PyDictObject>) -> PyResult<Owned> {
        // The set is held weakly: it holds the references whose callbacks we are.
        if let Some(reference) = slf.set.load()
            && let Some(found) = weakref::get_object(&reference)
            && let Some(s) = found.downcast::<PySetObject>()
        {
            set::discard(s, &*tuple::get_item(args, 0)?)?;
        }
        Ok(none().own())
    }
}

/// Adds a weak reference to `o` to the set in a field, which is made on first use.
fn add_weak(field: &Cell<*mut PyObject>, o: &PyObject) -> PyResult<()> {
    let s = match field.load() {
        Some(s) => s,
        None => {
            let s = set::new(None)?.upcast();
            field.set_ref(Some(s.clone()));
            s
        }
    };
    let remover = gc::new_object::<Remover>(&REMOVER_TYPE)?;
    remover.set.set_ref(Some(weakref::new_ref(&s, None)?));
    // SAFETY: fresh, with valid fields.
    unsafe { gc::track(remover.as_ptr()) };
    let reference = weakref::new_ref(o, Some(remover.as_object()))?;
    match s.downcast::<PySetObject>() {
        Some(s) => set::add(s, &reference),
        None => Err(err::bad_internal_call()),
    }
}

/// Is a weak reference to `o` in the set? An object that cannot be referenced weakly is in none.
fn in_weak_set(field: &Cell<*mut PyObject>, o: &PyObject) -> PyResult<bool> {
    let Some(s) = field.load() else {
        return Ok(false);
    };
    let Some(s) = s.downcast::<PySetObject>() else {
        return Ok(false);
    };
    if set::len(s) == 0 {
        return Ok(false);
    }
    match weakref::new_ref(o, None) {
        Ok(r) => set::contains(s, &r),
        Err(_) if err::matches(pyrite_runtime::exceptions::exc::TypeError.get()) => {
            err::clear();
            Ok(false)
        }
        Err(e) => Err(e),
    }
}

/// The names of the namespace's and the bases' abstract methods that are still abstract.
fn compute_abstract_methods(class: &PyObject) -> PyResult<()> {
    let abstracts = set::new_frozen(None)?;
    let namespace = object::get_attr(class, id!("__dict__").as_object())?;
    let items = call::method(&namespace, id!("items").as_object(), &[])?;
    for pair in tuple::to_vec(&*sequence::tuple(&items)?) {
        let Some(pair) = pair
            .downcast::<PyTupleObject>()
            .filter(|p| p.ob_base.ob_size.get() == 2)
        else {
            return Err(raise!(TypeError, "Iteration over dict didn't return items"));
        };
        let (name, value) = (tuple::get_item(pair, 0)?, tuple::get_item(pair, 1)?);
        if is_abstract(&value)? {
            set::add(&abstracts, &name)?;
        }
    }
    let bases = object::get_attr(class, id!("__bases__").as_object())?;
    for base in tuple::to_vec(&*sequence::tuple(&bases)?) {
        let Some(names) = object::lookup_attr(&base, id!("__abstractmethods__").as_object())?
        else {
            continue;
        };
        for name in tuple::to_vec(&*sequence::tuple(&names)?) {
            if let Some(value) = object::lookup_attr(class, &name)?
                && is_abstract(&value)?
            {
                set::add(&abstracts, &name)?;
            }
        }
    }
    object::set_attr(
        class,
        id!("__abstractmethods__").as_object(),
        abstracts.as_object(),
    )
}

fn is_abstract(o: &PyObject) -> PyResult<bool> {
    pyrite_runtime::descr::property::is_abstract(o)
}

fn require_class(o: &PyObject, message: &str) -> PyResult<()> {
    if o.downcast::<PyTypeObject>().is_some() {
        Ok(())
    } else {
        Err(raise!(TypeError, "{message}"))
    }
}

fn subclass_check(class: &PyObject, subclass: &PyObject) -> PyResult<bool> {
    require_class(subclass, "issubclass() arg 1 must be a class")?;
    let data = data_of(class)?;
    if in_weak_set(&data.cache, subclass)? {
        return Ok(true);
    }
    if data.negative_version.get() < COUNTER.load(Ordering::Relaxed) {
        data.negative.set_ref(None);
        data.negative_version.set(COUNTER.load(Ordering::Relaxed));
    } else if in_weak_set(&data.negative, subclass)? {
        return Ok(false);
    }
    let yes = |data: &AbcData| add_weak(&data.cache, subclass).map(|()| true);
    // The class's own word on it.
    let hook = call::method(class, id!("__subclasshook__").as_object(), &[subclass])?;
    if hook.is(py_true()) {
        return yes(&data);
    }
    if hook.is(py_false()) {
        add_weak(&data.negative, subclass)?;
        return Ok(false);
    }
    if !hook.is(not_implemented()) {
        return Err(raise!(
            AssertionError,
            "__subclasshook__ must return either False, True, or NotImplemented"
        ));
    }
    if let (Some(c), Some(s)) = (
        class.downcast::<PyTypeObject>(),
        subclass.downcast::<PyTypeObject>(),
    ) && typeobject::is_subtype(s, c)
    {
        return yes(&data);
    }
    if let Some(registry) = data.registry.load() {
        for reference in tuple::to_vec(&*sequence::tuple(&registry)?) {
            let Some(registered) = weakref::get_object(&reference) else {
                continue;
            };
            if registered.is(subclass) || object::is_subclass(subclass, &registered)? {
                return yes(&data);
            }
        }
    }
    let subclasses = call::method(class, id!("__subclasses__").as_object(), &[])?;
    if subclasses.downcast::<PyListObject>().is_none() {
        return Err(raise!(TypeError, "__subclasses__() must return a list"));
    }
    for c in tuple::to_vec(&*sequence::tuple(&subclasses)?) {
        if object::is_subclass(subclass, &c)? {
            return yes(&data);
        }
    }
    add_weak(&data.negative, subclass)?;
    Ok(false)
}

fn copy_of(field: &Cell<*mut PyObject>) -> PyResult<Owned> {
    match field.load() {
        Some(s) => set::new(Some(&s)).map(Owned::upcast),
        None => set::new(None).map(Owned::upcast),
    }
}

/// `_abc`.
pub struct Abc;

#[pymodule(name = "_abc")]
impl Abc {
    #[function]
    fn get_cache_token(_m: &PyObject) -> u64 {
        COUNTER.load(Ordering::Relaxed)
    }
    #[function]
    fn _abc_init(_m: &PyObject, slf: &PyObject) -> PyResult<()> {
        compute_abstract_methods(slf)?;
        let data: Owned<AbcData> = pyrite_runtime::mem::new_object(&ABC_DATA_TYPE)?;
        data.negative_version.set(COUNTER.load(Ordering::Relaxed));
        object::set_attr(slf, id!("_abc_impl").as_object(), data.as_object())
    }
    #[function]
    fn _abc_register(_m: &PyObject, slf: &PyObject, subclass: &PyObject) -> PyResult<Owned> {
        require_class(subclass, "Can only register classes")?;
        if object::is_subclass(subclass, slf)? {
            return Ok(subclass.own());
        }
        if object::is_subclass(slf, subclass)? {
            return Err(raise!(
                RuntimeError,
                "Refusing to create an inheritance cycle"
            ));
        }
        add_weak(&data_of(slf)?.registry, subclass)?;
        COUNTER.fetch_add(1, Ordering::Relaxed);
        Ok(subclass.own())
    }
    #[function]
    fn _abc_instancecheck(_m: &PyObject, slf: &PyObject, instance: &PyObject) -> PyResult<Owned> {
        let data = data_of(slf)?;
        let class = object::get_attr(instance, id!("__class__").as_object())?;
        if in_weak_set(&data.cache, &class)? {
            return Ok(py_true().own());
        }
        let check = id!("__subclasscheck__").as_object();
        let ty = instance.ty().own();
        if ty.is(&*class) {
            if data.negative_version.get() == COUNTER.load(Ordering::Relaxed)
                && in_weak_set(&data.negative, &class)?
            {
                return Ok(py_false().own());
            }
            return call::method(slf, check, &[&class]);
        }
        let r = call::method(slf, check, &[&class])?;
        if object::is_true(&r)? {
            return Ok(r);
        }
        call::method(slf, check, &[&ty])
    }
    #[function]
    fn _abc_subclasscheck(_m: &PyObject, slf: &PyObject, subclass: &PyObject) -> PyResult<bool> {
        subclass_check(slf, subclass)
    }
    #[function]
    fn _get_dump(_m: &PyObject, slf: &PyObject) -> PyResult<Owned> {
        let data = data_of(slf)?;
        let version = long::from_u64(data.negative_version.get())?.upcast();
        let all = vec![
            copy_of(&data.registry)?,
            copy_of(&data.cache)?,
            copy_of(&data.negative)?,
            version,
        ];
        tuple::from_owned(all).map(Owned::upcast)
    }
    #[function]
    fn _reset_registry(_m: &PyObject, slf: &PyObject) -> PyResult<()> {
        data_of(slf)?.registry.set_ref(None);
        Ok(())
    }
    #[function]
    fn _reset_caches(_m: &PyObject, slf: &PyObject) -> PyResult<()> {
        let data = data_of(slf)?;
        data.cache.set_ref(None);
        data.negative.set_ref(None);
        Ok(())
    }

    fn exec(_m: &PyObject) -> PyResult<()> {
        typeobject::ready(&ABC_DATA_TYPE)?;
        typeobject::ready(&REMOVER_TYPE)?;
        Ok(())
    }
}
