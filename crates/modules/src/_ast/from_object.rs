//! Objects as a tree: attributes are read in 3.8's order and checked as it checks them, since the first thing that is wrong is
//! what the program hears of.
//!
//! Reading an attribute may run any code. What is wrong only in the eyes of 3.8's validator, which comes after the whole conversion,
//! is noted in [`Flaws`].

use super::grammar::grammar;
use super::types::{Node, POSITION, Types, types};
use num_bigint::BigInt;
use pyrite_bytecode::validate::Flaws;
use pyrite_runtime::prelude::*;
use pyrite_runtime::{bytes, err, list, long, object, set, tuple, unicode};
use pyrite_syntax::ast::*;
use pyrite_vm::compile::recursion_left;
use std::rc::Rc;

struct Context {
    ast: Ast,
    flaws: Flaws,
    types: &'static Types,
    depth: u32,
    limit: u32,
}

/// The tree that an object of `_ast` stands for. Its root must be of the kind that the start symbol asks for.
pub(super) fn from_object(o: &PyObject, start: c_int) -> PyResult<(Ast, Flaws)> {
    let types = types()?;
    let (wanted, name) = match start {
        Py_eval_input => (Node::Expression, "Expression"),
        Py_single_input => (Node::Interactive, "Interactive"),
        Py_func_type_input => (Node::FunctionType, "FunctionType"),
        _ => (Node::Module, "Module"),
    };
    if !object::is_instance(o, types.of(wanted))? {
        return Err(raise!(
            TypeError,
            "expected {name} node, got {}",
            err::short(&o.type_name(), 400)
        ));
    }
    let (depth, limit) = recursion_left().scaled();
    let mut cx = Context {
        ast: Ast::new(),
        flaws: Flaws::default(),
        types,
        depth,
        limit,
    };
    cx.ast.root = match cx.sum::<Mod>(o)? {
        Some(root) => root,
        None => return Err(err::bad_internal_call()),
    };
    Ok((cx.ast, cx.flaws))
}

/// A sum of the grammar.
trait Sum: Sized {
    const NAME: &'static str;
    const NODES: &'static [Node];
    /// Reads the fields of an object that is a `node`.
    fn read(cx: &mut Context, o: &PyObject, node: Node) -> PyResult<Self>;
}

/// What a field can hold. `None` of Python, where 3.8 finds out later, is `None` here.
trait FromObject: Sized {
    /// Converts the value of an attribute or the element of a list.
    fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>>;

    /// Reads an attribute.
    fn field(cx: &mut Context, o: &PyObject, place: Place) -> PyResult<Option<Self>> {
        match object::lookup_attr(o, place.field.as_object())? {
            Some(value) => Self::convert(cx, &value),
            None => Err(place.missing()),
        }
    }

    /// Stands for `None` in a list.
    fn absent(_cx: &mut Context) -> PyResult<Self> {
        Err(raise!(ValueError, "None disallowed in list"))
    }
}

/// A field of a node.
#[derive(Clone, Copy)]
struct Place {
    owner: &'static str,
    field: &'static PyUnicodeObject,
}

impl Place {
    #[cold]
    fn missing(self) -> Raised {
        raise!(
            TypeError,
            "required field \"{}\" missing from {}",
            err::Str(self.field.as_object()),
            self.owner
        )
    }

    /// The check of a node's constructor.
    fn require<T>(self, value: Option<T>) -> PyResult<T> {
        value.ok_or_else(|| {
            raise!(
                ValueError,
                "field {} is required for {}",
                err::Str(self.field.as_object()),
                self.owner
            )
        })
    }
}

macro_rules! place {
    ($owner:expr, $field:ident) => {
        Place {
            owner: $owner,
            field: id!(stringify!($field)),
        }
    };
}

/// Reads fields in order, then checks that those are there which must be.
macro_rules! fields {
    ($cx:ident, $o:ident, $owner:expr, { $($field:ident),* }) => {
        $(let $field = FromObject::field($cx, $o, place!($owner, $field))?;)*
        $(let $field = place!($owner, $field).require($field)?;)*
    };
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
        $(impl Sum for $rust {
            const NAME: &'static str = $sum;
            const NODES: &'static [Node] = &[$(Node::$name),*];

            #[allow(unused_variables)]
            fn read(cx: &mut Context, o: &PyObject, node: Node) -> PyResult<Self> {
                match node {
                    $(Node::$name => {
                        fields!(cx, o, stringify!($name), { $($field),* });
                        Ok(variant!($rust $name $(($inner))? { $($field),* }))
                    })*
                    _ => Err(err::bad_internal_call()),
                }
            }
        })*
        $(impl FromObject for $struct {
            fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
                fields!(cx, o, stringify!($product), { $($part),* });
                Ok(Some($struct { $($part),* }))
            }
        })*
        impl FromObject for $rust_placed {
            fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
                $(let $placed_part = FromObject::field(cx, o, place!(stringify!($placed), $placed_part))?;)*
                let pos = position(cx, o, stringify!($placed))?;
                $(let $placed_part = place!(stringify!($placed), $placed_part).require($placed_part)?;)*
                Ok(Some($rust_placed { $($placed_part,)* pos }))
            }
        }
    };
}

