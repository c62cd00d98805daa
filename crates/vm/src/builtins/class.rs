//! `__build_class__`: what a class statement calls.

use crate::eval::call::{self as evalcall, Callee};
use crate::function;
use crate::prelude::*;

/// `types.resolve_bases`: replaces bases that have `__mro_entries__`. `None`: nothing to replace.
fn resolve_bases(bases: &[&PyObject]) -> PyResult<Option<Owned<PyTupleObject>>> {
    let original = tuple::from_slice(bases)?;
    let mut resolved: Vec<Owned> = Vec::new();
    let mut changed = false;
    for base in bases {
        if base.isinstance_of(&PyType_Type) {
            resolved.push(base.own());
            continue;
        }
        let Some(method) = object::lookup_attr(base, id!("__mro_entries__").as_object())? else {
            resolved.push(base.own());
            continue;
        };
        let entries = call::call1(&method, original.as_object())?;
        let Some(t) = entries.downcast::<PyTupleObject>() else {
            return Err(raise!(TypeError, "__mro_entries__ must return a tuple"));
        };
        changed = true;
        resolved.extend((0..tuple::len(t)).map(|i| tuple::get(t, i).own()));
    }
    if changed {
        tuple::from_owned(resolved).map(Some)
    } else {
        Ok(None)
    }
}

/// `__build_class__(func, name, *bases, metaclass=None, **kwds)`.
pub fn build_class(args: Args<'_>) -> PyResult<Owned> {
    let [func, name, bases @ ..] = args.positional() else {
        return Err(raise!(TypeError, "__build_class__: not enough arguments"));
    };
    let Some(func) = func.downcast::<PyFunctionObject>() else {
        return Err(raise!(
            TypeError,
            "__build_class__: func must be a function"
        ));
    };
    if name.downcast::<PyUnicodeObject>().is_none() {
        return Err(raise!(TypeError, "__build_class__: name is not a string"));
    }
    let original = tuple::from_slice(bases)?;
    let resolved = resolve_bases(bases)?;
    let bases = resolved.as_ref().unwrap_or(&original);

    let mut meta = None;
    let kw = dict::new()?;
    for (k, v) in args.keywords() {
        if text::eq(k, id!("metaclass").as_object()) {
            meta = Some(v.own());
        } else {
            dict::set_item(&kw, k, v)?;
        }
    }
    let mut is_type = true;
    let mut meta = match meta {
        Some(m) => {
            is_type = m.isinstance_of(&PyType_Type);
            m
        }
        None if tuple::len(bases) == 0 => PyType_Type.as_object().own(),
        None => tuple::get(bases, 0).ty().as_object().own(),
    };
    if is_type {
        // SAFETY: an instance of type is a type.
        let winner =
            typeobject::calculate_metaclass(unsafe { meta.cast_ref() }, &tuple::to_vec(bases))?
                .as_object()
                .own();
        meta = winner;
    }
    let ns = prepare(&meta, is_type, name, bases, &kw)?;
    let cell = evalcall::eval_code_ex(
        &Callee {
            code: function::function_code(func),
            // SAFETY: a function holds its globals.
            globals: unsafe { &*func.func_globals.get() },
            locals: Some(&ns),
            defaults: &[],
            kwdefaults: None,
            // SAFETY: null or a tuple.
            closure: unsafe { func.func_closure.get().cast::<PyTupleObject>().as_ref() },
            name: None,
            qualname: None,
        },
        &[],
        &[],
    )?;
    if resolved.is_some() {
        object::set_item(&ns, id!("__orig_bases__").as_object(), original.as_object())?;
    }
    let call_args = tuple::from_slice(&[name, bases.as_object(), &ns])?;
    let class = call::call_dict(&meta, &call_args, Some(&kw))?;
    check_cell(&cell, &class, name)?;
    Ok(class)
}

fn short_type_name(meta: &PyObject) -> String {
    meta.downcast::<PyTypeObject>()
        .map(typeobject::short_name)
        .unwrap_or_default()
}

/// The namespace that the class body runs in.
fn prepare(
    meta: &PyObject,
    is_type: bool,
    name: &PyObject,
    bases: &PyTupleObject,
    kw: &PyDictObject,
) -> PyResult<Owned> {
    let Some(method) = object::lookup_attr(meta, id!("__prepare__").as_object())? else {
        return dict::new().map(Owned::upcast);
    };
    let args = tuple::from_slice(&[name, bases.as_object()])?;
    let ns = call::call_dict(&method, &args, Some(kw))?;
    if !mapping::check(&ns) {
        let who = if is_type {
            short_type_name(meta)
        } else {
            "<metaclass>".to_owned()
        };
        return Err(raise!(
            TypeError,
            "{}.__prepare__() must return a mapping, not {}",
            err::short(&who, 200),
            err::short(&ns.type_name(), 200)
        ));
    }
    Ok(ns)
}

/// The `__class__` cell of the body must have been set to the class.
fn check_cell(cell: &PyObject, class: &PyObject, name: &PyObject) -> PyResult<()> {
    let Some(c) = cell.downcast::<PyCellObject>() else {
        return Ok(());
    };
    if !class.isinstance_of(&PyType_Type) {
        return Ok(());
    }
    match c.ob_ref.load() {
        Some(set) if set.is(class) => Ok(()),
        None => {
            let (name, class) = (object::repr(name)?, object::repr(class)?);
            Err(raise!(
                RuntimeError,
                "__class__ not set defining {} as {}. Was __classcell__ propagated to type.__new__?",
                err::Str(&name),
                err::Str(&class)
            ))
        }
        Some(set) => {
            let (set, name, class) = (
                object::repr(&set)?,
                object::repr(name)?,
                object::repr(class)?,
            );
            Err(raise!(
                TypeError,
                "__class__ set to {} defining {} as {}",
                err::Str(&set),
                err::Str(&name),
                err::Str(&class)
            ))
        }
    }
}
