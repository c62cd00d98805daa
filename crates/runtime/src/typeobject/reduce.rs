//! `object.__reduce_ex__`: what `copy` and `pickle` ask an object for (PEP 307, PEP 3154).

use super::type_name_of;
use crate::prelude::*;
use crate::{call, dict, err, list, object, tuple};

/// `object.__reduce_ex__(protocol)`: an overridden `__reduce__` goes first.
pub fn reduce_ex(o: &PyObject, protocol: c_int) -> PyResult<Owned> {
    let name = id!("__reduce__").as_object();
    if let Some(own) = object::lookup_attr(o, name)? {
        let class = object::class_of(o)?;
        let of_class = object::get_attr(&class, name)?;
        let base = super::lookup(&super::PyBaseObject_Type, name);
        if !base.is_some_and(|b| b.is(&*of_class)) {
            return call::call0(&own);
        }
    }
    reduce(o, protocol)
}

/// `_common_reduce`: protocol 2 and up by `copyreg.__newobj__`, below by `copyreg._reduce_ex`.
pub fn reduce(o: &PyObject, protocol: c_int) -> PyResult<Owned> {
    if protocol >= 2 {
        return reduce_newobj(o);
    }
    let copyreg = crate::hooks::import("copyreg")?;
    let protocol = crate::long::from_i64(i64::from(protocol))?;
    call::method_str(&copyreg, "_reduce_ex", &[o, protocol.as_object()])
}

fn cannot_pickle(o: &PyObject) -> Raised {
    raise!(
        TypeError,
        "cannot pickle '{}' object",
        err::short(&o.type_name(), 200)
    )
}

/// What `__getnewargs_ex__` or `__getnewargs__` give.
struct NewArgs {
    args: Option<Owned<PyTupleObject>>,
    kwargs: Option<Owned<PyDictObject>>,
}

fn new_arguments(o: &PyObject) -> PyResult<NewArgs> {
    if let Some(f) = super::lookup_special(o, id!("__getnewargs_ex__").as_object())? {
        let pair = call::call0(&f)?;
        let Some(t) = pair.downcast::<PyTupleObject>() else {
            let ty = pair.type_name();
            let ty = err::short(&ty, 200);
            return Err(raise!(
                TypeError,
                "__getnewargs_ex__ should return a tuple, not '{ty}'"
            ));
        };
        let n = t.ob_base.ob_size.get();
        if n != 2 {
            return Err(raise!(
                ValueError,
                "__getnewargs_ex__ should return a tuple of length 2, not {n}"
            ));
        }
        let args = tuple::get_item(t, 0)?.downcast_owned().map_err(|a| {
            raise!(
                TypeError,
                "first item of the tuple returned by __getnewargs_ex__ must be a tuple, not '{}'",
                err::short(&a.type_name(), 200)
            )
        })?;
        let kwargs = tuple::get_item(t, 1)?.downcast_owned().map_err(|a| {
            raise!(
                TypeError,
                "second item of the tuple returned by __getnewargs_ex__ must be a dict, not '{}'",
                err::short(&a.type_name(), 200)
            )
        })?;
        return Ok(NewArgs {
            args: Some(args),
            kwargs: Some(kwargs),
        });
    }
    if let Some(f) = super::lookup_special(o, id!("__getnewargs__").as_object())? {
        let args = call::call0(&f)?.downcast_owned().map_err(|a| {
            raise!(
                TypeError,
                "__getnewargs__ should return a tuple, not '{}'",
                err::short(&a.type_name(), 200)
            )
        })?;
        return Ok(NewArgs {
            args: Some(args),
            kwargs: None,
        });
    }
    Ok(NewArgs {
        args: None,
        kwargs: None,
    })
}

