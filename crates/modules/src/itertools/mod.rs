//! `itertools`: iterators that are made of others.
//!
//! Each is an object whose fields are the iterators and values that it works with; what all of them do alike (being
//! freed, traversed and their own iterator) is written once, in [`iterator_type`].

mod chain;
mod combine;
mod group;
mod infinite;
mod select;
mod tee;

use pyrite_macros::pymodule;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{object, tuple, typeobject, unicode};

/// Declares an iterator's layout and type: the fields that hold objects, the plain ones with their types, what else
/// to free, and the methods.
macro_rules! iterator_type {
    ($(#[$attr:meta])* $marker:ident, $layout:ident, $c_name:ident, $name:tt,
     objects { $($field:ident),* }, plain { $($plain:ident: $ty:ty),* }, free $free:expr, flags $flags:tt,
     { $($body:tt)* }) => {
        $(#[$attr])*
        #[repr(C)]
        pub struct $layout {
            ob_base: PyObject,
            $($field: Cell<*mut PyObject>,)*
            $($plain: Cell<$ty>,)*
        }
        // SAFETY: begins with the object head; all fields are cells.
        unsafe impl Layout for $layout {}

        pub struct $marker;
        #[pytype(name = $name, c_name = $c_name, layout = $layout, export = false, flags = $flags, free = gc_del)]
        impl $marker {
            fn tp_dealloc(slf: *mut $layout) {
                let free: fn(&$layout) = $free;
                // SAFETY: the count is 0: the object is ours to take apart.
                unsafe {
                    pyrite_runtime::gc::untrack_if_tracked(slf.cast());
                    $((*slf).$field.set_ref(None);)*
                    free(&*slf);
                    pyrite_runtime::mem::free_by_type(slf.cast());
                }
            }
            fn tp_traverse(slf: &$layout, visit: pyrite_runtime::gc::Visitor) -> c_int {
                visit.visit_all([$(slf.$field.get()),*])
            }
            const tp_iter: getiterfunc = Some(pyrite_runtime::object::self_iter);
            $($body)*
        }
    };
}
use iterator_type;

/// A new instance of a type or of a subtype, with the layout `T` that both have.
fn alloc<T: Layout>(ty: &PyTypeObject) -> PyResult<Owned<T>> {
    // SAFETY: the callers are constructors of types with this layout.
    Ok(unsafe { pyrite_runtime::mem::alloc_by_type(ty, 0)?.cast_unchecked() })
}

/// `(type(o), args)` or `(type(o), args, state)`.
fn reduced(o: &impl ObjectExt, args: Vec<Owned>, state: Option<Owned>) -> PyResult<Owned> {
    let mut parts = vec![o.ty().own(), tuple::from_owned(args)?.upcast()];
    parts.extend(state);
    Ok(tuple::from_owned(parts)?.upcast())
}

/// The state given to a `__setstate__`, which must be a tuple.
fn state_tuple(state: &PyObject) -> PyResult<&PyTupleObject> {
    state
        .downcast::<PyTupleObject>()
        .ok_or_else(|| raise!(TypeError, "state is not a tuple"))
}

fn int(n: Py_ssize_t) -> PyResult<Owned> {
    Ok(pyrite_runtime::long::from_ssize_t(n)?.upcast())
}

/// `fname()` takes no keywords, unless a subclass does.
fn no_keywords(
    ty: &PyTypeObject,
    own: &PyTypeObject,
    fname: &str,
    kw: Option<&PyObject>,
) -> PyResult<()> {
    if std::ptr::eq(ty, own) {
        pyrite_runtime::args::no_keywords(fname, kw)
    } else {
        Ok(())
    }
}

/// `itertools`.
pub struct Itertools;

#[pymodule(name = "itertools")]
impl Itertools {
    #[function]
    fn tee(_module: &PyObject, iterable: &PyObject, n: Option<isize>) -> PyResult<Owned> {
        tee::tee(iterable, n.unwrap_or(2))
    }

    fn exec(module: &PyObject) -> PyResult<()> {
        let types: [&PyTypeObject; 20] = [
            &chain::ACCUMULATE,
            &combine::COMBINATIONS,
            &combine::COMBINATIONS_WITH_REPLACEMENT,
            &infinite::CYCLE,
            &select::DROPWHILE,
            &select::TAKEWHILE,
            &select::ISLICE,
            &select::STARMAP,
            &chain::CHAIN,
            &select::COMPRESS,
            &select::FILTERFALSE,
            &infinite::COUNT,
            &chain::ZIP_LONGEST,
            &combine::PERMUTATIONS,
            &combine::PRODUCT,
            &infinite::REPEAT,
            &group::GROUPBY,
            &group::GROUPER,
            &tee::TEE,
            &tee::TEE_DATA,
        ];
        for ty in types {
            typeobject::ready(ty)?;
            let name = ty_name(ty);
            object::set_attr(
                module,
                unicode::intern_str(&name)?.as_object(),
                ty.as_object(),
            )?;
        }
        Ok(())
    }
}

/// The part of a type's name behind the dot.
fn ty_name(ty: &PyTypeObject) -> String {
    let name = pyrite_runtime::owned::type_name_of(ty);
    name.rsplit('.').next().unwrap_or_default().to_owned()
}
