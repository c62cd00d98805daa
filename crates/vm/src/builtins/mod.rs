//! The `builtins` module.

mod aggregate;
mod class;
mod io;
mod run;
pub mod types;

use crate::import::{self, interp};
use crate::prelude::*;
use crate::{eval_api, sys};

/// Numbers that `chr` and `ord` exchange.
const MAX_UNICODE: i64 = 0x10_ffff;

pub struct Builtins;

#[pymodule(name = "builtins", export = false)]
impl Builtins {
    #[function(name = "__build_class__", args_kw)]
    fn build_class(_m: &PyObject, args: Args<'_>) -> PyResult<Owned> {
        class::build_class(args)
    }

    #[function(name = "__import__")]
    #[sig(
        "($module, /, name, globals=None, locals=None, fromlist=(), level=0)",
        parse_tuple
    )]
    fn import(
        _m: &PyObject,
        name: &PyUnicodeObject,
        globals: Option<&PyObject>,
        locals: Option<&PyObject>,
        fromlist: Option<&PyObject>,
        level: Option<i32>,
    ) -> PyResult<Owned> {
        import::import_module_level_object(
            name.as_object(),
            globals,
            locals,
            fromlist,
            level.unwrap_or(0),
        )
    }

    #[function]
    fn abs(_m: &PyObject, x: &PyObject) -> PyResult<Owned> {
        number::absolute(x)
    }

    #[function]
    fn all(_m: &PyObject, iterable: &PyObject) -> PyResult<bool> {
        aggregate::every(iterable, true)
    }

    #[function]
    fn any(_m: &PyObject, iterable: &PyObject) -> PyResult<bool> {
        aggregate::every(iterable, false).map(|all_false| !all_false)
    }

    #[function]
    fn ascii(_m: &PyObject, obj: &PyObject) -> PyResult<Owned> {
        object::ascii(obj)
    }

    #[function]
    fn bin(_m: &PyObject, number: &PyObject) -> PyResult<Owned> {
        number::to_base(number, 2)
    }

    #[function(args_kw)]
    fn breakpoint(_m: &PyObject, args: Args<'_>) -> PyResult<Owned> {
        let Some(hook) = sys::get_object("breakpointhook")? else {
            return Err(raise!(RuntimeError, "lost sys.breakpointhook"));
        };
        sys::audit("builtins.breakpoint", &[&hook])?;
        call::call_kw(&hook, &args.all(), args.kwnames())
    }

    #[function]
    fn callable(_m: &PyObject, obj: &PyObject) -> bool {
        object::is_callable(obj)
    }

    #[function]
    fn chr(_m: &PyObject, i: i32) -> PyResult<Owned> {
        if !(0..=MAX_UNICODE).contains(&i64::from(i)) {
            return Err(raise!(ValueError, "chr() arg not in range(0x110000)"));
        }
        unicode::from_ordinal(i as u32).map(Owned::upcast)
    }

    #[function]
    fn compile(
        _m: &PyObject,
        source: &PyObject,
        filename: text::FsDecoded,
        mode: &str,
        flags: Option<i32>,
        dont_inherit: Option<Truth>,
        optimize: Option<i32>,
        _feature_version: Option<i32>,
    ) -> PyResult<Owned> {
        let inherit = !dont_inherit.is_some_and(|t| t.0);
        run::compile(
            source,
            &filename.0,
            mode,
            flags.unwrap_or(0),
            inherit,
            optimize.unwrap_or(-1),
            _feature_version.unwrap_or(-1),
        )
    }

    #[function]
    fn delattr(_m: &PyObject, obj: &PyObject, name: &PyObject) -> PyResult<()> {
        object::del_attr(obj, name)
    }

    #[function(args)]
    fn dir(_m: &PyObject, args: &[&PyObject]) -> PyResult<Owned> {
        match args {
            [] => run::dir_of_scope(),
            [o] => typeobject::object_type::dir(o),
            _ => Err(raise!(
                TypeError,
                "dir expected at most 1 argument, got {}",
                args.len()
            )),
        }
    }

    #[function]
    fn divmod(_m: &PyObject, x: &PyObject, y: &PyObject) -> PyResult<Owned> {
        number::divmod(x, y)
    }

    #[function]
    fn eval(
        _m: &PyObject,
        source: &PyObject,
        globals: Option<&PyObject>,
        locals: Option<&PyObject>,
    ) -> PyResult<Owned> {
        run::eval(source, globals, locals)
    }

    #[function]
    fn exec(
        _m: &PyObject,
        source: &PyObject,
        globals: Option<&PyObject>,
        locals: Option<&PyObject>,
    ) -> PyResult<()> {
        run::exec(source, globals, locals)
    }

    #[function]
    fn format(
        _m: &PyObject,
        value: &PyObject,
        format_spec: Option<&PyUnicodeObject>,
    ) -> PyResult<Owned> {
        object::format(value, format_spec.map(ObjectExt::as_object))
    }

    #[function(args)]
    fn getattr(_m: &PyObject, args: &[&PyObject]) -> PyResult<Owned> {
        let (o, name, default) = match *args {
            [o, name] => (o, name, None),
            [o, name, default] => (o, name, Some(default)),
            [] | [_] => {
                return Err(raise!(
                    TypeError,
                    "getattr expected at least 2 arguments, got {}",
                    args.len()
                ));
            }
            _ => {
                return Err(raise!(
                    TypeError,
                    "getattr expected at most 3 arguments, got {}",
                    args.len()
                ));
            }
        };
        if name.downcast::<PyUnicodeObject>().is_none() {
            return Err(raise!(
                TypeError,
                "getattr(): attribute name must be string"
            ));
        }
        match default {
            None => object::get_attr(o, name),
            Some(d) => Ok(object::lookup_attr(o, name)?.unwrap_or_else(|| d.own())),
        }
    }

    #[function]
    fn globals(_m: &PyObject) -> Owned {
        eval_api::get_globals().unwrap_or_else(|| none().own())
    }

    #[function]
    fn hasattr(_m: &PyObject, obj: &PyObject, name: &PyObject) -> PyResult<bool> {
        if name.downcast::<PyUnicodeObject>().is_none() {
            return Err(raise!(
                TypeError,
                "hasattr(): attribute name must be string"
            ));
        }
        Ok(object::lookup_attr(obj, name)?.is_some())
    }

    #[function]
    fn hash(_m: &PyObject, obj: &PyObject) -> PyResult<Py_hash_t> {
        object::hash(obj)
    }

    #[function]
    fn hex(_m: &PyObject, number: &PyObject) -> PyResult<Owned> {
        number::to_base(number, 16)
    }

    #[function]
    fn id(_m: &PyObject, obj: &PyObject) -> PyResult<Owned> {
        let v = long::from_usize(obj.as_ptr() as usize)?.upcast();
        sys::audit("builtins.id", &[&v])?;
        Ok(v)
    }

    #[function]
    fn input(_m: &PyObject, prompt: Option<&PyObject>) -> PyResult<Owned> {
        io::input(prompt)
    }

    #[function]
    fn isinstance(_m: &PyObject, obj: &PyObject, class_or_tuple: &PyObject) -> PyResult<bool> {
        object::is_instance(obj, class_or_tuple)
    }

    #[function]
    fn issubclass(_m: &PyObject, cls: &PyObject, class_or_tuple: &PyObject) -> PyResult<bool> {
        object::is_subclass(cls, class_or_tuple)
    }

    #[function(args)]
    fn iter(_m: &PyObject, args: &[&PyObject]) -> PyResult<Owned> {
        match *args {
            [o] => object::get_iter(o),
            [f, _] if !object::is_callable(f) => {
                Err(raise!(TypeError, "iter(v, w): v must be callable"))
            }
            [f, sentinel] => pyrite_runtime::iterobject::call_iter_new(f, sentinel),
            [] => Err(raise!(
                TypeError,
                "iter expected at least 1 argument, got 0"
            )),
            _ => Err(raise!(
                TypeError,
                "iter expected at most 2 arguments, got {}",
                args.len()
            )),
        }
    }

    #[function]
    fn len(_m: &PyObject, obj: &PyObject) -> PyResult<Py_ssize_t> {
        object::size(obj)
    }

    #[function]
    fn locals(_m: &PyObject) -> PyResult<Owned> {
        eval_api::get_locals()
    }

    #[function(args_kw)]
    fn max(_m: &PyObject, args: Args<'_>) -> PyResult<Owned> {
        aggregate::extreme(args, "max", Py_GT)
    }

    #[function(args_kw)]
    fn min(_m: &PyObject, args: Args<'_>) -> PyResult<Owned> {
        aggregate::extreme(args, "min", Py_LT)
    }

    #[function(args)]
    fn next(_m: &PyObject, args: &[&PyObject]) -> PyResult<Owned> {
        let (it, default) = match *args {
            [it] => (it, None),
            [it, d] => (it, Some(d)),
            [] => {
                return Err(raise!(
                    TypeError,
                    "next expected at least 1 argument, got 0"
                ));
            }
            _ => {
                return Err(raise!(
                    TypeError,
                    "next expected at most 2 arguments, got {}",
                    args.len()
                ));
            }
        };
        aggregate::next(it, default)
    }

    #[function]
    fn oct(_m: &PyObject, number: &PyObject) -> PyResult<Owned> {
        number::to_base(number, 8)
    }

    #[function]
    fn ord(_m: &PyObject, c: &PyObject) -> PyResult<u32> {
        aggregate::ord(c)
    }

    #[function]
    #[sig("($module, /, base, exp, mod=None)")]
    fn pow(
        _m: &PyObject,
        base: &PyObject,
        exp: &PyObject,
        modulus: Option<&PyObject>,
    ) -> PyResult<Owned> {
        number::power(base, exp, modulus.unwrap_or(none()))
    }

    #[function(args_kw)]
    fn print(_m: &PyObject, args: Args<'_>) -> PyResult<()> {
        io::print(args)
    }

    #[function]
    fn repr(_m: &PyObject, obj: &PyObject) -> PyResult<Owned> {
        object::repr(obj)
    }

    #[function]
    fn round(_m: &PyObject, number: &PyObject, ndigits: Option<&PyObject>) -> PyResult<Owned> {
        aggregate::round(number, ndigits)
    }

    #[function]
    fn setattr(_m: &PyObject, obj: &PyObject, name: &PyObject, value: &PyObject) -> PyResult<()> {
        object::set_attr(obj, name, value)
    }

    #[function(args_kw)]
    fn sorted(_m: &PyObject, args: Args<'_>) -> PyResult<Owned> {
        aggregate::sorted(args)
    }

    #[function]
    fn sum(_m: &PyObject, iterable: &PyObject, start: Option<&PyObject>) -> PyResult<Owned> {
        aggregate::sum(iterable, start)
    }

    #[function(args)]
    fn vars(_m: &PyObject, args: &[&PyObject]) -> PyResult<Owned> {
        match *args {
            [] => eval_api::get_locals(),
            [o] => match object::lookup_attr(o, id!("__dict__").as_object())? {
                Some(d) => Ok(d),
                None => Err(raise!(
                    TypeError,
                    "vars() argument must have __dict__ attribute"
                )),
            },
            _ => Err(raise!(
                TypeError,
                "vars expected at most 1 argument, got {}",
                args.len()
            )),
        }
    }
}

