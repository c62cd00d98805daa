//! A tree as objects.
//!
//! Expressions are converted in the order in which the parser made them, children before parents, so that the depth of a tree
//! (`a+a+a+...` nests to the left without limit) is no depth of recursion here. Statements nest as far as the parser allows.

use super::grammar::grammar;
use super::types::{Node, POSITION, Types, types};
use pyrite_runtime::prelude::*;
use pyrite_runtime::{list, long, mem, object, unicode};
use pyrite_syntax::ast::*;
use pyrite_vm::compile::{constant, text};
use std::cell::RefCell;

/// The conversion of one tree.
struct Context<'a> {
    ast: &'a Ast,
    types: &'static Types,
    /// Expressions that are done and wait for their parents, by index.
    exprs: RefCell<Vec<Option<Owned>>>,
    names: RefCell<Vec<Option<Owned>>>,
}

/// The tree as an object of `_ast`.
pub(super) fn to_object(ast: &Ast) -> PyResult<Owned> {
    let cx = Context {
        ast,
        types: types()?,
        exprs: RefCell::new(vec![None; ast.expr_count()]),
        names: RefCell::new(vec![None; ast.names.len()]),
    };
    for id in ast.expr_ids() {
        let made = cx.expr(id)?;
        if let Some(place) = cx.exprs.borrow_mut().get_mut(id.index()) {
            *place = Some(made);
        }
    }
    ast.root.to_object(&cx)
}

impl Context<'_> {
    fn node(&self, node: Node) -> PyResult<Owned> {
        mem::alloc_by_type(self.types.as_type(node), 0)
    }

    fn expr(&self, id: ExprId) -> PyResult<Owned> {
        let Expr { kind, pos } = self.ast[id];
        let made = kind.to_object(self)?;
        set_position(&made, pos)?;
        Ok(made)
    }
}

fn set(o: &PyObject, name: &PyObject, value: &PyObject) -> PyResult<()> {
    object::generic_set_attr(o, name, Some(value))
}

fn set_position(o: &PyObject, pos: Pos) -> PyResult<()> {
    let [lineno, col_offset, end_lineno, end_col_offset] = [
        id!(POSITION[0]),
        id!(POSITION[1]),
        id!(POSITION[2]),
        id!(POSITION[3]),
    ];
    for (name, value) in [
        (lineno, pos.lineno),
        (col_offset, pos.col_offset),
        (end_lineno, pos.end_lineno),
        (end_col_offset, pos.end_col_offset),
    ] {
        set(
            o,
            name.as_object(),
            long::from_i64(value.into())?.as_object(),
        )?;
    }
    Ok(())
}

/// What a field can hold.
trait ToObject {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned>;
}

macro_rules! variant {
    ($enum:ident $name:ident { $($field:ident),* }) => { $enum::$name { $($field),* } };
    ($enum:ident $name:ident ($inner:ident) { $($field:ident),* }) => { $enum::$name($inner { $($field),* }) };
}

macro_rules! conversions {
    (sums { $($sum:literal $rust:ident { $($name:ident $(($inner:ident))? { $($field:ident),* })* })* }
     products { $($product:ident $struct:ident { $($part:ident),* })* }
     placed { $placed:ident $rust_placed:ident { $($placed_part:ident),* } }
     single $single:tt) => {
        $(impl ToObject for $rust {
            fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
                match self {
                    $(variant!($rust $name $(($inner))? { $($field),* }) => {
                        node!(cx, $name { $($field),* })
                    })*
                }
            }
        })*
        $(impl ToObject for $struct {
            fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
                let $struct { $($part),* } = self;
                node!(cx, $product { $($part),* })
            }
        })*
        impl ToObject for $rust_placed {
            fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
                let $rust_placed { $($placed_part,)* pos } = self;
                let made: PyResult<Owned> = node!(cx, $placed { $($placed_part),* });
                let made = made?;
                set_position(&made, *pos)?;
                Ok(made)
            }
        }
    };
}

macro_rules! node {
    ($cx:ident, Pass {}) => { $cx.node(Node::Pass) };
    ($cx:ident, Break {}) => { $cx.node(Node::Break) };
    ($cx:ident, Continue {}) => { $cx.node(Node::Continue) };
    ($cx:ident, $node:ident {}) => { $cx.types.shared(Node::$node) };
    ($cx:ident, $node:ident { $($field:ident),+ }) => {{
        let made = $cx.node(Node::$node)?;
        $(set(&made, id!(stringify!($field)).as_object(), &*$field.to_object($cx)?)?;)+
        Ok(made)
    }};
}

grammar!(conversions);

impl ToObject for ExceptHandler {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
        let made = cx.node(Node::ExceptHandler)?;
        set(&made, id!("type").as_object(), &*self.type_.to_object(cx)?)?;
        set(&made, id!("name").as_object(), &*self.name.to_object(cx)?)?;
        set(&made, id!("body").as_object(), &*self.body.to_object(cx)?)?;
        set_position(&made, self.pos)?;
        Ok(made)
    }
}

impl ToObject for TypeIgnore {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
        let TypeIgnore { lineno, tag } = self;
        node!(cx, TypeIgnore { lineno, tag })
    }
}

impl ToObject for ExprId {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
        let done = cx
            .exprs
            .borrow_mut()
            .get_mut(self.index())
            .and_then(Option::take);
        match done {
            Some(done) => Ok(done),
            // The parent is older than its child.
            None => {
                let _guard = pyrite_runtime::recursion::enter(" during compilation")?;
                cx.expr(*self)
            }
        }
    }
}

impl ToObject for StmtId {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
        let Stmt { kind, pos } = cx.ast[*self];
        let made = kind.to_object(cx)?;
        set_position(&made, pos)?;
        Ok(made)
    }
}

impl ToObject for SliceId {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
        cx.ast[*self].to_object(cx)
    }
}

impl ToObject for ArgumentsId {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
        cx.ast[*self].to_object(cx)
    }
}

impl ToObject for ConstantId {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
        constant(&cx.ast[*self])
    }
}

impl ToObject for Symbol {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
        let known = cx.names.borrow().get(self.index()).cloned().flatten();
        if let Some(known) = known {
            return Ok(known);
        }
        let name = text(&Text::from_wtf8(cx.ast.names.get(*self)))?;
        let name = unicode::intern(name).upcast();
        if let Some(place) = cx.names.borrow_mut().get_mut(self.index()) {
            *place = Some(name.clone());
        }
        Ok(name)
    }
}

impl ToObject for i32 {
    fn to_object(&self, _cx: &Context<'_>) -> PyResult<Owned> {
        Ok(long::from_i64((*self).into())?.upcast())
    }
}

impl<T: ToObject> ToObject for Option<T> {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
        match self {
            Some(value) => value.to_object(cx),
            None => Ok(none().own()),
        }
    }
}

impl<T: ListItem + ToObject> ToObject for List<T> {
    fn to_object(&self, cx: &Context<'_>) -> PyResult<Owned> {
        let items = cx.ast[*self].iter().map(|item| item.to_object(cx));
        Ok(list::from_owned(items.collect::<PyResult<Vec<_>>>()?)?.upcast())
    }
}
