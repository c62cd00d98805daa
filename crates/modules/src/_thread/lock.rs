//! `lock` and `RLock`.

use super::timeout_microseconds;
use pyrite_macros::pytype;

use pyrite_runtime::prelude::*;
use pyrite_runtime::{err, long, mem, tuple, typeobject, unicode, weakref};
use pyrite_vm::pythread::{Acquired, Lock};
use pyrite_vm::{ceval, threads};

#[repr(C)]
pub struct LockObject {
    ob_base: PyObject,
    lock: Cell<*mut Lock>,
    weakrefs: Cell<*mut PyObject>,
    locked: Cell<bool>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for LockObject {}

#[repr(C)]
pub struct RLockObject {
    ob_base: PyObject,
    lock: Cell<*mut Lock>,
    owner: Cell<u64>,
    count: Cell<u64>,
    weakrefs: Cell<*mut PyObject>,
}
// SAFETY: begins with the head; all fields are cells.
unsafe impl Layout for RLockObject {}

fn allocate() -> PyResult<*mut Lock> {
    match Lock::new() {
        Some(l) => Ok(Box::into_raw(l)),
        None => Err(raise!(RuntimeError, "can't allocate lock")),
    }
}

/// A lock that nobody holds.
pub fn new() -> PyResult<Owned> {
    let l: Owned<LockObject> = mem::new_object(&LOCK_TYPE)?;
    l.lock.set(allocate()?);
    Ok(l.upcast())
}

/// Lets go of a lock object's lock, if it is held.
pub fn release_if_held(o: &PyObject) {
    if std::ptr::eq(o.ty(), &LOCK_TYPE) {
        // SAFETY: just checked.
        let l = unsafe { o.cast_ref::<LockObject>() };
        if l.locked.replace(false) {
            // SAFETY: the lock lives as long as the object.
            unsafe { (*l.lock.get()).release() };
        }
    }
}

/// Waits without the GIL, and lets signals be handled between.
fn acquire(lock: &Lock, microseconds: i64) -> PyResult<bool> {
    if lock.acquire(0, false) == Acquired::Yes {
        return Ok(true);
    }
    if microseconds == 0 {
        return Ok(false);
    }
    let start = std::time::Instant::now();
    let mut left = microseconds;
    loop {
        match ceval::allow_threads(|| lock.acquire(left, true)) {
            Acquired::Yes => return Ok(true),
            Acquired::No => return Ok(false),
            Acquired::Interrupted => ceval::check_signals()?,
        }
        if microseconds > 0 {
            let passed = i64::try_from(start.elapsed().as_micros()).unwrap_or(i64::MAX);
            left = microseconds.saturating_sub(passed);
            // What is left could come out as "try once" or "for ever".
            if left <= 0 {
                return Ok(false);
            }
        }
    }
}

pub struct LockType;

#[pytype(name = "_thread.lock", c_name = LOCK_TYPE, layout = LockObject, export = false, weaklistoffset = weakrefs,
         free = object_free)]
impl LockType {
    fn tp_dealloc(slf: *mut LockObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            if !(*slf).weakrefs.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            let lock = (*slf).lock.get();
            if !lock.is_null() {
                if (*slf).locked.get() {
                    (*lock).release();
                }
                drop(Box::from_raw(lock));
            }
            mem::object_free(slf.cast());
        }
    }
    fn tp_repr(slf: &LockObject) -> PyResult<Owned> {
        let state = if slf.locked.get() {
            "locked"
        } else {
            "unlocked"
        };
        let text = format!("<{state} {} object at {:p}>", slf.type_name(), slf.as_ptr());
        unicode::from_str(&text).map(Owned::upcast)
    }
    #[method]
    #[sig("($self, blocking=True, timeout=-1)")]
    fn acquire(
        slf: &LockObject,
        blocking: Option<i32>,
        timeout: Option<&PyObject>,
    ) -> PyResult<bool> {
        lock_acquire(slf, blocking, timeout)
    }
    #[method]
    #[sig("($self, blocking=True, timeout=-1)")]
    fn acquire_lock(
        slf: &LockObject,
        blocking: Option<i32>,
        timeout: Option<&PyObject>,
    ) -> PyResult<bool> {
        lock_acquire(slf, blocking, timeout)
    }
    #[method]
    #[sig("($self, blocking=True, timeout=-1)")]
    fn __enter__(
        slf: &LockObject,
        blocking: Option<i32>,
        timeout: Option<&PyObject>,
    ) -> PyResult<bool> {
        lock_acquire(slf, blocking, timeout)
    }
    #[method]
    fn release(slf: &LockObject) -> PyResult<()> {
        lock_release(slf)
    }
    #[method]
    fn release_lock(slf: &LockObject) -> PyResult<()> {
        lock_release(slf)
    }
    #[method(args)]
    fn __exit__(slf: &LockObject, _args: &[&PyObject]) -> PyResult<()> {
        lock_release(slf)
    }
    #[method]
    fn locked(slf: &LockObject) -> bool {
        slf.locked.get()
    }
    #[method]
    fn locked_lock(slf: &LockObject) -> bool {
        slf.locked.get()
    }
}

fn lock_acquire(
    slf: &LockObject,
    blocking: Option<i32>,
    timeout: Option<&PyObject>,
) -> PyResult<bool> {
    let micro = timeout_microseconds(blocking.is_none_or(|b| b != 0), timeout)?;
    let _hold = slf.own();
    // SAFETY: the lock lives as long as the object, which is held.
    let got = acquire(unsafe { &*slf.lock.get() }, micro)?;
    if got {
        slf.locked.set(true);
    }
    Ok(got)
}

