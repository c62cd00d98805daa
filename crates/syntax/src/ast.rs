//! The syntax tree: 3.8's node types and fields, under the names of its abstract grammar.
//!
//! An [`Ast`] owns one vector for each sort of node and one for each sort of list. `ExprId`, `StmtId`, ... are indices into it,
//! `List<T>` is a range, and `ast[id]`, `ast[list]` look them up. All nodes are `Copy`, so a pass reads `ast[e].kind`, and may
//! overwrite `ast[e]` while it holds pieces of the old node. Anybody may build a tree: make nodes with [`Ast::expr`],
//! [`Ast::stmt`], [`Ast::slice`], [`Ast::arguments`], [`Ast::constant`], lists with [`Ast::list`], names with
//! `ast.names.intern`, then set `root`. Nothing here checks that a tree makes sense.
//!
//! Trees can be very deep (`a+a+a+...` nests to the left without limit): whoever recurses must count.

pub use crate::names::{Names, Symbol, sym};
pub use crate::text::Text;
use num_bigint::BigInt;
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::ops::{Index, IndexMut};
use std::rc::Rc;

/// Where a node stands. Lines count from 1, columns from 0 in bytes of UTF-8. A tree made by a program may hold any numbers;
/// a missing end is 0.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pos {
    pub lineno: i32,
    pub col_offset: i32,
    pub end_lineno: i32,
    pub end_col_offset: i32,
}

/// The value of a `Constant` node.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    None,
    True,
    False,
    Ellipsis,
    /// Every integer that fits.
    Int(i64),
    /// The other integers.
    BigInt(Rc<BigInt>),
    Float(f64),
    Complex {
        real: f64,
        imag: f64,
    },
    Str(Text),
    Bytes(Rc<[u8]>),
    Tuple(Rc<[Constant]>),
    /// Elements in the order in which the program gave them.
    FrozenSet(Rc<[Constant]>),
}

impl From<BigInt> for Constant {
    fn from(value: BigInt) -> Constant {
        match i64::try_from(&value) {
            Ok(small) => Constant::Int(small),
            Err(_) => Constant::BigInt(Rc::new(value)),
        }
    }
}

/// A list of children: a range of the vector for `T` in the tree.
pub struct List<T> {
    start: u32,
    len: u32,
    of: PhantomData<T>,
}

impl<T> List<T> {
    pub const EMPTY: List<T> = List {
        start: 0,
        len: 0,
        of: PhantomData,
    };

    pub fn len(self) -> usize {
        self.len as usize
    }

    pub fn is_empty(self) -> bool {
        self.len == 0
    }

    fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.start as usize + self.len as usize
    }

    /// The list without its first element (as after a docstring).
    pub fn tail(self) -> List<T> {
        let n = self.len.min(1);
        List {
            start: self.start + n,
            len: self.len - n,
            of: PhantomData,
        }
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for List<T> {}
impl<T> Default for List<T> {
    fn default() -> Self {
        List::EMPTY
    }
}
impl<T> PartialEq for List<T> {
    fn eq(&self, other: &Self) -> bool {
        (self.start, self.len) == (other.start, other.len)
    }
}
impl<T> std::fmt::Debug for List<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "List({}..+{})", self.start, self.len)
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident => $node:ty, $pool:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $id(NonZeroU32);

        impl $id {
            /// Position among the nodes of this sort, from 0: a key for side tables.
            pub fn index(self) -> usize {
                self.0.get() as usize - 1
            }
        }
        impl Index<$id> for Ast {
            type Output = $node;
            #[inline]
            fn index(&self, id: $id) -> &$node {
                &self.$pool[id.index()]
            }
        }
        impl IndexMut<$id> for Ast {
            #[inline]
            fn index_mut(&mut self, id: $id) -> &mut $node {
                &mut self.$pool[id.index()]
            }
        }
    )*};
}

ids! {
    ExprId => Expr, exprs;
    StmtId => Stmt, stmts;
    SliceId => Slice, slices;
    ArgumentsId => Arguments, arguments;
    ConstantId => Constant, constants;
}

