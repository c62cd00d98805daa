//! `contextvars`: variables whose values belong to a context, and the context that a thread is in.
//!
//! A context is an immutable mapping ([`hamt`]) from variables to values, replaced when a variable is set. A variable remembers the
//! value that it gave last, with the thread and the number of context switches that this holds for.

pub mod hamt;

use crate::prelude::*;
use crate::{call, dict, err, gc, object, sequence, tstate, tuple, typeobject, unicode, weakref};
use hamt::Kind;
use pyrite_macros::pytype;

fn new_with(vars: Owned<PyHamtObject>) -> PyResult<Owned<PyContext>> {
    let ctx = gc::new_object::<PyContext>(&PyContext_Type)?;
    ctx.ctx_vars.set_ref(Some(vars));
    Ok(gc::publish(ctx))
}

/// `PyContext_New`.
pub fn new() -> PyResult<Owned<PyContext>> {
    new_with(hamt::new()?)
}

fn vars(ctx: &PyContext) -> PyResult<Owned<PyHamtObject>> {
    ctx.ctx_vars.load().ok_or_else(err::bad_internal_call)
}

/// `PyContext_Copy`.
pub fn copy(ctx: &PyContext) -> PyResult<Owned<PyContext>> {
    new_with(vars(ctx)?)
}

/// The thread's context, made on first use.
fn current() -> PyResult<Owned<PyContext>> {
    let ts = tstate::current();
    if ts.context.get().is_null() {
        ts.context.set_ref(Some(new()?.upcast()));
    }
    let ctx = ts.context.load().ok_or_else(err::bad_internal_call)?;
    // SAFETY: the field holds a context.
    Ok(unsafe { ctx.cast_unchecked() })
}

/// `PyContext_CopyCurrent`.
pub fn copy_current() -> PyResult<Owned<PyContext>> {
    copy(&*current()?)
}

fn switch_to(ctx: Option<Owned>) -> Option<Owned> {
    let ts = tstate::current();
    ts.context_ver.set(ts.context_ver.get().wrapping_add(1));
    let old = ts.context.take_ref();
    ts.context.set_ref(ctx);
    old
}

/// `PyContext_Enter`.
pub fn enter(ctx: &PyContext) -> PyResult<()> {
    if ctx.ctx_entered.get() != 0 {
        let text = object::repr(ctx.as_object())?;
        return Err(raise!(
            RuntimeError,
            "cannot enter context: {} is already entered",
            err::Str(text.as_object())
        ));
    }
    let previous = switch_to(Some(ctx.own()));
    // SAFETY: the thread's field holds a context.
    ctx.ctx_prev
        .set_ref(previous.map(|p| unsafe { p.cast_unchecked() }));
    ctx.ctx_entered.set(1);
    Ok(())
}

/// `PyContext_Exit`.
pub fn exit(ctx: &PyContext) -> PyResult<()> {
    if ctx.ctx_entered.get() == 0 {
        let text = object::repr(ctx.as_object())?;
        let text = err::Str(text.as_object());
        return Err(raise!(
            RuntimeError,
            "cannot exit context: {text} has not been entered"
        ));
    }
    if tstate::current().context.get() != ctx.as_ptr() {
        return Err(raise!(
            RuntimeError,
            "cannot exit context: thread state references a different context object"
        ));
    }
    let previous = ctx.ctx_prev.take_ref();
    ctx.ctx_entered.set(0);
    drop(switch_to(previous.map(Owned::upcast)));
    Ok(())
}

// ---- variables

/// `PyContextVar_New`.
pub fn var_new(name: &PyObject, default: Option<&PyObject>) -> PyResult<Owned<PyContextVar>> {
    if name.downcast::<PyUnicodeObject>().is_none() {
        return Err(raise!(TypeError, "context variable name must be a str"));
    }
    let name_hash = object::hash(name)?;
    let var = gc::new_object::<PyContextVar>(&PyContextVar_Type)?;
    // Variables of one name differ.
    let address = (var.as_ptr() as usize).rotate_right(4) as Py_hash_t;
    let hash = address ^ name_hash;
    var.var_hash.set(if hash == -1 { -2 } else { hash });
    var.var_name.set_ref(Some(name.own()));
    var.var_default.set_ref(default.map(ObjectExt::own));
    let tracked = gc::may_be_tracked(name) || default.is_some_and(gc::may_be_tracked);
    Ok(if tracked { gc::publish(var) } else { var })
}

fn remember(var: &PyContextVar, value: &PyObject) {
    let ts = tstate::current();
    // Borrowed: the context that the thread is in holds the value.
    var.var_cached.set(value.as_ptr());
    var.var_cached_tsid.set(ts.id.get());
    var.var_cached_tsver.set(ts.context_ver.get());
}

