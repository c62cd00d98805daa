//! Attributes and methods.

use crate::eval::cache::{self, cache_miss, is_warm};
use crate::eval::machine::{M, R, op, opx};
use crate::eval::release;
use crate::eval::slots::Cache;
use crate::function::PyFunction_Type;
use crate::prelude::*;
use pyrite_runtime::module::PyModule_Type;
use pyrite_runtime::words;

opx! {
    fn LOAD_ATTR(m) {
        if is_warm(m) {
            cache::load_attr(m);
        }
        let r = { let v = m.pop(); object::get_attr(&v, m.name(m.oparg())) };
        m.result(r)
    }

    fn STORE_ATTR(m) {
        let r = object::set_attr(m.top(), m.name(m.oparg()), m.peek(2));
        // Only now is the attribute there, so that it can be seen where it is.
        if r.is_ok() && is_warm(m) {
            cache::store_attr(m);
        }
        m.drop_n(2);
        m.done(r)
    }

    fn DELETE_ATTR(m) {
        let r = { let owner = m.pop(); object::del_attr(&owner, m.name(m.oparg())) };
        m.done(r)
    }

    /// Leaves a method and its receiver, or NULL and any other attribute.
    fn LOAD_METHOD(m) {
        if is_warm(m) {
            cache::load_method(m);
        }
        match typeobject::get_method(m.top(), m.name(m.oparg())) {
            Ok((attr, true)) => {
                let owner = m.pop();
                m.push_ptr(std::ptr::null_mut());
                m.push(attr);
                drop(owner);
                m.step()
            }
            Ok((method, false)) => {
                let owner = m.pop_ptr();
                m.push(method);
                m.push_ptr(owner);
                m.step()
            }
            Err(_) => m.error(),
        }
    }
}

/// Is the object's type the one that the cache knows?
#[inline(always)]
unsafe fn has_type(o: *mut PyObject, cache: &Cache) -> bool {
    // SAFETY: a live object; its type lives.
    unsafe { (*(*o).ob_type.get()).tp_version_tag.get() == cache.type_version.get() }
}

/// The word of an instance at the cache's offset.
#[inline(always)]
unsafe fn word_at(o: *mut PyObject, cache: &Cache) -> *mut *mut PyObject {
    // SAFETY: an instance of the type that the cache knows has a pointer there.
    unsafe { o.cast::<u8>().add(cache.offset.get() as usize).cast() }
}

/// Does the instance's own dict, if it has one, lack the name?
#[inline(always)]
unsafe fn lacks_own(o: *mut PyObject, cache: &Cache) -> bool {
    if cache.offset.get() == 0 {
        return true;
    }
    // SAFETY: the offset is where the type keeps the dict, or null.
    unsafe {
        let d = *word_at(o, cache);
        d.is_null()
            || dict::has_shape(d.cast(), cache.keys_version.get(), cache.entries.get())
            || words::dict_lacks(d, cache.name.get())
    }
}

/// The value replaces its owner on the stack.
#[inline(always)]
fn replace_owner(mut m: M, v: *mut PyObject) -> R {
    let o = m.peek_ptr(1);
    // SAFETY: the value lives; the stack owned the owner.
    unsafe {
        incref(v);
        m.poke(1, v);
        let left = count_down(o);
        if left == 0 {
            m.arg = o as u64;
            return m.go(super::stack::dealloc_and_next);
        }
    }
    m.next()
}

/// NULL and the value replace the owner: a callable that takes no receiver.
#[inline(always)]
fn replace_by_function(mut m: M, v: *mut PyObject) -> R {
    let o = m.peek_ptr(1);
    // SAFETY: as above; the stack has room for two entries where a method may lie.
    unsafe {
        incref(v);
        m.poke(1, std::ptr::null_mut());
        m.push_ptr(v);
        let left = count_down(o);
        if left == 0 {
            m.arg = o as u64;
            return m.go(super::stack::dealloc_and_next);
        }
    }
    m.next()
}

/// The value of a module's attribute, or null.
#[inline(always)]
fn module_value(m: M) -> *mut PyObject {
    let (o, cache) = (m.peek_ptr(1), m.cache());
    // SAFETY: a module's dict is a dict; as long as its table has the number, the value's place is where it was.
    unsafe {
        if !words::is(o, &PyModule_Type) {
            return std::ptr::null_mut();
        }
        let d = (*o.cast::<PyModuleObject>())
            .md_dict
            .get()
            .cast::<PyDictObject>();
        if d.is_null() || !dict::has_version(d, cache.keys_version.get()) {
            return std::ptr::null_mut();
        }
        (*cache.place.get()).get()
    }
}

/// Is the top of the stack the class that the cache knows?
#[inline(always)]
fn is_class(m: M) -> bool {
    let (o, cache) = (m.peek_ptr(1), m.cache());
    // SAFETY: the stack owns its entries; an instance of `type` is a type.
    unsafe {
        words::is(o, &PyType_Type)
            && (*o.cast::<PyTypeObject>()).tp_version_tag.get() == cache.type_version.get()
    }
}

