//! Names: globals, class and module scopes, and cells.

use crate::code;
use crate::eval::cache;
use crate::eval::machine::{M, R, op, opx};
use crate::prelude::*;
use pyrite_runtime::words;

#[cold]
fn not_defined(name: &PyObject) -> Raised {
    raise!(NameError, "name '{}' is not defined", err::Str(name))
}

/// The frame's locals as a mapping, which code compiled for a function does not have.
fn locals(m: M) -> Option<Owned> {
    m.frame().f_locals.load()
}

#[cold]
fn no_locals(what: &str, name: &PyObject) -> Raised {
    match object::repr(name) {
        Ok(text) => raise!(SystemError, "no locals {what} {}", err::Str(&text)),
        Err(raised) => raised,
    }
}

/// Looks a name up in a mapping; a missing key is not an error.
fn lookup(map: &PyObject, name: &PyObject) -> PyResult<Option<Owned>> {
    if let Some(d) = map.downcast_exact::<PyDictObject>() {
        return dict::get_item(d, name);
    }
    match object::get_item(map, name) {
        Ok(v) => Ok(Some(v)),
        Err(_) if err::matches(exc::KeyError.get()) => {
            err::clear();
            Ok(None)
        }
        Err(raised) => Err(raised),
    }
}

/// A global or built-in name.
pub fn load_global(f: &PyFrameObject, name: &PyObject) -> PyResult<Owned> {
    // SAFETY: a frame holds its globals and builtins.
    let (globals, builtins) = unsafe { (&*f.f_globals.get(), &*f.f_builtins.get()) };
    if let Some(v) = lookup(globals, name)? {
        return Ok(v);
    }
    match lookup(builtins, name)? {
        Some(v) => Ok(v),
        None => Err(not_defined(name)),
    }
}

fn load_name(m: M, name: &PyObject) -> PyResult<Owned> {
    let Some(locals) = locals(m) else {
        return Err(no_locals("when loading", name));
    };
    match lookup(&locals, name)? {
        Some(v) => Ok(v),
        None => load_global(m.frame(), name),
    }
}

fn globals_dict(m: M) -> PyResult<&'static PyDictObject> {
    // SAFETY: a frame holds its globals.
    unsafe { &*m.frame().f_globals.get() }
        .downcast::<PyDictObject>()
        .ok_or_else(|| raise!(SystemError, "frame globals must be a dict"))
}

/// The cell or free variable `i`.
pub(super) fn cell_at(m: M, i: usize) -> &'static PyCellObject {
    let i = m.code().co_nlocals.get() as usize + i;
    // SAFETY: the frame's cells are cells from its making on.
    unsafe { &*(*m.local(i)).cast::<PyCellObject>() }
}

fn cell_name(code: &PyCodeObject, i: usize) -> (Owned, bool) {
    let cells = code::tuple_of(&code.co_cellvars);
    if i < tuple::len(cells) {
        (tuple::get(cells, i).own(), true)
    } else {
        (
            tuple::get(code::tuple_of(&code.co_freevars), i - tuple::len(cells)).own(),
            false,
        )
    }
}

#[cold]
fn unbound_cell(code: &PyCodeObject, i: usize) -> Raised {
    match cell_name(code, i) {
        (name, true) => {
            raise!(
                UnboundLocalError,
                "local variable '{}' referenced before assignment",
                err::Str(&name)
            )
        }
        (name, false) => raise!(
            NameError,
            "free variable '{}' referenced before assignment in enclosing scope",
            err::Str(&name)
        ),
    }
}

/// The value that the cache knows the place of, or null.
#[inline(always)]
fn module_value(m: M) -> *mut PyObject {
    let cache = m.cache();
    // SAFETY: a frame's globals are a dict; while its table has the number, the value's place is where it was.
    unsafe {
        if !dict::has_version(m.frame().f_globals.get().cast(), cache.keys_version.get()) {
            return std::ptr::null_mut();
        }
        (*cache.place.get()).get()
    }
}

/// The same of a built-in name.
#[inline(always)]
fn built_in_value(m: M) -> *mut PyObject {
    let (cache, f) = (m.cache(), m.frame());
    // SAFETY: as above, and the same of the builtins, which were a dict when the cache was made: another object would have
    // another number, or be no dict.
    unsafe {
        let (globals, builtins) = (f.f_globals.get().cast(), f.f_builtins.get());
        if !dict::has_shape(globals, cache.keys_version.get(), cache.entries.get())
            || !words::is(builtins, &PyDict_Type)
            || !dict::has_version(builtins.cast(), cache.builtins_version.get())
        {
            return std::ptr::null_mut();
        }
        (*cache.place.get()).get()
    }
}

/// Pushes what the cache led to, or does without it.
#[inline(always)]
fn give_global(mut m: M, v: *mut PyObject) -> R {
    if v.is_null() {
        return m.go(cache::cache_miss);
    }
    // SAFETY: the dict holds the value.
    unsafe { incref(v) };
    m.push_ptr(v);
    m.next()
}