/// `PyContextVar_Get`: the value in the thread's context, else `default`, else the variable's own default.
pub fn var_get(var: &PyContextVar, default: Option<&PyObject>) -> PyResult<Option<Owned>> {
    let ts = tstate::current();
    let valid = var.var_cached_tsid.get() == ts.id.get()
        && var.var_cached_tsver.get() == ts.context_ver.get();
    // SAFETY: valid, so the thread's context, which has not changed since, holds the value.
    if let Some(value) = unsafe { var.var_cached.get().as_ref() }.filter(|_| valid) {
        return Ok(Some(value.own()));
    }
    if !ts.context.get().is_null()
        && let Some(value) = hamt::find(&*vars(&*current()?)?, var.as_object())?
    {
        remember(var, &value);
        return Ok(Some(value));
    }
    Ok(default
        .map(ObjectExt::own)
        .or_else(|| var.var_default.load()))
}

fn assign(var: &PyContextVar, value: &PyObject) -> PyResult<()> {
    var.var_cached.set(std::ptr::null_mut());
    let ctx = current()?;
    let new = hamt::set(&*vars(&ctx)?, var.as_object(), value)?;
    ctx.ctx_vars.set_ref(Some(new));
    remember(var, value);
    Ok(())
}

fn unassign(var: &PyContextVar) -> PyResult<()> {
    var.var_cached.set(std::ptr::null_mut());
    let ctx = current()?;
    match hamt::delete(&*vars(&ctx)?, var.as_object())? {
        Some(new) => {
            ctx.ctx_vars.set_ref(Some(new));
            Ok(())
        }
        None => Err(err::set_object(exc::LookupError.get(), var.as_object())),
    }
}

/// `PyContextVar_Set`: a token that remembers the old value.
pub fn var_set(var: &PyContextVar, value: &PyObject) -> PyResult<Owned> {
    let ctx = current()?;
    let old = hamt::find(&*vars(&ctx)?, var.as_object())?;
    let token = gc::new_object::<PyContextToken>(&PyContextToken_Type)?;
    token.tok_ctx.set_ref(Some(ctx));
    token.tok_var.set_ref(Some(var.own_typed()));
    token.tok_oldval.set_ref(old);
    let token = gc::publish(token);
    assign(var, value)?;
    Ok(token.upcast())
}

/// `PyContextVar_Reset`.
pub fn var_reset(var: &PyContextVar, token: &PyContextToken) -> PyResult<()> {
    let text = || object::repr(token.as_object());
    if token.tok_used.get() != 0 {
        return Err(raise!(
            RuntimeError,
            "{} has already been used once",
            err::Str(text()?.as_object())
        ));
    }
    if token.tok_var.get() != std::ptr::from_ref(var).cast_mut() {
        return Err(raise!(
            ValueError,
            "{} was created by a different ContextVar",
            err::Str(text()?.as_object())
        ));
    }
    if token.tok_ctx.get().cast() != current()?.as_ptr() {
        return Err(raise!(
            ValueError,
            "{} was created in a different Context",
            err::Str(text()?.as_object())
        ));
    }
    token.tok_used.set(1);
    match token.tok_oldval.load() {
        Some(old) => assign(var, &old),
        None => unassign(var),
    }
}

/// A key of a context must be a variable.
fn check_key(key: &PyObject) -> PyResult<()> {
    if key.is_exactly(&PyContextVar_Type) {
        return Ok(());
    }
    Err(raise!(
        TypeError,
        "a ContextVar key was expected, got {}",
        err::Str(object::repr(key)?.as_object())
    ))
}

pub struct Context;
#[pytype(name = "Context", c_name = PyContext_Type, layout = PyContext, weaklistoffset = ctx_weakreflist,
         flags = [HAVE_GC], free = gc_del)]
impl Context {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    const tp_hash: hashfunc = Some(object::hash_not_implemented_slot);
    fn tp_new(
        _ty: &PyTypeObject,
        args: &PyTupleObject,
        kw: Option<&PyDictObject>,
    ) -> PyResult<Owned> {
        if tuple::len(args) > 0 || kw.is_some_and(|kw| dict::len(kw) > 0) {
            return Err(raise!(TypeError, "Context() does not accept any arguments"));
        }
        Ok(new()?.upcast())
    }

