//! The types of nodes: made once for the process, when the first tree is asked for.

use super::AST_TYPE;
use super::grammar::grammar;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{call, dict, err, object, tuple, typeobject, unicode};
use std::collections::HashMap;
use std::sync::OnceLock;

macro_rules! define {
    (sums { $($sum:literal $rust:ident { $($name:ident $(($inner:ident))? { $($field:ident),* })* })* }
     products { $($product:ident $struct:ident { $($part:ident),* })* }
     placed { $placed:ident $rust_placed:ident { $($placed_part:ident),* } }
     single { $($parent:literal $only:ident { $($piece:ident),* })* }) => {
        /// A type that nodes can have, other than the sums themselves.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub(super) enum Node {
            $($($name,)*)*
            $($product,)*
            $placed,
            $($only,)*
        }

        /// All of them, in order.
        const NODES: &[Node] = &[$($(Node::$name,)*)* $(Node::$product,)* Node::$placed, $(Node::$only,)*];

        const SUMS: &[Sum] = &[
            $(Sum {
                name: $sum,
                own: None,
                fields: &[],
                rows: &[$(Row { node: Node::$name, name: stringify!($name), fields: &[$(stringify!($field)),*] }),*],
            },)*
        ];
        const PRODUCTS: &[Sum] = &[
            $(Sum {
                name: stringify!($product),
                own: Some(Node::$product),
                fields: &[$(stringify!($part)),*],
                rows: &[],
            },)*
            Sum {
                name: stringify!($placed),
                own: Some(Node::$placed),
                fields: &[$(stringify!($placed_part)),*],
                rows: &[],
            },
        ];
        const SINGLE: &[Sum] = &[
            $(Sum {
                name: $parent,
                own: None,
                fields: &[],
                rows: &[Row { node: Node::$only, name: stringify!($only), fields: &[$(stringify!($piece)),*] }],
            },)*
        ];
    };
}
grammar!(define);

/// A constructor of a sum.
struct Row {
    node: Node,
    name: &'static str,
    fields: &'static [&'static str],
}

/// A sum, or a product, which is a node itself.
struct Sum {
    name: &'static str,
    own: Option<Node>,
    fields: &'static [&'static str],
    rows: &'static [Row],
}

/// Those that have a place in the source.
const WITH_POSITION: &[&str] = &["stmt", "expr", "excepthandler", "arg"];
pub(super) const POSITION: [&str; 4] = ["lineno", "col_offset", "end_lineno", "end_col_offset"];

/// Sums and products in the order in which 3.8's module has them.
fn in_order() -> Vec<&'static Sum> {
    let known = |name: &&str| {
        let mut all = SUMS.iter().chain(PRODUCTS).chain(SINGLE);
        all.find(|sum| sum.name == *name)
    };
    let tail = [
        "comprehension",
        "excepthandler",
        "arguments",
        "arg",
        "keyword",
        "alias",
        "withitem",
        "type_ignore",
    ];
    SUMS.iter().chain(tail.iter().filter_map(known)).collect()
}

