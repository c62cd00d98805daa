//! The cache behind `functools.lru_cache`: results by arguments, the least recently used ones first to go.

use pyrite_macros::pytype;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{
    call, dict, err, gc, long, mem, method, number, object, odict, tuple, typeobject,
};

#[repr(C)]
pub struct CacheObject {
    ob_base: PyObject,
    func: Cell<*mut PyObject>,
    /// An ordered dict, the oldest use first.
    results: Cell<*mut PyObject>,
    info_type: Cell<*mut PyObject>,
    /// Stands between positional and keyword arguments in a key.
    mark: Cell<*mut PyObject>,
    /// -1 for no limit.
    maxsize: Cell<Py_ssize_t>,
    typed: Cell<bool>,
    hits: Cell<Py_ssize_t>,
    misses: Cell<Py_ssize_t>,
    padding: [Cell<usize>; 5],
    dict: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for CacheObject {}

fn results(c: &CacheObject) -> PyResult<Owned<odict::ODictObject>> {
    let results = c.results.load().ok_or_else(err::bad_internal_call)?;
    // SAFETY: the field holds an ordered dict.
    Ok(unsafe { results.cast_unchecked() })
}

/// What the arguments are remembered by.
fn make_key(c: &CacheObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
    let given = tuple::as_slice(args);
    let kw = kw.filter(|kw| dict::len(kw) > 0);
    if !c.typed.get() && kw.is_none() {
        if let [arg] = given
            && (arg.downcast_exact::<PyUnicodeObject>().is_some()
                || arg.is_exactly(&long::PyLong_Type))
        {
            // These are never equal to anything else.
            return Ok(arg.own());
        }
        return Ok(args.own());
    }
    let mut key: Vec<Owned> = given.iter().map(|arg| arg.own()).collect();
    let items = kw.map(dict::items).unwrap_or_default();
    if kw.is_some() {
        key.extend(c.mark.load());
        for (name, value) in &items {
            key.extend([name.clone(), value.clone()]);
        }
    }
    if c.typed.get() {
        key.extend(given.iter().map(|arg| arg.ty().own()));
        key.extend(items.iter().map(|(_, value)| value.ty().own()));
    }
    Ok(tuple::from_owned(key)?.upcast())
}

fn count(field: &Cell<Py_ssize_t>) {
    field.set(field.get().wrapping_add(1));
}

fn call_cached(
    c: &CacheObject,
    args: &PyTupleObject,
    kw: Option<&PyDictObject>,
) -> PyResult<Owned> {
    let func = c.func.load().ok_or_else(err::bad_internal_call)?;
    let maxsize = c.maxsize.get();
    if maxsize == 0 {
        count(&c.misses);
        return call::call_dict(&func, args, kw);
    }
    let key = make_key(c, args, kw)?;
    let hash = dict::hash_of(&key)?;
    let all = results(c)?;
    if let Some(result) = dict::get_item_known_hash(odict::as_dict(&all), &key, hash)? {
        if maxsize > 0 {
            odict::move_to_end(&all, &key, hash)?;
        }
        count(&c.hits);
        return Ok(result);
    }
    count(&c.misses);
    let result = call::call_dict(&func, args, kw)?;
    // The call may have stored a result for the same arguments, or cleared the cache.
    if dict::contains_known_hash(odict::as_dict(&all), &key, hash)? {
        return Ok(result);
    }
    let full = maxsize > 0 && dict::len(odict::as_dict(&all)) as Py_ssize_t >= maxsize;
    let oldest = if full { odict::pop_first(&all)? } else { None };
    odict::set_item_known_hash(&all, &key, &result, hash)?;
    // Its finalizer may clear the cache: that counts for the new result too.
    drop(oldest);
    Ok(result)
}

pub struct LruCache;
#[pytype(name = "functools._lru_cache_wrapper", c_name = LRU_CACHE, layout = CacheObject, export = false,
         dictoffset = dict, flags = [BASETYPE, HAVE_GC, METHOD_DESCRIPTOR], free = gc_del)]