    fn tp_dealloc(slf: *mut PyContext) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            if !(*slf).ctx_weakreflist.get().is_null() {
                weakref::clear_refs(slf.cast());
            }
            (*slf).ctx_prev.set_ref(None);
            (*slf).ctx_vars.set_ref(None);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyContext, visit: gc::Visitor) -> c_int {
        visit.visit_all([
            slf.ctx_prev.get().cast::<PyObject>(),
            slf.ctx_vars.get().cast(),
        ])
    }

    fn tp_clear(slf: &PyContext) {
        slf.ctx_prev.set_ref(None);
        slf.ctx_vars.set_ref(None);
    }

    fn tp_richcompare(slf: &PyObject, other: &PyObject, op: c_int) -> PyResult<Owned> {
        let both = slf
            .downcast::<PyContext>()
            .zip(other.downcast::<PyContext>());
        match both {
            Some((a, b)) if op == Py_EQ || op == Py_NE => Ok(bool_from(
                hamt::same(&*vars(a)?, &*vars(b)?)? == (op == Py_EQ),
            )),
            _ => Ok(not_implemented().own()),
        }
    }

    fn tp_iter(slf: &PyContext) -> PyResult<Owned> {
        hamt::iterate(&*vars(slf)?, Kind::Keys)
    }

    fn sq_contains(slf: &PyContext, key: &PyObject) -> PyResult<bool> {
        check_key(key)?;
        Ok(hamt::find(&*vars(slf)?, key)?.is_some())
    }

    fn mp_length(slf: &PyContext) -> PyResult<Py_ssize_t> {
        Ok(vars(slf)?.h_count.get())
    }

    fn mp_subscript(slf: &PyContext, key: &PyObject) -> PyResult<Owned> {
        check_key(key)?;
        hamt::find(&*vars(slf)?, key)?.ok_or_else(|| err::set_key_error(key))
    }

    #[method]
    #[sig("($self, key, default=None, /)")]
    fn get(slf: &PyContext, key: &PyObject, default: Option<&PyObject>) -> PyResult<Owned> {
        check_key(key)?;
        let found = hamt::find(&*vars(slf)?, key)?;
        Ok(found.unwrap_or_else(|| default.unwrap_or(none()).own()))
    }

    #[method]
    fn items(slf: &PyContext) -> PyResult<Owned> {
        hamt::iterate(&*vars(slf)?, Kind::Items)
    }

    #[method]
    fn keys(slf: &PyContext) -> PyResult<Owned> {
        hamt::iterate(&*vars(slf)?, Kind::Keys)
    }

    #[method]
    fn values(slf: &PyContext) -> PyResult<Owned> {
        hamt::iterate(&*vars(slf)?, Kind::Values)
    }

    #[method]
    fn copy(slf: &PyContext) -> PyResult<Owned> {
        Ok(copy(slf)?.upcast())
    }

    #[method(varargs_kw)]
    fn run(slf: &PyContext, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<Owned> {
        let Some((f, rest)) = tuple::as_slice(args).split_first() else {
            return Err(raise!(
                TypeError,
                "run() missing 1 required positional argument"
            ));
        };
        enter(slf)?;
        let rest = tuple::from_slice(rest);
        let result = rest.and_then(|rest| call::call_dict(f, &rest, kw));
        let saved = err::fetch();
        exit(slf)?;
        err::restore(saved);
        result
    }
}

pub struct ContextVar;
#[pytype(name = "ContextVar", c_name = PyContextVar_Type, layout = PyContextVar, flags = [HAVE_GC], free = gc_del)]
impl ContextVar {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    #[sig("(name, /, *, default=None)", parse_tuple)]
    fn tp_new(_ty: &PyTypeObject, name: &PyObject, default: Option<&PyObject>) -> PyResult<Owned> {
        Ok(var_new(name, default)?.upcast())
    }

    fn tp_dealloc(slf: *mut PyContextVar) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).var_name.set_ref(None);
            (*slf).var_default.set_ref(None);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyContextVar, visit: gc::Visitor) -> c_int {
        visit.visit_all([slf.var_name.get(), slf.var_default.get()])
    }

    fn tp_clear(slf: &PyContextVar) {
        slf.var_name.set_ref(None);
        slf.var_default.set_ref(None);
        slf.var_cached.set(std::ptr::null_mut());
    }

    fn tp_hash(slf: &PyContextVar) -> PyResult<Py_hash_t> {
        Ok(slf.var_hash.get())
    }

    fn tp_repr(slf: &PyContextVar) -> PyResult<Owned> {
        let mut w = unicode::Writer::new();
        w.push_str("<ContextVar name=")?;
        let name = slf.var_name.load().unwrap_or_else(|| none().own());
        sequence::write_repr(&mut w, &name)?;
        if let Some(default) = slf.var_default.load() {
            w.push_str(" default=")?;
            sequence::write_repr(&mut w, &default)?;
        }
        w.push_str(&format!(" at {:p}>", slf.as_ptr()))?;
        Ok(w.finish()?.upcast())
    }

    #[method]
    #[sig("($self, default=None, /)")]
    fn get(slf: &PyContextVar, default: Option<&PyObject>) -> PyResult<Owned> {
        var_get(slf, default)?
            .ok_or_else(|| err::set_object(exc::LookupError.get(), slf.as_object()))
    }

    #[method]
    fn set(slf: &PyContextVar, value: &PyObject) -> PyResult<Owned> {
        var_set(slf, value)
    }

    #[method]
    fn reset(slf: &PyContextVar, token: &PyObject) -> PyResult<()> {
        match token.downcast_exact::<PyContextToken>() {
            Some(token) => var_reset(slf, token),
            None => {
                let text = object::repr(token)?;
                Err(raise!(
                    TypeError,
                    "expected an instance of Token, got {}",
                    err::Str(text.as_object())
                ))
            }
        }
    }

    #[method(class)]
    fn __class_getitem__(cls: &PyObject, _item: &PyObject) -> Owned {
        cls.own()
    }

    #[members]
    const MEMBERS: &[Member] = members![("name", T_OBJECT, var_name, READONLY)];
}