macro_rules! lists {
    ($($item:ty => $pool:ident;)*) => {
        /// The vectors behind [`List`], one for each sort of element.
        #[derive(Clone, Debug, Default)]
        struct Lists { $($pool: Vec<$item>),* }
        /// What a [`List`] can hold.
        pub trait ListItem: Copy {
            #[doc(hidden)]
            fn pool(ast: &Ast) -> &Vec<Self>;
            #[doc(hidden)]
            fn pool_mut(ast: &mut Ast) -> &mut Vec<Self>;
        }
        $(impl ListItem for $item {
            fn pool(ast: &Ast) -> &Vec<Self> { &ast.lists.$pool }
            fn pool_mut(ast: &mut Ast) -> &mut Vec<Self> { &mut ast.lists.$pool }
        })*
    };
}

lists! {
    ExprId => exprs;
    Option<ExprId> => optional_exprs;
    StmtId => stmts;
    SliceId => slices;
    Symbol => symbols;
    CmpOp => cmpops;
    Arg => args;
    Keyword => keywords;
    Alias => aliases;
    WithItem => withitems;
    Comprehension => comprehensions;
    ExceptHandler => handlers;
    TypeIgnore => type_ignores;
}

impl<T: ListItem> Index<List<T>> for Ast {
    type Output = [T];
    #[inline]
    fn index(&self, list: List<T>) -> &[T] {
        &T::pool(self)[list.range()]
    }
}

impl<T: ListItem> IndexMut<List<T>> for Ast {
    #[inline]
    fn index_mut(&mut self, list: List<T>) -> &mut [T] {
        &mut T::pool_mut(self)[list.range()]
    }
}

/// A tree and all that it consists of.
#[derive(Clone, Default)]
pub struct Ast {
    pub root: Mod,
    pub names: Names,
    exprs: Vec<Expr>,
    stmts: Vec<Stmt>,
    slices: Vec<Slice>,
    arguments: Vec<Arguments>,
    constants: Vec<Constant>,
    lists: Lists,
}

fn next_id(len: usize) -> NonZeroU32 {
    NonZeroU32::MIN.saturating_add(len as u32)
}

impl Ast {
    pub fn new() -> Ast {
        Ast::default()
    }

    /// Takes the tree away and leaves one that nothing can be added to.
    pub(crate) fn take(&mut self) -> Ast {
        let hollow = Ast {
            root: Mod::default(),
            names: Names::hollow(),
            exprs: Vec::new(),
            stmts: Vec::new(),
            slices: Vec::new(),
            arguments: Vec::new(),
            constants: Vec::new(),
            lists: Lists::default(),
        };
        std::mem::replace(self, hollow)
    }

    /// An empty tree with room for what a source of `bytes` usually holds.
    pub fn for_source(bytes: usize) -> Ast {
        let mut ast = Ast::default();
        ast.exprs.reserve(bytes / 10);
        ast.stmts.reserve(bytes / 40);
        ast
    }

    #[inline]
    pub fn expr(&mut self, kind: ExprKind, pos: Pos) -> ExprId {
        self.exprs.push(Expr { kind, pos });
        ExprId(next_id(self.exprs.len() - 1))
    }

    #[inline]
    pub fn stmt(&mut self, kind: StmtKind, pos: Pos) -> StmtId {
        self.stmts.push(Stmt { kind, pos });
        StmtId(next_id(self.stmts.len() - 1))
    }

    pub fn slice(&mut self, slice: Slice) -> SliceId {
        self.slices.push(slice);
        SliceId(next_id(self.slices.len() - 1))
    }

    pub fn arguments(&mut self, arguments: Arguments) -> ArgumentsId {
        self.arguments.push(arguments);
        ArgumentsId(next_id(self.arguments.len() - 1))
    }

    pub fn constant(&mut self, value: Constant) -> ConstantId {
        self.constants.push(value);
        ConstantId(next_id(self.constants.len() - 1))
    }

    #[inline]
    pub fn list<T: ListItem>(&mut self, items: &[T]) -> List<T> {
        let pool = T::pool_mut(self);
        let start = pool.len() as u32;
        pool.extend_from_slice(items);
        List {
            start,
            len: items.len() as u32,
            of: PhantomData,
        }
    }