op! {
    /// The value lies beside a table that instances share.
    fn LOAD_ATTR_SPLIT(m) {
        let (o, cache) = (m.peek_ptr(1), m.cache());
        // SAFETY: the stack owns its entries; the guards say what is where.
        unsafe {
            if has_type(o, cache) {
                let d = (*word_at(o, cache)).cast::<PyDictObject>();
                if !d.is_null() && dict::has_version(d, cache.keys_version.get()) {
                    let v = *(*d).ma_values.get().add(cache.index.get() as usize);
                    if !v.is_null() {
                        return replace_owner(m, v);
                    }
                }
            }
        }
        m.go(cache_miss)
    }

    /// The value lies in a dict that the instance has for itself.
    fn LOAD_ATTR_DICT(m) {
        let (o, cache) = (m.peek_ptr(1), m.cache());
        // SAFETY: as above.
        unsafe {
            if has_type(o, cache) {
                let d = *word_at(o, cache);
                if !d.is_null() {
                    let v = words::dict_text(d, cache.name.get());
                    if !v.is_null() {
                        return replace_owner(m, v);
                    }
                }
            }
        }
        m.go(cache_miss)
    }

    /// The value lies in the instance, as `__slots__` made it.
    fn LOAD_ATTR_SLOT(m) {
        let (o, cache) = (m.peek_ptr(1), m.cache());
        // SAFETY: as above.
        unsafe {
            if has_type(o, cache) {
                let v = *word_at(o, cache);
                if !v.is_null() {
                    return replace_owner(m, v);
                }
            }
        }
        m.go(cache_miss)
    }

    /// The value belongs to the instance's type and needs no binding.
    fn LOAD_ATTR_OF_TYPE(m) {
        let (o, cache) = (m.peek_ptr(1), m.cache());
        // SAFETY: as above; while the type has its version it holds the value.
        if unsafe { has_type(o, cache) && lacks_own(o, cache) } {
            return replace_owner(m, cache.value.get());
        }
        m.go(cache_miss)
    }

    fn LOAD_ATTR_MODULE(m) {
        let v = module_value(m);
        if v.is_null() {
            return m.go(cache_miss);
        }
        replace_owner(m, v)
    }

    /// The owner is a class.
    fn LOAD_ATTR_CLASS(m) {
        if is_class(m) {
            return replace_owner(m, m.cache().value.get());
        }
        m.go(cache_miss)
    }

    /// A method of the instance's type.
    fn LOAD_METHOD_OF_TYPE(m) {
        let (o, cache) = (m.peek_ptr(1), m.cache());
        // SAFETY: as above; while the type has its version it holds the method.
        unsafe {
            if has_type(o, cache) && lacks_own(o, cache) {
                let method = cache.value.get();
                incref(method);
                m.poke(1, method);
                m.push_ptr(o);
                return m.next();
            }
        }
        m.go(cache_miss)
    }

    /// A class method whose function is Python's, for an instance.
    fn LOAD_METHOD_CLASSMETHOD(m) {
        let (o, cache) = (m.peek_ptr(1), m.cache());
        // SAFETY: as above; the function stays with the class method while the type has that.
        unsafe {
            if has_type(o, cache) && lacks_own(o, cache) {
                let f = words::wrapped_function(cache.value.get());
                if !f.is_null() && words::is(f, &PyFunction_Type) {
                    let class = (*o).ob_type.get().cast::<PyObject>();
                    incref(f);
                    incref(class);
                    m.poke(1, f);
                    m.push_ptr(class);
                    let left = count_down(o);
                    if left == 0 {
                        m.arg = o as u64;
                        return m.go(super::stack::dealloc_and_next);
                    }
                    return m.next();
                }
            }
        }
        m.go(cache_miss)
    }

    /// The same for the class itself.
    fn LOAD_METHOD_CLASSMETHOD_OF_CLASS(m) {
        if is_class(m) {
            // SAFETY: as above.
            unsafe {
                let f = words::wrapped_function(m.cache().value.get());
                if !f.is_null() && words::is(f, &PyFunction_Type) {
                    let class = m.peek_ptr(1);
                    incref(f);
                    m.poke(1, f);
                    m.push_ptr(class);
                    return m.next();
                }
            }
        }
        m.go(cache_miss)
    }

    fn LOAD_METHOD_STATIC(m) {
        let (o, cache) = (m.peek_ptr(1), m.cache());
        // SAFETY: as above.
        unsafe {
            if has_type(o, cache) && lacks_own(o, cache) {
                let f = words::wrapped_function(cache.value.get());
                if !f.is_null() {
                    return replace_by_function(m, f);
                }
            }
        }
        m.go(cache_miss)
    }

    fn LOAD_METHOD_MODULE(m) {
        let v = module_value(m);
        if v.is_null() {
            return m.go(cache_miss);
        }
        replace_by_function(m, v)
    }

    fn LOAD_METHOD_CLASS(m) {
        if is_class(m) {
            return replace_by_function(m, m.cache().value.get());
        }
        m.go(cache_miss)
    }

    fn STORE_ATTR_SPLIT(m) {
        let (o, v, cache) = (m.peek_ptr(1), m.peek_ptr(2), m.cache());
        // SAFETY: the stack owns its entries; the guards say what is where.
        unsafe {
            if has_type(o, cache) {
                let d = (*word_at(o, cache)).cast::<PyDictObject>();
                if !d.is_null()
                    && dict::has_version(d, cache.keys_version.get())
                    && !words::wants_tracking(d.cast(), v)
                    && let Some(old) = dict::store_split(d, cache.index.get() as usize, v)
                {
                    m.sp = m.sp.sub(2);
                    m.save();
                    if !old.is_null() {
                        release(old);
                    }
                    release(o);
                    return m.next();
                }
            }
        }
        m.go(cache_miss)
    }

    fn STORE_ATTR_SLOT(m) {
        let (o, v, cache) = (m.peek_ptr(1), m.peek_ptr(2), m.cache());
        // SAFETY: as above.
        unsafe {
            if has_type(o, cache) {
                let old = word_at(o, cache).replace(v);
                m.sp = m.sp.sub(2);
                m.save();
                if !old.is_null() {
                    release(old);
                }
                release(o);
                return m.next();
            }
        }
        m.go(cache_miss)
    }
}