fn reduce_newobj(o: &PyObject) -> PyResult<Owned> {
    let ty = o.ty();
    if ty.tp_new.get().is_none() {
        return Err(cannot_pickle(o));
    }
    let given = new_arguments(o)?;
    let copyreg = crate::hooks::import("copyreg")?;
    let has_args = given.args.is_some();
    let class = object::class_of(o)?;
    let args = given.args.as_deref().map(tuple::to_vec).unwrap_or_default();
    let kwargs = given.kwargs.filter(|k| k.ma_used.get() != 0);
    let (function, newargs) = match kwargs {
        None => {
            let mut all = vec![class];
            all.extend(args);
            (
                object::get_attr_str(&copyreg, "__newobj__")?,
                tuple::from_owned(all)?,
            )
        }
        Some(kw) => {
            let args = tuple::from_owned(args)?.upcast();
            let all = vec![class, args, kw.upcast()];
            (
                object::get_attr_str(&copyreg, "__newobj_ex__")?,
                tuple::from_owned(all)?,
            )
        }
    };
    let is_list = o.downcast::<PyListObject>().is_some();
    let is_dict = o.downcast::<PyDictObject>().is_some();
    let state = get_state(o, !has_args && !is_list && !is_dict)?;
    let items = if is_list {
        object::get_iter(o)?
    } else {
        none().own()
    };
    let pairs = if is_dict {
        let items = call::method(o, id!("items").as_object(), &[])?;
        object::get_iter(&items)?
    } else {
        none().own()
    };
    tuple::from_owned(vec![function, newargs.upcast(), state, items, pairs]).map(Owned::upcast)
}

/// `copyreg._slotnames(cls)`, kept in the class as `__slotnames__`.
fn slot_names(ty: &PyTypeObject) -> PyResult<Owned> {
    let key = id!("__slotnames__").as_object();
    if let Some(names) = dict::get_item(&*super::dict_of(ty)?, key)? {
        if !names.is_none() && names.downcast::<PyListObject>().is_none() {
            let (name, got) = (type_name_of(ty), names.type_name());
            return Err(raise!(
                TypeError,
                "{}.__slotnames__ should be a list or None, not {}",
                err::short(&name, 200),
                err::short(&got, 200)
            ));
        }
        return Ok(names);
    }
    let copyreg = crate::hooks::import("copyreg")?;
    let names = call::method_str(&copyreg, "_slotnames", &[ty.as_object()])?;
    if !names.is_none() && names.downcast::<PyListObject>().is_none() {
        return Err(raise!(
            TypeError,
            "copyreg._slotnames didn't return a list or None"
        ));
    }
    Ok(names)
}

/// The state: `__getstate__()`, or the dict, or a pair of the dict and the slots' values.
fn get_state(o: &PyObject, required: bool) -> PyResult<Owned> {
    if let Some(f) = object::lookup_attr(o, id!("__getstate__").as_object())? {
        return call::call0(&f);
    }
    let ty = o.ty();
    if required && ty.tp_itemsize.get() != 0 {
        return Err(cannot_pickle(o));
    }
    // The instance's own dict, whatever its class calls `__dict__`; an empty one is no state.
    let state = object::dict_cell(o)
        .and_then(Cell::load)
        .filter(|d| {
            d.downcast::<PyDictObject>()
                .is_none_or(|d| dict::len(d) > 0)
        })
        .unwrap_or_else(|| none().own());
    let names = slot_names(ty)?;
    let names = names.downcast::<PyListObject>();
    let count = names.map_or(0, |l| l.ob_base.ob_size.get());
    if required {
        const WORD: Py_ssize_t = size_of::<usize>() as Py_ssize_t;
        let mut size = super::PyBaseObject_Type.tp_basicsize.get();
        size += if ty.tp_dictoffset.get() != 0 { WORD } else { 0 };
        size += if ty.tp_weaklistoffset.get() != 0 {
            WORD
        } else {
            0
        };
        size += WORD * count;
        if ty.tp_basicsize.get() > size {
            return Err(cannot_pickle(o));
        }
    }
    let Some(names) = names.filter(|_| count > 0) else {
        return Ok(state);
    };
    let slots = dict::new()?;
    for i in 0..count {
        let name = list::get_item(names, i)?;
        if let Some(value) = object::lookup_attr(o, &name)? {
            dict::set_item(&slots, &name, &value)?;
        }
    }
    if slots.ma_used.get() == 0 {
        return Ok(state);
    }
    tuple::from_owned(vec![state, slots.upcast()]).map(Owned::upcast)
}