/// The builtins of the running frame, or of the interpreter.
pub fn current() -> Option<Owned> {
    // SAFETY: frames on the stack live and hold their builtins.
    let f = unsafe { tstate::current().frame.get().as_ref() };
    f.map_or_else(|| interp().builtins.load(), |f| f.f_builtins.load())
}

/// Makes the module: functions, types, constants. Exceptions come with the types.
pub fn create() -> PyResult<Owned> {
    // SAFETY: the GIL is held; the result is a new reference, or null with an exception set.
    let m = unsafe { Owned::from_result_ptr(PyInit_builtins()) }?;
    let d = module::get_dict(&m)?.upcast();
    let put = |name: &str, v: &PyObject| {
        object::set_item(&d, unicode::intern(unicode::from_str(name)?).as_object(), v)
    };
    put("None", none())?;
    put("Ellipsis", ellipsis())?;
    put("NotImplemented", not_implemented())?;
    put("False", py_false())?;
    put("True", py_true())?;
    for ty in types::all() {
        put(&typeobject::short_name(ty), ty.as_object())?;
    }
    put(
        "__debug__",
        if interp().config.optimization_level.get() == 0 {
            py_true()
        } else {
            py_false()
        },
    )?;
    for (name, ty) in exceptions::BUILTINS {
        put(name, ty.as_object())?;
        // Its old names stand beside it.
        if *name == "OSError" {
            put("EnvironmentError", ty.as_object())?;
            put("IOError", ty.as_object())?;
        }
    }
    interp().builtins.set_ref(Some(d));
    Ok(m)
}