op! {
    /// The name is one of the module's.
    fn LOAD_GLOBAL_MODULE(m) {
        give_global(m, module_value(m))
    }

    /// The name is a built-in one, which the module does not have.
    fn LOAD_GLOBAL_BUILTIN(m) {
        give_global(m, built_in_value(m))
    }

    /// The same where the local names are the module's.
    fn LOAD_NAME_MODULE(m) {
        let same = m.frame().f_locals.get() == m.frame().f_globals.get();
        give_global(m, if same { module_value(m) } else { std::ptr::null_mut() })
    }

    fn LOAD_NAME_BUILTIN(m) {
        let same = m.frame().f_locals.get() == m.frame().f_globals.get();
        give_global(m, if same { built_in_value(m) } else { std::ptr::null_mut() })
    }

    fn LOAD_CLOSURE(m) {
        let c = cell_at(m, m.oparg()).as_object().as_ptr();
        // SAFETY: the frame owns its cells.
        unsafe { incref(c) };
        m.push_ptr(c);
        m.next()
    }

    fn LOAD_DEREF(m) {
        let v = cell_at(m, m.oparg()).ob_ref.get();
        if v.is_null() {
            return m.go(unbound_deref);
        }
        // SAFETY: the cell owns its content.
        unsafe { incref(v) };
        m.push_ptr(v);
        m.next()
    }

    fn STORE_DEREF(m) {
        let v = m.pop_ptr();
        let old = cell_at(m, m.oparg()).ob_ref.replace(v);
        if !old.is_null() {
            // SAFETY: the cell owned it.
            let left = unsafe { count_down(old) };
            if left == 0 {
                m.arg = old as u64;
                return m.go(super::stack::dealloc_and_next);
            }
        }
        m.next()
    }
}

opx! {
    #[cold]
    fn unbound_deref(m) {
        let _ = unbound_cell(m.code(), m.arg as usize);
        m.error()
    }

    fn LOAD_NAME(m) {
        if cache::is_warm(m) {
            cache::module_name(m);
        }
        let r = load_name(m, m.name(m.oparg()));
        m.result(r)
    }

    fn STORE_NAME(m) {
        let r = {
            let v = m.pop();
            let name = m.name(m.oparg());
            match locals(m) {
                Some(locals) => match locals.downcast_exact::<PyDictObject>() {
                    Some(d) => dict::set_item(d, name, &v),
                    None => object::set_item(&locals, name, &v),
                },
                None => Err(no_locals("found when storing", name)),
            }
        };
        m.done(r)
    }

    fn DELETE_NAME(m) {
        let name = m.name(m.oparg());
        let r = match locals(m) {
            Some(locals) => object::del_item(&locals, name).map_err(|raised| {
                if err::matches(exc::KeyError.get()) { not_defined(name) } else { raised }
            }),
            None => Err(no_locals("when deleting", name)),
        };
        m.done(r)
    }

    fn LOAD_GLOBAL(m) {
        if cache::is_warm(m) {
            cache::global(m);
        }
        let r = load_global(m.frame(), m.name(m.oparg()));
        m.result(r)
    }

    fn STORE_GLOBAL(m) {
        let r = {
            let v = m.pop();
            let name = m.name(m.oparg());
            globals_dict(m).and_then(|d| dict::set_item(d, name, &v))
        };
        m.done(r)
    }

    fn DELETE_GLOBAL(m) {
        let name = m.name(m.oparg());
        let r = globals_dict(m).and_then(|d| {
            dict::del_item(d, name).map_err(|raised| {
                if err::matches(exc::KeyError.get()) { not_defined(name) } else { raised }
            })
        });
        m.done(r)
    }

    fn DELETE_DEREF(m) {
        let cell = cell_at(m, m.arg as usize);
        let r = match cell.ob_ref.take_ref() {
            Some(old) => {
                drop(old);
                Ok(())
            }
            None => Err(unbound_cell(m.code(), m.arg as usize)),
        };
        m.done(r)
    }

    fn LOAD_CLASSDEREF(m) {
        let r = class_deref(m);
        m.result(r)
    }

    fn LOAD_BUILD_CLASS(m) {
        let r = build_class(m);
        m.result(r)
    }

    fn SETUP_ANNOTATIONS(m) {
        let r = setup_annotations(m);
        m.done(r)
    }
}

/// A free variable seen from a class body, where the class's own namespace comes first.
fn class_deref(m: M) -> PyResult<Owned> {
    let i = m.arg as usize;
    let (name, _) = cell_name(m.code(), i);
    let Some(locals) = locals(m) else {
        return Err(no_locals("when loading", &name));
    };
    if let Some(v) = lookup(&locals, &name)? {
        return Ok(v);
    }
    cell_at(m, i)
        .ob_ref
        .load()
        .ok_or_else(|| unbound_cell(m.code(), i))
}

fn build_class(m: M) -> PyResult<Owned> {
    // SAFETY: a frame holds its builtins.
    let builtins = unsafe { &*m.frame().f_builtins.get() };
    lookup(builtins, id!("__build_class__").as_object())?
        .ok_or_else(|| raise!(NameError, "__build_class__ not found"))
}

fn setup_annotations(m: M) -> PyResult<()> {
    let name = id!("__annotations__").as_object();
    let Some(locals) = locals(m) else {
        return Err(raise!(
            SystemError,
            "no locals found when setting up annotations"
        ));
    };
    if lookup(&locals, name)?.is_none() {
        object::set_item(&locals, name, dict::new()?.as_object())?;
    }
    Ok(())
}