impl LruCache {
    #[sig(
        "(user_function, maxsize, typed, cache_info_type)",
        fname = "lru_cache"
    )]
    fn tp_new(
        ty: &PyTypeObject,
        function: &PyObject,
        maxsize: &PyObject,
        typed: &PyObject,
        info_type: &PyObject,
    ) -> PyResult<Owned> {
        if !object::is_callable(function) {
            return Err(raise!(TypeError, "the first argument must be callable"));
        }
        let limit = if maxsize.is_none() {
            -1
        } else if number::index_check(maxsize) {
            number::as_ssize_t(maxsize, Some(exc::OverflowError.get()))?.max(0)
        } else {
            return Err(raise!(TypeError, "maxsize should be integer or None"));
        };
        let typed = object::is_true(typed)?;
        // SAFETY: the type and those derived from it have this layout.
        let c: Owned<CacheObject> = unsafe { mem::alloc_by_type(ty, 0)?.cast_unchecked() };
        c.results.set_ref(Some(odict::new()?.upcast()));
        c.func.set_ref(Some(function.own()));
        c.info_type.set_ref(Some(info_type.own()));
        c.mark.set_ref(Some(call::call0(
            typeobject::PyBaseObject_Type.as_object(),
        )?));
        c.maxsize.set(limit);
        c.typed.set(typed);
        Ok(c.upcast())
    }

    fn tp_dealloc(slf: *mut CacheObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            LruCache::tp_clear(&*slf);
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &CacheObject, visit: gc::Visitor) -> c_int {
        let fields = [
            &slf.func,
            &slf.results,
            &slf.info_type,
            &slf.mark,
            &slf.dict,
        ];
        visit.visit_all(fields.map(Cell::get))
    }

    fn tp_clear(slf: &CacheObject) {
        for field in [
            &slf.func,
            &slf.results,
            &slf.info_type,
            &slf.mark,
            &slf.dict,
        ] {
            field.set_ref(None);
        }
    }

    fn tp_call(
        slf: &CacheObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        call_cached(slf, args, kw)
    }

    fn tp_descr_get(
        slf: &CacheObject,
        o: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        match o.filter(|o| !o.is_none()) {
            None => Ok(slf.own()),
            Some(o) => Ok(method::new(slf.as_object(), o)?.upcast()),
        }
    }

    #[method]
    #[sig("($self, /)")]
    fn cache_info(slf: &CacheObject) -> PyResult<Owned> {
        let int = |n: Py_ssize_t| Ok::<Owned, Raised>(long::from_ssize_t(n)?.upcast());
        let maxsize = if slf.maxsize.get() < 0 {
            none().own()
        } else {
            int(slf.maxsize.get())?
        };
        let size = dict::len(odict::as_dict(&*results(slf)?));
        let info_type = slf.info_type.load().ok_or_else(err::bad_internal_call)?;
        let (hits, misses, size) = (
            int(slf.hits.get())?,
            int(slf.misses.get())?,
            int(size as Py_ssize_t)?,
        );
        call::call(&info_type, &[&hits, &misses, &maxsize, &size])
    }

    #[method]
    #[sig("($self, /)")]
    fn cache_clear(slf: &CacheObject) -> PyResult<()> {
        slf.hits.set(0);
        slf.misses.set(0);
        odict::clear(&*results(slf)?)
    }

    #[method]
    #[sig("($self, /)")]
    fn __reduce__(slf: &PyObject) -> PyResult<Owned> {
        object::get_attr(slf, id!("__qualname__").as_object())
    }

    #[method]
    #[sig("($self, /)")]
    fn __copy__(slf: &PyObject) -> Owned {
        slf.own()
    }

    #[method]
    #[sig("($self, memo, /)")]
    fn __deepcopy__(slf: &PyObject, _memo: &PyObject) -> Owned {
        slf.own()
    }

    #[getter]
    fn __dict__(slf: &PyObject) -> PyResult<Owned> {
        object::generic_get_dict(slf)
    }

    #[setter(__dict__)]
    fn set___dict__(slf: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        object::generic_set_dict(slf, value)
    }
}