pub struct Token;
#[pytype(name = "Token", c_name = PyContextToken_Type, layout = PyContextToken, flags = [HAVE_GC], free = gc_del)]
impl Token {
    const tp_getattro: getattrofunc = Some(object::generic_get_attr_slot);
    const tp_hash: hashfunc = Some(object::hash_not_implemented_slot);
    fn tp_new(_ty: &PyTypeObject, _args: &PyObject, _kw: Option<&PyObject>) -> PyResult<Owned> {
        Err(raise!(
            RuntimeError,
            "Tokens can only be created by ContextVars"
        ))
    }

    fn tp_dealloc(slf: *mut PyContextToken) {
        // SAFETY: the count is 0.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).tok_ctx.set_ref(None);
            (*slf).tok_var.set_ref(None);
            (*slf).tok_oldval.set_ref(None);
            gc::del(slf.cast());
        }
    }

    fn tp_traverse(slf: &PyContextToken, visit: gc::Visitor) -> c_int {
        visit.visit_all([
            slf.tok_ctx.get().cast::<PyObject>(),
            slf.tok_var.get().cast(),
            slf.tok_oldval.get(),
        ])
    }

    fn tp_clear(slf: &PyContextToken) {
        slf.tok_ctx.set_ref(None);
        slf.tok_var.set_ref(None);
        slf.tok_oldval.set_ref(None);
    }

    fn tp_repr(slf: &PyContextToken) -> PyResult<Owned> {
        let mut w = unicode::Writer::new();
        w.push_str(if slf.tok_used.get() != 0 {
            "<Token used var="
        } else {
            "<Token var="
        })?;
        let var = slf
            .tok_var
            .load()
            .map_or_else(|| none().own(), Owned::upcast);
        sequence::write_repr(&mut w, &var)?;
        w.push_str(&format!(" at {:p}>", slf.as_ptr()))?;
        Ok(w.finish()?.upcast())
    }

    #[getter]
    fn var(slf: &PyContextToken) -> PyResult<Owned> {
        Ok(slf
            .tok_var
            .load()
            .map_or_else(|| none().own(), Owned::upcast))
    }

    #[getter]
    fn old_value(slf: &PyContextToken) -> PyResult<Owned> {
        match slf.tok_oldval.load() {
            Some(old) => Ok(old),
            None => missing(),
        }
    }
}

pub struct Missing;
#[pytype(name = "Token.MISSING", c_name = PyContextTokenMissing_Type, layout = PyObject, no_class)]
impl Missing {
    fn tp_repr(_slf: &PyObject) -> PyResult<Owned> {
        Ok(unicode::from_str("<Token.MISSING>")?.upcast())
    }
}

struct TheMissing(Cell<*mut PyObject>);
// SAFETY: only the holder of the GIL touches it.
unsafe impl Sync for TheMissing {}
static MISSING: TheMissing = TheMissing(Cell::new(std::ptr::null_mut()));

/// `Token.MISSING`.
pub fn missing() -> PyResult<Owned> {
    if MISSING.0.get().is_null() {
        MISSING.0.set_ref(Some(crate::mem::new_object::<PyObject>(
            &PyContextTokenMissing_Type,
        )?));
    }
    MISSING.0.load().ok_or_else(err::bad_internal_call)
}

/// `_PyContext_Init`: puts `MISSING` into the type. Done once, when the types are ready.
pub fn init() -> PyResult<()> {
    // SAFETY: a ready type has a dict.
    let d = unsafe { &*PyContextToken_Type.tp_dict.get().cast::<PyDictObject>() };
    dict::set_item_str(d, "MISSING", &*missing()?)?;
    typeobject::modified(&PyContextToken_Type);
    Ok(())
}