grammar!(conversions);

impl Context {
    /// Reads a node of a sum; `None` is none.
    fn sum<T: Sum>(&mut self, o: &PyObject) -> PyResult<Option<T>> {
        if o.is_none() {
            return Ok(None);
        }
        self.placed_sum::<T>(o, false)
            .map(|found| found.map(|(node, _)| node))
    }

    /// Reads a node that may have a position, which comes before all else.
    fn placed_sum<T: Sum>(&mut self, o: &PyObject, placed: bool) -> PyResult<Option<(T, Pos)>> {
        if o.is_none() {
            return Ok(None);
        }
        self.depth += 1;
        if self.depth > self.limit {
            return Err(raise!(
                RecursionError,
                "maximum recursion depth exceeded during compilation"
            ));
        }
        let pos = match placed {
            true => position(self, o, T::NAME)?,
            false => Pos::default(),
        };
        let Some(node) = self.types.classify(o, T::NODES)? else {
            return Err(unexpected(T::NAME, o));
        };
        let made = T::read(self, o, node)?;
        self.depth -= 1;
        Ok(Some((made, pos)))
    }

    /// A constructor without fields, for which `None` is no value.
    fn choice<T: Sum>(&mut self, o: &PyObject) -> PyResult<Option<T>> {
        match self.types.classify(o, T::NODES)? {
            Some(node) => T::read(self, o, node).map(Some),
            None => Err(unexpected(T::NAME, o)),
        }
    }

    fn text_constant(&mut self, o: &PyObject) -> PyResult<ConstantId> {
        let value = match (o.downcast_exact::<PyUnicodeObject>(), o.downcast_exact()) {
            (Some(s), _) => Constant::Str(Text::from_wtf8(&wtf8(s)?)),
            (None, Some(b)) => Constant::Bytes(Rc::from(bytes::as_slice(b))),
            (None, None) => return Err(raise!(TypeError, "AST string must be of type str")),
        };
        Ok(self.ast.constant(value))
    }

    /// An object as a constant, unless it cannot be one.
    fn constant(&mut self, o: &PyObject) -> PyResult<Option<Constant>> {
        if o.is_none() {
            return Ok(Some(Constant::None));
        } else if o.is(ellipsis()) {
            return Ok(Some(Constant::Ellipsis));
        } else if o.is(py_true()) {
            return Ok(Some(Constant::True));
        } else if o.is(py_false()) {
            return Ok(Some(Constant::False));
        }
        if let Some(i) = o.downcast_exact::<PyLongObject>() {
            return integer(i).map(Some);
        }
        if let Some(s) = o.downcast_exact::<PyUnicodeObject>() {
            return Ok(Some(Constant::Str(Text::from_wtf8(&wtf8(s)?))));
        }
        if let Some(b) = o.downcast_exact::<PyBytesObject>() {
            return Ok(Some(Constant::Bytes(Rc::from(bytes::as_slice(b)))));
        }
        if let Some(f) = o.downcast_exact::<PyFloatObject>() {
            return Ok(Some(Constant::Float(f.ob_fval.get())));
        }
        if let Some(c) = o.downcast_exact::<PyComplexObject>() {
            let Py_complex { real, imag } = c.cval.get();
            return Ok(Some(Constant::Complex { real, imag }));
        }
        if let Some(t) = o.downcast_exact::<PyTupleObject>() {
            let items = self.constants(&tuple::to_vec(t))?;
            return Ok(items.map(Constant::Tuple));
        }
        if o.is_exactly(&set::PyFrozenSet_Type)
            && let Some(s) = set::as_any(o)
        {
            let items = self.constants(&set::to_vec(s))?;
            return Ok(items.map(Constant::FrozenSet));
        }
        Ok(None)
    }

    fn constants(&mut self, items: &[Owned]) -> PyResult<Option<Rc<[Constant]>>> {
        let _guard = pyrite_runtime::recursion::enter(" during compilation")?;
        let items = items.iter().map(|item| self.constant(item));
        let items: Option<Vec<Constant>> = items.collect::<PyResult<_>>()?;
        Ok(items.map(Rc::from))
    }
}