/// The types, by node; and what looks a node up by its type.
pub(super) struct Types {
    by_node: Vec<Type>,
    /// The instances of types without fields, which trees share.
    shared: Vec<Option<Owned>>,
    nodes: HashMap<usize, Node>,
    /// Name and type, in the module's order.
    pub(super) named: Vec<(&'static str, Type)>,
}
// SAFETY: used by the holder of the GIL only.
unsafe impl Send for Types {}
// SAFETY: as above.
unsafe impl Sync for Types {}

static TYPES: OnceLock<Types> = OnceLock::new();

fn names(all: &[&str]) -> PyResult<Owned> {
    let all = all
        .iter()
        .map(|name| Ok(unicode::intern(unicode::from_str(name)?).upcast()));
    Ok(tuple::from_owned(all.collect::<PyResult<Vec<_>>>()?)?.upcast())
}

type Type = Owned<PyTypeObject>;

fn make_type(name: &str, base: &PyTypeObject, fields: &[&str]) -> PyResult<Type> {
    let namespace = dict::new()?;
    dict::set_item(&namespace, id!("_fields").as_object(), &*names(fields)?)?;
    let module = id!("_ast").as_object();
    dict::set_item(&namespace, id!("__module__").as_object(), module)?;
    let name = unicode::from_str(name)?;
    let bases = tuple::from_slice(&[base.as_object()])?;
    let args = [name.as_object(), bases.as_object(), namespace.as_object()];
    call::call(typeobject::PyType_Type.as_object(), &args)?
        .downcast_owned()
        .map_err(|_| err::bad_internal_call())
}

fn make_types() -> PyResult<Types> {
    let ast: &PyTypeObject = &AST_TYPE;
    typeobject::ready(ast)?;
    let (fields, attributes) = (id!("_fields").as_object(), id!("_attributes").as_object());
    let namespace = typeobject::dict_of(ast)?;
    for name in [fields, attributes] {
        dict::set_item(&namespace, name, tuple::empty()?.as_object())?;
    }
    let mut by_node: Vec<(Node, Type)> = Vec::new();
    let mut named = vec![("AST", ast.own_typed())];
    for sum in in_order() {
        let base = make_type(sum.name, ast, sum.fields)?;
        let position: &[&str] = match WITH_POSITION.contains(&sum.name) {
            true => &POSITION,
            false => &[],
        };
        object::set_attr(base.as_object(), attributes, &*names(position)?)?;
        by_node.extend(sum.own.map(|node| (node, base.clone())));
        named.push((sum.name, base.clone()));
        for row in sum.rows {
            let ty = make_type(row.name, &base, row.fields)?;
            by_node.push((row.node, ty.clone()));
            named.push((row.name, ty));
        }
    }
    by_node.sort_by_key(|(node, _)| *node);
    let by_node: Vec<Type> = by_node.into_iter().map(|(_, ty)| ty).collect();
    let mut shared = Vec::new();
    for (node, ty) in NODES.iter().zip(&by_node) {
        let lone = matches!(node, Node::Pass | Node::Break | Node::Continue);
        let empty = SUMS
            .iter()
            .flat_map(|sum| sum.rows)
            .any(|row| row.node == *node && row.fields.is_empty());
        shared.push(match empty && !lone {
            true => Some(call::call0(ty.as_object())?),
            false => None,
        });
    }
    let nodes = NODES.iter().zip(&by_node);
    let nodes = nodes.map(|(node, ty)| (ty.as_ptr() as usize, *node));
    Ok(Types {
        nodes: nodes.collect(),
        by_node,
        shared,
        named,
    })
}

/// The types, which are made if they are not there yet.
pub(super) fn types() -> PyResult<&'static Types> {
    match TYPES.get() {
        Some(types) => Ok(types),
        None => {
            let made = make_types()?;
            Ok(TYPES.get_or_init(|| made))
        }
    }
}

impl Types {
    pub(super) fn of(&self, node: Node) -> &PyObject {
        self.as_type(node).as_object()
    }

    pub(super) fn as_type(&self, node: Node) -> &PyTypeObject {
        &self.by_node[node as usize]
    }

    /// The instance of a type without fields.
    pub(super) fn shared(&self, node: Node) -> PyResult<Owned> {
        match &self.shared[node as usize] {
            Some(instance) => Ok(instance.clone()),
            None => call::call0(self.of(node)),
        }
    }

    /// Which of the nodes from `first` to `last` an object is: the first type of which it is an instance.
    pub(super) fn classify(&self, o: &PyObject, among: &[Node]) -> PyResult<Option<Node>> {
        let exact = self.nodes.get(&(o.ty().as_ptr() as usize));
        if let Some(node) = exact {
            return Ok(among.contains(node).then_some(*node));
        }
        for node in among {
            if object::is_instance(o, self.of(*node))? {
                return Ok(Some(*node));
            }
        }
        Ok(None)
    }
}