fn lock_release(slf: &LockObject) -> PyResult<()> {
    if !slf.locked.get() {
        return Err(raise!(RuntimeError, "release unlocked lock"));
    }
    slf.locked.set(false);
    // SAFETY: the lock lives as long as the object.
    unsafe { (*slf.lock.get()).release() };
    Ok(())
}

pub struct RLockType;

#[pytype(name = "_thread.RLock", c_name = RLOCK_TYPE, layout = RLockObject, export = false, flags = [BASETYPE],
         weaklistoffset = weakrefs, alloc = typeobject::instance::generic_alloc_slot, free = typeobject::instance::free)]
impl RLockType {
    fn tp_dealloc(slf: *mut RLockObject) {
        // SAFETY: the count has reached 0; the fields are released and the memory given back once.
        unsafe {
            if !(*slf).weakrefs.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            let lock = (*slf).lock.get();
            if !lock.is_null() {
                if (*slf).count.get() > 0 {
                    (*lock).release();
                }
                drop(Box::from_raw(lock));
            }
            typeobject::instance::free_instance((*slf).ty(), slf.cast());
        }
    }
    fn tp_new(
        ty: &PyTypeObject,
        _args: &PyTupleObject,
        _kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        let o = typeobject::instance::alloc(ty)?;
        // SAFETY: an instance of the type.
        unsafe { o.cast_ref::<RLockObject>() }.lock.set(allocate()?);
        Ok(o)
    }
    fn tp_repr(slf: &RLockObject) -> PyResult<Owned> {
        let (count, owner) = (slf.count.get(), slf.owner.get());
        let state = if count > 0 { "locked" } else { "unlocked" };
        let name = slf.type_name();
        let text = format!(
            "<{state} {name} object owner={owner} count={count} at {:p}>",
            slf.as_ptr()
        );
        unicode::from_str(&text).map(Owned::upcast)
    }
    #[method]
    #[sig("($self, blocking=True, timeout=-1)")]
    fn acquire(
        slf: &RLockObject,
        blocking: Option<i32>,
        timeout: Option<&PyObject>,
    ) -> PyResult<bool> {
        rlock_acquire(slf, blocking, timeout)
    }
    #[method]
    #[sig("($self, blocking=True, timeout=-1)")]
    fn __enter__(
        slf: &RLockObject,
        blocking: Option<i32>,
        timeout: Option<&PyObject>,
    ) -> PyResult<bool> {
        rlock_acquire(slf, blocking, timeout)
    }
    #[method]
    fn release(slf: &RLockObject) -> PyResult<()> {
        rlock_release(slf)
    }
    #[method(args)]
    fn __exit__(slf: &RLockObject, _args: &[&PyObject]) -> PyResult<()> {
        rlock_release(slf)
    }
    #[method]
    fn _is_owned(slf: &RLockObject) -> bool {
        slf.count.get() > 0 && slf.owner.get() == threads::ident()
    }
    #[method]
    fn _release_save(slf: &RLockObject) -> PyResult<Owned> {
        let count = slf.count.get();
        if count == 0 {
            return Err(raise!(RuntimeError, "cannot release un-acquired lock"));
        }
        let owner = slf.owner.get();
        slf.count.set(0);
        slf.owner.set(0);
        // SAFETY: the lock lives as long as the object.
        unsafe { (*slf.lock.get()).release() };
        let pair = vec![
            long::from_u64(count)?.upcast(),
            long::from_u64(owner)?.upcast(),
        ];
        tuple::from_owned(pair).map(Owned::upcast)
    }
    #[method]
    fn _acquire_restore(slf: &RLockObject, state: &PyTupleObject) -> PyResult<()> {
        if state.ob_base.ob_size.get() != 2 {
            return Err(err::bad_argument());
        }
        let count = long::as_u64(&*tuple::get_item(state, 0)?)?;
        let owner = long::as_u64(&*tuple::get_item(state, 1)?)?;
        // SAFETY: the lock lives as long as the object.
        let lock = unsafe { &*slf.lock.get() };
        if lock.acquire(0, false) != Acquired::Yes {
            ceval::allow_threads(|| lock.acquire(-1, false));
        }
        slf.owner.set(owner);
        slf.count.set(count);
        Ok(())
    }
}

fn rlock_acquire(
    slf: &RLockObject,
    blocking: Option<i32>,
    timeout: Option<&PyObject>,
) -> PyResult<bool> {
    let micro = timeout_microseconds(blocking.is_none_or(|b| b != 0), timeout)?;
    let own = threads::ident();
    if slf.count.get() > 0 && slf.owner.get() == own {
        match slf.count.get().checked_add(1) {
            Some(n) => slf.count.set(n),
            None => return Err(raise!(OverflowError, "Internal lock count overflowed")),
        }
        return Ok(true);
    }
    let _hold = slf.own();
    // SAFETY: the lock lives as long as the object, which is held.
    let got = acquire(unsafe { &*slf.lock.get() }, micro)?;
    if got {
        slf.owner.set(own);
        slf.count.set(1);
    }
    Ok(got)
}

fn rlock_release(slf: &RLockObject) -> PyResult<()> {
    if slf.count.get() == 0 || slf.owner.get() != threads::ident() {
        return Err(raise!(RuntimeError, "cannot release un-acquired lock"));
    }
    slf.count.set(slf.count.get() - 1);
    if slf.count.get() == 0 {
        slf.owner.set(0);
        // SAFETY: the lock lives as long as the object.
        unsafe { (*slf.lock.get()).release() };
    }
    Ok(())
}