#[cold]
fn unexpected(sum: &str, o: &PyObject) -> Raised {
    match object::repr(o) {
        Ok(shown) => raise!(
            TypeError,
            "expected some sort of {sum}, but got {}",
            err::Str(&shown)
        ),
        Err(raised) => raised,
    }
}

fn integer(i: &PyLongObject) -> PyResult<Constant> {
    let (value, overflow) = long::as_long_and_overflow(i.as_object())?;
    if overflow == 0 {
        return Ok(Constant::Int(value));
    }
    let size = long::num_bits(i) / 8 + 1;
    let digits = long::as_byte_array(i, size, true)?;
    Ok(BigInt::from_signed_bytes_le(&digits).into())
}

fn wtf8(s: &PyUnicodeObject) -> PyResult<Vec<u8>> {
    let encoded = unicode::encode::utf8(s, Some("surrogatepass"))?;
    Ok(bytes::as_slice(&encoded).to_vec())
}

/// The attributes of a node with a place in the source.
fn position(cx: &mut Context, o: &PyObject, owner: &'static str) -> PyResult<Pos> {
    let place = |field| Place { owner, field };
    let places = [
        place(id!(POSITION[0])),
        place(id!(POSITION[1])),
        place(id!(POSITION[2])),
        place(id!(POSITION[3])),
    ];
    Ok(Pos {
        lineno: i32::field(cx, o, places[0])?.unwrap_or(0),
        col_offset: i32::field(cx, o, places[1])?.unwrap_or(0),
        end_lineno: <Option<i32>>::field(cx, o, places[2])?
            .flatten()
            .unwrap_or(0),
        end_col_offset: <Option<i32>>::field(cx, o, places[3])?
            .flatten()
            .unwrap_or(0),
    })
}

impl FromObject for ExprId {
    fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
        let found = cx.placed_sum::<ExprKind>(o, true)?;
        Ok(found.map(|(kind, pos)| cx.ast.expr(kind, pos)))
    }

    fn absent(cx: &mut Context) -> PyResult<Self> {
        let value = cx.ast.constant(Constant::None);
        let kind = ExprKind::Constant { value, kind: None };
        let id = cx.ast.expr(kind, Pos::default());
        cx.flaws.exprs.insert(id);
        Ok(id)
    }
}

impl FromObject for StmtId {
    fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
        let found = cx.placed_sum::<StmtKind>(o, true)?;
        Ok(found.map(|(kind, pos)| cx.ast.stmt(kind, pos)))
    }

    fn absent(cx: &mut Context) -> PyResult<Self> {
        let id = cx.ast.stmt(StmtKind::Pass, Pos::default());
        cx.flaws.stmts.insert(id);
        Ok(id)
    }
}

impl FromObject for SliceId {
    fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
        Ok(cx.sum::<Slice>(o)?.map(|slice| cx.ast.slice(slice)))
    }
}

impl FromObject for ArgumentsId {
    fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
        Ok(Arguments::convert(cx, o)?.map(|arguments| cx.ast.arguments(arguments)))
    }
}

macro_rules! choices {
    ($($sum:ty),*) => {
        $(impl FromObject for $sum {
            fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
                cx.choice(o)
            }
        })*
    };
}
choices!(ExprContext, BoolOp, Operator, UnaryOp, CmpOp);

/// `ExceptHandler`, the only constructor of its sum.
struct Handler {
    type_: Option<ExprId>,
    name: Option<Symbol>,
    body: List<StmtId>,
}

impl Sum for Handler {
    const NAME: &'static str = "excepthandler";
    const NODES: &'static [Node] = &[Node::ExceptHandler];

    fn read(cx: &mut Context, o: &PyObject, _node: Node) -> PyResult<Self> {
        let owner = "ExceptHandler";
        let type_ = Place {
            owner,
            field: id!("type"),
        };
        let type_ = FromObject::field(cx, o, type_)?.flatten();
        fields!(cx, o, owner, { name, body });
        Ok(Handler { type_, name, body })
    }
}

impl FromObject for ExceptHandler {
    fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
        let found = cx.placed_sum::<Handler>(o, true)?;
        Ok(
            found.map(|(Handler { type_, name, body }, pos)| ExceptHandler {
                type_,
                name,
                body,
                pos,
            }),
        )
    }
}

/// The text of a type comment, or of what a comment ignores.
struct Comment(ConstantId);

