//! `_tuplegetter`: the descriptor of a named tuple's field.

use pyrite_macros::pytype;
use pyrite_runtime::args::FromArg;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{args, gc, long, mem, tuple};

#[repr(C)]
pub struct TupleGetterObject {
    ob_base: PyObject,
    index: Cell<Py_ssize_t>,
    doc: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for TupleGetterObject {}

pub struct TupleGetter;
#[pytype(name = "_collections._tuplegetter", c_name = TUPLEGETTER, layout = TupleGetterObject, export = false,
         flags = [HAVE_GC], free = gc_del)]
impl TupleGetter {
    fn tp_new(ty: &PyTypeObject, args: &PyTupleObject, kw: Option<&PyObject>) -> PyResult<Owned> {
        args::no_keywords("_tuplegetter", kw)?;
        let args = tuple::as_slice(args);
        args::check_positional("_tuplegetter", args.len(), 2, 2)?;
        let index = isize::from_arg(
            args[0],
            args::Arg {
                fname: "_tuplegetter",
                place: args::Place::Position(1),
            },
        )?;
        // SAFETY: the type has this layout.
        let g: Owned<TupleGetterObject> = unsafe { mem::alloc_by_type(ty, 0)?.cast_unchecked() };
        g.index.set(index);
        g.doc.set_ref(Some(args[1].own()));
        Ok(g.upcast())
    }

    fn tp_dealloc(slf: *mut TupleGetterObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).doc.set_ref(None);
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &TupleGetterObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.doc.get())
    }

    fn tp_clear(slf: &TupleGetterObject) {
        slf.doc.set_ref(None);
    }

    fn tp_descr_get(
        slf: &TupleGetterObject,
        o: Option<&PyObject>,
        _ty: Option<&PyObject>,
    ) -> PyResult<Owned> {
        let Some(o) = o.filter(|o| !o.is_none()) else {
            return Ok(slf.own());
        };
        let index = slf.index.get();
        let Some(t) = o.downcast::<PyTupleObject>() else {
            let name = o.type_name();
            return Err(raise!(
                TypeError,
                "descriptor for index '{index}' for tuple subclasses doesn't apply to '{name}' object"
            ));
        };
        match usize::try_from(index)
            .ok()
            .and_then(|i| tuple::as_slice(t).get(i))
        {
            Some(item) => Ok(item.own()),
            None => Err(raise!(IndexError, "tuple index out of range")),
        }
    }

    fn tp_descr_set(
        _slf: &TupleGetterObject,
        _o: &PyObject,
        value: Option<&PyObject>,
    ) -> PyResult<()> {
        Err(match value {
            Some(_) => raise!(AttributeError, "can't set attribute"),
            None => raise!(AttributeError, "can't delete attribute"),
        })
    }

    #[method]
    #[sig("($self, /)")]
    fn __reduce__(slf: &TupleGetterObject) -> PyResult<Owned> {
        let index = long::from_ssize_t(slf.index.get())?.upcast();
        let doc = slf.doc.load().unwrap_or_else(|| none().own());
        Ok(tuple::pack([slf.ty().own(), tuple::pack([index, doc])?.upcast()])?.upcast())
    }

    #[members]
    const MEMBERS: &[Member] = members![("__doc__", T_OBJECT, doc, 0)];
}
