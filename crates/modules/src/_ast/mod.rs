//! `_ast`: the node types of 3.8's syntax tree, and trees as objects of these types and back.
//!
//! A tree inside is `pyrite_syntax::ast::Ast`, flat vectors of plain nodes; a program sees instances of `_ast.AST` with attributes.
//! [`grammar`] holds 3.8's abstract grammar once; the types ([`types`]), the way out ([`to_object`]) and the way in ([`from_object`]) are
//! generated from it, with the Rust type of a field saying how it is converted: a list, something optional, an identifier.
//! `compile` reaches the conversions through hooks, since this crate stands above `vm`.

mod from_object;
mod grammar;
mod to_object;
mod types;

use pyrite_macros::{pymodule, pytype};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{dict, err, gc, mem, module, object, sequence, tuple};
use pyrite_vm::compile::{self, AstHooks};

#[repr(C)]
pub struct AstObject {
    ob_base: PyObject,
    dict: Cell<*mut PyObject>,
}
// SAFETY: begins with the object head; all fields are cells.
unsafe impl Layout for AstObject {}

/// The base of all nodes: an object with attributes, which its constructor sets by the names in `_fields`.
pub struct Ast;

#[pytype(name = "_ast.AST", c_name = AST_TYPE, layout = AstObject, export = false, dictoffset = dict,
         flags = [BASETYPE, HAVE_GC], free = gc_del)]
impl Ast {
    fn tp_getattro(slf: &PyObject, name: &PyObject) -> PyResult<Owned> {
        object::generic_get_attr(slf, name)
    }

    fn tp_setattro(slf: &PyObject, name: &PyObject, value: Option<&PyObject>) -> PyResult<()> {
        object::generic_set_attr(slf, name, value)
    }

    fn tp_init(slf: &PyObject, args: &PyTupleObject, kw: Option<&PyDictObject>) -> PyResult<()> {
        let fields = object::lookup_attr(slf.ty().as_object(), id!("_fields").as_object())?;
        let known = match &fields {
            Some(fields) => object::size(fields)?,
            None => 0,
        };
        let given = tuple::len(args) as Py_ssize_t;
        if known < given {
            return Err(raise!(
                TypeError,
                "{} constructor takes at most {known} positional argument{}",
                err::short(&slf.type_name(), 400),
                if known == 1 { "" } else { "s" }
            ));
        }
        if let Some(fields) = &fields {
            for (i, value) in tuple::to_vec(args).iter().enumerate() {
                let name = sequence::get_item(fields, i as Py_ssize_t)?;
                object::set_attr(slf, &name, value)?;
            }
        }
        for (name, value) in kw.map(dict::items).unwrap_or_default() {
            if let Some(fields) = &fields
                && sequence::contains(fields, &name)?
                && sequence::index(fields, &name)? < given
            {
                return Err(raise!(
                    TypeError,
                    "{} got multiple values for argument '{}'",
                    err::short(&slf.type_name(), 400),
                    err::Str(&name)
                ));
            }
            object::set_attr(slf, &name, &value)?;
        }
        Ok(())
    }

    fn tp_new(ty: &PyTypeObject, _args: &PyObject, _kw: Option<&PyObject>) -> PyResult<Owned> {
        mem::alloc_by_type(ty, 0)
    }

    fn tp_dealloc(slf: *mut AstObject) {
        // SAFETY: the count is 0: the object is ours to take apart.
        unsafe {
            gc::untrack_if_tracked(slf.cast());
            (*slf).dict.set_ref(None);
            mem::free_by_type(slf.cast());
        }
    }

    fn tp_traverse(slf: &AstObject, visit: gc::Visitor) -> c_int {
        visit.visit(slf.dict.get())
    }

    fn tp_clear(slf: &AstObject) {
        slf.dict.set_ref(None);
    }

    #[method]
    fn __reduce__(slf: &PyObject) -> PyResult<Owned> {
        let (class, nothing) = (slf.ty().own(), tuple::empty()?.upcast());
        let state = object::lookup_attr(slf, id!("__dict__").as_object())?;
        Ok(match state {
            Some(state) => tuple::pack([class, nothing, state])?.upcast(),
            None => tuple::pack([class, nothing])?.upcast(),
        })
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

/// Lets `compile` make trees of objects, and take them.
fn install() {
    compile::install_ast(AstHooks {
        to_object: to_object::to_object,
        from_object: from_object::from_object,
        is_node,
    });
}

/// `PyAST_Check`: is it a node, by `isinstance`?
pub fn is_node(o: &PyObject) -> PyResult<bool> {
    types::types()?;
    object::is_instance(o, AST_TYPE.as_object())
}

/// `_ast`.
pub struct AstModule;

#[pymodule(name = "_ast")]
impl AstModule {
    fn exec(module: &PyObject) -> PyResult<()> {
        install();
        let types = types::types()?;
        let (first, rest) = types.named.split_at(1);
        for (name, ty) in first {
            module::add_object(module, name, ty.as_object())?;
        }
        for (name, value) in [
            ("PyCF_ALLOW_TOP_LEVEL_AWAIT", PyCF_ALLOW_TOP_LEVEL_AWAIT),
            ("PyCF_ONLY_AST", PyCF_ONLY_AST),
            ("PyCF_TYPE_COMMENTS", PyCF_TYPE_COMMENTS),
        ] {
            module::add_int_constant(module, name, value.into())?;
        }
        for (name, ty) in rest {
            module::add_object(module, name, ty.as_object())?;
        }
        Ok(())
    }
}