impl FromObject for Comment {
    fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
        match o.is_none() {
            true => Ok(None),
            false => cx.text_constant(o).map(|text| Some(Comment(text))),
        }
    }
}

impl Sum for TypeIgnore {
    const NAME: &'static str = "type_ignore";
    const NODES: &'static [Node] = &[Node::TypeIgnore];

    fn read(cx: &mut Context, o: &PyObject, _node: Node) -> PyResult<Self> {
        fields!(cx, o, "TypeIgnore", { lineno, tag });
        let Comment(tag) = tag;
        Ok(TypeIgnore { lineno, tag })
    }
}

impl FromObject for TypeIgnore {
    fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
        cx.sum(o)
    }

    /// The compiler does not look at these.
    fn absent(cx: &mut Context) -> PyResult<Self> {
        let tag = cx.ast.constant(Constant::Str(Text::from("")));
        Ok(TypeIgnore { lineno: 0, tag })
    }
}

/// The value of a `Constant`; type comments are optional and so converted elsewhere.
impl FromObject for ConstantId {
    fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
        let value = cx.constant(o)?;
        let flawed = value.is_none();
        let id = cx.ast.constant(value.unwrap_or(Constant::None));
        if flawed {
            cx.flaws.constants.insert(id, o.type_name().into_owned());
        }
        Ok(Some(id))
    }
}

impl FromObject for Symbol {
    fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
        if o.is_none() {
            return Ok(None);
        }
        let Some(name) = o.downcast_exact::<PyUnicodeObject>() else {
            return Err(raise!(TypeError, "AST identifier must be of type str"));
        };
        Ok(Some(cx.ast.names.intern(&wtf8(name)?)))
    }
}

impl FromObject for i32 {
    fn convert(_cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
        if o.downcast::<PyLongObject>().is_none() {
            let shown = object::repr(o)?;
            return Err(raise!(
                ValueError,
                "invalid integer value: {}",
                err::Str(&shown)
            ));
        }
        long::as_int(o).map(Some)
    }
}

/// What may be absent: the attribute too.
macro_rules! optional {
    ($($part:ty => $convert:expr;)*) => {
        $(impl FromObject for Option<$part> {
            fn convert(cx: &mut Context, o: &PyObject) -> PyResult<Option<Self>> {
                let convert: fn(&mut Context, &PyObject) -> PyResult<Option<$part>> = $convert;
                match o.is_none() {
                    true => Ok(Some(None)),
                    false => Ok(Some(convert(cx, o)?)),
                }
            }

            fn field(cx: &mut Context, o: &PyObject, place: Place) -> PyResult<Option<Self>> {
                match object::lookup_attr(o, place.field.as_object())? {
                    Some(value) => Self::convert(cx, &value),
                    None => Ok(Some(None)),
                }
            }

            fn absent(_cx: &mut Context) -> PyResult<Self> {
                Ok(None)
            }
        })*
    };
}
optional! {
    ExprId => FromObject::convert;
    Arg => FromObject::convert;
    i32 => FromObject::convert;
    Symbol => optional_name;
    ConstantId => |cx, o| cx.text_constant(o).map(Some);
}

fn optional_name(cx: &mut Context, o: &PyObject) -> PyResult<Option<Symbol>> {
    Symbol::convert(cx, o)
}

impl<T: ListItem + FromObject> FromObject for List<T> {
    fn convert(_cx: &mut Context, _o: &PyObject) -> PyResult<Option<Self>> {
        Err(err::bad_internal_call())
    }

    fn field(cx: &mut Context, o: &PyObject, place: Place) -> PyResult<Option<Self>> {
        let Some(value) = object::lookup_attr(o, place.field.as_object())? else {
            return Err(place.missing());
        };
        let Some(all) = value.downcast::<PyListObject>() else {
            return Err(raise!(
                TypeError,
                "{} field \"{}\" must be a list, not a {}",
                place.owner,
                err::Str(place.field.as_object()),
                err::short(&value.type_name(), 200)
            ));
        };
        let len = list::len(all);
        let mut items = Vec::with_capacity(len);
        for i in 0..len {
            let Some(item) = list::get(all, i) else { break };
            let converted = match T::convert(cx, &item)? {
                Some(converted) => converted,
                None => T::absent(cx)?,
            };
            items.push(converted);
            if list::len(all) != len {
                return Err(raise!(
                    RuntimeError,
                    "{} field \"{}\" changed size during iteration",
                    place.owner,
                    err::Str(place.field.as_object())
                ));
            }
        }
        Ok(Some(cx.ast.list(&items)))
    }
}