    /// Number of expression nodes, for side tables keyed by `ExprId::index`.
    pub fn expr_count(&self) -> usize {
        self.exprs.len()
    }

    /// All expressions in the order in which they were made; some may not be part of the tree.
    pub fn expr_ids(&self) -> impl Iterator<Item = ExprId> + use<> {
        (0..self.exprs.len()).map(|index| ExprId(next_id(index)))
    }

    pub fn stmt_count(&self) -> usize {
        self.stmts.len()
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Mod {
    Module {
        body: List<StmtId>,
        type_ignores: List<TypeIgnore>,
    },
    Interactive {
        body: List<StmtId>,
    },
    Expression {
        body: ExprId,
    },
    FunctionType {
        argtypes: List<ExprId>,
        returns: ExprId,
    },
    Suite {
        body: List<StmtId>,
    },
}

impl Default for Mod {
    fn default() -> Mod {
        Mod::Module {
            body: List::EMPTY,
            type_ignores: List::EMPTY,
        }
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Stmt {
    pub kind: StmtKind,
    pub pos: Pos,
}

/// What `def` and `async def` share.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct FunctionDef {
    pub name: Symbol,
    pub args: ArgumentsId,
    pub body: List<StmtId>,
    pub decorator_list: List<ExprId>,
    pub returns: Option<ExprId>,
    pub type_comment: Option<ConstantId>,
}

/// What `for` and `async for` share.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct For {
    pub target: ExprId,
    pub iter: ExprId,
    pub body: List<StmtId>,
    pub orelse: List<StmtId>,
    pub type_comment: Option<ConstantId>,
}

/// What `with` and `async with` share.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct With {
    pub items: List<WithItem>,
    pub body: List<StmtId>,
    pub type_comment: Option<ConstantId>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum StmtKind {
    FunctionDef(FunctionDef),
    AsyncFunctionDef(FunctionDef),
    ClassDef {
        name: Symbol,
        bases: List<ExprId>,
        keywords: List<Keyword>,
        body: List<StmtId>,
        decorator_list: List<ExprId>,
    },
    Return {
        value: Option<ExprId>,
    },
    Delete {
        targets: List<ExprId>,
    },
    Assign {
        targets: List<ExprId>,
        value: ExprId,
        type_comment: Option<ConstantId>,
    },
    AugAssign {
        target: ExprId,
        op: Operator,
        value: ExprId,
    },
    AnnAssign {
        target: ExprId,
        annotation: ExprId,
        value: Option<ExprId>,
        /// An int in 3.8, which programs may set to anything.
        simple: i32,
    },
    For(For),
    AsyncFor(For),
    While {
        test: ExprId,
        body: List<StmtId>,
        orelse: List<StmtId>,
    },
    If {
        test: ExprId,
        body: List<StmtId>,
        orelse: List<StmtId>,
    },
    With(With),
    AsyncWith(With),
    Raise {
        exc: Option<ExprId>,
        cause: Option<ExprId>,
    },
    Try {
        body: List<StmtId>,
        handlers: List<ExceptHandler>,
        orelse: List<StmtId>,
        finalbody: List<StmtId>,
    },
    Assert {
        test: ExprId,
        msg: Option<ExprId>,
    },
    Import {
        names: List<Alias>,
    },
    ImportFrom {
        module: Option<Symbol>,
        names: List<Alias>,
        /// `None` only in trees made by programs; the compiler reads it as 0.
        level: Option<i32>,
    },
    Global {
        names: List<Symbol>,
    },
    Nonlocal {
        names: List<Symbol>,
    },
    Expr {
        value: ExprId,
    },
    Pass,
    Break,
    Continue,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Expr {
    pub kind: ExprKind,
    pub pos: Pos,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum ExprKind {
    BoolOp {
        op: BoolOp,
        values: List<ExprId>,
    },
    NamedExpr {
        target: ExprId,
        value: ExprId,
    },
    BinOp {
        left: ExprId,
        op: Operator,
        right: ExprId,
    },
    UnaryOp {
        op: UnaryOp,
        operand: ExprId,
    },
    Lambda {
        args: ArgumentsId,
        body: ExprId,
    },
    IfExp {
        test: ExprId,
        body: ExprId,
        orelse: ExprId,
    },
    Dict {
        keys: List<Option<ExprId>>,
        values: List<ExprId>,
    },
    Set {
        elts: List<ExprId>,
    },
    ListComp {
        elt: ExprId,
        generators: List<Comprehension>,
    },
    SetComp {
        elt: ExprId,
        generators: List<Comprehension>,
    },
    DictComp {
        key: ExprId,
        value: ExprId,
        generators: List<Comprehension>,
    },
    GeneratorExp {
        elt: ExprId,
        generators: List<Comprehension>,
    },
    Await {
        value: ExprId,
    },
    Yield {
        value: Option<ExprId>,
    },
    YieldFrom {
        value: ExprId,
    },
    Compare {
        left: ExprId,
        ops: List<CmpOp>,
        comparators: List<ExprId>,
    },
    Call {
        func: ExprId,
        args: List<ExprId>,
        keywords: List<Keyword>,
    },
    /// `conversion` is -1 or the character code of `s`, `r`, `a`; `None` only in trees made by programs, for 0.
    FormattedValue {
        value: ExprId,
        conversion: Option<i32>,
        format_spec: Option<ExprId>,
    },
    JoinedStr {
        values: List<ExprId>,
    },
    Constant {
        value: ConstantId,
        /// `u` for a string with that prefix.
        kind: Option<ConstantId>,
    },
    Attribute {
        value: ExprId,
        attr: Symbol,
        ctx: ExprContext,
    },
    Subscript {
        value: ExprId,
        slice: SliceId,
        ctx: ExprContext,
    },
    Starred {
        value: ExprId,
        ctx: ExprContext,
    },
    Name {
        id: Symbol,
        ctx: ExprContext,
    },
    List {
        elts: List<ExprId>,
        ctx: ExprContext,
    },
    Tuple {
        elts: List<ExprId>,
        ctx: ExprContext,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExprContext {
    Load,
    Store,
    Del,
    AugLoad,
    AugStore,
    Param,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Slice {
    Slice {
        lower: Option<ExprId>,
        upper: Option<ExprId>,
        step: Option<ExprId>,
    },
    ExtSlice {
        dims: List<SliceId>,
    },
    Index {
        value: ExprId,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BoolOp {
    And,
    Or,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Operator {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    Invert,
    Not,
    UAdd,
    USub,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Comprehension {
    pub target: ExprId,
    pub iter: ExprId,
    pub ifs: List<ExprId>,
    /// An int in 3.8; the parser gives 0 or 1.
    pub is_async: i32,
}

/// `except type as name: body`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ExceptHandler {
    pub type_: Option<ExprId>,
    pub name: Option<Symbol>,
    pub body: List<StmtId>,
    pub pos: Pos,
}

/// The parameters of a function. `kw_defaults` has an entry for each of `kwonlyargs`, `defaults` belong to the last positional ones.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Arguments {
    pub posonlyargs: List<Arg>,
    pub args: List<Arg>,
    pub vararg: Option<Arg>,
    pub kwonlyargs: List<Arg>,
    pub kw_defaults: List<Option<ExprId>>,
    pub kwarg: Option<Arg>,
    pub defaults: List<ExprId>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Arg {
    pub arg: Symbol,
    pub annotation: Option<ExprId>,
    pub type_comment: Option<ConstantId>,
    pub pos: Pos,
}

/// A keyword argument of a call; `**value` has no name. It has no position in 3.8.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Keyword {
    pub arg: Option<Symbol>,
    pub value: ExprId,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Alias {
    pub name: Symbol,
    pub asname: Option<Symbol>,
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub struct WithItem {
    pub context_expr: ExprId,
    pub optional_vars: Option<ExprId>,
}

/// `# type: ignore<tag>`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TypeIgnore {
    pub lineno: i32,
    pub tag: ConstantId,
}
